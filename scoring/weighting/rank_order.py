"""Weights from the order of importance alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.base import Derived
from scoring.weighting.judgements import (
    Problem,
    as_judgements,
    problems_at,
    refuse,
    speaking,
)

Array = NDArray[np.float64]


def rank_order_centroid(ranks: ArrayLike) -> Derived:
    """Rank-order centroid: the mean of all weights that keep the order.

    Place k of n gets (1/k + ... + 1/n) / n. Of the surrogate weights the one closest to what fully
    stated weights decide (Barron & Barrett 1996).

    Parameters
    ----------
    ranks : array_like, shape (n_experts, n_children)
        1 or more, 1 is the most important; only their order counts. Equal ones share the mean of
        the weights of the places they take together. An expert who says nothing is left out.

    Returns
    -------
    Derived
        Means over the experts. By child ``mean_place`` (1..n, mean of the places taken together),
        ``lowest`` and ``highest`` share by an expert.

    Raises
    ------
    JudgementError
        Where :func:`check_ranks` finds something.
    ValueError
        Where the shape is wrong.

    References
    ----------
    Barron & Barrett (1996), Decision quality using ranked attribute weights, Management Science
    42(11), equation 1.
    """
    n_children = as_judgements(ranks).shape[1]
    places = np.arange(1, n_children + 1)
    return _by_places(ranks, np.cumsum(1.0 / places[::-1])[::-1])


def rank_sum(ranks: ArrayLike) -> Derived:
    """Rank sum: weights fall by equal steps from place to place.

    Place k of n gets 2 (n + 1 - k) / (n (n + 1)).

    Parameters
    ----------
    ranks : array_like, shape (n_experts, n_children)
        As for :func:`rank_order_centroid`.

    Returns
    -------
    Derived
        As for :func:`rank_order_centroid`.

    Raises
    ------
    JudgementError, ValueError
        As for :func:`rank_order_centroid`.

    References
    ----------
    Stillwell, Seaver & Edwards (1981), A comparison of weight approximation techniques in
    multiattribute utility decision making, Organizational Behavior and Human Performance 28(1).
    """
    n_children = as_judgements(ranks).shape[1]
    return _by_places(ranks, np.arange(n_children, 0, -1.0))


def rank_reciprocal(ranks: ArrayLike) -> Derived:
    """Rank reciprocal: weights are in proportion to one divided by the place.

    Place k of n gets (1/k) / (1 + 1/2 + ... + 1/n).

    Parameters
    ----------
    ranks : array_like, shape (n_experts, n_children)
        As for :func:`rank_order_centroid`.

    Returns
    -------
    Derived
        As for :func:`rank_order_centroid`.

    Raises
    ------
    JudgementError, ValueError
        As for :func:`rank_order_centroid`.

    References
    ----------
    Stillwell, Seaver & Edwards (1981), A comparison of weight approximation techniques in
    multiattribute utility decision making, Organizational Behavior and Human Performance 28(1).
    """
    n_children = as_judgements(ranks).shape[1]
    return _by_places(ranks, 1.0 / np.arange(1, n_children + 1))


def check_ranks(ranks: ArrayLike) -> tuple[Problem, ...]:
    """What cannot be used in ranks.

    Parameters
    ----------
    ranks : array_like, shape (n_experts, n_children)

    Returns
    -------
    tuple of Problem
        ``not_positive`` and ``not_finite`` with the value; ``missing`` where an expert ranks some
        children and not this one; ``no_judgement`` where nobody ranks any.
    """
    table = as_judgements(ranks)
    said = speaking(table)
    if not said.any():
        return (Problem("no_judgement"),)
    missing = np.isnan(table) & said[:, None]
    return (
        *problems_at("not_positive", table, table <= 0),
        *problems_at("not_finite", table, table == np.inf),
        *problems_at("missing", table, missing),
    )


def _by_places(ranks: ArrayLike, by_place: Array) -> Derived:
    """Means of the experts' shares by weights of the places 1 to n."""
    refuse(check_ranks(ranks))
    table = as_judgements(ranks)
    table = table[speaking(table)]
    ahead = (table[:, None, :] < table[:, :, None]).sum(axis=-1)
    level = (table[:, None, :] == table[:, :, None]).sum(axis=-1)
    up_to = np.concatenate([[0.0], np.cumsum(by_place / by_place.sum())])
    shares = (up_to[ahead + level] - up_to[ahead]) / level
    return Derived(
        shares.mean(axis=0),
        by_child={
            "mean_place": (ahead + (level + 1) / 2).mean(axis=0),
            "lowest": shares.min(axis=0),
            "highest": shares.max(axis=0),
        },
    )

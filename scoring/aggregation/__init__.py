"""Aggregation: the scores of siblings become the score of their parent (Handbook, step 6).

Every aggregation treats a missing score by the same rule, chosen by ``missing`` under
[aggregation]:

``renormalise``
    the weights of the present scores are rescaled to sum to 1;
``propagate``
    the parent is missing where any child of weight above 0 is;
``zero``
    a missing score counts as 0.

Whatever the rule, a parent is missing where less than ``minimum_coverage`` of the weight is
present, or none of it. Scores of weight 0 change nothing, present or missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

MISSING_RULES: Mapping[str, str] = {
    "renormalise": "weights of the scores that are there are rescaled",
    "propagate": "no score where one is missing",
    "zero": "a missing score counts as 0",
}

#: Shares of weight are compared with the minimum coverage up to this.
TOLERANCE = 1e-12


def arithmetic(scores: Array, shares: Array) -> Array:
    """Weighted arithmetic mean: full compensation between the scores.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, shape (..., n_units, n_children)
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.10 (additive).
    """
    means: Array = (scores * shares).sum(axis=-1)
    return means


def geometric(scores: Array, shares: Array) -> Array:
    """Weighted geometric mean: a low score is not fully made up for by a high one.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores above 0, all present. ``assess`` refuses others with unit and node.
    shares : ndarray, shape (..., n_units, n_children)
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.10 (geometric).
    """
    means: Array = np.exp((np.log(scores) * shares).sum(axis=-1))
    return means


#: Name in method.toml -> function.
AGGREGATIONS: Mapping[str, Callable[[Array, Array], Array]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
}

#: Aggregations that are defined for scores above 0 only.
POSITIVE_ONLY = frozenset({"geometric"})


def coverage(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Share of weight for which there is a score.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, NaN where missing.
    weights : array_like, shape (..., n_children)
        Weights, 0 or more, not all 0.

    Returns
    -------
    ndarray, shape (..., n_units)
        From 0 to 1.
    """
    present = ~np.isnan(np.asarray(scores, dtype=np.float64))
    weights = np.asarray(weights, dtype=np.float64)[..., None, :]
    shares: Array = (present * weights).sum(axis=-1) / weights.sum(axis=-1)
    return shares


def has_score(
    scores: ArrayLike,
    weights: ArrayLike,
    missing: str = "renormalise",
    minimum_coverage: float = 0.0,
) -> NDArray[np.bool_]:
    """Whether a parent gets a score.

    Parameters as for :func:`aggregate`.

    Returns
    -------
    ndarray of bool, shape (..., n_units)

    Raises
    ------
    KeyError
        Where the rule ``missing`` is unknown.
    """
    if missing not in MISSING_RULES:
        raise KeyError(missing)
    share = coverage(scores, weights)
    defined = (share > 0) & (share >= minimum_coverage - TOLERANCE)
    if missing == "propagate":
        counts = np.asarray(weights, dtype=np.float64)[..., None, :] > 0
        defined = defined & ~(np.isnan(np.asarray(scores, dtype=np.float64)) & counts).any(axis=-1)
    return defined


def aggregate(
    scores: ArrayLike,
    weights: ArrayLike,
    method: str = "arithmetic",
    missing: str = "renormalise",
    minimum_coverage: float = 0.0,
) -> Array:
    """Score of a parent from the scores of its children.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, NaN where missing.
    weights : array_like, shape (..., n_children)
        Weights, 0 or more, not all 0.
    method : str
        Key of :data:`AGGREGATIONS`.
    missing : {"renormalise", "propagate", "zero"}
        What to do with missing scores; see the module.
    minimum_coverage : float, 0..1
        Share of weight that must be present.

    Returns
    -------
    ndarray, shape (..., n_units)
        NaN where the parent has no score.

    Raises
    ------
    KeyError
        Where ``method`` or ``missing`` is unknown.
    """
    scores = np.asarray(scores, dtype=np.float64)
    defined = has_score(scores, weights, missing, minimum_coverage)
    if missing == "zero":
        scores = np.where(np.isnan(scores), 0.0, scores)
    counted = np.where(np.isnan(scores), 0.0, np.asarray(weights, dtype=np.float64)[..., None, :])
    total = counted.sum(axis=-1)
    shares = counted / np.where(total > 0, total, 1.0)[..., None]
    # What does not count may have a score outside the domain of the method; 1 is inside.
    scores = np.where((counted > 0) & defined[..., None], scores, 1.0)
    means = AGGREGATIONS[method](scores, shares)
    result: Array = np.where(defined, means, np.nan)
    return result

"""Weights from what it would mean to do without a criterion: MEREC, CILOS and IDOCRIW.

Missing values: all three look at units that have all values, and at no others. A child whose values
are all equal there weighs exactly 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.columns import (
    ALL_CONSTANT,
    Columns,
    check_not_negative,
    complete_columns,
    more_is_better,
    refuse,
    shares_of_total,
)
from scoring.weighting.dispersion import diversification

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def merec(values: ArrayLike, directions: ArrayLike) -> Array:
    """MEREC weights: a child counts by how much the units' performance changes without it.

    With n = min / x where more is better and x / max where less is, the performance of a unit is
    S = ln(1 + sum |ln n| / m) over its m children. A weight is proportional to the sum over the
    units of what S changes by where the child is left out of the sum.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values above 0 in their own units, NaN where missing.
    directions : array_like, shape (n_children,)
        1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError
        Where a value of a unit with all values is 0, negative or infinite.
    ValueError
        Where fewer than two units have all values, all children are constant, or a direction is
        neither 1 nor -1.

    References
    ----------
    Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis & Antucheviciene (2021), Determination of
    Objective Weights Using a New Method Based on the Removal Effects of Criteria (MEREC), Symmetry
    13, 525, steps 1-6.
    """
    columns, more = complete_columns(values), more_is_better(directions)
    if (columns.low <= 0).any():
        refuse(columns.values, columns.values <= 0, "values above 0")
    # What n is relative to has a distance of 0.
    reference = np.where(more, columns.low, columns.high)
    effects = np.zeros(reference.shape)
    for block in columns.blocks(reference):
        parts = _distances_of_logs(block, reference[..., None, :]) / block.shape[-1]
        whole = 1 + parts.sum(axis=-1, keepdims=True)
        # The difference of the two logarithms as one, which does not cancel.
        effects -= np.log1p(-parts / whole).sum(axis=-2)
    return shares_of_total(effects, ALL_CONSTANT)


def cilos(values: ArrayLike, directions: ArrayLike) -> Array:
    """CILOS weights: a child counts more the less it loses where another one is at its best.

    Values of children of which less is better become min / x. p_kj is the part of its highest value
    that child j loses at the unit that is best in child k (the mean over them, where several are);
    the weights q solve sum_j p_kj q_j = q_k sum_j p_jk: Mirkin's criterion. As a child that hardly
    differs between units hardly loses, it weighs much; a constant one, however, weighs 0, as if it
    were not there. A child that alone loses nothing weighs 1.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values in their own units, 0 or more where more is better and above 0 where less is, NaN
        where missing.
    directions : array_like, shape (n_children,)
        1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError
        Where a value of a unit with all values is outside the domain.
    ParameterError
        Where all values of a child are 0.
    ValueError
        Where fewer than two units have all values, all children are constant, several lose nothing
        (such as where one unit is best in all), or a direction is neither 1 nor -1.

    References
    ----------
    Mirkin (1974), The Problem of Group Choice, Moscow (in Russian). Zavadskas & Podvezko (2016),
    Integrated determination of objective criteria weights in MCDM, International Journal of
    Information Technology & Decision Making 15, 267-283.
    """
    columns, more = complete_columns(values), more_is_better(directions)
    return _least_loss(columns, more)


def idocriw(values: ArrayLike, directions: ArrayLike) -> Array:
    """IDOCRIW weights: the product of entropy weights and CILOS weights.

    Entropy gives weight to what differs between units, CILOS to what is hardly lost; each offsets
    the excess of the other.

    Parameters
    ----------
    values, directions
        As for :func:`cilos`.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError, ParameterError, ValueError
        As for :func:`cilos`.

    References
    ----------
    Zavadskas & Podvezko (2016), Integrated determination of objective criteria weights in MCDM,
    International Journal of Information Technology & Decision Making 15, 267-283.
    """
    columns, more = complete_columns(values), more_is_better(directions)
    losses = _least_loss(columns, more)
    dispersed = shares_of_total(diversification(columns), ALL_CONSTANT)
    return shares_of_total(losses * dispersed, ALL_CONSTANT)


def _distances_of_logs(values: Array, reference: Array) -> Array:
    """abs(ln(values / reference)), exact where the two are close, of any two numbers above 0."""
    larger, smaller = np.maximum(values, reference), np.minimum(values, reference)
    with np.errstate(over="ignore"):
        found = np.log1p((larger - smaller) / smaller)
    if np.isinf(found).any():
        found = np.where(np.isinf(found), np.log(larger) - np.log(smaller), found)
    return found


def _least_loss(columns: Columns, more: Mask) -> Array:
    check_not_negative(columns)
    if (columns.low[..., ~more] == 0).any():
        refuse(columns.values, (columns.values == 0) & ~more, "values above 0 where less is better")
    varying = columns.varying
    if not varying.any(axis=-1).all():
        raise ValueError(ALL_CONSTANT)
    losses = _losses(columns, more) * (varying[..., :, None] & varying[..., None, :])
    return _balance(losses, varying)


def _losses(columns: Columns, more: Mask) -> Array:
    """At [k, j] the part of its highest value that j loses where k is best."""
    best, worst = (
        np.where(more, *ends) for ends in ((columns.high, columns.low), (columns.low, columns.high))
    )
    n_children = len(more)
    found = np.zeros((*best.shape, n_children))
    units = np.zeros(best.shape)
    for block in columns.blocks(worst):
        at_best = (block == best[..., None, :]).astype(np.float64)
        away = np.abs(block - best[..., None, :])
        lost = away / np.where(more, columns.high[..., None, :], block)
        found += np.swapaxes(at_best, -1, -2) @ lost
        units += at_best.sum(axis=-2)
    found /= units[..., None]
    return found


def _balance(losses: Array, varying: Mask) -> Array:
    """Weights under which each child loses as much as it takes from the others.

    That is the stationary distribution of a Markov process which goes from j to k at the rate
    losses[k, j]. The chain of its jumps is solved for, whose columns are all of one size.
    """
    rates = losses.sum(axis=-2)
    stays = rates == 0
    if ((stays & varying).sum(axis=-1) > 1).any():
        raise ValueError(
            "several children lose nothing where the others are at their best, such as where one "
            "unit is best in all, so weights by impact loss are not determined; take another "
            "method, such as entropy"
        )
    rates = np.where(stays, 1.0, rates)
    jumps = losses / rates[..., None, :]
    own = np.arange(rates.shape[-1])
    jumps[..., own, own] = stays
    # Constant children get an equation of their own, with the solution 0; 1 added to all others
    # makes theirs the solution whose sum is 1.
    ones = varying.astype(np.float64)
    equations = np.eye(len(own)) - jumps + ones[..., :, None] * ones[..., None, :]
    equations[..., own, own] += ~varying
    visits = np.linalg.solve(equations, ones[..., None])[..., 0]
    return shares_of_total(np.maximum(visits, 0.0) * varying / rates, ALL_CONSTANT)

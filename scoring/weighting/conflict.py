"""Weights from dispersion and conflict: CRITIC."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.domain import ParameterError
from scoring.multivariate.correlation import FEWEST_PAIRS
from scoring.weighting.columns import (
    ALL_CONSTANT,
    Columns,
    columns_of,
    in_first_draw,
    more_is_better,
    shares_of_total,
)

Array = NDArray[np.float64]

#: A part of the variance, or of a correlation of 1, below this is noise of the arithmetic.
NOISE = 1e-12

CORRELATIONS = ("pearson", "spearman")


def critic(
    values: ArrayLike,
    directions: ArrayLike,
    *,
    correlation: Literal["pearson", "spearman"] = "pearson",
) -> Array:
    """CRITIC weights: what differs between units, and says what others do not, counts more.

    Values are brought to 0..1 by min-max in their direction; a weight is proportional to the
    sample standard deviation s_j times the conflict with the siblings, the sum over k of 1 - r_jk.

    A constant child weighs 0 and is in conflict with none; a single child that varies weighs 1.
    Missing values: deviations over the units that have the child, correlations over those that have
    both (ranks among them too); one that is undefined because a child is constant among those
    counts as 0.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values in their own units, NaN where missing.
    directions : array_like, shape (n_children,)
        1 where more is better, -1 where less is.
    correlation : {"pearson", "spearman"}
        Of the values, or of their ranks (ties share the mean rank).

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError
        Where a value is infinite.
    ParameterError
        Where a child has fewer than three units in common with another.
    ValueError
        Where all children are constant, or correlate perfectly, ``correlation`` is unknown, or a
        direction is neither 1 nor -1.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Determining objective weights in multiple criteria
    problems: the CRITIC method, Computers & Operations Research 22, 763-770 (with Spearman's
    coefficient as the alternative they name).
    """
    if correlation not in CORRELATIONS:
        raise ValueError(f"correlation is one of {', '.join(CORRELATIONS)}, not {correlation!r}")
    columns = columns_of(values)
    _check_pairs(columns)
    columns, _ = columns.moderate()
    spread = np.where(columns.varying, columns.high - columns.low, 1.0)
    products = _products(columns, spread)
    variances = np.diagonal(products, axis1=-2, axis2=-1) / (columns.counts - 1)
    if correlation == "spearman":
        coefficients = _rank_correlations(columns)
    elif columns.complete:
        coefficients = _correlations(products)
    else:
        coefficients = _correlations_of_pairs(columns, spread)
    towards = np.where(more_is_better(directions), 1.0, -1.0)
    conflicts = 1 - coefficients * towards[:, None] * towards
    varying = columns.varying
    conflicts[(conflicts < NOISE) | ~varying[..., None, :]] = 0.0
    conflicts[..., np.arange(len(towards)), np.arange(len(towards))] = 0.0
    information = np.where(varying, np.sqrt(variances), 0.0) * conflicts.sum(axis=-1)
    alone = varying.sum(axis=-1, keepdims=True) == 1
    if not varying.any(axis=-1).all():
        raise ValueError(ALL_CONSTANT)
    return shares_of_total(
        np.where(alone & varying, 1.0, information),
        "the children that vary all correlate perfectly, so none is in conflict with another and "
        "CRITIC says nothing of weights; keep one of them, or weigh by standard deviation",
    )


def _check_pairs(columns: Columns) -> None:
    """Refuse children with too few units in common."""
    fewest = columns.counts
    if not columns.complete:
        present = (~np.isnan(columns.values)).astype(np.float64)
        fewest = (np.swapaxes(present, -1, -2) @ present).min(axis=-1)
    few = fewest < FEWEST_PAIRS
    if few.any():
        requirement = f"{FEWEST_PAIRS} units or more in common with every sibling"
        raise ParameterError(requirement, in_first_draw(few))


def _products(columns: Columns, spread: Array) -> Array:
    """Sums of products of what the columns are away from their means, relative to their spread."""
    means = columns.means()
    n_children = means.shape[-1]
    found = np.zeros((*means.shape[:-1], n_children, n_children))
    for block in columns.blocks(means):
        away = (block - means[..., None, :]) / spread[..., None, :]
        found += np.swapaxes(away, -1, -2) @ away
    return found


def _correlations(products: Array) -> Array:
    """Correlations from sums of products, 0 where a column does not vary."""
    lengths = np.sqrt(np.diagonal(products, axis1=-2, axis2=-1))
    lengths = np.where(lengths > 0, lengths, np.inf)
    return np.clip(products / lengths[..., :, None] / lengths[..., None, :], -1.0, 1.0)


def _correlations_of_pairs(columns: Columns, spread: Array) -> Array:
    """Correlations of every pair of columns over the units that have both."""
    means = columns.means()[..., None, :]
    present = (~np.isnan(columns.values)).astype(np.float64)
    away = np.where(present > 0, (columns.values - means) / spread[..., None, :], 0.0)
    turned, present_turned = (np.swapaxes(table, -1, -2) for table in (away, present))
    # At [j, k] what is of j over the units that have k too.
    counts, sums = present_turned @ present, turned @ present
    squares = np.swapaxes(away**2, -1, -2) @ present
    variances = squares - sums**2 / counts
    variances = np.where(variances > NOISE * squares, variances, np.inf)
    products = turned @ away - sums * np.swapaxes(sums, -1, -2) / counts
    found = products / np.sqrt(variances) / np.sqrt(np.swapaxes(variances, -1, -2))
    return np.clip(found, -1.0, 1.0)


def _rank_correlations(columns: Columns) -> Array:
    """Pearson's correlations of ranks, of each pair among the units that have both."""
    from scipy.stats import rankdata

    values = columns.values
    if columns.complete:
        ranks = rankdata(values, axis=-2)
        ranks -= ranks.mean(axis=-2, keepdims=True)
        return _correlations(np.swapaxes(ranks, -1, -2) @ ranks)
    found = np.empty((*values.shape[:-2], values.shape[-1], values.shape[-1]))
    for child in range(values.shape[-1]):
        own = values[..., child, None]
        both = ~np.isnan(values) & ~np.isnan(own)
        pair = []
        for some in (values, own):
            ranks = rankdata(np.where(both, some, np.nan), axis=-2, nan_policy="omit")
            middle = (both.sum(axis=-2, keepdims=True) + 1) / 2
            pair.append(np.where(both, ranks - middle, 0.0))
        lengths = [np.sqrt((ranks**2).sum(axis=-2)) for ranks in pair]
        lengths = [np.where(length > 0, length, np.inf) for length in lengths]
        found[..., child, :] = (pair[0] * pair[1]).sum(axis=-2) / lengths[0] / lengths[1]
    return np.clip(found, -1.0, 1.0)

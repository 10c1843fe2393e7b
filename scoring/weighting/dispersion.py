"""Weights from the dispersion of each child: what differs more between units counts more.

A child whose values are all equal tells no units apart and weighs exactly 0. Missing values: each
child is looked at over the units that have it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.columns import (
    ALL_CONSTANT,
    Columns,
    check_not_negative,
    columns_of,
    shares_of_total,
)

Array = NDArray[np.float64]


def entropy(values: ArrayLike) -> Array:
    """Entropy weights: what is spread unequally over the units counts more.

    With p the share of each unit in the total of a child and n the number of its units, the weight
    is proportional to 1 - H, where H = -sum p ln p / ln n is Shannon's entropy, 1 for equal values.
    It does not depend on the unit of measurement, but on where its zero lies: years of schooling
    and years since 1900 weigh differently.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values of 0 or more in their own units, NaN where missing; 0 ln 0 is 0.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError
        Where a value is negative or infinite.
    ParameterError
        Where a child has fewer than two values, or only zeros.
    ValueError
        Where all children are constant.

    References
    ----------
    Shannon (1948), A Mathematical Theory of Communication, Bell System Technical Journal 27.
    Hwang & Yoon (1981), Multiple Attribute Decision Making, Springer (entropy method).
    """
    columns = columns_of(values)
    check_not_negative(columns)
    return shares_of_total(diversification(columns), ALL_CONSTANT)


def diversification(columns: Columns) -> Array:
    """1 - H of each child, H its entropy: shape (..., n_children), 0..1, exactly 0 where constant.

    As the mean of x ln x - (x - 1), where x is a value divided by the mean, over ln n: no term is
    negative, so that nearly equal values do not drown in what 1 - H cancels.
    """
    columns, _ = columns.moderate()
    means = columns.means()
    total = np.zeros(means.shape)
    for block in columns.blocks(means):
        relative = block / means[..., None, :]
        # The least number stands in for 0, whose logarithm counts 0 times.
        logs = np.maximum(relative, np.finfo(np.float64).tiny)
        np.log(logs, out=logs)
        logs *= relative
        relative -= 1
        logs -= relative
        total += logs.sum(axis=-2)
    found: Array = np.where(
        columns.varying, np.maximum(total, 0.0) / (columns.counts * np.log(columns.counts)), 0.0
    )
    return found


def standard_deviation(scores: ArrayLike) -> Array:
    """Weights proportional to the standard deviation: what differs more counts more.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores on one scale, NaN where missing. After z-scores all children weigh the same.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1, by the sample standard deviation (divisor n - 1).

    Raises
    ------
    DomainError
        Where a score is infinite.
    ParameterError
        Where a child has fewer than two scores.
    ValueError
        Where all children are constant.

    References
    ----------
    Diakoulaki, Mavrotas & Papayannakis (1995), Determining objective weights in multiple criteria
    problems: the CRITIC method, Computers & Operations Research 22, 763-770 (SD method).
    """
    columns, exponents = columns_of(scores).moderate()
    means = columns.means()
    squares = np.zeros(means.shape)
    for block in columns.blocks(means):
        away = block - means[..., None, :]
        squares += np.einsum("...ij,...ij->...j", away, away)
    deviations = np.where(columns.varying, np.sqrt(squares / (columns.counts - 1)), 0.0)
    # Back to one scale, that of the largest.
    largest = exponents.max(axis=-1, keepdims=True)
    return shares_of_total(np.ldexp(deviations, exponents - largest), ALL_CONSTANT)


def gini(values: ArrayLike) -> Array:
    """Weights proportional to the Gini coefficient: what is distributed unequally counts more.

    The coefficient is the mean difference between two units (each with itself too), relative to
    twice the mean. It does not depend on the unit of measurement, but on where its zero lies.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values of 0 or more in their own units, NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_children)
        Shares, 0 or more, sum 1.

    Raises
    ------
    DomainError
        Where a value is negative or infinite.
    ParameterError
        Where a child has fewer than two values, or only zeros.
    ValueError
        Where all children are constant.

    References
    ----------
    Gini (1912), Variabilità e mutabilità, Bologna. Li & Chi (2009), A new determining objective
    weights method - gini coefficient weight, First International Conference on Information Science
    and Engineering, 3726-3729.
    """
    columns = columns_of(values)
    check_not_negative(columns)
    columns, _ = columns.moderate()
    n, low = columns.counts[..., None], columns.low[..., None]
    # Each child in a row of its own, as sorting goes along rows; missing values come last.
    ascending = np.sort(np.swapaxes(columns.values, -1, -2), axis=-1)
    # Above the lowest value, so that equal values give exactly 0.
    ascending -= low
    if not columns.complete:
        ascending = np.where(np.isnan(ascending), 0.0, ascending)
    place = np.arange(1, ascending.shape[-1] + 1)
    differences = np.einsum("...i,...i->...", ascending, 2 * place - n - 1)
    coefficients = differences / (columns.counts**2 * columns.means())
    return shares_of_total(np.maximum(coefficients, 0.0), ALL_CONSTANT)

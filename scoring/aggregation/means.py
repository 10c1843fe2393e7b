"""Means and their kin: each unit is scored from its own children alone.

Every function takes scores of shape (..., n_units, n_children), all present, and shares of weight
that sum to 1 over the children and broadcast to the shape of the scores; it returns
(..., n_units). A child of share 0 holds 1 and does not count. Scores are finite; ones outside the
domain of a mean raise :class:`scoring.domain.DomainError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.missing import TOLERANCE, weighted_mean
from scoring.domain import DomainError

Array = NDArray[np.float64]


def arithmetic(scores: Array, shares: Array) -> Array:
    """Weighted arithmetic mean: full compensation between the scores.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.10.
    """
    return weighted_mean(scores, shares)


def geometric(scores: Array, shares: Array) -> Array:
    """Weighted geometric mean: a low score is not fully made up for by a high one.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores above 0.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    DomainError
        Where a score is 0 or less.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.11.
    """
    _check(scores, scores <= 0, "scores above 0")
    means: Array = np.exp(weighted_mean(np.log(scores), shares))
    return means


def harmonic(scores: Array, shares: Array) -> Array:
    """Weighted harmonic mean: a low score weighs more than in a geometric mean.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores above 0.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    DomainError
        Where a score is 0 or less.

    References
    ----------
    UNDP (2022), Human Development Report 2021/2022, Technical note 4 (harmonic mean of the
    geometric means of women and of men).
    """
    _check(scores, scores <= 0, "scores above 0")
    # Relative to the lowest score, so that the reciprocal of a tiny one does not overflow.
    lowest = minimum(scores, shares)
    means: Array = lowest / weighted_mean(
        np.where(shares > 0, np.minimum(lowest[..., None] / scores, 1.0), 0.0), shares
    )
    return means


def generalised_mean(scores: Array, shares: Array, *, power: float = 0.5) -> Array:
    """Weighted power mean: the power sets how far a high score makes up for a low one.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores: any for a power of 1, infinity or minus infinity; above 0 for other powers of 0 or
        less; 0 or more for other powers above 0.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.
    power : float, default 0.5
        Minus infinity gives the lowest score, -1 the harmonic mean, 0 the geometric, 1 the
        arithmetic, infinity the highest score. Powers below 1 make imbalance cost.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    DomainError
        Where a score is outside the domain of the power.
    ValueError
        Where the power is not a number.

    References
    ----------
    Bullen (2003), Handbook of Means and Their Inequalities, chapter III. Decancq & Lugo (2013),
    Weights in Multidimensional Indices of Wellbeing, Econometric Reviews 32(1).
    """
    if np.isnan(power):
        raise ValueError("power must be a number")
    if np.isinf(power):
        return maximum(scores, shares) if power > 0 else minimum(scores, shares)
    if power == 1:
        return arithmetic(scores, shares)
    # Below this, power times a logarithm is no longer a normal number.
    if abs(power) < 1e-200:
        return geometric(scores, shares)
    if power < 0:
        _check(scores, scores <= 0, f"scores above 0 for the power {power:g}")
    else:
        _check(scores, scores < 0, f"scores of 0 or more for the power {power:g}")
    with np.errstate(divide="ignore", over="ignore"):
        logs = np.log(scores)
        # Relative to the end that dominates, so that no power overflows.
        end = maximum(logs, shares) if power > 0 else minimum(logs, shares)
        end = np.where(end > -np.inf, end, 0.0)
        powers = np.where(shares > 0, power * (logs - end[..., None]), 0.0)
        if abs(power) < 0.01:
            # Powers this small are all close to 1: only their distance from 1 is exact.
            total = np.log1p(np.maximum(weighted_mean(np.expm1(powers), shares), -1.0))
        else:
            total = np.log(weighted_mean(np.exp(powers), shares))
        means: Array = np.exp(end + total / power)
    return means


def median(scores: Array, shares: Array) -> Array:
    """Weighted median: the lowest score at which half of the weight is reached.

    Where a score and those below it have exactly half of the weight (to 1e-12), the mean of this
    score and the next: with equal weights that is the usual median.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    References
    ----------
    Edgeworth (1888), On a new method of reducing observations relating to several quantities,
    Philosophical Magazine 25.
    """
    ordered, reached = _ordered(scores, shares)
    lower, upper = (
        np.take_along_axis(ordered, position[..., None], axis=-1)[..., 0]
        for position in (
            (reached >= 0.5 - TOLERANCE).argmax(axis=-1),
            (reached > 0.5 + TOLERANCE).argmax(axis=-1),
        )
    )
    # Halves, so that 1e308 and 1e308 do not overflow.
    middles: Array = np.where(lower == upper, lower, lower / 2 + upper / 2)
    return middles


def minimum(scores: Array, shares: Array) -> Array:
    """Lowest score: no compensation at all.

    Weights matter only in that children of weight 0 do not count.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.

    Returns
    -------
    ndarray, shape (..., n_units)

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.12 (limits of
    compensability).
    """
    lowest: Array = np.where(shares > 0, scores, np.inf).min(axis=-1)
    return lowest


def maximum(scores: Array, shares: Array) -> Array:
    """Highest score: the limit of a generalised mean of infinite power.

    Parameters and result as for :func:`minimum`.
    """
    highest: Array = np.where(shares > 0, scores, -np.inf).max(axis=-1)
    return highest


def weighted_sum(scores: Array, shares: Array, *, total_weight: ArrayLike = 1.0) -> Array:
    """Sum of the scores times their weights, such as for counts and budgets.

    The one aggregation in which the size of the weights matters and not only their ratios: with
    weights of 1 it is the plain sum. Where scores are missing and ``missing`` is "renormalise",
    it is the weighted mean of those present times the total weight, as if the missing ones stood
    at that mean; with "zero" it is the sum of what is there.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, divided by their total.
    total_weight : array_like, shape (...,), default 1
        Total of the weights. No option: :func:`scoring.aggregation.aggregate` hands it over.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    ValueError
        Where a sum overflows.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.10.
    """
    with np.errstate(over="ignore"):
        sums: Array = weighted_mean(scores, shares) * np.asarray(total_weight)[..., None]
    if np.isinf(sums).any():
        raise ValueError("with weights this large the sum is no number; write smaller ones")
    return sums


def mazziotta_pareto(
    scores: Array, shares: Array, *, penalty: Literal["negative", "positive"] = "negative"
) -> Array:
    """Arithmetic mean less a penalty for imbalance among the scores (Mazziotta-Pareto index).

    With the weighted mean m, the weighted population standard deviation s of a unit's scores and
    cv = s / m it is m - s cv. The index and the adjusted index differ by normalisation only:
    z-scores with mean 100 and standard deviation 10, or min-max from 70 to 130. It is not
    monotone: where scores differ much, a rise of the highest one can lower the result, and the
    result can lie below the lowest score. The R package Compind divides by n - 1 in the standard
    deviation and so penalises more.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores of 0 or more: a coefficient of variation says nothing of others.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.
    penalty : {"negative", "positive"}, default "negative"
        Whether imbalance is taken off (more is better, such as development) or added (more is
        worse, such as poverty).

    Returns
    -------
    ndarray, shape (..., n_units)
        Where all scores of a unit are equal, that score, also 0.

    Raises
    ------
    DomainError
        Where a score is negative.
    ValueError
        Where ``penalty`` is neither.

    References
    ----------
    De Muro, Mazziotta & Pareto (2011), Composite Indices of Development and Poverty: An
    Application to MDGs, Social Indicators Research 104, 1-18. Mazziotta & Pareto (2016), On a
    Generalized Non-compensatory Composite Index for Measuring Socio-economic Phenomena, Social
    Indicators Research 127, 983-1003 (adjusted index). Mazziotta & Pareto (2022), Weighting in
    composite indices construction: the case of the Mazziotta-Pareto Index, Rivista Italiana di
    Economia Demografia e Statistica 76 (weighted mean and standard deviation).
    """
    if penalty not in ("negative", "positive"):
        raise ValueError(f'penalty must be "negative" or "positive", not {penalty!r}')
    _check(scores, scores < 0, "scores of 0 or more")
    means = weighted_mean(scores, shares)
    # Relative to the mean, so that squares of huge scores do not overflow; what has no weight could
    # still be far beyond the mean.
    counted = np.where(shares > 0, scores, means[..., None])
    away = counted / np.where(means > 0, means, 1.0)[..., None] - 1
    squared_variation = np.where(means > 0, weighted_mean(away * away, shares), 0.0)
    sign = -1 if penalty == "negative" else 1
    index: Array = means * (1 + sign * squared_variation)
    return index


def ordered_weighted(
    scores: Array,
    shares: Array,
    *,
    order_exponent: float = 2.0,
    order_weights: Sequence[float] | None = None,
) -> Array:
    """Weighted mean in which rank within the unit counts too: from the best score to the worst.

    Ordered weighted averaging with importances. The scores of a unit are sorted, best first; the
    k-th counts Q(r_k) - Q(r_{k-1}), where r_k is the share of weight of the k best and Q a
    quantifier that rises from Q(0) = 0 to Q(1) = 1.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.
    order_exponent : float, 0..infinity, default 2
        Q(r) = r ** order_exponent. 0 gives the highest score, 1 the weighted mean, 2 ("most of
        them") stresses low scores, infinity gives the lowest. The orness, which is 1 for the
        highest score and 0 for the lowest, is 1 / (1 + order_exponent).
    order_weights : sequence of float, optional
        Weights of the ranks, best first, 0 or more, rescaled to sum to 1; they take the place of
        ``order_exponent``. Q is linear between the points (i / m, sum of the first i of the m
        weights). With equal shares and m children the i-th weight is the weight of the i-th best
        score; m may differ from the number of children, for Q is defined for any. The orness is
        the sum of (m - i) / (m - 1) times the i-th weight.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    ValueError
        Where ``order_exponent`` is negative or ``order_weights`` are, or are all 0.

    References
    ----------
    Yager (1988), On ordered weighted averaging aggregation operators in multicriteria
    decisionmaking, IEEE Transactions on Systems, Man and Cybernetics 18, 183-190. Yager (1996),
    Quantifier guided aggregation using OWA operators, International Journal of Intelligent
    Systems 11, 49-73 (importances). Torra (1997), The weighted OWA operator, International
    Journal of Intelligent Systems 12, 153-166 (interpolated weights).
    """
    if not order_exponent >= 0:
        raise ValueError(f"order_exponent must be 0 or more, not {order_exponent}")
    negative, reached = _ordered(-scores, shares)
    if order_weights is None:
        quantified = np.where(reached > 0, reached**order_exponent, 0.0)
    else:
        steps = np.asarray(order_weights, dtype=np.float64)
        if steps.ndim != 1 or not ((steps >= 0).all() and 0 < steps.max(initial=0.0) < np.inf):
            raise ValueError("order_weights must be 0 or more, and not all 0")
        steps = steps / steps.max()
        total = np.append(0.0, steps.cumsum())
        quantified = np.interp(reached, np.linspace(0, 1, len(total)), total / total[-1])
    return weighted_mean(-negative, np.diff(quantified, axis=-1, prepend=0.0))


def _ordered(scores: Array, shares: Array) -> tuple[Array, Array]:
    """Scores of each unit from low to high, and the share of weight reached with each."""
    scores, shares = np.broadcast_arrays(scores, shares)
    order = scores.argsort(axis=-1, kind="stable")
    reached = np.take_along_axis(shares, order, axis=-1).cumsum(axis=-1)
    # Exactly 1 from where all of it is reached, so that nothing is left for what does not count.
    return np.take_along_axis(scores, order, axis=-1), np.where(
        reached > 1 - TOLERANCE, 1.0, reached
    )


def _check(scores: Array, outside: NDArray[np.bool_], requirement: str) -> None:
    if outside.any():
        places = np.nonzero(outside)
        raise DomainError(requirement, places[-2], places[-1], scores[places])

"""Distances from the mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.magnitude import to_unit_magnitude
from scoring.normalisation.base import Array, BaseNormalisation, averages


def standard_scores(
    values: ArrayLike,
    centre: ArrayLike,
    spread: ArrayLike,
    direction: ArrayLike = 1,
    mean: float = 0.0,
    sd: float = 1.0,
) -> Array:
    """z-scores with a wanted mean and standard deviation.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    centre, spread : array_like, shape (..., n_indicators)
        Mean and standard deviation of the reference; a spread of 0 gives everybody ``mean``.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.
    mean, sd : float
        Mean and standard deviation of the scores of the reference.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Unbounded scores.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.2 (standardisation).
    """
    values, centre, spread = (
        np.asarray(array, dtype=np.float64) for array in (values, centre, spread)
    )
    spread = (spread * np.asarray(direction))[..., None, :]
    flat = np.equal(spread, 0)
    # Halves are exact and keep the difference of 1e308 and -1e308 finite.
    scores = np.multiply(values, 0.5) - centre[..., None, :] * 0.5
    scores /= np.where(flat, 1.0, spread)
    if flat.any():
        scores = np.where(flat & ~np.isnan(scores), 0.0, scores)
    scores *= 2 * sd
    scores += mean
    return scores


def above_or_below(
    values: ArrayLike, mean: ArrayLike, direction: ArrayLike = 1, threshold: float = 0.2
) -> Array:
    """1 for values well better than the mean, -1 for values well worse, 0 in between.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    mean : array_like, shape (..., n_indicators)
        Mean of the reference.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.
    threshold : float
        Share of the size of the mean, 0 or more, up to which a value counts as about the mean;
        values at the threshold do.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        -1, 0 or 1.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.5 and Table 15
    (indicators above or below the mean).
    """
    values, mean = (np.asarray(array, dtype=np.float64) for array in (values, mean))
    mean = mean[..., None, :]
    # A threshold that overflows is infinite, and no value is beyond it.
    with np.errstate(over="ignore"):
        margin = threshold * np.abs(mean)
        signs = (values > mean + margin).astype(np.float64) - (values < mean - margin)
    scores: Array = np.where(
        np.isnan(values) | np.isnan(mean), np.nan, signs * np.asarray(direction) + 0.0
    )
    return scores


class ZScore(BaseNormalisation):
    """Distance from the mean of the reference in its standard deviations.

    The standard deviation is that of a sample (divisor n - 1). A constant indicator, or one with a
    single value, gives everybody the mean. Missing stays missing; values outside the reference
    follow the line.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    mean, sd : float, default 0 and 1
        Mean and standard deviation of the scores.

    Attributes
    ----------
    mean_, sd_ : ndarray, shape (n_indicators,)
        Mean and standard deviation of the reference; NaN where it has no value.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.2.
    """

    def __init__(
        self, direction: ArrayLike | None = None, mean: float = 0.0, sd: float = 1.0
    ) -> None:
        self.direction = direction
        self.mean = mean
        self.sd = sd

    def _learn(self, values: Array, direction: Array) -> None:
        constant = np.fmax.reduce(values, axis=0) == np.fmin.reduce(values, axis=0)
        values, exponent = to_unit_magnitude(values)
        present = ~np.isnan(values)
        count = np.where(present.any(axis=0), present.sum(axis=0), np.nan)
        mean = np.where(present, values, 0.0).sum(axis=0) / count
        away = np.where(present, values - mean, 0.0)
        variance = (away**2).sum(axis=0) / np.maximum(count - 1, 1)
        self.mean_ = np.ldexp(mean, exponent)
        self.sd_ = np.where(constant, 0.0, np.ldexp(np.sqrt(variance), exponent))

    def _scores(self, values: Array, direction: Array) -> Array:
        return standard_scores(values, self.mean_, self.sd_, direction, self.mean, self.sd)


class AboveBelowMean(BaseNormalisation):
    """Whether a value is well above the mean of the reference (1), well below (-1) or neither (0).

    The sign is turned where less is better, so that 1 is always good. A constant indicator, a
    single unit included, gives everybody 0. Missing stays missing; values outside the reference
    are compared with its mean like all others. The Handbook writes the rule for a positive mean;
    here the threshold is a share of the size of the mean, so that it also holds for a negative
    one. A mean of 0 leaves no margin.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    threshold : float, default 0.2
        Share of the mean, 0 or more, up to which a value counts as about the mean.

    Attributes
    ----------
    mean_ : ndarray, shape (n_indicators,)
        Mean of the reference; NaN where it has no value, and every score is then missing.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.5 and Table 15
    (threshold of 20 %).
    """

    def __init__(self, direction: ArrayLike | None = None, threshold: float = 0.2) -> None:
        self.direction = direction
        self.threshold = threshold

    def _learn(self, values: Array, direction: Array) -> None:
        if not self.threshold >= 0:
            raise ValueError(f"threshold must be 0 or more, not {self.threshold}")
        self.mean_ = averages(values)

    def _scores(self, values: Array, direction: Array) -> Array:
        return above_or_below(values, self.mean_, direction, self.threshold)

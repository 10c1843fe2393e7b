"""Straight lines between two ends of a scale."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
from numpy.typing import ArrayLike

from scoring.normalisation.base import (
    Array,
    _Normalisation,
    averages,
    check_range,
    extremes,
    on_range,
)

#: Goalposts below this in size cannot make a difference overflow that is not clipped anyway.
LARGE = 2.0**1021


def rescale(
    values: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    direction: ArrayLike = 1,
    feature_range: tuple[float, float] = (0.0, 100.0),
    clip: bool = True,
) -> Array:
    """Linear rescaling between two goalposts.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    low, high : array_like, shape (..., n_indicators)
        Goalposts, low <= high whatever the direction. Where they are equal, every value gets the
        middle of the range.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.
    feature_range : (float, float)
        Scores of the worst and of the best goalpost.
    clip : bool
        Whether values beyond a goalpost get the score of the goalpost.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Scores; inside ``feature_range`` where ``clip``.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3 (min-max).
    """
    values, low, high = (np.asarray(array, dtype=np.float64) for array in (values, low, high))
    more_is_better = np.asarray(direction) > 0
    start = np.where(more_is_better, low, high)[..., None, :]
    end = np.where(more_is_better, high, low)[..., None, :]
    # A value far beyond close goalposts may overflow; clipped, that is the end of the range.
    with np.errstate(over="ignore") if clip else nullcontext():
        if clip and (np.abs(start) < LARGE).all() and (np.abs(end) < LARGE).all():
            share = np.subtract(values, start)
            width = end - start
        else:
            # Halves are exact and keep the difference of 1e308 and -1e308 finite.
            share = np.multiply(values, 0.5) - start * 0.5
            width = end * 0.5 - start * 0.5
        flat = width == 0
        share /= np.where(flat, 1.0, width)
    if flat.any():
        share = np.where(flat & ~np.isnan(share), 0.5, share)
    if clip:
        np.clip(share, 0.0, 1.0, out=share)
    return on_range(share, feature_range)


def centred_rescale(
    values: ArrayLike,
    centre: ArrayLike,
    half_range: ArrayLike,
    direction: ArrayLike = 1,
    feature_range: tuple[float, float] = (70.0, 130.0),
) -> Array:
    """Linear rescaling that puts a reference value in the middle of the range.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    centre : array_like, shape (..., n_indicators)
        Value that gets the middle of the range.
    half_range : array_like, shape (..., n_indicators)
        Distance from the centre to either end of the range, 0 or more. Where it is 0, every value
        gets the middle.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.
    feature_range : (float, float)
        Scores at half a range below and above the centre.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Unbounded scores.

    References
    ----------
    Mazziotta & Pareto (2016), On a Generalized Non-compensatory Composite Index for Measuring
    Socio-economic Phenomena, Social Indicators Research 127, 983-1003.
    """
    values, centre, half_range = (
        np.asarray(array, dtype=np.float64) for array in (values, centre, half_range)
    )
    half_range = (half_range * np.asarray(direction))[..., None, :]
    flat = half_range == 0
    # Half the distance over half the range is the share of the whole range.
    share = np.multiply(values, 0.5) - centre[..., None, :] * 0.5
    share /= np.where(flat, 1.0, half_range)
    share = np.where(flat & ~np.isnan(share), 0.0, share)
    share += 0.5
    return on_range(share, feature_range)


class MinMax(_Normalisation):
    """Linear rescaling between the lowest and the highest value of the reference.

    Scores lie inside ``feature_range`` where ``clip``. A constant indicator, a single unit
    included, gives everybody the middle of the range.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (0, 100)
        Scores of the worst and of the best value. A range that starts above 0, such as (1, 100),
        lets geometric means work.
    clip : bool, default True
        Whether values outside those of the reference get the score of the nearest end.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Lowest and highest value of the reference; NaN where it has none, and every score is then
        missing.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3.
    """

    bounded = True

    def __init__(
        self,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        clip: bool = True,
    ) -> None:
        self.direction = direction
        self.feature_range = feature_range
        self.clip = clip

    def _learn(self, values: Array, direction: Array) -> None:
        self.low_, self.high_ = extremes(values)

    def _scores(self, values: Array, direction: Array) -> Array:
        return rescale(
            values, self.low_, self.high_, direction, check_range(self.feature_range), self.clip
        )


class Goalposts(MinMax):
    """Linear rescaling between goalposts that are set beforehand.

    Scores lie inside ``feature_range`` where ``clip``. The reference does not matter, so that a
    constant indicator or a single unit gets its place between the goalposts. COINr calls this
    ``n_goalposts`` and, without clipping, ``n_scaled``.

    Parameters
    ----------
    low, high : array_like, shape (n_indicators,), optional
        Goalposts in the indicators' own units, low < high whatever the direction; 0 and 1 where
        left out.
    direction, feature_range, clip
        As for :class:`MinMax`.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        The goalposts.

    References
    ----------
    UNDP (2022), Human Development Report 2021/2022, Technical note 1, equation 1.
    """

    columns = ("low", "high")

    def __init__(
        self,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        clip: bool = True,
    ) -> None:
        super().__init__(direction, feature_range, clip)
        self.low = low
        self.high = high

    def _learn(self, values: Array, direction: Array) -> None:
        n_indicators = values.shape[1]
        low = np.zeros(n_indicators) if self.low is None else np.asarray(self.low, dtype=float)
        high = np.ones(n_indicators) if self.high is None else np.asarray(self.high, dtype=float)
        if low.shape != (n_indicators,) or high.shape != (n_indicators,) or not (low < high).all():
            raise ValueError(f"goalposts need low < high for each of {n_indicators} indicators")
        self.low_, self.high_ = low, high


class DistanceToMaximum(MinMax):
    """Distance to the best value in the range of the reference: 1 less the share still missing.

    1 - (best - x) / (best - worst), on ``feature_range``. That is the score of :class:`MinMax` in
    other words, under the name it has in COINr (``n_dist2max``); constant indicators, missing
    values and values outside the reference follow the rules there. The best value is the lowest
    one where less is better.

    Parameters
    ----------
    direction, feature_range, clip
        As for :class:`MinMax`.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Lowest and highest value of the reference.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (function n_dist2max).
    """


class CentredMinMax(_Normalisation):
    """Linear rescaling by the range of the reference, its mean in the middle of the scale.

    The normalisation of the adjusted Mazziotta-Pareto index: goalposts half the range of the
    reference below and above its mean, so that with the default range the mean scores 100 and the
    whole range of values takes 60 points. A skewed indicator reaches beyond 70 or 130; nothing is
    clipped. A constant indicator, a single unit included, gives everybody the middle; missing
    stays missing; values outside the reference follow the line.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (70, 130)
        Scores at half a range on the worse and on the better side of the centre.
    reference : {"mean"} or array_like, shape (n_indicators,), default "mean"
        Value in the middle: the mean of the units, or given values such as the national average.

    Attributes
    ----------
    centre_, half_range_ : ndarray, shape (n_indicators,)
        Value in the middle, and half the distance from the lowest to the highest value.

    References
    ----------
    De Muro, Mazziotta & Pareto (2011), Composite Indices of Development and Poverty: An
    Application to MDGs, Social Indicators Research 104, 1-18; Mazziotta & Pareto (2016), On a
    Generalized Non-compensatory Composite Index for Measuring Socio-economic Phenomena, Social
    Indicators Research 127, 983-1003.
    """

    def __init__(
        self,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (70.0, 130.0),
        reference: str | ArrayLike = "mean",
    ) -> None:
        self.direction = direction
        self.feature_range = feature_range
        self.reference = reference

    def _learn(self, values: Array, direction: Array) -> None:
        self.centre_ = averages(values)
        if not isinstance(self.reference, str):
            self.centre_ = self._per_indicator("reference", self.centre_, gaps=False)
        elif self.reference != "mean":
            raise ValueError(f"reference must be 'mean' or values, not {self.reference!r}")
        low, high = extremes(values)
        self.half_range_ = high / 2 - low / 2

    def _scores(self, values: Array, direction: Array) -> Array:
        return centred_rescale(
            values, self.centre_, self.half_range_, direction, check_range(self.feature_range)
        )

"""How far a value has come on the way to a target."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.normalisation.base import Array, BaseNormalisation, averages, check_range, extremes
from scoring.normalisation.linear import rescale


def progress_to_target(
    values: ArrayLike,
    worst: ArrayLike,
    target: ArrayLike,
    direction: ArrayLike = 1,
    feature_range: tuple[float, float] = (0.0, 100.0),
    clip: bool = True,
) -> Array:
    """Share of the way from the worst value to a target.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    worst, target : array_like, shape (..., n_indicators)
        Where the way starts and where it ends; the target is not worse than the worst value. Where
        they are equal there is no way: values that reach the target get the best score, others the
        worst.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.
    feature_range : (float, float)
        Scores of the worst value and of the target.
    clip : bool
        Whether values beyond the target get its score, and values before the worst one the lowest.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Scores; inside ``feature_range`` where ``clip``.

    References
    ----------
    Becker et al. (2022), COINr, Journal of Open Source Software 7(78), 4567 (function n_dist2targ).
    """
    values, worst, target = (
        np.asarray(array, dtype=np.float64) for array in (values, worst, target)
    )
    more_is_better = np.asarray(direction) > 0
    low, high = np.where(more_is_better, worst, target), np.where(more_is_better, target, worst)
    scores = rescale(values, low, high, direction, feature_range, clip)
    there = (worst == target)[..., None, :]
    if there.any():
        target = target[..., None, :]
        reached = np.where(more_is_better, values >= target, values <= target)
        step = np.where(reached, feature_range[1], feature_range[0])
        scores = np.where(there & ~np.isnan(scores), step, scores)
    return scores


def closeness_to_interval(
    values: ArrayLike,
    low: ArrayLike,
    target: ArrayLike,
    target_high: ArrayLike,
    high: ArrayLike,
    feature_range: tuple[float, float] = (0.0, 100.0),
    clip: bool = True,
) -> Array:
    """Best score inside an interval, falling in a straight line on either side of it.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    low, target, target_high, high : array_like, shape (..., n_indicators)
        In this order, equal ones allowed: worst value below, ends of the interval, worst value
        above. Where a worst value is the end of the interval, all beyond it is worst.
    feature_range : (float, float)
        Scores at the worst values and inside the interval.
    clip : bool
        Whether values beyond the worst ones get the lowest score.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Scores, at most the best of the range; inside ``feature_range`` where ``clip``.

    References
    ----------
    Derringer & Suich (1980), Simultaneous Optimization of Several Response Variables, Journal of
    Quality Technology 12, 214-219 (two-sided desirability, both exponents 1).
    """
    from_below = progress_to_target(values, low, target, 1, feature_range, clip)
    from_above = progress_to_target(values, high, target_high, -1, feature_range, clip)
    scores: Array = np.minimum(np.minimum(from_below, from_above), feature_range[1])
    return scores


class DistanceToTarget(BaseNormalisation):
    """Share of the way from the worst value to a target of each indicator.

    Inside ``feature_range`` where ``clip``. The way starts at the worst value of the reference, or
    at the goalpost on the worse side where there is one: the low one where more is better, the
    high one where less is. A constant indicator is placed like any other, and so is a single unit:
    at the start of the way without a goalpost, or at its end where it has reached the target.
    Missing stays missing. Values outside the reference follow the line, up to the ends where
    ``clip``.

    Parameters
    ----------
    target : array_like, shape (n_indicators,), optional
        Targets in the indicators' own units, below the worst value where less is better; the best
        values of the reference where left out.
    low, high : array_like, shape (n_indicators,), optional
        Goalposts; the lowest and highest values of the reference where left out or NaN.
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (0, 100)
        Scores of the worst value and of the target.
    clip : bool, default True
        Whether values beyond the target get its score (``cap_max`` of COINr), and values before
        the start of the way the lowest.

    Attributes
    ----------
    worst_, target_ : ndarray, shape (n_indicators,)
        Where the way starts and where it ends.

    Raises
    ------
    ValueError
        In ``fit``, where a target is worse than the worst value, so that the scores would be
        turned round. COINr warns and turns them. A goalpost on the worse side helps.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (function n_dist2targ).
    """

    columns = ("target",)
    optional_columns = ("low", "high")
    bounded = True

    def __init__(
        self,
        target: ArrayLike | None = None,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        clip: bool = True,
    ) -> None:
        self.target = target
        self.low = low
        self.high = high
        self.direction = direction
        self.feature_range = feature_range
        self.clip = clip

    def _learn(self, values: Array, direction: Array) -> None:
        lowest, highest = extremes(values)
        low = self._per_indicator("low", lowest, gaps=True)
        high = self._per_indicator("high", highest, gaps=True)
        self.worst_ = np.where(direction > 0, low, high)
        best = np.where(direction > 0, highest, lowest)
        # A goalpost may lie beyond all values of the reference.
        reach = direction * np.maximum(direction * best, direction * self.worst_)
        self.target_ = self._per_indicator("target", reach, gaps=False)
        self._refuse(
            direction * self.target_ < direction * self.worst_,
            "a target that is not worse than the worst value (goalpost or value of the reference)",
            "target",
        )

    def _scores(self, values: Array, direction: Array) -> Array:
        return progress_to_target(
            values,
            self.worst_,
            self.target_,
            direction,
            check_range(self.feature_range),
            self.clip,
        )


class TargetInterval(BaseNormalisation):
    """Best inside an interval, falling to the worst values below and above it.

    For indicators of which there can be too little and too much. Inside ``feature_range`` where
    ``clip``. The score falls in a straight line on either side, from the end of the interval to
    the goalpost there, or to the lowest or highest value of the reference. Where that value lies
    inside the interval, nothing of the reference is outside on that side, and any other value that
    is gets the lowest score. ``direction`` is ignored: neither more nor less is better. A constant
    indicator and a single unit get the best score inside the interval and, without goalposts, the
    lowest outside. Missing stays missing.

    Parameters
    ----------
    target, target_high : array_like, shape (n_indicators,), optional
        Ends of the interval in the indicators' own units, target <= target_high. ``target`` is the
        median of the reference where left out; ``target_high`` is ``target`` where left out or
        NaN, which makes the interval one point.
    low, high : array_like, shape (n_indicators,), optional
        Goalposts, low <= target and target_high <= high; the lowest and highest values of the
        reference where left out or NaN.
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        Ignored.
    feature_range : (float, float), default (0, 100)
        Scores of the worst values and inside the interval.
    clip : bool, default True
        Whether values beyond the worst ones get the lowest score.

    Attributes
    ----------
    worst_low_, target_, target_high_, worst_high_ : ndarray, shape (n_indicators,)
        The four corners of the scale in increasing order.

    References
    ----------
    Derringer & Suich (1980), Simultaneous Optimization of Several Response Variables, Journal of
    Quality Technology 12, 214-219.
    """

    columns = ("target",)
    optional_columns = ("target_high", "low", "high")
    bounded = True
    monotone = False

    def __init__(
        self,
        target: ArrayLike | None = None,
        target_high: ArrayLike | None = None,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        clip: bool = True,
    ) -> None:
        self.target = target
        self.target_high = target_high
        self.low = low
        self.high = high
        self.direction = direction
        self.feature_range = feature_range
        self.clip = clip

    def _learn(self, values: Array, direction: Array) -> None:
        lowest, highest = extremes(values)
        self.target_ = self._per_indicator("target", _medians(values), gaps=False)
        self.target_high_ = self._per_indicator("target_high", self.target_, gaps=True)
        self._refuse(
            self.target_ > self.target_high_, "a target no higher than target_high", "target"
        )
        low = self._per_indicator("low", np.fmin(lowest, self.target_), gaps=True)
        high = self._per_indicator("high", np.fmax(highest, self.target_high_), gaps=True)
        self._refuse(low > self.target_, "a goalpost low that is not above target", "low")
        self._refuse(
            high < self.target_high_, "a goalpost high that is not below target_high", "high"
        )
        self.worst_low_, self.worst_high_ = low, high

    def _scores(self, values: Array, direction: Array) -> Array:
        return closeness_to_interval(
            values,
            self.worst_low_,
            self.target_,
            self.target_high_,
            self.worst_high_,
            check_range(self.feature_range),
            self.clip,
        )


def _medians(values: Array) -> Array:
    """Median of each indicator, NaN without values."""
    medians = averages(values)
    some = ~np.isnan(medians)
    # Halves, because the mean of two middle values may overflow.
    medians[some] = 2 * np.nanmedian(values[:, some] / 2, axis=0)
    return medians

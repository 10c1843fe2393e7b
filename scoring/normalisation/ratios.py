"""Values as multiples of a reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import Tags

from scoring.normalisation.base import (
    Array,
    _Normalisation,
    averages,
    check_range,
    extremes,
    on_range,
)
from scoring.normalisation.targets import progress_to_target

POSITIVE = "values above 0 (0 itself where more is better)"


def ratios(values: ArrayLike, reference: ArrayLike, direction: ArrayLike = 1) -> Array:
    """Values over their reference, or the reference over them where less is better.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values above 0, or 0 where more is better; NaN where missing.
    reference : array_like, broadcast against values
        Values above 0 to compare with; NaN where there is none. A value that is equal to its
        reference has the ratio 1, also where both are 0.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        From 0 upwards, 1 at the reference.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 and Table 15
    (distance to a reference).
    """
    values, reference = (np.asarray(array, dtype=np.float64) for array in (values, reference))
    more_is_better = np.asarray(direction) > 0
    same = values == reference
    above = np.where(more_is_better, values, reference)
    below = np.where(same, 1.0, np.where(more_is_better, reference, values))
    shares: Array = np.where(same, 1.0, above / below)
    return shares


def relative_differences(
    values: ArrayLike, reference: ArrayLike, direction: ArrayLike = 1
) -> Array:
    """How much better than their reference values are, as shares of its size.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    reference : array_like, broadcast against values
        Values other than 0 to compare with, except where the value is 0 too; NaN where there is
        none.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        (value - reference) / |reference|, times direction; 0 at the reference.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 and Table 15
    (distance to a reference).
    """
    values, reference = (np.asarray(array, dtype=np.float64) for array in (values, reference))
    # Halves are exact and keep the difference of 1e308 and -1e308 finite.
    away = np.multiply(values, 0.5) - reference * 0.5
    same = values == reference
    shares = away / np.where(same, 1.0, np.abs(reference)) * np.asarray(direction) * 2
    return np.where(same, 0.0, shares)


class _Ratio(_Normalisation):
    """Ratios are taken of positive values."""

    def _positive(self) -> bool:
        """Whether the choices make a ratio."""
        return True

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = self._positive()
        return tags

    def _check(self, values: Array, reference: Array, direction: Array) -> None:
        """Refuse values that have no ratio to their reference; missing ones need none."""
        self._require(~(values < 0), values, POSITIVE)
        self._require(~(values == 0) | (direction > 0), values, POSITIVE)
        without = (reference <= 0) & (values != reference) & ~np.isnan(values)
        self._require(~without, values, "a reference other than 0")

    def _ratios(self, values: Array, reference: Array, direction: Array) -> Array:
        self._check(values, reference, direction)
        return ratios(values, reference, direction)


class DistanceToReference(_Ratio):
    """Ratio or distance to a reference: the mean, the best or the worst value, or one unit's.

    Shares are put on ``feature_range``, 0 as its lower and 1 as its upper end, and go beyond: with
    the default range a ratio of 1.04 scores 104. A constant indicator, a single unit included, is
    at its own reference: share 1 (0 for a difference). Missing stays missing; values outside the
    reference set follow the same formula.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (0, 100)
        Scores of the shares 0 and 1.
    reference : {"mean", "best", "worst"} or array_like, shape (n_indicators,), default "mean"
        What to compare with: a value of the reference set, or given values such as those of one
        unit.
    distance : {"ratio", "difference", "range"}, default "ratio"
        ``ratio``: x / reference, and reference / x where less is better, so that better values
        score higher; values above 0 (0 itself where more is better). ``difference``:
        (x - reference) / |reference|, with the opposite sign where less is better; the reference
        is not 0. ``range``: 1 - (reference - x) / (reference - worst), the share of the way from
        the worst value of the reference set to the reference, which is better than the worst.
    clip : bool, default True
        For ``range`` alone: whether values beyond the reference get its score (``cap_max`` of
        COINr), and values before the worst one the lowest.

    Attributes
    ----------
    comparison_ : ndarray, shape (n_indicators,)
        What each indicator is compared with; NaN where the mean, best or worst has no values, and
        every score is then missing.
    worst_ : ndarray, shape (n_indicators,)
        Worst value of the reference set.

    Raises
    ------
    ValueError
        In ``fit``, where a reference is missing, 0 or no better than the worst value while the
        distance needs it to be.
    DomainError
        Where ratios are taken of values that are not positive.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.4 and Table 15
    (distance to a reference); Becker et al. (2022), COINr, Journal of Open Source Software 7(78),
    4567 (function n_dist2ref: ``distance="range"``).
    """

    def __init__(
        self,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        reference: str | ArrayLike = "mean",
        distance: str = "ratio",
        clip: bool = True,
    ) -> None:
        self.direction = direction
        self.feature_range = feature_range
        self.reference = reference
        self.distance = distance
        self.clip = clip

    def _positive(self) -> bool:
        return self.distance == "ratio"

    def _learn(self, values: Array, direction: Array) -> None:
        if self.distance not in ("ratio", "difference", "range"):
            raise ValueError(f"distance must be ratio, difference or range, not {self.distance!r}")
        low, high = extremes(values)
        self.worst_ = np.where(direction > 0, low, high)
        self.comparison_ = self._comparison(values, direction)
        constant = (low == high) & (low == self.comparison_)
        if self.distance == "ratio":
            self._refuse(
                (self.comparison_ <= 0) & ~constant & (low >= 0),
                "a reference above 0 for a ratio",
            )
            self._check(values, self.comparison_, direction)
        elif self.distance == "difference":
            self._refuse(
                (self.comparison_ == 0) & ~constant,
                "a reference other than 0",
            )
        else:
            self._refuse(
                (direction * self.comparison_ <= direction * self.worst_) & ~constant,
                "a reference that is better than the worst value, for a share of the range",
            )

    def _comparison(self, values: Array, direction: Array) -> Array:
        low, high = extremes(values)
        if not isinstance(self.reference, str):
            return self._per_indicator("reference", low, gaps=False)
        if self.reference == "mean":
            return averages(values)
        if self.reference == "best":
            return np.where(direction > 0, high, low)
        if self.reference == "worst":
            return self.worst_
        raise ValueError(f"reference must be mean, best, worst or values, not {self.reference!r}")

    def _scores(self, values: Array, direction: Array) -> Array:
        feature_range = check_range(self.feature_range)
        if self.distance == "range":
            return progress_to_target(
                values, self.worst_, self.comparison_, direction, feature_range, self.clip
            )
        if self.distance == "ratio":
            return on_range(self._ratios(values, self.comparison_, direction), feature_range)
        self._require(
            (self.comparison_ != 0) | (values == 0) | np.isnan(values),
            values,
            "a reference other than 0",
        )
        return on_range(relative_differences(values, self.comparison_, direction), feature_range)


class FractionOfMaximum(_Ratio):
    """Fraction of the best value: x / max, or min / x where less is better.

    Inside ``feature_range`` where ``clip``; the best value gets its upper end, and 0 its lower.
    Where less is better the fraction is turned over, so that the order is kept: COINr divides the
    negative of the values by their maximum, which turns the ranking round. A constant indicator, a
    single unit included, gives everybody the best score. Missing stays missing. A value better
    than the best of the reference goes beyond the range, or gets its end where ``clip``.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (0, 100)
        Scores of the fractions 0 and 1.
    clip : bool, default True
        Whether values better than the best of the reference get its score.

    Attributes
    ----------
    best_ : ndarray, shape (n_indicators,)
        Best value of the reference; NaN where it has none, and every score is then missing.

    Raises
    ------
    DomainError
        Where a value is negative, or 0 where less is better.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (function n_fracmax).
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
        low, high = extremes(values)
        self.best_ = np.where(direction > 0, high, low)
        self._check(values, self.best_, direction)

    def _scores(self, values: Array, direction: Array) -> Array:
        # An overflow is far beyond the best value.
        with np.errstate(over="ignore"):
            shares = self._ratios(values, self.best_, direction)
        if self.clip:
            shares = np.minimum(shares, 1.0)
        return on_range(shares, check_range(self.feature_range))


class Indexation(_Ratio):
    """Index numbers: 100 times the ratio to the base, the mean of the units or each unit's own.

    From 0 upwards, 100 at the base and more where better: where less is better the ratio is turned
    over. Fitted on the base year and used on any year. A constant indicator, a single unit
    included, is 100 in its base year. Missing stays missing; other values than those of the base
    year follow the same formula.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    base : {"mean", "unit"}, default "mean"
        ``mean``: the mean of all units in the base year. ``unit``: each unit's own value in the
        base year; the units are then the same, in the same order, and one without a value in the
        base year has no index (missing).

    Attributes
    ----------
    base_ : ndarray, shape (n_indicators,) or (n_units, n_indicators)
        Values of the base year that count as 100; NaN where there is none.

    Raises
    ------
    DomainError
        Where a value is negative, or 0 where less is better or in a base year that is not all 0.
    ValueError
        In ``transform`` with the base ``unit``, where the number of units is another one.

    References
    ----------
    Mazziotta & Pareto (2013), Methods for Constructing Composite Indices: One for All or All for
    One?, Rivista Italiana di Economia Demografia e Statistica 67(2), 67-80 (indicization).
    """

    def __init__(self, direction: ArrayLike | None = None, base: str = "mean") -> None:
        self.direction = direction
        self.base = base

    @property
    def by_unit(self) -> bool:
        """Whether a unit is measured by its own value in the base year."""
        return self.base == "unit"

    def _learn(self, values: Array, direction: Array) -> None:
        if self.base not in ("mean", "unit"):
            raise ValueError(f"base must be mean or unit, not {self.base!r}")
        self.base_ = values.copy() if self.base == "unit" else averages(values)
        self._check(values, self.base_, direction)

    def _scores(self, values: Array, direction: Array) -> Array:
        if self.by_unit and len(self.base_) != len(values):
            raise ValueError(
                f"the base year has {len(self.base_)} units, these values have {len(values)}"
            )
        return on_range(self._ratios(values, self.base_, direction), (0.0, 100.0))

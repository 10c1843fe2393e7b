"""One value for all missing ones of an indicator: mean or median, of all units or of a group."""

from __future__ import annotations

import numpy as np

from scoring.imputation.base import Array, BaseImputation, Groups
from scoring.magnitude import to_unit_magnitude


class NoImputation(BaseImputation):
    """Missing stays missing; the aggregation's rule says what happens to it."""

    each_alone = True

    def _learn(self, values: Array, groups: Groups) -> None:
        pass

    def _estimates(self, values: Array, groups: Groups) -> Array:
        return values

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")


class _OneValue(BaseImputation):
    each_alone = True
    _strategy: str

    def _learn(self, values: Array, groups: Groups) -> None:
        self.statistics_ = _statistics(values, self._strategy)

    def _estimates(self, values: Array, groups: Groups) -> Array:
        return np.broadcast_to(self.statistics_, values.shape)


class Mean(_OneValue):
    """Mean of the indicator over all units of the reference.

    Leaves the mean as it is and makes the spread and the correlations of the indicator smaller.

    Attributes
    ----------
    statistics_ : ndarray, shape (n_indicators,)
        The means; NaN where the reference has no value.

    References
    ----------
    Little & Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.2 (unconditional
    mean imputation).
    """

    _strategy = "mean"


class Median(_OneValue):
    """Median of the indicator over all units of the reference.

    As :class:`Mean`, for indicators in which a few extreme units move the mean.

    Attributes
    ----------
    statistics_ : ndarray, shape (n_indicators,)
        The medians; NaN where the reference has no value.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.2.
    """

    _strategy = "median"


class _OneValueByGroup(BaseImputation):
    needs_group = True
    each_alone = True
    _strategy: str

    def _learn(self, values: Array, groups: Groups) -> None:
        self.groups_ = np.unique(groups[groups >= 0])
        self.statistics_ = np.full((len(self.groups_), values.shape[1]), np.nan)
        for row, group in enumerate(self.groups_):
            self.statistics_[row] = _statistics(values[groups == group], self._strategy)

    def _estimates(self, values: Array, groups: Groups) -> Array:
        # The last row is that of the units without a group that the reference knows.
        table = np.vstack([self.statistics_, np.full(values.shape[1], np.nan)])
        rows = np.searchsorted(self.groups_, groups)
        known = np.append(self.groups_, -2)[rows] == groups
        estimates: Array = table[np.where(known, rows, -1)]
        return estimates


class GroupMean(_OneValueByGroup):
    """Mean of the indicator over the units of the same group.

    A unit without a group is not imputed and lends nothing. Where no unit of a group has a value,
    or the reference has no such group, the value stays missing.

    Attributes
    ----------
    groups_ : ndarray of int, shape (n_groups,)
        Groups of the reference, ascending.
    statistics_ : ndarray, shape (n_groups, n_indicators)
        Their means; NaN where a group has no value.

    References
    ----------
    Little & Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1 (means within
    adjustment cells).
    """

    _strategy = "mean"


class GroupMedian(_OneValueByGroup):
    """Median of the indicator over the units of the same group.

    The rules are those of :class:`GroupMean`.

    Attributes
    ----------
    groups_, statistics_
        As for :class:`GroupMean`, with medians.

    References
    ----------
    Little & Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1.
    """

    _strategy = "median"


def _statistics(values: Array, strategy: str) -> Array:
    from sklearn.impute import SimpleImputer

    scaled, exponents = to_unit_magnitude(values)
    statistics: Array = SimpleImputer(strategy=strategy).fit(scaled).statistics_
    # The mean of equal values may differ from them in its last digit.
    low, high = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    return np.clip(np.ldexp(statistics, exponents), low, high)

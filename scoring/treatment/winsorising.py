"""Winsorising: the most extreme values step back to the next ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from scoring.statistics import is_skewed, skewness
from scoring.treatment.base import Array, BaseTreatment, Mask


class Bounds(NamedTuple):
    """Values outside these are set to them; infinite where an end stays as it is."""

    low: float
    high: float
    points: int


def winsorising_bounds(
    values: ArrayLike,
    points: int = 5,
    maximum_skew: float = 2.0,
    maximum_kurtosis: float = 3.5,
    force: bool = False,
) -> Bounds:
    """Bounds between which an indicator is no longer skewed, as few values changed as possible.

    Step by step the extreme end of the long tail (the maximum where skewness is 0 or more, else the
    minimum) is set to the next different value, until the indicator passes. A step is not taken,
    and the search ends, where more than ``points`` values would then differ from the original (tied
    values count each) or where only one value would be left.

    Parameters
    ----------
    values : array_like, shape (n_units,)
        Values of one indicator, NaN where missing.
    points : int
        Most values that may be changed, 0 or more.
    maximum_skew, maximum_kurtosis : float
        Rule of :func:`scoring.statistics.is_skewed`.
    force : bool
        Whether to go on to ``points`` although the indicator passes.

    Returns
    -------
    Bounds
        ``low``, ``high``, and the number of values outside them.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5 (outliers). Becker et
    al. (2022), COINr, Journal of Open Source Software 7(78) (the steps; there, tied values may
    exceed the limit).
    """
    column = np.asarray(values, dtype=np.float64)
    ordered = np.sort(column[~np.isnan(column)])
    bounds = Bounds(-np.inf, np.inf, 0)
    if not len(ordered):
        return bounds
    current = ordered
    while force or is_skewed(current[:, None], maximum_skew, maximum_kurtosis)[0]:
        low, high = bounds.low, bounds.high
        least, most = current[0], current[-1]
        # The next different value; the other end where there is none.
        if skewness(current[:, None])[0] < 0:
            low = float(current[current > least].min(initial=most))
        else:
            high = float(current[current < most].max(initial=least))
        changed = int(((ordered < low) | (ordered > high)).sum())
        if changed > points or least == high or most == low:
            break
        bounds = Bounds(low, high, changed)
        current = np.clip(ordered, low, high)
    return bounds


class Winsorise(BaseTreatment):
    """Extreme values set to the next ones, one after the other, until the column passes.

    Where ``points`` values do not suffice, the values changed so far stay changed and
    ``passes_after_`` is False. A column never loses its last two different values. A forced column
    is winsorised up to ``points`` whether it passes or not.

    Values that are new in ``transform`` are clipped to the bounds of the reference, at the ends
    that were winsorised only.

    Parameters
    ----------
    points : int, default 5
        Most values changed in a column; tied values count each.
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Values outside are set to these; infinite where an end stays as it is.
    points_ : ndarray of int, shape (n_indicators,)
        Number of values of the reference that were changed.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5 (outliers). Becker et
    al. (2022), COINr, Journal of Open Source Software 7(78).
    """

    name = "winsorise"

    def __init__(
        self,
        points: int = 5,
        force: ArrayLike = False,
        maximum_skew: float = 2.0,
        maximum_kurtosis: float = 3.5,
    ) -> None:
        super().__init__(force, maximum_skew, maximum_kurtosis)
        self.points = points

    def transform_posts(self, posts: ArrayLike) -> Array:
        """Goalposts and targets as they are: the unit of measure stays the same.

        Parameters
        ----------
        posts : array_like, shape (n_posts, n_indicators)

        Returns
        -------
        ndarray, shape (n_posts, n_indicators)
        """
        check_is_fitted(self)
        return self._validated(posts, reset=False)

    def _check_parameters(self) -> None:
        check_points(self.points)

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        n_indicators = values.shape[1]
        self.low_ = np.full(n_indicators, -np.inf)
        self.high_ = np.full(n_indicators, np.inf)
        for column in np.flatnonzero(self.treated_):
            self.low_[column], self.high_[column], self.points_[column] = winsorising_bounds(
                values[:, column],
                self.points,
                self.maximum_skew,
                self.maximum_kurtosis,
                bool(forced[column]),
            )
        self.treated_ = self.points_ > 0

    def _transform_columns(self, values: Array) -> Array:
        clipped: NDArray[np.float64] = np.clip(
            values, self.low_[self.treated_], self.high_[self.treated_]
        )
        return clipped


def check_points(points: int) -> None:
    """Refuse a number of points below 0 or not whole."""
    if isinstance(points, bool) or points != int(points) or points < 0:
        raise ValueError(f"points is a whole number, 0 or more, not {points}")

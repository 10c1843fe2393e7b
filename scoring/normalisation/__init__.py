"""Normalisation: indicators in their own units become scores on one scale (Handbook, step 5).

Each method is an estimator: it is fitted on a reference (these regions, this year) and transforms
anything with the same indicators. Direction is applied here and nowhere else. Missing values stay
missing.

A constant indicator cannot tell units apart. Everybody then gets the same score by the rule of the
method: the middle of the range (min-max), the mean (z-score), the first rank (rank).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

Array = NDArray[np.float64]


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
    low, high = low[..., None, :], high[..., None, :]
    # Halves, so that goalposts of 1e308 and -1e308 do not overflow.
    width = high / 2 - low / 2
    flat = width == 0
    gained = np.where(np.asarray(direction) > 0, values / 2 - low / 2, high / 2 - values / 2)
    # A value far beyond close goalposts may overflow; clipped, that is the end of the range.
    with np.errstate(over="ignore" if clip else "warn"):
        share = np.where(
            flat, np.where(np.isnan(values), np.nan, 0.5), gained / np.where(flat, 1, width)
        )
    if clip:
        share = np.clip(share, 0.0, 1.0)
    worst, best = feature_range
    scores: Array = worst + share * (best - worst)
    return scores


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
    flat = spread[..., None, :] == 0
    # Halves, so that values of 1e308 and -1e308 do not overflow.
    away = (values / 2 - centre[..., None, :] / 2) * np.asarray(direction)
    scores: Array = mean + sd * np.where(
        flat, 0.0 * values, away / np.where(flat, 1, spread[..., None, :]) * 2
    )
    return scores


class _Normalisation(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """What all normalisations share: checked input, missing values allowed."""

    #: Whether the method reads the goalposts low and high of the framework.
    needs_goalposts = False

    def __sklearn_tags__(self):  # type: ignore[no-untyped-def]
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _validated(self, values: ArrayLike, *, reset: bool) -> Array:
        checked: Array = validate_data(
            self, values, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        return checked

    def _direction(self, n_indicators: int) -> Array:
        given = getattr(self, "direction", None)
        direction = np.ones(n_indicators) if given is None else np.asarray(given, dtype=np.float64)
        if direction.shape != (n_indicators,) or not np.isin(direction, (1, -1)).all():
            raise ValueError(f"direction must hold 1 or -1 for each of {n_indicators} indicators")
        return direction


def _check_range(feature_range: tuple[float, float]) -> tuple[float, float]:
    worst, best = feature_range
    if not worst < best:
        raise ValueError(f"the range goes from the worst score to the best, not {feature_range}")
    return float(worst), float(best)


class MinMax(_Normalisation):
    """Linear rescaling between the lowest and the highest value of the reference.

    A constant indicator gives everybody the middle of the range.

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
        Lowest and highest value of the reference; NaN where it has none.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.3.
    """

    def __init__(
        self,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        clip: bool = True,
    ) -> None:
        self.direction = direction
        self.feature_range = feature_range
        self.clip = clip

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Take the lowest and highest value of each indicator.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored
        """
        values = self._validated(X, reset=True)
        _check_range(self.feature_range)
        self._direction(values.shape[1])
        self.low_ = np.fmin.reduce(values, axis=0)
        self.high_ = np.fmax.reduce(values, axis=0)
        return self

    def transform(self, X: ArrayLike) -> Array:  # noqa: N803
        """Scores of values.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        direction = self._direction(values.shape[1])
        return rescale(
            values, self.low_, self.high_, direction, _check_range(self.feature_range), self.clip
        )


class Goalposts(MinMax):
    """Linear rescaling between goalposts that are set beforehand, clipped.

    Parameters
    ----------
    low, high : array_like, shape (n_indicators,), optional
        Goalposts in the indicators' own units, low < high whatever the direction; 0 and 1 where
        left out.
    direction, feature_range, clip
        As for :class:`MinMax`.

    References
    ----------
    UNDP (2022), Human Development Report 2021/2022, Technical note 1, equation 1.
    """

    needs_goalposts = True

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

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Check the goalposts; the reference itself does not matter.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
        y : ignored

        Raises
        ------
        ValueError
            Where a low goalpost is not below its high one.
        """
        values = self._validated(X, reset=True)
        _check_range(self.feature_range)
        n_indicators = values.shape[1]
        self._direction(n_indicators)
        low = np.zeros(n_indicators) if self.low is None else np.asarray(self.low, dtype=float)
        high = np.ones(n_indicators) if self.high is None else np.asarray(self.high, dtype=float)
        if low.shape != (n_indicators,) or high.shape != (n_indicators,) or not (low < high).all():
            raise ValueError(f"goalposts need low < high for each of {n_indicators} indicators")
        self.low_, self.high_ = low, high
        return self


class ZScore(_Normalisation):
    """Distance from the mean of the reference in its standard deviations.

    The standard deviation is that of a sample (divisor n - 1). A constant indicator, or one with a
    single value, gives everybody the mean.

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

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Take mean and standard deviation of each indicator.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored
        """
        values = self._validated(X, reset=True)
        self._direction(values.shape[1])
        constant = np.fmax.reduce(values, axis=0) == np.fmin.reduce(values, axis=0)
        # Divided by a power of 2, which is exact, so that squares neither overflow nor vanish.
        _, exponent = np.frexp(np.fmax.reduce(np.abs(values), axis=0))
        values = np.ldexp(values, -exponent)
        present = ~np.isnan(values)
        count = np.where(present.any(axis=0), present.sum(axis=0), np.nan)
        mean = np.where(present, values, 0.0).sum(axis=0) / count
        away = np.where(present, values - mean, 0.0)
        variance = (away**2).sum(axis=0) / np.maximum(count - 1, 1)
        self.mean_ = np.ldexp(mean, exponent)
        self.sd_ = np.where(constant, 0.0, np.ldexp(np.sqrt(variance), exponent))
        return self

    def transform(self, X: ArrayLike) -> Array:  # noqa: N803
        """Scores of values.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        direction = self._direction(values.shape[1])
        return standard_scores(values, self.mean_, self.sd_, direction, self.mean, self.sd)


class Rank(_Normalisation):
    """Rank among the values of the reference: 1 is the worst, ties share the lower rank.

    A value outside the reference gets one more than the number of reference values it beats.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.

    Attributes
    ----------
    reference_ : ndarray, shape (n_units, n_indicators)
        Sorted values of the reference, times direction, missing ones last.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1.
    """

    def __init__(self, direction: ArrayLike | None = None) -> None:
        self.direction = direction

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Sort the values of each indicator.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored
        """
        values = self._validated(X, reset=True)
        self.reference_ = np.sort(values * self._direction(values.shape[1]), axis=0)
        return self

    def transform(self, X: ArrayLike) -> Array:  # noqa: N803
        """Ranks of values.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
            From 1 (worst) to the number of reference values; NaN where missing.
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        signed = values * self._direction(values.shape[1])
        ranks = np.column_stack(
            [
                np.searchsorted(reference, column, side="left") + 1.0
                for reference, column in zip(self.reference_.T, signed.T, strict=True)
            ]
        )
        scores: Array = np.where(np.isnan(values), np.nan, ranks)
        return scores


#: Name in method.toml -> estimator.
NORMALISATIONS: Mapping[str, type[_Normalisation]] = {
    "minmax": MinMax,
    "goalposts": Goalposts,
    "zscore": ZScore,
    "rank": Rank,
}

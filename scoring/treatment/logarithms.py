"""Logarithms: ratios become differences."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.domain import check_domain
from scoring.statistics import skewness
from scoring.treatment.base import Array, BaseTreatment, Mask

_FLOAT = np.finfo(np.float64)


def logarithm(values: Array) -> Array:
    """Natural logarithm, for indicators in which ratios matter rather than differences.

    Parameters
    ----------
    values : ndarray
        Values above 0, NaN where missing. ``assess`` refuses others with unit and indicator.

    Returns
    -------
    ndarray, same shape

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1 (scale
    transformation prior to normalisation).
    """
    transformed: Array = np.log(values)
    return transformed


def log_shifted(values: ArrayLike, low: ArrayLike, high: ArrayLike, offset: float = 0.01) -> Array:
    """Logarithm of the distance from the lowest value, plus a share of the range.

    ln(x - low + offset * (high - low)), defined for values of any sign.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing. A value below ``low`` counts as ``low``.
    low, high : float or array_like, shape (..., n_indicators)
        Lowest and highest value of the reference, low < high.
    offset : float
        Share of the range that is added, above 0.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)

    References
    ----------
    Becker et al. (2022), COINr, Journal of Open Source Software 7(78), function ``log_CT``.
    """
    # Halves, so that the distance of 1e308 and -1e308 does not overflow.
    half, half_low, half_high = _halves(values, low, high)
    distance = np.maximum(half - half_low, 0.0) + offset * (half_high - half_low)
    shifted: Array = np.log(np.maximum(distance, _FLOAT.smallest_subnormal)) + np.log(2.0)
    return shifted


def log_gii(
    values: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    mirrored: ArrayLike = False,
    factor: float = 1.0,
) -> Array:
    """Logarithm of values rescaled to 1..highest, as the Global Innovation Index takes it.

    ln((factor * high - 1) (x - low) / (high - low) + 1): from 0 at the lowest value to
    ln(factor * high) at the highest. Mirrored, for a long tail of low values, the distance is taken
    from the highest value and the result turned back, so that the order stays:
    ln(factor * high) - ln((factor * high - 1) (high - x) / (high - low) + 1).

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing. A value below ``low`` counts as ``low``; mirrored, one above
        ``high`` counts as ``high``.
    low, high : float or array_like, shape (..., n_indicators)
        Lowest and highest value of the reference, low < high and factor * high > 1.
    mirrored : bool or array_like of bool, shape (..., n_indicators)
        Whether the long tail is that of the low values.
    factor : float
        Power of ten by which the values are multiplied, for indicators up to 1.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)

    References
    ----------
    Cornell University, INSEAD & WIPO (2020), The Global Innovation Index 2020, appendix IV,
    technical notes.
    """
    top = factor * np.atleast_1d(high)[..., None, :]
    mirrored = np.atleast_1d(mirrored)[..., None, :]
    half, half_low, half_high = _halves(values, low, high)
    distance = np.maximum(np.where(mirrored, half_high - half, half - half_low), 0.0)
    # A value far beyond the reference stays finite.
    with np.errstate(over="ignore"):
        rescaled = np.minimum((top - 1) * (distance / (half_high - half_low)), _FLOAT.max) + 1
    logarithms: Array = np.where(mirrored, np.log(top) - np.log(rescaled), np.log(rescaled))
    return logarithms


def _halves(values: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Array, Array, Array]:
    half, half_low, half_high = (np.atleast_1d(array) / 2 for array in (values, low, high))
    return half, half_low[..., None, :], half_high[..., None, :]


class Log(BaseTreatment):
    """Natural logarithm, of values above 0.

    Mends a long tail of high values; one of low values it makes longer.

    Parameters
    ----------
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1 (scale
    transformation prior to normalisation).
    """

    name = "log"
    requirement = "values above 0"
    needs_variation = False

    def _inside(self, values: Array) -> Mask:
        return values > 0

    def _transform_columns(self, values: Array) -> Array:
        return logarithm(values)


class LogPlusOne(BaseTreatment):
    """Natural logarithm of the value plus 1, of values above -1; 0 stays 0.

    Parameters
    ----------
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 5.1 (scale
    transformation prior to normalisation).
    """

    name = "log_plus_one"
    requirement = "values above -1"
    needs_variation = False

    def _inside(self, values: Array) -> Mask:
        return values > -1

    def _transform_columns(self, values: Array) -> Array:
        logarithms: Array = np.log1p(values)
        return logarithms


class LogShifted(BaseTreatment):
    """Natural logarithm of the distance from the lowest value plus a share of the range.

    Defined for values of any sign. In ``transform``, values below the lowest of the reference count
    as the lowest.

    Parameters
    ----------
    offset : float, default 0.01
        Share of the range that is added to the distance, above 0; the smaller, the stronger.
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Lowest and highest value of the reference; NaN where it has none.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    Becker et al. (2022), COINr, Journal of Open Source Software 7(78), function ``log_CT``.
    """

    name = "log_shifted"

    def __init__(
        self,
        offset: float = 0.01,
        force: ArrayLike = False,
        maximum_skew: float = 2.0,
        maximum_kurtosis: float = 3.5,
    ) -> None:
        super().__init__(force, maximum_skew, maximum_kurtosis)
        self.offset = offset

    def _check_parameters(self) -> None:
        if not 0 < self.offset < np.inf:
            raise ValueError(f"offset is a share of the range above 0, not {self.offset}")

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        self.low_ = np.fmin.reduce(values, axis=0)
        self.high_ = np.fmax.reduce(values, axis=0)

    def _transform_columns(self, values: Array) -> Array:
        return log_shifted(values, self.low_[self.treated_], self.high_[self.treated_], self.offset)


class LogGII(BaseTreatment):
    """Natural logarithm of values rescaled to 1..highest, as in the Global Innovation Index.

    Where skewness is negative the formula is mirrored, so that the long tail of low values is the
    one drawn in; the order of the values stays. In ``transform``, values beyond the end from which
    the distance is taken count as that end.

    Parameters
    ----------
    factor : float, default 1
        Power of ten by which the values are multiplied; factor times the highest value must be
        above 1, or the formula would turn the order round.
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Lowest and highest value of the reference; NaN where it has none.
    mirrored_ : ndarray of bool, shape (n_indicators,)
        Whether skewness is negative.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    Cornell University, INSEAD & WIPO (2020), The Global Innovation Index 2020, appendix IV,
    technical notes.
    """

    name = "log_gii"

    def __init__(
        self,
        factor: float = 1.0,
        force: ArrayLike = False,
        maximum_skew: float = 2.0,
        maximum_kurtosis: float = 3.5,
    ) -> None:
        super().__init__(force, maximum_skew, maximum_kurtosis)
        self.factor = factor

    def _check_parameters(self) -> None:
        if not 0 < self.factor < np.inf:
            raise ValueError(f"factor is a number above 0, not {self.factor}")

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        self.low_ = np.fmin.reduce(values, axis=0)
        self.high_ = np.fmax.reduce(values, axis=0)
        self.mirrored_ = skewness(values) < 0
        highest = values == self.high_
        check_domain(
            values,
            ~highest | (values > 1 / self.factor) | ~self.treated_,
            f"a highest value above {1 / self.factor:g} (1 / factor)",
        )

    def _transform_columns(self, values: Array) -> Array:
        chosen = self.treated_
        return log_gii(
            values, self.low_[chosen], self.high_[chosen], self.mirrored_[chosen], self.factor
        )

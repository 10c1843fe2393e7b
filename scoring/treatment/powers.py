"""Power transforms: the power is chosen so that the values come close to a normal distribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from scoring.treatment.base import Array, BaseTreatment, Mask

#: Largest exponent of e that is a finite number.
_OVERFLOW = 709.0

#: exp(-16) of the distance between values is what a strongly negative power may leave of it: enough
#: digits to tell them apart.
_COLLAPSE = 16.0

#: Powers closer to 0 than this count as 0: dividing by them would lose all digits.
_TINY = 1e-200


def box_cox(values: ArrayLike, power: ArrayLike, scale: ArrayLike = 1.0) -> Array:
    """Box-Cox transform of values divided by a scale.

    ((x / scale) ** power - 1) / power, and ln(x / scale) where power is 0.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values above 0, NaN where missing.
    power, scale : float or array_like, shape (..., n_indicators)
        Power (lambda) and scale (above 0) of each indicator.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Finite; beyond the largest number, that number.

    References
    ----------
    Box & Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B
    26(2), equation 1.
    """
    logarithms = np.log(np.asarray(values, dtype=np.float64))
    scale, power = np.atleast_1d(scale), np.atleast_1d(power)
    return _power(logarithms - np.log(scale)[..., None, :], power[..., None, :])


def yeo_johnson(values: ArrayLike, power: ArrayLike) -> Array:
    """Yeo-Johnson transform: a power of 1 + x for values from 0 up, of 1 - x below.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values of any sign, NaN where missing.
    power : float or array_like, shape (..., n_indicators)
        Power (lambda) of each indicator.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Finite; beyond the largest number, that number.

    References
    ----------
    Yeo & Johnson (2000), A new family of power transformations to improve normality or symmetry,
    Biometrika 87(4), equation 2.1.
    """
    values = np.asarray(values, dtype=np.float64)
    power = np.atleast_1d(power)[..., None, :]
    sizes = np.log1p(np.abs(values))
    transformed: Array = np.where(values >= 0, _power(sizes, power), -_power(sizes, 2 - power))
    return transformed


def _power(logarithms: Array, power: Array) -> Array:
    """(e ** (power * logarithm) - 1) / power, and the logarithm where power is 0."""
    exponents = np.minimum(power * logarithms, _OVERFLOW)
    linear = np.abs(power) < _TINY
    powered: Array = np.where(
        linear, logarithms, np.expm1(exponents) / np.where(linear, 1.0, power)
    )
    return powered


def _most_likely_power(
    transform: Callable[[float], Array], log_jacobian: float, low: float, high: float
) -> float:
    """Power between low and high under which the values are most likely normal.

    Parameters
    ----------
    transform : callable
        Power -> transformed values.
    log_jacobian : float
        Sum of the logarithms of the derivatives is (power - 1) times this.
    low, high : float
        Limits of the search; 1 where they leave no room.
    """
    from scipy.optimize import minimize_scalar

    if not low < high:
        return 1.0

    def minus_log_likelihood(power: float) -> float:
        values = transform(power)
        # By the largest, so that squares do not overflow.
        size = np.abs(values).max()
        variance = np.var(values / size) if size > 0 else 0.0
        spread = np.log(max(variance, np.finfo(np.float64).tiny)) / 2 + np.log(size or 1.0)
        return float(len(values) * spread - (power - 1) * log_jacobian)

    found = minimize_scalar(
        minus_log_likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x)


def _ratio(limit: float, size: float) -> float:
    """Largest power that keeps power times size within the limit."""
    return limit / max(size, limit / 1e6)


class BoxCox(BaseTreatment):
    """Box-Cox: the power of values above 0 that comes closest to a normal distribution.

    The values are first divided by their geometric mean, which changes neither the power nor the
    shape and keeps numbers of any size within range. The power is that of maximum likelihood, among
    those that leave the values finite and distinct.

    Parameters
    ----------
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    power_ : ndarray, shape (n_indicators,)
        Power (lambda) of each treated column, NaN for the others; 0 is the logarithm.
    scale_ : ndarray, shape (n_indicators,)
        Geometric mean of the reference of each treated column, NaN for the others.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    Box & Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B
    26(2), equation 1 and section 3.
    """

    name = "boxcox"
    requirement = "values above 0"

    def _inside(self, values: Array) -> Mask:
        return values > 0

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        self.power_ = np.full(values.shape[1], np.nan)
        self.scale_ = np.full(values.shape[1], np.nan)
        for column in np.flatnonzero(self.treated_):
            logarithms = np.log(_present(values[:, column]))
            centre = logarithms.mean()
            logarithms -= centre
            self.scale_[column] = np.exp(centre)
            low, high = logarithms.min(), logarithms.max()
            self.power_[column] = _most_likely_power(
                lambda power, given=logarithms: _power(given, np.asarray(power)),  # type: ignore[misc]
                0.0,
                -min(_ratio(_COLLAPSE, high), _ratio(_OVERFLOW, -low)),
                _ratio(_OVERFLOW, high),
            )

    def _transform_columns(self, values: Array) -> Array:
        return box_cox(values, self.power_[self.treated_], self.scale_[self.treated_])


class YeoJohnson(BaseTreatment):
    """Yeo-Johnson: the power that comes closest to a normal distribution, for any sign.

    The power is that of maximum likelihood, among those that leave the values finite and distinct.

    Parameters
    ----------
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    power_ : ndarray, shape (n_indicators,)
        Power (lambda) of each treated column, NaN for the others; 1 leaves values as they are.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    Yeo & Johnson (2000), A new family of power transformations to improve normality or symmetry,
    Biometrika 87(4), equations 2.1 and 3.1.
    """

    name = "yeojohnson"

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        self.power_ = np.full(values.shape[1], np.nan)
        for column in np.flatnonzero(self.treated_):
            present = _present(values[:, column])
            sizes = np.log1p(np.abs(present))
            positive = sizes[present >= 0].max(initial=0.0)
            negative = sizes[present < 0].max(initial=0.0)
            self.power_[column] = _most_likely_power(
                lambda power, given=present: yeo_johnson(given[:, None], [power])[:, 0],  # type: ignore[misc]
                float((np.sign(present) * sizes).sum()),
                max(-_ratio(_COLLAPSE, positive), 2 - _ratio(_OVERFLOW, negative)),
                min(_ratio(_OVERFLOW, positive), 2 + _ratio(_COLLAPSE, negative)),
            )

    def _transform_columns(self, values: Array) -> Array:
        return yeo_johnson(values, self.power_[self.treated_])


def _present(column: Array) -> Array:
    # Sorted, so that the order of the units cannot change the last digit of a sum.
    return np.sort(column[~np.isnan(column)])

"""Imputation along the years: a unit's missing value from its own values of other years."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def latest(values: ArrayLike, years: ArrayLike, *, maximum_age: float | None = None) -> Array:
    """Newest earlier value of the same unit and indicator.

    Parameters
    ----------
    values : array_like, shape (..., n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Years, each once, in any order.
    maximum_age : float, optional
        Years that the earlier value may be behind, 0 or more; any number where left out.

    Returns
    -------
    ndarray, shape (..., n_years, n_units, n_indicators)
        Known values are the same to the bit. NaN where there is no earlier value, or none that is
        new enough.

    Raises
    ------
    ValueError
        Where the years are not one finite number for each cross-section, a year occurs twice, or
        ``maximum_age`` is below 0.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``impute_panel``).
    """
    if maximum_age is not None and not maximum_age >= 0:
        raise ValueError(f"maximum_age must be 0 or more years, not {maximum_age}")
    values, years, order = _in_order(values, years)
    before, earlier, _, _ = _neighbours(values, years)
    if maximum_age is not None:
        before = np.where(years[:, None, None] - earlier <= maximum_age, before, np.nan)
    return _filled(values, before, order)


def linear(values: ArrayLike, years: ArrayLike) -> Array:
    """Straight line between the known years before and after.

    By the years themselves and not their places, so that a year left out of the table counts.

    Parameters
    ----------
    values : array_like, shape (..., n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Years, each once, in any order.

    Returns
    -------
    ndarray, shape (..., n_years, n_units, n_indicators)
        Known values are the same to the bit. NaN before the first and after the last known year.

    Raises
    ------
    ValueError
        Where the years are not one finite number for each cross-section, or a year occurs twice.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``impute_panel``).
    """
    values, years, order = _in_order(values, years)
    return _filled(values, _between(values, years), order)


def linear_constant(values: ArrayLike, years: ArrayLike) -> Array:
    """Straight line between known years; the first and the last known value carried outward.

    Parameters, result and errors as for :func:`linear`, but NaN only where a unit has no value of
    the indicator in any year.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``impute_panel`` with
    ``linear-constant``).
    """
    values, years, order = _in_order(values, years)
    before, _, after, _ = _neighbours(values, years)
    ends = np.where(np.isnan(before), after, before)
    between = _between(values, years)
    return _filled(values, np.where(np.isnan(between), ends, between), order)


def _between(values: Array, years: Array) -> Array:
    before, earlier, after, later = _neighbours(values, years)
    inside = ~np.isnan(before) & ~np.isnan(after) & np.isnan(values)
    share = np.divide(
        years[:, None, None] - earlier,
        later - earlier,
        out=np.full(values.shape, np.nan),
        where=inside,
    )
    # Two products rather than one difference, so that values of 1e308 and -1e308 do not overflow.
    line: Array = before * (1 - share) + after * share
    return np.clip(line, np.minimum(before, after), np.maximum(before, after))


def _in_order(values: ArrayLike, years: ArrayLike) -> tuple[Array, Array, NDArray[np.intp]]:
    """Values and years ascending, and the order that was used for it."""
    values = np.asarray(values, dtype=np.float64)
    years = np.asarray(years, dtype=np.float64)
    if values.ndim < 3 or years.shape != values.shape[-3:-2] or not np.isfinite(years).all():
        raise ValueError(
            "years must hold one finite number for each cross-section of values of shape "
            f"(n_years, n_units, n_indicators): {years.shape} for {values.shape}"
        )
    if len(np.unique(years)) < len(years):
        twice = sorted({f"{year:g}" for year in years if (years == year).sum() > 1})
        raise ValueError(f"a year must occur once: {', '.join(twice)}")
    order = np.argsort(years)
    return values[..., order, :, :], years[order], order


def _neighbours(values: Array, years: Array) -> tuple[Array, Array, Array, Array]:
    """For each place the nearest known value up to it and its year, and the same from it on."""
    before, earlier = _last_known(values, years)
    after, later = _last_known(values[..., ::-1, :, :], years[::-1])
    return before, earlier, after[..., ::-1, :, :], later[..., ::-1, :, :]


def _last_known(values: Array, years: Array) -> tuple[Array, Array]:
    places = np.arange(len(years))[:, None, None]
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, places), axis=-3)
    # The first year stands in where there is none; its value is missing then.
    return np.take_along_axis(values, last, axis=-3), years[last]


def _filled(values: Array, estimates: Array, order: NDArray[np.intp]) -> Array:
    """Completed values in the order of the years that came in."""
    completed = np.empty_like(values)
    completed[..., order, :, :] = np.where(np.isnan(values), estimates, values)
    return completed

"""Trends: how indicators moved over the years.

Every function takes the values of some years and those years, in any order, and looks a year up by
its place in both: what is left out of one must be left out of the other. A missing value takes part
in nothing. The last two functions do it for a set and for the assessment of a panel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Finding, IndicatorSet, InvalidInputError, Place
from scoring.assessment import Assessment
from scoring.preparing import denominated

Array = NDArray[np.float64]


#: Standard error of a slope, as a share of it, below which it comes from rounding alone.
ROUNDING = 1e-12


class Ends(NamedTuple):
    """First and last observed value with their years, each of shape (n_units, n_indicators).

    NaN where nothing was observed. ``observations`` is the number of years with a value.
    """

    first: Array
    last: Array
    first_year: Array
    last_year: Array
    observations: NDArray[np.intp]


class LinearTrend(NamedTuple):
    """Least-squares line through the years, each part of shape (n_units, n_indicators).

    ``slope``: change a year. ``standard_error``: that of the slope. ``p_value``: probability of a
    slope at least as far from 0 where there is no trend (two-sided t test).
    """

    slope: Array
    standard_error: Array
    p_value: Array


def ends(values: ArrayLike, years: ArrayLike) -> Ends:
    """First and last year in which something was observed, and the values of these years.

    Parameters
    ----------
    values : array_like, shape (n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Year of each layer of ``values``, each once, in any order.

    Returns
    -------
    Ends

    Raises
    ------
    ValueError
        Where there is not one year for each layer, or one comes twice.
    """
    values, years = _in_order(values, years)
    present = ~np.isnan(values)
    first = present.argmax(axis=0)
    last = len(years) - 1 - present[::-1].argmax(axis=0)
    some = present.any(axis=0)
    return Ends(
        np.take_along_axis(values, first[None], axis=0)[0],
        np.take_along_axis(values, last[None], axis=0)[0],
        np.where(some, years[first], np.nan),
        np.where(some, years[last], np.nan),
        present.sum(axis=0),
    )


def change(values: ArrayLike, years: ArrayLike) -> Array:
    """Last observed value less the first.

    Parameters
    ----------
    values : array_like, shape (n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Year of each layer of ``values``, each once, in any order.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        In the unit of the indicator; NaN for fewer than two observations.
    """
    found = ends(values, years)
    changed: Array = np.where(found.observations > 1, found.last - found.first, np.nan)
    return changed


def compound_annual_growth(values: ArrayLike, years: ArrayLike) -> Array:
    """Constant yearly growth that leads from the first observed value to the last.

    (last / first) ** (1 / years between them) - 1.

    Parameters
    ----------
    values : array_like, shape (n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Year of each layer of ``values``, each once, in any order.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        As a share: 0.05 is 5 % a year, -1 a fall to 0. NaN, because no growth rate leads there:
        fewer than two observations, a first value of 0, a change of sign, a rate beyond the largest
        number. From one negative value to another, growth is that of the amount without its sign.
    """
    found = ends(values, years)
    defined = (found.observations > 1) & (found.first != 0)
    defined &= (found.last == 0) | (np.sign(found.first) == np.sign(found.last))
    first = np.where(defined, np.abs(found.first), 1.0)
    last = np.where(defined, np.abs(found.last), 1.0)
    between = np.where(defined, found.last_year - found.first_year, 1.0)
    # Logarithms, so that a ratio of 1e300 and 1e-300 does not overflow over many years.
    with np.errstate(divide="ignore", over="ignore"):
        growth = np.expm1((np.log(last) - np.log(first)) / between)
    grown: Array = np.where(defined & np.isfinite(growth), growth, np.nan)
    return grown


def linear_trend(values: ArrayLike, years: ArrayLike) -> LinearTrend:
    """Least-squares change a year, with standard error and p-value.

    Parameters
    ----------
    values : array_like, shape (n_years, n_units, n_indicators)
        Values, NaN where missing.
    years : array_like, shape (n_years,)
        Year of each layer of ``values``, each once, in any order.

    Returns
    -------
    LinearTrend
        The slope needs two observations, its standard error and p-value three; NaN below. Values
        that do not move have slope 0, standard error 0 and p-value 1. A standard error below 1e-12
        of the slope is rounding, and 0.

    References
    ----------
    Draper & Smith (1998), Applied Regression Analysis, sections 1.2 and 1.4.
    """
    from scipy.special import stdtr

    values, years = _in_order(values, years)
    low = np.fmin.reduce(values, axis=0, initial=np.nan)
    high = np.fmax.reduce(values, axis=0, initial=np.nan)
    still = low == high
    # Divided by a power of 2, which is exact, so that squares neither overflow nor vanish.
    _, exponent = np.frexp(np.fmax(np.abs(low), np.abs(high)))
    values = np.ldexp(values, -exponent)
    present = ~np.isnan(values)
    number = present.sum(axis=0)
    count = np.where(number > 1, number, np.nan)
    time = np.where(present, years[:, None, None], 0.0)
    time = np.where(present, time - time.sum(axis=0) / count, 0.0)
    away = np.where(present, values - np.where(present, values, 0.0).sum(axis=0) / count, 0.0)
    spread = (time**2).sum(axis=0)
    slope = np.where(still, 0.0, (time * away).sum(axis=0)) / np.where(spread > 0, spread, np.nan)
    residual = np.where(still, 0.0, away - slope * time)
    freedom = np.where(number > 2, count - 2, np.nan)
    error = np.sqrt((residual**2).sum(axis=0) / freedom / spread)
    error = np.where(error < ROUNDING * np.abs(slope), 0.0, error)
    # A line without any residual is as certain as can be, unless it is level.
    exact = error == 0
    ratio = np.abs(slope) / np.where(exact, 1.0, error)
    p_value = np.where(exact, np.where(slope == 0, 1.0, 0.0), 2 * stdtr(freedom, -ratio))
    return LinearTrend(np.ldexp(slope, exponent), np.ldexp(error, exponent), p_value)


def trend_table(data: pd.DataFrame, years: ArrayLike | None = None) -> pd.DataFrame:
    """Change, growth and trend of every unit in every indicator.

    Parameters
    ----------
    data : DataFrame, index (year, unit), columns indicators
        Values, NaN where missing; a year without a row for a unit counts as missing.
    years : array_like of int, optional
        Years to look at; all where left out.

    Returns
    -------
    DataFrame
        ``unit``, ``indicator``, ``observations``, ``first_year``, ``last_year``, ``first``,
        ``last``, ``change``, ``compound_annual_growth``, ``slope``, ``standard_error``,
        ``p_value``; units in the order of the data, indicators inside.

    Raises
    ------
    ValueError
        Where a year asked for is not among the data, or a unit has two rows for a year.
    """
    held = data.index.get_level_values(0).unique()
    chosen = pd.Index(np.sort(held.to_numpy() if years is None else np.asarray(years)))
    if len(unknown := chosen.difference(held)):
        raise ValueError(f"years without data: {', '.join(map(str, unknown))}")
    if data.index.has_duplicates:
        raise ValueError("a unit has more than one row for a year")
    units = data.index.get_level_values(1).unique()
    full = data.reindex(pd.MultiIndex.from_product([chosen, units]))
    values = full.to_numpy(dtype=np.float64).reshape(len(chosen), len(units), data.shape[1])
    found, line = ends(values, chosen), linear_trend(values, chosen)
    columns = {
        "observations": found.observations,
        "first_year": found.first_year,
        "last_year": found.last_year,
        "first": found.first,
        "last": found.last,
        "change": change(values, chosen),
        "compound_annual_growth": compound_annual_growth(values, chosen),
        "slope": line.slope,
        "standard_error": line.standard_error,
        "p_value": line.p_value,
    }
    return pd.DataFrame(
        {
            "unit": units.repeat(data.shape[1]),
            "indicator": np.tile(data.columns, len(units)),
            **{name: column.ravel() for name, column in columns.items()},
        }
    )


def indicator_trends(indicator_set: IndicatorSet) -> pd.DataFrame:
    """Change, growth and trend of every scored unit in every indicator, over all years.

    Parameters
    ----------
    indicator_set : IndicatorSet
        With values of two years or more.

    Returns
    -------
    DataFrame
        As :func:`trend_table`, in the indicators' own units, divided by their denominators. Undated
        values take no part.

    Raises
    ------
    InvalidInputError
        Where no scored indicator is dated, or all have values of the same year.
    """
    years = indicator_set.years
    if len(years) < 2:
        table = indicator_set.tables.get("values")
        file, sheet = ("values", "") if table is None else (table.file, table.sheet)
        finding = Finding(
            "one_year" if years else "no_dated_values",
            "error",
            Place(file, sheet, column="year"),
            {"value": years[0]} if years else {},
        )
        raise InvalidInputError([finding])
    layers = {}
    for year in years:
        section = indicator_set.cross_section(year)
        layers[year] = denominated(indicator_set, section).where(section.years == year)
    return trend_table(pd.concat(layers))


def score_trends(assessment: Assessment) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Change and trend of every unit's scores and ranks in every node of a panel.

    Parameters
    ----------
    assessment : Assessment
        Of a panel.

    Returns
    -------
    scores, ranks : DataFrame
        As :func:`trend_table`, with ``node`` for ``indicator`` and without growth rates: neither
        a score nor a rank has a zero that a ratio could refer to. A negative slope of ranks is a
        climb.

    Raises
    ------
    ValueError
        Where the assessment is not of a panel.

    Notes
    -----
    Where every year has a scale of its own (``scale = "each"`` under [time]), scores tell where a
    unit stands among the others and not how it has changed.
    """
    if not assessment.by_year:
        raise ValueError("trends of scores need the assessment of a panel")
    tables = (
        trend_table(pd.concat({year: one.scores for year, one in assessment.by_year.items()})),
        trend_table(pd.concat({year: one.ranks for year, one in assessment.by_year.items()})),
    )
    scores, ranks = (
        table.drop(columns="compound_annual_growth").rename(columns={"indicator": "node"})
        for table in tables
    )
    return scores, ranks


def _in_order(values: ArrayLike, years: ArrayLike) -> tuple[Array, Array]:
    values, years = np.asarray(values, dtype=np.float64), np.asarray(years, dtype=np.float64)
    if values.ndim != 3 or years.shape != values.shape[:1] or not len(years):
        raise ValueError(
            f"one year for each layer of values is needed, at least one: {years.size} years for "
            f"values of shape {values.shape}"
        )
    if len(np.unique(years)) < len(years):
        raise ValueError("a year comes twice")
    order = np.argsort(years)
    return values[order], years[order]

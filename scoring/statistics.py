"""Statistics of indicators: shape, availability and screening (Handbook, steps 2, 3 and 5).

The arithmetic (:func:`skewness`, :func:`kurtosis`, :func:`is_skewed`) works on arrays; the tables
are made of a DataFrame of units by indicators. A missing value is NaN and takes part in nothing but
the counts of what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Framework
from scoring.domain import check_domain

Array = NDArray[np.float64]

#: What each flag of :func:`indicator_statistics` means.
FLAGS: Mapping[str, str] = {
    "empty": "no value at all",
    "constant": "all values are the same",
    "missing": "share of units with a value below minimum_available",
    "zeros": "share of values other than 0 below minimum_nonzero",
    "few_values": "share of different values below minimum_unique",
    "one_value_dominates": "share of the most frequent value above maximum_most_frequent",
    "skewed": "absolute skewness above maximum_skew and kurtosis above maximum_kurtosis",
}

#: Quantiles in the table of statistics, in percent.
QUANTILES = (5, 25, 75, 95)


# --- shape of a distribution ----------------------------------------------------------------------


class _Moments(NamedTuple):
    """Number of values, mean, and sums of powers of the deviations, over 2 ** exponent."""

    number: Array
    mean: Array
    squares: Array
    cubes: Array
    fourths: Array
    exponent: NDArray[np.int32]
    constant: NDArray[np.bool_]


def _moments(values: ArrayLike) -> _Moments:
    # Sorted, so that the order of the units cannot change the last digit of a sum; the units last,
    # where sorting and sums are fastest.
    ordered = np.sort(np.swapaxes(np.asarray(values, dtype=np.float64), -2, -1), axis=-1)
    low = np.fmin.reduce(ordered, axis=-1, initial=np.nan)
    high = np.fmax.reduce(ordered, axis=-1, initial=np.nan)
    # Divided by a power of 2, which is exact, so that powers neither overflow nor vanish.
    _, exponent = np.frexp(np.fmax(np.abs(low), np.abs(high)))
    ordered = np.ldexp(ordered, -exponent[..., None])
    present = ~np.isnan(ordered)
    number = present.sum(axis=-1)
    number = np.where(number > 0, number, np.nan)
    mean = ordered.sum(axis=-1, where=present) / number
    away = np.where(present, ordered - mean[..., None], 0.0)
    squares = away * away
    return _Moments(
        number,
        mean,
        squares.sum(axis=-1),
        (squares * away).sum(axis=-1),
        (squares * squares).sum(axis=-1),
        exponent,
        # Told from the values: the mean of a constant may differ from them in the last digit.
        low == high,
    )


def skewness(values: ArrayLike) -> Array:
    """Sample skewness G1 of each indicator, as SKEW in Excel.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_indicators)
        0 where symmetric, positive where the long tail is that of the high values; NaN for fewer
        than 3 values and for a constant.

    References
    ----------
    Joanes & Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician
    47(1), G1.
    """
    return _skewness(_moments(values))


def _skewness(moments: _Moments) -> Array:
    count = np.where((moments.number > 2) & ~moments.constant, moments.number, np.nan)
    squares = np.where(moments.constant, np.nan, moments.squares / count)
    biased = moments.cubes / count / squares**1.5
    found: Array = biased * np.sqrt(count * (count - 1)) / (count - 2)
    return found


def kurtosis(values: ArrayLike) -> Array:
    """Sample excess kurtosis G2 of each indicator, as KURT in Excel.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_indicators)
        About 0 for a normal distribution; NaN for fewer than 4 values and for a constant.

    References
    ----------
    Joanes & Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician
    47(1), G2.
    """
    return _kurtosis(_moments(values))


def _kurtosis(moments: _Moments) -> Array:
    count = np.where((moments.number > 3) & ~moments.constant, moments.number, np.nan)
    squares = np.where(moments.constant, np.nan, moments.squares / count)
    biased = moments.fourths / count / squares**2 - 3
    found: Array = (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * biased + 6)
    return found


def standard_deviation(values: ArrayLike) -> Array:
    """Sample standard deviation of each indicator (divisor n - 1).

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.

    Returns
    -------
    ndarray, shape (..., n_indicators)
        0 for a constant, NaN for fewer than 2 values.
    """
    return _standard_deviation(_moments(values))


def _standard_deviation(moments: _Moments) -> Array:
    count = np.where(moments.number > 1, moments.number, np.nan)
    squares = np.where(moments.constant, 0.0, moments.squares)
    found: Array = np.ldexp(np.sqrt(squares / (count - 1)), moments.exponent)
    return found


def is_skewed(
    values: ArrayLike, maximum_skew: float = 2.0, maximum_kurtosis: float = 3.5
) -> NDArray[np.bool_]:
    """Whether an indicator has outliers by the rule of skewness and kurtosis together.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    maximum_skew, maximum_kurtosis : float
        An indicator is skewed where its absolute skewness and its kurtosis are both above these.

    Returns
    -------
    ndarray of bool, shape (..., n_indicators)
        False where either is undefined: fewer than 4 values, or a constant.

    References
    ----------
    Groeneveld & Meeden (1984), Measuring skewness and kurtosis, The Statistician 33(4), as applied
    in INSEAD & WIPO (2012), The Global Innovation Index 2012, appendix IV, technical notes.
    """
    return _is_skewed(_moments(values), maximum_skew, maximum_kurtosis)


def _is_skewed(
    moments: _Moments, maximum_skew: float, maximum_kurtosis: float
) -> NDArray[np.bool_]:
    skewed: NDArray[np.bool_] = np.abs(_skewness(moments)) > maximum_skew
    skewed &= _kurtosis(moments) > maximum_kurtosis
    return skewed


# --- table of statistics --------------------------------------------------------------------------


def indicator_statistics(
    data: pd.DataFrame,
    *,
    maximum_skew: float = 2.0,
    maximum_kurtosis: float = 3.5,
    minimum_available: float = 0.65,
    minimum_nonzero: float = 0.5,
    minimum_unique: float = 0.5,
    maximum_most_frequent: float = 0.5,
) -> pd.DataFrame:
    """Statistics of every indicator, with flags for what needs a look.

    Parameters
    ----------
    data : DataFrame, units x indicators
        Values, NaN where missing.
    maximum_skew, maximum_kurtosis : float
        Both exceeded: ``skewed``.
    minimum_available : float, 0..1
        Share of units with a value; below it: ``missing``.
    minimum_nonzero : float, 0..1
        Share of values other than 0 among the values; below it: ``zeros``.
    minimum_unique : float, 0..1
        Share of different values among the values; below it: ``few_values``.
    maximum_most_frequent : float, 0..1
        Share of the most frequent value among the values; above it: ``one_value_dominates``.

    Returns
    -------
    DataFrame, index indicator
        ``minimum``, ``maximum``, ``mean``, ``median``, ``quantile_5``, ``quantile_25``,
        ``quantile_75``, ``quantile_95`` (linear interpolation, R's type 7),
        ``standard_deviation`` (divisor n - 1), ``skewness``, ``kurtosis``;
        ``number_available``, ``number_nonzero``, ``number_unique``, ``number_most_frequent``
        (units that share the most frequent value);
        ``share_available`` (of the units), ``share_nonzero``, ``share_unique``,
        ``share_most_frequent`` (of the available values);
        ``number_outliers`` (values more than 1.5 interquartile ranges outside the quartiles);
        ``flags``, a tuple of codes of :data:`FLAGS`, empty where there is nothing to say.
        What is undefined is NaN: everything but counts for an empty indicator, the standard
        deviation of one value, skewness below 3 and kurtosis below 4 values or of a constant.

    Raises
    ------
    DomainError
        Where a value is infinite.

    Notes
    -----
    Every flag compares the share beside it. COINr's ``get_stats`` compares counts over all units
    for zeros and different values while it shows shares of the available ones.

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50(4),
    definition 7. Tukey (1977), Exploratory Data Analysis, section 2D (1.5 interquartile ranges).
    """
    values = _finite(data)
    n_units = len(values)
    columns = [column[~np.isnan(column)] for column in values.T]
    counts = [np.unique(column, return_counts=True)[1] for column in columns]
    available = np.array([len(column) for column in columns], dtype=int)
    moments = _moments(values)
    nothing = np.full(len(QUANTILES), np.nan)
    quantiles = np.array(
        [np.percentile(column, QUANTILES) if len(column) else nothing for column in columns]
    ).reshape(-1, len(QUANTILES))
    _, lower, upper, _ = quantiles.T
    reach = 1.5 * (upper - lower)
    table = pd.DataFrame(
        {
            "minimum": np.fmin.reduce(values, axis=0, initial=np.nan),
            "maximum": np.fmax.reduce(values, axis=0, initial=np.nan),
            "mean": np.ldexp(moments.mean, moments.exponent),
            "median": [np.median(column) if len(column) else np.nan for column in columns],
            **{
                f"quantile_{percent}": quantile
                for percent, quantile in zip(QUANTILES, quantiles.T, strict=True)
            },
            "standard_deviation": _standard_deviation(moments),
            "skewness": _skewness(moments),
            "kurtosis": _kurtosis(moments),
            "number_available": available,
            "number_nonzero": [np.count_nonzero(column) for column in columns],
            "number_unique": [len(count) for count in counts],
            "number_most_frequent": [count.max(initial=0) for count in counts],
        },
        index=pd.Index(data.columns, name="indicator"),
    )
    table["share_available"] = _share(table["number_available"], n_units)
    for what in ("nonzero", "unique", "most_frequent"):
        table[f"share_{what}"] = _share(table[f"number_{what}"], available)
    table["number_outliers"] = ((values < lower - reach) | (values > upper + reach)).sum(axis=0)
    raised = {
        "empty": available == 0,
        "constant": table["minimum"] == table["maximum"],
        "missing": table["share_available"] < minimum_available,
        "zeros": table["share_nonzero"] < minimum_nonzero,
        "few_values": table["share_unique"] < minimum_unique,
        "one_value_dominates": table["share_most_frequent"] > maximum_most_frequent,
        "skewed": _is_skewed(moments, maximum_skew, maximum_kurtosis),
    }
    flags = np.column_stack([np.asarray(raised[flag]) for flag in FLAGS])
    table["flags"] = pd.Series(
        [tuple(np.array(list(FLAGS))[row].tolist()) for row in flags],
        index=table.index,
        dtype=object,
    )
    return table


def _finite(data: pd.DataFrame) -> Array:
    values = data.to_numpy(dtype=np.float64)
    check_domain(values, np.isfinite(values), "finite values")
    return values


def _share(number: ArrayLike, total: ArrayLike) -> Array:
    """Share of a total, NaN where the total is 0."""
    total = np.asarray(total, dtype=np.float64)
    share: Array = np.asarray(number, dtype=np.float64) / np.where(total > 0, total, np.nan)
    return share


# --- availability ---------------------------------------------------------------------------------


def availability(data: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Share of the indicators below each group of the framework that a unit has a value for.

    Parameters
    ----------
    data : DataFrame, units x indicators
        Values, NaN where missing.
    framework : Framework
        Its scored indicators count, each as one whatever its weight. One that is no column of
        ``data`` counts as missing.

    Returns
    -------
    DataFrame, units x groups
        From 0 to 1; groups in the order of the tree, the index first.
    """
    groups = [node for node in framework.scored_nodes if framework.is_group(node)]
    below = pd.DataFrame(0.0, index=list(framework.indicators), columns=groups)
    for indicator in framework.indicators:
        below.loc[indicator, list(framework.ancestors(indicator))] = 1.0
    present = data.reindex(columns=below.index).notna().to_numpy(dtype=np.float64)
    return pd.DataFrame(
        present @ below.to_numpy() / below.to_numpy().sum(axis=0),
        index=data.index,
        columns=pd.Index(groups, name="node"),
    )


def availability_by_group(data: pd.DataFrame, groups: pd.Series[str]) -> pd.DataFrame:
    """Share of the units of each group (a region, an income class) that have a value.

    Parameters
    ----------
    data : DataFrame, units x indicators
        Values, NaN where missing.
    groups : Series, index unit
        Group of each unit. Units without one (missing or empty) are left out.

    Returns
    -------
    DataFrame, groups x indicators
        From 0 to 1; groups in the order in which they first come up.
    """
    labels = groups.reindex(data.index)
    known = labels.notna() & (labels != "")
    return data[known].notna().groupby(labels[known], sort=False).mean()


# --- screening ------------------------------------------------------------------------------------


def screen_units(
    data: pd.DataFrame,
    *,
    minimum_available: float = 0.0,
    minimum_nonzero: float = 0.0,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
) -> pd.DataFrame:
    """Units that have enough values to be scored.

    Parameters
    ----------
    data : DataFrame, units x indicators
        Values, NaN where missing.
    minimum_available : float, 0..1
        Least share of the indicators that must have a value. Met when equal.
    minimum_nonzero : float, 0..1
        Least share of values other than 0 among the values. Met when equal, and by a unit that
        has no value: whether that is enough, ``minimum_available`` says.
    keep, drop : collection of str
        Units that stay, or go, whatever their data.

    Returns
    -------
    DataFrame, index unit
        ``number_missing``, ``number_zero``, ``share_available``, ``share_nonzero`` (NaN without
        values), ``reason`` and ``included``. The reason is ``"kept"`` or ``"dropped"`` for the
        units named, ``"available"`` or ``"nonzero"`` for the first threshold that is not met, and
        empty for those that meet both.

    Raises
    ------
    ValueError
        Where a threshold is outside 0..1, or ``keep`` and ``drop`` name a unit that is not there or
        name the same one.
    """
    for threshold in (minimum_available, minimum_nonzero):
        if not 0 <= threshold <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {threshold}")
    if both := set(keep) & set(drop):
        raise ValueError(f"both kept and dropped: {', '.join(sorted(map(str, both)))}")
    if unknown := {code for code in (*keep, *drop) if code not in data.index}:
        raise ValueError(f"to keep or drop, but not there: {', '.join(sorted(map(str, unknown)))}")
    values = _finite(data)
    missing, zero = np.isnan(values).sum(axis=1), (values == 0).sum(axis=1)
    available = values.shape[1] - missing
    share_available = _share(available, values.shape[1])
    share_nonzero = _share(available - zero, available)
    reason = np.select(
        [
            data.index.isin(list(keep)),
            data.index.isin(list(drop)),
            share_available < minimum_available,
            share_nonzero < minimum_nonzero,
        ],
        ["kept", "dropped", "available", "nonzero"],
        default="",
    )
    return pd.DataFrame(
        {
            "number_missing": missing,
            "number_zero": zero,
            "share_available": share_available,
            "share_nonzero": share_nonzero,
            "reason": reason.astype(object),
            "included": np.isin(reason, ["", "kept"]),
        },
        index=pd.Index(data.index, name="unit"),
    )


def screen_indicators(
    data: pd.DataFrame,
    *,
    minimum_available: float = 0.0,
    minimum_nonzero: float = 0.0,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
) -> pd.DataFrame:
    """Indicators for which there are enough values to be used.

    As :func:`screen_units`, with the shares taken over the units of each indicator.

    Returns
    -------
    DataFrame, index indicator
        Columns as those of :func:`screen_units`.
    """
    return screen_units(
        data.T,
        minimum_available=minimum_available,
        minimum_nonzero=minimum_nonzero,
        keep=keep,
        drop=drop,
    ).rename_axis("indicator")

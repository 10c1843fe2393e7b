"""Imputation: what stands in for a missing value (Handbook, step 3).

The default is not to impute: missing stays missing, and aggregation says what it does with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def impute_none(values: Array, groups: NDArray[np.intp]) -> Array:
    """Leave missing values missing."""
    return values.copy()


def impute_mean(values: Array, groups: NDArray[np.intp]) -> Array:
    """Put the mean of all units in place of a missing value.

    Parameters
    ----------
    values : ndarray, shape (n_units, n_indicators)
        Values, NaN where missing.
    groups : ndarray of int, shape (n_units,)
        Not used.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        An indicator without any value stays missing.

    References
    ----------
    Little & Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1.
    """
    return _filled(values, "mean")


def impute_median(values: Array, groups: NDArray[np.intp]) -> Array:
    """Put the median of all units in place of a missing value.

    Parameters and result as for :func:`impute_mean`.
    """
    return _filled(values, "median")


def impute_group_mean(values: Array, groups: NDArray[np.intp]) -> Array:
    """Put the mean of the unit's group in place of a missing value.

    Parameters
    ----------
    values : ndarray, shape (n_units, n_indicators)
        Values, NaN where missing.
    groups : ndarray of int, shape (n_units,)
        Group of each unit, -1 for none: such a unit is not imputed.

    Returns
    -------
    ndarray, shape (n_units, n_indicators)
        Where no unit of a group has a value, the value stays missing.

    References
    ----------
    Little & Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1 (means within
    adjustment cells).
    """
    return _filled_by_group(values, groups, "mean")


def impute_group_median(values: Array, groups: NDArray[np.intp]) -> Array:
    """Put the median of the unit's group in place of a missing value.

    Parameters and result as for :func:`impute_group_mean`.
    """
    return _filled_by_group(values, groups, "median")


def _filled(values: Array, strategy: str) -> Array:
    from sklearn.impute import SimpleImputer

    filled = values.copy()
    some = ~np.isnan(values).all(axis=0)
    if some.any():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            filled[:, some] = SimpleImputer(strategy=strategy).fit_transform(values[:, some])
    return filled


def _filled_by_group(values: Array, groups: NDArray[np.intp], strategy: str) -> Array:
    filled = values.copy()
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        filled[members] = _filled(values[members], strategy)
    return filled


Imputation = Callable[[Array, NDArray[np.intp]], Array]

#: Name in method.toml -> function.
IMPUTATIONS: Mapping[str, Imputation] = {
    "none": impute_none,
    "mean": impute_mean,
    "median": impute_median,
    "group_mean": impute_group_mean,
    "group_median": impute_group_median,
}

#: Methods that need the option ``group``.
NEED_GROUP = frozenset({"group_mean", "group_median"})

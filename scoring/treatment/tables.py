"""What a treatment did, as tables for a reader."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.statistics import is_skewed, kurtosis, skewness
from scoring.treatment.base import Array, Mask, Treatment
from scoring.treatment.winsorising import Winsorise


def treatment_table(
    before: pd.DataFrame, after: pd.DataFrame, treatment: Treatment
) -> pd.DataFrame:
    """What was done to every indicator, and whether it helped.

    Parameters
    ----------
    before, after : DataFrame, units x indicators
        Values as they were and as treated: the reference, or others on its scale.
    treatment : Treatment
        Fitted; its rule says what passes.

    Returns
    -------
    DataFrame, index indicator
        ``method``: name of the treatment that holds, empty where untouched; ``skewness_before``,
        ``kurtosis_before``, ``passes_before``; ``skewness_after``, ``kurtosis_after``,
        ``passes_after``; ``points``: number of winsorised values.
    """
    old, new = before.to_numpy(dtype=np.float64), after.to_numpy(dtype=np.float64)
    rule = treatment.maximum_skew, treatment.maximum_kurtosis
    winsorised = treatment.applied_ == Winsorise.name
    return pd.DataFrame(
        {
            "method": treatment.applied_,
            "skewness_before": skewness(old),
            "kurtosis_before": kurtosis(old),
            "passes_before": ~is_skewed(old, *rule),
            "skewness_after": skewness(new),
            "kurtosis_after": kurtosis(new),
            "passes_after": ~is_skewed(new, *rule),
            "points": np.where(winsorised, _changed(old, new).sum(axis=0), 0),
        },
        index=pd.Index(before.columns, name="indicator"),
    )


def changed_values(before: pd.DataFrame, after: pd.DataFrame, treatment: Treatment) -> pd.DataFrame:
    """Every value that a treatment changed.

    Parameters
    ----------
    before, after : DataFrame, units x indicators
        Values as they were and as treated.
    treatment : Treatment
        Fitted.

    Returns
    -------
    DataFrame
        ``unit``, ``indicator``, ``method`` that holds for the indicator, ``from``, ``to``; in the
        order of the indicators, then the units.
    """
    old, new = before.to_numpy(dtype=np.float64), after.to_numpy(dtype=np.float64)
    columns, rows = np.nonzero(_changed(old, new).T)
    return pd.DataFrame(
        {
            "unit": before.index[rows],
            "indicator": before.columns[columns],
            "method": treatment.applied_[columns],
            "from": old[rows, columns],
            "to": new[rows, columns],
        }
    )


def winsorised_values(
    before: pd.DataFrame, after: pd.DataFrame, treatment: Treatment
) -> pd.DataFrame:
    """Every value that winsorising changed: few, where a transform changes all of an indicator.

    Parameters as for :func:`changed_values`.

    Returns
    -------
    DataFrame
        As :func:`changed_values`, without ``method``.
    """
    changed = changed_values(before, after, treatment)
    winsorised = changed["method"] == Winsorise.name
    return changed[winsorised].drop(columns="method").reset_index(drop=True)


def _changed(old: Array, new: Array) -> Mask:
    changed: Mask = ~np.isnan(old) & (old != new)
    return changed

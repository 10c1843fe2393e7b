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
    return pd.DataFrame(
        {
            "method": treatment.applied_,
            "skewness_before": skewness(old),
            "kurtosis_before": kurtosis(old),
            "passes_before": ~is_skewed(old, *rule),
            "skewness_after": skewness(new),
            "kurtosis_after": kurtosis(new),
            "passes_after": ~is_skewed(new, *rule),
            "points": _winsorised(old, new, treatment).sum(axis=0),
        },
        index=pd.Index(before.columns, name="indicator"),
    )


def winsorised_values(
    before: pd.DataFrame, after: pd.DataFrame, treatment: Treatment
) -> pd.DataFrame:
    """Every value that winsorising changed.

    Parameters
    ----------
    before, after : DataFrame, units x indicators
        Values as they were and as treated.
    treatment : Treatment
        Fitted. Columns with another treatment are left out: there every value changes.

    Returns
    -------
    DataFrame
        ``unit``, ``indicator``, ``from``, ``to``; in the order of the indicators, then the units.
    """
    old, new = before.to_numpy(dtype=np.float64), after.to_numpy(dtype=np.float64)
    columns, rows = np.nonzero(_winsorised(old, new, treatment).T)
    return pd.DataFrame(
        {
            "unit": before.index[rows],
            "indicator": before.columns[columns],
            "from": old[rows, columns],
            "to": new[rows, columns],
        }
    )


def _winsorised(old: Array, new: Array, treatment: Treatment) -> Mask:
    """Values that differ, in the columns that are winsorised."""
    changed: Mask = ~np.isnan(old) & (old != new) & (treatment.applied_ == Winsorise.name)
    return changed

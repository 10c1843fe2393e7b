"""What a treatment did, as tables for a reader."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring.statistics import kurtosis, skewness
from scoring.treatment.base import Treatment
from scoring.treatment.winsorising import Winsorise


def treatment_table(
    before: pd.DataFrame, after: pd.DataFrame, treatment: Treatment
) -> pd.DataFrame:
    """What was done to every indicator, and whether it helped.

    Parameters
    ----------
    before, after : DataFrame, units x indicators
        Reference values as they were and as treated.
    treatment : Treatment
        Fitted on ``before``.

    Returns
    -------
    DataFrame, index indicator
        ``method``: name of the treatment that holds, empty where untouched; ``skewness_before``,
        ``kurtosis_before``, ``passes_before``; ``skewness_after``, ``kurtosis_after``,
        ``passes_after``; ``points``: number of winsorised values.
    """
    old, new = before.to_numpy(dtype=np.float64), after.to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "method": treatment.applied_,
            "skewness_before": skewness(old),
            "kurtosis_before": kurtosis(old),
            "passes_before": treatment.passed_,
            "skewness_after": skewness(new),
            "kurtosis_after": kurtosis(new),
            "passes_after": treatment.passes_after_,
            "points": treatment.points_,
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
    winsorised = treatment.applied_ == Winsorise.name
    changed = ~np.isnan(old) & (old != new) & winsorised
    columns, rows = np.nonzero(changed.T)
    return pd.DataFrame(
        {
            "unit": before.index[rows],
            "indicator": before.columns[columns],
            "from": old[rows, columns],
            "to": new[rows, columns],
        }
    )

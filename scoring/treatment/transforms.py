"""Transforms that the framework asks for, one indicator at a time (Handbook, step 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, IndicatorSet

Array = NDArray[np.float64]


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


@dataclass(frozen=True)
class Transform:
    """A transform and where it is defined.

    Parameters
    ----------
    forward : callable
        Function on arrays that keeps missing values missing.
    above : float
        Values must lie above this; minus infinity where any will do.
    """

    forward: Callable[[Array], Array]
    above: float = -np.inf


#: Name in the column ``transform`` of the framework -> transform.
TRANSFORMS: Mapping[str, Transform] = {"log": Transform(logarithm, above=0.0)}


def outside_domain(
    indicator_set: IndicatorSet, code: str, values: pd.Series[float]
) -> list[Finding]:
    """Findings for values that the transform of an indicator is not defined for.

    Parameters
    ----------
    indicator_set : IndicatorSet
    code : str
        Indicator.
    values : Series
        Its values by unit.
    """
    name = indicator_set.framework[code].transform
    if not name:
        return []
    above = TRANSFORMS[name].above
    return [
        Finding(
            "transform_domain",
            "error",
            indicator_set.value_place(str(unit), code),
            {"unit": unit, "indicator": code, "value": value, "transform": name, "above": above},
        )
        for unit, value in values[values <= above].items()
    ]

"""Treatment: transforms of skewed indicators before normalisation (Handbook, step 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

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


#: Name in the column ``transform`` of the framework -> function.
TRANSFORMS: Mapping[str, Callable[[Array], Array]] = {"log": logarithm}

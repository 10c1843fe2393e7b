"""Where the lead of one unit over another, a quadratic along a path of shares, is 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def crossings(constant: Array, slope: Array, bend: Array) -> Array:
    """Roots of constant + slope x + bend x^2, without the cancellation of the schoolbook formula.

    Parameters
    ----------
    constant, slope, bend : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (2, n)
        NaN or infinite where there is none.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        root = np.sqrt(slope**2 - 4 * constant * bend)
        half = -0.5 * (slope + np.copysign(root, slope))
        return np.stack([constant / half, half / bend])

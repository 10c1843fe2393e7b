"""Numbers of any size brought to one size, so that sums and squares can be taken of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def to_unit_magnitude(values: Array) -> tuple[Array, NDArray[np.intc]]:
    """Columns divided by a power of 2 each, so that sums and squares cannot overflow or vanish.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        Values, NaN where missing.

    Returns
    -------
    scaled : ndarray, shape (..., n_units, n_indicators)
        From -1 to 1. Division by a power of 2 is exact.
    exponents : ndarray of int, shape (..., n_indicators)
        ``ldexp(scaled, exponents)`` are the values again.
    """
    _, exponents = np.frexp(np.fmax.reduce(np.abs(values), axis=-2))
    return np.ldexp(values, -exponents[..., None, :]), exponents

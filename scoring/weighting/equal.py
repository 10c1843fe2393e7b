"""Weights that need neither data nor judgement."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def given(shares: ArrayLike) -> Array:
    """The weights of the framework.

    Parameters
    ----------
    shares : array_like, shape (..., n_children)
        Shares stated in the framework.

    Returns
    -------
    ndarray, shape (..., n_children)
        The same.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.
    """
    return np.asarray(shares, dtype=np.float64)


def equal(shares: ArrayLike) -> Array:
    """The same weight for all siblings, or with the scope indicators for all indicators.

    Parameters
    ----------
    shares : array_like, shape (..., n_children)
        Only their number matters.

    Returns
    -------
    ndarray, shape (..., n_children)
        1 / n_children each.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.
    """
    shape = np.shape(shares)
    return np.full(shape, 1.0 / shape[-1])

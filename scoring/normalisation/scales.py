"""Scales that are kept as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.normalisation.base import Array, BaseNormalisation


def signed(values: ArrayLike, direction: ArrayLike = 1) -> Array:
    """Values in their own unit, negative where less is better.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    direction : array_like, shape (n_indicators,)
        1 where more is better, -1 where less is.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Values times direction.
    """
    # The sum makes -0 a plain 0.
    scores: Array = np.asarray(values, dtype=np.float64) * np.asarray(direction) + 0.0
    return scores


class Unscaled(BaseNormalisation):
    """No normalisation: values in their own unit, negative where less is better.

    For aggregations that scale by themselves (TOPSIS, PROMETHEE) and for indicators that already
    are on one scale. Unbounded; nothing is learned of the reference, so that a constant indicator,
    a single unit and values outside the reference are as they are. Missing stays missing.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.

    References
    ----------
    Munda & Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking countries: a
    defensible setting, Applied Economics 41, 1513-1523 (ordinal rules need no common scale).
    """

    def __init__(self, direction: ArrayLike | None = None) -> None:
        self.direction = direction

    def _scores(self, values: Array, direction: Array) -> Array:
        return signed(values, direction)

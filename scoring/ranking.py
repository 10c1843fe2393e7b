"""Rounding of scores, ranks and ties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Array = NDArray[np.float64]

TIES: Mapping[str, str] = {
    "min": "tied units share the smaller rank: 1, 1, 3",
    "dense": "tied units share a rank and none is left out: 1, 1, 2",
    "average": "tied units share the mean of their ranks: 1.5, 1.5, 3",
}

#: Scores that are equal to this many decimals are tied: what differs beyond is noise of the
#: arithmetic, and a spreadsheet would order it otherwise.
DECIMALS_OF_A_TIE = 9


def round_scores(
    scores: Array, decimals: int, mode: Literal["half_even", "half_up"] = "half_even"
) -> Array:
    """Scores rounded to decimals.

    A score is first freed from the noise of binary arithmetic (beyond the ninth digit after the
    last one kept), so that 0.285 counts as the half it was meant to be.

    Parameters
    ----------
    scores : ndarray, any shape
    decimals : int
        Digits after the point, 0 or more.
    mode : {"half_even", "half_up"}
        Whether a half goes to the even neighbour or away from zero.

    Returns
    -------
    ndarray, same shape
    """
    scaled = np.round(scores * 10.0**decimals, DECIMALS_OF_A_TIE)
    if mode == "half_even":
        rounded = np.rint(scaled)
    else:
        rounded = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)
    result: Array = rounded / 10.0**decimals
    return result


def rank(scores: Array, ties: Literal["min", "dense", "average"] = "min") -> Array:
    """Ranks of scores, 1 for the highest.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units)
        Scores, NaN where missing; equal to nine decimals is tied.
    ties : {"min", "dense", "average"}
        What tied units get; see :data:`TIES`.

    Returns
    -------
    ndarray, shape (..., n_units)
        From 1 to the number of scores; NaN where there is no score.
    """
    keys = np.round(scores, DECIMALS_OF_A_TIE)
    ranks: Array = rankdata(-keys, method=ties, axis=-1, nan_policy="omit")
    return np.where(np.isnan(scores), np.nan, ranks)

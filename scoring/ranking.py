"""Rounding of scores, ranks and ties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TIES: Mapping[str, str] = {
    "min": "tied units share the smaller rank: 1, 1, 3",
    "dense": "tied units share a rank and none is left out: 1, 1, 2",
    "average": "tied units share the mean of their ranks: 1.5, 1.5, 3",
}

#: Scores that are equal to this many decimals are tied: what differs beyond is noise of the
#: arithmetic, and a spreadsheet would order it otherwise.
DECIMALS_OF_A_TIE = 9

#: Above this a floating-point number is whole.
LARGEST_WITH_DECIMALS = 2.0**53

#: Scores that are ranked at a time.
SCORES_AT_A_TIME = 2**17


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
    large = np.abs(scores) > LARGEST_WITH_DECIMALS  # as they are: to scale them could overflow
    scaled = np.round(np.where(large, 0.0, scores) * 10.0**decimals, DECIMALS_OF_A_TIE)
    if mode == "half_even":
        rounded = np.rint(scaled)
    else:
        rounded = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)
    result: Array = np.where(large, scores, rounded / 10.0**decimals)
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
    scores = np.asarray(scores, dtype=np.float64)
    n_units = scores.shape[-1]
    # A table that was transposed would be read many times across its rows.
    rows = np.ascontiguousarray(scores).reshape(scores.size // max(n_units, 1), n_units)
    ranks = np.empty(rows.shape)
    step = max(1, SCORES_AT_A_TIME // max(n_units, 1))
    for begin in range(0, len(rows), step):
        part = slice(begin, begin + step)
        _put_ranks(ranks[part], rows[part], ties)
    return ranks.reshape(scores.shape)


def _put_ranks(ranks: Array, scores: Array, ties: str) -> None:
    """Put ranks in each row of a table that is small enough for the processor's cache."""
    keys = _keys(scores)
    np.negative(keys, out=keys)
    order = np.argsort(keys, axis=-1)
    order += np.arange(0, keys.size, keys.shape[-1])[:, np.newaxis]  # places in the flat table
    descending = keys.reshape(-1).take(order)
    tied = descending[:, 1:] == descending[:, :-1]
    places = _places(tied, ties) if tied.any() else np.arange(1.0, keys.shape[-1] + 1)
    ranks.reshape(-1)[order] = places
    if np.isnan(descending[:, -1]).any():  # what is missing comes last
        ranks[np.isnan(scores)] = np.nan


def _places(tied: NDArray[np.bool_], ties: str) -> Array:
    """Ranks in descending order, of which some are tied with the one before."""
    starts = np.pad(~tied, ((0, 0), (1, 0)), constant_values=True)
    if ties == "dense":
        return np.cumsum(starts, axis=-1, dtype=np.float64)
    count = np.arange(1, starts.shape[-1] + 1)
    places: Array = np.maximum.accumulate(np.where(starts, count, 0), axis=-1)
    if ties == "average":
        ends = np.pad(~tied, ((0, 0), (0, 1)), constant_values=True)
        last = np.where(ends, count, starts.shape[-1])
        places = (places + np.minimum.accumulate(last[:, ::-1], axis=-1)[:, ::-1]) / 2
    return places


def _keys(scores: Array) -> Array:
    """Scores to the decimals of a tie; large ones have none to lose."""
    large = np.abs(scores) > LARGEST_WITH_DECIMALS
    if not large.any():
        keys: Array = np.round(scores, DECIMALS_OF_A_TIE)
        return keys
    return np.where(large, scores, np.round(np.where(large, 0.0, scores), DECIMALS_OF_A_TIE))

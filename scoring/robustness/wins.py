"""In how many draws a unit is ahead of another, for all pairs at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int32]

#: Comparisons that are made at a time, and draws of them: eight draws are added up in one word,
#: a byte for each, and a byte holds 255.
COMPARISONS_AT_A_TIME = 2**18
FEWEST_DRAWS, MOST_DRAWS = 1024, 8 * 255

#: To add up the bytes of a word: in four numbers of two bytes, and these in the uppermost of them.
EVERY_OTHER_BYTE, EIGHT_BITS = np.uint64(0x00FF00FF00FF00FF), np.uint64(8)
FOUR_ONES, LAST_OF_FOUR = np.uint64(0x0001000100010001), np.uint64(48)


def wins(ranks: Array) -> Whole:
    """Draws in which each unit has the better rank.

    Parameters
    ----------
    ranks : ndarray, shape (n_draws, n_units)
        From 1, whole or halves; NaN where there is none.

    Returns
    -------
    ndarray of int32, shape (n_units, n_units)
        Draws in which the unit of the row has a smaller rank than that of the column. Who has no
        rank neither wins nor loses.
    """
    n_draws, n_units = ranks.shape
    # Twice the rank is whole. 0 marks who has none, and draws that fill up the last eight.
    small = np.min_scalar_type(2 * n_units + 1)
    behind = np.zeros((n_units, -(-n_draws // 8) * 8), dtype=small)
    behind[:, :n_draws] = np.fmax(2 * ranks, 0.0).T
    ahead = np.where(behind == 0, np.iinfo(small).max, behind).astype(small, copy=False)

    found = np.zeros((n_units, n_units), dtype=np.int32)
    draws_at_a_time = int(np.clip(COMPARISONS_AT_A_TIME // n_units, FEWEST_DRAWS, MOST_DRAWS))
    draws_at_a_time -= draws_at_a_time % 8
    units_at_a_time = max(1, COMPARISONS_AT_A_TIME // (n_units * draws_at_a_time))
    for begin in range(0, behind.shape[1], draws_at_a_time):
        draws = slice(begin, begin + draws_at_a_time)
        for first in range(0, n_units, units_at_a_time):
            units = slice(first, first + units_at_a_time)
            better = ahead[units, np.newaxis, draws] < behind[np.newaxis, :, draws]
            found[units] += _number(better)
    return found


def _number(flags: NDArray[np.bool_]) -> Whole:
    """How many are true along the last axis, a multiple of 8 up to 2040; eight bytes at once."""
    eight = np.add.reduce(flags.view(np.uint64), axis=-1)
    four = (eight & EVERY_OTHER_BYTE) + (eight >> EIGHT_BITS & EVERY_OTHER_BYTE)
    number: Whole = (four * FOUR_ONES >> LAST_OF_FOUR).astype(np.int32)
    return number


def missing_together(ranks: Array) -> Whole:
    """Draws in which neither of two units has a rank.

    Parameters
    ----------
    ranks : ndarray, shape (n_draws, n_units)
        NaN where there is none.

    Returns
    -------
    ndarray of int32, shape (n_units, n_units)
    """
    missing = np.isnan(ranks).astype(np.float64)
    return (missing.T @ missing).astype(np.int32)  # whole numbers, so exact in any order

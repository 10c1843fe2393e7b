"""Which differences between neighbours in a ranking mean something."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Positions = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: Followers that are looked at first, and twice as many each time until the group ends.
FIRST_LOOK = 64


def tie_groups(ranks: Array, probabilities: Array, certainty: float) -> Positions:
    """Groups of neighbours whose order is not certain.

    Units are taken in the order of their ranks, of equal ranks as they stand. A group is its first
    unit and those directly after it that the first is not ahead of with at least this probability;
    the next one begins another group.

    Parameters
    ----------
    ranks : ndarray, shape (n_units,)
        NaN for a unit without one.
    probabilities : ndarray, shape (n_units, n_units)
        Of the unit of the row being ahead of that of the column; NaN, where the two never met, is
        not certain.
    certainty : float
        0..1.

    Returns
    -------
    ndarray of int, shape (n_units,)
        From 1; 0 for a unit without a rank.

    Examples
    --------
    >>> ahead = np.array([[0.0, 0.6, 0.97], [0.4, 0.0, 0.8], [0.03, 0.2, 0.0]])
    >>> tie_groups(np.array([1.0, 2.0, 3.0]), ahead, 0.95)
    array([1, 1, 2])
    """

    def behind(first: np.intp, followers: Positions) -> Flags:
        flags: Flags = probabilities[first, followers] >= certainty
        return flags

    return _groups(ranks, behind)


def tie_groups_of_intervals(ranks: Array, best: Array, worst: Array) -> Positions:
    """Groups of neighbours whose intervals of ranks overlap, for sets too large for pairs.

    As :func:`tie_groups`, but a unit begins another group where its interval lies wholly beyond
    that of the first unit of the group.

    Parameters
    ----------
    ranks : ndarray, shape (n_units,)
        NaN for a unit without one.
    best, worst : ndarray, shape (n_units,)
        Ends of the interval of each unit's rank, as its 5 % and 95 % quantiles.

    Returns
    -------
    ndarray of int, shape (n_units,)
        From 1; 0 for a unit without a rank.
    """

    def behind(first: np.intp, followers: Positions) -> Flags:
        flags: Flags = best[followers] > worst[first]
        return flags

    return _groups(ranks, behind)


def _groups(ranks: Array, behind: Callable[[np.intp, Positions], Flags]) -> Positions:
    """Numbers of groups, from a test of which followers are certainly behind a first unit."""
    order = np.argsort(ranks, kind="stable")
    order = order[: np.count_nonzero(~np.isnan(ranks))]  # NaN comes last
    begins = np.zeros(len(order), dtype=np.intp)
    first = 0
    while first < len(order):
        begins[first] = 1
        first = _next(order, first, behind)
    groups = np.zeros(len(ranks), dtype=np.intp)
    groups[order] = np.cumsum(begins)
    return groups


def _next(order: Positions, first: int, behind: Callable[[np.intp, Positions], Flags]) -> int:
    """Place of the next unit that is certainly behind, the end where there is none."""
    begin, look = first + 1, FIRST_LOOK
    while begin < len(order):
        flags = behind(order[first], order[begin : begin + look])
        if flags.any():
            return begin + int(flags.argmax())
        begin, look = begin + look, 2 * look
    return begin

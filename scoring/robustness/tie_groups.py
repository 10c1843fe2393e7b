"""Which differences between neighbours in a ranking mean something."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Positions = NDArray[np.intp]


def tie_groups(ranks: Array, probabilities: Array, certainty: float) -> Positions:
    """Groups of neighbours whose order is not certain.

    Units are taken in the order of their ranks, of equal ranks as they stand. A group reaches from
    its first unit to the last one that the first is not ahead of with at least this probability,
    so that every unit of a later group is certainly behind the first of this one.

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
    order = _in_order(ranks)
    together = ~(probabilities[np.ix_(order, order)] >= certainty)  # NaN is not certain

    def end(first: int) -> int:
        return first + 1 + int(np.flatnonzero(together[first, first + 1 :]).max(initial=-1)) + 1

    return _groups(len(ranks), order, end)


def tie_groups_of_intervals(ranks: Array, best: Array, worst: Array) -> Positions:
    """Groups of neighbours whose intervals of ranks overlap, for sets too large for pairs.

    As :func:`tie_groups`, but a group reaches to the last unit whose interval does not lie wholly
    beyond that of the first.

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
    order = _in_order(ranks)
    # The best that any unit reaches from here on; it only rises, so that it can be searched.
    reached = np.minimum.accumulate(best[order][::-1])[::-1]

    def end(first: int) -> int:
        return max(first + 1, int(np.searchsorted(reached, worst[order[first]], side="right")))

    return _groups(len(ranks), order, end)


def _in_order(ranks: Array) -> Positions:
    """Units with a rank, the best first."""
    order = np.argsort(ranks, kind="stable")
    return order[: np.count_nonzero(~np.isnan(ranks))]  # NaN comes last


def _groups(n_units: int, order: Positions, end: Callable[[int], int]) -> Positions:
    """Numbers of groups, from what says where the group of a first unit ends."""
    groups = np.zeros(n_units, dtype=np.intp)
    first, number = 0, 1
    while first < len(order):
        last = end(first)
        groups[order[first:last]] = number
        first, number = last, number + 1
    return groups

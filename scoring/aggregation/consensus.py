"""Aggregation by the ranking that agrees best with all pairwise comparisons: Kemeny's."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.outranking import outranking_matrix

Array = NDArray[np.float64]

#: Margins between two units below this are ties; sums of weights do not tell them from noise.
MARGIN_TOLERANCE = 1e-12

#: Rankings whose supports differ by no more than this are equally good.
SUPPORT_TOLERANCE = 1e-9

#: By how much the bound of a linear programme may be off.
BOUND_TOLERANCE = 1e-6

#: Beginnings of rankings of one length that are looked at, at most.
MOST_BEGINNINGS = 100_000

#: Beginnings are sets of bits in an integer of 64.
MOST_BITS = 63


class Consensus(NamedTuple):
    """The rankings of largest support.

    Parameters
    ----------
    positions : ndarray, shape (n_units,)
        Mean position of each unit over all these rankings, 1 for the first.
    support : float
        Their support: sum of the matrix over pairs, row above column.
    n_rankings : float
        How many there are; whole, but as large as a factorial may be.
    """

    positions: Array
    support: float
    n_rankings: float


def kemeny(scores: ArrayLike, shares: ArrayLike, *, most_units: int = 50) -> Array:
    """Kemeny's ranking: the one that most weight agrees with, over all pairs of units.

    The ranking maximises the sum of the outranking matrix over all pairs of which the row stands
    above the column. It is found exactly. Where several rankings share the maximum (up to 1e-9), a
    unit gets its mean position over all of them, so that the order of the units is without
    influence, and units that can be exchanged are tied.

    Units that beat all others of a set in pairs stand above it in every optimal ranking. What
    remains are knots of units that beat each other in a circle or tie; the work grows with the
    largest knot and not with the number of units.

    Parameters
    ----------
    scores, shares : array_like
        As in :func:`scoring.aggregation.outranking.outranking_matrix`.
    most_units : int, 1..63
        Largest knot that is untied. One of 50 takes a fraction of a second where few rankings
        come close to the best, some seconds where many do.

    Returns
    -------
    ndarray, shape (..., n_units)
        Number of units less the position: from 0, last, to n_units - 1, first.

    Raises
    ------
    ValueError
        Where a knot has more units than ``most_units``, or too many rankings come close to the
        best to go through; Copeland's method then gives a ranking from the same comparisons.

    References
    ----------
    Kemeny (1959), Mathematics without numbers, Daedalus 88(4). Young & Levenglick (1978), A
    consistent extension of Condorcet's election principle, SIAM Journal on Applied Mathematics
    35(2). Munda & Nardo (2009), Noncompensatory/nonlinear composite indicators for ranking
    countries: a defensible setting, Applied Economics 41(12). OECD/JRC (2008), Handbook on
    Constructing Composite Indicators, section 6.13 (the C-K-Y-L ranking procedure).
    """
    matrix = outranking_matrix(scores, shares)
    result = np.empty(matrix.shape[:-1])
    for place in np.ndindex(matrix.shape[:-2]):
        result[place] = matrix.shape[-1] - consensus(matrix[place], most_units).positions
    return result


def consensus(matrix: ArrayLike, most_units: int = 50) -> Consensus:
    """All rankings of largest support by an outranking matrix, as mean positions.

    Parameters
    ----------
    matrix : array_like, shape (n_units, n_units)
        Weight for the row against the column.
    most_units : int, 1..63
        As in :func:`kemeny`.

    Returns
    -------
    Consensus

    Raises
    ------
    ValueError
        As :func:`kemeny`.

    References
    ----------
    Truchon, M. (1998), An extension of the Condorcet criterion and Kemeny orders (why knots are
    ranked one by one).
    Conitzer, V., Davenport, A., Kalagnanam, J. (2006), Improved bounds for computing Kemeny
    rankings, AAAI (the linear programme).
    """
    if not 1 <= most_units <= MOST_BITS:
        raise ValueError(f"most_units is from 1 to {MOST_BITS}")
    matrix = np.asarray(matrix, dtype=np.float64)
    margins = matrix - matrix.T
    margins[np.abs(margins) <= MARGIN_TOLERANCE] = 0.0
    positions = np.empty(len(matrix))
    above, lost, n_rankings = 0, 0.0, 1.0
    for knot in _knots(margins):
        inside = margins[np.ix_(knot, knot)]
        if len(knot) > most_units and inside.any():
            raise ValueError(
                f"{len(knot)} units beat each other in circles; Kemeny's ranking is sought up to "
                f"most_units = {most_units}"
            )
        places, loss, count = _untied(inside)
        positions[knot] = above + places
        above, lost, n_rankings = above + len(knot), lost + loss, n_rankings * count
    support = float(np.triu(np.maximum(matrix, matrix.T), 1).sum() - lost)
    return Consensus(positions, support, n_rankings)


def _knots(margins: Array) -> list[NDArray[np.intp]]:
    """Sets of units from the first to the last, each unit of one beating all units of the next."""
    from scipy.sparse.csgraph import connected_components

    if len(margins) == 0:
        return []
    _, labels = connected_components(margins >= 0, connection="strong")
    knots = [np.flatnonzero(labels == label) for label in range(labels.max() + 1)]
    # Of two knots the first has fewer units that are unbeaten by its members.
    return sorted(knots, key=lambda knot: int((margins[:, knot] >= 0).any(axis=1).sum()))


def _untied(margins: Array) -> tuple[Array, float, float]:
    """Mean positions in one knot, the weight lost to majorities, and the number of rankings."""
    from math import gamma

    n = len(margins)
    if not margins.any():
        count = gamma(n + 1) if n <= 170 else np.inf
        return np.full(n, (n + 1) / 2), 0.0, count
    loss = np.maximum(margins.T, 0.0)
    bound, penalty, fractions = _relaxed(margins)
    bound += np.triu(loss.T, 1).sum()
    order = _improved(loss, np.argsort(-fractions.sum(axis=1), kind="stable"))
    found = float(np.triu(loss[np.ix_(order, order)], 1).sum())
    return _all_best(loss, penalty, max(0.0, found - bound) + BOUND_TOLERANCE)


def _relaxed(margins: Array) -> tuple[float, Array, Array]:
    """Linear programme over who is above whom: its value, its reduced costs, its solution.

    A ranking that places i above j costs at least the reduced cost more than the programme's value.
    Transitivity is asked for where it is violated.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    n = len(margins)
    first, second = np.triu_indices(n, 1)
    variable, sign = np.zeros((2, n, n), dtype=np.intp)
    variable[first, second] = variable[second, first] = np.arange(len(first))
    sign[first, second], sign[second, first] = 1, -1
    circles = np.empty((0, 3), dtype=np.intp)
    while True:
        # Of the circle a over b over c over a no more than two hold.
        pairs = [circles[:, [0, 1]], circles[:, [1, 2]], circles[:, [2, 0]]]
        signs = np.column_stack([sign[p[:, 0], p[:, 1]] for p in pairs])
        columns = np.column_stack([variable[p[:, 0], p[:, 1]] for p in pairs])
        rows = csr_array(
            (signs.ravel(), columns.ravel(), np.arange(0, 3 * len(circles) + 1, 3)),
            shape=(len(circles), len(first)),
            dtype=np.float64,
        )
        solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse arrays
            margins[second, first],
            A_ub=rows if len(circles) else None,
            b_ub=2.0 - (signs < 0).sum(axis=1) if len(circles) else None,
            bounds=(0, 1),
            method="highs",
        )
        above = np.zeros((n, n))
        above[first, second], above[second, first] = solution.x, 1 - solution.x
        sums = above[:, :, None] + above[None, :, :] + above.T[:, None, :]
        a, b, c = np.nonzero(sums > 2 + BOUND_TOLERANCE)
        new = (a < b) & (a < c) & (b != c)
        if not new.any():
            break
        circles = np.concatenate([circles, np.column_stack([a, b, c])[new]])
    penalty = np.zeros((n, n))
    penalty[first, second] = np.maximum(solution.lower.marginals, 0.0)
    penalty[second, first] = np.maximum(-solution.upper.marginals, 0.0)
    return float(solution.fun), penalty, above


def _improved(loss: Array, order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Ranking that no move of a single unit betters."""
    places = list(order)
    moved = True
    while moved:
        moved = False
        for unit in order:
            at = places.index(unit)
            rest = places[:at] + places[at + 1 :]
            # Loss of the unit at each place: those before it are above it, the others below.
            costs = np.concatenate([[0.0], np.cumsum(loss[rest, unit] - loss[unit, rest])])
            best = int(np.argmin(costs))
            if costs[best] < costs[at] - SUPPORT_TOLERANCE:
                places, moved = [*rest[:best], unit, *rest[best:]], True
    return np.array(places, dtype=np.intp)


def _all_best(loss: Array, penalty: Array, slack: float) -> tuple[Array, float, float]:
    """Mean positions over all rankings of least loss, the loss, and the number of rankings.

    Rankings are built from the top. Two beginnings with the same units go on alike; a beginning
    whose penalties exceed the slack belongs to no best ranking.
    """
    n = len(loss)
    bits = np.uint64(1) << np.arange(n, dtype=np.uint64)
    sets = np.zeros(1, dtype=np.uint64)
    cost, fine, ways = np.zeros(1), np.zeros(1), np.ones(1)
    steps = []
    for _ in range(n):
        below = (sets[:, None] & bits) == 0
        fines = fine[:, None] + below @ penalty.T
        source, unit = np.nonzero(below & (fines <= slack))
        costs = (cost[:, None] + below @ loss.T)[source, unit]
        sets, target = np.unique(sets[source] | bits[unit], return_inverse=True)
        if len(sets) > MOST_BEGINNINGS:
            raise ValueError(
                f"more than {MOST_BEGINNINGS} beginnings of a ranking come close to the best; "
                "Kemeny's ranking is out of reach for these scores"
            )
        n_sources = len(ways)
        cost, fine = np.full((2, len(sets)), np.inf)
        np.minimum.at(cost, target, costs)
        np.minimum.at(fine, target, fines[source, unit])
        best = costs <= cost[target] + SUPPORT_TOLERANCE
        source, unit, target = source[best], unit[best], target[best]
        arrivals = ways[source]
        ways = np.bincount(target, arrivals, len(sets)).astype(np.float64)
        steps.append((source, unit, target, arrivals, n_sources))
    n_rankings = float(ways[0])
    onward = np.ones(1)
    places = np.zeros(n)
    for position, (source, unit, target, arrivals, n_sources) in reversed(
        list(enumerate(steps, 1))
    ):
        places += position * np.bincount(unit, arrivals * onward[target] / n_rankings, n)
        onward = np.bincount(source, onward[target], n_sources).astype(np.float64)
    # Mean positions of units that can be exchanged differ by rounding alone.
    return np.round(places, 9), float(cost[0]), n_rankings

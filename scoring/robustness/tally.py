"""Scores and ranks of all draws, counted in memory that does not grow with their number.

A worker counts its block of draws (:func:`tallied`), and the blocks are added up (:class:`Total`).
All that is added up is an integer, so that the result is the same to the last bit whatever the
order of blocks and however the draws were divided into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.robustness.histograms import (
    MOST_DRAWS,
    MOST_DRAWS_OF_A_BLOCK,
    Bins,
    Counted,
    Histogram,
    Numbers,
    counted,
    fitting,
    joined,
    score_bins,
    windows,
)
from scoring.robustness.wins import missing_together, wins

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Cells of the tables of scores and ranks together, each of four bytes.
MOST_CELLS = 2**27

#: Bins of each node and unit; powers of 2.
FEWEST_BINS, MOST_BINS = 16, 512

#: Values that are counted at a time, few enough for the processor's cache.
VALUES_AT_A_TIME = 2**17


@dataclass(frozen=True, eq=False)
class Plan:
    """What is counted, and in which bins; the same for all blocks of a run.

    Parameters
    ----------
    scores : Bins
    ranks : Bins
        In steps of half a rank.
    exact_ranks : bool
        Whether each rank there can be has a bin of its own.
    rank_step : {1, 2}
        Halves between a rank and the next there can be: 1 where ties get the mean of their ranks.
    base : ndarray, shape (n_nodes, n_units)
        Ranks from which shifts are measured, NaN where there is none.
    top : tuple of int
        Numbers of units at the top.
    pairs : bool
        Whether each unit is compared with each other.
    """

    scores: Bins
    ranks: Bins
    exact_ranks: bool
    rank_step: int
    base: Array
    top: tuple[int, ...]
    pairs: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Nodes and units."""
        return self.scores.shape


@dataclass(frozen=True, eq=False)
class Tally:
    """What was counted in some draws: arrays that can be sent, and added to a :class:`Total`.

    Parameters
    ----------
    draws : int
    scores, ranks : Counted
    top : ndarray of int, shape (n_top, n_nodes, n_units)
        Draws in which the unit is among the top.
    shifts : ndarray of int, shape (n_nodes, n_units)
        Sum of the distances from the base rank, in halves of a rank.
    wins : ndarray of int, shape (n_nodes, n_units, n_units), or None
        Draws in which the unit of the row has a better rank than that of the column.
    apart : ndarray of int, shape (n_nodes, n_units, n_units), or None
        Draws in which neither of two units has a rank; None where each always has one.
    """

    draws: int
    scores: Counted
    ranks: Counted
    top: Numbers
    shifts: Whole
    wins: Numbers | None = None
    apart: Numbers | None = None


class Total:
    """All draws so far.

    Parameters
    ----------
    plan : Plan

    Attributes
    ----------
    draws : int
    scores, ranks : Histogram
    top, shifts, wins, apart : ndarray or None
        See :class:`Tally`; None where pairs are not compared.
    """

    def __init__(self, plan: Plan) -> None:
        n_nodes, n_units = plan.shape
        self.plan = plan
        self.draws = 0
        self.scores = Histogram(plan.scores)
        self.ranks = Histogram(plan.ranks)
        self.top = np.zeros((len(plan.top), n_nodes, n_units), dtype=np.int64)
        self.shifts = np.zeros((n_nodes, n_units), dtype=np.int64)
        self.wins: NDArray[np.int32] | None = None
        self.apart: NDArray[np.int32] | None = None
        if plan.pairs:
            self.wins = np.zeros((n_nodes, n_units, n_units), dtype=np.int32)
            self.apart = np.zeros_like(self.wins)

    def add(self, tally: Tally) -> None:
        """Add a block of draws, in place.

        Parameters
        ----------
        tally : Tally
            Counted by the same plan.

        Raises
        ------
        ValueError
            Where there are more draws than 2^30 together.
        """
        if self.draws + tally.draws > MOST_DRAWS:
            raise ValueError(f"at most {MOST_DRAWS} draws can be added up")
        self.draws += tally.draws
        self.scores.add(tally.scores)
        self.ranks.add(tally.ranks)
        self.top += tally.top
        self.shifts += tally.shifts
        if self.wins is not None and tally.wins is not None:
            self.wins += tally.wins.astype(np.int32, copy=False)
        if self.apart is not None and tally.apart is not None:
            self.apart += tally.apart.astype(np.int32, copy=False)

    def tally(self) -> Tally:
        """All of it as one block, a copy: to be sent, and added to another total."""
        return Tally(
            self.draws,
            self.scores.compact(),
            self.ranks.compact(),
            self.top.copy(),
            self.shifts.copy(),
            None if self.wins is None else self.wins.copy(),
            None if self.apart is None or not self.apart.any() else self.apart.copy(),
        )


def planned(
    scores: Array,
    ranks: Array,
    base: Array,
    *,
    ties: Literal["min", "dense", "average"] = "min",
    top: Sequence[int] = (),
    most_pairs: int = 400,
    most_cells: int = MOST_CELLS,
) -> Plan:
    """Plan of what is counted, from the draws of a pilot.

    Scores have up to 512 bins for each node and unit, as many as there is room for. Ranks have
    a bin each if there is room for that, else as many bins as scores have, each of a power of two
    of ranks.

    Parameters
    ----------
    scores, ranks : ndarray, shape (n_draws, n_nodes, n_units)
        Of the pilot, one draw or more; NaN where there is none. Windows are what they span, and as
        much again on each side.
    base : ndarray, shape (n_nodes, n_units)
        Ranks from which shifts are measured, NaN where there is none.
    ties : {"min", "dense", "average"}
        What tied units get; see :data:`scoring.ranking.TIES`.
    top : sequence of int
        Numbers of units at the top, to be among.
    most_pairs : int
        Units up to which each is compared with each other.
    most_cells : int
        Cells, each of four bytes, of the tables of scores and ranks together; there are at least
        16 bins for each node and unit, and tables of pairs are not among them.

    Returns
    -------
    Plan
    """
    n_nodes, n_units = base.shape
    columns = max(n_nodes * n_units, 1)
    room = most_cells // (2 * columns)
    n_bins = max(FEWEST_BINS, min(MOST_BINS, 1 << max(room.bit_length() - 1, 0)))
    step = 1 if ties == "average" else 2
    n_ranks = 2 * (max(n_units, 1) - 1) // step + 1
    exact = n_ranks <= max(room, n_bins)
    if exact:
        low, halves, n_rank_bins = np.ones(base.shape), np.full(base.shape, float(step)), n_ranks
    else:
        low, high = windows(ranks)
        low, high = np.maximum(np.floor(low), 1.0), np.minimum(np.ceil(high), n_units)
        n_rank_bins = n_bins
        within = np.maximum(2 * (high - low) + step, step * n_bins)
        halves = np.exp2(np.ceil(np.log2(within / n_bins)))
    rank_bins = Bins(low, np.full(base.shape, 2.0), halves, n_rank_bins)
    return Plan(
        score_bins(scores, n_bins),
        rank_bins,
        exact,
        step,
        np.asarray(base, dtype=np.float64),
        tuple(top),
        n_units <= most_pairs,
    )


def tallied(plan: Plan, scores: Array, ranks: Array) -> Tally:
    """Count a block of draws.

    Parameters
    ----------
    plan : Plan
    scores : ndarray, shape (n_draws, n_nodes, n_units)
        NaN where a unit has no score.
    ranks : ndarray, same shape
        From 1 to the number of units, whole, or halves where the plan's ties are "average"; NaN
        where there is none.

    Returns
    -------
    Tally

    Raises
    ------
    ValueError
        Where there are more draws than 2^21 in the block.
    """
    n_draws, n_nodes, n_units = scores.shape
    if n_draws > MOST_DRAWS_OF_A_BLOCK:
        raise ValueError(f"a block has at most {MOST_DRAWS_OF_A_BLOCK} draws, not {n_draws}")
    if n_draws == 0:
        return Total(plan).tally()
    flat_scores, flat_ranks = (
        np.asarray(table, dtype=np.float64).reshape(n_draws, n_nodes * n_units)
        for table in (scores, ranks)
    )
    base = plan.base.reshape(-1)
    top = np.zeros((len(plan.top), n_nodes * n_units), dtype=np.min_scalar_type(n_draws))
    shifts = np.zeros(n_nodes * n_units, dtype=np.int64)
    counted_scores, counted_ranks = [], []
    step = max(1, VALUES_AT_A_TIME // n_draws)
    for begin in range(0, n_nodes * n_units, step):
        part = slice(begin, min(begin + step, n_nodes * n_units))
        counted_scores.append(counted(plan.scores, part, flat_scores[:, part]))
        values = flat_ranks[:, part]
        for place, among in enumerate(plan.top):
            top[place, part] = np.count_nonzero(values <= among, axis=0)
        shifts[part] = 2 * _distances(values, base[part])
        counted_ranks.append(counted(plan.ranks, part, values))
    present = joined(plan.ranks, counted_ranks)
    ahead, apart = _pairs(plan, ranks, bool((present.present < n_draws).any()))
    return Tally(
        n_draws,
        joined(plan.scores, counted_scores),
        present,
        top.reshape(-1, n_nodes, n_units),
        shifts.reshape(n_nodes, n_units),
        ahead,
        apart,
    )


def _distances(ranks: Array, base: Array) -> Array:
    """Sum of the distances from the base rank; of no distance where one of them is missing."""
    distances = ranks - base
    np.abs(distances, out=distances)
    total: Array = distances.sum(axis=0)
    return np.nansum(distances, axis=0) if np.isnan(total).any() else total


def _pairs(plan: Plan, ranks: Array, gaps: bool) -> tuple[Numbers | None, Numbers | None]:
    """Wins, and draws in which neither of two has a rank."""
    if not plan.pairs:
        return None, None
    n_draws, n_nodes, _ = ranks.shape
    nodes = [ranks[:, node] for node in range(n_nodes)]
    ahead = fitting(np.stack([wins(node) for node in nodes]), n_draws)
    if not gaps:
        return ahead, None
    return ahead, fitting(np.stack([missing_together(node) for node in nodes]), n_draws)

"""Histograms of what is drawn, that add up to the same bits in whatever order.

Values are measured in whole steps from the low end of a window, one window for each node and unit.
What is added up over draws is a number of draws or of steps, an integer; addition of integers does
not depend on its order, nor on how draws were divided into blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
#: A number of draws in each of some cells, in the smallest type of integer that holds it.
Numbers = NDArray[np.integer[Any]]

#: Steps into which the window of a score is divided: the mean is exact to half of one.
STEPS_OF_A_WINDOW = 2**26

#: No value is farther from the low end than this many steps: 32 windows of a score. So the sum of
#: 2^30 draws stays below 2^61, and that of a block is exact in floating point.
MOST_STEPS = 2**31

#: Draws that one histogram holds, and that are counted at a time.
MOST_DRAWS, MOST_DRAWS_OF_A_BLOCK = 2**30, 2**21

#: A window is at least this wide, and wide enough to tell its ends apart.
NARROWEST, NARROWEST_SHARE = 2.0**-960, 2.0**-30

#: Ends of windows stay within this, so that their distance does not overflow.
LARGEST_END = 2.0**1020

#: A unit that moved less in the pilot than this share of what the liveliest one did is given so
#: much room.
LEAST_SHARE_OF_SPAN = 1 / 64

#: Cells that are added or summed up at a time.
CELLS_AT_A_TIME = 2**20

#: Below this many draws for each cell of a table they are sorted, and the table is not filled.
DRAWS_OF_A_CELL = 1 / 4


@dataclass(frozen=True, eq=False)
class Bins:
    """Where the bins of each node and unit lie.

    The first and the last bin are open: they hold what is beyond the window as well.

    Parameters
    ----------
    low : ndarray, shape (n_nodes, n_units)
        Low end of the window.
    steps : ndarray, shape (n_nodes, n_units)
        Steps per unit of the value.
    steps_of_a_bin : ndarray, shape (n_nodes, n_units)
        Powers of 2.
    number : int
        Bins of each node and unit.
    """

    low: Array
    steps: Array
    steps_of_a_bin: Array
    number: int

    @property
    def shape(self) -> tuple[int, int]:
        """Nodes and units."""
        n_nodes, n_units = self.low.shape
        return n_nodes, n_units

    def part(self, columns: slice) -> Bins:
        """Those of some nodes and units, laid out flat, as the units of one node."""
        low, steps, steps_of_a_bin = (
            table.reshape(1, -1)[:, columns]
            for table in (self.low, self.steps, self.steps_of_a_bin)
        )
        return Bins(low, steps, steps_of_a_bin, self.number)

    @property
    def width(self) -> Array:
        """Width of a bin in the unit of the value, shape (n_nodes, n_units)."""
        width: Array = self.steps_of_a_bin / self.steps
        return width


@dataclass(frozen=True, eq=False)
class Counted:
    """A block of draws, counted; small enough to be sent.

    Parameters
    ----------
    cells : ndarray of int, shape (n_cells,)
        Places in the table (n_nodes, n_units, n_bins), laid out flat, that are not empty;
        ascending.
    counts : ndarray of int, shape (n_cells,)
        Draws in them.
    present : ndarray of int, shape (n_nodes, n_units)
        Draws with a value.
    steps : ndarray of int, shape (n_nodes, n_units)
        Sum of the steps from the low end of the window.
    smallest, largest : ndarray, shape (n_nodes, n_units)
        NaN where there is no value.
    """

    cells: Numbers
    counts: Numbers
    present: Numbers
    steps: Whole
    smallest: Array
    largest: Array


class Histogram:
    """What all draws so far were, counted in bins.

    Parameters
    ----------
    bins : Bins

    Attributes
    ----------
    counts : ndarray of int32, shape (n_nodes, n_units, n_bins)
        Draws in each bin.
    present, steps, smallest, largest : ndarray, shape (n_nodes, n_units)
        See :class:`Counted`.
    """

    def __init__(self, bins: Bins) -> None:
        self.bins = bins
        self.counts = np.zeros((*bins.shape, bins.number), dtype=np.int32)
        self.present = np.zeros(bins.shape, dtype=np.int64)
        self.steps = np.zeros(bins.shape, dtype=np.int64)
        self.smallest = np.full(bins.shape, np.nan)
        self.largest = np.full(bins.shape, np.nan)

    def add(self, counted: Counted) -> None:
        """Add a block, in place."""
        table = self.counts.reshape(-1)
        for begin in range(0, len(counted.cells), CELLS_AT_A_TIME):
            part = slice(begin, begin + CELLS_AT_A_TIME)
            # Of these types it is a plain loop.
            cells, counts = counted.cells[part].astype(np.intp), counted.counts[part]
            np.add.at(table, cells, counts.astype(table.dtype))
        self.present += counted.present
        self.steps += counted.steps
        np.fmin(self.smallest, counted.smallest, out=self.smallest)
        np.fmax(self.largest, counted.largest, out=self.largest)

    def compact(self) -> Counted:
        """All of it as one block, a copy."""
        flat = self.counts.reshape(-1)
        cells = np.flatnonzero(flat)
        return Counted(
            fitting(cells, flat.size),
            flat[cells],
            self.present.copy(),
            self.steps.copy(),
            self.smallest.copy(),
            self.largest.copy(),
        )

    def in_order(self, places: Array | Whole) -> tuple[Whole, Array]:
        """Where the values are that have these places in ascending order.

        Parameters
        ----------
        places : ndarray of whole numbers, shape (..., n_nodes, n_units)
            From 0 to the number of draws with a value, less 1. Of no meaning without one.

        Returns
        -------
        bins : ndarray of int, same shape
            The bin of each.
        share : ndarray, same shape
            How far up in it, if all in the bin have equal distances: above 0, below 1.
        """
        n_columns, n_bins = self.present.size, self.bins.number
        counts, present = self.counts.reshape(-1), self.present.reshape(-1)
        # The sum goes on from one unit to the next and never falls: one search finds all.
        sums = np.cumsum(counts, dtype=np.int64)
        sought = places.reshape(-1, n_columns).astype(np.int64)
        sought += np.cumsum(present) - present
        found = np.minimum(np.searchsorted(sums, sought, side="right"), counts.size - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (sought - sums[found] + 0.5) / counts[found] + 1
        found -= np.arange(0, counts.size, n_bins)
        return found.reshape(places.shape), share.reshape(places.shape)

    def parts(self) -> Iterator[tuple[slice, Histogram]]:
        """Some nodes and units at a time, laid out flat: what the processor's cache takes.

        Yields
        ------
        columns : slice
            Which they are.
        part : Histogram
            They alone, as the units of one node; it shares their memory.
        """
        step = max(1, CELLS_AT_A_TIME // self.bins.number)
        for begin in range(0, self.present.size, step):
            columns = slice(begin, begin + step)
            part = copy(self)
            part.bins = self.bins.part(columns)
            part.counts = self.counts.reshape(1, -1, self.bins.number)[:, columns]
            for name in ("present", "steps", "smallest", "largest"):
                setattr(part, name, getattr(self, name).reshape(1, -1)[:, columns])
            yield columns, part


def windows(values: Array) -> tuple[Array, Array]:
    """Windows for values of which some are known: what they span, and as much again on each side.

    What hardly moves is given 1/64 of what moves most in the same node; where nothing moves, what
    its units span; where they are all the same, their size; 1 where that is 0. A unit without
    a value is given the window of its node, and a node without one 0 to 1.

    Parameters
    ----------
    values : ndarray, shape (n_draws, n_nodes, n_units)
        NaN where missing.

    Returns
    -------
    low, high : ndarray, shape (n_nodes, n_units)
        Finite, low < high.
    """
    within = np.clip(values, -LARGEST_END, LARGEST_END)
    smallest, largest = np.fmin.reduce(within, axis=0), np.fmax.reduce(within, axis=0)
    bottom = np.fmin.reduce(smallest, axis=1, keepdims=True)
    top = np.fmax.reduce(largest, axis=1, keepdims=True)
    empty = np.isnan(bottom)
    bottom, top = np.where(empty, 0.0, bottom), np.where(empty, 1.0, top)
    size = np.maximum(np.abs(bottom), np.abs(top))
    span = largest - smallest
    liveliest = np.fmax.reduce(span, axis=1, keepdims=True, initial=0.0)
    least = np.select(
        [liveliest > 0, top > bottom, size > 0],
        [liveliest * LEAST_SHARE_OF_SPAN, top - bottom, size],
        default=1.0,
    )
    least = np.maximum(least, np.maximum(size * NARROWEST_SHARE, NARROWEST))
    missing = np.isnan(span)
    smallest, largest = np.where(missing, bottom, smallest), np.where(missing, top, largest)
    span = np.maximum(largest - smallest, least)
    return smallest - span, largest + span


def score_bins(values: Array, number: int) -> Bins:
    """Bins for scores, from those of a pilot.

    Parameters
    ----------
    values : ndarray, shape (n_draws, n_nodes, n_units)
        Scores of the pilot, NaN where missing.
    number : int
        Bins of each node and unit, a power of 2.

    Returns
    -------
    Bins
    """
    low, high = windows(values)
    steps_of_a_bin = np.full(low.shape, STEPS_OF_A_WINDOW / number)
    return Bins(low, STEPS_OF_A_WINDOW / (high - low), steps_of_a_bin, number)


def counted(bins: Bins, columns: slice, values: Array) -> Counted:
    """Count values of some nodes and units.

    Parameters
    ----------
    bins : Bins
    columns : slice
        Which of the nodes and units, laid out flat.
    values : ndarray, shape (n_draws, n_columns)
        NaN where missing.

    Returns
    -------
    Counted
        Of these columns alone, which stand in the place of nodes and units.
    """
    n_draws, n_columns = values.shape
    smallest, largest = values.min(axis=0), values.max(axis=0)
    known, gaps = None, np.zeros(n_columns, dtype=np.int64)
    if np.isnan(smallest).any():
        known = ~np.isnan(values)
        gaps = n_draws - np.count_nonzero(known, axis=0)
        smallest, largest = np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)
    own = bins.part(columns)
    places = _measured(values, own)
    ends = _measured(np.stack([smallest, largest]), own)
    if known is not None or np.abs(ends).max() > MOST_STEPS:
        for table in (places, ends):
            np.fmax(table, -MOST_STEPS, out=table)  # what is missing lies there too
            np.minimum(table, MOST_STEPS, out=table)
    total = places.sum(axis=0).astype(np.int64) + gaps * MOST_STEPS
    for table in (places, ends):
        table *= 1 / own.steps_of_a_bin
    if ends.min() < 0 or ends.max() >= bins.number:
        for table in (places, ends):
            np.clip(table, 0, bins.number - 1, out=table)
    # A fraction is left in what follows: the bin is the whole part. The table that is filled
    # goes from the lowest bin of each column to its highest.
    lowest, highest = ends.astype(np.intp)
    wide = int((highest - lowest).max()) + 1
    places += np.arange(0, n_columns * wide, wide) - lowest
    told = (places if known is None else places[known]).astype(np.intp).reshape(-1)
    cells, counts = _cells(told, n_columns * wide)
    column = cells // wide
    cells += ((columns.start + np.arange(n_columns)) * bins.number + lowest)[column] - column * wide
    return Counted(
        fitting(cells, bins.low.size * bins.number),
        fitting(counts, n_draws),
        fitting(n_draws - gaps, n_draws),
        total,
        smallest + 0.0,  # of two zeros the one without a sign, whichever came first
        largest + 0.0,
    )


def joined(bins: Bins, parts: list[Counted]) -> Counted:
    """Blocks of columns that were counted one after another, as one of nodes and units."""
    return Counted(
        np.concatenate([part.cells for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([part.present for part in parts]).reshape(bins.shape),
        np.concatenate([part.steps for part in parts]).reshape(bins.shape),
        np.concatenate([part.smallest for part in parts]).reshape(bins.shape),
        np.concatenate([part.largest for part in parts]).reshape(bins.shape),
    )


def fitting(numbers: Numbers, largest: int) -> Numbers:
    """Whole numbers from 0 to the largest, in the smallest type that holds it."""
    return numbers.astype(np.min_scalar_type(largest))


def _measured(values: Array, bins: Bins) -> Array:
    """Values in whole steps from the low end of the window."""
    with np.errstate(over="ignore"):  # infinitely far is cut off with what is too far
        measured: Array = values - bins.low
        measured *= bins.steps
    np.rint(measured, out=measured)
    return measured


def _cells(places: NDArray[np.intp], size: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places that occur, ascending, and how often."""
    if len(places) < size * DRAWS_OF_A_CELL:
        return np.unique(places, return_counts=True)
    counts = np.bincount(places, minlength=size)
    cells = np.flatnonzero(counts != 0)  # the test is faster than to leave it to the search
    return cells, counts[cells]

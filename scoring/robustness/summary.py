"""What the draws say of scores and ranks: means, quantiles and probabilities.

Of each unit, only draws in which it has a score and a rank count; it has NaN where there is none.
Of two units, draws in which both have a rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.robustness.histograms import Histogram
from scoring.robustness.tally import Total

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

#: What a product of two numbers may be too large by, as a share of it.
ROUNDING = 4 * np.finfo(np.float64).eps


def present_shares(total: Total) -> Array:
    """Share of the draws in which a unit has a score.

    Parameters
    ----------
    total : Total

    Returns
    -------
    ndarray, shape (n_nodes, n_units)
        0..1; NaN without draws.
    """
    return _share(total.scores.present, np.asarray(total.draws))


def mean_scores(total: Total) -> Array:
    """Mean score, to 2^-27 of the window that the pilot gave.

    Scores more than 32 windows away from it count as if they were that far.

    Parameters
    ----------
    total : Total

    Returns
    -------
    ndarray, shape (n_nodes, n_units)
        Between the smallest and the largest score.
    """
    return _mean(total.scores)


def mean_ranks(total: Total) -> Array:
    """Mean rank, exact.

    Parameters
    ----------
    total : Total

    Returns
    -------
    ndarray, shape (n_nodes, n_units)
    """
    return _mean(total.ranks)


def score_quantiles(total: Total, probabilities: Sequence[float]) -> Array:
    """Quantiles of scores, interpolated between the two next to it in ascending order.

    Each of the two is known to the width of a bin (:attr:`Bins.width`), and the smallest and the
    largest are known exactly. Beyond the window, where the end bins are open, they are as far off
    as those two.

    Parameters
    ----------
    total : Total
    probabilities : sequence of float
        From 0 to 1; 0.5 is the median.

    Returns
    -------
    ndarray, shape (n_probabilities, n_nodes, n_units)

    Raises
    ------
    ValueError
        Where a probability is outside 0..1.

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50(4)
    (definition 7).
    """
    shares = _probabilities(probabilities)

    def quantiles(scores: Histogram) -> Array:
        place = shares * np.maximum(scores.present - 1, 0)
        below = np.floor(place)
        share = place - below
        lower, upper = _in_order(scores, np.stack([below, np.ceil(place)]))
        found = _between(lower, upper, share)
        within: Array = np.clip(found, scores.smallest, scores.largest)
        return within

    return _part_by_part(quantiles, total.scores, len(shares))


def rank_quantiles(total: Total, probabilities: Sequence[float]) -> Array:
    """Quantiles of ranks: the smallest rank that at least this share of the draws do not exceed.

    So it is a rank that there was, and the median of an even number of draws is the lower one.
    Exact where ranks have a bin each (``plan.exact_ranks``), else to the width of a bin.

    Parameters
    ----------
    total : Total
    probabilities : sequence of float
        From 0 to 1.

    Returns
    -------
    ndarray, shape (n_probabilities, n_nodes, n_units)

    Raises
    ------
    ValueError
        Where a probability is outside 0..1.

    References
    ----------
    Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician 50(4)
    (definition 1).
    """
    shares, step = _probabilities(probabilities), total.plan.rank_step / 2

    def quantiles(ranks: Histogram) -> Array:
        number = shares * ranks.present
        found = _in_order(ranks, np.maximum(np.ceil(number * (1 - ROUNDING)) - 1, 0.0), step)
        reached = 1 + np.floor((found - 1) / step) * step
        within: Array = np.clip(reached, ranks.smallest, ranks.largest)
        return within

    return _part_by_part(quantiles, total.ranks, len(shares))


def rank_probabilities(total: Total) -> Array:
    """Probability of each rank, the rank acceptability index.

    Parameters
    ----------
    total : Total
        Of a plan in which ranks have a bin each.

    Returns
    -------
    ndarray, shape (n_nodes, n_units, n_ranks)
        0..1, of ranks 1, 2, ..., n_units; 1, 1.5, 2, ... where ties get the mean of their ranks.

    Raises
    ------
    ValueError
        Where there was no room to tell all ranks apart.

    References
    ----------
    Lahdelma & Salminen (2001), SMAA-2: Stochastic multicriteria acceptability analysis for group
    decision making, Operations Research 49(3).
    """
    if not total.plan.exact_ranks:
        raise ValueError("ranks of so many units are counted in bins of several ranks")
    return _share(total.ranks.counts, total.ranks.present[..., np.newaxis])


def top_probabilities(total: Total) -> Array:
    """Probability of being among the units at the top, of a rank up to that number.

    Parameters
    ----------
    total : Total

    Returns
    -------
    ndarray, shape (n_top, n_nodes, n_units)
        0..1, in the order of ``plan.top``.
    """
    return _share(total.top, total.ranks.present)


def pair_probabilities(total: Total) -> Array:
    """Probability of a better rank than another unit.

    That of two units, one way and the other, add up to 1 less the probability of a tie.

    Parameters
    ----------
    total : Total
        Of a plan that compares pairs.

    Returns
    -------
    ndarray, shape (n_nodes, n_units, n_units)
        0..1, that the unit of the row is ahead of that of the column. NaN in the diagonal, and
        where two units never have a rank in the same draw.

    Raises
    ------
    ValueError
        Where pairs were not compared.
    """
    if total.wins is None or total.apart is None:
        raise ValueError("units were not compared with each other: there are too many")
    present = total.ranks.present
    both = present[:, :, np.newaxis] + present[:, np.newaxis, :] - total.draws + total.apart
    diagonal = np.arange(present.shape[1])
    both[:, diagonal, diagonal] = 0
    return _share(total.wins, both)


def mean_shifts(total: Total) -> Array:
    """Mean distance of a unit's rank from its base rank.

    Parameters
    ----------
    total : Total

    Returns
    -------
    ndarray, shape (n_nodes, n_units)
        0 or more; NaN for a unit without a base rank.
    """
    return _share(total.shifts / 2, _compared(total))


def _compared(total: Total) -> Whole:
    """Draws in which a unit has a rank, 0 where it has no base rank."""
    return np.where(np.isnan(total.plan.base), 0, total.ranks.present)


def _share(part: Array | Whole | NDArray[np.int32], whole: Whole) -> Array:
    """One divided by the other, NaN where there is nothing."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    share: Array = np.divide(part, whole, out=np.full(shape, np.nan), where=whole > 0)
    return share


def _mean(histogram: Histogram) -> Array:
    with np.errstate(over="ignore"):  # cut off at the largest score
        distance = _share(histogram.steps, histogram.present) / histogram.bins.steps
        mean: Array = histogram.bins.low + distance
    return np.clip(mean, histogram.smallest, histogram.largest)


def _probabilities(probabilities: Sequence[float]) -> Array:
    """As an array that nodes and units broadcast against."""
    table = np.asarray(probabilities, dtype=np.float64).reshape(-1, 1, 1)
    if not ((table >= 0) & (table <= 1)).all():
        raise ValueError(f"probabilities are from 0 to 1, not {list(probabilities)}")
    return table


def _part_by_part(
    quantiles: Callable[[Histogram], Array], histogram: Histogram, number: int
) -> Array:
    """Quantiles of all nodes and units, without tables beside them that are as large."""
    found = np.empty((number, histogram.present.size))
    for columns, part in histogram.parts():
        found[:, columns] = quantiles(part)[:, 0]
    return found.reshape(number, *histogram.present.shape)


def _in_order(histogram: Histogram, places: Array, beyond: float = 0.0) -> Array:
    """Values with these places in ascending order, within their bins at equal distances.

    The bin of the largest ends as far beyond it as ``beyond`` says.
    """
    bins, shares = histogram.in_order(places)
    smallest, largest = histogram.smallest, histogram.largest
    low, width = histogram.bins.low, histogram.bins.width
    last = bins == histogram.bins.number - 1
    lower = np.where(bins == 0, smallest, np.maximum(low + bins * width, smallest))
    upper = np.where(last, np.inf, low + (bins + 1) * width)
    upper = np.maximum(lower, np.minimum(upper, largest + beyond))
    found = np.where(places == 0, smallest, _between(lower, upper, shares))
    return np.where(places == histogram.present - 1, largest, found)


def _between(lower: Array, upper: Array, share: Array) -> Array:
    """The number that lies that share of the way up, never lower for a larger share."""
    # Half of it: the distance of two large numbers could overflow.
    found: Array = lower + 2 * (share * (upper / 2 - lower / 2))
    return found

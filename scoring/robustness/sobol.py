"""Which source of uncertainty matters: shares of the variance of outputs, after Sobol.

For any model that turns rows of uniform numbers into outputs::

    sample = sobol.sample([24, 1, 1], draws=1024, seed=1)
    indices = sobol.indices(model(sample.rows()), sample.n_sources, seed=1)

The points are those of SALib's ``sample.sobol`` and the estimators are SALib's own; the bootstrap
is SALib's too, as matrix products that take all resamples, sources and outputs at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.magnitude import to_unit_magnitude

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Part of the largest output below which differences are noise of the arithmetic.
NOISE = 1e-12

#: Columns of a model: half of the 21,201 dimensions of Sobol's sequence in scipy, as each is
#: exchanged too.
MOST_INPUTS = 10_600

#: Numbers that are worked on at a time: 32 MB.
NUMBERS_AT_A_TIME = 2**22


# --- sample ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class SobolSample:
    """Points to compute a model at, for the indices of some sources of uncertainty.

    A model is computed at each *base point*, at the base point with the numbers of one source
    exchanged, for each source, and at the base point with all numbers exchanged. Only the base
    points and what is exchanged are kept; :meth:`rows` puts the rest together, for as many base
    points at a time as there is memory for.

    Attributes
    ----------
    base, exchange : ndarray, shape (n_points, n_columns)
        Uniform numbers, 0 <= x < 1: the matrices A and B of Saltelli et al.
    columns : tuple of int
        How many columns belong to each source, in order.
    """

    base: Array
    exchange: Array
    columns: tuple[int, ...]

    @property
    def n_points(self) -> int:
        """Number of base points."""
        return len(self.base)

    @property
    def n_sources(self) -> int:
        """Number of sources."""
        return len(self.columns)

    @property
    def rows_per_point(self) -> int:
        """Rows of one base point: itself, one for each source, and all exchanged."""
        return self.n_sources + 2

    def rows(self, begin: int = 0, end: int | None = None) -> Array:
        """Rows to compute the model at, in the order of SALib.

        Parameters
        ----------
        begin, end : int
            The base points, as in a slice; all of them by default.

        Returns
        -------
        ndarray, shape ((end - begin) * rows_per_point, n_columns)
            Of each base point: itself; with the first source exchanged, the second, ...; with all
            exchanged. The rows of base points 0 to 10 are the first of all rows, and so on.
        """
        base, exchange = self.base[begin:end], self.exchange[begin:end]
        rows = np.repeat(base[:, None], self.rows_per_point, axis=1)
        for source, own in enumerate(self._slices(), start=1):
            rows[:, source, own] = exchange[:, own]
        rows[:, -1] = exchange
        return rows.reshape(-1, base.shape[1])

    def _slices(self) -> Iterator[slice]:
        return (slice(*ends) for ends in pairwise(accumulate(self.columns, initial=0)))


def sample(columns: Sequence[int], draws: int, seed: int) -> SobolSample:
    """Quasi-random sample for the indices of some sources of uncertainty.

    The points of Sobol's sequence, scrambled, and the rows of ``SALib.sample.sobol.sample`` with a
    group for each source and without second order, to the last bit: SALib takes the same points
    from scipy, and copies them number by number.

    Parameters
    ----------
    columns : sequence of int
        How many adjacent columns belong to each source, each 1 or more.
    draws : int
        Number of base points, 2 or more. The sequence is balanced at powers of 2, and estimates
        are better there; other numbers get the first points of the next power of 2.
    seed : int
        0 or more, and 0 is a seed like any other.

    Returns
    -------
    SobolSample
        The model is to be computed ``draws * (n_sources + 2)`` times.

    Raises
    ------
    ValueError
        Where there is no source, a source without columns, fewer than 2 draws, a negative seed, or
        more columns than Sobol's sequence has dimensions for: 10,600.

    References
    ----------
    Sobol (1967), On the distribution of points in a cube and the approximate evaluation of
    integrals, USSR Computational Mathematics and Mathematical Physics 7(4).
    Saltelli (2002), Making best use of model evaluations to compute sensitivity indices, Computer
    Physics Communications 145(2) (which points are computed).
    Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14(4).
    """
    columns = tuple(columns)
    if not columns or min(columns) < 1:
        raise ValueError(f"each source must have 1 or more columns, not {list(columns)}")
    if draws < 2:
        raise ValueError(f"draws must be 2 or more, not {draws}")
    n_columns = sum(columns)
    if n_columns > MOST_INPUTS:
        raise ValueError(
            f"the sources have {n_columns:,} columns, and Sobol's sequence has dimensions for "
            f"{MOST_INPUTS:,}: let fewer inputs vary, or let several share a column"
        )
    # scipy warns of numbers that are no power of 2; the first points of more are the same.
    powers = (draws - 1).bit_length()
    # In a thread of its own, because scipy swallows a Ctrl-C while it reads the table of direction
    # numbers, and goes on without them.
    with ThreadPoolExecutor(1) as pool:
        points = pool.submit(_points, 2 * n_columns, powers, seed).result()[:draws]
    return SobolSample(points[:, :n_columns], points[:, n_columns:], columns)


def _points(n_columns: int, powers: int, seed: int) -> Array:
    """The first points of Sobol's sequence, scrambled, so many as that power of 2."""
    from scipy.stats import qmc

    points: Array = qmc.Sobol(n_columns, seed=seed).random_base2(powers)
    return points


# --- indices --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """Shares of the variance of each output, with the half widths of their confidence intervals.

    Attributes
    ----------
    first, first_interval : ndarray, shape (n_sources, n_outputs)
        First order: the share that would go, on average, if this source alone were known. From 0
        to 1, and estimates may lie a little outside.
    total, total_interval : ndarray, shape (n_sources, n_outputs)
        Total order: the share that would stay, on average, if everything but this source were
        known. At least the first order; the rest is interaction with other sources.
    points : ndarray of int, shape (n_outputs,)
        Base points that the estimates come from: those all of whose rows have this output.
    """

    first: Array
    first_interval: Array
    total: Array
    total_interval: Array
    points: NDArray[np.intp]

    @property
    def interaction(self) -> Array:
        """Share of the variance of each output that no source explains alone, (n_outputs,).

        1 minus the sum of the first orders: 0 for an additive model, but for the error of the
        estimates, which may make it negative.
        """
        interaction: Array = 1 - self.first.sum(axis=0)
        return interaction


def indices(
    outputs: ArrayLike,
    n_sources: int,
    seed: int,
    *,
    confidence: float = 0.95,
    resamples: int = 100,
) -> SobolIndices:
    """Sobol indices of first and total order of all outputs at once.

    Each output is standardised first, as the estimators are biased for outputs far from 0. An
    output that does not vary has no indices: they are NaN, where SALib has 0, which would say that
    a source had been found not to matter. Differences below 1e-12 of the largest output do not
    count as variation.

    A base point of which a row lacks an output is left out for this output, with all its rows; a
    draw that failed lacks all of them. With fewer than 2 base points left the indices are NaN. The
    sources are less independent among the points that are left, so that indices of an output that
    is missing often are rough.

    Half widths are those of SALib: base points drawn with replacement, and the normal quantile
    times the standard deviation of the estimates. They are those of independent points; estimates
    from the quasi-random points of :func:`sample` lie nearer to the truth, so that the intervals
    are rather too wide than too narrow. The seed draws the base points that SALib draws with it,
    but for 0, which is no seed there. What an output gets does not depend on those beside it.

    Parameters
    ----------
    outputs : array_like, shape (n_points * (n_sources + 2), n_outputs)
        Outputs at the rows of a :class:`SobolSample`, NaN where missing.
    n_sources : int
        1 or more.
    seed : int
        Of the bootstrap, 0 or more.
    confidence : float, default 0.95
        0 < confidence < 1.
    resamples : int, default 100
        2 or more.

    Returns
    -------
    SobolIndices

    Raises
    ------
    ValueError
        Where ``outputs`` has no such shape, fewer than 2 base points or an infinite number, or an
        option is outside its range.

    References
    ----------
    Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Variance based sensitivity
    analysis of model output: Design and estimator for the total sensitivity index, Computer
    Physics Communications 181(2) (first order).
    Jansen (1999), Analysis of variance designs for model output, Computer Physics Communications
    117(1-2) (total order).
    Archer, Saltelli & Sobol (1997), Sensitivity measures, ANOVA-like techniques and the use of
    bootstrap, Journal of Statistical Computation and Simulation 58(2) (intervals).
    """
    rows = _by_point(outputs, n_sources)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    if resamples < 2:
        raise ValueError(f"resamples must be 2 or more, not {resamples}")
    n_points, rows_per_point, n_outputs = rows.shape
    counts = _resampling_counts(n_points, resamples, seed)
    quantile = NormalDist().inv_cdf(0.5 + confidence / 2)
    estimates, half_widths = np.full((2, 2, n_sources, n_outputs), np.nan)
    points = np.empty(n_outputs, dtype=np.intp)
    step = max(1, NUMBERS_AT_A_TIME // (max(n_points, resamples) * rows_per_point))
    for begin in range(0, n_outputs, step):
        values = rows[..., begin : begin + step].astype(np.float64)
        if np.isinf(values).any():
            raise ValueError("outputs must be finite, or NaN where missing")
        complete: Flags = np.logical_not(np.isnan(values).any(axis=1))
        points[begin : begin + step] = complete.sum(axis=0)
        for alike in _same_columns(complete):
            kept = complete[:, alike[0]]
            standard, varies = _standardised(values[kept][..., alike])
            if not varies.any():
                continue
            found = begin + alike[varies]
            estimates[..., found] = _estimates(standard)
            spread = np.std(_resampled(standard, counts[:, kept]), axis=1, ddof=1)
            half_widths[..., found] = quantile * spread
    return SobolIndices(estimates[0], half_widths[0], estimates[1], half_widths[1], points)


def _by_point(outputs: ArrayLike, n_sources: int) -> NDArray[np.generic]:
    """Outputs as (n_points, n_sources + 2, n_outputs)."""
    outputs = np.asarray(outputs)
    if n_sources < 1:
        raise ValueError(f"n_sources must be 1 or more, not {n_sources}")
    if outputs.ndim != 2:
        raise ValueError(f"outputs must be a table of rows and outputs, not {outputs.ndim}-d")
    n_points, rest = divmod(len(outputs), n_sources + 2)
    if rest or n_points < 2:
        raise ValueError(
            f"outputs must have {n_sources + 2} rows for each of 2 or more base points, "
            f"not {len(outputs)} rows"
        )
    return outputs.reshape(n_points, n_sources + 2, outputs.shape[1])


def _same_columns(complete: Flags) -> list[NDArray[np.intp]]:
    """Groups of outputs that lack the same base points; mostly one, of all that lack none."""
    groups: dict[bytes, list[int]] = {}
    for output, column in enumerate(np.ascontiguousarray(complete.T)):
        groups.setdefault(column.tobytes(), []).append(output)
    return [np.array(group) for group in groups.values()]


def _resampling_counts(n_points: int, resamples: int, seed: int) -> Array:
    """How often each base point is drawn in each resample, shape (resamples, n_points)."""
    drawn = np.random.default_rng(seed).integers(n_points, size=(n_points, resamples))
    places = drawn + n_points * np.arange(resamples)
    counts = np.bincount(places.ravel(), minlength=n_points * resamples)
    return counts.reshape(resamples, n_points).astype(np.float64)


def _standardised(values: Array) -> tuple[Array, Flags]:
    """Outputs that vary, with mean 0 and standard deviation 1, and which they are.

    ``values`` and the outputs returned have the shape (n_points, n_sources + 2, n_outputs).
    """
    n_points, rows_per_point, n_outputs = values.shape
    if n_points < 2:
        return values, np.zeros(n_outputs, dtype=np.bool_)
    table, _ = to_unit_magnitude(values.reshape(-1, n_outputs))
    # The variance that is shared out is that of the base points, before and after the exchange.
    ends = table.reshape(values.shape)[:, [0, -1]]
    varies: Flags = np.ptp(ends, axis=(0, 1)) > NOISE
    table = table[:, varies]
    table -= table.mean(axis=0)
    table /= table.std(axis=0)
    return table.reshape(n_points, rows_per_point, -1), varies


def _estimates(standard: Array) -> Array:
    """First and total orders, shape (2, n_sources, n_outputs), by the estimators of SALib."""
    from SALib.analyze.sobol import first_order, total_order

    # They read each table several times, which takes twice as long across the rows of others.
    base, *sources, exchanged = np.ascontiguousarray(standard.swapaxes(0, 1))
    estimates: Array = np.array(
        [
            [estimator(base, source, exchanged) for source in sources]
            for estimator in (first_order, total_order)
        ]
    )
    return estimates


def _resampled(standard: Array, counts: Array) -> Array:
    """The same estimates in each resample, shape (2, resamples, n_sources, n_outputs).

    An estimate is a ratio of means over base points, and a resample counts each point so and so
    often: means over all resamples are one matrix product. As in SALib, the estimates are 0 in a
    resample in which an output does not vary.
    """
    base, sources, exchanged = standard[:, :1], standard[:, 1:-1], standard[:, -1:]
    drawn = np.maximum(counts.sum(axis=1), 1)[:, None, None]

    def means(terms: Array) -> Array:
        sums = counts @ terms.reshape(len(terms), -1)
        found: Array = sums.reshape(-1, *terms.shape[1:]) / drawn
        return found

    variance = means((base**2 + exchanged**2) / 2) - means((base + exchanged) / 2) ** 2
    parts = np.array([means(exchanged * (sources - base)), means((base - sources) ** 2 / 2)])
    shares: Array = np.divide(parts, variance, out=np.zeros_like(parts), where=variance > NOISE)
    return shares

"""Sensitivity: which uncertain choice moves the ranks, as shares of their variance."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.robustness.blocks import in_halves
from scoring.robustness.machines import Machines
from scoring.robustness.monte_carlo import Progress, assessed, draws_of_a_block
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.sobol import SobolIndices, SobolSample, indices, sample

Array = NDArray[np.float64]

#: Ranks of all units that are kept for their indices, four bytes each; of more, only the shift.
MOST_RANKS = 2**27


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of first and total order.

    Parameters
    ----------
    mean_shift : DataFrame
        One row for each source, or for each weight: ``source, input`` (empty for a whole source),
        ``first, first_interval, total, total_interval`` of the mean distance of ranks in the index
        from the assessed ones. Intervals are half widths at 95 %.
    units : DataFrame
        The same for the rank of each unit, with the column ``unit`` before; empty where there are
        too many.
    interaction : float
        Share of the variance of the mean shift that no source explains alone.
    points : int
        Points of the quasi-random sample that could be computed.
    draws : int
        Points that there were.
    """

    mean_shift: pd.DataFrame
    units: pd.DataFrame
    interaction: float
    points: int
    draws: int


def sensitivity(
    problem: Problem, machines: Machines, progress: Progress | None = None
) -> Sensitivity:
    """Share out the variance of ranks among the sources of uncertainty.

    Parameters
    ----------
    problem : Problem
    machines : Machines
        Where blocks of points are computed.
    progress : callable, optional
        Told how many points are done, and how many there are.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ValueError
        Where there are more inputs than Sobol's sequence has dimensions for.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168 (indices of the average shift in ranks, equation 9, and of single ranks).
    """
    options = problem.uncertain.options
    named = sources_of(problem)
    points = sample([width for _, _, width in named], options.sensitivity_draws, options.seed)
    size = max(1, draws_of_a_block(problem) // points.rows_per_point)
    base = assessed(problem).ranks[0, 0]
    n_rows = points.n_points * points.rows_per_point
    each = n_rows * problem.n_units <= MOST_RANKS
    ranks = np.full((n_rows, problem.n_units if each else 0), np.nan, dtype=np.float32)
    shifts, done = np.full((n_rows, 1), np.nan), 0
    job = _Job(problem, points, size, base, each)
    blocks = range(-(-points.n_points // size))
    with closing(machines.run(_shifted, job, blocks)) as results:
        for block, found in results:
            if isinstance(found, MemoryError):
                raise found
            begin = block * size * points.rows_per_point
            own_ranks, own_shifts = found
            ranks[begin : begin + len(own_ranks)] = own_ranks
            shifts[begin : begin + len(own_shifts), 0] = own_shifts
            done += min(size, points.n_points - block * size)
            if progress is not None:
                progress(done, points.n_points)
    of_shift = indices(shifts, points.n_sources, options.seed)
    of_units = indices(ranks, points.n_sources, options.seed)
    labels = pd.DataFrame(
        [(source, name) for source, name, _ in named], columns=["source", "input"]
    )
    return Sensitivity(
        mean_shift=pd.concat([labels, _columns(of_shift)], axis=1),
        units=_by_unit(problem.units if each else problem.units[:0], labels, of_units),
        interaction=float(of_shift.interaction[0]),
        points=int(of_shift.points[0]),
        draws=points.n_points,
    )


def sources_of(problem: Problem) -> list[tuple[str, str, int]]:
    """What indices are of: source, input and number of columns; single weights where asked for.

    Parameters
    ----------
    problem : Problem
    """
    found: list[tuple[str, str, int]] = []
    for source in problem.uncertain.sources:
        if problem.uncertain.options.each_weight and source.name.startswith("weights_"):
            found += [(source.name, name, 1) for name in source.inputs]
        else:
            found.append((source.name, "", len(source.inputs)))
    return found


@dataclass(frozen=True, eq=False)
class _Job:
    """What all blocks share."""

    problem: Problem
    points: SobolSample
    size: int
    base: Array
    each: bool


def _shifted(job: _Job, block: int) -> tuple[NDArray[np.float32], Array]:
    """Ranks of all units, where wanted, and their mean shift, at the points of a block."""
    uniforms = job.points.rows(block * job.size, (block + 1) * job.size)
    parts = list(in_halves(partial(_shifted_rows, job), uniforms))
    ranks, shifts = zip(*parts, strict=True)
    return np.concatenate(ranks), np.concatenate(shifts)


def _shifted_rows(job: _Job, uniforms: Array) -> tuple[NDArray[np.float32], Array]:
    """The same of some rows."""
    n_kept = len(job.base) if job.each else 0
    ranks = np.full((len(uniforms), n_kept), np.nan, dtype=np.float32)
    shifts = np.full(len(uniforms), np.nan)
    for part in job.problem.evaluate(uniforms):
        if isinstance(part, Evaluated):
            index = part.ranks[:, 0]
            distances = np.abs(index - job.base)
            told = ~np.isnan(distances)
            count = told.sum(axis=1)
            total = np.where(told, distances, 0.0).sum(axis=1)
            shifts[part.rows] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
            ranks[part.rows] = index[:, :n_kept]
    return ranks, shifts


def _columns(found: SobolIndices) -> pd.DataFrame:
    """The indices of the only output."""
    return pd.DataFrame(
        {
            "first": found.first[:, 0],
            "first_interval": found.first_interval[:, 0],
            "total": found.total[:, 0],
            "total_interval": found.total_interval[:, 0],
        }
    )


def _by_unit(units: pd.Index, labels: pd.DataFrame, found: SobolIndices) -> pd.DataFrame:
    """One row for each unit and source."""
    repeated = pd.concat([labels] * max(len(units), 1), ignore_index=True)
    table = repeated.iloc[: len(labels) * len(units)]
    columns = {
        name: getattr(found, name).T.ravel()
        for name in ("first", "first_interval", "total", "total_interval")
    }
    table = table.assign(**columns)
    table.insert(0, "unit", np.repeat(units.to_numpy(), len(labels)))
    return table

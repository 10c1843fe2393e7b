"""One choice at a time: what each alternative alone does to the ranks."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.robustness.machines import Machines
from scoring.robustness.monte_carlo import Progress, assessed, draws_of_a_block
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.sources import Source

Array = NDArray[np.float64]
Integers = NDArray[np.intp]

#: Draws of a source that varies continuously.
DRAWS = 200

#: First number of the key of the random numbers, far from those of blocks of draws.
STREAM = 2**31


class Change(NamedTuple):
    """One choice that is changed, everything else as the method has it.

    Attributes
    ----------
    source : Source
    number : int
        Of the source, among all of them.
    place : int
        Of the alternative; 0 where the choice is drawn.
    """

    source: Source
    number: int
    place: int

    @property
    def alternative(self) -> str:
        """Its name; empty where the choice is drawn."""
        return self.source.alternatives[self.place] if self.place else ""

    @property
    def draws(self) -> int:
        """How many draws there are of it."""
        return 1 if self.place else DRAWS


def changes_of(problem: Problem) -> list[Change]:
    """Every alternative of each source, or the source itself where it is drawn.

    Parameters
    ----------
    problem : Problem
    """
    found = []
    for number, source in enumerate(problem.uncertain.sources):
        several = len(source.alternatives) if source.name != "imputation_draws" else 0
        found += [Change(source, number, place) for place in range(1, several)]
        if not several:
            found.append(Change(source, number, 0))
    return found


def one_at_a_time(
    problem: Problem, machines: Machines, progress: Progress | None = None
) -> pd.DataFrame:
    """Change one choice at a time, everything else as the method has it.

    Parameters
    ----------
    problem : Problem
    machines : Machines
        Where draws are computed.
    progress : callable, optional
        Told how many draws are done, and how many there are.

    Returns
    -------
    DataFrame
        One row for each alternative of a source, or for a source that varies continuously:
        ``source, alternative, draws, failed``; ``mean_shift``, the mean distance of ranks in the
        index from the assessed ones; ``moved``, the share of units that have another rank;
        ``largest_shift`` of any unit in any draw, positive for a climb, and its ``unit``;
        ``top_leaves``, the probability that the unit at the top is no longer there; ``reason`` why
        the first of the draws that failed did. NaN where all of them did.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168. Saltelli & Annoni (2010), How to avoid a perfunctory sensitivity analysis, Environmental
    Modelling & Software 25(12) (why this is no substitute for varying all at once).
    """
    changes, size = changes_of(problem), draws_of_a_block(problem)
    parts = [
        _Part(number, begin, min(begin + size, change.draws))
        for number, change in enumerate(changes)
        for begin in range(0, change.draws, size)
    ]
    job = _Job(problem, changes, parts, assessed(problem).ranks[0, 0])
    shifts, done = [_Shifts()] * len(changes), 0
    with closing(machines.run(_shifted, job, range(len(parts)))) as results:
        for block, found in results:
            if isinstance(found, MemoryError):
                raise found
            part = parts[block]
            shifts[part.change] = shifts[part.change].and_of(found)
            done += part.end - part.begin
            if progress is not None:
                progress(done, sum(change.draws for change in changes))
    return pd.DataFrame(
        [
            {
                "source": change.source.name,
                "alternative": change.alternative,
                "draws": change.draws,
                **_told(problem, found),
            }
            for change, found in zip(changes, shifts, strict=True)
        ]
    )


class _Part(NamedTuple):
    """Some draws of a change, from the first to before the last."""

    change: int
    begin: int
    end: int


class _Job(NamedTuple):
    """What all blocks share."""

    problem: Problem
    changes: list[Change]
    parts: list[_Part]
    base: Array


class _Largest(NamedTuple):
    """The largest shift; of equal ones that of the first unit, and of its draws the first."""

    nearness: float = 0.0  # the distance, less than 0
    unit: int = 0
    draw: int = 0
    shift: float = 0.0


class _Shifts(NamedTuple):
    """What some draws do to the ranks: numbers that are exact in whatever order they are added up.

    Attributes
    ----------
    counted : int
        Ranks there are, of all units and draws.
    distance : float
        Sum of their distances from the assessed ranks, in whole or half ranks.
    moved : int
        Those that are other ranks.
    largest : _Largest
    drawn, stays : int
        Draws with ranks, and those of them in which the top stays there.
    failed : tuple of (int, str)
        Draws that failed, and why.
    """

    counted: int = 0
    distance: float = 0.0
    moved: int = 0
    largest: _Largest = _Largest()
    drawn: int = 0
    stays: int = 0
    failed: tuple[tuple[int, str], ...] = ()

    def and_of(self, other: _Shifts) -> _Shifts:
        """What these and other draws do."""
        return _Shifts(
            self.counted + other.counted,
            self.distance + other.distance,
            self.moved + other.moved,
            min(self.largest, other.largest),
            self.drawn + other.drawn,
            self.stays + other.stays,
            self.failed + other.failed,
        )


def _shifted(job: _Job, block: int) -> _Shifts:
    """What the draws of a part do."""
    number, begin, end = job.parts[block]
    change, found = job.changes[number], _Shifts()
    uniforms = _uniforms(job.problem, change)[begin:end]
    for part in job.problem.evaluate(uniforms, frozenset({change.source.name})):
        rows = part.rows + begin
        if isinstance(part, Evaluated):
            found = found.and_of(_shifts(part.ranks[:, 0], job.base, rows))
        else:
            why = part.finding.message
            found = found.and_of(_Shifts(failed=tuple((row, why) for row in rows.tolist())))
    return found


def _uniforms(problem: Problem, change: Change) -> Array:
    """All draws of a change, shape (n_draws, n_inputs); what does not vary is not read."""
    uniforms = np.zeros((change.draws, problem.uncertain.n_inputs))
    own = uniforms[:, problem.uncertain.columns[change.source.name]]
    if change.place:
        own[:] = (change.place + 0.5) / len(change.source.alternatives)
    else:
        key = (STREAM, change.number)
        seed = np.random.SeedSequence(problem.uncertain.options.seed, spawn_key=key)
        own[:] = np.random.default_rng(seed).random(own.shape)
    return uniforms


def _shifts(ranks: Array, base: Array, draws: Integers) -> _Shifts:
    """What some draws do, from their ranks (n_draws, n_units) in the index."""
    shifts = base - ranks
    told = ~np.isnan(shifts)
    distances = np.where(told, np.abs(shifts), 0.0)
    unit = int(distances.max(axis=0, initial=0.0).argmax())
    draw = int(distances[:, unit].argmax())
    drawn = ranks[~np.isnan(ranks).all(axis=1)]
    # Ranks of ties may be shared: the best one need not be 1.
    first = base == np.nanmin(base, initial=np.inf)
    at_the_top = drawn == np.nanmin(drawn, axis=1, keepdims=True, initial=np.inf)
    return _Shifts(
        counted=int(told.sum()),
        distance=float(distances.sum()),
        moved=int((distances > 0).sum()),
        largest=_Largest(
            -float(distances[draw, unit]), unit, int(draws[draw]), float(shifts[draw, unit])
        ),
        drawn=len(drawn),
        stays=int(at_the_top[:, first].all(axis=1).sum()),
    )


def _told(problem: Problem, found: _Shifts) -> dict[str, object]:
    """The columns of the table."""
    count, largest = found.counted, found.largest
    return {
        "failed": len(found.failed),
        "mean_shift": found.distance / count if count else np.nan,
        "moved": found.moved / count if count else np.nan,
        "largest_shift": largest.shift if count else np.nan,
        "unit": problem.units[largest.unit] if largest.nearness < 0 else "",
        "top_leaves": 1 - found.stays / found.drawn if count else np.nan,
        "reason": min(found.failed)[1] if found.failed else "",
    }

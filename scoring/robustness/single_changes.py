"""One choice at a time: what each alternative alone does to the ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.robustness.monte_carlo import assessed
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.sources import Source

Array = NDArray[np.float64]

#: Draws of a source that varies continuously.
DRAWS = 200

#: First number of the key of the random numbers, far from those of blocks of draws.
STREAM = 2**31


def one_at_a_time(problem: Problem) -> pd.DataFrame:
    """Change one choice at a time, everything else as the method has it.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    DataFrame
        One row for each alternative of a source, or for a source that varies continuously:
        ``source, alternative, draws, failed``; ``mean_shift``, the mean distance of ranks in the
        index from the assessed ones; ``moved``, the share of units that have another rank;
        ``largest_shift`` of any unit in any draw, positive for a climb, and its ``unit``;
        ``top_leaves``, the probability that the unit at the top is no longer there; ``reason`` why
        draws failed. NaN where all of them did.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168. Saltelli & Annoni (2010), How to avoid a perfunctory sensitivity analysis, Environmental
    Modelling & Software 25(12) (why this is no substitute for varying all at once).
    """
    base = assessed(problem).ranks[0, 0]
    rows = []
    for number, source in enumerate(problem.uncertain.sources):
        if source.alternatives and source.name != "imputation_draws":
            changed = [
                (name, _of_alternative(problem, source, place))
                for place, name in enumerate(source.alternatives)
                if place > 0
            ]
        else:
            changed = [("", _drawn(problem, source, number))]
        rows += [
            {"source": source.name, "alternative": name, **_shift(problem, source, uniforms, base)}
            for name, uniforms in changed
        ]
    return pd.DataFrame(rows)


def _of_alternative(problem: Problem, source: Source, place: int) -> Array:
    """The one draw that has an alternative, shape (1, n_inputs)."""
    uniforms = np.zeros((1, problem.uncertain.n_inputs))
    uniforms[:, problem.uncertain.columns[source.name]] = (place + 0.5) / len(source.alternatives)
    return uniforms


def _drawn(problem: Problem, source: Source, number: int) -> Array:
    """Draws of one source, shape (n_draws, n_inputs)."""
    seed = np.random.SeedSequence(problem.uncertain.options.seed, spawn_key=(STREAM, number))
    uniforms = np.zeros((DRAWS, problem.uncertain.n_inputs))
    columns = problem.uncertain.columns[source.name]
    uniforms[:, columns] = np.random.default_rng(seed).random((DRAWS, len(source.inputs)))
    return uniforms


def _shift(problem: Problem, source: Source, uniforms: Array, base: Array) -> dict[str, object]:
    """What draws in which one source varies do to the ranks."""
    ranks = np.full((len(uniforms), len(base)), np.nan)
    failed, reason = 0, ""
    for part in problem.evaluate(uniforms, frozenset({source.name})):
        if isinstance(part, Evaluated):
            ranks[part.rows] = part.ranks[:, 0]
        else:
            failed, reason = failed + len(part.rows), part.finding.message
    shifts = base - ranks
    told = ~np.isnan(shifts)
    distances = np.where(told, np.abs(shifts), 0.0)
    furthest = int(distances.max(axis=0, initial=0.0).argmax())
    draw = int(distances[:, furthest].argmax())
    count = told.sum()
    first = base == np.nanmin(base, initial=np.inf)
    drawn = ranks[~np.isnan(ranks).all(axis=1)]
    # Ranks of ties may be shared: the best one need not be 1.
    at_the_top = drawn == np.nanmin(drawn, axis=1, keepdims=True, initial=np.inf)
    return {
        "draws": len(uniforms),
        "failed": failed,
        "mean_shift": distances.sum() / count if count else np.nan,
        "moved": (distances > 0).sum() / count if count else np.nan,
        "largest_shift": shifts[draw, furthest] if count else np.nan,
        "unit": problem.units[furthest] if distances[draw, furthest] > 0 else "",
        "top_leaves": 1 - at_the_top[:, first].all(axis=1).mean() if count else np.nan,
        "reason": reason,
    }

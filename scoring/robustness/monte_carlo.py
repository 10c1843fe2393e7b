"""Uncertainty: how scores and ranks vary where everything uncertain varies at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, IndicatorSet, InvalidInputError
from scoring.aggregation import AGGREGATIONS
from scoring.robustness.building import problem_of
from scoring.robustness.machines import Machines, open_machines
from scoring.robustness.problem import Evaluated, Failure, Problem
from scoring.robustness.sources import place_of
from scoring.robustness.tally import Plan, Tally, Total, planned, tallied

Array = NDArray[np.float64]

#: Draws of a block at most. What a block holds depends on the set alone and not on the machine, so
#: that every machine draws the same.
DRAWS_OF_A_BLOCK = 1000
#: The same where a draw takes long, so that a block does not.
SLOW_DRAWS_OF_A_BLOCK = 50
#: Scores of a block at most.
SCORES_OF_A_BLOCK = 2**22

#: First number of the key of a stream of random numbers.
STREAM = 0

#: What is told of the progress: draws done, draws wanted.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FailedDraws:
    """Draws that could not be computed, and why.

    Parameters
    ----------
    settings : mapping of str to str
        What they have in common: source -> alternative.
    finding : Finding
        Why.
    draws : int
    """

    settings: Mapping[str, str]
    finding: Finding
    draws: int


@dataclass(frozen=True, eq=False)
class _Block:
    """What was counted in a block."""

    tally: Tally
    failures: Counter[tuple[tuple[tuple[str, str], ...], str]]
    findings: Mapping[str, Finding]


@dataclass(frozen=True, eq=False)
class _Job:
    """What all blocks share."""

    problem: Problem
    plan: Plan
    draws: int
    draws_of_a_block: int


def draws_of_a_block(problem: Problem) -> int:
    """How many draws a block has; it depends on the set and its method alone."""
    aggregations = {choice.name for one in problem.aggregations for choice in one.values()}
    slow = any(AGGREGATIONS[name].relative for name in aggregations)
    slow |= not {"measurement_error", "imputation_draws"}.isdisjoint(problem.every_source)
    most = SLOW_DRAWS_OF_A_BLOCK if slow else DRAWS_OF_A_BLOCK
    scores = len(problem.nodes) * max(problem.n_units, 1)
    return max(1, min(most, SCORES_OF_A_BLOCK // scores))


def uniforms_of(problem: Problem, draws: int, size: int, block: int) -> Array:
    """Uniform numbers of one block of draws, shape (n_draws, n_inputs).

    Parameters
    ----------
    problem : Problem
    draws : int
        All draws of the run.
    size : int
        Draws of a block.
    block : int
        Number of the block. It has a stream of random numbers of its own, so that blocks can be
        drawn anywhere and in any order; fewer draws in all are the first of more.
    """
    key = np.random.SeedSequence(problem.uncertain.options.seed, spawn_key=(STREAM, block))
    count = min(size, draws - block * size)
    return np.random.default_rng(key).random((count, problem.uncertain.n_inputs))


def _counted(job: _Job, block: int) -> _Block:
    """Count one block of draws."""
    uniforms = uniforms_of(job.problem, job.draws, job.draws_of_a_block, block)
    total, failures, findings = Total(job.plan), Counter[_Cause](), dict[str, Finding]()
    for part in job.problem.evaluate(uniforms):
        if isinstance(part, Evaluated):
            total.add(tallied(job.plan, part.scores, part.ranks))
        else:
            _note(job.problem, uniforms, part, failures, findings)
    return _Block(total.tally(), failures, findings)

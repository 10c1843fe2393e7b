"""Uncertainty: how scores and ranks vary where everything that is uncertain varies at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, InvalidInputError
from scoring.aggregation import AGGREGATIONS
from scoring.robustness import summary
from scoring.robustness.blocks import in_halves
from scoring.robustness.machines import Machines
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.tally import Plan, Tally, Total, planned, tallied
from scoring.robustness.tie_groups import tie_groups, tie_groups_of_intervals

Array = NDArray[np.float64]

#: Draws of a block at most. How many there are depends on the set alone and not on the machine, so
#: that every machine draws the same.
DRAWS_OF_A_BLOCK = 1000
#: The same where a draw takes long, so that a block does not.
SLOW_DRAWS_OF_A_BLOCK = 50
#: Scores of a block at most, but for so many draws: of a set so large that they do not fit, what is
#: counted in a block takes as much room as its scores, and is added up and sent once for all draws.
SCORES_OF_A_BLOCK, FEWEST_DRAWS_OF_A_BLOCK = 2**22, 4

#: Ends of the intervals, and the median.
PROBABILITIES = (0.05, 0.5, 0.95)

#: What is told of the progress: how much is done, and how much there is to do.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FailedDraws:
    """Draws that could not be computed.

    Parameters
    ----------
    settings : mapping of str to str
        What they have in common: source -> alternative.
    finding : Finding
        Why the first of them could not.
    draws : int
        How many they are.
    first : int
        Number of the first of them.
    """

    settings: Mapping[str, str]
    finding: Finding
    draws: int
    first: int


#: What failed draws have in common: alternatives, kind of finding, and the node.
Cause = tuple[tuple[tuple[str, str], ...], str, object]


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """How scores and ranks vary over draws of everything that is uncertain.

    Shares are of the draws in which a unit has a score; of pairs, in which one of the two has.

    Parameters
    ----------
    intervals : DataFrame
        One row for each node and unit: ``node, unit, score, rank`` as assessed;
        ``mean_score, score_5, median_score, score_95``; ``mean_rank, rank_5, median_rank,
        rank_95``; ``mean_shift``, the mean distance from the assessed rank; ``top_3, ...``, the
        probability of being among so many at the top; ``scored``, the share of draws with a
        score; ``tie_group``, from 1, NaN without a rank.
    total : Total
        Everything counted; the tables below come from it.
    units : Index
    nodes : Index
    draws, seed : int
        Draws that were computed, failed ones among them, and the seed.
    failures : tuple of FailedDraws
    paired : bool
        Whether each unit was compared with each other. Where not, tie groups are of units whose
        intervals overlap.
    """

    intervals: pd.DataFrame
    total: Total
    units: pd.Index
    nodes: pd.Index
    draws: int
    seed: int
    failures: tuple[FailedDraws, ...]
    paired: bool

    @property
    def failed(self) -> int:
        """How many draws could not be computed."""
        return sum(failure.draws for failure in self.failures)

    def of_node(self, node: str | None = None) -> pd.DataFrame:
        """The intervals of one node, by unit; of the index where left out."""
        rows = self.intervals[self.intervals["node"] == (node or self.nodes[0])]
        return rows.drop(columns="node").set_index("unit")

    def rank_probabilities(self, node: str | None = None) -> pd.DataFrame:
        """Probability of each rank, units x ranks; of the index where no node is named.

        Raises
        ------
        ValueError
            Where there are too many units to count each rank.

        References
        ----------
        Lahdelma & Salminen (2001), SMAA-2: Stochastic multicriteria acceptability analysis for
        group decision making, Operations Research 49(3) (rank acceptability).
        """
        found = summary.rank_probabilities(self.total)[self._row(node)]
        step = self.total.plan.rank_step / 2
        ranks = pd.Index(1 + step * np.arange(found.shape[1]), name="rank")
        return pd.DataFrame(found, self.units, ranks)

    def leads(self, node: str | None = None) -> pd.DataFrame:
        """Probability that the unit of the row is ahead of that of the column, units x units.

        Raises
        ------
        ValueError
            Where there are too many units to compare each with each other.
        """
        found = summary.pair_probabilities(self.total)[self._row(node)]
        return pd.DataFrame(found, self.units, self.units.rename("other"))

    def _row(self, node: str | None) -> int:
        return 0 if node is None else list(self.nodes).index(node)


def uncertainty(
    problem: Problem, machines: Machines, progress: Progress | None = None
) -> Uncertainty:
    """Draw everything that is uncertain and count scores and ranks.

    The same problem gives the same bits whatever the machines, their number, and the order in
    which they finish.

    Parameters
    ----------
    problem : Problem
    machines : Machines
        Where blocks of draws are computed.
    progress : callable, optional
        Told how many draws are done, and how many there are.

    Returns
    -------
    Uncertainty

    Raises
    ------
    InvalidInputError
        Where no draw can be computed.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168. OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7.
    """
    options = problem.uncertain.options
    draws, size = options.draws, draws_of_a_block(problem)
    base = assessed(problem)
    blocks, failures, done = iter(range(-(-draws // size))), dict[Cause, FailedDraws](), 0

    def tell(block: int) -> None:
        nonlocal done
        done += min(size, draws - block * size)
        if progress is not None:
            progress(done, draws)

    total = None
    for block in blocks:  # the first that gives any scores says where they are counted
        parts = list(_parts(problem, uniforms_of(problem, draws, size, block), block * size))
        scores, ranks = (np.concatenate([part[table] for part in parts]) for table in (0, 1))
        for _, _, failed in parts:
            _add(failures, failed)
        if len(scores):
            plan = planned(
                scores,
                ranks,
                base.ranks[0],
                ties=problem.method.ranking.ties,
                top=[number for number in options.top if number < problem.n_units],
                most_pairs=options.most_pairs,
            )
            total = Total(plan)
            total.add(tallied(plan, scores, ranks))
        tell(block)
        if total is not None:
            break
    if total is None:
        reason = min(failures.values(), key=lambda one: one.first).finding.message
        fields = {"draws": draws, "reason": reason}
        raise InvalidInputError([Finding("all_draws_failed", "error", fields=fields)])
    job = _Job(problem, total.plan, draws, size)
    with closing(machines.run(_counted, job, blocks)) as results:
        for block, found in results:
            if isinstance(found, MemoryError):
                raise found
            for tally in found.tallies:
                total.add(tally)
            _add(failures, found.failures)
            tell(block)
    told = tuple(sorted(failures.values(), key=lambda one: one.first))
    return _told(problem, base, total, told)


def assessed(problem: Problem) -> Evaluated:
    """Scores and ranks as :func:`scoring.assess` gives them, as one draw in which nothing varies.

    Parameters
    ----------
    problem : Problem

    Raises
    ------
    InvalidInputError
        Where the set itself cannot be assessed.
    """
    (found,) = problem.evaluate(np.zeros((1, problem.uncertain.n_inputs)), frozenset())
    if not isinstance(found, Evaluated):
        raise InvalidInputError([found.finding])
    return found


def draws_of_a_block(problem: Problem) -> int:
    """How many draws a block has.

    Parameters
    ----------
    problem : Problem
    """
    names = {choice.name for choices in problem.aggregations for choice in choices.values()}
    slow = any(AGGREGATIONS[name].relative for name in names)
    most = SLOW_DRAWS_OF_A_BLOCK if slow else DRAWS_OF_A_BLOCK
    fitting = SCORES_OF_A_BLOCK // (len(problem.nodes) * max(problem.n_units, 1))
    return min(most, max(FEWEST_DRAWS_OF_A_BLOCK, fitting))


def uniforms_of(problem: Problem, draws: int, size: int, block: int) -> Array:
    """Uniform numbers of one block, shape (n_draws, n_inputs).

    A block has a stream of random numbers of its own, by its number: it can be drawn anywhere and
    in any order, and fewer draws are the first of more.

    Parameters
    ----------
    problem : Problem
    draws : int
        Draws of the whole run.
    size : int
        Draws of a block; the last one may have fewer.
    block : int
    """
    seed = np.random.SeedSequence(problem.uncertain.options.seed, spawn_key=(block,))
    count = min(size, draws - block * size)
    return np.random.default_rng(seed).random((count, problem.uncertain.n_inputs))


@dataclass(frozen=True, eq=False)
class _Job:
    """What all blocks share."""

    problem: Problem
    plan: Plan
    draws: int
    size: int


@dataclass(frozen=True, eq=False)
class _Block:
    """What was counted in a block: one tally, or several where memory was short."""

    tallies: list[Tally]
    failures: dict[Cause, FailedDraws]


def _counted(job: _Job, block: int) -> _Block:
    """Compute and count one block."""
    uniforms = uniforms_of(job.problem, job.draws, job.size, block)
    first, found = block * job.size, _Block([], {})

    def count(rows: NDArray[np.intp]) -> tuple[Tally, dict[Cause, FailedDraws]]:
        scores, ranks, failed = _computed(job.problem, uniforms[rows], first + int(rows[0]))
        return tallied(job.plan, scores, ranks), failed

    for tally, failed in in_halves(count, np.arange(len(uniforms))):
        found.tallies.append(tally)
        _add(found.failures, failed)
    return found


def _parts(
    problem: Problem, uniforms: Array, first: int
) -> Iterator[tuple[Array, Array, dict[Cause, FailedDraws]]]:
    """Scores, ranks and failures of draws, in several parts where memory is short."""

    def compute(rows: NDArray[np.intp]) -> tuple[Array, Array, dict[Cause, FailedDraws]]:
        return _computed(problem, uniforms[rows], first + int(rows[0]))

    return in_halves(compute, np.arange(len(uniforms)))


def _computed(
    problem: Problem, uniforms: Array, first: int
) -> tuple[Array, Array, dict[Cause, FailedDraws]]:
    """Scores and ranks (n_computed, n_nodes, n_units) of draws from number ``first`` on."""
    shape = (len(uniforms), len(problem.nodes), problem.n_units)
    scores = ranks = np.empty((0, *shape[1:]))
    failures: dict[Cause, FailedDraws] = {}
    done = 0
    for part in problem.evaluate(uniforms):
        if isinstance(part, Evaluated):
            if len(part.rows) == len(uniforms):
                return part.scores, part.ranks, failures  # nothing to put together
            if done == 0:
                scores, ranks = np.empty(shape), np.empty(shape)
            rows = slice(done, done + len(part.rows))
            scores[rows], ranks[rows] = part.scores, part.ranks
            done += len(part.rows)
        else:
            settings = problem.settings(uniforms[part.rows[0]])
            cause = (tuple(settings.items()), part.finding.code, part.finding.fields.get("node"))
            number = first + int(part.rows.min())
            one = FailedDraws(settings, part.finding, len(part.rows), number)
            _add(failures, {cause: one})
    return scores[:done], ranks[:done], failures


def _add(failures: dict[Cause, FailedDraws], more: Mapping[Cause, FailedDraws]) -> None:
    """Add up failures of the same cause; the first of the draws says why."""
    for cause, one in more.items():
        known = failures.get(cause, one)
        earlier = min(known, one, key=lambda failure: failure.first)
        draws = one.draws + (known.draws if cause in failures else 0)
        failures[cause] = replace(earlier, draws=draws)


def _told(
    problem: Problem, base: Evaluated, total: Total, failures: tuple[FailedDraws, ...]
) -> Uncertainty:
    """What was counted, as tables."""
    options = problem.uncertain.options
    low, middle, high = summary.score_quantiles(total, PROBABILITIES)
    best, median, worst = summary.rank_quantiles(total, PROBABILITIES)
    columns = {
        "score": base.scores[0],
        "rank": base.ranks[0],
        "mean_score": summary.mean_scores(total),
        "score_5": low,
        "median_score": middle,
        "score_95": high,
        "mean_rank": summary.mean_ranks(total),
        "rank_5": best,
        "median_rank": median,
        "rank_95": worst,
        "mean_shift": summary.mean_shifts(total),
    }
    top = summary.top_probabilities(total)
    columns |= {f"top_{number}": top[row] for row, number in enumerate(total.plan.top)}
    columns["scored"] = summary.present_shares(total)
    if total.plan.pairs:
        leads = summary.pair_probabilities(total)
        groups = [
            tie_groups(ranks, ahead, options.certainty)
            for ranks, ahead in zip(base.ranks[0], leads, strict=True)
        ]
    else:
        groups = [
            tie_groups_of_intervals(*one) for one in zip(base.ranks[0], best, worst, strict=True)
        ]
    columns["tie_group"] = np.where(np.array(groups) > 0, groups, np.nan)
    nodes = pd.Index(problem.nodes, name="node")
    intervals = pd.DataFrame(
        {
            "node": np.repeat(nodes.to_numpy(), problem.n_units),
            "unit": np.tile(problem.units.to_numpy(), len(nodes)),
            **{name: table.ravel() for name, table in columns.items()},
        }
    )
    return Uncertainty(
        intervals=intervals,
        total=total,
        units=problem.units,
        nodes=nodes,
        draws=options.draws,
        seed=options.seed,
        failures=failures,
        paired=total.plan.pairs,
    )

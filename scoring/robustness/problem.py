"""The model behind uncertainty and sensitivity: uniform numbers in, scores and ranks out.

It has no arithmetic of its own: every draw goes through the stages of :func:`scoring.assess`. What
draws have in common is computed once for each combination of choices; what differs from draw to
draw (weights, and values with an error) has the draws as one more axis.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, Framework, InvalidInputError
from scoring.options import AggregationChoice, Method
from scoring.ranking import rank, round_scores
from scoring.robustness.combinations import (
    MOST_KEPT,
    Combination,
    Data,
    combinations_of_data,
)
from scoring.robustness.sources import STAGES, Uncertain, noise_of
from scoring.robustness.weight_draws import WEIGHT_DRAWS, left_out
from scoring.tree import NodeDomainError, NodeRefusedError, aggregate_groups

Array = NDArray[np.float64]
Integers = NDArray[np.intp]
Flags = NDArray[np.bool_]
Result = TypeVar("Result")

#: Scores that are computed at a time, of all nodes: what the processor's caches take.
SCORES_AT_A_TIME = 2**19

#: Combinations that are computed beforehand; of more, those that come up.
MOST_BEFOREHAND = 64


class Failure(NamedTuple):
    """Draws that could not be computed.

    Attributes
    ----------
    rows : ndarray of int
        Which they are.
    finding : Finding
        Why.
    """

    rows: Integers
    finding: Finding


class Evaluated(NamedTuple):
    """Draws that were computed.

    Attributes
    ----------
    rows : ndarray of int, shape (n_draws,)
        Which they are.
    scores, ranks : ndarray, shape (n_draws, n_nodes, n_units)
        NaN where a unit gets none. Read only: draws that do not differ share their memory.
    """

    rows: Integers
    scores: Array
    ranks: Array


@dataclass(frozen=True, eq=False)
class Problem:
    """Scores and ranks as a function of uniform numbers.

    Parameters
    ----------
    uncertain : Uncertain
    framework : Framework
        After screening.
    method : Method
        The method's own choices.
    units : Index
        Units that are scored.
    aggregations : tuple of mapping of str to AggregationChoice
        Aggregation of each group, by alternative.
    corners : ndarray, shape (n_corners, n_nodes)
        Weights that are mixed.
    without : ndarray of bool, shape (n_alternatives, n_nodes)
        Nodes that are left out with each alternative of leave_out.
    normalised : dict of Combination to ndarray or Finding
        Scores of the indicators (n_units, n_indicators), or why there are none; what comes up
        later is added.
    weights : dict of Combination to ndarray or Finding
        Weights in force (n_nodes,), or why there are none.
    data : Data or None
        What the rest is computed from; None where there is no rest.
    """

    uncertain: Uncertain
    framework: Framework
    method: Method
    units: pd.Index
    aggregations: tuple[Mapping[str, AggregationChoice], ...]
    corners: Array
    without: Flags
    normalised: dict[Combination, Array | Finding] = field(default_factory=dict)
    weights: dict[Combination, Array | Finding] = field(default_factory=dict)
    data: Data | None = None

    @property
    def n_units(self) -> int:
        """How many units are scored."""
        return len(self.units)

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Nodes of which there are scores and ranks, the index first."""
        scored = self.framework.scored_nodes
        if self.uncertain.options.nodes == "all":
            return scored
        return tuple(node for node in scored if self.framework.is_group(node))

    @cached_property
    def siblings(self) -> tuple[Integers, ...]:
        """Columns of the children of each group."""
        position = {node: column for column, node in enumerate(self.framework.scored_nodes)}
        return tuple(
            np.array([position[child] for child in self.framework.children(group)])
            for group in self.framework.groups
        )

    @property
    def every_source(self) -> frozenset[str]:
        """Names of all sources."""
        return frozenset(source.name for source in self.uncertain.sources)

    def evaluate(
        self, uniforms: Array, active: frozenset[str] | None = None
    ) -> Iterator[Evaluated | Failure]:
        """Scores and ranks of draws, in parts that fit the processor's caches.

        Parameters
        ----------
        uniforms : ndarray, shape (n_draws, n_inputs)
            In [0, 1), a row for each draw.
        active : frozenset of str, optional
            Sources that vary; all where left out. The others stay as the method has them.

        Yields
        ------
        Evaluated or Failure
            Every row once, in any order. What a row gives does not depend on the other rows.
        """
        draws = self._draws(uniforms, self.every_source if active is None else active)
        width = len(self.nodes)
        if "measurement_error" in draws.active and self.data is not None:
            width = max(width, len(self.data.prepared.years) * len(self.framework.indicators))
        at_a_time = max(1, SCORES_AT_A_TIME // (width * max(self.n_units, 1)))
        for combination, rows in draws.alike():
            for begin in range(0, len(rows), at_a_time):
                yield from self._part(draws, combination, rows[begin : begin + at_a_time])

    def _draws(self, uniforms: Array, active: frozenset[str]) -> _Draws:
        chosen = self.uncertain.chosen(uniforms, active)
        combinations = np.zeros((len(uniforms), len(Combination._fields)), dtype=np.intp)
        for column, name in enumerate(Combination._fields):
            combinations[:, column] = -1 if name == "drawn" else chosen.get(name, 0)
        if "imputation_draws" in active:
            fields = Combination._fields
            own = combinations[:, fields.index("imputation")] == 0
            combinations[own, fields.index("drawn")] = chosen["imputation_draws"][own]
        return _Draws(uniforms, active, chosen, combinations)

    def _part(
        self, draws: _Draws, combination: Combination, rows: Integers
    ) -> Iterator[Evaluated | Failure]:
        """Rows of one combination."""
        with_errors = self.data is not None and "measurement_error" in draws.active

        def prepared(part: Integers) -> tuple[Integers, Array, Array]:
            if not with_errors:
                return part, *self._without_error(combination)
            return part, *self._with_error(draws, combination, part)

        for found in _in_parts(prepared, rows):
            if isinstance(found, Failure):
                yield found
                continue
            part, normalised, weights = found
            weights = self._drawn_weights(draws, combination, part, weights)

            def scored(
                some: Integers,
                part: Integers = part,
                normalised: Array = normalised,
                weights: Array = weights,
            ) -> Evaluated:
                scores, ranked = self._aggregated(
                    combination,
                    normalised[some] if normalised.ndim > 2 else normalised,
                    weights[some] if weights.ndim > 1 else weights,
                )
                ranks = rank(ranked, self.method.ranking.ties)
                shape = (len(some), *scores.shape[1:])
                return Evaluated(
                    part[some], np.broadcast_to(scores, shape), np.broadcast_to(ranks, shape)
                )

            for result in _in_parts(scored, np.arange(len(part))):
                if isinstance(result, Failure):
                    result = Failure(part[result.rows], result.finding)
                yield result

    # --- values -----------------------------------------------------------------------------------

    def settings(self, uniforms: Array) -> dict[str, str]:
        """Alternative of each stage in one draw (n_inputs,), by source."""
        chosen = self.uncertain.chosen(uniforms[None], self.every_source)
        return {
            source.name: source.alternatives[chosen[source.name][0]]
            for source in self.uncertain.sources
            if source.name in STAGES
        }

    def normalised_scores(self, combination: Combination) -> Array | Finding:
        """Scores of the indicators (n_units, n_indicators), or why there are none."""
        return self._shared(combination)[0]

    def weights_in_force(self, combination: Combination) -> Array | Finding:
        """Weights of a combination before any is drawn (n_nodes,), or why there are none."""
        return self._shared(combination)[1]

    def scores_of(self, combination: Combination) -> Array | Finding:
        """Scores of a combination (n_nodes, n_units), or why there are none."""
        try:
            scores, _ = self._aggregated(combination, *self._without_error(combination))
        except _FailedError as error:
            return error.finding
        of_nodes: Array = scores[0]
        return of_nodes

    def _without_error(self, combination: Combination) -> tuple[Array, Array]:
        normalised, weights = self._shared(combination)
        return _computed(normalised), _computed(weights)

    def _shared(self, combination: Combination) -> tuple[Array | Finding, Array | Finding]:
        """Normalised scores and weights in force, or why there are none."""
        if combination in self.weights:
            return self.normalised[combination.of_data], self.weights[combination]
        assert self.data is not None
        normalised, weights = _of_combination(self.data, [combination])
        cells = self.n_units * len(self.framework.indicators)
        if len(self.normalised) * cells < MOST_KEPT:
            self.normalised.update(normalised)
            self.weights.update(weights)
        return normalised[combination.of_data], weights[combination]

    def _with_error(
        self, draws: _Draws, combination: Combination, rows: Integers
    ) -> tuple[Array, Array]:
        """Normalised scores (n_draws, n_units, n_indicators) and weights in force."""
        data = self.data
        assert data is not None
        values = data.with_errors(draws.of("measurement_error", self.uncertain)[rows, 0])
        try:
            scaled = data.scaled(combination, values)
            if not data.weights_from_data(combination):
                return scaled.normalised, _computed(self.weights_in_force(combination))
            weights = [data.weights(combination, one) for one in scaled.each()]
            return scaled.normalised, np.stack(weights)
        except InvalidInputError as error:
            raise _FailedError(error.findings[-1], all_alike=False) from error

    # --- weights ----------------------------------------------------------------------------------

    def _drawn_weights(
        self, draws: _Draws, combination: Combination, rows: Integers, weights: Array
    ) -> Array:
        """Weights of each draw (n_draws, n_nodes), or (n_nodes,) where none vary."""
        for name, draw in WEIGHT_DRAWS.items():
            source = f"weights_{name}"
            # Another way of weighting takes the place of the sets and experts.
            replaced = name == "between" and combination.weighting != 0
            if source not in draws.active or replaced:
                continue
            numbers = draws.of(source, self.uncertain)[rows]
            if name != "between":
                numbers = self._by_node(self.uncertain.inputs(source), numbers)
            taken = inspect.signature(draw).parameters
            given = {key: one for key, one in self._weight_options.items() if key in taken}
            weights = draw(weights, numbers, **given)
        if "leave_out" in draws.active:
            weights = left_out(weights, draws.chosen["leave_out"][rows], self.without)
        return weights

    @cached_property
    def _weight_options(self) -> dict[str, object]:
        """What the functions that draw weights take by name."""
        options = self.uncertain.options.weights
        amounts = noise_of(self.framework, self.uncertain.options)
        return {
            "siblings": self.siblings,
            "corners": self.corners,
            "concentration": options.dirichlet,
            "amounts": np.array([amounts[node] for node in self.framework.scored_nodes]),
        }

    def _by_node(self, nodes: Sequence[str], numbers: Array) -> Array:
        """Uniform numbers of some nodes in the columns of all; the middle for the others."""
        position = {node: column for column, node in enumerate(self.framework.scored_nodes)}
        found = np.full((len(numbers), len(position)), 0.5)
        found[:, [position[node] for node in nodes]] = numbers
        return found

    # --- scores -----------------------------------------------------------------------------------

    def _aggregated(
        self, combination: Combination, normalised: Array, weights: Array
    ) -> tuple[Array, Array]:
        """Scores as they are told and as they are ranked (n_draws or 1, n_nodes, n_units)."""
        position = {node: row for row, node in enumerate(self.nodes)}
        leading = np.broadcast_shapes(normalised.shape[:-2], weights.shape[:-1]) or (1,)
        rounded = np.empty((*leading, len(position), self.n_units))
        rounding, on = self.method.rounding, self.method.ranking.on
        exact = rounded
        if rounding.decimals != "none" and on == "exact":
            exact = np.empty_like(rounded)
        for leaf, code in enumerate(self.framework.indicators):
            if code in position:
                exact[:, position[code]] = rounded[:, position[code]] = normalised[..., leaf]
                if rounding.decimals != "none" and rounding.level == "all":
                    own = rounded[:, position[code]]
                    own[...] = round_scores(own, rounding.decimals, rounding.mode)
        choices = self.aggregations[combination.aggregation]
        try:
            for step in aggregate_groups(self.framework, choices, rounding, normalised, weights):
                exact[:, position[step.group]] = step.exact
                rounded[:, position[step.group]] = step.rounded
        except NodeDomainError as error:
            fields = {"node": error.group, "method": error.method, "reason": error.requirement}
            finding = Finding("draw_outside_domain", "error", fields=fields)
            raise _FailedError(finding, all_alike=False) from error
        except NodeRefusedError as error:
            fields = {"node": error.group, "method": error.method, "reason": error.reason}
            finding = Finding("draw_refused", "error", fields=fields)
            raise _FailedError(finding, all_alike=False) from error
        return rounded, exact


def beforehand(problem: Problem) -> Problem:
    """The problem with everything computed that draws share, where that is not too much.

    Parameters
    ----------
    problem : Problem
        With data.

    Returns
    -------
    Problem
        Without data where nothing of it is needed any more: that is less to send to others.
    """
    data, uncertain = problem.data, problem.uncertain
    if data is None:
        return problem
    of_data = combinations_of_data(uncertain)
    cells = problem.n_units * len(problem.framework.indicators)
    if len(of_data) > MOST_BEFOREHAND or len(of_data) * cells > MOST_KEPT:
        return problem
    for combination in of_data:
        wanted = [
            combination._replace(weighting=weighting, aggregation=aggregation)
            for weighting in range(len(uncertain.methods["weighting"]))
            for aggregation in range(len(uncertain.methods["aggregation"]))
        ]
        if any(one not in problem.weights for one in wanted):
            normalised, weights = _of_combination(data, wanted)
            problem.normalised.update(normalised)
            problem.weights.update(weights)
    if "measurement_error" in problem.every_source:
        return problem
    return replace(problem, data=None)


def _of_combination(
    data: Data, wanted: Sequence[Combination]
) -> tuple[dict[Combination, Array | Finding], dict[Combination, Array | Finding]]:
    """Normalised scores and weights of combinations that differ in nothing else."""
    of_data = wanted[0].of_data
    try:
        scaled = data.scaled(of_data)
    except InvalidInputError as error:
        reason = error.findings[-1]
        return {of_data: reason}, dict.fromkeys(wanted, reason)
    weights: dict[Combination, Array | Finding] = {}
    for combination in wanted:
        try:
            weights[combination] = data.weights(combination, scaled)
        except InvalidInputError as error:
            weights[combination] = error.findings[-1]
    # One indicator after the other in memory, as the tree wants them: nothing is copied there.
    return {of_data: np.asfortranarray(scaled.normalised[0])}, weights


class _Draws(NamedTuple):
    """Some draws and what is chosen in each.

    Attributes
    ----------
    uniforms : ndarray, shape (n_draws, n_inputs)
    active : frozenset of str
    chosen : mapping of str to ndarray of int, shape (n_draws,)
    combinations : ndarray of int, shape (n_draws, 6)
    """

    uniforms: Array
    active: frozenset[str]
    chosen: Mapping[str, Integers]
    combinations: Integers

    def of(self, source: str, uncertain: Uncertain) -> Array:
        """Uniform numbers of a source, shape (n_draws, n_inputs of the source)."""
        return self.uniforms[:, uncertain.columns[source]]

    def alike(self) -> Iterator[tuple[Combination, Integers]]:
        """Each different combination with the rows that have it."""
        lowest = self.combinations.min(axis=0)
        # Each combination as one number: rows of six would take far longer to tell apart.
        sizes = (self.combinations.max(axis=0) - lowest + 1).tolist()
        codes = np.ravel_multi_index(tuple((self.combinations - lowest).T), sizes)
        different, inverse = np.unique(codes, return_inverse=True)
        order = np.argsort(inverse, kind="stable")
        ends = np.cumsum(np.bincount(inverse, minlength=len(different)))
        combinations = np.stack(np.unravel_index(different, sizes), axis=1) + lowest
        for one, rows in zip(combinations.tolist(), np.split(order, ends[:-1]), strict=True):
            yield Combination(*one), rows


def _in_parts(compute: Callable[[Integers], Result], rows: Integers) -> Iterator[Result | Failure]:
    """Results for all rows at once or, where some of them fail, for smaller and smaller parts."""
    try:
        yield compute(rows)
        return
    except _FailedError as error:
        if error.all_alike or len(rows) == 1:
            yield Failure(rows, error.finding)
            return
    middle = len(rows) // 2
    for part in (rows[:middle], rows[middle:]):
        yield from _in_parts(compute, part)


def _computed(found: Array | Finding) -> Array:
    """What was computed for all draws of a combination, unless it could not be."""
    if isinstance(found, Finding):
        raise _FailedError(found, all_alike=True)
    return found


class _FailedError(Exception):
    """Draws that cannot be computed.

    Parameters
    ----------
    finding : Finding
    all_alike : bool
        Whether that holds for each of the draws, and not just for some.
    """

    def __init__(self, finding: Finding, *, all_alike: bool) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.all_alike = all_alike

"""The weights in force: those of the framework, of a named set, or derived, group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators import Finding, Framework, IndicatorSet, Place
from indicators.findings import raise_errors
from scoring.aggregation import AGGREGATIONS
from scoring.method import weighting_of
from scoring.options import AggregationChoice, Method, WeightingChoice
from scoring.scale import Year
from scoring.tree import aggregate_group, aggregate_tree
from scoring.weighting import JUDGED, WEIGHTINGS
from scoring.weighting.base import Derived
from scoring.weighting.experts import (
    Judged,
    judged_siblings,
    nobody,
    problem_finding,
    remark_finding,
)
from scoring.weighting.judgements import JudgementError
from scoring.weighting.refused import refusing
from scoring.weighting.table import weight_table

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What weights are derived from: values and scores of the years that set the scale.

    Parameters
    ----------
    years : sequence of int or "latest"
    values, normalised : ndarray, shape (n_years, n_units, n_indicators)
        Treated values and scores of the scored indicators, NaN where missing.
    outside : ndarray, shape (n_years, n_units, n_unscored)
        Values of the indicators that are not scored.
    """

    years: Sequence[Year]
    values: Array
    normalised: Array
    outside: Array


@dataclass(frozen=True, eq=False)
class Weighed:
    """Weights in force and where they come from.

    Parameters
    ----------
    weights : ndarray, shape (n_nodes,)
        Relative to the siblings, in the order of ``framework.scored_nodes``.
    methods : mapping of str to str
        Group -> way of weighting or named set; "given" where it has nothing to say of the group.
    derived : mapping of str to Derived
        Group -> how its derived weights came about; the index for all indicators at once.
    children : mapping of str to tuple of str
        Group -> what ``derived`` weighs; with judgements, also what was screened out.
    experts : mapping of str to tuple of str
        Group -> experts whose judgements count.
    findings : tuple of Finding
        What is to be known about the derived weights.
    """

    weights: Array
    methods: Mapping[str, str]
    derived: Mapping[str, Derived]
    children: Mapping[str, tuple[str, ...]]
    experts: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


def weigh(
    indicator_set: IndicatorSet,
    left: IndicatorSet,
    method: Method,
    aggregations: Mapping[str, AggregationChoice],
    evidence: Callable[[], Evidence],
) -> Weighed:
    """Weights in force.

    What people say of weights is said of the whole set: named sets and judgements weigh all
    siblings, and of those that screening leaves the weights keep their ratios. Weights that depend
    on the data are derived from what is left, from the lowest groups up: a group is weighed by the
    scores its children have under their own derived weights. Derived weights take the place of
    those of the framework, also of 0.

    Parameters
    ----------
    indicator_set, left : IndicatorSet
        Before and after screening.
    method : Method
    aggregations : mapping of str to AggregationChoice
        Aggregation of each group.
    evidence : callable
        Gives what weights are derived from; called only where something is.

    Returns
    -------
    Weighed

    Raises
    ------
    InvalidInputError
        Where weights cannot be derived.
    NodeDomainError, NodeRefusedError
        Where scores of a group cannot be computed on the way.
    """
    framework = left.framework
    ways = weighting_of(indicator_set, method)
    sized = {group for group, one in aggregations.items() if AGGREGATIONS[one.name].total_weight}
    record = _Record(indicator_set, frozenset(sized))
    at_once = method.weighting.scope == "indicators"
    if not at_once:
        _by_people(indicator_set, ways, record)
    _check_what_is_left(left, record)
    if at_once:
        _all_indicators(left, method, aggregations, ways[framework.root], evidence, record)
    elif any(_is_from_data(ways[group]) for group in framework.groups):
        _by_data(left, method, aggregations, ways, evidence, record)
    return record.of(framework)


def check_judgements(indicator_set: IndicatorSet, method: Method) -> None:
    """Refuse judgements that the weights of a method do not follow from; no scores are needed.

    Parameters
    ----------
    indicator_set : IndicatorSet
    method : Method

    Raises
    ------
    InvalidInputError
        With everything that is wrong, each with its cell.
    """
    ways = weighting_of(indicator_set, method)
    _by_people(indicator_set, ways, _Record(indicator_set, frozenset()))


class _Record:
    """Weights of the framework, until others take their place, and where those come from.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Before screening.
    sized : frozenset of str
        Groups in which not only the ratios of weights matter: derived ones keep the sum of those
        whose place they take.
    """

    def __init__(self, indicator_set: IndicatorSet, sized: frozenset[str]) -> None:
        framework = indicator_set.framework
        self.indicator_set, self.sized = indicator_set, sized
        self.weights = {node: framework.weight(node) for node in framework.scored_nodes}
        self.methods = dict.fromkeys(framework.groups, "given")
        self.derived: dict[str, tuple[Derived, Judged]] = {}

    def of_nodes(self, nodes: Sequence[str]) -> Array:
        """Weights of some nodes."""
        return np.array([self.weights[node] for node in nodes])

    def enter(self, group: str, way: WeightingChoice, derived: Derived, judged: Judged) -> None:
        """Put derived weights in force below a group."""
        total = self.of_nodes(judged.children).sum() if group in self.sized else 1.0
        self.weights |= zip(judged.children, (derived.shares * total).tolist(), strict=True)
        self.methods[group] = way.method
        self.derived[group] = derived, judged

    def of(self, framework: Framework) -> Weighed:
        """What is to be told of a framework, which may be a part of the whole."""
        derived = {
            group: self.derived[group] for group in framework.groups if group in self.derived
        }
        return Weighed(
            weights=self.of_nodes(framework.scored_nodes),
            methods={group: self.methods[group] for group in framework.groups},
            derived={group: found for group, (found, _) in derived.items()},
            children={group: judged.children for group, (_, judged) in derived.items()},
            experts={group: judged.experts for group, (_, judged) in derived.items()},
            findings=tuple(
                remark_finding(self.indicator_set, group, self.methods[group], judged, remark)
                for group, (found, judged) in derived.items()
                for remark in found.remarks
            ),
        )


# --- what people say ------------------------------------------------------------------------------


def _by_people(
    indicator_set: IndicatorSet, ways: Mapping[str, WeightingChoice], record: _Record
) -> None:
    """Weights that need no data: of named sets, equal ones, and from judgements."""
    framework, findings = indicator_set.framework, list[Finding]()
    for group, way in ways.items():
        children = framework.children(group)
        if way.method == "given" or _is_from_data(way):
            continue
        if way.method not in WEIGHTINGS:
            named = indicator_set.weights_of(way.method)
            if children[0] in named:
                record.weights |= {child: named[child] for child in children}
                record.methods[group] = way.method
        elif len(children) == 1:
            record.methods[group] = way.method
        elif WEIGHTINGS[way.method].judged:
            findings += _by_judgements(indicator_set, group, way, children, record)
        else:
            shares = _shares(record.of_nodes(children))
            record.enter(group, way, _derived(way, {"shares": shares}), nobody(children))
    raise_errors(findings)


def _by_judgements(
    indicator_set: IndicatorSet,
    group: str,
    way: WeightingChoice,
    children: tuple[str, ...],
    record: _Record,
) -> list[Finding]:
    """Weights of siblings of which somebody says something; what is wrong with that."""
    kind = WEIGHTINGS[way.method].judged
    judged = judged_siblings(indicator_set, kind, children, way.experts)
    if not judged.experts:
        return []
    inputs: dict[str, object] = dict.fromkeys(JUDGED, judged.values)
    try:
        derived = _derived(way, inputs | {"shares": _shares(record.of_nodes(children))})
    except JudgementError as error:
        return [
            problem_finding(indicator_set, group, way, judged, problem)
            for problem in error.problems
        ]
    record.enter(group, way, derived, judged)
    return []


def _check_what_is_left(left: IndicatorSet, record: _Record) -> None:
    """Refuse groups of which screening has left only children of weight 0."""
    place = Place(left.method_file, column="screening")
    raise_errors(
        Finding("zero_weights_left", "error", place, {"value": group})
        for group in left.framework.groups
        if not record.of_nodes(left.framework.children(group)).any()
    )


# --- what the data say ----------------------------------------------------------------------------


def _by_data(
    left: IndicatorSet,
    method: Method,
    aggregations: Mapping[str, AggregationChoice],
    ways: Mapping[str, WeightingChoice],
    evidence: Callable[[], Evidence],
    record: _Record,
) -> None:
    """Weights that depend on the data, from the lowest groups up."""
    framework = left.framework

    def weigh_group(group: str, scores: Array) -> Array:
        way, children = ways[group], framework.children(group)
        if _is_from_data(way) and len(children) == 1:
            record.methods[group] = way.method
        elif _is_from_data(way):

            def parent(shares: Array) -> Array:
                choice, weights = aggregations[group], shares[..., None, :]
                return _joined(aggregate_group(group, children, choice, scores, weights))

            inputs = _inputs(framework, way, children, evidence(), scores)
            inputs["shares"] = _shares(record.of_nodes(children))
            inputs["aggregate"] = parent
            with refusing(left, method, group, way, children, evidence().years):
                record.enter(group, way, _derived(way, inputs), nobody(children))
        return record.of_nodes(children)

    stated = record.of_nodes(framework.scored_nodes)
    normalised = evidence().normalised
    aggregate_tree(framework, aggregations, method.rounding, normalised, stated, weigh_group)


def _all_indicators(
    left: IndicatorSet,
    method: Method,
    aggregations: Mapping[str, AggregationChoice],
    way: WeightingChoice,
    evidence: Callable[[], Evidence],
    record: _Record,
) -> None:
    """Weights of all indicators at once, and of the groups by what they hold."""
    framework = left.framework
    root, indicators, nodes = framework.root, framework.indicators, framework.scored_nodes
    totals = {group: record.of_nodes(framework.children(group)).sum() for group in record.sized}

    def index(shares: Array) -> Array:
        weights = _of_all_nodes(framework, shares, totals)[..., None, :]
        normalised = evidence().normalised
        found = aggregate_tree(framework, aggregations, method.rounding, normalised, weights)
        return _joined(found.exact[..., 0])

    stated = weight_table(framework, record.of_nodes(nodes))["effective_weight"]
    inputs: dict[str, object] = {"shares": stated[list(indicators)].to_numpy()}
    inputs["aggregate"] = index
    if _is_from_data(way):
        inputs |= _inputs(framework, way, indicators, evidence(), evidence().normalised)
    years = evidence().years if _is_from_data(way) else ()
    with refusing(left, method, root, way, indicators, years):
        derived = _derived(way, inputs)
    weights = _of_all_nodes(framework, derived.shares, totals)
    record.weights |= zip(nodes, weights.tolist(), strict=True)
    record.methods |= dict.fromkeys(framework.groups, way.method)
    record.derived[root] = derived, nobody(indicators)


def _of_all_nodes(framework: Framework, shares: Array, totals: Mapping[str, float]) -> Array:
    """Weights of all nodes from shares (..., n_indicators) in the index."""
    position = {node: column for column, node in enumerate(framework.scored_nodes)}
    weights = np.ones((*shares.shape[:-1], len(position)))
    weights[..., [position[code] for code in framework.indicators]] = shares
    for group in framework.groups:
        own = [position[child] for child in framework.children(group)]
        below = weights[..., own]
        held = below.sum(axis=-1, keepdims=True)
        # A group that weighs nothing has a score all the same.
        below = np.where(held > 0, below, 1.0)
        if group in totals:
            below *= totals[group] / below.sum(axis=-1, keepdims=True)
        weights[..., own] = below
        if group != framework.root:
            weights[..., position[group]] = held[..., 0]
    return weights


def _inputs(
    framework: Framework,
    way: WeightingChoice,
    children: tuple[str, ...],
    evidence: Evidence,
    scores: Array,
) -> dict[str, object]:
    """Inputs from the data, of nodes with scores (n_years, n_units, n_children)."""
    values, directions = scores, np.ones(len(children))
    if way.data == "values":
        values = scores.copy()
        columns = {code: column for column, code in enumerate(framework.indicators)}
        for child, code in enumerate(children):
            if code in columns:
                values[..., child] = evidence.values[..., columns[code]]
                directions[child] = framework.direction(code)
    pooled = (-1, len(children))
    inputs: dict[str, object] = {
        "values": values.reshape(pooled),
        "directions": directions,
        "scores": scores.reshape(pooled),
    }
    if way.criterion is not None:
        column = framework.unscored_indicators.index(way.criterion)
        outside = _joined(evidence.outside[..., column])
        inputs["criterion"] = outside * framework.direction(way.criterion)
    return inputs


def _joined(years: Array) -> Array:
    """Rows of several years, (..., n_years, n_units), one after the other."""
    return years.reshape(*years.shape[:-2], -1)


# --- one group ------------------------------------------------------------------------------------


def _is_from_data(way: WeightingChoice) -> bool:
    return way.method in WEIGHTINGS and WEIGHTINGS[way.method].from_data


def _shares(weights: Array) -> Array:
    """Shares of weights; 0 where all are 0 and something else is to take their place."""
    return weights / (weights.sum() or 1.0)


def _derived(way: WeightingChoice, inputs: Mapping[str, object]) -> Derived:
    """What a way of weighting derives from its inputs with the options that somebody has set."""
    entry = WEIGHTINGS[way.method]
    options = {name: getattr(way, name) for name in entry.options if name in way.model_fields_set}
    found = entry.function(*(inputs[name] for name in entry.inputs), **options)
    return found if isinstance(found, Derived) else Derived(found)

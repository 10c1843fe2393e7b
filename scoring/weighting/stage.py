"""The weights in force: those of the framework, of a named set, or derived, group by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, Framework, IndicatorSet, InvalidInputError
from scoring.aggregation import aggregate
from scoring.domain import DomainError
from scoring.method import option_place, weighting_of
from scoring.options import AggregationChoice, Method, WeightingChoice
from scoring.tree import aggregate_tree, options_of
from scoring.weighting import JUDGED, WEIGHTINGS
from scoring.weighting.base import Derived

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What weights are derived from.

    Parameters
    ----------
    units : sequence of str
        Unit of each row; of several years each unit has as many rows.
    values, normalised : ndarray, shape (n_rows, n_indicators)
        Treated values and scores of the scored indicators, NaN where missing.
    outside : DataFrame, n_rows x indicators
        Values of the indicators that are not scored.
    """

    units: Sequence[str]
    values: Array
    normalised: Array
    outside: pd.DataFrame


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
    experts : mapping of str to tuple of str
        Group -> experts whose judgements count.
    children : mapping of str to tuple of str
        Group -> what ``derived`` weighs.
    """

    weights: Array
    methods: Mapping[str, str]
    derived: Mapping[str, Derived] = field(default_factory=dict)
    experts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be known about the derived weights."""
        return tuple(
            Finding(
                remark.code,
                remark.severity,
                fields={
                    "group": group,
                    "method": self.methods[group],
                    "children": [self.children[group][child] for child in remark.children],
                    "expert": [self.experts[group][expert] for expert in remark.experts],
                    **remark.fields,
                },
            )
            for group, derived in self.derived.items()
            for remark in derived.remarks
        )


def weigh(
    indicator_set: IndicatorSet,
    method: Method,
    aggregations: Mapping[str, AggregationChoice],
    evidence: Callable[[], Evidence],
) -> Weighed:
    """Weights in force.

    Weights that depend on scores are derived from the lowest groups up: a group is weighed by the
    scores its children have under their own derived weights.

    Parameters
    ----------
    indicator_set : IndicatorSet
        What is left after screening.
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
    return _Weighing(indicator_set, method, aggregations, evidence).done()


@dataclass(eq=False)
class _Weighing:
    indicator_set: IndicatorSet
    method: Method
    aggregations: Mapping[str, AggregationChoice]
    evidence: Callable[[], Evidence]
    methods: dict[str, str] = field(default_factory=dict)
    derived: dict[str, Derived] = field(default_factory=dict)
    experts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    children: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        return self.indicator_set.framework

    def done(self) -> Weighed:
        framework = self.framework
        ways = weighting_of(self.indicator_set, self.method)
        weights = np.array([framework.weight(node) for node in framework.scored_nodes])
        position = {node: row for row, node in enumerate(framework.scored_nodes)}
        self.methods = dict.fromkeys(framework.groups, "given")
        if self.method.weighting.scope == "indicators":
            self._all_indicators(ways[framework.root], weights, position)
            return self._found(weights)
        late = []
        for group, way in ways.items():
            entry = WEIGHTINGS.get(way.method)
            if entry is not None and entry.from_data:
                late.append(group)
                continue
            own = [position[child] for child in framework.children(group)]
            weights[own] = self._shares(group, way, weights[own], None)
        if late:
            self._from_data(ways, late, weights, position)
        return self._found(weights)

    def _found(self, weights: Array) -> Weighed:
        return Weighed(weights, self.methods, self.derived, self.experts, self.children)

    def _from_data(
        self,
        ways: Mapping[str, WeightingChoice],
        late: Sequence[str],
        weights: Array,
        position: Mapping[str, int],
    ) -> None:
        def weigh_group(group: str, below: Array) -> Array:
            own = [position[child] for child in self.framework.children(group)]
            if group in late:
                weights[own] = self._shares(group, ways[group], weights[own], below)
            return weights[own]

        normalised = self.evidence().normalised
        rounding = self.method.rounding
        aggregate_tree(
            self.framework, self.aggregations, rounding, normalised, weights, weigh_group
        )

    def _all_indicators(
        self, way: WeightingChoice, weights: Array, position: Mapping[str, int]
    ) -> None:
        """Weights of all indicators at once, and of the groups by what they hold."""
        framework = self.framework
        effective = _effective(framework, weights, position)
        shares = self._shares(framework.root, way, effective, None, framework.indicators)
        weights[:] = self._filled(shares)
        self.methods = dict.fromkeys(framework.groups, way.method)

    def _filled(self, shares: Array) -> Array:
        """Weights of all nodes from those of the indicators; leading axes are kept."""
        framework = self.framework
        nodes = framework.scored_nodes
        weights = np.empty((*shares.shape[:-1], len(nodes)))
        weights[..., [nodes.index(code) for code in framework.indicators]] = shares
        for group in framework.groups:
            own = [nodes.index(child) for child in framework.children(group)]
            total = weights[..., own].sum(axis=-1)
            weights[..., nodes.index(group)] = total
            # A group that weighs nothing has a score all the same.
            weights[..., own] = np.where(total[..., None] > 0, weights[..., own], 1.0)
        weights[..., nodes.index(framework.root)] = 1.0
        return weights

    def _shares(
        self,
        group: str,
        way: WeightingChoice,
        stated: Array,
        below: Array | None,
        children: tuple[str, ...] = (),
    ) -> Array:
        """Weights of the children of a group; those stated where nothing is said of them."""
        everything = bool(children)
        children = children or self.framework.children(group)
        if way.method == "given":
            return stated
        if way.method not in WEIGHTINGS:
            named = self.indicator_set.weights_of(way.method)
            if children[0] not in named:
                return stated
            self.methods[group] = way.method
            return np.array([named[child] for child in children])
        entry = WEIGHTINGS[way.method]
        inputs: dict[str, object] = {}
        if entry.judged:
            experts, judged = judgements_of(self.indicator_set, entry.judged, children, way.experts)
            if not experts:
                return stated
            self.experts[group] = experts
            inputs = dict.fromkeys((n for n in entry.inputs if n in JUDGED), judged)
        if entry.from_data:
            inputs |= self._data(group, way, children, below, everything)
        inputs["shares"] = stated / stated.sum() if stated.sum() else stated
        options = {
            name: getattr(way, name) for name in entry.options if name in way.model_fields_set
        }
        self.methods[group] = way.method
        if len(children) == 1 and not entry.judged:
            return np.ones(1)
        try:
            found = entry.function(*(inputs[name] for name in entry.inputs), **options)
        except DomainError as error:
            raise self._refused_values(error, group, way, children) from error
        except ValueError as error:
            place = option_place(self.indicator_set, "weighting.method")
            fields = {"group": group, "method": way.method, "reason": str(error)}
            finding = Finding("weighting_refused", "error", place, fields)
            raise InvalidInputError([finding]) from error
        derived = found if isinstance(found, Derived) else Derived(found)
        self.derived[group], self.children[group] = derived, children
        return derived.shares

    def _data(
        self,
        group: str,
        way: WeightingChoice,
        children: tuple[str, ...],
        below: Array | None,
        everything: bool,
    ) -> dict[str, object]:
        """Inputs from the data, of the children of a group or of all indicators."""
        evidence, framework = self.evidence(), self.framework
        scores = evidence.normalised if below is None else below
        values, directions = scores, np.ones(len(children))
        if way.data == "values":
            columns = {code: column for column, code in enumerate(framework.indicators)}
            values = scores.copy()
            for child, code in enumerate(children):
                if code in columns:
                    values[:, child] = evidence.values[:, columns[code]]
                    directions[child] = framework.direction(code)
        inputs: dict[str, object] = {"values": values, "directions": directions, "scores": scores}
        if way.criterion is not None:
            inputs["criterion"] = evidence.outside[way.criterion].to_numpy(dtype=np.float64)
        parent = partial(_parent, scores, self.aggregations[group], children)
        inputs["aggregate"] = self._index if everything else parent
        return inputs

    def _index(self, shares: Array) -> Array:
        """Scores in the index under effective weights (..., n_indicators)."""
        found = aggregate_tree(
            self.framework,
            self.aggregations,
            self.method.rounding,
            self.evidence().normalised,
            self._filled(shares),
        )
        index: Array = found.exact[..., 0]
        return index

    def _refused_values(
        self,
        error: DomainError,
        group: str,
        way: WeightingChoice,
        children: tuple[str, ...],
    ) -> InvalidInputError:
        evidence, findings = self.evidence(), []
        year = self.method.time.year
        section: int | Literal["latest"] = year if isinstance(year, int) else "latest"
        for row, column, value in zip(error.rows, error.columns, error.values, strict=True):
            unit, child = evidence.units[int(row)], children[int(column)]
            place = option_place(self.indicator_set, "weighting.method")
            if child in self.framework.indicators and way.data == "values":
                place, _ = self.indicator_set.value_place(unit, child, float(value), section)
            fields = {
                "group": group, "method": way.method, "unit": unit, "code": child,
                "value": f"{value:.6g}", "requirement": error.requirement,
            }  # fmt: skip
            findings.append(Finding("weighting_domain", "error", place, fields))
        return InvalidInputError(findings)


def _parent(
    scores: Array, choice: AggregationChoice, children: tuple[str, ...], shares: Array
) -> Array:
    """Scores of a parent under shares (..., n_children)."""
    return aggregate(
        scores,
        shares,
        choice.name,
        choice.missing,
        choice.minimum_coverage,
        **options_of(choice, children),
    )


def _effective(framework: Framework, weights: Array, position: Mapping[str, int]) -> Array:
    """Effective weights of the indicators."""
    effective = {framework.root: 1.0}
    for group in reversed(framework.groups):
        children = framework.children(group)
        total = sum(weights[position[child]] for child in children)
        effective |= {
            child: effective[group] * weights[position[child]] / total for child in children
        }
    return np.array([effective[code] for code in framework.indicators])


def judgements_of(
    indicator_set: IndicatorSet,
    kind: str,
    children: Sequence[str],
    experts: Sequence[str] = (),
) -> tuple[tuple[str, ...], Array]:
    """Judgements of siblings as an array.

    Parameters
    ----------
    indicator_set : IndicatorSet
    kind : str
        Kind in the table judgements.
    children : sequence of str
        The siblings.
    experts : sequence of str, optional
        Whose judgements count; everybody's where left out.

    Returns
    -------
    experts : tuple of str
        Those who judge any of the siblings, in the order of the table.
    judged : ndarray, shape (n_experts, n_children), of comparisons (n_experts, n_children, \
n_children)
        NaN where nothing is said.
    """
    table = indicator_set.judgements
    column = {child: i for i, child in enumerate(children)}
    pairwise = kind == "comparison"
    rows = table[(table["kind"] == kind) & table["node"].isin(column)]
    if pairwise:
        rows = rows[rows["other"].isin(column)]
    if experts:
        rows = rows[rows["expert"].isin(list(experts))]
    names = tuple(dict.fromkeys(rows["expert"]))
    judged = np.full((len(names), len(column), *([len(column)] if pairwise else [])), np.nan)
    where = [[names.index(name) for name in rows["expert"]], [column[n] for n in rows["node"]]]
    if pairwise:
        where.append([column[other] for other in rows["other"]])
    judged[tuple(where)] = rows["value"].to_numpy(dtype=np.float64)
    return names, judged

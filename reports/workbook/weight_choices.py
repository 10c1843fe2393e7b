"""The weightings there are to choose from, and where they stand on the sheet Weightings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from indicators.weight_sets import COLUMNS
from reports.workbook import comparisons, points
from reports.workbook.cells import Sheet, Value, local
from reports.workbook.plan import FIRST_WEIGHT_ROW, Plan
from scoring.aggregation import AGGREGATIONS

#: Rows above the weights, in the order of the nodes on Weights.
BAND_ROW, NAME_ROW, AUTHOR_ROW, DATE_ROW, NOTE_ROW, STATUS_ROW = range(5, 11)
#: What is said of a whole set -> its row.
SAID_OF_A_SET = {"author": AUTHOR_ROW, "date": DATE_ROW, "note": NOTE_ROW}
NODE, FIRST_CHOICE = 1, 2
#: Empty columns for sets that somebody types.
NEW_SETS = 2
#: Weightings that sheets of the workbook work out -> node -> reference and value.
LINKED = {"ahp": comparisons.weight_cells, "budget_allocation": points.weight_cells}


@dataclass(frozen=True)
class Choice:
    """A weighting to choose from: one column of the sheet.

    Parameters
    ----------
    name : str
        Way of weighting or named set; "" for a column to fill in.
    kind : {"given", "typed", "derived"}
    weights : mapping of str to float
        Node -> weight; groups that it leaves out keep the weights of the framework.
    said : mapping of str to str or None
        Author, date and note; None where it differs from node to node.
    formulas : mapping of str to str
        Node -> where its weight comes from.
    """

    name: str
    kind: Literal["given", "typed", "derived"]
    weights: Mapping[str, Value] = field(default_factory=dict)
    said: Mapping[str, str | None] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Weightings:
    """The choices and where they stand.

    Parameters
    ----------
    plan : Plan
    """

    plan: Plan

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """Everything there is to choose from: as given, the named sets, then what is derived."""
        return (*self._typed(), *self._derived())

    def _typed(self) -> Iterator[Choice]:
        plan, sets = self.plan, self.plan.assessment.indicator_set.weight_sets
        nodes = plan.weight_rows
        yield Choice("given", "given", {node: plan.framework.weight(node) for node in nodes})
        for name, rows in sets.groupby("set", sort=False):
            said = {
                what: str(rows[what].iloc[0]) if rows[what].nunique() == 1 else None
                for what in SAID_OF_A_SET
            }
            weights = dict(zip(rows["node"], rows["weight"].tolist(), strict=True))
            yield Choice(str(name), "typed", {n: w for n, w in weights.items() if n in nodes}, said)
        for _ in range(NEW_SETS):
            yield Choice("", "typed")

    def _derived(self) -> Iterator[Choice]:
        plan, assessment = self.plan, self.plan.assessment
        named = ["given", "equal", *assessment.indicator_set.weight_set_names]
        yield Choice("equal", "derived", self._equal())
        for name, cells_of in LINKED.items():
            if cells := cells_of(plan):
                weights = {
                    node: value * self._total(node)
                    for node, (_, value) in cells.items()
                    if isinstance(value, float)
                }
                formulas = {
                    node: formula if self._total(node) == 1 else self._times(formula, node)
                    for node, (formula, _) in cells.items()
                }
                yield Choice(name, "derived", weights, formulas=formulas)
                named.append(name)
        chosen = assessment.method.weighting.method
        if chosen not in named:
            # Where each group has a weighting of its own nothing is left to derive.
            weights = plan.derived_weights or {n: plan.weights[n] for n in plan.weight_rows}
            yield Choice(chosen, "derived", weights)

    def _total(self, node: str) -> float:
        """What derived weights of a node and its siblings add up to: in a sum not to 1."""
        plan, framework = self.plan, self.plan.framework
        group = framework[node].parent
        if not AGGREGATIONS[plan.assessment.aggregations[group]].total_weight:
            return 1.0
        return float(sum(framework.weight(child) for child in framework.children(group)))

    def _times(self, formula: str, node: str) -> str:
        """Formula of a share times the total of the weights; empty where the share is."""
        return f'IF(ISNUMBER({formula}),{formula}*{self._total(node)!r},"")'

    def _equal(self) -> dict[str, Value]:
        """The same for all siblings; or for all indicators, and for groups by what they hold."""
        framework = self.plan.framework
        if self.plan.assessment.method.weighting.scope == "siblings":
            siblings = {
                node: len(framework.children(framework[node].parent))
                for node in self.plan.weight_rows
            }
            # An only child keeps its weight, as it does where weights are derived.
            return {
                node: self._total(node) / count if count > 1 else framework.weight(node)
                for node, count in siblings.items()
            }
        count = len(framework.indicators)
        inside = dict.fromkeys(framework.scored_nodes, 0)
        for code in framework.indicators:
            for node in (code, *framework.ancestors(code)):
                inside[node] += 1
        return {node: inside[node] / count for node in self.plan.weight_rows}

    @property
    def sheet(self) -> Sheet:
        """The sheet."""
        return self.plan.sheets["weightings"]

    @property
    def count(self) -> int:
        """Number of choices."""
        return len(self.choices)

    @property
    def last_row(self) -> int:
        """Row of the last node."""
        return FIRST_WEIGHT_ROW + len(self.plan.weight_rows) - 1

    def column(self, choice: int) -> int:
        """Column of the weights of a choice."""
        return FIRST_CHOICE + choice

    def share_column(self, choice: int) -> int:
        """Column of the shares that a choice comes to."""
        return FIRST_CHOICE + self.count + 1 + choice

    @property
    def last_column(self) -> int:
        """The last column that is shown."""
        return self.share_column(self.count - 1)

    @property
    def parent_column(self) -> int:
        """Hidden column with the row of each node's parent, as on Weights."""
        return self.last_column + 2

    @property
    def list_column(self) -> int:
        """First of the hidden columns with names of choices, how many so far, those on offer."""
        return self.last_column + 3

    def weights(self, choice: int) -> str:
        """Weights of a choice, from this sheet."""
        column = self.column(choice)
        return f"{local(FIRST_WEIGHT_ROW, column, 'row')}:{local(self.last_row, column, 'row')}"

    def across(self, row: int, fixed: str) -> str:
        """One row of all choices, from another sheet."""
        return self.sheet.across(row, FIRST_CHOICE, self.column(self.count - 1), fixed=fixed)

    @property
    def names(self) -> str:
        """Names of all choices below each other, those that are on offer and others."""
        first = FIRST_WEIGHT_ROW
        return self.sheet.down(self.list_column, first, first + self.count - 1)

    @property
    def in_force(self) -> int:
        """Position of the choice that was in force when the workbook was written."""
        names = [choice.name for choice in self.choices]
        return names.index(self.plan.assessment.method.weighting.method)

    def weight_set_rows(self) -> tuple[list[tuple[object, ...]], dict[tuple[int, str], str]]:
        """Rows of the table of weight sets, and the cells here that they repeat.

        A column to fill in has its rows too, so that what is typed there is read. The weight of a
        node that was screened out stands on no other sheet.
        """
        sets = self.plan.assessment.indicator_set.weight_sets
        rows: list[tuple[object, ...]] = []
        homes: dict[tuple[int, str], str] = {}
        for position, choice in enumerate(self.choices):
            if choice.kind != "typed":
                continue
            column = self.column(position)
            own = sets[sets["set"] == choice.name].set_index("node").to_dict("index")
            for node in dict.fromkeys((*own, *self.plan.weight_rows)):
                number = len(rows)
                cells = {"set": choice.name, "node": node, **own.get(node, {})}
                homes[number, "set"] = self.sheet.at(NAME_ROW, column)
                for what, row in SAID_OF_A_SET.items():
                    if choice.said.get(what, "") is not None:
                        homes[number, what] = self.sheet.at(row, column)
                        cells[what] = choice.said.get(what, "")
                if node in self.plan.weight_rows:
                    homes[number, "weight"] = self.sheet.at(self.plan.weight_rows[node], column)
                    cells["weight"] = choice.weights.get(node, "")
                rows.append(tuple(cells.get(name, "") for name in COLUMNS))
        return rows, homes

"""Judgements: the table of what experts say of weights.

What is typed on Comparisons and Points is repeated here; every cell of theirs has a row, so that
what is typed there is read. Judgements of other kinds, and those without a cell, are typed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indicators.judgements import COLUMNS
from reports.workbook import comparisons, points
from reports.workbook.cells import Value
from reports.workbook.plan import FIRST_POINTS_ROW, Plan
from reports.workbook.set_tables import MOST_PRINTED, repeat, write_table

#: Rows that are printed at least; what is only on offer is left out.
FEWEST_PRINTED = 20


class Linked(NamedTuple):
    """A judgement that is typed on another sheet.

    Parameters
    ----------
    kind, expert, node, other : str
        As in the table.
    value : float or ""
    expert_cell, value_cell : str
        Where they are typed.
    typed : bool
        Whether it is typed there; below the diagonal it follows.
    """

    kind: str
    expert: str
    node: str
    other: str
    value: Value
    expert_cell: str
    value_cell: str
    typed: bool = True


def write(plan: Plan) -> None:
    """Fill the sheet: what is said, in the order of the table, and behind it what is on offer."""
    _, given = plan.assessment.indicator_set.rows("judgements")
    notes = {row[:4]: row[5] for row in given if row[5]}
    linked: dict[tuple[object, ...], Linked] = {
        (row.kind, row.expert or None, row.node, row.other or None): row for row in _linked(plan)
    }
    waiting = dict(linked)
    rows: list[tuple[object, ...]] = []
    formulas: dict[tuple[int, str], tuple[Value, str]] = {}

    def link(key: tuple[object, ...], *, noted: bool) -> None:
        row = waiting.pop(key)
        kept = [notes[one] for one in (key, _turned(key)) if noted and one in notes]
        formulas[len(rows), "expert"] = row.expert, repeat(row.expert_cell)
        formulas[len(rows), "value"] = row.value, repeat(row.value_cell)
        rows.append((*key, row.value, "; ".join(map(str, kept)) or None))

    for row in given:
        key = row[:4]
        if key in linked and not linked[key].typed:
            key = _turned(key)  # said below the diagonal, typed above it
        if key in waiting:
            link(key, noted=True)
        elif key not in linked:
            rows.append(row)
    printed = min(max(len(rows), FEWEST_PRINTED), MOST_PRINTED)
    for key in list(waiting):
        link(key, noted=False)
    write_table(plan, "judgements", COLUMNS, rows, formulas, printed)


def _turned(key: tuple[object, ...]) -> tuple[object, ...]:
    """The same pair the other way round."""
    kind, expert, node, other = key
    return kind, expert, other, node


def _linked(plan: Plan) -> Iterator[Linked]:
    if "comparisons" in plan.sheets:
        sheet = plan.sheets["comparisons"]
        for block, node, other, (line, column), value in comparisons.entries(plan):
            name = sheet.at(block.row, comparisons.NAME)
            cell = sheet.at(line, column)
            above = line - block.row <= column - comparisons.FIRST
            yield Linked("comparison", block.expert or "", node, other, value, name, cell, above)
    if "points" in plan.sheets:
        sheet = plan.sheets["points"]
        for expert, column, node, line, value in points.entries(plan):
            name = sheet.at(FIRST_POINTS_ROW, column)
            yield Linked("points", expert, node, "", value, name, sheet.at(line, column))

"""Judgements: the table of what experts say of weights.

What is typed on Comparisons and Points is repeated here; every cell of theirs has a row, so that
what is typed there is read. Judgements of other kinds, and those that found no cell, are typed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indicators.judgements import COLUMNS
from reports.workbook import comparisons, points
from reports.workbook.cells import Value
from reports.workbook.plan import FIRST_POINTS_ROW, Plan
from reports.workbook.set_tables import repeat, write_table


class Row(NamedTuple):
    """A judgement that is typed on another sheet.

    Parameters
    ----------
    kind, expert, node, other : str
        As in the table.
    value : float or ""
    expert_cell, value_cell : str
        Where they are typed.
    note : bool
        Whether a note belongs here; not below the diagonal, where nothing is typed as a rule.
    """

    kind: str
    expert: str
    node: str
    other: str
    value: Value
    expert_cell: str
    value_cell: str
    note: bool = True


def write(plan: Plan) -> None:
    """Fill the sheet."""
    _, given = plan.assessment.indicator_set.rows("judgements")
    notes = {row[:4]: row[5] for row in given if row[5]}
    rows: list[tuple[object, ...]] = []
    formulas: dict[tuple[int, str], tuple[Value, str]] = {}
    shown = set()
    for row in _typed_elsewhere(plan):
        key = row.kind, row.expert, row.node, row.other or None
        turned = row.kind, row.expert, row.other or None, row.node
        shown.add(key)
        note = [notes[one] for one in (key, turned) if one in notes and row.note]
        rows.append((*key, row.value, "; ".join(map(str, note)) or None))
        formulas[len(rows) - 1, "expert"] = row.expert, row.expert_cell
        formulas[len(rows) - 1, "value"] = row.value, repeat(row.value_cell)
    rows += [row for row in given if row[:4] not in shown]
    write_table(plan, "judgements", COLUMNS, rows, formulas)


def _typed_elsewhere(plan: Plan) -> Iterator[Row]:
    if "comparisons" in plan.sheets:
        sheet = plan.sheets["comparisons"]
        for block, node, other, (line, column), value in comparisons.entries(plan):
            name = sheet.at(block.row, comparisons.NAME)
            cell = sheet.at(line, column)
            above = line - block.row <= column - comparisons.FIRST
            yield Row("comparison", block.expert, node, other, value, name, cell, above)
    if "points" in plan.sheets:
        sheet = plan.sheets["points"]
        for expert, column, node, line, value in points.entries(plan):
            name = sheet.at(FIRST_POINTS_ROW, column)
            yield Row("points", expert, node, "", value, name, sheet.at(line, column))

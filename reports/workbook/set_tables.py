"""The tables of the set as sheets, so that the workbook is itself a set.

A weight and a value of the cross-section are typed on Weights and Data; here they are formulas that
repeat those cells, which whoever reads the workbook follows to their home.
"""

from __future__ import annotations

from typing import cast

from reports.workbook import styles
from reports.workbook.cells import Value, known
from reports.workbook.data import NEW_YEAR
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_TABLE_ROW, WEIGHT, Plan
from reports.workbook.weight_choices import Weightings

WIDTHS = {
    "code": 26, "parent": 22, "name": 34, "name_zh": 24, "description": 60, "caution": 50,
    "title": 60, "publisher": 34, "year": 16, "address": 48, "licence": 30, "note": 60, "text": 80,
    "text_zh": 60, "unit": 14, "indicator": 30, "source": 24, "measure": 22, "topic": 18,
    "set": 24, "node": 30, "author": 24, "other": 30, "kind": 14, "expert": 24,
}  # fmt: skip
WRAPPED = {
    "description",
    "caution",
    "title",
    "note",
    "text",
    "text_zh",
    "address",
    "licence",
    "publisher",
}
#: Longest table that is printed.
MOST_PRINTED = 500
#: Columns that are printed also of a narrow table, so that the links above have room.
FEWEST_COLUMNS = 8
#: Characters beside each other on a printed page.
WIDEST_PAGE = 250


def write(plan: Plan) -> None:
    """Fill the sheets."""
    for table in ("framework", "units", "sources", "notes"):
        heading, rows = plan.assessment.indicator_set.rows(table)
        formulas = _weights(plan) if table == "framework" else {}
        write_table(plan, table, heading, rows, formulas)
    _weight_sets(plan)
    _values(plan)


def _weights(plan: Plan) -> dict[tuple[int, str], tuple[Value, str]]:
    """Weights as formulas: (row, column) -> value and formula."""
    found: dict[tuple[int, str], tuple[Value, str]] = {}
    for i, node in enumerate(plan.framework.nodes):
        if node.code in plan.weight_rows:
            home = plan.sheets["weights"].at(plan.weight_rows[node.code], WEIGHT)
            found[i, "weight"] = plan.framework.weight(node.code), home
    return found


def _weight_sets(plan: Plan) -> None:
    """Named weight sets, typed on Weightings."""
    heading, _ = plan.assessment.indicator_set.rows("weights")
    rows, homes = Weightings(plan).weight_set_rows()
    formulas = {
        (row, column): (cast("Value", rows[row][heading.index(column)]), repeat(cell))
        for (row, column), cell in homes.items()
    }
    write_table(plan, "weight_sets", heading, rows, formulas)


def write_table(
    plan: Plan,
    table: str,
    heading: tuple[str, ...],
    rows: list[tuple[object, ...]],
    formulas: dict[tuple[int, str], tuple[Value, str]],
    printed: int = MOST_PRINTED,
) -> None:
    """Write a table of the set.

    Parameters
    ----------
    plan : Plan
    table : str
        Key of the sheet.
    heading : tuple of str
    rows : list of tuple
    formulas : dict of (int, str) to (value, str)
        Position of a row and heading of a column -> value and formula of a cell that repeats
        another one.
    printed : int
        Rows that are printed at most.
    """
    words = plan.words
    sheet = header(
        plan, table, subtitle=words(f"table.{table}"), last_column=max(FEWEST_COLUMNS, len(heading))
    )
    sheet.table_heading(FIRST_TABLE_ROW - 1, 1, heading, height=18, left=len(heading))
    for i, row in enumerate(rows):
        line = FIRST_TABLE_ROW + i
        longest = 1
        for column, (name, cell) in enumerate(zip(heading, row, strict=True), 1):
            found: tuple[object, str | None] = formulas.get((i, name), (cell, None))
            value, formula = cast("Value", found[0]), found[1]
            wrapped = name in WRAPPED
            style = _look(value, formula, wrapped)
            sheet.put(line, column, value, style, formula)
            if wrapped and isinstance(value, str):
                width = sum(2 if ord(sign) > 0x2E80 else 1 for sign in value)
                longest = max(longest, -(-width // int(WIDTHS[name] * 1.15)))
        if longest > 1:
            sheet.height(line, 12.5 * longest)
    widths = {i: WIDTHS.get(name, 12) for i, name in enumerate(heading, 1)}
    sheet.widths(widths)
    sheet.freeze(FIRST_TABLE_ROW, 2)
    sheet.page(
        FIRST_TABLE_ROW + min(len(rows), printed) - 1,
        max(FEWEST_COLUMNS, len(heading)),
        one_page=False,
        portrait=table == "values",
        title_columns="A:A",
        pages_wide=1 + sum(widths.values()) // WIDEST_PAGE,
        titles=f"{FIRST_TABLE_ROW - 1}:{FIRST_TABLE_ROW - 1}",
        footer=footer(plan),
    )


TYPED = styles.Style(
    size=8.5, colour=styles.INPUT_TEXT, align="left", unlocked=True, line=styles.LINE
)
TYPED_NUMBER = TYPED.but(align="right", indent=1)
LINKED = TYPED_NUMBER.but(colour=styles.GREY, unlocked=False)
LINKED_TEXT = TYPED.but(colour=styles.GREY, unlocked=False)


def _look(value: object, formula: str | None, wrapped: bool) -> styles.Style:
    if formula is not None:
        return LINKED_TEXT if isinstance(value, str) else LINKED
    if isinstance(value, (int, float)):
        return TYPED_NUMBER
    return TYPED.but(wrap=True, vertical="top") if wrapped else TYPED


def _values(plan: Plan) -> None:
    """All values of all years; those of the cross-section repeat the cells of Data.

    A cell of Data that has no row yet gets one, so that what is typed there is read.
    """
    indicator_set, assessment = plan.assessment.indicator_set, plan.assessment
    heading, rows = indicator_set.rows("values")
    columns = {name: heading.index(name) for name in ("unit", "indicator", "year", "value")}
    data = plan.sheets["data"]
    positions = {unit: plan.first + i for i, unit in enumerate(plan.units.index)}
    values = {code: assessment.data[code].tolist() for code in plan.framework.all_indicators}
    waiting = {
        (unit, code): i
        for code in plan.framework.all_indicators
        for i, unit in enumerate(plan.units.index)
    }
    newest = indicator_set.cross_section_rows(assessment.section_year).tolist()
    formulas: dict[tuple[int, str], tuple[Value, str]] = {}

    def link(row: int, unit: str, code: str) -> None:
        i = waiting.pop((unit, code))
        cell = data.at(positions[unit], plan.data_column(code))
        value = values[code][i]
        shown = value if known(value) else ""
        formulas[row, "value"] = shown, repeat(cell)

    for row in newest:
        unit, code = str(rows[row][columns["unit"]]), str(rows[row][columns["indicator"]])
        if (unit, code) in waiting:
            link(row, unit, code)
    added: list[tuple[object, ...]] = []
    for unit, code in list(waiting):
        year = plan.year_of_new[code]
        cells: dict[str, object] = {"unit": unit, "indicator": code, "year": year}
        added.append(tuple(cells.get(name) for name in heading))
        row = len(rows) + len(added) - 1
        link(row, unit, code)
        # That its year is linked too tells the reader that the row is only on offer.
        home = data.at(NEW_YEAR, plan.data_column(code))
        formulas[row, "year"] = "" if year is None else year, repeat(home)
    write_table(plan, "values", heading, [*rows, *added], formulas)


def repeat(cell: str) -> str:
    """Formula that repeats a cell; an empty one stays empty instead of showing 0."""
    return f'IF({cell}="","",{cell})'

"""What the cells of a column mean: text, numbers, years, codes; what they do not is a finding."""

from __future__ import annotations

import re
from datetime import date, datetime

import numpy as np

from indicators.findings import Finding
from indicators.framework import Framework
from indicators.tables import CONTROL_CHARACTERS, LONGEST_CELL, ErrorCell, RawTable

CODE = re.compile(r"[A-Za-z0-9\u3400-\u9fff][\w.\-]*")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
INFINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.IGNORECASE)
YEAR = re.compile(r"\d{4}(?:\.0*)?")


def texts(table: RawTable, column: str, findings: list[Finding]) -> list[str]:
    """A column as text: empty cells as "", numbers as they are written."""
    if column not in table.heading:
        return [""] * len(table.rows)
    found = [text(cell) for cell in table.column(column)]
    for row, (cell, shown) in enumerate(zip(table.column(column), found, strict=True)):
        problem: tuple[str, dict[str, object]] | None = None
        if isinstance(cell, ErrorCell):
            problem = "error_cell", {"value": cell.shown}
        elif len(shown) > LONGEST_CELL:
            problem = "text_too_long", {"length": len(shown)}
        elif not shown.isprintable() and (sign := CONTROL_CHARACTERS.search(shown)):
            problem = "control_character", {"value": f"U+{ord(sign[0]):04X}"}
        if problem:
            findings.append(Finding(problem[0], "error", table.place(row, column), problem[1]))
    return found


def text(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def numbers(table: RawTable, column: str, findings: list[Finding]) -> np.ndarray:
    """A column as numbers, NaN where empty; what is no finite number becomes a finding."""
    column_cells = table.column(column)
    found = np.full(len(column_cells), np.nan)
    for row, cell in enumerate(column_cells):
        if cell is None:
            continue
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            try:
                found[row] = cell
            except OverflowError:
                found[row] = np.inf
        elif isinstance(cell, str) and NUMBER.fullmatch(cell):
            found[row] = float(cell)
        elif isinstance(cell, str) and INFINITE.fullmatch(cell):
            found[row] = np.inf
        else:
            code = "error_cell" if isinstance(cell, ErrorCell) else "not_a_number"
            place = table.place(row, column)
            findings.append(Finding(code, "error", place, {"value": str(cell)}))
            continue
        if not np.isfinite(found[row]):
            place = table.place(row, column)
            findings.append(Finding("not_finite", "error", place, {"value": str(cell)}))
            found[row] = np.nan
    return found + 0.0  # minus zero is zero


def years(table: RawTable, findings: list[Finding]) -> np.ndarray:
    """The column year as numbers, NaN where empty."""
    found = np.full(len(table.rows), np.nan)
    for row, cell in enumerate(table.column("year")):
        if cell is None:
            continue
        if YEAR.fullmatch(text(cell)):
            found[row] = int(text(cell)[:4])
        else:
            place = table.place(row, "year")
            findings.append(Finding("not_a_year", "error", place, {"value": str(cell)}))
    return found


def dates(table: RawTable, column: str, findings: list[Finding]) -> list[str]:
    """A column of dates as text such as 2026-03-31, "" where empty."""
    found = []
    for row, cell in enumerate(table.column(column)):
        if isinstance(cell, datetime | date):
            found.append(cell.isoformat()[:10])
            continue
        shown = text(cell)
        try:
            found.append(date.fromisoformat(shown).isoformat() if shown else "")
        except ValueError:
            place = table.place(row, column)
            findings.append(Finding("not_a_date", "error", place, {"value": shown}))
            found.append("")
    return found


def nodes(
    table: RawTable,
    column: str,
    framework: Framework,
    findings: list[Finding],
    *,
    required: bool = True,
) -> list[str]:
    """A column of nodes that have a weight, spelt as in the framework; "" where unknown."""
    known = framework.scored_nodes[1:]
    exact = {code.casefold(): code for code in known}
    found = []
    for row, code in enumerate(texts(table, column, findings)):
        found.append(exact.get(code.casefold(), ""))
        place = table.place(row, column)
        if not code and required:
            findings.append(Finding("empty_cell", "error", place, {"column": column}))
        elif code and not found[-1]:
            fields = {"value": code, "known": known}
            findings.append(Finding("unknown_node", "error", place, fields))
    return found


def codes(table: RawTable, column: str, findings: list[Finding]) -> list[str]:
    """A column of codes, each filled, well formed and unique whatever the capitals."""
    found = texts(table, column, findings)
    first: dict[str, int] = {}
    for row, code in enumerate(found):
        place = table.place(row, column)
        if not code:
            findings.append(Finding("empty_code", "error", place))
        elif not CODE.fullmatch(code):
            findings.append(Finding("bad_code", "error", place, {"value": code}))
        elif code.casefold() in first:
            where = table.row_numbers[first[code.casefold()]]
            fields = {"value": code, "first": where}
            findings.append(Finding("duplicate_code", "error", place, fields))
        else:
            first[code.casefold()] = row
    return found

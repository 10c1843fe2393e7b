"""What the cells of a column mean: text, numbers, years, codes; what they do not is a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time

import numpy as np

from indicators.findings import Finding, Place
from indicators.framework import Framework
from indicators.tables import CONTROL_CHARACTERS, LONGEST_CELL, ErrorCell, RawTable

CODE = re.compile(r"[A-Za-z0-9\u3400-\u9fff][\w.\-]*")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
INFINITE = re.compile(r"[+-]?(?:inf|infinity|nan)", re.IGNORECASE)
YEAR = re.compile(r"\d{4}(?:\.0*)?")
FRACTION = re.compile(rf"({NUMBER.pattern})\s*/\s*({NUMBER.pattern})")

#: Findings after which nothing more is to be said of a cell.
UNREADABLE = frozenset({"formula_without_result", "error_cell"})


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
        number = _number(cell)
        if number is not None and np.isfinite(number):
            found[row] = number
            continue
        code = "not_a_number" if number is None else "not_finite"
        code = "error_cell" if isinstance(cell, ErrorCell) else code
        findings.append(Finding(code, "error", table.place(row, column), {"value": str(cell)}))
    return found + 0.0  # minus zero is zero


def amounts(table: RawTable, column: str, findings: list[Finding]) -> np.ndarray:
    """A column of numbers, also written as fractions, none left empty; NaN where one is wrong."""
    column_cells = table.column(column)
    found = np.full(len(column_cells), np.nan)
    for row, cell in enumerate(column_cells):
        fields: dict[str, object] = {"value": str(cell)}
        number = _number(cell)
        if number is None and isinstance(cell, str) and (parts := FRACTION.fullmatch(cell)):
            number = float(parts[1]) / float(parts[2]) if float(parts[2]) else np.inf
        if number is not None and np.isfinite(number):
            found[row] = number
            continue
        if cell is None:
            code, fields = "empty_cell", {"column": column}
        elif isinstance(cell, ErrorCell):
            code = "error_cell"
        elif isinstance(cell, date | time):
            code = "date_for_number"
        else:
            code = "no_amount"
        if column in table.heading:
            findings.append(Finding(code, "error", table.place(row, column), fields))
    return found + 0.0  # minus zero is zero


def _number(cell: object) -> float | None:
    """A cell as a number, which may be infinite; None where it is none."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        try:
            return np.inf if np.isnan(cell) else float(cell)
        except (OverflowError, TypeError):  # a number of hundreds of digits
            return np.inf
    if isinstance(cell, str) and NUMBER.fullmatch(cell):
        return float(cell)
    return np.inf if isinstance(cell, str) and INFINITE.fullmatch(cell) else None


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
        found.append("")
        shown = cell.isoformat()[:10] if isinstance(cell, date) else text(cell)
        if not shown:
            continue
        try:
            found[-1] = date.fromisoformat(shown).isoformat()
        except ValueError:
            code = "error_cell" if isinstance(cell, ErrorCell) else "not_a_date"
            findings.append(Finding(code, "error", table.place(row, column), {"value": shown}))
    return found


def names(table: RawTable, column: str, findings: list[Finding]) -> list[str]:
    """A column of names, each spelt as where it stands first: capitals do not count."""
    spelt: dict[str, str] = {}
    return [
        "" if isinstance(cell, ErrorCell) else spelt.setdefault(name.casefold(), name)
        for name, cell in zip(texts(table, column, findings), table.column(column), strict=True)
    ]


def nodes(
    table: RawTable, column: str, framework: Framework | None, findings: list[Finding]
) -> list[str]:
    """A column of nodes, each as :func:`node` gives it."""
    return [
        node(code, table.place(row, column), framework, findings)
        for row, code in enumerate(texts(table, column, findings))
    ]


def node(code: str, place: Place, framework: Framework | None, findings: list[Finding]) -> str:
    """A node that has a weight, spelt as in the framework; "" where it is empty or wrong.

    Where the framework is not sound, any code is as good as another.
    """
    if framework is None or not code:
        return code
    exact = framework.spelling.get(code.casefold(), "")
    known = framework.scored_nodes[1:]
    fields: dict[str, object]
    if not exact:
        fields = {"value": code, "known": known}
        findings.append(Finding("unknown_node", "error", place, fields))
    elif exact not in known:
        fields = {"code": exact, "what": _unweighed(framework, exact)}
        findings.append(Finding("node_without_weight", "error", place, fields))
    return exact if exact in known else ""


def _unweighed(framework: Framework, code: str) -> str:
    if code == framework.root:
        return "the index itself"
    if framework.is_group(code):
        return "a group without scored indicators"
    return f"an indicator of the role {framework.role(code)}"


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


def check_filled(table: RawTable, column: str, findings: list[Finding]) -> None:
    """Tell the empty cells of a column."""
    if column not in table.heading:
        return
    for row, cell in enumerate(table.column(column)):
        if cell is None:
            place = table.place(row, column)
            findings.append(Finding("empty_cell", "error", place, {"column": column}))


def first_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """Findings once each, without what else is said of cells that cannot be read.

    Several rows may repeat one cell, such as the name of a weight set.
    """

    def cell_of(finding: Finding) -> tuple[object, ...]:
        place = finding.place
        return place.file, place.sheet, place.row, place.letter or place.column

    findings = list({(f.code, f.place, repr(f.fields)): f for f in findings}.values())
    unread = {cell_of(finding) for finding in findings if finding.code in UNREADABLE}
    return [f for f in findings if f.code in UNREADABLE or cell_of(f) not in unread]

"""The workbook of the JRC COIN Tool, read by the places of its cells.

The layout was read off what COINr's importer expects; the reader was not tried on an original.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from indicators import cells
from indicators.findings import Finding, InvalidInputError, Place, raise_errors
from indicators.imports.translation import (
    NOT_AVAILABLE,
    RESERVED_CODES,
    Translated,
    checked_file,
    finished,
    readable,
    tell_renamed,
    valid_codes,
)
from indicators.indicator_set import IndicatorSet
from indicators.tables import column_letter, column_number, missing_table
from indicators.workbook import CellReader, opened

# Sheet Database.
FIRST_COLUMN, LAST_COLUMN = column_number("E"), column_number("CY")
FIRST_ROW, LAST_ROW = 17, 315
UNIT_NAME, UNIT_CODE = column_number("B"), column_number("C")
WEIGHT, DIRECTION, LOW, HIGH, NAME, CODE = 7, 8, 9, 10, 15, 16
#: Row -> beginning of the codes on it, from the index down.
LEVELS: Mapping[int, str] = {11: "Index", 12: "si.", 13: "p.", 14: "sp."}
INDICATOR = "Ind."

# Sheet Framework.
HEADING_ROWS = (4, 5)
FRAMEWORK_ROWS = 48
GROUP_CODE, GROUP_WEIGHT, GROUP_NAME = (column_number(letter) for letter in "CEH")
USED_HEADING, UNUSED = "dimension/indicator", "--"


def import_coin_tool(path: str | os.PathLike[str]) -> IndicatorSet:
    """Import a workbook of the JRC COIN Tool: its sheets Database and Framework.

    Stored results are read; nothing is calculated.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook. The heading of Framework may stand in row 4 or, as in an older
        layout, in row 5.

    Returns
    -------
    IndicatorSet
        Its ``findings`` tell what was renamed, changed or left out. Every value cites the source
        "import". The method is min-max to 0 to 100 and weighted arithmetic means, whatever was
        chosen in the tool.

    Raises
    ------
    InvalidInputError
        Where anything is wrong; it lists everything that is, each with its cell.

    References
    ----------
    Becker, Benavente, Dominguez-Torreiro, Moura, Neves, Saisana and Vertesy (2019), COIN Tool User
    Guide, EUR 29899 EN, Publications Office of the European Union.
    """
    findings: list[Finding] = []
    file = checked_file(path, findings)
    if file is None:
        raise InvalidInputError(findings)
    with readable(file), opened(file) as book:
        database = _sheet(file, book, "Database", findings)
        framework = _sheet(file, book, "Framework", findings)
    if database is None or framework is None:
        raise InvalidInputError(findings)
    found = _Reading(database, framework, findings)
    tables = (found.framework_table(), found.units_table(), found.values_table())
    findings.append(Finding("choices_not_read", "warning", Place(file.name)))
    return finished(file.stem, tables, f"JRC COIN Tool workbook {file.name}", findings)


@dataclass(frozen=True)
class _Sheet:
    """Cells of a sheet by row and column; what is missing is not there."""

    file: str
    title: str
    found: Mapping[tuple[int, int], object] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> object:
        return self.found.get((row, column))

    def text(self, row: int, column: int) -> str:
        return cells.text(self.found.get((row, column)))

    def place(self, row: int, column: int) -> Place:
        return Place(self.file, self.title, row, "", column_letter(column))


def _sheet(file: Path, book: CellReader, name: str, findings: list[Finding]) -> _Sheet | None:
    title = next((t for t in book.titles if t.strip().casefold() == name.casefold()), None)
    if title is None:
        findings.append(missing_table(file.name, name, f"the sheet {name}"))
        return None
    told: list[Finding] = []
    numbered = book.resolved(title, told)
    # A formula without a result matters only where something is read.
    last_row = LAST_ROW if name == "Database" else HEADING_ROWS[-1] + FRAMEWORK_ROWS
    last_column = LAST_COLUMN if name == "Database" else GROUP_NAME
    findings += [
        finding
        for finding in told
        if (finding.place.row or 0) <= last_row
        and UNIT_NAME <= column_number(finding.place.letter) <= last_column
    ]
    return _Sheet(
        file.name,
        title,
        {
            (row, column): cell
            for row, row_cells in numbered
            for column, cell in enumerate(row_cells, start=1)
            if not (cell is None or cell == NOT_AVAILABLE or str(cell).casefold() == "n/a")
        },
    )


class _Reading:
    """Indicators, groups and units of the workbook, each checked at its cell."""

    def __init__(self, database: _Sheet, framework: _Sheet, findings: list[Finding]) -> None:
        self.database = database
        self.framework = framework
        self.findings = findings
        self.columns = self._indicator_columns()
        self.rows = self._unit_rows()
        if not self.columns:
            self._unexpected(database, CODE, FIRST_COLUMN, "an indicator code such as Ind.01")
        if not self.rows:
            self._unexpected(database, FIRST_ROW, UNIT_CODE, "the code of a unit")
        groups = self._framework_rows()
        raise_errors(findings)
        self.levels = self._used_levels()
        raise_errors(findings)
        self.parents = self._parents()
        self.groups = self._named_groups(groups)
        raise_errors(findings)
        self._tell_what_is_outside()
        written = [*self.groups, *(database.text(CODE, column) for column in self.columns)]
        self.codes = valid_codes(written, RESERVED_CODES)
        where = {database.text(CODE, column): (CODE, column) for column in self.columns}
        tell_renamed(self.codes, lambda code: database.place(*where[code]), findings)
        units = {database.text(row, UNIT_CODE): row for row in reversed(self.rows)}
        self.units = valid_codes(database.text(row, UNIT_CODE) for row in self.rows)
        tell_renamed(self.units, lambda code: database.place(units[code], UNIT_CODE), findings)

    def _error(self, finding: str, place: Place, /, **fields: object) -> None:
        self.findings.append(Finding(finding, "error", place, fields))

    def _unexpected(self, sheet: _Sheet, row: int, column: int, expected: str) -> None:
        found = sheet.text(row, column)
        finding = "unexpected_cell" if found else "unexpected_empty_cell"
        self._error(finding, sheet.place(row, column), expected=expected, value=found)

    # --- sheet Database

    def _indicator_columns(self) -> list[int]:
        """Columns with a name or any value; their code and direction are checked."""
        database = self.database
        valued = {column for row, column in database.found if FIRST_ROW <= row <= LAST_ROW}
        columns = [
            column
            for column in range(FIRST_COLUMN, LAST_COLUMN + 1)
            if column in valued or database.text(NAME, column) not in ("", UNUSED)
        ]
        first: dict[str, int] = {}
        for column in columns:
            code = database.text(CODE, column)
            if not code.casefold().startswith(INDICATOR.casefold()):
                self._unexpected(database, CODE, column, "an indicator code such as Ind.01")
            elif code in first:
                fields = {"value": code, "first": CODE}
                self._error("duplicate_code", database.place(CODE, column), **fields)
            first.setdefault(code, column)
            if database.text(DIRECTION, column) not in ("1", "-1"):
                self._unexpected(database, DIRECTION, column, "the direction 1 or -1")
        empty = [database.text(CODE, c) for c in columns if database.cell(WEIGHT, c) is None]
        self._tell_assumed(database, empty)
        return columns

    def _tell_assumed(self, sheet: _Sheet, codes: Sequence[str]) -> None:
        if codes:
            place = Place(sheet.file, sheet.title)
            self.findings.append(Finding("weight_assumed", "warning", place, {"codes": codes}))

    def _unit_rows(self) -> list[int]:
        """Rows with a code, a name or any value."""
        database = self.database
        about = {UNIT_NAME, UNIT_CODE, *range(FIRST_COLUMN, LAST_COLUMN + 1)}
        used = {row for row, column in database.found if column in about}
        rows = [row for row in range(FIRST_ROW, LAST_ROW + 1) if row in used]
        first: dict[str, int] = {}
        for row in rows:
            code = database.text(row, UNIT_CODE)
            if not code:
                self._unexpected(database, row, UNIT_CODE, "the code of a unit")
            elif code in first:
                fields = {"value": code, "first": first[code]}
                self._error("duplicate_code", database.place(row, UNIT_CODE), **fields)
            first.setdefault(code, row)
        return rows

    def _used_levels(self) -> list[int]:
        """Rows of the levels that tell indicators apart, and of the index."""
        database = self.database
        used: list[int] = []
        for row, begins in LEVELS.items():
            found = {database.text(row, column) for column in self.columns}
            if row == min(LEVELS) or len(found) > 1:
                used.append(row)
                for column in self.columns:
                    if not database.text(row, column).casefold().startswith(begins.casefold()):
                        expected = f"a code beginning with {begins}"
                        self._unexpected(database, row, column, expected)
            elif "" not in found:
                place = Place(database.file, database.title, row)
                fields = {"value": found.pop()}
                self.findings.append(Finding("level_left_out", "note", place, fields))
        root = database.text(used[0], self.columns[0])
        for column in self.columns[1:]:
            if database.text(used[0], column) != root:
                self._unexpected(database, used[0], column, f"the one index {root}")
        return used

    def _parents(self) -> dict[str, tuple[str, int, int]]:
        """Group -> its parent, and the row and column where it is named first."""
        database = self.database
        parents: dict[str, tuple[str, int, int]] = {}
        for column in self.columns:
            parent = ""
            for row in self.levels:
                code = database.text(row, column)
                known, first_row, first_column = parents.setdefault(code, (parent, row, column))
                if known != parent:
                    fields = {
                        "code": code,
                        "value": parent,
                        "other": known,
                        "first": f"{column_letter(first_column)}{first_row}",
                    }
                    self._error("two_parents", database.place(row, column), **fields)
                parent = code
        return parents

    def _tell_what_is_outside(self) -> None:
        database = self.database
        last = f"{column_letter(LAST_COLUMN)}{LAST_ROW}"
        for (row, column), _ in sorted(database.found.items()):
            right = column > LAST_COLUMN and row >= min(LEVELS)
            if right or (row > LAST_ROW and column >= UNIT_NAME):
                fields = {"last": last}
                place = database.place(row, column)
                self.findings.append(Finding("outside_layout", "warning", place, fields))
                return

    # --- sheet Framework

    def _framework_rows(self) -> dict[str, int]:
        """Group -> its row; rows marked ``--`` and empty rows are not used."""
        sheet = self.framework
        columns = range(GROUP_CODE, GROUP_NAME + 1)
        heading = next(
            (
                (row, column)
                for row in HEADING_ROWS
                for column in columns
                if sheet.text(row, column).casefold() == USED_HEADING
            ),
            None,
        )
        if heading is None:
            expected = "the heading with Dimension/indicator, in row 4 or 5"
            self._unexpected(sheet, HEADING_ROWS[0], GROUP_CODE, expected)
            return {}
        groups: dict[str, int] = {}
        for row in range(heading[0] + 1, heading[0] + 1 + FRAMEWORK_ROWS):
            filled = any(sheet.text(row, column) for column in columns)
            if not filled or sheet.text(row, heading[1]) == UNUSED:
                continue
            code = sheet.text(row, GROUP_CODE)
            if not code.casefold().startswith(tuple(p.casefold() for p in LEVELS.values())):
                expected = "a code beginning with " + ", ".join(LEVELS.values())
                self._unexpected(sheet, row, GROUP_CODE, expected)
            elif code in groups:
                fields = {"value": code, "first": groups[code]}
                self._error("duplicate_code", sheet.place(row, GROUP_CODE), **fields)
            groups.setdefault(code, row)
        return groups

    def _named_groups(self, rows: Mapping[str, int]) -> dict[str, int]:
        """Groups that indicators belong to -> row on the sheet Framework, from the index down."""
        # Codes of a level that is not used come back as unused groups, whose weight is lost.
        for code, row in rows.items():
            if code not in self.parents:
                place = self.framework.place(row, GROUP_CODE)
                self.findings.append(Finding("unused_group", "note", place, {"value": code}))
        for code, (_, row, column) in self.parents.items():
            if code not in rows:
                place = self.database.place(row, column)
                self._error("not_on_framework_sheet", place, value=code)
        groups = sorted(self.parents, key=lambda code: self.parents[code][1])
        found = {code: rows[code] for code in groups if code in rows}
        empty = [
            code
            for code, row in found.items()
            if self.framework.cell(row, GROUP_WEIGHT) is None and self.parents[code][0]
        ]
        self._tell_assumed(self.framework, empty)
        return found

    # --- tables

    def framework_table(self) -> Translated:
        """Groups from the index down, then indicators."""
        database, framework = self.database, self.framework
        heading = ("code", "parent", "name", "weight", "direction", "low", "high")
        rows: list[list[object]] = []
        places: list[dict[str, Place]] = []
        for code, row in self.groups.items():
            parent, named_in, column = self.parents[code]
            name, weight = (framework.cell(row, c) for c in (GROUP_NAME, GROUP_WEIGHT))
            above = self.codes.get(parent) or None
            rows.append([self.codes[code], above, name, weight, None, None, None])
            places.append(
                {
                    "code": framework.place(row, GROUP_CODE),
                    "parent": database.place(named_in, column),
                    "name": framework.place(row, GROUP_NAME),
                    "weight": framework.place(row, GROUP_WEIGHT),
                }
            )
        at = {"name": NAME, "weight": WEIGHT, "direction": DIRECTION, "low": LOW, "high": HIGH}
        lowest = self.levels[-1]
        for column in self.columns:
            code, parent = database.text(CODE, column), database.text(lowest, column)
            found = [database.cell(row, column) for row in at.values()]
            rows.append([self.codes[code], self.codes[parent], *found])
            where = {"code": CODE, "parent": lowest, **at}
            places.append({name: database.place(row, column) for name, row in where.items()})
        numbers = [*self.groups.values(), *[CODE] * len(self.columns)]
        origin = partial(_placed, places)
        return Translated("framework", database.file, "", heading, rows, numbers, origin=origin)

    def units_table(self) -> Translated:
        """Code and name of every unit."""
        database = self.database
        rows: list[list[object]] = [
            [self.units[database.text(row, UNIT_CODE)], database.cell(row, UNIT_NAME)]
            for row in self.rows
        ]
        places = [
            {"code": database.place(row, UNIT_CODE), "name": database.place(row, UNIT_NAME)}
            for row in self.rows
        ]
        origin = partial(_placed, places)
        heading = ("code", "name")
        return Translated("units", database.file, "", heading, rows, self.rows, origin=origin)

    def values_table(self) -> Translated:
        """A wide table of values."""
        database = self.database
        codes = [self.codes[database.text(CODE, column)] for column in self.columns]
        rows: list[list[object]] = [
            [
                self.units[database.text(row, UNIT_CODE)],
                *(database.cell(row, column) for column in self.columns),
            ]
            for row in self.rows
        ]
        places = [
            {code: database.place(row, c) for code, c in zip(codes, self.columns, strict=True)}
            for row in self.rows
        ]
        origin = partial(_placed, places)
        heading = ("unit", *codes)
        return Translated("values", database.file, "", heading, rows, self.rows, origin=origin)


def _placed(places: Sequence[Mapping[str, Place]], row: int, column: str) -> Place:
    return places[row].get(column, next(iter(places[row].values())))

"""A set as one workbook: one sheet a table."""

from __future__ import annotations

import re
import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, cast

from indicators.archive import TIME_STAMP, TimelessArchive
from indicators.findings import Finding, InvalidInputError, Place
from indicators.tables import (
    HEADING_MARKS,
    HEADING_WITHIN,
    SHEET_TITLES,
    TABLES,
    WEIGHT_TABLES,
    ErrorCell,
    RawSet,
    RawTable,
    Rows,
    column_letter,
    column_number,
    missing_table,
    raw_table,
    replacing,
    unreadable,
)

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

#: A formula that only repeats another cell: the other cell is the home of the input.
LINK = re.compile(
    r"""^=\s*(?:IF\(\s*(?P<sheet1>'(?:[^']|'')+'|[\w.]+)!\$?(?P<col1>[A-Z]{1,3})\$?(?P<row1>\d+)
        \s*=\s*""\s*,\s*""\s*,\s*)?
        \$?(?P<sheet>'(?:[^']|'')+'|[\w.]+)!\$?(?P<col>[A-Z]{1,3})\$?(?P<row>\d+)\s*\)?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)

#: A formula that only shows what follows from the mirror image of a comparison.
RECIPROCAL = re.compile(
    r"""^=\s*IF\(\s*(?:N\(\s*(?P<tested>\$?[A-Z]{1,3}\$?\d+)\s*\)\s*>\s*0\s*,\s*1/(?P=tested)
        \s*,\s*""|(?P<empty>\$?[A-Z]{1,3}\$?\d+)\s*=\s*""\s*,\s*""\s*,\s*1/(?P=empty))\s*\)\s*$""",
    re.VERBOSE | re.IGNORECASE,
)

FOLDED_TITLES = frozenset(title.lower() for title in SHEET_TITLES.values())


def read_workbook(file: Path) -> RawSet:
    """Read the sheets of a workbook that hold the tables of a set.

    A cell whose formula only repeats another cell (``=Weights!E9``) is read from that other cell,
    which is the home of the input, so that a stored result gone stale is never believed. A cell
    that repeats the reciprocal of a further one is empty: what is typed counts where it is typed.
    Nothing is calculated and no macro or external link is followed.

    Raises
    ------
    InvalidInputError
        Where the file is no workbook, or a damaged one.
    """
    findings: list[Finding] = []
    with opened(file) as book:
        sheets: dict[str, str] = {}
        for written in book.titles:
            folded = written.strip().lower()
            first = sheets.setdefault(folded, written)
            if first != written and folded in FOLDED_TITLES:
                fields = {"value": written, "first": first}
                findings.append(Finding("two_sheets", "error", Place(file.name, written), fields))
        tables: dict[str, RawTable] = {}
        for name, required in (*TABLES.items(), ("method", False)):
            title = sheets.get(SHEET_TITLES[name].lower())
            if title is None and name in sheets and _has_heading(book, sheets[name], name):
                fields = {"table": name, "title": SHEET_TITLES[name]}
                place = Place(file.name, sheets[name])
                findings.append(Finding("sheet_named_otherwise", "error", place, fields))
            if title is None:
                if required:
                    expected = f"the sheet {SHEET_TITLES[name]}"
                    findings.append(missing_table(file.name, name, expected))
                continue
            numbered = book.resolved(title, findings)
            if not required and len(numbered) == 0:
                continue
            table = raw_table(name, file.name, title, numbered, findings)
            if table is not None:
                tables[name] = replace(table, homes=book.homes.get(title, {}))
    method_table = tables.pop("method", None)
    method, places = ({}, {}) if method_table is None else _method(method_table, findings)
    return RawSet(file.name, tables, method, file.name, places, tuple(findings))


def _has_heading(book: CellReader, title: str, name: str) -> bool:
    """Whether a sheet has the columns by which a table is found."""
    rows: dict[int, set[str]] = {}
    for (row, _), cell in book.cells(title).items():
        if row <= HEADING_WITHIN:
            rows.setdefault(row, set()).add(str(cell).lower())
    return any(HEADING_MARKS[name] <= cells for cells in rows.values())


def other_sheets(file: Path) -> tuple[str, ...]:
    """Titles of the sheets of a workbook that are no tables of a set.

    Raises
    ------
    InvalidInputError
        Where the file is no workbook, or a damaged one.
    """
    from openpyxl import load_workbook

    with _readable(file):
        book = load_workbook(file, read_only=True, keep_links=False)
        try:
            titles = tuple(book.sheetnames)
        finally:
            book.close()
    return tuple(title for title in titles if title.strip().lower() not in FOLDED_TITLES)


class CellReader:
    """Cells of a workbook, sheet by sheet, as formulas and, where needed, as stored results."""

    def __init__(self, file: Path) -> None:
        from openpyxl import load_workbook

        self._file = file
        self._formulas = load_workbook(file, read_only=True, keep_links=False)
        self._results: Workbook | None = None
        self.titles: tuple[str, ...] = tuple(
            sheet.title for sheet in self._formulas.worksheets if hasattr(sheet, "iter_rows")
        )
        self._cells: dict[tuple[str, bool], dict[tuple[int, int], object]] = {}
        #: Sheet -> row and letter of a cell that repeats another -> where that one stands.
        self.homes: dict[str, dict[tuple[int, str], tuple[str, int, str]]] = {}

    def close(self) -> None:
        """Close the file."""
        self._formulas.close()
        if self._results is not None:
            self._results.close()

    def cells(self, title: str, *, results: bool = False) -> dict[tuple[int, int], object]:
        """Non-empty cells of a sheet: (row, column) -> what is typed, or the stored result."""
        key = (title, results)
        if key not in self._cells:
            with _readable(self._file):
                sheet = cast("ReadOnlyWorksheet", self._book(results)[title])
                self._cells[key] = dict(_non_empty(sheet))
        return self._cells[key]

    def _book(self, results: bool) -> Workbook:
        if not results:
            return self._formulas
        if self._results is None:
            from openpyxl import load_workbook

            self._results = load_workbook(
                self._file, read_only=True, data_only=True, keep_links=False
            )
        return self._results

    def resolved(self, title: str, findings: list[Finding]) -> list[tuple[int, list[object]]]:
        """Rows of a sheet with links followed and other formulas as their stored results."""
        rows: dict[int, dict[int, object]] = {}
        for (row, column), cell in self.cells(title).items():
            value = self._value(title, row, column, cell, findings)
            if value is not None:
                rows.setdefault(row, {})[column] = value
        # Nothing right of the heading counts, and a stray cell may stand in column XFD.
        width = max(
            (
                max(cells)
                for i, (number, cells) in enumerate(sorted(rows.items()))
                if not i or number <= HEADING_WITHIN
            ),
            default=0,
        )
        return [
            (number, [cells.get(column) for column in range(1, min(width, max(cells)) + 1)])
            for number, cells in sorted(rows.items())
        ]

    def _value(
        self, title: str, row: int, column: int, cell: object, findings: list[Finding]
    ) -> object:
        if not isinstance(cell, _Formula):
            return cell
        link = LINK.match(cell.text)
        if link:
            sheet = link["sheet"]
            if sheet.startswith("'"):
                sheet = sheet[1:-1].replace("''", "'")
            home = next((t for t in self.titles if t.lower() == sheet.lower()), None)
            if home is not None:
                where = (int(link["row"]), column_number(link["col"]))
                target = self.cells(home).get(where)
                place = (home, where[0], column_letter(where[1]))
                self.homes.setdefault(title, {})[row, column_letter(column)] = place
                if not isinstance(target, _Formula):
                    return target
                if RECIPROCAL.match(target.text):
                    return None
                title, (row, column), cell = home, where, target
        result = self.cells(title, results=True).get((row, column))
        if result is None:
            fields = {"value": cell.text}
            where_it_is = Place(self._file.name, title, row, "", column_letter(column))
            findings.append(Finding("formula_without_result", "error", where_it_is, fields))
        return None if result == "" else result


#: How a workbook writes characters that XML cannot hold, and a text that reads like this.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class _Formula:
    text: str


def _non_empty(sheet: ReadOnlyWorksheet) -> Iterator[tuple[tuple[int, int], object]]:
    # A wrong <dimension> makes the read-only reader drop or invent cells.
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        # openpyxl warns of every extension (data bars, ...) that it does not read.
        warnings.simplefilter("ignore", UserWarning)
        filled = [cell for row in sheet.rows for cell in row if cell.value is not None]
    for cell in filled:
        value: object = cell.value
        if cell.data_type == "f":
            value = _Formula(str(getattr(value, "text", value)))
        elif cell.data_type == "e":
            value = ErrorCell(str(value))
        elif isinstance(value, str):
            value = ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).strip()
            if not value:
                continue
        yield (int(cell.row or 0), int(cell.column or 0)), value


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Say that a workbook is damaged, whichever way openpyxl stumbles over it."""
    try:
        yield
    except InvalidInputError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise InvalidInputError([unreadable(file.name, error)]) from error
        fields = {"reason": str(error) or type(error).__name__}
        finding = Finding("damaged_workbook", "error", Place(file.name), fields)
        raise InvalidInputError([finding]) from error


@contextmanager
def opened(file: Path) -> Iterator[CellReader]:
    """Give the cells of a workbook, which is closed again at the end of the block."""
    with _readable(file):
        with file.open("rb") as stream:
            if not zipfile.is_zipfile(stream):
                finding = Finding("not_a_workbook", "error", Place(file.name))
                raise InvalidInputError([finding])
        book = CellReader(file)
    try:
        yield book
    finally:
        book.close()


def _method(table: RawTable, findings: list[Finding]) -> tuple[dict[str, object], dict[str, Place]]:
    """Nested options from the rows section, option, value; a row without value says nothing."""
    method: dict[str, object] = {}
    places: dict[str, Place] = {}
    table = replace(table, heading=tuple(title.lower() for title in table.heading))
    for name in ("section", "option", "value"):
        if name not in table.heading:
            place = Place(table.file, table.sheet, table.heading_row)
            fields = {"column": name, "required": "section, option, value"}
            findings.append(Finding("missing_column", "error", place, fields))
    columns = (table.column("section"), table.column("option"), table.column("value"))
    for row, (section, option, value) in enumerate(zip(*columns, strict=True)):
        if section is None or option is None or value is None:
            continue
        for name, cell in (("section", section), ("option", option), ("value", value)):
            if isinstance(cell, ErrorCell):
                fields = {"value": cell.shown}
                findings.append(Finding("error_cell", "error", table.place(row, name), fields))
        if isinstance(value, str) and value[:1] in ("[", "{", '"'):
            try:
                value = tomllib.loads(f"value = {value}")["value"]
            except tomllib.TOMLDecodeError as error:
                place = table.place(row, "value")
                findings.append(Finding("bad_toml", "error", place, {"reason": str(error)}))
                continue
        inner = method
        for part in (parts := str(section).split(".")):
            nested = inner.setdefault(part, {})
            inner = nested if isinstance(nested, dict) else {str(option): nested}
        if str(option) in inner:
            place = table.place(row, "option")
            fields = {"value": f"{section}.{option}"}
            findings.append(Finding("option_twice", "error", place, fields))
        inner[str(option)] = value
        places.setdefault(parts[0], table.place(row, "section"))
        places[f"{section}.{option}"] = table.place(row, "value")
    return method, places


def write(tables: Mapping[str, Rows], file: Path) -> None:
    """Write tables as sheets of a plain workbook, replaced when it is complete.

    Parameters
    ----------
    tables : mapping of str to (heading, rows)
        As :meth:`indicators.IndicatorSet.rows` gives them.
    file : Path

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(*TIME_STAMP)
    # Rows go to the disk as soon as they are appended.
    with replacing(file) as temporary:
        for name in (*TABLES, "method"):
            heading, rows = tables[name]
            if name in WEIGHT_TABLES and not rows:
                continue
            sheet = book.create_sheet(SHEET_TITLES[name])
            sheet.freeze_panes = "A2"
            for row in (heading, *rows):
                sheet.append([_cell(sheet, value) for value in row])
        with TimelessArchive(temporary, "w") as archive:
            ExcelWriter(book, archive).write_data()


def _cell(sheet: Worksheet, value: object) -> object:
    if isinstance(value, str):
        return text_cell(sheet, value)
    if isinstance(value, float) and isfinite(value) and float(f"{value:.16g}") != value:
        return number_cell(sheet, value)
    return value


def number_cell(sheet: Worksheet, number: float) -> Cell:
    """A number to the last bit; openpyxl would cut the seventeenth digit."""
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(sheet, repr(number))
    cell.data_type = "n"
    return cell


def escaped(text: str) -> str:
    """Text for a cell; ``_x0041_`` stays as it is instead of being read as ``A``."""
    return re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def text_cell(sheet: Worksheet, text: str) -> Cell:
    """A cell that stays text, also where it reads like a formula (``=1+1``) or an error."""
    from openpyxl.cell import WriteOnlyCell

    cell: Cell = WriteOnlyCell(sheet, escaped(text))
    cell.data_type = "s"
    if text[:1] in "=+-@#":
        cell.quotePrefix = True
    return cell

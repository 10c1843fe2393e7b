"""The tables iData and iMeta of COINr (Becker et al., the R package COINr, version 1.1)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path

from indicators import cells
from indicators.findings import Finding, InvalidInputError, Place, raise_errors
from indicators.folder import read_csv
from indicators.imports.coinr_metadata import ABOUT_UNITS, COLUMNS, Metadata
from indicators.imports.translation import (
    NOT_AVAILABLE,
    Translated,
    checked_file,
    finished,
    origin_in,
    readable,
    tell_renamed,
    unused,
    valid_codes,
)
from indicators.indicator_set import IndicatorSet
from indicators.tables import RawTable, missing_table, raw_table
from indicators.workbook import opened

#: Sheets of a workbook that holds both tables, in small letters.
SHEETS = frozenset({"idata", "imeta"})

#: Columns by which a table is known, in small letters.
MARKS: Mapping[str, frozenset[str]] = {
    "iMeta": frozenset({"icode", "type"}),
    "iData": frozenset({"ucode"}),
}

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "iMeta": ("iCode", "Parent", "Direction", "Weight", "Level", "Type"),
    "iData": ("uCode",),
}

#: What R writes for a missing value.
MISSING = frozenset({"NA", "NaN", NOT_AVAILABLE})

DATE = re.compile(r"(\d{4})-\d{2}-\d{2}(?:[T ].*)?")


def import_coinr(
    data: str | os.PathLike[str], meta: str | os.PathLike[str] | None = None
) -> IndicatorSet:
    """Import the tables iData and iMeta of COINr.

    Parameters
    ----------
    data : path
        iData as a .csv file; or, without ``meta``, a workbook with the sheets iData and iMeta.
    meta : path, optional
        iMeta as a .csv file.

    Returns
    -------
    IndicatorSet
        Its ``findings`` tell what was renamed, changed or left out. Every value cites the source
        "import". The method is COINr's default: min-max to 0 to 100, weighted arithmetic means.

    Raises
    ------
    InvalidInputError
        Where anything is wrong; it lists everything that is, each with its place.

    References
    ----------
    Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022), COINr: An R package for
    developing composite indicators, Journal of Open Source Software 7(78), 4567; and the reference
    of ``new_coin``, ``check_iData`` and ``check_iMeta``.
    """
    findings: list[Finding] = []
    files = [checked_file(path, findings) for path in (data, meta) if path is not None]
    raise_errors(findings)
    if meta is None and Path(data).suffix.lower() == ".csv":
        other = "iData" if kind_of(Path(data)) == "iMeta" else "iMeta"
        fields = {"other": other}
        raise InvalidInputError(
            [Finding("half_to_import", "error", Place(Path(data).name), fields)]
        )
    if meta is None:
        tables = _read_workbook(Path(data), findings)
        title = f"COINr tables of {Path(data).name}"
    else:
        tables = {
            kind: _read(file, kind, findings)
            for kind, file in zip(("iData", "iMeta"), files, strict=True)
            if file is not None
        }
        title = f"COINr tables {Path(data).name} and {Path(meta).name}"
    checked = {
        kind: _checked_heading(table, kind, findings)
        for kind, table in tables.items()
        if table is not None
    }
    raise_errors(findings)
    read = Metadata(checked["iMeta"], checked["iData"], findings)
    units, values = _data_tables(checked["iData"], read, findings)
    return finished(Path(data).stem, (read.framework_table(), units, values), title, findings)


def kind_of(file: Path) -> str:
    """Whether a .csv file is "iData" or "iMeta" by its columns; "" where it is neither."""
    with readable(file), file.open(encoding="utf-8-sig", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    titles = {title.strip().strip('"').casefold() for title in first.split(",")}
    return next((kind for kind, marks in MARKS.items() if marks <= titles), "")


def told_apart(one: Path, other: Path) -> tuple[Path, Path]:
    """The two files as iData and iMeta.

    Raises
    ------
    InvalidInputError
        Where both are the same kind of table.
    """
    kinds = kind_of(one), kind_of(other)
    if kinds[0] and kinds[0] == kinds[1]:
        fields = {"value": kinds[0]}
        raise InvalidInputError([Finding("two_of_a_kind", "error", Place(other.name), fields)])
    return (other, one) if kinds[0] == "iMeta" or kinds[1] == "iData" else (one, other)


# --- reading ------------------------------------------------------------------------------------


def _read(file: Path, kind: str, findings: list[Finding]) -> RawTable | None:
    with readable(file):
        return read_csv(file, kind, findings)


def _read_workbook(file: Path, findings: list[Finding]) -> dict[str, RawTable | None]:
    tables: dict[str, RawTable | None] = {}
    with readable(file), opened(file) as book:
        sheets = {title.strip().casefold(): title for title in reversed(book.titles)}
        for kind, marks in MARKS.items():
            title = sheets.get(kind.casefold())
            if title is None:
                findings.append(missing_table(file.name, kind, f"the sheet {kind}"))
                continue
            numbered = book.resolved(title, findings)
            table = raw_table(kind, file.name, title, numbered, findings, marks)
            if table is not None:
                table = replace(table, homes=book.homes.get(title, {}))
            tables[kind] = table
    return tables


def _checked_heading(table: RawTable, kind: str, findings: list[Finding]) -> RawTable:
    """The table with its headings as COINr spells them, and missing cells empty."""
    known = (*COLUMNS.values(), "Level") if kind == "iMeta" else ABOUT_UNITS
    spelling = {name.casefold(): name for name in known}
    heading = tuple(spelling.get(title.casefold(), title) for title in table.heading)
    where = Place(table.file, table.sheet, table.heading_row)
    for position, title in enumerate(heading):
        if title in heading[:position]:
            letter = table.letters[position] if table.letters else ""
            place = replace(where, column=title, letter=letter)
            findings.append(Finding("duplicate_column", "error", place, {"value": title}))
    found = next((k for k, marks in MARKS.items() if marks <= {t.casefold() for t in heading}), "")
    absent = [name for name in REQUIRED[kind] if name not in heading]
    if absent and found and found != kind:
        fields: dict[str, object] = {"found": found, "expected": kind}
        findings.append(Finding("swapped_tables", "error", where, fields))
    elif absent and not found and not {"iCode", "Type", "uCode"} & set(heading):
        findings.append(Finding("neither_table", "error", where, {"value": heading}))
    else:
        for name in absent:
            fields = {"column": name, "required": ", ".join(REQUIRED[kind])}
            findings.append(Finding("missing_column", "error", where, fields))
    if not table.rows:
        findings.append(Finding("empty_table", "error", Place(table.file, table.sheet)))
    rows = [[None if cell in MISSING else cell for cell in row] for row in table.rows]
    if "uCode" in heading:
        _keep_namibia(table.rows, rows, heading)
    filled = [row for row, row_cells in enumerate(rows) if any(c is not None for c in row_cells)]
    return replace(
        table,
        heading=heading,
        rows=[rows[row] for row in filled],
        row_numbers=[table.row_numbers[row] for row in filled],
    )


def _keep_namibia(
    written: Sequence[list[object]], rows: Sequence[list[object]], heading: Sequence[str]
) -> None:
    """NA is a code, and no missing one, where the unit has a name."""
    code = heading.index("uCode")
    name = heading.index("uName") if "uName" in heading else code
    for row, row_written in enumerate(written):
        if row_written[code] == "NA" and (name == code or rows[row][name] is not None):
            rows[row][code] = "NA"


# --- iData --------------------------------------------------------------------------------------


def _data_tables(
    data: RawTable, meta: Metadata, findings: list[Finding]
) -> tuple[RawTable, RawTable]:
    """The tables units and values."""
    written = cells.texts(data, "uCode", findings)
    years = _years(data, findings)
    kept = _identified(data, written, years, findings)
    codes = valid_codes(written[row] for row in kept)
    place = {written[row]: data.place(row, "uCode") for row in reversed(kept)}
    tell_renamed(codes, place.__getitem__, findings)
    units = [codes[written[row]] for row in kept]
    return (
        _units_table(data, kept, units, years, meta, findings),
        _values_table(data, kept, units, years, meta),
    )


def _years(data: RawTable, findings: list[Finding]) -> list[int | None]:
    """The column Time as years; a date counts with its year."""
    years: list[int | None] = []
    cut = None
    for row, cell in enumerate(data.column("Time")):
        shown = cell.isoformat() if isinstance(cell, date) else cells.text(cell)
        dated = DATE.fullmatch(shown)
        if dated:
            cut = row if cut is None else cut
            years.append(int(dated[1]))
        elif cells.YEAR.fullmatch(shown):
            years.append(int(shown[:4]))
        else:
            years.append(None)
            if shown:
                place = data.place(row, "Time")
                findings.append(Finding("not_a_time", "error", place, {"value": shown}))
    if cut is not None:
        findings.append(Finding("dates_to_years", "note", data.place(cut, "Time")))
    return years


def _identified(
    data: RawTable, codes: Sequence[str], years: Sequence[int | None], findings: list[Finding]
) -> list[int]:
    """Rows that have a unit, and are the only ones for it and their year."""
    first: dict[tuple[str, int | None], int] = {}
    for row, key in enumerate(zip(codes, years, strict=True)):
        if not key[0]:
            findings.append(Finding("empty_code", "error", data.place(row, "uCode")))
        elif key in first:
            fields = {
                "unit": key[0],
                "year": "undated" if key[1] is None else key[1],
                "first": data.row_numbers[first[key]],
            }
            findings.append(Finding("unit_twice", "error", data.place(row, "uCode"), fields))
        else:
            first[key] = row
    return list(first.values())


def _units_table(
    data: RawTable,
    kept: Sequence[int],
    units: Sequence[str],
    years: Sequence[int | None],
    meta: Metadata,
    findings: list[Finding],
) -> RawTable:
    """One row a unit: code, name and everything that is neither indicator nor denominator."""
    listed = [entry.code for entry in meta.of_type("Group", "Other", "")]
    columns = [
        title
        for title in dict.fromkeys(data.heading)
        if title not in ABOUT_UNITS and (title in listed or title not in meta.by_code)
    ]
    titles = ["code", "name"]
    for column in columns:
        titles.append(unused(column, {"name_zh", "role", *(title.casefold() for title in titles)}))
        if titles[-1] != column:
            place = Place(data.file, data.sheet, data.heading_row, column)
            fields = {"value": column, "name": titles[-1]}
            findings.append(Finding("renamed_column", "note", place, fields))
    positions = [data.heading.index(c) if c in data.heading else -1 for c in ("uName", *columns)]
    newest: dict[str, list[object]] = {unit: [unit, *[None] * len(positions)] for unit in units}
    newest_row: dict[str, int] = {}
    varying: dict[str, dict[str, None]] = {}
    for unit, row in sorted(zip(units, kept, strict=True), key=lambda pair: years[pair[1]] or 0):
        newest_row[unit] = row
        for place_in_row, position in enumerate(positions, start=1):
            cell = data.rows[row][position] if position >= 0 else None
            if cell is None:
                continue
            before = newest[unit][place_in_row]
            if before is not None and cells.text(before) != cells.text(cell):
                varying.setdefault(data.heading[position], {})[unit] = None
            newest[unit][place_in_row] = cell
    for column, changed in varying.items():
        place = Place(data.file, data.sheet, column=column)
        told = {"value": column, "units": tuple(changed)}
        findings.append(Finding("varies_over_years", "warning", place, told))
    source = dict(zip(titles, ["uCode", "uName", *columns], strict=True))
    numbers = [newest_row[unit] for unit in newest]
    return Translated(
        "units",
        data.file,
        data.sheet,
        tuple(titles),
        list(newest.values()),
        [data.row_numbers[row] for row in numbers],
        data.heading_row,
        origin=partial(origin_in, data, numbers, source),
    )


def _values_table(
    data: RawTable,
    kept: Sequence[int],
    units: Sequence[str],
    years: Sequence[int | None],
    meta: Metadata,
) -> RawTable:
    """A wide table of values: the columns of indicators and denominators."""
    measured = {
        meta.codes[entry.code]: entry.code
        for entry in meta.of_type("Indicator", "Denominator")
        if entry.code in data.heading
    }
    positions = [data.heading.index(code) for code in measured.values()]
    if len(positions) > 1:
        pick: Callable[[list[object]], Sequence[object]] = itemgetter(*positions)
    else:
        pick = partial(_picked, positions)
    rows = [
        [unit, years[row], *pick(data.rows[row])] for unit, row in zip(units, kept, strict=True)
    ]
    return Translated(
        "values",
        data.file,
        data.sheet,
        ("unit", "year", *measured),
        rows,
        [data.row_numbers[row] for row in kept],
        data.heading_row,
        origin=partial(origin_in, data, kept, {"unit": "uCode", "year": "Time", **measured}),
    )


def _picked(positions: Sequence[int], row: Sequence[object]) -> list[object]:
    return [row[position] for position in positions]

"""The tables iData and iMeta of COINr (Becker et al., the R package COINr, version 1.1)."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from operator import itemgetter
from pathlib import Path

from indicators import cells
from indicators.findings import Finding, InvalidInputError, Place, Severity, raise_errors
from indicators.folder import read_csv
from indicators.framework import Framework, Node
from indicators.imports.translation import (
    NOT_AVAILABLE,
    RESERVED_CODES,
    Translated,
    checked_file,
    finished,
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

TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")

#: Columns of iData that are no entry of iMeta.
ABOUT_UNITS = ("uCode", "uName", "Time")

#: Column of the framework -> column of iMeta, for all nodes.
NODE_COLUMNS: Mapping[str, str] = {
    "code": "iCode",
    "parent": "Parent",
    "name": "iName",
    "role": "Type",
    "weight": "Weight",
    "measure": "Unit",
}

#: The same for indicators and denominators alone.
LEAF_COLUMNS: Mapping[str, str] = {
    "direction": "Direction",
    "low": "goalpost_lower",
    "high": "goalpost_upper",
    "target": "Target",
    "denominator": "Denominator",
    "scale_factor": "ScaleFactor",
}

COLUMNS: Mapping[str, str] = {**NODE_COLUMNS, **LEAF_COLUMNS}

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
    read = _Metadata(checked["iMeta"], checked["iData"], findings)
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


# --- iMeta --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """One row of iMeta."""

    row: int
    code: str
    type: str
    parent: str
    level: float


class _Metadata:
    """What iMeta says, checked against itself and against the columns of iData."""

    def __init__(self, meta: RawTable, data: RawTable, findings: list[Finding]) -> None:
        self.meta = meta
        self.findings = findings
        self.text = {
            name: cells.texts(meta, name, findings)
            for name in dict.fromkeys(meta.heading)
            if name not in ("Weight", "Level", "Target", "ScaleFactor")
        }
        self.entries = self._entries()
        self.by_code = {entry.code: entry for entry in self.entries}
        nodes = [
            e.code for e in self.entries if e.type in ("Indicator", "Aggregate", "Denominator")
        ]
        self.codes = valid_codes(nodes, RESERVED_CODES)
        tell_renamed(self.codes, lambda code: self._place(code, "iCode"), findings)
        self._check_columns(data)
        self._check_tree()
        self._tell_what_is_left_out()

    def of_type(self, *types: str) -> list[_Entry]:
        """Entries of these types, in the order of the table."""
        return [entry for entry in self.entries if entry.type in types]

    def _place(self, code: str, column: str) -> Place:
        return self.meta.place(self.by_code[code].row, column)

    def _tell(
        self, finding: str, severity: Severity, row: int, column: str, /, **fields: object
    ) -> None:
        self.findings.append(Finding(finding, severity, self.meta.place(row, column), fields))

    def _entries(self) -> list[_Entry]:
        levels = cells.numbers(self.meta, "Level", self.findings)
        spelling = {name.casefold(): name for name in TYPES}
        entries: list[_Entry] = []
        first: dict[str, int] = {}
        columns = (self.text["iCode"], self.text["Type"], self.text["Parent"], levels)
        for row, (code, written, parent, level) in enumerate(zip(*columns, strict=True)):
            kind = spelling.get(written.casefold(), "")
            if not kind:
                fields = {"what": "Type", "value": written, "known": TYPES}
                self._tell("unknown_choice", "error", row, "Type", **fields)
            if not code:
                self._tell("empty_code", "error", row, "iCode")
            elif code in first:
                number = self.meta.row_numbers[first[code]]
                self._tell("duplicate_code", "error", row, "iCode", value=code, first=number)
            else:
                first[code] = row
                entries.append(_Entry(row, code, kind, parent, float(level)))
        return entries

    def _check_columns(self, data: RawTable) -> None:
        """Every entry that is no Aggregate has a column in iData, and the other way round."""
        for entry in self.entries:
            if entry.type not in ("Aggregate", "") and entry.code not in data.heading:
                where = f"sheet {data.sheet}" if data.sheet else data.file
                fields = {"value": entry.code, "type": entry.type, "file": where}
                self._tell("no_data_column", "error", entry.row, "iCode", **fields)
        heading_row = replace(data.place(), row=data.heading_row)
        for position, title in enumerate(data.heading):
            letter = data.letters[position] if data.letters else ""
            place = replace(heading_row, column=title, letter=letter)
            known = self.by_code.get(title)
            if known is None and title not in ABOUT_UNITS:
                fields = {"value": title}
                self.findings.append(Finding("unlisted_column", "warning", place, fields))
            elif known is not None and known.type == "Aggregate":
                fields = {"value": title}
                self.findings.append(Finding("aggregate_values", "warning", place, fields))

    def _check_tree(self) -> None:
        """Parents are Aggregates and Levels agree; whether it is a tree is checked with the set."""
        tree = self.of_type("Indicator", "Aggregate")
        parents = {entry.parent for entry in tree}
        for entry in tree:
            parent = self.by_code.get(entry.parent)
            if parent is not None and parent.type not in ("Aggregate", ""):
                fields = {"value": parent.code, "type": parent.type, "code": entry.code}
                self._tell("parent_not_aggregate", "error", entry.row, "Parent", **fields)
            if entry.type == "Aggregate" and entry.code not in parents:
                fields = {"value": entry.code}
                self._tell("aggregate_without_children", "error", entry.row, "iCode", **fields)
            if entry.type == "Indicator" and not self.text["Direction"][entry.row]:
                self._tell("empty_cell", "error", entry.row, "Direction", column="Direction")
        assumed = [
            entry.code
            for entry in tree
            if entry.parent and self.meta.column("Weight")[entry.row] is None
        ]
        if assumed:
            place = replace(self.meta.place(), column="Weight")
            self.findings.append(Finding("weight_assumed", "warning", place, {"codes": assumed}))
        for code, expected in self._levels(tree).items():
            entry = self.by_code[code]
            if entry.level != expected:
                level = self.meta.column("Level")[entry.row]
                shown = "empty" if level is None else cells.text(level)
                self._tell(
                    "level_unlike_tree",
                    "warning",
                    entry.row,
                    "Level",
                    code=code,
                    value=shown,
                    expected=expected,
                )

    def _levels(self, tree: Sequence[_Entry]) -> Mapping[str, int]:
        """Level of each node by its place in the tree; none where it is no tree."""
        above = {entry.code: entry.parent for entry in tree}
        for start in above:
            followed, code = 0, start
            while code in above and followed <= len(above):
                code, followed = above[code], followed + 1
            if code:  # an unknown parent, or a circle
                return {}
        if Counter(above.values())[""] != 1:
            return {}
        return Framework(tuple(Node(code, parent) for code, parent in above.items())).levels

    def _tell_what_is_left_out(self) -> None:
        """One warning for each column of iMeta that is filled in and cannot be carried over."""
        kept = {
            "Indicator": {*COLUMNS.values(), "Level"},
            "Denominator": {*COLUMNS.values(), "Level"},
            "Aggregate": {*NODE_COLUMNS.values(), "Level"},
            "Group": {"iCode", "Type"},
            "Other": {"iCode", "Type"},
            "": set(self.meta.heading),
        }
        for column in dict.fromkeys(self.meta.heading):
            column_cells = self.meta.column(column)
            lost = [
                entry.code
                for entry in self.entries
                if column not in kept[entry.type]
                and column_cells[entry.row] is not None
                # A name that only repeats the code, and the direction 1 of a group, say nothing.
                and not (column == "iName" and column_cells[entry.row] == entry.code)
                and not (column == "Direction" and cells.text(column_cells[entry.row]) == "1")
            ]
            if lost:
                place = replace(self.meta.place(), column=column)
                fields = {"column": column, "codes": lost}
                self.findings.append(Finding("not_carried", "warning", place, fields))
        if others := [entry.code for entry in self.of_type("Other")]:
            fields = {"columns": others}
            self.findings.append(Finding("other_columns", "note", self.meta.place(), fields))

    def framework_table(self) -> RawTable:
        """Aggregates from the index down, then indicators, then denominators as context."""
        groups = sorted(self.of_type("Aggregate"), key=lambda e: -e.level if e.level > 0 else 0)
        index = next((e.code for e in groups if not e.parent), groups[0].code if groups else "")
        entries = [*groups, *self.of_type("Indicator"), *self.of_type("Denominator")]
        rows = []
        for entry in entries:
            cells_of = {
                ours: self.meta.column(theirs)[entry.row] for ours, theirs in COLUMNS.items()
            }
            denominator = self.text.get("Denominator", [""] * len(self.meta.rows))[entry.row]
            context = entry.type == "Denominator"
            parent = entry.parent or (index if context else "")
            cells_of |= {
                "code": self.codes[entry.code],
                "parent": self.codes.get(parent, parent),
                "role": "context" if context else None,
                "denominator": self.codes.get(denominator, denominator),
            }
            if entry.type == "Aggregate":
                cells_of |= dict.fromkeys(LEAF_COLUMNS)
            rows.append([cell if cell != "" else None for cell in cells_of.values()])
        return Translated(
            "framework",
            self.meta.file,
            self.meta.sheet,
            tuple(COLUMNS),
            rows,
            [self.meta.row_numbers[entry.row] for entry in entries],
            self.meta.heading_row,
            origin=partial(_origin, self.meta, [entry.row for entry in entries], COLUMNS),
        )


def _origin(
    table: RawTable, rows: Sequence[int], columns: Mapping[str, str], row: int, column: str
) -> Place:
    return table.place(rows[row], columns.get(column, column))


# --- iData --------------------------------------------------------------------------------------


def _data_tables(
    data: RawTable, meta: _Metadata, findings: list[Finding]
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
    meta: _Metadata,
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
        origin=partial(_origin, data, numbers, source),
    )


def _values_table(
    data: RawTable,
    kept: Sequence[int],
    units: Sequence[str],
    years: Sequence[int | None],
    meta: _Metadata,
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
        origin=partial(_origin, data, kept, {"unit": "uCode", "year": "Time", **measured}),
    )


def _picked(positions: Sequence[int], row: Sequence[object]) -> list[object]:
    return [row[position] for position in positions]

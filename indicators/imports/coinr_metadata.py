"""What iMeta, COINr's table of metadata, says: entries of five types, and the tree they form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from indicators import cells
from indicators.findings import Finding, Place, Severity
from indicators.framework import Framework, Node
from indicators.imports.translation import (
    RESERVED_CODES,
    Translated,
    origin_in,
    tell_renamed,
    valid_codes,
)
from indicators.tables import RawTable

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


@dataclass(frozen=True)
class Entry:
    """One row of iMeta."""

    row: int
    code: str
    type: str
    parent: str
    level: float


class Metadata:
    """What iMeta says, checked against itself and against the columns of iData."""

    def __init__(self, meta: RawTable, data: RawTable, findings: list[Finding]) -> None:
        self.meta = meta
        self.findings = findings
        # What is wrong in the other columns is found when the set is built from them.
        self.text = {
            name: cells.texts(meta, name, findings if name in ("iCode", "Type") else [])
            for name in ("iCode", "Type", "Parent", "Direction", "Denominator")
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

    def of_type(self, *types: str) -> list[Entry]:
        """Entries of these types, in the order of the table."""
        return [entry for entry in self.entries if entry.type in types]

    def _place(self, code: str, column: str) -> Place:
        return self.meta.place(self.by_code[code].row, column)

    def _tell(
        self, finding: str, severity: Severity, row: int, column: str, /, **fields: object
    ) -> None:
        self.findings.append(Finding(finding, severity, self.meta.place(row, column), fields))

    def _entries(self) -> list[Entry]:
        levels = cells.numbers(self.meta, "Level", self.findings)
        spelling = {name.casefold(): name for name in TYPES}
        entries: list[Entry] = []
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
                entries.append(Entry(row, code, kind, parent, float(level)))
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

    def _levels(self, tree: Sequence[Entry]) -> Mapping[str, int]:
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

    def _measure(self, row: int, denominator: str) -> object:
        """Unit of what is scored: of a divided indicator COINr has that of the raw values."""
        measure = self.meta.column(COLUMNS["measure"])[row]
        if not isinstance(measure, str) or denominator not in self.by_code:
            return measure
        name = self.meta.column(COLUMNS["name"])[self.by_code[denominator].row]
        quotient = f"{measure} / {denominator if name is None else cells.text(name)}"
        factor = cells.text(self.meta.column(COLUMNS["scale_factor"])[row])
        return quotient if factor in ("", "1") else f"{quotient} × {factor}"

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
            denominator = self.text["Denominator"][entry.row]
            context = entry.type == "Denominator"
            parent = entry.parent or (index if context else "")
            cells_of |= {
                "code": self.codes[entry.code],
                "parent": self.codes.get(parent, parent),
                "role": "context" if context else None,
                "denominator": self.codes.get(denominator, denominator),
                "measure": self._measure(entry.row, denominator),
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
            origin=partial(origin_in, self.meta, [entry.row for entry in entries], COLUMNS),
        )

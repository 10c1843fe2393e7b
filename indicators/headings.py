"""Headings of the tables: which columns there are, and which a table must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indicators import judgements, weight_sets
from indicators.findings import Finding, Place, Severity
from indicators.framework import COLUMNS
from indicators.tables import CONTROL_CHARACTERS, RawTable

REQUIRED_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "framework": ("code", "parent"),
    "units": ("code",),
    "values": ("unit",),
    "sources": ("code",),
    "notes": ("unit", "text"),
    "weights": ("set", "node", "weight"),
    "judgements": ("kind", "node", "value"),
}

KNOWN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "framework": COLUMNS,
    "values": ("unit", "indicator", "year", "value", "source", "note"),
    "sources": ("code", "title", "publisher", "year", "address", "licence", "note"),
    "notes": ("unit", "topic", "text", "text_zh", "year", "source"),
    "weights": weight_sets.COLUMNS,
    "judgements": judgements.COLUMNS,
}


def checked_heading(table: RawTable, findings: list[Finding]) -> RawTable:
    """The table with its headings spelt as the columns are called, and what is wrong with them."""
    known = KNOWN_COLUMNS.get(table.name, ())
    wide = table.name == "values" and is_wide(table)
    spelling = {name.casefold(): name for name in known}
    if table.name in ("units",) or wide:
        spelling = {name: name for name in ("code", "name", "name_zh", "role", "unit", "year")}
    heading = tuple(spelling.get(title.casefold(), title) for title in table.heading)
    table = replace(table, heading=heading)
    where = Place(table.file, table.sheet, table.heading_row)
    seen: set[str] = set()
    for position, title in enumerate(heading):
        letter = table.letters[position] if table.letters else ""
        place = Place(table.file, table.sheet, table.heading_row, title, letter)
        if found := CONTROL_CHARACTERS.search(title):
            fields: dict[str, object] = {"value": f"U+{ord(found[0]):04X}"}
            findings.append(Finding("control_character", "error", place, fields))
        if title.casefold() in seen:
            findings.append(Finding("duplicate_column", "error", place, {"value": title}))
        seen.add(title.casefold())
        if known and not wide and title not in known:
            fields = {"value": title, "known": ", ".join(known)}
            findings.append(Finding("unknown_column", "error", place, fields))
    required = REQUIRED_COLUMNS[table.name]
    if table.name == "values" and not wide:
        required = ("unit", "indicator", "value")
    for name in required:
        if name not in heading:
            fields = {"column": name, "required": ", ".join(required)}
            findings.append(Finding("missing_column", "error", where, fields))
    if not table.rows:
        severity: Severity = "error" if table.name in ("framework", "units", "values") else "note"
        findings.append(Finding("empty_table", severity, Place(table.file, table.sheet)))
    return table


def is_wide(table: RawTable) -> bool:
    """Whether a table of values has a column for each indicator."""
    titles = {title.casefold() for title in table.heading}
    return not titles & {"indicator", "value"}

"""What is doubtful in the data of a set, as findings; what is wrong stops the loading already."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from indicators.findings import Finding, Place, Severity
from indicators.indicator_set import TILES, IndicatorSet, tile_places

#: Share of units below which missing values are a warning and not a note (the audit of the JRC
#: asks for at least 65 % in each indicator).
ENOUGH = 0.65


def audit(
    indicator_set: IndicatorSet, year: int | Literal["latest"] = "latest"
) -> tuple[Finding, ...]:
    """Doubtful things in a set.

    Parameters
    ----------
    indicator_set : IndicatorSet
    year : int or "latest"
        The cross-section that is looked at.

    Returns
    -------
    tuple of Finding
        Warnings and notes: missing values, values of different years, values that were withdrawn,
        sources nobody cites, names that several units share.
    """
    return (
        *_missing(indicator_set, year),
        *_withdrawn(indicator_set, year),
        *_unused_sources(indicator_set),
        *_shared_names(indicator_set),
        *_tiles(indicator_set),
    )


def _place(indicator_set: IndicatorSet, table: str) -> Place:
    raw = indicator_set.tables.get(table)
    return Place(table) if raw is None else Place(raw.file, raw.sheet)


def _missing(indicator_set: IndicatorSet, year: int | Literal["latest"]) -> list[Finding]:
    section = indicator_set.cross_section(year)
    findings = []
    place = _place(indicator_set, "values")
    for code in indicator_set.framework.indicators:
        column = section.values[code]
        absent = column.index[column.isna()]
        if 0 < len(absent) < len(column):
            present = len(column) - len(absent)
            fields = {
                "code": code,
                "count": present,
                "total": len(column),
                "units": tuple(absent),
            }
            severity: Severity = "note" if present / len(column) >= ENOUGH else "warning"
            findings.append(Finding("missing_values", severity, place, fields))
        years = section.years[code].dropna().unique()
        if len(years) > 1:
            shown = ", ".join(str(int(year)) for year in np.sort(years))
            fields = {"code": code, "years": shown}
            findings.append(Finding("mixed_years", "note", place, fields))
    return findings


def _withdrawn(indicator_set: IndicatorSet, year: int | Literal["latest"]) -> list[Finding]:
    """Empty values that keep an older value of the same cell out of the cross-section."""
    values = indicator_set.values
    rows = indicator_set.cross_section_rows(year)
    chosen = values.iloc[rows]
    empty = chosen[chosen["value"].isna()]
    if empty.empty:
        return []
    known = values[values["value"].notna()]
    older = pd.MultiIndex.from_frame(known[["unit", "indicator"]])
    table = indicator_set.tables.get("values")
    findings = []
    for position, unit, code, of_row in zip(
        empty.index, empty["unit"], empty["indicator"], empty["year"], strict=True
    ):
        if (unit, code) in older:
            place = _place(indicator_set, "values")
            if table is not None and len(table.row_numbers) == len(values):
                place = table.place(int(position), "value")
            shown = "undated" if np.isnan(of_row) else int(of_row)
            fields = {"unit": unit, "code": code, "year": shown}
            findings.append(Finding("withdrawn_value", "warning", place, fields))
    return findings


def _unused_sources(indicator_set: IndicatorSet) -> list[Finding]:
    cited: set[str] = set()
    for text in (*indicator_set.values["source"].unique(), *indicator_set.notes.get("source", ())):
        cited.update(part.strip() for part in str(text).split(";"))
    place = _place(indicator_set, "sources")
    return [
        Finding("unused_source", "note", place, {"value": code})
        for code in indicator_set.sources.index
        if code not in cited
    ]


def _shared_names(indicator_set: IndicatorSet) -> list[Finding]:
    units = indicator_set.scored_units
    folded = units["name"].str.casefold()
    shared = units[folded.duplicated(keep=False)]
    return [
        Finding(
            "duplicate_name",
            "note",
            _place(indicator_set, "units"),
            {"value": group["name"].iloc[0], "units": tuple(group.index)},
        )
        for _, group in shared.groupby(folded[shared.index], sort=False)
    ]


def _tiles(indicator_set: IndicatorSet) -> list[Finding]:
    """Places on the tile map that cannot be used."""
    used = tile_places(indicator_set.units)
    units = indicator_set.units
    if not set(units.columns) >= TILES:
        return []
    table = indicator_set.tables.get("units")
    findings = []
    for row, unit in enumerate(units.index):
        given = [units[name].iloc[row] for name in sorted(TILES)]
        if any(given) and unit not in used:
            place = table.place(row, "tile_row") if table else Place("units")
            fields = {"unit": unit, "value": ", ".join(given)}
            findings.append(Finding("tile_unused", "warning", place, fields))
    return findings

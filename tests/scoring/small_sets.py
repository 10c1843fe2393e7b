"""Small sets for tests, written as the tables a person would write."""

from __future__ import annotations

import csv
from collections.abc import Mapping

from indicators import IndicatorSet
from indicators.build import build
from indicators.findings import Finding
from indicators.tables import RawSet, RawTable, raw_table


def small_set(
    framework: str,
    values: str,
    units: str = "",
    method: Mapping[str, object] | None = None,
) -> IndicatorSet:
    """Set from tables written as CSV; without units they are those of the values.

    White space around cells and empty lines do not count.
    """
    tables = {"framework": table("framework", framework), "values": table("values", values)}
    codes = dict.fromkeys(str(unit) for unit in tables["values"].column("unit"))
    tables["units"] = table(
        "units", units or "\n".join(["code,name", *(f"{c},{c}" for c in codes)])
    )
    return build(RawSet("small", tables, method or {}))


def table(name: str, text: str) -> RawTable:
    lines = [line.strip() for line in text.strip().splitlines()]
    cells: list[list[object]] = [
        [cell.strip() or None for cell in row] for row in csv.reader(lines)
    ]
    findings: list[Finding] = []
    found = raw_table(name, f"{name}.csv", "", list(enumerate(cells, 1)), findings)
    assert found is not None
    assert not findings, findings
    return found

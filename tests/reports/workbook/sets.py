"""Small sets with everything that has ever upset a formula, made on the spot."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

import indicators
from indicators import IndicatorSet

NASTY_NAMES = (
    "=1+1", "#N/A", "+x", "A*", "a*", "A?", ">5", "~", "@SUM(A1)", "x", "X", '"q"', "'q",
    "_x0041_", "R&D", "<b>", "1e5", "TRUE",
)  # fmt: skip


def made(
    folder: Path,
    *,
    units: int = 18,
    count: int = 10,
    dimensions: int = 4,
    names: tuple[str, ...] = (),
    method: str = "",
    missing: float = 0.05,
    regions: bool = True,
    different_years: bool = False,
) -> IndicatorSet:
    """A set of random values with three tied units and, given names, one without any value."""
    random = np.random.default_rng(7)
    folder.mkdir(parents=True, exist_ok=True)

    def write(table: str, rows: list[list[object]]) -> None:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    framework: list[list[object]] = [
        ["code", "parent", "name", "name_zh", "weight", "direction", "low", "high"],
        ["index", "", names[0] if names else "Index", "指数", "", "", "", ""],
    ]
    for d in range(dimensions):
        name = names[(d + 1) % len(names)] if names else f"Dimension {d}"
        framework.append([f"d{d}", "index", name, "", 1, "", "", ""])
    for i in range(count):
        parent = f"d{i % dimensions}" if dimensions else "index"
        direction = -1 if i % 5 == 0 else 1
        framework.append([f"i{i}", parent, f'Indicator "{i}"', "", 1 + i % 3, direction, -3, 3])
    write("framework", framework)
    heading: list[object] = ["code", "name", "name_zh", *(["region"] if regions else [])]
    rows = [heading]
    for u in range(units):
        name = names[u % len(names)] if names else f"Unit {u}"
        rows.append(
            [f"u{u}", name, "" if names else f"单位{u}", *([f"R{u % 4}"] if regions else [])]
        )
    write("units", rows)
    values = random.normal(size=(units, count))
    values[random.random((units, count)) < missing] = np.nan
    if units > 5:
        values[1] = values[2] = values[0]
    if names:
        values[5] = np.nan
    table: list[list[object]] = [["unit", "year", *(f"i{i}" for i in range(count))]]
    for u in range(units):
        year = 2015 + u % 4 if different_years else 2020
        cells = ["" if np.isnan(x) else repr(float(x)) for x in values[u]]
        table.append([f"u{u}", year, *cells])
    write("values", table)
    (folder / "method.toml").write_text(method, encoding="utf-8")
    return indicators.load(folder)


#: Name of a kind of set -> how it is made.
KINDS: dict[str, dict[str, object]] = {
    "nasty names": {"names": NASTY_NAMES, "method": '[ranking]\ngroup = "region"\n'},
    "dense ranks of rounded scores, missing propagates": {
        "names": NASTY_NAMES,
        "units": 12,
        "count": 6,
        "method": '[ranking]\ngroup = "region"\nties = "dense"\n'
        '[rounding]\ndecimals = 0\nlevel = "all"\n[aggregation]\nmissing = "propagate"\n',
    },
    "average ranks, halves up, missing counts as 0": {
        "units": 12,
        "missing": 0.1,
        "method": '[ranking]\ngroup = "region"\nties = "average"\n'
        '[rounding]\ndecimals = 1\nmode = "half_up"\n[aggregation]\nmissing = "zero"\n'
        "[normalisation]\nrange = [1, 100]\n",
    },
    "z-scores": {"method": '[normalisation]\nmethod = "zscore"\n'},
    "imputed, goalposts": {
        "method": '[imputation]\nmethod = "mean"\n[normalisation]\nmethod = "goalposts"\n'
    },
    "flat and geometric": {
        "dimensions": 0,
        "count": 5,
        "regions": False,
        "method": '[normalisation]\nrange = [1, 100]\n[aggregation]\nmethod = "geometric"\n',
    },
    "a method for each level": {
        "method": "[normalisation]\nrange = [1, 100]\n"
        '[aggregation]\nmethod = ["arithmetic", "geometric"]\n'
    },
    "values of different years": {"different_years": True},
    "too many children for a live geometric mean": {
        "dimensions": 1,
        "count": 70,
        "method": '[normalisation]\nrange = [1, 100]\n[aggregation]\nmethod = "geometric"\n',
    },
    "one unit": {"units": 1, "count": 3, "dimensions": 1, "missing": 0.0},
    "two units": {"units": 2, "count": 3, "dimensions": 1, "missing": 0.0},
}

"""A small set on whose groups experts have opinions, and where they are typed in its workbook."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import indicators
from indicators import IndicatorSet
from reports.words import Words
from reports.workbook.cells import Book
from reports.workbook.plan import Plan
from scoring import Assessment
from tests import libreoffice

#: Kind, expert, node, other -> where it is typed.
Homes = dict[tuple[str, str, str, str], tuple[str, str]]


def grouped(folder: Path, groups: Mapping[str, int], method: str = "") -> IndicatorSet:
    """A set of groups g with so many indicators g1, g2, ..."""
    folder.mkdir(parents=True)
    framework = [["code", "parent"], ["index", ""]]
    codes = []
    for group, count in groups.items():
        framework.append([group, "index"])
        framework += [[f"{group}{i}", group] for i in range(1, count + 1)]
        codes += [f"{group}{i}" for i in range(1, count + 1)]
    random = np.random.default_rng(1)
    values = [["unit", "year", *codes]]
    values += [[f"u{u}", "2024", *map(repr, random.random(len(codes)).tolist())] for u in range(3)]
    units = [["code", "name"], *([f"u{u}", f"Unit {u}"] for u in range(3))]
    tables = {"framework": framework, "values": values, "units": units}
    for table, rows in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    (folder / "method.toml").write_text(method, encoding="utf-8")
    return indicators.load(folder)


def homes(file: Path) -> Homes:
    """Where each judgement is typed, as the links of the sheet Judgements say."""
    results = libreoffice.read(file, "Judgements")
    formulas = libreoffice.read(file, "Judgements", formulas=True)
    found: Homes = {}
    for (sheet, cell), formula in formulas.items():
        if cell.startswith("E") and str(formula).startswith("=IF("):
            row = cell[1:]
            kind, expert, node, other = (
                str(results.get((sheet, f"{column}{row}"), "")) for column in "ABCD"
            )
            home, where = str(formula).removeprefix("=IF(").split("=")[0].split("!")
            found[kind, expert, node, other] = home, where
    return found


def plan_of(assessment: Assessment) -> Plan:
    """Where everything stands in the workbook of an assessment."""
    plan = Plan(Book(), assessment, None, Words())
    plan.add_sheets()
    return plan

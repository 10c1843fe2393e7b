"""`scorecards methods`: the methods there are."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pandas as pd

from scoring.options import REGISTRIES
from tests.reports.conftest import Run


def test_every_method_is_listed_with_its_stage(run: Run) -> None:
    status, out, err = run("methods")
    assert (status, err) == (0, "")
    rows = list(csv.DictReader(StringIO(out)))
    assert [(row["stage"], row["name"]) for row in rows] == [
        (stage.split()[0], name) for stage, registry in REGISTRIES.items() for name in registry
    ]
    assert all(run("methods", stage)[0] == 0 for stage in {row["stage"] for row in rows})
    assert not any("`" in row["does"] for row in rows)
    assert all(row["does"].endswith(".") for row in rows)


def test_one_stage_is_listed_with_options_columns_and_sources(run: Run) -> None:
    rows = {row["name"]: row for row in csv.DictReader(StringIO(run("methods", "imputation")[1]))}
    assert set(rows) == set(REGISTRIES["imputation"])
    assert rows["knn"]["options"] == "neighbours"
    assert rows["group_mean"]["options"] == "group"
    assert rows["mean"]["source"].startswith("Little & Rubin (2002)")
    goalposts = next(
        row
        for row in csv.DictReader(StringIO(run("methods", "normalisation")[1]))
        if row["name"] == "goalposts"
    )
    assert goalposts["columns"] == "low, high"


def test_cooperation_is_a_stage(run: Run) -> None:
    rows = csv.DictReader(StringIO(run("methods", "cooperation")[1]))
    assert {row["name"] for row in rows} == set(REGISTRIES["cooperation method"])


def test_a_person_sees_a_table(shown: Callable[..., str]) -> None:
    seen = shown("methods", "treatment")
    assert "winsorise" in seen
    assert "┃" in seen
    assert headings(seen) == ["name", "does", "options"]
    assert headings(shown("methods")) == ["stage", "name", "does", "options"]


def headings(seen: str) -> list[str]:
    return re.sub(r"\x1b\[\d*m|┃", " ", seen.splitlines()[1]).split()


def test_a_file_holds_the_same(run: Run, here: Path) -> None:
    assert run("methods", "aggregation", "-o", "methods.xlsx", "-q") == (0, "", "")
    assert pd.read_excel("methods.xlsx")["name"].tolist() == list(REGISTRIES["aggregation"])

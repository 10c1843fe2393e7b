"""The published cases of ../shared: tests read them from there, and they are never copied."""

from __future__ import annotations

import math
import os
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import indicators
from indicators import IndicatorSet

SHARED_CASES = Path(__file__).parents[2].parent / "shared" / "cases"

#: A module that reads them is skipped where there is no ../shared, and fails there if CI is set.
needs_shared_cases = pytest.mark.skipif(
    not SHARED_CASES.is_dir() and os.environ.get("CI") != "true",
    reason="there is no ../shared here",
)

DIRECTIONS = {"+": 1, "-": -1}
#: Function that meta.csv names -> transform of the framework.
TRANSFORMS = {"ln": "log"}


def table(case: str, name: str) -> pd.DataFrame:
    """A table of a case, its first column as index."""
    return pd.read_csv(SHARED_CASES / case / f"{name}.csv", index_col=0)


def code(name: str) -> str:
    """A unit's name as code: letters and underscores."""
    return re.sub(r"\W+", "_", name).strip("_")


def coded(data: pd.DataFrame) -> pd.DataFrame:
    """The table with codes of units in place of their names."""
    return data.set_axis([code(str(name)) for name in data.index]).rename_axis("unit")


def case_set(case: str, data: pd.DataFrame, method: str, folder: Path) -> IndicatorSet:
    """Write tables of a case as a set, the method as method.toml, and load it."""
    return written_set(framework_table(case), data, method, folder)


def written_set(
    framework: pd.DataFrame, data: pd.DataFrame, method: str, folder: Path
) -> IndicatorSet:
    """Write a framework and a table units x indicators as a set, and load it."""
    folder.mkdir(exist_ok=True)
    framework.to_csv(folder / "framework.csv", index=False)
    units = pd.DataFrame({"code": [code(str(name)) for name in data.index], "name": data.index})
    units.to_csv(folder / "units.csv", index=False)
    coded(data).to_csv(folder / "values.csv")
    (folder / "method.toml").write_text(method, encoding="utf-8")
    return indicators.load(folder)


def framework_table(case: str) -> pd.DataFrame:
    """meta.csv of a case as a framework, whose goalposts stand in order and are never logarithms.

    Values that are published as logarithms keep their unit, and the goalposts follow them.
    """
    meta = table(case, "meta")
    rows = []
    for name, row in meta.iterrows():
        posts = [row["goalpost_min"], row["goalpost_max"]]
        if str(row["transform"]).startswith("log10"):
            posts = [math.log10(post) for post in posts]
        rows.append(
            {
                "code": name,
                "parent": row["parent"],
                "name": name,
                "weight": None if pd.isna(row["weight"]) else float(Fraction(str(row["weight"]))),
                "direction": DIRECTIONS.get(row["direction"]),
                "low": min(posts),
                "high": max(posts),
                "transform": TRANSFORMS.get(row["transform"]),
            }
        )
    # Directions are whole numbers, also beside groups that have none.
    return pd.DataFrame(rows).astype({"direction": "Int64"})

"""Named weight sets, kept side by side in one set: the table ``weights``."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from indicators import cells
from indicators.findings import Finding
from indicators.framework import Framework
from indicators.tables import RawTable

COLUMNS = ("set", "node", "weight", "author", "date", "note")


def weight_sets(
    table: RawTable | None, framework: Framework, findings: list[Finding]
) -> tuple[pd.DataFrame, RawTable | None]:
    """Named weight sets, and the places of their rows.

    A set gives weights to all children of a group or to none; groups it leaves out keep the
    weights of the framework.

    Parameters
    ----------
    table : RawTable or None
        Rows ``set, node, weight, author, date, note``. A row whose weight is empty and repeats
        another cell is only on offer and says nothing; a set of such rows alone must not have a
        name.
    framework : Framework
    findings : list of Finding
        What is wrong is added here.

    Returns
    -------
    weights : DataFrame
        The columns of :data:`COLUMNS`, weights as numbers, all else as text.
    table : RawTable or None
        The places of its rows.
    """
    if table is None:
        return empty(), None
    kept = [
        row
        for row, weight in enumerate(table.column("weight"))
        if weight is not None or not table.is_linked(row, "weight")
    ]
    offered, table = table, table.only_rows(kept)
    found: list[Finding] = []
    weights = pd.DataFrame(
        {
            "set": _names(table, found),
            "node": cells.nodes(table, "node", framework, found),
            "weight": _numbers(table, found),
            "author": cells.texts(table, "author", found),
            "date": cells.dates(table, "date", found),
            "note": cells.texts(table, "note", found),
        }
    )
    _check_filled(offered, set(kept), found)
    _check_twice(weights, table, found)
    if not found:
        _check_complete(weights, table, framework, found)
    # Many rows may repeat one cell, such as the name of their set.
    findings += {(finding.code, finding.place): finding for finding in found}.values()
    return weights, table


def empty() -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({name: [] for name in COLUMNS}).astype(
        {name: float if name == "weight" else object for name in COLUMNS}
    )


def _names(table: RawTable, findings: list[Finding]) -> list[str]:
    """Names of the sets, each spelt as where it stands first."""
    found = cells.texts(table, "set", findings)
    spelt: dict[str, str] = {}
    for row, name in enumerate(found):
        place = table.place(row, "set")
        if not name:
            code = "weight_set_unnamed" if table.is_linked(row, "set") else "empty_cell"
            findings.append(Finding(code, "error", place, {"column": "set"}))
        elif not cells.CODE.fullmatch(name):
            findings.append(Finding("bad_code", "error", place, {"value": name}))
        spelt.setdefault(name.casefold(), name)
    return [spelt[name.casefold()] for name in found]


def _numbers(table: RawTable, findings: list[Finding]) -> np.ndarray:
    numbers = cells.numbers(table, "weight", findings)
    for row, weight in enumerate(table.column("weight")):
        place = table.place(row, "weight")
        if weight is None:
            findings.append(Finding("empty_cell", "error", place, {"column": "weight"}))
        elif numbers[row] < 0:
            fields = {"value": cells.text(weight), "code": cells.text(table.column("node")[row])}
            findings.append(Finding("negative_weight", "error", place, fields))
    return numbers


def _check_filled(table: RawTable, kept: Collection[int], findings: list[Finding]) -> None:
    """A set with a name has weights."""
    names = [cells.text(name).casefold() for name in table.column("set")]
    filled = {names[row] for row in kept}
    for row, name in enumerate(names):
        if name and name not in filled:
            fields = {"set": cells.text(table.column("set")[row])}
            findings.append(Finding("weight_set_empty", "error", table.place(row, "set"), fields))


def _check_twice(weights: pd.DataFrame, table: RawTable, findings: list[Finding]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row, key in enumerate(zip(weights["set"], weights["node"], strict=True)):
        if key in first and all(key):
            fields = {"set": key[0], "code": key[1], "first": table.row_numbers[first[key]]}
            named, before = table.place(row, "set"), table.place(first[key], "set")
            if table.is_linked(row, "set") and named != before:
                fields["first"] = f"{before.letter}{before.row}"
                findings.append(Finding("weight_set_twice", "error", named, fields))
                continue
            place = table.place(row, "node")
            findings.append(Finding("weight_twice", "error", place, fields))
        first.setdefault(key, row)


def _check_complete(
    weights: pd.DataFrame, table: RawTable, framework: Framework, findings: list[Finding]
) -> None:
    """Every group of a set has weights for all its children, of which one is above 0."""
    parents = [framework[node].parent for node in weights["node"]]
    for (name, group), members in weights.groupby([weights["set"], parents], sort=False):
        given = members["weight"]
        place = table.place(int(members.index[0]), "weight")
        missing = [c for c in framework.children(str(group)) if c not in set(members["node"])]
        fields: dict[str, object] = {"set": name, "value": group, "missing": missing}
        if missing:
            findings.append(Finding("weight_set_incomplete", "error", place, fields))
        elif given.sum() == 0:
            findings.append(Finding("zero_weights", "error", place, fields))
        elif not np.isfinite(given.sum()):
            findings.append(Finding("huge_weights", "error", place, fields))

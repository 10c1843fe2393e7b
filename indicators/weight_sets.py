"""Named weight sets, kept side by side in one set: the table ``weights``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators import cells
from indicators.findings import Finding
from indicators.framework import Framework
from indicators.tables import RawTable

COLUMNS = ("set", "node", "weight", "author", "date", "note")


def weight_sets(
    table: RawTable, framework: Framework | None, findings: list[Finding]
) -> tuple[pd.DataFrame, RawTable]:
    """Named weight sets, and the places of their rows.

    A set gives weights to all children of a group or to none; groups it leaves out keep the
    weights of the framework.

    Parameters
    ----------
    table : RawTable
        Rows ``set, node, weight, author, date, note``; a weight may be written as a fraction. A row
        whose weight is a link to an empty cell is only on offer and says nothing; where the name
        of the set is a link too, one of them at least has a weight.
    framework : Framework or None
        None where it is not sound; nodes are not checked then.
    findings : list of Finding
        What is wrong is added here.

    Returns
    -------
    weights : DataFrame
        The columns of :data:`COLUMNS`, weights as numbers, all else as text.
    table : RawTable
        The places of its rows.
    """
    offered, table = table, table.taken_up("weight")
    _check_names(offered, table, findings)
    cells.check_filled(table, "node", findings)
    weights = _frame(
        {
            "set": cells.names(table, "set", findings),
            "node": cells.nodes(table, "node", framework, findings),
            "weight": cells.amounts(table, "weight", findings),
            "author": cells.texts(table, "author", findings),
            "date": cells.dates(table, "date", findings),
            "note": cells.texts(table, "note", findings),
        }
    )
    _check_cells(weights, table, findings)
    _check_twice(weights, table, findings)
    if framework is not None:
        _check_groups(weights, table, framework, findings)
    return weights, table


def empty() -> pd.DataFrame:
    """The table without rows."""
    return _frame({name: [] for name in COLUMNS})


def _frame(columns: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object).astype({"weight": np.float64})


def _check_names(offered: RawTable, table: RawTable, findings: list[Finding]) -> None:
    """Weights have the name of their set, and a set whose name has a home has weights."""
    if "set" not in table.heading:
        return
    for row, name in enumerate(table.column("set")):
        if name is None:
            code = "weight_set_unnamed" if table.is_linked(row, "set") else "empty_cell"
            findings.append(Finding(code, "error", table.place(row, "set"), {"column": "set"}))
    weighed = {cells.text(name).casefold() for name in table.column("set")}
    for row, name in enumerate(offered.column("set")):
        typed = name is not None and offered.is_linked(row, "set")
        if typed and cells.text(name).casefold() not in weighed:
            place, fields = offered.place(row, "set"), {"set": cells.text(name)}
            findings.append(Finding("weight_set_empty", "error", place, fields))


def _check_cells(weights: pd.DataFrame, table: RawTable, findings: list[Finding]) -> None:
    """Names of sets are formed as codes, and weights are 0 or more."""
    rows = zip(weights["set"], weights["weight"], table.column("node"), strict=True)
    for row, (name, weight, node) in enumerate(rows):
        if name and not cells.CODE.fullmatch(name):
            place = table.place(row, "set")
            findings.append(Finding("bad_code", "error", place, {"value": name}))
        if weight < 0:
            fields = {"value": weight, "code": cells.text(node)}
            place = table.place(row, "weight")
            findings.append(Finding("negative_weight", "error", place, fields))


def _check_twice(weights: pd.DataFrame, table: RawTable, findings: list[Finding]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row, (name, node) in enumerate(zip(weights["set"], weights["node"], strict=True)):
        before = first.setdefault((name, node), row)
        named, named_before = table.place(row, "set"), table.place(before, "set")
        if before == row or not (name and node):
            continue
        if table.is_linked(row, "set") and named != named_before:
            fields = {"set": name, "first": named_before.cell}
            findings.append(Finding("weight_set_twice", "error", named, fields))
        else:
            fields = {"set": name, "code": node, "first": table.place(before, "node").cell}
            place = table.place(row, "node")
            findings.append(Finding("weight_twice", "error", place, fields))


def _check_groups(
    weights: pd.DataFrame, table: RawTable, framework: Framework, findings: list[Finding]
) -> None:
    """Every group of a set has weights for all its children, of which one is above 0."""
    # A row that names no node, or no set, may be the one that seems to be missing.
    unnamed = (weights["set"] == "").any()
    doubtful = set(weights.loc[weights["node"] == "", "set"])
    sound = weights[(weights["node"] != "") & ~weights["set"].isin(["", *doubtful])]
    parents = [framework[node].parent for node in sound["node"]]
    for (name, group), members in sound.groupby([sound["set"], parents], sort=False):
        place = table.place(int(members.index[0]), "weight")
        missing = [c for c in framework.children(str(group)) if c not in set(members["node"])]
        fields: dict[str, object] = {"set": name, "value": group, "missing": missing}
        given = members["weight"]
        if missing and not unnamed:
            findings.append(Finding("weight_set_incomplete", "error", place, fields))
        elif (given == 0).all():
            findings.append(Finding("zero_weights", "error", place, fields))
        elif (given >= 0).all() and not np.isfinite(sum(given.tolist())):
            findings.append(Finding("huge_weights", "error", place, fields))

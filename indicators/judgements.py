"""What experts say about weights: the table ``judgements``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators import cells
from indicators.findings import Finding
from indicators.framework import Framework
from indicators.tables import RawTable

COLUMNS = ("kind", "expert", "node", "other", "value", "note")


@dataclass(frozen=True)
class Kind:
    """A kind of judgement.

    Parameters
    ----------
    meaning : str
        What ``value`` says.
    lowest : float
        Least value.
    open_end : bool
        Whether the least value itself is too small.
    pairwise : bool
        Whether a node is judged against the one in the column ``other``.
    """

    meaning: str
    lowest: float = 0.0
    open_end: bool = False
    pairwise: bool = False


#: Kinds of judgement by their name in the table.
KINDS: Mapping[str, Kind] = {
    "comparison": Kind(
        "how many times as important the node is as the other", open_end=True, pairwise=True
    ),
    "points": Kind("points of a budget that all siblings share"),
    "rank": Kind("place of the node among its siblings, 1 for the most important", lowest=1.0),
    "swing": Kind("worth of the step from worst to best, 100 for the most important node"),
}


def judgements(
    table: RawTable, framework: Framework | None, findings: list[Finding]
) -> tuple[pd.DataFrame, RawTable]:
    """Judgements of experts, and the places of their rows.

    Parameters
    ----------
    table : RawTable
        Rows ``kind, expert, node, other, value, note``; a value may be written as a fraction. A row
        whose value is a link to an empty cell is only on offer and says nothing.
    framework : Framework or None
        None where it is not sound; nodes are not checked then.
    findings : list of Finding
        What is wrong is added here.

    Returns
    -------
    judgements : DataFrame
        The columns of :data:`COLUMNS`, values as numbers, all else as text.
    table : RawTable
        The places of its rows.
    """
    table = table.taken_up("value")
    for column in ("kind", "node"):
        cells.check_filled(table, column, findings)
    kinds = [kind.lower() for kind in cells.texts(table, "kind", findings)]
    found = _frame(
        {
            "kind": kinds,
            "expert": cells.names(table, "expert", findings),
            "node": cells.nodes(table, "node", framework, findings),
            "other": _others(kinds, table, framework, findings),
            "value": cells.amounts(table, "value", findings),
            "note": cells.texts(table, "note", findings),
        }
    )
    _check_cells(found, table, findings)
    _check_pairs(found, table, framework, findings)
    _check_twice(found, table, findings)
    return found, table


def empty() -> pd.DataFrame:
    """The table without rows."""
    return _frame({name: [] for name in COLUMNS})


def _frame(columns: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object).astype({"value": np.float64})


def _others(
    kinds: Sequence[str], table: RawTable, framework: Framework | None, findings: list[Finding]
) -> list[str]:
    """What nodes are compared with; of other kinds of judgement as it is written."""
    others = cells.texts(table, "other", findings)
    for row, kind in enumerate(kinds):
        if kind in KINDS and KINDS[kind].pairwise:
            place = table.place(row, "other")
            others[row] = cells.node(others[row], place, framework, findings)
    return others


def _check_cells(found: pd.DataFrame, table: RawTable, findings: list[Finding]) -> None:
    """Kinds that there are, and values in their range."""
    for row, (kind, value) in enumerate(zip(found["kind"], found["value"], strict=True)):
        if kind not in KINDS:
            if kind:
                fields = {"what": "kind of judgement", "value": kind, "known": tuple(KINDS)}
                place = table.place(row, "kind")
                findings.append(Finding("unknown_choice", "error", place, fields))
        elif value < KINDS[kind].lowest or (KINDS[kind].open_end and value == KINDS[kind].lowest):
            least = f"{'above' if KINDS[kind].open_end else 'from'} {KINDS[kind].lowest:g}"
            fields = {"value": value, "kind": kind, "meaning": KINDS[kind].meaning, "least": least}
            place = table.place(row, "value")
            findings.append(Finding("bad_judgement", "error", place, fields))


def _check_pairs(
    found: pd.DataFrame, table: RawTable, framework: Framework | None, findings: list[Finding]
) -> None:
    """Comparisons are between two siblings, and other judgements of one node."""
    written = table.column("other")
    columns = zip(found["kind"], found["node"], found["other"], strict=True)
    for row, (kind, node, other) in enumerate(columns):
        fields: dict[str, object] = {"code": node}
        if kind not in KINDS:
            continue
        if not KINDS[kind].pairwise:
            code, fields = "other_unused", {"value": other, "kind": kind}
            wrong = other != ""
        elif written[row] is None:
            code, wrong = "other_missing", True
        elif node == other:
            code, wrong = "compared_with_itself", node != ""
        else:
            code, fields = "not_siblings", {"code": node, "other": other}
            wrong = framework is not None and not _are_siblings(framework, node, other)
        if wrong:
            findings.append(Finding(code, "error", table.place(row, "other"), fields))


def _are_siblings(framework: Framework, node: str, other: str) -> bool:
    """Whether two nodes have one parent; nothing is known of a node that is wrong."""
    return not (node and other) or framework[node].parent == framework[other].parent


def _check_twice(found: pd.DataFrame, table: RawTable, findings: list[Finding]) -> None:
    first: dict[tuple[str, ...], int] = {}
    keys = found[["kind", "expert", "node", "other"]].itertuples(index=False, name=None)
    for row, key in enumerate(keys):
        kind, expert, node, other = key
        before = first.setdefault(key, row)
        if before != row and kind in KINDS and node and bool(other) == KINDS[kind].pairwise:
            fields = {
                "kind": kind,
                "said": f"{node} against {other}" if other else node,
                "by": f" by {expert}" if expert else "",
                "first": table.place(before, "value").cell,
            }
            place = table.place(row, "value")
            findings.append(Finding("judgement_twice", "error", place, fields))

"""What experts say about weights: the table ``judgements``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

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

#: A number such as 1/3, which is how a comparison is often written.
FRACTION = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)")


def judgements(
    table: RawTable | None, framework: Framework, findings: list[Finding]
) -> tuple[pd.DataFrame, RawTable | None]:
    """Judgements of experts, and the places of their rows.

    Parameters
    ----------
    table : RawTable or None
        Rows ``kind, expert, node, other, value, note``; a value may be written as a fraction. A
        row whose value is empty and repeats another cell is only on offer and says nothing.
    framework : Framework
    findings : list of Finding
        What is wrong is added here.

    Returns
    -------
    judgements : DataFrame
        The columns of :data:`COLUMNS`, values as numbers, all else as text.
    table : RawTable or None
        The places of its rows.
    """
    if table is None:
        return empty(), None
    kept = [
        row
        for row, value in enumerate(table.column("value"))
        if value is not None or not table.is_linked(row, "value")
    ]
    table = table.only_rows(kept)
    found = pd.DataFrame(
        {
            "kind": _kinds(table, findings),
            "expert": cells.texts(table, "expert", findings),
            "node": cells.nodes(table, "node", framework, findings),
            "other": cells.nodes(table, "other", framework, findings, required=False),
            "value": cells.numbers(_without_fractions(table), "value", findings),
            "note": cells.texts(table, "note", findings),
        }
    )
    _check(found, table, framework, findings)
    return found, table


def empty() -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({name: [] for name in COLUMNS}).astype(
        {name: float if name == "value" else object for name in COLUMNS}
    )


def _kinds(table: RawTable, findings: list[Finding]) -> list[str]:
    found = [kind.lower() for kind in cells.texts(table, "kind", findings)]
    for row, kind in enumerate(found):
        if kind not in KINDS:
            fields = {"what": "kind of judgement", "value": kind, "known": tuple(KINDS)}
            findings.append(Finding("unknown_choice", "error", table.place(row, "kind"), fields))
    return found


def _without_fractions(table: RawTable) -> RawTable:
    """The table with fractions as numbers."""
    if "value" not in table.heading:
        return table
    column = table.heading.index("value")
    rows = [list(row) for row in table.rows]
    for row in rows:
        parts = FRACTION.fullmatch(str(row[column]))
        if parts and float(parts[2]) > 0:
            row[column] = float(parts[1]) / float(parts[2])
    return replace(table, rows=rows)


def _check(
    found: pd.DataFrame, table: RawTable, framework: Framework, findings: list[Finding]
) -> None:
    """Values in their range, pairs among siblings, each judgement once."""
    wrong = {(finding.place.row, finding.place.letter) for finding in findings}
    first: dict[tuple[str, ...], int] = {}
    for row, (kind, expert, node, other, value) in enumerate(
        found[["kind", "expert", "node", "other", "value"]].itertuples(index=False)
    ):

        def report(column: str, code: str, /, **fields: object) -> None:
            findings.append(Finding(code, "error", table.place(row, column), fields))  # noqa: B023

        if kind not in KINDS:
            continue
        if np.isnan(value):
            place = table.place(row, "value")
            if table.column("value")[row] is None and (place.row, place.letter) not in wrong:
                report("value", "empty_cell", column="value")
        elif value < KINDS[kind].lowest or (KINDS[kind].open_end and value <= KINDS[kind].lowest):
            least = f"{'above' if KINDS[kind].open_end else 'from'} {KINDS[kind].lowest:g}"
            meaning = KINDS[kind].meaning
            report("value", "bad_judgement", value=value, kind=kind, least=least, meaning=meaning)
        if not KINDS[kind].pairwise:
            if other:
                report("other", "other_unused", value=other, kind=kind)
        elif not other:
            report("other", "other_missing", code=node)
        elif node and node == other:
            report("other", "compared_with_itself", code=node)
        elif node and framework[node].parent != framework[other].parent:
            report("other", "not_siblings", code=node, other=other)
        key = (kind, expert, node, other)
        if node and key in first:
            said = f"{node} against {other}" if other else node
            where = table.row_numbers[first[key]]
            report("value", "judgement_twice", expert=expert, kind=kind, said=said, first=where)
        first.setdefault(key, row)

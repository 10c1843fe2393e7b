"""What moves between two assessments, as plain tables."""

from __future__ import annotations

import pandas as pd

from reports.tables.assessments import whole
from scoring import Assessment, Comparison, leave_one_out


def comparison_tables(
    comparison: Comparison, before: Assessment, after: Assessment
) -> dict[str, pd.DataFrame]:
    """Everything that differs between two assessments.

    Parameters
    ----------
    comparison : Comparison
        Of the two.
    before, after : Assessment

    Returns
    -------
    dict of str to DataFrame
        ``shifts`` and ``agreement``: see :func:`shift_table` and :func:`agreement_table`.
        ``only_in_one``: units and nodes that one of the two has, as ``what, code, name, only_in``
        with "before" or "after" in the last column.
    """
    return {
        "shifts": shift_table(comparison, before),
        "agreement": agreement_table(comparison, before),
        "only_in_one": _only_in_one(before, after),
    }


def shift_table(comparison: Comparison, before: Assessment) -> pd.DataFrame:
    """Scores and ranks before and after as ``node, unit, name, score_before, ..., rank_shift``."""
    table = comparison.shifts.copy()
    table.insert(2, "name", before.units["name"].reindex(table["unit"]).to_numpy())
    for column in ("rank_before", "rank_after", "rank_shift"):
        table[column] = whole(table[column].to_numpy())
    return table


def agreement_table(comparison: Comparison, before: Assessment) -> pd.DataFrame:
    """Rank correlation and shifts of each node as ``node, name, units, spearman, ...``."""
    return _named(comparison.agreement, before)


def leave_out_table(assessment: Assessment) -> pd.DataFrame:
    """What leaving out each node does to the ranks as ``node, name, spearman, ...``."""
    return _named(leave_one_out(assessment), assessment)


def _named(by_node: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    table = by_node.reset_index()
    names = [assessment.framework[node].name for node in table["node"]]
    table.insert(1, "name", names)
    return table


def _only_in_one(before: Assessment, after: Assessment) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str]] = []
    for which, one, other in (("before", before, after), ("after", after, before)):
        units = one.units["name"].drop(other.units.index, errors="ignore")
        rows += [("unit", str(code), name, which) for code, name in units.items()]
        nodes = one.scores.columns.difference(other.scores.columns, sort=False)
        rows += [("node", node, one.framework[node].name, which) for node in map(str, nodes)]
    return pd.DataFrame(rows, columns=["what", "code", "name", "only_in"])

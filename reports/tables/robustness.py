"""Uncertainty and sensitivity as plain tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reports.tables.assessments import whole

if TYPE_CHECKING:
    from scoring import Robustness

#: Columns of the intervals that hold ranks or numbers of groups.
WHOLE = ("rank", "rank_5", "median_rank", "rank_95", "tie_group")


def interval_table(robustness: Robustness) -> pd.DataFrame:
    """Scores and ranks with their intervals, all nodes.

    Parameters
    ----------
    robustness : Robustness

    Returns
    -------
    DataFrame
        ``node, unit, name, score, rank``, then the columns of
        :attr:`scoring.robustness.Uncertainty.intervals`.
    """
    table = _with_names(robustness, robustness.uncertainty.intervals)
    for column in WHOLE:
        table[column] = whole(table[column].to_numpy())
    return table


def acceptability_table(robustness: Robustness) -> pd.DataFrame:
    """Probability of each rank, as ``node, unit, rank, probability``; ranks that never occur not.

    Raises
    ------
    ValueError
        Where there are too many units to count each rank.
    """
    drawn, parts = robustness.uncertainty, []
    for node in drawn.nodes:
        found = drawn.rank_probabilities(node)
        unit, rank = np.nonzero(found.to_numpy() > 0)
        parts.append(
            pd.DataFrame(
                {
                    "node": node,
                    "unit": found.index.to_numpy()[unit],
                    "rank": found.columns.to_numpy()[rank],
                    "probability": found.to_numpy()[unit, rank],
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table["rank"] = whole(table["rank"].to_numpy())
    return table


def lead_table(robustness: Robustness) -> pd.DataFrame:
    """Probability of being ahead of each other unit, as ``node, unit, other, probability``.

    Raises
    ------
    ValueError
        Where there are too many units to compare each with each other.
    """
    drawn, parts = robustness.uncertainty, []
    for node in drawn.nodes:
        found = drawn.leads(node).to_numpy()
        unit, other = np.nonzero(~np.eye(len(found), dtype=np.bool_))
        units = drawn.units.to_numpy()
        parts.append(
            pd.DataFrame(
                {
                    "node": node,
                    "unit": units[unit],
                    "other": units[other],
                    "probability": found[unit, other],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def sensitivity_table(robustness: Robustness) -> pd.DataFrame:
    """Which choice moves the ranks.

    Parameters
    ----------
    robustness : Robustness
        With sensitivity.

    Returns
    -------
    DataFrame
        ``output, unit, name, source, input, first, first_interval, total, total_interval``.
        ``output`` is "mean_shift", the mean distance of all ranks in the index from the assessed
        ones, or "rank", that of one unit.

    Raises
    ------
    ValueError
        Where sensitivity was not computed.
    """
    if robustness.sensitivity is None:
        raise ValueError("sensitivity was not computed")
    of_all = robustness.sensitivity.mean_shift.assign(output="mean_shift", unit="", name="")
    of_units = _with_names(robustness, robustness.sensitivity.units).assign(output="rank")
    columns = ["output", "unit", "name", *robustness.sensitivity.mean_shift.columns]
    parts = [of_all[columns], of_units[columns]]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def change_table(robustness: Robustness) -> pd.DataFrame:
    """What each alternative alone does to the ranks.

    Parameters
    ----------
    robustness : Robustness

    Returns
    -------
    DataFrame
        ``source, alternative, draws, failed, mean_shift, moved, largest_shift, unit, name,
        top_leaves, reason``; see :func:`scoring.robustness.single_changes.one_at_a_time`.
    """
    return _with_names(robustness, robustness.single_changes)


def failure_table(robustness: Robustness) -> pd.DataFrame:
    """Draws that could not be computed, as ``settings, draws, first_draw, code, reason``."""
    rows = [
        {
            "settings": "; ".join(f"{name} = {chosen}" for name, chosen in one.settings.items()),
            "draws": one.draws,
            "first_draw": one.first,
            "code": one.finding.code,
            "reason": one.finding.message,
        }
        for one in robustness.uncertainty.failures
    ]
    return pd.DataFrame(rows, columns=["settings", "draws", "first_draw", "code", "reason"])


#: Name of a table -> what makes it.
ROBUSTNESS_TABLES: Mapping[str, Callable[[Robustness], pd.DataFrame]] = {
    "intervals": interval_table,
    "acceptability": acceptability_table,
    "leads": lead_table,
    "sensitivity": sensitivity_table,
    "changes": change_table,
    "failures": failure_table,
}

#: Tables that grow with the square of the number of units: made where they are asked for.
LARGE = ("acceptability", "leads")


def robustness_tables(robustness: Robustness) -> dict[str, pd.DataFrame]:
    """Everything there is to know of the robustness but for the tables that may be very large.

    Parameters
    ----------
    robustness : Robustness

    Returns
    -------
    dict of str to DataFrame
        ``intervals``, ``sensitivity`` where it was computed, ``changes``, and ``failures`` where
        there are any. See :func:`interval_table`, :func:`sensitivity_table`,
        :func:`change_table`, :func:`failure_table`; the large ones are
        :func:`acceptability_table` and :func:`lead_table`.
    """
    left_out = {*LARGE}
    if robustness.sensitivity is None:
        left_out.add("sensitivity")
    if not robustness.uncertainty.failures:
        left_out.add("failures")
    return {
        name: made(robustness) for name, made in ROBUSTNESS_TABLES.items() if name not in left_out
    }


def _with_names(robustness: Robustness, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the names of its units after their codes; "" where none is named."""
    named = table.copy()
    names = robustness.indicator_set.units["name"].reindex(named["unit"]).fillna("")
    named.insert(list(named.columns).index("unit") + 1, "name", names.to_numpy())
    return named

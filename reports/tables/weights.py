"""Weights, where they come from and what they do, as plain tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from reports.tables.assessments import whole

if TYPE_CHECKING:
    from scoring import Assessment
    from scoring.weighting import Derived
    from scoring.what_if import TurningChange, WeightShifts

#: Ranks among the columns of shifts.
RANKS = ("rank_before", "rank_after", "rank_shift")


def weights_table(assessment: Assessment) -> pd.DataFrame:
    """Weights in force and how they came about.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    DataFrame
        ``node, name, parent, weighting, weight, share, effective_weight``; ``weighting`` is the
        way of weighting of the parent, or the named weight set. Then the figures of the children
        that the weights were derived from, empty where a parent has none of a kind.
    """
    framework, weighed = assessment.framework, assessment.weighed
    table = assessment.weights.iloc[1:].reset_index()
    parents = [framework[node].parent for node in table["node"]]
    table.insert(1, "name", [framework[node].name for node in table["node"]])
    table.insert(2, "parent", parents)
    table.insert(3, "weighting", [weighed.methods[parent] for parent in parents])
    figures: dict[str, dict[str, float]] = {}
    for group, derived in weighed.derived.items():
        for figure, by_child in derived.by_child.items():
            found = zip(weighed.children[group], by_child.tolist(), strict=True)
            figures.setdefault(figure, {}).update(found)
    for figure, by_node in figures.items():
        table[figure] = table["node"].map(by_node).astype(float)
    return table


def weighting_tables(assessment: Assessment) -> dict[str, pd.DataFrame]:
    """Weights in force, and the figures of whole groups and of experts behind them.

    Returns
    -------
    dict of str to DataFrame
        ``weights``: see :func:`weights_table`. ``figures``: ``group, weighting, figure, value``.
        ``experts``: ``group, weighting, expert``, then a column for each figure. The last two are
        there where they have rows.
    """
    weighed = assessment.weighed
    figures = [
        {"group": group, "weighting": weighed.methods[group], "figure": figure, "value": value}
        for group, derived in weighed.derived.items()
        for figure, value in derived.figures.items()
    ]
    experts = [
        {"group": group, "weighting": weighed.methods[group], "expert": expert, **of_expert}
        for group, derived in weighed.derived.items()
        for expert, of_expert in _by_expert(derived, weighed.experts.get(group, ())).items()
    ]
    tables = {"weights": weights_table(assessment)}
    if figures:
        tables["figures"] = pd.DataFrame(figures).astype({"value": float})
    if experts:
        tables["experts"] = pd.DataFrame(experts)
    return tables


def _by_expert(derived: Derived, experts: tuple[str, ...]) -> Mapping[str, dict[str, float]]:
    if not derived.by_expert:
        return {}
    return {
        expert: {figure: float(found[row]) for figure, found in derived.by_expert.items()}
        for row, expert in enumerate(experts)
    }


def weight_shift_tables(shifts: WeightShifts, assessment: Assessment) -> dict[str, pd.DataFrame]:
    """What other weights do to scores and ranks.

    Parameters
    ----------
    shifts : WeightShifts
    assessment : Assessment
        The one the others are compared with.

    Returns
    -------
    dict of str to DataFrame
        ``shifts``: ``weights, node, unit, name, score_before, ..., rank_shift``. ``agreement``:
        ``weights, node, name, units, spearman, ...``.
    """
    moved = shifts.shifts.copy()
    moved.insert(3, "name", assessment.units["name"].reindex(moved["unit"]).to_numpy())
    for column in RANKS:
        moved[column] = whole(moved[column].to_numpy())
    agreement = shifts.agreement.copy()
    names = [assessment.framework[node].name for node in agreement["node"]]
    agreement.insert(2, "name", names)
    return {"shifts": moved, "agreement": agreement}


def stability_table(found: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """How far each weight can move, as ``node, name, group, share, first_lower, ...``.

    Parameters
    ----------
    found : DataFrame
        As :func:`scoring.what_if.stability` gives it.
    assessment : Assessment
        The one it is of.
    """
    table = found.reset_index()
    table.insert(1, "name", [assessment.framework[node].name for node in table["node"]])
    return table


def turning_table(found: TurningChange, assessment: Assessment) -> pd.DataFrame:
    """Shares before and after the smallest change, as ``node, name, before, after, change``."""
    return _of_nodes(found.weights, assessment)


def rank_range_tables(
    ranges: pd.DataFrame, weights: pd.DataFrame | None, assessment: Assessment
) -> dict[str, pd.DataFrame]:
    """Best and worst ranks.

    Parameters
    ----------
    ranges : DataFrame, index unit
        As :func:`scoring.what_if.rank_ranges` gives it.
    weights : DataFrame or None
        Of one unit, the shares now and those that give its best and worst rank.
    assessment : Assessment

    Returns
    -------
    dict of str to DataFrame
        ``ranges``: ``unit, name, rank, best, worst, ...``. ``weights``: ``node, name, now, best,
        worst``, of one unit.
    """
    table = ranges.reset_index(names="unit")
    table.insert(1, "name", assessment.units["name"].reindex(table["unit"]).to_numpy())
    tables = {"ranges": table}
    if weights is not None:
        tables["weights"] = _of_nodes(weights, assessment)
    return tables


def _of_nodes(by_node: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    table = by_node.reset_index(names="node")
    table.insert(1, "name", [assessment.framework[node].name for node in table["node"]])
    return table

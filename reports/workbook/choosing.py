"""Formulas of the sheets on which a reader chooses a region: which row, what it is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.workbook.plan import Plan, unique


def chosen_row(plan: Plan, cell: str) -> str:
    """Formula for the position of the chosen region; the first where the name is unknown.

    EXACT compares letter by letter, so that a name such as ``A*`` is no pattern.
    """
    labels = plan.scores_down(plan.label_column)
    return f"MAX(1,SUMPRODUCT(EXACT({labels},{cell})*(ROW({labels})-{plan.first - 1})))"


@dataclass(frozen=True)
class Comparison:
    """What a region is compared with: the groups there are, one of them chosen.

    Parameters
    ----------
    names : tuple of str
        What the drop-down offers.
    ranges : tuple of str
        For each, the cells with the units' group numbers.
    ids : tuple of ndarray
        The group numbers themselves.
    """

    names: tuple[str, ...]
    ranges: tuple[str, ...]
    ids: tuple[np.ndarray, ...]

    def members(self, unit: int, choice: int) -> np.ndarray:
        """Mask of the units in the same group as a unit."""
        ids = self.ids[choice]
        same: np.ndarray = ids == ids[unit]
        return same

    def mean(self, values: pd.Series[float], unit: int, choice: int) -> float | str:
        """Mean over the group as the sheet shows it: "" where there is none."""
        if self.ids[choice][unit] == 0:
            return ""
        found = values[self.members(unit, choice)].dropna()
        return float(found.mean()) if len(found) else ""


def comparison(plan: Plan) -> Comparison:
    """The groups that this set can be compared by; everybody is the last."""
    words = plan.words
    names, ranges, ids = [], [], []
    if plan.group_column:
        names.append(plan.group_title)
        ranges.append(plan.scores_down(plan.group_id_column))
        ids.append(plan.group_ids)
    if plan.models is not None:
        names.append(words("unit.model"))
        ranges.append(plan.model_id_range)
        ids.append(plan.model_ids)
    names.append(words("compare.all"))
    ranges.append(plan.scores_down(plan.everyone_column))
    ids.append(np.ones(plan.count, dtype=int))
    return Comparison(tuple(unique(names)), tuple(ranges), tuple(ids))


def mean_formula(comparing: Comparison, cells: str, choice: str, group: str) -> str:
    """Mean over the chosen group; ``choice`` and ``group`` are the cells with their numbers."""
    groups = f"CHOOSE({choice},{','.join(comparing.ranges)})"
    return f'IF({group}=0,"",IFERROR(AVERAGEIF({groups},{group},{cells}),""))'

"""What experts say of siblings, and what is wrong with it as findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators import Finding, IndicatorSet, Place
from scoring.options import WeightingChoice
from scoring.weighting.base import Remark
from scoring.weighting.judgements import Problem

Array = NDArray[np.float64]

#: Kind of problem -> code of its finding; what else is refused never passes the table.
FINDINGS: Mapping[str, str] = {
    "not_reciprocal": "not_reciprocal",
    "too_far_apart": "comparison_too_far",
    "not_connected": "comparisons_not_connected",
    "no_best": "no_best_child",
    "no_worst": "no_worst_child",
    "contradicted_best": "no_child_is_best",
    "contradicted_worst": "no_child_is_worst",
    "missing": "child_not_judged",
    "wrong_total": "wrong_points",
    "all_zero": "only_zeros",
    "no_median": "no_median_points",
}


#: What an expert is called who has no name in the table.
NAMELESS = "an expert without a name"


@dataclass(frozen=True, eq=False)
class Judged:
    """Judgements of siblings as an array.

    Parameters
    ----------
    children : tuple of str
        The siblings.
    experts : tuple of str
        Those who judge any of them, in the order of the table.
    values : ndarray, shape (n_experts, n_children), of comparisons (n_experts, n_children, \
n_children)
        NaN where nothing is said.
    rows : ndarray of int, same shape
        Positions in the table; -1 where nothing is said.
    """

    children: tuple[str, ...]
    experts: tuple[str, ...]
    values: Array
    rows: NDArray[np.intp]


def judged_siblings(
    indicator_set: IndicatorSet,
    kind: str,
    children: Sequence[str],
    experts: Sequence[str] = (),
) -> Judged:
    """Judgements of siblings.

    Parameters
    ----------
    indicator_set : IndicatorSet
    kind : str
        Kind in the table judgements.
    children : sequence of str
        The siblings.
    experts : sequence of str, optional
        Whose judgements count; everybody's where left out.
    """
    table = indicator_set.judgements
    chosen = (table["kind"] == kind) & table["node"].isin(children)
    if kind == "comparison":
        chosen &= table["other"].isin(children)
    if experts:
        chosen &= table["expert"].isin(experts)
    rows = np.flatnonzero(chosen)
    said = table.iloc[rows]
    names = tuple(dict.fromkeys(said["expert"]))
    column = {child: position for position, child in enumerate(children)}
    place = [said["expert"].map(names.index), said["node"].map(column)]
    if kind == "comparison":
        place.append(said["other"].map(column))
    where = tuple(positions.to_numpy(dtype=np.intp) for positions in place)
    shape = (len(names), *[len(children)] * (len(place) - 1))
    values, positions = np.full(shape, np.nan), np.full(shape, -1, dtype=np.intp)
    values[where], positions[where] = said["value"], rows
    return Judged(tuple(children), names, values, positions)


def nobody(children: Sequence[str]) -> Judged:
    """Siblings of which nobody says anything, as their weights need no judgement."""
    silence = np.empty((0, len(children)))
    return Judged(tuple(children), (), silence, silence.astype(np.intp))


def problem_finding(
    indicator_set: IndicatorSet,
    group: str,
    way: WeightingChoice,
    judged: Judged,
    problem: Problem,
) -> Finding:
    """What is wrong with judgements, with the cell that it is about.

    Parameters
    ----------
    indicator_set : IndicatorSet
    group : str
        Parent of the siblings.
    way : WeightingChoice
        How they are weighed.
    judged : Judged
        What it was given.
    problem : Problem
        By positions in ``judged``.
    """
    place = indicator_set.judgement_place(_row(judged, problem))
    children = [judged.children[child] for child in problem.children]
    fields: dict[str, object] = {
        "group": group,
        "method": way.method,
        "children": children,
        "budget": way.budget,
    }
    if problem.kind not in FINDINGS:
        return Finding("weighting_refused", "error", place, fields | {"reason": str(problem)})
    if problem.expert is not None:
        fields["expert"] = judged.experts[problem.expert] or NAMELESS
    if problem.value is not None:
        fields["value"] = f"{problem.value:.6g}"
    if problem.kind == "not_reciprocal":
        first, second = problem.children
        turned = judged.values[problem.expert, second, first]
        fields |= {"first": children[0], "second": children[1], "turned": f"{turned:.6g}"}
    return Finding(FINDINGS[problem.kind], "error", place, fields)


def remark_finding(
    indicator_set: IndicatorSet, group: str, method: str, judged: Judged, remark: Remark
) -> Finding:
    """What is to be known about derived weights, with the judgement that it is about.

    Parameters
    ----------
    indicator_set : IndicatorSet
    group, method : str
        Parent of the siblings, and how they are weighed.
    judged : Judged
        What the weights are derived from.
    remark : Remark
        By positions in ``judged``.
    """
    place = Place()
    if len(remark.experts) == 1:
        rows = judged.rows[remark.experts[0]]
        if len(remark.children) == rows.ndim:
            # A pair may be judged the one way round or the other.
            row = max(rows[remark.children], rows[remark.children[::-1]])
            place = indicator_set.judgement_place(int(row)) if row >= 0 else place
    fields = {
        "group": group,
        "method": method,
        "children": [judged.children[child] for child in remark.children],
        "expert": [judged.experts[expert] or NAMELESS for expert in remark.experts],
        **remark.fields,
    }
    return Finding(remark.code, remark.severity, place, fields)


def _row(judged: Judged, problem: Problem) -> int:
    """Row of the judgement itself, or the first one of the expert, or of all."""
    rows = judged.rows if problem.expert is None else judged.rows[problem.expert]
    if problem.kind in ("not_reciprocal", "too_far_apart"):
        return int(rows[problem.children])
    return int(rows[rows >= 0].min())

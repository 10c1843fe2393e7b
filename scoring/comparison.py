"""Comparing assessments: what moves between two of them, and what each node does to the ranks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kendalltau, spearmanr

from indicators import Finding, Framework, InvalidInputError, Place
from scoring.assessment import Assessment
from scoring.findings import scale_kinds
from scoring.method import aggregation_of
from scoring.ranking import rank
from scoring.tree import NodeDomainError, NodeRefusedError, aggregate_tree

Array = NDArray[np.float64]

#: Scores that are computed at a time, of all nodes under as many sets of weights as there is room.
SCORES_AT_A_TIME = 2**22


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two assessments.

    Parameters
    ----------
    shifts : DataFrame
        ``node, unit, score_before, score_after, score_shift, rank_before, rank_after,
        rank_shift`` for every node and unit that both have; a positive shift of rank is a climb.
    agreement : DataFrame, index node
        ``units`` with a rank in both, ``spearman`` and ``kendall`` (tau-b) rank correlation,
        ``mean_shift`` and ``largest_shift`` of ranks in absolute terms, ``unchanged`` ranks.
    only_before, only_after : tuple of str
        Units that only one of them scores.
    findings : tuple of Finding
        What keeps the two from being compared in full: scores on different scales, of which only
        the ranks can be compared.
    """

    shifts: pd.DataFrame
    agreement: pd.DataFrame
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def compare(
    before: Assessment, after: Assessment, nodes: Sequence[str] | None = None
) -> Comparison:
    """Compare the scores and ranks of two assessments.

    Ranks are those of each assessment; where the two do not score the same units, they are ranked
    anew among the units that both score.

    Parameters
    ----------
    before, after : Assessment
        Of two sets, or of one set under two methods or two weightings.
    nodes : sequence of str, optional
        Which nodes to compare; all that both have where left out.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInputError
        Where the two have no unit or no node in common.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168, equation 9 (average shift in ranks).
    """
    units = before.scores.index.intersection(after.scores.index, sort=False)
    common = before.scores.columns.intersection(after.scores.columns, sort=False)
    common = common if nodes is None else common.intersection(list(nodes), sort=False)
    if len(units) == 0 or len(common) == 0:
        place = Place(after.indicator_set.name)
        fields = {"other": before.indicator_set.name}
        raise InvalidInputError([Finding("nothing_in_common", "error", place, fields)])
    scores = [one.scores.loc[units, common] for one in (before, after)]
    same = len(units) == len(before.scores) == len(after.scores)
    ranks = [
        one.ranks.loc[units, common] if same else _ranked(one, units, common)
        for one in (before, after)
    ]
    return Comparison(
        shifts=_shifts(scores, ranks),
        agreement=_agreement(ranks),
        only_before=tuple(map(str, before.scores.index.difference(units, sort=False))),
        only_after=tuple(map(str, after.scores.index.difference(units, sort=False))),
        findings=tuple(_scale_findings(before, after, common)),
    )


def _scale_findings(before: Assessment, after: Assessment, nodes: pd.Index) -> Iterator[Finding]:
    """Nodes whose scores are on scales of different kinds, so that no difference has a meaning."""
    first, second = scale_kinds(before), scale_kinds(after)
    different = [node for node in map(str, nodes) if first[node] != second[node]]
    if different:
        node = different[0]
        fields = {"nodes": different, "first": first[node], "second": second[node], "node": node}
        yield Finding("different_scales", "warning", fields=fields)


def _ranked(assessment: Assessment, units: pd.Index, nodes: pd.Index) -> pd.DataFrame:
    exact = assessment.method.ranking.on == "exact"
    scores = (assessment.exact_scores if exact else assessment.scores).loc[units, nodes]
    ranks = rank(scores.to_numpy().T, assessment.method.ranking.ties).T
    return pd.DataFrame(ranks, units, nodes)


def _shifts(scores: Sequence[pd.DataFrame], ranks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    units, nodes = scores[0].index, scores[0].columns

    def long(table: pd.DataFrame) -> Array:
        return table.to_numpy(dtype=np.float64).T.ravel()

    (score_before, score_after), (rank_before, rank_after) = map(long, scores), map(long, ranks)
    return pd.DataFrame(
        {
            "node": np.repeat(nodes.to_numpy(), len(units)),
            "unit": np.tile(units.to_numpy(), len(nodes)),
            "score_before": score_before,
            "score_after": score_after,
            "score_shift": score_after - score_before,
            "rank_before": rank_before,
            "rank_after": rank_after,
            "rank_shift": rank_before - rank_after,
        }
    )


def _agreement(ranks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    rows = {}
    for node in ranks[0].columns:
        both = ranks[0][node].notna() & ranks[1][node].notna()
        first, second = (table.loc[both, node].to_numpy() for table in ranks)
        rows[node] = {"units": int(both.sum()), **agreement(first, second)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("node")


def agreement(first: Array, second: Array) -> dict[str, float]:
    """How far two rankings agree.

    Parameters
    ----------
    first, second : ndarray, shape (n_units,)
        Ranks, none missing.

    Returns
    -------
    dict
        ``spearman``, ``kendall`` (tau-b; both NaN where a ranking ties everybody), ``mean_shift``,
        ``largest_shift``, ``unchanged``.
    """
    shift = np.abs(first - second)
    told_apart = len(first) > 1 and np.ptp(first) > 0 and np.ptp(second) > 0
    return {
        "spearman": float(spearmanr(first, second).statistic) if told_apart else np.nan,
        "kendall": float(kendalltau(first, second).statistic) if told_apart else np.nan,
        "mean_shift": float(shift.mean()) if len(shift) else np.nan,
        "largest_shift": float(shift.max()) if len(shift) else np.nan,
        "unchanged": int((shift == 0).sum()),
    }


def leave_one_out(assessment: Assessment) -> pd.DataFrame:
    """Effect of leaving out each indicator and each group on the ranks in the index.

    A node is left out by weight 0; the weights in force of its siblings are rescaled, and a group
    of which nothing is left goes with it. The scale stays as it is, and derived weights are not
    derived anew.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    DataFrame, index node in the order of the tree
        ``spearman`` and ``kendall`` between the ranks with and without, ``mean_shift`` and
        ``largest_shift`` of ranks, ``unchanged`` ranks, ``unit`` that moves furthest and its
        ``rank_shift`` (positive: it climbs when the node is left out). Nodes without which nothing
        would be left are not listed; all is NaN for one without which the aggregation cannot be
        computed, such as bounds of weights that no longer add up.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7 (exclusion of
    individual indicators).
    """
    framework = assessment.framework
    nodes = list(framework.scored_nodes)
    weights = assessment.weights["weight"].to_numpy(dtype=np.float64)
    by_node = dict(zip(nodes, weights.tolist(), strict=True))
    without = {
        node: left_out
        for node in nodes[1:]
        if (left_out := node_to_leave_out(framework, node, by_node)) is not None
    }
    if not without:
        columns = [*agreement(np.empty(0), np.empty(0)), "unit", "rank_shift"]
        return pd.DataFrame(columns=columns).rename_axis("node")
    sets = np.repeat(weights[None], len(without), axis=0)
    sets[np.arange(len(sets)), [nodes.index(node) for node in without.values()]] = 0.0
    at_a_time = max(1, SCORES_AT_A_TIME // assessment.scores.size)
    index = np.concatenate(
        [
            _index_scores(assessment, sets[begin : begin + at_a_time])
            for begin in range(0, len(sets), at_a_time)
        ]
    )
    ranks = rank(index, assessment.method.ranking.ties)
    before = assessment.ranks.iloc[:, 0].to_numpy()
    rows = {}
    for node, after in zip(without, ranks, strict=True):
        both = ~np.isnan(before) & ~np.isnan(after)
        shift = np.where(both, before - after, 0.0)
        furthest = int(np.argmax(np.abs(shift)))
        rows[node] = {
            **agreement(before[both], after[both]),
            "unit": assessment.scores.index[furthest] if shift[furthest] else "",
            "rank_shift": shift[furthest] if both.any() else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("node")


def _index_scores(assessment: Assessment, weights: Array) -> Array:
    """Scores in the index under sets of weights; NaN under those it cannot be computed with."""
    try:
        found = aggregate_tree(
            assessment.framework,
            aggregation_of(assessment.indicator_set, assessment.method),
            assessment.method.rounding,
            assessment.normalised.to_numpy(),
            weights,
        )
    except (NodeDomainError, NodeRefusedError):
        if len(weights) == 1:
            return np.full((1, len(assessment.scores)), np.nan)
        return np.concatenate([_index_scores(assessment, one[None]) for one in weights])
    exact = assessment.method.ranking.on == "exact"
    index: Array = (found.exact if exact else found.rounded)[..., 0]
    return index


def node_to_leave_out(framework: Framework, node: str, weights: Mapping[str, float]) -> str | None:
    """The node whose weight becomes 0 where a node is left out.

    Parameters
    ----------
    framework : Framework
    node : str
        What is left out.
    weights : mapping of str to float
        Weights of all scored nodes.

    Returns
    -------
    str or None
        The node itself, or the group of which nothing is left with it; None where that is all.
    """
    while node != framework.root:
        parent = framework[node].parent
        if any(weights[child] > 0 for child in framework.children(parent) if child != node):
            return node
        node = parent
    return None

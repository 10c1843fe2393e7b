"""Taking over what another set says about weights, such as a workbook that people have edited."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from indicators.findings import Finding, raise_errors
from indicators.indicator_set import IndicatorSet
from indicators.tables import WEIGHT_TABLES


def with_weighting_of(base: IndicatorSet, other: IndicatorSet) -> IndicatorSet:
    """Copy of a set with what another one says about weights.

    Taken over are the weights of the framework, the named weight sets, the judgements and the
    section weighting of the method. A named set takes the place of the one of its name, and the
    judgements of one kind by one expert take the place of those; what the other set does not name
    stays, as do the weights of nodes that it does not have.

    Parameters
    ----------
    base : IndicatorSet
    other : IndicatorSet
        Each of its scored nodes must be one of ``base``, with the same parent.

    Raises
    ------
    InvalidInputError
        Where ``base`` does not have a node of the other set, or not there.
    ValueError
        Where all weights of a group come to 0.
    """
    check_nodes(base, other)
    framework = other.framework
    weights = {
        node: framework.weight(node)
        for node in framework.scored_nodes[1:]
        if framework.weight(node) != base.framework.weight(node)
    }
    method = {name: section for name, section in base.method.items() if name != "weighting"}
    if "weighting" in other.method:
        method["weighting"] = other.method["weighting"]
    theirs = {name.casefold() for name in other.weight_set_names}
    named = [str(name).casefold() not in theirs for name in base.weight_sets["set"]]
    judged, pairs = base.judgements, set(zip(*_pair(other.judgements), strict=True))
    kept = [pair not in pairs for pair in zip(*_pair(judged), strict=True)]
    # Places of rows that were read no longer fit.
    tables = {name: table for name, table in base.tables.items() if name not in WEIGHT_TABLES}
    return replace(
        base.with_weights(weights),
        weight_sets=_joined(base.weight_sets[named], other.weight_sets),
        judgements=_joined(judged[kept], other.judgements),
        method=method,
        tables=tables,
    )


def check_nodes(base: IndicatorSet, other: IndicatorSet) -> None:
    """Refuse another set with nodes that the base does not have, or not below the same parent.

    Raises
    ------
    InvalidInputError
        It lists all of them.
    """
    ours, theirs = base.framework, other.framework
    known = ours.scored_nodes[1:]
    findings = []
    for node in theirs.scored_nodes[1:]:
        place = other.node_place(node, "code")
        if node not in known:
            fields: dict[str, object] = {"value": node, "known": known}
            findings.append(Finding("unknown_node", "error", place, fields))
        elif (ours[node].parent, theirs[node].parent) != (ours.root, theirs.root) and (
            ours[node].parent != theirs[node].parent
        ):
            fields = {"code": node, "found": theirs[node].parent, "expected": ours[node].parent}
            findings.append(Finding("other_parent", "error", place, fields))
    raise_errors(findings)


def _pair(judgements: pd.DataFrame) -> tuple[pd.Series[str], pd.Series[str]]:
    return judgements["kind"], judgements["expert"]


def _joined(kept: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    if kept.empty or taken.empty:
        return (taken if kept.empty else kept).reset_index(drop=True)
    return pd.concat([kept, taken], ignore_index=True)

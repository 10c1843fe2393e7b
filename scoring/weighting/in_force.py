"""The weights in force as weights that somebody has stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators import IndicatorSet
    from scoring.assessment import Assessment

#: The section weighting of a method under which the weights of the framework count.
GIVEN: Mapping[str, object] = {"method": "given"}


def weights_in_force(assessment: Assessment) -> dict[str, float]:
    """Weights in force of all scored nodes of the set that was assessed.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, the newest year.

    Returns
    -------
    dict of str to float
        Node -> weight, 0 or more, relative to the siblings. A node that screening leaves out has
        the weight it is given, and 0 among siblings whose weights are derived.
    """
    whole, indicator_set = assessment.indicator_set.framework, assessment.indicator_set
    in_force = assessment.weights["weight"]
    found: dict[str, float] = {}
    for group in whole.groups:
        way = assessment.weighed.methods.get(group, "given")
        named = indicator_set.weights_of(way) if way in indicator_set.weight_set_names else {}
        for child in whole.children(group):
            if child in in_force.index:
                found[child] = float(in_force[child])
            else:
                stated = whole.weight(child) if way == "given" else 0.0
                found[child] = named.get(child, stated)
    return {node: found[node] for node in whole.scored_nodes[1:]}


def with_weights_in_force(assessment: Assessment) -> IndicatorSet:
    """The set that was assessed, with the weights in force as weights of its framework.

    From then on they are given: no data and no judgement changes them.
    """
    indicator_set = assessment.indicator_set
    framework = indicator_set.framework
    changed = {
        node: weight
        for node, weight in weights_in_force(assessment).items()
        if weight != framework.weight(node)
    }
    method = dict(indicator_set.method)
    if "weighting" in method:
        method["weighting"] = GIVEN
    return replace(indicator_set.with_weights(changed), method=method)

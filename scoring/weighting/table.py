"""Shares among siblings and effective weights in the index (Handbook, step 6)."""

from __future__ import annotations

import pandas as pd

from indicators import Framework


def weight_table(framework: Framework) -> pd.DataFrame:
    """Weights of all scored nodes.

    Parameters
    ----------
    framework : Framework

    Returns
    -------
    DataFrame, index node in the order of the tree
        ``weight``: as set, 0 or more, relative to the siblings. ``share``: weight divided by the
        sum over the siblings, 0..1. ``effective_weight``: product of the shares from the index
        down, 0..1; those of the indicators sum to 1 (Becker et al. 2017, section 2, "nominal
        weights"; what an indicator really contributes also depends on variance and correlation).
    """
    shares = {framework.root: 1.0}
    effective = {framework.root: 1.0}
    for group in reversed(framework.groups):
        children = framework.children(group)
        total = sum(framework.weight(child) for child in children)
        for child in children:
            shares[child] = framework.weight(child) / total
            effective[child] = effective[group] * shares[child]
    nodes = framework.scored_nodes
    return pd.DataFrame(
        {
            "weight": [framework.weight(node) for node in nodes],
            "share": [shares[node] for node in nodes],
            "effective_weight": [effective[node] for node in nodes],
        },
        index=pd.Index(nodes, name="node"),
    )

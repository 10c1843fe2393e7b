"""Shares among siblings and effective weights in the index (Handbook, step 6)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Framework


def weight_table(framework: Framework, weights: NDArray[np.float64] | None = None) -> pd.DataFrame:
    """Weights of all scored nodes.

    Parameters
    ----------
    framework : Framework
    weights : ndarray, shape (n_nodes,), optional
        Weights in the order of ``framework.scored_nodes``; those of the framework where left out.

    Returns
    -------
    DataFrame, index node in the order of the tree
        ``weight``: 0 or more, relative to the siblings. ``share``: weight divided by the
        sum over the siblings, 0..1. ``effective_weight``: product of the shares from the index
        down, 0..1; those of the indicators sum to 1 (Becker et al. 2017, section 2, "nominal
        weights"; what an indicator really contributes also depends on variance and correlation).
    """
    nodes = framework.scored_nodes
    given = [framework.weight(node) for node in nodes] if weights is None else weights.tolist()
    weight = dict(zip(nodes, given, strict=True))
    shares = {framework.root: 1.0}
    effective = {framework.root: 1.0}
    for group in reversed(framework.groups):
        children = framework.children(group)
        total = sum(weight[child] for child in children)
        for child in children:
            shares[child] = weight[child] / total
            effective[child] = effective[group] * shares[child]
    return pd.DataFrame(
        {
            "weight": [weight[node] for node in nodes],
            "share": [shares[node] for node in nodes],
            "effective_weight": [effective[node] for node in nodes],
        },
        index=pd.Index(nodes, name="node"),
    )

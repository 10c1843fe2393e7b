"""PROMETHEE II as published: a choice of six sites for a facility by four criteria."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from scoring.aggregation.outranking import promethee, promethee_flows

#: Papathanasiou, J., Ploskas, N. (2018), Multiple Criteria Decision Aid, Springer, chapter 3:
#: scores of the sites, weights of the criteria, and the net flows as printed.
SITES = np.array(
    [[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4]],
    dtype=float,
)
WEIGHTS = np.array([0.4, 0.3, 0.1, 0.2])
NET_FLOWS = [-0.26, -0.52, -0.22, 0.36, 0.70, -0.06]
LINEAR = {"preference": "linear", "indifference": 1.0, "preference_threshold": 2.0}


def test_net_flows() -> None:
    assert_allclose(promethee(SITES, WEIGHTS, **LINEAR), NET_FLOWS, atol=1e-12)  # type: ignore[arg-type]


def test_flows_in_each_criterion_agree_with_pairs() -> None:
    flows = promethee_flows(SITES, WEIGHTS, **LINEAR)  # type: ignore[arg-type]
    preferred = np.clip(SITES[:, None, :] - SITES[None, :, :] - 1, 0, 1)
    assert_allclose(flows.positive, preferred.sum(axis=1) / 5, atol=1e-12)
    assert_allclose(flows.negative, preferred.sum(axis=0) / 5, atol=1e-12)


def test_example_of_a_peer() -> None:
    # The docstring of PROMETHEE_II in pymcdm 1.4.0.
    found = promethee([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [0.5, 0.3, 0.2], preference="usual")
    assert_allclose(found, [0.1, -0.3, 0.2], atol=1e-12)

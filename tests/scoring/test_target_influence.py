"""Weights under which the influence of each child is what was stated for it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from scoring.aggregation import aggregate
from scoring.multivariate import correlation_importance
from scoring.weighting.base import Derived
from scoring.weighting.influence import target_influence
from tests.scoring.related_scores import codes, drawn, mean_of, scores_with, to_target, uncorrelated

Array = NDArray[np.float64]
NAN = np.nan
few = settings(deadline=None, max_examples=25)


def check_influence(found: Derived, scores: Array, stated: Array, method: str) -> None:
    """What is said of the result, worked out again from the scores."""
    parent = aggregate(scores, found.shares, method)
    reached = correlation_importance(scores, parent)
    assert_allclose(np.abs(found.by_child["influence"]), reached, atol=1e-9)
    gap = np.abs(found.by_child["influence"] - stated).max()
    assert found.figures["largest_gap"] == pytest.approx(gap, abs=1e-12)
    assert found.figures["converged"] == (gap <= 1e-6)
    assert ("influence_out_of_reach" in codes(found)) == (gap > 1e-6)


def test_uncorrelated_children() -> None:
    # The squared correlation with their mean is proportional to (weight x spread) ** 2.
    scores = uncorrelated(3) * [1, 2, 10]
    stated = np.array([0.64, 0.04, 0.32])
    found = to_target(scores, stated)
    weights = np.sqrt(stated) / [1, 2, 10]
    assert_allclose(found.shares, weights / weights.sum())
    assert_allclose(found.by_child["influence"], stated)
    before = (stated * [1, 2, 10]) ** 2
    assert_allclose(found.by_child["influence_before"], before / before.sum())
    assert found.figures["converged"] == 1
    assert found.remarks == ()


@few
@given(st.floats(-0.9, 0.9), st.floats(0.05, 0.95))
def test_two_children_by_hand(correlation: float, stated: float) -> None:
    # Correlations with the mean are as v1 + r v2 to r v1 + v2, wanted as a to b.
    a, b = np.sqrt([stated, 1 - stated])
    wanted = np.array([a - correlation * b, b - correlation * a])
    scores = scores_with([[1, correlation], [correlation, 1]])
    found = to_target(scores, np.array([stated, 1 - stated]))
    if wanted.min() > 1e-3:
        assert_allclose(found.shares, wanted / wanted.sum(), atol=1e-9)
        assert found.figures["converged"] == 1
    elif wanted.min() < -1e-3:
        assert_array_equal(found.shares, wanted > 0)
        assert found.figures["converged"] == 0


def test_a_target_out_of_reach() -> None:
    # Of two that correlate by 0.8, the second has 0.64 to 1 of influence even with a weight of 0.
    found = to_target(scores_with([[1, 0.8], [0.8, 1]]), np.array([0.9, 0.1]))
    assert_allclose(found.shares, [1, 0])
    assert_allclose(found.by_child["influence"], [1 / 1.64, 0.64 / 1.64])
    assert found.figures["converged"] == 0
    assert found.figures["largest_gap"] == pytest.approx(0.9 - 1 / 1.64)
    (remark,) = found.remarks
    assert (remark.code, remark.severity) == ("influence_out_of_reach", "warning")
    assert remark.fields["gap"] == pytest.approx(0.9 - 1 / 1.64)


def test_influence_against_the_parent_is_not_what_was_meant() -> None:
    # Weights (1, 0) give squared correlations of 1 and 0.25, just as stated; the second is -0.5.
    found = to_target(scores_with([[1, -0.5], [-0.5, 1]]), np.array([0.8, 0.2]))
    assert_allclose(found.shares, np.array([2.5, 2]) / 4.5)
    assert_allclose(found.by_child["influence"], [0.8, 0.2])


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1], [1, 0, 4, 3, 2]])
def test_unequal_targets_go_to_their_children(order: list[int]) -> None:
    # The largest target on the first column and the smallest on the last prove nothing.
    scores = drawn(10) @ np.diag([1, 3, 0.2, 1, 2])
    stated = np.array([0.3, 0.16, 0.14, 0.22, 0.18])
    found = to_target(scores[:, order], stated[order])
    assert found.figures["converged"] == 1
    assert_allclose(found.by_child["influence"], stated[order], atol=1e-9)
    assert_allclose(found.shares, to_target(scores, stated).shares[order], atol=1e-9)
    check_influence(found, scores[:, order], stated[order], "arithmetic")


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "topsis", "median", "minimum"])
@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_the_gap_is_the_one_there_is(method: str, seed: int) -> None:
    scores = np.maximum(drawn(seed, n_children=3), 1.0)
    stated = np.random.default_rng(seed).dirichlet([4, 4, 4])
    found = target_influence(scores, stated, mean_of(scores, method))
    check_influence(found, scores, stated, method)
    assert found.shares.min() >= 0
    assert found.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "harmonic", "topsis"])
@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_no_weights_on_a_grid_are_closer(method: str, seed: int) -> None:
    scores = np.maximum(drawn(seed, n_children=3), 1.0)
    stated = np.random.default_rng(seed).dirichlet([4, 4, 4])
    found = target_influence(scores, stated, mean_of(scores, method))
    steps = np.linspace(0, 1, 41)
    grid = np.array([(a, b, 1 - a - b) for a, b in product(steps, steps) if a + b <= 1 + 1e-12])
    tried = [
        np.corrcoef(scores.T, parent)[-1, :-1]
        for parent in aggregate(scores, grid.clip(min=0), method)
    ]
    signed = np.sign(tried) * np.square(tried) / np.square(tried).sum(axis=1, keepdims=True)
    distance = ((signed - stated) ** 2).sum(axis=1).min()
    assert ((found.by_child["influence"] - stated) ** 2).sum() <= distance + 1e-9


def test_a_geometric_mean_reaches_its_target() -> None:
    scores = np.maximum(drawn(13, n_children=3), 1.0)
    start = np.array([0.5, 0.2, 0.3])
    # What some weights give can be reached; other weights are stated.
    stated = correlation_importance(scores, aggregate(scores, start, "geometric"))
    found = target_influence(scores, stated, mean_of(scores, "geometric"))
    assert found.figures["converged"] == 1
    assert_allclose(found.shares, start, atol=1e-5)


def test_a_child_of_no_stated_importance_stays_at_0() -> None:
    scores = drawn(10)
    stated = np.array([0.4, 0.0, 0.35, 0.25, 0.0])
    gapped = scores.copy()
    gapped[:20, 1] = NAN  # what does not count need not be there
    found = to_target(gapped, stated)
    kept = [0, 2, 3]
    assert_allclose(found.shares[kept], to_target(scores[:, kept], stated[kept]).shares)
    assert_array_equal(found.shares[[1, 4]], 0)
    assert_array_equal(found.by_child["influence"][[1, 4]], 0)
    assert found.remarks == ()


def test_a_constant_child_cannot_have_influence() -> None:
    scores = uncorrelated(3)
    scores[:, 1] = 4.0
    found = to_target(scores, np.array([0.2, 0.5, 0.3]))
    assert_allclose(found.shares, np.sqrt([0.4, 0, 0.6]) / np.sqrt([0.4, 0.6]).sum())
    assert found.figures["largest_gap"] == pytest.approx(0.5)
    assert codes(found) == {"weight_of_constant": (1,), "influence_out_of_reach": (0, 1, 2)}


def test_children_that_are_alike_share_the_weight() -> None:
    scores = uncorrelated(2)[:, [0, 0, 1]]
    found = to_target(scores, np.array([0.3, 0.3, 0.4]))
    assert found.figures["converged"] == 1
    assert found.shares[0] == pytest.approx(found.shares[1])


def test_more_children_than_units() -> None:
    scores = drawn(11, n_units=6, n_children=9)
    stated = np.random.default_rng(11).dirichlet(np.ones(9))
    check_influence(to_target(scores, stated), scores, stated, "arithmetic")


def test_stated_weights_under_which_the_parent_is_constant() -> None:
    scores = uncorrelated(1) * [1, -1]
    found = to_target(scores, np.array([0.5, 0.5]))
    assert_array_equal(found.by_child["influence_before"], [0, 0])
    assert found.figures["converged"] == 0

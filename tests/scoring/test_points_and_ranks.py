from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import ArrayLike

from scoring.weighting.base import Derived
from scoring.weighting.judgements import JudgementError
from scoring.weighting.points import (
    budget_allocation,
    check_points,
    check_swings,
    modified_z_scores,
    swing,
)
from scoring.weighting.rank_order import (
    check_ranks,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
)

NAN = np.nan
few = settings(deadline=None, max_examples=50)
seeds = st.integers(0, 2**32 - 1)

Ranking = Callable[[ArrayLike], Derived]
RANKINGS: list[Ranking] = [rank_order_centroid, rank_sum, rank_reciprocal]

# --- ranks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weigh", "expected"),
    [
        (rank_order_centroid, [11 / 18, 5 / 18, 2 / 18]),
        (rank_sum, [3 / 6, 2 / 6, 1 / 6]),
        (rank_reciprocal, [6 / 11, 3 / 11, 2 / 11]),
    ],
)
def test_three_places_by_hand(weigh: Ranking, expected: list[float]) -> None:
    assert_allclose(weigh([[1, 2, 3]]).shares, expected)
    # Only the order counts.
    assert_allclose(weigh([[20, 7, 7.5]]).shares, [expected[2], expected[0], expected[1]])


@pytest.mark.parametrize("ranks", [[1, 1, 2], [1, 1, 3], [1.5, 1.5, 3]])
def test_equal_ranks_share_the_places_they_take(ranks: list[float]) -> None:
    found = rank_order_centroid([ranks])
    assert_allclose(found.shares, [8 / 18, 8 / 18, 2 / 18])
    assert found.by_child["mean_place"].tolist() == [1.5, 1.5, 3]


def test_centroid_is_the_mean_of_weights_in_that_order() -> None:
    # Weights drawn evenly from all that sum to 1, in falling order.
    drawn = np.sort(np.random.default_rng(1).dirichlet(np.ones(5), 50_000), axis=1)[:, ::-1]
    assert_allclose(rank_order_centroid([[1, 2, 3, 4, 5]]).shares, drawn.mean(axis=0), atol=2e-3)


@pytest.mark.parametrize("weigh", RANKINGS)
@given(seeds, st.integers(1, 25), st.integers(1, 5))
@few
def test_weights_follow_the_ranks(
    weigh: Ranking, seed: int, n_children: int, n_experts: int
) -> None:
    generator = np.random.default_rng(seed)
    ranks = generator.integers(1, n_children + 1, (n_experts, n_children)).astype(float)
    order = generator.permutation(n_children)
    found = weigh(ranks)
    assert found.shares.sum() == pytest.approx(1)
    assert (found.shares > 0).all()
    assert_allclose(weigh(ranks[:, order]).shares, found.shares[order])
    alone = np.array([weigh(rank[None]).shares for rank in ranks])
    assert_allclose(found.shares, alone.mean(axis=0))
    assert_allclose(found.by_child["highest"], alone.max(axis=0))
    assert (np.diff(alone[0][np.argsort(ranks[0])]) <= 1e-15).all()


@pytest.mark.parametrize("weigh", RANKINGS)
def test_equal_ranks_give_equal_weights(weigh: Ranking) -> None:
    assert_allclose(weigh([[4, 4, 4, 4]]).shares, 0.25)
    assert weigh([[7]]).shares.tolist() == [1]


def test_who_ranks_nothing_is_left_out() -> None:
    found = rank_sum([[1, 2], [NAN, NAN]])
    assert_allclose(found.shares, [2 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("ranks", "kind", "children"),
    [
        ([[1, NAN, 2]], "missing", (1,)),
        ([[1, 0, 2]], "not_positive", (1,)),
        ([[1, 2, np.inf]], "not_finite", (2,)),
        ([[1, 2, -np.inf]], "not_positive", (2,)),
    ],
)
def test_ranks_that_cannot_be_used(
    ranks: list[list[float]], kind: str, children: tuple[int, ...]
) -> None:
    [problem] = check_ranks(ranks)
    assert (problem.kind, problem.expert, problem.children) == (kind, 0, children)
    with pytest.raises(JudgementError):
        rank_order_centroid(ranks)


# --- points ---------------------------------------------------------------------------------------

PANEL = [
    [40, 40, 20],
    [50, 30, 20],
    [30, 50, 20],
    [NAN, NAN, NAN],
]


def test_points_by_hand() -> None:
    found = budget_allocation(PANEL)
    assert_allclose(found.shares, [0.4, 0.4, 0.2])
    assert_allclose(found.by_child["mean"], [40, 40, 20])
    assert_allclose(found.by_child["median"], [40, 40, 20])
    assert_allclose(found.by_child["standard_deviation"], [10, 10, 0], atol=1e-12)
    assert_allclose(found.by_child["lowest"], [30, 30, 20])
    assert_allclose(found.by_child["highest"], [50, 50, 20])
    # The second expert moves 10 of 100 points from one child to another.
    assert_allclose(found.by_expert["distance"], [0, 0.1, 0.1, NAN], atol=1e-12)
    assert found.remarks == ()


def test_median_does_not_follow_one_expert() -> None:
    points = [[30, 30, 40], [30, 30, 40], [100, 0, 0]]
    assert_allclose(budget_allocation(points, combine="median").shares, [0.3, 0.3, 0.4])
    assert_allclose(budget_allocation(points).shares, [16 / 30, 6 / 30, 8 / 30])


def test_medians_are_brought_to_a_sum_of_one() -> None:
    points = [[60, 40, 0], [0, 60, 40], [40, 0, 60]]
    assert_allclose(budget_allocation(points, combine="median").shares, 1 / 3)
    points = [[60, 40, 0], [60, 0, 40], [50, 30, 20]]
    assert_allclose(budget_allocation(points, combine="median").shares, np.array([6, 3, 2]) / 11)


def test_medians_that_are_all_zero_are_refused() -> None:
    points = np.eye(3) * 100
    with pytest.raises(JudgementError, match="mean"):
        budget_allocation(points, combine="median")
    assert_allclose(budget_allocation(points).by_expert["distance"], 2 / 3)


@pytest.mark.parametrize("third", [33, 33.3, 33.33])
def test_rounded_thirds_are_thirds(third: float) -> None:
    assert_allclose(budget_allocation([[third] * 3]).shares, 1 / 3)


@pytest.mark.parametrize(
    ("points", "total"), [([50, 48.9], 98.9), ([50, 51.1], 101.1), ([40, NAN], 40), ([0, 0], 0)]
)
def test_sums_that_are_not_the_budget_are_told(points: list[float], total: float) -> None:
    [problem] = check_points([[50, 50], points])
    assert (problem.kind, problem.expert) == ("wrong_total", 1)
    assert problem.value == pytest.approx(total)
    with pytest.raises(JudgementError, match="expert 1 add up to"):
        budget_allocation([[50, 50], points])


def test_what_is_left_empty_is_zero_where_the_sum_is_right() -> None:
    assert_allclose(budget_allocation([[60, NAN, 40]]).shares, [0.6, 0, 0.4])


def test_another_budget() -> None:
    found = budget_allocation([[6, 4], [4, 6]], budget=10)
    assert_allclose(found.shares, 0.5)
    assert_allclose(found.by_child["mean"], 5)
    with pytest.raises(ValueError, match="above 0"):
        budget_allocation([[6, 4]], budget=0)
    with pytest.raises(ValueError, match="mean or median"):
        budget_allocation([[60, 40]], combine="mode")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "kind"),
    [
        ([[120, -20]], "negative"),
        ([[np.inf, 0]], "not_finite"),
        ([[1e308, 1e308]], "wrong_total"),
        ([[NAN, NAN]], "no_judgement"),
    ],
)
def test_points_that_cannot_be_used(points: list[list[float]], kind: str) -> None:
    [problem] = check_points(points)
    assert problem.kind == kind


def test_modified_z_scores_by_hand() -> None:
    # Median 20, median absolute deviation 1.
    values = np.array([[19.0], [20.0], [21.0], [20.0], [18.0], [30.0]])
    gaps = values - 20
    assert_allclose(modified_z_scores(values), 0.6745 * gaps)
    # All but one agree: the mean absolute deviation is 10 / 6.
    values = np.array([[20.0]] * 5 + [[30.0]])
    assert_allclose(modified_z_scores(values)[-1], 10 / (np.sqrt(np.pi / 2) * 10 / 6))
    assert_array_equal(modified_z_scores(np.full((4, 1), 0.3)), np.zeros((4, 1)))


def test_outlying_points_are_told_and_stay() -> None:
    points = [[20, 80], [NAN, NAN], [21, 79], [19, 81], [20, 80], [60, 40]]
    found = budget_allocation(points)
    assert [(remark.children, remark.experts) for remark in found.remarks] == [
        ((0,), (5,)),
        ((1,), (5,)),
    ]
    first = found.remarks[0]
    assert (first.code, first.severity) == ("outlying_points", "note")
    assert first.fields == {"value": pytest.approx(60), "median": pytest.approx(20)}
    assert_allclose(found.shares, [0.28, 0.72])


@given(seeds, st.integers(1, 25), st.integers(1, 8), st.sampled_from(["mean", "median"]))
@few
def test_weights_from_points(seed: int, n_children: int, n_experts: int, combine: str) -> None:
    generator = np.random.default_rng(seed)
    points = 100 * generator.dirichlet(np.ones(n_children), n_experts)
    order = generator.permutation(n_children)
    found = budget_allocation(points, combine=combine)  # type: ignore[arg-type]
    assert found.shares.sum() == pytest.approx(1)
    assert (found.shares >= 0).all()
    distance = found.by_expert["distance"]
    assert ((distance >= 0) & (distance <= 1)).all()
    moved = budget_allocation(points[:, order], combine=combine)  # type: ignore[arg-type]
    assert_allclose(moved.shares, found.shares[order])
    assert {remark.experts for remark in moved.remarks} == {r.experts for r in found.remarks}


# --- swings ---------------------------------------------------------------------------------------


def test_swings_by_hand() -> None:
    found = swing([[100, 50, 50], [30, 60, 60], [NAN, NAN, NAN]])
    assert_allclose(found.shares, [0.35, 0.325, 0.325])
    assert_allclose(found.by_child["mean"], [75, 75, 75])
    assert_allclose(found.by_expert["distance"], [0.15, 0.15, NAN])
    [remark] = found.remarks
    assert (remark.code, remark.severity) == ("swing_without_full", "note")
    assert (remark.experts, remark.fields) == ((1,), {"value": 60.0})


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
def test_only_the_ratios_of_swings_matter(size: float) -> None:
    assert_allclose(swing([np.array([4, 3, 2, 0]) * size]).shares, np.array([4, 3, 2, 0]) / 9)


def test_largest_swings_do_not_overflow() -> None:
    assert_allclose(swing([[1.7e308, 1.7e308, 0]]).shares, [0.5, 0.5, 0])
    assert swing([[100]]).shares.tolist() == [1]


@pytest.mark.parametrize(
    ("swings", "kind"),
    [
        ([[100, NAN]], "missing"),
        ([[100, -5]], "negative"),
        ([[100, np.inf]], "not_finite"),
        ([[0, 0]], "all_zero"),
        ([[NAN, NAN]], "no_judgement"),
    ],
)
def test_swings_that_cannot_be_used(swings: list[list[float]], kind: str) -> None:
    assert [problem.kind for problem in check_swings(swings)] == [kind]
    with pytest.raises(JudgementError):
        swing(swings)


@pytest.mark.parametrize("weigh", [budget_allocation, swing, *RANKINGS])
def test_other_shapes_are_refused(weigh: Ranking) -> None:
    with pytest.raises(ValueError, match="n_experts"):
        weigh([1, 2, 3])

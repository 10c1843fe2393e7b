from __future__ import annotations

import statistics
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import gmean, hmean, pmean

from scoring.aggregation import aggregate
from scoring.aggregation.means import generalised_mean, mazziotta_pareto, ordered_weighted
from scoring.domain import DomainError

NAN = np.nan


def one(scores: list[float], weights: list[float], method: str, **options: object) -> float:
    """Result of one unit."""
    return float(aggregate([scores], weights, method, **options)[0])  # type: ignore[arg-type]


# --- harmonic and generalised means ---------------------------------------------------------------


def test_harmonic_by_hand() -> None:
    assert one([2, 6], [1, 1], "harmonic") == pytest.approx(3)
    assert one([2, 6], [3, 1], "harmonic") == pytest.approx(2.4)


def test_generalised_means_by_hand() -> None:
    assert one([1, 9], [1, 1], "generalised_mean") == pytest.approx(4)  # of square roots
    assert one([3, 4], [1, 1], "generalised_mean", power=2) == pytest.approx(12.5**0.5)
    # Human Poverty Index: power 3, which makes a deprivation of 60 count for more than one of 20.
    assert one([20, 60], [1, 1], "generalised_mean", power=3) == pytest.approx(112_000 ** (1 / 3))


@pytest.mark.parametrize("power", [-5, -1, -0.3, 0.02, 0.5, 2, 7.5])
def test_means_agree_with_scipy(power: float) -> None:
    rng = np.random.default_rng(0)
    scores, weights = rng.uniform(0.1, 100, (50, 6)), rng.random(6)
    found = aggregate(scores, weights, "generalised_mean", power=power)
    assert_allclose(found, pmean(scores, power, axis=1, weights=weights), rtol=1e-12)
    found = aggregate(scores, weights, "harmonic")
    assert_allclose(found, hmean(scores, axis=1, weights=weights), rtol=1e-13)


@pytest.mark.parametrize(
    ("power", "named"),
    [(-np.inf, "minimum"), (-1, "harmonic"), (0, "geometric"), (1, "arithmetic")],
)
def test_named_means_are_generalised_ones(power: float, named: str) -> None:
    rng = np.random.default_rng(1)
    scores, weights = rng.uniform(0.1, 100, (50, 6)), rng.random(6)
    found = aggregate(scores, weights, "generalised_mean", power=power)
    assert_allclose(found, aggregate(scores, weights, named), rtol=1e-13)
    for near in (power + 1e-7, power - 1e-7) if np.isfinite(power) else (-1e5,):
        close = aggregate(scores, weights, "generalised_mean", power=near)
        assert_allclose(close, found, rtol=1e-4)


@pytest.mark.parametrize("power", [1e-320, 1e-250, 1e-100, 1e-12, -1e-12, -1e-250])
def test_powers_next_to_zero_reach_the_geometric_mean(power: float) -> None:
    rng = np.random.default_rng(2)
    scores = rng.uniform(0.1, 100, (50, 6))
    found = aggregate(scores, np.ones(6), "generalised_mean", power=power)
    assert_allclose(found, gmean(scores, axis=1), rtol=1e-9)


def test_powers_rise_together_with_the_mean() -> None:
    scores = np.array([[1e-300, 3.0, 50.0, 1e300], [2.0, 2.5, 3.0, 90.0]])
    powers = [-np.inf, -1e300, -800, -2, -0.011, -0.009, -1e-9, 0, 1e-9, 0.009, 0.011, 1, 3, 1e300]
    found = [generalised_mean(scores, np.full((1, 4), 0.25), power=p) for p in [*powers, np.inf]]
    assert np.isfinite(found).all()
    for lower, upper in pairwise(found):
        assert (lower <= upper * (1 + 1e-11)).all()
    assert_array_equal(found[-1], [1e300, 90])


def test_zeros_in_generalised_means() -> None:
    assert one([0, 9], [1, 1], "generalised_mean") == pytest.approx(9 / 4)
    assert one([0, 0], [1, 1], "generalised_mean") == 0
    assert one([0, 0], [1, 1], "generalised_mean", power=0.001) == 0
    assert one([0, 9], [1, 1], "generalised_mean", power=np.inf) == 9
    assert one([-3, 9], [1, 1], "generalised_mean", power=1) == 3


@pytest.mark.parametrize(
    ("method", "options", "scores"),
    [
        ("geometric", {}, [[1, 2], [3, 0]]),
        ("harmonic", {}, [[1, 2], [3, 0]]),
        ("generalised_mean", {"power": -2}, [[1, 2], [3, 0]]),
        ("generalised_mean", {"power": 0}, [[1, 2], [3, 0]]),
        ("generalised_mean", {"power": 2}, [[0, 2], [3, -1]]),
        ("mazziotta_pareto", {}, [[0, 2], [3, -1]]),
    ],
)
def test_scores_outside_the_domain_are_refused_with_their_places(
    method: str, options: dict[str, float], scores: list[list[float]]
) -> None:
    with pytest.raises(DomainError, match="needs scores") as caught:
        aggregate(scores, [1, 1], method, **options)  # type: ignore[arg-type]
    assert caught.value.rows.tolist() == [1]
    assert caught.value.columns.tolist() == [1]
    assert caught.value.values.tolist() == [scores[1][1]]
    # Where the score does not count, all is well.
    assert np.isfinite(aggregate(scores, [1, 0], method, **options)[1])  # type: ignore[arg-type]


# --- median, minimum, sum -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([1, 1, 1, 1], 25),  # half is reached at 20: mean of 20 and 30
        ([1, 1, 1, 2], 30),
        ([3, 1, 1, 1], 15),
        ([4, 1, 1, 1], 10),
        ([0.1, 0.2, 0.3, 0.6], 35),  # 0.1 + 0.2 + 0.3 is not 0.6 in binary
        ([1, 0, 0, 1], 25),
        ([0, 0, 0, 1], 40),
    ],
)
def test_weighted_medians_by_hand(weights: list[float], expected: float) -> None:
    assert one([10, 20, 30, 40], weights, "median") == expected


def test_equal_weights_give_the_usual_median() -> None:
    rng = np.random.default_rng(3)
    for count in range(1, 12):
        scores = rng.integers(0, 9, (30, count)).astype(float)
        assert_array_equal(aggregate(scores, np.ones(count), "median"), np.median(scores, axis=1))


def test_whole_weights_repeat_scores_in_a_median() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        scores, weights = rng.integers(-9, 9, 5).tolist(), rng.integers(1, 5, 5).tolist()
        repeated = np.repeat(scores, weights).tolist()
        assert one(scores, weights, "median") == statistics.median(repeated)


def test_minimum_by_hand() -> None:
    assert aggregate([[3, 1, 2], [NAN, 7, 5]], [1, 0, 1], "minimum").tolist() == [2, 5]


def test_sums_by_hand() -> None:
    scores = [[1, 2, 3], [1, NAN, 3], [NAN, NAN, NAN]]
    assert_allclose(aggregate(scores, [1, 1, 1], "sum"), [6, 6, NAN])
    assert_allclose(aggregate(scores, [1, 1, 1], "sum", "zero"), [6, 4, NAN])
    assert_allclose(aggregate(scores, [1, 1, 1], "sum", "propagate"), [6, NAN, NAN])
    assert_allclose(aggregate(scores, [1, 2, 0], "sum"), [5, 3, NAN])
    draws = aggregate(scores, [[1, 1, 1], [2, 4, 0]], "sum")
    assert_allclose(draws, [[6, 6, NAN], [10, 6, NAN]])


def test_a_sum_that_overflows_is_refused() -> None:
    with pytest.raises(ValueError, match="weights this large"):
        aggregate([[100.0, 1.0]], [1e308, 1.0], "sum")


# --- Mazziotta-Pareto -----------------------------------------------------------------------------


def test_mazziotta_pareto_by_hand() -> None:
    # Mean 100, standard deviation 10, coefficient of variation 0.1.
    assert one([90, 110], [1, 1], "mazziotta_pareto") == pytest.approx(99)
    assert one([90, 110], [1, 1], "mazziotta_pareto", penalty="positive") == pytest.approx(101)
    # Mean 95, variance 3/4 * 25 + 1/4 * 225 = 75.
    assert one([90, 110], [3, 1], "mazziotta_pareto") == pytest.approx(95 - 75 / 95)
    assert one([100, 100, 100], [1, 1, 1], "mazziotta_pareto") == pytest.approx(100, rel=1e-15)
    assert one([0, 0], [1, 1], "mazziotta_pareto") == 0


def test_mazziotta_pareto_of_a_tiny_mean_beside_a_score_without_weight() -> None:
    assert one([5e-324, 1.0], [1, 0], "mazziotta_pareto") == 5e-324
    assert one([1e-300, 1e300], [1, 0], "mazziotta_pareto") == 1e-300


def test_mazziotta_pareto_agrees_with_its_definition() -> None:
    scores = np.random.default_rng(5).uniform(70, 130, (40, 6))
    mean, sd = scores.mean(axis=1), scores.std(axis=1)
    found = aggregate(scores, np.ones(6), "mazziotta_pareto")
    assert_allclose(found, mean - sd * (sd / mean), rtol=1e-13)


def test_of_equal_means_the_more_balanced_unit_leads() -> None:
    scores = [[100.0, 100, 100], [95, 100, 105], [80, 100, 120]]
    found = aggregate(scores, [1, 1, 1], "mazziotta_pareto")
    assert (np.diff(found) < 0).all()


def test_a_rise_of_the_highest_score_may_lower_a_mazziotta_pareto_index() -> None:
    # As its docstring says; here it falls below the lowest score, too.
    assert one([10, 90], [9, 1], "mazziotta_pareto") < one([10, 60], [9, 1], "mazziotta_pareto")
    assert one([0, 90], [9, 1], "mazziotta_pareto") < 0


def test_a_wrong_penalty_is_refused() -> None:
    with pytest.raises(ValueError, match="penalty"):
        mazziotta_pareto(np.ones((1, 2)), np.full((1, 2), 0.5), penalty="NEG")  # type: ignore[arg-type]


# --- ordered weighted averages --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [(0, 40), (1, 25), (2, 40 / 16 + 90 / 16 + 100 / 16 + 70 / 16), (np.inf, 10)],
)
def test_ordered_weighted_by_hand(exponent: float, expected: float) -> None:
    # Quantifier r ** 2 of four equal shares: weights 1, 3, 5, 7 sixteenths, best first.
    found = one([20, 40, 10, 30], [1, 1, 1, 1], "ordered_weighted", order_exponent=exponent)
    assert found == pytest.approx(expected)


def test_ordered_weights_by_hand() -> None:
    weights = {"order_weights": [0.1, 0.2, 0.3, 0.4]}
    scores = [20, 40, 10, 30]
    found = one(scores, [1, 1, 1, 1], "ordered_weighted", **weights)
    assert found == pytest.approx(4 + 6 + 6 + 4)
    # Importances 4, 3, 2, 1 tenths of 20, 40, 10, 30. Best first, 0.3, 0.4, 0.8, 1 of them are
    # reached; the quantifier there is 0.1 + 0.05 * 0.8, 0.1 + 0.15 * 0.8, 0.6 + 0.05 * 1.6, 1.
    found = one(scores, [4, 3, 2, 1], "ordered_weighted", **weights)
    assert found == pytest.approx(0.14 * 40 + 0.08 * 30 + 0.46 * 20 + 0.32 * 10)


def test_equal_order_weights_give_the_weighted_mean() -> None:
    rng = np.random.default_rng(6)
    scores, weights = rng.uniform(-9, 9, (30, 5)), rng.random(5)
    expected = aggregate(scores, weights)
    for count in (1, 2, 5, 9):
        found = aggregate(scores, weights, "ordered_weighted", order_weights=np.ones(count))
        assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    found = aggregate(scores, weights, "ordered_weighted", order_exponent=1)
    assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_order_weights_at_the_ends_give_the_extremes() -> None:
    scores = np.random.default_rng(7).uniform(-9, 9, (30, 4))
    best = aggregate(scores, np.ones(4), "ordered_weighted", order_weights=[1, 0, 0, 0])
    worst = aggregate(scores, np.ones(4), "ordered_weighted", order_weights=[0, 0, 0, 1])
    assert_array_equal(best, scores.max(axis=1))
    assert_array_equal(worst, scores.min(axis=1))


def test_huge_order_weights_are_as_good_as_small_ones() -> None:
    huge = one([3, 5], [1, 1], "ordered_weighted", order_weights=[1e308, 1e308])
    assert huge == one([3, 5], [1, 1], "ordered_weighted", order_weights=[1, 1]) == 4


@pytest.mark.parametrize("exponent", [0, 2, np.inf])
def test_what_has_no_weight_has_no_rank(exponent: float) -> None:
    scores = [[1e3, 5.0, 20.0, -7.0]]
    found = aggregate(scores, [0, 0.1, 0.7, 0], "ordered_weighted", order_exponent=exponent)
    alone = aggregate([[5.0, 20.0]], [0.1, 0.7], "ordered_weighted", order_exponent=exponent)
    assert_allclose(found, alone, rtol=1e-13)


@pytest.mark.parametrize(
    "options",
    [
        {"order_exponent": -1},
        {"order_exponent": NAN},
        {"order_weights": [1, -1, 1]},
        {"order_weights": [0, 0]},
        {"order_weights": []},
        {"order_weights": [NAN, 1]},
    ],
)
def test_wrong_orders_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="order_"):
        ordered_weighted(np.ones((1, 2)), np.full((1, 2), 0.5), **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="power"):
        generalised_mean(np.ones((1, 2)), np.full((1, 2), 0.5), power=NAN)

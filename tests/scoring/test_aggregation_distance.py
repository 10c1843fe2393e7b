from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from scoring.aggregation import aggregate
from scoring.aggregation.distance import SCALINGS, topsis_table, vikor_table

Array = NDArray[np.float64]
NAN = np.nan
HALVES = np.array([[0.5, 0.5]])

#: Routes up a mountain by risk, where less is better, and altitude in metres: Opricovic & Tzeng
#: (2004), European Journal of Operational Research 156, 445-455, tables 1 and 2.
ROUTES = np.array([[1.0, 3000], [2, 3750], [5, 4500]]) * [-1, 1]
#: The same on other scales: risk from 6 to 10, kilometres above the foot.
RESCALED = np.array([[6.0, 2.0], [7, 2.75], [10, 3.5]]) * [-1, 1]


@pytest.mark.parametrize(
    ("scores", "to_ideal", "to_anti_ideal", "closeness"),
    [
        (ROUTES, [0.114, 0.108, 0.365], [0.365, 0.280, 0.114], [0.762, 0.722, 0.238]),
        (RESCALED, [0.154, 0.085, 0.147], [0.147, 0.134, 0.154], [0.489, 0.612, 0.511]),
    ],
)
def test_topsis_of_opricovic_and_tzeng(
    scores: Array, to_ideal: list[float], to_anti_ideal: list[float], closeness: list[float]
) -> None:
    # Their table 3, TOPSIS with vector normalisation: where zero is decides who is first.
    table = topsis_table(scores, HALVES)
    assert_allclose(table.to_ideal, to_ideal, atol=5e-4)
    assert_allclose(table.to_anti_ideal, to_anti_ideal, atol=5e-4)
    assert_allclose(table.closeness, closeness, atol=5e-4)
    assert_array_equal(aggregate(scores, [1, 1], "topsis"), table.closeness)


@pytest.mark.parametrize("scores", [ROUTES, RESCALED])
def test_vikor_of_opricovic_and_tzeng(scores: Array) -> None:
    # Their table 3, VIKOR: the same on both scales.
    table = vikor_table(scores, HALVES)
    assert_allclose(table.group_regret, [0.5, 0.375, 0.5])
    assert_allclose(table.individual_regret, [0.5, 0.25, 0.5])
    assert_allclose(table.compromise, [1, 0, 1])
    assert_allclose(aggregate(scores, [1, 1], "vikor"), [0, 1, 0])


def hwang_yoon(values: Array, weights: Array, costs: NDArray[np.bool_]) -> Array:
    """TOPSIS as in the book, which knows costs."""
    weighted = values / np.sqrt((values**2).sum(axis=0)) * weights
    low, high = weighted.min(axis=0), weighted.max(axis=0)
    ideal, anti_ideal = np.where(costs, low, high), np.where(costs, high, low)
    away = np.sqrt(((weighted - ideal) ** 2).sum(axis=1))
    ahead = np.sqrt(((weighted - anti_ideal) ** 2).sum(axis=1))
    return ahead / (away + ahead)


def test_costs_with_their_sign_turned_are_the_costs_of_hwang_and_yoon() -> None:
    rng = np.random.default_rng(0)
    values, weights = rng.uniform(1, 50, (30, 6)), rng.dirichlet(np.ones(6))
    costs = np.array([True, False, True, False, False, True])
    found = aggregate(np.where(costs, -values, values), weights, "topsis")
    assert_allclose(found, hwang_yoon(values, weights, costs), rtol=1e-12)


@pytest.mark.parametrize(
    ("scaling", "divisor"),
    [
        ("vector", [5, 13]),
        ("minmax", [1, 7]),
        ("maximum", [4, 12]),
        ("sum", [7, 17]),
        ("none", [1, 1]),
    ],
)
def test_scalings_by_hand(scaling: str, divisor: list[float]) -> None:
    scores = np.array([[3.0, 12.0], [4.0, 5.0]])
    table = topsis_table(scores, HALVES, scaling=scaling)  # type: ignore[arg-type]
    first, second = 0.5 / divisor[0], 3.5 / divisor[1]
    if scaling in ("minmax", "none"):
        assert_allclose(table.to_ideal, [first, second])
    assert_allclose(table.closeness, np.array([second, first]) / (first + second))


def test_the_distances_of_vector_scaling_are_those_of_the_book() -> None:
    scores = np.array([[3.0, 12.0], [4.0, 5.0]])
    # Vector scaling leaves lengths of one half each.
    table = topsis_table(scores, HALVES)
    assert_allclose(table.to_ideal, [0.1, 3.5 / 13])
    assert_allclose(table.to_anti_ideal, [3.5 / 13, 0.1])


def test_without_scaling_distances_keep_their_unit() -> None:
    scores = np.array([[0.0, 0.0], [3e200, 4e200]])
    table = topsis_table(scores, HALVES, scaling="none")
    assert_allclose(table.to_ideal, [2.5e200, 0])
    assert_allclose(table.closeness, [0, 1])


@pytest.mark.parametrize("scaling", SCALINGS)
def test_nobody_to_compare_with(scaling: str) -> None:
    for scores in ([[3.0, 0.0]], [[3.0, 0.0]] * 4, [[0.0, 0.0]] * 2):
        found = aggregate(scores, [1, 2], "topsis", scaling=scaling)
        assert found.tolist() == [0.5] * len(scores)
        assert aggregate(scores, [1, 2], "vikor").tolist() == [1] * len(scores)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_child_in_which_all_are_equal_changes_nothing(scaling: str) -> None:
    scores = np.random.default_rng(1).normal(size=(9, 3))
    wider = np.column_stack([scores, np.full(9, 7.0)])
    for method, options in (("topsis", {"scaling": scaling}), ("vikor", {"majority": 0.3})):
        found = aggregate(wider, [1, 2, 3, 1], method, **options)  # type: ignore[arg-type]
        expected = aggregate(scores, [1, 2, 3], method, **options)  # type: ignore[arg-type]
        assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_equal_regrets_up_to_rounding_are_equal() -> None:
    # Mirror images: S is the same for all but for the last bits, and must not decide.
    scores = np.array([[0.1, 0.7, 0.2], [0.2, 0.1, 0.7], [0.7, 0.2, 0.1]])
    assert_array_equal(aggregate(scores, [0.1, 0.1, 0.1], "vikor"), [1, 1, 1])


def test_the_majority_moves_between_mean_and_largest_regret() -> None:
    scores = [[10.0, 0.0, 10.0], [6.0, 6.0, 6.0], [0.0, 10.0, 0.0]]
    balanced = aggregate(scores, [1, 1, 1], "vikor", majority=0)
    summed = aggregate(scores, [1, 1, 1], "vikor", majority=1)
    assert balanced.argmax() == 1
    assert summed.argmax() == 0
    half = aggregate(scores, [1, 1, 1], "vikor")
    assert_allclose(half, (balanced + summed) / 2)


def test_missing_scores_take_no_part_in_ideals_and_distances() -> None:
    # The second unit is measured by the first child alone, where it is halfway.
    scores = [[0.0, 8.0], [5.0, NAN], [10.0, 0.0], [5.0, 4.0]]
    for method in ("topsis", "vikor"):
        options = {"scaling": "minmax"} if method == "topsis" else {"majority": 1.0}
        found = aggregate(scores, [1, 1], method, **options)  # type: ignore[arg-type]
        assert_allclose(found[1], found[3])
    # A filled-in score would be the best of the child.
    negative = [[-5.0, -8.0], [-4.0, NAN], [-9.0, -2.0]]
    found = aggregate(negative, [1, 1], "vikor", majority=1.0)
    assert found[1] == 1
    regrets = vikor_table(
        np.array([[-5.0, -8.0], [-4.0, 1.0], [-9.0, -2.0]]),
        np.array([[0.5, 0.5], [1.0, 0.0], [0.5, 0.5]]),
    ).group_regret
    assert_allclose(regrets, [0.1 + 0.5, 0, 0.5])


def test_wrong_options_are_refused() -> None:
    with pytest.raises(ValueError, match="scaling must be one of vector"):
        aggregate([[1.0, 2.0]], [1, 1], "topsis", scaling="zscore")
    for majority in (-0.1, 1.1, NAN):
        with pytest.raises(ValueError, match="majority"):
            aggregate([[1.0, 2.0]], [1, 1], "vikor", majority=majority)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_extremes_are_no_other_than_common_scores(scaling: str, scale: float) -> None:
    scores = np.random.default_rng(2).uniform(-5, 5, (8, 3))
    for method, options in (("topsis", {"scaling": scaling}), ("vikor", {})):
        found = aggregate(scores * scale, [1, 2, 3], method, **options)  # type: ignore[arg-type]
        expected = aggregate(scores, [1, 2, 3], method, **options)  # type: ignore[arg-type]
        assert_allclose(found, expected, rtol=1e-12, atol=1e-12)

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from scoring.aggregation.consensus import consensus, kemeny
from scoring.aggregation.outranking import outranking_matrix

Array = NDArray[np.float64]
NAN = np.nan


def support(matrix: Array, order: tuple[int, ...]) -> float:
    """Sum of the matrix over all pairs of which the row stands above the column."""
    return float(np.triu(matrix[np.ix_(order, order)], 1).sum())


def by_all_permutations(matrix: Array) -> tuple[Array, float, int]:
    orders = list(permutations(range(len(matrix))))
    supports = np.array([support(matrix, order) for order in orders])
    best = [order for order, s in zip(orders, supports, strict=True) if s > supports.max() - 1e-9]
    return np.argsort(best, axis=1).mean(axis=0) + 1, supports.max(), len(best)


@st.composite
def sets(draw: st.DrawFn) -> tuple[Array, Array]:
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    element = st.one_of(st.integers(0, 4).map(float), st.just(NAN))
    values = draw(arrays(np.float64, (n, k), elements=element))
    weights = draw(arrays(np.float64, k, elements=st.sampled_from([1.0, 2.0, 2.5])))
    return values, weights


def filled(values: Array, weights: Array) -> tuple[Array, Array]:
    counted = np.where(np.isnan(values), 0.0, weights)
    total = counted.sum(axis=1, keepdims=True)
    return np.where(counted > 0, values, 1.0), counted / np.where(total > 0, total, 1.0)


def test_a_majority_against_a_circle() -> None:
    # Condorcet's circle a > b > c > a with 3, 2 and 1 more votes: the weakest link is cut.
    matrix = np.array([[0, 0.8, 0.4], [0.2, 0, 0.7], [0.6, 0.3, 0]])
    found = consensus(matrix)
    assert found.positions.tolist() == [1, 2, 3]
    assert found.support == pytest.approx(0.8 + 0.4 + 0.7)
    assert found.n_rankings == 1


def test_equal_rankings_give_mean_positions() -> None:
    # A circle of equal majorities: three rankings are best, and each unit is each place once.
    scores = [[3, 2, 1], [2, 1, 3], [1, 3, 2]]
    assert kemeny(scores, np.full(3, 1 / 3)).tolist() == [1, 1, 1]
    assert consensus(outranking_matrix(scores, np.full(3, 1 / 3))).n_rankings == 3


def test_one_child_is_ranked_as_it_is() -> None:
    scores = np.array([[5.0], [9.0], [1e300], [-2.0], [9.0], [9.0]])
    assert kemeny(scores, [1.0]).tolist() == [1, 3, 5, 0, 3, 3]


@settings(max_examples=50, deadline=None)
@given(sets())
def test_what_all_permutations_give(case: tuple[Array, Array]) -> None:
    matrix = outranking_matrix(*filled(*case))
    positions, best, count = by_all_permutations(matrix)
    found = consensus(matrix)
    assert_allclose(found.positions, positions, atol=1e-8)
    assert found.support == pytest.approx(best, abs=1e-9)
    assert found.n_rankings == count


def test_larger_knots_agree_with_a_search_over_all_subsets() -> None:
    rng = np.random.default_rng(0)
    for n, k in ((9, 3), (11, 4), (12, 5)):
        matrix = outranking_matrix(rng.normal(size=(n, k)), np.full(k, 1 / k))
        best = np.zeros(2**n)
        for subset in range(1, 2**n):
            members = [unit for unit in range(n) if subset >> unit & 1]
            # The last of the members has all the others above it.
            best[subset] = max(
                best[subset & ~(1 << last)] + matrix[members, last].sum() for last in members
            )
        assert consensus(matrix).support == pytest.approx(best[-1])


@settings(deadline=None)
@given(sets(), st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_invariances(case: tuple[Array, Array], random: Any, factor: float) -> None:
    values, weights = case
    expected = kemeny(*filled(values, weights))
    assert_allclose(kemeny(*filled(values, weights * factor)), expected, atol=1e-8)
    units, children = list(range(len(values))), list(range(values.shape[1]))
    random.shuffle(units)
    random.shuffle(children)
    found = kemeny(*filled(values[units][:, children], weights[children]))
    assert_allclose(found, expected[units], atol=1e-8)


@settings(deadline=None)
@given(sets(), st.data())
def test_who_is_first_stays_first_with_a_better_score(
    case: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = case
    n = len(values)
    before = kemeny(*filled(values, weights))
    first = int(before.argmax())
    child = data.draw(st.integers(0, values.shape[1] - 1))
    if before[first] < n - 1 or np.isnan(values[first, child]):
        return
    better = values.copy()
    better[first, child] += 1.0
    assert kemeny(*filled(better, weights))[first] == n - 1


def test_a_unanimous_pair_stands_in_that_order() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(25, 6))
    scores[7] = scores[3] + 0.1
    found = kemeny(scores, np.full(6, 1 / 6))
    assert found[7] > found[3]
    assert found.sum() == pytest.approx(25 * 24 / 2)


def test_many_units_without_circles() -> None:
    scores = np.random.default_rng(2).normal(size=(400, 1)) + np.zeros((400, 3))
    assert kemeny(scores, np.full(3, 1 / 3), most_units=1).argmax() == scores[:, 0].argmax()


def test_a_knot_that_is_too_large_is_refused() -> None:
    scores = np.random.default_rng(3).normal(size=(12, 3))
    assert kemeny(scores, np.full(3, 1 / 3)).shape == (12,)
    with pytest.raises(ValueError, match=r"units beat each other in circles.*most_units = 2"):
        kemeny(scores, np.full(3, 1 / 3), most_units=2)
    with pytest.raises(ValueError, match="from 1 to 63"):
        kemeny(scores, np.full(3, 1 / 3), most_units=64)


def test_too_many_equal_rankings_are_refused() -> None:
    # Twenty units that tie with each other and stand in a circle with two more.
    matrix = np.full((22, 22), 0.5)
    matrix[0, 2:] = matrix[2:, 1] = matrix[1, 0] = 1
    matrix[2:, 0] = matrix[1, 2:] = matrix[0, 1] = 0
    with pytest.raises(ValueError, match="out of reach"):
        consensus(matrix)


def test_few_units_and_draws() -> None:
    assert kemeny(np.empty((0, 2)), [0.5, 0.5]).shape == (0,)
    assert kemeny([[1.0, 2.0]], [0.5, 0.5]).tolist() == [0]
    assert kemeny([[1.0, 2.0], [2.0, 1.0]], [0.5, 0.5]).tolist() == [0.5, 0.5]
    assert kemeny(np.ones((300, 2)), [0.5, 0.5]).tolist() == [149.5] * 300
    scores = np.random.default_rng(4).normal(size=(4, 7, 3))
    together = kemeny(scores, np.full(3, 1 / 3))
    assert together.tolist() == [kemeny(one, np.full(3, 1 / 3)).tolist() for one in scores]

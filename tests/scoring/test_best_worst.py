from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.optimize import minimize

from scoring.weighting.best_worst import best_worst, check_best_worst, threshold
from scoring.weighting.judgements import JudgementError

Array = NDArray[np.float64]
NAN = np.nan

few = settings(deadline=None, max_examples=40)
seeds = st.integers(0, 2**32 - 1)


def two_vectors(best_to_others: list[float], others_to_worst: list[float]) -> Array:
    """Comparisons of one expert; the best and the worst have the 1 in their own vector."""
    matrix = np.full((len(best_to_others),) * 2, NAN)
    matrix[best_to_others.index(1)] = best_to_others
    matrix[:, others_to_worst.index(1)] = others_to_worst
    return matrix


def random_vectors(n_children: int, generator: np.random.Generator) -> Array:
    """The first is the best, the second the worst, and the others are 2 or more apart from both."""
    farthest = int(generator.integers(3, 10))
    to_others, to_worst = generator.integers(2, farthest + 1, (2, n_children)).tolist()
    to_others[:2], to_worst[:2] = [1, farthest], [farthest, 1]
    return two_vectors(to_others, to_worst)


def largest_gap(matrix: Array, shares: Array) -> float:
    to_others = shares[0] - matrix[0] * shares
    to_worst = shares - matrix[:, 1] * shares[1]
    return float(np.abs(np.append(to_others, to_worst)).max())


def by_corners(matrix: Array) -> tuple[Array, float]:
    """The best corner of the linear model: all of them are tried."""
    n = len(matrix)
    unit = np.eye(n)
    gaps = np.concatenate([unit[0] - matrix[0][:, None] * unit, unit - matrix[:, [1]] * unit[1]])
    gaps = gaps[np.abs(gaps).any(axis=1)]
    # Each row: gap - xi <= 0 with either sign, or a weight of 0.
    bounds = np.concatenate([np.c_[gaps, -np.ones(len(gaps))], np.c_[-gaps, -np.ones(len(gaps))]])
    bounds = np.concatenate([bounds, np.c_[-unit, np.zeros(n)]])
    best: tuple[float, Array] = (np.inf, np.zeros(n))
    for rows in itertools.combinations(range(len(bounds)), n):
        system = np.vstack([bounds[list(rows)], np.append(np.ones(n), 0.0)])
        if abs(np.linalg.det(system)) < 1e-9:
            continue
        corner = np.linalg.solve(system, np.append(np.zeros(n), 1.0))
        if (bounds @ corner <= 1e-9).all() and corner[-1] < best[0]:
            best = float(corner[-1]), corner[:-1]
    return best[1], best[0]


@given(seeds, st.integers(3, 4))
@settings(deadline=None, max_examples=10)
def test_optimum_is_the_best_corner_of_all(seed: int, n_children: int) -> None:
    matrix = random_vectors(n_children, np.random.default_rng(seed))
    found = best_worst([matrix])
    shares, xi = by_corners(matrix)
    assert_allclose(found.by_expert["xi"], xi, atol=1e-9)
    assert_allclose(found.shares, shares, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_solver_finds_better_weights(seed: int) -> None:
    matrix = random_vectors(6, np.random.default_rng(seed))
    found = best_worst([matrix])
    unit = np.eye(6)
    gaps = np.concatenate([unit[0] - matrix[0][:, None] * unit, unit - matrix[:, [1]] * unit[1]])
    other = minimize(
        lambda point: point[-1],
        np.append(np.full(6, 1 / 6), 1.0),
        bounds=[(0, None)] * 7,
        constraints=[
            {"type": "eq", "fun": lambda point: point[:-1].sum() - 1},
            {"type": "ineq", "fun": lambda point: point[-1] - gaps @ point[:-1]},
            {"type": "ineq", "fun": lambda point: point[-1] + gaps @ point[:-1]},
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert_allclose(found.by_expert["xi"], other.x[-1], atol=1e-8)
    assert_allclose(found.shares, other.x[:-1], atol=1e-6)


@given(seeds, st.integers(2, 12))
@few
def test_consistent_comparisons_give_their_weights(seed: int, n_children: int) -> None:
    weights = np.exp(np.random.default_rng(seed).uniform(-2, 2, n_children))
    best, worst = int(weights.argmax()), int(weights.argmin())
    matrix = np.full((n_children, n_children), NAN)
    matrix[best] = weights[best] / weights
    matrix[:, worst] = weights / weights[worst]
    found = best_worst([matrix])
    assert_allclose(found.shares, weights / weights.sum(), rtol=1e-9)
    assert_allclose(found.by_expert["xi"], 0, atol=1e-12)
    assert_allclose(found.by_expert["consistency_ratio"], 0, atol=1e-12)
    assert found.remarks == ()


@given(seeds, st.integers(3, 8))
@few
def test_order_of_children_does_not_matter(seed: int, n_children: int) -> None:
    generator = np.random.default_rng(seed)
    matrix, order = random_vectors(n_children, generator), generator.permutation(n_children)
    moved = best_worst([matrix[order][:, order]])
    found = best_worst([matrix])
    assert_allclose(moved.shares, found.shares[order], atol=1e-9)
    assert (found.shares >= 0).all()
    assert found.shares.sum() == pytest.approx(1)
    assert_allclose(found.by_expert["xi"], largest_gap(matrix, found.shares), atol=1e-12)


@pytest.mark.parametrize("others", [[[1, 1, 2], [NAN, 1, 5]], [[1, 1, 5], [NAN, 1, 2]]])
def test_none_of_several_best_is_preferred_for_its_place(others: list[list[float]]) -> None:
    found = best_worst([[*others, [NAN, NAN, 1]]]).shares
    turned = np.array([*others, [NAN, NAN, 1]])[[1, 0, 2]][:, [1, 0, 2]]
    assert_allclose(best_worst([turned]).shares, found[[1, 0, 2]], atol=1e-12)


def test_equal_comparisons_give_equal_weights() -> None:
    found = best_worst(np.ones((2, 25, 25)))
    assert_allclose(found.shares, 1 / 25)
    assert found.by_expert["consistency_ratio"].tolist() == [0, 0]


def test_one_child_and_two() -> None:
    assert best_worst([[[NAN]]]).shares.tolist() == [1]
    assert_allclose(best_worst([[[1, NAN], [3, 1]]]).shares, [0.25, 0.75])


def test_experts_are_combined_by_the_mean_of_their_weights() -> None:
    silent = np.full((2, 2), NAN)
    equal = [[1, NAN], [1, 1]]
    found = best_worst([[[1, 3], [NAN, 1]], silent, equal, equal])
    assert_allclose(found.shares, np.array([7, 5]) / 12)
    assert_allclose(found.by_child["highest"], [0.75, 0.5])
    assert_allclose(found.by_child["lowest"], [0.5, 0.25])
    assert_array_equal(np.isnan(found.by_expert["xi"]), [False, True, False, False])


# --- consistency ----------------------------------------------------------------------------------


def test_input_based_consistency_ratio_by_hand() -> None:
    # Of the fourth 3 * 3 = 9 and not 8: 1 / (64 - 8); and then 7 * 7: 41 / 56.
    found = best_worst([two_vectors([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])])
    assert_allclose(found.by_expert["consistency_ratio"], 1 / 56)
    assert found.remarks == ()
    found = best_worst([two_vectors([2, 1, 4, 7, 8], [4, 8, 2, 7, 1])])
    assert_allclose(found.by_expert["consistency_ratio"], 41 / 56)
    assert_allclose(found.by_expert["highest_acceptable"], 0.2958)
    [remark] = found.remarks
    assert (remark.code, remark.severity) == ("inconsistent_best_worst", "warning")
    assert (remark.experts, remark.children) == ((0,), (1, 3, 4))
    assert remark.fields["said"] == 7
    assert remark.fields["implied"] == pytest.approx(8 / 7)


def test_thresholds_of_liang_brunelli_and_rezaei() -> None:
    # Omega 96 (2020), table 3.
    assert threshold(3, 9) == 0.1359
    assert threshold(4, 5) == 0.1994
    assert threshold(9, 9) == 0.3662
    assert threshold(7, 3) == 0.1667
    assert threshold(5, 2) == 0
    # Beyond the table and between its grades.
    assert threshold(30, 100) == threshold(9, 9)
    assert threshold(4, 5.9) == threshold(4, 5)
    assert threshold(2, 1) == 0


def test_best_as_important_as_the_worst_and_not_as_another() -> None:
    found = best_worst([[[1, 1, 3], [NAN, 1, NAN], [NAN, 2, 1]]])
    assert found.by_expert["consistency_ratio"].tolist() == [1]
    assert [remark.code for remark in found.remarks] == ["inconsistent_best_worst"]
    assert np.isfinite(found.shares).all()


def test_other_comparisons_do_not_count() -> None:
    matrix = two_vectors([2, 1, 4, 3, 8], [4, 8, 2, 3, 1])
    more = matrix.copy()
    more[0, 2], more[3, 2] = 9, 9
    found = best_worst([more])
    assert_array_equal(found.shares, best_worst([matrix]).shares)
    [remark] = found.remarks
    assert (remark.code, remark.experts) == ("unused_comparisons", (0,))
    assert remark.fields == {"count": 2}


# --- what cannot be used --------------------------------------------------------------------------


def test_what_the_best_and_the_worst_lack_is_named() -> None:
    matrix = two_vectors([1, 2, 4, 8], [8, 4, 2, 1])
    matrix[0, 2] = NAN
    [problem] = check_best_worst([matrix])
    assert (problem.kind, problem.expert, problem.children) == ("no_best", 0, (0, 2))
    matrix[1, 3] = NAN
    assert [(problem.kind, problem.children) for problem in check_best_worst([matrix])] == [
        ("no_best", (0, 2)),
        ("no_worst", (3, 1)),
    ]
    with pytest.raises(JudgementError, match="as at least as important"):
        best_worst([matrix])


def test_circle_has_no_best() -> None:
    circle = [[1, 2, NAN], [NAN, 1, 2], [2, NAN, 1]]
    kinds = [problem.kind for problem in check_best_worst([circle])]
    assert kinds == ["contradicted_best", "contradicted_worst"]


def test_nobody_compares_anything() -> None:
    with pytest.raises(JudgementError, match="nobody"):
        best_worst(np.full((2, 3, 3), NAN))


def test_cells_are_checked_as_for_the_analytic_hierarchy_process() -> None:
    [problem] = check_best_worst([[[1, -2], [NAN, 1]]])
    assert problem.kind == "not_positive"

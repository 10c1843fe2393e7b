from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from scoring.weighting.comparisons import (
    ahp,
    check_comparisons,
    combined,
    deviations,
    reciprocal,
)
from scoring.weighting.consistency import (
    consistency,
    most_doubtful,
    parts,
    principal_eigenvector,
    random_index,
)
from scoring.weighting.judgements import JudgementError

Array = NDArray[np.float64]
NAN = np.nan
GRADES = np.array([1 / grade for grade in range(9, 1, -1)] + [*range(1, 10)])

few = settings(deadline=None, max_examples=50)
seeds = st.integers(0, 2**32 - 1)


def upper(n_children: int, *above: float) -> Array:
    """A matrix of what stands above the diagonal, row by row."""
    matrix = np.eye(n_children)
    matrix[np.triu_indices(n_children, 1)] = above
    matrix[np.tril_indices(n_children, -1)] = NAN
    return reciprocal(matrix)


def random_matrices(n_children: int, n_matrices: int, generator: np.random.Generator) -> Array:
    above = np.triu(generator.choice(GRADES, size=(n_matrices, n_children, n_children)), 1)
    above[:, np.tri(n_children, dtype=bool)] = NAN
    return reciprocal(above)


def connected_matrix(
    weights: Array, generator: np.random.Generator, spread: float = 0.0
) -> tuple[Array, int]:
    """Ratios of weights, of which some are missing and all children are connected."""
    n_children = len(weights)
    noise = np.triu(generator.normal(0, spread, (n_children, n_children)), 1)
    matrix = weights[:, None] / weights * np.exp(noise - noise.T)
    tree = [(generator.integers(child), child) for child in range(1, n_children)]
    missing = np.triu(generator.random((n_children, n_children)) < generator.random(), 1)
    missing[tuple(np.array(tree).T)] = False
    return np.where(missing | missing.T, NAN, matrix), int(missing.sum())


# --- priorities -----------------------------------------------------------------------------------


def test_two_children_by_hand() -> None:
    found = ahp([[[1, 3], [NAN, 1]]])
    assert_allclose(found.shares, [0.75, 0.25], rtol=1e-15)
    assert found.figures["consistency_ratio"] == 0


def test_one_child_gets_everything() -> None:
    found = ahp([[[NAN]]])
    assert found.shares.tolist() == [1]
    assert found.figures["consistency_ratio"] == 0
    assert found.remarks == ()


def test_three_children_by_hand() -> None:
    # Of three children the eigenvector is the geometric mean of the rows, and the eigenvalue
    # 1 + d + 1 / d with d the cube root of a_13 / (a_12 a_23).
    found = ahp([upper(3, 2, 9, 3)])
    rows = np.cbrt([18, 1.5, 1 / 27])
    assert_allclose(found.shares, rows / rows.sum(), rtol=1e-13)
    d = np.cbrt(9 / 6)
    assert found.figures["largest_eigenvalue"] == pytest.approx(1 + d + 1 / d, rel=1e-13)
    index = (d + 1 / d - 2) / 2
    assert found.figures["consistency_index"] == pytest.approx(index, rel=1e-12)
    assert found.figures["consistency_ratio"] == pytest.approx(index / 0.52, rel=1e-12)


def test_missing_comparison_by_hand() -> None:
    # Harker's matrix is [[2, 2, 0], [1/2, 1, 2], [0, 1/2, 2]]: 3 times (4, 2, 1) / 7.
    found = ahp([upper(3, 2, NAN, 2)])
    assert_allclose(found.shares, np.array([4, 2, 1]) / 7, rtol=1e-14)
    assert found.figures["largest_eigenvalue"] == pytest.approx(3)
    assert found.figures["missing_comparisons"] == 1
    [remark] = found.remarks
    assert (remark.code, remark.severity, remark.children) == (
        *("incomplete_comparisons", "note"),
        (0, 2),
    )
    assert remark.fields == {"missing": 1, "pairs": 3}


@given(seeds, st.integers(3, 12))
@few
def test_missing_comparisons_are_ratios_of_the_priorities(seed: int, n_children: int) -> None:
    # Another way to the same: fill in, derive the priorities, and again until nothing moves.
    generator = np.random.default_rng(seed)
    weights = np.exp(generator.normal(0, 1, n_children))
    matrix, _ = connected_matrix(weights, generator, spread=0.5)
    priorities, eigenvalue = principal_eigenvector(matrix)
    filled = np.where(np.isnan(matrix), priorities[:, None] / priorities, matrix)
    assert_allclose(filled @ priorities, eigenvalue * priorities, rtol=1e-10)
    assert eigenvalue >= n_children


@given(seeds, st.integers(1, 25))
@few
def test_consistent_comparisons_give_their_weights_whatever_is_missing(
    seed: int, n_children: int
) -> None:
    generator = np.random.default_rng(seed)
    weights = np.exp(generator.uniform(-5, 5, n_children))
    if n_children == 1:
        matrix, missing = np.ones((1, 1)), 0
    else:
        matrix, missing = connected_matrix(weights, generator)
    found = ahp([matrix])
    assert_allclose(found.shares, weights / weights.sum(), rtol=1e-9)
    assert found.figures["consistency_ratio"] == pytest.approx(0, abs=1e-9)
    assert found.figures["missing_comparisons"] == missing


@given(seeds, st.integers(2, 10), st.integers(1, 4))
@few
def test_order_of_children_and_experts_does_not_matter(
    seed: int, n_children: int, n_experts: int
) -> None:
    generator = np.random.default_rng(seed)
    comparisons = random_matrices(n_children, n_experts, generator)
    order, turn = generator.permutation(n_children), generator.permutation(n_experts)
    found = ahp(comparisons)
    moved = ahp(comparisons[turn][:, order][:, :, order])
    assert_allclose(moved.shares, found.shares[order], rtol=1e-11)
    assert_allclose(
        moved.by_expert["consistency_ratio"],
        found.by_expert["consistency_ratio"][turn],
        atol=1e-11,
    )
    assert (found.shares > 0).all()
    assert found.shares.sum() == pytest.approx(1)


@given(seeds, st.integers(2, 9))
@few
def test_turning_all_comparisons_round_turns_the_order_round(seed: int, n_children: int) -> None:
    # So it is for consistent comparisons, missing ones or not; not for others of four or more.
    generator = np.random.default_rng(seed)
    weights = np.exp(generator.normal(0, 1, n_children))
    matrix, _ = connected_matrix(weights, generator)
    inverse = 1 / ahp([matrix]).shares
    assert_allclose(ahp([matrix.T]).shares, inverse / inverse.sum(), rtol=1e-10)


def test_what_a_workbook_can_compute_is_the_same() -> None:
    # Harker's matrix squared over and over, brought to a largest entry of 1, is its eigenvector.
    generator = np.random.default_rng(3)
    for n_children, squarings in ((3, 20), (8, 20), (25, 20)):
        weights = np.exp(generator.normal(0, 0.7, n_children))
        matrix, _ = connected_matrix(weights, generator, spread=0.3)
        missing = np.isnan(matrix)
        power = np.where(missing, 0.0, matrix) + np.diag(missing.sum(axis=1))
        for _ in range(squarings):
            power = power / power.max()
            power = power @ power
        priorities, _ = principal_eigenvector(matrix)
        assert_allclose(power.sum(axis=1) / power.sum(), priorities, rtol=1e-12)


def test_very_unlike_children_keep_their_ratios() -> None:
    chain = np.full((25, 25), NAN)
    chain[np.arange(24), np.arange(1, 25)] = 1e9
    found = ahp([chain])
    assert_allclose(found.shares[1:] / found.shares[:-1], 1e-9, rtol=1e-9)
    assert found.figures["consistency_ratio"] == 0


def test_circle_of_extremes_is_no_number_out_of_range() -> None:
    found = ahp([upper(3, 1e9, 1e-9, 1e9)])
    assert_allclose(found.shares, 1 / 3)
    assert found.figures["consistency_ratio"] > 1e8


# --- several experts ------------------------------------------------------------------------------


def test_experts_are_combined_by_the_geometric_mean() -> None:
    found = ahp([[[1, 2], [NAN, 1]], [[1, 8], [NAN, 1]]])
    assert_allclose(found.shares, [0.8, 0.2], rtol=1e-14)


def test_opposite_experts_say_equal() -> None:
    matrix = upper(4, 2, 3, 5, 4, 6, 7)
    assert_allclose(ahp([matrix, matrix.T]).shares, 0.25, rtol=1e-14)


def test_experts_may_compare_different_pairs() -> None:
    first, second, silent = np.full((3, 3, 3), NAN)
    first[0, 1], second[1, 2] = 2, 3
    found = ahp([first, silent, second])
    assert_allclose(found.shares, np.array([6, 3, 1]) / 10)
    # An expert who compares two of three contradicts nobody; who says nothing has no ratio.
    assert_array_equal(found.by_expert["consistency_ratio"], [0, NAN, 0])


def test_expert_who_does_not_connect_all_has_the_ratio_of_the_worse_part() -> None:
    unconnected = np.full((6, 6), NAN)
    unconnected[:3, :3] = upper(3, 2, 9, 3)
    unconnected[3:, 3:] = upper(3, 1, 9, 1)
    everything = np.ones((6, 6))
    found = ahp([unconnected, everything])
    d = np.cbrt(9)
    assert_allclose(found.by_expert["consistency_ratio"], [(d + 1 / d - 2) / 2 / 0.52, 0])
    [remark] = found.remarks
    assert remark.experts == (0,)
    assert set(remark.children) <= {3, 4, 5}


def test_same_judgement_twice_is_the_same_judgement() -> None:
    matrix = upper(4, 2, 3, 5, 4, 6, 7)
    assert_allclose(ahp([matrix] * 3).shares, ahp([matrix]).shares, rtol=1e-13)


def test_comparisons_that_leave_some_apart_are_refused() -> None:
    apart = np.full((1, 5, 5), NAN)
    apart[0, 0, 1] = apart[0, 1, 2] = apart[0, 3, 4] = 2
    with pytest.raises(JudgementError, match="connects") as error:
        ahp(apart)
    [problem] = error.value.problems
    assert (problem.kind, problem.children) == ("not_connected", (3, 4))


def test_nothing_compared_is_refused() -> None:
    with pytest.raises(JudgementError, match="connects"):
        ahp(np.full((2, 3, 3), NAN))


# --- consistency ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_children", "n_matrices"), [(3, 20000), (5, 5000), (16, 1000)])
def test_random_index_is_that_of_random_matrices(n_children: int, n_matrices: int) -> None:
    check_random_index(n_children, n_matrices, printed=0.005 if n_children <= 15 else 0.0)


@pytest.mark.parametrize("n_children", [25, 60])
def test_random_index_is_computed_beyond_any_table(n_children: int) -> None:
    check_random_index(n_children, 12000 // n_children, printed=0.0)


def check_random_index(n_children: int, n_matrices: int, printed: float) -> None:
    drawn = random_matrices(n_children, n_matrices, np.random.default_rng(1))
    eigenvalues = np.linalg.eigvals(drawn).real.max(axis=1)
    indices = (eigenvalues - n_children) / (n_children - 1)
    error = indices.std() / n_matrices**0.5
    assert random_index(n_children) == pytest.approx(indices.mean(), abs=3 * error + printed)


def test_random_index_grows_without_a_jump() -> None:
    steps = np.diff([random_index(n_children) for n_children in range(2, 60)])
    assert (steps > 0).all()
    # From the end of the table to what is computed: no more than rounding to two decimals.
    assert 0 < random_index(16) - random_index(15) < 0.0125


def test_random_index_of_missing_comparisons() -> None:
    # Four elements with one pair missing: the completion with the smallest eigenvalue is looked
    # for among 81 values, as Ágoston & Csató (2022) do.
    drawn = random_matrices(4, 400, np.random.default_rng(2))
    tried = np.exp(np.linspace(-5, 5, 81))[:, None]
    filled = np.broadcast_to(drawn, (81, *drawn.shape)).copy()
    filled[..., 0, 1], filled[..., 1, 0] = tried, 1 / tried
    eigenvalues = np.linalg.eigvals(filled).real.max(axis=-1).min(axis=0)
    indices = (eigenvalues - 4) / 3
    error = indices.std() / 400**0.5
    assert random_index(4, 1) == pytest.approx(indices.mean(), abs=3 * error)


def test_eigenvalue_is_a_little_above_that_of_the_best_completion() -> None:
    # What is said of the consistency ratio: never too low, and hardly too high where it matters.
    generator = np.random.default_rng(5)
    tried = np.exp(np.linspace(-5, 5, 2001))[:, None]
    for _ in range(20):
        noise = generator.normal(0, 0.35, 6)
        matrix = upper(4, *np.exp(noise))
        filled = np.broadcast_to(matrix, (2001, 4, 4)).copy()
        filled[:, :1, 1], filled[:, 1, :1] = tried, 1 / tried
        best = np.linalg.eigvals(filled).real.max(axis=1).min() - 4
        matrix[0, 1] = matrix[1, 0] = NAN
        found = consistency(matrix).largest_eigenvalue - 4
        assert best - 1e-4 <= found <= 1.05 * best + 1e-4


def test_random_index_falls_to_nothing_with_what_is_missing() -> None:
    assert random_index(2) == random_index(1) == 0
    assert random_index(6, 10) == pytest.approx(0)
    assert random_index(6, 5) == pytest.approx(random_index(6) / 2)


def test_twenty_five_children() -> None:
    generator = np.random.default_rng(4)
    weights = np.exp(generator.normal(0, 0.7, 25))
    noise = np.triu(generator.normal(0, 0.3, (25, 25)), 1)
    found = ahp([weights[:, None] / weights * np.exp(noise - noise.T)])
    assert_allclose(found.shares, weights / weights.sum(), rtol=0.25)
    assert 0 < found.figures["consistency_ratio"] < 0.1
    assert found.remarks == ()
    drawn = ahp(random_matrices(25, 1, generator))
    assert drawn.figures["consistency_ratio"] == pytest.approx(1, abs=0.2)


def test_deviations_by_hand() -> None:
    matrix = np.array([[1, 4, NAN], [0.25, 1, 1], [NAN, 1, 1]])
    found = deviations(matrix, np.array([0.5, 0.25, 0.25]))
    assert_allclose(found, [[0, np.log(2), NAN], [np.log(2), 0, 0], [NAN, 0, 0]])


def test_comparison_that_was_turned_round_is_the_one_to_reconsider() -> None:
    # The second is half as important as the fourth by the others, and said to be five times.
    weights = np.array([4.0, 1, 1, 2, 8])
    matrix = weights[:, None] / weights
    matrix[1, 3], matrix[3, 1] = 5, 0.2
    found = ahp([matrix])
    [remark] = found.remarks
    assert (remark.code, remark.severity) == ("inconsistent_comparisons", "warning")
    assert (remark.experts, remark.children) == ((0,), (1, 3))
    assert remark.fields["said"] == 5
    assert remark.fields["implied"] == pytest.approx(0.5, rel=1e-12)
    assert remark.fields["consistency_ratio"] == found.figures["consistency_ratio"]
    assert remark.fields["limit"] == 0.1


def test_pair_to_reconsider_begins_with_the_one_said_to_be_more_important() -> None:
    weights = np.array([4.0, 2, 1, 1, 8])
    matrix = weights[:, None] / weights
    matrix[1, 3], matrix[3, 1] = 0.2, 5
    found = most_doubtful(matrix)
    assert (found.pair, found.said) == ((3, 1), 5)
    assert found.implied == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("n_experts", "codes"),
    [
        (1, ["inconsistent_comparisons"]),
        (2, ["inconsistent_comparisons", "inconsistent_comparisons", "inconsistent_together"]),
    ],
)
def test_what_one_expert_says_alone_is_remarked_once(n_experts: int, codes: list[str]) -> None:
    found = ahp([upper(3, 2, 9, 1 / 3)] * n_experts)
    assert [remark.code for remark in found.remarks] == codes


def test_limit_can_be_set() -> None:
    matrix = upper(3, 2, 9, 3)
    ratio = ahp([matrix]).figures["consistency_ratio"]
    assert ahp([matrix], maximum_consistency_ratio=ratio + 1e-9).remarks == ()
    assert len(ahp([matrix], maximum_consistency_ratio=ratio - 1e-9).remarks) == 1
    with pytest.raises(ValueError, match="maximum_consistency_ratio"):
        ahp([matrix], maximum_consistency_ratio=NAN)


def test_what_no_other_comparison_speaks_of_is_not_in_doubt() -> None:
    # The fourth child hangs on one comparison; the circle of the first three goes against itself.
    matrix = upper(4, 2, 1 / 9, NAN, 2, 9, NAN)
    assert most_doubtful(matrix).pair != (1, 3)
    assert 3 not in most_doubtful(matrix).pair
    with pytest.raises(ValueError, match="no comparison can be missed"):
        most_doubtful(upper(3, 2, NAN, 2))


def test_experts_can_be_consistent_and_contradict_each_other_pair_by_pair() -> None:
    experts = np.full((3, 3, 3), NAN)
    experts[0, 0, 1] = experts[1, 1, 2] = experts[2, 2, 0] = 5
    found = ahp(experts)
    assert found.by_expert["consistency_ratio"].tolist() == [0, 0, 0]
    [remark] = found.remarks
    assert (remark.code, remark.experts) == ("inconsistent_together", ())
    assert remark.fields["said"] == pytest.approx(5)
    assert remark.fields["implied"] == pytest.approx(1 / 25)


def test_consistency_is_that_of_the_completed_matrix() -> None:
    # Three children that go round in a circle, and a fourth that hangs on one of them.
    found = consistency(upper(4, 3, 1 / 3, NAN, 3, NAN, 2))
    assert found.consistency_index == pytest.approx((found.largest_eigenvalue - 4) / 3)
    assert found.consistency_ratio == found.consistency_index / random_index(4, 2)


def test_parts() -> None:
    matrix = np.full((5, 5), NAN)
    matrix[0, 3] = matrix[3, 0] = matrix[3, 4] = matrix[4, 3] = 1
    assert [part.tolist() for part in parts(matrix)] == [[0, 3, 4], [1], [2]]


# --- raw input ------------------------------------------------------------------------------------


def test_one_of_two_cells_is_enough() -> None:
    above = [[1, 2, NAN], [NAN, 1, NAN], [4, 0.5, NAN]]
    assert_allclose(reciprocal(above), [[1, 2, 0.25], [0.5, 1, 2], [4, 0.5, 1]])


def test_rounded_reciprocals_count_as_what_they_are_meant_to_be() -> None:
    assert_allclose(reciprocal([[1, 0.33], [3, 1]]), [[1, 1 / 3], [3, 1]])


@pytest.mark.parametrize("grade", range(1, 10))
def test_reciprocals_may_be_rounded_to_two_decimals(grade: int) -> None:
    assert check_comparisons([[[1, grade], [round(1 / grade, 2), 1]]]) == ()


@pytest.mark.parametrize("grade", range(1, 9))
def test_neighbouring_grades_are_told_apart(grade: int) -> None:
    [problem] = check_comparisons([[[1, grade], [1 / (grade + 1), 1]]])
    assert (problem.kind, problem.children) == ("not_reciprocal", (1, 0))


@pytest.mark.parametrize(
    ("row", "column", "value", "kind"),
    [
        (0, 2, 0.0, "not_positive"),
        (2, 0, -3.0, "not_positive"),
        (1, 2, -np.inf, "not_positive"),
        (1, 2, np.inf, "too_far_apart"),
        (1, 2, 1e-300, "too_far_apart"),
        (1, 1, 2.0, "diagonal"),
        (1, 1, 0.0, "diagonal"),
    ],
)
def test_what_cannot_be_used_is_told_cell_by_cell(
    row: int, column: int, value: float, kind: str
) -> None:
    comparisons = np.full((2, 3, 3), NAN)
    comparisons[:, 0, 1] = comparisons[:, 1, 2] = 2
    comparisons[1, row, column] = value
    [problem] = check_comparisons(comparisons)
    assert (problem.kind, problem.expert, problem.children) == (kind, 1, (row, column))
    assert problem.value == value
    with pytest.raises(JudgementError) as error:
        ahp(comparisons)
    assert error.value.problems == (problem,)
    assert "expert 1" in str(error.value)


def test_all_that_is_wrong_is_told_together() -> None:
    spoilt = [[[2, 3, 0], [1, 1, -2], [4, np.inf, 1]]]
    kinds = [problem.kind for problem in check_comparisons(spoilt)]
    assert kinds == ["not_positive", "not_positive", "too_far_apart", "diagonal", "not_reciprocal"]


@pytest.mark.parametrize("shape", [(3, 3), (1, 3, 2), (1, 0, 0)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="n_experts"):
        ahp(np.ones(shape))


def test_combined_of_cells_from_both_triangles() -> None:
    first, second = np.full((2, 2, 2), NAN)
    first[0, 1], second[1, 0] = 4, 1
    assert_allclose(combined([first, second]), [[1, 2], [0.5, 1]])


def test_every_consistent_triple_of_grades() -> None:
    for first, second in itertools.product(range(1, 4), repeat=2):
        found = ahp([upper(3, first, first * second, second)])
        weights = np.array([first * second, second, 1])
        assert_allclose(found.shares, weights / weights.sum(), rtol=1e-13)

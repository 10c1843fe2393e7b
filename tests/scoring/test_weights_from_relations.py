"""Weights from how the data hang together: components, factors, a criterion, influence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.linalg import hadamard
from scipy.optimize import lsq_linear

from scoring import multivariate
from scoring.aggregation import aggregate
from scoring.multivariate import correlation_importance
from scoring.weighting.base import Derived
from scoring.weighting.components import factor_analysis, principal_components
from scoring.weighting.influence import target_influence
from scoring.weighting.regression import regression

Array = NDArray[np.float64]
NAN = np.nan


def uncorrelated(n_children: int) -> Array:
    """Scores of 16 units, each column with mean 0, variance 1 and correlations of 0."""
    return hadamard(16)[:, 1 : n_children + 1].astype(np.float64)


def scores_with(correlations: list[list[float]]) -> Array:
    """Scores of 16 units with exactly these correlations."""
    return uncorrelated(len(correlations)) @ np.linalg.cholesky(correlations).T


def in_pairs(*correlations: float) -> Array:
    """Scores of pairs of children; what is not a pair is uncorrelated."""
    table = np.eye(2 * len(correlations))
    for pair, correlation in enumerate(correlations):
        table[2 * pair, 2 * pair + 1] = table[2 * pair + 1, 2 * pair] = correlation
    return scores_with(table.tolist())


def drawn(seed: int, n_units: int = 30, n_children: int = 5) -> Array:
    """Scores that have something in common, on scales of their own, around 50."""
    rng = np.random.default_rng(seed)
    together = rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, n_children))
    scores: Array = 50 + 4 * rng.uniform(0.3, 1.5, n_children) * together
    return scores


def codes(found: Derived) -> dict[str, tuple[int, ...]]:
    return {remark.code: remark.children for remark in found.remarks}


def mean_of(scores: Array, method: str = "arithmetic") -> Callable[[Array], Array]:
    return lambda shares: aggregate(scores, shares, method)


CRITERION = np.random.default_rng(99).normal(size=30)
STATED = np.array([0.3, 0.1, 0.25, 0.15, 0.2])


def to_target(scores: Array, shares: Array = STATED) -> Derived:
    return target_influence(scores, shares, mean_of(scores))


METHODS: dict[str, Callable[[Array], Derived]] = {
    "principal_components": principal_components,
    "absolute": partial(principal_components, negatives="absolute"),
    "factor_analysis": factor_analysis,
    "two_factors": partial(factor_analysis, components=2),
    "regression": lambda scores: regression(scores, CRITERION[: len(scores)] + scores.sum(axis=1)),
    "target_influence": lambda scores: to_target(scores, STATED[: scores.shape[1]]),
}
every_method = pytest.mark.parametrize("method", METHODS)
few = settings(deadline=None, max_examples=25)


# --- all of them ----------------------------------------------------------------------------------


@every_method
@few
@given(st.integers(0, 10**6))
def test_weights_are_shares(method: str, seed: int) -> None:
    found = METHODS[method](drawn(seed))
    assert (found.shares >= 0).all()
    assert found.shares.sum() == pytest.approx(1)
    for figures in found.by_child.values():
        assert np.isfinite(figures).all()


@pytest.mark.parametrize("method", [m for m in METHODS if m != "target_influence"])
@few
@given(st.integers(0, 10**6), st.permutations(range(5)))
def test_the_order_of_children_and_units_changes_nothing(
    method: str, seed: int, order: list[int]
) -> None:
    # The criterion of the regression is a function of the units alone.
    scores = drawn(seed)
    found, other = METHODS[method](scores), METHODS[method](scores[:, order])
    assert_allclose(other.shares, found.shares[order], atol=1e-9)
    for name, figures in found.by_child.items():
        assert_allclose(other.by_child[name], figures[order], atol=1e-7)
    if method != "regression":
        assert_allclose(METHODS[method](scores[::-1]).shares, found.shares, atol=1e-9)


@every_method
def test_a_constant_child_gets_no_weight(method: str) -> None:
    scores = drawn(1, n_children=4)
    found = METHODS[method](np.insert(scores, 2, 7.0, axis=1))
    assert found.shares[2] == 0
    assert found.shares.sum() == pytest.approx(1)
    assert codes(found)["weight_of_constant"] == (2,)
    if method != "target_influence":  # it has shares of its own
        assert_allclose(np.delete(found.shares, 2), METHODS[method](scores).shares, atol=1e-12)


@every_method
def test_units_with_a_gap_say_nothing(method: str) -> None:
    scores = drawn(2)
    gapped = scores.copy()
    gapped[28:, 1] = NAN
    found = METHODS[method](gapped)
    assert_allclose(found.shares, METHODS[method](scores[:28]).shares, atol=1e-9)
    assert found.figures["units"] == 28
    (remark,) = [r for r in found.remarks if r.code == "units_without_all_scores"]
    assert remark.fields == {"units": 2, "of": 30}


@every_method
def test_too_few_units(method: str) -> None:
    scores = drawn(3)
    scores[2:, 1] = NAN
    with pytest.raises(ValueError, match="2 units have all the figures"):
        METHODS[method](scores)


@every_method
def test_children_that_do_not_vary(method: str) -> None:
    with pytest.raises(ValueError, match="every child has the same score"):
        METHODS[method](np.full((30, 5), 3.0))


@pytest.mark.parametrize("method", [m for m in METHODS if m != "target_influence"])
def test_an_infinite_score(method: str) -> None:
    scores = drawn(4)
    scores[0, 0] = np.inf
    with pytest.raises(ValueError, match="infinite"):
        METHODS[method](scores)


@pytest.mark.parametrize("method", ["principal_components", "factor_analysis"])
@pytest.mark.parametrize("factor", [1e-150, 1e150])
def test_scores_of_any_size(method: str, factor: float) -> None:
    scores = drawn(5)
    assert_allclose(METHODS[method](scores * factor).shares, METHODS[method](scores).shares)


# --- principal components -------------------------------------------------------------------------


def test_two_children_that_share_much() -> None:
    found = principal_components(scores_with([[1, 0.6], [0.6, 1]]))
    assert_allclose(found.shares, [0.5, 0.5])
    assert_allclose(found.by_child["loading"], np.sqrt([0.8, 0.8]))
    assert found.figures == pytest.approx(
        {"eigenvalue": 1.6, "variance_explained": 0.8, "units": 16}
    )
    assert found.remarks == ()


def test_loadings_are_those_of_the_multivariate_analysis() -> None:
    found = principal_components(drawn(12))
    loadings = multivariate.principal_components(drawn(12)).loadings[1]
    assert_allclose(np.abs(found.by_child["loading"]), np.abs(loadings))


def test_a_child_that_stands_alone() -> None:
    found = principal_components(scores_with([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]))
    assert_allclose(found.shares, [0.5, 0.5, 0], atol=1e-12)
    assert found.remarks == ()


AGAINST = scores_with([[1, 0.5, -0.5], [0.5, 1, -0.5], [-0.5, -0.5, 1]])


def test_a_child_against_the_others() -> None:
    # Loadings of the component of eigenvalue 2 are (1, 1, -1) times the root of 2/3.
    found = principal_components(AGAINST)
    assert_allclose(found.by_child["loading"], np.sqrt(2 / 3) * np.array([1, 1, -1]))
    assert_allclose(found.shares, [0.5, 0.5, 0])
    assert codes(found) == {"negative_loading": (2,)}
    counted = principal_components(AGAINST, negatives="absolute")
    assert_allclose(counted.shares, [1 / 3] * 3)
    assert codes(counted) == {"negative_loading_counted": (2,)}


def test_a_component_without_sign() -> None:
    # Loadings sum to 0: either child could be the one that goes against the other.
    found = principal_components(scores_with([[1, -0.5], [-0.5, 1]]))
    assert_allclose(found.shares, [0.5, 0.5])
    assert codes(found) == {"component_without_sign": ()}


def test_components_that_explain_equally_much() -> None:
    with pytest.raises(ValueError, match="components 1 and 2 explain equally much"):
        principal_components(uncorrelated(3))


def test_a_rule_for_negatives_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="not 'flip'"):
        principal_components(AGAINST, negatives="flip")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [principal_components, factor_analysis])
@pytest.mark.parametrize("signs", list(product([1, -1], repeat=2)))
def test_the_signs_of_eigenvectors_mean_nothing(
    method: Callable[[Array], Derived], signs: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = drawn(6) * [1, 1, -1, 1, 1]
    expected = method(scores)
    eigh = np.linalg.eigh

    def turned(matrix: Array) -> tuple[Array, Array]:
        values, vectors = eigh(matrix)
        return values, vectors * [1, 1, 1, *signs]

    monkeypatch.setattr(np.linalg, "eigh", turned)
    found = method(scores)
    assert_allclose(found.shares, expected.shares, atol=1e-12)
    assert_allclose(found.by_child["loading"], expected.by_child["loading"], atol=1e-9)


# --- factor analysis ------------------------------------------------------------------------------


def test_two_factors_of_two_children() -> None:
    # Eigenvalues 1.8, 1.5, 0.5, 0.2. In its factor a child of the first pair is half of 1.8, one
    # of the second half of 1.5; the factors count 1.8 and 1.5 of 3.3.
    found = factor_analysis(in_pairs(0.8, 0.5))
    assert_allclose(found.shares, np.array([0.9, 0.9, 0.75, 0.75]) / 3.3)
    assert_array_equal(found.by_child["factor"], [1, 1, 2, 2])
    assert_allclose(found.by_child["loading"], np.sqrt([0.9, 0.9, 0.75, 0.75]))
    assert_allclose(found.by_child["communality"], [0.9, 0.9, 0.75, 0.75])
    assert found.figures == pytest.approx(
        {"factors": 2, "variance_explained": 3.3 / 4, "units": 16}
    )
    assert found.remarks == ()


def test_a_child_that_loads_negatively_on_its_factor() -> None:
    correlations = np.eye(4)
    correlations[:3, :3] = [[1, 0.5, -0.5], [0.5, 1, -0.5], [-0.5, -0.5, 1]]
    found = factor_analysis(scores_with(correlations.tolist()))
    assert_allclose(found.shares, np.array([2 / 3, 2 / 3, 2 / 3, 1]) / 3)
    assert_allclose(found.by_child["loading"][:3], np.sqrt(2 / 3) * np.array([1, 1, -1]))
    assert codes(found) == {"negative_on_factor": (2,)}


def test_one_factor_is_the_first_component() -> None:
    scores = drawn(7)
    found = factor_analysis(scores, components=1)
    loadings = principal_components(scores).by_child["loading"]
    assert_allclose(found.shares, loadings**2 / (loadings**2).sum())


@pytest.mark.parametrize(
    ("scores", "n_factors"),
    [
        # Eigenvalue above 1: 1.8, 1.5, 1.05 of 6.
        (in_pairs(0.8, 0.5, 0.05), 3),
        # More than 10 % each: the fifth and sixth, 1.15 and 1.1 of 12, are not.
        (in_pairs(0.95, 0.9, 0.8, 0.7, 0.15, 0.1), 4),
        # More than 60 % together: 1.3 and 1 of 3.
        (scores_with([[1, 0.3, 0], [0.3, 1, 0], [0, 0, 1]]), 2),
        # Nothing tells the components of uncorrelated children apart, so all stay.
        (uncorrelated(4), 4),
    ],
)
def test_how_many_factors_are_kept(scores: Array, n_factors: int) -> None:
    assert factor_analysis(scores).figures["factors"] == n_factors


@pytest.mark.parametrize("number", [0, 4, -1])
def test_more_factors_than_there_are(number: int) -> None:
    with pytest.raises(ValueError, match=f"from 1 to 3, .* not {number}"):
        factor_analysis(AGAINST, components=number)


def test_a_cut_between_components_of_equal_variance() -> None:
    # Eigenvalues 2, 0.5, 0.5.
    with pytest.raises(ValueError, match="components 2 and 3 explain equally much"):
        factor_analysis(AGAINST, components=2)


# --- regression -----------------------------------------------------------------------------------


def test_coefficients_by_hand() -> None:
    scores = uncorrelated(2)
    criterion = 5 + 3 * scores[:, 0] + scores[:, 1]
    found = regression(scores, criterion)
    assert_allclose(found.shares, [0.75, 0.25])
    assert_allclose(found.by_child["coefficient"], np.array([3, 1]) / np.sqrt(10))
    assert found.figures == pytest.approx(
        {"r_squared": 1, "unrestricted_r_squared": 1, "units": 16}
    )
    assert found.remarks == ()
    # One point of the second child is now a tenth of what it was.
    assert_allclose(regression(scores * [1, 10], criterion).shares, [3 / 3.1, 0.1 / 3.1])


def test_a_child_against_the_criterion() -> None:
    scores = uncorrelated(3)
    found = regression(scores, scores @ [3, -1, 1])
    assert_allclose(found.shares, [0.75, 0, 0.25], atol=1e-12)
    assert_allclose(found.by_child["unrestricted_coefficient"], [3, -1, 1] / np.sqrt(11))
    assert found.figures["unrestricted_r_squared"] == pytest.approx(1)
    assert found.figures["r_squared"] == pytest.approx(10 / 11)
    assert codes(found) == {"negative_coefficient": (1,)}


@few
@given(st.integers(0, 10**6))
def test_coefficients_by_another_solver(seed: int) -> None:
    scores = drawn(seed)
    rng = np.random.default_rng(seed + 1)
    criterion = scores @ rng.normal(0.5, 1, 5) + 20 * rng.normal(size=30)
    design = np.column_stack([np.ones(30), scores - scores.mean(axis=0)])
    expected = lsq_linear(design, criterion, ([-np.inf] + [0] * 5, np.inf), tol=1e-14).x[1:]
    if expected.max() > 1e-6:
        found = regression(scores, criterion)
        assert_allclose(found.shares, expected / expected.sum(), atol=1e-6)
        free = np.linalg.lstsq(design, criterion, rcond=None)[0][1:]
        assert_allclose(found.by_child["unrestricted_coefficient"] * criterion.std(), free)


def test_units_without_the_criterion() -> None:
    scores = uncorrelated(2)
    criterion = scores @ [3, 1]
    found = regression(np.vstack([scores, [9.0, 9.0]]), np.append(criterion, NAN))
    assert_allclose(found.shares, [0.75, 0.25])
    assert codes(found) == {"units_without_all_scores": ()}


def test_few_units_for_so_many_children() -> None:
    scores = uncorrelated(4)
    (remark,) = regression(scores, scores.sum(axis=1)).remarks
    assert remark.code == "few_units_for_regression"
    assert remark.fields == {"units": 16, "needed": 20}


@pytest.mark.parametrize(
    ("scores", "criterion", "message"),
    [
        (uncorrelated(2), np.full(16, 0.1), "the criterion is the same for all units"),
        (uncorrelated(2), -uncorrelated(2).sum(axis=1), "no child goes with the criterion"),
        (uncorrelated(2), uncorrelated(3)[:, 2], "no child goes with the criterion"),
        (uncorrelated(2)[:, [0, 1, 1]], uncorrelated(1)[:, 0], "16 units do not determine"),
        (drawn(8)[:5], CRITERION[:5], "5 units do not determine the coefficients of 5 children"),
        (uncorrelated(2), np.full(16, NAN), "0 units have all the figures"),
    ],
)
def test_a_regression_that_gives_no_weights(scores: Array, criterion: Array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        regression(scores, criterion)


# --- influence ------------------------------------------------------------------------------------


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

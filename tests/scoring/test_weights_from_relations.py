"""Weights from how the data hang together: components, factors, a criterion.

Target influence has a file of its own; what holds for all of them stands here.
"""

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
from scipy.optimize import lsq_linear

from scoring import multivariate
from scoring.weighting.base import Derived
from scoring.weighting.components import factor_analysis, principal_components
from scoring.weighting.regression import regression
from tests.scoring.related_scores import (
    STATED,
    codes,
    drawn,
    in_pairs,
    scores_with,
    to_target,
    uncorrelated,
)

Array = NDArray[np.float64]
NAN = np.nan

CRITERION = np.random.default_rng(99).normal(size=30)

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

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import gmean

from scoring.aggregation import (
    AGGREGATIONS,
    MISSING_RULES,
    POSITIVE_ONLY,
    aggregate,
    coverage,
)

NAN = np.nan
METHODS = sorted(AGGREGATIONS)


# --- by hand and against others -------------------------------------------------------------------


def test_means_by_hand() -> None:
    assert aggregate([[10, 40]], [1, 1]).tolist() == [25]
    assert aggregate([[10, 40]], [1, 1], "geometric") == pytest.approx(20)
    assert aggregate([[10, 40]], [3, 1]).tolist() == [17.5]
    assert aggregate([[16, 81]], [3, 1], "geometric") == pytest.approx(24)


def test_poor_balance_costs_in_a_geometric_mean() -> None:
    # OECD/JRC (2008), Handbook, section 6.10: indicators 21, 1, 1, 1 against 6, 6, 6, 6.
    units = [[21.0, 1.0, 1.0, 1.0], [6.0, 6.0, 6.0, 6.0]]
    assert aggregate(units, np.ones(4)).tolist() == [6, 6]
    assert_allclose(aggregate(units, np.ones(4), "geometric"), [2.14, 6.00], atol=0.005)


def test_agrees_with_numpy_and_scipy() -> None:
    rng = np.random.default_rng(0)
    scores, weights = rng.uniform(0.1, 100, (50, 6)), rng.random(6)
    expected = np.average(scores, axis=1, weights=weights)
    assert_allclose(aggregate(scores, weights), expected, rtol=1e-13)
    expected = gmean(scores, axis=1, weights=weights)
    assert_allclose(aggregate(scores, weights, "geometric"), expected, rtol=1e-13)


def test_missing_scores_agree_with_masked_arrays() -> None:
    rng = np.random.default_rng(1)
    scores, weights = rng.uniform(0.1, 100, (50, 6)), rng.random(6)
    scores[rng.random(scores.shape) < 0.3] = NAN
    masked = np.ma.masked_invalid(scores)
    expected = np.ma.average(masked, axis=1, weights=weights).filled(NAN)
    assert_allclose(aggregate(scores, weights), expected, rtol=1e-13)
    expected = np.exp(np.ma.average(np.ma.log(masked), axis=1, weights=weights)).filled(NAN)
    assert_allclose(aggregate(scores, weights, "geometric"), expected, rtol=1e-13)


# --- missing scores -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("renormalise", [35, 30, 50, NAN]),
        ("propagate", [35, NAN, NAN, NAN]),
        ("zero", [35, 22.5, 12.5, NAN]),
    ],
)
def test_three_rules(missing: str, expected: list[float]) -> None:
    scores = [[30, 50], [30, NAN], [NAN, 50], [NAN, NAN]]
    assert_array_equal(aggregate(scores, [3, 1], missing=missing), expected)


def test_three_rules_for_a_geometric_mean() -> None:
    scores = [[16.0, 81.0], [16.0, NAN], [NAN, NAN]]
    for missing in ("renormalise", "propagate"):
        found = aggregate(scores, [3, 1], "geometric", missing)
        expected = [24, 16 if missing == "renormalise" else NAN, NAN]
        assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("missing", sorted(MISSING_RULES))
@pytest.mark.parametrize("method", METHODS)
def test_a_score_of_weight_zero_changes_nothing(method: str, missing: str) -> None:
    scores = [[NAN, 5.0, 20.0], [-3.0, 5.0, 20.0], [0.0, 5.0, 20.0], [9.0, 5.0, 20.0]]
    found = aggregate(scores, [0, 1, 1], method, missing)
    assert_array_equal(found, aggregate([[5.0, 20.0]] * 4, [1, 1], method))


def test_only_scores_of_weight_zero_are_there() -> None:
    for missing in MISSING_RULES:
        assert np.isnan(aggregate([[7.0, NAN]], [0, 1], missing=missing)).all()


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [
        (0, [10, 10, 10]),
        (0.3, [10, 10, 10]),
        (0.30001, [10, 10, NAN]),
        (0.7, [10, 10, NAN]),
        (0.8, [10, NAN, NAN]),
        (1, [10, NAN, NAN]),
    ],
)
@pytest.mark.parametrize("weights", [[0.1, 0.2, 0.7], [1, 2, 7], [1e-9, 2e-9, 7e-9]])
def test_minimum_coverage_includes_its_boundary(
    weights: list[float], minimum: float, expected: list[float]
) -> None:
    scores = [[10, 10, 10], [NAN, NAN, 10], [10, 10, NAN]]
    assert_allclose(aggregate(scores, weights, minimum_coverage=minimum), expected)


def test_minimum_coverage_holds_for_every_rule() -> None:
    for missing in MISSING_RULES:
        found = aggregate([[10, NAN, NAN]], [1, 1, 1], missing=missing, minimum_coverage=0.5)
        assert np.isnan(found).all()


def test_a_unit_without_score_may_hold_any_score() -> None:
    # Nothing is left of the two: no logarithm of 0 is taken, and there is nothing to warn of.
    scores = [[NAN, NAN], [0.0, NAN], [16.0, 81.0]]
    found = aggregate(scores, [3, 1], "geometric", "zero", minimum_coverage=0.9)
    assert_allclose(found, [NAN, NAN, 24])


def test_coverage_by_hand() -> None:
    scores = [[1, 2, 3], [NAN, 2, NAN], [NAN, NAN, NAN]]
    assert coverage(scores, [1, 2, 5]).tolist() == [1, 0.25, 0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("minimum", [0.0, 0.5])
def test_the_rule_alone_says_who_gets_a_score(method: str, minimum: float) -> None:
    rng = np.random.default_rng(2)
    scores, weights = rng.uniform(1, 9, (12, 4)), np.array([0, 1, 2, 3])
    scores[rng.random(scores.shape) < 0.4] = NAN
    covered = coverage(scores, weights)
    enough = (covered > 0) & (covered >= minimum)
    expected = {"renormalise": enough, "zero": enough, "propagate": covered == 1}
    for missing in MISSING_RULES:
        if missing == "zero" and AGGREGATIONS[method].positive:
            continue
        found = aggregate(scores, weights, method, missing, minimum)
        assert_array_equal(~np.isnan(found), expected[missing])


@pytest.mark.parametrize("method", [name for name in METHODS if not AGGREGATIONS[name].relative])
@pytest.mark.parametrize("order", ["C", "F"])
def test_a_unit_keeps_its_bits_in_any_company(method: str, order: str) -> None:
    rng = np.random.default_rng(4)
    scores, weights = rng.uniform(1, 99, (60, 7)), rng.random(7)
    complete = np.array(scores, order=order)  # type: ignore[call-overload]
    scores[rng.random(scores.shape) < 0.3] = NAN
    scores[::5] = complete[::5]
    gapped = np.array(scores, order=order)  # type: ignore[call-overload]
    found = aggregate(complete, weights, method)
    assert_array_equal(aggregate(gapped, weights, method)[::5], found[::5])
    for row in range(59):
        few = np.array(complete[row : row + 2], order=order)  # type: ignore[call-overload]
        assert_array_equal(aggregate(few, weights, method), found[row : row + 2])
        alone = aggregate(complete[row : row + 1], weights, method)
        assert_allclose(alone, found[row : row + 1], rtol=1e-14)


def test_units_without_a_score_take_no_part_in_a_comparison() -> None:
    scores = np.array([[5, 1, 2], [1, 4, NAN], [900, NAN, NAN], [3, 3, 3], [NAN, NAN, NAN]])
    for method in ("topsis", "vikor"):
        found = aggregate(scores, [1, 1, 1], method, minimum_coverage=0.5)
        among = aggregate(scores[[0, 1, 3]], [1, 1, 1], method)
        assert_array_equal(found, [among[0], among[1], NAN, among[2], NAN])
        assert np.isnan(aggregate(scores[[2, 4]], [1, 1, 1], method, "propagate")).all()


# --- draws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", sorted(MISSING_RULES))
@pytest.mark.parametrize("method", METHODS)
def test_draws_have_the_same_bits_as_a_loop(method: str, missing: str) -> None:
    rng = np.random.default_rng(3)
    scores, weights = rng.uniform(1, 99, (20, 7, 5)), rng.random((20, 5))
    absent = rng.random(scores.shape) < (
        0.2 if missing != "zero" or method not in POSITIVE_ONLY else 0
    )
    scores[absent] = NAN
    options = {"method": method, "missing": missing, "minimum_coverage": 0.5}
    both = aggregate(scores, weights, **options)
    of_weights = aggregate(scores[0], weights, **options)
    of_scores = aggregate(scores, weights[0], **options)
    assert both.shape == of_weights.shape == of_scores.shape == (20, 7)
    for draw in range(20):
        assert_array_equal(both[draw], aggregate(scores[draw], weights[draw], **options))
        assert_array_equal(of_weights[draw], aggregate(scores[0], weights[draw], **options))
        assert_array_equal(of_scores[draw], aggregate(scores[draw], weights[0], **options))


def test_no_units() -> None:
    assert aggregate(np.empty((0, 3)), [1, 1, 1]).shape == (0,)


# --- wrong input ----------------------------------------------------------------------------------


def test_an_unknown_option_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"ordered_weighted has no option power.*order_exponent"):
        aggregate([[1.0, 2.0]], [1, 1], "ordered_weighted", power=2)
    with pytest.raises(ValueError, match="sum has no option total_weight; its options: none"):
        aggregate([[1.0, 2.0]], [1, 1], "sum", total_weight=2)


def test_options_are_read_off_the_functions() -> None:
    assert AGGREGATIONS["vikor"].options == {"majority": 0.5}
    assert AGGREGATIONS["sum"].options == {}
    assert frozenset({"geometric", "harmonic"}) == POSITIVE_ONLY


@pytest.mark.parametrize("weights", [[1, -1], [1, NAN], [1, np.inf]])
def test_wrong_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="finite and 0 or more"):
        aggregate([[1.0, 2.0]], weights)


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="not all be 0"):
        aggregate([[1.0, 2.0]], [0, 0])
    with pytest.raises(ValueError, match="not all be 0"):
        coverage([[[1.0, 2.0]]] * 2, [[1, 1], [0, 0]])


@pytest.mark.parametrize("minimum", [-0.1, 1.1, NAN])
def test_a_minimum_coverage_outside_its_range_is_refused(minimum: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        aggregate([[1.0, 2.0]], [1, 1], minimum_coverage=minimum)


@pytest.mark.parametrize("choice", [{"method": "magic"}, {"missing": "magic"}])
def test_unknown_names_are_refused(choice: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="magic"):
        aggregate([[1.0, 2.0]], [1, 1], **choice)


def test_the_input_is_left_alone() -> None:
    scores, weights = np.array([[NAN, 4.0]]), np.array([1.0, 1.0])
    aggregate(scores, weights, missing="zero")
    assert_array_equal(scores, [[NAN, 4.0]])
    assert_array_equal(weights, [1, 1])

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from scoring.aggregation.frontier import benefit_of_the_doubt as best_scores
from scoring.aggregation.frontier import benefit_of_the_doubt_weights
from scoring.domain import DomainError, ParameterError
from scoring.weighting import frontier
from scoring.weighting.conflict import critic
from scoring.weighting.dispersion import entropy, gini, standard_deviation
from scoring.weighting.impact import cilos, idocriw, merec

Array = NDArray[np.float64]
Weighting = Callable[[Array, Array], Array]
NAN = np.nan

WEIGHTINGS: dict[str, Weighting] = {
    "entropy": lambda values, directions: entropy(values),
    "standard_deviation": lambda values, directions: standard_deviation(values),
    "gini": lambda values, directions: gini(values),
    "critic": critic,
    "critic_of_ranks": lambda values, directions: critic(
        values, directions, correlation="spearman"
    ),
    "merec": merec,
    "cilos": cilos,
    "idocriw": idocriw,
}
each_weighting = pytest.mark.parametrize("weighting", WEIGHTINGS.values(), ids=WEIGHTINGS)


def some_values(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).random(shape) + 0.1


# --- by hand --------------------------------------------------------------------------------------

#: Shares of 1/4 and 3/4; equal values; all of it in one unit.
TWO_UNITS = [[1.0, 1.0, 0.0], [3.0, 1.0, 5.0]]


def test_entropy_by_hand() -> None:
    # The entropy of 1/4 and 3/4 is 0.8113 bits of 1.
    quarter = 1 - (0.25 * 2 + 0.75 * math.log2(4 / 3))
    assert_allclose(entropy(TWO_UNITS), [quarter / (1 + quarter), 0, 1 / (1 + quarter)])


def test_standard_deviation_by_hand() -> None:
    # Differences of 2, 0 and 5.
    assert_allclose(standard_deviation(TWO_UNITS), [2 / 7, 0, 5 / 7])


def test_gini_by_hand() -> None:
    # Coefficients of 1/4, 0 and 1/2.
    assert_allclose(gini(TWO_UNITS), [1 / 3, 0, 2 / 3])


def test_critic_by_hand() -> None:
    # The third is the first turned round, the second correlates with neither; deviations of 1/2,
    # 1 / sqrt(3) and 1/2 on the scale from 0 to 1.
    values = [[0.0, 5.0, 30.0], [1.0, 7.0, 20.0], [2.0, 5.0, 10.0]]
    middle = 2 / math.sqrt(3)
    assert_allclose(critic(values, [1, 1, 1]), np.array([1.5, middle, 1.5]) / (3 + middle))
    # Where less of it is better, the third says what the first says.
    assert_allclose(critic(values, [1, 1, -1]), np.array([0.5, middle, 0.5]) / (1 + middle))


def test_merec_by_hand() -> None:
    # Distances from the reference, over two children: 1 and 2 for the second unit, whose sum
    # changes from 1 + 3 to 1 + 2 and 1 + 1.
    values = np.exp([[0.0, 0.0], [2.0, 4.0]])
    changes = np.log([4 / 3, 4 / 2])
    assert_allclose(merec(values, [1, 1]), changes / changes.sum())
    # Where less is better the highest is the reference, and each unit is away from one of them.
    changes = np.log([2, 3])
    assert_allclose(merec(values, [1, -1]), changes / changes.sum())


def test_cilos_by_hand() -> None:
    # The first child loses a quarter where the second is best, the second a half: 1/4 q1 = 1/2 q2.
    assert_allclose(cilos([[4.0, 1.0], [3.0, 2.0]], [1, 1]), [2 / 3, 1 / 3])
    # Where less is better, 1/4 beside 1/5 is a loss of a fifth.
    assert_allclose(cilos([[4.0, 1.0], [5.0, 2.0]], [-1, 1]), [5 / 7, 2 / 7])


def test_cilos_takes_the_mean_over_units_that_are_best_together() -> None:
    values = np.array([[4.0, 1.0], [4.0, 0.0], [3.0, 2.0]])
    assert_allclose(cilos(values, [1, 1]), [0.75, 0.25])
    assert_allclose(cilos(values[[1, 0, 2]], [1, 1]), [0.75, 0.25])


def test_cilos_where_one_child_alone_loses_nothing() -> None:
    # The second is at its best in both units that are best in the others.
    values = [[4.0, 9.0, 1.0], [3.0, 9.0, 2.0], [1.0, 8.0, 1.0]]
    assert_allclose(cilos(values, [1, 1, 1]), [0, 1, 0], atol=1e-15)


def test_idocriw_is_the_product() -> None:
    values, directions = some_values(1, 9, 4), np.array([1, -1, 1, -1])
    product = entropy(values) * cilos(values, directions)
    assert_allclose(idocriw(values, directions), product / product.sum())


# --- against the definitions, written out ---------------------------------------------------------


def test_merec_by_leaving_children_out() -> None:
    values, directions = some_values(2, 12, 5), np.array([1, 1, -1, 1, -1])
    logs = np.abs(
        np.log(np.where(directions > 0, values.min(0) / values, values / values.max(axis=0)))
    )
    changes = [
        np.abs(np.log1p(np.delete(logs, child, axis=1).sum(1) / 5) - np.log1p(logs.sum(1) / 5))
        for child in range(5)
    ]
    assert_allclose(merec(values, directions), np.sum(changes, axis=1) / np.sum(changes))


@pytest.mark.parametrize("seed", range(5))
def test_cilos_balances_gains_and_losses(seed: int) -> None:
    values, directions = some_values(seed, 12, 5), np.array([1, 1, -1, 1, -1])
    weights = cilos(values, directions)
    turned = np.where(directions > 0, values, 1 / values)
    at_best = turned[turned.argmax(axis=0)]
    losses = 1 - at_best / np.diag(at_best)
    assert_allclose(losses @ weights, weights * losses.sum(axis=0), atol=1e-14)


@pytest.mark.parametrize("correlation", ["pearson", "spearman"])
def test_critic_with_missing_values(correlation: Any) -> None:
    rng = np.random.default_rng(3)
    values = np.round(rng.normal(size=(40, 5)), 1)
    values[rng.random(values.shape) < 0.2] = NAN
    table = pd.DataFrame(values)
    scaled = (table - table.min()) / (table.max() - table.min())
    expected = scaled.std() * (1 - scaled.corr(correlation)).sum()
    found = critic(values, np.ones(5), correlation=correlation)
    assert_allclose(found, expected / expected.sum(), rtol=1e-12)


# --- missing values -------------------------------------------------------------------------------


@pytest.mark.parametrize("weighting", [entropy, standard_deviation, gini])
def test_each_column_over_the_units_it_has(weighting: Callable[[Any], Array]) -> None:
    # Quarters of two units against quarters of four: entropies of n values are relative to ln n.
    values = np.array([[1.0, 1.0], [3.0, 3.0], [NAN, 1.0], [NAN, 3.0]])
    alone = weighting([[1.0, 1.0], [3.0, 3.0]])
    assert_allclose(alone, [0.5, 0.5])
    if weighting is gini:
        assert_allclose(weighting(values), alone)
    if weighting is standard_deviation:
        expected = np.array([math.sqrt(2), math.sqrt(4 / 3)])
        assert_allclose(weighting(values), expected / expected.sum())
    if weighting is entropy:
        two = 1 - (0.25 * 2 + 0.75 * math.log2(4 / 3))
        four = 1 - (0.25 * 3 + 0.75 * math.log2(8 / 3)) / 2
        assert_allclose(weighting(values), [two / (two + four), four / (two + four)])


@pytest.mark.parametrize("weighting", [merec, cilos, idocriw])
def test_units_with_all_values_alone(weighting: Weighting) -> None:
    values, directions = some_values(4, 10, 3), np.array([1, -1, 1])
    values[2, 0] = values[5, 1] = NAN
    values[2, 1] = -7.0  # of a unit that is not looked at
    expected = weighting(values[~np.isnan(values).any(axis=1)], directions)
    assert_allclose(weighting(values, directions), expected)
    with pytest.raises(ValueError, match="fewer than 2 units have a value of every child"):
        weighting(np.array([[1.0, NAN], [NAN, 1.0], [1.0, 2.0]]), directions[:2])


# --- what holds for all ---------------------------------------------------------------------------


@each_weighting
def test_a_constant_child_weighs_nothing_and_changes_nothing(weighting: Weighting) -> None:
    values, directions = some_values(5, 15, 3), np.array([1, -1, 1])
    # 0.1 has no exact mean.
    among = np.insert(values, 1, 0.1, axis=1)
    found = weighting(among, np.array([1, 1, -1, 1]))
    assert found[1] == 0
    assert not np.signbit(found[1])
    if weighting is not merec:  # which divides by the number of children
        assert_allclose(np.delete(found, 1), weighting(values, directions))


@each_weighting
def test_draws_at_once(weighting: Weighting) -> None:
    values, directions = some_values(6, 2, 3, 11, 4), np.array([1, -1, 1, 1])
    values[0, 1, 4, 2] = values[1, 0, 5, 3] = NAN
    found = weighting(values, directions)
    for place in np.ndindex(2, 3):
        assert_allclose(found[place], weighting(values[place], directions), rtol=1e-12)
    assert_allclose(weighting(values * 1e290, directions), found, rtol=1e-9)


@each_weighting
def test_more_units_than_a_block_holds(weighting: Weighting) -> None:
    values, directions = some_values(7, 20_000, 3), np.array([1, -1, 1])
    found = weighting(values, directions)
    assert_allclose(weighting(values[::-1], directions), found, rtol=1e-9)


@each_weighting
@settings(max_examples=40, deadline=None)
@given(
    values=arrays(np.float64, (6, 3), elements=st.integers(1, 9).map(float)),
    missing=arrays(np.bool_, (6, 3), elements=st.sampled_from([False] * 5 + [True])),
    scales=arrays(np.float64, 3, elements=st.floats(1e-3, 1e3)),
    common=st.sampled_from([1e-290, 1.0, 1e290]),
    random=st.randoms(use_true_random=False),
)
def test_invariances(
    weighting: Weighting, values: Array, missing: Any, scales: Array, common: float, random: Any
) -> None:
    values = np.where(missing, NAN, values)
    directions = np.array([1, -1, 1])
    try:
        expected = weighting(values, directions)
    except ValueError:
        return
    assert (expected >= 0).all()
    assert not np.signbit(expected).any()
    assert_allclose(expected.sum(), 1)
    scaled = values * (1.0 if weighting is WEIGHTINGS["standard_deviation"] else scales) * common
    assert_allclose(weighting(scaled, directions), expected, atol=1e-9)
    units, children = list(range(6)), list(range(3))
    random.shuffle(units)
    random.shuffle(children)
    found = weighting(values[units][:, children], directions[children])
    assert_allclose(found, expected[children], atol=1e-9)


@each_weighting
def test_columns_of_very_different_size(weighting: Weighting) -> None:
    values, directions = some_values(8, 10, 3), np.array([1, -1, 1])
    expected = weighting(values, directions)
    if weighting is WEIGHTINGS["standard_deviation"]:
        expected = np.array([0, 0, 1])  # scores are on one scale
    found = weighting(values * [1e-300, 1, 1e300], directions)
    assert_allclose(found, expected, rtol=1e-9, atol=1e-280)


def test_values_that_hardly_differ_do_not_drown_in_rounding() -> None:
    # Twice the difference is four times the loss of entropy and twice the rest.
    values = 1 + 1e-9 * np.array([[0.0, 0.0], [1.0, 2.0]])
    assert_allclose(entropy(values), [0.2, 0.8], rtol=1e-6)
    assert_allclose(gini(values), [1 / 3, 2 / 3], rtol=1e-6)
    assert_allclose(standard_deviation(values), [1 / 3, 2 / 3], rtol=1e-6)
    assert_allclose(merec(values, np.ones(2)), [1 / 3, 2 / 3], rtol=1e-6)


def test_ratios_beyond_the_largest_number() -> None:
    values = np.array([[1e-300, 2.0], [1e300, 1.0]])
    assert_allclose(merec(values[:, [0, 0]], np.ones(2)), [0.5, 0.5])
    assert_allclose(critic([[-1e308, 1.0], [0.0, 3.0], [1e308, 2.0]], [1, 1]), [0.5, 0.5])


# --- what is refused ------------------------------------------------------------------------------


@each_weighting
def test_constant_children_say_nothing(weighting: Weighting) -> None:
    with pytest.raises(ValueError, match=r"same value in all units.*set them by hand"):
        weighting(np.full((5, 3), 0.1), np.ones(3))


@pytest.mark.parametrize("weighting", [entropy, standard_deviation, gini])
def test_too_few_units(weighting: Callable[[Any], Array]) -> None:
    with pytest.raises(ParameterError, match="values of 2 units or more") as caught:
        weighting([[1.0, NAN], [2.0, 3.0]])
    assert caught.value.columns.tolist() == [1]
    with pytest.raises(ParameterError, match="2 units"):
        weighting(np.empty((0, 2)))


def test_too_few_units_in_common() -> None:
    values = [[1.0, 4.0, NAN], [2.0, 3.0, 1.0], [1.0, 2.0, 3.0], [5.0, NAN, 4.0]]
    with pytest.raises(ParameterError, match="3 units or more in common") as caught:
        critic(values, np.ones(3))
    assert caught.value.columns.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("weighting", "outside", "requirement"),
    [
        ("entropy", -1.0, "0 or more"),
        ("gini", -1.0, "0 or more"),
        ("merec", 0.0, "above 0"),
        ("cilos", -1.0, "0 or more"),
        ("cilos", 0.0, "above 0 where less is better"),
        ("idocriw", 0.0, "above 0 where less is better"),
        *((name, np.inf, "finite") for name in WEIGHTINGS),
    ],
)
def test_values_outside_the_domain_are_named(
    weighting: str, outside: float, requirement: str
) -> None:
    values = some_values(9, 3, 6, 2)
    values[1:, 4, 1] = outside
    with pytest.raises(DomainError, match=requirement) as caught:
        WEIGHTINGS[weighting](values, np.array([1, -1]))
    # Those of the first draw that has any.
    assert (caught.value.rows.tolist(), caught.value.columns.tolist()) == ([4], [1])
    assert caught.value.values.tolist() == [outside]


@pytest.mark.parametrize("weighting", ["entropy", "gini", "cilos", "idocriw"])
def test_children_of_zeros_have_no_total(weighting: str) -> None:
    values = np.array([[1.0, 0.0], [2.0, 0.0]])
    with pytest.raises(ParameterError, match="a value above 0") as caught:
        WEIGHTINGS[weighting](values, np.array([1, 1]))
    assert caught.value.columns.tolist() == [1]


def test_perfect_correlation_is_no_conflict() -> None:
    column = some_values(10, 9, 1)
    with pytest.raises(ValueError, match=r"correlate perfectly.*standard deviation"):
        critic(np.hstack([column, 3 * column, 1 - column]), [1, 1, -1])
    assert critic(np.hstack([column, np.ones((9, 1))]), [1, 1]).tolist() == [1, 0]


def test_one_unit_best_in_all_loses_nothing() -> None:
    with pytest.raises(ValueError, match=r"lose nothing.*entropy"):
        cilos([[2.0, 3.0], [1.0, 2.0]], [1, 1])


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ValueError, match="pearson, spearman"):
        critic(some_values(11, 5, 2), [1, 1], correlation="kendall")  # type: ignore[arg-type]
    for weighting in (critic, merec, cilos, idocriw):
        with pytest.raises(ValueError, match="directions are 1"):
            weighting(some_values(11, 5, 2), [1, 0])


# --- benefit of the doubt -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bounds", [{}, {"lowest_share": 0.1, "highest_share": 0.5}, {"lowest_share": [0, 0.2, 0.1]}]
)
def test_best_weights_reach_the_best_scores(bounds: dict[str, Any]) -> None:
    scores, equal = some_values(12, 450, 3), np.full(3, 1 / 3)
    shares, best = benefit_of_the_doubt_weights(scores, equal, **bounds)
    assert_allclose(best, best_scores(scores, equal, **bounds), atol=1e-12)
    sums = shares @ scores.T
    assert_allclose(sums.diagonal() / sums.max(axis=1), best, rtol=0, atol=1e-9)
    assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= np.asarray(bounds.get("lowest_share", 0.0)) - 1e-9).all()
    assert (shares <= np.asarray(bounds.get("highest_share", 1.0)) + 1e-9).all()


def test_best_weights_are_on_the_scales_of_the_scores() -> None:
    # 5 x + 6 y = 24 passes through the peers of the third unit: weights of 5/24 and 6/24.
    scores = np.array([[4.0, 0.0], [0.0, 4.0], [1.0, 2.0], [3.0, 1.5]])
    assert_allclose(benefit_of_the_doubt_weights(scores, [0.5, 0.5]).shares[2], [5 / 11, 6 / 11])
    shares, _ = benefit_of_the_doubt_weights(scores * [1, 10], [0.5, 0.5])
    assert_allclose(shares[2], [50 / 56, 6 / 56])


def test_a_unit_without_weights() -> None:
    present = np.array([[0.0, 0.0], [0.5, 0.5]])
    shares, best = benefit_of_the_doubt_weights(np.ones((2, 2)), present)
    assert np.isnan(shares[0]).all()
    assert best.tolist() == [0, 1]


def test_benefit_of_the_doubt_by_hand() -> None:
    # With contributions of a half each, weights are inverse to the scores: 4 : 4, 1 : 3 and 2 : 4.
    scores = np.array([[1.0, 1.0], [3.0, 1.0], [2.0, 1.0]])
    found = frontier.benefit_of_the_doubt(
        scores, lowest_share=0.5, highest_share=0.5, bounds_on="contribution"
    )
    first = [1 / 2, 1 / 4, 1 / 3]
    assert_allclose(found.shares, [np.mean(first), 1 - np.mean(first)])
    assert_allclose(found.by_child["lowest_share"], [1 / 4, 1 / 2])
    assert_allclose(found.by_child["highest_share"], [1 / 2, 3 / 4])
    assert found.figures == {"share_at_the_top": 1 / 3}
    assert found.remarks == ()


def test_benefit_of_the_doubt_with_missing_scores() -> None:
    # The first unit has the first child alone, the last unit nothing: the mean of the second child
    # goes over the two others.
    scores = np.array([[1.0, NAN], [1.0, 1.0], [3.0, 1.0], [NAN, NAN]])
    found = frontier.benefit_of_the_doubt(
        scores, lowest_share=0.5, highest_share=0.5, bounds_on="contribution"
    )
    assert found.shares.sum() == pytest.approx(1)
    assert found.by_child["highest_share"][1] == pytest.approx(3 / 4)


def test_too_many_children_for_so_few_units() -> None:
    found = frontier.benefit_of_the_doubt(some_values(13, 12, 24))
    (remark,) = found.remarks
    assert (remark.code, remark.severity) == ("doubt_without_weights", "warning")
    assert remark.fields == {"share": "100%"}
    assert found.figures["share_at_the_top"] == 1


def test_benefit_of_the_doubt_of_draws() -> None:
    scores = some_values(14, 3, 20, 2)
    together = frontier.benefit_of_the_doubt(scores)
    for draw in range(3):
        alone = frontier.benefit_of_the_doubt(scores[draw])
        assert_allclose(together.shares[draw], alone.shares)
        assert_allclose(together.by_child["highest_share"][draw], alone.by_child["highest_share"])


def test_benefit_of_the_doubt_without_scores() -> None:
    with pytest.raises(ValueError, match="no unit has weights"):
        frontier.benefit_of_the_doubt(np.full((3, 2), NAN))

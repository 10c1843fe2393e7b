from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from scoring.aggregation.outranking import (
    PREFERENCES,
    common_weights,
    copeland,
    outranking_matrix,
    promethee,
    promethee_flows,
)

Array = NDArray[np.float64]
NAN = np.nan

#: Options with which every preference function can be called.
OPTIONS: dict[str, dict[str, Any]] = {
    "usual": {},
    "u_shape": {"indifference": 1.0},
    "v_shape": {"preference_threshold": 2.0},
    "level": {"indifference": 1.0, "preference_threshold": 2.5},
    "linear": {"indifference": 0.5, "preference_threshold": 2.0},
    "gaussian": {"gaussian_spread": 1.5},
}


def preference_of(difference: Array, preference: str, options: dict[str, Any]) -> Array:
    """The six functions of Brans & Vincke (1985), written out."""
    q, p = options.get("indifference", 0.0), options.get("preference_threshold", 0.0)
    d = np.maximum(difference, 0.0)
    if preference == "usual":
        return (d > 0).astype(float)
    if preference == "u_shape":
        return (d > q).astype(float)
    if preference == "v_shape":
        return np.minimum(d / p, 1.0)
    if preference == "level":
        return ((d > q) * 0.5) + ((d > p) * 0.5)
    if preference == "linear":
        return np.clip((d - q) / (p - q), 0.0, 1.0)
    return 1 - np.exp(-(d**2) / (2 * options["gaussian_spread"] ** 2))


def promethee_by_pairs(
    scores: Array, shares: Array, preference: str, options: dict[str, Any]
) -> Array:
    result = np.zeros(len(scores))
    for child in range(scores.shape[1]):
        has = np.flatnonzero(shares[:, child] > 0)
        column = scores[has, child]
        preferred = preference_of(column[:, None] - column, preference, options)
        net = (preferred.sum(axis=1) - preferred.sum(axis=0)) / max(len(has) - 1, 1)
        result[has] += shares[has, child] * net
    return result


def copeland_by_pairs(scores: Array, weights: Array) -> Array:
    """Missing scores are NaN here."""
    result = np.zeros(len(scores))
    for i in range(len(scores)):
        for j in range(len(scores)):
            better = weights[scores[i] > scores[j]].sum()
            worse = weights[scores[i] < scores[j]].sum()
            if not np.isclose(better, worse, rtol=1e-11, atol=0):
                result[i] += np.sign(better - worse)
    return result


def filled(values: Array, weights: Array) -> tuple[Array, Array]:
    """Scores and shares as aggregations get them, from scores that are NaN where missing."""
    counted = np.where(np.isnan(values), 0.0, weights)
    total = counted.sum(axis=1, keepdims=True)
    return np.where(counted > 0, values, 1.0), counted / np.where(total > 0, total, 1.0)


@st.composite
def sets(draw: st.DrawFn, continuous: bool = True) -> tuple[Array, Array]:
    """Scores with ties and gaps, and weights of which some are 0."""
    n, k = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    steps = st.integers(-6, 6).map(lambda value: value / 2)
    element = st.one_of(steps, st.floats(-5, 5, width=32)) if continuous else steps
    values = draw(arrays(np.float64, (n, k), elements=st.one_of(element, st.just(NAN))))
    weights = draw(arrays(np.float64, k, elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])))
    return values, weights if weights.any() else np.ones(k)


# --- PROMETHEE ------------------------------------------------------------------------------------


def test_six_preferences_by_hand() -> None:
    # Three units at 0, 1 and 3: differences 1, 2 and 3.
    scores, shares = np.array([[0.0], [1.0], [3.0]]), np.ones(1)
    expected = {
        "usual": [-2, 0, 2],
        "u_shape": [-1, -1, 2],  # above 1
        "v_shape": [-1.5, -0.5, 2],  # d / 2
        "level": [-1, -0.5, 1.5],  # 1/2 above 1, 1 above 2.5
        "linear": [-4 / 3, -2 / 3, 2],  # (d - 0.5) / 1.5
    }
    for preference, flows in expected.items():
        found = promethee(scores, shares, preference=preference, **OPTIONS[preference])  # type: ignore[arg-type]
        assert_allclose(found, np.array(flows) / 2, atol=1e-15)
    one, two, three = 1 - np.exp(-(np.array([1, 2, 3]) ** 2) / 4.5)
    found = promethee(scores, shares, preference="gaussian", gaussian_spread=1.5)
    assert_allclose(found, np.array([-one - three, one - two, two + three]) / 2, atol=1e-15)


def test_flows_are_handed_out_and_compose_the_result() -> None:
    values = np.array([[1.0, NAN], [2.0, 5.0], [4.0, 7.0]])
    scores, shares = filled(values, np.array([1.0, 3.0]))
    flows = promethee_flows(scores, shares, preference="usual")
    assert_array_equal(flows.positive, [[0, NAN], [0.5, 0], [1, 1]])
    assert_array_equal(flows.negative, [[1, NAN], [0.5, 1], [0, 0]])
    assert_array_equal(flows.net, flows.positive - flows.negative)
    # The first unit has the first child alone; the others take both, 1 to 3.
    assert promethee(scores, shares).tolist() == [-1, -0.75, 1]


@pytest.mark.parametrize("preference", sorted(PREFERENCES))
@settings(max_examples=80, deadline=None)
@given(case=sets())
def test_sorting_gives_what_pairs_give(preference: str, case: tuple[Array, Array]) -> None:
    scores, shares = filled(*case)
    options = OPTIONS[preference]
    found = promethee(scores, shares, preference=preference, **options)  # type: ignore[arg-type]
    assert_allclose(found, promethee_by_pairs(scores, shares, preference, options), atol=1e-12)


@pytest.mark.parametrize("preference", ["u_shape", "v_shape", "level", "linear"])
@pytest.mark.parametrize(
    ("offset", "spread", "size"),
    [(0, 1, 1), (1e8, 1e-3, 1e-3), (-3e12, 1, 0.01), (0, 1e150, 1e-150), (0, 1e-300, 1e-300)],
)
def test_nothing_is_lost_in_large_numbers_or_far_scales(
    preference: str, offset: float, spread: float, size: float
) -> None:
    rng = np.random.default_rng(0)
    scores = offset + spread * rng.normal(size=(200, 2))
    scores[100:150] = scores[:50]
    options = {name: np.array(value) * size for name, value in OPTIONS[preference].items()}
    shares = np.tile([0.25, 0.75], (200, 1))
    found = promethee(scores, shares, preference=preference, **options)  # type: ignore[arg-type]
    assert_allclose(found, promethee_by_pairs(scores, shares, preference, options), atol=1e-12)


@pytest.mark.parametrize("preference", sorted(PREFERENCES))
def test_differences_beyond_the_largest_number(preference: str) -> None:
    scores = np.array([[-1.7e308], [0.0], [1e-300], [1.7e308]])
    found = promethee(scores, np.ones(1), preference=preference, **OPTIONS[preference])  # type: ignore[arg-type]
    assert_allclose(found[[0, 3]], [-1, 1])
    assert -1 < found[1] <= found[2] < 1


@pytest.mark.parametrize("preference", sorted(PREFERENCES))
def test_order_and_ties_of_a_child_are_kept(preference: str) -> None:
    rng = np.random.default_rng(1)
    column = np.sort(np.concatenate([rng.normal(size=60), 1 + rng.normal(size=60) * 1e-14]))
    column = np.sort(np.repeat(column, 2))
    flows = promethee_flows(
        column[:, None],
        np.ones(1),
        preference=preference,  # type: ignore[arg-type]
        **OPTIONS[preference],
    )
    positive, negative = flows.positive[:, 0], flows.negative[:, 0]
    assert (np.diff(positive) >= 0).all()
    assert (np.diff(negative) <= 0).all()
    assert_array_equal(positive[::2], positive[1::2])
    assert_array_equal(negative[::2], negative[1::2])


def test_thresholds_that_meet_make_a_step() -> None:
    scores, shares = np.array([[0.0], [1.0], [2.5]]), np.ones(1)
    step = promethee(scores, shares, preference="u_shape", indifference=1)
    for preference in ("linear", "level"):
        found = promethee(
            scores,
            shares,
            preference=preference,  # type: ignore[arg-type]
            indifference=1,
            preference_threshold=1,
        )
        assert_array_equal(found, step)


def test_thresholds_for_each_child() -> None:
    scores = np.random.default_rng(2).normal(size=(20, 2))
    found = promethee(
        scores,
        [0.3, 0.7],
        preference="linear",
        indifference=[0.1, 0.5],
        preference_threshold=[1, 2],
    )
    parts = [
        promethee(
            scores[:, [child]],
            [1.0],
            preference="linear",
            indifference=low,
            preference_threshold=high,
        )
        for child, low, high in ((0, 0.1, 1), (1, 0.5, 2))
    ]
    assert_allclose(found, 0.3 * parts[0] + 0.7 * parts[1], atol=1e-15)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preference": "magic"}, "preference is one of"),
        ({"preference": "linear"}, "a number as preference_threshold"),
        ({"preference": "gaussian"}, "a number as gaussian_spread"),
        ({"preference": "gaussian", "gaussian_spread": 0}, "above 0"),
        ({"preference": "u_shape", "indifference": -1}, "0 or more"),
        ({"preference": "u_shape", "indifference": [1, 2, 3]}, "one for each of 2"),
        (
            {"preference": "level", "indifference": 3, "preference_threshold": 2},
            "not be below indifference",
        ),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        promethee(np.zeros((3, 2)), [0.5, 0.5], **options)


@given(sets(), st.sampled_from(sorted(PREFERENCES)))
def test_flows_lie_between_minus_1_and_1_and_sum_to_0(
    case: tuple[Array, Array], preference: str
) -> None:
    values, weights = case
    scores, shares = filled(values, weights)
    found = promethee(scores, shares, preference=preference, **OPTIONS[preference])  # type: ignore[arg-type]
    assert (np.abs(found) <= 1 + 1e-12).all()
    complete = np.nan_to_num(values)
    whole = promethee(
        complete,
        weights / weights.sum(),
        preference=preference,  # type: ignore[arg-type]
        **OPTIONS[preference],
    )
    assert abs(whole.sum()) < 1e-12


@given(sets(), st.data())
def test_a_better_score_never_harms_its_unit(
    case: tuple[Array, Array], data: st.DataObject
) -> None:
    values, weights = case
    unit = data.draw(st.integers(0, len(values) - 1))
    child = data.draw(st.integers(0, values.shape[1] - 1))
    if np.isnan(values[unit, child]):
        return
    better = values.copy()
    better[unit, child] += data.draw(st.sampled_from([1e-12, 0.5, 1.0, 10.0]))
    for preference, options in OPTIONS.items():
        before = promethee(*filled(values, weights), preference=preference, **options)  # type: ignore[arg-type]
        after = promethee(*filled(better, weights), preference=preference, **options)  # type: ignore[arg-type]
        assert after[unit] >= before[unit] - 1e-12
    assert copeland(*filled(better, weights))[unit] >= copeland(*filled(values, weights))[unit]


# --- Copeland -------------------------------------------------------------------------------------


def test_copeland_by_hand() -> None:
    # The first beats the second 2:1, the second the third 2:1, the first the third 2:1.
    scores = [[3, 2, 1], [2, 1, 3], [1, 3, 2]]
    assert copeland(scores, np.full(3, 1 / 3)).tolist() == [0, 0, 0]  # a circle
    assert copeland(scores, [0.6, 0.2, 0.2]).tolist() == [2, 0, -2]
    assert copeland(scores, [0.5, 0.25, 0.25]).tolist() == [1, 0, -1]


def test_only_children_that_both_have_are_compared() -> None:
    values = np.array([[9.0, NAN], [1.0, 1.0], [NAN, 2.0]])
    # The first and the third have none in common.
    assert copeland(*filled(values, np.array([1.0, 1.0]))).tolist() == [1, -2, 1]


@settings(deadline=None)
@given(sets(continuous=False), st.randoms(use_true_random=False))
def test_copeland_is_what_pairs_give_in_any_order(case: tuple[Array, Array], random: Any) -> None:
    values, weights = case
    expected = copeland_by_pairs(values, weights)
    assert_array_equal(copeland(*filled(values, weights)), expected)
    order = list(range(len(values)))
    random.shuffle(order)
    assert_array_equal(copeland(*filled(values[order], weights)), expected[order])


def test_more_units_and_children_than_a_block_holds() -> None:
    rng = np.random.default_rng(3)
    values, weights = np.round(rng.normal(size=(600, 19)), 1), rng.random(19)
    values[rng.random(values.shape) < 0.1] = NAN
    found = copeland(*filled(values, weights))
    better, worse = np.zeros((2, 600, 600))
    for child, weight in enumerate(weights):
        column = values[:, child]
        better += weight * (column[:, None] > column)
        worse += weight * (column[:, None] < column)
    assert_array_equal(found, np.sign(better - worse).sum(axis=1))


def test_a_majority_of_tiny_weight_counts_where_it_stands_alone() -> None:
    assert copeland([[1.0, 5.0], [2.0, 5.0]], [1e-300, 1.0]).tolist() == [-1, 1]


def test_sums_of_weights_in_another_order_are_a_draw() -> None:
    # 0.1 + 0.2 is more than 0.3 in binary.
    scores = [[1, 1, 0], [0, 0, 1]]
    assert copeland(scores, np.array([0.1, 0.2, 0.3]) / 0.6).tolist() == [0, 0]


def test_weights_are_found_again_from_shares() -> None:
    weights = np.array([1.0, 2.0, 4.0, 0.0])
    values = np.array([[1, 1, NAN, 1], [NAN, 1, 1, 1], [NAN, NAN, NAN, 1]])
    found = common_weights(filled(values, weights)[1])
    assert_allclose(found / found[0], weights)
    with pytest.raises(ValueError, match="one set of weights"):
        common_weights([[0.5, 0.5], [0.4, 0.6]])


# --- outranking matrix ----------------------------------------------------------------------------


@given(sets(continuous=False))
def test_two_units_share_what_they_have_in_common(case: tuple[Array, Array]) -> None:
    matrix = outranking_matrix(*filled(*case))
    off = ~np.eye(len(matrix), dtype=bool)
    assert_allclose((matrix + matrix.T)[off], 1.0)
    assert ((matrix >= 0) & (matrix <= 1)).all()
    assert (np.diag(matrix) == 0).all()


def test_matrix_with_a_tie_and_a_gap() -> None:
    values = np.array([[1.0, 3.0], [1.0, 2.0], [NAN, 9.0]])
    found = outranking_matrix(*filled(values, np.array([1.0, 3.0])))
    assert_allclose(found, [[0, 0.875, 0], [0.125, 0, 0], [1, 1, 0]])


# --- all of them ----------------------------------------------------------------------------------

METHODS = {
    "promethee": lambda scores, shares: promethee(
        scores, shares, preference="linear", preference_threshold=2.0
    ),
    "copeland": copeland,
    "outranking_matrix": outranking_matrix,
}


@pytest.mark.parametrize("name", sorted(METHODS))
@given(case=sets(), random=st.randoms(use_true_random=False), factor=st.floats(0.01, 100))
def test_invariances(name: str, case: tuple[Array, Array], random: Any, factor: float) -> None:
    method = METHODS[name]
    values, weights = case
    expected = method(*filled(values, weights))
    assert_allclose(method(*filled(values, weights * factor)), expected, atol=1e-12)
    children = list(range(values.shape[1]))
    random.shuffle(children)
    found = method(*filled(values[:, children], weights[children]))
    assert_allclose(found, expected, atol=1e-12)
    units = list(range(len(values)))
    random.shuffle(units)
    found = method(*filled(values[units], weights))
    expected = expected[units][:, units] if name == "outranking_matrix" else expected[units]
    assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_draws_are_those_of_a_loop(name: str) -> None:
    rng = np.random.default_rng(4)
    scores, shares = rng.normal(size=(5, 9, 3)), rng.dirichlet(np.ones(3), 5)[:, None, :]
    shares = np.broadcast_to(shares, scores.shape)
    method = METHODS[name]
    for some, others in ((scores, shares), (scores[0], shares), (scores, shares[0])):
        together = method(some, others)
        for draw in range(5):
            one = method(
                some if some.ndim == 2 else some[draw], others if others.ndim == 2 else others[draw]
            )
            assert_array_equal(together[draw], one)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_few_units(name: str) -> None:
    method, none = METHODS[name], np.empty((0, 2))
    assert method(none, np.array([0.5, 0.5])).shape[0] == 0
    assert (method(np.array([[1.0, 2.0]]), np.array([0.5, 0.5])) == 0).all()
    two = method(np.array([[1.0, 2.0], [9.0, 9.0]]), np.array([0.5, 0.5]))
    assert_array_equal(two, [[0, 0], [1, 0]] if name == "outranking_matrix" else [-1, 1])
    same = method(np.ones((4, 2)), np.array([0.5, 0.5]))
    assert len(np.unique(same)) <= 2

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import stats

from scoring.comparison import node_to_leave_out
from scoring.robustness.weight_draws import (
    WEIGHT_DRAWS,
    between,
    can_vary,
    dirichlet,
    left_out,
    relative,
    simplex,
)
from tests.scoring.small_sets import small_set

Array = NDArray[np.float64]

#: An index of three groups, which hold two, four and one indicator.
NODES = ["index", "g", "a", "b", "h", "c", "d", "e", "f", "k", "l"]
SIBLINGS = [np.array([1, 4, 9]), np.array([2, 3]), np.array([5, 6, 7, 8]), np.array([10])]
WEIGHTS = np.array([1.0, 2.0, 0.3, 0.1, 1.0, 4.0, 3.0, 2.0, 1.0, 0.5, 0.7])


def uniforms(n_draws: int, n_inputs: int = len(NODES), seed: int = 1) -> Array:
    return np.random.default_rng(seed).random((n_draws, n_inputs))


def shares(weights: Array, children: NDArray[np.intp]) -> Array:
    return weights[:, children] / weights[:, children].sum(axis=1, keepdims=True)


# --- uniform on the simplex -----------------------------------------------------------------------


@pytest.mark.parametrize("children", SIBLINGS[:3])
def test_a_share_that_may_be_anything_has_a_beta_distribution(children: NDArray[np.intp]) -> None:
    drawn = shares(simplex(WEIGHTS, uniforms(4000), SIBLINGS), children)
    marginal = stats.beta(1, len(children) - 1)
    for share in drawn.T:
        assert stats.kstest(share, marginal.cdf).pvalue > 0.01


def test_shares_of_three_that_may_be_anything_by_hand() -> None:
    """Exponential variates 1, 2 and 5 of 1 - exp(-x): shares 1/8, 2/8 and 5/8 of a sum of 4."""
    numbers = np.array([[0.5, *(1 - np.exp([-1.0, -2.0, -5.0]))]])
    drawn = simplex(np.array([1.0, 1.0, 1.0, 2.0]), numbers, [np.array([1, 2, 3])])
    np.testing.assert_allclose(drawn, [[1.0, 0.5, 1.0, 2.5]], rtol=1e-12)


# --- Dirichlet ------------------------------------------------------------------------------------


@pytest.mark.parametrize("concentration", [0.5, 4.0, 100.0])
def test_mean_variance_and_covariance_of_a_dirichlet_distribution(concentration: float) -> None:
    drawn = shares(dirichlet(WEIGHTS, uniforms(20_000), SIBLINGS, concentration), SIBLINGS[2])
    mean = np.array([0.4, 0.3, 0.2, 0.1])
    covariance = (np.diag(mean) - np.outer(mean, mean)) / (concentration + 1)
    sampling = np.sqrt(np.diag(covariance) / len(drawn))
    assert (np.abs(drawn.mean(axis=0) - mean) < 4 * sampling).all()
    np.testing.assert_allclose(np.cov(drawn.T), covariance, atol=0.04 * covariance.max())


@pytest.mark.parametrize("concentration", [2.0, 1e4, 1e9])
def test_the_dirichlet_distribution_is_that_of_numpy(concentration: float) -> None:
    drawn = shares(dirichlet(WEIGHTS, uniforms(3000), SIBLINGS, concentration), SIBLINGS[2])
    alpha = concentration * np.array([0.4, 0.3, 0.2, 0.1])
    theirs = np.random.default_rng(2).dirichlet(alpha, 3000)
    for ours, other in zip(drawn.T, theirs.T, strict=True):
        assert stats.ks_2samp(ours, other).pvalue > 0.01


@pytest.mark.parametrize("concentration", [0.01, 0.05, 1.0])
def test_shares_near_0_are_as_frequent_as_they_should_be(concentration: float) -> None:
    """The share s of a Dirichlet distribution has the distribution Beta(c s, c (1 - s)).

    Numbers that are too small are no yardstick here: numpy draws most of them as 0.
    """
    drawn = shares(dirichlet(WEIGHTS, uniforms(5000), SIBLINGS, concentration), SIBLINGS[2])
    for share, mean in zip(drawn.T, [0.4, 0.3, 0.2, 0.1], strict=True):
        marginal = stats.beta(concentration * mean, concentration * (1 - mean))
        for limit in (1e-300, 1e-100, 1e-10, 0.01, 0.5, 0.99):
            assert (share < limit).mean() == pytest.approx(marginal.cdf(limit), abs=0.025)


@pytest.mark.parametrize("concentration", [1e-3, 1e-6, 1e-300])
def test_with_a_tiny_concentration_one_sibling_has_everything(concentration: float) -> None:
    """All gamma variates are too small for a number; their logarithms still say which is largest.

    A sibling has everything as often as its share says.
    """
    drawn = shares(dirichlet(WEIGHTS, uniforms(5000), SIBLINGS, concentration), SIBLINGS[2])
    assert (drawn.max(axis=1) > 0.999).mean() > 0.98
    np.testing.assert_allclose((drawn > 0.5).mean(axis=0), [0.4, 0.3, 0.2, 0.1], atol=0.025)


def test_a_dirichlet_draw_goes_around_the_weights_of_its_own_row() -> None:
    around = np.array([[1.0, 9.0, 1.0], [1.0, 1.0, 9.0]]).repeat(500, axis=0)
    drawn = dirichlet(around, uniforms(1000, 3), [np.array([1, 2])], 50.0)
    np.testing.assert_allclose(drawn[:500].mean(axis=0), [1, 9, 1], atol=0.1)
    np.testing.assert_allclose(drawn[500:].mean(axis=0), [1, 1, 9], atol=0.1)


# --- between sets ---------------------------------------------------------------------------------


def test_between_two_sets_by_hand() -> None:
    """Exponential variates 1 and 3 mix a quarter of one set with three quarters of the other."""
    corners = np.array([[1.0, 1.0, 3.0], [1.0, 20.0, 0.0]])
    numbers = 1 - np.exp([[-1.0, -3.0]])
    drawn = between(np.array([1.0, 2.0, 6.0]), numbers, [np.array([1, 2])], corners)
    first = 8 * (0.25 * 0.25 + 0.75 * 1.0)
    np.testing.assert_allclose(drawn, [[1.0, first, 8 - first]], rtol=1e-12)


def test_anything_between_two_sets_is_as_likely() -> None:
    corners = np.array([[1.0, 0.2, 0.8], [1.0, 0.6, 0.4]])
    drawn = between(corners[0], uniforms(4000, 2), [np.array([1, 2])], corners)
    assert stats.kstest(drawn[:, 1], stats.uniform(0.2, 0.4).cdf).pvalue > 0.01


def test_between_three_sets_the_mean_is_their_mean() -> None:
    corners = uniforms(3, seed=5)
    drawn = between(WEIGHTS, uniforms(20_000, 3), SIBLINGS, corners)
    for children in SIBLINGS:
        mean = shares(corners, children).mean(axis=0)
        np.testing.assert_allclose(shares(drawn, children).mean(axis=0), mean, atol=0.01)


def test_a_set_without_weights_in_a_group_has_no_say_there() -> None:
    siblings = [np.array([1, 2]), np.array([3, 4])]
    corners = np.array([[1.0, 1, 3, 0, 0], [1.0, 3, 1, 0, 0]])
    given_weights = np.array([1.0, 1, 1, 2, 1])
    drawn = between(given_weights, uniforms(50, 2), siblings, corners)
    np.testing.assert_array_equal(drawn[:, 3:], np.tile([2.0, 1.0], (50, 1)))
    one = between(given_weights, uniforms(50, 2), siblings, corners * [[1], [0]])
    np.testing.assert_allclose(one[:, 1:3], np.tile([0.5, 1.5], (50, 1)), rtol=1e-12)


def test_between_one_set_and_nothing_else_is_that_set() -> None:
    drawn = between(WEIGHTS, uniforms(5, 1), SIBLINGS, 3 * WEIGHTS[None])
    np.testing.assert_allclose(drawn, np.tile(WEIGHTS, (5, 1)), rtol=1e-15)


# --- relative noise -------------------------------------------------------------------------------


def test_relative_noise_by_hand() -> None:
    numbers = np.array([[0.0, 0.5, 0.75, 0.25]])
    drawn = relative(np.array([1.0, 2.0, 4.0, 8.0]), numbers, np.array([1.0, 0.25, 0.5, 0.1]))
    np.testing.assert_allclose(drawn, [[0.0, 2.0, 5.0, 7.6]], rtol=1e-15)


def test_relative_noise_is_uniform_and_spares_what_has_none() -> None:
    amounts = np.where(WEIGHTS > 1, 0.25, 0.0)
    drawn = relative(WEIGHTS, uniforms(3000), amounts)
    np.testing.assert_array_equal(drawn[:, WEIGHTS <= 1], np.tile(WEIGHTS[WEIGHTS <= 1], (3000, 1)))
    factor = drawn[:, 1] / WEIGHTS[1]
    assert stats.kstest(factor, stats.uniform(0.75, 0.5).cdf).pvalue > 0.01


# --- leaving out ----------------------------------------------------------------------------------


def test_each_draw_leaves_out_what_it_has_chosen() -> None:
    without = np.array([[False, True, False], [False, False, True]])
    drawn = left_out(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2, 0]), without)
    assert drawn.tolist() == [[1, 2, 3], [1, 0, 3], [1, 2, 0], [1, 2, 3]]
    rows = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert left_out(rows, np.array([2, 1]), without).tolist() == [[1, 2, 0], [4, 0, 6]]


def test_a_group_goes_with_all_that_it_holds() -> None:
    framework = small_set(
        "code,parent\nindex,\ng,index\nh,g\na,h\nb,h\nc,index", "unit,a,b,c\nP,1,2,3"
    ).framework
    weights = {"index": 1.0, "g": 1.0, "h": 1.0, "a": 1.0, "b": 0.0, "c": 1.0}
    assert node_to_leave_out(framework, "a", weights) == "g"
    assert node_to_leave_out(framework, "a", {**weights, "b": 2.0}) == "a"
    assert node_to_leave_out(framework, "a", {**weights, "c": 0.0}) is None


# --- what all have in common ----------------------------------------------------------------------


def test_only_weights_beside_others_can_vary() -> None:
    weights = np.array([1.0, 1.0, 2.0, 0.0, 1.0, 3.0, 2.0, 0.0, 0.0, 0.0, 0.0])
    varying = [node for node, free in zip(NODES, can_vary(weights, SIBLINGS), strict=True) if free]
    assert varying == ["g", "h", "c", "d"]


#: Every way to draw weights, with what it needs.
SETTINGS = {
    "between": {"siblings": SIBLINGS, "corners": np.stack([WEIGHTS, WEIGHTS[::-1]])},
    "simplex": {"siblings": SIBLINGS},
    "dirichlet": {"siblings": SIBLINGS, "concentration": 3.0},
    "noise": {"amounts": np.full(len(NODES), 0.5)},
}


def drawn_by(name: str, weights: Array, numbers: Array) -> Array:
    columns = 2 if name == "between" else len(NODES)
    return WEIGHT_DRAWS[name](weights, numbers[:, :columns], **SETTINGS[name])


@pytest.mark.parametrize("name", WEIGHT_DRAWS)
def test_a_draw_is_the_same_in_blocks_of_any_size(name: str) -> None:
    numbers = uniforms(40)
    whole = drawn_by(name, WEIGHTS, numbers)
    rows = np.tile(WEIGHTS, (40, 1))
    for size in (1, 3, 17):
        blocks = [slice(begin, begin + size) for begin in range(0, 40, size)]
        parts = [drawn_by(name, WEIGHTS, numbers[block]) for block in blocks]
        own = [drawn_by(name, rows[block], numbers[block]) for block in blocks]
        np.testing.assert_array_equal(np.concatenate(parts), whole)
        np.testing.assert_array_equal(np.concatenate(own), whole)
    np.testing.assert_array_equal(drawn_by(name, WEIGHTS, numbers[::-1])[::-1], whole)


@pytest.mark.parametrize("name", ["between", "simplex", "dirichlet"])
def test_uniform_numbers_of_0_are_numbers_like_others(name: str) -> None:
    drawn = drawn_by(name, WEIGHTS, np.zeros((2, len(NODES))))
    assert np.isfinite(drawn).all()
    if name != "dirichlet":
        kind = {"between": np.stack([WEIGHTS, WEIGHTS[::-1]]), "simplex": np.ones((1, len(NODES)))}
        middle = np.mean([shares(one[None], SIBLINGS[2])[0] for one in kind[name]], axis=0)
        np.testing.assert_allclose(drawn[0, SIBLINGS[2]], 10 * middle, rtol=1e-12)


weight = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))
number = st.one_of(st.just(0.0), st.floats(0, 1, exclude_max=True))


@settings(max_examples=60, deadline=None)
@given(
    weights=arrays.arrays(np.float64, (3, len(NODES)), elements=weight),
    numbers=arrays.arrays(np.float64, (3, len(NODES)), elements=number),
    concentration=st.floats(1e-12, 1e9),
)
@pytest.mark.parametrize("name", WEIGHT_DRAWS)
def test_sums_and_zeros_stay(
    name: str, weights: Array, numbers: Array, concentration: float
) -> None:
    needed = dict(SETTINGS[name])
    if name == "dirichlet":
        needed["concentration"] = concentration
    if name == "between":
        needed["corners"] = weights
        numbers = numbers[:, :3]
    drawn = WEIGHT_DRAWS[name](weights, numbers, **needed)
    assert drawn.shape == weights.shape
    assert (drawn >= 0).all()
    assert np.isfinite(drawn).all()
    if name == "noise":
        np.testing.assert_array_less(np.abs(drawn - weights), 0.5 * weights * (1 + 1e-12) + 1e-300)
        return
    for children in SIBLINGS:
        np.testing.assert_allclose(
            drawn[:, children].sum(axis=1), weights[:, children].sum(axis=1), rtol=1e-12
        )
    np.testing.assert_array_equal(drawn[:, 0], weights[:, 0])
    np.testing.assert_array_equal(drawn[:, 10], weights[:, 10])
    if name != "between":
        assert (drawn[weights == 0] == 0).all()
        kept = ~can_vary(weights, SIBLINGS)
        np.testing.assert_array_equal(drawn[kept], weights[kept])

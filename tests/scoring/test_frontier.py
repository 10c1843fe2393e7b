from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.optimize import linprog

from scoring.aggregation import frontier
from scoring.aggregation.frontier import benefit_of_the_doubt, share_at_the_top
from scoring.domain import DomainError

Array = NDArray[np.float64]
NAN = np.nan
BOUNDS: list[dict[str, Any]] = [
    {},
    {"lowest_share": 0.1},
    {"lowest_share": 0.1, "highest_share": 0.6},
    {"lowest_share": 0.1, "highest_share": 0.6, "bounds_on": "contribution"},
]


def one_programme_per_unit(
    scores: Array, lowest_share: float = 0.0, highest_share: float = 1.0, bounds_on: str = "weight"
) -> Array:
    n, k = scores.shape
    found = np.empty(n)
    for unit in range(n):
        part = np.ones(k) if bounds_on == "weight" else scores[unit]
        own = np.diag(part)
        rows = np.vstack([scores, lowest_share * part - own, own - highest_share * part])
        right = np.append(np.ones(n), np.zeros(2 * k))
        found[unit] = -linprog(-scores[unit], rows, right).fun
    return found


def equal(n_children: int) -> Array:
    return np.full(n_children, 1 / n_children)


def test_by_hand() -> None:
    # The third unit lies under the line between the first two: weights 1/4 and 1/4 on (4, 0), ...
    scores = [[4.0, 0.0], [0.0, 4.0], [1.0, 2.0], [3.0, 1.5]]
    found = benefit_of_the_doubt(scores, equal(2))
    # Facets run from (0, 4) to (3, 1.5) to (4, 0): 5 x + 6 y = 24 is the first.
    assert_allclose(found, [1, 1, 17 / 24, 1])


def test_bounds_on_weights_by_hand() -> None:
    # With 60 % at most the second unit reaches no more than 0.6 w against 0.8 w of the first.
    scores = [[0.8, 0.8], [1.0, 0.0]]
    found = benefit_of_the_doubt(scores, equal(2), lowest_share=0.4, highest_share=0.6)
    assert_allclose(found, [1, 0.75])


def test_bounds_on_contributions_by_hand() -> None:
    # A contribution of half each: w = (1 / (2 x), 1 / (2 y)) s, and (4, 1) binds for (2, 2).
    scores = [[4.0, 1.0], [2.0, 2.0]]
    found = benefit_of_the_doubt(
        scores, equal(2), lowest_share=0.5, highest_share=0.5, bounds_on="contribution"
    )
    assert_allclose(found, [1 / 1.25, 1 / 1.25])


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_that_of_one_programme_per_unit(bounds: dict[str, Any], seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = np.round(rng.random((60, 4)) ** 2 * 10, seed) + 0.1
    found = benefit_of_the_doubt(scores, equal(4), **bounds)
    assert_allclose(found, one_programme_per_unit(scores, **bounds), rtol=0, atol=1e-9)


def test_more_units_than_a_block_holds() -> None:
    scores = np.random.default_rng(5).random((450, 3))
    found = benefit_of_the_doubt(scores, equal(3))
    assert_allclose(found[::9], one_programme_per_unit(scores)[::9], rtol=0, atol=1e-9)


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize(("seed", "n_children"), [(0, 3), (1, 4), (4, 6)])
def test_what_is_proved_to_be_best_is_best(
    seed: int, n_children: int, missing: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Among the last is a peer that all but binds.
    rng = np.random.default_rng(seed)
    scores = rng.random((700, n_children)) ** 3
    has = rng.random(scores.shape) >= missing
    has[:, 0], scores[:, 0] = True, scores[:, 0] + 0.01
    found = benefit_of_the_doubt(scores, has)
    # With nothing proved, every unit is solved.
    monkeypatch.setattr(frontier, "_proved", lambda *given: np.zeros(len(given[1]), dtype=bool))
    assert_allclose(found, benefit_of_the_doubt(scores, has), rtol=0, atol=1e-10)


def test_shares_do_not_matter_but_for_zeros() -> None:
    scores = np.random.default_rng(6).random((20, 3))
    expected = benefit_of_the_doubt(scores, equal(3))
    assert_allclose(benefit_of_the_doubt(scores, [0.7, 0.2, 0.1]), expected, atol=1e-12)
    without = benefit_of_the_doubt(scores, [0.7, 0.3, 0.0])
    assert_allclose(without, benefit_of_the_doubt(scores[:, :2], equal(2)), atol=1e-12)


def test_a_missing_score_has_weight_0_and_adds_nothing_for_a_peer() -> None:
    # The first unit lacks the second child, as if it had 0 there.
    scores = np.array([[2.0, 1.0], [4.0, 1.0], [1.0, 2.0]])
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]])
    found = benefit_of_the_doubt(scores, shares)
    assert_allclose(found, [0.5, 1, 1])
    # Bounds of 20 to 60 % would leave it nothing; for one child of two they become 40 to 100 %.
    bounded = benefit_of_the_doubt(scores, shares, lowest_share=0.2, highest_share=0.6)
    assert_allclose(bounded[0], 0.5)


def test_a_unit_without_any_child_scores_0() -> None:
    shares = np.array([[0.0, 0.0], [0.5, 0.5]])
    assert benefit_of_the_doubt(np.ones((2, 2)), shares).tolist() == [0, 1]


def test_a_child_of_zeros_is_harmless() -> None:
    scores = np.array([[1.0, 0.0], [2.0, 0.0]])
    for bounds in BOUNDS[:3]:
        assert_allclose(benefit_of_the_doubt(scores, equal(2), **bounds), [0.5, 1])


def test_scales_do_not_matter_without_bounds_or_with_those_on_contributions() -> None:
    scores = np.random.default_rng(7).random((15, 3)) + 0.1
    for bounds in (BOUNDS[0], BOUNDS[3]):
        expected = benefit_of_the_doubt(scores, equal(3), **bounds)
        found = benefit_of_the_doubt(scores * [1e-300, 1, 1e300], equal(3), **bounds)
        assert_allclose(found, expected, atol=1e-9)


def test_a_common_scale_does_not_matter_with_bounds() -> None:
    scores = np.random.default_rng(8).random((15, 3))
    expected = benefit_of_the_doubt(scores, equal(3), **BOUNDS[2])
    for scale in (1e-290, 1e290):
        found = benefit_of_the_doubt(scores * scale, equal(3), **BOUNDS[2])
        assert_allclose(found, expected, atol=1e-9)


def test_too_many_children_for_so_few_units() -> None:
    scores = np.random.default_rng(9).random((12, 24))
    found = benefit_of_the_doubt(scores, equal(24))
    assert share_at_the_top(found) == 1
    assert share_at_the_top([0.5, 1.0, NAN]) == 0.5
    assert share_at_the_top([NAN]) == 0


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.float64, (7, 3), elements=st.integers(1, 20).map(float)),
    st.sampled_from(BOUNDS),
    st.randoms(use_true_random=False),
)
def test_invariances(scores: Array, bounds: dict[str, Any], random: Any) -> None:
    expected = benefit_of_the_doubt(scores, equal(3), **bounds)
    assert ((expected > 0) & (expected <= 1)).all()
    units, children = list(range(7)), list(range(3))
    random.shuffle(units)
    random.shuffle(children)
    found = benefit_of_the_doubt(scores[units][:, children], equal(3), **bounds)
    assert_allclose(found, expected[units], atol=1e-9)
    if bounds.get("bounds_on") != "contribution":
        better = scores.copy()
        better[units[0], children[0]] += 1
        after = benefit_of_the_doubt(better, equal(3), **bounds)
        assert after[units[0]] >= expected[units[0]] - 1e-9


def test_values_outside_the_domain_are_named() -> None:
    with pytest.raises(DomainError, match="0 or more") as caught:
        benefit_of_the_doubt([[1.0, -2.0], [1.0, 1.0]], equal(2))
    assert (caught.value.rows.tolist(), caught.value.columns.tolist()) == ([0], [1])
    assert caught.value.values.tolist() == [-2]
    with pytest.raises(DomainError, match="above 0 in one child") as caught:
        benefit_of_the_doubt([[1.0, 2.0], [0.0, 0.0]], equal(2))
    assert caught.value.rows.tolist() == [1]
    # What does not count may be anything.
    assert benefit_of_the_doubt([[1.0, -2.0]], [1.0, 0.0]).tolist() == [1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"lowest_share": 0.6}, r"adds up to 1.2, above 1"),
        ({"highest_share": 0.4}, r"adds up to 0.8, below 1"),
        ({"lowest_share": 0.4, "highest_share": 0.3}, "above highest_share"),
        ({"lowest_share": -0.1}, "between 0 and 1"),
        ({"highest_share": [0.5, 0.5, 0.5]}, "one for each of 2"),
        ({"bounds_on": "magic"}, "weight or contribution"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        benefit_of_the_doubt([[1.0, 2.0], [2.0, 1.0]], equal(2), **options)


def test_few_units_and_draws() -> None:
    assert benefit_of_the_doubt(np.empty((0, 2)), equal(2)).shape == (0,)
    assert benefit_of_the_doubt([[3.0, 2.0]], equal(2)).tolist() == [1]
    scores = np.random.default_rng(10).random((3, 8, 2))
    together = benefit_of_the_doubt(scores, equal(2))
    for draw in range(3):
        assert_allclose(together[draw], benefit_of_the_doubt(scores[draw], equal(2)))
    weights = np.random.default_rng(11).dirichlet([1, 1], 3)[:, None, :]
    assert_allclose(benefit_of_the_doubt(scores[0], weights)[2], together[0])

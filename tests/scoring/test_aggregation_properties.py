"""What must hold for every aggregation, tried on random scores."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from scoring.aggregation import AGGREGATIONS, aggregate

Array = NDArray[np.float64]

#: Aggregations by name, and options that make others of them. All accept scores above 0.
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in AGGREGATIONS),
    *(("generalised_mean", {"power": power}) for power in (-np.inf, -3, 0, 1e-5, 2, 50, np.inf)),
    *(("ordered_weighted", {"order_exponent": exponent}) for exponent in (0, 0.4, np.inf)),
    ("ordered_weighted", {"order_weights": [0.1, 0.6, 0.3]}),
    ("mazziotta_pareto", {"penalty": "positive"}),
    *(("topsis", {"scaling": scaling}) for scaling in ("minmax", "maximum", "sum", "none")),
    *(("vikor", {"majority": majority}) for majority in (0, 1)),
]
#: Quarters: ties are common, and no difference is as small as rounding.
scores_ = st.integers(1, 40).map(lambda score: score / 4)
weights_ = st.integers(1, 8).map(float)

DISTANCES = [variant for variant in VARIANTS if variant[0] in ("topsis", "vikor")]

every_variant = pytest.mark.parametrize(("method", "options"), VARIANTS, ids=str)


def having(**flags: bool) -> pytest.MarkDecorator:
    """Variants whose aggregation has these flags."""
    chosen = [
        (name, options)
        for name, options in VARIANTS
        if all(getattr(AGGREGATIONS[name], flag) is value for flag, value in flags.items())
    ]
    return pytest.mark.parametrize(("method", "options"), chosen, ids=str)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Array, Array]:
    """Scores of 1 to 6 units on 1 to 5 children, and weights."""
    shape = draw(st.tuples(st.integers(1, 6), st.integers(1, 5)))
    scores = draw(arrays.arrays(np.float64, shape, elements=scores_))
    return scores, draw(arrays.arrays(np.float64, shape[1], elements=weights_))


def gapped(scores: Array, seed: int) -> Array:
    absent = np.random.default_rng(seed).random(scores.shape) < 0.3
    return np.where(absent, np.nan, scores)


seeds = st.one_of(st.none(), st.integers(0, 1000))
few = settings(deadline=None, max_examples=15)


@every_variant
@few
@given(tables(), st.integers(0, 1000), seeds)
def test_the_order_of_units_and_children_changes_nothing(
    method: str, options: dict[str, Any], table: tuple[Array, Array], seed: int, gaps: int | None
) -> None:
    scores, weights = table
    scores = scores if gaps is None else gapped(scores, gaps)
    rng = np.random.default_rng(seed)
    units, children = (rng.permutation(count) for count in scores.shape)
    found = aggregate(scores, weights, method, **options)
    shuffled = aggregate(scores[units][:, children], weights[children], method, **options)
    assert_allclose(shuffled, found[units], rtol=1e-9, atol=1e-9)


@every_variant
@few
@given(tables(), st.sampled_from([1e-300, 0.1, 3.0, 1e300]), seeds)
def test_only_ratios_of_weights_matter(
    method: str,
    options: dict[str, Any],
    table: tuple[Array, Array],
    factor: float,
    gaps: int | None,
) -> None:
    scores, weights = table
    scores = scores if gaps is None else gapped(scores, gaps)
    found = aggregate(scores, weights, method, **options)
    scaled = aggregate(scores, weights * factor, method, **options)
    expected = found * factor if AGGREGATIONS[method].total_weight else found
    assert_allclose(scaled, expected, rtol=1e-9, atol=0 if method == "sum" else 1e-9)


@every_variant
@few
@given(tables(), st.sampled_from([-5.0, 0.0, 3.0, 1e300, np.nan]), seeds)
def test_a_child_of_weight_zero_changes_nothing(
    method: str, options: dict[str, Any], table: tuple[Array, Array], score: float, gaps: int | None
) -> None:
    scores, weights = table
    scores = scores if gaps is None else gapped(scores, gaps)
    wider = np.column_stack([scores, np.full(len(scores), score)])
    found = aggregate(wider, np.append(weights, 0.0), method, **options)
    expected = aggregate(scores, weights, method, **options)
    assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@having(between=True)
@few
@given(tables(), st.sampled_from([1e-300, 1.0, 1e300]), seeds)
def test_results_lie_between_the_children(
    method: str, options: dict[str, Any], table: tuple[Array, Array], scale: float, gaps: int | None
) -> None:
    scores, weights = table
    scores = (scores if gaps is None else gapped(scores, gaps)) * scale
    found = aggregate(scores, weights, method, **options)
    scored = ~np.isnan(found)
    assert (scored == ~np.isnan(scores).all(axis=1)).all()
    lowest, highest = np.fmin.reduce(scores, axis=1), np.fmax.reduce(scores, axis=1)
    assert (found >= lowest * (1 - 1e-10))[scored].all()
    assert (found <= highest * (1 + 1e-10))[scored].all()


@having(relative=False, total_weight=False)
@few
@given(scores_, st.lists(weights_, min_size=1, max_size=6), st.sampled_from([1e-300, 1, 1e300]))
def test_equal_children_give_their_score(
    method: str, options: dict[str, Any], score: float, weights: list[float], scale: float
) -> None:
    found = aggregate([[score * scale] * len(weights)], weights, method, **options)
    assert_allclose(found, score * scale, rtol=1e-11)


@pytest.mark.parametrize(("method", "options"), DISTANCES, ids=str)
@few
@given(tables(), st.sampled_from([1e-300, 1.0, 1e300]), seeds)
def test_distances_lie_between_0_and_1(
    method: str, options: dict[str, Any], table: tuple[Array, Array], scale: float, gaps: int | None
) -> None:
    scores, weights = table
    scores = (scores if gaps is None else gapped(scores, gaps)) * scale
    found = aggregate(scores, weights, method, **options)
    scored = ~np.isnan(found)
    assert (scored == ~np.isnan(scores).all(axis=1)).all()
    assert ((found >= -1e-12) & (found <= 1 + 1e-12))[scored].all()


@having(monotone=True)
@few
@given(tables(), st.data())
def test_a_better_score_never_lowers_the_result(
    method: str, options: dict[str, Any], table: tuple[Array, Array], data: st.DataObject
) -> None:
    scores, weights = table
    unit = data.draw(st.integers(0, scores.shape[0] - 1))
    child = data.draw(st.integers(0, scores.shape[1] - 1))
    better = scores.copy()
    better[unit, child] += data.draw(scores_)
    before = aggregate(scores, weights, method, **options)[unit]
    after = aggregate(better, weights, method, **options)[unit]
    assert after >= before - 1e-9


@pytest.mark.parametrize("method", [name for name, entry in AGGREGATIONS.items() if entry.relative])
@few
@given(tables(), st.data())
def test_who_is_best_in_everything_is_best(
    method: str, table: tuple[Array, Array], data: st.DataObject
) -> None:
    scores, weights = table
    unit = data.draw(st.integers(0, len(scores) - 1))
    scores[unit] = scores.max(axis=0)
    found = aggregate(scores, weights, method)
    assert found[unit] >= found.max() - 1e-9


@few
@given(tables(), seeds)
def test_less_compensation_is_a_lower_mean(table: tuple[Array, Array], gaps: int | None) -> None:
    scores, weights = table
    scores = scores if gaps is None else gapped(scores, gaps)
    order = ["minimum", "harmonic", "geometric", "generalised_mean", "arithmetic"]
    means = [aggregate(scores, weights, method) for method in order]
    for lower, higher in pairwise(means):
        assert (np.isnan(lower) == np.isnan(higher)).all()
        assert (np.isnan(lower) | (lower <= higher * (1 + 1e-12))).all()
    ordered = aggregate(scores, weights, "ordered_weighted")
    assert (np.isnan(ordered) | (ordered <= means[-1] * (1 + 1e-12))).all()
    balanced = aggregate(scores, weights, "mazziotta_pareto")
    assert (np.isnan(balanced) | (balanced <= means[-1] * (1 + 1e-12))).all()

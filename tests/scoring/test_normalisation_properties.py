"""What must hold for every normalisation, tried on random values."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn.base import clone

from scoring.domain import DomainError
from scoring.normalisation import NORMALISATIONS, DistanceToReference, Indexation, _Normalisation

Array = NDArray[np.float64]
NAN = np.nan

#: Every registered method with its defaults, and the other choices that some of them have.
METHODS: dict[str, _Normalisation] = {
    **{name: estimator() for name, estimator in NORMALISATIONS.items()},
    "percentile of all": NORMALISATIONS["percentile"]().set_params(share_of="all"),
    "percentile, average ties": NORMALISATIONS["percentile"]().set_params(ties="average"),
    "percentile, highest ties": NORMALISATIONS["percentile"]().set_params(ties="max"),
    "ratio to the best": DistanceToReference(reference="best"),
    "ratio to the worst": DistanceToReference(reference="worst"),
    "difference to the mean": DistanceToReference(distance="difference"),
    "range to the mean": DistanceToReference(distance="range", clip=False),
}
MONOTONE = [name for name, method in METHODS.items() if method.monotone]
BOUNDED = [name for name, method in METHODS.items() if method.bounded]

#: Linear in the values and fitted to them: neither unit nor zero point of a measure matter.
AFFINE = [
    "minmax",
    "zscore",
    "rank",
    "borda",
    "percentile",
    "percentile of all",
    "percentile, average ties",
    "percentile, highest ties",
    "categorical",
    "distance_to_max",
    "distance_to_target",
    "target_interval",
    "centred_minmax",
    "range to the mean",
]
#: Made of ratios: the unit does not matter, the zero point does.
SCALE = [
    *AFFINE,
    "distance_to_reference",
    "ratio to the best",
    "ratio to the worst",
    "difference to the mean",
    "fraction_of_max",
    "above_below_mean",
    "indexation",
]
#: Turning direction and values together changes nothing.
MIRRORED = [*AFFINE, "above_below_mean", "difference to the mean", "none"]

#: Whole numbers, so that ties are frequent and shifted ones exact.
CELLS = st.one_of(st.just(NAN), st.integers(1, 40).map(float))
SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 3))
TABLES = SHAPES.flatmap(lambda shape: arrays(np.float64, shape, elements=CELLS))
TWO_TABLES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 3)).flatmap(
    lambda sizes: st.tuples(
        arrays(np.float64, (sizes[0], sizes[2]), elements=CELLS),
        arrays(np.float64, (sizes[1], sizes[2]), elements=CELLS),
    )
)


def method(name: str, direction: Array) -> _Normalisation:
    chosen: _Normalisation = clone(METHODS[name])
    return chosen.set_params(direction=direction)


def directions(values: Array) -> Array:
    """-1 for every other indicator."""
    return 1.0 - 2.0 * (np.arange(values.shape[1]) % 2)


@pytest.mark.parametrize("name", METHODS)
@given(values=TABLES, seed=st.integers(0, 99))
@settings(max_examples=15)
def test_the_order_of_the_units_does_not_matter(name: str, values: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(values))
    direction = directions(values)
    shuffled = method(name, direction).fit_transform(values[order])
    expected = method(name, direction).fit_transform(values)[order]
    assert_allclose(shuffled, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
@given(values=TABLES)
@settings(max_examples=15)
def test_the_other_indicators_do_not_matter(name: str, values: Array) -> None:
    direction = directions(values)
    together = method(name, direction).fit_transform(values)
    for i in range(values.shape[1]):
        alone = method(name, direction[[i]]).fit_transform(values[:, [i]])
        assert_allclose(alone[:, 0], together[:, i], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
@given(values=TABLES)
@settings(max_examples=15)
def test_missing_stays_missing_and_nothing_else_becomes_so(name: str, values: Array) -> None:
    found = method(name, directions(values)).fit_transform(values)
    assert_array_equal(np.isnan(found), np.isnan(values))


@pytest.mark.parametrize("name", METHODS)
@given(values=TABLES)
@settings(max_examples=15)
def test_a_constant_indicator_gives_everybody_the_same(name: str, values: Array) -> None:
    constant = np.where(np.isnan(values), NAN, 7.0)
    for column in method(name, directions(values)).fit_transform(constant).T:
        assert len(set(column[~np.isnan(column)])) <= 1


@pytest.mark.parametrize("name", MONOTONE)
@given(tables=TWO_TABLES)
@settings(max_examples=12)
def test_a_better_value_never_lowers_the_score(name: str, tables: tuple[Array, Array]) -> None:
    reference, values = tables
    direction = directions(values)
    fitted = method(name, direction).fit(reference)
    everything = np.vstack([reference, values])
    order = np.argsort(everything * direction, axis=0)
    ordered = np.take_along_axis(fitted.transform(everything), order, axis=0)
    for column in ordered.T:
        present = column[~np.isnan(column)]
        assert (np.diff(present) >= -1e-12 * np.abs(present[1:])).all()


@pytest.mark.parametrize("name", BOUNDED)
@given(tables=TWO_TABLES)
@settings(max_examples=12)
def test_scores_stay_inside_the_range(name: str, tables: tuple[Array, Array]) -> None:
    reference, values = tables
    fitted = method(name, directions(values)).set_params(feature_range=(1, 10)).fit(reference)
    for table in tables:
        found = fitted.transform(table)
        found = found[~np.isnan(found)]
        assert ((found >= 1) & (found <= 10)).all()


@pytest.mark.parametrize("name", METHODS)
@given(tables=TWO_TABLES)
@settings(max_examples=15)
def test_units_are_scored_one_by_one(name: str, tables: tuple[Array, Array]) -> None:
    reference, values = tables
    fitted = method(name, directions(values)).fit(reference)
    together = fitted.transform(values)
    for row in range(len(values)):
        assert_array_equal(fitted.transform(values[[row]])[0], together[row])


@pytest.mark.parametrize("name", AFFINE)
@given(values=TABLES, factor=st.integers(1, 9), shift=st.integers(-50, 50))
@settings(max_examples=15)
def test_neither_unit_nor_zero_point_matter(
    name: str, values: Array, factor: int, shift: int
) -> None:
    direction = directions(values)
    expected = method(name, direction).fit_transform(values)
    found = method(name, direction).fit_transform(values * factor + shift)
    assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", SCALE)
@given(values=TABLES, exponent=st.sampled_from([-990, -40, 3, 900]))
@settings(max_examples=15)
def test_the_unit_does_not_matter_however_large_or_small(
    name: str, values: Array, exponent: int
) -> None:
    direction = directions(values)
    expected = method(name, direction).fit_transform(values)
    found = method(name, direction).fit_transform(np.ldexp(values, exponent))
    assert_array_equal(found, expected)  # a power of 2 changes no digit


@pytest.mark.parametrize("name", MIRRORED)
@given(values=TABLES)
@settings(max_examples=15)
def test_less_is_better_is_more_of_the_negative_is_better(name: str, values: Array) -> None:
    direction = directions(values)
    expected = method(name, direction).fit_transform(values)
    found = method(name, -direction).fit_transform(-values)
    assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


EXTREMES = ([1e-300, 1.0, 1e300], [1.0, 1.7e308, 1.6e308], [5e-324, 1e-323, 1e-300])


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("column", EXTREMES, ids=str)
@pytest.mark.parametrize("direction", [1.0, -1.0])
def test_extremes_neither_warn_nor_change_places(
    name: str, column: list[float], direction: float
) -> None:
    chosen = method(name, np.array([direction]))
    try:
        found = chosen.fit_transform(np.array(column)[:, None])[:, 0]
    except DomainError as error:
        assert "double precision" in str(error)  # noqa: PT017 - some ratios are no number
        assert name in ("distance_to_reference", "ratio to the worst", "indexation")
        return
    assert np.isfinite(found).all()
    if chosen.monotone:
        assert (np.diff(found[np.argsort(column)]) * direction >= 0).all()


@pytest.mark.parametrize("name", METHODS)
def test_what_is_fitted_can_be_pickled(name: str) -> None:
    values = np.array([[1.0, 2.0], [3.0, NAN], [5.0, 1.0]])
    fitted = method(name, np.array([1.0, -1.0])).fit(values)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.transform(values), fitted.transform(values))


@given(values=TABLES)
def test_indices_of_each_unit_are_100_in_the_base_year(values: Array) -> None:
    found = Indexation(directions(values), base="unit").fit_transform(values)
    assert_array_equal(found, np.where(np.isnan(values), NAN, 100.0))

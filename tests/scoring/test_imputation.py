from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.utils.estimator_checks import parametrize_with_checks

from scoring.imputation import (
    IMPUTATIONS,
    IMPUTATIONS_OVER_TIME,
    GroupMean,
    Iterative,
    NearestNeighbours,
    WithinGroup,
    imputation_draws,
    latest,
    linear,
    linear_constant,
)

Array = NDArray[np.float64]
NAN = np.nan
NO_GROUPS = np.full(5, -1)
NEED_GROUP = sorted(name for name, imputer in IMPUTATIONS.items() if imputer.needs_group)

#: Five units; the second indicator has no value in the second group, the third nowhere.
VALUES = np.array(
    [
        [1.0, 10.0, NAN],
        [2.0, NAN, NAN],
        [NAN, 70.0, NAN],
        [9.0, NAN, NAN],
        [NAN, NAN, NAN],
    ]
)
GROUPS = np.array([0, 0, 0, 1, 1])


def impute(method: str, groups: NDArray[np.intp] = GROUPS) -> Array:
    return IMPUTATIONS[method]().fit_transform(VALUES, groups=groups)


@parametrize_with_checks([imputer() for imputer in IMPUTATIONS.values()])
def test_scikit_learn_accepts_the_estimator(estimator: BaseEstimator, check: object) -> None:
    check(estimator)  # type: ignore[operator]


# --- one value for all ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "first", "second"),
    [
        ("none", [1, 2, NAN, 9, NAN], [10, NAN, 70, NAN, NAN]),
        ("mean", [1, 2, 4, 9, 4], [10, 40, 70, 40, 40]),
        ("median", [1, 2, 2, 9, 2], [10, 40, 70, 40, 40]),
        ("group_mean", [1, 2, 1.5, 9, 9], [10, 40, 70, NAN, NAN]),
        ("group_median", [1, 2, 1.5, 9, 9], [10, 40, 70, NAN, NAN]),
    ],
)
def test_by_hand(method: str, first: list[float], second: list[float]) -> None:
    found = impute(method)
    assert_array_equal(found[:, 0], first)
    assert_array_equal(found[:, 1], second)
    assert np.isnan(found[:, 2]).all()


@pytest.mark.parametrize("method", NEED_GROUP)
def test_a_unit_without_group_is_not_imputed_and_lends_nothing(method: str) -> None:
    found = impute(method, np.array([-1, 0, 0, 1, -1]))
    assert_array_equal(found[:, 0], [1, 2, 2, 9, NAN])
    assert_array_equal(found[:, 1], [10, 70, 70, NAN, NAN])


@pytest.mark.parametrize("method", NEED_GROUP)
def test_where_nobody_has_a_group_nothing_is_imputed(method: str) -> None:
    assert_array_equal(impute(method, NO_GROUPS), VALUES)


@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_left_out_groups_are_one_group(statistic: str) -> None:
    found = IMPUTATIONS[f"group_{statistic}"]().fit_transform(VALUES)
    assert_array_equal(found, impute(statistic))


def test_the_median_of_a_group_is_not_its_mean() -> None:
    values, groups = [[1.0], [2.0], [9.0], [NAN]], np.zeros(4, dtype=int)
    assert IMPUTATIONS["group_mean"]().fit_transform(values, groups=groups)[3, 0] == 4
    assert IMPUTATIONS["group_median"]().fit_transform(values, groups=groups)[3, 0] == 2


def test_the_reference_lends_to_others_by_group() -> None:
    fitted = GroupMean().fit([[1.0], [3.0], [10.0]], groups=[4, 4, 7])
    found = fitted.transform([[NAN], [NAN], [NAN], [NAN], [NAN], [8.0]], groups=[7, 4, 5, -1, 9, 4])
    assert_array_equal(found[:, 0], [10, 2, NAN, NAN, NAN, 8])


@pytest.mark.parametrize("method", ["mean", "median"])
def test_agrees_with_scikit_learn(method: str) -> None:
    values = gapped_values(4)
    expected = SimpleImputer(strategy=method).fit_transform(values)
    assert_allclose(IMPUTATIONS[method]().fit_transform(values), expected, rtol=1e-14)
    groups = np.arange(len(values)) % 2
    by_group = IMPUTATIONS[f"group_{method}"]().fit_transform(values, groups=groups)
    for group in (0, 1):
        members = groups == group
        expected = SimpleImputer(strategy=method).fit_transform(values[members])
        assert_allclose(by_group[members], expected, rtol=1e-14)


# --- whatever the method --------------------------------------------------------------------------


def gapped_values(n_indicators: int = 5, n_units: int = 30, seed: int = 0) -> Array:
    """Correlated indicators on very different scales, a tenth of them missing."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_units, 1))
    values = (common + 0.5 * rng.normal(size=(n_units, n_indicators))) * 10.0 ** np.arange(
        -3, n_indicators - 3
    )
    values[rng.random(values.shape) < 0.1] = NAN
    return values


@pytest.mark.parametrize("method", IMPUTATIONS)
def test_the_input_is_left_alone_and_known_values_stay(method: str) -> None:
    for values in (VALUES, gapped_values() / 3):
        before = values.copy()
        imputer = IMPUTATIONS[method]() if method != "knn" else NearestNeighbours(2)
        found = imputer.fit_transform(values)
        assert_array_equal(values, before)
        known = ~np.isnan(values)
        assert_array_equal(found[known], values[known])
        assert not np.shares_memory(found, values)


@pytest.mark.parametrize("method", [name for name in IMPUTATIONS if name != "none"])
def test_every_gap_is_filled_between_the_extremes_of_the_indicator(method: str) -> None:
    values = gapped_values()
    found = IMPUTATIONS[method]().fit_transform(values)
    assert np.isfinite(found).all()
    assert (found >= np.nanmin(values, axis=0)).all()
    assert (found <= np.nanmax(values, axis=0)).all()


@pytest.mark.parametrize("method", IMPUTATIONS)
def test_an_indicator_without_values_stays_without(method: str) -> None:
    values = np.column_stack([gapped_values(), np.full(30, NAN)])
    fitted = IMPUTATIONS[method]().fit(values)
    assert np.isnan(fitted.transform(values)[:, -1]).all()
    values[:3, -1] = 5  # known elsewhere, unknown to the reference
    assert_array_equal(fitted.transform(values)[:, -1], values[:, -1])
    nothing = np.full((6, 2), NAN)
    assert_array_equal(IMPUTATIONS[method]().fit_transform(nothing), nothing)


@pytest.mark.parametrize("method", [name for name in IMPUTATIONS if name != "none"])
@pytest.mark.parametrize("size", [1e308, 1e-300])
def test_extremes_neither_overflow_nor_vanish(method: str, size: float) -> None:
    small = np.array([[1, 0.1], [-1, 0.3], [0.5, NAN], [NAN, 0.5], [1, 0.9], [-1, 0.1]])
    expected = IMPUTATIONS[method]().fit_transform(small)
    found = IMPUTATIONS[method]().fit_transform(small * size) / size
    assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("method", [name for name in IMPUTATIONS if name != "none"])
def test_a_constant_indicator_stays_constant(method: str) -> None:
    values = gapped_values()
    values[:, 0] = 0.1
    values[[3, 9], 0] = NAN
    found = IMPUTATIONS[method]().fit_transform(values)
    assert (found[:, 0] == 0.1).all()
    assert np.isfinite(found).all()


@pytest.mark.parametrize("method", [name for name in IMPUTATIONS if name != "knn"])
def test_one_unit_and_two_units(method: str) -> None:
    one = IMPUTATIONS[method]().fit_transform([[1.0, NAN]])
    assert_array_equal(one, [[1, NAN]])
    two = IMPUTATIONS[method]().fit_transform([[1.0, NAN], [NAN, 4.0]])
    assert two[0, 0] == 1
    assert two[1, 1] == 4
    assert np.isin(two[[0, 1], [1, 0]], [1, 4, NAN]).all() or method in ("none", "within_group")


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from([name for name in IMPUTATIONS if name != "iterative"]),
    st.permutations(range(12)),
)
def test_the_order_of_the_units_does_not_matter(method: str, order: list[int]) -> None:
    values, groups = gapped_values(n_units=12, seed=3), np.arange(12) % 3
    straight = IMPUTATIONS[method]().fit_transform(values, groups=groups)
    turned = IMPUTATIONS[method]().fit_transform(values[order], groups=groups[order])
    assert_allclose(turned, straight[order], rtol=1e-9)


@pytest.mark.parametrize("method", ["knn", "iterative", "within_group", "mean"])
def test_the_units_of_measure_do_not_matter(method: str) -> None:
    values = gapped_values()
    factors = np.array([1, 1000, 1e-6, 12, 0.3])
    straight = IMPUTATIONS[method]().fit_transform(values)
    assert_allclose(IMPUTATIONS[method]().fit_transform(values * factors), straight * factors, 1e-6)


# --- nearest neighbours ---------------------------------------------------------------------------


def test_nearest_neighbours_by_hand() -> None:
    # Unit 3 is like units 0 and 1 in the first indicator, in whatever unit that is measured.
    values = np.array([[1.0, 10.0], [1.1, 30.0], [9.0, 90.0], [1.05, NAN]])
    for factor in (1e-6, 1, 1e6):
        found = NearestNeighbours(2).fit_transform(values * [factor, 1])
        assert_allclose(found[3, 1], 20)


def test_nearest_neighbours_are_those_of_scikit_learn_on_standardised_columns() -> None:
    values = gapped_values()
    centre, spread = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    expected = KNNImputer(n_neighbors=3).fit_transform((values - centre) / spread)
    assert_allclose(NearestNeighbours(3).fit_transform(values), expected * spread + centre)


def test_more_neighbours_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not 5: k larger than the sample \(n_samples=3\)"):
        NearestNeighbours().fit([[1.0], [2.0], [NAN]])
    with pytest.raises(ValueError, match="from 1 to the number of units, not 0"):
        NearestNeighbours(0).fit([[1.0], [2.0]])


# --- regressions ----------------------------------------------------------------------------------


def test_a_linear_relation_is_found_again() -> None:
    first = np.linspace(0, 10, 40)
    values = np.column_stack([first, 3 - 2 * first])
    gapped = values.copy()
    gapped[[5, 20, 33], 1] = NAN
    fitted = Iterative().fit(gapped)
    assert fitted.converged_
    assert_allclose(fitted.transform(gapped), values, atol=0.01)


def test_rounds_that_do_not_settle_are_said_and_no_warning() -> None:
    fitted = Iterative(rounds=1).fit(gapped_values())
    assert not fitted.converged_
    assert fitted.rounds_ == 1


def test_regressions_in_several_threads_leave_warnings_as_they_are() -> None:
    values = gapped_values()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(4) as pool:
            fitted = list(pool.map(lambda _: Iterative(rounds=1).fit(values), range(40)))
        warnings.warn("later", stacklevel=1)
    assert [str(warning.message) for warning in heard] == ["later"]
    assert not any(one.converged_ for one in fitted)


@pytest.mark.parametrize("within_range", [True, False])
def test_estimates_go_beyond_the_known_values_where_they_may(within_range: bool) -> None:
    first = np.arange(20.0)
    values = np.column_stack([first, 2 * first])
    values[15:, 1] = NAN
    found = Iterative(within_range=within_range).fit_transform(values)
    assert (found[15:, 1].max() > 28.1) == (not within_range)


@pytest.mark.parametrize("parameters", [{"rounds": 0}, {"seed": -1}, {"seed": 0.5}])
def test_wrong_parameters_of_the_regressions_are_named(parameters: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        clone(Iterative(**parameters)).fit([[1.0, 2.0]])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        imputation_draws([[1.0, NAN], [NAN, 2.0]], 1, **{"seed": 1, **parameters})  # type: ignore[arg-type]


# --- multiple imputation --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 7])
def test_draws_share_the_known_values_and_repeat_with_the_seed(seed: int) -> None:
    values = gapped_values(3)
    draws = imputation_draws(values, 4, seed)
    assert draws.shape == (4, 30, 3)
    known = ~np.isnan(values)
    assert (draws[:, known] == values[known]).all()
    assert np.isfinite(draws).all()
    assert (draws[:, ~known].std(axis=0) > 0).all()
    assert_array_equal(imputation_draws(values, 4, seed), draws)
    assert (imputation_draws(values, 1, seed + 1)[0] != draws[0]).any()


def test_a_draw_is_the_same_whoever_makes_it() -> None:
    values = gapped_values(3)
    together = imputation_draws(values, 3, 0)
    assert_array_equal(imputation_draws(values, [2, 0], 0), together[[2, 0]])


def test_draws_spread_about_the_truth_as_the_relation_is_loose() -> None:
    rng = np.random.default_rng(5)
    first = rng.normal(size=200)
    values = np.column_stack([first, first + 0.3 * rng.normal(size=200)])
    truth = values[:, 1].copy()
    values[100:120, 1] = NAN
    drawn = imputation_draws(values, 20, 1, within_range=False)[:, 100:120, 1]
    assert_allclose((drawn - first[100:120]).std(), 0.3, atol=0.05)
    assert_allclose(drawn.mean(axis=0), truth[100:120], atol=1.0)


def test_draws_of_a_single_indicator_spread_like_its_values() -> None:
    values = np.append(np.random.default_rng(6).normal(50, 10, size=100), np.full(100, NAN))
    drawn = imputation_draws(values[:, None], 5, 1)[:, 100:]
    assert_allclose([drawn.mean(), drawn.std()], [50, 10], atol=2)


def test_draws_of_what_is_complete_or_empty_are_the_values() -> None:
    values = np.array([[1.0, NAN], [2.0, NAN]])
    assert_array_equal(imputation_draws(values, 2, 1), [values, values])


@pytest.mark.parametrize("draws", [0, [], [-1]])
def test_no_draws_are_refused(draws: int | list[int]) -> None:
    with pytest.raises(ValueError, match="draws must be 1 or more"):
        imputation_draws([[1.0]], draws, 1)


# --- within the group of the framework ------------------------------------------------------------


def test_within_group_by_hand() -> None:
    # On 0..1 the last unit has 0.5 and, less being better, 0.25 in the first group: mean 0.375.
    values = np.array([[0.0, 10.0, 100.0, 5.0], [10.0, 50.0, 300.0, 6.0], [5.0, 40.0, NAN, NAN]])
    found = WithinGroup(["a", "a", "a", "b"], [1, -1, 1, 1]).fit_transform(values)
    assert_array_equal(found[2], [5, 40, 175, NAN])
    found = WithinGroup(["a", "a", "a", "b"], [1, -1, -1, 1]).fit_transform(values)
    assert_array_equal(found[2], [5, 40, 225, NAN])


def test_within_group_keeps_the_mean_of_the_group() -> None:
    values = gapped_values()
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    before = (values - low) / (high - low)
    after = (WithinGroup().fit_transform(values) - low) / (high - low)
    assert_allclose(after.mean(axis=1), np.nanmean(before, axis=1))


def test_a_constant_indicator_lends_nothing() -> None:
    values = np.array([[1.0, 7.0, 0.0], [1.0, 7.0, 10.0], [NAN, 7.0, 10.0], [1.0, 7.0, NAN]])
    found = WithinGroup().fit_transform(values)
    assert found[2, 0] == 1
    assert np.isnan(found[3, 2])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"parents": ["a"]}, "one code for each of 2 indicators"),
        ({"direction": [1]}, "1 or -1 for each of 2"),
        ({"direction": [1, 0]}, "1 or -1"),
    ],
)
def test_wrong_parts_of_the_framework_are_named(
    parameters: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        WithinGroup(**parameters).fit([[1.0, 2.0]])  # type: ignore[arg-type]


# --- along the years ------------------------------------------------------------------------------

YEARS = [2010, 2011, 2015, 2020]


def series(*values: float) -> Array:
    """One unit and one indicator over the years."""
    return np.array(values, dtype=float)[:, None, None]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("latest", [NAN, 10, 10, 30]),
        ("linear", [NAN, 10, 10 + 20 * 4 / 9, 30]),
        ("linear_constant", [10, 10, 10 + 20 * 4 / 9, 30]),
    ],
)
def test_years_by_hand(method: str, expected: list[float]) -> None:
    found = IMPUTATIONS_OVER_TIME[method](series(NAN, 10, NAN, 30), YEARS)
    assert_allclose(found[:, 0, 0], expected, rtol=1e-15)


def test_the_last_value_is_carried_outward_too() -> None:
    found = linear_constant(series(1, NAN, 7, NAN), [1, 2, 3, 9])
    assert found[:, 0, 0].tolist() == [1, 4, 7, 7]
    assert_array_equal(linear(series(1, NAN, 7, NAN), [1, 2, 3, 9])[:, 0, 0], [1, 4, 7, NAN])


@pytest.mark.parametrize(
    ("maximum_age", "expected"),
    [(None, [5, 5, 5, 5]), (5, [5, 5, 5, NAN]), (4, [5, 5, NAN, NAN]), (0, [5, NAN, NAN, NAN])],
)
def test_a_value_can_be_too_old(maximum_age: float | None, expected: list[float]) -> None:
    found = latest(series(5, NAN, NAN, NAN), YEARS, maximum_age=maximum_age)
    assert_array_equal(found[:, 0, 0], expected)


@pytest.mark.parametrize("method", IMPUTATIONS_OVER_TIME)
@settings(deadline=None)
@given(
    arrays(
        float,
        (4, 3, 2),
        elements=st.sampled_from([NAN, 0.1, -7.3, 1e300, 1e-300, 1.7e308, -1.7e308]),
    ),
    st.permutations(range(4)),
)
def test_years_in_any_order_and_known_values_to_the_bit(
    method: str, values: Array, order: list[int]
) -> None:
    found = IMPUTATIONS_OVER_TIME[method](values, YEARS)
    known = ~np.isnan(values)
    assert_array_equal(found[known], values[known])
    turned = IMPUTATIONS_OVER_TIME[method](values[order], np.array(YEARS)[order])
    assert_array_equal(turned, found[order])
    for unit in range(3):
        alone = IMPUTATIONS_OVER_TIME[method](values[:, unit : unit + 1], YEARS)
        assert_array_equal(alone, found[:, unit : unit + 1])
    nothing = np.isnan(values).all(axis=0)
    assert_array_equal(np.isnan(found).all(axis=0), nothing)
    assert np.isfinite(found[~np.isnan(found)]).all()
    stacked = IMPUTATIONS_OVER_TIME[method](np.stack([values, values]), YEARS)
    assert_array_equal(stacked, np.stack([found, found]))


@pytest.mark.parametrize("method", IMPUTATIONS_OVER_TIME)
@pytest.mark.parametrize(
    ("years", "message"),
    [
        ([1, 2], "one finite number for each cross-section"),
        ([1, 2, NAN], "one finite number"),
        ([2020, 2021, 2020], "a year must occur once: 2020"),
    ],
)
def test_wrong_years_are_named(method: str, years: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        IMPUTATIONS_OVER_TIME[method](series(1, 2, 3), years)


def test_a_negative_age_is_refused() -> None:
    with pytest.raises(ValueError, match="maximum_age must be 0 or more years, not -1"):
        latest(series(1, 2), [1, 2], maximum_age=-1)


# --- wrong input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", IMPUTATIONS)
def test_infinite_values_are_refused(method: str) -> None:
    with pytest.raises(ValueError, match="infinity"):
        IMPUTATIONS[method]().fit([[np.inf], [1.0]])


@pytest.mark.parametrize("groups", [[0], [0, 0.5], [0, -2], [[0, 1]]])
def test_groups_that_do_not_fit_are_refused(groups: list[float]) -> None:
    with pytest.raises(ValueError, match="one integer, -1 for none, for each of 2 units"):
        GroupMean().fit([[1.0], [2.0]], groups=groups)


def test_units_equally_far_do_not_count_by_their_place() -> None:
    # The first unit lacks a value, and the other four are equally far from it.
    values = np.array([[0, np.nan], [1, 10], [-1, 20], [1, 30], [-1, 40.0]])
    expected = NearestNeighbours(2).fit_transform(values)[0, 1]
    for order in permutations(range(1, 5)):
        found = NearestNeighbours(2).fit_transform(values[[0, *order]])[0, 1]
        assert found == expected

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

import indicators
import scoring
from indicators import InvalidInputError
from scoring.clustering import (
    COOPERATION_METHODS,
    MIXTURE_REGULARISATION,
    MIXTURE_TOLERANCE,
    RERUNS,
    FloatArray,
    IntArray,
    adjusted_rand,
    constrained_kmeans,
    exemplar_centres,
    gaussian_mixture,
    match_groups,
    memberships,
    seeded_kmeans,
    seeded_lloyd,
    seeded_mixture,
    squared_distances,
    standardise,
    ward,
)
from scoring.cooperation import CooperationModels, cooperation_models, cooperation_of
from tests.scoring.small_sets import small_set

METHODS = sorted(COOPERATION_METHODS)
MODELS = ["north", "east", "west"]

LOG = {"year": "undated", "method": "log", "requirement": "values above 0"}


def blobs(n: int = 30, seed: int = 0, apart: float = 10.0) -> tuple[FloatArray, IntArray]:
    """Three round groups of equal size, far apart."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    corners = apart * np.array([[0.0, 1.0], [1.0, 0.0], [-1.0, -1.0]])
    return corners[truth] + rng.normal(size=(n, 2)), truth


def blob_frame(n: int = 30, seed: int = 0) -> tuple[pd.DataFrame, pd.Series[str], IntArray]:
    points, truth = blobs(n, seed)
    units = [f"unit {number:02}" for number in range(n)]
    exemplars = pd.Series([MODELS[model] for model in truth[:9]], index=units[:9])
    return pd.DataFrame(points, index=units, columns=["height", "width"]), exemplars, truth


def random_seeds(rng: np.random.Generator, draws: int, n: int) -> IntArray:
    """Nine exemplars, three of each model, at random places in each draw."""
    labels = np.full((draws, n), -1, dtype=np.intp)
    labels[:, :9] = np.arange(9) % 3
    return rng.permuted(labels, axis=1)


# --------------------------------------------------------------------------- arithmetic


def test_standardise_known_values_and_constant_feature() -> None:
    z, mean, deviation = standardise([[1.0, 0.1], [3.0, 0.1], [5.0, 0.1]])
    np.testing.assert_allclose(z[:, 0], [-math.sqrt(1.5), 0.0, math.sqrt(1.5)])
    np.testing.assert_array_equal(z[:, 1], 0.0)
    np.testing.assert_array_equal(mean, [3.0, 0.1])
    np.testing.assert_allclose(deviation, [math.sqrt(8 / 3), 1.0])


def test_squared_distances_broadcast() -> None:
    rng = np.random.default_rng(1)
    points, centres = rng.normal(size=(4, 1, 7, 3)), rng.normal(size=(5, 2, 3))
    expected = ((points[..., :, None, :] - centres[..., None, :, :]) ** 2).sum(axis=-1)
    np.testing.assert_allclose(squared_distances(points, centres), expected, rtol=1e-14)
    assert squared_distances(points, centres).shape == (4, 5, 7, 2)


def test_memberships_known_values() -> None:
    squared = [[1.0, 4.0, 4.0], [0.0, 2.0, 3.0], [0.0, 0.0, 3.0], [1.0, 1.0, np.inf]]
    expected = np.array([[2 / 3, 1 / 6, 1 / 6], [1, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0]])
    np.testing.assert_allclose(memberships(squared), expected, rtol=1e-15)


@given(arrays(np.float64, (5, 4), elements=st.floats(0, 1e300)))
def test_memberships_sum_to_one(squared: FloatArray) -> None:
    result = memberships(squared)
    assert ((result >= 0) & (result <= 1)).all()
    np.testing.assert_allclose(result.sum(axis=1), 1.0, rtol=1e-12)
    rows = np.arange(5)
    np.testing.assert_array_equal(result[rows, squared.argmin(axis=1)], result.max(axis=1))


def test_exemplar_centres_and_a_model_without_exemplar() -> None:
    points = np.array([[0.0, 0.0], [2.0, 4.0], [7.0, 7.0], [9.0, 9.0]])
    centres = exemplar_centres(points, [[0, 0, 1, -1], [-1, -1, -1, 1]], 2)
    np.testing.assert_array_equal(centres[0], [[1.0, 2.0], [7.0, 7.0]])
    np.testing.assert_array_equal(centres[1], [[np.inf, np.inf], [9.0, 9.0]])


# --------------------------------------------------------------------------- k-means


@pytest.mark.parametrize("seed", range(5))
def test_batch_agrees_with_scikit_learn_kmeans(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(40, 3))
    starts = points[rng.permuted(np.tile(np.arange(40), (20, 1)), axis=1)[:, :3]]
    labels, centres = seeded_lloyd(points, starts)
    for draw, start in enumerate(starts):
        fit = KMeans(3, init=start, n_init=1, tol=0.0).fit(points)
        np.testing.assert_array_equal(labels[draw], fit.labels_)
        np.testing.assert_allclose(centres[draw], fit.cluster_centers_, rtol=1e-12)


def test_a_draw_has_the_same_bits_alone_as_in_a_batch() -> None:
    rng = np.random.default_rng(2)
    points, starts = rng.normal(size=(31, 4)), rng.normal(size=(50, 3, 4))
    units = rng.random((50, 31)) < 0.8
    labels, centres = seeded_lloyd(points, starts, units=units)
    posterior, means = seeded_mixture(points, starts, units=units)
    for draw in range(50):
        alone = seeded_lloyd(points, starts[draw], units=units[draw])
        np.testing.assert_array_equal(alone[0], labels[draw])
        np.testing.assert_array_equal(alone[1], centres[draw])
        alone_mixture = seeded_mixture(points, starts[draw], units=units[draw])
        np.testing.assert_array_equal(alone_mixture[0], posterior[draw])
        np.testing.assert_array_equal(alone_mixture[1], means[draw])


def test_points_may_have_leading_axes_too() -> None:
    rng = np.random.default_rng(3)
    points, starts = rng.normal(size=(6, 20, 2)), rng.normal(size=(4, 1, 3, 2))
    labels, centres = seeded_lloyd(points, starts)
    assert labels.shape == (4, 6, 20)
    assert centres.shape == (4, 6, 3, 2)
    for start, draw in itertools.product(range(4), range(6)):
        alone, _ = seeded_lloyd(points[draw], starts[start, 0])
        np.testing.assert_array_equal(labels[start, draw], alone)


def test_units_left_out_move_no_centre() -> None:
    rng = np.random.default_rng(4)
    points, starts = rng.normal(size=(25, 2)), rng.normal(size=(10, 3, 2))
    units = rng.random((10, 25)) < 0.7
    labels, centres = seeded_lloyd(points, starts, units=units)
    for draw in range(10):
        alone, alone_centres = seeded_lloyd(points[units[draw]], starts[draw])
        np.testing.assert_array_equal(labels[draw, units[draw]], alone)
        np.testing.assert_allclose(centres[draw], alone_centres, rtol=1e-12)


def test_fixed_units_stay_and_an_empty_model_keeps_its_centre() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    labels, centres = seeded_lloyd(points, [[0.5], [10.5]], fixed=[-1, 1, -1, -1])
    np.testing.assert_array_equal(labels, [0, 1, 1, 1])
    np.testing.assert_allclose(centres, [[0.0], [22 / 3]])
    labels, centres = seeded_lloyd(points, [[0.5], [10.5], [99.0]])
    np.testing.assert_array_equal(labels, [0, 0, 1, 1])
    np.testing.assert_array_equal(centres[2], 99.0)


def test_a_unit_between_two_centres_goes_to_the_first() -> None:
    points = np.array([[-1.0], [0.0], [1.0]])
    labels, _ = seeded_lloyd(points, [[[-1.0], [1.0]], [[1.0], [-1.0]]], iterations=1)
    np.testing.assert_array_equal(labels, [[0, 0, 1], [1, 0, 0]])


def test_seeded_kmeans_never_moves_an_empty_model_to_an_outlier() -> None:
    # The mean of model 1's exemplars is nearest to no unit, and unit 6 is far from everything.
    points = np.array([[-9.0], [0.0], [0.1], [9.0], [-8.9], [8.9], [30.0]])
    labels = np.array([1, 0, 0, 1, 2, 2, -1])
    start = exemplar_centres(points, labels, 3)
    result = seeded_kmeans(points, labels, 3)
    np.testing.assert_array_equal(result.labels, seeded_lloyd(points, start)[0])
    assert (KMeans(3, init=start, n_init=1).fit(points).labels_ != result.labels).any()
    assert (result.labels == result.labels[6]).sum() > 1


# --------------------------------------------------------------------------- mixture


@pytest.mark.parametrize("seed", range(5))
def test_batch_agrees_with_scikit_learn_gaussian_mixture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, _, _ = standardise(rng.normal(size=(31, 4)))
    starts = points[rng.permuted(np.tile(np.arange(31), (5, 1)), axis=1)[:, :3]]
    posterior, means = seeded_mixture(points, starts)
    for draw, start in enumerate(starts):
        fit = GaussianMixture(
            3,
            covariance_type="diag",
            reg_covar=MIXTURE_REGULARISATION,
            tol=MIXTURE_TOLERANCE,
            max_iter=1000,
            weights_init=np.full(3, 1 / 3),
            means_init=start,
            precisions_init=np.ones((3, 4)),
        ).fit(points)
        np.testing.assert_allclose(posterior[draw], fit.predict_proba(points), atol=1e-9)
        np.testing.assert_allclose(means[draw], fit.means_, atol=1e-9)


def test_mixture_without_a_model_and_without_units() -> None:
    points, _ = blobs()
    units = np.arange(30) % 3 < 2
    start = exemplar_centres(points, np.where(np.arange(30) < 9, np.arange(30) % 3, -1), 3)
    start[2] = np.inf
    posterior, means = seeded_mixture(points, start, units=units)
    np.testing.assert_array_equal(posterior[:, 2], 0.0)
    assert np.isinf(means[2]).all()
    alone, _ = seeded_mixture(points[units], start)
    np.testing.assert_allclose(posterior[units], alone, atol=1e-9)


# --------------------------------------------------------------------------- comparing, naming


@pytest.mark.parametrize(("n_first", "n_second"), [(3, 3), (2, 5), (1, 3), (1, 1)])
def test_adjusted_rand_agrees_with_scikit_learn(n_first: int, n_second: int) -> None:
    rng = np.random.default_rng(5)
    first, second = rng.integers(n_first, size=(20, 15)), rng.integers(n_second, size=(20, 15))
    units = rng.random((20, 15)) < 0.8
    every = adjusted_rand(first, second, n_first, n_second)
    some = adjusted_rand(first, second, n_first, n_second, units)
    for draw in range(20):
        assert every[draw] == pytest.approx(adjusted_rand_score(first[draw], second[draw]))
        chosen = units[draw]
        expected = adjusted_rand_score(first[draw, chosen], second[draw, chosen])
        assert some[draw] == pytest.approx(expected)


def test_adjusted_rand_of_single_units_and_of_renamed_groups() -> None:
    assert adjusted_rand([0, 1, 2], [2, 0, 1], 3, 3) == 1.0
    assert adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0], 2, 2) == 1.0


def test_match_groups_by_exemplars_then_by_distance() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0], [20.0], [21.0]])
    groups = np.array([2, 2, 0, 0, 1, 1])
    labels = np.array([[0, 0, 1, -1, 2, -1], [1, -1, -1, 2, -1, -1], [0, 1, -1, -1, -1, 2]])
    names = match_groups(points, groups, labels, 3)
    np.testing.assert_array_equal(names[0], [1, 2, 0])
    np.testing.assert_array_equal(names[1], [2, 0, 1])
    # Models 0 and 1 both have one exemplar in group 2; model 1's is nearer to the other group.
    np.testing.assert_array_equal(names[2], [1, 2, 0])


def test_match_groups_finds_as_many_exemplars_as_linear_sum_assignment() -> None:
    rng = np.random.default_rng(6)
    points, groups = rng.normal(size=(40, 2)), np.arange(40) % 4
    labels = rng.integers(-1, 4, size=(30, 40))
    names = match_groups(points, groups, labels, 4)
    for draw in range(30):
        counts = np.zeros((4, 4))
        np.add.at(counts, (labels[draw][labels[draw] >= 0], groups[labels[draw] >= 0]), 1)
        best = counts[linear_sum_assignment(counts, maximize=True)].sum()
        assert (names[draw][groups] == labels[draw]).sum() == best
        np.testing.assert_array_equal(match_groups(points, groups, labels[draw], 4), names[draw])


def test_match_groups_of_many_models() -> None:
    points = np.arange(16.0)[:, None]
    groups = np.repeat(np.arange(8), 2)
    labels = np.stack([7 - groups, np.roll(groups, 2)])
    names = match_groups(points, groups, labels, 8)
    np.testing.assert_array_equal(names[:, groups], labels)


# --------------------------------------------------------------------------- the methods


@pytest.mark.parametrize("method", METHODS)
def test_methods_find_well_separated_groups(method: str) -> None:
    points, truth = blobs()
    points, _, _ = standardise(points)
    exemplars = np.where(np.arange(30) < 6, truth, -1)
    labels, centres, membership = COOPERATION_METHODS[method](points, exemplars, 3, 1)
    np.testing.assert_array_equal(labels, truth)
    expected = [points[truth == model].mean(axis=0) for model in range(3)]
    np.testing.assert_allclose(centres, expected, atol=0.01 if "mixture" in method else 1e-12)
    np.testing.assert_allclose(membership.sum(axis=1), 1.0)
    np.testing.assert_array_equal(membership.argmax(axis=1), truth)


@pytest.mark.parametrize("method", METHODS)
def test_reruns_agree_with_the_method(method: str) -> None:
    rng = np.random.default_rng(7)
    points, _, _ = standardise(rng.normal(size=(31, 3)))
    seeds = random_seeds(rng, 12, 31)
    again = RERUNS[method](points, 3)(seeds)
    batched = RERUNS[method](np.repeat(points[None], 12, axis=0), 3)(seeds)
    for draw in range(12):
        expected = COOPERATION_METHODS[method](points, seeds[draw], 3, 1).labels
        np.testing.assert_array_equal(again[draw], expected)
        np.testing.assert_array_equal(batched[draw], expected)


def test_exemplars_may_leave_their_model_only_where_they_are_free() -> None:
    points = np.array([[0.0], [0.5], [1.0], [9.0], [9.5], [10.0]])
    labels = np.array([0, 0, 1, 1, 1, -1])
    assert seeded_kmeans(points, labels, 2).labels.tolist() == [0, 0, 0, 1, 1, 1]
    constrained = constrained_kmeans(points, labels, 2)
    assert constrained.labels.tolist() == [0, 0, 1, 1, 1, 1]
    assert constrained.membership[2, 0] > 0.5


def test_ward_ignores_exemplars_but_for_the_names() -> None:
    points, truth = blobs()
    exemplars = np.where(np.arange(30) < 6, (truth + 1) % 3, -1)
    np.testing.assert_array_equal(ward(points, exemplars, 3).labels, (truth + 1) % 3)


def test_mixture_membership_is_the_posterior() -> None:
    points, _, _ = standardise(np.random.default_rng(8).normal(size=(31, 3)))
    labels = random_seeds(np.random.default_rng(8), 1, 31)[0]
    result = gaussian_mixture(points, labels, 3)
    posterior, _ = seeded_mixture(points, exemplar_centres(points, labels, 3))
    np.testing.assert_allclose(result.membership, posterior, atol=1e-9)


# --------------------------------------------------------------------------- cooperation models


@pytest.mark.parametrize("method", METHODS)
def test_well_separated_models_are_found_and_trusted(method: str) -> None:
    features, exemplars, truth = blob_frame()
    result = cooperation_models(features, exemplars, MODELS, method, resamples=20)
    assert result.table["model"].tolist() == [MODELS[model] for model in truth]
    assert result.table["exemplar_of"].tolist() == exemplars.tolist() + [None] * 21
    assert (result.table["margin"] > 0).all()
    assert (result.table["nearest_other"] != result.table["model"]).all()
    trust = result.trust
    assert (trust.hits, trust.exemplars, trust.ward_hits) == (9, 9, 9)
    assert trust.left_out["hit"].all()
    # All 9! / (3! 3! 3!) ways; the six renamings of the models are found again completely too.
    assert (trust.permutations, trust.exact) == (1680, True)
    assert trust.p_value == pytest.approx(6 / 1680)
    assert trust.unit_stability == trust.ward_agreement == 1.0
    assert trust.silhouette > 0.7
    assert trust.resamples == 20
    numbers = trust.numbers_of_groups
    assert numbers.index.tolist() == [2, 3, 4, 5, 6]
    assert numbers["silhouette"].idxmax() == 3
    assert numbers.loc[3, "adjusted_rand_with_models"] == 1.0
    assert numbers["within_share"].is_monotonic_decreasing


def test_tables_agree_with_one_another() -> None:
    features, exemplars, _ = blob_frame(seed=3)
    result = cooperation_models(features, exemplars, MODELS, resamples=0, permutations=0)
    back = result.features * result.feature_sd + result.feature_mean
    pd.testing.assert_frame_equal(back, features)
    assert result.features.std(ddof=0).to_numpy() == pytest.approx(1.0)
    distances = np.sqrt(squared_distances(result.features, result.centres))
    np.testing.assert_allclose(result.distances, distances)
    ordered = np.sort(distances, axis=1)
    np.testing.assert_allclose(result.table["margin"], ordered[:, 1] - ordered[:, 0])
    np.testing.assert_allclose(result.table["membership"], result.memberships.max(axis=1))
    assert result.memberships.columns.tolist() == result.centres.index.tolist() == MODELS
    assert math.isnan(result.trust.p_value)
    assert math.isnan(result.trust.unit_stability)


def test_a_unit_with_a_missing_feature_is_not_grouped_and_changes_nothing() -> None:
    features, exemplars, _ = blob_frame()
    more = pd.concat([features, pd.DataFrame({"height": [4.0]}, index=["unknown"])])
    result = cooperation_models(more, exemplars, MODELS, resamples=5)
    without = cooperation_models(features, exemplars, MODELS, resamples=5)
    assert result.table["model"].tolist()[-1] is None
    assert result.table["nearest_other"].tolist()[-1] is None
    alone = ["unknown"]
    assert result.table.loc[alone, ["membership", "margin"]].isna().to_numpy().all()
    assert result.memberships.loc[alone].isna().to_numpy().all()
    assert result.distances.loc[alone].isna().to_numpy().all()
    assert result.features.loc[alone].isna().to_numpy().tolist() == [[False, True]]
    same(without, result, units=features.index)


def test_an_exemplar_with_a_missing_feature_seeds_nothing() -> None:
    features, exemplars, _ = blob_frame()
    features.loc["unit 00", "width"] = np.nan
    result = cooperation_models(features, exemplars, MODELS, resamples=5)
    assert result.trust.exemplars == 8
    assert "unit 00" not in result.trust.left_out.index
    assert result.table.loc["unit 00", "exemplar_of"] == "north"
    assert result.table["model"].tolist()[0] is None


def test_a_constant_feature_changes_nothing() -> None:
    features, exemplars, _ = blob_frame()
    result = cooperation_models(features.assign(same=0.1), exemplars, MODELS)
    without = cooperation_models(features, exemplars, MODELS)
    assert (result.features["same"] == 0).all()
    assert result.feature_sd["same"] == 1
    pd.testing.assert_frame_equal(result.table, without.table)
    assert result.trust.feature_stability == without.trust.feature_stability


@pytest.mark.parametrize("method", METHODS)
def test_the_only_exemplar_of_a_model_is_a_miss(method: str) -> None:
    features, exemplars, _ = blob_frame()
    exemplars = exemplars.drop(["unit 04", "unit 07"])
    trust = cooperation_models(features, exemplars, MODELS, method, resamples=0).trust
    assert not trust.left_out.loc["unit 01", "hit"]
    assert (trust.hits, trust.exemplars) == (6, 7)


def test_leaving_out_by_hand() -> None:
    rng = np.random.default_rng(9)
    features = pd.DataFrame(rng.normal(size=(20, 2)), columns=["a", "b"])
    exemplars = pd.Series([MODELS[number % 3] for number in range(7)])
    result = cooperation_models(features, exemplars, MODELS, resamples=0, permutations=0)
    for unit in range(7):
        others = cooperation_models(
            features, exemplars.drop(unit), MODELS, resamples=0, permutations=0
        )
        found = result.trust.left_out["assigned"].tolist()[unit]
        assert found == others.table["model"].tolist()[unit]


def test_p_value_by_hand_exact_and_drawn() -> None:
    rng = np.random.default_rng(10)
    features = pd.DataFrame(rng.normal(size=(15, 2)), columns=["a", "b"])
    truth = ["north", "north", "north", "east", "east"]
    models = ["north", "east"]

    def hits(assignment: tuple[str, ...]) -> int:
        series = pd.Series(assignment)
        return cooperation_models(features, series, models, resamples=0, permutations=0).trust.hits

    observed = hits(tuple(truth))
    ways = set(itertools.permutations(truth))
    exact = cooperation_models(features, pd.Series(truth), models, resamples=0).trust
    assert exact.exact
    assert exact.permutations == len(ways) == 10
    assert exact.p_value == pytest.approx(np.mean([hits(way) >= observed for way in ways]))
    drawn = cooperation_models(features, pd.Series(truth), models, permutations=9).trust
    assert not drawn.exact
    assert drawn.permutations == 9
    assert 0.1 <= drawn.p_value <= 1.0
    assert drawn.p_value * 10 == pytest.approx(round(drawn.p_value * 10))


def test_exemplars_may_be_marked_empty() -> None:
    features, exemplars, _ = blob_frame()
    wide = exemplars.reindex(features.index).astype(object)
    wide.iloc[10], wide.iloc[11], wide.iloc[12] = "", None, np.nan
    same(
        cooperation_models(features, exemplars, MODELS, resamples=5),
        cooperation_models(features, wide, MODELS, resamples=5),
        units=features.index,
    )


@pytest.mark.parametrize("method", METHODS)
def test_same_seed_same_bits(method: str) -> None:
    rng = np.random.default_rng(11)
    features = pd.DataFrame(rng.normal(size=(25, 3)), columns=["a", "b", "c"])
    exemplars = pd.Series([MODELS[number % 3] for number in range(9)])
    first = cooperation_models(features, exemplars, MODELS, method, permutations=20, resamples=10)
    again = cooperation_models(features, exemplars, MODELS, method, permutations=20, resamples=10)
    pd.testing.assert_frame_equal(first.memberships, again.memberships, check_exact=True)
    same(first, again, units=features.index, exactly=True)


def test_two_units_in_two_models() -> None:
    features = pd.DataFrame({"a": [0.0, 1.0]}, index=["x", "y"])
    result = cooperation_models(features, pd.Series({"x": "one", "y": "two"}), ["one", "two"])
    assert result.table["model"].tolist() == ["one", "two"]
    assert result.table["membership"].tolist() == [1.0, 1.0]
    assert result.trust.hits == 0
    assert result.trust.p_value == 1.0
    assert math.isnan(result.trust.silhouette)
    assert math.isnan(result.trust.feature_stability)
    assert result.trust.numbers_of_groups.empty


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(24)), st.integers(0, 10))
def test_the_order_of_units_changes_nothing(order: list[int], seed: int) -> None:
    features, exemplars, _ = blob_frame(24, seed)
    result = cooperation_models(features, exemplars, MODELS, resamples=3)
    shuffled = cooperation_models(features.iloc[order], exemplars, MODELS, resamples=3)
    same(result, shuffled, units=features.index)


@settings(max_examples=6, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.booleans(), st.sampled_from(METHODS))
def test_the_unit_of_a_feature_changes_nothing(
    shift: float, scale: float, reverse: bool, method: str
) -> None:
    features, exemplars, _ = blob_frame(24, 1)
    other = features.assign(width=features["width"] * (-scale if reverse else scale) + shift)
    result = cooperation_models(features, exemplars, MODELS, method, resamples=3)
    same(result, cooperation_models(other, exemplars, MODELS, method, resamples=3), features.index)


@settings(max_examples=12, deadline=None)
@given(
    arrays(np.float64, (9, 3), elements=st.sampled_from([0.0, 1.0, 2.5, -3.0])),
    st.sampled_from(METHODS),
)
def test_any_features_give_sound_tables(values: FloatArray, method: str) -> None:
    known = [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [2.5, 1.0, 0.0]]
    features = pd.DataFrame(np.vstack([known, values]), columns=["a", "b", "c"])
    exemplars = pd.Series(["one", "one", "two"])
    result = cooperation_models(
        features, exemplars, ["one", "two"], method, resamples=3, permutations=5
    )
    np.testing.assert_allclose(result.memberships.sum(axis=1), 1.0)
    assert set(result.table["model"]) <= {"one", "two"}
    assert 0 < result.trust.p_value <= 1
    assert result.trust.unit_stability <= 1
    if method == "seeded_kmeans":
        assert (result.table["margin"] >= -1e-12).all()


def same(
    first: CooperationModels,
    second: CooperationModels,
    units: pd.Index,
    exactly: bool = False,
) -> None:
    """Assert that two results say the same about the units, and trust it as much."""
    tolerance = 0.0 if exactly else 1e-6
    pd.testing.assert_frame_equal(
        first.table.loc[units], second.table.loc[units], rtol=tolerance, atol=tolerance
    )
    one, two = first.trust, second.trust
    pd.testing.assert_frame_equal(one.left_out, two.left_out.loc[one.left_out.index])
    assert (one.hits, one.p_value, one.ward_hits) == (two.hits, two.p_value, two.ward_hits)
    if exactly:
        pd.testing.assert_frame_equal(
            one.numbers_of_groups, two.numbers_of_groups, check_exact=True
        )
        assert one.unit_stability == two.unit_stability
    for name in ("silhouette", "feature_stability", "ward_agreement"):
        assert getattr(one, name) == pytest.approx(getattr(two, name), abs=tolerance)


# --------------------------------------------------------------------------- of an assessed set

FRAMEWORK = """
    code,parent,role,transform
    index,,,
    services,index,score,
    money,index,profile,log
    bodies,index,profile,
    people,index,context,
"""
PLACES = """
    unit,services,money,bodies,people
    A,1,10,0,5
    B,2,20,0,6
    C,9,1000,1,7
    D,8,2000,1,8
    E,2,15,0,9
    F,,,1,1
    World,99,99,9,9
"""
UNITS = """
    code,name,role,exemplar_of
    A,A,,within
    B,B,,
    C,C,,shared
    D,D,,
    E,E,,
    F,F,,
    World,World,context,shared
"""
TWO_MODELS: dict[str, object] = {
    "indicators": ["money", "bodies", "services"],
    "models": {"within": {"name": "Within"}, "shared": {"name": "Shared"}},
}


def places(values: str = PLACES, **cooperation: object) -> scoring.Assessment:
    method = {"cooperation": TWO_MODELS | cooperation}
    return scoring.assess(small_set(FRAMEWORK, values, UNITS, method))


def test_models_of_an_assessed_set() -> None:
    result = cooperation_of(places())
    assert result is not None
    assert result.table["model"].tolist() == [
        "within",
        "within",
        "shared",
        "shared",
        "within",
        None,
    ]
    assert result.table["exemplar_of"].tolist() == ["within", None, "shared", None, None, None]
    assert result.table.index.tolist() == ["A", "B", "C", "D", "E", "F"]
    assert result.features.columns.tolist() == ["money", "bodies", "services"]
    # Logarithms as the framework says, over the units that have every feature.
    logarithms = np.log([10, 20, 1000, 2000, 15])
    assert result.feature_mean["money"] == pytest.approx(logarithms.mean())
    assert result.feature_sd["money"] == pytest.approx(logarithms.std())


def test_models_are_those_of_the_bare_function() -> None:
    assessment = places(method="gaussian_mixture", seed=7)
    features = assessment.data[["money", "bodies", "services"]].assign(
        money=np.log(assessment.data["money"])
    )
    exemplars = pd.Series({"A": "within", "C": "shared"})
    expected = cooperation_models(features, exemplars, ["within", "shared"], "gaussian_mixture", 7)
    found = cooperation_of(assessment)
    assert found is not None
    same(found, expected, assessment.units.index, exactly=True)


def test_without_models_there_is_no_grouping() -> None:
    assert cooperation_of(scoring.assess(small_set(FRAMEWORK, PLACES, UNITS))) is None


def test_a_value_without_logarithm_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        cooperation_of(places(PLACES.replace("B,2,20", "B,2,-20").replace("E,2,15", "E,2,0")))
    assert [(f.code, dict(f.fields)) for f in caught.value.findings] == [
        (
            "value_domain",
            {"unit": "B", "indicator": "money", "value": -20.0, **LOG},
        ),
        (
            "value_domain",
            {"unit": "E", "indicator": "money", "value": 0.0, **LOG},
        ),
    ]


@pytest.mark.parametrize(
    ("cooperation", "reason"),
    [
        ({"indicators": []}, "choose at least one indicator"),
        (
            {
                "models": {
                    "within": {"name": "Within"},
                    "shared": {"name": "Shared"},
                    "none": {"name": "None"},
                }
            },
            "model none has no exemplar",
        ),
    ],
)
def test_models_that_cannot_be_formed(cooperation: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidInputError, match=reason) as caught:
        cooperation_of(places(**cooperation))
    (finding,) = caught.value.findings
    assert (finding.code, finding.place.column) == ("cooperation_failed", "cooperation")


def test_models_of_the_bundled_set() -> None:
    assessment = scoring.assess(indicators.load())
    result = cooperation_of(assessment)
    assert result is not None
    assert result.table["model"].notna().all()
    assert result.centres.index.tolist() == list(assessment.method.cooperation.models)
    exemplars = assessment.units["exemplar_of"]
    named = exemplars[exemplars != ""]
    assert result.table["exemplar_of"].dropna().to_dict() == named.to_dict()


# --------------------------------------------------------------------------- errors


def wrong(**changes: object) -> dict[str, object]:
    return changes


FEATURES, EXEMPLARS, _ = blob_frame()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (wrong(models=["north"]), "at least two"),
        (wrong(models=["north", "east", "east"]), "east named more than once"),
        (wrong(models=["north", "east"]), "unit 02 is to be an exemplar of 'west'"),
        (wrong(models=[*MODELS, "south"]), "model south has no exemplar"),
        (wrong(method="magic"), "no 'magic'; choose one of seeded_kmeans"),
        (wrong(seed=-1), "seed: -1 is below 0"),
        (wrong(resamples=-1), "resamples"),
        (wrong(permutations=-1), "permutations"),
        (wrong(exemplars=pd.concat([EXEMPLARS, EXEMPLARS[:1]])), "unit 00 stands there twice"),
        (wrong(exemplars=EXEMPLARS.rename({"unit 00": "Atlantis"})), "Atlantis is not among"),
        (wrong(features=FEATURES[[]]), "no column"),
        (wrong(features=pd.concat([FEATURES, FEATURES[:1]])), "unit unit 00 stands there twice"),
        (wrong(features=FEATURES[["width", "width"]]), "feature width stands there twice"),
        (wrong(features=FEATURES.assign(width="7")), "column width is of type"),
        (
            wrong(features=FEATURES.assign(width=[0.0, 1.0, 2.0, np.inf] + [5.0] * 26)),
            "unit 03 has an infinite width",
        ),
        (wrong(features=FEATURES.assign(width=np.nan)), "only 0 of 30 units have every feature"),
        (wrong(features=FEATURES * 0), "only 1 of the units"),
    ],
)
def test_wrong_input_is_named(changes: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {
        "features": FEATURES,
        "exemplars": EXEMPLARS,
        "models": MODELS,
        "resamples": 2,
        "permutations": 2,
    }
    with pytest.raises(ValueError, match=message):
        cooperation_models(**(arguments | changes))  # type: ignore[arg-type]


def test_exemplars_with_the_same_mean_cannot_be_told_apart() -> None:
    features = pd.DataFrame({"a": [0.0, 2.0, 1.0, 5.0]})
    exemplars = pd.Series(["one", "one", "two"])
    with pytest.raises(ValueError, match="one and two have the same mean"):
        cooperation_models(features, exemplars, ["one", "two"])


# --------------------------------------------------------------------------- cost


def test_thirty_one_units_take_less_than_two_seconds() -> None:
    rng = np.random.default_rng(12)
    features = pd.DataFrame(rng.normal(size=(31, 4)), columns=list("abcd"))
    exemplars = pd.Series([MODELS[model] for model in [0, 0, 0, 1, 1, 1, 1, 2, 2]])
    cooperation_models(features, exemplars, MODELS, resamples=1, permutations=1)
    before = time.process_time()
    trust = cooperation_models(features, exemplars, MODELS).trust
    assert time.process_time() - before < 2.0
    assert trust.permutations == math.factorial(9) // (6 * 24 * 2)


def test_large_inputs_are_cut_down_to_fewer_draws() -> None:
    rng = np.random.default_rng(13)
    points, truth = blobs(3000, seed=13)
    features = pd.DataFrame(points + rng.normal(size=points.shape))
    exemplars = pd.Series([MODELS[model] for model in truth[:9]])
    trust = cooperation_models(features, exemplars, MODELS).trust
    assert trust.permutations == 4_000_000 // (9 * 3000)
    assert not trust.exact
    assert trust.hits == 9

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.stats import rankdata, zscore
from sklearn.base import BaseEstimator, clone
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from scoring.normalisation import (
    NORMALISATIONS,
    Goalposts,
    MinMax,
    Rank,
    ZScore,
    rescale,
    standard_scores,
)

Array = NDArray[np.float64]
NAN = np.nan
METHODS = sorted(NORMALISATIONS)

#: Mean years of schooling of 23 countries and what is made of them: OECD/JRC (2008), Handbook on
#: Constructing Composite Indicators, Table 15 (columns ranking, z-score, re-scaling).
SCHOOLING = np.array(
    [
        (10, 15, 0.26, 0.59),  # Finland
        (12, 23, 1.52, 1.00),  # United States
        (11.4, 19, 1.14, 0.88),  # Sweden
        (9.5, 12, -0.06, 0.49),  # Japan
        (10.8, 17, 0.76, 0.76),  # Korea
        (9.4, 9, -0.12, 0.47),  # Netherlands
        (9.4, 9, -0.12, 0.47),  # United Kingdom
        (11.6, 20, 1.27, 0.92),  # Canada
        (10.9, 18, 0.83, 0.78),  # Australia
        (7.1, 1, -1.58, 0.00),  # Singapore
        (10.2, 16, 0.38, 0.63),  # Germany
        (11.9, 22, 1.46, 0.98),  # Norway
        (9.4, 9, -0.12, 0.47),  # Ireland
        (9.3, 8, -0.19, 0.45),  # Belgium
        (11.7, 21, 1.33, 0.94),  # New Zealand
        (8.4, 6, -0.76, 0.27),  # Austria
        (7.9, 5, -1.08, 0.16),  # France
        (9.6, 14, 0.00, 0.51),  # Israel
        (7.3, 4, -1.46, 0.04),  # Spain
        (7.2, 3, -1.52, 0.02),  # Italy
        (9.5, 12, -0.06, 0.49),  # Czech Republic
        (9.1, 7, -0.31, 0.41),  # Hungary
        (7.1, 1, -1.58, 0.00),  # Slovenia
    ]
)


def scores(estimator: BaseEstimator, values: list[float]) -> list[float]:
    """Scores of one indicator."""
    return estimator.fit_transform(np.array(values, dtype=float)[:, None])[:, 0].tolist()


@parametrize_with_checks([estimator() for estimator in NORMALISATIONS.values()])
def test_scikit_learn_accepts_the_estimator(estimator: BaseEstimator, check: object) -> None:
    check(estimator)  # type: ignore[operator]


# --- published and hand-computed examples ---------------------------------------------------------


def test_handbook_ranking() -> None:
    assert scores(Rank(), SCHOOLING[:, 0].tolist()) == SCHOOLING[:, 1].tolist()


def test_handbook_standardisation() -> None:
    found = scores(ZScore(), SCHOOLING[:, 0].tolist())
    assert_allclose(found, SCHOOLING[:, 2], atol=0.006)  # the schooling is printed rounded


def test_handbook_re_scaling() -> None:
    found = scores(MinMax(feature_range=(0, 1)), SCHOOLING[:, 0].tolist())
    assert_allclose(found, SCHOOLING[:, 3], atol=0.006)


def test_hdi_life_expectancy_index() -> None:
    # Technical note 1 of the Human Development Report: goalposts 20 and 85 years.
    index = Goalposts([20], [85], feature_range=(0, 1))
    assert scores(index, [20, 52.5, 85]) == [0, 0.5, 1]


def test_minmax_by_hand() -> None:
    assert scores(MinMax(), [2, 4, 10]) == [0, 25, 100]
    assert scores(MinMax(feature_range=(1, 100)), [2, 4, 10]) == [1, 25.75, 100]
    assert scores(MinMax([-1]), [2, 4, 10]) == [100, 75, 0]


def test_zscore_by_hand() -> None:
    # Mean 3, sample variance (4 + 1 + 9) / 2 = 7.
    root = 7**0.5
    assert_allclose(scores(ZScore(), [1, 2, 6]), [-2 / root, -1 / root, 3 / root])
    assert_allclose(scores(ZScore(mean=50, sd=10), [0, 1, 2]), [40, 50, 60])
    assert_allclose(scores(ZScore([-1], mean=50, sd=10), [0, 1, 2]), [60, 50, 40])


def test_rank_by_hand() -> None:
    assert scores(Rank(), [30, 10, 20, 20]) == [4, 1, 2, 2]
    assert scores(Rank([-1]), [30, 10, 20, 20]) == [1, 4, 2, 2]


def test_goalposts_keep_their_order_under_both_directions() -> None:
    posts = {"low": [0, 0], "high": [10, 10]}
    values = [[2.0, 2.0], [-5.0, -5.0], [30.0, 30.0]]
    found = Goalposts(**posts, direction=[1, -1]).fit_transform(values)
    assert found.tolist() == [[20, 80], [0, 100], [100, 0]]
    unclipped = Goalposts(**posts, direction=[1, -1], clip=False).fit_transform(values)
    assert unclipped.tolist() == [[20, 80], [-50, 150], [300, -200]]


# --- the same thing elsewhere ---------------------------------------------------------------------


def random_values(seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(40, 4)) * [1, 100, 1e-3, 1e9] + [0, 5, 3, -7]
    values[rng.random(values.shape) < 0.1] = NAN
    return values


def test_minmax_agrees_with_scikit_learn() -> None:
    values = random_values()
    expected = MinMaxScaler((1, 100)).fit_transform(values)
    assert_allclose(MinMax(feature_range=(1, 100)).fit_transform(values), expected, rtol=1e-9)


def test_zscore_agrees_with_scipy_and_scikit_learn() -> None:
    values = random_values()
    expected = zscore(values, ddof=1, nan_policy="omit")
    assert_allclose(ZScore().fit_transform(values), expected, rtol=1e-9)
    population = StandardScaler().fit_transform(values)
    count = (~np.isnan(values)).sum(axis=0)
    assert_allclose(expected, population * np.sqrt((count - 1) / count), rtol=1e-9)


@pytest.mark.parametrize("direction", [1, -1])
def test_rank_agrees_with_scipy(direction: int) -> None:
    values = np.round(random_values()[:, :1], 1)
    expected = rankdata(direction * values, method="min", axis=0, nan_policy="omit")
    assert_array_equal(Rank([direction]).fit_transform(values), expected)


# --- constant, missing, few -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimator", "score"),
    [
        (MinMax(), 50),
        (MinMax(feature_range=(1, 100)), 50.5),
        (MinMax([-1]), 50),
        (ZScore(), 0),
        (ZScore([-1], mean=50, sd=10), 50),
        (Rank(), 1),
        (Rank([-1]), 1),
    ],
)
def test_a_constant_indicator_gives_everybody_the_score_of_the_rule(
    estimator: BaseEstimator, score: float
) -> None:
    assert scores(estimator, [0.1, 0.1, 0.1]) == [score] * 3
    assert scores(estimator, [1e308] * 3) == [score] * 3
    assert_array_equal(scores(estimator, [7, NAN]), [score, NAN])
    assert scores(estimator, [7]) == [score]


def test_goalposts_tell_a_constant_indicator_its_place() -> None:
    assert scores(Goalposts([0], [5]), [5, 5]) == [100, 100]
    assert scores(Goalposts([0], [5]), [2]) == [40]


@pytest.mark.parametrize("method", METHODS)
def test_missing_stays_missing_and_changes_nothing_else(method: str) -> None:
    estimator = NORMALISATIONS[method]()
    whole = scores(estimator, [0.2, 0.4, 0.9])
    gapped = scores(estimator, [NAN, 0.2, 0.4, NAN, 0.9])
    assert_array_equal(gapped, [NAN, whole[0], whole[1], NAN, whole[2]])


@pytest.mark.parametrize("method", METHODS)
def test_an_indicator_without_values_stays_without(method: str) -> None:
    found = NORMALISATIONS[method]().fit_transform([[NAN, 1.0], [NAN, 2.0]])
    assert_array_equal(np.isnan(found), [[True, False], [True, False]])


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_without_reference_no_value_gets_a_score(method: str) -> None:
    fitted = NORMALISATIONS[method]().fit([[NAN], [NAN]])
    assert np.isnan(fitted.transform([[5.0]])).all()


@pytest.mark.parametrize(
    ("method", "expected"),
    [("minmax", [0, 100]), ("zscore", [-(0.5**0.5), 0.5**0.5]), ("rank", [1, 2])],
)
def test_two_units(method: str, expected: list[float]) -> None:
    assert_allclose(scores(NORMALISATIONS[method](), [3, 8]), expected)


# --- fitted on one set, used on another -----------------------------------------------------------


def test_the_reference_sets_the_scale() -> None:
    reference, others = [[0.0], [4.0], [8.0]], [[2.0], [-1.0], [10.0], [NAN]]
    assert_array_equal(MinMax().fit(reference).transform(others)[:, 0], [25, 0, 100, NAN])
    open_ended = MinMax(clip=False).fit(reference).transform(others)
    assert_array_equal(open_ended[:, 0], [25, -12.5, 125, NAN])
    assert_array_equal(ZScore().fit(reference).transform(others)[:, 0], [-0.5, -1.25, 1.5, NAN])
    assert_array_equal(Rank().fit(reference).transform(others)[:, 0], [2, 1, 4, NAN])
    assert_array_equal(Rank([-1]).fit(reference).transform(others)[:, 0], [3, 4, 1, NAN])


@pytest.mark.parametrize("method", METHODS)
def test_one_unit_alone_scores_as_it_does_in_company(method: str) -> None:
    values = np.abs(random_values(1))
    fitted = NORMALISATIONS[method]().fit(values)
    together = fitted.transform(values)
    for row in (0, 17, 39):
        assert_array_equal(fitted.transform(values[row : row + 1])[0], together[row])


# --- extremes -------------------------------------------------------------------------------------

EXTREMES = {
    "huge": [1e308, -1e308, 0.0, 5e307],
    "largest": [1.7e308, 1.6e308, -1.7e308, 0.0],
    "squares overflow": [1e200, 3e200, 2e200, 4e200],
    "tiny": [1e-300, 3e-300, 2e-300, -1e-300],
    "far apart": [1e-300, 1e300, 0.0, 1.0],
    "close together": [1 + 4e-16, 1.0, 1 + 2e-16, 1 - 4e-16],
    "far from zero": [1e15 + 2, 1e15 + 1, 1e15, 1e15 + 4],
}


@pytest.mark.parametrize("values", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
def test_extremes_neither_vanish_nor_change_places(
    method: str, direction: int, values: list[float]
) -> None:
    found = np.array(scores(NORMALISATIONS[method]([direction]), values))
    assert np.isfinite(found).all()
    ordered = found[np.argsort(values)] * direction
    assert (np.diff(ordered) >= 0).all()
    best, worst = (np.argmax, np.argmin) if direction == 1 else (np.argmin, np.argmax)
    assert found[best(values)] > found[worst(values)]


def test_extremes_by_hand() -> None:
    assert scores(MinMax(), [1e308, -1e308, 0]) == [100, 0, 50]
    assert_allclose(scores(ZScore(), [1e308, -1e308, 0]), [1, -1, 0])
    assert_allclose(scores(ZScore(), [1e-300, 2e-300, 3e-300]), [-1, 0, 1], atol=1e-15)


def test_a_value_far_beyond_close_goalposts_is_clipped() -> None:
    assert scores(Goalposts([0], [1e-300]), [1e300, -1e300, 5e-301]) == [100, 0, 50]


# --- direction ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
def test_less_is_better_is_more_of_the_negative_is_better(method: str) -> None:
    values, ones = random_values(2), np.ones(4)
    flipped = NORMALISATIONS[method](-ones).fit_transform(-values)
    assert_array_equal(flipped, NORMALISATIONS[method](ones).fit_transform(values))


def test_goalposts_turn_round_with_the_direction() -> None:
    values = random_values(2)
    low, high = np.nanquantile(values, (0.2, 0.7), axis=0)
    straight = Goalposts(low, high).fit_transform(values)
    assert_array_equal(Goalposts(-high, -low, -np.ones(4)).fit_transform(-values), straight)


# --- draws ----------------------------------------------------------------------------------------


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(3)
    values, low = rng.normal(size=(6, 5, 3)), rng.normal(size=(6, 3))
    high, direction = low + rng.random((6, 3)), np.array([1, -1, 1])
    together = rescale(values, low, high, direction)
    standard = standard_scores(values, low, high - low, direction, 50, 10)
    for draw in range(6):
        alone = rescale(values[draw], low[draw], high[draw], direction)
        assert_array_equal(together[draw], alone)
        spread = high[draw] - low[draw]
        alone = standard_scores(values[draw], low[draw], spread, direction, 50, 10)
        assert_array_equal(standard[draw], alone)


# --- wrong input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (MinMax([1]), "1 or -1 for each of 2 indicators"),
        (ZScore([1, 0]), "1 or -1"),
        (Rank([1, 2]), "1 or -1"),
        (MinMax(feature_range=(100, 0)), "from the worst score to the best"),
        (MinMax(feature_range=(5, 5)), "from the worst score to the best"),
        (Goalposts([0, 5], [1, 5]), "low < high for each of 2"),
        (Goalposts([0], [1]), "low < high for each of 2"),
        (Goalposts([0, NAN], [1, 1]), "low < high for each of 2"),
    ],
)
def test_wrong_parameters_are_named(estimator: BaseEstimator, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clone(estimator).fit([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize("method", METHODS)
def test_infinite_values_are_refused(method: str) -> None:
    with pytest.raises(ValueError, match="infinity"):
        NORMALISATIONS[method]().fit([[np.inf], [1.0]])

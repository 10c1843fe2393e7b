"""Each normalisation by hand; those of the first version stand in test_normalisation.py."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import percentileofscore
from sklearn.base import clone

from scoring.domain import DomainError
from scoring.normalisation import (
    NORMALISATIONS,
    AboveBelowMean,
    Borda,
    Categorical,
    CentredMinMax,
    DistanceToMaximum,
    DistanceToReference,
    DistanceToTarget,
    FractionOfMaximum,
    Goalposts,
    Indexation,
    MinMax,
    PercentileRank,
    TargetInterval,
    Unscaled,
    _Normalisation,
    above_or_below,
    centred_rescale,
    closeness_to_interval,
    percentile_ranks,
    progress_to_target,
    rank_among,
    ratios,
    relative_differences,
    signed,
)

NAN = np.nan
SHARE = (0.0, 1.0)


def scores(method: _Normalisation, values: list[float]) -> list[float]:
    """Scores of one indicator."""
    return method.fit_transform(np.array(values, dtype=float)[:, None])[:, 0].tolist()


def used_on(method: _Normalisation, reference: list[float], values: list[float]) -> list[float]:
    """Scores of one indicator by the scale of a reference."""
    fitted = method.fit(np.array(reference, dtype=float)[:, None])
    return fitted.transform(np.array(values, dtype=float)[:, None])[:, 0].tolist()


# --- ranks ----------------------------------------------------------------------------------------


def test_percentile_rank_is_the_share_of_the_others_that_are_worse() -> None:
    assert scores(PercentileRank(), [30, 10, 20, 20, 50]) == [75, 0, 25, 25, 100]
    assert scores(PercentileRank([-1]), [30, 10, 20, 20, 50]) == [25, 100, 50, 50, 0]
    assert_array_equal(scores(PercentileRank(), [NAN, 1, 2, 3]), [NAN, 0, 50, 100])
    assert scores(PercentileRank(feature_range=(1, 10)), [1, 2]) == [1, 10]


def test_percentile_rank_of_tied_units() -> None:
    values = [10.0, 20, 20, 20, 30]
    assert scores(PercentileRank(ties="min"), values) == [0, 25, 25, 25, 100]
    assert scores(PercentileRank(ties="average"), values) == [0, 50, 50, 50, 100]
    assert scores(PercentileRank(ties="max"), values) == [0, 75, 75, 75, 100]


@pytest.mark.parametrize(("ties", "kind"), [("max", "weak"), ("average", "rank")])
def test_percentile_rank_of_all_agrees_with_scipy(ties: str, kind: str) -> None:
    values = np.random.default_rng(0).integers(0, 9, 30).astype(float)
    found = scores(PercentileRank(share_of="all", ties=ties), values.tolist())
    assert_allclose(found, percentileofscore(values, values, kind=kind))  # type: ignore[arg-type]


def test_percentile_rank_outside_the_reference() -> None:
    assert used_on(PercentileRank(), [0, 4, 8], [-1, 2, 4, 6, 9]) == [0, 50, 50, 100, 100]
    maximum = PercentileRank(ties="max")
    assert used_on(maximum, [0, 4, 8], [-1, 2, 4, 6, 9]) == [0, 0, 50, 50, 100]
    assert np.isnan(used_on(PercentileRank(), [NAN], [3.0])).all()


def test_borda_points() -> None:
    # Reference: Becker et al. (2022), COINr, n_borda: rank - 1, ties share the lower rank.
    assert scores(Borda(), [30, 10, 20, 20]) == [3, 0, 1, 1]
    assert scores(Borda([-1]), [30, 10, 20, 20]) == [0, 3, 1, 1]
    assert used_on(Borda(), [0, 4, 8], [-1, 4, 9]) == [0, 1, 3]


def test_categories_by_hand() -> None:
    halves = Categorical(percentiles=(50,), category_scores=(1, 2))
    assert scores(halves, [10, 20, 30, 40]) == [1, 2, 2, 2]  # the second is at the 50th percentile
    assert scores(halves, [10, 20, 20, 20]) == [1, 2, 2, 2]
    assert scores(halves, [10, 10, 10, 20]) == [1, 1, 1, 2]  # ties share the lower percentile
    assert scores(halves.set_params(direction=[-1]), [10, 10, 10, 20]) == [2, 2, 2, 1]
    assert used_on(Categorical(), list(range(20)), [-5, 0, 19, 50]) == [20, 20, 100, 100]


def test_a_cut_that_no_binary_fraction_hits() -> None:
    # 29 of 100 is the 29th percentile, while 100 * (29 / 100) is 28.999999999999996.
    found = scores(Categorical(percentiles=(29,), category_scores=(0, 1)), list(range(100)))
    assert sum(found) == 72


# --- references -----------------------------------------------------------------------------------


def test_ratio_to_a_reference() -> None:
    values = [2.0, 4, 6]
    assert scores(DistanceToReference(), values) == [50, 100, 150]
    assert scores(DistanceToReference(feature_range=SHARE), values) == [0.5, 1, 1.5]
    assert scores(DistanceToReference([-1]), values) == [200, 100, pytest.approx(200 / 3)]
    assert scores(DistanceToReference(reference="worst"), values) == [100, 200, 300]
    assert scores(DistanceToReference([-1], reference="best"), [2, 4, 8]) == [100, 50, 25]
    assert scores(DistanceToReference(reference=[8]), values) == [25, 50, 75]


def test_relative_difference_to_a_reference() -> None:
    difference = DistanceToReference(distance="difference")
    assert scores(difference, [2, 4, 6]) == [-50, 0, 50]
    assert scores(clone(difference).set_params(direction=[-1]), [2, 4, 6]) == [50, 0, -50]
    # Less negative is better, and the mean is -4.
    assert scores(difference, [-2, -4, -6]) == [50, 0, -50]


def test_share_of_the_range_up_to_a_reference() -> None:
    # COINr: n_dist2ref is 1 - (x_ref - x) / (x_ref - x_min), and cap_max cuts it at 1.
    to_six = DistanceToReference(reference=[6], distance="range", clip=False)
    assert scores(to_six, [2, 4, 6, 10]) == [0, 50, 100, 200]
    assert scores(to_six.set_params(clip=True), [2, 4, 6, 10]) == [0, 50, 100, 100]
    mirrored = DistanceToReference([-1], reference=[4], distance="range", clip=False)
    assert_allclose(scores(mirrored, [2, 4, 7, 10]), [400 / 3, 100, 50, 0])


@pytest.mark.parametrize(("distance", "score"), [("ratio", 100), ("difference", 0), ("range", 100)])
@pytest.mark.parametrize("reference", ["mean", "best", "worst"])
@pytest.mark.parametrize("value", [0.0, 0.1, 1e300])
def test_a_constant_indicator_is_at_its_reference(
    distance: str, score: float, reference: str, value: float
) -> None:
    method = DistanceToReference(reference=reference, distance=distance)
    assert scores(method, [value] * 3) == [score] * 3
    assert scores(method, [value]) == [score]


def test_fraction_of_the_maximum_keeps_the_order() -> None:
    assert scores(FractionOfMaximum(), [0, 2, 8]) == [0, 25, 100]
    assert scores(FractionOfMaximum([-1]), [1, 2, 8]) == [100, 50, 12.5]
    assert used_on(FractionOfMaximum(), [2, 8], [4, 16]) == [50, 100]
    assert used_on(FractionOfMaximum(clip=False), [2, 8], [4, 16]) == [50, 200]
    assert scores(FractionOfMaximum(), [0, 0]) == [100, 100]


def test_distance_to_the_maximum_is_min_max() -> None:
    values = np.random.default_rng(1).normal(size=(9, 2))
    expected = MinMax([1, -1]).fit_transform(values)
    assert_array_equal(DistanceToMaximum([1, -1]).fit_transform(values), expected)


def test_index_numbers() -> None:
    assert used_on(Indexation(), [2, 4, 6], [4, 6, 0]) == [100, 150, 0]
    assert used_on(Indexation([-1]), [2, 4, 6], [4, 8]) == [100, 50]
    own = used_on(Indexation(base="unit"), [2, 4, NAN, 5], [3, 3, 7, NAN])
    assert_array_equal(own, [150, 75, NAN, NAN])
    with pytest.raises(ValueError, match="base year has 2 units, these values have 3"):
        used_on(Indexation(base="unit"), [2, 4], [3, 3, 7])


@pytest.mark.parametrize(
    ("method", "values", "requirement", "rows", "outside"),
    [
        (FractionOfMaximum(), [3.0, -1, NAN, -2], "Negative values in data", [1, 3], [-1, -2]),
        (FractionOfMaximum([-1]), [3.0, 0, 5], "values above 0", [1], [0]),
        (DistanceToReference(), [3.0, -1], "Negative values in data", [1], [-1]),
        (Indexation([-1]), [3.0, 0], "values above 0", [1], [0]),
    ],
)
def test_values_outside_the_domain_are_handed_over(
    method: _Normalisation,
    values: list[float],
    requirement: str,
    rows: list[int],
    outside: list[float],
) -> None:
    with pytest.raises(DomainError, match=requirement) as caught:
        scores(method, values)
    assert caught.value.rows.tolist() == rows
    assert caught.value.columns.tolist() == [0] * len(rows)
    assert caught.value.values.tolist() == outside


def test_an_error_about_values_says_where_they_are_and_survives_a_process_border() -> None:
    needed = "values above 0"
    error = DomainError(needed, [0, 2, 3, 5], [1, 1, 0, 0], [0, -1, -2, -3])
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == (
        "Values outside the domain: 0 in row 0, column 1, -1 in row 2, column 1, "
        "-2 in row 3, column 0 and 1 more; the method needs values above 0"
    )
    assert (again.rows.tolist(), again.values.tolist()) == ([0, 2, 3, 5], [0, -1, -2, -3])


def test_a_value_that_has_grown_from_nothing_has_no_index() -> None:
    with pytest.raises(DomainError, match="needs a reference other than 0") as caught:
        used_on(Indexation(base="unit"), [0, 4], [3, 3])
    assert (caught.value.rows.tolist(), caught.value.values.tolist()) == ([0], [3.0])


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(DomainError, match=r"1e\+300 in row 1.*double precision"):
        scores(DistanceToReference(reference="worst"), [1e-300, 1e300])


# --- targets --------------------------------------------------------------------------------------


def test_progress_to_a_target() -> None:
    # COINr: n_dist2targ is (x - x_min) / (target - x_min), for less is better
    # (x_max - x) / (x_max - target), and cap_max cuts it at 1.
    values = [2.0, 4, 10]
    assert scores(DistanceToTarget([6]), values) == [0, 50, 100]
    assert scores(DistanceToTarget([6], clip=False), values) == [0, 50, 200]
    assert scores(DistanceToTarget([12]), values) == [0, 20, 80]
    assert scores(DistanceToTarget([4], direction=[-1], clip=False), [2, 7, 10]) == [
        pytest.approx(400 / 3),
        50,
        0,
    ]
    assert scores(DistanceToTarget([6], feature_range=(1, 10)), values) == [1, 5.5, 10]


def test_the_way_to_a_target_starts_at_the_goalpost_on_the_worse_side() -> None:
    assert scores(DistanceToTarget([10], [0]), [5, 10]) == [50, 100]
    assert scores(DistanceToTarget([0], [0], [20], [-1]), [5, 10]) == [75, 50]
    # Filled in for the second indicator alone.
    found = DistanceToTarget([10, 10], [NAN, 0]).fit_transform([[5.0, 5.0], [10.0, 10.0]])
    assert found.tolist() == [[0, 50], [100, 100]]


def test_units_that_all_have_reached_the_target() -> None:
    assert scores(DistanceToTarget([5]), [5, 5]) == [100, 100]
    assert scores(DistanceToTarget([5]), [5, 8]) == [100, 100]
    assert used_on(DistanceToTarget([5]), [5, 8], [4]) == [0]
    assert scores(DistanceToTarget([5], [0]), [6, 8]) == [100, 100]
    assert scores(DistanceToTarget([7]), [5, 5]) == [0, 0]


def test_without_a_target_the_best_value_is_one() -> None:
    values = np.random.default_rng(2).normal(size=(9, 2))
    expected = MinMax([1, -1]).fit_transform(values)
    assert_array_equal(DistanceToTarget(direction=[1, -1]).fit_transform(values), expected)


def test_best_inside_an_interval() -> None:
    method = TargetInterval([4], [6])
    assert scores(method, [0, 1, 4, 5, 6, 8, 10]) == [0, 25, 100, 100, 100, 50, 0]
    assert used_on(method, [0, 10], [-5, 20, NAN])[:2] == [0, 0]
    assert used_on(TargetInterval([4], [6], clip=False), [0, 10], [-4, 5, 12]) == [-100, 100, -50]
    posts = TargetInterval([4], [6], [2], [16])
    assert scores(posts, [1, 3, 5, 11, 20]) == [0, 50, 100, 50, 0]
    turned = TargetInterval([4], [6], direction=[-1])
    assert scores(turned, [0, 1, 5, 10]) == [0, 25, 100, 0]


def test_one_point_as_the_interval() -> None:
    assert scores(TargetInterval([5]), [0, 5, 10]) == [0, 100, 0]
    assert scores(TargetInterval(), [0, 5, 9]) == [0, 100, 0]  # the median
    two = TargetInterval([5, 5], [NAN, 7], [0, 0], [10, 10])
    assert two.fit_transform([[6.0, 6.0]]).tolist() == [[80, 100]]


def test_an_interval_that_reaches_beyond_the_values() -> None:
    # Nothing lies above the interval, so what does later has no line to follow.
    assert used_on(TargetInterval([5], [20]), [1, 9, 10], [3, 9, 20, 21]) == [50, 100, 100, 0]
    assert scores(TargetInterval([5], [6]), [7, 9, 11]) == [80, 40, 0]
    assert scores(TargetInterval([5], [6]), [5.5]) == [100]
    assert scores(TargetInterval([5], [6]), [7]) == [0]


# --- about the mean -------------------------------------------------------------------------------


def test_above_and_below_the_mean() -> None:
    # The mean is 10; 12 and 8 are at the threshold of 20 %.
    values = [8.0, 7.9, 10, 12, 12.1, 10]
    assert scores(AboveBelowMean(), values) == [0, -1, 0, 0, 1, 0]
    assert scores(AboveBelowMean([-1]), values) == [0, 1, 0, 0, -1, 0]
    assert scores(AboveBelowMean(threshold=0), [1, 2, 3]) == [-1, 0, 1]
    assert scores(AboveBelowMean(threshold=0), [0.1] * 3) == [0, 0, 0]
    assert scores(AboveBelowMean(), [-1, -10, -19]) == [1, 0, -1]


def test_centred_min_max_of_the_adjusted_mazziotta_pareto_index() -> None:
    # Mazziotta & Pareto (2016): (x - (Ref - half)) / range * 60 + 70; here half = 5, Ref = 4.
    values = [0.0, 2, 10]
    assert scores(CentredMinMax(), values) == [76, 88, 136]
    # Its complement to 200 where less is better.
    assert scores(CentredMinMax([-1]), values) == [124, 112, 64]
    assert scores(CentredMinMax(reference=[2]), values) == [88, 100, 148]
    assert scores(CentredMinMax(feature_range=SHARE), values) == pytest.approx([0.1, 0.3, 1.1])
    assert scores(CentredMinMax(), [3, 3]) == [100, 100]
    assert used_on(CentredMinMax(), values, [4, 24]) == [100, 220]


def test_no_normalisation_turns_the_direction() -> None:
    found = Unscaled([1, -1]).fit_transform([[1.0, 2.0], [NAN, 0.0]])
    assert_array_equal(found, [[1, -2], [NAN, 0]])
    assert not np.signbit(found[1, 1])


# --- draws ----------------------------------------------------------------------------------------


def test_leading_axes_broadcast() -> None:
    rng = np.random.default_rng(3)
    values, other = rng.uniform(1, 2, (6, 5, 3)), rng.uniform(1, 2, (6, 3))
    more, direction = other + rng.random((6, 3)), np.array([1, -1, 1])
    lower, upper = np.where(direction > 0, other, more), np.where(direction > 0, more, other)
    reference = np.sort(rng.uniform(1, 2, (6, 4, 3)), axis=1)
    count = rng.integers(1, 5, (6, 3))
    ranks = rank_among(values, reference)
    everything = {
        "rank": (rank_among, (values, reference)),
        "percentile": (percentile_ranks, (ranks, count)),
        "ratio": (ratios, (values, other[:, None, :], direction)),
        "difference": (relative_differences, (values, other[:, None, :], direction)),
        "progress": (progress_to_target, (values, lower, upper, direction)),
        "interval": (closeness_to_interval, (values, other, other + 1, more + 1, more + 2)),
        "centred": (centred_rescale, (values, other, more, direction)),
        "mean": (above_or_below, (values, other, direction)),
        "signed": (signed, (values, direction)),
    }
    for name, (function, arguments) in everything.items():
        together = function(*arguments)  # type: ignore[operator]
        for draw in range(6):
            drawn = [a[draw] if a is not direction else a for a in arguments]
            assert_array_equal(together[draw], function(*drawn), err_msg=name)  # type: ignore[operator]


def test_one_reference_for_many_draws() -> None:
    reference = np.array([[1.0], [2.0], [NAN]])
    assert rank_among(np.full((4, 2, 1), 1.5), reference).tolist() == [[[2.0], [2.0]]] * 4


# --- what a method says of itself -----------------------------------------------------------------


def test_columns_that_methods_read_are_their_parameters() -> None:
    for method in NORMALISATIONS.values():
        assert {*method.columns, *method.optional_columns} <= set(method().get_params())
        assert ("low" in method.columns) == (method is Goalposts)
    assert Goalposts.columns == ("low", "high")
    assert DistanceToTarget.columns == ("target",)
    assert TargetInterval.columns == ("target",)
    assert TargetInterval.optional_columns == ("target_high", "low", "high")


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (PercentileRank(share_of="some"), "share_of must be one of others, all"),
        (PercentileRank(ties="dense"), "ties must be one of min, average, max"),
        (Categorical(percentiles=(50, 50), category_scores=(1, 2, 3)), "increase between"),
        (Categorical(percentiles=(0, 50), category_scores=(1, 2, 3)), "increase between"),
        (Categorical(percentiles=(50,)), "1 percentiles need 2 category_scores, not 7"),
        (Categorical(percentiles=(50,), category_scores=(2, 1)), "never decrease"),
        (DistanceToReference(reference="median"), "mean, best, worst or values"),
        (DistanceToReference(reference=[1.0]), "reference must hold a number for each of 2"),
        (DistanceToReference(reference=[1.0, NAN]), "a number as reference; .* at positions 1$"),
        (
            DistanceToReference(reference=[1.0, 0.0]),
            "reference above 0 for a ratio; .* positions 1$",
        ),
        (DistanceToReference(distance="square"), "ratio, difference or range"),
        (DistanceToReference(distance="difference", reference=[1, 0]), "other than 0; .* 1$"),
        (DistanceToReference(distance="range", reference="worst"), "better than .* 0, 1$"),
        (DistanceToTarget([0, 5]), "target that is not worse .* positions 0$"),
        (DistanceToTarget([2, 5], direction=[1, -1]), "is not worse .* positions 1$"),
        (DistanceToTarget([2, NAN]), "a number as target; .* positions 1$"),
        (TargetInterval([2, 5], [3, 3]), "no higher than target_high; .* positions 1$"),
        (TargetInterval([2, 2], [3, 3], low=[0, 3]), "low that is not above .* positions 1$"),
        (TargetInterval([2, 2], [3, 3], high=[2, 3]), "high that is not below .* positions 0$"),
        (AboveBelowMean(threshold=-0.1), "threshold must be 0 or more"),
        (Indexation(base="first"), "base must be mean or unit"),
        (CentredMinMax(reference="best"), "reference must be 'mean' or values"),
        (MinMax(feature_range=(0, np.inf)), "from the worst score to the best"),
    ],
)
def test_wrong_parameters_are_named(method: _Normalisation, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        clone(method).fit([[1.0, 2.0], [3.0, 4.0]])


def test_an_error_names_the_indicators_of_a_table() -> None:
    table = pd.DataFrame({"phones": [1.0, 2.0], "price": [3.0, 4.0]})
    with pytest.raises(ValueError, match=r"positions 1 \(price\)"):
        DistanceToTarget([5, 1]).fit(table)


def test_a_reference_unit_without_a_value_where_nobody_has_one() -> None:
    method = DistanceToReference(reference=[2.0, NAN])
    assert_array_equal(method.fit_transform([[1.0, NAN], [2.0, NAN]]), [[50, NAN], [100, NAN]])

"""Faults found in other packages, and what the same input gives here.

Each test states the fault and the right result, mostly one that can be computed in the head. COINr
is the R package of Becker et al. (2022), version 1.1.14; the others are packages on PyPI, as of
November 2026.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import scoring
from indicators import IndicatorSet, InvalidInputError
from scoring import Assessment
from scoring.robustness import Robustness
from scoring.trends import trend_table
from scoring.weighting.comparisons import ahp
from scoring.weighting.impact import cilos
from scoring.weighting.judgements import JudgementError
from tests.cases import asem
from tests.cases.shared_cases import needs_shared_cases
from tests.scoring.small_sets import small_set

Method = dict[str, Mapping[str, object]]


def indicator(values: dict[str, float], direction: int = 1, **posts: float) -> IndicatorSet:
    """A set of one indicator."""
    framework = [
        ",".join(["code", "parent", "direction", *posts]),
        "index,," + "," * len(posts),
        ",".join(map(str, ["x", "index", direction, *posts.values()])),
    ]
    rows = ["unit,x", *(f"{unit},{value}" for unit, value in values.items())]
    return small_set("\n".join(framework), "\n".join(rows))


def table(values: dict[str, list[float | None]], directions: dict[str, int]) -> IndicatorSet:
    """A set of several indicators of equal weight, by unit."""
    framework = ["code,parent,direction", "index,,"]
    framework += [f"{code},index,{direction}" for code, direction in directions.items()]
    rows = [",".join(["unit", *directions])]
    rows += [
        ",".join([u, *("" if v is None else str(v) for v in row)]) for u, row in values.items()
    ]
    return small_set("\n".join(framework), "\n".join(rows))


def assessed(indicator_set: IndicatorSet, **method: Mapping[str, object]) -> Assessment:
    return scoring.assess(indicator_set.with_method(method))


def scores(indicator_set: IndicatorSet, **method: Mapping[str, object]) -> dict[str, float]:
    found = assessed(indicator_set, **method).scores["index"]
    return {str(unit): round(float(score), 9) for unit, score in found.items()}


# --- COINr ----------------------------------------------------------------------------------------


@needs_shared_cases
def test_copeland_works_inside_the_pipeline() -> None:
    # In COINr it fails there, or takes 23 minutes for 1,000 units.
    chain: Method = {**asem.CHAIN, "aggregation": {"method": "copeland"}}
    found = scoring.assess(asem.imported().with_method(chain))
    groups = list(found.framework.groups)
    assert found.scores[groups].notna().all(axis=None)
    assert (found.scores[groups].sum() == 0).all()
    assert found.scores[groups].abs().to_numpy().max() <= 50


COUNTRIES: dict[str, list[float | None]] = {
    "A": [3, 1, None],
    "B": [2, None, 1],
    "C": [None, 2, 3],
    "D": [1, 3, 2],
}


@needs_shared_cases
def test_copeland_of_the_example_with_its_gaps_in_any_order_of_rows(tmp_path: Path) -> None:
    # 65 missing values, nothing imputed.
    backwards = asem.backwards(tmp_path)
    one, other = (
        assessed(countries, aggregation={"method": "copeland"}).scores
        for countries in (asem.imported(), backwards)
    )
    assert one.index.tolist() == other.index[::-1].tolist()
    pd.testing.assert_frame_equal(other.loc[one.index], one, check_exact=True)


@pytest.mark.parametrize("order", list(itertools.permutations("ABCD"))[::5])
def test_copeland_with_a_missing_value_does_not_depend_on_the_order_of_rows(
    order: tuple[str, ...],
) -> None:
    # By hand, on what both have: A beats B, C beats A and B, D draws with all three.
    units = {unit: COUNTRIES[unit] for unit in order}
    found = scores(table(units, {"x": 1, "y": 1, "z": 1}), aggregation={"method": "copeland"})
    assert found == {"A": 0, "B": -2, "C": 2, "D": 0}


def test_the_logarithm_of_the_global_innovation_index_is_one() -> None:
    # COINr's log_GII returns its input. Between 1 and 100 the formula is the plain logarithm.
    values = indicator({"A": 1, "B": 10, "C": 100})
    found = assessed(values, treatment={"method": "log_gii", "force": True}).treated["x"]
    assert found.tolist() == pytest.approx([0, math.log(10), math.log(100)])


def test_a_fraction_of_the_maximum_keeps_the_ranking_of_a_negative_indicator() -> None:
    # COINr turns it round: the worst unit comes first.
    prices = indicator({"cheap": 1, "dear": 2, "dearest": 8}, direction=-1)
    found = scores(prices, normalisation={"method": "fraction_of_max"})
    assert found == {"cheap": 100, "dear": 50, "dearest": 12.5}


def test_goalposts_cut_values_off_on_both_sides_of_a_negative_indicator() -> None:
    # With truncation COINr scores every unit 0.
    deaths = indicator({"A": 5, "B": 20, "C": 40, "D": 70}, direction=-1, low=10, high=50)
    method = {"method": "goalposts", "clip": True}
    assert scores(deaths, normalisation=method) == {"A": 100, "B": 75, "C": 25, "D": 0}


@pytest.mark.parametrize(
    ("method", "score"), [("minmax", 50), ("zscore", 0), ("rank", 1), ("fraction_of_max", 100)]
)
def test_a_constant_indicator_has_a_score_and_a_warning(method: str, score: float) -> None:
    # In COINr it becomes NaN, and so does what is made of it.
    constant = indicator({"A": 7, "B": 7, "C": 7})
    found = assessed(constant, normalisation={"method": method})
    assert found.scores["index"].tolist() == [score] * 3
    assert found.ranks["index"].tolist() == [1, 1, 1]
    assert "constant_indicator" in {finding.code for finding in found.findings}


def test_tied_extremes_are_not_winsorised_beyond_the_limit() -> None:
    # Three values are tied at the top. COINr counts them as one point and changes all of them.
    values = {f"U{number}": float(number) for number in range(40)}
    values |= {"X": 1000.0, "Y": 1000.0, "Z": 1000.0}

    def changed(points: int) -> int:
        method = {"method": "winsorise", "points": points}
        found = assessed(indicator(values), treatment=method)
        return int((found.treated != found.imputed).to_numpy().sum())

    assert changed(points=2) == 0
    assert changed(points=3) == 3


def test_growth_over_a_subset_of_years_takes_the_values_of_those_years() -> None:
    # COINr takes the values of other years. 2021 to 2022 is 10 % here, the whole time 60 %.
    values = "\n".join(
        ["unit,year,x", "A,2018,100", "A,2019,90", "A,2021,1000", "A,2022,1100", "A,2023,4"]
    )
    framework = "code,parent,direction\nindex,,\nx,index,1"
    panel = assessed(small_set(framework, values), time={"year": "panel"})
    by_year = pd.concat({year: one.data for year, one in panel.by_year.items()})
    (growth,) = trend_table(by_year, [2021, 2022])["compound_annual_growth"]
    assert growth == pytest.approx(0.1)


def test_weights_that_are_all_zero_are_refused() -> None:
    # In COINr they give NaN.
    framework = "code,parent,direction,weight\nindex,,,\nx,index,1,0\ny,index,1,0"
    with pytest.raises(InvalidInputError, match="all weights below 'index' are 0"):
        small_set(framework, "unit,x,y\nA,1,2\nB,2,1")
    weighted = table({"A": [1, 2], "B": [2, 1]}, {"x": 1, "y": 1})
    with pytest.raises(ValueError, match="all weights below index are 0"):
        weighted.with_weights({"x": 0, "y": 0})


#: Three indicators that correlate, of which the third goes against the others.
RELATED: dict[str, list[float | None]] = {
    "A": [1, 2, 9], "B": [2, 1, 7], "C": [3, 5, 8], "D": [4, 3, 3], "E": [5, 6, 4], "F": [6, 4, 1],
}  # fmt: skip


def test_weights_reach_the_influence_that_is_stated_in_its_order() -> None:
    # COINr's optimiser stops after 9 steps, reports success, and matches unequal targets in the
    # wrong order.
    stated = {"x": 0.5, "y": 0.2, "z": 0.3}
    framework = "code,parent,direction,weight\nindex,,,\nx,index,1,5\ny,index,1,2\nz,index,1,3"
    values = "unit,x,y,z\nA,1,2,5\nB,2,1,1\nC,3,5,3\nD,4,3,6\nE,5,6,2\nF,6,4,4"
    found = assessed(small_set(framework, values), weighting={"method": "target_influence"})
    derived = found.weighed.derived["index"]
    assert derived.figures["converged"] == 1
    correlations = found.scores[["x", "y", "z"]].corrwith(found.exact_scores["index"]) ** 2
    assert (correlations / correlations.sum()).to_dict() == pytest.approx(stated, abs=1e-6)


def test_influence_that_no_weights_reach_is_told_and_no_weight_is_negative() -> None:
    # The same indicator twice has the same influence twice, whatever the weights.
    framework = "code,parent,direction,weight\nindex,,,\nx,index,1,9\ny,index,1,1"
    found = assessed(
        small_set(framework, "unit,x,y\nA,1,2\nB,2,4\nC,4,8"),
        weighting={"method": "target_influence"},
    )
    derived = found.weighed.derived["index"]
    assert derived.figures["converged"] == 0
    assert derived.figures["largest_gap"] == pytest.approx(0.4)
    assert (derived.shares >= 0).all()
    assert "influence_out_of_reach" in {finding.code for finding in found.findings}


@pytest.mark.parametrize("negatives", ["zero", "absolute"])
def test_weights_of_a_principal_component_are_never_negative(negatives: str) -> None:
    # In COINr 16 of 49 weights of the ASEM example are.
    method = {"method": "principal_components", "negatives": negatives}
    found = assessed(table(RELATED, {"x": 1, "y": 1, "z": 1}), weighting=method)
    loading = found.weighed.derived["index"].by_child["loading"]
    weights = found.weights["weight"]
    assert loading[0] > 0 > loading[2]
    assert (weights >= 0).all()
    assert (weights["z"] == 0) == (negatives == "zero")
    assert any(finding.code.startswith("negative_loading") for finding in found.findings)


def test_an_option_for_what_is_not_there_is_refused() -> None:
    # In COINr an edit of a step that is not in the run changes nothing, and says nothing.
    with pytest.raises(InvalidInputError, match="acess"):
        assessed(indicator({"A": 1, "B": 2}), aggregation={"groups": {"acess": {}}})


def robust(**uncertain: object) -> Robustness:
    """Uncertainty and sensitivity of three related indicators."""
    related = table(RELATED, {"x": 1, "y": 1, "z": 1})
    return scoring.robustness_of(related.with_method({"robustness": {"draws": 50, **uncertain}}))


def test_a_draw_that_fails_is_counted_and_leaves_the_indices_of_sensitivity() -> None:
    # In COINr one failing replicate makes all of them NaN. The best and the worst unit of min-max
    # have no geometric mean, z-scores around 100 have one.
    found = robust(
        normalisation=[{"method": "zscore", "mean": 100, "sd": 10}],
        aggregation=["geometric"],
        weights={"noise": 0.25},
        sensitivity_draws=64,
    )
    (failure,) = found.uncertainty.failures
    assert failure.settings == {"normalisation": "minmax", "aggregation": "geometric"}
    assert 0 < failure.draws < 50
    assert found.sensitivity is not None
    assert found.sensitivity.points < 64
    assert found.sensitivity.mean_shift["total"].notna().all()


def test_an_alternative_that_changes_nothing_is_refused() -> None:
    # In COINr it is drawn, and its share of the variance is 0.
    with pytest.raises(InvalidInputError, match="minmax under normalisation"):
        robust(normalisation=["minmax"])


# --- ProMCDA --------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_draws_of_weights_every_time() -> None:
    # In ProMCDA the seed is not used for weights.
    one, again, other = (
        robust(seed=seed, weights={"noise": 0.25}).uncertainty.intervals for seed in (7, 7, 8)
    )
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)


def test_a_negative_value_leaves_the_other_indicators_as_they_are() -> None:
    # In ProMCDA one negative value anywhere rescales every column.
    directions = {"x": 1, "y": 1}
    plain = assessed(table({"A": [1, 10], "B": [2, 30], "C": [4, 20]}, directions))
    negative = assessed(table({"A": [1, 10], "B": [2, -30], "C": [4, 20]}, directions))
    assert negative.normalised["x"].tolist() == plain.normalised["x"].tolist()
    assert negative.normalised["y"].tolist() == [80, 0, 100]


def test_a_missing_value_is_not_zero_unless_it_is_asked_for() -> None:
    # In ProMCDA missing counts as zero.
    gaps = table({"A": [4, None], "B": [2, 30], "C": [0, 10]}, {"x": 1, "y": 1})
    assert scores(gaps) == {"A": 100, "B": 75, "C": 0}
    assert scores(gaps, aggregation={"missing": "zero"}) == {"A": 50, "B": 75, "C": 0}
    found = scores(gaps, aggregation={"missing": "propagate"})
    assert math.isnan(found["A"])
    assert (found["B"], found["C"]) == (75, 0)


def test_units_keep_their_codes_and_their_order() -> None:
    # In ProMCDA they become numbers.
    found = assessed(table({"Lyon": [2], "Aix": [1], "Nice": [3]}, {"x": 1}))
    for stage in (found.data, found.normalised, found.scores, found.ranks):
        assert list(stage.index) == ["Lyon", "Aix", "Nice"]


# --- scikit-criteria ------------------------------------------------------------------------------


def test_tied_units_share_their_rank() -> None:
    # In scikit-criteria the ranks [2, 2, 1] without ties are [3, 1, 2]: one of the two that share
    # the second place comes first, and the best of all second. Here nobody is told apart.
    values = indicator({"A": 5, "B": 5, "C": 9})
    for ties, expected in {"min": [2, 2, 1], "dense": [2, 2, 1], "average": [2.5, 2.5, 1]}.items():
        assert assessed(values, ranking={"ties": ties}).ranks["index"].tolist() == expected
    best = indicator({"A": 9, "B": 9, "C": 5})
    for ties, expected in {"min": [1, 1, 3], "dense": [1, 1, 2]}.items():
        assert assessed(best, ranking={"ties": ties}).ranks["index"].tolist() == expected


# --- missing values in scikit-criteria and pymcdm -------------------------------------------------

METHODS = ("arithmetic", "topsis", "vikor", "promethee", "copeland", "kemeny")


@pytest.mark.parametrize("method", METHODS)
def test_one_missing_value_does_not_take_the_scores_of_the_others(method: str) -> None:
    # In pymcdm one NaN makes every score NaN; in scikit-criteria it ends in "the data
    # [-9223372036854775808 ...] doesn't look like a ranking".
    gaps = table({"A": [4, None], "B": [2, 30], "C": [0, 10]}, {"x": 1, "y": 1})
    found = assessed(gaps, aggregation={"method": method})
    assert found.scores["index"].notna().all()
    assert found.ranks.loc["C", "index"] == 3
    assert found.coverage["index"].tolist() == [0.5, 1, 1]


@pytest.mark.parametrize("method", METHODS)
def test_a_unit_without_any_value_is_told_and_the_others_are_ranked(method: str) -> None:
    empty = table({"A": [4, 20], "B": [None, None], "C": [0, 10]}, {"x": 1, "y": 1})
    found = assessed(empty, aggregation={"method": method})
    assert found.ranks.loc[["A", "C"], "index"].tolist() == [1, 2]
    assert found.ranks["index"].isna().tolist() == [False, True, False]
    told = [finding.fields for finding in found.findings if finding.code == "unit_without_score"]
    assert told == [{"unit": "B", "node": "index"}]


@pytest.mark.parametrize("method", METHODS)
def test_more_is_better_for_every_method(method: str) -> None:
    # In pymcdm VIKOR and others give the best unit the lowest score.
    values = table({"good": [9, 1], "fair": [5, 2], "poor": [1, 8]}, {"x": 1, "cost": -1})
    found = assessed(values, aggregation={"method": method})
    assert found.scores["index"].is_monotonic_decreasing
    assert found.ranks["index"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("n_children", [16, 19, 25])
def test_comparisons_of_many_have_a_consistency_ratio(n_children: int) -> None:
    # In pymcdm and pyDecision the table of random indices ends at 15; both end in an IndexError.
    weights = np.arange(1.0, n_children + 1)
    comparisons = weights[:, None] / weights
    assert ahp(comparisons[None]).figures["consistency_ratio"] == pytest.approx(0, abs=1e-9)
    comparisons[0, 1], comparisons[1, 0] = 9, 1 / 9
    assert 0 < ahp(comparisons[None]).figures["consistency_ratio"] < 0.1


def test_critic_sees_in_which_direction_an_indicator_goes() -> None:
    # pymcdm asks for no directions: of an indicator of which less is better, it takes what goes
    # along with the others for a conflict.
    as_it_is = table({"A": [1, 9], "B": [2, 7], "C": [3, 4], "D": [4, 3]}, {"x": 1, "y": -1})
    turned = table({"A": [1, -9], "B": [2, -7], "C": [3, -4], "D": [4, -3]}, {"x": 1, "y": 1})
    method = {"method": "critic"}
    assert_allclose(
        assessed(as_it_is, weighting=method).weights["weight"],
        assessed(turned, weighting=method).weights["weight"],
    )
    three = table(RELATED, {"x": 1, "y": 1, "z": 1})
    others = table(RELATED, {"x": 1, "y": 1, "z": -1})
    # Against the others, z is in conflict with them and counts more.
    against, along = (
        assessed(one, weighting=method).weights["weight"]["z"] for one in (three, others)
    )
    assert against > along


# --- pyDecision -----------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["Max", "max", "benefit", "+"])
def test_a_direction_that_is_not_understood_is_refused(written: str) -> None:
    # In pyDecision "Max" instead of "max" makes a cost of a criterion, silently.
    told = re.escape(f"{written!r} is no direction; write 1 where more is better and -1 where")
    with pytest.raises(InvalidInputError, match=told):
        small_set(f"code,parent,direction\nindex,,\nx,index,{written}", "unit,x\nA,1\nB,2")


def test_copeland_is_not_borda() -> None:
    # In pyDecision it is. A is ahead of B and of C in three indicators of five; by places A has
    # 3 * 2 points, B 3 * 1 + 2 * 2.
    values = table(
        {"A": [3, 3, 3, 1, 1], "B": [2, 2, 2, 3, 3], "C": [1, 1, 1, 2, 2]},
        dict.fromkeys("vwxyz", 1),
    )
    assert scores(values, aggregation={"method": "copeland"}) == {"A": 2, "B": 0, "C": -2}
    found = scores(values, normalisation={"method": "borda"})
    assert found == {"A": 6 / 5, "B": 7 / 5, "C": 2 / 5}


def test_comparisons_that_are_not_reciprocal_are_refused() -> None:
    # pyDecision takes them without a word.
    comparisons = np.array([[1, 3, 4], [3, 1, 4], [1 / 4, 1 / 4, 1]])
    with pytest.raises(JudgementError, match="not the reciprocal"):
        ahp(comparisons[None])


def test_a_constant_indicator_has_no_weight_by_impact_loss() -> None:
    # In pyDecision it gets noise, and so a weight that is another one in every run: here 0.5 to
    # 0.9 of the whole.
    values = np.array([[1, 5, 3], [2, 5, 8], [3, 5, 4], [4, 5, 6]])
    shares = cilos(values, [1, 1, 1])
    assert shares[1] == 0
    assert_allclose(shares[[0, 2]], cilos(values[:, [0, 2]], [1, 1]))


# --- TOPSIS under one name ------------------------------------------------------------------------


def test_which_topsis_is_computed_is_an_option() -> None:
    # Packages compute five rankings under the name; ours is that of Hwang & Yoon (1981) unless
    # another scaling is asked for. Numbers: Opricovic & Tzeng (2004), table 3.
    routes = table({"A1": [1, 3000], "A2": [2, 3750], "A3": [5, 4500]}, {"risk": -1, "height": 1})
    raw = {"method": "none"}
    found = scores(routes, normalisation=raw, aggregation={"method": "topsis"})
    assert [round(score, 3) for score in found.values()] == [0.762, 0.722, 0.238]
    by_range = {"method": "topsis", "scaling": "minmax"}
    found = scores(routes, normalisation=raw, aggregation=by_range)
    # Regrets (0, 1), (1/4, 1/2), (1, 0) with equal weights.
    away = math.hypot(1 / 4, 1 / 2)
    ahead = math.hypot(3 / 4, 1 / 2)
    assert list(found.values()) == pytest.approx([0.5, ahead / (ahead + away), 0.5])

"""Every stage through ``assess``, with numbers worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indicators
import scoring
from indicators import InvalidInputError
from tests.scoring.small_sets import small_set

NAN = np.nan
FLAT = "code,parent\nindex,\na,index\nb,index"
#: Scores are the values themselves.
AS_THEY_ARE = {"normalisation": {"method": "none"}}


def codes(assessment: scoring.Assessment) -> list[str]:
    return [finding.code for finding in assessment.findings]


def refused(given_set: indicators.IndicatorSet) -> list[indicators.Finding]:
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(given_set)
    return list(caught.value.findings)


# --- denominators ---------------------------------------------------------------------------------

PER_HEAD = """
    code,parent,role,denominator,scale_factor
    index,,,,
    clinics,index,,people,1000
    phones,index,,,
    style,index,profile,people,
    area,index,context,people,
    people,index,context,,
"""


def test_a_value_is_divided_by_the_denominator_of_its_own_year() -> None:
    values = """
        unit,indicator,year,value
        A,clinics,2020,2
        A,clinics,2021,6
        A,people,2020,100
        A,people,2021,200
        B,clinics,2020,8
        B,people,2020,400
        B,people,2021,500
        C,clinics,2019,3
        C,people,2021,60
        D,clinics,2021,1
        E,clinics,2021,4
        E,people,,80
        A,phones,2021,7
    """
    assessment = scoring.assess(small_set(PER_HEAD, values))
    # A 6 / 200 of 2021; B 8 / 400 of 2020, not the newest 500; C 3 / 60, which is all there is;
    # D has no people; E 4 / 80, which has no year.
    assert_allclose(assessment.denominated["clinics"], [30, 20, 50, NAN, 50])
    assert_array_equal(assessment.data["clinics"], [6, 8, 3, 1, 4])
    assert_allclose(assessment.normalised["clinics"], [100 / 3, 0, 100, NAN, 100])
    assert_array_equal(assessment.denominated["phones"], [7, NAN, NAN, NAN, NAN])


def test_profile_and_context_have_denominators_too() -> None:
    values = "unit,clinics,phones,style,area,people\nA,1,1,6,8,2\nB,2,2,9,,3"
    assessment = scoring.assess(small_set(PER_HEAD, values))
    assert assessment.denominated["style"].tolist() == [3, 3]
    assert_array_equal(assessment.denominated["area"], [4, NAN])
    assert assessment.denominated["people"].tolist() == [2, 3]


def test_every_denominator_of_zero_is_named() -> None:
    values = "unit,clinics,phones,style,area,people\nA,1,1,1,1,0\nB,0,2,,,0\nC,3,3,3,3,4"
    found = refused(small_set(PER_HEAD, values))
    assert [(f.code, f.fields["unit"], f.fields["indicator"]) for f in found] == [
        ("bad_denominator", "A", "clinics"),
        ("bad_denominator", "B", "clinics"),
        ("bad_denominator", "A", "style"),
        ("bad_denominator", "A", "area"),
    ]
    assert "A has 1 in clinics (undated) and 0 in its denominator people" in found[0].message


# --- screening ------------------------------------------------------------------------------------

SCREENED = """
    code,parent,weight
    index,,
    group,index,2
    a,group,1
    b,group,1
    c,index,1
    d,index,1
"""
GAPS = """
    unit,a,b,c,d
    A,1,1,1,1
    B,3,,2,
    C,5,,,
    D,0,0,3,4
"""


def test_units_with_too_few_values_are_left_out_and_not_ranked() -> None:
    half = {"screening": {"unit_availability": 0.5}}
    assessment = scoring.assess(small_set(SCREENED, GAPS, method=half))
    # B has exactly half of its values and stays.
    assert assessment.scores.index.tolist() == ["A", "B", "D"]
    assert sorted(assessment.ranks["a"]) == [1, 2, 3]
    # C is out, so 3 is the highest of a.
    assert_allclose(assessment.normalised["a"], [100 / 3, 100, 0])
    (told,) = (f for f in assessment.findings if f.code == "screened_out")
    assert told.fields == {"what": "unit", "code": "C", "reason": "available"}
    assert assessment.screened.units.loc["C", "share_available"] == 0.25
    kept = {"screening": {"unit_availability": 0.5, "keep": ["C"], "drop": ["A"]}}
    assessment = scoring.assess(small_set(SCREENED, GAPS, method=kept))
    assert assessment.scores.index.tolist() == ["B", "C", "D"]


def test_indicators_are_screened_before_units() -> None:
    # b has values for two of four units. Without it, B has two of three.
    method = {"screening": {"indicator_availability": 0.6, "unit_availability": 0.6}}
    assessment = scoring.assess(small_set(SCREENED, GAPS, method=method))
    assert assessment.framework.indicators == ("a", "c")
    assert assessment.screened.indicators["reason"].tolist() == ["", "available", "", "available"]
    assert assessment.scores.index.tolist() == ["A", "B", "D"]
    assert assessment.scores.columns.tolist() == ["index", "group", "a", "c"]
    # The weight of the group is still 2, although it has one child.
    assert_allclose(assessment.scores["index"], (2 * assessment.scores["a"] + [0, 50, 100]) / 3)
    assert assessment.data.columns.tolist() == ["a", "c", "b", "d"]


def test_units_and_indicators_with_too_many_zeros_are_left_out() -> None:
    method = {"screening": {"unit_nonzero": 0.75}}
    assert "D" not in scoring.assess(small_set(SCREENED, GAPS, method=method)).scores.index
    method = {"screening": {"indicator_nonzero": 0.75}}
    # a has one zero in four values, b one in two.
    kept = scoring.assess(small_set(SCREENED, GAPS, method=method)).framework.indicators
    assert kept == ("a", "c", "d")


def test_screening_leaves_something() -> None:
    for what, drop in (("unit", ["A", "B", "C", "D"]), ("indicator", ["a", "b", "c", "d"])):
        (found,) = refused(small_set(SCREENED, GAPS, method={"screening": {"drop": drop}}))
        assert (found.code, found.fields["what"]) == ("all_screened", what)
    weightless = SCREENED.replace("b,group,1", "b,group,0")
    (found,) = refused(small_set(weightless, GAPS, method={"screening": {"drop": ["a"]}}))
    assert (found.code, found.fields["value"]) == ("zero_weights_left", "group")


def test_a_list_of_aggregations_counts_the_levels_before_screening() -> None:
    framework = "code,parent\nindex,\nmiddle,index\nlow,middle\na,low\nb,low\nc,middle\nd,index"
    values = "unit,a,b,c,d\nP,1,1,16,4\nQ,4,1,4,1"
    method = {
        **AS_THEY_ARE,
        "aggregation": {"method": ["minimum", "geometric", "arithmetic"]},
        "screening": {"drop": ["a", "b"]},
    }
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert assessment.aggregations == {"middle": "geometric", "index": "arithmetic"}
    assert_allclose(assessment.scores["index"], [10, 2.5])


def test_a_screened_set_is_written_and_read_as_it_was_given(tmp_path: Path) -> None:
    method = {"screening": {"unit_availability": 0.5, "drop": ["d"]}}
    before = scoring.assess(small_set(SCREENED, GAPS, method=method))
    before.indicator_set.save(tmp_path / "set")
    after = scoring.assess(indicators.load(tmp_path / "set"))
    pd.testing.assert_frame_equal(after.scores, before.scores)
    assert after.indicator_set.scored_units.index.tolist() == ["A", "B", "C", "D"]
    assert after.indicator_set.framework.role("d") == "score"


# --- imputation -----------------------------------------------------------------------------------

REGIONS = "code,name,region\nA,A,n\nB,B,n\nC,C,s\nD,D,s\nE,E,"
#: D is nearest to C in b, and at 7/8 of its range.
ONE_GAP = "unit,a,b\nA,1,2\nB,3,4\nC,8,6\nD,,5.5"


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("none", NAN),
        ("mean", 4),
        ("median", 3),
        ("group_mean", 8),
        ("group_median", 8),
        ("knn", 8),
        ("within_group", 1 + 7 * 7 / 8),
    ],
)
def test_imputation_by_name(method: str, expected: float) -> None:
    choices = {"method": method, "group": "region", "neighbours": 1}
    units = REGIONS.replace("\nE,E,", "")
    assessment = scoring.assess(small_set(FLAT, ONE_GAP, units, {"imputation": choices}))
    assert_allclose(assessment.imputed.loc["D"], [expected, 5.5])
    assert np.isnan(assessment.denominated.loc["D", "a"])
    imputed = assessment.was_imputed
    assert imputed.loc["D", "a"] == (method != "none")
    assert imputed.to_numpy().sum() == (method != "none")
    told = [f.fields for f in assessment.findings if f.code == "imputed_values"]
    expected_finding = {"code": "a", "count": 1, "method": method, "units": ("D",)}
    assert told == [expected_finding] * (method != "none")


def test_iterative_imputation_repeats_and_stays_within_range() -> None:
    values = "unit,a,b\nA,1,2\nB,3,4\nC,8,6\nD,,60"
    given = small_set(FLAT, values, method={"imputation": {"method": "iterative"}})
    found = scoring.assess(given).imputed
    assert found.loc["D", "a"] == 8
    pd.testing.assert_frame_equal(scoring.assess(given).imputed, found, check_exact=True)
    beyond = given.with_method({"imputation": {"within_range": False}})
    assert scoring.assess(beyond).imputed.loc["D", "a"] > 8


def test_imputations_one_after_the_other() -> None:
    values = "unit,a,b\nA,1,1\nB,3,2\nC,8,3\nD,,4\nE,,5"
    choices = {"method": ["group_mean", "mean"], "group": "region"}
    assessment = scoring.assess(small_set(FLAT, values, REGIONS, {"imputation": choices}))
    # D gets 8 from its region; E has none and gets the mean of all, D among them.
    assert assessment.imputed["a"].tolist() == [1, 3, 8, 8, 5]


OVER_TIME = """
    unit,indicator,year,value
    P,a,2018,10
    P,a,2022,30
    Q,a,2018,1
    Q,a,2019,2
    Q,a,2022,5
    P,b,,1
    Q,b,,2
"""


@pytest.mark.parametrize(
    ("method", "year", "expected"),
    [
        ({"method": "latest"}, 2019, [10, 2]),
        ({"method": "latest", "maximum_age": 1}, 2019, [10, 2]),
        ({"method": "linear"}, 2019, [15, 2]),
        ({"method": "linear_constant"}, 2019, [15, 2]),
        ({"method": ["linear", "mean"]}, 2022, [30, 5]),
    ],
)
def test_imputation_over_the_years(
    method: dict[str, object], year: int, expected: list[float]
) -> None:
    choices = {"imputation": method, "time": {"year": year}}
    assessment = scoring.assess(small_set(FLAT, OVER_TIME, method=choices))
    assert_allclose(assessment.imputed["a"], expected)
    assert assessment.was_imputed["a"].tolist() == [year == 2019, False]


def test_a_value_that_is_too_old_is_not_used() -> None:
    values = OVER_TIME + "Q,a,2020,3\n"
    for age, expected in ((2, 10), (1, NAN)):
        choices = {"method": "latest", "maximum_age": age}
        method = {"imputation": choices, "time": {"year": 2020}}
        found = scoring.assess(small_set(FLAT, values, method=method)).imputed
        assert_array_equal(found["a"], [expected, 3])


# --- treatment ------------------------------------------------------------------------------------

#: One value that COINr's documentation winsorises: 100 becomes 30.
LONG_TAIL = "unit,a,b\n" + "\n".join(
    f"U{row},{value},{row}" for row, value in enumerate([*range(1, 11), 30, 100])
)


def test_what_is_skewed_is_treated_by_the_rule() -> None:
    method = {"treatment": {"method": "winsorise"}}
    assessment = scoring.assess(small_set(FLAT, LONG_TAIL, method=method))
    assert assessment.treated["a"].tolist() == [*range(1, 11), 30, 30]
    assert assessment.treated["b"].tolist() == list(range(12))
    assert assessment.imputed["a"].max() == 100
    assert_allclose(assessment.normalised["a"].iloc[[0, 9, 11]], [0, 900 / 29, 100])
    (told,) = (f for f in assessment.findings if f.code == "treated")
    assert told.fields == {"code": "a", "method": "winsorise"}
    assert assessment.treatments == {"a": "winsorise", "b": "winsorise"}


def test_one_indicator_has_options_of_its_own() -> None:
    method = {
        "treatment": {"method": "winsorise", "points": 0, "indicators": {"a": {"points": 1}}},
    }
    assessment = scoring.assess(small_set(FLAT, LONG_TAIL, method=method))
    assert assessment.treated["a"].max() == 30
    method["treatment"]["indicators"] = {"a": {"method": "log", "force": True}}
    assessment = scoring.assess(small_set(FLAT, LONG_TAIL, method=method))
    assert assessment.treated["a"].max() == math.log(100)
    method["treatment"] = {"method": "winsorise", "points": 0}
    assessment = scoring.assess(small_set(FLAT, LONG_TAIL, method=method))
    assert assessment.treated["a"].max() == 100
    (told,) = (f for f in assessment.findings if f.code == "still_skewed")
    assert told.fields == {"code": "a", "method": "winsorise"}


def test_the_framework_forces_a_treatment_on_what_is_not_skewed() -> None:
    framework = "code,parent,transform\nindex,,\na,index,\nb,index,log_plus_one"
    assessment = scoring.assess(small_set(framework, LONG_TAIL))
    assert assessment.treated["a"].max() == 100
    assert_allclose(assessment.treated["b"], np.log(np.arange(1, 13)))
    assert assessment.treatments == {"a": "none", "b": "log_plus_one"}


def test_goalposts_and_targets_are_treated_with_the_values() -> None:
    framework = """
        code,parent,transform,low,high,target,normalisation
        index,,,,,,
        a,index,log_plus_one,0,99,,goalposts
        b,index,log,1,,100,distance_to_target
    """
    values = "unit,a,b\nP,9,10\nQ,99,1000"
    assessment = scoring.assess(small_set(framework, values))
    assert_allclose(assessment.normalised["a"], [50, 100])
    assert_allclose(assessment.goalposts.loc["a"], [0, math.log(100)])
    assert_allclose(assessment.normalised["b"], [50, 100])
    assert_allclose(assessment.scale.posts.loc["b", "target"], math.log(100))


# --- normalisation --------------------------------------------------------------------------------


def test_options_of_single_indicators_start_from_those_of_all() -> None:
    framework = "code,parent,normalisation\nindex,,\na,index,\nb,index,rank\nc,index,\nd,index,"
    values = "unit,a,b,c,d\nP,1,7,1,0\nQ,2,9,2,5\nR,3,8,3,20"
    method = {
        "normalisation": {
            "range": [1, 2],
            "indicators": {
                "b": {"method": "zscore"},
                "c": {"method": "zscore", "mean": 100, "sd": 10},
                "d": {"range": [0, 10]},
            },
        }
    }
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert assessment.normalised["a"].tolist() == [1, 1.5, 2]
    # What stands in the framework counts.
    assert assessment.normalised["b"].tolist() == [1, 3, 2]
    assert assessment.normalised["c"].tolist() == [90, 100, 110]
    assert assessment.normalised["d"].tolist() == [0, 2.5, 10]


def test_targets() -> None:
    framework = """
        code,parent,direction,low,high,target,target_high,normalisation
        index,,,,,,,
        more,index,1,0,,8,,distance_to_target
        less,index,-1,,10,2,,distance_to_target
        point,index,1,0,10,5,,target_interval
        between,index,1,0,10,4,6,target_interval
    """
    values = "unit,more,less,point,between\nP,4,6,2.5,5\nQ,10,1,7.5,8\nR,2,10,5,0"
    assessment = scoring.assess(small_set(framework, values))
    assert assessment.normalised.to_numpy().T.tolist() == [
        [50, 100, 25],
        [50, 100, 0],
        [50, 50, 100],
        [100, 50, 0],
    ]


def test_a_target_on_the_wrong_side_is_named_with_its_line() -> None:
    framework = """
        code,parent,direction,target,normalisation
        index,,,,
        a,index,1,0,distance_to_target
        b,index,-1,9,distance_to_target
        c,index,1,9,distance_to_target
    """
    found = refused(small_set(framework, "unit,a,b,c\nP,1,1,1\nQ,5,5,5"))
    assert [(f.code, f.fields["code"], f.fields["value"], str(f.place)) for f in found] == [
        ("post_domain", "a", 0, "framework.csv, line 3, column target"),
        ("post_domain", "b", 9, "framework.csv, line 4, column target"),
    ]
    assert "not worse than the worst value" in found[0].message


def test_a_unit_as_reference() -> None:
    framework = "code,parent,direction\nindex,,\na,index,1\nb,index,-1"
    method = {"normalisation": {"method": "distance_to_reference", "reference": "Q"}}
    given = small_set(framework, "unit,a,b\nP,2,8\nQ,4,4\nR,8,2", method=method)
    assessment = scoring.assess(given)
    assert assessment.normalised["a"].tolist() == [50, 100, 200]
    assert assessment.normalised["b"].tolist() == [50, 100, 200]
    gap = small_set(framework, "unit,a,b\nP,2,8\nQ,,4\nR,8,2", method=method)
    (found,) = refused(gap)
    assert (found.code, dict(found.fields)) == ("reference_missing", {"unit": "Q", "code": "a"})
    (found,) = refused(given.with_method({"screening": {"drop": ["Q"]}}))
    assert (found.code, found.place.column) == ("unknown_code", "normalisation.reference")


GROWTH = """
    unit,indicator,year,value
    P,a,2020,5
    Q,a,2020,15
    P,a,2021,10
    Q,a,2021,30
"""
ONE = "code,parent\nindex,\na,index"


def test_index_numbers_on_a_base_year() -> None:
    choices = {"method": "indexation", "base_year": 2020}
    method = {"normalisation": choices, "time": {"year": 2021}}
    given = small_set(ONE, GROWTH, method=method)
    assert scoring.assess(given).scores["index"].tolist() == [100, 300]
    own = given.with_method({"normalisation": {"base": "unit"}})
    assert scoring.assess(own).scores["index"].tolist() == [200, 200]
    years = scoring.assess(own.with_method({"time": {"year": "panel"}})).by_year
    assert {year: one.scores["index"].tolist() for year, one in years.items()} == {
        2020: [100, 100],
        2021: [200, 200],
    }


# --- aggregation ----------------------------------------------------------------------------------

TWO_GROUPS = "code,parent\nindex,\ng,index\na,g\nb,g\nh,index\nc,h\nd,h"


def test_one_group_has_a_method_and_options_of_its_own() -> None:
    method = {
        **AS_THEY_ARE,
        "aggregation": {
            "method": ["arithmetic", "minimum"],
            "groups": {"g": {"method": "generalised_mean", "power": 2}, "h": {"missing": "zero"}},
        },
    }
    values = "unit,a,b,c,d\nP,1,7,4,6\nQ,3,3,8,"
    assessment = scoring.assess(small_set(TWO_GROUPS, values, method=method))
    # g: the root of (1 + 49) / 2; h: the mean, with nothing for 0.
    assert_allclose(assessment.scores[["g", "h", "index"]], [[5, 5, 5], [3, 4, 3]])
    assert assessment.aggregations == {
        "g": "generalised_mean",
        "h": "arithmetic",
        "index": "minimum",
    }


def test_thresholds_by_child() -> None:
    method = {
        **AS_THEY_ARE,
        "aggregation": {
            "method": "promethee",
            "preference": "linear",
            "preference_threshold": {"a": 10, "b": 5},
        },
    }
    assessment = scoring.assess(small_set(FLAT, "unit,a,b\nP,0,0\nQ,5,5\nR,10,0", method=method))
    # a: P loses 1/2 and 1, R wins the same; b: Q wins twice in full.
    assert_allclose(assessment.scores["index"], [(-0.75 - 0.5) / 2, 0.5, (0.75 - 0.5) / 2])


def test_a_bound_for_one_child_leaves_the_others_free() -> None:
    choices = {"method": "benefit_of_the_doubt", "highest_share": {"a": 0.5}}
    given = small_set(
        FLAT, "unit,a,b\nP,1,0\nQ,0,1\nR,1,1", method={**AS_THEY_ARE, "aggregation": choices}
    )
    # R scores 1 under any weights. P may weigh a half, and R then has 1.
    assert_allclose(scoring.assess(given).scores["index"], [0.5, 1, 1], atol=1e-9)


# --- panels ---------------------------------------------------------------------------------------

PANEL = """
    unit,indicator,year,value
    P,a,2020,0
    Q,a,2020,5
    P,a,2021,10
    Q,a,2021,2
    R,a,2021,4
"""


def panel(**time: object) -> scoring.Assessment:
    return scoring.assess(small_set(ONE, PANEL, method={"time": {"year": "panel", **time}}))


@pytest.mark.parametrize(
    ("scale", "before", "after"),
    [
        ("all", [0, 50, NAN], [100, 20, 40]),
        ("each", [0, 100, NAN], [100, 0, 25]),
        (2020, [0, 100, NAN], [100, 40, 80]),
        (2021, [0, 37.5, NAN], [100, 0, 25]),
    ],
)
def test_a_panel_on_three_kinds_of_scale(
    scale: object, before: list[float], after: list[float]
) -> None:
    newest = panel(scale=scale)
    assert (newest.year, list(newest.by_year)) == (2021, [2020, 2021])
    assert newest.by_year[2021] is newest
    assert_allclose(newest.by_year[2020].scores["index"], before)
    assert_allclose(newest.scores["index"], after)
    assert_array_equal(newest.ranks["index"], [1, 3, 2])
    assert_array_equal(newest.by_year[2020].ranks["index"], [2, 1, NAN])
    assert newest.by_year[2020].by_year == {}


def test_one_year_on_the_scale_of_another() -> None:
    given = small_set(ONE, PANEL, method={"time": {"year": 2021, "scale": 2020}})
    found = scoring.assess(given)
    assert_allclose(found.scores["index"], [100, 40, 80])
    assert found.by_year == {}
    # The same by hand: the scale of one assessment is given to another.
    before = scoring.assess(given.with_method({"time": {"year": 2020, "scale": "all"}}))
    after = given.with_method({"time": {"year": 2021, "scale": "all"}})
    assert_allclose(scoring.assess(after, before.scale).scores["index"], [100, 40, 80])
    other = small_set(FLAT, "unit,a,b\nP,1,2")
    with pytest.raises(InvalidInputError, match="the scale is of the indicators a, and this"):
        scoring.assess(other, before.scale)


def test_a_scale_of_each_unit_is_for_these_units_alone() -> None:
    method = {"normalisation": {"method": "indexation", "base": "unit", "base_year": 2020}}
    values = "unit,indicator,year,value\nP,a,2020,4\nQ,a,2020,5\nP,a,2021,5\nQ,a,2021,5"
    scale = scoring.assess(small_set(ONE, values, method=method)).scale
    same = scoring.assess(small_set(ONE, "unit,a\nP,6\nQ,6"), scale)
    assert_allclose(same.scores["index"], [150, 120])
    for other in ("unit,a\nQ,6\nP,6", "unit,a\nP,6\nR,6", "unit,a\nP,6"):
        with pytest.raises(InvalidInputError, match="each of the units P, Q by its own value"):
            scoring.assess(small_set(ONE, other), scale)


def test_the_methods_of_an_assessment_are_those_of_its_scale() -> None:
    ranked = small_set(ONE, "unit,a\nP,1\nQ,2", method={"normalisation": {"method": "rank"}})
    found = scoring.assess(small_set(ONE, "unit,a\nR,5"), scoring.assess(ranked).scale)
    assert found.normalisations == {"a": "rank"}
    assert found.scores["index"].tolist() == [3]


def test_a_value_of_an_older_year_is_named_with_its_own_line() -> None:
    values = """
        unit,indicator,year,value
        P,a,2020,-5
        P,a,2021,6
        Q,a,2020,3
        Q,a,2021,4
    """
    method = {"time": {"year": "panel"}, "treatment": {"method": "log", "force": True}}
    (finding,) = refused(small_set(ONE, values, method=method))
    assert str(finding.place) == "values.csv, line 2, column value"
    assert finding.message.startswith("P has the value -5 in a (2020), and log needs")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        # The same value in two years, of which the older one is assessed.
        (
            "unit,indicator,year,value\nP,a,2020,-5\nP,a,2021,-5\nQ,a,2020,3",
            "values.csv, line 2, column value: P has the value -5 in a (2020)",
        ),
        # A row that says nothing, and undated facts.
        (
            "unit,indicator,year,value\nR,a,,\nP,a,,-5\nQ,a,2020,3",
            "values.csv, line 3, column value: P has the value -5 in a (undated)",
        ),
        # A wide table with a gap.
        (
            "unit,year,a\nR,2020,\nP,2020,-5\nQ,2020,3",
            "values.csv, line 3, column a: P has the value -5 in a (2020)",
        ),
    ],
)
def test_the_line_and_year_of_a_value_that_is_refused(values: str, told: str) -> None:
    method = {"time": {"year": 2020}, "treatment": {"method": "log", "force": True}}
    (finding,) = refused(small_set(ONE, values, method=method))
    assert str(finding).startswith(told)


def test_an_undated_value_is_refused_once_in_a_panel() -> None:
    values = "unit,indicator,year,value\nP,a,,-5\nQ,a,2020,3\nQ,a,2021,4"
    method = {"time": {"year": "panel"}, "treatment": {"method": "log", "force": True}}
    (finding,) = refused(small_set(ONE, values, method=method))
    assert finding.message.startswith("P has the value -5 in a (undated)")


def test_a_denominator_of_0_is_told_with_year_and_line() -> None:
    framework = "code,parent,role,denominator\nindex,,,\na,index,,d\nd,index,context,"
    values = """
        unit,year,a,d
        P,2020,5,0
        P,2021,5,2
        Q,2021,5,0
        Q,2022,,9
    """
    found = refused(small_set(framework, values, method={"time": {"year": "panel"}}))
    assert [str(f).split(" and ")[0] for f in found] == [
        "values.csv, line 2, column d: P has 5 in a (2020)"
    ]


def test_findings_of_a_panel_tell_all_years() -> None:
    values = "unit,year,a\nP,2020,\nQ,2020,3\nR,2020,4\nP,2021,3\nQ,2021,\nR,2021,5"
    method = {"time": {"year": "panel"}, "imputation": {"method": "mean"}}
    method["treatment"] = {"method": "log", "force": True}
    found = scoring.assess(small_set(ONE, values, method=method))
    messages = [f.message for f in found.findings if f.code in ("imputed_values", "treated")]
    assert messages == [
        "a is imputed (mean) for P 2020, Q 2021",
        "a was treated (log, 2020, 2021); the table of treatment lists what has changed",
    ]
    (earlier,) = found.earlier.values()
    assert "a is imputed (mean) for P" in [f.message for f in earlier.findings]


def test_screening_of_a_panel_counts_all_years() -> None:
    # R has one value of two.
    method = {"time": {"year": "panel"}, "screening": {"unit_availability": 0.6}}
    found = scoring.assess(small_set(ONE, PANEL, method=method))
    assert found.scores.index.tolist() == ["P", "Q"]
    assert found.by_year[2020].scores.index.tolist() == ["P", "Q"]


# --- comparing ------------------------------------------------------------------------------------

THREE = "unit,a,b\nP,0,100\nQ,50,0\nR,100,50"


def test_compare_by_hand() -> None:
    before = scoring.assess(small_set(FLAT, THREE))
    after = scoring.assess(before.indicator_set.with_weights({"a": 3}))
    # Before 50, 25, 75; after 25, 37.5, 87.5.
    found = scoring.compare(before, after)
    shifts = found.shifts[found.shifts["node"] == "index"].set_index("unit")
    assert shifts["score_shift"].tolist() == [-25, 12.5, 12.5]
    assert shifts["rank_before"].tolist() == [2, 3, 1]
    assert shifts["rank_shift"].tolist() == [-1, 1, 0]
    agreement = found.agreement.loc["index"]
    assert agreement["spearman"] == pytest.approx(0.5)
    assert agreement["kendall"] == pytest.approx(1 / 3)
    assert agreement[["units", "mean_shift", "largest_shift", "unchanged"]].tolist() == [
        3,
        pytest.approx(2 / 3),
        1,
        1,
    ]
    assert found.agreement.loc["a", "unchanged"] == 3


def test_units_that_one_side_lacks_are_named_and_the_others_ranked_anew() -> None:
    before = scoring.assess(small_set(FLAT, THREE))
    dropped = {"screening": {"drop": ["R"]}}
    after = scoring.assess(small_set(FLAT, THREE + "\nS,1,1", method=dropped))
    found = scoring.compare(before, after)
    assert (found.only_before, found.only_after) == (("R",), ("S",))
    ranks = found.shifts[found.shifts["node"] == "index"]
    assert ranks["unit"].tolist() == ["P", "Q"]
    assert ranks["rank_before"].tolist() == [1, 2]
    elsewhere = scoring.assess(small_set(FLAT, "unit,a,b\nX,1,2"))
    with pytest.raises(InvalidInputError, match="no unit or no node in common"):
        scoring.compare(before, elsewhere)


def test_leave_one_out_by_hand() -> None:
    # Ranks 2, 3, 1; without a those of b: 1, 3, 2; without b those of a: 3, 2, 1.
    found = scoring.leave_one_out(scoring.assess(small_set(FLAT, THREE)))
    assert found.index.tolist() == ["a", "b"]
    assert found["spearman"].tolist() == pytest.approx([0.5, 0.5])
    assert found["kendall"].tolist() == pytest.approx([1 / 3, 1 / 3])
    assert found["unchanged"].tolist() == [1, 1]
    assert found["unit"].tolist() == ["P", "P"]
    assert found["rank_shift"].tolist() == [1, -1]


def test_a_group_of_one_goes_with_its_child_and_the_index_stays() -> None:
    framework = "code,parent\nindex,\ng,index\na,g\nb,index"
    found = scoring.leave_one_out(scoring.assess(small_set(framework, THREE)))
    assert found.index.tolist() == ["g", "a", "b"]
    assert found.loc["a"].tolist() == found.loc["g"].tolist()
    alone = scoring.leave_one_out(scoring.assess(small_set(ONE, "unit,a\nP,1\nQ,2")))
    assert alone.shape == (0, 7)
    assert alone.index.name == "node"


def test_a_node_without_which_nothing_can_be_computed_is_listed_without_numbers() -> None:
    # No child may have more than 0.4 of the weight, so two of three have 0.8.
    choices = {"method": "benefit_of_the_doubt", "highest_share": 0.4}
    given = small_set(
        "code,parent\nindex,\na,index\nb,index\nc,index",
        "unit,a,b,c\nP,0,2,1\nQ,2,1,0\nR,1,0,2",
        method={"aggregation": choices},
    )
    found = scoring.leave_one_out(scoring.assess(given))
    assert found.index.tolist() == ["a", "b", "c"]
    assert found[["spearman", "kendall", "mean_shift", "rank_shift"]].isna().all(axis=None)


def test_winsorising_leaves_goalposts_where_they_were_set() -> None:
    framework = "code,parent,low,high,normalisation\nindex,,,,\na,index,0,50,goalposts"
    values = "\n".join(["unit,a", *(f"U{i},{i}" for i in range(1, 11)), "V,30", "W,100"])
    method = {"treatment": {"method": "winsorise"}}
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert assessment.treated.loc["W", "a"] == 30
    assert assessment.goalposts.loc["a"].tolist() == [0, 50]
    assert assessment.scores.loc[["U5", "V"], "a"].tolist() == [10, 60]

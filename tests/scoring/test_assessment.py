from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import indicators
import scoring
from indicators import Finding, IndicatorSet, InvalidInputError
from tests.scoring.small_sets import small_set

NAN = np.nan

#: Three levels, goalposts 0 to 10 that leave 10 times the value.
THREE_LEVELS = """
    code,parent,weight,direction,low,high
    index,,,,,
    access,index,2,,,
    use,index,1,,,
    lines,access,1,1,0,10
    price,access,3,-1,0,10
    visits,use,1,1,0,10
    forms,use,1,1,0,10
"""
VALUES = """
    unit,lines,price,visits,forms
    A,8,4,1,3
    B,4,2,9,9
    C,6,,5,
    D,,,7,1
"""
UNITS = """
    code,name,region
    A,Alpha,north
    B,Beta,north
    C,Gamma,south
    D,Delta,
"""
GOALPOSTS = {"normalisation": {"method": "goalposts"}}


def three_levels(**method: dict[str, object]) -> IndicatorSet:
    return small_set(THREE_LEVELS, VALUES, UNITS, {**GOALPOSTS, **method})


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


# --- by hand --------------------------------------------------------------------------------------


def test_three_levels_by_hand() -> None:
    scores = scoring.assess(three_levels()).scores
    # A: access (1 * 80 + 3 * 60) / 4 = 65, use (10 + 30) / 2 = 20, index (2 * 65 + 20) / 3 = 50.
    # B: access (40 + 3 * 80) / 4 = 70, use 90, index (140 + 90) / 3.
    # C: what is there counts: access 60, use 50. D has no access: the index is its use.
    assert_allclose(scores["access"], [65, 70, 60, NAN])
    assert_allclose(scores["use"], [20, 90, 50, 40])
    assert_allclose(scores["index"], [50, 230 / 3, 170 / 3, 40])
    assert scores.columns.tolist() == [
        "index",
        "access",
        "lines",
        "price",
        "use",
        "visits",
        "forms",
    ]


def test_a_ragged_tree_by_hand() -> None:
    framework = """
        code,parent,weight,direction
        index,,,
        depth,index,1,
        inner,depth,1,
        a,inner,1,1
        b,inner,1,-1
        c,depth,3,1
        d,index,1,1
    """
    values = """
        unit,a,b,c,d
        P,0,0,2,5
        Q,5,5,1,3
        R,10,10,0,1
    """
    assessment = scoring.assess(small_set(framework, values))
    # inner: (0 + 100) / 2 for everybody; depth: (50 + 3 * c) / 4; index: mean of depth and d.
    assert assessment.scores["inner"].tolist() == [50, 50, 50]
    assert assessment.scores["depth"].tolist() == [87.5, 50, 12.5]
    assert assessment.scores["index"].tolist() == [93.75, 50, 6.25]
    assert assessment.ranks["index"].tolist() == [1, 2, 3]
    assert assessment.ranks["inner"].tolist() == [1, 1, 1]
    assert assessment.coverage.columns.tolist() == ["inner", "depth", "index"]


def test_a_flat_index_of_one_indicator() -> None:
    assessment = scoring.assess(small_set("code,parent\nindex,\na,index", "unit,a\nP,1\nQ,3"))
    assert assessment.scores["index"].tolist() == [0, 100]
    assert assessment.ranks["index"].tolist() == [2, 1]


def test_one_unit_alone() -> None:
    assessment = scoring.assess(small_set("code,parent\nindex,\na,index", "unit,a\nP,1"))
    assert assessment.scores.loc["P"].tolist() == [50, 50]
    assert assessment.ranks.loc["P"].tolist() == [1, 1]
    assert codes(assessment.findings) == []


# --- choices --------------------------------------------------------------------------------------


def test_aggregation_level_by_level_from_the_lowest_up() -> None:
    levels = {"method": ["arithmetic", "geometric"]}
    scores = scoring.assess(three_levels(aggregation=levels)).scores
    assert_allclose(scores.loc["A", ["access", "use"]], [65, 20])
    assert scores.loc["A", "index"] == pytest.approx((65 * 65 * 20) ** (1 / 3))
    levels = {"method": ["geometric", "arithmetic"]}
    scores = scoring.assess(three_levels(aggregation=levels)).scores
    assert scores.loc["A", "access"] == pytest.approx((80 * 60**3) ** (1 / 4))
    assert scores.loc["A", "use"] == pytest.approx((10 * 30) ** (1 / 2))


def test_one_group_may_aggregate_by_its_own_method() -> None:
    framework = THREE_LEVELS.replace("high\n", "high,aggregation\n").replace(
        "use,index,1,,,", "use,index,1,,,,geometric"
    )
    framework = "\n".join(
        line if line.count(",") in (0, 6) else line + "," for line in framework.splitlines()
    )
    assessment = scoring.assess(small_set(framework, VALUES, UNITS, GOALPOSTS))
    assert assessment.aggregations == {
        "access": "arithmetic",
        "use": "geometric",
        "index": "arithmetic",
    }
    assert_allclose(assessment.scores.loc["A", ["access", "use"]], [65, 300**0.5])


def test_one_indicator_may_normalise_by_its_own_method() -> None:
    framework = """
        code,parent,direction,low,high,normalisation
        index,,,,,
        a,index,1,0,4,goalposts
        b,index,-1,,,rank
        c,index,1,,,
        d,index,-1,,,zscore
    """
    values = """
        unit,a,b,c,d
        P,1,30,0,1
        Q,3,10,5,2
        R,9,20,20,3
    """
    assessment = scoring.assess(small_set(framework, values))
    assert assessment.normalised.to_numpy().T.tolist() == [
        [25, 75, 100],
        [1, 3, 2],
        [0, 25, 100],
        [1, 0, -1],
    ]
    assert assessment.normalisations == {
        "a": "goalposts",
        "b": "rank",
        "c": "minmax",
        "d": "zscore",
    }
    assert_array_equal(assessment.goalposts, [[0, 4], [NAN, NAN], [0, 20], [NAN, NAN]])


@pytest.mark.parametrize(
    ("missing", "access", "index"),
    [
        ("renormalise", [65, 70, 60, NAN], [50, 230 / 3, 170 / 3, 40]),
        ("propagate", [65, 70, NAN, NAN], [50, 230 / 3, NAN, NAN]),
        ("zero", [65, 70, 15, NAN], [50, 230 / 3, 55 / 3, 40 / 3]),
    ],
)
def test_missing_scores(missing: str, access: list[float], index: list[float]) -> None:
    scores = scoring.assess(three_levels(aggregation={"missing": missing})).scores
    assert_allclose(scores["access"], access)
    assert_allclose(scores["index"], index)


def test_minimum_coverage() -> None:
    # C has a quarter of the weight of access and half of that of use; D a third of the index.
    half = scoring.assess(three_levels(aggregation={"minimum_coverage": 0.5}))
    assert_allclose(half.scores["access"], [65, 70, NAN, NAN])
    assert_allclose(half.scores["use"], [20, 90, 50, 40])
    assert_allclose(half.scores["index"], [50, 230 / 3, NAN, NAN])
    assert_allclose(half.coverage.loc["C"], [0.25, 0.5, 1 / 3])
    assert half.coverage.columns.tolist() == ["access", "use", "index"]
    third = scoring.assess(three_levels(aggregation={"minimum_coverage": 0.25}))
    assert_allclose(third.coverage["index"], [1, 1, 1, 1 / 3])
    assert_allclose(third.scores["index"], [50, 230 / 3, 170 / 3, 40])


def test_imputation_by_region() -> None:
    values = """
        unit,lines,price,visits,forms
        A,8,4,1,3
        B,4,2,9,
        C,6,,5,
        D,,,7,1
    """
    method = {**GOALPOSTS, "imputation": {"method": "group_mean", "group": "region"}}
    assessment = scoring.assess(small_set(THREE_LEVELS, values, UNITS, method))
    assert assessment.imputed.loc["B", "forms"] == 3
    assert_array_equal(assessment.imputed.loc["C"], [6, NAN, 5, NAN])
    assert_array_equal(assessment.imputed.loc["D"], [NAN, NAN, 7, 1])
    assert np.isnan(assessment.data.loc["B", "forms"])


# --- rounding and ranks ---------------------------------------------------------------------------

TWO_STEPS = """
    code,parent,weight,low,high
    index,,,,
    group,index,1,,
    c,index,1,0,1
    a,group,1,0,1
    b,group,2,0,1
"""


def two_steps(**rounding: object) -> scoring.Assessment:
    method = {
        "normalisation": {"method": "goalposts", "range": [0, 1]},
        "rounding": rounding,
    }
    return scoring.assess(
        small_set(TWO_STEPS, "unit,a,b,c\nP,0.25,0.36,0.44\nQ,0.26,0.36,0.44", method=method)
    )


def test_rounding_the_index_alone() -> None:
    # P: group (0.25 + 0.72) / 3 = 0.32333, index 0.38167. Q: 0.32667, 0.38333.
    assessment = two_steps(decimals=1)
    assert_allclose(assessment.exact_scores["index"], [0.97 / 6 + 0.22, 0.98 / 6 + 0.22])
    assert assessment.scores["index"].tolist() == [0.4, 0.4]
    assert_allclose(assessment.scores["group"], [0.97 / 3, 0.98 / 3])
    assert assessment.ranks["index"].tolist() == [1, 1]
    assert assessment.ranks["group"].tolist() == [2, 1]


def test_rounding_every_level_on_the_way_up() -> None:
    # P: a 0.2 (0.25 to even), b 0.4, group 1.0 / 3 -> 0.3, c 0.4, index 0.35 -> 0.4 (to even).
    # Q: a 0.3, b 0.4, group 1.1 / 3 -> 0.4, index 0.4.
    even = two_steps(decimals=1, level="all")
    assert even.scores.loc["P"].tolist() == [0.4, 0.3, 0.2, 0.4, 0.4]
    assert even.scores.loc["Q"].tolist() == [0.4, 0.4, 0.3, 0.4, 0.4]
    assert even.exact_scores.loc["P", "index"] == pytest.approx(0.35)
    # Half up: a 0.3 for P too.
    up = two_steps(decimals=1, level="all", mode="half_up")
    assert up.scores.loc["P"].tolist() == up.scores.loc["Q"].tolist() == [0.4, 0.4, 0.3, 0.4, 0.4]


def test_without_rounding_both_scores_are_one() -> None:
    assessment = two_steps()
    pd.testing.assert_frame_equal(assessment.scores, assessment.exact_scores)
    assert assessment.ranks["index"].tolist() == [2, 1]


def test_ranking_the_exact_score_behind_a_rounded_one() -> None:
    rounded = two_steps(decimals=1)
    exact = scoring.assess(rounded.indicator_set.with_method({"ranking": {"on": "exact"}}))
    assert exact.scores["index"].tolist() == [0.4, 0.4]
    assert exact.ranks["index"].tolist() == [2, 1]


def test_ranks_overall_by_dimension_and_inside_groups() -> None:
    assessment = scoring.assess(three_levels(ranking={"group": "region"}))
    assert_array_equal(assessment.ranks["index"], [3, 1, 2, 4])
    assert_array_equal(assessment.ranks["access"], [2, 1, 3, NAN])
    assert_array_equal(assessment.ranks["use"], [4, 1, 2, 3])
    # D has no region, so it has no rank inside one.
    assert_array_equal(assessment.group_ranks["index"], [2, 1, 1, NAN])
    assert_array_equal(assessment.group_ranks["lines"], [1, 2, 1, NAN])
    # A column region is used where nothing is said, and a set without one has no groups.
    assert scoring.assess(three_levels()).group_ranks.equals(assessment.group_ranks)
    flat = small_set("code,parent\nindex,\na,index", "unit,a\nP,1\nQ,2")
    assert scoring.assess(flat).group_ranks.shape == (2, 0)


@pytest.mark.parametrize(
    ("ties", "expected"), [("min", [1, 1, 3]), ("dense", [1, 1, 2]), ("average", [1.5, 1.5, 3])]
)
def test_ties(ties: str, expected: list[float]) -> None:
    tied = small_set(
        "code,parent\nindex,\na,index", "unit,a\nP,3\nQ,3\nR,1", method={"ranking": {"ties": ties}}
    )
    assert scoring.assess(tied).ranks["index"].tolist() == expected


# --- years ----------------------------------------------------------------------------------------

YEARS = """
    unit,indicator,year,value
    P,a,2020,1
    P,a,2021,2
    Q,a,2020,5
    Q,a,2021,4
    R,a,2020,3
    P,b,,1
    Q,b,,2
    R,b,,3
"""


def test_a_year_and_the_latest() -> None:
    both = small_set("code,parent\nindex,\na,index\nb,index", YEARS)
    latest = scoring.assess(both)
    assert latest.data["a"].tolist() == [2, 4, 3]
    assert latest.years["a"].tolist() == [2021, 2021, 2020]
    before = scoring.assess(both.with_method({"time": {"year": 2020}}))
    assert before.data["a"].tolist() == [1, 5, 3]
    assert before.normalised["a"].tolist() == [0, 100, 50]
    then = scoring.assess(both.with_method({"time": {"year": 2021}}))
    assert_array_equal(then.data["a"], [2, 4, NAN])
    assert then.data["b"].tolist() == [1, 2, 3]
    assert_array_equal(then.years["b"], [NAN] * 3)


def test_a_year_without_values_is_refused_with_the_years_there_are() -> None:
    found = small_set("code,parent\nindex,\na,index", "unit,indicator,year,value\nP,a,2020,1")
    with pytest.raises(InvalidInputError, match="a value of 1999; there are values of 2020"):
        scoring.assess(found.with_method({"time": {"year": 1999}}))


# --- findings -------------------------------------------------------------------------------------


def test_findings_tell_what_cannot_be_seen_in_the_scores() -> None:
    framework = """
        code,parent,low,high,normalisation,transform
        index,,,,,
        same,index,,,,
        none,index,,,,
        posts,index,10,1000,goalposts,log
    """
    values = """
        unit,same,none,posts
        P,7,,100
        Q,7,,5000
        R,,,
    """
    found = scoring.assess(small_set(framework, values)).findings
    assert [(f.code, f.severity) for f in found] == [
        ("constant_indicator", "warning"),
        ("empty_indicator", "warning"),
        ("beyond_goalposts", "note"),
        ("unit_without_score", "warning"),
    ]
    assert found[0].fields == {"code": "same", "count": 2}
    assert found[1].fields["code"] == "none"
    assert found[2].message == (
        "Q has 5000 in posts, outside the goalposts 10 to 1000; its score is clipped"
    )
    assert found[3].fields == {"unit": "R", "node": "index"}


def test_an_indicator_without_values_in_the_years_of_the_scale_is_told() -> None:
    framework = """
        code,parent
        index,
        old,index
        new,index
    """
    values = """
        unit,year,old,new
        P,2020,1,
        Q,2020,3,
        P,2021,2,5
        Q,2021,3,6
    """
    panel = small_set(framework, values, method={"time": {"year": "panel", "scale": 2020}})
    found = scoring.assess(panel)
    assert found.scores["index"].tolist() == [50, 100]
    assert [(f.code, f.fields) for f in found.findings] == [
        ("indicator_without_scale", {"code": "new", "count": 2})
    ]


def test_a_value_beyond_the_year_of_the_scale_is_told_without_goalposts() -> None:
    values = "unit,year,a\nP,2020,1\nQ,2020,3\nP,2021,5\nQ,2021,2"
    method = {"time": {"year": 2021, "scale": 2020}}
    (found,) = scoring.assess(
        small_set("code,parent\nindex,\na,index", values, method=method)
    ).findings
    assert (found.code, found.severity) == ("beyond_scale", "note")
    assert found.message == (
        "P has 5 in a, beyond all values that set the scale; its score is clipped"
    )


def test_a_denominator_below_0_is_warned_of() -> None:
    framework = "code,parent,role,denominator\nindex,,,\na,index,,d\nd,index,context,"
    (found,) = scoring.assess(small_set(framework, "unit,a,d\nP,1,-2\nQ,3,2\nR,0,1")).findings
    assert (found.code, found.severity) == ("negative_denominator", "warning")
    assert found.fields == {"code": "a", "denominator": "d", "units": ("P",)}


def test_nothing_is_said_to_be_clipped_where_nothing_is() -> None:
    framework = "code,parent,low,high\nindex,,,\na,index,0,10"
    clipped = small_set(framework, "unit,a\nP,5\nQ,15", method=GOALPOSTS)
    assert scoring.assess(clipped).scores["index"].tolist() == [50, 100]
    assert codes(scoring.assess(clipped).findings) == ["beyond_goalposts"]
    open_ended = scoring.assess(clipped.with_method({"normalisation": {"clip": False}}))
    assert open_ended.scores["index"].tolist() == [50, 150]
    assert codes(open_ended.findings) == []
    mixed = {"clip": False, "indicators": {"a": {"clip": True}}}
    again = scoring.assess(clipped.with_method({"normalisation": mixed}))
    assert again.scores["index"].tolist() == [50, 100]
    assert codes(again.findings) == ["beyond_goalposts"]


def test_an_option_that_no_chosen_method_reads_is_told_with_its_readers() -> None:
    method = {
        "imputation": {"method": "mean", "neighbours": 3},
        "treatment": {"method": "log", "maximum_skew": 1.0},
        "normalisation": {
            "method": "zscore",
            "sd": 2.0,
            "range": [1, 5],
            "threshold": 0.1,
            "indicators": {"b": {"method": "minmax"}},
        },
        "aggregation": {"missing": "zero", "power": 2.0},
    }
    given = small_set("code,parent\nindex,\na,index\nb,index", "unit,a,b\nP,1,3\nQ,2,4")
    found = scoring.assess(given.with_method(method)).findings
    assert [(f.place.column, f.fields["known"]) for f in found if f.code == "option_unused"] == [
        ("imputation.neighbours", ["knn"]),
        ("normalisation.threshold", ["above_below_mean"]),
        ("aggregation.power", ["generalised_mean"]),
    ]


def test_a_geometric_mean_names_unit_and_node_of_every_score_it_cannot_take() -> None:
    values = """
        unit,lines,price,visits,forms
        A,0,4,1,3
        B,4,10,9,9
    """
    method = {**GOALPOSTS, "aggregation": {"method": "geometric"}}
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(THREE_LEVELS, values, method=method))
    (finding,) = caught.value.findings
    assert finding.code == "aggregation_domain"
    assert finding.fields["requirement"] == "scores above 0"
    assert finding.fields["scores"] == ("lines (A 0)", "price (B 0)")
    lifted = {**method, "normalisation": {"method": "goalposts", "range": [1, 100]}}
    assert (
        scoring.assess(small_set(THREE_LEVELS, values, method=lifted)).scores.notna().all(axis=None)
    )


def test_missing_as_zero_and_a_geometric_mean_do_not_go_together() -> None:
    choices = {"method": "geometric", "missing": "zero"}
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(three_levels(aggregation=choices))
    (finding,) = caught.value.findings
    assert finding.fields["scores"] == ("price (C 0)",)
    assert 'choose another rule than missing = "zero"' in finding.message


def test_a_score_that_counts_for_nobody_may_be_zero() -> None:
    framework = (
        "code,parent,weight,low,high\nindex,,,,\na,index,1,0,10\nb,index,0,0,10\nc,index,1,0,10"
    )
    values = "unit,a,b,c\nP,2,0,8\nQ,0,5,\nR,,,"
    method = {**GOALPOSTS, "aggregation": {"method": "geometric", "missing": "propagate"}}
    # b of P has no weight; Q gets no score, whatever its a; R has nothing.
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert_allclose(assessment.scores["index"], [40, NAN, NAN])
    method["aggregation"] = {"method": "geometric", "missing": "zero", "minimum_coverage": 0.6}
    assert_allclose(
        scoring.assess(small_set(framework, values, method=method)).scores["index"], [40, NAN, NAN]
    )


# --- the digest and copies ------------------------------------------------------------------------

CHANGES = {
    "weight": (("lines,access,1", "lines,access,2"), ("", "")),
    "direction": (("price,access,3,-1", "price,access,3,1"), ("", "")),
    "goalpost": (("visits,use,1,1,0,10", "visits,use,1,1,0,11"), ("", "")),
    "tree": (("forms,use", "forms,access"), ("", "")),
    "value": (("", ""), ("A,8", "A,8.000001")),
    "missing value": (("", ""), ("A,8", "A,")),
    "values of two units": (("", ""), ("A,8,4,1,3\n    B,4,2,9,9", "A,4,2,9,9\n    B,8,4,1,3")),
}


@pytest.mark.parametrize(("in_framework", "in_values"), CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with_framework_and_values(
    in_framework: tuple[str, str], in_values: tuple[str, str]
) -> None:
    framework = THREE_LEVELS.replace(*in_framework) if in_framework[0] else THREE_LEVELS
    values = VALUES.replace(*in_values) if in_values[0] else VALUES
    assert (framework, values) != (THREE_LEVELS, VALUES)
    changed = small_set(framework, values, UNITS, GOALPOSTS)
    assert scoring.assess(changed).digest != scoring.assess(three_levels()).digest


def test_the_digest_changes_with_units_and_method_and_not_otherwise() -> None:
    digest = scoring.assess(three_levels()).digest
    assert len(digest) == 64
    assert scoring.assess(three_levels()).digest == digest
    other_name = small_set(THREE_LEVELS, VALUES, UNITS.replace("Alpha", "Aleph"), GOALPOSTS)
    other_region = small_set(THREE_LEVELS, VALUES, UNITS.replace("south", "west"), GOALPOSTS)
    digests = {
        digest,
        scoring.assess(other_name).digest,
        scoring.assess(other_region).digest,
        scoring.assess(three_levels(rounding={"decimals": 1})).digest,
        scoring.assess(three_levels(rounding={"decimals": 2})).digest,
    }
    assert len(digests) == 5
    set_before = three_levels()
    assert set_before.with_weights({"lines": 1}).digest == digest
    assert set_before.with_method({"normalisation": {"method": "goalposts"}}).digest == digest


def test_copies_leave_the_original_untouched() -> None:
    original = three_levels()
    before = scoring.assess(original)
    reweighted = original.with_weights({"access": 5, "forms": 0})
    other = original.with_method({"aggregation": {"missing": "zero"}, "rounding": {"decimals": 0}})
    assert scoring.assess(reweighted).weights.loc["access", "share"] == pytest.approx(5 / 6)
    assert scoring.assess(other).method.aggregation.missing == "zero"
    assert scoring.assess(other).method.normalisation.method == "goalposts"
    after = scoring.assess(original)
    assert after.digest == before.digest
    pd.testing.assert_frame_equal(after.scores, before.scores)
    assert original.method == GOALPOSTS
    assert original.framework["access"].weight == 2


def test_an_assessment_keeps_every_stage() -> None:
    assessment = scoring.assess(three_levels(imputation={"method": "median"}))
    assert_array_equal(assessment.data["price"], [4, 2, NAN, NAN])
    assert assessment.imputed["price"].tolist() == [4, 2, 3, 3]
    pd.testing.assert_frame_equal(assessment.treated, assessment.imputed)
    assert assessment.normalised["price"].tolist() == [60, 80, 70, 70]
    pd.testing.assert_series_equal(assessment.normalised["price"], assessment.scores["price"])
    assert assessment.coverage.to_numpy().tolist() == [[1, 1, 1]] * 4
    for name in ("data", "imputed", "normalised", "scores", "ranks", "coverage"):
        assert getattr(assessment, name).index.tolist() == ["A", "B", "C", "D"]
    assert assessment.units["name"].tolist() == ["Alpha", "Beta", "Gamma", "Delta"]
    assert assessment.framework is assessment.indicator_set.framework
    with pytest.raises(dataclasses.FrozenInstanceError):
        assessment.method = scoring.Method()  # type: ignore[misc]


def test_profile_and_context_are_kept_and_not_scored() -> None:
    framework = """
        code,parent,role
        index,,
        a,index,
        people,index,context
        style,index,profile
    """
    units = "code,name,role\nP,P,\nQ,Q,\nWorld,World,context"
    values = "unit,a,people,style\nP,1,10,0\nQ,2,20,1\nWorld,99,30,"
    assessment = scoring.assess(small_set(framework, values, units))
    assert assessment.scores.columns.tolist() == ["index", "a"]
    assert assessment.data.columns.tolist() == ["a", "style", "people"]
    assert assessment.data.index.tolist() == ["P", "Q"]
    assert assessment.normalised["a"].tolist() == [0, 100]


def test_the_bundled_set_is_scored_completely() -> None:
    assessment = scoring.assess(indicators.load())
    assert assessment.scores["digital_government"].notna().all()
    assert assessment.scores.min(axis=None) >= 1 - 1e-9
    assert assessment.scores.max(axis=None) <= 100 + 1e-9
    assert sorted(assessment.ranks["digital_government"]) == list(range(1, 32))


def test_goalposts_that_nobody_uses_are_noted() -> None:
    tree = """
        code,parent,low,high,normalisation
        index,,,,
        used,index,0,10,goalposts
        unused,index,0,10,
        """
    values = """
        unit,used,unused
        a,1,1
        b,2,2
        """
    found = scoring.assess(small_set(tree, values)).findings
    assert [f.fields["code"] for f in found if f.code == "goalposts_unused"] == ["unused"]


def test_a_scale_unlike_that_of_its_siblings_is_told() -> None:
    framework = "code,parent,normalisation\nindex,,\na,index,\nb,index,\nc,index,zscore"
    values = "unit,a,b,c\nX,1,5,1\nY,2,6,4\nZ,3,9,7"
    found = scoring.assess(small_set(framework, values)).findings
    assert [str(finding) for finding in found] == [
        "c has scores from -1 to 1 and its siblings in index from 0 to 100, so its weight does not "
        "mean what it says; give it a like scale"
    ]
    like = {"normalisation": {"mean": 50.0, "sd": 30.0}}
    assert scoring.assess(small_set(framework, values, method=like)).findings == ()


# --- misuse from Python ---------------------------------------------------------------------------


def test_a_scale_of_the_other_direction_is_refused() -> None:
    less = small_set("code,parent,direction\nindex,,\na,index,-1", "unit,a\nP,5\nQ,15")
    more = small_set("code,parent,direction\nindex,,\na,index,1", "unit,a\nP,5\nQ,15")
    with pytest.raises(InvalidInputError, match="a has the other direction"):
        scoring.assess(more, scoring.assess(less).scale)


def test_what_is_no_set_and_no_scale_is_said() -> None:
    given = small_set("code,parent\nindex,\na,index", "unit,a\nP,5\nQ,15")
    with pytest.raises(TypeError, match=r"has its scale as \.scale"):
        scoring.assess(given, scoring.assess(given))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a str is no"):
        scoring.assess("my-folder")  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [3, None, {"normalisation": "rank"}, {"method": None}])
def test_options_without_a_section_are_a_type_error(method: Any) -> None:
    with pytest.raises(TypeError, match="options stand in sections"):
        three_levels().with_method(method)


def test_options_may_be_numbers_of_numpy() -> None:
    values = "unit,year,a\nP,2020,5\nQ,2020,15\nQ,2021,1"
    given = small_set("code,parent\nindex,\na,index", values)
    year = np.array([2020])[0]
    assert scoring.assess(given.with_method({"time": {"year": year}})).year == 2020

"""Odd values and wrong options: a defined result, or a finding that says what to do.

Warnings are errors in all tests, so none of these warns either.
"""

from __future__ import annotations

import re
import tomllib

import numpy as np
import pytest

import scoring
from indicators import Finding, InvalidInputError
from scoring.imputation import IMPUTATIONS_OVER_TIME
from scoring.options import REGISTRIES
from tests.scoring.small_sets import small_set

Rows = list[tuple[float | None, ...]]

#: Values of three indicators, the second of which is better where less.
ODD: dict[str, Rows] = {
    "single unit": [(1, 2, 3)],
    "all tied": [(1, 2, 3)] * 4,
    "a constant 0": [(0, 2, 3), (0, 3, 4), (0, 1, 9)],
    "an empty column": [(None, 2, 3), (None, 3, 4), (None, 1, 9)],
    "one value": [(1, None, None), (None, None, None), (None, None, None)],
    "tiny and huge": [(1e-300, 1e300, 1), (1e300, 1e-300, 1e300), (1, 1, 1e-300)],
    "denormal": [(5e-324, 1e-323, 1), (1e-320, 5e-324, 1e-320), (1e-323, 2e-310, 1e-310)],
    "negative and huge": [(-1e300, 1e300, 1), (1e300, -1e300, 1e300), (1, 1, -1e300)],
    "zeros": [(0, 2, 0), (2, 0, 4), (5, 1, 0), (0, 0, 2)],
}
SKEWED: Rows = [(1, 1, 1), (2, 2, 1), (1, 3, 2), (2, 1, 2), (1, 2, 3), (2, 3, 1), (1e3, 2, 1e9)]

every_odd_set = pytest.mark.parametrize("odd", ODD)


def framework_for(normalisation: str = "") -> str:
    """Three indicators in two levels, with the goalposts or targets that are needed."""
    posts = {
        "goalposts": ("-1e301,1e301,", "-1e301,1e301,"),
        "distance_to_target": (",,9.1e300", ",,-9e300"),
        "target_interval": (",,9.1e300", ",,9.1e300"),
    }
    more, less = posts.get(normalisation, (",,", ",,"))
    return f"""
        code,parent,weight,direction,low,high,target
        index,,,,,,
        g,index,1,,,,
        a,g,1,1,{more}
        b,g,2,-1,{less}
        c,index,1,1,{more}
    """


def values_of(rows: Rows) -> str:
    lines = [
        ",".join([f"U{number}", *("" if value is None else repr(value) for value in row)])
        for number, row in enumerate(rows)
    ]
    return "\n".join(["unit,a,b,c", *lines])


#: What an error about values of units says.
NAMES_UNIT_AND_INDICATOR = re.compile(
    r"^U\d has the value \S+ in [abc] \((undated|imputed)\), and .* needs "
    r"|^(index|g) is aggregated by .* needs .*, unlike [abcg] \(U\d \S+"
)


def check_defined_or_told(
    rows: Rows, method: dict[str, dict[str, object]], framework: str = ""
) -> None:
    """Every score that there could be is there and finite, or every value refused is named."""
    regions = [f"U{number},U{number},{'ns'[number % 2]}" for number in range(len(rows))]
    units = "\n".join(["code,name,region", *regions])
    given = small_set(framework or framework_for(), values_of(rows), units, method)
    try:
        found = scoring.assess(given)
    except InvalidInputError as error:
        for finding in error.findings:
            assert NAMES_UNIT_AND_INDICATOR.match(finding.message), finding
            assert finding.message.count(";") >= 1
        return
    assert not np.isinf(found.scores.to_numpy()).any()
    assert not np.isinf(found.normalised.to_numpy()).any()
    assert (found.normalised.isna() == found.imputed.isna()).all(axis=None)
    assert (found.treated.isna() == found.imputed.isna()).all(axis=None)
    for group in found.framework.groups:
        assert (found.scores[group].isna() == (found.coverage[group] == 0)).all()
    unscored = set(found.scores.index[found.scores["index"].isna()])
    assert {f.fields["unit"] for f in found.findings if f.code == "unit_without_score"} == unscored


@every_odd_set
@pytest.mark.parametrize("name", REGISTRIES["normalisation"])
def test_normalisation(name: str, odd: str) -> None:
    check_defined_or_told(ODD[odd], {"normalisation": {"method": name}}, framework_for(name))


@every_odd_set
@pytest.mark.parametrize("name", REGISTRIES["aggregation"])
def test_aggregation(name: str, odd: str) -> None:
    # As they are, so that the aggregation itself meets them; else it has what all can take.
    unscaled = odd not in ("single unit", "all tied", "an empty column", "one value")
    normalisation = {"method": "none"} if unscaled else {"method": "minmax", "range": [1, 100]}
    method = {"normalisation": normalisation, "aggregation": {"method": name}}
    check_defined_or_told(ODD[odd], method)


@every_odd_set
@pytest.mark.parametrize("name", REGISTRIES["treatment"])
def test_treatment(name: str, odd: str) -> None:
    check_defined_or_told(ODD[odd], {"treatment": {"method": name, "force": True}})


@pytest.mark.parametrize("name", REGISTRIES["treatment"])
def test_treatment_of_what_is_skewed(name: str) -> None:
    check_defined_or_told(SKEWED, {"treatment": {"method": name}})


@every_odd_set
@pytest.mark.parametrize(
    "name", [name for name in REGISTRIES["imputation"] if name not in IMPUTATIONS_OVER_TIME]
)
def test_imputation(name: str, odd: str) -> None:
    choices = {"method": name, "group": "region", "neighbours": 1}
    check_defined_or_told(ODD[odd], {"imputation": choices})


# --- what each method refuses ---------------------------------------------------------------------


def refused(framework: str, values: str, toml: str = "") -> list[Finding]:
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(framework, values, method=tomllib.loads(toml)))
    return list(caught.value.findings)


FLAT = "code,parent\nindex,\na,index\nb,index"


def test_the_value_is_told_of_the_right_indicator_among_several_methods() -> None:
    framework = "code,parent,normalisation\nindex,,\na,index,rank\nb,index,\nc,index,indexation"
    # c of Q has grown beyond what a number holds, against the base year.
    values = """
        unit,indicator,year,value
        P,c,2020,1e-300
        Q,c,2020,1e-300
        P,c,2021,1
        Q,c,2021,1e300
        P,a,2021,1
        Q,a,2021,2
        P,b,2021,1
        Q,b,2021,2
    """
    toml = "time.year = 2021\nnormalisation.base_year = 2020"
    (found,) = refused(framework, values, toml)
    assert (found.fields["unit"], found.fields["indicator"]) == ("Q", "c")
    assert (found.fields["method"], found.fields["value"]) == ("indexation", 1e300)


def test_the_unit_is_told_where_others_have_no_score() -> None:
    toml = """
        normalisation.method = "none"
        aggregation = {method = "benefit_of_the_doubt", missing = "propagate"}
    """
    (found,) = refused(FLAT, "unit,a,b\nP,,1\nQ,1,2\nR,-3,1", toml)
    assert found.fields["scores"] == ("a (R -3)",)


def test_all_that_a_group_cannot_take_is_one_finding() -> None:
    toml = 'normalisation.method = "none"\naggregation.method = "geometric"'
    values = "unit,a,b\nP,0,1\nQ,1,-2.00004\nR,-3,1\nS,-1,1\nT,-1e-7,1"
    (found,) = refused(FLAT, values, toml)
    assert str(found) == (
        "method.toml, option aggregation.method: index is aggregated by geometric, which needs "
        "scores above 0, unlike a (P 0, R -3, S -1 and 1 more), b (Q -2); choose a normalisation "
        "with a range, such as minmax with range = [1, 100] under [normalisation], or another "
        "aggregation"
    )


@pytest.mark.parametrize(
    ("normalisation", "advice"),
    [
        ('method = "minmax"', "choose range = [1, 100] for minmax under [normalisation]"),
        ('method = "zscore"', "choose mean = 100 and sd = 10 for zscore under [normalisation]"),
        (
            'method = "zscore"\nindicators.b.method = "minmax"',
            "mean = 100 and sd = 10 for zscore, range = [1, 100] for minmax under",
        ),
    ],
)
def test_the_way_out_fits_the_normalisation_and_is_one(normalisation: str, advice: str) -> None:
    toml = f'aggregation.method = "geometric"\n[normalisation]\n{normalisation}'
    values = "unit,a,b\nP,1,9\nQ,2,1\nR,6,2"
    (found,) = refused(FLAT, values, toml)
    assert advice in found.message
    for option in ("range = [1, 100]", "mean = 100 and sd = 10"):
        if option in found.message:
            toml += "\n" + option.replace(" and ", "\n")
    scoring.assess(small_set(FLAT, values, method=tomllib.loads(toml)))


def test_scores_of_0_that_an_aggregation_makes_are_no_matter_of_normalisation() -> None:
    toml = """
        aggregation.groups.g.method = "topsis"
        aggregation.groups.index.method = "geometric"
        normalisation.range = [1, 100]
    """
    tree = "code,parent\nindex,\ng,index\na,g\nb,g\nc,index"
    (found,) = refused(tree, "unit,a,b,c\nP,1,1,1\nQ,2,2,2", toml)
    assert found.place.column == "aggregation.groups.index.method"
    assert found.fields["scores"] == ("g (P 0)",)
    assert "choose another aggregation for it, or for what it holds" in found.message


def test_the_year_of_refused_scores_is_told() -> None:
    toml = """
        time.year = "panel"
        aggregation.method = "geometric"
    """
    (found,) = refused(FLAT, "unit,year,a,b\nP,2020,2,2\nQ,2020,3,3\nP,2021,1,1\nQ,2021,2,2", toml)
    assert "unlike a (P 0), b (P 0) in 2021; choose" in found.message


def test_box_cox_needs_values_above_0() -> None:
    framework = "code,parent,transform\nindex,,\na,index,boxcox\nb,index,"
    found = refused(framework, "unit,a,b\nP,0,1\nQ,1,2\nR,-3,1")
    assert [(f.fields["unit"], f.fields["indicator"]) for f in found] == [("P", "a"), ("R", "a")]
    assert "boxcox needs values above 0" in found[0].message


YEARS = """
    unit,indicator,year,value
    P,a,2020,1
    Q,a,2020,4
    R,a,2020,2
    P,a,2021,2
    Q,a,2021,1
    P,b,2021,5
    Q,b,2021,3
    R,b,2021,9
"""
TREE = "code,parent\nindex,\ng,index\na,g\nb,index"


@pytest.mark.parametrize(
    ("toml", "code", "place", "said"),
    [
        ('normalisation.indicators.z.method = "rank"', "unknown_code", ".indicators", "codes are"),
        ("normalisation.indicators.a = 1", "bad_option", ".indicators.a", "a table of options"),
        (
            "normalisation.indicators.a.clip = 1",
            "bad_option",
            ".indicators.a.clip",
            "true or false",
        ),
        ("normalisation.indicators.a.range = [1]", "bad_option", ".a.range", "a longer list"),
        ('normalisation.range = "0-1"', "bad_option", ".range", "a list in square brackets"),
        ('normalisation.indicators.a.method = "x"', "unknown_choice", ".a.method", "choose one"),
        ("normalisation.indicators.a.sdd = 1", "unknown_option", ".indicators.a.sdd", "sd, ref"),
        ('treatment.indicators.g.method = "log"', "unknown_code", ".indicators", "codes are a, b"),
        ("treatment.indicators.a.points = 0.5", "bad_option", ".a.points", "a whole number"),
        ('treatment.second = "auto"', "bad_option", ".second", '"boxcox" or "yeojohnson"'),
        ('aggregation.groups.a.method = "median"', "unknown_code", ".groups", "codes are g, index"),
        ('aggregation.groups.g.method = ["sum"]', "list_for_group", ".groups.g.method", "one name"),
        ("aggregation.groups.g.power = 'x'", "bad_option", ".groups.g.power", "number"),
        ("aggregation.lowest_share = {a = 2}", "bad_option", ".lowest_share", "a number up to 1"),
        (
            "aggregation.lowest_share = {z = 1}",
            "unknown_code",
            ".lowest_share",
            "codes are g, a, b",
        ),
        ("aggregation.groups.g.indifference = {b = 1}", "unknown_code", ".g.indifference", "are a"),
        ("aggregation.most_units = 64", "bad_option", ".most_units", "a number up to 63"),
        ('aggregation.method = ["sum"]', "too_many_levels", "aggregation.method", "2 levels"),
        ('screening = {keep = ["a"], drop = ["a"]}', "kept_and_dropped", ".drop", "take it out"),
        ('screening = {keep = ["P"], drop = ["P"]}', "kept_and_dropped", ".drop", "take it out"),
        ('screening.drop = "a"', "bad_option", ".drop", "a list in square brackets"),
        ('imputation.method = "latest"', "over_time_needs_year", "imputation.method", "[time]"),
        ('imputation.method = ["mean", "linear"]', "over_time_needs_year", ".method", "[time]"),
        ("time.year = 1999", "year_without_values", "time.year", "2020, 2021"),
        ('time = {year = "panel", scale = 1999}', "year_without_values", "time.scale", "2020"),
        (
            'normalisation = {method = "indexation", base_year = 1999}',
            "year_without_values",
            "normalisation.base_year",
            "2020, 2021",
        ),
        (
            'normalisation.indicators.b = {method = "indexation", base_year = 1999}',
            "year_without_values",
            "normalisation.indicators.b.base_year",
            "2020, 2021",
        ),
        (
            'time.year = "panel"\nnormalisation = {method = "indexation", base = "unit"}',
            "base_year_missing",
            "normalisation.base_year",
            "set base_year",
        ),
        ('ranking.group = ""', "unknown_group_column", "ranking.group", "columns are role"),
        (
            'normalisation = {method = "distance_to_reference", reference = "X"}',
            "unknown_code",
            "normalisation.reference",
            "codes are mean, best, worst, P, Q, R",
        ),
        (
            'normalisation = {method = "centred_minmax", reference = "best"}',
            "unknown_code",
            "normalisation.reference",
            "codes are mean, P, Q, R",
        ),
        (
            'normalisation = {method = "categorical", category_scores = [1, 2]}',
            "method_refused",
            "normalisation",
            "6 percentiles need 7 category_scores, not 2",
        ),
        (
            'normalisation = {method = "distance_to_reference", distance = "range", '
            'reference = "worst"}',
            "parameter_refused",
            "normalisation",
            "of a needs a reference that is better than the worst value",
        ),
        (
            'time.year = 2021\nimputation = {method = "knn", neighbours = 4}',
            "method_refused",
            "imputation",
            "from 1 to the number of units, not 4",
        ),
        (
            'aggregation = {method = "promethee", preference = "linear"}',
            "aggregation_refused",
            "aggregation",
            "in g: it needs a number as preference_threshold for",
        ),
        (
            'aggregation.groups.index = {method = "promethee", preference = "v_shape", '
            "preference_threshold = {g = 3}}",
            "aggregation_refused",
            "aggregation",
            "in index: it needs a number as preference_threshold for b",
        ),
        (
            'aggregation = {method = "kemeny", most_units = 2}',
            "aggregation_refused",
            "aggregation",
            "3 units beat each other in circles",
        ),
        (
            "normalisation.range = [1, 2]\naggregation.groups.index = "
            '{method = "benefit_of_the_doubt", lowest_share = 0.6}',
            "aggregation_refused",
            "aggregation",
            "lowest_share adds up to 1.2, above 1",
        ),
        (
            "normalisation.range = [1, 2]\naggregation.groups.index = "
            '{method = "benefit_of_the_doubt", highest_share = 0.3}',
            "aggregation_refused",
            "aggregation",
            "highest_share adds up to 0.6, below 1",
        ),
        (
            'aggregation = {method = "ordered_weighted", order_weights = [0, 0]}',
            "aggregation_refused",
            "aggregation",
            "not all 0",
        ),
    ],
)
def test_a_wrong_option_is_one_kind_of_finding(toml: str, code: str, place: str, said: str) -> None:
    tree = TREE if "kemeny" not in toml else "code,parent\nindex,\na,index\nb,index\nc,index"
    values = YEARS if "kemeny" not in toml else "unit,a,b,c\nP,3,2,1\nQ,2,1,3\nR,1,3,2"
    found = refused(tree, values, toml)
    assert {finding.code for finding in found} == {code}
    assert found[0].place.file == "method.toml"
    assert found[0].place.column.endswith(place), found[0].place
    assert said in found[0].message


def test_what_is_left_out_by_screening_may_still_be_named() -> None:
    toml = """
        screening.drop = ["a", "R"]
        normalisation.indicators.a.method = "rank"
        treatment.indicators.a.method = "log"
        aggregation.groups.g.method = "median"
        aggregation.indifference = {a = 1, b = 1, g = 2}
    """
    found = scoring.assess(small_set(TREE, YEARS, method=tomllib.loads(toml)))
    assert found.framework.scored_nodes == ("index", "b")
    assert found.aggregations == {"index": "arithmetic"}


def test_weights_that_are_all_zero() -> None:
    with pytest.raises(InvalidInputError, match="all weights below 'g' are 0"):
        small_set("code,parent,weight\nindex,,\ng,index,1\na,g,0\nb,index,1", YEARS)

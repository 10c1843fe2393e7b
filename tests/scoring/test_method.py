from __future__ import annotations

import inspect
import math
import re
import tomllib

import pytest

import indicators
from indicators import Finding, InvalidInputError, Place
from scoring.catalogue import STAGES
from scoring.method import REGISTRIES, Method, method_of
from tests.scoring.small_sets import small_set

FRAMEWORK = """
    code,parent,normalisation,aggregation,transform,low,high
    index,,,,,,
    group,index,,,,,
    a,group,,,,0,1
    b,group,,,,,
    c,index,,,,0,
"""
VALUES = """
    unit,a,b,c
    P,1,2,3
    Q,2,1,3
"""
UNITS = """
    code,name,region,exemplar_of
    P,P,north,one
    Q,Q,south,
"""


def problems(toml: str, framework: str = FRAMEWORK) -> list[Finding]:
    given = small_set(framework, VALUES, UNITS, tomllib.loads(toml))
    with pytest.raises(InvalidInputError) as caught:
        method_of(given)
    return list(caught.value.findings)


def test_defaults() -> None:
    assert method_of(small_set(FRAMEWORK, VALUES)) == Method()
    method = Method()
    assert (method.time.year, method.imputation.method) == ("latest", "none")
    assert (method.normalisation.method, method.normalisation.range) == ("minmax", (0, 100))
    assert (method.aggregation.method, method.aggregation.missing) == ("arithmetic", "renormalise")
    assert (method.rounding.decimals, method.ranking.on, method.ranking.ties) == (
        "none",
        "rounded",
        "min",
    )


@pytest.mark.parametrize(
    ("toml", "what", "value"),
    [
        ('imputation.method = "magic"', "imputation", "magic"),
        ('normalisation.method = "Minmax"', "normalisation", "Minmax"),
        ('aggregation.method = "magic"', "aggregation", "magic"),
        ('aggregation.method = ["arithmetic", "magic"]', "aggregation", "magic"),
        ('cooperation.method = "magic"', "cooperation method", "magic"),
    ],
)
def test_an_unknown_choice_is_one_finding_with_the_choices(
    toml: str, what: str, value: str
) -> None:
    (finding,) = problems(toml)
    assert finding.code == "unknown_choice"
    assert finding.fields == {"what": what, "value": value, "known": tuple(REGISTRIES[what])}
    assert finding.place == Place("method.toml", column=toml.split(" ")[0])
    assert all(choice in finding.message for choice in REGISTRIES[what])


@pytest.mark.parametrize(
    ("toml", "value", "shown"),
    [
        (
            'aggregation.missing = "drop"',
            "drop",
            '"renormalise", "propagate" or "zero"; it is "drop"',
        ),
        ('rounding.level = "top"', "top", '"index" or "all"'),
        ('rounding.mode = "down"', "down", '"half_even" or "half_up"'),
        ('ranking.on = "score"', "score", '"rounded" or "exact"'),
        ('ranking.ties = "max"', "max", '"min", "dense" or "average"'),
        ('time.year = "newest"', "newest", 'a whole number, or "latest" or "panel"'),
        ('rounding.decimals = "two"', "two", 'a whole number, or "none"'),
        ("rounding.decimals = 12", 12, 'a number up to 9, or "none"'),
        ("rounding.decimals = -1", -1, 'a number from 0 up, or "none"'),
        ("aggregation.minimum_coverage = 1.5", 1.5, "a number up to 1"),
        ("normalisation.sd = 0", 0, "a number above 0"),
        ('time.year = "2021"', "2021", 'it is "2021"; write 2021 without quotation marks'),
        ('normalisation.clip = "true"', "true", "write true without quotation marks"),
        ("normalisation.method = true", True, "a text in quotation marks; it is true"),
        ("imputation.method = 2021-03-04", "2021-03-04", "; it is 2021-03-04"),
        ("normalisation.range = [true, 1]", True, "a number; it is true"),
        ("normalisation.mean = nan", math.nan, "finite number"),
        ("normalisation.range = [0, inf]", math.inf, "finite number"),
        ('normalisation.clip = "yes"', "yes", "true or false"),
        ("robustness.weights.noise = 2", 2, "a number up to 1, or a list in square brackets"),
        ("robustness.weights = 0.25", 0.25, "a table of options"),
        ("robustness.aggregation = true", True, "a list in square brackets"),
        ('robustness.measurement_error.indicators.a.share = "a"', "a", "a number"),
        ('normalisation.indicators.a.clip = "yes"', "yes", "true or false"),
    ],
)
def test_a_wrong_value_is_one_finding_that_says_what_is_right(
    toml: str, value: object, shown: str
) -> None:
    (finding,) = problems(toml)
    assert finding.code == "bad_option"
    assert str(finding.fields["value"]) == str(value)
    assert finding.place == Place("method.toml", column=toml.split(" ")[0])
    assert shown in finding.message


@pytest.mark.parametrize(
    ("toml", "value", "known"),
    [
        ("rounding.digits = 1", "digits", "decimals, level, mode"),
        ("ranking.tie = 1", "tie", "on, ties, group"),
        ('cooperation.models.one = {name = "One", colour = 1}', "colour", "name, name_zh"),
        ("robustness.weights.sd = 1", "sd", "sets, experts, simplex, dirichlet, noise"),
    ],
)
def test_an_unknown_option_is_a_finding_with_the_options(toml: str, value: str, known: str) -> None:
    (finding,) = problems(toml)
    assert finding.code == "unknown_option"
    assert finding.fields == {"kind": "option", "value": value, "known": known}


def test_an_unknown_section() -> None:
    (finding,) = problems("normalization.method = 'minmax'")
    assert finding.code == "unknown_option"
    assert str(finding).startswith(
        "method.toml, section [normalization]: there is no section 'normalization' here (did you "
        "mean normalisation?); sections are time, screening, "
    )


@pytest.mark.parametrize(
    ("toml", "meant"),
    [
        ('treatment.method = "winsorize"', "winsorise"),
        ('normalisation.method = "min-max"', "minmax"),
        ('normalisation.method = "z-score"', "zscore"),
        ('normalisation.method = "ZSCORE"', "zscore"),
        ("rounding.decimal = 1", "decimals"),
        ('ranking.group = "regions"', "region"),
        ('screening.keep = ["grp", "A"]', "a"),
    ],
)
def test_what_is_mistyped_is_told_with_what_it_comes_near_to(toml: str, meant: str) -> None:
    assert f"(did you mean {meant}?)" in problems(toml)[-1].message


def test_what_comes_near_to_nothing_is_told_without() -> None:
    assert "did you mean" not in problems('normalisation.method = "magic"')[0].message


@pytest.mark.parametrize("toml", ['method = "z-score"', "rnage = [1, 9]", 'clip = "yes"'])
def test_what_the_table_of_an_indicator_takes_over_is_told_once(toml: str) -> None:
    (finding,) = problems(f"[normalisation]\n{toml}\n[normalisation.indicators.a]\nmean = 1.0")
    assert "indicators" not in finding.place.column
    found = problems(f"[normalisation]\n{toml}\n[normalisation.indicators.a]\n{toml}")
    assert len({f.place.column for f in found}) == len(found) == 2


def test_a_range_goes_from_worst_to_best() -> None:
    (finding,) = problems("normalisation.range = [100, 0]")
    assert "from the worst score to the best" in finding.message


def test_groups_need_a_column_that_exists() -> None:
    (finding,) = problems('imputation = {method = "group_mean"}')
    assert "group_mean needs the option group" in finding.message
    found = problems('imputation.group = "zone"\nranking.group = "name"')
    assert [(f.code, f.fields["value"], f.place.column) for f in found] == [
        ("unknown_group_column", "zone", "imputation.group"),
        ("unknown_group_column", "name", "ranking.group"),
    ]
    assert "region" in found[0].message


def test_a_list_names_one_aggregation_for_each_level() -> None:
    for toml, count in (('aggregation.method = ["arithmetic"]', 1), ("aggregation.method = []", 0)):
        (finding,) = problems(toml)
        assert finding.code == "too_many_levels"
        assert finding.fields == {"found": count, "expected": 2}


def test_method_columns_of_the_framework_are_checked_with_their_line() -> None:
    framework = """
        code,parent,normalisation,aggregation,transform,low,high
        index,,,total,,,
        a,index,magic,,sqrt,,
        b,index,,,,,
        c,index,,,,,
    """
    found = problems("", framework)
    assert [(f.code, f.fields["what"], f.fields["value"], str(f.place)) for f in found] == [
        ("unknown_choice", "aggregation", "total", "framework.csv, line 2, column aggregation"),
        ("unknown_choice", "transform", "sqrt", "framework.csv, line 3, column transform"),
        ("unknown_choice", "normalisation", "magic", "framework.csv, line 3, column normalisation"),
    ]


def test_goalposts_are_needed_where_they_are_used() -> None:
    found = problems('normalisation.method = "goalposts"')
    assert [(f.code, f.fields["code"]) for f in found] == [
        ("posts_missing", "b"),
        ("posts_missing", "c"),
    ]


def test_everything_that_is_wrong_is_listed_together() -> None:
    found = problems(
        """
        imputation.method = "magic"
        rounding.mode = "down"
        rounding.digits = 3
        ranking.group = "zone"
        cooperation.indicators = ["nothing"]
        cooperation.models.two = {name = "Two"}
        """
    )
    assert [(f.code, f.fields["value"]) for f in found] == [
        ("unknown_choice", "magic"),
        ("bad_option", "down"),
        ("unknown_option", "digits"),
        ("unknown_group_column", "zone"),
        ("unknown_model", "one"),
        ("unknown_code", "nothing"),
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_the_methods_in_brackets_are_those_that_take_the_option(stage: str) -> None:
    for option, field in STAGES[stage].model_fields.items():
        said = re.search(r"\(([\w, ]+)\)$", field.description or "")
        takers = [
            name
            for name, method in REGISTRIES[stage].items()
            if option in inspect.signature(getattr(method, "function", method)).parameters  # type: ignore[arg-type]
        ]
        if said and takers:  # base_year and group are read by the stage itself
            assert sorted(said[1].split(", ")) == sorted(takers), option


def test_method_of_the_bundled_set() -> None:
    method = method_of(indicators.load())
    assert method.normalisation.range == (1, 100)
    assert method.ranking.on == "exact"
    assert len(method.cooperation.models) == 3

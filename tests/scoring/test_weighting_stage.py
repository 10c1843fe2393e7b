"""Where the weights in force come from: the framework, a named set, experts or the data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import scoring
from indicators import Finding, IndicatorSet, InvalidInputError
from scoring.domain import DomainError, ParameterError
from scoring.weighting import WEIGHTINGS, Weighting
from scoring.weighting.base import Derived, Remark
from tests.scoring.small_sets import small_set

Array = NDArray[np.float64]

FRAMEWORK = """
    code,parent,weight,direction,role
    index,,,,
    reach,index,3,,
    use,index,1,,
    lines,reach,2,,
    phones,reach,6,,
    price,reach,2,-1,
    visits,use,,,
    forms,use,,,
    trust,index,,-1,context
"""
VALUES = """
    unit,lines,phones,price,visits,forms,trust
    A,1,20,3,4,5,9
    B,2,30,1,9,2,4
    C,4,10,2,5,4,6
    D,9,50,4,6,6,1
    E,3,40,5,7,1,3
"""
NODES = ["reach", "use", "lines", "phones", "price", "visits", "forms"]


def a_set(framework: str = FRAMEWORK, values: str = VALUES, **weighting: object) -> IndicatorSet:
    return small_set(framework, values, method={"weighting": weighting} if weighting else {})


def weights(found: scoring.Assessment) -> dict[str, float]:
    return found.weights["weight"].to_dict()


def refused(given: IndicatorSet) -> list[Finding]:
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(given)
    return [finding for finding in caught.value.findings if finding.severity == "error"]


def entered(monkeypatch: pytest.MonkeyPatch, function: object, name: str = "fake") -> None:
    """A way of weighting more for the time of a test."""
    monkeypatch.setitem(WEIGHTINGS, name, Weighting(function))  # type: ignore[arg-type, index]


def judged(*rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["kind", "expert", "node", "other", "value"])


# --- weights that are stated ----------------------------------------------------------------------


def test_without_a_word_the_weights_are_those_of_the_framework() -> None:
    found = scoring.assess(a_set())
    assert [weights(found)[node] for node in NODES] == [3, 1, 2, 6, 2, 1, 1]
    assert found.weighed.methods == {"reach": "given", "use": "given", "index": "given"}
    assert found.weighed.derived == {}


def test_a_named_set_weighs_its_groups_and_leaves_the_others() -> None:
    named = a_set(method="ministry").with_weight_set(
        "ministry", {"lines": 5, "phones": 0, "price": 15}
    )
    found = scoring.assess(named)
    assert [weights(found)[node] for node in NODES] == [3, 1, 5, 0, 15, 1, 1]
    assert found.weighed.methods == {"reach": "ministry", "use": "given", "index": "given"}
    assert "not_judged" not in [finding.code for finding in found.findings]


def test_a_group_may_have_a_weighting_of_its_own() -> None:
    given = a_set(method="mine", groups={"use": {"method": "given"}, "index": {"method": "equal"}})
    found = scoring.assess(given.with_weight_set("mine", {"visits": 1, "forms": 3}))
    assert [weights(found)[node] for node in NODES] == [0.5, 0.5, 2, 6, 2, 1, 1]


def test_equal_weights_of_siblings_and_of_all_indicators() -> None:
    siblings = scoring.assess(a_set(method="equal")).weights
    assert_allclose(siblings["share"].iloc[1:], [1 / 2, 1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2, 1 / 2])
    indicators = scoring.assess(a_set(method="equal", scope="indicators")).weights
    effective = indicators["effective_weight"]
    assert_allclose(effective[["lines", "phones", "price", "visits", "forms"]], 1 / 5)
    assert_allclose(effective[["reach", "use"]], [3 / 5, 2 / 5])


@pytest.mark.parametrize(
    ("weighting", "code", "option", "words"),
    [
        ({"method": "entropi"}, "unknown_choice", "weighting.method", "did you mean entropy?"),
        ({"method": "Ministry"}, "unknown_choice", "weighting.method", "did you mean ministry?"),
        (
            {"groups": {"use": {"method": "ministry"}}},
            "weight_set_without_group",
            "weighting.groups.use.method",
            "no weights for what is below use",
        ),
        ({"groups": {"used": {}}}, "unknown_code", "weighting.groups", "did you mean use?"),
        ({"method": "regression"}, "criterion_missing", "weighting.criterion", "trust"),
        (
            {"method": "regression", "criterion": "trus"},
            "unknown_code",
            "weighting.criterion",
            "did you mean trust?",
        ),
        ({"experts": ["Anna"]}, "unknown_code", "weighting.experts", "did you mean Ann?"),
        ({"method": "swing"}, "no_judgements", "weighting.method", "of the kind swing"),
        (
            {"groups": {"use": {"method": "budget_allocation"}}},
            "no_judgements",
            "weighting.groups.use.method",
            "there are none for what is below use",
        ),
        (
            {"method": "ahp", "experts": ["Ann"]},
            "no_judgements",
            "weighting.method",
            "there are none by Ann",
        ),
        ({"scope": "indicators"}, "scope_needs_data", "weighting.scope", "given weighs siblings"),
        (
            {"scope": "indicators", "method": "ahp"},
            "scope_needs_data",
            "weighting.scope",
            "ahp weighs siblings",
        ),
        (
            {"scope": "indicators", "method": "equal", "groups": {"use": {}}},
            "scope_and_groups",
            "weighting.scope",
            "delete the tables",
        ),
        ({"ways": 1}, "unknown_option", "weighting.ways", "options are method, data"),
        (
            {"groups": {"use": {"scope": "siblings"}}},
            "unknown_option",
            "weighting.groups.use.scope",
            "no option 'scope'",
        ),
        ({"data": "raw"}, "bad_option", "weighting.data", 'it is "raw"'),
        ({"lowest_share": 2}, "bad_option", "weighting.lowest_share", "up to 1"),
    ],
)
def test_a_wrong_option_is_told_once_with_its_place(
    weighting: Mapping[str, object], code: str, option: str, words: str
) -> None:
    given = a_set(**weighting).with_weight_set("ministry", {"reach": 1, "use": 1})
    given = given.with_judgements(
        judged(
            ("points", "Ann", "reach", "", 50),
            ("points", "Ann", "use", "", 50),
            ("comparison", "Bob", "reach", "use", 2),
        )
    )
    (finding,) = refused(given)
    assert (finding.code, finding.place.column) == (code, option)
    assert words in str(finding)


def test_what_all_groups_lack_is_not_told_of_each_group_again() -> None:
    groups = {"use": {"data": "scores"}, "reach": {"data": "scores"}}
    found = refused(a_set(method="regression", groups=groups, experts=["Ann"]))
    assert [finding.code for finding in found] == ["unknown_code", "criterion_missing"]


@pytest.mark.parametrize("name", ["given", "Entropy"])
def test_a_weight_set_cannot_have_the_name_of_a_way_of_weighting(name: str) -> None:
    (finding,) = refused(a_set().with_weight_set(name, {"reach": 1, "use": 1}))
    assert str(finding) == (
        f"weights, line 2, column set: the weight set {name!r} has the name of a way of weighting; "
        "give it another one"
    )


@pytest.mark.parametrize(
    ("weighting", "option"),
    [
        ({"data": "scores"}, "data"),
        ({"method": "equal", "experts": ["Ann"]}, "experts"),
        ({"method": "mine", "budget": 10}, "budget"),
        ({"groups": {"use": {"correlation": "spearman"}}}, "correlation"),
    ],
)
def test_an_option_that_nothing_reads_is_noted(
    weighting: Mapping[str, object], option: str
) -> None:
    given = a_set(**weighting).with_weight_set("mine", {"reach": 1, "use": 1})
    given = given.with_judgements(judged(("points", "Ann", "use", "", 100)))
    unused = [f for f in scoring.assess(given).findings if f.code == "option_unused"]
    assert [(f.fields["option"], f.place.column) for f in unused] == [
        (option, f"weighting.{option}")
    ]


# --- judgements -----------------------------------------------------------------------------------

POINTS = [
    ("points", "Ann", "lines", "", 50),
    ("points", "Ann", "phones", "", 30),
    ("points", "Ann", "price", "", 20),
    ("points", "Bob", "lines", "", 10),
    ("points", "Bob", "phones", "", 10),
    ("points", "Bob", "price", "", 80),
]


def test_experts_weigh_the_groups_of_which_they_say_something() -> None:
    found = scoring.assess(a_set(method="budget_allocation").with_judgements(judged(*POINTS)))
    assert_allclose(found.weights.loc[["lines", "phones", "price"], "share"], [0.3, 0.2, 0.5])
    assert found.weighed.methods["reach"] == "budget_allocation"
    assert found.weighed.experts == {"reach": ("Ann", "Bob")}
    assert_allclose(found.weighed.derived["reach"].by_child["highest"], [50, 30, 80])
    (note,) = [f for f in found.findings if f.code == "not_judged"]
    assert (note.severity, note.fields["groups"]) == ("note", ["use", "index"])


def test_experts_may_be_chosen() -> None:
    method = {"method": "budget_allocation", "experts": ["Bob"]}
    found = scoring.assess(a_set(**method).with_judgements(judged(*POINTS)))
    assert_allclose(found.weights.loc[["lines", "phones", "price"], "share"], [0.1, 0.1, 0.8])


def test_what_is_screened_out_leaves_the_ratios_of_what_was_said() -> None:
    screening = {"screening": {"drop": ["price"]}}
    by_points = a_set(method="budget_allocation").with_judgements(judged(*POINTS))
    found = scoring.assess(by_points.with_method(screening))
    assert_allclose(found.weights.loc[["lines", "phones"], "share"], [0.6, 0.4])
    assert found.weighed.children["reach"] == ("lines", "phones", "price")
    named = a_set(method="mine").with_weight_set("mine", {"lines": 1, "phones": 3, "price": 9})
    found = scoring.assess(named.with_method(screening))
    assert_allclose(found.weights.loc[["lines", "phones"], "share"], [0.25, 0.75])
    nothing = a_set(method="mine").with_weight_set("mine", {"lines": 0, "phones": 0, "price": 9})
    (finding,) = refused(nothing.with_method(screening))
    assert (finding.code, finding.fields["value"]) == ("zero_weights_left", "reach")
    whole = a_set(method="mine").with_weight_set("mine", {"visits": 0, "forms": 1})
    found = scoring.assess(whole.with_method({"screening": {"drop": ["visits", "forms"]}}))
    assert found.weighed.methods == {"reach": "given", "index": "given"}


def test_all_that_is_wrong_with_judgements_is_told_with_its_cell() -> None:
    rows = [
        ("comparison", "Ann", "lines", "phones", 3),
        ("comparison", "Ann", "phones", "lines", 3),
        ("comparison", "Ann", "lines", "price", 1e10),
        ("comparison", "Bob", "lines", "phones", 2),
        ("comparison", "Bob", "visits", "forms", 2),
        ("comparison", "", "forms", "visits", 2e9),
    ]
    found = refused(a_set(method="ahp").with_judgements(judged(*rows)))
    assert [(f.code, f.place.row, f.fields.get("value")) for f in found] == [
        ("comparison_too_far", 4, "1e+10"),
        ("not_reciprocal", 3, "3"),
        ("comparison_too_far", 7, "2e+09"),
    ]
    assert "Ann says 3 of phones against lines and 3 of lines against phones" in str(found[1])


@pytest.mark.parametrize(
    ("method", "rows", "code", "row", "words"),
    [
        (
            "ahp",
            [("comparison", "Ann", "lines", "phones", 3)],
            "comparisons_not_connected",
            2,
            "no comparison connects price with the others below reach",
        ),
        (
            "best_worst",
            [
                ("comparison", "Ann", "lines", "phones", 3),
                ("comparison", "Ann", "phones", "price", 3),
            ],
            "no_best_child",
            2,
            "that Ann compares with all others",
        ),
        (
            "rank_sum",
            [("rank", "Ann", "lines", "", 1)],
            "child_not_judged",
            2,
            "Ann says something",
        ),
        (
            "budget_allocation",
            [("points", "Ann", "lines", "", 60), ("points", "Ann", "price", "", 60)],
            "wrong_points",
            2,
            "add up to 120, and the budget is 100",
        ),
        (
            "swing",
            [("swing", "", node, "", 0) for node in ("lines", "phones", "price")],
            "only_zeros",
            2,
            "an expert without a name gives 0 to all children of reach",
        ),
    ],
)
def test_judgements_that_no_weights_follow_from(
    method: str,
    rows: list[tuple[str, str, str, str, float]],
    code: str,
    row: int,
    words: str,
) -> None:
    finding = refused(a_set(method=method).with_judgements(judged(*rows)))[0]
    assert (finding.code, finding.place.row) == (code, row)
    assert words in str(finding)


def test_comparisons_in_a_circle_are_told_by_the_name_of_the_expert() -> None:
    rows = [
        ("comparison", "Bob", "lines", "phones", 3),
        ("comparison", "Bob", "lines", "price", 5),
        ("comparison", "Bob", "phones", "price", 2),
        ("comparison", "Ann", "lines", "phones", 3),
        ("comparison", "Ann", "phones", "price", 3),
        ("comparison", "Ann", "price", "lines", 3),
    ]
    found = refused(a_set(method="best_worst").with_judgements(judged(*rows)))
    assert [(f.code, f.place.row) for f in found] == [
        ("no_child_is_best", 5),
        ("no_child_is_worst", 5),
    ]
    assert "Ann says of each child of reach that another is more important" in str(found[0])
    assert "Ann says of each child of reach that another is less important" in str(found[1])


def test_a_contradiction_is_a_warning_at_the_comparison_to_reconsider() -> None:
    rows = [
        ("comparison", "Ann", "reach", "use", 2),
        ("comparison", "Ann", "lines", "phones", 2),
        ("comparison", "Ann", "phones", "price", 2),
        ("comparison", "Ann", "price", "lines", 9),
    ]
    found = scoring.assess(a_set(method="ahp").with_judgements(judged(*rows)))
    (warning,) = [f for f in found.findings if f.code == "inconsistent_comparisons"]
    pair = warning.fields["children"]
    assert warning.severity == "warning"
    assert {*rows[warning.place.row - 2][2:4]} == {*pair}  # type: ignore[misc, operator]
    assert "the comparisons of Ann in reach contradict each other" in str(warning)
    quiet = a_set(method="ahp", maximum_consistency_ratio=10.0).with_judgements(judged(*rows))
    assert scoring.assess(quiet).weighed.findings == ()


# --- weights from data ----------------------------------------------------------------------------


def test_upper_groups_are_weighed_by_scores_under_the_weights_below(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[int, Array] = {}

    def watch(scores: Array) -> Array:
        seen[len(seen)] = scores
        shares = np.arange(1.0, scores.shape[1] + 1)
        return shares / shares.sum()

    entered(monkeypatch, watch)
    found = scoring.assess(a_set(method="fake"))
    assert_array_equal(seen[2], found.scores[["reach", "use"]])
    assert_allclose(found.weights.loc[["lines", "phones", "price"], "share"], [1 / 6, 1 / 3, 1 / 2])


def test_values_are_treated_ones_in_their_own_units_and_scores_of_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[Array, Array]] = []

    def watch(values: Array, directions: Array) -> Array:
        seen.append((values, directions))
        return np.full(values.shape[1], 1 / values.shape[1])

    entered(monkeypatch, watch)
    found = scoring.assess(a_set(method="fake"))
    assert_array_equal(seen[0][0], found.treated[["lines", "phones", "price"]])
    assert seen[0][1].tolist() == [1, 1, -1]
    assert_array_equal(seen[2][0], found.scores[["reach", "use"]])
    assert seen[2][1].tolist() == [1, 1]
    seen.clear()
    found = scoring.assess(a_set(method="fake", data="scores", scope="indicators"))
    assert_array_equal(seen[0][0], found.normalised)
    assert seen[0][1].tolist() == [1] * 5


def test_a_criterion_is_turned_so_that_more_is_better(monkeypatch: pytest.MonkeyPatch) -> None:
    def follow(scores: Array, criterion: Array) -> Array:
        assert criterion.tolist() == [-9, -4, -6, -1, -3]
        return np.full(scores.shape[1], 1 / scores.shape[1])

    entered(monkeypatch, follow)
    scoring.assess(a_set(method="fake", criterion="trust"))


def test_a_parent_can_be_tried_under_any_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Array] = []

    def probe(scores: Array, shares: Array, aggregate: object) -> Array:
        several = np.stack([shares, np.full(len(shares), 1 / len(shares))])
        tried.append(aggregate(several))  # type: ignore[operator]
        assert tried[-1].shape == (2, len(scores))
        assert_allclose(aggregate(shares), tried[-1][0])  # type: ignore[operator]
        return shares

    entered(monkeypatch, probe)
    found = scoring.assess(a_set(method="fake"))
    assert_allclose(tried[2][0], found.scores["index"])
    given = scoring.assess(a_set())
    assert_allclose(found.scores, given.scores)
    tried.clear()
    found = scoring.assess(a_set(method="fake", scope="indicators"))
    assert_allclose(tried[0][0], given.scores["index"])
    assert_allclose(found.scores["index"], given.scores["index"])


@pytest.mark.parametrize("scope", ["siblings", "indicators"])
@pytest.mark.parametrize("data", ["values", "scores"])
@given(
    numbers=st.lists(st.integers(1, 40), min_size=30, max_size=30),
    aggregation=st.sampled_from(["arithmetic", "sum", "geometric", "median"]),
    drop=st.sampled_from([[], ["lines"], ["visits", "forms"]]),
)
@settings(max_examples=15, deadline=None)
def test_the_weights_that_are_reported_give_the_scores(
    scope: str, data: str, numbers: list[int], aggregation: str, drop: list[str]
) -> None:
    rows = [numbers[5 * unit : 5 * unit + 5] for unit in range(6)]
    values = "unit,lines,phones,price,visits,forms\n" + "\n".join(
        f"{unit},{','.join(map(str, row))}" for unit, row in zip("ABCDEF", rows, strict=True)
    )
    framework = FRAMEWORK.replace("    trust,index,,-1,context\n", "")
    method = {
        "weighting": {"method": "standard_deviation", "scope": scope, "data": data},
        "aggregation": {"method": aggregation},
        "normalisation": {"method": "minmax", "range": [1, 10]},
        "screening": {"drop": drop},
    }
    given = small_set(framework, values, method=method)
    try:
        found = scoring.assess(given)
    except InvalidInputError:
        assume(False)  # nothing varies
    again = scoring.assess(
        given.with_weights(weights(found)).with_method(
            {"weighting": {"method": "given", "scope": "siblings"}}
        )
    )
    assert_allclose(again.exact_scores, found.exact_scores, rtol=1e-12)
    assert_allclose(found.weights["effective_weight"][list(found.framework.indicators)].sum(), 1)


def test_a_group_of_one_has_nothing_to_weigh() -> None:
    framework = "code,parent,weight\nindex,,\nonly,index,3\nlines,only,2"
    values = "unit,lines\nA,-1\nB,2"
    for scope in ("siblings", "indicators"):
        method = {"weighting": {"method": "standard_deviation", "scope": scope}}
        found = scoring.assess(small_set(framework, values, method=method))
        assert found.weights["share"].tolist() == [1, 1, 1]
        assert found.weighed.methods == dict.fromkeys(("only", "index"), "standard_deviation")


def test_a_sum_keeps_its_size_under_derived_weights() -> None:
    sums = {"aggregation": {"method": "sum"}}
    given = scoring.assess(a_set().with_method(sums))
    for scope in ("siblings", "indicators"):
        found = scoring.assess(a_set(method="equal", scope=scope).with_method(sums))
        for group in found.framework.groups:
            below = list(found.framework.children(group))
            total = found.weights.loc[below, "weight"].sum()
            assert total == pytest.approx(given.weights.loc[below, "weight"].sum())


def test_a_group_without_weight_still_has_a_score(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(shares: Array, scores: Array) -> Array:
        return np.eye(len(shares))[0]

    entered(monkeypatch, first)
    found = scoring.assess(a_set(method="fake", scope="indicators"))
    assert found.weights.loc["use", "weight"] == 0
    assert found.scores["use"].notna().all()
    assert_array_equal(found.scores["index"], found.normalised["lines"])


# --- panels ---------------------------------------------------------------------------------------

PANEL = """
    unit,year,lines,phones,price,visits,forms,trust
    A,2020,1,20,3,4,5,9
    B,2020,2,30,1,9,2,4
    C,2020,4,10,2,5,4,6
    A,2021,5,20,3,4,9,9
    B,2021,3,90,1,8,2,4
    C,2021,4,10,2,5,7,6
"""


@pytest.mark.parametrize("aggregation", ["arithmetic", "topsis"])
@pytest.mark.parametrize(("scale", "rows"), [("all", 6), ("each", 3), (2020, 3)])
def test_weights_of_a_panel_follow_the_years_that_set_the_scale(
    monkeypatch: pytest.MonkeyPatch, scale: object, rows: int, aggregation: str
) -> None:
    seen: list[Array] = []

    def watch(scores: Array, values: Array, criterion: Array) -> Array:
        seen.append(scores)
        assert len(scores) == len(values) == len(criterion) == rows
        shares = np.nanmax(scores, axis=0) + 1
        return np.asarray(shares / shares.sum())

    entered(monkeypatch, watch)
    method = {
        "time": {"year": "panel", "scale": scale},
        "weighting": {"method": "fake", "criterion": "trust"},
        "aggregation": {"method": aggregation},
        "normalisation": {"clip": False},
    }
    found = scoring.assess(small_set(FRAMEWORK, PANEL, method=method))
    assert len(seen) == (6 if scale == "each" else 3)
    first, second = (found.by_year[year] for year in (2020, 2021))
    same = first.weights.equals(second.weights)
    assert same == (scale != "each")
    upper = np.concatenate([one.scores[["reach", "use"]] for one in (first, second)])
    assert_allclose(seen[-1], upper[-rows:] if scale == "each" else upper[:rows])


# --- errors ---------------------------------------------------------------------------------------


def test_values_outside_the_domain_are_told_with_their_cells() -> None:
    negative = VALUES.replace("B,2,30,1", "B,2,-30,1").replace("D,9,50,4", "D,-9,50,4")
    found = refused(a_set(values=negative, method="entropy"))
    assert [str(finding) for finding in found] == [
        f"values.csv, line {line}, column {column}: {unit} has {value} in {column} (undated), and "
        "entropy needs values of 0 or more to weigh what is below reach; correct the value, set "
        'data = "scores" under [weighting], or choose another weighting'
        for line, column, unit, value in ((3, "phones", "B", -30), (5, "lines", "D", -9))
    ]
    assert scoring.assess(a_set(values=negative, method="entropy", data="scores")).weights.size


def test_scores_outside_the_domain_are_told_child_by_child() -> None:
    given = a_set(method="benefit_of_the_doubt", groups={"use": {"method": "benefit_of_the_doubt"}})
    (finding,) = refused(given.with_method({"normalisation": {"method": "zscore"}}))[:1]
    assert finding.code == "weighting_domain_of_scores"
    assert finding.place.column == "weighting.method"
    assert "to weigh what is below reach, unlike the scores of lines (A -0.899, " in str(finding)


def test_what_children_lack_is_told_by_their_names() -> None:
    values = "unit,lines,phones,price,visits,forms,trust\nA,1,2,3,,1,1\nB,2,1,1,,2,1"
    found = refused(a_set(values=values, method="gini"))
    assert [(f.code, f.fields["children"]) for f in found] == [("weighting_needs", ["visits"])]
    assert "and this is not so for visits; leave out what lacks it" in str(found[0])


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ValueError("nothing varies"), "weighting_refused", "cannot be derived by fake: nothing"),
        (ParameterError("two values", [1]), "weighting_needs", "fake needs two values to weigh"),
        (
            DomainError("values above 0", [2], [0], [-1.0]),
            "weighting_domain_of_scores",
            "unlike the scores of visits (C -1)",
        ),
        (
            DomainError("values above 0", [2], [-1], [0.0]),
            "weighting_domain_of_scores",
            "unlike the scores of use (C 0)",
        ),
    ],
)
def test_an_error_of_a_way_of_weighting_is_a_finding_of_its_group(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, words: str
) -> None:
    def refuse(scores: Array) -> Array:
        raise error

    entered(monkeypatch, refuse)
    (finding,) = refused(a_set(groups={"use": {"method": "fake"}}))
    assert (finding.code, finding.place.column) == (code, "weighting.groups.use.method")
    assert words in str(finding)


def test_a_score_that_cannot_be_computed_on_the_way_is_told_by_its_aggregation() -> None:
    method = {"aggregation": {"method": "geometric"}}
    for scope in ("siblings", "indicators"):
        given = a_set(method="target_influence", scope=scope).with_method(method)
        (finding,) = refused(given)
        assert (finding.code, finding.fields["node"]) == ("aggregation_domain", "reach")
    panel = small_set(
        FRAMEWORK, PANEL, method={**method, "time": {"year": "panel"},
                                  "weighting": {"method": "standard_deviation"}}
    )  # fmt: skip
    (finding,) = refused(panel)
    assert finding.code == "aggregation_domain"


def test_remarks_are_findings_with_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def remark(scores: Array) -> Derived:
        shares = np.full(scores.shape[1], 1 / scores.shape[1])
        return Derived(shares, remarks=(Remark("negative_loading", "warning", (1,)),))

    entered(monkeypatch, remark)
    found = scoring.assess(a_set(groups={"reach": {"method": "fake"}}))
    (warning,) = [f for f in found.findings if f.code == "negative_loading"]
    assert str(warning).startswith("in reach what the others have in common goes against phones")
    assert warning.fields["method"] == "fake"


# --- what uses the weights ------------------------------------------------------------------------


def test_leaving_one_out_rescales_the_weights_in_force() -> None:
    found = scoring.assess(a_set(method="standard_deviation"))
    given = scoring.assess(a_set().with_weights({node: weights(found)[node] for node in NODES}))
    pd.testing.assert_frame_equal(scoring.leave_one_out(found), scoring.leave_one_out(given))


def test_two_weightings_are_compared_like_two_methods() -> None:
    before, after = scoring.assess(a_set()), scoring.assess(a_set(method="equal"))
    shifts = scoring.compare(before, after).shifts.set_index(["node", "unit"])
    assert shifts.loc[("lines", "A"), "score_shift"] == 0
    assert shifts["score_shift"].abs().max() > 1


def test_a_scale_from_elsewhere_weighs_what_is_measured_on_it() -> None:
    wide = scoring.assess(a_set(method="standard_deviation"))
    again = scoring.assess(a_set(method="standard_deviation"), scale=wide.scale)
    pd.testing.assert_frame_equal(again.weights, wide.weights)

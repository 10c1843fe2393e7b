"""What is uncertain in a set, and what is refused because it is wrong or changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import indicators
from indicators import Finding, IndicatorSet, InvalidInputError
from scoring.robustness import Source
from scoring.robustness.building import problem_of
from scoring.robustness.sources import label_of
from tests.conftest import MakeSet
from tests.scoring.robustness_sets import flat_set, judged_set, mixed_set, panel_set
from tests.scoring.small_sets import small_set


def sources_of(indicator_set: IndicatorSet) -> tuple[Source, ...]:
    return problem_of(indicator_set).uncertain.sources


def refused(indicator_set: IndicatorSet) -> list[Finding]:
    with pytest.raises(InvalidInputError) as caught:
        problem_of(indicator_set)
    return list(caught.value.findings)


# --- sources --------------------------------------------------------------------------------------


def test_where_a_set_says_nothing_weights_vary_by_a_quarter() -> None:
    found = problem_of(mixed_set({})).uncertain
    (source,) = found.sources
    assert source.name == "weights_noise"
    assert found.options.weights.noise == 0.25
    # An only child has no weight to vary.
    assert source.inputs == (
        "access", "phones", "price", "clinics", "income", "pay", "jobs", "order",
    )  # fmt: skip


def test_options_that_say_nothing_of_what_is_uncertain_leave_that_as_it_is() -> None:
    empty = {"sets": [], "experts": []}
    for options in (
        {"draws": 10, "seed": 0, "top": [1]},
        {"leave_out": [], "normalisation": [], "weights": empty, "measurement_error": {}},
    ):
        (source,) = sources_of(mixed_set(options))
        assert source.name == "weights_noise"


def test_what_is_said_to_be_uncertain_is_all_there_is() -> None:
    (source,) = sources_of(mixed_set({"normalisation": ["rank", {"method": "zscore", "sd": 10.0}]}))
    assert source == Source(
        "normalisation", ("normalisation",), ("minmax", "rank", "zscore, sd = 10.0")
    )


def test_each_source_has_columns_of_its_own() -> None:
    found = problem_of(
        mixed_set(
            {
                "imputation": ["mean"],
                "imputation_draws": 3,
                "aggregation": [{"method": ["geometric", "arithmetic"]}],
                "weights": {"sets": ["plan", "survey"], "noise": [0.0, 0.2]},
                "leave_out": ["pay", "phones"],
                "measurement_error": {"share": 0.1},
            }
        )
    ).uncertain
    assert {source.name: source.inputs for source in found.sources} == {
        "imputation": ("imputation",),
        "aggregation": ("aggregation",),
        "imputation_draws": ("imputation_draws",),
        "weights_between": ("plan", "survey"),
        "weights_noise": ("access", "income", "order"),
        "leave_out": ("leave_out",),
        "measurement_error": ("measurement_error",),
    }
    columns = [np.arange(found.n_inputs)[found.columns[source.name]] for source in found.sources]
    assert np.concatenate(columns).tolist() == list(range(10))
    alternatives = {source.name: source.alternatives for source in found.sources}
    assert alternatives["imputation"] == ("imputation_draws", "mean")
    assert alternatives["aggregation"] == ("arithmetic", "geometric + arithmetic")
    assert alternatives["leave_out"] == ("", "pay", "phones")


def test_each_alternative_is_as_likely_as_the_others() -> None:
    found = problem_of(mixed_set({"normalisation": ["rank", "zscore"]})).uncertain
    uniforms = np.array([[0.0], [0.3333], [0.3334], [0.6666], [0.6667], [1 - 2.0**-53]])
    everything = frozenset({"normalisation"})
    assert found.chosen(uniforms, everything)["normalisation"].tolist() == [0, 0, 1, 1, 2, 2]
    assert found.chosen(uniforms, frozenset())["normalisation"].tolist() == [0] * 6


@pytest.mark.parametrize("count", [2, 3, 5, 7, 10, 49, 1000])
def test_the_largest_uniform_number_is_the_last_alternative(count: int) -> None:
    # [0, 1) ends at 1 - 2^-53, and the product with a number of alternatives is rounded.
    assert int((1 - 2.0**-53) * count) == count - 1


def test_labels_of_alternatives() -> None:
    assert label_of("rank") == "rank"
    assert label_of({"method": "minmax", "range": [0, 1]}) == "minmax, range = [0, 1]"
    assert label_of({"missing": "zero"}) == 'missing = "zero"'
    assert label_of({}) == "{}"
    assert label_of(("linear", "mean")) == "linear + mean"


def test_experts_are_those_who_judge_what_the_weights_follow_from() -> None:
    (source,) = sources_of(judged_set({"weights": {"experts": True}}))
    assert source == Source("weights_between", ("Ann", "Ben", "Cem"))


# --- what is wrong --------------------------------------------------------------------------------

FLAT = "unit,a,b,c\nP,1,2,\nQ,2,3,\nR,3,1,\nS,4,5,"

WRONG: Mapping[str, tuple[Mapping[str, object], str, str]] = {
    "unknown normalisation": (
        {"normalisation": ["z-score"]},
        "normalisation",
        "no normalisation 'z-score' (did you mean zscore?); choose one of",
    ),
    "unknown option of an alternative": (
        {"aggregation": [{"method": "generalised_mean", "exponent": 2}]},
        "aggregation",
        "no option 'exponent' here (did you mean order_exponent?); options are method",
    ),
    "alternative without what it needs": (
        {"normalisation": ["distance_to_target"], "weighting": ["ahp"]},
        "weighting",
        "needs judgements of the kind comparison",
    ),
    "unknown way of weighting": ({"weighting": ["plans"]}, "weighting", "no weighting 'plans'"),
    "imputation without years": (
        {"imputation": ["linear"]},
        "imputation",
        "works over the years; set year under [time]",
    ),
    "unknown set": ({"weights": {"sets": ["plan", "x"]}}, "weights.sets", "no weight set 'x'"),
    "one set": ({"weights": {"sets": ["plan"]}}, "weights.sets", "plan under weights.sets has"),
    "experts without judgements": (
        {"weights": {"experts": True}},
        "weights.experts",
        "the weights in force follow from nobody's judgements",
    ),
    "no noise": ({"weights": {"noise": 0.0}}, "weights.noise", "0.0 under weights.noise has"),
    "no noise in any level": (
        {"weights": {"noise": [0.0, 0.0]}, "leave_out": True},
        "weights.noise",
        "[0.0, 0.0] under weights.noise has no effect in this set: it moves no weight",
    ),
    "noise of levels that are not there": (
        {"weights": {"noise": [0.1, 0.2, 0.3]}},
        "weights.noise",
        "gives 3 shares and the framework has 2 levels below the index; give one number, or one",
    ),
    "unknown option of weights": ({"weights": {"nois": 0.1}}, "weights.nois", "no option 'nois'"),
    "error that is a text": (
        {"measurement_error": {"indicators": {"pay": {"share": "0.1"}}}},
        "measurement_error.indicators.pay.share",
        "this should be a number",
    ),
    "noise above 1": ({"weights": {"noise": 1.5}}, "weights.noise", "a number up to 1"),
    "unknown indicator left out": (
        {"leave_out": ["pay", "wages"]},
        "leave_out",
        "no 'wages' here; codes are phones, price",
    ),
    "group left out": ({"leave_out": ["access"]}, "leave_out", "no 'access' here; codes are"),
    "error of an unknown indicator": (
        {"measurement_error": {"indicators": {"wages": {"share": 0.1}}}},
        "measurement_error.indicators.wages",
        "no 'wages' here; codes are phones, price",
    ),
    "error of an indicator that is not scored": (
        {"measurement_error": {"indicators": {"size": {"share": 0.1}}}},
        "measurement_error.indicators.size",
        "no 'size' here",
    ),
    "limits in the wrong order": (
        {
            "measurement_error": {
                "share": 0.1,
                "indicators": {"pay": {"lowest": 9.0, "highest": 1.0}},
            }
        },
        "measurement_error",
        "the lowest value of pay, 9, is above the highest, 1; exchange them or take one out",
    ),
    "limits without an error": (
        {"measurement_error": {"lowest": 0.0}},
        "measurement_error",
        "no value has an error by standard_error, share, interval or rounding; take it out",
    ),
    "the same normalisation twice": (
        {"normalisation": ["rank", {"method": "rank"}]},
        "normalisation",
        "rank under normalisation has no effect in this set: it is named twice",
    ),
    "the same set twice": (
        {"weights": {"sets": ["plan", "survey", "plan"]}},
        "weights.sets",
        "plan under weights.sets has no effect in this set: it is named twice",
    ),
    "the same indicator left out twice": (
        {"leave_out": ["pay", "jobs", "pay"]},
        "leave_out",
        "pay under leave_out has no effect in this set: it is named twice",
    ),
    "more draws than can be counted": ({"draws": 10**12}, "draws", "a number up to 1e+09"),
    "more points than can be kept": (
        {"sensitivity_draws": 2**31},
        "sensitivity_draws",
        "a number up to 1e+06",
    ),
    "a seed that no cell of a workbook holds": (
        {"seed": 123456789012345678901234567890},
        "seed",
        "a number up to 1e+15",
    ),
    "no draws": ({"draws": 0}, "draws", "a number from 1 up; it is 0"),
    "negative seed": ({"seed": -1}, "seed", "a number from 0 up; it is -1"),
    "one set of drawn values": ({"imputation_draws": 1}, "imputation_draws", "from 2 up"),
    "the method's own normalisation": (
        {"normalisation": ["minmax"]},
        "normalisation",
        "minmax under normalisation has no effect in this set: it gives the same scores as the "
        "method's own choice; take it out",
    ),
    "the same but for rounding": (
        # 1 + 99 (x - low) / (high - low) in other words
        {"normalisation": ["distance_to_max"]},
        "normalisation",
        "distance_to_max under normalisation has no effect",
    ),
    "the method's own aggregation": (
        {"aggregation": [{"power": 2.0}]},
        "aggregation",
        "power = 2.0 under aggregation has no effect",
    ),
}


@pytest.mark.parametrize(("robustness", "option", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_its_place(
    robustness: Mapping[str, object], option: str, told: str
) -> None:
    (finding,) = refused(mixed_set(robustness))
    assert str(finding).startswith(f"method.toml, option robustness.{option}: ")
    assert told in finding.message


NO_EFFECT: Mapping[str, tuple[Mapping[str, object], str]] = {
    "treatment where nothing is skewed": ({"treatment": ["winsorise"]}, "it changes no score"),
    "equal weights where weights are equal": (
        {"weighting": ["equal"]},
        "it gives the weights that are in force anyway",
    ),
    "error of an indicator without values": (
        {"measurement_error": {"indicators": {"c": {"standard_error": 1.0}}}},
        "no value has an error by standard_error, share, interval or rounding",
    ),
    "imputation of an indicator without values": (
        {"imputation": ["mean"]},
        "it leaves the same values missing, or puts the same in their place",
    ),
    "draws of an indicator without values": ({"imputation_draws": 5}, "no value is missing"),
}


@pytest.mark.parametrize(("robustness", "why"), NO_EFFECT.values(), ids=NO_EFFECT.keys())
def test_what_has_no_effect_is_refused(robustness: Mapping[str, object], why: str) -> None:
    (finding,) = refused(flat_set(FLAT, robustness))
    assert finding.code == "no_effect"
    assert finding.message.endswith(f"has no effect in this set: {why}; take it out")


def test_weights_have_to_have_a_sibling_with_a_weight() -> None:
    for kind, value in {"simplex": True, "dirichlet": 5.0, "noise": 0.2}.items():
        one = flat_set("unit,a\nP,1\nQ,2", {"weights": {kind: value}})
        (finding,) = refused(one)
        assert "there are no siblings whose weights it could move" in finding.message
        another = flat_set("unit,a,b\nP,1,1\nQ,2,1", {"weights": {kind: value}}, weights=[1, 0])
        (finding,) = refused(another)
        assert "no two siblings have a weight" in finding.message


def test_a_set_whose_weights_cannot_vary_has_to_say_what_is_uncertain() -> None:
    for given in (
        flat_set("unit,a\nP,1\nQ,2", {}),
        flat_set("unit,a,b\nP,1,1\nQ,2,1", {}, weights=[1, 0]),
    ):
        (finding,) = refused(given)
        assert finding.code == "nothing_uncertain"
        assert str(finding).startswith("method.toml, option robustness: nothing in this set can")


def test_an_indicator_without_weight_cannot_be_left_out() -> None:
    values = "unit,a,b,c\nP,1,2,3\nQ,2,3,5"
    (finding,) = refused(flat_set(values, {"leave_out": ["a", "b"]}, weights=[1, 0, 2]))
    assert finding.message.startswith("b under leave_out has no effect in this set: it has no")
    assert sources_of(flat_set(values, {"leave_out": True}, weights=[1, 0, 2]))


def test_the_only_indicator_cannot_be_left_out() -> None:
    (finding,) = refused(flat_set("unit,a\nP,1\nQ,2", {"leave_out": True}))
    assert "nothing would be left without it" in finding.message


def test_single_and_unknown_experts() -> None:
    (finding,) = refused(judged_set({"weights": {"experts": ["Ann"]}}))
    assert finding.message.startswith("Ann under weights.experts has no effect")
    (finding,) = refused(judged_set({"weights": {"experts": ["Ann", "Zoe"]}}))
    assert finding.message == "there is no expert 'Zoe'; choose one of Ann, Ben, Cem"
    assert sources_of(judged_set({"weights": {"experts": ["Ann"], "sets": ["plan"]}}))


def test_an_expert_is_named_once() -> None:
    (finding,) = refused(judged_set({"weights": {"experts": ["Ann", "Ben", "Ann"]}}))
    assert finding.message.startswith("Ann under weights.experts has no effect in this set")


def test_sets_of_the_same_weights_are_no_choice() -> None:
    same = mixed_set({"weights": {"sets": ["plan", "twice"]}}).with_weight_set(
        "twice", {"access": 2, "income": 8, "order": 4}
    )
    (finding,) = refused(same)
    assert "plan, twice under weights.sets has no effect" in finding.message
    assert "their weights are all the same" in finding.message


def test_a_set_may_have_no_weight_sets_to_choose_from() -> None:
    (finding,) = refused(flat_set(FLAT, {"weights": {"sets": ["plan"]}}))
    assert finding.message.startswith("there is no weight set 'plan', and no other one;")


def test_an_imputation_over_the_years_that_finds_nothing_has_no_effect() -> None:
    # No value is missing between two years, nor after the last one.
    (finding,) = refused(panel_set({"imputation": ["linear"]}))
    assert finding.message.startswith("linear under imputation has no effect in this set")


def test_what_cannot_be_computed_is_not_said_to_have_no_effect() -> None:
    """Geometric means of scores of 0 fail in every draw that has them, and are counted there."""
    assert sources_of(flat_set("unit,a,b\nP,0,2\nQ,2,3", {"aggregation": ["geometric"]}))


def test_a_treatment_counts_that_another_normalisation_shows() -> None:
    """Ranks of logarithms are those of the values; scores from lowest to highest are not."""
    values = "unit,a,b\nP,1,5\nQ,2,4\nR,500,3"
    ranks = {"normalisation": {"method": "rank"}}
    logarithms = {"treatment": [{"method": "log", "force": True}]}
    (finding,) = refused(flat_set(values, logarithms, method=ranks))
    assert finding.message.startswith("log, force = true under treatment has no effect")
    both = {**logarithms, "normalisation": ["minmax"]}
    assert len(sources_of(flat_set(values, both, method=ranks))) == 2


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        "normalisation": ["z"],
        "weights": {"sets": ["x"], "noise": [0.1]},
        "leave_out": ["y"],
        "measurement_error": {"indicators": {"w": {"share": 0.1}}},
    }
    options = [
        str(finding.place).rpartition("robustness.")[2] for finding in refused(mixed_set(wrong))
    ]
    assert options == [
        "normalisation",
        "weights.sets",
        "weights.noise",
        "leave_out",
        "measurement_error.indicators.w",
    ]


def test_in_a_workbook_the_place_is_a_row_of_its_sheet(make_set: MakeSet) -> None:
    rows = 'section,option,value\nrobustness,seed,0\nrobustness,aggregation,"[""mean""]"\n'
    file: Path = make_set("workbook", method=rows)
    (finding,) = refused(indicators.load(file))
    assert str(finding).startswith("small.xlsx, sheet Method, cell C3, column value: ")
    assert "there is no aggregation 'mean'" in finding.message


def test_screening_comes_first() -> None:
    framework = "code,parent\nindex,\na,index\nb,index\nc,index"
    method: dict[str, Mapping[str, object]] = {
        "screening": {"drop": ["c"]},
        "robustness": {"leave_out": True},
    }
    (source,) = sources_of(
        small_set(framework, "unit,a,b,c\nP,1,2,3\nQ,2,3,1\nR,3,1,2", method=method)
    )
    assert source.alternatives == ("", "a", "b")

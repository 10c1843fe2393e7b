"""One draw is one assessment: the engine of the draws against ``assess``, to the last bit."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import indicators
import scoring
from indicators import IndicatorSet
from scoring.aggregation import AGGREGATIONS
from scoring.normalisation import NORMALISATIONS
from scoring.robustness import problem
from scoring.robustness.building import problem_of
from scoring.robustness.problem import Failure, Problem
from tests.cases import asem
from tests.cases.shared_cases import needs_shared_cases
from tests.scoring.robustness_sets import (
    METHOD,
    assessed_alone,
    evaluated,
    flat_set,
    judged_set,
    mixed_set,
    panel_set,
)
from tests.scoring.small_sets import small_set

Array = NDArray[np.float64]


def drawn(found: Problem, draws: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).random((draws, found.uncertain.n_inputs))


def check_draws(indicator_set: IndicatorSet, draws: int = 6, failing: bool = False) -> None:
    """Hold draws against assessments, whatever the block a draw stands in."""
    found = problem_of(indicator_set)
    uniforms = drawn(found, draws)
    scores, ranks = evaluated(found, uniforms)
    expected = assessed_alone(indicator_set, found, uniforms)
    assert failing or not np.isnan(expected[0]).all(axis=(1, 2)).any()
    assert_array_equal(scores, expected[0])
    assert_array_equal(ranks, expected[1])
    assert_array_equal(evaluated(found, uniforms, size=1)[0], scores)
    assert_array_equal(evaluated(found, uniforms[::-1], size=4)[0][::-1], scores)


# --- one draw is one assessment -------------------------------------------------------------------

ERRORS = {
    "share": 0.05,
    "indicators": {
        "clinics": {"standard_error": 0.5, "interval": 0.25, "lowest": 3.0, "highest": 30.0},
        "jobs": {"rounding": 1.0},
    },
}

UNCERTAIN: Mapping[str, Mapping[str, object]] = {
    "noise of weights": {"weights": {"noise": 0.5}},
    "noise by level": {"weights": {"noise": [0.5, 0.1]}},
    "simplex": {"weights": {"simplex": True}},
    "Dirichlet": {"weights": {"dirichlet": 3.0}},
    "between sets": {"weights": {"sets": ["plan", "survey"]}},
    "noise around sets": {"weights": {"sets": ["plan", "survey"], "dirichlet": 9.0, "noise": 0.1}},
    "weighting": {"weighting": ["equal", "critic", "entropy", "plan"], "weights": {"noise": 0.2}},
    "weighting at once": {"weighting": [{"method": "critic", "scope": "indicators"}]},
    "sets and weighting": {"weights": {"sets": ["plan", "survey"]}, "weighting": ["equal"]},
    "weights after normalisation": {"weighting": ["critic"], "normalisation": ["zscore", "rank"]},
    "leave out": {"leave_out": True},
    "leave out and noise": {"leave_out": ["pay", "safety"], "weights": {"noise": 0.3}},
    "aggregation by level": {"aggregation": [{"method": ["geometric", "arithmetic"]}, "median"]},
    "aggregation of a group": {
        "aggregation": [{"groups": {"access": {"method": "geometric"}}}],
        "weights": {"noise": 0.2},
    },
    "normalisation of an indicator": {
        "normalisation": [{"indicators": {"pay": {"method": "rank"}}}, {"range": [10, 20]}]
    },
    "treatment": {"treatment": ["winsorise", "log", {"method": "auto", "points": 2}]},
    "imputation": {
        "imputation": ["mean", {"method": "group_mean", "group": "region"}, "knn", "iterative"]
    },
    "imputation draws": {"imputation_draws": 3, "weights": {"noise": 0.1}},
    "imputation draws or mean": {"imputation_draws": 2, "imputation": ["mean"]},
    "errors": {"measurement_error": ERRORS},
    "errors and imputation": {"measurement_error": ERRORS, "imputation": ["mean", "knn"]},
    "errors and imputation draws": {"measurement_error": ERRORS, "imputation_draws": 2},
    "errors and weights from data": {
        "measurement_error": ERRORS,
        "weighting": ["critic"],
        "normalisation": ["zscore", "rank"],
        "treatment": ["winsorise"],
    },
    "all nodes": {"nodes": "all", "weights": {"noise": 0.3}, "normalisation": ["rank"]},
    "everything": {
        "nodes": "all",
        "weights": {"sets": ["plan", "survey"], "noise": [0.3, 0.2]},
        "weighting": ["equal", "critic"],
        "aggregation": ["geometric", {"method": ["median", "arithmetic"]}],
        "normalisation": ["rank", {"method": "zscore", "mean": 50, "sd": 15}],
        "treatment": ["winsorise"],
        "imputation": ["mean", "knn"],
        "imputation_draws": 2,
        "leave_out": True,
        "measurement_error": ERRORS,
    },
}


@pytest.mark.parametrize("robustness", UNCERTAIN.values(), ids=UNCERTAIN.keys())
def test_one_draw_is_one_assessment(robustness: Mapping[str, object]) -> None:
    everything = robustness is UNCERTAIN["everything"]
    check_draws(mixed_set(robustness), draws=16 if everything else 5)


def test_one_draw_is_one_assessment_with_judgements() -> None:
    check_draws(judged_set({"weights": {"experts": True}}))
    weights = {"experts": ["Ann", "Cem"], "sets": ["plan"], "dirichlet": 10.0, "noise": 0.2}
    check_draws(judged_set({"weights": weights, "leave_out": True, "weighting": ["equal"]}))


@pytest.mark.parametrize("name", AGGREGATIONS)
def test_one_draw_is_one_assessment_for_every_aggregation(name: str) -> None:
    own = {**METHOD, "aggregation": {"method": "median" if name == "arithmetic" else "arithmetic"}}
    alternative = {"aggregation": [name], "weights": {"noise": 0.3}}
    # Mazziotta and Pareto's needs a mean that is not 0, and has none where nothing is left of one.
    check_draws(mixed_set(alternative, own), failing=name == "mazziotta_pareto")


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_one_draw_is_one_assessment_for_every_normalisation(name: str) -> None:
    own = {"normalisation": {"method": "zscore" if name in ("minmax", "goalposts") else "rank"}}
    if name == "rank":
        own = dict(METHOD)
    check_draws(mixed_set({"normalisation": [name], "weights": {"noise": 0.3}}, own))


METHODS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "the index rounded": {"rounding": {"decimals": 0}},
    "every level rounded": {"rounding": {"decimals": 0, "level": "all", "mode": "half_up"}},
    "ranked by exact scores": {"rounding": {"decimals": 0}, "ranking": {"on": "exact"}},
    "mean ranks of ties": {"rounding": {"decimals": 0}, "ranking": {"ties": "average"}},
    "dense ranks": {"rounding": {"decimals": 0}, "ranking": {"ties": "dense"}},
    "minimum coverage": {"aggregation": {"minimum_coverage": 0.7}},
    "missing propagates": {"aggregation": {"missing": "propagate"}},
    "missing is zero": {"aggregation": {"missing": "zero"}},
    "fewer units": {"screening": {"unit_availability": 1.0}},
    "fewer indicators": {"screening": {"indicator_availability": 0.9}},
    "weights from data": {"weighting": {"method": "critic"}},
    "sums": {"aggregation": {"method": "sum"}},
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())
def test_one_draw_is_one_assessment_under_every_method(
    method: Mapping[str, Mapping[str, object]],
) -> None:
    uncertain = {
        "nodes": "all",
        "weights": {"noise": 0.4},
        "aggregation": ["median"],
        "measurement_error": {"share": 0.02},
    }
    check_draws(mixed_set(uncertain, {**METHOD, **method}))


def test_units_without_a_score_have_no_rank_in_a_draw_either() -> None:
    given = mixed_set(
        {"weights": {"simplex": True}}, {**METHOD, "aggregation": {"missing": "propagate"}}
    )
    scores, ranks = evaluated(problem_of(given), np.full((1, 8), 0.5))
    # Units C, D and F lack a value.
    assert np.isnan(scores[0, 0]).tolist() == [unit in "CDF" for unit in "ABCDEFGHI"]
    assert_array_equal(np.isnan(ranks), np.isnan(scores))


PANELS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "one scale": {},
    "a scale for each year": {"time": {"year": "panel", "scale": "each"}},
    "the scale of a year": {"time": {"year": "panel", "scale": 2020}},
    "weights from data": {"weighting": {"method": "critic"}, "imputation": {"method": "mean"}},
}


@pytest.mark.parametrize("method", PANELS.values(), ids=PANELS.keys())
def test_one_draw_is_the_newest_year_of_a_panel(
    method: Mapping[str, Mapping[str, object]],
) -> None:
    uncertain = {
        "imputation": ["latest", "median"],
        "normalisation": ["zscore"],
        "weights": {"noise": 0.3},
        "measurement_error": {"share": 0.1},
    }
    check_draws(panel_set(uncertain, method), draws=12)


def test_one_draw_is_one_assessment_of_a_flat_index() -> None:
    values = "unit,a,b,c\nP,1,5,3\nQ,2,4,3\nR,9,1,3"
    check_draws(flat_set(values, {"weights": {"simplex": True}, "leave_out": ["a", "b"]}))


@needs_shared_cases
def test_one_draw_is_one_assessment_of_four_levels() -> None:
    uncertain = {
        "weights": {"noise": [0.1, 0.2, 0.3]},
        "normalisation": ["zscore", "rank"],
        "aggregation": [["geometric", "arithmetic", "arithmetic"], "geometric"],
        "imputation": ["mean"],
        "treatment": ["none"],
        "leave_out": True,
        "nodes": "all",
    }
    uncertain["aggregation"] = [{"method": one} for one in uncertain["aggregation"]]
    given = asem.imported().with_method(asem.CHAIN)
    given = given.with_method({"normalisation": {"range": [1, 100]}, "robustness": uncertain})
    check_draws(given, draws=8, failing=True)


def test_one_draw_is_one_assessment_of_the_bundled_set() -> None:
    uncertain = {
        "weights": {"noise": 0.25},
        "normalisation": ["rank", "zscore"],
        "aggregation": ["median"],
        "leave_out": True,
    }
    check_draws(indicators.load().with_method({"robustness": uncertain}))


# --- measurement errors ---------------------------------------------------------------------------


def test_an_error_is_that_of_the_value_before_its_denominator() -> None:
    """Denominators of no round numbers: the same but for rounding."""
    framework = (
        "code,parent,role,denominator,scale_factor\nindex,,,,\na,index,,d,1000\nd,index,context,,"
    )
    values = "unit,a,d\nP,5,3\nQ,0,7\nR,9,11"
    as_they_are: dict[str, Mapping[str, object]] = {"normalisation": {"method": "none"}}
    error = {"measurement_error": {"standard_error": 2.0, "lowest": 0.0}}
    given = small_set(framework, values, method={**as_they_are, "robustness": error})
    found = problem_of(given)
    uniforms = drawn(found, 20)
    scores, _ = evaluated(found, uniforms)
    assert_allclose(scores, assessed_alone(given, found, uniforms)[0], rtol=1e-12, atol=1e-12)
    assert (scores[:, 0] == 0).any()


def test_a_denominator_that_is_scored_itself_keeps_its_value() -> None:
    framework = "code,parent,denominator\nindex,,\na,index,d\nd,index,"
    method: dict[str, Mapping[str, object]] = {"normalisation": {"method": "none"}}
    error = {"measurement_error": {"indicators": {"a": {"standard_error": 2.0}}}, "nodes": "all"}
    given = small_set(framework, "unit,a,d\nP,5,4\nQ,3,8", method={**method, "robustness": error})
    check_draws(given)


@pytest.mark.parametrize(
    ("time", "years"),
    [
        # Undated facts, in every year of a panel.
        ({"year": "panel"}, ["", "", ""]),
        # The newest values, which are those of the year that sets the scale.
        ({"year": "latest", "scale": 2021}, ["2021", "2021", "2021"]),
    ],
)
def test_a_value_that_counts_twice_has_one_error(
    time: Mapping[str, object], years: list[str]
) -> None:
    rows = [
        f"{unit},a,{year},{value}" for unit, year, value in zip("PQR", years, "538", strict=True)
    ]
    values = "\n".join(["unit,indicator,year,value", *rows, "P,b,2020,1", "P,b,2021,2"])
    error = {"measurement_error": {"indicators": {"a": {"standard_error": 3.0}}}, "nodes": "all"}
    method: dict[str, Mapping[str, object]] = {
        "time": time,
        "normalisation": {"method": "minmax", "range": [0, 1], "clip": False},
        "robustness": error,
    }
    given = small_set("code,parent\nindex,\na,index\nb,index", values, method=method)
    scores, _ = evaluated(problem_of(given), drawn(problem_of(given), 50))
    # With one error each, one unit is at either end of the scale.
    assert_array_equal(scores[:, 1].min(axis=1), 0)
    assert_array_equal(scores[:, 1].max(axis=1), 1)


# --- blocks ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything() -> Problem:
    return problem_of(mixed_set(UNCERTAIN["everything"]))


@pytest.mark.parametrize("size", [1, 7, 40])
def test_a_draw_is_the_same_in_blocks_of_any_size(everything: Problem, size: int) -> None:
    uniforms = drawn(everything, 50)
    scores, ranks = evaluated(everything, uniforms)
    order = np.random.default_rng(2).permutation(len(uniforms))
    found = evaluated(everything, uniforms[order], size)
    assert_array_equal(found[0], scores[order])
    assert_array_equal(found[1], ranks[order])


def test_a_draw_is_the_same_however_many_are_computed_at_a_time(
    everything: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    uniforms = drawn(everything, 50)
    scores, _ = evaluated(everything, uniforms)
    monkeypatch.setattr(problem, "SCORES_AT_A_TIME", 200)
    assert_array_equal(evaluated(everything, uniforms)[0], scores)


def test_a_draw_is_the_same_whether_what_is_shared_was_computed_beforehand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = mixed_set(
        {
            "normalisation": ["rank", "zscore"],
            "imputation": ["mean", "knn"],
            "weighting": ["critic"],
            "weights": {"noise": 0.2},
        }
    )
    before = problem_of(given)
    assert before.data is None
    uniforms = drawn(before, 60)
    for limit in ("MOST_BEFOREHAND", "MOST_KEPT"):
        monkeypatch.setattr(problem, limit, 2)
        after = problem_of(given)
        assert after.data is not None
        assert_array_equal(evaluated(after, uniforms)[0], evaluated(before, uniforms)[0])


def test_a_problem_is_the_same_on_another_machine(everything: Problem) -> None:
    uniforms = drawn(everything, 20)
    sent: Problem = pickle.loads(pickle.dumps(everything))
    assert_array_equal(evaluated(sent, uniforms)[0], evaluated(everything, uniforms)[0])


def test_sources_that_do_not_vary_stay_as_the_method_has_them(everything: Problem) -> None:
    (part,) = everything.evaluate(drawn(everything, 5), frozenset())
    assert not isinstance(part, Failure)
    own = scoring.assess(mixed_set(UNCERTAIN["everything"]))
    for draw in part.scores:
        assert_array_equal(draw, own.scores[list(everything.nodes)].to_numpy().T)

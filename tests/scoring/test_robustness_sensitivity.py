"""Which choice moves the ranks: Sobol indices of known models, and one choice at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from SALib.analyze import sobol as salib

import scoring
from indicators import IndicatorSet
from scoring.robustness import Sensitivity, robustness_of, single_changes, variance
from scoring.robustness.building import problem_of
from scoring.robustness.machines import Cores, open_machines
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.single_changes import one_at_a_time
from scoring.robustness.sobol import sample
from scoring.robustness.variance import sensitivity, sources_of
from tests.scoring.robustness_sets import evaluated, flat_set, mixed_set

Array = NDArray[np.float64]

#: P and Q are the same but for their errors; R is ahead of both where a has more than half.
#: Errors of one indicator alone, so that their order does not depend on the weights.
TWINS = """
    unit,a,b
    P,50,50
    Q,50,50
    R,90,10
"""


def sensitivity_of(indicator_set: IndicatorSet, workers: int = 1) -> Sensitivity:
    with open_machines(workers) as machines:
        return sensitivity(problem_of(indicator_set), machines)


def of_unit(found: Sensitivity, unit: str) -> pd.DataFrame:
    table = found.units[found.units["unit"] == unit]
    return table.set_index("input" if table["input"].any() else "source")


# --- known models ---------------------------------------------------------------------------------


def test_an_additive_model_with_known_indices() -> None:
    """The rank of P is 1 + [R ahead, by the weights] + [Q ahead, by the errors], each a coin.

    The rank of R depends on the weights alone: 1 or 3.
    """
    uncertain = {
        "weights": {"simplex": True},
        "measurement_error": {"indicators": {"a": {"standard_error": 0.001}}},
        "sensitivity_draws": 4096,
    }
    found = sensitivity_of(flat_set(TWINS, uncertain, weights=[2, 3]))
    for unit in "PQ":
        shares = of_unit(found, unit)
        assert_allclose(shares[["first", "total"]], 0.5, atol=0.03)
    shares = of_unit(found, "R")
    assert_allclose(shares.loc["weights_simplex", ["first", "total"]].astype(float), 1, atol=0.02)
    assert_array_equal(shares.loc["measurement_error", ["first", "total"]].astype(float), 0)


def test_two_weights_with_known_indices() -> None:
    """R is ahead where the first of two uniform numbers is larger: [u1 > u2].

    The mean over u2 is u1, with a variance of 1/12 of 1/4; what is left once the other one is
    known is the mean of u (1 - u), 1/6 of 1/4.
    """
    uncertain = {"weights": {"simplex": True}, "each_weight": True, "sensitivity_draws": 4096}
    found = sensitivity_of(flat_set("unit,a,b\nP,50,50\nR,90,10", uncertain, weights=[2, 3]))
    shares = of_unit(found, "R")
    assert shares.index.tolist() == ["a", "b"]
    assert_allclose(shares["first"], 1 / 3, atol=0.03)
    assert_allclose(shares["total"], 2 / 3, atol=0.03)
    assert found.interaction == pytest.approx(1 / 3, abs=0.05)


def test_a_choice_that_moves_no_rank_has_no_share() -> None:
    """Scores from 0 to 1 and from 0 to 100 are in the same order."""
    uncertain = {
        "weights": {"noise": 0.5},
        "normalisation": [{"method": "minmax", "range": [0, 1]}],
        "sensitivity_draws": 256,
    }
    method = {"normalisation": {"method": "minmax", "range": [0, 100]}}
    found = sensitivity_of(mixed_set(uncertain, method))
    shares = found.mean_shift.set_index("source")
    assert shares.loc["normalisation", "first":"total_interval"].tolist() == [0, 0, 0, 0]
    assert_allclose(shares.loc["weights_noise", ["first", "total"]].astype(float), 1, atol=0.1)


def test_where_no_rank_moves_there_are_no_shares() -> None:
    found = sensitivity_of(flat_set("unit,a,b\nP,9,9\nQ,1,1", {"sensitivity_draws": 64}))
    assert found.mean_shift[["first", "total"]].isna().all(axis=None)
    assert np.isnan(found.interaction)


# --- beside SALib ---------------------------------------------------------------------------------

UNCERTAIN: Mapping[str, object] = {
    "weights": {"noise": 0.6},
    "normalisation": ["rank", "zscore"],
    "aggregation": ["median"],
    "imputation": ["mean"],
    "leave_out": True,
    "sensitivity_draws": 256,
}


@pytest.fixture(scope="module")
def problem() -> Problem:
    return problem_of(mixed_set(UNCERTAIN))


def points_of(problem: Problem) -> Array:
    options = problem.uncertain.options
    widths = [width for _, _, width in sources_of(problem)]
    return sample(widths, options.sensitivity_draws, options.seed).rows()


def test_shares_are_those_of_salib(problem: Problem) -> None:
    found = sensitivity_of(mixed_set(UNCERTAIN))
    _, ranks = evaluated(problem, points_of(problem))
    own = scoring.assess(mixed_set(UNCERTAIN)).ranks.iloc[:, 0].to_numpy()
    names = [source.name for source in problem.uncertain.sources]
    described = {
        "num_vars": problem.uncertain.n_inputs,
        "names": [f"x{column}" for column in range(problem.uncertain.n_inputs)],
        "groups": [source.name for source in problem.uncertain.sources for _ in source.inputs],
        "bounds": [[0, 1]] * problem.uncertain.n_inputs,
    }
    outputs = {"": np.abs(ranks[:, 0] - own).mean(axis=1)}
    outputs |= dict(zip(problem.units, ranks[:, 0].T, strict=True))
    for unit, output in outputs.items():
        theirs = salib.analyze(described, output, calc_second_order=False, seed=1)
        ours = of_unit(found, unit) if unit else found.mean_shift.set_index("source")
        assert ours.index.tolist() == names
        assert_allclose(ours["first"], theirs["S1"], atol=1e-9)
        assert_allclose(ours["total"], theirs["ST"], atol=1e-9)
        assert_allclose(ours["first_interval"], theirs["S1_conf"], rtol=1e-6)
        assert_allclose(ours["total_interval"], theirs["ST_conf"], rtol=1e-6)


# --- anywhere -------------------------------------------------------------------------------------


def test_the_same_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    given_set = mixed_set(UNCERTAIN)
    alone = sensitivity_of(given_set)
    evaluate = Problem.evaluate

    def short(problem: Problem, uniforms: Array, active: frozenset[str] | None = None) -> object:
        if len(uniforms) > 100:
            raise MemoryError
        return evaluate(problem, uniforms, active)

    others = [sensitivity_of(given_set, workers=2)]
    with monkeypatch.context() as patch:
        patch.setattr(variance, "draws_of_a_block", lambda _: 77)
        others.append(sensitivity_of(given_set))
    with monkeypatch.context() as patch:
        patch.setattr(Problem, "evaluate", short)
        others.append(sensitivity_of(given_set))
    for other in others:
        pd.testing.assert_frame_equal(other.mean_shift, alone.mean_shift, check_exact=True)
        pd.testing.assert_frame_equal(other.units, alone.units, check_exact=True)


def test_of_too_many_units_only_the_shift_is_shared_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sensitivity_of(mixed_set(UNCERTAIN))
    monkeypatch.setattr(variance, "MOST_RANKS", 100)
    found = sensitivity_of(mixed_set(UNCERTAIN))
    assert found.units.empty
    assert found.units.columns.tolist() == whole.units.columns.tolist()
    pd.testing.assert_frame_equal(found.mean_shift, whole.mean_shift, check_exact=True)


def test_points_that_cannot_be_computed_are_left_out() -> None:
    uncertain = {**UNCERTAIN, "aggregation": ["geometric"]}
    found = sensitivity_of(mixed_set(uncertain))
    assert found.draws == 256
    assert 0 < found.points < 256
    assert found.mean_shift[["first", "total"]].notna().all(axis=None)


# --- one choice at a time -------------------------------------------------------------------------

BY_HAND = """
    unit,a,b,c
    P,11,1,3
    Q,2.5,7,4
    R,4,5,3
"""


def changed_alone(given_set: IndicatorSet) -> pd.DataFrame:
    return one_at_a_time(problem_of(given_set), Cores(1))


def test_one_choice_at_a_time_by_hand() -> None:
    """Means 5, 4.5, 4; medians 3, 4, 4; without a 2, 5.5, 4; without b 7, 3.25, 3.5."""
    uncertain = {"aggregation": ["median"], "leave_out": ["a", "b"]}
    table = changed_alone(flat_set(BY_HAND, uncertain))
    assert table["source"].tolist() == ["aggregation", "leave_out", "leave_out"]
    assert table["alternative"].tolist() == ["median", "a", "b"]
    # Ranks 1 2 3 become 3 1 1, 3 1 2 and 1 3 2.
    assert_allclose(table["mean_shift"], [5 / 3, 4 / 3, 2 / 3])
    assert_allclose(table["moved"], [1, 1, 2 / 3])
    assert table["largest_shift"].tolist() == [-2, -2, -1]
    assert table["unit"].tolist() == ["P", "P", "Q"]
    assert table["top_leaves"].tolist() == [1, 1, 0]
    assert table["draws"].tolist() == [1, 1, 1]
    assert not table["failed"].any()


def test_one_choice_at_a_time_is_one_assessment_each() -> None:
    given_set = mixed_set({"normalisation": ["rank", "zscore"], "weighting": ["equal", "plan"]})
    table = changed_alone(given_set).set_index(["source", "alternative"])
    own = scoring.assess(given_set).ranks.iloc[:, 0]
    for stage, name in table.index:
        other = scoring.assess(given_set.with_method({stage: {"method": name}})).ranks.iloc[:, 0]
        row = table.loc[(stage, name)]
        assert row["mean_shift"] == pytest.approx((other - own).abs().mean())
        assert row["moved"] == pytest.approx((other != own).mean())
        assert abs(row["largest_shift"]) == (other - own).abs().max()


def test_what_varies_continuously_is_drawn() -> None:
    uncertain = {"weights": {"simplex": True, "noise": 0.1}, "measurement_error": {"share": 0.1}}
    given_set = mixed_set(uncertain)
    table = changed_alone(given_set).set_index("source")
    assert table.index.tolist() == ["weights_simplex", "weights_noise", "measurement_error"]
    assert (table["draws"] == 200).all()
    assert (table["alternative"] == "").all()
    assert table.loc["weights_simplex", "mean_shift"] > table.loc["weights_noise", "mean_shift"]
    pd.testing.assert_frame_equal(table, changed_alone(given_set).set_index("source"))


def test_one_choice_at_a_time_is_the_same_in_parts_of_any_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uncertain = {"weights": {"noise": 0.9}, "aggregation": ["geometric"], "leave_out": True}
    problem = problem_of(mixed_set(uncertain, {"normalisation": {"method": "zscore"}}))
    expected = one_at_a_time(problem, Cores(1))
    assert expected["failed"].any()
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(single_changes, "draws_of_a_block", lambda _: 7)
    found = one_at_a_time(problem, Cores(3), lambda *done: told.append(done))
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert told[-1] == (found["draws"].sum(), found["draws"].sum())
    assert len(told) == 29 + len(found) - 1  # 200 draws of the noise, 7 at a time


def test_drawn_values_are_drawn_with_everything_else_as_it_is() -> None:
    given_set = mixed_set({"imputation_draws": 4, "aggregation": ["median"]})
    problem = problem_of(given_set)
    table = one_at_a_time(problem, Cores(1)).set_index("source")
    uniforms = np.zeros((1, problem.uncertain.n_inputs))
    own, shifts = scoring.assess(given_set).ranks.iloc[:, 0].to_numpy(), []
    for number in range(4):
        uniforms[:, problem.uncertain.columns["imputation_draws"]] = (number + 0.5) / 4
        (part,) = problem.evaluate(uniforms, frozenset({"imputation_draws"}))
        assert isinstance(part, Evaluated)
        shifts.append(np.abs(part.ranks[0, 0] - own).mean())
    assert min(shifts) <= table.loc["imputation_draws", "mean_shift"] <= max(shifts)


def test_a_choice_that_cannot_be_computed_says_why() -> None:
    scores = {"normalisation": {"method": "zscore"}}
    table = changed_alone(mixed_set({"aggregation": ["geometric"]}, scores))
    (row,) = table.itertuples()
    assert (row.draws, row.failed) == (1, 1)
    assert row.reason == "geometric aggregation of access needs scores above 0"
    assert np.isnan([row.mean_shift, row.moved, row.largest_shift, row.top_leaves]).all()
    assert row.unit == ""


def test_the_top_may_be_shared() -> None:
    """P and Q are tied at the top, with a rank of 1.5 each, and stay there without b."""
    values = "unit,a,b,c\nP,5,1,3\nQ,5,1,3\nR,1,1,1"
    shared = {"ranking": {"ties": "average"}}
    uncertain = {"leave_out": ["b", "c"]}
    table = changed_alone(flat_set(values, uncertain, method=shared))
    assert table["top_leaves"].tolist() == [0, 0]
    assert table["mean_shift"].tolist() == [0, 0]
    assert table["unit"].tolist() == ["", ""]


def test_where_nobody_moves_the_largest_shift_is_none() -> None:
    """The first unit has no rank; without b or c the other two stay where they are."""
    values = "unit,a,b,c\nO,1,,1\nP,9,9,9\nQ,1,1,1"
    method = {"aggregation": {"missing": "propagate"}}
    table = changed_alone(flat_set(values, {"leave_out": ["b", "c"]}, method=method))
    assert table["largest_shift"].tolist() == [0, 0]


def test_what_a_whole_run_has_to_tell() -> None:
    found = robustness_of(mixed_set({**UNCERTAIN, "draws": 100}), workers=1)
    assert found.sensitivity is not None
    assert found.sensitivity.mean_shift["source"].tolist() == [s.name for s in found.sources]
    assert set(found.single_changes["source"]) == {source.name for source in found.sources}
    assert found.findings == ()

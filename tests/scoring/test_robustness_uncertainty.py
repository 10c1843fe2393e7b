"""Uncertainty through ``robustness_of``: against theory, against its own draws, anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

import indicators
import scoring
from indicators import IndicatorSet, InvalidInputError
from scoring.robustness import Uncertainty, monte_carlo, robustness_of
from scoring.robustness.building import problem_of
from scoring.robustness.machines import Cores, Machines, open_machines
from scoring.robustness.monte_carlo import draws_of_a_block, uncertainty, uniforms_of
from scoring.robustness.problem import Evaluated, Failure, Problem
from scoring.robustness.single_changes import one_at_a_time
from tests.scoring.robustness_sets import METHOD, evaluated, flat_set, mixed_set

Array = NDArray[np.float64]

#: Four standard deviations of a share of 20,000 draws.
NEAR = 4 * 0.5 / 20_000**0.5


def uncertainty_of(indicator_set: IndicatorSet, workers: int = 1) -> Uncertainty:
    return robustness_of(indicator_set, sensitive=False, workers=workers).uncertainty


def assert_same(found: Uncertainty, expected: Uncertainty) -> None:
    """Everything that is told is the same to the last bit."""
    pd.testing.assert_frame_equal(found.intervals, expected.intervals, check_exact=True)
    for node in expected.nodes:
        for table in ("rank_probabilities", "leads"):
            ours, theirs = getattr(found, table)(node), getattr(expected, table)(node)
            pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    assert found.failures == expected.failures


# --- theory ---------------------------------------------------------------------------------------


def test_two_dimensions_of_which_nobody_knows_the_weights() -> None:
    """With the share w of a: P 1 + 8w, Q 7 - 2w. P is ahead from w = 3/5 on, and w is uniform."""
    uncertain = {"weights": {"simplex": True}, "draws": 20_000, "top": [1]}
    found = uncertainty_of(flat_set("unit,a,b\nP,9,1\nQ,5,7", uncertain))
    leads = found.leads()
    assert leads.loc["P", "Q"] == pytest.approx(0.4, abs=NEAR)
    assert leads.loc["Q", "P"] == pytest.approx(0.6, abs=NEAR)
    shares = found.rank_probabilities()
    assert_allclose(shares, [[0.4, 0.6], [0.6, 0.4]], atol=NEAR)
    table = found.of_node()
    assert table["top_1"].tolist() == [shares.loc["P", 1.0], shares.loc["Q", 1.0]]
    assert_allclose(table["mean_score"], [5, 6], atol=0.1)
    assert_allclose(table["score_5"], [1.4, 5.1], atol=0.1)
    assert_allclose(table["score_95"], [8.6, 6.9], atol=0.1)
    assert table["median_rank"].tolist() == [2, 1]


def test_the_first_of_three_dimensions_has_the_largest_weight() -> None:
    """Each unit is good at one thing: all orders are as likely, as all shares of weight are.

    M is half way between P and Q, and always between them.
    """
    values = "unit,a,b,c\nP,1,0,0\nQ,0,1,0\nR,0,0,1"
    uncertain = {"weights": {"simplex": True}, "draws": 20_000}
    assert_allclose(
        uncertainty_of(flat_set(values, uncertain)).rank_probabilities(), 1 / 3, atol=NEAR
    )
    found = uncertainty_of(flat_set("unit,a,b\nP,1,0\nM,0.5,0.5\nQ,0,1", uncertain))
    shares = found.rank_probabilities()
    assert shares.loc["M"].tolist() == [0, 1, 0]
    assert_allclose(shares.loc[["P", "Q"]], [[0.5, 0, 0.5]] * 2, atol=NEAR)


@pytest.mark.parametrize(
    ("error", "ahead"),
    [
        # The difference has the standard deviation 2 sqrt(2).
        ({"standard_error": 2.0}, NormalDist().cdf(1 / 8**0.5)),
        ({"share": 0.1}, NormalDist().cdf(1 / (1 + 0.9**2) ** 0.5)),
        # Two rectangles of half width 2: the difference lies above -1 with 1 - (3/4)^2 / 2.
        ({"interval": 2.0}, 1 - 0.75**2 / 2),
        ({"rounding": 4.0}, 1 - 0.75**2 / 2),
    ],
)
def test_the_probability_of_a_lead_under_measurement_error(
    error: Mapping[str, float], ahead: float
) -> None:
    uncertain = {"measurement_error": error, "draws": 20_000}
    found = uncertainty_of(flat_set("unit,a\nP,10\nQ,9", uncertain))
    assert found.leads().loc["P", "Q"] == pytest.approx(ahead, abs=NEAR)
    assert found.leads().loc["Q", "P"] == pytest.approx(1 - ahead, abs=NEAR)


def test_every_alternative_is_drawn_as_often() -> None:
    """Means 5, 4.5, 4 and medians 3, 4, 4; without a 2, 5.5, 4, which are medians too."""
    values = "unit,a,b,c\nP,11,1,3\nQ,2.5,7,4\nR,4,5,3"
    uncertain = {"aggregation": ["median"], "leave_out": ["a"], "draws": 20_000}
    found = uncertainty_of(flat_set(values, uncertain))
    # Ranks of P, Q, R are 1 2 3; 3 1 1; 3 1 2; 3 1 2.
    expected = [[0.25, 0, 0.75], [0.75, 0.25, 0], [0.25, 0.5, 0.25]]
    assert_allclose(found.rank_probabilities(), expected, atol=NEAR)


def test_units_of_equal_data_tie() -> None:
    values = "unit,a,b\nP,3,8\nQ,3,8\nR,9,1"
    found = uncertainty_of(flat_set(values, {"weights": {"simplex": True}}))
    assert found.leads().loc["P", "Q"] == found.leads().loc["Q", "P"] == 0
    table = found.of_node()
    assert_array_equal(table.loc["P"], table.loc["Q"])


def test_a_unit_that_is_as_good_at_everything_has_a_score_without_width() -> None:
    values = "unit,a,b,c\nP,5,5,5\nQ,1,9,4\nR,9,2,1\nS,0,0,0"
    found = uncertainty_of(flat_set(values, {"weights": {"dirichlet": 2.0}}))
    row = found.of_node().loc["P"]
    assert_allclose(row[["mean_score", "score_5", "median_score", "score_95"]], 5, rtol=1e-12)
    last = found.of_node().loc["S"]
    assert last[["rank_5", "median_rank", "rank_95"]].tolist() == [4, 4, 4]
    assert last["mean_shift"] == 0


# --- its own draws --------------------------------------------------------------------------------

UNCERTAIN: Mapping[str, object] = {
    "weights": {"noise": 0.5},
    "normalisation": ["rank", {"method": "zscore", "mean": 50.0, "sd": 15.0}],
    "aggregation": ["median"],
    "draws": 2300,
    "top": [1, 4],
}


def all_draws(problem: Problem) -> tuple[Array, Array]:
    """Scores and ranks of all draws at once."""
    draws, size = problem.uncertain.options.draws, draws_of_a_block(problem)
    blocks = [uniforms_of(problem, draws, size, block) for block in range(-(-draws // size))]
    return evaluated(problem, np.concatenate(blocks))


@pytest.mark.parametrize("ties", ["min", "dense", "average"])
def test_the_tables_are_those_of_the_draws(ties: str) -> None:
    rounded = {"rounding": {"decimals": 0}, "ranking": {"ties": ties}}
    given_set = mixed_set(UNCERTAIN, {**METHOD, **rounded})
    found = uncertainty_of(given_set)
    scores, ranks = all_draws(problem_of(given_set))
    own = scoring.assess(given_set)
    for row, node in enumerate(found.nodes):
        table, of_units = found.of_node(node), ranks[:, row]
        assert_array_equal(table["score"], own.scores[node])
        assert_array_equal(table["rank"], own.ranks[node])
        assert_allclose(table["mean_score"], scores[:, row].mean(axis=0), rtol=1e-7)
        assert_allclose(table["mean_rank"], of_units.mean(axis=0), rtol=1e-12)
        for column, share in {"rank_5": 0.05, "median_rank": 0.5, "rank_95": 0.95}.items():
            expected = np.quantile(of_units, share, axis=0, method="inverted_cdf")
            assert_array_equal(table[column], expected)
        widest = np.ptp(scores[:, row], axis=0).max()
        for column, share in {"score_5": 0.05, "median_score": 0.5, "score_95": 0.95}.items():
            expected = np.quantile(scores[:, row], share, axis=0)
            assert_allclose(table[column], expected, atol=max(widest / 100, 1e-9))
        shifts = np.abs(of_units - own.ranks[node].to_numpy())
        assert_allclose(table["mean_shift"], shifts.mean(axis=0), atol=1e-12)
        assert_allclose(table["top_4"], (of_units <= 4).mean(axis=0), atol=1e-12)
        assert_array_equal(table["scored"], 1)
        shares = found.rank_probabilities(node)
        for rank in shares.columns:
            assert_allclose(shares[rank], (of_units == rank).mean(axis=0), atol=1e-12)
        ahead = (of_units[:, :, None] < of_units[:, None, :]).mean(axis=0)
        np.fill_diagonal(ahead, np.nan)
        assert_allclose(found.leads(node), ahead, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    values=arrays.arrays(
        np.float64, st.tuples(st.integers(2, 6), st.integers(2, 4)), elements=st.integers(0, 9)
    ),
    gaps=st.integers(0, 2),
    kind=st.sampled_from(["simplex", "dirichlet", "noise"]),
    ties=st.sampled_from(["min", "dense", "average"]),
)
def test_what_holds_of_all_probabilities(values: Array, gaps: int, kind: str, ties: str) -> None:
    cells = values.astype(object)
    cells.ravel()[:gaps] = ""
    rows = [f"U{row},{','.join(map(str, line))}" for row, line in enumerate(cells.tolist())]
    table = "\n".join([f"unit,{','.join('abcd'[: values.shape[1]])}", *rows])
    weights = {"simplex": True, "dirichlet": 3.0, "noise": 0.9}[kind]
    uncertain = {"weights": {kind: weights}, "draws": 60, "seed": 0}
    given_set = flat_set(table, uncertain, method={"ranking": {"ties": ties}})
    found = uncertainty_of(given_set)
    intervals = found.of_node()
    scored = intervals["scored"] > 0
    shares = found.rank_probabilities()
    assert_allclose(shares[scored].sum(axis=1), 1)
    for low, middle, high in (
        ("score_5", "median_score", "score_95"),
        ("rank_5", "median_rank", "rank_95"),
    ):
        assert (intervals.loc[scored, low] <= intervals.loc[scored, middle]).all()
        assert (intervals.loc[scored, middle] <= intervals.loc[scored, high]).all()
    assert (intervals.loc[scored, "rank_95"] <= scored.sum()).all()
    leads = found.leads().to_numpy()
    both = leads + leads.T
    known = ~np.isnan(both)
    assert ((both[known] >= 0) & (both[known] <= 1 + 1e-12)).all()
    _, ranks = all_draws(problem_of(given_set))
    tied = (ranks[:, 0, :, None] == ranks[:, 0, None, :]).mean(axis=0)
    assert_allclose((both + tied)[known], 1)


# --- anywhere -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mixed() -> IndicatorSet:
    return mixed_set({**UNCERTAIN, "aggregation": ["geometric"], "normalisation": ["zscore"]})


@pytest.fixture(scope="module")
def alone(mixed: IndicatorSet) -> Uncertainty:
    return uncertainty_of(mixed)


@pytest.mark.parametrize("workers", [2, 3])
def test_the_same_with_any_number_of_workers(
    mixed: IndicatorSet, alone: Uncertainty, workers: int
) -> None:
    assert_same(uncertainty_of(mixed, workers), alone)


def test_the_same_with_any_number_of_threads_of_linear_algebra() -> None:
    """Weights from components of a correlation matrix have other last bits with every number."""
    values = pd.DataFrame(np.random.default_rng(1).random((400, 60))).add_prefix("i")
    given_set = flat_set(
        values.rename_axis("unit").rename("u{}".format).to_csv(),
        {"draws": 20, "weights": {"noise": 0.2}},
        method={"weighting": {"method": "principal_components"}},
    )
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(robustness_of(given_set, sensitive=False, workers=1))
    assert_same(*(one.uncertainty for one in found))


def test_the_same_in_any_order_of_blocks(mixed: IndicatorSet, alone: Uncertainty) -> None:
    class Backwards:
        def __init__(self, machines: Machines) -> None:
            self.machines = machines

        def run(self, task: object, shared: object, blocks: Iterable[int]) -> Iterator[object]:
            done = list(self.machines.run(task, shared, blocks))  # type: ignore[arg-type,var-annotated]
            yield from reversed(done)

    with open_machines(workers=1) as machines:
        backwards = Backwards(machines)
        assert_same(uncertainty(problem_of(mixed), backwards), alone)  # type: ignore[arg-type]


@pytest.mark.parametrize("most", [1, 90, 700])
def test_the_same_where_memory_is_short(
    mixed: IndicatorSet, alone: Uncertainty, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks that do not fit are computed in halves, and halves of halves."""
    evaluate = Problem.evaluate

    def short(
        problem: Problem, uniforms: Array, active: frozenset[str] | None = None
    ) -> Iterator[Evaluated | Failure]:
        if len(uniforms) > most:
            raise MemoryError
        return evaluate(problem, uniforms, active)

    small = mixed.with_method({"robustness": {"draws": 1100}}) if most == 1 else mixed
    expected = uncertainty_of(small) if most == 1 else alone
    monkeypatch.setattr(Problem, "evaluate", short)
    problem = problem_of(small)
    with open_machines(workers=1) as machines:
        assert_same(uncertainty(problem, machines), expected)


def test_no_memory_at_all_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> Iterator[Evaluated | Failure]:
        raise MemoryError

    problem = problem_of(mixed_set({"draws": 3}))
    base = monte_carlo.assessed(problem)
    monkeypatch.setattr(Problem, "evaluate", none)
    monkeypatch.setattr(monte_carlo, "assessed", lambda _: base)
    with open_machines(workers=1) as machines, pytest.raises(MemoryError):
        uncertainty(problem, machines)


def test_fewer_draws_are_the_first_of_more(mixed: IndicatorSet) -> None:
    problem = problem_of(mixed)
    more = [uniforms_of(problem, 2600, 1000, block) for block in range(3)]
    fewer = [uniforms_of(problem, 2100, 1000, block) for block in range(3)]
    assert [len(block) for block in more] == [1000, 1000, 600]
    assert_array_equal(np.concatenate(more)[:2100], np.concatenate(fewer))
    assert len(np.unique(np.concatenate(more)[:, 0])) == 2600


def test_seed_0_is_a_seed() -> None:
    def intervals(seed: int) -> pd.DataFrame:
        return uncertainty_of(mixed_set({"draws": 50, "seed": seed})).intervals

    pd.testing.assert_frame_equal(intervals(0), intervals(0), check_exact=True)
    assert not intervals(0).equals(intervals(1))


def test_progress_is_told_from_the_first_draw_to_the_last(mixed: IndicatorSet) -> None:
    told: list[tuple[int, int]] = []
    robustness_of(
        mixed.with_method({"robustness": {"sensitivity_draws": 64}}),
        workers=1,
        progress=lambda done, of: told.append((done, of)),
    )
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    rows = 2300 + 64 * 5  # a point is computed for each of three sources, and twice besides
    rows += sum(one_at_a_time(problem_of(mixed), Cores(1))["draws"])
    assert told[-1] == (rows, rows)
    assert {of for _, of in told} == {rows}


# --- draws that fail ------------------------------------------------------------------------------


def test_draws_that_fail_are_counted_and_told_and_harm_no_others() -> None:
    """A geometric mean of scores with a mean of 0 does not exist."""
    uncertain = {"normalisation": ["zscore"], "aggregation": ["geometric"], "draws": 1500}
    given_set = mixed_set({**uncertain, "weights": {"noise": 0.2}})
    found = uncertainty_of(given_set)
    problem = problem_of(given_set)
    chosen = np.concatenate([uniforms_of(problem, 1500, 1000, block)[:, :2] for block in (0, 1)])
    failing = (chosen >= 0.5).all(axis=1)
    assert found.failed == failing.sum()
    assert found.draws == 1500
    (failure,) = found.failures
    assert failure.settings == {"normalisation": "zscore", "aggregation": "geometric"}
    assert failure.finding.message == "geometric aggregation of access needs scores above 0"
    assert failure.draws == found.failed
    assert failure.first == np.flatnonzero(failing)[0]
    _, ranks = all_draws(problem)
    assert_allclose(found.of_node()["mean_rank"], np.nanmean(ranks[:, 0], axis=0))
    assert_array_equal(found.of_node()["scored"], 1)


def test_blocks_of_which_nothing_can_be_computed_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uncertain = {"normalisation": ["zscore"], "draws": 40}
    given_set = mixed_set(uncertain, {**METHOD, "aggregation": {"method": "geometric"}})
    monkeypatch.setattr(monte_carlo, "DRAWS_OF_A_BLOCK", 1)

    def drawn(problem: Problem) -> Array:
        return np.array([uniforms_of(problem, 40, 1, block)[0, 0] for block in range(40)])

    problems = (
        problem_of(given_set.with_method({"robustness": {"seed": seed}})) for seed in range(20)
    )
    problem = next(one for one in problems if drawn(one)[0] >= 0.5)
    with open_machines(workers=2) as machines:
        found = uncertainty(problem, machines)
    (failure,) = found.failures
    assert (failure.draws, failure.first) == ((drawn(problem) >= 0.5).sum(), 0)
    assert found.total.draws == 40 - failure.draws


def test_where_all_draws_fail_that_is_an_error() -> None:
    method = {**METHOD, "aggregation": {"method": "geometric"}}
    uncertain = {"normalisation": ["zscore"], "draws": 1}
    sets = [mixed_set({**uncertain, "seed": seed}, method) for seed in range(9)]
    failing = [one for one in sets if uniforms_of(problem_of(one), 1, 1, 0)[0, 0] >= 0.5]
    assert failing
    with pytest.raises(
        InvalidInputError,
        match=r"none of the 1 draws can be computed, .* because geometric aggregation of",
    ):
        uncertainty_of(failing[0])


def test_a_set_that_cannot_be_assessed_is_refused() -> None:
    method = {"normalisation": {"method": "zscore"}, "aggregation": {"method": "geometric"}}
    with pytest.raises(InvalidInputError, match="needs scores above 0"):
        uncertainty_of(mixed_set({"normalisation": ["minmax"]}, method))


# --- tables ---------------------------------------------------------------------------------------


def test_units_without_a_score_have_neither_ranks_nor_intervals() -> None:
    found = uncertainty_of(flat_set("unit,a,b\nP,3,4\nQ,1,9\nR,,", {"draws": 50}))
    row = found.of_node().loc["R"]
    assert row["scored"] == 0
    assert row.drop("scored").isna().all()
    assert found.leads().loc["R"].isna().all()


def test_of_too_many_units_pairs_are_not_compared() -> None:
    given_set = mixed_set({"most_pairs": 8, "draws": 100})
    found = uncertainty_of(given_set)
    assert not found.paired
    assert found.of_node()["tie_group"].notna().all()
    with pytest.raises(ValueError, match="too many"):
        found.leads()
    assert uncertainty_of(mixed_set({"most_pairs": 9, "draws": 100})).paired


def test_a_top_of_all_units_says_nothing() -> None:
    columns = uncertainty_of(mixed_set({"top": [8, 9, 20], "draws": 20})).intervals.columns
    assert [name for name in columns if name.startswith("top_")] == ["top_8"]


def test_the_bundled_set() -> None:
    found = robustness_of(indicators.load(), sensitive=False)
    assert found.sensitivity is None
    table = found.uncertainty.of_node()
    assert (table["rank_5"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_95"]).all()
    assert found.uncertainty.failed == 0

"""Tallies of draws against numpy on all draws at once."""

from __future__ import annotations

import pickle
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scoring.ranking import rank
from scoring.robustness import histograms, summary
from scoring.robustness.tally import Plan, Tally, Total, planned, tallied
from scoring.robustness.tie_groups import tie_groups, tie_groups_of_intervals
from scoring.robustness.wins import wins

Array = NDArray[np.float64]
Ties = Literal["min", "dense", "average"]

TIES: tuple[Ties, ...] = ("min", "dense", "average")
PROBABILITIES = (0.0, 0.05, 0.25, 0.5, 0.95, 1.0)


def drawn(
    n_draws: int, n_nodes: int, n_units: int, *, missing: float = 0.0, decimals: int = 2
) -> Array:
    """Scores that differ between units, move, and tie now and then."""
    generator = np.random.default_rng(n_draws + n_units)
    scores = 10 * generator.random((n_nodes, n_units))
    scores = np.round(scores + generator.standard_normal((n_draws, n_nodes, n_units)), decimals)
    scores[generator.random(scores.shape) < missing] = np.nan
    return scores


def plan_of(scores: Array, ties: Ties = "min", *, pilot: int = 50, **choices: int) -> Plan:
    ranks = rank(scores, ties)
    return planned(scores[:pilot], ranks[:pilot], ranks[0], ties=ties, top=(1, 3), **choices)


def total_of(plan: Plan, scores: Array, ties: Ties = "min") -> Total:
    total = Total(plan)
    total.add(tallied(plan, scores, rank(scores, ties)))
    return total


def arrays(tally: Tally) -> list[NDArray[np.generic]]:
    """All that is in a tally; nothing in place of what is not compared."""
    found: list[NDArray[np.generic]] = [np.asarray(tally.draws), tally.top, tally.shifts]
    for counted in (tally.scores, tally.ranks):
        found += [counted.cells, counted.counts, counted.present, counted.steps]
        found += [counted.smallest, counted.largest]
    nothing = np.asarray([])
    found += [nothing if pairs is None else pairs for pairs in (tally.wins, tally.apart)]
    return found


def bits(total: Total) -> list[tuple[str, bytes]]:
    """A total to the last bit."""
    return [(str(array.dtype), array.tobytes()) for array in arrays(total.tally())]


# --- against all draws at once --------------------------------------------------------------------


def test_three_draws_by_hand() -> None:
    """A, B, C: B is first in two of three draws; C has no score in the last."""
    scores = np.array([[[3.0, 2.0, 1.0]], [[2.0, 3.0, 1.0]], [[2.0, 3.0, np.nan]]])
    total = total_of(plan_of(scores), scores)
    np.testing.assert_allclose(summary.mean_scores(total), [[7 / 3, 8 / 3, 1]], atol=1e-6)
    np.testing.assert_allclose(summary.mean_ranks(total), [[5 / 3, 4 / 3, 3]])
    np.testing.assert_allclose(
        summary.rank_probabilities(total), [[[1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0], [0, 0, 1]]]
    )
    np.testing.assert_allclose(
        summary.pair_probabilities(total),
        [[[np.nan, 1 / 3, 1], [2 / 3, np.nan, 1], [0, 0, np.nan]]],
    )
    assert summary.top_probabilities(total)[0].tolist() == [[1 / 3, 2 / 3, 0]]
    # From 1, 2, 3 the first two move by one place, twice.
    np.testing.assert_allclose(summary.mean_shifts(total), [[2 / 3, 2 / 3, 0]])
    np.testing.assert_allclose(summary.present_shares(total), [[1, 1, 2 / 3]])
    assert summary.rank_quantiles(total, [0.5]).tolist() == [[[2, 1, 3]]]


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("n_units", [1, 7, 130])
def test_all_results_against_numpy(ties: Ties, missing: float, n_units: int) -> None:
    scores = drawn(300, 2, n_units, missing=missing, decimals=1)
    ranks = rank(scores, ties)
    total = total_of(plan_of(scores, ties), scores, ties)
    window = 512 * total.plan.scores.width
    has = ~np.isnan(scores)

    assert (np.abs(summary.mean_scores(total) - np.nanmean(scores, 0)) <= window * 2**-26).all()
    np.testing.assert_allclose(summary.mean_ranks(total), np.nanmean(ranks, 0), rtol=1e-12)
    np.testing.assert_allclose(summary.present_shares(total), has.mean(0))
    expected = np.nanquantile(scores, PROBABILITIES, axis=0)
    found = summary.score_quantiles(total, PROBABILITIES)
    assert (np.abs(found - expected) <= total.plan.scores.width).all()
    np.testing.assert_array_equal(found[[0, -1]], expected[[0, -1]])
    np.testing.assert_array_equal(
        summary.rank_quantiles(total, PROBABILITIES),
        np.nanquantile(ranks, PROBABILITIES, axis=0, method="inverted_cdf"),
    )

    places = np.arange(1, n_units + 0.5, 0.5 if ties == "average" else 1)
    counts = (ranks[..., np.newaxis] == places).sum(axis=0)
    np.testing.assert_array_equal(total.ranks.counts, counts)
    np.testing.assert_allclose(
        summary.rank_probabilities(total), counts / has.sum(0)[..., np.newaxis]
    )
    for place, top in enumerate((1, 3)):
        np.testing.assert_array_equal(total.top[place], (ranks <= top).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        ahead = (ranks[..., :, np.newaxis] < ranks[..., np.newaxis, :]).sum(axis=0)
        both = (has[..., :, np.newaxis] & has[..., np.newaxis, :]).sum(axis=0)
        both[:, range(n_units), range(n_units)] = 0
        np.testing.assert_allclose(summary.pair_probabilities(total), ahead / both)
        shifts = np.abs(ranks - ranks[0])
        mean_shifts = np.nansum(shifts, axis=0) / (~np.isnan(shifts)).sum(axis=0)
        np.testing.assert_allclose(summary.mean_shifts(total), mean_shifts)


def test_scores_lie_in_the_bins_of_a_histogram() -> None:
    scores = drawn(2000, 1, 3, decimals=9)
    total = total_of(plan_of(scores), scores)
    bins = total.plan.scores
    for unit in range(3):
        edges = bins.low[0, unit] + np.arange(1, 512) * bins.width[0, unit]
        expected, _ = np.histogram(scores[:, 0, unit], [-np.inf, *edges, np.inf])
        np.testing.assert_array_equal(total.scores.counts[0, unit], expected)


def test_ranks_of_many_units_are_counted_in_bins() -> None:
    scores = drawn(60, 1, 5000, decimals=9)
    plan = plan_of(scores, most_pairs=400, most_cells=5000 * 2 * 64)
    ranks = rank(scores)
    total = total_of(plan, scores)
    assert (plan.exact_ranks, plan.pairs) == (False, False)
    assert (plan.scores.number, plan.ranks.number) == (64, 64)
    np.testing.assert_allclose(summary.mean_ranks(total), ranks.mean(axis=0))
    found = summary.rank_quantiles(total, PROBABILITIES)
    expected = np.quantile(ranks, PROBABILITIES, axis=0, method="inverted_cdf")
    assert (np.abs(found - expected) < plan.ranks.width).all()
    np.testing.assert_array_equal(found % 1, 0)
    np.testing.assert_array_equal(total.top[1], (ranks <= 3).sum(axis=0))
    with pytest.raises(ValueError, match="bins of several ranks"):
        summary.rank_probabilities(total)
    with pytest.raises(ValueError, match="not compared"):
        summary.pair_probabilities(total)


def test_ranks_in_narrow_windows_are_exact() -> None:
    """Where no unit moves by more than there are bins, bins of ranks hold one each."""
    scores = -np.arange(3000.0) + 20 * np.random.default_rng(1).random((50, 1, 3000))
    plan = plan_of(scores, most_cells=3000 * 2 * 512)
    assert not plan.exact_ranks
    np.testing.assert_array_equal(plan.ranks.width, 1)
    np.testing.assert_array_equal(
        summary.rank_quantiles(total_of(plan, scores), PROBABILITIES),
        np.quantile(rank(scores), PROBABILITIES, axis=0, method="inverted_cdf"),
    )


# --- the same bits however it is divided ----------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_division_and_order_gives_the_same_bits(data: st.DataObject) -> None:
    ties = data.draw(st.sampled_from(TIES))
    n_draws, n_units = data.draw(st.integers(1, 60)), data.draw(st.sampled_from([1, 2, 9, 200]))
    scores = drawn(n_draws, 2, n_units, missing=data.draw(st.sampled_from([0.0, 0.3])))
    small = np.abs(scores) < 1
    scores[small] = np.copysign(0.0, scores[small])  # zeros of both signs
    ranks = rank(scores, ties)
    pilot, most_cells = data.draw(st.integers(1, n_draws)), data.draw(st.sampled_from([2**20, 2]))
    plan = plan_of(scores, ties, pilot=pilot, most_cells=most_cells)
    whole = total_of(plan, scores, ties)

    order = np.array(data.draw(st.permutations(range(n_draws))))
    cuts = sorted(data.draw(st.lists(st.integers(0, n_draws), max_size=5)))
    totals = [Total(plan), Total(plan)]
    for draws in np.split(order, cuts):
        total = totals[data.draw(st.integers(0, 1))]
        total.add(tallied(plan, scores[draws], ranks[draws]))
    first, second = totals
    first.add(pickle.loads(pickle.dumps(second.tally())))
    assert bits(first) == bits(whole)
    for quantiles in (summary.score_quantiles, summary.rank_quantiles):
        np.testing.assert_array_equal(
            quantiles(first, PROBABILITIES), quantiles(whole, PROBABILITIES)
        )


def test_blocks_of_columns_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = drawn(40, 3, 11, missing=0.1)
    plan = plan_of(scores)
    whole = bits(total_of(plan, scores))
    monkeypatch.setattr("scoring.robustness.tally.VALUES_AT_A_TIME", 100)
    monkeypatch.setattr(histograms, "CELLS_AT_A_TIME", 1000)
    monkeypatch.setattr(histograms, "DRAWS_OF_A_CELL", 0)
    total = total_of(plan, scores)
    assert bits(total) == whole
    found = summary.score_quantiles(total, PROBABILITIES)
    assert (
        np.abs(found - np.nanquantile(scores, PROBABILITIES, axis=0)) <= plan.scores.width
    ).all()


def test_what_is_given_stays_as_it_is() -> None:
    """Also where draws of a unit already lie side by side."""
    scores = np.asfortranarray(drawn(40, 1, 5))
    ranks = np.asfortranarray(rank(scores))
    before = scores.copy(), ranks.copy()
    plan = plan_of(scores)
    tallied(plan, scores, ranks)
    np.testing.assert_array_equal(scores, before[0])
    np.testing.assert_array_equal(ranks, before[1])


def test_a_tally_holds_no_more_than_was_drawn() -> None:
    scores = drawn(3, 1, 200)
    tally = tallied(plan_of(scores, most_pairs=0), scores, rank(scores))
    assert len(tally.scores.cells) <= scores.size
    assert len(tally.ranks.cells) <= scores.size
    assert len(pickle.dumps(tally)) < 4 * 200 * (512 + 200) / 20  # a table has this many cells


def test_too_many_draws() -> None:
    scores = drawn(3, 1, 1)
    total = total_of(plan_of(scores), scores)
    total.draws = 2**30 - 2
    with pytest.raises(ValueError, match="at most 1073741824 draws"):
        total.add(tallied(total.plan, scores, rank(scores)))
    many = np.broadcast_to(scores[:1], (2**21 + 1, 1, 1))
    with pytest.raises(ValueError, match="a block has at most"):
        tallied(total.plan, many, many)


def test_no_draws() -> None:
    scores = drawn(3, 1, 4)
    total = Total(plan_of(scores))
    total.add(tallied(total.plan, scores[:0], scores[:0]))
    assert total.draws == 0
    assert np.isnan(summary.mean_scores(total)).all()
    assert np.isnan(summary.score_quantiles(total, [0.5])).all()
    assert np.isnan(summary.rank_quantiles(total, [0.5])).all()
    assert np.isnan(summary.present_shares(total)).all()


# --- odd scores -----------------------------------------------------------------------------------


@pytest.mark.parametrize("constant", [0.0, 0.1, -7.3, 1e300, -1e300, 1e-300, 1.7e308])
def test_a_constant_is_itself(constant: float) -> None:
    scores = np.full((5, 1, 3), constant)
    total = total_of(plan_of(scores), scores)
    assert (summary.mean_scores(total) == constant).all()
    assert (summary.score_quantiles(total, PROBABILITIES) == constant).all()
    assert (summary.mean_ranks(total) == 1).all()


@pytest.mark.parametrize("size", [1e300, 1e-250, 1.0, 1e8])
def test_huge_and_tiny_scores(size: float) -> None:
    scores = drawn(200, 1, 6, decimals=9) * size
    total = total_of(plan_of(scores), scores)
    np.testing.assert_allclose(summary.mean_scores(total), scores.mean(axis=0), rtol=1e-6)
    expected = np.quantile(scores, PROBABILITIES, axis=0)
    assert (
        np.abs(summary.score_quantiles(total, PROBABILITIES) - expected) <= total.plan.scores.width
    ).all()


def test_opposite_ends_of_what_there_is() -> None:
    scores = np.array([[[1.7e308, -1.7e308, 0.0]], [[-1.7e308, 1.7e308, 0.0]]])
    total = total_of(plan_of(scores), scores)
    np.testing.assert_array_equal(
        summary.score_quantiles(total, [0, 1]), [scores.min(axis=0), scores.max(axis=0)]
    )
    assert np.isfinite(summary.mean_scores(total)).all()


def test_what_the_pilot_missed() -> None:
    """Far beyond the window: the mean is exact up to 32 windows, the ends always."""
    scores = drawn(100, 1, 4, decimals=9)
    plan = plan_of(scores)
    scores[60:] *= 20
    total = total_of(plan, scores)
    window = 512 * plan.scores.width
    assert (np.abs(summary.mean_scores(total) - scores.mean(axis=0)) <= window * 2**-26).all()
    np.testing.assert_array_equal(
        summary.score_quantiles(total, [0, 1]), [scores.min(axis=0), scores.max(axis=0)]
    )
    scores[99] = 1e305
    farther = total_of(plan, scores)
    assert (summary.mean_scores(farther) <= plan.scores.low + 32 * window).all()
    assert (summary.score_quantiles(farther, [1]) == 1e305).all()


def test_a_unit_without_any_score() -> None:
    scores = drawn(30, 2, 4)
    scores[:, 0, 2] = np.nan
    scores[:, 1] = np.nan
    total = total_of(plan_of(scores), scores)
    for table in (
        summary.mean_scores(total),
        summary.mean_ranks(total),
        summary.score_quantiles(total, [0.5])[0],
        summary.rank_quantiles(total, [0.5])[0],
        summary.top_probabilities(total)[0],
        summary.rank_probabilities(total)[..., 0],
        summary.mean_shifts(total),
    ):
        missing = [[False, False, True, False], [True] * 4]
        np.testing.assert_array_equal(np.isnan(table), missing)
    pairs = summary.pair_probabilities(total)
    assert np.isnan(pairs[0, 2]).all()
    assert np.isnan(pairs[1]).all()


def test_a_unit_that_the_pilot_never_scored() -> None:
    """Its window is that of its node."""
    scores = drawn(200, 1, 5, decimals=9)
    scores[:50, 0, 1] = np.nan
    total = total_of(plan_of(scores), scores)
    found = summary.score_quantiles(total, PROBABILITIES)
    expected = np.nanquantile(scores, PROBABILITIES, axis=0)
    assert (np.abs(found - expected) <= total.plan.scores.width).all()


def test_windows_are_what_was_seen_and_as_much_on_each_side() -> None:
    scores = np.array([[[1.0, 0.0, 4.0, np.nan]], [[3.0, 16.0, 4.0, np.nan]]])
    low, high = histograms.windows(scores)
    # The constant has a 64th of the liveliest, the missing one what its node spans.
    assert low.tolist() == [[-1, -16, 3.75, -16]]
    assert high.tolist() == [[5, 32, 4.25, 32]]
    low, high = histograms.windows(np.array([[[3.0, 5.0]]]))
    assert (low.tolist(), high.tolist()) == ([[1, 3]], [[5, 7]])
    low, high = histograms.windows(np.array([[[3.0], [0.0], [np.nan]]]))
    assert (low.tolist(), high.tolist()) == ([[0], [-1], [-1]], [[6], [1], [2]])


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(
        st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=3, max_size=3),
        min_size=1,
        max_size=4,
    )
)
def test_windows_are_always_usable(values: list[list[float]]) -> None:
    scores = np.array(values)[:, np.newaxis]
    low, high = histograms.windows(scores)
    assert (low < high).all()
    assert np.isfinite(high - low).all()
    ranks = rank(scores)
    total = Total(planned(scores, ranks, ranks[0]))
    total.add(tallied(total.plan, scores, ranks))
    np.testing.assert_array_equal(
        np.isnan(summary.mean_scores(total)), np.isnan(scores).all(axis=0)
    )


@pytest.mark.parametrize("probability", [-0.1, 1.1, np.nan])
def test_probabilities_are_from_0_to_1(probability: float) -> None:
    scores = drawn(3, 1, 2)
    with pytest.raises(ValueError, match="from 0 to 1"):
        summary.score_quantiles(total_of(plan_of(scores), scores), [probability])


# --- pairs and groups -----------------------------------------------------------------------------


@pytest.mark.parametrize(("n_draws", "n_units"), [(1, 1), (9, 126), (9, 127), (5000, 3), (3, 600)])
def test_wins_in_whole_and_in_parts(n_draws: int, n_units: int) -> None:
    ranks = rank(drawn(n_draws, 1, n_units, missing=0.1, decimals=1), "average")[:, 0]
    expected = np.array([(ranks[:, [unit]] < ranks).sum(axis=0) for unit in range(n_units)])
    np.testing.assert_array_equal(wins(ranks), expected)


def test_a_group_goes_as_far_as_its_first_unit_is_not_certainly_ahead() -> None:
    """A beats C for certain, but not D: one group holds all, until A beats D as well."""
    ahead = np.array(
        [
            [np.nan, 0.6, 0.99, 0.9, np.nan],
            [0.4, np.nan, 0.99, 0.5, np.nan],
            [0.01, 0.01, np.nan, 0.5, np.nan],
            [0.1, 0.5, 0.5, np.nan, np.nan],
            [np.nan] * 5,
        ]
    )
    ranks = np.array([1, 2, 3, 4, np.nan])
    assert tie_groups(ranks, ahead, 0.95).tolist() == [1, 1, 1, 1, 0]
    ahead[0, 3] = 0.96
    assert tie_groups(ranks, ahead, 0.95).tolist() == [1, 1, 2, 2, 0]
    mixed = np.array([3, 4, 0, 2, 1])
    assert tie_groups(ranks[mixed], ahead[np.ix_(mixed, mixed)], 0.95).tolist() == [2, 0, 1, 2, 1]
    assert tie_groups(ranks, ahead, 0.5).tolist() == [1, 2, 3, 4, 0]
    assert tie_groups(ranks[4:], ahead[4:, 4:], 0.95).tolist() == [0]


def test_groups_of_intervals() -> None:
    ranks = np.array([2.0, 1.0, 3.0, np.nan, 4.0])
    best = np.array([1.0, 1.0, 3.0, np.nan, 3.0])
    worst = np.array([3.0, 2.0, 4.0, np.nan, 4.0])
    assert tie_groups_of_intervals(ranks, best, worst).tolist() == [1, 1, 2, 0, 2]


def test_long_groups_are_found_one_unit_after_another() -> None:
    generator = np.random.default_rng(3)
    ranks = np.arange(1.0, 2001)
    best = np.maximum(ranks - generator.integers(0, 300, 2000), 1)
    worst = ranks + generator.integers(0, 300, 2000)
    first, group, expected = 0, 1, []
    while first < 2000:
        last = max(unit for unit in range(first, 2000) if best[unit] <= worst[first])
        expected += [group] * (last + 1 - first)
        first, group = last + 1, group + 1
    assert tie_groups_of_intervals(ranks, best, worst).tolist() == expected

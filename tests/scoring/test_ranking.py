from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.stats import rankdata

from scoring.ranking import TIES, rank, round_scores

NAN = np.nan
Ties = Literal["min", "dense", "average"]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("min", [3, 1, 5, 1, 3]),
        ("dense", [2, 1, 3, 1, 2]),
        ("average", [3.5, 1.5, 5, 1.5, 3.5]),
    ],
)
def test_ties(ties: Ties, expected: list[float]) -> None:
    assert rank(np.array([7.0, 9.0, -2.0, 9.0, 7.0]), ties).tolist() == expected


def test_untied_ranks_are_those_of_the_scores() -> None:
    # scikit-criteria makes [3, 1, 2] of ranks [2, 2, 1] that it unties.
    assert rank(np.array([2.0, 2.0, 5.0])).tolist() == [2, 2, 1]


@pytest.mark.parametrize("ties", sorted(TIES))
def test_a_missing_score_has_no_rank_and_takes_none(ties: Ties) -> None:
    assert_array_equal(rank(np.array([NAN, 3.0, NAN, 8.0]), ties), [NAN, 2, NAN, 1])
    assert_array_equal(rank(np.array([NAN, NAN]), ties), [NAN, NAN])
    assert rank(np.array([4.0]), ties).tolist() == [1]
    assert rank(np.array([]), ties).tolist() == []


def test_scores_equal_to_nine_decimals_are_tied() -> None:
    assert rank(np.array([0.1 + 0.2, 0.3])).tolist() == [1, 1]
    assert rank(np.array([50.0000000001, 50.0])).tolist() == [1, 1]
    assert rank(np.array([50.000000001, 50.0])).tolist() == [1, 2]


def test_leading_axes_are_ranked_one_by_one() -> None:
    scores = np.round(np.random.default_rng(0).normal(size=(30, 12)), 1)
    scores[scores < -1.2] = NAN
    for ties in ("min", "dense", "average"):
        together = rank(scores, ties)
        for draw in range(30):
            assert_array_equal(together[draw], rank(scores[draw], ties))


def test_the_smaller_rank_counts_who_is_better() -> None:
    scores = np.round(np.random.default_rng(1).normal(size=40), 1)
    better = (scores[:, None] < scores[None, :]).sum(axis=1)
    assert_array_equal(rank(scores), better + 1)


# --- rounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "decimals", "even", "up"),
    [
        (0.285, 2, 0.28, 0.29),  # stored as 0.284999...
        (0.275, 2, 0.28, 0.28),
        (1.005, 2, 1.0, 1.01),  # stored as 1.00499999999999989
        (2.675, 2, 2.68, 2.68),  # stored as 2.67499999999999982
        (0.5, 0, 0, 1),
        (1.5, 0, 2, 2),
        (2.5, 0, 2, 3),
        (-0.5, 0, 0, -1),
        (-2.5, 0, -2, -3),
        (-0.285, 2, -0.28, -0.29),
        (0.2849, 2, 0.28, 0.28),
        (99.99999, 3, 100, 100),
        (0.123456789, 9, 0.123456789, 0.123456789),
        (-12.345, 1, -12.3, -12.3),
    ],
)
def test_halves(score: float, decimals: int, even: float, up: float) -> None:
    assert round_scores(np.array(score), decimals, "half_even") == even
    assert round_scores(np.array(score), decimals, "half_up") == up


@pytest.mark.parametrize(
    ("mode", "decimal_mode"), [("half_even", ROUND_HALF_EVEN), ("half_up", ROUND_HALF_UP)]
)
def test_every_half_of_three_decimals_as_written(
    mode: Literal["half_even", "half_up"], decimal_mode: str
) -> None:
    written = [Decimal(n) / 1000 for n in range(-2000, 2001)]
    found = round_scores(np.array([float(d) for d in written]), 2, mode)
    expected = [float(d.quantize(Decimal("0.01"), decimal_mode)) for d in written]
    assert_array_equal(found, expected)


def test_a_missing_score_stays_missing() -> None:
    assert_array_equal(round_scores(np.array([NAN, 1.26]), 1, "half_up"), [NAN, 1.3])
    assert_array_equal(round_scores(np.array([NAN, 1.26]), 1), [NAN, 1.3])


def test_large_scores_are_not_rounded() -> None:
    assert round_scores(np.array([1.7e308, -1e300, 1e299, 1.26]), 1).tolist() == [
        1.7e308, -1e300, 1e299, 1.3,
    ]  # fmt: skip


def test_large_scores_are_ranked_as_they_are() -> None:
    assert rank(np.array([1e300, 1e-300, 1.7e308, NAN, -1e300])).tolist()[:3] == [2, 3, 1]


def test_more_scores_than_are_ranked_at_a_time() -> None:
    scores = np.round(np.random.default_rng(2).normal(size=(5, 40_000)), 2)
    scores[:, ::7] = NAN
    for ties in ("min", "dense", "average"):
        expected = rankdata(-scores, method=ties, axis=-1, nan_policy="omit")
        assert_array_equal(rank(scores, ties), np.where(np.isnan(scores), NAN, expected))

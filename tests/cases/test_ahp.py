"""Published examples of weights from judgements."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from scoring.weighting.best_worst import best_worst
from scoring.weighting.comparisons import ahp
from scoring.weighting.points import budget_allocation
from scoring.weighting.rank_order import rank_order_centroid
from tests.cases.shared_cases import needs_shared_cases, table

Array = NDArray[np.float64]
NAN = np.nan

SITES = "mcda_papathanasiou2018"


def matrix(case: str, name: str) -> Array:
    """Comparisons of one expert."""
    comparisons: Array = table(case, name).to_numpy(dtype=np.float64)[None]
    return comparisons


@needs_shared_cases
def test_drinks_of_saaty() -> None:
    # Saaty (2008), International Journal of Services Sciences 1(1): how much of each is drunk.
    found = ahp(matrix("ahp_saaty2008_drinks", "data"))
    expected = table("ahp_saaty2008_drinks", "expected")["priority"]
    assert_allclose(found.shares, expected, atol=6e-4)
    # Printed with three decimals.
    assert round(found.figures["consistency_ratio"], 3) == 0.022
    assert found.by_expert["consistency_ratio"] == found.figures["consistency_ratio"]
    assert found.remarks == ()


@needs_shared_cases
def test_criteria_of_papathanasiou_and_ploskas() -> None:
    found = ahp(matrix(SITES, "pairwise_criteria"))
    expected = table(SITES, "expected_ahp_criteria").loc["criteria"]
    assert_allclose(found.shares, expected, atol=6e-4)


@needs_shared_cases
@pytest.mark.parametrize(
    ("name", "ratio", "older_random_index"),
    [
        ("criteria", 0.0161, 0.90),
        ("c1", 0.0335, 1.24),
        ("c2", 0.0264, 1.24),
        ("c3", 0.0221, 1.24),
        ("c4", 0.0398, 1.24),
    ],
)
def test_consistency_ratios_of_the_sites(
    name: str, ratio: float, older_random_index: float
) -> None:
    # These ratios are by Saaty's first table, which has 0.90 and 1.24 for 4 and 6 elements.
    found = ahp(matrix(SITES, f"pairwise_{name}")).figures
    assert_allclose(found["consistency_index"], ratio * older_random_index, atol=7e-5)
    assert_allclose(found["consistency_ratio"], ratio, atol=4e-4)


@needs_shared_cases
def test_priorities_of_the_sites() -> None:
    # Distributive synthesis: priorities by each criterion, weighted by the priorities of these.
    criteria = ahp(matrix(SITES, "pairwise_criteria")).shares
    sites = [ahp(matrix(SITES, f"pairwise_{name}")).shares for name in ("c1", "c2", "c3", "c4")]
    assert_allclose(criteria @ np.array(sites), table(SITES, "expected")["ahp_priority"], atol=6e-4)


@pytest.mark.parametrize(
    ("best_to_others", "others_to_worst", "weights", "xi"),
    [
        ([2, 1, 4, 2, 8], [4, 8, 2, 4, 1], [0.2105, 0.4211, 0.1053, 0.2105, 0.0526], 0.0),
        ([2, 1, 4, 3, 8], [4, 8, 2, 3, 1], [0.2295, 0.4481, 0.1148, 0.1530, 0.0546], 0.0109),
    ],
)
def test_car_of_rezaei(
    best_to_others: list[float], others_to_worst: list[float], weights: list[float], xi: float
) -> None:
    # Rezaei (2016), Omega 64, tables 2 and 3 and section 4, as quoted by others who read them:
    # quality, price, comfort, safety, style, of which price is the best and style the worst.
    comparisons = np.full((1, 5, 5), NAN)
    comparisons[0, 1] = best_to_others
    comparisons[0, :, 4] = others_to_worst
    found = best_worst(comparisons)
    assert_allclose(found.shares, weights, atol=5e-5)
    assert_allclose(found.by_expert["xi"], xi, atol=5e-5)


@pytest.mark.parametrize(
    ("n_children", "weights"),
    [
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.09, 0.04]),
    ],
)
def test_centroids_of_barron_and_barrett(n_children: int, weights: list[float]) -> None:
    # The formula of Barron & Barrett (1996), Management Science 42(11), to four decimals.
    ranks = np.arange(1.0, n_children + 1)[None]
    assert_allclose(rank_order_centroid(ranks).shares, weights, atol=5e-5)


@needs_shared_cases
def test_budget_allocation_of_the_handbook() -> None:
    # The weights by budget allocation of the Technology Achievement Index, as points of one panel.
    published = table("tai_oecd_handbook", "weights").loc["BAP"].to_numpy(dtype=np.float64)
    found = budget_allocation(100 * published[None])
    assert_allclose(found.shares, published, atol=1e-12)

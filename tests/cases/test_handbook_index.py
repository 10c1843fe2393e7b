"""The Technology Achievement Index of the Handbook: its ranks by seven methods, from the data.

OECD/JRC (2008), Handbook on Constructing Composite Indicators, Tables A.2 (data), 19 and 23 (ranks,
weights), 36, 37 (outranking), endnote 29 (benefit of the doubt). Goalposts of 72 countries:
Saisana, Saltelli & Tarantola (2005), Journal of the Royal Statistical Society A 168, Table 1. Read
from ../shared and never copied.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import scoring
from scoring import Assessment
from scoring.aggregation.consensus import consensus
from scoring.aggregation.outranking import outranking_matrix
from tests.cases.shared_cases import case_set, coded, needs_shared_cases, table

pytestmark = needs_shared_cases

CASE = "tai_oecd_handbook"
EQUAL = np.full(8, 1 / 8)

#: Goalposts of 72 countries, not of these 23: the Handbook's ranks come out with no other scale.
LINEAR = """
[normalisation]
method = "goalposts"
range = [0, 1]
"""


def assessed(method: str, folder: Path, data: str = "data", weights: str = "") -> Assessment:
    indicator_set = case_set(CASE, table(CASE, data), method, folder)
    if weights:
        scheme = table(CASE, "weights").loc[weights]
        indicator_set = indicator_set.with_weights({str(name): w for name, w in scheme.items()})
    return scoring.assess(indicator_set)


def published(column: str) -> pd.Series[float]:
    return coded(table(CASE, "expected"))[column]


# --- linear aggregation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "rank", "places"),
    [
        ("EW", "EW_LIN", 0),
        ("BAP", "BAP", 0),
        ("FA", "FA", 1),
        ("AHP", "AHP", 2),
    ],
)
def test_ranks_with_published_weights(weights: str, rank: str, places: int, tmp_path: Path) -> None:
    # Weights are printed with two decimals; those of FA and AHP do not give every rank back.
    found = assessed(LINEAR, tmp_path, weights=weights).ranks["tai"]
    expected = published(f"rank_{rank}")
    assert len(expected) == 23
    assert (found[expected.index] - expected).abs().max() <= places


def test_scores_of_the_index_itself(tmp_path: Path) -> None:
    # UNDP (2001), Human Development Report, as the README of the case quotes it.
    found = assessed(LINEAR, tmp_path).scores["tai"]
    assert_allclose(found[["Finland", "United_States"]], [0.744, 0.733], atol=2e-3)


@pytest.mark.parametrize("method", ["zscore", "minmax"])
def test_other_normalisations_give_other_ranks(method: str, tmp_path: Path) -> None:
    found = assessed(f'normalisation.method = "{method}"', tmp_path).ranks["tai"]
    expected = published("rank_EW_LIN")
    assert (found[expected.index] != expected).sum() > 5


# --- geometric aggregation ------------------------------------------------------------------------

GEOMETRIC = """
[normalisation]
method = "none"

[aggregation]
method = "geometric"
"""


def test_ranks_by_the_geometric_mean_of_the_data(tmp_path: Path) -> None:
    found = assessed(GEOMETRIC, tmp_path).ranks["tai"]
    expected = published("rank_GME")
    assert_array_equal(found[expected.index], expected)


def test_how_far_the_two_means_agree(tmp_path: Path) -> None:
    linear, geometric = (
        assessed(method, tmp_path / str(number))
        for number, method in enumerate((LINEAR, GEOMETRIC))
    )
    found = scoring.compare(linear, geometric).agreement.loc["tai"]
    one, other = published("rank_EW_LIN"), published("rank_GME")
    assert found["spearman"] == pytest.approx(one.corr(other))
    assert found["mean_shift"] == pytest.approx((one - other).abs().mean())
    assert found["largest_shift"] == 11  # Korea, 5th and 16th


# --- benefit of the doubt -------------------------------------------------------------------------


def test_benefit_of_the_doubt_with_weights_of_10_to_15_percent(tmp_path: Path) -> None:
    method = """
        [normalisation]
        method = "minmax"
        range = [0, 1]

        [aggregation]
        method = "benefit_of_the_doubt"
        lowest_share = 0.10
        highest_share = 0.15
    """
    found = assessed(method, tmp_path)
    expected = published("bod_score")
    assert_allclose(found.scores["tai"].loc[expected.index], expected, atol=0.01)
    assert set(found.ranks.index[found.ranks["tai"] == 1]) == {
        "Finland",
        "United_States",
        "Sweden",
    }


# --- outranking -----------------------------------------------------------------------------------

KEMENY = """
[normalisation]
method = "none"

[aggregation]
method = "kemeny"
"""


def test_outranking_matrix_of_five_countries() -> None:
    expected = table(CASE, "expected_five_outranking")
    assert_allclose(outranking_matrix(table(CASE, "data_five"), EQUAL), expected, atol=1e-15)


def test_the_best_rankings_of_five_countries(tmp_path: Path) -> None:
    data = table(CASE, "data_five")
    listed = table(CASE, "expected_five_permutations").reset_index()
    matrix = outranking_matrix(data, EQUAL)
    listed_orders = listed.iloc[:, :5].to_numpy()
    orders = np.array([data.index.get_indexer(pd.Index(order)) for order in listed_orders])
    supports = [np.triu(matrix[np.ix_(order, order)], 1).sum() for order in orders]
    assert_allclose(supports, listed["score"], atol=1e-12)
    assert consensus(matrix).support == pytest.approx(6.375)
    # Three rankings are best; the score is the number of places below the mean place in them.
    best = orders[listed["score"] == 6.375]
    assert len(best) == consensus(matrix).n_rankings == 3
    places = np.argsort(best, axis=1).mean(axis=0) + 1
    found = assessed(KEMENY, tmp_path, "data_five").scores["tai"]
    assert_allclose(found[coded(data).index], 5 - places)


def test_copeland_scores_of_five_countries(tmp_path: Path) -> None:
    # Wins less defeats, counted in Table 36: Sweden beats all but the United States.
    matrix = coded(table(CASE, "expected_five_outranking"))
    against = matrix.to_numpy().T
    expected = (matrix.to_numpy() > against).sum(axis=1) - (matrix.to_numpy() < against).sum(axis=1)
    assert expected.tolist() == [1, 2, 3, -2, -4]
    method = KEMENY.replace("kemeny", "copeland")
    found = assessed(method, tmp_path, "data_five").scores["tai"]
    assert_array_equal(found[matrix.index], expected)


def test_the_optimum_of_23_countries(tmp_path: Path) -> None:
    # The published order (column NCMC) falls short of the optimum; see the README of the case.
    data, order = coded(table(CASE, "data")), published("rank_NCMC")
    matrix = outranking_matrix(data, EQUAL)
    found = consensus(matrix)
    assert found.support == pytest.approx(184.5)
    place = order.loc[data.index].to_numpy()
    assert matrix[place[:, None] < place].sum() < 184.5
    assessment = assessed(KEMENY, tmp_path)
    assert_allclose(assessment.scores["tai"].loc[data.index], 23 - found.positions)
    leaders = assessment.ranks["tai"].nsmallest(3).index
    assert set(leaders) == {"Finland", "United_States", "Sweden"}

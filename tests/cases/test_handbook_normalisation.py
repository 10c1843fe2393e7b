"""Normalisations of the OECD/JRC Handbook's worked example, read from ../shared.

OECD/JRC (2008), Handbook on Constructing Composite Indicators, Table 15: mean years of schooling
of the 23 countries of the Technology Achievement Index. It is printed with two decimals, and
computed from schooling with one.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.cluster.hierarchy import fcluster, linkage

from scoring.normalisation import (
    AboveBelowMean,
    Borda,
    Categorical,
    DistanceToMaximum,
    DistanceToReference,
    FractionOfMaximum,
    Goalposts,
    MinMax,
    PercentileRank,
    Rank,
    ZScore,
    _Normalisation,
)

TAI = Path(__file__).parents[2].parent / "shared" / "cases" / "tai_oecd_handbook"

pytestmark = pytest.mark.skipif(
    not TAI.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)

SHARE = (0.0, 1.0)

#: Column of Table 15 -> method and half a unit of its last digit, a little more for rounded input.
METHODS: dict[str, tuple[_Normalisation, float]] = {
    "rank_ascending": (Rank(), 0),
    "zscore": (ZScore(), 0.006),
    "minmax": (MinMax(feature_range=SHARE), 0.006),
    "dist_mean_ratio": (DistanceToReference(None, SHARE, "mean", "ratio"), 0.006),
    "dist_best_ratio": (DistanceToReference(None, SHARE, "best", "ratio"), 0.006),
    "dist_worst_ratio": (DistanceToReference(None, SHARE, "worst", "ratio"), 0.006),
    "dist_mean_diff": (DistanceToReference(None, SHARE, "mean", "difference"), 0.006),
    "dist_worst_diff": (DistanceToReference(None, SHARE, "worst", "difference"), 0.006),
    "above_below_mean_p20": (AboveBelowMean(threshold=0.2), 0),
    "percentile": (PercentileRank(share_of="all"), 0.06),
    "categorical": (Categorical(), 0),
}


def table_15() -> pd.DataFrame:
    return pd.read_csv(TAI / "expected_normalisations_schooling.csv", index_col="unit")


@pytest.mark.parametrize("column", METHODS)
def test_every_column_of_table_15(column: str) -> None:
    table, (method, tolerance) = table_15(), METHODS[column]
    found = method.fit_transform(table[["schooling"]].to_numpy())[:, 0]
    assert len(found) == 23
    assert_allclose(found, table[column], atol=tolerance, rtol=0)


def test_no_column_of_table_15_is_left_out() -> None:
    assert set(METHODS) == set(table_15().columns) - {"schooling"}


def test_the_same_columns_under_other_names() -> None:
    table = table_15()
    schooling = table[["schooling"]].to_numpy()
    assert_array_equal(Borda().fit_transform(schooling)[:, 0], table["rank_ascending"] - 1)
    for method, column in (
        (FractionOfMaximum(feature_range=SHARE), "dist_best_ratio"),
        (DistanceToMaximum(feature_range=SHARE), "minmax"),
        (DistanceToReference(None, SHARE, "best", "range"), "minmax"),
    ):
        found = method.fit_transform(schooling)[:, 0]
        assert_allclose(found, table[column], atol=0.006)


def test_z_scores_of_all_indicators_give_the_published_clusters() -> None:
    # Table 13 and Figure 13: single linkage on z-scores, cut at ten clusters.
    data = pd.read_csv(TAI / "data.csv", index_col="unit").astype(float)
    published = pd.read_csv(TAI / "expected.csv", index_col="unit").loc[data.index]
    tree = linkage(ZScore().fit_transform(data.to_numpy()), "single", metric="sqeuclidean")
    found, expected = fcluster(tree, 10, "maxclust"), published["single_linkage_10"].to_numpy()
    assert_array_equal(found[:, None] == found, expected[:, None] == expected)


def test_goal_posts_of_the_index_give_its_published_scores() -> None:
    # The index itself: Finland 0.744, United States 0.733 (see README.md of the case).

    data = pd.read_csv(TAI / "data.csv", index_col="unit").astype(float)
    meta = pd.read_csv(TAI / "meta.csv").set_index("name").loc[data.columns]
    posts = meta[["goalpost_min", "goalpost_max"]].to_numpy(dtype=float)
    logarithmic = meta["transform"].fillna("").str.startswith("log10").to_numpy()
    posts[logarithmic] = np.log10(posts[logarithmic])
    found = Goalposts(*posts.T, feature_range=SHARE).fit_transform(data.to_numpy()).mean(axis=1)
    assert_allclose(found[data.index.isin(["Finland", "United States"])], [0.744, 0.733], atol=2e-3)

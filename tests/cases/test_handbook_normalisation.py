"""Normalisations of the OECD/JRC Handbook's worked example, read from ../shared.

OECD/JRC (2008), Handbook on Constructing Composite Indicators, Table 15: mean years of schooling
of the 23 countries of the Technology Achievement Index. It is printed with two decimals, and
computed from schooling with one.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.cluster.hierarchy import fcluster, linkage

import scoring
from tests.cases.shared_cases import case_set, coded, needs_shared_cases, table, written_set

pytestmark = needs_shared_cases

CASE = "tai_oecd_handbook"

#: Half a unit of the last digit, a little more for rounded input.
DIGITS = 0.006

DISTANCE = 'range = [0, 1]\nmethod = "distance_to_reference"\n'

#: Column of Table 15 -> section [normalisation] of method.toml, and tolerance.
OPTIONS: dict[str, tuple[str, float]] = {
    "rank_ascending": ('method = "rank"', 0),
    "zscore": ('method = "zscore"', DIGITS),
    "minmax": ('method = "minmax"\nrange = [0, 1]', DIGITS),
    "dist_mean_ratio": (DISTANCE + 'reference = "mean"', DIGITS),
    "dist_best_ratio": (DISTANCE + 'reference = "best"', DIGITS),
    "dist_worst_ratio": (DISTANCE + 'reference = "worst"', DIGITS),
    "dist_mean_diff": (DISTANCE + 'reference = "mean"\ndistance = "difference"', DIGITS),
    "dist_worst_diff": (DISTANCE + 'reference = "worst"\ndistance = "difference"', DIGITS),
    "above_below_mean_p20": ('method = "above_below_mean"\nthreshold = 0.2', 0),
    "percentile": ('method = "percentile"\nshare_of = "all"', 0.06),
    "categorical": ('method = "categorical"', 0),
}

#: The same columns under other names, and what is to be added to them.
OTHER_NAMES: dict[str, tuple[str, float]] = {
    'method = "borda"': ("rank_ascending", -1),
    'method = "fraction_of_max"\nrange = [0, 1]': ("dist_best_ratio", 0),
    'method = "distance_to_max"\nrange = [0, 1]': ("minmax", 0),
    DISTANCE + 'reference = "best"\ndistance = "range"': ("minmax", 0),
    DISTANCE + 'reference = "Finland"': ("dist_finland_ratio", 0),
}

FRAMEWORK = pd.DataFrame(
    {"code": ["tai", "schooling"], "parent": ["", "tai"], "direction": ["", 1]}
).assign(name="Technology Achievement Index, schooling alone")


def table_15() -> pd.DataFrame:
    return coded(table(CASE, "expected_normalisations_schooling"))


def normalised(options: str, folder: Path) -> pd.Series[float]:
    """Schooling as normalised by method.toml, in the order of the table."""
    method = f"[normalisation]\n{options}\n"
    schooling = written_set(FRAMEWORK, table_15()[["schooling"]], method, folder)
    return scoring.assess(schooling).normalised["schooling"].loc[table_15().index]


@pytest.mark.parametrize("column", OPTIONS)
def test_every_column_of_table_15(column: str, tmp_path: Path) -> None:
    options, tolerance = OPTIONS[column]
    found = normalised(options, tmp_path)
    assert len(found) == 23
    assert_allclose(found, table_15()[column], atol=tolerance, rtol=0)


def test_no_column_of_table_15_is_left_out() -> None:
    assert set(OPTIONS) == set(table_15().columns) - {"schooling"}


@pytest.mark.parametrize("options", OTHER_NAMES)
def test_the_same_columns_under_other_names(options: str, tmp_path: Path) -> None:
    column, added = OTHER_NAMES[options]
    # Finland has 10 years of schooling.
    expected = table_15().assign(dist_finland_ratio=table_15()["schooling"] / 10)[column]
    assert_allclose(normalised(options, tmp_path), expected + added, atol=DIGITS)


def test_z_scores_of_all_indicators_give_the_published_clusters(tmp_path: Path) -> None:
    # Table 13 and Figure 13: single linkage on z-scores, cut at ten clusters.
    method = 'normalisation.method = "zscore"'
    found = scoring.assess(case_set(CASE, table(CASE, "data"), method, tmp_path)).normalised
    published = coded(table(CASE, "expected"))["single_linkage_10"].loc[found.index].to_numpy()
    clusters = fcluster(linkage(found, "single", metric="sqeuclidean"), 10, "maxclust")
    assert_array_equal(clusters[:, None] == clusters, published[:, None] == published)

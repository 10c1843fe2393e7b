"""COINr's example from its two tables to the ranks, by the options of method.toml alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from typer.testing import CliRunner

import scoring
from reports.cli import app
from scoring import Assessment
from tests.cases.asem import (
    ASEM,
    CHAIN,
    assessed,
    assessed_as_aggregated,
    backwards,
    imported,
    raw,
    table,
)
from tests.cases.shared_cases import needs_shared_cases

pytestmark = needs_shared_cases

SCREENING = {"screening": {"unit_availability": 0.9}}
LEFT_OUT = {"BGD", "BRN", "KHM", "LAO", "MMR"}


def by(**sections: Mapping[str, object]) -> Assessment:
    """The set by COINr's chain with other options."""
    return scoring.assess(imported().with_method(CHAIN).with_method(sections))


def assert_same(found: pd.DataFrame, expected: pd.DataFrame, tolerance: float = 1e-9) -> None:
    """Every cell that COINr has, and no unit beside them."""
    assert set(found.index) == set(expected.index)
    found = found.loc[expected.index, expected.columns]
    assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def test_the_framework() -> None:
    framework = imported().framework
    assert framework.root == "Index"
    assert (len(imported().units), len(framework.indicators), len(framework.groups)) == (51, 49, 11)


def test_effective_weights_of_all_nodes() -> None:
    expected = table("h_eff_weights")["EffWeight"]
    assert len(expected) == 60
    found = assessed().weights["effective_weight"]
    assert_allclose(found[expected.index], expected, rtol=1e-12)


# --- before normalisation -------------------------------------------------------------------------


def test_values_per_denominator() -> None:
    assert_same(assessed().denominated, table("b_denominated"))


def test_imputation_by_the_median_of_a_group() -> None:
    # COINr's file is of another group and function than its example; see its README.
    found = by(imputation={"method": "group_median", "group": "GDP_group"})
    assert found.was_imputed.to_numpy().sum() == 65
    assert_same(found.imputed, table("d_impute_median_grp"))


def test_screening_of_the_raw_data_leaves_out_five_countries() -> None:
    found = scoring.assess(raw().with_method(SCREENING))
    expected = table("c_screen_byNA_0.9")
    screened = found.screened.units.loc[expected.index]
    assert_array_equal(screened["number_missing"], expected["N_missing"])
    assert_array_equal(screened["share_available"], expected["Dat_Avail"])
    assert_array_equal(screened["number_zero"], expected["N_zero"])
    assert_allclose(screened["share_nonzero"], expected["Non_Zero"], rtol=1e-15)
    assert_array_equal(screened["included"], expected["Included"])
    assert set(expected.index) - set(found.scores.index) == LEFT_OUT


def test_a_value_without_its_denominator_is_missing_when_units_are_screened() -> None:
    # Laos has no energy consumption, by which two of its indicators are divided.
    found = scoring.assess(imported().with_method(SCREENING))
    more = found.screened.units["number_missing"] - table("c_screen_byNA_0.9")["N_missing"]
    assert more[more != 0].to_dict() == {"LAO": 2}
    assert set(table("b_denominated").index) - set(found.scores.index) == LEFT_OUT


# --- normalisation --------------------------------------------------------------------------------


def test_min_max_of_every_indicator_after_treatment() -> None:
    # Denominators, imputation, treatment and direction are all in it.
    expected = table("f_minmax_0_100")
    assert expected.shape == (51, 49)
    assert (assessed().treated != assessed().imputed).any().sum() == 15
    assert_same(assessed().normalised, expected)


def test_z_scores() -> None:
    assert_same(by(normalisation={"method": "zscore"}).normalised, table("f_zscore_0_1"))


def test_borda_points() -> None:
    # Of 49 indicators, also where 5.1000000000000005 and 5.1 are two values in the data (TolMin).
    assert_same(by(normalisation={"method": "borda"}).normalised, table("f_borda"), tolerance=0)


# --- aggregation ----------------------------------------------------------------------------------


def test_arithmetic_scores_and_ranks_of_every_node() -> None:
    found = assessed_as_aggregated()
    assert_same(found.exact_scores, table("g_amean"))
    assert_same(found.ranks, table("g_results_ranks"), tolerance=0)


def test_geometric_scores_of_every_node() -> None:
    geometric = {"method": "geometric"}
    found = by(normalisation={"range": [1, 100]}, aggregation=geometric)
    assert_same(found.exact_scores, table("g_gmean"))


def test_the_order_of_the_rows_is_without_influence(tmp_path: Path) -> None:
    found = scoring.assess(backwards(tmp_path).with_method(CHAIN))
    pd.testing.assert_frame_equal(
        found.ranks.loc[assessed().ranks.index], assessed().ranks, check_exact=True
    )


# --- the same by the command line -----------------------------------------------------------------

METHOD = """
[imputation]
method = "group_mean"
group = "EurAsia_group"

[treatment]
method = "auto"
points = 5
second = "log_shifted"

[normalisation]
method = "minmax"
range = [1, 100]

[aggregation]
method = "arithmetic"
"""


def test_import_and_score_by_the_command_line(tmp_path: Path) -> None:
    asem, scores = tmp_path / "asem", tmp_path / "scores.csv"
    tables = [str(ASEM / "a_iData.csv"), str(ASEM / "a_iMeta.csv")]
    run("import", *tables, "-o", str(asem))
    (asem / "method.toml").write_text(METHOD, encoding="utf-8")
    run("score", str(asem), "-o", str(scores))
    found = pd.read_csv(scores)
    assert_same(found.pivot_table(index="unit", columns="node", values="score"), table("g_amean"))
    ranks = found.pivot_table(index="unit", columns="node", values="rank")
    assert_same(ranks, table("g_results_ranks"), tolerance=0)


def run(*arguments: str) -> None:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output


# --- two methods compared -------------------------------------------------------------------------


def test_the_two_means_compared() -> None:
    geometric = by(normalisation={"range": [1, 100]}, aggregation={"method": "geometric"})
    found = scoring.compare(assessed_as_aggregated(), geometric)
    scores = found.shifts.pivot_table(index="unit", columns="node", values="score_shift")
    assert_same(scores, table("g_gmean") - table("g_amean"))
    before = table("g_results_ranks")["Index"]
    after = table("g_gmean")["Index"].rank(ascending=False).loc[before.index]
    assert found.agreement.loc["Index", "units"] == 51
    spearman = before.corr(after)
    assert found.agreement.loc["Index", "spearman"] == pytest.approx(spearman, abs=1e-12)
    moved = (before - after).abs()
    assert found.agreement.loc["Index", "mean_shift"] == pytest.approx(moved.mean())
    assert found.agreement.loc["Index", "largest_shift"] == moved.max()

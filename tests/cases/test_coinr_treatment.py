"""What COINr says of the raw ASEM data, read from ../shared and never copied."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from scoring.statistics import indicator_statistics, screen_units
from scoring.treatment import Auto, Treatment, Winsorise, treatment_table, winsorised_values
from scoring.trends import trend_table

ASEM = Path(__file__).parents[2].parent / "shared" / "cases" / "coinr_asem"

pytestmark = pytest.mark.skipif(
    not ASEM.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(ASEM / f"{name}.csv", index_col=0)


def indicators() -> list[str]:
    meta = table("a_iMeta").set_index("iCode")
    return meta.index[meta["Type"] == "Indicator"].tolist()


def raw() -> pd.DataFrame:
    """Raw values, units sorted by code as COINr does."""
    return pd.read_csv(ASEM / "a_iData.csv", index_col="uCode").sort_index()[indicators()]


def after(treatment: Treatment) -> pd.DataFrame:
    data = raw()
    return pd.DataFrame(treatment.fit_transform(data.to_numpy()), data.index, data.columns)


# --- treatment ------------------------------------------------------------------------------------


@pytest.mark.parametrize("treatment", [Winsorise(), Auto()])
def test_treated_values(treatment: Treatment) -> None:
    expected = table("e_treat_raw_data")
    assert_allclose(after(treatment), expected.loc[raw().index, indicators()], rtol=1e-9)


def test_treatment_of_every_indicator() -> None:
    winsorise, expected = Winsorise(), table("e_treat_raw_details").loc[indicators()]
    found = treatment_table(raw(), after(winsorise), winsorise)
    points = expected["winsorise.nwin"].fillna(0)
    assert (points > 0).sum() == 18
    assert_array_equal(found["points"], points)
    assert_array_equal(found["passes_before"], expected["check_SkewKurt0.Pass"])
    assert_allclose(found["skewness_before"], expected["check_SkewKurt0.Skew"], atol=1e-9)
    assert_allclose(found["kurtosis_before"], expected["check_SkewKurt0.Kurt"], atol=1e-9)
    treated = points > 0
    assert found["passes_after"].all()
    assert expected.loc[treated, "check_SkewKurt1.Pass"].all()
    for ours, theirs in (("skewness", "Skew"), ("kurtosis", "Kurt")):
        now = expected.loc[treated, f"check_SkewKurt1.{theirs}"]
        assert_allclose(found.loc[treated, f"{ours}_after"], now, atol=1e-9)
    assert len(winsorised_values(raw(), after(winsorise), winsorise)) == points.sum()


# --- statistics and screening ---------------------------------------------------------------------

STATISTICS = {
    "Min": "minimum",
    "Max": "maximum",
    "Mean": "mean",
    "Median": "median",
    "Std": "standard_deviation",
    "Skew": "skewness",
    "Kurt": "kurtosis",
    "N.Avail": "number_available",
    "N.NonZero": "number_nonzero",
    "N.Unique": "number_unique",
    "N.Same": "number_most_frequent",
    "Frc.Avail": "share_available",
    "Frc.NonZero": "share_nonzero",
    "Frc.Unique": "share_unique",
    "Frc.Same": "share_most_frequent",
}


def test_statistics() -> None:
    found, expected = indicator_statistics(raw()), table("i_stats_Raw")
    assert_allclose(found[list(STATISTICS.values())], expected[list(STATISTICS)], rtol=1e-9)


def test_flags() -> None:
    # Zeros and different values are compared over all units by COINr; on these data it comes to
    # the same.
    found, expected = indicator_statistics(raw())["flags"], table("i_stats_Raw")
    for flag, theirs in {
        "missing": "Flag.Avail",
        "zeros": "Flag.NonZero",
        "few_values": "Flag.Unique",
        "skewed": "Flag.SkewKurt",
    }.items():
        assert [flag in flags for flags in found] == (expected[theirs] != "ok").tolist()


def test_quantiles() -> None:
    # Not among COINr's statistics; R's type 7 is the default of pandas.
    found = indicator_statistics(raw())
    for percent in (5, 25, 75, 95):
        assert_allclose(found[f"quantile_{percent}"], raw().quantile(percent / 100), rtol=1e-12)


def test_screening_by_availability() -> None:
    found, expected = screen_units(raw(), minimum_available=0.9), table("c_screen_byNA_0.9")
    assert found.index[~found["included"]].tolist() == ["BGD", "BRN", "KHM", "LAO", "MMR"]
    assert_array_equal(found["number_missing"], expected["N_missing"])
    assert_array_equal(found["number_zero"], expected["N_zero"])
    assert_array_equal(found["share_available"], expected["Dat_Avail"])
    assert_allclose(found["share_nonzero"], expected["Non_Zero"], rtol=1e-15)
    assert_array_equal(found["included"], expected["Included"])
    assert_array_equal(found["reason"] == "available", expected["LowData"])


# --- trends ---------------------------------------------------------------------------------------


def test_compound_annual_growth_over_all_years() -> None:
    panel = pd.read_csv(ASEM / "a_iData_panel.csv", index_col=["Time", "uCode"])[indicators()]
    found = trend_table(panel).set_index(["unit", "indicator"])
    expected = pd.read_csv(ASEM / "k_trends_CAGR_raw.csv", index_col=["uCode", "iCode"])
    found = found.loc[expected.index]
    # Growth from 0 is infinite in COINr, and undefined here.
    from_zero = np.isinf(expected["CAGR"])
    assert from_zero.sum() == 71
    assert (found.loc[from_zero, "first"] == 0).all()
    assert found.loc[from_zero, "compound_annual_growth"].isna().all()
    growth = found.loc[~from_zero, "compound_annual_growth"]
    assert_allclose(growth, expected.loc[~from_zero, "CAGR"], atol=1e-9)
    assert_array_equal(found["first_year"], expected["t_first"])
    assert_array_equal(found["observations"] / 5, expected["Avail"])

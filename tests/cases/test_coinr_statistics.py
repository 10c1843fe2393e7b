"""What COINr says of the raw data of its example: statistics, flags, and trends of its panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import scoring
from scoring.statistics import indicator_statistics
from scoring.trends import trend_table
from tests.cases.asem import CHAIN, imported, raw, table
from tests.cases.shared_cases import needs_shared_cases

pytestmark = needs_shared_cases


def values() -> pd.DataFrame:
    """Values of the indicators as imported."""
    return raw().cross_section("latest").values[list(raw().framework.indicators)]


# --- statistics -----------------------------------------------------------------------------------

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
    expected = table("i_stats_Raw")
    found = indicator_statistics(values()).loc[expected.index]
    assert_allclose(found[list(STATISTICS.values())], expected[list(STATISTICS)], rtol=1e-9)


def test_flags() -> None:
    # Zeros and different values are compared over all units by COINr; on these data it comes to
    # the same.
    expected = table("i_stats_Raw")
    found = indicator_statistics(values()).loc[expected.index, "flags"]
    for flag, theirs in {
        "missing": "Flag.Avail",
        "zeros": "Flag.NonZero",
        "few_values": "Flag.Unique",
        "skewed": "Flag.SkewKurt",
    }.items():
        assert [flag in flags for flags in found] == (expected[theirs] != "ok").tolist()


def test_quantiles() -> None:
    # Not among COINr's statistics; R's type 7 is the default of pandas.
    found = indicator_statistics(values())
    for percent in (5, 25, 75, 95):
        assert_allclose(found[f"quantile_{percent}"], values().quantile(percent / 100), rtol=1e-12)


# --- the panel ------------------------------------------------------------------------------------


def panel() -> pd.DataFrame:
    """Values of every year of the imported panel, by year and unit."""
    assessment = scoring.assess(raw("a_iData_panel").with_method({"time": {"year": "panel"}}))
    indicators = list(assessment.framework.indicators)
    return pd.concat({year: one.data[indicators] for year, one in assessment.by_year.items()})


def test_compound_annual_growth_over_all_years() -> None:
    expected = table("k_trends_CAGR_raw").set_index("iCode", append=True)
    found = trend_table(panel()).set_index(["unit", "indicator"]).loc[expected.index]
    # Growth from 0 is infinite in COINr, and undefined here.
    from_zero = np.isinf(expected["CAGR"])
    assert from_zero.sum() == 71
    assert (found.loc[from_zero, "first"] == 0).all()
    assert found.loc[from_zero, "compound_annual_growth"].isna().all()
    growth = found.loc[~from_zero, "compound_annual_growth"]
    assert_allclose(growth, expected.loc[~from_zero, "CAGR"], atol=1e-9)
    assert_array_equal(found["first_year"], expected["t_first"])
    assert_array_equal(found["observations"] / 5, expected["Avail"])


def test_growth_over_some_of_the_years_is_that_of_their_values() -> None:
    # COINr looks the years up in the whole table, and takes the values of other years.
    values = panel()
    found = trend_table(values, [2022, 2020])
    first, last = (values.loc[year].to_numpy().ravel() for year in (2020, 2022))
    known = (first > 0) & (last > 0)
    assert known.sum() > 2000
    growth = found.loc[known, "compound_annual_growth"]
    assert_allclose(growth, np.sqrt(last[known] / first[known]) - 1, atol=1e-12)
    assert set(found["first_year"].dropna()) == {2020}
    assert set(found["last_year"].dropna()) == {2022}


def test_a_panel_on_one_scale_and_on_a_scale_for_each_year() -> None:
    method = {**CHAIN, "time": {"year": "panel", "scale": "each"}}
    each = scoring.assess(imported("a_iData_panel").with_method(method))
    assert list(each.by_year) == [2018, 2019, 2020, 2021, 2022]
    # The first year of the artificial panel is the example itself.
    expected = table("f_minmax_0_100")
    found = each.by_year[2018].normalised.loc[expected.index, expected.columns]
    assert_allclose(found, expected, atol=1e-9)
    # Every other year is what it is alone.
    for year in (2020, 2022):
        alone = {**CHAIN, "time": {"year": year}}
        found = scoring.assess(imported("a_iData_panel").with_method(alone)).scores
        pd.testing.assert_frame_equal(found, each.by_year[year].scores)


@pytest.mark.parametrize(("scale", "years"), [("all", 5), (2018, 1)])
def test_a_panel_measured_on_one_scale(scale: str | int, years: int) -> None:
    method = {
        "normalisation": {"clip": False},
        "time": {"year": "panel", "scale": scale},
    }
    assessment = scoring.assess(imported("a_iData_panel").with_method(method))
    fitted_on = pd.concat([one.denominated for one in list(assessment.by_year.values())[:years]])[
        list(assessment.framework.indicators)
    ]
    low, high = fitted_on.min(), fitted_on.max()
    for one in assessment.by_year.values():
        share = (one.denominated[low.index] - low) / (high - low)
        negative = [code for code in low.index if one.framework.direction(code) < 0]
        share[negative] = 1 - share[negative]
        assert_allclose(one.normalised, 100 * share, atol=1e-9)

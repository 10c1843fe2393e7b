from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.stats import linregress

from scoring.trends import change, compound_annual_growth, ends, linear_trend, trend_table

Array = NDArray[np.float64]
NAN = np.nan
YEARS = [2018, 2019, 2020, 2022]


def series(values: list[float]) -> Array:
    """One unit, one indicator."""
    return np.array(values, dtype=float)[:, None, None]


def growth(values: list[float], years: list[int] = YEARS) -> float:
    return float(compound_annual_growth(series(values), years)[0, 0])


def test_growth_by_hand() -> None:
    assert growth([100, 1, 1, 146.41]) == pytest.approx(0.1)  # 1.1 ** 4 = 1.4641
    assert growth([NAN, 100, 1, 133.1]) == pytest.approx(0.1)  # 1.1 ** 3, from 2019 on
    assert growth([100, 110, NAN, NAN]) == pytest.approx(0.1)  # one year
    assert growth([100, 1, 1, 0]) == -1


def test_growth_is_undefined_from_zero_across_zero_and_for_one_value() -> None:
    assert np.isnan(growth([0, 1, 2, 3]))
    assert np.isnan(growth([0, 0, 0, 0]))
    assert np.isnan(growth([-1, 0, 1, 2]))
    assert np.isnan(growth([NAN, 5, NAN, NAN]))
    assert np.isnan(growth([NAN, NAN, NAN, NAN]))
    assert np.isnan(growth([1e-300, 1e300], [2020, 2021]))


def test_growth_between_negative_values_is_that_of_the_amount() -> None:
    assert growth([-100, 1, 1, -146.41]) == pytest.approx(0.1)


def test_growth_of_extreme_values() -> None:
    assert growth([1e-300, 1, 1, 1e300]) == pytest.approx(1e150, rel=1e-9)


def test_change_and_ends() -> None:
    values = np.array([[[NAN, 5, 1]], [[2, NAN, NAN]], [[9, NAN, NAN]], [[NAN, NAN, 4]]])
    found = ends(values, YEARS)
    assert_array_equal(found.first, [[2, 5, 1]])
    assert_array_equal(found.last, [[9, 5, 4]])
    assert_array_equal(found.first_year, [[2019, 2018, 2018]])
    assert_array_equal(found.last_year, [[2020, 2018, 2022]])
    assert_array_equal(found.observations, [[2, 1, 2]])
    assert_array_equal(change(values, YEARS), [[7, NAN, 3]])


def test_linear_trend_by_hand() -> None:
    # Years 0, 1, 2 and values 1, 2, 4: slope 3/2, residuals 1/6, -1/3, 1/6, error sqrt(1/6 / 2).
    slope, error, p_value = linear_trend(series([1, 2, 4]), [2000, 2001, 2002])
    assert slope[0, 0] == pytest.approx(1.5)
    assert error[0, 0] == pytest.approx((1 / 12) ** 0.5)
    # Student's t with one degree of freedom is Cauchy: p = 1 - 2 atan(t) / pi.
    assert p_value[0, 0] == pytest.approx(1 - 2 * np.arctan(1.5 * 12**0.5) / np.pi)


def test_linear_trend_agrees_with_scipy_for_every_unit() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(7, 5, 3)).cumsum(axis=0) * [1, 1e-250, 1e250] + [5, 0, 0]
    values[3:][rng.random((4, 5, 3)) < 0.3] = NAN
    years = np.array([2010, 2011, 2013, 2014, 2015, 2019, 2020])
    found = linear_trend(values, years)
    for unit, indicator in np.ndindex(5, 3):
        size = [1, 1e-250, 1e250][indicator]
        there = ~np.isnan(values[:, unit, indicator])
        line = linregress(years[there], values[there, unit, indicator] / size)
        expected = [line.slope * size, line.stderr * size, line.pvalue]
        assert_allclose([part[unit, indicator] for part in found], expected, rtol=1e-9)


def test_linear_trend_of_few_and_of_still_values() -> None:
    columns = [[0.1] * 4, [1, 2, 3, 5], [7, NAN, NAN, 3], [NAN, 2, NAN, NAN], [NAN] * 4]
    slope, error, p_value = linear_trend(np.array(columns).T[:, None, :], YEARS)
    assert_allclose(slope[0], [0, 1, -1, NAN, NAN], atol=1e-12)
    assert_allclose(error[0], [0, 0, NAN, NAN, NAN], atol=1e-12)
    assert_allclose(p_value[0], [1, 0, NAN, NAN, NAN], atol=1e-12)


def test_some_years_take_the_values_of_these_years() -> None:
    # COINr, asked for 2020 to 2022, takes values of other years.
    values = {2018: 1.0, 2019: 10.0, 2020: 100.0, 2021: 50.0, 2022: 400.0}
    index = pd.MultiIndex.from_tuples([(year, "A") for year in values], names=["year", "unit"])
    data = pd.DataFrame({"x": list(values.values())}, index=index)
    row = trend_table(data, years=[2022, 2020, 2021]).iloc[0]
    assert row[["first_year", "last_year", "first", "last"]].tolist() == [2020, 2022, 100, 400]
    assert row["compound_annual_growth"] == pytest.approx(1)
    assert row["change"] == 300
    assert row["slope"] == pytest.approx(150)
    assert row["observations"] == 3


def test_the_table_has_a_row_for_every_unit_and_indicator() -> None:
    data = pd.DataFrame(
        {"x": [1.0, 2, 4], "y": [NAN, 3, 3]},
        index=pd.MultiIndex.from_tuples([(2020, "B"), (2020, "A"), (2021, "B")]),
    )
    table = trend_table(data)
    assert table[["unit", "indicator"]].to_numpy().tolist() == [
        ["B", "x"],
        ["B", "y"],
        ["A", "x"],
        ["A", "y"],
    ]
    assert_array_equal(table["observations"], [2, 1, 1, 1])
    assert_array_equal(table["change"], [3, NAN, NAN, NAN])


def test_years_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one year for each layer"):
        change(series([1, 2]), [2020])
    with pytest.raises(ValueError, match="a year comes twice"):
        change(series([1, 2]), [2020, 2020])
    index = pd.MultiIndex.from_tuples([(2020, "A"), (2020, "A")])
    with pytest.raises(ValueError, match="more than one row"):
        trend_table(pd.DataFrame({"x": [1.0, 2.0]}, index=index))
    with pytest.raises(ValueError, match="years without data: 1999"):
        trend_table(pd.DataFrame({"x": [1.0]}, index=index[:1]), years=[1999])


@given(
    st.permutations(range(5)), st.lists(st.floats(-1e6, 1e6) | st.just(NAN), min_size=5, max_size=5)
)
def test_the_order_of_the_years_does_not_matter(order: list[int], values: list[float]) -> None:
    years = np.array([2001, 2002, 2005, 2006, 2009])
    for method in (change, compound_annual_growth, linear_trend):
        found = method(series(values)[order], years[order])
        assert_array_equal(found, method(series(values), years))


def test_the_standard_error_of_a_straight_line_is_0() -> None:
    # In steps of 0.3, which no binary number holds, the residuals are rounding.
    found = linear_trend(np.array([9.0, 8.7, 8.4, 8.1]).reshape(4, 1, 1), [2018, 2019, 2020, 2021])
    assert found.slope.item() == pytest.approx(-0.3)
    assert (found.standard_error.item(), found.p_value.item()) == (0, 0)

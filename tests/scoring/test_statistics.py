from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import stats

from indicators import Framework, Node
from scoring.domain import DomainError
from scoring.statistics import (
    FLAGS,
    availability,
    availability_by_group,
    indicator_statistics,
    is_skewed,
    kurtosis,
    screen_indicators,
    screen_units,
    skewness,
    standard_deviation,
)

Array = NDArray[np.float64]
NAN = np.nan

#: The example in Microsoft's documentation of SKEW and KURT, with the results printed there.
EXCEL = [3, 4, 5, 2, 3, 4, 5, 6, 4, 7]


def column(values: list[float]) -> Array:
    return np.array(values, dtype=float)[:, None]


# --- shape of a distribution ----------------------------------------------------------------------


def test_skewness_and_kurtosis_of_excel() -> None:
    assert skewness(column(EXCEL)) == pytest.approx([0.359543], abs=5e-7)
    assert kurtosis(column(EXCEL)) == pytest.approx([-0.151799637], abs=5e-10)


@pytest.mark.parametrize("seed", range(3))
def test_shape_agrees_with_scipy_over_leading_axes_and_missing_values(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(size=(3, 20, 4)) * [1, 1e-12, 1e12, -1]
    values[rng.random(values.shape) < 0.2] = NAN
    options = {"axis": 1, "bias": False, "nan_policy": "omit"}
    assert_allclose(skewness(values), stats.skew(values, **options), rtol=1e-9)
    assert_allclose(kurtosis(values), stats.kurtosis(values, **options), rtol=1e-9)
    assert_allclose(standard_deviation(values), np.nanstd(values, axis=1, ddof=1), rtol=1e-12)


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_shape_does_not_depend_on_the_size_of_the_numbers(size: float) -> None:
    assert_allclose(skewness(column(EXCEL) * size), skewness(column(EXCEL)), rtol=1e-9)
    assert_allclose(kurtosis(column(EXCEL) * size), kurtosis(column(EXCEL)), rtol=1e-9)
    spread = standard_deviation(column(EXCEL))
    assert_allclose(standard_deviation(column(EXCEL) * size), spread * size, rtol=1e-12)


def test_shape_is_undefined_for_few_values_and_for_a_constant() -> None:
    columns = [[1, 2, NAN, NAN], [1, 2, 9, NAN], [0.1] * 4, [NAN] * 4]
    values = np.array(columns).T
    assert np.isnan(skewness(values)).tolist() == [True, False, True, True]
    assert np.isnan(kurtosis(values)).all()
    assert_allclose(standard_deviation(values), [0.5**0.5, 19**0.5, 0, NAN])
    assert not is_skewed(values).any()


def test_skewed_takes_both_skewness_and_kurtosis() -> None:
    values = column([*range(1, 11), 30, 100])
    skew, peak = float(skewness(values)[0]), float(kurtosis(values)[0])
    assert is_skewed(values)[0]
    assert not is_skewed(values, maximum_skew=skew)[0]  # at the threshold it passes
    assert not is_skewed(values, maximum_kurtosis=peak)[0]
    assert is_skewed(-values)[0]


# --- table of statistics --------------------------------------------------------------------------


def test_statistics_by_hand() -> None:
    data = pd.DataFrame({"x": [0, 0, 1, 2, 3, 4, 40, NAN]}, dtype=float)
    row = indicator_statistics(data).loc["x"]
    assert row[["minimum", "maximum", "mean", "median"]].tolist() == [0, 40, 50 / 7, 2]
    # R: quantile(c(0, 0, 1, 2, 3, 4, 40), c(.05, .25, .75, .95)) is 0.0 0.5 3.5 29.2.
    quantiles = row[["quantile_5", "quantile_25", "quantile_75", "quantile_95"]].tolist()
    assert quantiles == pytest.approx([0, 0.5, 3.5, 29.2])
    counts = ["available", "nonzero", "unique", "most_frequent"]
    assert [row[f"number_{what}"] for what in counts] == [7, 5, 6, 2]
    assert [row[f"share_{what}"] for what in counts] == [7 / 8, 5 / 7, 6 / 7, 2 / 7]
    assert row["number_outliers"] == 1  # 40 is above 3.5 + 1.5 * 3
    assert row["flags"] == ("skewed",)


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ([1, 2, 3, 4, 5, 6], ()),
        ([NAN] * 6, ("empty", "missing")),
        ([5] * 6, ("constant", "few_values", "one_value_dominates")),
        ([1, 2, 3, NAN, NAN, NAN], ("missing",)),
        ([0, 0, 0, 0, 1, 2], ("zeros", "one_value_dominates")),
        ([0, 0, 0, 1, 2, 3], ()),  # half of them: the threshold is met
        ([1, 1, 2, 2, 3, 3, 1, 2], ("few_values",)),
    ],
)
def test_flags(values: list[float], flags: tuple[str, ...]) -> None:
    data = pd.DataFrame({"x": values}, dtype=float)
    assert indicator_statistics(data)["flags"].tolist() == [flags]
    assert set(flags) <= set(FLAGS)


def test_flags_compare_the_shares_beside_them() -> None:
    # 4 of 6 values are not 0, of 10 units: COINr compares 4 / 10 with the threshold.
    data = pd.DataFrame({"x": [0, 0, 1, 2, 3, 4, *[NAN] * 4]}, dtype=float)
    row = indicator_statistics(data, minimum_available=0.5).loc["x"]
    assert row["share_nonzero"] == 4 / 6
    assert row["flags"] == ()


def test_a_single_unit_and_no_unit() -> None:
    one = indicator_statistics(pd.DataFrame({"x": [3.0]})).loc["x"]
    assert (one["mean"], one["number_outliers"]) == (3, 0)
    assert np.isnan(one["standard_deviation"])
    none = indicator_statistics(pd.DataFrame({"x": []}, dtype=float)).loc["x"]
    assert np.isnan(none["share_available"])
    assert none["flags"] == ("empty",)
    assert indicator_statistics(pd.DataFrame(index=["A"])).empty


def test_an_infinite_value_is_refused() -> None:
    with pytest.raises(DomainError, match="inf in row 1, column 0; the method needs finite values"):
        indicator_statistics(pd.DataFrame({"x": [1.0, np.inf]}))


@given(st.lists(st.floats(-1e300, 1e300) | st.just(NAN), max_size=12), st.randoms())
def test_the_order_of_the_units_does_not_matter(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    tables = [indicator_statistics(pd.DataFrame({"x": v}, dtype=float)) for v in (values, shuffled)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


# --- availability ---------------------------------------------------------------------------------


def test_availability_by_unit_and_group_of_the_framework() -> None:
    nodes = ("index", ""), ("a", "index"), ("b", "index"), ("x", "a"), ("y", "a"), ("z", "b")
    framework = Framework(tuple(Node(*node) for node in nodes))
    data = pd.DataFrame({"x": [1, NAN], "y": [0.0, 2]}, index=["A", "B"])  # z was never measured
    found = availability(data, framework)
    assert found.columns.tolist() == ["index", "a", "b"]
    assert found.loc["A"].tolist() == [2 / 3, 1, 0]
    assert found.loc["B"].tolist() == [1 / 3, 0.5, 0]


def test_availability_by_group_of_units() -> None:
    data = pd.DataFrame({"x": [1, NAN, 3, NAN], "y": [1.0] * 4}, index=list("ABCD"))
    groups = pd.Series({"B": "north", "A": "south", "C": "south", "D": ""})
    found = availability_by_group(data, groups)
    assert found.index.tolist() == ["south", "north"]
    assert found["x"].tolist() == [1, 0]
    assert found["y"].tolist() == [1, 1]


# --- screening ------------------------------------------------------------------------------------

SCREENED = pd.DataFrame(
    {"x": [1, 0, NAN, NAN], "y": [1, 0, 2, NAN], "z": [1, 0, 0, NAN], "w": [2, 1, 3.0, NAN]},
    index=["full", "zeros", "gap", "empty"],
)


def test_units_are_screened_by_availability_and_by_zeros() -> None:
    table = screen_units(SCREENED, minimum_available=0.75, minimum_nonzero=0.5)
    assert table["number_missing"].tolist() == [0, 0, 1, 4]
    assert table["number_zero"].tolist() == [0, 3, 1, 0]
    assert table["share_available"].tolist() == [1, 1, 0.75, 0]  # 0.75 meets the threshold
    assert_allclose(table["share_nonzero"], [1, 0.25, 2 / 3, NAN])
    assert table["reason"].tolist() == ["", "nonzero", "", "available"]
    assert table["included"].tolist() == [True, False, True, False]


def test_units_can_be_kept_and_dropped_by_name() -> None:
    table = screen_units(SCREENED, minimum_available=0.75, keep=["empty"], drop=["full"])
    assert table["reason"].tolist() == ["dropped", "", "", "kept"]
    assert table["included"].tolist() == [False, True, True, True]


def test_without_thresholds_everybody_stays() -> None:
    assert screen_units(SCREENED)["included"].all()
    # Zeros are a matter of values: a unit without any does not fail for them.
    assert screen_units(SCREENED, minimum_nonzero=0.1)["included"].loc["empty"]


def test_indicators_are_screened_the_same_way() -> None:
    table = screen_indicators(SCREENED, minimum_available=0.75, drop=["w"])
    assert table.index.name == "indicator"
    assert table["included"].to_dict() == {"x": False, "y": True, "z": True, "w": False}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"minimum_available": 90}, "between 0 and 1, not 90"),
        ({"minimum_nonzero": NAN}, "between 0 and 1, not nan"),
        ({"keep": ["full"], "drop": ["full"]}, "both kept and dropped: full"),
        ({"drop": ["nobody"]}, "not there: nobody"),
    ],
)
def test_screening_refuses_what_makes_no_sense(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        screen_units(SCREENED, **options)  # type: ignore[arg-type]


def test_ninety_percent_of_any_number_of_indicators_meets_ninety_percent() -> None:
    for tens in range(1, 40):
        data = pd.DataFrame([[1.0] * 9 * tens + [NAN] * tens])
        assert screen_units(data, minimum_available=0.9)["included"].all()
        assert_array_equal(screen_units(data)["share_available"], [0.9])

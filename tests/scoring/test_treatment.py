from __future__ import annotations

import math
import pickle
from collections.abc import Sequence
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import stats
from scipy.special import boxcox
from sklearn.base import BaseEstimator
from sklearn.preprocessing import PowerTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

import scoring
from indicators import InvalidInputError
from scoring.domain import DomainError
from scoring.treatment import (
    TREATMENTS,
    Auto,
    BaseTreatment,
    BoxCox,
    Log,
    LogGII,
    LogPlusOne,
    LogShifted,
    Winsorise,
    YeoJohnson,
    box_cox,
    changed_values,
    log_gii,
    log_shifted,
    treatment_table,
    winsorised_values,
    yeo_johnson,
)
from scoring.treatment.logarithms import logarithm
from tests.scoring.small_sets import small_set

Array = NDArray[np.float64]
NAN = np.nan

FRAMEWORK = """
    code,parent,transform
    index,,
    income,index,log
    years,index,
"""

LOG = {"year": "undated", "method": "log", "requirement": "values above 0"}


def test_logarithm_keeps_missing_values() -> None:
    assert_array_equal(logarithm(np.array([1.0, math.e, np.nan])), [0, 1, np.nan])


def test_equal_ratios_become_equal_steps() -> None:
    values = """
        unit,income,years
        A,100,1
        B,1000,2
        C,10000,3
        D,,4
    """
    assessment = scoring.assess(small_set(FRAMEWORK, values))
    assert assessment.treated.loc["C", "income"] == math.log(10000)
    assert assessment.normalised["income"].tolist()[:3] == pytest.approx([0, 50, 100])
    assert np.isnan(assessment.normalised.loc["D", "income"])
    assert assessment.imputed["income"].tolist()[:3] == [100, 1000, 10000]


def test_every_value_outside_the_domain_is_named() -> None:
    values = """
        unit,income,years
        A,0,-1
        B,1000,0
        C,-2.5,3
        D,,4
    """
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(FRAMEWORK, values))
    assert [(f.code, dict(f.fields)) for f in caught.value.findings] == [
        (
            "value_domain",
            {"unit": "A", "indicator": "income", "value": 0.0, **LOG},
        ),
        (
            "value_domain",
            {"unit": "C", "indicator": "income", "value": -2.5, **LOG},
        ),
    ]
    assert "C has the value -2.5 in income" in str(caught.value)


def test_goalposts_are_transformed_with_the_values() -> None:
    framework = """
        code,parent,transform,low,high
        index,,,,
        income,index,log,100,10000
    """
    values = """
        unit,income
        A,100
        B,1000
        C,20000
    """
    method = {"normalisation": {"method": "goalposts"}}
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert assessment.normalised["income"].tolist() == pytest.approx([0, 50, 100])
    assert assessment.goalposts.loc["income"].tolist() == [math.log(100), math.log(10000)]


def test_a_single_unit_has_its_place_between_goalposts_that_are_logarithms() -> None:
    framework = """
        code,parent,transform,low,high
        index,,,,
        income,index,log,100,10000
    """
    method = {"normalisation": {"method": "goalposts"}}
    for values in ("unit,income\nA,1000", "unit,income\nA,1000\nB,1000"):
        assessment = scoring.assess(small_set(framework, values, method=method))
        assert assessment.scores.loc["A", "index"] == pytest.approx(50)


def test_a_low_goalpost_of_zero_has_no_logarithm() -> None:
    framework = """
        code,parent,transform,low,high
        index,,,,
        income,index,log,0,10000
    """
    method = {"normalisation": {"method": "goalposts"}}
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(framework, "unit,income\nA,5", method=method))
    (finding,) = caught.value.findings
    assert finding.code == "post_domain"
    assert str(finding.place) == "framework.csv, line 3, column low"


# --- treatments: published and hand-computed examples ---------------------------------------------

#: Height of cross- less that of self-fertilised plants, in eighths of an inch: Darwin (1876), as
#: analysed by Yeo & Johnson (2000), Biometrika 87(4), section 5, who find the power 1.305.
DARWIN = [6.1, -8.4, 1.0, 2.0, 0.7, 2.9, 3.5, 5.1, 1.8, 3.6, 7.0, 3.0, 9.3, 7.5, -6.0]


def treated(estimator: BaseTreatment, values: Sequence[float]) -> list[float]:
    """One indicator after treatment."""
    return estimator.fit_transform(np.array(values, dtype=float)[:, None])[:, 0].tolist()


def test_winsorising_by_hand() -> None:
    # The two outliers of the example in COINr's documentation, set back one after the other.
    values = [*range(1, 11), 30, 100]
    winsorise = Winsorise()
    assert treated(winsorise, values) == [*range(1, 11), 30, 30]
    assert (winsorise.points_[0], winsorise.high_[0], winsorise.low_[0]) == (1, 30, -np.inf)
    assert (winsorise.passed_[0], winsorise.treated_[0], winsorise.passes_after_[0]) == (0, 1, 1)
    assert winsorise.applied_.tolist() == ["winsorise"]


def test_a_long_tail_of_low_values_is_winsorised_at_the_low_end() -> None:
    values = [-value for value in (*range(1, 11), 30, 100)]
    assert treated(Winsorise(), values) == [*range(-1, -11, -1), -30, -30]


def test_tied_extremes_count_each() -> None:
    # COINr counts the step and changes all three of the tied values, beyond a limit of two.
    values = [*range(1, 31), 500, 500, 500]
    assert treated(Winsorise(points=2), values) == values
    assert not Winsorise(points=2).fit(np.array(values, dtype=float)[:, None]).treated_[0]
    enough = Winsorise(points=3)
    assert treated(enough, values) == [*range(1, 31), 30, 30, 30]
    assert enough.points_[0] == 3


def test_where_the_points_do_not_suffice_the_changes_stay() -> None:
    values = [*np.linspace(1, 2, 60), 1000, 2000, 4000]
    winsorise = Winsorise(points=1)
    assert treated(winsorise, values)[-3:] == [1000, 2000, 2000]
    assert (winsorise.points_[0], winsorise.passes_after_[0]) == (1, False)


def test_the_last_two_different_values_stay() -> None:
    values = [0.0] * 20 + [1.0]
    winsorise = Winsorise(force=True)
    assert treated(winsorise, values) == values
    assert not winsorise.passes_after_[0]


def test_a_forced_column_is_winsorised_up_to_the_points() -> None:
    values = [*range(1, 10), 11.0]
    assert treated(Winsorise(), values) == values
    forced = Winsorise(points=2, force=[True])
    # 11 becomes 9; the long tail is then that of the low values, and 1 becomes 2.
    assert treated(forced, values) == [2, 2, 3, 4, 5, 6, 7, 8, 9, 9]
    assert (forced.points_[0], forced.passed_[0]) == (2, True)


def test_log_shifted_by_hand() -> None:
    # Lowest -3, range 10: ln(0.1), ln(5.1), ln(10.1).
    found = treated(LogShifted(force=True), [-3, 2, 7])
    assert found == pytest.approx([math.log(0.1), math.log(5.1), math.log(10.1)])
    assert treated(LogShifted(offset=0.5, force=True), [-3, 7]) == pytest.approx(np.log([5, 15]))


def test_global_innovation_index_logarithm_by_hand() -> None:
    # Between 1 and 100 the formula is ln(99 (x - 1) / 99 + 1) = ln(x).
    assert treated(LogGII(force=True), [1, 1, 10, 100]) == pytest.approx(np.log([1, 1, 10, 100]))
    # 0, 0.5, 2: ln(1 (x - 0) / 2 + 1); times 10: ln(19 x / 2 + 1).
    assert treated(LogGII(force=True), [0, 0.5, 2]) == pytest.approx(np.log([1, 1.25, 2]))
    assert treated(LogGII(10, force=True), [0, 0.5, 2]) == pytest.approx(np.log([1, 5.75, 20]))


def test_global_innovation_index_logarithm_mirrored_by_hand() -> None:
    # ln(100) - ln(99 (100 - x) / 99 + 1) = ln(100) - ln(101 - x).
    mirrored = LogGII(force=True)
    found = treated(mirrored, [1, 91, 100, 100])
    assert mirrored.mirrored_[0]
    assert found == pytest.approx([0, math.log(10), math.log(100), math.log(100)])


def test_the_global_innovation_index_formula_needs_a_highest_value_above_1() -> None:
    values = np.array([[0.0, 5.0], [0.2, 6.0], [0.9, 9.0]])
    with pytest.raises(DomainError, match=r"0.9 in row 2.* a highest value above 1") as caught:
        LogGII(force=True).fit(values)
    assert (caught.value.rows, caught.value.columns, caught.value.values) == ([2], [0], [0.9])
    assert LogGII(factor=100, force=True).fit(values).treated_.all()


def test_yeo_johnson_finds_the_published_power() -> None:
    estimator = YeoJohnson(force=True)
    treated(estimator, DARWIN)
    assert estimator.power_[0] == pytest.approx(1.305, abs=0.0005)


@pytest.mark.parametrize("seed", range(4))
def test_powers_agree_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(1.0, 0.7, (60, 3)) + np.array([0, 1, 0.2])
    values[rng.random(values.shape) < 0.1] = NAN

    box_cox = BoxCox(force=True).fit(values)
    other = PowerTransformer("box-cox", standardize=False).fit(values)
    assert_allclose(box_cox.power_, other.lambdas_, atol=1e-6)
    scaled = [
        boxcox(column / scale, power)
        for column, scale, power in zip(values.T, box_cox.scale_, box_cox.power_, strict=True)
    ]
    assert_allclose(box_cox.transform(values), np.transpose(scaled), rtol=1e-9, atol=1e-12)

    values -= 3
    yeo_johnson = YeoJohnson(force=True).fit(values)
    other = PowerTransformer("yeo-johnson", standardize=False).fit(values)
    assert_allclose(yeo_johnson.power_, other.lambdas_, atol=1e-6)
    assert_allclose(yeo_johnson.transform(values), other.transform(values), rtol=1e-5, atol=1e-6)


def test_yeo_johnson_arithmetic_agrees_with_scipy() -> None:
    values = np.array([-50.0, -1.0, -1e-9, 0.0, 1e-9, 2.0, 70.0])
    for power in (-1.0, 0.0, 0.5, 1.0, 2.0, 3.0):
        found = yeo_johnson(values[:, None], [power])[:, 0]
        assert_allclose(found, stats.yeojohnson(values, power), rtol=1e-12)


def test_auto_winsorises_where_that_is_enough_and_else_transforms_the_original() -> None:
    few = [*range(1, 66), 500, 600]
    many = [*np.linspace(1, 2, 60), 1e3, 2e3, 4e3, 8e3, 1.6e4, 3.2e4, 6.4e4]
    even = [*range(67)]
    values = np.array([few, many, even], dtype=float).T
    auto = Auto().fit(values)
    assert auto.steps_ == (("winsorise",), ("winsorise", "log_shifted"), ())
    assert auto.applied_.tolist() == ["winsorise", "log_shifted", ""]
    assert auto.points_.tolist() == [Winsorise().fit(values).points_[0], 0, 0]
    found = auto.transform(values)
    assert_array_equal(found[:, 0], Winsorise().fit_transform(values)[:, 0])
    assert_array_equal(found[:, 1], treated(LogShifted(), many))
    assert_array_equal(found[:, 2], even)


def test_auto_says_which_values_the_second_step_cannot_take() -> None:
    many = [*np.linspace(-1, 2, 60), 1e3, 2e3, 4e3, 8e3, 1.6e4, 3.2e4, 6.4e4]
    values = np.array([range(67), many], dtype=float).T
    with pytest.raises(DomainError, match="values above 0") as caught:
        Auto(second="log").fit(values)
    assert set(caught.value.columns) == {1}
    assert caught.value.rows.tolist() == np.flatnonzero(values[:, 1] <= 0).tolist()


def test_the_tables_say_what_was_done() -> None:
    data = pd.DataFrame(
        {"even": np.arange(12.0), "long": [1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]},
        index=[f"unit {number}" for number in range(12)],
    )
    winsorise = Winsorise().fit(data.to_numpy())
    after = pd.DataFrame(winsorise.transform(data.to_numpy()), data.index, data.columns)
    table = treatment_table(data, after, winsorise)
    assert table["method"].to_dict() == {"even": "", "long": "winsorise"}
    assert table["points"].to_dict() == {"even": 0, "long": 1}
    assert table["passes_before"].tolist() == [True, False]
    assert table["passes_after"].tolist() == [True, True]
    assert table["skewness_before"].tolist() == pytest.approx(data.skew().tolist())
    assert table["kurtosis_after"].tolist() == pytest.approx(after.kurt().tolist())
    assert winsorised_values(data, after, winsorise).to_dict("records") == [
        {"unit": "unit 11", "indicator": "long", "from": 100.0, "to": 30.0}
    ]
    # Of others on the same scale it tells what holds for them.
    others = pd.DataFrame({"even": [1.0, 2], "long": [20.0, 200]}, index=["P", "Q"])
    treated = pd.DataFrame(winsorise.transform(others.to_numpy()), others.index, others.columns)
    found = treatment_table(others, treated, winsorise)
    assert found["points"].tolist() == [0, 1]
    assert found["passes_before"].tolist() == [True, True]


def test_a_logarithm_changes_every_value_but_one() -> None:
    data = pd.DataFrame({"a": [0.0, 1, 3]}, index=["P", "Q", "R"])
    log = LogPlusOne(force=True).fit(data.to_numpy())
    after = pd.DataFrame(log.transform(data.to_numpy()), data.index, data.columns)
    found = changed_values(data, after, log)
    assert found[["unit", "method", "from"]].to_numpy().tolist() == [
        ["Q", "log_plus_one", 1],
        ["R", "log_plus_one", 3],
    ]
    assert_allclose(found["to"], [math.log(2), math.log(4)])
    assert len(winsorised_values(data, after, log)) == 0


def test_the_arithmetic_broadcasts_over_years_and_takes_single_numbers() -> None:
    values = np.arange(1.0, 25.0).reshape(3, 4, 2)  # years, units, indicators
    low, high = values.min(axis=1), values.max(axis=1)
    for function in (log_shifted, log_gii):
        found = function(values, low, high)
        assert_array_equal(found[1], function(values[1], low[1], high[1]))
    mirrored = log_gii(values, low, high, mirrored=[False, True])
    assert_array_equal(mirrored[..., 0], log_gii(values, low, high)[..., 0])
    assert_array_equal(log_shifted(values, 1, 24)[2], log_shifted(values[2], [1, 1], [24, 24]))
    assert_allclose(box_cox(values, 2.0), (values**2 - 1) / 2)
    assert_allclose(box_cox(values, [0.0, 1.0], 2.0)[..., 0], np.log(values / 2)[..., 0])
    assert_allclose(yeo_johnson(values, 1.0), values)


# --- treatments: rules for what is odd ------------------------------------------------------------


@parametrize_with_checks([method() for method in TREATMENTS.values()])
def test_scikit_learn_accepts_the_estimator(estimator: BaseEstimator, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def test_the_registry_names_are_those_of_the_classes() -> None:
    assert {name: method.name for name, method in TREATMENTS.items()} == {n: n for n in TREATMENTS}


@pytest.mark.parametrize("name", TREATMENTS)
@pytest.mark.parametrize("column", [[5.0] * 6, [NAN] * 6, [NAN] * 5 + [3.0]])
def test_constant_and_empty_columns_pass_untouched(name: str, column: list[float]) -> None:
    estimator = TREATMENTS[name]().fit(np.transpose([column]))
    assert_array_equal(estimator.transform(np.transpose([column]))[:, 0], column)
    assert estimator.passed_[0]
    assert not estimator.treated_[0]


@pytest.mark.parametrize(
    "name", [name for name, method in TREATMENTS.items() if method.needs_variation]
)
@pytest.mark.parametrize("column", [[5.0, 5.0], [NAN, NAN], [NAN, 3.0], [4.0]])
def test_forcing_does_not_treat_what_has_no_two_values(name: str, column: list[float]) -> None:
    estimator = TREATMENTS[name](force=True).fit(np.transpose([column]))
    assert_array_equal(estimator.transform(np.transpose([column]))[:, 0], column)
    assert not estimator.treated_[0]


@pytest.mark.parametrize("column", [[5.0, 5.0], [NAN, NAN], [NAN, 3.0], [4.0]])
def test_a_forced_logarithm_needs_no_two_values(column: list[float]) -> None:
    for estimator, expected in ((Log, np.log(column)), (LogPlusOne, np.log1p(column))):
        found = estimator(force=True).fit(np.transpose([column])).transform(np.transpose([column]))
        assert_array_equal(found[:, 0], expected)


@pytest.mark.parametrize("name", TREATMENTS)
def test_three_values_pass_and_can_be_forced(name: str) -> None:
    column = np.array([[2.0], [3.0], [1000.0]])
    assert not TREATMENTS[name]().fit(column).treated_[0]
    assert TREATMENTS[name](force=True).fit(column).treated_[0] == (name != "none")


@pytest.mark.parametrize("name", TREATMENTS)
def test_numbers_of_any_size_stay_finite_and_in_order(name: str) -> None:
    columns = [
        [1e-300, 2e-300, 3e-300, 5e-300, 9e-300, 1e-290],
        [1e300, 2e300, 3e300, 5e300, 9e300, 1e301],
        [1e-300, 1e-200, 1.0, 2.0, 1e200, 1e300],
        [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 5, 1e6 + 40],
        [1.0, 1 + 1e-15, 1 + 2e-15, 2.0, 3.0, 50.0],
    ]
    if name not in ("log", "boxcox"):
        columns += [[-1e300, -1.0, -1e-300, 1e-300, 1.0, 1e300]] * (name != "log_plus_one")
    values = np.transpose(columns)
    if name == "log_gii":
        values = values[:, values.max(axis=0) > 1]
    found = TREATMENTS[name](force=True).fit(values)
    # Goalposts and new units far beyond the reference, too.
    new = np.vstack([values[:1] / 1e3, values, values[-1:] * 1e3])
    assert np.isfinite(found.transform(new)).all()
    assert (np.diff(found.transform(values), axis=0) >= 0).all()


def test_powers_do_not_collapse_values_far_from_zero() -> None:
    column = 1e6 + np.array([[0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 400]]).T
    for estimator in (BoxCox(force=True), YeoJohnson(force=True)):
        assert (np.diff(estimator.fit_transform(column), axis=0) > 0).all()


@pytest.mark.parametrize(
    ("estimator", "bad", "requirement"),
    [
        (Log, 0.0, "values above 0"),
        (BoxCox, -1.0, "values above 0"),
        (LogPlusOne, -1.0, "above -1"),
    ],
)
def test_values_outside_the_domain_are_named(
    estimator: type[BaseTreatment], bad: float, requirement: str
) -> None:
    values = np.array([[1.0, bad], [2.0, 2.0], [NAN, 3.0], [3.0, bad]])
    with pytest.raises(DomainError, match=requirement) as caught:
        estimator(force=True).fit(values)
    error = caught.value
    assert (error.rows.tolist(), error.columns.tolist()) == ([0, 3], [1, 1])
    assert error.values.tolist() == [bad, bad]
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.rows.tolist()) == (str(error), [0, 3])
    # A column that is not treated may hold anything; so may another set only where it is not.
    fitted = estimator(force=[True, False]).fit(values)
    with pytest.raises(DomainError):
        fitted.transform([[bad, 1.0]])


def test_values_below_the_reference_count_as_its_lowest_in_a_shifted_logarithm() -> None:
    fitted = LogShifted(force=True).fit([[1.0], [2.0], [11.0]])
    found = fitted.transform([[-5.0], [1.0], [21.0]])[:, 0]
    assert found.tolist() == pytest.approx(np.log([0.1, 0.1, 20.1]))


def test_goalposts_change_with_the_unit_of_measure_and_stay_when_outliers_are_drawn_in() -> None:
    values = np.array([[*range(1, 11), 30, 100]], dtype=float).T
    posts = [[0.0], [200.0], [NAN]]
    winsorise = Winsorise().fit(values)
    assert winsorise.transform(posts)[:2, 0].tolist() == [0, 30]
    assert_array_equal(winsorise.transform_posts(posts), posts)
    assert_array_equal(Auto().fit(values).transform_posts(posts), posts)
    shifted = Auto(points=0).fit(values)
    assert shifted.steps_ == (("winsorise", "log_shifted"),)
    assert_array_equal(shifted.transform_posts(posts), shifted.transform(posts))


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (Winsorise(points=-1), "points is a whole number"),
        (Winsorise(points=2.5), "points is a whole number"),  # type: ignore[arg-type]
        (Auto(second="winsorise"), "second is one of log, "),
        (LogShifted(offset=0), "offset is a share"),
        (LogGII(factor=-1), "factor is a number above 0"),
        (Log(force=[True]), "force is True, False or one of them for each of 2"),
        (Log(force=1), "force is True, False"),
    ],
)
def test_parameters_out_of_range_are_refused(estimator: BaseTreatment, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimator.fit([[1.0, 2.0], [2.0, 5.0]])


# --- treatments: what always holds ----------------------------------------------------------------

numbers = st.one_of(
    st.integers(-20, 20).map(float),
    st.floats(-1e6, 1e6, allow_nan=False),
    st.sampled_from([1e5, -1e5, 1e9]),
)
columns = st.lists(st.one_of(numbers, st.just(NAN)), min_size=1, max_size=30)
names = st.sampled_from(sorted(TREATMENTS))


def in_domain(name: str, column: list[float]) -> Array:
    """One indicator that every treatment is defined for."""
    values = np.array(column)[:, None]
    if name in ("log", "log_plus_one", "boxcox"):
        values = np.abs(values) + 0.5
    if name == "log_gii":
        values = np.vstack([values, [[2e9]]])
    return values


@given(names, columns, st.booleans())
def test_order_is_never_swapped_and_missing_stays_missing(
    name: str, column: list[float], force: bool
) -> None:
    values = in_domain(name, column)
    found = TREATMENTS[name](force=force).fit_transform(values)
    assert_array_equal(np.isnan(found), np.isnan(values))
    order = np.argsort(values[:, 0])
    assert (np.diff(found[order, 0][: np.isfinite(values).sum()]) >= 0).all()
    assert np.isfinite(found[np.isfinite(values)]).all()


@given(names, columns)
def test_a_column_that_passes_is_the_same_to_the_last_bit(name: str, column: list[float]) -> None:
    values = in_domain(name, column)
    estimator = TREATMENTS[name]().fit(values)
    if estimator.passed_[0]:
        assert estimator.transform(values).tobytes() == values.tobytes()


@given(names, columns, st.booleans(), st.randoms())
def test_the_order_of_the_units_does_not_matter(
    name: str, column: list[float], force: bool, random: Random
) -> None:
    values = in_domain(name, column)
    order = list(range(len(values)))
    random.shuffle(order)
    found = TREATMENTS[name](force=force).fit_transform(values)
    assert_array_equal(TREATMENTS[name](force=force).fit_transform(values[order]), found[order])


@given(columns, st.integers(0, 6), st.booleans())
def test_winsorising_changes_no_more_than_the_points(
    column: list[float], points: int, force: bool
) -> None:
    values = np.array(column)[:, None]
    winsorise = Winsorise(points=points, force=force)
    changed = winsorise.fit_transform(values) != values
    count = int((changed & ~np.isnan(values)).sum())
    assert count == winsorise.points_[0] <= points
    assert winsorise.treated_[0] == (count > 0)


@given(columns, st.sampled_from([2.0**-30, 0.25, 1024.0]))
def test_winsorising_does_not_depend_on_the_unit_of_measure(
    column: list[float], factor: float
) -> None:
    values = np.array(column)[:, None]
    found = Winsorise().fit_transform(values)
    assert_array_equal(Winsorise().fit_transform(values * factor), found * factor)


def test_goalposts_that_a_treatment_makes_equal_are_refused() -> None:
    framework = "code,parent,low,high,normalisation,transform\nindex,,,,,\n"
    framework += "a,index,-9,-5,goalposts,log_shifted\nb,index,,,,"
    values = "unit,a,b\nX,1,5\nY,2,6\nZ,3,9"
    with pytest.raises(InvalidInputError, match="line 3, column low: the goalposts -9 and -5"):
        scoring.assess(small_set(framework, values))

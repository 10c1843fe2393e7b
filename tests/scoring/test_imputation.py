from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer

from scoring.imputation import IMPUTATIONS, NEED_GROUP

NAN = np.nan
NO_GROUPS = np.full(5, -1)

#: Five units; the second indicator has no value in the second group, the third nowhere.
VALUES = np.array(
    [
        [1.0, 10.0, NAN],
        [2.0, NAN, NAN],
        [NAN, 70.0, NAN],
        [9.0, NAN, NAN],
        [NAN, NAN, NAN],
    ]
)
GROUPS = np.array([0, 0, 0, 1, 1])


def impute(method: str, groups: NDArray[np.intp] = GROUPS) -> NDArray[np.float64]:
    return IMPUTATIONS[method](VALUES, groups)


@pytest.mark.parametrize(
    ("method", "first", "second"),
    [
        ("none", [1, 2, NAN, 9, NAN], [10, NAN, 70, NAN, NAN]),
        ("mean", [1, 2, 4, 9, 4], [10, 40, 70, 40, 40]),
        ("median", [1, 2, 2, 9, 2], [10, 40, 70, 40, 40]),
        ("group_mean", [1, 2, 1.5, 9, 9], [10, 40, 70, NAN, NAN]),
        ("group_median", [1, 2, 1.5, 9, 9], [10, 40, 70, NAN, NAN]),
    ],
)
def test_by_hand(method: str, first: list[float], second: list[float]) -> None:
    found = impute(method)
    assert_array_equal(found[:, 0], first)
    assert_array_equal(found[:, 1], second)
    assert np.isnan(found[:, 2]).all()


@pytest.mark.parametrize("method", sorted(NEED_GROUP))
def test_a_unit_without_group_is_not_imputed_and_lends_nothing(method: str) -> None:
    found = impute(method, np.array([-1, 0, 0, 1, -1]))
    assert_array_equal(found[:, 0], [1, 2, 2, 9, NAN])
    assert_array_equal(found[:, 1], [10, 70, 70, NAN, NAN])


@pytest.mark.parametrize("method", sorted(NEED_GROUP))
def test_without_groups_nothing_is_imputed(method: str) -> None:
    assert_array_equal(impute(method, NO_GROUPS), VALUES)


def test_the_median_of_a_group_is_not_its_mean() -> None:
    values = np.array([[1.0], [2.0], [9.0], [NAN]])
    groups = np.zeros(4, dtype=np.intp)
    assert IMPUTATIONS["group_mean"](values, groups)[3, 0] == 4
    assert IMPUTATIONS["group_median"](values, groups)[3, 0] == 2


@pytest.mark.parametrize("method", sorted(IMPUTATIONS))
def test_the_input_is_left_alone_and_known_values_stay(method: str) -> None:
    before = VALUES.copy()
    found = impute(method)
    assert_array_equal(VALUES, before)
    known = ~np.isnan(VALUES)
    assert_array_equal(found[known], VALUES[known])
    assert not np.shares_memory(found, VALUES)


@pytest.mark.parametrize("method", ["mean", "median"])
def test_agrees_with_scikit_learn(method: str) -> None:
    values = np.random.default_rng(0).normal(size=(30, 4))
    values[values < -0.5] = NAN
    expected = SimpleImputer(strategy=method).fit_transform(values)
    found = IMPUTATIONS[method](values, np.full(30, -1))
    assert_allclose(found, expected, rtol=1e-14)
    by_group = IMPUTATIONS[f"group_{method}"](values, np.arange(30) % 2)
    for group in (0, 1):
        members = np.arange(30) % 2 == group
        expected = SimpleImputer(strategy=method).fit_transform(values[members])
        assert_allclose(by_group[members], expected, rtol=1e-14)

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy import stats

from scoring.options import MeasurementError
from scoring.robustness.measurement import ErrorModel, error_model, has_effect, perturbed

Array = NDArray[np.float64]

VALUES = np.array([[[10.0, -200.0], [30.0, 0.0], [np.nan, 50.0]]])
CODES = ["a", "b"]


def model_of(values: Array = VALUES, scale: Any = 1.0, **stated: Any) -> ErrorModel:
    return error_model(MeasurementError(**stated), CODES, values, scale)


def triggers(n_draws: int = 4000, seed: int = 1) -> Array:
    return np.random.default_rng(seed).random(n_draws)


# --- what is stated -------------------------------------------------------------------------------


def test_independent_parts_add_in_variance() -> None:
    """3 in its unit and 40 % of 10 make 5."""
    model = model_of(standard_error=3.0, share=0.4, interval=7.0, rounding=0.5)
    assert model.normal.tolist() == [
        [[5.0, np.hypot(3, 80)], [np.hypot(3, 12), 3.0], [0.0, np.hypot(3, 20)]]
    ]
    assert model.interval[0].tolist() == [[7, 7], [7, 7], [0, 7]]
    assert model.rounding[0].tolist() == [[0.25, 0.25], [0.25, 0.25], [0, 0.25]]
    assert np.isinf(model.lowest[~np.isnan(model.lowest)]).all()


def test_an_entry_takes_the_place_of_all_that_is_stated_for_the_others() -> None:
    model = model_of(standard_error=3.0, lowest=0.0, indicators={"b": {"rounding": 10.0}})
    assert model.normal[0, 0].tolist() == [3, 0]
    assert model.rounding[0, 0].tolist() == [0, 5]
    assert model.lowest[0, 0].tolist() == [0, -np.inf]
    assert model.uncertain[0].tolist() == [[True, True], [True, True], [False, True]]


def test_errors_and_limits_are_in_the_unit_before_denominators() -> None:
    """Inhabitants are divided by areas of 2 and -4: errors become smaller, limits turn round."""
    scale = np.array([[[1 / 2, 1.0], [-1 / 4, 1.0], [np.nan, 1.0]]])
    stated = {"standard_error": 8.0, "interval": 4.0, "rounding": 4.0}
    model = model_of(scale=scale, lowest=0.0, highest=100.0, **stated)
    assert model.normal[0, :, 0].tolist() == [4, 2, 0]
    assert model.interval[0, :, 0].tolist() == [2, 1, 0]
    assert model.rounding[0, :, 0].tolist() == [1, 0.5, 0]
    assert model.lowest[0, :2, 0].tolist() == [0, -25]
    assert model.highest[0, :2, 0].tolist() == [50, 0]
    assert model_of(scale=scale, share=0.5).normal[0, 0, 0] == 5


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="lowest value of b, 5, is above the highest, 4"):
        model_of(indicators={"b": {"interval": 1.0, "lowest": 5.0, "highest": 4.0}})
    with pytest.raises(ValueError, match="error of b is too large to be computed"):
        model_of(indicators={"b": {"interval": 1e300}}, scale=np.array([1.0, 1e10]))


# --- what is drawn --------------------------------------------------------------------------------


def test_a_standard_error_is_the_standard_deviation_of_a_normal_distribution() -> None:
    drawn = perturbed(VALUES, model_of(standard_error=3.0), triggers(), 1)
    for unit, column in ((0, 0), (0, 1), (1, 1)):
        noise = (drawn[:, 0, unit, column] - VALUES[0, unit, column]) / 3.0
        assert stats.kstest(noise, stats.norm.cdf).pvalue > 0.01


def test_a_share_is_one_of_each_value() -> None:
    drawn = perturbed(VALUES, model_of(share=0.1), triggers(), 1)
    expected = [[1, 20], [3, 0], [np.nan, 5]]
    np.testing.assert_allclose(drawn.std(axis=0)[0], expected, rtol=0.05)
    np.testing.assert_array_equal(drawn[:, 0, 1, 1], np.zeros(4000))


def test_rounding_stays_within_half_a_unit() -> None:
    """A rectangular distribution of the half-width h has the standard deviation h / sqrt(3)."""
    drawn = perturbed(VALUES, model_of(rounding=10.0), triggers(), 1)
    noise = (drawn - VALUES)[:, 0, 0, 0]
    assert np.abs(noise).max() <= 5
    assert stats.kstest(noise, stats.uniform(-5, 10).cdf).pvalue > 0.01
    assert noise.std() == pytest.approx(5 / np.sqrt(3), rel=0.03)


def test_an_interval_and_rounding_are_two_errors() -> None:
    drawn = perturbed(VALUES, model_of(rounding=6.0, interval=3.0), triggers(), 1)
    noise = (drawn - VALUES)[:, 0, 0, 0]
    assert stats.kstest(noise, stats.triang(0.5, -6, 12).cdf).pvalue > 0.01


def test_all_parts_together_add_in_variance() -> None:
    model = model_of(standard_error=3.0, share=0.4, interval=6.0, rounding=6.0)
    drawn = perturbed(VALUES, model, triggers(), 1)
    expected = np.sqrt(5**2 + 6**2 / 3 + 3**2 / 3)
    assert drawn[:, 0, 0, 0].std() == pytest.approx(expected, rel=0.03)


def test_errors_of_units_indicators_and_draws_are_independent() -> None:
    values = np.zeros((2, 3, 2))
    drawn = perturbed(values, model_of(values, standard_error=1.0), triggers(), 1).reshape(4000, -1)
    together = np.corrcoef(drawn.T) - np.eye(12)
    assert np.abs(together).max() < 0.06
    assert abs(np.corrcoef(drawn[:-1, 0], drawn[1:, 0])[0, 1]) < 0.05
    close = np.nextafter(0.5, 1, dtype=np.float64)
    first, second = perturbed(
        values, model_of(values, standard_error=1.0), np.array([0.5, close]), 1
    )
    assert not np.isclose(first, second).any()


def test_true_values_keep_to_their_limits_and_given_ones_beyond_are_taken_to_them() -> None:
    model = model_of(indicators={"b": {"interval": 60.0, "lowest": 0.0, "highest": 100.0}})
    drawn = perturbed(VALUES, model, triggers(), 1)
    np.testing.assert_array_equal(drawn[:, 0, :, 0], np.tile(VALUES[0, :, 0], (4000, 1)))
    assert (drawn[:, 0, 0, 1] == 0).all()  # stated as -200
    assert (drawn[:, 0, 1, 1] == 0).mean() == pytest.approx(0.5, abs=0.03)
    assert drawn[:, 0, 2, 1].min() == 0
    assert drawn[:, 0, 2, 1].max() == 100


def test_limits_alone_change_nothing() -> None:
    model = model_of(lowest=0.0, highest=1.0)
    np.testing.assert_array_equal(perturbed(VALUES, model, triggers(3), 1), [VALUES] * 3)
    assert has_effect(model, VALUES).tolist() == [False, False]


# --- what draws depend on -------------------------------------------------------------------------


def test_a_draw_depends_on_the_seed_and_its_own_trigger_alone() -> None:
    model = model_of(standard_error=3.0, rounding=1.0, indicators={"a": {"share": 0.1}})
    some = np.array([0.25, 0.0, 0.75, 0.25])
    drawn = perturbed(VALUES, model, some, 7)
    np.testing.assert_array_equal(drawn[0], drawn[3])
    for row in range(4):
        alone = perturbed(VALUES, model, some[[row]], 7)
        np.testing.assert_array_equal(alone[0], drawn[row])
    np.testing.assert_array_equal(perturbed(VALUES, model, np.array([-0.0]), 7)[0], drawn[1])
    assert (drawn[0] != drawn[1])[~np.isnan(VALUES) & (VALUES != 0)].all()


@pytest.mark.parametrize("other", [0, 2, 2**32, 2**64 + 1, 10**40])
def test_every_seed_is_one_of_its_own(other: int) -> None:
    model, some = model_of(standard_error=3.0), triggers(5)
    known = ~np.isnan(VALUES)
    first, second = (perturbed(VALUES, model, some, seed) for seed in (1, other))
    assert (first != second)[:, known].all()
    np.testing.assert_array_equal(perturbed(VALUES, model, some, other), second)


number = st.one_of(st.just(np.nan), st.just(-0.0), st.floats(-1e6, 1e6))


@settings(max_examples=60, deadline=None)
@given(
    values=arrays.arrays(np.float64, (2, 3, 2), elements=number),
    some=arrays.arrays(np.float64, 3, elements=st.floats(0, 1, exclude_max=True)),
    seed=st.integers(0, 2**70),
    stated=st.fixed_dictionaries(
        {},
        optional={
            option: st.floats(1e-3, 1)
            for option in ("standard_error", "share", "interval", "rounding")
        },
    ),
)
def test_what_is_missing_or_has_no_error_stays(
    values: Array, some: Array, seed: int, stated: dict[str, float]
) -> None:
    model = model_of(values, indicators={"b": {**stated, "lowest": -1e3}})
    drawn = perturbed(values, model, some, seed)
    bits = np.broadcast_to(values.view(np.uint64), drawn.shape)
    same = ~model.uncertain
    assert drawn.shape == (3, 2, 3, 2)
    np.testing.assert_array_equal(np.isnan(drawn), np.broadcast_to(np.isnan(values), drawn.shape))
    np.testing.assert_array_equal(drawn.view(np.uint64)[:, same], bits[:, same])
    assert not same.all() or (drawn.view(np.uint64) == bits).all()
    assert (drawn[..., 1][~np.isnan(drawn[..., 1]) & model.uncertain[..., 1]] >= -1e3).all()


# --- what has an effect ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "stated", "expected"),
    [
        ([1.0, 0.0, np.nan], {"share": 0.1}, True),
        ([0.0, 0.0, np.nan], {"share": 0.1}, False),
        ([np.nan, np.nan, np.nan], {"interval": 1.0}, False),
        ([0.0, 0.0, 0.0], {"rounding": 0.1}, True),
        ([5.0, 5.0, 5.0], {"rounding": 0.1, "lowest": 5.0, "highest": 5.0}, False),
        ([5.0, 5.0, 5.0], {"rounding": 0.1, "lowest": 5.0}, True),
        ([1e20, 1e20, 1e20], {"rounding": 0.1}, False),
    ],
)
def test_an_error_has_an_effect_where_it_changes_a_value(
    column: list[float], stated: dict[str, float], expected: bool
) -> None:
    values = np.column_stack([[1.0, 2.0, 3.0], column])[None]
    model = model_of(values, indicators={"b": stated})
    assert has_effect(model, values).tolist() == [False, expected]
    drawn = perturbed(values, model, triggers(20), 1)
    known = ~np.isnan(values[..., 1])
    assert (drawn[..., 1] != values[..., 1])[:, known].any() == expected

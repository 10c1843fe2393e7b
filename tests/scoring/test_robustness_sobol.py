"""Against models whose indices are known, and against SALib on the same points."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from SALib.analyze import sobol as salib_analyze
from SALib.sample import sobol as salib_sample

from scoring.robustness import sobol
from scoring.robustness.sobol import SobolIndices, SobolSample

Array = NDArray[np.float64]


def problem(columns: tuple[int, ...]) -> dict[str, Any]:
    """SALib's description of some sources, each a group of its columns."""
    n_columns = sum(columns)
    groups = [f"source {source}" for source, count in enumerate(columns) for _ in range(count)]
    return {
        "num_vars": n_columns,
        "names": [f"input {column}" for column in range(n_columns)],
        "bounds": [[0, 1]] * n_columns,
        "groups": groups,
    }


def weighted_sums(uniforms: Array) -> Array:
    """Three additive models with interactions of a second order in the last."""
    coefficients = np.arange(1.0, uniforms.shape[1] + 1)
    plain, squared = uniforms @ coefficients, uniforms**2 @ coefficients[::-1]
    return np.column_stack([plain, squared, plain * squared])


def every_part(found: SobolIndices) -> tuple[Array, ...]:
    return found.first, found.first_interval, found.total, found.total_interval


# --- sample ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [(1, 1, 1), (2, 1, 4), (3, 1)])
@pytest.mark.parametrize("seed", [0, 1, 2024])
def test_rows_are_those_of_salib(columns: tuple[int, ...], seed: int) -> None:
    ours = sobol.sample(columns, 16, seed).rows()
    salib = salib_sample.sample(problem(columns), 16, calc_second_order=False, seed=seed)
    assert np.array_equal(ours, salib)
    assert ours.min() >= 0
    assert ours.max() < 1


def test_each_source_is_exchanged_in_a_row_of_its_own() -> None:
    sample = SobolSample(np.array([[1.0, 2, 3]]), np.array([[4.0, 5, 6]]), (1, 2))
    assert (sample.n_points, sample.n_sources, sample.rows_per_point) == (1, 2, 4)
    assert sample.rows().tolist() == [[1, 2, 3], [4, 2, 3], [1, 5, 6], [4, 5, 6]]


def test_rows_come_in_blocks_of_base_points() -> None:
    sample = sobol.sample([2, 1], 10, seed=3)
    blocks = [sample.rows(begin, begin + 4) for begin in range(0, 10, 4)]
    assert [len(block) for block in blocks] == [16, 16, 8]
    assert np.array_equal(np.concatenate(blocks), sample.rows())


def test_0_is_a_seed() -> None:
    once, again, other = (sobol.sample([3], 8, seed).rows() for seed in (0, 0, 1))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        sobol.sample([1], 8, seed=-1)
    with pytest.raises(ValueError, match="non-negative"):
        sobol.indices(np.eye(6), 1, seed=-1)


@pytest.mark.parametrize("draws", [2, 3, 100])
def test_any_number_of_draws_gets_the_first_points_of_the_next_power_of_2(draws: int) -> None:
    assert np.array_equal(
        sobol.sample([2, 2], draws, seed=5).rows(), sobol.sample([2, 2], 128, seed=5).rows(0, draws)
    )


@pytest.mark.parametrize("columns", [[], [1, 0], [2, -1]])
def test_a_source_without_columns_is_refused(columns: list[int]) -> None:
    with pytest.raises(ValueError, match="each source must have 1 or more columns"):
        sobol.sample(columns, 8, seed=1)


@pytest.mark.parametrize("draws", [1, 0, -8])
def test_one_draw_has_no_variance(draws: int) -> None:
    with pytest.raises(ValueError, match="draws must be 2 or more"):
        sobol.sample([1], draws, seed=1)


def test_the_sequence_ends_at_10600_columns() -> None:
    assert sobol.sample([10_600], 2, seed=1).base.shape == (2, 10_600)
    with pytest.raises(ValueError, match=r"have 10,601 columns, .* dimensions for 10,600"):
        sobol.sample([10_000, 601], 2, seed=1)


def test_ctrl_c_does_not_reach_scipy_while_it_reads_its_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would go on without the direction numbers, and the points would be wrong."""
    threads = []
    points = sobol._points
    monkeypatch.setattr(
        sobol,
        "_points",
        lambda *given: threads.append(threading.current_thread()) or points(*given),
    )
    sobol.sample([1], 2, seed=1)
    assert threads
    assert threading.main_thread() not in threads  # Python raises it in the main thread alone


# --- models whose indices are known ---------------------------------------------------------------


def test_an_additive_model_shares_its_variance_by_the_squares_of_its_coefficients() -> None:
    """y = x1 + 2 x2 + 3 x3 + 4 x4: variances 1, 4, 9, 16 of 30; nothing interacts."""
    sample = sobol.sample([1, 1, 1, 1], 1024, seed=0)
    found = sobol.indices(sample.rows() @ np.array([[1.0], [2], [3], [4]]), 4, seed=0)
    shares = np.array([1, 4, 9, 16]) / 30
    assert found.first[:, 0] == pytest.approx(shares, abs=0.002)
    assert found.total[:, 0] == pytest.approx(shares, abs=0.002)
    assert found.interaction == pytest.approx([0], abs=0.003)
    assert found.points.tolist() == [1024]


def test_sources_of_several_columns_have_the_variance_of_all_of_them() -> None:
    """The same model with the sources {x1, x3} and {x2, x4}."""
    sample = sobol.sample([2, 2], 1024, seed=0)
    found = sobol.indices(sample.rows() @ np.array([[1.0], [3], [2], [4]]), 2, seed=0)
    assert found.first[:, 0] == pytest.approx([10 / 30, 20 / 30], abs=0.002)
    assert found.total[:, 0] == pytest.approx([10 / 30, 20 / 30], abs=0.002)


def test_a_product_interacts() -> None:
    """y = x1 x2 x3 with mean m = 1/2 and variance v = 1/12 of each: m^4 v of (v + m^2)^3 - m^6."""
    sample = sobol.sample([1, 1, 1], 4096, seed=0)
    found = sobol.indices(sample.rows().prod(axis=1, keepdims=True), 3, seed=0)
    mean, variance = 1 / 2, 1 / 12
    whole = (variance + mean**2) ** 3 - mean**6
    assert found.first[:, 0] == pytest.approx([mean**4 * variance / whole] * 3, abs=0.003)
    total = variance * (variance + mean**2) ** 2 / whole
    assert found.total[:, 0] == pytest.approx([total] * 3, abs=0.003)
    assert found.interaction == pytest.approx([1 - 3 * mean**4 * variance / whole], abs=0.005)


def test_the_g_function() -> None:
    """Saltelli & Sobol (1995), About the use of rank transformation in sensitivity analysis of
    model output, Reliability Engineering & System Safety 50(3): y = prod (|4x - 2| + a) / (1 + a).
    """
    a = np.array([0, 1, 4.5, 9, 99, 99])
    sample = sobol.sample([1] * 6, 4096, seed=1)
    outputs = ((np.abs(4 * sample.rows() - 2) + a) / (1 + a)).prod(axis=1, keepdims=True)
    found = sobol.indices(outputs, 6, seed=1)
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    assert found.first[:, 0] == pytest.approx(parts / whole, abs=0.005)
    total = parts * np.prod(1 + parts) / (1 + parts) / whole
    assert found.total[:, 0] == pytest.approx(total, abs=0.005)


def ishigami(uniforms: Array) -> Array:
    """Ishigami & Homma (1990), An importance quantification technique in uncertainty analysis for
    computer models: sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each x from -pi to pi.
    """
    x = np.pi * (2 * uniforms - 1)
    outputs: Array = np.sin(x[:, :1]) * (1 + 0.1 * x[:, 2:] ** 4) + 7 * np.sin(x[:, 1:2]) ** 2
    return outputs


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0), (0.5576, 0.4424, 0.2437)


def test_the_ishigami_function() -> None:
    sample = sobol.sample([1, 1, 1], 8192, seed=0)
    found = sobol.indices(ishigami(sample.rows()), 3, seed=0)
    assert found.first[:, 0] == pytest.approx(ISHIGAMI_FIRST, abs=0.003)
    assert found.total[:, 0] == pytest.approx(ISHIGAMI_TOTAL, abs=0.003)
    assert found.interaction == pytest.approx([0.2437], abs=0.005)


def test_the_ishigami_function_in_groups() -> None:
    """x1 and x3 interact with each other alone, so that as one source they do with nobody."""
    sample = sobol.sample([2, 1], 8192, seed=0)
    found = sobol.indices(ishigami(sample.rows()[:, [0, 2, 1]]), 2, seed=0)
    assert found.first[:, 0] == pytest.approx([0.5576, 0.4424], abs=0.003)
    assert found.total[:, 0] == pytest.approx([0.5576, 0.4424], abs=0.003)


# --- intervals ------------------------------------------------------------------------------------


def independent(seed: int, draws: int) -> SobolSample:
    """Independent points instead of quasi-random ones."""
    numbers = np.random.default_rng([seed, 1])
    return SobolSample(numbers.random((draws, 3)), numbers.random((draws, 3)), (1, 1, 1))


def share_covered(samples: list[SobolSample]) -> float:
    """How often the intervals hold the six indices of Ishigami's function."""
    covered = []
    for seed, sample in enumerate(samples):
        found = sobol.indices(ishigami(sample.rows()), 3, seed)
        covered += [
            np.abs(found.first[:, 0] - ISHIGAMI_FIRST) <= found.first_interval[:, 0],
            np.abs(found.total[:, 0] - ISHIGAMI_TOTAL) <= found.total_interval[:, 0],
        ]
    return float(np.mean(covered))


def test_intervals_of_independent_points_hold_the_truth_in_95_of_100_cases() -> None:
    """1,200 cases, 6 indices of each of 200 samples: 0.95 within two hundredths."""
    assert share_covered([independent(seed, 512) for seed in range(200)]) == pytest.approx(
        0.95, abs=0.02
    )


def test_intervals_of_quasi_random_points_are_rather_too_wide() -> None:
    samples = [sobol.sample([1, 1, 1], 1024, seed) for seed in range(50)]
    assert share_covered(samples) >= 0.98


def test_intervals_shrink_with_the_root_of_the_draws() -> None:
    """A quarter of the points, twice the width, within a fifth, for the mean of 20 samples."""

    def widths(draws: int) -> Array:
        found = [
            sobol.indices(ishigami(sobol.sample([1, 1, 1], draws, seed).rows()), 3, seed)
            for seed in range(20)
        ]
        half_widths: Array = np.mean(
            [(each.first_interval, each.total_interval) for each in found], axis=0
        )
        return half_widths

    few, more, many = widths(256), widths(1024), widths(4096)
    assert few / more == pytest.approx(2, rel=0.2)
    assert more / many == pytest.approx(2, rel=0.2)


def test_a_higher_confidence_is_a_wider_interval() -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 64, seed=1).rows())
    usual = sobol.indices(outputs, 2, seed=1)
    wide = sobol.indices(outputs, 2, seed=1, confidence=0.99)
    # 2.576 and 1.960 standard deviations
    assert wide.first_interval == pytest.approx(usual.first_interval * 2.5758 / 1.9600, rel=1e-4)
    assert np.array_equal(wide.total, usual.total)


# --- beside SALib ---------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [(1, 1, 1), (2, 1, 4), (1, 1)])
def test_indices_and_intervals_are_those_of_salib(columns: tuple[int, ...]) -> None:
    sample = sobol.sample(columns, 128, seed=7)
    outputs = weighted_sums(sample.rows())
    found = sobol.indices(outputs, sample.n_sources, seed=7)
    for output, column in enumerate(outputs.T):
        salib = salib_analyze.analyze(problem(columns), column, calc_second_order=False, seed=7)
        assert found.first[:, output] == pytest.approx(salib["S1"], abs=1e-12)
        assert found.total[:, output] == pytest.approx(salib["ST"], abs=1e-12)
        assert found.first_interval[:, output] == pytest.approx(salib["S1_conf"], abs=1e-12)
        assert found.total_interval[:, output] == pytest.approx(salib["ST_conf"], abs=1e-12)


def test_a_resample_is_salib_on_the_rows_it_draws() -> None:
    standard = np.random.default_rng(3).normal(size=(20, 5, 4))
    counts = np.random.default_rng(4).multinomial(20, [1 / 20] * 20, size=6).astype(np.float64)
    first, total = sobol._resampled(standard, counts)
    for resample, times in enumerate(counts):
        drawn = standard[np.repeat(np.arange(20), times.astype(int))]
        for source in range(3):
            arrays = drawn[:, 0], drawn[:, source + 1], drawn[:, -1]
            for ours, estimator in (
                (first, salib_analyze.first_order),
                (total, salib_analyze.total_order),
            ):
                assert ours[resample, source] == pytest.approx(estimator(*arrays), abs=1e-12)


def test_0_is_a_seed_of_the_intervals() -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 64, seed=1).rows())
    once, again, other = (sobol.indices(outputs, 2, seed) for seed in (0, 0, 1))
    assert np.array_equal(once.first_interval, again.first_interval)
    assert not np.array_equal(once.first_interval, other.first_interval)
    assert np.array_equal(once.first, other.first)


# --- outputs that are missing or do not vary ------------------------------------------------------


def test_what_does_not_vary_has_no_indices() -> None:
    """A constant; one that differs by noise; one that varies only where a source is exchanged."""
    sample = sobol.sample([1, 1], 64, seed=2)
    varying = weighted_sums(sample.rows())[:, :1]
    noise = 1e6 + 1e-7 * sample.rows()[:, :1]
    inside = np.tile([[0.0], [1], [0], [0]], (64, 1))
    found = sobol.indices(np.hstack([np.full((256, 1), 0.1), varying, noise, inside]), 2, seed=2)
    for part in every_part(found):
        assert np.isnan(part[:, [0, 2, 3]]).all()
        assert not np.isnan(part[:, 1]).any()
    assert np.isnan(found.interaction).tolist() == [True, False, True, True]


def test_an_output_does_not_depend_on_those_beside_it() -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 64, seed=1).rows())
    missing = outputs.copy()
    missing[10, 1] = np.nan
    beside = np.hstack([outputs, missing, np.ones((len(outputs), 1)), outputs * np.nan])
    alone = sobol.indices(outputs, 2, seed=1)
    found = sobol.indices(beside, 2, seed=1)
    for part, expected in zip(every_part(found), every_part(alone), strict=True):
        assert part[:, [0, 1, 2, 3, 5]] == pytest.approx(expected[:, [0, 1, 2, 0, 2]], abs=1e-12)
    assert found.points.tolist() == [64, 64, 64, 64, 63, 64, 64, 0, 0, 0]


def test_outputs_in_blocks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 64, seed=1).rows())
    at_once = sobol.indices(outputs, 2, seed=1)
    monkeypatch.setattr(sobol, "NUMBERS_AT_A_TIME", 1)
    for part, expected in zip(
        every_part(sobol.indices(outputs, 2, seed=1)), every_part(at_once), strict=True
    ):
        assert part == pytest.approx(expected, abs=1e-12)


def test_a_failed_draw_takes_its_base_point_with_it() -> None:
    """The third row of base point 5 failed: what is left is the sample without the point."""
    sample = sobol.sample([1, 2], 64, seed=1)
    outputs = weighted_sums(sample.rows())
    failed = outputs.copy()
    failed[5 * 4 + 2] = np.nan
    found = sobol.indices(failed, 2, seed=1)
    expected = sobol.indices(np.delete(outputs, slice(20, 24), axis=0), 2, seed=1)
    assert found.points.tolist() == [63, 63, 63]
    assert found.first == pytest.approx(expected.first, abs=1e-12)
    assert found.total == pytest.approx(expected.total, abs=1e-12)
    # Other points are drawn; the width is the same but for that.
    assert found.total_interval == pytest.approx(expected.total_interval, rel=0.5)


@pytest.mark.parametrize("left", [0, 1])
def test_fewer_than_two_points_have_no_indices(left: int) -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 8, seed=1).rows())
    outputs[4 * left :, 0] = np.nan
    found = sobol.indices(outputs, 2, seed=1)
    assert found.points.tolist() == [left, 8, 8]
    for part in every_part(found):
        assert np.isnan(part).tolist() == [[True, False, False]] * 2


def test_a_rare_event_has_an_interval() -> None:
    """One base point of 64 differs: resamples without it do not vary."""
    outputs = np.zeros((64 * 4, 1))
    outputs[4:8] = 1
    found = sobol.indices(outputs, 2, seed=1)
    assert np.isfinite(found.first_interval).all()


def test_ranks_are_outputs_too() -> None:
    outputs = np.argsort(weighted_sums(sobol.sample([1, 2], 16, seed=1).rows()), axis=1)
    found = sobol.indices(outputs, 2, seed=1)
    expected = sobol.indices(outputs.astype(np.float64), 2, seed=1)
    assert np.array_equal(found.total, expected.total, equal_nan=True)


@pytest.mark.parametrize("size", [1e-250, 1e250])
def test_outputs_of_any_size(size: float) -> None:
    outputs = weighted_sums(sobol.sample([1, 2], 64, seed=1).rows())
    found = sobol.indices(outputs * size, 2, seed=1)
    for part, expected in zip(
        every_part(found), every_part(sobol.indices(outputs, 2, seed=1)), strict=True
    ):
        assert part == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    scale=st.floats(1e-3, 1e3),
    sign=st.sampled_from([-1, 1]),
    shift=st.floats(-1e3, 1e3),
    draws=st.integers(2, 40),
    columns=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_shift_and_scale_change_nothing(
    scale: float, sign: int, shift: float, draws: int, columns: list[int], seed: int
) -> None:
    outputs = weighted_sums(sobol.sample(columns, draws, seed).rows())
    found = sobol.indices(outputs, len(columns), seed)
    moved = sobol.indices(sign * scale * outputs + shift, len(columns), seed)
    for part, expected in zip(every_part(moved), every_part(found), strict=True):
        assert part == pytest.approx(expected, rel=1e-6, abs=1e-6)


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, 4, 7])
def test_rows_that_are_no_base_points_are_refused(rows: int) -> None:
    with pytest.raises(ValueError, match=f"4 rows for each of 2 or more base points, not {rows}"):
        sobol.indices(np.ones((rows, 3)), 2, seed=1)


def test_outputs_must_be_a_table() -> None:
    with pytest.raises(ValueError, match="a table of rows and outputs, not 1-d"):
        sobol.indices(np.arange(8.0), 2, seed=1)


def test_there_must_be_a_source() -> None:
    with pytest.raises(ValueError, match="n_sources must be 1 or more"):
        sobol.indices(np.ones((8, 1)), 0, seed=1)


def test_infinite_outputs_are_refused() -> None:
    outputs = np.ones((8, 1))
    outputs[3] = np.inf
    with pytest.raises(ValueError, match="outputs must be finite"):
        sobol.indices(outputs, 2, seed=1)


@pytest.mark.parametrize("confidence", [0, 1, 95, np.nan])
def test_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence must lie between 0 and 1"):
        sobol.indices(np.ones((8, 1)), 2, seed=1, confidence=confidence)


def test_one_resample_has_no_spread() -> None:
    with pytest.raises(ValueError, match="resamples must be 2 or more"):
        sobol.indices(np.ones((8, 1)), 2, seed=1, resamples=1)

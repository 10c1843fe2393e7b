"""Priorities by steps that a spreadsheet can follow, beside those of the eigenvector itself."""

from __future__ import annotations

import numpy as np
import pytest

from reports.workbook.eigenvector import steps
from scoring.weighting.comparisons import ahp

NAN = np.nan
#: Comparisons that contradict each other as far as comparisons from 1/100 to 100 can.
CONTRADICTORY = np.array(
    [
        [1, 0.01, 0.01, NAN, 100, 1 / 3],
        [100, 1, NAN, 100, 0.01, NAN],
        [100, NAN, 1, 2, 1, NAN],
        [NAN, 0.01, 0.5, 1, 100, 1],
        [0.01, 100, 1, 0.01, 1, NAN],
        [3, NAN, NAN, 1, NAN, 1],
    ]
)


def test_contradictions_beyond_the_scale_leave_numbers_that_can_be_divided() -> None:
    found = steps(np.log(CONTRADICTORY))
    assert found is not None
    for vectors in (found.vectors, found.vectors_without):
        assert np.array(vectors)[:, :-1].min() > 0
        assert [vector[:-1].sum() for vector in vectors[1:]] == pytest.approx([1.0] * 8)
    weights = found.vectors[-1][:-1] * np.exp(found.scale)
    expected = ahp(CONTRADICTORY[None]).shares
    assert weights / weights.sum() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("furthest", [9, 1e3, 1e9])
def test_random_comparisons_never_divide_by_zero(furthest: float) -> None:
    random = np.random.default_rng(11)
    for _ in range(100):
        count = int(random.integers(2, 9))
        drawn = random.choice([1 / furthest, 1 / 3, 1, 2, furthest], (count, count))
        drawn = np.triu(np.where(random.random((count, count)) < 0.8, drawn, NAN), 1)
        matrix = (
            np.eye(count) + drawn + np.where(drawn.T == 0, 0, 1 / np.where(drawn.T, drawn.T, 1))
        )
        found = steps(np.log(matrix))
        if found is None:
            continue
        for vectors in (found.vectors, found.vectors_without):
            assert np.array(vectors)[:, :-1].min() > 0
        if furthest == 9:
            weights = found.vectors[-1][:-1] * np.exp(found.scale)
            expected = ahp(matrix[None]).shares
            assert weights / weights.sum() == pytest.approx(expected, abs=1e-12)

"""The whole run on a real Dask scheduler with two worker processes, against one process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import indicators
from indicators import IndicatorSet
from scoring import Robustness, robustness_of
from tests.scoring.local_cluster import LocalCluster, local_cluster

#: Values with errors, so that the workers go through all stages and not through aggregation alone.
METHOD = {
    "draws": 2500,
    "sensitivity_draws": 32,
    "imputation": ["median"],
    "imputation_draws": 2,
    "measurement_error": {"share": 0.02},
}


@pytest.fixture(scope="module")
def provinces() -> IndicatorSet:
    return indicators.load().with_method({"robustness": METHOD})


@pytest.fixture(scope="module")
def alone(provinces: IndicatorSet) -> Robustness:
    return robustness_of(provinces, workers=1)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[LocalCluster]:
    with local_cluster(tmp_path) as started:
        yield started


def assert_same_bits(first: Robustness, second: Robustness) -> None:
    pd.testing.assert_frame_equal(
        first.uncertainty.intervals, second.uncertainty.intervals, check_exact=True
    )
    for table in ("rank_probabilities", "leads"):
        one, other = (getattr(found.uncertainty, table)() for found in (first, second))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert first.uncertainty.failures == second.uncertainty.failures
    assert first.sensitivity is not None
    assert second.sensitivity is not None
    pd.testing.assert_frame_equal(
        first.sensitivity.units, second.sensitivity.units, check_exact=True
    )


def test_two_workers_give_the_bits_of_one_process(
    cluster: LocalCluster, provinces: IndicatorSet, alone: Robustness
) -> None:
    assert_same_bits(alone, robustness_of(provinces, cluster=cluster.address))


def test_and_so_they_do_where_one_is_killed_in_the_midst(
    cluster: LocalCluster, provinces: IndicatorSet, alone: Robustness
) -> None:
    reached = []

    def kill_one(done: int, total: int) -> None:
        if not reached and done > total / 10:
            reached.append(done)
            cluster.workers[0].kill()

    found = robustness_of(provinces, cluster=cluster.address, progress=kill_one)
    assert reached
    assert cluster.workers[0].wait() < 0
    assert_same_bits(alone, found)

"""Published examples of multi-criteria decision analysis, read from ../shared."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import rankdata

from scoring.aggregation import aggregate
from scoring.aggregation.distance import vikor_table

CASES = Path(__file__).parents[2].parent / "shared" / "cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)


def case(name: str) -> tuple[pd.DataFrame, pd.Series[float], pd.DataFrame]:
    """Scores with their direction, weights, and what is published."""
    data = pd.read_csv(CASES / name / "data.csv", index_col="unit").astype(float)
    meta = pd.read_csv(CASES / name / "meta.csv", index_col="name").loc[data.columns]
    direction = meta["direction"].map({"+": 1, "-": -1})
    expected = pd.read_csv(CASES / name / "expected.csv", index_col="unit")
    return data * direction, meta["weight"], expected


def test_topsis_of_tzeng_and_huang() -> None:
    # Tzeng & Huang (2011), Multiple Attribute Decision Making, printed to four decimals.
    scores, weights, published = case("topsis_tzeng2011")
    found = aggregate(scores, weights, "topsis")
    assert_allclose(found, published["closeness"], atol=1e-4)
    assert_array_equal(rankdata(-found, method="min"), published["rank"])


def test_vikor_of_papathanasiou_and_ploskas() -> None:
    # Papathanasiou & Ploskas (2018), Multiple Criteria Decision Aid, facility location with
    # v = (n + 1) / (2 n) for n = 4 criteria.
    scores, weights, published = case("mcda_papathanasiou2018")
    shares = weights.to_numpy(dtype=np.float64)[None, :]
    table = vikor_table(scores.to_numpy(), shares, majority=0.625)
    assert_allclose(table.compromise, published["vikor_Q"], atol=6e-4)
    found = aggregate(scores, weights, "vikor", majority=0.625)
    assert_allclose(found, 1 - published["vikor_Q"], atol=6e-4)

"""What COINr computes of its ASEM example, read from ../shared and never copied."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indicators import Framework, Node
from scoring.aggregation import aggregate
from scoring.imputation import IMPUTATIONS
from scoring.normalisation import Goalposts, MinMax, Rank, ZScore
from scoring.ranking import rank
from scoring.weighting import weight_table

ASEM = Path(__file__).parents[2].parent / "shared" / "cases" / "coinr_asem"

pytestmark = pytest.mark.skipif(
    not ASEM.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(ASEM / f"{name}.csv", index_col=0)


def framework() -> Framework:
    """The tree, the root first because it has no parent."""
    meta = pd.read_csv(ASEM / "a_iMeta.csv")
    tree = meta[meta["Type"].isin(["Indicator", "Aggregate"])]
    return Framework(
        tuple(
            Node(code, parent, weight=weight, direction=int(direction))  # type: ignore[arg-type]
            for code, parent, weight, direction in zip(
                tree["iCode"],
                tree["Parent"].fillna(""),
                tree["Weight"],
                tree["Direction"],
                strict=True,
            )
        )
    )


def normalised() -> pd.DataFrame:
    return table("f_minmax_0_100")


# COINr's normalised data come from a treated set that is not among the files; each of them is a
# normalisation of every other, direction already applied.


def test_z_scores() -> None:
    assert_allclose(ZScore().fit_transform(normalised()), table("f_zscore_0_1"), atol=1e-9)


def test_min_max() -> None:
    assert_allclose(MinMax().fit_transform(table("f_zscore_0_1")), normalised(), atol=1e-9)


def test_borda_is_the_rank_less_one() -> None:
    # COINr tells three tied units (5.1 in TolMin) apart by the noise of its arithmetic.
    on_scale, expected = normalised().drop(columns="TolMin"), table("f_borda")
    assert_array_equal(Rank().fit_transform(on_scale) - 1, expected[on_scale.columns])


def test_directions_of_min_max_on_indicators_without_missing_or_treated_values() -> None:
    denominated = table("b_denominated")
    codes = [
        code
        for code in normalised().columns
        if denominated[code].notna().all() and not was_treated(denominated[code])
    ]
    directions = [framework().direction(code) for code in codes]
    assert directions.count(-1) >= 3
    found = MinMax(directions).fit_transform(denominated[codes])
    assert_allclose(found, normalised()[codes], atol=1e-9)


def was_treated(column: pd.Series[float]) -> bool:
    """Whether COINr winsorises: skew above 2 and kurtosis above 3.5."""
    return abs(column.skew()) > 2 and column.kurt() > 3.5  # type: ignore[operator]


def test_group_median_imputation() -> None:
    values, expected = table("b_denominated"), table("d_impute_median_grp")
    groups = pd.read_csv(ASEM / "a_iData.csv").set_index("uCode")["GDP_group"].loc[values.index]
    found = IMPUTATIONS["group_median"](values.to_numpy(dtype=float), pd.factorize(groups)[0])
    assert np.isnan(values.to_numpy(dtype=float)).any()
    assert_allclose(found, expected, rtol=1e-12)


def test_effective_weights() -> None:
    expected = table("h_eff_weights")["EffWeight"]
    found = weight_table(framework())["effective_weight"]
    assert len(expected) == 60
    assert_allclose(found[expected.index], expected, rtol=1e-12)


def test_arithmetic_scores_and_ranks_of_every_node() -> None:
    expected, ranks = table("g_amean"), table("g_results_ranks")
    found = scores("arithmetic")
    assert_allclose(found[expected.columns].loc[expected.index], expected, atol=1e-9)
    placed = pd.DataFrame(rank(found.to_numpy().T).T, found.index, found.columns)
    assert_array_equal(placed.loc[ranks.index, ranks.columns], ranks)


def test_geometric_scores_of_every_node() -> None:
    expected = table("g_gmean")
    assert_allclose(scores("geometric")[expected.columns].loc[expected.index], expected, atol=1e-9)


def scores(method: str) -> pd.DataFrame:
    """Scores of all nodes from indicators on a scale of 1 to 100, as COINr's files were made."""
    tree, on_scale = framework(), normalised()
    ends = np.zeros(on_scale.shape[1]), np.full(on_scale.shape[1], 100.0)
    found = on_scale.copy()
    found[:] = Goalposts(*ends, feature_range=(1, 100)).fit_transform(on_scale.to_numpy())
    for group in tree.groups:
        children = list(tree.children(group))
        weights = [tree.weight(child) for child in children]
        found[group] = aggregate(found[children].to_numpy(), weights, method)
    return found

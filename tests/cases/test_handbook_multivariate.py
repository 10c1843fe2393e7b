"""Multivariate tables of the Technology Achievement Index in the OECD/JRC Handbook (2008).

The figures are (c) OECD 2008, read from ../shared and never copied. Inputs are printed with two or
three digits, hence the tolerances.
"""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose

from scoring.multivariate import correlations, principal_components, reliability, varimax

HANDBOOK = Path(__file__).parents[2].parent / "shared" / "cases" / "tai_oecd_handbook"

pytestmark = pytest.mark.skipif(
    not HANDBOOK.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(HANDBOOK / f"{name}.csv", index_col=0)


def indicators() -> pd.DataFrame:
    return table("data").astype(float)


def test_correlation_matrix() -> None:  # table 6
    expected = table("expected_correlation")
    found = correlations(indicators())
    assert_allclose(found.coefficients, expected, atol=0.02)


def test_eigenvalues() -> None:  # tables 7 and 16
    expected = table("expected_eigenvalues")
    found = principal_components(indicators())
    assert_allclose(found.components["eigenvalue"], expected["eigenvalue"], atol=0.055)
    assert_allclose(100 * found.components["share"], expected["pct_variance"], atol=0.15)
    assert found.components.index.tolist() == expected.index.tolist()
    assert found.units == 23


def test_varimax_loadings_of_four_components() -> None:  # table 9
    expected = table("expected_varimax_loadings")
    found = varimax(principal_components(indicators()).loadings.loc[:, :4])
    communalities = (found**2).sum(axis=1)
    assert_allclose(communalities, expected["communality"], atol=0.015)
    # The order of factors is a convention; all large loadings are positive here and there.
    published = expected.drop(columns="communality").to_numpy()
    apart = min(abs(found.to_numpy()[:, list(p)] - published).max() for p in permutations(range(4)))
    assert apart < 0.015


def test_cronbach_alpha_of_standardised_indicators() -> None:  # table 11
    expected = table("expected_cronbach")
    found = reliability(indicators(), standardised=True)
    assert_allclose(found.alpha, expected.loc["(none)", "alpha"], atol=0.005)
    items = expected.loc[found.items.index].astype(float)
    assert_allclose(found.items["alpha_without"], items["alpha"], atol=0.004)
    assert_allclose(found.items["item_total_correlation"], items["item_total_corr"], atol=0.006)

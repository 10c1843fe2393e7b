"""Multivariate tables of the Technology Achievement Index in the OECD/JRC Handbook (2008).

The figures are (c) OECD 2008, read from ../shared and never copied. Inputs are printed with two or
three digits, hence the tolerances.
"""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pandas as pd
from numpy.testing import assert_allclose

import scoring
from scoring.multivariate import (
    component_table,
    correlation_table,
    correlations,
    principal_components,
    reliability,
    varimax,
)
from tests.cases.shared_cases import case_set, needs_shared_cases, table

pytestmark = needs_shared_cases

CASE = "tai_oecd_handbook"


def expected_table(name: str) -> pd.DataFrame:
    return table(CASE, f"expected_{name}")


def indicators() -> pd.DataFrame:
    return table(CASE, "data").astype(float)


def test_correlation_matrix() -> None:  # table 6
    expected = expected_table("correlation")
    found = correlations(indicators())
    assert_allclose(found.coefficients, expected, atol=0.02)


def test_eigenvalues() -> None:  # tables 7 and 16
    expected = expected_table("eigenvalues")
    found = principal_components(indicators())
    assert_allclose(found.components["eigenvalue"], expected["eigenvalue"], atol=0.055)
    assert_allclose(100 * found.components["share"], expected["pct_variance"], atol=0.15)
    assert found.components.index.tolist() == expected.index.tolist()
    assert found.units == 23


def test_varimax_loadings_of_four_components() -> None:  # table 9
    expected = expected_table("varimax_loadings")
    found = varimax(principal_components(indicators()).loadings.loc[:, :4])
    communalities = (found**2).sum(axis=1)
    assert_allclose(communalities, expected["communality"], atol=0.015)
    # The order of factors is a convention; all large loadings are positive here and there.
    published = expected.drop(columns="communality").to_numpy()
    apart = min(abs(found.to_numpy()[:, list(p)] - published).max() for p in permutations(range(4)))
    assert apart < 0.015


def test_cronbach_alpha_of_standardised_indicators() -> None:  # table 11
    expected = expected_table("cronbach")
    found = reliability(indicators(), standardised=True)
    assert_allclose(found.alpha, expected.loc["(none)", "alpha"], atol=0.005)
    items = expected.loc[found.items.index].astype(float)
    assert_allclose(found.items["alpha_without"], items["alpha"], atol=0.004)
    assert_allclose(found.items["item_total_correlation"], items["item_total_corr"], atol=0.006)


def test_tables_of_the_assessed_index_say_the_same(tmp_path: Path) -> None:
    # Correlations and components of z-scores are those of the data.
    method = 'normalisation.method = "zscore"'
    assessment = scoring.assess(case_set(CASE, table(CASE, "data"), method, tmp_path))
    scores, framework = assessment.exact_scores, assessment.framework
    pairs = correlation_table(scores, framework)
    pairs = pairs[pairs["relation"] == "siblings"]
    published = expected_table("correlation")
    expected = [published.loc[a, b] for a, b in zip(pairs["node"], pairs["other"], strict=True)]
    assert len(pairs) == 8 * 7 / 2
    assert_allclose(pairs["correlation"], expected, atol=0.02)
    components = component_table(scores, framework)
    components = components[components["of"] == "children"].set_index("component")
    eigenvalues = expected_table("eigenvalues")["eigenvalue"]
    assert_allclose(components.loc[eigenvalues.index, "eigenvalue"], eigenvalues, atol=0.055)

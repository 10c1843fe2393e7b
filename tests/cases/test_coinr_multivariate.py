"""What COINr computes of the structure of its example, from the assessed set."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scoring.multivariate import (
    component_table,
    correlation_table,
    correlations,
    influence_table,
    reliability_table,
)
from scoring.weighting.components import principal_components
from tests.cases.asem import assessed, raw, table
from tests.cases.shared_cases import needs_shared_cases

pytestmark = needs_shared_cases


def test_correlations_of_the_indicators() -> None:
    expected = table("i_cor_pearson_L1")
    found = correlations(assessed().normalised).coefficients
    assert_allclose(found.loc[expected.index, expected.columns], expected, atol=1e-12)


def test_principal_components_of_every_pillar() -> None:
    # COINr's get_PCA scales the columns: components of the correlation matrix.
    expected = table("h_pca_variance_L1")
    assert len(expected) == 49
    found = component_table(assessed().exact_scores, assessed().framework)
    found = found[found["of"] == "children"].set_index(["group", "component"])
    pillars = found.loc[list(zip(expected.index, expected["PC"], strict=True))]
    assert_allclose(pillars["eigenvalue"], expected["eigenvalue"], atol=1e-9)
    assert_allclose(pillars["share"], expected["prop_var"], atol=1e-9)
    assert_allclose(pillars["cumulative_share"], expected["cum_var"], atol=1e-9)


@pytest.mark.parametrize("data_set", ["Raw", "Normalised"])
def test_cronbach_alpha_of_every_pillar(data_set: str) -> None:
    # Raw values have gaps and no common direction; a pair of indicators is taken as far as it goes.
    expected = table("i_cronbach_L1").loc[data_set].set_index("group")["cronbach"]
    assert len(expected) == 8
    scores = assessed().exact_scores
    if data_set == "Raw":
        values = raw().cross_section("latest").values[list(assessed().framework.indicators)]
        assert values.isna().to_numpy().sum() == 63
        scores = scores.assign(**{str(code): values[code] for code in values})
    found = reliability_table(scores, assessed().framework)
    found = found.drop_duplicates("group").set_index("group")
    assert_allclose(found.loc[expected.index, "alpha"], expected, atol=1e-9)


def test_correlations_within_the_framework() -> None:
    framework = assessed().framework
    found = correlation_table(assessed().exact_scores, framework)
    sizes = [len(framework.children(group)) for group in framework.groups]
    siblings = found[found["relation"] == "siblings"]
    assert len(siblings) == sum(size * (size - 1) // 2 for size in sizes)
    assert len(found) - len(siblings) == 49 * 3 + 8 * 2 + 2
    pearson = table("i_cor_pearson_L1")
    between = siblings[siblings["node"].isin(pearson.index)]
    expected = [pearson.loc[a, b] for a, b in zip(between["node"], between["other"], strict=True)]
    assert_allclose(between["correlation"], expected, atol=1e-12)
    assert (between["flag"].eq("negative") == (np.array(expected) < -0.4)).all()


def test_effective_weights_stand_beside_the_importance() -> None:
    expected = table("h_eff_weights")["EffWeight"]
    found = influence_table(assessed().exact_scores, assessed().framework, assessed().weights)
    indicators = found[found["of"] == "indicators"].set_index("node")
    assert_allclose(indicators["weight_share"], expected[indicators.index], rtol=1e-12)
    for _, shares in found.groupby(["group", "of"]):
        for column in ("weight_share", "correlation_importance", "main_effect_importance"):
            assert_allclose(shares[column].sum(), 1)


def test_weights_from_the_first_component_are_never_negative() -> None:
    # COINr hands on the loadings as they come, sign and all: 16 of its 49 weights are negative.
    expected = table("h_pca_variance_L1")
    framework, against = assessed().framework, []
    for pillar, eigenvalue in expected.loc[expected["PC"] == 1, "eigenvalue"].items():
        children = list(framework.children(str(pillar)))
        found = principal_components(assessed().normalised[children].to_numpy())
        assert found.figures["eigenvalue"] == pytest.approx(eigenvalue)
        assert found.shares.min() >= 0
        assert found.shares.sum() == pytest.approx(1)
        named = [children[child] for remark in found.remarks for child in remark.children]
        assert named == [children[child] for child in np.flatnonzero(found.shares == 0)]
        against += named
    # What is left once the signs are resolved.
    assert against == ["TBTs", "Forest", "RDExp", "NEET"]

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy.stats import kendalltau, pearsonr, qmc, spearmanr
from sklearn.decomposition import PCA

from indicators import Framework, Node
from scoring.multivariate import (
    CORRELATIONS,
    component_table,
    correlation_importance,
    correlation_table,
    correlations,
    cronbach_alpha,
    influence,
    influence_table,
    main_effects,
    principal_components,
    reliability,
    reliability_table,
    varimax,
)
from scoring.weighting import weight_table

Array = NDArray[np.float64]
NAN = np.nan
METHODS = sorted(CORRELATIONS)

#: Two dimensions of two and three indicators.
TREE = Framework(
    (
        Node("index"),
        Node("a", "index", weight=1),
        Node("b", "index", weight=3),
        Node("a1", "a"),
        Node("a2", "a"),
        Node("b1", "b"),
        Node("b2", "b", weight=2),
        Node("b3", "b"),
    )
)


def gapped_values(n_units: int = 25, n_indicators: int = 5, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, n_indicators))
    values[rng.random(values.shape) < 0.1] = NAN
    return values


def scores_of_the_tree() -> pd.DataFrame:
    scores = pd.DataFrame(gapped_values(40), columns=["a1", "a2", "b1", "b2", "b3"]).fillna(0.0)
    scores["a"] = scores[["a1", "a2"]].mean(axis=1)
    scores["b"] = scores[["b1", "b2", "b3"]] @ [0.25, 0.5, 0.25]
    scores["index"] = scores[["a", "b"]] @ [0.25, 0.75]
    return scores


# --- correlations ---------------------------------------------------------------------------------


def test_correlations_by_hand() -> None:
    found = correlations([[1, 1, 4], [2, 3, 3], [3, 2, 2], [4, 4, 1]], method="spearman")
    assert_allclose(found.coefficients, [[1, 0.8, -1], [0.8, 1, -0.8], [-1, -0.8, 1]])
    assert (found.pairs == 4).all(axis=None)


@pytest.mark.parametrize(
    ("method", "peer"), [("pearson", pearsonr), ("spearman", spearmanr), ("kendall", kendalltau)]
)
def test_pairs_are_those_of_scipy(method: str, peer: object) -> None:
    values = np.round(gapped_values(), 1)
    others = np.round(gapped_values(seed=1), 1)
    found = correlations(values, others, method)
    for i in range(5):
        for j in range(5):
            both = ~np.isnan(values[:, i]) & ~np.isnan(others[:, j])
            expected = peer(values[both, i], others[both, j])  # type: ignore[operator]
            assert_allclose(found.coefficients.iloc[i, j], expected.statistic, atol=1e-12)
            assert_allclose(found.p_values.iloc[i, j], expected.pvalue, rtol=1e-9)
            assert found.pairs.iloc[i, j] == both.sum()


@pytest.mark.parametrize("method", METHODS)
def test_coefficients_are_those_of_pandas(method: str) -> None:
    table = pd.DataFrame(gapped_values(), columns=list("vwxyz"))
    found = correlations(table, method=method).coefficients
    pd.testing.assert_frame_equal(found, table.corr(method=method))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
@settings(deadline=None, max_examples=30)
@given(
    arrays(float, (7, 3), elements=st.sampled_from([NAN, -2.0, 0.0, 0.5, 3.0])),
    st.permutations(range(7)),
)
def test_what_holds_of_every_correlation(method: str, values: Array, order: list[int]) -> None:
    found = correlations(values, method=method)
    matrix = found.coefficients.to_numpy()
    defined = ~np.isnan(matrix)
    assert_array_equal(matrix, matrix.T)
    assert (np.abs(matrix[defined]) <= 1).all()
    assert (matrix.diagonal()[defined.diagonal()] == 1).all()
    probabilities = found.p_values.to_numpy()
    assert_array_equal(np.isnan(probabilities), ~defined)
    assert ((probabilities[defined] >= 0) & (probabilities[defined] <= 1)).all()
    turned = correlations(values[order], method=method).coefficients
    assert_allclose(turned, matrix, atol=1e-12)
    scaled = correlations(values * [1e-300, -7, 3] + [0, 5, 0], method=method).coefficients
    assert_allclose(scaled, matrix * np.outer([1, -1, 1], [1, -1, 1]), atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_constant_few_and_no_values_have_no_correlation(method: str) -> None:
    values = [
        [0.1, 1.0, NAN, 1.0, 5.0],
        [0.1, 2.0, NAN, 2.0, 5.0],
        [0.1, 4.0, NAN, NAN, 5.0],
        [NAN, 3.0, NAN, NAN, 6.0],
    ]
    found = correlations(values, method=method)
    expected = np.full((5, 5), NAN)
    expected[[1, 1, 4, 4], [1, 4, 1, 4]] = [1, found.coefficients.loc[1, 4], 0, 1]
    expected[4, 1] = expected[1, 4]
    assert_array_equal(found.coefficients, expected)
    assert np.isfinite(found.coefficients.loc[1, 4])
    assert found.pairs.to_numpy()[3].tolist() == [2, 2, 0, 2, 2]


@pytest.mark.parametrize("method", METHODS)
def test_extremes_correlate_like_small_numbers(method: str) -> None:
    values = np.array([[1.0, 0.2], [-1.0, -0.3], [0.3, 0.5], [0.7, -1.0]])
    expected = correlations(values, method=method).coefficients
    for size in (1.7e308, 1e-300):
        assert_allclose(correlations(values * size, method=method).coefficients, expected)


def test_wrong_tables_are_refused() -> None:
    with pytest.raises(ValueError, match="same units in the same order: 2 and 1"):
        correlations([[1.0], [2.0]], [[1.0]])
    with pytest.raises(ValueError, match="infinite values"):
        correlations([[np.inf], [2.0]])
    with pytest.raises(KeyError):
        correlations([[1.0], [2.0]], method="distance")


def test_siblings_and_ancestors_of_the_framework() -> None:
    scores = scores_of_the_tree()
    found = correlation_table(scores, TREE)
    siblings = found[found["relation"] == "siblings"]
    assert list(zip(siblings["group"], siblings["node"], siblings["other"], strict=True)) == [
        ("index", "a", "b"),
        ("a", "a1", "a2"),
        ("b", "b1", "b2"),
        ("b", "b1", "b3"),
        ("b", "b2", "b3"),
    ]
    ancestors = found[found["relation"] == "ancestor"]
    assert len(ancestors) == 5 * 2 + 2
    assert (ancestors["group"] == ancestors["other"]).all()
    row = ancestors[(ancestors["node"] == "b2") & (ancestors["other"] == "index")].iloc[0]
    expected = pearsonr(scores["b2"], scores["index"])
    assert_allclose([row["correlation"], row["p_value"]], expected)
    assert row["pairs"] == 40
    assert row["significant"] == (expected.pvalue < 0.05)


def test_flags_by_their_limits() -> None:
    tree = Framework((Node("index"), *(Node(code, "index") for code in "xy")))
    for slope, noise, flag in [
        (1, 0.1, "collinear"),
        (1, 1, "strong"),
        (0, 1, "weak"),
        (-1, 1, "negative"),
    ]:
        x, e = np.random.default_rng(1).normal(size=(2, 300))
        scores = pd.DataFrame({"x": x, "y": slope * x + noise * e, "index": 0.0})
        found = correlation_table(scores, tree).set_index("relation")
        assert found.loc["siblings", "flag"] == flag
        assert set(found.loc["ancestor", "flag"]) == {"undefined"}
        assert not found.loc["ancestor", "significant"].any()
    own = correlation_table(scores, tree, negative=-0.9).iloc[0]
    assert own["flag"] == "weak"
    with pytest.raises(ValueError, match="must ascend"):
        correlation_table(scores, tree, negative=0.5)
    with pytest.raises(ValueError, match="no scores of index"):
        correlation_table(scores[["x", "y"]], tree)


def test_only_siblings_are_collinear() -> None:
    tree = Framework((Node("index"), Node("x", "index"), Node("y", "index")))
    x = np.arange(10.0)
    found = correlation_table(pd.DataFrame({"x": x, "y": x, "index": x}), tree)
    flags = found.set_index(["node", "other"])["flag"].to_dict()
    # A part that makes up its index is what it should be.
    assert flags == {("x", "y"): "collinear", ("x", "index"): "strong", ("y", "index"): "strong"}
    against = correlation_table(pd.DataFrame({"x": x, "y": x, "index": -x}), tree)
    assert against.set_index("relation").loc["ancestor", "flag"].tolist() == ["negative"] * 2


# --- principal components -------------------------------------------------------------------------


def test_components_are_those_of_scikit_learn_on_standardised_columns() -> None:
    values = gapped_values()
    complete = values[~np.isnan(values).any(axis=1)]
    standardised = (complete - complete.mean(axis=0)) / complete.std(axis=0, ddof=1)
    peer = PCA().fit(standardised)
    found = principal_components(values)
    assert_allclose(found.components["eigenvalue"], peer.explained_variance_)
    assert_allclose(found.components["share"], peer.explained_variance_ratio_)
    expected = peer.components_.T * np.sqrt(peer.explained_variance_)
    assert_allclose(np.abs(found.loadings), np.abs(expected), atol=1e-10)
    assert (found.units, found.left_out) == (len(complete), 25 - len(complete))


def test_what_holds_of_components() -> None:
    values = gapped_values()
    found = principal_components(values)
    loadings = found.loadings.to_numpy()
    assert_allclose(found.components["eigenvalue"].sum(), 5)
    assert_allclose((loadings**2).sum(axis=0), found.components["eigenvalue"])
    assert_allclose((loadings**2).sum(axis=1), 1)
    assert (loadings[np.abs(loadings).argmax(axis=0), range(5)] > 0).all()
    assert found.kaiser == (found.components["eigenvalue"] > 1).sum()
    scaled = principal_components(values[::-1] * [1e300, 1, 1e-300, 7, 0.1])
    assert_allclose(scaled.loadings, loadings, atol=1e-10)


def test_two_indicators_have_the_components_of_the_textbook() -> None:
    found = principal_components([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])
    assert_allclose(found.components["eigenvalue"], [1.5, 0.5])  # 1 + r and 1 - r
    assert_allclose(found.loadings, [[0.75**0.5, 0.5], [0.75**0.5, -0.5]])


def test_constant_indicators_and_few_units_have_no_components() -> None:
    found = principal_components([[1.0, 5, 2, NAN], [2.0, 5, 1, NAN], [3.0, 5, 4, NAN]])
    assert len(found.components) == 2
    assert_array_equal(np.isnan(found.loadings).all(axis=1), [False, True, False, True])
    assert (found.units, found.left_out) == (3, 0)
    few = principal_components([[1.0, 2.0], [2.0, 5.0], [3.0, NAN]])
    assert few.components.empty
    assert few.loadings.shape == (2, 0)
    assert (few.units, few.left_out, few.kaiser) == (2, 1, 0)


def test_varimax_undoes_a_rotation_of_a_simple_structure() -> None:
    simple = np.array([[0.9, 0], [0.8, 0], [0.7, 0], [0, 0.6], [0, 0.5]])
    turn = np.array([[np.cos(0.5), np.sin(0.5)], [-np.sin(0.5), np.cos(0.5)]])
    assert_allclose(varimax(simple @ turn), simple, atol=1e-10)
    assert_allclose(varimax(simple @ turn, kaiser_normalisation=False), simple, atol=1e-10)
    assert_allclose(varimax(simple[:, :1]), simple[:, :1])


@settings(deadline=None, max_examples=40)
@given(arrays(float, (6, 3), elements=st.floats(-1, 1)))
def test_varimax_keeps_communalities(loadings: Array) -> None:
    found = varimax(loadings).to_numpy()
    assert_allclose((found**2).sum(axis=1), (loadings**2).sum(axis=1), atol=1e-10)
    assert (np.diff((found**2).sum(axis=0)) <= 1e-10).all()


def test_components_of_every_group() -> None:
    found = component_table(scores_of_the_tree(), TREE)
    counts = found.groupby(["group", "of"], sort=False).size()
    assert counts.to_dict() == {
        ("index", "children"): 2,
        ("a", "children"): 2,
        ("b", "children"): 3,
        ("index", "indicators"): 5,
    }
    flat = Framework((Node("index"), Node("a1", "index"), Node("a2", "index")))
    assert component_table(scores_of_the_tree(), flat)["of"].tolist() == ["children"] * 2


# --- Cronbach's alpha -----------------------------------------------------------------------------


def test_alpha_by_hand() -> None:
    # Variances 1 and 7/3, covariance 1, so the sum has variance 16/3: 2 (1 - (10/3) / (16/3)).
    values = [[1.0, 1.0], [2.0, 4.0], [3.0, 3.0]]
    assert_allclose(cronbach_alpha(values), 2 * (1 - 10 / 16))
    r = 1 / (7 / 3) ** 0.5
    assert_allclose(cronbach_alpha(values, standardised=True), 2 * r / (1 + r))  # Spearman-Brown


def test_alpha_without_an_item_is_alpha_of_the_others() -> None:
    table = pd.DataFrame(gapped_values(), columns=list("vwxyz"))
    complete = table.dropna()
    found = reliability(complete).items
    for item in table:
        others = complete.drop(columns=item)
        assert_allclose(found.loc[item, "alpha_without"], cronbach_alpha(others))
        expected = pearsonr(complete[item], others.sum(axis=1)).statistic
        assert_allclose(found.loc[item, "item_total_correlation"], expected)
    assert np.isfinite(reliability(table).items).all(axis=None)


@settings(deadline=None, max_examples=30)
@given(
    arrays(float, 6, elements=st.floats(-100, 100).map(lambda x: round(x, 3))), st.integers(2, 5)
)
def test_alpha_of_identical_items_is_one(item: Array, number: int) -> None:
    found = reliability(np.tile(item[:, None], number))
    assert_allclose(found.alpha, NAN if np.ptp(item) == 0 else 1.0)


@pytest.mark.parametrize("standardised", [True, False])
def test_alpha_depends_neither_on_the_order_nor_on_one_scale_for_all(standardised: bool) -> None:
    values = gapped_values()
    expected = cronbach_alpha(values, standardised)
    assert expected <= 1
    for changed in (values[::-1], values[:, ::-1], values * 1e307, values * 1e-300, 4 - values):
        assert_allclose(cronbach_alpha(changed, standardised), expected)


def test_alpha_of_one_indicator_and_of_constant_ones() -> None:
    values = gapped_values(n_indicators=2)
    with_constant = np.column_stack([values, np.full(25, 7.0), np.full(25, NAN)])
    assert_allclose(cronbach_alpha(with_constant), cronbach_alpha(values))
    assert np.isnan(reliability(with_constant).items.iloc[2:]).all(axis=None)
    alone = reliability(values[:, :1])
    assert np.isnan(alone.alpha)
    assert np.isnan(alone.items).all(axis=None)


def test_alpha_of_every_group() -> None:
    scores = scores_of_the_tree()
    found = reliability_table(scores, TREE)
    assert found["group"].tolist() == ["index", "a", "b", "index"]
    assert found["items"].tolist() == [2, 2, 3, 5]
    assert_allclose(found["alpha"].iloc[2], cronbach_alpha(scores[["b1", "b2", "b3"]]))
    assert_allclose(found["standardised_alpha"].iloc[3], cronbach_alpha(scores.iloc[:, :5], True))


# --- weights and importance -----------------------------------------------------------------------


def sobol_points(n_indicators: int, n_units: int = 2048) -> Array:
    return qmc.Sobol(n_indicators, seed=1).random(n_units)


def test_main_effects_of_a_sum_of_independent_indicators() -> None:
    x = sobol_points(3)
    assert_allclose(main_effects(x, x @ [1, 2, 3]), np.array([1, 4, 9]) / 14, atol=1e-3)


def test_a_curved_effect_has_no_correlation_and_all_the_importance() -> None:
    x = sobol_points(2) - 0.5
    found = influence(x, x[:, 0] ** 2, [1, 1])
    assert_allclose(found["correlation"], 0, atol=0.01)
    assert_allclose(found["main_effect"], [1, 0], atol=1e-3)
    assert_allclose(found["ratio"], [2, 0], atol=1e-3)


def test_main_effects_of_the_ishigami_function() -> None:
    # Ishigami & Homma (1990) with a = 7 and b = 0.1: the variances (1 + b pi^4 / 5)^2 / 2, a^2 / 8
    # and 0 of 13.845 give 0.3139, 0.4424 and 0.
    x = np.pi * (2 * sobol_points(3) - 1)
    y = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    assert_allclose(main_effects(x, y), [0.3139, 0.4424, 0], atol=0.03)


def test_main_effects_are_near_the_squared_correlation_where_all_is_linear() -> None:
    rng = np.random.default_rng(2)
    x = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=2000)
    y = x @ [1, 1] + 0.5 * rng.normal(size=2000)
    expected = np.array([pearsonr(column, y).statistic ** 2 for column in x.T])
    assert_allclose(main_effects(x, y), expected, atol=0.01)


def test_noise_has_little_effect() -> None:
    rng = np.random.default_rng(3)
    found = main_effects(rng.normal(size=(31, 200)), rng.normal(size=31))
    assert found.mean() < 0.07


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(25)), st.sampled_from([1e-300, 1.0, -3.0, 1e300]))
def test_neither_order_nor_scale_changes_importance(order: list[int], size: float) -> None:
    values, result = gapped_values(), gapped_values(seed=1)[:, 0]
    for measure in (main_effects, correlation_importance):
        expected = measure(values, result)
        assert ((expected >= 0) & (expected <= 1)).all()
        assert_allclose(measure(values[order], result[order]), expected, rtol=1e-6, atol=1e-9)
        assert_allclose(measure(values * size, result * 7), expected, rtol=1e-6, atol=1e-9)


WILD = st.floats(-1e300, 1e300, allow_subnormal=False) | st.sampled_from([NAN, 0, 1, 2, 1e-300])


@settings(deadline=None, max_examples=50)
@given(arrays(float, st.tuples(st.integers(1, 20), st.just(3)), elements=WILD))
def test_whatever_the_scores_an_effect_is_a_share(scores: Array) -> None:
    found = main_effects(scores, scores[:, 0])
    both = ~np.isnan(scores[:, 0])
    defined = both.sum() >= 3 and np.ptp(scores[both, 0]) > 0
    assert_allclose(found[0], 1.0 if defined else NAN)
    assert ((found >= 0) & (found <= 1) | np.isnan(found)).all()


def test_few_constant_and_tied_scores() -> None:
    assert_allclose(main_effects([[0.0], [1.0], [1.0]], [0, 1, 2]), 0.75)  # means of two groups
    assert np.isnan(main_effects([[0.0], [1.0]], [0, 1])).all()
    assert main_effects([[5.0], [5.0], [5.0]], [0, 1, 2]).tolist() == [0]
    assert np.isnan(main_effects([[NAN], [1.0], [2.0], [3.0]], [0, 4, 4, 4])).all()
    found = influence([[5.0, 1], [5.0, 2], [5.0, 4]], [1, 2, 4], [1, 1])
    assert_array_equal(np.isnan(found["correlation"]), [True, False])
    assert found["correlation_importance"].tolist() == [0, 1]
    assert_allclose(found["ratio"], [0, 2])


def test_influence_beside_the_weights() -> None:
    values = gapped_values()
    found = influence(pd.DataFrame(values, columns=list("vwxyz")), values[:, 0], [2, 1, 1, 0, 0])
    assert found.index.tolist() == list("vwxyz")
    assert found["weight_share"].tolist() == [0.5, 0.25, 0.25, 0, 0]
    assert_allclose(found["correlation_importance"].sum(), 1)
    assert_allclose(found["main_effect_importance"].sum(), 1)
    assert_allclose(found.loc["v", ["correlation", "main_effect"]].tolist(), 1)
    assert_array_equal(np.isnan(found["ratio"]), found["weight_share"] == 0)


def test_influence_of_every_group_and_of_all_indicators() -> None:
    scores = scores_of_the_tree()
    found = influence_table(scores, TREE, weight_table(TREE))
    assert found["group"].tolist() == ["index"] * 2 + ["a"] * 2 + ["b"] * 3 + ["index"] * 5
    assert found["of"].tolist() == ["children"] * 7 + ["indicators"] * 5
    assert_allclose(
        found["weight_share"],
        [1 / 4, 3 / 4, 1 / 2, 1 / 2, 1 / 4, 1 / 2, 1 / 4, 1 / 8, 1 / 8, 3 / 16, 3 / 8, 3 / 16],
    )
    expected = main_effects(scores[["b1", "b2", "b3"]], scores["b"])
    assert_array_equal(found["main_effect"].iloc[4:7], expected)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1], "for each of 2"),
        ([1, -1], "0 or more"),
        ([1, NAN], "a number, 0 or more"),
        ([0, 0], "must not all be 0"),
    ],
)
def test_wrong_weights_are_named(weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        influence([[1.0, 2.0], [2.0, 1.0]], [1, 2], weights)


def test_scores_of_other_units_are_refused() -> None:
    with pytest.raises(ValueError, match="one score for each of 2 units"):
        main_effects([[1.0], [2.0]], [1.0])
    with pytest.raises(ValueError, match="infinite"):
        main_effects([[1.0], [2.0]], [1.0, np.inf])


def test_with_few_units_the_main_effect_is_that_of_a_straight_line() -> None:
    x = np.linspace(-1, 1, 19)
    assert main_effects(x[:, None], x**2)[0] == pytest.approx(0, abs=1e-12)
    assert main_effects(x[:, None], 3 * x)[0] == pytest.approx(1)

"""What must hold for every set, tried on random ones."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import indicators
import scoring
from indicators import Framework, IndicatorSet, InvalidInputError
from indicators.build import build
from indicators.tables import RawSet, RawTable
from scoring.aggregation import AGGREGATIONS
from scoring.catalogue import STAGES
from scoring.imputation import IMPUTATIONS_OVER_TIME
from scoring.normalisation import NORMALISATIONS
from scoring.options import REGISTRIES
from tests.scoring.small_sets import small_set

TOLERANCE = 1e-7

COLUMNS = ("code", "parent", "weight", "direction", "low", "high", "target")

#: Normalisations that take ratios, which are those of values above 0.
OF_RATIOS = frozenset({"distance_to_reference", "fraction_of_max", "indexation"})
#: Normalisations whose scores may be 0 or less, with the options that ``sets`` gives them.
NOT_ABOVE_0 = frozenset({"borda", "above_below_mean", "centred_minmax", "none"})
#: Aggregations that are not defined for such scores.
ABOVE_0 = frozenset(
    {"geometric", "harmonic", "generalised_mean", "mazziotta_pareto", "benefit_of_the_doubt"}
)


def chains(without: Collection[str] = (), **flags: bool) -> pytest.MarkDecorator:
    """Every normalisation with all aggregations that take its scores, and the other way round.

    Without some normalisations, and only aggregations with these flags.
    """
    normalisations = [name for name in NORMALISATIONS if name not in without]
    aggregations = [
        name
        for name, entry in AGGREGATIONS.items()
        if all(getattr(entry, flag) is value for flag, value in flags.items())
    ]
    pairs = [
        (normalisation, aggregation)
        for normalisation in normalisations
        for aggregation in aggregations
        if not (normalisation in NOT_ABOVE_0 and aggregation in ABOVE_0)
    ]
    return pytest.mark.parametrize(
        "pairs",
        [
            *([pair for pair in pairs if pair[0] == name] for name in normalisations),
            *([pair for pair in pairs if pair[1] == name] for name in aggregations),
        ],
        ids=[*normalisations, *aggregations],
    )


def few(examples: int) -> settings:
    return settings(deadline=None, max_examples=examples)


def raw_table_of(name: str, heading: tuple[str, ...], rows: list[list[object]]) -> RawTable:
    return RawTable(name, name, "", heading, rows, list(range(2, len(rows) + 2)))


@st.composite
def sets(
    draw: st.DrawFn,
    methods: tuple[str, ...] = ("minmax", "goalposts", "zscore", "rank"),
    aggregations: tuple[str, ...] = ("arithmetic",),
    gaps: bool = True,
) -> IndicatorSet:
    """Small sets: 2 to 6 units, 1 to 6 indicators in a tree of up to three levels of groups."""
    method = draw(st.sampled_from(methods))
    cells = st.integers(1, 40) if method in OF_RATIOS else whole
    nodes: list[list[object]] = [["index"] + [None] * 6]
    groups, leaves = ["index"], []
    for number in range(draw(st.integers(0, 3))):
        parent = draw(st.sampled_from(groups))
        groups.append(f"group{number}")
        nodes.append([groups[-1], parent, draw(weights)] + [None] * 4)
    for number, parent in enumerate(
        [*groups[::-1], *draw(st.lists(st.sampled_from(groups), max_size=2))]
    ):
        low, width = draw(whole), draw(st.integers(1, 20))
        leaves.append(f"i{number}")
        direction = draw(st.sampled_from([1, -1]))
        target = low + draw(st.integers(0, width))
        nodes.append([leaves[-1], parent, draw(weights), direction, low, low + width, target])
    units = [f"U{number}" for number in range(draw(st.integers(2, 6)))]
    cell = st.one_of(st.none(), cells) if gaps else cells
    values: list[list[object]] = [[unit, *(draw(cell) for _ in leaves)] for unit in units]
    return build(
        RawSet(
            "random",
            {
                "framework": raw_table_of("framework", COLUMNS, nodes),
                "units": raw_table_of("units", ("code",), [[unit] for unit in units]),
                "values": raw_table_of("values", ("unit", *leaves), values),
            },
            {
                "normalisation": {
                    "method": method,
                    "range": [1, 100],
                    "mean": 100,
                    "sd": 10,
                    "category_scores": [1, 20, 40, 50, 60, 80, 100],
                },
                "aggregation": {
                    "method": draw(st.sampled_from(aggregations)),
                    "missing": draw(st.sampled_from(["renormalise", "propagate"])),
                    "minimum_coverage": draw(st.sampled_from([0, 0.5, 1])),
                },
            },
        )
    )


whole = st.integers(-20, 20)
weights = st.sampled_from([0.5, 1, 2, 3.7])
BOUNDED = ("minmax", "goalposts")
MEANS = ("arithmetic", "geometric")


def with_values(given_set: IndicatorSet, changed: Mapping[str, Any]) -> IndicatorSet:
    """Copy with a function of its values for some indicators."""
    values = given_set.values.copy()
    for code, change in changed.items():
        rows = values["indicator"] == code
        values.loc[rows, "value"] = change(values.loc[rows, "value"])
    return replace(given_set, values=values)


def with_node(given_set: IndicatorSet, code: str, **changes: object) -> IndicatorSet:
    nodes = tuple(
        replace(node, **changes) if node.code == code else node  # type: ignore[arg-type]
        for node in given_set.framework.nodes
    )
    return replace(given_set, framework=Framework(nodes))


def assert_same(first: scoring.Assessment, second: scoring.Assessment) -> None:
    """Assert equal scores, and ranks that differ at most where scores are all but tied."""
    one, two = first.scores, second.scores.loc[first.scores.index, first.scores.columns]
    assert_allclose(one, two, rtol=0, atol=TOLERANCE)
    for node in one.columns:
        exact = np.sort(one[node].dropna())
        if (np.diff(exact) > 10 * TOLERANCE).all():
            assert_array_equal(first.ranks[node], second.ranks.loc[one.index, node])


# --- nothing changes ------------------------------------------------------------------------------


@settings(deadline=None, max_examples=12)
@given(sets(aggregations=("arithmetic",)), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(given_set: IndicatorSet, random: Any) -> None:
    order = list(given_set.units.index)
    random.shuffle(order)
    unit = given_set.values["unit"]
    shuffled = replace(
        given_set,
        units=given_set.units.loc[order],
        values=given_set.values.assign(unit=unit.cat.set_categories(order)),
    )
    assert_same(scoring.assess(given_set), scoring.assess(shuffled))


@settings(deadline=None, max_examples=12)
@given(sets(), st.floats(1e-6, 1e6))
def test_weights_that_keep_their_ratios_change_nothing(
    given_set: IndicatorSet, factor: float
) -> None:
    framework = given_set.framework
    scaled = {node: framework.weight(node) * factor for node in framework.scored_nodes[1:]}
    assert_same(scoring.assess(given_set), scoring.assess(given_set.with_weights(scaled)))


@settings(deadline=None, max_examples=12)
@given(
    sets(methods=("minmax", "zscore", "rank")),
    st.sampled_from([0.125, 0.5, 3, 1000]),
    st.integers(-1000, 1000),
)
def test_the_unit_of_measure_changes_nothing(
    given_set: IndicatorSet, factor: float, shift: int
) -> None:
    changed = {
        code: lambda column: column * factor + shift for code in given_set.framework.indicators
    }
    assert_same(scoring.assess(given_set), scoring.assess(with_values(given_set, changed)))


@settings(deadline=None, max_examples=12)
@given(sets(), st.data())
def test_turning_direction_and_sign_changes_nothing(
    given_set: IndicatorSet, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(given_set.framework.indicators))
    node = given_set.framework[code]
    assert node.low is not None
    assert node.high is not None
    direction = -given_set.framework.direction(code)
    turned = with_node(given_set, code, direction=direction, low=-node.high, high=-node.low)
    turned = with_values(turned, {code: lambda column: -column})
    assert_same(scoring.assess(given_set), scoring.assess(turned))


@settings(deadline=None, max_examples=12)
@given(sets(gaps=False), st.data())
def test_turning_the_direction_alone_turns_the_scores(
    given_set: IndicatorSet, data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(given_set.framework.indicators))
    direction = given_set.framework.direction(code)
    once = with_node(given_set, code, direction=-direction)
    before, after = scoring.assess(given_set), scoring.assess(once)
    method = given_set.method["normalisation"]["method"]  # type: ignore[index]
    if method in BOUNDED:
        assert_allclose(before.normalised[code] + after.normalised[code], 101, atol=TOLERANCE)
    elif method == "zscore":
        assert_allclose(before.normalised[code] + after.normalised[code], 200, atol=TOLERANCE)
    twice = scoring.assess(with_node(once, code, direction=direction))
    pd.testing.assert_frame_equal(twice.scores, before.scores, check_exact=True)


# --- order and bounds -----------------------------------------------------------------------------


@settings(deadline=None, max_examples=12)
@given(sets(BOUNDED, MEANS), st.data())
def test_a_better_value_never_lowers_the_score_of_its_unit(
    given_set: IndicatorSet, data: st.DataObject
) -> None:
    known = given_set.values[given_set.values["value"].notna()]
    assume(len(known) > 0)
    row = data.draw(st.sampled_from(list(known.index)))
    unit, code = known.loc[row, "unit"], known.loc[row, "indicator"]
    gain = data.draw(st.integers(1, 30)) * given_set.framework.direction(code)
    values = given_set.values.copy()
    values.loc[row, "value"] += gain
    before, after = (
        scoring.assess(one).scores.loc[unit]
        for one in (given_set, replace(given_set, values=values))
    )
    path = [code, *given_set.framework.ancestors(code)]
    gained = (after - before)[path].dropna()
    # With min-max a constant indicator stands at 50.5 and leaves it for the end it moves to.
    assert (gained >= -TOLERANCE).all()
    assert_array_equal(after.isna(), before.isna())


@settings(deadline=None, max_examples=12)
@given(sets(BOUNDED, MEANS))
def test_scores_stay_inside_the_range_and_between_their_children(given_set: IndicatorSet) -> None:
    assessment = scoring.assess(given_set)
    scores = assessment.scores
    present = scores.to_numpy()[scores.notna().to_numpy()]
    assert ((present >= 1 - TOLERANCE) & (present <= 100 + TOLERANCE)).all()
    for group in assessment.framework.groups:
        children = scores[list(assessment.framework.children(group))]
        has = scores[group].notna()
        assert (scores[group][has] >= children.min(axis=1)[has] - TOLERANCE).all()
        assert (scores[group][has] <= children.max(axis=1)[has] + TOLERANCE).all()


@settings(deadline=None, max_examples=10)
@given(sets(BOUNDED))
def test_a_geometric_mean_is_never_above_the_arithmetic(given_set: IndicatorSet) -> None:
    arithmetic = scoring.assess(given_set)
    geometric = scoring.assess(given_set.with_method({"aggregation": {"method": "geometric"}}))
    groups = list(arithmetic.framework.groups)
    assert_array_equal(arithmetic.scores.isna(), geometric.scores.isna())
    lead = (arithmetic.scores - geometric.scores)[groups]
    assert (lead.isna() | (lead >= -TOLERANCE)).all(axis=None)


@settings(deadline=None, max_examples=12)
@given(sets(aggregations=MEANS, methods=(*BOUNDED, "rank")))
def test_missing_is_told_and_never_made(given_set: IndicatorSet) -> None:
    assessment = scoring.assess(given_set)
    assert_array_equal(
        assessment.normalised.isna(), assessment.data.isna()[assessment.normalised.columns]
    )
    assert_array_equal(assessment.ranks.isna(), assessment.scores.isna())
    minimum = assessment.method.aggregation.minimum_coverage
    for group in assessment.framework.groups:
        covered = assessment.coverage[group]
        scored = assessment.scores[group].notna()
        if assessment.method.aggregation.missing == "propagate":
            assert_array_equal(scored, covered >= 1 - 1e-9)
        else:
            assert_array_equal(scored, (covered > 0) & (covered >= minimum - 1e-9))
    told = {f.fields["unit"] for f in assessment.findings if f.code == "unit_without_score"}
    root = assessment.framework.root
    assert told == set(assessment.scores.index[assessment.scores[root].isna()])


@settings(deadline=None, max_examples=10)
@given(sets())
def test_ranks_count_who_is_better(given_set: IndicatorSet) -> None:
    assessment = scoring.assess(given_set)
    for node in assessment.scores.columns:
        scores = assessment.scores[node].dropna()
        better = [(scores > score + 1e-8).sum() + 1 for score in scores]
        close = np.abs(np.subtract.outer(scores.to_numpy(), scores.to_numpy()))
        if not ((close > 0) & (close < 1e-8)).any():
            assert assessment.ranks.loc[scores.index, node].tolist() == better


# --- every normalisation with every aggregation ---------------------------------------------------

Pairs = list[tuple[str, str]]


def drawn(data: st.DataObject, pairs: Pairs, gaps: bool = True) -> IndicatorSet:
    normalisation, aggregation = data.draw(st.sampled_from(pairs))
    found = data.draw(sets((normalisation,), (aggregation,), gaps))
    if aggregation == "mazziotta_pareto":
        # A group whose scores differ by more than their mean gets less than 0, which the group
        # above it cannot take.
        try:
            scoring.assess(found)
        except InvalidInputError as error:
            assume(any(f.code != "aggregation_domain" for f in error.findings))
            raise
    return found


def chosen(given_set: IndicatorSet) -> tuple[str, str]:
    method: Any = given_set.method
    return method["normalisation"]["method"], method["aggregation"]["method"]


def posts_changed(given_set: IndicatorSet, change: Any) -> IndicatorSet:
    """Copy with a function of the goalposts and targets."""
    nodes = tuple(
        replace(node, low=change(node.low), high=change(node.high), target=change(node.target))
        if node.low is not None
        else node
        for node in given_set.framework.nodes
    )
    return replace(given_set, framework=Framework(nodes))


@chains()
@few(3)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_units_never_matters(pairs: Pairs, data: st.DataObject, random: Any) -> None:
    given_set = drawn(data, pairs)
    order = list(given_set.units.index)
    random.shuffle(order)
    unit = given_set.values["unit"]
    shuffled = replace(
        given_set,
        units=given_set.units.loc[order],
        values=given_set.values.assign(unit=unit.cat.set_categories(order)),
    )
    assert_same(scoring.assess(given_set), scoring.assess(shuffled))


@chains(total_weight=False)
@few(3)
@given(st.data(), st.sampled_from([0.25, 8.0]))
def test_weights_matter_by_their_ratios_alone(
    pairs: Pairs, data: st.DataObject, factor: float
) -> None:
    # But to the sum, in which their size is what is meant.
    given_set = drawn(data, pairs)
    framework = given_set.framework
    scaled = {node: framework.weight(node) * factor for node in framework.scored_nodes[1:]}
    assert_same(scoring.assess(given_set), scoring.assess(given_set.with_weights(scaled)))


@chains(without=["none"])
@few(3)
@given(st.data(), st.sampled_from([0.125, 4.0, 1024.0]))
def test_the_unit_of_measure_never_matters(
    pairs: Pairs, data: st.DataObject, factor: float
) -> None:
    # But where values are not normalised. Goalposts and targets are in the unit of the values.
    given_set = drawn(data, pairs)
    codes = given_set.framework.indicators
    changed = with_values(given_set, {code: lambda column: column * factor for code in codes})
    changed = posts_changed(changed, lambda post: post * factor)
    assert_same(scoring.assess(given_set), scoring.assess(changed))


@pytest.mark.parametrize(
    "normalisation",
    sorted(set(NORMALISATIONS) - OF_RATIOS - {"above_below_mean", "none"}),
)
@few(5)
@given(st.data(), st.integers(-1000, 1000))
def test_the_zero_of_a_scale_does_not_matter_to_differences_and_ranks(
    normalisation: str, data: st.DataObject, shift: int
) -> None:
    # It matters to ratios and shares of the mean, and where values are not normalised.
    given_set = data.draw(sets((normalisation,)))
    codes = given_set.framework.indicators
    changed = with_values(given_set, {code: lambda column: column + shift for code in codes})
    changed = posts_changed(changed, lambda post: post + shift)
    assert_same(scoring.assess(given_set), scoring.assess(changed))


@pytest.mark.parametrize("normalisation", sorted(set(NORMALISATIONS) - OF_RATIOS))
@few(5)
@given(st.data())
def test_turning_value_and_direction_changes_nothing(
    normalisation: str, data: st.DataObject
) -> None:
    # Ratios are of positive values, which cannot be turned.
    given_set = data.draw(sets((normalisation,)))
    code = data.draw(st.sampled_from(given_set.framework.indicators))
    node, direction = given_set.framework[code], given_set.framework.direction(code)
    assert node.low is not None
    assert node.high is not None
    assert node.target is not None
    posts = {"low": -node.high, "high": -node.low, "target": -node.target}
    turned = with_node(given_set, code, direction=-direction, **posts)
    turned = with_values(turned, {code: lambda column: -column})
    assert_same(scoring.assess(given_set), scoring.assess(turned))


@chains(
    without=[name for name, entry in NORMALISATIONS.items() if not entry.monotone], monotone=True
)
@few(4)
@given(st.data())
def test_a_better_value_never_lowers_a_score_on_the_way_up(
    pairs: Pairs, data: st.DataObject
) -> None:
    given_set = drawn(data, pairs)
    normalisation, aggregation = chosen(given_set)
    # On these scales others may gain as well, which a comparison with them may turn round.
    others_gain = normalisation in ("zscore", "centred_minmax")
    assume(not (others_gain and AGGREGATIONS[aggregation].relative))
    known = given_set.values[given_set.values["value"].notna()]
    assume(len(known) > 0)
    row = data.draw(st.sampled_from(list(known.index)))
    unit, code = known.loc[row, "unit"], known.loc[row, "indicator"]
    direction = given_set.framework.direction(code)
    gain = data.draw(st.integers(1, 30)) * direction
    values = given_set.values.copy()
    values.loc[row, "value"] += gain
    if normalisation in OF_RATIOS:
        assume(values.loc[row, "value"] > 0)
    before, after = (
        scoring.assess(one).scores.loc[unit]
        for one in (given_set, replace(given_set, values=values))
    )
    gained = (after - before)[[code, *given_set.framework.ancestors(code)]].dropna()
    assert (gained >= -TOLERANCE).all()


@chains(between=True)
@few(3)
@given(st.data())
def test_scores_stay_on_the_scale(pairs: Pairs, data: st.DataObject) -> None:
    given_set = drawn(data, pairs)
    assessment = scoring.assess(given_set)
    normalisation, _ = chosen(given_set)
    if NORMALISATIONS[normalisation].bounded:
        present = assessment.scores.to_numpy()[assessment.scores.notna().to_numpy()]
        assert ((present >= 1 - TOLERANCE) & (present <= 100 + TOLERANCE)).all()
    for group in assessment.framework.groups:
        children = assessment.scores[list(assessment.framework.children(group))]
        has = assessment.scores[group].notna()
        assert (assessment.scores[group][has] >= children.min(axis=1)[has] - TOLERANCE).all()
        assert (assessment.scores[group][has] <= children.max(axis=1)[has] + TOLERANCE).all()


@chains()
@few(3)
@given(st.data())
def test_every_chain_tells_what_is_missing_and_ranks_by_who_is_better(
    pairs: Pairs, data: st.DataObject
) -> None:
    assessment = scoring.assess(drawn(data, pairs))
    assert_array_equal(
        assessment.normalised.isna(), assessment.data.isna()[assessment.normalised.columns]
    )
    minimum = assessment.method.aggregation.minimum_coverage
    if assessment.method.aggregation.missing == "propagate":
        minimum = 1
    for group in assessment.framework.groups:
        covered = assessment.coverage[group]
        expected = (covered > 0) & (covered >= minimum - 1e-9)
        assert_array_equal(assessment.scores[group].notna(), expected)
    for node in assessment.scores.columns:
        scores = assessment.scores[node]
        rounded = scores.round(9)
        better = [(rounded > score).sum() + 1 if score == score else np.nan for score in rounded]
        assert_array_equal(assessment.ranks[node], better)


# --- treatment and imputation ---------------------------------------------------------------------

#: Imputations that a single cross-section has.
IMPUTATIONS = [name for name in REGISTRIES["imputation"] if name not in IMPUTATIONS_OVER_TIME]


@pytest.mark.parametrize("name", REGISTRIES["treatment"])
@few(5)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_treatment_keeps_order_gaps_and_company(name: str, column: list[int], random: Any) -> None:
    values: list[float | None] = [*column, 5000, None]
    treatment = {"treatment": {"method": name, "force": random.random() < 0.5}}
    numbered = list(enumerate(values))
    tables = []
    for _ in range(2):
        rows = "\n".join(f"U{i},{'' if value is None else value},1" for i, value in numbered)
        given_set = small_set(
            "code,parent\nindex,\na,index\nb,index", f"unit,a,b\n{rows}", method=treatment
        )
        tables.append(scoring.assess(given_set))
        random.shuffle(numbered)
    assert_same(*tables)
    treated = tables[0].treated["a"].iloc[np.argsort(tables[0].imputed["a"])]
    assert (treated.dropna().diff().dropna() >= 0).all()
    assert_array_equal(tables[0].treated.isna(), tables[0].imputed.isna())


@pytest.mark.parametrize("name", IMPUTATIONS)
@few(5)
@given(sets(), st.data())
def test_imputation_keeps_what_is_known(
    name: str, given_set: IndicatorSet, data: st.DataObject
) -> None:
    groups = ["n" if number % 2 else "s" for number in range(len(given_set.units))]
    choices = {"method": name, "group": "zone", "neighbours": 1}
    changed = replace(given_set, units=given_set.units.assign(zone=groups))
    assessment = scoring.assess(changed.with_method({"imputation": choices}))
    known = assessment.denominated.notna()
    assert_array_equal(assessment.imputed.where(known), assessment.denominated)
    assert_array_equal(assessment.was_imputed, ~known & assessment.imputed.notna())
    for code in assessment.framework.indicators:
        column, original = assessment.imputed[code], assessment.denominated[code].dropna()
        if original.empty:
            assert column.isna().all()
        else:
            assert column.dropna().between(original.min(), original.max()).all()
            assert name not in ("mean", "median", "knn", "iterative") or column.notna().all()
    if name in ("knn", "iterative"):
        # Of units that are equally near, the one that comes first counts; and the order of a sum
        # is in the last digits of a regression.
        return
    order = data.draw(st.permutations(list(changed.units.index)))
    shuffled = replace(
        changed,
        units=changed.units.loc[order],
        values=changed.values.assign(unit=changed.values["unit"].cat.set_categories(order)),
    )
    assert_same(assessment, scoring.assess(shuffled.with_method({"imputation": choices})))


# --- options --------------------------------------------------------------------------------------


def defaults_of(stage: str) -> list[tuple[str, str, object, object]]:
    """Method, option, its default as an option and as a parameter."""
    section, found = STAGES[stage], []
    for name, entry in REGISTRIES[stage].items():
        function: Any = getattr(entry, "function", entry)
        for parameter, described in inspect.signature(function).parameters.items():
            option = "range" if parameter == "feature_range" else parameter
            if option in section.model_fields:
                usual = section.model_fields[option].default
                found.append((name, option, usual, described.default))
    return found


@pytest.mark.parametrize("stage", ["imputation", "treatment", "normalisation", "aggregation"])
def test_an_option_and_the_parameter_it_sets_have_the_same_default(stage: str) -> None:
    differ = {
        (name, option): default
        for name, option, usual, default in defaults_of(stage)
        if default != usual
    }
    # The scale of the adjusted Mazziotta-Pareto index.
    assert differ == ({("centred_minmax", "range"): (70, 130)} if stage == "normalisation" else {})


# --- the bundled set ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_any_weights_rank_all_provinces(seed: int) -> None:
    provinces = indicators.load()
    nodes = provinces.framework.scored_nodes[1:]
    drawn = np.random.default_rng(seed).uniform(0.1, 10, len(nodes))
    assessment = scoring.assess(provinces.with_weights(dict(zip(nodes, drawn, strict=True))))
    assert sorted(assessment.ranks["digital_government"]) == list(range(1, 32))
    assert assessment.scores["digital_government"].between(1, 100).all()
    best = assessment.scores["digital_government"].idxmax()
    assert assessment.ranks.loc[best, "digital_government"] == 1

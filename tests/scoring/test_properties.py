"""What must hold for every set, tried on random ones."""

from __future__ import annotations

from collections.abc import Mapping
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
from indicators import Framework, IndicatorSet
from indicators.build import build
from indicators.tables import RawSet, RawTable

TOLERANCE = 1e-7

COLUMNS = ("code", "parent", "weight", "direction", "low", "high")


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
    nodes: list[list[object]] = [["index", None, None, None, None, None]]
    groups, leaves = ["index"], []
    for number in range(draw(st.integers(0, 3))):
        parent = draw(st.sampled_from(groups))
        groups.append(f"group{number}")
        nodes.append([groups[-1], parent, draw(weights), None, None, None])
    for number, parent in enumerate(
        [*groups[::-1], *draw(st.lists(st.sampled_from(groups), max_size=2))]
    ):
        low, width = draw(whole), draw(st.integers(1, 20))
        leaves.append(f"i{number}")
        direction = draw(st.sampled_from([1, -1]))
        nodes.append([leaves[-1], parent, draw(weights), direction, low, low + width])
    units = [f"U{number}" for number in range(draw(st.integers(2, 6)))]
    cell = st.one_of(st.none(), whole) if gaps else whole
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
                "normalisation": {"method": draw(st.sampled_from(methods)), "range": [1, 100]},
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


@settings(deadline=None, max_examples=60)
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


@settings(deadline=None, max_examples=60)
@given(sets(), st.floats(1e-6, 1e6))
def test_weights_that_keep_their_ratios_change_nothing(
    given_set: IndicatorSet, factor: float
) -> None:
    framework = given_set.framework
    scaled = {node: framework.weight(node) * factor for node in framework.scored_nodes[1:]}
    assert_same(scoring.assess(given_set), scoring.assess(given_set.with_weights(scaled)))


@settings(deadline=None, max_examples=80)
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


@settings(deadline=None, max_examples=60)
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


@settings(deadline=None, max_examples=60)
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
        assert_allclose(before.normalised[code], -after.normalised[code], atol=TOLERANCE)
    twice = scoring.assess(with_node(once, code, direction=direction))
    pd.testing.assert_frame_equal(twice.scores, before.scores, check_exact=True)


# --- order and bounds -----------------------------------------------------------------------------


@settings(deadline=None, max_examples=80)
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


@settings(deadline=None, max_examples=60)
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


@settings(deadline=None, max_examples=40)
@given(sets(BOUNDED))
def test_a_geometric_mean_is_never_above_the_arithmetic(given_set: IndicatorSet) -> None:
    arithmetic = scoring.assess(given_set)
    geometric = scoring.assess(given_set.with_method({"aggregation": {"method": "geometric"}}))
    groups = list(arithmetic.framework.groups)
    assert_array_equal(arithmetic.scores.isna(), geometric.scores.isna())
    lead = (arithmetic.scores - geometric.scores)[groups]
    assert (lead.isna() | (lead >= -TOLERANCE)).all(axis=None)


@settings(deadline=None, max_examples=60)
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


@settings(deadline=None, max_examples=40)
@given(sets())
def test_ranks_count_who_is_better(given_set: IndicatorSet) -> None:
    assessment = scoring.assess(given_set)
    for node in assessment.scores.columns:
        scores = assessment.scores[node].dropna()
        better = [(scores > score + 1e-8).sum() + 1 for score in scores]
        close = np.abs(np.subtract.outer(scores.to_numpy(), scores.to_numpy()))
        if not ((close > 0) & (close < 1e-8)).any():
            assert assessment.ranks.loc[scores.index, node].tolist() == better


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

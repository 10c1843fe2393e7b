"""The framework is a tree; its levels, order and roles follow from the parents."""

from __future__ import annotations

import pytest

import indicators
from indicators import Framework
from tests.conftest import MakeSet

#: Two levels on the left, one on the right, and an indicator directly below the index.
RAGGED = """\
code,parent,role,weight,direction,sdg
rainfall,climate,context,,,
index,,,,,
society,index,,2,,
health,society,,,,
beds,health,,,1,3
smoke,health,,,-1,3;11
schools,society,,0,,4
wealth,index,,,,
pay,wealth,score,,,8;1
density,wealth,profile,,,
climate,index,,,,
speed,index,,,,
"""
VALUES = "unit,indicator,value\nA,pay,1\nB,pay,2\n"


@pytest.fixture
def tree(make_set: MakeSet) -> Framework:
    return indicators.load(make_set(framework=RAGGED, values=VALUES)).framework


def test_order_is_depth_first_in_the_order_of_the_table(tree: Framework) -> None:
    assert tree.scored_nodes == (
        "index", "society", "health", "beds", "smoke", "schools", "wealth", "pay", "speed",
    )  # fmt: skip
    assert tree.root == "index"


def test_indicators_are_leaves_scored_ones_first_then_profile_then_context(
    tree: Framework,
) -> None:
    assert tree.indicators == ("beds", "smoke", "schools", "pay", "speed")
    assert tree.all_indicators == (*tree.indicators, "density", "rainfall")
    assert [tree.role(code) for code in ("pay", "beds", "density", "rainfall")] == [
        "score", "score", "profile", "context",
    ]  # fmt: skip


def test_a_level_is_one_above_the_highest_child(tree: Framework) -> None:
    assert dict(tree.levels) == {
        "beds": 1, "smoke": 1, "schools": 1, "pay": 1, "speed": 1,
        "health": 2, "wealth": 2, "society": 3, "index": 4,
    }  # fmt: skip
    assert tree.groups == ("health", "wealth", "society", "index")


def test_groups_without_a_scored_indicator_get_no_score(tree: Framework) -> None:
    assert tree.is_group("climate")
    assert "climate" not in tree.scored_nodes
    assert tree.children("index") == ("society", "wealth", "speed")
    assert tree.children("wealth") == ("pay",)


def test_dimensions_are_the_groups_below_the_index(tree: Framework) -> None:
    assert tree.dimensions == ("society", "wealth")


def test_dimensions_of_a_flat_framework_are_its_indicators(make_set: MakeSet) -> None:
    flat = make_set(framework="code,parent\nindex,\npay,index\nspeed,index\n", values=VALUES)
    assert indicators.load(flat).framework.dimensions == ("pay", "speed")


def test_ancestors_go_up_to_the_index(tree: Framework) -> None:
    assert tree.ancestors("smoke") == ("health", "society", "index")
    assert tree.ancestors("index") == ()


def test_what_the_table_leaves_empty_has_a_default(tree: Framework) -> None:
    assert (tree.weight("society"), tree.weight("schools"), tree.weight("beds")) == (2, 0, 1)
    assert (tree.direction("beds"), tree.direction("smoke"), tree.direction("pay")) == (1, -1, 1)
    assert tree["pay"].name == "pay"
    assert tree["pay"].sdg == (8, 1)
    assert tree["smoke"].sdg == (3, 11)


def test_parents_and_codes_do_not_count_capitals(make_set: MakeSet) -> None:
    path = make_set(framework="code,parent\nIndex,\npay,INDEX\n", values=VALUES.replace("p", "P"))
    read = indicators.load(path)
    assert read.framework["pay"].parent == "Index"
    assert read.values["indicator"].tolist() == ["pay", "pay"]


def test_with_weights_changes_a_copy(tree: Framework) -> None:
    other = tree.with_weights({"society": 5, "beds": 0.5})
    assert (other.weight("society"), other.weight("beds"), other.weight("smoke")) == (5, 0.5, 1)
    assert (tree.weight("society"), tree.weight("beds")) == (2, 1)


def test_with_weights_refuses_what_is_no_node(tree: Framework) -> None:
    with pytest.raises(KeyError, match="helth"):
        tree.with_weights({"helth": 1})


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"access": -1}, "the weight of access is -1"),
        ({"access": float("nan")}, "the weight of access is nan"),
        ({"access": float("inf")}, "the weight of access is inf"),
        ({"phones": 0, "price": 0}, "all weights below access are 0"),
    ],
)
def test_a_set_refuses_weights_that_give_no_score(
    make_set: MakeSet, weights: dict[str, float], words: str
) -> None:
    small = indicators.load(make_set())
    with pytest.raises(ValueError, match=words):
        small.with_weights(weights)

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring
from indicators import IndicatorSet
from scoring.assessment import Assessment
from scoring.what_if import stability
from tests.scoring.small_sets import small_set
from tests.scoring.what_if_sets import index_of, ranks_of, sets, with_shares

SCORES_AS_THEY_ARE = {"normalisation": {"method": "none"}}
ENDS = [(kept, side) for kept in ("first", "top", "ranks") for side in ("lower", "upper")]


def ends(table: pd.DataFrame, node: str, kept: str) -> tuple[float, float, str, str]:
    row = table.loc[node]
    return (
        row[f"{kept}_lower"],
        row[f"{kept}_upper"],
        row[f"{kept}_lower_units"],
        row[f"{kept}_upper_units"],
    )


def test_two_children_by_hand() -> None:
    """With the share w of speed: A 10w, B 4 + 2w, C 8 - 8w. A = B at 1/2, B = C at 2/5, A = C at
    4/9. Now w = 3/4: A 7.5, B 5.5, C 2.
    """
    given = small_set(
        """
        code,parent,weight
        index,,
        speed,index,3
        forms,index,1
        """,
        """
        unit,speed,forms
        A,10,0
        B,6,4
        C,0,8
        """,
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given), top=2)
    assert table["share"].tolist() == [0.75, 0.25]
    assert table["group"].tolist() == ["index", "index"]
    assert table["exact"].all()
    assert ends(table, "speed", "first") == (pytest.approx(1 / 2), 1, "A, B", "")
    assert ends(table, "speed", "top") == (pytest.approx(4 / 9), 1, "A, C", "")
    assert ends(table, "speed", "ranks") == (pytest.approx(1 / 2), 1, "A, B", "")
    assert ends(table, "forms", "first") == (0, pytest.approx(1 / 2), "", "A, B")


def test_a_weight_below_the_index_moves_less() -> None:
    """index = use / 2 + (phones w + lines (1 - w)) / 2: A 3 + 2w, B 4 - w; A = B at 1/3."""
    given = small_set(
        """
        code,parent,weight
        index,,
        use,index,
        reach,index,
        phones,reach,
        lines,reach,
        """,
        """
        unit,use,phones,lines
        A,4,6,2
        B,2,4,6
        """,
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given))
    assert ends(table, "phones", "ranks") == (pytest.approx(1 / 3), 1, "A, B", "")
    assert ends(table, "lines", "ranks") == (0, pytest.approx(2 / 3), "", "A, B")
    assert ends(table, "phones", "top")[:2] == (0, 1)  # ten places, two units


def test_what_is_missing_makes_it_a_ratio() -> None:
    """A lacks c, so its index is (6a + 3b) / (a + b) = 4.5 along the path of c; B 2 (1 - c) + 8 c.

    They tie at 2 + 6c = 4.5.
    """
    given = small_set(
        """
        code,parent
        index,
        a,index
        b,index
        c,index
        """,
        """
        unit,a,b,c
        A,6,3,
        B,2,2,8
        """,
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given))
    assert ends(table, "c", "first") == (0, pytest.approx(2.5 / 6), "", "A, B")
    # Along the path of a with b = c = (1 - a) / 2: A (6a + 3 (1-a)/2) / (a + (1-a)/2) =
    # (3 + 9a) / (1 + a), B 2a + 5 (1 - a) = 5 - 3a; equal where 3a^2 + 7a - 2 = 0.
    root = (-7 + np.sqrt(49 + 24)) / 6
    assert ends(table, "a", "ranks") == (pytest.approx(root), 1, "A, B", "")


def test_units_that_tie_now_and_part_at_once_leave_no_room() -> None:
    given = small_set(
        "code,parent\nindex,\na,index\nb,index",
        "unit,a,b\nA,1,3\nB,3,1\nC,2,2\nD,9,9",
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given), top=2)
    assert ends(table, "a", "ranks")[:2] == (0.5, 0.5)
    assert ends(table, "a", "top")[:2] == (0.5, 0.5)
    assert ends(table, "a", "first") == (0, 1, "", "")


def test_twins_stay_tied() -> None:
    given = small_set(
        "code,parent\nindex,\na,index\nb,index",
        "unit,a,b\nA,1,3\nB,1,3\nC,0,2",
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given), top=1)
    for kept in ("first", "top", "ranks"):
        assert ends(table, "a", kept) == (0, 1, "", "")


def test_a_node_alone_or_beside_weights_of_0_cannot_move() -> None:
    given = small_set(
        "code,parent,weight\nindex,,\na,index,1\ng,index,1\nb,g,1\nh,index,1\nc,h,1\nd,h,0",
        "unit,a,b,c,d\nA,1,3,1,1\nB,3,1,1,1",
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given))
    for node in "bc":
        assert ends(table, node, "first") == (1, 1, "", "")
    assert table.loc["d", "share"] == 0


def test_a_geometric_index_is_exact_for_its_own_children_and_searched_below() -> None:
    """A = 8^w 2^(1-w), B = 4: A = B at w = 1/2. Below, A's g is 8 whatever the weights."""
    given = small_set(
        """
        code,parent,weight,aggregation
        index,,,geometric
        g,index,2,arithmetic
        c,index,1,
        a,g,1,
        b,g,1,
        """,
        """
        unit,a,b,c
        A,6,10,2
        B,4,4,4
        """,
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given))
    assert table["exact"].to_dict() == {"g": True, "a": False, "b": False, "c": True}
    assert ends(table, "g", "ranks") == (pytest.approx(1 / 2), 1, "A, B", "")
    # The weights 2 and 1: A = (6a + 10 (1 - a))^(2/3) 2^(1/3) = 4 where 10 - 4a = 4 sqrt(2).
    at = (10 - 4 * np.sqrt(2)) / 4
    assert at > 1
    assert ends(table, "a", "ranks")[:2] == (0, 1)


def test_a_search_comes_as_near_as_it_says() -> None:
    given = small_set(
        """
        code,parent,weight,aggregation
        index,,,geometric
        g,index,1,arithmetic
        c,index,1,
        a,g,1,
        b,g,1,
        """,
        """
        unit,a,b,c
        A,2,10,3
        B,4,4,4
        """,
        method=SCORES_AS_THEY_ARE,
    )
    table = stability(scoring.assess(given))
    # sqrt(3 (10 - 8a)) = 4
    assert ends(table, "a", "first") == (0, pytest.approx(14 / 24, abs=1e-7), "", "A, B")


def test_rounding_does_not_count() -> None:
    """Rounded to whole numbers on every level, A and B tie; exactly they do at a = 0.4 alone."""
    given = small_set(
        "code,parent\nindex,\ng,index\na,g\nb,g",
        "unit,a,b\nA,1.3,1.1\nB,1.0,1.3",
        method={**SCORES_AS_THEY_ARE, "rounding": {"decimals": 0, "level": "all"}},
    )
    assessment = scoring.assess(given)
    assert assessment.ranks["index"].tolist() == [1, 1]
    assert ends(stability(assessment), "a", "first") == (pytest.approx(0.4), 1, "A, B", "")


@pytest.mark.parametrize(
    ("values", "upper", "units"),
    [("0,1", 1, ""), ("1,1", 0, "A, B"), ("2,1", 0, "A, B"), ("-1,0", 1, "")],
)
def test_a_unit_that_gets_a_score_may_begin_with_a_tie(
    values: str, upper: float, units: str
) -> None:
    """Without weight for b the unit B has no score; with some both begin at 0."""
    behind, ahead = values.split(",")
    given = small_set(
        "code,parent,weight\nindex,,\na,index,1\nb,index,0",
        f"unit,a,b\nA,0,{ahead}\nB,,{behind}",
        method={**SCORES_AS_THEY_ARE, "aggregation": {"missing": "zero"}},
    )
    assert ends(stability(scoring.assess(given)), "b", "first") == (0, upper, "", units)


def test_who_falls_behind_those_that_share_the_last_place_leaves_the_top() -> None:
    """B and C share the second place of two; where A falls behind them it is third."""
    given = small_set(
        "code,parent,weight\nindex,,\na,index,2\nb,index,1",
        "unit,a,b\nA,3,0\nB,2,1\nC,2,1",
        method=SCORES_AS_THEY_ARE,
    )
    assessment = scoring.assess(given)
    assert assessment.ranks["index"].tolist() == [1, 2, 2]
    # 3 a = 2 a + (1 - a)
    assert ends(stability(assessment, top=2), "a", "top")[0] == pytest.approx(0.5)


def test_the_top_has_a_place() -> None:
    given = small_set("code,parent\nindex,\na,index", "unit,a\nA,1\nB,2", method=SCORES_AS_THEY_ARE)
    with pytest.raises(ValueError, match="top must be 1 or more"):
        stability(scoring.assess(given), top=0)


def state(assessment: Assessment, kept: str, top: int, now: Assessment) -> list[float]:
    """What is to be kept; of those that share the last place of too few, that they share it."""
    ranks, before = ranks_of(assessment), ranks_of(now)
    if kept == "ranks":
        return np.nan_to_num(ranks, nan=-1).tolist()
    places = 1 if kept == "first" else top
    members = np.flatnonzero(before <= places)
    sharing = members[before[members] == before[members].max()] if len(members) > places else []
    return [*(ranks <= places).tolist(), *(ranks[sharing] == ranks[sharing][:1]).tolist()]


def check_by_brute_force(given: IndicatorSet, data: st.DataObject, exact: bool) -> None:
    now = scoring.assess(given)
    top = data.draw(st.integers(1, 3))
    table = stability(now, top=top)
    framework = now.framework
    node = data.draw(st.sampled_from(framework.scored_nodes[1:]))
    share = now.weights.loc[node, "share"]
    siblings = framework.children(framework[node].parent)
    assert table["exact"].all() == exact or not exact
    if share == 1:
        return

    def at(moved: float) -> Assessment:
        rest = (1 - moved) / (1 - share)
        shares = {code: now.weights.loc[code, "share"] * rest for code in siblings}
        return with_shares(given, {**shares, node: moved})

    kept, side = data.draw(st.sampled_from(ENDS))
    end = table.loc[node, f"{kept}_{side}"]
    before = state(now, kept, top, now)
    assert (end <= share) if side == "lower" else (end >= share)
    for part in (0.01, data.draw(st.floats(0.02, 0.98)), 0.9999):
        moved = share + part * (end - share)
        if abs(end - moved) > 1e-7 and moved != share:
            assert state(at(moved), kept, top, now) == before, (kept, side, moved, end)
    if table.loc[node, f"{kept}_{side}_units"]:
        beyond = float(np.clip(end + (1e-5 if side == "upper" else -1e-5), 0, 1))
        assert any(state(at(moved), kept, top, now) != before for moved in (end, beyond))


@settings(max_examples=40, deadline=None)
@given(given=sets(), data=st.data())
def test_ends_by_brute_force(given: IndicatorSet, data: st.DataObject) -> None:
    check_by_brute_force(given, data, exact=True)


@settings(max_examples=50, deadline=None)
@given(given=sets(missing=["renormalise", "zero", "propagate"]), data=st.data())
def test_ends_by_brute_force_with_missing_scores(given: IndicatorSet, data: st.DataObject) -> None:
    check_by_brute_force(given, data, exact=True)


@settings(max_examples=40, deadline=None)
@given(given=sets(root="geometric", missing=["none", "renormalise"], scales=[1.0]), data=st.data())
def test_ends_by_brute_force_under_a_geometric_index(
    given: IndicatorSet, data: st.DataObject
) -> None:
    check_by_brute_force(given, data, exact=False)


@settings(max_examples=40, deadline=None)
@given(given=sets(aggregation="sum", missing=["none", "renormalise"], scales=[1.0, 1e-3]))
def test_the_index_of_the_form_is_that_of_the_set(given: IndicatorSet) -> None:
    """Total weights stay as they are under a sum, where their size matters."""
    from scoring.what_if import index_form

    assessment = scoring.assess(given)
    for group in assessment.framework.groups:
        form = index_form(assessment, group)
        with np.errstate(invalid="ignore"):
            ratio = (form.numerators @ form.shares) / (form.denominators @ form.shares)
        found = np.where(form.scored(form.shares), ratio, form.otherwise)
        np.testing.assert_allclose(found, index_of(assessment), rtol=1e-9, atol=1e-12)

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import scoring
from indicators import IndicatorSet, InvalidInputError
from scoring.ranking import rank
from scoring.what_if import index_form, rank_range, rank_ranges
from scoring.what_if.admissible import bounds, lowest
from tests.scoring.small_sets import small_set
from tests.scoring.what_if_sets import ranks_of, sets, with_shares

SCORES_AS_THEY_ARE = {"normalisation": {"method": "none"}}


def flat(values: str, **aggregation: object) -> IndicatorSet:
    codes = values.strip().splitlines()[0].split(",")[1:]
    framework = "\n".join(["code,parent", "index,", *(f"{code},index" for code in codes)])
    return small_set(framework, values, method={**SCORES_AS_THEY_ARE, "aggregation": aggregation})


def test_two_children_by_hand() -> None:
    """With the share w of a: A 9w, B 8 - 6w, C 5, D 4. A is last below 4/9 and B above 2/3. B is
    ahead of C below 1/2 and A above 5/9: between the two C is first. D has C ahead always, A above
    4/9 and B below 2/3: one of them at least, both between.
    """
    assessment = scoring.assess(flat("unit,a,b\nA,9,0\nB,2,8\nC,5,5\nD,4,4"))
    found = rank_ranges(assessment)
    assert found["best"].to_dict() == {"A": 1, "B": 1, "C": 1, "D": 3}
    assert found["worst"].to_dict() == {"A": 4, "B": 4, "C": 2, "D": 4}
    assert (found[["best_status", "worst_status"]] == "exact").all(axis=None)


def test_three_children_by_hand() -> None:
    """E is better than D in everything. A, B and C are best where one child has most weight. D can
    be ahead of one of them, or of two, but has E before it.
    """
    values = "unit,a,b,c\nA,9,0,0\nB,0,9,0\nC,0,0,9\nD,4,4,4\nE,5,5,5"
    assessment = scoring.assess(flat(values))
    found = rank_range(assessment, "D")
    assert (found.rank, found.best, found.worst) == (2, 2, 4)
    assert (found.best_status, found.worst_status) == ("exact", "exact")
    # A and B are both ahead of D with equal weights of a and b: 4.5 > 4.
    assert found.weights["worst"].sum() == pytest.approx(1)
    ranks = ranks_of(with_shares(assessment.indicator_set, found.weights["worst"].to_dict()))
    assert ranks[3] == 4


def test_a_tie_counts_for_the_unit_at_both_ends() -> None:
    """A = (2, 1, 1) ties with B = (1, 1, 1) where a has no weight, and is ahead else."""
    assessment = scoring.assess(flat("unit,a,b,c\nA,2,1,1\nB,1,1,1"))
    assert rank_range(assessment, "A").worst == 1
    found = rank_range(assessment, "B")
    assert (found.best, found.worst, found.best_status) == (1, 2, "exact")
    assert found.weights.loc["a", "best"] == pytest.approx(0, abs=1e-12)


def test_no_room_leaves_the_rank_as_it_is() -> None:
    assessment = scoring.assess(flat("unit,a,b,c\nA,9,0,0\nB,0,9,0\nC,0,0,8"))
    found = rank_range(assessment, "C", within=0.0)
    assert (found.rank, found.best, found.worst) == (3, 3, 3)
    assert (found.best_status, found.worst_status) == ("exact", "exact")


def test_without_time_there_is_a_bound() -> None:
    rng = np.random.default_rng(4)
    rows = [f"U{row}," + ",".join(map(repr, rng.normal(size=5).tolist())) for row in range(40)]
    assessment = scoring.assess(flat("unit,a,b,c,d,e\n" + "\n".join(rows)))
    quick, found = (rank_range(assessment, "U3", time_limit=limit) for limit in (0, 20))
    assert quick.best_bound <= found.best_bound <= found.best <= quick.best
    assert quick.worst_bound >= found.worst_bound >= found.worst >= quick.worst
    assert (found.best_status, found.worst_status) == ("exact", "exact")
    assert "bound" in (quick.best_status, quick.worst_status)


def test_all_indicators_have_more_room_than_the_dimensions() -> None:
    given = small_set(
        "code,parent\nindex,\ng,index\nh,index\na,g\nb,g\nc,h\nd,h",
        "unit,a,b,c,d\nA,9,0,2,2\nB,3,3,9,0\nC,4,4,3,3",
        method=SCORES_AS_THEY_ARE,
    )
    assessment = scoring.assess(given)
    dimensions = rank_ranges(assessment)
    indicators = rank_ranges(assessment, group="indicators")
    assert (indicators["best"] <= dimensions["best"]).all()
    assert (indicators["worst"] >= dimensions["worst"]).all()
    assert indicators.loc["A", "best"] == 1


def test_units_without_a_score_have_no_range() -> None:
    assessment = scoring.assess(flat("unit,a,b\nA,1,2\nB,2,\nC,3,1", missing="propagate"))
    assert rank_ranges(assessment).index.tolist() == ["A", "C"]
    with pytest.raises(InvalidInputError, match="B gets no score in index"):
        rank_range(assessment, "B")


# --- brute force ----------------------------------------------------------------------------------


def all_ranks(scores: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Ranks in every cell, edge and corner that the ties between units cut three shares into.

    A cell is convex, so that the middles of its corners taken by two and three lie in all its
    edges and inside.
    """
    lines = [
        row
        for row in np.vstack(
            [scores[i] - scores[j] for i, j in combinations(range(len(scores)), 2)]
        )
        if row.any()
    ]
    # A share at its bound, as a linear form in shares that sum to 1.
    lines += [np.eye(3)[child] - bound[child] for bound in (lower, upper) for child in range(3)]
    corners = []
    for one, other in combinations(lines, 2):
        system = np.vstack([one, other, np.ones(3)])
        if abs(np.linalg.det(system)) > 1e-9:
            corners.append(np.linalg.solve(system, [0, 0, 1]))
    points = np.array(corners)
    points = points[((points >= lower - 1e-12) & (points <= upper + 1e-12)).all(axis=1)]
    points = np.unique(points.round(12), axis=0)
    tried = [points]
    for size in (2, 3):
        chosen = np.array(list(combinations(range(len(points)), size)))
        if len(chosen):
            tried.append(points[chosen].mean(axis=1))
    # 1e-9 is a tie, and the corners are rounded.
    found: np.ndarray = rank((np.concatenate(tried) @ scores.T).round(8))
    return found


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_cell_of_three_shares(data: st.DataObject) -> None:
    n_units = data.draw(st.integers(2, 5))
    number = st.integers(0, 6)
    scores = np.array([[data.draw(number) for _ in range(3)] for _ in range(n_units)], dtype=float)
    rows = [f"U{row}," + ",".join(map(str, cells)) for row, cells in enumerate(scores)]
    within = data.draw(st.sampled_from([None, 0.3]))
    found = rank_ranges(scoring.assess(flat("unit,a,b,c\n" + "\n".join(rows))), within=within)
    ranks = all_ranks(scores, *bounds(np.full(3, 1 / 3), within))
    assert (found[["best_status", "worst_status"]] == "exact").all(axis=None)
    assert found["best"].tolist() == ranks.min(axis=0).tolist()
    assert found["worst"].tolist() == ranks.max(axis=0).tolist()


@settings(max_examples=40, deadline=None)
@given(
    given=sets(missing=["none", "renormalise", "zero", "propagate"], scales=[1.0, 1e4]),
    data=st.data(),
)
def test_no_admissible_weights_go_beyond(given: IndicatorSet, data: st.DataObject) -> None:
    check_range(given, data)


@settings(max_examples=30, deadline=None)
@given(given=sets(trees=[{"index": "abcd"}], root="geometric", scales=[1.0]), data=st.data())
def test_no_admissible_weights_go_beyond_under_a_geometric_index(
    given: IndicatorSet, data: st.DataObject
) -> None:
    check_range(given, data)


def check_range(given: IndicatorSet, data: st.DataObject) -> None:
    assessment = scoring.assess(given)
    group = data.draw(st.sampled_from([*assessment.framework.groups]))
    within = data.draw(st.sampled_from([None, 0.5]))
    now = ranks_of(assessment)
    assume(not np.isnan(now[0]))
    found = rank_range(assessment, "U0", group=group, within=within)
    assert found.rank == now[0]
    assert found.best_bound <= found.best <= found.rank <= found.worst <= found.worst_bound
    for end in ("best", "worst"):
        ranks = ranks_of(with_shares(given, found.weights[end].to_dict()))
        assert ranks[0] == getattr(found, end)
    form = index_form(assessment, group)
    lower, upper = bounds(form.shares, within)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    corners = [lowest(rng.normal(size=len(lower)), lower, upper)[1] for _ in range(12)]
    mixed = rng.dirichlet(np.ones(12), size=40) @ np.array(corners)
    tried = np.concatenate([corners, mixed])
    in_group = form.scored(form.shares)
    admissible = (form.scored(tried) == in_group).all(axis=1)
    ranks = form.ranks(tried)[admissible, 0]
    assert ((ranks >= found.best_bound) & (ranks <= found.worst_bound)).all()


def test_the_table_has_one_row_for_each_unit() -> None:
    assessment = scoring.assess(flat("unit,a,b,c\nA,9,0,0\nB,0,9,0\nC,3,3,3"))
    table = rank_ranges(assessment)
    assert isinstance(table, pd.DataFrame)
    assert table.index.name == "unit"
    for unit, row in table.iterrows():
        one = rank_range(assessment, str(unit))
        assert (one.best, one.worst) == (row["best"], row["worst"])

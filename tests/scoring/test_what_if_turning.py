from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose
from scipy.optimize import linprog, minimize

import scoring
from indicators import IndicatorSet, InvalidInputError
from scoring.what_if import NoLinearFormError, UnlikeUnitsError, turning_change
from scoring.what_if.admissible import bounds, least_moved, least_squared, lowest, nearest
from tests.scoring.small_sets import small_set
from tests.scoring.what_if_sets import index_of, sets, with_shares

SCORES_AS_THEY_ARE = {"normalisation": {"method": "none"}}
THREE = small_set(
    """
    code,parent,weight
    index,,
    a,index,1
    b,index,1
    c,index,2
    """,
    """
    unit,a,b,c
    A,6,3,5
    B,2,4,6
    C,1,1,1
    """,
    method=SCORES_AS_THEY_ARE,
)


def test_least_share_moved_by_hand() -> None:
    """A leads B by 4a - b - c = 1 - 1/4 - 1/2 = 1/4. Moving m from a to b takes 5m: m = 1/20."""
    found = turning_change(scoring.assess(THREE), "B", "A")
    assert (found.ahead, found.feasible) == ("A", True)
    assert found.amount == pytest.approx(1 / 20)
    assert found.weights["before"].tolist() == [0.25, 0.25, 0.5]
    assert found.weights.loc["a", "after"] == pytest.approx(0.2)
    assert found.weights["after"].sum() == pytest.approx(1)


def test_least_squared_change_by_hand() -> None:
    """Along (4, -1, -1) less its mean 2/3, so (10, -5, -5) / 3, of which the lead is 50/3 = (4, -1,
    -1) times it. The lead of 1/4 is gone after 3/200 of it: (-10, 5, 5) / 200.
    """
    found = turning_change(scoring.assess(THREE), "A", "B", measure="squared")
    assert_allclose(found.weights["change"], [-0.05, 0.025, 0.025], atol=1e-15)
    assert found.amount == pytest.approx(np.sqrt(0.05**2 + 2 * 0.025**2))


def test_who_is_behind_in_everything_stays_behind() -> None:
    found = turning_change(scoring.assess(THREE), "A", "C")
    assert not found.feasible
    assert np.isnan(found.amount)
    assert found.weights["after"].isna().all()


def test_bounds_may_leave_no_way() -> None:
    """A leads by 5a - 1, so a must fall from 0.25 to 0.2: by a fifth of itself."""
    assessment = scoring.assess(THREE)
    assert turning_change(assessment, "A", "B", within=0.21).feasible
    assert not turning_change(assessment, "A", "B", within=0.19).feasible


def test_a_tie_takes_no_change() -> None:
    given = small_set(
        "code,parent\nindex,\na,index\nb,index",
        "unit,a,b\nA,1,3\nB,3,1",
        method=SCORES_AS_THEY_ARE,
    )
    found = turning_change(scoring.assess(given), "A", "B", measure="squared")
    assert (found.ahead, found.feasible, found.amount) == ("", True, 0)


def test_effective_weights_of_all_indicators() -> None:
    """Effective weights 1/4, 1/4, 1/2; A leads by 6a - 2b = 1. From a to b it loses 8 a unit."""
    given = small_set(
        """
        code,parent,weight
        index,,
        g,index,1
        c,index,1
        a,g,1
        b,g,1
        """,
        """
        unit,a,b,c
        A,8,2,5
        B,2,4,5
        """,
        method=SCORES_AS_THEY_ARE,
    )
    found = turning_change(scoring.assess(given), "A", "B", group="indicators")
    assert found.weights.index.tolist() == ["a", "b", "c"]
    assert found.amount == pytest.approx(1 / 8)
    assert_allclose(found.weights["after"], [0.125, 0.375, 0.5])


def test_what_has_no_exact_answer_is_refused() -> None:
    framework = """
        code,parent,weight,aggregation
        index,,,geometric
        g,index,1,arithmetic
        c,index,1,
        a,g,1,
        b,g,1,
        """
    values = "unit,a,b,c\nA,2,10,3\nB,4,,4"
    assessment = scoring.assess(small_set(framework, values, method=SCORES_AS_THEY_ARE))
    with pytest.raises(NoLinearFormError, match="index is aggregated by geometric"):
        turning_change(assessment, "A", "B", group="g")
    linear = scoring.assess(
        small_set(framework.replace("geometric", ""), values, method=SCORES_AS_THEY_ARE)
    )
    with pytest.raises(UnlikeUnitsError, match="in g they lack different scores"):
        turning_change(linear, "A", "B", group="g")
    assert turning_change(linear, "A", "B").feasible


def test_unknown_units_and_options() -> None:
    assessment = scoring.assess(THREE)
    with pytest.raises(InvalidInputError, match="there is no 'X'"):
        turning_change(assessment, "A", "X")
    with pytest.raises(InvalidInputError, match="there is no 'h'"):
        turning_change(assessment, "A", "B", group="h")
    with pytest.raises(ValueError, match="name two units"):
        turning_change(assessment, "A", "A")
    with pytest.raises(ValueError, match="measure must be one of moved, squared"):
        turning_change(assessment, "A", "B", measure="largest")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="within must be a number"):
        turning_change(assessment, "A", "B", within=-0.1)


# --- against independent solves -------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A lead of 0 or more now that is below 0 somewhere, shares, and their bounds."""
    n = draw(st.integers(2, 7))
    lead = draw(hnp.arrays(np.float64, n, elements=st.integers(-9, 9).map(float)))
    weights = draw(hnp.arrays(np.float64, n, elements=st.integers(0, 6).map(float)))
    assume(weights.sum() > 0)
    shares = weights / weights.sum()
    lower, upper = bounds(shares, draw(st.sampled_from([None, 0.25, 0.8, 2.0])))
    lead = lead if lead @ shares >= 0 else -lead
    assume(lowest(lead, lower, upper)[0] < -1e-6)
    return lead, shares, lower, upper


@settings(max_examples=80, deadline=None)
@given(problem=problems())
def test_least_moved_is_the_optimum_of_the_linear_programme(
    problem: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    lead, shares, lower, upper = problem
    n = len(lead)
    found = least_moved(lead, shares, lower, upper)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert (found >= lower - 1e-12).all()
    assert (found <= upper + 1e-12).all()
    assert lead @ found <= 1e-12 * np.abs(lead).max()
    programme = linprog(  # changes up, changes down
        np.full(2 * n, 0.5),
        A_ub=np.r_[lead, -lead][None],
        b_ub=[-lead @ shares],
        A_eq=np.r_[np.ones(n), -np.ones(n)][None],
        b_eq=[0.0],
        bounds=[(0.0, most) for most in np.r_[upper - shares, shares - lower]],
    )
    assert np.abs(found - shares).sum() / 2 == pytest.approx(programme.fun, abs=1e-7)


@settings(max_examples=80, deadline=None)
@given(problem=problems())
def test_least_squared_meets_the_conditions_of_an_optimum(
    problem: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Karush-Kuhn-Tucker: change = -multiplier * lead - level where a share is between its bounds,
    with a multiplier of 0 or more; pushed against the bound elsewhere. Sufficient for a convex
    programme.
    """
    lead, shares, lower, upper = problem
    found = least_squared(lead, shares, lower, upper)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert (found >= lower).all()
    assert (found <= upper).all()
    assert abs(lead @ found) <= 1e-11 * np.abs(lead).max()
    change = found - shares
    # Feasibility of the multipliers as a linear programme of its own.
    low, high = found <= lower + 1e-12, found >= upper - 1e-12
    gradient = np.column_stack([lead, np.ones(len(lead))])
    slack = 1e-9
    above = linprog(
        [0, 0],
        A_ub=np.vstack([-gradient[~high], gradient[~low]]),
        b_ub=np.r_[change[~high] + slack, -change[~low] + slack],
        bounds=[(0, None), (None, None)],
    )
    assert above.status == 0


def test_least_squared_is_what_a_general_solver_finds() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        lead, shares = rng.normal(size=5), rng.dirichlet(np.ones(5))
        lead = lead * np.sign(lead @ shares)
        lower, upper = np.zeros(5), np.ones(5)
        if lowest(lead, lower, upper)[0] >= 0:
            continue
        found = least_squared(lead, shares, lower, upper)
        solved = minimize(
            lambda x, shares=shares: ((x - shares) ** 2).sum(),
            shares,
            method="SLSQP",
            bounds=[(0, 1)] * 5,
            constraints=[
                {"type": "eq", "fun": lambda x: x.sum() - 1},
                {"type": "ineq", "fun": lambda x, lead=lead: -lead @ x},
            ],
            options={"ftol": 1e-15},
        )
        assert_allclose(found, solved.x, atol=1e-6)


def test_projection_on_a_simplex() -> None:
    """(0.5, 0.9, -0.2): less 0.2 and cut at 0."""
    point = np.array([0.5, 0.9, -0.2])
    assert_allclose(nearest(point, np.zeros(3), np.ones(3)), [0.3, 0.7, 0])


@settings(max_examples=40, deadline=None)
@given(
    given=sets(missing=["none", "renormalise", "zero"], scales=[1.0, 1e3]),
    data=st.data(),
)
def test_no_smaller_change_turns_the_order_and_a_little_more_does(
    given: IndicatorSet, data: st.DataObject
) -> None:
    assessment = scoring.assess(given)
    groups = [*assessment.framework.groups]
    group = data.draw(st.sampled_from(groups))
    measure = data.draw(st.sampled_from(["moved", "squared"]))
    within = data.draw(st.sampled_from([None, 0.5]))
    scores = index_of(assessment)
    assume(not np.isnan(scores[:2]).any())
    try:
        found = turning_change(assessment, "U0", "U1", group=group, measure=measure, within=within)
    except UnlikeUnitsError:
        return
    shares = found.weights["before"]
    lead = np.sign(np.round(scores[0] - scores[1], 9))
    assert (lead == 0) == (found.ahead == "")
    if lead == 0:
        assert found.amount == 0
        return
    lower, upper = bounds(shares.to_numpy(), within)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))

    def turned(tried: np.ndarray) -> bool:
        after = index_of(with_shares(given, dict(zip(shares.index, tried, strict=True))))
        return bool(np.round((after[0] - after[1]) * lead, 9) < 0)

    for _ in range(8):
        other = lowest(rng.normal(size=len(shares)), lower, upper)[1]
        change = (other - shares.to_numpy()) * rng.uniform()
        size = np.abs(change).sum() / 2 if measure == "moved" else np.linalg.norm(change)
        if found.feasible and size > 0:
            change *= min(1.0, found.amount * (1 - 1e-6) / size)
        assert not turned(shares.to_numpy() + change)
    if found.feasible:
        after = found.weights["after"].to_numpy()
        scored = index_of(with_shares(given, dict(zip(shares.index, after, strict=True))))
        assert scored[0] == pytest.approx(scored[1], rel=1e-7, abs=1e-9)
        # A step on from there, towards weights that turn the order for sure.
        corners = (
            np.eye(len(shares))
            if within is None
            else [lowest(rng.normal(size=len(shares)), lower, upper)[1] for _ in range(60)]
        )
        assert any(turned(after + 1e-4 * (corner - after)) for corner in corners)

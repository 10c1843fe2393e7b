"""The smallest change of weights that turns the order of two units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.assessment import Assessment
from scoring.what_if.admissible import bounds, least_moved, least_squared, lowest
from scoring.what_if.linear import IndexForm, index_form
from scoring.what_if.scores import index_scores, position_of

Array = NDArray[np.float64]

MEASURES = {"moved": least_moved, "squared": least_squared}

#: How near two scores must come where they are said to tie, relative to their size.
NEAR = 1e-8


class UnlikeUnitsError(ValueError):
    """Two units do not have the same scores, so that their order is not linear in the weights.

    Parameters
    ----------
    first, second : str
        Codes of the units.
    group : str
        The group whose weights were to change.
    """

    def __init__(self, first: str, second: str, group: str) -> None:
        super().__init__(first, second, group)
        self.first = first
        self.second = second
        self.group = group

    def __str__(self) -> str:
        return (
            f"there is no exact answer for {self.first} and {self.second}: in {self.group} they "
            "lack different scores, or would lose one on the way; impute them, choose another "
            "group, or count missing scores as 0"
        )


@dataclass(frozen=True, eq=False)
class TurningChange:
    """The smallest change of weights after which two units tie; any more turns their order.

    It is exact: where there is no exact answer, none is given.

    Parameters
    ----------
    first, second : str
        Codes of the units.
    ahead : str
        The one that is ahead now; empty where they tie.
    group : str
        The group whose children are weighed, or "indicators".
    measure : {"moved", "squared"}
        What is smallest.
    within : float or None
        How far each share was allowed to move, relative to itself.
    feasible : bool
        Whether any admissible weights turn the order. They never do where the one unit is at least
        as good in everything.
    amount : float
        Share of weight that is moved (half the sum of absolute changes), 0..1, or the Euclidean
        length of the change; 0 where the two tie now, NaN where it is not feasible.
    weights : DataFrame, index node
        ``before``, ``after``: shares of the children of the group, effective weights for
        "indicators", sum 1; ``change``. NaN after where it is not feasible.
    """

    first: str
    second: str
    ahead: str
    group: str
    measure: str
    within: float | None
    feasible: bool
    amount: float
    weights: pd.DataFrame


def turning_change(
    assessment: Assessment,
    first: str,
    second: str,
    *,
    group: str | None = None,
    measure: Literal["moved", "squared"] = "moved",
    within: float | None = None,
) -> TurningChange:
    """The smallest change of weights that turns the order of two units in the index.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, the newest year. Exact scores count, whatever [rounding] says.
    first, second : str
        Codes of two units, in any order.
    group : str, optional
        The group whose children are weighed anew, all else unchanged; the index itself where left
        out. "indicators" for the effective weights of all indicators, where every aggregation is
        linear and both units have all scores.
    measure : {"moved", "squared"}
        Least total share moved, a linear programme, or least sum of squared changes, a quadratic
        one. Both are solved in closed form. The first often changes two weights alone and may have
        several solutions, of which one is given; the second spreads the change and has one.
    within : float, optional
        How far each share may move, relative to itself: 0.25 for 75 % to 125 % of it; anything
        from 0 to 1 where left out.

    Returns
    -------
    TurningChange

    Raises
    ------
    InvalidInputError
        Where a unit or the group is unknown, or a unit has no score in the index.
    NoLinearFormError
        Where the index is not linear in the weights of the group, nor ordered so.
    UnlikeUnitsError
        Where the two lack different scores in the group.
    ValueError
        Where the two are one unit, or an option is wrong.

    References
    ----------
    Wolters & Mareschal (1995), Novel types of sensitivity analysis for additive MCDM methods,
    European Journal of Operational Research 81(2) (minimum modification of the weights
    that makes an alternative come first). Barron & Schmidt (1988), Sensitivity analysis of additive
    multiattribute value models, Operations Research 36(1) (least squares).
    """
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, not {measure!r}")
    if str(first) == str(second):
        raise ValueError(f"{first} cannot change places with itself; name two units")
    one, other = position_of(assessment, [first, second])
    form = index_form(assessment, group)
    numerators, denominators = form.standard()
    alike = np.array_equal(denominators[one], denominators[other])
    if not (alike and form.holds[[one, other]].all()):
        raise UnlikeUnitsError(first, second, form.group)
    lower, upper = bounds(form.shares, within)
    ranks = form.ranks(form.shares)
    ahead = "" if ranks[one] == ranks[other] else first if ranks[one] < ranks[other] else second
    if ahead == second:
        one, other = other, one
    lead = numerators[one] - numerators[other]
    after, feasible = form.shares, True
    if ahead:
        value, shares = lowest(lead, lower, upper)
        feasible = bool(value < 0) and _turned(form, shares, one, other)
        after = np.full(len(lead), np.nan)
        if feasible:
            after = MEASURES[measure](lead, form.shares, lower, upper)
            if not _tied(form, after, one, other):
                raise UnlikeUnitsError(first, second, form.group)
    change = after - form.shares
    amount = np.abs(change).sum() / 2 if measure == "moved" else np.sqrt((change**2).sum())
    table = {"before": form.shares, "after": after, "change": change}
    return TurningChange(
        first=first,
        second=second,
        ahead=ahead,
        group=form.group,
        measure=measure,
        within=within,
        feasible=feasible,
        amount=float(amount),
        weights=pd.DataFrame(table, index=pd.Index(form.children, name="node")),
    )


def _turned(form: IndexForm, shares: Array, one: int, other: int) -> bool:
    """Whether the other unit is ahead under these shares by more than a tie."""
    ranks = form.ranks(shares)
    # A score that is lost there is met again where the order has just turned.
    return bool(np.isnan(ranks[[one, other]]).any() or ranks[other] < ranks[one])


def _tied(form: IndexForm, shares: Array, one: int, other: int) -> bool:
    """Whether the two have scores under these shares, as good as equal ones."""
    scores = index_scores(form.assessment, form.weights(shares))
    size = max(1.0, abs(scores[one]), abs(scores[other]))
    return bool(abs(scores[one] - scores[other]) <= NEAR * size)

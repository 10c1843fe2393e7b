"""Weights from numbers that experts give: budget allocation and swings."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.base import Derived, Remark
from scoring.weighting.judgements import (
    Problem,
    among_all,
    as_judgements,
    problems_at,
    refuse,
    speaking,
)

Array = NDArray[np.float64]

#: Part of the budget by which a sum may miss it: three thirds of 33 are its whole.
ROUNDING = 0.01

#: Modified z-score above which points are outlying (Iglewicz & Hoaglin 1993).
OUTLYING = 3.5

#: A normal distribution's standard deviation by its median, and by its mean, absolute deviation.
BY_MEDIAN, BY_MEAN = 1 / 0.6745, (np.pi / 2) ** 0.5

#: Points that differ by less than this part of the largest are alike but for rounding.
ALIKE = 1e-12

#: The most important swing, to which the others are compared.
FULL_SWING = 100.0


def budget_allocation(
    points: ArrayLike, *, budget: float = 100.0, combine: Literal["mean", "median"] = "mean"
) -> Derived:
    """Budget allocation: experts share out a number of points.

    The points of each expert are brought to the budget exactly, and combined over the experts.

    Parameters
    ----------
    points : array_like, shape (n_experts, n_children)
        0 or more, adding up to the budget within 1 %, for rounded thirds. An expert who says
        nothing is left out; a single missing number is 0 points.
    budget : float, above 0, default 100
        What the points of an expert add up to.
    combine : {"mean", "median"}, default "mean"
        The median, brought to a sum of 1, does not follow a single expert who is far from the rest.

    Returns
    -------
    Derived
        By child, in points: ``mean``, ``median``, ``standard_deviation`` (of the sample, 0 for one
        expert), ``lowest``, ``highest``. By expert ``distance``: the part of the budget, 0..1, that
        the expert gives to other children than the median does (the mean where all medians are 0),
        NaN for who says nothing. Remarks ``outlying_points``, one for each child and expert with a
        modified z-score above 3.5, with the fields ``value`` and ``median``.

    Raises
    ------
    JudgementError
        Where :func:`check_points` finds something, or all medians are 0.
    ValueError
        Where the shape or an option is wrong.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6 (budget allocation
    process). Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Quality Press
    (modified z-score).
    """
    if combine not in ("mean", "median"):
        raise ValueError(f"combine is mean or median, not {combine!r}")
    refuse(check_points(points, budget=budget))
    table = as_judgements(points)
    said = speaking(table)
    shares = _shares(table[said])
    middle, mean = np.median(shares, axis=0), shares.mean(axis=0)
    if combine == "median" and not middle.any():
        refuse([Problem("no_median")])
    experts = np.flatnonzero(said)
    remarks = [
        Remark(
            "outlying_points",
            "note",
            (child,),
            (int(experts[expert]),),
            {"value": float(shares[expert, child] * budget), "median": middle[child] * budget},
        )
        for expert, child in np.argwhere(np.abs(modified_z_scores(shares)) > OUTLYING).tolist()
    ]
    return Derived(
        middle / middle.sum() if combine == "median" else mean,
        by_child=spread(shares * budget),
        by_expert={"distance": among_all(distances(shares), said)},
        remarks=tuple(remarks),
    )


def check_points(points: ArrayLike, *, budget: float = 100.0) -> tuple[Problem, ...]:
    """What cannot be used in points.

    Parameters
    ----------
    points : array_like, shape (n_experts, n_children)
    budget : float, above 0, default 100

    Returns
    -------
    tuple of Problem
        ``negative`` and ``not_finite`` with the value; ``wrong_total`` of an expert, with the sum
        found; ``no_judgement`` where nobody gives points.

    Raises
    ------
    ValueError
        Where the shape or the budget is wrong.
    """
    if not 0 < budget < np.inf:
        raise ValueError("the budget is a number above 0")
    table = as_judgements(points)
    problems = _check_numbers(table)
    if problems:
        return problems
    with np.errstate(over="ignore"):
        totals = np.nan_to_num(table).sum(axis=1)
    # The tolerance itself is met up to rounding.
    wrong = speaking(table) & (np.abs(totals - budget) > (ROUNDING + 1e-9) * budget)
    return tuple(
        Problem("wrong_total", expert, value=float(totals[expert]))
        for expert in np.flatnonzero(wrong).tolist()
    )


def swing(swings: ArrayLike) -> Derived:
    """Swing weighting: how much each improvement from worst to best is worth.

    Experts imagine a unit that is worst in everything, give 100 to the child that they would first
    lift from its worst to its best value, and to the others what their swing is worth beside it.
    Weights are in proportion to that, and the mean over the experts: unlike bare importance they
    depend on the range of the values, as weights of a mean must.

    Parameters
    ----------
    swings : array_like, shape (n_experts, n_children)
        0 or more, above 0 for one child at least. An expert who says nothing is left out.

    Returns
    -------
    Derived
        By child, in hundredths of the expert's highest: ``mean``, ``median``,
        ``standard_deviation``, ``lowest``, ``highest``; by expert ``distance``; both as for
        :func:`budget_allocation`. Remark ``swing_without_full``, one for each expert whose highest
        is not 100, with the field ``value``.

    Raises
    ------
    JudgementError
        Where :func:`check_swings` finds something.
    ValueError
        Where the shape is wrong.

    References
    ----------
    von Winterfeldt & Edwards (1986), Decision Analysis and Behavioral Research, chapter 8.
    """
    refuse(check_swings(swings))
    table = as_judgements(swings)
    said = speaking(table)
    highest = table[said].max(axis=1)
    shares = _shares(table[said])
    remarks = [
        Remark("swing_without_full", "note", (), (expert,), {"value": value})
        for expert, value in zip(np.flatnonzero(said).tolist(), highest.tolist(), strict=True)
        if value != FULL_SWING
    ]
    return Derived(
        shares.mean(axis=0),
        by_child=spread(table[said] / highest[:, None] * FULL_SWING),
        by_expert={"distance": among_all(distances(shares), said)},
        remarks=tuple(remarks),
    )


def check_swings(swings: ArrayLike) -> tuple[Problem, ...]:
    """What cannot be used in swings.

    Parameters
    ----------
    swings : array_like, shape (n_experts, n_children)

    Returns
    -------
    tuple of Problem
        ``negative`` and ``not_finite`` with the value; ``missing`` where an expert values some
        swings and not this one; ``all_zero`` of an expert; ``no_judgement`` where nobody values
        any.

    Raises
    ------
    ValueError
        Where the shape is wrong.
    """
    table = as_judgements(swings)
    problems = _check_numbers(table)
    if problems:
        return problems
    said = speaking(table)
    zero = said & (np.nan_to_num(table) == 0).all(axis=1)
    return (
        *problems_at("missing", table, np.isnan(table) & said[:, None]),
        *(Problem("all_zero", expert) for expert in np.flatnonzero(zero).tolist()),
    )


def modified_z_scores(values: Array) -> Array:
    """How far each expert is from the median of all, in robust standard deviations.

    Parameters
    ----------
    values : ndarray, shape (n_experts, n_children)

    Returns
    -------
    ndarray, shape (n_experts, n_children)
        0.6745 (value - median) / median absolute deviation from the median. Where that is 0, as
        half of the experts or more agree, (value - median) / (1.2533 mean absolute deviation from
        the median); 0 where all agree.

    References
    ----------
    Iglewicz & Hoaglin (1993), as for :func:`budget_allocation`.
    """
    gaps, deviation = from_median(values)
    scores: Array = np.divide(gaps, deviation, out=np.zeros_like(gaps), where=deviation > 0)
    return scores


def from_median(values: Array) -> tuple[Array, Array]:
    """How far each expert is from the median of all, and the robust standard deviation.

    Parameters
    ----------
    values : ndarray, shape (n_experts, n_children)

    Returns
    -------
    gaps : ndarray, shape (n_experts, n_children)
        0 where the two are alike but for rounding.
    deviation : ndarray, shape (n_children,)
        As for :func:`modified_z_scores`; 0 where all agree.
    """
    gaps = values - np.median(values, axis=0)
    gaps = np.where(np.abs(gaps) < ALIKE * np.abs(values).max(axis=0), 0.0, gaps)
    by_median = np.median(np.abs(gaps), axis=0) * BY_MEDIAN
    by_mean = np.abs(gaps).mean(axis=0) * BY_MEAN
    return gaps, np.where(by_median > 0, by_median, by_mean)


def _check_numbers(table: Array) -> tuple[Problem, ...]:
    if np.isnan(table).all():
        return (Problem("no_judgement"),)
    return (
        *problems_at("negative", table, table < 0),
        *problems_at("not_finite", table, table == np.inf),
    )


def _shares(table: Array) -> Array:
    """Shares of each expert; what is missing is 0."""
    parts = np.nan_to_num(table)
    # Divided by the largest first, so that the sum of large ones does not overflow.
    parts = parts / parts.max(axis=1, keepdims=True)
    shares: Array = parts / parts.sum(axis=1, keepdims=True)
    return shares


def spread(points: Array) -> dict[str, Array]:
    """What experts say of each child, by named figures.

    Parameters
    ----------
    points : ndarray, shape (n_experts, n_children)
        Of one expert at least.

    Returns
    -------
    dict of str to ndarray, shape (n_children,)
        ``mean``, ``median``, ``standard_deviation`` (of the sample, 0 for one expert), ``lowest``,
        ``highest``.
    """
    several = len(points) > 1
    return {
        "mean": points.mean(axis=0),
        "median": np.median(points, axis=0),
        "standard_deviation": points.std(axis=0, ddof=1) if several else np.zeros(points.shape[1]),
        "lowest": points.min(axis=0),
        "highest": points.max(axis=0),
    }


def distances(shares: Array) -> Array:
    """Part of each expert's weight that stands elsewhere than in the median.

    Parameters
    ----------
    shares : ndarray, shape (n_experts, n_children)
        With sum 1 for each expert.

    Returns
    -------
    ndarray, shape (n_experts,)
        0..1, from the median brought to a sum of 1, or from the mean where all medians are 0.
    """
    middle = np.median(shares, axis=0)
    middle = middle / middle.sum() if middle.any() else shares.mean(axis=0)
    found: Array = np.abs(shares - middle).sum(axis=1) / 2
    return found

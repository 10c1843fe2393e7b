"""Weights from benefit of the doubt: the mean of those under which each unit looks best."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from scoring.aggregation.frontier import (
    MOST_AT_THE_TOP,
    benefit_of_the_doubt_weights,
    share_at_the_top,
)
from scoring.weighting.base import Array, Derived, Remark
from scoring.weighting.columns import shares_of_total


def benefit_of_the_doubt(
    scores: ArrayLike,
    *,
    lowest_share: ArrayLike = 0.0,
    highest_share: ArrayLike = 1.0,
    bounds_on: Literal["weight", "contribution"] = "weight",
) -> Derived:
    """Benefit of the doubt: the mean over the units of the weights under which each looks best.

    The same weights for all, as a compromise between those that each unit would choose; the
    aggregation of that name leaves each unit its own. Best weights need not be unique (see
    :func:`scoring.aggregation.frontier.benefit_of_the_doubt_weights`): where most units score 1
    under theirs, which happens with many children and few units, the mean says nothing, and a
    remark says that.

    Missing scores: a unit has no weight for a child that it lacks, and the mean of a child goes
    over the units that have it; the means are divided by their sum. A child without scores weighs
    0.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores on one scale, 0 or more and not all 0 in a unit, more is better, NaN where missing.
    lowest_share, highest_share : float or array_like, shape (n_children,), 0..1
        Bounds of each child's part.
    bounds_on : {"weight", "contribution"}
        Whether the parts are of the weights or of the score of the unit.

    Returns
    -------
    Derived
        ``shares`` (..., n_children); by child ``lowest_share`` and ``highest_share`` that any unit
        gives it, of the same shape, NaN where no unit does; as figure ``share_at_the_top``, the
        share of units that score 1, 0..1. The remark ``doubt_without_weights`` comes where that is
        above one half.

    Raises
    ------
    DomainError
        Where a score is negative, or all that a unit has are 0.
    ValueError
        Where bounds are out of their range or contradict each other, or no unit has weights.

    References
    ----------
    Melyn & Moesen (1991), Towards a synthetic indicator of macroeconomic performance, Public
    Economics Research Paper 17, KU Leuven. Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), An
    introduction to 'benefit of the doubt' composite indicators, Social Indicators Research 82.
    """
    scores = np.asarray(scores, dtype=np.float64)
    has = ~np.isnan(scores)
    weights, best = benefit_of_the_doubt_weights(
        np.where(has, scores, 1.0),
        has,
        lowest_share=lowest_share,
        highest_share=highest_share,
        bounds_on=bounds_on,
    )
    # A unit without any score has no weights, and neither has one that bounds make score 0.
    weights = np.where(has, weights, np.nan)
    counts = (~np.isnan(weights)).sum(axis=-2)
    means = np.where(np.isnan(weights), 0.0, weights).sum(axis=-2) / np.maximum(counts, 1)
    at_the_top = share_at_the_top(np.where(has.any(axis=-1), best, np.nan))
    return Derived(
        shares_of_total(
            means,
            "no unit has weights of its own, as it has no scores or its bounds make it score 0; "
            "fill in scores, or widen the bounds",
        ),
        by_child={
            "lowest_share": _end(np.fmin, weights),
            "highest_share": _end(np.fmax, weights),
        },
        figures={"share_at_the_top": at_the_top},
        remarks=_remarks(at_the_top),
    )


def _end(end: np.ufunc, weights: Array) -> Array:
    found: Array = end.reduce(weights, axis=-2, initial=np.nan)
    return found


def _remarks(at_the_top: float) -> tuple[Remark, ...]:
    if at_the_top <= MOST_AT_THE_TOP:
        return ()
    fields = {"share": f"{at_the_top:.0%}"}
    return (Remark("doubt_without_weights", "warning", fields=fields),)

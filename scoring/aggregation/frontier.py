"""Aggregation with the weights that suit each unit best: benefit of the doubt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.domain import DomainError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Nobody exceeds a score of 1 by more than this under the weights of another unit.
VIOLATION = 1e-9

#: A peer binds where its sum is 1 up to this.
BINDING = 1e-7

#: Weights are proved to be the best up to this.
PROOF = 1e-11

#: Units whose programmes are solved as one.
UNITS_AT_A_TIME = 200

#: Peers that are added to a unit's programme at a time.
PEERS_AT_A_TIME = 8

#: Share of units with the score 1 from which benefit of the doubt says little about the order.
MOST_AT_THE_TOP = 0.5


class BestWeights(NamedTuple):
    """Weights under which each unit looks best, and how good it looks."""

    shares: Array
    """Shares of weight, shape (..., n_units, n_children)."""
    scores: Array
    """Scores of benefit of the doubt, shape (..., n_units)."""


def benefit_of_the_doubt(
    scores: ArrayLike,
    shares: ArrayLike,
    *,
    lowest_share: ArrayLike = 0.0,
    highest_share: ArrayLike = 1.0,
    bounds_on: Literal["weight", "contribution"] = "weight",
) -> Array:
    """Benefit of the doubt: each unit gets the weights under which it looks best.

    The score of a unit is the largest weighted sum of its own scores under weights, 0 or more,
    with which no unit gets more than 1. Without bounds a unit that is best in a single child scores
    1; with as many children as units everybody does, so the method belongs on a few dimensions, or
    needs bounds. :func:`share_at_the_top` says how many units score 1.

    The weights in ``shares`` do not matter, beyond which of them are 0. A child without share in a
    unit has weight 0 for it, and adds nothing to the sum of a peer that lacks it. Bounds on weights
    are then multiplied by the ratio of the number of children to the number the unit has, at most
    to 1: they keep their size relative to equal weights.

    Units are solved in blocks, each with the few peers that bind; the peers that would exceed 1 are
    added until there are none (up to 1e-9). Without bounds, a unit for which the weights of another
    one are proved to be the best is not solved at all.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, 0 or more and not all 0 in a unit, more is better, all present.
    shares : array_like, shape (..., n_units, n_children) or (n_children,)
        Weights, of which matters only whether they are above 0.
    lowest_share, highest_share : float or array_like, shape (n_children,), 0..1
        Bounds of each child's part.
    bounds_on : {"weight", "contribution"}
        Of what the bounds are parts: the weight of the child of the sum of the weights (which
        depends on the scales of the scores), or weight times score of the score of the unit (which
        does not; a unit with 0 in a child that must contribute then scores 0).

    Returns
    -------
    ndarray, shape (..., n_units)
        From 0 to 1.

    Raises
    ------
    DomainError
        Where a score that counts is negative, or all that a unit has are 0.
    ValueError
        Where bounds are out of their range or contradict each other.

    References
    ----------
    Melyn & Moesen (1991), Towards a synthetic indicator of macroeconomic performance, Public
    Economics Research Paper 17, KU Leuven. Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), An
    introduction to 'benefit of the doubt' composite indicators, Social Indicators Research 82.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.3 and endnote 29.
    """
    result = np.empty(np.broadcast_shapes(np.shape(scores), np.shape(shares))[:-1])
    for place, best in _draws(scores, shares, lowest_share, highest_share, bounds_on):
        result[place] = best.scores
    return result


def benefit_of_the_doubt_weights(
    scores: ArrayLike,
    shares: ArrayLike,
    *,
    lowest_share: ArrayLike = 0.0,
    highest_share: ArrayLike = 1.0,
    bounds_on: Literal["weight", "contribution"] = "weight",
) -> BestWeights:
    """Weights under which each unit looks best, those of :func:`benefit_of_the_doubt`.

    They need not be unique: a unit that scores 1 mostly has many best weights, and others
    can have several; then these are some of the best. They weigh the scores as
    they are given, so that they depend on the scales of the children; parts of the score of a
    unit are these times its scores.

    Parameters
    ----------
    scores, shares, lowest_share, highest_share, bounds_on
        As for :func:`benefit_of_the_doubt`.

    Returns
    -------
    shares : ndarray, shape (..., n_units, n_children)
        Shares of weight, 0 or more, with sum 1 in each unit, also where bounds are on
        contributions; NaN in a unit without weights, because it has no child or because bounds
        make it score 0.
    scores : ndarray, shape (..., n_units)
        From 0 to 1.

    Raises
    ------
    DomainError, ValueError
        As :func:`benefit_of_the_doubt`.

    References
    ----------
    Cherchye, Moesen, Rogge & Van Puyenbroeck (2007), An introduction to 'benefit of the doubt'
    composite indicators, Social Indicators Research 82.
    """
    shape = np.broadcast_shapes(np.shape(scores), np.shape(shares))
    result = BestWeights(np.empty(shape), np.empty(shape[:-1]))
    for place, best in _draws(scores, shares, lowest_share, highest_share, bounds_on):
        result.shares[place], result.scores[place] = best
    return result


def _draws(
    scores: ArrayLike,
    shares: ArrayLike,
    lowest: ArrayLike,
    highest: ArrayLike,
    bounds_on: Literal["weight", "contribution"],
) -> Iterator[tuple[tuple[int, ...], BestWeights]]:
    """Place and best weights of every draw."""
    scores, shares = np.asarray(scores, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    shape = np.broadcast_shapes(scores.shape, shares.shape)
    scores, has = np.broadcast_to(scores, shape), np.broadcast_to(shares > 0, shape)
    low, high = _bounds(shape[-1], lowest, highest, bounds_on)
    solved: tuple[Array, Mask, BestWeights] | None = None
    for place in np.ndindex(shape[:-2]):
        # Draws of weights leave all as it is.
        if solved is None or (scores[place] != solved[0]).any() or (has[place] != solved[1]).any():
            best = _best_weights(scores[place], has[place], low, high, bounds_on == "weight")
            solved = scores[place], has[place], best
        yield place, solved[2]


def share_at_the_top(scores: ArrayLike) -> float:
    """Share of units that score 1: near 1 where there are too many children for so few units.

    Parameters
    ----------
    scores : array_like, shape (n_units,)
        Scores of :func:`benefit_of_the_doubt`, NaN where missing.

    Returns
    -------
    float, 0..1
        0 where nobody has a score.
    """
    scores = np.asarray(scores, dtype=np.float64)
    present = scores[~np.isnan(scores)]
    return float((present >= 1 - VIOLATION).mean()) if len(present) else 0.0


def _bounds(
    n_children: int, lowest: ArrayLike, highest: ArrayLike, bounds_on: str
) -> tuple[Array, Array]:
    if bounds_on not in ("weight", "contribution"):
        raise ValueError(f"bounds_on is weight or contribution, not {bounds_on!r}")
    read = []
    for name, value in (("lowest_share", lowest), ("highest_share", highest)):
        bound = np.asarray(value, dtype=np.float64)
        if bound.shape not in ((), (n_children,)):
            raise ValueError(f"{name} is one number, or one for each of {n_children} children")
        if not ((bound >= 0) & (bound <= 1)).all():
            raise ValueError(f"{name} lies between 0 and 1")
        read.append(np.broadcast_to(bound, n_children))
    low, high = read
    if (low > high).any():
        raise ValueError("lowest_share is above highest_share")
    return low, high


def _best_weights(
    scores: Array, has: Mask, low: Array, high: Array, on_weights: bool
) -> BestWeights:
    rows, columns = np.nonzero(has & ~(scores >= 0))
    if len(rows):
        raise DomainError("scores of 0 or more", rows, columns, scores[rows, columns])
    scores = np.where(has, scores, 0.0)
    rows = np.flatnonzero(~(scores > 0).any(axis=1) & has.any(axis=1))
    if len(rows):
        columns = has[rows].argmax(axis=1)
        raise DomainError(
            "a score above 0 in one child at least", rows, columns, scores[rows, columns]
        )
    shape, counted = has.shape, has.any(axis=0)
    low, high = low[counted], high[counted]
    scores, has = scores[:, counted], has[:, counted]
    if low.sum() > 1 + VIOLATION:
        raise ValueError(f"lowest_share adds up to {low.sum():g}, above 1")
    if counted.any() and high.sum() < 1 - VIOLATION:
        raise ValueError(f"highest_share adds up to {high.sum():g}, below 1")
    bounded = bool((low > 0).any() or (high < 1).any())
    # The scale of a child is free, but where bounds compare weights.
    largest = scores.max(axis=0, initial=0.0)
    if bounded and on_weights:
        largest[:] = largest.max(initial=0.0)
    largest = np.where(largest > 0, largest, 1.0)
    scores = scores / largest
    best, found = np.zeros(len(scores)), np.zeros(scores.shape)
    some = np.flatnonzero(has.any(axis=1))
    known = np.empty((0, scores.shape[1]))
    for at in range(0, len(some), UNITS_AT_A_TIME):
        units = some[at : at + UNITS_AT_A_TIME]
        limits = _limits(scores[units], has[units], low, high, on_weights) if bounded else None
        best[units], found[units] = _solved(scores, has[units], units, limits, known)
        known = np.unique(np.round(np.concatenate([known, found[units]]), 12), axis=0)
    # Back to the scales of the scores, relative to the smallest.
    weights = np.zeros(shape)
    weights[:, counted] = np.maximum(found, 0.0) * (largest.min(initial=np.inf) / largest)
    totals = weights.sum(axis=1, keepdims=True)
    return BestWeights(weights / np.where(totals > 0, totals, np.nan), best)


def _limits(scores: Array, has: Mask, low: Array, high: Array, on_weights: bool) -> Array:
    """Rows of A with A w <= 0, which say the bounds: shape (n_units, 2 n_children, n_children)."""
    n_children = scores.shape[1]
    if on_weights:
        parts = has.astype(np.float64)
        factor = n_children / has.sum(axis=1, keepdims=True)
        low, high = np.minimum(low * factor, 1.0) * has, np.minimum(high * factor, 1.0)
        scale = low.sum(axis=1, keepdims=True)
        low = low / np.maximum(scale, 1.0)
    else:
        parts = scores
        low, high = np.where(has, low, 0.0), np.broadcast_to(high, scores.shape)
    own = np.eye(n_children) * parts[:, None, :]
    at_least = low[:, :, None] * parts[:, None, :] - own
    at_most = own - high[:, :, None] * parts[:, None, :]
    rows: Array = np.concatenate([at_least, at_most], axis=1)
    return rows


def _solved(
    scores: Array, has: Mask, units: NDArray[np.intp], limits: Array | None, known: Array
) -> tuple[Array, Array]:
    """Best scores and weights of some units against all as peers, from weights known of others."""
    m, n = len(units), len(scores)
    own = np.arange(m)
    # At first the unit itself, those best in a child, and the one best on average.
    first = np.unique(np.append(scores.argmax(axis=0), scores.sum(axis=1).argmax()))
    enters = np.zeros((m, n), dtype=np.bool_)
    enters[:, first] = True
    enters[own, units] = True
    best, found = np.zeros(m), np.zeros(has.shape)
    open_units = own
    if len(known):
        # The peers that bind under the best of the known weights, which are often the unit's own.
        closest, place = np.unique((scores[units] @ known.T).argmax(axis=1), return_inverse=True)
        binds = known[closest] @ scores.T > 1 - BINDING
        enters |= binds[place]
        if limits is None:
            found = known[closest][place] * has
            best = np.clip((found * scores[units]).sum(axis=1), 0.0, 1.0)
            open_units = own[~_proved(scores, scores[units], known[closest], binds, place)]
    while len(open_units):
        weights = _programme(
            scores,
            units[open_units],
            has[open_units],
            enters[open_units],
            None if limits is None else limits[open_units],
        )
        sums = weights @ scores.T
        highest = np.maximum(sums.max(axis=1), 1.0)
        reached = sums[np.arange(len(open_units)), units[open_units]]
        best[open_units] = np.clip(reached / highest, 0.0, 1.0)
        found[open_units] = weights / highest[:, None]
        # A peer that is in already and still exceeds 1 does so by the solver's tolerance.
        sums[enters[open_units]] = 0.0
        exceeded = sums.max(axis=1) > 1 + VIOLATION
        open_units, sums = open_units[exceeded], sums[exceeded]
        worst = np.argpartition(-sums, min(PEERS_AT_A_TIME, n - 1), axis=1)[:, :PEERS_AT_A_TIME]
        violated = np.take_along_axis(sums, worst, axis=1) > 1 + VIOLATION
        rows = np.broadcast_to(open_units[:, None], worst.shape)
        enters[rows[violated], worst[violated]] = True
    return best, found


def _proved(
    scores: Array, own: Array, weights: Array, binds: Mask, place: NDArray[np.intp]
) -> Mask:
    """Whether weights are the best of units, by multipliers of the limits that bind.

    Scores that are a sum of those of peers, less something of children of weight 0, with
    multipliers of 0 or more, cannot get more than the sum of the multipliers of the peers, under
    whatever weights.
    """
    n, n_children = scores.shape
    active = np.concatenate([binds, weights == 0], axis=1)
    corner = active.sum(axis=1) == n_children
    limits = np.nonzero(active[corner])[1].reshape(-1, n_children)
    rays = np.zeros((len(weights), n_children, n_children))
    rays[corner] = np.concatenate([scores, -np.eye(n_children)])[limits]
    is_peer = np.zeros((len(weights), n_children))
    is_peer[corner] = limits < n
    multipliers = (own[:, None, :] @ np.linalg.pinv(rays)[place])[:, 0, :]
    away = np.abs((multipliers[:, None, :] @ rays[place])[:, 0, :] - own).max(axis=1)
    gap = (multipliers * is_peer[place]).sum(axis=1) - (weights[place] * own).sum(axis=1)
    return np.asarray((multipliers.min(axis=1) >= -PROOF) & (away <= PROOF) & (gap <= PROOF))


def _programme(
    scores: Array,
    units: NDArray[np.intp],
    has: Mask,
    enters: Mask,
    limits: Array | None,
) -> Array:
    """Best weights of units, each against the peers that enter: one linear programme of blocks."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    m, n_children = has.shape
    block, peer = np.nonzero(enters)
    data, right = scores[peer], np.ones(len(peer))
    if limits is not None:
        block = np.append(block, np.repeat(np.arange(m), limits.shape[1]))
        data = np.concatenate([data, limits.reshape(-1, n_children)])
        right = np.append(right, np.zeros(m * limits.shape[1]))
    columns = block[:, None] * n_children + np.arange(n_children)
    rows = csr_array(
        (data.ravel(), columns.ravel(), np.arange(0, data.size + 1, n_children)),
        shape=(len(data), m * n_children),
    )
    solution = linprog(  # type: ignore[call-overload]  # the stubs know no sparse arrays
        -scores[units].ravel(),
        A_ub=rows,
        b_ub=right,
        bounds=np.column_stack([np.zeros(has.size), np.where(has, np.inf, 0.0).ravel()]),
        method="highs",
        # There is nothing to leave out of these few rows that would repay the search for it.
        options={
            "presolve": False,
            "primal_feasibility_tolerance": 1e-10,
            "dual_feasibility_tolerance": 1e-10,
        },
    )
    if solution.status != 0:
        raise ValueError(f"benefit of the doubt found no weights: {solution.message}")
    weights: Array = solution.x.reshape(m, n_children)
    return weights

"""Distance to an ideal unit: each unit is scored against the best and worst of all units.

The ideal has the best score that any unit has of each child, the anti-ideal the worst. Scores
already have their direction: more is better. A child of share 0 does not count for that unit:
its score takes no part in the ideals, nor in the distances of that unit.

Leave out a unit and the others may change places: their scores are not their own alone.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.aggregation.missing import TOLERANCE, weighted_mean

Array = NDArray[np.float64]
Scaling = Literal["vector", "minmax", "maximum", "sum", "none"]

SCALINGS = ("vector", "minmax", "maximum", "sum", "none")


class TopsisTable(NamedTuple):
    """What TOPSIS computes on the way.

    Attributes
    ----------
    to_ideal, to_anti_ideal : ndarray, shape (..., n_units)
        Weighted Euclidean distances, 0 or more.
    closeness : ndarray, shape (..., n_units)
        0 for the anti-ideal, 1 for the ideal.
    """

    to_ideal: Array
    to_anti_ideal: Array
    closeness: Array


class VikorTable(NamedTuple):
    """What VIKOR computes on the way. In all three, less is better.

    Attributes
    ----------
    group_regret : ndarray, shape (..., n_units)
        S: weighted mean of the regrets, 0..1.
    individual_regret : ndarray, shape (..., n_units)
        R: largest weighted regret, 0..1.
    compromise : ndarray, shape (..., n_units)
        Q: 0 for the unit that is best by both, 1 for the worst.
    """

    group_regret: Array
    individual_regret: Array
    compromise: Array


def topsis_table(scores: Array, shares: Array, *, scaling: Scaling = "vector") -> TopsisTable:
    """Distances to the ideal and the anti-ideal unit, and the closeness from them.

    Parameters and errors as for :func:`topsis`.

    Returns
    -------
    TopsisTable
    """
    if scaling not in SCALINGS:
        raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}, not {scaling!r}")
    best, worst = _ideals(scores, shares)
    # Scores are divided by a power of 2 next to the largest first, which is exact, so that no
    # square overflows. Distances come out in the same units for all children but for "none".
    _, exponent = np.frexp(np.maximum(np.abs(best), np.abs(worst)))
    if scaling == "none":
        exponent = np.broadcast_to(exponent.max(axis=-1, keepdims=True), exponent.shape)
    scores, best, worst = (np.ldexp(array, -exponent) for array in (scores, best, worst))
    weight = _one_row_if_shared(shares) / _divisor(scores, shares, best, worst, scaling)
    to_ideal, to_anti_ideal = (
        _length(np.where(_one_row_if_shared(shares) > 0, scores - end, 0.0) * weight)
        for end in (best, worst)
    )
    both = to_ideal + to_anti_ideal
    closeness = np.where(both > 0, to_anti_ideal / np.where(both > 0, both, 1.0), 0.5)
    if scaling == "none":
        size = exponent[..., 0]
        to_ideal, to_anti_ideal = np.ldexp(to_ideal, size), np.ldexp(to_anti_ideal, size)
    return TopsisTable(to_ideal, to_anti_ideal, closeness)


def topsis(scores: Array, shares: Array, *, scaling: Scaling = "vector") -> Array:
    """Closeness to the ideal unit and distance from the anti-ideal one (TOPSIS).

    With the distance a to the ideal and b to the anti-ideal, the closeness b / (a + b). Weights
    multiply the scaled scores, so that they enter the Euclidean distances squared.

    Under the name TOPSIS packages compute different rankings: they differ in the scaling and in
    how they turn costs round. The default here is that of Hwang & Yoon: vector scaling, where a
    cost keeps its scale and has its ideal at the low end. Costs come with their sign turned,
    which is exactly the same: lengths of vectors and distances know no sign, and the highest
    turned score is the lowest cost. The same holds for the other scalings.

    With vector, maximum and sum scaling it matters where zero is, and so how scores were
    normalised: the book takes raw values. With minmax and none only differences matter.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.
    scaling : {"vector", "minmax", "maximum", "sum", "none"}, default "vector"
        Each child's scores are divided by the square root of the sum of their squares (vector),
        by their range (minmax), by the largest absolute score (maximum), by the sum of absolute
        scores (sum), or left as they are. Shifts cancel out of the distances.

    Returns
    -------
    ndarray, shape (..., n_units)
        0..1, more is better; 0.5 where the ideal and the anti-ideal are the same, as for a single
        unit.

    Raises
    ------
    ValueError
        Where ``scaling`` is unknown.

    References
    ----------
    Hwang & Yoon (1981), Multiple Attribute Decision Making: Methods and Applications, chapter
    III. Tzeng & Huang (2011), Multiple Attribute Decision Making, chapter 5. Opricovic & Tzeng
    (2004), Compromise solution by MCDM methods, European Journal of Operational Research 156,
    445-455, section 3 (scalings compared).
    """
    return topsis_table(scores, shares, scaling=scaling).closeness


def vikor_table(scores: Array, shares: Array, *, majority: float = 0.5) -> VikorTable:
    """Regrets against the ideal unit, and the compromise index Q from them.

    Parameters and errors as for :func:`vikor`.

    Returns
    -------
    VikorTable
    """
    if not 0 <= majority <= 1:
        raise ValueError(f"majority must be from 0 to 1, not {majority}")
    best, worst = _ideals(scores, shares)
    # Halves, so that 1e308 and -1e308 do not overflow.
    span = best / 2 - worst / 2
    missed = (best / 2 - scores / 2) / np.where(span > 0, span, 1.0)
    missed = np.where(_one_row_if_shared(shares) > 0, missed, 0.0)
    group = weighted_mean(missed, shares)
    individual = (missed * shares).max(axis=-1)
    compromise = majority * _placed(group) + (1 - majority) * _placed(individual)
    return VikorTable(group, individual, compromise)


def vikor(scores: Array, shares: Array, *, majority: float = 0.5) -> Array:
    """Compromise between the mean regret of a unit and its largest one (VIKOR), turned round.

    The regret of a unit over a child is what it lacks to the best score, as a share of the range
    of scores. S is the weighted mean of a unit's regrets, R the largest weighted one, and Q their
    mean after both are placed from 0 (best unit) to 1 (worst unit). The result is 1 - Q, so that
    more is better. :func:`vikor_table` gives S, R and Q.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, all present.
    shares : ndarray, broadcasts to the shape of the scores
        Weights, 0 or more, that sum to 1 over the children.
    majority : float, 0..1, default 0.5
        v, the weight of S against R: above 0.5 the will of the majority of the children counts
        more, below it the veto of a single one.

    Returns
    -------
    ndarray, shape (..., n_units)
        0..1. A child in which all units are equal gives nobody a regret. Where all units have the
        same S, or R, to 1e-12, none is behind: it adds nothing to Q. A single unit gets 1.

    Raises
    ------
    ValueError
        Where ``majority`` is not from 0 to 1.

    References
    ----------
    Opricovic & Tzeng (2004), Compromise solution by MCDM methods: A comparative analysis of VIKOR
    and TOPSIS, European Journal of Operational Research 156, 445-455, section 2.
    """
    compromise = vikor_table(scores, shares, majority=majority).compromise
    return 1 - compromise


def _ideals(scores: Array, shares: Array) -> tuple[Array, Array]:
    """Best and worst score of each child over the units it counts for, (..., 1, n_children)."""
    counts = _one_row_if_shared(shares) > 0
    if counts.all():
        return scores.max(axis=-2, keepdims=True), scores.min(axis=-2, keepdims=True)
    best = np.where(counts, scores, -np.inf).max(axis=-2, keepdims=True)
    worst = np.where(counts, scores, np.inf).min(axis=-2, keepdims=True)
    some = best >= worst
    return np.where(some, best, 0.0), np.where(some, worst, 0.0)


def _divisor(scores: Array, shares: Array, best: Array, worst: Array, scaling: Scaling) -> Array:
    """What scaling divides the scores of each child by, (..., 1, n_children); 1 instead of 0."""
    if scaling == "none":
        return np.ones_like(best)
    if scaling == "minmax":
        divisor = best - worst
    elif scaling == "maximum":
        divisor = np.maximum(np.abs(best), np.abs(worst))
    else:
        counts = _one_row_if_shared(shares) > 0
        scores = scores if counts.all() else np.where(counts, scores, 0.0)
        if scaling == "vector":
            divisor = np.sqrt(np.einsum("...ij,...ij->...j", scores, scores))[..., None, :]
        else:
            divisor = np.abs(scores).sum(axis=-2, keepdims=True)
    return np.where(divisor > 0, divisor, 1.0)


def _one_row_if_shared(shares: Array) -> Array:
    """One row where all units have the same shares because the array is a broadcast one."""
    return shares[..., :1, :] if shares.strides[-2] == 0 else shares


def _length(differences: Array) -> Array:
    lengths: Array = np.sqrt(np.einsum("...j,...j->...", differences, differences))
    return lengths


def _placed(regrets: Array) -> Array:
    """Regrets from 0 (least of all units) to 1 (most); all 0 where they do not differ."""
    least, most = regrets.min(axis=-1, keepdims=True), regrets.max(axis=-1, keepdims=True)
    differ = most - least > TOLERANCE
    return np.where(differ, (regrets - least) / np.where(differ, most - least, 1.0), 0.0)

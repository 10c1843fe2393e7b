"""The one rule for missing scores, shared by every aggregation.

``missing`` under [aggregation] names it:

``renormalise``
    the weights of the present scores are rescaled to sum to 1;
``propagate``
    the parent is missing where any child of weight above 0 is;
``zero``
    a missing score counts as 0.

Whatever the rule, a parent is missing where less than ``minimum_coverage`` of the weight is
present, or none of it. Scores of weight 0 change nothing, present or missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

MISSING_RULES: Mapping[str, str] = {
    "renormalise": "weights of the scores that are there are rescaled",
    "propagate": "no score where one is missing",
    "zero": "a missing score counts as 0",
}

#: Shares of weight are compared with the minimum coverage up to this.
TOLERANCE = 1e-12


def weighted_mean(scores: Array, shares: Array) -> Array:
    """Scores times shares, summed over the children.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
    shares : ndarray, broadcasts to the shape of the scores

    Returns
    -------
    ndarray, shape (..., n_units)
    """
    # Not a matrix product: BLAS adds a row up in an order that depends on its place and on the
    # number of rows. This way two units or two thousand of the same memory layout give a unit the
    # same bits, and it is as fast.
    means: Array = np.einsum("...j,...j->...", scores, shares)
    return means


def shares_of(weights: ArrayLike) -> Array:
    """Weights rescaled to sum to 1.

    Parameters
    ----------
    weights : array_like, shape (..., n_children)
        Weights, finite, 0 or more, not all 0.

    Returns
    -------
    ndarray, shape (..., n_children)

    Raises
    ------
    ValueError
        Where a weight is negative, missing or infinite, or all of a row are 0.
    """
    given = np.asarray(weights, dtype=np.float64)
    largest = given.max(axis=-1, keepdims=True, initial=0.0)
    # Written so that a missing weight fails as well.
    if not ((given >= 0).all() and (largest < np.inf).all()):
        raise ValueError("weights must be finite and 0 or more")
    if not (largest > 0).all():
        raise ValueError("weights must not all be 0")
    # Divided by a power of 2, which is exact, so that the sum of huge weights does not overflow.
    scaled = np.ldexp(given, -np.frexp(largest)[1])
    shares: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def coverage(scores: ArrayLike, weights: ArrayLike) -> Array:
    """Share of weight for which there is a score.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, NaN where missing.
    weights : array_like, shape (..., n_children)
        Weights, 0 or more, not all 0.

    Returns
    -------
    ndarray, shape (..., n_units)
        From 0 to 1; exactly 1 where nothing of weight above 0 is missing.
    """
    absent = np.isnan(np.asarray(scores, dtype=np.float64))
    return _covered(absent, shares_of(weights)[..., None, :])


def _covered(absent: NDArray[np.bool_], shares: Array) -> Array:
    if not absent.any():
        return np.ones(np.broadcast_shapes(absent.shape, shares.shape)[:-1])
    lacking = weighted_mean(absent.astype(np.float64), shares)
    present = weighted_mean((~absent).astype(np.float64), shares)
    covered: Array = np.where(lacking == 0, 1.0, present)
    return covered


def check_rule(missing: str, minimum_coverage: float) -> None:
    """Refuse an unknown rule, and a minimum coverage outside 0..1.

    Raises
    ------
    KeyError
        Where the rule ``missing`` is unknown.
    ValueError
        Where ``minimum_coverage`` is not from 0 to 1.
    """
    if missing not in MISSING_RULES:
        raise KeyError(missing)
    if not 0 <= minimum_coverage <= 1:
        raise ValueError(f"minimum_coverage must be from 0 to 1, not {minimum_coverage}")


def _defined(covered: Array, missing: str, minimum_coverage: float) -> NDArray[np.bool_]:
    if missing == "propagate":
        minimum_coverage = 1.0
    defined: NDArray[np.bool_] = (covered > 0) & (covered >= minimum_coverage - TOLERANCE)
    if missing == "propagate":
        defined &= covered == 1
    return defined


class Presence(NamedTuple):
    """What is there of the scores, by the rule for missing ones.

    Attributes
    ----------
    absent : ndarray of bool, shape (..., n_units, n_children)
        Whether a score is missing.
    divisor : ndarray, shape (..., n_units)
        What the shares of the scores that count sum to: the coverage, or 1 where a missing score
        counts as 0 and where there is no score. Exactly 1 where nothing is missing, so that a
        unit keeps its bits whoever else lacks a score.
    defined : ndarray of bool, shape (..., n_units)
        Whether the unit gets a score.
    """

    absent: NDArray[np.bool_]
    divisor: Array
    defined: NDArray[np.bool_]


def presence(scores: Array, shares: Array, missing: str, minimum_coverage: float) -> Presence:
    """What is there of the scores, by the rule for missing ones.

    Parameters
    ----------
    scores : ndarray, shape (..., n_units, n_children)
        Scores, NaN where missing.
    shares : ndarray, shape (..., 1, n_children)
        Shares of weight as if nothing were missing.
    missing : {"renormalise", "propagate", "zero"}
        What to do with missing scores; see the module.
    minimum_coverage : float, 0..1
        Share of weight that must be present.

    Returns
    -------
    Presence
    """
    absent = np.isnan(scores)
    covered = _covered(absent, shares)
    defined = _defined(covered, missing, minimum_coverage)
    divisor = np.where(defined & (missing != "zero"), covered, 1.0)
    return Presence(absent, divisor, defined)


def completed(scores: Array, shares: Array, there: Presence, missing: str) -> tuple[Array, Array]:
    """Scores without gaps, and shares of weight for each unit.

    Parameters
    ----------
    scores, shares, missing
        As for :func:`presence`.
    there : Presence

    Returns
    -------
    scores : ndarray, shape (..., n_units, n_children)
        1, which is inside the domain of every aggregation, where a score does not count and
        throughout where the unit gets no score; 0 where a missing score counts as 0.
    shares : ndarray, shape (..., n_units, n_children)
        Sum to 1 over the children.
    """
    absent, divisor, defined = there
    if missing == "zero":
        scores = np.where(absent, 0.0, scores)
    else:
        shares = np.where(absent & defined[..., None], 0.0, shares) / divisor[..., None]
    scores = np.where((shares > 0) & defined[..., None], scores, 1.0)
    return scores, np.broadcast_to(shares, scores.shape)

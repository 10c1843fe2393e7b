"""Scores with correlations that are known, and what is said of weights that follow from them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import hadamard

from scoring.aggregation import aggregate
from scoring.weighting.base import Derived
from scoring.weighting.influence import target_influence

Array = NDArray[np.float64]

STATED = np.array([0.3, 0.1, 0.25, 0.15, 0.2])


def uncorrelated(n_children: int) -> Array:
    """Scores of 16 units, each column with mean 0, variance 1 and correlations of 0."""
    return hadamard(16)[:, 1 : n_children + 1].astype(np.float64)


def scores_with(correlations: list[list[float]]) -> Array:
    """Scores of 16 units with exactly these correlations."""
    return uncorrelated(len(correlations)) @ np.linalg.cholesky(correlations).T


def in_pairs(*correlations: float) -> Array:
    """Scores of pairs of children; what is not a pair is uncorrelated."""
    table = np.eye(2 * len(correlations))
    for pair, correlation in enumerate(correlations):
        table[2 * pair, 2 * pair + 1] = table[2 * pair + 1, 2 * pair] = correlation
    return scores_with(table.tolist())


def drawn(seed: int, n_units: int = 30, n_children: int = 5) -> Array:
    """Scores that have something in common, on scales of their own, around 50."""
    rng = np.random.default_rng(seed)
    together = rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, n_children))
    scores: Array = 50 + 4 * rng.uniform(0.3, 1.5, n_children) * together
    return scores


def codes(found: Derived) -> dict[str, tuple[int, ...]]:
    return {remark.code: remark.children for remark in found.remarks}


def mean_of(scores: Array, method: str = "arithmetic") -> Callable[[Array], Array]:
    return lambda shares: aggregate(scores, shares, method)


def to_target(scores: Array, shares: Array = STATED) -> Derived:
    return target_influence(scores, shares, mean_of(scores))

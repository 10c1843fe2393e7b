"""Priorities of pairwise comparisons, by steps that a spreadsheet can follow.

The logarithmic least squares solution brings the matrix close to one of ones; from there Noda's
iteration, in which a bordered matrix is inverted, converges from above for every irreducible matrix
of numbers 0 or more, and quadratically.

References: Harker (1987), Incomplete pairwise comparisons in the analytic hierarchy process;
Bozóki, Fülöp & Rónyai (2010), On optimal completion of incomplete pairwise comparison matrices;
Noda (1971), Note on the computation of the maximal eigenvalue of a non-negative irreducible matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Steps of the iteration; seven give all digits, the eighth is for contradictions beyond measure.
STEPS = 8
#: A comparison that alone connects two parts has a resistance of 1 between its two children.
BRIDGE = 0.999999
#: The determinant counts the ways to connect all children. Beside the product of their numbers of
#: comparisons that is more than this, or 0 up to rounding.
TREES = 1e-11


@dataclass(frozen=True)
class Steps:
    """Priorities, and all that is computed on the way to them.

    Parameters
    ----------
    laplacian : ndarray, shape (n_children, n_children)
        Laplacian matrix of who is compared with whom, plus 1/n, so that it can be inverted where
        comparisons connect all children, and only there.
    inverse : ndarray, shape (n_children, n_children)
        Its inverse.
    sums : ndarray, shape (n_children,)
        Sums of the logarithms of a row.
    scale : ndarray, shape (n_children,)
        Logarithmic least squares solution: logarithms of first weights.
    ratios, without : ndarray, shape (n_children + 1, n_children + 1)
        Harker's matrix in units of these weights, with a row of ones below and a column of noughts
        on the right; and the same without the comparison to reconsider.
    doubts : ndarray, shape (n_children, n_children)
        NaN where a comparison is missing or the others say nothing of it.
    vectors, vectors_without : list of ndarray, shape (n_children + 1,)
        Each step of the iteration, with the bound, turned round, at the end; the last one with 0.
    bounds, bounds_without : list of float
        What the eigenvalue is at most, at each step.
    pair : tuple of int
        Row and column of the comparison to reconsider, counted from 1; 0 for none.
    """

    laplacian: Array
    inverse: Array
    sums: Array
    scale: Array
    ratios: Array
    vectors: list[Array]
    bounds: list[float]
    doubts: Array
    pair: tuple[int, int]
    without: Array
    vectors_without: list[Array]
    bounds_without: list[float]


def _iterated(ratios: Array) -> tuple[list[Array], list[float]]:
    """Steps of Noda's iteration for a bordered matrix."""
    count = len(ratios) - 1
    inner = ratios[:count, :count]
    now: Array = np.ones(count)
    vectors, bounds = list[Array](), list[float]()
    for _ in range(STEPS):
        bounds.append(float((inner @ now / now).max()))
        # With the bound in its corner the next vector adds up to 1, however far it is to go.
        vectors.append(np.append(now, -bounds[-1]))
        border = np.outer(vectors[-1], np.eye(count + 1)[count])
        solved = np.linalg.inv(ratios - bounds[-1] * np.eye(count + 1) - border)
        now = solved[:count, count].astype(np.float64)
    return [*vectors, np.append(now, 0.0)], bounds


def _bordered(matrix: Array) -> Array:
    """The matrix with a row of ones below and a column of noughts on the right."""
    count = len(matrix)
    found = np.zeros((count + 1, count + 1))
    found[:count, :count], found[count, :count] = matrix, 1.0
    return found


def steps(logs: Array) -> Steps | None:
    """Priorities step by step; None where comparisons do not connect all children.

    Parameters
    ----------
    logs : ndarray, shape (n_children, n_children)
        Logarithms of the comparisons, NaN where not compared, 0 on the diagonal.
    """
    count = len(logs)
    compared = ~np.isnan(logs)
    laplacian = np.diag(compared.sum(axis=1).astype(float)) - compared + 1 / count
    degrees = compared.sum(axis=1) - 1.0
    if degrees.min() == 0 or np.linalg.det(laplacian) <= TREES * degrees.prod():
        return None
    inverse = np.linalg.inv(laplacian).astype(np.float64)
    sums = np.where(compared, logs, 0.0).sum(axis=1)
    scale = inverse @ sums
    inner = np.where(compared, np.exp(np.where(compared, logs, 0.0) + scale - scale[:, None]), 0.0)
    np.fill_diagonal(inner, 1.0 + count - compared.sum(axis=1))
    ratios = _bordered(inner)
    vectors, bounds = _iterated(ratios)
    last = vectors[-1][:count]
    diagonal = np.diag(inverse)
    between = diagonal[:, None] + diagonal - 2 * inverse
    told = np.triu(compared & (between < BRIDGE), 1)
    ones = np.where(told, inner, 1.0) * np.where(told, last / last[:, None], 1.0)
    doubts = np.where(told, np.abs(np.log(ones)).round(9), np.nan)
    pair = (0, 0)
    if np.nan_to_num(doubts).max() > 0:
        most = int(np.nan_to_num(doubts).argmax())
        pair = (most // count + 1, most % count + 1)
    without = ratios.copy()
    if pair[0]:
        row, column = pair[0] - 1, pair[1] - 1
        without[row, column] = without[column, row] = 0.0
        without[[row, column], [row, column]] += 1.0
    return Steps(
        laplacian, inverse, sums, scale, ratios, vectors, bounds, doubts, pair, without,
        *_iterated(without),
    )  # fmt: skip

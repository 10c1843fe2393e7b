"""Pairwise comparisons: the priorities they give, and how far they contradict each other.

A matrix of comparisons has shape (n_children, n_children) and says how many times as important the
row is as the column: above 0, reciprocal, 1 on the diagonal, NaN where two were not compared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Random index of 1 to 15 elements (Saaty 2008).
SAATY = (
    *(0.0, 0.0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40),
    *(1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
)

#: Mean of the grades that a random comparison takes: 1/9, 1/8, ... 1, 2, ... 9.
MEAN_GRADE = (sum(range(1, 10)) + sum(1 / grade for grade in range(2, 10))) / 17


@dataclass(frozen=True)
class Consistency:
    """How far comparisons contradict each other.

    Parameters
    ----------
    largest_eigenvalue : float
        The number of children or more.
    consistency_index : float
        0 or more: (largest eigenvalue - n) / (n - 1).
    consistency_ratio : float
        0 or more: the index divided by that of random comparisons.
    """

    largest_eigenvalue: float
    consistency_index: float
    consistency_ratio: float


@dataclass(frozen=True)
class Doubt:
    """The comparison that fits the others least.

    Parameters
    ----------
    pair : tuple of two int
        Positions, the more important first.
    said : float
        How many times as important the first was said to be, 1 or more.
    implied : float
        How many times as important it is by all other comparisons.
    """

    pair: tuple[int, int]
    said: float
    implied: float


def principal_eigenvector(matrix: Array) -> tuple[Array, float]:
    """Priorities that comparisons give, and their largest eigenvalue.

    The right eigenvector of the largest eigenvalue. Of an incomplete matrix it is that of Harker's
    matrix: 0 where two were not compared, and on the diagonal 1 plus the number of the missing ones
    of the row; the same as to put the ratio of the priorities in place of a missing comparison.
    Consistent comparisons give back their weights, whatever is missing. (Computed in units of the
    logarithmic least squares solution, in which the matrix is close to one of ones: this changes
    nothing, and keeps small priorities exact.)

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)
        Comparisons that connect all children.

    Returns
    -------
    priorities : ndarray, shape (n_children,)
        Above 0, sum 1.
    largest_eigenvalue : float
        The number of children or more, and equal to it for consistent comparisons.

    References
    ----------
    Saaty (1977), A scaling method for priorities in hierarchical structures, Journal of
    Mathematical Psychology 15. Harker (1987), Incomplete pairwise comparisons in the analytic
    hierarchy process, Mathematical Modelling 9(11). Bozóki, Fülöp & Rónyai (2010), On optimal
    completion of incomplete pairwise comparison matrices, Mathematical and Computer Modelling 52
    (logarithmic least squares of incomplete matrices).
    """
    compared = ~np.isnan(matrix)
    logs = np.log(np.where(compared, matrix, 1.0))
    degrees = compared.sum(axis=1)
    scale = np.linalg.pinv(np.diag(degrees) - compared) @ logs.sum(axis=1)
    ratios = np.exp(logs - scale[:, None] + scale)
    harker = np.where(compared, ratios, 0.0) + np.diag(len(matrix) - degrees)
    values, vectors = np.linalg.eig(harker)
    largest = values.real.argmax()
    vector = np.log(np.abs(vectors[:, largest].real)) + scale
    priorities = np.exp(vector - vector.max())
    return priorities / priorities.sum(), max(float(values[largest].real), float(len(matrix)))


def parts(matrix: Array) -> list[NDArray[np.intp]]:
    """Children that comparisons connect, directly or by way of others.

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)

    Returns
    -------
    list of ndarray of int
        Positions of the children of each part; one part where all are connected.
    """
    reached = ~np.isnan(matrix) | np.eye(len(matrix), dtype=bool)
    for _ in range(len(matrix).bit_length()):
        reached = reached @ reached
    first = reached.argmax(axis=1)
    return [np.flatnonzero(first == part) for part in np.unique(first)]


def random_index(n_children: int, n_missing: int = 0) -> float:
    """Mean consistency index of comparisons drawn at random from 1/9, ... 1, ... 9.

    Up to 15 children Saaty's table, printed to two decimals. For more, the expansion of the mean
    largest eigenvalue of a random matrix with mean mu and covariance c of an entry and its mirror
    image, mu (n - 1) + 1 + c / mu, with an error of order 1 / n (Füredi & Komlós 1981, for
    symmetric matrices, where c is the variance). Here mu is the mean of the 17 grades, 2.7546, and
    c = 1 - mu^2, as an entry times its reciprocal is 1. It continues the table (1.584 for 15, where
    the table has 1.59, and 1.595 for 16) and agrees with simulations of 20,000 matrices of 16, 20
    and 25 elements to 0.0015, about two of their standard errors; the line of Alonso & Lamata
    (2006), fitted to fewer elements, is 0.0065 above that of 25.

    Where comparisons are missing, a linear fall to 0 for the fewest that connect all children,
    which cannot contradict each other (Ágoston & Csató 2022).

    Parameters
    ----------
    n_children : int
    n_missing : int
        Pairs that were not compared.

    Returns
    -------
    float, 0..1.76
        0 for one or two children.

    References
    ----------
    Saaty (2008), Relative measurement and its generalization in decision making, RACSAM 102(2).
    Füredi & Komlós (1981), The eigenvalues of random symmetric matrices, Combinatorica 1(3).
    Alonso & Lamata (2006), Consistency in the analytic hierarchy process: a new approach,
    International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 14(4).
    Ágoston & Csató (2022), Inconsistency thresholds for incomplete pairwise comparison matrices,
    Omega 108.
    """
    if n_children <= 2:
        return 0.0
    if n_children <= len(SAATY):
        complete = SAATY[n_children - 1]
    else:
        eigenvalue = MEAN_GRADE * (n_children - 1) + 1 + (1 - MEAN_GRADE**2) / MEAN_GRADE
        complete = (eigenvalue - n_children) / (n_children - 1)
    return complete * (1 - 2 * n_missing / ((n_children - 1) * (n_children - 2)))


def consistency(matrix: Array) -> Consistency:
    """Consistency index and ratio of comparisons that connect all children.

    The eigenvalue of an incomplete matrix is Harker's. The random index is one of the completion
    with the smallest eigenvalue, which is at most Harker's, and next to it where contradictions are
    small: the ratio is rather too high than too low, by a few per cent around 0.1.

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)

    Returns
    -------
    Consistency
        With ratio 0 for one or two children, and for the fewest comparisons that connect all.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process. Ágoston & Csató (2022), as for
    :func:`random_index`.
    """
    n_children = len(matrix)
    eigenvalue = principal_eigenvector(matrix)[1]
    index = (eigenvalue - n_children) / max(n_children - 1, 1)
    n_missing = int(np.isnan(matrix).sum()) // 2
    circles = (n_children - 1) * (n_children - 2) // 2 - n_missing
    ratio = index / random_index(n_children, n_missing) if circles > 0 else 0.0
    return Consistency(eigenvalue, index, ratio)


def least_consistent_part(matrix: Array) -> tuple[float, NDArray[np.intp]]:
    """Consistency ratio of comparisons that need not connect all children.

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)

    Returns
    -------
    consistency_ratio : float
        The highest of the connected parts.
    part : ndarray of int
        Positions of the children of that part.
    """
    found = parts(matrix)
    ratios = [consistency(matrix[np.ix_(part, part)]).consistency_ratio for part in found]
    worst = int(np.argmax(ratios))
    return ratios[worst], found[worst]


def deviations(matrix: Array, priorities: Array) -> Array:
    """How far each comparison is from the ratio of the priorities.

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)
    priorities : ndarray, shape (n_children,)

    Returns
    -------
    ndarray, shape (n_children, n_children)
        Absolute logarithm of comparison * priority of the column / priority of the row: 0 where
        they agree, the same for a comparison and its reciprocal, NaN where there is none.

    References
    ----------
    Saaty (2003), Decision-making with the AHP: why is the principal eigenvector necessary, European
    Journal of Operational Research 145.
    """
    logs = np.log(priorities)
    distances: Array = np.abs(np.log(matrix) - logs[:, None] + logs)
    return distances


def most_doubtful(matrix: Array) -> Doubt:
    """The comparison to reconsider first, and what the others say in its place.

    The one with the largest of the :func:`deviations` among those that the others say something of:
    without it all children are still connected, and the priorities are derived anew.

    Parameters
    ----------
    matrix : ndarray, shape (n_children, n_children)
        Connected comparisons that contradict each other.

    Returns
    -------
    Doubt

    Raises
    ------
    ValueError
        Where no comparison can be missed.

    References
    ----------
    Saaty (2003), as for :func:`deviations`.
    """
    distances = np.triu(deviations(matrix, principal_eigenvector(matrix)[0]), 1)
    order = np.argsort(-np.nan_to_num(distances), axis=None, kind="stable")
    for row, column in zip(*np.unravel_index(order, matrix.shape), strict=True):
        if row >= column or np.isnan(matrix[row, column]):
            continue
        without = matrix.copy()
        without[[row, column], [column, row]] = np.nan
        if len(parts(without)) == 1:
            first, second = (row, column) if matrix[row, column] >= 1 else (column, row)
            implied = principal_eigenvector(without)[0]
            return Doubt(
                (int(first), int(second)),
                float(matrix[first, second]),
                float(implied[first] / implied[second]),
            )
    raise ValueError("no comparison can be missed, so none contradicts the others")

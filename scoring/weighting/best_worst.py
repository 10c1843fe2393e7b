"""Weights from comparisons with the most and the least important child: best-worst method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.base import Derived, Remark
from scoring.weighting.comparisons import (
    as_comparisons,
    check_comparisons,
    reciprocal,
    who_compares,
)
from scoring.weighting.judgements import Problem, among_all, refuse

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Highest acceptable input-based consistency ratio (Liang, Brunelli & Rezaei 2020, table 3): how
#: many times as important the best is as the worst -> for 3 to 9 children.
THRESHOLDS: Mapping[int, tuple[float, ...]] = {
    2: (0.0,) * 7,
    3: (0.1667,) * 7,
    4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
    5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
    6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
    7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
    8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
    9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
}

#: Ratios this far above a limit are rounding.
ROUNDING = 1e-4


def best_worst(comparisons: ArrayLike) -> Derived:
    """Best-worst method: all are compared with the most important child and with the least.

    Of each expert the weights with the smallest xi such that |w_B - a_Bj w_j| <= xi and
    |w_j - a_jW w_W| <= xi for all j: the linear model. The best, B, is the child that is compared
    with all others and nowhere less important; the worst, W, the one that all others are compared
    with and nowhere less important than. Further comparisons do not count. Where several are
    equally the best, or the worst, the inequalities hold for all of them, so that none is preferred
    for its place. Experts are combined by the mean of their weights.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)
        How many times as important the row is as the column, as for
        :func:`scoring.weighting.comparisons.ahp`. An expert who says nothing is left out.

    Returns
    -------
    Derived
        By expert, NaN for who says nothing: ``xi``, 0 for consistent comparisons;
        ``consistency_ratio``, the input-based one, the largest |a_Bj a_jW - a_BW| divided by
        a_BW^2 - a_BW, 0 or more (1 where a_BW is 1 and the others are not); ``highest_acceptable``,
        its threshold by number of children and a_BW, of 9 children for more, of the lower grade
        between two, of 9 above it. By child ``lowest`` and ``highest`` share given by an expert.
        Remarks: ``inconsistent_best_worst`` above the threshold, with the best, the child that fits
        least and the worst, and the fields ``said`` (a_Bj), ``implied`` (a_BW / a_jW),
        ``consistency_ratio``, ``limit``; ``unused_comparisons`` with their ``count``.

    Raises
    ------
    JudgementError
        Where :func:`check_best_worst` finds something.
    ValueError
        Where the shape is wrong.

    References
    ----------
    Rezaei (2016), Best-worst multi-criteria decision-making method: some properties and a linear
    model, Omega 64, model 19. Liang, Brunelli & Rezaei (2020), Consistency issues in the best worst
    method: measurements and thresholds, Omega 96. Ratandhara & Kumar (2025), A generalized
    analytical framework for the nonlinear best-worst method, arXiv:2508.06048 (several best).
    """
    refuse(check_best_worst(comparisons))
    judged = reciprocal(as_comparisons(comparisons))
    said = _who_judges(judged)
    experts = [_Expert.of(judged[expert]) for expert in np.flatnonzero(said)]
    shares = np.array([expert.shares for expert in experts])
    remarks = [
        replace(remark, experts=(place,))
        for place, expert in zip(np.flatnonzero(said).tolist(), experts, strict=True)
        for remark in expert.remarks()
    ]
    return Derived(
        shares.mean(axis=0),
        by_child={"lowest": shares.min(axis=0), "highest": shares.max(axis=0)},
        by_expert={
            "xi": among_all(np.array([expert.xi for expert in experts]), said),
            "consistency_ratio": among_all(np.array([expert.ratio for expert in experts]), said),
            "highest_acceptable": among_all(np.array([expert.limit for expert in experts]), said),
        },
        remarks=tuple(remarks),
    )


def check_best_worst(comparisons: ArrayLike) -> tuple[Problem, ...]:
    """What cannot be used in comparisons with the best and the worst.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)
        As for :func:`best_worst`.

    Returns
    -------
    tuple of Problem
        Those of :func:`scoring.weighting.comparisons.check_comparisons`. If there are none:
        ``no_best`` where an expert compares no child with all others as at least as important,
        ``no_worst`` where there is none that all others are compared with; ``children`` are the one
        that comes nearest and what it lacks a comparison with. ``contradicted_best`` and
        ``contradicted_worst`` where comparisons exclude every child. ``no_judgement`` where nobody
        compares anything.
    """
    problems = check_comparisons(comparisons)
    if problems:
        return problems
    judged = reciprocal(as_comparisons(comparisons))
    said = _who_judges(judged)
    if not said.any():
        return (Problem("no_judgement"),)
    missing = []
    for expert in np.flatnonzero(said).tolist():
        # The worst is to the columns what the best is to the rows.
        for which, matrix in (("best", judged[expert]), ("worst", judged[expert].T)):
            if not (matrix >= 1).all(axis=1).any():
                lacking = _nearest(matrix)
                kind = f"no_{which}" if lacking else f"contradicted_{which}"
                missing.append(Problem(kind, expert, lacking))
    return tuple(missing)


def threshold(n_children: int, best_to_worst: float) -> float:
    """Highest acceptable input-based consistency ratio.

    Parameters
    ----------
    n_children : int
    best_to_worst : float, 1 or more
        How many times as important the best is as the worst.

    Returns
    -------
    float, 0..1
        Of 9 children for more, of the grade below between two, of 9 for more.

    References
    ----------
    Liang, Brunelli & Rezaei (2020), as for :func:`best_worst`, table 3.
    """
    grade = min(max(int(best_to_worst + ROUNDING), min(THRESHOLDS)), max(THRESHOLDS))
    return THRESHOLDS[grade][min(max(n_children, 3), 9) - 3]


@dataclass(frozen=True, eq=False)
class _Expert:
    """Weights of one expert, and how far the comparisons contradict each other.

    ``least_fitting`` has the best, the child with the highest ratio, and the worst.
    """

    matrix: Array
    shares: Array
    xi: float
    ratio: float
    limit: float
    least_fitting: tuple[int, int, int]
    n_unused: int

    @classmethod
    def of(cls, matrix: Array) -> _Expert:
        at_least = matrix >= 1
        best, worst = np.flatnonzero(at_least.all(axis=1)), np.flatnonzero(at_least.all(axis=0))
        shares, xi = _linear_model(matrix, best, worst)
        ratio, least_fitting = max(
            _input_based_ratio(matrix, first, last)
            for first, last in product(best.tolist(), worst.tolist())
        )
        limit = threshold(len(matrix), matrix[least_fitting[0], least_fitting[2]])
        unused = ~np.isnan(matrix)
        used = np.concatenate([best, worst])
        unused[used] = unused[:, used] = False
        n_unused = int(np.triu(unused, 1).sum())
        return cls(matrix, shares, xi, ratio, limit, least_fitting, n_unused)

    def remarks(self) -> Iterator[Remark]:
        if self.ratio > self.limit + ROUNDING:
            best, child, worst = self.least_fitting
            fields = {
                "said": float(self.matrix[best, child]),
                "implied": float(self.matrix[best, worst] / self.matrix[child, worst]),
                "consistency_ratio": self.ratio,
                "limit": self.limit,
            }
            children = self.least_fitting
            yield Remark("inconsistent_best_worst", "warning", children, fields=fields)
        if self.n_unused:
            yield Remark("unused_comparisons", "note", fields={"count": self.n_unused})


def _who_judges(judged: Array) -> Mask:
    """Experts who compare two children; of one child nothing is to be said."""
    if judged.shape[1] == 1:
        return np.ones(len(judged), dtype=bool)
    return who_compares(judged)


def _nearest(matrix: Array) -> tuple[int, ...]:
    """The row with most comparisons and none below 1, and the columns it lacks."""
    missing = np.isnan(matrix)
    lacking = np.where((matrix < 1).any(axis=1), len(matrix), missing.sum(axis=1))
    nearest = int(lacking.argmin())
    if lacking[nearest] == len(matrix):
        return ()
    return (nearest, *np.flatnonzero(missing[nearest]).tolist())


def _linear_model(
    matrix: Array, best: NDArray[np.intp], worst: NDArray[np.intp]
) -> tuple[Array, float]:
    """Shares and xi of one expert."""
    from scipy.optimize import linprog

    unit = np.eye(len(matrix))
    differences = np.concatenate(
        [unit[row] - matrix[row][:, None] * unit for row in best]
        + [unit - matrix[:, column][:, None] * unit[column] for column in worst]
    )
    slack = -np.ones((len(differences), 1))
    solution = linprog(
        np.append(np.zeros(len(matrix)), 1.0),
        A_ub=np.block([[differences, slack], [-differences, slack]]),
        b_ub=np.zeros(2 * len(differences)),
        A_eq=np.append(np.ones(len(matrix)), 0.0)[None],
        b_eq=[1.0],
        method="highs",
    )
    shares: Array = np.maximum(np.asarray(solution.x)[:-1], 0.0)
    shares /= shares.sum()
    return shares, float(np.abs(differences @ shares).max())


def _input_based_ratio(matrix: Array, best: int, worst: int) -> tuple[float, tuple[int, int, int]]:
    """Input-based consistency ratio, and the best, the child it comes from and the worst."""
    farthest = matrix[best, worst]
    gaps = np.abs(matrix[best] * matrix[:, worst] - farthest)
    child = int(gaps.argmax())
    if farthest == 1:
        ratio = float(gaps[child] > 0)
    else:
        ratio = float(gaps[child] / (farthest**2 - farthest))
    return ratio, (best, child, worst)

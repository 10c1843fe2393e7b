"""Weights from pairwise comparisons: the analytic hierarchy process."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.weighting.base import Derived, Remark
from scoring.weighting.consistency import (
    consistency,
    deviations,
    least_consistent_part,
    most_doubtful,
    parts,
    principal_eigenvector,
)
from scoring.weighting.judgements import Problem, among_all, problems_at, refuse, speaking

__all__ = ["ahp", "check_comparisons", "combined", "deviations", "reciprocal"]

Array = NDArray[np.float64]

#: A comparison times the one the other way round is 1 up to this factor: 1/2 to 1/9 may be rounded
#: to two decimals (0.13 for 1/8), and neighbouring grades (8 and 9) are still told apart.
RECIPROCITY = 1.05

#: Nothing is more times as important than this.
FURTHEST = 1e9


def ahp(comparisons: ArrayLike, *, maximum_consistency_ratio: float = 0.1) -> Derived:
    """Analytic hierarchy process: the principal eigenvector of pairwise comparisons.

    Experts are combined by the geometric mean of what they say of a pair, over those who say
    something. What nobody compares follows from the rest by Harker's method, as long as comparisons
    connect all children.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)
        How many times as important the row is as the column, above 0, NaN where not compared.
        Where one of two cells is given the other is its reciprocal; where both are, the larger
        counts, as 0.33 is a rounded 1/3. The diagonal is 1 or NaN.
    maximum_consistency_ratio : float, 0 or more, default 0.1
        Above it comparisons are remarked upon.

    Returns
    -------
    Derived
        By expert ``consistency_ratio``, of the least consistent part where an expert does not
        connect all children, NaN for who says nothing. Figures of the combined comparisons:
        ``largest_eigenvalue``, ``consistency_index``, ``consistency_ratio``, and
        ``missing_comparisons``, the number of pairs compared by nobody. Remarks:
        ``inconsistent_comparisons`` for an expert and ``inconsistent_together`` for several
        combined, with the pair to reconsider and the fields ``said``, ``implied``,
        ``consistency_ratio``, ``limit``; ``incomplete_comparisons`` with ``missing`` and ``pairs``.

    Raises
    ------
    JudgementError
        Where :func:`check_comparisons` finds something, or comparisons do not connect all children.
    ValueError
        Where shape or limit are wrong.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process. Aczél & Saaty (1983), Procedures for synthesizing
    ratio judgements, Journal of Mathematical Psychology 27(1). Harker (1987), Incomplete pairwise
    comparisons in the analytic hierarchy process, Mathematical Modelling 9(11). OECD/JRC (2008),
    Handbook on Constructing Composite Indicators, step 6 (analytic hierarchy process).
    """
    if not maximum_consistency_ratio >= 0:
        raise ValueError("maximum_consistency_ratio is 0 or more")
    refuse(check_comparisons(comparisons))
    judged = as_comparisons(comparisons)
    together = combined(judged)
    connected = parts(together)
    if len(connected) > 1:
        most = max(connected, key=len)
        rest = tuple(child for part in connected if part is not most for child in part.tolist())
        refuse([Problem("not_connected", children=rest)])
    shares = principal_eigenvector(together)[0]
    agreement = consistency(together)
    said = who_compares(judged)
    experts = np.flatnonzero(said).tolist()
    ratios, remarks = [], []
    for expert in experts:
        ratio, part = least_consistent_part(reciprocal(judged[expert]))
        ratios.append(ratio)
        if ratio > maximum_consistency_ratio:
            pair, fields = _to_reconsider(judged[expert], part, ratio, maximum_consistency_ratio)
            remarks.append(Remark("inconsistent_comparisons", "warning", pair, (expert,), fields))
    ratio = agreement.consistency_ratio
    if len(experts) > 1 and ratio > maximum_consistency_ratio:
        everything = np.arange(len(shares))
        pair, fields = _to_reconsider(together, everything, ratio, maximum_consistency_ratio)
        remarks.append(Remark("inconsistent_together", "warning", pair, fields=fields))
    missing = np.argwhere(np.triu(np.isnan(together)))
    if len(missing):
        children = tuple(np.unique(missing).tolist())
        fields = {"missing": len(missing), "pairs": len(shares) * (len(shares) - 1) // 2}
        remarks.append(Remark("incomplete_comparisons", "note", children, fields=fields))
    return Derived(
        shares,
        by_expert={"consistency_ratio": among_all(np.array(ratios), said)},
        figures={
            "largest_eigenvalue": agreement.largest_eigenvalue,
            "consistency_index": agreement.consistency_index,
            "consistency_ratio": agreement.consistency_ratio,
            "missing_comparisons": float(len(missing)),
        },
        remarks=tuple(remarks),
    )


def check_comparisons(comparisons: ArrayLike) -> tuple[Problem, ...]:
    """What cannot be used in comparisons, cell by cell.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)
        As for :func:`ahp`.

    Returns
    -------
    tuple of Problem
        With ``children`` (row, column) and the value there: ``not_positive``; ``too_far_apart``,
        above 1e9 or below 1e-9; ``diagonal``, neither 1 nor NaN; ``not_reciprocal``, told of the
        cell below the diagonal, where the product of the two cells is not 1 up to a factor of 1.05.

    Raises
    ------
    ValueError
        Where the shape is wrong.
    """
    judged = as_comparisons(comparisons)
    itself = np.broadcast_to(np.eye(judged.shape[1], dtype=bool), judged.shape)
    apart = ~itself & ((judged > FURTHEST) | ((judged > 0) & (judged < 1 / FURTHEST)))
    usable = np.where((judged > 0) & ~apart, judged, np.nan)
    product = np.abs(np.log(usable) + np.log(np.swapaxes(usable, 1, 2)))
    return (
        *problems_at("not_positive", judged, ~itself & (judged <= 0)),
        *problems_at("too_far_apart", judged, apart),
        *problems_at("diagonal", judged, itself & ~np.isnan(judged) & (judged != 1)),
        *problems_at("not_reciprocal", judged, np.tril(~itself & (product > np.log(RECIPROCITY)))),
    )


def as_comparisons(comparisons: ArrayLike) -> Array:
    """Comparisons as an array of numbers.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)

    Raises
    ------
    ValueError
        Where it has another shape.
    """
    judged = np.asarray(comparisons, dtype=np.float64)
    if judged.ndim != 3 or judged.shape[1] != judged.shape[2] or judged.shape[1] == 0:
        raise ValueError("comparisons have the shape (n_experts, n_children, n_children)")
    return judged


def reciprocal(comparisons: ArrayLike) -> Array:
    """Comparisons with each cell the reciprocal of the one the other way round.

    Parameters
    ----------
    comparisons : array_like, shape (..., n_children, n_children)
        Above 0, NaN where not compared.

    Returns
    -------
    ndarray, shape (..., n_children, n_children)
        A missing cell is the reciprocal of the other one; of two given the larger counts. 1 on the
        diagonal.
    """
    given = np.asarray(comparisons, dtype=np.float64)
    turned = np.swapaxes(given, -1, -2)
    filled = np.where(np.isnan(given) | (given < turned), 1 / turned, given)
    alike = (given == turned) | np.eye(given.shape[-1], dtype=bool)
    return np.where(alike, 1.0, filled)


def combined(comparisons: ArrayLike) -> Array:
    """Comparisons of all experts as one: their geometric mean.

    Parameters
    ----------
    comparisons : array_like, shape (n_experts, n_children, n_children)
        Above 0, NaN where not compared.

    Returns
    -------
    ndarray, shape (n_children, n_children)
        The mean over the experts who compare a pair, NaN where none does.

    References
    ----------
    Aczél & Saaty (1983), as for :func:`ahp`.
    """
    logs = np.log(reciprocal(comparisons))
    said = ~np.isnan(logs)
    n_said = said.sum(axis=0)
    means = np.where(said, logs, 0.0).sum(axis=0) / np.maximum(n_said, 1)
    together = np.where(n_said > 0, np.exp(means), np.nan)
    np.fill_diagonal(together, 1.0)
    return together


def who_compares(comparisons: Array) -> NDArray[np.bool_]:
    """Which experts compare two children.

    Parameters
    ----------
    comparisons : ndarray, shape (n_experts, n_children, n_children)

    Returns
    -------
    ndarray of bool, shape (n_experts,)
        The diagonal, where a child meets itself, does not count.
    """
    itself = np.eye(comparisons.shape[1], dtype=bool)
    return speaking(np.where(itself, np.nan, comparisons))


def _to_reconsider(
    matrix: Array, part: NDArray[np.intp], ratio: float, limit: float
) -> tuple[tuple[int, int], dict[str, object]]:
    """The pair to reconsider first, the more important one before, and fields of the finding."""
    doubt = most_doubtful(reciprocal(matrix)[np.ix_(part, part)])
    first, second = part[list(doubt.pair)].tolist()
    fields: dict[str, object] = {
        "said": doubt.said,
        "implied": doubt.implied,
        "consistency_ratio": ratio,
        "limit": limit,
    }
    return (first, second), fields

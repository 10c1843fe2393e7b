"""Judgements of experts: what cannot be used in them, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: What each kind of problem is, said of positions; who knows names says it in their words.
SENTENCES = {
    "no_judgement": "nobody says anything of these siblings",
    "not_positive": "expert {expert} has {value:g} at {children}; it must be above 0",
    "negative": "expert {expert} has {value:g} at {children}; it must be 0 or more",
    "not_finite": "expert {expert} has {value:g} at {children}; it must be a finite number",
    "missing": "expert {expert} says nothing of {children}, and something of the others",
    "too_far_apart": "expert {expert} has {value:g} at {children}; comparisons lie between 1e-9 "
    "and 1e9",
    "diagonal": "expert {expert} has {value:g} at {children}, where a child meets itself; that is "
    "1 or empty",
    "not_reciprocal": "expert {expert} has {value:g} at {children}, which is not the reciprocal of "
    "the comparison the other way round",
    "not_connected": "no comparison connects {children} with the others",
    "no_best": "expert {expert} compares nothing with all others as at least as important; "
    "nearest to it is the first of {children}, not compared with the rest of them",
    "no_worst": "expert {expert} compares all others with nothing as at least as important; "
    "nearest to it is the first of {children}, with which the rest of them are not compared",
    "contradicted_best": "expert {expert} says of each child that another is more important",
    "contradicted_worst": "expert {expert} says of each child that another is less important",
    "wrong_total": "the points of expert {expert} add up to {value:g} and not to the budget",
    "all_zero": "expert {expert} has 0 everywhere",
    "no_median": "the median of the points is 0 for every child; use their mean",
}


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be used, by positions.

    Parameters
    ----------
    kind : str
        Key of :data:`SENTENCES`.
    expert : int or None
        Position of the expert; None where it is about all of them.
    children : tuple of int
        Positions of the siblings: one, or row and column of a comparison.
    value : float or None
        What was said, or what it adds up to.
    """

    kind: str
    expert: int | None = None
    children: tuple[int, ...] = ()
    value: float | None = None

    def __str__(self) -> str:
        return SENTENCES[self.kind].format_map(vars(self))


class JudgementError(ValueError):
    """Judgements that no weights follow from, with all that is wrong with them.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "; ".join(map(str, self.problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise the problems together where there are any.

    Raises
    ------
    JudgementError
    """
    problems = tuple(problems)
    if problems:
        raise JudgementError(problems)


def as_judgements(judgements: ArrayLike) -> Array:
    """Judgements as a table of numbers.

    Parameters
    ----------
    judgements : array_like, shape (n_experts, n_children)

    Raises
    ------
    ValueError
        Where it has another shape.
    """
    table = np.asarray(judgements, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError("judgements have the shape (n_experts, n_children)")
    return table


def speaking(judgements: Array) -> Mask:
    """Which experts say anything.

    Parameters
    ----------
    judgements : ndarray, shape (n_experts, ...)
        NaN where an expert says nothing.

    Returns
    -------
    ndarray of bool, shape (n_experts,)
    """
    n_said = (~np.isnan(judgements)).reshape(len(judgements), -1).sum(axis=1)
    said: Mask = n_said > 0
    return said


def problems_at(kind: str, judgements: Array, where: Mask) -> list[Problem]:
    """A problem for each place, with what was said there.

    Parameters
    ----------
    kind : str
    judgements, where : ndarray, shape (n_experts, ...)
    """
    return [
        Problem(kind, place[0], place[1:], float(judgements[tuple(place)]))
        for place in map(tuple, np.argwhere(where).tolist())
    ]


def among_all(figures: Array, said: Mask) -> Array:
    """Figures of the experts who speak, among all experts; NaN for those who do not.

    Parameters
    ----------
    figures : ndarray, shape (n_speaking,)
    said : ndarray of bool, shape (n_experts,)
    """
    result = np.full(len(said), np.nan)
    result[said] = figures
    return result

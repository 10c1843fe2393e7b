"""Scores in the index under other weights, from the scores of the whole tree."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Finding, InvalidInputError
from scoring.aggregation import TOLERANCE
from scoring.assessment import Assessment
from scoring.method import aggregation_of
from scoring.options import Rounding
from scoring.ranking import DECIMALS_OF_A_TIE
from scoring.tree import NodeDomainError, NodeRefusedError, aggregate_tree

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Scores that are computed at a time, of all nodes under as many sets of weights as there is room.
SCORES_AT_A_TIME = 2**22

#: Scores nearer to each other than this are tied; see :mod:`scoring.ranking`.
TIE = 0.5 * 10.0**-DECIMALS_OF_A_TIE


def has_score(present: Flags, shares: Array, minimum_coverage: float, propagates: bool) -> Flags:
    """Whether enough of the children are there, as in :mod:`scoring.aggregation.missing`.

    Parameters
    ----------
    present : ndarray of bool, shape (n_units, n_children)
    shares : ndarray, shape (..., n_children)
    minimum_coverage : float, 0..1
    propagates : bool

    Returns
    -------
    ndarray of bool, shape (..., n_units)
    """
    lacking = shares @ (~present).T.astype(np.float64)
    covered = np.where(lacking == 0, 1.0, shares @ present.T.astype(np.float64))
    enough: Flags = (covered > 0) & (covered >= minimum_coverage - TOLERANCE)
    return enough & (lacking == 0) if propagates else enough


def index_scores(assessment: Assessment, weights: Array) -> Array:
    """Exact scores in the index under sets of weights.

    Parameters
    ----------
    assessment : Assessment
    weights : ndarray, shape (..., n_nodes)

    Returns
    -------
    ndarray, shape (..., n_units)
        NaN throughout under weights it cannot be computed with.
    """
    choices = aggregation_of(assessment.indicator_set, assessment.method)
    normalised = assessment.normalised.to_numpy(dtype=np.float64)
    rows = weights.reshape(-1, weights.shape[-1])

    def found(sets: Array) -> Array:
        try:
            exact = aggregate_tree(
                assessment.framework, choices, Rounding(), normalised, sets
            ).exact
        except (NodeDomainError, NodeRefusedError):
            if len(sets) == 1:
                return np.full((1, len(normalised)), np.nan)
            return np.concatenate([found(one[None]) for one in sets])
        return exact[..., 0].copy()

    step = max(1, SCORES_AT_A_TIME // max(1, assessment.scores.size))
    scores = [found(rows[begin : begin + step]) for begin in range(0, len(rows), step)]
    return np.concatenate(scores).reshape(*weights.shape[:-1], len(normalised))


def position_of(assessment: Assessment, units: ArrayLike) -> list[int]:
    """Positions of units among those that have an index.

    Raises
    ------
    InvalidInputError
        Where one is not scored, or has no score in the index.
    """
    index, root = assessment.scores.index, assessment.framework.root
    named = [str(unit) for unit in np.atleast_1d(np.asarray(units, dtype=object))]
    unknown = [unit for unit in named if unit not in index]
    known = list(map(str, index))
    findings = [
        Finding("unknown_code", "error", fields={"value": unit, "known": known}) for unit in unknown
    ]
    scores = assessment.exact_scores[root]
    unscored = scores.index[scores.isna()]
    findings += [
        Finding("unit_without_score", "error", fields={"unit": unit, "node": root})
        for unit in named
        if unit in unscored
    ]
    if findings:
        raise InvalidInputError(findings)
    return index.get_indexer(pd.Index(named)).tolist()

"""What other sets of weights do to scores and ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from scoring.assessment import Assessment
from scoring.comparison import compare


@dataclass(frozen=True, eq=False)
class WeightShifts:
    """What differs between an assessment and others of the same set with other weights.

    Parameters
    ----------
    shifts : DataFrame
        ``weights``, the name of the other; then ``node, unit, score_before, score_after,
        score_shift, rank_before, rank_after, rank_shift`` as in
        :class:`scoring.comparison.Comparison`; a positive shift of rank is a climb.
    agreement : DataFrame
        ``weights``, ``node``, ``units``, ``spearman``, ``kendall``, ``mean_shift``,
        ``largest_shift``, ``unchanged``: how far the two rankings agree.
    """

    shifts: pd.DataFrame
    agreement: pd.DataFrame


def weight_shifts(
    assessment: Assessment,
    others: Mapping[str, Assessment],
    nodes: Sequence[str] | None = None,
) -> WeightShifts:
    """Shifts in scores and ranks from one set of weights to others.

    Scores are those shown, rounded where the method rounds.

    Parameters
    ----------
    assessment : Assessment
        The one that the others are compared with.
    others : mapping of str to Assessment
        Name of the weights -> assessment with them, at least one.
    nodes : sequence of str, optional
        Which nodes to compare; all where left out.

    Returns
    -------
    WeightShifts

    Raises
    ------
    ValueError
        Where there is no other.
    InvalidInputError
        Where an other has no unit or no node in common.
    """
    if not others:
        raise ValueError("there are no other weights to compare with")
    found = {name: compare(assessment, other, nodes) for name, other in others.items()}

    def named(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(tables, names=["weights"]).reset_index(level=0).reset_index(drop=True)

    return WeightShifts(
        shifts=named({name: one.shifts for name, one in found.items()}),
        agreement=named({name: one.agreement.reset_index() for name, one in found.items()}),
    )

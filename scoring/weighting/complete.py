"""What weights from relations rest on: units with all scores, and children that vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.magnitude import to_unit_magnitude
from scoring.multivariate.correlation import FEWEST_PAIRS, constant
from scoring.weighting.base import Remark

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Complete:
    """Scores without gaps, of children that vary.

    Parameters
    ----------
    scores : ndarray, shape (n_complete, n_varying)
        Scores of those units and children.
    units : ndarray of bool, shape (n_units,)
        Units with all scores.
    children : ndarray of bool, shape (n_children,)
        Children with more than one value among them.
    """

    scores: Array
    units: NDArray[np.bool_]
    children: NDArray[np.bool_]

    @property
    def positions(self) -> NDArray[np.intp]:
        """Positions of the children that vary."""
        return np.flatnonzero(self.children)

    def remarks(self, counted: NDArray[np.bool_] | bool = True) -> list[Remark]:
        """Units and children that the weights do not rest on.

        Parameters
        ----------
        counted : ndarray of bool, shape (n_children,), default all
            Children of which a constant one is worth a remark.
        """
        remarks = []
        left_out = int((~self.units).sum())
        if left_out:
            fields = {"units": left_out, "of": len(self.units)}
            remarks.append(Remark("units_without_all_scores", "note", fields=fields))
        flat = tuple(np.flatnonzero(~self.children & counted).tolist())
        if flat:
            remarks.append(Remark("weight_of_constant", "warning", flat))
        return remarks

    def spread(self, figures: Array, other: float = 0.0) -> Array:
        """Figures of the children that vary, among all children.

        Parameters
        ----------
        figures : ndarray, shape (n_varying,)
        other : float
            Figure of a constant child.

        Returns
        -------
        ndarray, shape (n_children,)
        """
        spread = np.full(len(self.children), other)
        spread[self.children] = figures
        return spread


def complete(scores: Array, beside: Array | None = None) -> Complete:
    """Units that have all scores, and the children that vary over them.

    A child with one value only, or none, is set aside before the units are counted.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n_children)
        Scores, NaN where missing.
    beside : ndarray, shape (n_units,), optional
        Something else that a unit must have.

    Returns
    -------
    Complete

    Raises
    ------
    ValueError
        Where fewer than 3 units have all scores, no child varies over them, or one is infinite.
    """
    if np.isinf(scores).any() or (beside is not None and np.isinf(beside).any()):
        raise ValueError("a score is infinite, so nothing can be said of how scores hang together")
    varying: NDArray[np.bool_] = ~constant(scores)
    known = scores[:, varying] if beside is None else np.column_stack([scores[:, varying], beside])
    units = np.logical_and.reduce(~np.isnan(known), axis=1)
    if varying.any() and units.sum() < FEWEST_PAIRS:
        raise ValueError(
            f"{units.sum()} units have all the figures that the weights are to follow from; at "
            f"least {FEWEST_PAIRS} are needed: fill in missing values, or set the weights another "
            "way"
        )
    varying[varying] = ~constant(scores[np.ix_(units, varying)])
    if not varying.any():
        raise ValueError(
            "every child has the same score for all units, so no weights follow from the scores; "
            "set the weights another way"
        )
    return Complete(scores[np.ix_(units, varying)], units, varying)


def standardised(values: Array) -> tuple[Array, Array]:
    """Columns with mean 0 and standard deviation 1 (divisor n), and what they were divided by.

    Parameters
    ----------
    values : ndarray, shape (n_units, n_columns) or (n_units,)
        Values without gaps. Constant ones become 0.
    """
    scaled, exponents = to_unit_magnitude(values.reshape(len(values), -1))
    away = scaled - scaled.mean(axis=0)
    spreads = away.std(axis=0)
    standard = away / np.where(spreads > 0, spreads, 1.0)
    sizes = np.ldexp(spreads, exponents)
    return standard.reshape(values.shape), sizes.reshape(values.shape[1:])

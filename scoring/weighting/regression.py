"""Weights from an outside criterion that the children are to foretell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.multivariate.correlation import constant
from scoring.weighting.base import Derived, Remark
from scoring.weighting.complete import complete, standardised

Array = NDArray[np.float64]

#: Units for each child below which coefficients follow chance: the lowest ratio that is usually
#: asked for (Hair et al., Multivariate Data Analysis, chapter on multiple regression).
FEWEST_UNITS_PER_CHILD = 5

#: Standardised coefficients below it are 0 but for rounding.
TOLERANCE = 1e-9


def regression(scores: Array, criterion: Array) -> Derived:
    """Weights in proportion to coefficients of 0 or more of a regression on a criterion.

    Least squares with a constant and no negative coefficient, over the units that have all scores
    and the criterion. Coefficients are in units of the scores, so that the weighted mean of the
    scores is what foretells the criterion best; with z-scores they are the standardised ones. The
    criterion is standardised, which changes no weight. A constant child gets 0.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n_children)
        Scores, NaN where missing, more is better.
    criterion : ndarray, shape (n_units,)
        What the children are to foretell, more is better, NaN where missing.

    Returns
    -------
    Derived
        By child, in standard deviations of the criterion for one point of the score:
        ``coefficient``, 0 or more; ``unrestricted_coefficient``, of least squares without the
        restriction; NaN for a constant child. Figures: ``r_squared``, ``unrestricted_r_squared``
        (0..1, without correction for the number of children), ``units``.

    Raises
    ------
    ValueError
        Where fewer than 3 units have all scores and the criterion, no child or not the criterion
        varies, the units are too few or the children too alike to determine the coefficients, or
        no child goes with the criterion.

    References
    ----------
    Nardo, Saisana, Saltelli & Tarantola (2005), Tools for Composite Indicators Building, European
    Commission, EUR 21682 EN, chapter 6 (regression approach).
    Lawson & Hanson (1974), Solving Least Squares Problems, chapter 23 (no negative coefficient).
    """
    from sklearn.linear_model import LinearRegression

    basis = complete(scores, criterion)
    outcome, _ = standardised(criterion[basis.units])
    if constant(criterion[basis.units]):
        raise ValueError(
            "the criterion is the same for all units, so no weights follow from it; choose another"
        )
    columns, spreads = standardised(basis.scores)
    n_units, n_children = columns.shape
    if np.linalg.matrix_rank(columns) < n_children:
        raise ValueError(
            f"{n_units} units do not determine the coefficients of {n_children} children: too few, "
            "or a child follows from the others; leave a child out, or set the weights another way"
        )
    free, bounded = (
        LinearRegression(positive=positive).fit(columns, outcome) for positive in (False, True)
    )
    if not (bounded.coef_ > TOLERANCE).any():
        raise ValueError(
            "no child goes with the criterion, so none would get a weight; check the directions, "
            "or choose another criterion"
        )
    remarks = basis.remarks()
    against = tuple(basis.positions[free.coef_ < -TOLERANCE].tolist())
    if against:
        remarks.append(Remark("negative_coefficient", "warning", against))
    if n_units < FEWEST_UNITS_PER_CHILD * n_children:
        fields = {"units": n_units, "needed": FEWEST_UNITS_PER_CHILD * n_children}
        remarks.append(Remark("few_units_for_regression", "warning", fields=fields))
    # Divided by the smallest spread, so that no weight overflows.
    weights = bounded.coef_ * (spreads.min() / spreads)
    return Derived(
        basis.spread(weights / weights.sum()),
        by_child={
            "coefficient": basis.spread(bounded.coef_ / spreads, np.nan),
            "unrestricted_coefficient": basis.spread(free.coef_ / spreads, np.nan),
        },
        figures={
            "r_squared": float(bounded.score(columns, outcome)),
            "unrestricted_r_squared": float(free.score(columns, outcome)),
            "units": float(n_units),
        },
        remarks=tuple(remarks),
    )

"""Weights and importance: what an indicator says about the index, beside what it was meant to.

A weight is not an importance. How much of the index an indicator decides depends on its variance
and on its correlations with the others as much as on its weight.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Framework
from scoring.multivariate.components import families
from scoring.multivariate.correlation import (
    FEWEST_PAIRS,
    as_table,
    constant,
    correlations,
    table_of,
)
from scoring.weighting.table import weight_table

Array = NDArray[np.float64]

#: Units below which a curve would follow chance, so that a straight line is taken.
FEWEST_FOR_A_CURVE = 20

#: Price of a degree of freedom in the choice of the smoothing (Kim & Gu 2004).
INFLATION = 1.4

#: Most inner knots of a spline, and the distinct values that each of them needs.
MOST_KNOTS, VALUES_PER_KNOT = 20, 4


def correlation_importance(scores: pd.DataFrame | ArrayLike, parent_score: ArrayLike) -> Array:
    """Share of each indicator in the squared correlations with the index.

    Parameters
    ----------
    scores : DataFrame or array_like, shape (n_units, n_indicators)
        Scores, NaN where missing.
    parent_score : array_like, shape (n_units,)
        Score of the index or group.

    Returns
    -------
    ndarray, shape (n_indicators,)
        From 0 to 1, sum 1. A constant indicator says nothing and gets 0; NaN where the index is
        constant or fewer than 3 units have both scores. The squared correlation is the main effect
        where indicator and index are linearly related.

    References
    ----------
    Becker, Saisana, Paruolo, Vandecasteele (2017), Weights and importance in composite indicators:
    Closing the gap, Ecological Indicators 80.
    """
    table, result = _together(scores, parent_score)
    return _normalised(_squared_correlations(table, result, _correlation_with(table, result)))


def main_effects(scores: pd.DataFrame | ArrayLike, parent_score: ArrayLike) -> Array:
    """First-order sensitivity index of each indicator, its correlation ratio with the index.

    The expected relative reduction of the variance of the index if the indicator were known:
    S = Var(E[y | x]) / Var(y). E[y | x] is a cubic spline with up to 20 inner knots at quantiles
    of x (to a hundredth of its range), smoothed by a penalty on its squared second derivative, of
    a size chosen by generalised cross-validation; as the penalty grows the spline becomes a
    straight line and S the squared correlation. With fewer than 20 units it is that line, since a
    curve would follow chance. Nothing is drawn at random.

    Parameters
    ----------
    scores : DataFrame or array_like, shape (n_units, n_indicators)
        Scores, NaN where missing.
    parent_score : array_like, shape (n_units,)
        Score of the index or group.

    Returns
    -------
    ndarray, shape (n_indicators,)
        From 0 to 1, each over the units that have both scores. A constant indicator has no effect,
        0; NaN where the index is constant or fewer than 3 units have both. They sum to 1 for
        independent indicators that are added up, to more where these are positively correlated.
        With few units an indicator without effect gets a little more than 1 / n_units, and a
        curved effect comes out a little low.

    Raises
    ------
    ValueError
        Where the units do not fit or a value is infinite.

    References
    ----------
    Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?, Journal of the
    Royal Statistical Society A 176 (nonlinear regression for the main effect).
    Becker et al. (2017), as for :func:`correlation_importance`.
    Kim & Gu (2004), Smoothing spline Gaussian regression: more scalable computation via efficient
    approximation, Journal of the Royal Statistical Society B 66 (penalty of 1.4).
    """
    table, result = _together(scores, parent_score)
    found = np.where(_says_nothing(table, result), 0.0, np.nan)
    for place, column in enumerate(table.to_numpy(dtype=np.float64).T):
        both = ~np.isnan(column) & ~np.isnan(result)
        pair = np.column_stack([column[both], result[both]])
        if len(pair) >= FEWEST_PAIRS and not constant(pair).any():
            x, y = _on_unit_interval(pair).T
            if len(pair) < FEWEST_FOR_A_CURVE:
                found[place] = min(1.0, np.corrcoef(x, y)[0, 1] ** 2)
            else:
                found[place] = min(1.0, _smoothed(x, y).var() / y.var())
    return found


def influence(
    scores: pd.DataFrame | ArrayLike, parent_score: ArrayLike, weights: ArrayLike
) -> pd.DataFrame:
    """Weights of indicators beside what the indicators say about the index.

    Parameters
    ----------
    scores : DataFrame or array_like, shape (n_units, n_indicators)
        Scores, NaN where missing.
    parent_score : array_like, shape (n_units,)
        Score of the index or group made of them.
    weights : array_like, shape (n_indicators,)
        Weights, 0 or more, not all 0, on any scale.

    Returns
    -------
    DataFrame, index node
        ``weight_share``: weight divided by the sum, 0..1. ``correlation``: Pearson, -1..1, NaN
        for a constant indicator.
        ``correlation_importance``: see there, sum 1. ``main_effect``: see :func:`main_effects`,
        0..1. ``main_effect_importance``: divided by the sum. ``ratio``: the latter by
        ``weight_share``; above 1 the indicator says more about the index than its weight does;
        NaN for a weight of 0.

    Raises
    ------
    ValueError
        Where the units or weights do not fit, or a value is infinite.

    References
    ----------
    Becker et al. (2017), as for :func:`correlation_importance`.
    """
    table, result = _together(scores, parent_score)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (table.shape[1],) or not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError(f"weights must hold a number, 0 or more, for each of {table.shape[1]}")
    if not given.any():
        raise ValueError("weights must not all be 0")
    weight_share = given / given.max()
    weight_share = weight_share / weight_share.sum()
    correlation = _correlation_with(table, result)
    main_effect = main_effects(table, result)
    importance = _normalised(main_effect)
    return pd.DataFrame(
        {
            "weight_share": weight_share,
            "correlation": correlation,
            "correlation_importance": _normalised(
                _squared_correlations(table, result, correlation)
            ),
            "main_effect": main_effect,
            "main_effect_importance": importance,
            "ratio": np.divide(
                importance,
                weight_share,
                out=np.full(len(given), np.nan),
                where=weight_share > 1e-300,
            ),
        },
        index=pd.Index(table.columns, name="node"),
    )


def influence_table(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Influence of the children on every group, and of all indicators on the index.

    Parameters
    ----------
    scores : DataFrame, units x nodes
        Scores of at least all scored nodes, NaN where missing.
    framework : Framework
        Its weights are what the influence is compared with: shares among siblings, and effective
        weights for all indicators.

    Returns
    -------
    DataFrame, one row for each pair of group and node
        ``group``; ``of``: "children", or "indicators" for those of the whole index (not repeated
        where they are its children); ``node``; then the columns of :func:`influence`.

    Raises
    ------
    ValueError
        Where scores of a node are missing from the table.
    """
    weights = weight_table(framework)
    tables = []
    for group, of, nodes in families(framework):
        column = "share" if of == "children" else "effective_weight"
        found = influence(
            table_of(scores, nodes),
            table_of(scores, [group])[group].to_numpy(dtype=np.float64),
            weights.loc[nodes, column].to_numpy(),
        ).reset_index()
        tables.append(found.assign(group=group, of=of))
    table = pd.concat(tables, ignore_index=True)
    return table[["group", "of", *(name for name in table if name not in ("group", "of"))]]


def _together(
    scores: pd.DataFrame | ArrayLike, parent_score: ArrayLike
) -> tuple[pd.DataFrame, Array]:
    table, result = as_table(scores), np.asarray(parent_score, dtype=np.float64)
    if result.shape != (len(table),):
        raise ValueError(f"parent_score must hold one score for each of {len(table)} units")
    as_table(result[:, None])
    return table, result


def _says_nothing(table: pd.DataFrame, result: Array) -> NDArray[np.bool_]:
    """Whether an indicator is constant where the result, over the same units, is not."""
    values = table.to_numpy(dtype=np.float64)
    both = ~np.isnan(values) & ~np.isnan(result)[:, None]
    says_nothing: NDArray[np.bool_] = (
        (both.sum(axis=0) >= FEWEST_PAIRS)
        & constant(np.where(both, values, np.nan))
        & ~constant(np.where(both, result[:, None], np.nan))
    )
    return says_nothing


def _squared_correlations(table: pd.DataFrame, result: Array, correlation: Array) -> Array:
    squared: Array = np.where(_says_nothing(table, result), 0.0, correlation**2)
    return squared


def _correlation_with(table: pd.DataFrame, result: Array) -> Array:
    parent = pd.DataFrame({"parent": result}, index=table.index)
    found: Array = correlations(table, parent).coefficients["parent"].to_numpy()
    return found


def _normalised(importance: Array) -> Array:
    total = np.nansum(importance)
    return importance / total if total > 0 else np.full(importance.shape, np.nan)


def _on_unit_interval(values: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    # Halves, so that values of 1e308 and -1e308 do not overflow.
    shares: Array = (values / 2 - low / 2) / (high / 2 - low / 2)
    return shares


def _smoothed(x: Array, y: Array) -> Array:
    """Values at x of the smoothing spline of y on x, both from 0 to 1."""
    from scipy.interpolate import BSpline
    from scipy.linalg import eigh

    distinct = np.unique(x)
    n_inner = min(MOST_KNOTS, len(distinct) // VALUES_PER_KNOT)
    # Rounded, as knots that are much closer than others make the equations ill-conditioned.
    inner = np.quantile(distinct, np.arange(1, n_inner + 1) / (n_inner + 1)).round(2)
    breaks = np.unique(np.concatenate([[0.0], inner, [1.0]]))
    knots = np.concatenate([[0.0] * 3, breaks, [1.0] * 3])
    basis = BSpline.design_matrix(x, knots, 3).toarray()
    # The second derivative is linear between knots, so two Gauss points integrate its square.
    middle, half = (breaks[1:] + breaks[:-1]) / 2, np.diff(breaks) / 2
    points = np.concatenate([middle - half / 3**0.5, middle + half / 3**0.5])
    bends = BSpline(knots, np.eye(basis.shape[1]), 3).derivative(2)(points)
    gram, penalty = basis.T @ basis, bends.T @ (np.tile(half, 2)[:, None] * bends)
    penalty *= np.trace(gram) / np.trace(penalty)
    # In these coordinates gram and penalty are diagonal and sum to 1: any size is a division.
    kept, vectors = eigh(gram, gram + penalty)
    kept = np.clip(kept, 0.0, 1.0)
    coordinates = vectors.T @ (basis.T @ (y - y.mean()))
    sizes = np.logspace(8, -8, 81)[:, None]
    shrunk = kept + sizes * (1 - kept)
    freedom = (kept / shrunk).sum(axis=1)
    residual = (
        ((y - y.mean()) ** 2).sum() - (coordinates**2 * (2 / shrunk - kept / shrunk**2)).sum(axis=1)
    ).clip(min=0.0)
    room = len(x) - INFLATION * freedom
    score = np.where(room > 0, residual / np.where(room > 0, room, 1.0) ** 2, np.inf)
    best = int(np.argmin(score))
    fitted: Array = basis @ (vectors @ (coordinates / shrunk[best]))
    return fitted

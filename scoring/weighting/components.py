"""Weights from what the children have in common: principal components and factor analysis.

Both look at correlations, so they give weight to what repeats itself and none to what stands
alone, however much that matters: they correct for overlap, they do not measure importance
(Handbook, section 6.1). Weights are for the scores as they are; only where these have equal
variances, as z-scores have, is the weighted mean the component itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.findings import Severity
from scoring.multivariate.components import (
    TOLERANCE,
    PrincipalComponents,
    varimax,
)
from scoring.multivariate.components import principal_components as components_of
from scoring.weighting.base import Derived, Remark
from scoring.weighting.complete import complete

Array = NDArray[np.float64]

#: A factor explains more than the first of the variance, and those kept more than the second.
LEAST_SHARE, LEAST_CUMULATIVE_SHARE = 0.1, 0.6

#: What a negative loading counts -> code and severity of the remark upon it.
AGAINST: Mapping[str, tuple[str, Severity]] = {
    "zero": ("negative_loading", "warning"),
    "absolute": ("negative_loading_counted", "warning"),
}


def principal_components(
    scores: Array, *, negatives: Literal["zero", "absolute"] = "zero"
) -> Derived:
    """Weights in proportion to the loadings on the first principal component.

    The component of the correlation matrix, over the units that have all scores; a constant child
    gets 0. The sign of a component means nothing: it is chosen so that the loadings sum to more
    than 0. Where they sum to 0 neither sign is the better one, and the weights are the mean of
    what both would give: sizes without sign.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n_children)
        Scores, NaN where missing, more is better.
    negatives : {"zero", "absolute"}, default "zero"
        A child that loads negatively goes against what the others have in common. It gets no
        weight, or counts by the size of its loading.

    Returns
    -------
    Derived
        By child: ``loading``, -1..1, NaN for a constant child. Figures: ``eigenvalue``,
        ``variance_explained`` (0..1), ``units``.

    Raises
    ------
    ValueError
        Where fewer than 3 units have all scores, no child varies, two components explain equally
        much so that neither is the first, or ``negatives`` is neither.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, sections 4.1 and 6.1.
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``get_PCA``, whose weights can be negative).
    """
    if negatives not in AGAINST:
        raise ValueError(f'negatives must be "zero" or "absolute", not {negatives!r}')
    basis = complete(scores)
    found = components_of(basis.scores)
    _check_cut(found, 1)
    loadings = found.loadings[1].to_numpy()
    balance = loadings.sum()
    undecided = abs(balance) <= TOLERANCE * np.abs(loadings).sum()
    if not undecided and balance < 0:
        loadings = -loadings
    remarks = basis.remarks()
    against = loadings < -TOLERANCE
    if undecided:
        remarks.append(Remark("component_without_sign", "warning"))
    elif against.any():
        remarks.append(Remark(*AGAINST[negatives], tuple(basis.positions[against].tolist())))
    if undecided or negatives == "absolute":
        weights = np.abs(loadings)
    else:
        weights = np.where(against, 0.0, np.abs(loadings))
    return Derived(
        basis.spread(weights / weights.sum()),
        by_child={"loading": basis.spread(loadings, np.nan)},
        figures={
            "eigenvalue": float(found.components["eigenvalue"].iloc[0]),
            "variance_explained": float(found.components["share"].iloc[0]),
            "units": float(found.units),
        },
        remarks=tuple(remarks),
    )


def factor_analysis(scores: Array, *, components: int | None = None) -> Derived:
    """Weights from rotated factors: each child by what it makes up of the factor it belongs to.

    The first principal components of the correlation matrix, over the units that have all scores,
    are rotated by varimax with Kaiser normalisation. In each factor the squared loadings are
    divided by their sum. A child belongs to the factor in which its quotient is largest (of equal
    ones, the factor that explains more), and its weight is that quotient times the share of the
    factor in the variance that all factors explain; then weights are rescaled to sum 1. A
    constant child gets 0.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n_children)
        Scores, NaN where missing, more is better.
    components : int, optional
        Number of factors. Where left out, those with an eigenvalue above 1 that explain more than
        10 % of the variance each, and as many more as it takes for them to explain more than 60 %
        together. The Handbook states the same three conditions, and in its example takes four
        where they give two.

    Returns
    -------
    Derived
        By child: ``factor``, from 1 by descending variance; ``loading`` on it, -1..1, with the
        sign by which the loadings of its members sum to more than 0; ``communality``, 0..1. NaN
        for a constant child. Figures: ``factors``, ``variance_explained`` (0..1), ``units``.

    Raises
    ------
    ValueError
        Where fewer than 3 units have all scores, no child varies, there are not so many
        components, the last one kept explains no more than the next, or the rotation does not
        settle.

    References
    ----------
    Nicoletti, Scarpetta & Boylaud (2000), Summary indicators of product market regulation with an
    extension to employment protection legislation, OECD Economics Department Working Papers 226.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.1, tables 16-17.

    Notes
    -----
    The Handbook's text and table 17 put exports of technology, with loadings of -0.64 and 0.56,
    into the factor that is smaller and of which they make up more; that gives its ranks. Its table
    18 comes out where a child belongs to the factor with its largest loading instead.
    """
    basis = complete(scores)
    found = components_of(basis.scores)
    n_factors = _number_of_factors(found) if components is None else components
    n_components = int((found.components["eigenvalue"] > 0).sum())
    if not 1 <= n_factors <= n_components:
        raise ValueError(
            f"components must be from 1 to {n_components}, the number of components with any "
            f"variance, not {n_factors}"
        )
    _check_cut(found, n_factors)
    loadings = varimax(found.loadings.loc[:, :n_factors]).to_numpy()
    squares = loadings**2
    explained = squares.sum(axis=0)
    parts = squares / explained
    factor = (parts >= parts.max(axis=1, keepdims=True) * (1 - TOLERANCE)).argmax(axis=1)
    own = np.arange(len(factor)), factor
    weights = parts[own] * explained[factor] / explained.sum()
    loading = loadings[own]
    sums = np.bincount(factor, loading, minlength=n_factors)
    loading = np.where(sums[factor] < 0, -loading, loading)
    remarks = basis.remarks()
    against = loading < -TOLERANCE
    if against.any():
        positions = tuple(basis.positions[against].tolist())
        remarks.append(Remark("negative_on_factor", "warning", positions))
    return Derived(
        basis.spread(weights / weights.sum()),
        by_child={
            "factor": basis.spread(factor + 1.0, np.nan),
            "loading": basis.spread(loading, np.nan),
            "communality": basis.spread(squares.sum(axis=1), np.nan),
        },
        figures={
            "factors": float(n_factors),
            "variance_explained": float(found.components["share"].iloc[:n_factors].sum()),
            "units": float(found.units),
        },
        remarks=tuple(remarks),
    )


def _number_of_factors(found: PrincipalComponents) -> int:
    shares = found.components["share"].to_numpy()
    reached = found.components["cumulative_share"].to_numpy() > LEAST_CUMULATIVE_SHARE + TOLERANCE
    number = max(
        min(found.kaiser, int((shares > LEAST_SHARE + TOLERANCE).sum())),
        int(reached.argmax()) + 1,
    )
    # Of components that explain equally much, all are kept.
    return int((shares > shares[number - 1] - TOLERANCE).sum())


def _check_cut(found: PrincipalComponents, kept: int) -> None:
    """Refuse to tell apart components of equal variance: which comes first would be chance."""
    eigenvalues = found.components["eigenvalue"].to_numpy()
    if kept < len(eigenvalues) and eigenvalues[kept - 1] - eigenvalues[kept] <= TOLERANCE:
        raise ValueError(
            f"principal components {kept} and {kept + 1} explain equally much, so nothing tells "
            "which of them is to give the weights; set the weights another way"
        )

"""Principal components: how many dimensions a group of indicators really has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Framework
from scoring.multivariate.correlation import (
    FEWEST_PAIRS,
    as_table,
    constant,
    correlations,
    table_of,
)

Array = NDArray[np.float64]

#: Loadings that differ by less count as equally large where the sign of a component is chosen.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class PrincipalComponents:
    """Principal components of the correlations of indicators.

    Parameters
    ----------
    components : DataFrame, index component from 1
        ``eigenvalue``: variance of the component, 0 or more, descending; they sum to the number of
        indicators. ``share``: of the whole variance, 0..1. ``cumulative_share``: with all before.
    loadings : DataFrame, indicators x components
        Correlation of the indicator with the component, from -1 to 1. Of each component the
        largest loading, without regard to sign, is positive (the first of equals); loadings of a
        component of eigenvalue 0 are 0.
    units : int
        Units with all indicators, on which this rests.
    left_out : int
        Units with a missing value.
    """

    components: pd.DataFrame
    loadings: pd.DataFrame
    units: int
    left_out: int

    @property
    def kaiser(self) -> int:
        """Components with more variance than one indicator: eigenvalue above 1 (Kaiser 1960)."""
        return int((self.components["eigenvalue"] > 1 + TOLERANCE).sum())


def principal_components(data: pd.DataFrame | ArrayLike) -> PrincipalComponents:
    """Principal components of the correlation matrix, over the units without missing values.

    An indicator without values or with one value only has no correlations: it is left out before
    the units are counted, and its loadings are NaN. With fewer than 3 complete units there is no
    component.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_units, n_indicators)
        Values or scores, NaN where missing.

    Returns
    -------
    PrincipalComponents

    Raises
    ------
    ValueError
        Where a value is infinite.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 4.1, tables 7-8.
    Kaiser (1960), The application of electronic computers to factor analysis, Educational and
    Psychological Measurement 20.
    """
    table = as_table(data)
    varying = table.loc[:, ~constant(table.to_numpy(dtype=np.float64))]
    complete = varying.dropna()
    units, left_out = len(complete), len(varying) - len(complete)
    if units < FEWEST_PAIRS:
        complete = complete.iloc[:0]
    complete = complete.loc[:, ~constant(complete.to_numpy(dtype=np.float64))]
    eigenvalues, vectors = np.linalg.eigh(correlations(complete).coefficients.to_numpy())
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    eigenvalues = np.where(eigenvalues > TOLERANCE * len(eigenvalues) * 1e-3, eigenvalues, 0.0)
    shares = eigenvalues / max(len(eigenvalues), 1)
    numbers = pd.RangeIndex(1, len(eigenvalues) + 1, name="component")
    loadings = pd.DataFrame(
        _signed(vectors * np.sqrt(eigenvalues)), index=complete.columns, columns=numbers
    )
    return PrincipalComponents(
        pd.DataFrame(
            {"eigenvalue": eigenvalues, "share": shares, "cumulative_share": shares.cumsum()},
            index=numbers,
        ),
        loadings.reindex(table.columns),
        units,
        left_out,
    )


def varimax(
    loadings: pd.DataFrame | ArrayLike, *, kaiser_normalisation: bool = True
) -> pd.DataFrame:
    """Rotation of components so that each indicator loads on few of them.

    Parameters
    ----------
    loadings : DataFrame or array_like, shape (n_indicators, n_components)
        Loadings of the components to keep, for example the first ``kaiser`` columns of
        :func:`principal_components`. Rows with NaN stay as they are and take no part.
    kaiser_normalisation : bool
        Whether each indicator counts alike; otherwise by its communality.

    Returns
    -------
    DataFrame, indicators x factors from 1
        Factors by descending sum of squares, the largest loading of each positive. Communalities
        (sums of squares over the factors) are those of the components.

    Raises
    ------
    ValueError
        Where the rotation does not settle, or a loading is infinite.

    References
    ----------
    Kaiser (1958), The varimax criterion for analytic rotation in factor analysis, Psychometrika
    23 (rotations in the plane of two factors at a time, until none moves).
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, sections 4.2 and 6.1,
    tables 9 and 17.
    """
    table = as_table(loadings)
    known = table.dropna()
    start = known.to_numpy(dtype=np.float64)
    lengths = np.sqrt((start**2).sum(axis=1, keepdims=True)) if kaiser_normalisation else 1.0
    divisor = np.where(lengths == 0, 1.0, lengths)
    rotated = _rotated(start / divisor) * divisor
    order = np.argsort(-(rotated**2).sum(axis=0), kind="stable")
    factors = pd.RangeIndex(1, table.shape[1] + 1, name="factor")
    found = pd.DataFrame(_signed(rotated[:, order]), index=known.index, columns=factors)
    return found.reindex(table.index)


def component_table(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Principal components of the children of every group, and of all indicators together.

    Parameters
    ----------
    scores : DataFrame, units x nodes
        Scores of at least all scored nodes, NaN where missing.
    framework : Framework

    Returns
    -------
    DataFrame, one row for each component
        ``group``; ``of``: "children", or "indicators" for those of the whole index (not repeated
        where they are its children); ``component``, ``eigenvalue``, ``share``,
        ``cumulative_share``; ``units``, ``left_out``; ``kaiser``: components of eigenvalue above
        1. A group without components has no row.

    Raises
    ------
    ValueError
        Where scores of a node are missing from the table.
    """
    tables = []
    for group, of, nodes in families(framework):
        found = principal_components(table_of(scores, nodes))
        tables.append(
            found.components.reset_index().assign(
                group=group,
                of=of,
                units=found.units,
                left_out=found.left_out,
                kaiser=found.kaiser,
            )
        )
    table = pd.concat(tables, ignore_index=True)
    return table[["group", "of", *(name for name in table if name not in ("group", "of"))]]


def families(framework: Framework) -> list[tuple[str, str, list[str]]]:
    """Group, "children" and the children of each; then the index, "indicators" and all of them."""
    found = [
        (node, "children", list(framework.children(node)))
        for node in framework.scored_nodes
        if framework.is_group(node)
    ]
    indicators = list(framework.indicators)
    if indicators != found[0][2]:
        found.append((framework.root, "indicators", indicators))
    return found


def _signed(loadings: Array) -> Array:
    if not loadings.size:
        return loadings
    sizes = np.abs(loadings)
    first = (sizes >= sizes.max(axis=0) * (1 - TOLERANCE)).argmax(axis=0)
    signs = np.where(loadings[first, np.arange(loadings.shape[1])] < 0, -1.0, 1.0)
    signed: Array = loadings * signs
    return signed


def _rotated(loadings: Array) -> Array:
    rotated = loadings.copy()
    n_indicators, n_factors = rotated.shape
    for _ in range(1000):
        settled = True
        for i, j in combinations(range(n_factors), 2):
            x, y = rotated[:, i], rotated[:, j]
            u, v = x**2 - y**2, 2 * x * y
            upper = 2 * (u @ v - u.sum() * v.sum() / n_indicators)
            lower = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / n_indicators
            # Where the criterion is the same at every angle, nothing is turned.
            if math.hypot(upper, lower) > 1e-14:
                angle = math.atan2(upper, lower) / 4
                settled = settled and abs(angle) < 1e-12
                rotated[:, [i, j]] = np.column_stack(
                    [
                        x * math.cos(angle) + y * math.sin(angle),
                        y * math.cos(angle) - x * math.sin(angle),
                    ]
                )
        if settled:
            return rotated
    raise ValueError("the varimax rotation does not settle on these loadings")

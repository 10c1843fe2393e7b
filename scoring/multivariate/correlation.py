"""Correlations between indicators, and between the nodes of the framework."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Framework
from scoring.magnitude import to_unit_magnitude

Array = NDArray[np.float64]

#: A correlation of fewer pairs of values says nothing: of two pairs it is always 1 or -1.
FEWEST_PAIRS = 3


@dataclass(frozen=True)
class Correlations:
    """Correlations of every column of one table with every column of another.

    Parameters
    ----------
    coefficients : DataFrame, columns of the first table x columns of the second
        From -1 to 1; NaN where a column is constant over the pairs, or there are fewer than 3.
    p_values : DataFrame, same labels
        Probability, under no correlation, of a coefficient at least as far from 0; NaN as there.
    pairs : DataFrame of int, same labels
        Units that have both values.
    """

    coefficients: pd.DataFrame
    p_values: pd.DataFrame
    pairs: pd.DataFrame


def correlations(
    data: pd.DataFrame | ArrayLike,
    other: pd.DataFrame | ArrayLike | None = None,
    method: str = "pearson",
) -> Correlations:
    """Correlation of every pair of columns over the units that have both.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_units, n_columns)
        Values or scores, NaN where missing.
    other : DataFrame or array_like, shape (n_units, n_others), optional
        What to correlate with, for the same units in the same order; ``data`` where left out.
    method : {"pearson", "spearman", "kendall"}
        Pearson's r, the same of the ranks (ties share the mean rank), or Kendall's tau-b.

    Returns
    -------
    Correlations

    Raises
    ------
    KeyError
        Where ``method`` is unknown.
    ValueError
        Where the two tables do not have the same units, or a value is infinite.

    Notes
    -----
    p-values are two-sided: from Student's t with two degrees of freedom less than pairs for
    Pearson and Spearman; for Kendall as :func:`scipy.stats.kendalltau` has them. They are not
    corrected for the number of correlations looked at.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 4.1, table 6.
    """
    kernel = CORRELATIONS[method]
    left = as_table(data)
    right = left if other is None else as_table(other)
    if len(left) != len(right) or (other is not None and not left.index.equals(right.index)):
        raise ValueError(
            f"both tables must have the same units in the same order: {len(left)} and {len(right)}"
        )
    first, second = left.to_numpy(dtype=np.float64), right.to_numpy(dtype=np.float64)
    coefficients, p_values = np.full((2, first.shape[1], second.shape[1]), np.nan)
    for rows, columns, others in _blocks(first, second):
        if len(rows) >= FEWEST_PAIRS:
            block = np.ix_(columns, others)
            a, b = first[np.ix_(rows, columns)], second[np.ix_(rows, others)]
            flat = constant(a)[:, None] | constant(b)
            coefficients[block], p_values[block] = np.where(flat, np.nan, kernel(a, b))
    if other is None:
        coefficients, p_values = ((half + half.T) / 2 for half in (coefficients, p_values))
        np.fill_diagonal(coefficients, np.where(np.isnan(coefficients.diagonal()), np.nan, 1.0))
    present = [(~np.isnan(values)).astype(np.int64) for values in (first, second)]
    labels = left.columns, right.columns
    return Correlations(
        pd.DataFrame(coefficients, *labels),
        pd.DataFrame(p_values, *labels),
        pd.DataFrame(present[0].T @ present[1], *labels),
    )


def covariances(values: Array) -> Array:
    """Covariance of every pair of columns over the units that have both, divisor n - 1.

    Parameters
    ----------
    values : ndarray, shape (n_units, n_indicators)
        Values, NaN where missing.

    Returns
    -------
    ndarray, shape (n_indicators, n_indicators)
        NaN where fewer than two units have both.
    """
    found = np.full((values.shape[1], values.shape[1]), np.nan)
    for rows, columns, others in _blocks(values, values):
        if len(rows) >= 2:
            a, b = (values[np.ix_(rows, some)] for some in (columns, others))
            found[np.ix_(columns, others)] = (
                (a - a.mean(axis=0)).T @ (b - b.mean(axis=0)) / (len(rows) - 1)
            )
    symmetric: Array = (found + found.T) / 2
    return symmetric


def as_table(data: pd.DataFrame | ArrayLike) -> pd.DataFrame:
    """Table of float with labels, those of a table or numbers from 0.

    Raises
    ------
    ValueError
        Where it is not two-dimensional or holds an infinite value.
    """
    table = data if isinstance(data, pd.DataFrame) else pd.DataFrame(np.asarray(data, dtype=float))
    infinite = np.isinf(table.to_numpy(dtype=np.float64))
    if infinite.any():
        raise ValueError(
            f"infinite values in {', '.join(map(str, table.columns[infinite.any(0)]))}"
        )
    return table


def constant(values: Array) -> NDArray[np.bool_]:
    """Whether a column holds one value only, or none."""
    # The first value to compare with makes a column of no units one without values.
    highest, lowest = (end.reduce(values, axis=0, initial=np.nan) for end in (np.fmax, np.fmin))
    found: NDArray[np.bool_] = ~(highest > lowest)
    return found


def _blocks(first: Array, second: Array) -> Iterator[tuple[NDArray[np.intp], ...]]:
    """Rows, columns and other columns that have exactly those rows in common.

    Columns that miss the same units go together, so that complete data are one block and one
    matrix product, and every pair is computed from its own units only.
    """
    for known, columns in _patterns(first):
        for also_known, others in _patterns(second):
            yield np.flatnonzero(known & also_known), columns, others


def _patterns(values: Array) -> list[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    patterns: dict[bytes, list[int]] = {}
    known = ~np.isnan(values)
    for column in range(values.shape[1]):
        patterns.setdefault(known[:, column].tobytes(), []).append(column)
    return [(known[:, columns[0]], np.array(columns)) for columns in patterns.values()]


def _pearson(first: Array, second: Array) -> tuple[Array, Array]:
    from scipy.special import betainc

    found = np.clip(_unit_vectors(first).T @ _unit_vectors(second), -1.0, 1.0)
    # The tail of Student's t: t^2 = r^2 (n - 2) / (1 - r^2).
    p_values: Array = betainc((len(first) - 2) / 2, 0.5, 1 - found**2)
    return found, p_values


def _spearman(first: Array, second: Array) -> tuple[Array, Array]:
    from scipy.stats import rankdata

    return _pearson(rankdata(first, axis=0), rankdata(second, axis=0))


def _kendall(first: Array, second: Array) -> tuple[Array, Array]:
    from scipy.stats import kendalltau

    found = np.full((2, first.shape[1], second.shape[1]), np.nan)
    changing = [np.flatnonzero(~constant(values)) for values in (first, second)]
    for i in changing[0]:
        for j in changing[1]:
            found[:, i, j] = kendalltau(first[:, i], second[:, j])
    return found[0], found[1]


def _unit_vectors(values: Array) -> Array:
    """Columns less their mean, of length 1; 0 where constant."""
    scaled, _ = to_unit_magnitude(values)
    away = scaled - scaled.mean(axis=0)
    lengths = np.sqrt((away**2).sum(axis=0))
    vectors: Array = away / np.where(lengths > 0, lengths, 1.0)
    return vectors


#: Name of a correlation -> function of two complete arrays that gives coefficients and p-values.
CORRELATIONS: Mapping[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "kendall": _kendall,
}


def correlation_table(
    scores: pd.DataFrame,
    framework: Framework,
    method: str = "pearson",
    *,
    negative: float = -0.4,
    weak: float = 0.3,
    collinear: float = 0.92,
    significance: float = 0.05,
) -> pd.DataFrame:
    """Correlations the framework takes for granted: of siblings, and of nodes with what they make.

    Siblings that go against each other cancel out in their mean, siblings that hardly differ count
    twice, and a node that is not correlated with its ancestors is not in them, whatever its weight.

    Parameters
    ----------
    scores : DataFrame, units x nodes
        Scores of at least all scored nodes, directions applied, NaN where missing.
    framework : Framework
    method : {"pearson", "spearman", "kendall"}
    negative, weak, collinear : float, ascending from -1 to 1
        Limits of the flags. The first two are those of COINr; 0.92, above which audits of the
        Joint Research Centre speak of redundancy, is 0.9 there.
    significance : float, 0..1
        A p-value below it is significant.

    Returns
    -------
    DataFrame, one row for each pair
        ``relation``: "siblings" or "ancestor". ``group``: the parent that siblings share, or the
        ancestor. ``node``, ``other``: the pair; the other is the sibling or the ancestor.
        ``correlation``, ``p_value``, ``pairs``: see :class:`Correlations`. ``flag``: "negative"
        (below ``negative``), "weak" (up to ``weak``), "strong" (above), "collinear" (siblings
        above ``collinear``; a node may well be like what it is a part of), or "undefined" where
        there is no coefficient. ``significant``: bool.

    Raises
    ------
    KeyError
        Where ``method`` is unknown.
    ValueError
        Where scores of a node are missing from the table, or the limits do not ascend.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``plot_corr``, ``flagthresh``).
    Saisana, Becker, Neves, Alberti, Dominguez-Torreiro (2019), Your 10-Step Pocket Guide to
    Composite Indicators & Scoreboards, European Commission, step 7 (statistical coherence).
    """
    if not -1 <= negative <= weak <= collinear <= 1:
        raise ValueError(f"limits must ascend from -1 to 1: {negative}, {weak}, {collinear}")
    nodes = list(framework.scored_nodes)
    found = correlations(table_of(scores, nodes), method=method)
    rows: list[dict[str, Any]] = []
    for group in nodes:
        children = framework.children(group)
        for place, child in enumerate(children):
            rows += [
                {"relation": "siblings", "group": group, "node": child, "other": sibling}
                for sibling in children[place + 1 :]
            ]
    rows += [
        {"relation": "ancestor", "group": ancestor, "node": node, "other": ancestor}
        for node in nodes
        for ancestor in framework.ancestors(node)
    ]
    table = pd.DataFrame(rows, columns=["relation", "group", "node", "other"], dtype=object)
    places = pd.Index(nodes)
    at = tuple(places.get_indexer(pd.Index(table[end])) for end in ("node", "other"))
    coefficients = found.coefficients.to_numpy()[at]
    p_values = found.p_values.to_numpy()[at]
    flags = np.array(["negative", "weak", "strong", "collinear", "undefined"], dtype=object)
    flag = np.searchsorted([weak, collinear], coefficients, side="left") + 1
    flag[(flag == 3) & (table["relation"] == "ancestor").to_numpy()] = 2
    flag[coefficients < negative] = 0
    flag[np.isnan(coefficients)] = 4
    return table.assign(
        correlation=coefficients,
        p_value=p_values,
        pairs=found.pairs.to_numpy()[at],
        flag=flags[flag],
        significant=p_values < significance,
    )


def table_of(scores: pd.DataFrame, nodes: list[str]) -> pd.DataFrame:
    """Columns of these nodes.

    Raises
    ------
    ValueError
        Where the table lacks some.
    """
    lacking = [node for node in nodes if node not in scores.columns]
    if lacking:
        raise ValueError(f"there are no scores of {', '.join(lacking)}")
    return scores[nodes]

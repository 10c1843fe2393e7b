"""Cronbach's alpha: whether indicators that are added up measure one thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators import Framework
from scoring.multivariate.components import families
from scoring.multivariate.correlation import (
    as_table,
    constant,
    correlations,
    covariances,
    table_of,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of indicators and what each of them does to it.

    Parameters
    ----------
    alpha : float
        At most 1; negative where the indicators go against each other; NaN with fewer than two
        indicators that vary, or where their sum does not.
    items : DataFrame, index indicator
        ``item_total_correlation``: correlation of the indicator with the sum of the others.
        ``alpha_without``: alpha of the others; where it is above ``alpha``, the indicator does not
        fit. NaN for an indicator that is left out or alone.
    """

    alpha: float
    items: pd.DataFrame


def cronbach_alpha(data: pd.DataFrame | ArrayLike, standardised: bool = False) -> float:
    """Cronbach's alpha: the share of the variance of the sum that the indicators have in common.

    Parameters and errors as for :func:`reliability`, of which it is one figure.

    Returns
    -------
    float
        At most 1; NaN with fewer than two indicators that vary, or where their sum does not.
    """
    return reliability(data, standardised).alpha


def reliability(data: pd.DataFrame | ArrayLike, standardised: bool = False) -> Reliability:
    """Cronbach's alpha, alpha without each indicator, and item-total correlations.

    From the covariances, each over the units that have both values. An indicator without values
    or with one value only is left out.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_units, n_indicators)
        Values or scores with directions applied, NaN where missing.
    standardised : bool
        Whether every indicator is first divided by its standard deviation (correlations in place
        of covariances). Scores on one scale need not be; raw values should.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        Where a value is infinite.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 4.3, table 11.
    """
    table = as_table(data)
    varying = table.loc[:, ~constant(table.to_numpy(dtype=np.float64))]
    if standardised:
        matrix = correlations(varying).coefficients.to_numpy()
    else:
        values = varying.to_numpy(dtype=np.float64)
        # One power of 2 for all, so that squares do not overflow; alpha does not depend on it.
        _, exponent = np.frexp(np.nanmax(np.abs(values), initial=0.0))
        matrix = covariances(np.ldexp(values, -exponent))
    variances = matrix.diagonal()
    total, trace = matrix.sum(), variances.sum()
    with_others = matrix.sum(axis=1) - variances
    total_without = total - 2 * with_others - variances
    trace_without = trace - variances
    product = variances * total_without
    related = product > 0
    items = pd.DataFrame(
        {
            "item_total_correlation": np.divide(
                with_others,
                np.sqrt(np.where(related, product, 1.0)),
                out=np.full(len(variances), np.nan),
                where=related,
            ),
            "alpha_without": _alpha(len(variances) - 1, total_without, trace_without),
        },
        index=varying.columns,
    )
    alpha = _alpha(len(variances), np.array([total]), np.array([trace]))
    return Reliability(float(alpha[0]), items.reindex(table.columns))


def reliability_table(scores: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """Cronbach's alpha of the children of every group, and of all indicators together.

    Parameters
    ----------
    scores : DataFrame, units x nodes
        Scores of at least all scored nodes, NaN where missing.
    framework : Framework

    Returns
    -------
    DataFrame, one row for each group
        ``group``; ``of``: "children", or "indicators" for those of the whole index (not repeated
        where they are its children); ``items``: their number; ``alpha``; ``standardised_alpha``.

    Raises
    ------
    ValueError
        Where scores of a node are missing from the table.
    """
    return pd.DataFrame(
        [
            {
                "group": group,
                "of": of,
                "items": len(nodes),
                "alpha": cronbach_alpha(table_of(scores, nodes)),
                "standardised_alpha": cronbach_alpha(table_of(scores, nodes), standardised=True),
            }
            for group, of, nodes in families(framework)
        ]
    )


def _alpha(number: int, total: Array, trace: Array) -> Array:
    """Alpha from the sum and the trace of a matrix of covariances; NaN where the sum is 0."""
    defined = total > 1e-12 * trace if number > 1 else np.zeros(total.shape, dtype=bool)
    shares = np.divide(trace, total, out=np.full(total.shape, np.nan), where=defined)
    alpha: Array = number / max(number - 1, 1) * (1 - shares)
    return alpha

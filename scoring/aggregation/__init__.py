"""Aggregation: the scores of siblings become the score of their parent (Handbook, step 6).

A method is a function ``function(scores, shares, *, option=default, ...)`` and one line in
:data:`AGGREGATIONS`. Missing scores are not its business: one rule for all of them stands in
:mod:`scoring.aggregation.missing`, and :func:`aggregate` applies it before the function is called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.aggregation.consensus import kemeny
from scoring.aggregation.distance import topsis, vikor
from scoring.aggregation.frontier import benefit_of_the_doubt
from scoring.aggregation.means import (
    arithmetic,
    generalised_mean,
    geometric,
    harmonic,
    mazziotta_pareto,
    median,
    minimum,
    ordered_weighted,
    weighted_sum,
)
from scoring.aggregation.missing import (
    MISSING_RULES,
    TOLERANCE,
    check_rule,
    completed,
    coverage,
    presence,
    shares_of,
)
from scoring.aggregation.outranking import copeland, promethee
from scoring.domain import DomainError

__all__ = [
    "AGGREGATIONS",
    "MISSING_RULES",
    "POSITIVE_ONLY",
    "TOLERANCE",
    "Aggregation",
    "aggregate",
    "coverage",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Aggregation:
    """A function that aggregates, and what is to be known about it.

    Parameters
    ----------
    function : callable
        ``function(scores, shares, *, option=default, ...)`` with scores (..., n_units, n_children),
        all present and 1 where they do not count, and shares of weight that sum to 1 over the
        children and broadcast to the scores; returns (..., n_units). Its keyword-only parameters
        are options of [aggregation].
    positive : bool
        Whether every score that counts must be above 0, by the default options. Functions check
        their exact domain themselves and raise :class:`scoring.domain.DomainError`.
    relative : bool
        Whether the score of a unit depends on the other units. Such a function gets only the
        units that have a score, and shares of the full shape of the scores.
    monotone : bool
        Whether a better score of a child never lowers the result.
    between : bool
        Whether the result lies between the lowest and the highest score of the children, so that
        it stays on their scale.
    linear : bool
        Whether the result is a weighted sum of the scores, with weights that are the same for all.
    total_weight : bool
        Whether the function takes the total of the weights as ``total_weight``, because their
        size matters and not only their ratios.
    """

    function: Callable[..., Array]
    positive: bool = False
    relative: bool = False
    monotone: bool = True
    between: bool = True
    linear: bool = False
    total_weight: bool = False

    def __call__(self, scores: Array, shares: Array, **options: object) -> Array:
        """Result of the function."""
        return self.function(scores, shares, **options)

    @cached_property
    def options(self) -> Mapping[str, object]:
        """Options of the function and their defaults."""
        return {
            name: parameter.default
            for name, parameter in inspect.signature(self.function).parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
            and not (self.total_weight and name == "total_weight")
        }


#: Name in method.toml -> aggregation.
AGGREGATIONS: Mapping[str, Aggregation] = {
    "arithmetic": Aggregation(arithmetic, linear=True),
    "geometric": Aggregation(geometric, positive=True),
    "harmonic": Aggregation(harmonic, positive=True),
    "generalised_mean": Aggregation(generalised_mean),
    "median": Aggregation(median),
    "minimum": Aggregation(minimum),
    "sum": Aggregation(weighted_sum, between=False, linear=True, total_weight=True),
    "mazziotta_pareto": Aggregation(mazziotta_pareto, monotone=False, between=False),
    "ordered_weighted": Aggregation(ordered_weighted),
    "topsis": Aggregation(topsis, relative=True, monotone=False, between=False),
    "vikor": Aggregation(vikor, relative=True, between=False),
    "promethee": Aggregation(promethee, relative=True, between=False),
    "copeland": Aggregation(copeland, relative=True, between=False),
    "kemeny": Aggregation(kemeny, relative=True, between=False),
    "benefit_of_the_doubt": Aggregation(benefit_of_the_doubt, relative=True, between=False),
}

#: Aggregations that are defined for scores above 0 only.
POSITIVE_ONLY = frozenset(name for name, entry in AGGREGATIONS.items() if entry.positive)


def aggregate(
    scores: ArrayLike,
    weights: ArrayLike,
    method: str = "arithmetic",
    missing: str = "renormalise",
    minimum_coverage: float = 0.0,
    **options: object,
) -> Array:
    """Score of a parent from the scores of its children.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Finite scores, NaN where missing.
    weights : array_like, shape (..., n_children)
        Weights, 0 or more, not all 0. Only their ratios matter, except to the sum.
    method : str
        Key of :data:`AGGREGATIONS`.
    missing : {"renormalise", "propagate", "zero"}
        What to do with missing scores; see :mod:`scoring.aggregation.missing`.
    minimum_coverage : float, 0..1
        Share of weight that must be present.
    **options
        Options of the method, such as ``power`` of the generalised mean.

    Returns
    -------
    ndarray, shape (..., n_units)
        NaN where the parent has no score.

    Raises
    ------
    KeyError
        Where ``method`` or ``missing`` is unknown.
    ValueError
        Where an option is unknown or its value wrong, or a weight is.
    DomainError
        Where a score that counts is outside the domain of the method.
    """
    aggregation = AGGREGATIONS[method]
    check_rule(missing, minimum_coverage)
    _check_options(method, aggregation, options)
    scores = np.asarray(scores, dtype=np.float64)
    shares = shares_of(weights)[..., None, :]
    if aggregation.total_weight:
        options["total_weight"] = np.asarray(weights, dtype=np.float64).sum(axis=-1)
    shape = np.broadcast_shapes(scores.shape, shares.shape)
    if 0 in shape:
        return np.empty(shape[:-1])
    if aggregation.linear:
        # The result itself tells whether anything is missing.
        result = aggregation(scores, shares, **options)
        if not np.isnan(result).any():
            return result
    elif (shares > 0).all() and not np.isnan(scores).any():
        if aggregation.relative:
            scores, shares = np.broadcast_to(scores, shape), np.broadcast_to(shares, shape)
        return aggregation(scores, shares, **options)
    there = presence(scores, shares, missing, minimum_coverage)
    if aggregation.linear:
        # Missing scores as 0, and the result divided by what is there.
        result = aggregation(np.where(there.absent, 0.0, scores), shares, **options)
        return np.where(there.defined, result / there.divisor, np.nan)
    scores, shares = completed(scores, shares, there, missing)
    if aggregation.relative and not there.defined.all():
        return _among_defined(aggregation, scores, shares, there.defined, options)
    return np.where(there.defined, aggregation(scores, shares, **options), np.nan)


def _among_defined(
    aggregation: Aggregation,
    scores: Array,
    shares: Array,
    defined: NDArray[np.bool_],
    options: Mapping[str, object],
) -> Array:
    """Scores of units that are compared with those alone that get one."""
    result = np.full(defined.shape, np.nan)
    for draw in np.ndindex(defined.shape[:-1]):
        kept = np.flatnonzero(defined[draw])
        if len(kept) == 0:
            continue
        try:
            result[draw][kept] = aggregation(scores[draw][kept], shares[draw][kept], **options)
        except DomainError as error:
            rows = kept[error.rows]
            raise DomainError(error.requirement, rows, error.columns, error.values) from error
    return result


def _check_options(method: str, aggregation: Aggregation, options: Mapping[str, object]) -> None:
    unknown = [name for name in options if name not in aggregation.options]
    if unknown:
        known = ", ".join(aggregation.options) or "none"
        raise ValueError(f"{method} has no option {', '.join(unknown)}; its options: {known}")

"""The index as a function of weights: a ratio of two linear forms, wherever it is one.

Everything here works on exact scores: whatever [rounding] and [ranking] on say, nothing is rounded
on the way. Of a panel it is the newest year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, InvalidInputError
from scoring.aggregation import AGGREGATIONS, TOLERANCE
from scoring.assessment import Assessment
from scoring.method import aggregation_of
from scoring.options import AggregationChoice, Rounding
from scoring.ranking import rank
from scoring.tree import aggregate_tree, options_of
from scoring.what_if.power_mean import PowerMean
from scoring.what_if.scores import has_score, index_scores

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Instead of a group: all indicators at once, by their effective weights in the index.
INDICATORS = "indicators"


class NoLinearFormError(ValueError):
    """The index is no weighted mean of the children of a group, nor ordered like one.

    Parameters
    ----------
    group : str
        The group whose weights were to change.
    node : str
        Group between it and the index that stands in the way.
    method : str
        Its aggregation.
    """

    def __init__(self, group: str, node: str, method: str) -> None:
        super().__init__(group, node, method)
        self.group = group
        self.node = node
        self.method = method

    def __str__(self) -> str:
        return (
            f"there is no exact answer for the weights in {self.group}: {self.node} is aggregated "
            f"by {self.method}, and the index must be an arithmetic mean from {self.group} up, or "
            "a geometric, harmonic or generalised mean whose own children are weighed; choose "
            "another group, or ask for the stability, which can be searched for"
        )


@dataclass(frozen=True, eq=False)
class IndexForm:
    """The index of every unit as a function of the shares of some siblings, all else unchanged.

    A unit that has a score in the group has the index ``numerators @ shares / (denominators @
    shares)``, or a rising function of that; any other has the index ``otherwise``. Without missing
    scores the denominators are 1, and the index is linear in the shares.

    Parameters
    ----------
    assessment : Assessment
    group : str
        Group whose children are weighed, or "indicators" for all indicators.
    children : tuple of str
        Codes of what is weighed.
    shares : ndarray, shape (n_children,)
        Shares of weight now, sum 1; effective weights for "indicators".
    numerators, denominators : ndarray, shape (n_units, n_children)
        NaN for a unit that has no index even with a score in the group.
    otherwise : ndarray, shape (n_units,)
        Index of a unit that has no score in the group; NaN where it has none either.
    present : ndarray of bool, shape (n_units, n_children)
        Whether the child has a score.
    minimum_coverage : float
        Share of weight that must be present for a score in the group.
    propagates : bool
        Whether a missing child of weight above 0 leaves the group without a score.
    mean : PowerMean or None
        What the ratio is brought back to the scale of the index by; None where it is the index.
    holds : ndarray of bool, shape (n_units,)
        Whether all this describes the unit. Only for "indicators" there are some that it does
        not: with scores missing, the groups rescale what is left each by itself.
    """

    assessment: Assessment
    group: str
    children: tuple[str, ...]
    shares: Array
    numerators: Array
    denominators: Array
    otherwise: Array
    present: Flags
    minimum_coverage: float
    propagates: bool
    mean: PowerMean | None
    holds: Flags

    def scored(self, shares: Array) -> Flags:
        """Whether each unit has a score in the group.

        Parameters
        ----------
        shares : ndarray, shape (..., n_children)

        Returns
        -------
        ndarray of bool, shape (..., n_units)
        """
        return has_score(self.present, shares, self.minimum_coverage, self.propagates)

    def standard(self) -> tuple[Array, Array]:
        """The form with the scores that units have in the group now, on one scale for all units.

        Returns
        -------
        numerators, denominators : ndarray, shape (n_units, n_children)
            Denominators 1 where a child counts and 0 where it is missing; all 1 for a unit that
            has no score in the group, whose index does not change.
        """
        in_group = self.scored(self.shares)[:, None]
        size = self.denominators.max(axis=1, keepdims=True)
        size = np.where(in_group & (size > 0), size, 1.0)
        numerators = np.where(in_group, self.numerators / size, self.otherwise[:, None])
        denominators = np.where(in_group, self.denominators / size, 1.0)
        return numerators, denominators

    def weights(self, shares: Array) -> Array:
        """Weights of all nodes with these shares and everything else as it is.

        Parameters
        ----------
        shares : ndarray, shape (..., n_children)

        Returns
        -------
        ndarray, shape (..., n_nodes)
            In the order of ``framework.scored_nodes``.
        """
        framework, table = self.assessment.framework, self.assessment.weights["weight"]
        place = {node: column for column, node in enumerate(framework.scored_nodes)}
        weights = np.empty((*shares.shape[:-1], len(place)))
        weights[:] = table.to_numpy(dtype=np.float64)
        if self.group != INDICATORS:
            columns = [place[child] for child in self.children]
            weights[..., columns] = shares * weights[..., columns].sum(axis=-1, keepdims=True)
            return weights
        below = dict(zip(self.children, np.moveaxis(shares, -1, 0), strict=True))
        for group in framework.groups:
            children = framework.children(group)
            columns = [place[child] for child in children]
            found = np.stack([below[child] for child in children], axis=-1)
            below[group] = found.sum(axis=-1)
            # A group without weight keeps the weights inside: they do not count.
            total = below[group][..., None]
            counts = total > 0
            inside = found / np.where(counts, total, 1.0)
            before = weights[..., columns]
            size = before.sum(axis=-1, keepdims=True)
            weights[..., columns] = np.where(counts, inside * size, before)
        return weights

    def ranks(self, shares: Array) -> Array:
        """Ranks in the index under other shares, from the scores of the whole tree.

        Parameters
        ----------
        shares : ndarray, shape (..., n_children)

        Returns
        -------
        ndarray, shape (..., n_units)
            1 and how many are ahead; NaN where there is no score.
        """
        return rank(index_scores(self.assessment, self.weights(shares)))


def index_form(assessment: Assessment, group: str | None = None) -> IndexForm:
    """The index as a function of the shares in a group.

    Parameters
    ----------
    assessment : Assessment
    group : str, optional
        Group whose children are weighed; the index itself where left out; "indicators" for the
        effective weights of all indicators.

    Returns
    -------
    IndexForm
        From the group up to the index every aggregation is linear, and the form is the index
        itself; or the group is the index and aggregated by a power mean (geometric, harmonic,
        generalised), which orders the units like a weighted mean of transformed scores.

    Raises
    ------
    NoLinearFormError
        Where there is none.
    InvalidInputError
        Where there is no such group.
    """
    framework = assessment.framework
    group = framework.root if group is None else group
    if group not in framework.groups and group != INDICATORS:
        known = [*framework.groups, INDICATORS]
        fields = {"value": group, "known": known}
        raise InvalidInputError([Finding("unknown_code", "error", fields=fields)])
    choices = aggregation_of(assessment.indicator_set, assessment.method)
    if group == INDICATORS:
        return _of_indicators(assessment, choices)
    children, choice = framework.children(group), choices[group]
    nodes = _exact_nodes(assessment, choices)
    scores = nodes[list(children)].to_numpy(dtype=np.float64)
    present = ~np.isnan(scores)
    filled = np.where(present, scores, 0.0)
    mean = None
    if not _is_linear(choice):
        counts = present | (choice.missing == "zero")
        mean = _power_mean(choice, filled) if group == framework.root else None
        if mean is None or not np.isfinite(mean.linear(filled)[counts]).all():
            raise NoLinearFormError(group, group, choice.name)
        filled = np.where(counts, mean.linear(np.where(counts, filled, mean.scale)), 0.0)
    numerators = filled * _total(assessment, group, choice)
    denominators = (
        np.ones(numerators.shape) if choice.missing == "zero" else present.astype(np.float64)
    )
    missing = np.full(numerators.shape, np.nan)
    forms = [(numerators, denominators), (missing, np.ones(numerators.shape))]
    node = group
    while node != framework.root:
        parent = framework[node].parent
        if not _is_linear(choices[parent]):
            raise NoLinearFormError(group, parent, choices[parent].name)
        forms = [_one_up(assessment, choices[parent], nodes, node, *form) for form in forms]
        node = parent
    (numerators, denominators), (constant, ones) = forms
    return IndexForm(
        assessment=assessment,
        group=group,
        children=children,
        shares=assessment.weights.loc[list(children), "share"].to_numpy(dtype=np.float64),
        numerators=numerators,
        denominators=denominators,
        otherwise=constant[:, 0] / ones[:, 0],
        present=present,
        minimum_coverage=choice.minimum_coverage,
        propagates=choice.missing == "propagate",
        mean=mean,
        holds=np.ones(len(numerators), dtype=np.bool_),
    )


def _one_up(
    assessment: Assessment,
    choice: AggregationChoice,
    nodes: pd.DataFrame,
    node: str,
    numerators: Array,
    denominators: Array,
) -> tuple[Array, Array]:
    """Form of a parent from that of one of its children; its other children stay as they are."""
    framework, shares = assessment.framework, assessment.weights["share"]
    parent = framework[node].parent
    others = [child for child in framework.children(parent) if child != node]
    own, beside = float(shares[node]), shares[others].to_numpy(dtype=np.float64)
    scores = nodes[others].to_numpy(dtype=np.float64)
    absent: Flags = np.isnan(scores)
    rest = np.where(absent, 0.0, scores) @ beside
    there: Flags = np.asarray(~np.isnan(numerators).any(axis=1))
    lacking = absent @ beside + np.where(there, 0.0, own)
    covered = np.where(lacking == 0, 1.0, ~absent @ beside + np.where(there, own, 0.0))
    enough = covered >= choice.minimum_coverage - TOLERANCE
    if choice.missing == "propagate":
        enough = lacking == 0
    defined = (covered > 0) & enough
    divisor = np.ones(len(covered)) if choice.missing == "zero" else covered
    below = np.where(there[:, None], denominators, 1.0)
    total = np.where(there[:, None], own * numerators, 0.0) + rest[:, None] * below
    total = np.where(defined[:, None], total * _total(assessment, parent, choice), np.nan)
    return total, below * np.where(defined, divisor, 1.0)[:, None]


def _of_indicators(assessment: Assessment, choices: Mapping[str, AggregationChoice]) -> IndexForm:
    """Index as a function of the effective weights of all indicators."""
    framework = assessment.framework
    factors = {framework.root: 1.0}
    for group in reversed(framework.groups):
        choice = choices[group]
        if not _is_linear(choice):
            raise NoLinearFormError(INDICATORS, group, choice.name)
        factor = factors[group] * _total(assessment, group, choice)
        factors |= dict.fromkeys(framework.children(group), factor)
    children = framework.indicators
    scores = assessment.normalised.to_numpy(dtype=np.float64)
    present = ~np.isnan(scores)
    numerators = np.where(present, scores, 0.0) * [factors[child] for child in children]
    effective = assessment.weights.loc[list(children), "effective_weight"]
    return IndexForm(
        assessment=assessment,
        group=INDICATORS,
        children=children,
        shares=effective.to_numpy(dtype=np.float64),
        numerators=numerators,
        denominators=np.ones(numerators.shape),
        otherwise=np.full(len(numerators), np.nan),
        present=present,
        minimum_coverage=0.0,
        propagates=False,
        mean=None,
        holds=present.all(axis=1),
    )


def _exact_nodes(assessment: Assessment, choices: Mapping[str, AggregationChoice]) -> pd.DataFrame:
    """Scores of all nodes, of which none was rounded on the way."""
    if assessment.method.rounding.decimals == "none" or assessment.method.rounding.level != "all":
        return assessment.exact_scores
    weights = assessment.weights["weight"].to_numpy(dtype=np.float64)
    normalised = assessment.normalised.to_numpy(dtype=np.float64)
    found = aggregate_tree(assessment.framework, choices, Rounding(), normalised, weights)
    table = assessment.exact_scores
    return pd.DataFrame(found.exact, table.index, table.columns)


def _power(choice: AggregationChoice, children: tuple[str, ...] = ()) -> float | None:
    """Power of the mean that an aggregation is, None where it is no mean of finite power."""
    if choice.name != "generalised_mean":
        return {"arithmetic": 1.0, "harmonic": -1.0, "geometric": 0.0}.get(choice.name)
    given = options_of(choice, children).get("power", AGGREGATIONS[choice.name].options["power"])
    power = float(str(given))
    return power if np.isfinite(power) else None


def _is_linear(choice: AggregationChoice) -> bool:
    return AGGREGATIONS[choice.name].linear or _power(choice) == 1


def _power_mean(choice: AggregationChoice, scores: Array) -> PowerMean | None:
    power, scale = _power(choice), scores.max(initial=0.0)
    return None if power is None or scale <= 0 else PowerMean(power, float(scale))


def _total(assessment: Assessment, group: str, choice: AggregationChoice) -> float:
    """What a weighted mean is multiplied by: the total weight for sums, where its size matters."""
    if not AGGREGATIONS[choice.name].total_weight:
        return 1.0
    children = list(assessment.framework.children(group))
    return float(assessment.weights.loc[children, "weight"].sum())

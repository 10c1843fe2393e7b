"""From the scores of the indicators to those of every group, up the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators import Framework
from scoring.aggregation import AGGREGATIONS, aggregate, coverage
from scoring.domain import DomainError, ParameterError
from scoring.options import AggregationChoice, Rounding
from scoring.ranking import round_scores

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TreeScores:
    """Scores of all nodes.

    Parameters
    ----------
    exact, rounded : ndarray, shape (..., n_units, n_nodes)
        Scores before and after rounding, nodes in the order of ``framework.scored_nodes``; NaN
        where there is none.
    coverage : ndarray, shape (..., n_units, n_groups)
        Share of weight for which there is a score, 0 to 1, in the order of ``framework.groups``.
    """

    exact: Array
    rounded: Array
    coverage: Array


class NodeDomainError(DomainError):
    """An aggregation is not defined for some scores of a group's children.

    Parameters
    ----------
    error : DomainError
        Rows are units and columns the children of the group.
    group, method : str
        Group and its aggregation.
    children : tuple of str
        Codes of the columns.
    """

    def __init__(
        self, error: DomainError, group: str, method: str, children: tuple[str, ...]
    ) -> None:
        super().__init__(error.requirement, error.rows, error.columns, error.values)
        self.group = group
        self.method = method
        self.children = children


class NodeRefusedError(ValueError):
    """An aggregation cannot be computed with its options, or for so many units.

    Parameters
    ----------
    reason : str
    group, method : str
        Group and its aggregation.
    """

    def __init__(self, reason: str, group: str, method: str) -> None:
        super().__init__(reason, group, method)
        self.reason = reason
        self.group = group
        self.method = method


def aggregate_tree(
    framework: Framework,
    choices: Mapping[str, AggregationChoice],
    rounding: Rounding,
    normalised: Array,
    weights: Array,
    weigh: Callable[[str, Array], Array] | None = None,
) -> TreeScores:
    """Aggregate from the lowest groups up to the index.

    Parameters
    ----------
    framework : Framework
    choices : mapping of str to AggregationChoice
        Choice of each group.
    rounding : Rounding
        Whether every level is computed from the rounded one below it, or the index alone rounded.
    normalised : ndarray, shape (..., n_units, n_indicators)
        Scores of the indicators, NaN where missing.
    weights : ndarray, shape (..., n_nodes)
        Weights of all nodes relative to their siblings, 0 or more. Leading axes broadcast with
        those of ``normalised``, so that many sets of weights are one call.
    weigh : callable, optional
        ``weigh(group, scores of its children (..., n_units, n_children))`` gives weights
        (..., n_children) that take the place of those in ``weights``.

    Returns
    -------
    TreeScores

    Raises
    ------
    NodeDomainError
        Where a score lies outside the domain of an aggregation.
    NodeRefusedError
        Where an aggregation cannot be computed for another reason.
    """
    position = {code: row for row, code in enumerate(framework.scored_nodes)}
    leaves = [position[code] for code in framework.indicators]
    leading = np.broadcast_shapes(normalised.shape[:-2], weights.shape[:-1])
    # Node by node: the scores of a node stand side by side.
    exact = np.empty((*leading, len(position), normalised.shape[-2]))
    exact[..., leaves, :] = normalised.swapaxes(-1, -2)
    rounded = exact
    if rounding.decimals != "none":
        rounded = exact.copy()
        if rounding.level == "all":
            rounded[..., leaves, :] = round_scores(
                exact[..., leaves, :], rounding.decimals, rounding.mode
            )
    covered = np.ones((*leading, len(framework.groups), normalised.shape[-2]))
    gaps = np.isnan(normalised).any()
    steps = aggregate_groups(framework, choices, rounding, normalised, weights, weigh)
    for row, step in enumerate(steps):
        if gaps:
            covered[..., row, :] = coverage(step.below, step.weights)
        exact[..., position[step.group], :] = step.exact
        if rounding.decimals != "none":
            rounded[..., position[step.group], :] = step.rounded
    return TreeScores(*(table.swapaxes(-1, -2) for table in (exact, rounded, covered)))


class GroupStep(NamedTuple):
    """One group on the way up the tree.

    Attributes
    ----------
    group : str
    below : ndarray, shape (..., n_units, n_children)
        Scores of its children as they were aggregated.
    weights : ndarray, shape (..., n_children)
    exact, rounded : ndarray, shape (..., n_units)
        Its own scores before and after rounding; the same array where nothing is rounded.
    """

    group: str
    below: Array
    weights: Array
    exact: Array
    rounded: Array


def aggregate_groups(
    framework: Framework,
    choices: Mapping[str, AggregationChoice],
    rounding: Rounding,
    normalised: Array,
    weights: Array,
    weigh: Callable[[str, Array], Array] | None = None,
) -> Iterator[GroupStep]:
    """Aggregate one group after the other, from the lowest up to the index.

    Parameters and errors are those of :func:`aggregate_tree`. Scores that do not depend on the
    leading axes of ``weights`` are not repeated along them: draws of weights cost no more memory
    than the scores of the groups.

    Yields
    ------
    GroupStep
        In the order of ``framework.groups``.
    """
    # A node's scores side by side: in memory, one child of a group comes after the other.
    leaves = np.ascontiguousarray(normalised.swapaxes(-1, -2))
    if rounding.decimals != "none" and rounding.level == "all":
        leaves = round_scores(leaves, rounding.decimals, rounding.mode)
    position = {code: row for row, code in enumerate(framework.scored_nodes)}
    leaf = {code: row for row, code in enumerate(framework.indicators)}
    found: dict[str, Array] = {}
    for group in framework.groups:
        codes = framework.children(group)
        below = _children_scores(codes, leaves, leaf, found)
        if weigh is None:
            shares = weights[..., _side_by_side([position[code] for code in codes])]
        else:
            shares = weigh(group, below)
        exact = rounded = aggregate_group(group, codes, choices[group], below, shares)
        if rounding.decimals != "none" and (rounding.level == "all" or group == framework.root):
            rounded = round_scores(exact, rounding.decimals, rounding.mode)
        found[group] = rounded
        yield GroupStep(group, below, shares, exact, rounded)


def _children_scores(
    children: tuple[str, ...], leaves: Array, leaf: Mapping[str, int], found: Mapping[str, Array]
) -> Array:
    """Scores of children (..., n_units, n_children), one child after the other in memory."""
    rows = [leaf[child] for child in children if child in leaf]
    if len(rows) == len(children):
        return leaves[..., _side_by_side(rows), :].swapaxes(-1, -2)
    parts = [leaves[..., leaf[child], :] if child in leaf else found[child] for child in children]
    return np.stack(np.broadcast_arrays(*parts), axis=-2).swapaxes(-1, -2)


def aggregate_group(
    group: str, children: tuple[str, ...], choice: AggregationChoice, scores: Array, weights: Array
) -> Array:
    """Scores of one group.

    Parameters
    ----------
    group : str
    children : tuple of str
        What it holds.
    choice : AggregationChoice
    scores : ndarray, shape (..., n_units, n_children)
        NaN where missing.
    weights : ndarray, shape (..., n_children)
        0 or more.

    Returns
    -------
    ndarray, shape (..., n_units)

    Raises
    ------
    NodeDomainError, NodeRefusedError
        As for :func:`aggregate_tree`.
    """
    try:
        return aggregate(
            scores,
            weights,
            choice.name,
            choice.missing,
            choice.minimum_coverage,
            **options_of(choice, children),
        )
    except DomainError as error:
        raise NodeDomainError(error, group, choice.name, children) from error
    except ParameterError as error:
        names = ", ".join(children[child] for child in error.columns.tolist())
        reason = f"it needs {error.requirement} for {names}"
        raise NodeRefusedError(reason, group, choice.name) from error
    except ValueError as error:
        raise NodeRefusedError(str(error), group, choice.name) from error


def _side_by_side(positions: list[int]) -> slice | list[int]:
    """Positions as a slice, which copies nothing, where they stand side by side."""
    first, last = positions[0], positions[-1] + 1
    return slice(first, last) if positions == list(range(first, last)) else positions


def options_of(choice: AggregationChoice, children: tuple[str, ...]) -> dict[str, object]:
    """The options that somebody has set and the aggregation takes, one number for each child."""
    options: dict[str, object] = {}
    for name, usual in AGGREGATIONS[choice.name].options.items():
        if name not in choice.model_fields_set:
            continue
        value = getattr(choice, name)
        if isinstance(value, Mapping):
            # What a table leaves out is as usual, or missing where nothing is usual.
            value = [value.get(child, np.nan if usual is None else usual) for child in children]
        options[name] = value
    return options

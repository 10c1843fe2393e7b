"""From the scores of the indicators to those of every group, up the tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    leading = np.broadcast_shapes(normalised.shape[:-2], weights.shape[:-1])
    # Node by node: a node's scores, and those of leaves below one parent, stand side by side.
    exact = np.empty((*leading, len(position), normalised.shape[-2]))
    exact[..., [position[code] for code in framework.indicators], :] = normalised.swapaxes(-1, -2)
    rounded = exact
    if rounding.decimals != "none":
        rounded = exact.copy()
        if rounding.level == "all":
            leaves = [position[code] for code in framework.indicators]
            rounded[..., leaves, :] = round_scores(
                exact[..., leaves, :], rounding.decimals, rounding.mode
            )
    covered = np.ones((*leading, len(framework.groups), normalised.shape[-2]))
    gaps = np.isnan(normalised).any()
    for row, group in enumerate(framework.groups):
        choice, codes = choices[group], framework.children(group)
        children = _side_by_side([position[code] for code in codes])
        below = rounded[..., children, :].swapaxes(-1, -2)
        shares = weights[..., children] if weigh is None else weigh(group, below)
        if gaps:
            covered[..., row, :] = coverage(below, shares)
        found = aggregate_group(group, codes, choice, below, shares)
        exact[..., position[group], :] = rounded[..., position[group], :] = found
        if rounding.decimals != "none" and (rounding.level == "all" or group == framework.root):
            found = round_scores(found, rounding.decimals, rounding.mode)
            rounded[..., position[group], :] = found
    return TreeScores(*(table.swapaxes(-1, -2) for table in (exact, rounded, covered)))


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

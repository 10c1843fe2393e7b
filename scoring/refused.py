"""What an aggregation refuses: one finding for a group, which tells the scores and a way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indicators import Finding, Framework, IndicatorSet
from scoring.aggregation import AGGREGATIONS
from scoring.catalogue import methods
from scoring.method import normalisation_of, option_place
from scoring.options import AggregationChoice, Method, NormalisationChoice
from scoring.scale import Year
from scoring.tree import NodeDomainError

#: Units of a child that are told with their scores.
MOST_UNITS = 3
#: Option of a normalisation -> what makes its scores positive.
WAYS_OUT = {"range": "range = [1, 100]", "sd": "mean = 100 and sd = 10"}


def refused_scores(
    indicator_set: IndicatorSet,
    method: Method,
    choices: Mapping[str, AggregationChoice],
    year: Year,
    error: NodeDomainError,
) -> Finding:
    """The scores of children that the aggregation of their group is not defined for.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Set after screening.
    method : Method
    choices : mapping of str to AggregationChoice
        Aggregation of each group.
    year : int or "latest"
        Year that was assessed.
    error : NodeDomainError

    Returns
    -------
    Finding
    """
    framework, units = indicator_set.framework, indicator_set.scored_units.index
    scores: dict[str, list[str]] = {}
    cells = (part.tolist() for part in (error.rows, error.columns, error.values))
    for row, column, value in zip(*cells, strict=True):
        node = error.children[column] if column >= 0 else error.group
        scores.setdefault(node, []).append(f"{units[row]} {value:.4g}")
    fields = {
        "node": error.group,
        "method": error.method,
        "requirement": error.requirement,
        "when": "" if year == "latest" else f" in {year}",
        "scores": tuple(f"{node} ({_first(told)})" for node, told in scores.items()),
        "advice": _advice(
            framework, choices, normalisation_of(indicator_set, method), error.group, list(scores)
        ),
    }
    if framework[error.group].aggregation:
        place = indicator_set.node_place(error.group, "aggregation")
    elif error.group in method.aggregation.groups:
        place = option_place(indicator_set, f"aggregation.groups.{error.group}.method")
    else:
        place = option_place(indicator_set, "aggregation.method")
    return Finding("aggregation_domain", "error", place, fields)


def _first(told: Sequence[str]) -> str:
    more = len(told) - MOST_UNITS
    return ", ".join(told[:MOST_UNITS]) + (f" and {more} more" if more > 0 else "")


def _advice(
    framework: Framework,
    aggregations: Mapping[str, AggregationChoice],
    normalisations: Mapping[str, NormalisationChoice],
    group: str,
    nodes: Sequence[str],
) -> str:
    """What makes the scores of these nodes positive, by the normalisations that lead to them."""
    if aggregations[group].missing == "zero":
        return 'choose another rule than missing = "zero" under [aggregation], or another method'
    readers = {entry.name: entry.options for entry in methods("normalisation")}
    advice: dict[str, None] = {}
    for code in _measured(framework, aggregations, nodes):
        choice = normalisations[code]
        option = next((name for name in WAYS_OUT if name in readers[choice.method]), None)
        if option is None:
            advice["a normalisation with a range, such as minmax with range = [1, 100]"] = None
        elif option == "range" and choice.range[0] > 0 and not choice.clip:
            advice[f"clip = true for {choice.method}"] = None
        else:
            advice[f"{WAYS_OUT[option]} for {choice.method}"] = None
    if not advice:
        return "choose another aggregation for it, or for what it holds"
    return f"choose {', '.join(advice)} under [normalisation], or another aggregation"


def _measured(
    framework: Framework, aggregations: Mapping[str, AggregationChoice], nodes: Sequence[str]
) -> Iterator[str]:
    """Indicators whose scale is that of these nodes; an aggregation may have one of its own."""
    for node in nodes:
        if not framework.is_group(node):
            yield node
        elif not AGGREGATIONS[aggregations[node].name].relative:
            yield from _measured(framework, aggregations, framework.children(node))

"""Uncertain choices and their alternatives, as a reader is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reports.words import Words

if TYPE_CHECKING:
    from scoring import Robustness
    from scoring.robustness import Source


def choice_name(source: str, words: Words, robustness: Robustness, node: str = "") -> str:
    """An uncertain choice by name, or one of the weights that vary in it.

    Parameters
    ----------
    source : str
        Name of a source.
    words : Words
    robustness : Robustness
        Where it is one of the sources.
    node : str, optional
        Node or weight set, where single weights are told apart.
    """
    if node:
        return words("robustness.weight_of", name=_node_name(robustness, node))
    return words(f"robustness.source.{source}")


def alternative_name(source: str, alternative: str, words: Words, robustness: Robustness) -> str:
    """An alternative by name, or how far a choice goes that varies continuously.

    Parameters
    ----------
    source : str
        Name of a source.
    alternative : str
        One of its alternatives but for the method's own; empty where it varies continuously.
    words : Words
    robustness : Robustness
        Where it is one of the sources.
    """
    if source == "leave_out" and alternative:
        return _node_name(robustness, alternative)
    if not alternative:
        one = next(one for one in robustness.sources if one.name == source)
        return what_varies(one, words, robustness)
    return alternative


def what_varies(source: Source, words: Words, robustness: Robustness) -> str:
    """What a source is drawn from: its alternatives, or how far it goes.

    Parameters
    ----------
    source : Source
    words : Words
    robustness : Robustness
        Where it is one of the sources.
    """
    weights = robustness.options.weights
    if source.name == "leave_out":
        return words("robustness.said.leave_out", count=len(source.alternatives) - 1)
    if source.name == "imputation_draws":
        return words("robustness.said.imputation_draws", count=len(source.alternatives))
    if source.alternatives:
        return words("robustness.or").join(source.alternatives)
    fields: Mapping[str, object] = {
        "count": len(source.inputs),
        "names": ", ".join(source.inputs),
        "concentration": f"{weights.dirichlet or 0:g}",
        "noise": _noise(weights.noise, words),
    }
    return words(f"robustness.said.{source.name}", **fields)


def _noise(noise: float | tuple[float, ...], words: Words) -> str:
    """Noise of the weights in per cent."""
    if isinstance(noise, tuple):
        by_level = ", ".join(f"{100 * part:g}%" for part in noise)
        return words("robustness.by_level", noise=by_level)
    return f"{100 * noise:g}%"


def what_was_drawn(robustness: Robustness, words: Words) -> str:
    """How many draws of what, in a sentence.

    Parameters
    ----------
    robustness : Robustness
    words : Words
    """
    varied = [
        words(
            "robustness.source_said",
            source=choice_name(source.name, words, robustness),
            said=what_varies(source, words, robustness),
        )
        for source in robustness.sources
    ]
    drawn = robustness.uncertainty
    fields = {"draws": drawn.draws, "seed": drawn.seed, "what": "; ".join(varied)}
    return words("shown.drawn", **fields)


def _node_name(robustness: Robustness, node: str) -> str:
    """A node by its name; anything else, such as a weight set, as it is called."""
    framework = robustness.indicator_set.framework
    return framework[node].name or node if node in framework else node

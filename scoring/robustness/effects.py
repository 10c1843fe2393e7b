"""What is said to be uncertain and changes nothing: an error, so that nobody relies on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from indicators import Finding
from indicators.tables import in_toml
from scoring.robustness.combinations import Combination, Data
from scoring.robustness.problem import Problem
from scoring.robustness.sources import Source, no_effect, option_of
from scoring.robustness.weight_draws import WEIGHT_DRAWS, can_vary
from scoring.weighting import weight_table

Array = NDArray[np.float64]

#: Pairs of what has no effect, and why.
Found = Iterator[tuple[str, str]]

#: Numbers that differ by no more, relative to the largest of them, are the same but for rounding.
ROUNDING = 1e-12


def effects(problem: Problem, data: Data) -> Iterator[Finding]:
    """Find what has no effect in a set, whatever else is chosen.

    Parameters
    ----------
    problem : Problem
    data : Data
        Of the problem.

    Yields
    ------
    Finding
        One for each alternative, indicator or distribution without effect.
    """
    for source in problem.uncertain.sources:
        # Errors of values are checked where they are computed.
        if source.name in CHECKS:
            option = option_of(source, problem.uncertain.options)
            for value, why in CHECKS[source.name](problem, data, source):
                yield no_effect(data.indicator_set, option, value, why)


def _of_data(problem: Problem, data: Data, source: Source) -> Found:
    """Alternatives that leave the normalised scores as they are, under every normalisation."""
    own = Combination()
    others = [own]
    if source.name != "normalisation":
        count = len(problem.uncertain.methods["normalisation"])
        others = [own._replace(normalisation=number) for number in range(count)]
    why = {
        "imputation": "it leaves the same values missing, or puts the same in their place",
        "treatment": "it changes no score",
        "normalisation": "it gives the same scores as the method's own choice",
    }[source.name]
    for number, label in enumerate(source.alternatives[1:], start=1):
        changed = [one._replace(**{source.name: number}) for one in others]
        pairs = zip(others, changed, strict=True)
        if all(_same(*map(problem.normalised_scores, pair)) for pair in pairs):
            yield label, why


def _drawn(problem: Problem, data: Data, source: Source) -> Found:
    del problem
    if not np.isnan(data.prepared.values[:, :, ~_empty(data)]).any():
        yield f"{len(source.alternatives)}", "no value is missing"


def _empty(data: Data) -> NDArray[np.bool_]:
    """Indicators without any value: nothing can be drawn for them."""
    empty: NDArray[np.bool_] = np.asarray(np.isnan(data.prepared.values).all(axis=(0, 1)))
    return empty


def _weighting(problem: Problem, data: Data, source: Source) -> Found:
    del data
    own = _shares(problem, problem.weights_in_force(Combination()))
    for number, label in enumerate(source.alternatives[1:], start=1):
        other = _shares(problem, problem.weights_in_force(Combination(weighting=number)))
        if _same(own, other):
            yield label, "it gives the weights that are in force anyway"


def _aggregation(problem: Problem, data: Data, source: Source) -> Found:
    del data
    own = problem.scores_of(Combination())
    for number, label in enumerate(source.alternatives[1:], start=1):
        if _same(own, problem.scores_of(Combination(aggregation=number))):
            yield label, "it gives the same scores as the method's own choice"


def _between(problem: Problem, data: Data, source: Source) -> Found:
    del data
    shares = [_shares(problem, corner) for corner in problem.corners]
    if all(_same(shares[0], other) for other in shares[1:]):
        yield ", ".join(source.inputs), "their weights are all the same"


def _drawn_weights(problem: Problem, data: Data, source: Source) -> Found:
    del data
    weights = problem.weights_in_force(Combination())
    position = {node: column for column, node in enumerate(problem.framework.scored_nodes)}
    if isinstance(weights, Finding):
        return
    free = can_vary(weights, problem.siblings)
    if not any(free[position[node]] for node in source.inputs):
        value = getattr(problem.uncertain.options.weights, source.name.removeprefix("weights_"))
        yield in_toml(value), "no two siblings have a weight"


def _leave_out(problem: Problem, data: Data, source: Source) -> Found:
    weights = problem.weights_in_force(Combination())
    if isinstance(weights, Finding):
        return
    effective = weight_table(problem.framework, weights)["effective_weight"]
    # Of all indicators, those without weight are passed over.
    if data.uncertain.options.leave_out is not True:
        without = [code for code in source.alternatives[1:] if effective[code] == 0]
        yield from ((code, "it has no weight") for code in without)


#: Source -> what of it has no effect, and why.
CHECKS: Mapping[str, Callable[[Problem, Data, Source], Found]] = {
    "imputation": _of_data,
    "treatment": _of_data,
    "normalisation": _of_data,
    "imputation_draws": _drawn,
    "weighting": _weighting,
    "aggregation": _aggregation,
    **{f"weights_{name}": _drawn_weights for name in WEIGHT_DRAWS},
    "weights_between": _between,
    "leave_out": _leave_out,
}


def _shares(problem: Problem, weights: Array | Finding) -> Array | Finding:
    if isinstance(weights, Finding):
        return weights
    return weight_table(problem.framework, weights)["share"].to_numpy(dtype=np.float64)


def _same(first: Array | Finding, second: Array | Finding) -> bool:
    """Whether two arrays are the same but for rounding; what fails is never the same."""
    if isinstance(first, Finding) or isinstance(second, Finding):
        return False
    known = np.abs(first[~np.isnan(first)])
    near = ROUNDING * known.max(initial=0.0)
    return np.allclose(first, second, rtol=0.0, atol=near, equal_nan=True)

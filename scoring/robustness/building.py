"""From a set to the problem that draws are computed from; what has no effect is refused."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indicators import CrossSection, Finding, IndicatorSet, InvalidInputError
from indicators.findings import raise_errors
from scoring.comparison import node_to_leave_out
from scoring.method import method_of
from scoring.options import Weighting
from scoring.preparing import denominated
from scoring.robustness.combinations import Combination, Data, Scaled
from scoring.robustness.effects import effects
from scoring.robustness.measurement import ErrorModel, error_model, has_effect
from scoring.robustness.problem import Problem, beforehand
from scoring.robustness.sources import (
    Uncertain,
    is_stated,
    no_effect,
    nothing_uncertain,
    place_of,
    uncertain,
)
from scoring.scale import Year
from scoring.stages import Prepared, needed_years, prepare

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]


def problem_of(indicator_set: IndicatorSet) -> Problem:
    """The problem of a set: what is uncertain in it, and what draws have in common.

    Parameters
    ----------
    indicator_set : IndicatorSet

    Returns
    -------
    Problem

    Raises
    ------
    InvalidInputError
        Where the set cannot be assessed, nothing in it is uncertain, or something that is said to
        be uncertain has no effect.
    """
    method = method_of(indicator_set)
    year = method.time.year
    years: tuple[Year, ...] = indicator_set.years if year == "panel" else (year,)
    needed = needed_years(indicator_set, method, years)
    prepared = prepare(indicator_set, method, years, needed)
    found = uncertain(indicator_set, method, prepared.screened.framework)
    every = [one for methods in found.methods.values() for one in methods]
    more = [year for one in every for year in needed_years(indicator_set, one, years)]
    if not set(more) <= set(needed):
        needed = tuple(dict.fromkeys((*needed, *more)))
        needed = needed if "latest" in needed else tuple(sorted(needed, key=int))
        prepared = prepare(indicator_set, method, years, needed)
    errors = _errors(indicator_set, found, prepared)
    data = Data(indicator_set, found, prepared, years, errors, _first_of_each(prepared))
    framework, own = prepared.screened.framework, data.scaled(Combination())
    problem = Problem(
        uncertain=found,
        framework=framework,
        method=method,
        units=data.left.scored_units.index,
        aggregations=tuple(
            data.aggregations(Combination(aggregation=number))
            for number in range(len(found.methods["aggregation"]))
        ),
        corners=_corners(data, own),
        without=_without(data, data.weights(Combination(), own)),
        data=data,
    )
    problem = beforehand(problem)
    without_effect = list(effects(problem, data))
    if without_effect and not is_stated(method.robustness):
        without_effect = [nothing_uncertain(indicator_set)]
    raise_errors(without_effect)
    return problem


def _errors(indicator_set: IndicatorSet, found: Uncertain, prepared: Prepared) -> ErrorModel | None:
    """Errors of the values of all years; None where values have none."""
    if "measurement_error" not in found.columns:
        return None
    stated = found.options.measurement_error
    codes = list(prepared.screened.framework.indicators)
    scale = np.stack([_per_unit_of_value(prepared, year) for year in prepared.years])
    try:
        model = error_model(stated, codes, prepared.values, scale)
    except ValueError as error:
        place, fields = place_of(indicator_set, "measurement_error"), {"reason": str(error)}
        raise InvalidInputError([Finding("error_limits", "error", place, fields)]) from error
    effect = has_effect(model, prepared.values)
    named = [code for code in stated.indicators if not effect[codes.index(code)]]
    if not effect.any() and not named:
        named = [""]
    why = "no value has an error by standard_error, share, interval or rounding"
    raise_errors(
        no_effect(
            indicator_set,
            f"measurement_error.indicators.{code}" if code else "measurement_error",
            code or "measurement_error",
            why,
        )
        for code in named
    )
    return model


def _per_unit_of_value(prepared: Prepared, year: Year) -> Array:
    """What a value of 1 is after its denominator, shape (n_units, n_indicators)."""
    left, section = prepared.screened.indicator_set, prepared.sections[year]
    framework = left.framework
    found = np.ones(section.values[list(framework.indicators)].shape)
    divided = [code for code in framework.indicators if framework[code].denominator]
    below = {framework[code].denominator for code in framework.all_indicators}
    # What is a denominator itself keeps its value while others are divided by it.
    together = [code for code in divided if code not in below]
    for codes in filter(None, [together, *([code] for code in divided if code in below)]):
        ones = section.values.copy()
        ones[codes] = 1.0
        columns = [framework.indicators.index(code) for code in codes]
        found[:, columns] = denominated(left, CrossSection(ones, section.years))[codes].to_numpy()
    return np.nan_to_num(found, nan=1.0)


def _first_of_each(prepared: Prepared) -> Positions:
    """Flat position of the first year in which each value counts, of all years and values.

    An undated fact counts in every year, and the newest value in its own year too. Divided by
    another number, it is another value.
    """
    values, left = prepared.values, prepared.screened.indicator_set
    own = np.arange(values.size)
    if len(prepared.years) == 1:
        return own
    table, codes = left.values, left.framework.all_indicators
    cells = table["unit"].cat.codes.to_numpy(np.intp) * len(codes)
    cells += table["indicator"].cat.codes.to_numpy()
    scored_units = left.units.index.get_indexer(left.scored_units.index)
    scored = scored_units[:, None] * len(codes) + np.arange(len(left.framework.indicators))
    rows = np.full((len(prepared.years), len(left.units) * len(codes)), -1, dtype=np.intp)
    for row, year in zip(rows, prepared.years, strict=True):
        chosen = left.cross_section_rows(year)
        row[cells[chosen]] = chosen
    _, place, inverse = np.unique(rows[:, scored], return_index=True, return_inverse=True)
    first = place[inverse.ravel()]
    # Missing values differ from each other.
    return np.where(values.ravel() == values.ravel()[first], first, own)


def _corners(data: Data, own: Scaled) -> Array:
    """Weights of each named set and of each expert alone, shape (n_corners, n_nodes)."""
    given, method = data.uncertain.options.weights, data.method(Combination())
    source = next((one for one in data.uncertain.sources if one.name == "weights_between"), None)
    corners = []
    for number, name in enumerate(source.inputs if source else ()):
        if number < len(given.sets):
            weighting = Weighting(method=name)
        else:
            changed = data.indicator_set.with_method({"weighting": {"experts": [name]}})
            weighting = method_of(changed).weighting
        one = method.model_copy(update={"weighting": weighting})
        corners.append(data.weights(Combination(), own, one))
    return np.array(corners).reshape(len(corners), len(data.left.framework.scored_nodes))


def _without(data: Data, weights: Array) -> Flags:
    """Nodes that each alternative of leave_out takes away, shape (n_alternatives, n_nodes)."""
    framework = data.left.framework
    nodes = framework.scored_nodes
    source = next((one for one in data.uncertain.sources if one.name == "leave_out"), None)
    codes = source.alternatives[1:] if source else ()
    by_node = dict(zip(nodes, weights.tolist(), strict=True))
    found = {code: node_to_leave_out(framework, code, by_node) for code in codes}
    raise_errors(
        no_effect(data.indicator_set, "leave_out", code, "nothing would be left without it")
        for code, node in found.items()
        if node is None
    )
    return np.array([[node == found[code] for node in nodes] for code in codes]).reshape(
        len(codes), len(nodes)
    )

"""Sets with uncertain choices, and what one draw of them is without the engine that draws.

A draw is a row of uniform numbers. :func:`changed_set` does with it what a person would do: it
chooses the alternatives in the method, types other weights and values, and leaves the rest to
:func:`scoring.assess`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import scoring
from indicators import IndicatorSet, InvalidInputError
from scoring.comparison import node_to_leave_out
from scoring.imputation import imputation_draws
from scoring.method import method_of
from scoring.robustness import Source
from scoring.robustness.measurement import error_model, perturbed
from scoring.robustness.problem import Evaluated, Problem
from scoring.robustness.weight_draws import WEIGHT_DRAWS, left_out
from tests.scoring.small_sets import small_set

Array = NDArray[np.float64]

STAGES = ("imputation", "treatment", "normalisation", "weighting", "aggregation")

#: Denominators are powers of 2, by which values and their errors are divided without rounding.
FRAMEWORK = """
    code,parent,role,weight,direction,low,high,target,denominator,scale_factor
    index,,,,,,,,,
    access,index,,2,,,,,,
    phones,access,,1,1,0,100,80,,
    price,access,,3,-1,0,40,10,,
    clinics,access,,2,1,0,30,20,people,2
    income,index,,1,,,,,,
    pay,income,,1,1,10,9000,4000,,
    jobs,income,,2.5,1,1,60,30,,
    order,index,,1.5,,,,,,
    safety,order,,1,1,0,60,50,,
    size,index,context,,,,,,,
    people,index,context,,,,,,,
"""

UNITS = """
    code,name,region
    A,A,north
    B,B,north
    C,C,north
    D,D,south
    E,E,south
    F,F,south
    G,G,west
    H,H,west
    I,I,west
"""

#: Wages are skewed, and three values are missing.
VALUES = """
    unit,phones,price,clinics,pay,jobs,safety,size,people
    A,20,3.5,8,100,11,5,9,2
    B,30.5,2,17.5,220,12.5,7,5,4
    C,90,1,40,130,,31,7,8
    D,55,6.5,,180,33,12,6,4
    E,47,7,11,9000,27,53,4,2
    F,62,4.5,9.5,310,,21,3,1
    G,38,5,13,270,41,44,8,2
    H,71,9,6,150,19,18,2,1
    I,14,2.5,29,195,24,37,1,4
"""

METHOD: Mapping[str, Mapping[str, object]] = {
    "normalisation": {"method": "minmax", "range": [1, 100]},
}

LATER = """
    unit,indicator,year,value
    A,phones,2020,10
    A,phones,2021,20
    B,phones,2020,28
    B,phones,2021,30.5
    C,phones,2020,60
    C,phones,2021,90
    D,phones,2021,45
    A,pay,2020,100
    A,pay,2021,130
    B,pay,2020,200
    B,pay,2021,205
    C,pay,2020,380
    D,pay,2020,150
    D,pay,2021,170
    A,forms,2020,3
    A,forms,2021,4
    B,forms,2020,9
    B,forms,2021,8
    C,forms,2020,5
    C,forms,2021,1
    D,forms,2020,6
    D,forms,2021,7
"""


def mixed_set(
    robustness: Mapping[str, object], method: Mapping[str, Mapping[str, object]] = METHOD
) -> IndicatorSet:
    """Nine units and six indicators in three groups, one of which holds one indicator alone."""
    found = small_set(FRAMEWORK, VALUES, UNITS, {**method, "robustness": robustness})
    return found.with_weight_set("plan", {"access": 1, "income": 4, "order": 2}).with_weight_set(
        "survey", {"access": 5, "income": 2, "order": 2, "phones": 4, "price": 1, "clinics": 1}
    )


def judged_set(robustness: Mapping[str, object]) -> IndicatorSet:
    """The same, its dimensions weighed by the points that three people gave."""
    points = {"Ann": (50, 30, 20), "Ben": (20, 20, 60), "Cem": (10, 80, 10)}
    rows = [
        ("points", expert, node, value)
        for expert, values in points.items()
        for node, value in zip(("access", "income", "order"), values, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["kind", "expert", "node", "value"])
    method = {**METHOD, "weighting": {"method": "budget_allocation"}}
    return mixed_set(robustness, method).with_judgements(table)


def panel_set(
    robustness: Mapping[str, object], method: Mapping[str, Mapping[str, object]] | None = None
) -> IndicatorSet:
    """Two years of four units and three indicators, of which three values are missing."""
    framework = "code,parent,weight\nindex,,\nphones,index,1\npay,index,2\nforms,index,1"
    panel: dict[str, Mapping[str, object]] = {"time": {"year": "panel"}, "robustness": robustness}
    return small_set(framework, LATER, method={**METHOD, **panel, **(method or {})})


def flat_set(
    values: str,
    robustness: Mapping[str, object],
    weights: Sequence[float] | None = None,
    method: Mapping[str, Mapping[str, object]] | None = None,
) -> IndicatorSet:
    """One level of indicators, whose scores are the values themselves."""
    codes = values.strip().splitlines()[0].strip().split(",")[1:]
    rows = zip(codes, weights or [1] * len(codes), strict=True)
    lines = "\n".join(f"{code},index,{weight}" for code, weight in rows)
    as_they_are: dict[str, Mapping[str, object]] = {"normalisation": {"method": "none"}}
    choices = {**as_they_are, **(method or {}), "robustness": robustness}
    return small_set(f"code,parent,weight\nindex,,\n{lines}", values, method=choices)


# --- one draw without the engine ------------------------------------------------------------------


def changed_set(indicator_set: IndicatorSet, problem: Problem, uniforms: Array) -> IndicatorSet:
    """The set that a draw (n_inputs,) stands for."""
    numbers = {name: uniforms[columns] for name, columns in problem.uncertain.columns.items()}
    sources = {source.name: source for source in problem.uncertain.sources}
    changed = _with_other_values(indicator_set, problem, numbers, sources)
    number = {
        name: int(numbers[name][0] * len(sources[name].alternatives))
        for name in (*STAGES, "leave_out")
        if name in numbers
    }
    stated: Mapping[str, Sequence[object]] = indicator_set.method["robustness"]  # type: ignore[assignment]
    for stage in STAGES:
        if number.get(stage, 0) > 0:
            given = stated[stage][number[stage] - 1]
            options = {"method": given} if isinstance(given, str) else given
            changed = changed.with_method({stage: options})  # type: ignore[dict-item]
    assessment = scoring.assess(changed)
    framework = assessment.framework
    nodes = framework.scored_nodes
    position = {node: column for column, node in enumerate(nodes)}
    siblings = [
        np.array([position[child] for child in framework.children(group)])
        for group in framework.groups
    ]
    in_force = weights = assessment.weights["weight"].to_numpy()
    choices = method_of(indicator_set).robustness.weights
    for way, draw in WEIGHT_DRAWS.items():
        source = sources.get(f"weights_{way}")
        if source is None or (way == "between" and number.get("weighting", 0) > 0):
            continue
        drawn = numbers[source.name][None]
        if way == "between":
            corners = _corners(indicator_set, source.inputs)
            weights = draw(weights, drawn, siblings=siblings, corners=corners)
            continue
        by_node = np.full((1, len(nodes)), 0.5)
        by_node[:, [position[node] for node in source.inputs]] = drawn
        if way == "noise":
            given = choices.noise
            amounts = [
                given if not isinstance(given, tuple) else (*given, 0.0)[framework.levels[node] - 1]
                for node in nodes
            ]
            weights = draw(weights, by_node, amounts=np.array(amounts))
        elif way == "dirichlet":
            weights = draw(weights, by_node, siblings=siblings, concentration=choices.dirichlet)
        else:
            weights = draw(weights, by_node, siblings=siblings)
    if number.get("leave_out", 0) > 0:
        own = scoring.assess(indicator_set).weights["weight"]
        code = sources["leave_out"].alternatives[number["leave_out"]]
        node = node_to_leave_out(framework, code, own.to_dict())
        assert node is not None
        weights = left_out(weights, np.array([1]), np.array([[one == node for one in nodes]]))
    if weights is in_force:
        return changed
    typed = dict(zip(nodes, np.ravel(weights).tolist(), strict=True))
    return changed.with_weights(typed).with_method(
        {"weighting": {"method": "given", "groups": {}, "scope": "siblings"}}
    )


def _corners(indicator_set: IndicatorSet, names: Sequence[str]) -> Array:
    """Weights of named sets and of experts alone."""
    corners = []
    for name in names:
        options: dict[str, object] = {"method": name, "groups": {}}
        if name not in indicator_set.weight_set_names:
            options = {"experts": [name]}
        changed = indicator_set.with_method({"weighting": options})
        corners.append(scoring.assess(changed).weights["weight"].to_numpy())
    return np.array(corners)


def _with_other_values(
    indicator_set: IndicatorSet,
    problem: Problem,
    numbers: Mapping[str, Array],
    sources: Mapping[str, Source],
) -> IndicatorSet:
    """Values with an error, and drawn ones in the place of missing ones."""
    options = method_of(indicator_set).robustness
    codes, units = list(problem.framework.indicators), list(problem.units)
    panel = method_of(indicator_set).time.year == "panel"
    years: tuple[int, ...] | tuple[str] = indicator_set.years if panel else ("latest",)
    sections = [indicator_set.cross_section(year) for year in years]  # type: ignore[arg-type]
    known = np.stack([section.values.loc[units, codes].to_numpy() for section in sections])
    values = known
    if "measurement_error" in numbers:
        model = error_model(options.measurement_error, codes, known)
        values = perturbed(known, model, numbers["measurement_error"], options.seed)[0]
    own = (
        "imputation" not in numbers
        or numbers["imputation"][0] * (len(sources["imputation"].alternatives)) < 1
    )
    if "imputation_draws" in numbers and own:
        number = int(numbers["imputation_draws"][0] * len(sources["imputation_draws"].alternatives))
        divided = np.ones(known.shape[1:])
        for column, code in enumerate(codes):
            node = indicator_set.framework[code]
            if node.denominator:
                below = sections[0].values.loc[units, node.denominator].to_numpy()
                divided[:, column] = (node.scale_factor or 1.0) / below
        drawn = [imputation_draws(year * divided, [number], options.seed)[0] for year in known]
        values = np.where(np.isnan(known), np.stack(drawn) / divided, values)
    return indicator_set if values is known else _with_values(indicator_set, problem, years, values)


def _with_values(
    indicator_set: IndicatorSet, problem: Problem, years: Sequence[int | str], values: Array
) -> IndicatorSet:
    """The set with other values (n_years, n_units, n_indicators) of what is scored."""
    codes, units = problem.framework.indicators, problem.units
    before = indicator_set.values
    others = before[~before["indicator"].isin(codes) | ~before["unit"].isin(units)]
    rows = pd.DataFrame(
        {
            "unit": np.tile(np.repeat(units.to_numpy(), len(codes)), len(years)),
            "indicator": np.tile(codes, len(units) * len(years)),
            "year": np.repeat(
                [np.nan if year == "latest" else float(year) for year in years],
                len(codes) * len(units),
            ),
            "value": values.ravel(),
        }
    )
    rows = rows[rows["value"].notna()].assign(source="", note="")
    merged = pd.concat([others.astype({"unit": object, "indicator": object}), rows])
    merged = merged[before.columns].reset_index(drop=True)
    for column in ("unit", "indicator"):
        merged[column] = pd.Categorical(merged[column], before[column].cat.categories)
    return replace(indicator_set, values=merged)


# --- draws of the engine --------------------------------------------------------------------------


def evaluated(problem: Problem, uniforms: Array, size: int | None = None) -> tuple[Array, Array]:
    """Scores and ranks (n_draws, n_nodes, n_units) of draws in blocks; NaN where one failed."""
    shape = (len(uniforms), len(problem.nodes), problem.n_units)
    scores, ranks = np.full(shape, np.nan), np.full(shape, np.nan)
    size = size or len(uniforms)
    for begin in range(0, len(uniforms), size):
        for part in problem.evaluate(uniforms[begin : begin + size]):
            if isinstance(part, Evaluated):
                scores[begin + part.rows], ranks[begin + part.rows] = part.scores, part.ranks
    return scores, ranks


def assessed_alone(
    indicator_set: IndicatorSet, problem: Problem, uniforms: Array
) -> tuple[Array, Array]:
    """The same from one assessment after the other."""
    shape = (len(uniforms), len(problem.nodes), problem.n_units)
    scores, ranks = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, numbers in enumerate(uniforms):
        try:
            found = scoring.assess(changed_set(indicator_set, problem, numbers))
        except InvalidInputError:
            continue
        scores[row] = found.scores[list(problem.nodes)].to_numpy().T
        ranks[row] = found.ranks[list(problem.nodes)].to_numpy().T
    return scores, ranks

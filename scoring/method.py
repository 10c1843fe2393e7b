"""The choices of a set: the options of method.toml and the method columns of its framework."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar, cast, get_args, get_origin

import pandas as pd
from pydantic import ValidationError

from indicators import Finding, IndicatorSet, InvalidInputError, Place
from indicators.tables import in_toml
from scoring.imputation import IMPUTATIONS_OVER_TIME
from scoring.normalisation import NORMALISATIONS
from scoring.options import (
    REGISTRIES,
    AggregationChoice,
    Method,
    NormalisationChoice,
    Section,
    TreatmentChoice,
    UnknownChoiceError,
    WeightingChoice,
)
from scoring.weighting import WEIGHTINGS

Choice = TypeVar("Choice", bound=Section)

#: Column of the units table that groups units where nothing else is said.
USUAL_GROUP = "region"
#: What says that units are not grouped.
NO_GROUP = "none"

#: Column of the framework -> registry of the methods that it names.
METHOD_COLUMNS: Mapping[str, str] = {
    "transform": "treatment",
    "normalisation": "normalisation",
    "aggregation": "aggregation",
}


#: Kind of problem, as pydantic calls it -> what should be there.
WANTED: Mapping[str, str] = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "a text in quotation marks",
    "literal_error": "{expected}",
    "greater_than": "a number above {gt:g}",
    "greater_than_equal": "a number from {ge:g} up",
    "less_than": "a number below {lt:g}",
    "less_than_equal": "a number up to {le:g}",
    "string_too_long": "a text of at most {max_length} characters",
    "tuple_type": "a list in square brackets",
    "missing": "a longer list",
    "too_long": "at most {max_length} of them",
    "too_short": "a longer list",
    "dict_type": "a table of options",
    "model_type": "a table of options",
    "model_attributes_type": "a table of options",
}
SHOULD_BE = "this should be "
#: A number or a truth value that stands in quotation marks.
UNQUOTED_VALUE = re.compile(r"[+-]?\d+(\.\d+)?|true|false")
#: Kinds of problem in which a text may be what is asked for, in quotation marks by mistake.
UNQUOTED = frozenset({"int_type", "float_type", "bool_type"})


def method_of(indicator_set: IndicatorSet) -> Method:
    """The choices of a set, checked against the registries and against the set itself.

    Parameters
    ----------
    indicator_set : IndicatorSet

    Returns
    -------
    Method

    Raises
    ------
    InvalidInputError
        Where an option or a method column of the framework is wrong; it lists everything that is.
    """
    findings: list[Finding] = []
    method = Method()
    try:
        method = Method.model_validate(indicator_set.method)
    except ValidationError as error:
        findings += _option_findings(indicator_set, error)
        # What is sound is checked against the set all the same.
        wrong = {problem["loc"][0] for problem in error.errors()}
        sound = {name: value for name, value in indicator_set.method.items() if name not in wrong}
        method = Method.model_validate(sound)
    findings += _framework_findings(indicator_set, method)
    findings += _group_findings(indicator_set, method)
    findings += _code_findings(indicator_set, method)
    findings += _reference_findings(indicator_set, method)
    findings += _child_findings(indicator_set, method)
    findings += _weighting_findings(indicator_set, method)
    findings += _year_findings(indicator_set, method)
    if findings:
        raise InvalidInputError([*indicator_set.findings, *findings])
    group = method.ranking.group
    if group is None and USUAL_GROUP in indicator_set.units:
        group = USUAL_GROUP
    ranking = method.ranking.model_copy(update={"group": None if group == NO_GROUP else group})
    return method.model_copy(update={"ranking": ranking})


def treatment_of(indicator_set: IndicatorSet, method: Method) -> dict[str, TreatmentChoice]:
    """Treatment of each scored indicator: forced by its transform in the framework, or chosen."""
    chosen, choices = method.treatment, {}
    for code in indicator_set.framework.indicators:
        own = indicator_set.framework[code].transform
        changes = {"method": own, "force": True} if own else {}
        given = chosen.indicators.get(code, chosen)
        choices[code] = _resolved(TreatmentChoice, given, changes)
    return choices


def normalisation_of(indicator_set: IndicatorSet, method: Method) -> dict[str, NormalisationChoice]:
    """Normalisation of each scored indicator: its own in the framework, or the method's."""
    chosen, choices = method.normalisation, {}
    for code in indicator_set.framework.indicators:
        own = indicator_set.framework[code].normalisation
        given = chosen.indicators.get(code, chosen)
        choices[code] = _resolved(NormalisationChoice, given, {"method": own} if own else {})
    return choices


def aggregation_of(indicator_set: IndicatorSet, method: Method) -> dict[str, AggregationChoice]:
    """Aggregation of each group: its own in the framework, or that of its level."""
    framework, chosen, choices = indicator_set.framework, method.aggregation, {}
    for group in framework.groups:
        given = chosen.groups.get(group, chosen)
        named = given.method
        if not isinstance(named, str):
            named = named[framework.levels[group] - 2]
        own = framework[group].aggregation
        choices[group] = _resolved(AggregationChoice, given, {"method": own or named})
    return choices


def weighting_of(indicator_set: IndicatorSet, method: Method) -> dict[str, WeightingChoice]:
    """Where the weights of each group's children come from."""
    chosen = method.weighting
    return {
        group: _resolved(WeightingChoice, chosen.groups.get(group, chosen), {})
        for group in indicator_set.framework.groups
    }


def _resolved(kind: type[Choice], given: Section, changes: Mapping[str, object]) -> Choice:
    """What holds for one node: the options of a section, or of a table in it, and some others."""
    options = {name: getattr(given, name) for name in kind.model_fields} | dict(changes)
    # What nobody has set stays so, because a method may have a default of its own.
    chosen = (given.model_fields_set | changes.keys()) & kind.model_fields.keys()
    return cast("Choice", kind.model_construct(set(chosen), **options))


def _option_findings(indicator_set: IndicatorSet, error: ValidationError) -> list[Finding]:
    """One finding for each wrong value, also where the option takes several types."""
    problems = [p for p in error.errors() if not _is_inherited(indicator_set.method, p)]
    findings = [_finding(indicator_set, problem) for problem in problems]
    chosen = {finding.place for finding in findings if finding.code == "unknown_choice"}
    merged: dict[object, Finding] = {}
    for finding in findings:
        key: object = (finding.place, repr(finding.fields.get("value")))
        if finding.code != "bad_option":
            merged[finding.code, key] = finding
        elif finding.place not in chosen:
            before = merged.get(key)
            merged[key] = finding if before is None else _either(before, finding)
    # Of a list or a table and something inside it, the latter says more.
    inside = {f.place for f in merged.values() if not _is_container(f.fields.get("value"))}
    return [
        finding
        for finding in merged.values()
        if finding.code != "bad_option"
        or finding.place not in inside
        or not _is_container(finding.fields["value"])
    ]


def _is_container(value: object) -> bool:
    return isinstance(value, list | tuple | dict)


def _is_inherited(given: Any, problem: Any) -> bool:
    """Whether the table of an indicator or a group only repeats what its section says."""
    section, *inside = problem["loc"]
    if inside[:1] not in (["indicators"], ["groups"]) or len(inside) < 3:
        return False
    entry = given[section][inside[0]][inside[1]]
    return isinstance(entry, Mapping) and inside[2] not in entry and inside[2] in given[section]


def _either(first: Finding, second: Finding) -> Finding:
    """One finding for an option of several types: what is wanted is the one or the other."""
    said, more = str(first.fields["problem"]), str(second.fields["problem"])
    if more.startswith(SHOULD_BE) and said.startswith(SHOULD_BE):
        more = more.removeprefix(SHOULD_BE)
    fields = {**first.fields, "problem": said if more in said else f"{said}, or {more}"}
    fields["hint"] = first.fields["hint"] or second.fields["hint"]
    return Finding("bad_option", "error", first.place, fields)


def _finding(indicator_set: IndicatorSet, problem: Any) -> Finding:
    location = [str(part) for part in problem["loc"] if not str(part).startswith("function-")]
    option = _option_of(location)
    place = option_place(indicator_set, ".".join(option))
    error = problem.get("ctx", {}).get("error")
    if isinstance(error, UnknownChoiceError):
        return Finding("unknown_choice", "error", place, error.fields)
    if problem["type"] == "extra_forbidden":
        section: Any = Method
        for part in location[:-1]:
            section = (
                section.model_fields[part].annotation
                if hasattr(section, "model_fields")
                else get_args(section)[1]  # of a mapping, such as the models by code
            )
        known = ", ".join(section.model_fields) if hasattr(section, "model_fields") else ""
        fields = {"kind": "option", "value": location[-1], "known": known}
        if len(location) == 1:
            fields["kind"] = "section"
            unknown = Place(indicator_set.method_file, column=f"[{location[0]}]")
            place = indicator_set.method_places.get(location[0], unknown)
        return Finding("unknown_option", "error", place, fields)
    value, kind = problem["input"], problem["type"]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if kind in WANTED:
        wanted = WANTED[kind].format_map(problem.get("ctx", {}))
        message = SHOULD_BE + wanted.replace("'", '"')
    quoted = kind in UNQUOTED and isinstance(value, str) and UNQUOTED_VALUE.fullmatch(value)
    hint = f"; write {value} without quotation marks" if quoted else ""
    written = {"problem": message, "value": value, "written": in_toml(value), "hint": hint}
    return Finding("bad_option", "error", place, written)


def _option_of(location: Sequence[str]) -> list[str]:
    """The option that a problem is in, without what pydantic adds: types, places in lists."""
    section: Any = Method
    for depth, part in enumerate(location, start=1):
        fields = getattr(section, "model_fields", None)
        if fields is not None:
            section = fields[part].annotation if part in fields else None
        else:
            section = get_args(section)[1]  # of a mapping, such as the models by code
        if not (hasattr(section, "model_fields") or get_origin(section) is dict):
            return list(location[:depth])
    return list(location)


def option_place(indicator_set: IndicatorSet, option: str) -> Place:
    """Where an option such as ``normalisation.range`` stands in method.toml or on its sheet."""
    return indicator_set.method_places.get(option, Place(indicator_set.method_file, column=option))


def _framework_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Methods that do not exist, goalposts and targets that are missing, levels that differ."""
    framework = indicator_set.framework
    for node in framework.nodes:
        for column, registry in METHOD_COLUMNS.items():
            name = getattr(node, column)
            if name and name not in REGISTRIES[registry]:
                fields = {"what": column, "value": name, "known": tuple(REGISTRIES[registry])}
                place = indicator_set.node_place(node.code, column)
                yield Finding("unknown_choice", "error", place, fields)
    for code, choice in normalisation_of(indicator_set, method).items():
        if choice.method not in NORMALISATIONS:
            continue
        missing = [
            column
            for column in NORMALISATIONS[choice.method].columns
            if getattr(framework[code], column) is None
        ]
        if missing:
            fields = {"code": code, "method": choice.method, "columns": tuple(missing)}
            place = indicator_set.node_place(code, missing[0])
            yield Finding("posts_missing", "error", place, fields)
    expected = framework.levels[framework.root] - 1
    named = method.aggregation.method
    if not isinstance(named, str) and len(named) != expected:
        fields = {"found": len(named), "expected": expected}
        place = option_place(indicator_set, "aggregation.method")
        yield Finding("too_many_levels", "error", place, fields)


def _year_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Years of which no scored indicator has a value, although others are dated."""
    asked: dict[str, object] = {"time.year": method.time.year, "time.scale": method.time.scale}
    asked["normalisation.base_year"] = method.normalisation.base_year
    asked |= {
        f"normalisation.indicators.{code}.base_year": choice.base_year
        for code, choice in method.normalisation.indicators.items()
        if choice.base_year != method.normalisation.base_year
    }
    in_use = any(isinstance(year, int) or year == "panel" for year in asked.values())
    known = indicator_set.years if in_use else ()
    for option, year in asked.items():
        place = option_place(indicator_set, option)
        if isinstance(year, int) and known and year not in known:
            fields = {"value": year, "known": ", ".join(map(str, known))}
            yield Finding("year_without_values", "error", place, fields)
    if method.time.year == "panel" and not known:
        yield Finding("no_years", "error", option_place(indicator_set, "time.year"))
    over_time = [name for name in method.imputation.methods if name in IMPUTATIONS_OVER_TIME]
    if over_time and method.time.year == "latest":
        place = option_place(indicator_set, "imputation.method")
        yield Finding("over_time_needs_year", "error", place, {"value": over_time[0]})


def _code_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Codes in method.toml that are not in the set."""
    framework, units = indicator_set.framework, indicator_set.scored_units.index
    both = (framework.indicators, units)
    named: dict[str, tuple[Iterable[str], Sequence[Collection[str]]]] = {
        "treatment.indicators": (method.treatment.indicators, [framework.indicators]),
        "normalisation.indicators": (method.normalisation.indicators, [framework.indicators]),
        "aggregation.groups": (method.aggregation.groups, [framework.groups]),
        "weighting.groups": (method.weighting.groups, [framework.groups]),
        "screening.keep": (method.screening.keep, both),
        "screening.drop": (method.screening.drop, both),
        "cooperation.indicators": (method.cooperation.indicators, [framework.all_indicators]),
    }
    for code in method.screening.keep:
        if code in method.screening.drop:
            place = option_place(indicator_set, "screening.drop")
            yield Finding("kept_and_dropped", "error", place, {"value": code})
    for option, (codes, known) in named.items():
        for code in codes:
            if not any(code in some for some in known):
                fields = {"value": code, "known": tuple(chain(*known))}
                yield Finding("unknown_code", "error", option_place(indicator_set, option), fields)


def _reference_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """References that are no unit, and base years that are not said."""
    units = indicator_set.scored_units.index
    found: dict[str, Finding] = {}
    for code, choice in normalisation_of(indicator_set, method).items():
        section = "normalisation"
        if code in method.normalisation.indicators:
            section += f".indicators.{code}"
        others = getattr(NORMALISATIONS.get(choice.method), "references", ())
        if others and choice.reference not in others and choice.reference not in units:
            option = f"{section}.reference"
            fields = {"value": choice.reference, "known": (*others, *units)}
            place = option_place(indicator_set, option)
            found[option] = Finding("unknown_code", "error", place, fields)
        own_base = choice.method == "indexation" and choice.base == "unit"
        if own_base and choice.base_year is None and method.time.year == "panel":
            option = f"{section}.base_year"
            place = option_place(indicator_set, option)
            found[option] = Finding("base_year_missing", "error", place)
    yield from found.values()


def _child_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Tables by child that name others, and lists of aggregations for one group."""
    framework, chosen = indicator_set.framework, method.aggregation
    for name in AggregationChoice.model_fields:
        for group, choice in ((None, chosen), *chosen.groups.items()):
            value = getattr(choice, name)
            if group is None:
                option, known = f"aggregation.{name}", framework.scored_nodes[1:]
            elif group in framework.groups and value != getattr(chosen, name):
                option, known = f"aggregation.groups.{group}.{name}", framework.children(group)
            else:
                continue
            place = option_place(indicator_set, option)
            if group is not None and name == "method" and not isinstance(value, str):
                yield Finding("list_for_group", "error", place, {"value": value})
            for code in value if isinstance(value, Mapping) else ():
                if code not in known:
                    fields = {"value": code, "known": tuple(known)}
                    yield Finding("unknown_code", "error", place, fields)


def _weighting_findings(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Weight sets, experts, criteria and judgements that are not there."""
    chosen, framework = method.weighting, indicator_set.framework
    taken = {name.casefold() for name in WEIGHTINGS}
    for name in indicator_set.weight_set_names:
        if name.casefold() in taken:
            place = indicator_set.weight_set_place(name)
            yield Finding("weight_set_named_as_method", "error", place, {"value": name})
    yield from _way_findings(indicator_set, chosen, "weighting", framework.groups)
    for group, way in chosen.groups.items():
        if group in framework.groups:
            yield from _way_findings(
                indicator_set, way, f"weighting.groups.{group}", (group,), chosen
            )
    if chosen.scope == "indicators":
        place = option_place(indicator_set, "weighting.scope")
        entry = WEIGHTINGS.get(chosen.method)
        if entry is None or chosen.method == "given" or entry.judged:
            yield Finding("scope_needs_data", "error", place, {"method": chosen.method})
        if chosen.groups:
            yield Finding("scope_and_groups", "error", place)


def _way_findings(
    indicator_set: IndicatorSet,
    way: WeightingChoice,
    section: str,
    groups: Sequence[str],
    inherited: WeightingChoice | None = None,
) -> Iterator[Finding]:
    """What a way of weighting of some groups lacks, and was not told of all groups before."""
    sets, outside = indicator_set.weight_set_names, indicator_set.framework.unscored_indicators
    judgements = indicator_set.judgements
    experts = tuple(filter(None, dict.fromkeys(judgements["expert"])))
    entry = WEIGHTINGS.get(way.method)

    def is_new(option: str) -> bool:
        return inherited is None or getattr(way, option) != getattr(inherited, option)

    def wrong(option: str, code: str, **fields: object) -> Finding:
        place = option_place(indicator_set, f"{section}.{option}")
        return Finding(code, "error", place, fields)

    for expert in way.experts if is_new("experts") else ():
        if expert not in experts:
            yield wrong("experts", "unknown_code", value=expert, known=experts)
    if way.criterion is not None and way.criterion not in outside and is_new("criterion"):
        yield wrong("criterion", "unknown_code", value=way.criterion, known=outside)
    if entry is None and way.method not in sets:
        if is_new("method"):
            what, known = "weighting", (*WEIGHTINGS, *sets)
            yield wrong("method", "unknown_choice", what=what, value=way.method, known=known)
    elif entry is None:
        if not _children_of(indicator_set, groups) & indicator_set.weights_of(way.method).keys():
            yield wrong("method", "weight_set_without_group", set=way.method, group=groups[0])
    elif "criterion" in entry.inputs and way.criterion is None:
        if is_new("method"):
            yield wrong("criterion", "criterion_missing", method=way.method, known=outside)
    elif entry.judged:
        said = judgements[judgements["kind"] == entry.judged]
        if way.experts:
            said = said[said["expert"].isin(way.experts)]
        if not _children_of(indicator_set, groups) & set(said["node"]):
            where = "" if inherited is None else f" for what is below {groups[0]}"
            by = f" by {', '.join(way.experts)}" if way.experts else ""
            fields = {"method": way.method, "kind": entry.judged, "where": where, "by": by}
            yield wrong("method", "no_judgements", **fields)


def _children_of(indicator_set: IndicatorSet, groups: Iterable[str]) -> set[str]:
    return {child for group in groups for child in indicator_set.framework.children(group)}


def _group_findings(indicator_set: IndicatorSet, method: Method) -> list[Finding]:
    known = [name for name in indicator_set.units.columns if name not in ("name", "name_zh")]
    findings = []
    columns = {
        "imputation.group": method.imputation.group,
        "ranking.group": method.ranking.group,
        "cooperation.exemplars": method.cooperation.exemplars
        if method.cooperation.models
        else None,
    }
    for option, column in columns.items():
        if column in (None, *known) or (option, column) == ("ranking.group", NO_GROUP):
            continue
        fields = {"value": column, "known": ", ".join(known)}
        place = option_place(indicator_set, option)
        findings.append(Finding("unknown_group_column", "error", place, fields))
    if method.cooperation.models:
        models = method.cooperation.models
        named = indicator_set.units.get(method.cooperation.exemplars, pd.Series(dtype=object))
        table = indicator_set.tables.get("units")
        for row, model in enumerate(named):
            if model and model not in models:
                place = table.place(row, method.cooperation.exemplars) if table else Place("units")
                fields = {"value": model, "known": ", ".join(models)}
                findings.append(Finding("unknown_model", "error", place, fields))
    return findings

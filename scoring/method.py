"""The choices of method.toml: every option typed, documented, with its default, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
    model_validator,
)

from indicators import Finding, IndicatorSet, InvalidInputError, Place
from scoring.aggregation import AGGREGATIONS, MISSING_RULES
from scoring.clustering import COOPERATION_METHODS
from scoring.imputation import IMPUTATIONS, NEED_GROUP
from scoring.normalisation import NORMALISATIONS
from scoring.ranking import TIES
from scoring.treatment import TRANSFORMS

#: What each registry holds, by the option that chooses from it.
REGISTRIES: Mapping[str, Mapping[str, object]] = {
    "imputation": IMPUTATIONS,
    "transform": TRANSFORMS,
    "normalisation": NORMALISATIONS,
    "aggregation": AGGREGATIONS,
    "cooperation method": COOPERATION_METHODS,
}


class _UnknownChoiceError(ValueError):
    def __init__(self, what: str, value: str, known: Mapping[str, object]) -> None:
        super().__init__(f"there is no {what} {value!r}")
        self.fields = {"what": what, "value": value, "known": tuple(known)}


def _choice(what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in REGISTRIES[what]:
            raise _UnknownChoiceError(what, value, REGISTRIES[what])
        return value

    return AfterValidator(check)


ImputationName = Annotated[str, _choice("imputation")]
NormalisationName = Annotated[str, _choice("normalisation")]
AggregationName = Annotated[str, _choice("aggregation")]
CooperationName = Annotated[str, _choice("cooperation method")]


#: A number on the scale of scores: far larger ones would overflow when they are squared or rounded.
Number = Annotated[StrictFloat, Field(ge=-1e9, le=1e9)]

#: Column of the units table that groups units where nothing else is said.
USUAL_GROUP = "region"
#: What says that units are not grouped.
NO_GROUP = "none"

#: Scores are told apart to nine decimals, so a scale is not narrower than this.
NARROWEST = 1e-6


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Time(_Section):
    """Which year is assessed."""

    year: StrictInt | Literal["latest"] = Field(
        "latest",
        description="a year, or latest: the newest value of each unit and indicator",
    )


class Imputation(_Section):
    """What stands in for a missing value."""

    method: ImputationName = Field("none", description="what stands in for a missing value")
    group: str | None = Field(
        None, description="column of the units table, for the methods that work by group"
    )

    @model_validator(mode="after")
    def _group_given(self) -> Imputation:
        if self.method in NEED_GROUP and not self.group:
            raise ValueError(f"{self.method} needs the option group, a column of the units table")
        return self


class Normalisation(_Section):
    """How indicators come to one scale."""

    method: NormalisationName = Field("minmax", description="how indicators come to one scale")
    range: tuple[Number, Number] = Field(
        (0.0, 100.0), description="scores of the worst and the best value (minmax, goalposts)"
    )
    clip: StrictBool = Field(
        True, description="whether values beyond a goalpost get its score (minmax, goalposts)"
    )
    mean: Number = Field(0.0, description="mean of the scores (zscore)")
    sd: Number = Field(1.0, gt=0, description="standard deviation of the scores (zscore)")

    @model_validator(mode="after")
    def _range_rises(self) -> Normalisation:
        if not self.range[0] < self.range[1]:
            raise ValueError("the range goes from the worst score to the best, such as [0, 100]")
        if self.range[1] - self.range[0] < NARROWEST:
            raise ValueError("scores on so narrow a range would all count as tied; widen it")
        return self


class Aggregation(_Section):
    """How scores become the score of their parent."""

    method: AggregationName | tuple[AggregationName, ...] = Field(
        "arithmetic",
        description="one name, or a list with one for each level of groups from the lowest up",
    )
    missing: Literal[tuple(MISSING_RULES)] = Field(  # type: ignore[valid-type]
        "renormalise", description="what a missing score does to its parent"
    )
    minimum_coverage: StrictFloat = Field(
        0.0, ge=0, le=1, description="share of weight that must be present for a score, 0 to 1"
    )


class Rounding(_Section):
    """Whether scores are rounded."""

    decimals: Annotated[StrictInt, Field(ge=0, le=9)] | Literal["none"] = Field(
        "none", description="digits after the point of the scores, or none"
    )
    level: Literal["index", "all"] = Field(
        "index", description="whether the index alone is rounded or every node on the way to it"
    )
    mode: Literal["half_even", "half_up"] = Field(
        "half_even", description="where a half goes: to the even neighbour, or up"
    )


class Ranking(_Section):
    """How units are ranked."""

    on: Literal["rounded", "exact"] = Field(
        "rounded", description="whether the rounded or the exact score is ranked"
    )
    ties: Literal[tuple(TIES)] = Field("min", description="what tied units get")  # type: ignore[valid-type]
    group: str | None = Field(
        None,
        description="column of the units table inside which units are ranked too; region where "
        "left out and there is such a column, none for no groups",
    )


class Model(_Section):
    """One cooperation model."""

    name: str = Field(max_length=100, description="name of the model")
    name_zh: str = Field("", max_length=100, description="name of the model in Chinese")


class Cooperation(_Section):
    """How units are grouped into cooperation models; without models there is no grouping."""

    method: CooperationName = Field("seeded_kmeans", description="how units are clustered")
    exemplars: str = Field(
        "exemplar_of", description="column of the units table that names the model of exemplars"
    )
    indicators: tuple[str, ...] = Field(
        (), description="indicators that distinguish the models, standardised"
    )
    seed: StrictInt = Field(1, ge=0, description="seed of everything drawn at random")
    reasons: dict[str, str] = Field(
        default_factory=dict, description="why each indicator distinguishes the models"
    )
    models: dict[str, Model] = Field(
        default_factory=dict, max_length=7, description="the models by code, at most seven"
    )


class Method(_Section):
    """All choices, section by section as in method.toml.

    Examples
    --------
    >>> Method().normalisation.method
    'minmax'
    """

    time: Time = Time()
    imputation: Imputation = Imputation()
    normalisation: Normalisation = Normalisation()
    aggregation: Aggregation = Aggregation()
    rounding: Rounding = Rounding()
    ranking: Ranking = Ranking()
    cooperation: Cooperation = Cooperation()


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
    findings += _year_findings(indicator_set, method)
    if findings:
        raise InvalidInputError([*indicator_set.findings, *findings])
    group = method.ranking.group
    if group is None and USUAL_GROUP in indicator_set.units:
        group = USUAL_GROUP
    ranking = method.ranking.model_copy(update={"group": None if group == NO_GROUP else group})
    return method.model_copy(update={"ranking": ranking})


def aggregation_of(indicator_set: IndicatorSet, method: Method) -> dict[str, str]:
    """Aggregation of each group: its own in the framework, or that of its level."""
    framework = indicator_set.framework
    named = method.aggregation.method
    by_level = (
        (named,) * (framework.levels[framework.root] - 1) if isinstance(named, str) else named
    )
    return {
        group: framework[group].aggregation or by_level[framework.levels[group] - 2]
        for group in framework.groups
    }


def normalisation_of(indicator_set: IndicatorSet, method: Method) -> dict[str, str]:
    """Normalisation of each scored indicator: its own in the framework, or the method's."""
    framework = indicator_set.framework
    return {
        code: framework[code].normalisation or method.normalisation.method
        for code in framework.indicators
    }


def _option_findings(indicator_set: IndicatorSet, error: ValidationError) -> list[Finding]:
    """One finding for each wrong value, also where the option takes several types."""
    findings = [_finding(indicator_set, problem) for problem in error.errors()]
    chosen = {finding.place for finding in findings if finding.code == "unknown_choice"}
    merged: dict[object, Finding] = {}
    for finding in findings:
        key: object = (finding.place, repr(finding.fields.get("value")))
        if finding.code != "bad_option":
            merged[finding.code, key] = finding
        elif finding.place not in chosen:
            problems = [f.fields["problem"] for f in (merged.get(key), finding) if f]
            fields = {**finding.fields, "problem": ", or ".join(map(str, problems))}
            merged[key] = Finding("bad_option", "error", finding.place, fields)
    return list(merged.values())


def _finding(indicator_set: IndicatorSet, problem: Any) -> Finding:
    location = [str(part) for part in problem["loc"] if not str(part).startswith("function-")]
    # A choice between types names the type last, such as ("aggregation", "method", "str").
    option = [part for part in location if part.islower() and part.isidentifier()][:2]
    if location[:1] == ["cooperation"]:
        option = location
    place = _option_place(indicator_set, ".".join(option))
    error = problem.get("ctx", {}).get("error")
    if isinstance(error, _UnknownChoiceError):
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
        return Finding("unknown_option", "error", place, {"value": location[-1], "known": known})
    message = str(problem["msg"]).removeprefix("Value error, ").split(", unable to parse")[0]
    fields = {"problem": message, "value": problem["input"]}
    return Finding("bad_option", "error", place, fields)


def _option_place(indicator_set: IndicatorSet, option: str) -> Place:
    return indicator_set.method_places.get(option, Place(indicator_set.method_file, column=option))


def _framework_findings(indicator_set: IndicatorSet, method: Method) -> list[Finding]:
    framework = indicator_set.framework
    table = indicator_set.tables.get("framework")
    findings: list[Finding] = []

    def report(row: int, column: str, finding: str, fields: Mapping[str, object]) -> None:
        place = table.place(row, column) if table is not None else Place("framework", column=column)
        findings.append(Finding(finding, "error", place, fields))

    for row, node in enumerate(framework.nodes):
        for column in ("transform", "normalisation", "aggregation"):
            name = getattr(node, column)
            if name and name not in REGISTRIES[column]:
                fields = {"what": column, "value": name, "known": tuple(REGISTRIES[column])}
                report(row, column, "unknown_choice", fields)
        if framework.is_group(node.code) or framework.role(node.code) != "score":
            continue
        name = node.normalisation or method.normalisation.method
        if name in NORMALISATIONS and NORMALISATIONS[name].needs_goalposts:
            if node.low is None or node.high is None:
                report(row, "low", "goalposts_missing", {"code": node.code})
            elif node.transform in TRANSFORMS and node.low <= TRANSFORMS[node.transform].above:
                above = TRANSFORMS[node.transform].above
                fields = {"code": node.code, "value": node.low, "above": above}
                report(row, "low", "transform_goalpost", fields | {"transform": node.transform})
    expected = framework.levels[framework.root] - 1
    named = method.aggregation.method
    if not isinstance(named, str) and len(named) != expected:
        fields = {"found": len(named), "expected": expected}
        place = _option_place(indicator_set, "aggregation.method")
        findings.append(Finding("too_many_levels", "error", place, fields))
    return findings


def _year_findings(indicator_set: IndicatorSet, method: Method) -> list[Finding]:
    """A year of which no scored indicator has a value, although others are dated."""
    values = indicator_set.values
    scored = values["indicator"].isin(indicator_set.framework.indicators)
    dated = values.loc[scored & values["value"].notna(), "year"].dropna()
    if method.time.year == "latest" or dated.empty or (dated == method.time.year).any():
        return []
    known = ", ".join(str(int(year)) for year in sorted(dated.unique()))
    place = _option_place(indicator_set, "time.year")
    fields = {"value": method.time.year, "known": known}
    return [Finding("year_without_values", "error", place, fields)]


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
        if column and column not in known and (option, column) != ("ranking.group", NO_GROUP):
            fields = {"value": column, "known": ", ".join(known)}
            place = _option_place(indicator_set, option)
            findings.append(Finding("unknown_group_column", "error", place, fields))
    for code in method.cooperation.indicators:
        if code not in indicator_set.framework.all_indicators:
            place = _option_place(indicator_set, "cooperation.indicators")
            findings.append(Finding("unknown_indicator", "error", place, {"value": code}))
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

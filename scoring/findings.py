"""What is to be known about an assessment and is no error, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from indicators import Finding, Framework, IndicatorSet
from indicators.findings import Severity
from scoring.aggregation import AGGREGATIONS
from scoring.aggregation.frontier import MOST_AT_THE_TOP, share_at_the_top
from scoring.catalogue import methods
from scoring.method import (
    aggregation_of,
    normalisation_of,
    option_place,
    treatment_of,
    weighting_of,
)
from scoring.normalisation import NORMALISATIONS, MinMax
from scoring.options import Method, Section
from scoring.weighting import WEIGHTINGS

if TYPE_CHECKING:
    from scoring.assessment import Assessment

#: How many times wider or narrower a scale is before its weight means something else.
UNLIKE = 5.0


def findings_of(assessment: Assessment) -> Iterator[Finding]:
    """Warnings and notes on an assessment, in the order of the stages.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, what was imputed and treated is told of all years, the rest of the newest.

    Yields
    ------
    Finding
    """
    yield from _unused_methods(assessment.framework)
    yield from _unused_options(assessment.indicator_set, assessment.method)
    yield from _screening(assessment)
    yield from _weighting(assessment)
    yield from _denominators(assessment)
    yield from _values(assessment)
    yield from _treatment(assessment)
    yield from _goalposts(assessment)
    yield from _clipped(assessment)
    yield from _mixed_scales(assessment)
    yield from _doubts_without_benefit(assessment)
    root = assessment.framework.root
    for unit in assessment.scores.index[assessment.scores[root].isna()]:
        yield Finding("unit_without_score", "warning", fields={"unit": unit, "node": root})


def _doubts_without_benefit(assessment: Assessment) -> Iterator[Finding]:
    """Groups in which benefit of the doubt tells most units no longer apart."""
    for group, method in assessment.aggregations.items():
        if method != "benefit_of_the_doubt":
            continue
        share = share_at_the_top(assessment.exact_scores[group].to_numpy())
        if share > MOST_AT_THE_TOP:
            fields = {"code": group, "share": f"{share:.0%}"}
            yield Finding("doubt_without_benefit", "warning", fields=fields)


def scale_kinds(assessment: Assessment) -> dict[str, str]:
    """Kind of scale that the scores of each node are on.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    dict of str to str
        Node -> kind, such as "0 to 100"; a mean is on the scale of what it is the mean of.
    """
    scale, kinds = assessment.scale, dict[str, str]()
    for step in scale.normalisations:
        options = step.estimator.get_params()
        kind = step.name
        if "feature_range" in options:
            kind = "{:g} to {:g}".format(*options["feature_range"])
        elif "sd" in options:
            kind = f"{kind} with mean {options['mean']:g} and deviation {options['sd']:g}"
        kinds |= {scale.indicators[member]: kind for member in step.members.tolist()}
    for group in assessment.framework.groups:
        name = assessment.aggregations[group]
        below = dict.fromkeys(kinds[child] for child in assessment.framework.children(group))
        moved = AGGREGATIONS[name].relative or AGGREGATIONS[name].total_weight
        kinds[group] = name if moved else " and ".join(below)
    return kinds


def _mixed_scales(assessment: Assessment) -> Iterator[Finding]:
    """Children on a scale of another kind than their siblings', and a far narrower or wider one."""
    kinds, scores = scale_kinds(assessment), assessment.exact_scores
    low, high = scores.min(), scores.max()
    spread = high - low
    for group in assessment.framework.groups:
        children = list(assessment.framework.children(group))
        if AGGREGATIONS[assessment.aggregations[group]].rescales:
            continue
        for child in children:
            others = [other for other in children if kinds[other] != kinds[child]]
            if len(others) <= len(children) / 2:
                continue
            usual = float(spread[others].median())
            if not usual / UNLIKE <= spread[child] <= usual * UNLIKE and usual > 0 < spread[child]:
                fields = {
                    "code": child,
                    "group": group,
                    "low": f"{low[child]:.4g}",
                    "high": f"{high[child]:.4g}",
                    "others_low": f"{low[others].min():.4g}",
                    "others_high": f"{high[others].max():.4g}",
                }
                yield Finding("mixed_scales", "warning", fields=fields)


def _unused_methods(framework: Framework) -> Iterator[Finding]:
    """Methods of indicators that stand on groups, and of groups that stand on indicators."""
    for node in framework.nodes:
        group = framework.is_group(node.code)
        for column in ("transform", "normalisation") if group else ("aggregation",):
            value = getattr(node, column)
            if value:
                what = "a group" if group else "an indicator"
                fields = {"code": node.code, "what": what, "column": column, "value": value}
                yield Finding("method_unused", "warning", fields=fields)


def _unused_options(indicator_set: IndicatorSet, method: Method) -> Iterator[Finding]:
    """Options that somebody has set and no method of the stage reads."""
    chosen: dict[str, tuple[Section, Iterable[Section], set[str]]] = {
        "imputation": (method.imputation, (), set(method.imputation.methods)),
        "treatment": (
            method.treatment,
            method.treatment.indicators.values(),
            {choice.method for choice in treatment_of(indicator_set, method).values()},
        ),
        "normalisation": (
            method.normalisation,
            method.normalisation.indicators.values(),
            {choice.method for choice in normalisation_of(indicator_set, method).values()},
        ),
        "weighting": (
            method.weighting,
            method.weighting.groups.values(),
            {choice.method for choice in weighting_of(indicator_set, method).values()},
        ),
        "aggregation": (
            method.aggregation,
            method.aggregation.groups.values(),
            {choice.name for choice in aggregation_of(indicator_set, method).values()},
        ),
    }
    for stage, (section, tables, names) in chosen.items():
        given = section.model_fields_set.union(*(table.model_fields_set for table in tables))
        readers: dict[str, list[str]] = {}
        for entry in methods(stage):
            for option in entry.options:
                readers.setdefault(option, []).append(entry.name)
        for option in sorted(given & readers.keys()):
            if names.isdisjoint(readers[option]):
                fields = {"option": option, "methods": sorted(names), "known": readers[option]}
                place = option_place(indicator_set, f"{stage}.{option}")
                yield Finding("option_unused", "note", place, fields)


def _weighting(assessment: Assessment) -> Iterator[Finding]:
    """What is to be known of derived weights, and of groups of which experts say nothing."""
    weighed = assessment.weighed
    yield from weighed.findings
    silent: dict[str, list[str]] = {}
    for group, way in weighting_of(assessment.screened.indicator_set, assessment.method).items():
        entry = WEIGHTINGS.get(way.method)
        if entry is not None and entry.judged and weighed.methods[group] != way.method:
            silent.setdefault(entry.judged, []).append(group)
    for kind, groups in silent.items():
        yield Finding("not_judged", "note", fields={"kind": kind, "groups": groups})


def _screening(assessment: Assessment) -> Iterator[Finding]:
    for what, table in (
        ("indicator", assessment.screened.indicators),
        ("unit", assessment.screened.units),
    ):
        for code, row in table[~table["included"]].iterrows():
            fields = {"what": what, "code": code, "reason": row["reason"]}
            yield Finding("screened_out", "warning", fields=fields)


def _denominators(assessment: Assessment) -> Iterator[Finding]:
    """Denominators below 0, which turn the order of the units round."""
    for code in assessment.framework.all_indicators:
        denominator = assessment.framework[code].denominator
        if denominator:
            signs = np.sign(assessment.data[code]) * np.sign(assessment.denominated[code])
            units = tuple(assessment.data.index[signs < 0])
            if units:
                fields = {"code": code, "denominator": denominator, "units": units}
                yield Finding("negative_denominator", "warning", fields=fields)


def _values(assessment: Assessment) -> Iterator[Finding]:
    """Indicators that are empty, without a scale, constant or partly imputed."""
    values = assessment.imputed.to_numpy()
    counts = (~np.isnan(values)).sum(axis=0)
    constant = (assessment.imputed.min() == assessment.imputed.max()).to_numpy()
    imputed = _imputed(assessment)
    scored = assessment.normalised.notna().any().to_numpy()
    for column, code in enumerate(assessment.framework.indicators):
        fields: dict[str, object] = {"code": code, "count": int(counts[column])}
        if counts[column] == 0:
            yield Finding("empty_indicator", "warning", fields=fields)
        elif not scored[column]:
            yield Finding("indicator_without_scale", "warning", fields=fields)
        elif constant[column] and len(values) > 1:
            yield Finding("constant_indicator", "warning", fields=fields)
        if cells := imputed.get(code):
            fields = {
                "code": code,
                "count": len(cells),
                "method": ", ".join(assessment.method.imputation.methods),
                "units": tuple(cells),
            }
            yield Finding("imputed_values", "note", fields=fields)


def _imputed(assessment: Assessment) -> dict[str, list[str]]:
    """Indicator -> the units it is imputed for, with the year where there are several."""
    found: dict[str, list[str]] = {}
    for one in _years(assessment):
        year = f" {one.year}" if assessment.by_year else ""
        table = one.was_imputed
        for row, column in np.argwhere(table.to_numpy()).tolist():
            found.setdefault(table.columns[column], []).append(f"{table.index[row]}{year}")
    return found


def _treatment(assessment: Assessment) -> Iterator[Finding]:
    """Indicators that were treated, and those that are skewed after it, over all years."""
    found: dict[tuple[str, Severity, str, str], list[int]] = {}
    for one in _years(assessment):
        for step in one.scale.treatments:
            for column, position in enumerate(step.members):
                code = one.scale.indicators[position]
                if one.framework[code].transform:  # somebody has looked at it already
                    continue
                method = str(step.estimator.applied_[column] or step.name)
                year = one.year or 0
                if step.estimator.treated_[column]:
                    found.setdefault(("treated", "note", code, method), []).append(year)
                if not step.estimator.passes_after_[column]:
                    found.setdefault(("still_skewed", "warning", code, method), []).append(year)
    for (kind, severity, code, method), years in found.items():
        if assessment.by_year:
            method += f", {_span(years, list(assessment.by_year))}"
        yield Finding(kind, severity, fields={"code": code, "method": method})


def _years(assessment: Assessment) -> Iterable[Assessment]:
    """Every year of a panel, or what was assessed."""
    return assessment.by_year.values() or (assessment,)


def _span(years: Sequence[int], of: Sequence[int]) -> str:
    """Some of the years of a panel: the first and the last where they are all between."""
    first, last = of.index(years[0]), of.index(years[-1])
    if len(years) > 2 and last - first + 1 == len(years):
        return f"{years[0]} to {years[-1]}"
    return ", ".join(map(str, years))


def _goalposts(assessment: Assessment) -> Iterator[Finding]:
    """Goalposts that are not used."""
    framework = assessment.framework
    for code in framework.indicators:
        node, name = framework[code], assessment.normalisations[code]
        used = (*NORMALISATIONS[name].columns, *NORMALISATIONS[name].optional_columns)
        if "low" not in used and (node.low is not None or node.high is not None):
            yield Finding("goalposts_unused", "note", fields={"code": code, "value": name})


def _clipped(assessment: Assessment) -> Iterator[Finding]:
    """Values that are clipped to an end of a linear scale: goalposts, or what it was fitted on."""
    framework, scale = assessment.framework, assessment.scale
    for step in scale.normalisations:
        if not isinstance(step.estimator, MinMax) or not step.estimator.clip:
            continue
        goalposts = "low" in step.estimator.columns
        if assessment.own_scale and not goalposts:  # the ends are these very values
            continue
        treated = assessment.treated.to_numpy()[:, step.members]
        beyond = (treated < step.estimator.low_) | (treated > step.estimator.high_)
        for column, row in np.argwhere(beyond.T).tolist():
            node = framework[scale.indicators[step.members[column]]]
            fields: dict[str, object] = {
                "unit": assessment.imputed.index[row],
                "value": f"{assessment.imputed[node.code].iloc[row]:.6g}",
                "code": node.code,
            }
            if goalposts and node.low is not None:
                fields |= {"low": node.low, "high": node.high}
                yield Finding("beyond_goalposts", "note", fields=fields)
            else:
                yield Finding("beyond_scale", "note", fields=fields)

"""What is to be known about an assessment and is no error, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from indicators import Finding, Framework
from scoring.aggregation.frontier import share_at_the_top
from scoring.normalisation import NORMALISATIONS, MinMax

if TYPE_CHECKING:
    from scoring.assessment import Assessment

#: Share of units with the score 1 from which benefit of the doubt says little about the order.
MOST_AT_THE_TOP = 0.5


def findings_of(assessment: Assessment) -> Iterator[Finding]:
    """Warnings and notes on an assessment, in the order of the stages.

    Parameters
    ----------
    assessment : Assessment

    Yields
    ------
    Finding
    """
    yield from _unused_methods(assessment.framework)
    yield from _screening(assessment)
    yield from _denominators(assessment)
    yield from _values(assessment)
    yield from _treatment(assessment)
    yield from _goalposts(assessment)
    yield from _clipped(assessment)
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
    imputed = assessment.was_imputed
    any_imputed = imputed.any().to_numpy()
    scored = assessment.normalised.notna().any().to_numpy()
    for column, code in enumerate(assessment.framework.indicators):
        fields: dict[str, object] = {"code": code, "count": int(counts[column])}
        if counts[column] == 0:
            yield Finding("empty_indicator", "warning", fields=fields)
        elif not scored[column]:
            yield Finding("indicator_without_scale", "warning", fields=fields)
        elif constant[column] and len(values) > 1:
            yield Finding("constant_indicator", "warning", fields=fields)
        if any_imputed[column]:
            filled = imputed.index[imputed[code]]
            fields = {"code": code, "count": len(filled), "units": tuple(filled)}
            yield Finding("imputed_values", "note", fields=fields)


def _treatment(assessment: Assessment) -> Iterator[Finding]:
    """Indicators that were treated, and those that are skewed after it."""
    for step in assessment.scale.treatments:
        for column, position in enumerate(step.members):
            code = assessment.scale.indicators[position]
            if assessment.framework[code].transform:  # somebody has looked at it already
                continue
            fields = {"code": code, "method": step.estimator.applied_[column] or step.name}
            if step.estimator.treated_[column]:
                yield Finding("treated", "note", fields=fields)
            if not step.estimator.passes_after_[column]:
                yield Finding("still_skewed", "warning", fields=fields)


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
        treated = assessment.treated.to_numpy()[:, step.members]
        beyond = (treated < step.estimator.low_) | (treated > step.estimator.high_)
        for column, row in np.argwhere(beyond.T).tolist():
            node = framework[scale.indicators[step.members[column]]]
            fields: dict[str, object] = {
                "unit": assessment.imputed.index[row],
                "value": f"{assessment.imputed[node.code].iloc[row]:.6g}",
                "code": node.code,
            }
            if "low" in step.estimator.columns and node.low is not None:
                fields |= {"low": node.low, "high": node.high}
                yield Finding("beyond_goalposts", "note", fields=fields)
            else:
                yield Finding("beyond_scale", "note", fields=fields)

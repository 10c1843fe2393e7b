"""The audit: everything doubtful about a set and its assessment, as findings.

What stands in the data is found by :mod:`indicators.audit` and what the stages met on the way by
:mod:`scoring.findings`; this module adds what statistics say (Handbook, steps 3 to 5) and puts all
of it together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from indicators import Finding, InvalidInputError
from indicators.audit import ENOUGH
from indicators.audit import audit as audit_data
from indicators.findings import Severity
from scoring.assessment import Assessment
from scoring.cooperation import cooperation_or_reason
from scoring.method import method_of
from scoring.multivariate import correlation_table, reliability_table
from scoring.statistics import availability, indicator_statistics
from scoring.weighting import WEIGHTINGS
from scoring.weighting.experts import FINDINGS
from scoring.weighting.stage import check_judgements

#: Cronbach's alpha below which the parts of a group are said not to measure one thing.
LEAST_ALPHA = 0.7
#: Parts of a group below which alpha says little.
FEWEST_ITEMS = 3


def audit(
    assessment: Assessment, reasons: tuple[Finding, ...] | None = None
) -> tuple[Finding, ...]:
    """Everything that is doubtful about a set and its assessment.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, the newest year is looked at.
    reasons : tuple of Finding, optional
        Why there are no cooperation models, where :func:`cooperation_or_reason` has been asked
        already.

    Returns
    -------
    tuple of Finding
        Warnings and notes; those on the data first, then in the order of the stages.

    References
    ----------
    Nunnally (1978), Psychometric Theory, 2nd edition (alpha of 0.7). Saisana, Becker, Neves,
    Alberti, Dominguez-Torreiro (2019), Your 10-Step Pocket Guide to Composite Indicators &
    Scoreboards, European Commission, steps 3, 4 and 7.
    """
    if reasons is None:
        _, reasons = cooperation_or_reason(assessment)
    return (
        *audit_data(assessment.indicator_set, assessment.section_year),
        *assessment.findings,
        *reasons,
        *_idle_judgements(assessment),
        *_distributions(assessment),
        *_availability(assessment),
        *_correlations(assessment),
        *_reliability(assessment),
    )


def _idle_judgements(assessment: Assessment) -> Iterator[Finding]:
    """What is wrong with judgements that the weights in force do not follow from."""
    indicator_set, methods = assessment.indicator_set, assessment.weighed.methods.values()
    in_force = {WEIGHTINGS[name].judged for name in methods if name in WEIGHTINGS}
    for kind in dict.fromkeys(indicator_set.judgements["kind"]):
        if kind in in_force:
            continue
        reader = next(name for name, entry in WEIGHTINGS.items() if entry.judged == kind)
        weighting = {"method": reader, "scope": "siblings", "groups": {}}
        try:
            judged = indicator_set.with_method({"weighting": weighting})
            check_judgements(judged, method_of(judged))
        except InvalidInputError as error:
            for finding in error.findings:
                if finding.code in FINDINGS.values():
                    yield replace(finding, severity="warning")


def _distributions(assessment: Assessment) -> Iterator[Finding]:
    """Indicators that are skewed, and those that hardly tell units apart."""
    method, codes = assessment.method.treatment, list(assessment.framework.indicators)
    values = assessment.denominated[codes]
    table = indicator_statistics(
        values, maximum_skew=method.maximum_skew, maximum_kurtosis=method.maximum_kurtosis
    )
    for code, row in table.iterrows():
        flags = set(row["flags"])
        if flags & {"empty", "constant"}:  # has been said already
            continue
        # What is treated is told by its treatment.
        if "skewed" in flags and assessment.treatments[str(code)] == "none":
            fields = {"code": code, "skewness": row["skewness"], "kurtosis": row["kurtosis"]}
            yield Finding("skewed_values", "note", fields=fields)
        # Each of these mostly comes with the next.
        if "zeros" in flags:
            fields = {"code": code, "share": 1 - row["share_nonzero"]}
            yield Finding("mostly_zeros", "note", fields=fields)
        elif "one_value_dominates" in flags:
            value = values[code].mode().iloc[0]
            fields = {"code": code, "share": row["share_most_frequent"], "value": value}
            yield Finding("one_value_dominates", "note", fields=fields)
        elif "few_values" in flags:
            fields = {
                "code": code,
                "count": int(row["number_unique"]),
                "total": int(row["number_available"]),
            }
            yield Finding("few_values", "note", fields=fields)


def _availability(assessment: Assessment) -> Iterator[Finding]:
    """Units with few values: in the whole index, or in groups of it where the whole has enough."""
    shares = availability(assessment.denominated, assessment.framework)
    values = shares.to_numpy()
    few = values < ENOUGH
    root, *groups = shares.columns
    for row in np.flatnonzero(few.any(axis=1)).tolist():
        fields: dict[str, object] = {"unit": shares.index[row], "least": ENOUGH}
        if few[row, 0]:  # who lacks values everywhere is told once
            fields |= {"node": root, "share": values[row, 0]}
            yield Finding("few_available", "warning", fields=fields)
        else:
            fields["groups"] = [groups[column] for column in np.flatnonzero(few[row, 1:])]
            yield Finding("few_available_in_groups", "note", fields=fields)


def _correlations(assessment: Assessment) -> Iterator[Finding]:
    """Parts of the framework that cancel out, count twice, or go against the whole."""
    table = correlation_table(assessment.exact_scores, assessment.framework)
    table = table[table["significant"]]
    siblings, negative = table["relation"] == "siblings", table["flag"] == "negative"
    kinds: tuple[tuple[str, Severity, pd.Series[bool]], ...] = (
        ("negative_siblings", "warning", siblings & negative),
        ("collinear_siblings", "note", siblings & (table["flag"] == "collinear")),
        ("against_ancestor", "warning", ~siblings & (table["correlation"] < 0)),
    )
    for code, severity, where in kinds:
        for row in table[where].itertuples():
            fields = {
                "code": row.node,
                "other": row.other,
                "group": row.group,
                "correlation": row.correlation,
            }
            yield Finding(code, severity, fields=fields)


def _reliability(assessment: Assessment) -> Iterator[Finding]:
    """Groups whose parts hardly measure one thing."""
    table = reliability_table(assessment.exact_scores, assessment.framework)
    low = table[
        (table["of"] == "children")
        & (table["items"] >= FEWEST_ITEMS)
        & (table["alpha"] < LEAST_ALPHA)
    ]
    for row in low.itertuples():
        fields = {
            "group": row.group,
            "count": row.items,
            "alpha": row.alpha,
            "least": LEAST_ALPHA,
        }
        yield Finding("low_reliability", "note", fields=fields)

"""What an auditor looks at, as plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from indicators import Finding
from reports.tables.comparing import leave_out_table
from scoring import Assessment, audit
from scoring.multivariate import (
    component_table,
    correlation_table,
    influence_table,
    reliability_table,
)
from scoring.statistics import availability, availability_by_group, indicator_statistics
from scoring.treatment.tables import changed_values, treatment_table

#: Columns of the table of treatment, for sets in which nothing is treated.
TREATMENT_COLUMNS = [
    "method",
    *("skewness_before", "kurtosis_before", "passes_before"),
    *("skewness_after", "kurtosis_after", "passes_after"),
    "points",
]


def audit_tables(
    assessment: Assessment, findings: Iterable[Finding] | None = None
) -> dict[str, pd.DataFrame]:
    """Everything that an audit of an assessment looks at.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, tables are of the newest year, and those of cells that were changed of all.
    findings : iterable of Finding, optional
        Of :func:`scoring.audit`, where it has been run already.

    Returns
    -------
    dict of str to DataFrame
        ``findings``: see :func:`finding_table`.
        ``statistics``: of every indicator, see :func:`scoring.statistics.indicator_statistics`.
        ``availability``: share of indicators with a value, by unit and group of the framework.
        ``availability_by_group``: share of units with a value, by indicator and group of units;
        left out where units are not grouped.
        ``screening``: units and indicators with the shares they are screened by.
        ``imputed``: every cell that was imputed, and by what.
        ``treatment``: skewness and kurtosis of every treated indicator before and after.
        ``treated``: every cell that treatment has changed, by what, from what to what.
        ``correlations``, ``components``, ``reliability``, ``influence``: see
        :mod:`scoring.multivariate`.
        ``leave_one_out``: see :func:`scoring.leave_one_out`.
    """
    framework, scores = assessment.framework, assessment.exact_scores
    return {
        "findings": finding_table(audit(assessment) if findings is None else findings),
        "statistics": _statistics(assessment),
        "availability": _availability(assessment),
        **_availability_by_group(assessment),
        "screening": _screening(assessment),
        "imputed": _imputed(assessment),
        "treatment": _treatment(assessment),
        "treated": _treated(assessment),
        "correlations": correlation_table(scores, framework),
        "components": component_table(scores, framework),
        "reliability": reliability_table(scores, framework),
        "influence": influence_table(scores, framework, assessment.weights),
        "leave_one_out": leave_out_table(assessment),
    }


def finding_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as ``severity, code, file, sheet, line, column, message``."""
    return pd.DataFrame(
        [
            (
                finding.severity,
                finding.code,
                finding.place.file,
                finding.place.sheet,
                finding.place.row,
                finding.place.column,
                finding.message,
            )
            for finding in findings
        ],
        columns=["severity", "code", "file", "sheet", "line", "column", "message"],
    ).astype({"line": "Int64"})


def _statistics(assessment: Assessment) -> pd.DataFrame:
    choices = assessment.method.treatment
    table = indicator_statistics(
        assessment.denominated[list(assessment.framework.indicators)],
        maximum_skew=choices.maximum_skew,
        maximum_kurtosis=choices.maximum_kurtosis,
    )
    table["flags"] = table["flags"].map(", ".join)
    return table.reset_index()


def _availability(assessment: Assessment) -> pd.DataFrame:
    table = availability(assessment.denominated, assessment.framework).reset_index(names="unit")
    return _with_names(table, assessment)


def _availability_by_group(assessment: Assessment) -> dict[str, pd.DataFrame]:
    column = assessment.method.ranking.group
    if column is None:
        return {}
    values = assessment.denominated[list(assessment.framework.indicators)]
    shares = availability_by_group(values, assessment.units[column])
    table = shares.T.rename_axis("indicator").rename_axis(columns=None).reset_index()
    return {"availability_by_group": table}


def _screening(assessment: Assessment) -> pd.DataFrame:
    screened, whole = assessment.screened, assessment.indicator_set
    units = screened.units.rename_axis("code").reset_index()
    units.insert(0, "what", "unit")
    units.insert(2, "name", whole.units["name"].reindex(units["code"]).to_numpy())
    nodes = screened.indicators.rename_axis("code").reset_index()
    nodes.insert(0, "what", "indicator")
    nodes.insert(2, "name", [whole.framework[str(code)].name for code in nodes["code"]])
    return pd.concat([units, nodes], ignore_index=True)


def _years(assessment: Assessment) -> Iterator[Assessment]:
    """Every year of a panel, or what was assessed."""
    yield from assessment.by_year.values() or (assessment,)


def _imputed(assessment: Assessment) -> pd.DataFrame:
    method = ", ".join(assessment.method.imputation.methods)
    tables = []
    for one in _years(assessment):
        rows, columns = np.nonzero(one.was_imputed.to_numpy())
        cells = {
            "unit": one.imputed.index[rows],
            "indicator": one.imputed.columns[columns],
            "year": one.year,
            "value": one.imputed.to_numpy()[rows, columns],
            "method": method,
        }
        tables.append(pd.DataFrame(cells))
    table = pd.concat(tables, ignore_index=True).astype({"year": "Int64"})
    return _with_names(table, assessment)


def _treatment(assessment: Assessment) -> pd.DataFrame:
    # Years on one scale were fitted together.
    years = [one for one in _years(assessment) if one.scale is assessment.scale]
    before, after = (
        pd.concat([getattr(one, stage) for one in years]) for stage in ("imputed", "treated")
    )
    tables = [
        treatment_table(before.iloc[:, step.members], after.iloc[:, step.members], step.estimator)
        for step in assessment.scale.treatments
    ]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=TREATMENT_COLUMNS)
    order = [code for code in assessment.framework.indicators if code in table.index]
    return table.loc[order].rename_axis("indicator").reset_index()


def _treated(assessment: Assessment) -> pd.DataFrame:
    empty = pd.DataFrame(columns=["unit", "indicator", "method", "from", "to"])
    tables = [
        changed_values(
            one.imputed.iloc[:, step.members], one.treated.iloc[:, step.members], step.estimator
        ).assign(year=one.year)
        for one in _years(assessment)
        for step in one.scale.treatments
    ] or [empty.assign(year=None)]
    table = pd.concat(tables, ignore_index=True).astype({"year": "Int64"})
    return _with_names(table[["unit", "indicator", "year", "method", "from", "to"]], assessment)


def _with_names(table: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """The table with the names of its units beside their codes."""
    names = assessment.indicator_set.units["name"].reindex(table["unit"]).to_numpy()
    table.insert(1, "name", names)
    return table

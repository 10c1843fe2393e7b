"""Treatment: what was done to each indicator, and every value that was put in or changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, blank_if_missing, known
from reports.workbook.data import number_format
from reports.workbook.parts import FLAGGED, audit_links, footer, header, section
from reports.workbook.plan import Plan
from scoring.normalisation import NORMALISATIONS
from scoring.statistics import is_skewed, kurtosis, skewness
from scoring.treatment import treatment_table, winsorised_values

(
    NAME, DENOMINATOR, FACTOR, MISSING, IMPUTED, METHOD, SKEW_BEFORE, KURTOSIS_BEFORE,
    PASSES_BEFORE, POINTS, SKEW_AFTER, KURTOSIS_AFTER, PASSES_AFTER, NORMALISATION, LOW, HIGH,
) = range(1, 17)  # fmt: skip
LAST = HIGH

#: Values listed of each kind.
MOST_LISTED = 500


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    spans = [(1, 1), (2, 3), (4, 5), (6, 7), (8, 9), (10, 11), (12, 13), (14, 14)]
    sheet = header(plan, "treatment", spans, subtitle=words("treatment.how"), last_column=LAST)
    audit_links(plan, sheet, "treatment", spans)
    row = _indicators(plan, sheet, 6)
    row = _winsorised(plan, sheet, row + 1)
    row = _imputed(plan, sheet, row + 1)
    sheet.widths({NAME: 40, DENOMINATOR: 22, METHOD: 15, NORMALISATION: 20, LOW: 13, HIGH: 13})
    sheet.widths(dict.fromkeys((FACTOR, MISSING, IMPUTED, *range(SKEW_BEFORE, NORMALISATION)), 9.5))
    sheet.freeze(6, DENOMINATOR)
    sheet.protect()
    sheet.page(row, LAST, one_page=row <= 60, footer=footer(plan))


def treatment_of_all(plan: Plan) -> pd.DataFrame:
    """What was done to every indicator, in the columns of ``treatment_table``."""
    assessment = plan.assessment
    limits = assessment.method.treatment
    before, after = assessment.imputed, assessment.treated
    old, new = before.to_numpy(), after.to_numpy()
    passes = ~is_skewed(old, limits.maximum_skew, limits.maximum_kurtosis)
    table = pd.DataFrame(
        {
            "method": "",
            "skewness_before": skewness(old),
            "kurtosis_before": kurtosis(old),
            "passes_before": passes,
            "skewness_after": skewness(new),
            "kurtosis_after": kurtosis(new),
            "passes_after": passes,
            "points": 0,
        },
        index=before.columns,
    )
    for step in assessment.scale.treatments:
        members = step.members
        own = treatment_table(before.iloc[:, members], after.iloc[:, members], step.estimator)
        for name in own:
            table.loc[own.index, name] = own[name]
    return table


def _indicators(plan: Plan, sheet: Sheet, row: int) -> int:
    """One line for each scored indicator; returns the next free row."""
    words, assessment, framework = plan.words, plan.assessment, plan.framework
    said = words("treatment.indicators_how")
    if plan.imputes:
        imputation = ", ".join(assessment.method.imputation.methods)
        said = f"{words('treatment.imputed_by', imputation=imputation)} {said}"
    if assessment.by_year:
        said = f"{said} {words('treatment.panel')}"
    row = section(sheet, row, LAST, words("treatment.indicators"), said, lines=2)
    over = styles.HERE.but(size=8)
    blocks = {
        (DENOMINATOR, FACTOR): "treatment.denominators", (MISSING, IMPUTED): "treatment.gaps",
        (METHOD, PASSES_AFTER): "treatment.treatment", (NORMALISATION, HIGH): "treatment.scale",
    }  # fmt: skip
    for (first, last), key in blocks.items():
        sheet.wide(row, first, last, words(key), over)
    keys = (
        "data.indicator", "treatment.denominator", "treatment.factor", "treatment.missing",
        "treatment.imputed", "treatment.method", "treatment.skew_before",
        "treatment.kurtosis_before", "treatment.passes_before", "treatment.points",
        "treatment.skew_after", "treatment.kurtosis_after", "treatment.passes_after",
        "treatment.method", "weights.low", "weights.high",
    )  # fmt: skip
    sheet.table_heading(row + 1, 1, [words(key) for key in keys], height=44, left=2)
    missing = assessment.denominated[list(framework.indicators)].isna().sum()
    put_in = assessment.was_imputed.sum()
    table: Any = treatment_of_all(plan)
    shape = styles.CENTRE.but(format="0.00")
    left = styles.LEFT.but(size=8)
    row += 1
    for indicator in framework.indicators:
        row += 1
        node, found = framework[indicator], table.loc[indicator]
        below = framework[node.denominator].name if node.denominator else "–"
        factor: Value = None
        if node.denominator:
            factor = 1.0 if node.scale_factor is None else node.scale_factor
        sheet.put(row, NAME, node.name, styles.LEFT.but(shrink=True))
        sheet.put(row, DENOMINATOR, below, left.but(shrink=True))
        sheet.put(row, FACTOR, factor, styles.CENTRE.but(format="#,##0.###"))
        for column, count in ((MISSING, missing[indicator]), (IMPUTED, put_in[indicator])):
            fill = FLAGGED if column == IMPUTED and count else ""
            sheet.put(row, column, int(count), styles.INTEGER.but(fill=fill))
        sheet.put(row, METHOD, str(found["method"]) or "–", left)
        touched = bool(found["method"])
        for when, columns in (
            ("before", (SKEW_BEFORE, KURTOSIS_BEFORE, PASSES_BEFORE)),
            ("after", (SKEW_AFTER, KURTOSIS_AFTER, PASSES_AFTER)),
        ):
            if when == "after" and not touched:
                for column in columns:
                    sheet.put(row, column, "–", styles.CENTRE.but(colour=styles.GREY))
                continue
            sheet.put(row, columns[0], blank_if_missing(float(found[f"skewness_{when}"])), shape)
            sheet.put(row, columns[1], blank_if_missing(float(found[f"kurtosis_{when}"])), shape)
            passes = bool(found[f"passes_{when}"])
            verdict = words("treatment.passes" if passes else "treatment.skewed")
            sheet.put(row, columns[2], verdict, styles.CENTRE.but(fill="" if passes else FLAGGED))
        sheet.put(row, POINTS, int(found["points"]) if touched else "–", styles.INTEGER)
        sheet.put(row, NORMALISATION, assessment.normalisations[indicator], left)
        _ends(plan, sheet, row, indicator)
    return row + 1


def _ends(plan: Plan, sheet: Sheet, row: int, indicator: str) -> None:
    """Ends of a linear scale, or the target, as the treated values have them."""
    low, high = (plan.goalposts[end][indicator] for end in ("low", "high"))
    columns = NORMALISATIONS[plan.assessment.normalisations[indicator]].columns
    if not known(low) and columns:
        posts = plan.assessment.scale.posts.loc[[indicator], list(columns)].to_numpy()[0]
        low, high = float(posts[0]), float(posts[-1])
    number = styles.NUMBER.but(format=number_format(np.array([low, high, 0.5])))
    for column, value in ((LOW, low), (HIGH, high)):
        if known(value):
            sheet.put(row, column, value, number)
        else:
            sheet.put(row, column, "–", styles.CENTRE.but(colour=styles.GREY))


def _winsorised(plan: Plan, sheet: Sheet, row: int) -> int:
    """Every value that winsorising changed; returns the next free row."""
    words, assessment = plan.words, plan.assessment
    before, after = assessment.imputed, assessment.treated
    changed = [
        winsorised_values(before.iloc[:, step.members], after.iloc[:, step.members], step.estimator)
        for step in assessment.scale.treatments
    ]
    table = pd.concat(changed) if changed else pd.DataFrame(columns=["unit", "indicator"])
    row = section(sheet, row, LAST, words("treatment.winsorised"))
    titles = [words("treatment.from"), words("treatment.to")]
    lines = [
        (str(line.unit), str(line.indicator), (float(line[3]), float(line[4])))
        for line in table.head(MOST_LISTED).itertuples()
    ]
    return _listed(plan, sheet, row, titles, lines, len(table))


def _imputed(plan: Plan, sheet: Sheet, row: int) -> int:
    """Every value that was put in for a missing one; returns the next free row."""
    words, assessment = plan.words, plan.assessment
    where = assessment.was_imputed.to_numpy().T
    columns, rows = np.nonzero(where)
    row = section(sheet, row, LAST, words("treatment.values_imputed"))
    values, scores = assessment.imputed.to_numpy(), assessment.normalised.to_numpy()
    units, codes = assessment.imputed.index, assessment.imputed.columns
    lines = [
        (str(units[i]), str(codes[j]), (float(values[i, j]), float(scores[i, j])))
        for j, i in list(zip(columns.tolist(), rows.tolist(), strict=True))[:MOST_LISTED]
    ]
    titles = [words("treatment.value"), words("scorecard.score")]
    return _listed(plan, sheet, row, titles, lines, len(columns), scores=True)


def _listed(
    plan: Plan,
    sheet: Sheet,
    row: int,
    titles: Sequence[str],
    lines: Sequence[tuple[str, str, tuple[float, float]]],
    count: int,
    *,
    scores: bool = False,
) -> int:
    """Indicator, region and two figures of each value; returns the next free row."""
    words = plan.words
    if not lines:
        sheet.wide(row, 1, LAST, words("checks.nothing"), styles.NOTE)
        return row + 1
    sheet.table_heading(
        row, 1, [words("data.indicator"), words("unit.name"), *titles], height=18, left=2
    )
    sheet.merge(row, FACTOR, MISSING)
    sheet.put(row, MISSING, None, styles.HEADING)
    sheet.put(row, IMPUTED, titles[1], styles.HEADING)
    sheet.put(row, METHOD, None, styles.HEADING)
    sheet.merge(row, IMPUTED, METHOD)
    labels = dict(zip(plan.units.index, plan.labels, strict=True))
    formats = {
        code: number_format(np.append(plan.assessment.imputed[code].to_numpy(), 0.5))
        for code in {code for _, code, _ in lines}
    }
    for unit, code, (first, second) in lines:
        row += 1
        number = styles.NUMBER.but(format=formats[code])
        sheet.put(row, NAME, plan.framework[code].name, styles.LEFT.but(shrink=True))
        sheet.put(row, DENOMINATOR, labels[unit], styles.LEFT)
        sheet.wide(row, FACTOR, MISSING, blank_if_missing(first), number)
        other = number.but(format=plan.score_format) if scores else number
        sheet.wide(row, IMPUTED, METHOD, blank_if_missing(second), other)
    if count > len(lines):
        row += 1
        more = words("statistics.more", count=count - len(lines))
        sheet.wide(row, 1, LAST, more, styles.NOTE)
    return row + 1

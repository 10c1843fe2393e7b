"""Treatment: what was done to each indicator, and every value that was put in or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, blank_if_missing, known
from reports.workbook.data import number_format
from reports.workbook.parts import FLAGGED, footer, header, section, years_text
from reports.workbook.plan import Plan
from scoring.statistics import is_skewed, kurtosis, skewness
from scoring.treatment import treatment_table, winsorised_values

(
    NAME, DENOMINATOR, FACTOR, MISSING, IMPUTED, METHOD, SKEW_BEFORE, KURTOSIS_BEFORE,
    PASSES_BEFORE, POINTS, SKEW_AFTER, KURTOSIS_AFTER, PASSES_AFTER, NORMALISATION, LOW, HIGH,
    TARGET,
) = range(1, 18)  # fmt: skip
LAST = TARGET
#: In the lists of single values.
UNIT, YEAR = 2, 3

#: Values listed of each kind.
MOST_LISTED = 500


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "treatment", subtitle=words("treatment.how"), last_column=LAST)
    sheet.widths({NAME: 36, DENOMINATOR: 16, METHOD: 11, NORMALISATION: 15})
    sheet.widths(dict.fromkeys((LOW, HIGH, TARGET), 10))
    sheet.widths(dict.fromkeys((FACTOR, MISSING, IMPUTED, *range(SKEW_BEFORE, NORMALISATION)), 7.5))
    row = _indicators(plan, sheet, 6)
    row = _winsorised(plan, sheet, row + 1)
    row = _imputed(plan, sheet, row + 1)
    sheet.freeze(6, DENOMINATOR)
    sheet.protect()
    sheet.page(row, LAST, one_page=False, footer=footer(plan))


def treatment_of_all(plan: Plan) -> pd.DataFrame:
    """What was done to every indicator, in the columns of ``treatment_table``.

    Of a panel over all years on the scale of the newest one.
    """
    limits = plan.assessment.method.treatment
    before, after = (
        pd.concat([getattr(one, stage) for one in plan.years_of_scale])
        for stage in ("imputed", "treated")
    )
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
    for step in plan.assessment.scale.treatments:
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
        years = years_text([one.year for one in plan.years_of_scale if one.year is not None])
        said = f"{said} {words('treatment.panel', years=years)}"
    row = section(sheet, row, LAST, words("treatment.indicators"), said)
    over = styles.HERE.but(size=8)
    blocks = {
        (DENOMINATOR, FACTOR): "treatment.denominators", (MISSING, IMPUTED): "treatment.gaps",
        (METHOD, PASSES_AFTER): "treatment.treatment", (NORMALISATION, TARGET): "treatment.scale",
    }  # fmt: skip
    for (first, last), key in blocks.items():
        sheet.wide(row, first, last, words(key), over)
    keys = (
        "data.indicator", "treatment.denominator", "treatment.factor", "treatment.missing",
        "treatment.imputed", "treatment.method", "treatment.skew_before",
        "treatment.kurtosis_before", "treatment.passes_before", "treatment.points",
        "treatment.skew_after", "treatment.kurtosis_after", "treatment.passes_after",
        "treatment.method", "weights.low", "weights.high", "treatment.target",
    )  # fmt: skip
    sheet.table_heading(row + 1, 1, [words(key) for key in keys], height=44, left=2)
    on_scale = plan.years_of_scale
    codes = list(framework.indicators)
    missing: Any = sum(one.denominated[codes].isna().sum() for one in on_scale)
    put_in: Any = sum(one.was_imputed.sum() for one in on_scale)
    table: Any = treatment_of_all(plan)
    shape = styles.CENTRE.but(format="0.00")
    left = styles.LEFT.but(size=8)
    row += 1
    for indicator in framework.indicators:
        row += 1
        node, found = framework[indicator], table.loc[indicator]
        below = framework[node.denominator].name if node.denominator else "–"
        factor: Value = plan.scale_factor(indicator) if node.denominator else None
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
    """Ends of the scale and the target, as the treated values have them."""
    ends = {LOW: plan.goalposts["low"][indicator], HIGH: plan.goalposts["high"][indicator]}
    for column, value in ends.items():
        if known(value):
            digits = number_format(np.array([value]), whole=False)
            sheet.put(row, column, value, styles.NUMBER.but(format=digits))
        else:
            sheet.put(row, column, "–", styles.CENTRE.but(colour=styles.GREY))
    centred = styles.CENTRE.but(shrink=True)
    sheet.put(row, TARGET, plan.target(indicator, "{:,.4g}") or "–", centred)


@dataclass(frozen=True)
class Changed:
    """One value that is not as published.

    Parameters
    ----------
    indicator, unit : str
        Codes.
    year : int or None
    figures : (float, float)
        What the two columns of the list show.
    """

    indicator: str
    unit: str
    year: int | None
    figures: tuple[float, float]


def _winsorised(plan: Plan, sheet: Sheet, row: int) -> int:
    """Every value that winsorising changed; returns the next free row."""
    words = plan.words
    found = []
    for one in plan.every_year:
        for step in one.scale.treatments:
            before, after = (t.iloc[:, step.members] for t in (one.imputed, one.treated))
            table = winsorised_values(before, after, step.estimator)
            found += [
                Changed(str(line.indicator), str(line.unit), one.year, (line[3], line[4]))
                for line in table.itertuples()
            ]
    row = section(sheet, row, LAST, words("treatment.winsorised"))
    return _listed(plan, sheet, row, [words("treatment.from"), words("treatment.to")], found)


def _imputed(plan: Plan, sheet: Sheet, row: int) -> int:
    """Every value that was put in for a missing one; returns the next free row."""
    words, found = plan.words, []
    for one in plan.every_year:
        units, codes = one.imputed.index, one.imputed.columns
        values, scores = one.imputed.to_numpy(), one.normalised.to_numpy()
        found += [
            Changed(str(codes[j]), str(units[i]), one.year, (values[i, j], scores[i, j]))
            for i, j in np.argwhere(one.was_imputed.to_numpy()).tolist()
        ]
    row = section(sheet, row, LAST, words("treatment.values_imputed"))
    titles = [words("treatment.value"), words("scorecard.score")]
    return _listed(plan, sheet, row, titles, found, scores=True)


def _listed(
    plan: Plan,
    sheet: Sheet,
    row: int,
    titles: Sequence[str],
    found: Sequence[Changed],
    *,
    scores: bool = False,
) -> int:
    """Indicator, region, year and two figures of each value; returns the next free row."""
    words = plan.words
    if not found:
        sheet.wide(row, 1, LAST, words("checks.nothing"), styles.NOTE)
        return row + 1
    panel = bool(plan.assessment.by_year)
    first = YEAR + panel
    spans = ((first, first + 1), (first + 2, first + 3))
    sheet.fill(row, range(1, spans[-1][-1] + 1), styles.HEADING)
    sheet.put(row, NAME, words("data.indicator"), styles.HEADING_LEFT)
    sheet.put(row, UNIT, words("unit.name"), styles.HEADING_LEFT)
    if panel:
        sheet.put(row, YEAR, words("data.year"), styles.HEADING)
    for span, title in zip(spans, titles, strict=True):
        sheet.wide(row, *span, title, styles.HEADING)
    sheet.height(row, 18)
    labels = dict(zip(plan.units.index, plan.labels, strict=True))
    # By indicator and region; the years of one cell stand together.
    order = {code: i for i, code in enumerate(plan.framework.indicators)}
    places = {unit: i for i, unit in enumerate(plan.units.index)}
    shown = sorted(found, key=lambda one: (order[one.indicator], places[one.unit]))[:MOST_LISTED]
    formats = {
        code: number_format(plan.assessment.imputed[code].to_numpy(), whole=False)
        for code in {one.indicator for one in shown}
    }
    for one in shown:
        row += 1
        number = styles.NUMBER.but(format=formats[one.indicator])
        sheet.put(row, NAME, plan.framework[one.indicator].name, styles.LEFT.but(shrink=True))
        sheet.put(row, UNIT, labels[one.unit], styles.LEFT.but(shrink=True))
        if panel:
            sheet.put(row, YEAR, one.year, styles.INTEGER)
        second = number.but(format=plan.score_format) if scores else number
        for span, value, look in zip(spans, one.figures, (number, second), strict=True):
            sheet.wide(row, *span, blank_if_missing(float(value)), look)
    if len(found) > len(shown):
        row += 1
        more = words("statistics.more", count=len(found) - len(shown))
        sheet.wide(row, 1, LAST, more, styles.NOTE)
    return row + 1

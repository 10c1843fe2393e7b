"""Checks: the workbook tests itself, and what the audit found in the data."""

from __future__ import annotations

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, local, quoted
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_INDICATOR_COLUMN, Plan

WHAT, FOUND, WANTED, VERDICT = range(1, 5)
HEADING, FIRST = 5, 6


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    spans = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8)]
    sheet = header(plan, "checks", spans, subtitle=words("checks.how"), last_column=8)
    titles = [words(f"checks.{key}") for key in ("what", "found", "wanted", "verdict")]
    sheet.table_heading(HEADING, 1, titles, height=18, left=1)
    row = FIRST
    for key, value, formula, wanted in _checks(plan):
        _line(plan, sheet, row, words(f"checks.{key}"), value, formula, wanted)
        row += 1
    row = _findings(plan, sheet, row + 1)
    sheet.widths({1: 74, 2: 16, 3: 16, 4: 16, 5: 12, 6: 12, 7: 12, 8: 12})
    sheet.protect()
    sheet.page(row, 8, one_page=False, footer=footer(plan))


def _checks(plan: Plan) -> list[tuple[str, float, str, float | None]]:
    """Key, value now, formula, value wanted (None: for information) of each check."""
    root = plan.framework.root
    scores = plan.scores_down(plan.score_column(root))
    default = plan.scores_down(plan.change_column + 1)
    order = plan.scores_down(plan.order_column)
    positions = f"ROW({order})-{plan.first - 1}"
    shares = [
        plan.effective_cell(code) for code in plan.framework.indicators[:250]
    ]
    total = float(plan.assessment.weights["effective_weight"][list(plan.framework.indicators[:250])].sum())
    last_group = plan.groups[-1]
    block = (
        f"{plan.sheets['scores'].at(plan.first, FIRST_INDICATOR_COLUMN, fixed='both')}:"
        f"{local(plan.last, plan.rank_column(last_group), 'both')}"
    )
    last = plan.data_column(plan.framework.indicators[-1])
    normalised = f"{plan.sheets['normalised'].at(plan.first, FIRST_INDICATOR_COLUMN, fixed='both')}"
    normalised = f"{normalised}:{local(plan.last, last, 'both')}"
    data = f"{plan.sheets['data'].at(plan.first, FIRST_INDICATOR_COLUMN, fixed='both')}"
    data = f"{data}:{local(plan.last, last, 'both')}"
    present = plan.assessment.data[list(plan.framework.indicators)].notna().to_numpy()
    scored = plan.assessment.normalised.notna().to_numpy()
    without = float(plan.assessment.scores[root].isna().sum())
    difference = f"IFERROR(SUMPRODUCT(--ISNUMBER({scores}),--ISNUMBER({default}),ABS({scores}-{default})),0)"
    checks: list[tuple[str, float, str, float | None]] = [
        ("shares", total, f"ROUND({'+'.join(shares)},9)", 1.0),
        ("errors_scores", 0.0, f"SUMPRODUCT(--ISERROR({block}))", 0.0),
        ("errors_normalised", 0.0, f"SUMPRODUCT(--ISERROR({normalised}))", 0.0),
        ("text_data", 0.0, f"SUMPRODUCT(--ISTEXT({data}))", 0.0),
        ("unscored_values", float((present & ~scored).sum()),
         f"COUNT({data})-COUNT({normalised})", 0.0),
        ("order", 0.0, f"SUMPRODUCT(ABS(COUNTIF({order},{positions})-1))", 0.0),
        ("python", 0.0, difference, None),
        ("without_score", without, f"ROWS({scores})-COUNT({scores})", None),
        ("missing", float((~present).sum()), f"ROWS({data})*COLUMNS({data})-COUNT({data})", None),
    ]  # fmt: skip
    if plan.assessment.method.imputation.method != "none":
        checks = [check for check in checks if check[0] != "unscored_values"]
    return checks


def _line(
    plan: Plan, sheet: Sheet, row: int, what: str, value: float, formula: str, wanted: float | None
) -> None:
    words = plan.words
    sheet.put(row, WHAT, what, styles.LEFT)
    number = styles.CENTRE.but(format="0.######")
    rounded = float(np.round(value, 9))
    sheet.put(row, FOUND, rounded, number, formula)
    sheet.put(row, WANTED, wanted if wanted is not None else "–", number)
    good, bad = words("checks.ok"), words("checks.look")
    found = local(row, FOUND)
    verdict: Value = words("checks.note")
    test = None
    if wanted is not None:
        verdict = good if abs(rounded - wanted) < 1e-6 else bad
        target = local(row, WANTED)
        test = f"IF(ABS({found}-{target})<0.000001,{quoted(good)},{quoted(bad)})"
    sheet.put(row, VERDICT, verdict, styles.CENTRE.but(bold=True), test)


def _findings(plan: Plan, sheet: Sheet, row: int) -> int:
    """What the audit found when the workbook was written; returns the last row."""
    words = plan.words
    sheet.wide(row, 1, 8, words("checks.audit"), styles.SECTION)
    findings = plan.findings
    if not findings:
        sheet.wide(row + 1, 1, 8, words("checks.nothing"), styles.NOTE)
        return row + 1
    for finding in findings:
        row += 1
        text = f"{words(f'severity.{finding.severity}')}: {words.get(f'finding.{finding.code}', finding.message)}"
        sheet.wide(row, 1, 8, text, styles.NOTE)
        sheet.height(row, 12.5 * (1 + len(text) // 150))
    return row

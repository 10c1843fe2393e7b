"""Checks: the workbook tests itself, and what the audit found in the data."""

from __future__ import annotations

import numpy as np

from reports.findings import MOST_OF_A_KIND, by_kind
from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, local, quoted
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_INDICATOR_COLUMN, SUM_OF_SHARES, Plan
from scoring.aggregation import TOLERANCE

WHAT, FOUND, WANTED, VERDICT = range(1, 5)
LAST = 8
HEADING, FIRST = 5, 6
#: Characters of a finding on one line.
LONGEST_LINE = 180


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "checks", subtitle=words("checks.how"), last_column=LAST)
    titles = [words(f"checks.{key}") for key in ("what", "found", "wanted", "verdict")]
    sheet.table_heading(HEADING, 1, titles, height=18, left=1)
    row = FIRST
    for key, value, formula, wanted in _checks(plan):
        _line(plan, sheet, row, words(f"checks.{key}"), value, formula, wanted)
        row += 1
    row = _findings(plan, sheet, row + 1)
    sheet.widths({WHAT: 66, **dict.fromkeys(range(FOUND, LAST + 1), 11)})
    sheet.protect()
    sheet.page(row, LAST, one_page=False, footer=footer(plan))


def _checks(plan: Plan) -> list[tuple[str, float, str, float | None]]:
    """Key, value now, formula, value wanted (None: for information) of each check."""
    root = plan.framework.root
    scores = plan.scores_down(plan.score_column(root))
    order = plan.scores_down(plan.order_column)
    positions = f"ROW({order})-{plan.first - 1}"
    total = sum(plan.effective_weights[code] for code in plan.framework.indicators)
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
    difference = f"SUM({plan.scores_down(plan.difference_column)})"
    checks: list[tuple[str, float, str, float | None]] = [
        ("shares", total, f"ROUND({plan.sheets['weights'].at(*SUM_OF_SHARES)},9)", 1.0),
        ("errors_scores", 0.0, f"SUMPRODUCT(--ISERROR({block}))", 0.0),
        ("errors_normalised", 0.0, f"SUMPRODUCT(--ISERROR({normalised}))", 0.0),
        ("text_data", 0.0, f"SUMPRODUCT(--ISTEXT({data}))", 0.0),
        ("unscored_values", float((present & ~scored).sum()),
         f"COUNT({data})-COUNT({normalised})", 0.0),
        ("order", 0.0, f"SUMPRODUCT(ABS(COUNTIF({order},{positions})-1))", 0.0),
        ("outside_domain", _outside(plan), _outside_formula(plan), 0.0),
        ("python", 0.0, difference, None),
        ("without_score", without, f"ROWS({scores})-COUNT({scores})", None),
        ("missing", float((~present).sum()), f"ROWS({data})*COLUMNS({data})-COUNT({data})", None),
    ]  # fmt: skip
    left_out = set()
    if plan.imputes:
        left_out.add("unscored_values")
    choices = plan.assessment.method.aggregation
    if choices.missing == "propagate" or choices.groups or not plan.scores_live:
        left_out.add("outside_domain")
    return [check for check in checks if check[0] not in left_out]


def _outside(plan: Plan) -> float:
    """Groups' scores that are missing although enough of their weight is there."""
    groups = list(plan.groups)
    limit = plan.assessment.method.aggregation.minimum_coverage - TOLERANCE
    covered = plan.assessment.coverage[groups].to_numpy()
    enough = (covered > 0) & (covered >= limit)
    return float((enough & plan.assessment.scores[groups].isna().to_numpy()).sum())


def _outside_formula(plan: Plan) -> str:
    limit = plan.assessment.method.aggregation.minimum_coverage - TOLERANCE
    first, last = plan.groups[0], plan.groups[-1]
    sheet = plan.sheets["scores"]

    def block(first_column: int, last_column: int) -> str:
        start = sheet.at(plan.first, first_column, fixed="both")
        return f"{start}:{local(plan.last, last_column, 'both')}"

    covered = block(plan.coverage_column(first), plan.coverage_column(last))
    scores = block(plan.score_column(first), plan.score_column(last))
    enough = f"--({covered}>0),--({covered}>={limit!r})"
    return f"SUMPRODUCT({enough},1-ISNUMBER({scores}))"


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
    sheet.wide(row, 1, LAST, words("checks.audit"), styles.SECTION)
    findings = plan.findings
    if not findings:
        sheet.wide(row + 1, 1, LAST, words("checks.nothing"), styles.NOTE)
        return row + 1
    for alike in by_kind(findings):
        for finding in alike[:MOST_OF_A_KIND]:
            said = words.finding(finding.code, finding.shown, finding.message)
            row = _said(sheet, row, f"{words(f'severity.{finding.severity}')}: {said}")
        if len(alike) > MOST_OF_A_KIND:
            more = words("checks.more", count=len(alike) - MOST_OF_A_KIND, code=alike[0].code)
            row = _said(sheet, row, more)
    return row


def _said(sheet: Sheet, row: int, text: str) -> int:
    """One line below the last; returns its row."""
    sheet.wide(row + 1, 1, LAST, text, styles.NOTE)
    sheet.height(row + 1, 12.5 * (1 + len(text) // LONGEST_LINE))
    return row + 1

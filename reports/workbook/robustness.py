"""Robustness: how far to trust the ranks, and which choice moves them."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font

from reports.workbook import styles
from reports.workbook.cells import local
from reports.workbook.parts import footer, header, paragraph, section
from reports.workbook.plan import Plan
from reports.workbook.rank_intervals import (
    CHANGED,
    FIRST_ROW,
    STATUS_ROW,
    Intervals,
    intervals,
    write_intervals,
)
from reports.workbook.rank_movers import write_sensitivity, write_single_changes
from reports.workbook.strips import END, FIRST, NAME, WIDTHS
from reports.workbook.uncertain_choices import settings_said, source_said

#: Single changes that have room below the part on sensitivity.
MOST_BESIDE = 12
#: Kinds of failures that are listed.
MOST_FAILURES = 20
#: Columns of the table of failures: draws, what they have in common, why.
DRAWS, COMMON_END = NAME, 9


def write(plan: Plan) -> None:
    """Fill the sheet; nothing where robustness was not computed."""
    found = intervals(plan)
    if found is None:
        return
    words = plan.words
    sheet = header(plan, "robustness", subtitle=words("robustness.how"), last_column=END)
    sheet.widths(WIDTHS)
    write_status(plan, found)
    row = _drawn(plan, found, FIRST_ROW)
    row = write_intervals(plan, found, row) + 1
    sheet.break_before(row)
    row = write_sensitivity(plan, found, row) + 1
    if len(found.robustness.single_changes) > MOST_BESIDE:
        sheet.break_before(row)
    row = write_single_changes(plan, found, row) + 1
    row = _failures(plan, found, row)
    sheet.freeze(FIRST_ROW, FIRST)
    sheet.protect()
    sheet.page(row, END, one_page=False, footer=footer(plan))


def write_status(plan: Plan, found: Intervals) -> None:
    """Whether the intervals are of what the workbook shows now."""
    sheet, root = found.sheet, plan.framework.root
    scores = plan.scores_down(plan.score_column(root))
    usual = plan.scores_down(plan.change_column + 1)
    away = plan.scores_down(plan.difference_column)
    # Relative to the largest score, since a spreadsheet may round otherwise.
    largest = f"MAX(MAX({usual}),-MIN({usual}))"
    moved = f"OR(COUNT({scores})<>COUNT({usual}),MAX({away})>0.000000001*{largest})"
    sheet.put(*CHANGED, 0, styles.HIDDEN, f"IF({moved},1,0)" if plan.scores_live else None)
    look = styles.SUBTITLE.but(bold=True, italic=False, colour=styles.NAVY)
    key = "robustness.as_built" if plan.scores_live else "robustness.not_live"
    said, formula = found.status(key)
    sheet.wide(STATUS_ROW, NAME, END, said, look, formula)
    flag, orange = local(*CHANGED, "both"), Font(color=f"FF{styles.ORANGE}", bold=True)
    sheet.format_where(local(STATUS_ROW, NAME), FormulaRule(formula=[f"{flag}=1"], font=orange))


def _drawn(plan: Plan, found: Intervals, row: int) -> int:
    """What was uncertain, one line for each source; returns the next free row."""
    words, sheet, uncertainty = plan.words, found.sheet, found.robustness.uncertainty
    fields = {"draws": f"{uncertainty.draws:,}", "seed": uncertainty.seed}
    how = words("robustness.drawn_how", **fields)
    row = section(sheet, row, END, words("robustness.drawn"), how)
    for source in found.robustness.sources:
        said = source_said(source, words, found.robustness)
        sheet.wide(row, NAME, END, said, styles.LEFT.but(line=""))
        sheet.height(row, 14)
        row += 1
    return row


def _failures(plan: Plan, found: Intervals, row: int) -> int:
    """Draws that could not be computed, and doubts about the machines; returns the next row."""
    words, sheet, robustness = plan.words, found.sheet, found.robustness
    for finding in robustness.findings:
        said = words.finding(finding.code, finding.shown, finding.message)
        row = paragraph(sheet, row, END, said, styles.NOTE)
    failures = robustness.uncertainty.failures
    row = section(sheet, row, END, words("robustness.failures"))
    if not failures:
        return paragraph(sheet, row, END, words("robustness.no_failures"))
    fields = {"failed": f"{robustness.uncertainty.failed:,}",
              "draws": f"{robustness.uncertainty.draws:,}"}  # fmt: skip
    row = paragraph(sheet, row, END, words("robustness.failures_how", **fields))
    sheet.put(row, DRAWS, words("robustness.failed_draws"), styles.HEADING_LEFT)
    sheet.wide(row, DRAWS + 1, COMMON_END, words("robustness.common"), styles.HEADING_LEFT)
    sheet.wide(row, COMMON_END + 1, END, words("robustness.reason"), styles.HEADING_LEFT)
    sheet.height(row, 18)
    row += 1
    for failure in failures[:MOST_FAILURES]:
        count = words("robustness.count", count=failure.draws, first=failure.first + 1)
        settings = settings_said(failure.settings, words, robustness)
        finding = failure.finding
        reason = words.finding(finding.code, finding.shown, finding.message)
        left = styles.LEFT.but(size=8.5, wrap=True)
        sheet.put(row, DRAWS, count, left)
        sheet.wide(row, DRAWS + 1, COMMON_END, settings, left)
        sheet.wide(row, COMMON_END + 1, END, reason, left)
        sheet.height(row, 13 * max(1, -(-len(settings) // 66), -(-len(reason) // 110)) + 2)
        row += 1
    if len(failures) > MOST_FAILURES:
        more = words("robustness.more_failures", count=len(failures) - MOST_FAILURES)
        row = paragraph(sheet, row, END, more)
    return row

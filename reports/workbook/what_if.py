"""Other weights: how delicate each weight is, and where other weights would put every region."""

from __future__ import annotations

from reports.workbook.parts import footer, header
from reports.workbook.plan import Plan
from reports.workbook.strips import END, FIRST, WIDTHS
from reports.workbook.weight_shifts import write_shifts
from reports.workbook.weight_stability import write_stability


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    how = words("what_if.how", name=plan.assessment.method.weighting.method)
    if plan.assessment.by_year:
        how = f"{words('statistics.of_year', year=plan.assessment.year)} {how}"
    sheet = header(plan, "what_if", subtitle=how, last_column=END)
    sheet.widths(WIDTHS)
    row = write_stability(plan, sheet, 6) + 1
    sheet.break_before(row)
    row = write_shifts(plan, sheet, row)
    sheet.freeze(6, FIRST)
    sheet.protect()
    sheet.page(row, END, one_page=False, footer=footer(plan))

"""What several sheets share: the title with its links, and the formulas they have in common."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, known
from reports.workbook.plan import Plan

LINKED = (
    "overview", "weights", "weightings", "ranking", "scorecard", "benchmark", "robustness",
    "models", "method", "checks",
)  # fmt: skip
#: Sheets for those who check how the figures came about.
AUDITED = ("statistics", "correlations", "treatment", "what_if", "trends")

#: Widths of the columns under one link in characters, the widest that leave room for all.
LINK_WIDTHS = range(18, 3, -1)
#: Width of the columns that carry the links where a sheet is printed on several pages side by side.
LINKS_WIDE = 150
#: Longest line of an explanation in characters, and how many of them a width of one holds.
LONGEST_LINE, TO_A_WIDTH = 120, 1.4

#: Behind a figure that asks for a look.
FLAGGED = "FFE5B4"

#: Change of rank: up, down, none.
CHANGE_FORMAT = '"▲" 0;"▼" 0;"–"'


def change_colours(sheet: Sheet, cells: str) -> None:
    """Colour changes of rank: up blue, down orange."""
    for operator, colour in (("greaterThan", styles.BLUE), ("lessThan", styles.ORANGE)):
        rule = CellIsRule(operator=operator, formula=["0"], font=Font(color=f"FF{colour}"))
        sheet.format_where(cells, rule)


def header(
    plan: Plan,
    key: str,
    *,
    title: Value = None,
    title_formula: str | None = None,
    subtitle: str = "",
    last_column: int = 8,
) -> Sheet:
    """Title and a line of explanation in rows 1 and 3; :func:`write_links` fills row 2.

    Parameters
    ----------
    plan : Plan
    key : str
        Key of the sheet.
    title, title_formula
        Title, where it is not that of the sheet.
    subtitle : str
        One line of explanation.
    last_column : int
        Where the title and the explanation end.
    """
    sheet = plan.sheets[key]
    shown = plan.words(f"title.{key}") if title is None else title
    sheet.put(1, 1, shown, styles.TITLE, title_formula)
    sheet.height(1, 30)
    sheet.height(2, 18)
    sheet.wide(3, 1, last_column, subtitle, styles.SUBTITLE)
    sheet.height(3, 16)
    return sheet


def write_links(plan: Plan) -> None:
    """Links to the other sheets in row 2, and among the sheets for auditors in row 4.

    The columns must have their widths: each link takes as many as it needs.
    """
    for key, sheet in plan.sheets.items():
        _link(plan, sheet, key, 2, LINKED, 9)
        if key in ("checks", *AUDITED):
            _link(plan, sheet, key, 4, ("checks", *AUDITED), 8)


def _link(
    plan: Plan, sheet: Sheet, key: str, row: int, targets: Sequence[str], size: float
) -> None:
    linked = [target for target in targets if target in plan.sheets]
    for target, (first, last) in zip(linked, _spans(sheet, len(linked)), strict=False):
        style = styles.HERE if target == key else styles.LINK
        sheet.wide(row, first, last, plan.words(f"sheet.{target}"), style.but(size=size))
        if target != key:
            sheet.link(row, first, plan.title_cell(target), plan.words(f"title.{target}"))


def _spans(sheet: Sheet, count: int) -> list[tuple[int, int]]:
    """Columns of so many links: first and last of each."""
    several = sheet.openpyxl.page_setup.fitToWidth > 1
    for most in (LINKS_WIDE, math.inf) if several else (math.inf,):
        for least in LINK_WIDTHS:
            spans = list(_spans_of(sheet, least, most))
            if len(spans) >= count:
                return spans
    return spans


def _spans_of(sheet: Sheet, least: float, most: float) -> Iterator[tuple[int, int]]:
    """Runs of printed columns that are at least so wide, and together at most so wide."""
    width, total, first = 0.0, 0.0, 1
    for column in range(1, sheet.last_column + 1):
        width, total = width + sheet.width(column), total + sheet.width(column)
        if total > most:
            return
        if width >= least:
            yield first, column
            width, first = 0.0, column + 1


def section(sheet: Sheet, row: int, last: int, title: str, how: str = "") -> int:
    """Title of a part of a sheet and how to read it; returns the next row."""
    sheet.wide(row, 1, last, title, styles.SECTION)
    sheet.height(row, 22)
    return paragraph(sheet, row + 1, last, how) if how else row + 1


def paragraph(
    sheet: Sheet, row: int, last: int, text: str, style: styles.Style | None = None
) -> int:
    """A text over as many columns as its lines take; returns the next row.

    The columns must have their widths.
    """
    width, column = sheet.width(1), 1
    while column < last and width * TO_A_WIDTH < LONGEST_LINE:
        column += 1
        width += sheet.width(column)
    lines = wrap(text, int(width * TO_A_WIDTH))
    sheet.wide(row, 1, column, text, style or styles.SMALL.but(colour="404040"))
    sheet.height(row, 12 * max(1, len(lines)) + 1)
    return row + 1


def name_of(plan: Plan, node: str) -> str:
    """Name of a node in both languages."""
    found = plan.framework[node]
    return f"{found.name} {found.name_zh}".strip()


def years_text(years: Sequence[float]) -> str:
    """Years as they are shown: one year, first and last, or nothing for undated facts."""
    found = sorted({int(year) for year in years if known(year)})
    if not found:
        return ""
    return str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}"


def footer(plan: Plan) -> str:
    """Foot of every page."""
    root = plan.framework[plan.framework.root]
    return plan.words("page.footer", name=root.name[:80], digest=plan.digest[:12])

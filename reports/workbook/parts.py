"""What several sheets share: the title with its links, and the formulas they have in common."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, known
from reports.workbook.plan import Plan

LINKED = ("overview", "weights", "ranking", "scorecard", "benchmark", "models", "method", "checks")
#: Sheets for those who check how the figures came about.
AUDITED = ("statistics", "correlations", "treatment", "trends")

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
    spans: Sequence[tuple[int, int]],
    *,
    title: Value = None,
    title_formula: str | None = None,
    subtitle: str = "",
    last_column: int = 8,
) -> Sheet:
    """Title, links to the other sheets, and a line of explanation in rows 1 to 3.

    Parameters
    ----------
    plan : Plan
    key : str
        Key of the sheet.
    spans : sequence of (int, int)
        First and last column of each link.
    title, title_formula
        Title, where it is not that of the sheet.
    subtitle : str
        One line of explanation.
    last_column : int
        Where the title and the explanation end.
    """
    sheet = plan.sheets[key]
    words = plan.words
    shown = words(f"title.{key}") if title is None else title
    sheet.put(1, 1, shown, styles.TITLE, title_formula)
    sheet.height(1, 30)
    linked = [k for k in LINKED if k in plan.sheets]
    for target, (first, last) in zip(linked, spans, strict=False):
        here = target == key
        style = styles.HERE if here else styles.LINK
        sheet.wide(2, first, last, words(f"sheet.{target}"), style)
        if not here:
            sheet.link(2, first, plan.title_cell(target), words(f"title.{target}"))
    sheet.height(2, 18)
    sheet.wide(3, 1, last_column, subtitle, styles.SUBTITLE)
    sheet.height(3, 16)
    return sheet


def audit_links(plan: Plan, sheet: Sheet, key: str, spans: Sequence[tuple[int, int]]) -> None:
    """Links among the sheets for auditors, in row 4."""
    linked = [k for k in ("checks", *AUDITED) if k in plan.sheets]
    for target, (first, last) in zip(linked, spans, strict=False):
        style = styles.HERE if target == key else styles.LINK
        sheet.wide(4, first, last, plan.words(f"sheet.{target}"), style.but(size=8))
        if target != key:
            sheet.link(4, first, plan.title_cell(target), plan.words(f"title.{target}"))


def section(sheet: Sheet, row: int, last: int, title: str, how: str = "", lines: int = 1) -> int:
    """Title of a part of a sheet and how to read it; returns the next row."""
    sheet.wide(row, 1, last, title, styles.SECTION)
    sheet.height(row, 22)
    if not how:
        return row + 1
    sheet.wide(row + 1, 1, last, how, styles.SMALL.but(colour="404040"))
    sheet.height(row + 1, 13 * lines)
    return row + 2


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

"""Data: the values of the cross-section, the home of what is typed."""

from __future__ import annotations

import math

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, blank_if_missing, known, local
from reports.workbook.parts import footer, header, years_text
from reports.workbook.plan import FIRST_INDICATOR_COLUMN, Plan

ROLE, NODE, MEASURE, YEAR, SOURCE, CODE = 5, 6, 7, 8, 9, 11
PRESENT = 10
#: Hidden: the year that a value typed into an empty cell is of.
NEW_YEAR = 4
#: Indicators beside each other on a printed page.
COLUMNS_A_PAGE = 12
#: Columns that are printed also of a small set, so that the links above have room.
FEWEST_COLUMNS = 12
#: Decimals of a small number; a smaller one is written with a power of ten.
MOST_DECIMALS = 7


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words, framework = plan.words, plan.framework
    subtitle = words("data.how" if plan.live_indicators else "data.how_static")
    if plan.divided:
        subtitle = f"{subtitle} {words('data.how_divided')}"
    sheet = header(plan, "data", subtitle=subtitle, last_column=16)
    data = plan.assessment.data
    unit_columns(plan, sheet)
    rows = {
        ROLE: words("data.role"), NODE: words("data.indicator"), MEASURE: words("data.measure"),
        YEAR: words("data.year"), SOURCE: words("data.source"), PRESENT: words("data.present"),
    }  # fmt: skip
    for row, title in rows.items():
        sheet.wide(row, 1, 4, title, styles.HEADING_LEFT)
    sources = plan.sources_by_indicator
    for indicator in framework.all_indicators:
        column = plan.data_column(indicator)
        node = framework[indicator]
        role = framework.role(indicator)
        group = framework[node.parent].name if role == "score" else words(f"role.{role}")
        sheet.put(ROLE, column, group, styles.HEADING)
        sheet.put(NODE, column, f"{node.name} {node.name_zh}".strip(), styles.HEADING)
        small = styles.CENTRE.but(size=7.5, wrap=True, colour=styles.GREY)
        sheet.put(MEASURE, column, _measure(plan, indicator), small)
        years = years_text(plan.assessment.years[indicator].tolist()) or words("data.undated")
        sheet.put(YEAR, column, years, small)
        sheet.put(NEW_YEAR, column, plan.year_of_new[indicator], styles.HIDDEN)
        sheet.put(SOURCE, column, "; ".join(sources.get(indicator, ())), small)
        cells = sheet.down(column, plan.first, plan.last).split("!")[1]
        count = int(data[indicator].notna().sum())
        sheet.put(PRESENT, column, count, small, f"COUNT({cells})")
        sheet.put(CODE, column, indicator, styles.SMALL.but(size=7, wrap=False))
        digits = number_format(data[indicator].to_numpy())
        entry = styles.CELL.but(
            colour=styles.INPUT_TEXT, align="right", indent=1, format=digits, unlocked=True
        )
        missing = entry.but(fill="E5E7EB")
        for row, value in enumerate(data[indicator].tolist(), plan.first):
            there = known(value)
            sheet.put(row, column, value if there else None, entry if there else missing)
    last = plan.data_column(framework.all_indicators[-1])
    if plan.divided:
        _quotients(plan, sheet)
        last = plan.value_column(plan.divided[-1])
    for row, height in {ROLE: 28, NODE: 62, MEASURE: 36, YEAR: 16, SOURCE: 44}.items():
        sheet.height(row, height)
    sheet.widths(dict.fromkeys(range(FIRST_INDICATOR_COLUMN, last + 1), 12.5))
    sheet.freeze(plan.first, FIRST_INDICATOR_COLUMN)
    sheet.protect()
    sheet.page(
        plan.last,
        max(last, FEWEST_COLUMNS),
        titles=f"{ROLE}:{CODE}",
        pages_wide=1 + (last - FIRST_INDICATOR_COLUMN) // COLUMNS_A_PAGE,
        one_page=plan.count <= 45,
        footer=footer(plan),
    )
    if plan.years_differ:
        _years(plan, sheet)


def _measure(plan: Plan, indicator: str) -> str:
    """Measure of the values; that of the framework is the one of what is scored."""
    below = plan.framework[indicator].denominator
    if not below:
        return plan.framework[indicator].measure
    return plan.words("data.before_division", name=plan.framework[below].name)


def _quotients(plan: Plan, sheet: Sheet) -> None:
    """What is scored of the indicators with a denominator, beside the values."""
    words, framework = plan.words, plan.framework
    for indicator in plan.divided:
        node, column = framework[indicator], plan.value_column(indicator)
        below = framework[node.denominator].name
        small = styles.CENTRE.but(size=7.5, wrap=True, colour=styles.GREY)
        sheet.put(ROLE, column, words("data.divided", name=below), styles.HEADING)
        sheet.put(NODE, column, f"{node.name} {node.name_zh}".strip(), styles.HEADING)
        sheet.put(MEASURE, column, node.measure, small)
        values = plan.assessment.denominated[indicator]
        number = styles.NUMBER.but(format=number_format(values.to_numpy()))
        live = plan.follows_data(indicator)
        for row, value in enumerate(values.tolist(), plan.first):
            shown = blank_if_missing(value)
            formula = _quotient(plan, indicator, row) if live else None
            sheet.put(row, column, shown if live or known(value) else None, number, formula)


def _quotient(plan: Plan, indicator: str, row: int) -> str:
    """The value of a row by its denominator, times the factor of the framework."""
    node = plan.framework[indicator]
    value = local(row, plan.data_column(indicator))
    below = local(row, plan.data_column(node.denominator))
    quotient = f"{value}/{below}*{plan.scale_factor(indicator)!r}"
    return f'IF(AND(ISNUMBER({value}),N({below})<>0),{quotient},"")'


def unit_columns(plan: Plan, sheet: Sheet) -> None:
    """Code, names and group of the units in columns 1 to 4."""
    titles = [plan.words("unit.code"), plan.words("unit.name"), plan.chinese_heading]
    heading = plan.first - 1
    for column, title in enumerate([*titles, plan.group_title], 1):
        sheet.put(heading, column, title, styles.HEADING_LEFT)
    columns = (plan.units.index, plan.units["name"], plan.units["name_zh"], plan.group_names)
    for row, (code, name, name_zh, group) in enumerate(zip(*columns, strict=True), plan.first):
        sheet.put(row, 1, code, styles.LEFT.but(colour=styles.GREY))
        sheet.put(row, 2, name, styles.LEFT.but(bold=True))
        sheet.put(row, 3, name_zh, styles.LEFT)
        sheet.put(row, 4, group, styles.LEFT)
        sheet.height(row, 15.5)
    sheet.widths({1: 9, 2: 16, 3: plan.chinese(10), 4: 14 if plan.group_column else 3})


def number_format(values: np.ndarray, *, whole: bool = True) -> str:
    """Number format that shows about four digits of most values, and three of small ones.

    Parameters
    ----------
    values : ndarray
    whole : bool
        Whether whole numbers are to have nothing after the point.
    """
    sizes = np.abs(values[~np.isnan(values)])
    if whole and np.all(sizes == np.round(sizes)):
        return "#,##0"
    largest = float(sizes.max(initial=0.0))
    decimals = 2 if largest < 100 else 1 if largest < 10_000 else 0
    if 0 < largest < 2:
        usual = float(np.median(sizes[sizes > 0]))
        decimals = max(3, 2 - math.floor(math.log10(usual)))
        if decimals > MOST_DECIMALS:
            return "0.00E+00"
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _years(plan: Plan, sheet: Sheet) -> None:
    """Year of every value, for sets in which an indicator's values are of different years."""
    for indicator in plan.framework.all_indicators:
        column = plan.year_column(indicator)
        sheet.put(CODE, column, indicator, styles.SMALL)
        for row, year in enumerate(plan.assessment.years[indicator].tolist(), plan.first):
            shown = int(year) if known(year) else None
            sheet.put(row, column, shown, styles.CENTRE.but(colour=styles.GREY, format="0"))
    first = plan.year_column(plan.framework.all_indicators[0])
    sheet.put(NODE, first, plan.words("data.year_of_each"), styles.SECTION)

"""Trends: the index of every region from year to year, where the set is assessed as a panel."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import area, blank_if_missing, known
from reports.workbook.charts import Cells, Line, lines, place
from reports.workbook.parts import (
    CHANGE_FORMAT,
    change_colours,
    footer,
    header,
    section,
)
from reports.workbook.plan import Plan
from scoring.trends import change, linear_trend

NAME, GROUP, FIRST_YEAR = 1, 2, 3
HEADING, TITLES = 8, 9
#: Years shown, the newest ones, and regions in the chart.
MOST_YEARS, MOST_LINES = 12, 8
#: Regions up to which all is printed on one page.
MOST_ON_A_PAGE = 45
#: A change as it is shown.
SIGNED = "+{0};-{0};{0}"
#: A trend with a smaller p-value is marked, in so many years or more.
SIGNIFICANT, FEWEST_YEARS = 0.05, 5


def write(plan: Plan) -> None:
    """Fill the sheet; nothing where one year was assessed."""
    if "trends" not in plan.sheets:
        return
    words, root = plan.words, plan.framework.root
    every = plan.assessment.by_year
    shown = list(every)[-MOST_YEARS:]
    scores = np.stack([one.scores[root].to_numpy() for one in every.values()])
    ranks = np.stack([every[year].ranks[root].to_numpy() for year in shown])
    years = np.array(list(every))
    changes = change(scores[..., None], years)[:, 0]
    trend = linear_trend(scores[..., None], years)
    count = len(shown)
    moved, slope = FIRST_YEAR + count, FIRST_YEAR + count + 1
    first_rank = slope + 1
    climbed = first_rank + count
    last = climbed
    wide = max(last, 12)
    sheet = header(plan, "trends", subtitle=words("trends.how"), last_column=wide)
    sheet.widths({NAME: 26, GROUP: 16 if plan.group_column else 2})
    sheet.widths(dict.fromkeys(range(FIRST_YEAR, wide + 1), 8.5))
    how = words("trends.table_how", first=int(years[0]), last=int(years[-1]), count=len(years))
    enough = len(years) >= FEWEST_YEARS
    how = f"{how} {words('trends.marked' if enough else 'trends.not_marked')}"
    section(sheet, HEADING - 2, wide, words("trends.table"), how)
    sheet.wide(HEADING, FIRST_YEAR, moved - 1, words("unit.index"), styles.HERE)
    sheet.wide(HEADING, moved, slope, words("trends.moved"), styles.HERE)
    sheet.wide(HEADING, first_rank, climbed, words("unit.rank"), styles.HERE)
    titles: list[str | int] = [words("unit.name"), plan.group_title, *shown, words("trends.change")]
    titles += [words("trends.slope"), *shown, words("scores.change")]
    for column, title in enumerate(titles, 1):
        look = styles.HEADING_LEFT if column < FIRST_YEAR else styles.HEADING.but(format="0")
        sheet.put(TITLES, column, title, look)
    sheet.height(TITLES, 30)
    score = styles.SCORE.but(format=plan.score_format)
    signed = score.but(format=SIGNED.format(plan.score_format))
    order = np.argsort(plan.position)
    rank_change = _climbs(ranks)
    for row, unit in enumerate(order.tolist(), TITLES + 1):
        sheet.put(row, NAME, plan.labels[unit], styles.LEFT.but(bold=True))
        sheet.put(row, GROUP, plan.group_names[unit], styles.LEFT.but(size=8))
        for column, value in enumerate(scores[-count:, unit].tolist(), FIRST_YEAR):
            sheet.put(row, column, blank_if_missing(value), score)
        sheet.put(row, moved, blank_if_missing(changes[unit]), signed)
        p_value = float(trend.p_value[unit, 0])
        sure = enough and known(p_value) and p_value < SIGNIFICANT
        sheet.put(row, slope, blank_if_missing(trend.slope[unit, 0]), signed.but(bold=sure))
        for column, value in enumerate(ranks[:, unit].tolist(), first_rank):
            rank = styles.INTEGER.but(format=plan.rank_format)
            sheet.put(row, column, blank_if_missing(value), rank)
        step = blank_if_missing(rank_change[unit])
        sheet.put(row, climbed, step, styles.INTEGER.but(format=CHANGE_FORMAT))
    bottom = TITLES + plan.count
    for column in (moved, slope, climbed):
        change_colours(sheet, area(TITLES + 1, column, bottom, column))
    row = _chart(plan, sheet_columns=(FIRST_YEAR, moved - 1), row=bottom + 2, last=wide)
    sheet.freeze(TITLES + 1, FIRST_YEAR)
    sheet.protect()
    sheet.page(
        row,
        wide,
        one_page=plan.count <= MOST_ON_A_PAGE,
        titles=f"{HEADING}:{TITLES}",
        footer=footer(plan),
    )


def _climbs(ranks: np.ndarray) -> np.ndarray:
    """Places gained from the first year with a rank to the last, NaN for fewer than two."""
    years = np.arange(len(ranks))
    changed: np.ndarray = -change(ranks[..., None], years)[:, 0]
    return changed


def _ends(scores: Sequence[float]) -> tuple[float | None, float | None]:
    """Round numbers below and above the scores; None where they do not differ."""
    if not scores or max(scores) - min(scores) < 1e-6:
        return None, None
    step = 10.0 ** math.floor(math.log10(max(scores) - min(scores)))
    return math.floor(min(scores) / step) * step, math.ceil(max(scores) / step) * step


def _chart(plan: Plan, sheet_columns: tuple[int, int], row: int, last: int) -> int:
    """Lines of the regions that lead in the newest year; returns the last row."""
    sheet, words = plan.sheets["trends"], plan.words
    first, end = sheet_columns
    if plan.count > MOST_ON_A_PAGE:
        sheet.break_before(row)
    if first == end:
        return row
    shown = [
        Line(
            Cells(sheet, line, NAME, line, NAME),
            Cells(sheet, line, first, line, end),
            styles.SERIES[i % len(styles.SERIES)],
        )
        for i, line in enumerate(range(TITLES + 1, TITLES + 1 + min(MOST_LINES, plan.count)))
    ]
    labels = Cells(sheet, TITLES, first, TITLES, end)
    title = words("trends.chart", count=len(shown))
    found = [v for line in shown for v in line.values.values if isinstance(v, (int, float))]
    low, high = _ends(found)
    chart = lines(title, words("trends.chart_alt"), shown, labels, low=low, high=high)
    place(chart, sheet, row, 1, row + 18, last)
    return row + 18

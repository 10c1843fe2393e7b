"""Ranking: the league table that sorts itself, and what each dimension contributes."""

from __future__ import annotations

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, colour_scale, local
from reports.workbook.charts import Cells, Line, bars, place
from reports.workbook.parts import CHANGE_FORMAT, change_colours, footer, header, name_of
from reports.workbook.plan import Plan
from reports.workbook.rank_intervals import BEST, TIE_GROUP, WORST, Intervals, intervals
from reports.workbook.strips import length_of, moving_strip, strip_heading

HEADING, FIRST = 5, 6
POSITION, RANK, NAME, NAME_ZH, GROUP, GROUP_RANK, MODEL, INDEX, CHANGE, DIMENSIONS = range(1, 11)
#: Most dimensions shown as columns; a framework with more shows the first ones.
MOST_DIMENSIONS = 12
#: Units in the chart of contributions.
MOST_BARS = 40
#: Width of the strip that shows the interval of a rank.
STRIP_WIDTH = 25
#: Columns of figures of the interval of a rank; the strip is right of them.
INTERVAL = (BEST, WORST, TIE_GROUP)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    dimensions = plan.framework.dimensions[:MOST_DIMENSIONS]
    count = len(dimensions)
    found = intervals(plan)
    chart_first = DIMENSIONS + count + 1
    if found is not None:
        chart_first += len(INTERVAL) + length_of(plan.count)
    chart_last = chart_first + 7
    sheet = header(plan, "ranking", subtitle=words("ranking.how"), last_column=chart_last)
    titles = [
        "", words("unit.rank"), words("unit.name"), plan.chinese_heading,
        plan.group_title, words("unit.group_rank") if plan.group_column else "",
        words("unit.model") if plan.models else "", words("unit.index"), words("scores.change"),
        *(name_of(plan, node) for node in dimensions),
    ]  # fmt: skip
    sheet.table_heading(HEADING, 1, titles, height=46)
    order = np.argsort(plan.position)
    for position in range(1, plan.count + 1):
        _row(plan, sheet, position, int(order[position - 1]), dimensions)
    last = FIRST + plan.count - 1
    sheet.bar(area(FIRST, INDEX, last, INDEX), *plan.scale)
    change_colours(sheet, area(FIRST, CHANGE, last, CHANGE))
    for offset in range(count):
        column = DIMENSIONS + offset
        sheet.format_where(area(FIRST, column, last, column), colour_scale(*plan.scale))
    widths: dict[int, float] = {
        1: 2.5, 2: 7, 3: 16, 4: plan.chinese(10), 5: 15, 6: 8, 7: 25, 8: 13, 9: 8,
        **{DIMENSIONS + i: 12 for i in range(count)}, chart_first - 1: 3,
    }  # fmt: skip
    if found is not None:
        widths |= _intervals(plan, sheet, found, chart_first - 1)
    if not plan.has_chinese:
        widths[NAME] = 22
    if not plan.group_column:
        widths |= {GROUP: 8, GROUP_RANK: 1.5}
    if not plan.models:
        widths[MODEL] = 10
    across = 9 if found is None else 7
    sheet.widths({**widths, **dict.fromkeys(range(chart_first, chart_last + 1), across)})
    bottom = last + 1
    if len(plan.framework.dimensions) <= len(styles.SERIES):
        bottom = _contributions(plan, sheet, dimensions, chart_first, chart_last)
    sheet.freeze(FIRST, NAME_ZH)
    sheet.protect()
    sheet.page(
        max(last + 1, bottom),
        chart_last,
        one_page=plan.count <= 60,
        titles=f"{HEADING}:{HEADING}",
        footer=footer(plan),
    )
    plan.book.name("League", sheet.down(NAME, FIRST, last))


def interval_column(plan: Plan, column: int) -> int:
    """Where a figure of the interval stands, given its column on Robustness."""
    dimensions = min(len(plan.framework.dimensions), MOST_DIMENSIONS)
    return DIMENSIONS + dimensions + INTERVAL.index(column)


def _intervals(plan: Plan, sheet: Sheet, found: Intervals, gap: int) -> dict[int, float]:
    """Rank intervals, looked up for whoever stands in each row; returns widths of columns.

    ``gap`` is a column whose white cells say at which place of Robustness a region stands.
    """
    words, last = plan.words, FIRST + plan.count - 1
    columns = {column: interval_column(plan, column) for column in INTERVAL}
    first, length = columns[TIE_GROUP] + 1, length_of(plan.count)
    titles = [words(f"robustness.{key}") for key in ("best", "worst", "tie_group")]
    sheet.table_heading(HEADING, columns[BEST], titles, height=46)
    strip_heading(sheet, HEADING, "1", words("robustness.inside"), str(plan.count), length, first)
    said, formula = found.status("robustness.groups")
    note = styles.SUBTITLE.but(size=8, colour="404040")
    sheet.wide(HEADING - 1, RANK, gap - 1, said, note, formula)
    flag = local(HEADING - 1, gap, "both")
    sheet.put(HEADING - 1, gap, 0, styles.HIDDEN, found.changed_cell)
    rank = styles.INTEGER.but(format=plan.rank_format)
    order = np.argsort(plan.position).tolist()
    for row, unit in enumerate(order, FIRST):
        place_formula = found.place_of(local(row, POSITION, "column"))
        sheet.put(row, gap, found.places[unit], styles.HIDDEN, place_formula)
        helper = local(row, gap, "column")
        for column, key in zip(INTERVAL, ("rank_5", "rank_95", "tie_group"), strict=True):
            value = blank_if_missing(float(found.lines[unit][key]))
            style = styles.INTEGER if column == TIE_GROUP else rank
            sheet.put(row, columns[column], value, style, found.look(column, helper))
        sheet.fill(row, range(first, first + length), styles.CELL)
    spans = ((styles.NAVY, RANK, RANK), (styles.BAR, columns[BEST], columns[WORST]))
    moving_strip(sheet, (FIRST, last), first, plan.count, spans)
    figures = area(FIRST, columns[BEST], last, columns[TIE_GROUP])
    found.warn(sheet, figures, flag)
    if last > FIRST:
        found.part_groups(sheet, (FIRST, last), (RANK, gap - 1), columns[TIE_GROUP], flag)
    narrow = dict.fromkeys(range(first, first + length), STRIP_WIDTH / length)
    return {columns[BEST]: 6, columns[WORST]: 6, columns[TIE_GROUP]: 7, **narrow}


def _row(plan: Plan, sheet: Sheet, position: int, unit: int, dimensions: tuple[str, ...]) -> None:
    """One place of the table: which unit stands here, and its figures looked up."""
    row = FIRST + position - 1
    sheet.height(row, 21.5)
    live = plan.scores_live
    assessment = plan.assessment
    root = plan.framework.root
    helper = local(row, POSITION, "column")
    order = plan.scores_down(plan.order_column)
    place_formula = f"MATCH({position},{order},0)" if live else None
    # The row of the unit that stands here; white on white, everything else looks it up.
    sheet.put(row, POSITION, unit + 1, styles.HIDDEN, place_formula)

    def look(column: int, value: Value, style: styles.Style, source: int) -> None:
        formula = f"INDEX({plan.scores_down(source)},{helper})"
        sheet.put(row, column, value, style, formula)

    units = plan.units
    look(
        RANK,
        blank_if_missing(float(assessment.ranks[root].iloc[unit])),
        styles.INTEGER.but(bold=True, format=plan.rank_format),
        plan.rank_column(root),
    )
    look(NAME, units["name"].iloc[unit], styles.LEFT.but(bold=True), 2)
    look_text(sheet, row, NAME_ZH, units["name_zh"].iloc[unit], plan.scores_down(3), helper)
    if plan.group_column:
        look_text(sheet, row, GROUP, plan.group_names[unit], plan.scores_down(4), helper)
        inside = blank_if_missing(float(assessment.group_ranks[root].iloc[unit]))
        if plan.group_ids[unit] == 0:
            inside = ""
        cells = plan.scores_down(plan.group_rank_column)
        formula = f'IF(INDEX({cells},{helper})="","",INDEX({cells},{helper}))'
        sheet.put(row, GROUP_RANK, inside, styles.INTEGER.but(format=plan.rank_format), formula)
    else:
        sheet.fill(row, (GROUP, GROUP_RANK), styles.CELL)
    if plan.models is not None:
        cells = plan.model_name_range
        look_text(sheet, row, MODEL, plan.model_names[unit], cells, helper)
    else:
        sheet.fill(row, (MODEL,), styles.CELL)
    look(
        INDEX,
        blank_if_missing(float(assessment.scores[root].iloc[unit])),
        styles.SCORE.but(bold=True, format=plan.score_format),
        plan.score_column(root),
    )
    known = assessment.ranks[root].notna().iloc[unit]
    look(
        CHANGE,
        0 if known else "",
        styles.INTEGER.but(format=CHANGE_FORMAT),
        plan.change_column,
    )
    for offset, node in enumerate(dimensions):
        value = blank_if_missing(float(assessment.scores[node].iloc[unit]))
        cells = plan.score_range(node)
        formula = f"INDEX({cells},{helper})"
        style = styles.SCORE.but(format=plan.score_format)
        sheet.put(row, DIMENSIONS + offset, value, style, formula)


def look_text(sheet: Sheet, row: int, column: int, value: str, cells: str, helper: str) -> None:
    """Text looked up; an empty cell stays empty instead of showing 0."""
    formula = f'INDEX({cells},{helper})&""'
    sheet.put(row, column, value, styles.LEFT, formula)


def _contributions(
    plan: Plan, sheet: Sheet, dimensions: tuple[str, ...], first_column: int, last_column: int
) -> int:
    """Bars of the index, parted as score times share of the dimensions; returns the last row.

    Parted so, they add up to the index also where a score is missing or the mean is geometric.
    """
    words = plan.words
    helper = last_column + 2
    total = helper + len(dimensions)
    count = min(plan.count, MOST_BARS)
    for offset, node in enumerate(dimensions):
        sheet.put(HEADING, helper + offset, plan.framework[node].name, styles.BEHIND)
    shares = [plan.effective_weights[node] for node in dimensions]
    for row in range(FIRST, FIRST + count):
        found = [sheet.values[row, DIMENSIONS + offset] for offset in range(len(dimensions))]
        parts = [
            float(score) * share if isinstance(score, (int, float)) else 0.0
            for score, share in zip(found, shares, strict=True)
        ]
        index = sheet.values[row, INDEX]
        whole = float(index) if isinstance(index, (int, float)) else 0.0
        formulas = [
            f"N({local(row, DIMENSIONS + offset)})*{plan.effective_cell(node)}"
            for offset, node in enumerate(dimensions)
        ]
        sheet.put(row, total, sum(parts), styles.BEHIND, "+".join(formulas))
        cell, own = local(row, total, "column"), local(row, INDEX, "column")
        for offset, (part, formula) in enumerate(zip(parts, formulas, strict=True)):
            value = part / sum(parts) * whole if sum(parts) else 0
            scaled = f"IF({cell}=0,0,{formula}/{cell}*N({own}))"
            sheet.put(row, helper + offset, value, styles.BEHIND, scaled)
    lines = [
        Line(
            Cells(sheet, HEADING, helper + offset, HEADING, helper + offset),
            Cells(sheet, FIRST, helper + offset, FIRST + count - 1, helper + offset),
            styles.SERIES[offset],
        )
        for offset in range(len(dimensions))
    ]
    chart = bars(
        words("ranking.contributions"),
        words("ranking.contributions_alt"),
        lines,
        Cells(sheet, FIRST, NAME, FIRST + count - 1, NAME),
        low=0 if plan.scale[0] >= 0 else None,
        stacked=True,
        gap=30,
    )
    bottom = max(FIRST + count, FIRST + 14)
    place(chart, sheet, HEADING, first_column, bottom, last_column)
    return bottom

"""Benchmark: two regions side by side, chosen from lists."""

from __future__ import annotations

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, known, local, quoted
from reports.workbook.charts import Cells, Line, bars, place
from reports.workbook.choosing import chosen_row
from reports.workbook.parts import footer, header, name_of
from reports.workbook.plan import Plan

ITEM, DIMENSION, FIRST_REGION, SECOND_REGION, DIFFERENCE, LEADER = range(1, 7)
CHART_FIRST, CHART_LAST = 8, 15
CHOICE_ROW, HEADING, FIRST = 4, 6, 7
#: Hidden cells with the rows of the two regions, and the labels of the charts.
HELPER = 18
MOST_BARS = 40
#: Column and sign of imputed values.
SIGN, IMPUTED_SIGN = 7, "≈"


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "benchmark", subtitle=words("benchmark.how"), last_column=CHART_LAST)
    units = _chosen(plan)
    right = styles.TEXT.but(align="right", bold=True)
    sheet.wide(CHOICE_ROW, 1, 2, words("benchmark.choose"), right)
    columns = (FIRST_REGION, SECOND_REGION)
    for i, (column, unit) in enumerate(zip(columns, units, strict=True)):
        sheet.put(CHOICE_ROW, column, plan.labels[unit], styles.CHOICE)
        cell = local(CHOICE_ROW, column)
        sheet.choice(cell, "Regions", words("benchmark.choose"), words("scorecard.choose_prompt"))
        formula = chosen_row(plan, local(CHOICE_ROW, column, "both"))
        sheet.put(1 + i, HELPER, unit + 1, styles.HIDDEN, formula)
    sheet.height(CHOICE_ROW, 26)
    titles = [
        words("benchmark.item"), words("scorecard.dimension"), "", "",
        words("benchmark.difference"), words("benchmark.leader"),
    ]  # fmt: skip
    sheet.table_heading(HEADING, 1, titles, height=24, left=2)
    for i, (column, unit) in enumerate(zip(columns, units, strict=True)):
        formula = f"INDEX({plan.scores_down(plan.label_column)},{local(1 + i, HELPER, 'both')})"
        sheet.put(HEADING, column, plan.labels[unit], styles.HEADING, formula)
    root = plan.framework.root
    rank_cells = plan.scores_down(plan.rank_column(root))
    ranks = plan.assessment.ranks[root].to_numpy()
    _line(plan, sheet, FIRST, (words("unit.rank"), ""), rank_cells, ranks, units, is_rank=True)
    groups = [node for node in plan.framework.dimensions if plan.framework.is_group(node)]
    nodes = [root, *groups, *plan.framework.indicators]
    for row, node in enumerate(nodes, FIRST + 1):
        parent = plan.framework[node].parent
        dimension = "" if node == root or node in groups else plan.framework[parent].name
        values = plan.assessment.scores[node].to_numpy()
        title = name_of(plan, node) if plan.framework.is_group(node) else plan.framework[node].name
        _line(plan, sheet, row, (title, dimension), plan.score_range(node), values, units,
              bold=plan.framework.is_group(node))  # fmt: skip
        if node in plan.imputed_columns:
            _imputed(plan, sheet, row, node, units)
    if plan.imputed_columns:
        hint = words("benchmark.imputed", sign=IMPUTED_SIGN)
        sheet.wide(CHOICE_ROW + 1, 1, LEADER, hint, styles.SMALL)
    last = FIRST + len(nodes)
    for column in columns:
        sheet.bar(area(FIRST + 1, column, last, column), *plan.scale)
    bottom = _charts(plan, sheet, 1 + len(groups), last)
    sheet.widths({1: 36, 2: 22, 3: 15, 4: 15, 5: 11, 6: 15, 7: 2})
    sheet.widths(dict.fromkeys(range(CHART_FIRST, CHART_LAST + 1), 10))
    sheet.freeze(FIRST, 1)
    sheet.protect()
    sheet.page(bottom, CHART_LAST, one_page=len(nodes) <= 45, footer=footer(plan))


def _chosen(plan: Plan) -> tuple[int, int]:
    """The two regions shown first: the first two of the league table."""
    order = np.argsort(plan.position)
    return int(order[0]), int(order[min(1, plan.count - 1)])


def _line(
    plan: Plan,
    sheet: Sheet,
    row: int,
    titles: tuple[str, str],
    cells: str,
    values: np.ndarray,
    units: tuple[int, int],
    *,
    is_rank: bool = False,
    bold: bool = False,
) -> None:
    """One line: both figures, their difference, who leads."""
    look = styles.GROUP if bold or is_rank else styles.CELL
    sheet.height(row, 19)
    sheet.put(row, ITEM, titles[0], look.but(align="left", indent=1))
    sheet.put(row, DIMENSION, titles[1], look.but(align="left", indent=1, colour=styles.GREY))
    number = look.but(
        align="right", indent=1, format=plan.rank_format if is_rank else plan.score_format
    )
    figures = [float(values[unit]) for unit in units]
    for i, (column, unit) in enumerate(zip((FIRST_REGION, SECOND_REGION), units, strict=True)):
        found = f"INDEX({cells},{local(1 + i, HELPER, 'both')})"
        sheet.put(
            row, column, blank_if_missing(values[unit]), number, f'IF(ISNUMBER({found}),{found},"")'
        )
    first, second = local(row, FIRST_REGION), local(row, SECOND_REGION)
    both = f"AND(ISNUMBER({first}),ISNUMBER({second}))"
    difference = figures[0] - figures[1]
    digits = "0" if is_rank else plan.score_format
    form = f'+{digits};"−"{digits};{digits}'
    sheet.put(
        row, DIFFERENCE, blank_if_missing(difference),
        look.but(align="right", indent=1, format=form), f'IF({both},{first}-{second},"")',
    )  # fmt: skip
    equal = plan.words("benchmark.equal")
    gap = f"ROUND({local(row, DIFFERENCE)},9)"
    better, worse = ("<", ">") if is_rank else (">", "<")
    leader: Value = ""
    if known(difference):
        signed = -round(difference, 9) if is_rank else round(difference, 9)
        ahead = 0 if signed > 0 else 1
        leader = plan.labels[units[ahead]] if signed else equal
    heads = (local(HEADING, FIRST_REGION, "both"), local(HEADING, SECOND_REGION, "both"))
    formula = (
        f'IF({both},IF({gap}{better}0,{heads[0]},IF({gap}{worse}0,{heads[1]},{quoted(equal)})),"")'
    )
    sheet.put(row, LEADER, leader, look.but(align="left", indent=1), formula)


def _imputed(plan: Plan, sheet: Sheet, row: int, node: str, units: tuple[int, int]) -> None:
    """A sign beside an indicator in which either region's value was imputed."""
    marks = plan.imputed_range(node)
    either = "+".join(f"N(INDEX({marks},{local(1 + i, HELPER, 'both')}))" for i in range(2))
    shown = plan.assessment.was_imputed[node].iloc[list(units)].any()
    sign = styles.TEXT.but(colour=styles.AMBER, bold=True, align="center")
    formula = f'IF({either}>0,"{IMPUTED_SIGN}","")'
    sheet.put(row, SIGN, IMPUTED_SIGN if shown else "", sign, formula)


def _charts(plan: Plan, sheet: Sheet, top: int, last: int) -> int:
    """Index and dimensions of both; differences by indicator; returns the last row."""
    words = plan.words
    first_line = FIRST + 1
    labels = HELPER + 1
    shown_last = min(last, FIRST + top + MOST_BARS)
    for row in range(first_line, shown_last + 1):
        name = str(sheet.values[row, ITEM] or "")
        sheet.put(row, labels, name, styles.BEHIND)
        for offset, column in enumerate((FIRST_REGION, SECOND_REGION, DIFFERENCE), 1):
            value = sheet.values[row, column]
            number = value if isinstance(value, (int, float)) else 0
            sheet.put(row, labels + offset, number, styles.BEHIND, f"N({local(row, column)})")
    low, high = plan.scale
    start = FIRST + top
    split = HEADING + max(5, 4 + top)
    lines = [
        Line(Cells(sheet, HEADING, column, HEADING, column),
             Cells(sheet, first_line, labels + offset, start, labels + offset), colour)
        for offset, column, colour in (
            (1, FIRST_REGION, styles.BLUE), (2, SECOND_REGION, styles.AMBER))
    ]  # fmt: skip
    chart = bars(
        words("benchmark.both"), words("benchmark.both_alt"), lines,
        Cells(sheet, first_line, labels, start, labels), low=min(low, 0.0) if low < 0 else 0.0,
        high=high, number_format="General",
    )  # fmt: skip
    place(chart, sheet, HEADING, CHART_FIRST, split, CHART_LAST)
    if shown_last <= start:
        return max(last, split)
    line = Line(
        Cells(sheet, HEADING, DIFFERENCE, HEADING, DIFFERENCE),
        Cells(sheet, start + 1, labels + 3, shown_last, labels + 3), styles.BLUE,
    )  # fmt: skip
    chart = bars(
        words("benchmark.gaps"), words("benchmark.gaps_alt"), [line],
        Cells(sheet, start + 1, labels, shown_last, labels), legend=False, diverging=True, gap=25,
        number_format="0" if high - low > 20 else "0.00",
    )  # fmt: skip
    bottom = max(last, split + 4 + (shown_last - start) * 3 // 4)
    place(chart, sheet, split + 1, CHART_FIRST, bottom, CHART_LAST)
    return bottom

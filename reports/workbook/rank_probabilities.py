"""Rank probabilities: how likely each region is to have each rank."""

from __future__ import annotations

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule

from reports.workbook import styles
from reports.workbook.cells import area
from reports.workbook.parts import footer, header
from reports.workbook.plan import Plan
from reports.workbook.rank_intervals import STATUS_ROW, intervals

NAME, RANK, FIRST = 1, 2, 3
HEADING = 6
#: Columns of ranks at least, so that the links above have room.
FEWEST_COLUMNS = 24
#: Ranks beyond which the table is printed on pages side by side.
MOST_ON_A_PAGE = 40
#: Percent without decimals, a dot for less than half of one.
LIKELY = '[<0.005]"·";0%'


def write(plan: Plan) -> None:
    """Fill the sheet; nothing where ranks were not counted one by one."""
    found = intervals(plan)
    if found is None or not plan.ranks_each:
        return
    words = plan.words
    table = found.robustness.uncertainty.rank_probabilities()
    # Halves are ranks of ties alone; those that never came about have no column.
    whole = table.columns.to_numpy() % 1 == 0
    table = table.loc[:, whole | (table > 0).any(axis=0).to_numpy()]
    ranks: list[float] = table.columns.tolist()
    end = FIRST + len(ranks) - 1
    last = max(end, FIRST + FEWEST_COLUMNS - 1)
    sheet = header(
        plan, "rank_probabilities", subtitle=words("robustness.ranks_how"), last_column=last
    )
    sheet.widths({NAME: 24, RANK: 7, **dict.fromkeys(range(FIRST, last + 1), 4.8)})
    said, formula = found.status()
    sheet.wide(STATUS_ROW, NAME, last, said, styles.SUBTITLE.but(bold=True, italic=False), formula)
    sheet.put(HEADING, NAME, words("unit.name"), styles.HEADING_LEFT)
    sheet.put(HEADING, RANK, words("unit.rank"), styles.HEADING)
    for column, rank in enumerate(ranks, FIRST):
        sheet.put(HEADING, column, rank, styles.HEADING.but(format="General"))
    sheet.height(HEADING, 18)
    probabilities = table.to_numpy()
    for row, unit in enumerate(np.argsort(plan.position).tolist(), HEADING + 1):
        rank = float(found.lines[unit]["rank"])
        sheet.put(row, NAME, plan.labels[unit], styles.LEFT.but(bold=True, shrink=True))
        own = None if np.isnan(rank) else rank
        sheet.put(row, RANK, own, styles.INTEGER.but(bold=True, format=plan.rank_format))
        likely = styles.CENTRE.but(size=8, format=LIKELY)
        looks = [likely, likely.but(bold=True, box=styles.NAVY)]
        for offset, value in enumerate(probabilities[unit].tolist()):
            shown = value if value > 0 else None
            sheet.put(row, FIRST + offset, shown, looks[ranks[offset] == rank])
        sheet.height(row, 15)
    bottom = HEADING + plan.count
    cells = area(HEADING + 1, FIRST, bottom, end)
    scale = ColorScaleRule(
        start_type="num", start_value=0, start_color="FFFFFF",
        mid_type="num", mid_value=0.3, mid_color=styles.BAR,
        end_type="num", end_value=1, end_color="3F94CB",
    )  # fmt: skip
    sheet.format_where(cells, scale)
    sheet.freeze(HEADING + 1, FIRST)
    sheet.protect()
    wide = 1 if len(ranks) <= MOST_ON_A_PAGE else 2
    sheet.page(
        bottom, last, titles=f"{HEADING}:{HEADING}", title_columns="A:B",
        pages_wide=wide, footer=footer(plan),
    )  # fmt: skip

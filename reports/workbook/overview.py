"""Overview: the league table, the tile map, and how to use the workbook."""

from __future__ import annotations

import numpy as np
from openpyxl.formatting.rule import ColorScaleRule

from reports.workbook import styles
from reports.workbook.cells import Sheet, area, blank_if_missing, local
from reports.workbook.charts import Cells, Line, bars, place
from reports.workbook.parts import (
    CHANGE_FORMAT,
    change_colours,
    footer,
    header,
    name_of,
    years_text,
)
from reports.workbook.plan import MOST_ON_A_PAGE, Plan, unique
from reports.workbook.rank_intervals import (
    BEST,
    TIE_GROUP,
    WORST,
    Intervals,
    intervals,
    span,
    span_formula,
)
from reports.workbook.ranking import (
    CHANGE,
    INDEX,
    MODEL,
    NAME,
    NAME_ZH,
    RANK,
    interval_column,
)
from reports.workbook.ranking import FIRST as RANKING_FIRST

HEADING, FIRST = 5, 6
#: Units in the league table; the rest stand on Ranking.
MOST_UNITS = 45
MAP_FIRST_ROW = 7
TILE_ROWS = 3
#: Columns beside the league table, so that the links above have room.
FEWEST_COLUMNS = 9


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    root = plan.framework[plan.framework.root]
    tiles = plan.tiles
    tile_columns = max([FEWEST_COLUMNS, *(column for _, column in tiles.values())])
    left = map_column(plan)
    last_column = left + tile_columns - 1
    years = years_text(plan.assessment.years.to_numpy().ravel().tolist())
    subtitle = words(
        "overview.subtitle",
        units=plan.count,
        indicators=len(plan.framework.indicators),
        dimensions=sum(map(plan.framework.is_group, plan.framework.dimensions)),
        years=years or words("data.undated"),
    )
    title = f"{root.name} {root.name_zh}".strip()
    sheet = header(
        plan, "overview", title=words("overview.title", name=title), subtitle=subtitle,
        last_column=left - 2,
    )  # fmt: skip
    status = plan.sheets["weights"].at(5, 3)
    bold = styles.SUBTITLE.but(bold=True, italic=False, colour=styles.ORANGE, align="right")
    sheet.wide(3, left, last_column, plan.weights_status, bold, status)
    bottom = _league(plan, sheet, last_column + 3)
    if tiles:
        map_bottom = _map(plan, sheet, tiles, last_column)
        _legend(plan, sheet, map_bottom + 2, last_column)
        row = map_bottom + 4
    else:
        row = _chart(plan, sheet, last_column)
    row = _elsewhere(plan, sheet, row, last_column)
    one_page = len(plan.framework.indicators) <= MOST_ON_A_PAGE
    steps = ("weights", "one_page" if one_page else "pages", "data")
    for number, step in enumerate(steps, 1):
        line = words("overview.step", number=number, step=words(f"overview.how_{step}"))
        sheet.wide(row, left, last_column, line, styles.SMALL.but(colour="404040"))
        sheet.height(row, max(18, sheet.openpyxl.row_dimensions[row].height or 0))
        row += 1
    widths = (
        6,
        *([8] if plan.robustness is not None else []),
        plan.chinese(10),
        16 if plan.chinese(10) > 9 else 24,
        14,
        8,
        25 if plan.models else 2,
        3,
    )
    sheet.widths(dict(enumerate(widths, 1)))
    sheet.widths(dict.fromkeys(range(left, last_column + 1), 11))
    sheet.freeze(FIRST, 1)
    sheet.protect()
    sheet.page(max(bottom, row), last_column, footer=footer(plan))


def map_column(plan: Plan) -> int:
    """First column of the map, right of the league table."""
    return name_column(plan) + 5


def name_column(plan: Plan) -> int:
    """Column of the names, right of the rank, its interval where there is one, and the Chinese."""
    return 3 if plan.robustness is None else 4


def _league(plan: Plan, sheet: Sheet, helper: int) -> int:
    """The first regions; returns the last row. ``helper`` is a column of white cells."""
    words, name = plan.words, name_column(plan)
    found = intervals(plan)
    titles = [
        words("unit.rank"), plan.chinese_heading, words("unit.name"), words("unit.index"),
        words("scores.change"), words("unit.model") if plan.models else "",
    ]  # fmt: skip
    if found is not None:
        titles.insert(1, words("robustness.span"))
    sheet.table_heading(HEADING, 1, titles, height=24)
    ranking = plan.sheets["ranking"]
    count = min(plan.count, MOST_UNITS)
    columns = (
        (1, RANK, styles.INTEGER.but(bold=True, format=plan.rank_format)),
        (name - 1, NAME_ZH, styles.LEFT),
        (name, NAME, styles.LEFT.but(bold=True)),
        (name + 1, INDEX, styles.SCORE.but(format=plan.score_format)),
        (name + 2, CHANGE, styles.INTEGER.but(format=CHANGE_FORMAT)),
        (name + 3, MODEL, styles.LEFT.but(size=8.5)),
    )
    for offset in range(count):
        row = FIRST + offset
        for column, source, style in columns:
            if source == MODEL and plan.models is None:
                continue
            value = ranking.values[RANKING_FIRST + offset, source]
            sheet.put(row, column, value, style, ranking.at(RANKING_FIRST + offset, source))
        sheet.height(row, 19)
    bottom = FIRST + count - 1
    sheet.bar(area(FIRST, name + 1, bottom, name + 1), *plan.scale)
    change_colours(sheet, area(FIRST, name + 2, bottom, name + 2))
    if plan.count > count:
        more = plan.words("overview.more", count=plan.count - count)
        sheet.wide(FIRST + count, 1, name + 3, more, styles.SMALL)
    if found is None:
        return bottom
    _intervals(plan, sheet, found, bottom, helper)
    return _how_certain(sheet, found, bottom + 1 + (plan.count > count), name + 3)


def _intervals(plan: Plan, sheet: Sheet, found: Intervals, last: int, helper: int) -> None:
    """Rank intervals beside the ranks, and lines between tie groups."""
    ranking = plan.sheets["ranking"]
    columns = [interval_column(plan, column) for column in (BEST, WORST, TIE_GROUP)]
    flag = local(HEADING - 1, helper, "both")
    sheet.put(HEADING - 1, helper, 0, styles.HIDDEN, found.changed_cell)
    for row in range(FIRST, last + 1):
        line = RANKING_FIRST + row - FIRST
        best, worst, group = (ranking.values[line, column] for column in columns)
        cells = [ranking.at(line, column) for column in columns]
        formula = span_formula(*cells[:2])
        sheet.put(row, 2, span(best, worst), styles.CENTRE, formula)
        sheet.put(row, helper, group, styles.HIDDEN, cells[2])
    found.warn(sheet, area(FIRST, 2, last, 2), flag)
    if last > FIRST:
        found.part_groups(sheet, (FIRST, last), (1, name_column(plan) + 3), helper, flag)


def _how_certain(sheet: Sheet, found: Intervals, row: int, last_column: int) -> int:
    """What intervals and lines mean, below the table; returns its row."""
    said, formula = found.status("robustness.groups")
    sheet.wide(row, 1, last_column, said, styles.SMALL.but(colour="404040"), formula)
    sheet.height(row, 24)
    return row


def _map(plan: Plan, sheet: Sheet, tiles: dict[str, tuple[int, int]], last_column: int) -> int:
    """Tiles coloured by the chosen measure; returns the last row."""
    words = plan.words
    choice_column = last_column + 2  # hidden cells: what can be chosen, and the number chosen
    nodes = (plan.framework.root, *plan.framework.dimensions[:30])
    names = unique([name_of(plan, node) for node in nodes])
    for i, name in enumerate(names):
        sheet.put(HEADING + i, choice_column, name, styles.HIDDEN)
    choices = f"{local(HEADING, choice_column, 'both')}:"
    choices += local(HEADING + len(nodes) - 1, choice_column, "both")
    left = map_column(plan)
    label = styles.TEXT.but(align="right", bold=True)
    sheet.wide(HEADING, left, left + 1, words("overview.map_shows"), label)
    sheet.wide(HEADING, left + 2, left + 5, names[0], styles.ENTRY)
    hint = styles.SUBTITLE.but(size=8)
    sheet.wide(HEADING, left + 6, last_column, words("overview.map_hint"), hint)
    cell = local(HEADING, left + 2)
    sheet.choice(cell, choices, words("overview.map_shows"), words("overview.map_hint"))
    number = local(HEADING - 1, choice_column, "both")
    chosen = f"MAX(1,SUMPRODUCT(EXACT({choices},{cell})*(ROW({choices})-{HEADING - 1})))"
    sheet.put(HEADING - 1, choice_column, 1, styles.HIDDEN, chosen)
    measure = f"CHOOSE({number},{','.join(plan.score_range(node) for node in nodes)})"
    units = plan.assessment.indicator_set.units
    scores = plan.assessment.scores[plan.framework.root]
    positions = {unit: i for i, unit in enumerate(plan.units.index, 1)}
    bottom = MAP_FIRST_ROW
    for unit, (tile_row, tile_column) in tiles.items():
        row = MAP_FIRST_ROW + TILE_ROWS * (tile_row - 1)
        column = left + tile_column - 1
        bottom = max(bottom, row + TILE_ROWS - 1)
        name, name_zh = units["name"][unit], units["name_zh"][unit]
        looks = (
            styles.TEXT.but(size=10, bold=True, align="center", shrink=True),
            styles.TEXT.but(size=7, align="center", shrink=True),
            styles.TEXT.but(size=9, align="center", format=plan.score_format, line="FFFFFF"),
        )
        if unit not in positions:
            grey = [look.but(fill="E5E7EB", colour=styles.GREY) for look in looks]
            shown = (name_zh or name, name if name_zh else "", words("missing"))
            for offset, value in enumerate(shown):
                sheet.put(row + offset, column, value, grey[offset])
            continue
        value = blank_if_missing(float(scores[unit]))
        formula = f"INDEX({measure},{positions[unit]})"
        # The tile's name is the number format of its score, so that one scale colours both.
        for offset, text in enumerate((name_zh or name, name if name_zh else "")):
            look = looks[offset].but(format=_named(text))
            sheet.put(row + offset, column, value, look, formula)
        sheet.put(row + 2, column, value, looks[2], formula)
    scale = ColorScaleRule(
        start_type="min", start_color=styles.LOW,
        mid_type="percentile", mid_value=50, mid_color=styles.MIDDLE,
        end_type="max", end_color=styles.HIGH,
    )  # fmt: skip
    sheet.format_where(area(MAP_FIRST_ROW, left, bottom, last_column), scale)
    return bottom


def _named(text: str) -> str:
    """Number format that shows a text in place of any number or text."""
    shown = '"' + text.replace('"', "”").replace("\\", "/")[:28] + '"'
    return ";".join([shown] * 4)


def _legend(plan: Plan, sheet: Sheet, row: int, last_column: int) -> None:
    words = plan.words
    column = map_column(plan)
    map_cells = area(MAP_FIRST_ROW, column, row - 2, last_column)
    shown = plan.assessment.scores[plan.framework.root]
    scores = shown[shown.index.isin(list(plan.tiles))].dropna().to_numpy()
    functions = (
        ("lowest", "MIN", np.min, styles.LOW),
        ("median", "MEDIAN", np.median, styles.MIDDLE),
        ("highest", "MAX", np.max, styles.HIGH),
    )
    for key, function, compute, colour in functions:
        value = float(compute(scores)) if len(scores) else ""
        formula = f'IF(COUNT({map_cells})=0,"",{function}({map_cells}))'
        sheet.put(row, column, words(f"scores.{key}"), styles.SMALL.but(align="right"))
        look = styles.TEXT.but(fill=colour, align="center", format=plan.score_format)
        sheet.put(row, column + 1, value, look, formula)
        column += 2
    sheet.wide(row, column, last_column, words("overview.map_note"), styles.SMALL)


def _chart(plan: Plan, sheet: Sheet, last_column: int) -> int:
    """Bars of the index where the units have no place on a map; returns the next free row."""
    words, name = plan.words, name_column(plan)
    count = min(plan.count, 30)
    chart = bars(
        name_of(plan, plan.framework.root),
        words("overview.chart_alt"),
        [Line(Cells(sheet, HEADING, name + 1, HEADING, name + 1),
              Cells(sheet, FIRST, name + 1, FIRST + count - 1, name + 1), styles.BLUE)],
        Cells(sheet, FIRST, name, FIRST + count - 1, name),
        low=min(0.0, plan.scale[0]), high=plan.scale[1], legend=False,
    )  # fmt: skip
    bottom = max(FIRST + count - 1, HEADING + 16)
    place(chart, sheet, HEADING, map_column(plan), bottom, last_column)
    return bottom + 1


def _elsewhere(plan: Plan, sheet: Sheet, row: int, last_column: int) -> int:
    """Units that the set lists and does not score; returns the next free row."""
    others = plan.assessment.indicator_set.context_units
    if others.empty:
        return row
    names = [
        " ".join(part for part in (name, name_zh) if part)
        for name, name_zh in zip(others["name"], others["name_zh"], strict=True)
    ]
    text = plan.words("overview.not_scored", names=", ".join(names[:12]))
    sheet.wide(row, map_column(plan), last_column, text, styles.SMALL)
    return row + 1

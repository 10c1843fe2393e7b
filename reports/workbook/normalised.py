"""Normalised: the scores of the indicators, live where the scale is linear."""

from __future__ import annotations

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import GAP, Sheet, area, blank_if_missing, colour_scale, known, local
from reports.workbook.data import COLUMNS_A_PAGE, FEWEST_COLUMNS, unit_columns
from reports.workbook.live import NORMALISATIONS, TRANSFORMS
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_INDICATOR_COLUMN, HIGH_ROW, LOW_ROW, Plan

LEGEND, GROUP, NODE, SHARE_ROW, DIRECTION_ROW = 4, 5, 6, 7, 10

#: Score of an imputed value. A frame, because the colours of the scores hide any fill.
IMPUTED = styles.SCORE.but(italic=True, fill=styles.INPUT, box=styles.AMBER)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words, framework, assessment = plan.words, plan.framework, plan.assessment
    indicators = framework.indicators
    static = [code for code in indicators if code not in plan.live_indicators]
    if not static:
        subtitle = words("normalised.how")
    elif len(static) == len(indicators):
        subtitle = words("normalised.static")
    else:
        subtitle = words("normalised.partly", names=", ".join(static))
    last = plan.data_column(indicators[-1])
    sheet = header(plan, "normalised", subtitle=subtitle, last_column=max(last, 16))
    unit_columns(plan, sheet)
    rows = {
        GROUP: words("normalised.group"), NODE: words("data.indicator"),
        SHARE_ROW: words("weights.share"), LOW_ROW: words("weights.low"),
        HIGH_ROW: words("weights.high"), DIRECTION_ROW: words("weights.direction"),
    }  # fmt: skip
    if plan.imputed_columns:
        sheet.put(LEGEND, 1, None, IMPUTED)
        sheet.wide(LEGEND, 2, 12, words("normalised.imputed"), styles.SMALL.but(vertical="center"))
    for row, title in rows.items():
        sheet.wide(row, 1, 4, title, styles.HEADING_LEFT)
    for indicator in indicators:
        column = plan.data_column(indicator)
        node = framework[indicator]
        sheet.put(GROUP, column, framework[node.parent].name, styles.HEADING)
        sheet.put(NODE, column, f"{node.name} {node.name_zh}".strip(), styles.HEADING)
        share = plan.shares[indicator]
        small = styles.CENTRE.but(size=7.5, colour=styles.GREY)
        sheet.put(SHARE_ROW, column, share, small.but(format="0.0%"), plan.share_cell(indicator))
        _scale(plan, sheet, indicator, column)
        sheet.put(plan.first - 1, column, indicator, styles.SMALL.but(size=7, wrap=False))
        usual = styles.SCORE.but(format=plan.score_format)
        live = indicator in plan.live_indicators
        marks = _imputed(plan, sheet, indicator)
        for row, score in enumerate(assessment.scores[indicator].tolist(), plan.first):
            value = blank_if_missing(score)
            gap = GAP if value == "" else None
            formula = _formula(plan, indicator, row, column) if live else gap
            style = IMPUTED.but(format=plan.score_format) if row in marks else usual
            sheet.put(row, column, value, style, formula)
    for row, height in {GROUP: 28, NODE: 62}.items():
        sheet.height(row, height)
    sheet.widths(dict.fromkeys(range(FIRST_INDICATOR_COLUMN, last + 1), 12.5))
    cells = area(plan.first, FIRST_INDICATOR_COLUMN, plan.last, last)
    sheet.format_where(cells, colour_scale(*plan.scale))
    sheet.freeze(plan.first, FIRST_INDICATOR_COLUMN)
    sheet.protect()
    titles = f"{GROUP}:{plan.first - 1}"
    sheet.page(
        plan.last,
        max(last, FEWEST_COLUMNS),
        titles=titles,
        pages_wide=1 + len(indicators) // COLUMNS_A_PAGE,
        one_page=plan.count <= 45,
        footer=footer(plan),
    )


def _imputed(plan: Plan, sheet: Sheet, indicator: str) -> set[int]:
    """Rows in which the value was imputed, marked in a hidden column that other sheets look up."""
    if indicator not in plan.imputed_columns:
        return set()
    column = plan.imputed_columns[indicator]
    where = np.flatnonzero(plan.assessment.was_imputed[indicator].to_numpy()) + plan.first
    for row in where.tolist():
        sheet.put(row, column, 1, styles.HIDDEN)
    sheet.hide_columns(column, column)
    return set(where.tolist())


def _scale(plan: Plan, sheet: Sheet, indicator: str, column: int) -> None:
    """Goalposts and direction above the column."""
    small = styles.CENTRE.but(size=7.5, colour=styles.GREY, format="#,##0.0##")
    linear = plan.assessment.normalisations[indicator] in NORMALISATIONS
    for row, end, function in ((LOW_ROW, "low", "MIN"), (HIGH_ROW, "high", "MAX")):
        value = plan.goalposts[end][indicator]
        if not known(value):
            if not linear:
                sheet.put(row, column, "–", small)
                continue
            value = 0.0
        formula = None
        if indicator in plan.live_indicators:
            if NORMALISATIONS[plan.assessment.normalisations[indicator]]:
                formula = plan.sheets["framework"].at(
                    *plan.framework_cell(indicator, end), fixed="both"
                )
            else:
                formula = f"{function}({plan.value_range(indicator)})"
            name = plan.transform(indicator)
            if name:
                inside = TRANSFORMS[name].domain.format(formula)
                formula = f"IF({inside},{TRANSFORMS[name].forward.format(formula)},0)"
        sheet.put(row, column, value, small, formula)
    direction = plan.framework.direction(indicator)
    home = plan.sheets["framework"].at(*plan.framework_cell(indicator, "direction"), fixed="both")
    link = f"IF({home}=-1,-1,1)" if indicator in plan.live_indicators else None
    sheet.put(DIRECTION_ROW, column, direction, small.but(format="0"), link)


def _formula(plan: Plan, indicator: str, row: int, column: int) -> str:
    """Linear rescaling of the value on Data between the goalposts above the column."""
    choice = plan.normalisations[indicator]
    worst, best = choice.range
    raw = plan.sheets["data"].at(row, plan.value_column(indicator))
    low, high = local(LOW_ROW, column, "row"), local(HIGH_ROW, column, "row")
    direction = local(DIRECTION_ROW, column, "row")
    name = plan.transform(indicator)
    value = TRANSFORMS[name].forward.format(raw) if name else raw
    share = f"IF({direction}=-1,{high}-{value},{value}-{low})/({high}-{low})"
    if choice.clip:
        share = f"MAX(0,MIN(1,{share}))"
    score = f"IF({high}={low},{(worst + best) / 2!r},{worst!r}+{best - worst!r}*{share})"
    score = plan.rounded(score) if plan.rounds_all else score
    present = f"ISNUMBER({raw})"
    if name:
        present = f"IF({present},{TRANSFORMS[name].domain.format(raw)},FALSE)"
    return f'IF({present},{score},"")'

"""Weights: the yellow cells, what they come to, and the aggregation switch."""

from __future__ import annotations

import numpy as np
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, area, known, local, quoted
from reports.workbook.data import number_format
from reports.workbook.live import TRANSFORMS
from reports.workbook.parts import footer, header, years_text
from reports.workbook.plan import (
    DEFAULT,
    DIRECTION,
    EFFECTIVE,
    FIRST_WEIGHT_ROW,
    HIGH,
    LEAF,
    LOW,
    NAME,
    NAME_ZH,
    PARENT,
    SHARE,
    SIBLINGS,
    SUM_OF_SHARES,
    SWITCH,
    WEIGHT,
    YEARS,
    Plan,
)
from scoring.normalisation import NORMALISATIONS

HINT = styles.SMALL.but(vertical="center", indent=1)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "weights", subtitle=words("weights.how"), last_column=YEARS)
    sheet.widths({1: 42, 2: 24, 3: 13, 4: 12, 5: 13, 6: 14, 7: 22, 8: 13, 9: 13, 10: 12, 11: 2})
    if not any(plan.framework[node].name_zh for node in plan.weight_rows):
        sheet.hide_columns(NAME_ZH, NAME_ZH)
    _switch(plan, sheet)
    _status(plan, sheet)
    heading = FIRST_WEIGHT_ROW - 1
    titles = [
        words(f"weights.{key}")
        for key in (
            "node", "node_zh", "weight", "default", "share", "effective", "direction",
            "low", "high", "years",
        )
    ]  # fmt: skip
    sheet.table_heading(heading, 1, titles, height=32, left=2)
    for node, row in plan.weight_rows.items():
        _node(plan, sheet, node, row)
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    weights = area(first, WEIGHT, last, WEIGHT)
    sheet.non_negative(weights, words("weights.weight"), words("weights.prompt"))
    changed = FormulaRule(
        formula=[f"{local(first, WEIGHT, 'column')}<>{local(first, DEFAULT, 'column')}"],
        font=Font(color=f"FF{styles.ORANGE}", bold=True),
        fill=PatternFill(bgColor="FFFFE5B4"),
    )
    sheet.format_where(weights, changed)
    leaves = [row for node, row in plan.weight_rows.items() if not plan.framework.is_group(node)]
    sheet.bar(" ".join(area(r, EFFECTIVE, r, EFFECTIVE) for r in leaves), 0.0, 0.25)
    sheet.wide(last + 2, 1, YEARS, words("weights.note"), styles.SMALL)
    sheet.height(last + 2, 38)
    plan.book.name("Weights", sheet.down(WEIGHT, first, last))
    plan.book.name("EffectiveWeights", sheet.down(EFFECTIVE, first, last))
    sheet.freeze(FIRST_WEIGHT_ROW, 2)
    sheet.hide_columns(PARENT, LEAF)
    sheet.protect()
    one_page = len(plan.weight_rows) <= 45
    sheet.page(
        last + 2, YEARS, one_page=one_page, titles=f"{heading}:{heading}", footer=footer(plan)
    )


def _switch(plan: Plan, sheet: Sheet) -> None:
    words, method = plan.words, plan.assessment.method.aggregation
    row, column = SWITCH
    sheet.wide(row, 1, 2, words("weights.aggregation"), styles.LEFT.but(bold=True))
    if plan.switch_choices:
        sheet.put(row, column, str(method.method), styles.ENTRY)
        choices = ",".join(plan.switch_choices)
        several = len(plan.switch_choices) > 1
        note = "weights.aggregation_note" if several else "weights.aggregation_one"
        sheet.choice(
            local(row, column),
            f'"{choices}"',
            words("weights.aggregation"),
            words("weights.aggregation_prompt"),
        )
        sheet.wide(row, 4, YEARS, words(note), HINT)
        plan.book.name("Aggregation", sheet.at(row, column, fixed="both"))
    else:
        named = method.method if isinstance(method.method, str) else ", ".join(method.method)
        sheet.put(row, column, named, styles.CENTRE.but(shrink=True))
        sheet.wide(row, 4, YEARS, words("weights.aggregation_fixed"), HINT)
    sheet.height(row, 26)


def _status(plan: Plan, sheet: Sheet) -> None:
    words = plan.words
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    weights, defaults, siblings = (
        sheet.down(column, first, last).split("!")[1] for column in (WEIGHT, DEFAULT, SIBLINGS)
    )
    changed = f"SUMPRODUCT(--({weights}<>{defaults}))"
    if plan.switch_choices:
        default = str(plan.assessment.method.aggregation.method)
        changed += f"+({local(*SWITCH, 'both')}<>{quoted(default)})"
    formula = (
        f"IF(COUNT({weights})<{len(plan.weight_rows)},{quoted(words('weights.not_a_number'))},"
        f"IF(SUMPRODUCT(--({weights}<0))>0,{quoted(words('weights.negative'))},"
        f"IF(SUMPRODUCT(--({siblings}=0))>0,{quoted(words('weights.all_zero'))},"
        f"IF({changed}>0,{quoted(words('weights.changed'))},{quoted(words('weights.unchanged'))}))))"
    )
    if not plan.scores_live:
        sheet.wide(5, 1, 2, words("weights.status"), styles.LEFT.but(bold=True))
        sheet.wide(5, 3, YEARS, words("weights.not_live"), styles.LEFT.but(colour=styles.ORANGE))
        return
    sheet.wide(5, 1, 2, words("weights.status"), styles.LEFT.but(bold=True))
    status = styles.LEFT.but(bold=True, colour=styles.ORANGE)
    sheet.wide(5, 3, YEARS, words("weights.unchanged"), status, formula)
    sheet.height(5, 18)
    sheet.wide(7, 1, 2, words("weights.sum"), styles.LEFT.but(bold=True))
    leaves = local(first, LEAF, "both") + ":" + local(last, LEAF, "both")
    effective = local(first, EFFECTIVE, "both") + ":" + local(last, EFFECTIVE, "both")
    total = sum(plan.effective_weights[code] for code in plan.framework.indicators)
    sheet.put(*SUM_OF_SHARES, total, styles.PERCENT, f"SUMIF({leaves},1,{effective})")
    sheet.height(7, 18)


def _node(plan: Plan, sheet: Sheet, node: str, row: int) -> None:
    framework, words, methods = plan.framework, plan.words, plan.assessment.aggregations
    found = framework[node]
    group = framework.is_group(node)
    depth = len(framework.ancestors(node)) - 1
    look = styles.GROUP if group else styles.CELL
    left = look.but(align="left", indent=1 + 2 * depth, shrink=True)
    own = group and (not plan.follows_switch(node) or len(set(methods.values())) > 1)
    name = f"{found.name} ({methods[node]})" if own else found.name
    sheet.put(row, NAME, name, left)
    sheet.height(row, 17.5)
    sheet.put(row, NAME_ZH, found.name_zh, look.but(align="left", indent=1))
    weight = framework.weight(node)
    if plan.scores_live:
        sheet.put(row, WEIGHT, weight, styles.ENTRY.but(format="General"))
    else:
        sheet.put(row, WEIGHT, weight, styles.ENTRY)
    sheet.put(row, DEFAULT, weight, look.but(align="center", colour=styles.GREY))
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    parents = f"{local(first, PARENT, 'both')}:{local(last, PARENT, 'both')}"
    weights = f"{local(first, WEIGHT, 'both')}:{local(last, WEIGHT, 'both')}"
    parent_row = plan.weight_rows.get(found.parent, 0)
    siblings = sum(framework.weight(child) for child in framework.children(found.parent))
    sheet.put(row, PARENT, parent_row, styles.HIDDEN)
    sheet.put(row, LEAF, 0 if group else 1, styles.HIDDEN)
    parent, total = local(row, PARENT, "column"), local(row, SIBLINGS, "column")
    sheet.put(row, SIBLINGS, siblings, styles.HIDDEN, f"SUMIF({parents},{parent},{weights})")
    percent = look.but(format="0.0%", align="right", indent=1)
    share = f"IF(N({total})=0,0,N({local(row, WEIGHT)})/{total})"
    sheet.put(row, SHARE, plan.shares[node], percent, share)
    effective = local(row, SHARE)
    if parent_row:
        effective += f"*{local(parent_row, EFFECTIVE)}"
    sheet.put(row, EFFECTIVE, plan.effective_weights[node], percent, effective)
    if group:
        sheet.fill(row, range(DIRECTION, YEARS + 1), look)
        return
    home = plan.sheets["framework"].at(*plan.framework_cell(node, "direction"), fixed="both")
    up, down = words("direction.up"), words("direction.down")
    said = down if framework.direction(node) < 0 else up
    link = f"IF({home}=-1,{quoted(down)},{quoted(up)})" if node in plan.live_indicators else None
    target = plan.target(node)
    if target and not NORMALISATIONS[plan.assessment.normalisations[node]].monotone:
        ends = {plan.goalposts[end][node] for end in ("target", "target_high")}
        said = words("direction.at" if len(ends) == 1 else "direction.interval", target=target)
    elif target:
        said = words("direction.target", direction=said, target=target)
    sheet.put(row, DIRECTION, said, styles.CENTRE.but(shrink=True), link)
    for column, end in ((LOW, "low"), (HIGH, "high")):
        value = plan.goalposts[end][node]
        if known(value) and plan.treated_by[node] in ("", "winsorise", *TRANSFORMS):
            cell = plan.goalpost_cell(node, end)
            formula, value = plan.own_unit(node, cell, value)
            style = styles.NUMBER.but(format=number_format(np.array([value]), whole=False))
            sheet.put(row, column, value, style, formula)
        else:
            sheet.put(row, column, "–", styles.CENTRE)
    years = years_text(plan.assessment.years[node].tolist()) or words("data.undated")
    sheet.put(row, YEARS, years, styles.CENTRE)

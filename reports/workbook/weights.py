"""Weights: the yellow cells, which weights are in force, what they come to, the aggregation."""

from __future__ import annotations

import numpy as np
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, known, local, quoted
from reports.workbook.data import number_format
from reports.workbook.live import TRANSFORMS
from reports.workbook.parts import footer, header, years_text
from reports.workbook.plan import (
    CHOSEN,
    DEFAULT,
    DIRECTION,
    EFFECTIVE,
    FIRST_WEIGHT_ROW,
    HIGH,
    IN_FORCE,
    LEAF,
    LOW,
    NAME,
    NAME_ZH,
    PARENT,
    POSITION,
    SHARE,
    SIBLINGS,
    SUM_OF_SHARES,
    SWITCH,
    WEIGHT,
    WEIGHTING,
    YEARS,
    Plan,
)
from reports.workbook.weight_choices import STATUS_ROW, Weightings
from scoring.normalisation import NORMALISATIONS

#: Weights that differ by less, relative to the default, are the same.
SAME_WEIGHT = 1e-9

HINT = styles.SMALL.but(vertical="center", indent=1)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "weights", subtitle=words("weights.how"), last_column=YEARS)
    sheet.widths({NAME: 42, NAME_ZH: 24, WEIGHT: 14, IN_FORCE: 12, DEFAULT: 12, SHARE: 13})
    sheet.widths({EFFECTIVE: 14, DIRECTION: 22, LOW: 13, HIGH: 13, YEARS: 12, YEARS + 1: 2})
    if not any(plan.framework[node].name_zh for node in plan.weight_rows):
        sheet.hide_columns(NAME_ZH, NAME_ZH)
    found = Weightings(plan)
    _switch(plan, sheet)
    _chooser(plan, sheet, found)
    _status(plan, sheet, found)
    heading = FIRST_WEIGHT_ROW - 1
    titles = [
        words(f"weights.{key}")
        for key in (
            "node", "node_zh", "given", "in_force", "default", "share", "effective", "direction",
            "low", "high", "years",
        )
    ]  # fmt: skip
    sheet.table_heading(heading, 1, titles, height=32, left=2)
    for node, row in plan.weight_rows.items():
        _node(plan, sheet, found, node, row)
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    weights = area(first, WEIGHT, last, WEIGHT)
    sheet.non_negative(weights, words("weights.weight"), words("weights.prompt"))
    was_given = plan.assessment.method.weighting.method == "given"
    _formats(sheet, weights, area(first, IN_FORCE, last, IN_FORCE), was_given=was_given)
    leaves = [row for node, row in plan.weight_rows.items() if not plan.framework.is_group(node)]
    sheet.bar(" ".join(area(r, EFFECTIVE, r, EFFECTIVE) for r in leaves), 0.0, 0.25)
    sheet.wide(last + 2, 1, YEARS, words("weights.note"), styles.SMALL)
    sheet.height(last + 2, 38)
    plan.book.name("Weights", sheet.down(IN_FORCE, first, last))
    plan.book.name("EffectiveWeights", sheet.down(EFFECTIVE, first, last))
    sheet.freeze(FIRST_WEIGHT_ROW, 2)
    sheet.hide_columns(PARENT, CHOSEN)
    sheet.protect()
    one_page = len(plan.weight_rows) <= 45
    sheet.page(
        last + 2, YEARS, one_page=one_page, titles=f"{heading}:{heading}", footer=footer(plan)
    )


def _formats(sheet: Sheet, weights: str, in_force: str, *, was_given: bool) -> None:
    """What is not in force turns grey, and what is no longer the default stands out."""
    row = FIRST_WEIGHT_ROW
    cell, default, chosen = (local(row, c, "column") for c in (IN_FORCE, DEFAULT, CHOSEN))
    grey = FormulaRule(
        formula=[f"ISNUMBER({chosen})"],
        font=Font(color=f"FF{styles.GREY}", bold=False, italic=True),
        fill=PatternFill(bgColor="FFEDEDED"),
        stopIfTrue=True,
    )
    orange = FormulaRule(
        formula=[f"ABS(N({cell})-N({default}))>{SAME_WEIGHT!r}*N({default})"],
        font=Font(color=f"FF{styles.ORANGE}", bold=True),
        fill=PatternFill(bgColor="FFFFE5B4"),
    )
    sheet.format_where(weights, grey)
    sheet.format_where(f"{weights} {in_force}" if was_given else in_force, orange)


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


def _chooser(plan: Plan, sheet: Sheet, found: Weightings) -> None:
    """Which weights are in force: those of the yellow cells, of a named set, or derived ones."""
    words = plan.words
    row, column = WEIGHTING
    sheet.wide(row, 1, 2, words("weights.weighting"), styles.LEFT.but(bold=True))
    name = plan.assessment.method.weighting.method
    # As text, so that a set named 2024 stays a name.
    sheet.put(row, column, name, styles.ENTRY.but(format="@", shrink=True))
    source = "WeightingNames"
    prompt = words("weights.weighting_prompt")
    sheet.choice(local(row, column), source, words("weights.weighting"), prompt)
    notes = [words("weights.weighting_note")]
    if plan.own_weightings:
        notes.append(words("weights.weighting_own"))
    if plan.assessment.method.weighting.scope == "indicators":
        notes.append(words("weights.weighting_scope"))
    sheet.wide(row, column + 1, YEARS, " ".join(notes), HINT)
    sheet.height(row, 26 * len(notes))
    cell = local(row, column, "both")
    names = found.names
    place = f"(ROW({names})-{FIRST_WEIGHT_ROW - 1})"
    position = f'IF({cell}="",0,SUMPRODUCT(MAX(EXACT({names},{cell})*{place})))'
    sheet.put(*POSITION, found.in_force + 1, styles.HIDDEN, position)
    plan.book.name("WeightsInForce", sheet.at(row, column, fixed="both"))


def _status(plan: Plan, sheet: Sheet, found: Weightings) -> None:
    words = plan.words
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    weights, in_force, defaults, siblings = (
        sheet.down(column, first, last).split("!")[1]
        for column in (WEIGHT, IN_FORCE, DEFAULT, SIBLINGS)
    )
    sheet.wide(5, 1, 2, words("weights.status"), styles.LEFT.but(bold=True))
    sheet.height(5, 18)
    if not plan.scores_live:
        sheet.wide(5, 3, YEARS, words("weights.not_live"), styles.LEFT.but(colour=styles.ORANGE))
        return
    changed = f"SUMPRODUCT(--(ABS({in_force}-{defaults})>{SAME_WEIGHT!r}*{defaults}))"
    if plan.switch_choices:
        default = str(plan.assessment.method.aggregation.method)
        changed += f"+({local(*SWITCH, 'both')}<>{quoted(default)})"
    position, chooser = local(*POSITION, "both"), local(*WEIGHTING, "both")
    said = f"INDEX({found.across(STATUS_ROW, 'both')},{position})"

    def named(key: str) -> str:
        """Formula of a sentence with the name of the weights; of one without for the given."""
        before, after = (quoted(part) for part in words(key, name="\0").split("\0"))
        return f"{before}&{chooser}&{after}"

    changed_text = (
        f"IF({position}=1,{quoted(words('weights.changed'))},{named('weights.changed_to')})"
    )
    same_text = (
        f"IF({position}=1,{quoted(words('weights.unchanged'))},{named('weights.unchanged_of')})"
    )
    unsound = f"{named('weights.unsound')}&{said}"
    formula = (
        f"IF(COUNT({weights})<{len(plan.weight_rows)},{quoted(words('weights.not_a_number'))},"
        f"IF(SUMPRODUCT(--({weights}<0))>0,{quoted(words('weights.negative'))},"
        f"IF({position}=0,{quoted(words('weights.unknown'))},"
        f"IF({said}<>{quoted(words('weightings.in_force'))},{unsound},"
        f"IF(SUMPRODUCT(--({siblings}=0))>0,{quoted(words('weights.all_zero'))},"
        f"IF({changed}>0,{changed_text},{same_text}))))))"
    )
    status = styles.LEFT.but(bold=True, colour=styles.ORANGE)
    sheet.wide(5, 3, YEARS, plan.weights_status, status, formula)
    row = SUM_OF_SHARES[0]
    sheet.wide(row, 1, 2, words("weights.sum"), styles.LEFT.but(bold=True))
    leaves = local(first, LEAF, "both") + ":" + local(last, LEAF, "both")
    effective = local(first, EFFECTIVE, "both") + ":" + local(last, EFFECTIVE, "both")
    total = sum(plan.effective_weights[code] for code in plan.framework.indicators)
    sheet.put(*SUM_OF_SHARES, total, styles.PERCENT, f"SUMIF({leaves},1,{effective})")
    sheet.height(row, 18)


def _node(plan: Plan, sheet: Sheet, found: Weightings, node: str, row: int) -> None:
    framework, words, methods = plan.framework, plan.words, plan.assessment.aggregations
    described = framework[node]
    group = framework.is_group(node)
    depth = len(framework.ancestors(node)) - 1
    look = styles.GROUP if group else styles.CELL
    left = look.but(align="left", indent=1 + 2 * depth, shrink=True)
    own = [methods[node]] if group and _has_own(plan, node) else []
    own += [plan.own_weightings[node]] if node in plan.own_weightings else []
    name = f"{described.name} ({', '.join(own)})" if own else described.name
    sheet.put(row, NAME, name, left)
    sheet.height(row, 17.5)
    sheet.put(row, NAME_ZH, described.name_zh, look.but(align="left", indent=1))
    sheet.put(row, WEIGHT, framework.weight(node), styles.ENTRY)
    weight, chosen = plan.weights[node], local(row, CHOSEN, "column")
    sheet.put(row, CHOSEN, *_chosen(plan, found, node, row))
    in_force = f"IF(ISNUMBER({chosen}),{chosen},{local(row, WEIGHT)})"
    sheet.put(row, IN_FORCE, weight, look.but(align="center", bold=True), in_force)
    sheet.put(row, DEFAULT, weight, look.but(align="center", colour=styles.GREY))
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + len(plan.weight_rows) - 1
    parents = f"{local(first, PARENT, 'both')}:{local(last, PARENT, 'both')}"
    weights = f"{local(first, IN_FORCE, 'both')}:{local(last, IN_FORCE, 'both')}"
    parent_row = plan.weight_rows.get(described.parent, 0)
    siblings = sum(plan.weights[child] for child in framework.children(described.parent))
    sheet.put(row, PARENT, parent_row, styles.HIDDEN)
    sheet.put(row, LEAF, 0 if group else 1, styles.HIDDEN)
    parent, total = local(row, PARENT, "column"), local(row, SIBLINGS, "column")
    sheet.put(row, SIBLINGS, siblings, styles.HIDDEN, f"SUMIF({parents},{parent},{weights})")
    percent = look.but(format="0.0%", align="right", indent=1)
    share = f"IF(N({total})=0,0,N({local(row, IN_FORCE)})/{total})"
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


def _has_own(plan: Plan, group: str) -> bool:
    """Whether the aggregation of a group is worth telling."""
    return not plan.follows_switch(group) or len(set(plan.assessment.aggregations.values())) > 1


def _chosen(
    plan: Plan, found: Weightings, node: str, row: int
) -> tuple[Value, styles.Style, str | None]:
    """Weight that takes the place of the yellow cell; "" where that one is in force."""
    # A formula takes over the format of the cell it repeats: a hidden one would hide it as well.
    look = styles.BEHIND
    own = plan.own_weightings.get(plan.framework[node].parent)
    if own is None:
        chosen = found.choices[found.in_force]
        value = chosen.weights.get(node, "") if found.in_force else ""
        position = local(*POSITION, "both")
        cell = f"INDEX({found.across(row, 'column')},{position})"
        formula = f'IF({position}<2,"",IF(ISNUMBER({cell}),{cell},""))'
        return value, look, formula
    value = plan.derived_weights.get(node, "")
    names = [choice.name for choice in found.choices if choice.kind == "typed"]
    if own in names:
        cell = found.sheet.at(row, found.column(1 + names.index(own)))
        return value, look, f'IF(ISNUMBER({cell}),{cell},"")'
    return value, look, None

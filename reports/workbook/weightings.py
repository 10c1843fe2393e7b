"""Weightings: every weighting there is to choose from, side by side; named sets are typed here."""

from __future__ import annotations

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, local, quoted
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_WEIGHT_ROW, POSITION, WEIGHT, Plan
from reports.workbook.weight_choices import (
    BAND_ROW,
    FIRST_CHOICE,
    NAME_ROW,
    NODE,
    NOTE_ROW,
    SAID_OF_A_SET,
    STATUS_ROW,
    Weightings,
)
from scoring.weighting import WEIGHTINGS

#: Columns beyond which weights and shares are printed on pages of their own.
MOST_ON_A_PAGE = 16
#: Statuses that ask for nothing.
FINE = ("in_force", "ready", "new", "none_yet")


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words, found = plan.words, Weightings(plan)
    last = found.last_column
    sheet = header(plan, "weightings", subtitle=words("weightings.how"), last_column=last)
    sheet.widths(
        {NODE: 40, **dict.fromkeys(range(FIRST_CHOICE, last + 1), 12.5), last + 1: 2}
        | {found.column(found.count): 2}
    )
    _bands(plan, sheet, found)
    _labels(plan, sheet)
    for position in range(found.count):
        _heading(plan, sheet, found, position)
    for node, row in plan.weight_rows.items():
        _node(plan, sheet, found, node, row)
    _formats(plan, sheet, found)
    _list(plan, sheet, found)
    bottom = found.last_row + 2
    sheet.wide(bottom, 1, min(last, 10), words("weightings.foot"), styles.SMALL)
    sheet.height(bottom, 50)
    sheet.hide_columns(found.parent_column, found.list_column + 2)
    sheet.freeze(FIRST_WEIGHT_ROW, FIRST_CHOICE)
    sheet.protect()
    wide = 1 + (2 * found.count) // MOST_ON_A_PAGE
    sheet.page(
        bottom, last, one_page=len(plan.weight_rows) <= 45,
        titles=f"{BAND_ROW}:{STATUS_ROW}", title_columns="A:A", pages_wide=wide,
        footer=footer(plan),
    )  # fmt: skip


def _bands(plan: Plan, sheet: Sheet, found: Weightings) -> None:
    """What the columns below are."""
    words = plan.words
    typed = [i for i, choice in enumerate(found.choices) if choice.kind == "typed"]
    spans = (
        ("given", found.column(0), found.column(0)),
        ("named", found.column(typed[0]), found.column(typed[-1])),
        ("derived", found.column(typed[-1] + 1), found.column(found.count - 1)),
        ("shares", found.share_column(0), found.last_column),
    )
    for key, first, last in spans:
        style = styles.HERE.but(shrink=first == last)
        if first == last:
            sheet.put(BAND_ROW, first, words(f"weightings.{key}"), style)
        else:
            sheet.wide(BAND_ROW, first, last, words(f"weightings.{key}"), style)


def _labels(plan: Plan, sheet: Sheet) -> None:
    rows = {"name": NAME_ROW, **SAID_OF_A_SET, "status": STATUS_ROW}
    for key, row in rows.items():
        style = styles.HEADING_LEFT if row == NAME_ROW else styles.LEFT.but(colour=styles.GREY)
        sheet.put(row, NODE, plan.words(f"weightings.{key}"), style)
    sheet.height(NAME_ROW, 20)
    sheet.height(SAID_OF_A_SET["author"], 24)
    sheet.height(NOTE_ROW, 46)
    sheet.height(STATUS_ROW, 26)


#: Cells in which something is typed about a set.
#: Weighting that experts judge -> sheet on which they do.
JUDGED_ON = {"ahp": "comparisons", "budget_allocation": "points"}

TYPED = styles.ENTRY.but(bold=False, size=8, wrap=True, shrink=False, format="@")


def _heading(plan: Plan, sheet: Sheet, found: Weightings, position: int) -> None:
    """Name of a choice, what is said of it, and whether it can be used."""
    words, choice, column = plan.words, found.choices[position], found.column(position)
    typed = choice.kind == "typed"
    title = styles.ENTRY.but(format="@", shrink=True) if typed else styles.HEADING
    sheet.put(NAME_ROW, column, choice.name or None, title)
    for what, row in SAID_OF_A_SET.items():
        said = choice.said.get(what, "")
        if not typed:
            sheet.put(row, column, None, styles.CELL)
        elif said is None:
            varies = styles.CENTRE.but(size=8, wrap=True, colour=styles.GREY)
            sheet.put(row, column, words("weightings.varies"), varies)
        else:
            # A date that is typed must stay a date.
            style = TYPED.but(format="General") if what == "date" else TYPED
            sheet.put(row, column, said or None, style)
    home = JUDGED_ON.get(choice.name, "")
    if home in plan.sheets:
        # Experts are the authors; and a link that is longer than its cell would not be wrapped.
        row = SAID_OF_A_SET["author"]
        sheet.put(row, column, words(f"sheet.{home}"), styles.LINK.but(size=8))
        sheet.link(row, column, plan.title_cell(home), words(f"title.{home}"))
    if not typed:
        how = words.get(f"weightings.from_{choice.name}", words("weightings.from_python"))
        sheet.put(NOTE_ROW, column, how, styles.CENTRE.but(size=8, wrap=True, colour=styles.GREY))
    status = styles.CENTRE.but(size=8, bold=True, wrap=True, colour=styles.GREY)
    said = _status_now(plan, found, position)
    sheet.put(STATUS_ROW, column, said, status, _status(plan, found, position))
    name = local(NAME_ROW, column, "row")
    shown = styles.HEADING.but(shrink=True, wrap=False)
    cell = f'IF({name}="","",{name})'
    sheet.put(NAME_ROW, found.share_column(position), choice.name, shown, cell)


def _status_now(plan: Plan, found: Weightings, position: int) -> str:
    choice = found.choices[position]
    if position == found.in_force:
        return plan.words("weightings.in_force")
    if choice.kind == "typed" and not choice.name:
        return plan.words("weightings.new")
    return plan.words("weightings.ready" if choice.weights else "weightings.none_yet")


def _status(plan: Plan, found: Weightings, position: int) -> str:
    """Formula: what is wrong with a choice, or whether it is in force."""
    words, choice = plan.words, found.choices[position]
    weights, name = found.weights(position), local(NAME_ROW, found.column(position), "row")
    parents = _parents(found)
    chosen = plan.sheets["weights"].at(*POSITION, fixed="both")
    status = (
        f"IF({chosen}={position + 1},{quoted(words('weightings.in_force'))},"
        f"{quoted(words('weightings.ready'))})"
    )
    wrong = {"none_yet": f"COUNT({weights})=0"}
    if choice.kind == "typed":
        filled = f'SUMPRODUCT(--({weights}<>""))'
        beside = f'COUNTIFS({parents},{parents},{weights},">=0")'
        known = ",".join(map(quoted, WEIGHTINGS))
        names = found.names.split("!")[1]
        wrong = {
            "new": f'AND({name}="",{filled}=0)',
            "unnamed": f'{name}=""',
            "nothing": f"{filled}=0",
            "not_a_number": f"COUNT({weights})<{filled}",
            "negative": f'COUNTIF({weights},"<0")>0',
            "incomplete": f'SUMPRODUCT(({weights}="")*({beside}>0))>0',
            "all_zero": f"SUMPRODUCT(({beside}>0)*(SUMIF({parents},{parents},{weights})=0))>0",
            "taken": f"SUMPRODUCT(--({name}={{{known}}}))>0",
            "twice": f"SUMPRODUCT(--({names}={name}))>1",
            "spaces": f'COUNTIF({name},"* *")>0',
        }
    for key, test in reversed(wrong.items()):
        status = f"IF({test},{quoted(words(f'weightings.{key}'))},{status})"
    return status


def _parents(found: Weightings) -> str:
    column = found.parent_column
    first, last = local(FIRST_WEIGHT_ROW, column, "both"), local(found.last_row, column, "both")
    return f"{first}:{last}"


def _node(plan: Plan, sheet: Sheet, found: Weightings, node: str, row: int) -> None:
    """Weights of one node, and the shares they come to."""
    framework = plan.framework
    look = styles.GROUP if framework.is_group(node) else styles.CELL
    depth = len(framework.ancestors(node)) - 1
    left = look.but(align="left", indent=1 + 2 * depth, shrink=True)
    sheet.put(row, NODE, framework[node].name, left)
    sheet.height(row, 17.5)
    parent = framework[node].parent
    sheet.put(row, found.parent_column, plan.weight_rows.get(parent, 0), styles.HIDDEN)
    number = look.but(align="center", colour=styles.GREY)
    for position, choice in enumerate(found.choices):
        column, weight = found.column(position), choice.weights.get(node)
        if choice.kind == "typed":
            long = isinstance(weight, float) and round(weight, 3) != weight
            entry = styles.ENTRY.but(format="0.000") if long else styles.ENTRY
            sheet.put(row, column, weight, entry)
        elif choice.kind == "given":
            home = plan.sheets["weights"].at(row, WEIGHT)
            sheet.put(row, column, weight, number, f'IF({home}="","",{home})')
        else:
            shown = "" if weight is None and node in choice.formulas else weight
            style = number.but(format="0.000")
            sheet.put(row, column, shown, style, choice.formulas.get(node))
        share = _share(plan, found, position, node)
        formula = _share_formula(found, position, row)
        percent = look.but(format="0.0%", align="right", indent=1, bold=False)
        sheet.put(row, found.share_column(position), share, percent, formula)


def _share(plan: Plan, found: Weightings, position: int, node: str) -> Value:
    weights = found.choices[position].weights
    if not weights:
        return ""
    siblings = plan.framework.children(plan.framework[node].parent)
    total = sum(float(weights.get(sibling) or 0) for sibling in siblings)
    if total > 0:
        return float(weights.get(node) or 0) / total
    return 0.0 if position == 0 else _share(plan, found, 0, node)


def _share_formula(found: Weightings, position: int, row: int) -> str:
    weights = found.weights(position)
    parents, parent = _parents(found), local(row, found.parent_column, "column")
    total = f"SUMIF({parents},{parent},{weights})"
    share = f"N({local(row, found.column(position))})/{total}"
    if position == 0:
        return f"IF({total}=0,0,{share})"
    given = local(row, found.share_column(0), "column")
    return f'IF(COUNT({weights})=0,"",IF({total}>0,{share},{given}))'


def _formats(plan: Plan, sheet: Sheet, found: Weightings) -> None:
    """What is wrong stands out; so does the column in force."""
    words = plan.words
    first, last = FIRST_WEIGHT_ROW, found.last_row
    end = found.column(found.count - 1)
    red = Font(color=f"FF{styles.RED}", bold=True)
    status = local(STATUS_ROW, FIRST_CHOICE, "row")
    asks = ",".join(f"{status}<>{quoted(words(f'weightings.{key}'))}" for key in FINE)
    heads = area(STATUS_ROW, FIRST_CHOICE, STATUS_ROW, end)
    sheet.format_where(heads, FormulaRule(formula=[f"AND({asks})"], font=red))
    in_force = f"{status}={quoted(words('weightings.in_force'))}"
    blue = Font(color=f"FF{styles.BLUE}", bold=True)
    sheet.format_where(heads, FormulaRule(formula=[in_force], font=blue))
    typed = [i for i, choice in enumerate(found.choices) if choice.kind == "typed"]
    from_column, to_column = found.column(typed[0]), found.column(typed[-1])
    cells = area(first, from_column, last, to_column)
    sheet.non_negative(cells, words("weights.weight"), words("weightings.prompt"))
    cell = local(first, from_column)
    parents, parent = _parents(found), local(first, found.parent_column, "column")
    weights = found.weights(typed[0])
    gap = f'AND({cell}="",COUNTIFS({parents},{parent},{weights},">=0")>0)'
    pink = PatternFill(bgColor="FFF8CBAD")
    sheet.format_where(cells, FormulaRule(formula=[gap], fill=pink))
    bad = f'AND({cell}<>"",OR(ISTEXT({cell}),N({cell})<0))'
    sheet.format_where(cells, FormulaRule(formula=[bad], font=red, fill=pink))
    shares = area(first, found.share_column(0), last, found.last_column)
    kept = FormulaRule(
        formula=[f'{local(first, FIRST_CHOICE)}=""'],
        font=Font(color=f"FF{styles.GREY}", italic=True),
    )
    sheet.format_where(shares, kept)


def _list(plan: Plan, sheet: Sheet, found: Weightings) -> None:
    """The choices that the drop-down on Weights offers: those that have weights, without gaps."""
    names, running, offered = range(found.list_column, found.list_column + 3)
    first, last = FIRST_WEIGHT_ROW, FIRST_WEIGHT_ROW + found.count - 1
    filled = [choice.name for choice in found.choices if choice.name and choice.weights]
    columns = [sheet.down(column, first, last).split("!")[1] for column in (names, running)]
    so_far = 0
    for position, choice in enumerate(found.choices):
        row, name = first + position, local(NAME_ROW, found.column(position))
        sheet.put(row, names, choice.name, styles.HIDDEN, f'IF({name}="","",{name})')
        so_far += bool(choice.name and choice.weights)
        there = f'IF(AND({name}<>"",COUNT({found.weights(position)})>0),1,0)'
        before = f"{local(row - 1, running)}+" if position else ""
        sheet.put(row, running, so_far, styles.HIDDEN, before + there)
        shown = filled[position] if position < len(filled) else ""
        one = f'IFERROR(INDEX({columns[0]},MATCH({position + 1},{columns[1]},0)),"")'
        sheet.put(row, offered, shown, styles.BEHIND, one)
    start = sheet.at(first, offered, fixed="both")
    count = sheet.at(last, running, fixed="both")
    plan.book.name("WeightingNames", f"{start}:INDEX({sheet.down(offered, first, last)},{count})")

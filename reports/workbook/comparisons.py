"""Comparisons: matrices in which experts compare siblings two at a time, and their weights, live.

A block for each expert of a group, one for the next expert, and one for all of them together. The
yellow cells above the diagonal are the homes of the comparisons; the sheet Judgements repeats them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, local, quoted
from reports.workbook.parts import FLAGGED, footer, header, paragraph, section
from reports.workbook.plan import FIRST_COMPARISON_ROW, MOST_COMPARED, Plan
from reports.workbook.priorities import Priorities
from scoring.method import weighting_of
from scoring.options import WeightingChoice
from scoring.weighting.comparisons import FURTHEST, combined, reciprocal
from scoring.weighting.experts import judged_siblings

Array = NDArray[np.float64]

#: Up to this many children columns are headed by names, else by numbers.
MOST_NAMED = 12
NAME, WEIGHT, FIRST = 1, 2, 3
#: Columns of a matrix that are printed at least, so that the words below have room.
FEWEST_COLUMNS = 8
#: Rows below a matrix: ratio, eigenvalue, missing pairs, and an empty one.
BELOW = 4

WEIGHT_STYLE = styles.PERCENT.but(bold=True)
COMPARISON = styles.ENTRY.but(format="# ?/?")
BELOW_DIAGONAL = styles.CENTRE.but(format="# ?/?", colour=styles.GREY)
DIAGONAL = styles.CENTRE.but(fill=styles.PALE, colour=styles.GREY)
TOGETHER = styles.CENTRE.but(format="0.00")


@dataclass(frozen=True, eq=False)
class Block:
    """The matrix of one expert, or of all together.

    Parameters
    ----------
    group : str
    children : tuple of str
    row : int
        Row of the heading; that of child i is ``row + 1 + i``.
    expert : str or None
        None for all together; a name may be empty.
    counts : bool
        Whether the expert is one whose judgements count.
    comparisons : ndarray, shape (n_children, n_children)
        Each cell the reciprocal of its mirror image, NaN where not compared, 1 on the diagonal.
    """

    group: str
    children: tuple[str, ...]
    row: int
    expert: str | None
    counts: bool
    comparisons: Array

    @property
    def pairs(self) -> Iterator[tuple[int, int]]:
        """Positions above the diagonal."""
        count = len(self.children)
        return ((i, j) for i in range(count) for j in range(i + 1, count))


def compared(plan: Plan) -> dict[str, list[Block]]:
    """Blocks of each group that has some, all together first."""
    found: dict[str, list[Block]] = {}
    row = FIRST_COMPARISON_ROW
    for group in _groups(plan):
        children = plan.framework.children(group)
        count = len(children)
        judged = judged_siblings(plan.assessment.indicator_set, "comparison", children)
        experts = judged.experts
        chosen = _choice(plan, group).experts
        matrices = [*reciprocal(judged.values), np.where(np.eye(count, dtype=bool), 1.0, np.nan)]
        names = [*experts, _next_expert(plan, experts)]
        counts = [not chosen or name in chosen for name in names]
        row += 2
        blocks = []
        if experts and any(counts):
            counted = [matrix for matrix, use in zip(matrices, counts, strict=True) if use]
            blocks.append(Block(group, children, row, None, True, combined(np.array(counted))))
            row += count + 1 + BELOW
        for name, use, matrix in zip(names, counts, matrices, strict=True):
            blocks.append(Block(group, children, row, name, use, matrix))
            row += count + 1 + BELOW
        found[group] = blocks
    return found


def weight_cells(plan: Plan) -> dict[str, tuple[str, Value]]:
    """Where the weights by comparisons stand: node -> reference to its cell, and its value or "".

    Of several experts together; empty where there is no sheet for comparisons.
    """
    found: dict[str, tuple[str, Value]] = {}
    if "comparisons" not in plan.sheets:
        return found
    sheet = plan.sheets["comparisons"]
    for blocks in compared(plan).values():
        block = blocks[0]
        if not block.counts:
            continue
        weights = _priorities(plan, block).weights
        for i, child in enumerate(block.children):
            value = "" if weights is None else float(weights[i])
            found[child] = sheet.at(block.row + 1 + i, WEIGHT, fixed="both"), value
    return found


def entries(plan: Plan) -> Iterator[tuple[Block, str, str, tuple[int, int], Value]]:
    """Cells where comparisons are typed: block, node, other, row and column, value or ""."""
    for blocks in compared(plan).values():
        for block in blocks:
            if block.expert is None:
                continue
            for i, node in enumerate(block.children):
                for j, other in enumerate(block.children):
                    if i != j:
                        value = blank_if_missing(block.comparisons[i, j])
                        yield block, node, other, (block.row + 1 + i, FIRST + j), value


def write(plan: Plan) -> None:
    """Fill the sheet."""
    if "comparisons" not in plan.sheets:
        return
    words, blocks = plan.words, compared(plan)
    last = _last_column(plan)
    sheet = header(plan, "comparisons", subtitle=words("comparisons.how"), last_column=last)
    numbered = _most(plan) > MOST_NAMED
    widths = dict.fromkeys(range(FIRST, last + 1), 6.5 if numbered else 12.5)
    sheet.widths({NAME: 34, WEIGHT: 11, **widths, last + 1: 2})
    paragraph(sheet, 4, last, words("comparisons.scale"))
    row = paragraph(sheet, 5, last, " ".join([words("comparisons.use"), *_too_many(plan)]))
    helpers = last + 2 + _most(plan) + 1
    _identity(plan, sheet)
    for group, found in blocks.items():
        row = found[0].row - 1
        section(sheet, row, last, plan.framework[group].name)
        priorities = {block: _priorities(plan, block) for block in found}
        for block in found:
            _block(plan, sheet, block, priorities)
        helpers = max(helpers, *(one.last_column for one in priorities.values()))
        row = found[-1].row + len(found[-1].children) + BELOW
    sheet.hide_columns(last + 2, helpers)
    sheet.freeze(4, FIRST)
    sheet.protect()
    _break_pages(sheet, blocks, last)
    sheet.page(row, last, one_page=False, titles="1:3", footer=footer(plan))


def _groups(plan: Plan) -> list[str]:
    return [g for g in plan.groups if 2 <= len(plan.framework.children(g)) <= MOST_COMPARED]


def _most(plan: Plan) -> int:
    """Children of the largest group that has a block."""
    return max(len(plan.framework.children(group)) for group in _groups(plan))


def _last_column(plan: Plan) -> int:
    return FIRST - 1 + max(_most(plan), FEWEST_COLUMNS)


def _choice(plan: Plan, group: str) -> WeightingChoice:
    assessment = plan.assessment
    return weighting_of(assessment.screened.indicator_set, assessment.method)[group]


def _next_expert(plan: Plan, experts: tuple[str, ...]) -> str:
    """Name for the next expert that nobody has."""
    taken = {name.casefold() for name in experts}
    number = len(experts) + 1
    while (name := plan.words("comparisons.expert", number=number)).casefold() in taken:
        number += 1
    return name


def _too_many(plan: Plan) -> Iterator[str]:
    for group in plan.groups:
        count = len(plan.framework.children(group))
        if count > MOST_COMPARED:
            name = plan.framework[group].name
            yield plan.words("comparisons.too_many", name=name, count=count)


def _priorities(plan: Plan, block: Block) -> Priorities:
    last = _last_column(plan)
    sheet = plan.sheets["comparisons"]
    identity = FIRST_COMPARISON_ROW, last + 2
    helpers = last + 2 + _most(plan) + 1
    return Priorities(sheet, block.row, helpers, np.log(block.comparisons), identity)


def _identity(plan: Plan, sheet: Sheet) -> None:
    size, column = _most(plan) + 1, _last_column(plan) + 2
    for i in range(size):
        for j in range(size):
            sheet.put(FIRST_COMPARISON_ROW + i, column + j, int(i == j), styles.HIDDEN)


def _block(plan: Plan, sheet: Sheet, block: Block, priorities: Mapping[Block, Priorities]) -> None:
    own = priorities[block]
    _heading(plan, sheet, block, priorities)
    logs = {}
    for i, j in block.pairs:
        upper = local(block.row + 1 + i, FIRST + j)
        lower = local(block.row + 1 + j, FIRST + i)
        if block.expert is not None:
            logs[i, j] = _log_of(upper, f'IF(ISNUMBER({lower}),{_log_of(lower, "", "-")},"")')
        else:
            counted = [
                one
                for other, one in priorities.items()
                if other.expert is not None and other.counts
            ]
            cells = ",".join(one.log_cell(i, j) for one in counted)
            logs[i, j] = f'IF(COUNT({cells})=0,"",AVERAGE({cells}))'
    own.write(logs)
    for i, child in enumerate(block.children):
        _child(plan, sheet, block, own, i, child)
    _figures(plan, sheet, block, own)


def _log_of(cell: str, otherwise: str, sign: str = "") -> str:
    """Formula of the logarithm of a comparison that can be used, else something else."""
    usable = f"AND(N({cell})>={1 / FURTHEST!r},N({cell})<={FURTHEST!r})"
    return f"IF({usable},{sign}LN({cell}),{otherwise or quoted('')})"


def _heading(
    plan: Plan, sheet: Sheet, block: Block, priorities: Mapping[Block, Priorities]
) -> None:
    words, row = plan.words, block.row
    if block.expert is not None:
        sheet.put(row, NAME, block.expert or None, styles.ENTRY.but(align="left", indent=1))
    else:
        experts = [other for other in priorities if other.expert is not None]
        label = words("comparisons.together")
        if not all(other.counts for other in experts):
            names = ", ".join(str(other.expert) for other in experts if other.counts)
            label = words("comparisons.some", names=names)
        sheet.put(row, NAME, label, styles.HEADING_LEFT)
    sheet.put(row, WEIGHT, words("comparisons.weight"), styles.HEADING)
    numbered = _most(plan) > MOST_NAMED
    for j, child in enumerate(block.children):
        title: Value = j + 1 if numbered else plan.framework[child].name
        sheet.put(row, FIRST + j, title, styles.HEADING.but(format="0"))
    sheet.height(row, 20 if numbered else 46)


def _child(plan: Plan, sheet: Sheet, block: Block, own: Priorities, i: int, child: str) -> None:
    row, name = block.row + 1 + i, plan.framework[child].name
    numbered = _most(plan) > MOST_NAMED
    shown = f"{i + 1} {name}" if numbered else name
    sheet.put(row, NAME, shown, styles.LEFT.but(shrink=True))
    weight = "" if own.weights is None else float(own.weights[i])
    sheet.put(row, WEIGHT, weight, WEIGHT_STYLE, own.weight_formula(i))
    sheet.height(row, 17.5)
    for j in range(len(block.children)):
        value = blank_if_missing(block.comparisons[i, j])
        if i == j:
            sheet.put(row, FIRST + j, 1, DIAGONAL)
        elif block.expert is None:
            log = own.log_cell(i, j)
            sheet.put(row, FIRST + j, value, TOGETHER, f'IF(ISNUMBER({log}),EXP({log}),"")')
        elif i < j:
            sheet.put(row, FIRST + j, None if value == "" else value, COMPARISON)
        else:
            mirror = local(block.row + 1 + j, FIRST + i)
            formula = f'IF(N({mirror})>0,1/{mirror},"")'
            sheet.put(row, FIRST + j, value, BELOW_DIAGONAL, formula)


def _figures(plan: Plan, sheet: Sheet, block: Block, own: Priorities) -> None:
    """Consistency below the matrix, in numbers and in words."""
    words, count = plan.words, len(block.children)
    row = block.row + 1 + count
    limit = _choice(plan, block.group).maximum_consistency_ratio
    figures: tuple[tuple[str, Value, str, str], ...] = (
        ("ratio", own.consistency_ratio, own.ratio_formula(local(row + 1, WEIGHT)), "0.000"),
        ("eigenvalue", own.largest_eigenvalue, own.eigenvalue_formula, "0.000"),
        ("missing", own.missing, own.missing_cell, "0"),
    )
    for i, (key, value, formula, number) in enumerate(figures):
        sheet.put(row + i, NAME, words(f"comparisons.{key}"), styles.LEFT.but(colour=styles.GREY))
        style = styles.CELL.but(align="right", indent=1, format=number)
        sheet.put(row + i, WEIGHT, "" if value is None else value, style, formula)
    ratio = local(row, WEIGHT, "both")
    above = FormulaRule(
        formula=[f"AND(ISNUMBER({ratio}),N({ratio})>{limit!r})"],
        font=Font(color=f"FF{styles.RED}", bold=True),
    )
    said, formula = _verdict(plan, block, own, ratio, limit)
    look = styles.SMALL.but(size=9, colour="404040", indent=1, vertical="center")
    sheet.wide(row, FIRST, _last_column(plan), said, look, formula, bottom=row + 2)
    sheet.format_where(f"{local(row, WEIGHT)} {local(row, FIRST)}", above)
    if block.expert is None:
        return
    cells = area(block.row + 1, FIRST + 1, block.row + count - 1, FIRST + count - 1)
    upper = f"ROW()-{block.row}<COLUMN()-{FIRST - 1}"
    here = local(block.row + 1, FIRST + 1)
    first, second = own.pair_cells
    at_pair = f"ROW()={block.row}+{first},COLUMN()={FIRST - 1}+{second}"
    doubtful = FormulaRule(
        formula=[f"AND(N({ratio})>{limit!r},{at_pair})"],
        font=Font(color=f"FF{styles.RED}", bold=True),
        fill=PatternFill(bgColor=f"FF{FLAGGED}"),
    )
    wrong = FormulaRule(
        formula=[f'AND({upper},{here}<>"",N({here})<=0)'],
        font=Font(color="FFFFFFFF", bold=True),
        fill=PatternFill(bgColor=f"FF{styles.RED}"),
    )
    sheet.format_where(cells, doubtful)
    sheet.format_where(cells, wrong)
    yellow = " ".join(
        area(block.row + 1 + i, FIRST + i + 1, block.row + 1 + i, FIRST + count - 1)
        for i in range(count - 1)
    )
    title, prompt = plan.framework[block.group].name, words("comparisons.prompt")
    sheet.suggest_between(yellow, 1 / 9, 9.0, title, prompt)


def _verdict(
    plan: Plan, block: Block, own: Priorities, ratio: str, limit: float
) -> tuple[str, str]:
    """What to do next, in words, and as a formula."""
    words, count = plan.words, len(block.children)
    shown = f"{limit:g}"
    names = area(block.row + 1, NAME, block.row + count, NAME)
    first, second = own.pair_cells
    forward = f"{own.direction_cell}=1"
    consistent = words("comparisons.consistent", limit=shown)
    before = words("comparisons.reconsider", limit=shown)
    between = [words(f"comparisons.{key}") for key in ("against", "said", "implied", "end")]
    parts = (
        f"INDEX({names},IF({forward},{first},{second}))",
        f"INDEX({names},IF({forward},{second},{first}))",
        _rounded_formula(own.said_cell),
        _rounded_formula(own.implied_cell),
    )
    sentence = quoted(before)
    for part, words_behind in zip(parts, between, strict=True):
        sentence += f"&{part}&{quoted(words_behind)}"
    empty, apart = words("comparisons.empty"), words("comparisons.not_connected")
    formula = (
        f"IF({own.missing_cell}={own.pairs},{quoted(empty)},"
        f"IF({own.connected}=0,{quoted(apart)},"
        f"IF(N({ratio})>{limit!r},{sentence},{quoted(consistent)})))"
    )
    if block.expert is not None:
        cells = area(block.row + 1, FIRST, block.row + count, FIRST + count - 1)
        numbers = f'SUMPRODUCT(({cells}<>"")*1)-COUNTIF({cells},">0")'
        formula = f"IF({numbers}>0,{quoted(words('comparisons.no_number'))},{formula})"
    if own.missing == own.pairs:
        return empty, formula
    if own.consistency_ratio is None:
        return apart, formula
    if own.consistency_ratio <= limit or own.said_and_implied is None or own.found is None:
        return consistent, formula
    pair = own.found.pair if own.direction else own.found.pair[::-1]
    named = [str(plan.sheets["comparisons"].values[block.row + one, NAME]) for one in pair]
    said = before
    rounded = [_rounded(number) for number in own.said_and_implied]
    for part, words_behind in zip([*named, *rounded], between, strict=True):
        said += part + words_behind
    return said, formula


def _rounded_formula(cell: str) -> str:
    return f'IF({cell}<1,ROUND({cell},2),ROUND({cell},1))&""'


def _rounded(number: float) -> str:
    """A ratio as the formula shows it: halves up, two decimals below 1."""
    power = 100 if number < 1 else 10
    return f"{math.floor(number * power + 0.5) / power:.10g}"


#: Height of a printed page in points for each character of its width, and what the rows above
#: the blocks take of it, on the first page and on others.
PAGE_HEIGHT, ABOVE_FIRST, ABOVE = 4.0, 130.0, 70.0


def _break_pages(sheet: Sheet, blocks: Mapping[str, list[Block]], last: int) -> None:
    """Begin a new page where a block would stand on two."""
    page = PAGE_HEIGHT * sum(sheet.width(column) for column in range(1, last + 1))
    used = ABOVE_FIRST
    for group in blocks.values():
        for block in group:
            leads = block is group[0]
            high = 46 + 17.5 * len(block.children) + 15 * BELOW + (24 if leads else 0)
            if used > ABOVE_FIRST and used + high > page:
                sheet.break_before(block.row - 1 if leads else block.row)
                used = ABOVE
            used += high

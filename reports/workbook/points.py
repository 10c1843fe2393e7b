"""Points: a budget that experts share out in each group, what they agree on, and who does not.

The yellow cells are the homes of the points; the sheet Judgements repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, local
from reports.workbook.parts import footer, header, paragraph
from reports.workbook.plan import FIRST_POINTS_ROW, Plan
from scoring.method import weighting_of
from scoring.options import WeightingChoice
from scoring.weighting.experts import judged_siblings
from scoring.weighting.points import (
    ALIKE,
    BY_MEAN,
    BY_MEDIAN,
    OUTLYING,
    ROUNDING,
    distances,
    from_median,
    spread,
)

Array = NDArray[np.float64]

#: Columns for further experts.
SPARE_EXPERTS = 2
#: Groups of fewer children have nothing to share out.
FEWEST_CHILDREN = 2
NAME, FIRST = 1, 2
FIGURES = ("mean", "median", "standard_deviation", "lowest", "highest", "weight", "outlying")
#: Columns that are printed at least.
FEWEST_COLUMNS = 8

POINTS = styles.ENTRY.but(format="General")
EXPERT = styles.ENTRY.but(size=8, wrap=True)
FIGURE = styles.CELL.but(format="0.0", align="center")
WEIGHT_STYLE = styles.PERCENT.but(bold=True)


@dataclass(frozen=True, eq=False)
class Group:
    """The rows of one group.

    Parameters
    ----------
    code : str
    children : tuple of str
    row : int
        Row of its name; that of child i is ``row + 1 + i``, then come the sum and the distance.
    points : ndarray, shape (n_experts, n_children)
        What experts say, NaN where nothing; one row for each column of the sheet.
    way : WeightingChoice
        Budget, how points are combined, and whose count.
    """

    code: str
    children: tuple[str, ...]
    row: int
    points: Array
    way: WeightingChoice

    @property
    def first(self) -> int:
        """Row of the first child."""
        return self.row + 1

    @property
    def last(self) -> int:
        """Row of the last child."""
        return self.row + len(self.children)

    @property
    def total(self) -> int:
        """Row of the sums."""
        return self.last + 1

    @property
    def distance(self) -> int:
        """Row of what stands elsewhere."""
        return self.last + 2


@dataclass(frozen=True, eq=False)
class Figures:
    """What follows from the points of a group.

    Parameters
    ----------
    shared : ndarray, shape (n_experts, n_children)
        Points brought to the budget; NaN for experts who say nothing or do not count.
    gaps : ndarray, shape (n_experts, n_children)
        Absolute deviations from the median.
    deviation : ndarray, shape (n_children,)
        Robust standard deviation, NaN without experts.
    columns : dict of str to ndarray, shape (n_children,)
        Key of :data:`FIGURES` -> figures, NaN without experts.
    distances : ndarray, shape (n_experts,)
        Part of the points of an expert that stands elsewhere.
    """

    shared: Array
    gaps: Array
    deviation: Array
    columns: dict[str, Array]
    distances: Array


def experts(plan: Plan) -> tuple[str, ...]:
    """Names over the columns: those who have given points, then further ones."""
    table = plan.assessment.indicator_set.judgements
    found = list(dict.fromkeys(table["expert"][table["kind"] == "points"]))
    taken, number = {name.casefold() for name in found}, len(found)
    names = list(found)
    while len(names) < len(found) + SPARE_EXPERTS:
        number += 1
        name = plan.words("comparisons.expert", number=number)
        if name.casefold() not in taken:
            names.append(name)
    return tuple(names)


def groups(plan: Plan) -> list[Group]:
    """Groups in which points are shared out."""
    assessment, names = plan.assessment, experts(plan)
    ways = weighting_of(assessment.screened.indicator_set, assessment.method)
    found, row = [], FIRST_POINTS_ROW + 1
    for code in plan.groups:
        members = plan.framework.children(code)
        if len(members) < FEWEST_CHILDREN:
            continue
        judged = judged_siblings(assessment.indicator_set, "points", members)
        points = np.full((len(names), len(members)), np.nan)
        points[[names.index(name) for name in judged.experts]] = judged.values
        found.append(Group(code, members, row, points, ways[code]))
        row = found[-1].distance + 1
    return found


def weight_cells(plan: Plan) -> dict[str, tuple[str, Value]]:
    """Where the weights by points stand: node -> reference to its cell, and its value or "".

    Empty where there is no sheet for points.
    """
    found: dict[str, tuple[str, Value]] = {}
    if "points" not in plan.sheets:
        return found
    sheet, names = plan.sheets["points"], experts(plan)
    column = FIRST + len(names) + FIGURES.index("weight")
    for group in groups(plan):
        weights = _figures(group, names).columns["weight"]
        for i, child in enumerate(group.children):
            reference = sheet.at(group.first + i, column, fixed="both")
            found[child] = reference, blank_if_missing(weights[i])
    return found


def entries(plan: Plan) -> Iterator[tuple[str, int, str, int, Value]]:
    """Cells where points are typed: expert, column, node, row, value or ""."""
    for position, expert in enumerate(experts(plan)):
        for group in groups(plan):
            for i, node in enumerate(group.children):
                value = blank_if_missing(group.points[position, i])
                yield expert, FIRST + position, node, group.first + i, value


def write(plan: Plan) -> None:
    """Fill the sheet."""
    if "points" not in plan.sheets:
        return
    words, names = plan.words, experts(plan)
    weighting = plan.assessment.method.weighting
    last = max(FIRST + len(names) + len(FIGURES) - 1, FEWEST_COLUMNS)
    budget = f"{weighting.budget:g}"
    how = words("points.how", budget=budget)
    sheet = header(plan, "points", subtitle=how, last_column=last)
    widths = dict.fromkeys(range(FIRST, last + 1), 11.5)
    sheet.widths({NAME: 40, **widths, last + 1: 2})
    combine = words(f"points.{weighting.combine}").lower()
    paragraph(sheet, 4, last, words("points.use", budget=budget, combine=combine))
    paragraph(sheet, 5, last, words("points.marks", budget=budget))
    heading = FIRST_POINTS_ROW
    sheet.table_heading(heading, NAME, [words("points.node")], height=32, left=1)
    for position, name in enumerate(names):
        sheet.put(heading, FIRST + position, name or None, EXPERT)
    titles = [words(f"points.{key}") for key in FIGURES]
    sheet.table_heading(heading, FIRST + len(names), titles, height=32)
    found = groups(plan)
    for group in found:
        _group(plan, sheet, group, names, last)
    bottom = found[-1].distance if found else heading
    sheet.hide_columns(last + 2, last + 2 + 2 * len(names))
    sheet.freeze(heading + 1, FIRST)
    sheet.protect()
    one_page = bottom <= 48
    sheet.page(bottom, last, one_page=one_page, titles=f"{heading}:{heading}", footer=footer(plan))


def _counts(group: Group, names: tuple[str, ...]) -> list[bool]:
    return [not group.way.experts or name in group.way.experts for name in names]


def _figures(group: Group, names: tuple[str, ...]) -> Figures:
    """The same steps as the formulas."""
    budget = group.way.budget
    totals = np.nansum(group.points, axis=1)
    said = np.array(_counts(group, names)) & (totals > 0)
    shared = np.full(group.points.shape, np.nan)
    shared[said] = np.nan_to_num(group.points[said]) / totals[said, None] * budget
    n_children = len(group.children)
    gaps, elsewhere = np.full(shared.shape, np.nan), np.full(len(names), np.nan)
    nothing = np.full(n_children, np.nan)
    if not said.any():
        return Figures(shared, gaps, nothing, dict.fromkeys(FIGURES, nothing), elsewhere)
    points = shared[said]
    away, deviation = from_median(points)
    gaps[said], elsewhere[said] = np.abs(away), distances(points / budget)
    columns = spread(points)
    median, weight = columns["median"], columns["mean"] / budget
    if group.way.combine == "median":
        weight = median / median.sum() if median.any() else nothing
    outlying = (np.abs(away) > OUTLYING * deviation).sum(axis=0).astype(float)
    columns |= {"weight": weight, "outlying": outlying}
    return Figures(shared, gaps, deviation, columns, elsewhere)


def _group(plan: Plan, sheet: Sheet, group: Group, names: tuple[str, ...], last: int) -> None:
    words, found = plan.words, _figures(group, names)
    name = plan.framework[group.code].name
    sheet.put(group.row, NAME, name, styles.GROUP.but(align="left", indent=1))
    sheet.fill(group.row, range(FIRST, last + 1), styles.GROUP)
    sheet.height(group.row, 19)
    for i, child in enumerate(group.children):
        row = group.first + i
        shown = plan.framework[child].name
        sheet.put(row, NAME, shown, styles.LEFT.but(indent=2, shrink=True))
        sheet.height(row, 16.5)
        for position, points in enumerate(group.points[:, i].tolist()):
            sheet.put(row, FIRST + position, None if np.isnan(points) else points, POINTS)
        _child(sheet, group, found, i, names)
    budget = f"{group.way.budget:g}"
    label = styles.LEFT.but(indent=2, colour=styles.GREY)
    sheet.put(group.total, NAME, f"{words('points.sum')} ({budget})", label)
    sheet.put(group.distance, NAME, words("points.distance"), label)
    for position in range(len(names)):
        _expert(sheet, group, found, position, names)
    for row in (group.total, group.distance):
        sheet.fill(row, range(FIRST, last + 1), styles.CELL)
    _marks(plan, sheet, group, names)


def _shared_column(names: tuple[str, ...], position: int = 0) -> int:
    """Hidden column of points brought to the budget."""
    last = max(FIRST + len(names) + len(FIGURES) - 1, FEWEST_COLUMNS)
    return last + 2 + position


def _gap_column(names: tuple[str, ...], position: int = 0) -> int:
    """Hidden column of absolute deviations from the median; behind them their standard."""
    return _shared_column(names, len(names) + position)


def _child(sheet: Sheet, group: Group, found: Figures, i: int, names: tuple[str, ...]) -> None:
    """Figures of a child, and the hidden cells they are taken of."""
    row, count, budget = group.first + i, len(names), group.way.budget
    shared = area(row, _shared_column(names), row, _shared_column(names, count - 1))
    gaps = area(row, _gap_column(names), row, _gap_column(names, count - 1))
    first = FIRST + count
    median = local(row, first + FIGURES.index("median"), "column")
    for position, counts in enumerate(_counts(group, names)):
        if not counts:
            continue
        total = local(group.total, FIRST + position, "row")
        own = f"N({local(row, FIRST + position)})/{total}*{budget!r}"
        value = blank_if_missing(found.shared[position, i])
        here = local(row, _shared_column(names, position))
        formula = f'IF(N({total})>0,{own},"")'
        sheet.put(row, _shared_column(names, position), value, styles.HIDDEN, formula)
        gap, value = f"ABS({here}-{median})", blank_if_missing(found.gaps[position, i])
        formula = f'IF(ISNUMBER({here}),IF({gap}<{ALIKE!r}*MAX({shared}),0,{gap}),"")'
        sheet.put(row, _gap_column(names, position), value, styles.HIDDEN, formula)
    deviation = local(row, _gap_column(names, count), "column")
    middle = f"MEDIAN({gaps})"
    by = f"IF({middle}>0,{middle}*{BY_MEDIAN!r},AVERAGE({gaps})*{BY_MEAN!r})"
    formulas = {
        "mean": f"AVERAGE({shared})",
        "median": f"MEDIAN({shared})",
        "standard_deviation": f"IF(COUNT({shared})>1,STDEV({shared}),0)",
        "lowest": f"MIN({shared})",
        "highest": f"MAX({shared})",
        "weight": _weight_formula(group, row, first),
        "outlying": f"SUMPRODUCT(ISNUMBER({gaps})*({gaps}>{OUTLYING!r}*{deviation}))",
    }
    known = f"COUNT({shared})=0"
    value = blank_if_missing(found.deviation[i])
    sheet.put(row, _gap_column(names, count), value, styles.HIDDEN, f'IF({known},"",{by})')
    for column, key in enumerate(FIGURES, first):
        style = {"weight": WEIGHT_STYLE, "outlying": styles.INTEGER}.get(key, FIGURE)
        value = blank_if_missing(found.columns[key][i])
        sheet.put(row, column, value, style, f'IF({known},"",{formulas[key]})')


def _weight_formula(group: Group, row: int, first: int) -> str:
    if group.way.combine == "mean":
        return f"{local(row, first + FIGURES.index('mean'))}/{group.way.budget!r}"
    column = first + FIGURES.index("median")
    total = f"SUM({_down(group, column)})"
    return f'IF({total}>0,{local(row, column)}/{total},"")'


def _down(group: Group, column: int) -> str:
    """The children's cells of a column."""
    return f"{local(group.first, column, 'both')}:{local(group.last, column, 'both')}"


def _expert(
    sheet: Sheet, group: Group, found: Figures, position: int, names: tuple[str, ...]
) -> None:
    """Sum of an expert's points, and how much of them stands elsewhere."""
    column, budget = FIRST + position, group.way.budget
    points = area(group.first, column, group.last, column)
    given = ~np.isnan(group.points[position])
    total = float(np.nansum(group.points[position])) if given.any() else ""
    style = FIGURE.but(format="General", bold=True)
    sheet.put(group.total, column, total, style, f'IF(COUNT({points})=0,"",SUM({points}))')
    if not _counts(group, names)[position]:
        return
    first = FIRST + len(names)
    mean, median = (_down(group, first + FIGURES.index(key)) for key in ("mean", "median"))
    shared = area(
        group.first, _shared_column(names, position), group.last, _shared_column(names, position)
    )
    by_median = f"SUMPRODUCT(ABS({shared}-{median}*{budget!r}/SUM({median})))"
    by_mean = f"SUMPRODUCT(ABS({shared}-{mean}))"
    distance = f"IF(SUM({median})>0,{by_median},{by_mean})/2/{budget!r}"
    value = blank_if_missing(found.distances[position])
    formula = f'IF(N({local(group.total, column)})>0,{distance},"")'
    sheet.put(group.distance, column, value, FIGURE.but(format="0%"), formula)


def _marks(plan: Plan, sheet: Sheet, group: Group, names: tuple[str, ...]) -> None:
    """Colours of sums that are not the budget and of points far from most; what may be typed."""
    last = FIRST + len(names) - 1
    budget = group.way.budget
    total = local(group.total, FIRST)
    red = Font(color="FFFFFFFF", bold=True), PatternFill(bgColor=f"FF{styles.RED}")
    off = f"ABS({total}-{budget!r})>{(ROUNDING + 1e-9) * budget!r}"
    wrong = FormulaRule(formula=[f"AND(ISNUMBER({total}),{off})"], font=red[0], fill=red[1])
    sheet.format_where(area(group.total, FIRST, group.total, last), wrong)
    cells = area(group.first, FIRST, group.last, last)
    here = local(group.first, FIRST)
    no_points = f'AND({here}<>"",OR(ISTEXT({here}),N({here})<0))'
    sheet.format_where(cells, FormulaRule(formula=[no_points], font=red[0], fill=red[1]))
    gap = local(group.first, _gap_column(names))
    deviation = local(group.first, _gap_column(names, len(names)), "column")
    far = f"AND(ISNUMBER({gap}),N({gap})>{OUTLYING!r}*N({deviation}))"
    orange = FormulaRule(
        formula=[far],
        font=Font(color=f"FF{styles.RED}", bold=True),
        fill=PatternFill(bgColor="FFFFB66B"),
    )
    sheet.format_where(cells, orange)
    prompt = plan.words("points.prompt", budget=f"{budget:g}")
    sheet.non_negative(cells, plan.framework[group.code].name, prompt)

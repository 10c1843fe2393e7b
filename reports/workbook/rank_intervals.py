"""Rank intervals: where they stand on the sheet Robustness, and how other sheets look them up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, Side

from reports.workbook import charts, styles
from reports.workbook.cells import Sheet, Value, area, local, quoted
from reports.workbook.charts import Cells, Line
from reports.workbook.parts import paragraph, section
from reports.workbook.plan import Plan
from reports.workbook.strips import (
    END,
    FIRST,
    LAST,
    NAME,
    STRIP,
    cells_of,
    legend,
    length_of,
    strip,
    strip_heading,
)
from scoring import Robustness

RANK, BEST, MEDIAN, WORST, MEAN, SHIFT = range(FIRST, FIRST + 6)
SCORE, TIE_GROUP, SCORED, TOP = SHIFT + 1, SHIFT + 6, SHIFT + 7, SHIFT + 8
#: White cells right of the table: which region stands in a row, and what the chart draws.
UNIT = END + 2
LABEL, BEGIN, LENGTH, MEDIAN_MARK, RANK_MARK = range(END + 4, END + 9)
#: Whether the scores have changed since the file was written: 1 or 0 (hidden).
CHANGED = (1, UNIT)
STATUS_ROW, FIRST_ROW = 4, 6
#: Regions in the chart; rows of the chart; regions with a strip; regions on a page.
MOST_IN_CHART, CHART_ROWS, MOST_STRIPS, ON_A_PAGE = 60, 28, 500, 40
#: Rows of a heading of the table.
HEADINGS = 2
#: Numbers of regions at the top that have room.
MOST_TOPS = LAST - TOP + 1
#: Units of the axis of ranks, and how many there are at most.
STEPS, MOST_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000), 12
#: Half the width of a column that is one rank wide.
HALF = 0.4


@dataclass(frozen=True)
class Intervals:
    """The table of intervals.

    Parameters
    ----------
    plan : Plan
    robustness : Robustness
    """

    plan: Plan
    robustness: Robustness

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """Figures of each unit, in the order of the units."""
        table = self.robustness.uncertainty.of_node().reindex(self.plan.units.index)
        return table.to_dict("records")  # type: ignore[return-value]

    @property
    def top(self) -> tuple[int, ...]:
        """Numbers of units at the top that probabilities are shown of."""
        return self.robustness.uncertainty.total.plan.top[:MOST_TOPS]

    @cached_property
    def group_sizes(self) -> dict[float, int]:
        """How many units each tie group has."""
        groups = [line["tie_group"] for line in self.lines if line["tie_group"] > 0]
        return {group: groups.count(group) for group in dict.fromkeys(groups)}

    @property
    def heading(self) -> int:
        """Row of the heading of the table, below what was drawn and the chart."""
        return FIRST_ROW + len(self.robustness.sources) + CHART_ROWS + 8

    @property
    def last_column(self) -> int:
        """Last column of figures."""
        return TOP + len(self.top) - 1

    @cached_property
    def rows(self) -> list[int]:
        """Row of each unit in the order of the ranking; the heading is repeated on each page."""
        first, numbers = self.heading + 1, range(self.plan.count)
        return [first + number + HEADINGS * (number // ON_A_PAGE) for number in numbers]

    @cached_property
    def places(self) -> list[int]:
        """Place of each unit in a column of the table, counted from 1."""
        return [self.rows[position - 1] - self.rows[0] + 1 for position in self.plan.position]

    @property
    def sheet(self) -> Sheet:
        """The sheet Robustness."""
        return self.plan.sheets["robustness"]

    def column(self, column: int) -> str:
        """A column of the table."""
        return self.sheet.down(column, self.rows[0], self.rows[-1])

    def place_of(self, unit: str) -> str:
        """Formula for the place of a unit in a column of the table, given its number."""
        return f"MATCH({unit},{self.column(UNIT)},0)"

    def look(self, column: int, place: str) -> str:
        """Formula for what stands at a place of a column of the table, "" where nothing does."""
        found = f"INDEX({self.column(column)},{place})"
        return f'IF({found}="","",{found})'

    # --- whether they still hold ---

    @property
    def changed_cell(self) -> str:
        """The cell that is 1 where scores have changed since the file was written."""
        return self.sheet.at(*CHANGED, fixed="both")

    def status(self, key: str = "robustness.as_built", **fields: object) -> tuple[str, str | None]:
        """What is said while nothing has changed, and the formula that warns once it has."""
        said = self.plan.words(key, **fields)
        if not self.plan.scores_live:
            return said, None
        warning = quoted(self.plan.words("robustness.changed"))
        return said, f"IF({self.changed_cell}=1,{warning},{quoted(said)})"

    def warn(self, sheet: Sheet, cells: str, flag: str) -> None:
        """Grey figures where they are not of what the sheet shows; ``flag`` is on the sheet."""
        grey = Font(color=f"FF{styles.GREY}", italic=True)
        sheet.format_where(cells, FormulaRule(formula=[f"{flag}=1"], font=grey))

    def part_groups(self, sheet: Sheet, rows: tuple[int, int], columns: tuple[int, int],
                    group: int, flag: str) -> None:  # fmt: skip
        """Draw a line above the first region of each tie group, as long as they are in order."""
        own, above = (local(row, group, "column") for row in (rows[0] + 1, rows[0]))
        rule = FormulaRule(
            formula=[f"AND({flag}=0,{own}<>{above})"],
            border=Border(top=Side("thin", color=f"FF{styles.NAVY}")),
        )
        sheet.format_where(area(rows[0] + 1, columns[0], rows[1], columns[1]), rule)


def intervals(plan: Plan) -> Intervals | None:
    """The intervals of a workbook that has some."""
    return None if plan.robustness is None else Intervals(plan, plan.robustness)


def span(best: Value, worst: Value) -> str:
    """An interval as text."""
    ends = [float(end) for end in (best, worst) if isinstance(end, (int, float))]
    shown = [f"{end:.1f}".removesuffix(".0") for end in ends]
    return "–".join(dict.fromkeys(shown))


def span_formula(best: str, worst: str) -> str:
    """Formula of the same, from two cells."""
    return f'IF({best}="","",IF({best}={worst},{best}&"",{best}&"–"&{worst}))'


def write_intervals(plan: Plan, found: Intervals, row: int) -> int:
    """Fill the part on the intervals; returns the next free row."""
    words, sheet = plan.words, found.sheet
    row = section(sheet, row, END, words("robustness.intervals"), words("robustness.intervals_how"))
    take_home = styles.LEFT.but(bold=True, colour=styles.NAVY, wrap=True, indent=0, line="")
    sheet.wide(row, NAME, END, _summary(found), take_home)
    sheet.height(row, 16)
    chart_row = row + 1
    row = chart_row + CHART_ROWS
    colours = (styles.NAVY, styles.AMBER, styles.BAR)
    keys = ("rank_now", "median_mark", "inside")
    texts = [words(f"robustness.{key}") for key in keys]
    sheet.break_before(row)
    how = "groups_paired" if found.robustness.uncertainty.paired else "groups_overlapping"
    certain = f"{found.robustness.options.certainty:.0%}"
    row = paragraph(sheet, row, END, words(f"robustness.{how}", certainty=certain))
    legend(sheet, row, list(zip(colours, texts, strict=True)))
    sheet.height(row, 14)
    order = np.argsort(plan.position).tolist()
    groups = [found.lines[unit]["tie_group"] for unit in order]
    for number, unit in enumerate(order):
        row = found.rows[number]
        if number % ON_A_PAGE == 0:
            _heading(found, row - 1)
            if number:
                sheet.break_before(row - HEADINGS)
        # No line below those without a rank: they are in no group.
        ends = number + 1 < len(order) and groups[number + 1] != groups[number] > 0
        _unit(found, row, unit, ends)
    _chart(found, chart_row, order[:MOST_IN_CHART])
    return found.rows[-1] + 1


def _summary(found: Intervals) -> str:
    """The sentence to take home: how wide intervals are, and how many groups there are."""
    words, lines = found.plan.words, found.lines
    known = [(line["rank_95"] - line["rank_5"], i) for i, line in enumerate(lines)
             if not np.isnan(line["rank_95"])]  # fmt: skip
    if not known:
        return words("robustness.no_intervals")
    widest, unit = max(known)
    if widest == 0:
        return words("robustness.all_certain", count=len(known))
    return words(
        "robustness.summary",
        count=len(known),
        certain=sum(width == 0 for width, _ in known),
        mean=f"{np.mean([width for width, _ in known]) + 1:.1f}",
        unit=found.plan.labels[unit],
        span=span(lines[unit]["rank_5"], lines[unit]["rank_95"]),
        groups=len(found.group_sizes),
    )


def _heading(found: Intervals, row: int) -> None:
    words, sheet = found.plan.words, found.sheet
    sheet.put(row - 1, NAME, None, styles.HERE)
    sheet.wide(row - 1, RANK, SHIFT, words("unit.rank"), styles.HERE)
    sheet.wide(row - 1, SCORE, TIE_GROUP - 1, words("unit.index"), styles.HERE)
    sheet.fill(row - 1, range(TIE_GROUP, END + 1), styles.HERE)
    quantiles = ("best", "median", "worst", "mean")
    keys = ("now", *quantiles, "shift", "now", *quantiles, "tie_group", "scored")
    titles = [words("unit.name"), *(words(f"robustness.{key}") for key in keys)]
    titles += [words("robustness.top", number=number) for number in found.top]
    sheet.table_heading(row, NAME, titles, height=36, left=1)
    sheet.fill(row, range(found.last_column + 1, STRIP), styles.HEADING)
    if found.plan.count <= MOST_STRIPS:
        count = found.plan.count
        strip_heading(sheet, row, "1", words("unit.rank"), str(count), length_of(count))


def _unit(found: Intervals, row: int, unit: int, ends: bool) -> None:
    """Figures of one unit; a line below the last one of a tie group."""
    plan, sheet, line = found.plan, found.sheet, found.lines[unit]
    colour = styles.NAVY if ends else styles.LINE
    left = styles.LEFT.but(bold=True, shrink=True, line=colour)
    rank = styles.INTEGER.but(format=plan.rank_format, line=colour)
    mean = styles.CENTRE.but(format="0.0", line=colour)
    percent = styles.CENTRE.but(format="0%", line=colour)
    score = styles.CENTRE.but(format=plan.score_format, line=colour)
    sheet.put(row, NAME, plan.labels[unit], left)
    columns: dict[int, tuple[str, styles.Style]] = {
        RANK: ("rank", rank.but(bold=True)),
        BEST: ("rank_5", rank),
        MEDIAN: ("median_rank", rank),
        WORST: ("rank_95", rank),
        MEAN: ("mean_rank", mean),
        SHIFT: ("mean_shift", mean),
        SCORE: ("score", score.but(bold=True)),
        SCORE + 1: ("score_5", score),
        SCORE + 2: ("median_score", score),
        SCORE + 3: ("score_95", score),
        SCORE + 4: ("mean_score", score),
        TIE_GROUP: ("tie_group", styles.INTEGER.but(line=colour)),
        SCORED: ("scored", percent),
        **{TOP + place: (f"top_{number}", percent) for place, number in enumerate(found.top)},
    }
    for column, (name, style) in columns.items():
        value = float(line[name])
        sheet.put(row, column, None if np.isnan(value) else value, style)
    sheet.fill(row, range(found.last_column + 1, STRIP), styles.CELL.but(line=colour))
    sheet.put(row, UNIT, unit + 1, styles.BEHIND)
    if plan.count <= MOST_STRIPS:
        strip(sheet, row, _colours(found, line))
    sheet.height(row, 15)


def _colours(found: Intervals, line: dict[str, Any]) -> list[str]:
    """The interval, and on it the median and the rank as assessed."""
    places = found.plan.count
    colours = [""] * length_of(places)
    ends = (
        ("rank_5", "rank_95", styles.BAR),
        ("median_rank", "median_rank", styles.AMBER),
        ("rank", "rank", styles.NAVY),
    )
    for low, high, colour in ends:
        if not np.isnan(line[low]):
            for cell in cells_of(line[low], line[high], places):
                colours[cell] = colour
    return colours


def _chart(found: Intervals, row: int, units: list[int]) -> None:
    """Columns from 5 % to 95 % of the first regions, with median and rank in this file."""
    plan, sheet, words = found.plan, found.sheet, found.plan.words
    first, last = row + 1, row + len(units)
    names = {BEGIN: "best", LENGTH: "inside", MEDIAN_MARK: "median_mark", RANK_MARK: "rank_now"}
    for column, name in names.items():
        sheet.put(row, column, words(f"robustness.{name}"), styles.BEHIND)
    for line, unit in enumerate(units, first):
        figures = found.lines[unit]
        best, worst = figures["rank_5"], figures["rank_95"]
        sheet.put(line, LABEL, plan.labels[unit], styles.BEHIND)
        shown = {
            BEGIN: best - HALF,
            LENGTH: worst - best + 2 * HALF,
            MEDIAN_MARK: figures["median_rank"],
            RANK_MARK: figures["rank"],
        }
        for column, value in shown.items():
            sheet.put(line, column, None if np.isnan(value) else float(value), styles.BEHIND)

    def series(column: int, colour: str, symbol: str = "circle") -> Line:
        name = Cells(sheet, row, column, row, column)
        return Line(name, Cells(sheet, first, column, last, column), colour, symbol=symbol)

    ends = [found.lines[unit]["rank_95"] for unit in units]
    lowest = max((end for end in ends if not np.isnan(end)), default=1.0)
    key = "chart" if len(units) == plan.count else "chart_first"
    chart = charts.ranges(
        words(f"robustness.{key}", count=len(units)),
        words("robustness.chart_alt"),
        (series(BEGIN, ""), series(LENGTH, styles.BAR)),
        [series(MEDIAN_MARK, styles.AMBER, "diamond"), series(RANK_MARK, styles.NAVY)],
        Cells(sheet, first, LABEL, last, LABEL),
        high=float(lowest) + 1,
        step=next(step for step in STEPS if lowest <= MOST_STEPS * step),
    )
    charts.place(chart, sheet, row, NAME, row + CHART_ROWS - 2, END)

"""Ranks under other weights: the table of units on the sheet of other weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import scoring
from indicators import InvalidInputError
from reports.workbook import styles
from reports.workbook.cells import Sheet, area, blank_if_missing
from reports.workbook.parts import CHANGE_FORMAT, change_colours, paragraph, section
from reports.workbook.plan import Plan
from reports.workbook.strips import (
    CELLS,
    END,
    FIRST,
    GAP,
    LAST,
    NAME,
    STRIP,
    legend,
    strip,
    strip_heading,
)
from reports.workbook.weight_choices import Weightings
from scoring import Assessment
from scoring.what_if import NoLinearFormError, rank_ranges, weight_shifts

#: Choices that are shown; units that are listed; units times nodes up to which anything is.
MOST_CHOICES, MOST_LISTED, MOST_SHIFTED = 8, 200, 150_000
#: How far each share may move, relative to itself; units up to which ranges are looked for.
WITHIN, MOST_RANGED = 0.25, 40
UNITS_ON_A_PAGE = 40

INDEX, RANK, BEST, WORST, OPEN = range(FIRST, FIRST + 5)
#: Figure of agreement -> its number format.
AGREEMENT = {"spearman": "0.00", "kendall": "0.00", "mean_shift": "0.0", "largest_shift": "0"}


@dataclass(frozen=True)
class _Block:
    """What one run of the table shows beside name, index and rank.

    Parameters
    ----------
    choices : sequence of str
        Names of other weights.
    ranges : DataFrame or None
        Best and worst rank of each unit.
    """

    choices: Sequence[str]
    ranges: pd.DataFrame | None = field(default=None)

    @property
    def first(self) -> int:
        """First column of the choices."""
        return BEST if self.ranges is None else OPEN + 1

    @property
    def last(self) -> int:
        """Last column of the table; it reaches to the strip where there is one."""
        return self.first + 3 * len(self.choices) - 1 if self.ranges is None else GAP

    @property
    def places(self) -> int:
        """Ranks that there are."""
        return 0 if self.ranges is None else len(self.ranges)

    @property
    def length(self) -> int:
        """Cells of the strip, as many for each rank."""
        return CELLS // self.places * self.places if self.places else 0


def write_shifts(plan: Plan, sheet: Sheet, row: int) -> int:
    """Fill the part on the units; returns the next free row."""
    words = plan.words
    how = words("what_if.shifts_how", within=f"{WITHIN:.0%}")
    row = section(sheet, row, END, words("what_if.shifts"), how)
    if plan.count * len(plan.weight_rows) > MOST_SHIFTED:
        return paragraph(sheet, row, END, words("what_if.shifts_left_out"), styles.NOTE)
    others, notes = other_assessments(plan)
    ranges, why = _ranges(plan)
    notes += [why] if why else []
    order = np.argsort(plan.position)
    if plan.count > MOST_LISTED:
        notes.append(words("what_if.listed", listed=MOST_LISTED, count=plan.count))
        order = order[:MOST_LISTED]
    for note in notes:
        row = paragraph(sheet, row, END, note)
    names = list(others)
    # Beside the ranges there is room for fewer choices; the others follow below.
    room = (LAST - _Block((), ranges).first + 1) // 3
    blocks = [_Block(names[:room], ranges)]
    wide = (LAST - BEST + 1) // 3
    blocks += [_Block(names[i : i + wide]) for i in range(room, len(names), wide)]
    index = [plan.framework.root]
    shifts: Any = weight_shifts(plan.assessment, others, index) if others else None
    for number, block in enumerate(blocks):
        if number:
            sheet.break_before(row + 1)
        row = _block(plan, sheet, row + (number > 0), block, shifts, order.tolist())
    return row


def other_assessments(plan: Plan) -> tuple[dict[str, Assessment], list[str]]:
    """The set under each of the other weightings there are, and what is to be said of them."""
    words, assessment = plan.words, plan.assessment
    in_force = assessment.method.weighting.method
    names = [choice.name for choice in Weightings(plan).choices if choice.name and choice.weights]
    names = [name for name in names if name != in_force]
    # The scale is no matter of weights; where each year has its own it is fitted again.
    scale = assessment.scale if plan.years_of_scale == plan.every_year else None
    found, refused = {}, []
    for name in names[:MOST_CHOICES]:
        changed = assessment.indicator_set.with_method({"weighting": {"method": name}})
        try:
            found[name] = scoring.assess(changed, scale)
        except InvalidInputError:
            refused.append(name)
    notes = [words("what_if.refused", names=", ".join(refused))] if refused else []
    if len(names) > MOST_CHOICES:
        notes.append(words("what_if.more_choices", shown=MOST_CHOICES, count=len(names)))
    return found, notes


def _ranges(plan: Plan) -> tuple[pd.DataFrame | None, str]:
    """Best and worst ranks, or why there are none."""
    words, root = plan.words, plan.framework.root
    if len(plan.framework.children(root)) < 2:
        return None, ""
    if plan.count > MOST_RANGED:
        return None, words("what_if.ranges_left_out", count=MOST_RANGED)
    try:
        # Without mixed-integer programmes: those may take long, and a time limit would make the
        # file depend on the machine.
        ranges = rank_ranges(plan.assessment, within=WITHIN, time_limit=0)
    except NoLinearFormError:
        return None, words("what_if.ranges_not_linear")
    return (ranges if len(ranges) > 1 else None), ""


def _block(
    plan: Plan, sheet: Sheet, row: int, block: _Block, shifts: Any, units: Sequence[int]
) -> int:
    """The units with some of the choices; returns the next free row."""
    root, codes = plan.framework.root, plan.units.index
    tables = []
    for name in block.choices:
        own = shifts.shifts[(shifts.shifts["weights"] == name) & (shifts.shifts["node"] == root)]
        tables.append(own.set_index("unit").reindex(codes).to_dict("records"))
    ranges: Any = {} if block.ranges is None else block.ranges.to_dict("index")
    if block.ranges is not None:
        entries = {styles.NAVY: "rank_now", styles.BAR: "possible", styles.BAND: "open"}
        legend(
            sheet, row, [(colour, plan.words(f"what_if.{key}")) for colour, key in entries.items()]
        )
        sheet.height(row, 14)
        row += 1
    row = _bands(plan, sheet, row, block)
    if block.choices:
        row = _agreement(plan, sheet, row, block, shifts.agreement)
    for start in range(0, len(units), UNITS_ON_A_PAGE):
        if start:
            sheet.break_before(row)
            row = _bands(plan, sheet, row, block)
        row = _heading(plan, sheet, row, block)
        first = row
        for unit in units[start : start + UNITS_ON_A_PAGE]:
            _unit(plan, sheet, row, unit)
            if block.ranges is not None:
                _range(plan, sheet, row, block, ranges.get(codes[unit]))
            for number, table in enumerate(tables):
                _shift(plan, sheet, row, block.first + 3 * number, table[unit])
            sheet.fill(row, range(FIRST, block.last + 1), styles.CELL)
            row += 1
        for number in range(len(tables)):
            column = block.first + 3 * number + 2
            change_colours(sheet, area(first, column, row - 1, column))
    return row


def _bands(plan: Plan, sheet: Sheet, row: int, block: _Block) -> int:
    """What the columns below are by."""
    words = plan.words
    sheet.put(row, NAME, None, styles.HERE)
    sheet.wide(row, INDEX, RANK, words("what_if.in_force"), styles.HERE)
    if block.ranges is not None:
        title = words("what_if.moved", within=f"{WITHIN:.0%}")
        sheet.wide(row, BEST, OPEN, title, styles.HERE.but(shrink=True))
        sheet.wide(
            row,
            STRIP,
            STRIP + block.length - 1,
            words("what_if.rank_strip"),
            styles.HERE.but(shrink=True),
        )
    for number, name in enumerate(block.choices):
        column = block.first + 3 * number
        sheet.wide(row, column, column + 2, name, styles.HERE.but(shrink=True))
    sheet.fill(row, range(FIRST, block.last + 1), styles.HERE)
    sheet.height(row, 16)
    return row + 1


def _agreement(plan: Plan, sheet: Sheet, row: int, block: _Block, table: pd.DataFrame) -> int:
    """How far each ranking agrees with the one in force."""
    of_index: Any = table[table["node"] == plan.framework.root].set_index("weights")
    for figure, number_format in AGREEMENT.items():
        label = styles.LEFT.but(colour="404040", size=8)
        sheet.wide(row, NAME, block.first - 1, plan.words(f"what_if.{figure}"), label)
        for number, name in enumerate(block.choices):
            column = block.first + 3 * number
            value = blank_if_missing(float(of_index.loc[name, figure]))
            style = styles.CENTRE.but(format=number_format)
            sheet.wide(row, column, column + 2, value, style)
        sheet.fill(row, range(FIRST, block.last + 1), styles.CELL)
        sheet.height(row, 13)
        row += 1
    return row


def _heading(plan: Plan, sheet: Sheet, row: int, block: _Block) -> int:
    words = plan.words
    titles = [words("unit.name"), words("unit.index"), words("unit.rank")]
    if block.ranges is not None:
        titles += [words(f"what_if.{key}") for key in ("best", "worst", "not_ruled_out")]
        strip_heading(sheet, row, "1", words("unit.rank"), str(block.places), block.length)
    choice = [words("what_if.score"), words("unit.rank"), words("what_if.shift")]
    titles += choice * len(block.choices)
    sheet.table_heading(row, NAME, titles, height=26, left=1)
    sheet.fill(row, range(FIRST, block.last + 1), styles.HEADING)
    return row + 1


def _unit(plan: Plan, sheet: Sheet, row: int, unit: int) -> None:
    """A unit as it is."""
    root, assessment = plan.framework.root, plan.assessment
    sheet.put(row, NAME, plan.labels[unit], styles.LEFT.but(bold=True, shrink=True))
    score = blank_if_missing(float(assessment.scores[root].iloc[unit]))
    sheet.put(row, INDEX, score, styles.SCORE.but(format=plan.score_format))
    rank = blank_if_missing(float(assessment.ranks[root].iloc[unit]))
    sheet.put(row, RANK, rank, styles.INTEGER.but(bold=True, format=plan.rank_format))
    sheet.height(row, 15)


def _range(plan: Plan, sheet: Sheet, row: int, block: _Block, found: Any) -> None:
    """How far the rank of a unit can go; nothing for one without a rank."""
    if found is None:
        return
    sheet.put(row, BEST, int(found["best"]), styles.INTEGER)
    sheet.put(row, WORST, int(found["worst"]), styles.INTEGER)
    exact = found["best_status"] == found["worst_status"] == "exact"
    open_ = f"{found['best_bound']}–{found['worst_bound']}"
    said = plan.words("what_if.exact") if exact else open_
    sheet.put(row, OPEN, said, styles.CENTRE.but(colour=styles.GREY if exact else "000000"))
    colours = []
    for place in range(1, block.places + 1):
        fill = ""
        if found["best_bound"] <= place <= found["worst_bound"]:
            fill = styles.BAND
        if found["best"] <= place <= found["worst"]:
            fill = styles.BAR
        if place == found["rank"]:
            fill = styles.NAVY
        colours += [fill] * (block.length // block.places)
    strip(sheet, row, colours)


def _shift(plan: Plan, sheet: Sheet, row: int, column: int, line: Any) -> None:
    """Score, rank and climb of one unit with other weights."""
    score = styles.SCORE.but(format=plan.score_format)
    sheet.put(row, column, blank_if_missing(float(line["score_after"])), score)
    rank = styles.INTEGER.but(format=plan.rank_format)
    sheet.put(row, column + 1, blank_if_missing(float(line["rank_after"])), rank)
    change = styles.INTEGER.but(format=CHANGE_FORMAT)
    sheet.put(row, column + 2, blank_if_missing(float(line["rank_shift"])), change)

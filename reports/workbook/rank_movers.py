"""What moves the ranks: sensitivity to each uncertain choice, and one choice at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from reports.choices import choice_name
from reports.workbook import styles
from reports.workbook.cells import Sheet, area
from reports.workbook.charts import Cells, Line, bars, place
from reports.workbook.parts import CHANGE_FORMAT, change_colours, paragraph, section
from reports.workbook.plan import Plan
from reports.workbook.rank_intervals import Intervals
from reports.workbook.strips import END, GAP, NAME
from reports.workbook.uncertain_choices import change_said
from scoring.robustness import Sensitivity

#: Bars in the chart, and rows that title, axis and legend take.
MOST_BARS, ROWS_AROUND = 30, 6
#: Rows up to which a bar has two of them.
FEW_ROWS = 14
#: Last column of the name of a source; figures follow.
NAME_END = 4
INDICES = ("first", "first_interval", "total", "total_interval")
#: Columns of the table of single changes.
WHAT_END, EFFECT_END, MEAN, MOVED, UNIT, BY, LEADER = 4, 11, 12, 13, 14, 17, 18
#: Rows on a page.
ON_A_PAGE = 30


def write_sensitivity(plan: Plan, found: Intervals, row: int) -> int:
    """Fill the part on sensitivity; returns the next free row."""
    words, sheet = plan.words, found.sheet
    how = words("robustness.sensitivity_how")
    row = section(sheet, row, END, words("robustness.sensitivity"), how)
    sensitivity = found.robustness.sensitivity
    if sensitivity is None:
        return paragraph(sheet, row, END, words("robustness.no_sensitivity"), styles.NOTE)
    table: Any = sensitivity.mean_shift.sort_values("total", ascending=False, kind="stable")
    lines = table.to_dict("records")
    if table["total"].isna().all():
        return paragraph(sheet, row, END, words("robustness.nothing_moves"), styles.NOTE)
    take_home = styles.LEFT.but(bold=True, colour=styles.NAVY, wrap=True, indent=0, line="")
    sheet.wide(row, NAME, END, _summary(found, sensitivity, lines[0]), take_home)
    sheet.height(row, 16)
    row += 1
    fields = {"points": f"{sensitivity.points:,}", "draws": f"{sensitivity.draws:,}"}
    row = paragraph(sheet, row, END, words("robustness.points", **fields))
    heading = row
    sheet.wide(row, NAME, NAME_END, words("robustness.source"), styles.HEADING_LEFT)
    for offset, key in enumerate(INDICES, 1):
        sheet.put(row, NAME_END + offset, words(f"robustness.{key}"), styles.HEADING)
    sheet.height(row, 20)
    for line in lines:
        row += 1
        said = _name(found, line)
        sheet.wide(row, NAME, NAME_END, said, styles.LEFT.but(shrink=True))
        for offset, key in enumerate(INDICES, 1):
            number = '"±" 0%' if key.endswith("interval") else "0%"
            colour = styles.GREY if key.endswith("interval") else "000000"
            value = float(line[key])
            style = styles.CENTRE.but(format=number, colour=colour)
            sheet.put(row, NAME_END + offset, "–" if np.isnan(value) else value, style)
        sheet.height(row, 15)
    ends = (table["total"] + table["total_interval"].fillna(0.0)).max()
    bottom = _bars(plan, sheet, heading, len(lines), float(ends))
    return max(row, bottom) + 1


def _name(found: Intervals, line: Any) -> str:
    return choice_name(line["source"], found.plan.words, found.robustness, line["input"])


def _summary(found: Intervals, sensitivity: Sensitivity, largest: Any) -> str:
    words, name = found.plan.words, _name(found, largest)
    if len(sensitivity.mean_shift) == 1:
        return words("robustness.only_source", name=name)
    said = words("robustness.largest", name=name, total=f"{min(largest['total'], 1.0):.0%}")
    interaction = max(sensitivity.interaction, 0.0)
    return f"{said} {words('robustness.interaction', share=f'{interaction:.0%}')}"


def _bars(plan: Plan, sheet: Sheet, heading: int, count: int, longest: float) -> int:
    """Bars right of the table; returns their last row."""
    words, shown = plan.words, min(count, MOST_BARS)
    last = heading + shown

    def line(offset: int, colour: str) -> Line:
        column = NAME_END + offset
        return Line(
            Cells(sheet, heading, column, heading, column),
            Cells(sheet, heading + 1, column, last, column),
            colour,
            around=Cells(sheet, heading + 1, column + 1, last, column + 1),
        )

    chart = bars(
        words("robustness.bars"),
        words("robustness.bars_alt"),
        [line(1, styles.BAR), line(3, styles.BLUE)],
        Cells(sheet, heading + 1, NAME, last, NAME),
        low=0.0,
        high=max(math.ceil(10 * longest), 1) / 10,
        number_format="0%",
    )
    bottom = heading + ROWS_AROUND + max(shown, min(2 * shown, FEW_ROWS))
    place(chart, sheet, heading, NAME_END + len(INDICES) + 2, bottom, END)
    return bottom


def write_single_changes(plan: Plan, found: Intervals, row: int) -> int:
    """Fill the part on one choice at a time; returns the next free row."""
    words, sheet = plan.words, found.sheet
    how = words("robustness.single_how")
    row = section(sheet, row, END, words("robustness.single"), how)
    table: Any = found.robustness.single_changes
    most = max(float(table["mean_shift"].fillna(0.0).max()), 1.0)
    ordered = table.sort_values("mean_shift", ascending=False, kind="stable", na_position="last")
    lines = ordered.to_dict("records")
    for number, line in enumerate(lines):
        if number % ON_A_PAGE == 0:
            if number:
                sheet.break_before(row)
            row = _heading(plan, sheet, row)
            first = row
        _line(plan, found, row, line)
        row += 1
        if number % ON_A_PAGE == ON_A_PAGE - 1 or number == len(lines) - 1:
            sheet.bar(area(first, MEAN, row - 1, MEAN), 0.0, most)
            change_colours(sheet, area(first, BY, row - 1, BY))
    return row


def _heading(plan: Plan, sheet: Sheet, row: int) -> int:
    words = plan.words
    sheet.wide(row, NAME, WHAT_END, words("robustness.changed_choice"), styles.HEADING_LEFT)
    sheet.wide(row, WHAT_END + 1, EFFECT_END, words("robustness.effect"), styles.HEADING_LEFT)
    keys = {MEAN: "mean_move", MOVED: "moved", BY: "by", LEADER: "leader"}
    for column, key in keys.items():
        sheet.put(row, column, words(f"robustness.{key}"), styles.HEADING)
    sheet.wide(row, UNIT, BY - 1, words("robustness.moves_most"), styles.HEADING_LEFT)
    sheet.height(row, 36)
    return row + 1


def _line(plan: Plan, found: Intervals, row: int, line: Any) -> None:
    """One change in words and in figures."""
    sheet = found.sheet
    source = next(one for one in found.robustness.sources if one.name == line["source"])
    small = styles.LEFT.but(size=8.5, wrap=True)
    what = change_said(source, str(line["alternative"]), plan.words, found.robustness)
    effect = effect_said(plan, line)
    sheet.wide(row, NAME, WHAT_END, what, small.but(bold=True))
    sheet.wide(row, WHAT_END + 1, EFFECT_END, effect, small)
    looks = {
        MEAN: ("mean_shift", styles.SCORE.but(format="0.0")),
        MOVED: ("moved", styles.CENTRE.but(format="0%")),
        BY: ("largest_shift", styles.INTEGER.but(format=CHANGE_FORMAT)),
        LEADER: ("top_leaves", styles.CENTRE.but(format="0%")),
    }
    for column, (name, style) in looks.items():
        value = float(line[name])
        sheet.put(row, column, "–" if np.isnan(value) else value, style)
    sheet.wide(row, UNIT, BY - 1, _unit(plan, line), styles.LEFT.but(shrink=True))
    sheet.fill(row, range(NAME, GAP), styles.CELL)
    sheet.height(row, 13 * max(1, -(-len(what) // 62), -(-len(effect) // 70)) + 2)


def effect_said(plan: Plan, line: Any) -> str:
    """What a change does, for whoever reads words and not figures."""
    words = plan.words
    if np.isnan(line["mean_shift"]) and not line["failed"]:
        return words("robustness.no_ranks")
    if np.isnan(line["mean_shift"]):
        return words("robustness.cannot", reason=line["reason"])
    said = words("robustness.nobody_moves")
    if line["unit"]:
        moved = float(line["largest_shift"])
        said = words(
            "robustness.moves" if line["draws"] == 1 else "robustness.moves_in_draws",
            draws=line["draws"],
            mean=f"{line['mean_shift']:.1f}",
            unit=_unit(plan, line),
            direction=words("robustness.up" if moved > 0 else "robustness.down"),
            places=f"{abs(moved):.1f}".removesuffix(".0"),
        )
    if line["failed"]:
        fields = {"failed": line["failed"], "draws": line["draws"], "reason": line["reason"]}
        said = f"{said} {words('robustness.some_cannot', **fields)}"
    return said


def _unit(plan: Plan, line: Any) -> str:
    """Name of the unit that moves most; "" where none does."""
    codes = list(plan.units.index)
    return plan.labels[codes.index(line["unit"])] if line["unit"] else ""

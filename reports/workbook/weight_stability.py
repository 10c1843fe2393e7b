"""How delicate each weight is: the table of stability on the sheet of other weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet
from reports.workbook.parts import FLAGGED, paragraph, section
from reports.workbook.plan import Plan
from reports.workbook.strips import (
    CELLS,
    END,
    FIRST,
    LAST,
    NAME,
    STRIP,
    legend,
    strip,
    strip_heading,
)
from scoring.what_if import NoLinearFormError, index_form, stability

#: Numbers of units times nodes up to which the table is made: of closed forms, of a search, and of
#: a search where each try looks for the best order of the units.
MOST_EXACT, MOST_SEARCHED, MOST_ORDERED = 30_000, 3_000, 60
#: Places of the top; of fewer than eleven units fewer.
TOP, SMALL_TOP = 10, 3
#: A weight is delicate where it changes the first place or the top by moving this far, relatively.
DELICATE = 0.25

SHARE = FIRST
#: First of the five columns of each thing that is to stay as it is.
FROM = {"first": 3, "top": 8, "ranks": 13}
SMALLEST = LAST

#: Nodes on the first page and on each other one.
ON_FIRST_PAGE, ON_A_PAGE = 24, 32
LONGEST_NAME = 16

#: What a share keeps and changes -> its colour on the strip.
NOW, ALL_KEPT, LEAD_KEPT, FIRST_KEPT, FIRST_LOST = (
    styles.NAVY,
    styles.BLUE,
    styles.BAR,
    FLAGGED,
    styles.LOW,
)


def write_stability(plan: Plan, sheet: Sheet, row: int) -> int:
    """Fill the part on stability; returns the next free row."""
    words = plan.words
    how = words("what_if.stability_how", within=f"{DELICATE:.0%}")
    row = section(sheet, row, END, words("what_if.stability"), how)
    size = plan.count * len(plan.weight_rows)
    most = MOST_EXACT
    if size > MOST_ORDERED and not _closed(plan):
        ordered = "kemeny" in plan.assessment.aggregations.values()
        most = MOST_ORDERED if ordered else MOST_SEARCHED
    if size > most:
        return paragraph(sheet, row, END, words("what_if.stability_left_out"), styles.NOTE)
    top = TOP if plan.count > TOP else SMALL_TOP
    found: Any = stability(plan.assessment, top=top).to_dict("index")
    smallest = {node: smallest_change(found[node]) for node in plan.weight_rows}
    changes = {node: change for node, change in smallest.items() if change is not None}
    take_home = styles.LEFT.but(bold=True, colour=styles.NAVY, wrap=True, indent=0, line="")
    sheet.wide(row, NAME, END, _summary(plan, found, changes, top), take_home)
    sheet.height(row, 30)
    row += 1
    colours = (NOW, ALL_KEPT, LEAD_KEPT, FIRST_KEPT, FIRST_LOST)
    keys = ("now", "all_kept", "lead_kept", "first_kept", "first_lost")
    texts = [words(f"what_if.{key}", top=top) for key in keys]
    legend(sheet, row, list(zip(colours, texts, strict=True)))
    sheet.height(row, 14)
    row += 1
    page, room = 0, ON_FIRST_PAGE
    for number, node in enumerate(plan.weight_rows):
        if number in (0, page + room):
            if number:
                page, room = number, ON_A_PAGE
                sheet.break_before(row)
            row = _heading(plan, sheet, row, top)
        _node(plan, sheet, row, node, found[node], smallest[node])
        row += 1
    return row


def _closed(plan: Plan) -> bool:
    """Whether nothing has to be searched for."""
    try:
        for group in plan.framework.groups:
            index_form(plan.assessment, group)
    except NoLinearFormError:
        return False
    return True


class Smallest(NamedTuple):
    """The smallest change of a share that changes the first place or the top.

    Parameters
    ----------
    change : float
        Relative to the share; 0 where units that tie separate at once.
    kept, side : str
        "first" or "top"; "lower" or "upper" end of its interval.
    """

    change: float
    kept: str
    side: str

    @property
    def is_delicate(self) -> bool:
        """Whether it takes little."""
        return abs(self.change) <= DELICATE


def smallest_change(line: Any) -> Smallest | None:
    """Smallest change of one share; None where none does it, or the share is 0 and has room."""
    share = float(line["share"])
    found = []
    for kept in ("first", "top"):
        for side in ("lower", "upper"):
            distance = float(line[f"{kept}_{side}"]) - share
            if line[f"{kept}_{side}_units"] and (distance == 0 or share > 0):
                found.append(Smallest(distance / share if distance else 0.0, kept, side))
    return min(found, key=lambda one: abs(one.change), default=None)


def _summary(plan: Plan, found: Any, changes: Mapping[str, Smallest], top: int) -> str:
    """The one sentence to take home: how many weights are delicate, and which one most."""
    words = plan.words
    if not changes:
        return words("what_if.nothing_changes", top=top)
    node = min(changes, key=lambda one: abs(changes[one].change))
    line, (_, kept, side) = found[node], changes[node]
    return words(
        "what_if.most_delicate",
        count=sum(change.is_delicate for change in changes.values()),
        all=len(plan.weight_rows),
        within=f"{DELICATE:.0%}",
        node=plan.framework[node].name,
        share=f"{line['share']:.1%}",
        end=f"{line[f'{kept}_{side}']:.1%}",
        who=who(plan, line[f"{kept}_{side}_units"]),
        what=words(f"what_if.changes_{kept}", top=top),
    )


def _heading(plan: Plan, sheet: Sheet, row: int, top: int) -> int:
    words = plan.words
    sheet.fill(row, range(NAME, SHARE + 1), styles.HERE)
    for kept, column in FROM.items():
        title = words(f"what_if.until_{kept}", top=top)
        sheet.wide(row, column, column + 4, title, styles.HERE)
    sheet.fill(row, [SMALLEST], styles.HERE)
    sheet.wide(row, STRIP, END, words("what_if.strip"), styles.HERE)
    sheet.height(row, 16)
    row += 1
    sheet.put(row, NAME, words("weights.node"), styles.HEADING_LEFT)
    sheet.put(row, SHARE, words("what_if.share"), styles.HEADING)
    for column in FROM.values():
        sheet.put(row, column, words("what_if.from"), styles.HEADING)
        sheet.put(row, column + 1, words("what_if.to"), styles.HEADING)
        sheet.wide(row, column + 2, column + 4, words("what_if.who"), styles.HEADING_LEFT)
    sheet.put(row, SMALLEST, words("what_if.smallest"), styles.HEADING)
    strip_heading(sheet, row, "0%", "50%", "100%", CELLS)
    sheet.height(row, 26)
    return row + 1


def _node(
    plan: Plan, sheet: Sheet, row: int, node: str, line: Any, smallest: Smallest | None
) -> None:
    """Interval of one node for each of the three, and its strip."""
    framework, words = plan.framework, plan.words
    look = styles.GROUP if framework.is_group(node) else styles.CELL
    delicate = smallest is not None and smallest.is_delicate
    mark = look.but(fill=FLAGGED) if delicate else look
    depth = len(framework.ancestors(node)) - 1
    left = mark.but(align="left", indent=1 + 2 * depth, shrink=True)
    sheet.put(row, NAME, framework[node].name, left)
    percent = look.but(format="0.0%", align="right", indent=1)
    sheet.put(row, SHARE, float(line["share"]), percent)
    alone = line["share"] == 1
    for kept, column in FROM.items():
        said = []
        for side, offset, sign in (("lower", 0, "▼"), ("upper", 1, "▲")):
            units = line[f"{kept}_{side}_units"]
            style = percent.but(bold=False)
            if not units:
                style = style.but(colour=styles.GREY)
            elif not line["exact"]:
                style = style.but(format='"≈" 0.0%')
            sheet.put(row, column + offset, float(line[f"{kept}_{side}"]), style)
            if units:
                said.append(f"{sign} {who(plan, units)}")
        small = look.but(size=7.5, bold=False, align="left", wrap=True)
        text = "\n".join(said) or words("what_if.alone" if alone else "what_if.nobody")
        colour = "000000" if said else styles.GREY
        sheet.wide(row, column + 2, column + 4, text, small.but(colour=colour))
    signed = mark.but(format="+0.0%;-0.0%;0.0%", align="right", indent=1, bold=delicate)
    sheet.put(row, SMALLEST, "–" if smallest is None else smallest.change, signed)
    strip(sheet, row, colours_of(line))
    sheet.height(row, 22)


def who(plan: Plan, units: str) -> str:
    """Names of the units that change places, the one that is ahead now first."""
    names = plan.units["name"]
    found = [_short(str(names[code])) for code in units.split(", ")]
    if len(found) == 2:
        return plan.words("what_if.pair", first=found[0], second=found[1])
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def colours_of(line: Any) -> list[str]:
    """What each share from 0 to 1 would keep, and where the present one is."""
    share = float(line["share"])
    middles = (np.arange(CELLS) + 0.5) / CELLS
    inside = {
        kept: (line[f"{kept}_lower"] < middles) & (middles < line[f"{kept}_upper"]) for kept in FROM
    }
    colours = np.where(inside["first"], FIRST_KEPT, FIRST_LOST)
    colours = np.where(inside["first"] & inside["top"], LEAD_KEPT, colours)
    colours = np.where(inside["ranks"], ALL_KEPT, colours)
    found: list[str] = colours.tolist() if share < 1 else [styles.PALE] * CELLS
    found[min(int(share * CELLS), CELLS - 1)] = NOW
    return found

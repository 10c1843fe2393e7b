"""Strips: a range drawn into a row of narrow cells, and the columns of the sheet that has them."""

from __future__ import annotations

from collections.abc import Sequence

from reports.workbook import styles
from reports.workbook.cells import Sheet

#: Columns of figures, and those of the strips right of them.
NAME, FIRST, LAST = 1, 2, 18
GAP, STRIP = LAST + 1, LAST + 2
CELLS = 40
END = STRIP + CELLS - 1

WIDTHS: dict[int, float] = {
    NAME: 31,
    **dict.fromkeys(range(FIRST, LAST + 1), 7.8),
    GAP: 1.2,
    **dict.fromkeys(range(STRIP, END + 1), 0.95),
}


def strip(sheet: Sheet, row: int, colours: Sequence[str]) -> None:
    """Colour the cells of a strip; "" leaves one white."""
    looks = {colour: styles.CELL.but(fill=colour) for colour in set(colours)}
    for column, colour in enumerate(colours, STRIP):
        sheet.put(row, column, None, looks[colour])


def strip_heading(sheet: Sheet, row: int, low: str, title: str, high: str, length: int) -> None:
    """Ends and title of so many cells of a strip."""
    last = STRIP + length - 1
    side = min(8, length // 4)
    sheet.wide(row, STRIP, STRIP + side - 1, low, styles.HEADING.but(align="left", wrap=False))
    sheet.wide(row, STRIP + side, last - side, title, styles.HEADING.but(wrap=False))
    sheet.wide(row, last - side + 1, last, high, styles.HEADING.but(align="right", wrap=False))


def legend(sheet: Sheet, row: int, entries: Sequence[tuple[str, str]]) -> None:
    """Colours and what they mean, in one row."""
    column = FIRST
    for colour, text in entries:
        sheet.put(row, column, None, styles.Style(fill=colour))
        sheet.wide(row, column + 1, column + 2, text, styles.SMALL.but(vertical="center", indent=1))
        column += 3

"""Strips: a range drawn into a row of narrow cells, and the columns of the sheet that has them."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from reports.workbook import styles
from reports.workbook.cells import Sheet, area, local

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


def length_of(places: int) -> int:
    """Cells of a strip of ranks: as many for each rank, where there is room for that."""
    return CELLS // places * places if 0 < places <= CELLS else CELLS


def cells_of(low: float, high: float, places: int) -> range:
    """Cells of a strip, from 0, that stand for the ranks from one to another."""
    length = length_of(places)
    return range(int((low - 1) * length / places), int((high * length - 1) / places) + 1)


def moving_strip(
    sheet: Sheet,
    rows: tuple[int, int],
    first: int,
    places: int,
    spans: Sequence[tuple[str, int, int]],
) -> None:
    """Strips of ranks that follow the cells of their rows, by conditional formats.

    Parameters
    ----------
    sheet : Sheet
    rows : tuple of int
        First and last.
    first : int
        First column of the strip.
    places : int
        Ranks that there are.
    spans : sequence of (str, int, int)
        Colour, and the columns with the ends of what has it; the first one counts most.
    """
    length = length_of(places)
    own = f"COLUMN()-{first - 1}"
    for colour, low, high in spans:
        start, end = local(rows[0], low, "column"), local(rows[0], high, "column")
        formula = (
            f"AND(ISNUMBER({start}),{own}>=INT(({start}-1)*{length}/{places})+1,"
            f"{own}<=INT(({end}*{length}-1)/{places})+1)"
        )
        fill = PatternFill(bgColor=f"FF{colour}")
        rule = FormulaRule(formula=[formula], fill=fill, stopIfTrue=True)
        sheet.format_where(area(rows[0], first, rows[1], first + length - 1), rule)


def strip_heading(
    sheet: Sheet, row: int, low: str, title: str, high: str, length: int, first: int = STRIP
) -> None:
    """Ends and title of so many cells of a strip."""
    last = first + length - 1
    side = min(8, length // 4)
    sheet.wide(row, first, first + side - 1, low, styles.HEADING.but(align="left", wrap=False))
    sheet.wide(row, first + side, last - side, title, styles.HEADING.but(wrap=False))
    sheet.wide(row, last - side + 1, last, high, styles.HEADING.but(align="right", wrap=False))


def legend(sheet: Sheet, row: int, entries: Sequence[tuple[str, str]]) -> None:
    """Colours and what they mean, in one row."""
    column = FIRST
    for colour, text in entries:
        sheet.put(row, column, None, styles.Style(fill=colour))
        sheet.wide(row, column + 1, column + 2, text, styles.SMALL.but(vertical="center", indent=1))
        column += 3

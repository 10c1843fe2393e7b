"""Strengths and weaknesses on the scorecard: signs beside the indicators, and their bars.

Each indicator has a hidden key: its lead on the mean of the group, with a trace of the row number,
so that no two are equal and each can be looked up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font

from reports.words import Words
from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, local
from reports.workbook.charts import Cells, Line, bars, place

#: Column of the signs, and the hidden columns of keys, names and bars.
MARK, KEY_COLUMN, NAME_COLUMN, BAR_COLUMN = 10, 15, 16, 17
#: Strengths and weaknesses shown, each.
MOST_MARKS = 5
#: Of the scale: a lead or a lag of less is none, and the trace of a row number in a key.
NOTHING, TRACE = 1e-8, 1e-12


@dataclass(frozen=True)
class Strengths:
    """Where the keys stand and where the bars go.

    Parameters
    ----------
    sheet : Sheet
    words : Words
    first, last : int
        Rows of the indicators; rows of headings among them have no key.
    bar_row : int
        Row above the hidden cells of the bars.
    most : int
        How many are shown of each.
    width : float
        Width of the scale of scores.
    """

    sheet: Sheet
    words: Words
    first: int
    last: int
    bar_row: int
    most: int
    width: float

    @property
    def nothing(self) -> float:
        """A lead or a lag of less is none."""
        return NOTHING * self.width

    @property
    def keys(self) -> dict[int, Value]:
        """Key of each indicator by row, "" where it has none."""
        found = {
            row: self.sheet.values.get((row, KEY_COLUMN))
            for row in range(self.first, self.last + 1)
        }
        return {row: key for row, key in found.items() if key is not None}

    @property
    def leads(self) -> dict[float, int]:
        """Row of each key that is a number."""
        return {key: row for row, key in self.keys.items() if isinstance(key, (int, float))}

    def _column(self, column: int) -> str:
        return f"{local(self.first, column, 'both')}:{local(self.last, column, 'both')}"

    def write_signs(self) -> None:
        """Signs of the greatest leads and lags beside the indicators."""
        sheet, cells = self.sheet, self._column(KEY_COLUMN)
        leads = np.array(list(self.leads))
        for row, key in self.keys.items():
            own = local(row, KEY_COLUMN)
            formula = (
                f"IF(ISNUMBER({own}),"
                f'IF(AND({own}>{self.nothing!r},RANK({own},{cells},0)<={self.most}),"▲",'
                f'IF(AND({own}<-{self.nothing!r},RANK({own},{cells},1)<={self.most}),"▼","")),"")'
            )
            sign = ""
            if isinstance(key, (int, float)):
                if key > self.nothing and (leads > key).sum() < self.most:
                    sign = "▲"
                elif key < -self.nothing and (leads < key).sum() < self.most:
                    sign = "▼"
            sheet.put(row, MARK, sign, styles.CENTRE.but(bold=True), formula)
        for sign, colour in (("▲", styles.BLUE), ("▼", styles.ORANGE)):
            rule = FormulaRule(
                formula=[f'{local(self.first, MARK)}="{sign}"'],
                font=Font(color=f"FF{colour}", bold=True),
            )
            sheet.format_where(area(self.first, MARK, self.last, MARK), rule)

    def write_bars(self) -> None:
        """Cells behind the bars: keys in order, names, lengths to either side."""
        sheet, cells, names = self.sheet, self._column(KEY_COLUMN), self._column(NAME_COLUMN)
        leads = self.leads
        order = sorted(leads, reverse=True)
        sheet.put(self.bar_row, BAR_COLUMN + 2, self.words("scorecard.strengths"), styles.BEHIND)
        sheet.put(self.bar_row, BAR_COLUMN + 3, self.words("scorecard.weaknesses"), styles.BEHIND)
        for i in range(2 * self.most):
            row = self.bar_row + 1 + i
            strong = i < self.most
            nth = i + 1 if strong else 2 * self.most - i
            key = order[nth - 1 if strong else -nth] if len(order) >= nth else None
            formula = f'IFERROR({"LARGE" if strong else "SMALL"}({cells},{nth}),"")'
            sheet.put(row, BAR_COLUMN, "" if key is None else key, styles.BEHIND, formula)
            own = local(row, BAR_COLUMN)
            # A lead or a lag of nothing has no bar and so no name.
            shown = key is not None and (key if strong else -key) > self.nothing
            name = sheet.values[leads[key], NAME_COLUMN] if shown and key is not None else ""
            there = f"IF(ISNUMBER({own}),{own}{'>' if strong else '<-'}{self.nothing!r},FALSE)"
            look = f'IF({there},INDEX({names},MATCH({own},{cells},0)),"")'
            sheet.put(row, BAR_COLUMN + 1, name, styles.BEHIND, look)
            length = key if shown else 0
            for column, drawn in ((BAR_COLUMN + 2, strong), (BAR_COLUMN + 3, not strong)):
                bar = f"IF({there},{own},0)" if drawn else None
                sheet.put(row, column, length if drawn else 0, styles.BEHIND, bar)

    def place_chart(
        self, first_row: int, first_column: int, last_row: int, last_column: int, digits: str
    ) -> None:
        """Draw the bars over cells."""
        if self.most == 0:
            return
        sheet, words = self.sheet, self.words
        first, last = self.bar_row + 1, self.bar_row + 2 * self.most
        lines = [
            Line(Cells(sheet, self.bar_row, column, self.bar_row, column),
                 Cells(sheet, first, column, last, column), colour)
            for column, colour in ((BAR_COLUMN + 2, styles.BLUE), (BAR_COLUMN + 3, styles.ORANGE))
        ]  # fmt: skip
        chart = bars(
            words("scorecard.bars"), words("scorecard.bars_alt"), lines,
            Cells(sheet, first, BAR_COLUMN + 1, last, BAR_COLUMN + 1), diverging=True,
            number_format=digits,
        )  # fmt: skip
        place(chart, sheet, first_row, first_column, last_row, last_column)

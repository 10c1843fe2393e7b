"""How cells look: fonts, colours, number formats, each resolved once a workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook import Workbook

FONT = "Microsoft YaHei"  # has Latin and Chinese of one design; replaced by Noto Sans CJK on Linux

NAVY = "1F3864"
BLUE = "0072B2"  # Okabe and Ito's palette, told apart also by the colour-blind
ORANGE = "D55E00"
AMBER = "E69F00"
GREEN = "009E73"
PINK = "CC79A7"
RED = "C00000"  # what is wrong, or above a limit
GREY = "7F7F7F"
LINE = "D0D5DD"
PALE = "F2F5FA"
BAND = "DCE6F2"
INPUT = "FFF8DC"
INPUT_TEXT = "0000CC"
BAR = "9CC9E8"
LOW, MIDDLE, HIGH = "F4B183", "F7F7F7", "8FBFE0"  # black text stays readable on all three
MODEL_COLOURS = (BLUE, AMBER, GREEN, PINK, ORANGE, GREY)
SERIES = (BLUE, AMBER, GREEN, PINK, "56B4E9", ORANGE, "F0E442", GREY)

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Style:
    """One look of a cell; change it with :meth:`but`.

    Parameters
    ----------
    size, bold, italic, colour, underline
        Font.
    fill : str
        Six hexadecimal digits, empty for none.
    align, vertical, indent, wrap, shrink
        Alignment.
    line, box : str
        Colour of the line below, or of a frame; empty for none.
    format : str
        Excel number format.
    unlocked : bool
        Whether a protected sheet lets people type here.
    quoted : bool
        Whether Excel keeps what reads like a formula as text.
    """

    size: float = 9
    bold: bool = False
    italic: bool = False
    colour: str = "000000"
    underline: bool = False
    fill: str = ""
    align: Align | None = None
    vertical: Literal["top", "center", "bottom"] = "center"
    indent: int = 0
    wrap: bool = False
    shrink: bool = False
    line: str = ""
    box: str = ""
    format: str = "General"
    unlocked: bool = False
    quoted: bool = False

    def but(self, **changes: Any) -> Style:
        """The same look with some things changed."""
        return replace(self, **changes)


TEXT = Style()
TITLE = Style(size=18, bold=True, colour=NAVY, align="left")
SUBTITLE = Style(size=9, italic=True, colour=GREY, align="left")
SECTION = Style(size=11, bold=True, colour=NAVY, align="left", vertical="bottom", line=NAVY)
LINK = Style(size=9, colour=BLUE, underline=True, align="center", fill=PALE)
HERE = Style(size=9, bold=True, colour=NAVY, align="center", fill=BAND)
HEADING = Style(size=8, bold=True, colour="FFFFFF", fill=NAVY, align="center", wrap=True)
HEADING_LEFT = HEADING.but(align="left", indent=1)
CELL = Style(line=LINE)
LEFT = CELL.but(align="left", indent=1)
CENTRE = CELL.but(align="center")
SCORE = CELL.but(format="0.0", align="right", indent=1)
INTEGER = CELL.but(format="0", align="center")
PERCENT = CELL.but(format="0.0%", align="right", indent=1)
NUMBER = CELL.but(format="#,##0.00", align="right", indent=1)
GROUP = CELL.but(bold=True, fill=PALE)
ENTRY = Style(bold=True, colour=INPUT_TEXT, fill=INPUT, align="center", box="BFA64A", unlocked=True)
CHOICE = ENTRY.but(size=12, shrink=True)
HIDDEN = Style(size=6, colour="FFFFFF", format=";;;")
#: Behind a chart, which shows labels as their cells do: white, but not hidden by the format.
BEHIND = Style(size=6, colour="FFFFFF")
KEY = Style(size=8, colour=GREY, align="center", fill=PALE)
KEY_VALUE = Style(size=15, bold=True, colour=NAVY, align="center", fill=PALE, format="0.0")
SMALL = Style(size=8, colour=GREY, align="left", wrap=True, vertical="top")
NOTE = Style(size=8, align="left", wrap=True, vertical="top", line=LINE)


class StyleBook:
    """Cell formats of one workbook: each look becomes one format, once."""

    def __init__(self, book: Workbook) -> None:
        self._sheet = book.active
        self._ids: dict[Style, int] = {}

    def identity(self, style: Style) -> int:
        """Position of a look among the workbook's cell formats."""
        if style not in self._ids:
            cell = Cell(self._sheet, row=1, column=1)
            cell.font = Font(
                name=FONT,
                sz=style.size,
                b=style.bold,
                i=style.italic,
                color=f"FF{style.colour}",
                u="single" if style.underline else None,
            )
            if style.fill:
                cell.fill = PatternFill("solid", start_color=f"FF{style.fill}")
            if style.box:
                side = Side("thin", color=f"FF{style.box}")
                cell.border = Border(left=side, right=side, top=side, bottom=side)
            elif style.line:
                cell.border = Border(bottom=Side("thin", color=f"FF{style.line}"))
            cell.alignment = Alignment(
                horizontal=style.align,
                vertical=style.vertical,
                indent=style.indent,
                wrap_text=style.wrap,
                shrink_to_fit=style.shrink,
            )
            cell.number_format = style.format
            if style.unlocked:
                cell.protection = Protection(locked=False)
            if style.quoted:
                cell.quotePrefix = True
            self._ids[style] = cell.style_id
        return self._ids[style]

"""Charts with the house's looks, alternative texts and stored values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.chart import BarChart, LineChart, RadarChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Font,
    Paragraph,
    ParagraphProperties,
    RichTextProperties,
)

from reports.workbook import styles
from reports.workbook.cells import Sheet
from reports.workbook.openpyxl_extensions import cache_series, describe_chart


@dataclass(frozen=True)
class Cells:
    """A run of cells of one sheet, down or across.

    Parameters
    ----------
    sheet : Sheet
    first_row, first_column, last_row, last_column : int
    """

    sheet: Sheet
    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def reference(self) -> str:
        """Reference for a chart."""
        cells = Reference(
            self.sheet.openpyxl,
            min_col=self.first_column,
            max_col=self.last_column,
            min_row=self.first_row,
            max_row=self.last_row,
        )
        return str(cells)

    @property
    def values(self) -> list[Any]:
        """What the cells show."""
        return [
            self.sheet.values.get((row, column))
            for row in range(self.first_row, self.last_row + 1)
            for column in range(self.first_column, self.last_column + 1)
        ]


@dataclass(frozen=True)
class Line:
    """One series of a chart.

    Parameters
    ----------
    name : Cells
        The cell that names it.
    values : Cells
    colour : str
        Empty for a part of a bar that only lifts the next one.
    dashed : bool
    around : Cells or None
        Half widths of the intervals around the values.
    symbol : str
        Marker of a point.
    """

    name: Cells
    values: Cells
    colour: str
    dashed: bool = False
    around: Cells | None = None
    symbol: str = "circle"


def text(size: float = 8, bold: bool = False, colour: str = "404040") -> RichText:
    """Text properties of axes, legends and titles."""
    font = Font(typeface=styles.FONT)
    characters = CharacterProperties(
        sz=int(size * 100), b=bold, solidFill=colour, latin=font, ea=font
    )
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=characters), endParaRPr=characters)
    return RichText(bodyPr=RichTextProperties(), p=[paragraph])


def _titled(chart: Any, title: str, description: str) -> None:
    from openpyxl.chart.title import Title

    font = Font(typeface=styles.FONT)
    characters = CharacterProperties(sz=1000, b=True, solidFill=styles.NAVY, latin=font, ea=font)
    from openpyxl.chart.text import Text
    from openpyxl.drawing.text import RegularTextRun

    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=characters), r=[RegularTextRun(rPr=characters, t=title)]
    )
    chart.title = Title(
        tx=Text(rich=RichText(bodyPr=RichTextProperties(), p=[paragraph])), overlay=False
    )
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(noFill=True))
    describe_chart(chart, title, description)


def _series(line: Line, labels: Cells) -> Series:
    series = Series(
        Reference(range_string=line.values.reference),
        title=None,
    )
    series.tx = SeriesLabel(strRef=StrRef(f=line.name.reference))
    series.cat = AxDataSource(strRef=StrRef(f=labels.reference))
    shown = ["" if label is None else str(label) for label in labels.values]
    cache_series(series, str(line.name.values[0] or ""), shown, line.values.values)
    return series


def _axes(chart: Any, low: float | None, high: float | None, step: float | None) -> None:
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # left out, Excel hides the axes of files by openpyxl 3.1
        axis.txPr = text()
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="BFBFBF"))
        axis.title = None
    chart.y_axis.scaling.min = low
    chart.y_axis.scaling.max = high
    chart.y_axis.majorUnit = step
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E5E5E5"))
    chart.y_axis.number_format = "General"
    if chart.legend is not None:
        chart.legend.position = "b"
        chart.legend.txPr = text()


def bars(
    title: str,
    description: str,
    lines: Sequence[Line],
    labels: Cells,
    *,
    low: float | None = None,
    high: float | None = None,
    stacked: bool = False,
    diverging: bool = False,
    gap: int = 40,
    legend: bool = True,
    number_format: str = "General",
) -> BarChart:
    """Horizontal bars, the first label on top."""
    chart = BarChart()
    chart.type = "bar"
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked or diverging else -10
    chart.gapWidth = gap
    for line in lines:
        series = _series(line, labels)
        series.graphicalProperties = GraphicalProperties(solidFill=line.colour)
        series.graphicalProperties.line.noFill = True
        series.invertIfNegative = False
        if line.around is not None:
            series.errBars = _around(line.around)
        chart.series.append(series)
    _titled(chart, title, description)
    if not legend:
        chart.legend = None
    _axes(chart, low, high, None)
    chart.y_axis.number_format = number_format
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.tickLblSkip = 1
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.crosses = "max"
    return chart


def _around(cells: Cells) -> ErrorBars:
    """Whiskers of these half widths."""
    widths = NumDataSource(numRef=NumRef(f=cells.reference))
    look = GraphicalProperties(ln=LineProperties(solidFill="404040", w=9525))
    return ErrorBars(
        errBarType="both", errValType="cust", noEndCap=False, plus=widths, minus=widths, spPr=look
    )


def ranges(
    title: str,
    description: str,
    spans: tuple[Line, Line],
    points: Sequence[Line],
    labels: Cells,
    *,
    high: float,
    step: float,
) -> BarChart:
    """Columns that reach from one rank to another, with marks on them; rank 1 is on top.

    Parameters
    ----------
    title, description : str
    spans : tuple of Line
        Where each column begins, without a colour, and how long it is.
    points : sequence of Line
        Marks on the columns.
    labels : Cells
    high, step : float
        End of the axis, and its unit.
    """
    chart = BarChart()
    chart.type = "col"
    chart.grouping = "stacked"
    chart.overlap = 100
    chart.gapWidth = 45
    for line in spans:
        series = _series(line, labels)
        look = GraphicalProperties(solidFill=line.colour or None, noFill=not line.colour or None)
        series.graphicalProperties = look
        series.graphicalProperties.line.noFill = True
        series.invertIfNegative = False
        chart.series.append(series)
    marks = LineChart()
    for line in points:
        series = _series(line, labels)
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        series.marker.symbol = line.symbol
        series.marker.size = 6
        series.marker.graphicalProperties = GraphicalProperties(solidFill=line.colour)
        series.marker.graphicalProperties.line.solidFill = line.colour
        series.smooth = False
        marks.series.append(series)
    _titled(chart, title, description)
    _axes(chart, 0, high, step)
    chart.legend.legendEntry = [LegendEntry(idx=0, delete=True)]
    chart.y_axis.scaling.orientation = "maxMin"
    chart.y_axis.number_format = "0;;"
    chart.x_axis.crosses = "max"
    chart.x_axis.tickLblSkip = 1
    chart.x_axis.tickLblPos = "nextTo"
    chart += marks
    return chart


def radar(
    title: str,
    description: str,
    lines: Sequence[Line],
    labels: Cells,
    *,
    low: float,
    high: float,
) -> RadarChart:
    """Net with one spoke for each label."""
    chart = RadarChart()
    chart.type = "marker"
    for line in lines:
        series = _series(line, labels)
        stroke = LineProperties(
            solidFill=line.colour, w=19050, prstDash="sysDash" if line.dashed else None
        )
        series.graphicalProperties = GraphicalProperties(ln=stroke)
        series.marker.symbol = "none"
        chart.series.append(series)
    _titled(chart, title, description)
    _axes(chart, low, high, (high - low) / 4)
    chart.y_axis.number_format = "0" if high - low > 20 else "0.0" if high - low > 2 else "0.00"
    chart.y_axis.txPr = text(7, colour="7F7F7F")
    chart.y_axis.crossBetween = "between"
    chart.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=0.2, y=0.24, w=0.6, h=0.48
        )
    )
    return chart


def lines(
    title: str,
    description: str,
    shown: Sequence[Line],
    labels: Cells,
    *,
    low: float | None = None,
    high: float | None = None,
) -> LineChart:
    """One line for each series over the labels."""
    chart = LineChart()
    for line in shown:
        series = _series(line, labels)
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=line.colour, w=22225)
        )
        series.marker.symbol = "circle"
        series.marker.size = 5
        series.marker.graphicalProperties = GraphicalProperties(solidFill=line.colour)
        series.marker.graphicalProperties.line.noFill = True
        series.smooth = False
        chart.series.append(series)
    _titled(chart, title, description)
    _axes(chart, low, high, None)
    if chart.legend is not None:
        chart.legend.position = "r"
    return chart


def place(
    chart: Any, sheet: Sheet, first_row: int, first_column: int, last_row: int, last_column: int,
) -> None:  # fmt: skip
    """Put a chart over cells, from the first to the last, both included."""
    start = AnchorMarker(col=first_column - 1, row=first_row - 1)
    end = AnchorMarker(col=last_column, row=last_row)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
    sheet.openpyxl.add_chart(chart)

"""What openpyxl 3.1 cannot write, in subclasses of its writers; nothing of openpyxl is replaced.

openpyxl writes everything but the following:

- formula cells with the value they had when written, so that previews, phones and pandas see it;
- rows as prepared XML, with numbers to the last bit (openpyxl keeps 16 digits);
- solid data bars on a fixed scale (the 2010 kind);
- names and alternative texts of charts;
- the same bytes for the same content (no clock in the archive).

``tests/reports/workbook/test_openpyxl_extensions.py`` fails where a new openpyxl changes what this
module builds on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl.chart._chart import ChartBase
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrVal
from openpyxl.chart.series import Series
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import fromstring

from indicators.archive import TIME_STAMP, TimelessArchive
from indicators.workbook import escaped

EMPTY_SHEET_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
EXCEL_MAIN = "http://schemas.microsoft.com/office/excel/2006/main"
DATA_BAR_EXTENSION = "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"
BAR_IDENTITY_EXTENSION = "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"


@dataclass(frozen=True)
class DataBar:
    """A solid data bar on a fixed scale.

    Parameters
    ----------
    cells : str
        Range such as ``E6:E36``.
    low, high : float
        Values of an empty and of a full bar.
    colour : str
        Six hexadecimal digits.
    longest : int
        Length of a full bar in percent of the cell, so that the number beside it stays readable.
    """

    cells: str
    low: float
    high: float
    colour: str
    longest: int = 45


@dataclass
class SheetContent:
    """What is written for a sheet beside what openpyxl holds.

    Parameters
    ----------
    rows : dict of int to dict of int to str
        Row -> column -> XML of the cell.
    bars : list of DataBar
    links : list of (str, str, str)
        Cell, target inside the workbook (``'Sheet'!A1``), tool tip.
    """

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    bars: list[DataBar] = field(default_factory=list)
    links: list[tuple[str, str, str]] = field(default_factory=list)


def text_xml(text: str) -> str:
    """Text for the XML of a cell."""
    return escape(escaped(text))


def cell_xml(reference: str, style: int, value: float | str | None, formula: str | None) -> str:
    """XML of one cell.

    Parameters
    ----------
    reference : str
        Address such as ``B7``.
    style : int
        Position among the workbook's cell formats.
    value : float, str or None
        What the cell shows; for a formula the value it has when written, None for "".
    formula : str or None
        Formula in Excel's English grammar, without the equals sign.
    """
    where = f'r="{reference}" s="{style}"' if style else f'r="{reference}"'
    if formula is not None:
        formula = escape(formula)
        if isinstance(value, (int, float)):
            return f"<c {where}><f>{formula}</f><v>{value!r}</v></c>"
        return f'<c {where} t="str"><f>{formula}</f><v>{text_xml(value or "")}</v></c>'
    if value is None:
        return f"<c {where}/>"
    if isinstance(value, bool):
        return f'<c {where} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f"<c {where}><v>{value!r}</v></c>"
    space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f'<c {where} t="inlineStr"><is><t{space}>{text_xml(value)}</t></is></c>'


class _SheetWriter(WorksheetWriter):
    """Writes the rows of a SheetContent in the place of openpyxl's cells."""

    def __init__(self, sheet: Worksheet, content: SheetContent) -> None:
        super().__init__(sheet)
        self.content = content

    def write_dimensions(self) -> None:
        """Write the range that is used."""
        rows = self.content.rows
        last_column = max((max(cells) for cells in rows.values() if cells), default=1)
        reference = f"A1:{get_column_letter(last_column)}{max(rows, default=1)}"
        self.xf.send(SheetDimension(reference).to_tree())

    def rows(self) -> list[Any]:
        """No rows: they are put in when the rest is written."""
        return []

    def write_hyperlinks(self) -> None:
        """Write the links of the content."""
        for cell, target, tip in self.content.links:
            self.ws._hyperlinks.append(Hyperlink(ref=cell, location=target, tooltip=tip))
        super().write_hyperlinks()

    def write_formatting(self) -> None:
        """Write openpyxl's conditional formats, then the data bars as Excel 2007 knows them."""
        super().write_formatting()
        for number, bar in enumerate(self.content.bars, 1):
            self.xf.send(_data_bar(number, bar))

    def write_tail(self) -> None:
        """Write what follows the rows, and the data bars last as the schema wants them."""
        super().write_tail()
        if self.content.bars:
            self.xf.send(_data_bars(self.content.bars))

    def write(self) -> None:
        """Write the sheet, then put the rows where openpyxl left an empty element for them."""
        super().write()
        path = Path(self.out)
        written = path.read_bytes()
        parts = EMPTY_SHEET_DATA.split(written)
        if len(parts) != 2:
            raise AssertionError("openpyxl no longer writes one empty sheetData element")
        with path.open("wb") as file:
            file.write(parts[0] + b"<sheetData>")
            file.writelines(self._rows_xml())
            file.write(b"</sheetData>" + parts[1])

    def _rows_xml(self) -> Iterable[bytes]:
        dimensions = self.ws.row_dimensions
        for row in sorted({*self.content.rows, *dimensions}):
            cells = self.content.rows.get(row, {})
            attributes = {"r": str(row), **dict(dimensions[row])} if row in dimensions else None
            opening = (
                "".join(f' {name}="{value}"' for name, value in attributes.items())
                if attributes
                else f' r="{row}"'
            )
            inside = "".join([cells[column] for column in sorted(cells)])
            yield f"<row{opening}>{inside}</row>".encode()


def _identity(number: int) -> str:
    return f"{{00000000-0000-4000-8000-{number:012X}}}"


def _data_bar(number: int, bar: DataBar) -> Any:
    """The rule that older programs draw, tied to the solid one in the extension."""
    return fromstring(
        f'<conditionalFormatting xmlns="{MAIN}" sqref="{bar.cells}">'
        f'<cfRule type="dataBar" priority="{1000 + number}">'
        f'<dataBar minLength="0" maxLength="{bar.longest}"><cfvo type="num" val="{bar.low!r}"/>'
        f'<cfvo type="num" val="{bar.high!r}"/><color rgb="FF{bar.colour}"/></dataBar>'
        f'<extLst><ext uri="{BAR_IDENTITY_EXTENSION}" xmlns:x14="{X14}">'
        f"<x14:id>{_identity(number)}</x14:id></ext></extLst></cfRule></conditionalFormatting>"
    )


def _data_bars(bars: Iterable[DataBar]) -> Any:
    """The solid bars, as Excel 2010 and later draw them."""
    rules = "".join(
        f'<x14:conditionalFormatting xmlns:xm="{EXCEL_MAIN}">'
        f'<x14:cfRule type="dataBar" id="{_identity(number)}">'
        f'<x14:dataBar minLength="0" maxLength="{bar.longest}" gradient="0" axisPosition="none">'
        f'<x14:cfvo type="num"><xm:f>{bar.low!r}</xm:f></x14:cfvo>'
        f'<x14:cfvo type="num"><xm:f>{bar.high!r}</xm:f></x14:cfvo>'
        f'<x14:fillColor rgb="FF{bar.colour}"/></x14:dataBar></x14:cfRule>'
        f"<xm:sqref>{bar.cells}</xm:sqref></x14:conditionalFormatting>"
        for number, bar in enumerate(bars, 1)
    )
    return fromstring(
        f'<extLst xmlns="{MAIN}"><ext uri="{DATA_BAR_EXTENSION}" xmlns:x14="{X14}">'
        f"<x14:conditionalFormattings>{rules}</x14:conditionalFormattings></ext></extLst>"
    )


class _Drawing(SpreadsheetDrawing):
    """Names charts by their title and describes them to screen readers."""

    # openpyxl derives what it writes from the class itself and would find nothing here.
    __elements__ = SpreadsheetDrawing.__elements__

    def _chart_frame(self, idx: int) -> Any:
        frame = super()._chart_frame(idx)
        name, description = getattr(self.charts[idx - 1], "alternative_text", ("", ""))
        properties = frame.nvGraphicFramePr.cNvPr
        properties.name = name or properties.name
        properties.descr = description or None
        return frame


def describe_chart(chart: ChartBase, name: str, description: str) -> None:
    """Give a chart the name and the alternative text that screen readers say."""
    chart.alternative_text = (name, description)


def cache_series(
    series: Series, name: str, labels: Iterable[str], values: Iterable[float | str | None]
) -> None:
    """Store in a series what its cells show, so that a preview can draw it.

    Parameters
    ----------
    series : Series
        Series whose title, categories and values are references.
    name : str
        Title of the series.
    labels : iterable of str
        Text of the categories.
    values : iterable of float, str or None
        Values; text and None are gaps.
    """
    if series.tx is not None and series.tx.strRef is not None:
        series.tx.strRef.strCache = StrData(ptCount=1, pt=[StrVal(idx=0, v=name)])
    if series.cat is not None and series.cat.strRef is not None:
        points = [StrVal(idx=i, v=label) for i, label in enumerate(labels)]
        series.cat.strRef.strCache = StrData(ptCount=len(points), pt=points)
    cells = list(values)
    numbers = [
        NumVal(idx=i, v=repr(float(value)))
        for i, value in enumerate(cells)
        if isinstance(value, (int, float))
    ]
    series.val.numRef.numCache = NumData(formatCode="General", ptCount=len(cells), pt=numbers)


class _BookWriter(ExcelWriter):
    def __init__(self, book: Workbook, archive: ZipFile, contents: dict[str, SheetContent]) -> None:
        super().__init__(book, archive)
        self.contents = contents

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write one sheet with its content and its drawing."""
        ws._drawing = _Drawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        writer = _SheetWriter(ws, self.contents[ws.title])
        writer.write()
        ws._rels = writer._rels
        self._archive.write(writer.out, ws.path[1:])
        self.manifest.append(ws)
        writer.cleanup()


def save(book: Workbook, contents: dict[str, SheetContent], path: str | os.PathLike[str]) -> None:
    """Write a workbook.

    Parameters
    ----------
    book : Workbook
        What openpyxl writes: columns, formats, validation, charts, print set-up, names.
    contents : dict of str to SheetContent
        Title of each sheet -> its rows, data bars and links.
    path : path
        File to write.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    book.properties.created = book.properties.modified = datetime(*TIME_STAMP)
    with TimelessArchive(path, "w") as archive:
        _BookWriter(book, archive, contents).write_data()


__all__ = [
    "DataBar",
    "SheetContent",
    "cache_series",
    "cell_xml",
    "describe_chart",
    "save",
    "text_xml",
]

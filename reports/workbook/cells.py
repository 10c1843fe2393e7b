"""The one place that puts text, numbers, formulas and styles into cells."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.protection import SheetProtection

from indicators.tables import LONGEST_CELL
from reports.workbook import styles
from reports.workbook.openpyxl_extensions import DataBar, SheetContent, cell_xml, save
from reports.workbook.styles import Style, StyleBook

Value = float | int | str | None

#: Signs at the start of a text that a spreadsheet would take for a formula or an error.
LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "#", "\t")


#: What a sheet of Excel holds.
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
LONGEST_FORMULA = 8_192
HIGHEST_ROW = 409.0


def quoted(text: str) -> str:
    """Text as a constant inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def constant(value: Value) -> str:
    """Number or text as a constant inside a formula, numbers to the last bit."""
    if value is None:
        return '""'
    return quoted(value) if isinstance(value, str) else repr(value)


#: Formula of a cell that stays without a number: what looks up an empty cell would show 0.
GAP = '""'


def blank_if_missing(value: float | None) -> Value:
    """What a formula shows for a number that may be missing: the number, or ""."""
    if value is None or math.isnan(value):
        return ""
    return float(value)


def known(value: float) -> bool:
    """Whether a number is there, that is, not NaN."""
    return not math.isnan(value)


class Sheet:
    """One sheet of the workbook.

    Parameters
    ----------
    book : Book
    title : str
        Title of the tab.
    tab_colour : str
        Six hexadecimal digits.
    """

    def __init__(self, book: Book, title: str, tab_colour: str) -> None:
        self.book = book
        self.title = title
        self.openpyxl = book.openpyxl.create_sheet(title)
        self.openpyxl.sheet_properties.tabColor = tab_colour
        self.openpyxl.sheet_view.showGridLines = False
        self.content = SheetContent()
        self.values: dict[tuple[int, int], Value] = {}
        self.last_column = 1

    # --- cells ---

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        style: Style = styles.TEXT,
        formula: str | None = None,
    ) -> None:
        """Put a value, or a formula together with the value it has now, into a cell.

        Parameters
        ----------
        row, column : int
            Counted from 1.
        value : float, int, str or None
            None leaves the cell empty; NaN is refused, so that nothing is silently empty.
        style : Style
        formula : str, optional
            In Excel's English grammar, without the equals sign.

        Raises
        ------
        ValueError
            For what a cell of Excel cannot hold: NaN, infinity, too long a text or formula.
        """
        where = f"{self.title}, row {row}, column {column}"
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{where}: {value} is no cell value")
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise ValueError(f"{where}: a sheet of Excel has no such cell")
        if isinstance(value, str) and len(value) > LONGEST_CELL:
            raise ValueError(f"{where}: a text of {len(value)} characters is too long")
        if formula is not None and len(formula) > LONGEST_FORMULA:
            raise ValueError(f"{where}: a formula of {len(formula)} characters is too long")
        if value is not None and not isinstance(value, (str, bool)):
            number = float(value)
            value = int(number) if number.is_integer() and abs(number) < 1e15 else number
        if formula is None and isinstance(value, str) and value.startswith(LOOKS_LIKE_FORMULA):
            style = style.but(quoted=True)
        identity = self.book.styles.identity(style)
        reference = f"{get_column_letter(column)}{row}"
        self.content.rows.setdefault(row, {})[column] = cell_xml(
            reference, identity, value, formula
        )
        self.values[row, column] = value

    def fill(self, row: int, columns: Iterable[int], style: Style) -> None:
        """Give empty cells a look."""
        for column in columns:
            if (row, column) not in self.values:
                self.put(row, column, None, style)

    def merge(self, row: int, first: int, last: int, bottom: int | None = None) -> None:
        """Merge cells of a row, or of the rows down to ``bottom``."""
        start, end = get_column_letter(first), get_column_letter(last)
        self.openpyxl.merged_cells.add(f"{start}{row}:{end}{bottom or row}")

    def wide(
        self,
        row: int,
        first: int,
        last: int,
        value: Value,
        style: Style = styles.TEXT,
        formula: str | None = None,
        bottom: int | None = None,
    ) -> None:
        """Put a value into merged cells, all of one look."""
        self.put(row, first, value, style, formula)
        for line in range(row, (bottom or row) + 1):
            self.fill(line, range(first, last + 1), style)
        self.merge(row, first, last, bottom)

    def table_heading(
        self, row: int, first: int, titles: Sequence[str], height: float = 30, left: int = 0
    ) -> None:
        """Put a heading line; the first ``left`` titles are set left."""
        for position, title in enumerate(titles):
            style = styles.HEADING_LEFT if position < left else styles.HEADING
            self.put(row, first + position, title, style)
        self.height(row, height)

    # --- references ---

    def at(self, row: int, column: int, *, fixed: str = "") -> str:
        """Reference to a cell from another sheet; ``fixed`` names what has a dollar sign."""
        return f"{quoted_title(self.title)}!{local(row, column, fixed)}"

    def across(self, row: int, first: int, last: int, *, fixed: str = "") -> str:
        """Reference to cells of one row from another sheet."""
        return f"{quoted_title(self.title)}!{local(row, first, fixed)}:{local(row, last, fixed)}"

    def down(self, column: int, first: int, last: int) -> str:
        """Reference to cells of one column from anywhere, all fixed."""
        start, end = local(first, column, "both"), local(last, column, "both")
        return f"{quoted_title(self.title)}!{start}:{end}"

    # --- looks ---

    def widths(self, widths: Mapping[int, float]) -> None:
        """Set the widths of columns, in characters."""
        for column, width in widths.items():
            self.openpyxl.column_dimensions[get_column_letter(column)].width = width

    def width(self, column: int) -> float:
        """Width of a column in characters; nothing where it is hidden."""
        dimension = self.openpyxl.column_dimensions[get_column_letter(column)]
        return 0.0 if dimension.hidden else float(dimension.width)

    def height(self, row: int, height: float) -> None:
        """Set the height of a row, in points."""
        self.openpyxl.row_dimensions[row].height = min(height, HIGHEST_ROW)

    def hide_columns(self, first: int, last: int) -> None:
        """Hide columns that only serve other cells."""
        for column in range(first, last + 1):
            self.openpyxl.column_dimensions[get_column_letter(column)].hidden = True

    def format_where(self, cells: str, rule: Rule) -> None:
        """Add a conditional format to a range."""
        self.openpyxl.conditional_formatting.add(cells, rule)

    def bar(self, cells: str, low: float, high: float, colour: str = styles.BAR) -> None:
        """Draw solid data bars into a range."""
        self.content.bars.append(DataBar(cells, low, high, colour))

    def link(self, row: int, column: int, target: str, tip: str) -> None:
        """Make a cell a link to a place in the workbook."""
        reference = f"{get_column_letter(column)}{row}"
        self.content.links.append((reference, target, tip))

    def choice(self, cells: str, source: str, title: str, message: str) -> None:
        """Let people choose from a range, a name, or a short list ('"a,b"')."""
        rule = DataValidation(type="list", formula1=source, allow_blank=False)
        self._validate(rule, cells, title, message)

    def non_negative(self, cells: str, title: str, message: str) -> None:
        """Let people type numbers from 0 up."""
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
        self._validate(rule, cells, title, message)

    def suggest_between(
        self, cells: str, low: float, high: float, title: str, message: str
    ) -> None:
        """Ask whether a number outside a range is meant, and let it be typed all the same."""
        rule = DataValidation(
            type="decimal", operator="between", formula1=repr(low), formula2=repr(high)
        )
        rule.errorStyle = "warning"
        self._validate(rule, cells, title, message)

    def _validate(self, rule: DataValidation, cells: str, title: str, message: str) -> None:
        rule.showErrorMessage = rule.showInputMessage = True
        rule.errorTitle = rule.promptTitle = title[:32]
        rule.error = rule.prompt = message[:255]
        for part in cells.split():
            rule.add(part)
        self.openpyxl.add_data_validation(rule)

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above and the columns left of a cell in sight."""
        self.openpyxl.freeze_panes = f"{get_column_letter(column)}{row}"

    def break_before(self, row: int) -> None:
        """Begin a new printed page with a row."""
        from openpyxl.worksheet.pagebreak import Break

        self.openpyxl.row_breaks.append(Break(id=row - 1))

    def protect(self) -> None:
        """Guard formulas against slips of the hand; there is no password."""
        self.openpyxl.protection = SheetProtection(
            sheet=True,
            formatCells=False,
            formatColumns=False,
            formatRows=False,
            sort=False,
            autoFilter=False,
        )

    def page(
        self,
        last_row: int,
        last_column: int,
        *,
        portrait: bool = False,
        one_page: bool = True,
        titles: str = "",
        title_columns: str = "A:D",
        pages_wide: int = 1,
        footer: str = "",
    ) -> None:
        """Set up printing on A4; titles repeat on every page."""
        sheet, self.last_column = self.openpyxl, last_column
        sheet.print_area = f"A1:{get_column_letter(last_column)}{last_row}"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.fitToWidth = pages_wide
        sheet.page_setup.fitToHeight = 1 if one_page else 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.page_margins = PageMargins(
            left=0.4, right=0.4, top=0.45, bottom=0.6, header=0.25, footer=0.3
        )
        if titles:
            sheet.print_title_rows = titles
        if pages_wide > 1:
            sheet.print_title_cols = title_columns
        sheet.oddFooter.left.text = "&A"
        sheet.oddFooter.center.text = footer.replace("&", "&&")
        sheet.oddFooter.right.text = "&P / &N"
        for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
            part.size = 8


class Book:
    """A workbook in the making."""

    def __init__(self) -> None:
        self.openpyxl = Workbook()
        self.styles = StyleBook(self.openpyxl)
        self.sheets: dict[str, Sheet] = {}

    def sheet(self, title: str, tab_colour: str) -> Sheet:
        """Add a sheet."""
        self.sheets[title] = Sheet(self, title, tab_colour)
        return self.sheets[title]

    def name(self, name: str, reference: str) -> None:
        """Give a range a name that formulas of the reader's own can use."""
        from openpyxl.workbook.defined_name import DefinedName

        self.openpyxl.defined_names[name] = DefinedName(name, attr_text=reference)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the workbook to a file.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        self.openpyxl.remove(self.openpyxl.worksheets[0])
        contents = {title: sheet.content for title, sheet in self.sheets.items()}
        save(self.openpyxl, contents, path)


def local(row: int, column: int, fixed: str = "") -> str:
    """Reference to a cell inside its sheet; ``fixed`` is "", "row", "column" or "both"."""
    column_sign = "$" if fixed in ("column", "both") else ""
    row_sign = "$" if fixed in ("row", "both") else ""
    return f"{column_sign}{get_column_letter(column)}{row_sign}{row}"


def area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """Range inside a sheet, for formats and validation."""
    return f"{local(first_row, first_column)}:{local(last_row, last_column)}"


def quoted_title(title: str) -> str:
    """Sheet title as formulas want it."""
    if title.isidentifier() and title.isascii():
        return title
    return "'" + title.replace("'", "''") + "'"


def colour_scale(low: float, high: float) -> Any:
    """Three colours on a fixed scale."""
    from openpyxl.formatting.rule import ColorScaleRule

    return ColorScaleRule(
        start_type="num",
        start_value=low,
        start_color=styles.LOW,
        mid_type="num",
        mid_value=(low + high) / 2,
        mid_color=styles.MIDDLE,
        end_type="num",
        end_value=high,
        end_color=styles.HIGH,
    )

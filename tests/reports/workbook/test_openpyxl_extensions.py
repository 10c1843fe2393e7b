"""What the extensions build on in openpyxl, and what they add."""

from __future__ import annotations

import inspect
import re
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, __version__, load_workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from reports.workbook.openpyxl_extensions import DataBar, SheetContent, cell_xml, save


def saved(path: Path, content: SheetContent) -> Path:
    book = Workbook()
    save(book, {"Sheet": content}, path)
    return path


def test_openpyxl_is_the_version_that_the_extensions_were_written_for() -> None:
    assert __version__.startswith("3.1."), "read the module again before moving on"


@pytest.mark.parametrize(
    ("owner", "method", "names"),
    [
        (WorksheetWriter, "__init__", "self ws out"),
        (WorksheetWriter, "rows", "self"),
        (WorksheetWriter, "write_dimensions", "self"),
        (WorksheetWriter, "write_hyperlinks", "self"),
        (WorksheetWriter, "write_formatting", "self"),
        (WorksheetWriter, "write_tail", "self"),
        (WorksheetWriter, "write", "self"),
        (ExcelWriter, "__init__", "self workbook archive"),
        (ExcelWriter, "write_worksheet", "self ws"),
        (ExcelWriter, "write_data", "self"),
        (SpreadsheetDrawing, "_chart_frame", "self idx"),
    ],
)
def test_what_is_overridden_is_still_there(owner: type, method: str, names: str) -> None:
    assert list(inspect.signature(getattr(owner, method)).parameters) == names.split()


def test_a_formula_carries_its_value_and_numbers_keep_their_last_bit(tmp_path: Path) -> None:
    number = 0.1 + 0.2
    content = SheetContent()
    content.rows[2] = {
        1: cell_xml("A2", 0, number, None),
        2: cell_xml("B2", 0, 2 * number, "A2*2"),
        3: cell_xml("C2", 0, 'a "b" & <c>', 'A2&"<"'),
        4: cell_xml("D2", 0, "", 'IF(A2>1,1,"")'),
    }
    path = saved(tmp_path / "book.xlsx", content)
    formulas, values = load_workbook(path).active, load_workbook(path, data_only=True).active
    assert [cell.value for cell in formulas[2]] == [number, "=A2*2", '=A2&"<"', '=IF(A2>1,1,"")']
    assert [cell.value for cell in values[2]] == [number, 2 * number, 'a "b" & <c>', None]


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "_x0041_", " two  spaces ", "a\nb", "<&>"])
def test_text_stays_text(text: str, tmp_path: Path) -> None:
    content = SheetContent(rows={1: {1: cell_xml("A1", 0, text, None)}})
    path = saved(tmp_path / "book.xlsx", content)
    cell = load_workbook(path).active["A1"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x005F_", "_") == text


def test_a_solid_bar_is_tied_to_the_rule_that_older_programs_draw(tmp_path: Path) -> None:
    content = SheetContent(rows={1: {1: cell_xml("A1", 0, 5, None)}})
    content.bars.append(DataBar("A1:A9", 0.0, 100.0, "0072B2"))
    with zipfile.ZipFile(saved(tmp_path / "book.xlsx", content)) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    identities = re.findall(r"<x14:id>(.*?)</x14:id>|<x14:cfRule [^>]*id=\"(.*?)\"", xml)
    assert len({first or second for first, second in identities}) == 1
    assert len(identities) == 2
    assert xml.index("<conditionalFormatting") < xml.index("<pageMargins") < xml.rindex("<extLst")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    content = SheetContent(rows={1: {1: cell_xml("A1", 0, 1, None)}})
    first = saved(tmp_path / "first.xlsx", content).read_bytes()
    time.sleep(2.1)  # an archive counts time in steps of two seconds
    assert saved(tmp_path / "second.xlsx", content).read_bytes() == first

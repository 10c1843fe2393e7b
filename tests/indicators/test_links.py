"""In a workbook every input has one home; a formula that repeats it is read from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

import indicators
from indicators import InvalidInputError
from tests.conftest import MakeSet


def with_results(file: Path, results: dict[str, str]) -> Path:
    """The workbook with stored results of formulas, which openpyxl cannot write."""
    target = file.with_name("stored.xlsx")
    with ZipFile(file) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            for formula, result in results.items():
                inner = f"<f>{formula.replace('>', '&gt;')}</f>".encode()
                text = text.replace(inner + b"<v></v>", inner + f"<v>{result}</v>".encode())
                text = text.replace(inner + b"<v/>", inner + f"<v>{result}</v>".encode())
                text = text.replace(inner + b"<v />", inner + f"<v>{result}</v>".encode())
            new.writestr(name, text)
    return target


def linked(
    cell: str, formula: str, home: object, title: str = "Data"
) -> Callable[[Workbook], None]:
    """Put a formula into a cell, and the home of its input into C11 of another sheet."""
    sheet, address = cell.split("!")

    def edit(book: Workbook) -> None:
        book.create_sheet(title)["C11"] = home
        book[sheet][address] = formula

    return edit


@pytest.mark.parametrize(
    ("title", "formula"),
    [
        ("Data", "=Data!C11"),
        ("Data", "=data!$C$11"),
        ("Data", '=IF(Data!C11="","",Data!C11)'),
        ("Data", '= IF( Data!$C$11 = "" , "" , Data!$C$11 )'),
        ("My 'data'", "='My ''data'''!C11"),
        ("数据", "='数据'!C11"),
    ],
)
@pytest.mark.parametrize("stored", [None, "999"])
def test_a_value_is_read_from_its_home_and_no_stored_result_is_believed(
    make_set: MakeSet, title: str, formula: str, stored: str | None
) -> None:
    path = make_set("workbook", linked("Values!D3", formula, 77.5, title))
    if stored:
        path = with_results(path, {formula.removeprefix("="): stored})
    assert indicators.load(path).values["value"].iloc[1] == 77.5


def test_a_weight_is_read_from_its_home(make_set: MakeSet) -> None:
    path = make_set("workbook", linked("Framework!D3", "=Weights!C11", 5, "Weights"))
    path = with_results(path, {"Weights!C11": "2"})
    assert indicators.load(path).framework.weight("access") == 5


def test_a_home_left_empty_is_an_empty_cell(make_set: MakeSet) -> None:
    path = make_set("workbook", linked("Values!D3", '=IF(Data!C11="","",Data!C11)', None))
    read = indicators.load(with_results(path, {'IF(Data!C11="","",Data!C11)': "999"}))
    assert read.values["value"].isna().tolist().count(True) == 1
    assert read.cross_section().values["phones"].isna().tolist() == [True, False, False]


def test_a_formula_typed_at_home_is_read_by_its_stored_result(make_set: MakeSet) -> None:
    path = make_set("workbook", linked("Values!D3", "=Data!C11", "=40+2"))
    read = indicators.load(with_results(path, {"40+2": "42", "Data!C11": "999"}))
    assert read.values["value"].iloc[1] == 42


@pytest.mark.parametrize("formula", ["=40+2", "=Nowhere!A1", "=C11", "=SUM(Data!C11)"])
def test_any_other_formula_is_read_by_its_stored_result(make_set: MakeSet, formula: str) -> None:
    path = make_set("workbook", linked("Values!D3", formula, 7))
    read = indicators.load(with_results(path, {formula.removeprefix("="): "42"}))
    assert read.values["value"].iloc[1] == 42


@pytest.mark.parametrize(("formula", "home", "cell"), [
    ("=40+2", None, "sheet Values, cell D3"),
    ("=Nowhere!A1", None, "sheet Values, cell D3"),
    ("=Data!C11", "=40+2", "sheet Data, cell C11"),
])  # fmt: skip
def test_a_formula_without_a_stored_result_is_told(
    make_set: MakeSet, formula: str, home: str | None, cell: str
) -> None:
    path = make_set("workbook", linked("Values!D3", formula, home))
    with pytest.raises(InvalidInputError) as caught:
        indicators.load(path)
    (finding,) = caught.value.findings
    assert finding.code == "formula_without_result"
    assert cell in str(finding)
    assert "save it" in str(finding)


def test_what_is_wrong_at_home_is_said_to_stand_there(make_set: MakeSet) -> None:
    path = make_set("workbook", linked("Values!D3", "=Data!C11", "many"))
    with pytest.raises(InvalidInputError, match="sheet Data, cell C11, column value: 'many'"):
        indicators.load(path)


def test_an_error_at_home_is_told(make_set: MakeSet) -> None:
    path = make_set("workbook", linked("Values!D3", "=Data!C11", "#N/A"))
    with pytest.raises(InvalidInputError) as caught:
        indicators.load(path)
    assert [finding.code for finding in caught.value.findings] == ["error_cell"]


@pytest.mark.parametrize("table", ["Framework", "Units", "Values", "Sources", "Method"])
def test_a_heading_may_stand_below_a_title(make_set: MakeSet, table: str) -> None:
    def push_down(book: Workbook) -> None:
        book[table].insert_rows(1, 4)
        book[table]["A1"] = "A title over the table"
        book[table]["A2"] = "and a remark"

    read = indicators.load(make_set("workbook", push_down))
    assert read.values["value"].tolist() == [10, 20, 30.5, 90, 3, 2, 1, 100, 200, 400]
    assert read.framework.weight("access") == 2
    assert read.method == {"normalisation": {"method": "minmax", "range": [1, 100]}}


def test_a_cell_below_a_title_keeps_its_address(make_set: MakeSet) -> None:
    def spoil(book: Workbook) -> None:
        book["Values"].insert_rows(1, 4)
        book["Values"].insert_cols(1)
        book["Values"]["A1"] = "A title"
        book["Values"]["E7"] = "many"

    with pytest.raises(InvalidInputError, match="sheet Values, cell E7, column value: 'many'"):
        indicators.load(make_set("workbook", spoil))


def test_names_of_sheets_and_columns_do_not_count_capitals(make_set: MakeSet) -> None:
    def shout(book: Workbook) -> None:
        for sheet in book.worksheets:
            for cell in sheet[1]:
                cell.value = str(cell.value).upper()
            sheet.title = f"_{sheet.title}"
            sheet.title = sheet.title[1:].upper()

    quiet = indicators.load(make_set("workbook"))
    loud = indicators.load(make_set("workbook", shout))
    assert loud.framework == quiet.framework
    assert loud.values["value"].tolist() == quiet.values["value"].tolist()
    assert loud.method == quiet.method

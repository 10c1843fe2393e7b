"""A workbook laid out like the JRC COIN Tool becomes a set; errors name the cell.

No original was at hand: the workbooks are built here to the layout that COINr's importer expects.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import indicators
from indicators import IndicatorSet, InvalidInputError

#: Database: the cells of one indicator, from row 7 to row 19, without the number of its column.
INDICATORS = {
    "E": (2, 1, 0, 100, "Index", "si.01", "p.01", None, "Roads", "Ind.01", 10, 20, 30),
    "F": (1, -1, None, None, "Index", "si.01", "p.01", None, "Price", "Ind.02", 1.5, "n/a", 2.5),
    "G": (1, 1, None, None, "Index", "si.01", "p.02", None, "Pay", "Ind.03", 5, 6, "N/A"),
}
ROWS = (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
GROUPS = (
    ("p.01", "x", 0.6, "", "", "Networks"),
    ("p.02", "x", 0.4, "", "", "Income"),
    ("p.03", "--", 1, "", "", "Name of a pillar"),
    ("si.01", "x", 1, "", "", "Sub-index"),
    ("Index", "x", 1, "", "", "The index"),
)
UNITS = (("Alpha", "A"), ("Beta", "B"), ("Gamma", "C"))


class Workbooks:
    """COIN Tool workbooks with some cells changed."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "tool.xlsx"

    def write(self, *, heading_row: int = 4, **changed: object) -> Path:
        book = Workbook()
        _fill(book.create_sheet("Database"), book.create_sheet("Framework"), heading_row)
        for name, value in changed.items():
            sheet, cell = name.split("_")
            book[sheet][cell] = value
        book.save(self.file)
        return self.file

    def read(self, *, heading_row: int = 4, **changed: object) -> IndicatorSet:
        return indicators.import_coin_tool(self.write(heading_row=heading_row, **changed))

    def errors(self, **changed: object) -> list[str]:
        with pytest.raises(InvalidInputError) as caught:
            self.read(**changed)
        return [str(finding) for finding in caught.value.findings if finding.severity == "error"]


def _fill(database: Worksheet, framework: Worksheet, heading_row: int) -> None:
    for letter, column in INDICATORS.items():
        for row, cell in zip(ROWS, column, strict=True):
            database[f"{letter}{row}"] = cell
    database["H16"] = "Ind.04"  # a prepared column that nobody used
    for row, (name, code) in enumerate(UNITS, start=17):
        database[f"B{row}"], database[f"C{row}"] = name, code
    headings = ("Code", "Dimension/indicator", "Weight", "Level", "Parent", "Name")
    for row, cells in enumerate((headings, *GROUPS), start=heading_row):
        for letter, cell in zip("CDEFGH", cells, strict=True):
            framework[f"{letter}{row}"] = cell or None


@pytest.fixture
def workbooks(tmp_path: Path) -> Workbooks:
    return Workbooks(tmp_path)


@pytest.mark.parametrize("heading_row", [4, 5])
def test_both_layouts_give_the_tree_with_weights_directions_and_goalposts(
    workbooks: Workbooks, heading_row: int
) -> None:
    framework = workbooks.read(heading_row=heading_row).framework
    assert framework.scored_nodes == ("Index", "p.01", "Ind.01", "Ind.02", "p.02", "Ind.03")
    assert (framework["p.01"].weight, framework["p.01"].name) == (0.6, "Networks")
    roads, price = framework["Ind.01"], framework["Ind.02"]
    assert (roads.weight, roads.direction, roads.low, roads.high) == (2, 1, 0, 100)
    assert (price.direction, price.low, price.name) == (-1, None, "Price")


def test_not_available_is_missing_and_the_rest_is_read(workbooks: Workbooks) -> None:
    imported = workbooks.read()
    assert imported.units["name"].to_dict() == {"A": "Alpha", "B": "Beta", "C": "Gamma"}
    found = imported.cross_section().values.fillna(-1)
    assert found.loc["A"].tolist() == [10, 1.5, 5]
    assert found.loc["B"].tolist() == [20, -1, 6]
    assert found.loc["C"].tolist() == [30, 2.5, -1]
    assert imported.sources.loc["import", "title"] == "JRC COIN Tool workbook tool.xlsx"


def test_what_was_left_out_is_told(workbooks: Workbooks) -> None:
    imported = workbooks.read(Database_B400="far below", Framework_E7=None)
    assert [str(finding).split(":")[0] for finding in imported.findings] == [
        "tool.xlsx, sheet Database, row 12",  # all indicators are in one sub-index
        "tool.xlsx, sheet Framework, cell C8",
        "tool.xlsx, sheet Database, cell B400",
        "tool.xlsx",  # denominators, treatment, ... are not read
    ]


def test_empty_weights_count_as_one_and_are_told(workbooks: Workbooks) -> None:
    imported = workbooks.read(Database_E7=None, Framework_E5=None)
    told = [f.fields["codes"] for f in imported.findings if f.code == "weight_assumed"]
    assert told == [["Ind.01"], ["p.01"]]
    assert imported.framework.weight("Ind.01") == 1


def test_a_used_sub_index_is_a_level(workbooks: Workbooks) -> None:
    imported = workbooks.read(Database_G12="si.02", Framework_C7="si.02", Framework_D7="x")
    assert imported.framework.dimensions == ("si.01", "si.02")
    assert imported.framework["p.02"].parent == "si.02"


def test_the_set_is_the_same_once_saved_and_loaded(workbooks: Workbooks, tmp_path: Path) -> None:
    imported = workbooks.read()
    for name in ("set", "set.xlsx"):
        imported.save(tmp_path / name)
        assert indicators.load(tmp_path / name).digest == imported.digest


def test_import_files_knows_the_workbook_by_its_sheets(workbooks: Workbooks) -> None:
    imported = workbooks.read()
    assert indicators.import_files([workbooks.file]).digest == imported.digest


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("Database_E8", "up", "sheet Database, cell E8: here should stand the direction 1 or -1, "
         "and it is 'up'"),
        ("Database_F8", None, "cell F8: the cell is empty, and here should stand the direction"),
        ("Database_E7", "two", "cell E7: 'two' is no number"),
        ("Database_E9", 200, "cell E9: low 200 is not below high 100"),
        ("Database_E11", "Total", "cell E11: here should stand a code beginning with Index"),
        ("Database_F11", "Index 2", "cell F11: here should stand the one index Index"),
        ("Database_F13", "x.01", "cell F13: here should stand a code beginning with p."),
        ("Database_F13", "p.09", "cell F13: 'p.09' is not in column C of the sheet Framework"),
        ("Database_F12", "si.02", "cell F13: p.01 belongs to 'si.02' here and to 'si.01' in cell "
         "E13"),
        ("Database_E16", "Roads", "cell E16: here should stand an indicator code such as Ind.01, "
         "and it is 'Roads'"),
        ("Database_F16", "Ind.01", "cell F16: the code 'Ind.01' stands in row 16 too"),
        ("Database_F17", "1,5", "cell F17: '1,5' is no number"),
        ("Database_C18", None, "cell C18: the cell is empty, and here should stand the code"),
        ("Database_C18", "A", "cell C18: the code 'A' stands in row 17 too"),
        ("Database_E17", "=1+1", "cell E17: the formula '=1+1' has no stored result"),
        ("Framework_D4", "Dimension", "sheet Framework, cell C4: here should stand the heading "
         "with Dimension/indicator, in row 4 or 5"),
        ("Framework_C5", "pillar 1", "cell C5: here should stand a code beginning with Index, "
         "si., p., sp."),
        ("Framework_C6", "p.01", "cell C6: the code 'p.01' stands in row 5 too"),
        ("Framework_E5", "half", "cell E5: 'half' is no number"),
    ],
)  # fmt: skip
def test_an_error_names_the_cell(
    workbooks: Workbooks, cell: str, value: object, message: str
) -> None:
    errors = workbooks.errors(**{cell: value})
    assert any(message in error for error in errors), errors


def test_formulas_beside_the_layout_do_no_harm(workbooks: Workbooks) -> None:
    workbooks.read(Database_A1="=1+1", Framework_K5="=1+1")


def test_a_workbook_without_the_sheets_is_said(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "tool.xlsx")
    with pytest.raises(InvalidInputError) as caught:
        indicators.import_coin_tool(tmp_path / "tool.xlsx")
    assert [finding.code for finding in caught.value.findings] == ["missing_table"] * 2


def test_an_empty_layout_is_said(tmp_path: Path) -> None:
    book = Workbook()
    for name in ("Database", "Framework"):
        book.create_sheet(name)
    book.save(tmp_path / "tool.xlsx")
    with pytest.raises(InvalidInputError) as caught:
        indicators.import_coin_tool(tmp_path / "tool.xlsx")
    assert [str(f.place).split("cell ")[1] for f in caught.value.findings] == ["E16", "C17", "C4"]


@pytest.mark.parametrize("name", ["tool.xls", "tool.csv"])
def test_other_files_are_no_coin_tool(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("code")
    with pytest.raises(InvalidInputError):
        indicators.import_coin_tool(tmp_path / name)

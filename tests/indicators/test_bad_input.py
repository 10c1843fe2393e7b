"""Whatever is wrong in a set is said with its place, its value and what to do; nothing crashes."""

from __future__ import annotations

import random
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

import indicators
import scoring
from indicators import Finding, InvalidInputError
from tests.conftest import TABLES, MakeSet, Table

KINDS = ("folder", "workbook")


def errors_of(path: Path) -> list[Finding]:
    """What is said when the set is loaded and scored."""
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(indicators.load(path))
    return [finding for finding in caught.value.findings if finding.severity == "error"]


def place(kind: str, cell: str) -> str:
    """The place of a cell such as Values!D3 as the message names it; row 1 is the heading."""
    table, letter, row = re.fullmatch(r"(\w+)!([A-Z]*)(\d*)", cell).groups()  # type: ignore[union-attr]
    if kind == "folder":
        file = "method.toml" if table == "Method" else f"{table.lower()}.csv"
        return f"{file}, line {row}" if row and table != "Method" else file
    where = f", cell {letter}{row}" if letter else f", row {row}" if row else ""
    return f"small.xlsx, sheet {table}{where}"


WEIGHT = "access,index,Access,2,"
TWENTY = "A,phones,2021,20,"

# name: (changes, finding, cell, words of the message)
SPOILT: dict[str, tuple[dict[str, Table], str, str, tuple[str, ...]]] = {
    "empty_units": (
        {"units": "code,name\n", "values": "unit,indicator,value\n"},
        "empty_table empty_table",
        "Units!",
        ("add at least one",),
    ),
    "unknown_column": (
        {"framework": ("direction", "dirction")},
        "unknown_column",
        "Framework!E1",
        ("'dirction'", "direction, measure"),
    ),
    "duplicate_column": (
        {"units": ("name_zh", "Region")},
        "duplicate_column",
        "Units!D1",
        ("'region'", "keep one"),
    ),
    "missing_column": (
        {"framework": ("parent", "name_zh")},
        "missing_column",
        "Framework!1",
        ("parent", "needs code, parent"),
    ),
    "duplicate_code": (
        {"units": ("C,Gamma", "b,Gamma"), "values": "unit,indicator,value\nA,pay,1\n"},
        "duplicate_code",
        "Units!A4",
        ("'b'", "row 3", "a code of its own"),
    ),
    "bad_code": (
        {"units": ("C,Gamma", "C+,Gamma"), "values": "unit,indicator,value\nA,pay,1\n"},
        "bad_code",
        "Units!A4",
        ("'C+'", "use letters"),
    ),
    "empty_code": (
        {"units": ("C,Gamma", ",Gamma"), "values": "unit,indicator,value\nA,pay,1\n"},
        "empty_code",
        "Units!A4",
        ("give every row a code",),
    ),
    "unknown_unit": (
        {"values": (TWENTY, "Z,phones,2021,20,")},
        "unknown_unit",
        "Values!A3",
        ("'Z'", "correct the code or add the unit"),
    ),
    "unknown_indicator": (
        {"values": (TWENTY, "A,fones,2021,20,")},
        "unknown_indicator",
        "Values!B3",
        ("'fones'", "correct the code or add"),
    ),
    "no_unit": (
        {"values": (TWENTY, ",phones,2021,20,")},
        "empty_cell",
        "Values!A3",
        ("the unit is empty", "fill it in"),
    ),
    "unknown_source": (
        {"values": (TWENTY + "book", TWENTY + "book; bok")},
        "unknown_source",
        "Values!E3",
        ("'bok'", "add the source"),
    ),
    "value_for_group": (
        {"values": (TWENTY, "A,access,2021,20,")},
        "value_for_group",
        "Values!B3",
        ("'access'", "give values to indicators only"),
    ),
    "duplicate_value": (
        {"values": (TWENTY, "a,Phones,2020,20,")},
        "duplicate_value",
        "Values!D3",
        ("A, phones, 2020", "row 2", "keep one"),
    ),
    "duplicate_undated_value": (
        {"values": ("B,pay,,200", "A,pay,,200")},
        "duplicate_value",
        "Values!D10",
        ("A, pay, undated", "row 9"),
    ),
    "orphan": (
        {"framework": ("price,access", "price,acess")},
        "unknown_parent",
        "Framework!B6",
        ("'acess'", "price", "correct it or add it"),
    ),
    "cycle": (
        {"framework": ("access,index", "access,price")},
        "cycle value_for_group",
        "Framework!B3",
        ("access, price", "a parent outside"),
    ),
    "own_parent": (
        {"framework": ("price,access", "price,price")},
        "cycle value_for_group",
        "Framework!B6",
        ("price",),
    ),
    "no_root": (
        {"framework": ("index,,Index", "index,access,Index")},
        "no_root cycle",
        "Framework!B2",
        ("leave the parent of one node empty",),
    ),
    "several_roots": (
        {"framework": ("income,index", "income,")},
        "several_roots",
        "Framework!B4",
        ("index, income", "only the index may"),
    ),
    "negative_weight": (
        {"framework": (WEIGHT, "access,index,Access,-2,")},
        "negative_weight",
        "Framework!D3",
        ("-2", "access", "0 or more"),
    ),
    "zero_weights": (
        {"framework": ("pay,income,Pay,,", "pay,income,Pay,0,")},
        "zero_weights",
        "Framework!D7",
        ("'income'", "at least one child"),
    ),
    "huge_weights": (
        {
            "framework": TABLES["framework"]
            .replace(WEIGHT, "access,index,Access,1e308,")
            .replace("income,index,Income,1", "income,index,Income,1e308")
        },
        "huge_weights",
        "Framework!D3",
        ("'index'", "write smaller ones"),
    ),
    "goalposts_equal": (
        {"framework": ("0,100", "100,100")},
        "bad_goalposts",
        "Framework!F5",
        ("100", "phones", "whatever the direction"),
    ),
    "goalposts_reversed": (
        {"framework": ("0,100", "100,0.5")},
        "bad_goalposts",
        "Framework!F5",
        ("low 100", "high 0.5"),
    ),
    "bad_direction": (
        {"framework": ("Price,3,-1", "Price,3,down")},
        "bad_direction",
        "Framework!E6",
        ("'down'", "write 1"),
    ),
    "bad_role": (
        {"framework": "code,parent,role\nindex,,\npay,index,\nphones,index,\nprice,index,socre\n"},
        "bad_role",
        "Framework!C5",
        ("'socre'", "score, profile or context"),
    ),
    "nothing_to_score": (
        {
            "framework": "code,parent,role\nindex,,\n"
            + "".join(f"{code},index,context\n" for code in ("pay", "phones", "price"))
        },
        "no_scored_indicator",
        "Framework!",
        ("the role score",),
    ),
    "root_alone": (
        {"framework": "code,parent\nindex,\n", "values": "unit,indicator,value\nA,index,1\n"},
        "root_is_indicator",
        "Framework!A2",
        ("'index'", "add indicators below it"),
    ),
    "sdg_18": (
        {"framework": "code,parent,sdg\nindex,,\npay,index,18\nphones,index,\nprice,index,\n"},
        "bad_sdg",
        "Framework!C3",
        ("'18'", "1 to 17"),
    ),
    "sdg_superscript": (
        {"framework": "code,parent,sdg\nindex,,\npay,index,²\nphones,index,\nprice,index,\n"},
        "bad_sdg",
        "Framework!C3",
        ("'²'", "1 to 17"),
    ),
    "bad_year": (
        {"values": (TWENTY, "A,phones,21,20,")},
        "not_a_year",
        "Values!C3",
        ("'21'", "four digits"),
    ),
    "year_and_month": (
        {"values": (TWENTY, "A,phones,2021-06,20,")},
        "not_a_year",
        "Values!C3",
        ("'2021-06'",),
    ),
    "bad_unit_role": (
        {"units": ("region\n", "role\n")},
        "unknown_choice unknown_choice unknown_choice",
        "Units!D2",
        ("'East'", "score, context"),
    ),
    "no_unit_to_score": (
        {"units": "code,role\nA,context\nB,context\nC,context\n"},
        "no_scored_unit",
        "Units!",
        ("column role", "leave the role of those to score empty"),
    ),
    "unknown_option": (
        {"method": ("normalisation,method", "normalisation,metod")},
        "unknown_option",
        "Method!C2",
        ("'metod'", "method, range"),
    ),
    "unknown_section": (
        {"method": ("normalisation,method", "normalization,method")},
        "unknown_option",
        "Method!A2",
        ("'normalization'", "normalisation"),
    ),
    "unknown_method": (
        {"method": ("minmax", "minimax")},
        "unknown_choice",
        "Method!C2",
        ("'minimax'", "minmax"),
    ),
    "range_reversed": (
        {"method": ("[1, 100]", "[100, 1]")},
        "bad_option",
        "Method!",
        ("from the worst score to the best",),
    ),
    "unknown_group_column": (
        {"method": TABLES["method"] + "ranking,group,regoin\n"},
        "unknown_group_column",
        "Method!C4",
        ("'regoin'", "region"),
    ),
    "wide_unknown_indicator": (
        {"values": "unit,phones,fones\nA,1,2\nB,2,3\n"},
        "unknown_indicator",
        "Values!C1",
        ("'fones'",),
    ),
    "wide_group": (
        {"values": "unit,phones,access\nA,1,2\nB,2,3\n"},
        "value_for_group",
        "Values!C1",
        ("'access'",),
    ),
    "wide_text": (
        {"values": "unit,year,phones,price\nA,2020,1,2\nB,2020,3,much\n"},
        "not_a_number",
        "Values!D3",
        ("'much'",),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SPOILT)
def test_says_what_is_wrong_where_and_what_to_do(make_set: MakeSet, kind: str, name: str) -> None:
    changes, codes, cell, words = SPOILT[name]
    findings = errors_of(make_set(kind, **changes))
    assert [finding.code for finding in findings] == codes.split()
    assert str(findings[0]).startswith(place(kind, cell))
    for word in words:
        assert word in str(findings[0])


NO_NUMBERS = {
    "1,5": "not_a_number",
    "1_000": "not_a_number",
    "12 %": "not_a_number",
    " 12 % ": "not_a_number",
    "1 234": "not_a_number",
    "n/a": "not_a_number",
    "0x1F": "not_a_number",
    "TRUE": "not_a_number",
    "--1": "not_a_number",
    "inf": "not_finite",
    "-Infinity": "not_finite",
    "nan": "not_finite",
    "NaN": "not_finite",
    "1e999": "not_finite",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", NO_NUMBERS)
@pytest.mark.parametrize("table", ["framework", "values"])
def test_text_is_no_number(make_set: MakeSet, kind: str, text: str, table: str) -> None:
    spoilt: dict[str, Table] = {
        "framework": {"framework": (WEIGHT, f'access,index,Access,"{text}",')},
        "values": {"values": (TWENTY, f'A,phones,2021,"{text}",')},
    }[table]
    (finding,) = errors_of(make_set(kind, **spoilt))
    assert finding.code == NO_NUMBERS[text]
    assert str(finding).startswith(place(kind, f"{table.capitalize()}!D3"))
    assert repr(text.strip()) in str(finding)
    assert "leave the cell empty" in str(finding)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["1e3", "+5", ".5", "5.", "-0.0", "1E-3"])
def test_other_ways_to_write_a_number_are_numbers(make_set: MakeSet, kind: str, text: str) -> None:
    values = indicators.load(make_set(kind, values=(TWENTY, f"A,phones,2021,{text},"))).values
    assert values["value"].iloc[1] == float(text)


@pytest.mark.parametrize(
    ("cell", "typed", "code", "shown"),
    [
        ("Values!D3", True, "not_a_number", "'True'"),
        ("Values!D3", date(2021, 5, 1), "not_a_number", "'2021-05-01"),
        ("Values!D3", "#DIV/0!", "error_cell", "#DIV/0!"),
        ("Values!C3", date(2021, 5, 1), "not_a_year", "'2021-05-01"),
        ("Values!C3", True, "not_a_year", "'True'"),
        ("Framework!D3", True, "not_a_number", "'True'"),
        ("Framework!D3", "#N/A", "error_cell", "#N/A"),
        ("Units!B2", "#REF!", "error_cell", "#REF!"),
        ("Sources!B2", "#NAME?", "error_cell", "#NAME?"),
        ("Method!A2", "#REF!", "error_cell", "#REF!"),
        ("Method!C2", "#REF!", "error_cell", "#REF!"),
        ("Method!C3", "[1,", "bad_toml", "TOML"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_named(
    make_set: MakeSet, cell: str, typed: object, code: str, shown: str
) -> None:
    sheet, address = cell.split("!")

    def type_it(book: Workbook) -> None:
        book[sheet][address] = typed

    (finding,) = errors_of(make_set("workbook", type_it))
    assert finding.code == code
    assert f"sheet {sheet}, cell {address}" in str(finding)
    assert shown in str(finding)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", ["framework", "units", "values"])
def test_a_table_that_must_be_there_is_missed(make_set: MakeSet, kind: str, table: str) -> None:
    (finding,) = (
        f for f in errors_of(make_set(kind, **{table: None})) if f.code == "missing_table"
    )
    expected = f"{table}.csv" if kind == "folder" else f"the sheet {table.capitalize()}"
    assert expected in str(finding)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_all_tables_are_said_together(make_set: MakeSet, kind: str) -> None:
    path = make_set(
        kind,
        framework=(WEIGHT, "access,index,Access,-2,"),
        units=("A,Alpha", "A A,Alpha"),
        values=(TWENTY, "B,phones,2021,much,"),
        sources=("book,", ",") if kind == "folder" else ("book,Y", "b k,Y"),
    )
    codes = {finding.code for finding in errors_of(path)}
    assert codes >= {"negative_weight", "bad_code", "not_a_number", "unknown_source"}
    with pytest.raises(InvalidInputError) as caught:
        indicators.load(path)
    for table in ("framework", "units", "values", "sources"):
        assert (f"{table}.csv" if kind == "folder" else f"sheet {table.capitalize()}") in str(
            caught.value
        )


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"framework": TABLES["framework"].replace(",", ";")}, "wrong_delimiter", "semicolons"),
        ({"framework": TABLES["framework"].replace(",", "\t")}, "wrong_delimiter", "tabs"),
        ({"units": TABLES["units"].encode("gb18030")}, "not_utf8", "CSV UTF-8"),
        ({"units": TABLES["units"].encode("utf-16")}, "not_utf8", "CSV UTF-8"),
        ({"units": b""}, "empty_table", "add at least one"),
        ({"units": ("Alpha", '"Alpha')}, "broken_csv", "quotation marks"),
        ({"units": ("Alpha", "x" * 200_000)}, "broken_csv", "line 2"),
        ({"units": ("Alpha", "x" * 40_000)}, "text_too_long", "40000"),
        ({"units": ("Alpha", "Al\0pha")}, "control_character", "U+0000"),
        ({"units": ("Alpha", "Alpha,Beta")}, "ragged_row", "5 cells and the heading 4"),
        ({"method": "[normalisation\n"}, "bad_toml", "method.toml"),
        ({"method": b"\xff"}, "not_utf8", "method.toml"),
        ({"method": "a = " + "[" * 5000}, "bad_toml", "method.toml"),
        ({"method": "a = " + "9" * 5000}, "bad_toml", "method.toml"),
        ({"method": "normalisation = 5"}, "bad_option", "it is 5"),
        ({"method": "x = 2020-01-01"}, "unknown_option", "'x'"),
    ],
)
def test_a_broken_file_of_a_folder_is_named(
    make_set: MakeSet, changes: dict[str, Table], code: str, words: str
) -> None:
    finding = errors_of(make_set(**changes))[0]
    assert finding.code == code
    assert words in str(finding)


def test_a_folder_where_a_file_belongs_is_named(make_set: MakeSet) -> None:
    folder = make_set(values=None)
    (folder / "values.csv").mkdir()
    (finding,) = errors_of(folder)
    assert (finding.code, finding.place.file) == ("unreadable", "values.csv")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.xlsx", b"", "not_a_workbook"),
        ("text.xlsx", b"code,name\n", "not_a_workbook"),
        ("protected.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), "not_a_workbook"),
        ("set.ods", b"", "unknown_file_type"),
        ("set", b"", "unknown_file_type"),
    ],
)
def test_a_file_that_is_no_workbook_is_told(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (finding,) = errors_of(tmp_path / name)
    assert finding.code == code


@pytest.mark.parametrize("name", ["nowhere", "no\0where", "nowhere.xlsx"])
def test_a_set_that_is_not_there_is_told(name: str) -> None:
    (finding,) = errors_of(Path(name))
    assert finding.code == "set_not_found"


def test_a_name_too_long_for_the_system_is_told() -> None:
    (finding,) = errors_of(Path("x" * 400))
    assert finding.code == "unreadable"


def changed(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The workbook with its parts changed or, where None, left out."""
    target = file.with_name("changed.xlsx")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


BOMB = b"<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'>%s]>" % b"".join(
    b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
)
OUTSIDE = b"<!DOCTYPE w [<!ENTITY j SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize(
    "change",
    {
        "no workbook part": lambda name, part: None if name.endswith("workbook.xml") else part,
        "no content types": lambda name, part: None if name.startswith("[") else part,
        "sheet cut off": lambda name, part: part[:-50] if name.endswith("sheet3.xml") else part,
        "number of 5000 digits": lambda _, part: part.replace(
            b"<v>400<", b"<v>%s<" % (b"9" * 5000)
        ),
        "letters for a number": lambda _, part: part.replace(b"<v>400</v>", b"<v>abc</v>"),
        "entities that explode": lambda _, part: part.replace(
            b"<worksheet", BOMB + b"<worksheet", 1
        ).replace(b"<t>phones<", b"<t>&j;<"),
        "entity of another file": lambda _, part: part.replace(
            b"<worksheet", OUTSIDE + b"<worksheet", 1
        ).replace(b"<t>phones<", b"<t>&j;<"),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_damaged_workbook_is_told(
    make_set: MakeSet, change: tuple[str, Callable[[str, bytes], bytes | None]]
) -> None:
    (finding,) = errors_of(changed(make_set("workbook"), change[1]))
    assert finding.code == "damaged_workbook"


def test_random_damage_never_crashes(make_set: MakeSet, tmp_path: Path) -> None:
    good = make_set("workbook").read_bytes()
    draw = random.Random(1)
    refused = 0
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(4):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        (tmp_path / "bad.xlsx").write_bytes(bad)
        try:
            indicators.load(tmp_path / "bad.xlsx")
        except InvalidInputError:
            refused += 1
    assert refused > 20


# --- sheets -------------------------------------------------------------------------------------


def test_a_renamed_sheet_is_missed(make_set: MakeSet) -> None:
    def rename(book: Workbook) -> None:
        book["Values"].title = "Numbers"

    (finding,) = errors_of(make_set("workbook", rename))
    assert (finding.code, finding.fields["table"]) == ("missing_table", "values")


def test_two_sheets_for_one_table_are_told(make_set: MakeSet) -> None:
    (finding,) = errors_of(make_set("workbook", lambda book: book.create_sheet(" values")))
    assert finding.code == "two_sheets"


def test_merged_cells_are_told(make_set: MakeSet) -> None:
    path = make_set("workbook", lambda book: book["Values"].merge_cells("A2:A3"))
    (finding,) = errors_of(path)
    assert finding.code == "empty_cell"
    assert "merged" in str(finding)


def test_a_method_sheet_without_its_heading_is_not_passed_over(make_set: MakeSet) -> None:
    path = make_set("workbook", method=("section,", "part,"))
    (finding,) = errors_of(path)
    assert finding.code == "missing_column"
    assert "sheet Method, row 1" in str(finding)


@pytest.mark.parametrize(
    "row", ["normalisation.range,low,5\n", "normalisation,range,5\n", "normalisation,method,z\n"]
)
def test_an_option_given_twice_is_told(make_set: MakeSet, row: str) -> None:
    findings = errors_of(make_set("workbook", method=TABLES["method"] + row))
    assert "option_twice" in [finding.code for finding in findings]


def stray(book: Workbook) -> None:
    book["Values"]["XFD1048576"] = "stray"


def far_cells(book: Workbook) -> None:
    for row in range(1, 12):
        book["Values"].cell(row, 16_384, " ")


def hide(book: Workbook) -> None:
    book["Values"].sheet_state = "veryHidden"


def more_sheets(book: Workbook) -> None:
    book.create_sheet("Framework (2)")["A1"] = "=1/0"


def many_columns(book: Workbook) -> None:
    for column in range(5, 3000):
        book["Units"].cell(1, column, f"column {column}")


def blanks(book: Workbook) -> None:
    book["Values"]["F20"] = "   "
    book["Values"]["A30"] = "\u00a0"


@pytest.mark.parametrize("edit", [stray, far_cells, hide, more_sheets, many_columns, blanks])
def test_clumsiness_that_changes_no_value_changes_nothing(
    make_set: MakeSet, edit: Callable[[Workbook], None]
) -> None:
    start = time.perf_counter()
    values = indicators.load(make_set("workbook", edit)).values
    assert values["value"].tolist() == [10, 20, 30.5, 90, 3, 2, 1, 100, 200, 400]
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "change",
    {
        "byte order mark": lambda text: "\ufeff" + text,
        "lines of Windows": lambda text: text.replace("\n", "\r\n"),
        "lines of old Macs": lambda text: text.replace("\n", "\r"),
        "empty columns at the end": lambda text: text.replace("\n", ",,,\n"),
        "empty lines": lambda text: "\n" + text.replace("\n", "\n\n,,,,,\n"),
        "spaces": lambda text: text.replace(",", " , "),
        "quotation marks": lambda text: "\n".join(
            ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines()
        ),
    }.items(),
    ids=lambda item: item[0],
)
def test_csv_of_another_program_is_the_same_set(
    make_set: MakeSet, change: tuple[str, Callable[[str], str]]
) -> None:
    tables: dict[str, Table] = {
        name: change[1](TABLES[name]) for name in ("framework", "units", "values", "sources")
    }
    digest = indicators.load(make_set(**tables)).digest
    assert digest == indicators.load(make_set("workbook")).digest


def test_large_mistakes_are_found_in_no_time(make_set: MakeSet) -> None:
    chain = "code,parent\nindex,\nn0,index\n" + "".join(f"n{i},n{i - 1}\n" for i in range(1, 2000))
    many = "unit,indicator,year,value\n" + "".join(
        f"A,n1999,{1000 + i % 3000},1\n" for i in range(20_000)
    )
    start = time.perf_counter()
    findings = errors_of(make_set(framework=chain, values=many))
    assert {finding.code for finding in findings} == {"duplicate_value"}
    assert len(findings) == 17_000
    assert time.perf_counter() - start < 8

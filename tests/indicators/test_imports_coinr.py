"""COINr's tables become a set, and what is wrong in them is said with its place."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

import indicators
from indicators import Finding, IndicatorSet, InvalidInputError
from indicators.cells import CODE
from indicators.imports import translation
from indicators.imports.translation import valid_codes

ASEM = Path(__file__).parents[2].parent / "shared" / "cases" / "coinr_asem"

asem = pytest.mark.skipif(
    not ASEM.is_dir() and os.environ.get("CI") != "true", reason="there is no ../shared here"
)

META = """\
"Level","iCode","iName","Direction","Weight","Unit","Target","Denominator","Parent","Type"
1,"roads","Roads",1,2,"km",40,"area","net","Indicator"
1,"price","Price, of ""a"" line",-1,1,"euro",NA,"","net","Indicator"
1,"pay","Pay",1,1,"euro",NA,NA,"Index","Indicator"
2,"net","Networks",1,1,"Score",NA,NA,"Index","Aggregate"
3,"Index","The index",1,1,"Score",NA,NA,NA,"Aggregate"
NA,"region","region",NA,NA,NA,NA,NA,NA,"Group"
NA,"area","Land area",NA,NA,"km2",NA,NA,NA,"Denominator"
NA,"capital","capital",NA,NA,NA,NA,NA,NA,"Other"
"""
DATA = """\
"uName","uCode","region","area","roads","price","pay","capital"
"Alpha","A","East",10,30,1.5,100,"Alphaville"
"Beta","B","West",NA,,2.5,200,NA
"Gamma","C","West",5,7,3.5,300,"Gamma City"
"""

Change = tuple[str, str]


class Tables:
    """The small tables above, changed, as two files or as one workbook."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, data: str = DATA, meta: str = META) -> list[Path]:
        files = [self.folder / "iData.csv", self.folder / "iMeta.csv"]
        for file, text in zip(files, (data, meta), strict=True):
            file.write_text(text, encoding="utf-8")
        return files

    def read(self, data: Change = ("", ""), meta: Change = ("", "")) -> IndicatorSet:
        assert data[0] in DATA
        assert meta[0] in META
        changed = DATA.replace(*data, 1), META.replace(*meta, 1)
        return indicators.import_files(self.write(*changed))

    def errors(self, data: Change = ("", ""), meta: Change = ("", "")) -> list[str]:
        with pytest.raises(InvalidInputError) as caught:
            self.read(data, meta)
        return errors_in(caught.value)


def errors_in(error: InvalidInputError) -> list[str]:
    return [str(finding) for finding in error.findings if finding.severity == "error"]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


def told(imported: IndicatorSet) -> dict[str, Finding]:
    return {finding.code: finding for finding in imported.findings}


def values_of(imported: IndicatorSet) -> pd.DataFrame:
    return imported.values.pivot_table(index="unit", columns="indicator", values="value",
                                       observed=False)  # fmt: skip


# --- what becomes of the tables -----------------------------------------------------------------


def test_the_framework_has_tree_weights_directions_targets_and_denominators(
    tables: Tables,
) -> None:
    framework = tables.read().framework
    assert framework.scored_nodes == ("Index", "net", "roads", "price", "pay")
    roads, price = framework["roads"], framework["price"]
    assert (roads.weight, roads.direction, roads.measure) == (2, 1, "km / Land area")
    assert (roads.target, roads.denominator) == (40, "area")
    assert (price.direction, price.target, price.name) == (-1, None, 'Price, of "a" line')
    assert (framework.role("area"), framework["area"].parent) == ("context", "Index")


def test_the_measure_of_a_divided_indicator_is_that_of_the_quotient(tables: Tables) -> None:
    factors = ["ScaleFactor", 1000, *["NA"] * 7]
    lines = zip(META.splitlines(), factors, strict=True)
    meta = "".join(f"{line},{factor}\n" for line, factor in lines)
    framework = indicators.import_files(tables.write(meta=meta)).framework
    assert framework["roads"].measure == "km / Land area × 1000"
    assert framework["price"].measure == "euro"


def test_groups_and_others_are_columns_of_the_units(tables: Tables) -> None:
    imported = tables.read()
    assert imported.units["name"].tolist() == ["Alpha", "Beta", "Gamma"]
    assert imported.units["region"].tolist() == ["East", "West", "West"]
    assert imported.units["capital"].tolist() == ["Alphaville", "", "Gamma City"]
    assert told(imported)["other_columns"].fields["columns"] == ["capital"]


def test_values_cite_the_import_and_missing_ones_are_missing(tables: Tables) -> None:
    imported = tables.read()
    found = values_of(imported)
    assert found.loc["A"].to_dict() == {"roads": 30, "price": 1.5, "pay": 100, "area": 10}
    assert found.loc["B"].isna().to_dict() == {
        "roads": True, "price": False, "pay": False, "area": True,
    }  # fmt: skip
    assert set(imported.values["source"]) == {"import"}
    assert imported.sources.loc["import", "title"] == "COINr tables iData.csv and iMeta.csv"


def test_the_method_is_the_default_of_coinr(tables: Tables) -> None:
    method = tables.read().method
    assert method["normalisation"] == {"method": "minmax", "range": [0, 100]}
    assert method["aggregation"] == {"method": "arithmetic", "missing": "renormalise"}


def test_files_may_come_in_any_order(tables: Tables) -> None:
    data, meta = tables.write()
    assert indicators.import_files([meta, data]).digest == tables.read().digest


@pytest.mark.parametrize("title", [(), ("A title",)])
def test_a_workbook_with_both_sheets_is_the_same_set(
    tables: Tables, tmp_path: Path, title: tuple[str, ...]
) -> None:
    book = Workbook()
    for name, file in zip(("IMETA", "idata"), reversed(tables.write()), strict=True):
        sheet = book.create_sheet(name)
        if title:
            sheet.append(title)
        frame = pd.read_csv(file)
        sheet.append(list(frame.columns))
        for row in frame.astype(object).itertuples(index=False):
            sheet.append([None if cell != cell else cell for cell in row])
    sheet["A20"] = "#N/A"
    book.save(tmp_path / "coinr.xlsx")
    one, other = indicators.import_coinr(tmp_path / "coinr.xlsx"), tables.read()
    assert one.framework == other.framework
    pd.testing.assert_frame_equal(one.values, other.values)
    pd.testing.assert_frame_equal(one.units, other.units)


@pytest.mark.parametrize("when", ["2020", "2020-12-31", "2020-01-01T00:00:00"])
def test_time_is_a_year_or_a_date(tables: Tables, when: str) -> None:
    rows = [row.split(",", 1) for row in DATA.splitlines()[1:]]
    data = '"uName","Time",' + DATA.splitlines()[0].split(",", 1)[1] + "\n"
    for year in (when, when.replace("2020", "2021")):
        data += "".join(f"{name},{year},{rest}\n" for name, rest in rows)
    imported = indicators.import_files(tables.write(data=data))
    assert imported.values["year"].unique().tolist() == [2020, 2021]
    assert len(imported.units) == 3
    assert ("dates_to_years" in told(imported)) == ("-" in when)


def test_of_a_group_that_changes_the_newest_is_kept_and_said(tables: Tables) -> None:
    data = 'uCode,Time,region,area,roads,price,pay,capital\nA,2021,East,1,1,1,1,\nA,2020,West,1,1,1,1,x\n'  # fmt: skip  # noqa: E501
    imported = indicators.import_files(tables.write(data=data))
    assert imported.units.loc["A", ["region", "capital"]].tolist() == ["East", "x"]
    assert told(imported)["varies_over_years"].fields == {"value": "region", "units": ("A",)}


def test_namibia_is_a_unit(tables: Tables) -> None:
    assert "NA" in tables.read(data=('"Beta","B"', '"Namibia","NA"')).units.index


def test_goalposts_and_scale_factors_are_carried(tables: Tables) -> None:
    header, first, *rest = META.splitlines()
    columns = ["goalpost_lower,goalpost_upper,goalpost_scale,ScaleFactor", "0,50,1,1000"]
    meta = [f"{header},{columns[0]}", f"{first},{columns[1]}", *(f"{row},,,," for row in rest)]
    imported = indicators.import_files(tables.write(meta="\n".join(meta)))
    roads = imported.framework["roads"]
    assert (roads.low, roads.high, roads.scale_factor) == (0, 50, 1000)
    assert told(imported)["not_carried"].fields["column"] == "goalpost_scale"


# --- what is renamed or left out is told --------------------------------------------------------


def test_codes_that_are_none_here_are_renamed_everywhere(tables: Tables) -> None:
    data = DATA.replace('"roads"', '"road km"').replace('"A"', '"A (new)"')
    meta = META.replace('"roads"', '"road km"').replace('"area"', '"land area"')
    data = data.replace('"area"', '"land area"')
    imported = indicators.import_files(tables.write(data, meta))
    assert imported.framework["road_km"].denominator == "land_area"
    assert values_of(imported).loc["A_new", "road_km"] == 30
    renamed = [str(finding) for finding in imported.findings if finding.code == "renamed_code"]
    assert len(renamed) == 3
    assert renamed[0].startswith("iMeta.csv, line 2, column iCode: the code 'road km' is written")


@pytest.mark.parametrize(
    ("codes", "valid"),
    [
        (["a", "A", "b"], ["a", "A_2", "b"]),
        (["a b", "a_b"], ["a_b_2", "a_b"]),
        (["Österreich", "é", "..", "北京", "Я"], ["Osterreich", "e", "code", "北京", "code_Я"]),
        (["value", "Year"], ["value_2", "Year_2"]),
    ],
)
def test_codes_become_valid_and_stay_different(codes: list[str], valid: list[str]) -> None:
    assert list(valid_codes(codes, translation.RESERVED_CODES).values()) == valid


@given(st.lists(st.text(max_size=6)))
def test_any_codes_become_valid_and_stay_different(codes: list[str]) -> None:
    valid = valid_codes(codes)
    assert list(valid) == list(dict.fromkeys(codes))
    assert all(CODE.fullmatch(code) for code in valid.values())
    assert len({code.casefold() for code in valid.values()}) == len(valid)


def test_a_unit_column_called_like_one_of_ours_gets_another_name(tables: Tables) -> None:
    data, meta = (text.replace('"region"', '"role"') for text in (DATA, META))
    imported = indicators.import_files(tables.write(data, meta))
    assert imported.units["role_2"].tolist() == ["East", "West", "West"]
    assert told(imported)["renamed_column"].fields == {"value": "role", "name": "role_2"}


def test_what_has_no_place_is_told_by_column(tables: Tables) -> None:
    imported = tables.read(meta=('"Networks",1,1,"Score",NA', '"Networks",-1,1,"Score",50'))
    lost = {f.fields["column"]: f.fields["codes"] for f in imported.findings
            if f.code == "not_carried"}  # fmt: skip
    assert lost == {"Direction": ["net"], "Target": ["net"]}


@pytest.mark.parametrize(
    ("data", "meta", "finding", "words"),
    [
        (("", ""), ('NA,"capital","capital",NA,NA,NA,NA,NA,NA,"Other"', ""), "unlisted_column",
         "iData.csv, line 1, column capital: 'capital' is not in iMeta; it stands in the units"),
        (("capital", "net"), ('NA,"capital","capital",NA,NA,NA,NA,NA,NA,"Other"', ""),
         "aggregate_values", "iData.csv, line 1, column net: 'net' is an Aggregate"),
        (("", ""), ('2,"net"', '7,"net"'), "level_unlike_tree",
         "iMeta.csv, line 5, column Level: the Level of net is 7 and its place below the index "
         "makes it 2"),
        (("", ""), ("1,2,", "1,NA,"), "weight_assumed",
         "iMeta.csv, column Weight: the weight of roads is empty and counts as 1"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_told(
    tables: Tables, data: Change, meta: Change, finding: str, words: str
) -> None:
    assert str(told(tables.read(data, meta))[finding]).startswith(words)


# --- errors -------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[Change, Change, str]] = {
    "no column in iMeta": (
        ("", ""), ('"Type"', '"Kind"'),
        "iMeta.csv, line 1: the column Type is missing",
    ),
    "no uCode": (
        ("uCode", "code"), ("", ""),
        "iData.csv, line 1: this is neither iData",
    ),
    "a column twice": (
        ("capital", "pay"), ("", ""),
        "iData.csv, line 1, column pay: the column 'pay' stands twice",
    ),
    "a code twice": (
        ("", ""), ('"price"', '"roads"'),
        "iMeta.csv, line 3, column iCode: the code 'roads' stands in row 2 too",
    ),
    "no code": (
        ("", ""), ('"price"', "NA"),
        "iMeta.csv, line 3, column iCode: the code is empty",
    ),
    "an unknown parent": (
        ("", ""), ('"net","Indicator"', '"nets","Indicator"'),
        "iMeta.csv, line 2, column Parent: the parent 'nets' of roads is not in the framework",
    ),
    "a parent that is an indicator": (
        ("", ""), ('"net","Indicator"', '"pay","Indicator"'),
        "iMeta.csv, line 2, column Parent: the parent 'pay' of roads is of the Type Indicator",
    ),
    "several roots": (
        ("", ""), ('"Index","Aggregate"', ',"Aggregate"'),
        "iMeta.csv, line 5, column Parent: several nodes have an empty parent (Index, net)",
    ),
    "a circle": (
        ("", ""), ('NA,"Aggregate"', '"net","Aggregate"'),
        "are each other's parents in a circle",
    ),
    "an Aggregate of nothing": (
        ("", ""), ('NA,"Group"', '"Index","Aggregate"'),
        "iMeta.csv, line 7, column iCode: nothing has the Aggregate 'region' as its Parent",
    ),
    "a wrong Type": (
        ("", ""), ('"Index","Indicator"', '"Index","Index"'),
        "iMeta.csv, line 4, column Type: there is no Type 'Index'; choose one of Indicator",
    ),
    "a wrong Target": (
        ("", ""), ('"euro",NA,""', '"euro",cheap,""'),
        "iMeta.csv, line 3, column Target: 'cheap' is no number",
    ),
    "no Direction": (
        ("", ""), ('line",-1', 'line",NA'),
        "iMeta.csv, line 3, column Direction: the Direction is empty",
    ),
    "a denominator that is a group": (
        ("", ""), ('40,"area"', '40,"region"'),
        "iMeta.csv, line 2, column Denominator: the denominator 'region' of roads is not",
    ),
    "text for a number": (
        ("1.5", '"1,5"'), ("", ""),
        "iData.csv, line 2, column price: '1,5' is no number",
    ),
    "an infinite number": (
        ("1.5", "Inf"), ("", ""),
        "iData.csv, line 2, column price: 'Inf' is not a finite number",
    ),
    "no year": (
        ('"uName"', '"Time"'), ("", ""),
        "iData.csv, line 2, column Time: 'Alpha' is no year",
    ),
    "a unit twice": (
        ('"B"', '"A"'), ("", ""),
        "iData.csv, line 3, column uCode: A has a row for undated already, row 2",
    ),
    "a unit without code": (
        ('"Beta","B"', "NA,NA"), ("", ""),
        "iData.csv, line 3, column uCode: the code is empty",
    ),
    "an indicator without data": (
        ("price", "prize"), ("", ""),
        "iMeta.csv, line 3, column iCode: 'price' is of the Type Indicator, and iData.csv has no",
    ),
    "a row too long": (
        ("100,", "1,00,"), ("", ""),
        "iData.csv, line 2: the row has 9 cells and the heading 8",
    ),
    "semicolons": (
        (DATA, DATA.replace(",", ";")), ("", ""),
        "iData.csv, line 1: the heading has no commas but semicolons",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_names_its_place_and_says_what_to_do(tables: Tables, name: str) -> None:
    data, meta, expected = ERRORS[name]
    errors = tables.errors(data, meta)
    assert any(expected in error for error in errors), errors


def test_all_errors_are_listed_together(tables: Tables) -> None:
    errors = tables.errors(("1.5", "cheap"), ('"net","Indicator"', '"nets","Indicator"'))
    assert len(errors) == 2


def test_swapped_files_are_said(tables: Tables) -> None:
    data, meta = tables.write()
    with pytest.raises(InvalidInputError, match="this is iMeta and iData is needed here"):
        indicators.import_coinr(meta, data)


def test_two_files_of_a_kind_are_said(tables: Tables) -> None:
    data, _ = tables.write()
    with pytest.raises(InvalidInputError, match="both files have the columns of iData"):
        indicators.import_files([data, data])


def test_one_of_two_files_is_not_enough(tables: Tables) -> None:
    data, meta = tables.write()
    for file, other in ((data, "iMeta"), (meta, "iData")):
        with pytest.raises(InvalidInputError, match=rf"give the other one \({other}\)"):
            indicators.import_files([file])
    with pytest.raises(InvalidInputError, match="3 files were given"):
        indicators.import_files([data, meta, meta])


def test_files_that_cannot_be_are_said_together(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(InvalidInputError) as caught:
        indicators.import_files([tmp_path / "old.xls", tmp_path / "gone.csv"])
    xls, gone = errors_in(caught.value)
    assert xls.startswith("old.xls: import reads .csv files and .xlsx or .xlsm workbooks")
    assert gone.startswith("there is no file")


def test_a_huge_file_is_not_tried(tmp_path: Path) -> None:
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(translation.LARGEST_FILE)
    with pytest.raises(InvalidInputError, match="50 million bytes"):
        indicators.import_files([tmp_path / "huge.csv"])


def test_a_workbook_of_something_else_is_said(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(InvalidInputError, match="sheets here are Sheet"):
        indicators.import_files([tmp_path / "other.xlsx"])
    indicators.load().save(tmp_path / "set.xlsx")
    with pytest.raises(InvalidInputError, match="a set already"):
        indicators.import_files([tmp_path / "set.xlsx"])
    (tmp_path / "broken.xlsx").write_bytes(b"PK broken")
    with pytest.raises(InvalidInputError, match="password"):
        indicators.import_files([tmp_path / "broken.xlsx"])


def test_a_workbook_with_one_of_the_sheets_is_said(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("iMeta").append(["iCode", "Type"])
    book.save(tmp_path / "half.xlsx")
    with pytest.raises(InvalidInputError) as caught:
        indicators.import_files([tmp_path / "half.xlsx"])
    assert any("the table iData is missing; add the sheet iData" in e
               for e in errors_in(caught.value))  # fmt: skip


def test_ten_thousand_units_take_seconds(tables: Tables) -> None:
    names = [f"i{number}" for number in range(50)]
    meta = "iCode,Parent,Direction,Weight,Level,Type\nIndex,,1,1,2,Aggregate\n" + "".join(
        f"{name},Index,1,1,1,Indicator\n" for name in names
    )
    row = ",".join(map(str, range(50)))
    data = ",".join(["uCode", *names, "\n"]).replace(",\n", "\n")
    data += "".join(f"u{number},{row}\n" for number in range(10_000))
    before = time.process_time()
    imported = indicators.import_files(tables.write(data, meta))
    assert time.process_time() - before < 15
    assert len(imported.values) == 500_000


# --- COINr's own example ------------------------------------------------------------------------


@asem
@pytest.mark.parametrize("file", ["a_iData.csv", "a_iData_panel.csv"])
def test_asem_holds_what_its_tables_hold(file: str) -> None:
    imported = indicators.import_coinr(ASEM / file, ASEM / "a_iMeta.csv")
    data, meta = pd.read_csv(ASEM / file), pd.read_csv(ASEM / "a_iMeta.csv").set_index("iCode")
    framework = imported.framework
    assert (len(imported.units), len(framework.indicators)) == (51, 49)
    assert framework.dimensions == ("Conn", "Sust")
    assert framework.levels["Index"] == 4
    for code in framework.scored_nodes:
        node, row = framework[code], meta.loc[code]
        assert (node.name, node.parent) == (row["iName"], "" if code == "Index" else row["Parent"])
        assert node.weight == row["Weight"]
        if not framework.is_group(code):
            assert (node.direction, node.target) == (row["Direction"], row["Target"])
            assert node.denominator == ("" if pd.isna(row["Denominator"]) else row["Denominator"])
    context = ["Area", "Energy", "GDP", "Population"]
    assert [code for code in framework.all_indicators if framework.role(code) == "context"] == (
        context
    )
    newest = data[data["Time"] == data["Time"].max()].set_index("uCode")
    groups = [code for code in meta.index if meta.loc[code, "Type"] == "Group"]
    pd.testing.assert_frame_equal(
        imported.units[groups], newest[groups].astype(object), check_names=False
    )
    for year, table in data.groupby("Time"):
        found = imported.cross_section(int(year)).values
        expected = table.set_index("uCode")[list(framework.all_indicators)]
        np.testing.assert_array_equal(found, expected.loc[found.index])
    assert {finding.code for finding in imported.findings} == {"not_carried"}


@asem
@pytest.mark.parametrize("file", ["a_iData.csv", "a_iData_panel.csv"])
@pytest.mark.parametrize("saved", ["asem", "asem.xlsx"])
def test_asem_is_the_same_set_once_saved_and_loaded(tmp_path: Path, file: str, saved: str) -> None:
    imported = indicators.import_files([ASEM / "a_iMeta.csv", ASEM / file])
    imported.save(tmp_path / saved)
    assert indicators.load(tmp_path / saved).digest == imported.digest

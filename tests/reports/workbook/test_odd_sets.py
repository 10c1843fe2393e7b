"""Sets that are unlike the provinces: maps, names, years and models of every shape."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import indicators
import reports
import scoring
from indicators import IndicatorSet, InvalidInputError
from indicators.audit import audit
from reports.workbook import workbook as make_workbook
from tests import libreoffice
from tests.editing import type_into
from tests.reports.workbook.sets import KINDS, NASTY_NAMES, made

FRAMEWORK = (
    "code,parent,name,weight\nindex,,Index,\nd,index,Depth,\na,d,A,1\nb,d,B,2\nc,index,C,1\n"
)
VALUES = "unit,indicator,year,value\n"


def a_set(folder: Path, **tables: str) -> IndicatorSet:
    """Four units; tables given replace those made here."""
    folder.mkdir(exist_ok=True)
    numbers = [(1, 5, 2), (2, 3, 4), (4, 4, 1), (8, 1, 3)]
    plain = {
        "framework.csv": FRAMEWORK,
        "units.csv": "code,name\nu0,North\nu1,South\nu2,East\nu3,West\n",
        "values.csv": "unit,a,b,c\n"
        + "".join(f"u{i},{a},{b},{c}\n" for i, (a, b, c) in enumerate(numbers)),
        "method.toml": "",
    }
    for name, text in plain.items():
        key = name.split(".")[0]
        (folder / name).write_text(tables.get(key, text), encoding="utf-8")
    return indicators.load(folder)


def assert_recalculates(found: IndicatorSet, folder: Path) -> Path:
    path = folder / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    assert libreoffice.differences(path, folder) == []
    return path


def tiles(columns: int) -> str:
    """Units on a map of so many columns."""
    places = [(i + 1, 1 + i * (columns - 1) // 3) for i in range(4)]
    rows = "".join(f"u{i},U{i},{row},{column}\n" for i, (row, column) in enumerate(places))
    return f"code,name,tile_row,tile_column\n{rows}"


NOT_CALCULATED = '[normalisation]\nmethod = "rank"\n[aggregation]\nmissing = "propagate"\n'

#: What is odd about a set -> its tables.
ODD: dict[str, dict[str, str]] = {
    **{f"a map of {columns} columns": {"units": tiles(columns)} for columns in (1, 3, 26)},
    "names that are alike are told apart in the lists": {
        "units": "code,name\nu0,X\nu1,x\nu2,u0 X\nu3,Y\n",
        "framework": FRAMEWORK.replace("Depth", "Index"),
    },
    "a group called like the cooperation model": {
        "units": "code,name,cooperation_model\nu0,A,r\nu1,B,r\nu2,C,s\nu3,D,s\n",
        "method": '[ranking]\ngroup = "cooperation_model"\n',
    },
    # A score that is missing is not 0 where nothing is calculated.
    "a missing score of one indicator": {
        "framework": "code,parent\nindex,\na,index\n",
        "values": "unit,a\nu0,1\nu1,2\n",
        "method": NOT_CALCULATED,
    },
    "a missing score of two indicators": {
        "framework": "code,parent\nindex,\na,index\nb,index\n",
        "values": "unit,a,b\nu0,1,\nu1,2,2\n",
        "method": f'{NOT_CALCULATED}method = "copeland"\n',
    },
}


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """The workbook of each odd set, as written and as LibreOffice saves it."""
    folder = tmp_path_factory.mktemp("odd")
    files = [folder / f"{what}.xlsx" for what in ODD]
    for file, tables in zip(files, ODD.values(), strict=True):
        reports.write_workbook(scoring.assess(a_set(folder / file.stem, **tables)), file)
    saved = libreoffice.convert_all(files, folder)
    return dict(zip(ODD, zip(files, saved, strict=True), strict=True))


@pytest.mark.parametrize("what", ODD)
def test_every_stored_value_is_what_libreoffice_calculates(
    what: str, recalculated: dict[str, tuple[Path, Path]]
) -> None:
    file, saved = recalculated[what]
    assert libreoffice.differing(file, saved) == []


def test_every_kind_of_set_recalculates(tmp_path: Path) -> None:
    files, names = [], set(NASTY_NAMES)
    for number, options in enumerate(KINDS.values()):
        assessment = scoring.assess(made(tmp_path / f"{number}", **options))  # type: ignore[arg-type]
        files.append(tmp_path / f"{number}.xlsx")
        reports.write_workbook(assessment, files[-1])
        names |= set(assessment.units["name"])
    saved = libreoffice.convert_all(files, tmp_path)
    for kind, file, again in zip(KINDS, files, saved, strict=True):
        assert libreoffice.differing(file, again) == [], kind
        recalculated = libreoffice.read(again)
        wrong = [
            where for where in libreoffice.errors(recalculated) if recalculated[where] not in names
        ]
        assert wrong == [], kind


def test_tiles_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    units = "code,name,tile_row,tile_column\nu0,A,1,1\nu1,B,1,1\nu2,C,²,1\nu3,D,,\n"
    found = [
        f.fields["unit"] for f in audit(a_set(tmp_path / "set", units=units)) if "tile" in f.code
    ]
    assert found == ["u1", "u2"]


def test_a_deep_and_ragged_tree(tmp_path: Path) -> None:
    framework = (
        "code,parent,name,weight,direction,aggregation\nindex,,Index,,,\np,index,P,2,,\n"
        "q,p,Q,1,,geometric\nr,q,R,1,,\na,r,A,1,-1,\nb,q,B,3,1,\nc,index,C,0,1,\n"
    )
    method = "[normalisation]\nrange = [1, 100]\n"
    found = a_set(tmp_path / "set", framework=framework, method=method)
    path = assert_recalculates(found, tmp_path)
    assert np.array_equal(
        scoring.assess(indicators.load(path)).scores, scoring.assess(found).scores
    )


def test_a_weight_that_is_cleared_is_an_error_at_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(a_set(tmp_path / "set")), path)
    edited = type_into(path, tmp_path / "edited.xlsx", {("Weights", "C12"): None})
    with pytest.raises(InvalidInputError, match=r"sheet Weights, cell C12.*weight of a is empty"):
        indicators.load(edited)


def test_a_geometric_mean_is_on_offer_only_where_no_score_is_0(tmp_path: Path) -> None:
    offered = []
    for low in (0, 1):
        method = f"[normalisation]\nrange = [{low}, 100]\n"
        book = make_workbook(scoring.assess(a_set(tmp_path / f"set{low}", method=method)))
        rules = book.sheets["Weights"].openpyxl.data_validations.dataValidation
        offered.append(next(rule.formula1 for rule in rules if rule.type == "list"))
    assert offered == ['"arithmetic"', '"arithmetic,geometric"']


def test_a_fixed_year_comes_back_from_the_workbook_as_it_was(tmp_path: Path) -> None:
    values = VALUES + "".join(
        f"u{i},{code},{year},{i + year % 7}\n"
        for i in range(4)
        for code in "abc"
        for year in (2019, 2020)
        if (i, code, year) != (1, "a", 2020)
    )
    method = "[time]\nyear = 2020\n"
    found = a_set(tmp_path / "set", values=values, method=method)
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    again = indicators.load(path)
    assert len(again.values) == len(found.values)
    assert again.values["value"].tolist() == found.values["value"].tolist()
    assert audit(again, 2020) != ()
    # What is typed into the empty cell is of the year that is assessed.
    edited = indicators.load(type_into(path, tmp_path / "e.xlsx", {("Data", "E13"): 7.0}))
    added = edited.values.iloc[-1]
    assert (added["unit"], added["indicator"], added["year"], added["value"]) == (
        "u1",
        "a",
        2020,
        7,
    )


def test_a_year_without_any_value_is_refused(tmp_path: Path) -> None:
    values = VALUES + "".join(f"u{i},{code},2019,{i}\n" for i in range(4) for code in "abc")
    found = a_set(tmp_path / "set", values=values, method="[time]\nyear = 2023\n")
    with pytest.raises(InvalidInputError, match=r"a value of 2023; .* of 2019"):
        scoring.assess(found)


def test_eight_models_are_too_many(tmp_path: Path) -> None:
    models = "".join(f'[cooperation.models.m{i}]\nname = "M{i}"\n' for i in range(8))
    with pytest.raises(InvalidInputError, match="at most 7"):
        scoring.assess(a_set(tmp_path / "set", method=models))


def test_a_set_too_large_for_excel_is_refused_beforehand(tmp_path: Path) -> None:
    found = a_set(tmp_path / "set")
    assessment = scoring.assess(found)
    values = found.values.loc[np.zeros(1_048_500, dtype=int)].reset_index(drop=True)
    large = scoring.Assessment(
        **{
            **assessment.__dict__,
            "indicator_set": IndicatorSet(**{**found.__dict__, "values": values}),
        }
    )
    with pytest.raises(InvalidInputError, match="1,048,576 rows"):
        make_workbook(large)


def test_a_method_in_the_wrong_row_of_the_framework_is_told(tmp_path: Path) -> None:
    rows = ("index,,,", "d,index,log,", "a,d,,geometric", "b,d,,", "c,index,,")
    framework = "\n".join(["code,parent,transform,aggregation", *rows])
    found = scoring.assess(a_set(tmp_path / "set", framework=framework)).findings
    assert [f.fields["code"] for f in found if f.code == "method_unused"] == ["d", "a"]


def test_the_differences_to_the_default_are_told_also_where_a_region_has_no_score(
    tmp_path: Path,
) -> None:
    values = "unit,a,b,c\nu0,1,5,2\nu1,2,3,4\nu2,,,\nu3,8,1,3\n"
    found = a_set(tmp_path / "set", values=values)
    path = assert_recalculates(found, tmp_path)
    edited = type_into(path, tmp_path / "edited.xlsx", {("Weights", "C14"): 5.0})
    shown = libreoffice.read(libreoffice.convert(edited, tmp_path))
    before, after = (
        scoring.assess(s).scores["index"] for s in (found, found.with_weights({"c": 5}))
    )
    told = next(cell for (sheet, at), cell in shown.items() if (sheet, at) == ("Checks", "B13"))
    assert told == pytest.approx(float((before - after).abs().sum()))
    assert told > 1

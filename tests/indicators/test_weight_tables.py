"""The tables of weight sets and of judgements: what they say, and all that can be wrong in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

import indicators
from indicators import Finding, IndicatorSet, InvalidInputError
from tests.conftest import TABLES, MakeSet
from tests.indicators.test_links import with_results

KINDS = ("folder", "workbook")

WEIGHTS = """\
set,node,weight,author,date,note
ministry,access,60,Ann,2026-03-31,a first try
ministry,income,40,Ann,2026-03-31,
experts,phones,1/3,,,
Experts,Price,2/3,,,
"""
JUDGEMENTS = """\
kind,expert,node,other,value,note
comparison,Ann,access,income,3,
Comparison,ann,phones,price,1/5,unsure
points,Bob,access,,70,
points,Bob,income,,30,
rank,,phones,,1,
"""


def loaded(
    make_set: MakeSet,
    kind: str = "folder",
    edit: Callable[[Workbook], object] | None = None,
    **tables: str,
) -> IndicatorSet:
    return indicators.load(written(make_set, kind, edit, **tables))


def written(
    make_set: MakeSet,
    kind: str = "folder",
    edit: Callable[[Workbook], object] | None = None,
    **tables: str,
) -> Path:
    def title(book: Workbook) -> None:
        if "Weights" in book.sheetnames:
            book["Weights"].title = "Weight sets"
        if edit:
            edit(book)

    return make_set(kind, title, **tables)


def errors(path: Path) -> list[Finding]:
    with pytest.raises(InvalidInputError) as caught:
        indicators.load(path)
    return [finding for finding in caught.value.findings if finding.severity == "error"]


# --- what they say --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_weight_sets_stand_side_by_side(make_set: MakeSet, kind: str) -> None:
    found = loaded(make_set, kind, weights=WEIGHTS)
    assert found.weight_set_names == ("ministry", "experts")
    assert found.weights_of("ministry") == {"access": 60, "income": 40}
    assert found.weights_of("experts") == {"phones": 1 / 3, "price": 2 / 3}
    assert found.weight_sets.loc[0, ["author", "date", "note"]].tolist() == [
        *("Ann", "2026-03-31", "a first try")
    ]
    assert found.framework.weight("access") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_judgements_of_all_kinds_stand_in_one_table(make_set: MakeSet, kind: str) -> None:
    found = loaded(make_set, kind, judgements=JUDGEMENTS).judgements
    assert found["kind"].tolist() == ["comparison", "comparison", "points", "points", "rank"]
    assert found["expert"].tolist() == ["Ann", "Ann", "Bob", "Bob", ""]
    assert found["value"].tolist() == [3, 0.2, 70, 30, 1]
    assert found["other"].tolist() == ["income", "price", "", "", ""]


def test_a_date_of_excel_is_a_date(make_set: MakeSet) -> None:
    def edit(book: Workbook) -> None:
        book["Weight sets"]["E2"] = datetime(2026, 3, 31)
        book["Weight sets"]["E3"] = date(2025, 1, 2)

    found = loaded(make_set, "workbook", edit, weights=WEIGHTS)
    assert found.weight_sets["date"].tolist() == ["2026-03-31", "2025-01-02", "", ""]


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_without_these_tables_is_as_before(make_set: MakeSet, kind: str) -> None:
    path = make_set(kind)
    found = indicators.load(path)
    assert found.weight_set_names == ()
    assert found.weight_sets.columns.tolist() == [
        *("set", "node", "weight", "author", "date", "note")
    ]
    assert len(found.judgements) == 0
    assert found.weight_sets["weight"].dtype == found.judgements["value"].dtype == np.float64


@pytest.mark.parametrize("name", ["again", "again.xlsx"])
@pytest.mark.parametrize("kind", KINDS)
def test_both_tables_come_back_as_they_were(
    make_set: MakeSet, tmp_path: Path, kind: str, name: str
) -> None:
    found = loaded(make_set, kind, weights=WEIGHTS, judgements=JUDGEMENTS)
    found.save(tmp_path / name)
    again = indicators.load(tmp_path / name)
    pd.testing.assert_frame_equal(again.weight_sets, found.weight_sets, check_exact=True)
    pd.testing.assert_frame_equal(again.judgements, found.judgements, check_exact=True)
    assert again.digest == found.digest


def test_tables_with_nothing_in_them_are_not_written(make_set: MakeSet, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    small = indicators.load(make_set())
    small.save(tmp_path / "again")
    small.save(tmp_path / "again.xlsx")
    assert not (tmp_path / "again" / "weights.csv").exists()
    assert not {"Weight sets", "Judgements"} & {*load_workbook(tmp_path / "again.xlsx").sheetnames}


@pytest.mark.parametrize("change", [("60", "61"), ("2026-03-31", "2026-04-01"), ("1/3", "1/4")])
def test_the_digest_knows_every_weight(
    make_set: MakeSet, tmp_path: Path, change: tuple[str, str]
) -> None:
    path = make_set(weights=WEIGHTS)
    before = indicators.load(path).digest
    path.rename(tmp_path / "before")
    assert indicators.load(make_set(weights=WEIGHTS.replace(*change))).digest != before


# --- what is wrong in them ------------------------------------------------------------------------

HEAD = "set,node,weight,author,date,note\n"
SAYS = "kind,expert,node,other,value\n"

# what stands there, finding, cell, words of the message
WRONG_WEIGHTS = [
    ("a,acess,1\na,income,1", "unknown_node", "B2", "no node 'acess' in the framework (did you"),
    ("a,index,1", "node_without_weight", "B2", "index is the index itself"),
    ("a,,1", "empty_cell", "B2", "the node is empty"),
    (",access,1\n,income,1", "empty_cell empty_cell", "A2", "the set is empty"),
    ("a b,access,1\na b,income,1", "bad_code bad_code", "A2", "'a b'"),
    ("a,access,\na,income,1", "empty_cell", "C2", "the weight is empty"),
    ("a,access,much\na,income,1", "no_amount", "C2", "'much' is no finite number"),
    ("a,access,1/0\na,income,1", "no_amount", "C2", "'1/0' is no finite number"),
    ("a,access,inf\na,income,1", "no_amount", "C2", "such as 2, 0.5 or 1/3"),
    ("a,access,1e999\na,income,1", "no_amount", "C2", "1e999"),
    ("a,access,-1\na,income,1", "negative_weight", "C2", "the weight -1 of access is negative"),
    ("a,access,-1/2\na,income,1", "negative_weight", "C2", "-0.5 of access"),
    ("a,access,0\na,income,0", "zero_weights", "C2", "all weights below 'index' are 0"),
    ("a,access,1e308\na,income,1e308", "huge_weights", "C2", "write smaller ones"),
    ("a,access,1\nb,access,1\nb,income,1", "weight_set_incomplete", "C2", "not to income"),
    ("a,access,1\nA,Access,2\na,income,1", "weight_twice", "B3", "a weight for access already"),
    ("a,access,1,Ann,31 March\na,income,1", "not_a_date", "E2", "write it like 2026-03-31"),
    ("a,access,1,Ann,2026-3-1\na,income,1", "not_a_date", "E2", "'2026-3-1' is no date"),
    ("a,access,1,Ann,2026-02-30\na,income,1", "not_a_date", "E2", "'2026-02-30'"),
]  # fmt: skip
WRONG_JUDGEMENTS = [
    ("comparision,A,access,income,2", "unknown_choice", "A2", "did you mean comparison?"),
    (",A,access,income,2", "empty_cell", "A2", "the kind is empty"),
    ("points,A,acces,,2", "unknown_node", "C2", "did you mean access?"),
    ("comparison,A,access,incom,2", "unknown_node", "D2", "did you mean income?"),
    ("comparison,A,access,index,2", "node_without_weight", "D2", "the index itself"),
    ("comparison,A,access,,2", "other_missing", "D2", "write the code of the other node"),
    ("comparison,A,access,access,1", "compared_with_itself", "D2", "delete the row"),
    ("comparison,A,access,pay,1", "not_siblings", "D2", "access and pay have different parents"),
    ("points,A,access,income,1", "other_unused", "D2", "column other (income) empty"),
    ("points,A,access,nothing,1", "other_unused", "D2", "column other (nothing) empty"),
    ("comparison,A,access,income,0", "bad_judgement", "E2", "write a number above 0"),
    ("comparison,A,access,income,-1/3", "bad_judgement", "E2", "as important the node is"),
    ("points,A,access,,-1", "bad_judgement", "E2", "write a number from 0"),
    ("rank,A,access,,0", "bad_judgement", "E2", "write a number from 1"),
    ("swing,A,access,,-5", "bad_judgement", "E2", "from worst to best"),
    ("points,A,access,,", "empty_cell", "E2", "the value is empty"),
    ("points,A,access,,some", "no_amount", "E2", "'some' is no finite number"),
    ("points,A,access,,1\npoints,a,Access,,1", "judgement_twice", "E3", "of access by A is"),
    ("rank,,access,,1\nrank,,access,,1", "judgement_twice", "E3", "of access is there already"),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("table", "rows", "codes", "cell", "words"),
    [("Weight sets", *row) for row in WRONG_WEIGHTS]
    + [("Judgements", *row) for row in WRONG_JUDGEMENTS],
)
def test_what_is_wrong_is_told_once_with_its_cell(
    make_set: MakeSet, kind: str, table: str, rows: str, codes: str, cell: str, words: str
) -> None:
    name, heading = ("weights", HEAD) if table == "Weight sets" else ("judgements", SAYS)
    width = heading.count(",")
    text = heading + "".join(
        row + "," * (width - row.count(",")) + "\n" for row in rows.splitlines()
    )
    found = errors(written(make_set, kind, **{name: text}))
    assert [finding.code for finding in found] == codes.split()
    row = re.sub(r"\D", "", cell)
    where = f"{name}.csv, line {row}," if kind == "folder" else f"sheet {table}, cell {cell},"
    assert where in str(found[0])
    assert words in str(found[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("tables", "codes", "words"),
    [
        ({"weights": "set,node\na,pay\n"}, "missing_column", "needs set, node, weight"),
        ({"judgements": "kind,value\nrank,1\n"}, "missing_column", "needs kind, node, value"),
        ({"weights": WEIGHTS.replace("note", "notes")}, "unknown_column", "'notes'"),
        ({"judgements": SAYS.replace("expert", "Value")}, "duplicate_column", "keep one"),
    ],
)
def test_a_wrong_heading_is_told(
    make_set: MakeSet, kind: str, tables: dict[str, str], codes: str, words: str
) -> None:
    found = errors(written(make_set, kind, **tables))
    assert [finding.code for finding in found] == codes.split()
    assert words in str(found[0])


def test_an_indicator_that_is_not_scored_has_no_weight(make_set: MakeSet) -> None:
    framework = (
        TABLES["framework"]
        .replace("direction,low,high", "role")
        .replace("pay,income,Pay,,1,,", "pay,income,Pay,,profile\nwage,income,Wage,,")
    )
    framework = re.sub(r",(-1|1)?,(0,100|,)$", ",", framework, flags=re.MULTILINE)
    (finding,) = errors(make_set(framework=framework, weights=f"{HEAD}a,pay,1,,,\n"))
    assert "pay is an indicator of the role profile and has no weight" in str(finding)


@pytest.mark.parametrize("value", [datetime(2026, 3, 1), date(2026, 1, 3), time(1, 3)])
@pytest.mark.parametrize(("sheet", "cell"), [("Weight sets", "C2"), ("Judgements", "E2")])
def test_a_fraction_that_excel_took_for_a_date_is_told(
    make_set: MakeSet, value: object, sheet: str, cell: str
) -> None:
    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    (finding,) = errors(written(make_set, "workbook", edit, weights=WEIGHTS, judgements=JUDGEMENTS))
    assert finding.code == "date_for_number"
    assert f"sheet {sheet}, cell {cell}" in str(finding)
    assert "Excel takes 1/3 and 1:3 for one, so write =1/3" in str(finding)


def test_a_third_typed_as_a_formula_is_a_number(make_set: MakeSet) -> None:
    def edit(book: Workbook) -> None:
        book["Weight sets"]["C4"] = "=1/3"

    path = with_results(written(make_set, "workbook", edit, weights=WEIGHTS), {"1/3": "0.25"})
    assert indicators.load(path).weights_of("experts")["phones"] == 0.25


@pytest.mark.parametrize(
    ("content", "code"), [("#DIV/0!", "error_cell"), ("=40+2", "formula_without_result")]
)
@pytest.mark.parametrize("sheet", ["Weight sets", "Judgements"])
def test_a_cell_that_cannot_be_read_is_told_once(
    make_set: MakeSet, sheet: str, content: str, code: str
) -> None:
    columns = "ABCE" if sheet == "Weight sets" else "ABCDE"

    def edit(book: Workbook) -> None:
        for letter in columns:
            book[sheet][f"{letter}2"] = content

    found = errors(written(make_set, "workbook", edit, weights=WEIGHTS, judgements=JUDGEMENTS))
    cells = {f"{finding.place.letter}{finding.place.row}" for finding in found}
    assert {finding.code for finding in found} == {code}
    assert (len(found), cells) == (len(columns), {f"{letter}2" for letter in columns})


@pytest.mark.parametrize("kind", KINDS)
def test_no_error_hides_another(make_set: MakeSet, kind: str) -> None:
    path = written(
        make_set,
        kind,
        framework=TABLES["framework"].replace("Price,3,-1", "Price,3,down"),
        units=TABLES["units"].replace("Alpha", "Beta"),
        weights=f"{HEAD}a b,access,x,,31,\nb,access,1,,,\nc,access,-1,,,\nc,income,1,,,\n",
        judgements=f"{SAYS}comparison,A,access,access,\nrnk,A,access,,x\nrank,A,income,income,0\n",
    )
    told = [(finding.code, finding.place.row) for finding in errors(path)]
    assert sorted(told) == sorted([
        ("bad_direction", 6),
        ("bad_code", 2), ("no_amount", 2), ("not_a_date", 2), ("negative_weight", 4),
        ("weight_set_incomplete", 2), ("weight_set_incomplete", 3),
        ("empty_cell", 2), ("compared_with_itself", 2), ("unknown_choice", 3), ("no_amount", 3),
        ("other_unused", 4), ("bad_judgement", 4),
    ])  # fmt: skip


def test_a_misspelt_node_is_not_missed_as_well(make_set: MakeSet) -> None:
    rows = "a,access,0,,,\na,incom,1,,,\nb,phones,1,,,\n"
    found = errors(make_set(weights=HEAD + rows))
    assert [(finding.code, finding.place.row) for finding in found] == [
        ("unknown_node", 3),
        ("weight_set_incomplete", 4),
    ]


def test_a_table_on_a_sheet_of_another_name_is_not_passed_over(make_set: MakeSet) -> None:
    (finding,) = errors(make_set("workbook", weights=WEIGHTS))
    assert str(finding) == (
        "small.xlsx, sheet Weights: this sheet has the columns of the table weights, which is read "
        "from the sheet Weight sets; rename it"
    )


def test_a_sheet_weights_with_other_columns_is_no_table(make_set: MakeSet) -> None:
    def edit(book: Workbook) -> None:
        book.create_sheet("Weights").append(["node", "weight", "share"])

    assert indicators.load(make_set("workbook", edit)).weight_set_names == ()


# --- rows on offer --------------------------------------------------------------------------------


def offered(value: object) -> Callable[[Workbook], None]:
    """A sheet of comparisons that is the home of what the table Judgements repeats."""

    def edit(book: Workbook) -> None:
        home = book.create_sheet("AHP")
        home["C5"] = value
        home["D6"] = 3
        sheet = book["Judgements"]
        for row, cell in ((2, "C5"), (3, "D6")):
            sheet[f"E{row}"] = f'=IF(AHP!{cell}="","",AHP!{cell})'

    return edit


ON_OFFER = SAYS + "comparison,A,access,income,\ncomparison,A,phones,price,\n"


def test_a_link_to_an_empty_cell_is_only_on_offer(make_set: MakeSet) -> None:
    path = written(make_set, "workbook", offered(None), judgements=ON_OFFER)
    found = indicators.load(with_results(path, {'IF(AHP!C5="","",AHP!C5)': "9"}))
    assert found.judgements[["node", "value"]].to_numpy().tolist() == [["phones", 3]]
    assert str(found.judgement_place(0)) == "stored.xlsx, sheet AHP, cell D6, column value"


def test_what_is_wrong_at_home_is_told_there(make_set: MakeSet) -> None:
    path = written(make_set, "workbook", offered("many"), judgements=ON_OFFER)
    (finding,) = errors(path)
    assert finding.code == "no_amount"
    assert "sheet AHP, cell C5, column value: 'many'" in str(finding)


def test_the_first_of_two_is_named_by_its_home(make_set: MakeSet) -> None:
    def edit(book: Workbook) -> None:
        book.create_sheet("AHP")["D6"] = 3
        book["Judgements"]["E2"] = "=AHP!D6"

    twice = SAYS + "points,A,access,,\npoints,A,access,,4\n"
    (finding,) = errors(written(make_set, "workbook", edit, judgements=twice))
    assert finding.place.cell == "sheet Judgements, cell E3"
    assert "already (sheet AHP, cell D6); keep one" in str(finding)


def test_an_empty_weight_that_is_no_link_is_told(make_set: MakeSet) -> None:
    def edit(book: Workbook) -> None:
        book.create_sheet("Sets")
        book["Weight sets"]["C2"] = "=Sets!A1"

    rows = HEAD + "a,access,,,,\nb,pay,,,,\n"
    (finding,) = errors(written(make_set, "workbook", edit, weights=rows))
    assert (finding.code, finding.place.row) == ("empty_cell", 3)


# --- changed copies -------------------------------------------------------------------------------


def test_a_set_is_added_or_takes_the_place_of_its_namesake(make_set: MakeSet) -> None:
    small = loaded(make_set, weights=WEIGHTS)
    more = small.with_weight_set("new", {"access": np.float64(1), "income": np.int64(2)})
    assert more.weight_set_names == ("ministry", "experts", "new")
    other = more.with_weight_set(
        "Ministry", {"pay": 1}, author=" Bob ", date="2026-04-01", note="later"
    )
    assert other.weight_set_names == ("experts", "new", "Ministry")
    assert other.weight_sets.iloc[-1].tolist() == [
        *("Ministry", "pay", 1.0, "Bob", "2026-04-01", "later")
    ]
    assert small.weight_set_names == ("ministry", "experts")


def test_what_was_added_is_saved_and_read_again(make_set: MakeSet, tmp_path: Path) -> None:
    small = indicators.load(make_set())
    changed = small.with_weight_set("new", {"access": 1 / 3, "income": 2 / 3}, note=" a\nb ")
    table = pd.DataFrame({"kind": ["rank"], "node": ["access"], "value": ["1/1"], "note": [None]})
    changed = changed.with_judgements(table)
    for name in ("again", "again.xlsx"):
        changed.save(tmp_path / name)
        assert indicators.load(tmp_path / name).digest == changed.digest


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.weights_of("new"), "no weight set 'new'; there are ministry, experts"),
        (lambda s: s.with_weight_set("new", {}), "the weight set 'new' has no weights"),
        (lambda s: s.with_weight_set("", {"pay": 1}), "line 2, column set: the set is empty"),
        (lambda s: s.with_weight_set("a b", {"pay": 1}), "'a b'"),
        (lambda s: s.with_weight_set("new", {"wage": 1}), "no node 'wage'"),
        (lambda s: s.with_weight_set("new", {"pay": "much"}), "'much' is no finite number"),
        (lambda s: s.with_weight_set("new", {"pay": None}), "the weight is empty"),
        (lambda s: s.with_weight_set("new", {"pay": float("nan")}), "nan"),
        (lambda s: s.with_weight_set("new", {"access": 1}), "not to income"),
        (lambda s: s.with_weight_set("new", {"pay": 1}, date="today"), "'today' is no date"),
        (lambda s: s.with_judgements({"kind": "rank"}), "judgements are a DataFrame"),
        (lambda s: s.with_judgements(pd.DataFrame({"kind": ["rank"]})), "needs kind, node, value"),
        (
            lambda s: s.with_judgements(pd.DataFrame({"kind": [1], "node": ["pay"], "value": [1]})),
            "no kind of judgement '1'",
        ),
    ],
)
def test_wrong_calls_say_so(
    make_set: MakeSet, call: Callable[[IndicatorSet], object], message: str
) -> None:
    small = loaded(make_set, weights=WEIGHTS)
    with pytest.raises((InvalidInputError, ValueError, KeyError, TypeError)) as caught:
        call(small)
    assert message in str(caught.value)


def test_places_follow_the_rows(make_set: MakeSet) -> None:
    small = loaded(make_set, weights=WEIGHTS, judgements=JUDGEMENTS)
    assert str(small.weight_set_place("experts")) == "weights.csv, line 4, column set"
    assert str(small.judgement_place(2)) == "judgements.csv, line 4, column value"
    changed = small.with_weight_set("new", {"pay": 1}).with_judgements(small.judgements.iloc[2:])
    assert str(changed.weight_set_place("new")) == "weights, line 6, column set"
    assert str(changed.judgement_place(0)) == "judgements, line 2, column value"

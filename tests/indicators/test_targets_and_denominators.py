"""The framework's columns target, target_high, denominator and scale_factor."""

from __future__ import annotations

from pathlib import Path

import pytest

import indicators
from indicators import InvalidInputError
from tests.conftest import MakeSet

HEADING = "code,parent,name,weight,direction,low,high"


def framework(columns: str, phones: str) -> str:
    """The small framework with further columns, filled in for phones alone."""
    empty = "," * phones.count(",")
    return f"""\
{HEADING},{columns}
index,,Index,,,,,{empty}
access,index,Access,2,,,,{empty}
income,index,Income,1,,,,{empty}
phones,access,Phones,1,1,0,100,{phones}
price,access,Price,3,-1,,,{empty}
pay,income,Pay,,1,,,{empty}
"""


def test_targets_and_scale_factors_are_numbers(make_set: MakeSet) -> None:
    table = framework("denominator,scale_factor,target,target_high", "PAY,1000,40,60")
    node = indicators.load(make_set(framework=table)).framework["phones"]
    assert (node.denominator, node.scale_factor) == ("pay", 1000)
    assert (node.target, node.target_high) == (40, 60)


def test_a_direction_may_be_written_by_a_program_that_took_it_for_a_number(
    make_set: MakeSet,
) -> None:
    table = framework("target", "").replace(",1,1,0", ",1,1.0,0").replace(",-1,", ",-1.0,")
    found = indicators.load(make_set(framework=table)).framework
    assert [found.direction(code) for code in ("phones", "price", "pay")] == [1, -1, 1]


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_optional_columns_are_written_where_a_node_has_them(
    make_set: MakeSet, tmp_path: Path, kind: str
) -> None:
    some = indicators.load(make_set(kind, framework=framework("target,caution", "0,old")))
    heading = some.rows("framework")[0]
    assert "target" in heading
    assert not {"target_high", "scale_factor"} & {*heading}
    assert heading[-1] == "caution"
    some.save(tmp_path / "again.xlsx")
    assert indicators.load(tmp_path / "again.xlsx").digest == some.digest


def test_optional_columns_that_nobody_fills_are_not_written(make_set: MakeSet) -> None:
    heading = indicators.load(make_set()).rows("framework")[0]
    assert not {"target", "target_high", "scale_factor", "caution"} & {*heading}


@pytest.mark.parametrize(
    ("columns", "phones", "column", "message"),
    [
        ("target", "many", "target", "'many' is no number"),
        ("target,target_high", "60,60", "target_high",
         "target 60 is not below target_high 60 for phones"),
        ("target_high", "60", "target_high", "phones has the target_high 60 and no target"),
        ("denominator,scale_factor", "pay,0", "scale_factor",
         "the scale factor 0 of phones is not above 0"),
        ("scale_factor", "10", "scale_factor", "phones has a scale factor and no denominator"),
        ("denominator", "Phones", "denominator", "phones cannot be its own denominator"),
        ("denominator", "access", "denominator", "the denominator 'access' of phones is not an"),
        ("denominator", "people", "denominator", "the denominator 'people' of phones is not an"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_the_place(
    make_set: MakeSet, columns: str, phones: str, column: str, message: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        indicators.load(make_set(framework=framework(columns, phones)))
    (finding,) = (found for found in caught.value.findings if found.severity == "error")
    assert str(finding).startswith(f"framework.csv, line 5, column {column}: {message}")


def test_a_group_has_no_denominator(make_set: MakeSet) -> None:
    table = framework("denominator", "").replace("Access,2,,,,", "Access,2,,,,pay")
    with pytest.raises(InvalidInputError, match="line 3, column denominator: access is a group"):
        indicators.load(make_set(framework=table))

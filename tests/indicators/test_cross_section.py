"""One value for each unit and indicator: of a year, or the latest."""

from __future__ import annotations

import pandas as pd
import pytest

import indicators
from tests.conftest import MakeSet

FRAMEWORK = "code,parent\nindex,\npay,index\nspeed,index\n"


def section(
    path_set: MakeSet, values: str, year: object = "latest", **tables: str
) -> dict[str, str]:
    """Unit -> 'value of pay (year), value of speed (year)', - where missing, ~ undated."""
    read = indicators.load(path_set(framework=FRAMEWORK, values=values, **tables))
    found = read.cross_section(year)  # type: ignore[arg-type]

    def shown(unit: str, code: str) -> str:
        value, when = found.values.loc[unit, code], found.years.loc[unit, code]
        if pd.isna(value):
            assert pd.isna(when)
            return "-"
        return f"{value:g}~" if pd.isna(when) else f"{value:g} {when:g}"

    return {u: f"{shown(u, 'pay')}, {shown(u, 'speed')}" for u in found.values.index}


LONG = """\
unit,indicator,year,value,note
A,pay,2021,2,
A,pay,2020,1,
B,pay,2020,3,
B,pay,2021,,withdrawn
C,pay,2019,4,
A,pay,2022,,not yet out
B,pay,2022,,not yet out
A,speed,,5,
B,speed,2020,6,
B,speed,,7,
C,speed,2021,,
"""


def test_latest_takes_the_newest_row_of_each_cell(make_set: MakeSet) -> None:
    assert section(make_set, LONG) == {
        "A": "2 2021, 5~",  # 2022, in which nobody has a value, does not count
        "B": "-, 6 2020",  # an empty row wins over the older value; a dated fact over an undated
        "C": "4 2019, -",
    }


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2020, {"A": "1 2020, 5~", "B": "3 2020, 6 2020", "C": "-, -"}),
        (2021, {"A": "2 2021, 5~", "B": "-, 7~", "C": "-, -"}),
        (2019, {"A": "-, 5~", "B": "-, 7~", "C": "4 2019, -"}),
        (1999, {"A": "-, 5~", "B": "-, 7~", "C": "-, -"}),
    ],
)
def test_a_year_takes_its_own_values_and_undated_ones(
    make_set: MakeSet, year: int, expected: dict[str, str]
) -> None:
    assert section(make_set, LONG, year) == expected


def test_an_empty_row_of_a_year_wins_over_an_undated_fact(make_set: MakeSet) -> None:
    values = "unit,indicator,year,value\nA,pay,,1\nA,pay,2020,\nB,pay,2020,2\n"
    assert section(make_set, values, 2020)["A"] == "-, -"


def test_the_order_of_the_rows_does_not_matter(make_set: MakeSet) -> None:
    heading, *rows = LONG.splitlines()
    backwards = "\n".join([heading, *reversed(rows)])
    assert section(make_set, backwards) == {"A": "2 2021, 5~", "B": "-, 6 2020", "C": "4 2019, -"}


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_wide_values_with_years(make_set: MakeSet, kind: str) -> None:
    values = "unit,year,speed,Pay\nA,2020,1,10\nA,2021,,20\nB,2021,3,\nC,,4,\n"
    read = indicators.load(make_set(kind, framework=FRAMEWORK, values=values))
    found = read.cross_section()
    # An empty cell of a wide table says nothing, so the older value stays.
    assert found.values.fillna(-1).to_numpy().tolist() == [[20, 1], [-1, 3], [-1, 4]]
    assert found.years.fillna(-1).to_numpy().tolist() == [[2021, 2020], [-1, 2021], [-1, -1]]


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_wide_values_without_years_are_undated(make_set: MakeSet, kind: str) -> None:
    values = "Unit,pay,speed\nA,1,2\nB,,3\n"
    read = indicators.load(make_set(kind, framework=FRAMEWORK, values=values))
    assert read.values[["unit", "indicator", "value"]].to_numpy().tolist() == [
        ["A", "pay", 1], ["A", "speed", 2], ["B", "speed", 3],
    ]  # fmt: skip
    assert read.values["year"].isna().all()


def test_units_of_the_role_context_are_not_in_it(make_set: MakeSet) -> None:
    units = "code,name,role\nA,Alpha,\nB,Beta,context\nC,Gamma,score\n"
    read = indicators.load(make_set(framework=FRAMEWORK, values=LONG, units=units))
    assert read.cross_section().values.index.tolist() == ["A", "C"]
    assert read.context_units.index.tolist() == ["B"]
    assert set(read.values["unit"]) == {"A", "B", "C"}


def test_profile_and_context_indicators_come_after_the_scored(make_set: MakeSet) -> None:
    framework = "code,parent,role\nindex,,\npay,index,context\nspeed,index,\n"
    read = indicators.load(make_set(framework=framework, values=LONG))
    assert read.cross_section().values.columns.tolist() == ["speed", "pay"]

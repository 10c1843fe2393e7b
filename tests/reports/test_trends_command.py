"""`scorecards trends`: indicators, scores and ranks over the years."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicators
import scoring
from reports.tables import score_table, trend_tables
from tests.conftest import MakeSet
from tests.reports.conftest import Run

VALUES = """\
unit,indicator,year,value
A,pay,2018,100
A,pay,2019,110
A,pay,2020,121
B,pay,2018,300
B,pay,2020,200
C,pay,2020,150
A,phones,,5
B,phones,,6
C,phones,,7
"""
FRAMEWORK = "code,parent,name,measure\nindex,,Index,\npay,index,Pay,yuan\nphones,index,Phones,\n"
PANEL = '[time]\nyear = "panel"\n'


@pytest.fixture
def years(make_set: MakeSet) -> Path:
    return make_set(values=VALUES, framework=FRAMEWORK, sources=None, method="")


def test_change_growth_and_slope_of_every_unit(run: Run, years: Path) -> None:
    status, out, err = run("trends", years)
    assert (status, err) == (0, "")
    rows = {(row["unit"], row["indicator"]): row for row in csv.DictReader(StringIO(out))}
    pay = rows["A", "pay"]
    assert (pay["name"], pay["measure"]) == ("Alpha", "yuan")
    assert (pay["observations"], pay["first_year"], pay["last_year"]) == ("3", "2018", "2020")
    assert float(pay["change"]) == 21
    assert float(pay["compound_annual_growth"]) == pytest.approx(0.10)
    assert float(pay["slope"]) == pytest.approx(10.5)
    # By hand: residuals 1/6, -1/3, 1/6; standard error sqrt(1/6 / 2), t = 36.37, 1 degree.
    assert float(pay["standard_error"]) == pytest.approx(np.sqrt(1 / 12))
    assert float(pay["p_value"]) == pytest.approx(0.0175, abs=5e-5)
    assert float(rows["B", "pay"]["slope"]) == -50
    assert float(rows["B", "pay"]["compound_annual_growth"]) == pytest.approx(
        (200 / 300) ** 0.5 - 1
    )
    assert rows["C", "pay"]["slope"] == ""


def test_undated_values_are_no_trend(run: Run, years: Path) -> None:
    rows = list(csv.DictReader(StringIO(run("trends", years)[1])))
    assert {row["observations"] for row in rows if row["indicator"] == "phones"} == {"0"}


def test_a_person_sees_a_line_for_each_indicator(years: Path, shown: Callable[..., str]) -> None:
    seen = shown("trends", years)
    assert "falling" in seen
    assert "Pay" in seen
    assert "Alpha" not in seen


def test_the_summary_counts_what_rises_and_falls(years: Path) -> None:
    tables = trend_tables(scoring.assess(indicators.load(years)))
    pay = tables["summary"].set_index("indicator").loc["pay"]
    assert pay[["units", "rising", "falling"]].tolist() == [2, 1, 0]
    assert pay["slope"] == pytest.approx((10.5 - 50) / 2)
    assert list(tables) == ["indicators", "summary"]


def test_a_panel_has_trends_of_scores_and_ranks(run: Run, years: Path, here: Path) -> None:
    (years / "method.toml").write_text(PANEL)
    assert run("trends", years, "-o", "trends.xlsx", "-q") == (0, "", "")
    sheets = pd.read_excel("trends.xlsx", sheet_name=None)
    assert list(sheets) == ["Indicators", "Scores", "Ranks", "Summary"]
    # Over all years pay goes from 100 to 300: 100, 110, 121 score 0, 5 and 10.5.
    scores = sheets["Scores"].set_index(["node", "unit"]).loc[("pay", "A")]
    assert scores[["first", "last", "change"]].tolist() == pytest.approx([0, 10.5, 10.5])
    ranks = sheets["Ranks"].set_index(["node", "unit"]).loc[("pay", "A")]
    # A climb is positive, as where two sets are compared.
    assert ranks[["first", "last", "places_gained"]].tolist() == [2, 3, -1]
    assert ranks["places_gained_a_year"] == -0.5
    assert not {"change", "slope"} & set(sheets["Ranks"])
    assert "compound_annual_growth" not in sheets["Ranks"]


def test_scores_of_a_panel_are_of_every_year(run: Run, years: Path) -> None:
    (years / "method.toml").write_text(PANEL)
    table = score_table(scoring.assess(indicators.load(years)))
    pay = table[(table["node"] == "pay") & (table["unit"] == "A")]
    assert pay["year"].tolist() == [2018, 2019, 2020]
    assert pay["score"].tolist() == pytest.approx([0, 5, 10.5])
    assert pay["rank"].tolist() == [2, 1, 3]
    rows = list(csv.DictReader(StringIO(run("score", years)[1])))
    assert len(rows) == len(table) == 3 * 3 * 3


def test_values_per_denominator_are_followed_in_their_own_years(
    run: Run, make_set: MakeSet
) -> None:
    framework = """\
code,parent,role,denominator
index,,,
pay,index,,people
people,index,context,
"""
    values = """\
unit,indicator,year,value
A,pay,2020,100
A,pay,2021,300
A,people,2020,10
A,people,2021,20
"""
    path = make_set(framework=framework, values=values, sources=None, method="")
    rows = list(csv.DictReader(StringIO(run("trends", path)[1])))
    pay = next(row for row in rows if (row["unit"], row["indicator"]) == ("A", "pay"))
    assert (float(pay["first"]), float(pay["last"])) == (10, 15)


def test_one_year_is_no_trend(run: Run, make_set: MakeSet) -> None:
    status, out, err = run("trends", make_set(values=("A,phones,2020,10,book,\n", "")))
    assert (status, out) == (1, "")
    assert (
        "values.csv, column year: all values of scored indicators are of 2021, and a trend needs "
        "two years or more" in err
    )


def test_no_years_are_no_trend(run: Run, make_set: MakeSet) -> None:
    values = "unit,indicator,value\nA,pay,1\nB,pay,2\n"
    status, _, err = run("trends", make_set(values=values, sources=None))
    assert status == 1
    assert "no value of a scored indicator has a year" in err

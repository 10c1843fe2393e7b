"""`scorecards check`: what statistics say of a set, in words and in tables."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import indicators
import reports
import scoring
from tests.conftest import MakeSet
from tests.reports.conftest import Run

#: Ten regions; what is odd about each indicator stands beside it.
FRAMEWORK = """\
code,parent,name,direction
index,,Index,
pair,index,Pair,
parts,index,Parts,
up,pair,Up,1
double,pair,Double,1
down,parts,Down,1
zeros,parts,Zeros,1
threes,parts,Threes,1
ties,parts,Ties,1
outlier,parts,Outlier,1
"""
COLUMNS = {
    "up": range(1, 11),
    "double": [2, 4, 6, 8, 10, 12, 14, 16, 18, 21],  # goes with up
    "down": [9, 10, 8, 7, 5, 6, 4, 3, 2, 1],
    "zeros": [0, 0, 0, 0, 0, 0, 1, 4, 2, 3],  # 60 % zeros
    "threes": [3, 3, 3, 3, 3, 3, 3, 1, 2, 4],  # 70 % threes
    "ties": [1, 2, 3, 4, 1, 2, 3, 4, 1, 2],  # 4 different values
    "outlier": [1, 2, 3, 2, 1, 2, 3, 2, 1, 90],  # SKEW 3.15, KURT 9.95 in Excel
}


@pytest.fixture
def odd_set(make_set: MakeSet) -> Path:
    rows = [f"R{row},{code},{value}" for code in COLUMNS for row, value in enumerate(COLUMNS[code])]
    # The first region has 2 of 7 values; the second 3 of 5 below parts and 5 of 7 in all.
    absent = [
        *("R0,up,", "R0,double,", "R0,zeros,", "R0,ties,", "R0,down,"),
        *("R1,down,", "R1,outlier,"),
    ]
    kept = [row for row in rows if not row.startswith(tuple(absent))]
    return make_set(
        framework=FRAMEWORK,
        units="code,name\n" + "".join(f"R{row},Region {row}\n" for row in range(10)),
        values="\n".join(["unit,indicator,value", *kept]),
        sources=None,
        method="",
    )


def test_what_statistics_say_is_told_once_for_each_indicator(run: Run, odd_set: Path) -> None:
    status, out, err = run("check", odd_set)
    assert (status, err) == (0, "")
    assert "Note: outlier is skewed (skewness 3.0, kurtosis 9.0)" in out
    assert "Note: 56% of the values of zeros are 0" in out
    assert "Note: 70% of the values of threes are 3" in out
    assert "Note: ties has 4 different values for 9 units" in out
    for code in ("zeros", "threes", "ties", "outlier"):
        told = [line for line in out.splitlines() if f" {code} " in line and "hardly" in line]
        assert len([line for line in told if "units apart" in line]) <= 1


def test_units_with_few_values_are_told_where_they_have_few(run: Run, odd_set: Path) -> None:
    out = run("check", odd_set)[1]
    assert "Warning: R0 has values for 29% of the indicators below index, less than 65%" in out
    assert "Note: R1 has values for less than 65% of the indicators in parts;" in out
    assert out.count("R0 has values") == 1
    assert out.count("R1 has values") == 1


def test_parts_that_count_twice_or_cancel_out_are_told(run: Run, odd_set: Path) -> None:
    out = run("check", odd_set)[1]
    assert "Note: up and double in pair hardly differ (correlation 1.00)" in out
    assert "Warning: down and ties in parts" not in out  # not significant
    assert "Warning: pair and parts in index go against each other" not in out
    assert "Cronbach's alpha of 5 parts of parts is -" in out


def test_a_transform_of_the_framework_is_an_answer_to_skew(run: Run, make_set: MakeSet) -> None:
    values = "unit,indicator,value\n" + "".join(
        f"R{row},pay,{value}\n" for row, value in enumerate(COLUMNS["outlier"])
    )
    units = "code\n" + "".join(f"R{row}\n" for row in range(10))
    framework = "code,parent,transform\nindex,,\npay,index,{}\n"
    changes = {"values": values, "units": units, "sources": None, "method": ""}
    path = make_set(framework=framework.format(""), **changes)
    assert "pay is skewed" in run("check", path)[1]
    (path / "framework.csv").write_text(framework.format("log"))
    assert "pay is skewed" not in run("check", path)[1]


def test_judgements_that_could_not_be_used_are_told_before_they_are(
    run: Run, make_set: MakeSet
) -> None:
    said = "kind,expert,node,value\npoints,Li,access,60\npoints,Li,income,35\n"
    path = make_set(judgements=said)
    status, out, _ = run("check", path)
    place = "Warning: judgements.csv, line 2, column value: the points of Li"
    assert status == 0
    assert f"{place} for the children of index add up to 95, and the budget is 100" in out
    (path / "judgements.csv").write_text(said.replace("35", "40"))
    assert "add up to" not in run("check", path)[1]


def test_of_many_findings_of_a_kind_the_first_are_told(run: Run, make_set: MakeSet) -> None:
    units = "code,name\n" + "".join(f"U{row},Same {row // 2}\n" for row in range(20))
    values = "unit,indicator,value\n" + "".join(f"U{row},pay,{row}\n" for row in range(20))
    framework = "code,parent\nindex,\npay,index\n"
    path = make_set(framework=framework, units=units, values=values, sources=None, method="")
    status, out, _ = run("check", path)
    assert status == 0
    assert out.count("shared by") == 5
    assert "and 5 more of this kind (duplicate_name)" in out
    assert "notes: 10." in out
    assert out.splitlines()[-1].endswith(f"scorecards check {path} -o audit.xlsx")


def test_all_tables_are_sheets_of_a_workbook(run: Run, here: Path, odd_set: Path) -> None:
    status, out, _ = run("check", odd_set, "-o", "audit.xlsx")
    assert status == 0
    sheets = pd.read_excel("audit.xlsx", sheet_name=None)
    assert list(sheets) == [
        *("Findings", "Statistics", "Availability", "Screening", "Imputed", "Treatment"),
        *("Treated", "Correlations", "Components", "Reliability", "Influence"),
        "Leave one out",
    ]
    count = f"Findings: {len(sheets['Findings'])}, tables: {len(sheets)}."
    assert f"Wrote audit.xlsx. {count}" in out
    assert set(sheets["Findings"]["code"]) >= {"skewed_values", "few_available", "mostly_zeros"}
    flags = sheets["Statistics"].set_index("indicator")["flags"]
    assert flags["zeros"] == "zeros, one_value_dominates"
    assert sheets["Screening"]["included"].all()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_other_files_hold_the_findings(run: Run, here: Path, odd_set: Path, ending: str) -> None:
    assert run("check", odd_set, "-q", "-o", f"audit.{ending}") == (0, "", "")
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}[ending](f"audit.{ending}")
    assert list(read.columns) == ["severity", "code", "file", "sheet", "line", "column", "message"]


def test_json_holds_all_tables_and_standard_output_the_findings_alone(
    run: Run, here: Path, odd_set: Path
) -> None:
    run("check", odd_set, "-o", "audit.json")
    content = json.loads(Path("audit.json").read_text("utf-8"))
    assert {"findings", "correlations", "leave_one_out"} <= set(content)
    status, out, err = run("check", odd_set, "-o", "-")
    assert (status, err) == (0, "")
    assert out.startswith("severity,code,file,sheet,line,column,message\n")
    assert len(out.splitlines()) == len(content["findings"]) + 1


def test_cells_that_were_imputed_or_treated_are_listed(make_set: MakeSet) -> None:
    values = "unit,indicator,value\n" + "".join(
        f"R{row},pay,{value}\n" for row, value in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])
    )
    path = make_set(
        framework="code,parent\nindex,\npay,index\n",
        units="code,name,region\n" + "".join(f"R{row},Region {row},East\n" for row in range(11)),
        values=values,
        sources=None,
        method='[imputation]\nmethod = "mean"\n[treatment]\nmethod = "winsorise"\npoints = 1\n',
    )
    tables = reports.audit_tables(scoring.assess(indicators.load(path)))
    imputed = tables["imputed"]
    assert imputed[["unit", "name", "indicator", "value", "method"]].to_numpy().tolist() == [
        ["R10", "Region 10", "pay", 14.5, "mean"]
    ]
    # The one value far out is set to the next one, which is the mean that was imputed.
    treated = tables["treated"]
    assert treated[["unit", "indicator", "method", "from", "to"]].to_numpy().tolist() == [
        ["R9", "pay", "winsorise", 100, 14.5]
    ]
    treatment = tables["treatment"].set_index("indicator").loc["pay"]
    assert treatment["method"] == "winsorise"
    assert treatment["points"] == 1
    assert (treatment["passes_before"], treatment["passes_after"]) == (False, True)
    shares = tables["availability_by_group"]
    assert shares.to_numpy().tolist() == [["pay", pytest.approx(10 / 11)]]


def test_what_is_screened_out_is_listed_with_its_reason(make_set: MakeSet) -> None:
    path = make_set(
        values=("B,pay,,200,book,\nC,pay,,400,book,\n", ""),
        method="[screening]\nindicator_availability = 0.5\n",
    )
    tables = reports.audit_tables(scoring.assess(indicators.load(path)))
    screening = tables["screening"].set_index("code")
    assert screening.loc["pay", ["what", "name", "reason"]].tolist() == [
        *("indicator", "Pay", "available")
    ]
    assert not screening.loc["pay", "included"]
    assert screening.drop(index="pay")["included"].all()


def test_tables_of_a_panel_have_the_cells_of_every_year(make_set: MakeSet) -> None:
    path = make_set(
        values="""\
unit,indicator,year,value
A,pay,2020,1
B,pay,2020,2
C,pay,2020,4
A,pay,2021,1
B,pay,2021,2
""",
        framework="code,parent\nindex,\npay,index\n",
        sources=None,
        method='[time]\nyear = "panel"\n[imputation]\nmethod = "mean"\n',
    )
    imputed = reports.audit_tables(scoring.assess(indicators.load(path)))["imputed"]
    assert imputed[["unit", "year", "value"]].to_numpy().tolist() == [["C", 2021, 1.5]]

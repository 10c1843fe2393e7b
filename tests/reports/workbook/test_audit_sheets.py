"""The sheets for auditors show what ``scoring`` computes, and follow Data where they say so."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import indicators
import reports
import scoring
from indicators import IndicatorSet
from reports.workbook import workbook as make_workbook
from reports.workbook.cells import Book, Sheet
from reports.workbook.correlations import MOST_PAIRS
from reports.workbook.plan import DIRECTION
from reports.workbook.treatment import MOST_LISTED
from scoring import Assessment
from scoring.aggregation import AGGREGATIONS
from scoring.comparison import leave_one_out
from scoring.multivariate import correlations, influence_table, reliability_table
from scoring.normalisation import NORMALISATIONS
from scoring.statistics import indicator_statistics
from tests import libreoffice
from tests.editing import type_into
from tests.reports.workbook.sets import made

FRAMEWORK = (
    "code,parent,name,weight,direction,low,high,target,target_high,denominator,role\n"
    "index,,Index,,,,,,,,\nwealth,index,Wealth,1,,,,,,,\nhealth,index,Health,1,,,,,,,\n"
    "income,wealth,Income,2,1,0,120,100,110,,\nroads,wealth,Roads,1,1,0,20,8,12,people,\n"
    "years,health,Life,1,1,0,100,60,80,,\ndeaths,health,Deaths,1,-1,0,20,1,3,,\n"
    "people,wealth,People,,,,,,,,context\n"
)
#: income has one far outlier, roads and deaths miss a value, years is the same for most.
NUMBERS: tuple[tuple[object, ...], ...] = (
    ("u0", 1, 5, 70, 3, 1), ("u1", 2, "", 70, 4, 2), ("u2", 3, 7, 70, 5, 1),
    ("u3", 4, 6, 70, "", 2), ("u4", 5, 9, 75, 7, 2), ("u5", 100, 2, 60, 9, 1),
)  # fmt: skip


def a_set(folder: Path, method: str = "", years: tuple[int, ...] = ()) -> IndicatorSet:
    """Six regions, four indicators; the values grow by one tenth every year."""
    folder.mkdir(exist_ok=True)
    (folder / "framework.csv").write_text(FRAMEWORK, encoding="utf-8")
    (folder / "units.csv").write_text(
        "code,name,region\n" + "".join(f"u{i},Unit {i},R{i % 2}\n" for i in range(6)),
        encoding="utf-8",
    )
    with (folder / "values.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["unit", "year", "income", "roads", "years", "deaths", "people"])
        for step, year in enumerate(years or (2020,)):
            for unit, *numbers in NUMBERS:
                write([unit, year, *(n if n == "" else n * (1 + step / 10) for n in numbers)])
    (folder / "method.toml").write_text(method, encoding="utf-8")
    return indicators.load(folder)


def built(found: IndicatorSet) -> tuple[Assessment, Book]:
    assessment = scoring.assess(found)
    return assessment, make_workbook(assessment)


def row_of(sheet: Sheet, text: str, after: int = 0, column: int = 1) -> int:
    """First row below ``after`` that shows the text."""
    return min(r for (r, c), v in sheet.values.items() if v == text and c == column and r > after)


def line(sheet: Sheet, row: int) -> dict[str, object]:
    """Cells of a row by the heading above them."""
    heading = max(
        r for r, c in sheet.values if c == 1 and r < row and sheet.values[r, c] in HEADINGS
    )
    return {
        str(sheet.values[heading, c]): v
        for (r, c), v in sheet.values.items()
        if r == row and sheet.values.get((heading, c))
    }


HEADINGS = {"Indicator", "Dimension", "Name", "Region", "Of", "Region group"}


# --- Statistics -----------------------------------------------------------------------------------


def test_the_spread_of_an_indicator_is_that_of_its_values(tmp_path: Path) -> None:
    assessment, book = built(a_set(tmp_path / "set"))
    sheet = book.sheets["Statistics"]
    shown = line(sheet, row_of(sheet, "Income"))
    # 1 2 3 4 5 100: by hand.
    assert shown["Values"] == 6
    assert shown["Missing"] == 0
    assert (shown["Lowest"], shown["Lower quartile"], shown["Median"]) == (1, 2.25, 3.5)
    assert (shown["Mean"], shown["Upper quartile"], shown["Highest"]) == (115 / 6, 4.75, 100)
    assert shown["Outliers (1.5 ranges)"] == 1
    assert shown["To look at"] == "skewed"
    table = indicator_statistics(assessment.denominated)
    assert shown["Skew"] == table.loc["income", "skewness"]
    assert shown["Kurtosis"] == table.loc["income", "kurtosis"]
    life = line(sheet, row_of(sheet, "Life"))
    assert life["Most frequent value"] == 4 / 6
    assert "one value dominates" in str(life["To look at"])


def test_a_value_per_denominator_stands_on_data_and_is_what_every_sheet_shows(
    tmp_path: Path,
) -> None:
    _, book = built(a_set(tmp_path / "set"))
    data, statistics = book.sheets["Data"], book.sheets["Statistics"]
    # 5 roads for 1 head, none known for 2, 7 for 1, 6 for 2, 9 for 2, 2 for 1.
    assert [data.values[row, 11] for row in range(12, 18)] == [5, "", 7, 3, 4.5, 2]
    assert [data.values[row, 6] for row in range(12, 14)] == [5, None]
    assert (data.values[7, 6], data.values[5, 11]) == (
        "before division by People",
        "Divided by People",
    )
    row = row_of(statistics, "Roads")
    assert line(statistics, row)["Highest"] == 7
    assert "<f>" in statistics.content.rows[row][2]
    scorecard = book.sheets["Scorecard"]
    first = scorecard.values[4, 2]
    unit = next(i for i in range(6) if f"Unit {i}" == first)
    roads = scorecard.values[row_of(scorecard, "Roads"), 2]
    assert roads == [5, "n/a", 7, 3, 4.5, 2][unit]


def test_a_denominator_of_another_year_is_no_formula(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    a_set(folder, years=(2020, 2021))
    values = (folder / "values.csv").read_text(encoding="utf-8")
    # The roads of 2020 are the newest of u0, and are divided by the people of 2020.
    (folder / "values.csv").write_text(values.replace("u0,2021,1.1,5.5,", "u0,2021,1.1,,"))
    _, book = built(indicators.load(folder))
    data = book.sheets["Data"]
    assert data.values[12, 6] == 5
    assert (data.values[12, 11], data.values[12, 9]) == (5, 1.1)
    assert "<f>" not in data.content.rows[12][11]
    assert "<f>" not in book.sheets["Normalised"].content.rows[12][6]


def test_statistics_and_flags_follow_what_is_typed_on_data(tmp_path: Path) -> None:
    path, edited = tmp_path / "scorecards.xlsx", tmp_path / "edited.xlsx"
    reports.write_workbook(scoring.assess(a_set(tmp_path / "set")), path)
    # The outlier goes, three values of another indicator are cleared, and a denominator changes.
    type_into(path, edited, {("Data", "E17"): 6.0, ("Data", "G12"): None, ("Data", "G13"): None,
                             ("Data", "G14"): None, ("Data", "I15"): 3.0})  # fmt: skip
    cells = libreoffice.read(libreoffice.convert(edited, tmp_path))
    again, book = built(indicators.load(edited))
    sheet = book.sheets["Statistics"]
    for name in ("Income", "Life", "Roads"):
        row = row_of(sheet, name)
        for column in range(2, 18):
            python = sheet.values[row, column]
            shown = cells.get(("Statistics", f"{chr(64 + column)}{row}"), "")
            expected = pytest.approx(python, abs=1e-9) if isinstance(python, float) else python
            assert shown == expected, (name, column)
    assert "many missing" in str(sheet.values[row_of(sheet, "Life"), 17])
    assert again.data["years"].isna().sum() == 3
    assert again.denominated["roads"].tolist()[2:] == [7, 2, 4.5, 2]
    for row, score in enumerate(again.scores["index"].tolist(), 12):
        assert cells["Scores", f"E{row}"] == pytest.approx(score, abs=1e-9)


def test_availability_counts_indicators_whatever_their_weight(tmp_path: Path) -> None:
    _, book = built(a_set(tmp_path / "set"))
    sheet = book.sheets["Statistics"]
    row = row_of(sheet, "Unit 1")
    assert [sheet.values[row, column] for column in (2, 3, 4)] == [0.75, 0.5, 1.0]
    row = row_of(sheet, "R1")  # u1 and u3 miss one of four, u5 none
    assert sheet.values[row, 2] == pytest.approx((0.75 + 0.75 + 1) / 3)


def test_who_was_screened_out_and_why(tmp_path: Path) -> None:
    method = '[screening]\nunit_availability = 0.8\nkeep = ["u1"]\ndrop = ["years"]\n'
    _, book = built(a_set(tmp_path / "set", method))
    sheet = book.sheets["Statistics"]
    reasons = {
        sheet.values[row, 1]: sheet.values[row, 6]
        for (row, column), value in sheet.values.items()
        if column == 6 and ("left out" in str(value) or "stays" in str(value))
    }
    assert reasons == {
        "Life": "left out: named in the option drop",
        "Unit 1": "stays: named in the option keep",
        "Unit 3": "left out: too few values",
    }


# --- Correlations ---------------------------------------------------------------------------------


def test_what_drives_the_index_is_sorted_by_influence(tmp_path: Path) -> None:
    assessment, book = built(made(tmp_path / "set"))
    sheet = book.sheets["Correlations"]
    first = row_of(sheet, "Indicator") + 1
    names = [sheet.values[first + i, 1] for i in range(10)]
    table = influence_table(assessment.scores, assessment.framework, assessment.weights)
    table = table[(table["group"] == "index") & (table["of"] == "indicators")]
    table = table.sort_values("main_effect_importance", ascending=False)
    assert names == [assessment.framework[code].name for code in table["node"]]
    assert [sheet.values[first + i, 9] for i in range(10)] == table["ratio"].tolist()
    effects = leave_one_out(assessment)
    moved = [sheet.values[first + i, 12] for i in range(10)]
    assert moved == effects.loc[table["node"], "largest_shift"].tolist()


def test_the_matrix_of_a_group_with_its_alpha(tmp_path: Path) -> None:
    assessment, book = built(made(tmp_path / "set"))
    sheet = book.sheets["Correlations"]
    top = row_of(sheet, "Dimension 1")
    alpha = reliability_table(assessment.scores, assessment.framework).set_index("group")
    top = row_of(sheet, "Dimension 1", after=row_of(sheet, "Group by group"))
    assert f"{alpha.loc['d1', 'alpha']:.2f}" in str(sheet.values[top + 1, 1])
    found = correlations(assessment.scores[["i1", "i5", "i9", "d1", "index"]]).coefficients
    shown = [sheet.values[top + 3, column] for column in range(2, 7)]
    assert shown[0] is None
    assert shown[1:] == found.loc["i1"].tolist()[1:]


@pytest.mark.parametrize("units", [1, 2])
def test_fewer_than_three_regions_have_no_correlations(units: int, tmp_path: Path) -> None:
    _, book = built(made(tmp_path / "set", units=units, count=3, dimensions=1, missing=0.0))
    assert "nothing to correlate" in str(book.sheets["Correlations"].values[6, 1])


def test_many_flagged_pairs_are_counted_not_listed(tmp_path: Path) -> None:
    _, book = built(made(tmp_path / "set", count=70, dimensions=1))
    texts = [str(v) for v in book.sheets["Correlations"].values.values()]
    said = sum(text.startswith(("go against", "say nearly", "goes against")) for text in texts)
    assert said == MOST_PAIRS
    assert any(text.startswith("and ") and text.endswith(" more") for text in texts)


# --- Treatment and marks --------------------------------------------------------------------------

TREATED = '[imputation]\nmethod = "median"\n[treatment]\nmethod = "winsorise"\n'


def test_every_imputed_and_every_winsorised_value_is_listed(tmp_path: Path) -> None:
    assessment, book = built(a_set(tmp_path / "set", TREATED))
    sheet = book.sheets["Treatment"]
    row = row_of(sheet, "Income")
    shown = line(sheet, row)
    assert shown["Values winsorised"] == 1
    assert shown["Passes before"] == "✗ skewed"
    winsorised = row_of(sheet, "Values that were winsorised: drawn in to the next value that stays")
    cells = [sheet.values.get((winsorised + 2, column)) for column in (1, 2, 3, 5)]
    assert cells == ["Income", "Unit 5", 100, 5]
    imputed = row_of(sheet, "Values that were imputed: put in where there is none")
    cells = [[sheet.values.get((imputed + 2 + i, c)) for c in (1, 2, 3)] for i in range(2)]
    # Medians of 5 7 3 4.5 2 (roads per head) and of 3 4 5 7 9.
    assert cells == [["Roads", "Unit 1", 4.5], ["Deaths", "Unit 3", 5]]
    assert assessment.was_imputed.to_numpy().sum() == 2
    roads = line(sheet, row_of(sheet, "Roads"))
    assert (roads["By"], roads["Times"], roads["Missing"], roads["Imputed"]) == ("People", 1, 1, 1)


def test_more_values_than_are_listed_are_counted(tmp_path: Path) -> None:
    method = '[imputation]\nmethod = "mean"\n'
    assessment, book = built(made(tmp_path / "set", units=200, missing=0.4, method=method))
    many = int(assessment.was_imputed.to_numpy().sum())
    assert many > MOST_LISTED
    texts = book.sheets["Treatment"].values.values()
    assert f"and {many - MOST_LISTED} more" in texts


def test_imputed_values_are_marked_and_data_stays_empty(tmp_path: Path) -> None:
    assessment = scoring.assess(a_set(tmp_path / "set", TREATED))
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(assessment, path)
    book = libreoffice.opened(path)
    assert book["Data"]["F13"].value is None
    assert book["Normalised"]["F13"].font.italic
    assert not book["Normalised"]["F12"].font.italic
    # Choose the region on the scorecard: its mark is found by the formula.
    edited = type_into(path, tmp_path / "edited.xlsx", {
        ("Scorecard", "B4"): "Unit 1", ("Benchmark", "C4"): "Unit 1", ("Benchmark", "D4"): "Unit 2",
    })  # fmt: skip
    cells = libreoffice.read(libreoffice.convert(edited, tmp_path))
    values = {
        cells["Scorecard", f"A{row}"]: cells.get(("Scorecard", f"B{row}"))
        for row in range(20, 60)
        if ("Scorecard", f"A{row}") in cells
    }
    assert values["Roads"] == "≈ imputed"
    assert values["Deaths"] == 4
    assert any("imputed: no value" in str(name) for name in values)
    signs = {
        cells["Benchmark", f"A{row}"]: cells.get(("Benchmark", f"G{row}"))
        for row in range(7, 15)
    }  # fmt: skip
    assert signs["Roads"] == "≈"
    assert signs["Deaths"] is None


def test_a_panel_lists_what_was_put_in_and_drawn_in_of_every_year(tmp_path: Path) -> None:
    method = f'[time]\nyear = "panel"\n{TREATED}maximum_kurtosis = 2\n'
    found = a_set(tmp_path / "set", method, years=(2020, 2021))
    _, book = built(found)
    sheet = book.sheets["Treatment"]
    imputed = row_of(sheet, "Values that were imputed: put in where there is none")
    cells = [[sheet.values.get((imputed + 2 + i, c)) for c in (1, 2, 3, 4)] for i in range(4)]
    # Roads per head stay the same, deaths grow by one tenth.
    assert cells == [
        ["Roads", "Unit 1", 2020, 4.5], ["Roads", "Unit 1", 2021, 4.5],
        ["Deaths", "Unit 3", 2020, 5], ["Deaths", "Unit 3", 2021, 5.5],
    ]  # fmt: skip
    winsorised = row_of(sheet, "Values that were winsorised: drawn in to the next value that stays")
    cells = [[sheet.values.get((winsorised + 2 + i, c)) for c in (2, 3, 4, 6)] for i in range(2)]
    assert cells == [["Unit 5", 2020, 100, 5.5], ["Unit 5", 2021, pytest.approx(110), 5.5]]
    shown = line(sheet, row_of(sheet, "Deaths"))
    assert (shown["Missing"], shown["Imputed"]) == (2, 2)
    assert line(sheet, row_of(sheet, "Income"))["Values winsorised"] == 2
    texts = [str(value) for value in sheet.values.values()]
    assert any("Figures are of 2020–2021" in text for text in texts)
    texts = [str(value) for value in book.sheets["Statistics"].values.values()]
    assert any(text.startswith("Of 2021 alone") for text in texts)


def test_a_target_has_its_ends_and_says_what_is_best(tmp_path: Path) -> None:
    method = (
        '[normalisation.indicators.income]\nmethod = "target_interval"\n'
        '[normalisation.indicators.years]\nmethod = "distance_to_target"\n'
    )
    _, book = built(a_set(tmp_path / "set", method))
    shown = line(book.sheets["Treatment"], row_of(book.sheets["Treatment"], "Income"))
    assert (shown["Low end"], shown["High end"], shown["Target"]) == (0, 120, "100 to 110")
    shown = line(book.sheets["Treatment"], row_of(book.sheets["Treatment"], "Life"))
    assert (shown["Low end"], shown["High end"], shown["Target"]) == (0, "–", "60")
    weights = book.sheets["Weights"]
    assert weights.values[row_of(weights, "Income"), DIRECTION] == "best from 100 to 110"
    assert weights.values[row_of(weights, "Life"), DIRECTION] == "↑ more is better, target 60"


# --- Checks and Method ----------------------------------------------------------------------------


def test_checks_tells_what_the_audit_tells_warnings_first(tmp_path: Path) -> None:
    assessment, book = built(made(tmp_path / "set", count=30, dimensions=3, missing=0.3))
    sheet = book.sheets["Checks"]
    first = row_of(sheet, "What the audit found when this file was written") + 1
    said = [str(sheet.values[row, 1]) for row in range(first, max(r for r, _ in sheet.values) + 1)]
    findings = scoring.audit(assessment)
    assert [s.split(":")[0] for s in said if s.startswith(("Warning", "Note"))] == sorted(
        (s.split(":")[0] for s in said if s.startswith(("Warning", "Note"))), reverse=True
    )
    missing = [f for f in findings if (f.code, f.severity) == ("missing_values", "warning")]
    assert len(missing) > 5
    assert f"and {len(missing) - 5} more of this kind (missing_values)" in "\n".join(said)
    for finding in findings[:5]:
        if finding.severity == "warning":
            assert f"Warning: {finding.message}" in said


def test_the_pairs_to_look_at_are_those_of_the_audit(tmp_path: Path) -> None:
    assessment, book = built(made(tmp_path / "set"))
    sheet = book.sheets["Correlations"]
    row = row_of(sheet, "Correlations that ask for a look") + 3
    shown = []
    while sheet.values.get((row, 9)) is not None:
        shown.append(sheet.values[row, 9])
        row += 1
    codes = ("negative_siblings", "against_ancestor", "collinear_siblings")
    found = [f.fields["correlation"] for f in scoring.audit(assessment) if f.code in codes]
    assert found
    assert sorted(map(float, map(str, shown))) == sorted(map(float, map(str, found)))


def test_method_says_which_method_is_for_whom(tmp_path: Path) -> None:
    _, book = built(a_set(tmp_path / "set", EVERYTHING, years=(2018, 2019)))
    sheet = book.sheets["Method"]
    first = row_of(sheet, "What is computed")
    said = [str(sheet.values.get((row, 1))) for row in range(first, first + 20)]
    for start in (
        "Denominators: Roads by People.", "Screening: ", "Imputation linear_constant (all ind",
        "Treatment winsorise (Income): ", "Treatment auto (Roads, Life, Deaths): ",
        "Normalisation minmax (Income, Roads, Life): ", "Normalisation zscore (Deaths): ",
        "Aggregation geometric (Index, Health): ", "Aggregation arithmetic (Wealth): ",
    ):  # fmt: skip
        assert sum(text.startswith(start) for text in said) == 1, (start, said)
    weights = book.sheets["Weights"]
    assert row_of(weights, "Wealth (arithmetic)")


# --- Trends ---------------------------------------------------------------------------------------


def test_trends_of_a_panel(tmp_path: Path) -> None:
    found = a_set(tmp_path / "set", '[time]\nyear = "panel"\n', years=(2018, 2019, 2021))
    assessment, book = built(found)
    sheet = book.sheets["Trends"]
    titles = [sheet.values.get((9, column)) for column in range(3, 12)]
    assert titles == [2018, 2019, 2021, "Change", "Trend a year", 2018, 2019, 2021, "Change"]
    best = assessment.scores["index"].idxmax()
    row = row_of(sheet, assessment.units["name"][best])
    scores = [one.scores["index"][best] for one in assessment.by_year.values()]
    assert [sheet.values[row, column] for column in (3, 4, 5)] == scores
    assert sheet.values[row, 6] == scores[2] - scores[0]
    slope = np.polyfit([2018, 2019, 2021], scores, 1)[0]
    assert sheet.values[row, 7] == pytest.approx(slope)
    ranks = [one.ranks["index"][best] for one in assessment.by_year.values()]
    assert sheet.values[row, 11] == ranks[0] - ranks[2]


def test_one_year_has_no_trends(tmp_path: Path) -> None:
    _, book = built(a_set(tmp_path / "set"))
    assert "Trends" not in book.sheets


# --- the file -------------------------------------------------------------------------------------

EVERYTHING = """
[time]
year = "panel"
[screening]
unit_availability = 0.1
[imputation]
method = ["linear_constant", "median"]
[treatment]
method = "auto"
[treatment.indicators.income]
method = "winsorise"
points = 1
[normalisation]
range = [1, 100]
[normalisation.indicators.deaths]
method = "zscore"
mean = 50
sd = 10
[aggregation]
method = "geometric"
[aggregation.groups.wealth]
method = "arithmetic"
minimum_coverage = 0.3
"""


def test_everything_at_once_recalculates_and_comes_back(tmp_path: Path) -> None:
    found = a_set(tmp_path / "set", EVERYTHING, years=(2018, 2019, 2021))
    assessment = scoring.assess(found)
    files = [tmp_path / "first.xlsx", tmp_path / "second.xlsx"]
    for path in files:
        reports.write_workbook(assessment, path)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert libreoffice.differences(files[0], tmp_path) == []
    again = indicators.load(files[0])
    assert again.method == {**found.method, "weighting": {"method": "given"}}
    assert list(again.values["value"].dropna()) == list(found.values["value"].dropna())
    assert np.array_equal(scoring.assess(again).scores, assessment.scores, equal_nan=True)


def test_method_lists_what_is_in_force_first(tmp_path: Path) -> None:
    _, book = built(a_set(tmp_path / "set", EVERYTHING))
    sheet = book.sheets["Method"]
    others = row_of(sheet, "Options of methods that are not chosen")
    rows = {(sheet.values[r, 1], sheet.values[r, 2]): r for r, c in sheet.values if c == 2}
    for option in (
        ("imputation", "method"), ("treatment", "points"),
        ("treatment.indicators.income", "points"),
        ("normalisation", "sd"), ("aggregation.groups.wealth", "minimum_coverage"),
    ):  # fmt: skip
        assert rows[option] < others, option
    for option in (
        ("imputation", "neighbours"), ("normalisation", "percentiles"), ("aggregation", "power"),
        ("cooperation", "seed"), ("normalisation", "base_year"),
    ):  # fmt: skip
        assert rows[option] > others, option


UNCERTAIN = """
[robustness]
aggregation = ["median", { method = ["arithmetic", "geometric"] }]
treatment = [{ method = "auto", indicators = { income = { method = "log", force = true } } }]
top = [1, 2]
[robustness.weights]
noise = [0.1, 0.25]
[robustness.measurement_error.indicators.roads]
rounding = 10.0
"""


def test_what_is_uncertain_comes_back_from_the_sheet_method(tmp_path: Path) -> None:
    assessment, book = built(a_set(tmp_path / "set", UNCERTAIN))
    sheet = book.sheets["Method"]
    others = row_of(sheet, "Options of methods that are not chosen")
    rows = {(sheet.values[r, 1], sheet.values[r, 2]): r for r, c in sheet.values if c == 2}
    in_force = {option: sheet.values.get((row, 4)) for option, row in rows.items()}
    assert in_force["robustness", "top"] == "1, 2"
    assert in_force["robustness", "aggregation"] == (
        'median, {method = ["arithmetic", "geometric"]}'
    )
    assert in_force["robustness.weights", "noise"] == "0.1, 0.25"
    assert rows["robustness.measurement_error.indicators.roads", "rounding"] < others
    reports.write_workbook(assessment, tmp_path / "set.xlsx")
    again = indicators.load(tmp_path / "set.xlsx")
    assert again.method["robustness"] == assessment.indicator_set.method["robustness"]


def test_options_of_robustness_are_among_the_others_where_a_set_has_none(tmp_path: Path) -> None:
    _, book = built(a_set(tmp_path / "set", ""))
    sheet = book.sheets["Method"]
    others = row_of(sheet, "Options of methods that are not chosen")
    rows = [
        r for r, c in sheet.values if c == 1 and str(sheet.values[r, 1]).startswith("robustness")
    ]
    assert rows
    assert min(rows) > others


def test_every_method_makes_a_workbook_that_recalculates(tmp_path: Path) -> None:
    sets = {}
    for name in AGGREGATIONS:
        method = f'[normalisation]\nrange = [50, 100]\n[aggregation]\nmethod = "{name}"\n'
        folder = tmp_path / f"aggregation-{name}"
        sets[folder] = made(folder, units=8, count=6, dimensions=2, method=method)
    for name in NORMALISATIONS:
        base = "base_year = 2020\n" if name == "indexation" else ""
        folder = tmp_path / f"normalisation-{name}"
        sets[folder] = a_set(folder, f'[normalisation]\nmethod = "{name}"\n{base}')
    files = [folder.with_suffix(".xlsx") for folder in sets]
    for found, path in zip(sets.values(), files, strict=True):
        reports.write_workbook(scoring.assess(found), path)
    for path, saved in zip(files, libreoffice.convert_all(files, tmp_path), strict=True):
        assert libreoffice.differing(path, saved) == [], path.name

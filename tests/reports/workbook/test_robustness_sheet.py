"""Robustness in the workbook: the cells are what ``robustness_of`` finds, and follow the reader."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicators
import reports
import scoring
from indicators import IndicatorSet
from reports.workbook import rank_intervals, strips
from reports.workbook import workbook as make_workbook
from reports.workbook.cells import Book, Sheet
from reports.workbook.plan import MOST_RANKED
from scoring import Assessment, Robustness
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells
from tests.reports.workbook.sets import NASTY_NAMES, made

FROM_1 = "[normalisation]\nrange = [1, 100]\n"


def uncertain(found: IndicatorSet, **options: object) -> IndicatorSet:
    return found.with_method({"robustness": {"draws": 60, "sensitivity_draws": 8, **options}})


def book_of(found: IndicatorSet, *, sensitive: bool = True) -> tuple[Book, Robustness]:
    robustness = scoring.robustness_of(found, sensitive=sensitive)
    return make_workbook(scoring.assess(found), robustness=robustness), robustness


@pytest.fixture(scope="module")
def provinces() -> IndicatorSet:
    return uncertain(indicators.load(), draws=200, sensitivity_draws=32)


@pytest.fixture(scope="module")
def assessment(provinces: IndicatorSet) -> Assessment:
    return scoring.assess(provinces)


@pytest.fixture(scope="module")
def robustness(provinces: IndicatorSet) -> Robustness:
    return scoring.robustness_of(provinces)


@pytest.fixture(scope="module")
def book(assessment: Assessment, robustness: Robustness) -> Book:
    return make_workbook(assessment, robustness=robustness)


@pytest.fixture(scope="module")
def file(
    assessment: Assessment, robustness: Robustness, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("robust") / "scorecards.xlsx"
    reports.write_workbook(assessment, path, robustness=robustness)
    return path


def row_of(sheet: Sheet, text: str, after: int = 0) -> int:
    """First row below ``after`` whose first cell is the text."""
    return min(r for (r, c), v in sheet.values.items() if c == 1 and v == text and r > after)


def column_of(sheet: Sheet, row: int, text: str) -> int:
    """Column of a heading."""
    (column,) = {c for (r, c), v in sheet.values.items() if r == row and v == text}
    return column


def says(sheet: Sheet, part: str) -> bool:
    return any(isinstance(v, str) and part in v for v in sheet.values.values())


def interval(line: Mapping[str, float]) -> str:
    """A rank interval as a reader sees it."""
    ends = [f"{line[end]:.1f}".removesuffix(".0") for end in ("rank_5", "rank_95")]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


# --- the sheet Robustness ---


def test_each_region_has_its_figures(
    assessment: Assessment, robustness: Robustness, book: Book
) -> None:
    sheet = book.sheets["Robustness"]
    heading = row_of(sheet, "Name")
    columns = {
        "rank": rank_intervals.RANK,
        "rank_5": rank_intervals.BEST,
        "median_rank": rank_intervals.MEDIAN,
        "rank_95": rank_intervals.WORST,
        "mean_rank": rank_intervals.MEAN,
        "mean_shift": rank_intervals.SHIFT,
        "score_95": rank_intervals.SCORE + 3,
        "tie_group": rank_intervals.TIE_GROUP,
        "top_3": column_of(sheet, heading, "In the top 3"),
        "top_10": column_of(sheet, heading, "In the top 10"),
    }
    for unit, line in robustness.uncertainty.of_node().iterrows():
        row = row_of(sheet, assessment.units["name"][unit], after=heading)
        shown = {name: sheet.values[row, column] for name, column in columns.items()}
        assert shown == {name: line[name] for name in columns}
    ranks = [sheet.values[row, rank_intervals.RANK] for row in range(heading + 1, heading + 32)]
    assert ranks == sorted(assessment.ranks.iloc[:, 0])


def test_what_was_drawn_is_said_in_words(book: Book) -> None:
    sheet = book.sheets["Robustness"]
    assert says(sheet, "200 draws from seed 1.")
    for said in (
        "Treatment of outliers and skew: none, as in this file, or winsorise",
        "Normalisation: minmax, as in this file, or zscore, mean = 50, sd = 15",
        "Aggregation: arithmetic, as in this file, or arithmetic + geometric",
        "Weights, larger or smaller: each of 24 weights by a share of itself, up to 25%",
        "Leaving out one indicator: none, or one of 20",
    ):
        assert says(sheet, said)


def test_where_nothing_is_declared_weights_vary_by_a_quarter(tmp_path: Path) -> None:
    found, _ = book_of(made(tmp_path / "set"), sensitive=False)
    assert says(found.sheets["Robustness"], "each of 14 weights by a share of itself, up to 25%")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": {"noise": [0.1, 0.3]}}, "up to 10%, 30%, level by level from the indicators"),
        ({"weights": {"simplex": True}}, "14 weights, each group shared out in any way"),
        ({"weights": {"dirichlet": 20.0}}, "with concentration 20"),
        ({"leave_out": ["i1", "i2"]}, 'none, or one of: Indicator "1", Indicator "2"'),
        ({"imputation": ["mean"]}, "Filling of missing values: none, as in this file, or mean"),
        ({"imputation_draws": 5}, "Missing values: drawn 5 times from what is likely for them"),
        (
            {"measurement_error": {"share": 0.1}},
            "measurement: each value by the error stated for it",
        ),
        ({"weighting": ["equal"]}, "Way of weighting: given, as in this file, or equal"),
    ],
)
def test_every_kind_of_source_is_said(
    options: dict[str, object], said: str, tmp_path: Path
) -> None:
    found, _ = book_of(uncertain(made(tmp_path / "set"), **options), sensitive=False)
    assert says(found.sheets["Robustness"], said)


def test_mixtures_of_weight_sets_name_the_sets(tmp_path: Path) -> None:
    found = made(tmp_path / "set")
    for name, first in (("ministry", 3.0), ("reform", 1.0)):
        found = found.with_weight_set(name, {"d0": first, "d1": 1.0, "d2": 1.0, "d3": 1.0})
    book, _ = book_of(uncertain(found, weights={"sets": ["ministry", "reform"]}))
    assert says(book.sheets["Robustness"], "experts: any mixture of ministry, reform")


def test_the_sentence_to_take_home_says_how_wide_the_intervals_are(
    robustness: Robustness, book: Book
) -> None:
    table = robustness.uncertainty.of_node()
    width = table["rank_95"] - table["rank_5"]
    said = (
        f"Regions that keep one rank in nine of ten draws: {(width == 0).sum()} of 31. On average "
        f"the interval holds {width.mean() + 1:.1f} ranks;"
    )
    assert says(book.sheets["Robustness"], said)
    assert says(book.sheets["Robustness"], f"Tie groups: {table['tie_group'].nunique()}.")


def test_the_chart_draws_what_the_table_says(assessment: Assessment, book: Book) -> None:
    sheet = book.sheets["Robustness"]
    chart = sheet.openpyxl._charts[0]
    begin, length = (series.val.numRef.numCache.pt for series in chart.series)
    median, rank = (series.val.numRef.numCache.pt for series in chart._charts[1].series)
    names = [point.v for point in chart.series[0].cat.strRef.strCache.pt]
    heading = row_of(sheet, "Name")
    for number, name in enumerate(names):
        row = row_of(sheet, name, after=heading)
        best, worst = (
            float(sheet.values[row, column])  # type: ignore[arg-type]
            for column in (rank_intervals.BEST, rank_intervals.WORST)
        )
        top = float(begin[number].v)
        assert (top, top + float(length[number].v)) == pytest.approx(
            (best - rank_intervals.HALF, worst + rank_intervals.HALF)
        )
        assert float(median[number].v) == sheet.values[row, rank_intervals.MEDIAN]
        assert float(rank[number].v) == sheet.values[row, rank_intervals.RANK]
    assert names == list(
        assessment.units["name"].iloc[np.argsort(assessment.ranks.iloc[:, 0], kind="stable")]
    )


def test_shares_of_the_movement_stand_largest_first(robustness: Robustness, book: Book) -> None:
    sheet = book.sheets["Robustness"]
    assert robustness.sensitivity is not None
    table = robustness.sensitivity.mean_shift.set_index("source")
    names = {
        "Treatment of outliers and skew": "treatment",
        "Normalisation": "normalisation",
        "Aggregation": "aggregation",
        "Weights, larger or smaller": "weights_noise",
        "Leaving out one indicator": "leave_out",
    }
    heading = row_of(sheet, "Choice")
    for name, source in names.items():
        row = row_of(sheet, name, after=heading)
        shown = [sheet.values[row, column] for column in range(5, 9)]
        assert shown == list(table.loc[source])[1:]
    totals = [sheet.values[heading + 1 + number, 7] for number in range(5)]
    assert totals == sorted(table["total"], reverse=True)


def test_single_weights_are_named(tmp_path: Path) -> None:
    found = uncertain(made(tmp_path / "set"), weights={"noise": 0.3}, each_weight=True)
    book, _ = book_of(found)
    assert says(book.sheets["Robustness"], "Weight: Dimension 2")


def test_without_sensitivity_it_says_who_computes_it(tmp_path: Path) -> None:
    book, _ = book_of(uncertain(made(tmp_path / "set")), sensitive=False)
    assert says(book.sheets["Robustness"], "scorecards robustness computes it")


def test_one_choice_at_a_time_is_told_in_words(provinces: IndicatorSet, book: Book) -> None:
    sheet = book.sheets["Robustness"]
    before = scoring.assess(provinces).ranks.iloc[:, 0]
    changed = provinces.with_method({"aggregation": {"method": ["arithmetic", "geometric"]}})
    moved = before - scoring.assess(changed).ranks.iloc[:, 0]
    row = row_of(sheet, "Aggregation: arithmetic + geometric instead of arithmetic")
    said = f"The average region moves {moved.abs().mean():.1f} places; Chongqing most, up 7."
    assert sheet.values[row, 5] == said
    assert moved.idxmax() == "CN-CQ"
    assert moved.max() == moved.abs().max() == 7
    noise = "Weights, larger or smaller: each of 24 weights by a share of itself, up to 25%"
    row = row_of(sheet, noise, after=row_of(sheet, "One choice at a time"))
    assert str(sheet.values[row, 5]).startswith("In 200 draws the average region moves 0.7 places;")


def test_draws_that_failed_are_listed_with_settings_and_reason(tmp_path: Path) -> None:
    # Scores of 0 have no geometric mean.
    found = uncertain(made(tmp_path / "set", missing=0.0), aggregation=["geometric"])
    book, robustness = book_of(found)
    sheet = book.sheets["Robustness"]
    (failure,) = robustness.uncertainty.failures
    assert says(sheet, f"{failure.draws} of 60; all figures above are of the others.")
    row = row_of(sheet, f"{failure.draws} (the first is number {failure.first + 1})")
    assert sheet.values[row, 2] == "Aggregation: geometric"
    assert sheet.values[row, 10] == failure.finding.message
    row = row_of(sheet, "Aggregation: geometric instead of arithmetic")
    assert str(sheet.values[row, 5]).startswith("Cannot be computed: ")
    assert sheet.values[row, 12] == "–"


# --- the sheet Rank probabilities ---


def test_the_probability_of_each_rank_and_nothing_where_it_never_came_about(
    assessment: Assessment, robustness: Robustness, book: Book
) -> None:
    sheet = book.sheets["Rank probabilities"]
    for unit, line in robustness.uncertainty.rank_probabilities().iterrows():
        row = row_of(sheet, assessment.units["name"][unit])
        shown = [sheet.values[row, column] for column in range(3, 34)]
        assert shown == [value if value > 0 else None for value in line]
        assert sum(value for value in shown if isinstance(value, (int, float))) == pytest.approx(1)


def test_of_many_regions_single_ranks_have_no_sheet(tmp_path: Path) -> None:
    found = made(tmp_path / "set", units=MOST_RANKED + 1, count=3, dimensions=1, missing=0.0)
    book, _ = book_of(uncertain(found, leave_out=True), sensitive=False)
    assert "Rank probabilities" not in book.sheets
    sheet = book.sheets["Robustness"]
    # The heading of the table is repeated on the second page.
    first = row_of(sheet, "Name")
    assert row_of(sheet, "Name", after=first) == first + rank_intervals.ON_A_PAGE + 2


# --- Overview, Ranking and Scorecard ---


def test_overview_and_ranking_have_the_interval_beside_each_region(
    assessment: Assessment, robustness: Robustness, book: Book
) -> None:
    overview, ranking = book.sheets["Overview"], book.sheets["Ranking"]
    table = robustness.uncertainty.of_node()
    table.index = pd.Index(assessment.units["name"])
    best, worst, group = (column_of(ranking, 5, text) for text in ("5%", "95%", "Tie group"))
    for row in range(6, 37):
        line = table.loc[str(overview.values[row, 4])]
        assert overview.values[row, 1] == line["rank"]
        assert overview.values[row, 2] == interval(line.to_dict())
        line = table.loc[str(ranking.values[row, 3])]
        shown = [ranking.values[row, column] for column in (best, worst, group)]
        assert shown == [line["rank_5"], line["rank_95"], line["tie_group"]]
    assert "differences inside a group are not certain" in str(overview.values[37, 1])


def test_cells_of_a_strip_stand_for_ranks() -> None:
    assert strips.length_of(3) == 39
    assert list(strips.cells_of(2, 3, 3)) == list(range(13, 39))
    assert list(strips.cells_of(31, 31, 31)) == [30]
    # More ranks than cells: ends lie in the cells of their ranks.
    assert list(strips.cells_of(1, 1, 400)) == [0]
    assert list(strips.cells_of(11, 30, 400)) == [1, 2]


def card_of(cells: Cells) -> list[object]:
    """The key figures of how certain a rank is: interval, median, top 3, top 10, tie group."""
    return [cells["Scorecard", f"{column}9"] for column in "BCDFHI"]


def expected_card(robustness: Robustness, unit: str) -> list[object]:
    table = robustness.uncertainty.of_node()
    line = table.loc[unit]
    size = (table["tie_group"] == line["tie_group"]).sum()
    figures = [line["median_rank"], line["top_3"], line["top_10"], line["tie_group"], size]
    return [interval(line.to_dict()), *map(pytest.approx, figures)]


@pytest.fixture(scope="module")
def recalculated(file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What LibreOffice makes of the file as written, and after a reader has been at it."""
    folder = tmp_path_factory.mktemp("edited")
    weights = libreoffice.read(file, "Weights")
    (row,) = [cell[1:] for (_, cell), v in weights.items() if v == "Accessibility"]
    edits: dict[str, dict[tuple[str, str], float | str | None]] = {
        "as written": {},
        "another region": {("Scorecard", "B4"): "Gansu"},
        "a weight": {("Weights", f"C{row}"): 5.0},
    }
    files = [type_into(file, folder / f"{name}.xlsx", edit) for name, edit in edits.items()]
    files[0].write_bytes(file.read_bytes())
    return dict(zip(edits, libreoffice.convert_all(files, folder), strict=True))


def test_libreoffice_calculates_every_stored_value(
    file: Path, recalculated: Mapping[str, Path]
) -> None:
    assert libreoffice.differing(file, recalculated["as written"]) == []
    assert libreoffice.errors(libreoffice.read(recalculated["as written"])) == []


def test_the_scorecard_follows_the_region_that_is_chosen(
    robustness: Robustness, recalculated: Mapping[str, Path]
) -> None:
    for name, unit in (("as written", "CN-SH"), ("another region", "CN-GS")):
        cells = libreoffice.read(recalculated[name])
        assert card_of(cells) == expected_card(robustness, unit)
        assert str(cells["Scorecard", "A9"]).startswith("For the inputs of this file as built")


def test_after_an_edit_the_intervals_stay_with_their_regions_and_say_that_they_are_old(
    assessment: Assessment,
    robustness: Robustness,
    book: Book,
    recalculated: Mapping[str, Path],
) -> None:
    cells = libreoffice.read(recalculated["a weight"])
    assert libreoffice.errors(cells) == []
    table = robustness.uncertainty.of_node()
    table.index = pd.Index(assessment.units["name"])
    names = [str(cells["Overview", f"D{row}"]) for row in range(6, 37)]
    assert names != [book.sheets["Overview"].values[row, 4] for row in range(6, 37)]
    for row, name in enumerate(names, 6):
        assert cells["Overview", f"B{row}"] == interval(table.loc[name].to_dict())
    for sheet, cell in (
        ("Robustness", "A4"),
        ("Rank probabilities", "A4"),
        ("Overview", "A37"),
        ("Ranking", "B4"),
        ("Scorecard", "A9"),
    ):
        assert str(cells[sheet, cell]).startswith("Weights or values have been changed")


# --- the file ---


def test_the_file_is_a_set_that_gives_the_same_intervals(
    file: Path, robustness: Robustness
) -> None:
    again = indicators.load(file)
    found = scoring.robustness_of(again, sensitive=False)
    pd.testing.assert_frame_equal(
        found.uncertainty.intervals, robustness.uncertainty.intervals, check_exact=True
    )


def test_without_robustness_there_is_no_trace_of_it(assessment: Assessment, file: Path) -> None:
    book = make_workbook(assessment)
    assert not {"Robustness", "Rank probabilities"} & set(book.sheets)
    assert book.sheets["Overview"].values[5, 2] == "Chinese"
    titles = list(libreoffice.opened(file).sheetnames)
    first = titles.index("Robustness")
    assert titles[first : first + 2] == ["Robustness", "Rank probabilities"]
    assert [title for title in titles if title not in titles[first : first + 2]] == list(
        book.sheets
    )


def test_the_robustness_of_another_set_is_refused(robustness: Robustness) -> None:
    other = scoring.assess(indicators.load().with_weights({"accessibility": 9}))
    with pytest.raises(ValueError, match="its ranks differ"):
        make_workbook(other, robustness=robustness)


def test_formulas_are_those_of_excel_2007(book: Book) -> None:
    allowed = {"IF", "INDEX", "MATCH", "COUNT", "COUNTIF", "MAX", "MIN", "OR"}
    for title in ("Robustness", "Rank probabilities"):
        cells = [xml for row in book.sheets[title].content.rows.values() for xml in row.values()]
        formulas = re.sub(r'"[^"]*"', "", " ".join(re.findall("<f>(.*?)</f>", "".join(cells))))
        assert set(re.findall(r"([A-Z]+)\(", formulas)) <= allowed


KINDS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "three regions": ({"units": 3, "count": 4, "dimensions": 2}, {}),
    "one region": ({"units": 1, "count": 3, "dimensions": 1, "missing": 0.0}, {}),
    "regions without a score in some draws": (
        {"missing": 0.3, "method": "[aggregation]\nminimum_coverage = 0.5\n"},
        {"leave_out": True},
    ),
    "no region has a rank": (
        {"names": NASTY_NAMES, "missing": 0.6, "method": '[aggregation]\nmissing = "propagate"\n'},
        {"leave_out": True},
    ),
    "means of tied ranks": (
        {"names": NASTY_NAMES, "method": '[ranking]\ngroup = "region"\nties = "average"\n'},
        {"leave_out": True},
    ),
    "groups by intervals": ({"units": 20}, {"most_pairs": 10, "weights": {"noise": 0.5}}),
    "many tops": ({"method": FROM_1}, {"top": [1, 2, 3, 4, 5, 6], "aggregation": ["geometric"]}),
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """A file of each kind of set, as written and as recalculated."""
    folder = tmp_path_factory.mktemp("kinds")
    files = []
    for name, (options, robust) in KINDS.items():
        found = uncertain(made(folder / name, **options), **robust)  # type: ignore[arg-type]
        files.append(folder / f"{name}.xlsx")
        robustness = scoring.robustness_of(found)
        reports.write_workbook(scoring.assess(found), files[-1], robustness=robustness)
    saved = libreoffice.convert_all(files, folder)
    return dict(zip(KINDS, zip(files, saved, strict=True), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_set_has_the_sheet(kind: str, kinds: dict[str, tuple[Path, Path]]) -> None:
    written, saved = kinds[kind]
    assert libreoffice.differing(written, saved) == []
    cells = libreoffice.read(saved)
    shown = [value for (sheet, _), value in cells.items() if sheet == "Robustness"]
    assert not any(isinstance(value, float) and math.isnan(value) for value in shown)
    assert cells["Robustness", "A1"] == "How far to trust the ranks"


def test_of_a_panel_it_is_the_newest_year(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    made(folder, missing=0.0)
    lines = (folder / "values.csv").read_text(encoding="utf-8").splitlines()
    older = [f"u{unit},2019,{lines[1 + (unit + 1) % 18].split(',', 2)[2]}" for unit in range(18)]
    (folder / "values.csv").write_text("\n".join(lines + older) + "\n", encoding="utf-8")
    (folder / "method.toml").write_text('[time]\nyear = "panel"\n', encoding="utf-8")
    book, robustness = book_of(uncertain(indicators.load(folder)), sensitive=False)
    sheet = book.sheets["Robustness"]
    row = row_of(sheet, "Unit 7", after=row_of(sheet, "Name"))
    expected = robustness.uncertainty.of_node().loc["u7", "rank_95"]
    assert sheet.values[row, rank_intervals.WORST] == expected

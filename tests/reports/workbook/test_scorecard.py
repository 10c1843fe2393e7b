"""The drop-downs: whatever is chosen, the sheet shows what Python would."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl.utils import get_column_letter

import indicators
import reports
import scoring
from indicators.tables import SHEET_TITLES
from reports.words import Words
from reports.workbook import workbook as make_workbook
from reports.workbook.cells import Sheet
from reports.workbook.plan import SHEETS, TABLE_OF, TABLE_SHEETS, Plan
from reports.workbook.scorecard import Scorecard
from scoring import Assessment
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells

KEYS = [key for key, _ in SHEETS if key not in TABLE_SHEETS]
CHOICES = ("Region", "Cooperation model", "All regions")


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return scoring.assess(indicators.load())


@pytest.fixture(scope="module")
def file(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "scorecards.xlsx"
    reports.write_workbook(assessment, path)
    return path


def chosen(file: Path, folder: Path, cells: dict[tuple[str, str], str]) -> Cells:
    """What LibreOffice shows once these are chosen."""
    edited = type_into(file, folder / "edited.xlsx", dict(cells))
    return libreoffice.read(libreoffice.convert(edited, folder))


def by_python(assessment: Assessment, unit: str, choice: str) -> Sheet:
    """The sheet Scorecard as written for a region and a comparison."""
    book = make_workbook(assessment)
    titles = {key: Words()(f"sheet.{key}") for key in KEYS}
    sheets = {key: book.sheets[title] for key, title in titles.items() if title in book.sheets}
    sheets |= {key: book.sheets[SHEET_TITLES[TABLE_OF.get(key, key)]] for key in TABLE_SHEETS}
    plan = Plan(book, assessment, scoring.cooperation_of(assessment), Words(), (), sheets)
    position = list(assessment.units["name"]).index(unit)
    Scorecard(plan, position, CHOICES.index(choice)).write()
    return plan.sheets["scorecard"]


@pytest.mark.parametrize(
    ("unit", "choice"),
    [("Tibet", "Region"), ("Beijing", "Cooperation model"), ("Guizhou", "All regions")],
)
def test_the_scorecard_follows_its_two_lists(
    unit: str, choice: str, assessment: Assessment, file: Path, tmp_path: Path
) -> None:
    cells = {("Scorecard", "B4"): unit, ("Scorecard", "H4"): choice}
    shown = chosen(file, tmp_path, cells)
    expected = by_python(assessment, unit, choice)
    assert len(expected.values) > 400
    for (row, column), value in expected.values.items():
        cell = shown.get(("Scorecard", f"{get_column_letter(column)}{row}"))
        if isinstance(value, (int, float)):
            assert cell == pytest.approx(value, abs=1e-8), (row, column)
        else:
            assert str(cell or "").strip() == str(value or "").strip(), (row, column)


def test_a_card_tells_what_the_talk_says_of_the_region(file: Path, tmp_path: Path) -> None:
    shown = chosen(file, tmp_path, {("Scorecard", "B4"): "Zhejiang"})
    card = " ".join(str(value) for (sheet, _), value in shown.items() if sheet == "Scorecard")
    assert "Zhejiang Big Data Development Administration" in card
    assert "2013" in card
    assert "Four Lists" in card
    assert "intensive, reusable and shared platform" in card


def test_an_unknown_name_shows_the_first_region_and_no_error(file: Path, tmp_path: Path) -> None:
    shown = chosen(file, tmp_path, {("Scorecard", "B4"): "Atlantis"})
    assert shown["Scorecard", "A1"] == "Beijing 北京"
    assert libreoffice.errors(shown) == []


def test_two_regions_are_put_side_by_side(
    assessment: Assessment, file: Path, tmp_path: Path
) -> None:
    shown = chosen(file, tmp_path, {("Benchmark", "C4"): "Hubei", ("Benchmark", "D4"): "Hunan"})
    root = assessment.framework.root
    first, second = (assessment.scores[root][unit] for unit in ("CN-HB", "CN-HN"))
    assert shown["Benchmark", "C8"] == pytest.approx(first, abs=1e-9)
    assert shown["Benchmark", "D8"] == pytest.approx(second, abs=1e-9)
    assert shown["Benchmark", "E8"] == pytest.approx(first - second, abs=1e-9)
    assert shown["Benchmark", "F8"] == "Hubei"


def test_the_map_follows_its_list(assessment: Assessment, file: Path, tmp_path: Path) -> None:
    shown = chosen(file, tmp_path, {("Overview", "J5"): "Accessibility 可及性"})
    tiles = {
        round(value, 9)
        for (sheet, cell), value in shown.items()
        if sheet == "Overview" and cell[0] in "HIJKLMNOP" and isinstance(value, float)
    }
    assert {round(score, 9) for score in assessment.scores["accessibility"]} <= tiles


def test_a_region_changes_its_model_with_its_data(file: Path, tmp_path: Path) -> None:
    """Hunan with one combined body in place of two lies nearest to internal management."""
    provinces = indicators.load()
    row = 12 + list(provinces.scored_units.index).index("CN-HN")
    every = provinces.framework.all_indicators
    columns = {
        code: get_column_letter(5 + every.index(code))
        for code in ("services_body", "combined_body")
    }
    edited = type_into(
        file,
        tmp_path / "edited.xlsx",
        {
            ("Data", f"{columns['services_body']}{row}"): 0.0,
            ("Data", f"{columns['combined_body']}{row}"): 1.0,
        },
    )
    shown = libreoffice.read(libreoffice.convert(edited, tmp_path))
    assert libreoffice.read(file)["Models", f"C{row}"] == "Service delivery"
    assert shown["Models", f"C{row}"] == "Internal management"

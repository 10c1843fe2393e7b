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
FIRST_ROW = 12


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return scoring.assess(indicators.load())


@pytest.fixture(scope="module")
def file(assessment: Assessment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "scorecards.xlsx"
    reports.write_workbook(assessment, path)
    return path


#: Regions and what they are compared with.
CARDS = [("Tibet", "Region"), ("Beijing", "Cooperation model"), ("Guizhou", "All regions")]


@pytest.fixture(scope="module")
def bodies_of_hunan() -> dict[tuple[str, str], float]:
    """One combined body in place of two, as typed on Data."""
    provinces = indicators.load()
    row = FIRST_ROW + list(provinces.scored_units.index).index("CN-HN")
    every = provinces.framework.all_indicators
    return {
        ("Data", f"{get_column_letter(5 + every.index(code))}{row}"): value
        for code, value in (("services_body", 0.0), ("combined_body", 1.0))
    }


@pytest.fixture(scope="module")
def shown(
    file: Path,
    bodies_of_hunan: dict[tuple[str, str], float],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Cells]:
    """What LibreOffice shows once something is chosen or typed: by region, list and table."""
    folder = tmp_path_factory.mktemp("edited")
    edits: dict[str, dict[tuple[str, str], float | str | None]] = {
        **{
            unit: {("Scorecard", "B4"): unit, ("Scorecard", "H4"): choice} for unit, choice in CARDS
        },
        **{unit: {("Scorecard", "B4"): unit} for unit in ("Zhejiang", "Atlantis")},
        # Lists of sheets that know nothing of each other.
        "lists": {
            ("Benchmark", "C4"): "Hubei",
            ("Benchmark", "D4"): "Hunan",
            ("Overview", "J5"): "Accessibility 可及性",
        },
        "data": {**bodies_of_hunan},
    }
    files = [type_into(file, folder / f"{name}.xlsx", cells) for name, cells in edits.items()]
    saved = libreoffice.convert_all(files, folder)
    return {name: libreoffice.read(again) for name, again in zip(edits, saved, strict=True)}


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


@pytest.mark.parametrize(("unit", "choice"), CARDS)
def test_the_scorecard_follows_its_two_lists(
    unit: str, choice: str, assessment: Assessment, shown: dict[str, Cells]
) -> None:
    expected = by_python(assessment, unit, choice)
    assert len(expected.values) > 400
    for (row, column), value in expected.values.items():
        cell = shown[unit].get(("Scorecard", f"{get_column_letter(column)}{row}"))
        if isinstance(value, (int, float)):
            assert cell == pytest.approx(value, abs=1e-8), (row, column)
        else:
            assert str(cell or "").strip() == str(value or "").strip(), (row, column)


def test_a_card_tells_what_the_talk_says_of_the_region(shown: dict[str, Cells]) -> None:
    cells = shown["Zhejiang"].items()
    card = " ".join(str(value) for (sheet, _), value in cells if sheet == "Scorecard")
    assert "Zhejiang Big Data Development Administration" in card
    assert "2013" in card
    assert "Four Lists" in card
    assert "intensive, reusable and shared platform" in card


def test_an_unknown_name_shows_the_first_region_and_no_error(shown: dict[str, Cells]) -> None:
    cells = shown["Atlantis"]
    assert cells["Scorecard", "A1"] == "Beijing 北京"
    assert libreoffice.errors(cells) == []


def test_two_regions_are_put_side_by_side(assessment: Assessment, shown: dict[str, Cells]) -> None:
    cells = shown["lists"]
    root = assessment.framework.root
    first, second = (assessment.scores[root][unit] for unit in ("CN-HB", "CN-HN"))
    assert cells["Benchmark", "C8"] == pytest.approx(first, abs=1e-9)
    assert cells["Benchmark", "D8"] == pytest.approx(second, abs=1e-9)
    assert cells["Benchmark", "E8"] == pytest.approx(first - second, abs=1e-9)
    assert cells["Benchmark", "F8"] == "Hubei"


def test_the_map_follows_its_list(assessment: Assessment, shown: dict[str, Cells]) -> None:
    tiles = {
        round(value, 9)
        for (sheet, cell), value in shown["lists"].items()
        if sheet == "Overview" and cell[0] in "HIJKLMNOP" and isinstance(value, float)
    }
    assert {round(score, 9) for score in assessment.scores["accessibility"]} <= tiles


def test_a_region_changes_its_model_with_its_data(
    file: Path, bodies_of_hunan: dict[tuple[str, str], float], shown: dict[str, Cells]
) -> None:
    """Hunan with one combined body in place of two lies nearest to internal management."""
    (row,) = {cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _, cell in bodies_of_hunan}
    model = "Models", f"C{row}"
    assert libreoffice.read(file, "Models")[model] == "Service delivery"
    assert shown["data"][model] == "Internal management"

"""The workbook as a file: what formulas it uses, what it carries, how it prints."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

import indicators
import reports
import scoring
from reports.workbook import workbook as make_workbook
from reports.workbook.parts import LINKED
from reports.workbook.plan import LIVE_SCORES, LIVE_UNITS
from tests import libreoffice
from tests.reports.workbook.sets import NASTY_NAMES, made

EXCEL_2007 = {
    "ABS", "AND", "AVERAGE", "AVERAGEIF", "CHOOSE", "COLUMNS", "COUNT", "COUNTIF", "COUNTIFS",
    "EXACT", "EXP", "FALSE", "FIXED", "FREQUENCY", "IF", "IFERROR", "INDEX", "ISERROR",
    "ISNUMBER", "ISTEXT", "KURT", "LARGE", "LN", "MATCH", "MAX", "MDETERM", "MEDIAN", "MID", "MIN",
    "MINVERSE", "MMULT", "MOD", "MODE", "N", "OR", "PRODUCT", "QUARTILE", "RANK", "ROUND", "ROW",
    "ROWS", "SKEW", "SMALL", "SQRT", "STDEV", "SUM", "SUMIF", "SUMPRODUCT", "SUMXMY2",
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(indicators.load()), path)
    return path


def parts(file: Path, pattern: str) -> dict[str, str]:
    with zipfile.ZipFile(file) as book:
        return {n: book.read(n).decode() for n in book.namelist() if re.fullmatch(pattern, n)}


def test_the_sheets_stand_in_the_order_of_reading(file: Path) -> None:
    assert load_sheets(file) == [
        "Overview", "Weights", "Comparisons", "Points", "Weightings", "Ranking", "Scorecard",
        "Benchmark", "Models", "Scores", "Normalised", "Data", "Method", "Checks", "Statistics",
        "Correlations", "Treatment", "Other weights", "Framework", "Units", "Values", "Sources",
        "Notes", "Weight sets", "Judgements",
    ]  # fmt: skip


def load_sheets(file: Path) -> list[str]:
    with zipfile.ZipFile(file) as book:
        return re.findall(r'<sheet [^>]*name="([^"]+)"', book.read("xl/workbook.xml").decode())


def test_formulas_use_the_functions_of_excel_2007_and_are_not_too_long(file: Path) -> None:
    used: set[str] = set()
    for xml in parts(file, r"xl/worksheets/sheet\d+\.xml").values():
        assert 't="array"' not in xml
        for formula in re.findall(r"<f>(.*?)</f>", xml):
            assert len(formula) < 8192
            without_text = re.sub(r'"[^"]*"', "", formula)
            used |= set(re.findall(r"([A-Z][A-Z0-9.]*)\(", without_text))
    assert used <= EXCEL_2007
    assert not used & {"OFFSET", "INDIRECT"}


def test_there_are_no_macros_and_no_links_outside(file: Path) -> None:
    with zipfile.ZipFile(file) as book:
        names = book.namelist()
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]


def test_charts_show_their_axes_have_stored_values_and_an_alternative_text(file: Path) -> None:
    charts = parts(file, r"xl/charts/chart\d+\.xml")
    assert len(charts) == 6
    for xml in charts.values():
        assert xml.count('<delete val="0"/>') == 2
        assert "<strCache>" in xml
        assert "<numCache>" in xml
    drawings = "".join(parts(file, r"xl/drawings/drawing\d+\.xml").values())
    descriptions = re.findall(
        r'<xdr:cNvPr [^>]*descr="([^"]+)"|<cNvPr [^>]*descr="([^"]+)"', drawings
    )
    assert len(descriptions) == 6


def test_links_lead_to_sheets_that_exist(file: Path) -> None:
    titles = set(load_sheets(file))
    found = 0
    for xml in parts(file, r"xl/worksheets/sheet\d+\.xml").values():
        for target in re.findall(r'<hyperlink [^>]*location="([^"]+)"', xml):
            found += 1
            assert target.split("!")[0].strip("'") in titles
    assert found > 50


def test_weights_and_values_can_be_typed_on_protected_sheets(file: Path) -> None:
    sheet = libreoffice.opened(file)["Weights"]
    assert sheet.protection.sheet
    assert not sheet["C11"].protection.locked
    assert sheet["F11"].protection.locked
    assert any("C11" in str(rule.sqref) for rule in sheet.data_validations.dataValidation)


def test_each_card_lists_the_agencies_and_names_shenzhen_only_as_listed(file: Path) -> None:
    cells = libreoffice.read(file)
    overview = " ".join(str(v) for (sheet, _), v in cells.items() if sheet == "Overview")
    assert "Listed, not scored for want of data: Shenzhen 深圳, Qingdao 青岛" in overview
    assert {"台湾", "香港", "澳门"} <= {v for (s, _), v in cells.items() if s == "Overview"}
    card = " ".join(str(v) for (sheet, _), v in cells.items() if sheet == "Scorecard")
    assert "Shanghai Big Data Center" in card


def test_names_that_read_like_formulas_stay_text_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "nasty.xlsx"
    nasty = made(tmp_path / "set", names=NASTY_NAMES, method='[ranking]\ngroup = "region"\n')
    reports.write_workbook(scoring.assess(nasty), path)
    for xml in parts(path, r"xl/worksheets/sheet\d+\.xml").values():
        assert "<f>1+1</f>" not in xml
        assert 't="e"' not in xml
    again = indicators.load(path)
    assert list(again.units["name"]) == list(nasty.units["name"])


def test_the_same_set_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "first.xlsx", tmp_path / "second.xlsx"]
    for path in files:
        reports.write_workbook(scoring.assess(indicators.load()), path)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "scorecards.xlsx"
    path.write_bytes(b"the old one")
    assessment = scoring.assess(indicators.load())

    def stop(done: int, total: int) -> None:
        if done == total // 2:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        reports.write_workbook(assessment, path, progress=stop)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("units", "normalised_live", "scores_live"),
    [(40, True, True), (LIVE_UNITS + 1, False, True), (LIVE_SCORES + 1, False, False)],
)
def test_the_stated_rule_says_what_stays_live(
    units: int, normalised_live: bool, scores_live: bool, tmp_path: Path
) -> None:
    assessment = scoring.assess(made(tmp_path / "set", units=units, count=3, dimensions=1))
    book = make_workbook(assessment)

    def has_formulas(sheet: str, row: int, column: int) -> bool:
        return "<f>" in book.sheets[sheet].content.rows[row][column]

    assert has_formulas("Normalised", 12, 5) is normalised_live
    assert has_formulas("Scores", 12, 5) is scores_live
    status = book.sheets["Weights"].values[5, 3]
    assert ("Too many regions" in str(status)) is not scores_live


def test_every_sheet_for_readers_prints_on_one_page(file: Path, tmp_path: Path) -> None:
    pdf = libreoffice.convert(file, tmp_path, "pdf")
    text = subprocess.run(
        [libreoffice.tool("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode()
    pages = [page.strip().splitlines()[-1].split()[0] for page in text.split("\f") if page.strip()]
    for sheet in ("Overview", "Weights", "Weightings", "Ranking", "Scorecard", "Benchmark",
                  "Models", "Scores", "Checks", "Treatment", "Points"):  # fmt: skip
        assert pages.count(sheet) == 1, f"{sheet} prints on {pages.count(sheet)} pages"
    assert "###" not in text


@pytest.mark.parametrize("dimensions", [0, 1, 4])
def test_excel_would_find_nothing_to_repair(dimensions: int, tmp_path: Path) -> None:
    """What LibreOffice forgives and Excel does not: merged cells that overlap, signs in formats."""
    path = tmp_path / "scorecards.xlsx"
    small = made(tmp_path / "set", dimensions=dimensions, count=5, names=NASTY_NAMES)
    reports.write_workbook(scoring.assess(small), path)
    for sheet in libreoffice.opened(path).worksheets:
        merged: list[tuple[int, int]] = []
        for cells in sheet.merged_cells.ranges:
            merged += [(row, column) for row, column in cells.cells]
        assert len(merged) == len(set(merged)), f"merged cells overlap on {sheet.title}"
    for code in re.findall(r'formatCode="([^"]*)"', *parts(path, "xl/styles.xml").values()):
        outside_quotes = re.sub(r"&quot;.*?&quot;", "", code)
        assert outside_quotes.isascii(), code
    for xml in parts(path, r"xl/worksheets/sheet\d+\.xml").values():
        priorities = re.findall(r'priority="(\d+)"', xml)
        assert len(priorities) == len(set(priorities))
        assert not re.findall(r"<formula1>=", xml)
        for formula in re.findall(r"<f>(.*?)</f>", xml):
            texts = re.findall(r'"((?:[^"]|"")*)"', formula)
            assert max(map(len, texts), default=0) <= 255


@pytest.mark.parametrize("options", [{}, {"units": 8, "count": 2, "dimensions": 1}])
def test_the_links_of_every_sheet_stand_inside_its_printed_columns(
    options: dict[str, int], tmp_path: Path
) -> None:
    book = make_workbook(scoring.assess(made(tmp_path / "set", **options)))
    linked = [key.capitalize() for key in LINKED if key.capitalize() in book.sheets]
    for sheet in book.sheets.values():
        shown = [sheet.values.get((2, column)) for column in range(1, sheet.last_column + 1)]
        assert [text for text in shown if text] == linked, sheet.title

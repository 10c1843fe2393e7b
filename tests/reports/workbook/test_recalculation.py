"""A real spreadsheet, made to calculate everything anew, agrees with every stored value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

import indicators
import reports
import scoring
from indicators import IndicatorSet
from scoring import Assessment
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells

SCORE_COLUMN, FIRST_ROW = 5, 12


@pytest.fixture(scope="module")
def provinces() -> IndicatorSet:
    return indicators.load()


@pytest.fixture(scope="module")
def workbook(provinces: IndicatorSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(provinces), path)
    return path


def weight_rows(workbook: Path) -> dict[str, str]:
    """Row on Weights -> name that stands there."""
    return {
        cell[1:]: str(value)
        for (_, cell), value in libreoffice.read(workbook, "Weights").items()
        if cell.startswith("A")
    }


def weight_cell(workbook: Path, provinces: IndicatorSet, node: str) -> tuple[str, str]:
    name = provinces.framework[node].name
    rows = [row for row, found in weight_rows(workbook).items() if found == name]
    assert len(rows) == 1
    return "Weights", f"C{rows[0]}"


def data_cell(provinces: IndicatorSet, unit: str, indicator: str) -> tuple[str, str]:
    column = SCORE_COLUMN + provinces.framework.all_indicators.index(indicator)
    row = FIRST_ROW + list(provinces.scored_units.index).index(unit)
    return "Data", f"{get_column_letter(column)}{row}"


def assert_same_as_python(cells: Cells, assessment: Assessment) -> None:
    """Scores, ranks and order on the sheets are Python's."""
    groups = [assessment.framework.root, *assessment.framework.dimensions]
    for offset, group in enumerate(groups):
        scores, ranks = assessment.scores[group], assessment.ranks[group]
        for row, (score, rank) in enumerate(zip(scores, ranks, strict=True), FIRST_ROW):
            shown = cells.get(("Scores", f"{get_column_letter(SCORE_COLUMN + offset)}{row}"), "")
            place = cells.get(
                ("Scores", f"{get_column_letter(SCORE_COLUMN + len(groups) + offset)}{row}"), ""
            )
            if np.isnan(score):
                assert shown == place == ""
            else:
                assert shown == pytest.approx(score, abs=1e-9)
                assert place == rank
    keys = assessment.scores[assessment.framework.root].round(9).fillna(-1e99).to_numpy()
    order = np.argsort(-keys, kind="stable")
    names = assessment.units["name"].to_numpy()[order]
    assert [cells["Ranking", f"C{6 + i}"] for i in range(len(names))] == list(names)


#: Weights that cannot be, and what the status line says of them.
WRONG: dict[float | str, str] = {-1.0: "negative", "many": "no number"}


@pytest.fixture(scope="module")
def files(
    workbook: Path, provinces: IndicatorSet, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The workbook as written, and with weights typed over."""
    folder = tmp_path_factory.mktemp("typed")
    where = weight_cell(workbook, provinces, "accessibility")
    nought: dict[tuple[str, str], float | str | None] = {
        weight_cell(workbook, provinces, child): 0.0
        for child in provinces.framework.children("agency_consolidation")
    }
    return {
        "as written": workbook,
        "stale": type_into(workbook, folder / "stale.xlsx", {where: 5.0}),
        "nought": type_into(workbook, folder / "nought.xlsx", nought),
        **{
            says: type_into(workbook, folder / f"{says}.xlsx", {where: value})
            for value, says in WRONG.items()
        },
    }


@pytest.fixture(scope="module")
def recalculated(
    files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    saved = libreoffice.convert_all([*files.values()], tmp_path_factory.mktemp("recalculated"))
    return dict(zip(files, saved, strict=True))


def test_every_stored_value_of_the_provinces_is_what_libreoffice_calculates(
    workbook: Path, recalculated: Mapping[str, Path]
) -> None:
    saved = recalculated["as written"]
    assert libreoffice.differing(workbook, saved) == []
    assert libreoffice.errors(libreoffice.read(saved)) == []


def test_the_comparison_can_fail(
    files: Mapping[str, Path], recalculated: Mapping[str, Path]
) -> None:
    assert len(libreoffice.differing(files["stale"], recalculated["stale"])) > 100


Edit = tuple[dict[str, float], str | None, dict[tuple[str, str], float | None]]

EDITS: dict[str, Edit] = {
    "indicator weights": ({"service_capability": 7.5, "rural_income": 0}, None, {}),
    "dimension weights": ({"sdg_alignment": 3, "agency_consolidation": 0}, None, {}),
    "geometric": ({}, "geometric", {}),
    "geometric with weights": ({"accessibility": 2.5, "national_pilot": 0}, "geometric", {}),
    "ties: one indicator of four values alone": (
        {
            "platform_coverage": 0, "accessibility": 0, "sdg_alignment": 0,
            "government_websites_per_million": 0, "government_websites_decline": 0,
        },
        None,
        {},
    ),
    "a value": ({}, None, {("CN-GZ", "broadband_per_100"): 75.5}),
    "a value withdrawn": ({}, None, {("CN-BJ", "broadband_per_100"): None}),
    "a missing value found": ({}, None, {("CN-XZ", "co2_per_capita"): 2.5}),
}  # fmt: skip


def changed(
    provinces: IndicatorSet,
    weights: Mapping[str, float],
    aggregation: str | None,
    values: Mapping[tuple[str, str], float | None],
) -> IndicatorSet:
    """The same edit in Python: values are set in the newest year of the cell."""
    found = provinces.with_weights(weights)
    if aggregation:
        found = found.with_method({"aggregation": {"method": aggregation}})
    for (unit, indicator), value in values.items():
        table = found.values.copy()
        rows = table.index[(table["unit"] == unit) & (table["indicator"] == indicator)]
        table.loc[rows[-1], "value"] = np.nan if value is None else value
        found = IndicatorSet(**{**found.__dict__, "values": table})
    return found


def test_after_edits_libreoffice_python_and_the_rebuilt_workbook_agree(
    workbook: Path, provinces: IndicatorSet, tmp_path: Path
) -> None:
    names = {name: f"C{row}" for row, name in weight_rows(workbook).items()}
    files = []
    for number, (weights, aggregation, values) in enumerate(EDITS.values()):
        cells: dict[tuple[str, str], float | str | None] = {
            ("Weights", names[provinces.framework[node].name]): weight
            for node, weight in weights.items()
        }
        if aggregation:
            cells["Weights", "C6"] = aggregation
        cells |= {data_cell(provinces, *where): value for where, value in values.items()}
        files.append(type_into(workbook, tmp_path / f"{number}.xlsx", cells))
    saved = libreoffice.convert_all(files, tmp_path)
    for edit, edited, again in zip(EDITS.values(), files, saved, strict=True):
        assert_edit_is_followed(edit, provinces, edited, again)


def assert_edit_is_followed(edit: Edit, provinces: IndicatorSet, edited: Path, saved: Path) -> None:
    """LibreOffice shows after an edit, and Python reads from either file, what Python computes."""
    weights, aggregation, values = edit
    recalculated = libreoffice.read(saved)
    expected = scoring.assess(changed(provinces, weights, aggregation, values))
    assert libreoffice.errors(recalculated) == []
    assert_same_as_python(recalculated, expected)
    # Read again, from Excel's hands and from LibreOffice's: the same scores to the last bit.
    for file in (edited, saved):
        again = scoring.assess(indicators.load(file))
        assert np.array_equal(again.scores.to_numpy(), expected.scores.to_numpy(), equal_nan=True)
        assert np.array_equal(again.ranks.to_numpy(), expected.ranks.to_numpy(), equal_nan=True)
    status = "Default weights" if not weights and not aggregation else "Weights changed"
    assert str(recalculated["Weights", "C5"]).startswith(status)
    verdicts = {v for (s, c), v in recalculated.items() if s == "Checks" and re.match(r"D\d", c)}
    assert "LOOK" not in verdicts


@pytest.mark.parametrize("says", WRONG.values())
def test_the_status_line_says_what_is_wrong_with_a_weight(
    says: str,
    provinces: IndicatorSet,
    workbook: Path,
    files: Mapping[str, Path],
    recalculated: Mapping[str, Path],
) -> None:
    assert says in str(libreoffice.read(recalculated[says], "Weights")["Weights", "C5"])
    with pytest.raises(indicators.InvalidInputError) as caught:
        scoring.assess(indicators.load(files[says]))
    _, cell = weight_cell(workbook, provinces, "accessibility")
    assert [str(f.place) for f in caught.value.findings if f.severity == "error"] == [
        f"{says}.xlsx, sheet Weights, cell {cell}, column weight"
    ]


def test_a_group_with_weights_of_nought_has_no_score_and_says_so(
    files: Mapping[str, Path], recalculated: Mapping[str, Path]
) -> None:
    cells = libreoffice.read(recalculated["nought"])
    assert "All weights of a group are 0" in str(cells["Weights", "C5"])
    assert libreoffice.errors(cells) == []
    with pytest.raises(indicators.InvalidInputError, match="agency_consolidation"):
        indicators.load(files["nought"])

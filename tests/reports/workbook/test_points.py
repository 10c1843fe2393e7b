"""The sheet Points: filled in as people would, it shows what Python makes of the points."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

import indicators
import reports
import scoring
from indicators import IndicatorSet
from reports.workbook import points
from scoring.weighting.experts import judged_siblings
from scoring.weighting.points import budget_allocation
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells
from tests.reports.workbook.judging import Homes, grouped, homes, plan_of

GROUPS = {"a": 4, "b": 3, "c": 2, "single": 1}
EXPERTS = ("Ann", "Ben", "Cy", "Expert 4", "Expert 5")

#: Of four children; nobody agrees with Cy. The last two are typed into the workbook.
POINTS = np.array([
    [40, 30, 20, 10],
    [45, 25, 20, 10],
    [5, 5, 10, 80],
    [42, 28, 18, 12],
    [41, 29, 19.5, 10.5],
])  # fmt: skip
#: Of three: most agree to the point: the median absolute deviation is 0. One leaves a 0 out.
ALIKE = np.array([[50, 30, 20], [50, 30, 20], [50, 30, 20], [70, 30, np.nan], [34, 33, 33]])
#: Of two: one sum is wrong.
WRONG = np.array([[50, 50], [60, 50]])


def said(group: str, expert: str, given: np.ndarray) -> list[dict[str, object]]:
    return [
        {"kind": "points", "expert": expert, "node": f"{group}{i}", "value": float(value)}
        for i, value in enumerate(given, 1)
        if not np.isnan(value)
    ]


def opinions(folder: Path, method: str = "") -> IndicatorSet:
    rows = []
    for group, table in {"a": POINTS, "b": ALIKE}.items():
        for expert, given in zip(EXPERTS[:3], table, strict=False):
            rows += said(group, expert, given)
    return grouped(folder / "set", GROUPS, method).with_judgements(pd.DataFrame(rows))


def edited(folder: Path, method: str = "") -> Path:
    """The workbook of the set with three experts, with what the others have typed."""
    file = folder / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(opinions(folder, method)), file)
    where = homes(file)
    cells: dict[tuple[str, str], float | str | None] = {}
    for group, table in {
        "a": POINTS,
        "b": ALIKE,
        "c": np.vstack([np.full((3, 2), np.nan), WRONG]),
    }.items():
        for expert, given in zip(EXPERTS[3:], table[3:], strict=True):
            for row in said(group, expert, given):
                cells[where["points", expert, str(row["node"]), ""]] = row["value"]  # type: ignore[assignment]
    return type_into(file, folder / f"{folder.name}.xlsx", cells)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Homes]:
    """The workbook with what three experts have said, and where."""
    folder = tmp_path_factory.mktemp("plain")
    file = folder / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(opinions(folder)), file)
    return file, homes(file)


@pytest.fixture(scope="module")
def files(plain: tuple[Path, Homes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Filled in for each way to combine experts; built from one of these; with a wrong number."""
    folder = tmp_path_factory.mktemp("files")
    found = {}
    for combine in ("mean", "median"):
        (folder / combine).mkdir()
        found[combine] = edited(folder / combine, f'[weighting]\ncombine = "{combine}"\n')
    found["next"] = folder / "next.xlsx"
    reports.write_workbook(scoring.assess(indicators.load(found["mean"])), found["next"])
    file, where = plain
    cell = where["points", "Expert 4", "a1", ""]
    found["wrong"] = type_into(file, folder / "wrong.xlsx", {cell: -5.0})
    return found


@pytest.fixture(scope="module")
def recalculated(
    files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    saved = libreoffice.convert_all([*files.values()], tmp_path_factory.mktemp("recalculated"))
    return dict(zip(files, saved, strict=True))


def shown(cells: Cells, row: int, column: int) -> object:
    return cells.get(("Points", f"{get_column_letter(column)}{row}"), "")


@pytest.mark.parametrize("combine", ["mean", "median"])
def test_libreoffice_shows_what_python_derives(
    combine: str, recalculated: Mapping[str, Path], tmp_path: Path
) -> None:
    cells = libreoffice.read(recalculated[combine])
    assert libreoffice.errors(cells) == []
    opinion = opinions(tmp_path)
    groups = {group.code: group for group in points.groups(plan_of(scoring.assess(opinion)))}
    assert "single" not in groups
    first = points.FIRST + len(EXPERTS)
    for code, table in {"a": POINTS, "b": ALIKE}.items():
        group = groups[code]
        derived = budget_allocation(table, combine=combine)  # type: ignore[arg-type]
        expected = derived.by_child | {
            "weight": derived.shares,
            "outlying": np.bincount(
                [
                    remark.children[0]
                    for remark in derived.remarks
                    if remark.code == "outlying_points"
                ],
                minlength=len(group.children),
            ),
        }
        for column, key in enumerate(points.FIGURES, first):
            found = [shown(cells, group.first + i, column) for i in range(len(group.children))]
            assert found == pytest.approx(expected[key].tolist(), abs=1e-9), (code, key)
        sums = [shown(cells, group.total, points.FIRST + i) for i in range(len(EXPERTS))]
        assert sums == pytest.approx(np.nansum(table, axis=1).tolist())
        away = [shown(cells, group.distance, points.FIRST + i) for i in range(len(EXPERTS))]
        assert away == pytest.approx(derived.by_expert["distance"].tolist(), abs=1e-9)
    assert shown(cells, groups["c"].total, points.FIRST + 4) == 110


def test_somebody_is_far_from_most() -> None:
    """So that the comparison above compares something."""
    for table in (POINTS, ALIKE):
        assert any(r.code == "outlying_points" for r in budget_allocation(table).remarks)


def test_points_that_were_typed_are_read_again_whoever_saved_the_file(
    files: Mapping[str, Path], recalculated: Mapping[str, Path], tmp_path: Path
) -> None:
    by_openpyxl = tmp_path / "openpyxl.xlsx"
    libreoffice.opened(files["mean"]).save(by_openpyxl)
    for saved in (files["mean"], recalculated["mean"], by_openpyxl):
        judged = judged_siblings(indicators.load(saved), "points", ["a1", "a2", "a3", "a4"])
        assert judged.experts == EXPERTS
        assert np.array_equal(judged.values, POINTS)


def test_every_stored_value_is_what_libreoffice_calculates(
    files: Mapping[str, Path], recalculated: Mapping[str, Path]
) -> None:
    assert libreoffice.differing(files["next"], recalculated["next"]) == []
    assert indicators.load(files["next"]).digest == indicators.load(files["mean"]).digest


def test_a_name_typed_over_a_column_is_the_name_of_the_expert(
    plain: tuple[Path, Homes], tmp_path: Path
) -> None:
    file, homes_of = plain
    where = homes_of["points", "Expert 4", "a1", ""]
    heading = f"{where[1].rstrip('0123456789')}{points.FIRST_POINTS_ROW}"
    named = type_into(file, tmp_path / "named.xlsx", {where: 100.0, ("Points", heading): "Dee"})
    table = indicators.load(named).judgements
    assert table[table["expert"] == "Dee"]["value"].tolist() == [100.0]


def test_what_is_no_number_of_points_is_an_error_with_its_cell(
    plain: tuple[Path, Homes], files: Mapping[str, Path], recalculated: Mapping[str, Path]
) -> None:
    sheet, cell = plain[1]["points", "Expert 4", "a1", ""]
    with pytest.raises(indicators.InvalidInputError) as caught:
        indicators.load(files["wrong"])
    assert [str(f.place) for f in caught.value.findings if f.severity == "error"] == [
        f"wrong.xlsx, sheet {sheet}, cell {cell}, column value"
    ]
    assert libreoffice.errors(libreoffice.read(recalculated["wrong"])) == []

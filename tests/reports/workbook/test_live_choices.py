"""What stays live under options of single indicators and groups, and what is written as values."""

from __future__ import annotations

from pathlib import Path

import pytest

import indicators
import reports
import scoring
from reports.workbook import workbook as make_workbook
from reports.workbook.plan import FIRST_WEIGHT_ROW
from scoring import Assessment
from tests import libreoffice
from tests.editing import type_into
from tests.reports.workbook.test_audit_sheets import a_set

FIRST_ROW, FIRST_COLUMN = 12, 5


def live_indicators(assessment: Assessment) -> set[str]:
    """Indicators whose normalised values are formulas."""
    rows = make_workbook(assessment).sheets["Normalised"].content.rows
    codes = assessment.framework.indicators
    return {c for i, c in enumerate(codes) if "<f>" in rows[FIRST_ROW][FIRST_COLUMN + i]}


@pytest.mark.parametrize(
    ("method", "live"),
    [
        ("", {"income", "roads", "years", "deaths"}),
        ('[treatment]\nmethod = "winsorise"\n', set()),
        # Also where it would pass now: after an edit it may not.
        ('[treatment.indicators.years]\nmethod = "log"\n', {"income", "roads", "deaths"}),
        ('[imputation]\nmethod = "median"\n', set()),
        ('[normalisation.indicators.years]\nmethod = "rank"\n', {"income", "roads", "deaths"}),
    ],
)
def test_an_indicator_is_live_where_a_column_of_the_sheet_says_all(
    method: str, live: set[str], tmp_path: Path
) -> None:
    assert live_indicators(scoring.assess(a_set(tmp_path / "set", method))) == live


def test_on_the_scale_of_another_set_nothing_follows_the_data(tmp_path: Path) -> None:
    first = scoring.assess(a_set(tmp_path / "first"))
    wider = a_set(tmp_path / "second", years=(2019, 2020))
    path = tmp_path / "scorecards.xlsx"
    assessment = scoring.assess(wider, scale=first.scale)
    assert live_indicators(assessment) == set()
    reports.write_workbook(assessment, path)
    assert libreoffice.differences(path, tmp_path) == []


OPTIONS = """
[normalisation]
range = [1, 100]
[normalisation.indicators.years]
method = "goalposts"
range = [20, 60]
clip = false
[aggregation]
method = "{method}"
missing = "{missing}"
[aggregation.groups.health]
method = "{method}"
minimum_coverage = 0.9
missing = "renormalise"
"""


RULES = (
    ("arithmetic", "propagate"), ("arithmetic", "zero"), ("geometric", "renormalise"),
    ("harmonic", "renormalise"), ("minimum", "renormalise"), ("minimum", "zero"),
)  # fmt: skip


def test_options_of_one_indicator_and_one_group_after_an_edit(tmp_path: Path) -> None:
    files, edited = [], []
    for method, missing in RULES:
        name = f"{method}-{missing}"
        found = a_set(tmp_path / name, OPTIONS.format(method=method, missing=missing))
        files.append(tmp_path / f"{name}.xlsx")
        reports.write_workbook(scoring.assess(found), files[-1])
        edited.append(type_into(files[-1], tmp_path / f"{name}-edited.xlsx", {
            ("Weights", f"C{FIRST_WEIGHT_ROW}"): 3.0,      # wealth
            ("Weights", f"C{FIRST_WEIGHT_ROW + 5}"): 0.0,  # deaths
            ("Data", "E12"): 60.0, ("Data", "G16"): 130.0,
        }))  # fmt: skip
    saved = libreoffice.convert_all([*files, *edited], tmp_path)
    for file, again in zip(files, saved, strict=False):
        assert libreoffice.differing(file, again) == [], file.name
    for file, again in zip(edited, saved[len(files) :], strict=True):
        cells, expected = libreoffice.read(again), scoring.assess(indicators.load(file))
        assert expected.weights.loc["wealth", "weight"] == 3
        assert expected.weights.loc["deaths", "weight"] == 0
        for offset, group in enumerate(("index", "wealth", "health")):
            for row, score in enumerate(expected.scores[group].tolist(), FIRST_ROW):
                shown = cells.get(("Scores", f"{'EFG'[offset]}{row}"), "")
                if score != score:
                    assert shown == ""
                else:
                    assert shown == pytest.approx(score, abs=1e-9), (file.name, group, row)

"""The sets that the pages show give the results that the pages state."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import indicators
import scoring
from reports.cli import app
from scoring import Assessment
from tests.cases.asem import CHAIN
from tests.docs.pages import ROOT, blocks, captioned, sections

EXAMPLES = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
INPUT = (ROOT / "docs" / "input.md").read_text(encoding="utf-8")
UNITS = blocks(EXAMPLES, "")[0]


def folder_of(files: dict[str, str], at: Path) -> Path:
    for name, text in files.items():
        (at / name).write_text(text, encoding="utf-8")
    return at


def shown(assessment: Assessment, year: int | None) -> list[dict[str, str]]:
    """Scores and ranks in the index, as the page shows them."""
    root = assessment.framework.root
    rows = zip(
        assessment.scores.index, assessment.scores[root], assessment.ranks[root], strict=True
    )
    dated = {} if year is None else {"year": str(year)}
    return [
        dated | {"unit": unit, "score": f"{score:.1f}", "rank": f"{rank:g}"}
        for unit, score, rank in rows
    ]


@pytest.mark.parametrize("example", sections(EXAMPLES))
def test_examples(example: str, tmp_path: Path) -> None:
    files = captioned(sections(EXAMPLES)[example])
    expected = list(csv.DictReader(io.StringIO(files.pop("scores"))))
    assessment = scoring.assess(indicators.load(folder_of({"units.csv": UNITS, **files}, tmp_path)))
    years = assessment.by_year or {None: assessment}
    assert [row for year, one in years.items() for row in shown(one, year)] == expected


def test_the_small_set_of_the_input_page(tmp_path: Path) -> None:
    part = sections(INPUT)["A small set"]
    (small := tmp_path / "small").mkdir()
    folder_of(captioned(part), small)
    assert CliRunner().invoke(app, ["check", str(small)]).output == blocks(part, "")[-1]
    scores = shown(scoring.assess(indicators.load(small)), None)
    assert [row["score"] for row in scores] == ["92.9", "13.0", "3.9"]
    assert "gives North 92.9, South 13.0, West 3.9" in part


def test_the_settings_of_the_import_page_are_those_that_meet_the_results_of_coinr() -> None:
    page = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")
    assert tomllib.loads(blocks(page, "toml")[0]) == CHAIN

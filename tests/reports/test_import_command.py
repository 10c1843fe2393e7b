"""`scorecards import`: what it writes, what it says, and what it refuses to replace."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import indicators
from tests.reports.conftest import Run

META = """\
Level,iCode,iName,Direction,Weight,Parent,Type
1,roads,Roads,1,2,Index,Indicator
1,pay,Pay,1,1,Index,Indicator
2,Index,The index,1,1,NA,Aggregate
NA,capital,Capital,NA,NA,NA,Other
"""
DATA = "uName,uCode,capital,roads,pay\nAlpha,A,X,1,2\nBeta,B,Y,3,NA\n"


@pytest.fixture(name="run")
def run_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """Import the files of the folder one stands in: exit status, standard output and error."""
    (tmp_path / "iMeta.csv").write_text(META)
    (tmp_path / "iData.csv").write_text(DATA)
    monkeypatch.chdir(tmp_path)
    return partial(run, "import")


def names(folder: str = ".") -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


BEFORE = {"iMeta.csv", "iData.csv"}


@pytest.mark.parametrize("output", ["regions", "regions.xlsx"])
def test_a_set_is_written_and_what_was_lost_is_said(run: Run, output: str) -> None:
    status, out, err = run("iData.csv", "iMeta.csv", "-o", output)
    assert status == 0
    assert out.startswith("Imported 2 regions, 2 indicators, 3 values.\n")
    assert "Warning: iMeta.csv, column iName: iName is filled in for capital" in err
    assert indicators.load(output).framework.indicators == ("roads", "pay")
    assert names() == {*BEFORE, output}


def test_help_shows_examples(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert "scorecards import iData.csv iMeta.csv -o my-regions" in out.partition("Examples:")[2]


def test_quiet_says_nothing(run: Run) -> None:
    assert run("iData.csv", "iMeta.csv", "-o", "regions", "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    "arguments", [("iData.csv",), (), ("iData.csv", "iMeta.csv", "-o", "set.csv")]
)
def test_wrong_usage_is_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2
    assert names() == BEFORE


@pytest.mark.parametrize("output", ["regions", "regions.xlsx"])
def test_what_is_there_is_replaced_only_by_force(run: Run, output: str) -> None:
    run("iData.csv", "iMeta.csv", "-o", output)
    Path("iData.csv").write_text(DATA + "Gamma,C,Z,5,6\n")
    status, _, err = run("iData.csv", "iMeta.csv", "-o", output)
    assert status == 1
    assert "--force" in err
    assert len(indicators.load(output).units) == 2
    assert run("iData.csv", "iMeta.csv", "-o", output, "--force")[0] == 0
    assert len(indicators.load(output).units) == 3
    assert names() == {*BEFORE, output}


def test_no_table_of_the_old_set_stays_behind(run: Run) -> None:
    run("iData.csv", "iMeta.csv", "-o", "regions")
    (Path("regions") / "notes.csv").write_text("unit,text\nB,old\n")
    assert run("iData.csv", "iMeta.csv", "-o", "regions", "--force")[0] == 0
    assert "notes.csv" not in names("regions")


def test_a_folder_with_anything_else_in_it_is_never_replaced(run: Run) -> None:
    Path("thesis").mkdir()
    (Path("thesis") / "chapter.txt").write_text("precious")
    status, _, err = run("iData.csv", "iMeta.csv", "-o", "thesis", "--force")
    assert status == 1
    assert "choose another name" in err
    assert names("thesis") == {"chapter.txt"}


def test_an_empty_folder_is_filled(run: Run) -> None:
    Path("regions").mkdir()
    assert run("iData.csv", "iMeta.csv", "-o", "regions")[0] == 0
    assert "framework.csv" in names("regions")


def test_wrong_input_is_listed_and_nothing_is_written(run: Run) -> None:
    Path("iData.csv").write_text(DATA.replace("3,NA", "three,NA"))
    status, out, err = run("iData.csv", "iMeta.csv", "-o", "regions")
    assert (status, out) == (1, "")
    assert "iData.csv, line 3, column roads: 'three' is no number" in err
    assert "1 error in iData.csv, iMeta.csv. Nothing was written." in err
    assert names() == BEFORE


def test_a_file_that_is_not_there_is_said(run: Run) -> None:
    status, _, err = run("gone.csv", "iMeta.csv", "-o", "regions")
    assert status == 1
    assert "there is no file gone.csv" in err


@pytest.mark.parametrize("output", ["nowhere/regions", "nowhere/regions.xlsx"])
def test_an_output_that_cannot_be_is_said(run: Run, output: str) -> None:
    status, _, err = run("iData.csv", "iMeta.csv", "-o", output)
    assert status == 1
    assert "cannot be written" in err


def test_an_old_set_survives_a_full_disk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("iData.csv", "iMeta.csv", "-o", "regions")
    digest = indicators.load("regions").digest

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(indicators.IndicatorSet, "save", full)
    status, _, err = run("iData.csv", "iMeta.csv", "-o", "regions", "--force")
    assert status == 1
    assert "No space left" in err
    assert indicators.load("regions").digest == digest
    assert names() == {*BEFORE, "regions"}

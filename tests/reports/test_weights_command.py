"""`scorecards weights`: the table, derived weights, named sets, weights of an edited workbook."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import indicators
import scoring
from indicators.workbook import opened
from tests.conftest import MakeSet
from tests.editing import type_into
from tests.reports.conftest import Run

NAMED = """\
set,node,weight,author,date,note
ministry,access,1,M. Nister,2026-03-31,
ministry,income,4,M. Nister,2026-03-31,
"""
POINTS = """\
kind,expert,node,value
points,Ann,access,80
points,Ann,income,20
points,Bob,access,60
points,Bob,income,40
"""


def rows(out: str) -> dict[str, dict[str, str]]:
    return {row["node"]: row for row in csv.DictReader(StringIO(out))}


def shares(path: object) -> dict[str, float]:
    weights = scoring.assess(indicators.load(path)).weights["share"]  # type: ignore[arg-type]
    return {str(node): share for node, share in weights.items()}


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


# --- the table ------------------------------------------------------------------------------------


def test_the_way_of_weighting_of_each_parent_is_told(run: Run, make_set: MakeSet) -> None:
    path = make_set(weights=NAMED, method="[weighting]\nmethod = 'ministry'\n")
    status, out, err = run("weights", path)
    assert (status, err) == (0, "")
    found = rows(out)
    assert {node: row["weighting"] for node, row in found.items()} == {
        "access": "ministry", "income": "ministry",
        "phones": "given", "price": "given", "pay": "given",
    }  # fmt: skip
    assert float(found["income"]["share"]) == 0.8
    assert float(found["pay"]["effective_weight"]) == 0.8


def test_a_method_is_tried_without_a_change_of_the_set(run: Run, make_set: MakeSet) -> None:
    path = make_set()
    before = contents(path)
    _, out, _ = run("weights", path, "--method", "equal")
    assert {row["share"] for row in rows(out).values()} == {"0.5", "1.0"}
    assert contents(path) == before


def test_a_method_holds_for_all_groups_alike(run: Run, make_set: MakeSet) -> None:
    path = make_set(
        weights=NAMED,
        method="[weighting]\nmethod = 'equal'\nscope = 'indicators'\n",
    )
    _, out, _ = run("weights", path, "--method", "ministry")
    assert float(rows(out)["income"]["share"]) == 0.8
    (path / "method.toml").write_text("[weighting.groups.access]\nmethod = 'equal'\n")
    _, out, _ = run("weights", path, "--method", "given")
    assert float(rows(out)["price"]["share"]) == 0.75


def test_figures_of_children_groups_and_experts_come_with_the_table(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(judgements=POINTS)
    status, _, _ = run("weights", path, "-m", "budget_allocation", "--table", "weights.json")
    assert status == 0
    tables = json.loads(Path("weights.json").read_text("utf-8"))
    weights = {row["node"]: row for row in tables["weights"]}
    assert weights["access"]["share"] == pytest.approx(0.7)
    assert len(weights["access"]) > 7  # what the experts said of it
    assert weights["phones"]["weighting"] == "given"
    assert {row["expert"] for row in tables["experts"]} == {"Ann", "Bob"}


def test_a_person_sees_the_weights_and_not_the_figures(
    make_set: MakeSet, shown: Callable[..., str]
) -> None:
    seen = shown("weights", make_set(judgements=POINTS), "-m", "budget_allocation")
    assert "effective_weight" in seen
    assert "median" not in seen


@pytest.mark.parametrize("option", ["--method", "--weights"])
def test_an_unknown_name_lists_what_there_is(run: Run, make_set: MakeSet, option: str) -> None:
    command = "weights" if option == "--method" else "score"
    status, out, err = run(command, make_set(weights=NAMED), option, "minstry")
    assert (status, out) == (2, "")
    assert option in err
    assert "(did you mean ministry?)" in err
    assert "given, equal" in err


def test_a_method_without_what_it_needs_is_told(run: Run, make_set: MakeSet) -> None:
    status, out, err = run("weights", make_set(), "--method", "ahp")
    assert (status, out) == (1, "")
    assert err.startswith("--method ahp: ahp needs judgements of the kind comparison")


@pytest.mark.parametrize("command", ["set", "compare", "stability", "turn", "range"])
def test_help_lists_the_commands_and_each_shows_examples(run: Run, command: str) -> None:
    _, out, _ = run("weights", "--help")
    assert f"  weights {command} " in out
    status, out, _ = run("weights", command, "--help")
    assert status == 0
    for line in out.partition("Examples:\n")[2].rstrip().splitlines():
        assert line.startswith((f"  scorecards weights {command}", "  # ")), line
    assert f"weights {command}" not in run("--help")[1]


def test_a_mistyped_command_is_guessed(run: Run, here: Path) -> None:
    status, _, err = run("weights", "stabilty")
    assert status == 2
    assert "did you mean scorecards weights stability?" in err
    assert run("weights", "regions")[0] == 1


# --- -o: a set with the weights as given ones -----------------------------------------------------


@pytest.mark.parametrize("target", ["frozen", "frozen.xlsx"])
def test_derived_weights_become_given_ones(
    run: Run, make_set: MakeSet, here: Path, target: str
) -> None:
    path = make_set(method="[weighting]\nmethod = 'equal'\nscope = 'indicators'\n")
    status, out, _ = run("weights", path, "-m", "critic", "-o", target)
    assert (status, out.count("\n")) == (0, 1)
    assert "no longer follow data" in out
    written = indicators.load(target)
    assert written.method["weighting"] == {"method": "given"}
    derived = indicators.load(path).with_method(
        {"weighting": {"method": "critic", "scope": "indicators"}}
    )
    expected = scoring.assess(derived)
    found = scoring.assess(written)
    pd.testing.assert_frame_equal(found.scores, expected.scores)


def test_the_table_can_be_had_beside_the_set(run: Run, make_set: MakeSet, here: Path) -> None:
    path = make_set()
    status, out, err = run("weights", path, "-m", "equal", "-o", "new", "--table", "-")
    assert status == 0
    assert rows(out)["phones"]["share"] == "0.5"
    assert err.startswith("Wrote new.")


def test_what_screening_leaves_out_keeps_its_weight_or_has_none_where_others_are_derived(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(method="[screening]\ndrop = ['phones']\n")
    assert run("weights", path, "-m", "equal", "-o", "new")[0] == 0
    weights = indicators.load("new").framework
    assert weights.weight("phones") == 0 < weights.weight("price")
    assert run("weights", path, "-o", "same")[0] == 0
    assert indicators.load("same").framework.weight("phones") == 1


def test_a_workbook_that_is_a_set_is_written_back(run: Run, make_set: MakeSet) -> None:
    path = make_set("workbook")
    assert run("weights", path, "-m", "equal", "-o", path)[0] == 1
    assert run("weights", path, "-m", "equal", "-o", path, "--force", "-q") == (0, "", "")
    assert shares(path)["price"] == 0.5


@pytest.mark.parametrize("name", ["weights.csv", "weights.json", "-", "weights.parquet"])
def test_a_table_is_no_set(run: Run, make_set: MakeSet, here: Path, name: str) -> None:
    path = make_set()
    status, out, err = run("weights", path, "-o", name)
    assert (status, out) == (2, "")
    assert f"--table {name}" in " ".join(err.split())
    status, _, err = run("weights", "set", path, "access=2", "-o", name)
    assert status == 2
    assert "--table" not in err
    assert not list(here.iterdir())


def test_a_table_of_another_ending_is_wrong_usage_of_its_option(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    status, _, err = run("weights", make_set(), "--table", "weights.txt")
    assert status == 2
    assert "Invalid value for --table: weights.txt has none of the endings" in " ".join(err.split())
    assert not list(here.iterdir())


# --- --as: a named set ----------------------------------------------------------------------------


def test_weights_are_kept_under_a_name_and_used_by_it(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(weights=NAMED, method='[rounding]\ndecimals = "none"  # as we agreed\n')
    before = contents(path)
    options = ("--author", "Ann", "--note", "a trial")
    status, out, _ = run(
        "weights", path, "-m", "equal", "--as", "level", *options, "-o", path, "--force"
    )
    assert status == 0
    assert f"scorecards build {path} --weights level" in out
    written = indicators.load(path)
    assert written.weight_set_names == ("ministry", "level")
    level = written.weight_sets[written.weight_sets["set"] == "level"]
    assert set(level["date"]) == {date.today().isoformat()}
    assert set(level["author"]) == {"Ann"}
    # Nothing but the table of weight sets was touched.
    after = contents(path)
    assert {name for name in after if after[name] != before.get(name)} == {"weights.csv"}
    assert (
        run("score", path, "--weights", "level")[1] == run("score", path, "--weights", "equal")[1]
    )
    assert run("score", path, "--weights", "level")[1] != run("score", path)[1]


WRONG_NAMES = {
    ("--as", "a b"): ("--as", "cannot be a code"),
    ("--as", "equal"): ("--as", "has the name of a way of weighting"),
    ("--as", "x", "--date", "spring"): ("--date", "write it like 2026-03-31"),
    ("--author", "Ann"): ("--author", "add --as NAME"),
}


@pytest.mark.parametrize("options", WRONG_NAMES)
def test_a_wrong_name_is_wrong_usage(
    run: Run, make_set: MakeSet, here: Path, options: tuple[str, ...]
) -> None:
    status, out, err = run("weights", make_set(), *options, "-o", "new")
    assert (status, out) == (2, "")
    assert all(word in err for word in WRONG_NAMES[options])
    assert not list(here.iterdir())


def test_a_named_set_needs_a_set_to_be_kept_in(run: Run, make_set: MakeSet) -> None:
    status, _, err = run("weights", make_set(), "--as", "level")
    assert status == 2
    assert "add -o SET" in err


# --- --weights in the other commands --------------------------------------------------------------


@pytest.mark.parametrize("command", ["score", "check", "trends"])
def test_commands_take_weights_by_name(run: Run, make_set: MakeSet, command: str) -> None:
    path = make_set(weights=NAMED)
    status, out, _ = run(command, path, "--weights", "ministry")
    assert (status, out != "") == (0, True)


def test_models_and_the_workbook_take_weights_by_name(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(weights=NAMED)
    assert run("build", path, "--weights", "ministry", "-o", "a.xlsx", "-q")[0] == 0
    assert shares("a.xlsx")["income"] == 0.8
    assert run("models", "--weights", "equal", "-o", "models.csv", "-q")[0] == 0


def test_a_set_is_compared_with_itself_under_other_weights(run: Run, make_set: MakeSet) -> None:
    path = make_set(weights=NAMED, values=("C,pay,,400", "C,pay,,100"))
    status, out, err = run("compare", path, "--weights", "ministry")
    assert status == 0
    index = [row for row in csv.DictReader(StringIO(out)) if row["node"] == "index"]
    assert any(row["score_before"] != row["score_after"] for row in index)
    assert "rank correlation" in err
    assert run("compare", path, path, "--weights", "ministry")[0] == 2


# --- --from: what people have edited --------------------------------------------------------------


@pytest.fixture
def edited(run: Run, make_set: MakeSet, here: Path) -> Path:
    """A scorecard workbook of the small set in which somebody has typed another weight."""
    make_set().rename(here / "small")
    assert run("build", "small", "-o", "edited.xlsx", "-q")[0] == 0
    with opened(Path("edited.xlsx")) as book:
        weights = book.cells("Weights")
    row = next(row for (row, _), cell in weights.items() if cell == "Income")
    assert weights[row, 3] == 1
    type_into(Path("edited.xlsx"), Path("edited.xlsx"), {("Weights", f"C{row}"): 6})
    return Path("edited.xlsx")


def test_an_edited_workbook_becomes_a_set(run: Run, edited: Path) -> None:
    status, out, _ = run("weights", "--from", edited, "-o", "new")
    assert status == 0
    assert "Wrote new with the weights of edited.xlsx" in out
    assert shares("new")["income"] == 0.75


def test_weights_of_a_workbook_go_into_the_set_that_is_there(
    run: Run, edited: Path, here: Path
) -> None:
    small = here / "small"
    (small / "README.md").write_text("ours")
    before = contents(small)
    status, _, err = run("weights", "--from", edited, "-o", "small")
    assert (status, contents(small)) == (1, before)
    assert "--force" in err
    assert run("weights", "--from", edited, "-o", "small", "--force")[0] == 0
    after = contents(small)
    assert {name for name in after if after[name] != before[name]} == {"framework.csv"}
    assert shares("small")["income"] == 0.75


def test_without_an_output_they_are_shown_in_the_set(run: Run, edited: Path, here: Path) -> None:
    before = contents(here / "small")
    _, out, _ = run("weights", "small", "--from", edited)
    assert rows(out)["income"]["share"] == "0.75"
    assert contents(here / "small") == before


def test_weights_of_a_workbook_are_kept_under_a_name(run: Run, edited: Path) -> None:
    assert run("weights", "small", "--from", edited, "--as", "theirs", "-o", "new")[0] == 0
    assert shares("new")["income"] == pytest.approx(1 / 3)
    assert run("score", "new", "--weights", "theirs")[1] == run("score", edited)[1]


def test_sets_and_judgements_are_taken_and_others_stay(
    run: Run, make_set: MakeSet, tmp_path: Path, here: Path
) -> None:
    base = make_set(weights=NAMED, judgements=POINTS).rename(tmp_path / "base")
    other = make_set(
        weights="set,node,weight\nunion,access,3\nunion,income,1\n",
        judgements="kind,expert,node,value\npoints,Bob,access,50\npoints,Bob,income,50\n"
        "rank,Ann,access,1\nrank,Ann,income,2\n",
        method="[weighting]\nmethod = 'union'\n[normalisation]\nmethod = 'rank'\n",
    )
    assert run("weights", base, "--from", other, "-o", "new")[0] == 0
    new = indicators.load("new")
    assert new.weight_set_names == ("ministry", "union")
    said = new.judgements.set_index(["kind", "expert", "node"])["value"].to_dict()
    assert said == {
        ("points", "Ann", "access"): 80, ("points", "Ann", "income"): 20,
        ("points", "Bob", "access"): 50, ("points", "Bob", "income"): 50,
        ("rank", "Ann", "access"): 1, ("rank", "Ann", "income"): 2,
    }  # fmt: skip
    assert new.method["weighting"] == {"method": "union"}
    assert new.method["normalisation"] == indicators.load(base).method["normalisation"]


def test_nodes_that_the_set_does_not_have_are_told_with_their_place(
    run: Run, make_set: MakeSet, tmp_path: Path, here: Path
) -> None:
    base = make_set().rename(tmp_path / "base")
    text = (base / "framework.csv").read_text("utf-8").replace("pay,", "salary,")
    values = (base / "values.csv").read_text("utf-8").replace(",pay,", ",salary,")
    other = make_set(framework=text, values=values)
    status, out, err = run("weights", base, "--from", other, "-o", "new")
    assert (status, out) == (1, "")
    assert "framework.csv, line 7, column code: there is no " in err
    assert "'salary'" in err
    assert "1 error in small. Nothing was written." in err
    assert not list(here.iterdir())


def test_a_node_with_another_parent_is_told(
    run: Run, make_set: MakeSet, tmp_path: Path, here: Path
) -> None:
    base = make_set().rename(tmp_path / "base")
    other = make_set(framework=("price,access", "price,income"))
    status, _, err = run("weights", base, "--from", other, "-o", "new")
    assert status == 1
    assert "price is below income here and below access in the set" in err


def test_nodes_that_the_workbook_lacks_keep_their_weight_and_are_told(
    run: Run, make_set: MakeSet, tmp_path: Path, here: Path
) -> None:
    base = make_set().rename(tmp_path / "base")
    other = make_set(
        framework="code,parent,weight\nindex,,\naccess,index,5\nphones,access,1\n",
        values="unit,indicator,value\nA,phones,1\nB,phones,2\n",
        sources=None,
    )
    status, _, err = run("weights", base, "--from", other, "-o", "new")
    assert status == 0
    assert "not in " in err
    assert err.rstrip().endswith("their weights stay: price, income, pay")
    assert indicators.load("new").framework.weight("access") == 5
    assert indicators.load("new").framework.weight("price") == 3


# --- nothing is lost ------------------------------------------------------------------------------


def test_a_scorecard_workbook_is_never_replaced_by_a_set(run: Run, edited: Path) -> None:
    before = edited.read_bytes()
    status, _, err = run("weights", "--from", edited, "-o", edited, "--force")
    assert status == 1
    assert "would be lost" in err
    assert edited.read_bytes() == before
    assert run("import", "iData.csv", "iMeta.csv", "-o", edited, "--force")[0] == 1
    assert edited.read_bytes() == before


def test_a_file_that_is_no_workbook_is_never_replaced(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    Path("thesis.xlsx").write_text("precious")
    assert run("weights", make_set(), "-o", "thesis.xlsx", "--force")[0] == 1
    assert Path("thesis.xlsx").read_text() == "precious"


def test_a_folder_with_more_than_a_set_is_replaced_by_its_own_set_alone(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set()
    Path("thesis").mkdir()
    Path("thesis/chapter.txt").write_text("precious")
    status, _, err = run("weights", path, "-o", "thesis", "--force")
    assert status == 1
    assert "choose another name" in err
    assert [file.name for file in Path("thesis").iterdir()] == ["chapter.txt"]


@pytest.mark.parametrize("target", ["old", "old.xlsx"])
def test_writing_that_fails_leaves_the_old_set(
    run: Run, make_set: MakeSet, here: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    indicators.load(make_set()).save(target)
    old = Path(target)
    before = contents(old) if old.is_dir() else old.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    options = ("-m", "equal", "--as", "level", "-o", target, "--force")
    status, out, err = run("weights", target, *options)
    assert (status, out) == (1, "")
    assert "No space left on device" in err
    assert (contents(old) if old.is_dir() else old.read_bytes()) == before
    assert [file.name for file in here.iterdir()] == [target]


def test_a_disk_that_fills_up_while_sheets_are_written_is_told(
    run: Run, make_set: MakeSet, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    def full(*_: object) -> None:
        raise RuntimeError("IO_ENOSPC")  # as lxml says it

    path = make_set()
    monkeypatch.setattr(WriteOnlyWorksheet, "append", full)
    status, _, err = run("weights", path, "-o", "new.xlsx")
    assert status == 1
    assert "new.xlsx cannot be written (No space left on device)" in err
    assert not list(here.iterdir())

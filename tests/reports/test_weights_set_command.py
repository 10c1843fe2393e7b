"""`scorecards weights set`: weights changed by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import indicators
import scoring
from tests.conftest import MakeSet
from tests.reports.conftest import Run

NAMED = "set,node,weight\nministry,access,1\nministry,income,4\n"


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


@pytest.mark.parametrize("target", ["new", "new.xlsx"])
def test_what_is_written_scores_as_the_same_weights_in_python(
    run: Run, make_set: MakeSet, here: Path, target: str
) -> None:
    path = make_set()
    status, _, err = run("weights", "set", path, "income=2.5", "price=0.1", "-o", target)
    assert (status, err) == (0, "")
    changed = indicators.load(path).with_weights({"income": 2.5, "price": 0.1})
    expected = scoring.assess(changed).scores
    found = scoring.assess(indicators.load(target)).scores
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_shares_of_all_siblings_are_shown(run: Run, make_set: MakeSet, here: Path) -> None:
    path = make_set()
    _, out, _ = run("weights", "set", path, "income=6", "-o", "new")
    assert out.splitlines() == [
        "access: weight 2 -> 2, share 66.7% -> 25.0%",
        "income: weight 1 -> 6, share 33.3% -> 75.0%",
        f"Wrote new. See what moves: scorecards compare {path} new",
    ]


def test_the_set_itself_is_changed_by_force_alone(run: Run, make_set: MakeSet) -> None:
    path = make_set(method='[normalisation]\nmethod = "rank"  # as we agreed\n')
    (path / "README.md").write_text("ours")
    before = contents(path)
    status, _, err = run("weights", "set", path, "income=6")
    assert (status, contents(path)) == (1, before)
    assert "say so with --force, or write another set with -o" in err
    assert run("weights", "set", path, "income=6", "--force", "-q") == (0, "", "")
    after = contents(path)
    # One table has changed; comments in method.toml and files of one's own stay.
    assert {name for name in after if after[name] != before[name]} == {"framework.csv"}
    assert indicators.load(path).framework.weight("income") == 6


def test_the_bundled_set_stays_as_it_is(run: Run, here: Path) -> None:
    status, _, err = run("weights", "set", "accessibility=2", "--force")
    assert status == 2
    assert "say with -o where the changed one goes" in err
    assert run("weights", "set", "accessibility=2", "-o", "new")[0] == 0
    assert indicators.load("new").framework.weight("accessibility") == 2


def test_a_set_named_like_a_command_or_with_an_equals_sign_is_written_with_its_folder(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    made = make_set()
    for name in ("set", "a=b"):
        indicators.load(made).save(here / name)
        argument = f".{os.sep}{name}"
        assert run("weights", argument)[0] == 0
        assert run("weights", "set", argument, "income=6", "--force")[0] == 0
        assert indicators.load(name).framework.weight("income") == 6


def test_weights_kept_under_a_name_leave_the_others(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(weights=NAMED)
    options = ("--as", "union", "--author", "Ann", "--date", "2026-01-31")
    status, out, _ = run("weights", "set", path, "income=6", *options, "-o", "new")
    assert status == 0
    assert "access: weight 2 -> 2, share 66.7% -> 25.0%" in out
    assert "--weights union" in out
    new = indicators.load("new")
    assert new.framework.weight("income") == 1
    assert new.weight_set_names == ("ministry", "union")
    changed = indicators.load(path).with_weights({"income": 6})
    expected = scoring.assess(changed).scores.round(9)
    found = scoring.assess(new.with_method({"weighting": {"method": "union"}})).scores.round(9)
    pd.testing.assert_frame_equal(found, expected)


def test_a_weight_that_would_not_count_is_not_written(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    path = make_set(weights=NAMED, method="[weighting]\nmethod = 'ministry'\n")
    status, out, err = run("weights", "set", path, "income=6", "-o", "new")
    assert (status, out) == (1, "")
    assert "The weights below index come from ministry under [weighting]" in err
    assert not list(here.iterdir())
    # Groups that the named set leaves out have the weights of the framework.
    assert run("weights", "set", path, "price=6", "-o", "new")[0] == 0
    # A name for the new ones begins with those in force.
    assert run("weights", "set", path, "income=6", "--as", "b", "-o", "named", "-q")[0] == 0
    assert indicators.load("named").weights_of("b") == {
        "access": 1, "income": 6, "phones": 1, "price": 3, "pay": 1,
    }  # fmt: skip


def test_a_weight_of_what_is_screened_out_is_told(run: Run, make_set: MakeSet, here: Path) -> None:
    path = make_set(method="[screening]\ndrop = ['phones']\n")
    _, out, _ = run("weights", "set", path, "phones=6", "-o", "new")
    assert "phones is left out by screening, so its weight does not count" in out


WRONG: dict[tuple[str, ...], tuple[str, ...]] = {
    ("acess=2",): ("acess=2", "'acess'", "(did you mean access?)"),
    ("index=2",): ("index=2", "has no weight"),
    ("access=two",): ("access=two", "'two' is no weight", "access=0.5"),
    ("access=2,5",): ("access=2,5", "'2,5' is no weight"),
    ("access=",): ("access=", "'' is no weight"),
    ("access=-1",): ("access=-1", "0 or more"),
    ("access=inf",): ("access=inf", "0 or more"),
    ("access=nan",): ("access=nan", "0 or more"),
    ("access=0", "income=0"): ("access=0 income=0", "all weights below index would be 0"),
    ("access=1e308", "income=1e308"): ("write smaller ones",),
    ("access=1", "access=2"): ("access=2", "access has the weight 1 already"),
    ("access=1", "income"): ("income", "this is no NODE=WEIGHT"),
    (): ("give at least one weight",),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_a_wrong_argument_is_named_and_nothing_is_written(
    run: Run, make_set: MakeSet, here: Path, arguments: tuple[str, ...]
) -> None:
    status, out, err = run("weights", "set", make_set(), *arguments, "-o", "new")
    assert (status, out) == (2, "")
    for words in WRONG[arguments]:
        assert words in err
    assert not list(here.iterdir())


def test_no_argument_is_wrong_usage(run: Run) -> None:
    status, _, err = run("weights", "set")
    assert status == 2
    assert "[SET] NODE=WEIGHT..." in err


def test_a_named_set_that_is_there_is_changed_and_keeps_its_author(
    run: Run, make_set: MakeSet
) -> None:
    path = make_set()
    named = ("--as", "plan", "--force", "-q")
    run("weights", "set", path, "income=6", *named, "--author", "Li Wei")
    assert run("weights", "set", path, "access=3", *named) == (0, "", "")
    kept = indicators.load(path)
    assert {node: kept.weights_of("plan")[node] for node in ("income", "access")} == {
        "income": 6,
        "access": 3,
    }
    assert set(kept.weight_sets["author"]) == {"Li Wei"}

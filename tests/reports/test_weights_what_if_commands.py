"""`scorecards weights compare`, `stability`, `turn` and `range`: what weights do."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import indicators
import scoring
from scoring import what_if
from tests.conftest import MakeSet
from tests.reports.conftest import Run

NAMED = "set,node,weight\nministry,access,1\nministry,income,4\n"
#: A leads in phones and price, C in pay.
VALUES = """\
unit,indicator,value
A,phones,90
B,phones,50
C,phones,20
A,price,1
B,price,2
C,price,3
A,pay,100
B,pay,300
C,pay,400
"""


@pytest.fixture
def small(make_set: MakeSet) -> Path:
    return make_set(weights=NAMED, values=VALUES, sources=None)


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(out)))


# --- compare --------------------------------------------------------------------------------------


def test_all_named_sets_and_equal_weights_are_compared(run: Run, small: Path) -> None:
    status, out, err = run("weights", "compare", small)
    assert status == 0
    assert list(dict.fromkeys(row["weights"] for row in rows(out))) == ["ministry", "equal"]
    assert [line.split(":")[0] for line in err.splitlines()] == ["ministry", "equal"]
    index = {(row["weights"], row["unit"]): row for row in rows(out) if row["node"] == "index"}
    assert index["ministry", "A"]["name"] == "Alpha"
    assert (index["ministry", "A"]["rank_before"], index["ministry", "A"]["rank_after"]) == (
        "1", "3",
    )  # fmt: skip


def test_given_weights_are_compared_where_others_are_in_force(run: Run, small: Path) -> None:
    (small / "method.toml").write_text("[weighting]\nmethod = 'ministry'\n")
    _, out, _ = run("weights", "compare", small)
    assert list(dict.fromkeys(row["weights"] for row in rows(out))) == ["given", "equal"]


def test_weights_to_compare_with_are_named(run: Run, small: Path, here: Path) -> None:
    status, _, _ = run("weights", "compare", small, "--with", "critic", "-o", "a.xlsx")
    assert status == 0
    sheets = pd.read_excel("a.xlsx", sheet_name=None)
    assert list(sheets) == ["Shifts", "Agreement"]
    assert set(sheets["Shifts"]["weights"]) == {"critic"}
    status, _, err = run("weights", "compare", small, "--with", "ministery")
    assert status == 2
    assert "--with" in err
    assert "(did you mean ministry?)" in err


def test_a_person_sees_regions_with_weights_side_by_side(
    small: Path, shown: Callable[..., str]
) -> None:
    seen = shown("weights", "compare", small)
    assert "rank ministry" in seen
    assert "score equal" in seen
    assert seen.index("Alpha") < seen.index("Beta")
    assert seen.count("Alpha") == 1


# --- stability ------------------------------------------------------------------------------------


def test_stability_is_a_table_and_the_most_delicate_weight_is_said(run: Run, small: Path) -> None:
    status, out, err = run("weights", "stability", small, "--top", "2")
    assert status == 0
    expected = what_if.stability(scoring.assess(indicators.load(small)), top=2)
    found = {row["node"]: row for row in rows(out)}
    assert list(found) == list(expected.index)
    assert float(found["access"]["first_lower"]) == expected.loc["access", "first_lower"]
    first, top, ranks = err.splitlines()
    assert first.startswith("the first place: the most delicate weight is that of ")
    assert "Alpha and " in first
    assert top.startswith("the first 2 places: ")
    assert ranks.startswith("all ranks: ")


def test_a_top_of_one_is_the_first_place_and_said_once(run: Run, small: Path) -> None:
    first, ranks = run("weights", "stability", small, "--top", "1")[2].splitlines()
    assert first.startswith("the first place: ")
    assert ranks.startswith("all ranks: ")


def test_nothing_delicate_is_said_too(run: Run, make_set: MakeSet) -> None:
    _, _, err = run("weights", "stability", make_set())  # Gamma leads in everything
    assert "the first place: no single weight changes anything" in err


def test_searched_ends_are_told(run: Run, make_set: MakeSet) -> None:
    path = make_set(
        values=VALUES, sources=None, method="[aggregation]\nmethod = ['arithmetic', 'minimum']\n"
    )
    assert "ends were searched for" in run("weights", "stability", path)[2]


def test_a_person_sees_the_intervals(small: Path, shown: Callable[..., str]) -> None:
    seen = shown("weights", "stability", small)
    assert "first_lower" in seen
    assert "first_lower_units" not in seen


# --- turn -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("A", "C"), ("alpha", "GAMMA"), ("甲", "丙")])
def test_what_turns_two_regions_is_said_and_shown(
    run: Run, small: Path, one: str, other: str
) -> None:
    status, out, err = run("weights", "turn", one, other, small)
    assert status == 0
    assert err.startswith("Alpha is ahead of Gamma. They tie once 16.7% of the weight in Index")
    found = {row["node"]: row for row in rows(out)}
    assert float(found["access"]["after"]) == pytest.approx(0.5)
    # With a little more than that, the order is another one.
    heavier = indicators.load(small).with_weights({"access": 0.499, "income": 0.501})
    ranks = scoring.assess(heavier).ranks["index"]
    assert ranks["C"] < ranks["A"]


def test_the_sum_of_squares_may_be_smallest(run: Run, small: Path) -> None:
    _, _, err = run("weights", "turn", "C", "A", small, "--measure", "squared")
    assert "length of the change: 0.2357" in err


def test_what_never_turns_is_said(run: Run, make_set: MakeSet) -> None:
    path = make_set()
    _, out, err = run("weights", "turn", "A", "C", path)
    assert "Gamma is ahead of Alpha whatever the weights in Index." in err
    assert rows(out)[0]["after"] == ""
    _, _, err = run("weights", "turn", "A", "C", path, "--within", "0.25")
    assert "as long as none moves by more than 25% of itself" in err


WRONG: dict[tuple[str, ...], tuple[int, str]] = {
    ("turn", "Alpa", "C"): (2, "there is no region 'Alpa' (did you mean Alpha?)"),
    ("turn", "A", "Z"): (2, "Invalid value for OTHER"),
    ("turn", "A", "Alpha"): (2, "Alpha cannot change places with itself"),
    ("turn", "A", "C", "--group", "acess"): (2, "(did you mean access?)"),
    ("turn", "A", "C", "--measure", "cubed"): (2, "there are moved, squared"),
    ("turn", "A", "C", "--within", "-1"): (2, "--within"),
    ("turn", "A", "C", "--within", "nan"): (2, "--within"),
    ("turn", "A", "C", "--within", "inf"): (2, "a part is a finite number"),
    ("turn", "A", "C", "--within", "25"): (2, "write 25% as 0.25"),
    ("range", "Alpa"): (2, "(did you mean Alpha?)"),
    ("range", "A", "--group", "pay"): (2, "there is no 'pay' here"),
    ("stability", "--top", "0"): (2, "--top"),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_arguments_are_told(run: Run, small: Path, arguments: tuple[str, ...]) -> None:
    names = [word for word in arguments[1:3] if not word.startswith("--")]
    before = [arguments[0], *(names if arguments[0] != "stability" else [])]
    rest = arguments[len(before) :]
    status, out, err = run("weights", *before, small, *rest)
    assert (status, out) == (WRONG[arguments][0], "")
    assert WRONG[arguments][1] in err


def test_a_name_of_several_regions_needs_a_code(run: Run, make_set: MakeSet) -> None:
    path = make_set(units=("B,Beta", "B,Alpha"))
    status, _, err = run("weights", "turn", "Alpha", "C", path)
    assert status == 2
    assert "several regions are called 'Alpha'; give a code: A, B" in err


def test_no_exact_answer_is_told_and_why(run: Run, make_set: MakeSet) -> None:
    path = make_set(
        values=VALUES, sources=None, method="[aggregation]\nmethod = ['arithmetic', 'topsis']\n"
    )
    status, out, err = run("weights", "turn", "A", "C", path)
    assert (status, out) == (1, "")
    assert "index is aggregated by topsis" in err
    assert "Traceback" not in err


# --- range ----------------------------------------------------------------------------------------


def test_best_and_worst_rank_of_a_region(run: Run, small: Path, here: Path) -> None:
    status, _, err = run("weights", "range", "Alpha", small, "-o", "range.xlsx")
    assert status == 0
    assert "Alpha has rank 1. Weights in Index can give it 1 (exact) at best and 3 (exact)" in err
    sheets = pd.read_excel("range.xlsx", sheet_name=None)
    assert list(sheets) == ["Ranges", "Weights"]
    assert sheets["Weights"]["node"].tolist() == ["access", "income"]
    _, _, err = run("weights", "range", "Alpha", small, "--within", "0.01")
    assert "move by up to 1% of themselves can give it 1 (exact) at best and 1 (exact)" in err


@pytest.mark.parametrize("group", ["index", "indicators", "access"])
def test_ranks_of_all_regions(run: Run, small: Path, group: str) -> None:
    status, out, err = run("weights", "range", small, "--group", group)
    assert status == 0
    assert [row["name"] for row in rows(out)] == ["Alpha", "Beta", "Gamma"]
    assert "3 regions, all ranks exact" in err


@pytest.mark.parametrize("command", ["stability", "turn A C", "range A"])
def test_other_weights_may_be_looked_at(run: Run, small: Path, command: str) -> None:
    words = command.split()
    own = run("weights", *words, small)
    other = run("weights", *words, small, "--weights", "ministry")
    assert own[0] == other[0] == 0
    assert own[1] != other[1]


def test_quiet_says_nothing(run: Run, small: Path, here: Path) -> None:
    for command in ("compare", "stability", "turn A C", "range A", "range"):
        name, *regions = command.split()
        assert run("weights", name, *regions, small, "-o", "a.csv", "-q") == (0, "", "")

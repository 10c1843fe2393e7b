"""`scorecards robustness`: how far to trust a rank."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicators
import scoring
from reports import plots
from reports.cli.progress import Progress
from reports.tables import (
    acceptability_table,
    change_table,
    failure_table,
    interval_table,
    lead_table,
    robustness_tables,
    sensitivity_table,
)
from scoring import Robustness
from tests.conftest import MakeSet
from tests.reports.conftest import Run

#: A leads in phones and price, C in pay: who is first depends on the weights.
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
METHOD = """\
[normalisation]
range = [1, 100]
[robustness]
draws = 200
seed = 3
sensitivity_draws = 64
top = [1]
normalisation = ["rank"]
leave_out = true
weights.noise = 0.5
"""
#: z-scores are below 0 for some, where the geometric mean has no value.
FAILING = """\
robustness.draws = 100
robustness.sensitivity_draws = 16
robustness.normalisation = ["zscore"]
robustness.aggregation = ["geometric"]
normalisation.range = [1, 100]
"""


@pytest.fixture
def small(make_set: MakeSet) -> Path:
    return make_set(values=VALUES, sources=None, method=METHOD)


@pytest.fixture
def failing(make_set: MakeSet) -> Path:
    return make_set(values=VALUES, sources=None, method=FAILING)


def robustness_of(path: Path, **options: object) -> Robustness:
    indicator_set = indicators.load(path)
    return scoring.robustness_of(indicator_set.with_method({"robustness": options}))


def rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(out)))


# --- tables ---------------------------------------------------------------------------------------


def test_the_intervals_of_all_nodes_are_written(run: Run, small: Path) -> None:
    status, out, err = run("robustness", small)
    assert status == 0
    expected = robustness_of(small).uncertainty.intervals
    found = rows(out)
    assert [row["node"] for row in found] == expected["node"].tolist()
    assert [row["name"] for row in found[:3]] == ["Alpha", "Beta", "Gamma"]
    for column in ("score", "rank_5", "rank_95", "top_1", "mean_shift"):
        assert [float(row[column]) for row in found] == expected[column].tolist()
    assert err.startswith("200 draws, seed 3. Normalisation: minmax or rank; Weights")


def test_draws_and_seed_replace_those_of_the_set(run: Run, small: Path) -> None:
    """Seed 0 is a seed like any other."""
    _, out, err = run("robustness", small, "--draws", "50", "--seed", "0", "--no-sensitivity")
    assert err.startswith("50 draws, seed 0.")
    expected = robustness_of(small, draws=50, seed=0).uncertainty.intervals
    assert [float(row["mean_rank"]) for row in rows(out)] == expected["mean_rank"].tolist()
    _, other, _ = run("robustness", small, "--draws", "50", "--seed", "1", "--no-sensitivity")
    assert other != out


def test_weights_are_chosen_as_for_other_commands(run: Run, small: Path) -> None:
    own = rows(run("robustness", small, "--no-sensitivity")[1])
    equal = rows(run("robustness", small, "--no-sensitivity", "--weights", "equal")[1])
    assert own[0]["score"] != equal[0]["score"]
    assert run("robustness", small, "--weights", "eqal")[0] == 2


def test_a_set_that_declares_nothing_varies_its_weights(run: Run, make_set: MakeSet) -> None:
    status, _, err = run("robustness", make_set(), "--draws", "20", "--no-sensitivity")
    assert status == 0
    assert "by a share of itself, up to 25%" in err


def test_a_workbook_holds_several_tables(run: Run, failing: Path, here: Path) -> None:
    status, out, _ = run("robustness", failing, "-o", "found.xlsx")
    assert status == 0
    assert out == "Wrote found.xlsx: 4 tables.\n"
    sheets = pd.read_excel("found.xlsx", sheet_name=None)
    assert list(sheets) == ["Intervals", "Sensitivity", "Changes", "Failures"]


@pytest.mark.parametrize("table", ["intervals", "acceptability", "leads", "changes", "failures"])
def test_one_table_is_chosen(run: Run, failing: Path, here: Path, table: str) -> None:
    run("robustness", failing, "--no-sensitivity", "--table", table, "-o", "one.json")
    made = {
        "intervals": interval_table, "acceptability": acceptability_table, "leads": lead_table,
        "changes": change_table, "failures": failure_table,
    }  # fmt: skip
    found = json.loads(Path("one.json").read_text(encoding="utf-8"))
    assert [list(row) for row in found[:1]] == [list(made[table](robustness_of(failing)))]
    assert len(found) == len(made[table](robustness_of(failing)))


def test_probabilities_of_ranks_leave_out_zeros_and_add_up_to_one(small: Path) -> None:
    robustness = robustness_of(small)
    table = acceptability_table(robustness)
    assert (table["probability"] > 0).all()
    sums = table.groupby(["node", "unit"])["probability"].sum()
    assert len(sums) == 3 * len(robustness.uncertainty.nodes)
    np.testing.assert_allclose(sums, 1)
    mean = (table["rank"] * table["probability"]).groupby([table["node"], table["unit"]]).sum()
    found = interval_table(robustness).set_index(["node", "unit"])["mean_rank"]
    np.testing.assert_allclose(mean.astype(float), found.reindex(mean.index))


def test_leads_are_of_each_pair_both_ways(small: Path) -> None:
    table = lead_table(robustness_of(small)).set_index(["node", "unit", "other"])["probability"]
    assert len(table) == 3 * 3 * 2  # index, access, income
    both = table["index", "A", "C"] + table["index", "C", "A"]
    assert 0.9 < both <= 1  # they may tie


def test_sensitivity_is_of_the_mean_shift_and_of_each_unit(run: Run, small: Path) -> None:
    _, out, _ = run("robustness", small, "--table", "sensitivity")
    found = rows(out)
    sensitivity = robustness_of(small).sensitivity
    assert sensitivity is not None
    own = [row for row in found if row["output"] == "mean_shift"]
    assert [float(row["total"]) for row in own] == sensitivity.mean_shift["total"].tolist()
    of_units = [row for row in found if row["output"] == "rank"]
    assert [row["unit"] for row in of_units] == sensitivity.units["unit"].tolist()
    assert {row["name"] for row in of_units} == {"Alpha", "Beta", "Gamma"}
    assert len(sensitivity_table(robustness_of(small))) == len(found)


def test_the_tables_of_a_robustness_without_failures_name_none(small: Path) -> None:
    assert list(robustness_tables(robustness_of(small))) == ["intervals", "sensitivity", "changes"]


def test_too_many_units_to_compare_are_told(run: Run, make_set: MakeSet) -> None:
    path = make_set(values=VALUES, sources=None, method="robustness.most_pairs = 2\n")
    status, out, err = run("robustness", path, "--table", "leads", "--no-sensitivity")
    assert (status, out) == (1, "")
    assert "raise most_pairs under [robustness]" in err


# --- what a person sees ---------------------------------------------------------------------------


def test_a_person_sees_regions_in_rank_order_with_groups(
    small: Path, shown: Callable[..., str]
) -> None:
    seen = shown("robustness", small)
    lines = [line for line in seen.splitlines() if "│" in line]
    index = robustness_of(small).uncertainty.of_node().sort_values("rank")
    names = {"A": "Alpha", "B": "Beta", "C": "Gamma"}
    for line, (unit, row) in zip(lines, index.iterrows(), strict=False):
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        assert cells[:3] == [f"{row['rank']:g}", names[str(unit)], f"{row['score']:.4g}"]
        ends = dict.fromkeys((f"{row['rank_5']:g}", f"{row['rank_95']:g}"))
        assert cells[3] == " - ".join(ends)
        assert cells[5] in (f"{row['top_1']:.0%}", "< 1%", "> 99%")
        assert cells[-1] == f"{row['tie_group']:g}"
    for said in ("Which choice moves the ranks", "One choice at a time", "Lines part tie groups"):
        assert said in seen


def test_groups_that_do_not_tie_are_parted_by_lines(
    make_set: MakeSet, shown: Callable[..., str]
) -> None:
    seen = shown("robustness", make_set(), "--no-sensitivity")  # Gamma leads in everything
    table = seen[seen.index("Rank") : seen.index("5-95%: ")].splitlines()
    groups = [line.split("│")[-2].strip() for line in table if "│" in line]
    assert groups == ["1", "2", "3"]
    assert sum(line.startswith("├") for line in table) == 2
    assert "Which choice" not in seen


def test_a_person_sees_what_failed_and_why(failing: Path, shown: Callable[..., str]) -> None:
    seen = shown("robustness", failing)
    failed = robustness_of(failing).uncertainty.failed
    assert failed > 0
    assert f"{failed} of 100 draws could not be computed" in seen
    assert "Normalisation: zscore" in seen
    assert "geometric aggregation of access needs scores above 0" in seen
    assert "points of the sample could be computed" in seen


def test_what_moves_nothing_is_said(make_set: MakeSet, shown: Callable[..., str]) -> None:
    seen = shown("robustness", make_set())
    assert "Nothing that was varied moves any rank." in seen
    assert "nan" not in seen


def test_a_chosen_table_is_shown_as_it_is(small: Path, shown: Callable[..., str]) -> None:
    seen = shown("robustness", small, "--table", "leads")
    assert "probability" in seen
    assert "Which choice" not in seen


def test_quiet_says_nothing(run: Run, small: Path, shown: Callable[..., str], here: Path) -> None:
    arguments = ("robustness", small, "-q", "-o", "a.csv", "--plot", "a.svg")
    assert run(*arguments) == (0, "", "")
    assert "seed 3" not in shown("robustness", small, "-q")


# --- wrong use, and Ctrl-C ------------------------------------------------------------------------

WRONG: dict[tuple[str, ...], str] = {
    ("--draws", "0"): "--draws",
    ("--draws", "some"): "--draws",
    ("--seed", "-1"): "--seed",
    ("--workers", "0"): "--workers",
    ("--wait", "5"): "add --cluster ADDRESS",
    ("--cluster", "tcp://a:1", "--workers", "2"): "a cluster uses all of its own workers",
    ("--cluster", "tcp://a:1", "--wait", "0"): "--wait",
    ("--table", "lead"): "(did you mean leads?)",
    ("--table", "sensitivity", "--no-sensitivity"): "there is none with --no-sensitivity",
    ("--plot", "found.jpg"): "found.jpg has none of the endings .png .svg .pdf",
    ("-o", "found.txt"): "found.txt has none of the endings",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_wrong_use_is_told(run: Run, small: Path, here: Path, arguments: tuple[str, ...]) -> None:
    status, out, err = run("robustness", small, *arguments)
    assert (status, out) == (2, "")
    assert WRONG[arguments] in err
    assert not list(here.iterdir())


def test_what_has_no_effect_is_an_error_of_the_set(run: Run, make_set: MakeSet, here: Path) -> None:
    path = make_set(method="robustness.aggregation = ['arithmetic']\n")
    status, out, err = run("robustness", path, "-o", "found.csv")
    assert (status, out) == (1, "")
    assert "arithmetic under aggregation has no effect in this set" in err
    assert "Nothing was written." in err
    assert not list(here.iterdir())


def test_no_draw_at_all_is_an_error(run: Run, failing: Path) -> None:
    """The only draw of seed 11 is of z-scores and the geometric mean."""
    status, out, err = run("robustness", failing, "--draws", "1", "--seed", "11")
    assert (status, out) == (1, "")
    assert "none of the 1 draws can be computed" in err
    assert "because geometric aggregation of access needs scores above 0" in err


def test_a_folder_that_is_not_there_is_told_before_the_work(run: Run, small: Path) -> None:
    status, _, err = run("robustness", small, "--plot", "no-such-folder/found.png")
    assert status == 1
    assert "no-such-folder" in err


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (None, "Stopped; nothing was written."),
        (50, "Stopped after 50 of 200 draws; nothing was written."),
        (232, "Stopped after all 200 draws and 50% of what follows; nothing was written."),
    ],
)
def test_ctrl_c_says_how_far_it_came(
    run: Run,
    small: Path,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    done: int | None,
    said: str,
) -> None:
    def stopped(*_: object, progress: Callable[[int, int], None], **__: object) -> Robustness:
        if done is not None:
            progress(done, 264)
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "robustness_of", stopped)
    Path("old.csv").write_text("old")
    status, out, err = run("robustness", small, "-o", "old.csv", "--plot", "new.png")
    assert (status, out, err) == (130, "", f"{said}\n")
    assert Path("old.csv").read_text() == "old"
    assert [path.name for path in here.iterdir()] == ["old.csv"]


def test_ctrl_c_while_drawing_says_what_was_not_written(
    run: Run, small: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(plots, "plot_robustness", stopped)
    status, _, err = run("robustness", small, "-o", "new.csv", "--plot", "new.png")
    assert status == 130
    assert err.endswith("Stopped while drawing; new.png was not written.\n")
    assert [path.name for path in here.iterdir()] == ["new.csv"]


def test_closed_streams_stop_nothing(
    run: Run, small: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python has no stream then."""
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert run("robustness", small, "-o", "new.csv")[0] == 0
    assert [path.name for path in here.iterdir()] == ["new.csv"]


def test_too_little_memory_is_told(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object, **__: object) -> Robustness:
        raise MemoryError

    monkeypatch.setattr(scoring, "robustness_of", too_large)
    status, out, err = run("robustness", small)
    assert (status, out) == (1, "")
    assert err.startswith("There is not enough memory for this")


def test_more_inputs_than_sensitivity_can_tell_apart_are_told_before_the_work(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scoring.robustness.MOST_INPUTS", 3)
    status, _, err = run("robustness", small)
    assert status == 1
    assert "sensitivity can tell up to 3 uncertain numbers apart, and there are" in err
    assert run("robustness", small, "--no-sensitivity")[0] == 0


def test_progress_is_told_in_draws(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[int, int]] = []
    monkeypatch.setattr(Progress, "step", lambda _, done, total: steps.append((done, total)))
    run("robustness", small)
    rows = 200 + 64 * 5  # a point is computed for each of three choices, and twice besides
    rows += 200 + 1 + 3  # one at a time: weights, the other normalisation, three indicators
    assert steps[-1] == (rows, rows)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


# --- build ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "arguments", "there"),
    [
        (METHOD, (), True),
        (METHOD, ("--no-robustness",), False),
        ("", (), False),
        ("", ("--robustness",), True),
    ],
)
def test_build_computes_robustness_where_the_set_or_the_reader_asks_for_it(
    run: Run,
    make_set: MakeSet,
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    arguments: tuple[str, ...],
    there: bool,
) -> None:
    import reports.workbook

    found = []

    def written(*_: object, robustness: Robustness | None = None) -> tuple[()]:
        found.append(robustness)
        return ()

    monkeypatch.setattr(reports.workbook, "write_workbook", written)
    path = make_set(values=VALUES, sources=None, method=method)
    assert run("build", path, *arguments)[0] == 0
    assert [one is not None for one in found] == [there]


def test_a_workbook_of_a_set_that_declares_nothing_declares_nothing(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    run("build", make_set(), "-o", "small.xlsx")
    assert "robustness" not in indicators.load("small.xlsx").method


def test_robustness_is_of_a_set_on_its_own_scale(run: Run, small: Path, here: Path) -> None:
    status, _, err = run("build", small, "--scale-of", small, "--robustness")
    assert status == 2
    assert "leave out --scale-of or --robustness" in err
    status, _, err = run("build", small, "--scale-of", small)
    assert status == 0
    assert "Rank intervals are left out" in err

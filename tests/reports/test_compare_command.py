"""`scorecards compare`: two sets, two methods, and what each node does."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import MakeSet
from tests.reports.conftest import Run


@pytest.fixture
def two_sets(make_set: MakeSet, tmp_path: Path) -> tuple[Path, Path]:
    """The small set, and one with region D for C and another weight."""
    first = make_set().rename(tmp_path / "first")
    second = make_set(framework=("income,index,Income,1", "income,index,Income,9"))
    for table in ("units", "values"):
        file = second / f"{table}.csv"
        file.write_text(file.read_text("utf-8").replace("C,", "D,"), "utf-8")
    return first, second.rename(tmp_path / "second")


def test_a_single_region_has_no_rank_correlation(run: Run, make_set: MakeSet, here: Path) -> None:
    Path("other.toml").write_text('[screening]\ndrop = ["B", "C"]\n')
    status, _, err = run("compare", make_set(), "--method", "other.toml")
    assert status == 0
    assert "no rank correlation" in err
    assert "nan" not in err


def test_ranks_shift_by_what_they_were_less_what_they_are(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    Path("other.toml").write_text('[normalisation]\nmethod = "rank"\n')
    path = make_set(values=("B,pay,,200", "B,pay,,500"))
    status, out, err = run("compare", path, "--method", "other.toml")
    rows = [row for row in csv.DictReader(StringIO(out)) if row["node"] == "pay"]
    assert status == 0
    assert [(row["unit"], row["rank_before"], row["rank_after"]) for row in rows] == [
        ("A", "3", "3"), ("B", "1", "1"), ("C", "2", "2"),
    ]  # fmt: skip
    assert [float(row["score_after"]) for row in rows] == [1, 3, 2]
    assert "index: 3 regions, rank correlation 1.000 (Spearman)" in err


def test_scores_on_different_scales_are_told(run: Run, make_set: MakeSet, here: Path) -> None:
    Path("other.toml").write_text('[normalisation]\nmethod = "zscore"\n')
    path = make_set()
    _, _, err = run("compare", path, "--method", "other.toml")
    assert "Warning: scores of index, access, phones" in err
    assert "index: 1 to 100, and then zscore with mean 0 and deviation 1" in err
    Path("other.toml").write_text('[aggregation]\nmethod = "geometric"\n')
    assert "different scales" not in run("compare", path, "-m", "other.toml")[2]
    Path("other.toml").write_text('[aggregation]\nmethod = ["arithmetic", "topsis"]\n')
    assert "scores of index are on different scales" in run("compare", path, "-m", "other.toml")[2]


def test_a_workbook_has_shifts_agreement_and_who_is_only_in_one(
    run: Run, two_sets: tuple[Path, Path], here: Path
) -> None:
    status, _, err = run("compare", *two_sets, "-o", "shifts.xlsx")
    assert status == 0
    assert "only in first: C" in err
    assert "only in second: D" in err
    sheets = pd.read_excel("shifts.xlsx", sheet_name=None)
    assert list(sheets) == ["Shifts", "Agreement", "Only in one"]
    assert set(sheets["Shifts"]["unit"]) == {"A", "B"}
    assert sheets["Agreement"].set_index("node").loc["index", "units"] == 2
    assert sheets["Only in one"].to_numpy().tolist() == [
        ["unit", "C", "Gamma", "before"],
        ["unit", "D", "Gamma", "after"],
    ]


def test_leaving_out_lists_every_node_that_can_be_spared(run: Run, make_set: MakeSet) -> None:
    status, out, _ = run("compare", make_set(), "--leave-out")
    assert status == 0
    nodes = [row["node"] for row in csv.DictReader(StringIO(out))]
    assert nodes == ["access", "phones", "price", "income", "pay"]


def test_a_person_sees_the_index_first(make_set: MakeSet, shown: Callable[..., str]) -> None:
    path = make_set()
    seen = shown("compare", path, path)
    assert "rank_shift" in seen
    assert seen.index("Gamma") < seen.index("Beta") < seen.index("Alpha")
    assert "phones" not in seen


WRONG_METHODS = {
    "[[[[": ("other.toml", "not valid TOML"),
    "[normalisation]\nmethod = 'best'": ("other.toml, option normalisation.method", "'best'"),
    "[normalisation]\nrnage = [0, 1]": ("other.toml, option normalisation.rnage", "'rnage'"),
    "method = 'rank'": ("other.toml, option method", "outside a section"),
    "[time]\nyear = 1999": ("other.toml, option time.year", "1999"),
    "[treatment.indicators.gone]\nmethod = 'log'": ("other.toml", "'gone'", "phones"),
}


@pytest.mark.parametrize("content", WRONG_METHODS)
def test_wrong_options_are_told_with_their_file(
    run: Run, make_set: MakeSet, here: Path, content: str
) -> None:
    Path("other.toml").write_text(content)
    status, out, err = run("compare", make_set(), "--method", "other.toml", "-o", "a.csv")
    assert (status, out) == (1, "")
    for word in WRONG_METHODS[content]:
        assert word in err
    assert "1 error in other.toml. Nothing was written." in err
    assert not Path("a.csv").exists()


def test_a_file_of_options_that_is_not_there_is_told(run: Run, make_set: MakeSet) -> None:
    status, _, err = run("compare", make_set(), "--method", "gone.toml")
    assert status == 1
    assert err == "there is no file gone.toml; correct its name\n1 error in gone.toml.\n"


def test_texts_without_quotation_marks_are_told(run: Run, make_set: MakeSet, here: Path) -> None:
    Path("other.toml").write_text("[imputation]\ngroup = region\n")
    err = run("compare", make_set(), "--method", "other.toml")[2]
    assert "at line 2, column 9)); texts stand in quotation marks" in err


def test_scores_that_the_other_method_cannot_take_are_told_of_its_file(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    Path("other.toml").write_text(
        '[aggregation]\nmethod = "geometric"\n[normalisation]\nmethod = "zscore"\n'
    )
    status, _, err = run("compare", make_set(), "--method", "other.toml")
    first, last = err.splitlines()
    assert status == 1
    assert first.startswith("other.toml, option aggregation.method: access is aggregated by")
    assert "choose mean = 100 and sd = 10 for zscore under [normalisation]" in first
    assert last == "1 error in other.toml."


def test_the_year_that_is_compared_of_a_panel_is_told(
    run: Run, make_set: MakeSet, here: Path
) -> None:
    values = "unit,indicator,year,value\n" + "".join(
        f"{unit},{code},{year},{ord(unit) + year % 7}\n"
        for unit in "ABC"
        for code in ("phones", "price", "pay")
        for year in (2020, 2021)
    )
    path = make_set(values=values, sources=None)
    Path("panel.toml").write_text('[time]\nyear = "panel"\n')
    assert (
        "index in the newest year of each value and 2021: 3 regions"
        in run("compare", path, "--method", "panel.toml")[2]
    )
    (path / "method.toml").write_text('[time]\nyear = "panel"\n')
    assert "index in 2021: 3 regions" in run("compare", path, path)[2]


def test_errors_are_told_of_the_set_they_are_in(run: Run, two_sets: tuple[Path, Path]) -> None:
    (two_sets[1] / "values.csv").write_text("unit,indicator,value\nA,pay,soon\n")
    status, _, err = run("compare", *two_sets)
    assert status == 1
    assert "1 error in second." in err


def test_sets_without_common_units_cannot_be_compared(
    run: Run, make_set: MakeSet, tmp_path: Path
) -> None:
    path = make_set()
    status, out, err = run("compare", path)
    assert status == 2  # compared with nothing
    status, out, err = run("compare", "indicators/provinces", path)
    assert (status, out) == (1, "")
    assert "small: this set and provinces have no unit or no node in common" in err


# --- the scale of another set ---------------------------------------------------------------------


def scores(out: str, node: str) -> dict[str, float]:
    rows = csv.DictReader(StringIO(out))
    return {row["unit"]: float(row["score"]) for row in rows if row["node"] == node}


def test_a_set_is_measured_on_the_scale_of_another(
    run: Run, make_set: MakeSet, tmp_path: Path
) -> None:
    before = make_set().rename(tmp_path / "before")
    after = make_set(values=("A,pay,,100", "A,pay,,250"))
    own, other = run("score", after), run("score", after, "--scale-of", before)
    assert (own[0], other[0]) == (0, 0)
    # Pay was 100 to 400, so 250 is the middle of 1 to 100; on its own scale, 200 is the lowest.
    assert scores(other[1], "pay") == pytest.approx({"A": 50.5, "B": 34, "C": 100})
    assert scores(own[1], "pay") == pytest.approx({"A": 25.75, "B": 1, "C": 100})


def test_a_workbook_on_the_scale_of_another_set_shows_its_scores(
    run: Run, make_set: MakeSet, tmp_path: Path, here: Path
) -> None:
    before = make_set().rename(tmp_path / "before")
    after = make_set(values=("A,pay,,100", "A,pay,,250"))
    assert run("build", after, "--scale-of", before, "-o", "a.xlsx")[0] == 0
    cells = pd.read_excel("a.xlsx", sheet_name="Normalised", header=None).to_numpy().ravel()
    assert 50.5 in cells.tolist()


def test_a_scale_needs_the_same_indicators(run: Run, make_set: MakeSet) -> None:
    status, _, err = run("score", make_set(), "--scale-of", "indicators/provinces")
    assert status == 1
    assert "both sets need the same scored indicators in the same order" in err
    assert "1 error in small" in err

"""The plot of rank intervals and of what moves the ranks."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import indicators
import scoring
from reports import plot_robustness
from reports.plots import MOST_REGIONS
from scoring import Robustness
from tests.conftest import MakeSet
from tests.reports.test_robustness_command import FAILING, METHOD, VALUES

STARTS = {".png": b"\x89PNG\r\n\x1a\n", ".svg": b"<?xml", ".pdf": b"%PDF-"}


@pytest.fixture
def small(make_set: MakeSet) -> Robustness:
    path = make_set(values=VALUES, sources=None, method=METHOD)
    return scoring.robustness_of(indicators.load(path))


def texts(path: Path) -> list[str]:
    """What is written in an .svg."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", path.read_text(encoding="utf-8"), re.DOTALL)
    return [re.sub(r"<[^>]*>", "", text).strip() for text in found]


@pytest.mark.parametrize("ending", STARTS)
def test_a_file_is_of_its_kind_and_the_same_each_time(
    small: Robustness, tmp_path: Path, ending: str
) -> None:
    first, second = tmp_path / f"first{ending}", tmp_path / f"second{ending.upper()}"
    plot_robustness(small, first)
    plot_robustness(small, second)
    assert first.read_bytes().startswith(STARTS[ending])
    assert first.read_bytes() == second.read_bytes()


def test_another_day_and_process_give_the_same_bytes(
    small: Robustness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in STARTS:
        plot_robustness(small, tmp_path / f"now{ending}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    for ending in STARTS:
        plot_robustness(small, tmp_path / f"then{ending}")
        now, then = tmp_path / f"now{ending}", tmp_path / f"then{ending}"
        assert now.read_bytes() == then.read_bytes()


def test_regions_choices_draws_and_seed_are_named(small: Robustness, tmp_path: Path) -> None:
    path = tmp_path / "plot.svg"
    plot_robustness(small, path)
    said = texts(path)
    index = small.uncertainty.of_node().sort_values("rank")
    names = {"A": "Alpha", "B": "Beta", "C": "Gamma"}
    labels = [f"{names[str(unit)]} {rank:g}" for unit, rank in index["rank"].items()]
    assert [text.replace("  ", " ") for text in said if text.split()[0] in names.values()] == labels
    assert {"Normalisation", "Weights, larger or smaller", "Leaving out one indicator"} <= set(said)
    assert any(text.startswith("200 draws, seed 3. Normalisation: minmax or rank") for text in said)
    assert "Index: how far to trust the ranks" in said


def test_choices_stand_in_the_order_of_their_shares(small: Robustness, tmp_path: Path) -> None:
    path = tmp_path / "plot.svg"
    plot_robustness(small, path)
    assert small.sensitivity is not None
    names = {
        "normalisation": "Normalisation", "weights_noise": "Weights, larger or smaller",
        "leave_out": "Leaving out one indicator",
    }  # fmt: skip
    shares = small.sensitivity.mean_shift.sort_values("total", ascending=False)
    said = [text for text in texts(path) if text in names.values()]
    assert said == [names[source] for source in shares["source"]]


def test_chinese_and_odd_names_do_not_warn(make_set: MakeSet, tmp_path: Path) -> None:
    path = make_set(
        values=VALUES, sources=None, method=METHOD,
        units="code,name\nA,浙江省\nB,$x^2$ & <b>\nC,\U0001f9ed of a name that is too long\n",
    )  # fmt: skip
    robustness = scoring.robustness_of(indicators.load(path), sensitive=False)
    for ending in STARTS:
        plot_robustness(robustness, tmp_path / f"plot{ending}")
    said = texts(tmp_path / "plot.svg")
    assert any(text.startswith("浙江省") for text in said)
    assert any(text.startswith("$x^2$ &amp; &lt;b&gt;") for text in said)
    assert any("…" in text for text in said)


def test_without_sensitivity_there_are_ranks_alone(small: Robustness, tmp_path: Path) -> None:
    path = tmp_path / "plot.svg"
    plot_robustness(replace(small, sensitivity=None), path)
    assert "Rank of each region" in texts(path)
    assert "Which choice moves the ranks" not in texts(path)


def test_where_nothing_moves_there_are_no_shares(make_set: MakeSet, tmp_path: Path) -> None:
    robustness = scoring.robustness_of(indicators.load(make_set()))
    plot_robustness(robustness, tmp_path / "plot.svg")
    assert "Which choice moves the ranks" not in texts(tmp_path / "plot.svg")


def test_of_many_regions_the_first_are_drawn_and_that_is_said(
    make_set: MakeSet, tmp_path: Path
) -> None:
    values = np.random.default_rng(1).random((100, 3)).round(3)
    codes = [f"U{number:03}" for number in range(100)]
    wide = pd.DataFrame(values, columns=["phones", "price", "pay"])
    wide.insert(0, "unit", codes)
    units = pd.DataFrame({"code": codes, "name": [f"Region {code}" for code in codes]})
    path = make_set(
        values=wide.to_csv(index=False), units=units.to_csv(index=False), sources=None,
        method="robustness.draws = 50\n",
    )  # fmt: skip
    robustness = scoring.robustness_of(indicators.load(path), sensitive=False)
    plot_robustness(robustness, tmp_path / "plot.svg")
    said = texts(tmp_path / "plot.svg")
    assert sum(text.startswith("Region U") for text in said) == MOST_REGIONS
    assert "The first 60 of 100 regions." in said


def test_units_without_a_rank_are_left_out_and_failed_draws_told(
    make_set: MakeSet, tmp_path: Path
) -> None:
    values = (
        VALUES.replace("B,phones,50\n", "").replace("B,price,2\n", "").replace("B,pay,300\n", "")
    )
    path = make_set(values=values, sources=None, method=FAILING)
    robustness = scoring.robustness_of(indicators.load(path), sensitive=False)
    plot_robustness(robustness, tmp_path / "plot.svg")
    said = texts(tmp_path / "plot.svg")
    assert not any(text.startswith("Beta") for text in said)
    failed = robustness.uncertainty.failed
    assert any(f"{failed} draws could not be computed" in text for text in said)


def test_another_ending_is_an_error_that_names_those_there_are(
    small: Robustness, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=r"plot\.jpg has none of the endings \.png, \.svg, \.pdf"):
        plot_robustness(small, tmp_path / "plot.jpg")
    assert not (tmp_path / "plot.jpg").exists()


def test_settings_of_matplotlib_stay_as_they_were(small: Robustness, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    plot_robustness(small, tmp_path / "plot.svg")
    assert dict(mpl.rcParams) == before


def test_matplotlib_is_imported_only_when_something_is_drawn() -> None:
    look = "import sys, reports.plots, reports.cli; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

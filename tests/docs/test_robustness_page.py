"""What the page on robustness says of the provinces is what comes out."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pandas as pd
import pytest

import indicators
import scoring
from scoring import Robustness
from tests.docs.pages import ROOT, blocks, sections

PAGE = (ROOT / "docs" / "robustness.md").read_text(encoding="utf-8")
STATED = sections(PAGE)["The provinces"]


@cache
def found() -> Robustness:
    return scoring.robustness_of(indicators.load())


def by_name() -> pd.DataFrame:
    table = found().uncertainty.of_node()
    return table.rename(index=found().indicator_set.units["name"])


def share(text: str) -> float:
    """The first percentage after a text of the section."""
    told = re.search(rf"{re.escape(text)}.*?(\d+) %", STATED, re.DOTALL)
    assert told, text
    return int(told[1]) / 100


def test_the_page_shows_what_is_uncertain_in_the_bundled_set() -> None:
    shown = tomllib.loads(blocks(PAGE, "toml")[0])["robustness"]
    held = found().uncertainty
    assert shown == found().indicator_set.method["robustness"]
    assert (held.draws, held.failed) == (1000, 0)


ROW = re.compile(r"^\| ([A-Z]\w+) \| (\d+) \| (\d+)-(\d+) \| (\d+) % \| (\d+) % \|$", re.MULTILINE)


@pytest.mark.parametrize("row", ROW.findall(STATED), ids=lambda row: row[0])
def test_intervals_of_the_table(row: tuple[str, ...]) -> None:
    name, *stated = row
    unit = by_name().loc[name]
    ranks = [int(unit[column]) for column in ("rank", "rank_5", "rank_95")]
    shares = [round(100 * unit[column]) for column in ("top_3", "top_10")]
    assert [*ranks, *shares] == list(map(int, stated))


def test_the_top_of_the_ranking() -> None:
    probabilities = found().uncertainty.rank_probabilities()
    ranks = found().uncertainty.of_node()["rank"]
    among_five = probabilities.loc[ranks <= 5, :5].sum(axis=1)
    assert among_five.min() >= share("The first five are the same five in")
    assert round(probabilities.loc["CN-SH", 1], 2) == share("Shanghai is first in")
    leads = found().uncertainty.leads()
    assert round(leads.loc["CN-BJ", "CN-ZJ"], 2) == share("Beijing is ahead in")


def test_the_crowd_in_the_middle_is_one_tie_group() -> None:
    table = by_name().sort_values("rank")
    group = table.index[table["tie_group"] == table["tie_group"]["Jiangxi"]]
    assert (len(group), group[0], group[-1]) == (13, "Anhui", "Gansu")


def test_what_moves_the_ranks() -> None:
    sensitivity = found().sensitivity
    assert sensitivity is not None
    shares = sensitivity.mean_shift.set_index("source")[["first", "total"]].round(2)
    assert shares.loc["leave_out"].tolist() == [0.61, 0.71]
    assert shares.loc["weights_noise"].tolist() == [0.07, 0.18]
    assert shares.loc["normalisation"].tolist() == [0.01, 0.20]
    assert round(sensitivity.interaction, 2) == 0.26
    for said in ("explains 61 % of", "71 % in all", "weights (7 %, 18 %)", "26 % is interaction"):
        assert said in STATED
    assert "it explains 1 % alone, and 20 % with" in PAGE


def test_one_choice_at_a_time() -> None:
    changes = found().single_changes.set_index(["source", "alternative"])
    shifts = changes["mean_shift"].round(1)
    assert shifts["leave_out", "agency_structure"] == 4.3
    assert changes["top_leaves"]["leave_out", "agency_structure"] == 1
    assert shifts["normalisation"].tolist() == [1.7]
    assert "ranks move by 4.3, and the first place changes hands" in STATED
    assert "the other normalisation alone moves ranks by 1.7" in PAGE


def test_draws_that_fail_are_those_the_page_tells_of() -> None:
    provinces = indicators.load()
    both = {"normalisation": ["zscore"], "aggregation": ["geometric"]}
    nothing_else = {"treatment": [], "leave_out": False, "weights": {}}
    changed = provinces.with_method({"robustness": {**nothing_else, **both}})
    told = scoring.robustness_of(changed, sensitive=False)
    (failure,) = told.uncertainty.failures
    assert f"{failure.draws} of 1,000 draws of the provinces have both and fail" in PAGE
    assert f"*{failure.finding.message}*" in PAGE


def test_the_error_on_the_page_is_said_in_these_words() -> None:
    same = indicators.load().with_method({"robustness": {"normalisation": ["minmax"]}})
    with pytest.raises(indicators.InvalidInputError) as caught:
        scoring.robustness_of(same)
    said = [str(finding) for finding in caught.value.findings]
    assert blocks(PAGE, "text")[0].strip() in said

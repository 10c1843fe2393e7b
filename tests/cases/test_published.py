"""Published indices, reproduced by the options of method.toml alone."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import indicators
import scoring
from reports.cli import app

CASES = Path(__file__).parent


def expected(case: str) -> pd.DataFrame:
    return pd.read_csv(CASES / case / "expected.csv", index_col="unit")


def scored(case: str, index: str, output: Path) -> pd.DataFrame:
    """What `scorecards score` writes about the index."""
    result = CliRunner().invoke(app, ["score", str(CASES / case), "-o", str(output)])
    assert result.exit_code == 0, result.output
    table = pd.read_csv(output)
    return table[table["node"] == index].set_index("unit")


@pytest.mark.parametrize(("case", "index"), [("hdi_2022", "hdi"), ("un_egdi_2018", "egdi")])
def test_scores_and_ranks_of_all_193_countries(case: str, index: str, tmp_path: Path) -> None:
    published = expected(case)
    found = scored(case, index, tmp_path / "scores.csv").loc[published.index]
    assert len(found) == 193
    assert found["score"].tolist() == published[index].tolist()
    assert found["rank"].tolist() == published["rank"].tolist()


@pytest.mark.parametrize(
    ("case", "index", "others", "tolerance"),
    [("hdi_2022", "hdi", 27, 5e-4), ("un_egdi_2018", "egdi", 2, 5e-5)],
)
def test_ranking_the_exact_score_gives_other_ranks(
    case: str, index: str, others: int, tolerance: float
) -> None:
    exactly = indicators.load(CASES / case).with_method({"ranking": {"on": "exact"}})
    assessment = scoring.assess(exactly)
    published = expected(case)
    ranks = assessment.ranks[index].loc[published.index]
    assert (ranks != published["rank"]).sum() == others
    exact = assessment.exact_scores[index].loc[published.index]
    assert (exact - published[index]).abs().max() <= tolerance


def test_known_values_of_the_hdi_step_by_step() -> None:
    # Technical note 1 applied by hand to Switzerland, the first of the report.
    assessment = scoring.assess(indicators.load(CASES / "hdi_2022"))
    data, exact = assessment.data.loc["CHE"], assessment.exact_scores.loc["CHE"]
    assert data[["le", "eys", "mys", "gnipc"]].round(1).tolist() == [84.3, 16.6, 13.9, 69432.8]
    assert exact["health"] == pytest.approx((84.255 - 20) / (85 - 20))
    assert exact["education"] == pytest.approx((16.5837307 / 18 + 13.90406622 / 15) / 2)
    income = (math.log(69432.78669) - math.log(100)) / (math.log(75000) - math.log(100))
    assert exact["income"] == pytest.approx(income)
    assert assessment.scores.loc["CHE", "hdi"] == 0.967
    assert assessment.ranks.loc["CHE", "hdi"] == 1


def test_countries_beyond_a_goalpost_are_told() -> None:
    # Technical note 1: income is capped at 75,000 dollars, expected schooling at 18 years.
    assessment = scoring.assess(indicators.load(CASES / "hdi_2022"))
    beyond = [f.fields["code"] for f in assessment.findings if f.code == "beyond_goalposts"]
    assert beyond.count("gnipc") == 5
    assert beyond.count("eys") == 14
    capped = assessment.normalised.loc[assessment.data["gnipc"] > 75_000, "gnipc"]
    assert capped.tolist() == [1.0] * 5

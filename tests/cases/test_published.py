"""Published indices, reproduced by the options of method.toml alone."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

import indicators
import scoring
from indicators import Framework, IndicatorSet
from reports.cli import app
from scoring import Assessment
from tests.cases.shared_cases import case_set, needs_shared_cases, table, written_set

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
    assert_allclose(exact, published[index], rtol=0, atol=tolerance)


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


# --- indices of the same family -------------------------------------------------------------------

#: The index itself without rounding.
UNROUNDED = """
[normalisation]
method = "goalposts"
range = [0, 1]

[aggregation]
method = ["arithmetic", "geometric"]
missing = "propagate"
"""


def of_the_hdi(data: pd.DataFrame, folder: Path, life: tuple[float, float]) -> Assessment:
    """Other values by the goalposts of the index, apart from those of life expectancy."""
    indicator_set = case_set("hdi_2022", data, UNROUNDED, folder)
    return scoring.assess(with_posts(indicator_set, "le", *life))


def with_posts(indicator_set: IndicatorSet, code: str, low: float, high: float) -> IndicatorSet:
    nodes = (
        replace(node, low=low, high=high) if node.code == code else node
        for node in indicator_set.framework.nodes
    )
    return replace(indicator_set, framework=Framework(tuple(nodes)))


@needs_shared_cases
def test_gender_development_index_of_182_countries(tmp_path: Path) -> None:
    # Technical note 3: women live five years longer, so their goalposts are five years higher.
    data, published = (table("hdi_2022", name) for name in ("data_gender", "expected_gender"))
    assert len(published) == 182
    found = {}
    for sex, life in {"f": (22.5, 87.5), "m": (17.5, 82.5)}.items():
        of_one = data.filter(regex=f"_{sex}$").rename(columns=lambda name: name[:-2])
        assessment = of_the_hdi(of_one, tmp_path / sex, life)
        found[sex] = assessment.scores["hdi"].loc[published.index]
        assert_allclose(found[sex], published[f"hdi_{sex}"], atol=1e-8)
    assert_allclose(found["f"] / found["m"], published["gdi"], atol=5e-4)


ADJUSTED = pd.DataFrame(
    {
        "code": ["ihdi", "health", "education", "income"],
        "parent": ["", "ihdi", "ihdi", "ihdi"],
        "name": ["Inequality-adjusted index", "Health", "Education", "Income"],
        "direction": ["", 1, 1, 1],
    }
)


@needs_shared_cases
def test_inequality_adjusted_index_of_165_countries(tmp_path: Path) -> None:
    # Technical note 2: every dimension loses what its Atkinson measure says, then the mean is
    # taken. A second set has the adjusted dimensions as its values.
    data, published = (table("hdi_2022", name) for name in ("data_ihdi", "expected_ihdi"))
    assert len(published) == 165
    dimensions = of_the_hdi(data[["le", "eys", "mys", "gnipc"]], tmp_path / "hdi", (20, 85)).scores
    left = 1 - data[["ineq_le_pct", "ineq_edu_pct", "ineq_inc_pct"]].to_numpy() / 100
    adjusted = dimensions.loc[data.index, ["health", "education", "income"]] * left
    method = """
        [normalisation]
        method = "none"

        [aggregation]
        method = "geometric"
    """
    found = scoring.assess(written_set(ADJUSTED, adjusted, method, tmp_path / "ihdi"))
    assert_allclose(found.scores["ihdi"].loc[published.index], published["ihdi"], atol=5e-4)

"""Published examples of multi-criteria decision analysis, by the options of method.toml."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from typer.testing import CliRunner

import scoring
from reports.cli import app
from scoring import Assessment
from scoring.aggregation.outranking import promethee
from tests.cases.shared_cases import case_set, needs_shared_cases, table
from tests.scoring.small_sets import small_set

#: Values as they are: these methods scale for themselves.
RAW = '[normalisation]\nmethod = "none"\n'

METHODS = {
    "topsis": '[aggregation]\nmethod = "topsis"\n',
    # v = (n + 1) / (2 n) for n = 4 criteria.
    "vikor": '[aggregation]\nmethod = "vikor"\nmajority = 0.625\n',
    "promethee": (
        '[aggregation]\nmethod = "promethee"\n'
        'preference = "linear"\nindifference = 1.0\npreference_threshold = 2.0\n'
    ),
}

# --- cases of ../shared ---------------------------------------------------------------------------


def assessed(case: str, method: str, folder: Path) -> Assessment:
    return scoring.assess(case_set(case, table(case, "data"), RAW + METHODS[method], folder))


@needs_shared_cases
def test_topsis_of_tzeng_and_huang(tmp_path: Path) -> None:
    # Tzeng & Huang (2011), Multiple Attribute Decision Making, printed to four decimals.
    expected = table("topsis_tzeng2011", "expected")
    found = assessed("topsis_tzeng2011", "topsis", tmp_path)
    assert_allclose(found.scores["score"].loc[expected.index], expected["closeness"], atol=1e-4)
    assert_array_equal(found.ranks["score"].loc[expected.index], expected["rank"])


@needs_shared_cases
def test_vikor_of_papathanasiou_and_ploskas(tmp_path: Path) -> None:
    # Papathanasiou & Ploskas (2018), Multiple Criteria Decision Aid: six sites for a facility.
    expected = table("mcda_papathanasiou2018", "expected")["vikor_Q"]
    found = assessed("mcda_papathanasiou2018", "vikor", tmp_path)
    assert_allclose(found.scores["score"].loc[expected.index], 1 - expected, atol=6e-4)
    assert_array_equal(found.ranks["score"].loc[expected.index], expected.rank())


@needs_shared_cases
def test_promethee_of_papathanasiou_and_ploskas(tmp_path: Path) -> None:
    expected = table("mcda_papathanasiou2018", "expected")["promethee2_phi"]
    found = assessed("mcda_papathanasiou2018", "promethee", tmp_path)
    assert_allclose(found.scores["score"].loc[expected.index], expected, atol=1e-9)
    assert_array_equal(found.ranks["score"].loc[expected.index], expected.rank(ascending=False))


@needs_shared_cases
@pytest.mark.parametrize(
    ("method", "column", "sign"), [("vikor", "vikor_Q", -1), ("promethee", "promethee2_phi", 1)]
)
def test_the_same_by_the_command_line(method: str, column: str, sign: int, tmp_path: Path) -> None:
    case = "mcda_papathanasiou2018"
    case_set(case, table(case, "data"), RAW + METHODS[method], tmp_path / "sites")
    output = tmp_path / "scores.csv"
    result = CliRunner().invoke(app, ["score", str(tmp_path / "sites"), "-o", str(output)])
    assert result.exit_code == 0, result.output
    found = pd.read_csv(output)
    found = found[found["node"] == "score"].set_index("unit")
    expected = table(case, "expected")[column]
    assert_allclose(found["score"].loc[expected.index], sign * expected + (sign < 0), atol=6e-4)
    ranks = (sign * expected).rank(ascending=False)
    assert found["rank"].loc[expected.index].tolist() == ranks.tolist()


# --- other books and papers -----------------------------------------------------------------------

FIGHTERS = """
    code,   parent, weight, direction
    choice, ,       ,
    speed,  choice, 0.2,    1
    range,  choice, 0.1,    1
    load,   choice, 0.1,    1
    cost,   choice, 0.1,    -1
    trust,  choice, 0.2,    1
    turns,  choice, 0.3,    1
"""
FIGHTER_VALUES = """
    unit, speed, range, load,  cost, trust, turns
    A1,   2.0,   1500,  20000, 5.5,  5,     9
    A2,   2.5,   2700,  18000, 6.5,  3,     5
    A3,   1.8,   2000,  21000, 4.5,  7,     7
    A4,   2.2,   1800,  20000, 5.0,  5,     5
"""


def test_topsis_of_hwang_and_yoon() -> None:
    # Hwang & Yoon (1981), Multiple Attribute Decision Making: four fighter aircraft, of which the
    # cost is to be low.
    method = {"normalisation": {"method": "none"}, "aggregation": {"method": "topsis"}}
    found = scoring.assess(small_set(FIGHTERS, FIGHTER_VALUES, method=method))
    assert_allclose(found.scores["choice"], [0.643, 0.268, 0.613, 0.312], atol=1e-3)
    assert found.ranks["choice"].tolist() == [1, 4, 2, 3]


ROUTES = """
    code,     parent, direction
    route,    ,
    risk,     route,  -1
    altitude, route,  1
"""


@pytest.mark.parametrize(
    ("values", "closeness"),
    [
        ("unit,risk,altitude\nA1,1,3000\nA2,2,3750\nA3,5,4500", [0.762, 0.722, 0.238]),
        ("unit,risk,altitude\nA1,6,2.0\nA2,7,2.75\nA3,10,3.5", [0.489, 0.612, 0.511]),
    ],
)
def test_routes_of_opricovic_and_tzeng(values: str, closeness: list[float]) -> None:
    # Opricovic & Tzeng (2004), European Journal of Operational Research 156, 445-455, table 3: the
    # scale of the data decides what TOPSIS with vector scaling says, and not what VIKOR says.
    raw = {"normalisation": {"method": "none"}}
    routes = small_set(ROUTES, values, method=raw)
    found = scoring.assess(routes.with_method({"aggregation": {"method": "topsis"}}))
    assert_allclose(found.scores["route"], closeness, atol=1e-3)
    found = scoring.assess(routes.with_method({"aggregation": {"method": "vikor"}}))
    assert_allclose(found.scores["route"], [0, 1, 0], atol=1e-12)


def test_promethee_example_of_a_peer() -> None:
    # The docstring of PROMETHEE_II in pymcdm 1.4.0.
    found = promethee([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [0.5, 0.3, 0.2], preference="usual")
    assert_allclose(found, [0.1, -0.3, 0.2], atol=1e-12)


# --- a preference function for each criterion -----------------------------------------------------

#: Six sites for a power station by six criteria.
PLANTS = """
unit,workers,power,cost,upkeep,villages,security
a1,80,90,6,5.4,8,5
a2,65,58,2,9.7,1,1
a3,83,60,4,7.2,4,7
a4,40,80,10,7.5,7,10
a5,52,72,6,2.0,3,8
a6,94,96,7,3.6,5,6
"""

PLANT_CRITERIA = """
code,parent,direction
project,,
workers,project,-1
power,project,1
cost,project,-1
upkeep,project,-1
villages,project,-1
security,project,1
"""

ONE_FUNCTION_EACH = {
    "method": "promethee",
    "preference": {
        "workers": "u_shape",
        "power": "v_shape",
        "cost": "linear",
        "upkeep": "level",
        "security": "gaussian",
    },
    "indifference": {"workers": 10.0, "cost": 0.5, "upkeep": 1.0},
    "preference_threshold": {"power": 30.0, "cost": 5.0, "upkeep": 6.0},
    "gaussian_spread": {"security": 5.0},
}


def test_a_preference_function_for_each_criterion() -> None:
    # Brans, Vincke & Mareschal (1986), How to select and how to rank projects: the PROMETHEE
    # method, European Journal of Operational Research 24: indices of preference over the other
    # five, printed to three decimals. Net flow = (sum of the row - sum of the column) / 5.
    indices = np.array(
        [
            [0, 0.296, 0.250, 0.268, 0.100, 0.185],
            [0.462, 0, 0.389, 0.333, 0.296, 0.500],
            [0.236, 0.180, 0, 0.333, 0.056, 0.429],
            [0.399, 0.505, 0.305, 0, 0.223, 0.212],
            [0.444, 0.515, 0.487, 0.380, 0, 0.448],
            [0.286, 0.399, 0.250, 0.431, 0.133, 0],
        ]
    )
    method = {"normalisation": {"method": "none"}, "aggregation": ONE_FUNCTION_EACH}
    assessment = scoring.assess(small_set(PLANT_CRITERIA, PLANTS, method=method))
    net = (indices.sum(axis=1) - indices.sum(axis=0)) / 5
    assert_allclose(assessment.scores["project"], net, atol=1e-3)
    assert assessment.ranks["project"].idxmin() == "a5"

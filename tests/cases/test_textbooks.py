"""Worked examples and tables from manuals and reports, each of them a small set."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import scoring
from scoring.multivariate import correlations
from scoring.trends import trend_table
from tests.scoring.small_sets import small_set

# --- the Human Development Index before 2010 ------------------------------------------------------

HDI_UNTIL_2009 = """
    code,      parent,    weight, direction, low, high,  transform, aggregation
    hdi,       ,          ,       ,          ,    ,      ,          arithmetic
    health,    hdi,       1,      ,          ,    ,      ,
    education, hdi,       1,      ,          ,    ,      ,
    income,    hdi,       1,      ,          ,    ,      ,
    life,      health,    1,      1,         25,  85,    ,
    literacy,  education, 2,      1,         0,   100,   ,
    enrolment, education, 1,      1,         0,   100,   ,
    gdp,       income,    1,      1,         100, 40000, log,
"""


def test_human_development_index_of_2007() -> None:
    # UNDP (2009), Human Development Report 2009, Table H, whose data are rounded: countries in the
    # order of the index. Literacy of Norway is taken as 99 % there; what is beyond a goalpost
    # (enrolment of Greece, income of Norway) counts as the goalpost.
    values = """
        unit,   life, literacy, enrolment, gdp
        Norway, 80.5, 99.0,     98.6,      53433
        Spain,  80.7, 97.9,     96.5,      31560
        Italy,  81.1, 98.9,     91.8,      30353
        Greece, 79.1, 97.1,     101.6,     28517
    """
    published = [
        [0.971, 0.925, 0.989, 1.000],
        [0.955, 0.929, 0.975, 0.960],
        [0.951, 0.935, 0.965, 0.954],
        [0.942, 0.902, 0.981, 0.944],
    ]
    method = {"normalisation": {"method": "goalposts", "range": [0, 1]}}
    found = scoring.assess(small_set(HDI_UNTIL_2009, values, method=method))
    nodes = ["hdi", "health", "education", "income"]
    assert_allclose(found.scores[nodes], published, atol=1.1e-3)
    assert found.ranks["hdi"].tolist() == [1, 2, 3, 4]
    beyond = {(f.fields["unit"], f.fields["code"]) for f in found.findings}
    assert {("Norway", "gdp"), ("Greece", "enrolment")} <= beyond


# --- functions of Excel ---------------------------------------------------------------------------


def normalised(values: list[float], **options: object) -> list[float]:
    """Scores of one indicator."""
    framework = "code,parent,direction\nindex,,\nx,index,1"
    rows = "\n".join(f"U{number},{value}" for number, value in enumerate(values))
    found = scoring.assess(
        small_set(framework, f"unit,x\n{rows}", method={"normalisation": options})
    )
    return [float(score) for score in found.normalised["x"]]


def test_percentrank() -> None:
    # Example of PERCENTRANK in the manual, which cuts off after three digits.
    found = normalised([13, 12, 11, 8, 4, 3, 2, 1, 1, 1], method="percentile")
    assert [int(score * 10) for score in found[3:7]] == [666, 555, 444, 333]
    assert found[0] == 100
    assert found[7:] == [0, 0, 0]


def test_rank() -> None:
    # Example of RANK in the manual, in ascending order: 3.5 is the third, 7 the fifth.
    assert normalised([7, 3.5, 3.5, 1, 2], method="rank") == [5, 3, 3, 1, 2]


@pytest.mark.parametrize(
    ("method", "mean"),
    [("geometric", 5.476987), ("harmonic", 5.028376), ("arithmetic", 6), ("median", 5)],
)
def test_means(method: str, mean: float) -> None:
    # Examples of GEOMEAN and HARMEAN in the manual, which take the same numbers; the other two by
    # hand.
    numbers = [4, 5, 8, 7, 11, 4, 3]
    framework = ["code,parent,direction", "index,,"]
    framework += [f"x{number},index,1" for number in range(7)]
    values = [
        "unit," + ",".join(f"x{number}" for number in range(7)),
        "A," + ",".join(map(str, numbers)),
    ]
    options = {"normalisation": {"method": "none"}, "aggregation": {"method": method}}
    found = scoring.assess(small_set("\n".join(framework), "\n".join(values), method=options))
    assert found.scores.loc["A", "index"] == pytest.approx(mean, abs=5e-7)


# --- imputation -----------------------------------------------------------------------------------


def test_nearest_neighbours_of_scikit_learn() -> None:
    # scikit-learn's user guide, "Nearest neighbors imputation": two neighbours.
    framework = "code,parent,direction\nindex,,\nx,index,1\ny,index,1\nz,index,1"
    gaps = small_set(framework, "unit,x,y,z\nA,1,2,\nB,3,4,3\nC,,6,5\nD,8,8,7")
    method = {"imputation": {"method": "knn", "neighbours": 2}}
    found = scoring.assess(gaps.with_method(method)).imputed
    assert_allclose(found, [[1, 2, 4], [3, 4, 3], [5.5, 6, 5], [8, 8, 7]])


def test_regressions_of_scikit_learn() -> None:
    # scikit-learn's user guide, "Multivariate feature imputation": the second column is twice the
    # first, and so are the values that are put in.
    framework = "code,parent,direction\nindex,,\nx,index,1\ny,index,1"
    gaps = small_set(framework, "unit,x,y\nA,1,2\nB,3,6\nC,4,8\nD,,3\nE,7,")
    method = {"imputation": {"method": "iterative", "within_range": False}}
    assessment = scoring.assess(gaps.with_method(method))
    assert_allclose(assessment.imputed["x"], [1, 3, 4, 1.5, 7], atol=1e-3)
    assert_allclose(assessment.imputed["y"], [2, 6, 8, 3, 14], atol=1e-3)
    assert assessment.was_imputed.sum().tolist() == [1, 1]


# --- statistics -----------------------------------------------------------------------------------

#: Anscombe (1973), Graphs in Statistical Analysis, The American Statistician 27, 17-21: three of
#: his four sets of eleven points, which share the x.
X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = {
    "first": [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    "second": [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74],
    "third": [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73],
}


def test_regression_of_anscombe() -> None:
    # y = 3 + 0.5 x in each of them, with a standard error of 0.118.
    years = [2000 + x for x in X]
    values = pd.DataFrame(Y, index=pd.MultiIndex.from_product([years, ["A"]]))
    found = trend_table(values).set_index("indicator")
    assert_allclose(found["slope"], 0.5, atol=5e-4)
    assert_allclose(found["standard_error"], 0.118, atol=5e-4)
    assert_allclose(found["p_value"], 0.00217, atol=2e-5)


def test_correlation_of_anscombe() -> None:
    found = correlations(pd.DataFrame({"x": X, **Y}))
    assert_allclose(found.coefficients.loc["x", list(Y)], 0.816, atol=5e-4)
    assert np.diag(found.coefficients).tolist() == [1, 1, 1, 1]

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import scoring
from indicators import InvalidInputError
from scoring.treatment import TRANSFORMS
from tests.scoring.small_sets import small_set

FRAMEWORK = """
    code,parent,transform
    index,,
    income,index,log
    years,index,
"""

LOG = {"transform": "log", "above": 0.0}


def test_logarithm_keeps_missing_values() -> None:
    assert_array_equal(TRANSFORMS["log"].forward(np.array([1.0, math.e, np.nan])), [0, 1, np.nan])


def test_equal_ratios_become_equal_steps() -> None:
    values = """
        unit,income,years
        A,100,1
        B,1000,2
        C,10000,3
        D,,4
    """
    assessment = scoring.assess(small_set(FRAMEWORK, values))
    assert assessment.transformed.loc["C", "income"] == math.log(10000)
    assert assessment.normalised["income"].tolist()[:3] == pytest.approx([0, 50, 100])
    assert np.isnan(assessment.normalised.loc["D", "income"])
    assert assessment.imputed["income"].tolist()[:3] == [100, 1000, 10000]


def test_every_value_outside_the_domain_is_named() -> None:
    values = """
        unit,income,years
        A,0,-1
        B,1000,0
        C,-2.5,3
        D,,4
    """
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(FRAMEWORK, values))
    assert [(f.code, dict(f.fields)) for f in caught.value.findings] == [
        ("transform_domain", {"unit": "A", "indicator": "income", "value": 0.0, **LOG}),
        ("transform_domain", {"unit": "C", "indicator": "income", "value": -2.5, **LOG}),
    ]
    assert "C has the value -2.5 in income" in str(caught.value)


def test_goalposts_are_transformed_with_the_values() -> None:
    framework = """
        code,parent,transform,low,high
        index,,,,
        income,index,log,100,10000
    """
    values = """
        unit,income
        A,100
        B,1000
        C,20000
    """
    method = {"normalisation": {"method": "goalposts"}}
    assessment = scoring.assess(small_set(framework, values, method=method))
    assert assessment.normalised["income"].tolist() == pytest.approx([0, 50, 100])
    assert assessment.goalposts.loc["income"].tolist() == [math.log(100), math.log(10000)]


def test_a_low_goalpost_of_zero_has_no_logarithm() -> None:
    framework = """
        code,parent,transform,low,high
        index,,,,
        income,index,log,0,10000
    """
    method = {"normalisation": {"method": "goalposts"}}
    with pytest.raises(InvalidInputError) as caught:
        scoring.assess(small_set(framework, "unit,income\nA,5", method=method))
    (finding,) = caught.value.findings
    assert finding.code == "transform_goalpost"
    assert str(finding.place) == "framework.csv, line 3, column low"

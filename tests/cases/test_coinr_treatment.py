"""What COINr does to the outliers of its raw data, by the options of [treatment]."""

from __future__ import annotations

import pytest
from numpy.testing import assert_allclose, assert_array_equal

import scoring
from scoring import Assessment
from scoring.treatment import Winsorise, treatment_table, winsorised_values
from tests.cases.asem import raw, table
from tests.cases.shared_cases import needs_shared_cases

pytestmark = needs_shared_cases


def treated(method: str) -> Assessment:
    return scoring.assess(raw().with_method({"treatment": {"method": method}}))


@pytest.mark.parametrize("method", ["winsorise", "auto"])
def test_treated_values(method: str) -> None:
    # No indicator needs the second step of "auto".
    found, expected = treated(method).treated, table("e_treat_raw_data")
    assert_allclose(found.loc[expected.index, expected.columns], expected, rtol=1e-12)


def test_treatment_of_every_indicator() -> None:
    assessment = treated("winsorise")
    (step,) = assessment.scale.treatments
    winsorise = step.estimator
    assert isinstance(winsorise, Winsorise)
    before, after = assessment.imputed, assessment.treated
    found = treatment_table(before, after, winsorise)
    expected = table("e_treat_raw_details").loc[found.index]
    points = expected["winsorise.nwin"].fillna(0)
    assert (points > 0).sum() == 18
    assert_array_equal(found["points"], points)
    assert_array_equal(found["passes_before"], expected["check_SkewKurt0.Pass"])
    assert_allclose(found["skewness_before"], expected["check_SkewKurt0.Skew"], atol=1e-9)
    assert_allclose(found["kurtosis_before"], expected["check_SkewKurt0.Kurt"], atol=1e-9)
    changed = points > 0
    assert found["passes_after"].all()
    assert expected.loc[changed, "check_SkewKurt1.Pass"].all()
    for ours, theirs in (("skewness", "Skew"), ("kurtosis", "Kurt")):
        now = expected.loc[changed, f"check_SkewKurt1.{theirs}"]
        assert_allclose(found.loc[changed, f"{ours}_after"], now, atol=1e-9)
    assert len(winsorised_values(before, after, winsorise)) == points.sum()


def test_the_findings_say_which_indicators_were_treated() -> None:
    expected = table("e_treat_raw_details")["winsorise.nwin"]
    told = {f.fields["code"] for f in treated("winsorise").findings if f.code == "treated"}
    assert told == set(expected.index[expected > 0])

from __future__ import annotations

import pytest

import scoring
from scoring.what_if import weight_shifts
from tests.scoring.small_sets import small_set


def test_shifts_and_agreement_by_hand() -> None:
    given = small_set(
        "code,parent\nindex,\na,index\nb,index",
        "unit,a,b\nA,10,0\nB,6,2\nC,0,9",
        method={"normalisation": {"method": "none"}},
    )
    now = scoring.assess(given)  # A 5, B 4, C 4.5
    others = {
        "mostly a": scoring.assess(given.with_weights({"a": 3})),  # A 7.5, B 5, C 2.25
        "mostly b": scoring.assess(given.with_weights({"b": 3})),  # A 2.5, B 3, C 6.75
    }
    found = weight_shifts(now, others)
    assert found.shifts.columns[:3].tolist() == ["weights", "node", "unit"]
    index = found.shifts[found.shifts["node"] == "index"].set_index(["weights", "unit"])
    assert index["rank_shift"].tolist() == [0, 1, -1, -2, 1, 1]
    assert index.loc[("mostly a", "A"), "score_shift"] == 2.5
    agreement = found.agreement.set_index(["weights", "node"])
    assert agreement.loc[("mostly a", "index"), "spearman"] == pytest.approx(0.5)
    assert agreement.loc[("mostly b", "index"), "largest_shift"] == 2


def test_there_must_be_others() -> None:
    given = small_set("code,parent\nindex,\na,index", "unit,a\nA,1\nB,2")
    with pytest.raises(ValueError, match="no other weights"):
        weight_shifts(scoring.assess(given), {})

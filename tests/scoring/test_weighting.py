from __future__ import annotations

import pytest

import indicators
import scoring
from scoring.weighting import weight_table
from tests.scoring.small_sets import small_set

#: Two dimensions, one of them ragged: speed stands beside the group access.
FRAMEWORK = """
    code,parent,weight
    index,,
    reach,index,3
    use,index,1
    access,reach,1
    speed,reach,
    lines,access,2
    phones,access,6
    visits,use,
    forms,use,0
"""
VALUES = """
    unit,lines,phones,speed,visits,forms
    A,1,2,3,4,5
    B,2,3,4,5,6
"""


def test_shares_and_effective_weights_by_hand() -> None:
    table = weight_table(small_set(FRAMEWORK, VALUES).framework)
    assert table.index.tolist() == [
        *("index", "reach", "access", "lines", "phones", "speed"),
        *("use", "visits", "forms"),
    ]
    assert table["weight"].tolist() == [1, 3, 1, 2, 6, 1, 1, 1, 0]
    assert table["share"].tolist() == [1, 0.75, 0.5, 0.25, 0.75, 0.5, 0.25, 1, 0]
    effective = [1, 0.75, 0.375, 0.375 / 4, 0.375 * 0.75, 0.375, 0.25, 0.25, 0]
    assert table["effective_weight"].tolist() == effective


def test_effective_weights_of_each_cut_through_the_tree_sum_to_one() -> None:
    framework = small_set(FRAMEWORK, VALUES).framework
    effective = weight_table(framework)["effective_weight"]
    assert effective[list(framework.indicators)].sum() == pytest.approx(1)
    assert effective[list(framework.dimensions)].sum() == pytest.approx(1)
    for group in framework.groups:
        assert effective[list(framework.children(group))].sum() == pytest.approx(effective[group])


def test_effective_weights_of_the_bundled_set_sum_to_one() -> None:
    framework = indicators.load().framework
    effective = weight_table(framework)["effective_weight"]
    assert effective[list(framework.indicators)].sum() == pytest.approx(1, abs=1e-12)
    assert set(effective.index).isdisjoint(framework.unscored_indicators)


@pytest.mark.parametrize("code", ["lines", "phones", "speed", "visits", "forms"])
def test_an_effective_weight_is_what_one_more_moves_the_index_by(code: str) -> None:
    method = {"normalisation": {"method": "zscore"}}
    before = scoring.assess(small_set(FRAMEWORK, VALUES, method=method))
    heading, first, second = (line.strip() for line in VALUES.strip().splitlines())
    wider = [float(cell) + (name == code) * 3 for name, cell in cells(heading, first)]
    # The lead of A over B in one indicator is turned round; its z-scores move by 2 * sqrt(2) / 2.
    after = scoring.assess(
        small_set(
            FRAMEWORK, "\n".join([heading, f"A,{','.join(map(str, wider))}", second]), method=method
        )
    )
    moved = after.scores.loc["A", "index"] - before.scores.loc["A", "index"]
    assert moved == pytest.approx(2**0.5 * before.weights.loc[code, "effective_weight"])


def cells(heading: str, row: str) -> list[tuple[str, str]]:
    return list(zip(heading.split(",")[1:], row.split(",")[1:], strict=True))


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ({"lines": -1}, ValueError, "the weight of lines is -1"),
        ({"lines": float("nan")}, ValueError, "the weight of lines is nan"),
        ({"lines": float("inf")}, ValueError, "the weight of lines is inf"),
        ({"visits": 0}, ValueError, "all weights below use are 0"),
        ({"nothing": 1}, KeyError, "nothing"),
    ],
)
def test_weights_that_cannot_be(
    weights: dict[str, float], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        small_set(FRAMEWORK, VALUES).with_weights(weights)

"""Published examples of weights from data."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from scoring.weighting.conflict import critic
from scoring.weighting.dispersion import entropy
from scoring.weighting.impact import cilos, idocriw, merec
from tests.cases.shared_cases import DIRECTIONS, needs_shared_cases, table

Array = NDArray[np.float64]


def values_and_directions(case: str) -> tuple[Array, Array]:
    values, meta = table(case, "data"), table(case, "meta")
    return values.to_numpy(float), meta.loc[values.columns, "direction"].map(DIRECTIONS).to_numpy()


@needs_shared_cases
def test_entropy_cilos_and_idocriw_of_zavadskas_and_podvezko() -> None:
    # Zavadskas & Podvezko (2016), International Journal of Information Technology & Decision Making
    # 15, 267-283: printed to four decimals, of which the last is off by rounding in between.
    case = "entropy_zavadskas2016"
    expected = table(case, "expected")
    values, directions = values_and_directions(case)
    assert_allclose(entropy(values), expected.loc["entropy"], atol=6e-5)
    assert_allclose(cilos(values, directions), expected.loc["cilos"], atol=6e-5)
    assert_allclose(idocriw(values, directions), expected.loc["idocriw"], atol=6e-5)


@needs_shared_cases
@pytest.mark.parametrize("correlation", ["pearson", "spearman"])
def test_critic_of_diakoulaki_mavrotas_and_papayannakis(
    correlation: Literal["pearson", "spearman"],
) -> None:
    # Diakoulaki, Mavrotas & Papayannakis (1995), Computers & Operations Research 22, 763-770: eight
    # pharmaceutical companies, some with negative values.
    case = "critic_diakoulaki1995"
    expected = table(case, "expected").loc[correlation]
    values, directions = values_and_directions(case)
    assert_allclose(critic(values, directions, correlation=correlation), expected, atol=1e-7)


def test_merec_of_its_authors() -> None:
    # Keshavarz-Ghorabaee et al. (2021), Symmetry 13, 525, illustrative example: two criteria of
    # which more is better and two of which less is; weights printed to four decimals.
    values = [
        [450, 8000, 54, 145],
        [10, 9100, 2, 160],
        [100, 8200, 31, 153],
        [220, 9300, 1, 162],
        [5, 8400, 23, 158],
    ]
    expected = [0.5752, 0.0141, 0.4016, 0.0091]
    assert_allclose(merec(values, [1, 1, -1, -1]), expected, atol=5e-5)

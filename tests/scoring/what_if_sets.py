"""Random small sets for the tests of changed weights, and the index under other weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

import scoring
from indicators import IndicatorSet
from scoring.assessment import Assessment
from scoring.ranking import rank
from tests.scoring.small_sets import small_set

#: Groups and what they hold, from flat to three levels.
TREES: Sequence[Mapping[str, Sequence[str]]] = (
    {"index": "ab"},
    {"index": "abc"},
    {"index": ["g", "h"], "g": "abc", "h": "de"},
    {"index": ["g", "h", "e"], "g": ["k", "c"], "k": "ab", "h": ["d"]},
)


@st.composite
def sets(
    draw: st.DrawFn,
    trees: Sequence[Mapping[str, Sequence[str]]] = TREES,
    aggregation: str = "arithmetic",
    root: str | None = None,
    missing: Sequence[str] = ("none",),
    scales: Sequence[float] = (1.0, 1e-3, 1e4),
    largest_units: int = 6,
) -> IndicatorSet:
    """Set whose scores are its values: small whole numbers times a scale, so that ties happen.

    ``missing`` names rules for missing scores; "none" is for none missing. ``root`` is the
    aggregation of the index where it is not that of the others. Scores of 1e6 and more would
    differ by noise in the ninth decimal, which decides on ties.
    """
    tree = draw(st.sampled_from(trees))
    rule = draw(st.sampled_from(missing))
    scale = draw(st.sampled_from(scales))
    positive = (root or aggregation) in ("geometric", "harmonic", "generalised_mean")
    rows = ["code,parent,weight,aggregation", f"index,,,{root or aggregation}"]
    for group, children in tree.items():
        weights = draw(
            st.lists(st.integers(0, 4), min_size=len(children), max_size=len(children)).filter(any)
        )
        rows += [
            f"{child},{group},{weight},{aggregation if child in tree else ''}"
            for child, weight in zip(children, weights, strict=True)
        ]
    leaves = [child for children in tree.values() for child in children if child not in tree]
    number = st.integers(1, 9) if positive else st.integers(-5, 5)
    value = number if rule == "none" else st.one_of(number, number, st.none())
    units = [f"U{count}" for count in range(draw(st.integers(2, largest_units)))]
    table = [[draw(value) for _ in leaves] for _ in units]
    table[0] = [1 if cell is None else cell for cell in table[0]]
    cells = [",".join(["unit", *leaves])]
    cells += [
        ",".join([unit, *("" if cell is None else repr(cell * scale) for cell in row)])
        for unit, row in zip(units, table, strict=True)
    ]
    options: dict[str, object] = {"missing": "renormalise" if rule == "none" else rule}
    if rule == "renormalise":
        options["minimum_coverage"] = draw(st.sampled_from([0.0, 0.0, 0.3, 0.6]))
    method = {"normalisation": {"method": "none"}, "aggregation": options}
    return small_set("\n".join(rows), "\n".join(cells), method=method)


def with_shares(given: IndicatorSet, shares: Mapping[str, float]) -> Assessment:
    """The set assessed anew with these weights."""
    return scoring.assess(given.with_weights({code: float(s) for code, s in shares.items()}))


def index_of(assessment: Assessment) -> np.ndarray:
    """Exact scores in the index."""
    return assessment.exact_scores.iloc[:, 0].to_numpy()


def ranks_of(assessment: Assessment) -> np.ndarray:
    """1 and how many are ahead in the exact index."""
    return rank(index_of(assessment))

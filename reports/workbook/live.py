"""Which methods a spreadsheet can follow, and their formulas.

A method without an entry here still works: what it computes is written as values, and the sheet
says so. Each entry is the twin of a function in ``scoring``; LibreOffice holds them together in
``tests/reports/workbook/test_recalculation.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LiveTransform:
    """A transform as formulas.

    Parameters
    ----------
    domain : str
        Condition on a value, such as ``{}>0``.
    forward, back : str
        Formulas of a value and of a transformed one.
    inverse : callable
        The same as ``back`` in Python.
    """

    domain: str
    forward: str
    back: str
    inverse: Callable[[float], float]


#: Name in the column ``transform`` -> formulas.
TRANSFORMS: Mapping[str, LiveTransform] = {
    "log": LiveTransform("{}>0", "LN({})", "EXP({})", lambda value: float(np.exp(value))),
}

#: Linear normalisations -> whether their ends are those of the framework (or of the regions).
NORMALISATIONS: Mapping[str, bool] = {"minmax": False, "goalposts": True}

#: Cooperation methods that put each unit with its nearest centre.
NEAREST_CENTRE = frozenset({"seeded_kmeans"})

#: A formula has at most 8,192 characters; one that names every child stays below with this many.
MOST_NAMED_CHILDREN = 60


@dataclass(frozen=True)
class Children:
    """The children of a group in one unit's row.

    Parameters
    ----------
    runs : sequence of (str, str)
        Shares and scores of children that stand side by side.
    pairs : sequence of (str, str)
        Share and score of each child.
    coverage : str
        Cell with the share of weight that is present.
    zero : bool
        Whether a missing score counts as 0.
    """

    runs: Sequence[tuple[str, str]]
    pairs: Sequence[tuple[str, str]]
    coverage: str
    zero: bool

    @property
    def total(self) -> str:
        """What the shares are divided by."""
        return "1" if self.zero else self.coverage


def _arithmetic(children: Children) -> str:
    summed = "+".join(f"SUMPRODUCT({shares},{scores})" for shares, scores in children.runs)
    return f"({summed})/{children.total}"


def _outside_positive(children: Children) -> str:
    """Number of scores that count and are not above 0; a missing one that counts as 0 is one."""
    outside = "+".join(
        f"SUMPRODUCT(--({shares}>0),--ISNUMBER({scores}),--({scores}<=0))"
        for shares, scores in children.runs
    )
    return f"{outside}+({children.coverage}<1-1E-12)" if children.zero else outside


def _geometric(children: Children) -> str:
    # A product of powers, since LN of a missing score would be an error; "" outside the domain.
    powers = "*".join(
        f"IF(AND({share}>0,ISNUMBER({score})),{score}^({share}/{children.total}),1)"
        for share, score in children.pairs
    )
    return f'IF({_outside_positive(children)}>0,"",{powers})'


def _harmonic(children: Children) -> str:
    parts = "+".join(
        f"IF(AND({share}>0,ISNUMBER({score})),{share}/{score},0)" for share, score in children.pairs
    )
    return f'IF({_outside_positive(children)}>0,"",{children.total}/({parts}))'


def _minimum(children: Children) -> str:
    absent = "IF({share}>0,0,1E+300)" if children.zero else "1E+300"
    parts = ",".join(
        f"IF(AND({share}>0,ISNUMBER({score})),{score},{absent.format(share=share)})"
        for share, score in children.pairs
    )
    return f"MIN({parts})"


#: Name in method.toml -> formula of a group's score.
AGGREGATIONS: Mapping[str, Callable[[Children], str]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "minimum": _minimum,
}

#: Aggregations that the switch on Weights offers.
SWITCHED = ("arithmetic", "geometric")

#: Aggregations whose formula names every child.
NAME_EVERY_CHILD = frozenset({"geometric", "harmonic", "minimum"})


def can_aggregate(name: str, children: int) -> bool:
    """Whether a spreadsheet can follow an aggregation of so many children."""
    if name not in AGGREGATIONS:
        return False
    return name not in NAME_EVERY_CHILD or children <= MOST_NAMED_CHILDREN

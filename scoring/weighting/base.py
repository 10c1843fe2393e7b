"""What a way of weighting gives besides shares: how they came about, what to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indicators.findings import Severity

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Remark:
    """Something to be known about derived weights, by positions instead of names.

    Parameters
    ----------
    code : str
        Code of a finding.
    severity : {"warning", "note"}
    children : tuple of int
        Positions of the siblings it is about.
    experts : tuple of int
        Positions of the experts it is about.
    fields : mapping
        Further fields of the finding.
    """

    code: str
    severity: Severity
    children: tuple[int, ...] = ()
    experts: tuple[int, ...] = ()
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Derived:
    """Shares of siblings and how they came about.

    Parameters
    ----------
    shares : ndarray, shape (n_children,)
        Shares of weight, 0 or more, with sum 1.
    by_child : mapping of str to ndarray, shape (n_children,)
        Named figures of each sibling, such as the median of its points.
    by_expert : mapping of str to ndarray, shape (n_experts,)
        Named figures of each expert, such as a consistency ratio.
    figures : mapping of str to float
        Named figures of all together.
    remarks : tuple of Remark
        What is to be known and is no error.
    """

    shares: Array
    by_child: Mapping[str, Array] = field(default_factory=dict)
    by_expert: Mapping[str, Array] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

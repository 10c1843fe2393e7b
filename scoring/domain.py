"""The error of a method that is not defined for some of the scores it was given."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


class DomainError(ValueError):
    """Values lie outside what a method is defined for.

    Parameters
    ----------
    requirement : str
        What the values must be, such as "above 0".
    rows, columns : array_like of int
        Unit and indicator of each value that is not.
    values : array_like
        Those values.
    """

    def __init__(
        self, requirement: str, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        self.requirement = requirement
        self.rows: NDArray[np.intp] = np.asarray(rows, dtype=np.intp)
        self.columns: NDArray[np.intp] = np.asarray(columns, dtype=np.intp)
        self.values: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
        first = self.values[:1].tolist()
        super().__init__(f"values must be {requirement}; {len(self.values)} are not: {first}")

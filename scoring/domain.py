"""Values for which a method is not defined, told as data."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


class DomainError(ValueError):
    """Values outside the domain of a method.

    Parameters
    ----------
    requirement : str
        What every value must be, such as "above 0".
    rows, columns : array_like of int, shape (n_violations,)
        Places of the values along the last two axes: unit and child or indicator.
    values : array_like of float, shape (n_violations,)
        The values.

    Attributes
    ----------
    requirement, rows, columns, values
        As given, the last three as arrays.
    """

    def __init__(
        self, requirement: str, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        self.requirement = requirement
        self.rows: NDArray[np.intp] = np.asarray(rows, dtype=np.intp)
        self.columns: NDArray[np.intp] = np.asarray(columns, dtype=np.intp)
        self.values: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
        count = len(self.values)
        super().__init__(
            f"values must be {requirement}: {count} "
            f"{'is' if count == 1 else 'are'} not, the first is {self.values[0]:g} "
            f"in row {self.rows[0]}, column {self.columns[0]}"
        )

"""Values that a method is not defined for, as data."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


class DomainError(ValueError):
    """Values lie outside the domain of a method.

    Parameters
    ----------
    requirement : str
        What the method needs, as a plain English sentence without a full stop.
    rows, columns : array_like of int, shape (n_values,)
        Positions of the values that do not meet it, counted from 0.
    values : array_like, shape (n_values,)
        The values themselves.

    Attributes
    ----------
    requirement : str
    rows, columns : ndarray of int, shape (n_values,)
    values : ndarray, shape (n_values,)
    """

    def __init__(
        self, requirement: str, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        # All of them go to the base class, so that the error survives pickling.
        super().__init__(requirement, rows, columns, values)
        self.requirement = requirement
        self.rows: NDArray[np.intp] = np.atleast_1d(np.asarray(rows, dtype=np.intp))
        self.columns: NDArray[np.intp] = np.atleast_1d(np.asarray(columns, dtype=np.intp))
        self.values: NDArray[np.float64] = np.atleast_1d(np.asarray(values, dtype=np.float64))

    def __str__(self) -> str:
        places = ", ".join(
            f"{value:g} in row {row}, column {column}"
            for row, column, value in zip(
                self.rows[:3], self.columns[:3], self.values[:3], strict=True
            )
        )
        more = f" and {len(self.values) - 3} more" if len(self.values) > 3 else ""
        return f"{self.requirement}; found {places}{more}"

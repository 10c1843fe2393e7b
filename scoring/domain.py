"""Domains: a method that is not defined for a value says for which one, and what it needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class DomainError(ValueError):
    """Values that a method is not defined for, all of them at once.

    Parameters
    ----------
    requirement : str
        What the method needs, as a noun: "values above 0".
    rows, columns : array_like of int, shape (n_values,)
        Position of every value in the array (n_units, n_indicators) the method was given.
    values : array_like, shape (n_values,)
        The values themselves.

    Attributes
    ----------
    requirement : str
    rows, columns : ndarray of int, shape (n_values,)
    values : ndarray, shape (n_values,)
    method : str
        Name of the method, where several are applied to one array; else empty.
    """

    method = ""

    def __init__(
        self, requirement: str, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        # All of the arguments, so that the error survives the way back from another process.
        super().__init__(requirement, rows, columns, values)
        self.requirement = requirement
        self.rows: NDArray[np.intp] = np.atleast_1d(np.asarray(rows, dtype=np.intp))
        self.columns: NDArray[np.intp] = np.atleast_1d(np.asarray(columns, dtype=np.intp))
        self.values: Array = np.atleast_1d(np.asarray(values, dtype=np.float64))

    def __str__(self) -> str:
        found = [
            f"{value:g} in row {row}, column {column}"
            for row, column, value in zip(
                self.rows[:3], self.columns[:3], self.values, strict=False
            )
        ]
        more = len(self.rows) - len(found)
        # scikit-learn looks for the first words of an estimator that is for positive values only.
        what = "Negative values in data" if (self.values < 0).all() else "Values outside the domain"
        return (
            f"{what}: {', '.join(found)}{f' and {more} more' if more else ''}; "
            f"the method needs {self.requirement}"
        )

    def in_columns(self, columns: ArrayLike) -> DomainError:
        """Same error for the array that these columns were taken from.

        Parameters
        ----------
        columns : array_like of int
            Positions of the columns in the larger array, in the order they were given.
        """
        larger = np.asarray(columns, dtype=np.intp)[self.columns]
        return DomainError(self.requirement, self.rows, larger, self.values)


class ParameterError(ValueError):
    """A parameter that some indicators cannot be computed with.

    Parameters
    ----------
    requirement : str
        What the method needs, as a noun: "a reference above 0".
    columns : array_like of int, shape (n_indicators,)
        Positions of the indicators.
    parameter : str
        Name of the parameter where it holds one number for each indicator, such as "target".
    names : sequence of str
        Names of the indicators, where they are known.
    """

    def __init__(
        self,
        requirement: str,
        columns: ArrayLike,
        parameter: str = "",
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(requirement, columns, parameter, names)
        self.requirement = requirement
        self.columns: NDArray[np.intp] = np.atleast_1d(np.asarray(columns, dtype=np.intp))
        self.parameter = parameter
        self.names = names

    def __str__(self) -> str:
        places = [
            f"{position} ({self.names[position]})" if len(self.names) else str(position)
            for position in self.columns.tolist()
        ]
        return (
            f"the method needs {self.requirement}; not so for the indicators at positions "
            f"{', '.join(places)}"
        )


def check_domain(values: Array, inside: NDArray[np.bool_], requirement: str) -> None:
    """Refuse values outside a domain; missing values are inside.

    Parameters
    ----------
    values : ndarray, shape (n_units, n_indicators)
        Values, NaN where missing.
    inside : ndarray of bool, shape (n_units, n_indicators)
        Whether each value is in the domain; what it says of missing values does not matter.
    requirement : str
        What the method needs, as a noun: "values above 0".

    Raises
    ------
    DomainError
        With position and value of everything outside.
    """
    outside = ~inside & ~np.isnan(values)
    if outside.any():
        rows, columns = np.nonzero(outside)
        raise DomainError(requirement, rows, columns, values[outside])

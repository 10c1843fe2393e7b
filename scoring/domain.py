"""Values outside the domain of a method."""

from __future__ import annotations

from numpy.typing import ArrayLike


class DomainError(ValueError):
    """A method is not defined for some values.

    Parameters
    ----------
    requirement : str
        What the method needs, such as "values above 0".
    rows, columns : array_like of int, shape (n_values,)
        Where the values stand among units and indicators (or children).
    values : array_like, shape (n_values,)
        The values.
    """

    def __init__(
        self, requirement: str, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> None:
        self.requirement = requirement
        self.rows = rows
        self.columns = columns
        self.values = values
        super().__init__(f"{requirement} needed")

"""What the weightings from data share: the columns of siblings, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.domain import DomainError, ParameterError
from scoring.magnitude import to_unit_magnitude

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Fewest units that can differ.
FEWEST_UNITS = 2

#: Numbers that are worked on at a time, so that they stay in the processor's cache.
NUMBERS_AT_A_TIME = 2**15

#: Up to 2 to this power sums and squares neither overflow nor vanish.
MODERATE_EXPONENT = 400


@dataclass(frozen=True, eq=False)
class Columns:
    """Values of siblings with their ends.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_children)
        Finite values, NaN where missing.
    low, high : ndarray, shape (..., n_children)
        Lowest and highest value of each child.
    counts : ndarray, shape (..., n_children)
        Number of units that have a value.
    complete : bool
        Whether no value is missing.
    """

    values: Array
    low: Array
    high: Array
    counts: Array
    complete: bool

    @property
    def varying(self) -> Mask:
        """Whether each child has more than one value: shape (..., n_children)."""
        varying: Mask = self.high > self.low
        return varying

    def blocks(self, instead: Array) -> Iterator[Array]:
        """Values of some units at a time, with those of ``instead`` (..., n_children) for NaN."""
        instead = instead[..., None, :]
        n_units, n_children = self.values.shape[-2:]
        step = max(1, NUMBERS_AT_A_TIME // n_children)
        for begin in range(0, n_units, step):
            block = self.values[..., begin : begin + step, :]
            yield block if self.complete else np.where(np.isnan(block), instead, block)

    def means(self) -> Array:
        """Mean of each child over its units: shape (..., n_children)."""
        sums = sum(block.sum(axis=-2) for block in self.blocks(np.zeros(1)))
        means: Array = np.asarray(sums / self.counts)
        return means

    def moderate(self) -> tuple[Columns, NDArray[np.intc]]:
        """The columns divided by powers of 2, if any is so large or small that squares suffer."""
        exponents = np.frexp(np.maximum(np.abs(self.low), np.abs(self.high)))[1]
        if (np.abs(exponents) < MODERATE_EXPONENT).all():
            return self, np.zeros_like(exponents)
        values, exponents = to_unit_magnitude(self.values)
        low, high = (np.ldexp(end, -exponents) for end in (self.low, self.high))
        return Columns(values, low, high, self.counts, self.complete), exponents


def columns_of(values: ArrayLike) -> Columns:
    """Columns of which each has values of two units or more.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values, NaN where missing.

    Returns
    -------
    Columns

    Raises
    ------
    ParameterError
        Where a child has values of fewer than two units.
    DomainError
        Where a value is infinite.
    """
    values = np.asarray(values, dtype=np.float64)
    # The ends tell whether anything is missing.
    low, high = (end.reduce(values, axis=-2, initial=start) for end, start in _ENDS)
    complete = not np.isnan(low).any()
    counts = np.full(low.shape, float(values.shape[-2]))
    if not complete:
        counts = (~np.isnan(values)).sum(axis=-2, dtype=np.float64)
        low, high = (end.reduce(values, axis=-2, initial=np.nan) for end in (np.fmin, np.fmax))
    few = counts < FEWEST_UNITS
    if few.any():
        requirement = f"values of {FEWEST_UNITS} units or more"
        raise ParameterError(requirement, in_first_draw(few))
    if not (np.isfinite(low) & np.isfinite(high)).all():
        refuse(values, np.isinf(values), "finite values")
    return Columns(values, low, high, counts, complete)


def complete_columns(values: ArrayLike) -> Columns:
    """Columns of the units that have all values; the others are missing in all.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_children)
        Values, NaN where missing.

    Returns
    -------
    Columns

    Raises
    ------
    ValueError
        Where fewer than two units have all values.
    DomainError
        Where a value is infinite.
    """
    values = np.asarray(values, dtype=np.float64)
    lacking = np.isnan(values).any(axis=-1, keepdims=True)
    if ((~lacking).sum(axis=-2) < FEWEST_UNITS).any():
        raise ValueError(
            f"fewer than {FEWEST_UNITS} units have a value of every child, and the method looks at "
            "such units only; fill in what is missing, or take a method that looks at one child "
            "at a time, such as entropy"
        )
    return columns_of(np.where(lacking, np.nan, values) if lacking.any() else values)


def check_not_negative(columns: Columns) -> None:
    """Refuse negative values, and children whose values are all 0, which have no total to share.

    Raises
    ------
    DomainError
        Where a value is negative.
    ParameterError
        Where all values of a child are 0.
    """
    if (columns.low < 0).any():
        refuse(columns.values, columns.values < 0, "values of 0 or more")
    empty = columns.high == 0
    if empty.any():
        raise ParameterError("a value above 0", in_first_draw(empty))


def more_is_better(directions: ArrayLike) -> Mask:
    """Whether each direction is 1.

    Raises
    ------
    ValueError
        Where one is neither 1 nor -1.
    """
    given = np.asarray(directions)
    if not np.isin(given, (-1, 1)).all():
        raise ValueError("directions are 1, where more is better, or -1")
    more: Mask = given > 0
    return more


def refuse(values: Array, outside: Mask, requirement: str) -> None:
    """Raise for the values outside a domain in the first draw that has any.

    Raises
    ------
    DomainError
    """
    outside = np.broadcast_to(outside, values.shape)
    draw = np.unravel_index(outside.any(axis=(-2, -1)).argmax(), values.shape[:-2])
    rows, places = np.nonzero(outside[draw])
    raise DomainError(requirement, rows, places, values[draw][rows, places])


def in_first_draw(wrong: Mask) -> NDArray[np.intp]:
    """Positions of the children that are wrong, in the first draw in which any is.

    Parameters
    ----------
    wrong : ndarray of bool, shape (..., n_children)

    Returns
    -------
    ndarray of int, shape (n_wrong,)
    """
    draws = wrong.reshape(-1, wrong.shape[-1])
    return np.flatnonzero(draws[draws.any(axis=-1).argmax()])


def shares_of_total(amounts: Array, nothing: str) -> Array:
    """Amounts divided by their sum.

    Parameters
    ----------
    amounts : ndarray, shape (..., n_children)
        0 or more.
    nothing : str
        What it means and what to do where all are 0.

    Returns
    -------
    ndarray, shape (..., n_children)
        0 or more, sum 1.

    Raises
    ------
    ValueError
        Where all amounts are 0.
    """
    largest = amounts.max(axis=-1, keepdims=True)
    if (largest <= 0).any():
        raise ValueError(nothing)
    relative = amounts / largest
    shares: Array = relative / relative.sum(axis=-1, keepdims=True)
    return shares


#: What all say where no child varies.
ALL_CONSTANT = (
    "every child has the same value in all units, so the data say nothing of weights; set them by "
    "hand, or weigh the children equally"
)

_ENDS = ((np.minimum, np.inf), (np.maximum, -np.inf))

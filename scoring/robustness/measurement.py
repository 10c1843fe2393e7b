"""From uniform numbers to values that could as well have been measured (Handbook, step 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.options import MeasurementError

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

#: Standard deviations that a normal error practically never exceeds.
FARTHEST = 8.0


@dataclass(frozen=True, eq=False)
class ErrorModel:
    """How far the value in each cell may be from the truth.

    An error is the sum of independent parts. A truth that would lie below the lowest or above the
    highest possible value is that value. So is a given value beyond these limits, unless its error
    takes it back between them. Cells without any error are never changed.

    Parameters
    ----------
    normal : ndarray, shape (..., n_units, n_indicators)
        Standard deviation of the normal part, 0 where there is none.
    interval, rounding : ndarray, same shape
        Largest distance, all distances being as likely, of the part that is an interval and of
        the one that is due to rounding; 0 where there is none.
    lowest, highest : ndarray, same shape
        Limits of true values; infinite where there are none.

    References
    ----------
    JCGM 100:2008, Evaluation of measurement data: Guide to the expression of uncertainty in
    measurement, 4.3.7 (rectangular distribution), 5.1.2 (independent parts). OECD/JRC (2008),
    Handbook on Constructing Composite Indicators, step 7 (uncertainty of the data).
    """

    normal: Array
    interval: Array
    rounding: Array
    lowest: Array
    highest: Array

    @property
    def uncertain(self) -> Flags:
        """Cells with an error, of the shape of all."""
        cells: Flags = (self.normal > 0) | (self.interval > 0) | (self.rounding > 0)
        return cells


def error_model(
    section: MeasurementError,
    indicators: Sequence[str],
    values: Array,
    scale: ArrayLike = 1.0,
) -> ErrorModel:
    """The errors that are stated of indicators, for each of their values.

    Parameters
    ----------
    section : MeasurementError
        What is stated, in the unit of the values before denominators. An entry for an indicator
        takes the place of all that is stated for the others.
    indicators : sequence of str
        Codes of the columns.
    values : ndarray, shape (..., n_units, n_indicators)
        Values after denominators, NaN where missing.
    scale : array_like that broadcasts with ``values``
        Value after denominators for each unit of the value before: what errors and limits are
        multiplied by. A share of the value needs none.

    Returns
    -------
    ErrorModel
        Of the shape of ``values``; 0 where a value is missing.

    Raises
    ------
    ValueError
        Where the lowest value that is stated of an indicator is above the highest, or an error is
        too large to be computed.
    """
    stated = [section.indicators.get(code, section) for code in indicators]

    def column(option: str, otherwise: float) -> Array:
        given = [getattr(choice, option) for choice in stated]
        return np.array([otherwise if number is None else number for number in given])

    lowest, highest = column("lowest", -np.inf), column("highest", np.inf)
    for code, low, high in zip(indicators, lowest, highest, strict=True):
        if low > high:
            raise ValueError(
                f"the lowest value of {code}, {low:g}, is above the highest, {high:g}; "
                "exchange them or take one out"
            )
    missing = np.isnan(values)
    factor = np.where(missing, 0.0, np.broadcast_to(scale, values.shape))
    size, known = np.abs(factor), np.where(missing, 0.0, np.abs(values))
    with np.errstate(over="ignore", invalid="ignore"):
        normal = np.hypot(column("standard_error", 0.0) * size, column("share", 0.0) * known)
        interval, rounding = column("interval", 0.0) * size, column("rounding", 0.0) / 2 * size
        # A negative denominator turns the limits round; those of a missing value are never read.
        ends = np.stack([lowest * factor, highest * factor])
        too_large = ~np.isfinite(FARTHEST * normal + interval + rounding)
    if too_large.any():
        code = indicators[int(np.nonzero(too_large)[-1][0])]
        raise ValueError(f"the error of {code} is too large to be computed; state a smaller one")
    return ErrorModel(normal, interval, rounding, ends.min(axis=0), ends.max(axis=0))


def perturbed(values: Array, model: ErrorModel, triggers: Array, seed: int) -> Array:
    """Values that could as well have been measured, one table for each draw.

    The errors of a draw depend on the seed, the model and the bits of its own trigger alone:
    draws with one trigger are the same wherever they stand.

    Parameters
    ----------
    values : ndarray, shape (..., n_units, n_indicators)
        NaN where missing.
    model : ErrorModel
        Of the same shape.
    triggers : ndarray, shape (n_draws,), 0..1
    seed : int, 0 or more

    Returns
    -------
    ndarray, shape (n_draws, ..., n_units, n_indicators)
        What is missing stays missing, and what has no error keeps its bits.

    References
    ----------
    Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, Proceedings
    of SC11 (Philox, a generator with keys).
    """
    drawn = np.empty((len(triggers), *values.shape))
    drawn[:] = values
    rows = drawn.reshape(len(triggers), values.size)
    generators = list(_generators(triggers, seed))
    for sizes, fill in (
        (model.normal, _fill_normal),
        (model.interval, _fill_rectangular),
        (model.rounding, _fill_rectangular),
    ):
        cells = np.flatnonzero(sizes)
        noise = np.empty((len(triggers), len(cells)))
        fill(noise, generators)
        noise *= sizes.flat[cells]
        rows[:, _places(cells, values.size)] += noise
    limited = np.flatnonzero(
        model.uncertain & (np.isfinite(model.lowest) | np.isfinite(model.highest))
    )
    low, high = model.lowest.flat[limited], model.highest.flat[limited]
    places = _places(limited, values.size)
    rows[:, places] = np.clip(rows[:, places], low, high)
    return drawn


def has_effect(model: ErrorModel, values: Array) -> Flags:
    """Indicators of which some value is changed by its error.

    None is where all values are missing, an error is a share of values that are all 0, or limits
    leave no room.

    Parameters
    ----------
    model : ErrorModel
    values : ndarray, shape (..., n_units, n_indicators)

    Returns
    -------
    ndarray of bool, shape (n_indicators,)
    """
    farthest = FARTHEST * model.normal + model.interval + model.rounding
    ends = np.stack([values - farthest, values + farthest])
    moved = np.clip(ends, model.lowest, model.highest) != values
    changed = model.uncertain & ~np.isnan(values) & moved.any(axis=0)
    by_indicator: Flags = np.any(changed, axis=tuple(range(values.ndim - 1)))
    return by_indicator


def _generators(triggers: Array, seed: int) -> Iterator[np.random.Generator]:
    """A generator for each draw, with the seed and the bits of the trigger as its key."""
    word = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    # A negative zero is a zero.
    for bits in (np.asarray(triggers, dtype=np.float64) + 0.0).view(np.uint64):
        yield np.random.Generator(np.random.Philox(key=np.array([word, bits])))


def _fill_normal(table: Array, generators: Sequence[np.random.Generator]) -> None:
    """Fill each row with standard normal numbers."""
    for row, generator in zip(table, generators, strict=True):
        generator.standard_normal(out=row)


def _fill_rectangular(table: Array, generators: Sequence[np.random.Generator]) -> None:
    """Fill each row with numbers between -1 and 1, all as likely."""
    for row, generator in zip(table, generators, strict=True):
        generator.random(out=row)
    table *= 2
    table -= 1


def _places(cells: Positions, n_cells: int) -> Positions | slice:
    """Cells as a slice, which copies nothing, where they are all there are."""
    return slice(None) if len(cells) == n_cells else cells

"""What all normalisations share."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from scoring.domain import DomainError, ParameterError
from scoring.estimator import ArrayTransformer
from scoring.magnitude import to_unit_magnitude

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOO_LARGE = "scores that fit into double precision (below 1.8e308)"


class BaseNormalisation(ArrayTransformer):
    """Checked input, direction, missing values; a method adds ``_learn`` and ``_scores``."""

    #: Columns of the framework that each indicator needs.
    columns: ClassVar[tuple[str, ...]] = ()
    #: Columns of the framework that are used where they are filled in.
    optional_columns: ClassVar[tuple[str, ...]] = ()
    #: What the parameter reference may be, besides values such as those of one unit.
    references: ClassVar[tuple[str, ...]] = ()
    #: Whether all scores lie inside ``feature_range`` (where ``clip``, if there is that choice).
    bounded: ClassVar[bool] = False
    #: Whether a better value never gets a lower score.
    monotone: ClassVar[bool] = True

    @property
    def by_unit(self) -> bool:
        """Whether a unit is measured by its own value in the reference: the units stay the same."""
        return False

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Learn the scale of each indicator from a reference.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored

        Raises
        ------
        ValueError
            Where a parameter does not fit the indicators.
        DomainError
            Where the method is not defined for a value.
        """
        values = self._validated(X, reset=True)
        direction = self._direction(values.shape[1])
        if hasattr(self, "feature_range"):
            check_range(self.feature_range)
        self._learn(values, direction)
        return self

    def transform(self, X: ArrayLike) -> Array:  # noqa: N803
        """Scores of values.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Values, NaN where missing.

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
            More is better; NaN where missing.

        Raises
        ------
        DomainError
            Where the method is not defined for a value, or its score is too large for a number.
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        direction = self._direction(values.shape[1])
        if self.bounded and getattr(self, "clip", True):
            return self._scores(values, direction)
        with np.errstate(over="ignore"):
            scores = self._scores(values, direction)
        self._require(~np.isinf(scores), values, TOO_LARGE)
        return scores

    def _learn(self, values: Array, direction: Array) -> None:
        """Keep what the scores need to know of the reference."""

    def _scores(self, values: Array, direction: Array) -> Array:
        raise NotImplementedError

    def _direction(self, n_indicators: int) -> Array:
        given = getattr(self, "direction", None)
        direction = np.ones(n_indicators) if given is None else np.asarray(given, dtype=np.float64)
        if direction.shape != (n_indicators,) or not np.isin(direction, (1, -1)).all():
            raise ValueError(f"direction must hold 1 or -1 for each of {n_indicators} indicators")
        return direction

    def _per_indicator(self, name: str, default: Array, *, gaps: bool) -> Array:
        """Parameter with one number for each indicator.

        ``default`` stands where the parameter is left out or, with ``gaps``, missing. An indicator
        without a default has no values, and needs no number.
        """
        given = getattr(self, name)
        if given is None:
            return default
        numbers = np.asarray(given, dtype=np.float64)
        if numbers.shape != default.shape:
            raise ValueError(f"{name} must hold a number for each of {len(default)} indicators")
        missing = np.isnan(numbers)
        needed = ~np.isnan(default) & (not gaps)
        self._refuse(np.isinf(numbers) | (missing & needed), f"a number as {name}", name)
        return np.where(missing, default, numbers)

    def _refuse(self, wrong: Mask, requirement: str, parameter: str = "") -> None:
        """Raise an error that says at which indicators a parameter does not fit."""
        if wrong.any():
            names = list(getattr(self, "feature_names_in_", ()))
            raise ParameterError(requirement, np.flatnonzero(wrong), parameter, names)

    def _require(self, meets: Mask, values: Array, requirement: str) -> None:
        """Raise an error that carries the values outside the domain."""
        if not meets.all():
            rows, columns = np.nonzero(~meets)
            raise DomainError(requirement, rows, columns, values[rows, columns])


def check_range(feature_range: tuple[float, float]) -> tuple[float, float]:
    """Worst and best score of a range that must go upwards."""
    worst, best = feature_range
    if not (worst < best and np.isfinite([worst, best]).all()):
        raise ValueError(f"the range goes from the worst score to the best, not {feature_range}")
    return float(worst), float(best)


def on_range(shares: Array, feature_range: tuple[float, float]) -> Array:
    """Scores of shares, 0 being the worst score and 1 the best; the shares are overwritten."""
    worst, best = feature_range
    shares *= best - worst
    shares += worst
    return shares


def extremes(values: Array) -> tuple[Array, Array]:
    """Lowest and highest value of each indicator, NaN where it has none."""
    return np.fmin.reduce(values, axis=0), np.fmax.reduce(values, axis=0)


def averages(values: Array) -> Array:
    """Mean of each indicator, between its extremes whatever the rounding; NaN without values."""
    low, high = extremes(values)
    scaled_values, exponent = to_unit_magnitude(values)
    present = ~np.isnan(values)
    count = np.where(present.any(axis=0), present.sum(axis=0), np.nan)
    scaled = np.where(present, scaled_values, 0.0).sum(axis=0) / count
    scaled = np.clip(scaled, np.ldexp(low, -exponent), np.ldexp(high, -exponent))
    means: Array = np.clip(np.ldexp(scaled, exponent), low, high)
    return means

"""The rule of two steps: winsorise, and where that is not enough, another treatment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from scoring.domain import DomainError
from scoring.treatment.base import Array, BaseTreatment, Mask
from scoring.treatment.logarithms import Log, LogGII, LogPlusOne, LogShifted
from scoring.treatment.powers import BoxCox, YeoJohnson
from scoring.treatment.winsorising import Winsorise, check_points

#: Name of a second step -> estimator.
SECOND_STEPS: Mapping[str, type[BaseTreatment]] = {
    step.name: step for step in (Log, LogPlusOne, LogShifted, LogGII, BoxCox, YeoJohnson)
}


class Auto(BaseTreatment):
    """Winsorise; where the column still does not pass, another treatment of it as it was.

    The second step starts from the values as they were, not from the winsorised ones. What it
    leaves stays, whether it passes or not. A forced column that passes is winsorised up to
    ``points`` and gets the second step only where it no longer passes.

    Parameters
    ----------
    points : int, default 5
        Most values winsorised in a column; tied values count each.
    second : str, default "log_shifted"
        Name of the second step: log, log_plus_one, log_shifted, log_gii, boxcox or yeojohnson, with
        its defaults.
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`.

    Attributes
    ----------
    steps_ : tuple of tuple of str, length n_indicators
        Names of the steps tried in each column, the last of which holds; empty where untouched.
    winsorise_ : Winsorise
        First step, fitted; it counts where ``applied_`` says so.
    second_ : BaseTreatment or None
        Second step, fitted on the columns that need it; None where none does.
    points_ : ndarray of int, shape (n_indicators,)
        Number of values of the reference that were winsorised; 0 after a second step.
    passed_, treated_, passes_after_, applied_
        As for :class:`BaseTreatment`.

    References
    ----------
    INSEAD & WIPO (2012), The Global Innovation Index 2012, appendix IV, technical notes.
    Becker et al. (2022), COINr, Journal of Open Source Software 7(78), function ``Treat``.
    """

    name = "auto"

    def __init__(
        self,
        points: int = 5,
        second: str = "log_shifted",
        force: ArrayLike = False,
        maximum_skew: float = 2.0,
        maximum_kurtosis: float = 3.5,
    ) -> None:
        super().__init__(force, maximum_skew, maximum_kurtosis)
        self.points = points
        self.second = second

    def _check_parameters(self) -> None:
        check_points(self.points)
        if self.second not in SECOND_STEPS:
            raise ValueError(f"second is one of {', '.join(SECOND_STEPS)}, not {self.second!r}")

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        thresholds = {
            "maximum_skew": self.maximum_skew,
            "maximum_kurtosis": self.maximum_kurtosis,
        }
        self.winsorise_ = Winsorise(self.points, forced, **thresholds).fit(values)
        again = self.treated_ & ~self.winsorise_.passes_after_
        self.second_ = None
        if again.any():
            self.second_ = SECOND_STEPS[self.second](force=True, **thresholds)
            with _positions(again):
                self.second_.fit(values[:, again])
        self.points_ = np.where(again, 0, self.winsorise_.points_)
        self.treated_ = again | (self.points_ > 0)
        first, both = (Winsorise.name,), (Winsorise.name, self.second)
        self.steps_ = tuple(
            both if twice else first if treated else ()
            for twice, treated in zip(again, self.treated_, strict=True)
        )

    def transform_posts(self, posts: ArrayLike) -> Array:
        """Goalposts and targets, changed where the second step holds.

        Parameters
        ----------
        posts : array_like, shape (n_posts, n_indicators)

        Returns
        -------
        ndarray, shape (n_posts, n_indicators)

        Raises
        ------
        DomainError
            As :meth:`transform`.
        """
        check_is_fitted(self)
        return self._second_step(self._validated(posts, reset=False))

    def _names(self) -> list[str]:
        return [steps[-1] if steps else "" for steps in self.steps_]

    def _transformed(self, values: Array) -> Array:
        return self._second_step(values, self.winsorise_.transform(values))

    def _second_step(self, values: Array, into: Array | None = None) -> Array:
        """The columns of the second step put into others, the values themselves if left out."""
        treated = values.copy() if into is None else into
        if self.second_ is not None:
            again = np.array([len(steps) == 2 for steps in self.steps_])
            with _positions(again):
                treated[:, again] = self.second_.transform(values[:, again])
        return treated


@contextmanager
def _positions(columns: Mask) -> Iterator[None]:
    """Errors about some columns name their positions among all."""
    try:
        yield
    except DomainError as error:
        raise error.in_columns(np.flatnonzero(columns)) from None

"""A missing indicator from the unit's own other indicators in the same group of the framework."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.imputation.base import Array, BaseImputation, Groups
from scoring.normalisation import rescale


class WithinGroup(BaseImputation):
    """Mean of the unit's other indicators in the same group of the framework.

    Every indicator is put on a scale from 0 (worst value of the reference) to 1 (best); the mean
    of the unit's known indicators of the group, unweighted, is then put back on the scale of the
    missing one. It is what an arithmetic mean of equal weights does with a missing value when it
    leaves it out, so a group's score hardly changes, but there is a number to show.

    A constant indicator says nothing and lends nothing; where it is the missing one, it gets its
    constant. A unit without any known indicator of the group stays missing. Values outside the
    reference count as its nearest end.

    Parameters
    ----------
    parents : array_like, shape (n_indicators,), optional
        Code of the group of each indicator; one group of all where left out.
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.

    Attributes
    ----------
    low_, high_ : ndarray, shape (n_indicators,)
        Lowest and highest value of the reference; NaN where it has none.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open
    Source Software 7(78), 4567 (``Impute`` with ``impute_by = "row"``).
    """

    needs_framework = True

    def __init__(
        self, parents: ArrayLike | None = None, direction: ArrayLike | None = None
    ) -> None:
        self.parents = parents
        self.direction = direction

    def _learn(self, values: Array, groups: Groups) -> None:
        self._tree(values.shape[1])
        self.low_ = np.fmin.reduce(values, axis=0)
        self.high_ = np.fmax.reduce(values, axis=0)

    def _estimates(self, values: Array, groups: Groups) -> Array:
        siblings, direction = self._tree(values.shape[1])
        shares = rescale(
            values, self.low_, self.high_, direction, feature_range=(0.0, 1.0), clip=True
        )
        lends = ~np.isnan(shares) & (self.low_ < self.high_)
        counts = lends.astype(np.float64) @ siblings
        sums = np.where(lends, shares, 0.0) @ siblings
        means = np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)
        means = np.where(direction > 0, means, 1 - means)
        estimates: Array = self.low_ * (1 - means) + self.high_ * means
        return np.clip(estimates, self.low_, self.high_)

    def _tree(self, n_indicators: int) -> tuple[Array, Array]:
        """Which indicators are siblings, and the directions, as matrix and vector of float."""
        parents = np.zeros(n_indicators) if self.parents is None else np.asarray(self.parents)
        direction = np.ones(n_indicators) if self.direction is None else np.asarray(self.direction)
        if parents.shape != (n_indicators,):
            raise ValueError(f"parents must hold one code for each of {n_indicators} indicators")
        if direction.shape != (n_indicators,) or not np.isin(direction, (1, -1)).all():
            raise ValueError(f"direction must hold 1 or -1 for each of {n_indicators} indicators")
        return (parents[:, None] == parents).astype(np.float64), direction.astype(np.float64)

"""What all imputations share: checked input, groups, and values that are known stay as they are."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from scoring.estimator import ArrayTransformer

Array = NDArray[np.float64]
Groups = NDArray[np.intp]


class BaseImputation(ArrayTransformer):
    """Base of the imputations: a subclass says what it learns and what it puts in.

    A subclass writes ``_learn(values, groups)``, which sets attributes that end in ``_``, and
    ``_estimates(values, groups)``, which returns an array of the same shape of which only the
    places of missing values are read; NaN there leaves the value missing.
    """

    #: Whether the method reads ``groups``, the group of each unit.
    needs_group = False

    #: Whether the method reads ``parents`` and ``direction`` of the framework.
    needs_framework = False

    #: Whether an indicator is imputed from nothing but its own values.
    each_alone = False

    def fit(
        self,
        X: ArrayLike,  # noqa: N803
        y: object = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Learn from the reference what stands in for a missing value.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored
        groups : array_like of int, shape (n_units,), optional
            Group of each unit, -1 for none; one group of all units where left out. Read by the
            methods with ``needs_group`` alone.

        Raises
        ------
        ValueError
            Where a value is infinite, a parameter is out of range or the groups do not fit.
        """
        values = self._validated(X, reset=True)
        self._learn(values, checked_groups(groups, len(values)))
        return self

    def transform(
        self,
        X: ArrayLike,  # noqa: N803
        *,
        groups: ArrayLike | None = None,
    ) -> Array:
        """Values with estimates in place of the missing ones.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Values, NaN where missing.
        groups : array_like of int, shape (n_units,), optional
            As for :meth:`fit`, with the same numbers for the same groups.

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
            Known values are the same to the bit. NaN where there is no estimate: an indicator
            that the reference has no value of stays missing.
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        estimates = self._estimates(values, checked_groups(groups, len(values)))
        completed: Array = np.where(np.isnan(values), estimates, values)
        return completed

    def fit_transform(
        self,
        X: ArrayLike,  # noqa: N803
        y: object = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Array:
        """Fit on values and complete the same values.

        Parameters and result as for :meth:`fit` and :meth:`transform`.
        """
        return self.fit(X, y, groups=groups).transform(X, groups=groups)

    def _learn(self, values: Array, groups: Groups) -> None:
        raise NotImplementedError

    def _estimates(self, values: Array, groups: Groups) -> Array:
        raise NotImplementedError


def checked_groups(groups: ArrayLike | None, n_units: int) -> Groups:
    """Groups of the units as integers, one group of all where there are none.

    Raises
    ------
    ValueError
        Where they are not one integer for each unit, -1 or more.
    """
    if groups is None:
        return np.zeros(n_units, dtype=np.intp)
    found = np.asarray(groups)
    if found.shape != (n_units,) or found.dtype.kind not in "iu" or (found < -1).any():
        raise ValueError(
            f"groups must hold one integer, -1 for none, for each of {n_units} units; "
            f"these have shape {found.shape} and type {found.dtype}"
        )
    return found.astype(np.intp)

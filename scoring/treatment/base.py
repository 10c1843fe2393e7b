"""What all treatments share: which columns they change, and when they leave one alone."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from scoring.domain import check_domain
from scoring.estimator import ArrayTransformer
from scoring.statistics import is_skewed

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class BaseTreatment(ArrayTransformer):
    """Base of the treatments: choice of the columns, checked input, missing values allowed.

    A column is treated where it is skewed, or ``force`` names it, and it holds two different values
    at least; any other column passes through untouched, to the last bit. A method that takes
    nothing from the reference (``needs_variation`` is False) treats every column that ``force``
    names, so that a single unit is placed between treated goalposts. A method writes
    ``_fit_columns`` and ``_transform_columns``.

    Parameters
    ----------
    force : bool or array_like of bool, shape (n_indicators,), default False
        Columns to treat although they pass the rule.
    maximum_skew : float, default 2
    maximum_kurtosis : float, default 3.5
        A column passes where its absolute skewness is at most ``maximum_skew`` or its excess
        kurtosis at most ``maximum_kurtosis`` (both of the sample, as in Excel), and where one of
        them is undefined: fewer than 4 values, or a constant.

    Attributes
    ----------
    passed_ : ndarray of bool, shape (n_indicators,)
        Whether the reference passed the rule before.
    treated_ : ndarray of bool, shape (n_indicators,)
        Whether the method changes the column.
    passes_after_ : ndarray of bool, shape (n_indicators,)
        Whether the treated reference passes.
    applied_ : ndarray of str, shape (n_indicators,)
        Name of the method that holds for the column; empty where untouched.
    points_ : ndarray of int, shape (n_indicators,)
        Number of values of the reference that were winsorised; 0 for other methods.
    """

    #: Name in method.toml.
    name: ClassVar[str] = "none"

    #: What the values of a treated column must be, as a noun; empty where any will do.
    requirement: ClassVar[str] = ""

    #: Whether the method is undefined for a column of one value, or none.
    needs_variation: ClassVar[bool] = True

    def __init__(
        self,
        force: ArrayLike = False,
        maximum_skew: float = 2.0,
        maximum_kurtosis: float = 3.5,
    ) -> None:
        self.force = force
        self.maximum_skew = maximum_skew
        self.maximum_kurtosis = maximum_kurtosis

    def fit(self, X: ArrayLike, y: object = None) -> Self:  # noqa: N803
        """Decide which columns need treatment and how.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Reference values, NaN where missing.
        y : ignored

        Raises
        ------
        DomainError
            Where a column to be treated has a value that the method is not defined for.
        ValueError
            Where a parameter is out of range.
        """
        values = self._validated(X, reset=True)
        self._check_parameters()
        forced = self._forced(values.shape[1])
        self.passed_ = ~self._is_skewed(values)
        varied = np.fmin.reduce(values, axis=0) < np.fmax.reduce(values, axis=0)
        self.treated_ = (~self.passed_ | forced) & (varied | (not self.needs_variation))
        self.treated_ &= self._changes_values()
        self.points_ = np.zeros(values.shape[1], dtype=np.intp)
        self._check_domain(values)
        self._fit_columns(values, forced)
        self.applied_ = np.array(self._names(), dtype=object)
        self.passes_after_ = self.passed_.copy()
        if self.treated_.any():
            treated = self._transformed(values)[:, self.treated_]
            self.passes_after_[self.treated_] = ~self._is_skewed(treated)
        return self

    def transform(self, X: ArrayLike) -> Array:  # noqa: N803
        """Treated values: a non-decreasing function of each value.

        Parameters
        ----------
        X : array_like, shape (n_units, n_indicators)
            Values of the reference or any others in the same units, such as those of new regions.

        Returns
        -------
        ndarray, shape (n_units, n_indicators)
            Missing values stay missing.

        Raises
        ------
        DomainError
            Where a treated column has a value that the method is not defined for.
        """
        check_is_fitted(self)
        values = self._validated(X, reset=False)
        self._check_domain(values)
        return self._transformed(values)

    def transform_posts(self, posts: ArrayLike) -> Array:
        """Goalposts and targets as they are among treated values.

        A treatment that only draws in outliers leaves them where they were set; one that changes
        the unit of measure changes them too.

        Parameters
        ----------
        posts : array_like, shape (n_posts, n_indicators)
            In the unit of the values, NaN where there is none.

        Returns
        -------
        ndarray, shape (n_posts, n_indicators)

        Raises
        ------
        DomainError
            As :meth:`transform`.
        """
        return self.transform(posts)

    # What a method writes.

    def _fit_columns(self, values: Array, forced: Mask) -> None:
        """Take what the method needs from the reference, all columns of it."""

    def _transform_columns(self, values: Array) -> Array:
        """Transform the columns marked in ``treated_``, which are all it is given."""
        return values

    def _inside(self, values: Array) -> Mask:
        """Whether each value of a treated column is in the domain."""
        return np.ones(values.shape, dtype=np.bool_)

    def _names(self) -> list[str]:
        """Name of the method that holds for each column; empty where untouched."""
        return [self.name if treated else "" for treated in self.treated_]

    def _changes_values(self) -> bool:
        return True

    def _check_parameters(self) -> None:
        """Refuse parameters out of range."""

    # Shared.

    def _transformed(self, values: Array) -> Array:
        if not self.treated_.any():
            return values.copy()
        treated = values.copy()
        treated[:, self.treated_] = self._transform_columns(values[:, self.treated_])
        return treated

    def _check_domain(self, values: Array) -> None:
        if self.requirement:
            check_domain(values, self._inside(values) | ~self.treated_, self.requirement)

    def _is_skewed(self, values: Array) -> Mask:
        return is_skewed(values, self.maximum_skew, self.maximum_kurtosis)

    def _forced(self, n_indicators: int) -> Mask:
        force = np.asarray(self.force)
        if force.dtype != np.bool_ or force.shape not in ((), (n_indicators,)):
            raise ValueError(f"force is True, False or one of them for each of {n_indicators}")
        return np.broadcast_to(force, n_indicators)


class Untreated(BaseTreatment):
    """Values as they are; the rule of skewness and kurtosis is only reported.

    Parameters
    ----------
    force, maximum_skew, maximum_kurtosis
        As for :class:`BaseTreatment`; ``force`` changes nothing.
    """

    name = "none"

    def _changes_values(self) -> bool:
        return False

"""Estimates from the other indicators: of similar units, or by regression; one or many draws.

Expectation-maximisation for a multivariate normal (R's ``norm`` and ``Amelia``) has no established
and maintained implementation on the Python Package Index: impyute, which had one, was last released
in 2019, and statsmodels samples such a model but does not maximise it. :class:`Iterative` is what
is offered in its place. Both estimate each missing value by its
regression on the other indicators, given the parameters, and the parameters given the completed
values, in turns; expectation-maximisation adds the variance of what is missing to the covariance,
chained regressions shrink their coefficients instead.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from scoring.imputation.base import Array, BaseImputation, Groups
from scoring.magnitude import to_unit_magnitude

#: What Python does with warnings is the same for all threads. Two that change it at a time would
#: put back what the other one has changed, and no warning were heard any more.
_WARNINGS = Lock()


class _OnStandardisedColumns(BaseImputation):
    """A scikit-learn imputer on columns of mean 0 and standard deviation 1 of the reference."""

    #: Whether estimates stay between the lowest and the highest value of the reference.
    within_range = True

    def _learn(self, values: Array, groups: Groups) -> None:
        from sklearn.preprocessing import StandardScaler

        self.has_values_ = ~np.isnan(values).all(axis=0)
        self.low_ = np.fmin.reduce(values, axis=0)
        self.high_ = np.fmax.reduce(values, axis=0)
        scaled, self.exponents_ = to_unit_magnitude(values)
        self.scaler_ = None
        if self.has_values_.any():
            known = scaled[:, self.has_values_]
            self.scaler_ = StandardScaler().fit(known)
            self._learn_standardised(self.scaler_.transform(known))

    def _estimates(self, values: Array, groups: Groups) -> Array:
        estimates = np.full(values.shape, np.nan)
        if self.scaler_ is not None:
            some = self.has_values_
            standardised = self.scaler_.transform(np.ldexp(values[:, some], -self.exponents_[some]))
            completed = self.scaler_.inverse_transform(self.imputer_.transform(standardised))
            estimates[:, some] = _back_to_size(completed, self.exponents_[some])
        # Also for the last digit, which going there and back again may change.
        return np.clip(estimates, self.low_, self.high_) if self.within_range else estimates

    def _learn_standardised(self, values: Array) -> None:
        raise NotImplementedError


class NearestNeighbours(_OnStandardisedColumns):
    """Mean of the indicator over the most similar units that have it.

    Similar are units whose known indicators are close: Euclidean distance over the indicators
    that both units have, scaled up for those they have not, after every indicator is divided by
    its standard deviation over the reference, as the distance would else be that of the indicator
    with the largest numbers. A unit that shares no indicator with any other gets the mean. Where
    fewer units than ``neighbours`` have the indicator, all of them count. Of units equally far
    those count that come first in the order of their values, whatever the order of the table.

    Parameters
    ----------
    neighbours : int, default 5
        Number of similar units, from 1 to the number of units of the reference.

    References
    ----------
    Troyanskaya et al. (2001), Missing value estimation methods for DNA microarrays,
    Bioinformatics 17, section "KNNimpute".
    """

    def __init__(self, neighbours: int = 5) -> None:
        self.neighbours = neighbours

    def _learn(self, values: Array, groups: Groups) -> None:
        if not 1 <= self.neighbours <= len(values):
            raise ValueError(
                f"neighbours must be from 1 to the number of units, not {self.neighbours}: "
                f"k larger than the sample (n_samples={len(values)})"
            )
        super()._learn(values, groups)

    def _learn_standardised(self, values: Array) -> None:
        from sklearn.impute import KNNImputer

        # In an order of their own, so that units equally far do not count by their place.
        ordered = values[np.lexsort(values.T)]
        self.imputer_ = KNNImputer(n_neighbors=self.neighbours).fit(ordered)


class Iterative(_OnStandardisedColumns):
    """Regression of every indicator on all others, repeated until the estimates settle.

    Bayesian ridge regressions on standardised columns, which work with more indicators than
    units. The estimate is the conditional mean; :func:`imputation_draws` also gives the
    uncertainty around it. Where the estimates still move after ``rounds``, those of the last
    round count and ``converged_`` is False: in small sets with many gaps they may never settle,
    and more rounds then change little that the draws would not show to be uncertain anyway.

    Parameters
    ----------
    rounds : int, default 10
        Largest number of passes over the indicators, 1 or more.
    within_range : bool, default True
        Whether estimates are kept between the lowest and the highest value of the reference, so
        that no share becomes negative.
    seed : int, default 1
        Seed of the imputer, 0 or more. The estimates do not depend on chance; it is here so that
        a later scikit-learn cannot make them.

    Attributes
    ----------
    converged_ : bool
        Whether the estimates settled: largest change below 0.001 of the largest value.
    rounds_ : int
        Passes made.

    References
    ----------
    van Buuren & Groothuis-Oudshoorn (2011), mice: Multivariate Imputation by Chained Equations in
    R, Journal of Statistical Software 45(3), section 2.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, sections 3.3 (regression
    imputation) and 3.4 (expectation-maximisation).
    """

    def __init__(self, rounds: int = 10, within_range: bool = True, seed: int = 1) -> None:
        self.rounds = rounds
        self.within_range = within_range
        self.seed = seed

    def _learn(self, values: Array, groups: Groups) -> None:
        self.converged_, self.rounds_ = True, 0
        _checked_rounds(self.rounds)
        _checked_seed(self.seed)
        super()._learn(values, groups)

    def _learn_standardised(self, values: Array) -> None:
        imputer = _chained_regressions(
            values, rounds=self.rounds, within_range=self.within_range, random_state=self.seed
        )
        self.converged_ = _fitted_quietly(imputer, values)
        self.imputer_ = imputer
        self.rounds_ = int(imputer.n_iter_)


def imputation_draws(
    values: ArrayLike,
    draws: int | Sequence[int],
    seed: int,
    *,
    rounds: int = 10,
    within_range: bool = True,
) -> Array:
    """Multiple imputation: sets of values that differ as much as the missing ones are uncertain.

    Each draw runs the regressions of :class:`Iterative`, but takes every estimate at random from
    its predictive distribution. What varies over the draws in a score or rank is then due to the
    missing values.

    Parameters
    ----------
    values : array_like, shape (n_units, n_indicators)
        Values, NaN where missing.
    draws : int or sequence of int
        Number of draws, 1 or more; or the numbers of those wanted, 0 or more each, so that several
        machines can share the work.
    seed : int
        Seed, 0 or more. Draw number d is the same whatever other draws are made with it.
    rounds : int
        Passes over the indicators in each draw, 1 or more.
    within_range : bool
        Whether draws are kept between the lowest and the highest known value of the indicator, by
        a truncated normal distribution.

    Returns
    -------
    ndarray, shape (n_draws, n_units, n_indicators)
        Known values are the same in every draw; an indicator without values stays missing.

    Raises
    ------
    ValueError
        Where a value is infinite, or draws, seed or rounds are out of range.

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3.
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 3.5.
    van Buuren & Groothuis-Oudshoorn (2011), as for :class:`Iterative`.
    """
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils import check_array

    known: Array = check_array(values, dtype=np.float64, ensure_all_finite="allow-nan")
    numbers = range(draws) if isinstance(draws, int | np.integer) else list(draws)
    if len(numbers) == 0 or min(numbers) < 0:
        raise ValueError(f"draws must be 1 or more, or numbers of draws from 0, not {draws}")
    _checked_rounds(rounds)
    _checked_seed(seed)
    completed = np.repeat(known[None], len(numbers), axis=0)
    missing = np.isnan(known)
    some = ~missing.all(axis=0)
    if not missing[:, some].any():
        return completed
    scaled, exponents = to_unit_magnitude(known[:, some])
    scaler = StandardScaler().fit(scaled)
    standardised = scaler.transform(scaled)
    if standardised.shape[1] == 1:
        # scikit-learn regresses a single indicator on nothing, not even on its mean.
        standardised = np.hstack([standardised, np.zeros_like(standardised)])
    low, high = np.nanmin(known[:, some], axis=0), np.nanmax(known[:, some], axis=0)
    for row, number in enumerate(numbers):
        state = np.random.SeedSequence(seed, spawn_key=(number,)).generate_state(1)[0]
        imputer = _chained_regressions(
            standardised,
            rounds=rounds,
            within_range=within_range,
            random_state=int(state),
            sample_posterior=True,
            skip_complete=True,
        )
        drawn = imputer.fit_transform(standardised)[:, : len(exponents)]
        drawn = scaler.inverse_transform(drawn)
        drawn = _back_to_size(drawn, exponents)
        if within_range:
            drawn = np.clip(drawn, low, high)
        completed[row][:, some] = np.where(missing[:, some], drawn, known[:, some])
    return completed


def _chained_regressions(
    values: Array, *, rounds: int, within_range: bool, **options: object
) -> Any:
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    # scikit-learn wants its limits apart, so those of a constant indicator get some air.
    low, high = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    air = np.where(low == high, 1e-9, 0.0)
    limits = {"min_value": low - air, "max_value": high + air} if within_range else {}
    return IterativeImputer(max_iter=rounds, **limits, **options)


def _fitted_quietly(imputer: Any, values: Array) -> bool:
    from sklearn.exceptions import ConvergenceWarning

    with _WARNINGS, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        imputer.fit(values)
    others = [w for w in caught if not issubclass(w.category, ConvergenceWarning)]
    for warning in others:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return len(others) == len(caught)


def _back_to_size(scaled: Array, exponents: object) -> Array:
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        return np.clip(np.ldexp(scaled, exponents), -largest, largest)  # type: ignore[call-overload, no-any-return]


def _checked_rounds(rounds: int) -> None:
    if rounds < 1:
        raise ValueError(f"rounds must be 1 or more, not {rounds}")


def _checked_seed(seed: int) -> None:
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be an integer, 0 or more, not {seed!r}")

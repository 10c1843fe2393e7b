"""What all draws of one combination of choices share: normalised scores and weights in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators import IndicatorSet
from scoring.imputation import imputation_draws
from scoring.method import aggregation_of, weighting_of
from scoring.options import AggregationChoice, Method
from scoring.robustness.measurement import ErrorModel, perturbed
from scoring.robustness.sources import STAGES, Uncertain
from scoring.scale import Scale, Year
from scoring.stages import (
    Measured,
    Prepared,
    fit_scales,
    impute,
    imputes_each_alone,
    measure,
    weigh_years,
)
from scoring.weighting import WEIGHTINGS

Array = NDArray[np.float64]
Positions = NDArray[np.intp]

#: Numbers of one kind that are kept, those of all combinations together.
MOST_KEPT = 2**26


class Combination(NamedTuple):
    """Which alternative of each stage; 0 is the method's own choice.

    Attributes
    ----------
    imputation, treatment, normalisation, weighting, aggregation : int
    drawn : int
        Number of the set of drawn values; -1 for none.
    """

    imputation: int = 0
    drawn: int = -1
    treatment: int = 0
    normalisation: int = 0
    weighting: int = 0
    aggregation: int = 0

    @property
    def of_data(self) -> Combination:
        """Only what the normalised scores depend on."""
        return self._replace(weighting=0, aggregation=0)


@dataclass(frozen=True, eq=False)
class Scaled:
    """Values on the scale, many versions of them side by side.

    Parameters
    ----------
    imputed : mapping of year to ndarray, shape (n_units, n_draws * n_indicators)
    scales : mapping of year to Scale
    measured : mapping of year to Measured
        Of the years that are assessed, and of those that weights are derived from.
    normalised : ndarray, shape (n_draws, n_units, n_indicators)
        Scores of the indicators in the drawn year.
    """

    imputed: Mapping[Year, Array]
    scales: Mapping[Year, Scale]
    measured: Mapping[Year, Measured]
    normalised: Array

    def each(self) -> Iterator[Scaled]:
        """One version after the other, in place of all; their scales are those of all."""
        n_indicators = self.normalised.shape[-1]
        for number in range(len(self.normalised)):
            own = slice(number * n_indicators, (number + 1) * n_indicators)
            yield Scaled(
                {year: values[:, own] for year, values in self.imputed.items()},
                self.scales,
                {
                    year: Measured(one.treated[:, own], one.normalised[:, own])
                    for year, one in self.measured.items()
                },
                self.normalised[number : number + 1],
            )


@dataclass(frozen=True, eq=False)
class Data:
    """Where normalised scores come from: what the stages before aggregation need.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Before screening.
    uncertain : Uncertain
    prepared : Prepared
    years : tuple of int or "latest"
        Years that are assessed; the last one is drawn.
    errors : ErrorModel or None
        Errors of the values of ``prepared``.
    first : ndarray of int, shape (n_years * n_units * n_indicators,)
        Where each value stands first: one that counts in several years has one error.
    completed : dict of (int, int) to ndarray, shape (n_years, n_units, n_indicators)
        Values of the set after each imputation, or with each set of drawn values; what comes up
        is added.
    """

    indicator_set: IndicatorSet
    uncertain: Uncertain
    prepared: Prepared
    years: tuple[Year, ...]
    errors: ErrorModel | None
    first: Positions
    completed: dict[tuple[int, int], Array] = field(default_factory=dict)

    @property
    def left(self) -> IndicatorSet:
        """The set after screening."""
        return self.prepared.screened.indicator_set

    def method(self, combination: Combination) -> Method:
        """The method with the choices of a combination."""
        methods = self.uncertain.methods
        changed = {
            stage: getattr(methods[stage][getattr(combination, stage)], stage) for stage in STAGES
        }
        return methods[STAGES[0]][0].model_copy(update=changed)

    def aggregations(self, combination: Combination) -> dict[str, AggregationChoice]:
        """Aggregation of each group that is left."""
        every = aggregation_of(self.indicator_set, self.method(combination))
        return {group: every[group] for group in self.left.framework.groups}

    def weights_from_data(self, combination: Combination) -> bool:
        """Whether the weights in force depend on the values."""
        ways = weighting_of(self.indicator_set, self.method(combination)).values()
        return any(way.method in WEIGHTINGS and WEIGHTINGS[way.method].from_data for way in ways)

    def scaled(self, combination: Combination, values: Array | None = None) -> Scaled:
        """Values of a combination on the scale.

        Parameters
        ----------
        combination : Combination
        values : ndarray, shape (n_draws, n_years, n_units, n_indicators), optional
            Values in the place of those of the set.

        Raises
        ------
        InvalidInputError
            Where they cannot be computed.
        """
        method = self.method(combination)
        n_draws = 1 if values is None else len(values)
        if values is None:
            completed = self._completed(combination)
        else:
            completed = self._imputed(combination, values)
        imputed = dict(zip(self.prepared.years, completed, strict=True))
        scales = fit_scales(self.left, method, self.years, imputed, copies=n_draws)
        newest = self.years[-1]
        years = self.years
        if isinstance(method.time.scale, int) and self.weights_from_data(combination):
            years = (method.time.scale, *years)
        measured = {
            year: measure(self.left, scales.get(year, scales[newest]), imputed[year], year)
            for year in dict.fromkeys(years)
        }
        normalised = measured[newest].normalised
        by_draw = normalised.reshape(len(normalised), n_draws, -1).swapaxes(0, 1)
        return Scaled(imputed, scales, measured, by_draw)

    def weights(
        self, combination: Combination, scaled: Scaled, method: Method | None = None
    ) -> Array:
        """Weights in force (n_nodes,), in the order of ``framework.scored_nodes``.

        Parameters
        ----------
        combination : Combination
        scaled : Scaled
            Of one draw, where weights depend on the values.
        method : Method, optional
            In the place of the combination's.

        Raises
        ------
        InvalidInputError
            Where they cannot be derived.
        """
        found = weigh_years(
            self.indicator_set,
            self.prepared,
            self.method(combination) if method is None else method,
            self.aggregations(combination),
            scaled.imputed,
            scaled.scales,
            scaled.measured,
        )
        return found[self.years[-1]].weights

    def with_errors(self, triggers: Array) -> Array:
        """Values within their measurement error, (n_draws, n_years, n_units, n_indicators).

        Parameters
        ----------
        triggers : ndarray, shape (n_draws,)
        """
        assert self.errors is not None
        values = perturbed(self.prepared.values, self.errors, triggers, self.uncertain.options.seed)
        if len(self.prepared.years) == 1:
            return values
        return values.reshape(len(values), -1)[:, self.first].reshape(values.shape)

    def _completed(self, combination: Combination) -> Array:
        """Values of the set without gaps that are to be filled."""
        key = combination.imputation, combination.drawn
        if key in self.completed:
            return self.completed[key]
        values, years = self.prepared.values, self.prepared.years
        if combination.drawn < 0:
            found = impute(self.left, self.method(combination).imputation, years, values)
        else:
            number, seed = combination.drawn, self.uncertain.options.seed
            drawn = [imputation_draws(year, [number], seed) for year in values]
            found = _side_by_side(np.stack(drawn, axis=1))
        if (len(self.completed) + 1) * values.size <= MOST_KEPT:
            self.completed[key] = found
        return found

    def _imputed(self, combination: Combination, values: Array) -> Array:
        """Versions of the values, side by side, without gaps that are to be filled.

        Of shape (n_years, n_units, n_draws * n_indicators): to imputation and to the scale, each
        version is so many indicators more.
        """
        if combination.drawn >= 0:
            # What is missing is drawn from the values as they are known, not from their versions.
            drawn, missing = self._completed(combination), np.isnan(self.prepared.values)
            return _side_by_side(np.where(missing, drawn, values))
        wide, years = _side_by_side(values), self.prepared.years
        choices = self.method(combination).imputation
        if imputes_each_alone(choices):
            return impute(self.left, choices, years, wide)
        every = np.split(wide, len(values), axis=-1)
        return np.concatenate([impute(self.left, choices, years, one) for one in every], axis=-1)


def _side_by_side(values: Array) -> Array:
    """Versions (n_draws, n_years, n_units, n_indicators) side by side, one column after the other.

    That is how the values of one assessment lie in memory, and their sums are added up
    accordingly: in another order they would not be the same to the last bit.
    """
    n_draws, n_years, n_units, n_indicators = values.shape
    columns = np.ascontiguousarray(values.transpose(1, 0, 3, 2))
    return columns.reshape(n_years, n_draws * n_indicators, n_units).swapaxes(-1, -2)


def combinations_of_data(uncertain: Uncertain) -> list[Combination]:
    """Every combination of what normalised scores depend on.

    Parameters
    ----------
    uncertain : Uncertain

    Returns
    -------
    list of Combination
        The method's own choices first; with and without drawn values.
    """
    count = {stage: range(len(methods)) for stage, methods in uncertain.methods.items()}
    imputations = [
        *((number, -1) for number in count["imputation"]),
        *((0, number) for number in range(uncertain.options.imputation_draws or 0)),
    ]
    return [
        Combination(imputation, drawn, treatment, normalisation)
        for imputation, drawn in imputations
        for treatment in count["treatment"]
        for normalisation in count["normalisation"]
    ]

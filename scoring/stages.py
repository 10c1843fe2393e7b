"""The stages before aggregation, as functions on arrays: preparing, imputing, scaling, weighing.

:func:`scoring.assess` calls them once, the uncertainty run once for each combination of choices.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import CrossSection, Finding, IndicatorSet, InvalidInputError, Place
from indicators.findings import raise_errors
from scoring.imputation import IMPUTATIONS, IMPUTATIONS_OVER_TIME
from scoring.method import normalisation_of, treatment_of
from scoring.options import AggregationChoice, Imputation, Method
from scoring.preparing import Screened, denominated, screened
from scoring.refused import refused_scores
from scoring.scale import Scale, Year, fit_scale, located
from scoring.tree import NodeDomainError, NodeRefusedError
from scoring.weighting.stage import Evidence, Weighed, weigh

Array = NDArray[np.float64]

# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Prepared:
    """Values ready for imputation, for every year that is assessed or fitted on.

    Parameters
    ----------
    screened : Screened
        What is left to assess.
    years : tuple of int or "latest"
    sections : mapping of year to CrossSection
        Values and their years, of what is left.
    denominated : mapping of year to DataFrame, units x all indicators
    values : ndarray, shape (n_years, n_units, n_indicators)
        Denominated values of the scored indicators.
    """

    screened: Screened
    years: tuple[Year, ...]
    sections: Mapping[Year, CrossSection]
    denominated: Mapping[Year, pd.DataFrame]
    values: Array


def needed_years(
    indicator_set: IndicatorSet, method: Method, assessed: Sequence[Year]
) -> tuple[Year, ...]:
    """Years that are assessed, fitted on, measured against or imputed from.

    Parameters
    ----------
    indicator_set : IndicatorSet
    method : Method
    assessed : sequence of int or "latest"
    """
    needed: list[Year] = list(assessed)
    if isinstance(method.time.scale, int):
        needed.append(method.time.scale)
    choices = normalisation_of(indicator_set, method).values()
    needed += [choice.base_year for choice in choices if choice.base_year is not None]
    if any(name in IMPUTATIONS_OVER_TIME for name in method.imputation.methods):
        needed += indicator_set.years
    needed = list(dict.fromkeys(needed))
    if "latest" not in needed:
        needed.sort()
    return tuple(needed)


def prepare(
    indicator_set: IndicatorSet,
    method: Method,
    assessed: Sequence[Year],
    needed: Sequence[Year],
) -> Prepared:
    """Divide by denominators and screen.

    Parameters
    ----------
    indicator_set : IndicatorSet
    method : Method
    assessed, needed : sequence of int or "latest"
        Years that are assessed, and all of :func:`needed_years`.

    Raises
    ------
    InvalidInputError
        Where a denominator is zero, or nothing is left.
    """
    sections = {year: indicator_set.cross_section(year) for year in needed}
    divided = {year: denominated(indicator_set, section) for year, section in sections.items()}
    left = screened(indicator_set, method.screening, [divided[year] for year in assessed])
    index, scored = left.indicator_set.scored_units.index, list(left.framework.indicators)
    every = list(left.framework.all_indicators)
    if len(index) < len(indicator_set.scored_units) or every != list(
        indicator_set.framework.all_indicators
    ):
        divided = {year: table.loc[index, every] for year, table in divided.items()}
        sections = {
            year: CrossSection(section.values.loc[index, every], section.years.loc[index, every])
            for year, section in sections.items()
        }
    values = np.stack([divided[year][scored].to_numpy(dtype=np.float64) for year in needed])
    return Prepared(left, tuple(needed), sections, divided, values)


def impute(
    indicator_set: IndicatorSet, choices: Imputation, years: Sequence[Year], values: Array
) -> Array:
    """Put something in the place of missing values, by one method after another.

    Parameters
    ----------
    indicator_set : IndicatorSet
        After screening.
    choices : Imputation
    years : sequence of int or "latest"
    values : ndarray, shape (n_years, n_units, copies * n_indicators)
        Several versions of the set may stand side by side where each indicator is imputed alone;
        see :func:`imputes_each_alone`.

    Returns
    -------
    ndarray, of the same shape
        The same array where there is nothing to do.

    Raises
    ------
    InvalidInputError
        Where a method is not defined for a value.
    """
    framework = indicator_set.framework
    codes = framework.indicators * (values.shape[-1] // len(framework.indicators))
    groups = group_codes(indicator_set, choices.group)
    for name in choices.methods:
        with located(indicator_set, codes, name, "imputation", years):
            if name in IMPUTATIONS_OVER_TIME:
                over_time = IMPUTATIONS_OVER_TIME[name]
                options = _named(over_time, choices)
                values = over_time(values, np.array(years, dtype=np.int64), **options)
                continue
            if name == "none" or not np.isnan(values).any():
                continue
            imputer = IMPUTATIONS[name]
            options = _named(imputer, choices)
            if imputer.needs_framework:
                options["parents"] = [framework[code].parent for code in framework.indicators]
                options["direction"] = [framework.direction(c) for c in framework.indicators]
            by_group = {"groups": groups} if imputer.needs_group else {}
            values = np.stack(
                [
                    imputer(**options).fit(year, **by_group).transform(year, **by_group)
                    for year in values
                ]
            )
    return values


def imputes_each_alone(choices: Imputation) -> bool:
    """Whether each indicator is imputed from nothing but its own values.

    Parameters
    ----------
    choices : Imputation
    """
    return all(
        name in IMPUTATIONS_OVER_TIME or IMPUTATIONS[name].each_alone for name in choices.methods
    )


def _named(method: object, choices: Imputation) -> dict[str, object]:
    """The options that somebody has set and the method takes."""
    taken = inspect.signature(method).parameters  # type: ignore[arg-type]
    return {name: getattr(choices, name) for name in choices.model_fields_set if name in taken}


def group_codes(indicator_set: IndicatorSet, column: str | None) -> NDArray[np.intp]:
    """Group of each scored unit as an integer, -1 where it has none.

    Parameters
    ----------
    indicator_set : IndicatorSet
    column : str or None
        Column of the units table.
    """
    units = indicator_set.scored_units
    if column is None:
        return np.full(len(units), -1, dtype=np.intp)
    codes, _ = pd.factorize(units[column].replace("", None))
    return codes.astype(np.intp)


# --- scale ----------------------------------------------------------------------------------------


def fit_scales(
    left: IndicatorSet,
    method: Method,
    years: Sequence[Year],
    imputed: Mapping[Year, Array],
    given: Scale | None = None,
    copies: int = 1,
) -> dict[Year, Scale]:
    """The scale of each year that is assessed.

    Parameters
    ----------
    left : IndicatorSet
        After screening.
    method : Method
    years : sequence of int or "latest"
        Years that are assessed.
    imputed : mapping of year to ndarray, shape (n_units, copies * n_indicators)
        Values of every year that is needed.
    given : Scale, optional
        Scale of another assessment, to be used instead.
    copies : int
        Versions of the set that stand side by side, each with a scale of its own.

    Raises
    ------
    InvalidInputError
        Where a value lies outside the domain of a method, or the given scale does not fit.
    """
    if given is not None:
        _check_scale(left, given)
        return dict.fromkeys(years, given)
    treatments = treatment_of(left, method)
    normalisations = normalisation_of(left, method)
    base = {year: table for year, table in imputed.items() if isinstance(year, int)}

    def fit(reference: Sequence[Year]) -> Scale:
        values = [imputed[year] for year in reference]
        pooled = values[0] if len(values) == 1 else np.concatenate(values)
        return fit_scale(left, treatments, normalisations, pooled, reference, base, copies)

    if method.time.scale == "each":
        return {year: fit([year]) for year in years}
    fitted = fit(years if method.time.scale == "all" else [method.time.scale])
    return dict.fromkeys(years, fitted)


def _check_scale(left: IndicatorSet, given: Scale) -> None:
    """Refuse a scale of other indicators, directions or units."""
    if given.indicators != left.framework.indicators:
        place = Place(left.name)
        fields = {"found": left.framework.indicators, "expected": given.indicators}
        raise InvalidInputError([Finding("other_scale", "error", place, fields)])
    raise_errors(
        Finding("other_direction", "error", left.node_place(code, "direction"), {"code": code})
        for code in given.indicators
        if given.directions[code] != left.framework.direction(code)
    )
    units = left.scored_units.index
    if given.by_unit and not given.units.equals(units):
        fields = {"found": tuple(units), "expected": tuple(given.units)}
        raise InvalidInputError([Finding("other_units", "error", Place(left.name), fields)])


@dataclass(frozen=True, eq=False)
class Measured:
    """Values of one year on the scale.

    Parameters
    ----------
    treated, normalised : ndarray, shape (n_units, n_indicators)
    """

    treated: Array
    normalised: Array


def measure(left: IndicatorSet, scale: Scale, imputed: Array, year: Year) -> Measured:
    """Treat and normalise the values of one year.

    Parameters
    ----------
    left : IndicatorSet
        After screening.
    scale : Scale
    imputed : ndarray, shape (n_units, n_indicators)
    year : int or "latest"

    Raises
    ------
    InvalidInputError
        Where a value lies outside the domain of a method.
    """
    with located(left, scale.indicators, "normalisation", years=[year]):
        treated = scale.treat(imputed)
        return Measured(treated, scale.normalise(treated))


# --- weights --------------------------------------------------------------------------------------


def weigh_years(
    indicator_set: IndicatorSet,
    prepared: Prepared,
    method: Method,
    choices: Mapping[str, AggregationChoice],
    imputed: Mapping[Year, Array],
    scales: Mapping[Year, Scale],
    measured: Mapping[Year, Measured],
) -> dict[Year, Weighed]:
    """The weights of each year that is assessed, derived from the years that set the scale.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Before screening.
    prepared : Prepared
    method : Method
    choices : mapping of str to AggregationChoice
        Aggregation of each group.
    imputed : mapping of year to ndarray, shape (n_units, n_indicators)
        Values of every year that is needed.
    scales, measured : mapping of year
        Of the years that are assessed.

    Raises
    ------
    InvalidInputError
        Where weights cannot be derived.
    """
    left, years = prepared.screened.indicator_set, list(measured)
    outside = list(left.framework.unscored_indicators)

    def gathered(reference: Sequence[Year]) -> Evidence:
        found = [
            measured[year]
            if year in measured
            else measure(left, scales[years[-1]], imputed[year], year)
            for year in reference
        ]
        return Evidence(
            reference,
            np.stack([one.treated for one in found]),
            np.stack([one.normalised for one in found]),
            np.stack([prepared.denominated[year][outside].to_numpy() for year in reference]),
        )

    def weigh_by(reference: Sequence[Year]) -> Weighed:
        # Which of several years it was that an aggregation could not be computed for is not known.
        year = reference[0] if len(reference) == 1 else "latest"
        with refusing_aggregation(left, choices, method, year):
            return weigh(indicator_set, left, method, choices, cache(lambda: gathered(reference)))

    if method.time.scale == "each":
        return {year: weigh_by([year]) for year in years}
    reference = years if method.time.scale == "all" else [method.time.scale]
    return dict.fromkeys(years, weigh_by(reference))


@contextmanager
def refusing_aggregation(
    indicator_set: IndicatorSet,
    choices: Mapping[str, AggregationChoice],
    method: Method,
    year: Year,
) -> Iterator[None]:
    """Tell what an aggregation cannot be computed for as findings.

    Parameters
    ----------
    indicator_set : IndicatorSet
        After screening.
    choices : mapping of str to AggregationChoice
    method : Method
    year : int or "latest"
    """
    try:
        yield
    except NodeDomainError as error:
        raise InvalidInputError(
            [refused_scores(indicator_set, method, choices, year, error)]
        ) from error
    except NodeRefusedError as error:
        place = Place(indicator_set.method_file, column="aggregation")
        fields = {"node": error.group, "method": error.method, "reason": error.reason}
        raise InvalidInputError([Finding("aggregation_refused", "error", place, fields)]) from error

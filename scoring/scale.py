"""The scale: treatment and normalisation, fitted on a reference and applied to anything."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel

from indicators import Finding, IndicatorSet, InvalidInputError, Place
from scoring.domain import DomainError, ParameterError
from scoring.normalisation import NORMALISATIONS, MinMax
from scoring.options import NormalisationChoice, TreatmentChoice
from scoring.treatment import TREATMENTS

Array = NDArray[np.float64]
Choice = TypeVar("Choice", bound=BaseModel)
#: A year, or the newest value of each cell.
Year = int | Literal["latest"]

#: Ends of the scale that the framework may give, in the indicator's own unit.
POSTS = ("low", "high", "target", "target_high")


@dataclass(frozen=True, eq=False)
class Step:
    """One fitted method and the indicators it is for.

    Parameters
    ----------
    name : str
        Name in the registry.
    members : ndarray of int
        Positions of the indicators.
    estimator : estimator
        Fitted.
    """

    name: str
    members: NDArray[np.intp]
    estimator: Any

    def apply(self, values: Array, into: Array) -> None:
        """Put the transformed columns of ``values`` into those of ``into``."""
        try:
            if len(self.members) == values.shape[-1]:
                into[...] = self.estimator.transform(values)
            else:
                into[:, self.members] = self.estimator.transform(values[:, self.members])
        except DomainError as error:
            located = error.in_columns(self.members)
            located.method = self.name
            raise located from error


@dataclass(frozen=True, eq=False)
class Scale:
    """Treatment and normalisation of a framework's indicators, fitted.

    An assessment keeps its scale, and :func:`scoring.assess` takes one, so that another set or
    year is measured on the same scale.

    Parameters
    ----------
    indicators : tuple of str
        Codes of the indicators in the order of the columns.
    units : Index
        Codes of the units that it was fitted on. Only these in the same order can be measured
        where a normalisation is ``by_unit``; else any.
    treatments : tuple of Step
        An indicator in none of them stays as it is.
    normalisations : tuple of Step
        Together they hold every indicator once.
    posts : DataFrame, indicators x (low, high, target, target_high)
        Goalposts and targets of the framework after treatment, NaN where there are none.
    """

    indicators: tuple[str, ...]
    units: pd.Index
    treatments: tuple[Step, ...]
    normalisations: tuple[Step, ...]
    posts: pd.DataFrame

    @property
    def by_unit(self) -> bool:
        """Whether only the units that it was fitted on can be measured."""
        return any(step.estimator.by_unit for step in self.normalisations)

    def treat(self, values: Array) -> Array:
        """Values after treatment.

        Parameters
        ----------
        values : ndarray, shape (n_units, n_indicators)
        """
        treated = values
        for step in self.treatments:
            if step.estimator.treated_.any():
                treated = values.copy() if treated is values else treated
                step.apply(values, treated)
        return treated

    def normalise(self, treated: Array) -> Array:
        """Scores of treated values, more is better.

        Parameters
        ----------
        treated : ndarray, shape (n_units, n_indicators)
        """
        normalised = np.empty_like(treated)
        for step in self.normalisations:
            step.apply(treated, normalised)
        return normalised

    def methods(self, steps: Sequence[Step]) -> dict[str, str]:
        """Method of each indicator in the treatments, or in the normalisations; "none" without."""
        named = dict.fromkeys(self.indicators, "none")
        for step in steps:
            named.update((self.indicators[position], step.name) for position in step.members)
        return named

    @property
    def directions(self) -> dict[str, int]:
        """Direction of each indicator, which normalisation applies."""
        return {
            self.indicators[position]: int(direction)
            for step in self.normalisations
            for position, direction in zip(step.members, step.estimator.direction, strict=True)
        }

    @property
    def ends(self) -> pd.DataFrame:
        """Ends of each linear scale in treated units, indicators x (low, high); NaN for others."""
        ends = np.full((len(self.indicators), 2), np.nan)
        for step in self.normalisations:
            if isinstance(step.estimator, MinMax):
                ends[step.members] = np.column_stack([step.estimator.low_, step.estimator.high_])
        return pd.DataFrame(ends, pd.Index(self.indicators, name="indicator"), ["low", "high"])


def fit_scale(
    indicator_set: IndicatorSet,
    treatments: Mapping[str, TreatmentChoice],
    normalisations: Mapping[str, NormalisationChoice],
    reference: Array,
    years: Sequence[Year],
    base: Mapping[int, Array],
    copies: int = 1,
) -> Scale:
    """Fit treatment and normalisation.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Set after screening: its scored units are the rows, its indicators the columns.
    treatments, normalisations : mapping of str to choice
        Choice of each indicator.
    reference : ndarray, shape (n_years * n_units, copies * n_indicators)
        Values without gaps that are to be imputed, year by year.
    years : sequence of int or "latest", shape (n_years,)
        Years of the cross-sections in ``reference``.
    base : mapping of int to ndarray, shape (n_units, copies * n_indicators)
        Values of the base years of indexation.
    copies : int
        Versions of the set that stand side by side. Each indicator of each is fitted for itself,
        so that many versions cost hardly more than one.

    Returns
    -------
    Scale

    Raises
    ------
    InvalidInputError
        Where a value, a goalpost or a target lies outside the domain of a method.
    """
    framework = indicator_set.framework
    codes = framework.indicators * copies
    treating = []
    for treatment, members in _alike(treatments, codes):
        if treatment.method == "none":
            continue
        chosen = TREATMENTS[treatment.method]
        estimator = chosen(**_accepted(chosen, treatment))
        names = [codes[i] for i in members]
        with located(indicator_set, names, treatment.method, "treatment", years):
            estimator.fit(reference[:, members])
        treating.append(Step(treatment.method, members, estimator))
    posts = _treated_posts(indicator_set, codes, treating)
    scale = Scale(codes, indicator_set.scored_units.index, tuple(treating), (), posts)
    treated = scale.treat(reference)
    normalising = []
    for choice, members in _alike(normalisations, codes):
        normalisation = NORMALISATIONS[choice.method]
        options = _accepted(normalisation, choice)
        options["direction"] = np.array([framework.direction(codes[i]) for i in members])
        for name in (*normalisation.columns, *normalisation.optional_columns):
            options[name] = posts[name].to_numpy()[members]
        if "reference" in options:
            options["reference"] = _reference(indicator_set, codes, choice, treated, members)
        fitted_on, fitted_years = treated, years
        if choice.base_year is not None and "base" in inspect.signature(normalisation).parameters:
            fitted_on, fitted_years = scale.treat(base[choice.base_year]), [choice.base_year]
        estimator = normalisation(**options)
        names = [codes[i] for i in members]
        with located(indicator_set, names, choice.method, years=fitted_years):
            estimator.fit(fitted_on[:, members])
        normalising.append(Step(choice.method, members, estimator))
    return replace(scale, normalisations=tuple(normalising))


def _alike(
    choices: Mapping[str, Choice], codes: Sequence[str]
) -> Iterator[tuple[Choice, NDArray[np.intp]]]:
    """Each different choice with the positions of the indicators that have it."""
    members: dict[str, list[int]] = {}
    for position, code in enumerate(codes):
        members.setdefault(choices[code].model_dump_json(exclude_unset=True), []).append(position)
    for positions in members.values():
        yield choices[codes[positions[0]]], np.array(positions)


def _accepted(estimator: Any, choice: BaseModel) -> dict[str, Any]:
    """The options that somebody has set and the estimator takes; it has defaults for the rest."""
    taken = inspect.signature(estimator).parameters
    renamed = {"range": "feature_range"}
    options = {renamed.get(name, name): name for name in choice.model_fields_set}
    return {name: getattr(choice, option) for name, option in options.items() if name in taken}


def _treated_posts(
    indicator_set: IndicatorSet, codes: Sequence[str], treatments: Sequence[Step]
) -> pd.DataFrame:
    """Goalposts and targets of the framework in treated units."""
    framework = indicator_set.framework
    given = np.array([[getattr(framework[code], post) for code in codes] for post in POSTS], float)
    posts = given.copy()
    for step in treatments:
        try:
            posts[:, step.members] = step.estimator.transform_posts(posts[:, step.members])
        except DomainError as error:
            raise InvalidInputError(
                Finding(
                    "post_domain",
                    "error",
                    indicator_set.node_place(codes[step.members[column]], POSTS[row]),
                    {
                        "code": codes[step.members[column]],
                        "column": POSTS[row],
                        "value": value,
                        "method": step.name,
                        "requirement": error.requirement,
                    },
                )
                for row, column, value in _cells(error)
            ) from error
    merged = (given[0] < given[1]) & ~(posts[0] < posts[1])
    if merged.any():
        raise InvalidInputError(
            Finding(
                "posts_merged",
                "error",
                indicator_set.node_place(codes[column], "low"),
                {"code": codes[column], "low": given[0, column], "high": given[1, column]},
            )
            for column in np.flatnonzero(merged).tolist()
        )
    return pd.DataFrame(posts.T, pd.Index(codes, name="indicator"), POSTS)


def _reference(
    indicator_set: IndicatorSet,
    codes: Sequence[str],
    choice: NormalisationChoice,
    treated: Array,
    members: NDArray[np.intp],
) -> str | Array:
    """What distances are measured to: a name, or the newest values of the unit named."""
    units = list(indicator_set.scored_units.index)
    place = Place(indicator_set.method_file, column="normalisation.reference")
    if choice.reference not in units:
        known = NORMALISATIONS[choice.method].references
        if choice.reference not in known:  # screening has left the unit out
            fields: dict[str, object] = {"value": choice.reference, "known": (*known, *units)}
            raise InvalidInputError([Finding("unknown_code", "error", place, fields)])
        return choice.reference
    row = len(treated) - len(units) + units.index(choice.reference)
    values: Array = treated[row, members]
    if np.isnan(values).any():
        fields = {"unit": choice.reference}
        raise InvalidInputError(
            Finding("reference_missing", "error", place, fields | {"code": codes[member]})
            for member in members[np.isnan(values)].tolist()
        )
    return values


@contextmanager
def located(
    indicator_set: IndicatorSet,
    codes: Sequence[str],
    method: str,
    section: str = "normalisation",
    years: Sequence[Year] = ("latest",),
) -> Iterator[None]:
    """Tell what a method refuses with its unit, indicator, year and value.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Set whose scored units are the rows, repeated for each year.
    codes : sequence of str
        Indicators that are the columns.
    method : str
        Name of the method.
    section : str
        Section of method.toml that its options stand in.
    years : sequence of int or "latest"
        Years of the cross-sections that the rows are of, one after the other.
    """
    try:
        yield
    except DomainError as error:
        raise InvalidInputError(
            _outside(indicator_set, codes, years, error, error.method or method)
        ) from error
    except ParameterError as error:
        raise InvalidInputError(
            _misfit(indicator_set, codes[column], method, error)
            for column in error.columns.tolist()
        ) from error
    except ValueError as error:
        if isinstance(error, InvalidInputError):
            raise
        place = Place(indicator_set.method_file, column=section)
        fields = {"method": method, "reason": str(error)}
        raise InvalidInputError([Finding("method_refused", "error", place, fields)]) from error


def _outside(
    indicator_set: IndicatorSet,
    codes: Sequence[str],
    years: Sequence[Year],
    error: DomainError,
    method: str,
) -> Iterator[Finding]:
    """A finding for each value outside the domain of a method."""
    units = indicator_set.scored_units.index
    told = set()
    for row, column, value in _cells(error):
        unit, code = str(units[row % len(units)]), codes[column]
        place, year = indicator_set.value_place(unit, code, value, years[row // len(units)])
        if (unit, code, year) in told and year == "undated":  # it counts for every year
            continue
        told.add((unit, code, year))
        fields = {
            "unit": unit,
            "indicator": code,
            "year": year,
            "value": value,
            "method": method,
            "requirement": error.requirement,
        }
        yield Finding("value_domain", "error", place, fields)


def _misfit(indicator_set: IndicatorSet, code: str, method: str, error: ParameterError) -> Finding:
    fields: dict[str, object] = {"code": code, "method": method, "requirement": error.requirement}
    given = getattr(indicator_set.framework[code], error.parameter or "code", None)
    if error.parameter in POSTS and given is not None:
        place = indicator_set.node_place(code, error.parameter)
        fields |= {"column": error.parameter, "value": given}
        return Finding("post_domain", "error", place, fields)
    place = Place(indicator_set.method_file, column="normalisation")
    return Finding("parameter_refused", "error", place, fields)


def _cells(error: DomainError) -> Iterable[tuple[int, int, float]]:
    rows, columns, values = (
        np.atleast_1d(part).tolist() for part in (error.rows, error.columns, error.values)
    )
    return zip(rows, columns, values, strict=True)

"""assess(): the stages in order; Assessment: the table of every stage, frozen."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import CrossSection, Finding, Framework, IndicatorSet, InvalidInputError, Place
from indicators.findings import raise_errors
from scoring.findings import findings_of
from scoring.imputation import IMPUTATIONS, IMPUTATIONS_OVER_TIME
from scoring.method import aggregation_of, method_of, normalisation_of, treatment_of
from scoring.options import AggregationChoice, Imputation, Method
from scoring.preparing import Screened, denominated, screened
from scoring.ranking import rank
from scoring.refused import refused_scores
from scoring.scale import Scale, Year, fit_scale, located
from scoring.tree import NodeDomainError, NodeRefusedError, aggregate_tree
from scoring.weighting import weight_table
from scoring.weighting.stage import Evidence, Weighed, weigh

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Assessment:
    """Scores and ranks of one set, with the table of every stage on the way.

    Tables have the scored units as index. Columns are indicators in the order of the tree, or
    nodes: the index first, each group before what it holds.

    Parameters
    ----------
    indicator_set : IndicatorSet
        What was given.
    screened : Screened
        What is left of it to assess, and why the rest is not.
    method : Method
        The choices, with defaults filled in.
    year : int or None
        The year that was assessed; None for the newest value of each unit and indicator.
    data : DataFrame, units x all indicators
        Values in the indicators' own units as they went in, NaN where missing; scored indicators
        first, then those of the roles profile and context.
    years : DataFrame, units x all indicators
        Year of each value, NaN where it is undated or missing.
    denominated : DataFrame, units x all indicators
        Values divided by the denominators of the framework.
    imputed : DataFrame, units x indicators
        Values after imputation.
    treated : DataFrame, units x indicators
        Values after treatment of outliers and skew.
    goalposts : DataFrame, indicators x (low, high)
        Ends of the scale where normalisation is linear, in treated units; else NaN.
    normalised : DataFrame, units x indicators
        Scores of the indicators, more is better.
    exact_scores, scores : DataFrame, units x nodes
        Scores before and after rounding; NaN where a unit gets none.
    coverage : DataFrame, units x groups
        Share of weight below each group for which there is a score, 0..1.
    ranks : DataFrame, units x nodes
        1 for the highest score.
    group_ranks : DataFrame, units x nodes
        Ranks inside the groups of ``method.ranking.group``; no columns where there are none.
    weights : DataFrame, nodes x (weight, share, effective_weight)
        Weights in force; see :func:`scoring.weighting.weight_table`.
    weighed : Weighed
        Where they come from.
    aggregations, normalisations, treatments : dict of str to str
        Method in force for each group and each indicator.
    scale : Scale
        Treatment and normalisation as fitted; another set can be measured on it.
    own_scale : bool
        Whether the scale was fitted on just the values that are assessed here, and not on those
        of other years or of another set.
    findings : tuple of Finding
        What is to be known about this assessment and is no error.
    earlier : mapping of int to Assessment
        The other years of a panel, oldest first; empty for one year.
    """

    indicator_set: IndicatorSet
    screened: Screened
    method: Method
    year: int | None
    data: pd.DataFrame
    years: pd.DataFrame
    denominated: pd.DataFrame
    imputed: pd.DataFrame
    treated: pd.DataFrame
    goalposts: pd.DataFrame
    normalised: pd.DataFrame
    exact_scores: pd.DataFrame
    scores: pd.DataFrame
    coverage: pd.DataFrame
    ranks: pd.DataFrame
    group_ranks: pd.DataFrame
    weights: pd.DataFrame
    weighed: Weighed
    aggregations: dict[str, str]
    normalisations: dict[str, str]
    treatments: dict[str, str]
    scale: Scale
    own_scale: bool
    findings: tuple[Finding, ...]
    earlier: Mapping[int, Assessment] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        """The tree that was assessed."""
        return self.screened.framework

    @property
    def units(self) -> pd.DataFrame:
        """Units that were scored."""
        return self.screened.indicator_set.scored_units

    @property
    def by_year(self) -> dict[int, Assessment]:
        """Every year of a panel, oldest first, this one last; empty for one year."""
        if not self.earlier or self.year is None:
            return {}
        return {**self.earlier, self.year: self}

    @property
    def section_year(self) -> int | Literal["latest"]:
        """The cross-section that was assessed, as :meth:`IndicatorSet.cross_section` takes it."""
        return "latest" if self.year is None else self.year

    @property
    def was_imputed(self) -> pd.DataFrame:
        """Whether each value of units x indicators was imputed."""
        return self.denominated[self.imputed.columns].isna() & self.imputed.notna()

    @property
    def digest(self) -> str:
        """SHA-256 of the inputs, as 64 hexadecimal digits."""
        return self.indicator_set.digest


def assess(indicator_set: IndicatorSet, scale: Scale | None = None) -> Assessment:
    """Score and rank the regions of a set by its method.

    The stages are denominators, screening, imputation, treatment, normalisation, weighting,
    aggregation, rounding and ranking.

    Parameters
    ----------
    indicator_set : IndicatorSet
        For other weights or another method, give a changed copy:
        ``indicator_set.with_weights(...)``, ``indicator_set.with_method(...)``.
    scale : Scale, optional
        Scale of another assessment of the same indicators, to measure this set on; fitted on the
        set itself where left out.

    Returns
    -------
    Assessment
        Of a panel, the newest year; ``by_year`` has all.

    Raises
    ------
    InvalidInputError
        Where an option is wrong, or a value lies outside the domain of a method.

    Examples
    --------
    >>> import indicators
    >>> assessment = assess(indicators.load())
    >>> int(assessment.ranks["digital_government"].min())
    1
    """
    if not isinstance(indicator_set, IndicatorSet):
        raise TypeError(f"a {type(indicator_set).__name__} is no IndicatorSet; load one first")
    if not isinstance(scale, Scale | None):
        kind = type(scale).__name__
        raise TypeError(f"a {kind} is no Scale; an assessment has its scale as .scale")
    method = method_of(indicator_set)
    year = method.time.year
    years: tuple[Year, ...] = indicator_set.years if year == "panel" else (year,)
    prepared = _prepared(indicator_set, method, years)
    scales = _scales(prepared, method, years, scale)
    alone = len(years) == 1 and method.time.scale in ("all", years[0])
    own_scale = scale is None and (alone or method.time.scale == "each")
    # A list of aggregations counts the levels of the framework, whatever screening leaves of them.
    every = aggregation_of(indicator_set, method)
    choices = {group: every[group] for group in prepared.screened.framework.groups}
    measured = {year: _measured(prepared, scales[year], year) for year in years}
    weighed = _weighed(indicator_set, prepared, method, choices, scales, measured)
    *others, newest = (
        _assessed(
            indicator_set,
            method,
            choices,
            prepared,
            year,
            scales[year],
            own_scale,
            measured[year],
            weighed[year],
        )
        for year in years
    )
    earlier = {one.year: _with_findings(one) for one in others if one.year is not None}
    return _with_findings(replace(newest, earlier=earlier))


def _with_findings(assessment: Assessment) -> Assessment:
    found = (*assessment.indicator_set.findings, *findings_of(assessment))
    return replace(assessment, findings=found)


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Prepared:
    """Values ready for treatment, for every year that is assessed or fitted on."""

    screened: Screened
    sections: Mapping[Year, CrossSection]
    denominated: Mapping[Year, pd.DataFrame]
    imputed: Mapping[Year, Array]


def _prepared(indicator_set: IndicatorSet, method: Method, assessed: Sequence[Year]) -> _Prepared:
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
    imputed = _imputed(left.indicator_set, method.imputation, needed, values)
    return _Prepared(left, sections, divided, dict(zip(needed, imputed, strict=True)))


def _imputed(
    indicator_set: IndicatorSet, choices: Imputation, years: Sequence[Year], values: Array
) -> Array:
    """Values of (n_years, n_units, n_indicators) after imputation, one method after another."""
    framework = indicator_set.framework
    groups = _group_codes(indicator_set, choices.group)
    for name in choices.methods:
        with located(indicator_set, framework.indicators, name, "imputation", years):
            if name in IMPUTATIONS_OVER_TIME:
                impute = IMPUTATIONS_OVER_TIME[name]
                options = _named(impute, choices)
                values = impute(values, np.array(years, dtype=np.int64), **options)
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


def _named(method: object, choices: Imputation) -> dict[str, object]:
    """The options that somebody has set and the method takes."""
    taken = inspect.signature(method).parameters  # type: ignore[arg-type]
    return {name: getattr(choices, name) for name in choices.model_fields_set if name in taken}


def _group_codes(indicator_set: IndicatorSet, column: str | None) -> NDArray[np.intp]:
    """Group of each scored unit as an integer, -1 where it has none."""
    units = indicator_set.scored_units
    if column is None:
        return np.full(len(units), -1, dtype=np.intp)
    codes, _ = pd.factorize(units[column].replace("", None))
    return codes.astype(np.intp)


# --- scale ----------------------------------------------------------------------------------------


def _scales(
    prepared: _Prepared, method: Method, years: Sequence[Year], given: Scale | None
) -> dict[Year, Scale]:
    """The scale of each year that is assessed."""
    left = prepared.screened.indicator_set
    if given is not None:
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
        return dict.fromkeys(years, given)
    treatments = treatment_of(left, method)
    normalisations = normalisation_of(left, method)

    def fit(reference: Sequence[Year]) -> Scale:
        values = [prepared.imputed[year] for year in reference]
        base = {year: table for year, table in prepared.imputed.items() if isinstance(year, int)}
        pooled = values[0] if len(values) == 1 else np.concatenate(values)
        return fit_scale(left, treatments, normalisations, pooled, reference, base)

    if method.time.scale == "each":
        return {year: fit([year]) for year in years}
    fitted = fit(years if method.time.scale == "all" else [method.time.scale])
    return dict.fromkeys(years, fitted)


@dataclass(frozen=True, eq=False)
class _Measured:
    """Values of one year on the scale."""

    treated: Array
    normalised: Array


def _measured(prepared: _Prepared, scale: Scale, year: Year) -> _Measured:
    left = prepared.screened.indicator_set
    with located(left, left.framework.indicators, "normalisation", years=[year]):
        treated = scale.treat(prepared.imputed[year])
        return _Measured(treated, scale.normalise(treated))


# --- weights --------------------------------------------------------------------------------------


def _weighed(
    indicator_set: IndicatorSet,
    prepared: _Prepared,
    method: Method,
    choices: Mapping[str, AggregationChoice],
    scales: Mapping[Year, Scale],
    measured: Mapping[Year, _Measured],
) -> dict[Year, Weighed]:
    """The weights of each year that is assessed, derived from the years that set the scale."""
    left, years = prepared.screened.indicator_set, list(measured)
    outside = list(left.framework.unscored_indicators)

    def gathered(reference: Sequence[Year]) -> Evidence:
        found = [
            measured[year] if year in measured else _measured(prepared, scales[years[-1]], year)
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
        with _refusing_aggregation(left, choices, method, year):
            return weigh(indicator_set, left, method, choices, cache(lambda: gathered(reference)))

    if method.time.scale == "each":
        return {year: weigh_by([year]) for year in years}
    reference = years if method.time.scale == "all" else [method.time.scale]
    return dict.fromkeys(years, weigh_by(reference))


# --- one year -------------------------------------------------------------------------------------


def _assessed(
    indicator_set: IndicatorSet,
    method: Method,
    choices: Mapping[str, AggregationChoice],
    prepared: _Prepared,
    year: Year,
    scale: Scale,
    own_scale: bool,
    measured: _Measured,
    weighed: Weighed,
) -> Assessment:
    left, framework = prepared.screened.indicator_set, prepared.screened.framework
    section = prepared.sections[year]
    treated, normalised = measured.treated, measured.normalised
    with _refusing_aggregation(left, choices, method, year):
        found = aggregate_tree(framework, choices, method.rounding, normalised, weighed.weights)
    index = section.values.index
    columns = pd.Index(framework.indicators, name="indicator")
    nodes = pd.Index(framework.scored_nodes, name="node")
    ranked = found.exact if method.ranking.on == "exact" else found.rounded
    ranks = _table(rank(ranked.T, method.ranking.ties).T, index, nodes)
    return Assessment(
        indicator_set=indicator_set,
        screened=prepared.screened,
        method=method,
        year=year if isinstance(year, int) else None,
        data=section.values,
        years=section.years,
        denominated=prepared.denominated[year],
        imputed=_table(prepared.imputed[year], index, columns),
        treated=_table(treated, index, columns),
        goalposts=scale.ends,
        normalised=_table(normalised, index, columns),
        exact_scores=_table(found.exact, index, nodes),
        scores=_table(found.rounded, index, nodes),
        coverage=_table(found.coverage, index, pd.Index(framework.groups, name="node")),
        ranks=ranks,
        group_ranks=_group_ranks(left, method, ranked, ranks),
        weights=weight_table(framework, weighed.weights),
        weighed=weighed,
        aggregations={group: choice.name for group, choice in choices.items()},
        normalisations=scale.methods(scale.normalisations),
        treatments=scale.methods(scale.treatments),
        scale=scale,
        own_scale=own_scale,
        findings=(),
    )


@contextmanager
def _refusing_aggregation(
    indicator_set: IndicatorSet,
    choices: Mapping[str, AggregationChoice],
    method: Method,
    year: Year,
) -> Iterator[None]:
    """Tell what an aggregation cannot be computed for as findings."""
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


def _group_ranks(
    indicator_set: IndicatorSet, method: Method, scores: Array, ranks: pd.DataFrame
) -> pd.DataFrame:
    """Ranks inside the groups of units; a unit in no group has none."""
    if method.ranking.group is None:
        return ranks.iloc[:, :0]
    groups = _group_codes(indicator_set, method.ranking.group)
    inside = np.full(scores.shape, np.nan)
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        inside[members] = rank(scores[members].T, method.ranking.ties).T
    return _table(inside, ranks.index, ranks.columns)


def _table(values: Array, index: pd.Index, columns: pd.Index) -> pd.DataFrame:
    """Labels around an array, which is not copied."""
    return pd.DataFrame(values, index, columns, copy=False)

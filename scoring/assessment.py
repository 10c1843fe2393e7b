"""assess(): the stages in order; Assessment: the table of every stage, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, Framework, IndicatorSet
from scoring.findings import findings_of
from scoring.method import aggregation_of, method_of
from scoring.options import AggregationChoice, Method
from scoring.preparing import Screened
from scoring.ranking import rank
from scoring.scale import Scale, Year
from scoring.stages import (
    Measured,
    Prepared,
    fit_scales,
    group_codes,
    impute,
    measure,
    needed_years,
    prepare,
    refusing_aggregation,
    weigh_years,
)
from scoring.tree import aggregate_tree
from scoring.weighting import weight_table
from scoring.weighting.stage import Weighed

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
    needed = needed_years(indicator_set, method, years)
    prepared = prepare(indicator_set, method, years, needed)
    left = prepared.screened.indicator_set
    completed = impute(left, method.imputation, needed, prepared.values)
    imputed = dict(zip(needed, completed, strict=True))
    scales = fit_scales(left, method, years, imputed, scale)
    alone = len(years) == 1 and method.time.scale in ("all", years[0])
    own_scale = scale is None and (alone or method.time.scale == "each")
    # A list of aggregations counts the levels of the framework, whatever screening leaves of them.
    every = aggregation_of(indicator_set, method)
    choices = {group: every[group] for group in left.framework.groups}
    measured = {year: measure(left, scales[year], imputed[year], year) for year in years}
    weighed = weigh_years(indicator_set, prepared, method, choices, imputed, scales, measured)
    *others, newest = (
        _assessed(
            indicator_set,
            method,
            choices,
            prepared,
            year,
            imputed[year],
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


# --- one year -------------------------------------------------------------------------------------


def _assessed(
    indicator_set: IndicatorSet,
    method: Method,
    choices: Mapping[str, AggregationChoice],
    prepared: Prepared,
    year: Year,
    imputed: Array,
    scale: Scale,
    own_scale: bool,
    measured: Measured,
    weighed: Weighed,
) -> Assessment:
    left, framework = prepared.screened.indicator_set, prepared.screened.framework
    section = prepared.sections[year]
    treated, normalised = measured.treated, measured.normalised
    with refusing_aggregation(left, choices, method, year):
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
        imputed=_table(imputed, index, columns),
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


def _group_ranks(
    indicator_set: IndicatorSet, method: Method, scores: Array, ranks: pd.DataFrame
) -> pd.DataFrame:
    """Ranks inside the groups of units; a unit in no group has none."""
    if method.ranking.group is None:
        return ranks.iloc[:, :0]
    groups = group_codes(indicator_set, method.ranking.group)
    inside = np.full(scores.shape, np.nan)
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        inside[members] = rank(scores[members].T, method.ranking.ties).T
    return _table(inside, ranks.index, ranks.columns)


def _table(values: Array, index: pd.Index, columns: pd.Index) -> pd.DataFrame:
    """Labels around an array, which is not copied."""
    return pd.DataFrame(values, index, columns, copy=False)

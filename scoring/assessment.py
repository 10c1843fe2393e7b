"""assess(): the stages in order; Assessment: the table of every stage, frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, Framework, IndicatorSet, InvalidInputError, Place
from indicators.findings import raise_errors
from scoring.aggregation import POSITIVE_ONLY, aggregate, coverage, has_score
from scoring.imputation import IMPUTATIONS
from scoring.method import Method, aggregation_of, method_of, normalisation_of
from scoring.normalisation import NORMALISATIONS
from scoring.ranking import rank, round_scores
from scoring.treatment import TRANSFORMS, outside_domain
from scoring.weighting import weight_table

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Assessment:
    """Scores and ranks of one set, with the table of every stage on the way.

    Tables have the scored units as index. Columns are indicators in the order of the tree, or
    nodes: the index first, each group before what it holds.

    Parameters
    ----------
    indicator_set : IndicatorSet
        What was assessed.
    method : Method
        The choices, with defaults filled in.
    data : DataFrame, units x all indicators
        Values in the indicators' own units as they went in, NaN where missing; scored indicators
        first, then those of the roles profile and context.
    years : DataFrame, units x all indicators
        Year of each value, NaN where it is undated or missing.
    imputed : DataFrame, units x indicators
        Values after imputation.
    transformed : DataFrame, units x indicators
        Values after the transforms of the framework.
    goalposts : DataFrame, indicators x (low, high)
        Ends of the scale where normalisation is linear, in transformed units; else NaN.
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
        See :func:`scoring.weighting.weight_table`.
    aggregations, normalisations : dict of str to str
        Method in force for each group and each indicator.
    findings : tuple of Finding
        What is to be known about this assessment and is no error.
    """

    indicator_set: IndicatorSet
    method: Method
    data: pd.DataFrame
    years: pd.DataFrame
    imputed: pd.DataFrame
    transformed: pd.DataFrame
    goalposts: pd.DataFrame
    normalised: pd.DataFrame
    exact_scores: pd.DataFrame
    scores: pd.DataFrame
    coverage: pd.DataFrame
    ranks: pd.DataFrame
    group_ranks: pd.DataFrame
    weights: pd.DataFrame
    aggregations: dict[str, str]
    normalisations: dict[str, str]
    findings: tuple[Finding, ...]

    @property
    def framework(self) -> Framework:
        """The tree that was assessed."""
        return self.indicator_set.framework

    @property
    def units(self) -> pd.DataFrame:
        """Units that were scored."""
        return self.indicator_set.scored_units

    @property
    def digest(self) -> str:
        """SHA-256 of the inputs, as 64 hexadecimal digits."""
        return self.indicator_set.digest


def assess(indicator_set: IndicatorSet) -> Assessment:
    """Score and rank the regions of a set by its method.

    The stages are imputation, transform, normalisation, aggregation, rounding and ranking.

    Parameters
    ----------
    indicator_set : IndicatorSet
        For other weights or another method, give a changed copy:
        ``indicator_set.with_weights(...)``, ``indicator_set.with_method(...)``.

    Returns
    -------
    Assessment

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
    method = method_of(indicator_set)
    framework = indicator_set.framework
    section = indicator_set.cross_section(method.time.year)
    index, columns = section.values.index, pd.Index(framework.indicators, name="indicator")
    raw = section.values[list(columns)].to_numpy(dtype=np.float64)

    groups = _group_codes(indicator_set, method.imputation.group)
    imputed = IMPUTATIONS[method.imputation.method](raw, groups)
    known = pd.DataFrame(imputed, index, columns)
    transformed = _transformed(indicator_set, known)
    normalisations = normalisation_of(indicator_set, method)
    normalised, goalposts = _normalised(framework, method, normalisations, transformed)
    weights = weight_table(framework)
    aggregations = aggregation_of(indicator_set, method)
    exact, rounded, covered = _aggregated(
        indicator_set, method, aggregations, weights["weight"], normalised
    )
    ranked = exact if method.ranking.on == "exact" else rounded
    nodes = pd.Index(framework.scored_nodes, name="node")
    scores = pd.DataFrame(rounded, index, nodes)
    ranks = pd.DataFrame(rank(ranked.T, method.ranking.ties).T, index, nodes)
    return Assessment(
        indicator_set=indicator_set,
        method=method,
        data=section.values,
        years=section.years,
        imputed=known,
        transformed=pd.DataFrame(transformed, index, columns),
        goalposts=goalposts,
        normalised=pd.DataFrame(normalised, index, columns),
        exact_scores=pd.DataFrame(exact, index, nodes),
        scores=scores,
        coverage=pd.DataFrame(covered, index, pd.Index(framework.groups, name="node")),
        ranks=ranks,
        group_ranks=_group_ranks(indicator_set, method, ranked, ranks),
        weights=weights,
        aggregations=aggregations,
        normalisations=normalisations,
        findings=(
            *indicator_set.findings,
            *_findings(framework, method, normalisations, known, transformed, goalposts, scores),
        ),
    )


def _group_codes(indicator_set: IndicatorSet, column: str | None) -> NDArray[np.intp]:
    """Group of each scored unit as an integer, -1 where it has none."""
    units = indicator_set.scored_units
    if column is None:
        return np.full(len(units), -1, dtype=np.intp)
    codes, _ = pd.factorize(units[column].replace("", None))
    return codes.astype(np.intp)


def _transformed(indicator_set: IndicatorSet, values: pd.DataFrame) -> Array:
    """Values after the transforms of the framework; what is outside a domain is refused."""
    framework = indicator_set.framework
    raise_errors(
        finding
        for code in framework.indicators
        for finding in outside_domain(indicator_set, code, values[code])
    )
    transformed = values.to_numpy(dtype=np.float64).copy()
    for position, code in enumerate(framework.indicators):
        name = framework[code].transform
        if name:
            transformed[:, position] = TRANSFORMS[name].forward(transformed[:, position])
    return transformed


def _normalised(
    framework: Framework, method: Method, normalisations: dict[str, str], values: Array
) -> tuple[Array, pd.DataFrame]:
    """Scores of the indicators, and the ends of the scale where it is linear."""
    codes = framework.indicators
    direction = np.array([framework.direction(code) for code in codes], dtype=np.float64)
    choices = method.normalisation
    normalised = np.full(values.shape, np.nan)
    ends = np.full((len(codes), 2), np.nan)
    for name in dict.fromkeys(normalisations.values()):
        members = np.array([normalisations[code] == name for code in codes])
        options: dict[str, object] = {
            "direction": direction[members],
            "feature_range": choices.range,
            "clip": choices.clip,
            "mean": choices.mean,
            "sd": choices.sd,
        }
        if NORMALISATIONS[name].needs_goalposts:
            posts = _goalposts(framework, [code for code in codes if normalisations[code] == name])
            options |= {"low": posts[:, 0], "high": posts[:, 1]}
        estimator = NORMALISATIONS[name]()
        accepted = estimator.get_params()
        estimator.set_params(**{key: options[key] for key in options if key in accepted})
        normalised[:, members] = estimator.fit_transform(values[:, members])
        if hasattr(estimator, "low_"):
            ends[members] = np.column_stack([estimator.low_, estimator.high_])
    return normalised, pd.DataFrame(ends, pd.Index(codes, name="indicator"), ["low", "high"])


def _goalposts(framework: Framework, codes: list[str]) -> Array:
    """Goalposts of the framework in transformed units."""
    posts = np.array([(framework[code].low, framework[code].high) for code in codes], dtype=float)
    for row, code in enumerate(codes):
        if framework[code].transform:
            posts[row] = TRANSFORMS[framework[code].transform].forward(posts[row])
    return posts


def _aggregated(
    indicator_set: IndicatorSet,
    method: Method,
    aggregations: dict[str, str],
    weights: pd.Series[float],
    normalised: Array,
) -> tuple[Array, Array, Array]:
    """Exact scores, rounded scores (n_units, n_nodes) and coverage (n_units, n_groups)."""
    framework, rounding = indicator_set.framework, method.rounding
    position = {code: i for i, code in enumerate(framework.scored_nodes)}
    exact = np.full((len(normalised), len(position)), np.nan)
    exact[:, [position[code] for code in framework.indicators]] = normalised
    rounded = exact.copy()
    if rounding.decimals != "none" and rounding.level == "all":
        rounded = round_scores(exact, rounding.decimals, rounding.mode)
    covered = np.full((len(normalised), len(framework.groups)), np.nan)
    for column, group in enumerate(framework.groups):
        children = [position[child] for child in framework.children(group)]
        child_weights = weights.to_numpy(dtype=np.float64)[children]
        # Where every level is rounded, a level is computed from the rounded one below it.
        below: Array = rounded[:, children]
        if aggregations[group] in POSITIVE_ONLY:
            _check_positive(indicator_set, method, group, below, child_weights)
        covered[:, column] = coverage(below, child_weights)
        found = aggregate(
            below,
            child_weights,
            aggregations[group],
            method.aggregation.missing,
            method.aggregation.minimum_coverage,
        )
        exact[:, position[group]] = rounded[:, position[group]] = found
        if rounding.decimals != "none" and (rounding.level == "all" or group == framework.root):
            rounded[:, position[group]] = round_scores(found, rounding.decimals, rounding.mode)
    return exact, rounded, covered


def _check_positive(
    indicator_set: IndicatorSet,
    method: Method,
    group: str,
    scores: Array,
    weights: NDArray[np.floating],
) -> None:
    choices = method.aggregation
    counts = has_score(scores, weights, choices.missing, choices.minimum_coverage)
    if choices.missing == "zero":
        scores = np.nan_to_num(scores, nan=0.0)
    children = indicator_set.framework.children(group)
    rows, columns = np.nonzero((scores <= 0) & (weights > 0) & counts[:, None])
    if len(rows) == 0:
        return
    units = indicator_set.scored_units.index
    raise InvalidInputError(
        Finding(
            "geometric_domain",
            "error",
            Place(indicator_set.name),
            {
                "unit": units[int(row)],
                "node": children[column],
                "value": scores[row, column],
            },
        )
        for row, column in zip(rows, columns, strict=True)
    )


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
    return pd.DataFrame(inside, ranks.index, ranks.columns)


def _findings(
    framework: Framework,
    method: Method,
    normalisations: dict[str, str],
    known: pd.DataFrame,
    transformed: Array,
    goalposts: pd.DataFrame,
    scores: pd.DataFrame,
) -> list[Finding]:
    findings = _unused_methods(framework)
    for position, code in enumerate(framework.indicators):
        present = known[code].dropna()
        fields: dict[str, object] = {"code": code, "count": len(present)}
        if len(present) == 0:
            findings.append(Finding("empty_indicator", "warning", fields=fields))
        elif present.min() == present.max() and len(known) > 1:
            findings.append(Finding("constant_indicator", "warning", fields=fields))
        name = normalisations[code]
        given = framework[code].low is not None or framework[code].high is not None
        if given and not NORMALISATIONS[name].needs_goalposts:
            fields = {"code": code, "value": name}
            findings.append(Finding("goalposts_unused", "note", fields=fields))
        if method.normalisation.clip:
            findings += _beyond(framework, goalposts, code, transformed[:, position], known[code])
    for unit in scores.index[scores[framework.root].isna()]:
        fields = {"unit": unit, "node": framework.root}
        findings.append(Finding("unit_without_score", "warning", fields=fields))
    return findings


def _unused_methods(framework: Framework) -> list[Finding]:
    """Methods of indicators that stand on groups, and of groups that stand on indicators."""
    findings = []
    for node in framework.nodes:
        group = framework.is_group(node.code)
        for column in ("transform", "normalisation") if group else ("aggregation",):
            value = getattr(node, column)
            if value:
                what = "a group" if group else "an indicator"
                fields = {"code": node.code, "what": what, "column": column, "value": value}
                findings.append(Finding("method_unused", "warning", fields=fields))
    return findings


def _beyond(
    framework: Framework,
    goalposts: pd.DataFrame,
    code: str,
    transformed: Array,
    values: pd.Series[float],
) -> list[Finding]:
    """Notes on values outside the goalposts of the framework."""
    low, high = goalposts.loc[code].to_numpy(dtype=np.float64)
    outside = np.flatnonzero((transformed < low) | (transformed > high))
    return [
        Finding(
            "beyond_goalposts",
            "note",
            fields={
                "unit": values.index[int(row)],
                "value": f"{values.iloc[int(row)]:.6g}",
                "code": code,
                "low": framework[code].low,
                "high": framework[code].high,
            },
        )
        for row in outside
    ]

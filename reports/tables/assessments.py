"""Scores and cooperation models as plain tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scoring import Assessment, CooperationModels


def score_table(assessment: Assessment) -> pd.DataFrame:
    """Every score and rank as a long table.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    DataFrame
        ``unit, name, year, node, score, rank``; node by node in the order of the tree. ``year`` is
        that of the indicator's value, for a group the newest below it; empty for undated facts.
        Of a panel every year, and ``year`` is the one that was assessed.
        A unit without a score has neither score nor rank.
    """
    if assessment.by_year:
        return pd.concat(
            [_scores_of_year(one, year) for year, one in assessment.by_year.items()],
            ignore_index=True,
        )
    return _scores_of_year(assessment, None)


def _scores_of_year(assessment: Assessment, year: int | None) -> pd.DataFrame:
    framework, units = assessment.framework, assessment.units
    nodes = list(assessment.scores.columns)
    years = assessment.years[list(framework.indicators)].copy()
    for group in framework.groups:
        years[group] = years[list(framework.children(group))].max(axis=1)
    if year is not None:
        years.loc[:, nodes] = year
    count = len(units)
    return pd.DataFrame(
        {
            "unit": np.tile(units.index.to_numpy(), len(nodes)),
            "name": np.tile(units["name"].to_numpy(), len(nodes)),
            "year": pd.array(years[nodes].to_numpy().T.ravel(), dtype="Int64"),
            "node": np.repeat(np.array(nodes, dtype=object), count),
            "score": assessment.scores.to_numpy().T.ravel(),
            "rank": whole(assessment.ranks.to_numpy().T.ravel()),
        }
    )


def whole(ranks: np.ndarray) -> pd.Series[int] | pd.Series[float]:
    """Ranks as whole numbers where they are."""
    series = pd.Series(ranks)
    whole = (series.dropna() % 1 == 0).all()
    return series.astype("Int64") if whole else series


def model_table(assessment: Assessment, models: CooperationModels) -> pd.DataFrame:
    """Cooperation model of each unit.

    Returns
    -------
    DataFrame
        ``unit, name, model, membership, nearest_other, margin, exemplar_of``, then membership in
        and distance to each model.
    """
    table = models.table[["model", "membership", "nearest_other", "margin", "exemplar_of"]]
    return pd.concat(
        [
            assessment.units["name"],
            table,
            models.memberships.add_prefix("membership_"),
            models.distances.add_prefix("distance_"),
        ],
        axis=1,
    ).reset_index(names="unit")


def trust_table(models: CooperationModels) -> pd.DataFrame:
    """How far to trust the cooperation models, as ``figure, value``."""
    trust = models.trust
    figures: dict[str, object] = {
        "left_out_hits": trust.hits,
        "exemplars": trust.exemplars,
        "p_value": trust.p_value,
        "permutations": trust.permutations,
        "permutations_exact": trust.exact,
        "silhouette": trust.silhouette,
        "unit_stability": trust.unit_stability,
        "feature_stability": trust.feature_stability,
        "resamples": trust.resamples,
        "ward_agreement": trust.ward_agreement,
        "ward_hits": trust.ward_hits,
    }
    for unit, found in trust.left_out.iterrows():
        figures[f"left_out_{unit}"] = found["assigned"]
    for groups, found in trust.numbers_of_groups.iterrows():
        figures[f"silhouette_{groups}_groups"] = found["silhouette"]
    return pd.DataFrame({"figure": list(figures), "value": [str(v) for v in figures.values()]})

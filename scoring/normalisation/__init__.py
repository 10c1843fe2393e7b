"""Normalisation: indicators in their own units become scores on one scale (Handbook, step 5).

Each method is an estimator: it is fitted on a reference (these regions, this year) and transforms
anything with the same indicators. Direction is applied here and nowhere else. Missing values stay
missing.

A constant indicator cannot tell units apart. Everybody then gets the same score by the rule of the
method: the middle of the range (min-max, percentile rank, centred min-max), the category of the
middle, the mean (z-score), the first rank (rank, Borda), or the score of a value that is its own
reference (ratios, fraction of the maximum, index numbers). Methods with goalposts or targets place
it like any other.

======================  ============================================================
module                  methods
======================  ============================================================
``linear``              minmax, goalposts, distance_to_max, centred_minmax
``standard``            zscore, above_below_mean
``ranks``               rank, borda, percentile, categorical
``targets``             distance_to_target, target_interval
``ratios``              distance_to_reference, fraction_of_max, indexation
``scales``              none
``base``                what they share
======================  ============================================================
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.domain import DomainError
from scoring.normalisation.base import _Normalisation
from scoring.normalisation.linear import (
    CentredMinMax,
    DistanceToMaximum,
    Goalposts,
    MinMax,
    centred_rescale,
    rescale,
)
from scoring.normalisation.ranks import (
    Borda,
    Categorical,
    PercentileRank,
    Rank,
    categories,
    percentile_ranks,
    rank_among,
)
from scoring.normalisation.ratios import (
    DistanceToReference,
    FractionOfMaximum,
    Indexation,
    ratios,
    relative_differences,
)
from scoring.normalisation.scales import Unscaled, signed
from scoring.normalisation.standard import (
    AboveBelowMean,
    ZScore,
    above_or_below,
    standard_scores,
)
from scoring.normalisation.targets import (
    DistanceToTarget,
    TargetInterval,
    closeness_to_interval,
    progress_to_target,
)

#: Name in method.toml -> estimator.
NORMALISATIONS: Mapping[str, type[_Normalisation]] = {
    "minmax": MinMax,
    "goalposts": Goalposts,
    "zscore": ZScore,
    "rank": Rank,
    "percentile": PercentileRank,
    "borda": Borda,
    "distance_to_reference": DistanceToReference,
    "distance_to_max": DistanceToMaximum,
    "fraction_of_max": FractionOfMaximum,
    "distance_to_target": DistanceToTarget,
    "target_interval": TargetInterval,
    "above_below_mean": AboveBelowMean,
    "categorical": Categorical,
    "indexation": Indexation,
    "centred_minmax": CentredMinMax,
    "none": Unscaled,
}

__all__ = [
    "NORMALISATIONS",
    "AboveBelowMean",
    "Borda",
    "Categorical",
    "CentredMinMax",
    "DistanceToMaximum",
    "DistanceToReference",
    "DistanceToTarget",
    "DomainError",
    "FractionOfMaximum",
    "Goalposts",
    "Indexation",
    "MinMax",
    "PercentileRank",
    "Rank",
    "TargetInterval",
    "Unscaled",
    "ZScore",
    "above_or_below",
    "categories",
    "centred_rescale",
    "closeness_to_interval",
    "percentile_ranks",
    "progress_to_target",
    "rank_among",
    "ratios",
    "relative_differences",
    "rescale",
    "signed",
    "standard_scores",
]

"""Imputation: what stands in for a missing value (Handbook, step 3).

The default is not to impute: missing stays missing, and aggregation says what it does with it.

Each method is an estimator: it is fitted on a reference (these regions, this year) and completes
anything with the same indicators. Known values stay as they are to the bit. An indicator without
any value stays missing, never 0. Along the years of a panel, each method is a function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scoring.imputation.base import Array, BaseImputation
from scoring.imputation.models import Iterative, NearestNeighbours, imputation_draws
from scoring.imputation.one_value import GroupMean, GroupMedian, Mean, Median, NoImputation
from scoring.imputation.over_time import latest, linear, linear_constant
from scoring.imputation.within_group import WithinGroup

__all__ = [
    "IMPUTATIONS",
    "IMPUTATIONS_OVER_TIME",
    "BaseImputation",
    "GroupMean",
    "GroupMedian",
    "Iterative",
    "Mean",
    "Median",
    "NearestNeighbours",
    "NoImputation",
    "WithinGroup",
    "imputation_draws",
    "latest",
    "linear",
    "linear_constant",
]

#: Name in method.toml -> estimator.
IMPUTATIONS: Mapping[str, type[BaseImputation]] = {
    "none": NoImputation,
    "mean": Mean,
    "median": Median,
    "group_mean": GroupMean,
    "group_median": GroupMedian,
    "knn": NearestNeighbours,
    "iterative": Iterative,
    "within_group": WithinGroup,
}

#: Name in method.toml -> function on values (n_years, n_units, n_indicators) and years.
IMPUTATIONS_OVER_TIME: Mapping[str, Callable[..., Array]] = {
    "latest": latest,
    "linear": linear,
    "linear_constant": linear_constant,
}

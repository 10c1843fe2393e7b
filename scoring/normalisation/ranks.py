"""Places among the values of the reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from scoring.normalisation.base import Array, BaseNormalisation, check_range, on_range

TIES = ("min", "average", "max")
SHARES = ("others", "all")


def rank_among(values: ArrayLike, reference: ArrayLike, ties: str = "min") -> Array:
    """Rank of values among sorted reference values, 1 being the lowest.

    Parameters
    ----------
    values : array_like, shape (..., n_units, n_indicators)
        Values, NaN where missing.
    reference : array_like, shape (..., n_reference, n_indicators)
        Sorted from the lowest to the highest value, missing ones last.
    ties : {"min", "average", "max"}
        Rank of a value that the reference holds more than once: the lowest of the ranks taken,
        their mean or the highest. For a value that it does not hold: one more than the number of
        lower values, half more, or that number.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Ranks from 1 to the number of reference values for values among them; NaN where missing.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 1.5 (ranking).
    """
    values, reference = (np.asarray(array, dtype=np.float64) for array in (values, reference))
    leading = np.broadcast_shapes(values.shape[:-2], reference.shape[:-2])
    columns, references = (
        np.ascontiguousarray(np.broadcast_to(array, leading + array.shape[-2:]).swapaxes(-1, -2))
        for array in (values, reference)
    )
    ranks = np.empty(columns.shape)
    for place in np.ndindex(columns.shape[:-1]):
        # Searched for in order, because that is several times as fast.
        order = np.argsort(columns[place])
        ordered = columns[place][order]
        ranks[place][order] = _ranks_in_order(references[place], ordered, ties)
    return np.where(np.isnan(values), np.nan, ranks.swapaxes(-1, -2))


def _ranks_in_order(reference: Array, values: Array, ties: str) -> Array:
    """Ranks of the values of one indicator."""
    if ties == "max":
        return np.searchsorted(reference, values, side="right").astype(np.float64)
    lowest: Array = np.searchsorted(reference, values, side="left") + np.float64(1)
    if ties == "average":
        lowest = (lowest + np.searchsorted(reference, values, side="right")) / np.float64(2)
    return lowest


def percentile_ranks(ranks: ArrayLike, count: ArrayLike, share_of: str = "others") -> Array:
    """Ranks as shares from 0 to 1.

    Parameters
    ----------
    ranks : array_like, shape (..., n_units, n_indicators)
        Ranks from 1, the lowest; NaN where missing.
    count : array_like, shape (..., n_indicators)
        Number of reference values.
    share_of : {"others", "all"}
        ``others``: (rank - 1) / (count - 1), the share of the other units that are lower;
        ``all``: rank / count, the share of all units up to this one.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
        Shares from 0 to 1, also for ranks beyond 1 and ``count``; 0.5 where the only unit has no
        others, NaN where nothing is counted.
    """
    ranks, count = (np.asarray(array, dtype=np.float64) for array in (ranks, count))
    count = np.where(count > 0, count, np.nan)[..., None, :]
    if share_of == "all":
        return np.asarray(np.clip(ranks / count, 0.0, 1.0))
    alone = count == 1
    shares = (ranks - 1) / np.where(alone, 1.0, count - 1)
    return np.clip(np.where(alone & ~np.isnan(ranks), 0.5, shares), 0.0, 1.0)


class _Ranking(BaseNormalisation):
    """Keeps the sorted reference."""

    def _learn(self, values: Array, direction: Array) -> None:
        self.reference_ = np.sort(values * direction, axis=0)

    def _ranks(self, values: Array, direction: Array, ties: str = "min") -> Array:
        return rank_among(values * direction, self.reference_, ties)

    def _count(self) -> Array:
        """Number of reference values of each indicator."""
        count: Array = (~np.isnan(self.reference_)).sum(axis=0, dtype=np.float64)
        return count

    def _constant(self) -> Array:
        """Whether the reference has one distinct value."""
        constant: Array = self.reference_[0] == np.fmax.reduce(self.reference_, axis=0)
        return constant


class Rank(_Ranking):
    """Rank among the values of the reference: 1 is the worst, ties share the lower rank.

    From 1 to the number of reference values for units of the reference. A value outside the
    reference gets one more than the number of reference values it beats, so that one above all has
    one rank more. A constant indicator gives everybody the first rank; so does a single unit.
    Missing stays missing.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.

    Attributes
    ----------
    reference_ : ndarray, shape (n_units, n_indicators)
        Sorted values of the reference, times direction, missing ones last.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 1.5 (ranking).
    """

    def __init__(self, direction: ArrayLike | None = None) -> None:
        self.direction = direction

    def _scores(self, values: Array, direction: Array) -> Array:
        return self._ranks(values, direction)


class Borda(_Ranking):
    """Number of reference values that a value beats (Borda points): the rank less 1.

    From 0 to one less than the number of reference values for units of the reference, and one more
    for a value above all of them. Ties share the lower number. A constant indicator gives everybody
    0; so does a single unit. Missing stays missing.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.

    Attributes
    ----------
    reference_ : ndarray, shape (n_units, n_indicators)
        Sorted values of the reference, times direction, missing ones last.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.12 (Borda's
    rule); Becker et al. (2022), COINr, Journal of Open Source Software 7(78), 4567 (function
    n_borda).
    """

    def __init__(self, direction: ArrayLike | None = None) -> None:
        self.direction = direction

    def _scores(self, values: Array, direction: Array) -> Array:
        return self._ranks(values, direction) - 1


class PercentileRank(_Ranking):
    """Share of the other units that are worse, on the range of the scores.

    Inside ``feature_range``. A constant indicator, a single unit included, gives everybody the
    middle of the range. Missing stays missing and is not counted. A value outside the reference
    is placed by the number of reference values it beats, and gets the end of the range beyond
    them.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    feature_range : (float, float), default (0, 100)
        Scores of the shares 0 and 1.
    share_of : {"others", "all"}, default "others"
        ``others``: (rank - 1) / (n - 1), from 0 for the worst to 1 for the best, as ``n_prank`` of
        COINr (which gives a constant indicator 0 and a single unit NaN). ``all``: rank / n, from
        1 / n to 1, as in Table 15 of the Handbook.
    ties : {"min", "average", "max"}, default "min"
        Rank of tied units: the lowest one they take (Handbook, COINr), its mean or the highest.

    Attributes
    ----------
    reference_ : ndarray, shape (n_units, n_indicators)
        Sorted values of the reference, times direction, missing ones last.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, Table 15; Becker et al. (2022),
    COINr, Journal of Open Source Software 7(78), 4567 (function n_prank).
    """

    bounded = True

    def __init__(
        self,
        direction: ArrayLike | None = None,
        feature_range: tuple[float, float] = (0.0, 100.0),
        share_of: str = "others",
        ties: str = "min",
    ) -> None:
        self.direction = direction
        self.feature_range = feature_range
        self.share_of = share_of
        self.ties = ties

    def _learn(self, values: Array, direction: Array) -> None:
        for name, known in (("share_of", SHARES), ("ties", TIES)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}")
        super()._learn(values, direction)

    def _scores(self, values: Array, direction: Array) -> Array:
        ranks = self._ranks(values, direction, self.ties)
        shares = percentile_ranks(ranks, self._count(), self.share_of)
        shares = np.where(self._constant() & ~np.isnan(shares), 0.5, shares)
        return on_range(shares, check_range(self.feature_range))


class Categorical(_Ranking):
    """Score of the category of a value; categories are cut at percentiles of the reference.

    The percentile of a unit is 100 times its rank over the number of units, ties sharing the lower
    rank; a unit at a cut belongs to the upper category. So tied units are always in one category,
    the lower of those they could be in. A constant indicator, a single unit included, gives
    everybody the category of the 50th percentile. Missing stays missing and is not counted. A
    value outside the reference is placed by the number of reference values it beats.

    Parameters
    ----------
    direction : array_like of {1, -1}, shape (n_indicators,), optional
        1 where more is better, -1 where less is; all 1 where left out.
    percentiles : sequence of float, default (5, 15, 35, 65, 85, 95)
        Cuts in increasing order, between 0 and 100, from the worst category upwards.
    category_scores : sequence of float, default (0, 20, 40, 50, 60, 80, 100)
        Score of each category, one more than there are cuts, never decreasing. The defaults are
        those of Table 15 of the Handbook.

    Attributes
    ----------
    reference_ : ndarray, shape (n_units, n_indicators)
        Sorted values of the reference, times direction, missing ones last.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 1.5 (categorical
    scale) and Table 15.
    """

    def __init__(
        self,
        direction: ArrayLike | None = None,
        percentiles: tuple[float, ...] = (5, 15, 35, 65, 85, 95),
        category_scores: tuple[float, ...] = (0, 20, 40, 50, 60, 80, 100),
    ) -> None:
        self.direction = direction
        self.percentiles = percentiles
        self.category_scores = category_scores

    def _learn(self, values: Array, direction: Array) -> None:
        cuts = np.asarray(self.percentiles, dtype=np.float64)
        scores = np.asarray(self.category_scores, dtype=np.float64)
        if not (np.diff([0, *cuts, 100]) > 0).all():
            raise ValueError("percentiles must increase between 0 and 100")
        if len(scores) != len(cuts) + 1:
            raise ValueError(
                f"{len(cuts)} percentiles need {len(cuts) + 1} category_scores, not {len(scores)}"
            )
        if not (np.isfinite(scores).all() and (np.diff(scores) >= 0).all()):
            raise ValueError("category_scores must be numbers that never decrease")
        super()._learn(values, direction)

    def _scores(self, values: Array, direction: Array) -> Array:
        count = self._count()
        # Not 100 times a share: that would miss cuts by the rounding of the share.
        percents = 100 * self._ranks(values, direction) / np.where(count > 0, count, np.nan)
        percents = np.where(self._constant() & ~np.isnan(percents), 50.0, percents)
        return categories(percents, self.percentiles, self.category_scores)


def categories(percents: ArrayLike, percentiles: ArrayLike, category_scores: ArrayLike) -> Array:
    """Scores of the categories that percentile ranks fall into.

    Parameters
    ----------
    percents : array_like, shape (..., n_units, n_indicators)
        Percentile ranks from 0 to 100, NaN where missing.
    percentiles : array_like, shape (n_cuts,)
        Cuts in increasing order; a rank at a cut belongs to the upper category.
    category_scores : array_like, shape (n_cuts + 1,)
        Score of each category.

    Returns
    -------
    ndarray, shape (..., n_units, n_indicators)
    """
    percents = np.asarray(percents, dtype=np.float64)
    cuts, scores = (np.asarray(array, dtype=float) for array in (percentiles, category_scores))
    placed: Array = scores[np.searchsorted(cuts, percents, side="right")]
    return np.where(np.isnan(percents), np.nan, placed)

"""The best and the worst rank that admissible weights can give a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.aggregation import TOLERANCE
from scoring.assessment import Assessment
from scoring.what_if.admissible import bounds, highest, lowest
from scoring.what_if.linear import IndexForm, index_form
from scoring.what_if.quadratic import crossings
from scoring.what_if.rank_programme import best_counts
from scoring.what_if.scores import TIE, position_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Status = Literal["exact", "bound"]

#: Units whose place against the one in question depends on the weights, up to which the
#: mixed-integer programme is tried, and the seconds it may take.
MOST_UNDECIDED, TIME_LIMIT = 300, 10.0

#: Share of weight that each score in the group rests on at least, where the method sets no minimum.
LEAST_COVERED = 1e-6

#: Slope of a power mean below which it counts as this, so that a tie in it stays finite.
SMALLEST_SLOPE = 1e-100

#: Sets of shares that are tried before the mixed-integer programme.
MOST_TRIED = 512


#: What a table of ranges has of each unit: figures of :class:`RankRange`.
COLUMNS = ("rank", "best", "worst", "best_bound", "worst_bound", "best_status", "worst_status")


@dataclass(frozen=True, eq=False)
class RankRange:
    """The best and the worst rank of a unit under admissible weights.

    A rank is 1 and how many units are ahead: ties count for the unit in the best rank and in the
    worst. Scores equal to nine decimals are tied.

    Parameters
    ----------
    unit, group : str
        Code of the unit; the group whose children are weighed, or "indicators".
    within : float or None
        How far each share may move, relative to itself.
    rank : int
        Rank now.
    best, worst : int
        Best and worst rank found; the weights below give them, as the whole tree was scored with
        them.
    best_status, worst_status : {"exact", "bound"}
        Whether no admissible weights give a better (worse) rank, or that is not known.
    best_bound, worst_bound : int
        Ranks that no admissible weights go beyond; the same where the status is "exact".
    weights : DataFrame, index node
        ``now``, ``best``, ``worst``: shares of the children of the group, effective weights for
        "indicators", sum 1.
    """

    unit: str
    group: str
    within: float | None
    rank: int
    best: int
    worst: int
    best_status: Status
    worst_status: Status
    best_bound: int
    worst_bound: int
    weights: pd.DataFrame


def rank_range(
    assessment: Assessment,
    unit: str,
    *,
    group: str | None = None,
    within: float | None = None,
    time_limit: float = TIME_LIMIT,
) -> RankRange:
    """The best and the worst rank in the index that weights can give a unit.

    Units that are ahead or behind whatever the weights are found in closed form. With two children
    all ranks there are lie between the crossings with the others. With more, a mixed-integer
    programme counts the others that can be kept behind, or got ahead, together. Where it takes too
    long, or its answer does not stand when the tree is scored with the weights it found, the
    result says "bound": the rank found, and one that cannot be passed. A lead of less than a
    billionth of the largest possible one may be taken for a tie.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, the newest year. Exact scores count, whatever [rounding] says.
    unit : str
        Code.
    group : str, optional
        The group whose children are weighed anew, all else unchanged; the index itself where left
        out. "indicators" for the effective weights of all indicators, where every aggregation is
        linear.
    within : float, optional
        How far each share may move, relative to itself: 0.25 for 75 % to 125 % of it; anything
        from 0 to 1 where left out. Weights under which a unit gets or loses a score in the group,
        or under which one rests on less than a millionth of the weight, are not admissible.
    time_limit : float, default 10
        Seconds for each of the two mixed-integer programmes; 0 for none.

    Returns
    -------
    RankRange

    Raises
    ------
    InvalidInputError
        Where the unit or the group is unknown, or the unit has no score in the index.
    NoLinearFormError
        Where the index is not linear in the weights of the group, nor ordered so.
    ValueError
        Where an option is wrong.

    References
    ----------
    Salo & Punkka (2011), Ranking intervals and dominance relations for ratio-based efficiency
    analysis, Management Science 57(1) (rank intervals by mixed-integer programming). Kadziński,
    Greco & Słowiński (2012), Extreme ranking analysis in robust ordinal regression, Omega 40(4).
    """
    (place,) = position_of(assessment, unit)
    ranges = _Ranges(index_form(assessment, group), within, time_limit)
    return ranges.of(place)


def rank_ranges(
    assessment: Assessment,
    *,
    group: str | None = None,
    within: float | None = None,
    time_limit: float = 1.0,
) -> pd.DataFrame:
    """Best and worst ranks of all units.

    Parameters
    ----------
    assessment, group, within, time_limit
        As for :func:`rank_range`, with the time for each programme of each unit.

    Returns
    -------
    DataFrame, index unit, those with a score in the index
        ``rank``, ``best``, ``worst``, ``best_bound``, ``worst_bound``, ``best_status``,
        ``worst_status``: see :class:`RankRange`.

    Raises
    ------
    InvalidInputError, NoLinearFormError, ValueError
        As for :func:`rank_range`.
    """
    ranges = _Ranges(index_form(assessment, group), within, time_limit)
    return range_table(map(ranges.of, np.flatnonzero(ranges.scored).tolist()))


def range_table(ranges: Iterable[RankRange]) -> pd.DataFrame:
    """Ranges of several units as a table, as :func:`rank_ranges` gives it."""
    found = {one.unit: one for one in ranges}
    return pd.DataFrame(
        [[getattr(one, column) for column in COLUMNS] for one in found.values()],
        index=pd.Index(list(found), name="unit"),
        columns=list(COLUMNS),
    )


@dataclass(frozen=True, eq=False)
class _Others:
    """What is known of the other units against one, from closed forms.

    Parameters
    ----------
    ahead : int
        How many are ahead whatever the weights.
    undecided : ndarray of int
        Those for whom it depends on the weights.
    leads : ndarray, shape (n_linear, n_children)
        Leads over the unit of those undecided ones that are linear in the shares.
    open : int
        How many of the undecided are not: other scores are missing.
    """

    ahead: int
    undecided: NDArray[np.intp]
    leads: Array
    open: int


class _Ranges:
    """The admissible weights of one group, and the ranks they give."""

    def __init__(self, form: IndexForm, within: float | None, time_limit: float) -> None:
        if not time_limit >= 0:
            raise ValueError(f"time_limit must be 0 or more seconds, not {time_limit}")
        self.form, self.within, self.time_limit = form, within, time_limit
        self.lower, self.upper = bounds(form.shares, within)
        self.numerators, self.denominators = form.standard()
        self.ranks_now = form.ranks(form.shares)
        self.scored = ~np.isnan(self.ranks_now)
        self.in_group = form.scored(form.shares)
        partly = self.in_group & (self.denominators == 0).any(axis=1) & self.scored
        #: Sums of shares that must stay above the minimum coverage, so that no score is lost.
        self.covered = np.unique(self.denominators[partly], axis=0)
        self.least_covered = max(form.minimum_coverage, LEAST_COVERED)
        self.tie = TIE * 2
        if form.mean is not None:
            values = form.mean.mean(self.numerators)[form.present]
            slopes = form.mean.slope(np.array([values.min(), values.max()]))
            self.tie = TIE * 2 / max(float(slopes.min()), SMALLEST_SLOPE)

    def of(self, unit: int) -> RankRange:
        """The range of the unit at this position."""
        now = int(self.ranks_now[unit])
        others = self._others(unit)
        most = others.ahead + len(others.undecided)
        candidates = self._candidates(unit, others)
        results: dict[str, tuple[int, int, Array]] = {}
        two = len(self.form.shares) == 2
        for end, sign, bound in (("best", 1, 1 + others.ahead), ("worst", -1, 1 + most)):
            rank, shares = now, self.form.shares

            def improve(tried: Array, rank: int, shares: Array, sign: int) -> tuple[int, Array]:
                found, better = self._tried(unit, tried, sign)
                return (found, better) if found * sign < rank * sign else (rank, shares)

            rank, shares = improve(candidates, rank, shares, sign)
            if rank != bound and two:
                cells = self._admissible(self._cells(unit, others.undecided))
                rank, shares = improve(cells, rank, shares, sign)
                if self.form.holds.all() and len(cells):
                    bound = 1 + sign * int((sign * self._ahead(unit, cells)).min())
            elif rank != bound and self.time_limit and len(others.leads) <= MOST_UNDECIDED:
                for count, tried in best_counts(
                    others.leads,
                    (self.lower, self.upper),
                    (self.covered, self.least_covered),
                    ahead=end == "worst",
                    time_limit=self.time_limit,
                ):
                    open_ = others.open if end == "worst" else 0
                    closer = 1 + others.ahead + open_ + count
                    bound = max(bound, closer) if end == "best" else min(bound, closer)
                    if len(tried):
                        rank, shares = improve(tried, rank, shares, sign)
                    if rank == bound:
                        break
            results[end] = rank, bound, shares
        (best, best_bound, best_shares), (worst, worst_bound, worst_shares) = results.values()
        table = {"now": self.form.shares, "best": best_shares, "worst": worst_shares}
        return RankRange(
            unit=str(self.form.assessment.scores.index[unit]),
            group=self.form.group,
            within=self.within,
            rank=now,
            best=best,
            worst=worst,
            best_status="exact" if best == best_bound else "bound",
            worst_status="exact" if worst == worst_bound else "bound",
            best_bound=best_bound,
            worst_bound=worst_bound,
            weights=pd.DataFrame(table, index=pd.Index(self.form.children, name="node")),
        )

    def _others(self, unit: int) -> _Others:
        """Settle whom no weights bring past the unit, and who is ahead under all of them."""
        numerators, denominators = self.numerators, self.denominators
        alike = (denominators == denominators[unit]).all(axis=1)
        holds = self.form.holds & self.form.holds[unit]
        others = self.scored.copy()
        others[unit] = False
        linear = np.flatnonzero(others & alike & holds)
        leads = numerators[linear] - numerators[unit]
        # Ahead by more than a tie wherever the two have a score at all.
        margins = leads - np.where(denominators[unit] > 0, self.tie, 0.0)
        ahead = lowest(margins, self.lower, self.upper)[0] >= 0
        undecided = ~ahead & (highest(leads, self.lower, self.upper)[0] > 0)
        bent = np.flatnonzero(others & ~alike & holds)
        bent_ahead, bent_behind = self._bent(unit, bent)
        n_ahead = int(ahead.sum()) + int(bent_ahead.sum())
        rest = [bent[~bent_ahead & ~bent_behind], np.flatnonzero(others & ~holds)]
        n_open = sum(map(len, rest))
        return _Others(
            n_ahead, np.concatenate([linear[undecided], *rest]), leads[undecided], n_open
        )

    def _bent(self, unit: int, others: NDArray[np.intp]) -> tuple[Flags, Flags]:
        """Whom of the units with other scores missing closed forms settle.

        Their lead is a quadratic form x'Qx in the shares x: a mean, weighted by x, of the rows of
        Qx, each of which is linear and has its extremes.

        Returns
        -------
        ahead, behind : ndarray of bool, shape (n_others,)
            Whether the other unit is ahead, or never is, wherever both have a score.
        """
        lower, upper, tie = self.lower, self.upper, self.tie

        def leads(scores: Array) -> Array:
            forms: Array = scores[:, :, None] * self.denominators[unit]
            forms -= self.denominators[others][:, :, None] * self.numerators[unit]
            return (forms + forms.swapaxes(1, 2)) / 2

        scores, counts = self.numerators[others], self.denominators[others]
        most = highest(highest(leads(scores), lower, upper)[0], lower, upper)[0]
        # Less a tie in units of both denominators, which is 0 only where a score is lost.
        margins = leads(scores - np.where(counts > 0, tie, 0.0))
        least = lowest(lowest(margins, lower, upper)[0], lower, upper)[0]
        return least >= 0, most <= 0

    def _tried(self, unit: int, tried: Array, sign: int) -> tuple[int, Array]:
        """Best (or worst) rank under these shares that stands when the tree is scored with them."""
        tried = self._admissible(tried)
        tried = tried[np.argsort(sign * self._ahead(unit, tried), kind="stable")[:4]]
        if len(tried):
            ranks = self.form.ranks(tried)
            kept = (np.isnan(ranks) == ~self.scored).all(axis=1)
            if kept.any():
                worth = np.where(kept, sign * ranks[:, unit], np.inf)
                first = int(np.argmin(worth))
                return int(ranks[first, unit]), tried[first]
        return int(self.ranks_now[unit]), self.form.shares

    def _admissible(self, tried: Array) -> Array:
        """Those of the shares under which nobody gets or loses a score in the group."""
        in_group = self.form.scored(tried)[:, self.scored]
        kept = (in_group == self.in_group[self.scored]).all(axis=1)
        kept &= (tried @ self.covered.T >= self.least_covered - TOLERANCE).all(axis=1)
        return np.asarray(tried[kept])

    def _ahead(self, unit: int, tried: Array) -> NDArray[np.intp]:
        """How many are ahead of the unit, by the form."""
        numerators, denominators = self.numerators[self.scored], self.denominators[self.scored]
        index = (tried @ numerators.T) / (tried @ denominators.T)
        own = (tried @ self.numerators[unit]) / (tried @ self.denominators[unit])
        if self.form.mean is not None:
            index, own = self.form.mean.mean(index), self.form.mean.mean(own)
        ahead: NDArray[np.intp] = (index - own[:, None] > TIE).sum(axis=1)
        return ahead

    def _candidates(self, unit: int, others: _Others) -> Array:
        """Shares that bring single others as far ahead or behind as can be, and their means."""
        step = max(1, -(-len(others.leads) // (MOST_TRIED // 2)))
        some = others.leads[::step]
        corners = [end(some, self.lower, self.upper)[1] for end in (lowest, highest)]
        means = [corner.mean(axis=0, keepdims=True) for corner in corners if len(corner)]
        own = [end(self.numerators[[unit]], self.lower, self.upper)[1] for end in (lowest, highest)]
        found = np.concatenate([self.form.shares[None], *own, *means, *corners])
        # A step inside, where a corner would leave somebody without a score.
        return np.concatenate([found, found + 0.01 * (self.form.shares - found)])

    def _cells(self, unit: int, others: NDArray[np.intp]) -> Array:
        """With two children: every crossing with another unit, and a place between each two."""
        begin = max(self.lower[0], 1 - self.upper[1])
        end = min(self.upper[0], 1 - self.lower[1])
        (p, q), (r, s) = self.numerators[unit], self.denominators[unit]
        (a, b), (c, d) = self.numerators[others].T, self.denominators[others].T
        # The lead as a quadratic in the share of the first child.
        bend = (a - b) * (r - s) - (p - q) * (c - d)
        slope = (a - b) * s + b * (r - s) - (p - q) * d - q * (c - d)
        constant = b * s - q * d
        with np.errstate(divide="ignore", invalid="ignore"):
            events = (self.least_covered - self.covered[:, 1]) / (
                self.covered[:, 0] - self.covered[:, 1]
            )
        turns = crossings(constant, slope, bend).ravel()
        places = np.concatenate([turns, events, [begin, end]])
        places = np.unique(places[(places >= begin) & (places <= end)])
        places = np.concatenate([places, (places[1:] + places[:-1]) / 2])
        return np.column_stack([places, 1 - places])

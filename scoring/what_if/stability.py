"""How far one weight can move before the first place, the top, or any rank changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.assessment import Assessment
from scoring.ranking import rank
from scoring.what_if.admissible import NOISE
from scoring.what_if.linear import IndexForm, NoLinearFormError, index_form
from scoring.what_if.power_mean import PowerMean
from scoring.what_if.quadratic import crossings
from scoring.what_if.scores import TIE, index_scores

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

#: What is to stay as it is, as the columns of the table begin.
KEPT = ("first", "top", "ranks")

#: Crossings nearer to each other than this are one.
SAME_PLACE = 1e-12

#: Where there is no closed form: shares that are tried on either side, and again between the last
#: that changes nothing and the first that does, until they are this near to each other.
TRIED, ACCURACY = 32, 1e-7


@dataclass(frozen=True)
class _End:
    """Where a share can move no further, and the units that tie, or come and go, there."""

    at: float
    units: tuple[str, ...] = ()


def stability(assessment: Assessment, *, top: int = 10) -> pd.DataFrame:
    """Interval in which the share of each node can move, its siblings rescaled in proportion.

    Between the two ends, and not at them, everything stays as it is now: at an end units tie, or
    one gets or loses its score. 0 and 1 are ends where nothing changes on the way there. Scores
    are exact ones, equal to nine decimals is tied, and units that tie now and would separate at
    once leave the share no room: both ends are the share itself. So it is with the units that share
    the last place at the top, where there are more of them than places, and with a node without
    siblings of weight above 0, which cannot move.

    Parameters
    ----------
    assessment : Assessment
        Of a panel, the newest year.
    top : int, default 10
        How many places the top has.

    Returns
    -------
    DataFrame, index node in the order of the tree, without the index
        ``group``; ``share`` among the siblings now, 0..1. For each of ``first`` (who has the first
        place), ``top`` (the set of units with a rank up to ``top``) and ``ranks`` (all ranks in the
        index): ``first_lower``, ``first_upper``, the ends, 0..1; ``first_lower_units``,
        ``first_upper_units``, codes of the units that change places there, the one that is ahead
        now before the other, empty where nothing changes. ``exact``: whether the ends come from
        the closed form. They do where the index is linear in the weights of the group, or ratios
        of linear forms because scores are missing, or a power mean of the node and its siblings
        themselves. Else they are searched for, from 32 shares on either side of the present one,
        to 1e-7; what comes and goes between two of these is not seen.

    Raises
    ------
    ValueError
        Where ``top`` is below 1.

    References
    ----------
    Triantaphyllou & Sánchez (1997), A sensitivity analysis approach for some deterministic
    multi-criteria decision-making methods, Decision Sciences 28(1) (smallest change of
    a weight that turns the order of two alternatives).
    Mareschal (1988), Weight stability intervals in multicriteria decision aid, European Journal of
    Operational Research 33(1) (the other weights in proportion).
    """
    if top < 1:
        raise ValueError(f"top must be 1 or more, not {top}")
    framework = assessment.framework
    rows: dict[str, dict[str, object]] = {}
    for group in framework.groups:
        try:
            form = index_form(assessment, group)
        except NoLinearFormError:
            form = None
        children = framework.children(group)
        shares = assessment.weights.loc[list(children), "share"].to_numpy(dtype=np.float64)
        for place, child in enumerate(children):
            share = float(shares[place])
            row: dict[str, object] = {"group": group, "share": share}
            if share == 1:  # alone, or beside siblings that cannot be rescaled
                ends = {(kept, side): _End(share) for kept in KEPT for side in ("lower", "upper")}
            elif form is not None:
                ends = _exact_ends(form, place, top)
            else:
                ends = _searched_ends(assessment, child, top)
            for kept in KEPT:
                lower, upper = ends[kept, "lower"], ends[kept, "upper"]
                row[f"{kept}_lower"], row[f"{kept}_upper"] = lower.at, upper.at
                row[f"{kept}_lower_units"] = ", ".join(lower.units)
                row[f"{kept}_upper_units"] = ", ".join(upper.units)
            rows[child] = {**row, "exact": form is not None or share == 1}
    order = framework.scored_nodes[1:]
    return pd.DataFrame([rows[node] for node in order], index=pd.Index(order, name="node"))


# --- closed form ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Path:
    """Index of every unit along the path of one share, as (a + b x) / (c + e x).

    x is the change of the share. All of this may differ between the pieces of the path on which
    units have a score in the group or not.
    """

    a: Array
    b: Array
    c: Array
    e: Array
    scored: Flags
    mean: PowerMean | None

    def leads(self, ahead: Positions, behind: Positions) -> tuple[Array, Array, Array]:
        """Coefficients of a quadratic that has the sign of the lead of one unit over another."""
        a, b, c, e = self.a[ahead], self.b[ahead], self.c[ahead], self.e[ahead]
        a2, b2, c2, e2 = self.a[behind], self.b[behind], self.c[behind], self.e[behind]
        # Where the denominators are in proportion, they only carry a sign, and the rest is linear.
        alike = np.abs(c * e2 - c2 * e) <= SAME_PLACE * (np.abs(c * e2) + np.abs(c2 * e))
        slope = np.where(alike, b * c2 - b2 * c, a * e2 + b * c2 - a2 * e - b2 * c)
        return a * c2 - a2 * c, slope, np.where(alike, 0.0, b * e2 - b2 * e)

    def scores(self, change: float) -> Array:
        """Index after a change of the share, on the piece that this describes."""
        found: Array = (self.a + self.b * change) / (self.c + self.e * change)
        return found if self.mean is None else self.mean.mean(found)


@dataclass(frozen=True, eq=False)
class _Now:
    """What there is to keep: ranks now, NaN without a score, and units from the first to last."""

    codes: Sequence[str]
    ranks: Array
    order: Positions
    places: int

    def kept(self, kept: str) -> Flags:
        """Who has the first place, or one at the top."""
        inside: Flags = self.ranks <= (1 if kept == "first" else self.places)
        return inside


def _now(form: IndexForm, path: _Path, top: int) -> _Now:
    # Ranks as the tree gives them: the form adds up in another order, which may part a tie.
    ranks = form.ranks(form.shares)
    order = np.lexsort((-path.scores(0.0), ranks))  # NaN comes last
    codes = [str(code) for code in form.assessment.scores.index]
    return _Now(codes, ranks, order[: (~np.isnan(ranks)).sum()], top)


def _exact_ends(form: IndexForm, place: int, top: int) -> dict[tuple[str, str], _End]:
    """Ends of the three intervals of one child."""
    share = float(form.shares[place])
    direction = -form.shares / (1 - share)
    direction[place] = 1.0
    now = _now(form, _piece(form, direction, form.scored(form.shares)), top)
    ends: dict[tuple[str, str], _End] = {}
    for side, limit in (("lower", 0.0), ("upper", 1.0)):
        pieces = _pieces(form, direction, limit - share) if limit != share else []
        for kept in KEPT:
            found = _first_end(now, pieces, kept)
            ends[kept, side] = (
                _End(limit)
                if found is None
                else _End(float(np.clip(share + found.at, 0.0, 1.0)), found.units)
            )
    return ends


def _pieces(form: IndexForm, direction: Array, limit: float) -> list[tuple[float, float, _Path]]:
    """Parts of the path from 0 to a limit on which the same units have a score in the group."""
    events = np.empty(0)
    if form.minimum_coverage > 0 and not form.present.all():
        now, slope = form.present @ form.shares, form.present @ direction
        with np.errstate(divide="ignore", invalid="ignore"):
            changes = (form.minimum_coverage - now) / slope
        inside = (changes / limit > SAME_PLACE) & (changes / limit < 1 - SAME_PLACE)
        events = np.unique(changes[inside])
        events = events if limit > 0 else events[::-1]
    corners = [0.0, *events.tolist(), limit]
    return [
        (
            begin,
            end,
            _piece(form, direction, form.scored(form.shares + (begin + end) / 2 * direction)),
        )
        for begin, end in pairwise(corners)
    ]


def _piece(form: IndexForm, direction: Array, in_group: Flags) -> _Path:
    """The path where these units have a score in the group."""
    a, b = form.numerators @ form.shares, form.numerators @ direction
    c, e = form.denominators @ form.shares, form.denominators @ direction
    # A unit with a score in this child alone, which has no weight yet, has that score throughout.
    single = (c == 0) & (e > 0)
    alone = np.divide(b, e, out=np.zeros(len(b)), where=single)
    fixed = ~in_group | single
    a = np.where(in_group, np.where(single, alone, a), form.otherwise)
    return _Path(
        a,
        np.where(fixed, 0.0, b),
        np.where(fixed, 1.0, c),
        np.where(fixed, 0.0, e),
        ~np.isnan(a),
        form.mean,
    )


def _first_end(now: _Now, pieces: Sequence[tuple[float, float, _Path]], kept: str) -> _End | None:
    """Where what is to be kept first changes, None where it does not."""
    had_score = ~np.isnan(now.ranks)
    inside = now.kept(kept)
    for begin, end, path in pieces:
        lost, new = had_score & ~path.scored, path.scored & ~had_score
        changed = {
            "first": inside & lost,
            "top": (inside & lost) | (new & (inside.sum() < now.places)),
            "ranks": lost | new,
        }[kept]
        if changed.any():
            return _End(begin, tuple(now.codes[unit] for unit in np.flatnonzero(changed).tolist()))
        ahead, behind = _pairs(now, path, kept)
        tied = now.ranks[ahead] == now.ranks[behind]
        turns = _turns(path, ahead, behind, tied, begin, end)
        distances = np.abs(turns)
        if len(turns) and np.isfinite(nearest := distances.min()):
            turning = np.flatnonzero(distances <= nearest + SAME_PLACE)
            units = np.column_stack([ahead[turning], behind[turning]]).ravel().tolist()
            codes = tuple(now.codes[unit] for unit in dict.fromkeys(units))
            return _End(float(turns[np.argmin(distances)]), codes)
    return None


def _pairs(now: _Now, path: _Path, kept: str) -> tuple[Positions, Positions]:
    """Pairs of units of which one turns first if anything does, the one ahead now before."""
    if kept == "ranks":
        # On a continuous way no two units change places before two neighbours do.
        return now.order[:-1], now.order[1:]
    inside = now.kept(kept)
    members = now.order[inside[now.order]]
    outside = np.flatnonzero(path.scored & ~inside)
    ahead, behind = np.repeat(members, len(outside)), np.tile(outside, len(members))
    if len(members) > (1 if kept == "first" else now.places):
        # Those who share the last place must go on sharing it, and nobody above may fall behind
        # them, since there is no place left then.
        last = now.ranks[members].max()
        sharing, above = members[now.ranks[members] == last], members[now.ranks[members] < last]
        ahead = np.concatenate([ahead, sharing[:-1], above])
        behind = np.concatenate([behind, sharing[1:], np.repeat(sharing[:1], len(above))])
    return ahead, behind


def _turns(
    path: _Path, ahead: Positions, behind: Positions, tied: Flags, begin: float, end: float
) -> Array:
    """First change of the share in a piece at which each pair ties, infinite where it does not.

    Parameters
    ----------
    path : _Path
    ahead, behind : ndarray of int, shape (n_pairs,)
    tied : ndarray of bool, shape (n_pairs,)
        Pairs that are tied now, and change where they do not stay so throughout.
    begin, end : float
        The piece, of which ``begin`` is nearer to 0.

    Returns
    -------
    ndarray, shape (n_pairs,)
    """
    constant, slope, bend = path.leads(ahead, behind)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = crossings(constant, slope, bend)
        beyond = (found / end > begin / end) & (found / end < 1 - SAME_PLACE)
        distance = np.where(beyond, np.abs(found), np.inf).min(axis=0)
    at_start = constant + slope * begin + bend * begin**2
    lost = at_start <= 0
    if begin == 0:
        # A unit that has no score yet may begin with a tie; it counts which is ahead right after.
        onward = np.where(slope != 0, slope * end, bend)
        lost = (at_start < 0) | ((at_start == 0) & (onward <= 0))
    turns = np.where(lost, begin, np.copysign(distance, end))
    if tied.any():
        places = np.array([begin + (end - begin) * part for part in (0.1, 0.5, 0.9)])
        scores = [path.scores(place) for place in places]
        gaps = np.max([np.abs(one[ahead[tied]] - one[behind[tied]]) for one in scores], axis=0)
        size = np.max([np.abs(one[ahead[tied]]) for one in scores], axis=0)
        turns[tied] = np.where(gaps <= np.maximum(TIE, NOISE * size), np.inf, begin)
    return turns


# --- search ---------------------------------------------------------------------------------------


def _searched_ends(assessment: Assessment, node: str, top: int) -> dict[tuple[str, str], _End]:
    """Ends found by trying shares, where there is no closed form."""
    framework = assessment.framework
    nodes = framework.scored_nodes
    siblings = [nodes.index(code) for code in framework.children(framework[node].parent)]
    usual = assessment.weights["weight"].to_numpy(dtype=np.float64)
    own, total = nodes.index(node), usual[siblings].sum()
    share = float(usual[own] / total)

    def ranks(tried: Array) -> Array:
        weights = np.repeat(usual[None], len(tried), axis=0)
        weights[:, siblings] *= ((1 - tried) / (1 - share))[:, None]
        weights[:, own] = tried * total
        scores = index_scores(assessment, weights)
        found: Array = np.nan_to_num(rank(scores), nan=np.inf)
        return found

    def state(kept: str, found: Array) -> Array:
        if kept == "ranks":
            return found
        return (found <= (1 if kept == "first" else top)).astype(np.float64)

    now = ranks(np.array([share]))[0]
    ends: dict[tuple[str, str], _End] = {}
    for side, limit in (("lower", 0.0), ("upper", 1.0)):
        parts = np.arange(1, TRIED + 1) / (TRIED + 1)
        grid = share + (limit - share) * parts
        found = ranks(grid) if share != limit else np.empty((0, len(now)))
        for kept in KEPT:
            before = state(kept, now)
            changed = (state(kept, found) != before).any(axis=-1)
            if not changed.any():
                ends[kept, side] = _End(limit)
                continue
            first = int(np.argmax(changed))
            good = share if first == 0 else float(grid[first - 1])
            bad, after = float(grid[first]), found[first]
            while abs(bad - good) > ACCURACY:
                between = good + (bad - good) * parts
                tried = ranks(between)
                differs = (state(kept, tried) != before).any(axis=-1)
                step = int(np.argmax(differs)) if differs.any() else TRIED
                if step < TRIED:
                    bad, after = float(between[step]), tried[step]
                good = float(between[step - 1]) if step else good
            moved = np.flatnonzero(state(kept, after) != before)
            moved = moved[np.argsort(now[moved], kind="stable")]
            codes = tuple(map(str, assessment.scores.index[moved]))
            at = share if abs(good - share) <= ACCURACY else (good + bad) / 2
            ends[kept, side] = _End(at, codes)
    return ends

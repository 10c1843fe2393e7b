"""Aggregation by comparing units in pairs: PROMETHEE II, Copeland, the outranking matrix.

None of them lets a surplus in one indicator pay for a deficit in another in proportion to its
size, unless a preference function says so. A unit is compared in the indicators that it has; a
share of 0 says that a score does not count for this unit, because it is missing or has no weight.

A result depends on the other units: it says how a unit does among them, not how well it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.domain import ParameterError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
_Kind = TypeVar("_Kind", bound=np.generic)
Preference = Literal["usual", "u_shape", "v_shape", "level", "linear", "gaussian"]

#: Preference function -> the options that it reads.
PREFERENCES: dict[str, tuple[str, ...]] = {
    "usual": (),
    "u_shape": ("indifference",),
    "v_shape": ("preference_threshold",),
    "level": ("indifference", "preference_threshold"),
    "linear": ("indifference", "preference_threshold"),
    "gaussian": ("gaussian_spread",),
}

#: Two sums of weights are tied where they differ by no more than this share of them.
WEIGHT_TOLERANCE = 1e-12

#: Shares of units stem from one set of weights where they agree up to this share of them.
SAME_WEIGHTS = 1e-9

#: Width of the cells in which prefix sums are taken; their rounding grows with it.
SLOPES_IN_A_CELL = 64

#: Pairs of units that are compared at a time.
PAIRS_AT_A_TIME = 2**18


class Flows(NamedTuple):
    """Single-criterion flows of PROMETHEE, from which its result is composed.

    Parameters
    ----------
    positive : ndarray, shape (..., n_units, n_children)
        Mean preference over the other units, 0..1; NaN where the score does not count.
    negative : ndarray, shape (..., n_units, n_children)
        Mean preference of the other units over this one, 0..1; NaN where it does not count.
    """

    positive: Array
    negative: Array

    @property
    def net(self) -> Array:
        """Positive less negative flow, -1..1."""
        return self.positive - self.negative


# --- PROMETHEE ------------------------------------------------------------------------------------


def promethee(
    scores: ArrayLike,
    shares: ArrayLike,
    *,
    preference: Preference | Sequence[Preference] = "usual",
    indifference: ArrayLike = 0.0,
    preference_threshold: ArrayLike | None = None,
    gaussian_spread: ArrayLike | None = None,
) -> Array:
    """PROMETHEE II net flow: how far a unit is preferred to the others, less how far they are.

    Parameters
    ----------
    scores, shares, preference, indifference, preference_threshold, gaussian_spread
        As in :func:`promethee_flows`.

    Returns
    -------
    ndarray, shape (..., n_units)
        Mean of the net flows of the children, weighted by the shares of the unit: from -1 to 1,
        and the sum over units is 0 where all have the same shares.

    Raises
    ------
    ValueError
        As :func:`promethee_flows`.

    References
    ----------
    Brans & Vincke (1985), A preference ranking organisation method: the PROMETHEE method for
    multiple criteria decision-making, Management Science 31(6). Brans & Mareschal (2005),
    PROMETHEE methods, in Figueira, Greco & Ehrgott (eds), Multiple Criteria Decision Analysis:
    State of the Art Surveys.
    """
    flows = promethee_flows(
        scores,
        shares,
        preference=preference,
        indifference=indifference,
        preference_threshold=preference_threshold,
        gaussian_spread=gaussian_spread,
    )
    shares = np.asarray(shares, dtype=np.float64)
    net: Array = (np.where(shares > 0, flows.net, 0.0) * shares).sum(axis=-1)
    return net


def promethee_flows(
    scores: ArrayLike,
    shares: ArrayLike,
    *,
    preference: Preference | Sequence[Preference] = "usual",
    indifference: ArrayLike = 0.0,
    preference_threshold: ArrayLike | None = None,
    gaussian_spread: ArrayLike | None = None,
) -> Flows:
    """Positive and negative flow of every unit in every child, from which PROMETHEE is composed.

    The preference of one unit over another grows with the difference d > 0 of their scores:

    ============  =================================================================
    usual         1
    u_shape       0 up to ``indifference``, 1 above
    v_shape       d / ``preference_threshold``, at most 1
    level         0 up to ``indifference``, 1/2 up to ``preference_threshold``, 1 above
    linear        0 up to ``indifference``, rises to 1 at ``preference_threshold``
    gaussian      1 - exp(-d² / (2 ``gaussian_spread``²))
    ============  =================================================================

    A child is compared among the units that have it, and its flows are divided by their number
    less 1; where one unit alone has it, they are 0. Differences are those of floating-point
    arithmetic and are compared with the thresholds as they are; a better score never gets a lower
    positive or a higher negative flow, and equal scores get equal ones.

    All but the Gaussian take O(n log n) for each child, by sorting and by sums over neighbours;
    the Gaussian goes through all pairs, in blocks.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, more is better, all present.
    shares : array_like, shape (..., n_units, n_children) or (n_children,)
        Weights, 0 or more, that sum to 1 over the children. A score of share 0 does not count.
    preference : {"usual", "u_shape", "v_shape", "level", "linear", "gaussian"}, or one each
        Preference function of all children, or a sequence with that of each.
    indifference : float or array_like, shape (n_children,)
        Largest difference that does not count, 0 or more, in units of the scores.
    preference_threshold : float or array_like, shape (n_children,), optional
        Difference from which preference is full, not below ``indifference``.
    gaussian_spread : float or array_like, shape (n_children,), optional
        Difference at which the Gaussian has its inflection point, above 0.

    Returns
    -------
    Flows
        Named tables (..., n_units, n_children), of the scores' and the shares' leading axes.

    Raises
    ------
    ParameterError
        Where a child has no number for an option that its preference function needs.
    ValueError
        Where the preference function is unknown, or an option is out of its range.

    References
    ----------
    Brans & Vincke (1985), Management Science 31(6), section 3 (the six functions).
    """
    scores = np.asarray(scores, dtype=np.float64)
    shares = np.asarray(shares, dtype=np.float64)
    shape = np.broadcast_shapes(scores.shape, shares.shape)
    preferences = [preference] * shape[-1] if isinstance(preference, str) else list(preference)
    if len(preferences) != shape[-1]:
        raise ValueError(f"preference is one name, or one for each of {shape[-1]} children")
    thresholds = _thresholds(preferences, indifference, preference_threshold, gaussian_spread)
    scores = _without_repeats(scores)
    counts = _without_repeats(shares > 0)
    together = np.broadcast_shapes(scores.shape, counts.shape)
    scores, counts = np.broadcast_to(scores, together), np.broadcast_to(counts, together)
    positive, negative = np.full((2, *together), np.nan)
    for place in np.ndindex(together[:-2]):
        for child in range(shape[-1]):
            counted = counts[(*place, slice(None), child)]
            has = slice(None) if counted.all() else counted
            values = scores[(*place, slice(None), child)][has]
            if len(values):
                up, down = _child_flows(values, preferences[child], *thresholds[child])
                positive[(*place, has, child)], negative[(*place, has, child)] = up, down
    return Flows(np.broadcast_to(positive, shape), np.broadcast_to(negative, shape))


def _thresholds(
    preferences: Sequence[str],
    indifference: ArrayLike,
    preference_threshold: ArrayLike | None,
    gaussian_spread: ArrayLike | None,
) -> list[tuple[float, float]]:
    """Lower and upper threshold (or the spread, twice) of each child, checked."""
    options = {
        "indifference": indifference,
        "preference_threshold": preference_threshold,
        "gaussian_spread": gaussian_spread,
    }
    given = {name: _by_child(name, value, len(preferences)) for name, value in options.items()}
    for name, values in given.items():
        reads = np.array([name in PREFERENCES.get(preference, ()) for preference in preferences])
        lacking = np.flatnonzero(reads & np.isnan(values))
        if len(lacking):
            raise ParameterError(f"a number as {name}", lacking, name)
    thresholds = []
    for child, preference in enumerate(preferences):
        if preference not in PREFERENCES:
            raise ValueError(f"preference is one of {', '.join(PREFERENCES)}, not {preference!r}")
        read = {"indifference": 0.0}
        for name in PREFERENCES[preference]:
            value = float(given[name][child])
            low = name == "indifference"
            if not ((value >= 0 if low else value > 0) and np.isfinite(value)):
                raise ValueError(f"{name} is a number {'of 0 or more' if low else 'above 0'}")
            read[name] = value
        lower = read.get("gaussian_spread", read["indifference"])
        upper = read.get("preference_threshold", lower)
        if upper < lower:
            raise ValueError("preference_threshold must not be below indifference")
        thresholds.append((lower, upper))
    return thresholds


def _by_child(name: str, value: ArrayLike | None, n_children: int) -> Array:
    """One number for each child, NaN where none is given."""
    numbers = np.asarray(np.nan if value is None else value, dtype=np.float64)
    if numbers.shape not in ((), (n_children,)):
        raise ValueError(f"{name} is one number, or one for each of {n_children} children")
    return np.broadcast_to(numbers, n_children)


def _without_repeats(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """The last two axes alone where all leading places hold the same."""
    array = array.reshape((1,) * (2 - array.ndim) + array.shape)
    leading = array.shape[:-2]
    if leading and 0 not in leading:
        first: NDArray[_Kind] = array[(0,) * len(leading)]
        if (array == first).all():
            return first
    return array


def _child_flows(values: Array, preference: str, lower: float, upper: float) -> tuple[Array, Array]:
    """Positive and negative flow of units in one child that all of them have."""
    order = np.argsort(values)
    ascending = values[order]
    # Differences beyond the largest number are above every threshold, as infinity is.
    with np.errstate(over="ignore"):
        if preference == "gaussian":
            up, down = _gaussian_sums(ascending, lower)
        else:
            up = _preference_sums(ascending, preference, lower, upper)
            down = _preference_sums(-ascending[::-1], preference, lower, upper)[::-1]
    positive, negative = np.empty((2, len(values)))
    positive[order], negative[order] = up, down
    others = max(len(values) - 1, 1)
    return positive / others, negative / others


def _preference_sums(ascending: Array, preference: str, lower: float, upper: float) -> Array:
    """Sum of the preferences of each value over all values, which ascend."""
    beyond_lower = _exceeded(ascending, lower)
    if upper == lower:
        return beyond_lower.astype(np.float64)
    beyond_upper = _exceeded(ascending, upper)
    if preference == "level":
        return (beyond_lower + beyond_upper) / 2
    sums = beyond_upper + _slope_sums(ascending, lower, upper, beyond_upper, beyond_lower)
    # Rounding must not turn the order of neighbours round.
    rising: Array = np.maximum.accumulate(sums)
    return rising


def _exceeded(ascending: Array, threshold: float) -> NDArray[np.intp]:
    """Number of values that each value exceeds by more than a threshold, 0 or more.

    A difference is what floating-point subtraction gives. That never falls as the lower value
    falls, so the values exceeded are the first ones, and their number is found by bisection.
    """
    count = np.searchsorted(ascending, ascending - threshold)
    if threshold == 0:
        return count
    fenced = np.concatenate([[-np.inf], ascending, [np.inf]])
    wrong = ascending - fenced[count + 1] > threshold
    wrong |= ascending - fenced[count] <= threshold
    at = np.flatnonzero(wrong)
    low, high = np.zeros(len(at), dtype=np.intp), at.copy()
    while (low < high).any():
        middle = (low + high) // 2
        more = (low < high) & (ascending[at] - ascending[middle] > threshold)
        low, high = np.where(more, middle + 1, low), np.where(more, high, middle)
    count[at] = low
    return count


def _slope_sums(
    ascending: Array,
    lower: float,
    upper: float,
    start: NDArray[np.intp],
    stop: NDArray[np.intp],
) -> Array:
    """Sum of (difference - lower) / (upper - lower) of each value to those from start to stop.

    A prefix sum over all values would lose the differences in their size. The values are cut into
    cells of a few slopes' width and summed as distances from the first value of their cell. What is
    summed is small, and the slope below a value meets two cells, or three by rounding.
    """
    width = upper - lower
    if ascending[-1] - ascending[0] < SLOPES_IN_A_CELL * width:  # all in one cell
        total = np.concatenate([[0.0], np.cumsum((ascending - ascending[0]) / width)])
        from_first = (ascending - ascending[0] - lower) / width
        within: Array = (stop - start) * from_first - (total[stop] - total[start])
        return within
    steps = np.minimum(np.diff(ascending), width) / width
    cell_of = np.floor(np.concatenate([[0.0], np.cumsum(steps)]) / SLOPES_IN_A_CELL)
    first = np.flatnonzero(np.diff(cell_of, prepend=-1.0))
    ends = np.append(first[1:], len(ascending))
    cell = np.repeat(np.arange(len(first)), ends - first)
    distance = (ascending - np.repeat(ascending[first], ends - first)) / width
    total = np.concatenate([[0.0], np.cumsum(distance)])
    sums = np.zeros(len(ascending))
    begin = start
    while (begin < stop).any():
        at = cell[begin]
        end = np.minimum(ends[at], stop)
        # Where nothing is left, the first value of the cell may be infinitely far.
        from_first = np.where(begin < end, (ascending - ascending[first[at]] - lower) / width, 0.0)
        sums += (end - begin) * from_first - (total[end] - total[begin])
        begin = end
    return sums


def _gaussian_sums(ascending: Array, spread: float) -> tuple[Array, Array]:
    """Sums of Gaussian preferences over the lower values and of the higher ones, pair by pair."""
    n = len(ascending)
    up, down = np.zeros((2, n))
    rows = max(1, PAIRS_AT_A_TIME // n)
    for begin in range(0, n, rows):
        end = min(begin + rows, n)
        ratio = np.maximum(ascending[begin:end, None] - ascending[None, :end], 0.0) / spread
        preferences = -np.expm1(-0.5 * ratio * ratio)
        up[begin:end] += preferences.sum(axis=1)
        down[:end] += preferences.sum(axis=0)
    return np.maximum.accumulate(up), np.maximum.accumulate(down[::-1])[::-1]


# --- majorities -----------------------------------------------------------------------------------


def copeland(scores: ArrayLike, shares: ArrayLike) -> Array:
    """Copeland score: pairwise majorities won less those lost.

    One unit beats another where the weight of the children in which it is better exceeds the
    weight of those in which it is worse, of the children that both have. Sums of weights that
    differ by no more than 1e-12 of the larger count as a draw, so that the order in which weights
    are added decides nothing. The order of the units is without influence, also where scores are
    missing.

    Every pair is compared in integers, about 2**18 pairs at a time, whatever the number of units:
    some 10 MB beyond the scores and their ranks.

    Parameters
    ----------
    scores : array_like, shape (..., n_units, n_children)
        Scores, more is better, all present.
    shares : array_like, shape (..., n_units, n_children) or (n_children,)
        Weights, 0 or more, that sum to 1 over the children. A score of share 0 does not count.
        Units may have different shares where scores are missing, of the same weights.

    Returns
    -------
    ndarray, shape (..., n_units)
        Whole numbers from 1 - n_units to n_units - 1, which sum to 0.

    Raises
    ------
    ValueError
        Where the shares of the units do not stem from one set of weights.

    References
    ----------
    Copeland (1951), A reasonable social welfare function, University of Michigan. OECD/JRC
    (2008), Handbook on Constructing Composite Indicators, section 6.13 (non-compensatory
    multi-criteria approach).
    """
    scores, shares = _broadcast(scores, shares)
    result = np.zeros(scores.shape[:-1])
    for place in np.ndindex(scores.shape[:-2]):
        result[place] = _copeland(scores[place], shares[place])
    return result


def _copeland(scores: Array, shares: Array) -> Array:
    weights = common_weights(shares)
    children = np.flatnonzero(weights > 0)
    offers, demands = _places(scores[:, children], shares[:, children] > 0)
    tables = [_sums_of_subsets(weights[children[at : at + 8]]) for at in range(0, len(children), 8)]
    n = len(scores)
    balance = np.zeros(n)
    begin = 0
    while begin < n:
        end = min(n, begin + max(1, PAIRS_AT_A_TIME // (n - begin)))
        rows, columns = slice(begin, end), slice(begin, n)
        better = _weights_above(offers, rows, demands, columns, tables, np.greater)
        worse = _weights_above(demands, rows, offers, columns, tables, np.less)
        wins = better > worse * (1 + WEIGHT_TOLERANCE)
        losses = worse > better * (1 + WEIGHT_TOLERANCE)
        balance[rows] += wins.sum(axis=1) - losses.sum(axis=1)
        # Pairs inside the block stand there twice, both ways round.
        balance[end:] += losses[:, end - begin :].sum(axis=0) - wins[:, end - begin :].sum(axis=0)
        begin = end
    return balance


def _places(scores: Array, has: Mask) -> tuple[NDArray[np.signedinteger], ...]:
    """Dense ranks (n_children, n_units), twice: a missing one beats nobody, nobody beats it."""
    kind = np.int16 if len(scores) < np.iinfo(np.int16).max else np.int32
    places = np.empty(scores.shape[::-1], dtype=kind)
    for child, column in enumerate(scores.T):
        places[child] = np.unique(column, return_inverse=True)[1]
    missing = ~has.T
    offers = np.where(missing, kind(-1), places)
    demands = np.where(missing, kind(np.iinfo(kind).max), places)
    return offers, demands


def _sums_of_subsets(weights: Array) -> Array:
    """Sums of the weights of all subsets: bit k of the index says whether weight k is in."""
    sums = np.zeros(1)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def _weights_above(
    ours: NDArray[np.signedinteger],
    rows: slice,
    theirs: NDArray[np.signedinteger],
    columns: slice,
    tables: list[Array],
    compare: np.ufunc,
) -> Array:
    """Sum of the weights of the children in which a comparison of rows with columns holds.

    Eight comparisons make a byte, which looks up the sum of their weights.
    """
    mine, other = ours[:, rows, None], theirs[:, None, columns]
    shape = (mine.shape[1], other.shape[2])
    sums = np.zeros(shape)
    holds = np.empty(shape, dtype=np.bool_)
    bits = holds.view(np.uint8)
    for at, table in enumerate(tables):
        code = np.zeros(shape, dtype=np.uint8)
        for child in reversed(range(8 * at, min(8 * at + 8, len(ours)))):
            compare(mine[child], other[child], out=holds)
            np.left_shift(code, 1, out=code)
            np.bitwise_or(code, bits, out=code)
        sums += table[code]
    return sums


def outranking_matrix(scores: ArrayLike, shares: ArrayLike) -> Array:
    """Weight of the children in which one unit is better than another, ties split in halves.

    Only the children count that both units have; their weights are rescaled to sum to 1. Two
    units that have no child in common get 1/2 each.

    Parameters
    ----------
    scores, shares : array_like
        As in :func:`copeland`.

    Returns
    -------
    ndarray, shape (..., n_units, n_units)
        Row against column, 0..1; what two units have against each other sums to 1. The diagonal
        is 0. It takes 8 n_units² bytes, several times over while it is made.

    Raises
    ------
    ValueError
        Where the shares of the units do not stem from one set of weights.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 6.13, Table 36.
    Munda, G., Nardo, M. (2009), Noncompensatory/nonlinear composite indicators for ranking
    countries: a defensible setting, Applied Economics 41(12).
    """
    scores, shares = _broadcast(scores, shares)
    n = scores.shape[-2]
    matrix = np.zeros((*scores.shape[:-1], n))
    for place in np.ndindex(scores.shape[:-2]):
        matrix[place] = _outranking_matrix(scores[place], shares[place])
    return matrix


def _outranking_matrix(scores: Array, shares: Array) -> Array:
    weights, has = common_weights(shares), shares > 0
    n = len(scores)
    balance, common = np.zeros((2, n, n))
    for child in np.flatnonzero(weights > 0):
        column = scores[:, child]
        both = has[:, child, None] & has[None, :, child]
        above = (column[:, None] > column).astype(np.int8)
        balance += np.where(both, weights[child] * (above - above.T), 0.0)
        common += np.where(both, weights[child], 0.0)
    matrix = 0.5 + 0.5 * balance / np.where(common > 0, common, 1.0)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _broadcast(scores: ArrayLike, shares: ArrayLike) -> tuple[Array, Array]:
    scores, shares = np.asarray(scores, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    shape = np.broadcast_shapes(scores.shape, shares.shape)
    return np.broadcast_to(scores, shape), np.broadcast_to(shares, shape)


def common_weights(shares: ArrayLike) -> Array:
    """Weights of which the shares of all units are the rescaled ones.

    Parameters
    ----------
    shares : array_like, shape (n_units, n_children)
        0 or more; 0 where a unit lacks the child.

    Returns
    -------
    ndarray, shape (n_children,)
        0 where no unit has the child. Where sets of children hang together by no unit, each set
        has a scale of its own.

    Raises
    ------
    ValueError
        Where there are no such weights.
    """
    shares = np.asarray(shares, dtype=np.float64)
    has = shares > 0
    weights = np.zeros(shares.shape[-1])
    known: Mask = np.logical_not(has.any(axis=0))
    while not known.all():
        # The unit that tells most new children, of those that share one with the known; else any.
        links = (has & (weights > 0)).any(axis=1)
        new = (has & ~known).sum(axis=1)
        unit = int(np.argmax(np.where(links & (new > 0), new + len(known), new)))
        shared, added = has[unit] & (weights > 0), has[unit] & ~known
        scale = weights[shared].sum() / shares[unit, shared].sum() if shared.any() else 1.0
        weights[added] = scale * shares[unit, added]
        known[added] = True
    totals = (has * weights).sum(axis=1, keepdims=True)
    expected = has * weights / np.where(totals > 0, totals, 1.0)
    sums = shares.sum(axis=1, keepdims=True)
    if (np.abs(expected * sums - shares) > SAME_WEIGHTS * sums).any():
        raise ValueError("the shares of the units do not stem from one set of weights")
    return weights

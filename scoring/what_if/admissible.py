"""Shares between bounds that sum to 1: extremes of linear forms, and the nearest ones that turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Part of the size of a form that counts as 0: what is left of it by rounding.
NOISE = 1e-13


def bounds(shares: Array, within: float | None) -> tuple[Array, Array]:
    """Lowest and highest shares that are admissible.

    Parameters
    ----------
    shares : ndarray, shape (n_children,)
        Shares now.
    within : float or None
        How far each share may move, relative to itself: 0.25 for 75 % to 125 % of it; None for
        anything from 0 to 1.

    Returns
    -------
    lower, upper : ndarray, shape (n_children,)

    Raises
    ------
    ValueError
        Where ``within`` is negative or no number.
    """
    if within is None:
        return np.zeros(len(shares)), np.ones(len(shares))
    if not (np.isfinite(within) and within >= 0):
        raise ValueError(f"within must be a number, 0 or more, not {within}")
    return np.clip(shares * (1 - within), 0.0, None), np.clip(shares * (1 + within), None, 1.0)


def lowest(forms: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Lowest value of linear forms over all admissible shares.

    All shares start from their lower bounds; what is left goes to the smallest coefficients first,
    each up to its upper bound (the fractional knapsack).

    Parameters
    ----------
    forms : ndarray, shape (..., n_children)
        Coefficients.
    lower, upper : ndarray, shape (n_children,)
        Bounds from 0 to 1, of which the lower ones sum to at most 1 and the upper ones to at least.

    Returns
    -------
    values : ndarray, shape (...,)
    shares : ndarray, shape (..., n_children)
        Shares that give them, with sum 1.

    References
    ----------
    Dantzig (1957), Discrete-variable extremum problems, Operations Research 5(2).
    """
    order = np.argsort(forms, axis=-1, kind="stable")
    room = (upper - lower)[order]
    before = np.cumsum(room, axis=-1) - room
    given = np.clip((1 - lower.sum()) - before, 0.0, room)
    shares = np.empty(forms.shape)
    np.put_along_axis(shares, order, lower[order] + given, axis=-1)
    return np.einsum("...j,...j->...", forms, shares), shares


def highest(forms: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Highest value of linear forms over all admissible shares; see :func:`lowest`."""
    values, shares = lowest(-forms, lower, upper)
    return -values, shares


def least_moved(lead: Array, shares: Array, lower: Array, upper: Array) -> Array:
    """Shares at which a lead is gone, with as little of the total moved as can be.

    Of the linear programme min sum |change| / 2 the solution is known: share goes from the child
    with the largest coefficient that has some to give to the one with the smallest that has room,
    until the lead is gone.

    Parameters
    ----------
    lead : ndarray, shape (n_children,)
        Coefficients of a linear form that is 0 or more at ``shares`` and below 0 somewhere.
    shares, lower, upper : ndarray, shape (n_children,)

    Returns
    -------
    ndarray, shape (n_children,)
    """
    order = np.argsort(lead, kind="stable")
    takes, gives = order, order[::-1]
    room, stock = (upper - shares)[takes], (shares - lower)[gives]
    filled, emptied = np.cumsum(room), np.cumsum(stock)
    # Between two of these amounts, one child gives and one takes.
    amounts = np.unique(np.concatenate([[0.0], filled, emptied]))
    amounts = amounts[amounts <= min(filled[-1], emptied[-1])]

    def moved(amount: Array) -> Array:
        change = np.zeros((len(amount), len(shares)))
        change[:, takes] += np.clip(amount[:, None] - (filled - room), 0.0, room)
        change[:, gives] -= np.clip(amount[:, None] - (emptied - stock), 0.0, stock)
        return shares + change

    leads = moved(amounts) @ lead
    last = max(1, int(np.argmax(leads <= 0)))
    begin, end = leads[last - 1], leads[last]
    part = float(begin / (begin - end)) if begin > end else 0.0
    amount = amounts[last - 1] + part * (amounts[last] - amounts[last - 1])
    found: Array = moved(np.array([amount]))[0]
    return found


def nearest(point: Array, lower: Array, upper: Array) -> Array:
    """Admissible shares nearest to a point: its projection.

    Each share is the point less one number, between its bounds. The number is the root of a
    decreasing piecewise linear function, found between its sorted corners.

    Parameters
    ----------
    point, lower, upper : ndarray, shape (n_children,)

    Returns
    -------
    ndarray, shape (n_children,)

    References
    ----------
    Held, Wolfe & Crowder (1974), Validation of subgradient optimization, Mathematical Programming
    6 (projection on a simplex by sorting).
    """
    corners = np.sort(np.concatenate([point - lower, point - upper]))
    sums = np.clip(point - corners[:, None], lower, upper).sum(axis=1)
    after = min(max(1, int(np.argmax(sums <= 1))), len(corners) - 1)
    begin, end = sums[after - 1], sums[after]
    part = (begin - 1) / (begin - end) if begin > end else 0.0
    less = corners[after - 1] + part * (corners[after] - corners[after - 1])
    found: Array = np.clip(point - less, lower, upper)
    return found


def least_squared(lead: Array, shares: Array, lower: Array, upper: Array) -> Array:
    """Shares at which a lead is gone, nearest to the present ones in the Euclidean sense.

    The solution of the quadratic programme is the projection of ``shares - multiplier * lead`` for
    the multiplier at which the lead is gone. As a function of the multiplier the lead falls and is
    piecewise linear, so that Newton's step is exact once it starts on the right piece; a bracket
    that each step narrows sees to it that it gets there.

    Parameters
    ----------
    lead : ndarray, shape (n_children,)
        Coefficients of a linear form that is 0 or more at ``shares`` and below 0 somewhere.
    shares, lower, upper : ndarray, shape (n_children,)

    Returns
    -------
    ndarray, shape (n_children,)
    """
    size = np.ptp(lead)
    if size == 0 or lead @ shares <= 0:
        return shares.copy()
    lead = lead / size
    small, large = 0.0, 1.0
    while lead @ nearest(shares - large * lead, lower, upper) > 0:
        small, large = large, 2 * large
    multiplier = small
    found = nearest(shares - multiplier * lead, lower, upper)
    while small < large:
        free = (found > lower) & (found < upper)
        slope = float(((lead[free] - lead[free].mean()) ** 2).sum()) if free.any() else 0.0
        step = multiplier + float(lead @ found) / slope if slope > 0 else np.inf
        if not small < step < large:
            step = small + (large - small) / 2
            if not small < step < large:
                break
        multiplier = step
        found = nearest(shares - multiplier * lead, lower, upper)
        remaining = lead @ found
        if abs(remaining) <= NOISE * np.abs(lead).max():
            break
        small, large = (multiplier, large) if remaining > 0 else (small, multiplier)
    return found

"""How many units can be kept behind one, or got ahead, together: a mixed-integer programme."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: The largest lead that is taken for a tie, as part of the largest lead a pair can have: what the
#: solver tells apart.
SMALLEST_LEAD = 1e-9

#: Answers that are ruled out one after another because they only hold by the solver's tolerance.
MOST_CUTS = 20


def best_counts(
    leads: Array,
    bounds: tuple[Array, Array],
    covered: tuple[Array, float],
    *,
    ahead: bool,
    time_limit: float,
) -> Iterator[tuple[int, Array]]:
    """Bounds on the number of units ahead, closer and closer, with shares that may attain them.

    Each unit has a binary variable, 1 where it is ahead. Its lead is linear in the shares, and the
    constant that switches its condition off is the largest lead it can have at all. The solver
    holds conditions up to a tolerance, so its count is a bound; the linear programme of the
    largest smallest margin for the same units then tells whether they can hold strictly. Where
    not, this set of units is ruled out and the programme solved again.

    Parameters
    ----------
    leads : ndarray, shape (n_others, n_children)
        Leads of the others over the unit, linear in the shares.
    bounds : (lower, upper) of ndarray, shape (n_children,)
        Admissible shares.
    covered : (ndarray, shape (n_patterns, n_children), float)
        Sums of shares that must be at least this.
    ahead : bool
        True for as many ahead as can be, False for as few.
    time_limit : float
        Seconds for all.

    Yields
    ------
    count : int
        No shares bring more (or fewer) ahead.
    shares : ndarray, shape (0 or 1, n_children)
        Shares to try.
    """
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp
    from scipy.sparse import block_array, csr_array, eye_array, vstack

    from scoring.what_if.admissible import highest, lowest

    lower, upper = bounds
    n_others, n_children = leads.shape
    if n_others == 0:
        return
    until = monotonic() + time_limit
    size = np.abs(leads).max(axis=1, keepdims=True)
    leads = leads / size
    sums, least = covered
    most = highest(leads, lower, upper)[0] if not ahead else -lowest(leads, lower, upper)[0]
    signed = leads if not ahead else -leads
    # Behind: lead <= most * variable. Ahead: -lead <= most * (1 - variable).
    switch = -1.0 if not ahead else 1.0
    rows = block_array([[csr_array(signed), switch * eye_array(n_others) * most[:, None]]])
    limit = np.zeros(n_others) if not ahead else most
    constraints = [
        LinearConstraint(rows, ub=limit),
        LinearConstraint(np.r_[np.ones(n_children), np.zeros(n_others)][None], 1.0, 1.0),
    ]
    if len(sums):
        padded = np.hstack([sums, np.zeros((len(sums), n_others))])
        constraints.append(LinearConstraint(padded, lb=least))
    cost = np.r_[np.zeros(n_children), np.full(n_others, -1.0 if ahead else 1.0)]
    cuts: list[Array] = []
    for _ in range(MOST_CUTS):
        left = until - monotonic()
        if left <= 0:
            return
        extra = []
        if cuts:
            # At least one unit of each set that was ruled out is on the other side.
            table = csr_array(np.hstack([np.zeros((len(cuts), n_children)), np.stack(cuts)]))
            table = vstack([table])
            extra = (
                [LinearConstraint(table, ub=np.stack(cuts).sum(axis=1) - 1)]
                if ahead
                else [LinearConstraint(table, lb=1.0)]
            )
        with _silent():
            result = milp(
                cost,
                integrality=np.r_[np.zeros(n_children), np.ones(n_others)],
                bounds=Bounds(np.r_[lower, np.zeros(n_others)], np.r_[upper, np.ones(n_others)]),
                constraints=[*constraints, *extra],
                options={"time_limit": left, "mip_rel_gap": 0.0},
            )
        if result.mip_dual_bound is None or not np.isfinite(result.mip_dual_bound):
            return
        bound = float(result.mip_dual_bound)
        count = int(np.floor(-bound + 1e-6)) if ahead else int(np.ceil(bound - 1e-6))
        if result.x is None:
            yield count, np.empty((0, n_children))
            return
        chosen = result.x[n_children:] > 0.5
        held = chosen if ahead else ~chosen
        # Largest margin by which all of them hold.
        n_held = int(held.sum())
        conditions = np.hstack([signed[held], np.ones((n_held, 1))])
        if len(sums):
            floors = np.hstack([-sums, np.zeros((len(sums), 1))])
            conditions = np.vstack([conditions, floors])
        right = np.r_[np.zeros(n_held), np.full(len(sums), -least)]
        margin = linprog(
            np.r_[np.zeros(n_children), -1.0],
            A_ub=conditions,
            b_ub=right,
            A_eq=np.r_[np.ones(n_children), 0.0][None],
            b_eq=[1.0],
            bounds=[*zip(lower, upper, strict=True), (-2.0, 2.0)],
            method="highs-ds",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        if margin.x is None:
            yield count, np.empty((0, n_children))
            return
        shares = np.clip(margin.x[:n_children], lower, upper)
        yield count, (shares / shares.sum())[None]
        holds = margin.x[-1] > SMALLEST_LEAD if ahead else margin.x[-1] >= -SMALLEST_LEAD
        if holds or result.status != 0:
            return
        cuts.append(held.astype(np.float64))


@contextmanager
def _silent() -> Iterator[None]:
    """Keep off standard output, where a table may be written, a line that HiGHS prints there."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        if os.name == "posix":  # what C still holds back would come out later
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)

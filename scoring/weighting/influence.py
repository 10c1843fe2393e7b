"""Weights under which the children are as important as was stated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scoring.weighting.base import Derived, Remark
from scoring.weighting.complete import complete, standardised

Array = NDArray[np.float64]
Aggregate = Callable[[Array], Array]

#: Largest gap between influence reached and stated that counts as none.
TOLERANCE = 1e-6

#: Shares spread over all there are that are tried, and the best of which the search starts from.
N_TRIALS, N_STARTS = 32, 4

#: Step of derivatives taken by difference.
STEP = 1e-6

#: Gap at which the search ends, and weight that is none.
EXACT = 1e-10


def target_influence(scores: Array, shares: Array, aggregate: Aggregate) -> Derived:
    """Weights under which the influence of each child on the parent is the share stated for it.

    The influence of a child is its share in the squared correlations with the parent
    (:func:`scoring.multivariate.correlation_importance`), negative where the correlation is: a
    child the parent goes against has not the influence that was meant. It is measured over the
    units that have all scores, among the children whose stated share is above 0; others stay at
    0, and so does a constant child, which has no influence at any weight.

    Where the parent is the weighted mean of the scores, weights with exactly the stated influence
    are found in closed form, if there are any; else the squared gaps between influence reached
    and stated are minimised under weights of 0 or more, from several fixed starts.

    Parameters
    ----------
    scores : ndarray, shape (n_units, n_children)
        Scores, NaN where missing, more is better.
    shares : ndarray, shape (n_children,)
        Stated importance, 0 or more, sum 1.
    aggregate : callable
        From shares (..., n_children) to scores of the parent (..., n_units).

    Returns
    -------
    Derived
        By child: ``influence``, reached with these weights, -1..1; ``influence_before``, with the
        stated shares as weights. Figures: ``largest_gap`` between influence reached and stated;
        ``converged``, 1 where that is 1e-6 at most, else 0; ``units``.

    Raises
    ------
    ValueError
        Where fewer than 3 units have all scores, or no child with a share varies.
    DomainError
        Where a score is outside the domain of the aggregation.

    Notes
    -----
    With correlations R of the children and standard deviations s, the correlations of a weighted
    mean with its children are proportional to R (s w). They are to be proportional to the roots of
    the stated shares t, so s w is proportional to the solution of R (s w) = sqrt(t). Where R
    has an inverse and the solution a negative element, no weights of 0 or more reach the target.

    References
    ----------
    Becker, Saisana, Paruolo, Vandecasteele (2017), Weights and importance in composite indicators:
    Closing the gap, Ecological Indicators 80 (weights fitted to stated importance).
    Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?, Journal of the
    Royal Statistical Society A 176 (stated weights and importance).
    """
    counted = shares > 0
    stated = aggregate(shares)
    basis = complete(np.where(counted, scores, 0.0), stated)
    positions = basis.positions

    def of_varying(tried: Array) -> Array:
        full = np.zeros((*tried.shape[:-1], len(shares)))
        full[..., positions] = tried
        return aggregate(full)[..., basis.units]

    target = shares[positions] / shares[positions].sum()
    weights = basis.spread(_closest(_Parent(basis.scores, of_varying), target))
    reached, before = (
        basis.spread(_influence_on(parent[basis.units], basis.scores))
        for parent in (aggregate(weights), stated)
    )
    gaps = np.abs(reached - shares)
    remarks = basis.remarks(counted)
    away = tuple(np.flatnonzero(gaps > TOLERANCE).tolist())
    if away:
        fields = {"gap": float(gaps.max())}
        remarks.append(Remark("influence_out_of_reach", "warning", away, fields=fields))
    return Derived(
        weights,
        by_child={"influence": reached, "influence_before": before},
        figures={
            "largest_gap": float(gaps.max()),
            "converged": float(not away),
            "units": float(basis.units.sum()),
        },
        remarks=tuple(remarks),
    )


class _Parent:
    """Influence on a parent as a function of the weights of the standardised scores.

    In these weights, those of the scores times their standard deviations, the search does not
    depend on the units of the scores.
    """

    def __init__(self, scores: Array, aggregate: Aggregate) -> None:
        self.columns, spreads = standardised(scores)
        self.spreads = spreads / spreads.max()
        self.correlations = self.columns.T @ self.columns / len(scores)
        self.aggregate = aggregate
        # With a fixed seed: every run tries the same.
        self.trials = np.random.default_rng(0).dirichlet(np.ones(scores.shape[1]), N_TRIALS)
        found, sums = aggregate(self.trials), self.trials @ scores.T
        self.linear = np.allclose(found, sums, rtol=1e-9, atol=1e-9 * float(np.abs(sums).max()))

    def shares(self, weights: Array) -> Array:
        """Shares of the scores themselves."""
        # Divided by at least a tiny number: of weights of 0 nothing follows.
        free = weights / np.maximum(self.spreads, 1e-300)
        found: Array = free / free.sum(axis=-1, keepdims=True)
        return found

    def influence(self, weights: Array) -> Array:
        """Influence of each child (..., n_children), sizes of sum 1."""
        if self.linear:
            return _signed_shares(weights @ self.correlations)
        return _signed_shares(self.aggregate(self.shares(weights)) @ self.columns)

    def derivatives(self, weights: Array) -> Array:
        """Derivative of the influence of each child (rows) by each weight (columns)."""
        if self.linear:
            along = self.correlations @ weights
            # A parent that does not vary has no direction to go in.
            total = max(float(along @ along), np.finfo(np.float64).tiny)
            sizes = np.diag(np.abs(along)) - np.outer(_signed_shares(along), along)
            exact: Array = 2 * sizes @ self.correlations / total
            return exact
        moved = self.influence(np.vstack([weights, weights + STEP * np.eye(len(weights))]))
        differences: Array = (moved[1:] - moved[0]).T / STEP
        return differences

    def starts(self, target: Array) -> Array:
        """Weights to start from; the first reach the target exactly if a weighted mean can."""
        from scipy.optimize import nnls

        roots = np.sqrt(target)
        # Of many solutions the smallest one, in which children that are alike share the weight.
        free = np.linalg.lstsq(self.correlations, roots, rcond=1e-10)[0].clip(min=0.0)
        bounded = nnls(self.correlations, roots)[0]
        tried = np.vstack([free, bounded, target, self.trials])
        tried = tried[tried.sum(axis=1) > 0]
        weights: Array = tried / tried.sum(axis=1, keepdims=True)
        return weights


def _closest(parent: _Parent, target: Array) -> Array:
    """Shares with the smallest sum of squared gaps between influence and target."""
    from scipy.optimize import Bounds, LinearConstraint, minimize

    def squared_gap(weights: Array) -> float:
        gaps = parent.influence(weights) - target
        return float(gaps @ gaps)

    def slope(weights: Array) -> Array:
        found: Array = 2 * (parent.influence(weights) - target) @ parent.derivatives(weights)
        return found

    starts = parent.starts(target)
    distances = ((parent.influence(starts) - target) ** 2).sum(axis=1)
    order = np.argsort(distances, kind="stable")
    best, distance = starts[order[0]], distances[order[0]]
    for start in starts[order[:N_STARTS]]:
        if distance <= EXACT**2:
            break
        found = minimize(
            squared_gap,
            start,
            jac=slope,
            method="SLSQP",
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(np.ones(len(target)), 1.0, 1.0),
            options={"ftol": EXACT**2, "maxiter": 1000},
        )
        # What is left of a weight that went to 0 would still count in a minimum.
        reached = np.where(found.x > EXACT, found.x, 0.0)
        if squared_gap(reached) < distance:
            best, distance = reached, squared_gap(reached)
    return parent.shares(best)


def _signed_shares(along: Array) -> Array:
    """Share of each number in the squares of all, with its sign; 0 where all are 0."""
    largest = np.abs(along).max(axis=-1, keepdims=True)
    relative = along / np.where(largest > 0, largest, 1.0)
    squares = relative * np.abs(relative)
    total = np.abs(squares).sum(axis=-1, keepdims=True)
    shares: Array = squares / np.where(total > 0, total, 1.0)
    return shares


def _influence_on(parent: Array, scores: Array) -> Array:
    """Importance of each child with the sign of its correlation; 0 where the parent is constant."""
    # At the top it would be a circle: what measures importance also knows the weights of a tree.
    from scoring.multivariate.importance import correlation_importance

    columns, _ = standardised(scores)
    signs = np.sign(standardised(parent)[0] @ columns)
    found: Array = signs * np.nan_to_num(correlation_importance(scores, parent))
    return found

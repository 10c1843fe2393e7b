"""From uniform numbers to weights: the ways in which weights are drawn (Handbook, step 7).

A way of drawing is a function of ``weights`` and ``uniforms`` and one line in :data:`WEIGHT_DRAWS`;
what else it needs are parameters with these names:

weights : ndarray, shape (n_nodes,) or (n_draws, n_nodes)
    Weights that are drawn around, relative among siblings and 0 or more, in the order of
    ``framework.scored_nodes``. Those of one draw can be what another way has drawn.
uniforms : ndarray, shape (n_draws, n_inputs)
    Independent numbers in [0, 1), one column for each node unless said otherwise.
siblings : sequence of ndarray of int
    Columns of the children of each group.

All return weights of shape (n_draws, n_nodes), each row a function of its own rows alone, to the
last bit. What is drawn among siblings keeps the sum of their weights, whose size matters to the
aggregation sum, and leaves every bit of what cannot vary: the index, an only child, and siblings
whose weights are all 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, gammaln

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Positions = NDArray[np.intp]

#: What a uniform number of 0 counts as, half of the smallest other one: its logarithm is finite.
SMALLEST = 2.0**-54

#: Gamma variates below this are known by their logarithm alone.
UNDERFLOW = 1e-280


def between(
    weights: Array, uniforms: Array, siblings: Sequence[Positions], corners: Array
) -> Array:
    """Anything between several sets of weights, all mixtures of them as likely.

    The coefficients of the mixture are the same for all groups. What is mixed are shares among
    siblings, so that sets count alike whatever their weights sum to.

    Parameters
    ----------
    weights, siblings
        As in :mod:`scoring.robustness.weight_draws`; of the weights their sums in groups are read.
    uniforms : ndarray, shape (n_draws, n_corners)
    corners : ndarray, shape (n_corners, n_nodes)
        The sets of weights. One with weights of 0 throughout a group has no say there; a group of
        which that is true in all of them stays as it is.

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7 (weights of several
    experts). Rubinstein (1982), Generating random vectors uniformly distributed inside and on the
    surface of different regions, European Journal of Operational Research 10(2).
    """
    shares = _shares(corners, siblings)
    coefficients = _exponentials(uniforms)
    mixed = reduce(np.add, map(np.multiply, coefficients.T[:, :, None], shares))
    return _shared_out(weights, mixed, siblings)


def simplex(weights: Array, uniforms: Array, siblings: Sequence[Positions]) -> Array:
    """All ways to share out a sum among siblings, each as likely; a weight of 0 stays 0.

    Of n siblings the share of each has the distribution Beta(1, n - 1).

    Parameters
    ----------
    weights, uniforms, siblings
        As in :mod:`scoring.robustness.weight_draws`.

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)

    References
    ----------
    Tervonen & Lahdelma (2007), Implementing stochastic multicriteria acceptability analysis,
    European Journal of Operational Research 178(2).
    """
    return _shared_out(weights, np.where(weights > 0, _exponentials(uniforms), 0.0), siblings)


def dirichlet(
    weights: Array, uniforms: Array, siblings: Sequence[Positions], concentration: float
) -> Array:
    """Dirichlet distribution around the shares of siblings; a weight of 0 stays 0.

    The mean of a share is the share s that is drawn around, its variance s (1 - s) /
    (concentration + 1). With a small concentration one sibling has nearly everything.

    Parameters
    ----------
    weights, uniforms, siblings
        As in :mod:`scoring.robustness.weight_draws`.
    concentration : float, above 0

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)

    References
    ----------
    Devroye (1986), Non-Uniform Random Variate Generation, chapter XI.4 (Dirichlet variates from
    gamma variates). Abramowitz & Stegun (1964), 6.5.29 (incomplete gamma function near 0).
    """
    weights, uniforms = np.broadcast_arrays(weights, np.maximum(uniforms, SMALLEST))
    shapes = concentration * _shares(weights, siblings)
    drawn = can_vary(weights, siblings) & (shapes > 0)
    lowest = np.finfo(np.float64).min
    logarithms = np.full(shapes.shape, lowest)
    logarithms[drawn] = _log_gammas(shapes[drawn], uniforms[drawn])
    # Relative to the largest among siblings, so that never all of them vanish.
    largest = _among_siblings(np.maximum, logarithms, siblings)
    parts = np.where(drawn, np.exp(logarithms - largest), 0.0)
    return _shared_out(weights, parts, siblings)


def relative(weights: Array, uniforms: Array, amounts: Array) -> Array:
    """Noise relative to each weight: w (1 + amount (2 u - 1)).

    Sums of siblings are not kept: only what the weights are relative to each other counts, but
    under the aggregation sum.

    Parameters
    ----------
    weights, uniforms
        As in :mod:`scoring.robustness.weight_draws`.
    amounts : ndarray, shape (n_nodes,), 0..1
        Share of itself by which a weight may be larger or smaller. A weight with 0 keeps its bits.

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)

    References
    ----------
    Becker, Caperna, Del Sorbo, Norlén, Papadimitriou & Saisana (2022), COINr: an R package for
    developing composite indicators, Journal of Open Source Software 7(78), 4567 (noise of weights
    by level).
    """
    factors = 2.0 * uniforms
    factors -= 1.0
    factors *= amounts
    factors += 1.0
    factors *= weights
    return factors


#: Ways in which weights are drawn, in the order in which they are applied.
WEIGHT_DRAWS: Mapping[str, Callable[..., Array]] = {
    "between": between,
    "simplex": simplex,
    "dirichlet": dirichlet,
    "noise": relative,
}


def left_out(weights: Array, chosen: Positions, without: Flags) -> Array:
    """Weights of which some become 0, by what each draw leaves out.

    Parameters
    ----------
    weights : ndarray, shape (n_nodes,) or (n_draws, n_nodes)
    chosen : ndarray of int, shape (n_draws,)
        What is left out in each draw, from 1 to the number of alternatives; 0 for nothing.
    without : ndarray of bool, shape (n_alternatives, n_nodes)
        Nodes of weight 0 in each alternative: what is left out, or the group that holds nothing
        else (:func:`scoring.comparison.node_to_leave_out`).

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Uncertainty and sensitivity analysis techniques as tools
    for the quality assessment of composite indicators, Journal of the Royal Statistical Society A
    168 (exclusion of an indicator).
    """
    zero = np.concatenate([np.zeros((1, without.shape[1]), dtype=np.bool_), without])
    result: Array = np.where(zero[chosen], 0.0, weights)
    return result


def can_vary(weights: Array, siblings: Sequence[Positions]) -> Flags:
    """Nodes with something to draw: of a weight above 0, as a sibling has it too.

    Parameters
    ----------
    weights, siblings
        As in :mod:`scoring.robustness.weight_draws`.

    Returns
    -------
    ndarray of bool, shape of ``weights``
    """
    positive = weights > 0
    together: Flags = _among_siblings(np.add, positive.astype(np.float64), siblings) > 1
    return positive & together


# --- arithmetic -----------------------------------------------------------------------------------
#
# Sums are added up column by column, not by np.sum or a matrix product: these add in an order that
# depends on the number of rows, and a draw would not be the same in blocks of another size.


def _exponentials(uniforms: Array) -> Array:
    """Exponential variates, above 0, whose shares are uniform on the simplex."""
    variates: Array = np.maximum(uniforms, SMALLEST)
    np.negative(variates, out=variates)
    np.log1p(variates, out=variates)
    np.negative(variates, out=variates)
    return variates


def _log_gammas(shapes: Array, uniforms: Array) -> Array:
    """Logarithms of gamma variates, finite where the variates themselves are too small."""
    # Not with ``where``, under which some releases of SciPy write past the end (scipy#25127).
    variates = gammaincinv(shapes, uniforms)
    logarithms: Array = np.log(np.maximum(variates, UNDERFLOW))
    small = variates < UNDERFLOW
    with np.errstate(over="ignore"):
        below = (np.log(uniforms[small]) + gammaln(shapes[small] + 1)) / shapes[small]
    logarithms[small] = np.maximum(below, np.finfo(np.float64).min)
    return logarithms


def _shares(weights: Array, siblings: Sequence[Positions]) -> Array:
    """Shares among siblings; 0 where all weights are."""
    totals = _among_siblings(np.add, weights, siblings)
    return np.divide(weights, totals, out=np.zeros(weights.shape), where=totals > 0)


def _shared_out(weights: Array, parts: Array, siblings: Sequence[Positions]) -> Array:
    """The sums of siblings shared out by parts; weights as they are where all parts are 0.

    Parameters
    ----------
    weights : ndarray, shape (n_nodes,) or (n_draws, n_nodes)
    parts : ndarray, shape (n_draws, n_nodes)
        0 or more.
    siblings : sequence of ndarray of int

    Returns
    -------
    ndarray, shape (n_draws, n_nodes)
    """
    shared = _among_siblings(np.add, parts, siblings)
    nothing = shared == 0
    shared[nothing] = 1.0
    # An only child has all parts: a quotient of 1, so that it keeps its weight to the last bit.
    np.divide(parts, shared, out=shared)
    shared *= _among_siblings(np.add, weights, siblings)
    np.copyto(shared, weights, where=nothing)
    return shared


def _among_siblings(combine: np.ufunc, table: Array, siblings: Sequence[Positions]) -> Array:
    """What siblings come to together, for each of them; the index alone as it is."""
    combined = table.copy()
    for children in siblings:
        together = reduce(combine, [table[..., child] for child in children])
        for child in children:
            combined[..., child] = together
    return combined

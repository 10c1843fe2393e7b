"""Weights from data beside plain numpy and the peers: ``python benchmarks/weights.py``.

As ``benchmarks/methods.py``: each line is a process of its own with one thread, on the same data,
and the plain numpy versions are what one would write for these data alone: no missing values, no
constant columns, no checks. Peers may live in an environment of their own:
``python benchmarks/weights.py --peers peers/bin/python``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from side_by_side import Array, Job, Line, main


def directions(values: Array) -> Array:
    """Every other indicator is one of which less is better."""
    return np.where(np.arange(values.shape[1]) % 2 == 0, 1.0, -1.0)


def positive(values: Array) -> Array:
    return values + 0.1


def shares(amounts: Array) -> Array:
    return amounts / amounts.sum()


# --- benefit of the doubt -------------------------------------------------------------------------


def frontier_ours(values: Array) -> Array:
    from scoring.aggregation.frontier import benefit_of_the_doubt

    return benefit_of_the_doubt(values, np.full(values.shape[1], 1 / values.shape[1]))


def frontier_linprog(values: Array) -> Array:
    from scipy.optimize import linprog

    ones = np.ones(len(values))
    return np.array([-linprog(-unit, values, ones).fun for unit in values])


# --- entropy --------------------------------------------------------------------------------------


def entropy_numpy(values: Array) -> Array:
    parts = values / values.sum(axis=0)
    return shares(1 + (parts * np.log(parts)).sum(axis=0) / np.log(len(values)))


def entropy_ours(values: Array) -> Array:
    from scoring.weighting.dispersion import entropy

    return entropy(values)


def entropy_pymcdm(values: Array) -> Array:
    from pymcdm.weights import entropy_weights

    return np.asarray(entropy_weights(values))


def entropy_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import entropy_weights

    return np.asarray(entropy_weights(values))


def entropy_pydecision(values: Array) -> Array:
    from pyDecision.algorithm import entropy_method

    return np.asarray(entropy_method(values, ["max"] * values.shape[1]))


# --- CRITIC ---------------------------------------------------------------------------------------


def critic_numpy(values: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / (high - low)
    scaled -= scaled.mean(axis=0)
    products = scaled.T @ scaled
    lengths = np.sqrt(np.diag(products))
    signs = directions(values)
    correlations = products / np.outer(lengths, lengths) * np.outer(signs, signs)
    return shares(lengths * (1 - correlations).sum(axis=0))


def critic_ours(values: Array) -> Array:
    from scoring.weighting.conflict import critic

    return critic(values, directions(values))


def critic_pymcdm(values: Array) -> Array:
    from pymcdm.weights import critic_weights

    # It takes no directions: costs are turned here, outside of its job.
    return np.asarray(critic_weights(values * directions(values)))


def critic_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import critic_weights

    return np.asarray(critic_weights(values, directions(values)))


def critic_pydecision(values: Array) -> Array:
    from pyDecision.algorithm import critic_method

    return np.asarray(critic_method(values, named(values)))


def named(values: Array) -> list[str]:
    return ["max" if direction > 0 else "min" for direction in directions(values)]


def rank_critic_numpy(values: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    deviations = (values / (high - low)).std(axis=0, ddof=1)
    # Without ties a rank is a place in the order.
    ranks = np.argsort(np.argsort(values, axis=0), axis=0)
    signs = directions(values)
    correlations = np.corrcoef(ranks, rowvar=False) * np.outer(signs, signs)
    return shares(deviations * (1 - correlations).sum(axis=0))


def rank_critic_ours(values: Array) -> Array:
    from scoring.weighting.conflict import critic

    return critic(values, directions(values), correlation="spearman")


def rank_critic_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import critic_weights

    return np.asarray(critic_weights(values, directions(values), correlation="spearman"))


# --- standard deviation, Gini ---------------------------------------------------------------------


def deviation_numpy(values: Array) -> Array:
    return shares(values.std(axis=0, ddof=1))


def deviation_ours(values: Array) -> Array:
    from scoring.weighting.dispersion import standard_deviation

    return standard_deviation(values)


def deviation_pymcdm(values: Array) -> Array:
    from pymcdm.weights import standard_deviation_weights

    return np.asarray(standard_deviation_weights(values))


def deviation_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import std_weights

    return np.asarray(std_weights(values))


def gini_numpy(values: Array) -> Array:
    n = len(values)
    ascending = np.sort(values, axis=0)
    return shares((2 * np.arange(n) - n + 1) @ ascending / ascending.sum(axis=0))


def gini_ours(values: Array) -> Array:
    from scoring.weighting.dispersion import gini

    return gini(values)


def gini_pymcdm(values: Array) -> Array:
    from pymcdm.weights import gini_weights

    return np.asarray(gini_weights(values))


def gini_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import gini_weights

    return np.asarray(gini_weights(values))


# --- MEREC, CILOS, IDOCRIW ------------------------------------------------------------------------


def merec_numpy(values: Array) -> Array:
    values = positive(values)
    low, high = values.min(axis=0), values.max(axis=0)
    relative = np.where(directions(values) > 0, low / values, values / high)
    parts = np.abs(np.log(relative)) / values.shape[1]
    whole = 1 + parts.sum(axis=1, keepdims=True)
    return shares((np.log(whole) - np.log(whole - parts)).sum(axis=0))


def merec_ours(values: Array) -> Array:
    from scoring.weighting.impact import merec

    return merec(positive(values), directions(values))


def merec_pymcdm(values: Array) -> Array:
    from pymcdm.weights import merec_weights

    return np.asarray(merec_weights(positive(values), directions(values)))


def merec_scikit_criteria(values: Array) -> Array:
    from skcriteria.preprocessing.weighters import merec_weights

    return np.asarray(merec_weights(positive(values), directions(values)))


def merec_pydecision(values: Array) -> Array:
    from pyDecision.algorithm import merec_method

    return np.asarray(merec_method(positive(values), named(values)))


def cilos_numpy(values: Array) -> Array:
    values = positive(values)
    values = np.where(directions(values) > 0, values, values.min(axis=0) / values)
    at_best = values[values.argmax(axis=0)]
    best = np.diag(at_best)
    losses = (best - at_best) / best
    balance = losses - np.diag(losses.sum(axis=0))
    balance[0] = 1
    return shares(np.linalg.solve(balance, np.eye(len(best))[0]))


def cilos_ours(values: Array) -> Array:
    from scoring.weighting.impact import cilos

    return cilos(positive(values), directions(values))


def cilos_pymcdm(values: Array) -> Array:
    from pymcdm.weights import cilos_weights

    return np.asarray(cilos_weights(positive(values), directions(values)))


def cilos_pydecision(values: Array) -> Array:
    from pyDecision.algorithm import cilos_method

    return np.asarray(cilos_method(positive(values), named(values)))


def idocriw_numpy(values: Array) -> Array:
    return shares(cilos_numpy(values) * entropy_numpy(positive(values)))


def idocriw_ours(values: Array) -> Array:
    from scoring.weighting.impact import idocriw

    return idocriw(positive(values), directions(values))


def idocriw_pymcdm(values: Array) -> Array:
    from pymcdm.weights import idocriw_weights

    return np.asarray(idocriw_weights(positive(values), directions(values)))


# --- the table ------------------------------------------------------------------------------------

MODULES = {"scikit-criteria": "skcriteria"}


def large(title: str, *lines: Line) -> Job:
    return Job(f"{title}; 100,000 x 50", 100_000, 50, lines)


def peer(who: str, function: Callable[[Array], Array], units: int = 0) -> Line:
    name = f"{who}, {units:,} units" if units else who
    return Line(name, function, True, units, MODULES.get(who, who))


JOBS = (
    Job(
        "benefit of the doubt; 3,000 x 5",
        3_000,
        5,
        (
            Line("ours", frontier_ours),
            Line("scipy, one linprog per unit", frontier_linprog),
        ),
    ),
    large(
        "entropy",
        Line("plain numpy", entropy_numpy),
        Line("ours", entropy_ours),
        peer("pymcdm", entropy_pymcdm),
        peer("scikit-criteria", entropy_scikit_criteria),
        peer("pyDecision", entropy_pydecision),
    ),
    large(
        "CRITIC",
        Line("plain numpy", critic_numpy),
        Line("ours", critic_ours),
        peer("pymcdm", critic_pymcdm),
        peer("scikit-criteria", critic_scikit_criteria),
        peer("pyDecision", critic_pydecision),
    ),
    large(
        "CRITIC, Spearman",
        Line("plain numpy", rank_critic_numpy),
        Line("ours", rank_critic_ours),
        peer("scikit-criteria", rank_critic_scikit_criteria),
    ),
    large(
        "standard deviation",
        Line("plain numpy", deviation_numpy),
        Line("ours", deviation_ours),
        peer("pymcdm", deviation_pymcdm),
        peer("scikit-criteria", deviation_scikit_criteria),
    ),
    large(
        "Gini",
        Line("plain numpy", gini_numpy),
        Line("ours", gini_ours),
        peer("pymcdm", gini_pymcdm, 1_000),
        peer("scikit-criteria", gini_scikit_criteria),
    ),
    large(
        "MEREC",
        Line("plain numpy", merec_numpy),
        Line("ours", merec_ours),
        peer("pymcdm", merec_pymcdm),
        peer("scikit-criteria", merec_scikit_criteria),
        peer("pyDecision", merec_pydecision),
    ),
    large(
        "CILOS",
        Line("plain numpy", cilos_numpy),
        Line("ours", cilos_ours),
        peer("pymcdm", cilos_pymcdm),
        peer("pyDecision", cilos_pydecision),
    ),
    large(
        "IDOCRIW",
        Line("plain numpy", idocriw_numpy),
        Line("ours", idocriw_ours),
        peer("pymcdm", idocriw_pymcdm),
    ),
)


if __name__ == "__main__":
    main(__doc__, __file__, JOBS)

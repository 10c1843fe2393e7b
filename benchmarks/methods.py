"""Single methods beside plain numpy and the peers: ``python benchmarks/methods.py``.

Every line is a process of its own with one thread, on the same data. It runs the job several times
and reports the least CPU seconds, the ratio to plain numpy, the memory that the job adds to that of
its data and imports, and how far its result is from that of plain numpy. The plain numpy versions
are what one would write for these data alone: no missing scores, no options, no checks.

Peers that cannot be imported are left out. They may live in an environment of their own:
``python benchmarks/methods.py --peers peers/bin/python``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from side_by_side import Array, Job, Line, data, main

if TYPE_CHECKING:
    from indicators import Framework, IndicatorSet

INDIFFERENCE, FULL_PREFERENCE = 0.1, 0.3
#: 50 indicators in 10 groups in 3 groups in the index: which come under which.
GROUPS_OF_INDICATORS = np.arange(50) // 5
GROUPS_OF_GROUPS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])


def some_weights(n_indicators: int) -> Array:
    return np.random.default_rng(2).dirichlet(np.full(n_indicators, 5.0))


# --- min-max, four levels, ranks ------------------------------------------------------------------


def framework() -> Framework:
    """Index, 3 groups, 10 groups, 50 indicators; weights as they are where nobody sets them."""
    from indicators import Framework, Node

    nodes = [Node("index", "", "Index")]
    nodes += [Node(f"top{top}", "index", "Group") for top in range(3)]
    nodes += [Node(f"mid{mid}", f"top{top}", "Group") for mid, top in enumerate(GROUPS_OF_GROUPS)]
    nodes += [
        Node(f"i{leaf}", f"mid{mid}", "Indicator") for leaf, mid in enumerate(GROUPS_OF_INDICATORS)
    ]
    return Framework(tuple(nodes))


def chain_ours(values: Array) -> Array:
    """The stages of ``assess`` on arrays: normalisation, the tree, ranks of all its nodes."""
    from scoring.normalisation import MinMax
    from scoring.options import AggregationChoice, Rounding
    from scoring.ranking import rank
    from scoring.tree import aggregate_tree

    tree = framework()
    weights = np.array([tree.weight(node) for node in tree.scored_nodes])
    choices = {group: AggregationChoice() for group in tree.groups}
    normalised = MinMax().fit_transform(values)
    scores = aggregate_tree(tree, choices, Rounding(), normalised, weights)
    return rank(scores.exact.T)[0]


@cache
def indicator_set(n_units: int) -> IndicatorSet:
    """The data as a set in memory: what ``assess`` is given."""
    return set_of(framework(), data(n_units, len(GROUPS_OF_INDICATORS)))


def set_of(tree: Framework, values: Array) -> IndicatorSet:
    """Values of the tree's indicators as a set of one year."""
    import pandas as pd

    from indicators import IndicatorSet

    n_units, cells = values.shape
    codes = [f"u{unit}" for unit in range(n_units)]
    units = pd.DataFrame({"name": codes, "name_zh": "", "role": "score"}, index=codes)
    long = pd.DataFrame(
        {
            "unit": pd.Categorical.from_codes(np.repeat(np.arange(n_units), cells), codes),
            "indicator": pd.Categorical.from_codes(
                np.tile(np.arange(cells), n_units), tree.indicators
            ),
            "year": np.full(n_units * cells, 2024.0),
            "value": values.ravel(),
            "source": "",
            "note": "",
        }
    )
    return IndicatorSet("synthetic", tree, units, long, pd.DataFrame(), pd.DataFrame())


def chain_assess(values: Array) -> Array:
    """``assess`` of a set: the cross-section, all checks, every table of every stage."""
    from scoring import assess

    return assess(indicator_set(len(values))).ranks.iloc[:, 0].to_numpy()


def chain_numpy(values: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    levels = [100 * (values - low) / (high - low)]
    for groups in (GROUPS_OF_INDICATORS, GROUPS_OF_GROUPS, np.zeros(3, dtype=int)):
        below = levels[-1]
        means = [below[:, groups == group].mean(axis=1) for group in range(groups.max() + 1)]
        levels.append(np.column_stack(means))
    scores = np.ascontiguousarray(np.hstack(levels).T)
    ranks = np.empty(scores.shape)
    for row, column in enumerate(scores):
        ranks[row] = ranks_numpy(column)
    return ranks[-1]


def ranks_numpy(column: Array) -> Array:
    """Ranks, the highest 1, ties the smaller rank, nine decimals."""
    keys = -np.round(column, 9)
    order = np.argsort(keys)
    ascending = keys[order]
    starts = np.append(True, ascending[1:] != ascending[:-1])
    ranks = np.empty(len(column))
    ranks[order] = np.maximum.accumulate(np.where(starts, np.arange(1, len(column) + 1), 0))
    return ranks


def chain_pymcdm(values: Array) -> Array:
    from pymcdm.helpers import rankdata
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    found = WSM(minmax_normalization)(values, flat_weights(), np.ones(values.shape[1]))
    return np.asarray(rankdata(found, reverse=True))


def chain_scikit_criteria(values: Array) -> Array:
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.preprocessing.scalers import MinMaxScaler

    matrix = skcriteria.mkdm(values, [max] * values.shape[1], weights=flat_weights())
    scaled = MinMaxScaler(target="matrix").transform(matrix)
    return np.asarray(WeightedSumModel().evaluate(scaled).rank_, dtype=np.float64)


def flat_weights() -> Array:
    """Weights of the indicators in the index."""
    groups = np.bincount(GROUPS_OF_GROUPS)[GROUPS_OF_GROUPS]
    return (1 / 3 / groups / 5)[GROUPS_OF_INDICATORS]


# --- ranks ----------------------------------------------------------------------------------------


def ranks_ours(values: Array) -> Array:
    from scoring.ranking import rank

    return rank(values.T)


def ranks_plain(values: Array) -> Array:
    return np.array([ranks_numpy(column) for column in np.ascontiguousarray(values.T)])


def ranks_scipy(values: Array) -> Array:
    from scipy.stats import rankdata

    keys = np.round(values.T, 9)
    return np.asarray(rankdata(-keys, method="min", axis=-1, nan_policy="omit"))


# --- PROMETHEE II ---------------------------------------------------------------------------------


def usual_ours(values: Array) -> Array:
    from scoring.aggregation.outranking import promethee

    return promethee(values, some_weights(values.shape[1]), preference="usual")


def usual_numpy(values: Array) -> Array:
    n, flows = len(values), np.zeros(len(values))
    for column, weight in zip(values.T, some_weights(values.shape[1]), strict=True):
        ascending = np.sort(column)
        below = np.searchsorted(ascending, column, "left")
        flows += weight * (below - (n - np.searchsorted(ascending, column, "right")))
    return flows / (n - 1)


def usual_pymcdm(values: Array) -> Array:
    from pymcdm.methods import PROMETHEE_II

    types = np.ones(values.shape[1])
    return np.asarray(PROMETHEE_II("usual")(values, some_weights(values.shape[1]), types))


def usual_pydecision(values: Array) -> Array:
    return pydecision(values, "t1")


def linear_ours(values: Array) -> Array:
    from scoring.aggregation.outranking import promethee

    return promethee(
        values,
        some_weights(values.shape[1]),
        preference="linear",
        indifference=INDIFFERENCE,
        preference_threshold=FULL_PREFERENCE,
    )


def linear_numpy(values: Array) -> Array:
    n, q, p, flows = len(values), INDIFFERENCE, FULL_PREFERENCE, np.zeros(len(values))
    for column, weight in zip(values.T, some_weights(values.shape[1]), strict=True):
        order = np.argsort(column)
        x = column[order]
        total = np.append(0.0, np.cumsum(x))
        full, some = np.searchsorted(x, x - p), np.searchsorted(x, x - q)
        up = full + ((x - q) * (some - full) - (total[some] - total[full])) / (p - q)
        some, full = np.searchsorted(x, x + q, "right"), np.searchsorted(x, x + p, "right")
        down = n - full + (total[full] - total[some] - (x + q) * (full - some)) / (p - q)
        flows[order] += weight * (up - down)
    return flows / (n - 1)


def linear_pymcdm(values: Array) -> Array:
    from pymcdm.methods import PROMETHEE_II

    k = values.shape[1]
    method = PROMETHEE_II("vshape_2", p=np.full(k, FULL_PREFERENCE), q=np.full(k, INDIFFERENCE))
    return np.asarray(method(values, some_weights(k), np.ones(k)))


def linear_pydecision(values: Array) -> Array:
    return pydecision(values, "t5")


def pydecision(values: Array, function: str) -> Array:
    from pyDecision.algorithm import promethee_ii

    k = values.shape[1]
    q, p = [INDIFFERENCE] * k, [FULL_PREFERENCE] * k
    found = promethee_ii(
        values, list(some_weights(k)), q, [1] * k, p, [function] * k, sort=False, verbose=False
    )
    return np.asarray(found[:, 1], dtype=np.float64)


# --- Copeland -------------------------------------------------------------------------------------


def copeland_ours(values: Array) -> Array:
    from scoring.aggregation.outranking import copeland

    return copeland(values, some_weights(values.shape[1]))


def copeland_numpy(values: Array) -> Array:
    weights, found, rows = some_weights(values.shape[1]), np.zeros(len(values)), 64
    columns = np.ascontiguousarray(values.T)
    for begin in range(0, len(values), rows):
        balance = np.zeros((len(values[begin : begin + rows]), len(values)))
        for column, weight in zip(columns, weights, strict=True):
            # Without ties the balance is twice the weight of the children won, less their sum.
            balance += weight * (column[begin : begin + rows, None] > column)
        found[begin : begin + rows] = ((balance > 0.5).sum(axis=1)) - ((balance < 0.5).sum(axis=1))
    # Each unit has lost against itself in this.
    return found + 1


# --- the table ------------------------------------------------------------------------------------


COPELAND = (Line("plain numpy, blocks", copeland_numpy), Line("ours", copeland_ours))
JOBS = (
    Job(
        "min-max, 4 levels, ranks; 100,000 x 50",
        100_000,
        50,
        (
            Line("plain numpy", chain_numpy),
            Line("ours, stages on arrays", chain_ours),
            Line("ours, assess of a set", chain_assess, prepare=indicator_set),
            Line("pymcdm, flat: index alone", chain_pymcdm, True, module="pymcdm"),
            Line(
                "scikit-criteria, flat: index alone",
                chain_scikit_criteria,
                True,
                module="skcriteria",
            ),
        ),
    ),
    Job(
        "ranks of 64 nodes; 100,000 x 64",
        100_000,
        64,
        (
            Line("plain numpy", ranks_plain),
            Line("ours", ranks_ours),
            Line("scipy rankdata", ranks_scipy),
        ),
    ),
    Job(
        "PROMETHEE II, usual; 3,000 x 50",
        3_000,
        50,
        (
            Line("plain numpy, sorted", usual_numpy),
            Line("ours", usual_ours),
            Line("pymcdm", usual_pymcdm, True, module="pymcdm"),
            Line("pyDecision, 300 units", usual_pydecision, True, 300, "pyDecision"),
        ),
    ),
    Job(
        "PROMETHEE II, linear; 3,000 x 50",
        3_000,
        50,
        (
            Line("plain numpy, prefix sums", linear_numpy),
            Line("ours", linear_ours),
            Line("pymcdm", linear_pymcdm, True, module="pymcdm"),
            Line("pyDecision, 300 units", linear_pydecision, True, 300, "pyDecision"),
        ),
    ),
    Job("Copeland; 1,000 x 50", 1_000, 50, COPELAND),
    Job("Copeland; 3,000 x 50", 3_000, 50, COPELAND),
)


if __name__ == "__main__":
    main(__doc__, __file__, JOBS)

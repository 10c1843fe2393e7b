"""Single methods beside plain numpy and the peers: ``python benchmarks/methods.py``.

Every line is a process of its own with one thread, on the same data. It runs the job several times
and reports the least CPU seconds, the ratio to plain numpy, the memory that the job adds to that of
its data and imports, and how far its result is from that of plain numpy. The plain numpy versions
are what one would write for these data alone: no missing scores, no options, no checks.

Peers that cannot be imported are left out. They may live in an environment of their own:
``python benchmarks/methods.py --peers peers/bin/python``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from indicators import Framework, IndicatorSet

Array = np.ndarray[Any, np.dtype[np.float64]]

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
INDIFFERENCE, FULL_PREFERENCE = 0.1, 0.3
#: 50 indicators in 10 groups in 3 groups in the index: which come under which.
GROUPS_OF_INDICATORS = np.arange(50) // 5
GROUPS_OF_GROUPS = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])


def data(n_units: int, n_indicators: int = 50) -> Array:
    return np.random.default_rng(1).random((n_units, n_indicators))


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
    import pandas as pd

    from indicators import IndicatorSet

    tree, values = framework(), data(n_units)
    codes = [f"u{unit}" for unit in range(n_units)]
    units = pd.DataFrame({"name": codes, "name_zh": "", "role": "score"}, index=codes)
    cells = len(tree.indicators)
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


# --- benefit of the doubt -------------------------------------------------------------------------


def frontier_ours(values: Array) -> Array:
    from scoring.aggregation.frontier import benefit_of_the_doubt

    return benefit_of_the_doubt(values, np.full(values.shape[1], 1 / values.shape[1]))


def frontier_linprog(values: Array) -> Array:
    from scipy.optimize import linprog

    ones = np.ones(len(values))
    return np.array([-linprog(-unit, values, ones).fun for unit in values])


# --- the table ------------------------------------------------------------------------------------


class Line(NamedTuple):
    """One way to do a job."""

    who: str
    function: Callable[[Array], Array]
    is_peer: bool = False
    units: int = 0
    """Of a size of its own, where it would not finish."""
    module: str = ""


class Job(NamedTuple):
    """What all lines do on the same data; the first line is what the others are measured by."""

    title: str
    units: int
    indicators: int
    lines: tuple[Line, ...]


COPELAND = (Line("plain numpy, blocks", copeland_numpy), Line("ours", copeland_ours))
JOBS = (
    Job(
        "min-max, 4 levels, ranks; 100,000 x 50",
        100_000,
        50,
        (
            Line("plain numpy", chain_numpy),
            Line("ours, stages on arrays", chain_ours),
            Line("ours, assess of a set", chain_assess),
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
    Job(
        "benefit of the doubt; 3,000 x 5",
        3_000,
        5,
        (
            Line("ours", frontier_ours),
            Line("scipy, one linprog per unit, 300 units", frontier_linprog, units=300),
        ),
    ),
)


def measure(job: Job, line: Line, repeats: int, result: str) -> None:
    """Run one line in this process and print what it took."""
    warnings.simplefilter("ignore")
    values = data(line.units or job.units, job.indicators)
    line.function(data(20, job.indicators))  # the imports
    if line.function is chain_assess:
        indicator_set(len(values))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds: list[float] = []
    found = np.empty(0)
    # What takes long is not repeated.
    while not seconds or (len(seconds) < repeats and sum(seconds) < 20):
        begin = time.process_time()
        found = line.function(values)
        seconds.append(time.process_time() - begin)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    np.save(result, found)
    print(json.dumps({"seconds": min(seconds), "memory": (after - before) / 1024}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--only", default="", help="part of the title of the jobs to run")
    parser.add_argument("--line", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--result", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.line:
        job = JOBS[arguments.line[0]]
        measure(job, job.lines[arguments.line[1]], arguments.repeats, arguments.result)
        return
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, **THREADS, "PYTHONPATH": root}
    print("| job | who | CPU s | ratio | added MB | largest difference |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, job in enumerate(JOBS):
            if arguments.only not in job.title:
                continue
            floor, expected = np.nan, np.empty(0)
            for place, line in enumerate(job.lines):
                python = arguments.peers if line.is_peer else sys.executable
                if line.module and not has_module(python, line.module, environment):
                    print(f"| {job.title} | {line.who} | not installed | | | |")
                    continue
                result = str(Path(folder) / "result.npy")
                command = [python, __file__, "--line", str(number), str(place)]
                command += ["--result", result, "--repeats", str(arguments.repeats)]
                run = subprocess.run(command, env=environment, capture_output=True, text=True)
                if run.returncode:
                    reason = run.stderr.strip().splitlines()[-1:]
                    print(f"| {job.title} | {line.who} | failed: {reason} | | | |")
                    continue
                took = json.loads(run.stdout.splitlines()[-1])
                found = np.load(result)
                if place == 0:
                    floor, expected = took["seconds"], found
                same = found.shape == expected.shape
                apart = f"{np.abs(found - expected).max():.0e}" if same else ""
                ratio = f"{took['seconds'] / floor:.2f}" if same else ""
                print(
                    f"| {job.title} | {line.who} | {took['seconds']:.3f} | {ratio} "
                    f"| {took['memory']:.0f} | {apart} |",
                    flush=True,
                )


def has_module(python: str, module: str, environment: dict[str, str]) -> bool:
    command = [python, "-c", f"import {module}"]
    return subprocess.run(command, env=environment, capture_output=True).returncode == 0


if __name__ == "__main__":
    main()

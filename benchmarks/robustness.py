"""Uncertainty and sensitivity beside plain numpy and peers: ``python benchmarks/robustness.py``.

The first jobs are as in ``benchmarks/methods.py``: each line is a process of its own with one
thread, on the same data and the same random numbers; plain numpy is what one would write for these
data alone. Then large sets, each a process of its own, on one thread and on two: how time and
memory grow with draws and units. At last, what a million units would cost, computed from that.

Peers that cannot be imported are left out. They may live in an environment of their own:
``python benchmarks/robustness.py --peers peers/bin/python``; ``--only`` names a part of the titles.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from methods import framework, indicator_set, set_of
from side_by_side import THREADS, Array, Job, Line, data, main

if TYPE_CHECKING:
    from indicators import IndicatorSet
    from scoring.robustness import Uncertainty
    from scoring.robustness.problem import Problem

UNITS, INDICATORS = 31, 24
DRAWS, POINTS, SEED, NOISE = 10_000, 1024, 1, 0.25
QUANTILES = (0.05, 0.5, 0.95)
TOP = (3, 10)


# --- weights alone --------------------------------------------------------------------------------


def flat_set(values: Array) -> IndicatorSet:
    """24 indicators of one weight, straight under the index."""
    from indicators import Framework, Node

    leaves = [Node(f"i{leaf}", "index", "Indicator") for leaf in range(values.shape[1])]
    uncertain = {
        "draws": DRAWS,
        "sensitivity_draws": POINTS,
        "each_weight": True,
        "top": list(TOP),
        "weights": {"noise": NOISE},
    }
    tree = Framework((Node("index", "", "Index"), *leaves))
    return set_of(tree, values).with_method({"robustness": uncertain})


@cache
def flat_problem(n_units: int) -> Problem:
    from scoring.robustness.building import problem_of

    return problem_of(flat_set(data(n_units, INDICATORS)))


def drawn_ours(values: Array) -> Array:
    """Every draw and every table, from a set whose normalised scores are there already."""
    from scoring.robustness.machines import Cores
    from scoring.robustness.monte_carlo import uncertainty

    return tables(uncertainty(flat_problem(len(values)), Cores(1)))


def everything_ours(values: Array) -> Array:
    from scoring import robustness_of

    found = robustness_of(flat_set(values), sensitive=False, workers=1)
    return tables(found.uncertainty)


def tables(found: Uncertainty) -> Array:
    """What was drawn, as one table (n_units, ...): all that is exact."""
    intervals = found.of_node()
    named = ["mean_score", "mean_rank", "rank_5", "median_rank", "rank_95"]
    named += [name for name in intervals if name.startswith("top_")]
    return np.hstack(
        [found.rank_probabilities(), np.nan_to_num(found.leads()), intervals[named].to_numpy()]
    )


def acceptability_ours(values: Array) -> Array:
    return drawn_ours(values)[:, : len(values)]


def uniforms() -> Array:
    """The random numbers of our draws, block by block."""
    seeds = (np.random.SeedSequence(SEED, spawn_key=(block,)) for block in range(DRAWS // 1000))
    return np.vstack([np.random.default_rng(seed).random((1000, INDICATORS)) for seed in seeds])


def scores_of_weights(values: Array, numbers: Array) -> Array:
    low, high = values.min(axis=0), values.max(axis=0)
    weights = 1 + NOISE * (2 * numbers - 1)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ (100 * (values - low) / (high - low)).T


def ranks_of(scores: Array) -> Array:
    """Whole ranks, the highest score 1; of ties nothing is known."""
    order = np.argsort(-scores, axis=1)
    ranks = np.empty(scores.shape, dtype=np.intp)
    np.put_along_axis(ranks, order, np.arange(1, scores.shape[1] + 1)[None], axis=1)
    return ranks


def acceptability_of(ranks: Array) -> Array:
    n_draws, n_units = ranks.shape
    cells = ranks - 1 + n_units * np.arange(n_units)
    return np.bincount(cells.ravel(), minlength=n_units**2).reshape(n_units, n_units) / n_draws


def acceptability_numpy(values: Array) -> Array:
    return acceptability_of(ranks_of(scores_of_weights(values, uniforms())))


def everything_numpy(values: Array) -> Array:
    scores = scores_of_weights(values, uniforms())
    ranks = ranks_of(scores)
    by_unit = np.ascontiguousarray(ranks.T.astype(np.int8))
    leads = [np.count_nonzero(own < by_unit, axis=1) for own in by_unit]
    np.quantile(scores, QUANTILES, axis=0)  # ours are to the width of a bin, and not compared
    quantiles = np.quantile(by_unit, QUANTILES, axis=1, method="inverted_cdf")
    columns = [scores.mean(axis=0), ranks.mean(axis=0), *quantiles]
    columns += [(ranks <= among).mean(axis=0) for among in TOP]
    return np.hstack(
        [acceptability_of(ranks), np.array(leads) / len(ranks), np.column_stack(columns)]
    )


def acceptability_pysensmcda(values: Array) -> Array:
    from pysensmcda.smaa import simulate

    def additive(matrix: Array, weights: Array, types: Array) -> Array:
        del types
        return matrix @ weights

    low, high = values.min(axis=0), values.max(axis=0)
    weights = 1 + NOISE * (2 * uniforms() - 1)
    weights /= weights.sum(axis=1, keepdims=True)
    scaled = 100 * (values - low) / (high - low)
    found = simulate(additive, scaled, np.ones(values.shape[1]), weights=weights)
    return np.asarray(found.rank_acceptability())


# --- four choices at once -------------------------------------------------------------------------


@cache
def asem() -> IndicatorSet:
    """COINr's example where its tables are at hand, else a set of its shape."""
    from tests.cases import asem, shared_cases

    if shared_cases.SHARED_CASES.exists():
        chain, group = asem.CHAIN, "EurAsia_group"
        found = asem.imported()
    else:
        found, group = like_asem(), "group"
        chain = {**asem.CHAIN, "imputation": {"method": "group_mean", "group": group}}
    # Above 0, as geometric and harmonic means need it.
    scales = [{"method": "percentile"}, {"method": "zscore", "mean": 100, "sd": 10}]
    uncertain = {
        "draws": 1000,
        "weights": {"noise": NOISE},
        "normalisation": scales,
        "aggregation": ["geometric", "harmonic"],
        "imputation": ["mean", "median", "knn"],
    }
    alike = {"normalisation": {"method": "minmax", "range": [1, 100]}, "robustness": uncertain}
    return found.with_method({**chain, **alike})


def like_asem() -> IndicatorSet:
    """51 units, 49 indicators in 8 groups in 2 in the index, 7 % missing, two groups of units."""
    from dataclasses import replace

    from indicators import Framework, Node

    random = np.random.default_rng(1)
    nodes = [Node("index", "", "Index")]
    nodes += [Node(f"top{top}", "index", "Group") for top in range(2)]
    nodes += [Node(f"mid{mid}", f"top{mid % 2}", "Group") for mid in range(8)]
    nodes += [Node(f"i{leaf}", f"mid{leaf % 8}", "Indicator") for leaf in range(49)]
    values = np.exp(random.normal(size=(51, 49)))
    values[random.random(values.shape) < 0.07] = np.nan
    found = set_of(Framework(tuple(nodes)), values)
    units = found.units.assign(group=np.where(np.arange(51) < 26, "a", "b"))
    return replace(found, units=units, values=found.values.dropna(subset="value"))


def choices_ours(values: Array) -> Array:
    from scoring import robustness_of

    del values
    found = robustness_of(asem(), sensitive=False, workers=1)
    return np.array([found.uncertainty.draws - found.uncertainty.failed])


def choices_assessed(values: Array) -> Array:
    """One draw after the other, as a loop over ``assess`` would have it."""
    from scoring import assess

    draws = 20 if len(values) > 20 else 1  # for the imports, one
    for _ in range(draws):
        assess(asem())
    return np.array([draws])


# --- Sobol indices of weights ---------------------------------------------------------------------


def sobol_ours(values: Array) -> Array:
    """Indices of the mean shift and of all units; those of the first unit are handed back."""
    from scoring.robustness.machines import Cores
    from scoring.robustness.variance import sensitivity

    found = sensitivity(flat_problem(len(values)), Cores(1))
    of_first = found.units[found.units["unit"] == "u0"]
    return of_first[["first", "first_interval", "total", "total_interval"]].to_numpy().T


def sobol_salib(values: Array) -> Array:
    """Sample, model and indices of the rank of the first unit."""
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    names = [f"weight {number}" for number in range(INDICATORS)]
    problem = {"num_vars": INDICATORS, "names": names, "bounds": [[0, 1]] * INDICATORS}
    numbers = sampling.sample(problem, POINTS, calc_second_order=False, seed=SEED)
    ranks = ranks_of(scores_of_weights(values, numbers))[:, 0].astype(float)
    found = analysis.analyze(problem, ranks, calc_second_order=False, seed=SEED)
    return np.array([found[part] for part in ("S1", "S1_conf", "ST", "ST_conf")])


# --- large sets -----------------------------------------------------------------------------------


class Size(NamedTuple):
    """A run on 50 indicators in 4 levels, with scores and ranks of their 14 groups."""

    units: int
    draws: int
    workers: int = 1


#: What grows in each of them is told by the title.
SIZES: Mapping[str, tuple[Size, ...]] = {
    "draws grow; 3,000 x 50": (Size(3_000, 1_000), Size(3_000, 2_000), Size(3_000, 4_000)),
    "units grow; 200 draws": tuple(Size(units, 200) for units in (3_000, 6_000, 12_000, 24_000)),
    "3,000 x 50, 10,000 draws": (Size(3_000, 10_000), Size(3_000, 10_000, 2)),
    "600,000 x 50, 100 draws": (
        Size(600_000, 25),
        Size(600_000, 100),
        Size(600_000, 100, 2),
    ),
}
LARGE = "600,000 x 50, 100 draws"


def measure_size(size: Size) -> None:
    """Run one size in this process and print what it took."""
    from scoring.robustness.building import problem_of
    from scoring.robustness.machines import Cores
    from scoring.robustness.monte_carlo import uncertainty

    uncertain = {"draws": size.draws, "weights": {"noise": NOISE}}
    large = indicator_set(size.units).with_method({"robustness": uncertain})
    indicator_set.cache_clear()
    begin = time.process_time()
    problem = problem_of(large)
    built, wall = time.process_time(), time.perf_counter()
    del large
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    uncertainty(problem, Cores(size.workers))
    took = {
        "building": built - begin,
        "cpu": time.process_time() - built,
        "wall": time.perf_counter() - wall,
        "before": before / 1024,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(took))


def grow(only: str) -> None:
    """Print how time and memory grow, and what a million units would cost."""
    environment = {**os.environ, **THREADS, "PYTHONPATH": str(Path(__file__).parents[1])}
    print("\n| job | units | draws | workers | building CPU s | draws CPU s | wall s | ", end="")
    print("ns per unit, node, draw | ratio | peak MB |\n|---|---|---|---|---|---|---|---|---|---|")
    for title, sizes in SIZES.items():
        if only not in title:
            continue
        found: dict[Size, dict[str, float]] = {}
        for size in sizes:
            command = [sys.executable, __file__, "--size", *map(str, size)]
            run = subprocess.run(command, env=environment, capture_output=True, text=True)
            if run.returncode:
                print(f"| {title} | failed: {run.stderr.strip().splitlines()[-1:]} |")
                continue
            took = found[size] = json.loads(run.stdout.splitlines()[-1])
            values = size.units * size.draws * len(framework().groups)
            told = [title, f"{size.units:,}", f"{size.draws:,}", str(size.workers)]
            told += [f"{took['building']:.2f}", f"{took['cpu']:.1f}", f"{took['wall']:.1f}"]
            told += [f"{took['cpu'] / values * 1e9:.0f}", "", f"{took['peak']:,.0f}"]
            if size != sizes[0] and sizes[0] in found:
                told[-2] = f"{took['cpu'] / found[sizes[0]]['cpu']:.2f}"
            print("| " + " | ".join(told) + " |", flush=True)
        if title == LARGE and len(found) == len(sizes):
            print(cost(found))


def cost(found: Mapping[Size, Mapping[str, float]]) -> str:
    """What a million units would cost, by proportion."""
    alone = [size for size in found if size.workers == 1]
    first, last = alone[0], alone[-1]
    slope = (found[last]["cpu"] - found[first]["cpu"]) / (last.draws - first.draws)
    millions = last.units / 1e6
    hours = slope * 1000 / millions / 3600
    fixed = (found[first]["cpu"] - slope * first.draws + found[first]["building"]) / millions / 60
    memory = found[last]["peak"] / 1024 / millions
    return (
        f"\nPer million units x 50 indicators, computed by proportion: {hours:.2f} CPU hours per "
        f"1,000 draws, {fixed:.1f} CPU minutes besides, {memory:.1f} GB of memory."
    )


# --- the tables -----------------------------------------------------------------------------------


JOBS = (
    Job(
        "weights alone, every table; 31 x 24, 10,000 draws",
        UNITS,
        INDICATORS,
        (
            Line("plain numpy, every table", everything_numpy),
            Line("ours, every table", drawn_ours, prepare=flat_problem),
            Line("ours, from the set, with one change at a time", everything_ours),
        ),
    ),
    Job(
        "weights alone, probability of each rank; 31 x 24, 10,000 draws",
        UNITS,
        INDICATORS,
        (
            Line("plain numpy, ranks counted alone", acceptability_numpy),
            Line("ours, every table", acceptability_ours, prepare=flat_problem),
            Line("pysensmcda", acceptability_pysensmcda, True, module="pysensmcda"),
        ),
    ),
    Job(
        "weights x normalisation x aggregation x imputation; 51 x 49, 1,000 draws",
        51,
        49,
        (
            Line("ours, from the set", choices_ours),
            Line("ours, `assess` in a loop: 20 draws only", choices_assessed, units=51),
        ),
    ),
    Job(
        "Sobol indices of 24 weights, model included; 31 units, 1,024 points",
        UNITS,
        INDICATORS,
        (
            Line("ours, all 31 units and the mean shift", sobol_ours, prepare=flat_problem),
            Line("SALib, plain numpy model, one unit", sobol_salib),
        ),
    ),
)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--size"]:
        measure_size(Size(*map(int, sys.argv[2:])))
    else:
        arguments = main(__doc__, __file__, JOBS)
        if not arguments.line:
            grow(arguments.only)

"""Sobol indices of weights beside SALib: ``python benchmarks/sobol.py``.

As ``benchmarks/methods.py``: each line is a process of its own with one thread. 31 units have a
weighted sum of 24 indicators, the weights are uniform numbers, and the outputs are the ranks at the
1,024 x 26 points, which are computed before the clock starts. SALib takes one output at a time.
The largest difference is that of the indices and half widths of the first output.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from side_by_side import Array, Job, Line, data, main

INDICATORS, POINTS, SEED = 24, 1024, 1
PROBLEM = {
    "num_vars": INDICATORS,
    "names": [f"weight {number}" for number in range(INDICATORS)],
    "bounds": [[0, 1]] * INDICATORS,
}


@cache
def ranks(n_units: int) -> Array:
    """Ranks of all units at the points of the sample, shape (n_rows, n_units)."""
    from scoring.ranking import rank
    from scoring.robustness import sobol

    weights = sobol.sample([1] * INDICATORS, POINTS, SEED).rows()
    return rank(weights @ data(n_units, INDICATORS).T / weights.sum(axis=1, keepdims=True))


def indices_ours(values: Array) -> Array:
    from scoring.robustness import sobol

    found = sobol.indices(ranks(len(values)), INDICATORS, SEED)
    parts = (found.first, found.first_interval, found.total, found.total_interval)
    return np.array([part[:, 0] for part in parts])


def both_ours(values: Array) -> Array:
    from scoring.robustness import sobol

    sobol.sample([1] * INDICATORS, POINTS, SEED).rows()
    return indices_ours(values)


def indices_salib(values: Array, n_outputs: int = 1) -> Array:
    from SALib.analyze import sobol

    outputs = ranks(len(values)).T[:n_outputs]
    found = [
        sobol.analyze(PROBLEM, output, calc_second_order=False, seed=SEED) for output in outputs
    ]
    return np.array([found[0][part] for part in ("S1", "S1_conf", "ST", "ST_conf")])


def both_salib(values: Array) -> Array:
    from SALib.sample import sobol

    sobol.sample(PROBLEM, POINTS, calc_second_order=False, seed=SEED)
    return indices_salib(values)


def all_salib(values: Array) -> Array:
    return indices_salib(values, len(values))


JOBS = (
    Job(
        "Sobol indices of 24 weights, 1,024 points; 31 units",
        31,
        INDICATORS,
        (
            Line("ours, sample and all 31 outputs", both_ours, prepare=ranks),
            Line("ours, all 31 outputs", indices_ours, prepare=ranks),
            Line("SALib, sample and one output", both_salib, prepare=ranks),
            Line("SALib, one output", indices_salib, prepare=ranks),
            Line("SALib, all 31 outputs, one by one", all_salib, prepare=ranks),
        ),
    ),
)


if __name__ == "__main__":
    main(__doc__, __file__, JOBS)

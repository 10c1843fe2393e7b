"""Blocks of draws on one worker and on two, here and on Dask: ``python benchmarks/cluster.py``.

A block is 200 draws of weights for 3,000 units x 50 indicators: scores, ranks, and how often each
unit has each rank, 120 blocks. The last column is a digest of the counts, the same in every line. A
first run of each kind of processes, which starts them and imports, is not counted. CPU seconds are
of all processes. Throughput is relative to one worker of the same kind; what the machine allows is
shown by two processes that know nothing of each other, whose start and imports count. joblib does
not use a cluster that has one worker: it works on this side.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import psutil
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Blocks = Iterable[Counts]

N_UNITS, N_INDICATORS, N_DRAWS, N_BLOCKS = 3_000, 50, 200, 120
N_BINS = 100


def block_of_draws(values: NDArray[np.float64], block: int) -> Counts:
    from scoring.ranking import rank

    generator = np.random.default_rng(np.random.SeedSequence(1, spawn_key=(block,)))
    weights = generator.random((N_DRAWS, values.shape[1]))
    ranks = rank(np.einsum("di,ui->du", weights, values))
    bins = ((ranks - 1) * N_BINS / len(values)).astype(np.int64)
    cells = np.arange(len(values)) * N_BINS + bins
    return np.bincount(cells.ravel(), minlength=len(values) * N_BINS)


def ours(values: NDArray[np.float64], workers: int, address: str | None = None) -> Blocks:
    from scoring.robustness.machines import open_machines

    with open_machines(workers, address) as machines:
        for _, counts in machines.run(block_of_draws, values, range(N_BLOCKS)):
            assert not isinstance(counts, MemoryError)
            yield counts


def joblib(values: NDArray[np.float64], workers: int, backend: str) -> Blocks:
    from joblib import Parallel, delayed
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        parallel = Parallel(workers, backend=backend, return_as="generator_unordered", batch_size=1)
        yield from parallel(delayed(block_of_draws)(values, block) for block in range(N_BLOCKS))


def joblib_on_dask(values: NDArray[np.float64], address: str) -> Blocks:
    from distributed import Client
    from joblib import Parallel, delayed, parallel_config

    with Client(address) as client, parallel_config("dask", client=client, scatter=[values]):
        parallel = Parallel(return_as="generator_unordered", batch_size=1)
        yield from parallel(delayed(block_of_draws)(values, block) for block in range(N_BLOCKS))


def strangers(values: NDArray[np.float64], workers: int) -> Blocks:
    """Processes that each do their part of the blocks, beyond any common care."""
    running = [
        subprocess.Popen(
            [sys.executable, __file__, str(first), str(workers)], stdout=subprocess.PIPE
        )
        for first in range(workers)
    ]
    for process in running:
        out, _ = process.communicate()
        yield np.frombuffer(out, dtype=np.int64)


def part(first: int, step: int) -> None:
    values = data()
    total = sum(block_of_draws(values, block) for block in range(first, N_BLOCKS, step))
    sys.stdout.buffer.write(np.asarray(total).tobytes())


def data() -> NDArray[np.float64]:
    return np.random.default_rng(0).random((N_UNITS, N_INDICATORS))


def cpu_seconds() -> float:
    """Of this process and all below it, those that have ended among them."""
    this = psutil.Process()
    times = [this.cpu_times(), *(child.cpu_times() for child in this.children(recursive=True))]
    ended = times[0].children_user + times[0].children_system
    return float(sum(each.user + each.system for each in times) + ended)


def measured(run: Callable[[], Blocks]) -> tuple[float, float, Counts]:
    """Seconds, CPU seconds, and what was counted."""
    began, cpu = time.perf_counter(), cpu_seconds()
    total = sum(run(), start=np.zeros(N_UNITS * N_BINS, dtype=np.int64))
    return time.perf_counter() - began, cpu_seconds() - cpu, total


def show(who: str, workers: int, run: Callable[[], Blocks], alone: float = 0.0) -> float:
    """A line of the table; gives its seconds, with which others are compared."""
    seconds, cpu, counts = measured(run)
    assert counts.sum() == N_BLOCKS * N_DRAWS * N_UNITS
    digest = hashlib.sha256(counts.tobytes()).hexdigest()[:8]
    ratio = (alone or seconds) / seconds
    print(f"| {who} | {workers} | {seconds:.2f} | {cpu:.2f} | {ratio:.2f} | {digest} |", flush=True)
    return seconds


def main() -> None:
    from distributed import LocalCluster

    values = data()
    print("| who | workers | seconds | CPU s | throughput | counts |\n|---|---|---|---|---|---|")
    alone = show("processes apart", 1, lambda: strangers(values, 1))
    show("processes apart", 2, lambda: strangers(values, 2), alone)
    alone = show("ours, a plain loop", 1, lambda: ours(values, 1))
    show("ours, threads", 2, lambda: ours(values, 2), alone)
    show("joblib, threads", 2, lambda: joblib(values, 2, "threading"), alone)
    drain(joblib(values, 2, "loky"))
    show("joblib, processes", 2, lambda: joblib(values, 2, "loky"), alone)
    seconds: dict[str, float] = {}
    # As docs/cluster.md advises.
    os.environ |= dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), str(2**25))
    for workers in (1, 2):
        with LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster:
            address = cluster.scheduler_address
            for who, run in {
                "ours, Dask": partial(ours, values, 1, address),
                "joblib, Dask": partial(joblib_on_dask, values, address),
            }.items():
                drain(run())
                seconds.setdefault(who, show(who, workers, run, seconds.get(who, 0.0)))


def drain(blocks: Blocks) -> None:
    """A first run, which starts processes and imports."""
    for _ in blocks:
        pass


if __name__ == "__main__":
    if len(sys.argv) > 1:
        part(int(sys.argv[1]), int(sys.argv[2]))
    else:
        main()

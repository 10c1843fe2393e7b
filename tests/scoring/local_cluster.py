"""A Dask scheduler and workers on this machine, and the work that the tests give them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scoring.ranking import rank

ROOT = Path(__file__).parents[2]

#: Seconds within which a scheduler or a worker has started.
STARTED = 20.0


@dataclass(frozen=True)
class Work:
    """What all blocks share: values of units and indicators, and draws of weights in a block."""

    values: NDArray[np.float64]
    draws: int = 200
    seconds: float = 0.0
    deadly: int = -1
    folder: str = ""


def counts_of_ranks(work: Work, block: int) -> NDArray[np.int64]:
    """How often each unit has each rank, in the draws of one block."""
    time.sleep(work.seconds)
    generator = np.random.default_rng(np.random.SeedSequence(1, spawn_key=(block,)))
    weights = generator.random((work.draws, work.values.shape[1]))
    ranks = rank(np.einsum("di,ui->du", weights, work.values)).astype(np.int64)
    n_units = len(work.values)
    cells = np.arange(n_units) * n_units + ranks - 1
    return np.bincount(cells.ravel(), minlength=n_units**2).reshape(n_units, n_units)


def leave_a_mark(work: Work, block: int) -> int:
    """Writes a file with the number of its process, when it begins and when it ends."""
    (Path(work.folder) / f"{block}").write_text(str(os.getpid()))
    time.sleep(work.seconds)
    (Path(work.folder) / f"{block}.done").touch()
    return block


def is_aligned(work: Work, _: int) -> bool:
    """Whether numpy can work on the values as they lie in memory."""
    return work.values.flags.aligned


def too_large(work: Work, block: int) -> int:
    """Memory does not suffice for one of the blocks."""
    if block == work.deadly:
        np.empty(2**55)
    return block


def mistaken(work: Work, block: int) -> int:
    """One of the blocks has an error."""
    if block == work.deadly:
        raise ZeroDivisionError("no weights")
    return block


def deadly(work: Work, block: int) -> int:
    """One of the blocks kills each process that works on it."""
    if block == work.deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return block


@dataclass
class LocalCluster:
    """Processes of a scheduler and its workers."""

    folder: Path
    settings: Mapping[str, str]
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        file = self.folder / "scheduler.json"
        self.scheduler = _start(
            "scheduler", "--port", "0", "--scheduler-file", str(file), settings=self.settings
        )
        until = time.monotonic() + STARTED
        while not file.exists() or not file.read_text().endswith("}"):
            assert time.monotonic() < until
            assert self.scheduler.poll() is None
            time.sleep(0.02)
        self.address = json.loads(file.read_text())["address"]

    def add_worker(self, nanny: bool = False) -> subprocess.Popen[bytes]:
        """A worker of one thread; a nanny starts it again when it dies."""
        self.workers.append(
            _start(
                "worker",
                self.address,
                "--nthreads",
                "1",
                "--nanny" if nanny else "--no-nanny",
                "--local-directory",
                str(self.folder),
            )
        )
        return self.workers[-1]

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # a nanny with its worker
                process.wait()


def _start(
    kind: str, *options: str, settings: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    command = ["-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", "--no-dashboard"]
    return subprocess.Popen(
        [sys.executable, *command, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "", **(settings or {})},
        cwd=ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def local_cluster(
    folder: Path, workers: int = 2, *, nanny: bool = False, **settings: str
) -> Iterator[LocalCluster]:
    """A cluster of so many workers, which ends with the block.

    Settings are those of the scheduler, as Dask reads them from the environment.
    """
    cluster = LocalCluster(folder, settings)
    try:
        cluster.start()
        for _ in range(workers):
            cluster.add_worker(nanny)
        yield cluster
    finally:
        cluster.stop()

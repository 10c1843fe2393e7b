"""Blocks of work on the cores of this machine, or on those of a Dask cluster.

Work is a pure function of something large that all blocks share and of the number of a block. What
it gives comes back as it is done, in any order: what is summed up over the blocks must not depend
on their order, which integers do not.

On one machine the blocks run in threads. The work is numpy's, which lets other threads run, and
threads share the large thing as it is, where processes need a second or two to start and a copy of
every result. Measured on two cores, blocks of 200 draws of 3,000 units x 50 indicators, with
weights, scores, ranks and counts: one worker 2.2 s, two threads 1.5 s, two processes 1.7 s; blocks
of 10,000 draws of 31 units: 3.8, 2.0 and 3.9 s; 600,000 units, a draw a block: 4.0, 2.6 and 4.9 s.
Blocks of a millisecond are not worth a second worker (1.0, 1.2 and 1.3 s); from some 5 ms they are.
``benchmarks/cluster.py`` measures it again.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from joblib import cpu_count
from threadpoolctl import threadpool_limits

from indicators.findings import Finding
from scoring.robustness.blocks import AHEAD, LOOK, Result, Shared, Task, work
from scoring.robustness.cluster import open_cluster

#: Seconds within which a cluster must answer, and have a worker.
ANSWER = 10.0


class Machines(Protocol):
    """Where blocks are worked on."""

    @property
    def workers(self) -> int:
        """How many blocks are worked on at a time."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is doubtful about these machines, as warnings."""

    def run(
        self, task: Task[Shared, Result], shared: Shared, blocks: Iterable[int]
    ) -> Generator[tuple[int, Result | MemoryError], None, None]:
        """What ``task(shared, block)`` gives for each block, as it comes, in any order.

        No more than two blocks for each worker are handed out at a time, so that results do not
        pile up where the caller is slower than the workers. The libraries of linear algebra have
        one thread in each worker. A caller that stops early closes the generator
        (:func:`contextlib.closing`), and so does Ctrl-C: what waits is cancelled, and what is being
        worked on ends unheard.

        Parameters
        ----------
        task : function of (shared, block)
            A pure function at the top of a module, so that a cluster can import it.
        shared : object
            Sent to each machine once; not to be changed.
        blocks : iterable of int
            Numbers of the blocks, read as they are needed; may be endless.

        Yields
        ------
        block : int
        result : object, or MemoryError
            What the task gave, or the error where memory did not suffice for it; the other blocks
            go on.

        Raises
        ------
        InvalidInputError
            Where the cluster is lost, or one block kills its workers.
        Exception
            Any other error of a task, as it is, with a note of its block.
        """


@contextmanager
def open_machines(
    workers: int | None = None, cluster: str | None = None, answer: float = ANSWER
) -> Iterator[Machines]:
    """The cores of this machine or a cluster, checked before there is work for them.

    The libraries of linear algebra have one thread meanwhile, in this one as in the workers: some
    sums have other last bits with every number of threads.

    Parameters
    ----------
    workers : int or None
        Threads on this machine; None for as many as there are cores to use, 1 for a plain loop.
        A cluster has the workers that it has.
    cluster : str or None
        Address of a Dask scheduler, such as ``tcp://host:8786``; None for this machine.
    answer : float
        Seconds within which the cluster must answer, and have a worker.

    Yields
    ------
    Machines

    Raises
    ------
    ValueError
        Where ``workers`` is below 1.
    InvalidInputError
        Where Dask is not installed, the address is none, the cluster does not answer or has no
        workers, or its workers lack this package.

    Examples
    --------
    >>> def power(base: int, block: int) -> int:
    ...     return base**block
    >>> with open_machines(workers=2) as machines:
    ...     dict(sorted(machines.run(power, 2, range(4))))
    {0: 1, 1: 2, 2: 4, 3: 8}
    """
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    with threadpool_limits(1):
        if cluster is None:
            yield Cores(workers or cpu_count())
        else:
            with open_cluster(cluster, answer) as found:
                yield found


@dataclass(frozen=True)
class Cores:
    """Threads on this machine, or a plain loop where there is one worker.

    Parameters
    ----------
    workers : int
        Number of threads.
    """

    workers: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """None: there is nothing that could differ."""
        return ()

    def run(
        self, task: Task[Shared, Result], shared: Shared, blocks: Iterable[int]
    ) -> Generator[tuple[int, Result | MemoryError], None, None]:
        """See :meth:`Machines.run`."""
        if self.workers == 1:
            for block in blocks:
                yield block, work(task, shared, block)
        else:
            yield from self._run_in_threads(task, shared, blocks)

    def _run_in_threads(
        self, task: Task[Shared, Result], shared: Shared, blocks: Iterable[int]
    ) -> Generator[tuple[int, Result | MemoryError], None, None]:
        left = iter(blocks)
        waiting: dict[Future[Result | MemoryError], int] = {}
        # The limit of OpenMP is that of the thread that sets it.
        pool = ThreadPoolExecutor(
            self.workers, "block", initializer=threadpool_limits, initargs=(1, "openmp")
        )
        try:
            while True:
                for block in islice(left, AHEAD * self.workers - len(waiting)):
                    waiting[pool.submit(work, task, shared, block)] = block
                if not waiting:
                    return
                done, _ = wait(waiting, LOOK, FIRST_COMPLETED)
                while done:
                    future = done.pop()
                    yield waiting.pop(future), future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

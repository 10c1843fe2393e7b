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

import logging
import platform
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, ThreadPoolExecutor
from concurrent.futures import Future as ThreadFuture
from concurrent.futures import wait as wait_for_threads
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Protocol, TypeVar
from warnings import catch_warnings, filterwarnings

import numpy as np
from joblib import cpu_count
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from indicators.findings import Finding, InvalidInputError

if TYPE_CHECKING:
    from distributed import Client, Future

Array = NDArray[np.float64]
Shared = TypeVar("Shared")
Result = TypeVar("Result")
Task = Callable[[Shared, int], Result]

#: Seconds within which a cluster must answer, and have a worker.
ANSWER = 10.0

#: Blocks that are handed out at a time, for each worker: one that it works on, and the next one.
AHEAD = 2

#: Seconds after which is looked for new workers, and for whether there are any left.
LOOK = 1.0

#: How often what the blocks share is sent again, because all workers that held it died, without
#: that a block was done in between.
SENT_AGAIN = 3

#: Packages on whose versions results or the cluster may depend.
PACKAGES = (
    "regional-scorecards",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "joblib",
    "threadpoolctl",
    "dask",
    "distributed",
)

#: Those of them that a scheduler needs, which computes nothing.
PACKAGES_OF_A_SCHEDULER = ("dask", "distributed")

ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^/\s]+:\d+")


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
    ) -> Iterator[tuple[int, Result | MemoryError]]:
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
    if cluster is None:
        yield Cores(workers or cpu_count())
    else:
        with _connected(cluster, answer) as client:
            yield Cluster(client, cluster, answer, _doubts(client, cluster, answer))


def in_halves(evaluate: Callable[[Array], Result], rows: Array) -> Iterator[Result]:
    """Results for all rows at once or, where memory does not suffice, for smaller parts of them.

    Parameters
    ----------
    evaluate : function of rows
    rows : ndarray, shape (n_rows, ...)

    Yields
    ------
    object
        What ``evaluate`` gives for the parts, in the order of rows. A part has half the rows of
        one that was too large, down to one row.

    Raises
    ------
    MemoryError
        Where memory does not suffice for one row.

    Examples
    --------
    >>> [part.sum() for part in in_halves(lambda rows: rows, np.ones((4, 2)))]
    [np.float64(8.0)]
    """
    begin, size = 0, len(rows)
    while begin < len(rows):
        try:
            result = evaluate(rows[begin : begin + size])
        except MemoryError:
            if size == 1:
                raise
            size = (size + 1) // 2
            continue
        yield result
        begin += size


# --- this machine ---------------------------------------------------------------------------------


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
    ) -> Iterator[tuple[int, Result | MemoryError]]:
        """See :meth:`Machines.run`."""
        if self.workers == 1:
            for block in blocks:
                yield block, _work(task, shared, block)
            return
        left = iter(blocks)
        waiting: dict[ThreadFuture[Result | MemoryError], int] = {}
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="block")
        try:
            while True:
                for block in islice(left, AHEAD * self.workers - len(waiting)):
                    waiting[pool.submit(_work, task, shared, block)] = block
                if not waiting:
                    return
                # Windows sees Ctrl-C only between waits.
                done, _ = wait_for_threads(waiting, LOOK, FIRST_COMPLETED)
                while done:
                    future = done.pop()
                    yield waiting.pop(future), future.result()
                    del future  # and with it the result, which may be large
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _work(task: Task[Shared, Result], shared: Shared, block: int) -> Result | MemoryError:
    """One block, in whichever thread or process it is worked on."""
    try:
        with ONE_THREAD:
            return task(shared, block)
    except MemoryError as error:
        # A new one, because the old one holds on to all that did not fit.
        return MemoryError(f"block {block}: {error}")
    except Exception as error:
        error.add_note(f"in block {block}")
        raise


class _OneThread:
    """Keeps linear algebra on one thread while any block of this process is worked on.

    The limit is one for the whole process: the first block that begins sets it, and the last one
    that ends takes it back.
    """

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._limits: threadpool_limits | None = None

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._limits = threadpool_limits(1)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._limits is not None:
                self._limits.restore_original_limits()


ONE_THREAD = _OneThread()


# --- a cluster ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask cluster.

    A worker that dies is no harm: Dask works on its blocks elsewhere. joblib's backend for Dask is
    not used, because it waits forever where a block was given up or a cluster lost, and keeps all
    results that the caller has not taken yet.

    Parameters
    ----------
    client : distributed.Client
        Connected to the scheduler.
    address : str
        Of the scheduler, as given.
    answer : float
        Seconds within which it must answer, and have a worker.
    findings : tuple of Finding
        Versions that are others there.
    """

    client: Client
    address: str
    answer: float
    findings: tuple[Finding, ...] = ()

    @property
    def workers(self) -> int:
        """Threads of all workers now."""
        return sum(_threads(self.client, self.address, self.answer).values())

    def run(
        self, task: Task[Shared, Result], shared: Shared, blocks: Iterable[int]
    ) -> Iterator[tuple[int, Result | MemoryError]]:
        """See :meth:`Machines.run`."""
        from distributed import KilledWorker

        left = iter(blocks)
        waiting: dict[Future, int] = {}
        sent, sent_again = self._send(shared), 0
        size = AHEAD * self._ready_workers()
        looked = time.monotonic()
        while True:
            for block in islice(left, max(0, size - len(waiting))):
                waiting[self._submit(task, sent, block)] = block
            if not waiting:
                return
            done = self._done(waiting)
            while done:
                future = done.pop()
                try:
                    result = future.result()
                except CancelledError:
                    continue  # its worker died before it could be fetched
                except KilledWorker:
                    raise self._given_up(waiting[future]) from None
                block = waiting.pop(future)
                del future
                yield block, result
                sent_again = 0
            lost = [future for future in waiting if future.status == "cancelled"]
            if lost:
                # Dask works out again what a task gave, but not what was sent: where all workers
                # that held it are gone, all tasks are cancelled.
                sent_again += 1
                if sent_again > SENT_AGAIN:
                    raise self._given_up(waiting[lost[0]])
                sent = self._send(shared)
                for block in [waiting.pop(future) for future in lost]:
                    waiting[self._submit(task, sent, block)] = block
            if lost or time.monotonic() - looked > LOOK:
                size = AHEAD * self._ready_workers()
                looked = time.monotonic()

    def _send(self, shared: Shared) -> Future:
        """What the blocks share, on its way to all workers."""
        for _ in range(SENT_AGAIN):
            self._ready_workers()
            try:
                # In a list, because Dask would send the parts of a list or mapping one by one.
                [sent] = self.client.scatter([shared], broadcast=True, hash=False)
            except (OSError, CancelledError, KeyError):
                continue  # a worker died at it
            return sent
        raise _error("cluster_lost", address=self.address, reason="the data could not be sent")

    def _submit(self, task: Task[Shared, Result], sent: Future, block: int) -> Future:
        return self.client.submit(_work, task, sent, block, pure=False)

    def _done(self, waiting: Mapping[Future, int]) -> list[Future]:
        """Those that have an outcome; none where there is none for a while, or all were lost."""
        from distributed import wait

        with suppress(TimeoutError, CancelledError), self.client.as_current():
            wait(list(waiting), timeout=LOOK, return_when="FIRST_COMPLETED")
        return [future for future in waiting if future.status in ("finished", "error")]

    def _ready_workers(self) -> int:
        """Threads of all workers, which are waited for."""
        while self.client.status == "connecting":
            time.sleep(0.1)  # it tries to reach the scheduler again, and gives up by itself
        return sum(_ready_threads(self.client, self.address, self.answer).values())

    def _given_up(self, block: int) -> InvalidInputError:
        return _error("cluster_gave_up", address=self.address, block=block)


@contextmanager
def _connected(address: str, answer: float) -> Iterator[Client]:
    """A client of the scheduler, which says nothing of its own."""
    if not ADDRESS.fullmatch(address):
        raise _error("cluster_address", value=address)
    try:
        from distributed import Client
    except ImportError:
        raise _error("cluster_not_installed") from None
    with _silenced("distributed", "tornado.application"):
        try:
            with catch_warnings():
                # We tell of versions ourselves, those of the method's packages among them.
                filterwarnings("ignore", "(?s).*Mismatched versions")
                client = Client(address, timeout=answer, set_as_default=False)
        except (OSError, ImportError, ValueError) as error:
            reason = str(error) or type(error).__name__
            fields = {"address": address, "seconds": answer, "reason": reason}
            raise _error("cluster_no_answer", **fields) from None
        try:
            yield client
        finally:
            client.close(timeout=answer)


@contextmanager
def _silenced(*families: str) -> Iterator[None]:
    """Nothing is logged by these loggers and those below them: what matters is raised."""
    loggers = [logging.getLogger(family) for family in families]
    loggers += [
        logger
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger)
        and name.startswith(tuple(f"{family}." for family in families))
        and logger.level
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _threads(client: Client, address: str, answer: float) -> Mapping[str, int]:
    """Number of threads of each worker."""
    try:
        threads: Mapping[str, int] = client.sync(client.scheduler.ncores, callback_timeout=answer)
    except (OSError, CancelledError, RuntimeError, AttributeError) as error:
        reason = str(error) or type(error).__name__
        raise _error("cluster_lost", address=address, reason=reason) from None
    return threads


def _ready_threads(client: Client, address: str, answer: float) -> Mapping[str, int]:
    """As :func:`_threads`; where there is no worker, one is waited for."""
    until = time.monotonic() + answer
    while not (threads := _threads(client, address, answer)):
        if time.monotonic() > until:
            raise _error("cluster_no_workers", address=address, seconds=answer)
        time.sleep(0.1)
    return threads


def _doubts(client: Client, address: str, answer: float) -> tuple[Finding, ...]:
    """Versions that are others on the cluster than here.

    Raises
    ------
    InvalidInputError
        Where there are no workers, or workers without this package.
    """
    workers = sorted(_ready_threads(client, address, answer))
    scheduler = client.get_versions()["scheduler"]["packages"]
    here = {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}
    there: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in PACKAGES_OF_A_SCHEDULER:
        there[name, str(scheduler.get(name))].append(address)
    # Functions of Python itself, because ours may not be there.
    there_by_worker = {"python": client.run(platform.python_version)} | {
        name: client.run(version, name, on_error="return") for name in PACKAGES
    }
    for name, versions in there_by_worker.items():
        for worker in sorted(versions):
            there[name, _told(versions[worker])].append(worker)
    ours = PACKAGES[0]
    without = there.get((ours, "none"), [])
    if without:
        fields = {"package": ours, "version": here[ours], "workers": without}
        raise _error("cluster_without_package", address=address, **fields)
    return tuple(
        Finding(
            "cluster_versions",
            "warning",
            fields={"package": name, "here": here[name], "there": other, "machines": machines},
        )
        for (name, other), machines in there.items()
        if other != here[name]
    )


def _version(name: str) -> str:
    """Version of a package here."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _told(answer: object) -> str:
    """Version of a package on a worker, which may have answered by an error."""
    return "none" if isinstance(answer, Exception) else str(answer)


def _error(code: str, **fields: object) -> InvalidInputError:
    return InvalidInputError([Finding(code, "error", fields=fields)])

"""Blocks of work on the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import pickle
import platform
import re
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from threading import get_ident
from typing import TYPE_CHECKING, Generic
from warnings import catch_warnings, filterwarnings

from threadpoolctl import threadpool_limits

from indicators.findings import Finding, InvalidInputError
from scoring.robustness.blocks import AHEAD, LOOK, Result, Shared, Task, work

if TYPE_CHECKING:
    from distributed import Client, Future

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


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask cluster.

    A worker that dies is no harm: Dask works on its blocks elsewhere. joblib's backend for Dask is
    not used, because it keeps all results that the caller has not taken yet, which may be a hundred
    megabytes each, and tells of a lost cluster in Dask's words alone.

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
        """Threads of all workers, now."""
        return sum(_threads(self.client, self.address, self.answer).values())

    def run(
        self, task: Task[Shared, Result], shared: Shared, blocks: Iterable[int]
    ) -> Generator[tuple[int, Result | MemoryError], None, None]:
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
                sent = self.client.scatter(_Parcel(shared), broadcast=True, hash=False)
            except (OSError, CancelledError, KeyError):
                continue  # a worker died at it
            return sent
        raise _error("cluster_lost", address=self.address, reason="the data could not be sent")

    def _submit(self, task: Task[Shared, Result], sent: Future, block: int) -> Future:
        return self.client.submit(_work_there, task, sent, block, pure=False)

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
def open_cluster(address: str, answer: float) -> Iterator[Cluster]:
    """A cluster that has answered, and whose workers have this package.

    Dask says nothing of its own meanwhile.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.
    answer : float
        Seconds within which it must answer, and have a worker.

    Raises
    ------
    InvalidInputError
        Where Dask is not installed, the address is none, the cluster does not answer or has no
        workers, or its workers lack this package.
    """
    if not ADDRESS.fullmatch(address):
        raise _error("cluster_address", value=address)
    try:
        from distributed import Client
    except ImportError:
        raise _error("cluster_not_installed") from None
    with _silenced("distributed", "tornado.application"):
        try:
            # In a thread of its own, because the caller may have an event loop, as notebooks do.
            with ThreadPoolExecutor(1) as pool:
                kind = pool.submit(asyncio.run, _kind(address, answer)).result()
            if kind != "Scheduler":
                raise OSError(f"it is no scheduler but a {kind.lower()}")
            with catch_warnings():
                # We tell of versions ourselves, those of the method's packages among them.
                filterwarnings("ignore", "(?s).*Mismatched versions")
                client = Client(address, timeout=answer, set_as_default=False)
        except Exception as error:  # who knows what else answers there
            fields = {"address": address, "seconds": answer, "reason": _reason(error)}
            raise _error("cluster_no_answer", **fields) from None
        try:
            yield Cluster(client, address, answer, _doubts(client, address, answer))
        finally:
            client.close(timeout=answer)


@dataclass(frozen=True)
class _Parcel(Generic[Shared]):
    """What the blocks share, for the way to the workers.

    As Dask sends them, arrays may begin at any byte, and with such numpy takes twice as long. From
    a pickle in one piece they are taken to where numpy wants them.
    """

    shared: Shared

    def __reduce__(self) -> tuple[Callable[[bytes], _Parcel[object]], tuple[bytes]]:
        return _unpacked, (pickle.dumps(self.shared, pickle.HIGHEST_PROTOCOL),)


def _unpacked(pickled: bytes) -> _Parcel[object]:
    return _Parcel(pickle.loads(pickled))


def _work_there(
    task: Task[Shared, Result], parcel: _Parcel[Shared], block: int
) -> Result | MemoryError:
    """One block in a thread of a worker."""
    _one_thread(get_ident())
    return work(task, parcel.shared, block)


@cache
def _one_thread(_thread: int) -> None:
    """Keep libraries of linear algebra on one thread, as they are below a nanny of Dask."""
    threadpool_limits(1)


async def _kind(address: str, answer: float) -> str:
    """What Dask has at an address; a client would wait for ever where nobody speaks."""
    from distributed import Security
    from distributed.core import rpc

    keys = Security().get_connection_args("client")
    # The connection has a little less time, so that its reason is heard.
    async with rpc(address, timeout=0.9 * answer, connection_args=keys) as there:
        return str((await asyncio.wait_for(there.identity(), answer))["type"])


def _reason(error: BaseException) -> str:
    """What lies at the bottom of an error of Dask."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, MemoryError):  # the first bytes, read as the length of a message
        return "what answers is not Dask"
    return str(error) or "no answer"


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
        raise _error("cluster_lost", address=address, reason=_reason(error)) from None
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
    _ready_threads(client, address, answer)
    scheduler = client.get_versions()["scheduler"]["packages"]
    here = {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}
    there: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in PACKAGES_OF_A_SCHEDULER:
        there[name, str(scheduler.get(name))].append(address)
    # Functions of Python itself, because ours may not be there.
    answers = {"python": client.run(platform.python_version)} | {
        name: client.run(version, name, on_error="return") for name in PACKAGES
    }
    for name, versions in answers.items():
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

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from threadpoolctl import threadpool_info

from indicators.findings import Finding, InvalidInputError
from scoring.robustness import cluster as cluster_module
from scoring.robustness.blocks import in_halves
from scoring.robustness.cluster import Cluster
from scoring.robustness.machines import Machines, open_machines
from tests.scoring.local_cluster import (
    LocalCluster,
    Work,
    counts_of_ranks,
    deadly,
    is_aligned,
    leave_a_mark,
    local_cluster,
    mistaken,
    too_large,
)

BLOCKS = 24
WORK = Work(np.random.default_rng(0).random((40, 5)))


def together(opened: Machines, work: Work = WORK, blocks: int = BLOCKS) -> NDArray[np.int64]:
    """Counts of all blocks, each of which must come once."""
    came: list[int] = []
    total = np.zeros((len(work.values),) * 2, dtype=np.int64)
    for block, counts in opened.run(counts_of_ranks, work, range(blocks)):
        assert not isinstance(counts, MemoryError)
        came.append(block)
        total += counts
    assert sorted(came) == list(range(blocks))
    return total


@pytest.fixture(scope="module")
def expected() -> NDArray[np.int64]:
    return np.sum([counts_of_ranks(WORK, block) for block in range(BLOCKS)], axis=0)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(params=["loop", "threads", "cluster"])
def opened(request: pytest.FixtureRequest) -> Iterator[Machines]:
    """Each kind of machines; the cluster is only started for its own turn."""
    if request.param == "cluster":
        address = request.getfixturevalue("cluster").address
        with open_machines(cluster=address) as found:
            yield found
    else:
        with open_machines(1 if request.param == "loop" else 3) as found:
            yield found


def error_of(cluster: str, answer: float = 0.5) -> Finding:
    """Why a cluster cannot be used."""
    with pytest.raises(InvalidInputError) as caught, open_machines(cluster=cluster, answer=answer):
        pass
    (finding,) = caught.value.findings
    return finding


# --- everywhere -----------------------------------------------------------------------------------


def test_any_machines_give_what_one_process_gives(
    opened: Machines, expected: NDArray[np.int64]
) -> None:
    np.testing.assert_array_equal(together(opened), expected)


def test_no_blocks(opened: Machines) -> None:
    assert list(opened.run(counts_of_ranks, WORK, [])) == []


def test_too_little_memory_for_one_block_leaves_the_others(opened: Machines) -> None:
    results = dict(opened.run(too_large, Work(WORK.values, deadly=3), range(8)))
    error = results.pop(3)
    assert isinstance(error, MemoryError)
    assert str(error).startswith("block 3: Unable to allocate")
    assert results == {block: block for block in (0, 1, 2, 4, 5, 6, 7)}


def test_other_errors_are_raised_as_they_are(opened: Machines) -> None:
    with pytest.raises(ZeroDivisionError, match="no weights") as caught:
        list(opened.run(mistaken, Work(WORK.values, deadly=3), range(8)))
    assert caught.value.__notes__ == ["in block 3"]


def test_blocks_wait_for_the_caller(opened: Machines, tmp_path: Path) -> None:
    """Of endlessly many blocks, only two for each worker are ahead of what has been taken."""
    work = Work(WORK.values, folder=str(tmp_path))
    with closing(opened.run(leave_a_mark, work, count())) as results:
        for _ in range(5):
            next(results)
        time.sleep(0.2)
        assert 5 <= len(list(tmp_path.glob("*.done"))) <= 5 + 2 * opened.workers


def test_who_stops_early_cancels_what_waits(opened: Machines, tmp_path: Path) -> None:
    work = Work(WORK.values, seconds=0.1, folder=str(tmp_path))
    with closing(opened.run(leave_a_mark, work, range(50))) as results:
        next(results)
    time.sleep(0.3)
    begun = set(tmp_path.iterdir())
    time.sleep(0.3)
    assert set(tmp_path.iterdir()) == begun
    assert len(begun) < 20


@pytest.fixture
def listening() -> Iterator[None]:
    """Ctrl-C is heard by tests that run in the background, too, where shells have it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
def test_ctrl_c_stops_at_once(opened: Machines, tmp_path: Path) -> None:
    work = Work(WORK.values, seconds=0.4, folder=str(tmp_path))
    threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT)).start()
    came = 0
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012
        for _ in opened.run(leave_a_mark, work, range(100)):
            came += 1
    assert time.monotonic() - began < 4
    assert came <= 2 * opened.workers


# --- this machine ---------------------------------------------------------------------------------


def test_one_worker_is_a_plain_loop() -> None:
    with open_machines(1) as opened:
        results = opened.run(lambda _, block: (block, threading.get_ident()), None, count())
        assert next(results) == (0, (0, threading.get_ident()))
        assert next(results) == (1, (1, threading.get_ident()))


def test_threads_share_what_is_shared() -> None:
    shared = np.ones(3)
    with open_machines(2) as opened:
        for _, seen in opened.run(lambda given, _: given, shared, range(5)):
            assert seen is shared


def test_as_many_workers_as_there_are_cores() -> None:
    with open_machines() as opened:
        assert 1 <= opened.workers <= (os.cpu_count() or 1)
        assert opened.findings == ()


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_workers_than_one(workers: int) -> None:
    with pytest.raises(ValueError, match="1 or more"), open_machines(workers):
        pass


def blas_threads(*_: object) -> list[int]:
    return [library["num_threads"] for library in threadpool_info()]


@pytest.mark.parametrize("workers", [1, 3])
def test_linear_algebra_has_one_thread_in_each_worker(workers: int) -> None:
    before = blas_threads()
    with open_machines(workers) as opened:
        for _, threads in opened.run(blas_threads, None, range(10)):
            assert not isinstance(threads, MemoryError)
            assert set(threads) == {1}
    assert blas_threads() == before


# --- halves ---------------------------------------------------------------------------------------


@given(n_rows=st.integers(0, 40), most=st.integers(1, 40))
def test_rows_are_halved_until_they_fit(n_rows: int, most: int) -> None:
    rows = np.arange(n_rows, dtype=np.float64)[:, None]
    tried: list[int] = []

    def evaluate(part: NDArray[np.float64]) -> NDArray[np.float64]:
        tried.append(len(part))
        if len(part) > most:
            raise MemoryError
        return part

    parts = list(in_halves(evaluate, rows))
    np.testing.assert_array_equal(np.concatenate([rows[:0], *parts]), rows)
    assert tried == sorted(tried, reverse=True)
    assert all(2 * len(part) >= most for part in parts[:-1])


def test_a_row_that_does_not_fit_is_an_error() -> None:
    def evaluate(_: NDArray[np.float64]) -> None:
        raise MemoryError("too large")

    with pytest.raises(MemoryError, match="too large"):
        list(in_halves(evaluate, np.ones((5, 1))))


# --- a cluster ------------------------------------------------------------------------------------


def test_arrays_arrive_where_numpy_is_fast(cluster: LocalCluster) -> None:
    with open_machines(cluster=cluster.address) as opened:
        for length in range(8):
            work = Work(WORK.values, folder="x" * length)
            assert all(aligned for _, aligned in opened.run(is_aligned, work, range(4)))


# --- a cluster that cannot be used ----------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["localhost:8786", "tcp://localhost", "http://localhost:8786", "8786", ""]
)
def test_an_address_without_protocol_or_port(address: str) -> None:
    finding = error_of(address)
    assert finding.code == "cluster_address"
    assert "tcp://host:8786" in finding.message


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    finding = error_of("tcp://127.0.0.1:8786")
    assert 'pip install "regional-scorecards[cluster]"' in finding.message


@pytest.mark.parametrize(
    ("listens", "greets", "reason"),
    [
        (False, b"", "Connection refused"),
        (True, b"", "no answer"),
        (True, b"SSH-2.0-OpenSSH_9.6\r\n", "not Dask"),
    ],
)
def test_a_cluster_that_does_not_answer(listens: bool, greets: bytes, reason: str) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listens:
            server.listen()
        greeting = threading.Thread(target=greet, args=(server, greets))
        if greets:
            greeting.start()
        began = time.monotonic()
        finding = error_of(f"tcp://127.0.0.1:{server.getsockname()[1]}", answer=2.0)
        assert time.monotonic() - began < 10  # not for ever, on a busy machine either
        if greets:
            greeting.join()
    assert finding.code == "cluster_no_answer"
    assert "within 2 seconds" in finding.message
    # A busy machine may not come to hear the reason within that time.
    assert reason in finding.message or "no answer" in finding.message


def greet(server: socket.socket, text: bytes) -> None:
    caller, _ = server.accept()
    with caller:
        caller.sendall(text)
        caller.recv(1000)


def test_the_address_of_a_worker(cluster: LocalCluster) -> None:
    with open_machines(cluster=cluster.address) as opened:
        assert isinstance(opened, Cluster)
        worker = next(iter(opened.client.nthreads()))
    finding = error_of(worker)
    assert (finding.code, finding.fields["reason"]) == (
        "cluster_no_answer",
        "it is no scheduler but a worker",
    )


def test_a_cluster_without_workers(tmp_path: Path) -> None:
    with local_cluster(tmp_path, workers=0) as empty:
        finding = error_of(empty.address)
        assert finding.code == "cluster_no_workers"
        assert f"dask worker {empty.address}" in finding.message


def test_workers_without_this_package(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "PACKAGES", ("no-such-package", "numpy"))
    finding = error_of(cluster.address, answer=10)
    assert finding.code == "cluster_without_package"
    assert re.search("not installed on the workers tcp://.*, tcp://", finding.message)


def test_other_versions_are_said(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_machines(cluster=cluster.address) as opened:
        assert opened.findings == ()
    monkeypatch.setattr(
        cluster_module, "_version", lambda name: {"numpy": "1.0", "dask": "2.0"}.get(name, "3.0")
    )
    monkeypatch.setattr(cluster_module, "PACKAGES", ("regional-scorecards", "numpy", "dask"))
    monkeypatch.setattr(cluster_module, "PACKAGES_OF_A_SCHEDULER", ("dask",))
    with open_machines(cluster=cluster.address) as opened:
        told = [(each.fields["package"], each.fields["machines"]) for each in opened.findings]
        workers = sorted(opened.client.nthreads())  # type: ignore[attr-defined]
    assert {each.severity for each in opened.findings} == {"warning"}
    assert told == [
        ("dask", [cluster.address, *workers]),
        ("regional-scorecards", workers),
        ("numpy", workers),
    ]
    assert f"numpy is 1.0 here and {np.__version__} on tcp://" in opened.findings[2].message


# --- a cluster that fails while it works ----------------------------------------------------------


def counts_while(
    opened: Machines, happens: Callable[[], None], expected: NDArray[np.int64]
) -> None:
    """Counts are as expected, though something happens after a third of the blocks."""
    slow = Work(WORK.values, seconds=0.05)
    total = np.zeros_like(expected)
    came: list[int] = []
    for block, counts in opened.run(counts_of_ranks, slow, range(BLOCKS)):
        came.append(block)
        total += counts
        if len(came) == BLOCKS // 3:
            happens()
    assert sorted(came) == list(range(BLOCKS))
    np.testing.assert_array_equal(total, expected)


def wait_for_workers(opened: Machines, number: int) -> None:
    while opened.workers != number:
        time.sleep(0.05)


def test_one_worker_is_killed_and_then_the_other(
    tmp_path: Path, expected: NDArray[np.int64]
) -> None:
    """Results are the same from the worker that is left; without any, the run ends."""
    with (
        local_cluster(tmp_path) as cluster,
        open_machines(cluster=cluster.address, answer=6) as opened,
    ):
        wait_for_workers(opened, 2)
        counts_while(opened, cluster.workers[0].kill, expected)
        wait_for_workers(opened, 1)
        with pytest.raises(InvalidInputError, match="no workers"):
            counts_while(opened, cluster.workers[1].kill, expected)


def test_a_nanny_brings_back_a_worker_and_nobody_a_scheduler(
    tmp_path: Path, expected: NDArray[np.int64]
) -> None:
    """With the only worker dies what the blocks share, and the next one is sent it again."""
    with local_cluster(tmp_path, 1, nanny=True) as cluster:
        with open_machines(cluster=cluster.address, answer=20) as opened:
            assert isinstance(opened, Cluster)
            (process,) = opened.client.run(os.getpid).values()
            counts_while(opened, partial(os.kill, process, signal.SIGKILL), expected)
            assert list(opened.client.run(os.getpid).values()) != [process]
        with open_machines(cluster=cluster.address, answer=5) as opened:
            assert cluster.scheduler is not None
            with pytest.raises(InvalidInputError, match="was lost"):
                counts_while(opened, cluster.scheduler.kill, expected)


def test_a_block_that_kills_its_workers_is_given_up(tmp_path: Path) -> None:
    with (
        local_cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as cluster,
        open_machines(cluster=cluster.address) as opened,
    ):
        wait_for_workers(opened, 2)
        with pytest.raises(InvalidInputError, match="died again and again, at last at block 3"):
            list(opened.run(deadly, Work(WORK.values, deadly=3), range(4)))

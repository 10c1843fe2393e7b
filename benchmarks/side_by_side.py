"""Several ways to do one job, each in a process of its own, as a table.

A line runs with one thread on the same data as the others, several times: the least CPU seconds,
the ratio to the first line of the job, the memory it adds to that of its data and imports, and how
far its result is from that of the first line. Peers that cannot be imported are left out.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def data(n_units: int, n_indicators: int) -> Array:
    return np.random.default_rng(1).random((n_units, n_indicators))


class Line(NamedTuple):
    """One way to do a job."""

    who: str
    function: Callable[[Array], Array]
    is_peer: bool = False
    units: int = 0
    """Of a size of its own, where it would not finish."""
    module: str = ""
    prepare: Callable[[int], object] | None = None
    """What is done before the clock starts, with the number of units."""


class Job(NamedTuple):
    """What all lines do on the same data; the first line is what the others are measured by."""

    title: str
    units: int
    indicators: int
    lines: tuple[Line, ...]


def measure(job: Job, line: Line, repeats: int, result: str) -> None:
    """Run one line in this process and print what it took."""
    warnings.simplefilter("ignore")
    values = data(line.units or job.units, job.indicators)
    line.function(data(20, job.indicators))  # the imports
    if line.prepare:
        line.prepare(len(values))
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


def main(description: str | None, script: str, jobs: Sequence[Job]) -> argparse.Namespace:
    """Run the jobs as the arguments of the command line say, print the table, hand them back."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", default=sys.executable, help="Python that has the peers")
    parser.add_argument("--only", default="", help="part of the title of the jobs to run")
    parser.add_argument("--line", type=int, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--result", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.line:
        job = jobs[arguments.line[0]]
        measure(job, job.lines[arguments.line[1]], arguments.repeats, arguments.result)
        return arguments
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, **THREADS, "PYTHONPATH": root}
    print("| job | who | CPU s | ratio | added MB | largest difference |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, job in enumerate(jobs):
            if arguments.only not in job.title:
                continue
            floor, expected = np.nan, np.empty(0)
            for place, line in enumerate(job.lines):
                python = arguments.peers if line.is_peer else sys.executable
                if line.module and not has_module(python, line.module, environment):
                    print(f"| {job.title} | {line.who} | not installed | | | |")
                    continue
                result = str(Path(folder) / "result.npy")
                command = [python, script, "--line", str(number), str(place)]
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
                same = found.shape == expected.shape and not line.units
                apart = f"{np.abs(found - expected).max():.0e}" if same else ""
                ratio = f"{took['seconds'] / floor:.2f}" if same else ""
                print(
                    f"| {job.title} | {line.who} | {took['seconds']:.3f} | {ratio} "
                    f"| {took['memory']:.0f} | {apart} |",
                    flush=True,
                )
    return arguments


def has_module(python: str, module: str, environment: dict[str, str]) -> bool:
    command = [python, "-c", f"import {module}"]
    return subprocess.run(command, env=environment, capture_output=True).returncode == 0

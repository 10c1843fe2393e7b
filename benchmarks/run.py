"""Whole-process CPU time and memory of the command line: ``make benchmarks``.

Each line is a process of its own, run several times after one run that is not counted; CPU seconds
(user + system) are the figures to trust on a machine that others share.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np

IMPORTS = "import indicators, scoring, reports.workbook, sklearn.cluster, sklearn.metrics"


def synthetic(folder: Path, units: int, indicators: int) -> Path:
    """A set of normal deviates with 2 % missing, four dimensions, one year."""
    random = np.random.default_rng(1)
    folder.mkdir()

    def write(table: str, rows: list[list[object]]) -> None:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    groups: list[list[object]] = [["index", "", "Index"]]
    groups += [[f"d{d}", "index", f"Dimension {d}"] for d in range(4)]
    leaves: list[list[object]] = [
        [f"i{i}", f"d{i % 4}", f"Indicator {i}"] for i in range(indicators)
    ]
    write("framework", [["code", "parent", "name"], *groups, *leaves])
    regions: list[list[object]] = [[f"u{u}", f"Region {u}", f"R{u % 7}"] for u in range(units)]
    write("units", [["code", "name", "region"], *regions])
    values = random.normal(size=(units, indicators)).tolist()
    missing = random.random((units, indicators)) < 0.02
    rows: list[list[object]] = [
        [f"u{u}", 2024, *("" if missing[u, i] else repr(values[u][i]) for i in range(indicators))]
        for u in range(units)
    ]
    write("values", [["unit", "year", *(f"i{i}" for i in range(indicators))], *rows])
    (folder / "method.toml").write_text('[ranking]\ngroup = "region"\n', encoding="utf-8")
    return folder


def measure(command: list[str], runs: int) -> tuple[float, float]:
    """Median CPU seconds and largest memory in MB of a command."""
    seconds, memory = [], 0.0
    for run in range(runs + 1):
        process = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, usage = os.wait4(process, 0)
        if status:
            raise SystemExit(f"{' '.join(command)} ended with status {status}")
        if run:
            seconds.append(usage.ru_utime + usage.ru_stime)
            memory = max(memory, usage.ru_maxrss / 1024)
    return statistics.median(seconds), memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each line")
    runs = parser.parse_args().runs
    program = str(Path(sys.executable).with_name("scorecards"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        output = ["-q", "-o", str(folder / "scorecards.xlsx")]
        small = synthetic(folder / "small", 300, 50)
        large = synthetic(folder / "large", 3000, 50)
        jobs: list[tuple[str, list[str], int]] = [
            ("scorecards --help", [program, "--help"], runs),
            ("imports alone", [sys.executable, "-c", IMPORTS], runs),
            ("score, 31 x 20, bundled", [program, "score"], runs),
            ("build, 31 x 20, bundled", [program, "build", *output], runs),
            ("build, 300 x 50, all live", [program, "build", str(small), *output], runs),
            ("score, that workbook", [program, "score", output[-1]], runs),
            ("build, 3,000 x 50, scores live", [program, "build", str(large), *output], 2),
        ]
        print("| job | CPU s (median) | peak MB |\n|---|---|---|")
        for title, command, count in jobs:
            seconds, memory = measure(command, count)
            print(f"| {title} | {seconds:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()

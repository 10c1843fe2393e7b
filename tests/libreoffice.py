"""A real LibreOffice, forced to recalculate everything, and what its cells say then."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

# Without this LibreOffice believes the values stored in a file that was not written by itself,
# and a comparison with them could not fail.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""

Cells = dict[tuple[str, str], object]


def tool(name: str) -> str:
    """Path of a program; without it a test is skipped, and in CI it fails."""
    found = shutil.which(name)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed, and CI must not go without it")
    pytest.skip(f"{name} is not installed")


def convert(file: Path, folder: Path, kind: str = "xlsx") -> Path:
    """The file as LibreOffice saves it, everything recalculated."""
    return convert_all([file], folder, kind)[0]


def convert_all(files: Sequence[Path], folder: Path, kind: str = "xlsx") -> list[Path]:
    """Files of different names, all in one run, since starting LibreOffice takes longest."""
    profile = folder / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    target = folder / kind
    subprocess.run(
        [
            tool("soffice"),
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(target),
            *map(str, files),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return [target / f"{file.stem}.{kind}" for file in files]


def read(file: Path, sheet: str | None = None, *, formulas: bool = False) -> Cells:
    """Non-empty cells of all sheets, or of one: (sheet, cell) -> value, or formula."""
    # Read only, without styles, it takes a third of the time, and a sheet is read when asked for.
    with (
        quiet(),
        closing(load_workbook(file, data_only=not formulas, read_only=True)) as book,
    ):
        return {
            (found.title, cell.coordinate): cell.value
            for found in (book.worksheets if sheet is None else [book[sheet]])
            for row in found.iter_rows()
            for cell in row
            if cell.value is not None
        }


def opened(file: Path, *, formulas: bool = True) -> Workbook:
    """The workbook as openpyxl reads it."""
    with quiet():
        return load_workbook(file, data_only=not formulas)


@contextmanager
def quiet() -> Iterator[None]:
    """That openpyxl does not know data bars is no news."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def formula_cells(file: Path) -> set[tuple[str, str]]:
    found = read(file, formulas=True)
    return {where for where, value in found.items() if str(value).startswith("=")}


def differences(file: Path, folder: Path) -> list[str]:
    """Formula cells whose stored value is not what LibreOffice calculates."""
    return differing(file, convert(file, folder))


def differing(file: Path, saved: Path, tolerance: float = 1e-9) -> list[str]:
    """Formula cells whose stored value is not that of the file that LibreOffice has saved."""
    stored, recalculated = read(file), read(saved)
    where = formula_cells(file)
    assert where
    found = []
    for cell in sorted(where):
        ours, theirs = stored.get(cell, ""), recalculated.get(cell, "")
        if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
            same = abs(ours - theirs) <= tolerance * max(1.0, abs(ours))
        else:
            same = str(ours) == str(theirs)
        if not same:
            found.append(f"{cell[0]}!{cell[1]}: stored {ours!r}, recalculated {theirs!r}")
    return found


def errors(cells: Cells) -> list[tuple[str, str]]:
    return [
        where
        for where, value in cells.items()
        if isinstance(value, str)
        and re.fullmatch(r"#(DIV/0!|N/A|NAME\?|NUM!|REF!|VALUE!|NULL!)|Err:\d+", value)
    ]

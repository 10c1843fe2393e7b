"""The tables of a set cell by cell, whichever kind of file they were read from.

``indicators.folder`` and ``indicators.workbook`` read and write the files; what the cells mean is
decided in ``indicators.build``.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indicators.findings import Finding, Place

#: Table -> whether a set must have it. The file is ``<table>.csv``.
TABLES: Mapping[str, bool] = {
    "framework": True,
    "units": True,
    "values": True,
    "sources": False,
    "notes": False,
    "weights": False,
    "judgements": False,
}

#: Tables that a set without named weight sets and judgements does not have: nothing is written of
#: them then, and its digest is what it was before there were such tables.
WEIGHT_TABLES = ("weights", "judgements")

#: Table -> title of its sheet. The sheet Weights of a scorecard workbook shows the weights in force
#: and is no table.
SHEET_TITLES: Mapping[str, str] = {
    **{name: name.capitalize() for name in (*TABLES, "method")},
    "weights": "Weight sets",
}

#: Columns by which the heading of a table is found on a sheet that has a title above it.
HEADING_MARKS: Mapping[str, frozenset[str]] = {
    "framework": frozenset({"code", "parent"}),
    "units": frozenset({"code", "name"}),
    "values": frozenset({"unit"}),
    "sources": frozenset({"code", "title"}),
    "notes": frozenset({"unit", "text"}),
    "weights": frozenset({"set", "node", "weight"}),
    "judgements": frozenset({"kind", "node", "value"}),
    "method": frozenset({"section", "option", "value"}),
}

METHOD_FILE = "method.toml"

#: Name of an option that needs no quotation marks.
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

#: Heading and cells of a table as they are written.
Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]

#: Rows within which a sheet must show its heading.
HEADING_WITHIN = 20

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

LONGEST_CELL = 32_767


@dataclass(frozen=True)
class ErrorCell:
    """A spreadsheet cell that shows an error such as ``#DIV/0!``."""

    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True)
class RawTable:
    """One table, cell by cell, with the place of each cell.

    Parameters
    ----------
    name : str
        Name of the table, a key of :data:`TABLES` or "method".
    file, sheet : str
        Where it was read.
    heading : tuple of str
        Column headings as written, white space cut.
    rows : list of list
        Cells: text, numbers, None where empty, :class:`ErrorCell`; every row as long as the
        heading. Empty rows are left out.
    row_numbers : list of int
        Line or sheet row of each row.
    heading_row : int
        Line or sheet row of the heading.
    letters : tuple of str
        Column letters in a sheet, empty for a text file.
    homes : mapping of (int, str) to (str, int, str)
        Row and letter of a cell that only repeats another one -> sheet, row and letter of that.
    """

    name: str
    file: str
    sheet: str
    heading: tuple[str, ...]
    rows: list[list[object]]
    row_numbers: list[int]
    heading_row: int = 1
    letters: tuple[str, ...] = ()
    homes: Mapping[tuple[int, str], tuple[str, int, str]] = field(default_factory=dict)

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Place of a cell, of a row (no column), of a column (no row) or of the table.

        Parameters
        ----------
        row : int, optional
            Position in ``rows``.
        column : str, optional
            Heading of the column.
        """
        letter = ""
        if self.letters and column in self.heading:
            letter = self.letters[self.heading.index(column)]
        if row is None:
            return Place(self.file, self.sheet, None, column, letter)
        number = self.row_numbers[row]
        sheet, number, letter = self.homes.get((number, letter), (self.sheet, number, letter))
        return Place(self.file, sheet, number, column, letter)

    def only(self, rows: NDArray[np.intp]) -> Self:
        """Places of some rows, by their positions, without the cells."""
        return replace(self, rows=[], row_numbers=[self.row_numbers[row] for row in rows])

    def taken_up(self, column: str) -> Self:
        """The table without rows on offer, which have nothing in a column but a link to a home."""
        rows = [
            row
            for row, cell in enumerate(self.column(column))
            if cell is not None or not self.is_linked(row, column)
        ]
        return replace(
            self,
            rows=[self.rows[row] for row in rows],
            row_numbers=[self.row_numbers[row] for row in rows],
        )

    def is_linked(self, row: int, column: str) -> bool:
        """Whether a cell only repeats another one, its home."""
        if column not in self.heading or not self.letters:
            return False
        letter = self.letters[self.heading.index(column)]
        return (self.row_numbers[row], letter) in self.homes

    def column(self, name: str) -> list[object]:
        """Cells of a column; None everywhere where there is no such column."""
        if name not in self.heading:
            return [None] * len(self.rows)
        position = self.heading.index(name)
        return [row[position] for row in self.rows]


@dataclass(frozen=True)
class RawSet:
    """All tables of a set as read.

    Parameters
    ----------
    name : str
        Name of the folder or file.
    tables : mapping of str to RawTable
        The tables found.
    method : mapping
        method.toml as read: section -> option -> value.
    method_file : str
        Where the method was read.
    method_places : mapping of str to Place
        Option ("section.option") -> place, where it is known.
    findings : tuple of Finding
        What was found on reading.
    """

    name: str
    tables: Mapping[str, RawTable]
    method: Mapping[str, object] = field(default_factory=dict)
    method_file: str = METHOD_FILE
    method_places: Mapping[str, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def raw_table(
    name: str,
    file: str,
    sheet: str,
    numbered: Sequence[tuple[int, list[object]]],
    findings: list[Finding],
    marks: frozenset[str] = frozenset(),
) -> RawTable | None:
    """Table from numbered rows: heading found, empty rows and columns without heading left out.

    Parameters
    ----------
    name : str
        Name of the table.
    file, sheet : str
        Where it was read; the sheet is empty for a text file.
    numbered : sequence of (int, list)
        Line or row number and its cells.
    findings : list of Finding
        What is found is added here.
    marks : frozenset of str, optional
        Columns in small letters by which the heading is found on a sheet; those of
        :data:`HEADING_MARKS` where left out.

    Returns
    -------
    RawTable or None
        None where the table is empty.
    """
    filled = [(n, cells) for n, cells in numbered if any(c is not None for c in cells)]
    marks = marks or HEADING_MARKS.get(name, frozenset())
    position = 0
    if sheet:
        position = next(
            (
                i
                for i, (n, cells) in enumerate(filled)
                if n <= HEADING_WITHIN and marks <= {str(c).strip().lower() for c in cells}
            ),
            0,
        )
    if not filled:
        findings.append(Finding("empty_table", "error", Place(file, sheet)))
        return None
    heading_row, heading_cells = filled[position]
    titles = ["" if cell is None else str(cell).strip() for cell in heading_cells]
    width = max((i + 1 for i, title in enumerate(titles) if title), default=0)
    keep = [i for i in range(width) if titles[i]]
    heading = tuple(titles[i] for i in keep)
    rows: list[list[object]] = []
    row_numbers: list[int] = []
    for number, cells in filled[position + 1 :]:
        extra = [cell for cell in cells[width:] if cell is not None]
        if len(cells) != len(titles) and not sheet and (extra or len(cells) < width):
            fields: dict[str, object] = {"found": len(cells), "expected": len(titles)}
            findings.append(Finding("ragged_row", "error", Place(file, sheet, number), fields))
            continue
        padded = cells + [None] * (width - len(cells))
        kept = [padded[i] for i in keep]
        if any(cell is not None for cell in kept):
            rows.append(kept)
            row_numbers.append(number)
    letters = tuple(column_letter(i + 1) for i in keep) if sheet else ()
    return RawTable(name, file, sheet, heading, rows, row_numbers, heading_row, letters)


def column_letter(column: int) -> str:
    """Letters of a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number of a column, counted from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let errors of the system name the file that was asked for, and not the temporary one."""
    try:
        yield
    except OSError as error:
        error.filename = str(path)
        raise
    except Exception as error:
        # lxml, which writes sheets where it is installed, calls a full disk IO_ENOSPC.
        number = getattr(errno, str(error).removeprefix("IO_"), None)
        if number is None or not str(error).startswith("IO_"):
            raise
        raise OSError(number, os.strerror(number), str(path)) from error


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its place once the block has ended well.

    Where the block fails, ``path`` stays as it was and the temporary file is removed.
    """
    path = Path(path)
    with _named(path):
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(path.stat().st_mode if path.exists() else 0o666 & ~mask)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def replacing_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new folder beside ``path`` that takes its place once the block has ended well.

    Where the block fails, ``path`` stays as it was and the new folder is removed.
    """
    path, given = Path(path).resolve(), Path(path)
    with _named(given):
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
        try:
            yield temporary
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o777 & ~mask)
            if path.exists():  # a folder with files in it cannot be replaced in one step
                old = temporary.with_name(f"{temporary.name}-old")
                path.rename(old)
                try:
                    temporary.rename(path)
                except BaseException:
                    old.rename(path)
                    raise
                shutil.rmtree(old, ignore_errors=True)
            else:
                temporary.rename(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def method_rows(method: Mapping[str, object], section: str = "") -> list[tuple[str, str, object]]:
    """Rows section, option, value of nested options; a list or quoted text as TOML."""
    rows: list[tuple[str, str, object]] = []
    for option, value in method.items():
        if isinstance(value, Mapping):
            rows += method_rows(value, f"{section}.{option}" if section else option)
        else:
            rows.append((section, option, toml_cell(value)))
    return rows


def toml_cell(value: object) -> object:
    """Value of an option as a cell: numbers, truth values and plain text as they are."""
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str) and value[:1] not in ("[", "{", '"', ""):
        return value
    return in_toml(value)


def in_toml(value: object) -> str:
    """A value as it is written in method.toml, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        pairs = (f"{_key(str(name))} = {in_toml(inner)}" for name, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(in_toml, value))}]"
    return str(value)


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    signs = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in signs)


def missing_table(file: str, table: str, expected: str) -> Finding:
    """Finding for a table that a set must have."""
    fields = {"table": table, "expected": expected}
    return Finding("missing_table", "error", Place(file), fields)


def unreadable(file: str, error: OSError) -> Finding:
    """Finding for a file that the system does not let us read."""
    reason = error.strerror or type(error).__name__
    return Finding("unreadable", "error", Place(file), {"reason": reason})

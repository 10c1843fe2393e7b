"""What the importers share: files that may be read, valid codes, tables that know their origin."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indicators.build import build
from indicators.cells import CODE
from indicators.findings import Finding, InvalidInputError, Place
from indicators.indicator_set import IndicatorSet
from indicators.tables import ErrorCell, RawSet, RawTable, unreadable

#: Bytes of a file above which no import is tried.
LARGEST_FILE = 50_000_000

#: Code of the source that every imported value cites.
SOURCE = "import"

#: Codes that would be taken for a column of the table of values.
RESERVED_CODES = frozenset({"unit", "indicator", "year", "value"})

#: How spreadsheets show a missing value.
NOT_AVAILABLE = ErrorCell("#N/A")

#: The defaults of COINr's Normalise and Aggregate, and of the Handbook's standard index.
METHOD: Mapping[str, object] = {
    "normalisation": {"method": "minmax", "range": [0, 100]},
    "aggregation": {"method": "arithmetic", "missing": "renormalise"},
}


@dataclass(frozen=True)
class Translated(RawTable):
    """A table whose cells were read elsewhere: its places are those of the cells' origin.

    Parameters
    ----------
    origin : callable
        Row and column of this table -> place in the imported file.
    """

    origin: Callable[[int, str], Place] = lambda _row, _column: Place()

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Place in the imported file; of a whole column only the file and sheet are known."""
        if row is None:
            return Place(self.file, self.sheet)
        return self.origin(row, column)


def origin_in(
    table: RawTable, rows: Sequence[int], columns: Mapping[str, str], row: int, column: str
) -> Place:
    """Place in a table that was read, for a row and column of the table made from it.

    Parameters
    ----------
    table : RawTable
        The table as read.
    rows : sequence of int
        Position of each row in it.
    columns : mapping of str to str
        Column -> its heading in it.
    row, column : int, str
        Row and column of the table made from it.
    """
    return table.place(rows[row], columns.get(column, column))


def checked_file(path: str | os.PathLike[str], findings: list[Finding]) -> Path | None:
    """The path where it is a file that can be imported, else None and a finding."""
    path = Path(path)
    if not path.is_file():
        fields: dict[str, object] = {"path": os.fspath(path)}
        findings.append(Finding("nothing_to_import", "error", fields=fields))
        return None
    if path.suffix.lower() not in (".csv", ".xlsx", ".xlsm"):
        fields = {"kind": f"a {path.suffix} file" if path.suffix else "neither"}
        findings.append(Finding("unknown_import_type", "error", Place(path.name), fields))
        return None
    size = path.stat().st_size
    if size >= LARGEST_FILE:
        fields = {"size": size // 1_000_000, "most": LARGEST_FILE // 1_000_000}
        findings.append(Finding("too_large_to_import", "error", Place(path.name), fields))
        return None
    return path


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Tell a file that the system does not let us read as a finding."""
    try:
        yield
    except OSError as error:
        raise InvalidInputError([unreadable(file.name, error)]) from error


def valid_codes(codes: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """A valid code for each code, all different whatever the capitals; most stay as they are.

    Parameters
    ----------
    codes : iterable of str
        Codes as written. The same code written twice is one code.
    reserved : iterable of str
        Codes that may not be used.

    Returns
    -------
    dict of str to str
        In the order of ``codes``.
    """
    given = list(dict.fromkeys(codes))
    taken = {code.casefold() for code in reserved}
    found: dict[str, str] = {}
    for code in sorted(given, key=lambda code: not CODE.fullmatch(code)):  # the valid ones first
        found[code] = unused(_valid(code), taken)
        taken.add(found[code].casefold())
    return {code: found[code] for code in given}


def unused(name: str, taken: Set[str]) -> str:
    """The name, or the name with a number behind it where it is taken (in small letters)."""
    number, candidate = 1, name
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate


def _valid(code: str) -> str:
    if CODE.fullmatch(code):
        return code
    letters = unicodedata.normalize("NFKD", code)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(r"[^\w.\-]+", "_", plain).strip("_.-")
    return plain if CODE.fullmatch(plain) else f"code_{plain}".rstrip("_")


def tell_renamed(
    renamed: Mapping[str, str], place_of: Callable[[str], Place], findings: list[Finding]
) -> None:
    """Add a note for each code that is another one now."""
    for code, valid in renamed.items():
        if code != valid:
            fields = {"value": code, "code": valid}
            findings.append(Finding("renamed_code", "note", place_of(code), fields))


def source_table(title: str) -> RawTable:
    """A table of sources with one row, the import."""
    return RawTable("sources", "", "", ("code", "title"), [[SOURCE, title]], [1])


def finished(
    name: str, tables: Sequence[RawTable], title: str, findings: Sequence[Finding]
) -> IndicatorSet:
    """Build the set from translated tables; every value cites the import.

    Parameters
    ----------
    name : str
        Name of the set.
    tables : sequence of RawTable
        Framework, units and values (wide).
    title : str
        Title of the source.
    findings : sequence of Finding
        What was found so far.

    Raises
    ------
    InvalidInputError
        Where anything is wrong, together with what was found before.
    """
    named = {table.name: table for table in (*tables, source_table(title))}
    built = build(RawSet(name, named, METHOD, findings=tuple(findings)))
    values = built.values
    values = values.assign(source=np.full(len(values), SOURCE, dtype=object))
    # Places of the imported file would mislead once the set is saved somewhere else.
    return replace(built, values=values, tables={})

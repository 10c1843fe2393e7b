"""Tables written to files or to standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import pandas as pd

from indicators.findings import Finding, Place, raise_errors
from indicators.tables import replacing

#: Endings of files that tables are written to.
ENDINGS = (".csv", ".json", ".parquet", ".xlsx")
#: Endings of those that hold several tables.
SEVERAL = (".json", ".xlsx")


def write_table(table: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write one table to a file by its ending, or as CSV to standard output for "-".

    As :func:`write_tables`, for one.
    """
    write_tables({"table": table}, path)


def write_tables(tables: Mapping[str, pd.DataFrame], path: str | os.PathLike[str]) -> None:
    """Write tables to a file by its ending, or the first as CSV to standard output for "-".

    An existing file is replaced only when the new one is complete.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables by name, at least one: sheets of a workbook, members of a JSON object (a single
        table is a list); .csv and .parquet hold one table, and the others are left out.
    path : path
        Ending in .csv, .json, .parquet or .xlsx, or "-".

    Raises
    ------
    ValueError
        Where the ending is none of these.
    ImportError
        For .parquet without pyarrow.
    InvalidInputError
        Where a table is too long or too wide for a sheet of Excel.
    OSError
        Where the file cannot be written.
    """
    first = next(iter(tables.values()))
    if os.fspath(path) == "-":
        if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        _csv(first, sys.stdout)
        return
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"{path} has none of the endings {', '.join(ENDINGS)}")
    with replacing(path) as temporary:
        if ending == ".csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as file:
                _csv(first, file)
        elif ending == ".json":
            temporary.write_text(_json(tables), encoding="utf-8")
        elif ending == ".parquet":
            first.to_parquet(temporary, index=False)
        else:
            _workbook(tables, temporary)


def _json(tables: Mapping[str, pd.DataFrame]) -> str:
    members = {name: _records(table) for name, table in tables.items()}
    content = members if len(members) > 1 else next(iter(members.values()))
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows with None for what is missing, numbers to the last bit."""
    cells = table.astype(object).where(table.notna(), None)
    return [dict(zip(table.columns, row, strict=True)) for row in cells.itertuples(index=False)]


#: Signs at the start of a text by which a spreadsheet takes it for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _csv(table: pd.DataFrame, file: TextIO) -> None:
    """CSV in which no text can pass for a formula: such a text gets an apostrophe in front."""
    guarded = table.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].astype(object).map(_guarded)
    guarded.to_csv(file, index=False, lineterminator="\n")


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


#: Width of a column in a workbook, in characters: that of its heading, within these limits.
NARROWEST, WIDEST = 10, 24


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    from reports.workbook.cells import MOST_COLUMNS, MOST_ROWS, Book
    from reports.workbook.styles import HEADING_LEFT, NAVY, TEXT

    raise_errors(
        Finding("too_large_for_excel", "error", Place(name), {"what": name, "value": size})
        for name, table in tables.items()
        for size, most in ((len(table) + 1, MOST_ROWS), (table.shape[1], MOST_COLUMNS))
        if size > most
    )
    book = Book()
    for name, table in tables.items():
        sheet = book.sheet(name.replace("_", " ").capitalize(), NAVY)
        for column, heading in enumerate(map(str, table.columns), 1):
            sheet.put(1, column, heading, HEADING_LEFT)
            sheet.widths({column: min(max(len(heading) + 2, NARROWEST), WIDEST)})
        for row, cells in enumerate(_records(table), 2):
            for column, cell in enumerate(cells.values(), 1):
                if cell is not None:
                    value = cell if isinstance(cell, (str, bool)) else float(cell)  # type: ignore[arg-type]
                    sheet.put(row, column, value, TEXT)
        sheet.freeze(2, 1)
    book.save(path)

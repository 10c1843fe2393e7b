"""Where the tables of a command go: a file, a terminal, or standard output."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reports.cli.app import Failure
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd


def check_writable(path: Path, words: Words) -> None:
    """Say so before the work, not after it, where a file could not be written."""
    if path.is_dir() or not path.resolve().parent.is_dir():
        reason = os.strerror(errno.EISDIR if path.is_dir() else errno.ENOENT)
        raise Failure(words("cli.cannot_write", path=path, reason=reason))


def check_ending(path: Path | None, words: Words, option: str = "--output") -> None:
    """Refuse, before the work, a file that tables cannot be written to."""
    if path is None or str(path) == "-":
        return
    from reports.tables import ENDINGS

    if path.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(words("cli.unknown_ending", path=path), param_hint=option)
    check_writable(path, words)


def for_a_person(path: Path | None) -> bool:
    """Whether a table is shown at a terminal, and not written to a file or a pipe."""
    return path is None and sys.stdout.isatty()


def put_out(
    tables: Mapping[str, pd.DataFrame], path: Path | None, words: Words, quiet: bool
) -> None:
    """Write tables to a file; without one show the first, or write it as CSV where nobody looks."""
    from reports.tables import SEVERAL, write_tables

    first = next(iter(tables.values()))
    if for_a_person(path):
        show(first)
        return
    try:
        write_tables(tables, path or "-")
    except ImportError as error:
        raise Failure(words("cli.needs_pyarrow")) from error
    if path is not None and str(path) != "-" and not quiet:
        several = len(tables) > 1 and path.suffix.lower() in SEVERAL
        key = f"cli.wrote_{'findings' if 'findings' in tables else 'tables'}"
        fields = {"path": path, "rows": len(first), "tables": len(tables)}
        typer.echo(words(key if several else "cli.wrote_table", **fields))


def show(table: pd.DataFrame) -> None:
    """Show a table to a person at a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table()
    for column in table.columns:
        shown.add_column(str(column), overflow="fold")
    for cells in table.astype(object).itertuples(index=False):
        shown.add_row(*(Text(_short(cell)) for cell in cells))
    Console().print(shown)


def _short(cell: object) -> str:
    if cell is None or str(cell) in ("nan", "<NA>"):
        return ""
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)

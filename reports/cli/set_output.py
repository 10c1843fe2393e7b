"""Where the set of a command goes: nothing is lost that somebody may want."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reports.cli.app import Failure
from reports.cli.output import check_writable
from reports.words import Words

if TYPE_CHECKING:
    from indicators import IndicatorSet

#: Endings of files that are no sets.
NO_SETS = (".csv", ".json", ".parquet", ".toml", ".xls", ".xlsm")

#: Sheets that are named one by one.
MOST_SHEETS = 5


def check_set_output(
    path: Path,
    words: Words,
    force: bool,
    own: Path | None = None,
    no_name: str = "cli.no_name_for_a_set",
) -> None:
    """Say so before the work where a set may not be written.

    Parameters
    ----------
    path : Path
        Where it is to be written.
    words : Words
    force : bool
        Whether a set may be replaced. Anything else that is there never is.
    own : Path, optional
        Where the set comes from. A folder that is written back to keeps what else is in it.
    no_name : str
        Key of what is said of a name that is none for a set.

    Raises
    ------
    Failure
        Where something is there that may not be replaced, or the path cannot be written.
    BadParameter
        Where the name is none for a set.
    """
    to_workbook = path.suffix.lower() == ".xlsx"
    if path.suffix.lower() in NO_SETS or str(path) == "-":
        raise typer.BadParameter(words(no_name, path=path), param_hint="--output")
    if is_there(path):
        if not force:
            raise Failure(words("cli.exists_force", path=path))
        if not path.is_dir():
            _check_workbook(path, words)
        elif not is_same(path, own):
            from indicators.folder import holds_only_a_set

            if not to_workbook and not holds_only_a_set(path):
                raise Failure(words("cli.holds_more", path=path))
    if to_workbook or not path.exists():
        check_writable(path, words)


def is_there(path: Path) -> bool:
    """Whether there is anything at a path but an empty folder."""
    return path.exists() and not (path.is_dir() and not any(path.iterdir()))


def is_same(path: Path, other: Path | None) -> bool:
    """Whether two paths lead to the same file or folder."""
    return other is not None and path.exists() and other.exists() and path.samefile(other)


def _check_workbook(path: Path, words: Words) -> None:
    """Refuse to replace a file with anything in it but the tables of a set."""
    from indicators import InvalidInputError
    from indicators.workbook import other_sheets

    try:
        others = other_sheets(path)
    except InvalidInputError as error:
        raise Failure(words("cli.holds_more", path=path)) from error
    if others:
        fields = {"path": path, "sheets": ", ".join(others[:MOST_SHEETS])}
        if len(others) > MOST_SHEETS:
            more = len(others) - MOST_SHEETS
            fields["sheets"] = words("cli.and_more", shown=fields["sheets"], count=more)
        raise Failure(words("cli.holds_sheets", **fields))


def write_set(indicator_set: IndicatorSet, path: Path, before: IndicatorSet | None = None) -> None:
    """Write a set; where it fails, what was there stays as it was.

    Parameters
    ----------
    indicator_set : IndicatorSet
    path : Path
        As :func:`check_set_output` let it pass.
    before : IndicatorSet, optional
        What was loaded from the same path, where it comes from there.
    """
    from indicators.tables import replacing_folder

    if path.suffix.lower() == ".xlsx" or before is not None:
        indicator_set.save(path, before)
    else:
        with replacing_folder(path) as folder:
            indicator_set.save(folder)

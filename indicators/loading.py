"""Loading a set from a folder or workbook."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from indicators.build import build
from indicators.findings import Finding, InvalidInputError, Place, raise_errors
from indicators.folder import read_folder, read_toml
from indicators.indicator_set import IndicatorSet
from indicators.tables import RawSet, unreadable
from indicators.workbook import read_workbook


def bundled() -> Path:
    """Folder of the bundled set: digital government in China's provinces."""
    return Path(__file__).parent / "provinces"


def copy_bundled(folder: str | os.PathLike[str]) -> None:
    """Copy the bundled set, with its README, into a new or empty folder.

    Parameters
    ----------
    folder : path

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    shutil.copytree(bundled(), folder, dirs_exist_ok=True, copy_function=shutil.copyfile)


def load(path: str | os.PathLike[str] | None = None) -> IndicatorSet:
    """Load a set.

    Parameters
    ----------
    path : path, optional
        A folder of CSV files or an .xlsx workbook; the bundled provinces where left out.

    Raises
    ------
    InvalidInputError
        Where anything in it is wrong; it lists everything that is, each with its place.

    Examples
    --------
    >>> provinces = load()
    >>> len(provinces.scored_units)
    31
    """
    return build(read(bundled() if path is None else path))


def load_method(path: str | os.PathLike[str]) -> dict[str, dict[str, object]]:
    """Load options in the form of method.toml, for :meth:`IndicatorSet.with_method`.

    Parameters
    ----------
    path : path
        A TOML file; it need only hold the options that are to differ.

    Returns
    -------
    dict
        Section -> option -> value.

    Raises
    ------
    InvalidInputError
        Where the file cannot be read, or an option stands outside a section.
    """
    path, findings = Path(path), list[Finding]()
    if not path.exists():
        raise InvalidInputError([Finding("no_file", "error", fields={"path": os.fspath(path)})])
    method = read_toml(path, findings)
    sections = {}
    for section, options in method.items():
        if isinstance(options, dict):
            sections[section] = options
        else:
            place = Place(path.name, column=section)
            findings.append(Finding("option_without_section", "error", place))
    raise_errors(findings)
    return sections


def read(path: str | os.PathLike[str]) -> RawSet:
    """Read the tables of a set, cell by cell.

    Raises
    ------
    InvalidInputError
        Where there is no folder or workbook at ``path``, or it cannot be read. What is wrong
        inside is returned as findings.
    """
    path = Path(path)
    try:
        return _read(path)
    except OSError as error:
        raise InvalidInputError([unreadable(path.name, error)]) from error


def _read(path: Path) -> RawSet:
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise InvalidInputError(
            [Finding("set_not_found", "error", fields={"path": os.fspath(path)})]
        )
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        kind = f"a {path.suffix} file" if path.suffix else "neither"
        raise InvalidInputError(
            [Finding("unknown_file_type", "error", Place(path.name), {"kind": kind})]
        )
    return read_workbook(path)

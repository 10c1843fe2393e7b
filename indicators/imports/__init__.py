"""Sets made elsewhere: the tables of COINr, and the workbook of the JRC COIN Tool.

Each importer writes the cells it reads into the tables of a set and hands them to
``indicators.build``, so that an imported set is checked like any other; every place that a finding
names is a place in the file that was imported.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from indicators.findings import Finding, InvalidInputError, Place, raise_errors
from indicators.imports import coinr
from indicators.imports.coin_tool import import_coin_tool
from indicators.imports.coinr import import_coinr
from indicators.imports.translation import checked_file, readable
from indicators.indicator_set import IndicatorSet
from indicators.workbook import opened

__all__ = ["import_coin_tool", "import_coinr", "import_files"]


def import_files(paths: Sequence[str | os.PathLike[str]]) -> IndicatorSet:
    """Import whatever the files are: COINr's tables or a COIN Tool workbook.

    Parameters
    ----------
    paths : sequence of path
        COINr's iData and iMeta as two .csv files in any order, which are told apart by their
        columns; or one workbook with the sheets iData and iMeta (COINr), or Database and Framework
        (COIN Tool).

    Returns
    -------
    IndicatorSet
        Its ``findings`` tell what was renamed, changed or left out.

    Raises
    ------
    InvalidInputError
        Where anything is wrong; it lists everything that is, each with its place.
    """
    findings: list[Finding] = []
    files = [file for path in paths if (file := checked_file(path, findings))]
    raise_errors(findings)
    texts = [file for file in files if file.suffix.lower() == ".csv"]
    if len(files) == 1:
        return import_coinr(files[0]) if texts else _import_workbook(files[0])
    if len(files) == len(texts) == 2:
        data, meta = coinr.told_apart(files[0], files[1])
        return import_coinr(data, meta)
    fields = {"count": len(files)}
    raise InvalidInputError([Finding("files_to_import", "error", fields=fields)])


def _import_workbook(file: Path) -> IndicatorSet:
    with readable(file), opened(file) as book:
        titles = book.titles
    sheets = {title.strip().casefold() for title in titles}
    if coinr.SHEETS & sheets:
        return import_coinr(file)
    if "database" in sheets:
        return import_coin_tool(file)
    if {"framework", "units", "values"} <= sheets:
        raise InvalidInputError([Finding("set_already", "error", Place(file.name))])
    fields = {"value": titles}
    raise InvalidInputError([Finding("no_known_sheets", "error", Place(file.name), fields)])

"""A small set of three regions that the tests write, spoil and read."""

from __future__ import annotations

import csv
import io
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings
from openpyxl import Workbook

# Random examples are looked for while developing; in CI the same commit has the same outcome.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

TABLES = {
    "framework": """\
code,parent,name,weight,direction,low,high
index,,Index,,,,
access,index,Access,2,,,
income,index,Income,1,,,
phones,access,Phones,1,1,0,100
price,access,Price,3,-1,,
pay,income,Pay,,1,,
""",
    "units": """\
code,name,name_zh,region
A,Alpha,甲,East
B,Beta,乙,East
C,Gamma,丙,West
""",
    "values": """\
unit,indicator,year,value,source,note
A,phones,2020,10,book,
A,phones,2021,20,book,
B,phones,2021,30.5,book,
C,phones,2021,90,book,
A,price,2021,3,book,
B,price,2021,2,book,
C,price,2021,1,book,
A,pay,,100,book,
B,pay,,200,book,
C,pay,,400,book,
""",
    "sources": "code,title\nbook,Yearbook\n",
    "method": """\
section,option,value
normalisation,method,minmax
normalisation,range,"[1, 100]"
""",
}

#: A whole table, an (old, new) replacement in the small one, or None for no such table.
Table = str | bytes | tuple[str, str] | None


class MakeSet(Protocol):
    def __call__(
        self,
        kind: str = "folder",
        edit: Callable[[Workbook], object] | None = None,
        **tables: Table,
    ) -> Path: ...


@pytest.fixture
def make_set(tmp_path: Path) -> MakeSet:
    """Write the small set, with changes, as a folder or as a workbook that ``edit`` may touch."""

    def make(
        kind: str = "folder", edit: Callable[[Workbook], object] | None = None, **changes: Table
    ) -> Path:
        tables: dict[str, str | bytes] = {}
        for name, text in {**TABLES, **dict.fromkeys(changes.keys() - TABLES.keys(), "")}.items():
            change = changes.get(name, text)
            if isinstance(change, tuple):
                assert change[0] in text
                change = text.replace(*change)
            if change is not None:
                tables[name] = change
        if kind == "folder":
            return _folder(tmp_path / "small", tables)
        return _workbook(tmp_path / "small.xlsx", tables, edit)

    return make


def _folder(folder: Path, tables: dict[str, str | bytes]) -> Path:
    folder.mkdir()
    for name, text in tables.items():
        file = folder / (f"{name}.csv" if name != "method" else "method.toml")
        if name == "method" and isinstance(text, str) and text.startswith("section,"):
            text = _toml(text)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def _toml(text: str) -> str:
    """The rows of a Method sheet as method.toml."""
    lines = []
    for row in csv.DictReader(io.StringIO(text)):
        value = row["value"]
        try:
            tomllib.loads(f"value = {value}")
        except tomllib.TOMLDecodeError:
            value = f'"{value}"'
        lines.append(f"{row['section']}.{row['option']} = {value}")
    return "\n".join(lines)


def _workbook(
    file: Path, tables: dict[str, str | bytes], edit: Callable[[Workbook], object] | None
) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, text in tables.items():
        assert isinstance(text, str)
        sheet = book.create_sheet(name.capitalize())
        for row in csv.reader(io.StringIO(text)):
            sheet.append([_typed(cell) for cell in row])
    if edit:
        edit(book)
    book.save(file)
    return file


def _typed(text: str) -> str | float | None:
    """What a cell holds once a person has typed this into it."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text or None

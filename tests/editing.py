"""Typing into cells of a workbook as a person would, leaving everything else as it was."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape


def type_into(
    file: Path, target: Path, cells: Mapping[tuple[str, str], float | str | None]
) -> Path:
    """Copy of a workbook with some cells typed over; stored results of formulas stay stale.

    openpyxl is no use here: it drops every stored result on the way.
    """
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    titles = re.findall(
        r'<sheet [^>]*name="([^"]+)"[^>]*?r:id="(rId\d+)"', parts["xl/workbook.xml"].decode()
    )
    if not titles:
        titles = [
            (name, rel)
            for rel, name in re.findall(
                r'<sheet [^>]*r:id="(rId\d+)"[^>]*name="([^"]+)"', parts["xl/workbook.xml"].decode()
            )
        ]
    rels = dict(
        sorted(
            (found["id"], found["target"])
            for tag in re.findall(
                r"<Relationship [^>]*>", parts["xl/_rels/workbook.xml.rels"].decode()
            )
            if (
                found := {
                    "id": re.search(r' Id="([^"]+)"', tag)[1],  # type: ignore[index]
                    "target": re.search(r' Target="([^"]+)"', tag)[1],  # type: ignore[index]
                }
            )
        )
    )
    for (title, cell), value in cells.items():
        path = "xl/" + rels[dict(titles)[title]].removeprefix("/xl/")
        text = parts[path].decode()
        style = re.search(rf'<c r="{cell}"( s="\d+")?', text)
        assert style, f"{title}!{cell} is not in the file"
        if value is None:
            new = f'<c r="{cell}"{style[1] or ""}/>'
        elif isinstance(value, str):
            new = f'<c r="{cell}"{style[1] or ""} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        else:
            new = f'<c r="{cell}"{style[1] or ""}><v>{value!r}</v></c>'
        text, count = re.subn(
            rf'<c r="{cell}"(?: [^>]*)?/>|<c r="{cell}"(?: [^>]*[^/])?>.*?</c>',
            lambda _, new=new: new,
            text,
            count=1,
        )
        assert count == 1
        parts[path] = text.encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target

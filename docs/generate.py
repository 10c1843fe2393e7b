"""Writes the tables of methods and options into the pages of this folder: ``make docs``.

A page marks where a table stands, by a comment with the kind of table and the stage or section:

    <!-- methods: normalisation -->
    <!-- end -->

``python docs/generate.py --check`` changes nothing and fails where a page is not as it would be
written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from scoring.catalogue import methods
from scoring.options import Method

FOLDER = Path(__file__).parent
BLOCK = re.compile(r"(<!-- (methods|options): ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def method_table(stage: str) -> str:
    """Name, summary, options and source of every method of a stage."""
    rows = [
        (
            f"`{entry.name}`",
            entry.summary,
            ", ".join(f"`{name}`" for name in (*entry.columns, *entry.options)),
            entry.source,
        )
        for entry in methods(stage)
    ]
    return _table(("name", "what it does", "columns and options", "source"), rows)


def option_table(section: str) -> str:
    """Name, default and meaning of every option of a section."""
    fields = type(getattr(Method(), section)).model_fields
    rows = [
        (
            f"`{name}`",
            _default(field.get_default(call_default_factory=True)),
            field.description or "",
        )
        for name, field in fields.items()
    ]
    return _table(("option", "default", "meaning"), rows)


def _default(value: object) -> str:
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, tuple):
        return f"`[{', '.join(map(repr, value))}]`"
    return f"`{value!r}`".replace("'", '"').replace("True", "true").replace("False", "false")


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    cells = ((cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


TABLES: dict[str, Callable[[str], str]] = {"methods": method_table, "options": option_table}


def generated(text: str) -> str:
    """A page with its tables as they are now."""
    return BLOCK.sub(lambda found: found[1] + TABLES[found[2]](found[3]) + found[4], text)


def main() -> None:
    """Write the tables, or check them."""
    stale = []
    for page in sorted(FOLDER.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = generated(before)
        if after != before:
            stale.append(page.name)
            if "--check" not in sys.argv:
                page.write_text(after, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"not as generated: {', '.join(stale)}; run: make docs")


if __name__ == "__main__":
    main()

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
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from scoring.catalogue import STAGES, methods
from scoring.options import Method

FOLDER = Path(__file__).parent
BLOCK = re.compile(r"(<!-- (methods|options): ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

#: Option that holds the name of a method -> where its names stand, in any section.
NAMES = {"method": "method.md#{stage}", "second": "method.md#treatment"}


# --- tables ---------------------------------------------------------------------------------------


def method_table(stage: str) -> str:
    """Name, summary, columns, options and source of every method of a stage."""
    section = _section_of(stage)
    reads = f"reads [columns](input.md#framework) and [options](options.md#{section})"
    rows = [
        (
            f"`{entry.name}`",
            _markdown(entry.summary),
            _codes((*entry.columns, *entry.optional_columns, *entry.options)),
            _markdown(entry.source),
        )
        for entry in methods(stage)
    ]
    return _table(("name", "what it does", reads, "source"), rows)


def option_table(section: str) -> str:
    """Name, values, default and meaning of every option of a section."""
    options = type(getattr(Method(), section))
    schema = options.model_json_schema()
    rows = [
        (
            f"`{name}`",
            _link(name, section) or _values(schema["properties"][name], schema.get("$defs", {})),
            _default(field.get_default(call_default_factory=True)),
            field.description or "",
        )
        for name, field in options.model_fields.items()
    ]
    return _table(("option", "values", "default", "meaning"), rows)


def _section_of(stage: str) -> str:
    """Section of method.toml with the options of a stage."""
    return next(
        name
        for name, field in Method.model_fields.items()
        if issubclass(field.annotation or object, STAGES[stage])
    )


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    cells = ((cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


# --- cells ----------------------------------------------------------------------------------------


def _markdown(text: str) -> str:
    """Text of a docstring."""
    return text.replace("``", "`")


def _codes(names: Iterable[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(option: str, section: str) -> str:
    """Where the names of the methods stand that an option takes."""
    stage = "cooperation-models" if section == "cooperation" else section
    return f"[name]({NAMES[option].format(stage=stage)})" if option in NAMES else ""


def _values(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> str:
    """What a JSON schema allows, in words."""
    kinds = schema.get("anyOf", [schema])
    said = [_kind(kind, defined) for kind in kinds if kind.get("type") != "null"]
    return ", ".join(dict.fromkeys(said))


def _kind(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> str:
    if "enum" in schema or "const" in schema:
        return _codes(map(_toml, schema.get("enum", [schema.get("const")])))
    kind = schema.get("type", "object")
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _limits(schema)
    if kind == "array":
        items = schema.get("items") or schema["prefixItems"][0]
        count = f"{schema['maxItems']} " if "prefixItems" in schema else "list: "
        return f"{count}{_values(items, defined)}{'s' if 'prefixItems' in schema else ''}"
    return {"boolean": "`true`, `false`", "string": "text", "object": "table"}[kind]


def _limits(schema: Mapping[str, Any]) -> str:
    """Range of a number; limits of a billion and more keep it computable and say nothing else."""
    low, high = (schema.get(name) for name in ("minimum", "maximum"))
    above, below = (schema.get(name) for name in ("exclusiveMinimum", "exclusiveMaximum"))
    high = None if high is not None and high >= 1e6 else high
    parts = [
        f"{low:g} to {high:g}" if low is not None and high is not None else "",
        f"{low:g} or more" if low is not None and low > -1e6 and high is None else "",
        f"above {above:g}" if above is not None else "",
        f"below {below:g}" if below is not None else "",
    ]
    said = " and ".join(part for part in parts if part)
    return f" {said}" if said else ""


def _default(value: object) -> str:
    if value is None or value in ("", (), {}):
        return ""
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else f'"{value}"'
    return f"{value:g}"


# --- pages ----------------------------------------------------------------------------------------

TABLES: dict[str, Callable[[str], str]] = {"methods": method_table, "options": option_table}


def generated(text: str) -> str:
    """A page with its tables as they are now."""
    return BLOCK.sub(lambda found: found[1] + TABLES[found[2]](found[3]) + found[4], text)


def stale(folder: Path = FOLDER) -> dict[Path, str]:
    """Pages that are not as they would be written, and what would be written."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(folder.glob("*.md"))}
    return {page: now for page, before in pages.items() if (now := generated(before)) != before}


def main() -> None:
    """Write the tables, or check them."""
    changed = stale()
    if "--check" in sys.argv:
        if changed:
            names = ", ".join(page.name for page in changed)
            sys.exit(f"not as generated: {names}; run: make docs")
        return
    for page, text in changed.items():
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

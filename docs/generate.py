"""Writes the tables of methods, options and findings into the pages of this folder: ``make docs``.

A page marks where something stands, by a comment with its kind and what it is of:

    <!-- methods: normalisation -->
    <!-- options: normalisation -->
    <!-- options: robustness weights -->
    <!-- findings: mixed_years missing_values -->
    <!-- references -->
    <!-- end -->

The last column of a table of findings is written by hand and kept. References are those that the
page cites, such as "Box & Cox 1964": they come from the docstrings of the methods and from
references.txt. ``python docs/generate.py --check`` changes nothing and fails where a page is not as
it would be written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial, reduce
from pathlib import Path
from typing import Any

from indicators.findings import SENTENCES
from scoring.catalogue import STAGES, methods
from scoring.options import Method, Section

FOLDER = Path(__file__).parent
PACKAGES = ("indicators", "scoring", "reports")
BLOCK = re.compile(r"(<!-- (\w+)(?:: ([\w ]+))? -->\n).*?(<!-- end -->)", re.DOTALL)

#: Option that holds the name of a method -> where its names stand, in any section.
NAMES = {"method": "method.md#{section}", "second": "method.md#treatment"}

#: Section -> where the names of its methods stand, if on a page of their own.
ELSEWHERE = {"cooperation": "analysis.md#cooperation-models", "weighting": "weights.md#methods"}


# --- tables ---------------------------------------------------------------------------------------


def method_table(stage: str, _page: str) -> str:
    """Name, summary, columns, options (but those that all read) and source of every method."""
    section = _section_of(stage)
    common = set.intersection(*(set(entry.options) for entry in methods(stage)))
    reads = f"reads [columns](input.md#framework) and [options](options.md#{section})"
    rows = [
        (
            f"`{entry.name}`",
            _markdown(entry.summary),
            _codes(
                name
                for name in (*entry.columns, *entry.optional_columns, *entry.options)
                if name not in common
            ),
            _markdown("; ".join(reference.cited for reference in references_in(entry.source))),
        )
        for entry in methods(stage)
    ]
    return _table(("name", "what it does", reads, "source"), rows)


def option_table(section: str, _page: str) -> str:
    """Name, values, default and meaning of every option of a section, or of one inside it."""
    options = type(reduce(getattr, section.split(), Method()))
    schema = options.model_json_schema()
    rows = [
        (
            f"`{name}`",
            _link(name, section, field.annotation)
            or _values(schema["properties"][name], schema.get("$defs", {})),
            _default(field.get_default(call_default_factory=True)),
            field.description or "",
        )
        for name, field in options.model_fields.items()
    ]
    return _table(("option", "values", "default", "meaning"), rows)


def finding_table(codes: str, page: str) -> str:
    """Code, severity, sentence and what was written by hand; "other": codes of no other table."""
    known = severities()
    if codes == "other":
        elsewhere = {code for block in BLOCK.finditer(page) for code in (block[3] or "").split()}
        listed = [code for code in known if code not in elsewhere]
    else:
        listed = codes.split()
    written = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*?) ?\|$", page, re.MULTILINE))
    rows = [
        (
            f"`{code}`",
            known[code],
            re.sub(r"\{(\w+)[^}]*\}", r"*\1*", SENTENCES[code]),
            written.get(code, ""),
        )
        for code in listed
    ]
    return _table(("code", "kind", "what is said", "when, and why it matters"), rows)


def reference_list(_of: str, page: str) -> str:
    """What the page cites, in full."""
    cited = [known for short, known in bibliography().items() if short in page]
    return "".join(f"- {one.authors} ({one.year}), {one.title}.\n" for one in cited)


def _section_of(stage: str) -> str:
    """Section of method.toml with the options of a stage."""
    return next(
        name
        for name, field in Method.model_fields.items()
        if issubclass(field.annotation or object, STAGES[stage])
    )


def _table(heading: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    cells = ((re.sub(r"(?<!\\)\|", r"\\|", cell) for cell in line) for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


# --- findings -------------------------------------------------------------------------------------


@cache
def severities() -> Mapping[str, str]:
    """Codes of warnings and notes, with their severity, in the order of their sentences."""
    given: dict[str, set[str]] = {}
    for package in PACKAGES:
        for module in sorted((FOLDER.parent / package).rglob("*.py")):
            text = module.read_text(encoding="utf-8")
            for pattern in (GIVEN, CHOSEN):
                for found in pattern.finditer(text):
                    given.setdefault(found["code"], set()).update(found.group("one", "other"))
    return {
        code: " or ".join(kind for kind in ("warning", "note") if kind in given[code])
        for code in SENTENCES
        if code in given
    }


#: A finding with its severity, and one whose severity was chosen by the case.
GIVEN = re.compile(r'"(?P<code>\w+)",\s*"(?P<one>warning|note)(?P<other>)"')
CHOSEN = re.compile(
    r'severity: Severity = "(?P<one>\w+)" if .*? else "(?P<other>\w+)"\s+'
    r'\w+\.append\(Finding\("(?P<code>\w+)", severity'
)


# --- references -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """A publication, and the place in it that is meant."""

    authors: str
    year: str
    title: str
    place: str = ""

    @property
    def short(self) -> str:
        """Authors and year, as a text cites them."""
        names = re.split(r", | & ", self.authors)
        return f"{names[0] + ' et al.' if len(names) > 2 else self.authors} {self.year}"

    @property
    def cited(self) -> str:
        """Authors, year and place, as a table cites them."""
        return ", ".join(filter(None, (self.short, self.place)))


#: Authors (year), title, place, remark: "..., section 5.3 (min-max)", "... (function n_borda)".
REFERENCE = re.compile(
    r"(?P<authors>(?:[^().;]|al\.)+) \((?P<year>\d{4})\), (?P<title>.+?)"
    r"(?:, (?P<place>(?:section|chapter|step|equation|appendix|Technical|Table|function).*?))?"
    r"(?: \((?:(?P<function>function .+?|`.+?)|[^()]+)\))?"
    r"\.?(?:[.;] (?=(?:[^().;]|al\.)+ \(\d{4}\), )|$)"
)


def references_in(source: str) -> Iterator[Reference]:
    """The publications that the source of a method names."""
    for found in REFERENCE.finditer(source):
        place = found["place"] or found["function"] or ""
        yield Reference(found["authors"], found["year"], found["title"], place)


@cache
def bibliography() -> Mapping[str, Reference]:
    """Short citation -> the longest reference that is known, in the order of authors and years."""
    lines = (FOLDER / "references.txt").read_text(encoding="utf-8").splitlines()
    sources = [entry.source for stage in STAGES for entry in methods(stage)]
    known: dict[str, Reference] = {}
    for one in (one for source in (*lines, *sources) for one in references_in(source)):
        longest = known.get(one.short)
        if longest is None or len(longest.authors + longest.title) < len(one.authors + one.title):
            known[one.short] = one
    in_order = sorted(known.values(), key=lambda one: (one.authors.casefold(), one.year))
    return {one.short: one for one in in_order}


# --- cells ----------------------------------------------------------------------------------------


def _markdown(text: str) -> str:
    """Text of a docstring."""
    return text.replace("``", "`")


def _codes(names: Iterable[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(option: str, section: str, kind: object) -> str:
    """Where the names of the methods stand that an option takes, or the options inside it."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return f"[table](#{section}{option})"
    if option not in NAMES:
        return ""
    return f"[name]({ELSEWHERE.get(section) or NAMES[option].format(section=section)})"


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
    if value is None or value in ("", (), {}) or isinstance(value, Section):
        return ""
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else f'"{value}"'
    return f"{value:g}"


# --- pages ----------------------------------------------------------------------------------------

KINDS: Mapping[str, Callable[[str, str], str]] = {
    "methods": method_table,
    "options": option_table,
    "findings": finding_table,
    "references": reference_list,
}


def generated(text: str) -> str:
    """A page with everything in it that is generated, as it is now."""
    for _ in range(2):  # the references once more: the tables cite too
        text = BLOCK.sub(partial(_written, text), text)
    return text


def _written(page: str, found: re.Match[str]) -> str:
    start, kind, of, end = found.groups()
    return f"{start}{KINDS[kind](of or '', page)}{end}"


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

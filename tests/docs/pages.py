"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("indicators/**/*.md")))

FENCE = re.compile(r"(?:^`([\w.]+)`\n\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(text: str, language: str) -> list[str]:
    """Blocks of code in a language; the empty one is that of blocks that name none."""
    return [block for _, of, block in FENCE.findall(text) if of == language]


def captioned(text: str) -> dict[str, str]:
    """Blocks under a line that names a file, by its name."""
    return {caption: block for caption, _, block in FENCE.findall(text) if caption}


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return FENCE.sub("", text)


def sections(text: str) -> dict[str, str]:
    """Second-level headings and what follows them."""
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return {heading: body for heading, _, body in (part.partition("\n") for part in parts)}


def anchors(text: str) -> Iterator[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    for heading in re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")

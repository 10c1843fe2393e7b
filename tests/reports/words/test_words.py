"""Every word a reader sees comes from the words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import reports.words
from reports.words import Words, languages
from reports.words.en import WORDS

REPORTS = Path(reports.words.__file__).parents[1]
SOURCES = sorted(p for p in REPORTS.rglob("*.py") if p.parent.name != "words")

#: Two English words in a row: a sentence for a reader.
SENTENCE = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")


def documentation(tree: ast.AST) -> set[int]:
    """Docstrings, and the bare strings that document constants."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def commands(tree: ast.AST) -> set[int]:
    """Names of commands, which may be of two words."""
    return {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "command"
    }


def raised(tree: ast.AST) -> set[int]:
    """Strings inside raise: errors of the program's own caller."""
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        for inner in ast.walk(node)
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(REPORTS)))
def test_no_sentence_stands_outside_the_words(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    allowed = documentation(tree) | raised(tree) | commands(tree)
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in allowed
        and SENTENCE.search(node.value)
        and '="' not in node.value  # markup
    ]
    assert found == []


def test_every_key_is_used_and_every_used_key_exists() -> None:
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    named = set(re.findall(r"""["']([a-z_0-9.]+)["']""", text))
    made = re.findall(r"""f["']([a-z_]+\.(?:[a-z_]*\.)?[a-z_]*\{[^"']*)["']""", text)
    patterns = [re.compile(re.sub(r"\{[^}]*\}", "[a-z_0-9]+", pattern)) for pattern in made]
    unused = [
        key
        for key in WORDS
        if key not in named and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def test_a_sentence_takes_its_fields() -> None:
    assert Words()("scorecard.rank_of", count=31) == "Rank of 31"


def test_an_unknown_language_is_refused_with_those_there_are() -> None:
    assert "en" in languages()
    with pytest.raises(ValueError, match="there are en"):
        Words("xx")

"""Every word a reader sees, one module a language.

A language is a module of this package with one mapping, ``WORDS``: key -> sentence with named
fields. English is complete; another language may leave out a key, which is then said in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules


class Words:
    """The words of one language.

    Parameters
    ----------
    language : str
        Name of a module of this package, such as "en".

    Raises
    ------
    ValueError
        Where there is no such language.
    """

    def __init__(self, language: str = "en") -> None:
        if language not in languages():
            raise ValueError(f"no language {language!r}; there are {', '.join(languages())}")
        self.language = language
        english = import_module(f"{__name__}.en").WORDS
        self._words: Mapping[str, str] = {
            **english,
            **import_module(f"{__name__}.{language}").WORDS,
        }

    def __call__(self, key: str, **fields: object) -> str:
        """Sentence of a key with its fields filled in.

        Raises
        ------
        KeyError
            Where the key or a field is missing.
        """
        return self._words[key].format_map(fields) if fields else self._words[key]

    def finding(self, code: str, fields: Mapping[str, object], default: str) -> str:
        """Sentence of a finding, or ``default`` where the language has none for its code."""
        key = f"finding.{code}"
        return self._words[key].format_map(fields) if key in self._words else default

    def get(self, key: str, default: str) -> str:
        """Sentence of a key, or ``default`` where the language has none."""
        return self._words.get(key, default)


def languages() -> tuple[str, ...]:
    """Languages there are."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))

"""Loading and assessing the sets that a command is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reports.cli.app import tell
from reports.words import Words

if TYPE_CHECKING:
    from scoring import Assessment


def assess(path: Path | None, words: Words, scale_of: Path | None = None) -> Assessment:
    """The assessment of a set, on its own scale or on that of another set."""
    import indicators
    import scoring

    scale = None if scale_of is None else assess(scale_of, words).scale
    with _blamed(path, words):
        return scoring.assess(indicators.load(path), scale)


def assess_with_method(assessment: Assessment, path: Path, words: Words) -> Assessment:
    """The same set under the options of a file, which is where wrong ones are then looked for."""
    import indicators
    import scoring

    with _blamed(path, words):
        changed = assessment.indicator_set.with_method(indicators.load_method(path))
        return scoring.assess(replace(changed, method_file=path.name, method_places={}))


@contextmanager
def _blamed(path: Path | None, words: Words) -> Iterator[None]:
    """Tell errors as those of one of several files."""
    from indicators import InvalidInputError

    try:
        yield
    except InvalidInputError as error:
        tell(error, words, path)

"""Loading and assessing the sets that a command is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from reports.cli.app import sentence, tell
from reports.words import Words

if TYPE_CHECKING:
    from indicators import IndicatorSet
    from scoring import Assessment


def assess(
    path: Path | None, words: Words, scale_of: Path | None = None, weights: str | None = None
) -> Assessment:
    """The assessment of a set, on its own scale or another set's, under its own weights or others.

    Parameters
    ----------
    path : Path or None
        The set; the bundled one where None.
    words : Words
    scale_of : Path, optional
        Set whose scale to measure on.
    weights : str, optional
        Way of weighting, or named weight set.
    """
    import scoring

    scale = None if scale_of is None else assess(scale_of, words).scale
    indicator_set = load(path, words, weights)
    with blamed(path, words):
        return scoring.assess(indicator_set, scale)


def load(path: Path | None, words: Words, weights: str | None = None) -> IndicatorSet:
    """A set, under its own weights or others.

    Parameters
    ----------
    path : Path or None
        The set; the bundled one where None.
    words : Words
    weights : str, optional
        Way of weighting, or named weight set.
    """
    import indicators

    with blamed(path, words):
        indicator_set = indicators.load(path)
        return indicator_set if weights is None else weighed_by(indicator_set, weights, words)


def weighed_by(
    indicator_set: IndicatorSet, name: str, words: Words, option: str = "--weights"
) -> IndicatorSet:
    """The set under a way of weighting or a named weight set, in all groups alike."""
    from indicators import Finding, Place
    from scoring.weighting import WEIGHTINGS

    known = (*WEIGHTINGS, *indicator_set.weight_set_names)
    if name not in known:
        fields = {"what": "weighting", "value": name, "known": known}
        unknown = Finding("unknown_choice", "error", fields=fields)
        raise typer.BadParameter(sentence(unknown, words), param_hint=option)
    section = indicator_set.method.get("weighting", {})
    if not isinstance(section, Mapping):  # told when it is assessed
        return indicator_set
    entry = WEIGHTINGS.get(name)
    dropped = {"groups"}
    if entry is None or entry.judged or name == "given":
        dropped.add("scope")  # which these cannot have
    kept = {option: value for option, value in section.items() if option not in dropped}
    method = {**indicator_set.method, "weighting": {**kept, "method": name}}
    # What does not fit is wrong here and not in the file.
    places = {**indicator_set.method_places, "weighting.method": Place(f"{option} {name}")}
    return replace(indicator_set, method=method, method_places=places)


def assess_with_method(assessment: Assessment, path: Path, words: Words) -> Assessment:
    """The same set under the options of a file, which is where wrong ones are then looked for."""
    import indicators
    import scoring

    with blamed(path, words):
        changed = assessment.indicator_set.with_method(indicators.load_method(path))
        return scoring.assess(replace(changed, method_file=path.name, method_places={}))


@contextmanager
def blamed(path: Path | None, words: Words) -> Iterator[None]:
    """Tell errors as those of one of several files."""
    from indicators import InvalidInputError

    try:
        yield
    except InvalidInputError as error:
        tell(error, words, path)

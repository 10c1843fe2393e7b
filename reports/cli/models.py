"""scorecards models: the cooperation models."""

from __future__ import annotations

import re

from reports.cli.app import Failure, command, say_error
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, put_out
from reports.cli.progress import Progress
from reports.words import Words

FRACTION = re.compile(r"-?\d+\.\d+(e-?\d+)?")


@command("models")
def models(
    set_path: SetPath = None,
    output: Table = None,
    weights: Weights = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Group the regions into cooperation models."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        import scoring
        from reports.tables import model_table, trust_table

        assessment = assess(set_path, words, weights=weights)
        found = scoring.cooperation_of(assessment)
    if found is None:
        raise Failure(words("cli.no_models", name=assessment.indicator_set.name))
    trust = trust_table(found)
    put_out({"table": model_table(assessment, found), "trust": trust}, output, words, quiet)
    if not quiet:
        for figure, value in zip(trust["figure"], trust["value"], strict=True):
            say_error(f"{figure}: {_short(value)}")


def _short(figure: str) -> str:
    """A figure as it is said: numbers to four digits."""
    return f"{float(figure):.4g}" if FRACTION.fullmatch(figure) else figure

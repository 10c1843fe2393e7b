"""scorecards score: every score and rank."""

from __future__ import annotations

from reports.cli.app import HintInHelp, command
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, ScaleOf, SetPath, Table, Weights
from reports.cli.output import check_ending, put_out
from reports.cli.progress import Progress
from reports.words import Words


@command("score", HintInHelp)
def score(
    set_path: SetPath = None,
    output: Table = None,
    scale_of: ScaleOf = None,
    weights: Weights = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write every score and rank."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        from reports.tables import score_table

        scores = score_table(assess(set_path, words, scale_of, weights))
    put_out({"scores": scores}, output, words, quiet)

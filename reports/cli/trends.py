"""scorecards trends: how indicators, scores and ranks moved over the years."""

from __future__ import annotations

from reports.cli.app import command
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, for_a_person, put_out
from reports.cli.progress import Progress
from reports.words import Words


@command("trends")
def trends(
    set_path: SetPath = None,
    output: Table = None,
    weights: Weights = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show change, growth and trend over the years."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        from reports.tables import trend_tables

        tables = trend_tables(assess(set_path, words, weights=weights))
    if for_a_person(output):  # a line for each indicator, not for each region in it
        tables = {"summary": tables["summary"]}
    put_out(tables, output, words, quiet)

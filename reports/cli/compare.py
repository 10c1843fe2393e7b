"""scorecards compare: what moves between two sets, or one set under two methods."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, HintInHelp, command, say_error, say_finding, tell
from reports.cli.assessing import assess, assess_with_method
from reports.cli.options import Language, Quiet, Table, Weights
from reports.cli.output import check_ending, for_a_person, put_out
from reports.cli.progress import Progress
from reports.words import Words

if TYPE_CHECKING:
    from scoring import Assessment, Comparison

#: Regions that are named one by one; the table holds all.
MOST_NAMED = 10


@command("compare", HintInHelp)
def compare(
    set_path: Annotated[Path, typer.Argument(metavar="A", help=WORDS("cli.compare_a"))],
    other: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="B", help=WORDS("cli.compare_b"), show_default=False),
    ] = None,
    method: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--method", "-m", metavar="FILE", help=WORDS("cli.compare_method"), show_default=False
        ),
    ] = None,
    weights: Weights = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help=WORDS("cli.compare_leave_out"))
    ] = False,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Compare two sets, or one set under two methods."""
    words = Words(lang)
    check_ending(output, words)
    if sum((other is not None, method is not None, weights is not None, leave_out)) != 1:
        raise typer.BadParameter(words("cli.compare_what"), param_hint="B")
    with Progress(words, quiet):
        before = assess(set_path, words)
        after = before
        if other is not None:
            after = assess(other, words)
        elif method is not None:
            after = assess_with_method(before, method, words)
        elif weights is not None:
            after = assess(set_path, words, weights=weights)
    from reports.tables import comparison_tables, leave_out_table

    if leave_out:
        put_out({"leave_one_out": leave_out_table(before)}, output, words, quiet)
        return
    import indicators
    import scoring

    try:
        found = scoring.compare(before, after)
    except indicators.InvalidInputError as error:
        tell(error, words, other)
    tables = comparison_tables(found, before, after)
    if for_a_person(output):  # who first wants to see the index
        shifts = tables["shifts"]
        tables["shifts"] = shifts[shifts["node"] == before.framework.root].sort_values("rank_after")
    put_out(tables, output, words, quiet)
    if not quiet:
        _say_agreement(found, before, after, words)


def _say_agreement(found: Comparison, before: Assessment, after: Assessment, words: Words) -> None:
    """How far the rankings in the index agree, and who is in one of them only."""
    first = found.agreement.reset_index().to_dict("records")[0]
    index = {str(name): value for name, value in first.items()}
    if before.by_year or after.by_year:  # of a panel the newest year is compared
        years = dict.fromkeys(one.year or words("cli.newest") for one in (before, after))
        years_shown = words("cli.and").join(map(str, years))
        index["node"] = words("cli.node_in_year", node=index["node"], year=years_shown)
    key = "cli.no_agreement" if math.isnan(first["spearman"]) else "cli.agreement"
    say_error(words(key, **index))
    for units, one in ((found.only_before, before), (found.only_after, after)):
        if units:
            shown = ", ".join(units[:MOST_NAMED])
            if len(units) > MOST_NAMED:
                shown = words("cli.and_more", shown=shown, count=len(units) - MOST_NAMED)
            say_error(words("cli.only_in", name=one.indicator_set.name, units=shown))
    for finding in found.findings:
        say_finding(finding, words, err=True)

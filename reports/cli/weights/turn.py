"""scorecards weights turn: the smallest change of weights that turns the order of two regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from reports.cli.app import WORDS, command, say_error
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, put_out
from reports.cli.progress import Progress
from reports.cli.weights.regions import (
    Group,
    Within,
    answered,
    check_group,
    group_said,
    name_of,
    region_of,
)
from reports.words import Words

if TYPE_CHECKING:
    from scoring import Assessment
    from scoring.what_if import TurningChange


@command("weights turn")
def turn(
    region: Annotated[str, typer.Argument(metavar="REGION", help=WORDS("cli.region"))],
    other: Annotated[str, typer.Argument(metavar="OTHER", help=WORDS("cli.other_region"))],
    set_path: SetPath = None,
    group: Group = None,
    within: Within = None,
    measure: Annotated[
        str, typer.Option("--measure", metavar="MEASURE", help=WORDS("cli.turn_measure"))
    ] = "moved",
    weights: Weights = None,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show the smallest change of weights that turns two regions."""
    words = Words(lang)
    check_ending(output, words)
    from scoring.what_if.turning import MEASURES

    if measure not in MEASURES:
        said = words("cli.unknown_measure", value=measure, known=", ".join(MEASURES))
        raise typer.BadParameter(said, param_hint="--measure")
    with Progress(words, quiet):
        assessment = assess(set_path, words, weights=weights)
        first = region_of(assessment, region, words)
        second = region_of(assessment, other, words, "OTHER")
        if first == second:
            said = words("cli.turn_itself", name=name_of(assessment, first))
            raise typer.BadParameter(said, param_hint="OTHER")
        check_group(assessment, group, words)
        from reports.tables import turning_table
        from scoring.what_if import turning_change

        with answered():
            least = cast(Literal["moved", "squared"], measure)
            found = turning_change(
                assessment, first, second, group=group, measure=least, within=within
            )
    put_out({"weights": turning_table(found, assessment)}, output, words, quiet)
    if not quiet:
        say_error(_said(found, assessment, words))


def _said(found: TurningChange, assessment: Assessment, words: Words) -> str:
    """What it takes, in a sentence or two."""
    ahead = found.ahead or found.first
    behind = found.second if ahead == found.first else found.first
    key = f"cli.turn_{found.measure}"
    if not found.ahead:
        key = "cli.turn_tied"
    elif not found.feasible:
        key = "cli.turn_never" if found.within is None else "cli.turn_never_within"
    fields = {
        "ahead": name_of(assessment, ahead), "behind": name_of(assessment, behind),
        "group": group_said(assessment, found.group, words), "amount": found.amount,
        "within": found.within,
    }  # fmt: skip
    return words(key, **fields)

"""scorecards weights stability: how far each weight can move before the ranking changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reports.cli.app import WORDS, command, say_error
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, for_a_person, put_out
from reports.cli.progress import Progress
from reports.cli.weights.regions import name_of
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from scoring import Assessment


@command("weights stability")
def stability(
    set_path: SetPath = None,
    top: Annotated[
        int, typer.Option("--top", metavar="PLACES", min=1, help=WORDS("cli.stability_top"))
    ] = 10,
    weights: Weights = None,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show how far each weight can move before ranks change."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        assessment = assess(set_path, words, weights=weights)
        from reports.tables import stability_table
        from scoring import what_if
        from scoring.what_if.stability import KEPT

        found = what_if.stability(assessment, top=top)
    table = stability_table(found, assessment)
    if for_a_person(output):
        table = table[[name for name in table if not str(name).endswith("_units")]]
    put_out({"stability": table}, output, words, quiet)
    if quiet:
        return
    for kept in KEPT:
        if kept == "top" and top == 1:  # which is the first place
            continue
        say_error(_most_delicate(found, kept, top, assessment, words))
    if not found["exact"].all():
        say_error(words("cli.stability_searched"))


def _most_delicate(
    found: pd.DataFrame, kept: str, top: int, assessment: Assessment, words: Words
) -> str:
    """Which single weight changes something first, and what."""
    ends = [
        (abs(row[f"{kept}_{side}"] - row["share"]), str(node), row["share"], row[f"{kept}_{side}"],
         row[f"{kept}_{side}_units"])
        for node, row in found.iterrows()
        for side in ("lower", "upper")
        if row[f"{kept}_{side}_units"]
    ]  # fmt: skip
    what = words("cli.stability_top_places" if kept == "top" else f"cli.stability_{kept}", top=top)
    if not ends:
        return words("cli.stability_none", what=what)
    _, node, share, end, units = min(ends, key=lambda one: one[0])
    fields = {
        "what": what, "node": assessment.framework[node].name or node,
        "share": share, "end": end, "points": 100 * (end - share),
        "units": words("cli.and").join(name_of(assessment, unit) for unit in units.split(", ")),
    }  # fmt: skip
    return words("cli.stability_most", **fields)

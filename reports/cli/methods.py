"""scorecards methods: the methods there are."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from reports.cli.app import WORDS, MethodsInHelp, command
from reports.cli.options import Language, Quiet, Table
from reports.cli.output import check_ending, for_a_person, put_out
from reports.words import Words


@command("methods", MethodsInHelp)
def methods(
    stage: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="STAGE", help=WORDS("cli.stage"), show_default=False),
    ] = None,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """List the methods there are."""
    words = Words(lang)
    from scoring.catalogue import STAGES

    # "cooperation" is enough for the cooperation method.
    stages = {name.split()[0]: name for name in STAGES}
    if stage is not None and stage not in stages:
        fields = {"value": stage, "known": ", ".join(stages)}
        raise typer.BadParameter(words("cli.unknown_stage", **fields), param_hint="STAGE")
    check_ending(output, words)
    from reports.tables import method_table

    table = method_table(None if stage is None else stages[stage])
    if for_a_person(output):
        table = table[[*([] if stage else ["stage"]), "name", "does", "options"]]
    put_out({"methods": table}, output, words, quiet)

"""scorecards import: a set from tables of COINr or a workbook of the COIN Tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.cli.app import WORDS, command, say_finding, tell
from reports.cli.options import Force, Language, Quiet
from reports.cli.set_output import check_set_output, write_set
from reports.words import Words


@command("import")
def import_set(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=WORDS("cli.import_files"))],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="SET", help=WORDS("cli.import_output"), show_default=False
        ),
    ],
    force: Force = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Make a set of COINr's tables or a COIN Tool workbook."""
    import indicators

    words = Words(lang)
    check_set_output(output, words, force)
    try:
        imported = indicators.import_files(files)
    except indicators.InvalidInputError as error:
        tell(error, words, Path(", ".join(file.name for file in files)))
    write_set(imported, output)
    if quiet:
        return
    for finding in imported.findings:
        say_finding(finding, words, err=True)
    typer.echo(
        words(
            "cli.imported",
            units=len(imported.units),
            indicators=len(imported.framework.indicators),
            values=int(imported.values["value"].notna().sum()),
        )
    )
    typer.echo(words("cli.wrote_set", path=output))

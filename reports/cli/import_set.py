"""scorecards import: a set from tables of COINr or a workbook of the COIN Tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.cli.app import WORDS, Failure, command, say_finding, tell
from reports.cli.options import Language, Quiet
from reports.cli.output import check_writable
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
    force: Annotated[bool, typer.Option("--force", help=WORDS("cli.force"))] = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Make a set of COINr's tables or a COIN Tool workbook."""
    import indicators
    from indicators.folder import holds_only_a_set
    from indicators.tables import replacing_folder

    words = Words(lang)
    to_workbook = output.suffix.lower() == ".xlsx"
    if output.suffix.lower() in (".csv", ".xls", ".xlsm", ".toml"):
        raise typer.BadParameter(words("cli.not_a_workbook_name", path=output), param_hint="-o")
    there = output.exists() and not (output.is_dir() and not any(output.iterdir()))
    if there and not force:
        raise Failure(words("cli.exists_force", path=output))
    if there and not to_workbook and not holds_only_a_set(output):
        raise Failure(words("cli.holds_more", path=output))
    if to_workbook or not output.exists():
        check_writable(output, words)
    try:
        imported = indicators.import_files(files)
    except indicators.InvalidInputError as error:
        tell(error, words, Path(", ".join(file.name for file in files)))
    if to_workbook:
        imported.save(output)
    else:
        with replacing_folder(output) as folder:
            imported.save(folder)
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

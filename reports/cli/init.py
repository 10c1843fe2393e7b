"""scorecards init: an editable copy of the bundled set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.cli.app import WORDS, Failure, command
from reports.cli.options import Language, Quiet
from reports.cli.output import check_writable
from reports.words import Words


@command("init")
def init(
    target: Annotated[Path, typer.Argument(metavar="DIR", help=WORDS("cli.target"))],
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write an editable copy of the bundled set."""
    import indicators

    words = Words(lang)
    if target.suffix.lower() in (".csv", ".xls", ".xlsm", ".toml"):
        raise typer.BadParameter(words("cli.not_a_workbook_name", path=target), param_hint="DIR")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise Failure(words("cli.exists", path=target))
    if target.suffix.lower() == ".xlsx":
        check_writable(target, words)
        indicators.load().save(target)
    else:
        indicators.copy_bundled(target)
    if not quiet:
        typer.echo(words("cli.wrote_set", path=target))

"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from reports.cli.app import WORDS
from reports.words import languages


def _known_language(value: str) -> str:
    if value not in languages():
        fields = {"value": value, "known": ", ".join(languages())}
        raise typer.BadParameter(WORDS("cli.unknown_language", **fields))
    return value


# Optional[Path] and not Path | None: typer reads these at run time.
SetPath = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Argument(metavar="SET", help=WORDS("cli.set"), show_default=False),
]
ScaleOf = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--scale-of", metavar="OTHER", help=WORDS("cli.scale_of"), show_default=False),
]
Weights = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--weights", metavar="NAME", help=WORDS("cli.weights_name"), show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help=WORDS("cli.force"))]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=WORDS("cli.quiet"))]
Language = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="LANGUAGE",
        help=WORDS("cli.lang", languages=", ".join(languages())),
        callback=_known_language,
    ),
]
Table = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--output", "-o", metavar="FILE", help=WORDS("cli.output_table"), show_default=False
    ),
]

"""scorecards build: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.cli.app import WORDS, MethodsInHelp, command, say_finding
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, ScaleOf, SetPath, Weights
from reports.cli.output import check_writable
from reports.cli.progress import Progress
from reports.words import Words


@command("build", MethodsInHelp)
def build(
    set_path: SetPath = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help=WORDS("cli.output_workbook"))
    ] = Path("scorecards.xlsx"),
    scale_of: ScaleOf = None,
    weights: Weights = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write the scorecard workbook."""
    words = Words(lang)
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter(
            words("cli.not_a_workbook_name", path=output), param_hint="--output"
        )
    check_writable(output, words)
    with Progress(words, quiet) as progress:
        assessment = assess(set_path, words, scale_of, weights)
        from reports.workbook import write_workbook

        failures = write_workbook(assessment, output, lang, progress.step)
    if not quiet:
        for finding in failures:
            say_finding(finding, words, err=True)
        framework = assessment.framework
        fields = {
            "path": output,
            "units": len(assessment.units),
            "indicators": len(framework.indicators),
            "dimensions": len(framework.dimensions),
        }
        typer.echo(words("cli.wrote", **fields))
        chosen = assessment.method.weighting.method
        typer.echo(words("cli.next" if chosen == "given" else "cli.next_chosen", name=chosen))

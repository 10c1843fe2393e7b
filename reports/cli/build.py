"""scorecards build: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from reports.cli.app import WORDS, MethodsInHelp, command, say_error, say_finding
from reports.cli.assessing import assess, blamed
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
    robustness: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--robustness/--no-robustness", help=WORDS("cli.build_robustness"), show_default=False
        ),
    ] = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write the scorecard workbook."""
    words = Words(lang)
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter(
            words("cli.not_a_workbook_name", path=output), param_hint="--output"
        )
    if robustness and scale_of is not None:
        said = words("cli.robustness_of_own_scale")
        raise typer.BadParameter(said, param_hint="--robustness")
    check_writable(output, words)
    with Progress(words, quiet) as progress:
        assessment = assess(set_path, words, scale_of, weights)
        declared = "robustness" in assessment.indicator_set.method
        wanted = declared if robustness is None else robustness
        found = None
        if wanted and scale_of is None:
            import scoring

            with blamed(set_path, words):
                found = scoring.robustness_of(assessment.indicator_set, progress=progress.step)
        from reports.workbook import write_workbook

        failures = write_workbook(assessment, output, lang, progress.step, robustness=found)
    if not quiet:
        if wanted and found is None:
            say_error(words("cli.robustness_left_out"))
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

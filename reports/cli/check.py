"""scorecards check: the audit of framework, data and method."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, HintInHelp, command, say_finding
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Weights
from reports.cli.output import check_ending, put_out
from reports.cli.progress import Progress
from reports.findings import MOST_OF_A_KIND, by_kind
from reports.words import Words

if TYPE_CHECKING:
    from indicators import Finding


@command("check", HintInHelp)
def check(
    set_path: SetPath = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output", "-o", metavar="FILE", help=WORDS("cli.output_audit"), show_default=False
        ),
    ] = None,
    weights: Weights = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Audit framework, data and method."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        assessment = assess(set_path, words, weights=weights)
        import scoring

        findings = scoring.audit(assessment)
        if output is not None:
            from reports.tables import audit_tables

            tables = audit_tables(assessment, findings)
    if output is not None:
        put_out(tables, output, words, quiet)
    if quiet or str(output) == "-":
        return
    cut = _say(findings, words)
    indicator_set = assessment.indicator_set
    severities = Counter(finding.severity for finding in findings)
    typer.echo(
        words(
            "cli.fine",
            name=indicator_set.name,
            units=len(indicator_set.scored_units),
            indicators=len(indicator_set.framework.indicators),
            values=int(indicator_set.values["value"].notna().sum()),
            warnings=severities["warning"],
            notes=severities["note"],
        )
    )
    if cut and output is None:
        typer.echo(words("cli.see_tables", name=f" {set_path}" if set_path else ""))


def _say(findings: Sequence[Finding], words: Words) -> bool:
    """Say the first findings of each kind, warnings before notes; returns whether any was cut."""
    cut = False
    for alike in by_kind(findings):
        for finding in alike[:MOST_OF_A_KIND]:
            say_finding(finding, words)
        more = len(alike) - MOST_OF_A_KIND
        if more > 0:
            typer.echo(words("cli.more_findings", count=more, code=alike[0].code))
            cut = True
    return cut

"""scorecards robustness: how far to trust a rank."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, Failure, command, say_error, say_finding
from reports.cli.assessing import blamed, load
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, check_writable, for_a_person, put_out
from reports.cli.progress import Progress
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from scoring import Robustness


@command("robustness")
def robustness(
    set_path: SetPath = None,
    draws: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--draws", metavar="N", min=1, help=WORDS("cli.robustness_draws"), show_default=False
        ),
    ] = None,
    seed: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--seed", metavar="S", min=0, help=WORDS("cli.robustness_seed"), show_default=False
        ),
    ] = None,
    weights: Weights = None,
    sensitivity: Annotated[
        bool,
        typer.Option("--sensitivity/--no-sensitivity", help=WORDS("cli.robustness_sensitivity")),
    ] = True,
    table: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--table", metavar="NAME", help=WORDS("cli.robustness_table"), show_default=False
        ),
    ] = None,
    output: Table = None,
    plot: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--plot", metavar="FILE", help=WORDS("cli.robustness_plot"), show_default=False
        ),
    ] = None,
    workers: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help=WORDS("cli.robustness_workers"),
            show_default=False,
        ),
    ] = None,
    cluster: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help=WORDS("cli.robustness_cluster"),
            show_default=False,
        ),
    ] = None,
    wait: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--wait",
            metavar="SECONDS",
            min=0.1,
            max=3600,
            help=WORDS("cli.robustness_wait"),
            show_default=False,
        ),
    ] = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show how far to trust the ranks."""
    words = Words(lang)
    check_ending(output, words)
    _check_table(table, sensitivity, words)
    _check_plot(plot, words)
    if cluster is None and wait is not None:
        raise typer.BadParameter(words("cli.robustness_no_cluster"), param_hint="--wait")
    if cluster is not None and workers is not None:
        raise typer.BadParameter(words("cli.robustness_own_workers"), param_hint="--workers")
    progress, wanted = Progress(words, quiet), 0
    try:
        with blamed(set_path, words), progress:
            import scoring
            from scoring.method import method_of
            from scoring.robustness.machines import ANSWER

            given = {"draws": draws, "seed": seed}
            options = {name: value for name, value in given.items() if value is not None}
            indicator_set = load(set_path, words, weights)
            if options:
                indicator_set = indicator_set.with_method({"robustness": options})
            wanted = method_of(indicator_set).robustness.draws
            found = scoring.robustness_of(
                indicator_set,
                sensitive=sensitivity,
                workers=workers,
                cluster=cluster,
                answer=ANSWER if wait is None else wait,
                progress=progress.step,
            )
            tables = _tables(found, table, words)
    except KeyboardInterrupt as error:
        say_error(_stopped(progress.steps, wanted, words))
        raise typer.Exit(130) from error
    if for_a_person(output) and table is None:
        from reports.cli.robustness_shown import show_robustness

        show_robustness(found, words, quiet)
    else:
        put_out(tables, output, words, quiet)
        if not quiet:
            _say(found, words)
    if plot is not None:
        from reports.plots import plot_robustness

        try:
            plot_robustness(found, plot, lang)
        except KeyboardInterrupt as error:
            # The tables are out already.
            say_error(words("cli.robustness_stopped_drawing", path=plot))
            raise typer.Exit(130) from error
        if not quiet:
            # Standard output may hold a table.
            typer.echo(words("cli.robustness_drew", path=plot), err=output in (None, Path("-")))
    if not quiet:
        for finding in found.findings:
            say_finding(finding, words, err=True)


def _check_table(table: str | None, sensitivity: bool, words: Words) -> None:
    """Refuse a table that there is not."""
    if table is None:
        return
    from indicators import Finding
    from reports.cli.app import sentence
    from reports.tables import ROBUSTNESS_TABLES

    said = None
    if table not in ROBUSTNESS_TABLES:
        fields = {"what": "table", "value": table, "known": tuple(ROBUSTNESS_TABLES)}
        said = sentence(Finding("unknown_choice", "error", fields=fields), words)
    elif table == "sensitivity" and not sensitivity:
        said = words("cli.robustness_no_sensitivity")
    if said is not None:
        raise typer.BadParameter(said, param_hint="--table")


def _check_plot(plot: Path | None, words: Words) -> None:
    """Refuse, before the work, a file that no plot can be written to."""
    if plot is None:
        return
    from reports.plots import PLOT_ENDINGS

    if plot.suffix.lower() not in PLOT_ENDINGS:
        fields = {"path": plot, "known": " ".join(PLOT_ENDINGS)}
        raise typer.BadParameter(words("cli.robustness_plot_ending", **fields), param_hint="--plot")
    check_writable(plot, words)


def _tables(found: Robustness, table: str | None, words: Words) -> Mapping[str, pd.DataFrame]:
    """The table that is wanted, or those that a file with several holds."""
    from reports.tables import ROBUSTNESS_TABLES, robustness_tables

    if table is None:
        return robustness_tables(found)
    try:
        return {table: ROBUSTNESS_TABLES[table](found)}
    except ValueError as error:  # there are too many units for it
        fields = {"units": len(found.uncertainty.units)}
        raise Failure(words(f"cli.robustness_too_many.{table}", **fields)) from error


def _say(found: Robustness, words: Words) -> None:
    """What was drawn, and how many draws failed."""
    from reports.choices import what_was_drawn

    say_error(what_was_drawn(found, words))
    drawn = found.uncertainty
    if drawn.failures:
        fields = {"failed": drawn.failed, "draws": drawn.draws}
        say_error(words("shown.some_failed", **fields))


def _stopped(steps: tuple[int, int | None], draws: int, words: Words) -> str:
    """How far it came."""
    done, total = steps
    if total is None:
        return words("cli.stopped")
    if done < draws:
        return words("cli.robustness_stopped", done=done, draws=draws)
    share = (done - draws) / (total - draws) if total > draws else 1.0
    return words("cli.robustness_stopped_later", share=share, draws=draws)

"""The command line. What a command needs is imported when it runs, so that help answers at once."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Optional

import typer

from reports.words import Words, languages

if TYPE_CHECKING:
    from indicators import Finding, IndicatorSet, InvalidInputError
    from scoring import Assessment, Comparison

WORDS = Words()

app = typer.Typer(
    help=WORDS("cli.help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


#: Errors that are told one by one; thousands of one kind help nobody.
MOST_ERRORS = 100


class Failure(Exception):  # noqa: N818 (an outcome told to the user, not an error of the program)
    """The input or the output is wrong: said on standard error, exit status 1."""


def main() -> NoReturn:
    """Run the command line; no traceback reaches a user."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal cannot show is shown in part and stops nothing.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(standalone_mode=True)
    except Failure as failure:
        _say_error(str(failure))
        sys.exit(1)
    sys.exit(0)


def _help(key: str) -> dict[str, Any]:
    examples = "\n\n".join(WORDS(f"cli.{key}_examples").split("\n"))
    return {"help": WORDS(f"cli.{key}"), "epilog": f"{WORDS('cli.examples')}\n\n{examples}"}


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(version("regional-scorecards"))
        raise typer.Exit


def _known_language(value: str) -> str:
    if value not in languages():
        fields = {"value": value, "known": ", ".join(languages())}
        raise typer.BadParameter(WORDS("cli.unknown_language", **fields))
    return value


SetPath = Annotated[
    Optional[Path],  # noqa: UP045 (typer reads it at run time)
    typer.Argument(metavar="SET", help=WORDS("cli.set"), show_default=False),
]
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
    typer.Option("--output", "-o", help=WORDS("cli.output_table"), show_default=False),
]


@app.callback()
def _scorecards(
    _version: Annotated[
        bool,
        typer.Option("--version", help=WORDS("cli.version"), callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command."""


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose wrong input and unwritable output are told and not thrown."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from indicators import InvalidInputError

        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except InvalidInputError as error:
            _tell(error, Words(kwargs.get("lang", "en")), kwargs.get("set_path"))
        except KeyboardInterrupt as error:
            _say_error(WORDS("cli.stopped"))
            raise typer.Exit(130) from error
        except BrokenPipeError as error:
            # Whoever read the output has enough; Python would complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from error
        except OSError as error:
            path = error.filename or "-"
            fields = {"path": path, "reason": error.strerror or error}
            raise Failure(WORDS("cli.cannot_write", **fields)) from error

    return run


def _tell(error: InvalidInputError, words: Words, path: Path | None) -> NoReturn:
    errors = [finding for finding in error.findings if finding.severity == "error"]
    for finding in errors[:MOST_ERRORS]:
        _say_error(_sentence(finding, words))
    if len(errors) > MOST_ERRORS:
        _say_error(words("cli.more", count=len(errors) - MOST_ERRORS))
    name = path.resolve().name if path else "provinces"
    key = "cli.one_error" if len(errors) == 1 else "cli.errors"
    raise Failure(words(key, count=len(errors), name=name))


def _sentence(finding: Finding, words: Words) -> str:
    said = words.finding(finding.code, finding.shown, finding.message)
    place = str(finding.place)
    return f"{place}: {said}" if place else said


def _say_error(text: str) -> None:
    typer.echo(text, err=True)


def _load(path: Path | None) -> IndicatorSet:
    import indicators

    return indicators.load(path)


def _with_method(indicator_set: IndicatorSet, path: Path | None) -> IndicatorSet:
    """The set with the options of a file, which is where they are then looked for."""
    import indicators

    assert path is not None
    changed = indicator_set.with_method(indicators.load_method(path))
    return replace(changed, method_file=path.name, method_places={})


def _say_agreement(found: Comparison, before: Assessment, after: Assessment, words: Words) -> None:
    """How far the rankings in the index agree, and who is in one of them only."""
    index = found.agreement.reset_index().to_dict("records")[0]
    typer.echo(
        words("cli.agreement", **{str(name): value for name, value in index.items()}), err=True
    )
    for units, one in ((found.only_before, before), (found.only_after, after)):
        if units:
            name = one.indicator_set.name
            typer.echo(words("cli.only_in", name=name, units=", ".join(units)), err=True)


def _assess(path: Path | None) -> Assessment:
    import scoring

    return scoring.assess(_load(path))


# --- commands -----------------------------------------------------------------------------------


@app.command("build", **_help("build"))
@_told
def build(
    set_path: SetPath = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=WORDS("cli.output_workbook"))
    ] = Path("scorecards.xlsx"),
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write the scorecard workbook."""
    words = Words(lang)
    if output.suffix.lower() != ".xlsx":
        raise typer.BadParameter(
            words("cli.not_a_workbook_name", path=output), param_hint="--output"
        )
    _check_writable(output, words)
    with _Progress(words, quiet) as progress:
        assessment = _assess(set_path)
        from reports.workbook import write_workbook

        failures = write_workbook(assessment, output, lang, progress.step)
    if not quiet:
        for finding in failures:
            _say_error(f"{words('severity.warning')}: {_sentence(finding, words)}")
        framework = assessment.framework
        fields = {
            "path": output,
            "units": len(assessment.units),
            "indicators": len(framework.indicators),
            "dimensions": len(framework.dimensions),
        }
        typer.echo(words("cli.wrote", **fields))
        typer.echo(words("cli.next"))


@app.command("score", **_help("score"))
@_told
def score(
    set_path: SetPath = None, output: Table = None, quiet: Quiet = False, lang: Language = "en"
) -> None:
    """Write every score and rank."""
    from reports.tables import score_table

    _check_ending(output, Words(lang))
    _put_out(score_table(_assess(set_path)), output, Words(lang), quiet)


@app.command("check", **_help("check"))
@_told
def check(set_path: SetPath = None, quiet: Quiet = False, lang: Language = "en") -> None:
    """Audit framework and data."""
    import scoring
    from indicators.audit import audit

    words = Words(lang)
    indicator_set = _load(set_path)
    assessment = scoring.assess(indicator_set)
    _, reasons = scoring.cooperation_or_reason(assessment)
    findings = (*audit(indicator_set, assessment.section_year), *assessment.findings, *reasons)
    if quiet:
        return
    for finding in findings:
        typer.echo(f"{words(f'severity.{finding.severity}')}: {_sentence(finding, words)}")
    count = {
        kind: sum(finding.severity == kind for finding in findings) for kind in ("warning", "note")
    }
    typer.echo(
        words(
            "cli.fine",
            name=indicator_set.name,
            units=len(indicator_set.scored_units),
            indicators=len(indicator_set.framework.indicators),
            values=int(indicator_set.values["value"].notna().sum()),
            warnings=count["warning"],
            notes=count["note"],
        )
    )


@app.command("models", **_help("models"))
@_told
def models(
    set_path: SetPath = None, output: Table = None, quiet: Quiet = False, lang: Language = "en"
) -> None:
    """Group the regions into cooperation models."""
    import scoring
    from reports.tables import model_table, trust_table

    words = Words(lang)
    _check_ending(output, words)
    assessment = _assess(set_path)
    found = scoring.cooperation_of(assessment)
    if found is None:
        raise Failure(words("cli.no_models", name=assessment.indicator_set.name))
    trust = trust_table(found)
    _put_out(model_table(assessment, found), output, words, quiet, extra={"trust": trust})
    if not quiet:
        for figure, value in zip(trust["figure"], trust["value"], strict=True):
            typer.echo(f"{figure}: {value}", err=True)


@app.command("weights", **_help("weights"))
@_told
def weights(set_path: SetPath = None, quiet: Quiet = False, lang: Language = "en") -> None:
    """Show the weights in force."""
    from reports.tables import weights_table

    _put_out(weights_table(_assess(set_path)), None, Words(lang), quiet)


@app.command("compare", **_help("compare"))
@_told
def compare(
    set_path: Annotated[Path, typer.Argument(metavar="A", help=WORDS("cli.compare_a"))],
    other: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="B", help=WORDS("cli.compare_b"), show_default=False),
    ] = None,
    method: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--method", "-m", help=WORDS("cli.compare_method"), show_default=False),
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help=WORDS("cli.compare_leave_out"))
    ] = False,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Compare two sets, or one set under two methods."""
    import scoring
    from reports.tables import agreement_table, leave_out_table, shift_table

    words = Words(lang)
    _check_ending(output, words)
    if sum((other is not None, method is not None, leave_out)) != 1:
        raise typer.BadParameter(words("cli.compare_what"), param_hint="B")
    before = _assess(set_path)
    if leave_out:
        _put_out(leave_out_table(before), output, words, quiet)
        return
    after = scoring.assess(_load(other) if other else _with_method(before.indicator_set, method))
    found = scoring.compare(before, after)
    shifts, agreement = shift_table(found, before), agreement_table(found, before)
    shown = shifts
    if output is None and sys.stdout.isatty():  # a person first wants to see the index
        shown = shifts[shifts["node"] == before.framework.root].sort_values("rank_after")
    _put_out(shown, output, words, quiet, extra={"agreement": agreement})
    if not quiet:
        _say_agreement(found, before, after, words)


@app.command("init", **_help("init"))
@_told
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
        _check_writable(target, words)
        indicators.load().save(target)
    else:
        indicators.copy_bundled(target)
    if not quiet:
        typer.echo(words("cli.wrote_set", path=target))


@app.command("import", **_help("import"))
@_told
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
        _check_writable(output, words)
    try:
        imported = indicators.import_files(files)
    except indicators.InvalidInputError as error:
        _tell(error, words, Path(", ".join(file.name for file in files)))
    if to_workbook:
        imported.save(output)
    else:
        with replacing_folder(output) as folder:
            imported.save(folder)
    if quiet:
        return
    for finding in imported.findings:
        _say_error(f"{words(f'severity.{finding.severity}')}: {_sentence(finding, words)}")
    typer.echo(
        words(
            "cli.imported",
            units=len(imported.units),
            indicators=len(imported.framework.indicators),
            values=int(imported.values["value"].notna().sum()),
        )
    )
    typer.echo(words("cli.wrote_set", path=output))


# --- output -------------------------------------------------------------------------------------


def _check_writable(path: Path, words: Words) -> None:
    """Say so before the work, not after it, where a file could not be written."""
    if path.is_dir() or not path.resolve().parent.is_dir():
        reason = os.strerror(errno.EISDIR if path.is_dir() else errno.ENOENT)
        raise Failure(words("cli.cannot_write", path=path, reason=reason))


def _check_ending(path: Path | None, words: Words) -> None:
    from reports.tables import ENDINGS

    if path is None or str(path) == "-":
        return
    if path.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(words("cli.unknown_ending", path=path), param_hint="--output")
    _check_writable(path, words)


def _put_out(
    table: Any, path: Path | None, words: Words, quiet: bool, extra: dict[str, Any] | None = None
) -> None:
    """Write a table to a file; without one show it, or write CSV where nobody looks."""
    from reports.tables import write_table

    if path is None and sys.stdout.isatty():
        _show(table)
        return
    try:
        write_table(table, path or "-", extra)
    except ImportError as error:
        raise Failure(words("cli.needs_pyarrow")) from error
    if path is not None and str(path) != "-" and not quiet:
        typer.echo(words("cli.wrote_table", path=path, rows=len(table)))


def _show(table: Any) -> None:
    """Table for a person at a terminal."""
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(*(str(column) for column in table.columns))
    for cells in table.astype(object).itertuples(index=False):
        shown.add_row(*(Text(_short(cell)) for cell in cells))
    Console().print(shown)


def _short(cell: object) -> str:
    if cell is None or cell != cell or str(cell) == "<NA>":
        return ""
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


class _Progress:
    """A bar on standard error while the workbook grows; nothing where nobody looks."""

    def __init__(self, words: Words, quiet: bool) -> None:
        self._bar: Any = None
        if sys.stderr.isatty() and not quiet:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(words("cli.working"), total=None)

    def step(self, done: int, total: int) -> None:
        """Show how many of the sheets are done."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)

    def __enter__(self) -> _Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

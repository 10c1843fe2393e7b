"""scorecards weights: the weights in force, derived or taken over, and where they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, CommandsInHelp, Failure, app, command, say_error, say_finding
from reports.cli.assessing import blamed, weighed_by
from reports.cli.options import Force, Language, Quiet, SetPath
from reports.cli.output import check_ending, for_a_person, put_out
from reports.cli.progress import Progress
from reports.cli.set_output import check_set_output, is_same, is_there, write_set
from reports.cli.weights.naming import Author, Date, Name, Naming, Note
from reports.words import Words

if TYPE_CHECKING:
    from indicators import IndicatorSet
    from scoring import Assessment

#: Columns of the table that a person is shown; a file has the figures behind the weights too.
SHOWN = ("node", "name", "parent", "weighting", "weight", "share", "effective_weight")


@command("weights", CommandsInHelp)
def weights(
    set_path: SetPath = None,
    method: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--method",
            "--weights",
            "-m",
            metavar="NAME",
            help=WORDS("cli.weights_method"),
            show_default=False,
        ),
    ] = None,
    edited: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--from", metavar="EDITED", help=WORDS("cli.weights_from"), show_default=False
        ),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output", "-o", metavar="SET", help=WORDS("cli.weights_output"), show_default=False
        ),
    ] = None,
    name: Name = None,
    author: Author = "",
    date: Date = None,
    note: Note = "",
    table: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--table", metavar="FILE", help=WORDS("cli.weights_table"), show_default=False
        ),
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show the weights in force, or write a set with them."""
    words = Words(lang)
    _check_command(set_path, words)
    naming = Naming(name, author, date, note)
    naming.check(words)
    check_ending(table, words, "--table")
    base_path = set_path
    if output is None:
        if name is not None:
            raise typer.BadParameter(words("cli.weights_no_output"), param_hint="--as")
    else:
        if edited is not None and set_path is None:
            base_path = output if is_there(output) else edited
        check_set_output(output, words, force, base_path, no_name="cli.weights_to_table")
    with Progress(words, quiet):
        taking = _Taking(base_path, edited, words)
        assessment = taking.assessed(method, whole=name is not None)
        from reports.tables import weighting_tables

        tables = weighting_tables(assessment)
        if output is not None:
            result = taking.result(assessment, method, naming)
    if output is None or table is not None:
        if for_a_person(table):
            tables["weights"] = tables["weights"][list(SHOWN)]
        put_out(tables, table, words, quiet)
    if not quiet:
        _say_figures(assessment, words)
    if output is not None:
        before = taking.base if is_same(output, base_path) else None
        write_set(result, output, before)
        if not quiet:
            said = _said(result, output, edited, naming, method, words)
            typer.echo(said, err=str(table) == "-")
            _say_kept(taking, words)


def _check_command(set_path: Path | None, words: Words) -> None:
    """Guess at a command that was mistyped and so taken for a set."""
    if set_path is None or set_path.exists():
        return
    from difflib import get_close_matches

    names = [str(command.name) for command in app.registered_commands]
    commands = [name.removeprefix("weights ") for name in names if name.startswith("weights ")]
    near = get_close_matches(str(set_path), commands, 1, cutoff=0.7)
    if near:
        said = words("cli.weights_no_command", value=set_path, command=near[0])
        raise typer.BadParameter(said, param_hint="SET")


class _Taking:
    """The set that is written, and the one whose weights count.

    Parameters
    ----------
    base_path : Path or None
        Set that takes the weights; ``edited`` itself where there is none but that.
    edited : Path or None
        Set that they are taken from.
    words : Words
    """

    def __init__(self, base_path: Path | None, edited: Path | None, words: Words) -> None:
        import indicators

        self.words = words
        self.edited_path = edited
        self.base_path = edited if base_path is None and edited is not None else base_path
        with blamed(self.base_path, words):
            self.base = indicators.load(self.base_path)
        self.edited: IndicatorSet | None = None
        if edited is not None:
            with blamed(edited, words):
                self.edited = indicators.load(edited)
                indicators.check_nodes(self.base, self.edited)

    def assessed(self, method: str | None, *, whole: bool) -> Assessment:
        """What the weights come to, in the edited set as a whole or in the base."""
        import scoring

        source, path = self.base, self.base_path
        if self.edited is not None:
            source, path = (self.edited if whole else self._taken(self.edited)), self.edited_path
        if method is not None:
            source = weighed_by(source, method, self.words, "--method")
        with blamed(path, self.words):
            return scoring.assess(source)

    def _taken(self, edited: IndicatorSet) -> IndicatorSet:
        """The base with what the edited set says about weights."""
        import indicators
        from scoring.weighting.in_force import GIVEN

        try:
            taken = indicators.with_weighting_of(self.base, edited)
        except ValueError as error:
            raise Failure(str(error)) from error
        if "weighting" not in self.base.method and taken.method.get("weighting") == GIVEN:
            return replace(taken, method=self.base.method)  # no need to say what holds anyway
        return taken

    def result(self, assessment: Assessment, method: str | None, naming: Naming) -> IndicatorSet:
        """The set that is written."""
        from scoring.weighting.in_force import weights_in_force, with_weights_in_force

        if naming.name is not None:
            return naming.kept_in(self.base, weights_in_force(assessment), self.words)
        if self.edited is not None and method is None:
            return assessment.indicator_set
        return with_weights_in_force(assessment)

    @property
    def untouched(self) -> Sequence[str]:
        """Nodes of the base that the edited set does not have."""
        if self.edited is None:
            return ()
        known = self.edited.framework.scored_nodes
        return [node for node in self.base.framework.scored_nodes[1:] if node not in known]


def _said(
    result: IndicatorSet,
    output: Path,
    edited: Path | None,
    naming: Naming,
    method: str | None,
    words: Words,
) -> str:
    """What was written, in one line."""
    if naming.name is not None:
        return words("cli.weights_wrote_named", path=output, name=naming.name)
    if edited is not None and method is None:
        section = result.method.get("weighting")
        way = section.get("method", "given") if isinstance(section, dict) else "given"
        fields = {
            "path": output, "edited": edited, "method": way, "sets": len(result.weight_set_names),
            "judgements": len(result.judgements),
        }  # fmt: skip
        return words("cli.weights_wrote_taken", **fields)
    return words("cli.weights_wrote_given", path=output)


def _say_figures(assessment: Assessment, words: Words) -> None:
    """What is to be known of derived weights, such as how consistent the judgements are."""
    weighed = assessment.weighed
    for group, derived in weighed.derived.items():
        if derived.figures:
            figures = ", ".join(f"{name} {value:.4g}" for name, value in derived.figures.items())
            fields = {"group": group, "method": weighed.methods[group], "figures": figures}
            say_error(words("cli.weights_figures", **fields))
    for finding in weighed.findings:
        say_finding(finding, words, err=True)


def _say_kept(taking: _Taking, words: Words) -> None:
    if taking.untouched:
        fields = {"path": taking.edited_path, "nodes": ", ".join(taking.untouched)}
        say_error(words("cli.weights_kept", **fields))

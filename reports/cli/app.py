"""The program: its commands are put together here, and how they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from reports.words import Words

if TYPE_CHECKING:
    from indicators import Finding, InvalidInputError

WORDS = Words()

#: Errors that are told one by one; thousands of one kind help nobody.
MOST_ERRORS = 100


class Program(TyperGroup):
    """Commands of one word, and of two such as ``weights set``, which help of the first lists."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first two words, else of the first."""
        two = " ".join(args[:2])
        return super().resolve_command(ctx, [two, *args[2:]] if two in self.commands else args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Commands of one word."""
        return [name for name in super().list_commands(ctx) if " " not in name]


app = typer.Typer(
    cls=Program,
    help=WORDS("cli.help"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Failure(Exception):  # noqa: N818 (an outcome told to the user, not an error of the program)
    """The input or the output is wrong: said on standard error, exit status 1."""


class WrongInput(Failure):
    """A set, or a file of options, has errors, which have been told."""


class Command(TyperCommand):
    """A command whose help calls arguments by name alone, whatever Python type they are read as."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then options."""
        for kind in ("argument", "option"):
            records = [
                record
                for parameter in self.get_params(ctx)
                if parameter.param_type_name == kind and (record := parameter.get_help_record(ctx))
            ]
            if records:
                with formatter.section(WORDS(f"cli.{kind}s")):
                    formatter.write_dl([(name.split(" <")[0], text) for name, text in records])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, line by line as they can be copied."""
        with formatter.section(WORDS("cli.examples")):
            for line in str(self.epilog).split("\n"):
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class CommandsInHelp(Command):
    """A command whose help lists the commands of two words that begin with it."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the commands, then the examples."""
        commands = ctx.parent.command.commands
        longer = [name for name in commands if name.startswith(f"{self.name} ")]
        with formatter.section(WORDS("cli.commands")):
            formatter.write_dl([(name, commands[name].get_short_help_str(200)) for name in longer])
        super().format_epilog(ctx, formatter)


class HintInHelp(Command):
    """A command whose help ends with where the methods are told."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, then the hint."""
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(WORDS("cli.methods_hint"))


class MethodsInHelp(Command):
    """A command whose help ends with the names of all methods, read when somebody asks for it."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, then the methods."""
        super().format_epilog(ctx, formatter)
        from scoring.catalogue import STAGES, methods

        with formatter.section(WORDS("cli.methods_heading")):
            formatter.write_dl(
                [
                    (stage.split()[0], ", ".join(entry.name for entry in methods(stage)))
                    for stage in STAGES
                ]
            )
        formatter.write_paragraph()
        formatter.write_text(WORDS("cli.methods_hint"))


def command(name: str, kind: type[Command] = Command) -> Callable[[Callable[..., None]], Any]:
    """Add a command: its wrong input and unwritable output are told and not thrown.

    Parameters
    ----------
    name : str
        Name of the command, of one or two words; its help and examples stand in the words as
        ``cli.NAME`` and ``cli.NAME_examples``, with "_" for the space.
    kind : type of Command
        What its help ends with.
    """
    key = name.replace(" ", "_")
    return lambda function: app.command(
        name, cls=kind, help=WORDS(f"cli.{key}"), epilog=WORDS(f"cli.{key}_examples")
    )(_told(function))


def _told(function: Callable[..., None]) -> Callable[..., None]:
    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        words = Words(kwargs.get("lang", "en"))
        try:
            from indicators import InvalidInputError  # takes long enough to be stopped at

            try:
                function(*args, **kwargs)
            except InvalidInputError as error:
                tell(error, words, kwargs.get("set_path"))
            sys.stdout.flush()
        except WrongInput as failure:
            if kwargs.get("output") in (None, Path("-")):
                raise
            raise Failure(f"{failure} {words('cli.nothing_written')}") from failure
        except KeyboardInterrupt as error:
            say_error(WORDS("cli.stopped"))
            raise typer.Exit(130) from error
        except MemoryError as error:
            raise Failure(WORDS("cli.no_memory")) from error
        except BrokenPipeError as error:
            # Whoever read the output has enough; Python would complain once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from error
        except OSError as error:
            path = error.filename or "-"
            fields = {"path": path, "reason": error.strerror or error}
            raise Failure(WORDS("cli.cannot_write", **fields)) from error

    return run


def tell(error: InvalidInputError, words: Words, path: Path | None) -> NoReturn:
    """Say everything that is wrong with a set, or a file of options, and fail."""
    errors = [finding for finding in error.findings if finding.severity == "error"]
    for finding in errors[:MOST_ERRORS]:
        say_error(sentence(finding, words))
    if len(errors) > MOST_ERRORS:
        say_error(words("cli.more", count=len(errors) - MOST_ERRORS))
    if all(finding.code.startswith("cluster_") for finding in errors):
        raise WrongInput(words("cli.not_computed"))
    name = path.resolve().name if path else "provinces"
    key = "cli.one_error" if len(errors) == 1 else "cli.errors"
    raise WrongInput(words(key, count=len(errors), name=name))


def sentence(finding: Finding, words: Words) -> str:
    """A finding with its place, in the reader's language."""
    said = words.finding(finding.code, finding.shown, finding.message)
    place = str(finding.place)
    return f"{place}: {said}" if place else said


def say_finding(finding: Finding, words: Words, err: bool = False) -> None:
    """Say a finding with its severity in front."""
    typer.echo(f"{words(f'severity.{finding.severity}')}: {sentence(finding, words)}", err=err)


def say_error(text: str) -> None:
    """Say something on standard error."""
    typer.echo(text, err=True)


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(version("regional-scorecards"))
        raise typer.Exit


@app.callback()
def _scorecards(
    _version: Annotated[
        bool,
        typer.Option("--version", help=WORDS("cli.version"), callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Options before the command."""

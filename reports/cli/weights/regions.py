"""What the analyses of weights have in common: regions by code or name, groups, and bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, Failure, sentence
from reports.words import Words

if TYPE_CHECKING:
    from scoring import Assessment

Group = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--group", metavar="NODE", help=WORDS("cli.what_if_group"), show_default=False),
]


def _finite(part: float | None) -> float | None:
    if part is not None and math.isinf(part):
        raise typer.BadParameter(WORDS("cli.what_if_no_bound"))
    if part is not None and part > 1:
        raise typer.BadParameter(WORDS("cli.what_if_more_than_all", value=part))
    return part


Within = Annotated[
    Optional[float],  # noqa: UP045
    typer.Option(
        "--within",
        metavar="PART",
        min=0,
        help=WORDS("cli.what_if_within"),
        show_default=False,
        callback=_finite,
    ),
]


def region_of(assessment: Assessment, wanted: str, words: Words, hint: str = "REGION") -> str:
    """Code of a region, which may be called by its code or by its name in either language."""
    from indicators import Finding

    units = assessment.units
    if wanted in units.index:
        return wanted
    folded = wanted.casefold()
    named = [
        str(code)
        for code, *names in zip(units.index, units["name"], units["name_zh"], strict=True)
        if folded in (str(code).casefold(), *(name.casefold() for name in names))
    ]
    if len(named) > 1:
        said = words("cli.several_regions", value=wanted, codes=", ".join(named))
        raise typer.BadParameter(said, param_hint=hint)
    if not named:
        known = [name for name in (*units["name"], *units["name_zh"], *units.index) if name]
        fields = {"what": "region", "value": wanted, "known": list(dict.fromkeys(map(str, known)))}
        unknown = Finding("unknown_choice", "error", fields=fields)
        raise typer.BadParameter(sentence(unknown, words), param_hint=hint)
    return named[0]


def name_of(assessment: Assessment, unit: str) -> str:
    """A region as it is said: by its name."""
    return str(assessment.units["name"][unit]) or unit


def check_group(assessment: Assessment, group: str | None, words: Words) -> None:
    """Refuse a group that there is not."""
    from indicators import Finding

    known = (*assessment.framework.groups, "indicators")
    if group is not None and group not in known:
        unknown = Finding("unknown_code", "error", fields={"value": group, "known": known})
        raise typer.BadParameter(sentence(unknown, words), param_hint="--group")


def group_said(assessment: Assessment, group: str, words: Words) -> str:
    """A group as it is said: by its name."""
    if group == "indicators":
        return words("cli.all_indicators")
    return str(assessment.framework[group].name) or group


@contextmanager
def answered() -> Iterator[None]:
    """Tell why there is no answer."""
    from indicators import InvalidInputError

    try:
        yield
    except InvalidInputError:
        raise
    except ValueError as error:
        raise Failure(str(error)) from error

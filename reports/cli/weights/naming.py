"""Weights kept under a name: options that several commands take, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, Failure
from reports.words import Words

if TYPE_CHECKING:
    from indicators import IndicatorSet

Name = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--as", metavar="NAME", help=WORDS("cli.weights_as"), show_default=False),
]
Author = Annotated[str, typer.Option("--author", metavar="TEXT", help=WORDS("cli.weights_author"))]
Date = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--date", metavar="DATE", help=WORDS("cli.weights_date"), show_default=False),
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=WORDS("cli.weights_note"))]

#: Code of a finding -> option that is wrong.
BLAMED = {"bad_code": "--as", "weight_set_named_as_method": "--as", "not_a_date": "--date"}


@dataclass(frozen=True)
class Naming:
    """Name of a weight set, and who gave the weights, when and why.

    Parameters
    ----------
    name : str or None
        None for weights without a name.
    author, note : str
    date : str or None
        Today where left out.
    """

    name: str | None
    author: str = ""
    date: str | None = None
    note: str = ""

    def check(self, words: Words) -> None:
        """Refuse the other options without a name."""
        for option in ("author", "date", "note"):
            if getattr(self, option) and self.name is None:
                raise typer.BadParameter(words("cli.weights_no_name"), param_hint=f"--{option}")

    def there(self, base: IndicatorSet) -> dict[str, str] | None:
        """What a set says of the weight set that has this name already; None where none has."""
        sets = base.weight_sets
        rows = sets[sets["set"].str.casefold() == str(self.name).casefold()]
        return None if rows.empty else {str(k): str(v) for k, v in rows.iloc[0].items()}

    def kept_in(
        self, base: IndicatorSet, weights: Mapping[str, float], words: Words
    ) -> IndicatorSet:
        """The set with these weights as a named set beside the others."""
        from datetime import date

        from indicators import Finding, InvalidInputError
        from scoring.weighting import WEIGHTINGS

        day = date.today().isoformat() if self.date is None else self.date
        there = self.there(base)
        author, note = ("", "") if there is None else (there["author"], there["note"])
        named = {"author": self.author or author, "date": day, "note": self.note or note}
        try:
            if str(self.name).casefold() in {way.casefold() for way in WEIGHTINGS}:
                fields = {"value": self.name}
                finding = Finding("weight_set_named_as_method", "error", fields=fields)
                raise InvalidInputError([finding])
            return base.with_weight_set(str(self.name), weights, **named)
        except InvalidInputError as error:
            # Rows of the table nobody has seen yet are no place to look for what is wrong.
            finding = error.findings[0]
            said = words.finding(finding.code, finding.shown, finding.message)
            if finding.code in BLAMED:
                raise typer.BadParameter(said, param_hint=BLAMED[finding.code]) from error
            raise Failure(said) from error

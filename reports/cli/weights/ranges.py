"""scorecards weights range: the best and worst ranks that weights can give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, command, say_error
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, put_out
from reports.cli.progress import Progress
from reports.cli.weights.regions import (
    Group,
    Within,
    answered,
    check_group,
    group_said,
    name_of,
    region_of,
)
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from scoring import Assessment
    from scoring.what_if import RankRange


@command("weights range")
def rank_range(
    region: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="REGION", help=WORDS("cli.range_region"), show_default=False),
    ] = None,
    set_path: SetPath = None,
    group: Group = None,
    within: Within = None,
    weights: Weights = None,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show the best and the worst rank that weights can give."""
    words = Words(lang)
    check_ending(output, words)
    if region and set_path is None and (alone := Path(region)).exists():
        region, set_path = None, alone
    with Progress(words, quiet):
        assessment = assess(set_path, words, weights=weights)
        unit = None if region is None else region_of(assessment, region, words)
        check_group(assessment, group, words)
        from reports.tables import rank_range_tables
        from scoring import what_if

        with answered():
            if unit is None:
                found = what_if.rank_ranges(assessment, group=group, within=within)
                said, of_one = _said_of_all(found, words), None
            else:
                one = what_if.rank_range(assessment, unit, group=group, within=within)
                said, of_one = _said(one, assessment, words), one.weights
                found = what_if.range_table([one])
        tables = rank_range_tables(found, of_one, assessment)
    put_out(tables, output, words, quiet)
    if not quiet:
        say_error(said)


def _said(one: RankRange, assessment: Assessment, words: Words) -> str:
    """Best and worst rank, and how sure that is."""
    fields: dict[str, object] = {
        "name": name_of(assessment, one.unit), "rank": one.rank,
        "group": group_said(assessment, one.group, words),
    }  # fmt: skip
    for end in ("best", "worst"):
        rank, bound = getattr(one, end), getattr(one, f"{end}_bound")
        key = "cli.range_exact" if getattr(one, f"{end}_status") == "exact" else "cli.range_bound"
        fields[end] = words(key, rank=rank, bound=bound)
    if one.within is None:
        return words("cli.range", **fields)
    return words("cli.range_within", within=one.within, **fields)


def _said_of_all(found: pd.DataFrame, words: Words) -> str:
    """How many of the ranks are exact."""
    exact = (found[["best_status", "worst_status"]] == "exact").all(axis=1)
    fields = {"regions": len(found), "exact": int(exact.sum()), "bound": int((~exact).sum())}
    return words("cli.range_all" if exact.all() else "cli.range_some", **fields)

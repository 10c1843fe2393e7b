"""What a person at a terminal sees of the robustness of a ranking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.choices import alternative_name, choice_name, what_was_drawn
from reports.words import Words

if TYPE_CHECKING:
    from scoring import Robustness
    from scoring.robustness import Sensitivity

#: Characters of the name of a region, and of a change, that stand in one line, however narrow the
#: terminal.
LONGEST, LEAST_OF_A_CHANGE = 18, 28


def show_robustness(found: Robustness, words: Words, quiet: bool) -> None:
    """Show what was drawn, the ranks of the index, what moves them, and what failed.

    Parameters
    ----------
    found : Robustness
    words : Words
    quiet : bool
        Whether tables are shown without a word between them.
    """
    console = Console()

    def say(text: str) -> None:
        if not quiet:
            console.print(Text(text), soft_wrap=False)

    say(what_was_drawn(found, words))
    console.print(_ranks(found, words))
    say(f"{words('shown.intervals')} {groups_explained(found, words)}")
    sensitivity = found.sensitivity
    if sensitivity is not None:
        say(f"\n{words('shown.moves')}")
        if sensitivity.mean_shift["total"].isna().all():
            say(words("robustness.nothing_moves"))
        else:
            console.print(_moves(sensitivity, found, words))
            say(words("shown.shares", interaction=max(sensitivity.interaction, 0.0)))
        if sensitivity.points < sensitivity.draws:
            fields = {"points": sensitivity.points, "draws": sensitivity.draws}
            say(words("shown.some_points", **fields))
    say(f"\n{words('shown.one_at_a_time')}")
    console.print(_changes(found, words))
    drawn = found.uncertainty
    if drawn.failures:
        say(f"\n{words('shown.some_failed', failed=drawn.failed, draws=drawn.draws)}")
        console.print(_failures(found, words))


def groups_explained(found: Robustness, words: Words) -> str:
    """What it means that regions are in one group."""
    if not found.uncertainty.paired:
        return words("shown.groups_by_intervals")
    certainty = found.options.certainty
    return words("shown.groups_by_leads", certainty=100 * certainty)


def _ranks(found: Robustness, words: Words) -> Table:
    """Regions in the order of the index, a line between groups that do not tie."""
    index = found.uncertainty.of_node().sort_values("rank", kind="stable")
    names = found.indicator_set.units["name"]
    tops = [str(column) for column in index if str(column).startswith("top_")]
    headings = [words(f"shown.{key}") for key in ("rank", "region", "score", "interval", "median")]
    headings += [words("shown.top", number=top.removeprefix("top_")) for top in tops]
    partly = bool((index["scored"] < 1).any())
    headings += [words("shown.scored")] if partly else []
    table = _table([*headings, words("shown.group")], texts=(1,))
    longest = max((cell_len(names[unit] or str(unit)) for unit in index.index), default=0)
    table.columns[1].min_width = min(longest, LONGEST)
    groups = index["tie_group"].to_numpy()
    last = np.append(groups[1:] != groups[:-1], False)
    for row, ends in zip(index.reset_index().to_dict("records"), last, strict=True):
        cells = [
            _rank(row["rank"]),
            names[row["unit"]] or str(row["unit"]),
            _number(row["score"]),
            _interval(row["rank_5"], row["rank_95"]),
            _rank(row["median_rank"]),
            *(_share(row[top]) for top in tops),
            *([_share(row["scored"])] if partly else []),
            _rank(row["tie_group"]),
        ]
        table.add_row(*map(Text, cells), end_section=bool(ends))
    return table


def _moves(sensitivity: Sensitivity, found: Robustness, words: Words) -> Table:
    """Shares of variance by choice, the largest first."""
    headings = [words(f"shown.{key}") for key in ("choice", "first_order", "total_order")]
    table = _table(headings, texts=(0,))
    shares = sensitivity.mean_shift.sort_values("total", ascending=False, kind="stable")
    for row in shares.to_dict("records"):
        table.add_row(
            Text(choice_name(row["source"], words, found, row["input"])),
            Text(_with_error(row["first"], row["first_interval"])),
            Text(_with_error(row["total"], row["total_interval"])),
        )
    return table


def _changes(found: Robustness, words: Words) -> Table:
    """What each alternative alone does, the largest shift first."""
    keys = ("change", "moved", "mean_shift", "largest_shift", "top_leaves")
    table = _table([words(f"shown.{key}") for key in keys], texts=(0, 3))
    table.columns[0].min_width = LEAST_OF_A_CHANGE
    names = found.indicator_set.units["name"]
    changes = found.single_changes.sort_values("mean_shift", ascending=False, kind="stable")
    for row in changes.to_dict("records"):
        source, unit = row["source"], row["unit"]
        change = words(
            "robustness.setting",
            source=choice_name(source, words, found),
            alternative=alternative_name(source, row["alternative"], words, found),
        )
        if row["failed"] == row["draws"]:
            cells = ["", "", words("shown.cannot_be_computed"), ""]
        else:
            furthest = words("shown.nobody")
            if unit:
                furthest = f"{names[unit] or unit} {row['largest_shift']:+.3g}"
            cells = [
                _share(row["moved"]), f"{row['mean_shift']:.2f}", furthest,
                _share(row["top_leaves"]),
            ]  # fmt: skip
        table.add_row(*map(Text, (change, *cells)))
    return table


def _failures(found: Robustness, words: Words) -> Table:
    """Draws that could not be computed, with their settings and why."""
    keys = ("failed_draws", "settings", "reason")
    table = _table([words(f"shown.{key}") for key in keys], texts=(1, 2))
    for one in found.uncertainty.failures:
        settings = [
            words(
                "robustness.setting",
                source=choice_name(source, words, found),
                alternative=chosen,
            )
            for source, chosen in one.settings.items()
        ]
        finding = one.finding
        reason = words.finding(finding.code, finding.shown, finding.message)
        table.add_row(*map(Text, (f"{one.draws:,}", "\n".join(settings), reason)))
    return table


def _table(headings: Sequence[str], texts: Sequence[int]) -> Table:
    """An empty table; the columns at these places hold texts, the others numbers."""
    table = Table()
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place in texts else "right", overflow="fold")
    return table


def _rank(rank: float) -> str:
    return "" if pd.isna(rank) else f"{rank:g}"


def _interval(best: float, worst: float) -> str:
    if pd.isna(best):
        return ""
    return _rank(best) if best == worst else f"{best:g} - {worst:g}"


def _number(score: float) -> str:
    return "" if pd.isna(score) else f"{score:.4g}"


def _share(share: float) -> str:
    """A probability or share in per cent; what is nearly never or always is not said to be so."""
    if pd.isna(share):
        return ""
    if 0 < share < 0.01:
        return "< 1%"
    if 0.99 < share < 1:
        return "> 99%"
    return f"{share:.0%}"


def _with_error(share: float, half_width: float) -> str:
    return "" if pd.isna(share) else f"{100 * share:.0f} ± {100 * half_width:.0f}%"

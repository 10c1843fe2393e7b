"""scorecards weights compare: what other weights do to scores and ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reports.cli.app import WORDS, command, say_error
from reports.cli.assessing import assess, blamed, weighed_by
from reports.cli.options import Language, Quiet, SetPath, Table, Weights
from reports.cli.output import check_ending, for_a_person, put_out
from reports.cli.progress import Progress
from reports.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from scoring import Assessment


@command("weights compare")
def compare_weights(
    set_path: SetPath = None,
    others: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--with", metavar="NAME", help=WORDS("cli.weights_with"), show_default=False),
    ] = None,
    weights: Weights = None,
    output: Table = None,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Compare scores and ranks under several weights."""
    words = Words(lang)
    check_ending(output, words)
    with Progress(words, quiet):
        assessment = assess(set_path, words, weights=weights)
        import scoring
        from scoring.what_if import weight_shifts

        compared: dict[str, Assessment] = {}
        for name in dict.fromkeys(others or _others(assessment)):
            changed = weighed_by(assessment.indicator_set, name, words, "--with")
            with blamed(set_path, words):
                compared[name] = scoring.assess(changed)
        with blamed(set_path, words):
            found = weight_shifts(assessment, compared)
        from reports.tables import weight_shift_tables

        tables = weight_shift_tables(found, assessment)
    agreement = tables["agreement"]
    if for_a_person(output):
        tables = {"shifts": _side_by_side(tables["shifts"], assessment)}
    put_out(tables, output, words, quiet)
    if quiet:
        return
    for row in agreement[agreement["node"] == assessment.framework.root].to_dict("records"):
        said = {str(column): value for column, value in row.items()}
        key = "cli.agreement" if row["spearman"] == row["spearman"] else "cli.no_agreement"
        say_error(f"{row['weights']}: {words(key, **said)}")


def _others(assessment: Assessment) -> list[str]:
    """All named sets, equal weights, and the given ones where they are not in force."""
    in_force = assessment.method.weighting.method
    names = ("given", *assessment.indicator_set.weight_set_names, "equal")
    whole = not assessment.method.weighting.groups
    others = [name for name in names if not (whole and name == in_force)]
    return others or ["equal"]


def _side_by_side(shifts: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """The index alone: a region a row, weights side by side."""
    index = shifts[shifts["node"] == assessment.framework.root]
    names = list(dict.fromkeys(index["weights"]))
    first = index[index["weights"] == names[0]].set_index("unit")
    table = first[["name", "score_before", "rank_before"]].set_axis(
        ["name", "score", "rank"], axis=1
    )
    for name in names:
        own = index[index["weights"] == name].set_index("unit")
        table[f"score {name}"] = own["score_after"]
        table[f"rank {name}"] = own["rank_after"]
    ranked: pd.DataFrame = table.sort_values("rank").reset_index()
    return ranked

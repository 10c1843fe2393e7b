"""scorecards weights: the weights in force."""

from __future__ import annotations

from reports.cli.app import command
from reports.cli.assessing import assess
from reports.cli.options import Language, Quiet, SetPath
from reports.cli.output import put_out
from reports.words import Words


@command("weights")
def weights(set_path: SetPath = None, quiet: Quiet = False, lang: Language = "en") -> None:
    """Show the weights in force."""
    from reports.tables import weights_table

    words = Words(lang)
    put_out({"weights": weights_table(assess(set_path, words))}, None, words, quiet)

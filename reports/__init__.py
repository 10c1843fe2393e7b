"""Who reads it: steps 9 and 10 of the OECD/JRC Handbook (2008), presentation and dissemination."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.plots import plot_robustness
    from reports.tables import (
        audit_tables,
        comparison_tables,
        method_table,
        model_table,
        robustness_tables,
        score_table,
        trend_tables,
        trust_table,
        weights_table,
        write_table,
        write_tables,
    )
    from reports.workbook import write_workbook

__all__ = [
    "audit_tables",
    "comparison_tables",
    "method_table",
    "model_table",
    "plot_robustness",
    "robustness_tables",
    "score_table",
    "trend_tables",
    "trust_table",
    "weights_table",
    "write_table",
    "write_tables",
    "write_workbook",
]

_HOMES = dict.fromkeys(__all__, "reports.tables") | {
    "plot_robustness": "reports.plots",
    "write_workbook": "reports.workbook",
}


def __getattr__(name: str) -> object:
    # Imported when first used: the command line, which lives here too, must answer at once.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

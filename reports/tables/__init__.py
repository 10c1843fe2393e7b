"""What an assessment comes to, as plain tables, and the files they are written to.

Every table is a DataFrame with one row for each thing it tells of and everything in columns, so
that it can be written to any kind of file.
"""

from __future__ import annotations

from reports.tables.assessments import model_table, score_table, trust_table
from reports.tables.audit import audit_tables, finding_table
from reports.tables.comparing import (
    agreement_table,
    comparison_tables,
    leave_out_table,
    shift_table,
)
from reports.tables.files import ENDINGS, SEVERAL, write_table, write_tables
from reports.tables.methods import method_table
from reports.tables.robustness import (
    ROBUSTNESS_TABLES,
    acceptability_table,
    change_table,
    failure_table,
    interval_table,
    lead_table,
    robustness_tables,
    sensitivity_table,
)
from reports.tables.trends import trend_tables
from reports.tables.weights import (
    rank_range_tables,
    stability_table,
    turning_table,
    weight_shift_tables,
    weighting_tables,
    weights_table,
)

__all__ = [
    "ENDINGS",
    "ROBUSTNESS_TABLES",
    "SEVERAL",
    "acceptability_table",
    "agreement_table",
    "audit_tables",
    "change_table",
    "comparison_tables",
    "failure_table",
    "finding_table",
    "interval_table",
    "lead_table",
    "leave_out_table",
    "method_table",
    "model_table",
    "rank_range_tables",
    "robustness_tables",
    "score_table",
    "sensitivity_table",
    "shift_table",
    "stability_table",
    "trend_tables",
    "trust_table",
    "turning_table",
    "weight_shift_tables",
    "weighting_tables",
    "weights_table",
    "write_table",
    "write_tables",
]

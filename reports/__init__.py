"""Who reads it: steps 9 and 10 of the OECD/JRC Handbook (2008), presentation and dissemination."""

from reports.tables import model_table, score_table, trust_table, weights_table, write_table
from reports.workbook import write_workbook

__all__ = [
    "model_table",
    "score_table",
    "trust_table",
    "weights_table",
    "write_table",
    "write_workbook",
]

"""How measures become scores: steps 3 to 8 of the OECD/JRC Handbook (2008)."""

from scoring.assessment import Assessment, assess
from scoring.audit import audit
from scoring.comparison import Comparison, compare, leave_one_out
from scoring.cooperation import CooperationModels, cooperation_of, cooperation_or_reason
from scoring.options import Method
from scoring.robustness import Robustness, robustness_of
from scoring.scale import Scale
from scoring.trends import indicator_trends, score_trends

__all__ = [
    "Assessment",
    "Comparison",
    "CooperationModels",
    "Method",
    "Robustness",
    "Scale",
    "assess",
    "audit",
    "compare",
    "cooperation_of",
    "cooperation_or_reason",
    "indicator_trends",
    "leave_one_out",
    "robustness_of",
    "score_trends",
]

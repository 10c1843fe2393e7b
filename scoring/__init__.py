"""How measures become scores: steps 3 to 8 of the OECD/JRC Handbook (2008)."""

from scoring.assessment import Assessment, assess
from scoring.cooperation import CooperationModels, cooperation_of, cooperation_or_reason
from scoring.method import Method

__all__ = [
    "Assessment",
    "CooperationModels",
    "Method",
    "assess",
    "cooperation_of",
    "cooperation_or_reason",
]

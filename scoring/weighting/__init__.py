"""Weighting: how much each child counts among its siblings (Handbook, step 6)."""

from scoring.weighting.base import Derived, Remark
from scoring.weighting.table import weight_table

__all__ = ["Derived", "Remark", "weight_table"]

"""What changed weights do: how stable the ranking is, what it takes to turn it, how far it goes.

Everything here works on an assessment as it is, on exact scores and, of a panel, on the newest
year: ranks are those of the index before rounding, whatever [rounding] and [ranking] say. A score
that is missing stays missing, by the rule of its group.
"""

from scoring.what_if.linear import IndexForm, NoLinearFormError, index_form
from scoring.what_if.rank_range import RankRange, range_table, rank_range, rank_ranges
from scoring.what_if.shifts import WeightShifts, weight_shifts
from scoring.what_if.stability import stability
from scoring.what_if.turning import TurningChange, UnlikeUnitsError, turning_change

__all__ = [
    "IndexForm",
    "NoLinearFormError",
    "RankRange",
    "TurningChange",
    "UnlikeUnitsError",
    "WeightShifts",
    "index_form",
    "range_table",
    "rank_range",
    "rank_ranges",
    "stability",
    "turning_change",
    "weight_shifts",
]

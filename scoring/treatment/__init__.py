"""Treatment: outliers and skewed distributions before normalisation (Handbook, step 5).

A few extreme values stretch the scale of an indicator until everybody else scores the same. Each
treatment is an estimator: it is fitted on a reference, decides column by column whether one is
needed (:class:`BaseTreatment` has the rule), and transforms anything with the same indicators. What
it does to a column never swaps the order of two values. Goalposts and targets follow a change of
the unit of measure, such as to logarithms, and stay where they are when outliers are drawn in.
Missing values stay missing; a constant indicator, or one without values, is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoring.treatment.base import BaseTreatment, Untreated
from scoring.treatment.logarithms import (
    Log,
    LogGII,
    LogPlusOne,
    LogShifted,
    log_gii,
    log_shifted,
)
from scoring.treatment.powers import BoxCox, YeoJohnson, box_cox, yeo_johnson
from scoring.treatment.tables import changed_values, treatment_table, winsorised_values
from scoring.treatment.two_steps import Auto
from scoring.treatment.winsorising import Bounds, Winsorise, winsorising_bounds

#: Name in method.toml -> estimator.
TREATMENTS: Mapping[str, type[BaseTreatment]] = {
    "none": Untreated,
    "winsorise": Winsorise,
    "log": Log,
    "log_plus_one": LogPlusOne,
    "log_shifted": LogShifted,
    "log_gii": LogGII,
    "boxcox": BoxCox,
    "yeojohnson": YeoJohnson,
    "auto": Auto,
}

__all__ = [
    "TREATMENTS",
    "Auto",
    "BaseTreatment",
    "Bounds",
    "BoxCox",
    "Log",
    "LogGII",
    "LogPlusOne",
    "LogShifted",
    "Untreated",
    "Winsorise",
    "YeoJohnson",
    "box_cox",
    "changed_values",
    "log_gii",
    "log_shifted",
    "treatment_table",
    "winsorised_values",
    "winsorising_bounds",
    "yeo_johnson",
]

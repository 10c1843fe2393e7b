"""Multivariate analysis: whether indicators belong together as the framework says (Handbook, 4).

Correlations, principal components and Cronbach's alpha look at a framework from outside; what they
find is a reason to think again, never one to drop or weight an indicator by itself. Importance
says what the weights come to once indicators vary and correlate as they do. Tables in, tables out:
units x indicators, or units x nodes with the framework.
"""

from __future__ import annotations

from scoring.multivariate.components import (
    PrincipalComponents,
    component_table,
    principal_components,
    varimax,
)
from scoring.multivariate.correlation import (
    CORRELATIONS,
    Correlations,
    correlation_table,
    correlations,
)
from scoring.multivariate.importance import (
    correlation_importance,
    influence,
    influence_table,
    main_effects,
)
from scoring.multivariate.reliability import (
    Reliability,
    cronbach_alpha,
    reliability,
    reliability_table,
)

__all__ = [
    "CORRELATIONS",
    "Correlations",
    "PrincipalComponents",
    "Reliability",
    "component_table",
    "correlation_importance",
    "correlation_table",
    "correlations",
    "cronbach_alpha",
    "influence",
    "influence_table",
    "main_effects",
    "principal_components",
    "reliability",
    "reliability_table",
    "varimax",
]

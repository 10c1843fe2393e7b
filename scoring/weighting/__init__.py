"""Weighting: how much each child counts among its siblings (Handbook, step 6).

A way of weighting is a function and one line in :data:`WEIGHTINGS`. The names of its positional
parameters say what it is derived from (:data:`INPUTS`); its keyword-only parameters are options of
[weighting]. :mod:`scoring.weighting.stage` calls it for each group.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scoring.weighting.base import Array, Derived, Remark
from scoring.weighting.best_worst import best_worst
from scoring.weighting.comparisons import ahp
from scoring.weighting.components import factor_analysis, principal_components
from scoring.weighting.conflict import critic
from scoring.weighting.dispersion import entropy, gini, standard_deviation
from scoring.weighting.equal import equal, given
from scoring.weighting.frontier import benefit_of_the_doubt
from scoring.weighting.impact import cilos, idocriw, merec
from scoring.weighting.influence import target_influence
from scoring.weighting.points import budget_allocation, swing
from scoring.weighting.rank_order import rank_order_centroid, rank_reciprocal, rank_sum
from scoring.weighting.regression import regression
from scoring.weighting.table import weight_table

__all__ = ["INPUTS", "WEIGHTINGS", "Derived", "Remark", "Weighting", "weight_table"]

#: What weights can be derived from -> what it is, of the children of one group.
INPUTS: Mapping[str, str] = {
    "shares": "shares stated in the framework",
    "values": "treated values in their own units, and scores of subgroups",
    "directions": "directions of the values",
    "scores": "normalised scores",
    "criterion": "values of an indicator outside the index, turned so that more is better",
    "aggregate": "scores of the parent under any shares",
    "comparisons": "judgements of the kind comparison",
    "points": "judgements of the kind points",
    "ranks": "judgements of the kind rank",
    "swings": "judgements of the kind swing",
}

#: Inputs that are judgements -> kind in the table judgements.
JUDGED: Mapping[str, str] = {
    "comparisons": "comparison",
    "points": "points",
    "ranks": "rank",
    "swings": "swing",
}

#: Inputs that depend on the data.
FROM_DATA = frozenset({"values", "directions", "scores", "criterion", "aggregate"})


@dataclass(frozen=True)
class Weighting:
    """A function that derives weights, and what it derives them from.

    Parameters
    ----------
    function : callable
        ``function(input, ..., *, option=default, ...)`` with inputs named as in :data:`INPUTS`;
        returns shares (..., n_children), 0 or more with sum 1, or a :class:`Derived`.
    """

    function: Callable[..., Array | Derived]

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs, keys of :data:`INPUTS`."""
        return self._parameters(inspect.Parameter.POSITIONAL_OR_KEYWORD)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Options of [weighting] that the function takes."""
        return self._parameters(inspect.Parameter.KEYWORD_ONLY)

    @property
    def judged(self) -> str:
        """Kind of judgement that is needed; "" for none."""
        return next((JUDGED[name] for name in self.inputs if name in JUDGED), "")

    @property
    def from_data(self) -> bool:
        """Whether the weights depend on the data."""
        return not FROM_DATA.isdisjoint(self.inputs)

    def _parameters(self, kind: object) -> tuple[str, ...]:
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(parameter.name for parameter in parameters if parameter.kind is kind)


#: Name in method.toml -> way of weighting.
WEIGHTINGS: Mapping[str, Weighting] = {
    "given": Weighting(given),
    "equal": Weighting(equal),
    "budget_allocation": Weighting(budget_allocation),
    "ahp": Weighting(ahp),
    "best_worst": Weighting(best_worst),
    "rank_order_centroid": Weighting(rank_order_centroid),
    "rank_sum": Weighting(rank_sum),
    "rank_reciprocal": Weighting(rank_reciprocal),
    "swing": Weighting(swing),
    "standard_deviation": Weighting(standard_deviation),
    "entropy": Weighting(entropy),
    "gini": Weighting(gini),
    "critic": Weighting(critic),
    "merec": Weighting(merec),
    "cilos": Weighting(cilos),
    "idocriw": Weighting(idocriw),
    "principal_components": Weighting(principal_components),
    "factor_analysis": Weighting(factor_analysis),
    "regression": Weighting(regression),
    "benefit_of_the_doubt": Weighting(benefit_of_the_doubt),
    "target_influence": Weighting(target_influence),
}

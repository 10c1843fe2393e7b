"""The options of method.toml, section by section: types, defaults and what each one means.

An option that only a few methods read names them in brackets. ``scoring.method`` checks the options
against a set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    model_validator,
)

from scoring.aggregation import AGGREGATIONS, MISSING_RULES
from scoring.aggregation.consensus import MOST_BITS
from scoring.aggregation.distance import SCALINGS
from scoring.aggregation.outranking import Preference
from scoring.clustering import COOPERATION_METHODS
from scoring.imputation import IMPUTATIONS, IMPUTATIONS_OVER_TIME
from scoring.normalisation import NORMALISATIONS
from scoring.ranking import TIES
from scoring.treatment import TREATMENTS
from scoring.treatment.two_steps import SECOND_STEPS
from scoring.weighting import WEIGHTINGS

#: What each registry holds, by the option that chooses from it.
REGISTRIES: Mapping[str, Mapping[str, object]] = {
    "imputation": {**IMPUTATIONS, **IMPUTATIONS_OVER_TIME},
    "treatment": TREATMENTS,
    "normalisation": NORMALISATIONS,
    "weighting": WEIGHTINGS,
    "aggregation": AGGREGATIONS,
    "cooperation method": COOPERATION_METHODS,
}


class UnknownChoiceError(ValueError):
    """A name that is in no registry.

    Parameters
    ----------
    what : str
        Key of :data:`REGISTRIES`.
    value : str
        The name.
    """

    def __init__(self, what: str, value: str) -> None:
        super().__init__(f"there is no {what} {value!r}")
        self.fields = {"what": what, "value": value, "known": tuple(REGISTRIES[what])}


def _choice(what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in REGISTRIES[what]:
            raise UnknownChoiceError(what, value)
        return value

    return AfterValidator(check)


ImputationName = Annotated[str, _choice("imputation")]
TreatmentName = Annotated[str, _choice("treatment")]
NormalisationName = Annotated[str, _choice("normalisation")]
AggregationName = Annotated[str, _choice("aggregation")]
CooperationName = Annotated[str, _choice("cooperation method")]

#: A number on the scale of scores: far larger ones would overflow when they are squared or rounded.
Number = Annotated[StrictFloat, Field(ge=-1e9, le=1e9)]
#: The largest seed or count: a cell of a workbook holds all whole numbers up to here.
LARGEST = 10**15
#: A share of a whole.
Share = Annotated[StrictFloat, Field(ge=0, le=1)]
#: One number for all children of a group, or one for each by its code.
ByChild = (
    Annotated[StrictFloat, Field(ge=0, le=1e9)]
    | dict[str, Annotated[StrictFloat, Field(ge=0, le=1e9)]]
)

#: Scores are told apart to nine decimals, so a scale is not narrower than this.
NARROWEST = 1e-6


class Section(BaseModel):
    """What all sections share: unknown options are errors, nothing can be changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _inherited(given: Any, table: str, own: frozenset[str] = frozenset()) -> Any:
    """The section as given, where each entry of ``table`` starts from the section's own options."""
    if not isinstance(given, Mapping) or not isinstance(given.get(table), Mapping):
        return given
    common = {name: value for name, value in given.items() if name not in {table, *own}}
    entries = {
        code: {**common, **entry} if isinstance(entry, Mapping) else entry
        for code, entry in given[table].items()
    }
    return {**given, table: entries}


class Time(Section):
    """Which year is assessed, and which years set the scale."""

    year: StrictInt | Literal["latest", "panel"] = Field(
        "latest",
        description="a year; latest: the newest value of each unit and indicator; panel: every "
        "year",
    )
    scale: StrictInt | Literal["all", "each"] = Field(
        "all",
        description="what treatment and normalisation are fitted on: all years that are assessed "
        "together, each for itself, or one year",
    )


class Screening(Section):
    """Which units and indicators have too few values to be assessed."""

    unit_availability: Share = Field(
        0.0, description="share of indicators for which a unit must have a value, 0 to 1"
    )
    unit_nonzero: Share = Field(
        0.0, description="share of a unit's values that must not be zero, 0 to 1"
    )
    indicator_availability: Share = Field(
        0.0, description="share of units for which an indicator must have a value, 0 to 1"
    )
    indicator_nonzero: Share = Field(
        0.0, description="share of an indicator's values that must not be zero, 0 to 1"
    )
    keep: tuple[str, ...] = Field(
        (), description="codes of units and indicators that stay whatever their values"
    )
    drop: tuple[str, ...] = Field(
        (), description="codes of units and indicators that are left out whatever their values"
    )


class Imputation(Section):
    """What stands in for a missing value."""

    method: ImputationName | tuple[ImputationName, ...] = Field(
        "none", description="what stands in for a missing value; a list is applied in its order"
    )
    group: str | None = Field(
        None, description="column of the units table (group_mean, group_median)"
    )
    neighbours: StrictInt = Field(5, ge=1, description="how many similar units are averaged (knn)")
    rounds: StrictInt = Field(
        10, ge=1, le=1000, description="passes over the indicators at most (iterative)"
    )
    within_range: StrictBool = Field(
        True, description="whether what is imputed stays between the known values (iterative)"
    )
    seed: StrictInt = Field(
        1, ge=0, le=LARGEST, description="seed of everything drawn at random (iterative)"
    )
    maximum_age: Annotated[StrictInt, Field(ge=1)] | None = Field(
        None, description="years after which an older value is not used; any age if empty (latest)"
    )

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods in their order."""
        return (self.method,) if isinstance(self.method, str) else self.method

    @model_validator(mode="after")
    def _group_given(self) -> Imputation:
        for name in self.methods:
            if getattr(IMPUTATIONS.get(name), "needs_group", False) and not self.group:
                raise ValueError(f"{name} needs the option group, a column of the units table")
        return self


class TreatmentChoice(Section):
    """How outliers and skew are treated; for all indicators or for one."""

    method: TreatmentName = Field(
        "none",
        description="what is done to indicators that are skewed; the column transform of the "
        "framework does it to one, skewed or not",
    )
    maximum_skew: Annotated[StrictFloat, Field(ge=0)] = Field(
        2.0, description="an indicator passes where its skew is at most this"
    )
    maximum_kurtosis: StrictFloat = Field(
        3.5, description="an indicator passes where its kurtosis is at most this"
    )
    points: StrictInt = Field(
        5, ge=0, description="values of an indicator that are changed at most (winsorise, auto)"
    )
    offset: Annotated[StrictFloat, Field(gt=0, le=1e9)] = Field(
        0.01, description="share of the range that is added to the distance (log_shifted)"
    )
    factor: Annotated[StrictFloat, Field(gt=0, le=1e9)] = Field(
        1.0, description="power of ten that values are multiplied by (log_gii)"
    )
    second: Literal[tuple(SECOND_STEPS)] = Field(  # type: ignore[valid-type]
        "log_shifted",
        description="what is done where winsorising is not enough, with its defaults (auto)",
    )
    force: StrictBool = Field(
        False, description="whether indicators that pass are treated all the same"
    )


class Treatment(TreatmentChoice):
    """How outliers and skew are treated."""

    indicators: dict[str, TreatmentChoice] = Field(
        default_factory=dict, description="other options for single indicators, by code"
    )

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, given: Any) -> Any:
        return _inherited(given, "indicators")


class NormalisationChoice(Section):
    """How an indicator comes to the common scale; for all indicators or for one."""

    method: NormalisationName = Field("minmax", description="how indicators come to one scale")
    range: tuple[Number, Number] = Field(
        (0.0, 100.0), description="scores of the worst and the best value"
    )
    clip: StrictBool = Field(
        True, description="whether values beyond an end of the scale get the score of that end"
    )
    mean: Number = Field(0.0, description="mean of the scores (zscore)")
    sd: Number = Field(1.0, gt=0, description="standard deviation of the scores (zscore)")
    reference: str = Field(
        "mean",
        description="code of a unit, or mean; to distances also best or worst "
        "(distance_to_reference, centred_minmax)",
    )
    distance: Literal["ratio", "difference", "range"] = Field(
        "ratio", description="how the distance is measured (distance_to_reference)"
    )
    share_of: Literal["others", "all"] = Field(
        "others", description="units whose share below counts: the others, or all (percentile)"
    )
    ties: Literal["min", "average", "max"] = Field(
        "min", description="what tied units count as (percentile)"
    )
    threshold: Annotated[StrictFloat, Field(ge=0, lt=1)] = Field(
        0.2, description="how far from the mean counts, as a share of it (above_below_mean)"
    )
    percentiles: tuple[Annotated[StrictFloat, Field(gt=0, lt=100)], ...] = Field(
        (5.0, 15.0, 35.0, 65.0, 85.0, 95.0),
        min_length=1,
        description="where the categories end, in percent of the units (categorical)",
    )
    category_scores: tuple[Number, ...] = Field(
        (0.0, 20.0, 40.0, 50.0, 60.0, 80.0, 100.0),
        description="scores of the categories, one more than there are percentiles (categorical)",
    )
    base: Literal["mean", "unit"] = Field(
        "mean",
        description="what is 100: the mean of the units or each unit's own value (indexation)",
    )
    base_year: StrictInt | None = Field(
        None, description="year in which the base is taken (indexation)"
    )

    @model_validator(mode="after")
    def _range_rises(self) -> NormalisationChoice:
        if not self.range[0] < self.range[1]:
            raise ValueError("the range goes from the worst score to the best, such as [0, 100]")
        if self.range[1] - self.range[0] < NARROWEST:
            raise ValueError("scores on so narrow a range would all count as tied; widen it")
        return self


class Normalisation(NormalisationChoice):
    """How indicators come to one scale."""

    indicators: dict[str, NormalisationChoice] = Field(
        default_factory=dict, description="other options for single indicators, by code"
    )

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, given: Any) -> Any:
        return _inherited(given, "indicators")


class WeightingChoice(Section):
    """Where weights come from; for all groups or for one.

    Derived weights take the place of those of the framework, also of 0.
    """

    method: str = Field(
        "given",
        description="where the weights of siblings come from: a way of weighting, or the name of "
        "a set in the table weights",
    )
    data: Literal["values", "scores"] = Field(
        "values",
        description="whether weights are derived from treated values or from normalised scores "
        "(entropy, gini, critic, merec, cilos, idocriw)",
    )
    correlation: Literal["pearson", "spearman"] = Field(
        "pearson", description="which correlation counts as conflict (critic)"
    )
    components: Annotated[StrictInt, Field(ge=1)] | None = Field(
        None, description="how many factors there are; by rule if empty (factor_analysis)"
    )
    negatives: Literal["zero", "absolute"] = Field(
        "zero", description="what a negative loading counts (principal_components)"
    )
    criterion: str | None = Field(
        None, description="code of an indicator that is not scored (regression)"
    )
    experts: tuple[str, ...] = Field(
        (),
        description="experts whose judgements count; all if empty (ahp, best_worst, "
        "rank_order_centroid, rank_sum, rank_reciprocal, budget_allocation, swing)",
    )
    budget: Annotated[StrictFloat, Field(gt=0, le=1e9)] = Field(
        100.0, description="points that each expert shares out in a group (budget_allocation)"
    )
    combine: Literal["mean", "median"] = Field(
        "mean", description="how the points of several experts are combined (budget_allocation)"
    )
    maximum_consistency_ratio: Annotated[StrictFloat, Field(ge=0)] = Field(
        0.1, description="consistency ratio above which comparisons are doubtful (ahp)"
    )
    lowest_share: Share = Field(0.0, description="least part of a child (benefit_of_the_doubt)")
    highest_share: Share = Field(1.0, description="largest part of a child (benefit_of_the_doubt)")
    bounds_on: Literal["weight", "contribution"] = Field(
        "weight",
        description="whether the parts are of the weights or of the score (benefit_of_the_doubt)",
    )


class Weighting(WeightingChoice):
    """Where weights come from."""

    scope: Literal["siblings", "indicators"] = Field(
        "siblings",
        description="whether siblings are weighed against each other, or all indicators at once "
        "and groups by what they hold",
    )
    groups: dict[str, WeightingChoice] = Field(
        default_factory=dict, description="other options for single groups, by code"
    )

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, given: Any) -> Any:
        return _inherited(given, "groups", frozenset({"scope"}))


class AggregationChoice(Section):
    """How the scores of children become the score of their parent; for all groups or for one."""

    method: AggregationName | tuple[AggregationName, ...] = Field(
        "arithmetic",
        description="one name, or a list with one for each level of groups from the lowest up",
    )
    missing: Literal[tuple(MISSING_RULES)] = Field(  # type: ignore[valid-type]
        "renormalise", description="what a missing score does to its parent"
    )
    minimum_coverage: Share = Field(
        0.0, description="share of weight that must be present for a score, 0 to 1"
    )
    power: Number = Field(
        0.5,
        description="1 is the arithmetic mean, 0 the geometric, -1 the harmonic (generalised_mean)",
    )
    penalty: Literal["negative", "positive"] = Field(
        "negative",
        description="whether scores that differ lower the result or raise it (mazziotta_pareto)",
    )
    order_exponent: Annotated[StrictFloat, Field(ge=0, le=1e6)] = Field(
        2.0,
        description="0 takes the best score, 1 the mean, more stresses low ones (ordered_weighted)",
    )
    order_weights: (
        Annotated[tuple[Annotated[StrictFloat, Field(ge=0)], ...], Field(min_length=1)] | None
    ) = Field(
        None,
        description="instead of the exponent: weights from the best score to the worst "
        "(ordered_weighted)",
    )
    scaling: Literal[tuple(SCALINGS)] = Field(  # type: ignore[valid-type]
        "vector", description="how children are scaled before distances are taken (topsis)"
    )
    majority: Share = Field(
        0.5, description="weight of the sum of the gaps against the largest one, 0 to 1 (vikor)"
    )
    preference: Preference | dict[str, Preference] = Field(
        "usual", description="how a lead becomes a preference; one, or a table by child (promethee)"
    )
    indifference: ByChild = Field(
        0.0, description="lead that does not count; one, or a table by child (promethee)"
    )
    preference_threshold: ByChild | None = Field(
        None, description="lead that counts in full; one, or a table by child (promethee)"
    )
    gaussian_spread: ByChild | None = Field(
        None, description="lead at the turn of the curve; one, or a table by child (promethee)"
    )
    most_units: Annotated[StrictInt, Field(ge=1, le=MOST_BITS)] = Field(
        50, description="units up to which the ranking is looked for (kemeny)"
    )
    lowest_share: Share | dict[str, Share] = Field(
        0.0, description="least part of a child; one, or a table by child (benefit_of_the_doubt)"
    )
    highest_share: Share | dict[str, Share] = Field(
        1.0, description="largest part of a child; one, or a table by child (benefit_of_the_doubt)"
    )
    bounds_on: Literal["weight", "contribution"] = Field(
        "weight",
        description="whether the parts are of the weights or of the score (benefit_of_the_doubt)",
    )

    @property
    def name(self) -> str:
        """The method of one group, or of the lowest level."""
        return self.method if isinstance(self.method, str) else self.method[0]


class Aggregation(AggregationChoice):
    """How scores become the score of their parent."""

    groups: dict[str, AggregationChoice] = Field(
        default_factory=dict, description="other options for single groups, by code"
    )

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, given: Any) -> Any:
        return _inherited(given, "groups")


class Rounding(Section):
    """Whether scores are rounded."""

    decimals: Annotated[StrictInt, Field(ge=0, le=9)] | Literal["none"] = Field(
        "none", description="digits after the point of the scores, or none"
    )
    level: Literal["index", "all"] = Field(
        "index", description="whether the index alone is rounded or every node on the way to it"
    )
    mode: Literal["half_even", "half_up"] = Field(
        "half_even", description="where a half goes: to the even neighbour, or up"
    )


class Ranking(Section):
    """How units are ranked."""

    on: Literal["rounded", "exact"] = Field(
        "rounded", description="whether the rounded or the exact score is ranked"
    )
    ties: Literal[tuple(TIES)] = Field("min", description="what tied units get")  # type: ignore[valid-type]
    group: str | None = Field(
        None,
        description="column of the units table inside which units are ranked too; region where "
        "left out and there is such a column, none for no groups",
    )


class Model(Section):
    """One cooperation model."""

    name: str = Field(max_length=100, description="name of the model")
    name_zh: str = Field("", max_length=100, description="name of the model in Chinese")


class Cooperation(Section):
    """How units are grouped into cooperation models; without models there is no grouping."""

    method: CooperationName = Field("seeded_kmeans", description="how units are clustered")
    exemplars: str = Field(
        "exemplar_of", description="column of the units table that names the model of exemplars"
    )
    indicators: tuple[str, ...] = Field(
        (), description="indicators that distinguish the models, standardised"
    )
    seed: StrictInt = Field(1, ge=0, le=LARGEST, description="seed of everything drawn at random")
    reasons: dict[str, str] = Field(
        default_factory=dict, description="why each indicator distinguishes the models"
    )
    models: dict[str, Model] = Field(
        default_factory=dict, max_length=7, description="the models by code, at most seven"
    )


#: Draws that can be counted, and points of the quasi-random sample, which is kept as a whole.
MOST_DRAWS, MOST_POINTS = 10**9, 10**6

#: An alternative to a section: the name of a method, or a table of options of the section.
Alternatives = tuple[str | dict[str, Any], ...]


class MeasurementErrorChoice(Section):
    """How far values may be from the truth, in their own unit; for all indicators or for one."""

    standard_error: Annotated[StrictFloat, Field(gt=0, le=1e300)] | None = Field(
        None, description="standard deviation of a normal error"
    )
    share: Annotated[StrictFloat, Field(gt=0, le=10)] | None = Field(
        None, description="standard deviation of a normal error as a share of the value"
    )
    interval: Annotated[StrictFloat, Field(gt=0, le=1e300)] | None = Field(
        None, description="distance up to which the truth may lie on either side, all as likely"
    )
    rounding: Annotated[StrictFloat, Field(gt=0, le=1e300)] | None = Field(
        None, description="what the values were rounded to, such as 10 or 0.1"
    )
    lowest: StrictFloat | None = Field(None, description="what no true value lies below")
    highest: StrictFloat | None = Field(None, description="what no true value lies above")


class MeasurementError(MeasurementErrorChoice):
    """How far values may be from the truth."""

    indicators: dict[str, MeasurementErrorChoice] = Field(
        default_factory=dict, description="errors of single indicators, by code"
    )


class UncertainWeights(Section):
    """How weights vary: what is mixed first, then what is drawn around it."""

    sets: tuple[str, ...] = Field(
        (), description="named weight sets: anything between them is as likely"
    )
    experts: StrictBool | tuple[str, ...] = Field(
        False,
        description="experts by whom the weights are judged: anything between the weights of each "
        "alone is as likely; true for all of them",
    )
    simplex: StrictBool = Field(
        False, description="whether all weights of siblings that sum to the same are as likely"
    )
    dirichlet: Annotated[StrictFloat, Field(gt=0, le=1e9)] | None = Field(
        None,
        description="concentration of a Dirichlet distribution around the weights of siblings: "
        "the larger, the closer",
    )
    noise: (
        Annotated[StrictFloat, Field(ge=0, le=1)]
        | tuple[Annotated[StrictFloat, Field(ge=0, le=1)], ...]
    ) = Field(
        0.0,
        description="share of itself by which a weight may be larger or smaller, all as likely; "
        "one number, or a list with one for each level from the indicators up",
    )


class Robustness(Section):
    """What is uncertain, and how often it is drawn.

    The method's own choice is always among the alternatives. Each is as likely as the others.
    """

    draws: Annotated[StrictInt, Field(ge=1, le=MOST_DRAWS)] = Field(
        1000, description="draws of everything that is uncertain"
    )
    seed: StrictInt = Field(1, ge=0, le=LARGEST, description="seed of everything drawn at random")
    weights: UncertainWeights = Field(
        default_factory=UncertainWeights, description="how weights vary"
    )
    weighting: Alternatives = Field((), description="other ways of weighting, or named sets")
    aggregation: Alternatives = Field((), description="other aggregations")
    normalisation: Alternatives = Field((), description="other normalisations")
    treatment: Alternatives = Field((), description="other treatments")
    imputation: Alternatives = Field((), description="other imputations")
    imputation_draws: Annotated[StrictInt, Field(ge=2, le=1000)] | None = Field(
        None,
        description="number of sets in which missing values are drawn from their predictive "
        "distribution instead of imputed",
    )
    leave_out: StrictBool | tuple[str, ...] = Field(
        False,
        description="indicators of which one or none is left out; true for any of all indicators",
    )
    measurement_error: MeasurementError = Field(
        default_factory=MeasurementError, description="how far values may be from the truth"
    )
    top: tuple[Annotated[StrictInt, Field(ge=1, le=LARGEST)], ...] = Field(
        (3, 10), description="numbers of units at the top to be among"
    )
    certainty: Annotated[StrictFloat, Field(gt=0.5, lt=1)] = Field(
        0.95, description="probability from which a lead over another unit counts"
    )
    most_pairs: Annotated[StrictInt, Field(ge=0, le=LARGEST)] = Field(
        400, description="units up to which each is compared with each other"
    )
    nodes: Literal["groups", "all"] = Field(
        "groups", description="whether results are kept for groups alone or for indicators too"
    )
    sensitivity_draws: Annotated[StrictInt, Field(ge=2, le=MOST_POINTS)] = Field(
        1024,
        description="points of the quasi-random sample that sensitivity is estimated from, a "
        "power of 2; each is computed once more for each uncertain choice, and twice besides",
    )
    each_weight: StrictBool = Field(
        False, description="whether sensitivity tells single weights apart"
    )


class Method(Section):
    """All choices, section by section as in method.toml.

    Examples
    --------
    >>> Method().normalisation.method
    'minmax'
    """

    time: Time = Time()
    screening: Screening = Screening()
    imputation: Imputation = Imputation()
    treatment: Treatment = Treatment()
    normalisation: Normalisation = Normalisation()
    weighting: Weighting = Weighting()
    aggregation: Aggregation = Aggregation()
    rounding: Rounding = Rounding()
    ranking: Ranking = Ranking()
    cooperation: Cooperation = Cooperation()
    robustness: Robustness = Robustness()

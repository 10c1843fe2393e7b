"""The cooperation models: all units grouped around exemplars, and how far to trust the groups.

Exemplars are units that are known to belong to a model. They seed a clustering of all units into
as many groups as there are models (`scoring.clustering`), and they are the only evidence that a
group is the model it is named after: so each is held out in turn and must be found again, and the
number found is held against what shuffled exemplars would find.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import Finding, InvalidInputError, Place
from scoring.assessment import Assessment
from scoring.clustering import (
    COOPERATION_METHODS,
    RERUNS,
    FloatArray,
    IntArray,
    Rerun,
    adjusted_rand,
    exemplar_centres,
    squared_distances,
    standardise,
    ward,
)
from scoring.scale import located
from scoring.treatment import TREATMENTS

WORK_LIMIT: dict[str, int] = {
    "seeded_kmeans": 4_000_000,
    "constrained_kmeans": 4_000_000,
    "gaussian_mixture": 1_000_000,
    "ward": 4_000_000,
}
"""How many units may be clustered, over all draws, for a p-value and again for a stability.

A set of permutations clusters permutations x exemplars x units, a set of resamples resamples x
units; draws are cut down to stay below, but not below `FEWEST_DRAWS`."""

WARD_LIMIT = 20_000_000
"""How many distances the trees grown for Ward's resamples may need (units squared each)."""

FEWEST_DRAWS = 19
"""Cut down no further: with 19 random permutations p = 0.05 can just be reached."""

FEWEST_TREES = 3
"""Resamples of Ward's clustering are cut down no further."""

_BLOCK = 1 << 15
_SUBSAMPLE = 0.8
_NUMBERS_OF_GROUPS = range(2, 7)


@dataclass(frozen=True)
class Trust:
    """How far to trust the cooperation models.

    Attributes
    ----------
    left_out : DataFrame, index exemplar unit, columns ``model, assigned, hit``
        Each exemplar held out: its model, the model it falls in when the others alone seed the
        clustering, and whether the two agree. The only exemplar of its model is always a miss:
        without it the model is not there to be found.
    hits, exemplars : int
        How many were found again, of how many.
    p_value : float
        Share of the ways to give the models to the exemplar units that find at least as many
        again, 0 to 1; NaN when no permutations were asked for.
    permutations : int
        Number of such ways that were tried.
    exact : bool
        True if these were all distinct ways (p >= 1 / permutations); False if drawn at random
        (p >= 1 / (permutations + 1)).
    silhouette : float
        Mean silhouette width of the units in their models, -1 to 1 (Rousseeuw 1987). NaN where a
        single model holds all units, or each unit is alone.
    unit_stability : float
        Mean adjusted Rand index between the models and those found on 80 % of the units, on the
        units both have; 1 is the same every time, 0 no better than chance. NaN where there are no
        resamples, or the exemplars alone are 80 % of the units.
    feature_stability : float
        Mean adjusted Rand index between the models and those found without one of the features.
        NaN with fewer than two features that vary.
    resamples : int
        Number of resamples behind `unit_stability`.
    numbers_of_groups : DataFrame, index ``groups`` (2 to 6, as far as there are distinct units)
        Plain k-means, without exemplars, in that many groups. Columns: ``silhouette``;
        ``calinski_harabasz``, above 0, higher is better; ``within_share``, the part of the sum of
        squares that is left inside groups, 0 to 1; ``adjusted_rand_with_models``.
    ward_agreement : float
        Adjusted Rand index between the models and Ward's clustering, which sees no exemplars.
    ward_hits : int
        Exemplars that are in the group of their model in Ward's clustering.
    """

    left_out: pd.DataFrame
    hits: int
    exemplars: int
    p_value: float
    permutations: int
    exact: bool
    silhouette: float
    unit_stability: float
    feature_stability: float
    resamples: int
    numbers_of_groups: pd.DataFrame
    ward_agreement: float
    ward_hits: int


@dataclass(frozen=True)
class CooperationModels:
    """Units grouped into cooperation models.

    Attributes
    ----------
    features : DataFrame, units x features
        Standardised over the units that were grouped. A value that is missing stays missing.
    feature_mean, feature_sd : Series, index feature
        Mean and population standard deviation (``ddof=0``) behind `features`, in the feature's
        own unit; 1 for a feature that does not vary.
    centres : DataFrame, models x features
        Mean of each model, in standardised units.
    table : DataFrame, index unit, columns ``model, membership, nearest_other, margin, exemplar_of``
        ``membership``: in the unit's own model, 0 to 1. ``nearest_other``: the other model whose
        centre is nearest. ``margin``: distance to that centre minus distance to the centre of the
        own model, in standardised units; near 0 is a doubtful case, and it is below 0 where a
        method (not `seeded_kmeans`) puts a unit into a model whose centre is not the nearest.
        ``model`` and ``nearest_other`` are None, numbers NaN, for a unit with a missing feature,
        which is not grouped. ``exemplar_of`` is None where a unit is not an exemplar.
    memberships : DataFrame, units x models
        0 to 1, rows sum to 1; NaN for a unit that is not grouped.
    distances : DataFrame, units x models
        Euclidean distance to each centre, in standardised units; NaN likewise.
    trust : Trust
    """

    features: pd.DataFrame
    feature_mean: pd.Series[float]
    feature_sd: pd.Series[float]
    centres: pd.DataFrame
    table: pd.DataFrame
    memberships: pd.DataFrame
    distances: pd.DataFrame
    trust: Trust


def cooperation_models(
    features: pd.DataFrame,
    exemplars: pd.Series[str],
    models: Sequence[str],
    method: str = "seeded_kmeans",
    seed: int = 1,
    resamples: int = 200,
    permutations: int = 2000,
) -> CooperationModels:
    """Group units into cooperation models around exemplars, and say how far to trust the groups.

    Parameters
    ----------
    features : DataFrame, units x features
        Numbers, each feature in its own unit (logarithms already taken where wanted). A unit with
        a missing feature is not grouped; nothing is imputed.
    exemplars : Series, index unit
        The model that a unit is known to belong to. Units that are not exemplars are left out, or
        have None, NaN or an empty text. An exemplar with a missing feature seeds nothing.
    models : sequence of str
        The models, in the order of the result; each needs an exemplar.
    method : str
        One of `scoring.clustering.COOPERATION_METHODS`.
    seed : int
        0 or above. Same input and seed, same result.
    resamples : int
        Subsamples of units for `Trust.unit_stability`; 0 for none.
    permutations : int
        The most ways to shuffle the exemplars for `Trust.p_value`; 0 for none. All distinct ways
        are tried if there are no more than this, otherwise this many are drawn.

    Returns
    -------
    CooperationModels

    Raises
    ------
    ValueError
        Naming what is wrong, where, and what to do: fewer than two models; a model without
        exemplars or an exemplar of an unknown model or unit; units, features or models twice;
        features that are not numbers or are infinite; fewer distinct units than models; two models
        whose exemplars have the same mean; an unknown method; a negative number.

    Notes
    -----
    Permutations and resamples are cut down where units times exemplars are many (`WORK_LIMIT`,
    `WARD_LIMIT`); the numbers that were done are in `Trust`. With few exemplars p has few values
    it can take: it says whether the features carry the exemplars' models at all, not how sure one
    unit's model is.

    References
    ----------
    Basu, Banerjee & Mooney (2002), Semi-supervised Clustering by Seeding, ICML.
    Bezdek (1981), Pattern Recognition with Fuzzy Objective Function Algorithms.
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses (p-value).
    Phipson & Smyth (2010), Permutation P-values Should Never Be Zero, Statistical Applications in
    Genetics and Molecular Biology 9 (p-value when drawn: (hits reached + 1) / (draws + 1)).
    Ben-Hur, Elisseeff & Guyon (2002), A stability based method for discovering structure in
    clustered data, Pacific Symposium on Biocomputing (subsamples of 80 % of the units).
    Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data
    Analysis 52 (comparison with the groups of the full data).
    Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2.
    """
    names = _checked_models(models)
    _check_settings(method, seed, resamples, permutations)
    known = _checked_exemplars(exemplars, names)
    values = _checked_values(features)
    grouped: NDArray[np.bool_] = np.all(~np.isnan(values), axis=1)
    all_labels = _exemplar_labels(features.index, known, names)
    if grouped.sum() < len(names):
        raise ValueError(
            f"only {grouped.sum()} of {len(values)} units have every feature, too few for "
            f"{len(names)} models; fill in missing values or leave out features"
        )
    points, mean, sd = standardise(values[grouped])
    labels = all_labels[grouped]
    _check_seeds(points, labels, names)

    result = COOPERATION_METHODS[method](points, labels, len(names), seed)
    distances = np.sqrt(squared_distances(points, result.centres))
    model_index, feature_index = pd.Index(names, name="model"), features.columns
    return CooperationModels(
        features=pd.DataFrame((values - mean) / sd, index=features.index, columns=feature_index),
        feature_mean=pd.Series(mean, index=feature_index, name="mean"),
        feature_sd=pd.Series(sd, index=feature_index, name="standard_deviation"),
        centres=pd.DataFrame(result.centres, index=model_index, columns=feature_index),
        table=_table(
            features.index, grouped, result.labels, result.membership, distances, all_labels, names
        ),
        memberships=_for_all_units(result.membership, grouped, features.index, model_index),
        distances=_for_all_units(distances, grouped, features.index, model_index),
        trust=_trust(
            points,
            labels,
            result.labels,
            features.index[grouped],
            names,
            method,
            seed,
            resamples,
            permutations,
        ),
    )


# --------------------------------------------------------------------------- what is asked


def _checked_models(models: Sequence[str]) -> list[str]:
    names = [str(model) for model in models]
    if len(names) < 2:
        raise ValueError(f"models: {len(names)} given; name at least two to group units into")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"models: {', '.join(twice)} named more than once; name each model once")
    return names


def _check_settings(method: str, seed: int, resamples: int, permutations: int) -> None:
    if method not in COOPERATION_METHODS:
        raise ValueError(
            f"method: there is no {method!r}; choose one of {', '.join(COOPERATION_METHODS)}"
        )
    for name, number in (("seed", seed), ("resamples", resamples), ("permutations", permutations)):
        if number < 0:
            raise ValueError(f"{name}: {number} is below 0; give 0 or more")


def _checked_exemplars(exemplars: pd.Series[str], names: list[str]) -> pd.Series[str]:
    known = exemplars.dropna().astype(str)
    known = known[known != ""]
    if known.index.has_duplicates:
        twice = known.index[known.index.duplicated()][0]
        raise ValueError(f"exemplars: unit {twice} stands there twice; give it one model")
    for unit, model in known.items():
        if model not in names:
            raise ValueError(
                f"exemplars: unit {unit} is to be an exemplar of {model!r}, which is not one of "
                f"the models {', '.join(names)}; correct the name or add the model"
            )
    return known


def _checked_values(features: pd.DataFrame) -> FloatArray:
    if features.shape[1] == 0:
        raise ValueError("features: there is no column; choose at least one indicator")
    for kind, labels in (("unit", features.index), ("feature", features.columns)):
        if labels.has_duplicates:
            twice = labels[labels.duplicated()][0]
            raise ValueError(f"features: {kind} {twice} stands there twice; leave one of them")
    for name, dtype in features.dtypes.items():
        if not pd.api.types.is_numeric_dtype(dtype):
            raise ValueError(
                f"features: column {name} is of type {dtype}, not numbers; convert or leave it out"
            )
    values = features.to_numpy(dtype=np.float64, na_value=np.nan)
    infinite = np.argwhere(np.isinf(values))
    if infinite.size:
        row, column = infinite[0]
        raise ValueError(
            f"features: unit {features.index[row]} has an infinite {features.columns[column]} "
            "(the logarithm of 0?); correct it or leave it empty"
        )
    return values


def _exemplar_labels(units: pd.Index, known: pd.Series[str], names: list[str]) -> IntArray:
    places = units.get_indexer(known.index)
    strangers = known.index[places < 0]
    if len(strangers):
        raise ValueError(
            f"exemplars: unit {strangers[0]} is not among the units of the features; correct the "
            "name or remove the exemplar"
        )
    labels = np.full(len(units), -1, dtype=np.intp)
    labels[places] = pd.Index(names).get_indexer(pd.Index(known.to_numpy()))
    return labels


def _check_seeds(points: FloatArray, labels: IntArray, names: list[str]) -> None:
    distinct = len(np.unique(points, axis=0))
    if distinct < len(names):
        raise ValueError(
            f"features: only {distinct} of the units with every feature differ from one another, "
            f"too few for {len(names)} models; add features that vary"
        )
    for model, name in enumerate(names):
        if not (labels == model).any():
            raise ValueError(
                f"exemplars: model {name} has no exemplar with every feature; name one, fill in "
                "its missing values, or leave out the model"
            )
    centres = exemplar_centres(points, labels, len(names))
    apart = squared_distances(centres, centres)
    same = np.argwhere(np.triu(apart < 1e-18, k=1))
    if same.size:
        first, second = same[0]
        raise ValueError(
            f"exemplars: those of {names[first]} and {names[second]} have the same mean in every "
            "feature, so nothing tells the models apart; add a feature or change exemplars"
        )


# --------------------------------------------------------------------------- what is answered


def _for_all_units(
    array: FloatArray, grouped: NDArray[np.bool_], units: pd.Index, models: pd.Index
) -> pd.DataFrame:
    full = np.full((len(units), len(models)), np.nan)
    full[grouped] = array
    return pd.DataFrame(full, index=units, columns=models)


def _table(
    units: pd.Index,
    grouped: NDArray[np.bool_],
    labels: IntArray,
    membership: FloatArray,
    distances: FloatArray,
    exemplar_labels: IntArray,
    names: list[str],
) -> pd.DataFrame:
    rows = np.arange(len(labels))
    own = distances[rows, labels]
    others = distances.copy()
    others[rows, labels] = np.inf
    other = others.argmin(axis=1)
    # The last name stands for "none" and is reached by the label -1.
    name = np.array([*names, None], dtype=object)

    def text(of_grouped: IntArray) -> NDArray[np.object_]:
        full = np.full(len(units), -1, dtype=np.intp)
        full[grouped] = of_grouped
        return name[full]

    def number(of_grouped: FloatArray) -> FloatArray:
        full = np.full(len(units), np.nan)
        full[grouped] = of_grouped
        return full

    columns = {
        "model": pd.Series(text(labels), index=units, dtype=object),
        "membership": pd.Series(number(membership[rows, labels]), index=units),
        "nearest_other": pd.Series(text(other), index=units, dtype=object),
        "margin": pd.Series(number(others[rows, other] - own), index=units),
        "exemplar_of": pd.Series(name[exemplar_labels], index=units, dtype=object),
    }
    return pd.DataFrame(columns, index=units)


# --------------------------------------------------------------------------- how far to trust it


def _trust(
    points: FloatArray,
    exemplar_labels: IntArray,
    labels: IntArray,
    units: pd.Index,
    names: list[str],
    method: str,
    seed: int,
    resamples: int,
    permutations: int,
) -> Trust:
    n_models = len(names)
    rerun = RERUNS[method](points, n_models)
    exemplar_units = np.flatnonzero(exemplar_labels >= 0)
    truth = exemplar_labels[exemplar_units]
    assigned = _held_out(rerun, exemplar_units, truth[None], len(points))[0]
    found = _found_again(assigned[None], truth[None], n_models)[0]
    hits = int(found.sum())

    affordable = max(WORK_LIMIT[method] // (len(truth) * len(points)), FEWEST_DRAWS)
    assignments, exact = _assignments(
        truth, n_models, min(permutations, affordable), np.random.default_rng((seed, 0))
    )
    reached = _reaching(rerun, exemplar_units, assignments, n_models, len(points), hits)
    resamples = min(resamples, _affordable_resamples(method, len(points)))
    check = ward(points, exemplar_labels, n_models, seed).labels
    return Trust(
        left_out=pd.DataFrame(
            {
                "model": [names[model] for model in truth],
                "assigned": [names[model] for model in assigned],
                "hit": found,
            },
            index=units[exemplar_units],
        ),
        hits=hits,
        exemplars=len(truth),
        p_value=_p_value(reached, len(assignments), exact),
        permutations=len(assignments),
        exact=exact,
        silhouette=_silhouette(points, labels),
        unit_stability=_unit_stability(
            rerun, exemplar_labels, labels, n_models, resamples, np.random.default_rng((seed, 1))
        ),
        feature_stability=_feature_stability(points, exemplar_labels, labels, n_models, method),
        resamples=resamples,
        numbers_of_groups=_numbers_of_groups(points, labels, n_models, seed),
        ward_agreement=float(adjusted_rand(labels, check, n_models, n_models)),
        ward_hits=int((check[exemplar_units] == truth).sum()),
    )


def _affordable_resamples(method: str, n_units: int) -> int:
    if method == "ward":
        return max(WARD_LIMIT // n_units**2, FEWEST_TREES)
    return max(WORK_LIMIT[method] // n_units, FEWEST_DRAWS)


def _held_out(
    rerun: Rerun, exemplar_units: IntArray, assignments: IntArray, n_units: int
) -> IntArray:
    """Model (assignments, exemplars) of each exemplar when the others alone seed the groups."""
    n_exemplars = len(exemplar_units)
    each = np.arange(n_exemplars)
    labels = np.full((len(assignments), n_exemplars, n_units), -1, dtype=np.intp)
    labels[:, :, exemplar_units] = assignments[:, None, :]
    labels[:, each, exemplar_units] = -1
    return rerun(labels)[:, each, exemplar_units]


def _found_again(assigned: IntArray, truth: IntArray, n_models: int) -> NDArray[np.bool_]:
    sizes = (truth[:, :, None] == np.arange(n_models)).sum(axis=1)
    findable = np.take_along_axis(sizes, truth, axis=1) > 1
    again: NDArray[np.bool_] = (assigned == truth) & findable
    return again


def _reaching(
    rerun: Rerun,
    exemplar_units: IntArray,
    assignments: IntArray,
    n_models: int,
    n_units: int,
    hits: int,
) -> int:
    """How many of the assignments find at least `hits` exemplars again."""
    reached = 0
    for block in _blocks(len(assignments), len(exemplar_units) * n_units):
        truth = assignments[block]
        assigned = _held_out(rerun, exemplar_units, truth, n_units)
        reached += int((_found_again(assigned, truth, n_models).sum(axis=1) >= hits).sum())
    return reached


def _p_value(reached: int, tried: int, exact: bool) -> float:
    if tried == 0:
        return math.nan
    return reached / tried if exact else (reached + 1) / (tried + 1)


def _assignments(
    truth: IntArray, n_models: int, most: int, rng: np.random.Generator
) -> tuple[IntArray, bool]:
    """Ways (ways, exemplars) to give the models to the exemplars: all, or `most` at random."""
    sizes = np.bincount(truth, minlength=n_models)
    number = math.factorial(len(truth)) // math.prod(math.factorial(int(size)) for size in sizes)
    if number > most:
        return rng.permuted(np.tile(truth, (most, 1)), axis=1), False
    ways = np.empty((1, 0), dtype=np.intp)
    left = sizes[None]
    for _ in range(len(truth)):
        row, model = np.nonzero(left)
        ways = np.column_stack([ways[row], model])
        left = left[row]
        left[np.arange(len(row)), model] -= 1
    return ways, True


def _unit_stability(
    rerun: Rerun,
    exemplar_labels: IntArray,
    labels: IntArray,
    n_models: int,
    resamples: int,
    rng: np.random.Generator,
) -> float:
    n_units = len(labels)
    exemplar_units = np.flatnonzero(exemplar_labels >= 0)
    size = int(_SUBSAMPLE * n_units)
    if resamples == 0 or size <= len(exemplar_units):
        return math.nan
    total = 0.0
    for block in _blocks(resamples, n_units):
        order = rng.random((block.stop - block.start, n_units))
        order[:, exemplar_units] = -1.0
        chosen = np.argpartition(order, size - 1, axis=1)[:, :size]
        drawn = np.zeros(order.shape, dtype=bool)
        np.put_along_axis(drawn, chosen, True, axis=1)
        again = rerun(exemplar_labels, units=drawn)
        total += float(adjusted_rand(labels, np.maximum(again, 0), n_models, n_models, drawn).sum())
    return total / resamples


def _feature_stability(
    points: FloatArray, exemplar_labels: IntArray, labels: IntArray, n_models: int, method: str
) -> float:
    varying = np.flatnonzero(points.any(axis=0))
    if len(varying) < 2:
        return math.nan
    total = 0.0
    for block in _blocks(len(varying), points.size):
        left_out = varying[block]
        without = np.repeat(points[None], len(left_out), axis=0)
        # A feature that is 0 for all units adds nothing to any distance: it is as good as absent.
        without[np.arange(len(left_out)), :, left_out] = 0.0
        again = RERUNS[method](without, n_models)(exemplar_labels)
        total += float(adjusted_rand(labels, again, n_models, n_models).sum())
    return total / len(varying)


def _silhouette(points: FloatArray, labels: IntArray) -> float:
    from sklearn import config_context
    from sklearn.metrics import silhouette_score

    if not 2 <= len(np.unique(labels)) < len(points):
        return math.nan
    with config_context(working_memory=64):
        return float(silhouette_score(points, labels))


def _numbers_of_groups(
    points: FloatArray, labels: IntArray, n_models: int, seed: int
) -> pd.DataFrame:
    from sklearn.cluster import KMeans
    from sklearn.metrics import calinski_harabasz_score
    from threadpoolctl import threadpool_limits

    distinct = len(np.unique(points, axis=0))
    total = float((points * points).sum())
    rows: dict[int, list[float]] = {}
    for groups in _NUMBERS_OF_GROUPS:
        if groups >= len(points) or groups > distinct:
            break
        with threadpool_limits(1, "openmp"):
            fit = KMeans(groups, n_init=10, random_state=seed).fit(points)
        found = fit.labels_.astype(np.intp)
        means = exemplar_centres(points, found, groups)
        within = float(((points - means[found]) ** 2).sum())
        rows[groups] = [
            _silhouette(points, found),
            float(calinski_harabasz_score(points, found)),
            within / total,
            float(adjusted_rand(labels, found, n_models, groups)),
        ]
    columns = ["silhouette", "calinski_harabasz", "within_share", "adjusted_rand_with_models"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)
    return frame.rename_axis(index="groups")


def _blocks(draws: int, size: int) -> Iterator[slice]:
    """Slices of the draws such that a block holds about `_BLOCK` numbers."""
    step = max(_BLOCK // max(size, 1), 1)
    for start in range(0, draws, step):
        yield slice(start, min(start + step, draws))


def cooperation_of(assessment: Assessment) -> CooperationModels | None:
    """The cooperation models of an assessed set, by its method.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    CooperationModels or None
        None where the method names no models.

    Raises
    ------
    InvalidInputError
        Where the models cannot be formed, such as for want of exemplars, or a value lies outside
        the domain of its transform.
    """
    choices = assessment.method.cooperation
    if not choices.models:
        return None
    features = assessment.denominated[list(choices.indicators)].copy()
    for code in choices.indicators:
        name = assessment.framework[code].transform
        if name:
            with located(
                assessment.screened.indicator_set,
                [code],
                name,
                "treatment",
                [assessment.section_year],
            ):
                treatment = TREATMENTS[name](force=True)
                features[[code]] = treatment.fit_transform(features[[code]].to_numpy())
    try:
        return cooperation_models(
            features,
            assessment.units[choices.exemplars],
            tuple(choices.models),
            method=choices.method,
            seed=choices.seed,
        )
    except ValueError as error:
        source = assessment.indicator_set.method_file
        place = Place(source, column="cooperation")
        finding = Finding("cooperation_failed", "error", place, {"reason": str(error)})
        raise InvalidInputError([finding]) from error


def cooperation_or_reason(
    assessment: Assessment,
) -> tuple[CooperationModels | None, tuple[Finding, ...]]:
    """The cooperation models, or None and warnings that say why they cannot be formed.

    For whoever can do without them, such as a workbook of a year in which a feature has no value.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    models : CooperationModels or None
    reasons : tuple of Finding
        Empty where there are models, or the method names none.
    """
    try:
        return cooperation_of(assessment), ()
    except InvalidInputError as error:
        return None, tuple(replace(finding, severity="warning") for finding in error.findings)

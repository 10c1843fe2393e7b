"""Clustering that starts from units known to belong to a group: bare numpy, batched over draws.

Every function here works on arrays whose last two axes are (units, features) or
(groups, features); leading axes are draws (held-out exemplars, permutations, resamples) and
broadcast. Draws never see each other: a draw gives the same bits alone as in a batch.

An *exemplar label* is an integer array over units: 0 ... n_models - 1 for an exemplar of that
model, -1 for a unit that is not an exemplar.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Array = TypeVar("Array", IntArray, FloatArray)

MIXTURE_REGULARISATION = 0.1
"""Added to every variance of the mixture, in variances of a standardised feature (which is 1)."""
MIXTURE_TOLERANCE = 1e-4
"""The mixture has converged when its mean log-likelihood a unit changes by less than this."""
MIXTURE_ITERATIONS = 1000


class Clustering(NamedTuple):
    """The units in n_models groups.

    Attributes
    ----------
    labels : ndarray of int, shape (n_units,)
        Model of each unit, 0 ... n_models - 1.
    centres : ndarray of float, shape (n_models, n_features)
        Mean of each model, in the units of the points.
    membership : ndarray of float, shape (n_units, n_models)
        Degree to which a unit belongs to each model, 0 to 1; a row sums to 1.
    """

    labels: IntArray
    centres: FloatArray
    membership: FloatArray


class Rerun(Protocol):
    """A clustering method bound to its points, to be run again for many exemplar labels."""

    def __call__(self, exemplar_labels: IntArray, units: ArrayLike | None = None) -> IntArray:
        """Models of the units, shape (..., n_units); see `RERUNS`."""


# --------------------------------------------------------------------------- features


def standardise(features: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bring every feature to mean 0 and standard deviation 1 over the units.

    Parameters
    ----------
    features : array_like, shape (..., n_units, n_features)
        Finite values, each feature in its own unit.

    Returns
    -------
    standardised : ndarray, shape (..., n_units, n_features)
        In population standard deviations from the mean.
    mean, standard_deviation : ndarray, shape (..., n_features)
        In the feature's own unit. The standard deviation is the population's (divisor n_units,
        ``ddof=0``). A feature that is the same for all units is 0 everywhere, and its standard
        deviation is given as 1.

    Notes
    -----
    z-scores as in OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.
    """
    values = np.asarray(features, dtype=np.float64)
    constant = values.max(axis=-2) == values.min(axis=-2)
    # The mean of equal numbers may differ from them in the last bit, so it is taken, not computed.
    mean = np.where(constant, values[..., 0, :], values.mean(axis=-2))
    centred = values - mean[..., None, :]
    deviation = np.sqrt((centred * centred).mean(axis=-2))
    deviation = np.where(constant | (deviation == 0), 1.0, deviation)
    return centred / deviation[..., None, :], mean, deviation


def squared_distances(points: ArrayLike, centres: ArrayLike) -> FloatArray:
    """Squared Euclidean distance from every point to every centre.

    Parameters
    ----------
    points : array_like, shape (..., n_units, n_features)
    centres : array_like, shape (..., n_centres, n_features)
        Leading axes broadcast against those of the points. A centre at infinity is infinitely far
        from everything.

    Returns
    -------
    ndarray, shape (..., n_units, n_centres)
        0 or above, in squared units of the points; exactly 0 where a point is on a centre.

    Notes
    -----
    Sums squared differences feature by feature: no array of shape (units, centres, features) is
    made, and nothing cancels, as it does in the expansion by inner products.
    """
    points = np.asarray(points, dtype=np.float64)
    centres = np.asarray(centres, dtype=np.float64)
    lead = np.broadcast_shapes(points.shape[:-2], centres.shape[:-2])
    by_feature = np.moveaxis(points, -1, -2)
    out = np.empty((*lead, points.shape[-2], centres.shape[-2]))
    for model in range(centres.shape[-2]):
        out[..., model] = _squared_distance(by_feature, centres[..., model, :])
    return out


def memberships(distances_squared: ArrayLike) -> FloatArray:
    """Fuzzy membership in each group, from squared distances to the groups' centres.

    ``membership_k = (1 / d_k**2) / sum_j (1 / d_j**2)``: Bezdek (1981), Pattern Recognition with
    Fuzzy Objective Function Algorithms, the membership equation of fuzzy c-means, exponent m = 2.

    Parameters
    ----------
    distances_squared : array_like, shape (..., n_units, n_groups)
        0 or above. Infinity gives membership 0, unless all of a row is infinite.

    Returns
    -------
    ndarray, shape (..., n_units, n_groups)
        0 to 1, rows sum to 1. A unit exactly on a centre belongs to it wholly; on several
        coinciding centres, in equal parts. A row with NaN is NaN.
    """
    squared = np.asarray(distances_squared, dtype=np.float64)
    nearest = squared.min(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(squared == nearest, 1.0, nearest / squared)
    return np.asarray(relative / relative.sum(axis=-1, keepdims=True), dtype=np.float64)


# --------------------------------------------------------------------------- k-means


def exemplar_centres(points: ArrayLike, exemplar_labels: ArrayLike, n_models: int) -> FloatArray:
    """Mean of the exemplars of each model: where a seeded clustering starts.

    Basu, Banerjee & Mooney (2002), Semi-supervised Clustering by Seeding, ICML, section 3.

    Parameters
    ----------
    points : array_like, shape (..., n_units, n_features)
    exemplar_labels : array_like of int, shape (..., n_units)
        0 ... n_models - 1, or -1.
    n_models : int

    Returns
    -------
    ndarray, shape (..., n_models, n_features)
        In the units of the points. Infinite for a model without an exemplar: no unit is ever
        nearest to it, so that the clustering goes on without the model.
    """
    points = np.asarray(points, dtype=np.float64)
    labels = np.asarray(exemplar_labels, dtype=np.intp)
    lead = np.broadcast_shapes(points.shape[:-2], labels.shape[:-1])
    batch = _Batch(points, lead)
    flat = np.broadcast_to(labels, (*lead, labels.shape[-1])).reshape(-1, labels.shape[-1])
    nowhere = np.full((flat.shape[0], n_models, points.shape[-1]), np.inf)
    means = _group_means(batch.with_ones(slice(None)), flat, None, nowhere)
    return means.reshape((*lead, n_models, points.shape[-1]))


def seeded_lloyd(
    points: ArrayLike,
    centres: ArrayLike,
    fixed: ArrayLike | None = None,
    units: ArrayLike | None = None,
    iterations: int = 300,
) -> tuple[IntArray, FloatArray]:
    """k-means from given centres, for many starts at once.

    Lloyd (1982), Least squares quantization in PCM, IEEE Transactions on Information Theory 28.
    Started at the exemplars' means it is Seeded-KMeans; with `fixed` it is Constrained-KMeans
    (Basu, Banerjee & Mooney 2002, figures 1 and 2).

    Parameters
    ----------
    points : array_like, shape (..., n_units, n_features)
        Finite.
    centres : array_like, shape (..., n_models, n_features)
        Where to start. May be infinite for a model that takes no part.
    fixed : array_like of int, shape (..., n_units), optional
        The model of a unit that no assignment step may change; -1 for a free unit.
    units : array_like of bool or float, shape (..., n_units), optional
        Weight of each unit in the means, 0 or above; False or 0 leaves it out. A unit left out
        moves no centre but still gets the label of the nearest.
    iterations : int
        The most assignment steps a draw may take.

    Returns
    -------
    labels : ndarray of int, shape (..., n_units)
    centres : ndarray, shape (..., n_models, n_features)
        Means of the labelled units, in the units of the points.

    Notes
    -----
    All leading axes broadcast; each draw stops when its own labels stop changing. A unit equally
    near to several centres goes to the first of them. A model that loses all its units keeps its
    last centre (scikit-learn's KMeans moves it to the farthest point instead, which would make an
    outlier the heart of a named model).
    """
    points = np.asarray(points, dtype=np.float64)
    start = np.asarray(centres, dtype=np.float64)
    held = None if fixed is None else np.asarray(fixed, dtype=np.intp)
    weights = None if units is None else np.asarray(units, dtype=np.float64)
    lead = _lead(points, start, held, weights)
    n_units, (n_models, n_features) = points.shape[-2], start.shape[-2:]
    batch = _Batch(points, lead)
    held = _flatten(held, lead)
    weights = _flatten(weights, lead)
    moving = np.broadcast_to(start, (*lead, n_models, n_features))
    moving = moving.reshape(-1, n_models, n_features).copy()
    labels = np.full((moving.shape[0], n_units), -1, dtype=np.intp)
    active = np.arange(moving.shape[0])
    for _ in range(iterations):
        nearest = _nearest(batch.by_feature(active), moving[active], _rows(held, active))
        changed = np.flatnonzero((nearest != labels[active]).any(axis=1))
        labels[active] = nearest
        active, nearest = active[changed], nearest[changed]
        if active.size == 0:
            break
        moving[active] = _group_means(
            batch.with_ones(active), nearest, _rows(weights, active), moving[active]
        )
    else:
        labels[active] = _nearest(batch.by_feature(active), moving[active], _rows(held, active))
    return labels.reshape((*lead, n_units)), moving.reshape((*lead, n_models, n_features))


# --------------------------------------------------------------------------- mixture


def seeded_mixture(
    points: ArrayLike,
    means: ArrayLike,
    units: ArrayLike | None = None,
    iterations: int = MIXTURE_ITERATIONS,
) -> tuple[FloatArray, FloatArray]:
    """Gaussian mixture with diagonal covariances by expectation-maximisation, many starts at once.

    The algorithm, start, regularisation and stopping rule of `gaussian_mixture`, so that both give
    the same groups. Dempster, Laird & Rubin (1977), Journal of the Royal Statistical Society B 39.

    Parameters
    ----------
    points : array_like, shape (..., n_units, n_features)
        Standardised: the start takes every variance as 1 and all models as equally common.
    means : array_like, shape (..., n_models, n_features)
        Where to start; infinite for a model that takes no part.
    units : array_like of bool or float, shape (..., n_units), optional
        Weight of each unit; False or 0 leaves it out of the fit.
    iterations : int
        The most steps a draw may take.

    Returns
    -------
    posterior : ndarray, shape (..., n_units, n_models)
        Probability of each model given the unit's features; rows sum to 1.
    means : ndarray, shape (..., n_models, n_features)
        In the units of the points; infinite for a model that takes no part.
    """
    points = np.asarray(points, dtype=np.float64)
    start = np.asarray(means, dtype=np.float64)
    weights = None if units is None else np.asarray(units, dtype=np.float64)
    lead = _lead(points, start, None, weights)
    n_units, (n_models, n_features) = points.shape[-2], start.shape[-2:]
    batch = _Batch(points, lead)
    weights = _flatten(weights, lead)
    centre = np.broadcast_to(start, (*lead, n_models, n_features))
    centre = centre.reshape(-1, n_models, n_features).copy()
    absent = np.isinf(centre[..., 0])
    centre[absent] = 0.0
    variance = np.ones_like(centre)
    share = np.where(absent, 0.0, 1.0 / n_models)
    bound = np.full(centre.shape[0], -np.inf)
    active = np.arange(centre.shape[0])
    for _ in range(iterations):
        unit_weights = _rows(weights, active)
        posterior, log_likelihood = _posteriors(
            batch.by_feature(active), centre[active], variance[active], share[active]
        )
        if unit_weights is None:
            new_bound = log_likelihood.mean(axis=1)
        else:
            posterior *= unit_weights[:, None, :]
            new_bound = (log_likelihood * unit_weights).sum(axis=1) / unit_weights.sum(axis=1)
        size = posterior.sum(axis=-1) + 10 * np.finfo(np.float64).eps
        mean = _weighted_sums(posterior, batch.by_feature(active)) / size[..., None]
        square = _weighted_sums(posterior, batch.by_feature(active) ** 2) / size[..., None]
        centre[active] = mean
        variance[active] = square - mean * mean + MIXTURE_REGULARISATION
        share[active] = np.where(absent[active], 0.0, size / size.sum(axis=1, keepdims=True))
        going = np.flatnonzero(np.abs(new_bound - bound[active]) >= MIXTURE_TOLERANCE)
        bound[active] = new_bound
        active = active[going]
        if active.size == 0:
            break
    everything = np.arange(centre.shape[0])
    posterior, _ = _posteriors(batch.by_feature(everything), centre, variance, share)
    centre[absent] = np.inf
    return (
        np.moveaxis(posterior, 1, 2).reshape((*lead, n_units, n_models)),
        centre.reshape((*lead, n_models, n_features)),
    )


# --------------------------------------------------------------------------- comparing, naming


def adjusted_rand(
    first: ArrayLike,
    second: ArrayLike,
    n_first: int,
    n_second: int,
    units: ArrayLike | None = None,
) -> FloatArray:
    """Compare two groupings of the same units by the adjusted Rand index, for many draws at once.

    Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, equation 5.

    Parameters
    ----------
    first, second : array_like of int, shape (..., n_units)
        Labels 0 ... n_first - 1 and 0 ... n_second - 1; leading axes broadcast.
    n_first, n_second : int
        How many labels there may be.
    units : array_like of bool, shape (..., n_units), optional
        Which units to compare; all when not given.

    Returns
    -------
    ndarray, shape (...)
        1 for the same groups, whatever their names; 0 on average for groups drawn at random;
        never above 1. Two groupings that are both one group, or both all single units, give 1.
    """
    one, two = np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp)
    mask = None if units is None else np.asarray(units, dtype=bool)
    lead = np.broadcast_shapes(
        one.shape[:-1], two.shape[:-1], () if mask is None else mask.shape[:-1]
    )
    shape = (*lead, one.shape[-1])
    cell = np.broadcast_to(one * n_second + two, shape).reshape(-1, one.shape[-1])
    n_draws, n_cells = cell.shape[0], n_first * n_second
    cell = cell + n_cells * np.arange(n_draws)[:, None]
    counted = (
        cell.ravel() if mask is None else cell[np.broadcast_to(mask, shape).reshape(cell.shape)]
    )
    table = np.bincount(counted, minlength=n_draws * n_cells).reshape(n_draws, n_first, n_second)
    together = _pairs(table).sum(axis=(1, 2))
    in_first = _pairs(table.sum(axis=2)).sum(axis=1)
    in_second = _pairs(table.sum(axis=1)).sum(axis=1)
    pairs = _pairs(table.sum(axis=(1, 2)))
    expected = in_first * in_second / np.maximum(pairs, 1.0)
    most = (in_first + in_second) / 2
    same = (in_first == in_second) & (together == in_first)
    index = (together - expected) / np.where(most == expected, 1.0, most - expected)
    return np.where(same, 1.0, index).reshape(lead)


def match_groups(
    points: ArrayLike, groups: ArrayLike, exemplar_labels: ArrayLike, n_models: int
) -> IntArray:
    """Name unnamed groups after the models whose exemplars they hold.

    The one-to-one matching under which most exemplars are in the group of their model; among
    equally good ones, the matching with the smaller squared distances between the exemplars' mean
    and the group's mean. Optimal assignment: Kuhn (1955), Naval Research Logistics Quarterly 2;
    scipy's `linear_sum_assignment`, or for a batch with up to six models all matchings compared.

    Parameters
    ----------
    points : array_like, shape (n_units, n_features)
    groups : array_like of int, shape (n_units,)
        Group of each unit, 0 ... n_models - 1; -1 for a unit left out.
    exemplar_labels : array_like of int, shape (..., n_units)
    n_models : int
        Number of groups and of models.

    Returns
    -------
    ndarray of int, shape (..., n_models)
        The model of each group: ``names[..., groups]`` are the units' models. A model without an
        exemplar gets a group that is left over.
    """
    points = np.asarray(points, dtype=np.float64)
    groups = np.asarray(groups, dtype=np.intp)
    labels = np.asarray(exemplar_labels, dtype=np.intp)
    lead = labels.shape[:-1]
    seeds = exemplar_centres(points, labels, n_models)
    distance = squared_distances(seeds, exemplar_centres(points, groups, n_models))
    distance = np.where(np.isfinite(distance), distance, 0.0)
    inside = (groups[:, None] == np.arange(n_models)).astype(np.float64)
    counts = np.stack([(labels == model) @ inside for model in range(n_models)], axis=-2)
    # Scaled so that all distances of a matching together weigh less than one exemplar.
    scale = 2.0 * n_models * np.maximum(distance.max(axis=(-1, -2), keepdims=True), 1e-300)
    cost = (distance / scale - counts).reshape(-1, n_models, n_models)
    if n_models <= 6 and cost.shape[0] > 1:
        matchings = np.array(list(itertools.permutations(range(n_models))), dtype=np.intp)
        total = cost[:, np.arange(n_models), matchings].sum(axis=-1)
        group_of_model = matchings[total.argmin(axis=-1)]
    else:
        group_of_model = np.stack([linear_sum_assignment(one)[1] for one in cost])
    return np.argsort(group_of_model, axis=-1).reshape((*lead, n_models))


# --------------------------------------------------------------------------- the methods


def seeded_kmeans(
    points: ArrayLike, exemplar_labels: ArrayLike, n_models: int, seed: int = 1
) -> Clustering:
    """k-means started at the exemplars' means.

    Seeded-KMeans of Basu, Banerjee & Mooney (2002), figure 1; scikit-learn's `KMeans` with one
    start. An exemplar is free to end up in another model. Membership after Bezdek (1981). Where a
    model loses all its units on the way, `seeded_lloyd` gives the result: KMeans moves such a model
    to the unit that is farthest from its centre, which has nothing to do with the exemplars.

    Parameters
    ----------
    points : array_like, shape (n_units, n_features)
        Finite, standardised.
    exemplar_labels : array_like of int, shape (n_units,)
        0 ... n_models - 1 or -1; each model needs an exemplar.
    n_models : int
    seed : int
        Handed on; the start leaves nothing random.

    Returns
    -------
    Clustering

    References
    ----------
    Basu, Banerjee & Mooney (2002), Semi-supervised Clustering by Seeding, ICML (Seeded-KMeans).
    """
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    points = np.ascontiguousarray(points, dtype=np.float64)
    start = exemplar_centres(points, exemplar_labels, n_models)
    # Threads that wait for each other take longer than a few thousand units do.
    with threadpool_limits(1, "openmp"):
        fit = KMeans(n_models, init=start, n_init=1, tol=0.0, random_state=seed).fit(points)
    labels, centres = seeded_lloyd(points, start)
    if (fit.labels_ != labels).any():
        return _clustering(points, labels, centres)
    # KMeans adds up its centres thread by thread; means of its labels have the same bits each time.
    return _clustering(points, fit.labels_.astype(np.intp), fit.cluster_centers_)


def constrained_kmeans(
    points: ArrayLike, exemplar_labels: ArrayLike, n_models: int, seed: int = 1
) -> Clustering:
    """k-means started at the exemplars' means, in which exemplars never leave their model.

    Constrained-KMeans of Basu, Banerjee & Mooney (2002), figure 2. Membership after Bezdek (1981)
    follows the distances alone, so an exemplar may have more membership in another model.

    Parameters
    ----------
    points, exemplar_labels, n_models
        As in `seeded_kmeans`.
    seed : int
        Not used: nothing is random.

    Returns
    -------
    Clustering

    References
    ----------
    Basu, Banerjee & Mooney (2002), Semi-supervised Clustering by Seeding, ICML
    (Constrained-KMeans).
    """
    points = np.asarray(points, dtype=np.float64)
    start = exemplar_centres(points, exemplar_labels, n_models)
    labels, centres = seeded_lloyd(points, start, fixed=exemplar_labels)
    return _clustering(points, labels, centres)


def gaussian_mixture(
    points: ArrayLike, exemplar_labels: ArrayLike, n_models: int, seed: int = 1
) -> Clustering:
    """Gaussian mixture whose components start at the exemplars' means.

    scikit-learn's `GaussianMixture`, the exemplars' means as `means_init`, equal weights and
    variances of 1 (that of a standardised feature) to start with, so that nothing is left to
    chance. Membership is the posterior probability of the model, label the most probable model.

    Parameters
    ----------
    points, exemplar_labels, n_models
        As in `seeded_kmeans`.
    seed : int
        Handed on; the start leaves nothing random.

    Returns
    -------
    Clustering

    Warns
    -----
    sklearn.exceptions.ConvergenceWarning
        If 1,000 steps are not enough.

    Notes
    -----
    Covariances are diagonal because full ones cannot be estimated from as few units as there are
    regions in a country: three models of four features need 30 variances and covariances beside
    12 means, for 31 provinces; diagonal ones need 12. Diagonal covariances also leave the scale of
    each feature to each model. To every variance 0.1 is added (a tenth of a standardised feature's
    variance over all units): a yes-or-no feature that is the same throughout a model would
    otherwise have no variance there and decide everything alone.

    References
    ----------
    Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm,
    Journal of the Royal Statistical Society B 39.
    """
    from sklearn.mixture import GaussianMixture

    points = np.ascontiguousarray(points, dtype=np.float64)
    start = exemplar_centres(points, exemplar_labels, n_models)
    fit = GaussianMixture(
        n_models,
        covariance_type="diag",
        reg_covar=MIXTURE_REGULARISATION,
        tol=MIXTURE_TOLERANCE,
        max_iter=MIXTURE_ITERATIONS,
        weights_init=np.full(n_models, 1.0 / n_models),
        means_init=start,
        precisions_init=np.ones_like(start),
        random_state=seed,
    ).fit(points)
    posterior: FloatArray = fit.predict_proba(points)
    return Clustering(posterior.argmax(axis=1), fit.means_, posterior)


def ward(points: ArrayLike, exemplar_labels: ArrayLike, n_models: int, seed: int = 1) -> Clustering:
    """Ward's hierarchical clustering, which never sees the exemplars; they only name its groups.

    Ward (1963), Journal of the American Statistical Association 58; scikit-learn's
    `AgglomerativeClustering`. Groups are named by `match_groups`. Membership after Bezdek (1981).

    Parameters
    ----------
    points, exemplar_labels, n_models
        As in `seeded_kmeans`.
    seed : int
        Not used: nothing is random.

    Returns
    -------
    Clustering

    Notes
    -----
    Memory and time grow with the square of the number of units (3,000 units: 36 MB).

    References
    ----------
    Ward (1963), Hierarchical grouping to optimize an objective function, Journal of the American
    Statistical Association 58.
    """
    points = np.ascontiguousarray(points, dtype=np.float64)
    groups = _ward_groups(points, n_models)
    labels = match_groups(points, groups, exemplar_labels, n_models)[groups]
    nowhere = np.full((n_models, points.shape[1]), np.inf)
    return _clustering(points, labels, nowhere)


Method = Callable[[ArrayLike, ArrayLike, int, int], Clustering]

COOPERATION_METHODS: dict[str, Method] = {
    "seeded_kmeans": seeded_kmeans,
    "constrained_kmeans": constrained_kmeans,
    "gaussian_mixture": gaussian_mixture,
    "ward": ward,
}
"""Name in method.toml -> ``(points, exemplar_labels, n_models, seed) -> Clustering``."""


# --------------------------------------------------------------------------- the same, many times


def _seeded_reruns(points: FloatArray, n_models: int) -> Rerun:
    def rerun(exemplar_labels: IntArray, units: ArrayLike | None = None) -> IntArray:
        start = exemplar_centres(points, exemplar_labels, n_models)
        return seeded_lloyd(points, start, units=units)[0]

    return rerun


def _constrained_reruns(points: FloatArray, n_models: int) -> Rerun:
    def rerun(exemplar_labels: IntArray, units: ArrayLike | None = None) -> IntArray:
        start = exemplar_centres(points, exemplar_labels, n_models)
        return seeded_lloyd(points, start, fixed=exemplar_labels, units=units)[0]

    return rerun


def _mixture_reruns(points: FloatArray, n_models: int) -> Rerun:
    def rerun(exemplar_labels: IntArray, units: ArrayLike | None = None) -> IntArray:
        start = exemplar_centres(points, exemplar_labels, n_models)
        posterior, _ = seeded_mixture(points, start, units=units)
        return np.asarray(posterior.argmax(axis=-1), dtype=np.intp)

    return rerun


def _ward_reruns(points: FloatArray, n_models: int) -> Rerun:
    whole = _ward_groups(points, n_models) if points.ndim == 2 else None

    def rerun(exemplar_labels: IntArray, units: ArrayLike | None = None) -> IntArray:
        labels = np.asarray(exemplar_labels, dtype=np.intp)
        if whole is not None and units is None:
            names = match_groups(points, whole, labels, n_models)
            return np.asarray(names[..., whole], dtype=np.intp)
        mask = np.ones(points.shape[-2], dtype=bool) if units is None else np.asarray(units, bool)
        lead = np.broadcast_shapes(points.shape[:-2], labels.shape[:-1], mask.shape[:-1])
        out = np.full((*lead, points.shape[-2]), -1, dtype=np.intp)
        all_points = np.broadcast_to(points, (*lead, *points.shape[-2:]))
        all_labels, all_masks = np.broadcast_to(labels, out.shape), np.broadcast_to(mask, out.shape)
        # A tree cannot be grown for many draws at once; callers ask for few.
        for draw in np.ndindex(lead):
            drawn = all_masks[draw]
            groups = np.full(points.shape[-2], -1, dtype=np.intp)
            groups[drawn] = _ward_groups(all_points[draw][drawn], n_models)
            names = match_groups(all_points[draw], groups, all_labels[draw], n_models)
            out[draw] = np.where(drawn, names[groups], -1)
        return out

    return rerun


RERUNS: dict[str, Callable[[FloatArray, int], Rerun]] = {
    "seeded_kmeans": _seeded_reruns,
    "constrained_kmeans": _constrained_reruns,
    "gaussian_mixture": _mixture_reruns,
    "ward": _ward_reruns,
}
"""Name -> ``(points, n_models) -> rerun``, the same method for many draws.

``rerun(exemplar_labels, units=None)`` takes exemplar labels (..., n_units) and the units that take
part (bool, same shape; all when not given) and gives models (..., n_units). The points may have
leading axes too. Units that take no part have a label without meaning (Ward: -1)."""


# --------------------------------------------------------------------------- inside


class _Batch:
    """Points with their leading axes flattened to one axis of draws, or shared by all draws."""

    def __init__(self, points: FloatArray, lead: tuple[int, ...]) -> None:
        shared = points.ndim == 2
        if not shared:
            points = np.broadcast_to(points, (*lead, *points.shape[-2:]))
            points = points.reshape(-1, *points.shape[-2:])
        columns = np.moveaxis(points, -1, -2)
        ones = np.ones_like(columns[..., :1, :])
        self._shared = shared
        self._with_ones = np.ascontiguousarray(np.concatenate([columns, ones], axis=-2))

    def with_ones(self, draws: IntArray | slice) -> FloatArray:
        """(features + 1, units), or one such array a draw; the last row is ones."""
        return self._with_ones if self._shared else self._with_ones[draws]

    def by_feature(self, draws: IntArray | slice) -> FloatArray:
        """(features, units), or one such array a draw."""
        return self.with_ones(draws)[..., :-1, :]


def _lead(
    points: FloatArray, centres: FloatArray, labels: IntArray | None, weights: FloatArray | None
) -> tuple[int, ...]:
    rest = [array.shape[:-1] for array in (labels, weights) if array is not None]
    return np.broadcast_shapes(points.shape[:-2], centres.shape[:-2], *rest)


def _flatten(array: Array | None, lead: tuple[int, ...]) -> Array | None:
    if array is None:
        return None
    return np.broadcast_to(array, (*lead, array.shape[-1])).reshape(-1, array.shape[-1])


def _rows(array: Array | None, draws: IntArray) -> Array | None:
    return None if array is None else array[draws]


def _squared_distance(by_feature: FloatArray, centre: FloatArray) -> FloatArray:
    """From points (..., features, units) to one centre (..., features): (..., units)."""
    lead = np.broadcast_shapes(by_feature.shape[:-2], centre.shape[:-1])
    total = np.zeros((*lead, by_feature.shape[-1]))
    difference = np.empty_like(total)
    for feature in range(centre.shape[-1]):
        np.subtract(by_feature[..., feature, :], centre[..., feature, None], out=difference)
        np.multiply(difference, difference, out=difference)
        total += difference
    return total


def _nearest(by_feature: FloatArray, centres: FloatArray, fixed: IntArray | None) -> IntArray:
    least = _squared_distance(by_feature, centres[:, 0])
    labels = np.zeros(least.shape, dtype=np.intp)
    for model in range(1, centres.shape[1]):
        distance = _squared_distance(by_feature, centres[:, model])
        np.copyto(labels, model, where=distance < least)
        np.minimum(least, distance, out=least)
    return labels if fixed is None else np.where(fixed >= 0, fixed, labels)


def _weighted_sums(weights: FloatArray, by_feature: FloatArray) -> FloatArray:
    """(..., models, units) and (..., features, units) to (..., models, features)."""
    # einsum, not matmul: BLAS may round a draw differently according to the size of its batch.
    subscripts = "dkn,fn->dkf" if by_feature.ndim == 2 else "dkn,dfn->dkf"
    return np.asarray(np.einsum(subscripts, weights, by_feature), dtype=np.float64)


def _group_means(
    with_ones: FloatArray, labels: IntArray, weights: FloatArray | None, empty: FloatArray
) -> FloatArray:
    means = empty.copy()
    for model in range(empty.shape[1]):
        chosen = (labels == model).astype(np.float64)
        if weights is not None:
            chosen *= weights
        sums = _weighted_sums(chosen[:, None, :], with_ones)[:, 0]
        some = sums[:, -1] > 0
        means[some, model] = sums[some, :-1] / sums[some, -1:]
    return means


def _posteriors(
    by_feature: FloatArray, means: FloatArray, variances: FloatArray, shares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Posterior (draws, models, units) and log-likelihood (draws, units) of a diagonal mixture."""
    n_draws, n_models, n_features = means.shape
    root = 1.0 / np.sqrt(variances)
    with np.errstate(divide="ignore"):
        constant = np.log(shares) + np.log(root).sum(axis=-1)
    constant -= 0.5 * n_features * np.log(2.0 * np.pi)
    log_density = np.empty((n_draws, n_models, by_feature.shape[-1]))
    for model in range(n_models):
        scale = root[:, model, :, None]
        distance = _squared_distance(by_feature * scale, means[:, model] * root[:, model])
        log_density[:, model] = constant[:, model, None] - 0.5 * distance
    highest = log_density.max(axis=1, keepdims=True)
    np.exp(log_density - highest, out=log_density)
    total = log_density.sum(axis=1, keepdims=True)
    log_density /= total
    return log_density, (highest + np.log(total))[:, 0]


def _clustering(points: FloatArray, labels: IntArray, empty: FloatArray) -> Clustering:
    """Centres and memberships that follow from the labels; an empty model keeps its old centre."""
    batch = _Batch(points, ())
    centres = _group_means(batch.with_ones(slice(None)), labels[None], None, empty[None])[0]
    return Clustering(labels, centres, memberships(squared_distances(points, centres)))


def _ward_groups(points: FloatArray, n_groups: int) -> IntArray:
    from sklearn.cluster import AgglomerativeClustering

    fit = AgglomerativeClustering(n_clusters=n_groups, linkage="ward").fit(points)
    return np.asarray(fit.labels_, dtype=np.intp)


def _pairs(counts: NDArray[np.intp]) -> FloatArray:
    return counts * (counts - 1.0) / 2.0

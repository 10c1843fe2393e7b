"""How far to trust a rank: uncertainty and sensitivity (Handbook, step 7).

What is uncertain stands in [robustness] of method.toml. A draw is a row of uniform numbers, of
which each uncertain choice has its own; it goes through the stages of :func:`scoring.assess`.

======================  ============================================================
module                  what it does
======================  ============================================================
``sources``             what is uncertain in a set
``building``            from a set to the problem that draws are computed from
``effects``             what is said to be uncertain and changes nothing
``combinations``        what draws of the same choices have in common
``problem``             uniform numbers in, scores and ranks out
``weight_draws``        uniform numbers to weights
``measurement``         uniform numbers to values with an error
``monte_carlo``         uncertainty: everything varies at once
``tally``               scores and ranks of all draws, counted
``histograms``          counts of numbers in windows of their own
``wins``                who is ahead of whom
``summary``             means, quantiles and probabilities of what was counted
``tie_groups``          neighbours whose order is not certain
``variance``            sensitivity: which choice moves the ranks
``sobol``               quasi-random points and Sobol indices of any model
``single_changes``      one choice at a time
``blocks``              one block of draws, and what is done where memory is short
``machines``            the cores of this machine
``cluster``             the workers of a Dask cluster
======================  ============================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from indicators import Finding, IndicatorSet, InvalidInputError
from scoring.options import Robustness as Options
from scoring.robustness.building import problem_of
from scoring.robustness.machines import ANSWER, open_machines
from scoring.robustness.monte_carlo import FailedDraws, Progress, Uncertainty, uncertainty
from scoring.robustness.single_changes import changes_of, one_at_a_time
from scoring.robustness.sobol import MOST_INPUTS
from scoring.robustness.sources import Source, place_of
from scoring.robustness.variance import Sensitivity, sensitivity, sources_of

__all__ = ["FailedDraws", "Robustness", "Sensitivity", "Source", "Uncertainty", "robustness_of"]


@dataclass(frozen=True, eq=False)
class Robustness:
    """How far to trust the ranks of a set.

    Parameters
    ----------
    indicator_set : IndicatorSet
        What was drawn from.
    options : scoring.options.Robustness
        Section [robustness] as it was in force.
    sources : tuple of Source
        What is uncertain.
    uncertainty : Uncertainty
    sensitivity : Sensitivity or None
        None where it was not asked for.
    single_changes : DataFrame
        See :func:`scoring.robustness.single_changes.one_at_a_time`.
    findings : tuple of Finding
        What is doubtful about the machines that computed it.
    """

    indicator_set: IndicatorSet
    options: Options
    sources: tuple[Source, ...]
    uncertainty: Uncertainty
    sensitivity: Sensitivity | None
    single_changes: pd.DataFrame
    findings: tuple[Finding, ...]


def robustness_of(
    indicator_set: IndicatorSet,
    *,
    sensitive: bool = True,
    workers: int | None = None,
    cluster: str | None = None,
    answer: float = ANSWER,
    progress: Progress | None = None,
) -> Robustness:
    """Uncertainty and sensitivity of the ranks of a set.

    Parameters
    ----------
    indicator_set : IndicatorSet
        Its method says under [robustness] what is uncertain, how many draws there are and from
        which seed; ``indicator_set.with_method({"robustness": {"draws": 10_000}})`` changes that.
        Where it says nothing of what is uncertain, weights vary by a quarter.
    sensitive : bool
        Whether Sobol indices are computed as well.
    workers : int, optional
        Threads on this machine; as many as it has processors where left out.
    cluster : str, optional
        Address of a Dask scheduler, such as ``"tcp://host:8786"``, in the place of this machine.
    answer : float
        Seconds within which the cluster must answer.
    progress : callable, optional
        Told how much is done and how much there is to do, in rows computed.

    Returns
    -------
    Robustness
        The same to the last bit wherever it was computed, on processors of one kind.

    Raises
    ------
    InvalidInputError
        Where the set cannot be assessed, something that is said to be uncertain has no effect, no
        draw can be computed, or the cluster cannot be used.

    Examples
    --------
    >>> import indicators
    >>> found = robustness_of(indicators.load(), sensitive=False)
    >>> int(found.uncertainty.of_node().loc["CN-SH", "rank_5"])
    1
    """
    with open_machines(workers, cluster, answer) as machines:
        problem = problem_of(indicator_set)
        options = problem.uncertain.options
        if sensitive and problem.uncertain.n_inputs > MOST_INPUTS:
            fields = {"found": problem.uncertain.n_inputs, "most": MOST_INPUTS}
            place = place_of(indicator_set, "sensitivity_draws")
            raise InvalidInputError([Finding("too_many_inputs", "error", place, fields)])
        # A point of the sensitivity is computed as often as there are choices, and twice besides.
        rows = len(sources_of(problem)) + 2
        before_single = options.draws + (rows * options.sensitivity_draws if sensitive else 0)
        total = before_single + sum(change.draws for change in changes_of(problem))

        def tell(before: int, each: int) -> Progress | None:
            if progress is None:
                return None
            return lambda done, _: progress(before + each * done, total)

        drawn = uncertainty(problem, machines, tell(0, 1))
        found = None
        if sensitive:
            found = sensitivity(problem, machines, tell(options.draws, rows))
        single = one_at_a_time(problem, machines, tell(before_single, 1))
        findings = machines.findings
    return Robustness(
        indicator_set=indicator_set,
        options=options,
        sources=problem.uncertain.sources,
        uncertainty=drawn,
        sensitivity=found,
        single_changes=single,
        findings=findings,
    )

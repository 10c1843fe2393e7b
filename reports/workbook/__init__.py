"""The scorecard workbook: live, and itself a set that can be read again."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from indicators.findings import Finding, Place, raise_errors
from indicators.tables import replacing
from reports.words import Words
from reports.workbook import (
    benchmark,
    checks,
    comparisons,
    correlations,
    data,
    judgements,
    method,
    models,
    normalised,
    overview,
    points,
    rank_probabilities,
    ranking,
    robustness,
    scorecard,
    scores,
    set_tables,
    statistics,
    treatment,
    trends,
    weightings,
    weights,
    what_if,
)
from reports.workbook.cells import MOST_COLUMNS, MOST_ROWS, Book
from reports.workbook.parts import write_links
from reports.workbook.plan import Plan
from scoring import Assessment, Robustness, cooperation_or_reason

#: Modules of the sheets in the order of what looks up what: a formula is written with the value
#: it shows.
SHEETS = (
    data,
    normalised,
    scores,
    weights,
    comparisons,
    points,
    weightings,
    models,
    robustness,
    rank_probabilities,
    ranking,
    overview,
    scorecard,
    benchmark,
    method,
    checks,
    statistics,
    correlations,
    treatment,
    what_if,
    trends,
    set_tables,
    judgements,
)

#: Rows and columns of a sheet that titles, statistics and helpers take.
SPARE = 200

Progress = Callable[[int, int], None]


def workbook(
    assessment: Assessment,
    language: str = "en",
    progress: Progress | None = None,
    *,
    robustness: Robustness | None = None,
) -> Book:
    """Make the workbook of an assessment, in memory.

    Parameters
    ----------
    assessment : Assessment
    language : str
        Name of a language of ``reports.words``.
    progress : callable, optional
        Called with the number of steps done and of all steps.
    robustness : Robustness, optional
        How far to trust the ranks.
    """
    return _filled(assessment, language, progress, robustness).book


def _filled(
    assessment: Assessment, language: str, progress: Progress | None, robustness: Robustness | None
) -> Plan:
    """The plan of a workbook whose sheets are written."""
    _check_size(assessment)
    _check_same(assessment, robustness)
    models, failures = cooperation_or_reason(assessment)
    plan = Plan(Book(), assessment, models, Words(language), failures, robustness=robustness)
    plan.add_sheets()
    for done, sheet in enumerate(SHEETS):
        if progress is not None:
            progress(done, len(SHEETS) + 1)
        sheet.write(plan)
    write_links(plan)
    return plan


def _check_size(assessment: Assessment) -> None:
    """Refuse what no sheet of Excel can hold, before the work and not after it."""
    values = assessment.indicator_set.values
    columns = assessment.data.shape[1]
    sizes = (
        ("values", len(values) + int(assessment.data.isna().to_numpy().sum()), MOST_ROWS),
        ("units", len(assessment.indicator_set.units), MOST_ROWS),
        ("framework", 3 * columns, MOST_COLUMNS),
    )
    findings = [
        Finding("too_large_for_excel", "error", Place(table), {"what": table, "value": size})
        for table, size, most in sizes
        if size + SPARE > most
    ]
    raise_errors(findings)


def _check_same(assessment: Assessment, robustness: Robustness | None) -> None:
    """Refuse intervals around other ranks than those of the assessment."""
    if robustness is None:
        return
    ranks = robustness.uncertainty.of_node()["rank"]
    own = assessment.ranks[assessment.framework.root]
    if not (ranks.index.equals(own.index) and np.array_equal(ranks, own, equal_nan=True)):
        raise ValueError("the robustness is that of another assessment: its ranks differ")


def write_workbook(
    assessment: Assessment,
    path: str | os.PathLike[str],
    language: str = "en",
    progress: Progress | None = None,
    *,
    robustness: Robustness | None = None,
) -> tuple[Finding, ...]:
    """Write the scorecard workbook of an assessment.

    Everything in it is live with the functions of Excel 2007 up to 1,000 units; up to 5,000,
    normalised values are written as values; above that, scores and ranks are too. An existing
    file is replaced only when the new one is complete. Where the cooperation models cannot be
    formed, the sheet Models is left out and Checks says why.

    Parameters
    ----------
    assessment : Assessment
    path : path
        File to write, ending in .xlsx.
    language : str
        Name of a language of ``reports.words``.
    progress : callable, optional
        Called with the number of steps done and of all steps.
    robustness : Robustness, optional
        How far to trust the ranks, see :func:`scoring.robustness_of`: intervals on Overview,
        Ranking and Scorecard, and the sheets Robustness and Rank probabilities. Without it the
        workbook has none of these.

    Returns
    -------
    tuple of Finding
        Why there are no cooperation models although the set names some; else empty.

    Raises
    ------
    InvalidInputError
        Where the set is too large for a sheet of Excel.
    ValueError
        Where the robustness is that of another assessment.
    OSError
        Where ``path`` cannot be written.
    """
    plan = _filled(assessment, language, progress, robustness)
    with replacing(path) as temporary:
        plan.book.save(temporary)
    return plan.failures

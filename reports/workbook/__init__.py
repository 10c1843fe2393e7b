"""The scorecard workbook: live, and itself a set that can be read again."""

from __future__ import annotations

import os
from collections.abc import Callable

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
    ranking,
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
from scoring import Assessment, cooperation_or_reason

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
    assessment: Assessment, language: str = "en", progress: Progress | None = None
) -> Book:
    """Make the workbook of an assessment, in memory.

    Parameters
    ----------
    assessment : Assessment
    language : str
        Name of a language of ``reports.words``.
    progress : callable, optional
        Called with the number of steps done and of all steps.
    """
    return _filled(assessment, language, progress).book


def _filled(assessment: Assessment, language: str, progress: Progress | None) -> Plan:
    """The plan of a workbook whose sheets are written."""
    _check_size(assessment)
    models, failures = cooperation_or_reason(assessment)
    plan = Plan(Book(), assessment, models, Words(language), failures)
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


def write_workbook(
    assessment: Assessment,
    path: str | os.PathLike[str],
    language: str = "en",
    progress: Progress | None = None,
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

    Returns
    -------
    tuple of Finding
        Why there are no cooperation models although the set names some; else empty.

    Raises
    ------
    InvalidInputError
        Where the set is too large for a sheet of Excel.
    OSError
        Where ``path`` cannot be written.
    """
    plan = _filled(assessment, language, progress)
    with replacing(path) as temporary:
        plan.book.save(temporary)
    return plan.failures

"""The scorecard workbook: live, and itself a set that can be read again."""

from __future__ import annotations

import os
from collections.abc import Callable

from indicators.tables import replacing
from reports.words import Words
from reports.workbook import (
    benchmark,
    checks,
    data,
    method,
    models,
    normalised,
    overview,
    ranking,
    scorecard,
    scores,
    set_tables,
    weights,
)
from reports.workbook.cells import Book
from reports.workbook.plan import Plan
from scoring import Assessment, cooperation_or_reason

#: Modules of the sheets in the order of what looks up what: a formula is written with the value
#: it shows.
SHEETS = (
    data,
    normalised,
    scores,
    weights,
    models,
    ranking,
    overview,
    scorecard,
    benchmark,
    method,
    checks,
    set_tables,
)

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
    book = Book()
    models, failures = cooperation_or_reason(assessment)
    plan = Plan(book, assessment, models, Words(language), failures)
    plan.add_sheets()
    for done, sheet in enumerate(SHEETS):
        if progress is not None:
            progress(done, len(SHEETS) + 1)
        sheet.write(plan)
    return book


def write_workbook(
    assessment: Assessment,
    path: str | os.PathLike[str],
    language: str = "en",
    progress: Progress | None = None,
) -> None:
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

    Raises
    ------
    OSError
        Where ``path`` cannot be written.
    """
    book = workbook(assessment, language, progress)
    with replacing(path) as temporary:
        book.save(temporary)

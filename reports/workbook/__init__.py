"""The scorecard workbook: live, and itself a set that can be read again."""

from __future__ import annotations

import os

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
from scoring import Assessment, cooperation_of


def workbook(assessment: Assessment, language: str = "en") -> Book:
    """Make the workbook of an assessment, in memory.

    Parameters
    ----------
    assessment : Assessment
    language : str
        Name of a language of ``reports.words``.
    """
    book = Book()
    plan = Plan(book, assessment, cooperation_of(assessment), Words(language))
    plan.add_sheets()
    # In the order of what looks up what: a formula is written with the value it shows.
    for sheet in (
        data, normalised, scores, weights, models, ranking, overview, scorecard, benchmark,
        method, checks, set_tables,
    ):  # fmt: skip
        sheet.write(plan)
    return book


def write_workbook(
    assessment: Assessment, path: str | os.PathLike[str], language: str = "en"
) -> None:
    """Write the scorecard workbook of an assessment.

    Everything in it is live with the functions of Excel 2007 up to 1,000 units; up to 5,000,
    normalised values are written as values; above that, scores and ranks are too. An existing
    file is replaced only when the new one is complete.

    Parameters
    ----------
    assessment : Assessment
    path : path
        File to write, ending in .xlsx.
    language : str
        Name of a language of ``reports.words``.

    Raises
    ------
    InvalidInputError
        Where the cooperation models of the set cannot be formed.
    OSError
        Where ``path`` cannot be written.
    """
    book = workbook(assessment, language)
    with replacing(path) as temporary:
        book.save(temporary)

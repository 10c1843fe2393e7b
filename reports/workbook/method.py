"""Method: the options of the set (an input table), and what is computed with them."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.tables import method_rows
from reports.workbook import styles
from reports.workbook.cells import Sheet, Value
from reports.workbook.parts import footer, header, section
from reports.workbook.plan import FIRST_TABLE_ROW, Plan
from scoring import Assessment
from scoring.catalogue import STAGES, methods
from scoring.options import Method

SECTION, OPTION, VALUE, IN_FORCE, MEANING = range(1, 6)


#: An option -> another one that whoever reads the first needs too.
READ_TOGETHER = {("normalisation", "base"): ("normalisation", "base_year")}


@dataclass(frozen=True)
class Option:
    """One row of the table.

    Parameters
    ----------
    section, option : str
    given : object
        What the set says, None where it says nothing.
    in_force : float, int, str or None
        What holds; None for an entry of a table of the set's own.
    meaning : str
    used : bool
        Whether a method in force reads it, or the set gives it.
    """

    section: str
    option: str
    given: object
    in_force: Value
    meaning: str
    used: bool


def write(plan: Plan) -> None:
    """Fill the sheet: the options in force, what is computed, and the other options."""
    words = plan.words
    spans = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    sheet = header(plan, "method", spans, subtitle=words("method.how"), last_column=MEANING)
    # The headings of input tables are the names of the columns, the same in every language.
    headings = ["section", "option", "value", words("method.in_force"), words("method.meaning")]
    sheet.table_heading(FIRST_TABLE_ROW - 1, 1, headings, height=18, left=5)
    row = FIRST_TABLE_ROW
    options = _options(plan)
    for option in options:
        if option.used:
            _option(plan, sheet, row, option)
            row += 1
    row = _texts(plan, sheet, row + 1)
    others = [option for option in options if not option.used]
    if others:
        # A row without an option is no part of the input table, here as in the texts above.
        sheet.break_before(row)
        row = section(sheet, row, MEANING, words("method.others"), words("method.others_how"))
        for option in others:
            _option(plan, sheet, row, option)
            row += 1
    sheet.widths({1: 30, 2: 24, 3: 44, 4: 30, 5: 66})
    sheet.freeze(FIRST_TABLE_ROW, 1)
    sheet.protect()
    titles = f"{FIRST_TABLE_ROW - 1}:{FIRST_TABLE_ROW - 1}"
    sheet.page(row, MEANING, one_page=False, titles=titles, footer=footer(plan))


def _options(plan: Plan) -> list[Option]:
    """Every option there is, section by section; tables of the set's own after their section."""
    method = plan.assessment.method
    given = {(s, o): value for s, o, value in method_rows(plan.assessment.indicator_set.method)}
    read, special = _read_by_methods(plan.assessment)
    found = []
    for name in Method.model_fields:
        inner = getattr(method, name)
        idle = name == "cooperation" and not method.cooperation.models
        for option, described in type(inner).model_fields.items():
            value = getattr(inner, option)
            if isinstance(value, dict):  # a table of its own, listed as it was given
                continue
            where = name, option
            used = where in given or not (idle or where in special) or where in read
            meaning = described.description or ""
            found.append(Option(*where, given.pop(where, None), _shown(value), meaning, used))
        own = [(s, o) for s, o in given if s.split(".")[0] == name]
        found += [Option(*where, given.pop(where), None, "", True) for where in own]
    return [*found, *(Option(*where, value, None, "", True) for where, value in given.items())]


def _shown(value: object) -> Value:
    if isinstance(value, (tuple, list)):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, (int, float)) else str(value or "")


def _in_force(assessment: Assessment) -> dict[str, set[str]]:
    """Methods that are used, by the section of their options."""
    method = assessment.method
    return {
        "imputation": set(method.imputation.methods) - {"none"},
        "treatment": set(assessment.treatments.values()) - {"none"},
        "normalisation": set(assessment.normalisations.values()),
        "aggregation": set(assessment.aggregations.values()),
        "cooperation": {method.cooperation.method} if method.cooperation.models else set(),
    }


def _read_by_methods(
    assessment: Assessment,
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Options that methods in force read, and all that only some methods read."""
    in_force = _in_force(assessment)
    # The limits of skew also flag indicators on Statistics.
    read = {("treatment", "maximum_skew"), ("treatment", "maximum_kurtosis")}
    special = set()
    for stage in STAGES:
        name = stage.split()[0]
        for entry in methods(stage):
            options = {(name, option) for option in entry.options}
            options |= {READ_TOGETHER[where] for where in options if where in READ_TOGETHER}
            special |= options
            if entry.name in in_force[name]:
                read |= options
    return read, special


def _option(plan: Plan, sheet: Sheet, row: int, described: Option) -> None:
    option, given = described.option, described.given
    grey = styles.LEFT.but(colour=styles.GREY, shrink=True)
    sheet.put(row, SECTION, described.section, grey)
    name = styles.LEFT.but(bold=described.used)
    sheet.put(row, OPTION, option, name if described.used else name.but(colour=styles.GREY))
    entry = styles.ENTRY.but(bold=False, align="left", indent=1, wrap=True)
    if (described.section, option) == ("aggregation", "method") and plan.switch_choices:
        method = str(plan.assessment.method.aggregation.method)
        sheet.put(row, VALUE, method, styles.LEFT.but(wrap=True), plan.switch_cell)
    else:
        value = given if isinstance(given, (str, int, float)) or given is None else str(given)
        sheet.put(row, VALUE, value, entry)
    left = styles.LEFT.but(wrap=True)
    sheet.put(row, IN_FORCE, described.in_force, left.but(colour=styles.GREY))
    text = plan.words.get(f"option.{described.section}.{option}", described.meaning)
    sheet.put(row, MEANING, text, left.but(colour=styles.GREY))
    in_force = str(described.in_force or "")
    longest = max(len(str(given or "")) / 50, len(in_force) / 36, len(text) / 84)
    sheet.height(row, 14 * (1 + int(longest)))


def _texts(plan: Plan, sheet: Sheet, row: int) -> int:
    """What is computed, what stays live, limits and sources; returns the last row."""
    words = plan.words
    # A row without an option is no part of the input table.
    row = section(sheet, row, MEANING, words("method.chosen"))
    in_force = _in_force(plan.assessment)
    for stage in STAGES:
        for entry in methods(stage):
            if entry.name in in_force[stage.split()[0]]:
                source = f"({entry.source})" if entry.source else ""
                line = words(
                    "method.chosen_line", stage=stage, name=entry.name, summary=entry.summary,
                    source=source,
                ).strip()  # fmt: skip
                sheet.wide(row, 1, MEANING, line, styles.SMALL.but(colour="404040"))
                sheet.height(row, 13 * (1 + len(line) // 230))
                row += 1
    row += 1
    sections = ("computed", "live", "limits", "origin")
    for key in sections:
        row = section(sheet, row, MEANING, words(f"method.{key}"))
        for line in words(
            f"method.{key}_text",
            name=plan.assessment.indicator_set.name,
            digest=plan.digest,
            version=plan.version,
            seed=plan.assessment.method.cooperation.seed,
        ).split("\n"):
            sheet.wide(row, 1, MEANING, line, styles.SMALL.but(colour="404040"))
            sheet.height(row, 13 * (1 + len(line) // 240))
            row += 1
        row += 1
    return row

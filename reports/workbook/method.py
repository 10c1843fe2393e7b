"""Method: the options of the set (an input table), and what is computed with them."""

from __future__ import annotations

from indicators.tables import method_rows
from reports.workbook import styles
from reports.workbook.cells import Sheet, Value
from reports.workbook.parts import footer, header
from reports.workbook.plan import FIRST_TABLE_ROW, Plan
from scoring.options import Method

SECTION, OPTION, VALUE, IN_FORCE, MEANING = range(1, 6)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    spans = [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
    sheet = header(plan, "method", spans, subtitle=words("method.how"), last_column=MEANING)
    # The headings of input tables are the names of the columns, the same in every language.
    headings = ["section", "option", "value", words("method.in_force"), words("method.meaning")]
    sheet.table_heading(FIRST_TABLE_ROW - 1, 1, headings, height=18, left=5)
    row = FIRST_TABLE_ROW
    given = {f"{s}.{o}": value for s, o, value in method_rows(plan.assessment.indicator_set.method)}
    known = _options(plan.assessment.method)
    for (section, option), (value, meaning) in known.items():
        _option(plan, sheet, row, section, option, given.get(f"{section}.{option}"), value, meaning)
        row += 1
    for name, further in given.items():
        section, _, option = name.rpartition(".")
        if (section, option) not in known:
            _option(plan, sheet, row, section, option, further, None, "")
            row += 1
    row = _texts(plan, sheet, row + 1)
    sheet.widths({1: 38, 2: 26, 3: 48, 4: 30, 5: 62})
    sheet.freeze(FIRST_TABLE_ROW, 1)
    sheet.protect()
    sheet.page(row, MEANING, one_page=row <= 80, footer=footer(plan))


def _options(method: Method) -> dict[tuple[str, str], tuple[Value, str]]:
    """Every option there is: its value in force and what it means."""
    options: dict[tuple[str, str], tuple[Value, str]] = {}
    for section in Method.model_fields:
        inner = getattr(method, section)
        for option, described in type(inner).model_fields.items():
            value = getattr(inner, option)
            if isinstance(value, dict):  # tables of their own, listed as they were given
                continue
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            shown = "" if shown is None else shown
            text = str(shown).lower() if isinstance(shown, bool) else shown
            options[section, option] = text, described.description or ""
    return options


def _option(
    plan: Plan,
    sheet: Sheet,
    row: int,
    section: str,
    option: str,
    given: object,
    in_force: Value,
    meaning: str,
) -> None:
    sheet.put(row, SECTION, section, styles.LEFT.but(colour=styles.GREY))
    sheet.put(row, OPTION, option, styles.LEFT.but(bold=True))
    entry = styles.ENTRY.but(bold=False, align="left", indent=1, wrap=True)
    if (section, option) == ("aggregation", "method") and plan.switch_choices:
        method = str(plan.assessment.method.aggregation.method)
        sheet.put(row, VALUE, method, styles.LEFT.but(wrap=True), plan.switch_cell)
    else:
        value = given if isinstance(given, (str, int, float)) or given is None else str(given)
        sheet.put(row, VALUE, value, entry)
    left = styles.LEFT.but(wrap=True)
    sheet.put(row, IN_FORCE, in_force, left.but(colour=styles.GREY))
    text = plan.words.get(f"option.{section}.{option}", meaning)
    sheet.put(row, MEANING, text, left.but(colour=styles.GREY))
    longest = max(len(str(given or "")) / 56, len(str(in_force or "")) / 36, len(text) / 80)
    sheet.height(row, 14 * (1 + int(longest)))


def _texts(plan: Plan, sheet: Sheet, row: int) -> int:
    """What is computed, what stays live, limits and sources; returns the last row."""
    words = plan.words
    # A row without an option is no part of the input table.
    sections = ("computed", "live", "limits", "origin")
    for key in sections:
        sheet.wide(row, 1, MEANING, words(f"method.{key}"), styles.SECTION)
        row += 1
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

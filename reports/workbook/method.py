"""Method: the options of the set (an input table), and what is computed with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.tables import in_toml, method_rows
from reports.workbook import styles
from reports.workbook.cells import Sheet, Value
from reports.workbook.parts import footer, header, paragraph, section
from reports.workbook.plan import FIRST_TABLE_ROW, Plan
from scoring import Assessment
from scoring.catalogue import STAGES, methods
from scoring.options import Method, Section

SECTION, OPTION, VALUE, IN_FORCE, MEANING = range(1, 6)
#: Meanings run over four columns, so that the links above have room.
LAST = 8
#: Names that are told one by one.
MOST_NAMES = 8

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
    sheet = header(plan, "method", subtitle=words("method.how"), last_column=LAST)
    # The headings of input tables are the names of the columns, the same in every language.
    sheet.widths({1: 30, 2: 24, 3: 40, 4: 26, **dict.fromkeys(range(MEANING, LAST + 1), 17)})
    headings = ["section", "option", "value", words("method.in_force"), words("method.meaning")]
    sheet.table_heading(FIRST_TABLE_ROW - 1, 1, headings, height=18, left=5)
    sheet.fill(FIRST_TABLE_ROW - 1, range(MEANING, LAST + 1), styles.HEADING)
    sheet.merge(FIRST_TABLE_ROW - 1, MEANING, LAST)
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
        row = section(sheet, row, LAST, words("method.others"), words("method.others_how"))
        for option in others:
            _option(plan, sheet, row, option)
            row += 1
    sheet.freeze(FIRST_TABLE_ROW, 1)
    sheet.protect()
    titles = f"{FIRST_TABLE_ROW - 1}:{FIRST_TABLE_ROW - 1}"
    sheet.page(row, LAST, one_page=False, titles=titles, footer=footer(plan))


def _options(plan: Plan) -> list[Option]:
    """Every option there is, section by section; tables of the set's own after their section."""
    method = plan.assessment.method
    given = {(s, o): value for s, o, value in method_rows(plan.assessment.indicator_set.method)}
    read, special = _read_by_methods(plan.assessment)
    found = []
    for name in Method.model_fields:
        inner = getattr(method, name)
        for where, value, meaning in _described(name, inner):
            idle = _idle(plan.assessment, where[0])
            used = where in given or not (idle or where in special) or where in read
            found.append(Option(*where, given.pop(where, None), _shown(value), meaning, used))
        own = [(s, o) for s, o in given if s.split(".")[0] == name]
        found += [Option(*where, given.pop(where), None, "", True) for where in own]
    return [*found, *(Option(*where, value, None, "", True) for where, value in given.items())]


def _idle(assessment: Assessment, name: str) -> bool:
    """Whether options of a section have nothing to act on in this set."""
    if name == "cooperation":
        return not assessment.method.cooperation.models
    given: object = assessment.indicator_set.method
    for part in name.split("."):
        given = given.get(part) if isinstance(given, Mapping) else None
    return name.startswith("robustness") and given is None


def _described(name: str, options: Section) -> Iterator[tuple[tuple[str, str], object, str]]:
    """Section and option, value and meaning, of a section and of the sections in it."""
    inner = []
    for option, described in type(options).model_fields.items():
        value = getattr(options, option)
        if isinstance(value, Section):
            inner.append((f"{name}.{option}", value))
        elif not isinstance(value, dict):  # a table of the set's own, listed as it was given
            yield (name, option), value, described.description or ""
    for section_name, value in inner:
        yield from _described(section_name, value)


def _shown(value: object) -> Value:
    if isinstance(value, (tuple, list)):
        return ", ".join(one if isinstance(one, str) else in_toml(one) for one in value)
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
        "weighting": set(assessment.weighed.methods.values()),
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
    elif (described.section, option) == ("weighting", "method"):
        chosen = plan.assessment.method.weighting.method
        sheet.put(row, VALUE, chosen, styles.LEFT.but(wrap=True), plan.weighting_cell)
    else:
        value = given if isinstance(given, (str, int, float)) or given is None else str(given)
        sheet.put(row, VALUE, value, entry)
    left = styles.LEFT.but(wrap=True)
    sheet.put(row, IN_FORCE, described.in_force, left.but(colour=styles.GREY))
    text = plan.words.get(f"option.{described.section}.{option}", described.meaning)
    sheet.wide(row, MEANING, LAST, text, left.but(colour=styles.GREY))
    in_force = str(described.in_force or "")
    longest = max(len(str(given or "")) / 46, len(in_force) / 32, len(text) / 84)
    sheet.height(row, 14 * (1 + int(longest)))


def _texts(plan: Plan, sheet: Sheet, row: int) -> int:
    """What is computed, what stays live, limits and sources; returns the last row."""
    words = plan.words
    texts = {"computed": list(_computed(plan))}
    for key in ("live", "limits", "origin"):
        text = words(
            f"method.{key}_text",
            name=plan.assessment.indicator_set.name,
            digest=plan.digest,
            version=plan.version,
            seed=plan.assessment.method.cooperation.seed,
        )
        texts[key] = text.split("\n")
    for key, lines in texts.items():
        # A row without an option is no part of the input table.
        row = section(sheet, row, LAST, words(f"method.{key}"))
        for line in lines:
            row = paragraph(sheet, row, LAST, line)
        row += 1
    return row


def _computed(plan: Plan) -> Iterator[str]:
    """What was done to the values, stage by stage: each method and what it is for."""
    words, assessment, framework = plan.words, plan.assessment, plan.framework
    yield words("method.handbook")
    scored = [code for code in plan.divided if code in framework.indicators]
    if scored:
        pairs = [
            words(
                "method.quotient", name=framework[code].name,
                denominator=framework[framework[code].denominator].name,
            )
            for code in scored
        ]  # fmt: skip
        yield words("method.divided", names=_some(plan, pairs))
    if assessment.method.screening != type(assessment.method.screening)():
        yield words("method.screened")
    indicators, groups = list(framework.indicators), list(plan.groups)
    users = {
        "imputation": [(name, indicators) for name in assessment.method.imputation.methods],
        "treatment": _users(assessment.treatments),
        "normalisation": _users(assessment.normalisations),
        "weighting": _users({group: assessment.weighed.methods[group] for group in groups}),
        "aggregation": _users({group: assessment.aggregations[group] for group in groups}),
    }
    for stage, found in users.items():
        entries = {entry.name: entry for entry in methods(stage)}
        for name, nodes in found:
            what = "groups" if stage in ("weighting", "aggregation") else "indicators"
            everything = len(nodes) == len(groups if what == "groups" else indicators)
            names = [framework[node].name for node in nodes]
            whom = words(f"method.all_{what}") if everything else _some(plan, names)
            if name not in entries:
                yield words("method.weight_set", name=name, whom=whom)
                continue
            entry = entries[name]
            source = f"({entry.source})" if entry.source else ""
            yield words(
                "method.computed_line", stage=stage.capitalize(), name=name, whom=whom,
                summary=entry.summary, source=source,
            ).strip()  # fmt: skip
            formula = words.get(f"method.formula.{name}", "")
            if formula:
                yield formula
    choices = assessment.method.aggregation
    yield words(f"method.missing.{choices.missing}")
    if choices.minimum_coverage:
        yield words("method.minimum_coverage", share=f"{choices.minimum_coverage:.0%}")
    yield words("method.ranks")


def _users(chosen: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Each method with the nodes that it is for, in the order of the tree."""
    users: dict[str, list[str]] = {}
    for node, name in chosen.items():
        users.setdefault(name, []).append(node)
    return list(users.items())


def _some(plan: Plan, names: Sequence[str]) -> str:
    """The names, or the first of them and how many more there are."""
    said = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{said} {plan.words('statistics.more', count=more)}" if more > 0 else said

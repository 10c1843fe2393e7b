"""Statistics: the spread of each indicator, which regions have data, and what was screened out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill

from reports.workbook import styles
from reports.workbook.cells import (
    Sheet,
    Value,
    area,
    blank_if_missing,
    colour_scale,
    local,
    quoted,
)
from reports.workbook.data import number_format
from reports.workbook.parts import FLAGGED, footer, header, section
from reports.workbook.plan import LIVE_UNITS, Plan
from scoring.statistics import availability, indicator_statistics

(
    NAME, VALUES, MISSING, ZEROS, LOWEST, LOWER, MEDIAN, MEAN, UPPER, HIGHEST, DEVIATION, SKEW,
    KURTOSIS, OUTLIERS, DIFFERENT, FREQUENT, FLAGS,
) = range(1, 18)  # fmt: skip

#: Limits of the flags; those of skewness and kurtosis are the method's.
AVAILABLE, NONZERO, UNIQUE, MOST_FREQUENT = 0.65, 0.5, 0.5, 0.5

#: Groups of the framework that stand beside each other in the table of availability.
MOST_GROUPS = FLAGS - 2
#: Regions listed where there are too many for all of them.
MOST_LISTED = 200

#: Availability from which down the colour is that of the lowest.
HALF_EMPTY = 0.5

#: Powers of numbers outside overflow or vanish in a spreadsheet, though not in Python.
SMALLEST, LARGEST = 1e-70, 1e70


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "statistics", subtitle=words("statistics.how"), last_column=FLAGS)
    sheet.widths({NAME: 36, FLAGS: 26, **dict.fromkeys(range(VALUES, FLAGS), 8)})
    row = _spread(plan, sheet, 6)
    row = _cautions(plan, sheet, row + 1)
    row = _screening(plan, sheet, row + 1)
    row = _availability(plan, sheet, row + 1)
    sheet.freeze(6, VALUES)
    sheet.protect()
    sheet.page(row, FLAGS, one_page=False, footer=footer(plan))


# --- spread ---------------------------------------------------------------------------------------


def _spread(plan: Plan, sheet: Sheet, row: int) -> int:
    """One line for each scored indicator; returns the next free row."""
    words = plan.words
    limits = plan.assessment.method.treatment
    how = words(
        "statistics.spread_how", skew=f"{limits.maximum_skew:g}",
        kurtosis=f"{limits.maximum_kurtosis:g}", missing=f"{1 - AVAILABLE:.0%}",
        half=f"{MOST_FREQUENT:.0%}",
    )  # fmt: skip
    if plan.assessment.by_year:
        how = f"{words('statistics.of_year', year=plan.assessment.year)} {how}"
    row = section(sheet, row, FLAGS, words("statistics.spread"), how)
    keys = (
        "data.indicator", "statistics.values", "statistics.missing", "statistics.zeros",
        "scores.lowest", "statistics.lower", "scores.median", "scores.mean", "statistics.upper",
        "scores.highest", "statistics.deviation", "statistics.skew", "statistics.kurtosis",
        "statistics.outliers", "statistics.different", "statistics.frequent", "statistics.flags",
    )  # fmt: skip
    sheet.table_heading(row, 1, [words(key) for key in keys], height=42, left=1)
    sheet.put(row, FLAGS, words("statistics.flags"), styles.HEADING_LEFT)
    indicators = list(plan.framework.indicators)
    values = plan.assessment.denominated[indicators]
    table: Any = indicator_statistics(
        values,
        maximum_skew=limits.maximum_skew,
        maximum_kurtosis=limits.maximum_kurtosis,
        minimum_available=AVAILABLE,
        minimum_nonzero=NONZERO,
        minimum_unique=UNIQUE,
        maximum_most_frequent=MOST_FREQUENT,
    )
    first = row + 1
    for row, indicator in enumerate(indicators, first):
        _indicator(plan, sheet, row, indicator, values[indicator], table.loc[indicator])
    _colours(plan, sheet, first, row)
    return row + 1


def _indicator(
    plan: Plan, sheet: Sheet, row: int, indicator: str, values: pd.Series, found: Any
) -> None:
    """Figures of one indicator, each with the formula that follows Data where there is one."""
    known = values.dropna().to_numpy()
    live = _can_follow(plan, indicator, known)
    cells = plan.value_range(indicator)
    number = styles.NUMBER.but(format=number_format(known, whole=False), size=8, indent=0)
    shape, count = styles.NUMBER.but(format="0.00"), styles.INTEGER
    percent = styles.PERCENT.but(format="0%")
    some = len(known) > 0
    here = {column: local(row, column) for column in range(VALUES, FLAGS)}
    fence = f"1.5*({here[UPPER]}-{here[LOWER]})"
    outside = (
        f"SUMPRODUCT(--ISNUMBER({cells}),--({cells}<{here[LOWER]}-{fence}))"
        f"+SUMPRODUCT(--ISNUMBER({cells}),--({cells}>{here[UPPER]}+{fence}))"
    )
    constant = f"{here[LOWEST]}={here[HIGHEST]}"
    frequent = f"IFERROR(COUNTIF({cells},MODE({cells})),1)/{here[VALUES]}"

    def present(formula: str) -> str:
        return f'IF({here[VALUES]}=0,"",IFERROR({formula},""))'

    lines: list[tuple[int, Value, str, styles.Style]] = [
        (VALUES, len(known), f"COUNT({cells})", count),
        (MISSING, 1 - len(known) / plan.count, f"1-{here[VALUES]}/{plan.count}", percent),
        (ZEROS, int((known == 0).sum()), f"COUNTIF({cells},0)", count),
        (LOWEST, found["minimum"], present(f"MIN({cells})"), number),
        (LOWER, found["quantile_25"], present(f"QUARTILE({cells},1)"), number),
        (MEDIAN, found["median"], present(f"MEDIAN({cells})"), number),
        (MEAN, found["mean"], present(f"AVERAGE({cells})"), number),
        (UPPER, found["quantile_75"], present(f"QUARTILE({cells},3)"), number),
        (HIGHEST, found["maximum"], present(f"MAX({cells})"), number),
        (DEVIATION, found["standard_deviation"], present(f"STDEV({cells})"), number),
        (SKEW, found["skewness"], present(f'IF({constant},"",SKEW({cells}))'), shape),
        (KURTOSIS, found["kurtosis"], present(f'IF({constant},"",KURT({cells}))'), shape),
        (OUTLIERS, int(found["number_outliers"]), f"IF({here[VALUES]}=0,0,{outside})", count),
        (
            DIFFERENT,
            int(found["number_unique"]),
            f"IF({here[VALUES]}=0,0,SUMPRODUCT(--(FREQUENCY({cells},{cells})>0)))",
            count,
        ),
        (FREQUENT, found["share_most_frequent"] if some else np.nan, present(frequent), percent),
    ]
    sheet.put(row, NAME, plan.framework[indicator].name, styles.LEFT.but(shrink=True))
    for column, value, formula, style in lines:
        shown = value if isinstance(value, int) else blank_if_missing(float(value or 0.0))
        sheet.put(row, column, shown, style, formula if live else None)
    text, formula = _flags(plan, here, found)
    look = styles.LEFT.but(size=8, wrap=True)
    sheet.put(row, FLAGS, text, look, formula if live else None)
    sheet.height(row, 15 if len(text) < 36 else 24)


def _can_follow(plan: Plan, indicator: str, known: np.ndarray) -> bool:
    """Whether formulas over the column on Data find what Python finds."""
    sizes = np.abs(known[known != 0])
    ordinary = bool(((sizes > SMALLEST) & (sizes < LARGEST)).all())
    return plan.count <= LIVE_UNITS and plan.follows_data(indicator) and ordinary


def _flags(plan: Plan, here: dict[int, str], found: Any) -> tuple[str, str]:
    """What asks for a look, in words; of a constant that it is one, and no more."""
    words, limits = plan.words, plan.assessment.method.treatment
    names = {
        flag: words(f"statistics.flag.{flag}")
        for flag in (
            "empty", "constant", "missing", "zeros", "few_values", "one_value_dominates", "skewed",
        )
    }  # fmt: skip
    values = here[VALUES]
    tests = {
        "zeros": f"({values}-{here[ZEROS]})/{values}<{NONZERO}",
        "few_values": f"{here[DIFFERENT]}/{values}<{UNIQUE}",
        "one_value_dominates": f"{here[FREQUENT]}>{MOST_FREQUENT}",
        "skewed": f"AND(ABS(N({here[SKEW]}))>{limits.maximum_skew!r},"
        f"N({here[KURTOSIS]})>{limits.maximum_kurtosis!r})",
    }

    def said(test: str, flag: str) -> str:
        return f'IF({test},{quoted("; " + names[flag])},"")'

    shape = "&".join(said(test, flag) for flag, test in tests.items())
    constant = f"{here[LOWEST]}={here[HIGHEST]}"
    missing = said(f"{values}/{plan.count}<{AVAILABLE}", "missing")
    formula = (
        f"IF({values}=0,{quoted(names['empty'])},"
        f"MID({missing}&IF({constant},{quoted('; ' + names['constant'])},{shape}),3,250))"
    )
    raised = set(found["flags"])
    if "empty" in raised:
        raised = {"empty"}
    elif "constant" in raised:
        raised &= {"constant", "missing"}
    order = ("empty", "missing", "constant", *tests)
    return "; ".join(names[flag] for flag in order if flag in raised), formula


def _colours(plan: Plan, sheet: Sheet, first: int, last: int) -> None:
    """A ground behind what is flagged, and behind the figure that it is flagged for."""
    limits = plan.assessment.method.treatment
    fill = PatternFill(bgColor=f"FF{FLAGGED}")
    skew, kurtosis = local(first, SKEW, "column"), local(first, KURTOSIS, "column")
    values, zeros = local(first, VALUES, "column"), local(first, ZEROS, "column")
    rules = {
        FLAGS: f"LEN({local(first, FLAGS)})>0",
        MISSING: f"{local(first, MISSING)}>{1 - AVAILABLE!r}",
        ZEROS: f"AND({values}>0,({values}-{zeros})/MAX(1,{values})<{NONZERO})",
        DIFFERENT: f"AND({values}>0,{local(first, DIFFERENT)}/MAX(1,{values})<{UNIQUE})",
        FREQUENT: f"N({local(first, FREQUENT)})>{MOST_FREQUENT}",
    }
    both = f"AND(ABS(N({skew}))>{limits.maximum_skew!r},N({kurtosis})>{limits.maximum_kurtosis!r})"
    rules |= {SKEW: both, KURTOSIS: both}
    for column, test in rules.items():
        sheet.format_where(area(first, column, last, column), FormulaRule([test], fill=fill))


def _cautions(plan: Plan, sheet: Sheet, row: int) -> int:
    """Indicators that the framework warns of; returns the next free row."""
    warned = [code for code in plan.framework.indicators if plan.framework[code].caution]
    if not warned:
        return row - 1
    row = section(sheet, row, FLAGS, plan.words("statistics.caution"))
    for indicator in warned:
        caution = plan.framework[indicator].caution
        sheet.put(row, NAME, plan.framework[indicator].name, styles.LEFT.but(shrink=True))
        sheet.wide(row, VALUES, FLAGS, caution, styles.NOTE)
        sheet.height(row, 13 * (1 + len(caution) // 170))
        row += 1
    return row


# --- availability ---------------------------------------------------------------------------------


def _availability(plan: Plan, sheet: Sheet, row: int) -> int:
    """Share of indicators with a value, by region and group; returns the next free row."""
    words = plan.words
    indicators = list(plan.framework.indicators)
    values = plan.assessment.denominated[indicators]
    row = section(
        sheet, row, FLAGS, words("statistics.available"), words("statistics.available_how")
    )
    if not values.isna().to_numpy().any():
        sheet.wide(row, 1, FLAGS, words("statistics.complete"), styles.NOTE)
        return row + 1
    groups = plan.groups[:MOST_GROUPS]
    shares = availability(values, plan.framework)[list(groups)]
    everybody = plan.count <= LIVE_UNITS
    listed = np.arange(plan.count)
    if not everybody:
        fewest = np.argsort(shares[groups[0]].to_numpy(), kind="stable")[:MOST_LISTED]
        more = words("statistics.fewest", listed=len(fewest), count=plan.count)
        sheet.wide(row, 1, FLAGS, more, styles.NOTE)
        row, listed = row + 1, fewest
    titles = [words("unit.name"), *(plan.framework[group].name for group in groups)]
    top = row
    if plan.group_column:
        row = _by_group(plan, sheet, row, titles, shares, everybody)
    sheet.table_heading(row, 1, titles, height=44, left=1)
    first = row + 1
    formulas = {group: _count_formula(plan, group) if everybody else None for group in groups}
    percent = styles.PERCENT.but(format="0%")
    table = shares.to_numpy()
    for row, unit in enumerate(listed.tolist(), first):
        sheet.put(row, NAME, plan.labels[unit], styles.LEFT)
        for column, group in enumerate(groups, VALUES):
            formula = formulas[group]
            formula = formula.format(row=plan.first + unit) if formula else None
            sheet.put(row, column, float(table[unit, column - VALUES]), percent, formula)
    scale = colour_scale(HALF_EMPTY, 1.0)
    sheet.format_where(area(top + 1, VALUES, row, VALUES + len(groups) - 1), scale)
    return row + 1


def _count_formula(plan: Plan, group: str) -> str | None:
    """Formula of the share below a group, with ``{row}`` for the row; None for denominators."""
    framework = plan.framework
    below = [code for code in framework.indicators if group in framework.ancestors(code)]
    if any(framework[code].denominator for code in below):
        return None
    columns = [plan.data_column(code) for code in below]
    if columns != list(range(columns[0], columns[-1] + 1)):
        return None
    start, end = (local(0, column, "column")[:-1] for column in (columns[0], columns[-1]))
    title = plan.sheets["data"].at(1, 1).split("!")[0]
    return f"COUNT({title}!{start}{{row}}:{end}{{row}})/{len(columns)}"


def _by_group(
    plan: Plan, sheet: Sheet, row: int, titles: list[str], shares: pd.DataFrame, live: bool
) -> int:
    """Mean over the regions of each group of regions; returns the next free row."""
    sheet.table_heading(row, 1, [plan.group_title, *titles[1:]], height=44, left=1)
    ids = plan.scores_down(plan.group_id_column)
    names = plan.group_names
    # The regions' own lines come below: two headings and these groups further down.
    numbers = sorted(set(plan.group_ids.tolist()) - {0})
    first_unit = row + len(numbers) + 2
    for number in numbers:
        row += 1
        members = plan.group_ids == number
        sheet.put(row, NAME, names[int(np.argmax(members))], styles.LEFT.but(bold=True))
        means = shares[members].mean()
        for column, mean in enumerate(means.tolist(), VALUES):
            cells = f"{local(first_unit, column, 'both')}:"
            cells += local(first_unit + plan.count - 1, column, "both")
            formula = f"AVERAGEIF({ids},{number},{cells})" if live else None
            sheet.put(row, column, mean, styles.PERCENT.but(format="0%", bold=True), formula)
    return row + 1


# --- screening ------------------------------------------------------------------------------------


def _screening(plan: Plan, sheet: Sheet, row: int) -> int:
    """Regions and indicators that were left out, or kept against the rule, and why."""
    words, screened = plan.words, plan.assessment.screened
    tables = {
        "statistics.screened_indicators": screened.indicators,
        "statistics.screened_units": screened.units,
    }
    named = {key: table[table["reason"] != ""] for key, table in tables.items()}
    choices = plan.assessment.method.screening
    if choices == type(choices)() and all(table.empty for table in named.values()):
        return row - 1
    how = words(
        "statistics.screening_how",
        **{name: f"{getattr(choices, name):.0%}" for name in type(choices).model_fields
           if isinstance(getattr(choices, name), float)},
    )  # fmt: skip
    row = section(sheet, row, FLAGS, words("statistics.screening"), how)
    indicator_set = plan.assessment.indicator_set
    names: dict[str, dict[Any, str]] = {
        "statistics.screened_indicators": {
            node.code: node.name for node in indicator_set.framework.nodes
        },
        "statistics.screened_units": indicator_set.units["name"].to_dict(),
    }
    for key, table in named.items():
        titles = [
            words(key), words("statistics.missing_values"), words("statistics.zeros"),
            words("statistics.available_share"), words("statistics.nonzero_share"),
            words("statistics.reason"),
        ]  # fmt: skip
        sheet.table_heading(row, 1, titles, height=30, left=1)
        sheet.merge(row, LOWER, MEAN)
        sheet.fill(row, range(LOWER, MEAN + 1), styles.HEADING)
        row += 1
        if table.empty:
            sheet.wide(row, 1, MEAN, words("statistics.nobody"), styles.NOTE)
            row += 1
        for code, line in table.head(MOST_LISTED).iterrows():
            sheet.put(row, NAME, names[key][code], styles.LEFT.but(shrink=True))
            sheet.put(row, VALUES, int(line["number_missing"]), styles.INTEGER)
            sheet.put(row, MISSING, int(line["number_zero"]), styles.INTEGER)
            percent = styles.PERCENT.but(format="0%")
            sheet.put(row, ZEROS, float(line["share_available"]), percent)
            sheet.put(row, LOWEST, blank_if_missing(float(line["share_nonzero"])), percent)
            reason = line["reason"]
            sheet.wide(row, LOWER, MEAN, words(f"statistics.reason.{reason}"), styles.LEFT)
            row += 1
        if len(table) > MOST_LISTED:
            more = words("statistics.more", count=len(table) - MOST_LISTED)
            sheet.wide(row, 1, MEAN, more, styles.NOTE)
            row += 1
        row += 1
    return row

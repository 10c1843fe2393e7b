"""From cells to an IndicatorSet: what each cell means, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import cells, judgements, weight_sets
from indicators.findings import Finding, Place, raise_errors
from indicators.framework import COLUMNS, ROLES, Framework, Node
from indicators.headings import KNOWN_COLUMNS, checked_heading, is_wide
from indicators.indicator_set import IndicatorSet
from indicators.tables import CONTROL_CHARACTERS, RawSet, RawTable

#: Columns of the framework that hold numbers.
NUMBERS = ("weight", "low", "high", "target", "target_high", "scale_factor")

UNIT_ROLES = ("score", "context")

#: How a direction may be written; 1.0 where a program took the column for numbers with gaps.
DIRECTIONS: Mapping[str, Literal[1, -1]] = {"1": 1, "+1": 1, "1.0": 1, "-1": -1, "-1.0": -1}

GOAL = re.compile(r"0?[1-9]|1[0-7]")


def build(raw: RawSet) -> IndicatorSet:
    """Set from its tables.

    Parameters
    ----------
    raw : RawSet
        Tables as read.

    Raises
    ------
    InvalidInputError
        Where anything is wrong; it lists everything that is.
    """
    findings = list(raw.findings)
    tables = {name: checked_heading(table, findings) for name, table in raw.tables.items()}
    units = _units(tables["units"], findings) if "units" in tables else None
    sources = _sources(tables.get("sources"), findings)
    nodes = _nodes(tables["framework"], findings) if "framework" in tables else None
    framework = _framework(tables["framework"], nodes, findings) if nodes else None
    notes = _notes(tables.get("notes"), units, sources, findings)
    weights, said = weight_sets.empty(), judgements.empty()
    if "weights" in tables:
        weights, tables["weights"] = weight_sets.weight_sets(tables["weights"], framework, findings)
    if "judgements" in tables:
        said, tables["judgements"] = judgements.judgements(
            tables["judgements"], framework, findings
        )
    values = None
    if "values" in tables and units is not None and nodes:
        indicators, groups = _leaves(nodes) if framework is None else _codes_of(framework)
        values, tables["values"] = _values(
            tables["values"], indicators, groups, units, sources, findings
        )
    findings = cells.first_of_each(findings)
    raise_errors(findings)
    if framework is None or units is None or values is None:  # an error was raised above
        raise AssertionError
    return IndicatorSet(
        name=CONTROL_CHARACTERS.sub("?", raw.name),
        framework=framework,
        units=units,
        values=values,
        sources=sources,
        notes=notes,
        weight_sets=weights,
        judgements=said,
        method=raw.method,
        # The cells are parsed; only their places are still needed, so memory holds values once.
        tables={name: replace(table, rows=[]) for name, table in tables.items()},
        method_file=raw.method_file,
        method_places=raw.method_places,
        findings=tuple(findings),
    )


# --- tables -------------------------------------------------------------------------------------


def _units(table: RawTable, findings: list[Finding]) -> pd.DataFrame:
    codes = cells.codes(table, "code", findings)
    columns = {"name": codes, "name_zh": [""] * len(codes), "role": ["score"] * len(codes)}
    for title in table.heading:
        if title != "code":
            columns[title] = cells.texts(table, title, findings)
    columns["name"] = [name or code for name, code in zip(columns["name"], codes, strict=True)]
    columns["role"] = [role or "score" for role in columns["role"]]
    for row, role in enumerate(columns["role"]):
        if role not in UNIT_ROLES:
            place = table.place(row, "role")
            fields = {"what": "role of a unit", "value": role, "known": UNIT_ROLES}
            findings.append(Finding("unknown_choice", "error", place, fields))
    if codes and set(columns["role"]) == {"context"}:
        place = Place(table.file, table.sheet, column="role")
        findings.append(Finding("no_scored_unit", "error", place))
    return pd.DataFrame(columns, index=pd.Index(codes, name="code"), dtype=object)


def _sources(table: RawTable | None, findings: list[Finding]) -> pd.DataFrame:
    names = KNOWN_COLUMNS["sources"][1:]
    if table is None:
        return pd.DataFrame(columns=list(names), index=pd.Index([], name="code"), dtype=object)
    codes = cells.codes(table, "code", findings)
    columns = {name: cells.texts(table, name, findings) for name in names}
    return pd.DataFrame(columns, index=pd.Index(codes, name="code"), dtype=object)


def _notes(
    table: RawTable | None,
    units: pd.DataFrame | None,
    sources: pd.DataFrame,
    findings: list[Finding],
) -> pd.DataFrame:
    names = KNOWN_COLUMNS["notes"]
    if table is None:
        return pd.DataFrame(columns=list(names), dtype=object)
    columns = {name: cells.texts(table, name, findings) for name in names}
    cells.years(table, findings)
    if units is not None:
        exact = {code.casefold(): code for code in units.index}
        for row, unit in enumerate(columns["unit"]):
            if unit and unit.casefold() not in exact:
                place = table.place(row, "unit")
                findings.append(Finding("unknown_unit", "error", place, {"value": unit}))
        columns["unit"] = [exact.get(unit.casefold(), unit) for unit in columns["unit"]]
    _check_sources(table, columns["source"], sources, findings)
    return pd.DataFrame(columns, dtype=object)


def _check_sources(
    table: RawTable, cited: Sequence[str], sources: pd.DataFrame, findings: list[Finding]
) -> None:
    known = set(sources.index)
    unknown = {text: [s for s in _split(text) if s not in known] for text in set(cited)}
    if not any(unknown.values()):
        return
    for row, text in enumerate(cited):
        for source in unknown[text]:
            place = table.place(row, "source")
            findings.append(Finding("unknown_source", "error", place, {"value": source}))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


# --- framework ----------------------------------------------------------------------------------


def _nodes(table: RawTable, findings: list[Finding]) -> list[Node]:
    """Rows of the framework table as nodes, and what is wrong with their cells."""
    codes = cells.codes(table, "code", findings)
    exact = {code.casefold(): code for code in codes}
    text = {
        name: cells.texts(table, name, findings)
        for name in COLUMNS
        if name not in ("code", *NUMBERS)
    }
    number = {name: cells.numbers(table, name, findings) for name in NUMBERS}
    parents = [exact.get(parent.casefold(), parent) for parent in text["parent"]]
    groups = set(parents)

    def report(row: int, column: str, finding: str, **fields: object) -> None:
        findings.append(Finding(finding, "error", table.place(row, column), fields))

    nodes = []
    for row, code in enumerate(codes):
        weight, low, high, target, target_high, scale_factor = (
            _optional(number[name][row]) for name in NUMBERS
        )
        if table.column("weight")[row] is None and table.is_linked(row, "weight"):
            report(row, "weight", "empty_weight", code=code)
        if weight is not None and weight < 0:
            report(row, "weight", "negative_weight", value=cells.text(weight), code=code)
        if low is not None and high is not None and low >= high:
            report(
                row, "low", "bad_goalposts", low=cells.text(low), high=cells.text(high), code=code
            )
        _check_target(target, target_high, code, row, report)
        if scale_factor is not None and scale_factor <= 0:
            report(
                row, "scale_factor", "bad_scale_factor", value=cells.text(scale_factor), code=code
            )
        role = text["role"][row]
        if role and role not in ROLES:
            report(row, "role", "bad_role", value=role)
            role = ""
        direction = DIRECTIONS.get(text["direction"][row])
        if direction is None and text["direction"][row]:
            report(row, "direction", "bad_direction", value=text["direction"][row])
        denominator = text["denominator"][row]
        denominator = exact.get(denominator.casefold(), denominator)
        if denominator and (denominator.casefold() not in exact or denominator in groups):
            report(row, "denominator", "unknown_denominator", value=denominator, code=code)
        elif denominator and denominator == code:
            report(row, "denominator", "own_denominator", code=code)
        elif denominator and code in groups:
            report(row, "denominator", "denominator_of_group", code=code)
        if scale_factor is not None and not denominator:
            report(row, "scale_factor", "scale_without_denominator", code=code)
        sdg = _split(text["sdg"][row])
        if not all(GOAL.fullmatch(goal) for goal in sdg):
            report(row, "sdg", "bad_sdg", value=text["sdg"][row])
            sdg = []
        nodes.append(
            Node(
                code=code,
                parent=parents[row],
                name=text["name"][row] or code,
                name_zh=text["name_zh"][row],
                role=role or None,  # type: ignore[arg-type]
                weight=weight,
                direction=direction,
                measure=text["measure"][row],
                low=low,
                high=high,
                target=target,
                target_high=target_high,
                transform=text["transform"][row],
                normalisation=text["normalisation"][row],
                aggregation=text["aggregation"][row],
                denominator=denominator,
                scale_factor=scale_factor,
                sdg=tuple(int(goal) for goal in sdg),
                description=text["description"][row],
                caution=text["caution"][row],
            )
        )
    return nodes


def _check_target(
    target: float | None,
    target_high: float | None,
    code: str,
    row: int,
    report: Callable[..., None],
) -> None:
    if target_high is None:
        return
    if target is None:
        report(row, "target_high", "target_without_low", value=cells.text(target_high), code=code)
    elif target >= target_high:
        fields = {"low": cells.text(target), "high": cells.text(target_high), "code": code}
        report(row, "target_high", "bad_target", **fields)


def _framework(table: RawTable, nodes: Sequence[Node], findings: list[Finding]) -> Framework | None:
    """The tree, or None where it is no tree; then every reason is among the findings."""
    before = len(findings)

    def report(row: int, column: str, finding: str, **fields: object) -> None:
        findings.append(Finding(finding, "error", table.place(row, column), fields))

    if "parent" not in table.heading:
        return None
    _check_tree(nodes, report)
    if len(findings) > before or len({node.code for node in nodes}) < len(nodes):
        return None
    framework = Framework(tuple(nodes))
    _check_groups(framework, report)
    return framework if len(findings) == before else None


def _codes_of(framework: Framework) -> tuple[tuple[str, ...], frozenset[str]]:
    groups = frozenset(node.code for node in framework.nodes if framework.is_group(node.code))
    return framework.all_indicators, groups


def _leaves(nodes: Sequence[Node]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Indicators and groups of a tree that is not sound, to check the values all the same."""
    parents = {node.parent for node in nodes}
    codes = dict.fromkeys(node.code for node in nodes if node.code)
    return tuple(c for c in codes if c not in parents), frozenset(c for c in codes if c in parents)


def _optional(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _check_tree(nodes: Sequence[Node], report: Callable[..., None]) -> None:
    parents = {node.code: node.parent for node in nodes}
    roots = [row for row, node in enumerate(nodes) if not node.parent]
    if nodes and not roots:
        report(0, "parent", "no_root")
    if len(roots) > 1:
        several = ", ".join(nodes[row].code for row in roots)
        report(roots[1], "parent", "several_roots", value=several)
    for row, node in enumerate(nodes):
        if node.parent and node.parent not in parents:
            report(row, "parent", "unknown_parent", value=node.parent, code=node.code)
    followed: set[str] = set()
    for node in nodes:
        path, code = dict.fromkeys([node.code]), node.code
        while (code := parents.get(code, "")) and code not in path and code not in followed:
            path[code] = None
        if code in path:
            circle = list(path)[list(path).index(code) :]
            first = next(i for i, other in enumerate(nodes) if other.code in circle)
            start = circle.index(nodes[first].code)
            report(first, "parent", "cycle", value=", ".join(circle[start:] + circle[:start]))
        followed.update(path)


def _check_groups(framework: Framework, report: Callable[..., None]) -> None:
    rows = {node.code: row for row, node in enumerate(framework.nodes)}
    if not framework.is_group(framework.root):
        report(rows[framework.root], "code", "root_is_indicator", value=framework.root)
        return
    if not framework.indicators:
        report(rows[framework.root], "role", "no_scored_indicator")
        return
    for group in framework.groups:
        children = framework.children(group)
        weights = [framework.weight(child) for child in children]
        if not any(weights):
            report(rows[children[0]], "weight", "zero_weights", value=group)
        elif not np.isfinite(sum(weights)):
            report(rows[children[0]], "weight", "huge_weights", value=group)


# --- values -------------------------------------------------------------------------------------


def _values(
    table: RawTable,
    indicators: Sequence[str],
    groups: frozenset[str],
    units: pd.DataFrame,
    sources: pd.DataFrame,
    findings: list[Finding],
) -> tuple[pd.DataFrame, RawTable]:
    """Values as a long table, and the places of its rows."""
    wide = is_wide(table)
    long = _long_from_wide(table, indicators, groups, findings) if wide else table
    unit_codes = _known(long, "unit", list(units.index), frozenset(), findings)
    indicator_codes = _known(long, "indicator", indicators, groups, findings)
    numbers = cells.numbers(long, "value", findings)
    years = cells.years(long, findings)
    source = cells.texts(long, "source", findings)
    note = cells.texts(long, "note", findings)
    _check_sources(long, source, sources, findings)
    _check_duplicates(long, unit_codes, indicator_codes, years, units.index, indicators, findings)
    if any(finding.severity == "error" for finding in findings):
        return pd.DataFrame(), table
    values = pd.DataFrame(
        {
            "unit": pd.Categorical.from_codes(unit_codes, categories=units.index),
            "indicator": pd.Categorical.from_codes(
                indicator_codes, categories=pd.Index(indicators)
            ),
            "year": years,
            "value": numbers,
            "source": np.array(source, dtype=object),
            "note": np.array(note, dtype=object),
        }
    )
    empty = values["value"].isna()
    if wide:
        # An empty cell of a wide table states nothing: most years have no value for most
        # indicators. An empty row of a long table states that the value is missing.
        says_nothing = empty
    else:
        pair = unit_codes * len(indicators) + indicator_codes
        elsewhere = np.isin(pair, pair[~empty.to_numpy()])
        # A workbook offers a row, its year linked too, for a value that has none yet.
        offered = np.zeros(len(values), dtype=bool)
        if long.homes:
            for row in np.flatnonzero(empty):
                offered[row] = long.is_linked(int(row), "year")
        bare = (values["source"] == "") & (values["note"] == "")
        says_nothing = empty & bare & (offered | ~elsewhere)
    kept = ~np.asarray(says_nothing)
    return values[kept].reset_index(drop=True), long.only(np.flatnonzero(kept))


def _long_from_wide(
    table: RawTable, indicators: Sequence[str], groups: frozenset[str], findings: list[Finding]
) -> RawTable:
    """The same cells as a long table that still knows where each of them stands."""
    exact = {code.casefold(): code for code in indicators}
    fixed = [title for title in ("unit", "year") if title in table.heading]
    positions = {title: table.heading.index(title) for title in fixed}
    rows: list[list[object]] = []
    origins: list[tuple[int, str]] = []
    for position, title in enumerate(table.heading):
        if title in fixed:
            continue
        if title.casefold() not in exact:
            letter = table.letters[position] if table.letters else ""
            place = Place(table.file, table.sheet, table.heading_row, title, letter)
            code = "value_for_group" if title in groups else "unknown_indicator"
            findings.append(Finding(code, "error", place, {"value": title}))
            continue
        for row, row_cells in enumerate(table.rows):
            year = row_cells[positions["year"]] if "year" in positions else None
            unit = row_cells[positions["unit"]] if "unit" in positions else None
            rows.append([unit, exact[title.casefold()], year, row_cells[position]])
            origins.append((row, title))
    return _Unfolded(
        table.name,
        table.file,
        table.sheet,
        ("unit", "indicator", "year", "value"),
        rows,
        [table.row_numbers[row] for row, _ in origins],
        table.heading_row,
        table.letters,
        wide=table,
        origins=origins,
    )


@dataclass(frozen=True)
class _Unfolded(RawTable):
    """A long table whose values stand in the columns of a wide one."""

    wide: RawTable | None = None
    origins: Sequence[tuple[int, str]] = ()

    def place(self, row: int | None = None, column: str = "") -> Place:
        if self.wide is None or row is None:
            return super().place(row, column)
        wide_row, title = self.origins[row]
        return self.wide.place(wide_row, title if column == "value" else column)

    def only(self, rows: NDArray[np.intp]) -> Self:
        wide = None if self.wide is None else replace(self.wide, rows=[])
        return replace(super().only(rows), wide=wide, origins=[self.origins[row] for row in rows])


def _known(
    table: RawTable,
    column: str,
    known: Sequence[str],
    groups: frozenset[str],
    findings: list[Finding],
) -> np.ndarray:
    """Positions of a column's codes among the known ones; the unknown become findings."""
    position = {code: i for i, code in enumerate(known)}
    folded = {code.casefold(): i for i, code in enumerate(known)}
    texts = cells.texts(table, column, findings)
    codes = np.array(
        [position.get(text, folded.get(text.casefold(), -1)) for text in texts], dtype=np.int64
    )
    reported: set[str] = set()
    for row in np.flatnonzero(codes < 0):
        text = texts[row]
        if not text:
            place = table.place(int(row), column)
            findings.append(Finding("empty_cell", "error", place, {"column": column}))
        if not text or text in reported:
            continue
        reported.add(text)
        code = "value_for_group" if text in groups else f"unknown_{column}"
        findings.append(Finding(code, "error", table.place(int(row), column), {"value": text}))
    return codes


def _check_duplicates(
    table: RawTable,
    units: np.ndarray,
    indicators: np.ndarray,
    years: np.ndarray,
    unit_codes: pd.Index,
    indicator_codes: Sequence[str],
    findings: list[Finding],
) -> None:
    keys = pd.DataFrame({"unit": units, "indicator": indicators, "year": years})
    known = (units >= 0) & (indicators >= 0)
    first: dict[tuple[object, ...], int] = {}
    for row in np.flatnonzero(keys.duplicated(keep=False).to_numpy() & known):
        year = "undated" if np.isnan(years[row]) else int(years[row])
        key = (units[row], indicators[row], year)
        if key not in first:
            first[key] = table.row_numbers[row]
            continue
        fields = {
            "unit": unit_codes[units[row]],
            "indicator": indicator_codes[indicators[row]],
            "year": year,
            "first": first[key],
        }
        place = table.place(int(row), "value")
        findings.append(Finding("duplicate_value", "error", place, fields))

"""Correlations: what drives the index, and whether indicators belong together as the tree says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from indicators import Finding
from reports.workbook import styles
from reports.workbook.cells import Sheet, area, blank_if_missing, colour_scale, known
from reports.workbook.parts import footer, header, name_of, section
from reports.workbook.plan import Plan
from scoring.aggregation import AGGREGATIONS
from scoring.multivariate.importance import FEWEST_FOR_A_CURVE

NAME, GROUP = 1, 2
#: Shares of influence; the ratio and the order go by the first.
IMPORTANCE = ("main_effect_importance", "correlation_importance")
WEIGHT, CORRELATION, BY_CORRELATION, BY_EFFECT, RATIO = range(5, 10)
WITHOUT, MEAN_SHIFT, LARGEST_SHIFT, MOVES, MOVED_BY = 10, 11, 12, 13, 16
LAST = MOVED_BY

#: Limits of the flags (see ``scoring.multivariate.correlation_table``).
NEGATIVE, WEAK, COLLINEAR = -0.4, 0.3, 0.92
#: Findings of the audit on pairs of nodes, in the order in which they are listed.
PAIRS = ("negative_siblings", "against_ancestor", "collinear_siblings")
#: p-value below which a coefficient has so many stars.
STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
#: Largest matrix that is shown, and pairs that are listed.
MOST_CELLS_ACROSS, MOST_PAIRS = 60, 40
#: Fewer regions correlate by chance alone.
FEWEST_UNITS = 3
#: Widths of the names and of the other columns.
NAME_WIDTH, WIDTH = 34, 8
#: Leaving out nodes is too slow here where units squared times nodes are more, or at all.
MOST_COMPARISONS, TOO_SLOW = 5_000_000, frozenset({"kemeny"})

RATIO_FORMAT = '[>=1.5]"▲ "0.0;[<=0.5]"▼ "0.0;0.0'
CENTRED = styles.CENTRE.but(size=8.5)


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    sheet = header(plan, "correlations", subtitle=words("correlations.how"), last_column=LAST)
    sheet.widths({NAME: NAME_WIDTH, **dict.fromkeys(range(2, LAST + 1), WIDTH)})
    sheet.freeze(6, GROUP)
    sheet.protect()
    if plan.count < FEWEST_UNITS:
        sheet.wide(6, 1, LAST, words("correlations.too_few"), styles.NOTE)
        sheet.page(6, LAST, footer=footer(plan))
        return
    analysis = Analysis(plan)
    row = _drivers(analysis, sheet, 6)
    row = _pairs(analysis, sheet, row + 1)
    sheet.break_before(row + 1)
    how = words("correlations.groups_how")
    row = section(sheet, row + 1, LAST, words("correlations.groups"), how)
    for group in plan.groups:
        row = _group(analysis, sheet, row, group)
    last = LAST
    indicators = plan.framework.indicators
    if len(plan.groups) > 1 and len(indicators) <= MOST_CELLS_ACROSS:
        sheet.break_before(row)
        row = section(sheet, row, LAST, words("correlations.all"), words("correlations.all_how"))
        row = _matrix(analysis, sheet, row, indicators, ())
        last = max(last, 1 + len(indicators))
        sheet.widths(dict.fromkeys(range(LAST + 1, last + 1), WIDTH))
    # Each page repeats the names; the first holds all tables but the last one.
    beyond = (last - LAST) * WIDTH
    pages = 1 + beyond // ((LAST - 1) * WIDTH)
    sheet.page(
        row, last, one_page=False, pages_wide=pages, title_columns="A:A", footer=footer(plan)
    )


@dataclass(frozen=True, eq=False)
class Analysis:
    """What is computed for the sheet, each table once.

    Parameters
    ----------
    plan : Plan
    """

    plan: Plan

    @cached_property
    def matrix(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Correlations of all nodes and their p-values."""
        from scoring.multivariate import correlations

        nodes = list(self.plan.framework.scored_nodes)
        found = correlations(self.plan.assessment.scores[nodes])
        return found.coefficients, found.p_values

    @cached_property
    def influence(self) -> pd.DataFrame:
        """Weight beside importance: siblings in their parent, indicators in the index."""
        from scoring.multivariate import influence_table

        assessment = self.plan.assessment
        return influence_table(assessment.scores, assessment.framework, assessment.weights)

    @cached_property
    def components(self) -> pd.DataFrame:
        """Principal components of every group."""
        from scoring.multivariate import component_table

        return component_table(self.plan.assessment.scores, self.plan.framework)

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """Cronbach's alpha of every group."""
        from scoring.multivariate import reliability_table

        return reliability_table(self.plan.assessment.scores, self.plan.framework)

    @cached_property
    def without(self) -> pd.DataFrame | None:
        """Effect of leaving out each node; None where that would take too long."""
        from scoring import leave_one_out

        used = set(self.plan.assessment.aggregations.values())
        work = self.plan.count**2 * len(self.plan.framework.scored_nodes)
        slow = any(AGGREGATIONS[name].relative for name in used) and work > MOST_COMPARISONS
        return None if slow or used & TOO_SLOW else leave_one_out(self.plan.assessment)


# --- what drives the index ------------------------------------------------------------------------


def _drivers(analysis: Analysis, sheet: Sheet, row: int) -> int:
    """Weight, importance, and the effect of leaving out; returns the next free row."""
    plan, words = analysis.plan, analysis.plan.words
    root = plan.framework.root
    how = words("correlations.drivers_how")
    if plan.assessment.by_year:
        how = f"{words('correlations.of_year', year=plan.assessment.year)} {how}"
    row = section(sheet, row, LAST, words("correlations.drivers"), how)
    table = analysis.influence[analysis.influence["group"] == root]
    if plan.count < FEWEST_FOR_A_CURVE:
        few = words("correlations.few_for_curves", least=FEWEST_FOR_A_CURVE)
        sheet.wide(row, 1, LAST, few, styles.NOTE)
        row += 1
    if analysis.without is None:
        sheet.wide(row, 1, LAST, words("correlations.without_slow"), styles.NOTE)
        row += 1
    for of in ("children", "indicators"):
        part = table[table["of"] == of]
        if part.empty:
            continue
        dimensions = of == "children" and "indicators" in set(table["of"])
        title = "scorecard.dimension" if dimensions else "data.indicator"
        row = _headings(plan, sheet, row, words(title), "" if dimensions else words("data.role"))
        order = part.sort_values(list(IMPORTANCE), ascending=False, kind="stable")
        first = row
        for row, line in enumerate(order.itertuples(), first):
            _driver(analysis, sheet, row, line, dimensions)
        for column in (WEIGHT, BY_CORRELATION, BY_EFFECT):
            most = float(np.nanmax(part[["weight_share", *IMPORTANCE]].to_numpy()))
            sheet.bar(area(first, column, row, column), 0.0, max(most, 0.01))
        row += 2
    return row - 1


def _headings(plan: Plan, sheet: Sheet, row: int, name: str, group: str) -> int:
    words = plan.words
    titles = {
        NAME: name, GROUP: group, WEIGHT: words("weights.effective"),
        CORRELATION: words("correlations.with_index"),
        BY_CORRELATION: words("correlations.by_correlation"),
        BY_EFFECT: words("correlations.by_effect"), RATIO: words("correlations.ratio"),
        WITHOUT: words("correlations.without"), MEAN_SHIFT: words("correlations.mean_shift"),
        LARGEST_SHIFT: words("correlations.largest_shift"), MOVES: words("correlations.moves"),
        MOVED_BY: words("correlations.moved_by"),
    }  # fmt: skip
    over = styles.HERE.but(size=8)
    sheet.wide(row, WEIGHT, RATIO, words("correlations.drives"), over)
    sheet.wide(row, WITHOUT, MOVED_BY, words("correlations.left_out"), over)
    row += 1
    for column, title in titles.items():
        look = styles.HEADING_LEFT if column in (NAME, GROUP, MOVES) else styles.HEADING
        sheet.put(row, column, title, look)
    sheet.fill(row, range(1, LAST + 1), styles.HEADING)
    sheet.merge(row, GROUP, WEIGHT - 1)
    sheet.merge(row, MOVES, MOVED_BY - 1)
    sheet.height(row, 44)
    return row + 1


def _driver(analysis: Analysis, sheet: Sheet, row: int, line: Any, bold: bool) -> None:
    plan = analysis.plan
    node = str(line.node)
    parent = "" if bold else plan.framework[plan.framework[node].parent].name
    name = plan.framework[node].name
    sheet.put(row, NAME, name, styles.LEFT.but(bold=bold, shrink=True))
    sheet.wide(row, GROUP, WEIGHT - 1, parent, styles.LEFT.but(size=8, colour=styles.GREY))
    figures = (
        (WEIGHT, "weight_share", styles.PERCENT),
        (CORRELATION, "correlation", CENTRED.but(format="0.00")),
        (BY_CORRELATION, "correlation_importance", styles.PERCENT),
        (BY_EFFECT, "main_effect_importance", styles.PERCENT),
        (RATIO, "ratio", CENTRED.but(format=RATIO_FORMAT)),
    )
    for column, name, style in figures:
        sheet.put(row, column, blank_if_missing(getattr(line, name)), style)
    without = analysis.without
    if without is None or node not in without.index:
        sheet.put(row, WITHOUT, "–" if without is not None else None, CENTRED)
        sheet.fill(row, range(WITHOUT, MOVED_BY + 1), styles.CELL)
        return
    effect: Any = without.loc[node]
    sheet.put(row, WITHOUT, blank_if_missing(float(effect.spearman)), CENTRED.but(format="0.00"))
    shift = CENTRED.but(format="0.0")
    sheet.put(row, MEAN_SHIFT, blank_if_missing(float(effect.mean_shift)), shift)
    largest = CENTRED.but(format=plan.rank_format)
    sheet.put(row, LARGEST_SHIFT, blank_if_missing(float(effect.largest_shift)), largest)
    moved = float(effect.rank_shift)
    who = dict(zip(plan.units.index, plan.labels, strict=True)).get(effect.unit, "–")
    sheet.wide(row, MOVES, MOVED_BY - 1, who, styles.LEFT.but(size=8))
    digits = "0.#" if moved % 1 else "0"
    places = CENTRED.but(format=f'"▲ "{digits};"▼ "{digits};"–"')
    sheet.put(row, MOVED_BY, blank_if_missing(moved), places)


# --- correlations ---------------------------------------------------------------------------------


def _look(value: float, p_value: float, *, link: bool) -> styles.Style:
    """Look of a coefficient: stars for its p-value, and what asks for a look."""
    stars = next((signs for limit, signs in STARS if p_value < limit), "")
    style = CENTRED.but(format=f'0.00"{stars}"' if stars else "0.00")
    if value < NEGATIVE or (link and value <= WEAK):
        return style.but(bold=True, italic=link, colour=styles.ORANGE)
    return style.but(bold=True, box=styles.NAVY) if value > COLLINEAR else style


def _matrix(
    analysis: Analysis, sheet: Sheet, row: int, nodes: Sequence[str], links: Sequence[str]
) -> int:
    """Every node with every other, and with its group and the index; returns the next free row."""
    plan, words = analysis.plan, analysis.plan.words
    shown = [*nodes, *links]
    found, p_found = analysis.matrix
    values = found.loc[list(nodes), shown].to_numpy().tolist()
    p_values = p_found.loc[list(nodes), shown].to_numpy().tolist()
    count = len(nodes)
    sheet.put(row, NAME, words("data.indicator"), styles.HEADING_LEFT)
    for number in range(1, count + 1):
        sheet.put(row, 1 + number, number, styles.HEADING)
    link_columns = range(count + 2, count + 2 + len(links))
    for column, link in zip(link_columns, links, strict=True):
        root = link == plan.framework.root
        title = words("correlations.link_index" if root else "correlations.link_group")
        sheet.put(row, column, title, styles.HEADING)
    sheet.height(row, 28 if links else 16)
    for i, node in enumerate(nodes):
        line = row + 1 + i
        numbered = words("correlations.numbered", number=i + 1, name=plan.framework[node].name)
        sheet.put(line, NAME, numbered, styles.LEFT.but(size=8.5, shrink=True))
        for j, value in enumerate(values[i]):
            if i == j:
                sheet.put(line, 2 + j, None, styles.CELL.but(fill="E5E7EB"))
                continue
            style = _look(value, p_values[i][j], link=j >= count)
            sheet.put(line, 2 + j, blank_if_missing(value), style)
    cells = area(row + 1, 2, row + count, 1 + count + len(links))
    sheet.format_where(cells, colour_scale(-1.0, 1.0))
    return row + count + 1


def _group(analysis: Analysis, sheet: Sheet, row: int, group: str) -> int:
    """Children of one group: coherence in figures and the matrix; returns the next free row."""
    plan, words = analysis.plan, analysis.plan.words
    children = plan.framework.children(group)
    sheet.wide(row, 1, LAST, name_of(plan, group), styles.GROUP.but(align="left", size=10))
    row += 1
    if len(children) < 2:
        sheet.wide(row, 1, LAST, words("correlations.alone"), styles.NOTE)
        return row + 2
    found = analysis.reliability
    alpha = found[(found["group"] == group) & (found["of"] == "children")].iloc[0]
    parts = analysis.components
    parts = parts[(parts["group"] == group) & (parts["of"] == "children")]
    said = []
    if known(float(alpha["alpha"])):
        said.append(words("correlations.alpha", alpha=f"{alpha['alpha']:.2f}"))
    if len(parts):
        first = parts.iloc[0]
        said.append(words("correlations.kaiser", number=int(first["kaiser"])))
        said.append(words("correlations.first_component", share=f"{first['share']:.0%}"))
    sheet.wide(row, 1, LAST, " · ".join(said), styles.SMALL.but(colour="404040"))
    row += 1
    if len(children) > MOST_CELLS_ACROSS:
        sheet.wide(row, 1, LAST, words("correlations.too_many"), styles.NOTE)
        return row + 2
    root = plan.framework.root
    row = _matrix(analysis, sheet, row, children, (group,) if group == root else (group, root))
    grey = CENTRED.but(colour=styles.GREY, size=8)
    for key, column, style in (
        ("correlations.eigenvalue", "eigenvalue", grey.but(format="0.00")),
        ("correlations.share", "share", grey.but(format="0%")),
    ):
        if len(parts):
            sheet.put(row, NAME, words(key), styles.LEFT.but(colour=styles.GREY, size=8))
            for offset, value in enumerate(parts[column].tolist()):
                sheet.put(row, 2 + offset, value, style)
            row += 1
    return row + 1


def _pairs(analysis: Analysis, sheet: Sheet, row: int) -> int:
    """Correlations that ask for a look, in words; returns the next free row."""
    plan, words = analysis.plan, analysis.plan.words
    row = section(sheet, row, LAST, words("correlations.look"), words("correlations.look_how"))
    chosen = [finding for finding in plan.findings if finding.code in PAIRS]
    if not chosen:
        sheet.wide(row, 1, LAST, words("checks.nothing"), styles.NOTE)
        return row + 1
    titles = {
        NAME: words("correlations.of"), 2: words("correlations.with"), 6: words("normalised.group"),
        9: words("correlations.correlation"), 10: words("correlations.meaning"),
    }  # fmt: skip
    sheet.fill(row, range(1, LAST + 1), styles.HEADING)
    for column, title in titles.items():
        sheet.put(row, column, title, styles.HEADING if column == 9 else styles.HEADING_LEFT)
    for first, last in ((2, 5), (6, 8), (10, LAST)):
        sheet.merge(row, first, last)
    chosen.sort(key=lambda pair: (PAIRS.index(pair.code), -abs(_correlation(pair))))
    small = styles.LEFT.but(size=8)
    names = {node.code: node.name for node in plan.framework.nodes}
    p_values: Any = analysis.matrix[1]
    for pair in chosen[:MOST_PAIRS]:
        row += 1
        node, other, group = (str(pair.fields[key]) for key in ("code", "other", "group"))
        p_value = float(p_values.loc[node, other])
        look = _look(_correlation(pair), p_value, link=pair.code == "against_ancestor")
        sheet.put(row, NAME, names[node], styles.LEFT.but(shrink=True))
        sheet.wide(row, 2, 5, names[other], small.but(shrink=True))
        sheet.wide(row, 6, 8, names[group], small.but(colour=styles.GREY, shrink=True))
        sheet.put(row, 9, _correlation(pair), look)
        sheet.wide(row, 10, LAST, words(f"correlations.look.{pair.code}"), small.but(shrink=True))
    if len(chosen) > MOST_PAIRS:
        row += 1
        more = words("statistics.more", count=len(chosen) - MOST_PAIRS)
        sheet.wide(row, 1, LAST, more, styles.NOTE)
    return row + 1


def _correlation(pair: Finding) -> float:
    found: Any = pair.fields["correlation"]
    return float(found)

"""Scores: scores and ranks of all groups, and the columns that the other sheets look up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import (
    GAP,
    LONGEST_FORMULA,
    Sheet,
    area,
    blank_if_missing,
    colour_scale,
    constant,
    known,
    local,
)
from reports.workbook.data import unit_columns
from reports.workbook.live import AGGREGATIONS, Children
from reports.workbook.normalised import SHARE_ROW
from reports.workbook.parts import CHANGE_FORMAT, change_colours, footer, header, name_of
from reports.workbook.plan import FIRST_INDICATOR_COLUMN, LAST, Plan
from scoring.aggregation import TOLERANCE

HEADING_ROW = 10


def write(plan: Plan) -> None:
    """Fill the sheet."""
    words = plan.words
    static = [plan.framework[g].name for g in plan.groups if g not in plan.live_groups]
    if not plan.scores_live:
        subtitle = words("scores.static", units=plan.count)
    elif static:
        subtitle = words("scores.partly", names=", ".join(static))
    else:
        subtitle = words("scores.how")
    last = plan.exact_column(plan.groups[0]) - 1
    sheet = header(plan, "scores", subtitle=subtitle, last_column=last)
    unit_columns(plan, sheet)
    _headings(plan, sheet)
    for group in plan.groups:
        _group(plan, sheet, group)
    _lookups(plan, sheet)
    _statistics(plan, sheet)
    columns = range(FIRST_INDICATOR_COLUMN, last + 1)
    sheet.widths(dict.fromkeys(columns, 11))
    for group in plan.groups:
        cells = area(plan.first, plan.score_column(group), plan.last, plan.score_column(group))
        sheet.format_where(cells, colour_scale(*plan.scale))
    change_colours(sheet, area(plan.first, plan.change_column, plan.last, plan.change_column))
    sheet.hide_columns(last + 1, plan.note_column + plan.most_notes)
    sheet.freeze(plan.first, FIRST_INDICATOR_COLUMN)
    sheet.protect()
    titles = f"{HEADING_ROW - 1}:{plan.first - 1}"
    bottom = plan.last + 4
    sheet.page(bottom, last, titles=titles, one_page=plan.count <= 60, footer=footer(plan))
    index = plan.score_column(plan.framework.root)
    plan.book.name("IndexScores", sheet.down(index, plan.first, plan.last))
    rank = plan.rank_column(plan.framework.root)
    plan.book.name("IndexRanks", sheet.down(rank, plan.first, plan.last))


def _headings(plan: Plan, sheet: Sheet) -> None:
    words = plan.words
    blocks = (
        (plan.score_column, "scores.score"),
        (plan.rank_column, "scores.rank"),
        (plan.coverage_column, "scores.coverage"),
    )
    count = len(plan.groups)
    for column_of, key in blocks:
        first = column_of(plan.groups[0])
        sheet.wide(HEADING_ROW - 1, first, first + count - 1, words(key), styles.HERE)
        for group in plan.groups:
            sheet.put(HEADING_ROW, column_of(group), name_of(plan, group), styles.HEADING)
    change = plan.change_column
    sheet.wide(HEADING_ROW - 1, change, change + 2, words("scores.against_default"), styles.HERE)
    for offset, key in enumerate(("change", "default_score", "default_rank")):
        sheet.put(HEADING_ROW, change + offset, words(f"scores.{key}"), styles.HEADING)
    sheet.height(HEADING_ROW, 44)
    sheet.wide(SHARE_ROW, 1, 4, words("weights.share"), styles.HEADING_LEFT)
    for group in plan.groups[1:]:
        share = plan.shares[group]
        style = styles.PERCENT.but(size=7.5, colour=styles.GREY)
        sheet.put(SHARE_ROW, plan.score_column(group), share, style, plan.share_cell(group))


def _group(plan: Plan, sheet: Sheet, group: str) -> None:
    """Score, rank and coverage of one group for all units."""
    assessment = plan.assessment
    exact = assessment.exact_scores[group].tolist()
    scores = assessment.scores[group].tolist()
    coverage = assessment.coverage[group].tolist()
    keys = plan.keys[group].tolist()
    ranks = assessment.ranks[group].tolist()
    ties = _tied(plan.keys[group].to_numpy())
    key_cells = plan.scores_down(plan.key_column(group)).split("!")[1]
    tie_cells = plan.scores_down(plan.tie_column(group)).split("!")[1]
    live = plan.scores_live
    style = styles.SCORE.but(format=plan.score_format, bold=group == plan.framework.root)
    for i, row in enumerate(range(plan.first, plan.last + 1)):
        columns = {
            name: local(row, column_of(group), "column")
            for name, column_of in (
                ("score", plan.score_column), ("exact", plan.exact_column),
                ("coverage", plan.coverage_column), ("key", plan.key_column),
            )
        }  # fmt: skip
        formulas: dict[str, str | None] = dict.fromkeys(("coverage", "key", "tie"))
        for name, table in (("exact", exact), ("score", scores), ("rank", ranks)):
            formulas[name] = GAP if np.isnan(table[i]) else None
        if live:
            covered = _coverage(plan, group, row)
            formulas["coverage"] = covered if len(covered) <= LONGEST_FORMULA else None
            if group in plan.live_groups:
                score = _score(plan, group, row, columns["coverage"])
                formulas["exact"] = score if len(score) <= LONGEST_FORMULA else formulas["exact"]
            rounded = plan.rounded(columns["exact"])
            rounded = f'IF(ISNUMBER({columns["exact"]}),{rounded},"")'
            formulas["score"] = rounded if group in plan.rounded_groups else columns["exact"]
            on_exact = assessment.method.ranking.on == "exact"
            ranked = columns["exact" if on_exact else "score"]
            formulas["key"] = f"IF(ISNUMBER({ranked}),ROUND({ranked},9),{LAST!r})"
            formulas["tie"] = f"1/COUNTIF({key_cells},{columns['key']})"
            formulas["rank"] = _rank(plan, columns, key_cells, tie_cells)
        put = sheet.put
        put(row, plan.coverage_column(group), coverage[i], _coverage_style(), formulas["coverage"])
        hidden = blank_if_missing(exact[i])
        put(row, plan.exact_column(group), hidden, styles.HIDDEN, formulas["exact"])
        put(row, plan.score_column(group), blank_if_missing(scores[i]), style, formulas["score"])
        put(row, plan.key_column(group), keys[i], styles.HIDDEN, formulas["key"])
        if assessment.method.ranking.ties == "dense":
            put(row, plan.tie_column(group), 1 / ties[i], styles.HIDDEN, formulas["tie"])
        rank_style = styles.INTEGER.but(format=plan.rank_format)
        put(row, plan.rank_column(group), blank_if_missing(ranks[i]), rank_style, formulas["rank"])


def _shown(value: float, live: bool) -> float | str | None:
    shown = blank_if_missing(value)
    return shown if live or shown != "" else None


def _coverage_style() -> styles.Style:
    return styles.PERCENT.but(format="0%", colour=styles.GREY)


def _tied(keys: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    tied: np.ndarray = counts[inverse]
    return tied


def _runs(plan: Plan, group: str) -> list[tuple[Sheet, int, int]]:
    """Columns of a group's children as unbroken runs: sheet, first and last column."""
    places = [plan.score_sheet(child) for child in plan.framework.children(group)]
    breaks = [0]
    for i, ((sheet, column), (next_sheet, next_column)) in enumerate(pairwise(places), 1):
        if next_sheet is not sheet or next_column != column + 1:
            breaks.append(i)
    breaks.append(len(places))
    return [
        (places[start][0], places[start][1], places[end - 1][1]) for start, end in pairwise(breaks)
    ]


def _cells(plan: Plan, group: str, row: int) -> list[tuple[str, str]]:
    """For each run of children: their shares and their scores in a unit's row."""
    return [
        (
            sheet.across(SHARE_ROW, first, last, fixed="row"),
            sheet.across(row, first, last),
        )
        for sheet, first, last in _runs(plan, group)
    ]


def _coverage(plan: Plan, group: str, row: int) -> str:
    runs = _cells(plan, group, row)
    return "+".join(f"SUMPRODUCT({shares},--ISNUMBER({scores}))" for shares, scores in runs)


def _score(plan: Plan, group: str, row: int, coverage: str) -> str:
    """Score of a group by the aggregation in force, "" where it has none."""
    choices = plan.aggregations[group]
    runs = _cells(plan, group, row)
    children = Children(runs, _pairs(plan, group, row), coverage, choices.missing == "zero")
    if not (plan.switch_choices and plan.follows_switch(group)):
        mean = AGGREGATIONS[plan.assessment.aggregations[group]](children)
    else:
        first, *others = plan.switch_choices
        mean = AGGREGATIONS[first](children)
        for name in others:
            other = AGGREGATIONS[name](children)
            mean = f"IF({plan.switch_cell}={constant(name)},{other},{mean})"
    limit = choices.minimum_coverage - TOLERANCE
    defined = f"AND({coverage}>0,{coverage}>={limit!r})"
    if choices.missing == "propagate":
        absent = "+".join(
            f"SUMPRODUCT(--({shares}>0),1-ISNUMBER({scores}))" for shares, scores in runs
        )
        defined = f"AND({defined},{absent}=0)"
    return f'IF({defined},{mean},"")'


def _pairs(plan: Plan, group: str, row: int) -> list[tuple[str, str]]:
    """Share and score of each child in a unit's row."""
    pairs = []
    for child in plan.framework.children(group):
        sheet, column = plan.score_sheet(child)
        pairs.append((sheet.at(SHARE_ROW, column, fixed="row"), sheet.at(row, column)))
    return pairs


def _rank(plan: Plan, columns: dict[str, str], keys: str, ties: str) -> str:
    key = columns["key"]
    rule = plan.assessment.method.ranking.ties
    if rule == "dense":
        rank = f"ROUND(1+SUMPRODUCT(--({keys}>{key}),{ties}),0)"
    elif rule == "average":
        rank = f"RANK({key},{keys},0)+(COUNTIF({keys},{key})-1)/2"
    else:
        rank = f"RANK({key},{keys},0)"
    return f'IF(ISNUMBER({columns["score"]}),{rank},"")'


def _lookups(plan: Plan, sheet: Sheet) -> None:
    """Change against the default, position, group and notes of each unit."""
    root = plan.framework.root
    assessment = plan.assessment
    live = plan.scores_live
    scores, ranks = assessment.scores[root].tolist(), assessment.ranks[root].tolist()
    inside = assessment.group_ranks[root].tolist() if plan.group_column else [np.nan] * plan.count
    key_column = plan.key_column(root)
    key_cells = plan.scores_down(key_column).split("!")[1]
    groups = plan.scores_down(plan.group_id_column).split("!")[1]
    for i, row in enumerate(range(plan.first, plan.last + 1)):
        key = local(row, key_column, "column")
        rank = local(row, plan.rank_column(root), "column")
        default = local(row, plan.change_column + 2, "column")
        change = f'IF(AND(ISNUMBER({rank}),ISNUMBER({default})),{default}-{rank},"")'
        there = known(ranks[i])
        sheet.put(
            row,
            plan.change_column,
            0 if there else ("" if live else None),
            styles.INTEGER.but(format=CHANGE_FORMAT),
            change if live else None,
        )
        grey = styles.SCORE.but(colour=styles.GREY, format=plan.score_format)
        sheet.put(row, plan.change_column + 1, _shown(scores[i], False), grey)
        rank_grey = styles.INTEGER.but(colour=styles.GREY, format=plan.rank_format)
        sheet.put(row, plan.change_column + 2, _shown(ranks[i], False), rank_grey)
        score = local(row, plan.score_column(root), "column")
        usual = local(row, plan.change_column + 1, "column")
        both = f"AND(ISNUMBER({score}),ISNUMBER({usual}))"
        away = f"IF({both},ABS({score}-{usual}),0)" if live else None
        sheet.put(row, plan.difference_column, 0, styles.HIDDEN, away)
        so_far = f"{local(plan.first, key_column, 'both')}:{key}"
        order = f"RANK({key},{key_cells},0)+COUNTIF({so_far},{key})-1"
        position = int(plan.position[i])
        sheet.put(row, plan.order_column, position, styles.HIDDEN, order if live else None)
        group = int(plan.group_ids[i])
        sheet.put(row, plan.group_id_column, group, styles.HIDDEN)
        own = local(row, plan.group_id_column, "column")
        formula = _group_rank(plan, key, own, key_cells, groups, rank)
        shown = _shown(inside[i], live and group > 0)
        dense = assessment.method.ranking.ties == "dense"
        follows = live and group > 0 and not (dense and plan.count > MOST_DENSE)
        in_group = formula if follows else None
        sheet.put(row, plan.group_rank_column, shown, styles.HIDDEN, in_group)
        sheet.put(row, plan.label_column, plan.labels[i], styles.HIDDEN)
        sheet.put(row, plan.everyone_column, 1, styles.HIDDEN)
        for offset, note_row in enumerate(plan.note_rows[i]):
            sheet.put(row, plan.note_column + offset, note_row, styles.HIDDEN)
    plan.book.name("Regions", sheet.down(plan.label_column, plan.first, plan.last))


#: Dense ranks inside groups count pairs for every unit, which takes minutes beyond.
MOST_DENSE = 300


def _group_rank(plan: Plan, key: str, group: str, keys: str, groups: str, rank: str) -> str:
    same = f"--({groups}={group})"
    ties = plan.assessment.method.ranking.ties
    if ties == "dense":
        # Ties inside the group counted once each: one over the number of equal keys there.
        alike = f"COUNTIFS({groups},{groups},{keys},{keys})"
        above = f"ROUND(SUMPRODUCT({same},--({keys}>{key}),1/{alike}),0)+1"
    else:
        above = f"SUMPRODUCT({same},--({keys}>{key}))+1"
        if ties == "average":
            above += f"+(SUMPRODUCT({same},--({keys}={key}))-1)/2"
    return f'IF(ISNUMBER({rank}),{above},"")'


def _statistics(plan: Plan, sheet: Sheet) -> None:
    """Mean, highest and lowest score below the table."""
    words = plan.words
    style = styles.SCORE.but(format=plan.score_format, colour=styles.NAVY, fill=styles.PALE)
    functions = (("mean", "AVERAGE"), ("highest", "MAX"), ("lowest", "MIN"))
    for offset, (key, function) in enumerate(functions, 2):
        row = plan.last + offset
        label = styles.LEFT.but(bold=True, fill=styles.PALE)
        sheet.wide(row, 1, 4, words(f"scores.{key}"), label)
        for group in plan.groups:
            column = plan.score_column(group)
            cells = plan.scores_down(column).split("!")[1]
            values = plan.assessment.scores[group].dropna()
            value: float | str = ""
            if len(values):
                value = float(
                    {"mean": values.mean, "highest": values.max, "lowest": values.min}[key]()
                )
            formula = f'IF(COUNT({cells})=0,"",{function}({cells}))'
            sheet.put(row, column, value, style, formula)

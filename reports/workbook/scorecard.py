"""Scorecard: one region on one page, chosen from a list."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import pandas as pd

from reports.workbook import rank_intervals, styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, known, local, quoted
from reports.workbook.charts import Cells, Line, place, radar
from reports.workbook.choosing import Comparison, chosen_row, comparison, mean_formula
from reports.workbook.data import YEAR, number_format
from reports.workbook.parts import CHANGE_FORMAT, change_colours, footer, header, name_of
from reports.workbook.plan import FIRST_TABLE_ROW, MOST_ON_A_PAGE, Plan
from reports.workbook.rank_intervals import Intervals, intervals, span, span_formula
from reports.workbook.strengths import (
    BAR_COLUMN,
    KEY_COLUMN,
    MARK,
    MOST_MARKS,
    NAME_COLUMN,
    TRACE,
    Strengths,
)

NAME, VALUE, MEASURE, YEARS, SCORE, RANK, MEAN, BEST, GAP = range(1, 10)
LAST = MARK
CHOICE_ROW, KEY_ROW = 4, 5
#: Most dimensions in the table and the radar.
MOST_DIMENSIONS = 12
CHART_ROWS = 16
#: Characters of an indicator's name on one line.
LONGEST_NAME = 42
#: Characters of a measure on one line.
LONGEST_MEASURE = 30
#: Scores that differ by less are tied.
SAME = 5e-10
#: Notes without a line below, since a region with few of them leaves rows empty.
PLAIN_NOTE = styles.NOTE.but(line="")
#: Hidden cells: row of the region, comparison, its group, and the comparisons on offer.
HELPER = 14
ROW_CELL, COMPARE_CELL, GROUP_CELL = (1, HELPER), (2, HELPER), (3, HELPER)
#: Place of the region on Robustness, and whether scores have changed since.
PLACE_CELL, CHANGED_CELL = (1, HELPER - 1), (2, HELPER - 1)
OFFERED_ROW = 4

#: First and last column, title, value, look and formula of a key figure.
Figure = tuple[int, int, str, Value, styles.Style, str | None]


def write(plan: Plan) -> None:
    """Fill the sheet."""
    Scorecard(plan).write()


class Scorecard:
    """The sheet in the making.

    Parameters
    ----------
    plan : Plan
    unit : int, optional
        Position of the region that is shown first; the first of the league table where left out.
    choice : int
        Position of what it is compared with among the choices there are.
    """

    def __init__(self, plan: Plan, unit: int | None = None, choice: int = 0) -> None:
        self.plan = plan
        self.words = plan.words
        self.unit = int(np.argmin(plan.position)) if unit is None else unit
        self.choice = choice
        self.comparing: Comparison = comparison(plan)
        self.row_cell = local(*ROW_CELL, "both")
        self.compare_cell = local(*COMPARE_CELL, "both")
        self.group_cell = local(*GROUP_CELL, "both")
        self.sheet: Sheet = plan.sheets["scorecard"]

    def write(self) -> None:
        """Fill the sheet from top to bottom."""
        plan, sheet = self.plan, self.sheet
        name = self._shown_name(self.unit)
        scores = plan.sheets["scores"]
        title = (
            f"INDEX({scores.down(2, plan.first, plan.last)},{self.row_cell})"
            f'&" "&INDEX({scores.down(3, plan.first, plan.last)},{self.row_cell})'
        )
        header(
            plan, "scorecard", title=name, title_formula=title,
            subtitle=self.words("scorecard.how"), last_column=LAST,
        )  # fmt: skip
        self._choices()
        self._keys()
        row = self._dimensions(9 + self._certainty(KEY_ROW + 3))
        row = self._charts(row)
        row = self._indicators(row)
        row = self._notes(row)
        sheet.widths({1: 33, 2: 10, 3: 20, 4: 9, 5: 10, 6: 7, 7: 11, 8: 15, 9: 8, 10: 5, 11: 3})
        if plan.robustness is not None:  # one more link above needs room
            sheet.widths({6: 9, 10: 6})
        sheet.protect()
        one_page = len(plan.framework.indicators) <= MOST_ON_A_PAGE
        sheet.page(row, LAST, portrait=True, one_page=one_page, footer=footer(plan))

    @property
    def width(self) -> float:
        """Width of the scale of scores."""
        low, high = self.plan.scale
        return high - low

    # --- what is chosen ---

    def _shown_name(self, unit: int) -> str:
        units = self.plan.units
        return f"{units['name'].iloc[unit]} {units['name_zh'].iloc[unit]}"

    def _choices(self) -> None:
        plan, sheet, words = self.plan, self.sheet, self.words
        right = styles.TEXT.but(align="right", bold=True)
        sheet.put(CHOICE_ROW, 1, words("scorecard.choose"), right)
        sheet.wide(CHOICE_ROW, 2, 3, plan.labels[self.unit], styles.CHOICE)
        sheet.choice("B4", "Regions", words("scorecard.choose"), words("scorecard.choose_prompt"))
        sheet.wide(CHOICE_ROW, 4, 7, words("scorecard.compare"), right)
        sheet.wide(CHOICE_ROW, 8, LAST, self.comparing.names[self.choice], styles.CHOICE)
        for i, name in enumerate(self.comparing.names):
            sheet.put(OFFERED_ROW + i, HELPER, name, styles.HIDDEN)
        last = OFFERED_ROW + len(self.comparing.names) - 1
        offered = f"{local(OFFERED_ROW, HELPER, 'both')}:{local(last, HELPER, 'both')}"
        prompt = words("scorecard.compare_prompt")
        sheet.choice("H4", offered, words("scorecard.compare"), prompt)
        sheet.height(CHOICE_ROW, 24)
        sheet.put(*ROW_CELL, self.unit + 1, styles.HIDDEN, chosen_row(plan, "$B$4"))
        chosen = f"MAX(1,SUMPRODUCT(EXACT({offered},$H$4)*(ROW({offered})-{OFFERED_ROW - 1})))"
        sheet.put(*COMPARE_CELL, self.choice + 1, styles.HIDDEN, chosen)
        groups = ",".join(f"INDEX({cells},{self.row_cell})" for cells in self.comparing.ranges)
        group = f"CHOOSE({self.compare_cell},{groups})"
        sheet.put(
            *GROUP_CELL, int(self.comparing.ids[self.choice][self.unit]), styles.HIDDEN, group
        )

    def _look(self, column: int) -> str:
        """What stands in a column of Scores for the region."""
        return f"INDEX({self.plan.scores_down(column)},{self.row_cell})"

    def _keys(self) -> None:
        """The strip of key figures, and the neighbours in the league table."""
        plan, sheet, words = self.plan, self.sheet, self.words
        root, unit, assessment = plan.framework.root, self.unit, plan.assessment
        index = blank_if_missing(float(assessment.scores[root].iloc[unit]))
        rank = blank_if_missing(float(assessment.ranks[root].iloc[unit]))
        score_style = styles.KEY_VALUE.but(format=plan.score_format)
        rank_style = styles.KEY_VALUE.but(format=plan.rank_format)
        mean = self.comparing.mean(assessment.scores[root], unit, self.choice)
        mean_text = mean_formula(
            self.comparing, plan.score_range(root), self.compare_cell, self.group_cell
        )
        strip: list[tuple[int, int, str, Value, styles.Style, str]] = [
            (2, 2, words("scorecard.rank_of", count=plan.count), rank, rank_style,
             self._look(plan.rank_column(root))),
            (3, 3, words("unit.index"), index, score_style, self._look(plan.score_column(root))),
            (4, 5, words("scorecard.change"), 0 if rank != "" else "",
             styles.KEY_VALUE.but(format=CHANGE_FORMAT), self._look(plan.change_column)),
            (6, 7, words("scorecard.mean"), mean, score_style, mean_text),
        ]  # fmt: skip
        if plan.group_column:
            inside = blank_if_missing(float(assessment.group_ranks[root].iloc[unit]))
            look = self._look(plan.group_rank_column)
            strip.append((8, 8, words("unit.group_rank"), inside if plan.group_ids[unit] else "",
                          rank_style, f'IF({look}="","",{look})'))  # fmt: skip
        covered = float(assessment.coverage[root].iloc[unit])
        strip.append((9, LAST, words("scores.coverage"), covered,
                      styles.KEY_VALUE.but(format="0%"),
                      self._look(plan.coverage_column(root))))  # fmt: skip
        if plan.models is not None:
            model_cell = f"INDEX({plan.model_id_range},{self.row_cell})"
            titles = [plan.model_title(code) for code in plan.model_codes]
            names = ",".join(quoted(title) for title in titles)
            traits = f'IF({model_cell}=0,"",CHOOSE({model_cell},{names}))'
            sheet.put(KEY_ROW, 1, words("unit.model"), styles.KEY)
            wrapped = styles.KEY_VALUE.but(size=9, wrap=True)
            model = int(plan.model_ids[unit])
            sheet.put(KEY_ROW + 1, 1, titles[model - 1] if model else "", wrapped, traits)
        elif plan.group_column:
            sheet.put(KEY_ROW, 1, plan.group_title, styles.KEY)
            formula = f'{self._look(4)}&""'
            sheet.put(
                KEY_ROW + 1, 1, plan.group_names[unit], styles.KEY_VALUE.but(size=10), formula
            )
        for first, last, title, value, style, formula in strip:
            sheet.wide(KEY_ROW, first, last, title, styles.KEY)
            sheet.wide(KEY_ROW + 1, first, last, value, style, formula)
        for row in (KEY_ROW, KEY_ROW + 1):
            sheet.fill(row, range(1, LAST + 1), styles.KEY)
        sheet.height(KEY_ROW, 16)
        sheet.height(KEY_ROW + 1, 28 if plan.models is None else 38)
        change_colours(sheet, local(KEY_ROW + 1, 4))
        self._neighbours(KEY_ROW + 2)

    def _neighbours(self, row: int) -> None:
        """Who stands just above and just below, and by how much."""
        plan, words = self.plan, self.words
        root = plan.framework.root
        order = plan.scores_down(plan.order_column)
        labels = plan.scores_down(plan.label_column)
        index = plan.scores_down(plan.score_column(root))
        own = f"INDEX({order},{self.row_cell})"
        scores = plan.assessment.scores[root].to_numpy()
        decimals = len(plan.score_format) - 2
        shown, parts = [], []
        for key, step in (("scorecard.above", -1), ("scorecard.below", 1)):
            where = f"MATCH({own}{step:+d},{order},0)"
            gap = f"ROUND(INDEX({index},{where})-INDEX({index},{self.row_cell}),9)"
            sign = f'IF({gap}<0,"−","+")&FIXED(ABS({gap}),{decimals},TRUE)'
            before, after = words(key, name="\0").split("\0")
            text = f'{quoted(before)}&INDEX({labels},{where})&" ("&{sign}&")"&{quoted(after)}'
            parts.append(f'IFERROR({text},"")')
            other = np.flatnonzero(plan.position == plan.position[self.unit] + step)
            if len(other) and not np.isnan(scores[[int(other[0]), self.unit]]).any():
                difference = round(scores[other[0]] - scores[self.unit], 9)
                number = _fixed(abs(difference), decimals)
                minus = "−" if difference < 0 else "+"
                name = plan.labels[int(other[0])]
                shown.append(f"{before}{name} ({minus}{number}){after}")
            else:
                shown.append("")
        formula = f'{parts[0]}&"   "&{parts[1]}'
        text = f"{shown[0]}   {shown[1]}"
        self.sheet.wide(row, 1, LAST, text, styles.SUBTITLE, formula)

    def _certainty(self, row: int) -> int:
        """The strip of how certain the rank is; returns how many rows it takes."""
        found = intervals(self.plan)
        if found is None:
            return 0
        sheet, words = self.sheet, self.words
        helper = local(*PLACE_CELL, "both")
        place_formula = found.place_of(self.row_cell)
        sheet.put(*PLACE_CELL, found.places[self.unit], styles.HIDDEN, place_formula)
        flag = local(*CHANGED_CELL, "both")
        sheet.put(*CHANGED_CELL, 0, styles.HIDDEN, found.changed_cell)
        said, formula = found.status("robustness.in_this_file")
        small = styles.KEY_VALUE.but(size=8, bold=False, wrap=True, colour="404040")
        status: Figure = (1, 1, words("robustness.how_certain"), said, small, formula)
        for first, last, title, value, style, cell in (
            status,
            *self._certainties(found, helper),
        ):
            sheet.wide(row, first, last, title, styles.KEY)
            sheet.wide(row + 1, first, last, value, style, cell)
        for line in (row, row + 1):
            sheet.fill(line, range(1, LAST + 1), styles.KEY)
        sheet.height(row, 16)
        sheet.height(row + 1, 34)
        found.warn(sheet, area(row + 1, 1, row + 1, LAST), flag)
        return 2

    def _certainties(self, found: Intervals, helper: str) -> list[Figure]:
        """Interval, median, probabilities and tie group."""
        words, line = self.words, found.lines[self.unit]
        rank = styles.KEY_VALUE.but(format=self.plan.rank_format)
        best, worst, median, group = (
            blank_if_missing(float(line[key]))
            for key in ("rank_5", "rank_95", "median_rank", "tie_group")
        )
        ends = [
            found.look(column, helper) for column in (rank_intervals.BEST, rank_intervals.WORST)
        ]
        groups = found.column(rank_intervals.TIE_GROUP)
        own = found.look(rank_intervals.TIE_GROUP, helper)
        size = found.group_sizes[group] if isinstance(group, float) else ""
        whole = styles.KEY_VALUE.but(format="0")
        shown: list[Figure] = [
            (2, 2, words("robustness.span"), span(best, worst), styles.KEY_VALUE.but(size=13),
             span_formula(*ends)),
            (3, 3, words("robustness.median_rank"), median, rank,
             found.look(rank_intervals.MEDIAN, helper)),
            (8, 8, words("robustness.tie_group"), group, whole, own),
            (9, LAST, words("robustness.group_size"), size, whole,
             f'IF({own}="","",COUNTIF({groups},{own}))'),
        ]  # fmt: skip
        for offset, (number, first) in enumerate(zip(found.top, (4, 6), strict=False)):
            value = blank_if_missing(float(line[f"top_{number}"]))
            title, formula = (
                words("robustness.top", number=number),
                found.look(rank_intervals.TOP + offset, helper),
            )
            percent = styles.KEY_VALUE.but(format="0%")
            shown.append((first, first + 1, title, value, percent, formula))
        return shown

    # --- tables ---

    def _figures(self, node: str, row: int) -> dict[int, tuple[Value, str]]:
        """Score, rank, mean, best region and gap of one node: column -> value and formula."""
        plan, unit = self.plan, self.unit
        values = plan.assessment.scores[node]
        cells = plan.score_range(node)
        score = float(values.iloc[unit])
        found = f"INDEX({cells},{self.row_cell})"
        own = local(row, SCORE)
        present = values.dropna()
        best: Value = ""
        gap: Value = ""
        if len(present):
            best = plan.labels[int(np.argmax(values.fillna(-np.inf).to_numpy()))]
            tied = int((values >= present.max() - SAME).sum())
            best = self.words("scorecard.tied", count=tied) if tied > 1 else best
        rank: Value = ""
        if known(score):
            gap = score - float(present.max())
            rank = int((present > score + SAME).sum()) + 1
            if plan.assessment.method.ranking.ties == "average":
                rank += (int((present >= score - SAME).sum()) - rank) / 2
        labels = plan.scores_down(plan.label_column)
        before, after = (
            quoted(text) for text in self.words("scorecard.tied", count="\0").split("\0")
        )
        tied_count = f"SUMPRODUCT(--ISNUMBER({cells}),--({cells}>=MAX({cells})-{SAME!r}))"
        best_formula = (
            f'IF(COUNT({cells})=0,"",IF({tied_count}>1,{before}&{tied_count}&{after},'
            f"INDEX({labels},MATCH(MAX({cells}),{cells},0))))"
        )
        figures: dict[int, tuple[Value, str]] = {
            SCORE: (blank_if_missing(score), f'IF(ISNUMBER({found}),{found},"")'),
            RANK: (rank, f'IF(ISNUMBER({own}),{self._rank(own, cells)},"")'),
            MEAN: (
                self.comparing.mean(values, unit, self.choice),
                mean_formula(self.comparing, cells, self.compare_cell, self.group_cell),
            ),
            BEST: (best, best_formula),
            GAP: (gap, f'IF(ISNUMBER({own}),{own}-MAX({cells}),"")'),
        }
        if plan.framework.is_group(node):
            look = self._look(plan.rank_column(node))
            shown = blank_if_missing(float(plan.assessment.ranks[node].iloc[unit]))
            figures[RANK] = (shown, look)
        return figures

    def _rank(self, own: str, cells: str) -> str:
        """Rank of an indicator's score; what differs beyond nine decimals is tied.

        Dense ranks have no formula that is quick: tied regions then share the smaller rank.
        """
        numbers = f"--ISNUMBER({cells})"
        rank = f"SUMPRODUCT({numbers},--({cells}>{own}+{SAME!r}))+1"
        if self.plan.assessment.method.ranking.ties == "average":
            tied = f"SUMPRODUCT({numbers},--({cells}>={own}-{SAME!r}),--({cells}<={own}+{SAME!r}))"
            rank += f"+({tied}-1)/2"
        return rank

    def _put_figures(self, row: int, node: str) -> None:
        plan = self.plan
        looks = {
            SCORE: styles.SCORE.but(format=plan.score_format),
            RANK: styles.INTEGER.but(format=plan.rank_format),
            MEAN: styles.SCORE.but(format=plan.score_format, colour=styles.GREY),
            BEST: styles.LEFT,
            GAP: styles.SCORE.but(format=plan.score_format, colour=styles.GREY),
        }
        for column, (value, formula) in self._figures(node, row).items():
            self.sheet.put(row, column, value, looks[column], formula)

    def _dimensions(self, row: int) -> int:
        """Table of the dimensions; returns the next free row."""
        plan, sheet, words = self.plan, self.sheet, self.words
        nodes = [n for n in plan.framework.dimensions if plan.framework.is_group(n)]
        self.dimensions = nodes[:MOST_DIMENSIONS]
        if not self.dimensions:
            return row - 1
        sheet.height(row - 1, 22)
        sheet.wide(row - 1, 1, LAST, words("scorecard.dimensions"), styles.SECTION)
        titles = [
            words("scorecard.dimension"), words("scorecard.signal"), "", words("weights.effective"),
            words("scorecard.score"), words("unit.rank"), words("scorecard.group_mean"),
            words("scorecard.best"), words("scorecard.gap"), "",
        ]  # fmt: skip
        sheet.table_heading(row, 1, titles, height=28, left=1)
        sheet.merge(row, 2, 3)
        for i, node in enumerate(self.dimensions, 1):
            sheet.put(row + i, NAME, name_of(plan, node), styles.LEFT.but(bold=True))
            share = plan.effective_weights[node]
            percent = styles.PERCENT.but(format="0%", colour=styles.GREY)
            sheet.put(row + i, YEARS, share, percent, plan.effective_cell(node))
            self._put_figures(row + i, node)
            text, formula = self._signal(node, row + i)
            sheet.wide(row + i, VALUE, MEASURE, text, styles.CENTRE, formula)
            sheet.put(row + i, MARK, None, styles.CELL)
            sheet.height(row + i, 16)
        last = row + len(self.dimensions)
        sheet.bar(area(row + 1, SCORE, last, SCORE), *plan.scale)
        self.dimension_rows = (row + 1, last)
        return last + 1

    def _signal(self, node: str, row: int) -> tuple[str, str]:
        """How the score stands to the mean of all regions, in its standard deviations."""
        words = self.words
        cells = self.plan.score_range(node)
        score = local(row, SCORE)
        names = [words(f"signal.{key}") for key in ("strong", "above", "below", "weak")]
        spread = f"IFERROR(STDEV({cells}),0)"
        formula = (
            f"IF(ISNUMBER({score}),IF({score}>=AVERAGE({cells})+{spread},{quoted(names[0])},"
            f"IF({score}>=AVERAGE({cells}),{quoted(names[1])},"
            f"IF({score}>=AVERAGE({cells})-{spread},{quoted(names[2])},{quoted(names[3])}))),"
            f'"")'
        )
        values = self.plan.assessment.scores[node]
        own = float(values.iloc[self.unit])
        if np.isnan(own):
            return "", formula
        mean = float(values.mean())
        sd = float(values.std()) if values.notna().sum() > 1 else 0.0
        limits = (mean + sd, mean, mean - sd)
        position = next((i for i, limit in enumerate(limits) if own >= limit), 3)
        return names[position], formula

    def _indicators(self, row: int) -> int:
        """Table of the indicators with strengths and weaknesses; returns the next free row."""
        plan, sheet, words = self.plan, self.sheet, self.words
        framework = plan.framework
        sheet.wide(row, 1, LAST, words("scorecard.indicators"), styles.SECTION)
        sheet.height(row, 22)
        heading = row + 1
        titles = [
            words("data.indicator"), words("scorecard.value"), words("data.measure"),
            words("data.year"), words("scorecard.score"), words("unit.rank"),
            words("scorecard.group_mean"), words("scorecard.best"), words("scorecard.gap"), "",
        ]  # fmt: skip
        sheet.table_heading(heading, 1, titles, height=28, left=1)
        line = heading + 1
        parent = ""
        for indicator in framework.indicators:
            node = framework[indicator]
            if node.parent != parent and self.dimensions:
                parent = node.parent
                for column in range(1, LAST + 1):
                    sheet.put(line, column, None, styles.GROUP)
                sheet.put(line, 1, name_of(plan, parent), styles.GROUP.but(align="left", size=8))
                sheet.merge(line, 1, LAST)
                sheet.height(line, 14)
                line += 1
            self._indicator(line, indicator)
            line += 1
        last = line - 1
        self._strengths(heading + 1, last)
        sheet.bar(area(heading + 1, SCORE, last, SCORE), *plan.scale)
        legend = words("scorecard.legend")
        if plan.imputed_columns:
            legend = f"{legend}   {words('scorecard.legend_imputed')}"
        sheet.wide(line, 1, LAST, legend, styles.SMALL)
        sheet.height(line, 36 if plan.imputed_columns else 24)
        return line + 1

    def _indicator(self, row: int, indicator: str) -> None:
        plan, sheet = self.plan, self.sheet
        node = plan.framework[indicator]
        data = plan.sheets["data"]
        column = plan.data_column(indicator)
        caution = " *" if node.caution else ""
        name = f"{node.name}{caution}\n{node.name_zh}".strip()
        sheet.put(row, NAME, name, styles.LEFT.but(size=8, wrap=True))
        lines = -(-(len(node.name) + len(caution)) // LONGEST_NAME) + bool(node.name_zh)
        below = -(-len(node.measure) // LONGEST_MEASURE)
        sheet.height(row, max(15 if lines == 1 else 11 * lines, 9 * below))
        values = plan.assessment.denominated[indicator]
        scored = blank_if_missing(float(values.iloc[self.unit]))
        found = f"INDEX({plan.value_range(indicator)},{self.row_cell})"
        missing = self.words("missing")
        style = styles.NUMBER.but(format=number_format(values.to_numpy()))
        shown = missing if scored == "" else scored
        formula = f"IF(ISNUMBER({found}),{found},{quoted(missing)})"
        if indicator in plan.imputed_columns:
            imputed = self.words("scorecard.imputed")
            mark = f"INDEX({plan.imputed_range(indicator)},{self.row_cell})"
            formula = f"IF(N({mark})=1,{quoted(imputed)},{formula})"
            if plan.assessment.was_imputed[indicator].iloc[self.unit]:
                shown = imputed
        sheet.put(row, VALUE, shown, style, formula)
        small = styles.LEFT.but(size=7, colour=styles.GREY, wrap=True)
        sheet.put(row, MEASURE, node.measure, small)
        year = styles.CENTRE.but(size=8, colour=styles.GREY, format="0")
        if plan.years_differ:
            cells = data.down(plan.year_column(indicator), plan.first, plan.last)
            of_value = f"INDEX({cells},{self.row_cell})"
            of_unit = float(plan.assessment.years[indicator].iloc[self.unit])
            text: Value = int(of_unit) if known(of_unit) else ""
            sheet.put(row, YEARS, text, year, f'IF({of_value}="","",{of_value})')
        else:
            sheet.put(row, YEARS, data.values[YEAR, column], year, data.at(YEAR, column))
        self._put_figures(row, indicator)
        score, mean = local(row, SCORE), local(row, MEAN)
        figures = self._figures(indicator, row)
        own, other = figures[SCORE][0], figures[MEAN][0]
        value: Value = ""
        if isinstance(own, float) and isinstance(other, float):
            value = round(own - other, 9) + row * (TRACE * self.width)
        both = f"AND(ISNUMBER({score}),ISNUMBER({mean}))"
        key = f'IF({both},ROUND({score}-{mean},9)+ROW()*{TRACE * self.width!r},"")'
        sheet.put(row, KEY_COLUMN, value, styles.HIDDEN, key)
        sheet.put(row, NAME_COLUMN, node.name, styles.HIDDEN)

    def _strengths(self, first: int, last: int) -> None:
        """Signs beside the indicators, and their bars beside the radar."""
        most = min(MOST_MARKS, len(self.plan.framework.indicators) // 2)
        strengths = Strengths(
            self.sheet, self.words, first, last, self.chart_row + 1, most, self.width
        )
        strengths.write_signs()
        strengths.write_bars()
        top, bottom = self.chart_row + 1, self.chart_row + CHART_ROWS
        start = 3 if len(self.dimensions) >= 3 else 1
        low, high = self.plan.scale
        digits = "0" if high - low > 20 else "0.0" if high - low > 2 else "0.00"
        strengths.place_chart(top, start, bottom, LAST, digits)

    # --- charts ---

    def _charts(self, row: int) -> int:
        """Radar, and room for the bars beside it; returns the next free row."""
        sheet, words = self.sheet, self.words
        self.chart_row = row
        sheet.wide(row, 1, LAST, words("scorecard.profile"), styles.SECTION)
        sheet.height(row, 22)
        if len(self.dimensions) >= 3:
            self._radar(row + 1)
        for offset in range(1, CHART_ROWS + 1):
            sheet.height(row + offset, 14)
        return row + CHART_ROWS + 1

    def _radar(self, row: int) -> None:
        plan, sheet, words = self.plan, self.sheet, self.words
        first = self.dimension_rows[0]
        column = BAR_COLUMN + 5
        names = (plan.labels[self.unit], words("scorecard.group_mean"), words("compare.all"))
        sheet.put(
            row,
            column + 1,
            names[0],
            styles.BEHIND,
            f"INDEX({plan.scores_down(plan.label_column)},{self.row_cell})",
        )
        sheet.put(row, column + 2, names[1], styles.BEHIND)
        sheet.put(row, column + 3, names[2], styles.BEHIND)
        for i, node in enumerate(self.dimensions, 1):
            name = plan.framework[node].name
            sheet.put(row + i, column, name, styles.BEHIND)
            for offset, source in ((1, SCORE), (2, MEAN)):
                cell = local(first + i - 1, source)
                value = sheet.values[first + i - 1, source]
                shown = value if isinstance(value, (int, float)) else 0
                sheet.put(row + i, column + offset, shown, styles.BEHIND, f"N({cell})")
            cells = plan.score_range(node)
            mean = plan.assessment.scores[node].mean()
            value = 0.0 if np.isnan(mean) else float(mean)
            sheet.put(row + i, column + 3, value, styles.BEHIND, f"IFERROR(AVERAGE({cells}),0)")
        count = len(self.dimensions)
        lines = [
            Line(Cells(sheet, row, column + k, row, column + k),
                 Cells(sheet, row + 1, column + k, row + count, column + k), colour, k == 3)
            for k, colour in ((1, styles.BLUE), (2, styles.AMBER), (3, styles.GREY))
        ]  # fmt: skip
        labels = Cells(sheet, row + 1, column, row + count, column)
        low, high = plan.scale
        if 0 <= low < (high - low) * 0.05:
            low = 0.0
        chart = radar(
            words("scorecard.radar"),
            words("scorecard.radar_alt"),
            lines,
            labels,
            low=low,
            high=high,
        )
        place(chart, sheet, row, 1, row + CHART_ROWS - 1, 2)

    # --- notes ---

    def _notes(self, row: int) -> int:
        """What no number says: notes on the region, and on its model; returns the last row."""
        plan, sheet, words = self.plan, self.sheet, self.words
        notes = plan.assessment.indicator_set.notes
        topics_used = set(notes["topic"]) & set(plan.model_codes)
        if not any(plan.note_rows) and not topics_used:
            return row
        sheet.wide(row, 1, LAST, words("scorecard.notes"), styles.SECTION)
        sheet.height(row, 22)
        columns = list(notes.columns)
        last = FIRST_TABLE_ROW + len(notes) - 1
        home = plan.sheets["notes"]
        topics = home.down(1 + columns.index("topic"), FIRST_TABLE_ROW, last)
        texts = home.down(1 + columns.index("text"), FIRST_TABLE_ROW, last)
        row = self._model_notes(row, notes, texts)
        own = plan.note_rows[self.unit]
        most = max((len(rows) for rows in plan.note_rows), default=0)
        for i in range(most):
            line = row + 1 + i
            cell = f"{self._look(plan.note_column + i)}"
            there = i < len(own)
            topic = notes["topic"].iloc[own[i] - 1] if there else ""
            text = notes["text"].iloc[own[i] - 1] if there else ""
            formula = 'IF(N({0})=0,"",INDEX({1},N({0}))&"")'
            heading = PLAIN_NOTE.but(bold=True, colour=styles.NAVY)
            self.sheet.put(line, 1, topic, heading, formula.format(cell, topics))
            sheet.wide(line, 2, LAST, text, PLAIN_NOTE, formula.format(cell, texts))
            sheet.height(line, 23)
        return row + most

    def _model_notes(self, row: int, notes: pd.DataFrame, texts: str) -> int:
        """Characteristics of the region's model, from the notes whose topic is its code."""
        plan, sheet, words = self.plan, self.sheet, self.words
        if plan.models is None:
            return row
        topics = notes["topic"].tolist()
        by_model = [
            [i for i, topic in enumerate(topics, 1) if topic == code] for code in plan.model_codes
        ]
        most = max(map(len, by_model), default=0)
        number = f"INDEX({plan.model_id_range},{self.row_cell})"
        model = int(plan.model_ids[self.unit])
        for i in range(most):
            line = row + 1 + i
            rows = [found[i] if i < len(found) else 0 for found in by_model]
            chosen = rows[model - 1] if model else 0
            text = notes["text"].iloc[chosen - 1] if chosen else ""
            pick = f"CHOOSE({number},{','.join(map(str, rows))})"
            formula = f'IF(N({number})=0,"",IF({pick}=0,"",INDEX({texts},{pick})&""))'
            title = words("scorecard.model_trait") if i == 0 else ""
            sheet.put(line, 1, title, PLAIN_NOTE.but(bold=True, colour=styles.NAVY))
            sheet.wide(line, 2, LAST, text, PLAIN_NOTE, formula)
            sheet.height(line, 14)
        return row + most


def _fixed(number: float, decimals: int) -> str:
    """Number as the spreadsheet's FIXED writes it: halves away from zero."""
    step, enough = Decimal(1).scaleb(-decimals), Context(prec=400)
    return str(Decimal(repr(float(number))).quantize(step, ROUND_HALF_UP, enough))

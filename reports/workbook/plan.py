"""Where everything stands in the workbook: the sheets, and the rows and columns of the tables.

Tables of units begin in the same row on all sheets, and indicators stand in the same columns on
Data and Normalised, so that a formula can be followed by eye.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version

import numpy as np
import pandas as pd

from indicators import Finding, Framework
from indicators.indicator_set import tile_places
from indicators.tables import SHEET_TITLES
from reports.words import Words
from reports.workbook import live, styles
from reports.workbook.cells import LOOKS_LIKE_FORMULA, Book, Sheet, known
from scoring import Assessment, Robustness, audit
from scoring.aggregation import POSITIVE_ONLY
from scoring.cooperation import CooperationModels
from scoring.method import aggregation_of, normalisation_of
from scoring.normalisation import DistanceToTarget, TargetInterval
from scoring.options import AggregationChoice, NormalisationChoice
from scoring.ranking import LARGEST_WITH_DECIMALS

#: Up to this many units everything is live.
LIVE_UNITS = 1000
#: Up to this many, weights, scores and ranks are live and normalised values are written as values.
LIVE_SCORES = 5000

#: Up to this many indicators a scorecard is printed on one page.
MOST_ON_A_PAGE = 64

#: A map has at most this many tiles: each takes two of a workbook's few number formats.
MOST_TILES = 90

FIRST_UNIT_ROW = 12
FIRST_INDICATOR_COLUMN = 5
FIRST_WEIGHT_ROW = 11
FIRST_COMPARISON_ROW = 6
#: Groups of more children are not compared on a sheet: nobody fills 435 cells and more.
MOST_COMPARED = 30
#: Row of the heading of Points.
FIRST_POINTS_ROW = 7

#: Units up to which the probability of each rank is shown.
MOST_RANKED = 60

#: Score of a unit without a score when units are put in order.
LAST = -1e99

#: Sheets in the order of their tabs: key, colour of the tab.
SHEETS: tuple[tuple[str, str], ...] = (
    ("overview", styles.NAVY),
    ("weights", styles.AMBER),
    ("comparisons", styles.AMBER),
    ("points", styles.AMBER),
    ("weightings", styles.AMBER),
    ("ranking", styles.BLUE),
    ("scorecard", styles.BLUE),
    ("benchmark", styles.BLUE),
    ("robustness", styles.BLUE),
    ("rank_probabilities", styles.BLUE),
    ("models", styles.BLUE),
    ("scores", styles.GREEN),
    ("normalised", styles.GREEN),
    ("data", styles.AMBER),
    ("method", styles.GREY),
    ("checks", styles.GREY),
    ("statistics", styles.PINK),
    ("correlations", styles.PINK),
    ("treatment", styles.PINK),
    ("what_if", styles.PINK),
    ("trends", styles.PINK),
    ("framework", styles.AMBER),
    ("units", styles.AMBER),
    ("values", styles.AMBER),
    ("sources", styles.AMBER),
    ("notes", styles.AMBER),
    ("weight_sets", styles.AMBER),
    ("judgements", styles.AMBER),
)

#: Tabs that hold tables of the set; their titles are part of the file format.
TABLE_SHEETS = (
    "framework",
    "units",
    "values",
    "sources",
    "notes",
    "weight_sets",
    "judgements",
    "method",
)
#: The sheet of a table where its key is not the name of the table.
TABLE_OF = {"weight_sets": "weights"}


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything a sheet needs to know.

    Parameters
    ----------
    book : Book
    assessment : Assessment
    models : CooperationModels or None
        None where the set names no cooperation models.
    words : Words
    failures : tuple of Finding
        Why there are no cooperation models although the set names some.
    robustness : Robustness or None
        How far to trust the ranks; None where it was not computed.
    """

    book: Book
    assessment: Assessment
    models: CooperationModels | None
    words: Words
    failures: tuple[Finding, ...] = ()
    sheets: dict[str, Sheet] = field(default_factory=dict)
    robustness: Robustness | None = None

    def add_sheets(self) -> None:
        """Add all sheets in the order of their tabs."""
        for key, colour in SHEETS:
            if key == "models" and self.models is None:
                continue
            if key == "trends" and not self.assessment.by_year:
                continue
            if key == "robustness" and self.robustness is None:
                continue
            if key == "rank_probabilities" and not self.ranks_each:
                continue
            sizes = [len(self.framework.children(group)) for group in self.groups]
            if key == "comparisons" and not any(2 <= size <= MOST_COMPARED for size in sizes):
                continue
            if key == "points" and max(sizes) < 2:
                continue
            table = TABLE_OF.get(key, key)
            title = SHEET_TITLES[table] if key in TABLE_SHEETS else self.words(f"sheet.{key}")
            self.sheets[key] = self.book.sheet(title, colour)

    # --- units ---

    @property
    def framework(self) -> Framework:
        """The tree."""
        return self.assessment.framework

    @cached_property
    def units(self) -> pd.DataFrame:
        """Scored units."""
        return self.assessment.units

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the inputs."""
        return self.assessment.digest

    @cached_property
    def count(self) -> int:
        """Number of scored units."""
        return len(self.units)

    @property
    def first(self) -> int:
        """Row of the first unit."""
        return FIRST_UNIT_ROW

    @property
    def last(self) -> int:
        """Row of the last unit."""
        return FIRST_UNIT_ROW + self.count - 1

    @cached_property
    def labels(self) -> list[str]:
        """Unique names for the drop-downs: the name, with the code where it is not unique."""
        names = self.units["name"].tolist()
        folded = pd.Series([name.casefold() for name in names])
        shared = folded.duplicated(keep=False).tolist()
        return unique(
            [
                f"{code} {name}" if double or name.startswith(LOOKS_LIKE_FORMULA) else name
                for code, name, double in zip(self.units.index, names, shared, strict=True)
            ]
        )

    @cached_property
    def group_column(self) -> str | None:
        """Column of the units table in which units are compared, None for none."""
        return self.assessment.method.ranking.group

    @cached_property
    def group_ids(self) -> np.ndarray:
        """Group of each unit counted from 1; 0 for none."""
        if self.group_column is None:
            return np.zeros(self.count, dtype=int)
        codes, _ = pd.factorize(self.units[self.group_column].replace("", None))
        return codes.astype(int) + 1

    @cached_property
    def group_names(self) -> list[str]:
        """Name of each unit's group, in both languages where the units table has them."""
        if self.group_column is None:
            return [""] * self.count
        names = self.units[self.group_column].tolist()
        chinese = self.units.get(f"{self.group_column}_zh")
        if chinese is None:
            return names
        return [f"{name} {zh}".strip() for name, zh in zip(names, chinese, strict=True)]

    @cached_property
    def tiles(self) -> dict[str, tuple[int, int]]:
        """Row and column of each unit's tile on the map, from 1; empty where there is no map."""
        places = tile_places(self.assessment.indicator_set.units)
        return places if len(places) <= MOST_TILES else {}

    @cached_property
    def weights(self) -> dict[str, float]:
        """Weight of each node that is in force, relative to its siblings."""
        return _floats(self.assessment.weights["weight"])

    @cached_property
    def derived_weights(self) -> dict[str, float]:
        """Those of the weights in force that are not the framework's."""
        methods = self.assessment.weighed.methods
        parents = {node: self.framework[node].parent for node in self.weight_rows}
        return {n: self.weights[n] for n, parent in parents.items() if methods[parent] != "given"}

    @cached_property
    def own_weightings(self) -> dict[str, str]:
        """Weighting of each group that has one of its own, which no choice on Weights changes."""
        section = self.assessment.indicator_set.method.get("weighting", {})
        groups = section.get("groups", {}) if isinstance(section, Mapping) else {}
        return {
            group: options["method"] for group, options in groups.items() if "method" in options
        }

    @property
    def weights_status(self) -> str:
        """What the status on Weights says when the workbook is written."""
        if not self.scores_live:
            return self.words("weights.not_live")
        name = self.assessment.method.weighting.method
        if name == "given":
            return self.words("weights.unchanged")
        return self.words("weights.unchanged_of", name=name)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Share of each node among its siblings, 0..1."""
        return _floats(self.assessment.weights["share"])

    @cached_property
    def effective_weights(self) -> dict[str, float]:
        """Share of each node in the index, 0..1."""
        return _floats(self.assessment.weights["effective_weight"])

    @cached_property
    def goalposts(self) -> dict[str, dict[str, float]]:
        """Ends of each indicator's scale and its target, in treated units; NaN where there is none.

        "low", "high", "target" or "target_high" -> indicator -> number.
        """
        scale = self.assessment.scale
        table = self.assessment.goalposts.assign(target=np.nan, target_high=np.nan)
        for step in scale.normalisations:
            codes, fitted = [scale.indicators[member] for member in step.members], step.estimator
            if isinstance(fitted, TargetInterval):
                ends = fitted.worst_low_, fitted.worst_high_, fitted.target_, fitted.target_high_
            elif isinstance(fitted, DistanceToTarget):
                more = np.array([self.framework.direction(code) > 0 for code in codes])
                low, high = (np.where(where, fitted.worst_, np.nan) for where in (more, ~more))
                ends = low, high, fitted.target_, fitted.target_
            else:
                continue
            table.loc[codes] = np.column_stack(ends)
        return {str(end): _floats(table[end]) for end in table}

    @cached_property
    def every_year(self) -> tuple[Assessment, ...]:
        """The years of a panel, oldest first, or what was assessed."""
        return tuple(self.assessment.by_year.values()) or (self.assessment,)

    @cached_property
    def years_of_scale(self) -> tuple[Assessment, ...]:
        """The years that are measured on the scale of the one that is shown."""
        scale = self.assessment.scale
        return tuple(one for one in self.every_year if one.scale is scale)

    @cached_property
    def has_chinese(self) -> bool:
        """Whether any region has a Chinese name."""
        return bool((self.units["name_zh"] != "").any())

    def chinese(self, width: float) -> float:
        """Width of the column of Chinese names, next to nothing where there are none."""
        return width if self.has_chinese else 1.5

    @property
    def chinese_heading(self) -> str:
        """Heading of the column of Chinese names."""
        return self.words("unit.name_zh") if self.has_chinese else ""

    # --- what is live ---

    @cached_property
    def scores_live(self) -> bool:
        """Whether scores and ranks follow the weights."""
        return self.count <= LIVE_SCORES

    @cached_property
    def live_indicators(self) -> frozenset[str]:
        """Indicators whose normalised values follow the data and the goalposts."""
        assessment = self.assessment
        # Imputation, and a scale that was fitted elsewhere, are beyond a column of the sheet.
        if self.count > LIVE_UNITS or self.imputes or not assessment.own_scale:
            return frozenset()
        return frozenset(
            code
            for code, choice in self.normalisations.items()
            if choice.method in live.NORMALISATIONS
            and (assessment.treatments[code] == "none" or self.transform(code))
            and self.follows_data(code)
        )

    @cached_property
    def divided(self) -> tuple[str, ...]:
        """Indicators with a denominator, in the order of their quotients on Data."""
        codes = self.framework.all_indicators
        return tuple(code for code in codes if self.framework[code].denominator)

    def follows_data(self, indicator: str) -> bool:
        """Whether what is scored, before treatment, follows the values on Data by formulas."""
        return not self.framework[indicator].denominator or indicator in self._divided_on_data

    @cached_property
    def _divided_on_data(self) -> frozenset[str]:
        """Indicators that are divided by what Data shows, and not by a value of another year."""
        assessment = self.assessment
        found = set()
        for code in self.divided:
            below = self.framework[code].denominator
            quotients = assessment.data[code] / assessment.data[below] * self.scale_factor(code)
            same_year = self.year_of_new[below] in (None, self.year_of_new[code])
            alike = np.allclose(
                quotients, assessment.denominated[code], rtol=1e-12, atol=0.0, equal_nan=True
            )
            if same_year and alike and self.count <= LIVE_UNITS:
                found.add(code)
        return frozenset(found)

    def scale_factor(self, indicator: str) -> float:
        """What the quotient by the denominator is multiplied by."""
        factor = self.framework[indicator].scale_factor
        return 1.0 if factor is None else factor

    def transform(self, indicator: str) -> str:
        """Transform of the framework that formulas can follow and that is in force; else ""."""
        name = self.framework[indicator].transform
        return name if name in live.TRANSFORMS and self.treated_by[indicator] == name else ""

    @cached_property
    def treated_by(self) -> dict[str, str]:
        """Name of the treatment that holds for each indicator, "" where it is untouched."""
        names = dict.fromkeys(self.framework.indicators, "")
        for step in self.assessment.scale.treatments:
            for member, name in zip(step.members, step.estimator.applied_, strict=True):
                names[self.framework.indicators[member]] = str(name)
        return names

    @cached_property
    def normalisations(self) -> dict[str, NormalisationChoice]:
        """Normalisation of each indicator with its options."""
        return normalisation_of(self.assessment.screened.indicator_set, self.assessment.method)

    @cached_property
    def aggregations(self) -> dict[str, AggregationChoice]:
        """Aggregation of each group with its options."""
        return aggregation_of(self.assessment.indicator_set, self.assessment.method)

    def follows_switch(self, group: str) -> bool:
        """Whether a group has no aggregation of its own."""
        own = (
            self.framework[group].aggregation or group in self.assessment.method.aggregation.groups
        )
        return not own

    @cached_property
    def switch_choices(self) -> tuple[str, ...]:
        """Aggregations that one switch on Weights chooses from; empty where there is no switch."""
        named = self.assessment.method.aggregation.method
        if not self.scores_live or not isinstance(named, str):
            return ()
        followers = [g for g in self.groups if self.follows_switch(g)]
        most = max((len(self.framework.children(group)) for group in followers), default=0)
        # Somebody is always worst: where the worst score is 0, a geometric mean is not on offer.
        choices = tuple(
            name
            for name in live.SWITCHED
            if live.can_aggregate(name, most)
            and (self.scale[0] > 0 or name not in POSITIVE_ONLY or name == named)
        )
        return choices if named in choices else ()

    @cached_property
    def live_groups(self) -> frozenset[str]:
        """Groups whose scores follow the weights."""
        if not self.scores_live:
            return frozenset()
        return frozenset(
            group
            for group in self.groups
            if (self.switch_choices and self.follows_switch(group))
            or live.can_aggregate(
                self.assessment.aggregations[group], len(self.framework.children(group))
            )
        )

    # --- columns ---

    def value_column(self, indicator: str) -> int:
        """Column on Data of what is scored: the values, or their quotients by the denominator."""
        if indicator not in self.divided:
            return self.data_column(indicator)
        right = FIRST_INDICATOR_COLUMN + len(self.framework.all_indicators) + 1
        return right + self.divided.index(indicator)

    def value_range(self, indicator: str) -> str:
        """What is scored, for all units."""
        return self.sheets["data"].down(self.value_column(indicator), self.first, self.last)

    def data_column(self, indicator: str) -> int:
        """Column of an indicator on Data and Normalised."""
        return FIRST_INDICATOR_COLUMN + self.framework.all_indicators.index(indicator)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Groups breadth first, so that the groups below one parent stand side by side."""
        found = [self.framework.root]
        for group in found:
            found.extend(c for c in self.framework.children(group) if self.framework.is_group(c))
        return tuple(found)

    def _block(self, number: int) -> int:
        return FIRST_INDICATOR_COLUMN + number * len(self.groups)

    def score_column(self, group: str) -> int:
        """Column of a group's score on Scores."""
        return self._block(0) + self.groups.index(group)

    def rank_column(self, group: str) -> int:
        """Column of a group's rank on Scores."""
        return self._block(1) + self.groups.index(group)

    @property
    def change_column(self) -> int:
        """Column of the change of rank on Scores; default index and default rank follow."""
        return self._block(2)

    def coverage_column(self, group: str) -> int:
        """Column of a group's coverage on Scores."""
        return self._block(2) + 3 + self.groups.index(group)

    def exact_column(self, group: str) -> int:
        """Column of a group's score before rounding (hidden)."""
        return self._block(3) + 3 + self.groups.index(group)

    def key_column(self, group: str) -> int:
        """Column of what a group's rank is taken of (hidden)."""
        return self._block(4) + 3 + self.groups.index(group)

    def tie_column(self, group: str) -> int:
        """Column of one over the number of tied units (hidden, for dense ranks)."""
        return self._block(5) + 3 + self.groups.index(group)

    @property
    def helper_column(self) -> int:
        """First hidden column on Scores: order, group, rank in group, label, notes."""
        return self._block(6) + 3

    @property
    def order_column(self) -> int:
        """Column of the position in the league table (hidden)."""
        return self.helper_column

    @property
    def group_id_column(self) -> int:
        """Column of the group as a number (hidden)."""
        return self.helper_column + 1

    @property
    def group_rank_column(self) -> int:
        """Column of the rank inside the group (hidden)."""
        return self.helper_column + 2

    @property
    def label_column(self) -> int:
        """Column of the names for the drop-downs (hidden)."""
        return self.helper_column + 3

    @property
    def everyone_column(self) -> int:
        """Column of ones: the group that everybody is in (hidden)."""
        return self.helper_column + 4

    @property
    def note_column(self) -> int:
        """First column of the rows of a unit's notes (hidden)."""
        return self.helper_column + 5

    @property
    def difference_column(self) -> int:
        """Column of how far the index is from the default (hidden)."""
        return self.note_column + MOST_NOTES

    # --- imputed values ---

    @property
    def imputes(self) -> bool:
        """Whether missing values are filled."""
        return self.assessment.method.imputation.methods != ("none",)

    @cached_property
    def imputed_columns(self) -> dict[str, int]:
        """Hidden column on Normalised with 1 where a value was imputed, for indicators with any."""
        some = self.assessment.was_imputed.any()
        codes = [code for code in self.framework.indicators if some[code]]
        first = FIRST_INDICATOR_COLUMN + len(self.framework.indicators) + 2
        return {code: first + i for i, code in enumerate(codes)}

    def imputed_range(self, indicator: str) -> str:
        """Marks of the imputed values of an indicator."""
        column = self.imputed_columns[indicator]
        return self.sheets["normalised"].down(column, self.first, self.last)

    # --- references ---

    def score_sheet(self, node: str) -> tuple[Sheet, int]:
        """Sheet and column of a node's scores."""
        if self.framework.is_group(node):
            return self.sheets["scores"], self.score_column(node)
        return self.sheets["normalised"], self.data_column(node)

    def score_range(self, node: str) -> str:
        """Scores of all units."""
        sheet, column = self.score_sheet(node)
        return sheet.down(column, self.first, self.last)

    def scores_down(self, column: int) -> str:
        """One column of the table on Scores."""
        return self.sheets["scores"].down(column, self.first, self.last)

    @cached_property
    def weight_rows(self) -> dict[str, int]:
        """Row of each node on Weights; the index itself has none."""
        nodes = self.framework.scored_nodes[1:]
        return {node: FIRST_WEIGHT_ROW + i for i, node in enumerate(nodes)}

    def share_cell(self, node: str) -> str:
        """Share of a node among its siblings."""
        return self.sheets["weights"].at(self.weight_rows[node], SHARE, fixed="both")

    def effective_cell(self, node: str) -> str:
        """Share of a node in the index."""
        return self.sheets["weights"].at(self.weight_rows[node], EFFECTIVE, fixed="both")

    @property
    def switch_cell(self) -> str:
        """The aggregation switch."""
        return self.sheets["weights"].at(*SWITCH, fixed="both")

    @property
    def weighting_cell(self) -> str:
        """The name of the weights in force."""
        return self.sheets["weights"].at(*WEIGHTING, fixed="both")

    def title_cell(self, key: str) -> str:
        """Where a link to a sheet leads."""
        return self.sheets[key].at(1, 1)

    # --- numbers ---

    @cached_property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest score that bars and colours show."""
        method = self.assessment.method.normalisation
        choices = self.normalisations.values()
        if all(choice.method in live.NORMALISATIONS for choice in choices):
            return min(c.range[0] for c in choices), max(c.range[1] for c in choices)
        values = self.assessment.normalised.to_numpy()
        if np.isnan(values).all():
            return method.range
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        return (low, high) if low < high else (low, low + 1.0)

    @cached_property
    def score_format(self) -> str:
        """Number format of scores, with digits that suit the scale and the rounding."""
        low, high = self.scale
        decimals = 1 if high - low > 20 else 2 if high - low > 2 else 3
        rounded = self.assessment.method.rounding.decimals
        if rounded != "none":
            decimals = max(decimals, rounded)
        return "0." + "0" * decimals

    @cached_property
    def position(self) -> np.ndarray:
        """Position of each unit in the league table, 1 first; ties in the order of the table."""
        keys = self.keys[self.framework.root].to_numpy()
        order = np.argsort(-keys, kind="stable")
        position = np.empty(self.count, dtype=int)
        position[order] = np.arange(1, self.count + 1)
        return position

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """The scores that are ranked: rounded or exact."""
        exact = self.assessment.method.ranking.on == "exact"
        return self.assessment.exact_scores if exact else self.assessment.scores

    @cached_property
    def keys(self) -> pd.DataFrame:
        """What ranks are taken of: scores to nine decimals, units without a score last."""
        small = self.ranked.abs() <= LARGEST_WITH_DECIMALS
        return self.ranked.where(small, 0.0).round(9).where(small, self.ranked).fillna(LAST)

    @property
    def rounds_all(self) -> bool:
        """Whether indicators and groups are rounded on the way to the index."""
        rounding = self.assessment.method.rounding
        return rounding.decimals != "none" and rounding.level == "all"

    @cached_property
    def rounded_groups(self) -> frozenset[str]:
        """Groups whose scores are rounded."""
        if self.assessment.method.rounding.decimals == "none":
            return frozenset()
        return frozenset(self.groups if self.rounds_all else self.groups[:1])

    @property
    def version(self) -> str:
        """Version of this software."""
        return version("regional-scorecards")

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the audit found in the set and in its assessment."""
        return audit(self.assessment, self.failures)

    @property
    def rank_format(self) -> str:
        """Number format of ranks."""
        return "0.0" if self.assessment.method.ranking.ties == "average" else "0"

    def rounded(self, formula: str) -> str:
        """Formula of a score rounded as the method says; unchanged where it is not."""
        rounding = self.assessment.method.rounding
        if rounding.decimals == "none":
            return formula
        power = 10.0**rounding.decimals
        scaled = f"ROUND({formula}*{power!r},9)"
        if rounding.mode == "half_up":
            return f"ROUND({scaled},0)/{power!r}"
        return f"IF(MOD({scaled},1)=0.5,2*ROUND({scaled}/2,0),ROUND({scaled},0))/{power!r}"

    # --- cooperation models ---

    @property
    def model_codes(self) -> list[str]:
        """Codes of the cooperation models."""
        return [] if self.models is None else list(self.models.centres.index)

    def model_title(self, code: str) -> str:
        """Name of a model in both languages."""
        model = self.assessment.method.cooperation.models[code]
        return f"{model.name} {model.name_zh}".strip()

    @cached_property
    def model_ids(self) -> np.ndarray:
        """Model of each unit counted from 1; 0 for none."""
        if self.models is None:
            return np.zeros(self.count, dtype=int)
        codes = self.model_codes
        found = self.models.table["model"].reindex(self.units.index)
        return np.array([codes.index(code) + 1 if code in codes else 0 for code in found])

    @cached_property
    def model_names(self) -> list[str]:
        """Name of each unit's model; "" for none."""
        models = self.assessment.method.cooperation.models
        titles = ["", *(models[code].name for code in self.model_codes)]
        return [titles[number] for number in self.model_ids]

    @property
    def model_name_range(self) -> str:
        """Names of the units' models on Models."""
        return self.sheets["models"].down(MODEL_NAME, self.first, self.last)

    @property
    def model_id_range(self) -> str:
        """Models of the units as numbers on Models (hidden)."""
        return self.sheets["models"].down(MODEL_ID, self.first, self.last)

    # --- robustness ---

    @property
    def ranks_each(self) -> bool:
        """Whether the probability of each rank is shown."""
        found = self.robustness
        if found is None or self.count > MOST_RANKED:
            return False
        return found.uncertainty.total.plan.exact_ranks

    # --- tables of the set ---

    @cached_property
    def _framework_heading(self) -> tuple[str, ...]:
        return self.assessment.indicator_set.rows("framework")[0]

    def framework_cell(self, node: str, column: str) -> tuple[int, int]:
        """Row and column of a node's cell on Framework."""
        codes = [found.code for found in self.framework.nodes]
        row = FIRST_TABLE_ROW + codes.index(node)
        return row, 1 + self._framework_heading.index(column)

    def goalpost_cell(self, indicator: str, end: str) -> str:
        """Cell above an indicator's column on Normalised that holds its low or high end."""
        row = LOW_ROW if end == "low" else HIGH_ROW
        return self.sheets["normalised"].at(row, self.data_column(indicator), fixed="both")

    def target(self, indicator: str, number: str = "{:,.6g}") -> str:
        """The target of an indicator or its interval, in treated units; "" where it has none."""
        ends = [self.goalposts[end][indicator] for end in ("target", "target_high")]
        if not known(ends[0]):
            return ""
        first, last = (number.format(end) for end in ends)
        if first == last:
            return first
        return self.words("weights.interval", low=first, high=last)

    def own_unit(self, indicator: str, cell: str, value: float) -> tuple[str, float]:
        """Formula and value that turn a transformed number back into the indicator's own unit."""
        name = self.treated_by[indicator]
        if name not in live.TRANSFORMS:
            return cell, value
        transform = live.TRANSFORMS[name]
        return transform.back.format(cell), transform.inverse(value)

    @cached_property
    def years_differ(self) -> bool:
        """Whether some indicator has values of different years, so that each needs its own."""
        years = self.assessment.years
        return bool(((years.max() - years.min()) > 0).any())

    @cached_property
    def year_of_new(self) -> dict[str, int | None]:
        """Year of a value typed into an empty cell: the one assessed, or the indicator's newest."""
        year = self.assessment.section_year
        newest = self.assessment.years.max()
        return {
            str(code): year if isinstance(year, int) else int(last) if known(last) else None
            for code, last in newest.items()
        }

    def year_column(self, indicator: str) -> int:
        """Column of the years of an indicator's values on Data, right of all values."""
        right = len(self.framework.all_indicators) + 2
        return self.data_column(indicator) + right + (len(self.divided) + 1 if self.divided else 0)

    @cached_property
    def sources_by_indicator(self) -> dict[str, tuple[str, ...]]:
        """Sources of each indicator's values, in the order they are first cited."""
        values = self.assessment.indicator_set.values
        cited = values[values["source"] != ""].drop_duplicates(["indicator", "source"])
        found: dict[str, dict[str, None]] = {}
        for indicator, text in zip(cited["indicator"], cited["source"], strict=True):
            codes = [part.strip() for part in text.split(";")]
            found.setdefault(indicator, {}).update(dict.fromkeys(codes))
        return {indicator: tuple(codes) for indicator, codes in found.items()}

    @property
    def group_title(self) -> str:
        """Heading of the column that names the units' groups."""
        return (self.group_column or "").replace("_", " ").capitalize()

    @cached_property
    def note_rows(self) -> list[list[int]]:
        """For each unit, the positions (from 1) of its first notes in the table of notes."""
        units = self.assessment.indicator_set.notes["unit"].tolist()
        rows: dict[str, list[int]] = {}
        for position, unit in enumerate(units, 1):
            rows.setdefault(unit, []).append(position)
        return [rows.get(unit, [])[:MOST_NOTES] for unit in self.units.index]

    @property
    def most_notes(self) -> int:
        """Most notes that a scorecard shows."""
        return MOST_NOTES


# Rows of the headings on Normalised.
LOW_ROW, HIGH_ROW = 8, 9

#: First row of the tables of the set on their sheets.
FIRST_TABLE_ROW = 6

MOST_NOTES = 6


def unique(labels: Sequence[str]) -> list[str]:
    """The labels with a number behind those that another one equals, whatever the capitals."""
    seen: set[str] = set()
    found = []
    for label in labels:
        number, name = 1, label
        while name.casefold() in seen:
            number += 1
            name = f"{label} ({number})"
        seen.add(name.casefold())
        found.append(name)
    return found


def _floats(column: pd.Series[float]) -> dict[str, float]:
    return {str(code): float(number) for code, number in column.items()}


# Columns on Models that other sheets look up.
MODEL_NAME, MODEL_ID = 3, 30

# Columns and cells of the Weights sheet.
NAME, NAME_ZH, WEIGHT, IN_FORCE, DEFAULT, SHARE, EFFECTIVE, DIRECTION, LOW, HIGH, YEARS = range(
    1, 12
)
PARENT, SIBLINGS, LEAF, CHOSEN = range(13, 17)
SWITCH, WEIGHTING, SUM_OF_SHARES = (6, WEIGHT), (7, WEIGHT), (8, WEIGHT)
#: Position of the weighting in force among those there are, from 1; 0 for none (hidden).
POSITION = (7, CHOSEN)

"""Models: the cooperation models, who belongs to which, and how far to trust it."""

from __future__ import annotations

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, local, quoted
from reports.workbook.charts import Cells, Line, bars, place
from reports.workbook.live import NEAREST_CENTRE, TRANSFORMS
from reports.workbook.parts import footer, header
from reports.workbook.plan import MODEL_ID, MODEL_NAME, Plan
from scoring.cooperation import CooperationModels

NAME, NAME_ZH = 1, 2
#: Features whose reason has room above the table; Method lists all.
MOST_REASONS = 5
FIRST_MEMBERSHIP = 4
#: First column of what stands right of the table.
SIDE = 13
SIDE_LAST = 20
#: First hidden column: squared distances, then standardised features.
HELPER = MODEL_ID + 1
#: Centres stand above the table on hidden cells too, one row a model.
CENTRE_ROW = 4


def write(plan: Plan) -> None:
    """Fill the sheet; nothing where the set names no models."""
    if plan.models is None:
        return
    ModelsSheet(plan, plan.models).write()


class ModelsSheet:
    """The sheet in the making."""

    def __init__(self, plan: Plan, models: CooperationModels) -> None:
        self.plan = plan
        self.models = models
        self.words = plan.words
        self.sheet: Sheet = plan.sheets["models"]
        self.codes = plan.model_codes
        self.features = list(models.features.columns)
        self.method = plan.assessment.method.cooperation
        self.live = (
            plan.scores_live
            and self.method.method in NEAREST_CENTRE
            and all(plan.follows_data(f) for f in self.features)
            and all(plan.framework[f].transform in ("", *TRANSFORMS) for f in self.features)
        )
        k = len(self.codes)
        self.distance = FIRST_MEMBERSHIP + k
        self.other = self.distance + k
        self.margin = self.other + 1
        self.last = self.margin
        self.squared = HELPER
        self.standard = HELPER + k
        self.side = max(SIDE, self.last + 2)
        self.side_last = self.side + 7
        self.margins = dict(
            zip(models.table.index, models.table["margin"].astype(float).tolist(), strict=True)
        )

    def write(self) -> None:
        """Fill the sheet."""
        plan, sheet, words = self.plan, self.sheet, self.words
        subtitle = words("models.how" if self.live else "models.how_static")
        header(plan, "models", subtitle=subtitle, last_column=self.side_last)
        self._criteria()
        self._table()
        row = self._centres(plan.first - 1)
        row = self._trust(row + 1)
        row = self._left_out(row + 1)
        row = self._numbers(row + 2)
        k = len(self.codes)
        sheet.widths(
            {1: 16, 2: plan.chinese(10), 3: 25, self.other: 25, self.margin: 9, self.margin + 1: 3}
        )
        sheet.widths(dict.fromkeys(range(FIRST_MEMBERSHIP, self.distance + k), 10.5))
        sheet.widths(dict.fromkeys(range(self.side, self.side_last + 1), 12))
        sheet.widths({self.side: 38})
        sheet.freeze(plan.first, 3)
        sheet.protect()
        bottom = max(plan.last, row)
        sheet.page(bottom, self.side_last, one_page=plan.count <= 60, footer=footer(plan))

    def _criteria(self) -> None:
        """Which features distinguish the models, and why."""
        sheet, words, plan = self.sheet, self.words, self.plan
        sheet.wide(5, 1, 3, words("models.features"), styles.HEADING_LEFT)
        sheet.wide(5, 4, self.side_last, words("models.reasons"), styles.HEADING_LEFT)
        style = styles.NOTE.but(vertical="center")
        for row, code in enumerate(self.features[:MOST_REASONS], 6):
            sheet.wide(row, 1, 3, plan.framework[code].name, style)
            sheet.wide(row, 4, self.side_last, self.method.reasons.get(code, ""), style)
            sheet.height(row, 16)

    # --- units ---

    def _table(self) -> None:
        plan, sheet, words, k = self.plan, self.sheet, self.words, len(self.codes)
        heading = plan.first - 1
        short = [self.method.models[code].name for code in self.codes]
        titles = [
            words("unit.name"), plan.chinese_heading, words("unit.model"),
            *(words("models.membership", model=name) for name in short),
            *(words("models.distance", model=name) for name in short),
            words("models.other"), words("models.margin"),
        ]  # fmt: skip
        sheet.table_heading(heading, 1, titles, height=52)
        squared = self._squared()
        exemplars = plan.units[self.method.exemplars].tolist()
        for i, row in enumerate(range(plan.first, plan.last + 1)):
            self._unit(i, row, squared[i], exemplars[i])
        sheet.bar(area(plan.first, FIRST_MEMBERSHIP, plan.last, FIRST_MEMBERSHIP + k - 1), 0.0, 1.0)
        plan.book.name("CooperationModels", sheet.down(MODEL_NAME, plan.first, plan.last))

    def _squared(self) -> np.ndarray:
        distances = self.models.distances.reindex(self.plan.units.index).to_numpy()
        squared: np.ndarray = distances**2
        return squared

    def _unit(self, i: int, row: int, squared: np.ndarray, exemplar: str) -> None:
        plan, sheet, k = self.plan, self.sheet, len(self.codes)
        unit = plan.units.index[i]
        star = " ★" if exemplar else ""
        # An exemplar is marked by a star behind its name.
        sheet.height(row, 19)
        sheet.put(row, NAME, plan.units["name"].iloc[i] + star, styles.LEFT.but(bold=True))
        sheet.put(row, NAME_ZH, plan.units["name_zh"].iloc[i], styles.LEFT)
        formulas = self._formulas(row) if self.live else {}
        model = int(plan.model_ids[i])
        sheet.put(row, MODEL_ID, model, styles.HIDDEN, formulas.get("id"))
        titles = [self.method.models[code].name for code in self.codes]
        sheet.put(row, MODEL_NAME, plan.model_names[i], styles.LEFT, formulas.get("name"))
        memberships = self.models.memberships.loc[unit].tolist()
        distances = self.models.distances.loc[unit].tolist()
        percent = styles.PERCENT.but(format="0%")
        number = styles.NUMBER.but(format="0.00", colour=styles.GREY)
        for j in range(k):
            value = blank_if_missing(memberships[j])
            cell = formulas.get(f"membership{j}")
            shown = value if self.live or value != "" else None
            sheet.put(row, FIRST_MEMBERSHIP + j, shown, percent, cell)
            away = blank_if_missing(distances[j])
            shown = away if self.live or away != "" else None
            sheet.put(row, self.distance + j, shown, number, formulas.get(f"distance{j}"))
            if self.live:
                square = blank_if_missing(squared[j])
                sheet.put(row, self.squared + j, square, styles.HIDDEN, formulas[f"squared{j}"])
        nearest_other = self.models.table["nearest_other"].get(unit)
        other = titles[self.codes.index(nearest_other)] if nearest_other in self.codes else ""
        sheet.put(
            row, self.other, other, styles.LEFT.but(colour=styles.GREY), formulas.get("other")
        )
        margin = blank_if_missing(self.margins[unit])
        shown = margin if self.live or margin != "" else None
        sheet.put(row, self.margin, shown, number.but(colour="000000"), formulas.get("margin"))
        if self.live:
            standard = self.models.features.loc[unit].tolist()
            for j, feature in enumerate(self.features):
                value = blank_if_missing(standard[j])
                formula = self._standardised(feature, row, j)
                sheet.put(row, self.standard + j, value, styles.HIDDEN, formula)

    def _standardised(self, feature: str, row: int, position: int) -> str:
        plan = self.plan
        raw = plan.sheets["data"].at(row, plan.value_column(feature))
        mean, sd = self._scale_cells(position)
        present = f"ISNUMBER({raw})"
        value = raw
        name = plan.framework[feature].transform
        if name:
            transform = TRANSFORMS[name]
            present = f"IF({present},{transform.domain.format(raw)},FALSE)"
            value = transform.forward.format(raw)
        return f'IF({present},({value}-{mean})/{sd},"")'

    def _scale_cells(self, position: int) -> tuple[str, str]:
        """Cells of a feature's mean and standard deviation, above its hidden column."""
        column = self.standard + position
        return local(CENTRE_ROW - 2, column, "both"), local(CENTRE_ROW - 1, column, "both")

    def _formulas(self, row: int) -> dict[str, str]:
        k = len(self.codes)
        own = f"{local(row, self.standard)}:{local(row, self.standard + len(self.features) - 1)}"
        squares = f"{local(row, self.squared)}:{local(row, self.squared + k - 1)}"
        number = local(row, MODEL_ID)
        complete = f"COUNT({own})={len(self.features)}"
        names = ",".join(quoted(self.method.models[code].name) for code in self.codes)
        formulas = {
            "id": f"IF(COUNT({squares})=0,0,MATCH(MIN({squares}),{squares},0))",
            "name": f'IF({number}=0,"",CHOOSE({number},{names}))',
            "other": f'IF({number}=0,"",CHOOSE(MATCH(SMALL({squares},2),{squares},0),{names}))',
            "margin": f'IF({number}=0,"",SQRT(SMALL({squares},2))-SQRT(MIN({squares})))',
        }
        inverse = "+".join(f"1/{local(row, self.squared + j)}" for j in range(k))
        for j in range(k):
            centre = self._centre_cells(j)
            square = local(row, self.squared + j)
            formulas[f"squared{j}"] = f'IF({complete},SUMXMY2({own},{centre}),"")'
            formulas[f"distance{j}"] = f'IF({number}=0,"",SQRT({square}))'
            formulas[f"membership{j}"] = (
                f'IF({number}=0,"",IF(MIN({squares})=0,IF({number}={j + 1},1,0),'
                f"1/{square}/({inverse})))"
            )
        return formulas

    def _centre_cells(self, model: int) -> str:
        row = CENTRE_ROW + model
        last = self.standard + len(self.features) - 1
        return f"{local(row, self.standard, 'both')}:{local(row, last, 'both')}"

    # --- beside the table ---

    def _centres(self, row: int) -> int:
        """Centres of the models in units of standard deviations, and a chart of them."""
        sheet, words, plan = self.sheet, self.words, self.plan
        sheet.table_heading(
            row,
            self.side,
            [words("models.centres"), words("models.members"),
             *(plan.framework[f].name for f in self.features[:6])],
            height=52, left=1,
        )  # fmt: skip
        ids = sheet.down(MODEL_ID, plan.first, plan.last).split("!")[1]
        centres = self.models.centres.to_numpy().tolist()
        for j, code in enumerate(self.codes):
            line = row + 1 + j
            sheet.put(line, self.side, plan.model_title(code), styles.LEFT.but(bold=True))
            members = int((plan.model_ids == j + 1).sum())
            count = f"COUNTIF({ids},{j + 1})" if self.live else None
            sheet.put(line, self.side + 1, members, styles.INTEGER, count)
            for i in range(len(self.features)):
                value = centres[j][i]
                sheet.put(CENTRE_ROW + j, self.standard + i, value, styles.HIDDEN)
                if i < 6:
                    style = styles.NUMBER.but(format='+0.00;"−"0.00;0.00')
                    sheet.put(line, self.side + 2 + i, value, style)
        for i, feature in enumerate(self.features):
            mean, sd = self.models.feature_mean[feature], self.models.feature_sd[feature]
            sheet.put(CENTRE_ROW - 2, self.standard + i, float(mean), styles.HIDDEN)
            sheet.put(CENTRE_ROW - 1, self.standard + i, float(sd), styles.HIDDEN)
        end = row + len(self.codes)
        shown = min(6, len(self.features))
        lines = [
            Line(Cells(sheet, row + 1 + j, self.side, row + 1 + j, self.side),
                 Cells(sheet, row + 1 + j, self.side + 2, row + 1 + j, self.side + 1 + shown),
                 styles.MODEL_COLOURS[j % 6])
            for j in range(len(self.codes))
        ]  # fmt: skip
        labels = Cells(sheet, row, self.side + 2, row, self.side + 1 + shown)
        chart = bars(words("models.chart"), words("models.chart_alt"), lines, labels,
                     number_format="0.0", gap=60)  # fmt: skip
        place(chart, sheet, end + 1, self.side, end + 13, self.side_last)
        return end + 14

    def _trust(self, row: int) -> int:
        """How far to trust the models; returns the last row."""
        words, trust = self.words, self.models.trust
        key = "models.p_exact" if trust.exact else "models.p_drawn"
        lines: list[tuple[str, Value, str]] = [
            (
                words("models.hits"),
                words("models.hits_of", hits=trust.hits, of=trust.exemplars),
                "",
            ),
            (words(key, count=trust.permutations), blank_if_missing(trust.p_value), "0.000"),
            (words("models.silhouette"), blank_if_missing(trust.silhouette), "0.00"),
            (words("models.unit_stability"), blank_if_missing(trust.unit_stability), "0.00"),
            (words("models.feature_stability"), blank_if_missing(trust.feature_stability), "0.00"),
            (words("models.ward"), blank_if_missing(trust.ward_agreement), "0.00"),
        ]
        sheet = self.sheet
        sheet.wide(row, self.side, self.side_last, words("models.trust"), styles.SECTION)
        for i, (title, value, form) in enumerate(lines, 1):
            sheet.wide(row + i, self.side, self.side_last - 1, title, styles.LEFT)
            style = styles.CENTRE.but(bold=True, format=form or "General")
            sheet.put(row + i, self.side_last, value, style)
        end = row + len(lines) + 1
        caveat = words("models.caveat")
        sheet.wide(end, self.side, self.side_last, caveat, styles.SMALL, bottom=end + 1)
        return end + 1

    def _left_out(self, row: int) -> int:
        """Each exemplar held out: where it falls."""
        sheet, words, plan = self.sheet, self.words, self.plan
        titles = [
            words("models.left_out"),
            words("models.named"),
            "",
            words("models.found"),
            "",
            "",
        ]
        sheet.table_heading(row, self.side, titles, height=16, left=1)
        sheet.fill(row, range(self.side, self.side_last + 1), styles.HEADING)
        end = row
        names = plan.units["name"]
        for unit, found in self.models.trust.left_out.iterrows():
            end += 1
            sheet.put(end, self.side, names[str(unit)], styles.LEFT.but(bold=True))
            sheet.wide(end, self.side + 1, self.side + 2, self._name(found["model"]), styles.LEFT)
            sign = "✓ " if found["hit"] else "✗ "
            colour = "000000" if found["hit"] else styles.ORANGE
            sheet.wide(end, self.side + 3, self.side_last, sign + self._name(found["assigned"]),
                       styles.LEFT.but(colour=colour))  # fmt: skip
        return end

    def _name(self, code: object) -> str:
        return self.method.models[str(code)].name if code in self.codes else "–"

    def _numbers(self, row: int) -> int:
        """What other numbers of groups would give."""
        sheet, words = self.sheet, self.words
        table = self.models.trust.numbers_of_groups
        titles = [words("models.groups"), *(words(f"models.groups.{name}") for name in NUMBERS)]
        sheet.table_heading(row, self.side, titles, height=40, left=1)
        for i, (count, found) in enumerate(table.iterrows(), 1):
            sheet.put(row + i, self.side, int(str(count)), styles.CENTRE)
            for j, name in enumerate(NUMBERS, 1):
                value = blank_if_missing(float(found[name]))
                sheet.put(row + i, self.side + j, value, styles.NUMBER.but(format="0.00"))
        return row + len(table)


NUMBERS = ("silhouette", "calinski_harabasz", "within_share", "adjusted_rand_with_models")

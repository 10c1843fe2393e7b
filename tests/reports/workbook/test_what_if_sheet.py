"""Other weights: the cells are what ``scoring.what_if`` finds, for all kinds of sets."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import indicators
import reports
import scoring
from indicators import IndicatorSet
from reports.workbook import strips, weight_shifts, weight_stability
from reports.workbook import workbook as make_workbook
from reports.workbook.cells import Sheet, Value
from scoring import Assessment
from scoring.what_if import rank_ranges, stability
from scoring.what_if import weight_shifts as shifts_of
from tests import libreoffice
from tests.reports.workbook.sets import made
from tests.scoring.small_sets import small_set

TITLE = "Other weights"


def sheet_of(assessment: Assessment) -> Sheet:
    return make_workbook(assessment).sheets[TITLE]


def row_of(sheet: Sheet, text: str, after: int = 0) -> int:
    """First row below ``after`` whose first cell is the text."""
    return min(r for (r, c), v in sheet.values.items() if c == 1 and v == text and r > after)


def column_of(sheet: Sheet, text: str) -> int:
    """Column of the only cell with the text, right of the first column."""
    (column,) = {c for (_, c), v in sheet.values.items() if v == text and c > 1}
    return column


def says(sheet: Sheet, part: str) -> bool:
    return any(isinstance(v, str) and part in v for v in sheet.values.values())


def same(shown: Value, number: float) -> bool:
    return shown == "" if math.isnan(number) else shown == number


@pytest.fixture(scope="module")
def with_sets() -> IndicatorSet:
    dimensions = ("platform_coverage", "agency_consolidation", "accessibility", "sdg_alignment")
    provinces = indicators.load()
    provinces = provinces.with_weight_set(
        "ministry", dict(zip(dimensions, (3.0, 2.0, 4.0, 1.0), strict=True))
    )
    return provinces.with_weight_set("reform", dict(zip(dimensions, (1, 5, 1, 1), strict=True)))


@pytest.fixture(scope="module")
def assessment(with_sets: IndicatorSet) -> Assessment:
    return scoring.assess(with_sets)


@pytest.fixture(scope="module")
def written(assessment: Assessment) -> Sheet:
    return sheet_of(assessment)


def test_the_interval_of_each_weight_is_that_of_stability(
    assessment: Assessment, written: Sheet
) -> None:
    sheet, found = written, stability(assessment)
    names = assessment.units["name"]
    for node, line in found.iterrows():
        row = row_of(sheet, assessment.framework[str(node)].name)
        assert sheet.values[row, weight_stability.SHARE] == line["share"]
        for kept, column in weight_stability.FROM.items():
            ends = sheet.values[row, column], sheet.values[row, column + 1]
            assert ends == (line[f"{kept}_lower"], line[f"{kept}_upper"])
            said = str(sheet.values[row, column + 2])
            for side, sign in (("lower", "▼"), ("upper", "▲")):
                units = line[f"{kept}_{side}_units"]
                assert (sign in said) == bool(units)
                if units:
                    ahead, behind = (names[unit] for unit in units.split(", "))
                    assert f"{sign} {ahead} ↔ {behind}" in said


def test_a_weight_is_delicate_where_a_quarter_of_it_changes_the_lead() -> None:
    # Of B's scores y and x of A's: the first place changes hands where both are alike.
    found = small_set("code,parent,weight\nindex,,\nx,index,6\ny,index,4", "unit,x,y\nA,1,0\nB,0,1",
                      method={"normalisation": {"method": "none"}})  # fmt: skip
    assessment = scoring.assess(found)
    line = stability(assessment, top=3).to_dict("index")["x"]
    smallest = weight_stability.smallest_change(line)
    assert smallest is not None
    # 0.6 A and 0.4 B: x falls to 0.5, by a sixth.
    assert smallest.change == pytest.approx(-1 / 6)
    assert (smallest.kept, smallest.side, smallest.is_delicate) == ("first", "lower", True)
    sheet = sheet_of(assessment)
    row = row_of(sheet, "x")
    assert sheet.values[row, weight_stability.SMALLEST] == pytest.approx(-1 / 6)
    assert says(sheet, "Of 2 weights, 2 can change the first place")
    assert says(sheet, "The most delicate is x: its share is 60.0%, and at 50.0% the first place")


def test_the_shifts_are_those_to_every_other_weighting(
    with_sets: IndicatorSet, assessment: Assessment, written: Sheet
) -> None:
    sheet, root = written, assessment.framework.root
    names = ("ministry", "reform", "equal")
    others = {
        name: scoring.assess(with_sets.with_method({"weighting": {"method": name}}))
        for name in names
    }
    expected = shifts_of(assessment, others)
    of_index = expected.shifts[expected.shifts["node"] == root]
    heading = row_of(sheet, "Name")
    for name in names:
        column = column_of(sheet, name)
        table = of_index[of_index["weights"] == name].set_index("unit")
        for unit, line in table.iterrows():
            row = row_of(sheet, assessment.units["name"][unit], after=heading)
            shown = [sheet.values[row, column + offset] for offset in range(3)]
            assert shown == [line["score_after"], line["rank_after"], line["rank_shift"]]
            assert sheet.values[row, weight_shifts.RANK] == line["rank_before"]
        agreement = expected.agreement.set_index(["weights", "node"]).loc[(name, root)]
        for offset, figure in enumerate(weight_shifts.AGREEMENT):
            above = heading - len(weight_shifts.AGREEMENT) + offset
            assert sheet.values[above, column] == agreement[figure]


def test_units_stand_in_the_order_of_their_ranks_with_their_best_and_worst(
    assessment: Assessment, written: Sheet
) -> None:
    sheet = written
    heading = row_of(sheet, "Name")
    found = rank_ranges(assessment, within=weight_shifts.WITHIN, time_limit=0)
    ranks = [sheet.values[row, weight_shifts.RANK] for row in range(heading + 1, heading + 32)]
    assert ranks == sorted(assessment.ranks.iloc[:, 0])
    for unit, line in found.iterrows():
        row = row_of(sheet, assessment.units["name"][unit], after=heading)
        ends = sheet.values[row, weight_shifts.BEST], sheet.values[row, weight_shifts.WORST]
        assert ends == (line["best"], line["worst"])
        exact = line["best_status"] == line["worst_status"] == "exact"
        bounds = f"{line['best_bound']}–{line['worst_bound']}"
        assert sheet.values[row, weight_shifts.OPEN] == ("exact" if exact else bounds)


def test_the_given_weights_are_a_choice_where_others_are_in_force(with_sets: IndicatorSet) -> None:
    found = with_sets.with_method({"weighting": {"method": "ministry"}})
    sheet = sheet_of(scoring.assess(found))
    assert says(sheet, "(ministry)")
    heading = row_of(sheet, "Name")
    band = sorted((c, v) for (r, c), v in sheet.values.items() if r == heading - 5 and v)
    assert [name for _, name in band[2:]] == ["given", "reform", "equal", "Ranks it can have"]


def test_more_choices_than_stand_side_by_side_follow_below(tmp_path: Path) -> None:
    found = made(tmp_path / "set")
    for number in range(9):
        found = found.with_weight_set(f"set{number}", {f"d{i}": 1.0 + number * i for i in range(4)})
    sheet = sheet_of(scoring.assess(found))
    assert says(sheet, "The first 8 of 10 weightings are shown")
    assert [says(sheet, f"set{number}") for number in range(9)] == [True] * 8 + [False]
    first = row_of(sheet, "Name")
    second = row_of(sheet, "Name", after=first)
    units = [
        [sheet.values[row, 1] for row in range(heading + 1, heading + 19)]
        for heading in (first, second)
    ]
    assert units[0] == units[1]


def test_weights_under_which_nothing_can_be_computed_are_named(
    monkeypatch: pytest.MonkeyPatch, with_sets: IndicatorSet
) -> None:
    assessment = scoring.assess(with_sets)
    assess = scoring.assess

    def refusing(found: IndicatorSet, *rest: object) -> Assessment:
        if found.method["weighting"]["method"] == "reform":  # type: ignore[index]
            raise indicators.InvalidInputError([])
        return assess(found)

    monkeypatch.setattr(scoring, "assess", refusing)
    sheet = sheet_of(assessment)
    assert says(sheet, "No scores can be computed with reform")


def test_a_single_dimension_has_nothing_to_trade_with(tmp_path: Path) -> None:
    assessment = scoring.assess(made(tmp_path / "set", dimensions=1, count=3))
    sheet = sheet_of(assessment)
    row = row_of(sheet, "Dimension 0")
    assert sheet.values[row, weight_stability.SHARE] == 1
    assert sheet.values[row, weight_stability.FROM["first"] + 2] == "has no siblings with weight"
    assert sheet.values[row, weight_stability.SMALLEST] == "–"
    assert not says(sheet, "Best rank")


def test_ties_that_separate_at_once_leave_no_room() -> None:
    found = small_set("code,parent,weight\nindex,,\nx,index,1\ny,index,1",
                      "unit,x,y\nA,1,0\nB,0,1\nC,0,0",
                      method={"normalisation": {"method": "none"}})  # fmt: skip
    sheet = sheet_of(scoring.assess(found))
    row = row_of(sheet, "x")
    ends = [sheet.values[row, weight_stability.FROM["first"] + offset] for offset in range(3)]
    assert ends == [0.5, 0.5, "▼ A ↔ B\n▲ A ↔ B"]
    assert sheet.values[row, weight_stability.SMALLEST] == 0


def test_a_strip_shows_where_the_share_stands_and_what_is_kept() -> None:
    found = small_set("code,parent,weight\nindex,,\nx,index,6\ny,index,4", "unit,x,y\nA,1,0\nB,0,1",
                      method={"normalisation": {"method": "none"}})  # fmt: skip
    line = stability(scoring.assess(found), top=3).to_dict("index")["x"]
    colours = weight_stability.colours_of(line)
    now = colours.index(weight_stability.NOW)
    assert now == int(0.6 * strips.CELLS)
    # Below one half B leads.
    half = strips.CELLS // 2
    assert set(colours[:half]) == {weight_stability.FIRST_LOST}
    assert set(colours[half:now] + colours[now + 1 :]) == {weight_stability.ALL_KEPT}


def test_of_a_panel_the_newest_year_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    made(folder, missing=0.0)
    lines = (folder / "values.csv").read_text(encoding="utf-8").splitlines()
    # A year before, each had the values of its neighbour in the table.
    older = [f"u{unit},2019,{lines[1 + (unit + 1) % 18].split(',', 2)[2]}" for unit in range(18)]
    (folder / "values.csv").write_text("\n".join(lines + older) + "\n", encoding="utf-8")
    (folder / "method.toml").write_text('[time]\nyear = "panel"\n', encoding="utf-8")
    assessment = scoring.assess(indicators.load(folder))
    sheet = sheet_of(assessment)
    assert says(sheet, "2020")
    row = row_of(sheet, "Dimension 1")
    expected = stability(assessment).loc["d1"]
    assert sheet.values[row, weight_stability.FROM["top"]] == expected["top_lower"]
    equal = scoring.assess(assessment.indicator_set.with_method({"weighting": {"method": "equal"}}))
    row, column = row_of(sheet, "Unit 7", after=row_of(sheet, "Name")), column_of(sheet, "equal")
    assert same(sheet.values[row, column], equal.scores.iloc[7, 0])


def test_a_set_too_large_is_pointed_to_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assessment = scoring.assess(made(tmp_path / "set"))
    monkeypatch.setattr(weight_stability, "MOST_EXACT", 10)
    monkeypatch.setattr(weight_shifts, "MOST_RANGED", 10)
    monkeypatch.setattr(weight_shifts, "MOST_LISTED", 5)
    sheet = sheet_of(assessment)
    assert says(sheet, "scorecards weights stability computes it")
    assert says(sheet, "left out above 10 regions: scorecards weights range")
    assert says(sheet, "The first 5 of 18 regions are listed")
    monkeypatch.setattr(weight_shifts, "MOST_SHIFTED", 10)
    assert says(sheet_of(assessment), "scorecards weights compare computes it")


def test_a_search_for_the_best_order_at_each_try_is_left_to_the_command_line(
    tmp_path: Path,
) -> None:
    kemeny = made(tmp_path / "set", units=9, method='[aggregation]\nmethod = "kemeny"\n')
    assert says(sheet_of(scoring.assess(kemeny)), "scorecards weights stability computes it")


GEOMETRIC = "[normalisation]\nrange = [1, 100]\n[aggregation]\nmethod = "


def test_ends_that_were_searched_for_are_marked(tmp_path: Path) -> None:
    method = GEOMETRIC + '["arithmetic", "geometric"]\n'
    sheet = sheet_of(scoring.assess(made(tmp_path / "set", units=8, method=method)))
    assert any("≈" in style.format for style in sheet.book.styles._ids)


@pytest.mark.parametrize(
    "options",
    [
        {"units": 1, "count": 3, "dimensions": 1, "missing": 0.0},
        {"units": 2, "count": 2, "dimensions": 0, "missing": 0.0},
        {"dimensions": 0, "count": 5, "method": GEOMETRIC + '"geometric"\n'},
        {"missing": 0.3, "method": '[aggregation]\nmissing = "propagate"\n'},
        {"names": ("=1+1", "A, B", '"q"', "<b>"), "method": "[rounding]\ndecimals = 0\n"},
        {"units": 45},
    ],
)
def test_every_kind_of_set_has_the_sheet(options: dict[str, object], tmp_path: Path) -> None:
    assessment = scoring.assess(made(tmp_path / "set", **options))  # type: ignore[arg-type]
    sheet = sheet_of(assessment)
    heading = row_of(sheet, "Name")
    shown = {v for (r, c), v in sheet.values.items() if c == 1 and r > heading}
    assert len(shown - {"Name"}) >= len(assessment.units)


def test_libreoffice_opens_it_without_an_error(tmp_path: Path) -> None:
    found = made(tmp_path / "set")
    for name in ("ministry", "reform"):
        found = found.with_weight_set(name, {f"d{i}": len(name) + i for i in range(4)})
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    own = libreoffice.read(libreoffice.convert(path, tmp_path), TITLE)
    assert not [value for value in own.values() if str(value).startswith(("#", "Err:"))]
    assert own[TITLE, "A1"] == "What other weights would do"

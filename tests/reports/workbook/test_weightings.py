"""Weight sets in the workbook: chosen on Weights, typed on Weightings, read from there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

import indicators
import reports
import scoring
from indicators import IndicatorSet, InvalidInputError
from reports.workbook import plan, weight_shifts, weight_stability
from reports.workbook import workbook as make_workbook
from reports.workbook.plan import FIRST_WEIGHT_ROW, IN_FORCE
from reports.workbook.weight_choices import AUTHOR_ROW, DATE_ROW, NAME_ROW, STATUS_ROW
from scoring import Assessment
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells
from tests.reports.workbook.sets import made
from tests.scoring.small_sets import small_set

CHOOSER = ("Weights", "C7")
#: Columns on Weightings of the two named sets and of the two to fill in.
MINISTRY, EXPERTS, NEW, OTHER = "CDEF"

Typed = Mapping[tuple[str, str], float | str | None]


def two_sets(plain: IndicatorSet) -> IndicatorSet:
    """One set for the dimensions alone, one for every node."""
    framework = plain.framework
    every = {
        child: place
        for group in framework.groups
        for place, child in enumerate(framework.children(group), 1)
    }
    dimensions = {node: 40.0 - 10 * i for i, node in enumerate(framework.dimensions)}
    said = {"author": "Ministry", "date": "2026-03-31", "note": "agreed in spring"}
    return plain.with_weight_set("ministry", dimensions, **said).with_weight_set("experts", every)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> IndicatorSet:
    return two_sets(made(tmp_path_factory.mktemp("small") / "set", count=9, dimensions=3))


@pytest.fixture(scope="module")
def workbook(small: IndicatorSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(small), path)
    return path


def row_of(found: IndicatorSet, node: str) -> int:
    return FIRST_WEIGHT_ROW + found.framework.scored_nodes[1:].index(node)


def by(found: IndicatorSet, method: str, **others: object) -> Assessment:
    return scoring.assess(found.with_method({"weighting": {"method": method, **others}}))


def assert_same(cells: Cells, assessment: Assessment) -> None:
    """Index, ranks and weights in force on the sheets are Python's."""
    root, groups = assessment.framework.root, len(assessment.framework.groups)
    for row, unit in enumerate(assessment.units.index, 12):
        shown = cells.get(("Scores", f"E{row}"), "")
        rank = cells.get(("Scores", f"{get_column_letter(5 + groups)}{row}"), "")
        if np.isnan(assessment.scores.loc[unit, root]):
            assert shown == rank == ""
        else:
            assert shown == pytest.approx(assessment.scores.loc[unit, root], abs=1e-9)
            assert rank == assessment.ranks.loc[unit, root]
    column = get_column_letter(IN_FORCE)
    for row, node in enumerate(assessment.framework.scored_nodes[1:], FIRST_WEIGHT_ROW):
        weight = assessment.weights.loc[node, "weight"]
        assert cells["Weights", f"{column}{row}"] == pytest.approx(weight)


#: What is typed into copies of the workbook.
EDITS: dict[str, Typed] = {
    **{name: {CHOOSER: name} for name in ("given", "ministry", "experts", "equal", "nobody")},
    "one more set": {
        ("Weightings", f"{NEW}{NAME_ROW}"): "mine",
        **{("Weightings", f"{NEW}{FIRST_WEIGHT_ROW + i}"): 1.0 for i in (0, 4, 8)},
    },
    "sets": {
        ("Weightings", f"{MINISTRY}{FIRST_WEIGHT_ROW + 4}"): 7.5,
        ("Weightings", f"{MINISTRY}{AUTHOR_ROW}"): "Cabinet",
        ("Weightings", f"{EXPERTS}{NAME_ROW}"): "panel",
        ("Weightings", f"{NEW}{NAME_ROW}"): "mine",
        ("Weightings", f"{NEW}{DATE_ROW}"): "2026-10-01",
        **{("Weightings", f"{NEW}{FIRST_WEIGHT_ROW + i}"): 2.0 for i in (0, 4, 8)},
        CHOOSER: "mine",
    },
    "a gap in force": {
        CHOOSER: "ministry", ("Weightings", f"{MINISTRY}{FIRST_WEIGHT_ROW}"): None,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def files(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("edited")
    return {
        name: type_into(workbook, folder / f"{name}.xlsx", cells) for name, cells in EDITS.items()
    }


@pytest.fixture(scope="module")
def recalculated(
    files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    saved = libreoffice.convert_all([*files.values()], tmp_path_factory.mktemp("recalculated"))
    return dict(zip(files, saved, strict=True))


# --- choosing -------------------------------------------------------------------------------------


def test_a_choice_is_followed_by_the_sheets_and_taken_by_the_next_build(
    files: Mapping[str, Path], recalculated: Mapping[str, Path], small: IndicatorSet
) -> None:
    for name in ("given", "ministry", "experts", "equal"):
        file, saved = files[name], recalculated[name]
        cells, expected = libreoffice.read(saved), by(small, name)
        assert libreoffice.errors(cells) == []
        assert_same(cells, expected)
        for again in (scoring.assess(indicators.load(path)) for path in (file, saved)):
            assert again.method.weighting.method == name
            # LibreOffice saves 15 digits of a value.
            np.testing.assert_allclose(again.scores, expected.scores, rtol=1e-12)
        status = "Default weights" if name == "given" else f"by the weights {name}"
        assert status in str(cells["Weights", "C5"])
        assert cells["Overview", "H3"] == cells["Weights", "C5"]


def test_the_weights_in_force_are_the_default_of_the_workbook(
    small: IndicatorSet, tmp_path: Path
) -> None:
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(by(small, "experts"), path)
    back = type_into(path, tmp_path / "back.xlsx", {CHOOSER: "given"})
    saved, again = libreoffice.convert_all([path, back], tmp_path)
    assert libreoffice.differing(path, saved) == []
    assert libreoffice.read(saved, "Weights")["Weights", "C5"] == "Default weights: experts"
    cells = libreoffice.read(again)
    assert_same(cells, by(small, "given"))
    assert str(cells["Weights", "C5"]).startswith("Weights changed")


def test_the_chooser_offers_what_has_weights(
    files: Mapping[str, Path], recalculated: Mapping[str, Path]
) -> None:
    name = libreoffice.opened(files["one more set"]).defined_names["WeightingNames"].attr_text
    start = name.split("!")[1].split(":")[0].replace("$", "")
    column, row = start.rstrip("0123456789"), int(start.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    cells = libreoffice.read(recalculated["one more set"], "Weightings")
    offered = [cells.get(("Weightings", f"{column}{row + i}")) for i in range(6)]
    assert offered == ["given", "ministry", "experts", "mine", "equal", None]


def test_a_name_that_is_not_there_is_said_on_the_sheet_and_is_an_error_at_the_chooser(
    files: Mapping[str, Path], recalculated: Mapping[str, Path], small: IndicatorSet
) -> None:
    cells = libreoffice.read(recalculated["nobody"])
    assert str(cells["Weights", "C5"]).startswith("There are no weights of the name")
    assert_same(cells, by(small, "given"))
    with pytest.raises(InvalidInputError, match=r"sheet Weights, cell C7.*nobody"):
        scoring.assess(indicators.load(files["nobody"]))


# --- weightings that no formula follows -----------------------------------------------------------


def test_all_indicators_at_once_and_groups_of_their_own(
    small: IndicatorSet, tmp_path: Path
) -> None:
    """The scope and the tables of single groups stay, whatever is chosen."""
    groups = {"d0": {"method": "experts"}, "d1": {"method": "equal"}, "d2": {"method": "given"}}
    cases = (("equal", {"scope": "indicators"}, "equal"), ("given", {"groups": groups}, "ministry"))
    files, expected = [], []
    for number, (method, options, chosen) in enumerate(cases):
        path = tmp_path / f"built{number}.xlsx"
        reports.write_workbook(by(small, method, **options), path)
        files += [path, type_into(path, tmp_path / f"chosen{number}.xlsx", {CHOOSER: chosen})]
        expected += [by(small, method, **options), by(small, chosen, **options)]
    saved = libreoffice.convert_all(files, tmp_path)
    for file, again, assessment in zip(files, saved, expected, strict=True):
        assert_same(libreoffice.read(again), assessment)
        read = scoring.assess(indicators.load(file))
        assert read.method.weighting == assessment.method.weighting
        assert np.array_equal(read.scores, assessment.scores, equal_nan=True)
    assert libreoffice.differing(files[0], saved[0]) == []
    assert libreoffice.differing(files[2], saved[2]) == []
    book = make_workbook(expected[2])
    assert book.sheets["Weights"].values[row_of(small, "d1"), 1] == "Dimension 1 (equal)"


# --- typing sets ----------------------------------------------------------------------------------


def test_what_is_typed_about_sets_is_read(
    files: Mapping[str, Path],
    recalculated: Mapping[str, Path],
    small: IndicatorSet,
    tmp_path: Path,
) -> None:
    file, saved = files["sets"], recalculated["sets"]
    # openpyxl drops every stored result: links must be enough.
    book, plain = libreoffice.opened(file), tmp_path / "plain.xlsx"
    for title in set(book.sheetnames) - {
        "Framework", "Units", "Values", "Sources", "Notes", "Method", "Weight sets", "Weights",
        "Weightings", "Data",
    }:  # fmt: skip
        del book[title]
    book.save(plain)
    for path in (file, saved, plain):
        found = indicators.load(path)
        assert found.weight_set_names == ("ministry", "panel", "mine")
        assert found.weights_of("ministry") == {"d0": 40.0, "d1": 7.5, "d2": 20.0}
        assert found.weights_of("panel") == small.weights_of("experts")
        assert found.weights_of("mine") == {"d0": 2.0, "d1": 2.0, "d2": 2.0}
        table = found.weight_sets.drop_duplicates("set").set_index("set")
        assert table["author"].tolist() == ["Cabinet", "", ""]
        assert table["date"].to_dict() == {
            "ministry": "2026-03-31",
            "panel": "",
            "mine": "2026-10-01",
        }
        assert found.framework == small.framework
    assert_same(libreoffice.read(saved), by(indicators.load(file), "mine"))


def test_sets_come_back_as_they_were(workbook: Path, small: IndicatorSet, tmp_path: Path) -> None:
    again = indicators.load(workbook)
    assert again.weight_sets.equals(small.weight_sets)
    reports.write_workbook(scoring.assess(again), tmp_path / "again.xlsx")
    assert indicators.load(tmp_path / "again.xlsx").weight_sets.equals(small.weight_sets)


def test_what_differs_from_node_to_node_stays_on_weight_sets(
    small: IndicatorSet, tmp_path: Path
) -> None:
    notes = small.weight_sets.copy()
    notes["note"] = pd.Series([f"note {i}" for i in notes.index], dtype=object)
    noted = IndicatorSet(**{**small.__dict__, "weight_sets": notes, "tables": {}})
    reports.write_workbook(scoring.assess(noted), tmp_path / "noted.xlsx")
    assert indicators.load(tmp_path / "noted.xlsx").weight_sets.equals(notes)


def test_deleting_name_and_weights_deletes_a_set(
    workbook: Path, small: IndicatorSet, tmp_path: Path
) -> None:
    rows = [NAME_ROW, *(row_of(small, node) for node in small.framework.dimensions)]
    emptied = dict.fromkeys((("Weightings", f"{MINISTRY}{row}") for row in rows), None)
    file = type_into(workbook, tmp_path / "deleted.xlsx", emptied)
    assert indicators.load(file).weight_set_names == ("experts",)


WRONG: dict[str, tuple[dict[str, float | str | None], str, str]] = {
    "a name without weights": ({f"{NEW}6": "mine"}, "no weights", f"cell {NEW}6.*'mine' has no"),
    "weights without a name": ({f"{NEW}11": 1.0}, "type its name", f"cell {NEW}6.*no name"),
    "a group with a gap": ({f"{MINISTRY}11": None}, "gaps", r"ministry.*to some children"),
    "a negative weight": ({f"{MINISTRY}11": -1.0}, "negative", f"cell {MINISTRY}11.*-1"),
    "no number": ({f"{MINISTRY}11": "much"}, "no number", f"cell {MINISTRY}11.*much"),
    "all weights 0": (
        {f"{MINISTRY}{row}": 0.0 for row in (11, 15, 19)}, "only 0", f"cell {MINISTRY}11",
    ),
    "a name twice": ({f"{EXPERTS}6": "Ministry"}, "already", f"cell {EXPERTS}6.*already .*cell C6"),
    "a name of a method": ({f"{MINISTRY}6": "equal"}, "method", f"cell {MINISTRY}6.*way of"),
    "a name with a space": ({f"{MINISTRY}6": "my set"}, "without spaces", f"cell {MINISTRY}6"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_set_is_said_by_the_reader_once(
    what: str, workbook: Path, tmp_path: Path
) -> None:
    cells, _, error = WRONG[what]
    typed = {("Weightings", cell): value for cell, value in cells.items()}
    file = type_into(workbook, tmp_path / "wrong.xlsx", typed)
    with pytest.raises(InvalidInputError, match=error) as caught:
        scoring.assess(indicators.load(file))
    places = [str(f.place) for f in caught.value.findings if f.severity == "error"]
    assert len(places) == len(set(places))


def test_what_is_wrong_with_a_set_is_said_on_the_sheet(small: IndicatorSet, tmp_path: Path) -> None:
    """In one workbook, with a column for each way to be wrong."""
    own = [what for what, (cells, _, _) in WRONG.items() if next(iter(cells))[0] != NEW]
    found = small
    for number in range(len(own)):
        found = found.with_weight_set(f"set{number}", small.weights_of("ministry"))
    # The sets for it stand behind those of all workbooks here, the columns to fill in last.
    columns = dict(
        zip([*own, *(what for what in WRONG if what not in own)], "EFGHIJKLM", strict=True)
    )
    assert columns.keys() == WRONG.keys()
    typed: Typed = {
        ("Weightings", f"{columns[what]}{cell[1:]}"): value
        for what, (cells, _, _) in WRONG.items()
        for cell, value in cells.items()
    }
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    file = type_into(path, tmp_path / "wrong.xlsx", typed)
    shown = libreoffice.read(libreoffice.convert(file, tmp_path), "Weightings")
    for what, (_, said, _) in WRONG.items():
        assert said in str(shown["Weightings", f"{columns[what]}{STATUS_ROW}"]), what
    right = str(shown.get(("Weightings", f"{EXPERTS}{STATUS_ROW}"), ""))
    assert not any(said in right for _, said, _ in WRONG.values())


def test_a_set_in_force_that_needs_a_look_is_told_on_weights(
    recalculated: Mapping[str, Path],
) -> None:
    cells = libreoffice.read(recalculated["a gap in force"], "Weights")
    status = cells["Weights", "C5"]
    assert status == "The weights ministry need a look on Weightings: a group has gaps"


# --- weights that are no shares, or of nothing ----------------------------------------------------


@pytest.mark.parametrize(
    ("aggregation", "weighting"),
    [
        ("sum", {"method": "equal"}),
        ("sum", {"method": "ahp"}),
        ("sum", {"method": "budget_allocation"}),
        ("arithmetic", {"method": "equal"}),
        ("arithmetic", {"method": "ahp"}),
        (
            "arithmetic",
            {"method": "critic", "groups": {g: {"method": "given"} for g in ("index", "d0")}},
        ),
    ],
)
def test_weights_in_force_are_those_of_the_choice_as_it_is_recalculated(
    tmp_path: Path, aggregation: str, weighting: Mapping[str, object]
) -> None:
    small = small_set(
        "code,parent,weight\nindex,,\na,index,3\nb,index,1\nd0,index,2\nc,d0,5",
        "unit,a,b,c\nU,1,2,3\nV,3,1,2\nW,2,2,9",
        method={"aggregation": {"method": aggregation}, "weighting": weighting},
    )
    judged = [
        ("points", "Ann", "a", "", 50, ""),
        ("points", "Ann", "b", "", 30, ""),
        ("points", "Ann", "d0", "", 20, ""),
        ("comparison", "Ann", "a", "b", 2, ""),
        ("comparison", "Ann", "b", "d0", 2, ""),
    ]
    columns = ["kind", "expert", "node", "other", "value", "note"]
    assessment = scoring.assess(small.with_judgements(pd.DataFrame(judged, columns=columns)))
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(assessment, path)
    assert libreoffice.differences(path, tmp_path) == []


# --- sizes ----------------------------------------------------------------------------------------


def test_many_nodes_many_sets_and_odd_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other weights would do takes longest, and is not what is asked here.
    monkeypatch.setattr(weight_shifts, "MOST_SHIFTED", 0)
    monkeypatch.setattr(weight_stability, "MOST_EXACT", 0)
    found = made(tmp_path / "set", units=3, count=280, dimensions=20, missing=0.0)
    found = found.with_weight_set("x", {f"i{i}": 1.0 for i in range(0, 280, 20)})
    for name in ("2024", "1e5", "TRUE", "权重", "a.b-c", "X1", "R1C1", "set_8", "set_9"):
        weights = {node: float(len(name)) for node in found.framework.scored_nodes[1:]}
        found = found.with_weight_set(name, weights)
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    assert indicators.load(path).weight_sets.equals(found.weight_sets)
    chosen = type_into(path, tmp_path / "chosen.xlsx", {CHOOSER: "2024"})
    assert_same(libreoffice.read(libreoffice.convert(chosen, tmp_path)), by(found, "2024"))


def test_beyond_live_scores_the_chooser_counts_with_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "LIVE_SCORES", 10)
    found = made(tmp_path / "set", units=11, count=2, dimensions=1)
    found = found.with_weight_set("mine", {"i0": 3.0, "i1": 1.0})
    path = tmp_path / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(found), path)
    chosen = type_into(path, tmp_path / "chosen.xlsx", {CHOOSER: "mine"})
    assert scoring.assess(indicators.load(chosen)).weights.loc["i0", "share"] == 0.75

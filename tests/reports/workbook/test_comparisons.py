"""The sheet Comparisons: filled in as people would, it shows the weights that Python derives."""

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
from indicators import IndicatorSet
from reports.workbook import comparisons
from scoring.weighting.comparisons import ahp
from scoring.weighting.consistency import most_doubtful
from scoring.weighting.experts import judged_siblings
from tests import libreoffice
from tests.editing import type_into
from tests.libreoffice import Cells
from tests.reports.workbook.judging import Homes, grouped, homes, plan_of

#: Group -> number of children.
GROUPS = {
    "drinks": 7, "contrary": 4, "gaps": 6, "apart": 4, "large": 25, "both": 3, "pair": 2,
    "single": 1, "huge": 31,
}  # fmt: skip


def reciprocal(upper: Mapping[tuple[int, int], float], count: int) -> np.ndarray:
    """Comparisons given above the diagonal."""
    matrix = np.where(np.eye(count, dtype=bool), 1.0, np.nan)
    for (row, column), value in upper.items():
        matrix[row, column], matrix[column, row] = value, 1 / value
    return matrix


def large() -> np.ndarray:
    """25 children, with the contradictions of people in a hurry."""
    random = np.random.default_rng(3)
    weights, count = np.exp(random.normal(size=25)), 25
    ratios = weights[:, None] / weights
    return reciprocal(
        {
            (i, j): round(float(np.clip(ratios[i, j] * np.exp(random.normal()), 1 / 9, 9)), 3)
            for i in range(count)
            for j in range(i + 1, count)
        },
        count,
    )


def from_rows(*rows: tuple[float, ...]) -> np.ndarray:
    """Comparisons given above the diagonal, row by row."""
    upper = {(i, i + 1 + j): value for i, row in enumerate(rows) for j, value in enumerate(row)}
    return reciprocal(upper, len(rows) + 1)


#: Saaty (2008), International Journal of Services Sciences 1(1): coffee, wine, tea, beer, soda,
#: milk and water, by how much is drunk; and the priorities printed there.
DRINKS = from_rows(
    (9, 5, 2, 1, 1, 1 / 2),
    (1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9),
    (1 / 3, 1 / 4, 1 / 3, 1 / 9),
    (1 / 2, 1, 1 / 3),
    (2, 1 / 2),
    (1 / 3,),
)
PRIORITIES = [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327]
CONTRARY = reciprocal({(0, 1): 9, (1, 2): 9, (0, 2): 1 / 5, (0, 3): 3, (1, 3): 1, (2, 3): 1 / 2}, 4)
GAPS = reciprocal({(0, 1): 3, (1, 2): 2, (0, 2): 5, (2, 3): 1 / 4, (3, 4): 7, (4, 5): 1 / 2}, 6)
APART = reciprocal({(0, 1): 3, (2, 3): 2}, 4)
PAIR = reciprocal({(0, 1): 3}, 2)
ANN = {(0, 1): 2.0, (1, 2): 3.0}
BEN = {(0, 1): 1 / 4, (0, 2): 5.0}


def typed(
    group: str, expert: str, matrix: np.ndarray, where: Homes
) -> dict[tuple[str, str], float]:
    """Cells to type above the diagonal."""
    return {
        where["comparison", expert, f"{group}{i + 1}", f"{group}{j + 1}"]: float(matrix[i, j])
        for i, j in zip(*np.triu_indices(len(matrix), 1), strict=True)
        if not np.isnan(matrix[i, j])
    }


@pytest.fixture(scope="module")
def opinions(tmp_path_factory: pytest.TempPathFactory) -> IndicatorSet:
    """A set in which Ann has compared the children of one group."""
    rows = [
        {"kind": "comparison", "expert": "Ann", "node": f"both{i + 1}", "other": f"both{j + 1}",
         "value": value}
        for (i, j), value in ANN.items()
    ]  # fmt: skip
    found = grouped(tmp_path_factory.mktemp("opinions") / "set", GROUPS)
    return found.with_judgements(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def edited(opinions: IndicatorSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its workbook with opinions typed in."""
    folder = tmp_path_factory.mktemp("edited")
    file = folder / "scorecards.xlsx"
    reports.write_workbook(scoring.assess(opinions), file)
    where = homes(file)
    cells: dict[tuple[str, str], float | str | None] = {}
    matrices = {"drinks": DRINKS, "contrary": CONTRARY, "gaps": GAPS, "apart": APART,
                "large": large(), "pair": PAIR}  # fmt: skip
    for group, matrix in matrices.items():
        cells |= typed(group, "Expert 1", matrix, where)
    cells |= typed("both", "Expert 2", reciprocal(BEN, 3), where)
    block = comparisons.compared(plan_of(scoring.assess(opinions)))["both"][-1]
    cells["Comparisons", f"A{block.row}"] = "Ben"
    return type_into(file, folder / "edited.xlsx", cells)


@pytest.fixture(scope="module")
def rebuilt(edited: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook built from the one that was typed into."""
    path = tmp_path_factory.mktemp("rebuilt") / "next.xlsx"
    reports.write_workbook(scoring.assess(indicators.load(edited)), path)
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Homes]:
    """A workbook of two groups about which nothing is said yet."""
    return written(tmp_path_factory.mktemp("small"), [])


@pytest.fixture(scope="module")
def below(small: tuple[Path, Homes]) -> Path:
    """One number is typed below the diagonal."""
    file, where = small
    cells: dict[tuple[str, str], float | str | None] = {
        where["comparison", "Expert 1", "a2", "a1"]: 5.0,
        where["comparison", "Expert 1", "a2", "a3"]: 2.0,
    }
    return type_into(file, file.with_name("below.xlsx"), cells)


@pytest.fixture(scope="module")
def wrong(small: tuple[Path, Homes]) -> Path:
    """In each group one number is none."""
    file, where = small
    cells = {
        where["comparison", "Expert 1", *pair]: value for pair, (value, _) in NO_COMPARISONS.items()
    }
    return type_into(file, file.with_name("wrong.xlsx"), cells)


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Homes]:
    """A workbook with the opinion of an expert without a name."""
    folder = tmp_path_factory.mktemp("nameless")
    return written(folder, [said("a1", "a2", 4) | {"expert": ""}], name="nameless.xlsx")


@pytest.fixture(scope="module")
def saved(
    edited: Path,
    rebuilt: Path,
    below: Path,
    wrong: Path,
    nameless: tuple[Path, Homes],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[Path, Path]:
    """Each as LibreOffice saves it."""
    files = [edited, rebuilt, below, wrong, nameless[0]]
    folder = tmp_path_factory.mktemp("saved")
    return dict(zip(files, libreoffice.convert_all(files, folder), strict=True))


@pytest.fixture(scope="module")
def cells(edited: Path, saved: Mapping[Path, Path]) -> Cells:
    """What LibreOffice shows of the opinions that were typed in."""
    return libreoffice.read(saved[edited])


def shown(cells: Cells, row: int, column: int) -> object:
    return cells.get(("Comparisons", f"{get_column_letter(column)}{row}"), "")


def test_libreoffice_shows_the_weights_and_the_consistency_that_python_derives(
    opinions: IndicatorSet, cells: Cells
) -> None:
    assert libreoffice.errors(cells) == []
    blocks = comparisons.compared(plan_of(scoring.assess(opinions)))
    assert "single" not in blocks
    assert "huge" not in blocks
    expected = {
        "drinks": [DRINKS], "contrary": [CONTRARY], "gaps": [GAPS], "large": [large()],
        "pair": [PAIR], "both": [reciprocal(ANN, 3), reciprocal(BEN, 3)],
    }  # fmt: skip
    for group, matrices in expected.items():
        derived, block = ahp(matrices), blocks[group][0]
        count = GROUPS[group]
        weights = [shown(cells, block.row + 1 + i, comparisons.WEIGHT) for i in range(count)]
        assert weights == pytest.approx(derived.shares.tolist(), abs=1e-9), group
        names = ("consistency_ratio", "largest_eigenvalue", "missing_comparisons")
        figures = [shown(cells, block.row + 1 + count + i, comparisons.WEIGHT) for i in range(3)]
        assert figures == pytest.approx([derived.figures[name] for name in names], abs=1e-9), group


def test_the_drinks_get_the_priorities_that_were_printed(
    opinions: IndicatorSet, cells: Cells
) -> None:
    block = comparisons.compared(plan_of(scoring.assess(opinions)))["drinks"][0]
    weights = [shown(cells, block.row + 1 + i, comparisons.WEIGHT) for i in range(7)]
    assert weights == pytest.approx(PRIORITIES, abs=6e-4)
    assert shown(cells, block.row + 8, comparisons.WEIGHT) == pytest.approx(0.022, abs=5e-4)


def test_it_names_the_comparison_to_reconsider(opinions: IndicatorSet, cells: Cells) -> None:
    blocks = comparisons.compared(plan_of(scoring.assess(opinions)))
    for group, matrix in {"contrary": CONTRARY, "large": large()}.items():
        block, doubt = blocks[group][0], most_doubtful(matrix)
        first, second = (
            shown(cells, block.row + 1 + child, comparisons.NAME) for child in doubt.pair
        )
        said = shown(cells, block.row + 1 + GROUPS[group], comparisons.FIRST)
        decimals = 2 if doubt.implied < 1 else 1
        assert said == (
            f"Contradictory: the ratio is above 0.1. Reconsider {first} against {second}: "
            f"{round(doubt.said, 1):g} was said, the others imply "
            f"{round(doubt.implied, decimals):g}."
        )


def test_words_tell_of_comparisons_that_give_no_weights(
    opinions: IndicatorSet, cells: Cells
) -> None:
    blocks = comparisons.compared(plan_of(scoring.assess(opinions)))
    apart = blocks["apart"][0].row
    assert shown(cells, apart + 1, comparisons.WEIGHT) == ""
    assert "do not connect" in str(shown(cells, apart + 5, comparisons.FIRST))
    drinks_block = blocks["drinks"][0].row
    assert "Consistent" in str(shown(cells, drinks_block + 8, comparisons.FIRST))
    index = blocks["index"][0] if "index" in blocks else None
    assert index is not None
    said = shown(cells, index.row + 1 + len(index.children), comparisons.FIRST)
    assert said == "Nothing is compared yet."


def test_what_was_typed_is_read_again_whoever_saved_the_file(
    edited: Path, saved: Mapping[Path, Path], tmp_path: Path
) -> None:
    by_openpyxl = tmp_path / "openpyxl.xlsx"
    libreoffice.opened(edited).save(by_openpyxl)
    for file in (edited, saved[edited], by_openpyxl):
        again = indicators.load(file)
        said = again.judgements
        assert sorted(said["expert"].unique()) == ["Ann", "Ben", "Expert 1"]
        assert len(said) == 21 + 6 + 6 + 2 + 300 + 1 + 2 + 2
        children = [f"large{i + 1}" for i in range(25)]
        judged = judged_siblings(again, "comparison", children)
        assert judged.experts == ("Expert 1",)
        upper = np.triu_indices(25, 1)
        assert np.array_equal(judged.values[0][upper], large()[upper])


def test_a_workbook_built_from_the_file_shows_the_same_and_keeps_the_set(
    edited: Path, rebuilt: Path, saved: Mapping[Path, Path]
) -> None:
    again = indicators.load(edited)
    assert indicators.load(rebuilt).digest == again.digest
    assert libreoffice.differing(rebuilt, saved[rebuilt]) == []
    blocks = comparisons.compared(plan_of(scoring.assess(again)))
    assert [block.expert for block in blocks["both"]] == [None, "Ann", "Ben", "Expert 3"]


def written(
    folder: Path, rows: list[dict[str, object]], method: str = "", name: str = "scorecards.xlsx"
) -> tuple[Path, Homes]:
    """The workbook of two groups with such judgements, and where they stand."""
    found = grouped(folder / "set", {"a": 3, "b": 2}, method)
    if rows:
        found = found.with_judgements(pd.DataFrame(rows))
    file = folder / name
    reports.write_workbook(scoring.assess(found), file)
    return file, homes(file)


def said(node: str, other: str, value: float, note: str = "") -> dict[str, object]:
    return {"kind": "comparison", "expert": "Ann", "node": node, "other": other, "value": value,
            "note": note}  # fmt: skip


def test_a_comparison_said_the_other_way_round_is_typed_above_the_diagonal_with_its_note(
    tmp_path: Path,
) -> None:
    file, where = written(tmp_path, [said("a2", "a1", 4, "in writing")])
    sheet, cell = where["comparison", "Ann", "a1", "a2"]
    assert libreoffice.read(file, sheet)[sheet, cell] == 0.25
    again = indicators.load(file).judgements
    assert again[["node", "other", "value", "note"]].to_numpy().tolist() == [
        ["a1", "a2", 0.25, "in writing"]
    ]


def test_a_number_typed_below_the_diagonal_counts(
    small: tuple[Path, Homes], below: Path, saved: Mapping[Path, Path]
) -> None:
    judged = judged_siblings(indicators.load(below), "comparison", ["a1", "a2", "a3"])
    weights = ahp(judged.values).shares.tolist()
    recalculated = libreoffice.read(saved[below], "Comparisons")
    row = int(small[1]["comparison", "Expert 1", "a2", "a1"][1][1:]) - 1
    found = [recalculated["Comparisons", f"B{row + i}"] for i in range(3)]
    assert found == pytest.approx(weights, abs=1e-9)


#: Pair of nodes, one of each group -> what is typed about them, and what is wrong with it.
NO_COMPARISONS: dict[tuple[str, str], tuple[float | str, str]] = {
    ("a", "b"): (-2.0, "above 0"),
    ("a1", "a2"): ("many", "no finite number"),
    ("b1", "b2"): (0.0, "above 0"),
}


def test_what_is_no_comparison_is_an_error_with_its_cell(
    small: tuple[Path, Homes], wrong: Path, saved: Mapping[Path, Path]
) -> None:
    with pytest.raises(indicators.InvalidInputError) as caught:
        indicators.load(wrong)
    found = {str(f.place): str(f) for f in caught.value.findings if f.severity == "error"}
    recalculated = libreoffice.read(saved[wrong])
    assert libreoffice.errors(recalculated) == []
    for pair, (_, says) in NO_COMPARISONS.items():
        sheet, cell = small[1]["comparison", "Expert 1", *pair]
        assert says in found.pop(f"wrong.xlsx, sheet {sheet}, cell {cell}, column value")
    assert found == {}
    words = [v for (s, _), v in recalculated.items() if s == "Comparisons"]
    assert sum("no number above 0" in str(word) for word in words) == len(NO_COMPARISONS)


def test_only_experts_that_the_method_names_count_together(tmp_path: Path) -> None:
    rows = [said("a1", "a2", 4), said("a2", "a3", 2)]
    rows += [row | {"expert": "Ben", "value": 1.0} for row in rows]
    file, _ = written(tmp_path, rows, '[weighting]\nexperts = ["Ann"]\n')
    assessment = scoring.assess(indicators.load(file))
    plan = plan_of(assessment)
    block = comparisons.compared(plan)["a"][0]
    assert block.expert is None
    weights = [
        value for node, (_, value) in comparisons.weight_cells(plan).items() if node[0] == "a"
    ]
    assert weights[:3] == pytest.approx([8 / 11, 2 / 11, 1 / 11])
    assert "Together: Ann" in libreoffice.read(file).values()


def test_an_expert_without_a_name_has_a_block_and_is_read_again(
    nameless: tuple[Path, Homes], saved: Mapping[Path, Path]
) -> None:
    file, where = nameless
    assert ("comparison", "", "a1", "a2") in where
    again = indicators.load(file)
    assert again.judgements[["expert", "value"]].to_numpy().tolist() == [["", 4.0]]
    assert libreoffice.differing(file, saved[file]) == []

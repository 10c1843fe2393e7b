"""Scores, weights and models as plain tables, and the files they are written to."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicators
import scoring
from reports.tables import (
    model_table,
    score_table,
    trust_table,
    weights_table,
    write_table,
    write_tables,
)
from tests.conftest import MakeSet

TABLE = pd.DataFrame(
    {
        "name": ["=1+1", "a,b", '"', "甲\n乙", "'x"],
        "score": [0.1 + 0.2, np.nan, -1e-300, 100.0, 1 / 3],
        "rank": pd.array([1, None, 3, 4, 5], dtype="Int64"),
    }
)


def test_scores_stand_node_by_node_with_rank_and_newest_year(make_set: MakeSet) -> None:
    table = score_table(scoring.assess(indicators.load(make_set())))
    assert list(dict.fromkeys(table["node"])) == [
        "index", "access", "phones", "price", "income", "pay",
    ]  # fmt: skip
    pay = table[table["node"] == "pay"].set_index("unit")
    assert pay["score"].tolist() == [1, 34, 100]
    assert pay["rank"].tolist() == [3, 2, 1]
    assert pay["year"].isna().all()
    assert table[table["node"] == "index"]["year"].tolist() == [2021, 2021, 2021]


def test_a_unit_without_a_score_has_neither_score_nor_rank(make_set: MakeSet) -> None:
    path = make_set(values=("B,pay,,200,book,\n", ""))
    table = score_table(scoring.assess(indicators.load(path))).set_index(["node", "unit"])
    assert table.loc[("pay", "B"), ["score", "rank", "year"]].isna().all()
    assert table.loc[("pay", "A"), "rank"] == 2


def test_ranks_that_are_shared_out_keep_their_half(make_set: MakeSet) -> None:
    path = make_set(values=("B,pay,,200", "B,pay,,100"), method="[ranking]\nties = 'average'\n")
    table = score_table(scoring.assess(indicators.load(path)))
    assert table[table["node"] == "pay"]["rank"].tolist() == [2.5, 2.5, 1]


def test_weights_multiply_down_the_tree(make_set: MakeSet) -> None:
    table = weights_table(scoring.assess(indicators.load(make_set()))).set_index("node")
    assert table.loc["price", ["parent", "weight"]].tolist() == ["access", 3]
    assert table.loc["price", "share"] == pytest.approx(3 / 4)
    assert table.loc["price", "effective_weight"] == pytest.approx(3 / 4 * 2 / 3)
    assert "index" not in table.index


def test_memberships_of_each_unit_add_up_to_one() -> None:
    assessment = scoring.assess(indicators.load())
    found = scoring.cooperation_of(assessment)
    assert found is not None
    table = model_table(assessment, found)
    memberships = table.filter(like="membership_")
    assert list(table.columns[:4]) == ["unit", "name", "model", "membership"]
    assert memberships.sum(axis=1).to_numpy() == pytest.approx(np.ones(31))
    assert memberships.max(axis=1).tolist() == table["membership"].tolist()
    trust = trust_table(found).set_index("figure")["value"]
    assert 0 <= int(trust["left_out_hits"]) <= int(trust["exemplars"]) == 9
    assert 0 < float(trust["p_value"]) <= 1


def test_csv_keeps_every_bit_and_no_text_is_a_formula(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        read = pd.DataFrame(csv.DictReader(file))
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfname,score,rank\n'=1+1,")
    assert read["name"].tolist() == ["'=1+1", "a,b", '"', "甲\n乙", "'x"]
    numbers = [float(text or "nan") for text in read["score"]]
    np.testing.assert_array_equal(numbers, TABLE["score"])
    assert read["rank"].tolist() == ["1", "", "3", "4", "5"]


def test_json_keeps_every_bit_and_says_null_for_what_is_missing(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "a.json")
    read = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert read[0] == {"name": "=1+1", "score": 0.1 + 0.2, "rank": 1}
    assert read[1] == {"name": "a,b", "score": None, "rank": None}
    assert read[3]["name"] == "甲\n乙"


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_other_files_keep_every_bit(tmp_path: Path, ending: str) -> None:
    write_table(TABLE, tmp_path / f"a.{ending}")
    read = getattr(pd, {"parquet": "read_parquet", "xlsx": "read_excel"}[ending])(
        tmp_path / f"a.{ending}"
    )
    assert read["name"].tolist() == TABLE["name"].tolist()
    np.testing.assert_array_equal(read["score"], TABLE["score"])
    assert read["rank"].isna().tolist() == [False, True, False, False, False]


def test_further_tables_are_sheets_and_members(tmp_path: Path) -> None:
    tables = {"scores": TABLE, "how_far": pd.DataFrame({"figure": ["hits"], "value": ["7"]})}
    write_tables(tables, tmp_path / "a.xlsx")
    assert list(pd.read_excel(tmp_path / "a.xlsx", sheet_name=None)) == ["Scores", "How far"]
    write_tables(tables, tmp_path / "a.json")
    content = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert content["how_far"] == [{"figure": "hits", "value": "7"}]
    assert len(content["scores"]) == 5
    write_tables(tables, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfname,score,rank\n")


def test_a_dash_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_table(TABLE, "-")
    assert capsys.readouterr().out.startswith("name,score,rank\n'=1+1,0.30000000000000004,1\n")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.csv, \.json, \.parquet, \.xlsx"):
        write_table(TABLE, tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())


def test_the_table_that_is_written_is_not_changed(tmp_path: Path) -> None:
    before = TABLE.copy(deep=True)
    for ending in ("csv", "json", "parquet", "xlsx"):
        write_table(TABLE, tmp_path / f"a.{ending}")
    pd.testing.assert_frame_equal(TABLE, before)

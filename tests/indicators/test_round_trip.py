"""A set is the same set whichever way it is written and read again."""

from __future__ import annotations

import math
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import indicators
from indicators import IndicatorSet
from indicators.tables import in_toml
from tests.conftest import MakeSet


def assert_same(one: IndicatorSet, other: IndicatorSet) -> None:
    assert one.framework == other.framework
    for name in ("units", "values", "sources", "notes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert one.method == other.method
    assert one.digest == other.digest


def test_the_bundled_set_passes_through_a_workbook_and_a_folder(tmp_path: Path) -> None:
    provinces = indicators.load()
    provinces.save(tmp_path / "set.xlsx")
    once = indicators.load(tmp_path / "set.xlsx")
    once.save(tmp_path / "set")
    assert_same(once, provinces)
    assert_same(indicators.load(tmp_path / "set"), provinces)


@pytest.mark.parametrize("values", ["unit,year,pay,price\nA,2020,1,2\nB,,3,\n", None])
def test_wide_and_long_are_one_set_once_read(
    make_set: MakeSet, tmp_path: Path, values: str | None
) -> None:
    small = indicators.load(make_set(**({"values": values} if values else {})))
    for name in ("again", "again.xlsx"):
        small.save(tmp_path / name)
        assert_same(indicators.load(tmp_path / name), small)


NASTY = st.sampled_from(
    ["=1+1", "+x", "-x", "@x", "A*", "#N/A", "#DIV/0!", "_x0041_", "_x005F_x0041_", "TRUE", "1e5",
     "007", "1,5", 'say "so"', "a,b;c", "one\ntwo", "one\r\ntwo", "甲乙", "😀", "'quoted",
     "&amp;<b>", "2021-05-01", "None", "nan", "\u00e9", "e\u0301", "a\tb", "[x]", "{y}"]
)  # fmt: skip
TEXTS = NASTY | st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
).map(str.strip)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [0.1 + 0.2, 1 / 3, 1e15, 1e16, 1e22, 5e-324, 1.7976931348623157e308, 2**53 + 2.0]
)


@given(
    texts=st.lists(TEXTS, min_size=5, max_size=5),
    numbers=st.lists(NUMBERS, min_size=3, max_size=3),
    weight=st.floats(0, 1e6, exclude_min=True),
)
@example(["=1+1", "_x0041_", "#N/A", "+x", "one\ntwo"], [0.1 + 0.2, -0.0, 5e-324], 1 / 3)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_any_text_and_any_number_come_back_to_the_last_bit(
    texts: list[str], numbers: list[float], weight: float
) -> None:
    name, chinese, region, note, title = texts
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "start"
        start.mkdir()
        tables = {
            "framework": [
                ["code", "parent", "name", "weight"],
                ["index", "", name, ""],
                ["pay", "index", chinese, repr(weight)],
            ],
            "units": [["code", "name", "name_zh", "region"]]
            + [[code, name, chinese, region] for code in "ABC"],
            "values": [["unit", "indicator", "value", "source", "note"]]
            + [[u, "pay", repr(n), "s", note] for u, n in zip("ABC", numbers, strict=True)],
            "sources": [["code", "title"], ["s", title]],
        }
        for table, rows in tables.items():
            lines = (",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows)
            (start / f"{table}.csv").write_bytes("\n".join(lines).encode())
        read = indicators.load(start)
        assert read.units["name_zh"].tolist() == [chinese] * 3
        assert read.values["value"].tolist() == numbers
        read.save(Path(folder) / "set.xlsx")
        once = indicators.load(Path(folder) / "set.xlsx")
        once.save(Path(folder) / "set")
        twice = indicators.load(Path(folder) / "set")
    for other in (once, twice):
        assert_same(other, read)
        assert other.framework.weight("pay") == weight
        assert other.values["value"].to_numpy().tobytes() == np.add(numbers, 0.0).tobytes()


def test_options_of_any_kind_pass_through_the_sheet_method(
    make_set: MakeSet, tmp_path: Path
) -> None:
    method = """\
[normalisation]
method = "zscore"
range = [1, 100.5]
clip = false
mean = 0.1
[time]
year = 2021
[imputation]
group = "[odd]"
[aggregation]
method = ["arithmetic", "geometric"]
[cooperation]
indicators = []
exemplars = ""
[cooperation.models.inside]
name = "Ours, and ours"
name_zh = "内部"
[cooperation.reasons]
pay = "=1+1"
"""
    small = indicators.load(make_set(method=method))
    small.save(tmp_path / "set.xlsx")
    assert indicators.load(tmp_path / "set.xlsx").method == small.method
    once = indicators.load(tmp_path / "set.xlsx")
    once.save(tmp_path / "set")
    assert indicators.load(tmp_path / "set").method == small.method
    assert small.method["normalisation"]["clip"] is False  # type: ignore[index]


def test_tables_in_lists_and_in_tables_pass_through_the_sheet_method(
    make_set: MakeSet, tmp_path: Path
) -> None:
    method = """\
[robustness]
normalisation = ["rank", { method = "zscore", mean = 50, sd = 15.5 }]
treatment = [{ method = "auto", indicators = { pay = { method = "log", force = true } } }]
top = [1, 5]
leave_out = ["pay"]
[robustness.weights]
noise = [0.1, 0.25]
sets = ["of \\"1\\", of 2", "甲\\u3000乙"]
[robustness.measurement_error]
share = 0.01
[robustness.measurement_error.indicators.pay]
standard_error = 5.0
lowest = 0
"""
    small = indicators.load(make_set(method=method))
    small.save(tmp_path / "set.xlsx")
    once = indicators.load(tmp_path / "set.xlsx")
    assert once.method == small.method
    once.save(tmp_path / "set")
    assert_same(indicators.load(tmp_path / "set"), small)


@pytest.mark.parametrize(
    "value",
    [True, 0, 1e300, 0.1 + 0.2, 'say "so"', "a\\b\n\x7f", "\u3000", "\U000e0001", [], {},
     [1, "x", [2.5]], {"plain": 1, "with.dots": {"甲": [{"": True}]}}],
)  # fmt: skip
def test_a_value_in_toml_is_read_as_what_it_was(value: object) -> None:
    assert tomllib.loads(f"value = {in_toml(value)}") == {"value": value}


def test_with_method_changes_one_option_of_a_copy(make_set: MakeSet) -> None:
    small = indicators.load(make_set())
    other = small.with_method({"normalisation": {"method": "rank"}, "time": {"year": 2021}})
    assert other.method == {
        "normalisation": {"method": "rank", "range": [1, 100]},
        "time": {"year": 2021},
    }
    assert small.method == {"normalisation": {"method": "minmax", "range": [1, 100]}}


@pytest.mark.parametrize(
    "change",
    [
        {"framework": ("Access,2", "Access,2.0000000000000004")},
        {"units": ("Alpha", "Alfa")},
        {"values": ("2021,20", "2021,20.000000000000004")},
        {"values": ("pay,,100", "pay,2021,100")},
        {"values": ("400,book,", "400,book,odd")},
        {"sources": ("Yearbook", "Year book")},
        {"method": ("100]", "101]")},
    ],
)
def test_the_digest_knows_every_change(
    make_set: MakeSet, tmp_path: Path, change: dict[str, tuple[str, str]]
) -> None:
    path = make_set()
    before = indicators.load(path).digest
    assert indicators.load(path).digest == before
    path.rename(tmp_path / "before")
    assert indicators.load(make_set(**change)).digest != before


def test_a_saved_workbook_is_the_same_file_every_time(make_set: MakeSet, tmp_path: Path) -> None:
    small = indicators.load(make_set())
    small.save(tmp_path / "one.xlsx")
    small.save(tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_numbers_of_a_saved_workbook_are_numbers(make_set: MakeSet, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    indicators.load(make_set(values=("2021,20", f"2021,{0.1 + 0.2!r}"))).save(tmp_path / "s.xlsx")
    cell = load_workbook(tmp_path / "s.xlsx")["Values"]["D3"]
    assert cell.data_type == "n"
    assert math.isclose(cell.value, 0.3)

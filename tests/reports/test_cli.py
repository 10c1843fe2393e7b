"""The command line: what it writes, what it says, and how it ends."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from openpyxl import load_workbook

import indicators
from indicators import folder
from reports.workbook import cells
from scoring.options import REGISTRIES
from tests.conftest import MakeSet, Table
from tests.reports.conftest import Run

COMMANDS = (
    *("build", "score", "check", "models", "weights", "compare", "trends", "methods", "init"),
    "import",
)
#: Those whose help lists the methods.
METHODICAL = ("build", "methods")


def shell(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own."""
    program = [sys.executable, "-m", "reports", *arguments]
    return subprocess.run(program, capture_output=True, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


# --- help and usage -----------------------------------------------------------------------------


def test_help_names_every_command(run: Run) -> None:
    status, out, err = run("--help")
    assert (status, err) == (0, "")
    assert all(command in out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_an_example(run: Run, command: str) -> None:
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"scorecards {command}" in out.partition("Examples:")[2]


@pytest.mark.parametrize("command", METHODICAL)
def test_help_of_the_main_commands_names_every_method_of_every_stage(
    run: Run, command: str
) -> None:
    _, out, _ = run(command, "--help")
    listed = set(out.partition("Methods:")[2].replace(",", " ").split())
    for registry in REGISTRIES.values():
        assert set(registry) <= listed


@pytest.mark.parametrize("command", ["score", "check", "compare"])
def test_help_of_others_says_where_the_methods_are_told(run: Run, command: str) -> None:
    _, out, _ = run(command, "--help")
    assert "minmax" not in out
    assert "scorecards methods says what each does" in out


def test_examples_can_be_copied(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for command in COMMANDS:
        examples = run(command, "--help")[1].partition("Examples:\n")[2].partition("\n\n")[0]
        for line in examples.rstrip().splitlines():
            assert line.startswith(("  scorecards ", "  # ")), line
            assert "(" not in line


def test_help_calls_arguments_by_name_and_not_by_python_types(run: Run) -> None:
    for command in COMMANDS:
        _, out, _ = run(command, "--help")
        assert not re.search(r"<[\w\[\]]+>", out), command
    assert "FILE  iData and iMeta" in run("import", "--help")[1]


def test_help_answers_at_once() -> None:
    took = []
    for _ in range(3):
        before = os.times()
        assert shell("--help").returncode == 0
        after = os.times()
        # Time of the processor: on the clock a busy machine would be slow.
        took.append(after[2] + after[3] - before[2] - before[3])
    assert min(took) < 0.3


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, reports.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert "typer" in loaded
    assert not loaded & {"numpy", "pandas", "sklearn", "scipy", "openpyxl", "pydantic"}


def test_version_is_that_of_the_package(run: Run) -> None:
    from importlib.metadata import version

    assert run("--version") == (0, version("regional-scorecards") + "\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("score", "--nonsense"),
        ("score", "a", "b"),
        ("score", "-o", "scores.txt"),
        ("score", "-o", "scores"),
        ("models", "-o", "models.pdf"),
        ("build", "-o", "scorecards.csv"),
        ("build", "--lang", "klingon"),
        ("init",),
        ("compare", "a"),
        ("compare", "a", "b", "--leave-out"),
        ("compare", "a", "b", "-o", "shifts.txt"),
        ("trends", "-o", "trends"),
        ("methods", "cooking"),
        ("check", "-o", "audit.docx"),
    ],
)
def test_wrong_usage_is_status_2(run: Run, here: Path, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert "Usage:" in err
    assert not list(here.iterdir())


# --- what is written ----------------------------------------------------------------------------


def test_build_writes_a_workbook_that_is_a_set(run: Run, here: Path, make_set: MakeSet) -> None:
    path = make_set()
    status, out, err = run("build", path, "-o", "cards.xlsx")
    assert (status, err) == (0, "")
    assert "Wrote cards.xlsx: 3 regions, 3 indicators, 2 dimensions." in out
    written, read = indicators.load("cards.xlsx"), indicators.load(path)
    for code in ("access", "income", "phones", "price", "pay"):
        assert written.framework.weight(code) == read.framework.weight(code)
        assert written.framework.direction(code) == read.framework.direction(code)
        assert written.framework[code].low == read.framework[code].low
    pd.testing.assert_frame_equal(written.values, read.values)
    pd.testing.assert_frame_equal(written.units, read.units)


def test_score_writes_the_same_table_in_every_format(
    run: Run, here: Path, make_set: MakeSet
) -> None:
    path = make_set()
    for ending in ("csv", "json", "parquet", "xlsx"):
        status, out, _ = run("score", path, "-o", f"scores.{ending}")
        assert (status, out) == (0, f"Wrote scores.{ending}: 18 rows.\n")
    tables = [
        pd.read_csv("scores.csv"),
        pd.DataFrame(json.loads(Path("scores.json").read_text("utf-8"))),
        pd.read_parquet("scores.parquet"),
        pd.read_excel("scores.xlsx"),
    ]
    for table in tables:
        assert list(table.columns) == ["unit", "name", "year", "node", "score", "rank"]
        pd.testing.assert_frame_equal(
            table, tables[0], check_dtype=False, check_exact=True, obj=str(table.dtypes)
        )


def test_score_without_output_is_csv_where_nobody_looks(run: Run, make_set: MakeSet) -> None:
    path = make_set()
    status, out, err = run("score", path, "-o", "-")
    assert (status, err) == (0, "")
    assert run("score", path) == (0, out, "")
    rows = list(csv.DictReader(StringIO(out)))
    assert {
        row["unit"]: (float(row["score"]), row["rank"], row["year"])
        for row in rows
        if row["node"] == "pay"
    } == {"A": (1.0, "3", ""), "B": (34.0, "2", ""), "C": (100.0, "1", "")}


def test_check_says_how_many_values_and_what_is_doubtful(run: Run) -> None:
    status, out, err = run("check")
    assert (status, err) == (0, "")
    assert "CN-XZ" in out
    assert out.splitlines()[-1].startswith("provinces: 31 regions, 20 indicators, 3045 values.")


def test_models_names_one_for_every_province_and_how_far_to_trust_them(
    run: Run, here: Path
) -> None:
    status, _, err = run("models", "-o", "models.json")
    assert status == 0
    assert "left_out_hits" in err
    content = json.loads(Path("models.json").read_text("utf-8"))
    assert len(content["table"]) == 31
    assert {row["figure"] for row in content["trust"]} >= {"left_out_hits", "p_value"}


def test_models_of_a_set_without_models_are_an_error(run: Run, make_set: MakeSet) -> None:
    status, out, err = run("models", make_set(), "-o", "-")
    assert (status, out) == (1, "")
    assert "[cooperation.models]" in err


def test_weights_shows_shares_that_add_up(run: Run, make_set: MakeSet) -> None:
    status, out, _ = run("weights", make_set())
    shares = {row["node"]: float(row["effective_weight"]) for row in csv.DictReader(StringIO(out))}
    assert status == 0
    assert shares["access"] == pytest.approx(2 / 3)
    assert shares["phones"] == pytest.approx(2 / 3 / 4)
    assert shares["phones"] + shares["price"] + shares["pay"] == pytest.approx(1)


@pytest.mark.parametrize("target", ["mine", "mine.xlsx", "new/deep"])
def test_init_writes_a_copy_of_the_bundled_set(run: Run, here: Path, target: str) -> None:
    status, out, err = run("init", target)
    assert (status, err) == (0, "")
    assert target in out
    assert indicators.load(target).digest == indicators.load().digest


@pytest.mark.parametrize("target", ["mine", "mine.xlsx"])
def test_init_refuses_what_exists(run: Run, here: Path, target: str) -> None:
    if target == "mine":
        (here / target).mkdir()
        (here / target / "units.csv").write_text("precious")
    else:
        (here / target).write_text("precious")
    status, out, err = run("init", target)
    assert (status, out) == (1, "")
    assert f"{target} exists already" in err
    kept = here / target / "units.csv" if target == "mine" else here / target
    assert kept.read_text() == "precious"


def test_init_fills_an_empty_folder(run: Run, here: Path) -> None:
    (here / "mine").mkdir()
    assert run("init", "mine", "--quiet") == (0, "", "")
    assert (here / "mine" / "README.md").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "-o", "a.xlsx"),
        ("score", "-o", "a.csv"),
        ("models", "-o", "a.csv"),
        ("check",),
        ("check", "-o", "b.xlsx"),
        ("trends", "-o", "a.csv"),
        ("methods", "-o", "a.csv"),
        ("init", "a.xlsx"),
    ],
)
def test_quiet_says_nothing(run: Run, here: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("command", "file"),
    [
        (("build", "-o"), "a.xlsx"),
        (("score", "-o"), "a.csv"),
        (("score", "-o"), "a.xlsx"),
        (("score", "-o"), "a.json"),
        (("models", "-o"), "a.xlsx"),
        (("check", "-o"), "a.xlsx"),
        (("trends", "-o"), "a.xlsx"),
        (("init",), "a.xlsx"),
    ],
)
def test_the_same_input_gives_the_same_bytes(
    run: Run, here: Path, command: tuple[str, ...], file: str
) -> None:
    contents = []
    for _ in range(2):
        assert run(*command, file, "-q")[0] == 0
        contents.append((here / file).read_bytes())
        (here / file).rename(here / f"old-{file}")
    assert contents[0] == contents[1]
    if file.endswith(".xlsx"):
        # The second may come in the same second, so no date may be that of today.
        with ZipFile(here / f"old-{file}") as book:
            assert {member.date_time[0] for member in book.infolist()} <= {1980, 2000}
            assert time.strftime("%Y-%m-%d").encode() not in book.read("docProps/core.xml")


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@SUM(A1)"])
def test_names_like_formulas_are_guarded(
    run: Run, here: Path, make_set: MakeSet, name: str
) -> None:
    path = make_set(units=("A,Alpha", f"A,{name}"))
    _, out, _ = run("score", path, "-o", "-")
    assert next(csv.DictReader(StringIO(out)))["name"] == f"'{name}"
    run("score", path, "-o", "a.xlsx")
    cell = load_workbook("a.xlsx").worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (name, "s")
    run("score", path, "-o", "a.json")
    assert json.loads(Path("a.json").read_text("utf-8"))[0]["name"] == name


# --- wrong input --------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Table], tuple[str, ...]]] = {
    "text for a number": (
        {"values": ("A,phones,2021,20", "A,phones,2021,20 %")},
        ("values.csv, line 3, column value: '20 %'", "1 error in small"),
    ),
    "negative weight": (
        {"framework": ("Access,2", "Access,-2")},
        ("framework.csv, line 3, column weight", "-2"),
    ),
    "unknown method": (
        {"method": "[normalisation]\nmethod = 'best'\n"},
        ("method.toml, option normalisation.method", "'best'", "minmax"),
    ),
    "broken method": ({"method": "[[[["}, ("method.toml", "not valid TOML")),
    "logarithm of zero": (
        {
            "framework": "code,parent,transform\nindex,,\npay,index,log\n",
            "values": "unit,indicator,value\nA,pay,0\nB,pay,2\n",
        },
        ("values.csv, line 2, column value: A has the value 0 in pay", "log needs values above 0"),
    ),
    "several": (
        {
            "units": ("B,Beta", "a,Beta"),
            "framework": ("price,access", "price,"),
            "values": ("A,pay,", "A,pay,soon"),
        },
        ("units.csv, line 3", "framework.csv, line 6", "values.csv, line 9", "errors in small"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["build", "score"])
def test_wrong_input_is_said_and_nothing_is_written(
    run: Run, here: Path, make_set: MakeSet, name: str, command: str
) -> None:
    changes, words = WRONG[name]
    old = here / "old.xlsx"
    old.write_bytes(b"precious")
    path = make_set(**changes)
    status, out, err = run(command, path, "-o", old)
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    for word in words:
        assert word in err
    assert old.read_bytes() == b"precious"
    assert run(command, path, "-o", "new.xlsx")[0] == 1
    assert [file.name for file in here.iterdir()] == ["old.xlsx"]


@pytest.mark.parametrize("command", ["build", "score", "check", "models", "weights", "trends"])
def test_every_command_refuses_wrong_input(
    run: Run, here: Path, make_set: MakeSet, command: str
) -> None:
    status, out, err = run(command, make_set("workbook", values=("A,phones,2021", "Z,phones,2021")))
    assert (status, out) == (1, "")
    assert "small.xlsx, sheet Values, cell A3" in err
    # Who asked for no file is not told that there is none.
    said = "1 error in small.xlsx." + (" Nothing was written." if command == "build" else "")
    assert err.splitlines()[-1] == said
    assert not list(here.iterdir())


def test_the_folder_one_stands_in_has_a_name(
    run: Run, make_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_set())
    assert run("check", ".")[1].splitlines()[-1].startswith("small: 3 regions")
    Path("values.csv").unlink()
    status, _, err = run("check", ".")
    assert status == 1
    assert "small: the table values is missing" in err
    assert "1 error in small" in err


@pytest.mark.parametrize("output", ["nowhere/a.xlsx", "folder.xlsx"])
def test_an_output_that_cannot_be_is_said_before_the_work(
    run: Run, here: Path, output: str
) -> None:
    (here / "folder.xlsx").mkdir()
    for command in ("build", "score"):
        status, out, err = run(command, "no-such-set", "-o", output)
        assert (status, out) == (1, "")
        assert "cannot be written" in err
        assert "no-such-set" not in err


# --- writing that fails -------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("file", "owner", "function"),
    [
        ("a.csv", pd.DataFrame, "to_csv"),
        ("a.parquet", pd.DataFrame, "to_parquet"),
        ("a.json", Path, "write_text"),
        ("a.xlsx", cells, "save"),
    ],
)
def test_an_old_file_survives_a_full_disk(
    run: Run,
    here: Path,
    make_set: MakeSet,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    owner: object,
    function: str,
) -> None:
    path = make_set()
    (here / file).write_bytes(b"precious")
    commands = ("score", "build") if file == "a.xlsx" else ("score",)
    monkeypatch.setattr(owner, function, full)
    for command in commands:
        status, out, err = run(command, path, "-o", file)
        assert (status, out) == (1, "")
        assert "No space left on device" in err
        assert (here / file).read_bytes() == b"precious"
        assert [left.name for left in here.iterdir()] == [file]


def test_a_set_survives_a_full_disk(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provinces = indicators.load()
    provinces.save(here / "set")
    before = {file.name: file.read_bytes() for file in (here / "set").iterdir()}
    monkeypatch.setattr(folder.csv, "writer", full)
    with pytest.raises(OSError, match="No space"):
        provinces.with_weights({"sdg_alignment": 2}).save(here / "set")
    assert {file.name: file.read_bytes() for file in (here / "set").iterdir()} == before


# --- the process --------------------------------------------------------------------------------


def test_a_reader_who_has_enough_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "reports", "score"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"unit,")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_chinese_names_pass_a_terminal_that_does_not_know_them(make_set: MakeSet) -> None:
    path = make_set(units=("A,Alpha", "A,甲"))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = shell("score", str(path), env=environment)
    assert done.returncode == 0, done.stderr
    assert "A,甲,2021,index" in done.stdout.decode("utf-8")
    named = path.rename(path.with_name("集"))
    done = shell("check", str(named), env=environment)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
def test_a_folder_with_a_name_of_any_bytes_is_a_set(
    run: Run, here: Path, make_set: MakeSet
) -> None:
    odd = os.fsdecode(b"odd\xff\x01")
    try:
        make_set().rename(here / odd)
    except OSError:
        pytest.skip("this file system refuses the name")
    assert run("build", odd, "-o", "a.xlsx")[0] == 0
    assert indicators.load("a.xlsx").scored_units.index.tolist() == ["A", "B", "C"]


def test_a_year_without_a_feature_gives_a_workbook_without_models_and_says_so(
    run: Run, here: Path
) -> None:
    run("init", "set", "-q")
    method = here / "set" / "method.toml"
    method.write_text(method.read_text("utf-8").replace('"latest"', "2023"), "utf-8")
    status, out, err = run("build", "set")
    assert status == 0
    assert out.startswith("Wrote scorecards.xlsx")
    assert err.startswith("Warning: method.toml, option cooperation: the cooperation models cannot")
    with zipfile.ZipFile(here / "scorecards.xlsx") as book:
        assert b'name="Models"' not in book.read("xl/workbook.xml")
    status, out, _ = run("check", "set")
    assert status == 0
    assert "the cooperation models cannot be formed" in out
    assert run("models", "set")[0] == 1


def test_of_thousands_of_errors_the_first_hundred_are_told(run: Run, make_set: MakeSet) -> None:
    values = "\n".join(["unit,indicator,value", *(f"a,x,{i}?" for i in range(1000))])
    status, _, err = run("check", make_set(values=values))
    assert status == 1
    assert len(err.splitlines()) == 102
    assert "more errors" in err


def test_huge_values_make_a_workbook(run: Run, here: Path) -> None:
    run("init", "set", "-q")
    values = here / "set" / "values.csv"
    lines = values.read_text("utf-8").splitlines()
    newest = [i for i, line in enumerate(lines) if ",broadband_per_100,2024," in line]
    for i, number in zip(newest, ("1e308", "-1e308"), strict=False):
        cells = lines[i].split(",")
        cells[3] = number
        lines[i] = ",".join(cells)
    values.write_text("\n".join(lines), "utf-8")
    status, _, err = run("build", "set")
    assert (status, err) == (0, "")

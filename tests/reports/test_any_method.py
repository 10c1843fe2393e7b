"""Whatever stands in method.toml, a command ends in a result or in sentences."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import cli
from scoring.options import REGISTRIES, Method
from tests.conftest import TABLES, MakeSet

#: Every option as (section, option), as far down as there are names: tables by code are one option.
OPTIONS = [
    (section, option)
    for section in Method.model_fields
    for option in type(getattr(Method(), section)).model_fields
]

METHODS = sorted({name for registry in REGISTRIES.values() for name in registry})
WORDS = [
    *("latest", "panel", "all", "each", "none", "index", "exact", "rounded", "mean", "best"),
    *("min", "max", "average", "dense", "region", "name", "vector", "usual", "linear"),
    *("renormalise", "propagate", "zero", "ratio", "range", "half_up", "weight"),
]
CODES = ["index", "access", "income", "phones", "price", "pay", "A", "B", "gone"]

scalars = st.one_of(
    st.sampled_from(METHODS),
    st.sampled_from(WORDS),
    st.sampled_from(CODES),
    st.text(max_size=8),
    st.booleans(),
    st.sampled_from([0, 1, 2, 5, 50, 100, 2020, 2021, -1, 10**6, 2**63, -(10**12)]),
    st.integers(-3, 12),
    st.sampled_from([0.0, 0.5, 1.0, -0.5, 1e-300, 1e300, float("inf"), float("nan")]),
    st.floats(-10, 110),
    st.just(date(2021, 1, 1)),
)
values = st.recursive(
    scalars,
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from([*CODES, "method", "points", "range"]), inside, max_size=3
        )
    ),
    max_leaves=5,
)
#: What most values of an option are of: else nearly every draw would be refused at the first look.
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    **{"method": st.sampled_from(METHODS), "second": st.sampled_from(METHODS)},
    "year": st.sampled_from(["latest", "panel", 2020, 2021]),
    "scale": st.sampled_from(["all", "each", 2020, 2021]),
    "group": st.sampled_from(["region", "name", "none"]),
    "range": st.sampled_from([[0.0, 1.0], [1.0, 100.0], [-5.0, 5.0], [100.0, 0.0]]),
    "indicators": st.dictionaries(
        st.sampled_from(["phones", "price", "pay"]),
        st.fixed_dictionaries({"method": st.sampled_from(METHODS)}),
    ),
    "groups": st.dictionaries(
        st.sampled_from(["index", "access", "income"]),
        st.fixed_dictionaries({"method": st.sampled_from(METHODS)}),
    ),
}


@st.composite
def methods(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for section, option in draw(st.lists(st.sampled_from(OPTIONS), min_size=1, max_size=4)):
        likely = LIKELY.get(option, values)
        found.setdefault(section, {})[option] = draw(st.one_of(likely, likely, values))
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("small")
    for name, text in TABLES.items():
        if name != "method":
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder.parent)
        yield folder


def ending(*arguments: str) -> tuple[int, str]:
    """Exit status and standard error; what is thrown instead fails the test."""
    before, sys.argv = sys.argv, ["scorecards", *arguments]
    err = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(err), pytest.raises(SystemExit) as end:
            cli.main()
    finally:
        sys.argv = before
    return int(end.value.code or 0), err.getvalue()


@pytest.mark.parametrize("command", ["score", "check", "trends"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(method=methods())
def test_a_method_of_anything_ends_well(
    small: Path, command: str, method: dict[str, dict[str, Any]]
) -> None:
    try:
        text = tomli_w.dumps(method)
        (small / "method.toml").write_text(text, encoding="utf-8")
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    status, err = ending(command, str(small))
    assert status in (0, 1)
    if status == 1:
        *told, summary = err.splitlines()
        assert told
        assert f" in {small.name}." in summary
        for line in told:
            assert line.startswith(("method.toml", "values.csv", "framework.csv", small.name)), line


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[[[[", b"a = 1\na = 2\n", b"\x00", b"[time", b"= 3"]
)
def test_a_file_of_anything_ends_well(small: Path, content: bytes) -> None:
    (small / "method.toml").write_bytes(content)
    status, err = ending("score", str(small))
    assert status == (1 if content else 0)
    assert not content or err.startswith("method.toml")


@pytest.mark.parametrize(("section", "option"), OPTIONS)
def test_a_wrong_value_is_told_with_file_option_and_value(
    make_set: MakeSet, section: str, option: str
) -> None:
    value = "1979-05-27"  # a date is right nowhere
    path = make_set(method=f"[{section}]\n{option} = {value}\n")
    status, err = ending("score", str(path))
    assert status == 1
    assert err.startswith(f"method.toml, option {section}.{option}: ")
    assert "1979" in err

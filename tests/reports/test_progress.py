"""The bar on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest

from reports.cli import progress
from reports.cli.progress import Progress
from reports.words import Words
from tests.reports.conftest import Terminal


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """Put a terminal in the place of standard error, for who has no patience."""

    def watch() -> Terminal:
        stream = Terminal()
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setattr(progress, "PATIENCE", 0.01)
        monkeypatch.setenv("TERM", "xterm")
        return stream

    return watch


def wait_for(stream: Terminal, text: str) -> bool:
    end = time.monotonic() + 20
    while text not in stream.getvalue() and time.monotonic() < end:
        time.sleep(0.01)
    return text in stream.getvalue()


def test_long_work_shows_a_bar_and_its_steps(watch: Callable[[], Terminal]) -> None:
    stream = watch()
    with Progress(Words(), quiet=False) as bar:
        bar.step(1, 4)
        assert wait_for(stream, "Working")
        bar.step(4, 4)
        assert wait_for(stream, "100%")


def test_short_work_shows_nothing(
    watch: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = watch()
    monkeypatch.setattr(progress, "PATIENCE", 60)
    with Progress(Words(), quiet=False) as bar:
        bar.step(1, 4)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("quiet", [True, False])
def test_who_wants_quiet_or_does_not_look_sees_nothing(
    watch: Callable[[], Terminal], monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    stream = watch()
    if not quiet:
        monkeypatch.setattr(Terminal, "isatty", lambda _: False)
    with Progress(Words(), quiet):
        time.sleep(0.05)
    assert stream.getvalue() == ""


def test_work_that_fails_takes_the_bar_away(watch: Callable[[], Terminal]) -> None:
    stream = watch()

    def fail() -> None:
        with Progress(Words(), quiet=False):
            assert wait_for(stream, "Working")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    length = len(stream.getvalue())
    time.sleep(0.3)
    assert len(stream.getvalue()) == length

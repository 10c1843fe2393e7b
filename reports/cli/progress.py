"""A bar on standard error while somebody waits."""

from __future__ import annotations

import sys
from threading import Lock, Timer
from typing import Any

from reports.words import Words

#: Seconds before there is a bar: who has an answer sooner needs none.
PATIENCE = 1.0


class Progress:
    """A bar on standard error for work that takes a while; nothing where nobody looks.

    Parameters
    ----------
    words : Words
    quiet : bool
        Whether nothing is shown at all.
    """

    def __init__(self, words: Words, quiet: bool) -> None:
        self._words = words
        self._bar: Any = None
        self._steps: tuple[int, int | None] = (0, None)
        self._lock = Lock()
        shown = sys.stderr.isatty() and not quiet
        self._timer = Timer(PATIENCE, self._begin) if shown else None

    @property
    def steps(self) -> tuple[int, int | None]:
        """How many steps are done, and how many there are, where that is known."""
        return self._steps

    def step(self, done: int, total: int) -> None:
        """Show how many steps are done."""
        with self._lock:
            self._steps = done, total
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def _begin(self) -> None:
        from rich.console import Console
        from rich.progress import Progress as Bar

        with self._lock:
            done, total = self._steps
            bar = Bar(console=Console(stderr=True), transient=True)
            bar.add_task(self._words("cli.working"), completed=done, total=total)
            bar.start()
            self._bar = bar

    def __enter__(self) -> Progress:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._bar is not None:
            self._bar.stop()

"""The command line. What a command needs is imported when it runs, so that help answers at once."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from reports.cli.app import Failure, app, say_error

# A command adds itself to the program when its module is imported; help lists them in this order.
# isort: off
from reports.cli import build as build
from reports.cli import score as score
from reports.cli import check as check
from reports.cli import models as models
from reports.cli import weights as weights
from reports.cli import compare as compare
from reports.cli import trends as trends
from reports.cli import robustness as robustness
from reports.cli import methods as methods
from reports.cli import init as init
from reports.cli import import_set as import_set
# isort: on


def main() -> NoReturn:
    """Run the command line; no traceback reaches a user."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who called: there is nobody to tell
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        # A name that the terminal cannot show is shown in part and stops nothing.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(standalone_mode=True)
    except Failure as failure:
        say_error(str(failure))
        sys.exit(1)
    sys.exit(0)

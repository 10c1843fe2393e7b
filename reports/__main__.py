"""``python -m reports`` is the command ``scorecards``."""

from reports.cli import main

main()

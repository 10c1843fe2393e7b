"""scorecards weights: the weights in force, other ones, and what they do."""

# isort: off
from reports.cli.weights import show as show
from reports.cli.weights import change as change
from reports.cli.weights import compare as compare
from reports.cli.weights import stability as stability
from reports.cli.weights import turn as turn
from reports.cli.weights import ranges as ranges
# isort: on

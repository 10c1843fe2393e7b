"""What is measured: sets of regions, indicators and their values.

Steps 1 and 2 of the OECD/JRC Handbook on Constructing Composite Indicators (2008): the theoretical
framework and the selection of data.
"""

from indicators.findings import Finding, InvalidInputError, Place
from indicators.framework import Framework, Node
from indicators.imports import import_coin_tool, import_coinr, import_files
from indicators.indicator_set import CrossSection, IndicatorSet
from indicators.loading import bundled, copy_bundled, load, load_method
from indicators.taking_over import check_nodes, with_weighting_of

__all__ = [
    "CrossSection",
    "Finding",
    "Framework",
    "IndicatorSet",
    "InvalidInputError",
    "Node",
    "Place",
    "bundled",
    "check_nodes",
    "copy_bundled",
    "import_coin_tool",
    "import_coinr",
    "import_files",
    "load",
    "load_method",
    "with_weighting_of",
]

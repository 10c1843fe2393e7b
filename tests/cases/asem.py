"""COINr's example, the ASEM index of sustainable connectivity, imported and assessed.

Becker, Caperna, Del Sorbo, Norlen, Papadimitriou and Saisana (2022), COINr: An R package for
developing composite indicators, Journal of Open Source Software 7(78), 4567. Its tables and what
COINr 1.1.14 computes of them are read from ../shared and never copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

import indicators
import scoring
from indicators import Framework, IndicatorSet
from scoring import Assessment
from tests.cases import shared_cases

ASEM = shared_cases.SHARED_CASES / "coinr_asem"

#: COINr's chain: its screening comes after imputation and removes nobody.
CHAIN: Mapping[str, Mapping[str, object]] = {
    "imputation": {"method": "group_mean", "group": "EurAsia_group"},
    "treatment": {"method": "auto", "points": 5, "second": "log_shifted"},
    "normalisation": {"method": "minmax", "range": [0, 100]},
    "aggregation": {"method": "arithmetic"},
}


def table(name: str) -> pd.DataFrame:
    """What COINr computes, by unit or by indicator."""
    return shared_cases.table("coinr_asem", name)


@cache
def imported(data: str = "a_iData") -> IndicatorSet:
    """COINr's two tables as a set."""
    return indicators.import_files([ASEM / f"{data}.csv", ASEM / "a_iMeta.csv"])


def backwards(folder: Path) -> IndicatorSet:
    """The set imported from a file with the last unit first."""
    file = folder / "iData.csv"
    pd.read_csv(ASEM / "a_iData.csv").iloc[::-1].to_csv(file, index=False)
    return indicators.import_files([file, ASEM / "a_iMeta.csv"])


@cache
def raw(data: str = "a_iData") -> IndicatorSet:
    """The set before anything is divided by a denominator."""
    measured = imported(data)
    nodes = (replace(node, denominator="") for node in measured.framework.nodes)
    return replace(measured, framework=Framework(tuple(nodes)))


@cache
def assessed() -> Assessment:
    """The set by COINr's chain."""
    return scoring.assess(imported().with_method(CHAIN))


@cache
def assessed_as_aggregated() -> Assessment:
    """The set by COINr's chain from 1 to 100, on which its aggregated files are made."""
    chain = imported().with_method(CHAIN)
    return scoring.assess(chain.with_method({"normalisation": {"range": [1, 100]}}))

"""Preparing: denominators and screening, before anything is imputed (Handbook, steps 2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import CrossSection, Finding, Framework, IndicatorSet, InvalidInputError, Place
from indicators.findings import raise_errors
from scoring.options import Screening
from scoring.statistics import screen_indicators, screen_units

Array = NDArray[np.float64]


def denominated(indicator_set: IndicatorSet, section: CrossSection) -> pd.DataFrame:
    """Values per denominator, for the indicators that name one in the framework.

    A value is divided by the denominator's value of the same unit and year, or by the one of the
    cross-section where there is none of that year, and multiplied by ``scale_factor``.

    Parameters
    ----------
    indicator_set : IndicatorSet
    section : CrossSection
        Values and years to divide.

    Returns
    -------
    DataFrame, units x all indicators
        Missing where the value or its denominator is.

    Raises
    ------
    InvalidInputError
        Where a denominator is zero, or the quotient too large to be computed.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 2 (scaling by an
    appropriate size measure).
    """
    framework = indicator_set.framework
    divided = section.values.copy()
    findings: list[Finding] = []
    for code in framework.all_indicators:
        denominator = framework[code].denominator
        if not denominator:
            continue
        below = _of_the_same_year(indicator_set, section, denominator, section.years[code])
        values = section.values[code].to_numpy()
        factor = framework[code].scale_factor
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            quotient = values / below * (1.0 if factor is None else factor)
        wrong = ~np.isnan(values) & ~np.isnan(below) & ~np.isfinite(quotient)
        for row in np.flatnonzero(wrong).tolist():
            unit = str(divided.index[row])
            year = section.years[code].iloc[row]
            fields = {
                "unit": unit,
                "indicator": code,
                "year": "undated" if np.isnan(year) else int(year),
                "value": values[row],
                "denominator": denominator,
                "below": below[row],
            }
            place, _ = indicator_set.value_place(
                unit, denominator, below[row], "latest" if np.isnan(year) else int(year)
            )
            findings.append(Finding("bad_denominator", "error", place, fields))
        divided[code] = quotient
    raise_errors(findings)
    return divided


def _of_the_same_year(
    indicator_set: IndicatorSet, section: CrossSection, code: str, years: pd.Series[float]
) -> Array:
    """Values of an indicator in each unit's year; those of the cross-section for other units."""
    values = indicator_set.values
    rows = values[(values["indicator"] == code) & values["value"].notna()]
    known = pd.MultiIndex.from_arrays([rows["unit"].astype(object), rows["year"]])
    wanted = pd.MultiIndex.from_arrays([years.index, years])
    position = known.get_indexer(wanted)
    position[years.isna().to_numpy()] = -1
    found = np.append(rows["value"].to_numpy(dtype=np.float64), np.nan)[position]
    return np.where(np.isnan(found), section.values[code].to_numpy(), found)


@dataclass(frozen=True, eq=False)
class Screened:
    """What is left to assess, and why the rest is not.

    Parameters
    ----------
    indicator_set : IndicatorSet
        The set, with the role context for what was screened out.
    units, indicators : DataFrame
        Number of missing and of zero values, shares, whether included and why not, by code; see
        :func:`scoring.statistics.screen_units`.
    """

    indicator_set: IndicatorSet
    units: pd.DataFrame
    indicators: pd.DataFrame

    @property
    def framework(self) -> Framework:
        """The tree of the indicators that are left."""
        return self.indicator_set.framework


def screened(
    indicator_set: IndicatorSet, choices: Screening, sections: Sequence[pd.DataFrame]
) -> Screened:
    """Leave out indicators, then units, with too few values or too many zeros.

    Parameters
    ----------
    indicator_set : IndicatorSet
    choices : Screening
        Shares that are asked for, and codes that stay or go whatever their values.
    sections : sequence of DataFrame, units x all indicators
        Values of each year that is assessed; shares are taken over all of them.

    Returns
    -------
    Screened

    Raises
    ------
    InvalidInputError
        Where no unit or no indicator is left.

    References
    ----------
    Becker, Caperna, Del Sorbo et al. (2022), COINr: An R package for developing composite
    indicators, Journal of Open Source Software 7(78), function Screen.
    """
    scored = list(indicator_set.framework.indicators)
    units_of_it = indicator_set.scored_units.index
    by_indicator = screen_indicators(
        _joined([section[scored] for section in sections], axis=0),
        minimum_available=choices.indicator_availability,
        minimum_nonzero=choices.indicator_nonzero,
        keep=[code for code in choices.keep if code in scored],
        drop=[code for code in choices.drop if code in scored],
    )
    left = [code for code in scored if by_indicator.loc[code, "included"]]
    by_unit = screen_units(
        _joined([section[left] for section in sections], axis=1),
        minimum_available=choices.unit_availability,
        minimum_nonzero=choices.unit_nonzero,
        keep=[code for code in choices.keep if code in units_of_it],
        drop=[code for code in choices.drop if code in units_of_it],
    )
    for table, what in ((by_indicator, "indicator"), (by_unit, "unit")):
        if not table["included"].any():
            place = Place(indicator_set.method_file, column="screening")
            raise InvalidInputError([Finding("all_screened", "error", place, {"what": what})])
    out_units = by_unit.index[~by_unit["included"]]
    out_indicators = frozenset(set(scored) - set(left))
    if len(out_units) == 0 and not out_indicators:
        return Screened(indicator_set, by_unit, by_indicator)
    units = indicator_set.units.copy()
    units.loc[out_units, "role"] = "context"
    nodes = tuple(
        replace(node, role="context") if node.code in out_indicators else node
        for node in indicator_set.framework.nodes
    )
    framework = Framework(nodes)
    # Codes of the values are positions in the framework, whose order has changed.
    indicator = indicator_set.values["indicator"].cat.set_categories(framework.all_indicators)
    values = indicator_set.values.assign(indicator=indicator)
    changed = replace(indicator_set, units=units, framework=framework, values=values)
    return Screened(changed, by_unit, by_indicator)


def _joined(sections: list[pd.DataFrame], axis: Literal[0, 1]) -> pd.DataFrame:
    """Sections of several years below or beside each other."""
    return sections[0] if len(sections) == 1 else pd.concat(sections, axis=axis)

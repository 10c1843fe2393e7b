"""How indicators, scores and ranks moved over the years, as plain tables."""

from __future__ import annotations

import pandas as pd

from scoring import Assessment, indicator_trends, score_trends


def trend_tables(assessment: Assessment, significance: float = 0.05) -> dict[str, pd.DataFrame]:
    """Change, growth and trend over the years.

    Parameters
    ----------
    assessment : Assessment
        Of a set with values of two years or more.
    significance : float, 0..1
        A trend counts as rising or falling in the summary where its p-value is below this.

    Returns
    -------
    dict of str to DataFrame
        ``indicators``: one row for each unit and indicator, in the indicator's own unit of measure;
        see :func:`scoring.trends.trend_table`. ``summary``: one row for each indicator with
        ``units`` that have a trend, medians of their ``slope`` and ``compound_annual_growth``, and
        how many are ``rising`` and ``falling``. Of a panel also ``scores`` and ``ranks``, one row
        for each unit and node; ranks have ``places_gained`` and ``places_gained_a_year`` for
        ``change`` and ``slope``, so that a climb is positive as everywhere.

    Raises
    ------
    InvalidInputError
        Where there are not values of two years.
    """
    left, framework = assessment.screened.indicator_set, assessment.framework
    trends = indicator_trends(left)
    measures = [framework[code].measure for code in trends["indicator"]]
    by_indicator = trends.assign(
        rising=(trends["slope"] > 0) & (trends["p_value"] < significance),
        falling=(trends["slope"] < 0) & (trends["p_value"] < significance),
    ).groupby("indicator", sort=False)
    summary = by_indicator.agg(
        units=("slope", "count"),
        first_year=("first_year", "min"),
        last_year=("last_year", "max"),
        slope=("slope", "median"),
        compound_annual_growth=("compound_annual_growth", "median"),
        rising=("rising", "sum"),
        falling=("falling", "sum"),
    ).reset_index()
    nodes = [framework[code] for code in summary["indicator"]]
    summary.insert(1, "name", [node.name for node in nodes])
    summary.insert(2, "measure", [node.measure for node in nodes])
    trends.insert(2, "measure", measures)
    tables = {"indicators": trends}
    if assessment.by_year:
        tables["scores"], ranks = score_trends(assessment)
        ranks[["change", "slope"]] = 0 - ranks[["change", "slope"]]
        gained = {"change": "places_gained", "slope": "places_gained_a_year"}
        tables["ranks"] = ranks.rename(columns=gained)
    for table in tables.values():
        table.insert(1, "name", left.units["name"].reindex(table["unit"]).to_numpy())
    tables["summary"] = summary
    return {name: _years_whole(table) for name, table in tables.items()}


def _years_whole(table: pd.DataFrame) -> pd.DataFrame:
    years = ["first_year", "last_year"]
    return table.astype(dict.fromkeys(years, "Int64"))

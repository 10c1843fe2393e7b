"""Scores, weights and models as plain tables, written to files or to standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from indicators.tables import replacing
from scoring import Assessment, Comparison, CooperationModels, leave_one_out

#: Endings of files that tables are written to.
ENDINGS = (".csv", ".json", ".parquet", ".xlsx")


def score_table(assessment: Assessment) -> pd.DataFrame:
    """Every score and rank as a long table.

    Parameters
    ----------
    assessment : Assessment

    Returns
    -------
    DataFrame
        ``unit, name, year, node, score, rank``; node by node in the order of the tree. ``year`` is
        that of the indicator's value, for a group the newest below it; empty for undated facts.
        Of a panel every year, and ``year`` is the one that was assessed.
        A unit without a score has neither score nor rank.
    """
    if assessment.by_year:
        return pd.concat(
            [_scores_of_year(one, year) for year, one in assessment.by_year.items()],
            ignore_index=True,
        )
    return _scores_of_year(assessment, None)


def _scores_of_year(assessment: Assessment, year: int | None) -> pd.DataFrame:
    framework, units = assessment.framework, assessment.units
    nodes = list(assessment.scores.columns)
    years = assessment.years[list(framework.indicators)].copy()
    for group in framework.groups:
        years[group] = years[list(framework.children(group))].max(axis=1)
    if year is not None:
        years.loc[:, nodes] = year
    count = len(units)
    return pd.DataFrame(
        {
            "unit": np.tile(units.index.to_numpy(), len(nodes)),
            "name": np.tile(units["name"].to_numpy(), len(nodes)),
            "year": pd.array(years[nodes].to_numpy().T.ravel(), dtype="Int64"),
            "node": np.repeat(np.array(nodes, dtype=object), count),
            "score": assessment.scores.to_numpy().T.ravel(),
            "rank": _whole(assessment.ranks.to_numpy().T.ravel()),
        }
    )


def _whole(ranks: np.ndarray) -> pd.Series[int] | pd.Series[float]:
    """Ranks as whole numbers where they are."""
    series = pd.Series(ranks)
    whole = (series.dropna() % 1 == 0).all()
    return series.astype("Int64") if whole else series


def model_table(assessment: Assessment, models: CooperationModels) -> pd.DataFrame:
    """Cooperation model of each unit.

    Returns
    -------
    DataFrame
        ``unit, name, model, membership, nearest_other, margin, exemplar_of``, then membership in
        and distance to each model.
    """
    table = models.table[["model", "membership", "nearest_other", "margin", "exemplar_of"]]
    return pd.concat(
        [
            assessment.units["name"],
            table,
            models.memberships.add_prefix("membership_"),
            models.distances.add_prefix("distance_"),
        ],
        axis=1,
    ).reset_index(names="unit")


def trust_table(models: CooperationModels) -> pd.DataFrame:
    """How far to trust the cooperation models, as ``figure, value``."""
    trust = models.trust
    figures: dict[str, object] = {
        "left_out_hits": trust.hits,
        "exemplars": trust.exemplars,
        "p_value": trust.p_value,
        "permutations": trust.permutations,
        "permutations_exact": trust.exact,
        "silhouette": trust.silhouette,
        "unit_stability": trust.unit_stability,
        "feature_stability": trust.feature_stability,
        "resamples": trust.resamples,
        "ward_agreement": trust.ward_agreement,
        "ward_hits": trust.ward_hits,
    }
    for unit, found in trust.left_out.iterrows():
        figures[f"left_out_{unit}"] = found["assigned"]
    for groups, found in trust.numbers_of_groups.iterrows():
        figures[f"silhouette_{groups}_groups"] = found["silhouette"]
    return pd.DataFrame({"figure": list(figures), "value": [str(v) for v in figures.values()]})


def weights_table(assessment: Assessment) -> pd.DataFrame:
    """Weights in force as ``node, name, parent, weight, share, effective_weight``."""
    framework = assessment.framework
    table = assessment.weights.reset_index()
    table.insert(1, "name", [framework[node].name for node in table["node"]])
    table.insert(2, "parent", [framework[node].parent for node in table["node"]])
    return table.iloc[1:]


def shift_table(comparison: Comparison, assessment: Assessment) -> pd.DataFrame:
    """Scores and ranks before and after as ``node, unit, name, score_before, ..., rank_shift``."""
    table = comparison.shifts.copy()
    table.insert(2, "name", assessment.units["name"].reindex(table["unit"]).to_numpy())
    for column in ("rank_before", "rank_after", "rank_shift"):
        table[column] = _whole(table[column].to_numpy())
    return table


def agreement_table(comparison: Comparison, assessment: Assessment) -> pd.DataFrame:
    """Rank correlation and shifts of each node as ``node, name, units, spearman, ...``."""
    return _named(comparison.agreement, assessment)


def leave_out_table(assessment: Assessment) -> pd.DataFrame:
    """What leaving out each node does to the ranks as ``node, name, spearman, ...``."""
    return _named(leave_one_out(assessment), assessment)


def _named(by_node: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    table = by_node.reset_index()
    names = [assessment.framework[node].name for node in table["node"]]
    table.insert(1, "name", names)
    return table


def write_table(
    table: pd.DataFrame,
    path: str | os.PathLike[str],
    extra: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """Write a table to a file by its ending, or as CSV to standard output for "-".

    Parameters
    ----------
    table : DataFrame
    path : path
        Ending in .csv, .json, .parquet or .xlsx, or "-".
    extra : mapping of str to DataFrame, optional
        Further tables by name: sheets of a workbook, members of a JSON object; other kinds of file
        hold one table and leave them out.

    Raises
    ------
    ValueError
        Where the ending is none of these.
    ImportError
        For .parquet without pyarrow.
    OSError
        Where the file cannot be written.
    """
    if os.fspath(path) == "-":
        if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        _csv(table, sys.stdout)
        return
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"{path} has none of the endings {', '.join(ENDINGS)}")
    with replacing(path) as temporary:
        if ending == ".csv":
            with temporary.open("w", encoding="utf-8-sig", newline="") as file:
                _csv(table, file)
        elif ending == ".json":
            temporary.write_text(_json(table, extra or {}), encoding="utf-8")
        elif ending == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            _workbook({"Table": table, **(extra or {})}, temporary)


def _json(table: pd.DataFrame, extra: Mapping[str, pd.DataFrame]) -> str:
    records = _records(table)
    content = {"table": records, **{k: _records(v) for k, v in extra.items()}} if extra else records
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows with None for what is missing, numbers to the last bit."""
    cells = table.astype(object).where(table.notna(), None)
    return [dict(zip(table.columns, row, strict=True)) for row in cells.itertuples(index=False)]


#: Signs at the start of a text by which a spreadsheet takes it for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _csv(table: pd.DataFrame, file: TextIO) -> None:
    """CSV in which no text can pass for a formula: such a text gets an apostrophe in front."""
    guarded = table.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].astype(object).map(_guarded)
    guarded.to_csv(file, index=False, lineterminator="\n")


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def _workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    from reports.workbook.cells import Book
    from reports.workbook.styles import HEADING_LEFT, NAVY, TEXT

    book = Book()
    for title, table in tables.items():
        sheet = book.sheet(title.capitalize(), NAVY)
        for column, name in enumerate(table.columns, 1):
            sheet.put(1, column, str(name), HEADING_LEFT)
        for row, cells in enumerate(_records(table), 2):
            for column, cell in enumerate(cells.values(), 1):
                if cell is not None:
                    value = cell if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]
                    sheet.put(row, column, value, TEXT)
        sheet.freeze(2, 1)
    book.save(path)

"""The IndicatorSet: framework, units, values, sources, notes and method in one frozen object."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators import cells, folder, judgements, weight_sets, workbook
from indicators.findings import Finding, Place, raise_errors
from indicators.framework import COLUMNS, OPTIONAL_COLUMNS, Framework
from indicators.headings import checked_heading
from indicators.tables import TABLES, WEIGHT_TABLES, RawTable, Rows, method_rows


@dataclass(frozen=True)
class CrossSection:
    """One value for each unit and indicator.

    Parameters
    ----------
    values : DataFrame, shape (n_units, n_indicators)
        Values in the indicators' own units, NaN where missing.
    years : DataFrame, shape (n_units, n_indicators)
        Year of each value, NaN where it is undated or missing.
    """

    values: pd.DataFrame
    years: pd.DataFrame


@dataclass(frozen=True, eq=False)
class IndicatorSet:
    """What is measured: one set of regions and indicators.

    Sets are made by :func:`indicators.load`; changed copies by :meth:`with_weights` and
    :meth:`with_method`.

    Parameters
    ----------
    name : str
        Name of the folder or workbook.
    framework : Framework
        The tree of index, groups and indicators.
    units : DataFrame
        Units by code: name, name_zh, role ("score", or "context" for units that are listed and
        not scored) and any further columns.
    values : DataFrame
        Long table unit, indicator (both categorical), year (NaN: undated), value (NaN: stated to
        be missing), source, note.
    sources, notes : DataFrame
        Sources by code, and notes, as in the tables.
    weight_sets : DataFrame
        Named weight sets: set, node, weight, author, date, note.
    judgements : DataFrame
        What experts say about weights: kind, expert, node, other, value, note.
    method : mapping
        method.toml as read; ``scoring.method`` checks it.
    tables : mapping of str to RawTable
        Where each table was read, without the cells.
    method_file : str
        Where the method was read.
    method_places : mapping of str to Place
        Option -> place, where it is known.
    findings : tuple of Finding
        What was found on reading and is no error.

    Raises
    ------
    ValueError
        Where the categories of ``values`` are not the units and indicators in their order.
    """

    name: str
    framework: Framework
    units: pd.DataFrame
    values: pd.DataFrame
    sources: pd.DataFrame
    notes: pd.DataFrame
    weight_sets: pd.DataFrame = field(default_factory=weight_sets.empty)
    judgements: pd.DataFrame = field(default_factory=judgements.empty)
    method: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, RawTable] = field(default_factory=dict)
    method_file: str = "method.toml"
    method_places: Mapping[str, Place] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse values whose codes stand for other units or indicators than those of the set."""
        for column, codes in (
            ("unit", self.units.index),
            ("indicator", pd.Index(self.framework.all_indicators)),
        ):
            if not self.values[column].cat.categories.equals(codes):
                raise ValueError(
                    f"the categories of the column {column} of values must be those of the set, in "
                    "the same order; use cat.set_categories"
                )

    @property
    def scored_units(self) -> pd.DataFrame:
        """Units of the role score."""
        return self.units[self.units["role"] == "score"]

    @property
    def context_units(self) -> pd.DataFrame:
        """Units that are listed and not scored."""
        return self.units[self.units["role"] != "score"]

    @property
    def years(self) -> tuple[int, ...]:
        """Years for which there is a value of a scored indicator, oldest first."""
        values = self.values
        scored = values["indicator"].isin(self.framework.indicators)
        dated = values.loc[scored & values["value"].notna(), "year"].dropna()
        return tuple(sorted(int(year) for year in dated.unique()))

    def with_weights(self, weights: Mapping[str, float]) -> IndicatorSet:
        """Copy with other weights, relative to the siblings in the framework.

        Parameters
        ----------
        weights : mapping of str to float
            Node -> weight, 0 or more.

        Raises
        ------
        KeyError
            Where a node is unknown.
        ValueError
            Where a weight is negative or not finite, or all weights of a group are 0.
        """
        framework = self.framework.with_weights(weights)
        for code, weight in weights.items():
            if not (np.isfinite(weight) and weight >= 0):
                raise ValueError(f"the weight of {code} is {weight}; weights are 0 or more")
        for group in framework.groups:
            if sum(framework.weight(child) for child in framework.children(group)) == 0:
                raise ValueError(f"all weights below {group} are 0; give at least one above 0")
        return replace(self, framework=framework)

    @property
    def weight_set_names(self) -> tuple[str, ...]:
        """Names of the weight sets, in the order of the table."""
        return tuple(dict.fromkeys(self.weight_sets["set"]))

    def weights_of(self, name: str) -> dict[str, float]:
        """Weights of a named set: node -> weight, of the groups that it weighs.

        Raises
        ------
        KeyError
            Where there is no set of this name.
        """
        rows = self.weight_sets[self.weight_sets["set"] == name]
        if rows.empty:
            known = ", ".join(self.weight_set_names) or "none"
            raise KeyError(f"there is no weight set {name!r}; there are {known}")
        return dict(zip(rows["node"], rows["weight"], strict=True))

    def with_weight_set(
        self,
        name: str,
        weights: Mapping[str, float],
        *,
        author: str = "",
        date: str = "",
        note: str = "",
    ) -> IndicatorSet:
        """Copy with a named weight set more, or in place of the one of this name.

        Parameters
        ----------
        name : str
            Name of the set, formed as a code; capitals do not count.
        weights : mapping of str to float
            Node -> weight, 0 or more, for all children of a group or for none.
        author, date, note : str
            Who gave the weights, when (such as 2026-03-31), and why.

        Raises
        ------
        InvalidInputError
            Where the name, a node, a weight or the date is wrong.
        ValueError
            Where there are no weights.
        """
        if not weights:
            raise ValueError(
                f"the weight set {name!r} has no weights; give at least one group some"
            )
        rows = [[name, node, weight, author, date, note] for node, weight in weights.items()]
        findings: list[Finding] = []
        table = _in_memory("weights", weight_sets.COLUMNS, rows, findings)
        found, _ = weight_sets.weight_sets(table, self.framework, findings)
        raise_errors(cells.first_of_each(findings))
        same = self.weight_sets["set"].str.casefold() == found["set"].iloc[0].casefold()
        merged = pd.concat([self.weight_sets[~same], found], ignore_index=True)
        return replace(self, weight_sets=merged, tables=self._tables_without("weights"))

    def with_judgements(self, table: pd.DataFrame) -> IndicatorSet:
        """Copy with other judgements.

        Parameters
        ----------
        table : DataFrame
            Columns kind, node, value and, where needed, expert, other, note.

        Raises
        ------
        InvalidInputError
            Where a column or a row is wrong.
        TypeError
            Where ``table`` is no DataFrame.
        """
        if not isinstance(table, pd.DataFrame):
            raise TypeError(f"judgements are a DataFrame; this is a {type(table).__name__}")
        findings: list[Finding] = []
        rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
        given = _in_memory("judgements", tuple(map(str, table.columns)), rows, findings)
        found, _ = judgements.judgements(given, self.framework, findings)
        raise_errors(cells.first_of_each(findings))
        return replace(self, judgements=found, tables=self._tables_without("judgements"))

    def _tables_without(self, name: str) -> dict[str, RawTable]:
        """Places of the other tables: those of rows that were read no longer fit."""
        return {other: table for other, table in self.tables.items() if other != name}

    def weight_set_place(self, name: str) -> Place:
        """Where a named weight set begins."""
        row = int(np.flatnonzero(self.weight_sets["set"] == name)[0])
        return self._place("weights", len(self.weight_sets), row, "set")

    def judgement_place(self, row: int) -> Place:
        """Where the value of a judgement stands, by its position in the table."""
        return self._place("judgements", len(self.judgements), row, "value")

    def _place(self, name: str, length: int, row: int, column: str) -> Place:
        table = self.tables.get(name)
        if table is None or len(table.row_numbers) != length:
            return Place(name, row=row + 2, column=column)
        return table.place(row, column)

    def with_method(self, method: Mapping[str, Mapping[str, object]]) -> IndicatorSet:
        """Copy with some options of the method changed.

        Parameters
        ----------
        method : mapping
            Section -> option -> value, as in method.toml; other options stay as they are.

        Raises
        ------
        TypeError
            Where ``method`` is not such a table of tables.
        """
        sections = method.values() if isinstance(method, Mapping) else [method]
        if not all(isinstance(options, Mapping) for options in sections):
            raise TypeError(
                "options stand in sections, such as {'normalisation': {'method': 'rank'}}; "
                f"this is {method!r}"
            )
        merged: dict[str, object] = dict(self.method)
        for section, options in method.items():
            before = merged.get(section, {})
            plain = {  # a year that was taken from a table is as good as one that was written
                name: value.item() if isinstance(value, np.generic) else value
                for name, value in options.items()
            }
            merged[section] = {**(before if isinstance(before, Mapping) else {}), **plain}
        return replace(self, method=merged)

    def cross_section(self, year: int | Literal["latest"] = "latest") -> CrossSection:
        """One value for each scored unit and each indicator.

        Parameters
        ----------
        year : int or "latest"
            A year takes the values of that year and, where there is none, undated ones.
            "latest" takes, cell by cell, the newest year for which there is a row. A row with an
            empty value states that the value is missing, and no older value takes its place;
            a year in which an indicator has no value for any unit does not count.

        Returns
        -------
        CrossSection
            Indicators in the order of ``framework.all_indicators``.
        """
        values = self.values
        chosen = self.cross_section_rows(year)
        rows = slice(None) if len(chosen) == len(values) else chosen
        place = self._cells()[rows]
        value = values["value"].to_numpy()[rows]
        scored = (self.units["role"] == "score").to_numpy()
        columns = pd.Index(self.framework.all_indicators, name="indicator")
        years = np.where(np.isnan(value), np.nan, values["year"].to_numpy()[rows])

        def table(content: NDArray[np.float64]) -> pd.DataFrame:
            cells = np.full(len(self.units) * len(columns), np.nan)
            cells[place] = content
            grid = cells.reshape(len(self.units), len(columns))
            grid = grid if scored.all() else grid[scored]
            return pd.DataFrame(grid, self.units.index[scored], columns, copy=False)

        return CrossSection(table(value), table(years))

    def cross_section_rows(self, year: int | Literal["latest"] = "latest") -> NDArray[np.intp]:
        """Positions in ``values`` that a cross-section is taken from, one for each cell it fills.

        Parameters
        ----------
        year : int or "latest"
            As for :meth:`cross_section`.

        Returns
        -------
        ndarray of int, in the order of the table
        """
        values = self.values
        years, empty = values["year"].to_numpy(), values["value"].isna().to_numpy()
        undated = np.isnan(years)
        if year != "latest":
            rows = np.flatnonzero(undated | (years == year))
        elif not empty.any():
            rows = np.arange(len(values))
        else:
            rows = self._rows_that_count(years, empty)
        # Undated facts first, then year by year: of each cell the last row stays.
        age = np.where(undated, 0, years).astype(np.int16)
        age = age if len(rows) == len(values) else age[rows]
        if len(rows) == 0 or (age == age[0]).all():  # a set has no two rows of a cell and a year
            return rows
        if (age[1:] < age[:-1]).any():
            rows = rows[np.argsort(age, kind="stable")]
        last = np.full(len(self.units) * len(self.framework.all_indicators), -1, dtype=np.intp)
        last[self._cells()[rows]] = rows
        chosen = np.zeros(len(values), dtype=np.bool_)
        chosen[last[last >= 0]] = True
        return np.flatnonzero(chosen)

    def _cells(self) -> NDArray[np.int64]:
        """Unit and indicator of each row of ``values`` as one number."""
        unit = self.values["unit"].cat.codes.to_numpy().astype(np.int64)
        indicator = self.values["indicator"].cat.codes.to_numpy()
        return unit * len(self.framework.all_indicators) + indicator

    def _rows_that_count(
        self, years: NDArray[np.float64], empty: NDArray[np.bool_]
    ) -> NDArray[np.intp]:
        """Rows that may be the newest of their cell: those with a value, and gaps that are stated.

        A year in which an indicator has no value at all does not count.
        """
        indicator = self.values["indicator"].cat.codes.to_numpy()
        pair = indicator * 10_000.0 + np.where(np.isnan(years), 0.0, years)
        keep = np.isin(pair, pair[~empty])
        cells = self._cells()
        return np.flatnonzero(keep | ~np.isin(cells, cells[keep]))

    def value_place(
        self, unit: str, indicator: str, value: float, year: int | Literal["latest"] = "latest"
    ) -> tuple[Place, int | str]:
        """Where a value of a cross-section stands, and the year that stands there.

        Parameters
        ----------
        unit, indicator : str
            Codes.
        value : float
            The value, which no row has after division by a denominator or treatment.
        year : int or "latest"
            Year of the cross-section.

        Returns
        -------
        place : Place
            Cell of the table of values; the table alone where that is not known.
        year : int, "undated" or "imputed"
            "imputed" where the cross-section has a value that is in no row.
        """
        table = self.tables.get("values")
        whole = Place("values") if table is None else Place(table.file, table.sheet)
        same = (self.values["unit"] == unit) & (self.values["indicator"] == indicator)
        rows = np.flatnonzero(same & self.values["value"].notna())
        alike = self.values["value"].to_numpy()[rows] == value
        rows = rows[alike] if alike.any() else rows
        years = self.values["year"].to_numpy()[rows]
        if (years == year).any():
            rows, years = rows[years == year], years[years == year]
        elif year != "latest" and not alike.any():
            rows, years = rows[np.isnan(years)], years[np.isnan(years)]
        if len(rows) == 0:
            return whole, "imputed"
        newest = int(np.argmax(np.where(np.isnan(years), -np.inf, years)))
        found = "undated" if np.isnan(years[newest]) else int(years[newest])
        # A table from elsewhere may not tell the rows of this one.
        if table is None or len(table.row_numbers) != len(self.values):
            return whole, found
        return table.place(int(rows[newest]), "value"), found

    def node_place(self, code: str, column: str) -> Place:
        """Where a column of a node stands in the framework table."""
        table = self.tables.get("framework")
        if table is None or len(table.row_numbers) != len(self.framework.nodes):
            return Place("framework", column=column)
        codes = [node.code for node in self.framework.nodes]
        return table.place(codes.index(code), column)

    def rows(self, table: str) -> Rows:
        """Heading and cells of one of the tables, as they are written to a file.

        Parameters
        ----------
        table : {"framework", "units", "values", "sources", "notes", "weights", "judgements", \
"method"}
            Name of the table.

        Returns
        -------
        heading : tuple of str
        rows : list of tuple
            Numbers, text, and None for empty cells.
        """
        if table == "framework":
            nodes = self.framework.nodes
            heading = tuple(
                name
                for name in COLUMNS
                if name not in OPTIONAL_COLUMNS
                or any(getattr(node, name) not in (None, "") for node in nodes)
            )
            return heading, [
                tuple(_cell(_joined(getattr(node, name))) for name in heading) for node in nodes
            ]
        if table == "method":
            return ("section", "option", "value"), list(method_rows(self.method))
        frame = {
            "units": self.units,
            "values": self.values,
            "sources": self.sources,
            "notes": self.notes,
            "weights": self.weight_sets,
            "judgements": self.judgements,
        }[table]
        if table in ("units", "sources"):
            frame = frame.reset_index(names="code")
        columns = [frame[name].tolist() for name in frame.columns]
        return tuple(map(str, frame.columns)), [
            tuple(_cell(cell) for cell in row) for row in zip(*columns, strict=True)
        ]

    @property
    def digest(self) -> str:
        """SHA-256 of everything in the set, as 64 hexadecimal digits."""
        state = hashlib.sha256()
        for table in ("framework", "units", "sources", "notes", *WEIGHT_TABLES, "method"):
            heading, rows = self.rows(table)
            if table in WEIGHT_TABLES and not rows:
                continue
            if table == "method":  # options keep no order from file to file
                rows = list(method_rows(_in_one_form(self.method)))
            text = io.StringIO()
            csv.writer(text).writerows([heading, *rows])
            state.update(text.getvalue().encode())
        for name in ("unit", "indicator"):
            state.update(self.values[name].cat.codes.to_numpy(dtype="<i8").tobytes())
        for name in ("year", "value"):
            state.update(self.values[name].to_numpy(dtype="<f8").tobytes())
        for name in ("source", "note"):
            state.update("\x1f".join([*self.values[name].tolist(), ""]).encode())
        return state.hexdigest()

    def save(self, path: str | os.PathLike[str], before: IndicatorSet | None = None) -> None:
        """Write the set as a folder, or as a workbook where the name ends in .xlsx.

        An existing file is replaced only when the new ones are complete.

        Parameters
        ----------
        path : path
        before : IndicatorSet, optional
            What was loaded from the folder that is written to: files of which nothing has changed
            stay as they are, with their comments and their form.

        Raises
        ------
        OSError
            Where ``path`` cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() == ".xlsx":
            workbook.write({name: self.rows(name) for name in (*TABLES, "method")}, path)
            return
        known = {} if before is None else {name: before.rows(name) for name in TABLES}
        tables = {name: rows for name in TABLES if (rows := self.rows(name)) != known.get(name)}
        same_method = before is not None and before.method == self.method
        folder.write(tables, None if same_method else self.method, path)


def _in_memory(
    name: str, heading: tuple[str, ...], rows: list[list[object]], findings: list[Finding]
) -> RawTable:
    """A table that was read from no file, with cells as a file would have them."""
    plain = [[_plain(cell) for cell in row] for row in rows]
    table = RawTable(name, name, "", heading, plain, list(range(2, 2 + len(rows))))
    return checked_heading(table, findings)


def _in_one_form(option: object) -> Any:
    """An option in the form it has in every kind of file; tables by the names in them."""
    if isinstance(option, Mapping):
        return {name: _in_one_form(inner) for name, inner in sorted(option.items())}
    if isinstance(option, list | tuple):
        return list(map(_in_one_form, option))
    # A cell does not tell 5.0 from 5.
    return int(option) if isinstance(option, float) and option.is_integer() else option


def _plain(cell: object) -> object:
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str):
        cell = cell.strip()
    return None if cell == "" else cell


def _joined(value: object) -> object:
    return ";".join(map(str, value)) if isinstance(value, tuple) else value


def _cell(value: object) -> object:
    """A cell as it is written: None where empty, whole numbers without a decimal point."""
    if isinstance(value, float):
        if np.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return None if value == "" else value


#: Columns of the units table that place a unit on the tile map.
TILES = frozenset({"tile_row", "tile_column"})
#: Rows and columns that a tile map has at most.
MOST_TILE_PLACES = 60


def tile_places(units: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Row and column of each unit's tile, counted from 1 at the top and left of what is used.

    Parameters
    ----------
    units : DataFrame
        Units table.

    Returns
    -------
    dict of str to (int, int)
        Units with a place of their own; the first of two that name the same place has it.
    """
    if not set(units.columns) >= TILES:
        return {}
    places: dict[tuple[int, int], str] = {}
    for unit, *given in zip(units.index, units["tile_row"], units["tile_column"], strict=True):
        if all(text.isascii() and text.isdecimal() for text in given):
            place = int(given[0]), int(given[1])
            if all(0 < number <= MOST_TILE_PLACES for number in place):
                places.setdefault(place, str(unit))
    top = min((row for row, _ in places), default=1) - 1
    left = min((column for _, column in places), default=1) - 1
    return {unit: (row - top, column - left) for (row, column), unit in places.items()}

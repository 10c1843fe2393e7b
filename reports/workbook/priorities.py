"""Priorities of pairwise comparisons by ordinary formulas, in hidden cells beside the matrix.

No array formulas: what gives more than one number stands inside SUMPRODUCT or INDEX.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

import numpy as np

from reports.workbook import styles
from reports.workbook.cells import Sheet, Value, area, blank_if_missing, local
from reports.workbook.eigenvector import BRIDGE, STEPS, TREES, Array, Steps, steps
from scoring.weighting.consistency import random_index

#: Beside each other in the hidden cells; matrices first, then vectors.
(
    LOGS, LAPLACIAN, INVERSE, RATIOS, WITHOUT, DOUBTS,
    DEGREES, SUMS, SCALE, CHOSEN, MOST, VECTORS, VECTORS_WITHOUT,
) = range(13)  # fmt: skip


@dataclass(eq=False)
class Priorities:
    """Hidden cells beside a matrix of comparisons, from which its weights and figures follow.

    Side by side stand, each as many rows high as there are children: logarithms of the comparisons;
    their Laplacian matrix (plus 1/n, so that it can be inverted where comparisons connect all
    children, and only there), and its inverse; Harker's matrix in units of the least squares
    solution, bordered; the same without the comparison to reconsider; how far each comparison is
    from the ratio of the weights; then columns of vectors. The row above holds single figures.

    Parameters
    ----------
    sheet : Sheet
    row : int
        Row above the matrix.
    column : int
        First hidden column.
    logs : ndarray, shape (n_children, n_children)
        Logarithms of the comparisons, NaN where not compared, 0 on the diagonal.
    identity : (int, int)
        Row and column of the first cell of an identity matrix that is large enough.
    """

    sheet: Sheet
    row: int
    column: int
    logs: Array
    identity: tuple[int, int]
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        n = self.count
        widths = (n, n, n, n + 1, n + 1, n, 1, 1, 1, 1, 1, STEPS + 1, STEPS + 1)
        self._starts = [self.column, *(self.column + width for width in accumulate(widths))]

    @property
    def count(self) -> int:
        """Number of children."""
        return len(self.logs)

    @property
    def last_column(self) -> int:
        """Last hidden column."""
        return self._starts[-1] - 1

    @cached_property
    def found(self) -> Steps | None:
        """What the cells hold; None where weights do not follow."""
        return steps(self.logs)

    # --- single figures, as cells and as values ---

    def _figure(self, number: int) -> str:
        return local(self.row, self.column + number, "both")

    @property
    def connected(self) -> str:
        """Cell that is 1 where comparisons connect all children, else 0."""
        return self._figure(0)

    @property
    def missing_cell(self) -> str:
        """Cell with the number of pairs that were not compared."""
        return self._figure(1)

    @property
    def pair_cells(self) -> tuple[str, str]:
        """Cells with row and column of the comparison to reconsider, from 1; 0 for none."""
        return self._figure(2), self._figure(3)

    @property
    def direction_cell(self) -> str:
        """Cell that is 1 where the row of that pair is the more important one, else 0."""
        return self._figure(4)

    @property
    def said_cell(self) -> str:
        """Cell with what was said of that pair, 1 or more."""
        return self._figure(5)

    @property
    def implied_cell(self) -> str:
        """Cell with what the other comparisons say of that pair, in the same direction."""
        return self._figure(6)

    @property
    def missing(self) -> int:
        """Number of pairs that were not compared."""
        return int(np.isnan(self.logs).sum()) // 2

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return self.count * (self.count - 1) // 2

    @cached_property
    def weights(self) -> Array | None:
        """Weights with sum 1; None where they do not follow."""
        if self.found is None:
            return None
        weights = self.found.vectors[-1][:-1] * np.exp(self.found.scale)
        return np.asarray(weights / weights.sum())

    @cached_property
    def largest_eigenvalue(self) -> float | None:
        """Largest eigenvalue; None where there are no weights."""
        if self.found is None:
            return None
        last = self.found.vectors[-1][:-1]
        inner = self.found.ratios[:-1, :-1]
        return max(float(self.count), float((inner @ last).sum() / last.sum()))

    @cached_property
    def consistency_ratio(self) -> float | None:
        """Consistency ratio; None where there are no weights."""
        if self.largest_eigenvalue is None:
            return None
        if self.missing >= self._circles:
            return 0.0
        index = (self.largest_eigenvalue - self.count) / (self.count - 1)
        return index / random_index(self.count, self.missing)

    @property
    def direction(self) -> bool:
        """Whether the row of the pair to reconsider is the more important one."""
        row, column = (0, 0) if self.found is None else self.found.pair
        return row > 0 and bool(self.logs[row - 1, column - 1] >= 0)

    @property
    def said_and_implied(self) -> tuple[float, float] | None:
        """What was said of the pair to reconsider, and what the others say; None for no pair."""
        if self.found is None or not self.found.pair[0]:
            return None
        row, column = self.found.pair[0] - 1, self.found.pair[1] - 1
        said = self.logs[row, column]
        last, scale = self.found.vectors_without[-1], self.found.scale
        implied = np.log(last[row] / last[column]) + scale[row] - scale[column]
        sign = 1.0 if said >= 0 else -1.0
        return float(np.exp(sign * said)), float(np.exp(sign * implied))

    @property
    def _circles(self) -> int:
        """Comparisons beyond the fewest that connect all."""
        return (self.count - 1) * (self.count - 2) // 2

    # --- formulas of what is shown ---

    def weight_formula(self, child: int) -> str:
        """Formula of the weight of a child."""
        vector, scale = self._vector(VECTORS, STEPS), self._vector(SCALE)
        own = f"{self._cell(VECTORS, child, STEPS)}*EXP({self._cell(SCALE, child)})"
        return f'IF({self.connected}=1,{own}/SUMPRODUCT({vector},EXP({scale})),"")'

    @property
    def eigenvalue_formula(self) -> str:
        """Formula of the largest eigenvalue."""
        vector = self._vector(VECTORS, STEPS)
        mean = f"SUMPRODUCT(MMULT({self._matrix(RATIOS)},{vector}))/SUM({vector})"
        return f'IF({self.connected}=1,MAX({self.count},{mean}),"")'

    def ratio_formula(self, eigenvalue: str) -> str:
        """Formula of the consistency ratio.

        Parameters
        ----------
        eigenvalue : str
            Cell with the largest eigenvalue.
        """
        if not self._circles:
            return f'IF({self.connected}=1,0,"")'
        share, index = f"{self.missing_cell}/{self._circles}", random_index(self.count)
        ratio = f"({eigenvalue}-{self.count})/{self.count - 1}/({index!r}*(1-{share}))"
        return f'IF({self.connected}=1,IF({share}<1,{ratio},0),"")'

    def log_cell(self, row: int, column: int) -> str:
        """Cell with the logarithm of a comparison."""
        return self._cell(LOGS, row, column)

    # --- writing ---

    def write(self, logs: dict[tuple[int, int], str]) -> None:
        """Fill the cells.

        Parameters
        ----------
        logs : dict of (int, int) to str
            Formula of the logarithm of each comparison above the diagonal, "" where it is missing.
        """
        self._write_logs(logs)
        self._write_matrices()
        self._write_doubts()
        for start, matrix in ((VECTORS, RATIOS), (VECTORS_WITHOUT, WITHOUT)):
            self._write_iteration(start, matrix)

    def _write_logs(self, logs: dict[tuple[int, int], str]) -> None:
        count, corner = self.count, self._matrix(LAPLACIAN)
        for i in range(count):
            for j in range(count):
                upper = logs.get((i, j))
                if i > j:
                    turned = self._cell(LOGS, j, i)
                    upper = f'IF(ISNUMBER({turned}),-{turned},"")'
                value = blank_if_missing(self.logs[i, j])
                self._put(self.row + 1 + i, self._starts[LOGS] + j, value, upper)
        degrees = self._vector(DEGREES)
        trees = f"IF(MDETERM({corner})>{TREES!r}*PRODUCT({degrees}),1,0)"
        connected = f"IF(MIN({degrees})=0,0,{trees})"
        self._put(self.row, self.column, 0 if self.found is None else 1, connected)
        missing = f"{self.pairs}-(COUNT({self._matrix(LOGS)})-{count})/2"
        self._put(self.row, self.column + 1, self.missing, missing)

    def _write_matrices(self) -> None:
        count, found = self.count, self.found
        compared = ~np.isnan(self.logs)
        laplacian = np.diag(compared.sum(axis=1)) - compared + 1 / count
        for i in range(count):
            degree = self._cell(DEGREES, i)
            value = int(compared[i].sum()) - 1
            counted = f"COUNT({self._line(LOGS, i)})-1"
            self._put(self.row + 1 + i, self._starts[DEGREES], value, counted)
            for j in range(count):
                log = self._cell(LOGS, i, j)
                own = f"{degree}+1/{count}" if i == j else f"1/{count}-ISNUMBER({log})"
                self._put(
                    self.row + 1 + i, self._starts[LAPLACIAN] + j, float(laplacian[i, j]), own
                )
                inverse = f"INDEX(MINVERSE({self._matrix(LAPLACIAN)}),{i + 1},{j + 1})"
                self._if_connected(INVERSE, i, j, found.inverse[i, j] if found else None, inverse)
                scales = f"{self._cell(SCALE, j)}-{self._cell(SCALE, i)}"
                ratio = f"IF(ISNUMBER({log}),EXP({log}+{scales}),0)"
                if i == j:
                    ratio = f"{count}-{degree}"
                self._if_connected(RATIOS, i, j, found.ratios[i, j] if found else None, ratio)
                both = f"{self._cell(CHOSEN, i)}*{self._cell(CHOSEN, j)}"
                left = self._cell(RATIOS, i, j)
                left = f"{left}+{self._cell(CHOSEN, i)}" if i == j else f"{left}*(1-{both})"
                self._if_connected(WITHOUT, i, j, found.without[i, j] if found else None, left)
            self._if_connected(
                SUMS, i, 0, found.sums[i] if found else None, f"SUM({self._line(LOGS, i)})"
            )
            scale = f"SUMPRODUCT({self._vector(INVERSE, i)},{self._vector(SUMS)})"
            self._if_connected(SCALE, i, 0, found.scale[i] if found else None, scale)
        for start in (RATIOS, WITHOUT):
            for j in range(count + 1):
                self._put(self.row + 1 + count, self._starts[start] + j, 1 if j < count else 0)
            for i in range(count):
                self._put(self.row + 1 + i, self._starts[start] + count, 0)

    def _write_doubts(self) -> None:
        count, found = self.count, self.found
        pair = (0, 0) if found is None else found.pair
        for i in range(count):
            for j in range(i + 1, count):
                own = f"{self._cell(INVERSE, i, i)}+{self._cell(INVERSE, j, j)}"
                ends = f"{own}-2*{self._cell(INVERSE, i, j)}"
                weights = f"{self._cell(VECTORS, j, STEPS)}/{self._cell(VECTORS, i, STEPS)}"
                doubt = f"ROUND(ABS(LN({self._cell(RATIOS, i, j)}*{weights})),9)"
                told = f'IF(ISNUMBER({self._cell(LOGS, i, j)}),IF({ends}<{BRIDGE!r},{doubt},""),"")'
                value = None if found is None else blank_if_missing(found.doubts[i, j])
                self._if_connected(DOUBTS, i, j, value, told)
            most = 0.0 if found is None else float(np.nan_to_num(found.doubts[i]).max())
            self._put(self.row + 1 + i, self._starts[MOST], most, f"MAX({self._line(DOUBTS, i)})")
            chosen = f"IF(OR({self.pair_cells[0]}={i + 1},{self.pair_cells[1]}={i + 1}),1,0)"
            self._put(self.row + 1 + i, self._starts[CHOSEN], int(i + 1 in pair), chosen)
        rows, doubts = self._vector(MOST), self._matrix(DOUBTS)
        row, column = self.pair_cells
        self._put(
            self.row, self.column + 2, pair[0], f"IF(MAX({rows})>0,MATCH(MAX({rows}),{rows},0),0)"
        )
        across = f"IF({row}>0,MATCH(MAX({rows}),INDEX({doubts},{row},0),0),0)"
        self._put(self.row, self.column + 3, pair[1], across)
        said, (first, second) = f"INDEX({self._matrix(LOGS)},{row},{column})", (row, column)
        turned = f"IF({row}>0,IF({said}>=0,1,0),0)"
        self._put(self.row, self.column + 4, int(self.direction), turned)
        values = self.said_and_implied or ("", "")
        self._put(self.row, self.column + 5, values[0], f'IF({row}>0,EXP(ABS({said})),"")')
        vector, scale = self._vector(VECTORS_WITHOUT, STEPS), self._vector(SCALE)
        weights = f"LN(INDEX({vector},{first})/INDEX({vector},{second}))"
        scales = f"INDEX({scale},{first})-INDEX({scale},{second})"
        implied = f"EXP((2*{self.direction_cell}-1)*({weights}+{scales}))"
        self._put(self.row, self.column + 6, values[1], f'IF({row}>0,{implied},"")')

    def _write_iteration(self, start: int, matrix: int) -> None:
        count, found = self.count, self.found
        vectors = bounds = None
        if found is not None:
            vectors = found.vectors if matrix == RATIOS else found.vectors_without
            bounds = found.bounds if matrix == RATIOS else found.bounds_without
        top, left = self.identity

        def identity(first_row: int, first: int, last_row: int, last: int) -> str:
            corners = (
                local(top + first_row, left + first, "both"),
                local(top + last_row, left + last, "both"),
            )
            return ":".join(corners)

        whole, end_row = identity(0, 0, count, count), identity(count, 0, count, count)
        end_column = identity(0, count, count, count)
        for step in range(STEPS + 1):
            column = self._starts[start] + step
            if step < STEPS:
                end = None if vectors is None else float(vectors[step][count])
                bound = local(self.row, column)
                self._put_if_connected(self.row + 1 + count, column, end, f"-{bound}")
            if step == 0:
                for i in range(count):
                    self._put(self.row + 1 + i, column, 1)
                continue
            before = self._vector(start, step - 1)
            bound = f"SUMPRODUCT(MAX(MMULT({self._matrix(matrix)},{before})/{before}))"
            now = None if bounds is None else bounds[step - 1]
            self._put_if_connected(self.row, column - 1, now, bound)
            extended = area(self.row + 1, column - 1, self.row + 1 + count, column - 1)
            shift = f"{local(self.row, column - 1)}*{whole}-{extended}*{end_row}"
            bordered = f"{self._bordered(matrix)}-{shift}"
            for i in range(count):
                own = identity(0, i, count, i)
                solved = f"SUMPRODUCT(MMULT(MINVERSE({bordered}),{end_column}),{own})"
                value = None if vectors is None else float(vectors[step][i])
                self._put_if_connected(self.row + 1 + i, column, value, solved)

    def _if_connected(self, start: int, row: int, column: int, value: Value, formula: str) -> None:
        self._put_if_connected(self.row + 1 + row, self._starts[start] + column, value, formula)

    def _put_if_connected(self, row: int, column: int, value: Value, formula: str) -> None:
        shown = "" if value is None else value
        self._put(row, column, shown, f'IF({self.connected}=1,{formula},"")')

    def _put(self, row: int, column: int, value: Value, formula: str | None = None) -> None:
        self.sheet.put(row, column, value, styles.HIDDEN, formula)

    # --- references ---

    def _cell(self, start: int, row: int, column: int = 0) -> str:
        return local(self.row + 1 + row, self._starts[start] + column)

    def _block(self, start: int, first: int, width: int, height: int) -> str:
        left = self._starts[start] + first
        return area(self.row + 1, left, self.row + height, left + width - 1)

    def _matrix(self, start: int) -> str:
        return self._block(start, 0, self.count, self.count)

    def _bordered(self, start: int) -> str:
        return self._block(start, 0, self.count + 1, self.count + 1)

    def _vector(self, start: int, column: int = 0) -> str:
        return self._block(start, column, 1, self.count)

    def _line(self, start: int, row: int) -> str:
        left = self._starts[start]
        return area(self.row + 1 + row, left, self.row + 1 + row, left + self.count - 1)

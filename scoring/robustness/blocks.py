"""One block of work, and what is done where memory does not suffice for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from numpy.typing import NDArray

Shared = TypeVar("Shared")
Result = TypeVar("Result")

#: A pure function of what all blocks share and the number of one.
Task = Callable[[Shared, int], Result]

#: Blocks that are handed out at a time, for each worker: one that it works on, and the next one.
AHEAD = 2

#: Seconds after which a wait for blocks looks up, for Ctrl-C, new workers and lost ones.
LOOK = 1.0


def work(task: Task[Shared, Result], shared: Shared, block: int) -> Result | MemoryError:
    """What a task gives for one block, or the error where memory does not suffice.

    Any other error is raised, with a note of the block.
    """
    try:
        return task(shared, block)
    except MemoryError as error:
        # A new one, because the old one holds on to all that did not fit.
        return MemoryError(f"block {block}: {error}")
    except Exception as error:
        error.add_note(f"in block {block}")
        raise


def in_halves(evaluate: Callable[[NDArray[Any]], Result], rows: NDArray[Any]) -> Iterator[Result]:
    """Results for all rows at once or, where memory does not suffice, for smaller parts of them.

    Parameters
    ----------
    evaluate : function of rows
    rows : ndarray, shape (n_rows, ...)

    Yields
    ------
    object
        What ``evaluate`` gives for the parts, in the order of rows. A part has half the rows of
        one that was too large, down to one row.

    Raises
    ------
    MemoryError
        Where memory does not suffice for one row.

    Examples
    --------
    >>> [part.sum() for part in in_halves(lambda rows: rows, np.ones((4, 2)))]
    [np.float64(8.0)]
    """
    begin, size = 0, len(rows)
    while begin < len(rows):
        try:
            result = evaluate(rows[begin : begin + size])
        except MemoryError:
            if size == 1:
                raise
            size = (size + 1) // 2
            continue
        yield result
        begin += size

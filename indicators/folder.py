"""A set as a folder: one CSV file a table, and method.toml."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from indicators.findings import Finding, Place
from indicators.tables import (
    METHOD_FILE,
    TABLES,
    RawSet,
    RawTable,
    Rows,
    missing_table,
    raw_table,
    replacing,
    unreadable,
)


def read_folder(folder: Path) -> RawSet:
    """Read ``framework.csv``, ``units.csv``, ``values.csv``, ... and ``method.toml``."""
    findings: list[Finding] = []
    tables: dict[str, RawTable] = {}
    for name, required in TABLES.items():
        file = folder / f"{name}.csv"
        if file.exists():
            table = read_csv(file, name, findings)
            if table is not None:
                tables[name] = table
        elif required:
            findings.append(missing_table(folder.resolve().name, name, f"the file {file.name}"))
    method_file = folder / METHOD_FILE
    method = read_toml(method_file, findings) if method_file.exists() else {}
    return RawSet(folder.resolve().name, tables, method, METHOD_FILE, {}, tuple(findings))


def read_toml(file: Path, findings: list[Finding]) -> dict[str, object]:
    """Read options; what is wrong with the file is added to ``findings``."""
    place = Place(file.name)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        findings.append(Finding("not_utf8", "error", place, {"byte": error.start + 1}))
    except (ValueError, RecursionError) as error:  # also numbers of 5000 digits, and deep nests
        findings.append(Finding("bad_toml", "error", place, {"reason": str(error)}))
    except OSError as error:
        findings.append(unreadable(file.name, error))
    return {}


def read_csv(file: Path, name: str, findings: list[Finding]) -> RawTable | None:
    """Read one table; what is wrong with the file is added to ``findings``."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.append(Finding("not_utf8", "error", Place(file.name), {"byte": error.start + 1}))
        return None
    except OSError as error:
        findings.append(unreadable(file.name, error))
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    numbered: list[tuple[int, list[object]]] = []
    start = 1
    try:
        for row in reader:
            numbered.append((start, [cell.strip() or None for cell in row]))
            start = reader.line_num + 1
    except csv.Error as error:
        heading = text.split("\n", 1)[0] if start == 1 else ""
        place = Place(file.name, row=start)
        finding = Finding("broken_csv", "error", place, {"reason": str(error)})
        findings.append(_wrong_delimiter(file, heading) or finding)
        return None
    if numbered and len(numbered[0][1]) == 1:
        found = _wrong_delimiter(file, str(numbered[0][1][0]))
        if found is not None:
            findings.append(found)
            return None
    return raw_table(name, file.name, "", numbered, findings)


def _wrong_delimiter(file: Path, heading: str) -> Finding | None:
    for delimiter, shown in ((";", "semicolons"), ("\t", "tabs")):
        if delimiter in heading and "," not in heading:
            fields: dict[str, object] = {"delimiter": shown}
            return Finding("wrong_delimiter", "error", Place(file.name, row=1), fields)
    return None


def holds_only_a_set(folder: Path) -> bool:
    """Whether a path is a folder with files of a set in it and nothing else."""
    files = {f"{name}.csv" for name in TABLES} | {METHOD_FILE}
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= files


def write(tables: Mapping[str, Rows], method: Mapping[str, object] | None, folder: Path) -> None:
    """Write tables and method.toml into a folder; files are replaced when all are complete.

    Parameters
    ----------
    tables : mapping of str to (heading, rows)
        As :meth:`indicators.IndicatorSet.rows` gives them; a file whose table is not among them
        stays as it is.
    method : mapping or None
        Section -> option -> value; None leaves the file as it is.
    folder : Path

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    import tomli_w

    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as replaced:
        for name, (heading, rows) in tables.items():
            file = folder / f"{name}.csv"
            if not rows and not TABLES[name] and not file.exists():
                continue
            temporary = replaced.enter_context(replacing(file))
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows([heading, *rows])
        if method is not None:
            temporary = replaced.enter_context(replacing(folder / METHOD_FILE))
            temporary.write_bytes(tomli_w.dumps(dict(method)).encode())

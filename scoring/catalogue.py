"""Every method there is, read from the registries: for help, workbook and documentation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scoring.options import (
    REGISTRIES,
    AggregationChoice,
    Cooperation,
    Imputation,
    NormalisationChoice,
    Section,
    TreatmentChoice,
    WeightingChoice,
)

#: Stage, as in the registries -> section of method.toml with the options of its methods.
STAGES: Mapping[str, type[Section]] = {
    "imputation": Imputation,
    "treatment": TreatmentChoice,
    "normalisation": NormalisationChoice,
    "weighting": WeightingChoice,
    "aggregation": AggregationChoice,
    "cooperation method": Cooperation,
}


@dataclass(frozen=True)
class Entry:
    """One method.

    Parameters
    ----------
    name : str
        Name in method.toml.
    summary : str
        What it does, in one line.
    options : tuple of str
        Options of the section that it reads.
    columns : tuple of str
        Columns of the framework that it needs.
    optional_columns : tuple of str
        Columns of the framework that it uses where they are filled in.
    source : str
        Where it was published; empty where it is common knowledge.
    """

    name: str
    summary: str
    options: tuple[str, ...]
    columns: tuple[str, ...]
    optional_columns: tuple[str, ...]
    source: str


@cache
def methods(stage: str) -> tuple[Entry, ...]:
    """The methods of a stage, in the order of their registry.

    Parameters
    ----------
    stage : str
        Key of :data:`STAGES`.
    """
    return tuple(_entry(name, method, STAGES[stage]) for name, method in REGISTRIES[stage].items())


def _entry(name: str, method: object, section: type[Section]) -> Entry:
    described = getattr(method, "function", method)
    text = inspect.getdoc(described) or ""
    taken = {
        "range" if parameter == "feature_range" else parameter
        for parameter in inspect.signature(described).parameters  # type: ignore[arg-type]
    }
    return Entry(
        name=name,
        summary=text.split("\n\n")[0].replace("\n", " "),
        options=tuple(
            option
            for option, field in section.model_fields.items()
            if option in taken or name in _readers(field.description or "")
        ),
        columns=tuple(getattr(method, "columns", ())),
        optional_columns=tuple(getattr(method, "optional_columns", ())),
        source=_source(text),
    )


def _readers(description: str) -> list[str]:
    """Methods in the brackets at the end of what an option means, which alone read it."""
    found = re.search(r"\(([\w, ]+)\)$", description)
    return [] if found is None else found[1].split(", ")


def _source(text: str) -> str:
    """First entry under References."""
    found = re.search(r"^References\n-+\n(.+?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        return ""
    return re.sub(r":\w+:`(\w+)`", r"\1", " ".join(found[1].split())).rstrip(".")

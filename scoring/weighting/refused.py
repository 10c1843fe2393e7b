"""What weights cannot be derived from, with the cells it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from indicators import Finding, IndicatorSet, InvalidInputError, Place
from scoring.domain import DomainError, ParameterError
from scoring.method import option_place, treatment_of
from scoring.options import Method, WeightingChoice
from scoring.scale import Year
from scoring.tree import NodeDomainError, NodeRefusedError
from scoring.weighting import WEIGHTINGS


@contextmanager
def refusing(
    left: IndicatorSet,
    method: Method,
    group: str,
    way: WeightingChoice,
    children: tuple[str, ...],
    years: Sequence[Year],
) -> Iterator[None]:
    """Tell what weights cannot be derived from as findings.

    Parameters
    ----------
    left : IndicatorSet
        Set after screening.
    method : Method
    group : str
        Parent of what is weighed.
    way : WeightingChoice
    children : tuple of str
        What is weighed.
    years : sequence of int or "latest"
        Years that the rows are of, one after the other.

    Raises
    ------
    InvalidInputError
    """
    own = f"groups.{group}." if group in method.weighting.groups else ""
    place = option_place(left, f"weighting.{own}method")
    fields: dict[str, object] = {"group": group, "method": way.method}
    try:
        yield
    except (NodeDomainError, NodeRefusedError):  # of an aggregation, which says so itself
        raise
    except DomainError as error:
        outside = _outside(left, method, group, way, children, years, error, place)
        raise InvalidInputError(outside) from error
    except ParameterError as error:
        fields["requirement"] = error.requirement
        fields["children"] = [children[child] for child in error.columns.tolist()]
        raise InvalidInputError([Finding("weighting_needs", "error", place, fields)]) from error
    except ValueError as error:
        fields["reason"] = str(error)
        raise InvalidInputError([Finding("weighting_refused", "error", place, fields)]) from error


def _outside(
    left: IndicatorSet,
    method: Method,
    group: str,
    way: WeightingChoice,
    children: tuple[str, ...],
    years: Sequence[Year],
    error: DomainError,
    place: Place,
) -> list[Finding]:
    """Findings for the values, and one for the scores of each child, outside a domain."""
    units = left.scored_units.index
    measured = way.data == "values" and "values" in WEIGHTINGS[way.method].inputs
    treatments = treatment_of(left, method)
    found: dict[object, Finding] = {}
    scores: dict[str, list[str]] = {}
    common = {"group": group, "method": way.method, "requirement": error.requirement}
    cells = (part.tolist() for part in (error.rows, error.columns, error.values))
    for row, column, value in zip(*cells, strict=True):
        year, unit = years[row // len(units)], str(units[row % len(units)])
        code = children[column] if column >= 0 else group
        if not measured or left.framework.is_group(code):
            scores.setdefault(code, []).append(f"{unit} {value:.4g}")
            continue
        cell, dated = left.value_place(unit, code, value, year)
        fields = {"unit": unit, "code": code, "year": dated, "value": f"{value:.6g}", **common}
        fields["after"] = "" if treatments[code].method == "none" else " after treatment"
        # An undated value counts for every year and is told once.
        found[unit, code, dated] = Finding("weighting_domain", "error", cell, fields)
    for code, told in scores.items():
        fields = {"code": code, "scores": told, **common}
        found[code] = Finding("weighting_domain_of_scores", "error", place, fields)
    return list(found.values())

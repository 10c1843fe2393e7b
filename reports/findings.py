"""Findings in the order in which a reader is told of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators import Finding

#: Findings of one kind that are said one by one.
MOST_OF_A_KIND = 5


def by_kind(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one severity and code together, warnings before notes."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: finding.severity == "note"):
        kinds.setdefault((finding.severity, finding.code), []).append(finding)
    return list(kinds.values())

"""The framework: the tree of index, groups (dimensions, pillars, ...) and indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

Role = Literal["score", "profile", "context"]

ROLES: tuple[Role, ...] = ("score", "profile", "context")


@dataclass(frozen=True)
class Node:
    """One node of the framework: the index, a group, or an indicator.

    Parameters
    ----------
    code : str
        Code of the node, unique in the framework whatever the capitals.
    parent : str
        Code of the parent; empty for the index.
    name, name_zh : str
        Name in English and in Chinese.
    role : {"score", "profile", "context"} or None
        What an indicator is for; None reads as "score".
    weight : float or None
        Weight relative to the siblings, 0 or more; None reads as 1.
    direction : {1, -1} or None
        1 where more is better, -1 where less is; None reads as 1.
    measure : str
        Unit of measure.
    low, high : float or None
        Goalposts in the indicator's own unit, low < high whatever the direction.
    target : float or None
        Value to be reached, in the indicator's own unit.
    target_high : float or None
        Upper end of a two-ended target, above ``target``: any value between the two is on target.
    transform, normalisation, aggregation : str
        Methods for this node alone; empty for the method's default.
    denominator : str
        Code of the indicator to divide by; empty for none.
    scale_factor : float or None
        What the ratio to the denominator is multiplied by, above 0; None reads as 1.
    sdg : tuple of int
        Sustainable Development Goals, 1 to 17.
    description, caution : str
        Why the node belongs, and why it is to be read with care.
    """

    code: str
    parent: str = ""
    name: str = ""
    name_zh: str = ""
    role: Role | None = None
    weight: float | None = None
    direction: Literal[1, -1] | None = None
    measure: str = ""
    low: float | None = None
    high: float | None = None
    target: float | None = None
    target_high: float | None = None
    transform: str = ""
    normalisation: str = ""
    aggregation: str = ""
    denominator: str = ""
    scale_factor: float | None = None
    sdg: tuple[int, ...] = ()
    description: str = ""
    caution: str = ""


#: Columns of the framework table, in the order they are written.
COLUMNS: tuple[str, ...] = tuple(Node.__dataclass_fields__)

#: Columns that are written only where a node has something in them.
OPTIONAL_COLUMNS = frozenset({"target", "target_high", "scale_factor", "caution"})


@dataclass(frozen=True)
class Framework:
    """The tree of nodes.

    Parameters
    ----------
    nodes : tuple of Node
        All nodes in the order of the table. The tree is taken to be sound: one root, no circle,
        every parent present (``indicators.build`` sees to that).
    """

    nodes: tuple[Node, ...]

    def __getitem__(self, code: str) -> Node:
        """Node of this code."""
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @cached_property
    def _by_code(self) -> Mapping[str, Node]:
        return {node.code: node for node in self.nodes}

    @cached_property
    def spelling(self) -> Mapping[str, str]:
        """Codes by their case-folded form: two never differ by capitals alone."""
        return {node.code.casefold(): node.code for node in self.nodes}

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {}
        for node in self.nodes:
            children.setdefault(node.parent, []).append(node.code)
        return {code: tuple(found) for code, found in children.items()}

    @cached_property
    def root(self) -> str:
        """Code of the index at the top."""
        return self._children[""][0]

    def children(self, code: str) -> tuple[str, ...]:
        """Codes of the scored children: scored indicators, and groups that hold some."""
        return tuple(child for child in self._children.get(code, ()) if child in self._scored)

    @cached_property
    def _scored(self) -> frozenset[str]:
        leaves = [n.code for n in self.nodes if not self.is_group(n.code)]
        scored = [code for code in leaves if self.role(code) == "score"]
        return frozenset(scored).union(*(self.ancestors(code) for code in scored))

    def is_group(self, code: str) -> bool:
        """Whether the node has children."""
        return code in self._children

    def role(self, code: str) -> Role:
        """Role of an indicator, "score" where the table leaves it empty."""
        return self[code].role or "score"

    def weight(self, code: str) -> float:
        """Weight of a node relative to its siblings, 1 where the table leaves it empty."""
        weight = self[code].weight
        return 1.0 if weight is None else weight

    def direction(self, code: str) -> Literal[1, -1]:
        """Direction of an indicator, 1 where the table leaves it empty."""
        return self[code].direction or 1

    @cached_property
    def scored_nodes(self) -> tuple[str, ...]:
        """All nodes that get a score, depth first: the index, then each group and what it holds."""
        found: list[str] = []
        waiting = [self.root]
        while waiting:
            code = waiting.pop()
            found.append(code)
            waiting.extend(reversed(self.children(code)))
        return tuple(found)

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Scored indicators in the order of the tree."""
        return tuple(code for code in self.scored_nodes if not self.is_group(code))

    @cached_property
    def unscored_indicators(self) -> tuple[str, ...]:
        """Indicators of the roles profile and context, profile first."""
        leaves = [node for node in self.nodes if not self.is_group(node.code)]
        return tuple(
            node.code
            for role in ("profile", "context")
            for node in leaves
            if self.role(node.code) == role
        )

    @cached_property
    def all_indicators(self) -> tuple[str, ...]:
        """Scored indicators, then profile, then context."""
        return self.indicators + self.unscored_indicators

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Level of every scored node: 1 for indicators, a group one above its highest child."""
        levels: dict[str, int] = {}
        for code in reversed(self.scored_nodes):
            below = [levels[child] for child in self.children(code)]
            levels[code] = 1 + max(below, default=0)
        return levels

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Groups from the lowest level up, the index last; inside a level in tree order."""
        groups = [code for code in self.scored_nodes if self.is_group(code)]
        return tuple(sorted(groups, key=lambda code: self.levels[code]))

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Groups directly below the index; for a flat framework its indicators."""
        children = self.children(self.root)
        groups = tuple(code for code in children if self.is_group(code))
        return groups or children

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes from the parent of a node up to the index."""
        found: list[str] = []
        parent = self[code].parent
        while parent:
            found.append(parent)
            parent = self[parent].parent
        return tuple(found)

    def with_weights(self, weights: Mapping[str, float]) -> Framework:
        """Copy with other weights for some nodes.

        Raises
        ------
        KeyError
            Where a code is not in the framework.
        """
        for code in weights:
            if code not in self:
                raise KeyError(f"there is no node {code!r} in the framework")
        return Framework(
            tuple(
                replace(node, weight=float(weights[node.code])) if node.code in weights else node
                for node in self.nodes
            )
        )

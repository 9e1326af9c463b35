"""The order of a build that takes turns: dbt runs the SQL models, this process the Python ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A seed or a model of the graph, and what of it a build needs to know."""

    name: str
    kind: str  # seed | sql | python
    schema: str
    parents: frozenset[str]

    @property
    def relation(self) -> str:
        """Its name in SQL."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Step:
    """Nodes of one kind that are built together; those before them are built already."""

    kind: str
    names: tuple[str, ...]


def with_ancestors(nodes: Mapping[str, Node], wanted: Iterable[str]) -> dict[str, Node]:
    """The wanted nodes and all that they are built from, in the order of `nodes`."""
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += nodes[name].parents
    return {name: node for name, node in nodes.items() if name in needed}


def steps_of(nodes: Mapping[str, Node]) -> list[Step]:
    """All nodes as few steps: seeds, then in turn every SQL and every Python model that can be.

    Each parent of a node must be a node. A step of SQL models holds whole chains, since dbt
    orders them itself; a step of Python models holds only such as are ready together.
    """
    built = {name for name, node in nodes.items() if node.kind == "seed"}
    steps = [Step("seed", tuple(sorted(built)))] if built else []
    while len(built) < len(nodes):
        for kind in ("sql", "python"):
            step = _ready(nodes, built, kind)
            if step:
                steps.append(Step(kind, tuple(step)))
                built.update(step)
    return steps


def _ready(nodes: Mapping[str, Node], built: set[str], kind: str) -> list[str]:
    """Nodes of a kind whose parents are built, and for SQL those that stand on these."""
    ready: list[str] = []
    known = set(built)
    found = True
    while found:
        found = [
            name
            for name, node in nodes.items()
            if node.kind == kind and name not in known and node.parents <= known
        ]
        ready += found
        known.update(found)
        if kind == "python":
            break
    return ready

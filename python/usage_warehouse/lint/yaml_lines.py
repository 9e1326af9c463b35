"""YAML with the line of every key, for messages that lead to the fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class LocatedYaml:
    """A YAML document as plain values (`data`) and as the nodes they came from (`root`)."""

    data: object
    root: yaml.Node | None

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line (from 1) of the key or item at `path`, or of its nearest known parent."""
        node, line = self.root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line


def read_yaml(text: str) -> LocatedYaml:
    """Parse one document.

    Raises yaml.YAMLError, with line and column, when the text is not YAML.
    """
    return LocatedYaml(
        data=yaml.load(text, Loader=_Loader), root=yaml.compose(text, Loader=_Loader)
    )


def duplicate_keys(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Keys that stand twice in one mapping, with their lines: YAML silently keeps the last."""
    if isinstance(root, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in root.value:
            if key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(key.value)
            yield from duplicate_keys(value)
    elif isinstance(root, yaml.SequenceNode):
        for item in root.value:
            yield from duplicate_keys(item)


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None

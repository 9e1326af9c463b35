"""One statement about a macro, evaluated on every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """`sql` (macros and columns of `given`) must equal `expected`, a SQL literal."""

    macro: str
    sql: str
    expected: str
    given: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        values = ", ".join(f"{name} = {value}" for name, value in self.given.items())
        return f"{self.macro}: {self.sql}" + (f" with {values}" if values else "")


def at(moment: str) -> str:
    """A moment as a SQL literal."""
    return f"cast('{moment}' as timestamp)"


def with_x(macro: str, sql: str, pairs: Iterable[tuple[str, str]]) -> list[Case]:
    """A case per pair: the value of `x` and what `sql` must be with it."""
    return [Case(macro, sql, expected, {"x": given}) for given, expected in pairs]

"""A singular test with the relations that it reads and faults that it must find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One singular test: the rows of each relation it reads, and faults as SQL statements."""

    relations: dict[str, str]
    faults: dict[str, str]


def values(columns: str, *rows: str) -> str:
    """A query of literal rows."""
    return f"select * from (values {', '.join(rows)}) as v({columns})"

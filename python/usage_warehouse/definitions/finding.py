"""A mistake in a definition file: where it stands, what is wrong and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One mistake.

    `row` is the line of the file on which the record starts, the header being 1; 0 where the
    whole file is meant. `column` is empty where no single column is meant.
    """

    file: str
    row: int
    column: str
    problem: str
    fix: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.problem}; fix: {self.fix}"

"""A raw message as the raw contract lays it down, and where and when it is landed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Columns that a loader may leave out of a file.
OPTIONAL_COLUMNS = ("sent_at", "previous_id", "_source")

# Raw tables by source and table, as their folders are named.
MESSAGES, REJECTS = "events/messages", "events/rejects"

# Editions of a file: rows that stand only in its first content, or only in what replaces it.
ALWAYS, FIRST, SECOND_EDITION = "always", "first", "second"

T = TypeVar("T")


@dataclass(frozen=True)
class Slot:
    """A raw file by name: its load time and the steps at which it appears and goes.

    `loaded_at` is in microseconds since 1970 (UTC). Steps count from 1. At `leaves` the file
    is withdrawn, at `changes` its content is replaced under the same name; None = never.
    """

    name: str
    loaded_at: int
    arrives: int
    leaves: int | None = None
    changes: int | None = None

    def edition_at(self, step: int) -> str | None:
        """FIRST or SECOND_EDITION, or None where the file is not there at that step."""
        if step < self.arrives or (self.leaves is not None and step >= self.leaves):
            return None
        return FIRST if self.changes is None or step < self.changes else SECOND_EDITION


@dataclass(frozen=True)
class Message:
    """One raw row: `slot` is the file it stands in, `edition` in which contents of that file.

    `values` are by column of its table, times in microseconds, absent = null.
    """

    slot: str
    values: dict[str, object]
    edition: str = ALWAYS
    table: str = MESSAGES

    def stands_in(self, edition: str) -> bool:
        """Whether the row is part of that content of its file."""
        return self.edition in (ALWAYS, edition)

    def with_values(self, **values: object) -> Message:
        """The same row with other values."""
        return replace(self, values={**self.values, **values})


@dataclass(frozen=True)
class History:
    """The raw rows of a few people and accounts; every id in it starts with `prefix`.

    `internal_actors` (kind, value) are the rows of that definition which name ids of it.
    """

    prefix: str
    messages: tuple[Message, ...]
    internal_actors: tuple[tuple[str, str], ...] = field(default=())


class Draw:
    """Random choices from one seeded generator."""

    def __init__(self, *seed: int) -> None:
        self._generator = np.random.default_rng(list(seed))

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return bool(self._generator.random() < share)

    def whole(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self._generator.integers(low, high, endpoint=True))

    def pick(self, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of the values, with those weights (default: equal)."""
        if weights is None:
            return values[self.whole(0, len(values) - 1)]
        shares = np.asarray(weights, dtype=float)
        return values[int(self._generator.choice(len(values), p=shares / shares.sum()))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """The values in random order."""
        return [values[place] for place in self._generator.permutation(len(values))]

"""What the sample company is made from: its options, its clock and its random streams.

Times inside the generator are int64 microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from usage_warehouse.errors import BadInvocation

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = np.iinfo(np.int64).max
NO_TIME = np.iinfo(np.int64).min  # numpy's own code of a missing timestamp

LOAD_HOUR = 2  # a regular batch is loaded at 02:00 UTC
LATE_LOAD_HOUR = 6  # a backfill at 06:00 UTC
DEFAULT_EVENTS_PER_ACCOUNT_DAY = 1_000_000 / (300 * 365)


@dataclass(frozen=True)
class SampleOptions:
    """Size, period and seed of the sample company.

    The period is `days` whole UTC days, the last of which is `end_date`. `events` is the
    number of messages aimed at; without it the number follows accounts x days. Raises
    BadInvocation for a value that cannot make a company.
    """

    accounts: int = 300
    days: int = 365
    seed: int = 7
    end_date: date = date(2026, 6, 30)
    events: int | None = None

    def __post_init__(self) -> None:
        checks = (
            ("--accounts", self.accounts, 1, 1_000_000),
            ("--days", self.days, 7, 3_660),
            ("--seed", self.seed, 0, 2**63 - 1),
            ("--events", 1 if self.events is None else self.events, 1, 1_000_000_000),
        )
        for name, value, low, high in checks:
            if not low <= value <= high:
                raise BadInvocation(
                    f"{name} is {value}", f"choose a whole number from {low} to {high}"
                )
        if not 1990 <= self.end_date.year <= 2200:
            raise BadInvocation(
                f"--end-date is {self.end_date}", "choose a date from 1990-01-01 to 2200-12-31"
            )

    @property
    def start(self) -> int:
        """First moment of the period, inclusive."""
        return self.end - self.days * DAY

    @property
    def end(self) -> int:
        """End of the period, exclusive: midnight after the end date."""
        midnight = datetime.combine(self.end_date + timedelta(days=1), datetime.min.time(), UTC)
        return int(midnight.timestamp()) * SECOND

    @property
    def last_load(self) -> int:
        """Time of the last load; what was received later has not arrived."""
        return self.end + LOAD_HOUR * HOUR

    @property
    def target_events(self) -> int:
        """Number of messages to aim at."""
        if self.events is not None:
            return self.events
        return max(1, round(self.accounts * self.days * DEFAULT_EVENTS_PER_ACCOUNT_DAY))


def stream(options: SampleOptions, name: str) -> np.random.Generator:
    """The random stream of one part of the company, spawned by its name.

    A part that is added later draws from a stream of its own, so that it changes nothing
    that the other parts drew.
    """
    key = zlib.crc32(name.encode())
    return np.random.default_rng(np.random.SeedSequence(options.seed, spawn_key=(key,)))


def stream_key(options: SampleOptions, name: str) -> np.ndarray:
    """Two 64-bit keys of one part, for ids that are hashes of a running number."""
    key = zlib.crc32(name.encode())
    sequence = np.random.SeedSequence(options.seed, spawn_key=(key,))
    return sequence.generate_state(2, np.uint64)

"""How messages travel: device clocks, offline queues, receipt and load batches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.options import (
    DAY,
    HOUR,
    LATE_LOAD_HOUR,
    LOAD_HOUR,
    NO_TIME,
    SECOND,
    SampleOptions,
)
from usage_warehouse.sample.product import SERVER

_SERVER_WITHOUT_ORIGINAL_SHARE = 0.3
_OUTAGE_EVERY_DAYS = 60
_OUTAGE_HOURS = 5
_MAX_DELAY = 20 * SECOND


def with_times(
    messages: pd.DataFrame, devices: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Add original_timestamp, sent_at, received_at and timestamp (NO_TIME = null).

    A wrong device clock shifts the first two alike, so that
    `received_at - (sent_at - original_timestamp)` still is the time of the event. A share
    of the server's messages has only sent_at, received_at and timestamp.
    """
    count = len(messages)
    at = messages["at"].to_numpy()
    device = messages["device"].to_numpy()
    is_server = messages["source"].to_numpy() == SERVER
    offset = np.where(device >= 0, devices["clock_offset"].to_numpy()[device], 0)
    wait = np.minimum((rng.exponential(1_500, count)).astype(np.int64) * 1_000, _MAX_DELAY)
    wait += messages["late_by"].to_numpy()
    latency = rng.integers(40, 900, count) * 1_000
    bare = is_server & (rng.random(count) < _SERVER_WITHOUT_ORIGINAL_SHARE)
    return messages.assign(
        original_timestamp=np.where(bare, NO_TIME, at + offset),
        sent_at=at + wait + offset,
        received_at=at + wait + latency,
        timestamp=np.where(bare, at, at + latency),
        order_at=at + wait + latency,
    )


def load_time(received_at: np.ndarray) -> np.ndarray:
    """When the regular batch that holds a message is loaded: the next 02:00 UTC."""
    return ((received_at - LOAD_HOUR * HOUR) // DAY + 1) * DAY + LOAD_HOUR * HOUR


def with_loads(
    messages: pd.DataFrame, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Add loaded_at and drop what lies outside the period or has not arrived by its end.

    Some hours of the browser tracker's files are lost by the loader at first and loaded
    days later, in batches of their own.
    """
    received = messages["order_at"].to_numpy()
    loaded = load_time(received)
    is_browser = messages["source"].to_numpy() != SERVER
    span = options.end - options.start
    early = (received > options.start + span // 10) & (received < options.start + 8 * span // 10)
    middles = received[is_browser & early]
    outages = max(1, options.days // _OUTAGE_EVERY_DAYS) if len(middles) else 0
    for _ in range(outages):
        begins = int(rng.choice(middles)) - _OUTAGE_HOURS * HOUR // 2
        late_day = begins // DAY + int(rng.integers(5, 21))
        late_day = min(late_day, options.end // DAY - 1)
        lost = (received >= begins) & (received < begins + _OUTAGE_HOURS * HOUR) & is_browser
        loaded[lost] = late_day * DAY + LATE_LOAD_HOUR * HOUR
    at = messages["at"].to_numpy()
    keep = (at >= options.start) & (at < options.end) & (loaded <= options.last_load)
    return messages.assign(loaded_at=loaded)[keep].reset_index(drop=True)


def event_times(messages: pd.DataFrame) -> np.ndarray:
    """The corrected time of each message by the project's rule, NO_TIME where there is none."""
    original = messages["original_timestamp"].to_numpy()
    sent = messages["sent_at"].to_numpy()
    received = messages["received_at"].to_numpy()
    timestamp = messages["timestamp"].to_numpy()
    has_all = (original != NO_TIME) & (sent != NO_TIME) & (received != NO_TIME)
    safe = np.where(has_all, sent - np.where(has_all, original, 0), 0)
    return np.where(has_all, received - safe, np.where(timestamp != NO_TIME, timestamp, received))

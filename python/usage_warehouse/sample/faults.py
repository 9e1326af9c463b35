"""The planted faults. Each line gets one fault at most, so that its outcome is certain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.delivery import load_time
from usage_warehouse.sample.messages import message_frame
from usage_warehouse.sample.options import DAY, HOUR, MINUTE, NO_TIME, SECOND, SampleOptions
from usage_warehouse.sample.product import (
    BROWSER,
    EVENT_CODE,
    JUNK_IDS,
    PAGE,
    SCREEN,
    TRACK,
    UNKNOWN_EVENTS,
    UNKNOWN_TYPE,
    UNPARSABLE,
)

OUTCOMES = (
    "accepted",
    "malformed",
    "missing_ids",
    "bad_time",
    "duplicate",
    "conflicting_duplicate",
)
ACCEPTED, MALFORMED, MISSING_IDS, BAD_TIME, DUPLICATE, CONFLICTING = range(6)
# How a row is written, bit by bit.
SPACED, REVISED, BROKEN_PROPERTIES, NO_EVENT = 1, 2, 4, 8
CONSENT_ABSENT, CONSENT_GIVEN, CONSENT_REFUSED = range(3)

_UNKNOWN_SHARE = 0.006
_MALFORMED_SHARE = 0.0015
_MISSING_SHARE = 0.001
_BAD_TIME_SHARE = 0.0015
_JUNK_SHARE = 0.003
_DUPLICATE_SHARE = 0.010
_CONFLICT_SHARE = 0.001
_UNPARSABLE_SHARE = 0.0005
_STAFF_REFUSES_SHARE = 0.1
_SPARED = ("signed_up", "onboarding_step_completed", "workspace_created")


def _choose(mask: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Rows of a share of all messages, out of those that the mask allows; six at least."""
    rows = np.flatnonzero(mask)
    wanted = min(len(rows), max(6, round(share * len(mask))))
    return rng.choice(rows, size=wanted, replace=False)


def _junk(size: int, rng: np.random.Generator) -> np.ndarray:
    return -2 - rng.integers(0, len(JUNK_IDS), size)


def with_consent(
    messages: pd.DataFrame, devices: pd.DataFrame, staff: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Add consent (a CONSENT code): by device; staff refuse on a few pages, in vain.

    `staff` is a boolean per person, with a last false for nobody.
    """
    device = messages["device"].to_numpy()
    has_device = device >= 0
    consent = np.where(devices["sends_consent"].to_numpy()[device], CONSENT_GIVEN, CONSENT_ABSENT)
    refused = messages["at"].to_numpy() >= devices["refuses_from"].to_numpy()[device]
    refused |= (
        staff[messages["person"].to_numpy()]
        & (messages["kind"].to_numpy() == PAGE)
        & (rng.random(len(messages)) < _STAFF_REFUSES_SHARE)
    )
    consent = np.where(has_device & refused, CONSENT_REFUSED, np.where(has_device, consent, 0))
    return messages.assign(consent=consent.astype(np.int8))


def with_faults(messages: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Plant unknown events, malformed rows, missing ids, bad times and junk ids.

    Adds outcome (a code of OUTCOMES) and style (bits). Identities, groups, aliases and the
    first steps of onboarding are spared, so that who is who stays known.
    """
    total = len(messages)
    column = {name: messages[name].to_numpy().copy() for name in messages}
    outcome = np.full(total, ACCEPTED, np.int8)
    style = np.zeros(total, np.int8)
    spared = np.isin(column["event"], [EVENT_CODE[name] for name in _SPARED])
    open_to_faults = np.isin(column["kind"], (TRACK, PAGE, SCREEN)) & ~spared
    is_browser = column["source"] == BROWSER
    is_track = column["kind"] == TRACK

    rows = _choose(open_to_faults & is_browser & is_track, _UNKNOWN_SHARE, rng)
    column["event"][rows] = rng.choice([EVENT_CODE[name] for name in UNKNOWN_EVENTS], len(rows))

    rows = _choose(open_to_faults & is_track, _MALFORMED_SHARE, rng)
    outcome[rows] = MALFORMED
    column["kind"][rows[0::3]] = UNKNOWN_TYPE
    style[rows[1::3]] |= NO_EVENT
    style[rows[2::3]] |= BROKEN_PROPERTIES

    rows = _choose(open_to_faults & is_browser & (outcome == ACCEPTED), _MISSING_SHARE, rng)
    outcome[rows] = MISSING_IDS
    column["user"][rows] = -1
    column["anonymous"][rows] = -1
    column["user"][rows[0::2]] = _junk(len(rows[0::2]), rng)
    column["anonymous"][rows[0::4]] = _junk(len(rows[0::4]), rng)

    rows = _choose(open_to_faults & is_browser & (outcome == ACCEPTED), _BAD_TIME_SHARE, rng)
    outcome[rows] = BAD_TIME
    _spoil_times(column, rows, rng)

    is_ordinary = open_to_faults & is_browser & (outcome == ACCEPTED)
    rows = _choose(is_ordinary & (column["user"] == -1), _JUNK_SHARE, rng)
    column["user"][rows] = _junk(len(rows), rng)
    rows = _choose(is_ordinary & (column["user"] >= 0), _JUNK_SHARE / 3, rng)
    column["anonymous"][rows] = _junk(len(rows), rng)
    return pd.DataFrame(column).assign(outcome=outcome, style=style)


def _spoil_times(column: dict[str, np.ndarray], rows: np.ndarray, rng: np.random.Generator) -> None:
    """A third sent long before it happened, a third ahead of its receipt, a third timeless."""
    ahead = (rng.uniform(1.05, 400, len(rows)) * DAY).astype(np.int64) // 1_000 * 1_000
    early, future, timeless = rows[0::3], rows[1::3], rows[2::3]
    column["sent_at"][early] = column["original_timestamp"][early] - ahead[0::3]
    column["timestamp"][early] = column["received_at"][early] + ahead[0::3]
    column["sent_at"][future] = NO_TIME
    column["timestamp"][future] = column["received_at"][future] + ahead[1::3]
    for name in ("original_timestamp", "sent_at", "received_at", "timestamp"):
        column[name][timeless] = NO_TIME


def copies(
    messages: pd.DataFrame, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Retries of accepted messages, exact and conflicting.

    A copy is received after its original and never loaded before it: most come in a later
    batch, a third within minutes. One exact copy in ten is written with other white space.
    """
    accepted = messages["outcome"].to_numpy() == ACCEPTED
    is_track = accepted & (messages["kind"].to_numpy() == TRACK)
    exact = messages.iloc[_choose(accepted, _DUPLICATE_SHARE, rng)]
    style = np.where(rng.random(len(exact)) < 0.1, SPACED, 0).astype(np.int8)
    exact = exact.assign(outcome=np.int8(DUPLICATE), style=style)

    other = messages.iloc[_choose(is_track, _CONFLICT_SHARE, rng)]
    changes_event = np.arange(len(other)) % 2 == 0
    event = other["event"].to_numpy()
    error, task = EVENT_CODE["error_shown"], EVENT_CODE["task_created"]
    changed = np.where(event == error, task, error)
    other = other.assign(
        outcome=np.int8(CONFLICTING),
        style=np.where(changes_event, 0, REVISED).astype(np.int8),
        event=np.where(changes_event, changed, event).astype(np.int16),
    )
    retries = pd.concat([exact, other], ignore_index=True)
    count = len(retries)
    soon = rng.integers(SECOND, 10 * MINUTE, count) // 1_000 * 1_000
    later = rng.integers(12 * HOUR, 3 * DAY, count) // 1_000 * 1_000
    wait = np.where(rng.random(count) < 1 / 3, soon, later)
    received = retries["received_at"].to_numpy() + wait
    retries = retries.assign(
        sent_at=retries["sent_at"] + wait,
        received_at=received,
        order_at=received,
        loaded_at=np.maximum(load_time(received), retries["loaded_at"]),
    )
    return retries[retries["loaded_at"] <= options.last_load]


def unparsable_lines(
    messages: pd.DataFrame, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Lines that no parser can read, in the batches of a few bad hours."""
    count = max(6, round(_UNPARSABLE_SHARE * len(messages)))
    received = messages["order_at"].to_numpy()
    bad_hours = rng.choice(received[received < options.end], max(2, options.days // 20))
    at = rng.choice(bad_hours, count) + rng.integers(0, 600_000, count) * 1_000
    lines = message_frame(
        kind=UNPARSABLE, at=at, number=rng.integers(0, 1 << 30, count), choice=np.arange(count) % 4
    )
    nulls = {
        name: np.full(count, NO_TIME)
        for name in ("original_timestamp", "sent_at", "received_at", "timestamp")
    }
    return lines.assign(
        **nulls,
        order_at=at,
        loaded_at=load_time(at),
        consent=np.int8(CONSENT_ABSENT),
        outcome=np.int8(MALFORMED),
        style=np.int8(0),
    )

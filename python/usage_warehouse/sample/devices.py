"""Browsers and telephones: whose they are, what they send, and how their clocks go wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.hashing import uuid_texts
from usage_warehouse.sample.options import DAY, HOUR, NEVER, SampleOptions, stream, stream_key
from usage_warehouse.sample.product import (
    AGENTS,
    BROWSER_AGENTS,
    FIRST_BOT_AGENT,
    FIRST_MOBILE_AGENT,
    INTERNAL_DEVICE_ID,
    INTERNAL_USER_ID,
    LOCALES,
    MONITOR_AGENT_CODE,
)

IP_RANGES = ("192.0.2.", "198.51.100.", "203.0.113.")  # reserved for documentation, RFC 5737
_SECOND_BROWSER_SHARE = 0.30
_MOBILE_SHARE = 0.30
_SHARED_SHARE = 0.05  # of the people who sit beside a colleague
_WRONG_CLOCK_SHARE = 0.015
_CLOCK_OFFSETS = np.array([-400 * DAY, -30 * DAY, -3 * DAY, -HOUR, 2 * HOUR, DAY, 90 * DAY])
_REFUSING_SHARE = 0.03
_SENDS_CONSENT_SHARE = 0.6


def make_person_devices(
    people: pd.DataFrame, protected: np.ndarray, options: SampleOptions
) -> pd.DataFrame:
    """One row per device of a person; a shared one stands once, with both people.

    `protected` (a boolean per person) keeps people whose ids are planted to change, or who
    are internal, away from shared devices, wrong clocks and refused consent. Columns:
    person, second_person (-1 = not shared), slot (browser, second browser, mobile, shared:
    0..3), agent, ip_range, ip_host, locale, clock_offset (microseconds), refuses_from
    (NEVER = does not), sends_consent.
    """
    rng = stream(options, "devices")
    count = len(people)
    everyone = np.arange(count)
    is_monitor = (people["user_id"] == INTERNAL_USER_ID).to_numpy()
    second = everyone[(rng.random(count) < _SECOND_BROWSER_SHARE) | is_monitor]
    mobile = everyone[(rng.random(count) < _MOBILE_SHARE) & ~is_monitor]
    left, right = _neighbours(people, protected, rng)
    person = np.concatenate([everyone, second, mobile, left])
    slot = np.repeat([0, 1, 2, 3], [count, len(second), len(mobile), len(left)])
    partner = np.full(len(person), -1)
    partner[slot == 3] = right

    devices = _equipment(person, partner, slot, rng)
    may_misbehave = ~protected[person] & (slot != 3)
    offset = rng.choice(_CLOCK_OFFSETS, size=len(person))
    wrong = (rng.random(len(person)) < _WRONG_CLOCK_SHARE) & may_misbehave
    refuses = (rng.random(len(person)) < _REFUSING_SHARE) & may_misbehave
    since = options.start + (rng.random(len(person)) * 0.8 * options.days * DAY).astype(np.int64)
    since[rng.random(len(person)) < 0.5] = 0
    agent = devices["agent"].to_numpy().copy()
    agent[is_monitor[person] & (slot == 0)] = MONITOR_AGENT_CODE
    return devices.assign(
        agent=agent,
        clock_offset=np.where(wrong, offset, 0),
        refuses_from=np.where(refuses, since, NEVER),
    )


def _neighbours(
    people: pd.DataFrame, protected: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of neighbouring people of one account, nobody in two pairs; four pairs if there are."""
    account = people["account"].to_numpy()
    left = np.arange(0, len(people) - 1, 2)
    possible = (account[left] == account[left + 1]) & ~protected[left] & ~protected[left + 1]
    left = left[possible]
    wanted = min(len(left), max(4, round(_SHARED_SHARE * len(left))))
    chosen = np.sort(rng.choice(left, size=wanted, replace=False))
    return chosen, chosen + 1


def make_passing_devices(visitors: int, bots: int, options: SampleOptions) -> pd.DataFrame:
    """Devices of nobody: visitors, then bots, then the kiosk in the vendor's lobby.

    Same columns as `make_person_devices`, with person -1.
    """
    rng = stream(options, "passing devices")
    total = visitors + bots + 1
    nobody = np.full(total, -1)
    devices = _equipment(nobody, nobody, np.zeros(total, np.int64), rng)
    agent = devices["agent"].to_numpy().copy()
    agent[visitors : visitors + bots] = rng.integers(FIRST_BOT_AGENT, MONITOR_AGENT_CODE, size=bots)
    refuses_from = np.full(total, NEVER)
    refuses_from[:visitors][rng.random(visitors) < _REFUSING_SHARE] = 0
    refuses_from[visitors:-1][rng.random(bots) < 0.1] = 0
    return devices.assign(agent=agent, refuses_from=refuses_from)


def _equipment(
    person: np.ndarray,
    partner: np.ndarray,
    slot: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(person)
    browser = rng.choice(len(BROWSER_AGENTS), size=count, p=(0.5, 0.2, 0.2, 0.1))
    mobile = rng.integers(FIRST_MOBILE_AGENT, FIRST_BOT_AGENT, size=count)
    return pd.DataFrame(
        {
            "person": person,
            "second_person": partner,
            "slot": slot,
            "agent": np.where(slot == 2, mobile, browser),
            "ip_range": rng.integers(len(IP_RANGES), size=count),
            "ip_host": rng.integers(1, 255, size=count),
            "locale": rng.integers(len(LOCALES), size=count),
            "clock_offset": np.zeros(count, np.int64),
            "refuses_from": np.full(count, NEVER),
            "sends_consent": rng.random(count) < _SENDS_CONSENT_SHARE,
        }
    )


def slots_of(devices: pd.DataFrame, people: int) -> np.ndarray:
    """Device row by (person, slot), -1 where the person has none; shared stands for both."""
    table = np.full((people, 4), -1, np.int32)
    owned = devices[devices["person"] >= 0]
    table[owned["person"], owned["slot"]] = owned.index
    shared = devices[devices["second_person"] >= 0]
    table[shared["second_person"], 3] = shared.index
    return table


def device_ids(devices: pd.DataFrame, options: SampleOptions) -> list[str]:
    """The anonymous id of each device; the last one is the kiosk, listed as internal."""
    keys = stream_key(options, "device ids")
    return [*uuid_texts(np.arange(len(devices) - 1), keys).to_pylist(), INTERNAL_DEVICE_ID]


def context_heads(devices: pd.DataFrame) -> list[str]:
    """The opening of the context JSON that each device sends: address, language, agent."""
    return [
        f'{{"ip":"{IP_RANGES[area]}{host}","locale":"{LOCALES[locale]}","userAgent":"{AGENTS[agent]}"'
        for area, host, locale, agent in zip(
            devices["ip_range"],
            devices["ip_host"],
            devices["locale"],
            devices["agent"],
            strict=True,
        )
    ]

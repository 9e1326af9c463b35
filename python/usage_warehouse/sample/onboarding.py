"""The first day: anonymous visits before the sign-up, then the steps of onboarding."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.messages import message_frame, visit_messages
from usage_warehouse.sample.options import DAY, MINUTE, SECOND, SampleOptions
from usage_warehouse.sample.product import (
    EVENT_CODE,
    GROUP,
    IDENTIFY,
    ONBOARDING_STEPS,
    PAGE,
    SIGNUP_PAGE,
    TRACK,
)

VISITED_BEFORE_SHARE = 0.4


def newcomers(people: pd.DataFrame, options: SampleOptions) -> np.ndarray:
    """Row numbers of the people who sign up inside the period."""
    created = people["created_at"].to_numpy()
    return np.flatnonzero((created >= options.start) & (created < options.end))


def _slots(
    people: pd.DataFrame, rng: np.random.Generator
) -> list[tuple[int, str, int, bool, np.ndarray]]:
    """What may happen on the first day, in order: (kind, event, choice, is known, mask)."""
    count = len(people)
    activated = people["is_activated"].to_numpy()
    owner = people["is_owner"].to_numpy()
    always = np.ones(count, bool)

    def likely(if_activated: float, otherwise: float) -> np.ndarray:
        return rng.random(count) < np.where(activated, if_activated, otherwise)

    slots = [
        (PAGE, "page", SIGNUP_PAGE, False, always),
        (PAGE, "page", SIGNUP_PAGE, False, rng.random(count) < 0.4),
        (IDENTIFY, "", 0, True, always),
        (TRACK, "signed_up", -1, True, always),
        (GROUP, "", 0, True, always),
    ]
    still = always
    for step in range(len(ONBOARDING_STEPS)):
        still = still & likely(0.93, 0.55)
        slots.append((TRACK, "onboarding_step_completed", step, True, still))
        if step == 0:
            slots.append((TRACK, "workspace_created", -1, True, owner & likely(0.98, 0.8)))
    slots += [
        (TRACK, "project_created", -1, True, likely(0.75, 0.2)),
        (TRACK, "task_created", -1, True, likely(0.9, 0.3)),
        (TRACK, "task_created", -1, True, likely(0.7, 0.1)),
        (TRACK, "task_completed", -1, True, likely(0.6, 0.08)),
        (TRACK, "user_invited", -1, True, owner & likely(0.8, 0.3)),
        (TRACK, "user_invited", -1, True, owner & likely(0.5, 0.1)),
        (TRACK, "report_viewed", -1, True, likely(0.4, 0.1)),
    ]
    return slots


def onboarding_messages(
    people: pd.DataFrame, browser: np.ndarray, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Message frame of the first day of the newcomers; `browser` is a device row per person."""
    person = newcomers(people, options)
    chosen = people.iloc[person]
    count = len(person)
    at = chosen["created_at"].to_numpy() // 1_000 * 1_000 - 40 * SECOND
    parts = []
    for kind, name, choice, is_known, mask in _slots(chosen, rng):
        if kind in (PAGE, TRACK):
            at = at + rng.integers(4_000, 90_000, count) * 1_000
        else:
            at = at + rng.integers(300, 900, count) * 1_000
        event = EVENT_CODE.get(name, -1)
        drawn = rng.integers(0, 1_000, count)
        own_account = chosen["account"].to_numpy()
        sends_group = (kind == GROUP) | ((kind == TRACK) & (name != "signed_up") & (drawn % 8 > 0))
        part = message_frame(
            kind=np.full(count, kind),
            event=event,
            person=person,
            user=person if is_known else -1,
            device=browser[person],
            account=np.where(sends_group, own_account, -1),
            number=rng.integers(0, 1 << 30, count),
            choice=drawn if choice < 0 else choice,
            at=at,
        )
        parts.append(part[mask])
    return pd.concat(parts, ignore_index=True)


def earlier_visits(
    people: pd.DataFrame, browser: np.ndarray, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Anonymous visits of newcomers in the days before they sign up, on the same browser."""
    person = newcomers(people, options)
    person = person[rng.random(len(person)) < VISITED_BEFORE_SHARE]
    person = np.repeat(person, rng.integers(1, 4, len(person)))
    before = (rng.exponential(4 * DAY, len(person)) + 10 * MINUTE).astype(np.int64)
    at = (people["created_at"].to_numpy()[person] - before) // 1_000 * 1_000
    sizes = rng.integers(1, 5, len(person))
    return visit_messages(
        browser[person], person, at, sizes, rng.random(len(person)) < 0.7, 1.0, rng
    )

"""When people use the product: active days and the sessions in them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from usage_warehouse.sample.options import DAY, HOUR, SampleOptions

WEEKDAY_SHAPE = np.array([1.0, 1.06, 1.05, 1.0, 0.85, 0.12, 0.10])  # from Monday
HOUR_SHAPE = np.array(
    [0, 0, 0, 0, 0, 0.5, 1, 3, 8, 12, 12, 11, 6, 9, 11, 11, 10, 7, 3, 2, 2, 1.5, 0.5, 0.2]
)
SESSIONS_PER_DAY = 1.35
_WIND_DOWN_DAYS = 45
_BLOCK = 4_096  # people per block, so that memory does not grow with the company
_LOGIN_SHARE = 0.28
_GROUP_ID_SHARE = 0.85
_LATE_SHARES = (0.010, 0.005, 0.002)  # hours, days, weeks
_LATE_DAYS = ((0.05, 0.5), (1.1, 6.0), (7.1, 28.0))


def daily_chances(
    people: pd.DataFrame, accounts: pd.DataFrame, options: SampleOptions
) -> Iterator[tuple[int, np.ndarray]]:
    """Blocks (first person, people x days array of float32): the chance of an active day."""
    days = options.start + np.arange(options.days) * DAY
    weekday = (days // DAY + 3) % 7
    month_day = pd.to_datetime(days, unit="us")
    season = np.ones(options.days)
    season[(month_day.month == 8).astype(bool)] = 0.85
    holiday = ((month_day.month == 12) & (month_day.day >= 24)) | (
        (month_day.month == 1) & (month_day.day == 1)
    )
    season[holiday] = 0.2
    shape = (WEEKDAY_SHAPE[weekday] * season).astype(np.float32)
    for first in range(0, len(people), _BLOCK):
        yield first, _chances(people.iloc[first : first + _BLOCK], accounts, days) * shape


def _chances(people: pd.DataFrame, accounts: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    """Chance of each person on each day before weekday and season: float32 (people, days)."""

    def column(frame: pd.DataFrame, name: str) -> np.ndarray:
        return frame[name].to_numpy()[:, None]

    own = accounts.iloc[people["account"]]
    age = ((days[None, :] - column(people, "created_at")) / DAY).astype(np.float32)
    ramp = np.where(
        column(people, "is_activated"),
        (0.55 + 0.6 * np.exp(-np.maximum(age, 0) / 15)) * np.exp(-np.maximum(age, 0) / 1_500),
        np.exp(-np.maximum(age, 0) / 5),
    )
    to_churn = (column(own, "churned_at") - days[None, :]) / DAY
    ramp *= np.where(to_churn > 0, np.clip(0.2 + 0.8 * to_churn / _WIND_DOWN_DAYS, 0, 1), 1)
    alive = age > 0
    for frame in (people, own):
        gone = (days >= column(frame, "churned_at")) & (days < column(frame, "reactivated_at"))
        alive &= ~gone & (days >= column(frame, "created_at"))
    return np.where(alive, ramp * column(people, "propensity"), 0).astype(np.float32)


def make_sessions(
    people: pd.DataFrame,
    accounts: pd.DataFrame,
    slots: np.ndarray,
    messages_wanted: float,
    options: SampleOptions,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One row per session, about as many as `messages_wanted` messages need.

    `slots` is the (person, slot) table of device rows. Columns: person, device, account
    (row number, -1 = sends no group id), at (start), size (messages without the login),
    is_login, is_mobile, is_shared, late_by (microseconds that the delivery waits).
    """
    expected = sum(float(block.sum()) for _, block in daily_chances(people, accounts, options))
    size_mean = 5.6
    per_session = 1 + size_mean + _LOGIN_SHARE * 1.7 + 0.25
    factor = messages_wanted / max(expected * SESSIONS_PER_DAY * per_session, 1e-9)
    if factor > 1.6:  # the people cannot come more often: let them do more
        size_mean = (factor / 1.6) * per_session - (per_session - size_mean)
        factor = 1.6
    persons, days = [], []
    for first, block in daily_chances(people, accounts, options):
        chosen = rng.random(block.shape, np.float32) < np.minimum(block * factor, 0.97)
        person, day = np.nonzero(chosen)
        persons.append(person + first)
        days.append(day)
    person, day = np.concatenate(persons), np.concatenate(days)
    repeats = 1 + rng.poisson(SESSIONS_PER_DAY - 1, len(person))
    person, day = np.repeat(person, repeats), np.repeat(day, repeats)
    return _describe(person, day, size_mean, people, accounts, slots, options, rng)


def _describe(
    person: np.ndarray,
    day: np.ndarray,
    size_mean: float,
    people: pd.DataFrame,
    accounts: pd.DataFrame,
    slots: np.ndarray,
    options: SampleOptions,
    rng: np.random.Generator,
) -> pd.DataFrame:
    count = len(person)
    slot = _slot(slots[person], rng.random(count))
    device = slots[person, slot]
    hour = rng.choice(24, size=count, p=HOUR_SHAPE / HOUR_SHAPE.sum()) + rng.random(count)
    # Two people at one machine do not sit there at the same time.
    owner_first = 9 + 5 * (person % 2) + 2 * rng.random(count)
    hour = np.where(slot == 3, owner_first, hour)
    offset = accounts["utc_offset"].to_numpy()[people["account"].to_numpy()[person]]
    at = options.start + day * DAY + (hour * HOUR).astype(np.int64) - offset
    order = np.lexsort((at, person))
    person, slot, device, at = (a[order] for a in (person, slot, device, at))

    is_first = np.append(True, person[1:] != person[:-1])[:count]
    late_by = np.zeros(count, np.int64)
    draw = rng.random(count)
    for share, (low, high) in zip(_LATE_SHARES, _LATE_DAYS, strict=True):
        is_late = (draw >= 0) & (draw < share)
        late_by[is_late] = (rng.uniform(low, high, is_late.sum()) * DAY).astype(np.int64)
        draw -= share
    size = 1 + rng.negative_binomial(2.2, 2.2 / (2.2 + size_mean), count)
    return pd.DataFrame(
        {
            "person": person,
            "device": device,
            "account": _account_of(person, at, slot, people, rng),
            "at": at // 1_000 * 1_000,
            "size": np.minimum(size, max(60, int(10 * size_mean))),
            "is_login": is_first | (rng.random(count) < np.where(slot == 3, 0.8, _LOGIN_SHARE)),
            "is_mobile": slot == 2,
            "is_shared": slot == 3,
            "late_by": late_by // 1_000 * 1_000,
        }
    )


def _slot(owned: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Which of the devices a session uses: shared half the time, then mobile, then browsers."""
    slot = np.zeros(len(owned), np.int64)
    slot[(owned[:, 1] >= 0) & (draw < 0.35)] = 1
    slot[(owned[:, 2] >= 0) & (draw < 0.30)] = 2
    slot[(owned[:, 3] >= 0) & (draw < 0.50)] = 3
    return slot


def _account_of(
    person: np.ndarray,
    at: np.ndarray,
    slot: np.ndarray,
    people: pd.DataFrame,
    rng: np.random.Generator,
) -> np.ndarray:
    """The account worked in, as a row number, or -1 - row number where no group id is sent."""
    count = len(person)
    first = people["account"].to_numpy()[person]
    second = people["second_account"].to_numpy()[person]
    moved = (second >= 0) & (at >= people["second_from"].to_numpy()[person])
    moved &= ~people["keeps_both"].to_numpy()[person] | (rng.random(count) < 0.5)
    account = np.where(moved, second, first)
    sends = rng.random(count) < np.where(slot == 2, 0.2, _GROUP_ID_SHARE)
    return np.where(sends, account, -1 - account)


def spread(
    sizes: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place messages in sessions of the given sizes: (session row, position, time).

    The time counts in microseconds from the session's start. Most gaps last a minute; a
    few are longer than a session may pause.
    """
    total = int(sizes.sum())
    starts = np.cumsum(sizes) - sizes
    session = np.repeat(np.arange(len(sizes)), sizes)
    position = np.arange(total) - starts[session]
    gap = 3 + rng.exponential(50, total)
    kind = rng.random(total)
    gap += np.where(kind < 0.03, rng.uniform(300, 1_700, total), 0)
    gap += np.where(kind > 0.995, 1_800 + rng.exponential(1_500, total), 0)
    gap[position == 0] = 0
    after = np.cumsum((gap * 1_000).astype(np.int64) * 1_000)
    return session, position, after - after[starts][session]

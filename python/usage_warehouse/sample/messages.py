"""From sessions to messages: a frame of codes, rendered as text only when it is written.

A message frame has the columns of MESSAGE_COLUMNS. `person` is who was really there;
`user` is the own user id that is sent (row of the user ids, -1 = none); `anonymous` the
device id that is sent; `device` the machine (its context is sent even where the id is
not); `account` the group id that is sent (row of the accounts, -1 = none); `previous` the
id that an alias names: a row of the user ids, or -2 - device.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.activity import spread
from usage_warehouse.sample.options import DAY, HOUR, SECOND, SampleOptions
from usage_warehouse.sample.product import (
    BROWSER,
    EVENT_CODE,
    EVENTS,
    GROUP,
    IDENTIFY,
    PAGE,
    PAGE_CODE,
    PERSONAS,
    SCREEN,
    SERVER,
    TRACK,
)

MESSAGE_COLUMNS = {
    "kind": (np.int8, TRACK),
    "event": (np.int16, -1),
    "source": (np.int8, BROWSER),
    "person": (np.int32, -1),
    "user": (np.int32, -1),
    "device": (np.int32, -1),
    "anonymous": (np.int32, -1),
    "account": (np.int32, -1),
    "previous": (np.int32, -1),
    "number": (np.int32, 0),
    "choice": (np.int16, 0),
    "campaign": (np.int8, -1),
    "at": (np.int64, 0),
    "late_by": (np.int64, 0),
}
_APP_PAGE_COUNT = 10
_EXPORT_SUCCESS = 0.86


def message_frame(**columns: np.ndarray | int) -> pd.DataFrame:
    """A message frame of the given columns, the others filled with what 'none' is.

    The sent device id is the device unless `anonymous` says otherwise.
    """
    size = len(columns["at"])
    columns.setdefault("anonymous", columns.get("device", -1))
    return pd.DataFrame(
        {
            name: np.broadcast_to(columns.get(name, default), size).astype(kind)
            for name, (kind, default) in MESSAGE_COLUMNS.items()
        }
    )


def draw_events(persona: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An event code for each entry, by the habits of its persona."""
    weights = np.array([event.weights for event in EVENTS], float).T
    bounds = np.cumsum(weights, axis=1)
    bounds /= bounds[:, -1:]
    flat = (bounds + np.arange(len(PERSONAS))[:, None]).ravel()
    drawn = np.searchsorted(flat, rng.random(len(persona)) + persona, side="right")
    return (drawn - persona * len(EVENTS)).astype(np.int16)


def session_messages(
    sessions: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Message frame of the ordinary sessions, with their logins and the exports they start."""
    session, position, after = spread(sessions["size"].to_numpy(), rng)
    column = {name: sessions[name].to_numpy()[session] for name in sessions}
    total = len(session)
    person = column["person"]
    at = column["at"] + after

    event = draw_events(people["persona"].to_numpy()[person], rng)
    is_power = np.array([e.is_power for e in EVENTS])[event]
    too_early = is_power & (at < people["power_from"].to_numpy()[person])
    event[too_early] = EVENT_CODE["report_viewed"]
    event[position == 0] = EVENT_CODE["page"]
    is_page = event == EVENT_CODE["page"]
    event[is_page & column["is_mobile"]] = EVENT_CODE["screen"]
    choice = rng.integers(0, 10_000, total)
    choice[is_page] %= _APP_PAGE_COUNT

    # Before the login of a session, and here and there on a shared machine, no user id is sent.
    unknown = column["is_login"] & (position == 0)
    unknown |= column["is_shared"] & (position > 0) & (rng.random(total) < 0.2)
    sends_group = ~unknown & (column["account"] >= 0)
    sends_group &= ~is_page | (choice % 2 == 0)
    kind = np.select([is_page & column["is_mobile"], is_page], [SCREEN, PAGE], TRACK)
    work = message_frame(
        kind=kind,
        event=event,
        person=person,
        user=np.where(unknown, -1, person),
        device=column["device"],
        account=np.where(sends_group, column["account"], -1),
        number=rng.integers(0, 1 << 30, total),
        choice=choice,
        at=at,
        late_by=column["late_by"],
    )
    return pd.concat(
        [work, *_logins(sessions, rng), _completed_exports(work, rng)], ignore_index=True
    )


def _logins(sessions: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    """The identify, and mostly a group, just after the first page of a login."""
    chosen = sessions[sessions["is_login"]]
    person = chosen["person"].to_numpy()
    account = chosen["account"].to_numpy()
    account = np.where(account < 0, -1 - account, account)
    common = {"person": person, "user": person, "device": chosen["device"].to_numpy()}
    late_by = chosen["late_by"].to_numpy()
    at = chosen["at"].to_numpy()
    identify = message_frame(kind=IDENTIFY, at=at + SECOND, late_by=late_by, **common)
    group = message_frame(
        kind=GROUP, account=account, at=at + 3 * SECOND // 2, late_by=late_by, **common
    )
    return [identify, group[rng.random(len(group)) < 0.7]]


def _completed_exports(work: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The server's word that an export is done, some seconds to minutes after its start."""
    started = work[(work["event"] == EVENT_CODE["export_started"]).to_numpy()]
    started = started[rng.random(len(started)) < _EXPORT_SUCCESS]
    count = len(started)
    formats = len(EVENTS[EVENT_CODE["export_started"]].tails)
    return message_frame(
        event=EVENT_CODE["export_completed"],
        source=SERVER,
        person=started["person"].to_numpy(),
        user=started["person"].to_numpy(),
        account=started["account"].to_numpy(),
        number=started["number"].to_numpy(),
        choice=started["choice"].to_numpy() % formats + formats * rng.integers(0, 3, count),
        at=started["at"].to_numpy() + rng.integers(4_000, 150_000, count) * 1_000,
    )


def background_messages(
    sessions: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Nightly synchronisations, sent by the server for people who use integrations."""
    person = sessions["person"].to_numpy()
    uses = sessions["at"].to_numpy() > people["power_from"].to_numpy()[person]
    chosen = sessions[uses & (rng.random(len(sessions)) < 0.3)]
    count = len(chosen)
    account = chosen["account"].to_numpy()
    return message_frame(
        event=EVENT_CODE["integration_synced"],
        source=SERVER,
        person=chosen["person"].to_numpy(),
        user=chosen["person"].to_numpy(),
        account=np.where(account < 0, -1 - account, account),
        number=rng.integers(0, 1 << 30, count),
        choice=rng.integers(0, 100, count),
        at=(chosen["at"].to_numpy() // DAY + 1) * DAY
        + 3 * HOUR
        + rng.integers(0, 900_000, count) * 1_000,
    )


def visit_messages(
    device: np.ndarray,
    person: np.ndarray,
    at: np.ndarray,
    sizes: np.ndarray,
    has_campaign: np.ndarray,
    gap_scale: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Anonymous page views of the public site: one entry of each array per visit.

    `gap_scale` stretches the time between pages (a robot reads faster).
    """
    visit, position, after = spread(sizes, rng)
    total = len(visit)
    campaign = np.where(has_campaign[visit] & (position == 0), rng.integers(0, 5, total), -1)
    return message_frame(
        kind=PAGE,
        event=EVENT_CODE["page"],
        person=person[visit],
        device=device[visit],
        number=rng.integers(0, 1 << 30, total),
        choice=rng.integers(_APP_PAGE_COUNT, PAGE_CODE["/signup"], total),
        campaign=campaign,
        at=at[visit] + (after * gap_scale).astype(np.int64) // 1_000 * 1_000,
    )


def passing_messages(
    first_device: int, visitors: int, bots: int, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Visits of people who never sign up, of robots, and of the kiosk in the lobby."""
    span = options.end - options.start
    count = visitors + bots
    device = first_device + np.arange(count)
    at = options.start + (rng.random(count) * span).astype(np.int64) // 1_000 * 1_000
    is_bot = np.arange(count) >= visitors
    sizes = np.where(is_bot, rng.integers(2, 9, count), rng.integers(1, 5, count))
    nobody = np.full(count, -1)
    human = visit_messages(
        device[~is_bot],
        nobody[~is_bot],
        at[~is_bot],
        sizes[~is_bot],
        rng.random(visitors) < 0.6,
        1.0,
        rng,
    )
    robot = visit_messages(
        device[is_bot],
        nobody[is_bot],
        at[is_bot],
        sizes[is_bot],
        np.zeros(bots, bool),
        0.02,
        rng,
    )
    mornings = options.start + np.arange(options.days) * DAY + 9 * HOUR
    mornings = mornings[(mornings // DAY + 3) % 7 < 5]
    kiosk = visit_messages(
        np.full(len(mornings), first_device + count),
        np.full(len(mornings), -1),
        mornings,
        rng.integers(1, 3, len(mornings)),
        np.zeros(len(mornings), bool),
        1.0,
        rng,
    )
    return pd.concat([human, robot, kiosk], ignore_index=True)

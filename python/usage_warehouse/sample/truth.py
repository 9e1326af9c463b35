"""What was planted, counted exactly: the content of truth.json."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from usage_warehouse.sample.delivery import event_times
from usage_warehouse.sample.faults import ACCEPTED, CONSENT_REFUSED, OUTCOMES
from usage_warehouse.sample.hashing import uuid_texts
from usage_warehouse.sample.identities import Renames
from usage_warehouse.sample.options import (
    DAY,
    HOUR,
    LATE_LOAD_HOUR,
    MINUTE,
    NEVER,
    NO_TIME,
    SampleOptions,
)
from usage_warehouse.sample.product import (
    ALIAS,
    EVENTS,
    FIRST_BOT_AGENT,
    PAGE,
    PLAN_DATES,
    SCREEN,
    SOURCES,
    TRACK,
    UNPARSABLE,
)
from usage_warehouse.sample.render import Texts

EXCLUSIONS = ("bot", "internal", "no_consent", "unplanned")
NOT_EXCLUDED = -1
_LISTED_PER_DEVICE = 8


def _day(value: date) -> int:
    return (value - date(1970, 1, 1)).days


def exclusions(
    messages: pd.DataFrame,
    event_at: np.ndarray,
    devices: pd.DataFrame,
    accounts: pd.DataFrame,
    staff: np.ndarray,
    renames: Renames,
) -> np.ndarray:
    """The one reason (a code of EXCLUSIONS, or NOT_EXCLUDED) of each message."""
    column = {name: messages[name].to_numpy() for name in messages}
    device, user, account = column["device"], column["user"], column["account"]
    is_bot = (device >= 0) & (devices["agent"].to_numpy()[device] >= FIRST_BOT_AGENT)
    refused = column["consent"] == CONSENT_REFUSED
    anonymous = column["anonymous"]
    is_staff = (user >= 0) & staff[renames.owner[np.maximum(user, 0)]]
    # Staff share no device with anyone, so what is anonymous on theirs is theirs too.
    staff_devices = np.unique(anonymous[is_staff & ~refused & (anonymous >= 0)])
    internal = is_staff | ((user < 0) & np.isin(anonymous, staff_devices))
    internal |= (account >= 0) & accounts["is_internal"].to_numpy()[account]
    internal |= anonymous == len(devices) - 1
    dates = [PLAN_DATES.get(event.name, (date.max, date.max)) for event in EVENTS]
    first = np.array([_day(begin) for begin, _ in dates])
    last = np.array([_day(end) if end else NEVER for _, end in dates])
    event, day = np.maximum(column["event"], 0), event_at // DAY
    planned = (day >= first[event]) & (day <= last[event])
    judged = np.isin(column["kind"], (TRACK, PAGE, SCREEN))
    return np.select([is_bot, internal, refused, judged & ~planned], range(4), NOT_EXCLUDED)


def make_truth(
    messages: pd.DataFrame,
    people: pd.DataFrame,
    accounts: pd.DataFrame,
    devices: pd.DataFrame,
    renames: Renames,
    texts: Texts,
    options: SampleOptions,
) -> dict[str, object]:
    """Count the planted truth of the final message frame (copies and rejects included)."""
    # Who is in the demo account is in no other one: internal by account, at any time.
    staff = people["is_internal"].to_numpy()
    staff = staff | accounts["is_internal"].to_numpy()[people["account"]]
    outcome = messages["outcome"].to_numpy()
    accepted = messages[outcome == ACCEPTED]
    at = event_times(accepted)
    reason = exclusions(accepted, at, devices, accounts, staff, renames)
    excluded = accepted[reason != NOT_EXCLUDED]
    sent, received = accepted["sent_at"].to_numpy(), accepted["received_at"].to_numpy()
    shifted = (sent != NO_TIME) & (np.abs(received - sent) >= MINUTE)
    late = received - at
    backfilled = accepted["loaded_at"].to_numpy() % DAY == LATE_LOAD_HOUR * HOUR
    user, account = accepted["user"].to_numpy(), accepted["account"].to_numpy()
    anonymous = accepted["anonymous"].to_numpy()
    names = [OUTCOMES[code] for code in outcome]
    reasons = [EXCLUSIONS[code] for code in reason[reason != NOT_EXCLUDED]]
    aliases = _aliases(accepted, renames, texts)
    is_shared = devices["second_person"].to_numpy() >= 0
    return {
        "options": {
            "accounts": options.accounts,
            "days": options.days,
            "seed": options.seed,
            "end_date": str(options.end_date),
            "events": options.events,
        },
        "period": {
            "start": str(np.datetime64(options.start, "us")),
            "end": str(np.datetime64(options.end, "us")),
            "last_loaded_at": str(np.datetime64(int(messages["loaded_at"].max()), "us")),
        },
        "lines": {
            "total": len(messages),
            "rejects": int((messages["kind"] == UNPARSABLE).sum()),
            **_counts(messages, names, OUTCOMES, "outcome"),
        },
        "exclusions": {
            "total": len(excluded),
            **_counts(excluded, reasons, EXCLUSIONS, "reason"),
        },
        "late_messages": {
            "hours": int(((late >= HOUR) & (late < DAY)).sum()),
            "days": int(((late >= DAY) & (late < 7 * DAY)).sum()),
            "weeks": int((late >= 7 * DAY).sum()),
        },
        "backfilled_messages": int(backfilled.sum()),
        "clock_shifted_messages": int(shifted.sum()),
        "junk_ids": {
            "user_id": int((user <= -2).sum()),
            "anonymous_id": int((anonymous <= -2).sum()),
        },
        "accounts": len(np.unique(account[account >= 0])),
        "users": len(np.unique(renames.owner[user[user >= 0]])),
        "users_in_several_accounts": _users_in_several_accounts(accepted, renames),
        "user_ids": len(np.unique(user[user >= 0])),
        "devices": len(np.unique(anonymous[anonymous >= 0])),
        "alias_pairs": len(aliases),
        "aliases": aliases,
        **_shared_devices(accepted, at, is_shared, renames, texts),
    }


def _counts(
    messages: pd.DataFrame, names: list[str], known: tuple[str, ...], label: str
) -> dict[str, object]:
    """Counts by name, by source and name, and by source, load date and name."""
    frame = pd.DataFrame(
        {
            "source": np.array(SOURCES)[messages["source"].to_numpy()],
            "loaded_date": messages["loaded_at"].to_numpy() // DAY,
            label: pd.Categorical(names, known),
        }
    )
    total = frame[label].value_counts().reindex(known)
    by_source = {
        source: part[label].value_counts().reindex(known).astype(int).to_dict()
        for source, part in frame.groupby("source")
    }
    by_date = frame.groupby(["source", "loaded_date", label], observed=True).size()
    return {
        f"by_{label}": total.astype(int).to_dict(),
        "by_source": by_source,
        "by_loaded_date": [
            {
                "source": source,
                "loaded_date": str(np.datetime64(int(day), "D")),
                label: name,
                "row_count": int(count),
            }
            for (source, day, name), count in by_date.items()
        ],
    }


def _users_in_several_accounts(accepted: pd.DataFrame, renames: Renames) -> int:
    """People, after aliases, whose messages carry more than one group id."""
    both = accepted[(accepted["user"] >= 0) & (accepted["account"] >= 0)]
    pairs = pd.DataFrame(
        {"person": renames.owner[both["user"].to_numpy()], "account": both["account"].to_numpy()}
    ).drop_duplicates()
    return int((pairs.groupby("person").size() > 1).sum())


def _aliases(accepted: pd.DataFrame, renames: Renames, texts: Texts) -> list[dict[str, str]]:
    """Every previous id of an alias and the user it is, after all aliases.

    `kind` is `user` where the previous id was sent as a user id, else `device`.
    """
    sent = accepted[accepted["kind"] == ALIAS].drop_duplicates("previous")
    seen = np.unique(accepted["user"].to_numpy())
    pairs = []
    for previous, person in zip(sent["previous"], sent["person"], strict=True):
        is_user = previous >= 0 and bool(np.isin(previous, seen))
        ids, row = (texts.user_ids, previous) if previous >= 0 else (None, -2 - previous)
        text = (ids if ids is not None else texts.anonymous_ids)[int(row)].as_py()
        pairs.append(
            {
                "previous_id": text,
                "canonical_user_id": texts.user_ids[int(person)].as_py(),
                "kind": "user" if is_user else "device",
            }
        )
    return sorted(pairs, key=lambda pair: pair["previous_id"])


def _shared_devices(
    accepted: pd.DataFrame,
    event_at: np.ndarray,
    is_shared: np.ndarray,
    renames: Renames,
    texts: Texts,
) -> dict[str, object]:
    """Anonymous messages of shared devices and who really sent them.

    Listed are those that the interval rule can decide: the last user known on the device
    at or before the message, else the first one after it, is the one who was there; some
    of each device, spread over its time.
    """
    anonymous = accepted["anonymous"].to_numpy()
    chosen = (anonymous >= 0) & is_shared[np.maximum(anonymous, 0)]
    shared = accepted[chosen].assign(event_at=event_at[chosen])
    shared = shared.sort_values(["anonymous", "event_at", "serial"], kind="stable")
    known_by_device: dict[str, list[dict[str, str]]] = {}
    listed = decidable = unknown = 0
    for device, part in shared.groupby("anonymous"):
        known = part[part["user"] >= 0]
        open_ = part[part["user"] < 0]
        unknown += len(open_)
        if known.empty or open_.empty:
            continue
        times = known["event_at"].to_numpy()
        place = np.searchsorted(times, open_["event_at"].to_numpy(), side="right") - 1
        ruled = renames.owner[known["user"].to_numpy()[np.maximum(place, 0)]]
        sure = open_[ruled == open_["person"].to_numpy()]
        decidable += len(sure)
        if sure.empty:
            continue
        sure = sure.iloc[:: -(-len(sure) // _LISTED_PER_DEVICE)]
        listed += len(sure)
        ids = uuid_texts(sure["serial"].to_numpy(), texts.message_keys).to_pylist()
        users = texts.user_ids.take(sure["person"].to_numpy()).to_pylist()
        known_by_device[texts.anonymous_ids[int(device)].as_py()] = [
            {"message_id": message, "true_user_id": user}
            for message, user in zip(ids, users, strict=True)
        ]
    return {
        "shared_device_count": int(shared["anonymous"].nunique()),
        "shared_anonymous_messages": {"total": unknown, "decidable": decidable, "listed": listed},
        "shared_devices": known_by_device,
    }

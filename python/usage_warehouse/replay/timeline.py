"""What the people of one history do, before anything goes wrong with its delivery."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from usage_warehouse.replay.rows import DAY, HOUR, MINUTE, SECOND, Draw

START = 1_767_571_200 * SECOND  # 2026-01-05 00:00 UTC, a Monday
LENGTH = 40 * DAY
# From then on events have another type of a property and one more.
NEXT_SCHEMA = START + LENGTH // 2
SESSION_GAP = 30 * MINUTE
INTERNAL_DOMAIN = "internal.example"
EVENTS = {
    "signed_up": 2,
    "task_created": 6,
    "task_completed": 5,
    "report_viewed": 3,
    "invite_sent": 2,
    "heartbeat": 2,
    "mystery_event": 1,
}
_AGENTS = ("Mozilla/5.0 (X11; Linux)", "Mozilla/5.0 (Macintosh)", "ExampleBot/2.1 crawler")


@dataclass(frozen=True)
class Cast:
    """The ids of one history; all start with its prefix."""

    prefix: str
    users: tuple[str, ...]
    devices: tuple[str, ...]
    accounts: tuple[str, ...]
    internal_user: str


@dataclass(frozen=True)
class Moment:
    """What stays the same through a visit: who sits at which device, and what it says."""

    device: str | None
    user: str | None
    account: str | None
    context: str | None
    clock_skew: int


def draw_cast(prefix: str, draw: Draw) -> Cast:
    """A few users (one may be an e-mail address), devices and accounts."""
    users = [f"{prefix}-u{number}" for number in range(1, draw.whole(2, 5) + 1)]
    internal_user = draw.pick(users)
    if draw.chance(0.3):
        users.append(f"{prefix}-mail@{draw.pick((INTERNAL_DOMAIN, *['customer.example'] * 3))}")
    devices = [f"{prefix}-d{number}" for number in range(1, draw.whole(2, 4) + 1)]
    accounts = [f"{prefix}-a{number}" for number in range(1, draw.whole(1, 3) + 1)]
    return Cast(prefix, tuple(users), tuple(devices), tuple(accounts), internal_user)


def draw_messages(cast: Cast, draw: Draw) -> list[dict[str, object]]:
    """The messages of all devices, users without a device and aliases, in no order.

    Each is a mapping of raw columns, without message id, file, row and load time.
    """
    messages: list[dict[str, object]] = []
    for number, device in enumerate(cast.devices):
        habit = draw.pick(("shared", "owned", "anonymous", "refusing"), (4, 4, 2, 2))
        at = START + draw.whole(0, LENGTH // 2)
        for _ in range(draw.whole(2, 5)):
            visit, at = _visit(cast, device, number, habit, at, draw)
            messages += visit
            at += draw.pick((SESSION_GAP, SESSION_GAP + 1, draw.whole(HOUR, 9 * DAY)), (2, 2, 6))
    for user in cast.users:
        if draw.chance(0.3):
            at = START + draw.whole(0, LENGTH)
            moment = Moment(None, user, _account(cast, draw), None, 0)
            messages += [
                _message("track", at + place * HOUR, moment, draw)
                for place in range(draw.whole(1, 2))
            ]
    messages += _aliases(cast, draw)
    return messages


def _visit(
    cast: Cast, device: str, number: int, habit: str, at: int, draw: Draw
) -> tuple[list[dict[str, object]], int]:
    """The messages of one visit to a device and the time of its last one.

    `habit`: several users share the device, one owns it, nobody ever signs in on it, or its
    owner refuses consent.
    """
    main_user = None if habit == "anonymous" else cast.users[number % len(cast.users)]
    other_user = draw.pick(cast.users) if habit == "shared" else main_user
    user = draw.pick((None, main_user, other_user), (4, 5, 3))
    context: dict[str, object] = {"userAgent": draw.pick(_AGENTS, (6, 3, 1))}
    if habit == "refusing":
        context["consent"] = {"analytics": False}
    elif draw.chance(0.2):
        context["consent"] = draw.pick(({"analytics": False}, {"analytics": True}, "refused"))
    moment = Moment(
        device=device,
        user=user,
        account=_account(cast, draw) if draw.chance(0.3) else None,
        context=json.dumps(context) if habit == "refusing" or draw.chance(0.7) else None,
        clock_skew=draw.pick((0, draw.whole(-3 * DAY, 3 * DAY)), (3, 1)),
    )
    messages = []
    if user is not None and draw.chance(0.5):
        messages.append(_identify(cast, at, moment, draw))
    if user is not None and draw.chance(0.35):
        messages.append(_group(cast, at, moment, draw))
    for place in range(draw.whole(2, 8)):
        if place:
            at += draw.pick(
                (0, draw.whole(1, 600 * SECOND), SESSION_GAP, SESSION_GAP + 1, 2 * HOUR),
                (3, 12, 1, 1, 1),
            )
        kind = draw.pick(("track", "page", "screen"), (8, 2, 1))
        messages.append(_message(kind, at, moment, draw))
    # A switch of users in the middle of a session.
    if habit == "shared" and draw.chance(0.3):
        other = Moment(device, draw.pick(cast.users), None, moment.context, 0)
        messages.append(_message("track", at + draw.whole(0, 60 * SECOND), other, draw))
    return messages, at


def _account(cast: Cast, draw: Draw) -> str | None:
    return draw.pick(cast.accounts) if draw.chance(0.6) else None


def _message(kind: str, at: int, moment: Moment, draw: Draw) -> dict[str, object]:
    """A message whose event time is `at`, by whichever clocks it carries."""
    delay = draw.pick((0, draw.whole(1, 90 * SECOND), draw.whole(HOUR, 2 * DAY)), (2, 8, 1))
    times: dict[str, object] = {"received_at": at + delay}
    clocks = draw.pick(("all", "timestamp", "received"), (8, 2, 1))
    if clocks == "all":
        times["original_timestamp"] = at + moment.clock_skew
        times["sent_at"] = at + moment.clock_skew + delay
    elif clocks == "timestamp":
        times["timestamp"] = at
    else:
        times["received_at"] = at
    names = tuple(EVENTS)
    event = draw.pick(names, tuple(EVENTS.values())) if kind == "track" else None
    properties: dict[str, object] = {"step": draw.pick(("import", "connect"))}
    properties["size"] = draw.whole(1, 9)
    if at >= NEXT_SCHEMA:
        properties |= {"size": str(properties["size"]), "schema": 2}
    # An own user id may be missing even while somebody is signed in.
    keeps_user = moment.device is None or draw.chance(0.7)
    return {
        "type": kind,
        "event": event,
        "anonymous_id": moment.device,
        "user_id": moment.user if keeps_user else None,
        "group_id": moment.account if draw.chance(0.7) else None,
        "properties": json.dumps(properties) if draw.chance(0.8) else None,
        "context": moment.context,
        "_source": "mobile" if kind == "screen" else None,
        **times,
    }


def _identify(cast: Cast, at: int, moment: Moment, draw: Draw) -> dict[str, object]:
    traits: dict[str, object] = {}
    if draw.chance(0.5):
        is_internal = moment.user == cast.internal_user and draw.chance(0.15)
        domain = INTERNAL_DOMAIN if is_internal else "customer.example"
        traits["email"] = f"{moment.user}@{domain}"
    if draw.chance(0.3):
        traits["createdAt"] = draw.pick((at - draw.whole(0, 20 * DAY), at + DAY)) // SECOND
    named = {"user_id": moment.user, "traits": json.dumps(traits), "event": None}
    return {**_message("identify", at, moment, draw), **named}


def _group(cast: Cast, at: int, moment: Moment, draw: Draw) -> dict[str, object]:
    account = moment.account or draw.pick(cast.accounts)
    traits = {"name": f"Account {account}", "plan": draw.pick(("free", "team"))}
    named = {"user_id": moment.user, "group_id": account, "traits": json.dumps(traits)}
    return {**_message("group", at, moment, draw), **named}


def _aliases(cast: Cast, draw: Draw) -> list[dict[str, object]]:
    """Chains and cycles of merged users, and aliases of an id that is a device."""
    users = cast.users
    pairs: list[tuple[str, str]] = []
    if draw.chance(0.6):
        pairs.append((users[0], users[1]))
        if len(users) > 2 and draw.chance(0.6):
            pairs.append((users[1], users[2]))
            if draw.chance(0.5):
                pairs.append((users[2], users[0]))
    if draw.chance(0.6):
        pairs.append((draw.pick(cast.devices), draw.pick(users)))
    if draw.chance(0.2):
        pairs.append((users[0], draw.pick(users)))
    return [
        _alias(previous, user, draw.pick((None, *cast.devices)), draw) for previous, user in pairs
    ]


def _alias(previous: str, user: str, device: str | None, draw: Draw) -> dict[str, object]:
    moment = Moment(device, user, None, None, 0)
    message = _message("alias", START + draw.whole(0, LENGTH), moment, draw)
    return {**message, "user_id": user, "previous_id": previous, "event": None}


def draw_late_message(cast: Cast, draw: Draw) -> dict[str, object]:
    """A message that changes whose other messages are, mostly without a device of its own.

    What it changes then stands in rows that did not come with it: an identify that gives a
    user away as one of the company's own or puts another user on a device, a membership at
    any time, an alias of a user or of a device.
    """
    user, device = draw.pick(cast.users), draw.pick((None, None, *cast.devices))
    at = START + draw.whole(-DAY, LENGTH)
    moment = Moment(device, user, draw.pick(cast.accounts), None, 0)
    kind = draw.pick(
        ("internal", "identify", "group", "user_alias", "device_alias"), (1, 2, 5, 3, 5)
    )
    if kind == "group":
        return _group(cast, at, moment, draw)
    if kind == "identify":
        return _identify(cast, at, replace(moment, device=draw.pick(cast.devices)), draw)
    if kind == "internal":
        message = _identify(cast, at, replace(moment, user=cast.internal_user), draw)
        return {
            **message,
            "traits": json.dumps({"email": f"{cast.internal_user}@{INTERNAL_DOMAIN}"}),
        }
    previous = draw.pick(cast.users if kind == "user_alias" else cast.devices)
    return _alias(previous, user, device, draw)

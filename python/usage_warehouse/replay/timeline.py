"""What the people of one history do, before anything goes wrong with its delivery."""

from __future__ import annotations

import json
from dataclasses import dataclass

from usage_warehouse.replay.rows import DAY, HOUR, MINUTE, SECOND, Draw

START = 1_767_571_200 * SECOND  # 2026-01-05 00:00 UTC, a Monday
LENGTH = 40 * DAY
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
        shared = draw.chance(0.5)
        at = START + draw.whole(0, LENGTH // 2)
        for _ in range(draw.whole(2, 5)):
            visit, at = _visit(cast, device, number, shared, at, draw)
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
    cast: Cast, device: str, number: int, shared: bool, at: int, draw: Draw
) -> tuple[list[dict[str, object]], int]:
    """The messages of one visit to a device and the time of its last one."""
    main_user = cast.users[number % len(cast.users)]
    user = draw.pick((None, main_user, draw.pick(cast.users)), (4, 5, 3 if shared else 0))
    context: dict[str, object] = {"userAgent": draw.pick(_AGENTS, (6, 3, 1))}
    if draw.chance(0.2):
        context["consent"] = draw.pick(({"analytics": False}, {"analytics": True}, "refused"))
    moment = Moment(
        device=device,
        user=user,
        account=_account(cast, draw) if draw.chance(0.3) else None,
        context=None if draw.chance(0.3) else json.dumps(context),
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
    if shared and draw.chance(0.3):
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
    properties = {"step": draw.pick(("import", "connect")), "size": draw.whole(1, 9)}
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
    if draw.chance(0.4):
        pairs.append((draw.pick(cast.devices), draw.pick(users)))
    if draw.chance(0.2):
        pairs.append((users[0], draw.pick(users)))
    messages = []
    for previous, user in pairs:
        moment = Moment(draw.pick((None, *cast.devices)), user, None, None, 0)
        at = START + draw.whole(0, LENGTH)
        named = {"user_id": user, "previous_id": previous, "event": None}
        messages.append({**_message("alias", at, moment, draw), **named})
    return messages


def late_internal_identify(cast: Cast, draw: Draw) -> dict[str, object]:
    """The identify that gives a user away as one of the company's own."""
    moment = Moment(draw.pick(cast.devices), cast.internal_user, None, None, 0)
    message = _message("identify", START + draw.whole(0, LENGTH), moment, draw)
    traits = json.dumps({"email": f"{cast.internal_user}@{INTERNAL_DOMAIN}"})
    return {**message, "user_id": cast.internal_user, "traits": traits, "event": None}


def late_identify(cast: Cast, draw: Draw) -> dict[str, object]:
    """An identify of some user on some device, at any time: it re-stitches the device."""
    moment = Moment(draw.pick(cast.devices), draw.pick(cast.users), None, None, 0)
    return _identify(cast, START + draw.whole(-DAY, LENGTH), moment, draw)


def late_group(cast: Cast, draw: Draw) -> dict[str, object]:
    """A membership that is told late: it moves events between accounts."""
    moment = Moment(None, draw.pick(cast.users), draw.pick(cast.accounts), None, 0)
    return _group(cast, START + draw.whole(-DAY, LENGTH), moment, draw)

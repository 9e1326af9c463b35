"""Seeded random histories: the people's messages, delivered with everything that goes wrong.

A row's `_loaded_at` is drawn once and stays; what a replay permutes is only at which step
the file that holds the row appears, changes or is withdrawn.
"""

from __future__ import annotations

import json
from dataclasses import replace

from usage_warehouse.replay.rows import (
    ALWAYS,
    DAY,
    FIRST,
    HOUR,
    SECOND,
    SECOND_EDITION,
    Draw,
    History,
    Message,
    Slot,
)
from usage_warehouse.replay.timeline import (
    LENGTH,
    START,
    Cast,
    draw_cast,
    draw_late_message,
    draw_messages,
)

BATCHES = 8
PARTS = ("a", "b")
_BATCH_DAYS = LENGTH // BATCHES + DAY // 2


def draw_slots(steps: int, draw: Draw) -> tuple[Slot, ...]:
    """The files of a pack: 8 load times, two files each, and the step at which each appears.

    Half of the files appear when their load time says, the others at any step. One file of
    the oldest load comes at the last step (backdated), one is withdrawn and one changes its
    content unless there is one step only. Every step brings at least one file. At most 14 steps.
    """
    slots = []
    for batch in range(BATCHES):
        loaded_at = START + (batch + 1) * _BATCH_DAYS + 3 * HOUR
        in_order = 1 + batch * steps // BATCHES
        for part in PARTS:
            arrives = in_order if draw.chance(0.5) else draw.whole(1, steps)
            slots.append(Slot(f"batch_{batch}_{part}", loaded_at, arrives))
    slots[0] = replace(slots[0], arrives=steps)
    for step in range(1, steps):
        slots[step] = replace(slots[step], arrives=step)
    if steps > 1:
        withdrawn, changed = draw.shuffled(range(steps, len(slots)))[:2]
        early = draw.whole(1, steps - 1)
        leaves, changes = draw.whole(early + 1, steps), draw.whole(early + 1, steps)
        slots[withdrawn] = replace(slots[withdrawn], arrives=early, leaves=leaves)
        slots[changed] = replace(slots[changed], arrives=early, changes=changes)
    return tuple(slots)


def draw_history(prefix: str, slots: tuple[Slot, ...], draw: Draw) -> History:
    """One history of some 60 to 200 rows on the given files.

    Most of the histories are quiet: after the first steps only a few messages arrive, so that
    what these change is seen in devices that get no row of their own.
    """
    cast = draw_cast(prefix, draw)
    clean = draw_messages(cast, draw)
    while len(clean) < 50:
        clean += draw_messages(cast, draw)
    clean = draw.shuffled(clean)[:150]
    late = [draw_late_message(cast, draw) for _ in range(draw.whole(4, 16))]
    named = [
        {"message_id": f"{prefix}-m{number:04d}", **values}
        for number, values in enumerate([*clean, *late])
    ]
    delivered = [_deliver(values, slots, draw) for values in named]
    delivered, late_rows = delivered[: len(clean)], delivered[len(clean) :]
    # All that one device ever sent stands in one file, which may be withdrawn.
    if draw.chance(0.4):
        device, slot = draw.pick(cast.devices), _leaving(slots, draw)
        delivered = [
            replace(row, slot=slot.name) if row.values["anonymous_id"] == device else row
            for row in delivered
        ]
    copies = [
        copy for row in delivered if draw.chance(0.22) for copy in _copies(row, cast, slots, draw)
    ]
    broken = [_broken(draw.pick(delivered), place, draw) for place in range(draw.whole(2, 6))]
    rows = [*delivered, *copies, *broken]
    if draw.chance(0.6):
        early, later = _early_and_later(slots)
        rows = [replace(row, slot=draw.pick(early).name) for row in rows]
        late_rows = [replace(row, slot=draw.pick(later).name) for row in late_rows]
    rows = draw.shuffled([*rows, *late_rows])
    changing = {slot.name for slot in slots if slot.changes is not None}
    numbered = []
    for number, row in enumerate(rows, start=1):
        place = {"_file": f"{prefix}-{row.slot}.jsonl", "_row": number}
        if draw.chance(0.1):
            place = {"_file": None, "_row": None}
        edition = ALWAYS
        if row.slot in changing:
            edition = draw.pick((ALWAYS, FIRST, SECOND_EDITION))
        numbered.append(Message(row.slot, {**row.values, **place}, edition))
    internal = tuple(
        row
        for row in (
            ("user_id", draw.pick(cast.users)),
            ("account_id", draw.pick(cast.accounts)),
            ("device_id", draw.pick(cast.devices)),
        )
        if draw.chance(0.05)
    )
    return History(prefix, tuple(numbered), internal)


def _deliver(values: dict[str, object], slots: tuple[Slot, ...], draw: Draw) -> Message:
    """Into a file of the load after its receipt; sometimes later, sometimes in another file."""
    received = values["received_at"]
    batch = next(
        (number for number in range(BATCHES) if _batch_time(slots, number) >= received), BATCHES - 1
    )
    if draw.chance(0.12):
        batch = draw.whole(batch, BATCHES - 1)
    slot = slots[batch * len(PARTS) + draw.whole(0, len(PARTS) - 1)]
    loaded_at = slot.loaded_at
    if draw.chance(0.1):
        slot = draw.pick(slots)
    return Message(slot.name, {**values, "_loaded_at": loaded_at})


def _batch_time(slots: tuple[Slot, ...], batch: int) -> int:
    return slots[batch * len(PARTS)].loaded_at


def _early_and_later(slots: tuple[Slot, ...]) -> tuple[list[Slot], list[Slot]]:
    """The files that appear in the first half of the steps and stay as they are; the others."""
    half = max(1, max(slot.arrives for slot in slots) // 2)
    early = [
        slot
        for slot in slots
        if slot.arrives <= half and slot.leaves is None and slot.changes is None
    ]
    return early or list(slots), [slot for slot in slots if slot not in early] or list(slots)


def _leaving(slots: tuple[Slot, ...], draw: Draw) -> Slot:
    return next((slot for slot in slots if slot.leaves is not None), draw.pick(slots))


def _copies(row: Message, cast: Cast, slots: tuple[Slot, ...], draw: Draw) -> list[Message]:
    """One or two more rows with the id of a row: retries, conflicts, corrected copies."""
    kinds = ("retry", "conflict", "moved", "other_device", "other_user", "same_row")
    return [
        _copy(row, draw.pick(kinds, (4, 2, 4, 1, 1, 1)), cast, slots, draw)
        for _ in range(draw.pick((1, 2), (4, 1)))
    ]


def _copy(row: Message, kind: str, cast: Cast, slots: tuple[Slot, ...], draw: Draw) -> Message:
    slot = draw.pick(slots)
    received = row.values["received_at"]
    # Received before or after the row it copies, whenever its file appears.
    later = received + draw.whole(-2 * DAY, 4 * DAY)
    copy = Message(slot.name, {**row.values, "_loaded_at": draw.pick(slots).loaded_at})
    if kind == "same_row":
        return copy.with_values(_loaded_at=row.values["_loaded_at"])
    if kind == "retry":
        sent = row.values.get("sent_at")
        shifted = {"received_at": later}
        if sent is not None:
            shifted["sent_at"] = sent + (later - received)
        return copy.with_values(**shifted)
    if kind == "moved":
        # Another clock correction moves the event to another day, the payload being the same.
        earlier = min(slot.loaded_at for slot in slots)
        return copy.with_values(
            received_at=received + draw.pick((-1, 1)) * draw.whole(DAY, 3 * DAY),
            _loaded_at=draw.pick((earlier, row.values["_loaded_at"])),
        )
    if kind == "conflict":
        return copy.with_values(
            properties=json.dumps({"step": "other", "size": draw.whole(10, 99)})
        )
    if kind == "other_device":
        return copy.with_values(anonymous_id=draw.pick(cast.devices), received_at=later)
    return copy.with_values(user_id=draw.pick(cast.users), received_at=later)


def _broken(row: Message, place: int, draw: Draw) -> Message:
    """A row that quarantine or the list of junk ids must catch."""
    fresh = {"message_id": f"{row.values['message_id']}x{place}"}
    received = row.values["received_at"]
    faults: tuple[dict[str, object], ...] = (
        {"user_id": draw.pick(("null", "undefined", " 0 ", "UNDEFINED"))},
        {"anonymous_id": "null", "user_id": draw.pick(("", None))},
        {"message_id": draw.pick((None, "  "))},
        {"properties": "{broken"},
        {"context": "[1]"},
        {"type": draw.pick(("trakc", None))},
        {"type": "track", "event": " "},
        {"sent_at": None, "timestamp": received + DAY + 1},
        {"sent_at": None, "timestamp": received + DAY},
        {"sent_at": None, "timestamp": None, "received_at": None},
        {"original_timestamp": received + 3 * DAY, "sent_at": received - SECOND},
        {"type": "group", "group_id": "undefined"},
        {"type": "alias", "previous_id": None},
    )
    return row.with_values(**{**fresh, **draw.pick(faults)})

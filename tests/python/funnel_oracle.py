"""A brute-force oracle of funnels, straight from the definition, and the log it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, permutations, product
from typing import NamedTuple

import pandas as pd

from usage_warehouse.funnels import FunnelMatches, match_funnels

SECOND = 1_000_000
EVENT_COLUMNS = ["funnel_id", "actor_id", "event_at", "message_id", "matched_mask", "barred_mask"]
ACTOR_FIELDS = ["furthest_step", "entered_at", "completed_at", "is_converted", "is_excluded"]
ACTOR_FIELDS += ["has_open_window", "first_entered_at"]
STEP_FIELDS = ["step_number", "reached_at", "microseconds_from_previous"]


class Event(NamedTuple):
    at: int
    message_id: str
    steps: frozenset[int] = frozenset()
    bars: frozenset[int] = frozenset()


class Funnel(NamedTuple):
    ordering: str
    window: int | None
    mandatory: list[int]
    optional: Sequence[int] = ()
    exclusions: Sequence[int] = ()

    def allows(self, start: int, at: int) -> bool:
        return at >= start and (self.window is None or at <= start + self.window)


# --- the oracle: every assignment is tried, in the words of the definition ---------------------


def ordered_paths(events: list[Event], funnel: Funnel, path: list[Event]) -> Iterator[list[Event]]:
    """Every way to go on from `path`: distinct events, times never falling, inside the window."""
    yield path
    if len(path) < len(funnel.mandatory):
        for event in events:
            matches = funnel.mandatory[len(path)] in event.steps and event not in path
            if matches and event.at >= path[-1].at and funnel.allows(path[0].at, event.at):
                yield from ordered_paths(events, funnel, [*path, event])


def strict_paths(events: list[Event], funnel: Funnel, opening: Event) -> Iterator[list[Event]]:
    """In every order that time allows, the run of events straight after the opening."""
    ties = [list(tie) for _, tie in groupby(sorted(events), key=lambda event: event.at)]
    for choice in product(*map(permutations, ties)):
        line = [event for tie in choice for event in tie]
        path = []
        for number, event in zip(funnel.mandatory, line[line.index(opening) :], strict=False):
            if number not in event.steps or not funnel.allows(opening.at, event.at):
                break
            path.append(event)
        yield path


def distinct_steps(events: list[Event], free: frozenset[int]) -> int:
    """The most distinct steps that the events can take, one each."""
    if not events:
        return 0
    taken = [1 + distinct_steps(events[1:], free - {step}) for step in events[0].steps & free]
    return max([distinct_steps(events[1:], free), *taken])


def unordered_path(events: list[Event], funnel: Funnel, start: int) -> list[Event]:
    """The events that raise the count of distinct steps; in a tie, those without optionals."""
    steps = frozenset(funnel.mandatory)
    inside = [event for event in events if funnel.allows(start, event.at)]
    inside.sort(key=lambda e: (e.at, bool(e.steps & set(funnel.optional)), e.message_id))
    counts = [distinct_steps(inside[:length], steps) for length in range(len(inside) + 1)]
    return [event for i, event in enumerate(inside) if counts[i + 1] > counts[i]]


class Attempt(NamedTuple):
    opening: Event
    times: list[int]
    used: list[Event]
    is_spoilt: bool


def attempt_of(events: list[Event], funnel: Funnel, opening: Event, horizon: int) -> Attempt:
    if funnel.ordering == "unordered":
        used = unordered_path(events, funnel, opening.at)
    else:
        strict = funnel.ordering == "strict"
        paths = list(
            strict_paths(events, funnel, opening)
            if strict
            else ordered_paths(events, funnel, [opening])
        )
        used = min(paths, key=lambda path: (-len(path), [event.at for event in path]))
        for path in paths if not strict else []:  # an earlier match is never a loss
            assert all(mine.at <= other.at for mine, other in zip(used, path, strict=False))
    times = [event.at for event in used]
    whole = funnel.ordering == "unordered"
    for k in range(1, len(funnel.mandatory)) if not whole else [len(funnel.mandatory)]:
        low, high = (0, len(funnel.mandatory) - 1) if whole else (k - 1, k)
        if low >= len(times):
            break
        for event in sorted(events):
            barred = {n for n in event.bars if n in funnel.exclusions}
            if not whole:
                barred &= set(range(funnel.mandatory[k - 1] + 1, funnel.mandatory[k] + 1))
            in_time = (
                event.at < times[high]
                if high < len(times)
                else funnel.allows(times[0], event.at) and event.at <= horizon
            )
            if barred and event.at > times[low] and in_time:
                kept = [at for at in times if at <= event.at] if whole else times[:k]
                return Attempt(opening, kept, used, True)
    return Attempt(opening, times, used, False)


def optional_times(events: list[Event], funnel: Funnel, won: Attempt) -> list[int | None]:
    """The best of all assignments of events to optional steps, beside the mandatory ones."""
    whole = funnel.ordering == "unordered"

    def choices(number: int) -> list[Event | None]:
        before = 0 if whole else sum(m < number for m in funnel.mandatory) - 1
        after = len(funnel.mandatory) - 1 if whole else before + 1
        if before >= len(won.times):
            return [None]
        last = won.times[after] if after < len(won.times) else None
        return [None] + [
            event
            for event in events
            if number in event.steps
            and event.at >= won.times[before]
            and (funnel.allows(won.times[0], event.at) if last is None else event.at <= last)
        ]

    fixed = [[event] for event in won.used]
    if not whole:
        fixed = [[won.opening]] + [
            [event for event in events if number in event.steps and event.at == at]
            for number, at in zip(funnel.mandatory[1:], won.times[1:], strict=False)
        ]
    best = None
    for chosen in product(*fixed, *map(choices, funnel.optional)):
        taken = [event for event in chosen if event is not None]
        if len(set(taken)) == len(taken):
            spare = chosen[len(fixed) :]
            missed = [event is None for event in spare]
            key = (sum(missed), missed, [event.at for event in spare if event is not None])
            if best is None or key < best[0]:
                best = (key, [None if event is None else event.at for event in spare])
    return best[1]


def oracle(events: list[Event], funnel: Funnel, horizon: int) -> tuple[dict, list[dict]] | None:
    whole = funnel.ordering == "unordered"
    first_steps = set(funnel.mandatory if whole else funnel.mandatory[:1])
    openings = sorted(event for event in events if event.steps & first_steps)
    if not openings:
        return None
    attempts = [attempt_of(events, funnel, opening, horizon) for opening in openings]
    won = min(attempts, key=lambda a: (a.is_spoilt, -len(a.times), a.opening))
    is_converted = not won.is_spoilt and len(won.times) == len(funnel.mandatory)
    has_open = [funnel.window is not None and o.at + funnel.window > horizon for o in openings]
    values = (funnel.mandatory[len(won.times) - 1], won.times[0])
    values += (won.times[-1] if is_converted else None, is_converted, won.is_spoilt)
    values += (any(has_open), openings[0].at)
    actor = dict(zip(ACTOR_FIELDS, values, strict=True))
    if won.is_spoilt:
        return actor, []
    rows = []
    for k, at in enumerate(won.times):
        rows.append((funnel.mandatory[k], at, at - won.times[k - 1] if k else None))
    for number, at in zip(funnel.optional, optional_times(events, funnel, won), strict=True):
        if at is not None:
            before = [
                t
                for m, t in zip(funnel.mandatory, won.times, strict=False)
                if (t <= at if whole else m < number)
            ]
            rows.append((number, at, at - before[-1]))
    return actor, [dict(zip(STEP_FIELDS, row, strict=True)) for row in sorted(rows)]


# --- running the function ----------------------------------------------------------------------


def mask(numbers: frozenset[int]) -> int:
    return sum(1 << (number - 1) for number in numbers)


def run(
    logs: dict[str, list[Event]], funnel: Funnel, horizon: int = 10**9 * SECOND, name: str = "f"
) -> FunnelMatches:
    rows = [
        (name, actor, event.at, event.message_id, mask(event.steps), mask(event.bars))
        for actor, events in logs.items()
        for event in events
    ]
    window = pd.NA if funnel.window is None else funnel.window // SECOND
    funnels = pd.DataFrame({"funnel_id": [name], "ordering": [funnel.ordering]})
    funnels["window_seconds"] = pd.array([window], dtype="Int64")
    kinds = {"step": funnel.mandatory, "optional": funnel.optional, "exclusion": funnel.exclusions}
    steps = [(name, number, kind) for kind, numbers in kinds.items() for number in numbers]
    return match_funnels(
        pd.DataFrame(rows, columns=EVENT_COLUMNS),
        funnels,
        pd.DataFrame(steps, columns=["funnel_id", "step_number", "kind"]),
        horizon,
    )


def by_actor(frame: pd.DataFrame, fields: list[str]) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = {}
    columns = [[None if v is pd.NA else v for v in frame[field].tolist()] for field in fields]
    for actor, *values in zip(frame["actor_id"], *columns, strict=True):
        rows.setdefault(actor, []).append(dict(zip(fields, values, strict=True)))
    return rows

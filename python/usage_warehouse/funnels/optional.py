"""Optional steps of the winning attempts.

An optional step is reached by a matching event that no other step uses, at or after the match of
the mandatory step before it and at or before the match of the one after it, or within the window
when that one is not reached. In an unordered funnel its place is anywhere from the opening to the
completion. Mandatory steps keep their times; as many optional steps as possible are reached, lower
numbers first, each as early as it can be.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from usage_warehouse.funnels.attempts import Attempts
from usage_warehouse.funnels.definitions import NO_WINDOW, FunnelDefinition
from usage_warehouse.funnels.log import EventLog, dense_mask, has_step, next_index
from usage_warehouse.funnels.matching import augment
from usage_warehouse.funnels.ordered import within_window


@dataclass(frozen=True)
class Place:
    """Where an optional step may lie: tie groups `first` to `last`, per attempt.

    first: (A,) -1 where the step cannot be reached. last: (A,) -1 where only the window limits it.
    """

    step_number: int
    first: np.ndarray
    last: np.ndarray


def reach_optional(
    log: EventLog, definition: FunnelDefinition, winners: Attempts, reached_group: np.ndarray
) -> np.ndarray:
    """Tie group at which each winner reaches each optional step, -1 where not: (A, optional steps).

    `reached_group` is (A, n), the tie group of each mandatory step reached, else -1.
    """
    places = [_place(definition, number, reached_group) for number in definition.optional]
    start = reached_group[:, 0]
    result = np.full((len(start), len(places)), -1, dtype=np.int64)
    for column, place in enumerate(places):
        holds_step = log.union(has_step(log.matched, place.step_number).astype(np.int64)) == 1
        target = next_index(holds_step)[place.first]
        is_reached = (place.first >= 0) & within_window(log, start, target, definition.window)
        is_reached &= (place.last < 0) | (target <= place.last)
        result[is_reached, column] = target[is_reached]
    for row in _contended(log, definition, winners).tolist():
        result[row] = _reach_contended(log, definition, winners, reached_group, places, row)
    return result


def assign_optional(
    required: list[list[int]], optional: list[list[int]], times: dict[int, int]
) -> list[int | None]:
    """Time at which each optional step is reached, None where it is not.

    Each list holds the events that one step may take, in order of time; every required step is
    known to have a place. `times` gives the time of each event.
    """
    candidates = [*required, *optional]
    reached = list(range(len(required)))
    taken_by: dict[int, int] = {}
    for node in range(len(candidates)):
        if augment(candidates, node, taken_by) and node >= len(required):
            reached.append(node)
    result: list[int | None] = [None] * len(optional)
    for node in reached[len(required) :]:
        every = candidates[node]
        for limit in sorted({times[event] for event in every}):
            candidates[node] = [event for event in every if times[event] <= limit]
            trial: dict[int, int] = {}
            if all(augment(candidates, other, trial) for other in reached):
                result[node - len(required)] = limit
                break
    return result


def _place(definition: FunnelDefinition, number: int, reached_group: np.ndarray) -> Place:
    if definition.ordering == "unordered":
        return Place(number, reached_group[:, 0], reached_group[:, -1])
    after = bisect_left(definition.mandatory, number)
    not_reached = np.full(len(reached_group), -1, dtype=np.int64)
    last = reached_group[:, after] if after < len(definition.mandatory) else not_reached
    return Place(number, reached_group[:, after - 1], last)


def _contended(log: EventLog, definition: FunnelDefinition, winners: Attempts) -> np.ndarray:
    """Winners whose actor has an event that an optional step shares with another step."""
    numbers = definition.optional + definition.mandatory
    masks = dense_mask(log.matched, numbers)
    is_optional = masks & ((1 << len(definition.optional)) - 1) != 0
    is_shared = is_optional & (masks & (masks - 1) != 0)
    actors = np.unique(log.actor[is_shared])
    return np.flatnonzero(np.isin(log.actor[winners.opening], actors))


def _reach_contended(
    log: EventLog,
    definition: FunnelDefinition,
    winners: Attempts,
    reached_group: np.ndarray,
    places: list[Place],
    row: int,
) -> list[int]:
    """The exact assignment for one winner.

    A step needs no more candidates than there are steps: of its first that many, one is always
    left.
    """
    enough = len(definition.mandatory) + len(definition.optional)

    def events_between(first: int, last: int, number: int, used: set[int]) -> list[int]:
        begin, end = int(log.group_start[first]), int(log.group_start[last + 1])
        found = begin + np.flatnonzero(has_step(log.matched[begin:end], number))
        return [event for event in found[: enough + len(used)].tolist() if event not in used]

    groups = reached_group[row].tolist()
    required: list[list[int]] = []
    used: set[int] = set()
    if definition.ordering == "unordered":
        used = {event for event in winners.reached[row].tolist() if event >= 0}
    else:
        required.append([int(winners.opening[row])])
        for number, group in zip(definition.mandatory[1:], groups[1:], strict=True):
            if group >= 0:
                required.append(events_between(group, group, number, used))
    optional: list[list[int]] = []
    for place in places:
        first, last = int(place.first[row]), int(place.last[row])
        if first < 0:
            optional.append([])
            continue
        last = last if last >= 0 else _last_in_window(log, groups[0], definition.window)
        optional.append(events_between(first, last, place.step_number, used))
    group_of = {
        event: int(log.group[event]) for events in (*required, *optional) for event in events
    }
    assigned = assign_optional(required, optional, group_of)
    return [-1 if group is None else group for group in assigned]


def _last_in_window(log: EventLog, start: int, window: int) -> int:
    """Last tie group of the same actor that is at most `window` after group `start`."""
    end = int(log.group_actor_end[start])
    if window == NO_WINDOW:
        return end - 1
    elapsed = log.group_time[start:end] - log.group_time[start]
    return start + int(np.searchsorted(elapsed, window, side="right")) - 1

"""Unordered funnels: step k is reached when k distinct steps are matched inside one window.

The number of distinct steps that a set of events can take is the rank of a transversal matroid
(Edmonds and Fulkerson 1965), so going through the events in time and keeping each one that raises
the number gives the earliest time for every k at once. An attempt therefore hops from one raising
event to the next; which masks raise depends only on the masks kept so far (`matching.free_steps`).
"""

from __future__ import annotations

import numpy as np

from usage_warehouse.funnels.attempts import Attempts
from usage_warehouse.funnels.definitions import FunnelDefinition
from usage_warehouse.funnels.log import EventLog, dense_mask, has_step, next_index
from usage_warehouse.funnels.matching import Masks, free_steps
from usage_warehouse.funnels.ordered import within_window


def prefer_plain_events(log: EventLog, definition: FunnelDefinition) -> EventLog:
    """Reorder ties so that events that match no optional step are counted first."""
    spares = np.zeros(len(log.time), dtype=bool)
    for number in definition.optional:
        spares |= has_step(log.matched, number)
    order = np.lexsort((spares, log.group))
    return EventLog(log.actor[order], log.time[order], log.matched[order], log.barred[order])


def walk_unordered(log: EventLog, definition: FunnelDefinition, horizon: int) -> Attempts | None:
    """Walk every attempt of an unordered funnel; None when no event opens one.

    One attempt opens at each time that has an event of any mandatory step. An exclusion event of
    any number spoils it when it comes strictly after the opening and strictly before the completion
    or, without completion, within the window and not after `horizon` (microseconds).
    """
    step_count = len(definition.mandatory)
    masks = dense_mask(log.matched, definition.mandatory)
    start = np.flatnonzero(log.union(masks))
    if len(start) == 0:
        return None
    following = [next_index(masks >> step & 1 == 1) for step in range(step_count)]
    reached = np.full((len(start), step_count), -1, dtype=np.int64)
    states = _States(step_count)

    alive = np.arange(len(start))
    position = log.group_start[start]
    state = np.zeros(len(start), dtype=np.int64)
    for count in range(step_count):
        free = states.free(state)
        target = np.full(len(alive), len(masks), dtype=np.int64)
        for step in range(step_count):
            candidate = np.where(free >> step & 1, following[step][position], len(masks))
            target = np.minimum(target, candidate)
        target_group = np.append(log.group, len(log.group_size))[target]
        is_reached = within_window(log, start[alive], target_group, definition.window)
        alive, target = alive[is_reached], target[is_reached]
        reached[alive, count] = target
        state = states.after(state[is_reached], masks[target])
        position = target + 1

    is_spoilt = np.zeros(len(start), dtype=bool)
    if definition.exclusions:
        is_spoilt = _bar(log, definition, horizon, start, reached)
    return Attempts(reached[:, 0].copy(), (reached >= 0).sum(axis=1), is_spoilt, reached)


def _bar(
    log: EventLog,
    definition: FunnelDefinition,
    horizon: int,
    start: np.ndarray,
    reached: np.ndarray,
) -> np.ndarray:
    """Which attempts are spoilt; erases from `reached` what they reached after that."""
    bits = np.bitwise_or.reduce(definition.barring_bits())
    bar = next_index(log.group_barred & bits != 0)[start + 1]
    is_spoilt = within_window(log, start, bar, definition.window)
    reached_group = np.where(reached >= 0, log.group[reached], -1)
    completed = reached_group[:, -1]
    is_spoilt &= np.where(completed >= 0, bar < completed, log.group_time[bar] <= horizon)
    reached[is_spoilt[:, None] & (reached_group > bar[:, None])] = -1
    return is_spoilt


class _States:
    """Numbers the multisets of kept masks; state 0 is the empty one."""

    def __init__(self, step_count: int) -> None:
        self.step_count = step_count
        self.masks: list[Masks] = [()]
        self.numbers: dict[Masks, int] = {(): 0}

    def free(self, state: np.ndarray) -> np.ndarray:
        """Mask of the steps that can still raise the count, for each state."""
        used, code = np.unique(state, return_inverse=True)
        free = [free_steps(self.masks[number], self.step_count) for number in used.tolist()]
        return np.array(free, dtype=np.int64)[code]

    def after(self, state: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """The state after keeping one more event with `mask`."""
        distinct, mask_code = np.unique(mask, return_inverse=True)
        pairs, pair_of = np.unique(state * len(distinct) + mask_code, return_inverse=True)
        numbers = []
        for pair in pairs.tolist():
            kept = self.masks[pair // len(distinct)] + (int(distinct[pair % len(distinct)]),)
            kept = tuple(sorted(kept))
            if kept not in self.numbers:
                self.numbers[kept] = len(self.masks)
                self.masks.append(kept)
            numbers.append(self.numbers[kept])
        return np.array(numbers, dtype=np.int64)[pair_of]

"""Ordered and strict funnels: all attempts of all actors walk the steps side by side.

An attempt goes from tie group to tie group. In an ordered funnel it takes from each group as many
further steps as the group's events can give, and then goes to the next group that holds the step
wanted next. That is exact: whoever has reached a step earlier can still do all that a later one
can.

In a strict funnel the next group must follow at once and each group must be used up before it is
left, except the group where the attempt starts: what is not used there is thought before the
opening event. There, taking fewer steps can lead further (steps A, B, C; A and B together, then B,
then C), so every number of steps is tried; the furthest wins, then the one that reached its steps
earlier.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from usage_warehouse.funnels.attempts import Attempts
from usage_warehouse.funnels.definitions import FunnelDefinition
from usage_warehouse.funnels.log import EventLog, dense_mask, next_index
from usage_warehouse.funnels.matching import Masks, consecutive_steps


@dataclass(frozen=True)
class TieGroups:
    """What the events of each tie group can do for the mandatory steps.

    union: (G,) steps matched by any event. kind: (G,) row of the group's mask multiset in `kinds`.
    runs: (kinds, n + 1) how many steps in a row, from each step on, the events can take.
    """

    union: np.ndarray
    kind: np.ndarray
    kinds: list[Masks]
    runs: np.ndarray


def walk_ordered(log: EventLog, definition: FunnelDefinition, horizon: int) -> Attempts | None:
    """Walk every attempt of an ordered or strict funnel; None when no event opens one.

    `horizon` (microseconds) limits the exclusions that count against a step not reached.
    """
    masks = dense_mask(log.matched, definition.mandatory)
    opening = np.flatnonzero(masks & 1)
    if len(opening) == 0:
        return None
    groups = _tie_groups(log, masks, len(definition.mandatory))
    budget = _opening_budget(log, masks, groups, opening, len(definition.mandatory))
    if definition.ordering != "strict":
        return _walk(log, definition, horizon, groups, opening, budget)
    trials = budget + 1
    trial_of = np.repeat(np.arange(len(opening)), trials)
    tried_before = np.arange(len(trial_of)) - np.repeat(np.cumsum(trials) - trials, trials)
    walked = _walk(
        log, definition, horizon, groups, opening[trial_of], budget[trial_of] - tried_before
    )
    furthest = np.maximum.reduceat(walked.furthest, np.cumsum(trials) - trials)
    is_best = np.flatnonzero(walked.furthest == furthest[trial_of])
    return walked.take(is_best[np.unique(trial_of[is_best], return_index=True)[1]])


def _walk(
    log: EventLog,
    definition: FunnelDefinition,
    horizon: int,
    groups: TieGroups,
    opening: np.ndarray,
    opening_budget: np.ndarray,
) -> Attempts:
    """Walk attempts that take `opening_budget` further steps from the tie group they start in.

    `budget` is how many further steps an attempt may still take from the group it stands in, and
    `may_leave` whether a strict attempt will have used up that group.
    """
    step_count = len(definition.mandatory)
    no_group = len(groups.union)
    barring = definition.barring_bits()
    start = log.group[opening]
    furthest = np.ones(len(opening), dtype=np.int64)
    is_spoilt = np.zeros(len(opening), dtype=bool)
    reached = np.full((len(opening), step_count), -1, dtype=np.int64)
    reached[:, 0] = start

    alive = np.arange(len(opening))
    at, budget = start, opening_budget
    may_leave = np.ones(len(opening), dtype=bool)
    for step in range(1, step_count):
        holds_step = groups.union >> step & 1 == 1
        if definition.ordering == "strict":
            follows = np.append(np.where(holds_step, np.arange(no_group), no_group), no_group)
            following = np.where(may_leave, follows[at + 1], no_group)
        else:
            following = next_index(holds_step)[at + 1]
        inside = budget > 0
        target = np.where(inside, at, following)
        is_reached = within_window(log, start[alive], target, definition.window)
        if barring[step]:
            bar = next_index(log.group_barred & barring[step] != 0)[at + 1]
            is_barred = within_window(log, start[alive], bar, definition.window)
            is_barred &= np.where(is_reached, bar < target, log.group_time[bar] <= horizon)
            is_spoilt[alive[is_barred]] = True
            is_reached &= ~is_barred
        target, inside, alive = target[is_reached], inside[is_reached], alive[is_reached]
        furthest[alive] = step + 1
        reached[alive, step] = target
        taken = groups.runs[groups.kind[target], step]
        may_leave = np.where(inside, may_leave[is_reached], taken == log.group_size[target])
        budget = np.where(inside, budget[is_reached], taken) - 1
        at = target
    return Attempts(opening, furthest, is_spoilt, reached)


def within_window(log: EventLog, start: np.ndarray, target: np.ndarray, window: int) -> np.ndarray:
    """Whether each target group exists, is of the same actor and within `window` of start."""
    return (target < log.group_actor_end[start]) & (
        log.group_time[target] - log.group_time[start] <= window
    )


def _tie_groups(log: EventLog, masks: np.ndarray, step_count: int) -> TieGroups:
    """Number the distinct mask multisets of the groups and work out their runs once each."""
    union = log.union(masks)
    single_masks, kind = np.unique(union, return_inverse=True)
    kinds: dict[Masks, int] = {}
    for mask in single_masks.tolist():
        kinds[(mask,) if mask else ()] = len(kinds)
    several = np.flatnonzero(log.group_size > 1)
    all_masks = masks.tolist() if len(several) else []
    starts, ends = log.group_start[several].tolist(), log.group_start[several + 1].tolist()
    kind[several] = [
        kinds.setdefault(_multiset(all_masks[start:end]), len(kinds))
        for start, end in zip(starts, ends, strict=True)
    ]
    runs = np.array([consecutive_steps(kind_masks, step_count) for kind_masks in kinds])
    return TieGroups(union, kind, list(kinds), runs)


def _multiset(masks: list[int]) -> Masks:
    """Sorted masks that match something, no more copies of each than it has steps to take."""
    wanted = sorted(mask for mask in masks if mask)
    if len(wanted) < 3:
        return tuple(wanted)
    counts = Counter(wanted)
    return tuple(
        mask for mask, count in counts.items() for _ in range(min(count, mask.bit_count()))
    )


def _opening_budget(
    log: EventLog, masks: np.ndarray, groups: TieGroups, opening: np.ndarray, step_count: int
) -> np.ndarray:
    """How many steps after the first the rest of the opening event's own tie group can give."""
    budget = np.zeros(len(opening), dtype=np.int64)
    tied = np.flatnonzero(log.group_size[log.group[opening]] > 1)
    if len(tied) == 0:
        return budget
    kind = groups.kind[log.group[opening[tied]]]
    own_mask, own_code = np.unique(masks[opening[tied]], return_inverse=True)
    pairs, pair_of = np.unique(kind * len(own_mask) + own_code, return_inverse=True)
    budgets = []
    for pair in pairs.tolist():
        rest = list(groups.kinds[pair // len(own_mask)])
        rest.remove(int(own_mask[pair % len(own_mask)]))
        budgets.append(consecutive_steps(tuple(rest), step_count)[1])
    budget[tied] = np.array(budgets)[pair_of]
    return budget

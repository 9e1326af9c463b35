"""Which steps a handful of events can take, when each event takes one step only.

Small bipartite matchings between steps and events by augmenting paths (Kuhn 1955; Hall 1935 for
"a new event helps exactly when it matches a step that can be freed"). Results depend only on the
multiset of match masks, of which real logs hold few, so they are memoised per mask multiset.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

Masks = tuple[int, ...]


def augment(candidates: Sequence[Sequence[int]], node: int, taken_by: dict[int, int]) -> bool:
    """Match `node` to one of its candidates, moving other nodes where that is needed.

    `candidates[n]` lists what node n may take, in order of preference; `taken_by` maps a candidate
    to its node and is changed only on success. Returns whether the matching grew.
    """
    return _augment(candidates, node, taken_by, set())


def _augment(
    candidates: Sequence[Sequence[int]], node: int, taken_by: dict[int, int], seen: set[int]
) -> bool:
    for candidate in candidates[node]:
        if candidate in seen:
            continue
        seen.add(candidate)
        holder = taken_by.get(candidate)
        if holder is None or _augment(candidates, holder, taken_by, seen):
            taken_by[candidate] = node
            return True
    return False


@lru_cache(maxsize=200_000)
def consecutive_steps(masks: Masks, step_count: int) -> tuple[int, ...]:
    """For each step s of 0..`step_count`, how many of the steps s, s+1, … the events can take.

    `masks` are the match masks of distinct events of one tie group (bit s = step s).
    """
    candidates = [
        [event for event, mask in enumerate(masks) if mask >> step & 1]
        for step in range(step_count)
    ]
    runs = []
    for first in range(step_count + 1):
        taken_by: dict[int, int] = {}
        step = first
        while step < step_count and augment(candidates, step, taken_by):
            step += 1
        runs.append(step - first)
    return tuple(runs)


@lru_cache(maxsize=200_000)
def free_steps(masks: Masks, step_count: int) -> int:
    """Mask of the steps through which one more event would raise the number of distinct steps.

    `masks` are events that together take `len(masks)` distinct steps. An event raises the number
    exactly when its own mask meets the result: those steps are free, or can be freed by moving
    their event along an alternating path to a free step.
    """
    candidates = [[step for step in range(step_count) if mask >> step & 1] for mask in masks]
    step_taken_by: dict[int, int] = {}
    for event in range(len(masks)):
        augment(candidates, event, step_taken_by)
    freeable = sum(1 << step for step in range(step_count) if step not in step_taken_by)
    grew = True
    while grew:
        grew = False
        for step, event in step_taken_by.items():
            if not freeable >> step & 1 and masks[event] & freeable:
                freeable |= 1 << step
                grew = True
    return freeable

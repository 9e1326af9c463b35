"""The event log as sorted arrays, cut into funnels and blocks of whole actors.

Events of one actor with the same time form a *tie group*; groups, not events, are what the walks
step over, because inside a group every order is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from usage_warehouse.errors import BadInvocation
from usage_warehouse.funnels.definitions import FunnelDefinition, require_columns, step_bit

EVENT_COLUMNS = (
    "funnel_id",
    "actor_id",
    "event_at",
    "message_id",
    "matched_mask",
    "barred_mask",
)
ROWS_PER_BLOCK = 250_000


@dataclass(frozen=True)
class EventLog:
    """Events of whole actors of one funnel, sorted by actor, time and message id.

    All arrays are int64 of one length; `actor` holds codes, `time` microseconds since the epoch.
    """

    actor: np.ndarray
    time: np.ndarray
    matched: np.ndarray
    barred: np.ndarray

    @cached_property
    def group_start(self) -> np.ndarray:
        """First event of each tie group, and the number of events at the end."""
        changed = (self.actor[1:] != self.actor[:-1]) | (self.time[1:] != self.time[:-1])
        return np.concatenate(([0], np.flatnonzero(changed) + 1, [len(self.actor)]))

    @cached_property
    def group_size(self) -> np.ndarray:
        """Number of events in each tie group."""
        return np.diff(self.group_start)

    @cached_property
    def group(self) -> np.ndarray:
        """Tie group of each event."""
        return np.repeat(np.arange(len(self.group_size)), self.group_size)

    @cached_property
    def group_time(self) -> np.ndarray:
        """Time of each tie group; the last value is repeated once, for "no such group"."""
        return np.append(self.time[self.group_start[:-1]], self.time[-1])

    @cached_property
    def group_actor_end(self) -> np.ndarray:
        """For each tie group, the first group of the next actor."""
        actor = self.actor[self.group_start[:-1]]
        return np.searchsorted(actor, actor, side="right")

    @cached_property
    def group_barred(self) -> np.ndarray:
        """Union of `barred` over each tie group."""
        return self.union(self.barred)

    def union(self, masks: np.ndarray) -> np.ndarray:
        """Bitwise union of an event array over each tie group."""
        return np.bitwise_or.reduceat(masks, self.group_start[:-1])


def next_index(holds: np.ndarray) -> np.ndarray:
    """For each position p of 0..n, the first position at or after p that `holds`, else n."""
    count = len(holds)
    positions = np.append(np.where(holds, np.arange(count), count), count)
    return np.minimum.accumulate(positions[::-1])[::-1]


def dense_mask(masks: np.ndarray, step_numbers: tuple[int, ...]) -> np.ndarray:
    """Masks whose bit i says that the event matches the i-th of `step_numbers`."""
    dense = np.zeros(len(masks), dtype=np.int64)
    for position, number in enumerate(step_numbers):
        dense |= ((masks >> (number - 1)) & 1) << position
    return dense


def has_step(masks: np.ndarray, step_number: int) -> np.ndarray:
    """Whether each mask holds the bit of a step number."""
    return masks & step_bit(step_number) != 0


def split_events(
    events: pd.DataFrame, definitions: list[FunnelDefinition]
) -> tuple[pd.Index, Iterator[tuple[FunnelDefinition, EventLog]]]:
    """Sort events and cut them into logs of one funnel and at most about `ROWS_PER_BLOCK` rows.

    Returns the sorted actor ids, to which the codes in the logs point, and the logs in order of
    funnel and actor; an actor is never cut.

    Raises:
        BadInvocation: a missing column or value, a negative mask or an undefined funnel.
    """
    require_columns(events, "events", EVENT_COLUMNS)
    for column in EVENT_COLUMNS:
        missing = np.flatnonzero(events[column].isna().to_numpy())
        if len(missing):
            raise BadInvocation(
                f"events: row {missing[0]}: {column} is null", "leave such rows out"
            )
    time, matched, barred = (
        events[column].to_numpy(dtype=np.int64)
        for column in ("event_at", "matched_mask", "barred_mask")
    )
    negative = np.flatnonzero((matched < 0) | (barred < 0))
    if len(negative):
        raise BadInvocation(
            f"events: row {negative[0]}: negative mask", "set bit k - 1 for step k, k from 1 to 62"
        )
    funnel = pd.Index([d.funnel_id for d in definitions]).get_indexer(events["funnel_id"])
    unknown = np.flatnonzero(funnel < 0)
    if len(unknown):
        raise BadInvocation(
            f"events: row {unknown[0]}: funnel '{events['funnel_id'].iloc[unknown[0]]}' "
            "is not defined",
            "add it to funnels and funnel_steps",
        )
    actor, actor_ids = pd.factorize(events["actor_id"], sort=True)
    order = np.lexsort((time, actor, funnel))
    order = _order_ties(order, funnel, actor, time, matched, barred, events["message_id"])
    sorted_log = EventLog(actor[order], time[order], matched[order], barred[order])
    return pd.Index(actor_ids), _blocks(sorted_log, funnel[order], definitions)


def _order_ties(
    order: np.ndarray,
    funnel: np.ndarray,
    actor: np.ndarray,
    time: np.ndarray,
    matched: np.ndarray,
    barred: np.ndarray,
    message_id: pd.Series,
) -> np.ndarray:
    """Put equal times of one actor into order of message id (ids are ranked only where needed)."""
    if len(order) < 2:
        return order
    same = np.ones(len(order) - 1, dtype=bool)
    for key in (funnel, actor, time):
        same &= key[order[1:]] == key[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    rank = pd.factorize(message_id.iloc[rows], sort=True)[0]
    inner = np.lexsort((barred[rows], matched[rows], rank, time[rows], actor[rows], funnel[rows]))
    result = order.copy()
    result[tied] = rows[inner]
    return result


def _blocks(
    log: EventLog, funnel: np.ndarray, definitions: list[FunnelDefinition]
) -> Iterator[tuple[FunnelDefinition, EventLog]]:
    for code, definition in enumerate(definitions):
        start, stop = np.searchsorted(funnel, [code, code + 1])
        while start < stop:
            end = min(start + ROWS_PER_BLOCK, stop)
            end = start + np.searchsorted(log.actor[start:stop], log.actor[end - 1], side="right")
            yield (
                definition,
                EventLog(
                    log.actor[start:end],
                    log.time[start:end],
                    log.matched[start:end],
                    log.barred[start:end],
                ),
            )
            start = end

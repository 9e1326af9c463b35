"""The public function: events and definitions in, one result per funnel and actor out.

Semantics, in addition to the walks:

- Any step-1 event opens an attempt. Its step times are the earliest possible ones; among equal
  times any order is allowed, the one that reaches furthest.
- An exclusion event bars the way to its step when it comes strictly after the match of the
  mandatory step before and strictly before the match of that step, or, where that step is not
  reached, within the window and not after the horizon. The attempt ends there and is spoilt.
- An actor's result is a clean attempt before a spoilt one, then the furthest, then the earliest
  (ties by message id). Only a clean attempt converts; an actor with none is excluded and has no
  step rows.
- Nothing depends on the order of the rows, and every (funnel, actor) is independent of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from usage_warehouse.engine.frames import no_rows
from usage_warehouse.funnels.attempts import Attempts, best_attempts
from usage_warehouse.funnels.definitions import NO_WINDOW, FunnelDefinition, read_definitions
from usage_warehouse.funnels.log import EventLog, split_events
from usage_warehouse.funnels.optional import reach_optional
from usage_warehouse.funnels.ordered import walk_ordered
from usage_warehouse.funnels.unordered import prefer_plain_events, walk_unordered

ACTOR_TYPES = {
    "funnel_id": "str",
    "actor_id": "str",
    "furthest_step": "int64",
    "entered_at": "int64",
    "completed_at": "Int64",
    "is_converted": "bool",
    "is_excluded": "bool",
    "has_open_window": "bool",
    "first_entered_at": "int64",
}
STEP_TYPES = {
    "funnel_id": "str",
    "actor_id": "str",
    "step_number": "int64",
    "reached_at": "int64",
    "microseconds_from_previous": "Int64",
}


@dataclass(frozen=True)
class FunnelMatches:
    """Results of `match_funnels`; times are int64 microseconds since the epoch.

    actors: one row per (funnel_id, actor_id) that entered, in that order: furthest_step (a
        mandatory step number), entered_at (opening of the winning attempt), completed_at (null
        unless converted), is_converted, is_excluded, has_open_window (some opening whose window is
        not over at the horizon; false without a window), first_entered_at (earliest opening). For
        an excluded actor furthest_step and entered_at are those of its furthest spoilt attempt.
    steps: one row per step that the winning attempt reached, ordered by step_number inside an
        actor, optional steps included: reached_at, microseconds_from_previous (since the last
        mandatory step before it; null at step 1).
    """

    actors: pd.DataFrame
    steps: pd.DataFrame


def match_funnels(
    events: pd.DataFrame,
    funnels: pd.DataFrame,
    steps: pd.DataFrame,
    horizon: int | pd.Timestamp,
) -> FunnelMatches:
    """Find how far each actor got in each funnel.

    Args:
        events: one row per (funnel, actor, event) that counts: funnel_id, actor_id, event_at (int64
            microseconds since the epoch), message_id, and two int64 masks whose bit k - 1 stands
            for number k: matched_mask (the steps and optional steps that the event matches) and
            barred_mask (the exclusion rows that it matches). Strict funnels need every event of
            their actors, those that match nothing with masks 0.
        funnels: funnel_id, ordering ('ordered', 'strict', 'unordered'), window_seconds (null for
            no window).
        steps: funnel_id, step_number (1 to 62), kind ('step', 'optional', 'exclusion').
        horizon: the verdict horizon, as microseconds since the epoch or a timestamp (UTC if naive).
            A window is over when start + window <= horizon.

    Raises:
        BadInvocation: definitions or events that break the above; the message names row and column.
    """
    horizon_at = _microseconds(horizon)
    actor_ids, logs = split_events(events, read_definitions(funnels, steps))
    actor_parts, step_parts = [], []
    for definition, log in logs:
        found = _match_log(log, definition, horizon_at)
        if found is not None:
            actor_parts.append(found[0])
            step_parts.append(found[1])
    return FunnelMatches(
        _typed(actor_parts, actor_ids, ACTOR_TYPES), _typed(step_parts, actor_ids, STEP_TYPES)
    )


def _match_log(
    log: EventLog, definition: FunnelDefinition, horizon: int
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Actor and step rows of one log, with actor codes; None when nobody entered."""
    if definition.ordering == "unordered":
        log = prefer_plain_events(log, definition)
        attempts = walk_unordered(log, definition, horizon)
    else:
        attempts = walk_ordered(log, definition, horizon)
    if attempts is None:
        return None
    attempt_actor = log.actor[attempts.opening]
    opened_at = log.time[attempts.opening]
    first = np.flatnonzero(np.append(True, attempt_actor[1:] != attempt_actor[:-1]))
    last = np.append(first[1:], len(attempt_actor)) - 1

    winners = attempts.take(best_attempts(attempts, attempt_actor))
    reached_group = winners.reached
    if definition.ordering == "unordered":
        reached_group = np.where(winners.reached >= 0, log.group[winners.reached], -1)
    is_converted = ~winners.is_spoilt & (winners.furthest == len(definition.mandatory))
    has_open_window = np.zeros(len(first), dtype=bool)
    if definition.window != NO_WINDOW:
        has_open_window = opened_at[last] > horizon - definition.window
    actors = pd.DataFrame(
        {
            "funnel_id": definition.funnel_id,
            "actor_id": attempt_actor[first],
            "furthest_step": np.array(definition.mandatory)[winners.furthest - 1],
            "entered_at": log.time[winners.opening],
            "completed_at": _nullable(log.group_time[reached_group[:, -1]], ~is_converted),
            "is_converted": is_converted,
            "is_excluded": winners.is_spoilt,
            "has_open_window": has_open_window,
            "first_entered_at": opened_at[first],
        }
    )
    clean = np.flatnonzero(~winners.is_spoilt)
    return actors, _step_rows(log, definition, winners.take(clean), reached_group[clean])


def _step_rows(
    log: EventLog, definition: FunnelDefinition, winners: Attempts, reached_group: np.ndarray
) -> pd.DataFrame:
    """Long rows of the steps reached, by actor and step number."""
    optional_group = reach_optional(log, definition, winners, reached_group)
    numbers = np.array(definition.mandatory + definition.optional)
    columns = np.argsort(numbers)
    numbers = numbers[columns]
    group = np.concatenate([reached_group, optional_group], axis=1)[:, columns]
    row, column = np.nonzero(group >= 0)
    reached_at = log.group_time[group[row, column]]
    if definition.ordering == "unordered":
        previous = _previous_in_time(reached_group, group, columns)[row, column]
    else:
        before = np.searchsorted(definition.mandatory, numbers) - 1
        previous = np.where(before >= 0, reached_group[:, before], -1)[row, column]
    elapsed = reached_at - log.group_time[previous]
    return pd.DataFrame(
        {
            "funnel_id": definition.funnel_id,
            "actor_id": log.actor[winners.opening][row],
            "step_number": numbers[column],
            "reached_at": reached_at,
            "microseconds_from_previous": _nullable(elapsed, previous < 0),
        }
    )


def _previous_in_time(
    reached_group: np.ndarray, group: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Previous group in unordered funnels: of step k step k - 1, of optional ones the latest."""
    step_count = reached_group.shape[1]
    previous = np.full(group.shape, -1, dtype=np.int64)
    for target, source in enumerate(columns.tolist()):
        if source >= step_count:
            earlier = np.where(reached_group <= group[:, [target]], reached_group, -1)
            previous[:, target] = earlier.max(axis=1)
        elif source > 0:
            previous[:, target] = reached_group[:, source - 1]
    return previous


def _typed(parts: list[pd.DataFrame], actor_ids: pd.Index, types: dict[str, str]) -> pd.DataFrame:
    """Join the parts, put actor ids for codes, and give every column its type."""
    if not parts:
        return no_rows(types)
    frame = pd.concat(parts, ignore_index=True)
    frame["actor_id"] = actor_ids.take(frame["actor_id"])
    return frame.astype(types)


def _nullable(values: np.ndarray, is_null: np.ndarray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(np.where(is_null, 0, values), is_null)


def _microseconds(moment: int | pd.Timestamp) -> int:
    if not isinstance(moment, pd.Timestamp):
        return int(moment)
    utc = moment if moment.tzinfo is None else moment.tz_convert(None)
    return int(utc.to_datetime64().astype("datetime64[us]").astype("int64"))

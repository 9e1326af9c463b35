"""Between the models' relations and the matcher: frames in, one long frame out."""

from __future__ import annotations

import pandas as pd

from usage_warehouse.engine.frames import no_rows
from usage_warehouse.funnels.match import match_funnels

EPOCH = pd.Timestamp("1970-01-01")
COLUMN_TYPES = {
    "funnel_id": "str",
    "actor_id": "str",
    "furthest_step": "int64",
    "entered_at": "datetime64[us]",
    "completed_at": "datetime64[us]",
    "is_converted": "bool",
    "is_excluded": "bool",
    "has_open_window": "bool",
    "step_number": "Int64",
    "reached_at": "datetime64[us]",
    "microseconds_from_previous": "Int64",
}


def attempt_rows(
    events: pd.DataFrame, funnels: pd.DataFrame, steps: pd.DataFrame, clock: pd.DataFrame
) -> pd.DataFrame:
    """Winning attempts, one row per funnel, actor and step reached.

    events: funnel_id, actor_id, event_at_micros (int64 since the epoch), message_id,
        matched_mask, barred_mask. funnels, steps: the cleaned seeds. clock: one row with
        usage_as_of_at, the horizon at which a window counts as over.
    Returns the columns of COLUMN_TYPES; step columns are null for an excluded actor.
    """
    horizon = clock["usage_as_of_at"].iloc[0] if len(clock) else pd.NaT
    if events.empty or pd.isna(horizon):
        return no_rows(COLUMN_TYPES)
    matches = match_funnels(
        events.rename(columns={"event_at_micros": "event_at"}), funnels, steps, horizon
    )
    rows = matches.actors.drop(columns="first_entered_at").merge(
        matches.steps, on=["funnel_id", "actor_id"], how="left", validate="one_to_many"
    )
    for column in ("entered_at", "completed_at", "reached_at"):
        rows[column] = EPOCH + pd.to_timedelta(rows[column].astype("Int64"), unit="us")
    return rows.astype(COLUMN_TYPES)[list(COLUMN_TYPES)]

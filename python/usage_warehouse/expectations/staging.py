"""Suites `load_days`, `sources` and `feed`: what staging made of the lines that came in.

load_days  a row per source and day of load (governance.profile_load_days)
sources    a row per source, summed over its days
feed       one row: everything, beside the tracking plan

Small batches break any share by chance, so shares are bound only above a number of lines.
"""

from __future__ import annotations

from usage_warehouse.expectations.check import BETWEEN, Check, frame_checks

LOAD_DAYS_COLUMNS = (
    "source",
    "loaded_date",
    "row_count",
    "accepted_count",
    "duplicate_count",
    "malformed_count",
    "missing_ids_count",
    "bad_time_count",
    "conflicting_duplicate_count",
    "quarantined_count",
    "quarantined_share",
    "history_day_count",
    "usual_row_count",
    "usual_quarantined_share",
    "volume_ratio",
    "event_mix_distance",
    "is_recent",
    "is_last_whole",
    "usable_count",
    "quarantined_excess",
)
SOURCES_COLUMNS = (
    "source",
    "row_count",
    "accepted_count",
    "duplicate_count",
    "quarantined_count",
    "accepted_share",
    "duplicate_share",
    "quarantined_share",
)
FEED_COLUMNS = (
    "row_count",
    "accepted_count",
    "quarantined_count",
    "plan_event_count",
    "loaded_event_count",
    "matched_event_count",
)
LOOK = "See governance.profile_load_days and governance.quarantined_events."
NO_LINES = "Staging holds no line of events: nothing can be built from it."

LOAD_DAYS: tuple[Check, ...] = (
    *frame_checks(columns=LOAD_DAYS_COLUMNS, key="row_count", unit="days of load", empty=NO_LINES),
    Check(
        name="no_large_day_is_refused_whole",
        expectation=BETWEEN,
        column="usable_count",
        arguments={"min_value": 1},
        only_where="row_count >= 1000",
        says="{failed} of {judged} days of load with 1,000 lines or more were refused whole",
        reason=(
            "A thousand lines without one that is usable are a broken batch, and the marts would"
            " show a day without customers (bound of 2026-11-22). Repair and land it again, or"
            f" withdraw its file. {LOOK}"
        ),
        fault="a day of 1,000 lines, all quarantined",
    ),
    Check(
        name="no_small_day_is_refused_whole",
        expectation=BETWEEN,
        column="usable_count",
        arguments={"min_value": 1},
        severity="warn",
        only_where="20 <= row_count < 1000",
        says="{failed} of {judged} days of load with 20 to 999 lines were refused whole",
        reason=(
            "As above, where it may still be a handful of stray lines that came late; duplicates"
            f" are no refusal (bound of 2026-11-22). {LOOK}"
        ),
        fault="a day of 20 lines, all quarantined",
    ),
    Check(
        name="quarantined_share_has_not_risen",
        expectation=BETWEEN,
        column="quarantined_excess",
        arguments={"max_value": 0.02},
        severity="warn",
        only_where=(
            "is_recent and row_count >= 200 and history_day_count >= 7 and quarantined_share <= 0.2"
        ),
        says=(
            "on {failed} of {judged} recent days of load the quarantined share is over two"
            " points above three times the usual one"
        ),
        reason=(
            "What one event of many breaks stays far below any fixed bound. Against all lines of"
            " the 28 days before; two points are what a day of 200 lines may have by chance"
            f" (bound of 2026-11-27; the worst day of the sample has 1.8). {LOOK}"
        ),
        fault="a newest day with 8 % quarantined where 1 % is usual",
    ),
    Check(
        name="no_large_recent_day_is_mostly_refused",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.5},
        only_where="is_recent and row_count >= 1000 and usable_count > 0",
        says=(
            "{failed} of {judged} recent days of load with 1,000 lines or more had over half of"
            " them quarantined (up to {high:.1%})"
        ),
        reason=(
            "Half a day is no day: the marts would show customers who left. As old days go on"
            " being right, it is the newest that must not be published (bound of 2026-11-27)."
            f" Mend the tracker or the landing and land again, or withdraw the file. {LOOK}"
        ),
        fault="a newest day of 1,000 lines with 600 quarantined",
    ),
    Check(
        name="recent_days_are_mostly_usable",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.2},
        severity="warn",
        only_where=(
            "is_recent and row_count >= 100 and usable_count > 0"
            " and (row_count < 1000 or quarantined_share <= 0.5)"
        ),
        says=(
            "{failed} of {judged} recent days of load had over 20 % of their lines quarantined"
            " (up to {high:.1%})"
        ),
        reason=(
            "A tracker release that breaks a field shows first in the newest days, long before"
            f" it moves a total (bound of 2026-11-22; the sample has 1.5 % at most). {LOOK}"
        ),
        fault="a newest day of 100 lines with 30 quarantined",
    ),
    Check(
        name="volume_has_not_collapsed",
        expectation=BETWEEN,
        column="volume_ratio",
        arguments={"min_value": 0.05},
        severity="warn",
        only_where="is_last_whole and history_day_count >= 7 and usual_row_count >= 200",
        says=(
            "{failed} of {judged} sources brought under 5 % of their usual lines on the last"
            " whole day of load (down to {low:.1%})"
        ),
        reason=(
            "A source that stopped half-way looks like customers who left. Against the median"
            " of 28 days; a Sunday of business software has 10 to 20 %, so only a twentieth is"
            f" called collapsed (bound of 2026-11-22). {LOOK}"
        ),
        fault="a last whole day with 3 % of the usual lines",
    ),
    Check(
        name="event_mix_has_not_shifted",
        expectation=BETWEEN,
        column="event_mix_distance",
        arguments={"max_value": 0.6},
        severity="warn",
        only_where="is_recent and accepted_count >= 500 and history_day_count >= 7",
        says=(
            "on {failed} of {judged} recent days of load most events have other names than in"
            " the 28 days before (distance up to {high:.2f} of 1)"
        ),
        reason=(
            "Events that were renamed at once leave every number in place except those that"
            " need their names. Total variation distance: 0 = same mix, 1 = nothing in common"
            f" (bound of 2026-11-22; the sample has 0.15 at most). {LOOK}"
        ),
        fault="a newest day of 500 events under new names",
    ),
)

SOURCES: tuple[Check, ...] = (
    *frame_checks(columns=SOURCES_COLUMNS, key="row_count", unit="sources", empty=NO_LINES),
    Check(
        name="refused_lines_are_the_minority",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.5},
        only_where="row_count >= 1000",
        says=(
            "{failed} of {judged} sources have more than half of their lines quarantined"
            " (up to {high:.1%})"
        ),
        reason=(
            "Quarantine is for single lines. When most of a source is refused its mapping or its"
            " clock is wrong, and what is left is no sample of it (bound of 2026-11-22). Read"
            f" the reasons, mend the landing's --map or the tracker, land again. {LOOK}"
        ),
        fault="a source of 1,000 lines with 600 quarantined",
    ),
    Check(
        name="refused_lines_are_few",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.05},
        severity="warn",
        only_where="row_count >= 200 and (row_count < 1000 or quarantined_share <= 0.5)",
        says=(
            "{failed} of {judged} sources have over 5 % of their lines quarantined"
            " (up to {high:.1%})"
        ),
        reason=(
            "One line in twenty lost is more than any number here is exact to (bound of"
            f" 2026-11-22; the sample has 0.6 %). {LOOK}"
        ),
        fault="a source of 200 lines with 20 quarantined",
    ),
    Check(
        name="duplicates_are_the_minority",
        expectation=BETWEEN,
        column="duplicate_share",
        arguments={"max_value": 0.5},
        severity="warn",
        only_where="row_count >= 200",
        says="{failed} of {judged} sources brought most lines twice or more (up to {high:.1%})",
        reason=(
            "Duplicates are dropped safely, but more than every second line means that whole"
            " archives are landed again under other names (bound of 2026-11-22: one full"
            f" re-delivery is exactly a half). {LOOK}"
        ),
        fault="a source of 200 lines with 120 duplicates",
    ),
)

FEED: tuple[Check, ...] = (
    *frame_checks(
        columns=FEED_COLUMNS,
        key="accepted_count",
        unit="rows of the feed profile",
        empty="The profile of the feed has one row; mend it.",
        rows={"min_value": 1, "max_value": 1},
    ),
    Check(
        name="some_lines_are_accepted",
        expectation=BETWEEN,
        column="accepted_count",
        arguments={"min_value": 1},
        says=(
            "{accepted_count} of {row_count} lines were accepted ({quarantined_count} quarantined)"
        ),
        reason=(
            "Without an accepted message every mart is empty and every test passes (2026-11-22)."
            " `select reasons, count(*) from governance.quarantined_events group by all` says"
            " why; an unmapped column is the usual cause."
        ),
        fault="a feed whose lines are all quarantined",
    ),
    Check(
        name="tracking_plan_matches_the_events",
        expectation=BETWEEN,
        column="matched_event_count",
        arguments={"min_value": 1},
        only_where="plan_event_count > 0 and loaded_event_count > 0",
        says=(
            "{matched_event_count} of the {plan_event_count} events in the tracking plan occur"
            " among the {loaded_event_count} event names loaded"
        ),
        reason=(
            "A plan that was written for another product makes every event unplanned and every"
            " mart zero, without an error (2026-11-22: not one event in common is no plan of"
            " this feed). Edit seeds/tracking_plan.csv (or the one in USAGE_SEEDS) to name your"
            " events, or leave only its header: then every event counts."
        ),
        fault="a tracking plan of another product",
    ),
)

"""Suite `raw_files`: the raw files of events.messages before SQL judges their rows.

The frame has a row per file (governance.profile_raw_files) and what the file's header says.
Shares are bound only where a file has a hundred rows: below that, two odd rows are a tenth.
"""

from __future__ import annotations

from datetime import datetime

from usage_warehouse.expectations.check import BETWEEN, IN_SET, Check, frame_checks

# The columns that the raw contract requires (models/staging/events/_events__sources.yml).
REQUIRED_COLUMNS = ("message_id", "type", "received_at", "_loaded_at")

RAW_FILES_COLUMNS = (
    "load_unit",
    "row_count",
    "message_id_null_share",
    "received_at_null_share",
    "actor_id_null_share",
    "loaded_at_null_count",
    "track_share",
    "identify_share",
    "group_share",
    "page_share",
    "screen_share",
    "alias_share",
    "unknown_type_share",
    "received_after_load_share",
    "first_received_at",
    "last_received_at",
    "last_loaded_at",
    "lag_hours_median",
    "lag_hours_p99",
    "usual_lag_hours",
    "earlier_file_count",
    "is_newest",
    *(f"has_{column}" for column in REQUIRED_COLUMNS),
    "lag_excess_hours",
)
LOOK = "See governance.profile_raw_files."
ENOUGH = "row_count >= 100"


def _header(column: str) -> Check:
    return Check(
        name=f"header_has_{column}",
        expectation=IN_SET,
        column=f"has_{column}",
        arguments={"value_set": [True]},
        says=f"{{failed}} of {{rows}} raw files lack the required column {column}",
        reason=(
            "Files are read together, so a column that one of them lacks would quietly be null"
            f" there. The raw contract requires it (2026-11-22). Land the file again. {LOOK}"
        ),
        fault=f"a file without the column {column}",
    )


def _null_share(column: str, missing: str, outcome: str) -> Check:
    return Check(
        name=f"{missing.replace(' ', '_')}_is_rarely_missing",
        expectation=BETWEEN,
        column=column,
        arguments={"max_value": 0.05},
        severity="warn",
        only_where=ENOUGH,
        says=(
            f"{{failed}} of {{judged}} raw files have more than 5 % rows without {missing}"
            " (up to {high:.1%})"
        ),
        reason=(
            f"Single rows without it are {outcome}; a twentieth of a file is a mapping that"
            f" lost a column (bound of 2026-11-22; the sample plants 0.3 % at most). {LOOK}"
        ),
        fault=f"a file of a hundred rows, a tenth of them without {missing}",
    )


RAW_FILES: tuple[Check, ...] = (
    *frame_checks(
        columns=RAW_FILES_COLUMNS,
        key="row_count",
        unit="raw files",
        empty="No file holds a row: land events, or point USAGE_RAW at the folder with them.",
    ),
    *(_header(column) for column in REQUIRED_COLUMNS),
    Check(
        name="load_time_is_set",
        expectation=BETWEEN,
        column="loaded_at_null_count",
        arguments={"max_value": 0},
        says="{failed} of {rows} raw files have rows whose _loaded_at is absent or no time",
        reason=(
            "A row without a load time belongs to no day of load, so it cannot be accounted"
            f" for; no row may lack it (2026-11-22). {LOOK}"
        ),
        fault="one row whose _loaded_at is no time",
    ),
    Check(
        name="receipt_is_not_before_this_era",
        expectation=BETWEEN,
        column="last_received_at",
        arguments={"min_value": datetime(2000, 1, 1)},  # noqa: DTZ001 -- frames are UTC without zone
        says="{failed} of {rows} raw files were received before the year 2000 as a whole",
        reason=(
            "No tracker is that old: a default of zero, or a number read in the wrong unit, puts"
            f" a whole file into 1970 (2026-11-22). Mend the loader's received_at. {LOOK}"
        ),
        fault="a file whose received_at is 1970",
    ),
    Check(
        name="receipt_is_not_after_this_era",
        expectation=BETWEEN,
        column="first_received_at",
        arguments={"max_value": datetime(2100, 1, 1)},  # noqa: DTZ001 -- as above
        says="{failed} of {rows} raw files were received after the year 2100 as a whole",
        reason=(
            "A placeholder such as 9999-12-31, or a number read in the wrong unit (2026-11-22)."
            f" Mend the loader's received_at. {LOOK}"
        ),
        fault="a file whose received_at is 9999",
    ),
    _null_share("message_id_null_share", "message_id", "quarantined as missing_ids"),
    _null_share("received_at_null_share", "received_at", "judged by their timestamp alone"),
    _null_share("actor_id_null_share", "any actor id", "quarantined as missing_ids"),
    Check(
        name="message_types_are_known",
        expectation=BETWEEN,
        column="unknown_type_share",
        arguments={"max_value": 0.05},
        severity="warn",
        only_where=ENOUGH,
        says=(
            "{failed} of {judged} raw files have more than 5 % rows of no known type"
            " (up to {high:.1%})"
        ),
        reason=(
            "Such rows are quarantined as malformed. A twentieth of a file is no stray row, it"
            " is a tracker that writes another type, or a mapping that fills it wrong (bound of"
            f" 2026-11-22; the sample plants 0.3 % at most). {LOOK}"
        ),
        fault="a file of a hundred rows, a tenth of them of type 'click'",
    ),
    Check(
        name="receipt_is_before_the_load",
        expectation=BETWEEN,
        column="received_after_load_share",
        arguments={"max_value": 0.01},
        severity="warn",
        only_where=ENOUGH,
        says=(
            "{failed} of {judged} raw files have rows received over 24 hours after they were"
            " loaded (up to {high:.1%} of a file)"
        ),
        reason=(
            "What is loaded was received before. A day of tolerance covers time zones and"
            " clocks; beyond it, load times were back-dated or dates are mixed up (bound of"
            f" 2026-11-22; 0 in the sample). {LOOK}"
        ),
        fault="a file loaded two days before its rows were received",
    ),
    Check(
        name="newest_files_are_not_late",
        expectation=BETWEEN,
        column="lag_excess_hours",
        arguments={"max_value": 48},
        severity="warn",
        only_where=f"is_newest and earlier_file_count >= 7 and {ENOUGH}",
        says=(
            "{failed} of {judged} files of the newest day of load are over 48 hours later than"
            " usual (up to {high:,.1f} hours)"
        ),
        reason=(
            "Lag is judged against the feed's own habit, so that a backfill by a daily, weekly"
            " or first load is none. Only the newest day is: older ones are history (bound of"
            f" 2026-11-22: a weekend). {LOOK}"
        ),
        fault="a newest file that was received 80 hours earlier than files usually are",
    ),
)

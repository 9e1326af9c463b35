"""Suite `core`: how the conformed core is distributed, one row of measures over all of it.

That every event keeps its row, its session and its person is proved row by row in SQL; here
is what only a distribution shows. Shares are bound only above a number of events, since a
company of five people has no distribution.
"""

from __future__ import annotations

from datetime import datetime

from usage_warehouse.expectations.check import BETWEEN, Check, frame_checks

CORE_COLUMNS = (
    "event_count",
    "behaviour_event_count",
    "counted_event_count",
    "identified_event_count",
    "excluded_share",
    "anonymous_share",
    "without_account_share",
    "event_day_count",
    "busiest_day_share",
    "first_event_at",
    "session_count",
    "long_session_share",
    "overlong_session_share",
    "person_count",
    "largest_person_share",
    "user_count",
    "account_count",
    "largest_account_share",
)

CORE: tuple[Check, ...] = (
    *frame_checks(
        columns=CORE_COLUMNS,
        key="event_count",
        unit="rows of the core profile",
        empty="The profile of the core has one row; mend it.",
        rows={"min_value": 1, "max_value": 1},
    ),
    Check(
        name="events_are_there",
        expectation=BETWEEN,
        column="event_count",
        arguments={"min_value": 1},
        says="{event_count} events in core.fct_events",
        reason=(
            "gate_staging saw accepted messages, so an empty fact table is a lost join"
            " (2026-11-22)."
        ),
        fault="core.fct_events empty",
    ),
    Check(
        name="some_events_count",
        expectation=BETWEEN,
        column="counted_event_count",
        arguments={"min_value": 1},
        only_where="behaviour_event_count >= 1000",
        says=(
            "{counted_event_count} of {behaviour_event_count} track, page and screen events are"
            " counted, all others are excluded"
        ),
        reason=(
            "With everything excluded (bots, internal, no consent, unplanned) the marts are"
            " silent zeros; below a thousand events it may be a trial (bound of 2026-11-22)."
            " governance.event_exclusions says which rule does it: mend its seed."
        ),
        fault="an internal_actors rule that matches everybody",
    ),
    Check(
        name="sessions_are_there",
        expectation=BETWEEN,
        column="session_count",
        arguments={"min_value": 1},
        only_where="counted_event_count > 0",
        says="{session_count} sessions of {counted_event_count} counted events",
        reason="Every counted event is in a session (2026-11-22): without one the join is lost.",
        fault="core.fct_sessions empty",
    ),
    Check(
        name="users_are_there",
        expectation=BETWEEN,
        column="user_count",
        arguments={"min_value": 1},
        only_where="identified_event_count > 0",
        says="{user_count} users of {identified_event_count} identified events",
        reason="An identified event has a user in dim_users (2026-11-22).",
        fault="core.dim_users empty",
    ),
    Check(
        name="exclusions_leave_something",
        expectation=BETWEEN,
        column="excluded_share",
        arguments={"max_value": 0.9},
        severity="warn",
        only_where="behaviour_event_count >= 1000 and counted_event_count > 0",
        says=(
            "{excluded_share:.1%} of {behaviour_event_count} track, page and screen events are"
            " excluded"
        ),
        reason=(
            "When nine events in ten are in no mart, the tracking plan or a seed of exclusions is"
            " narrower than meant (bound of 2026-11-22; the sample has 4 %). See"
            " governance.event_exclusions and governance.tracking_plan_events."
        ),
        fault="a plan that names 5 % of the events",
    ),
    Check(
        name="people_are_known",
        expectation=BETWEEN,
        column="anonymous_share",
        arguments={"max_value": 0.95},
        severity="warn",
        only_where="counted_event_count >= 1000",
        says="{anonymous_share:.1%} of {counted_event_count} counted events have no user",
        reason=(
            "People sign in to business software; when hardly an event has a user, identify"
            " calls or the mapping of user_id are lost, and activation, cohorts and engagement"
            " see almost nobody (bound of 2026-11-22; the sample has 5 %)."
        ),
        fault="events of which 99 % have no user",
    ),
    Check(
        name="users_have_accounts",
        expectation=BETWEEN,
        column="without_account_share",
        arguments={"max_value": 0.5},
        severity="warn",
        only_where="account_count > 0 and identified_event_count >= 1000",
        says=(
            "{without_account_share:.1%} of {identified_event_count} identified events have no"
            " account"
        ),
        reason=(
            "A product that groups users into accounts does so for most of them; otherwise group"
            " calls are lost. A product without any account is not judged (bound of 2026-11-22;"
            " the sample has under 1 %)."
        ),
        fault="accounts whose group calls reach 30 % of the events",
    ),
    Check(
        name="sessions_are_short",
        expectation=BETWEEN,
        column="long_session_share",
        arguments={"max_value": 0.5},
        severity="warn",
        only_where="session_count >= 100",
        says="{long_session_share:.1%} of {session_count} sessions last over 4 hours",
        reason=(
            "The median session must stay under 4 hours; over it, session_timeout_minutes was"
            " given in seconds or one id is shared by many (bound of 2026-11-22; published"
            " medians are minutes)."
        ),
        fault="session_timeout_minutes of 1800",
    ),
    Check(
        name="few_sessions_are_overlong",
        expectation=BETWEEN,
        column="overlong_session_share",
        arguments={"max_value": 0.05},
        severity="warn",
        only_where="session_count >= 100",
        says="{overlong_session_share:.1%} of {session_count} sessions last over 24 hours",
        reason=(
            "Nobody works through a day without a pause of half an hour: these are robots that"
            " no seed names, or heartbeats (bound of 2026-11-22; the sample has none). Name them"
            " in seeds/bot_user_agents.csv or internal_actors.csv."
        ),
        fault="a tenth of the sessions longer than a day",
    ),
    Check(
        name="no_person_is_everybody",
        expectation=BETWEEN,
        column="largest_person_share",
        arguments={"max_value": 0.5},
        severity="warn",
        only_where="counted_event_count >= 1000 and person_count >= 20",
        says="one of {person_count} people has {largest_person_share:.1%} of the counted events",
        reason=(
            "A placeholder used as an id ('anonymous', 'test') swallows the people who share it"
            " (bound of 2026-11-22; the sample has 1 %). Add it to seeds/junk_ids.csv."
        ),
        fault="a person with 80 % of the events",
    ),
    Check(
        name="no_account_is_everybody",
        expectation=BETWEEN,
        column="largest_account_share",
        arguments={"max_value": 0.9},
        severity="warn",
        only_where="account_count >= 10 and user_count >= 100",
        says="one of {account_count} accounts has {largest_account_share:.1%} of their users",
        reason=(
            "A default group id swallows the accounts (bound of 2026-11-22; the sample's largest"
            " has under 10 %). Add it to seeds/junk_ids.csv."
        ),
        fault="an account with 95 % of the users",
    ),
    Check(
        name="no_day_is_everything",
        expectation=BETWEEN,
        column="busiest_day_share",
        arguments={"max_value": 0.5},
        severity="warn",
        only_where="event_day_count >= 14 and counted_event_count >= 1000",
        says="the busiest of {event_day_count} days has {busiest_day_share:.1%} of all events",
        reason=(
            "An import stamped with one moment instead of each event's own makes one day the"
            " whole history (bound of 2026-11-22; the sample's busiest day has 1 %)."
        ),
        fault="an import that puts 70 % of the events on one day",
    ),
    Check(
        name="events_are_of_this_era",
        expectation=BETWEEN,
        column="first_event_at",
        arguments={"min_value": datetime(2000, 1, 1)},  # noqa: DTZ001 -- frames are UTC without zone
        severity="warn",
        says="the earliest counted event is in the year {first_event_at:%Y}",
        reason=(
            "Calendars run from the first event, so one event of 1970 adds half a century of"
            " empty days (2026-11-22). See core.fct_events."
        ),
        fault="an event of 1970",
    ),
)

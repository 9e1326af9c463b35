"""Every expectation is seen to fail: one planted fault each, which no other one reports."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
from expectation_faults import (
    BUSINESS_FRAMES,
    BUSINESS_MUTATIONS,
    Mutation,
    frame_of,
    in_row,
    of_every_suite,
)

from usage_warehouse.expectations.business import COVERAGE, ROWS
from usage_warehouse.expectations.check import BETWEEN, RESULT_COLUMNS, Check
from usage_warehouse.expectations.core import CORE
from usage_warehouse.expectations.marts import MARTS
from usage_warehouse.expectations.raw import RAW_FILES
from usage_warehouse.expectations.runner import NOT_JUDGED, run_suite
from usage_warehouse.expectations.staging import FEED, LOAD_DAYS, SOURCES

SUITES: dict[str, Sequence[Check]] = {
    "raw_files": RAW_FILES,
    "load_days": LOAD_DAYS,
    "sources": SOURCES,
    "feed": FEED,
    "core": CORE,
    "marts": MARTS,
    "rows": ROWS,
    "coverage": COVERAGE,
}


def good_frames() -> dict[str, pd.DataFrame]:
    """A frame per suite as a healthy company has it, large enough that every bound applies."""
    dates = pd.date_range("2026-01-01", periods=10)
    raw_files = frame_of(
        10,
        load_unit=[f"file_{number}.parquet" for number in range(10)],
        row_count=100,
        message_id_null_share=0.0,
        received_at_null_share=0.05,
        actor_id_null_share=0.01,
        loaded_at_null_count=0,
        track_share=0.5,
        identify_share=0.1,
        group_share=0.1,
        page_share=0.2,
        screen_share=0.05,
        alias_share=0.0,
        unknown_type_share=0.05,
        received_after_load_share=0.01,
        first_received_at=dates,
        last_received_at=dates,
        last_loaded_at=dates,
        lag_hours_median=50.0,
        lag_hours_p99=60.0,
        usual_lag_hours=2.0,
        earlier_file_count=9,
        is_newest=[*[False] * 9, True],
        has_message_id=True,
        has_type=True,
        has_received_at=True,
        has__loaded_at=True,
        lag_excess_hours=48.0,
    )
    load_days = frame_of(
        10,
        source="events",
        loaded_date=dates,
        row_count=1000,
        accepted_count=790,
        duplicate_count=10,
        malformed_count=100,
        missing_ids_count=100,
        bad_time_count=0,
        conflicting_duplicate_count=0,
        quarantined_count=200,
        quarantined_share=0.2,
        history_day_count=9,
        usual_row_count=20000.0,
        usual_quarantined_share=0.06,
        volume_ratio=0.05,
        event_mix_distance=0.6,
        is_recent=[*[False] * 8, True, True],
        is_last_whole=[*[False] * 8, True, False],
        usable_count=800,
        quarantined_excess=0.02,
    )
    sources = frame_of(
        2,
        source=["events", "server"],
        row_count=[1000, 200],
        accepted_count=[480, 95],
        duplicate_count=[500, 100],
        quarantined_count=[20, 5],
        accepted_share=[0.48, 0.475],
        duplicate_share=[0.5, 0.5],
        quarantined_share=[0.02, 0.025],
    )
    feed = frame_of(
        1,
        row_count=1000,
        accepted_count=1,
        quarantined_count=999,
        plan_event_count=20,
        loaded_event_count=10,
        matched_event_count=1,
    )
    core = frame_of(
        1,
        event_count=20000,
        behaviour_event_count=10000,
        counted_event_count=1000,
        identified_event_count=1000,
        excluded_share=0.9,
        anonymous_share=0.95,
        without_account_share=0.5,
        event_day_count=14,
        busiest_day_share=0.5,
        first_event_at=pd.Timestamp("2000-01-01"),
        session_count=100,
        long_session_share=0.5,
        overlong_session_share=0.05,
        person_count=120,
        largest_person_share=0.5,
        user_count=100,
        account_count=10,
        largest_account_share=0.9,
    )
    marts = frame_of(
        1,
        active_user_count=100,
        active_account_count=10,
        signed_up_user_count=100,
        signed_up_account_count=10,
        engagement_day_count=1,
        lowest_stickiness=0.0,
        highest_stickiness=1.0,
        monthly_active_users=25,
        earlier_monthly_active_users=50,
        monthly_active_users_ratio=0.5,
        lifecycle_user_gap=0,
        lifecycle_account_gap=0,
        cohort_user_gap=0,
        cohort_account_gap=0,
        activation_user_gap=0,
        activation_account_gap=0,
        lowest_activation_rate=0.0,
        highest_activation_rate=1.0,
        lowest_conversion=0.0,
        highest_conversion=1.0,
    )
    return {
        "raw_files": raw_files,
        "load_days": load_days,
        "sources": sources,
        "feed": feed,
        "core": core,
        "marts": marts,
        **BUSINESS_FRAMES,
    }


# As the `fault` of each check says, just beyond its bound; the good frames stand just on it.
MUTATIONS: dict[str, dict[str, Mutation]] = {
    "raw_files": {
        **of_every_suite("raw_files", "row_count"),
        "header_has_message_id": in_row(3, has_message_id=False),
        "header_has_type": in_row(3, has_type=False),
        "header_has_received_at": in_row(3, has_received_at=False),
        "header_has__loaded_at": in_row(3, has__loaded_at=False),
        "load_time_is_set": in_row(3, loaded_at_null_count=1),
        "receipt_is_not_before_this_era": in_row(
            3,
            first_received_at=pd.Timestamp("1970-01-01"),
            last_received_at=pd.Timestamp("1999-12-31 23:59:59"),
        ),
        "receipt_is_not_after_this_era": in_row(
            3,
            first_received_at=pd.Timestamp("2100-01-01 00:00:01"),
            last_received_at=pd.Timestamp("2200-01-01"),
        ),
        "message_id_is_rarely_missing": in_row(3, message_id_null_share=0.1),
        "received_at_is_rarely_missing": in_row(3, received_at_null_share=0.1),
        "any_actor_id_is_rarely_missing": in_row(3, actor_id_null_share=0.1),
        "message_types_are_known": in_row(3, unknown_type_share=0.1),
        "receipt_is_before_the_load": in_row(3, received_after_load_share=1.0),
        "newest_files_are_not_late": in_row(-1, lag_excess_hours=80.0),
    },
    "load_days": {
        **of_every_suite("days_of_load", "row_count"),
        "no_large_day_is_refused_whole": in_row(
            -1, quarantined_count=1000, quarantined_share=1.0, usable_count=0
        ),
        "no_small_day_is_refused_whole": in_row(
            -1, row_count=20, quarantined_count=20, quarantined_share=1.0, usable_count=0
        ),
        "quarantined_share_has_not_risen": in_row(
            -1, quarantined_share=0.08, usual_quarantined_share=0.01, quarantined_excess=0.05
        ),
        "no_large_recent_day_is_mostly_refused": in_row(
            -1, quarantined_count=600, quarantined_share=0.6, usable_count=400
        ),
        "recent_days_are_mostly_usable": in_row(
            -1, row_count=100, quarantined_count=30, quarantined_share=0.3, usable_count=70
        ),
        "volume_has_not_collapsed": in_row(-2, volume_ratio=0.03),
        "event_mix_has_not_shifted": in_row(-1, accepted_count=500, event_mix_distance=1.0),
    },
    "sources": {
        **of_every_suite("sources", "row_count"),
        "refused_lines_are_the_minority": in_row(
            0, accepted_count=200, quarantined_count=600, quarantined_share=0.6
        ),
        "refused_lines_are_few": in_row(1, quarantined_count=20, quarantined_share=0.1),
        "duplicates_are_the_minority": in_row(1, duplicate_count=120, duplicate_share=0.6),
    },
    "feed": {
        **of_every_suite("rows_of_the_feed_profile", "accepted_count"),
        "some_lines_are_accepted": in_row(
            0,
            accepted_count=0,
            quarantined_count=1000,
            loaded_event_count=0,
            matched_event_count=0,
        ),
        "tracking_plan_matches_the_events": in_row(0, matched_event_count=0),
    },
    "core": {
        **of_every_suite("rows_of_the_core_profile", "event_count"),
        "events_are_there": in_row(
            0,
            event_count=0,
            behaviour_event_count=0,
            counted_event_count=0,
            identified_event_count=0,
        ),
        "some_events_count": in_row(
            0, counted_event_count=0, identified_event_count=0, excluded_share=1.0
        ),
        "sessions_are_there": in_row(0, session_count=0),
        "users_are_there": in_row(0, user_count=0),
        "exclusions_leave_something": in_row(0, excluded_share=0.95),
        "people_are_known": in_row(0, anonymous_share=0.99),
        "users_have_accounts": in_row(0, without_account_share=0.7),
        "sessions_are_short": in_row(0, long_session_share=0.9),
        "few_sessions_are_overlong": in_row(0, overlong_session_share=0.1),
        "no_person_is_everybody": in_row(0, largest_person_share=0.8),
        "no_account_is_everybody": in_row(0, largest_account_share=0.95),
        "no_day_is_everything": in_row(0, busiest_day_share=0.7),
        "events_are_of_this_era": in_row(0, first_event_at=pd.Timestamp("1970-01-01")),
    },
    "marts": {
        **of_every_suite("rows_of_the_marts_profile", "active_user_count"),
        "engagement_has_days": in_row(0, engagement_day_count=0),
        "lowest_stickiness_is_a_share": in_row(0, lowest_stickiness=-0.1),
        "highest_stickiness_is_a_share": in_row(0, highest_stickiness=1.2),
        "lowest_activation_rate_is_a_share": in_row(0, lowest_activation_rate=-0.1),
        "highest_activation_rate_is_a_share": in_row(0, highest_activation_rate=1.2),
        "lowest_conversion_is_a_share": in_row(0, lowest_conversion=-0.1),
        "highest_conversion_is_a_share": in_row(0, highest_conversion=1.2),
        "lifecycle_user_gap_is_zero": in_row(0, lifecycle_user_gap=1),
        "lifecycle_account_gap_is_zero": in_row(0, lifecycle_account_gap=1),
        "cohort_user_gap_is_zero": in_row(0, cohort_user_gap=1),
        "cohort_account_gap_is_zero": in_row(0, cohort_account_gap=1),
        "activation_user_gap_is_zero": in_row(0, activation_user_gap=1),
        "activation_account_gap_is_zero": in_row(0, activation_account_gap=1),
        "monthly_active_users_have_not_collapsed": in_row(
            0,
            monthly_active_users=100,
            earlier_monthly_active_users=300,
            monthly_active_users_ratio=1 / 3,
        ),
    },
}
MUTATIONS |= BUSINESS_MUTATIONS
CASES = [(suite, name) for suite, mutations in MUTATIONS.items() for name in mutations]


def failures(results: pd.DataFrame) -> list[str]:
    return results.loc[~results["success"], "expectation"].tolist()


@pytest.mark.parametrize("suite", SUITES)
def test_a_good_frame_passes(suite: str) -> None:
    assert failures(run_suite(suite, good_frames()[suite], SUITES[suite])) == []


@pytest.mark.parametrize("suite", SUITES)
def test_every_expectation_has_a_planted_fault(suite: str) -> None:
    assert list(MUTATIONS[suite]) == [check.name for check in SUITES[suite]]


@pytest.mark.parametrize(("suite", "expectation"), CASES)
def test_the_planted_fault_makes_exactly_that_expectation_fail(suite, expectation) -> None:
    mutated = MUTATIONS[suite][expectation](good_frames()[suite])
    results = run_suite(suite, mutated, SUITES[suite])
    assert failures(results) == [expectation]


SMALL = [
    ("raw_files", {"row_count": 99, "message_id_null_share": 1.0, "unknown_type_share": 1.0}),
    ("raw_files", {"received_at_null_share": 1.0, "row_count": 1, "actor_id_null_share": 1.0}),
    ("raw_files", {"earlier_file_count": 6, "lag_excess_hours": 900.0}),
    ("load_days", {"row_count": 19, "quarantined_share": 1.0, "usable_count": 0}),
    ("load_days", {"history_day_count": 6, "volume_ratio": 0.0, "event_mix_distance": 1.0}),
    ("load_days", {"usual_row_count": 199.0, "volume_ratio": 0.0}),
    ("sources", {"row_count": 199, "quarantined_share": 1.0, "duplicate_share": 1.0}),
    ("feed", {"plan_event_count": 0, "matched_event_count": 0}),
    ("core", {"behaviour_event_count": 999, "counted_event_count": 0, "session_count": 0}),
    ("core", {"counted_event_count": 999, "anonymous_share": 1.0, "busiest_day_share": 1.0}),
    ("core", {"account_count": 0, "without_account_share": 1.0}),
    ("core", {"account_count": 1, "largest_account_share": 1.0}),
    ("core", {"session_count": 99, "long_session_share": 1.0, "overlong_session_share": 1.0}),
    ("core", {"person_count": 1, "largest_person_share": 1.0}),
    ("core", {"event_day_count": 1, "busiest_day_share": 1.0}),
    ("rows", {"row_count": 99, "quarantined_share": 1.0}),
    ("coverage", {"party_count": 19, "matched_share": 0.0}),
    ("coverage", {"source_count": 1, "matched_share": 0.0}),
    ("coverage", {"total": 0, "matched": 0, "matched_share": None}),
    ("marts", {"active_user_count": 0, "engagement_day_count": 0}),
    ("marts", {"earlier_monthly_active_users": 49, "monthly_active_users_ratio": 0.0}),
    ("marts", {"lowest_conversion": None, "highest_conversion": None}),
    ("marts", {"lowest_activation_rate": None, "highest_activation_rate": None}),
]


@pytest.mark.parametrize(("suite", "values"), SMALL)
def test_small_or_partial_data_breaks_no_bound(suite: str, values: dict[str, object]) -> None:
    frame = good_frames()[suite].assign(**values)
    assert failures(run_suite(suite, frame, SUITES[suite])) == []


def test_results_have_the_promised_shape_and_order() -> None:
    results = run_suite("feed", good_frames()["feed"], FEED)
    assert tuple(results.columns) == RESULT_COLUMNS
    assert results["expectation"].tolist() == [check.name for check in FEED]
    assert set(results["severity"]) == {"fail"}
    assert results["success"].dtype == bool
    assert (results["reason"].str.len() > 40).all()


def test_observed_is_a_sentence_with_counts() -> None:
    mutated = MUTATIONS["feed"]["tracking_plan_matches_the_events"](good_frames()["feed"])
    seen = run_suite("feed", mutated, FEED).set_index("expectation")
    assert seen.loc["tracking_plan_matches_the_events", "observed"] == (
        "0 of the 20 events in the tracking plan occur among the 10 event names loaded"
    )
    assert "leave only its header" in seen.loc["tracking_plan_matches_the_events", "reason"]
    mutated = MUTATIONS["raw_files"]["message_types_are_known"](good_frames()["raw_files"])
    seen = run_suite("raw_files", mutated, RAW_FILES).set_index("expectation")
    assert seen.loc["message_types_are_known", "observed"] == (
        "1 of 10 raw files have more than 5 % rows of no known type (up to 10.0%)"
    )


@pytest.mark.parametrize("suite", ["raw_files", "load_days", "sources"])
def test_observed_never_holds_a_value(suite: str) -> None:
    frame = good_frames()[suite].assign(load_unit="canary@example.com", source="canary")
    frame = frame.iloc[:0:-1] if suite == "raw_files" else frame
    observed = " ".join(run_suite(suite, frame, SUITES[suite])["observed"])
    assert "canary" not in observed


def test_a_check_without_its_column_fails_and_raises_nothing() -> None:
    frame = good_frames()["core"].drop(columns="session_count")
    results = run_suite("core", frame, CORE).set_index("expectation")
    assert not results.loc["columns_are_as_profiled", "success"]
    assert results.loc["columns_are_as_profiled", "observed"] == (
        "lacking: session_count; surplus: none"
    )
    assert not results.loc["sessions_are_there", "success"]
    assert results.loc["sessions_are_there", "observed"] == NOT_JUDGED


def test_a_check_on_another_type_fails_and_raises_nothing() -> None:
    check = Check("n_is_small", BETWEEN, "{failed} rows", "", "", "n", {"max_value": 1})
    results = run_suite("types", pd.DataFrame({"n": ["many"]}), [check])
    assert failures(results) == ["n_is_small"]
    assert results["observed"].tolist() == [NOT_JUDGED]

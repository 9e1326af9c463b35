"""The frames that suites judge: their columns, and their figures on data counted by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from usage_warehouse.expectations import frames, gates
from usage_warehouse.expectations.core import CORE_COLUMNS
from usage_warehouse.expectations.marts import MARTS_COLUMNS
from usage_warehouse.expectations.raw import RAW_FILES_COLUMNS, REQUIRED_COLUMNS
from usage_warehouse.expectations.staging import (
    FEED_COLUMNS,
    LOAD_DAYS_COLUMNS,
    SOURCES_COLUMNS,
)

TABLES = """
create schema core; create schema marts; create schema staging;
create table core.fct_events (
    message_type varchar, event_at timestamp, user_id varchar, account_id varchar,
    is_active_signal boolean, exclusion_reason varchar, loaded_at timestamp);
create table core.fct_sessions (
    device_id varchar, user_id varchar, started_at timestamp, ended_at timestamp,
    event_count bigint);
create table core.dim_users (user_id varchar, account_id varchar, signed_up_at timestamp);
create table core.dim_accounts (account_id varchar, signed_up_at timestamp);
create table marts.activation__rules (grain varchar, activation_rate double);
create table marts.activation__users (user_id varchar);
create table marts.activation__accounts (account_id varchar);
create table marts.cohort__user_periods (
    period_type varchar, retention_type varchar, period_number bigint, cohort_size bigint);
create table marts.cohort__account_periods as from marts.cohort__user_periods;
create table marts.engagement__days (
    activity_date date, monthly_active_users bigint, stickiness double, is_open boolean);
create table marts.engagement__lifecycle_periods (
    grain varchar, period_type varchar, new_count bigint);
create table marts.funnel__steps (
    conversion_from_first double, conversion_from_previous double);
create table staging.stg_events__messages (
    outcome varchar, message_type varchar, event_key bigint);
create table staging.stg_definitions__tracking_plan (event_key bigint);
"""
# Three people in two accounts: u1 with four events on two days, u2 with one, a device with one;
# one event of an identify, one excluded, one after the horizon of noon on the third.
ROWS = """
insert into core.fct_events values
    ('track', '2026-01-01 10:00', 'u1', 'a1', true, null, '2026-01-03 12:00'),
    ('track', '2026-01-01 11:00', 'u1', 'a1', true, null, '2026-01-03 12:00'),
    ('page', '2026-01-02 10:00', 'u1', 'a2', false, null, '2026-01-03 12:00'),
    ('track', '2026-01-03 13:00', 'u1', 'a2', true, null, '2026-01-03 12:00'),
    ('track', '2026-01-01 10:00', 'u2', null, true, null, '2026-01-03 12:00'),
    ('track', '2026-01-01 10:00', null, null, true, null, '2026-01-03 12:00'),
    ('identify', '2026-01-01 10:00', 'u2', null, false, null, '2026-01-03 12:00'),
    ('track', '2025-12-01 10:00', 'u2', null, true, 'bot', '2026-01-03 12:00');
insert into core.fct_sessions values
    ('d1', 'u1', '2026-01-01 10:00', '2026-01-01 14:00', 2),
    ('d1', 'u1', '2026-01-02 10:00', '2026-01-03 10:01', 2),
    ('d2', 'u2', '2026-01-01 10:00', '2026-01-01 14:01', 1),
    ('u2', null, '2026-01-01 10:00', '2026-01-01 10:00', 1);
insert into core.dim_users values
    ('u1', 'a2', '2026-01-01 10:00'), ('u2', 'a2', '2026-01-01 10:00'),
    ('u3', 'a1', '2026-01-03 13:00'), ('u4', null, null);
insert into core.dim_accounts values ('a1', '2026-01-01 10:00'), ('a2', '2026-01-03 13:00');
insert into marts.activation__rules values ('user', 0.25), ('user', null), ('account', 0.75);
insert into marts.activation__users values ('u1'), ('u2'), ('u1'), ('u2');
insert into marts.activation__accounts values ('a1');
insert into marts.cohort__user_periods
    select period_type, retention_type, period_number, 1 from
    (values ('day'), ('week'), ('month')) as p (period_type),
    (values ('n_period'), ('unbounded')) as r (retention_type),
    (values (0), (0), (1)) as n (period_number);
insert into marts.cohort__account_periods
    select period_type, 'n_period', 0, 1 from
    (values ('day'), ('week'), ('month')) as p (period_type);
insert into marts.engagement__days
    select date '2026-01-01' + cast(n as integer), 100 + n, n / 100, n = 30
    from range(31) as r (n);
insert into marts.engagement__lifecycle_periods
    select grain, period_type, case when grain = 'user' then 2 else 1 end from
    (values ('user'), ('account')) as g (grain),
    (values ('day'), ('week'), ('month')) as p (period_type);
insert into marts.funnel__steps values (1.0, null), (0.5, 0.4);
insert into staging.stg_definitions__tracking_plan values (1), (2), (3);
insert into staging.stg_events__messages values
    ('accepted', 'track', 1), ('accepted', 'track', 1), ('accepted', 'page', 2),
    ('accepted', 'track', 9), ('duplicate', 'track', 3), ('accepted', 'identify', 3);
"""


@pytest.fixture
def empty():
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def filled(empty):
    empty.execute(ROWS)
    return empty


def only_row(frame: pd.DataFrame) -> dict[str, object]:
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


def test_core_frame_measures_the_core(filled) -> None:
    frame = frames.core_frame(filled)
    assert tuple(frame.columns) == CORE_COLUMNS
    assert only_row(frame) == {
        "event_count": 8,
        "behaviour_event_count": 7,
        "counted_event_count": 6,
        "identified_event_count": 5,
        "excluded_share": pytest.approx(1 / 7),
        "anonymous_share": pytest.approx(1 / 6),
        "without_account_share": pytest.approx(1 / 5),
        "event_day_count": 3,
        "busiest_day_share": pytest.approx(4 / 6),
        "first_event_at": pd.Timestamp("2026-01-01 10:00"),
        "session_count": 4,
        "long_session_share": 0.5,
        "overlong_session_share": 0.25,
        "person_count": 3,
        "largest_person_share": pytest.approx(4 / 6),
        "user_count": 4,
        "account_count": 2,
        "largest_account_share": pytest.approx(2 / 3),
    }


def test_audit_frame_measures_the_marts_up_to_the_horizon(filled) -> None:
    frame = frames.audit_frame(filled, datetime(2026, 1, 3, 12))  # noqa: DTZ001 -- UTC
    assert tuple(frame.columns) == MARTS_COLUMNS
    assert only_row(frame) == {
        "active_user_count": 2,
        "active_account_count": 1,
        "signed_up_user_count": 2,
        "signed_up_account_count": 1,
        "engagement_day_count": 31,
        "lowest_stickiness": 0.0,
        "highest_stickiness": 0.3,
        "monthly_active_users": 129,
        "earlier_monthly_active_users": 101,
        "monthly_active_users_ratio": pytest.approx(129 / 101),
        "lifecycle_user_gap": 0,
        "lifecycle_account_gap": 0,
        "cohort_user_gap": 0,
        "cohort_account_gap": 0,
        "activation_user_gap": 0,
        "activation_account_gap": 0,
        "lowest_activation_rate": 0.25,
        "highest_activation_rate": 0.75,
        "lowest_conversion": 0.4,
        "highest_conversion": 1.0,
    }


def test_audit_frame_takes_the_newest_load_as_horizon(filled) -> None:
    assert gates.marts_results(filled)["success"].all()


FAULTS = {
    "lifecycle_user_gap": "delete from marts.engagement__lifecycle_periods where grain = 'user' "
    "and period_type = 'month'",
    "lifecycle_account_gap": "update marts.engagement__lifecycle_periods set new_count = 3 "
    "where grain = 'account' and period_type = 'week'",
    "cohort_user_gap": "update marts.cohort__user_periods set cohort_size = 0 "
    "where period_type = 'day' and period_number = 0",
    "cohort_account_gap": "delete from marts.cohort__account_periods",
    "activation_user_gap": "insert into marts.activation__users values ('u3')",
    "activation_account_gap": "delete from marts.activation__accounts",
}


@pytest.mark.parametrize("column", FAULTS)
def test_a_fault_in_a_mart_opens_its_gap(filled, column: str) -> None:
    filled.execute(FAULTS[column])
    results = gates.marts_results(filled)
    assert results.loc[~results["success"], "column_name"].tolist() == [column]


def test_an_empty_core_closes_the_gate_and_raises_nothing(empty) -> None:
    results = gates.core_results(empty)
    assert results.loc[~results["success"], "expectation"].tolist() == ["events_are_there"]


def test_empty_marts_of_an_empty_core_are_right(empty) -> None:
    assert gates.marts_results(empty)["success"].all()


def test_plan_matches_by_name_whatever_the_status(filled) -> None:
    assert only_row(frames.plan_matches(filled)) == {
        "plan_event_count": 3,
        "loaded_event_count": 3,
        "matched_event_count": 2,
    }


LOAD_DAY = {
    "source": "events",
    "row_count": 10,
    "accepted_count": 6,
    "duplicate_count": 1,
    "quarantined_count": 3,
    "quarantined_share": 0.3,
    "usual_quarantined_share": 0.05,
}


def test_staging_frames_add_up_their_days() -> None:
    first = {**LOAD_DAY, "source": "server", "usual_quarantined_share": None}
    days = pd.DataFrame([LOAD_DAY, LOAD_DAY, first])
    frame = frames.load_days_frame(days)
    assert frame["usable_count"].tolist() == [7, 7, 7]
    assert frame["quarantined_excess"].round(9).tolist()[:2] == [0.15, 0.15]
    # A source's first day has nothing to compare with.
    assert frame["quarantined_excess"].isna().tolist() == [False, False, True]
    sources = frames.sources_frame(days)
    assert tuple(sources.columns) == SOURCES_COLUMNS
    assert sources["row_count"].tolist() == [20, 10]
    assert sources["quarantined_share"].tolist() == [0.3, 0.3]
    matches = pd.DataFrame(
        {"plan_event_count": [1], "loaded_event_count": [2], "matched_event_count": [0]}
    )
    feed = frames.feed_frame(days, matches)
    assert tuple(feed.columns) == FEED_COLUMNS
    assert only_row(feed)["accepted_count"] == 18


def test_staging_without_a_line_closes_the_gate_and_raises_nothing(empty) -> None:
    profile = pd.DataFrame(columns=[c for c in LOAD_DAYS_COLUMNS if c != "usable_count"])
    results = gates.staging_results(profile, empty)
    assert results.loc[~results["success"], "expectation"].tolist() == [
        "days_of_load_are_there",
        "sources_are_there",
        "some_lines_are_accepted",
    ]


def test_headers_are_read_file_by_file(tmp_path: Path) -> None:
    whole, part, broken = (tmp_path / f"{name}.parquet" for name in ("whole", "part", "broken"))
    columns = "1 as MESSAGE_ID, 2 as type, 3 as received_at"
    duckdb.sql(f"copy (select {columns}, 4 as _loaded_at) to '{whole}'")
    duckdb.sql(f"copy (select {columns}) to '{part}'")
    broken.write_bytes(b"no parquet")
    units = pd.DataFrame(
        {"load_unit": ["w", "p", "b"], "file_path": [str(whole), str(part), str(broken)]}
    )
    headers = frames.read_headers(units)
    assert headers["p"] == ["MESSAGE_ID", "type", "received_at"]
    assert headers["b"] == []
    profile = pd.DataFrame(
        {"load_unit": ["w", "p", "b"], "lag_hours_median": 5.0, "usual_lag_hours": 2.0}
    )
    frame = frames.raw_files_frame(profile, headers)
    assert frame["has_message_id"].tolist() == [True, True, False]
    assert frame["has__loaded_at"].tolist() == [True, False, False]
    assert frame["lag_excess_hours"].tolist() == [3.0, 3.0, 3.0]


def test_frames_have_the_columns_of_the_profiles(project_root: Path) -> None:
    def declared(model: str) -> list[str]:
        path = project_root / f"models/governance/profiles/{model}.yml"
        model_yaml = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]
        return [column["name"] for column in model_yaml["columns"]]

    headers = [f"has_{column}" for column in REQUIRED_COLUMNS]
    assert {*declared("profile_raw_files"), *headers, "lag_excess_hours"} == set(RAW_FILES_COLUMNS)
    assert {*declared("profile_load_days"), "usable_count", "quarantined_excess"} == set(
        LOAD_DAYS_COLUMNS
    )


def test_required_columns_are_those_of_the_raw_contract(project_root: Path) -> None:
    path = project_root / "models/staging/events/_events__sources.yml"
    tables = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"][0]["tables"]
    columns = next(table for table in tables if table["name"] == "messages")["columns"]
    required = [
        column["name"]
        for column in columns
        if column.get("config", {}).get("meta", {}).get("required")
    ]
    assert tuple(required) == REQUIRED_COLUMNS

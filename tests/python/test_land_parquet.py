"""Parquet files of events: flat or nested, every row accounted for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.events import LandOptions, LandResult, land_events
from usage_warehouse.land.vendors import Vendor

LOADED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
AT = datetime(2026, 1, 5, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def land(raw: Path, columns: dict | pa.Table, mapping: dict | None = None, **how) -> LandResult:
    path = raw.parent / "file.parquet"
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, path, row_group_size=2)
    (result,) = land_events([path], raw, mapping or {}, LOADED_AT, options=LandOptions(**how))
    return result


def messages(result: LandResult) -> list[dict]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        query = "select * from read_parquet($path) order by _row"
        rows = connection.execute(query, {"path": str(result.messages_path)}).to_arrow_table()
    return [
        {**row, "properties": json.loads(row["properties"]) if row["properties"] else None}
        for row in rows.to_pylist()
    ]


def test_flat_columns_become_the_contracts_and_the_rest_properties(raw: Path) -> None:
    result = land(
        raw,
        {
            "customer": ["u1", "u2", None],
            "action": ["opened", "closed", "opened"],
            "at": pa.array([AT] * 3, pa.timestamp("us", "UTC")),
            "amount": pa.array([Decimal("1.50"), None, Decimal("2.25")], pa.decimal128(9, 2)),
            "on": pa.array([date(2026, 1, 5)] * 3),
            "tags": [["a", "b"], [], None],
            "is_new": [True, False, None],
        },
        {"user_id": "customer", "event": "action", "timestamp": "at"},
    )
    assert (result.format, result.lines, result.landed) == ("parquet", 3, 3)
    rows = messages(result)
    assert [(r["type"], r["event"], r["user_id"], r["_row"]) for r in rows] == [
        ("track", "opened", "u1", 1),
        ("track", "closed", "u2", 2),
        ("track", "opened", None, 3),
    ]
    assert all(row["timestamp"] == AT for row in rows)
    assert rows[0]["properties"] == {
        "amount": 1.5,
        "on": "2026-01-05",
        "tags": ["a", "b"],
        "is_new": True,
    }
    assert rows[0]["message_id"].endswith("000000000001")


def test_contract_names_nested_columns_and_json_text_are_read(raw: Path) -> None:
    nested = pa.array([{"a": 1, "b": {"c": "x"}}] * 2)
    rows = messages(
        land(
            raw,
            {
                "messageId": ["m1", "m2"],
                "type": ["page", None],
                "event": [None, "saved"],
                "anonymous_id": ["d1", "d1"],
                "received_at": pa.array([AT] * 2, pa.timestamp("ns")),
                "properties": nested,
                "context": ['{"ip": "192.0.2.1"}', None],
                "plan": ["pro", "free"],
            },
        )
    )
    assert [(r["message_id"], r["type"], r["event"]) for r in rows] == [
        ("m1", "page", None),
        ("m2", "track", "saved"),
    ]
    assert rows[0]["properties"] == {"a": 1, "b": {"c": "x"}, "plan": "pro"}
    assert json.loads(rows[0]["context"]) == {"ip": "192.0.2.1"}
    assert rows[0]["received_at"] == AT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', {"a": 1, "plan": "pro"}),
        ("{broken", {"properties": "{broken", "plan": "pro"}),
        ("", {"properties": "", "plan": "pro"}),
        (None, {"plan": "pro"}),
    ],
)
def test_properties_as_text_keep_what_they_say(raw: Path, text, expected) -> None:
    columns = {"user_id": ["u1"], "event": ["e"], "timestamp": ["2026-01-05T09:00:00Z"]}
    table = pa.table({**columns, "properties": pa.array([text], pa.string()), "plan": ["pro"]})
    (row,) = messages(land(raw, table))
    assert row["properties"] == expected


def test_a_vendors_parquet_is_read_as_its_json_is(raw: Path) -> None:
    table = pa.table(
        {
            "uuid": ["p1"],
            "event": ["$pageview"],
            "distinct_id": ["d1"],
            "properties": ['{"$device_id": "d1", "size": 3}'],
            "timestamp": pa.array([AT], pa.timestamp("us", "UTC")),
            "created_at": pa.array([AT], pa.timestamp("us", "UTC")),
        }
    )
    (row,) = messages(land(raw, table, vendor=Vendor("posthog")))
    assert (row["message_id"], row["type"], row["anonymous_id"]) == ("p1", "page", "d1")
    assert row["timestamp"] == row["received_at"] == AT
    assert row["properties"]["size"] == 3


def test_a_number_that_is_none_is_refused_by_its_row_alone(raw: Path) -> None:
    columns = {"user_id": ["u1"] * 3, "event": ["e"] * 3, "timestamp": [1767603600] * 3}
    result = land(raw, {**columns, "score": [1.0, float("nan"), 2.0]})
    assert (result.landed, result.rejected) == (2, {"not_json": 1})
    assert [row["_row"] for row in messages(result)] == [1, 3]
    assert messages(result)[0]["timestamp"] == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_landing_twice_changes_nothing_and_an_empty_file_writes_nothing(raw: Path) -> None:
    columns = {"user_id": ["u1"], "event": ["e"], "timestamp": ["2026-01-05"]}
    assert land(raw, columns).state == "landed"
    assert land(raw, columns).state == "already_landed"
    empty = {name: pa.array([], pa.string()) for name in columns}
    assert land(raw, empty).state == "empty"


@pytest.mark.parametrize("kept", [6, 200])
def test_a_broken_file_lands_nothing(raw: Path, kept: int) -> None:
    path = raw.parent / "file.parquet"
    pq.write_table(pa.table({"user_id": ["u1"] * 99}), path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BadInvocation, match="not readable as Parquet"):
        land_events([path], raw, {}, LOADED_AT)
    assert not raw.exists()


def test_a_file_without_a_person_is_named_with_its_columns(raw: Path) -> None:
    with pytest.raises(
        BadInvocation, match=r"file\.parquet: no column for user_id.*found: a, event"
    ):
        land(raw, {"a": [1], "event": ["e"], "timestamp": ["2026-01-05"]})

"""Snowplow: lines of fields by place, and the atomic table by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from vendor_lines import LOADED_AT, SNOWPLOW, land, messages, picked

from usage_warehouse.land.events import LandOptions, land_events
from usage_warehouse.land.vendors import Vendor
from usage_warehouse.land.vendors.snowplow import FIELDS

BASKET = json.dumps(
    {
        "schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0",
        "data": {"schema": "iglu:x/basket/jsonschema/1-0-0", "data": {"sku": "a", "n": 2}},
    }
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def tabs(**fields: str) -> str:
    return "\t".join({**SNOWPLOW, **fields}.get(name, "") for name in FIELDS)


def test_snowplows_enriched_events_have_131_fields() -> None:
    assert len(FIELDS) == len(set(FIELDS)) == 131
    assert FIELDS[5:7] == ("event", "event_id")
    assert FIELDS[-1] == "true_tstamp"


def test_a_snowplow_line_is_read_by_place(raw: Path) -> None:
    (row,) = messages(land(raw, Vendor("snowplow"), tabs()))
    assert picked(row, "message_id", "type", "event") == ("s1", "page", None)
    assert picked(row, "anonymous_id", "user_id") == ("d1", "u1")
    times = ("original_timestamp", "sent_at", "received_at", "timestamp")
    assert picked(row, *times) == (
        "2026-01-05 09:00:00.000000",
        "2026-01-05 09:00:10.000000",
        "2026-01-05 10:00:11.500000",
        "2026-01-05 10:00:01.500000",
    )
    assert row["properties"] == {"url": "https://shop.example/x?y=1", "title": "X", "path": "/x"}
    assert row["context"]["userAgent"] == "Mozilla/5.0"
    assert row["context"]["campaign"] == {"source": "newsletter"}


def test_what_a_snowplow_event_is_called(raw: Path) -> None:
    rows = messages(
        land(
            raw,
            Vendor("snowplow"),
            tabs(event="unstruct", event_name="add_to_basket", unstruct_event=BASKET),
            tabs(event="unstruct", event_name="screen_view", unstruct_event=BASKET),
            tabs(event="unstruct", event_name="broken", unstruct_event="{broken"),
            tabs(event="struct", se_category="cart", se_action="add", se_value="2.0"),
            tabs(event="page_ping", event_name="page_ping"),
            tabs(domain_userid="", user_id="", true_tstamp="2026-01-04 08:00:00.000"),
        )
    )
    assert [picked(row, "type", "event") for row in rows] == [
        ("track", "add_to_basket"),
        ("screen", "screen_view"),
        ("track", "broken"),
        ("track", "cart add"),
        ("track", "page_ping"),
        ("page", None),
    ]
    assert [row["properties"] for row in rows[:4]] == [
        {"sku": "a", "n": 2},
        {"sku": "a", "n": 2},
        None,
        {"category": "cart", "action": "add", "value": "2.0"},
    ]
    # the tracker knew the time: no clock is corrected
    assert picked(rows[5], "anonymous_id", "user_id", "original_timestamp", "timestamp") == (
        *("n1", None, None, "2026-01-04 08:00:00.000000"),
    )


def test_snowplow_lines_of_another_width_are_refused_one_by_one(raw: Path) -> None:
    result = land(raw, Vendor("snowplow"), tabs(), "a\tb", "", tabs() + "\tmore", "{}", tabs())
    assert (result.format, result.lines, result.landed) == ("tsv", 5, 2)
    assert result.rejected == {"wrong_field_count": 3}
    path = raw.parent / "snowplow.tsv"
    path.write_text(tabs() + "\r\n" + tabs()[:40], "utf-8")
    how = LandOptions(vendor=Vendor("snowplow"))
    (result,) = land_events([path], raw, {}, LOADED_AT, options=how)
    assert (result.landed, result.rejected) == (1, {"truncated_line": 1})


def test_the_atomic_table_is_read_by_name(raw: Path) -> None:
    (row,) = messages(land(raw, Vendor("snowplow"), {**SNOWPLOW, "contexts_x": [{"a": 1}]}))
    assert picked(row, "message_id", "anonymous_id", "user_id") == ("s1", "d1", "u1")
    assert row["timestamp"] == "2026-01-05 10:00:01.500000"

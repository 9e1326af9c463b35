"""A file of one vendor's lines, landed, and the messages it became."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from usage_warehouse.land.events import LandOptions, LandResult, land_events
from usage_warehouse.land.vendors import Vendor

LOADED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)

SNOWPLOW = {
    "app_id": "shop",
    "collector_tstamp": "2026-01-05 10:00:11.500",
    "dvce_created_tstamp": "2026-01-05 09:00:00.000",
    "dvce_sent_tstamp": "2026-01-05 09:00:10.000",
    "derived_tstamp": "2026-01-05 10:00:01.500",
    "event": "page_view",
    "event_name": "page_view",
    "event_id": "s1",
    "domain_userid": "d1",
    "network_userid": "n1",
    "user_id": "u1",
    "user_ipaddress": "192.0.2.1",
    "useragent": "Mozilla/5.0",
    "page_url": "https://shop.example/x?y=1",
    "page_title": "X",
    "page_urlpath": "/x",
    "mkt_source": "newsletter",
}


def land(raw: Path, vendor: Vendor, *lines: object) -> LandResult:
    path = raw.parent / f"{vendor.name}.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    (result,) = land_events([path], raw, {}, LOADED_AT, options=LandOptions(vendor=vendor))
    return result


def messages(result: LandResult) -> list[dict]:
    """The landed rows; JSON columns as values, times as text."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        query = "select * from read_parquet($path) order by _row"
        rows = connection.execute(query, {"path": str(result.messages_path)}).to_arrow_table()
    found = []
    for row in rows.to_pylist():
        for name in ("properties", "traits", "context"):
            row[name] = json.loads(row[name]) if row[name] else None
        for name in ("original_timestamp", "sent_at", "received_at", "timestamp"):
            row[name] = row[name].strftime("%Y-%m-%d %H:%M:%S.%f") if row[name] else None
        found.append(row)
    return found


def picked(row: dict, *names: str) -> tuple:
    return tuple(row[name] for name in names)

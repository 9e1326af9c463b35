"""Texts of times as landing reads them: ISO 8601 and epochs to microseconds in UTC, else null."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.land.events import land_events

READ_AS = {
    "2024-03-13T10:21:14.123Z": "2024-03-13 10:21:14.123",
    "2024-03-13T10:21:14.123456789Z": "2024-03-13 10:21:14.123456",
    "2024-03-13 10:21:14": "2024-03-13 10:21:14",
    " 2024-03-13 10:21:14 ": "2024-03-13 10:21:14",
    "2024-03-13 10:21:14 UTC": "2024-03-13 10:21:14",
    "2024-03-13T10:21:14+05:30": "2024-03-13 04:51:14",
    "2024-03-13T10:21:14-0800": "2024-03-13 18:21:14",
    "2024-03-13T10:21:14-08": "2024-03-13 18:21:14",
    "2024-03-13 10:21:14 +0200": "2024-03-13 08:21:14",
    "2024-03-13t10:21:14z": "2024-03-13 10:21:14",
    "2024-03-13T10:21:14,5Z": "2024-03-13 10:21:14.5",
    "2024-03-13T10:21Z": "2024-03-13 10:21:00",
    "2024-03-13T24:00:00Z": "2024-03-14 00:00:00",
    "2024-03-13": "2024-03-13 00:00:00",
    "20240313": "2024-03-13 00:00:00",
    "20240313T102114Z": "2024-03-13 10:21:14",
    "20240313102114": "2024-03-13 10:21:14",
    # a leap second is the second after it
    "2016-12-31T23:59:60Z": "2017-01-01 00:00:00",
    "2016-12-31T23:59:60.5Z": "2017-01-01 00:00:00.5",
    "1950-01-01T00:00:00Z": "1950-01-01 00:00:00",
    "9999-12-31T23:59:59.999999Z": "9999-12-31 23:59:59.999999",
    "1710325274": "2024-03-13 10:21:14",
    "1710325274.123456": "2024-03-13 10:21:14.123456",
    "1.710325274e9": "2024-03-13 10:21:14",
    "1710325274123": "2024-03-13 10:21:14.123",
    "1710325274123456": "2024-03-13 10:21:14.123456",
    "1710325274123456789": "2024-03-13 10:21:14.123456",
    1710325274: "2024-03-13 10:21:14",
    1710325274.5: "2024-03-13 10:21:14.5",
    1710325274123: "2024-03-13 10:21:14.123",
    "0": "1970-01-01 00:00:00",
    "-86400": "1969-12-31 00:00:00",
}
NOT_READ = (
    *("yesterday", "now", "epoch", "infinity", "-infinity", "NaN", "23:59", "2024-02-30"),
    # the order of day and month is anyone's guess
    *("03/13/2024", "12-1-24"),
    *("0001-01-01T00:00:00Z", "2024-03-13 (BC)", "99999-01-01", "1e30", "9" * 40),
    *("Wed, 13 Mar 2024 10:21:14 GMT", True, {"at": 1}, [1]),
)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    folder = tmp_path_factory.mktemp("times")
    lines = [json.dumps({"type": "track", "timestamp": text}) for text in (*READ_AS, *NOT_READ)]
    (folder / "times.jsonl").write_text("\n".join(lines))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    (result,) = land_events([folder / "times.jsonl"], folder / "raw", {}, moment, "events")
    assert f"{len(NOT_READ)} messages hold a time that cannot be read" in result.warnings[-1]
    return times(result.messages_path)


def times(path: Path | None) -> list[dict]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    query = f"select timestamp, received_at from read_parquet('{path}') order by _row"
    return connection.execute(query).to_arrow_table().to_pylist()


@pytest.mark.parametrize(("place", "text"), list(enumerate(READ_AS)))
def test_a_time_that_can_be_read(landed: list[dict], place: int, text: object) -> None:
    expected = datetime.fromisoformat(READ_AS[text]).replace(tzinfo=UTC)
    assert landed[place] == {"timestamp": expected, "received_at": expected}


@pytest.mark.parametrize(("place", "text"), list(enumerate(NOT_READ)))
def test_a_time_that_cannot_be_read_is_null(landed: list[dict], place: int, text: object) -> None:
    assert landed[len(READ_AS) + place]["timestamp"] is None

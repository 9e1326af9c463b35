"""Landing of CSV: the column map, properties, quoting, refused records."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zlib
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.events import LandOptions, LandResult, land_events
from usage_warehouse.land.mapping import csv_columns, parse_map

FIXTURES = Path(__file__).parents[1] / "fixtures" / "land"
LOADED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
SHOP_MAP = {"timestamp": "time", "user_id": "customer", "event": "action"}


def land(raw: Path, path: Path, mapping: dict[str, str] | None = None, **how: int) -> LandResult:
    (result,) = land_events(
        [path], raw, mapping or {}, LOADED_AT, "events", LandOptions(format="csv", **how)
    )
    return result


def read(path: Path | None) -> list[dict]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection.execute(f"select * from read_parquet('{path}')").to_arrow_table().to_pylist()


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.mark.parametrize("csv_block_bytes", [1 << 20, 64])
def test_mapped_columns_properties_and_refused_records(raw: Path, csv_block_bytes: int) -> None:
    result = land(raw, FIXTURES / "shop.csv", SHOP_MAP, csv_block_bytes=csv_block_bytes)
    rows = {row["_row"]: row for row in read(result.messages_path)}
    assert list(rows) == [2, 3, 5, 9, 12, 14]
    assert {row["type"] for row in rows.values()} == {"track"}
    assert [row["user_id"] for row in rows.values()] == ["c-1", "c-1", "c-2", "c-3", "c-4", "c-5"]
    assert [row["event"] for row in rows.values()] == ["view", "buy", "view", "view", "buy", "buy"]
    assert rows[14]["timestamp"] == datetime(2026, 1, 5, 9, 0, 11, tzinfo=UTC)
    assert all(row["received_at"] == row["timestamp"] for row in rows.values())
    # text stays text, an empty cell is null
    assert json.loads(rows[3]["properties"]) == {
        "plan": "pro",
        "note": 'two\nlines, and a "quote"',
    }
    assert json.loads(rows[5]["properties"]) == {"plan": "007", "note": None}
    assert json.loads(rows[9]["properties"])["note"] == '5" wide'
    assert {row["_row"]: row["reason"] for row in read(result.rejects_path)} == {
        6: "wrong_column_count",
        7: "wrong_column_count",
        10: "bad_quoting",
        11: "bad_quoting",
        13: "repeated_header",
    }
    assert (result.lines, result.landed) == (11, 6)


def test_tied_times_keep_the_order_of_the_file_in_made_ids(raw: Path, tmp_path: Path) -> None:
    names = [f"step_{number}" for number in range(300)]
    lines = "".join(f"u-1,{name},2024-03-13 10:21:14\n" for name in names)
    path = tmp_path / "tied.csv.gz"
    path.write_bytes(gzip.compress(f"user_id,event,timestamp\n{lines}".encode()))
    result = land(raw, path, csv_block_bytes=3000)
    rows = sorted(read(result.messages_path), key=lambda row: row["message_id"])
    assert [row["event"] for row in rows] == names
    assert [row["_row"] for row in rows] == list(range(2, 302))
    assert rows[0]["message_id"] == f"{result.content_hash[:16]}-000000000002"
    assert rows[0]["properties"] is None
    assert rows[0]["anonymous_id"] is None


def test_a_header_of_contract_names_needs_no_map(raw: Path, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        "message_id,type,anonymousId,name,received_at,timestamp,properties,context,extra,extra,\n"
        'm-1,page,d-1,Home,2026-01-05T09:00:01Z,1767603600000,"{""a"": 1, ""extra"": 2}",'
        '"{""groupId"": ""g-1""}",x,y,z\n'
        "m-2,,d-1,,2026-01-05T09:00:01Z,1767603600,not json,{ },,,\n"
        "m-3,,d-1,,2026-01-05T09:00:01Z,1767603600,[NaN],12,,,\n",
    )
    first, second, third = read(land(raw, path).messages_path)
    assert (first["message_id"], first["type"], first["anonymous_id"]) == ("m-1", "page", "d-1")
    assert first["group_id"] == "g-1"
    assert first["received_at"] == datetime(2026, 1, 5, 9, 0, 1, tzinfo=UTC)
    assert first["timestamp"] == datetime(2026, 1, 5, 9, tzinfo=UTC)
    # the properties column keeps its own keys; repeated and empty headers get a name
    assert json.loads(first["properties"]) == {
        "a": 1,
        "extra": 2,
        "extra_2": "y",
        "column_11": "z",
        "name": "Home",
    }
    assert second["type"] == "track"
    assert json.loads(second["properties"])["properties"] == "not json"
    assert json.loads(second["context"]) == {}
    assert json.loads(third["properties"])["properties"] == "[NaN]"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_seen_in_the_header(raw: Path, tmp_path: Path, delimiter: str) -> None:
    text = "user_id,event,timestamp\nu,e,2026-01-05\n".replace(",", delimiter)
    (row,) = read(land(raw, write(tmp_path / "a.txt", text)).messages_path)
    assert (row["user_id"], row["event"]) == ("u", "e")


def test_byte_order_mark_and_crlf(raw: Path, tmp_path: Path) -> None:
    text = '\ufeffuser_id,event,timestamp\r\nu,"a\r\nb",2026-01-05\r\n\r\nu,c,2026-01-05'
    result = land(raw, write(tmp_path / "a.csv", text))
    assert [row["event"] for row in read(result.messages_path)] == ["a\r\nb", "c"]
    assert (result.lines, result.rejected) == (2, {})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"u,e\n", "wrong_column_count"),
        (b"u,e,2026-01-05,more\n", "wrong_column_count"),
        (b'u,"e"x,2026-01-05\n', "bad_quoting"),
        (b"u,caf\xe9,2026-01-05\n", "bad_encoding"),
        (b"u,a\x00b,2026-01-05\n", "nul_byte"),
        (b"u," + b"x" * 2000 + b",2026-01-05\n", "line_too_long"),
        (b"user_id,event,timestamp\n", "repeated_header"),
        (b"u,cut", "truncated_line"),
        (b'u,"cut', "truncated_line"),
    ],
)
@pytest.mark.parametrize("csv_block_bytes", [1 << 20, 32])
def test_a_refused_record_costs_no_other(
    raw: Path, tmp_path: Path, line: bytes, reason: str, csv_block_bytes: int
) -> None:
    good = b"u,good,2026-01-05\n"
    after = b"" if reason == "truncated_line" else good
    path = tmp_path / "a.csv"
    path.write_bytes(b"user_id,event,timestamp\n" + good + line + after)
    result = land(raw, path, csv_block_bytes=csv_block_bytes, max_line_bytes=1000)
    assert result.rejected == {reason: 1}
    assert [row["_row"] for row in read(result.rejects_path)] == [3]
    assert [row["event"] for row in read(result.messages_path)] == ["good"] * (1 + bool(after))


def test_the_open_last_record_of_a_cut_archive_is_not_trusted(raw: Path, tmp_path: Path) -> None:
    plain = b"user_id,event,timestamp\nu,first,2026-01-05\nu,second,2026-01-05 09:00:01"
    path = tmp_path / "a.csv.gz"
    # the archive ends here, although the value may have gone on
    packer = zlib.compressobj(wbits=31)
    path.write_bytes(packer.compress(plain) + packer.flush(zlib.Z_SYNC_FLUSH))
    result = land(raw, path)
    assert [row["event"] for row in read(result.messages_path)] == ["first"]
    assert result.rejected == {"truncated_line": 1}


@pytest.mark.parametrize("seed", range(4))
def test_a_hostile_csv_is_accounted_for(raw: Path, tmp_path: Path, seed: int) -> None:
    generator = random.Random(seed)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for number in range(1500):
        note = generator.choice(("plain", 'a "quote"', "two\nlines", "a,b", ""))
        writer.writerow([f"u-{number % 9}", "view", "2026-01-05 09:00:00", note])
    content = bytearray(text.getvalue().encode())
    for _ in range(200):
        place = generator.randrange(len(content))
        content[place : place + generator.randrange(2)] = bytes(
            [generator.choice(b'"\n,\x00\xff\rx')]
        )
    path = tmp_path / "a.csv"
    path.write_bytes(b"user_id,event,timestamp,note\n" + content)
    result = land(raw, path, csv_block_bytes=10_000)
    rows = [row["_row"] for row in read(result.messages_path)]
    refused = [row["_row"] for row in read(result.rejects_path)]
    assert rows == sorted(set(rows))
    assert not set(rows) & set(refused)
    assert (len(rows), len(refused)) == (result.landed, sum(result.rejected.values()))
    assert result.lines == len(rows) + len(refused)
    assert len(rows) > 1200


def test_a_header_alone_is_0_lines(raw: Path, tmp_path: Path) -> None:
    result = land(raw, write(tmp_path / "a.csv", "user_id,event,timestamp\n"))
    assert (result.state, result.lines) == ("empty", 0)
    assert not raw.exists()


def test_other_columns_for_landed_content_are_refused_the_same_ones_are_not(
    raw: Path, tmp_path: Path
) -> None:
    land(raw, FIXTURES / "shop.csv", SHOP_MAP)
    with pytest.raises(BadInvocation, match=r"landed before with other columns: .*event=action"):
        land(raw, FIXTURES / "shop.csv", {**SHOP_MAP, "event": "plan"})
    path = write(tmp_path / "a.csv", "user_id,event,timestamp\nu,e,2026-01-05\n")
    land(raw, path, {"event": "event"})
    assert land(raw, path).state == "already_landed"


def test_all_headers_are_read_before_the_first_file_lands(raw: Path, tmp_path: Path) -> None:
    wrong = write(tmp_path / "wrong.csv", "who,event,timestamp\nu,e,2026-01-05\n")
    with pytest.raises(BadInvocation, match=r"wrong\.csv: no column 'time'"):
        land_events([FIXTURES / "shop.csv", wrong], raw, SHOP_MAP, LOADED_AT)
    assert not raw.exists()


@pytest.mark.parametrize(
    ("mapping", "header", "said"),
    [
        (
            {"user_id": "client"},
            "event,timestamp,customer",
            "a.csv: no column 'client' to map to user_id; columns found: "
            "event, timestamp, customer",
        ),
        (
            {"user_id": "customer"},
            "event,timestamp,customer,customer",
            "a.csv: column 'customer', read as user_id, stands 2 times",
        ),
        ({}, "event,event,timestamp,user_id", "column 'event', read as event, stands 2 times"),
        ({}, "event,user_id,when", "no column for timestamp or received_at"),
        ({}, "event,timestamp,who", "no column for user_id or anonymous_id"),
        ({}, "what,timestamp,user_id", "no column for event or type"),
    ],
)
def test_a_header_that_does_not_fit_names_file_and_columns(
    mapping: dict[str, str], header: str, said: str
) -> None:
    with pytest.raises(BadInvocation) as caught:
        csv_columns("a.csv", header.split(","), mapping)
    assert said in caught.value.message
    assert "columns found:" in caught.value.message
    assert caught.value.fix


def test_a_column_that_is_mapped_is_not_taken_again_by_its_own_name() -> None:
    columns = csv_columns(
        "a.csv",
        ["name", "user_id", "buyer", "time"],
        parse_map("event=name, user_id=buyer, timestamp=time"),
    )
    assert columns.contract == {"event": 0, "user_id": 2, "timestamp": 3}
    assert columns.extra == {"user_id": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user_id", "'user_id' is not of the form"),
        ("user_id=", "'user_id=' is not of the form"),
        ("customer=user_id", "swap the sides: user_id=customer"),
        ("who=customer", "use one of message_id, type"),
        ("event=a,event=b", "'event' is given twice"),
    ],
)
def test_a_map_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(BadInvocation) as caught:
        parse_map(text)
    assert said in str(caught.value)

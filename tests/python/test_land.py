"""Landing of JSON lines: the shape of messages, refused lines, conservation, whole files only."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.errors import GateError
from usage_warehouse.land import events
from usage_warehouse.land.blocks import ParsedBlock
from usage_warehouse.land.events import LandOptions, LandResult, land_events

FIXTURES = Path(__file__).parents[1] / "fixtures" / "land"
LOADED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)
SMALL_BLOCKS = LandOptions(block_bytes=40_000)
CONTRACT = [
    *("message_id", "type", "event", "anonymous_id", "user_id", "group_id", "previous_id"),
    *("original_timestamp", "sent_at", "received_at", "timestamp"),
    *("properties", "traits", "context", "_file", "_row", "_loaded_at", "_source"),
]


def land(raw: Path, *files: Path, **how: object) -> list[LandResult]:
    options = {"mapping": {}, "loaded_at": LOADED_AT, "source": "events", **how}
    return land_events(list(files), raw, **options)


def read(path: Path | None) -> list[dict]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    table = connection.execute(f"select * from read_parquet('{path}')").to_arrow_table()
    return table.to_pylist()


def write_lines(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def parquet_files(raw: Path) -> list[str]:
    return sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*.parquet"))


def message(number: int, **more: object) -> str:
    base = {
        "messageId": f"m-{number}",
        "type": "track",
        "event": "Report Viewed",
        "userId": f"u-{number % 7}",
        "receivedAt": "2026-01-05T09:00:00Z",
        "timestamp": "2026-01-05T09:00:00Z",
        "properties": {"number": number, "nested": {"list": [1, 2.5, None, "x"]}},
    }
    return json.dumps(base | more)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def landed(raw: Path) -> dict[int, dict]:
    (result,) = land(raw, FIXTURES / "messages.jsonl")
    assert (result.lines, result.landed, result.rejected) == (11, 11, {})
    return {row["_row"]: row for row in read(result.messages_path)}


def test_columns_are_exactly_those_of_the_contract(landed: dict[int, dict]) -> None:
    assert list(landed[1]) == CONTRACT
    assert list(landed) == list(range(1, 12))
    assert {row["_file"] for row in landed.values()} == {"messages.jsonl"}
    assert {row["_loaded_at"] for row in landed.values()} == {LOADED_AT}
    assert {row["_source"] for row in landed.values()} == {"events"}


def test_camel_case_message(landed: dict[int, dict]) -> None:
    row = landed[1]
    assert row["message_id"] == "m-1"
    assert (row["type"], row["event"]) == ("track", "Report Viewed")
    assert (row["anonymous_id"], row["user_id"], row["group_id"]) == ("d-1", "u-1", "acct-1")
    assert row["original_timestamp"] == datetime(2026, 1, 5, 9, 0, 0, 100_000, tzinfo=UTC)
    assert row["sent_at"] == datetime(2026, 1, 5, 9, 0, 0, 400_000, tzinfo=UTC)
    assert row["received_at"] == datetime(2026, 1, 5, 9, 0, 1, tzinfo=UTC)
    assert row["timestamp"] == datetime(2026, 1, 5, 9, 0, 0, 700_000, tzinfo=UTC)


def test_properties_pass_through_as_valid_json(landed: dict[int, dict]) -> None:
    source = json.loads((FIXTURES / "messages.jsonl").read_text().splitlines()[0])
    assert json.loads(landed[1]["properties"]) == source["properties"]
    assert json.loads(landed[1]["context"]) == source["context"]
    assert landed[1]["traits"] is None
    assert json.loads(landed[5]["traits"]) == {"email": "a@example.com", "plan": None}


def test_name_of_a_page_or_screen_joins_its_properties(landed: dict[int, dict]) -> None:
    assert json.loads(landed[2]["properties"]) == {"name": "Pricing", "path": "/pricing"}
    assert json.loads(landed[3]["properties"]) == {"name": "Kept"}
    assert json.loads(landed[4]["properties"]) == {"name": "Bare"}


def test_ids_and_groups(landed: dict[int, dict]) -> None:
    assert landed[5]["user_id"] == "4711"
    assert landed[6]["group_id"] == "acct-2"
    assert landed[7]["previous_id"] == "u-0"
    # neither an object nor an empty text is an id
    assert (landed[10]["user_id"], landed[10]["anonymous_id"]) == (None, None)


def test_snake_case_message_with_json_as_text(landed: dict[int, dict]) -> None:
    row = landed[8]
    ids = ("message_id", "anonymous_id", "user_id", "group_id", "previous_id")
    assert [row[name] for name in ids] == ["m-8", "d-3", "u-3", "acct-3", "p"]
    assert row["received_at"] == datetime(2026, 1, 5, 9, 7, 2, tzinfo=UTC)
    assert json.loads(row["properties"]) == {"report_id": 8}
    assert json.loads(row["traits"]) == "plain text"
    assert json.loads(row["context"]) == {"groupId": "acct-9"}


def test_a_missing_id_is_made_of_content_hash_and_row(landed: dict[int, dict]) -> None:
    content = hashlib.sha256((FIXTURES / "messages.jsonl").read_bytes()).hexdigest()
    made = [landed[row]["message_id"] for row in (9, 10, 11)]
    assert made == [f"{content[:16]}-{row:012d}" for row in (9, 10, 11)]


def test_a_missing_receipt_is_the_timestamp_an_unreadable_time_is_null(
    landed: dict[int, dict],
) -> None:
    assert landed[9]["received_at"] == landed[9]["timestamp"]
    assert landed[9]["timestamp"] == datetime(2026, 1, 5, 9, 0, 0, 123_000, tzinfo=UTC)
    assert landed[10]["timestamp"] is None
    assert landed[10]["received_at"] == datetime(2026, 1, 5, 9, 9, tzinfo=UTC)
    assert landed[11]["received_at"] is None


def test_each_refused_line_has_its_reason_row_and_hash(raw: Path) -> None:
    (result,) = land(raw, FIXTURES / "refused.jsonl")
    rejects = read(result.rejects_path)
    assert {row["_row"]: row["reason"] for row in rejects} == {
        2: "not_json",
        3: "not_an_object",
        4: "not_an_object",
        7: "bad_encoding",
        8: "nul_byte",
        9: "not_json",
        10: "not_json",
        11: "not_json",
        14: "not_an_object",
        15: "truncated_line",
    }
    lines = (FIXTURES / "refused.jsonl").read_bytes().split(b"\n")
    hashes = {row["_row"]: row["line_sha256"] for row in rejects}
    assert hashes == {row: hashlib.sha256(lines[row - 1]).hexdigest() for row in hashes}
    columns = ["_file", "_row", "reason", "line_sha256", "_loaded_at", "_source"]
    assert list(rejects[0]) == columns
    assert [row["_row"] for row in read(result.messages_path)] == [1, 12, 13]
    # two lines are blank
    assert (result.lines, result.landed, sum(result.rejected.values())) == (13, 3, 10)


@pytest.mark.parametrize("block_bytes", [1000, 1 << 20])
def test_a_line_over_the_limit_is_refused_and_costs_no_other(
    raw: Path, tmp_path: Path, block_bytes: int
) -> None:
    long = message(2, event="x" * 3_000_000)
    path = write_lines(tmp_path / "a.jsonl", message(1), long, message(3))
    how = LandOptions(block_bytes=block_bytes, max_line_bytes=2_000_000)
    (result,) = land(raw, path, options=how)
    (reject,) = read(result.rejects_path)
    assert (reject["_row"], reject["reason"]) == (2, "line_too_long")
    assert reject["line_sha256"] == hashlib.sha256(long.encode()).hexdigest()
    assert [row["message_id"] for row in read(result.messages_path)] == ["m-1", "m-3"]


def test_large_and_deeply_nested_properties_land(raw: Path, tmp_path: Path) -> None:
    deep = '{"messageId":"deep","properties":{"a":' + "[" * 5000 + "]" * 5000 + "}}"
    large = message(1, properties={"text": "é" * 600_000})
    (result,) = land(raw, write_lines(tmp_path / "a.jsonl", deep, large), options=SMALL_BLOCKS)
    first, second = read(result.messages_path)
    assert len(first["properties"]) == 10_006
    assert json.loads(second["properties"]) == {"text": "é" * 600_000}


def hostile_file(path: Path, lines: int, seed: int) -> list[bytes]:
    """Messages, most of them damaged by random cuts, bytes and splices."""
    generator = random.Random(seed)
    out = []
    for number in range(lines):
        line = bytearray(message(number).encode())
        for _ in range(generator.choice((0, 0, 1, 1, 2, 5))):
            place = generator.randrange(len(line) + 1)
            kind = generator.randrange(6)
            if kind == 0:
                line[place:place] = bytes([generator.choice(b'\x00\xff"{}[],:\\\n\r\t ')])
            elif kind == 1:
                del line[place:]
            elif kind == 2:
                line[place : place + 1] = bytes([generator.randrange(256)])
            elif kind == 3:
                del line[place : place + 3]
            elif kind == 4:
                line[place:place] = generator.choice((b"NaN", b"null", b"-Infinity", b"1e999"))
            else:
                line[place:place] = line[: place // 2]
        out.append(bytes(line))
    content = generator.choice((b"\n", b"\r\n")).join(out)
    path.write_bytes(content)
    return content.split(b"\n")


def is_strict_object(line: bytes) -> bool:
    def refuse(_: str) -> float:
        raise ValueError

    try:
        return isinstance(json.loads(line.decode(), parse_constant=refuse), dict)
    except ValueError:
        return False


@pytest.mark.parametrize("seed", range(4))
def test_a_hostile_file_is_accounted_for_line_by_line(raw: Path, tmp_path: Path, seed: int) -> None:
    lines = hostile_file(tmp_path / "hostile.jsonl", 1500, seed)
    (result,) = land(raw, tmp_path / "hostile.jsonl", options=SMALL_BLOCKS)
    messages, rejects = read(result.messages_path), read(result.rejects_path)
    filled = {row for row, line in enumerate(lines, 1) if line.strip(b" \t\r")}
    good = [row["_row"] for row in messages]
    bad = [row["_row"] for row in rejects]
    assert good == sorted(good)
    assert bad == sorted(bad)
    assert sorted(good + bad) == sorted(filled)
    assert (result.lines, result.landed) == (len(filled), len(good))
    # what a strict parser takes has landed, and what has landed is valid JSON again
    strict = {row for row in filled if b"\0" not in lines[row - 1]}
    assert {row for row in strict if is_strict_object(lines[row - 1])} <= set(good)
    assert 300 < len(good) < len(filled) - 300
    for row in messages:
        text = row["properties"]
        assert text is None or is_strict_object(b'{"value":' + text.encode() + b"}")


def test_the_count_is_checked_and_a_lost_line_stops_the_file(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = events.parse_json_block

    def losing(*arguments: object) -> ParsedBlock:
        block = real(*arguments)
        return ParsedBlock(block.messages.slice(1), block.rejects, block.other_lines)

    monkeypatch.setattr(events, "parse_json_block", losing)
    with pytest.raises(GateError, match="11 lines in the file, but 10 landed"):
        land(raw, FIXTURES / "messages.jsonl")
    assert [path for path in raw.rglob("*") if path.is_file()] == []

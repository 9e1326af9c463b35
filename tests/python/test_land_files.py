"""Files and landings: copies, changes, damage, interruption; a whole file or none."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land import events, store
from usage_warehouse.land.events import LandOptions, LandResult, land_events
from usage_warehouse.land.stream import in_order

FIXTURES = Path(__file__).parents[1] / "fixtures" / "land"
LOADED_AT = datetime(2026, 2, 1, 8, tzinfo=UTC)


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


def test_landing_twice_changes_nothing(raw: Path) -> None:
    (first,) = land(raw, FIXTURES / "refused.jsonl")
    before = {name: (raw / name).read_bytes() for name in parquet_files(raw)}
    later = LOADED_AT.replace(year=2027)
    again, same_run = land(raw, *[FIXTURES / "refused.jsonl"] * 2, loaded_at=later)
    assert (again.state, same_run.state) == ("already_landed", "already_landed")
    assert (again.lines, again.landed, again.rejected) == (13, 3, first.rejected)
    assert {name: (raw / name).read_bytes() for name in parquet_files(raw)} == before


def test_a_copy_compressed_or_renamed_is_the_same_content(raw: Path, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", message(1), message(2))
    copy = tmp_path / "b.jsonl.gz"
    copy.write_bytes(gzip.compress(path.read_bytes()))
    assert [result.state for result in land(raw, path, copy)] == ["landed", "already_landed"]


def test_a_changed_file_is_a_new_load_with_a_warning_where_ids_were_made(
    raw: Path, tmp_path: Path
) -> None:
    bare = '{"type":"track","event":"e","userId":"u","timestamp":"2026-01-05T00:00:00Z"}'
    path = write_lines(tmp_path / "a.jsonl", bare)
    land(raw, path)
    write_lines(path, bare, bare)
    (result,) = land(raw, path)
    assert (result.state, result.landed) == ("landed", 2)
    assert len(parquet_files(raw)) == 2
    assert "counts twice" in result.warnings[0]


def test_a_file_without_one_good_line_is_remembered_by_its_rejects(
    raw: Path, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "a.jsonl", "[", "1", "x")
    (result,) = land(raw, path)
    assert (result.landed, result.rejected) == (0, {"not_an_object": 1, "not_json": 2})
    assert result.messages_path is None
    assert "no line could be landed" in result.warnings[0]
    assert land(raw, path)[0].state == "already_landed"


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_0_lines_and_writes_nothing(
    raw: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    (result,) = land(raw, tmp_path / "a.jsonl")
    assert (result.state, result.lines) == ("empty", 0)
    assert not raw.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_marks_line_ends_and_an_open_last_line(
    raw: Path, tmp_path: Path, encoding: str, line_end: str, last: str
) -> None:
    text = line_end.join([message(1), "", message(2, event="Größe"), "{broken"])
    (tmp_path / "a.jsonl").write_bytes((text + last).encode(encoding))
    (result,) = land(raw, tmp_path / "a.jsonl", options=LandOptions(block_bytes=100))
    assert [row["_row"] for row in read(result.messages_path)] == [1, 3]
    assert read(result.messages_path)[1]["event"] == "Größe"
    assert result.rejected == {"not_json" if last else "truncated_line": 1}
    (reject,) = read(result.rejects_path)
    assert reject["line_sha256"] == hashlib.sha256(b"{broken").hexdigest()


def test_gzip_of_several_members(raw: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    parts = [gzip.compress(f"{message(number)}\n".encode()) for number in range(50)]
    path.write_bytes(b"".join(parts))
    assert land(raw, path)[0].landed == 50


def test_gzip_cut_short_lands_what_is_readable_and_says_so(raw: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    generator = random.Random(1)
    lines = "".join(message(n, key=generator.random()) + "\n" for n in range(2000))
    path.write_bytes(gzip.compress(lines.encode())[:-3000])
    (result,) = land(raw, path)
    assert result.landed > 500
    assert result.rejected == {"truncated_line": 1}
    assert "ends early" in result.warnings[0]
    # a cut on a line end leaves its mark too
    flushed = gzip.compress(f"{message(1)}\n".encode())[:-8]
    path.write_bytes(flushed)
    (result,) = land(raw, path)
    assert (result.landed, result.rejected) == (1, {"truncated_line": 1})


def test_damaged_gzip_lands_nothing(raw: Path, tmp_path: Path) -> None:
    content = bytearray(gzip.compress(f"{message(1)}\n".encode()))
    content[-6] ^= 0xFF
    (tmp_path / "a.jsonl.gz").write_bytes(content)
    with pytest.raises(BadInvocation, match=r"a\.jsonl\.gz is damaged"):
        land(raw, tmp_path / "a.jsonl.gz")
    assert not raw.exists()


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def test_zstd_of_several_frames_is_the_same_content_as_plain(raw: Path, tmp_path: Path) -> None:
    parts = [f"{message(number)}\n".encode() for number in range(50)]
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(b"".join(map(zstd, parts)))
    assert land(raw, path)[0].landed == 50
    plain = tmp_path / "a.jsonl"
    plain.write_bytes(b"".join(parts))
    assert land(raw, plain)[0].state == "already_landed"


def test_zstd_cut_short_lands_what_is_readable_and_says_so(raw: Path, tmp_path: Path) -> None:
    generator = random.Random(1)
    lines = "".join(message(n, key=generator.random()) + "\n" for n in range(9000))
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(zstd(lines.encode())[:-3000])
    (result,) = land(raw, path)
    assert result.landed > 500
    assert result.rejected == {"truncated_line": 1}
    assert "ends early" in result.warnings[0]


def test_damaged_zstd_lands_nothing(raw: Path, tmp_path: Path) -> None:
    content = zstd(f"{message(1)}\n".encode() * 99) + b"no frame"
    (tmp_path / "a.jsonl.zst").write_bytes(content)
    with pytest.raises(BadInvocation, match=r"a\.jsonl\.zst is damaged"):
        land(raw, tmp_path / "a.jsonl.zst")
    assert not raw.exists()


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_an_interrupted_landing_leaves_nothing_and_is_done_again(
    raw: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.os, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            land(raw, FIXTURES / "refused.jsonl")
    assert [path for path in raw.rglob("*") if path.is_file()] == []
    assert land(raw, FIXTURES / "refused.jsonl")[0].state == "landed"


def test_rejects_without_their_messages_are_no_completed_landing(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = land(raw, FIXTURES / "refused.jsonl")
    assert first.messages_path is not None
    first.messages_path.unlink()
    (again,) = land(raw, FIXTURES / "refused.jsonl")
    assert (again.state, again.landed, again.rejected) == ("landed", 3, first.rejected)


def test_leftovers_of_a_killed_landing_are_removed_and_never_read(raw: Path) -> None:
    (first,) = land(raw, FIXTURES / "messages.jsonl")
    assert first.messages_path is not None
    # no process has this id: it is above the limit of the system
    leftover = first.messages_path.with_name(f".{first.content_hash}.99999999.partial")
    leftover.write_bytes(b"half a file")
    assert parquet_files(raw) == [first.messages_path.relative_to(raw).as_posix()]
    first.messages_path.unlink()
    land(raw, FIXTURES / "messages.jsonl")
    assert not leftover.exists()


def test_a_file_that_changes_while_it_is_read_is_not_landed(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "file_stamp", lambda path: (0, 0))
    with pytest.raises(BadInvocation, match="changed while it was read"):
        land(raw, FIXTURES / "messages.jsonl")
    assert parquet_files(raw) == []


def test_messages_from_after_the_load_time_are_warned_of(raw: Path) -> None:
    early = datetime(2025, 12, 31, tzinfo=UTC)
    (result,) = land(raw, FIXTURES / "messages.jsonl", loaded_at=early)
    assert "received at 2026-01-05 09:09:00Z, later than the load time" in result.warnings[0]
    assert "1 messages hold a time that cannot be read" in result.warnings[1]


def test_a_raw_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("a file, no folder")
    with pytest.raises(BadInvocation, match="cannot write below"):
        land(tmp_path / "raw", FIXTURES / "messages.jsonl")


def test_the_same_content_makes_the_same_bytes(tmp_path: Path) -> None:
    paths = [
        land(tmp_path / name, FIXTURES / "messages.jsonl")[0].messages_path for name in ("a", "b")
    ]
    assert paths[0] is not None
    assert paths[1] is not None
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_work_done_at_one_time_comes_in_order_and_no_further_ahead_than_asked() -> None:
    begun = []

    def items():
        for number in range(20):
            begun.append(number)
            yield number

    def work(number: int) -> int:
        time.sleep(random.Random(number).random() / 100)
        return number * number

    found = in_order(work, items(), workers=2)
    assert next(found) == 0
    assert len(begun) <= 3
    assert list(found) == [number * number for number in range(1, 20)]


def test_the_first_failure_of_work_done_at_one_time_is_raised() -> None:
    def work(number: int) -> int:
        if number % 3 == 2:
            raise ValueError(number)
        return number

    found = in_order(work, iter(range(9)), workers=2)
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(found)


def test_blocks_parsed_at_one_time_land_as_one_after_the_other(tmp_path: Path) -> None:
    lines = [message(number) if number % 50 else "{broken" for number in range(2000)]
    path = write_lines(tmp_path / "log.jsonl", *lines)
    (whole,) = land(tmp_path / "whole", path)
    (parts,) = land(tmp_path / "parts", path, options=LandOptions(block_bytes=5_000))
    assert (parts.landed, parts.rejected) == (1960, {"not_json": 40})
    assert read(parts.messages_path) == read(whole.messages_path)
    assert read(parts.rejects_path) == read(whole.rejects_path)

"""`usage land events` as a person calls it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import Result
from typer.testing import CliRunner

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.command import land_app, parse_load_time

FIXTURES = Path(__file__).parents[1] / "fixtures" / "land"
SHOP_MAP = "timestamp=time,user_id=customer,event=action"


@pytest.fixture(autouse=True)
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("USAGE_RAW", str(tmp_path / "raw"))
    return tmp_path / "raw"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(land_app, ["events", *map(str, arguments)])


def refused(*arguments: object) -> BadInvocation:
    result = run(*arguments)
    assert isinstance(result.exception, BadInvocation)
    assert result.exception.exit_code == 2
    return result.exception


def test_a_csv_lands_by_one_command_into_the_named_raw_folder(raw: Path) -> None:
    result = run(FIXTURES / "shop.csv", "--map", SHOP_MAP, "--loaded-at", "2026-02-01")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "file      lines  landed  rejected",
        "shop.csv     11       6         5  bad_quoting 2, repeated_header 1, wrong_column_count 2",
    ]
    (path,) = raw.glob("events/messages/2026-02-01/*.parquet")
    assert pq.read_metadata(path).num_rows == 6
    again = run(FIXTURES / "shop.csv", "--map", SHOP_MAP)
    assert again.exit_code == 0
    assert "already landed, nothing changed" in again.stdout


def test_several_files_are_one_load_with_a_total(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("")
    names = [FIXTURES / "messages.jsonl", FIXTURES / "refused.jsonl", tmp_path / "empty.jsonl"]
    result = run(*names, "--source", "web")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[3].split() == [
        "empty.jsonl",
        "0",
        "0",
        "0",
        "0",
        "lines,",
        "nothing",
        "to",
        "land",
    ]
    assert lines[4].split() == ["landed", "now", "24", "14", "10"]
    tables = [pq.read_table(path) for path in raw.rglob("*.parquet")]
    loads = {row["_loaded_at"] for table in tables for row in table.to_pylist()}
    assert len(loads) == 1
    assert {source for table in tables for source in table["_source"].to_pylist()} == {"web"}


def test_many_files_without_a_reject_share_a_row(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.jsonl").write_text(f'{{"messageId":"m-{number}"}}\n')
    (tmp_path / "07.jsonl").write_text('{"messageId":"m-7"}\n{\n')
    result = run(*sorted(tmp_path.glob("*.jsonl")))
    assert [line.split() for line in result.stdout.splitlines()[1:]] == [
        ["07.jsonl", "2", "1", "1", "not_json", "1"],
        ["39", "files", "without", "a", "reject", "39", "39", "0"],
        ["landed", "now", "41", "40", "1"],
    ]


def test_another_raw_folder_and_a_warning(raw: Path, tmp_path: Path) -> None:
    result = run(
        FIXTURES / "messages.jsonl", "--raw", tmp_path / "other", "--loaded-at", "2025-01-01"
    )
    assert result.exit_code == 0
    assert "warning: messages.jsonl: the newest message was received at" in result.stderr
    assert list((tmp_path / "other").rglob("*.parquet"))
    assert not raw.exists()


def test_a_mistake_is_named_before_anything_is_written(raw: Path) -> None:
    good = FIXTURES / "messages.jsonl"
    assert "does not exist" in refused(good, "missing.jsonl").message
    assert "is a folder" in refused(good, FIXTURES).message
    assert "--map is for CSV and Parquet files" in refused(good, "--map", "event=e").message
    assert "is not an ISO 8601 time" in refused(good, "--loaded-at", "soon").message
    assert "is not a name" in refused(good, "--source", "a b").message
    assert "--format xml is not known" in refused(good, "--format", "xml").message
    assert not raw.exists()


def test_a_wrong_map_names_the_file_and_its_columns() -> None:
    error = refused(FIXTURES / "shop.csv", "--map", "user_id=client,event=action,timestamp=time")
    assert error.message == (
        "shop.csv: no column 'client' to map to user_id; "
        "columns found: time, customer, action, plan, note"
    )


def test_the_format_follows_the_content_where_the_name_tells_nothing(
    raw: Path, tmp_path: Path
) -> None:
    for fixture, arguments in (("messages.jsonl", ()), ("shop.csv", ("--map", SHOP_MAP))):
        path = tmp_path / fixture.partition(".")[0]
        path.write_bytes((FIXTURES / fixture).read_bytes())
        assert run(path, *arguments).exit_code == 0
    assert len(list(raw.glob("events/messages/*/*.parquet"))) == 2


def test_load_times_are_utc() -> None:
    assert parse_load_time("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
    assert parse_load_time("2026-01-31T08:00:00+02:00") == datetime(2026, 1, 31, 6, tzinfo=UTC)


def test_help_teaches() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "Landing the same content twice changes nothing" in " ".join(result.stdout.split())

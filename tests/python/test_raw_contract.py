"""The raw contract is checked before a build: every breach is named with table, column and file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.raw.contract import MAX_SHOWN, check_raw
from usage_warehouse.raw.declared import read_contract
from usage_warehouse.raw.families import READABLE, can_be_read, conflict, family
from usage_warehouse.settings import Settings

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGE = {
    "message_id": pa.array(["m1", "m2"]),
    "type": pa.array(["track", "page"]),
    "event": pa.array(["task_created", None]),
    "user_id": pa.array(["u1", "u1"]),
    "received_at": pa.array([MOMENT, MOMENT], pa.timestamp("us", "UTC")),
    "properties": pa.array(["{}", "{}"]),
    "_loaded_at": pa.array([MOMENT, MOMENT], pa.timestamp("us", "UTC")),
}
REQUIRED = ("message_id", "type", "received_at", "_loaded_at")

# A second source, as the contract of billing will look: aliases, several required tables.
BILLING = {
    "sources": [
        {
            "name": "billing",
            "tables": [
                {
                    "name": "price",
                    "config": {"meta": {"required_table": True}},
                    "columns": [
                        {
                            "name": "id",
                            "data_type": "string",
                            "config": {"meta": {"required": True}},
                        },
                        {"name": "amount", "data_type": "decimal(38,12)"},
                    ],
                },
                {
                    "name": "item",
                    "config": {"meta": {"required_table": True}},
                    "columns": [
                        {
                            "name": "price_id",
                            "data_type": "string",
                            "config": {"meta": {"required": True, "aliases": ["plan_id"]}},
                        },
                        {
                            "name": "_deleted",
                            "data_type": "boolean",
                            "config": {"meta": {"aliases": ["is_deleted"]}},
                        },
                    ],
                },
            ],
        }
    ]
}


def write(path: Path, columns: dict[str, pa.Array]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A raw folder with one sound file of messages."""
    raw = tmp_path / "raw"
    write(raw / "events/messages/2026/01.parquet", MESSAGE)
    return Settings(raw=raw, raw_is_named=True)


@pytest.fixture
def messages(settings) -> Path:
    return settings.raw / "events/messages"


@pytest.fixture
def with_billing(tmp_path, project_root, settings) -> tuple[Settings, Path]:
    """Settings with billing on, and a project whose contract has it."""
    root = tmp_path / "project"
    folder = root / "models/staging"
    (folder / "events").mkdir(parents=True)
    (folder / "billing").mkdir()
    events = "models/staging/events/_events__sources.yml"
    (root / events).write_text((project_root / events).read_text("utf-8"), "utf-8")
    (folder / "billing/_billing__sources.yml").write_text(yaml.safe_dump(BILLING), "utf-8")
    (root / "dbt_project.yml").write_text((project_root / "dbt_project.yml").read_text("utf-8"))
    write(settings.raw / "billing/price/a.parquet", {"id": pa.array(["p1"])})
    write(settings.raw / "billing/item/a.parquet", {"price_id": pa.array(["p1"])})
    return replace(settings, variables={"using_billing": True}), root


def breach(settings: Settings, **options: object) -> str:
    with pytest.raises(RawContractError) as raised:
        check_raw(settings, **options)
    assert raised.value.exit_code == 3
    assert "fix: " in str(raised.value)
    return str(raised.value)


def test_sound_raw_data_passes_and_is_counted(settings, messages):
    write(messages / "2026/02.parquet", MESSAGE)
    write(settings.raw / "events/rejects/a.parquet", {"_loaded_at": MESSAGE["_loaded_at"]})
    summary = check_raw(settings)
    assert (summary.file_count, summary.row_count) == (3, 6)
    assert str(summary).splitlines() == [
        "events.messages: 4 rows in 2 files",
        "events.rejects: 2 rows in 1 file",
    ]


def test_the_contract_is_read_from_the_source_yaml():
    (contract,) = [found for found in read_contract() if found.name == "events.messages"]
    assert contract.is_required
    assert tuple(c.names[0] for c in contract.columns if c.is_required) == REQUIRED
    assert all(c.data_type in READABLE for found in read_contract() for c in found.columns)


def test_a_named_folder_that_is_missing_is_an_error(tmp_path):
    text = breach(Settings(raw=tmp_path / "nowhere", raw_is_named=True))
    assert "USAGE_RAW names" in text
    assert f"'{tmp_path / 'nowhere'}', which does not exist" in text


def test_a_named_folder_that_is_empty_is_an_error(tmp_path):
    assert "which is empty" in breach(Settings(raw=tmp_path, raw_is_named=True))


def test_an_empty_folder_is_an_error_even_when_no_source_is_on(tmp_path):
    off = {"using_events": False}
    assert "which is empty" in breach(Settings(raw=tmp_path, raw_is_named=True, variables=off))


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "raw").write_text("")
    assert "which is not a folder" in breach(Settings(raw=tmp_path / "raw", raw_is_named=True))


def test_without_a_named_folder_the_message_offers_the_sample(tmp_path):
    text = breach(Settings(raw=tmp_path))
    assert "usage sample" in text
    assert "USAGE_RAW names" not in text


@pytest.mark.parametrize("name", ["raw*", "raw[1]", "it's", "{raw}", "raw?"])
def test_a_path_that_the_engine_would_take_for_a_pattern_is_an_error(tmp_path, name):
    write(tmp_path / name / "events/messages/a.parquet", MESSAGE)
    assert "without these characters" in breach(Settings(raw=tmp_path / name))


def test_a_required_table_without_a_file_is_named_with_what_is_there(tmp_path):
    write(tmp_path / "events/message/a.parquet", MESSAGE)
    text = breach(Settings(raw=tmp_path, raw_is_named=True))
    assert "table events.messages: there is no Parquet file of it under" in text
    assert "the tables found are events/message" in text
    assert "using_events: false" in text


def test_files_of_another_kind_are_named(tmp_path):
    (tmp_path / "events/messages").mkdir(parents=True)
    (tmp_path / "events/messages/export.json").write_text("{}")
    text = breach(Settings(raw=tmp_path, raw_is_named=True))
    assert "only files of the kind .json" in text
    assert "usage land" in text


def test_a_source_that_is_off_is_not_looked_at(settings, messages):
    (messages / "broken.parquet").write_bytes(b"no")
    off = replace(settings, variables={"using_events": False})
    assert check_raw(off).tables == ()


def test_an_optional_table_may_be_absent_and_is_checked_where_it_is_not(settings):
    assert [table.name for table in check_raw(settings).tables] == ["events.messages"]
    write(settings.raw / "events/rejects/a.parquet", {"reason": pa.array(["x"])})
    assert "table events.rejects, column _loaded_at" in breach(settings)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"message_id,type\n1,track\n" * 50])
def test_a_file_that_is_not_parquet_is_named(settings, messages, content):
    (messages / "bad.parquet").write_bytes(content)
    text = breach(settings)
    assert f"file {messages / 'bad.parquet'}: not a readable Parquet file" in text


def test_a_truncated_file_is_named(settings, messages):
    whole = (messages / "2026/01.parquet").read_bytes()
    for length in (len(whole) - 1, len(whole) // 2, 10):
        (messages / "cut.parquet").write_bytes(whole[:length])
        assert f"file {messages / 'cut.parquet'}: not a readable" in breach(settings)


@pytest.mark.parametrize("column", REQUIRED)
def test_a_missing_required_column_is_named_with_its_file(settings, messages, column):
    rest = {name: array for name, array in MESSAGE.items() if name != column}
    write(messages / "2026/02.parquet", rest)
    text = breach(settings)
    file = messages / "2026/02.parquet"
    assert f"table events.messages, column {column}, file {file}: the required column is" in text
    assert "found: " in text


def test_one_breach_in_many_files_is_one_line(settings, messages):
    for number in range(30):
        write(messages / f"{number:02}.parquet", {"message_id": MESSAGE["message_id"]})
    lines = breach(settings).splitlines()
    assert lines[0] == "raw contract: 3 problems:"
    assert len(lines) == 4
    assert all("00.parquet and 29 others: the required column is missing" in x for x in lines[1:])


def test_at_most_twenty_breaches_are_listed(settings, messages):
    for number in range(MAX_SHOWN + 5):
        (messages / f"{number:02}.parquet").write_bytes(b"no")
    lines = breach(settings).splitlines()
    assert len(lines) == 1 + MAX_SHOWN + 1
    assert lines[-1].strip() == "and 5 more"


def test_optional_columns_may_be_absent_and_unknown_ones_are_ignored(settings, messages):
    extra = {"sparkle": pa.array([[1], [2]]), "Message_ID": MESSAGE["message_id"]}
    rest = {name: MESSAGE[name] for name in REQUIRED if name != "message_id"}
    write(messages / "2026/01.parquet", rest | extra)
    assert check_raw(settings).row_count == 2


TYPES = {
    "microseconds": pa.array([MOMENT] * 2, pa.timestamp("us")),
    "nanoseconds": pa.array([MOMENT] * 2, pa.timestamp("ns")),
    "seconds": pa.array([MOMENT] * 2, pa.timestamp("s")),
    "zone": pa.array([MOMENT] * 2, pa.timestamp("ms", "Europe/Berlin")),
    "date": pa.array([date(2026, 1, 1)] * 2),
    "text": pa.array(["2026-01-01T00:00:00Z"] * 2),
    "large_text": pa.array(["2026-01-01T00:00:00Z"] * 2, pa.large_string()),
    "dictionary": pa.array(["2026-01-01T00:00:00Z"] * 2).dictionary_encode(),
    "epoch": pa.array([1767225600] * 2),
    "unsigned": pa.array([1767225600] * 2, pa.uint64()),
    "fraction": pa.array([1767225600.0] * 2),
    "decimal": pa.array([Decimal("1767225600.5")] * 2),
    "null": pa.nulls(2),
    "bytes": pa.array([b"2026-01-01"] * 2),
    "fixed_bytes": pa.array([b"ab"] * 2, pa.binary(2)),
    "boolean": pa.array([True] * 2),
    "list": pa.array([["2026-01-01"]] * 2),
    "struct": pa.array([{"at": "2026-01-01"}] * 2),
    "map": pa.array([[("at", "x")]] * 2, pa.map_(pa.string(), pa.string())),
    "time": pa.array([time(1)] * 2),
    "duration": pa.array([timedelta(1)] * 2),
}
NO_MOMENTS = {"bytes", "fixed_bytes", "boolean", "list", "struct", "map", "time", "duration"}
NO_TEXTS = {"bytes", "fixed_bytes", "time", "duration"}


@pytest.mark.parametrize("name", TYPES)
def test_the_types_that_a_moment_can_be_read_from(settings, messages, name):
    file = write(messages / "2026/01.parquet", MESSAGE | {"received_at": TYPES[name]})
    if name not in NO_MOMENTS:
        assert check_raw(settings).row_count == 2
        return
    text = breach(settings)
    assert f"column received_at, file {file}: its type" in text
    assert "cannot be read as timestamp" in text


@pytest.mark.parametrize("name", TYPES)
def test_the_types_that_a_text_can_be_read_from(settings, messages, name):
    file = write(messages / "2026/01.parquet", MESSAGE | {"properties": TYPES[name]})
    if name not in NO_TEXTS:
        assert check_raw(settings).row_count == 2
    else:
        assert f"column properties, file {file}: its type" in breach(settings)


@pytest.mark.parametrize(
    ("kind", "data_type", "is_readable"),
    [
        ("number", "bigint", True),
        ("nested", "bigint", False),
        ("time", "bigint", False),
        ("number", "decimal", True),
        ("time", "double", False),
        ("text", "boolean", True),
        ("time", "boolean", False),
        ("number", "date", False),
        ("null", "date", True),
        ("other", "string", False),
    ],
)
def test_what_the_other_contract_types_can_be_read_from(kind, data_type, is_readable):
    assert can_be_read(kind, data_type) is is_readable


MIXES = [
    ("received_at", "microseconds", "epoch", False),
    ("received_at", "date", "fraction", False),
    ("received_at", "text", "epoch", False),
    ("received_at", "microseconds", "text", True),
    ("received_at", "zone", "nanoseconds", True),
    ("received_at", "epoch", "decimal", True),
    ("received_at", "null", "epoch", True),
    ("properties", "struct", "text", False),
    ("properties", "boolean", "microseconds", False),
    ("properties", "struct", "null", True),
    ("properties", "epoch", "text", True),
]


@pytest.mark.parametrize(("column", "first", "second", "is_sound"), MIXES)
def test_types_of_one_column_in_two_files(settings, messages, column, first, second, is_sound):
    one = write(messages / "2026/01.parquet", MESSAGE | {column: TYPES[first]})
    two = write(messages / "2026/02.parquet", MESSAGE | {column: TYPES[second]})
    if is_sound:
        assert check_raw(settings).row_count == 4
        return
    text = breach(settings)
    assert f"column {column}, file {two}" in text
    assert f"in {one}, which cannot be read together" in text
    assert "one type in all files" in text


def test_what_is_never_read_together_is_what_the_engine_fails_on(tmp_path):
    """Two files of one column, for every pair of families: the engine's verdict and ours."""
    samples = {"text": "text", "number": "epoch", "time": "microseconds", "null": "null"}
    assert {family(TYPES[name].type) for name in samples.values()} == set(samples)
    for first in samples:
        for second in set(samples) - {first}:
            write(tmp_path / "1.parquet", {"x": TYPES[samples[first]]})
            write(tmp_path / "2.parquet", {"x": TYPES[samples[second]]})
            query = f"from read_parquet('{tmp_path}/*.parquet', union_by_name = true)"
            try:
                duckdb.connect().execute(query).fetchall()
                fails = False
            except duckdb.ConversionException:
                fails = True
            assert fails is (conflict([first, second], "string") is not None), (first, second)


def test_all_sources_that_are_on_are_checked(with_billing):
    settings, root = with_billing
    summary = check_raw(settings, root)
    assert [table.name for table in summary.tables] == [
        "billing.price",
        "billing.item",
        "events.messages",
    ]
    (settings.raw / "billing/price/a.parquet").unlink()
    # null, the default: a source of which one table lies there is on.
    for chosen in ({"using_billing": True}, {}):
        text = breach(replace(settings, variables=chosen), project_root=root)
        assert "table billing.price: there is no Parquet file" in text
        assert "using_billing: false" in text
    assert check_raw(replace(settings, variables={"using_billing": False}), root).file_count == 1
    (settings.raw / "billing/item/a.parquet").unlink()
    assert check_raw(replace(settings, variables={}), root).file_count == 1


def test_a_column_may_stand_under_another_of_its_names(with_billing):
    settings, root = with_billing
    write(settings.raw / "billing/item/a.parquet", {"plan_id": pa.array(["p1"])})
    assert check_raw(settings, root).file_count == 3


def test_two_names_of_one_column_in_two_files_are_an_error(with_billing):
    """The engine reads one name for the whole table; under the other all would be null."""
    settings, root = with_billing
    both = {"price_id": pa.array(["p1"]), "_deleted": pa.array([False])}
    write(settings.raw / "billing/item/a.parquet", both)
    other = {"plan_id": pa.array(["p1"]), "is_deleted": pa.array([True])}
    file = write(settings.raw / "billing/item/b.parquet", other)
    text = breach(settings, project_root=root)
    assert f"column price_id, file {file}: it stands under plan_id here and under price_id" in text
    assert f"column _deleted, file {file}: it stands under is_deleted here" in text


def test_a_wrong_variable_is_a_wrong_invocation(settings):
    with pytest.raises(BadInvocation, match="using_event"):
        check_raw(replace(settings, variables={"using_event": False}))


def test_a_table_of_many_files_is_counted_whole(settings, messages):
    content = (messages / "2026/01.parquet").read_bytes()
    for number in range(300):
        (messages / f"{number}.parquet").write_bytes(content)
    assert str(check_raw(settings)) == "events.messages: 602 rows in 301 files"

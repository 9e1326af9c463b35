"""What Spark would stumble over in raw files is told before, with the file and the remedy."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from usage_warehouse.errors import RawContractError
from usage_warehouse.raw.declared import RawColumn, RawContract
from usage_warehouse.raw.load_units import raw_files
from usage_warehouse.spark.raw_tables import common_schema

CONTRACT = RawContract(
    "events",
    "messages",
    True,
    tuple(
        RawColumn(names, kind, False)
        for names, kind in (
            (("message_id", "id"), "string"),
            (("received_at",), "timestamp"),
            (("_row",), "bigint"),
        )
    ),
)


@pytest.fixture
def schema(tmp_path):
    folder = tmp_path / "events" / "messages"

    def read(**files):
        for name, table in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table(table), path.with_suffix(".parquet"))
        return common_schema(CONTRACT, folder, raw_files(tmp_path, "events", "messages"))

    return read


def _times(unit, tz=None):
    return pa.array([1], pa.timestamp(unit, tz=tz))


def test_columns_of_the_contract_in_the_one_type_they_have(schema):
    found = schema(
        a={"Message_ID": ["m"], "extra": [1.5]},
        b={"message_id": pa.array(["m"], pa.large_string()), "_row": pa.array([1], pa.uint32())},
        c__d={"id": pa.array(["m"]).dictionary_encode(), "received_at": _times("ms", "UTC")},
        e={"received_at": _times("us", "Europe/Paris"), "extra": ["another type"]},
        f={"message_id": pa.nulls(1), "_row": pa.array([1], pa.int64())},
    )
    assert {field.name: field.type for field in found} == {
        "Message_ID": pa.string(),
        "_row": pa.int64(),
        "id": pa.string(),
        "received_at": pa.timestamp("us", tz="UTC"),
    }


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": {"received_at": _times("ns")}}, ["a.parquet", "received_at", "nanoseconds"]),
        (
            {"a": {"received_at": _times("us")}, "b": {"received_at": ["2026-01-01"]}},
            ["b.parquet", "received_at", "string here", "timestamp[us]", "a.parquet"],
        ),
        (
            {"a": {"received_at": _times("us")}, "b": {"received_at": _times("us", "UTC")}},
            ["b.parquet", "one type per table"],
        ),
        ({"_a": {"_row": [1]}}, ["_a.parquet", "begin with '_'"]),
        ({".hidden__a": {"_row": [1]}}, ["a.parquet", "begin with"]),
    ],
)
def test_what_spark_cannot_read_is_named(schema, files, words):
    with pytest.raises(RawContractError) as caught:
        schema(**files)
    assert [word for word in words if word not in str(caught.value)] == []
    assert "fix:" in str(caught.value)


def test_timestamps_of_hive_are_no_nanoseconds(tmp_path):
    path = tmp_path / "events" / "messages" / "a.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(
        pa.table({"received_at": _times("ns")}), path, use_deprecated_int96_timestamps=True
    )
    assert common_schema(CONTRACT, path.parent, [path]) == pa.schema(
        [("received_at", pa.timestamp("us", tz="UTC"))]
    )


def test_a_file_that_is_no_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"text")
    with pytest.raises(RawContractError, match=r"a\.parquet is no Parquet file"):
        common_schema(CONTRACT, tmp_path, [path])

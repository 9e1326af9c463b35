"""What Python models return, as tables of Spark."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from usage_warehouse.engine.frames import by_parts, to_arrow, to_pandas
from usage_warehouse.spark.python_models import write_frame


class _Session:
    """The part of a Spark session that writes a table."""

    def __init__(self):
        self.tables = {}

    def createDataFrame(self, table):
        return SimpleNamespace(coalesce=lambda _: self.frame(table))

    def frame(self, table):
        writer = SimpleNamespace(saveAsTable=lambda name: self.tables.update({name: table}))
        writer.format = lambda _: writer
        return SimpleNamespace(write=writer)


def test_a_frame_becomes_a_table():
    session = _Session()
    write_frame(session, pd.DataFrame({"n": [1, 2], "none": [None, None]}), "governance.gate")
    assert session.tables["governance.gate"].to_pydict() == {"n": [1, 2], "none": [None, None]}
    write_frame(session, session.frame("as it is"), "governance.spark_frame")
    assert session.tables["governance.spark_frame"] == "as it is"


def test_frames_keep_their_types():
    frame = pd.DataFrame(
        {
            "text": pd.Series(["a", None], dtype="string"),
            "none": pd.Series([None, None], dtype="object"),
            "count": pd.Series([1, None], dtype="Int64"),
            "at": pd.to_datetime(["2026-01-01 10:00:00.000001", None]),
        }
    )
    table = to_arrow(frame)
    assert {field.name: field.type for field in table.schema} == {
        "text": pa.string(),
        "none": pa.string(),
        "count": pa.int64(),
        "at": pa.timestamp("us", tz="UTC"),
    }
    assert table.column("count").to_pylist() == [1, None]


def test_a_frame_of_spark_comes_as_duckdb_s_do():
    table = pa.table(
        {
            "at": pa.array([-62135596800000000, None], pa.timestamp("us", tz="UTC")),
            "day": pa.array([0, None], pa.date32()),
            "text": ["a", None],
        }
    )
    frame = to_pandas(SimpleNamespace(toArrow=lambda: table))
    assert frame["at"].dtype == "datetime64[us]"
    assert frame["at"].iloc[0] == pd.Timestamp("0001-01-01")
    assert frame["day"].iloc[0] == pd.Timestamp("1970-01-01")
    assert frame["text"].isna().tolist() == [False, True]


class _Divided:
    """A frame of Spark whose rows lie in parts by a key; its function is called per part."""

    def __init__(self, table, parts=3):
        self.table, self.parts, self.schema = table, parts, None

    def toArrow(self):
        raise AssertionError("the rows must not come to the driver")

    def repartition(self, key):
        place = pc.bit_wise_and(self.table[key], 1)
        self.divided = [self.table.filter(pc.equal(place, part)) for part in range(self.parts)]
        return self

    def mapInArrow(self, function, fields):
        self.schema = fields
        results = [function(iter(part.to_batches(max_chunksize=2))) for part in self.divided]
        return pa.Table.from_batches([batch for result in results for batch in result])


def test_parts_that_no_key_spans_give_what_the_whole_gives():
    table = pa.table(
        {
            "actor": pa.array([1, 2, 3, 1, 2, 1, 4]),
            "at": pa.array(range(7), pa.timestamp("us", tz="UTC")),
        }
    )

    def summed(frame):
        assert frame["at"].dtype == "datetime64[us]"
        result = frame.groupby("actor", as_index=False).agg(n=("at", "size"), last=("at", "max"))
        return result.astype({"n": "Int64"})

    types = {"actor": "int64", "n": "Int64", "last": "datetime64[us]"}
    whole = by_parts(SimpleNamespace(df=lambda: _from_arrow(table)), "actor", summed, types)
    divided = _Divided(table)
    parts = by_parts(divided, "actor", summed, types)
    assert divided.schema == "actor bigint, n bigint, last timestamp"
    assert sorted(map(str, parts.to_pylist())) == sorted(map(str, to_arrow(whole).to_pylist()))
    # The third part is empty: it gives no row, and the function is not asked.
    assert [len(part) for part in divided.divided] == [3, 4, 0]


def _from_arrow(table):
    return to_pandas(SimpleNamespace(toArrow=lambda: table))

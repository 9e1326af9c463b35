"""dbt's Python models, called as the Spark session calls them."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pyarrow as pa

from usage_warehouse.engine.frames import to_pandas
from usage_warehouse.spark.python_models import run_python_model, to_arrow

MODEL = """
def model(dbt, session):
    dbt.config(materialized="table")
    frame = dbt.ref("events")
    return frame.assign(mode=dbt.config.meta_get("mode"), other=dbt.config.meta_get("other"))
"""


class _Session:
    """The part of a Spark session that writes a table, and what it was asked."""

    def __init__(self, tables):
        self.tables = tables
        self.statements = []

    def table(self, name):
        return self.tables[name]

    def sql(self, statement):
        self.statements.append(statement)

    def createDataFrame(self, table):
        def save(name):
            self.tables[name] = table

        writer = SimpleNamespace(saveAsTable=save)
        writer.format = lambda _: writer
        return SimpleNamespace(coalesce=lambda _: SimpleNamespace(write=writer))


def test_a_model_reads_by_ref_and_its_frame_becomes_its_table(tmp_path):
    path = tmp_path / "gate.py"
    path.write_text(MODEL, encoding="utf-8")
    session = _Session({"core.events": pd.DataFrame({"n": [1, 2]})})
    rows = run_python_model(
        session, path, "governance.gate", {"events": "core.events"}, {"mode": "strict"}
    )
    assert rows == 2
    assert session.tables["governance.gate"].to_pydict() == {
        "n": [1, 2],
        "mode": ["strict", "strict"],
        "other": [None, None],
    }
    assert session.statements == [
        "create schema if not exists governance",
        "drop table if exists governance.gate",
    ]


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

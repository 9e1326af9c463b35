"""dbt's Python models in the Spark session of this process.

dbt's adapter hands Python models to a cluster's job service, which a session does not have. So
the same `model(dbt, session)` of the same file is called here: `dbt.ref` gives frames of Spark,
the frame that comes back is written as the model's table.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa


@dataclass(frozen=True)
class ModelConfig:
    """What a Python model may ask of its configuration."""

    meta: Mapping[str, Any]

    def __call__(self, **_: object) -> None:
        """What a model says of itself; dbt has read it while parsing."""

    def meta_get(self, name: str, default: Any = None) -> Any:
        """A value of the model's `meta`."""
        return self.meta.get(name, default)


@dataclass(frozen=True)
class DbtObject:
    """The `dbt` that a Python model is called with."""

    session: Any
    relations: Mapping[str, str]
    config: ModelConfig
    is_incremental: bool = False

    def ref(self, name: str) -> Any:
        """The relation of a model or seed as a frame of Spark."""
        return self.session.table(self.relations[name])


def run_python_model(
    session: Any, path: Path, relation: str, relations: Mapping[str, str], meta: Mapping[str, Any]
) -> int:
    """Call the model in the file `path` and write its frame to `relation`; returns its rows.

    relations maps the names that the model may ref to the relations that hold them.
    """
    spec = importlib.util.spec_from_file_location(f"dbt_model_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    frame = module.model(DbtObject(session, relations, ModelConfig(meta)), session)
    table = to_arrow(frame)
    schema, _ = relation.split(".")
    session.sql(f"create schema if not exists {schema}")
    session.sql(f"drop table if exists {relation}")
    written = session.createDataFrame(table).coalesce(1)
    written.write.format("parquet").saveAsTable(relation)
    return table.num_rows


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A pandas frame as DuckDB would take it: naive times are UTC, a column of nulls is text."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    fields = []
    for field in table.schema:
        kind = field.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", tz="UTC")
        elif pa.types.is_null(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    return table.cast(pa.schema(fields))

"""Relations of either engine as pandas frames, whole or in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa

_SPARK_TYPES = {
    "str": "string",
    "bool": "boolean",
    "int64": "bigint",
    "Int64": "bigint",
    "float64": "double",
    "datetime64[us]": "timestamp",
}


def to_pandas(relation: Any) -> pd.DataFrame:
    """A relation of DuckDB or a frame of Spark as a pandas frame, in the same types.

    Times are naive UTC in microseconds (Spark's own way to pandas takes nanoseconds, which
    end in 1677 and 2262), days are times at 00:00.
    """
    if not hasattr(relation, "toArrow"):
        return relation.df()
    return _from_arrow(relation.toArrow())


def by_parts(
    relation: Any,
    key: str,
    function: Callable[[pd.DataFrame], pd.DataFrame],
    column_types: Mapping[str, str],
) -> Any:
    """`function` of the rows of a relation, where rows of different keys do not meet.

    On DuckDB it gets all rows at once. On Spark the rows are divided by `key` among the
    executors, each calls it for its part, and no row comes to the driver; the package must be
    installed there. column_types: the columns of what it returns, with their pandas types.
    Returns a pandas frame or a frame of Spark: what a Python model may return.
    """
    if not hasattr(relation, "toArrow"):
        return function(relation.df())
    fields = ", ".join(f"{name} {_SPARK_TYPES[kind]}" for name, kind in column_types.items())

    def of_part(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rows = list(batches)
        if rows:
            yield from to_arrow(function(_from_arrow(pa.Table.from_batches(rows)))).to_batches()

    return relation.repartition(key).mapInArrow(of_part, fields)


def no_rows(column_types: Mapping[str, str]) -> pd.DataFrame:
    """A frame of these columns, with their pandas types, and no row."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in column_types.items()})


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


def _from_arrow(table: pa.Table) -> pd.DataFrame:
    naive = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(naive)).to_pandas(date_as_object=False)

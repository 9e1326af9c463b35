"""Relations of either engine as pandas frames."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa


def to_pandas(relation: Any) -> pd.DataFrame:
    """A relation of DuckDB or a frame of Spark as a pandas frame, in the same types.

    Times are naive UTC in microseconds (Spark's own way to pandas takes nanoseconds, which
    end in 1677 and 2262), days are times at 00:00.
    """
    if not hasattr(relation, "toArrow"):
        return relation.df()
    table = relation.toArrow()
    naive = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(naive)).to_pandas(date_as_object=False)

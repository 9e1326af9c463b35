"""What a Python model of dbt returns, written as a table of Spark.

dbt's own wrapper goes through pandas-on-Spark, which knows neither these versions of pandas nor
times before 1677; the adapter's macro `py_write_table` calls this instead.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from usage_warehouse.engine.frames import to_arrow


def write_frame(session: Any, frame: Any, relation: str) -> None:
    """Write a frame of pandas or of Spark to `relation` (`schema.name`), which must not exist."""
    if isinstance(frame, pd.DataFrame):
        frame = session.createDataFrame(to_arrow(frame)).coalesce(1)
    frame.write.format("parquet").saveAsTable(relation)

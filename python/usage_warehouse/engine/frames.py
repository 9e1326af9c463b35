"""Relations of either engine as pandas frames."""

from __future__ import annotations

from typing import Any

import pandas as pd


def to_pandas(relation: Any) -> pd.DataFrame:
    """A dbt relation (DuckDB) or a Spark frame as a pandas frame."""
    if hasattr(relation, "toPandas"):
        return relation.toPandas()
    return relation.df()

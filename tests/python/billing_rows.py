"""Raw tables of billing, written from rows, and the marts of revenue built from them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from commands import Place

from usage_warehouse.raw.declared import read_contract

Row = dict[str, object]
ARROW = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "decimal": pa.string(),
}


def write_billing(rows_by_table: dict[str, list[Row]], folder: Path, name: str = "all") -> None:
    """Add a Parquet file with these rows to each of the tables, with all columns of the contract.

    A key that no column has is an error: a row would say less than it seems to.
    """
    contracts = {c.table: c for c in read_contract() if c.source == "billing"}
    for table, rows in rows_by_table.items():
        columns = {column.names[0]: column.data_type for column in contracts[table].columns}
        unknown = {key for row in rows for key in row} - set(columns)
        assert not unknown, f"billing.{table} has no column {sorted(unknown)}"
        arrays = {
            column: pa.array([row.get(column) for row in rows], ARROW[data_type])
            for column, data_type in columns.items()
        }
        path = folder / "billing" / table
        path.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(arrays), path / f"{name}.parquet")


def build_revenue(place: Place, as_of: datetime, **variables: object) -> None:
    """Build what the raw tables of a place say of revenue, with its data tests, which must pass."""
    (place.root / "build").mkdir(exist_ok=True)
    chosen = {"using_events": False, "as_of": f"{as_of:%Y-%m-%dT%H:%M:%S}", **variables}
    built = place.run(
        *("dbt", "build", "--exclude-resource-type", "unit_test"),
        *("--indirect-selection", "cautious", "--vars", json.dumps(chosen)),
        *("--select", "+mrr_adds_up_at_every_level", "+revenue__mrr_movements"),
    )
    assert "Completed successfully" in built.stdout, built.stdout
    assert "mrr_adds_up_at_every_level" in built.stdout

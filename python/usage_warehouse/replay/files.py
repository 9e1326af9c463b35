"""Rows as the Parquet files of a raw folder, in the shapes that loaders leave them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from usage_warehouse.land.store import MESSAGE_SCHEMA
from usage_warehouse.raw.declared import RawContract
from usage_warehouse.replay.business import business_tables
from usage_warehouse.replay.rows import MESSAGES, OPTIONAL_COLUMNS

_ARROW = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    # exact as text; a float would not be
    "decimal": pa.string(),
}
# Versions of a loader's schema; the one after the last is the contract's columns as they are.
LEAVES_OUT, TEXTS, ALIASES = range(3)
SCHEMA_VERSIONS = 4


def raw_schema(table: str) -> pa.Schema:
    """The columns of a raw table (`source/table`) as the contract names and types them."""
    if table == MESSAGES:
        return MESSAGE_SCHEMA
    columns = business_tables()[table].columns
    return pa.schema([(column.names[0], _ARROW[column.data_type]) for column in columns])


def raw_table(
    table: str, rows: Iterable[Mapping[str, object]], schema_version: int | None = None
) -> pa.Table:
    """Rows (times in microseconds since 1970) as a table of that raw table's columns.

    Loaders change what they write: LEAVES_OUT has no column that its rows do not use, TEXTS
    writes times as ISO text and a column of its own, ALIASES uses the last of the names that
    the contract knows a column by, in another order. None is the contract itself.
    """
    contract = business_tables().get(table)
    written = pa.Table.from_pylist(list(rows), schema=raw_schema(table))
    if schema_version == LEAVES_OUT:
        return _without_unused(written, contract)
    if schema_version == TEXTS:
        return _as_texts(written)
    if schema_version == ALIASES and contract is not None:
        return written.rename_columns([c.names[-1] for c in contract.columns]).select(
            [c.names[-1] for c in reversed(contract.columns)]
        )
    return written


def _without_unused(table: pa.Table, contract: RawContract | None) -> pa.Table:
    optional = OPTIONAL_COLUMNS
    if contract is not None:
        optional = [column.names[0] for column in contract.columns if not column.is_required]
    return table.drop_columns(
        [name for name in optional if table[name].null_count == table.num_rows]
    )


def _as_texts(table: pa.Table) -> pa.Table:
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            texts = pc.strftime(table[column.name], format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(place, column.name, texts)
    return table.append_column("_loader_batch", pa.array(range(table.num_rows), pa.int64()))


def write_files(raw: Path, table: str, wanted: Mapping[str, pa.Table]) -> None:
    """Make the folder of that raw table (`source/table`) hold exactly these Parquet files."""
    folder = raw / table
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.parquet"):
        if path.stem not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = folder / f"{name}.parquet"
        fresh = path.with_suffix(".new")
        pq.write_table(content, fresh)
        if path.exists() and path.read_bytes() == fresh.read_bytes():
            fresh.unlink()
        else:
            fresh.replace(path)

"""The raw folder as tables of Spark: what `external_location` is on DuckDB.

Every raw table with a file becomes an external Parquet table `<source>.<table>` of the columns
that the raw contract names and the files really have; the models then read it through the
macro `raw_rows` as on DuckDB. Spark takes one type per column and table and no nanoseconds:
what it would stumble over is told here, with the file and the remedy.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import RawContractError
from usage_warehouse.raw.declared import RawContract, read_contract
from usage_warehouse.raw.load_units import raw_files
from usage_warehouse.settings import load_settings

REMEDY = "let the loader write one type, times in microseconds (usage land writes such files)"
# Spark has no unsigned numbers: the next wider signed one.
_SIGNED = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
}


def raw_folder() -> Path:
    """The raw folder of the settings: absolute, without detours, as Spark names its files."""
    return Path(os.path.abspath(load_settings().raw))


def declare_raw_tables(session: Any) -> None:
    """Declare the raw tables that have files anew in the Spark `session`.

    Raises RawContractError for what Spark cannot read, and for a table of such a name that is
    not one of files elsewhere: dropping it would lose somebody's data.
    """
    raw = raw_folder()
    for contract in read_contract():
        session.sql(f"create schema if not exists {contract.source}")
        if session.catalog.tableExists(contract.name):
            kind = session.catalog.getTable(contract.name).tableType
            if kind != "EXTERNAL":
                raise RawContractError(
                    f"{contract.name} is a {kind} table of this catalogue, and no raw files",
                    "give this project a catalogue of its own",
                )
            session.sql(f"drop table {contract.name}")
        files = raw_files(raw, contract.source, contract.table)
        if files:
            folder = raw / contract.source / contract.table
            session.catalog.createTable(
                contract.name,
                path=str(folder),
                source="parquet",
                schema=_spark_schema(contract, common_schema(contract, folder, files)),
                recursiveFileLookup="true",
                pathGlobFilter="*.parquet",
            )


def _spark_schema(contract: RawContract, schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    try:
        return from_arrow_schema(schema, prefer_timestamp_ntz=True)
    except TypeError as error:
        raise RawContractError(f"table {contract.name}: {error}", REMEDY) from error


def common_schema(contract: RawContract, folder: Path, files: Iterable[Path]) -> pa.Schema:
    """The contract's columns that the files have, each with the one type it has in all of them.

    folder is the table's raw folder, which holds the files. A column of nulls alone counts as
    absent. Raises RawContractError where a file is unreadable or hidden from Spark, or has a
    column in nanoseconds or in another type than a file before it.
    """
    files = list(files)
    for path in files:
        if any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts):
            raise RawContractError(
                f"table {contract.name}: {path}: Spark passes over a name like this",
                "let no file or folder begin with '_' or '.'",
            )
    with ThreadPoolExecutor(max_workers=4) as pool:
        schemas = list(pool.map(_read_schema, files))
    known = {name for column in contract.columns for name in column.names}
    found: dict[str, tuple[pa.Field, Path]] = {}
    for path, schema in zip(files, schemas, strict=True):
        for field in schema:
            if field.name.lower() in known and not pa.types.is_null(field.type):
                _add(found, field, path, contract)
    return pa.schema([field for field, _ in found.values()])


def _read_schema(path: Path) -> list[pa.Field]:
    """The columns of a file as Spark reads them."""
    try:
        footer = pq.read_metadata(path)
    except (OSError, pa.ArrowException) as error:
        raise RawContractError(
            f"{path} is no Parquet file that can be read: {error}", "land it again"
        ) from error
    leaves = (footer.schema.column(number) for number in range(len(footer.schema)))
    # The timestamps of Hive and Impala, which Arrow takes for nanoseconds and Spark does not.
    int96 = {leaf.path for leaf in leaves if leaf.physical_type == "INT96"}
    return [
        pa.field(
            field.name,
            pa.timestamp("us", tz="UTC") if field.name in int96 else _plain(field.type),
        )
        for field in footer.schema.to_arrow_schema()
    ]


def _plain(kind: pa.DataType) -> pa.DataType:
    """A type without the ways to store it that are no other type to Spark."""
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_timestamp(kind) and kind.unit != "ns":
        return pa.timestamp("us", tz=None if kind.tz is None else "UTC")
    return _SIGNED.get(kind, kind)


def _add(
    found: dict[str, tuple[pa.Field, Path]], field: pa.Field, path: Path, contract: RawContract
) -> None:
    where = f"table {contract.name}, column {field.name}, file {path}"
    if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
        raise RawContractError(f"{where}: Spark does not read nanoseconds", REMEDY)
    first, first_path = found.setdefault(field.name.lower(), (field, path))
    if first.type != field.type:
        raise RawContractError(
            f"{where}: Spark reads one type per table, and it is {field.type} here"
            f" and {first.type} in {first_path}",
            REMEDY,
        )

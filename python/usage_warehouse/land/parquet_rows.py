"""Parquet files of events: every row becomes a line of JSON, then goes the way of JSON lines.

Flat or nested: a column of the contract is found by its name (or by --map), in either spelling;
what is left becomes a property, as in a CSV. With a vendor the columns are the vendor's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.blocks import MessageEngine
from usage_warehouse.land.facts import FileFacts, hash_bytes
from usage_warehouse.land.mapping import CONTRACT_KEYS, CsvColumns, csv_columns
from usage_warehouse.land.stream import LineBlock, make_block

MAGIC = b"PAR1"
BATCH_ROWS = 50_000


def is_parquet(path: Path) -> bool:
    """Whether a file says that it is Parquet."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def scan_parquet(path: Path) -> FileFacts:
    """Content hash of the bytes and number of rows. Raises BadInvocation for a broken file."""
    rows = _open(path).metadata.num_rows
    digest, size, stamp = hash_bytes(path)
    return FileFacts(path, digest, rows, size, False, False, stamp)


def parquet_columns(path: Path, mapping: Mapping[str, str]) -> tuple[CsvColumns, dict[str, str]]:
    """What the columns of a file mean, and {contract column: column of the file} in words.

    Raises BadInvocation as csv_columns does.
    """
    names = _open(path).schema_arrow.names
    columns = csv_columns(path.name, names, mapping)
    return columns, {target: names[place] for target, place in columns.contract.items()}


def parquet_blocks(
    engine: MessageEngine, path: Path, columns: CsvColumns | None
) -> Iterator[LineBlock]:
    """The rows of a file as blocks of JSON lines, in order; `columns` is None for a vendor's.

    Raises BadInvocation where a page cannot be read.
    """
    file = _open(path)
    query = _line_sql(columns, file.schema_arrow.names)
    first = 1
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            lines = _lines(engine.connection, query, pa.Table.from_batches([batch]))
            data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
            yield make_block(data, first, is_last=False)
            first += len(lines)
    except (pa.ArrowException, OSError, duckdb.Error) as error:
        raise _broken(path) from error


def _lines(connection: duckdb.DuckDBPyConnection, query: str, rows: pa.Table) -> Sequence[str]:
    # by place: two columns of one name are two columns
    renamed = rows.rename_columns([f"c{place}" for place in range(rows.num_columns)])
    connection.register("file_rows", renamed)
    try:
        return [row[0] for row in connection.execute(query).fetchall()]
    finally:
        connection.unregister("file_rows")


def _line_sql(columns: CsvColumns | None, names: Sequence[str]) -> str:
    if columns is None:
        pairs = ", ".join(f"{_literal(name)}, c{place}" for place, name in enumerate(names))
        return f"select cast(json_object({pairs}) as varchar) from file_rows"
    values = {
        target: f"c{columns.contract[target]}"
        for target in CONTRACT_KEYS
        if target in columns.contract
    }
    values["type"] = f"coalesce({values['type']}, 'track')" if "type" in values else "'track'"
    if columns.extra:
        extra = ", ".join(f"{_literal(name)}, c{place}" for name, place in columns.extra.items())
        own = f"object_text(to_json({values['properties']}))" if "properties" in values else "null"
        values["properties"] = f"cast(merged_properties({own}, json_object({extra})) as json)"
    pairs = ", ".join(f"{_literal(name)}, {value}" for name, value in values.items())
    return f"select cast(json_object({pairs}) as varchar) from file_rows"


def _open(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path) from error


def _broken(path: Path) -> BadInvocation:
    return BadInvocation(
        f"{path} is not readable as Parquet; nothing of it was landed", "fetch or write it again"
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

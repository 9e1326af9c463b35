"""Landing of a table of versions: only rows that say something new are appended.

Raw is the one history (rulings 28): a loader that overwrites leaves the current state of its
objects; landing compares it with the versions that are there and appends what changed. Nothing
that stands in raw is ever edited. Landing the same file twice appends nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.land.store import disk_errors
from usage_warehouse.land.table_files import read_records
from usage_warehouse.land.table_rows import (
    LOAD_TIME,
    Header,
    Row,
    content,
    expand,
    match_header,
    to_row,
)
from usage_warehouse.raw.declared import RawContract, read_contract
from usage_warehouse.raw.load_units import raw_files

_TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class TableResult:
    """What became of the rows of the files: read = appended + unchanged; deleted come on top."""

    table: str
    read: int
    appended: int
    unchanged: int
    deleted: int
    ignored: tuple[str, ...]
    path: Path | None


def find_contract(name: str) -> RawContract:
    """The contract of `source.table`. Raises BadInvocation with the known names."""
    contracts = {c.name: c for c in read_contract() if c.key}
    if name not in contracts:
        raise BadInvocation(
            f"there is no table of versions '{name}'",
            f"use one of {', '.join(sorted(contracts))}; events have usage land events",
        )
    return contracts[name]


def land_table(
    name: str,
    paths: Sequence[Path],
    raw: Path,
    loaded_at: datetime,
    loader: str = "",
    has_load_time: bool = True,
    is_full: bool = False,
) -> TableResult:
    """Append the new versions out of files of one table to the raw folder.

    name           source.table of the raw contract
    loaded_at      load time of rows that bring none (UTC)
    loader         fivetran, airbyte or dlt: whose names the columns have; empty = the contract's
    is_full        the files hold every object there is: one that raw has and they lack is deleted

    All files are read before anything is written, and one Parquet file appears whole. Raises
    BadInvocation for an unknown table or missing file, RawContractError (file, row or column, fix)
    for a file that cannot be read or lacks a required column.
    """
    contract = find_contract(name)
    rows: list[Row] = []
    ignored: set[str] = set()
    for path in paths:
        found, header = _read(path, contract, loader, has_load_time)
        rows += found
        ignored |= set(header.ignored)
    for row in rows:
        row[LOAD_TIME] = row[LOAD_TIME] or loaded_at
    known = _Versions(contract)
    known.add_all(_read_raw(raw, contract))
    fresh = known.new_versions(rows)
    deleted = known.deletions(rows, loaded_at) if is_full else []
    path = _write(raw, contract, fresh + deleted) if fresh or deleted else None
    return TableResult(
        name,
        len(rows),
        len(fresh),
        len(rows) - len(fresh),
        len(deleted),
        tuple(sorted(ignored)),
        path,
    )


def _read(
    path: Path, contract: RawContract, loader: str, has_load_time: bool
) -> tuple[list[Row], Header]:
    """The rows of a file. JSON objects may lack what others have: all keys are the header."""
    records = [expand(record, contract) for _, record in read_records(path)]
    names = dict.fromkeys(name for record in records for name in record)
    if not names:
        return [], Header({}, ())
    header = match_header(contract, list(names), loader, path, has_load_time)
    return [to_row(record, contract, header) for record in records], header


class _Versions:
    """The versions of a table's objects that are known so far."""

    def __init__(self, contract: RawContract) -> None:
        self._names = [column.names[0] for column in contract.columns]
        self._key = contract.key
        self._valid_at = contract.valid_at
        # per object and valid time the row loaded last; per object the newest of all
        self._at: dict[tuple, tuple[tuple, tuple]] = {}
        self._newest: dict[tuple, tuple[tuple, Row]] = {}

    def add_all(self, rows: Sequence[Row]) -> None:
        """Take up rows that stand in raw."""
        for row in rows:
            self._add(row)

    def new_versions(self, rows: Sequence[Row]) -> list[Row]:
        """Those of `rows` that say something new, in order of their time."""
        fresh = []
        for row in sorted(rows, key=self._order):
            if not self._is_known(row):
                self._add(row)
                fresh.append(row)
        return fresh

    def deletions(self, rows: Sequence[Row], loaded_at: datetime) -> list[Row]:
        """A version that says so for every object that raw has and `rows` lack."""
        seen = {self._object(row) for row in rows}
        return [
            {**row, self._valid_at: None, "_deleted": "true", LOAD_TIME: loaded_at}
            for key, (_, row) in self._newest.items()
            if key not in seen and row["_deleted"] != "true"
        ]

    def _object(self, row: Row) -> tuple:
        return tuple(row[name] for name in self._key)

    def _order(self, row: Row) -> tuple[str, datetime]:
        """Since when a row is true, then when it was loaded."""
        loaded = row[LOAD_TIME]
        return str(row[self._valid_at] or loaded.strftime("%Y-%m-%d %H:%M:%S.%f")), loaded

    def _is_known(self, row: Row) -> bool:
        says = content(row, self._names)
        if row[self._valid_at]:
            last = self._at.get((self._object(row), row[self._valid_at]))
            return last is not None and last[1] == says
        newest = self._newest.get(self._object(row))
        return newest is not None and self._unstamped(newest[1]) == self._unstamped(row)

    def _unstamped(self, row: Row) -> tuple:
        return content({**row, self._valid_at: None}, self._names)

    def _add(self, row: Row) -> None:
        key, order = self._object(row), self._order(row)
        if row[self._valid_at]:
            at = (key, row[self._valid_at])
            if at not in self._at or self._at[at][0] <= order:
                self._at[at] = (order, content(row, self._names))
        if key not in self._newest or self._newest[key][0] <= order:
            self._newest[key] = (order, row)


def _read_raw(raw: Path, contract: RawContract) -> list[Row]:
    """The rows of a table that stand in raw, whoever wrote them."""
    rows: list[Row] = []
    for path in raw_files(raw, contract.source, contract.table):
        try:
            file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise RawContractError(
                f"table {contract.name}, file {path}: not readable as Parquet",
                "write the file again, or take it out of the folder",
            ) from error
        header = match_header(contract, file.schema_arrow.names, "", path, True)
        columns = [name for names in header.used.values() for name in names]
        for batch in file.iter_batches(columns=columns):
            rows += [to_row(record, contract, header) for record in batch.to_pylist()]
    return [row for row in rows if row[LOAD_TIME] is not None]


def _write(raw: Path, contract: RawContract, rows: Sequence[Row]) -> Path:
    """One Parquet file of new versions, under the day of its newest load; its name is its hash."""
    columns = defaultdict(list)
    for row in rows:
        for column in contract.columns:
            columns[column.names[0]].append(row[column.names[0]])
    schema = pa.schema(
        [
            pa.field(name, _TIME if name == LOAD_TIME else pa.string())
            for name in (column.names[0] for column in contract.columns)
        ]
    )
    table = pa.table(dict(columns), schema=schema)
    digest = hashlib.sha256(repr([tuple(row.values()) for row in rows]).encode()).hexdigest()
    newest = max(row[LOAD_TIME] for row in rows)
    folder = raw / contract.source / contract.table / f"{newest:%Y-%m-%d}"
    path = folder / f"{digest[:32]}.parquet"
    temporary = folder / f".{digest[:32]}.{os.getpid()}.partial"
    with disk_errors(raw):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(table, temporary, compression="zstd")
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    return path

"""Logs of versions: what the other sources of the sample company are written as."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.raw.declared import RawContract, read_contract
from usage_warehouse.sample.options import DAY, HOUR, LOAD_HOUR, SampleOptions, stream

LATE_SHARE, CORRECTED_SHARE, REPEATED_SHARE, BROKEN_SHARE = 0.02, 0.01, 0.01, 0.002
_LATE_DAYS = (2, 20)
# Columns in which a version that is corrected later is wrong at first.
_CORRECTED = {"billing.subscription_item": "quantity", "crm.account": "number_of_employees"}
_TYPES = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
    "decimal": pa.string(),
    "double": pa.float64(),
}


def vendor_id(prefix: str, *parts: object) -> str:
    """An id in a vendor's style, a hash of what it stands for."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()
    return prefix + digest[:14]


class Log:
    """The versions of all tables, in memory; times are microseconds."""

    def __init__(self, options: SampleOptions) -> None:
        self._options = options
        self._rows: dict[str, list[dict[str, object]]] = {}

    def add(self, table: str, at: int, **columns: object) -> None:
        """A version of an object, true from `at` on; what is after the period did not happen."""
        if at < self._options.end:
            self._rows.setdefault(table, []).append({"updated_at": int(at), **columns})

    def rows(self, table: str) -> list[dict[str, object]]:
        """The versions of a table so far."""
        return self._rows.get(table, [])

    def write(self, folder: Path) -> dict[str, dict[str, int]]:
        """Write `<source>/<table>/versions_<year>.parquet`; returns rows by outcome per table.

        Each version is loaded at 02:00 after it; some late, some wrong at first and corrected a
        day later, some twice, and a few rows lack their id.
        """
        counts = {}
        contracts = {contract.name: contract for contract in read_contract() if contract.key}
        for table, rows in sorted(self._rows.items()):
            rng = stream(self._options, f"loads of {table}")
            loaded, outcomes = self._load(table, rows, rng)
            counts[table] = outcomes
            _write(folder, contracts[table], loaded)
        return counts

    def _load(
        self, table: str, rows: list[dict], rng: np.random.Generator
    ) -> tuple[list[dict], dict[str, int]]:
        last = self._options.last_load
        draw = rng.random((len(rows), 2))
        loaded: list[dict] = []
        outcomes = {"accepted": len(rows), "corrected": 0, "duplicate": 0, "quarantined": 0}
        wrong_column = _CORRECTED.get(table)
        for row, (late, fault) in zip(rows, draw.tolist(), strict=True):
            at = _next_load(row["updated_at"])
            if late < LATE_SHARE:
                at += int(rng.integers(*_LATE_DAYS)) * DAY
            row = {**row, "_loaded_at": min(at, last)}
            loaded.append(row)
            next_load = row["_loaded_at"] + DAY
            if next_load > last:
                continue
            if fault < CORRECTED_SHARE and wrong_column and row.get(wrong_column):
                loaded.append({**row, "_loaded_at": next_load})
                row[wrong_column] = int(row[wrong_column]) + 7
                outcomes["corrected"] += 1
            elif CORRECTED_SHARE <= fault < CORRECTED_SHARE + REPEATED_SHARE:
                loaded.append({**row, "_loaded_at": next_load})
                outcomes["duplicate"] += 1
            elif fault > 1 - BROKEN_SHARE:
                loaded.append({**row, "id": "", "_loaded_at": next_load})
                outcomes["quarantined"] += 1
        loaded.sort(key=lambda row: (row["_loaded_at"], row["updated_at"], str(row["id"])))
        return loaded, outcomes


def _next_load(at: int) -> int:
    """The first 02:00 UTC that is not before a moment."""
    first = at // DAY * DAY + LOAD_HOUR * HOUR
    return first if first >= at else first + DAY


def _write(folder: Path, contract: RawContract, rows: list[dict]) -> None:
    names = [column.names[0] for column in contract.columns]
    used = [name for name in names if any(row.get(name) is not None for row in rows)]
    used = [name for name in names if name in used or name in contract.key]
    # The CRM calls it otherwise.
    renamed = {contract.valid_at: "updated_at"}
    used = list(dict.fromkeys([*used, contract.valid_at]))
    types = {column.names[0]: _TYPES[column.data_type] for column in contract.columns}
    schema = pa.schema([pa.field(name, types[name]) for name in used])
    years: dict[int, list[dict]] = {}
    for row in rows:
        year = int(np.datetime64(row["_loaded_at"], "us").astype("M8[Y]").astype(int)) + 1970
        years.setdefault(year, []).append(row)
    path = folder / contract.source / contract.table
    path.mkdir(parents=True, exist_ok=True)
    for year, part in sorted(years.items()):
        columns = [
            pa.array([row.get(renamed.get(name, name)) for row in part], types[name])
            for name in used
        ]
        pq.write_table(
            pa.table(columns, schema=schema), path / f"versions_{year}.parquet", compression="zstd"
        )

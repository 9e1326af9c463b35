"""Writing the candidate: every public relation, once as DuckDB tables, once as Parquet."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from usage_warehouse.errors import BadInvocation, Busy, GateError, PublishError
from usage_warehouse.fingerprint import Fingerprint, fingerprint, quoted
from usage_warehouse.publish.build_record import (
    BUILD_AGAIN,
    PERSONAL_CLASSES,
    RELEASE_SCHEMAS,
    Model,
)
from usage_warehouse.publish.release_folder import DATABASE
from usage_warehouse.settings import Settings

# The oldest storage format that DuckDB 1.5 writes; clients from 1.0 on read it.
STORAGE_VERSION = "v1.0.0"
# dbt calls the database by the name of its file, also inside the views it makes.
BUILD = Settings().warehouse.stem
PARQUET_FOLDER = "parquet"
_TIME_TYPES = ("TIMESTAMP", "DATE")


@dataclass(frozen=True)
class Resources:
    """What a copy may use: a memory limit as DuckDB writes it, and a folder to spill to."""

    memory: str = "2GB"
    scratch: Path | None = None


@contextmanager
def open_build(warehouse: Path, resources: Resources) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the build database attached read-only as `BUILD`, and in use.

    Raises Busy when another process is writing it, PublishError when it cannot be opened and
    BadInvocation when the memory limit is none.
    """
    release_dbt_connections()
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": resources.memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if resources.scratch is not None:
        config["temp_directory"] = str(resources.scratch)
    try:
        connection = duckdb.connect(config=config)
    except duckdb.Error as error:
        raise BadInvocation(
            f"USAGE_MEMORY={resources.memory} is no memory limit: {error}", "write it like 2GB"
        ) from error
    try:
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach {_literal(warehouse)} as {BUILD} (read_only)")
            connection.execute(f"use {BUILD}")
        except duckdb.Error as error:
            writer = re.search(r"lock is held.*PID (\d+)", str(error))
            if writer:
                raise Busy(
                    f"{warehouse} is being written by process {writer[1]}", "wait until it ends"
                ) from error
            raise PublishError(f"cannot open {warehouse}: {error}", BUILD_AGAIN) from error
        yield connection
    finally:
        connection.close()


def release_dbt_connections() -> None:
    """Close the database that a dbt run inside this process has left open.

    dbt-duckdb keeps its connection for the next invocation; while it is open, this process
    can attach the file a second time no more than any other process can.
    """
    connections = sys.modules.get("dbt.adapters.duckdb.connections")
    if connections is None:
        return
    manager = connections.DuckDBConnectionManager
    if manager._ENV is not None:
        manager._ENV.close()
    manager.close_all_connections()
    gc.collect()


def refuse_personal_columns(models: Iterable[Model]) -> None:
    """Raise PublishError naming every column classed personal or sensitive."""
    named = [
        f"{model.relation}.{column} ({pii})"
        for model in models
        for column, pii in sorted(model.pii.items())
        if pii in PERSONAL_CLASSES
    ]
    if named:
        raise PublishError(
            f"personal columns may not be published: {', '.join(named)}",
            "leave them in staging, or correct their `pii` class in the model's YAML",
        )


def relations_in_build(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """`schema.name` of every table and view of the released schemas → its kind."""
    rows = connection.execute(
        """
        select schema_name || '.' || table_name, 'table' from duckdb_tables()
        where database_name = current_database() and schema_name in (select unnest($schemas))
        union all
        select schema_name || '.' || view_name, 'view' from duckdb_views()
        where database_name = current_database() and schema_name in (select unnest($schemas))
        order by 1
        """,
        {"schemas": list(RELEASE_SCHEMAS)},
    ).fetchall()
    return dict(rows)


def write_candidate(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    models: Sequence[Model],
    progress: Callable[[str], None],
) -> dict[str, Fingerprint]:
    """Copy `models` from `BUILD` into `folder`; returns rows and digest per relation.

    The database is checkpointed and detached before this returns, so that no write-ahead log
    stands beside it: a log left by one file makes another of its name unopenable.
    Raises GateError when a model has no relation.
    """
    present = relations_in_build(connection)
    missing = [model.relation for model in models if model.relation not in present]
    if missing:
        raise GateError(f"the build database lacks {', '.join(missing)}", BUILD_AGAIN)
    written: dict[str, Fingerprint] = {}
    database = folder / DATABASE
    connection.execute(
        f"attach {_literal(database)} as release (storage_version '{STORAGE_VERSION}')"
    )
    for schema in RELEASE_SCHEMAS:
        connection.execute(f"create schema release.{schema}")
        (folder / PARQUET_FOLDER / schema).mkdir(parents=True)
    for model in models:
        progress(model.relation)
        written[model.relation] = _copy_relation(connection, folder, model)
    connection.execute("checkpoint release")
    connection.execute("detach release")
    if database.with_name(DATABASE + ".wal").exists():
        raise PublishError(f"{database} was not closed cleanly", "publish again")
    return written


def _copy_relation(
    connection: duckdb.DuckDBPyConnection, folder: Path, model: Model
) -> Fingerprint:
    name = f"{quoted(model.schema)}.{quoted(model.name)}"
    described = connection.execute(f"describe select * from {BUILD}.{name}").fetchall()
    columns = [(row[0], row[1]) for row in described]
    connection.execute("begin transaction")
    connection.execute(
        f"create table release.{name} as "
        f"select * from {BUILD}.{name} order by {_total_order(columns)}"
    )
    if model.description:
        connection.execute(f"comment on table release.{name} is {_literal(model.description)}")
    for column, _ in columns:
        text = model.column_descriptions.get(column)
        if text:
            connection.execute(
                f"comment on column release.{name}.{quoted(column)} is {_literal(text)}"
            )
    connection.execute("commit")
    target = folder / PARQUET_FOLDER / model.schema / f"{model.name}.parquet"
    connection.execute(
        f"copy (select * from release.{name}) to {_literal(target)} "
        "(format parquet, compression zstd)"
    )
    return fingerprint(connection, f"release.{name}")


def _total_order(columns: list[tuple[str, str]]) -> str:
    """Order by time first, so that a reader of a few days skips the rest, then by all else."""
    timed = [name for name, kind in columns if kind.startswith(_TIME_TYPES)]
    names = timed[:1] + [name for name, _ in columns if name not in timed[:1]]
    return ", ".join(f"{quoted(name)} asc nulls last" for name in names)


def _literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"

"""`python -m usage_warehouse.ducklake.smoke`: two loads built plainly and on DuckLake, compared.

After each load both build, the second time by increments, and every relation of the two is
compared value by value, hashes included: the engine is the same one. Only the name that a build
gives its log of changes is left out. The second build runs all tests and gates. Exit codes: 0 no
difference, 2 no PostgreSQL or no extension, 4 a failed build or a difference.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

import duckdb
import typer

from usage_warehouse.ducklake.postgres import temporary_server
from usage_warehouse.engine.compare import (
    Comparison,
    compare_relation,
    describe,
    missing_relation,
    print_comparisons,
)
from usage_warehouse.engine.duckdb_plugin import set_pseudonym_key
from usage_warehouse.engine.ducklake_plugin import load_extensions
from usage_warehouse.errors import EXIT_GATE, BadInvocation, UsageWarehouseError
from usage_warehouse.replay.runner import Workplace, build_apart
from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions
from usage_warehouse.settings import PROJECT_ROOT

EMPTY = "name an empty database of a running server: this comparison fills it"
# Names the build that a log of changes begins with: two builds, two names.
OWN_NAME = re.compile("epoch")
LOADS = ("first load", "second load, by increments")


@dataclass(frozen=True)
class Lake:
    """The two parts of a lake: `catalog` as libpq takes it, `data` the folder of its files."""

    catalog: str
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        """What makes dbt build on it."""
        return {
            "USAGE_TARGET": "ducklake",
            "USAGE_DUCKLAKE_CATALOG": self.catalog,
            "USAGE_DUCKLAKE_DATA": str(self.data),
        }

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection with the lake attached as `lake`, which its views call it.

        Raises BadInvocation where the catalogue does not answer or its files are elsewhere.
        """
        connection = duckdb.connect()
        load_extensions(connection)
        connection.execute("set TimeZone = 'UTC'")
        set_pseudonym_key(connection)
        source = _text(f"ducklake:postgres:{self.catalog}")
        try:
            connection.execute(f"attach {source} as lake (data_path {_text(str(self.data))})")
        except duckdb.Error as error:
            # DuckDB repeats how it would connect, and that may hold a password.
            said = str(error).replace(self.catalog, "…").splitlines()[0]
            raise BadInvocation(f"the lake does not open: {said}", EMPTY) from error
        return connection


def run_smoke(lake: Lake, folder: Path, options: SampleOptions) -> list[list[Comparison]]:
    """Build and compare after each load in `folder`; one list of relations per load.

    Raises BadInvocation for a lake that holds something already and GateError for a build that
    does not pass.
    """
    with lake.connect() as connection:
        if _relations(connection, "lake"):
            raise BadInvocation(
                "the catalogue in USAGE_DUCKLAKE_CATALOG holds relations already",
                EMPTY,
            )
    landed, raw = folder / "landed", folder / "raw"
    make_sample(options, landed)
    compared = []
    for load, label in enumerate(LOADS):
        arrive(landed, raw, load)
        for name, environment in (("duckdb", {}), ("ducklake", lake.environment)):
            place = Workplace(folder / name, raw, PROJECT_ROOT / "seeds", threads=1)
            with _told(f"{label}: {name}"):
                build_apart(place, environment, tests=load == 1)
        with _told(f"{label}: comparison"):
            compared.append(compare_builds(lake, folder / "duckdb" / "build" / "warehouse.duckdb"))
    return compared


def arrive(landed: Path, raw: Path, load: int) -> None:
    """Put into `raw` what is there at a load: two thirds of the files; then all but the first."""
    files = sorted(path.relative_to(landed) for path in landed.rglob("*.parquet"))
    present = files[1:] if load else files[: len(files) * 2 // 3]
    for path in files:
        (raw / path).parent.mkdir(parents=True, exist_ok=True)
        (raw / path).unlink(missing_ok=True)
        if path in present:
            shutil.copy2(landed / path, raw / path)


def compare_builds(lake: Lake, database: Path) -> list[Comparison]:
    """Every relation of the plain build (left) against the lake's (right)."""
    with lake.connect() as connection:
        connection.execute(f"attach {_text(str(database))} as warehouse (read_only)")
        plain, shared = (_relations(connection, name) for name in ("warehouse", "lake"))
        return [
            _compared(connection, name)
            if name in plain and name in shared
            else missing_relation(name, name in plain)
            for name in sorted(plain | shared)
        ]


def _compared(connection: duckdb.DuckDBPyConnection, name: str) -> Comparison:
    sides = (describe(connection, f"{catalog}.{name}") for catalog in ("warehouse", "lake"))
    return compare_relation(connection, name, *sides, engine_bound=OWN_NAME)


def _relations(connection: duckdb.DuckDBPyConnection, catalog: str) -> set[str]:
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = ?",
        [catalog],
    ).fetchall()
    return {row[0] for row in rows}


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = perf_counter()
    yield
    print(f"  {perf_counter() - began:5.1f} s  {what}", flush=True)


@contextmanager
def _catalog(environ: Callable[[str], str | None] = os.environ.get) -> Iterator[str]:
    """The database that the environment names, else one of a server for the while."""
    if given := environ("USAGE_DUCKLAKE_CATALOG"):
        yield given
    else:
        with temporary_server() as catalog:
            yield catalog


def main(
    accounts: Annotated[int, typer.Option(help="Customer accounts of the sample.")] = 12,
    days: Annotated[int, typer.Option(help="Days of usage, the end date included.")] = 45,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sample.")] = 7,
    folder: Annotated[Path, typer.Option(help="Where to work; what is there goes.")] = (
        PROJECT_ROOT / "target" / "ducklake"
    ),
) -> None:
    """Build a small company in a DuckDB file and on DuckLake, and compare every value."""
    began = perf_counter()
    folder = folder.absolute()
    try:
        shutil.rmtree(folder, ignore_errors=True)
        with _catalog() as catalog:
            lake = Lake(catalog, folder / "lake")
            compared = run_smoke(lake, folder, SampleOptions(accounts, days, seed))
    except UsageWarehouseError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    for label, relations in zip(LOADS, compared, strict=True):
        print(f"\n{label}")
        print_comparisons(relations, "DuckDB", "DuckLake")
    count = sum(comparison.count for relations in compared for comparison in relations)
    print(
        f"\n{count:,} differences in {' and '.join(str(len(each)) for each in compared)}"
        f" relations ({perf_counter() - began:.0f} s)"
    )
    if count:
        raise typer.Exit(EXIT_GATE)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(main)
    app()

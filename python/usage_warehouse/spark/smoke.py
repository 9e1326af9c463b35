"""`python -m usage_warehouse.spark.smoke`: a small company built on both engines, and compared.

DuckDB builds in a process of its own while Spark starts. Exit codes: 0 no difference, 2 no Java
or no PySpark, 4 a failed build or a difference.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Annotated

import duckdb
import typer

from usage_warehouse.engine.duckdb_plugin import set_pseudonym_key
from usage_warehouse.engine.macro_cases import CASES, Failure, failures
from usage_warehouse.engine.render_macros import macro_renderer
from usage_warehouse.errors import EXIT_GATE, GateError, UsageWarehouseError
from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions
from usage_warehouse.settings import PROJECT_ROOT, load_settings
from usage_warehouse.spark.compare import (
    Comparison,
    compare_relation,
    declared_keys,
    describe,
    print_comparisons,
)
from usage_warehouse.spark.drive import Built, SparkBuild, spark_build
from usage_warehouse.spark.graph import Node
from usage_warehouse.spark.session import QUICK_JAVA, output_to, require_engine

# The event path; what these are built from is built and compared as well.
EVENT_PATH = (
    *("fct_sessions", "fct_events", "dim_users", "dim_accounts"),
    *("bridge_account_users", "bridge_account_sources"),
    *("event_conservation", "event_exclusions", "quarantined_events", "tracking_plan_events"),
)
# Intermediate relations are joined by hashes that each engine makes its own way.
COMPARED_SCHEMAS = ("definitions", "staging", "core", "marts", "governance")
DUCKDB_SECONDS = 300


@dataclass(frozen=True)
class Smoke:
    """Where the smoke works, and the models it builds with their ancestors (None = all)."""

    folder: Path
    raw: Path
    wanted: tuple[str, ...] | None = None
    variables: Mapping[str, object] = field(default_factory=dict)

    @property
    def duckdb_build(self) -> Path:
        """USAGE_BUILD of DuckDB."""
        return self.folder / "duckdb"

    @property
    def spark_build(self) -> Path:
        """USAGE_BUILD of Spark."""
        return self.folder / "spark"


def run_smoke(smoke: Smoke) -> tuple[list[Failure], list[Comparison]]:
    """Build on both engines and compare: macros that do not hold on Spark, and all relations.

    The builds' folders are emptied first. Raises GateError where a build does not pass.
    """
    for folder in (smoke.duckdb_build, smoke.spark_build):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    options = SparkBuild(
        smoke.raw, smoke.spark_build, variables=smoke.variables, java_options=QUICK_JAVA
    )
    reference = _start_duckdb(smoke)
    try:
        with spark_build(options, _report, smoke.wanted) as built:
            _wait_for(reference, smoke)
            began = perf_counter()
            with output_to(options.home / "spark.log"):
                broken = _broken_macros(built)
                compared = compare_builds(smoke, built)
            _report("comparison", perf_counter() - began)
    finally:
        if reference.poll() is None:
            reference.kill()
    return broken, compared


def _broken_macros(built: Built) -> list[Failure]:
    return failures(CASES, macro_renderer("spark"), lambda sql: built.session.sql(sql).collect())


def compare_builds(smoke: Smoke, built: Built) -> list[Comparison]:
    """Every relation of the compared schemas, DuckDB's (left) against Spark's (right)."""
    keys = declared_keys(built.manifest)
    nodes = [node for node in built.nodes.values() if node.schema in COMPARED_SCHEMAS]
    with duckdb.connect(str(smoke.duckdb_build / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        # The views of staging read it; the key itself is no part of the database.
        set_pseudonym_key(connection)
        return [
            compare_relation(
                connection,
                node.relation,
                describe(connection, node.relation),
                describe(connection, _spark_files(node, built, smoke)),
                keys.get(node.name, ()),
            )
            for node in sorted(nodes, key=lambda node: node.relation)
        ]


def _spark_files(node: Node, built: Built, smoke: Smoke) -> str:
    """What reads a relation of Spark from its files; a view is written to files first."""
    folder = smoke.spark_build / "spark" / "warehouse" / f"{node.schema}.db" / node.name
    if not folder.is_dir():
        folder = smoke.spark_build / "spark" / "views" / node.relation
        built.session.table(node.relation).write.parquet(str(folder))
    pattern = f"{folder}/**/*.parquet".replace("'", "''")
    return f"read_parquet('{pattern}', hive_partitioning = false)"


def _start_duckdb(smoke: Smoke) -> subprocess.Popen[bytes]:
    """Start dbt on DuckDB, without tests: they run where this engine is at home."""
    environment = os.environ | {
        "USAGE_TARGET": "duckdb",
        "USAGE_RAW": str(smoke.raw),
        "USAGE_BUILD": str(smoke.duckdb_build),
        "USAGE_SEEDS": str(PROJECT_ROOT / "seeds"),
        "DBT_TARGET_PATH": str(smoke.duckdb_build / "target"),
        "DBT_LOG_PATH": str(smoke.duckdb_build / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
    }
    command = [str(Path(sys.executable).with_name("dbt")), "build"]
    command += ["--resource-type", "model", "--resource-type", "seed"]
    command += ["--vars", json.dumps(dict(smoke.variables))]
    if smoke.wanted is not None:
        command += ["--select", *(f"+{name}" for name in smoke.wanted)]
    with (smoke.duckdb_build / "dbt.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def _wait_for(reference: subprocess.Popen[bytes], smoke: Smoke) -> None:
    log = smoke.duckdb_build / "dbt.log"
    try:
        code = reference.wait(timeout=DUCKDB_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise GateError("the build on DuckDB does not end", f"see {log}") from error
    if code != 0:
        raise GateError("the build on DuckDB did not pass", f"see {log}")


def _report(what: str, seconds: float) -> None:
    print(f"  {seconds:5.1f} s  {what}", flush=True)


def _print_findings(broken: Iterable[Failure], compared: Iterable[Comparison]) -> None:
    print()
    print_comparisons(compared, "DuckDB", "Spark")
    for failure in broken:
        print(f"macro {failure.case}\n    must be {failure.case.expected}, is {failure.found}")


def main(
    accounts: Annotated[int, typer.Option(help="Customer accounts of the sample.")] = 12,
    days: Annotated[int, typer.Option(help="Days of usage, the end date included.")] = 45,
    seed: Annotated[int, typer.Option(help="The same seed gives the same sample.")] = 7,
    every: Annotated[
        bool, typer.Option("--all", help="Every model; without it the event path.")
    ] = False,
    raw: Annotated[
        Path | None, typer.Option(help="A raw folder of your own instead of the sample.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where to work; what is there goes.")] = (
        PROJECT_ROOT / "target" / "spark-smoke"
    ),
) -> None:
    """Build a small company on DuckDB and on Spark, and compare every value."""
    began = perf_counter()
    try:
        require_engine()
        variables = load_settings().variables
        folder = folder.absolute()
        if raw is None:
            raw = folder / "raw"
            shutil.rmtree(raw, ignore_errors=True)
            make_sample(SampleOptions(accounts, days, seed), raw)
        wanted = None if every else EVENT_PATH
        broken, compared = run_smoke(Smoke(folder, raw.absolute(), wanted, variables))
    except UsageWarehouseError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    _print_findings(broken, compared)
    count = sum(comparison.count for comparison in compared)
    print(
        f"\n{count:,} differences in {len(compared)} relations, {len(broken)} in {len(CASES)}"
        f" values of macros ({perf_counter() - began:.0f} s)"
    )
    if count or broken:
        raise typer.Exit(EXIT_GATE)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(main)
    app()

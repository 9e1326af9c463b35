"""One raw folder built on DuckDB and on Spark, and every relation compared.

DuckDB builds in a process of its own while Spark starts in this one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import duckdb

from usage_warehouse.engine.compare import (
    Comparison,
    compare_relation,
    declared_keys,
    describe,
    missing_relation,
)
from usage_warehouse.engine.duckdb_plugin import set_pseudonym_key
from usage_warehouse.engine.macro_cases import CASES, Failure, failures
from usage_warehouse.engine.render_macros import macro_renderer
from usage_warehouse.errors import GateError
from usage_warehouse.run.dbt_build import all_gates, require_gates, run_dbt
from usage_warehouse.settings import PROJECT_ROOT, Settings, load_settings
from usage_warehouse.spark.session import current_session, environment, output_to, spark_log

# Intermediate relations are joined by hashes that each engine makes its own way.
COMPARED_SCHEMAS = ("definitions", "staging", "core", "marts", "governance")
# What proves the code and not the data: of these, those that an engine could break.
UNIT_TESTS = ("test", "--select", "tag:engine,test_type:unit")
# More than half of all tests, and the comparison sees what is null on one engine alone.
# What is excluded here takes the place of the project's default, which leaves unit tests out.
SEEN_BY_COMPARISON = (
    *("--exclude", "test_name:not_null"),
    *("--exclude-resource-type", "unit_test"),
)
WITHOUT_TESTS = ("--resource-type", "model", "--resource-type", "seed")
DUCKDB_SECONDS = 900
Report = Callable[[str, float], None]


@dataclass(frozen=True)
class Company:
    """A raw folder, and the folder in which it is built on both engines."""

    folder: Path
    raw: Path
    seeds: Path = PROJECT_ROOT / "seeds"
    variables: Mapping[str, object] = field(default_factory=dict)
    # What dbt builds, as arguments of it; everything where there are none.
    selection: Sequence[str] = ()
    # Whether data tests, gates and the unit tests of engines run on Spark.
    tests: bool = True

    def build(self, engine: str) -> Path:
        """USAGE_BUILD of an engine."""
        return self.folder / engine

    def environment(self, engine: str) -> dict[str, str]:
        """What tells `usage` and dbt of an engine's build."""
        build = self.build(engine)
        return {
            "USAGE_TARGET": engine,
            "USAGE_RAW": str(self.raw),
            "USAGE_BUILD": str(build),
            "USAGE_SEEDS": str(self.seeds),
            "USAGE_VARS": json.dumps(dict(self.variables)),
            "DBT_TARGET_PATH": str(build / "target"),
            "DBT_LOG_PATH": str(build / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        }


def empty(company: Company) -> None:
    """Make the folders of both builds new; what stood in them goes."""
    for engine in ("duckdb", "spark"):
        shutil.rmtree(company.build(engine), ignore_errors=True)
        company.build(engine).mkdir(parents=True)


def build_both(company: Company, report: Report) -> None:
    """Build on both engines; tests and gates run on Spark, on DuckDB `make test` runs them.

    `report` is told of each part and its seconds. Raises what run_dbt and require_gates raise.
    """
    reference = start_duckdb(company)
    try:
        build_on_spark(company, report)
        wait_for(reference, company)
    finally:
        if reference.poll() is None:
            reference.kill()


def build_on_spark(company: Company, report: Report) -> None:
    """Build on Spark in this process, by increments where something stands there already."""
    with environment(company.environment("spark")):
        settings = load_settings()
        parts: dict[str, Callable[[], object]] = {}
        if company.tests:
            parts["build and tests"] = lambda: _build_with_tests(settings, company.selection)
            if not company.selection:
                parts["unit tests"] = lambda: _unit_tests(settings)
        else:
            command = ["build", *company.selection, *WITHOUT_TESTS]
            parts["build"] = lambda: run_dbt(settings, command, _Progress())
        for name, run in parts.items():
            began = perf_counter()
            run()
            report(f"Spark: {name}", perf_counter() - began)


def _build_with_tests(settings: Settings, selection: Sequence[str]) -> None:
    command = ["build", *(selection or SEEN_BY_COMPARISON)]
    results = run_dbt(settings, command, _Progress())
    if not selection:
        require_gates(results, all_gates())


def _unit_tests(settings: Settings) -> None:
    if not run_dbt(settings, UNIT_TESTS):
        raise GateError("no unit test ran on Spark", "give those of engines the tag `engine`")


class _Progress:
    """Says now and then how far dbt is."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, done: int, total: int, name: str) -> None:
        if done >= self._said + 25 or done == total > self._said:
            self._said = done
            print(f"    {done:>4} of {total}  {name}", flush=True)


def start_duckdb(company: Company) -> subprocess.Popen[bytes]:
    """Start dbt on DuckDB in a process of its own, without tests."""
    command = [str(Path(sys.executable).with_name("dbt")), "build"]
    command += [*company.selection, *WITHOUT_TESTS]
    command += ["--vars", json.dumps(dict(company.variables))]
    with (company.build("duckdb") / "dbt.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            env=os.environ | company.environment("duckdb"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def wait_for(reference: subprocess.Popen[bytes], company: Company) -> None:
    """Wait for DuckDB; raises GateError where it did not pass."""
    log = company.build("duckdb") / "dbt.log"
    try:
        code = reference.wait(timeout=DUCKDB_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise GateError("the build on DuckDB does not end", f"see {log}") from error
    if code != 0:
        raise GateError("the build on DuckDB did not pass", f"see {log}")


def broken_macros() -> list[Failure]:
    """The cases of macros/engine/ that do not hold on Spark."""
    session = current_session()
    with output_to(spark_log()):
        return failures(CASES, macro_renderer("spark"), lambda sql: session.sql(sql).collect())


def compare_builds(company: Company) -> list[Comparison]:
    """Every relation of the compared schemas on either engine, DuckDB's (left) against Spark's."""
    manifest = company.build("spark") / "target" / "manifest.json"
    keys = declared_keys(json.loads(manifest.read_text(encoding="utf-8")))
    with duckdb.connect(str(company.build("duckdb") / "warehouse.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'")
        # The views of staging read it; the key itself is no part of the database.
        set_pseudonym_key(connection)
        found = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        left = {row[0] for row in found if row[0].split(".")[0] in COMPARED_SCHEMAS}
        right = set(_spark_relations())
        return [
            compare_relation(
                connection,
                relation,
                describe(connection, relation),
                describe(connection, _spark_files(relation, company)),
                keys.get(relation.split(".")[1], ()),
            )
            if relation in left and relation in right
            else missing_relation(relation, relation in left)
            for relation in sorted(left | right)
        ]


def _spark_relations() -> list[str]:
    session = current_session()
    found = {row[0] for row in session.sql("show schemas").collect()}
    return [
        f"{schema}.{row.tableName}"
        for schema in COMPARED_SCHEMAS
        if schema in found
        for row in session.sql(f"show tables in {schema}").collect()
        if not row.isTemporary
    ]


def _spark_files(relation: str, company: Company) -> str:
    """What reads a relation of Spark, for DuckDB: its files.

    The rows of a view, of a table whose files lie in partitions, and of one that never had a row
    and so has no file, are written out for it.
    """
    schema, name = relation.split(".")
    folder = company.build("spark") / "spark" / "warehouse" / f"{schema}.db" / name
    is_flat = folder.is_dir() and not any(path.is_dir() for path in folder.iterdir())
    if not is_flat or not any(folder.glob("*.parquet")):
        folder = company.folder / "compared" / relation
        shutil.rmtree(folder, ignore_errors=True)
        with output_to(spark_log()):
            current_session().table(relation).write.parquet(str(folder))
    pattern = f"{folder}/*.parquet".replace("'", "''")
    return f"read_parquet('{pattern}')"


def executor_count() -> int:
    """Executors of the session besides the driver; each is a process of its own."""
    context = current_session().sparkContext._jsc.sc()
    return len(context.statusTracker().getExecutorInfos()) - 1

"""A pack of random histories, built on Spark load by load, against a full refresh on DuckDB."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from usage_warehouse.engine.compare import Comparison
from usage_warehouse.replay.pack import Pack, write_definitions, write_step
from usage_warehouse.replay.runner import GATES
from usage_warehouse.spark.both_engines import (
    Company,
    Report,
    build_on_spark,
    compare_builds,
    empty,
    start_duckdb,
    wait_for,
)

EVENT_PATH = (
    *("fct_sessions", "fct_events", "dim_users", "dim_accounts"),
    *("bridge_account_users", "bridge_account_sources", "int_events__daily"),
    *("event_conservation", "event_exclusions", "quarantined_events", "tracking_plan_events"),
)
INCREMENTAL = (
    "staging.stg_events__messages",
    "intermediate.int_events__sessioned",
    "intermediate.int_events__sessions",
    "intermediate.int_events__daily",
)


@dataclass(frozen=True)
class Written:
    """What an increment did to the partitions of a table: how many it left as they were."""

    relation: str
    step: int
    kept: int
    written: int
    dropped: int


def replay_on_spark(
    pack: Pack, folder: Path, wanted: Sequence[str], report: Report
) -> tuple[list[Comparison], list[Written]]:
    """Build the models `wanted` after every load step, and on DuckDB what then lies there.

    folder is emptied first. Returns what differs, by relation, and what every step after the
    first one wrote. Raises GateError where a build does not pass.
    """
    shutil.rmtree(folder, ignore_errors=True)
    company = Company(
        folder,
        folder / "raw",
        folder / "seeds",
        selection=("--select", *(f"+{name}" for name in wanted), "--exclude", GATES),
        tests=False,
    )
    empty(company)
    actors = [row for history in pack.histories for row in history.internal_actors]
    write_definitions(company.seeds, actors)
    written = []
    before: dict[str, dict[str, set[str]]] = {}
    # And once more when nothing has changed.
    for step in range(1, pack.steps + 2):
        # Spark reads one type per column of a table.
        write_step(pack, min(step, pack.steps), company.raw, schema_versions=False)
        build_on_spark(company, lambda what, seconds, step=step: report(f"{what} {step}", seconds))
        after = {relation: _partitions(company, relation) for relation in INCREMENTAL}
        written += [
            _written(relation, step, before[relation], after[relation])
            for relation in INCREMENTAL
            if before
        ]
        before = after
    reference = start_duckdb(company)
    wait_for(reference, company)
    return compare_builds(company), written


def _partitions(company: Company, relation: str) -> dict[str, set[str]]:
    """The names of the files in each partition of a table; a partition written anew has others."""
    schema, name = relation.split(".")
    folder = company.build("spark") / "spark" / "warehouse" / f"{schema}.db" / name
    return {
        partition.name: {file.name for file in partition.glob("*.parquet")}
        for partition in folder.iterdir()
        if partition.is_dir()
    }


def _written(
    relation: str, step: int, before: dict[str, set[str]], after: dict[str, set[str]]
) -> Written:
    kept = sum(files == before.get(partition) for partition, files in after.items())
    dropped = len(before.keys() - after.keys())
    return Written(relation, step, kept, len(after) - kept, dropped)

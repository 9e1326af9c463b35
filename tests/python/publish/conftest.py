"""A small build database and dbt target folder, made without dbt, for the tests of publish."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from usage_warehouse.errors import UsageWarehouseError
from usage_warehouse.publish.audit import EVENTS, REQUIRED_RELATIONS
from usage_warehouse.publish.release_folder import ReleaseFolder
from usage_warehouse.publish.write_audit_publish import PublishOptions, Release, publish_release
from usage_warehouse.settings import Settings

CREATED = (EVENTS, "governance.event_conservation", "governance.event_exclusions")
OTHER_COLUMNS = "token bigint, name varchar, day date"


@dataclass
class FakeBuild:
    """Writes into `root`: build/warehouse.duckdb and target/{manifest,run_results}.json.

    `pii` maps `schema.name` to column → class; `statuses` maps a node's id to its status in
    the results (None: the node is left out of them).
    """

    root: Path
    pii: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, str | None] = field(default_factory=dict)
    extra_relations: tuple[str, ...] = ("governance.gate_marts",)

    @property
    def settings(self) -> Settings:
        return Settings(
            raw=self.root / "raw", build=self.root / "build", releases=self.root / "releases"
        )

    def options(self, **changes: object) -> PublishOptions:
        return PublishOptions(target=self.root / "target", **changes)

    def write(self, token: int = 1, events: int = 100, name: str = "x") -> FakeBuild:
        """The database, every relation with `token` in it, then matching artifacts."""
        self.settings.build.mkdir(parents=True, exist_ok=True)
        self.settings.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            for schema in ("intermediate", "core", "marts", "governance"):
                connection.execute(f"create schema {schema}")
            connection.execute(
                f"""
                create table intermediate.events as
                select 'm' || i as message_id, {token}::bigint as token,
                       timestamp '2026-01-01' + to_seconds((i * 7919) % 100000) as event_at,
                       timestamp '2026-02-01' as loaded_at
                from range({events}) as t(i);
                create view {EVENTS} as select * from warehouse.intermediate.events;
                create table intermediate.int_clock__horizons as
                select timestamp '2026-02-01' as as_of_at, timestamp '2026-01-31' as usage_as_of_at,
                       timestamptz '2026-02-01 02:00:00+02' as known_at;
                create table governance.event_conservation as
                select 'events' as source, date '2026-02-01' as loaded_date, outcome, row_count
                from (values ('accepted', {events}), ('duplicate', 5), ('bad_time', 2))
                     as t(outcome, row_count);
                create table governance.event_exclusions as
                select 'events' as source, date '2026-02-01' as loaded_date, 'bot' as reason,
                       3 as row_count;
                create table governance.gate_marts as
                select 'marts' as suite, 'expect_rows' as expectation, null::varchar as column_name,
                       'fail' as severity, true as success, '3' as observed;
                """
            )
            for relation in REQUIRED_RELATIONS:
                if relation in CREATED:
                    continue
                connection.execute(f"create table {relation} ({OTHER_COLUMNS})")
                connection.execute(
                    f"insert into {relation} values ({token}, '{name}', date '2026-01-02'), "
                    f"({token}, null, date '2026-01-01'), ({token}, 'a', null)"
                )
        self.artifacts()
        return self

    def change(self, *statements: str) -> FakeBuild:
        """Run SQL in the build database, as a later model of the same build would."""
        with duckdb.connect(str(self.settings.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)
        return self

    def artifacts(self, command: str = "build", invocation: str = "run-1") -> FakeBuild:
        """manifest.json and run_results.json; the build began ten minutes ago."""
        target = self.root / "target"
        target.mkdir(exist_ok=True)
        models = {
            f"model.p.{name}": self._model(schema, name)
            for schema, name in (
                relation.split(".")
                for relation in (*REQUIRED_RELATIONS, *self.extra_relations, "intermediate.events")
            )
        }
        tests = {
            f"test.p.{name}": {
                "resource_type": "test",
                "name": name,
                "schema": "audit",
                "config": {"severity": severity, "enabled": True, "materialized": "test"},
            }
            for name, severity in (("unique_events", "ERROR"), ("few_events", "warn"))
        }
        self._dump(
            "manifest.json",
            {
                "metadata": {"invocation_id": invocation},
                "nodes": {**models, **tests},
                "unit_tests": {"unit_test.p.m.rule": {}},
            },
        )
        results = []
        for unique_id in [*models, *tests, "unit_test.p.m.rule"]:
            usual = "success" if unique_id.startswith("model") else "pass"
            status = self.statuses.get(unique_id, usual)
            if status is not None:
                results.append({"unique_id": unique_id, "status": status, "execution_time": 0.25})
        began = datetime.now(UTC) - timedelta(minutes=10)
        self._dump(
            "run_results.json",
            {
                "metadata": {
                    "dbt_version": "1.12.6",
                    "invocation_id": invocation,
                    "invocation_started_at": began.isoformat().replace("+00:00", "Z"),
                },
                "args": {"which": command, "empty": False},
                "results": results,
            },
        )
        return self

    def environment(self) -> dict[str, str]:
        """The environment in which the command line works on this build."""
        return os.environ | {
            "USAGE_RAW": str(self.settings.raw),
            "USAGE_BUILD": str(self.settings.build),
            "USAGE_RELEASES": str(self.settings.releases),
            "DBT_TARGET_PATH": str(self.root / "target"),
        }

    def publish(self, **options: object) -> Release:
        """Publish the build."""
        return publish_release(self.settings, self.options(**options))

    def refused(self, error: type[UsageWarehouseError], match: str) -> UsageWarehouseError:
        """The error of a publish, which must leave everything as it was."""
        folder = ReleaseFolder(self.settings.releases)
        before = (folder.current(), folder.run_ids())
        with pytest.raises(error, match=match) as caught:
            self.publish()
        assert (folder.current(), folder.run_ids()) == before
        assert not list(self.settings.releases.glob(".candidate-*"))
        return caught.value

    def read(self, query: str, run: str = "current") -> list[tuple]:
        """Rows of a query on a release."""
        path = self.settings.releases / run / "usage.duckdb"
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def _model(self, schema: str, name: str) -> dict:
        classes = self.pii.get(f"{schema}.{name}", {})
        columns = {
            column: {"name": column, "description": "", "config": {"meta": {"pii": pii}}}
            for column, pii in classes.items()
        }
        columns["token"] = {"name": "token", "description": "Which build it's from."}
        return {
            "resource_type": "model",
            "name": name,
            "alias": name,
            "schema": schema,
            "description": f"One row per {name}.",
            "columns": columns,
            "config": {"enabled": True, "materialized": "table"},
        }

    def _dump(self, name: str, content: dict) -> None:
        (self.root / "target" / name).write_text(json.dumps(content))


@pytest.fixture(scope="session")
def new_build():
    """Makes a build that may be published, with 100 events, in the given folder."""
    return lambda root: FakeBuild(root).write()


@pytest.fixture
def build(new_build, tmp_path):
    """A build that may be published, with 100 events."""
    return new_build(tmp_path)

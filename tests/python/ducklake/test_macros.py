"""What a lake asks of dbt: keys without the engine's constraints, and one thread.

dbt builds one model in a small project with the macros of the real one. The database is plain
DuckDB; the profile says of it whether it is a lake, which is all that the macros ask.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

from usage_warehouse.publish.candidate import release_dbt_connections

MODEL = {
    "name": "keyed",
    "config": {"materialized": "table", "contract": {"enforced": True}},
    "columns": [
        {
            "name": "id",
            "data_type": "integer",
            "constraints": [{"type": "not_null"}, {"type": "primary_key"}],
        },
        {"name": "name", "data_type": "varchar", "constraints": [{"type": "not_null"}]},
    ],
}


@dataclass(frozen=True)
class Project:
    """A dbt project of one model in a folder."""

    root: Path

    def build(self, rows: str, threads: int = 1) -> str:
        """Build the model from rows as SQL values; what dbt said where it failed, else ''."""
        from dbt.cli.main import dbtRunner

        arguments = ["--quiet", "--log-level", "none", "run", "--project-dir", str(self.root)]
        arguments += ["--profiles-dir", str(self.root), "--vars", json.dumps({"rows": rows})]
        arguments += ["--threads", str(threads)]
        arguments += ["--target-path", str(self.root / "target"), "--log-path", str(self.root)]
        try:
            outcome = dbtRunner().invoke(arguments)
        finally:
            release_dbt_connections()
        if outcome.exception is not None:
            return str(outcome.exception)
        return "" if outcome.success else str(outcome.result.results[-1].message)

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the database."""
        with duckdb.connect(str(self.root / "lake.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(params=[False, True], ids=["duckdb", "lake"])
def project(request, tmp_path, project_root):
    for folder in ("models", "macros"):
        (tmp_path / folder).mkdir()
    for name in ("constraints", "assert_threads"):
        shutil.copy(project_root / "macros" / "engine" / f"{name}.sql", tmp_path / "macros")
    (tmp_path / "models" / "keyed.sql").write_text(
        "select * from (values {{ var('rows') }}) as v(id, name)", encoding="utf-8"
    )
    lake = {"path": str(tmp_path / "lake.duckdb"), "alias": "lake", "is_ducklake": request.param}
    target = {"type": "duckdb", "path": ":memory:", "database": "lake", "schema": "main"}
    files = {
        "dbt_project.yml": {
            "name": "usage_warehouse",
            "profile": "small",
            "on-run-start": ["{{ assert_threads() }}"],
        },
        "profiles.yml": {
            "small": {"target": "it", "outputs": {"it": target | {"threads": 1, "attach": [lake]}}}
        },
        "models/keyed.yml": {"models": [MODEL]},
    }
    for name, content in files.items():
        (tmp_path / name).write_text(yaml.safe_dump(content), encoding="utf-8")
    return Project(tmp_path)


def test_a_broken_key_fails_the_model_and_the_old_table_stays(project, request):
    is_lake = request.node.callspec.params["project"]
    assert project.build("(1, 'a'), (2, 'b')") == ""
    assert project.build("(1, 'a'), (3, 'c')") == ""
    kept = "select * from keyed order by id"
    for rows, words in (
        ("(1, 'a'), (1, 'b')", ("duplicate key", "1 rows with repeated id")),
        ("(1, 'a'), (null, 'b')", ("not null", "1 rows with null in id")),
        ("(1, 'a'), (2, null)", ("not null", "1 rows with null in name")),
    ):
        assert words[is_lake].lower() in project.build(rows).lower()
        assert project.query(kept) == [(1, "a"), (3, "c")]
    constraints = project.query("select count(*) from duckdb_constraints()")[0][0]
    assert bool(constraints) is not is_lake


def test_a_lake_is_built_with_one_thread(project, request):
    said = project.build("(1, 'a')", threads=2)
    if request.node.callspec.params["project"]:
        assert "a lake is built with one thread, and this run has 2" in said
    else:
        assert said == ""

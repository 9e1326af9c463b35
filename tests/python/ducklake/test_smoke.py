"""The comparison with the lake: loads arrive in two steps, every kind of difference is found."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pytest
import yaml
from typer.testing import CliRunner

from usage_warehouse.ducklake import smoke
from usage_warehouse.ducklake.smoke import Lake, arrive, compare_builds
from usage_warehouse.engine.compare import Comparison, missing_relation
from usage_warehouse.errors import EXIT_GATE, EXIT_USAGE, BadInvocation

SAME = {"core.a": "select 1 as a_key, 0.5::double as share", "marts.b": "select 'x' as text"}


@dataclass(frozen=True)
class FileLake(Lake):
    """A lake that is a DuckDB file: what is compared, without the extension."""

    def connect(self):
        connection = duckdb.connect()
        connection.execute(f"attach '{self.data}' as lake (read_only)")
        return connection


def _database(path, relations):
    with duckdb.connect(str(path)) as connection:
        for name, query in relations.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create table {name} as {query}")
    return path


@pytest.mark.parametrize(
    ("other", "different"),
    [
        (SAME, {}),
        (SAME | {"marts.b": "select 'y' as text"}, {"marts.b": 2}),
        (SAME | {"core.a": "select 2 as a_key, 0.5::double as share"}, {"core.a": 2}),
        (SAME | {"marts.c": "select 1 as n"}, {"marts.c": 1}),
        ({"core.a": SAME["core.a"]}, {"marts.b": 1}),
    ],
    ids=["same", "value", "key", "only in the lake", "only in the file"],
)
def test_every_kind_of_difference_is_found(tmp_path, other, different):
    plain = _database(tmp_path / "warehouse.duckdb", SAME)
    lake = FileLake("", _database(tmp_path / "lake.duckdb", other))
    found = compare_builds(lake, plain)
    assert [each.relation for each in found] == sorted(SAME | other)
    assert {each.relation: each.count for each in found if each.count} == different


def test_a_second_load_adds_files_and_withdraws_one(tmp_path):
    landed, raw = tmp_path / "landed", tmp_path / "raw"
    for number in range(6):
        (landed / "events").mkdir(parents=True, exist_ok=True)
        (landed / "events" / f"{number}.parquet").write_text("x", encoding="utf-8")
    seen = []
    for load in (0, 1):
        arrive(landed, raw, load)
        seen.append(sorted(path.stem for path in raw.rglob("*.parquet")))
    assert seen == [["0", "1", "2", "3"], ["1", "2", "3", "4", "5"]]


def test_a_lake_that_holds_something_is_left_alone(tmp_path):
    lake = FileLake("", _database(tmp_path / "lake.duckdb", SAME))
    with pytest.raises(BadInvocation, match="name an empty database"):
        smoke.run_smoke(lake, tmp_path / "work", smoke.SampleOptions(1, 7))
    assert not (tmp_path / "work").exists()


def test_the_catalogue_of_the_environment_comes_before_a_server(monkeypatch):
    def refuse():
        raise BadInvocation("no server is installed", "install one")

    monkeypatch.setattr(smoke, "temporary_server", refuse)
    with smoke._catalog({"USAGE_DUCKLAKE_CATALOG": "dbname=x"}.get) as catalog:
        assert catalog == "dbname=x"
    with pytest.raises(BadInvocation), smoke._catalog({}.get):
        pass


@pytest.mark.parametrize(
    ("outcome", "exit_code", "says"),
    [
        (BadInvocation("no server is installed", "apt-get"), EXIT_USAGE, "error: no server"),
        ([[Comparison("core.a", 3, 0)], [Comparison("core.a", 4, 0)]], 0, "0 differences in 1 and"),
        ([[missing_relation("core.b", True)]] * 2, EXIT_GATE, "(no relation)"),
    ],
)
def test_the_command_ends_in_its_exit_code(monkeypatch, tmp_path, outcome, exit_code, says):
    def run(*_):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setenv("USAGE_DUCKLAKE_CATALOG", "dbname=x")
    monkeypatch.setattr(smoke, "run_smoke", run)
    app = smoke.typer.Typer()
    app.command()(smoke.main)
    result = CliRunner().invoke(app, ["--folder", str(tmp_path / "work")])
    assert result.exit_code == exit_code, result.output
    assert says in result.output


def test_the_target_names_no_server_of_its_own_and_one_thread(project_root):
    profiles = yaml.safe_load((project_root / "profiles.yml").read_text(encoding="utf-8"))
    outputs = profiles["usage_warehouse"]["outputs"]
    lake, plain = outputs["ducklake"], outputs["duckdb"]
    (attached,) = lake["attach"]
    assert attached["path"] == "ducklake:postgres:{{ env_var('USAGE_DUCKLAKE_CATALOG') }}"
    assert attached["options"] == {"data_path": "{{ env_var('USAGE_DUCKLAKE_DATA') }}"}
    assert (lake["threads"], lake["database"]) == (1, attached["alias"])
    assert lake["settings"] == plain["settings"]
    assert lake["plugins"][: len(plain["plugins"])] == plain["plugins"]

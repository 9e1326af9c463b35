"""Folders that no table owns go, and those of tables stay."""

from __future__ import annotations

from types import SimpleNamespace

from usage_warehouse.spark.orphans import remove_orphans


def test_folders_without_a_table_are_removed(tmp_path):
    names = ("core.db/fct_sessions", "core.db/half_written", "ledger.db/a__consumed")
    for name in (*names, "unknown.db/a"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "part.parquet").write_bytes(b"rows")
    (tmp_path / "views").mkdir()
    tables = {"core": ["fct_sessions", "a_view"], "ledger": ["a__consumed"]}

    def sql(statement):
        if statement == "show schemas":
            return SimpleNamespace(collect=lambda: [(name,) for name in tables])
        rows = [SimpleNamespace(tableName=name) for name in tables[statement.split()[-1]]]
        return SimpleNamespace(collect=lambda: rows)

    session = SimpleNamespace(sql=sql)
    assert remove_orphans(session, tmp_path) == ["core.half_written", "unknown.a"]
    assert remove_orphans(session, tmp_path) == []
    left = sorted(path.parent.name for path in tmp_path.glob("*.db/*/part.parquet"))
    assert left == ["a__consumed", "fct_sessions"]
    assert (tmp_path / "views").is_dir()


def test_a_warehouse_that_is_not_there_yet(tmp_path):
    assert remove_orphans(None, tmp_path / "none") == []

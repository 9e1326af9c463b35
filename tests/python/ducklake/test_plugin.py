"""The extensions come from wheels of this DuckDB's version, or one message says what to do."""

from __future__ import annotations

import duckdb
import pytest

from usage_warehouse.engine import ducklake_plugin
from usage_warehouse.engine.ducklake_plugin import extension_file, load_extensions
from usage_warehouse.errors import BadInvocation


def _wheel(folder, name, version):
    path = folder / f"duckdb_extension_{name}" / "extensions" / version
    path.mkdir(parents=True)
    (path.parents[1] / "__init__.py").touch()
    (path / f"{name}.duckdb_extension").touch()
    return path / f"{name}.duckdb_extension"


def test_a_wheel_is_found_by_name_and_version(tmp_path, monkeypatch):
    path = _wheel(tmp_path, "duckling", "v1.5.5")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert extension_file("duckling", "v1.5.5") == path
    with pytest.raises(BadInvocation, match=r"duckling for v1\.5\.6 is not installed"):
        extension_file("duckling", "v1.5.6")


def test_what_is_not_installed_is_never_downloaded(monkeypatch):
    monkeypatch.setattr(ducklake_plugin, "EXTENSIONS", ("no_such_extension",))
    connection = duckdb.connect()
    with pytest.raises(BadInvocation, match="make ducklake-env"):
        load_extensions(connection)
    settings = connection.execute(
        "select value from duckdb_settings()"
        " where name in ('autoinstall_known_extensions', 'autoload_known_extensions')"
    ).fetchall()
    assert settings == [("false",), ("false",)]

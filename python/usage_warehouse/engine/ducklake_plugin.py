"""dbt-duckdb plugin of the target `ducklake`: extensions from wheels, never the network."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from usage_warehouse.errors import BadInvocation

EXTENSIONS = ("ducklake", "postgres_scanner")


def load_extensions(connection: DuckDBPyConnection) -> None:
    """Load DuckLake and the reader of its catalogue; nothing is copied, nothing downloaded.

    Raises BadInvocation where a wheel is missing or of another DuckDB version.
    """
    connection.execute("set autoinstall_known_extensions = false")
    connection.execute("set autoload_known_extensions = false")
    (version,) = connection.execute("select version()").fetchall()[0]
    for name in EXTENSIONS:
        path = extension_file(name, version).as_posix().replace("'", "''")
        connection.execute(f"load '{path}'")


def extension_file(name: str, version: str) -> Path:
    """Where the wheel of an extension keeps it for one DuckDB version, such as v1.5.5."""
    package = find_spec(f"duckdb_extension_{name}")
    if package is not None and package.origin is not None:
        folder = Path(package.origin).parent / "extensions" / version
        if (path := folder / f"{name}.duckdb_extension").is_file():
            return path
    raise BadInvocation(
        f"the DuckDB extension {name} for {version} is not installed in this environment",
        "make ducklake-env, and use .venv-ducklake/bin/dbt",
    )


class Plugin(BasePlugin):
    """Loads the extensions before dbt attaches the lake, and makes the lake what names mean."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Load the extensions; dbt-duckdb attaches afterwards."""
        load_extensions(conn)

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Use the lake on a cursor, which does not inherit it: Python models name no database."""
        cursor.execute("use lake")

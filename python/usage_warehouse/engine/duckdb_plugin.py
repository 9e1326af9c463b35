"""dbt-duckdb plugin: hands the session the pseudonym key without writing it into SQL."""

from __future__ import annotations

import os

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

# Without a key of one's own, e-mail-shaped ids are still never shown; the hash is then
# only as secret as this text. Set USAGE_PSEUDONYM_KEY to make it a secret.
PUBLIC_KEY = "usage-warehouse"


def pseudonym_key() -> str:
    """The key of keyed hashes: USAGE_PSEUDONYM_KEY, else a public constant."""
    return os.environ.get("USAGE_PSEUDONYM_KEY") or PUBLIC_KEY


def set_pseudonym_key(connection: DuckDBPyConnection) -> None:
    """Set the session variable `usage_pseudonym_key` on a connection."""
    escaped = pseudonym_key().replace("'", "''")
    connection.execute(f"set variable usage_pseudonym_key = '{escaped}'")


class Plugin(BasePlugin):
    """Sets the session variable `usage_pseudonym_key` on every cursor."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Set the variable on the parent connection."""
        self.configure_cursor(conn)

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Set the variable on a cursor, which does not inherit it."""
        set_pseudonym_key(cursor)

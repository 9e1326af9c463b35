"""Connections of dbt that are one shared Spark session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.adapters.contracts.connection import Connection, ConnectionState
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.spark.connections import SparkConnectionManager, SparkCredentials
from dbt.adapters.spark.session import Cursor, SessionConnectionWrapper
from dbt_common.exceptions import DbtRuntimeError

from usage_warehouse.errors import UsageWarehouseError
from usage_warehouse.spark.session import open_session


class SparkSessionCredentials(SparkCredentials):
    """The same settings as dbt-spark's with `method: session`."""

    @property
    def type(self) -> str:
        """The name of this adapter in profiles.yml."""
        return "sparksession"


class SharedCursor(Cursor):
    """A cursor on a session that is open; dbt-spark's makes one anew for each statement."""

    def __init__(self, session: Any) -> None:
        super().__init__()
        self._session = session

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run one statement; raises DbtRuntimeError with what Spark says of it."""
        if parameters:
            raise DbtRuntimeError("a statement of Spark takes no bound parameters here")
        self.close()
        with _errors_of_dbt():
            self._df = self._session.sql(sql)

    @property
    def description(self) -> Any:
        """Names and types of the columns; a server analyses the statement only here."""
        with _errors_of_dbt():
            return super().description

    def fetchall(self) -> Any:
        """All rows of the statement; raises DbtRuntimeError."""
        with _errors_of_dbt():
            return super().fetchall()

    def fetchmany(self, size: int) -> Any:
        """The first rows of the statement; raises DbtRuntimeError."""
        with _errors_of_dbt():
            return self._df.take(size)


@contextmanager
def _errors_of_dbt() -> Iterator[None]:
    """An error of Spark as dbt knows it: its message, without plan and stack trace."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        raise DbtRuntimeError(short_message(str(error))) from error


def short_message(message: str) -> str:
    """What a message says before a query plan or a stack trace begins."""
    lines: list[str] = []
    for line in message.splitlines():
        if line.startswith(("'", "+-", "\tat ", "JVM stacktrace")):
            break
        lines.append(line.rstrip())
    return "\n".join(lines).strip()


class SharedSession:
    """What dbt-spark calls a connection: it gives cursors."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def cursor(self) -> SharedCursor:
        """A new cursor."""
        return SharedCursor(self._session)


class SparkSessionConnectionManager(SparkConnectionManager):
    """Opens the session at the first statement; every thread then shares it."""

    TYPE = "sparksession"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Make `connection` one to the session; raises FailedToConnectError with the remedy."""
        if connection.state != ConnectionState.OPEN:
            try:
                session = open_session(connection.credentials.server_side_parameters)
            except UsageWarehouseError as error:
                raise FailedToConnectError(str(error)) from error
            connection.handle = SessionConnectionWrapper(SharedSession(session))
            connection.state = ConnectionState.OPEN
        return connection

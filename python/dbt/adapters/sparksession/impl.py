"""The adapter: dbt-spark, and Python models that run where dbt runs."""

from __future__ import annotations

from typing import Any

from dbt.adapters.base import PythonJobHelper, available
from dbt.adapters.spark.impl import SparkAdapter
from dbt_common.exceptions import DbtRuntimeError

from dbt.adapters.sparksession.connections import SparkSessionConnectionManager
from usage_warehouse.errors import UsageWarehouseError
from usage_warehouse.spark.raw_tables import declare_raw_tables, raw_folder
from usage_warehouse.spark.session import current_session


class SessionJob(PythonJobHelper):
    """Runs a compiled Python model in this process, with the session as `spark`."""

    def __init__(self, parsed_model: dict[str, Any], credentials: Any) -> None:
        self._name = parsed_model["name"]

    def submit(self, compiled_code: str) -> None:
        """Run the model; its last lines write its table (macro py_write_table)."""
        # The template indents the first line.
        code = compile(compiled_code.strip(), f"<model {self._name}>", "exec")
        exec(code, {"spark": current_session(), "__name__": f"dbt_model_{self._name}"})


class SparkSessionAdapter(SparkAdapter):
    """dbt-spark with `method: session`, whole: SQL, Python models and raw files as tables."""

    ConnectionManager = SparkSessionConnectionManager

    @property
    def default_python_submission_method(self) -> str:
        """Where Python models run unless they say otherwise."""
        return "session"

    @property
    def python_submission_helpers(self) -> dict[str, type[PythonJobHelper]]:
        """The ways to run a Python model."""
        return {"session": SessionJob}

    @available
    def raw_folder(self) -> str:
        """The raw folder as Spark spells it: absolute, without detours."""
        return str(raw_folder())

    @available
    def declare_raw_tables(self) -> None:
        """Declare the raw files as external tables; raises what Spark cannot read of them."""
        # The session is there once a statement has run.
        self.execute("select 1")
        try:
            declare_raw_tables(current_session())
        except UsageWarehouseError as error:
            raise DbtRuntimeError(f"raw contract: {error}") from error

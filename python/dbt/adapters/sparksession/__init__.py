"""dbt-spark in the Spark session of dbt's own process, Python models included."""

from importlib.util import find_spec

from dbt.adapters.base import AdapterPlugin
from dbt_common.exceptions import DbtRuntimeError

if find_spec("dbt.adapters.spark") is None:
    raise DbtRuntimeError(
        "the target spark needs dbt-spark and PySpark, which this environment does not have\n"
        "  fix: make spark-env, and run .venv-spark/bin/dbt"
    )

from dbt.adapters.sparksession.connections import SparkSessionCredentials
from dbt.adapters.sparksession.impl import SparkSessionAdapter
from dbt.include import sparksession

Plugin = AdapterPlugin(
    adapter=SparkSessionAdapter,
    credentials=SparkSessionCredentials,
    include_path=sparksession.PACKAGE_PATH,
    dependencies=["spark"],
)

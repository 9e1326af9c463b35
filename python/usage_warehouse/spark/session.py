"""The Spark session of one process: what it needs, where it writes, how it ends.

The session itself is opened by dbt's adapter at the first statement that dbt runs, with the
settings of the target `spark` in profiles.yml; everything else in the process then shares it.
Spark's own output goes to a file: a cluster on one machine ends every good run by reporting
each of its executors as lost.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from usage_warehouse.errors import BadInvocation

JAVA_MINIMUM = 17
INSTALL_JAVA = "on Debian and Ubuntu: apt-get install openjdk-17-jre-headless"
# For work of seconds the compiler that starts at once beats the one that thinks.
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def require_engine(environ: Mapping[str, str] | None = None) -> None:
    """Raise BadInvocation unless this environment holds PySpark, its adapter and Java."""
    missing = [
        package
        for package, module in (("pyspark", "pyspark"), ("dbt-spark", "dbt.adapters.spark"))
        if importlib.util.find_spec(module) is None
    ]
    if missing:
        raise BadInvocation(
            f"{' and '.join(missing)}: not installed in {sys.prefix}",
            "make spark-env, and run it with .venv-spark/bin/python",
        )
    require_java(os.environ if environ is None else environ)


def require_java(env: Mapping[str, str]) -> None:
    """Raise BadInvocation unless Spark's launcher would find a Java that is new enough."""
    java = shutil.which("java", path=env.get("PATH"))
    if env.get("JAVA_HOME"):
        java = shutil.which("java", path=str(Path(env["JAVA_HOME"]) / "bin"))
    if java is None:
        where = f"JAVA_HOME ({env['JAVA_HOME']})" if env.get("JAVA_HOME") else "PATH"
        raise BadInvocation(f"Spark needs Java, and {where} has no java command", INSTALL_JAVA)
    version = _java_version(java)
    if version < JAVA_MINIMUM:
        raise BadInvocation(
            f"Spark needs Java {JAVA_MINIMUM} or newer, and {java} is {version or 'unreadable'}",
            f"{INSTALL_JAVA}; JAVA_HOME chooses among several",
        )


def _java_version(java: str) -> int:
    """Major version of a java command; 0 where it does not say."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else 0


@contextmanager
def spark_home(folder: Path, java_options: str = "") -> Iterator[Path]:
    """Make `folder` the home of a session that is opened inside; yields the file of its log.

    A cluster on this machine keeps its executors' files in its home, and an installed package
    is no place for them: so the parts of the package are linked into a home of our own. When
    the block ends the session does too, and the executors' files go.
    """
    installed = Path(importlib.util.find_spec("pyspark").origin).parent
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("bin", "jars", "sbin"):
        link = folder / part
        link.unlink(missing_ok=True)
        link.symlink_to(installed / part)
    given = {"SPARK_HOME": str(folder)}
    # A name of this machine that nothing resolves must not matter.
    given.setdefault("SPARK_LOCAL_IP", os.environ.get("SPARK_LOCAL_IP", "127.0.0.1"))
    if java_options:
        given["JAVA_TOOL_OPTIONS"] = os.environ.get("JAVA_TOOL_OPTIONS", java_options)
    with environment(given):
        try:
            yield folder / "spark.log"
        finally:
            with output_to(folder / "spark.log"):
                stop_session()
            shutil.rmtree(folder / "work", ignore_errors=True)


@contextmanager
def environment(given: Mapping[str, str]) -> Iterator[None]:
    """Set some variables of the environment meanwhile."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def output_to(log: Path) -> Iterator[None]:
    """Send what this process and its children write to the terminal to a file meanwhile.

    A child that is started inside, like Spark, keeps writing there when the block has ended.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with log.open("ab") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)


def current_session() -> Any:
    """The session that dbt has opened in this process."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def stop_session() -> None:
    """End the session, if there is one; its Java process ends with this one."""
    if "pyspark" in sys.modules:
        from pyspark import SparkContext

        if SparkContext._active_spark_context is not None:
            current_session().stop()

"""The one Spark session of this process: what it needs, where it writes, how it ends.

The first statement of dbt opens it (`dbt.adapters.sparksession`), with the settings of the
target `spark` in profiles.yml; all threads of dbt and the Python models share it. It lives until
the process ends. Spark's own output goes to `spark/spark.log` in the build folder: a cluster on
one machine ends every good run by reporting each of its executors as lost. With SPARK_REMOTE it
is a session of a Spark Connect server, and no Java is needed here.
"""

from __future__ import annotations

import atexit
import importlib.util
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from usage_warehouse.errors import BadInvocation, Busy
from usage_warehouse.settings import load_settings
from usage_warehouse.spark.orphans import remove_orphans

JAVA_MINIMUM = 17
INSTALL_JAVA = "on Debian and Ubuntu: apt-get install openjdk-17-jre-headless"
# The address of a Spark Connect server, by the name that PySpark gives it.
REMOTE = "SPARK_REMOTE"
# Where the tables of the session are then not this build's alone.
SHARED = (REMOTE, "SPARK_CONF_DIR", "USAGE_SPARK_WAREHOUSE")
# The driver plans many short statements: the compiler that starts at once beats the one that
# thinks. An executor of one core collects its garbage with one thread. All stages are
# remembered, so that what a build cost can be summed up.
ON_ONE_MACHINE = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.ui.retainedStages": "100000",
}
_OPENING = threading.Lock()
_open: list[Any] = []


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
    env = os.environ if environ is None else environ
    if not env.get(REMOTE):
        require_java(env)


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


def open_session(settings: Mapping[str, str]) -> Any:
    """The session of this process, opened with `settings` where there is none yet.

    Raises BadInvocation, with the remedy, without PySpark or Java.
    """
    with _OPENING:
        if not _open:
            require_engine()
            home = spark_folder()
            _link_home(home)
            os.environ["SPARK_HOME"] = str(home)
            # The executors on this machine run the project's Python functions too.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            # What Spark refuses is told as an error, and need not stand on the terminal as well;
            # its frames come and go through Arrow, where the version of pandas does not matter.
            logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            with output_to(spark_log()):
                _open.append(_connect(settings) if is_remote() else _start(settings))
            atexit.register(stop_session)
        return _open[0]


def is_remote() -> bool:
    """Whether the session is, or would be, one of a Spark Connect server."""
    return bool(os.environ.get(REMOTE))


def shared_catalogue() -> str | None:
    """The variable of the environment that names a catalogue which others may use too."""
    return next((name for name in SHARED if os.environ.get(name)), None)


def spark_folder() -> Path:
    """The folder of the session: its tables, its metastore and its log."""
    return load_settings().build.absolute() / "spark"


def spark_log() -> Path:
    """The file of what Spark itself writes, once the session is opened."""
    return Path(os.environ["SPARK_HOME"]) / "spark.log"


def _link_home(home: Path) -> None:
    """Link the parts of the installed package into `home`, which Spark takes for its own.

    A cluster on this machine keeps its executors' files there, and a package is no place for
    them.
    """
    installed = Path(importlib.util.find_spec("pyspark").origin).parent
    home.mkdir(parents=True, exist_ok=True)
    for part in ("bin", "jars", "python", "sbin"):
        link = home / part
        link.unlink(missing_ok=True)
        link.symlink_to(installed / part)


def _start(settings: Mapping[str, str]) -> Any:
    """A session whose driver is a process of ours."""
    from pyspark.sql import SparkSession

    chosen = dict(settings)
    if chosen.get("spark.master", "").startswith("local"):
        # A name of this machine that nothing resolves must not matter.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # Options of Java are added to those that the profile gives.
        driver = "spark.driver.extraJavaOptions"
        given = chosen.get(driver, "")
        chosen |= ON_ONE_MACHINE
        chosen[driver] = f"{given} {chosen[driver]}".strip()
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in chosen.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        if "Another instance of Derby" in str(error):
            raise Busy(
                f"another process has the tables in {spark_folder()} open",
                "wait until it ends, or name another folder in USAGE_BUILD",
            ) from error
        raise
    if not shared_catalogue():
        # The warehouse is this build's alone, and its metastore lets one process in.
        remove_orphans(session, spark_folder() / "warehouse")
    return session


def _connect(settings: Mapping[str, str]) -> Any:
    """A session of a server, with those of the settings that a session may choose."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(os.environ[REMOTE]).getOrCreate()
    for name, value in settings.items():
        if name.startswith("spark.sql.") and session.conf.isModifiable(name):
            session.conf.set(name, value)
    return session


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
    """The session that is open in this process; raises LookupError where none is."""
    if not _open:
        raise LookupError("no session of Spark is open in this process")
    return _open[0]


def stop_session() -> None:
    """End the session, if there is one, and remove its executors' files."""
    if _open:
        with output_to(spark_log()):
            _open.pop().stop()
        shutil.rmtree(spark_log().parent / "work", ignore_errors=True)

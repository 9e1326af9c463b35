"""dbt builds of a warehouse in a folder of its own, inside this process or in one of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from usage_warehouse.errors import GateError
from usage_warehouse.publish.candidate import release_dbt_connections
from usage_warehouse.settings import PROJECT_ROOT

_OWN_VARIABLES = ("USAGE_", "DBT_")
# Random histories are small and strange enough to close a gate.
GATES = "path:models/governance/gates"
_NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


class BuildFailed(GateError):
    """A build of the replay did not pass; `failures` maps node names to what they said."""

    def __init__(self, failures: Mapping[str, str]) -> None:
        self.failures = dict(failures)
        lines = [f"  {name}: {' '.join(text.split())[:400]}" for name, text in failures.items()]
        super().__init__(
            "a build of the replay did not pass\n" + "\n".join(lines[:8]),
            "build the same raw folder with `dbt build` to see it alone",
        )


@dataclass(frozen=True)
class Workplace:
    """Where builds happen: `root` for what dbt writes, `raw` and `seeds` for what it reads.

    All builds of a workplace have one database path, whatever is compared, so that dbt
    parses the project once for given variables; `put_aside` makes room for the next one.
    """

    root: Path
    raw: Path
    seeds: Path
    variables: Mapping[str, object] = field(default_factory=dict)
    threads: int = 2

    @property
    def database(self) -> Path:
        """The build database."""
        return self.root / "build" / "warehouse.duckdb"

    def environment(self) -> dict[str, str]:
        """The environment of its builds."""
        return {
            "USAGE_RAW": str(self.raw),
            "USAGE_SEEDS": str(self.seeds),
            "USAGE_BUILD": str(self.root / "build"),
            "USAGE_THREADS": str(self.threads),
            "USAGE_MEMORY": "1GB",
            "DBT_TARGET_PATH": str(self.root / "target" / self._name_of_variables()),
            "DBT_LOG_PATH": str(self.root / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
            "DO_NOT_TRACK": "1",
        }

    def _name_of_variables(self) -> str:
        # dbt parses the whole project again when variables change; so each set has its own.
        return hashlib.md5(repr(sorted(self.variables.items())).encode()).hexdigest()[:8]

    def put_aside(self, name: str) -> Path:
        """Move the build database into a folder of that name; returns its path there.

        The file keeps its own name: views name the database they were made in.
        """
        aside = self.root / name / self.database.name
        shutil.rmtree(aside.parent, ignore_errors=True)
        aside.parent.mkdir(parents=True)
        return Path(shutil.move(self.database, aside))

    def bring_back(self, aside: Path) -> None:
        """Make a database that was put aside the build database again."""
        shutil.move(aside, self.database)


def build(
    workplace: Workplace,
    *,
    full_refresh: bool = False,
    tests: bool = False,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> float:
    """Build the models (and tests, where asked for) inside this process; returns the seconds.

    Raises BuildFailed when a node fails.
    """
    began = time.perf_counter()
    (workplace.root / "build").mkdir(parents=True, exist_ok=True)
    with _environment(workplace.environment()):
        from dbt.cli.main import dbtRunner

        try:
            outcome = dbtRunner().invoke(
                _arguments(workplace, full_refresh, tests, select, exclude)
            )
        finally:
            release_dbt_connections()
    if outcome.exception is not None:
        raise BuildFailed({"dbt": str(outcome.exception)}) from outcome.exception
    if not outcome.success:
        raise BuildFailed(
            {
                result.node.name: str(result.message or "")
                for result in outcome.result.results
                if str(result.status) in ("error", "fail", "runtime error")
            }
        )
    return time.perf_counter() - began


def build_apart(
    workplace: Workplace, environment: Mapping[str, str] | None = None, *, tests: bool = False
) -> None:
    """The same in a process of its own, with further variables in its environment.

    Raises BuildFailed when it ends with an error.
    """
    (workplace.root / "build").mkdir(parents=True, exist_ok=True)
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_OWN_VARIABLES)}
    command = [sys.executable, "-m", "dbt.cli.main", *_arguments(workplace, False, tests, (), ())]
    run = subprocess.run(
        command,
        env={**kept, **workplace.environment(), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise BuildFailed({"dbt": run.stdout + run.stderr})


def refresh(workplace: Workplace) -> float:
    """A full refresh into an empty database at the workplace's path; returns the seconds."""
    for leftover in workplace.database.parent.glob("warehouse.duckdb*"):
        leftover.unlink()
    return build(workplace, full_refresh=True)


def _arguments(
    workplace: Workplace,
    full_refresh: bool,
    tests: bool,
    select: Sequence[str],
    exclude: Sequence[str],
) -> list[str]:
    arguments = ["--quiet", "--log-level", "none", "--log-level-file", "info"]
    arguments += ["--no-write-json", "build"]
    arguments += ["--project-dir", str(PROJECT_ROOT), "--profiles-dir", str(PROJECT_ROOT)]
    exclude = exclude if tests else [*exclude, GATES]
    arguments += [] if tests else _NO_TESTS
    arguments += ["--full-refresh"] if full_refresh else []
    arguments += ["--select", *select] if select else []
    arguments += ["--exclude", *exclude] if exclude else []
    if workplace.variables:
        arguments += ["--vars", json.dumps(dict(workplace.variables))]
    return arguments


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """The process environment with these variables and no other setting of the project."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(_OWN_VARIABLES):
            del os.environ[name]
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def scratch(keep: Path | None = None) -> Iterator[Path]:
    """A temporary folder, or the given one, which stays."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="replay_") as folder:
        yield Path(folder).resolve()

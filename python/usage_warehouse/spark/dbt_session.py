"""dbt inside this process, on the target `spark`: quiet, and with errors that can be acted on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from usage_warehouse.errors import GateError
from usage_warehouse.settings import PROJECT_ROOT
from usage_warehouse.spark.session import environment, output_to

FAILED = {"error", "fail", "runtime error"}
SHOWN = 8


class Dbt:
    """dbt with the project parsed once; `manifest` is what it read."""

    def __init__(self, build: Path, variables: Mapping[str, object], log: Path) -> None:
        """Parse the project.

        build: folder of dbt's logs and target. log: file for what Spark writes.
        """
        self.build = build
        self.variables = variables
        self.log = log
        self.manifest: Any = None
        self.manifest = self._invoke("parse", [])

    def run(self, command: str, names: Iterable[str]) -> set[str]:
        """Run a command on nodes; returns the ids of those that ran.

        Raises GateError where one failed or was left out.
        """
        results = self._invoke(command, ["--select", *names]).results
        failed = [result for result in results if str(result.status) in FAILED]
        if failed:
            raise failure(
                [f"{result.node.name}: {short(str(result.message))}" for result in failed], self
            )
        return {result.node.unique_id for result in results if str(result.status) != "skipped"}

    def _invoke(self, command: str, arguments: list[str]) -> Any:
        from dbt.cli.main import dbtRunner

        flags = ["--quiet", "--log-level", "none", "--log-level-file", "debug"]
        flags += ["--log-path", str(self.build / "logs")]
        common = ["--target", "spark", "--target-path", str(self.build / "target")]
        common += ["--project-dir", str(PROJECT_ROOT), "--profiles-dir", str(PROJECT_ROOT)]
        common += ["--vars", json.dumps(dict(self.variables))]
        with output_to(self.log), environment({"DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}):
            runner = dbtRunner(manifest=self.manifest)
            outcome = runner.invoke([*flags, command, *common, *arguments])
        if outcome.exception is not None:
            raise failure([f"dbt {command}: {short(str(outcome.exception))}"], self)
        return outcome.result


def failure(problems: list[str], dbt: Dbt) -> GateError:
    """The error of a build that did not pass, with the places where more is said."""
    shown = [f"  {problem}" for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        shown.append(f"  … and {len(problems) - SHOWN} more")
    return GateError(
        "the build on Spark did not pass\n" + "\n".join(shown),
        f"mend the cause; dbt's own messages are in {dbt.build / 'logs' / 'dbt.log'},"
        f" Spark's in {dbt.log}",
    )


def short(message: str) -> str:
    """What a message says before a query plan or a stack trace begins."""
    lines = []
    for line in message.splitlines():
        if line.startswith(("'", "+-", "\tat ", "JVM stacktrace")):
            break
        if line.strip():
            lines.append(line.strip())
    return " ".join(lines[:6])[:600]

"""`dbt build` inside this process, with progress and errors that a person can act on."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from usage_warehouse.errors import BadInvocation, Busy, GateError, RawContractError
from usage_warehouse.publish.candidate import Resources, open_build
from usage_warehouse.settings import DEFAULT_TARGET, PROJECT_ROOT, Settings

FAILED = {"error", "fail", "runtime error"}
SHOWN = 8


@dataclass(frozen=True)
class Failure:
    """A node of the graph that did not pass, and what it said."""

    name: str
    kind: str
    message: str


def run_dbt_build(settings: Settings, on_progress: Callable[[int, int, str], None]) -> None:
    """Run `dbt build` on the target that USAGE_TARGET names.

    `on_progress` gets (nodes finished, nodes in all, name of the last). Raises
    RawContractError, BadInvocation, GateError or Busy by what went wrong, and GateError where
    it left out a gate or its test; dbt's own log says more.
    """
    require_gates(run_dbt(settings, ["build"], on_progress), all_gates())


def run_dbt(
    settings: Settings,
    command: Sequence[str],
    on_progress: Callable[[int, int, str], None] = lambda done, total, name: None,
) -> list[Any]:
    """Run a command of dbt that gives results, such as build or test; returns these.

    Raises as run_dbt_build does, but for gates: who leaves tests out has chosen to.
    """
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg

    def watch(event: EventMsg) -> None:
        if event.info.name in ("LogStartLine", "LogTestResult", "LogModelResult", "LogSeedResult"):
            data = event.data
            total = data.num_models if event.info.name == "LogTestResult" else data.total
            on_progress(data.index, total, data.node_info.node_name)

    arguments = ["--quiet", "--log-level", "none", "--log-level-file", "debug", *command]
    arguments += ["--project-dir", str(PROJECT_ROOT), "--profiles-dir", str(PROJECT_ROOT)]
    if settings.variables:
        arguments += ["--vars", json.dumps(dict(settings.variables))]
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "0")
    outcome = dbtRunner(callbacks=[watch]).invoke(arguments)
    if outcome.exception is not None:
        raise _explain([Failure("dbt", "run", str(outcome.exception))], settings)
    results = list(getattr(outcome.result, "results", []))
    if not outcome.success:
        failed = [result for result in results if str(result.status) in FAILED]
        raise _explain(
            [
                Failure(result.node.name, str(result.node.resource_type), str(result.message or ""))
                for result in failed
            ],
            settings,
        )
    return results


def require_gates(results: Sequence[Any], gates: Iterable[str]) -> None:
    """Raise GateError where a gate did not run or nobody looked at what it found.

    gates: the models that must be among the results, each with its test `gate_is_open`.
    """
    passed = {
        result.node.attached_node.rsplit(".", 1)[-1]
        for result in results
        if str(result.node.resource_type) == "test"
        and str(result.status) == "pass"
        and result.node.name.startswith("gate_is_open")
    }
    unseen = sorted(set(gates) - passed)
    if unseen:
        raise GateError(
            f"gates whose test did not run: {', '.join(unseen)}", "build them with their tests"
        )


def all_gates(project: Path = PROJECT_ROOT) -> set[str]:
    """The gates of the project but gate_definitions, which stops the build by itself."""
    models = (project / "models" / "governance" / "gates").glob("gate_*.py")
    return {path.stem for path in models} - {"gate_definitions"}


def _explain(failures: list[Failure], settings: Settings) -> Exception:
    """The error that says most about a run's failures."""
    texts = "\n".join(failure.message for failure in failures)
    if "raw contract:" in texts:
        return RawContractError(_after(texts, "raw contract:"))
    if "definitions:" in texts:
        return BadInvocation(_after(texts, "definitions:"))
    if "unknown variable" in texts:
        return BadInvocation(_after(texts, "unknown variable"))
    if re.search(r"Could not set lock|Conflicting lock", texts):
        holder = re.search(r"PID (\d+)", texts)
        return Busy(
            f"{settings.warehouse} is in use by process {holder[1] if holder else 'unknown'}",
            "close it there, or name another folder in USAGE_BUILD",
        )
    lines = [f"  {failure.kind} {failure.name}: {_first(failure.message)}" for failure in failures]
    more = [f"  … and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    gates = [f"  expectation: {line}" for line in failed_expectations(settings, failures)]
    return GateError(
        "the build did not pass; nothing was published\n" + "\n".join(lines[:SHOWN] + more + gates),
        "mend the cause and build again; dbt's own messages are in "
        + os.path.join(os.environ.get("DBT_LOG_PATH") or "logs", "dbt.log"),
    )


def failed_expectations(settings: Settings, failures: list[Failure]) -> list[str]:
    """What the closed gates among the failures observed, for a person to read."""
    gates = {
        gate
        for failure in failures
        for gate in re.findall(r"gate_(?:raw|staging|core|marts)", failure.name)
    }
    # Elsewhere the gate's own test prints them.
    is_here = settings.target == DEFAULT_TARGET and settings.warehouse.is_file()
    if not gates or not is_here:
        return []
    lines = []
    with open_build(settings.warehouse, Resources()) as connection:
        for gate in sorted(gates):
            lines += [
                f"{suite}: {expectation} {column or ''}: {observed} ({reason})"
                for suite, expectation, column, observed, reason in connection.execute(
                    "select suite, expectation, column_name, observed, reason"
                    f" from governance.{gate} where severity = 'fail' and not success"
                ).fetchall()
            ]
    return lines


def _first(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines[:4])


def _after(text: str, marker: str) -> str:
    kept = text[text.index(marker) :]
    return re.split(r"\n\s*> in macro|\n\s*\n", kept)[0].strip()

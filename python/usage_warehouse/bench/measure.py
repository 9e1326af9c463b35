"""One measured run of a command: seconds, peak memory, and what dbt says of its models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from usage_warehouse.errors import GateError
from usage_warehouse.settings import PROJECT_ROOT

# Which folder of the models is which stage of the way of an event.
STAGES = {
    "staging/events": "staging",
    "intermediate/identity": "identity",
    "intermediate/actors": "identity",
    "intermediate/events": "sessions and aggregate",
    "intermediate/clock": "sessions and aggregate",
    "core": "core",
    "governance/gates": "gates",
    "governance": "governance",
}


@dataclass(frozen=True)
class Run:
    """What a command took: wall seconds, peak resident bytes, seconds by model of the events."""

    seconds: float
    peak_bytes: int
    models: Mapping[str, float] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    output: str = ""

    @property
    def event_path(self) -> float:
        """Seconds of the models on an event's way, the gates apart."""
        return sum(self.stages.values()) - self.stages.get("gates", 0.0)


def run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """Run a command to its end. Raises GateError with what it printed when it fails."""
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise GateError(f"{' '.join(command)} failed\n{output[-2000:]}", "see its output above")
    # Linux counts in kilobytes
    return Run(seconds, usage.ru_maxrss * 1024, output=output)


def run_dbt(arguments: Sequence[str], target: Path, environment: Mapping[str, str]) -> Run:
    """Run dbt in a process of its own and read what each model took from its results."""
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", *arguments]
    whole = run(command, {**environment, "DBT_TARGET_PATH": str(target)})
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    models: dict[str, float] = {}
    stages: dict[str, float] = {}
    for result in results:
        node = manifest.get(result["unique_id"], {})
        stage = _stage(node.get("original_file_path", ""))
        if node.get("resource_type") == "model" and stage:
            models[node["name"]] = result["execution_time"]
            stages[stage] = stages.get(stage, 0.0) + result["execution_time"]
    return Run(whole.seconds, whole.peak_bytes, models, stages)


def _stage(path: str) -> str | None:
    inner = path.removeprefix("models/")
    found = [folder for folder in STAGES if inner.startswith(f"{folder}/")]
    return STAGES[max(found, key=len)] if found else None

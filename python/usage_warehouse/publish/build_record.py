"""What dbt recorded about the last build, and whether that build may be published.

dbt leaves two files in its target folder: `manifest.json` (every node, its columns and their
`meta`) and `run_results.json` (one result per node of the last command). Both are needed: the
results alone do not say what is missing from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from usage_warehouse.errors import GateError

RELEASE_SCHEMAS = ("core", "marts", "governance")
PERSONAL_CLASSES = ("personal", "sensitive")
GOOD_STATUSES = ("success", "pass", "warn", "no-op", "reused")
BUILD_AGAIN = "run `dbt build` (or `make build`) to its end, then publish"
# dbt writes its results just before it closes the database, which may take some seconds.
SECONDS_TO_CLOSE = 300
MANIFEST, RESULTS = "manifest.json", "run_results.json"
BUILT_TYPES = ("model", "seed", "snapshot", "test")


@dataclass(frozen=True)
class Model:
    """A model of the project: where it stands, what its columns mean, how long it took."""

    schema: str
    name: str
    description: str = ""
    seconds: float | None = None
    pii: Mapping[str, str] = field(default_factory=dict)
    column_descriptions: Mapping[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class CheckResult:
    """A data test or unit test: `severity` error or warn, `status` passed, warned or failed."""

    kind: str
    name: str
    severity: str
    status: str


@dataclass(frozen=True)
class BuildRecord:
    """The last dbt command, as its artifacts tell it."""

    command: str
    is_empty: bool
    dbt_version: str
    invocation_id: str
    started_at: datetime | None
    manifest_invocation_id: str
    manifest_written: float
    results_written: float
    models: tuple[Model, ...]
    checks: tuple[CheckResult, ...]
    failed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def released(self) -> tuple[Model, ...]:
        """The models whose relations a release holds, by schema and name."""
        return tuple(model for model in self.models if model.schema in RELEASE_SCHEMAS)


def read_build_record(target: Path) -> BuildRecord:
    """Read `manifest.json` and `run_results.json` of a dbt target folder.

    Raises GateError when one is missing or cannot be read: nothing then proves the build.
    """
    manifest = _read(target / MANIFEST)
    results = _read(target / RESULTS)
    try:
        written = [(target / name).stat().st_mtime for name in (MANIFEST, RESULTS)]
        return _record(manifest, results, *written)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise GateError(
            f"the artifacts in {target} are not those of a dbt build ({error!r})", BUILD_AGAIN
        ) from error


def check_build(record: BuildRecord, warehouse: Path) -> None:
    """Raise GateError unless the record is a whole, passed build of this database.

    `warehouse` is the build database; its time stamp shows a build that went to another file
    (older), one that was killed (newer than the manifest of a run that left no results, or a
    write-ahead log left open), and a change by other hands than dbt's (newer than the results).
    """
    if record.command != "build" or record.is_empty:
        raise GateError(
            f"the last dbt command was `dbt {record.command}`"
            f"{' --empty' if record.is_empty else ''}, not a full build",
            BUILD_AGAIN,
        )
    if record.failed:
        raise GateError(
            f"the last build did not pass: {_some(record.failed)}; nothing was published",
            "read dbt's own messages (logs/dbt.log), mend the cause and build again",
        )
    if record.missing:
        raise GateError(
            f"the last build left out {_some(record.missing)}", BUILD_AGAIN + ", without --select"
        )
    written = warehouse.stat().st_mtime
    if record.started_at and written < record.started_at.timestamp() - 1:
        raise GateError(
            f"{warehouse} is older than the last build: dbt wrote another database",
            "check USAGE_BUILD, USAGE_TARGET and DBT_TARGET_PATH, then build again",
        )
    wal = warehouse.with_name(warehouse.name + ".wal")
    unfinished = record.manifest_invocation_id != record.invocation_id
    if (
        (unfinished and written > record.manifest_written)
        or (wal.exists() and wal.stat().st_size > 0)
        or written > record.results_written + SECONDS_TO_CLOSE
    ):
        raise GateError(
            f"{warehouse} was written after the last whole build: by a build that was "
            "interrupted, or by another program",
            BUILD_AGAIN,
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise GateError(f"{path} is missing: no build is recorded there", BUILD_AGAIN) from error
    except (OSError, ValueError) as error:
        raise GateError(f"{path} cannot be read: {error}", BUILD_AGAIN) from error
    if not isinstance(content, dict):
        raise GateError(f"{path} is not an artifact of dbt", BUILD_AGAIN)
    return content


def _record(
    manifest: dict, results: dict, manifest_written: float, results_written: float
) -> BuildRecord:
    nodes = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in BUILT_TYPES
        and node["config"].get("enabled", True)
        and node["config"].get("materialized") != "ephemeral"
    }
    outcome = {result["unique_id"]: result for result in results["results"]}
    done = {unique_id for unique_id, result in outcome.items() if result["status"] != "skipped"}
    arguments, metadata = results.get("args", {}), results["metadata"]
    started = metadata.get("invocation_started_at")
    return BuildRecord(
        command=arguments.get("which", "unknown"),
        is_empty=bool(arguments.get("empty")),
        dbt_version=metadata["dbt_version"],
        invocation_id=metadata["invocation_id"],
        started_at=datetime.fromisoformat(started) if started else None,
        manifest_invocation_id=manifest["metadata"]["invocation_id"],
        manifest_written=manifest_written,
        results_written=results_written,
        models=tuple(
            sorted(
                (
                    _model(node, outcome.get(unique_id))
                    for unique_id, node in nodes.items()
                    if node["resource_type"] == "model"
                ),
                key=lambda model: model.relation,
            )
        ),
        checks=tuple(_checks(manifest, outcome.values())),
        failed=tuple(
            sorted(uid for uid, result in outcome.items() if result["status"] not in GOOD_STATUSES)
        ),
        missing=tuple(sorted(set(nodes) - done)),
    )


def _model(node: dict, result: dict | None) -> Model:
    columns = node.get("columns", {})
    classes = {}
    for name, column in columns.items():
        meta = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
        if "pii" in meta:
            classes[name] = str(meta["pii"]).lower()
    return Model(
        schema=node["schema"],
        name=node.get("alias") or node["name"],
        description=node.get("description") or "",
        seconds=None if result is None else round(float(result["execution_time"]), 3),
        pii=classes,
        column_descriptions={
            name: column["description"]
            for name, column in columns.items()
            if column.get("description")
        },
    )


def _checks(manifest: dict, results: Iterable[dict]) -> Iterable[CheckResult]:
    passed = {"pass": "passed", "success": "passed", "reused": "passed", "warn": "warned"}
    for result in sorted(results, key=lambda result: result["unique_id"]):
        unique_id = result["unique_id"]
        kind = unique_id.split(".", 1)[0]
        if kind not in ("test", "unit_test"):
            continue
        node = manifest["nodes"].get(unique_id) or {}
        severity = str((node.get("config") or {}).get("severity") or "error").lower()
        name = node.get("name") or unique_id.split(".", 2)[-1]
        status = passed.get(result["status"], "failed")
        yield CheckResult("data_tests" if kind == "test" else "unit_tests", name, severity, status)


def _some(names: Iterable[str], limit: int = 5) -> str:
    """The first names and how many more, by kind: `2 tests (a, b)`."""
    listed = list(names)
    kinds = Counter(name.split(".", 1)[0].replace("_", " ") for name in listed)
    counted = ", ".join(f"{n} {kind}{'s' * (n > 1)}" for kind, n in sorted(kinds.items()))
    shown = ", ".join(name.split(".", 2)[-1] for name in listed[:limit])
    return f"{counted} ({shown}{', …' * (len(listed) > limit)})"

"""The run report: one JSON document that says what a release is made of.

Shape: `run_report.schema.json` beside this file (JSON Schema 2020-12). The report is
validated before it is written, so that a reader may rely on the schema.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import duckdb
import jsonschema

from usage_warehouse.errors import PublishError
from usage_warehouse.fingerprint import Fingerprint, quoted
from usage_warehouse.publish.audit import Finding, expectation_results
from usage_warehouse.publish.build_record import BuildRecord, CheckResult, Model

SCHEMA_VERSION = "1"
PROJECT = "usage-warehouse"
ACCEPTED, DUPLICATE = "accepted", "duplicate"


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    text = resources.files(__package__).joinpath("run_report.schema.json").read_text("utf-8")
    return json.loads(text)


def validate_report(report: Mapping[str, Any]) -> None:
    """Raise PublishError naming each field that breaks the schema."""
    validator = jsonschema.Draft202012Validator(report_schema())
    broken = [
        f"{'.'.join(str(part) for part in error.absolute_path) or 'report'}: {error.message}"
        for error in sorted(validator.iter_errors(report), key=lambda error: error.json_path)
    ]
    if broken:
        raise PublishError(
            f"the run report breaks its schema: {'; '.join(broken[:5])}",
            "compare it with run_report.schema.json",
        )


def content_digest(released: Mapping[str, Fingerprint]) -> str:
    """SHA-256 over name, rows and digest of every relation, by name."""
    lines = (f"{name} {seen.rows} {seen.digest}\n" for name, seen in sorted(released.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def build_report(
    connection: duckdb.DuckDBPyConnection,
    record: BuildRecord,
    released: Mapping[str, Fingerprint],
    findings: Sequence[Finding],
    *,
    release_id: str,
    label: str,
    published_at: str,
) -> dict[str, Any]:
    """The report of one release, as plain JSON values.

    `connection` has the build database in use; `released` maps the released relations to
    their fingerprints; `findings` are those of the audit, none of them `fail`;
    `published_at` is ISO 8601 in UTC.
    """
    anomalies = [asdict(finding) for finding in findings]
    reasons = [str(finding) for finding in findings]
    reasons += [f"{c.name}: data test warned" for c in record.checks if c.status == "warned"]
    models = [_model(connection, model, released) for model in record.models]
    return {
        "schema_version": SCHEMA_VERSION,
        "release_id": release_id,
        "published_at": published_at,
        "status": "degraded" if reasons else "ok",
        "reasons": reasons,
        "label": label,
        **_horizons(connection),
        "project": {"name": PROJECT, "version": metadata.version(PROJECT)},
        "tools": {
            "dbt": record.dbt_version,
            "duckdb": duckdb.__version__,
            "python": platform.python_version(),
        },
        "build": {
            "invocation_id": record.invocation_id,
            "seconds": round(sum(model["seconds"] or 0 for model in models), 3),
        },
        "content_digest": content_digest(released),
        "sources": source_counts(connection),
        "tracking_plan": tracking_findings(connection),
        "models": models,
        "tests": _tests(record.checks),
        "expectations": _expectations(connection),
        "anomalies": anomalies,
    }


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Validate and write the report."""
    validate_report(report)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_report(path: Path) -> dict[str, Any]:
    """The report of a release. Raises PublishError when it cannot be read."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(
            f"{path} cannot be read: {error}", "publish again, or `usage rollback`"
        ) from error
    validate_report(report)
    return report


def source_counts(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per source of events: lines and what became of each, from the governance relations."""
    if not _exists(connection, "governance", "event_conservation"):
        return []
    counted = connection.execute(
        """
        select source, outcome, sum(row_count)::bigint, max(loaded_date)
        from governance.event_conservation group by all order by all
        """
    ).fetchall()
    excluded: list[tuple[str, str, int]] = []
    if _exists(connection, "governance", "event_exclusions"):
        excluded = connection.execute(
            """
            select source, reason, sum(row_count)::bigint
            from governance.event_exclusions group by all order by all
            """
        ).fetchall()
    names = sorted({row[0] for row in counted})
    newest = _newest_loads(connection, names)
    sources = []
    for name in names:
        outcomes = {outcome: n for source, outcome, n, _ in counted if source == name}
        last_day = max(day for source, _, _, day in counted if source == name)
        sources.append(
            {
                "name": name,
                "lines": sum(outcomes.values()),
                "accepted": outcomes.pop(ACCEPTED, 0),
                "duplicates": outcomes.pop(DUPLICATE, 0),
                "quarantined": outcomes,
                "excluded": {reason: n for source, reason, n in excluded if source == name},
                "watermark": _instant(newest.get(name, last_day)),
            }
        )
    return sources


def tracking_findings(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The events of which governance.tracking_plan_events says something, most messages first."""
    if not _exists(connection, "governance", "tracking_plan_events", "findings"):
        return []
    rows = connection.execute(
        """
        select event_name, owner, question, findings, event_count, checked_count,
            invalid_count, last_seen_at::timestamp
        from governance.tracking_plan_events where findings is not null
        order by event_count desc, event_name
        """
    ).fetchall()
    return [
        {
            "event": event,
            "owner": owner,
            "question": question,
            "findings": findings.split(","),
            "messages": messages,
            "checked": checked,
            "invalid": invalid,
            "last_seen": _instant(last_seen),
        }
        for event, owner, question, findings, messages, checked, invalid, last_seen in rows
    ]


def _newest_loads(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str]
) -> dict[str, datetime]:
    """Newest load time per source, where rows tell their source or there is only one."""
    newest: dict[str, datetime] = {}
    for schema, table in (("core", "fct_events"), ("governance", "quarantined_events")):
        if not _exists(connection, schema, table, "loaded_at"):
            continue
        if _exists(connection, schema, table, "source"):
            source = "source"
        elif len(names) == 1:
            source = "$only"
        else:
            continue
        query = f"select {source}, max(loaded_at)::timestamp from {schema}.{table} group by all"
        rows = connection.execute(query, {"only": names[0]} if source == "$only" else {})
        for name, time in rows.fetchall():
            if time is not None:
                newest[name] = max(newest.get(name, time), time)
    return newest


def _horizons(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    names = {"as_of": "as_of_at", "usage_as_of": "usage_as_of_at", "known_at": "known_at"}
    row: Sequence[Any] = (None,) * len(names)
    if _exists(connection, "intermediate", "int_clock__horizons"):
        columns = ", ".join(f"{column}::timestamp" for column in names.values())
        found = connection.execute(
            f"select {columns} from intermediate.int_clock__horizons"
        ).fetchall()
        row = found[0] if found else row
    return {name: _instant(value) for name, value in zip(names, row, strict=True)}


def _model(
    connection: duckdb.DuckDBPyConnection, model: Model, released: Mapping[str, Fingerprint]
) -> dict[str, Any]:
    seen = released.get(model.relation)
    rows = seen.rows if seen else None
    if seen is None and _exists(connection, model.schema, model.name):
        name = f"{quoted(model.schema)}.{quoted(model.name)}"
        rows = connection.execute(f"select count(*) from {name}").fetchall()[0][0]
    return {
        "relation": model.relation,
        "rows": rows,
        "seconds": model.seconds,
        "fingerprint": seen.digest if seen else None,
    }


def _tests(checks: Iterable[CheckResult]) -> dict[str, dict[str, dict[str, int]]]:
    counts = {
        kind: {severity: {"passed": 0, "failed": 0} for severity in ("error", "warn")}
        for kind in ("data_tests", "unit_tests")
    }
    for check in checks:
        counts[check.kind][check.severity]["passed" if check.status == "passed" else "failed"] += 1
    return counts


def _expectations(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    counts = {severity: {"passed": 0, "failed": 0} for severity in ("fail", "warn")}
    for result in expectation_results(connection):
        severity = "warn" if result.severity == "warn" else "fail"
        counts[severity]["passed"] += result.passed
        counts[severity]["failed"] += result.failed
    return counts


def _exists(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, column: str | None = None
) -> bool:
    found = connection.execute(
        """
        select count(*) from duckdb_columns()
        where database_name = current_database() and schema_name = $schema
          and table_name = $name and ($column is null or column_name = $column)
        """,
        {"schema": schema, "name": name, "column": column},
    ).fetchall()
    return found[0][0] > 0


def _instant(value: date | datetime | None) -> str | None:
    """ISO 8601 in UTC; a bare date means 00:00."""
    if value is None:
        return None
    text = value.isoformat()
    return text + "Z" if isinstance(value, datetime) else text + "T00:00:00Z"

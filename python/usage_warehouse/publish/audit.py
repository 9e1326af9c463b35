"""The audit of a candidate release: what would be wrong if a reader saw it.

Each check looks at the *files* that readers would open, not at the build database, and yields
findings. `fail` stops the release; `warn` publishes it as `degraded` with the reason.
Findings carry counts, never values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import duckdb

from usage_warehouse.fingerprint import quoted
from usage_warehouse.publish.build_record import RELEASE_SCHEMAS
from usage_warehouse.publish.candidate import PARQUET_FOLDER

EVENTS = "core.fct_events"
# The public interface; what a company has no source for is there, and empty.
REQUIRED_RELATIONS = (
    "core.bridge_account_sources",
    "core.bridge_account_users",
    "core.dim_account_history",
    "core.dim_accounts",
    "core.dim_users",
    EVENTS,
    "core.fct_mrr_intervals",
    "core.fct_opportunities",
    "core.fct_sessions",
    "core.fct_tickets",
    "governance.account_match_review",
    "governance.event_conservation",
    "governance.event_exclusions",
    "governance.quarantined_events",
    "governance.source_conservation",
    "marts.account_health__account_days",
    "marts.account_health__account_overview",
    "marts.account_health__components",
    "marts.activation__accounts",
    "marts.activation__users",
    "marts.cohort__account_periods",
    "marts.cohort__user_periods",
    "marts.engagement__days",
    "marts.engagement__lifecycle_periods",
    "marts.funnel__actors",
    "marts.funnel__steps",
    "marts.revenue__account_months",
    "marts.revenue__cohort_months",
    "marts.revenue__dunning",
    "marts.revenue__months",
    "marts.revenue__mrr_movements",
)
# Relations that must hold rows, each with the relation whose rows imply them (itself: always).
NEVER_EMPTY = {
    EVENTS: EVENTS,
    "governance.event_conservation": EVENTS,
    "marts.engagement__days": EVENTS,
}
# Fewer than half the events of the last release: collapsed. Fewer than nine tenths: shrunk.
# Raw is append-only, so events only go away when a file is withdrawn or a person erased.
COLLAPSED_SHARE = 0.5
SHRUNK_SHARE = 0.9
VOLUME_CHECKS = ("volume_collapsed", "relation_emptied")
# A whole value of this shape is an e-mail address, whatever its column is called.
EMAIL_PATTERN = r"[^@\s]+@[^@\s]+\.[^@\s]+"
GATE_COLUMNS = {"suite", "expectation", "column_name", "severity", "success"}

Severity = Literal["fail", "warn"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check saw: where, what, and the counts that show it."""

    severity: Severity
    relation: str
    check: str
    observed: str

    def __str__(self) -> str:
        return f"{self.relation}: {self.check} ({self.observed})"


@dataclass(frozen=True)
class Audit:
    """A candidate opened for reading, beside what it is compared with.

    `previous_rows` and `built_rows` map `schema.name` to row counts; empty when there is
    nothing to compare with.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    previous_rows: Mapping[str, int] = field(default_factory=dict)
    built_rows: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row count of every relation of the candidate."""
        return row_counts(self.connection)


def audit_release(
    candidate: Path,
    previous: Path | None,
    built_rows: Mapping[str, int] | None = None,
) -> list[Finding]:
    """All findings on the release database `candidate`, the grave ones first.

    `previous` is the database of the release that readers see now (None: compare with
    nothing); `built_rows` the row counts of the build database. The Parquet files are
    expected beside the candidate. Raises duckdb.Error when the candidate cannot be opened.
    """
    before: dict[str, int] = {}
    found: list[Finding] = []
    if previous is not None:
        try:
            with duckdb.connect(str(previous), read_only=True) as connection:
                before = row_counts(connection)
        except duckdb.Error:
            found.append(Finding("warn", EVENTS, "not_compared", "the last release is unreadable"))
    with duckdb.connect(str(candidate), read_only=True) as connection:
        audit = Audit(connection, candidate.parent, before, built_rows or {})
        found += [finding for check in CHECKS for finding in check(audit)]
    return sorted(found, key=lambda f: (f.severity, f.relation, f.check, f.observed))


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Exact row count of every table of the released schemas."""
    names = connection.execute(
        """
        select schema_name, table_name from duckdb_tables()
        where database_name = current_database() and schema_name in (select unnest($schemas))
        order by 1, 2
        """,
        {"schemas": list(RELEASE_SCHEMAS)},
    ).fetchall()
    counts = {}
    for schema, table in names:
        query = f"select count(*) from {quoted(schema)}.{quoted(table)}"
        counts[f"{schema}.{table}"] = connection.execute(query).fetchall()[0][0]
    return counts


def required_relations(audit: Audit) -> Iterator[Finding]:
    """The public interface is there."""
    for relation in REQUIRED_RELATIONS:
        if relation not in audit.rows:
            yield Finding("fail", relation, "relation_missing", "not in the candidate")


def never_empty(audit: Audit) -> Iterator[Finding]:
    """Key relations hold rows: a release without events is not a release."""
    for relation, reason in NEVER_EMPTY.items():
        implied = relation == reason or audit.rows.get(reason, 0) > 0
        if audit.rows.get(relation) == 0 and implied:
            yield Finding("fail", relation, "relation_empty", "0 rows")


def rows_as_built(audit: Audit) -> Iterator[Finding]:
    """Nothing was lost or added on the way: build = release = Parquet."""
    for relation, expected in sorted(audit.built_rows.items()):
        released = audit.rows.get(relation)
        if released != expected:
            observed = f"{expected} rows built, {released} released"
            yield Finding("fail", relation, "rows_differ", observed)
            continue
        schema, name = relation.split(".", 1)
        path = audit.folder / PARQUET_FOLDER / schema / f"{name}.parquet"
        if not path.is_file():
            yield Finding("fail", relation, "parquet_missing", f"{PARQUET_FOLDER}/{schema}")
            continue
        in_file = audit.connection.execute(
            "select count(*) from read_parquet($path)", {"path": str(path)}
        ).fetchall()[0][0]
        if in_file != expected:
            observed = f"{expected} rows built, {in_file} in Parquet"
            yield Finding("fail", relation, "rows_differ", observed)


def volumes(audit: Audit) -> Iterator[Finding]:
    """Against the release that readers see now: nothing collapsed, nothing went empty."""
    before, now = audit.previous_rows.get(EVENTS, 0), audit.rows.get(EVENTS, 0)
    observed = f"{before} rows before, {now} now"
    if now < COLLAPSED_SHARE * before:
        yield Finding("fail", EVENTS, "volume_collapsed", observed)
    elif now < SHRUNK_SHARE * before:
        yield Finding("warn", EVENTS, "volume_shrunk", observed)
    for relation, rows in sorted(audit.previous_rows.items()):
        if relation.startswith("governance.") or relation == EVENTS or rows == 0:
            continue
        if audit.rows.get(relation, 0) == 0:
            yield Finding("fail", relation, "relation_emptied", f"{rows} rows before, 0 now")


def no_email_addresses(audit: Audit) -> Iterator[Finding]:
    """No text column holds values that are e-mail addresses, whatever its class says."""
    columns = audit.connection.execute(
        """
        select schema_name, table_name, column_name from duckdb_columns()
        where schema_name in (select unnest($schemas)) and data_type = 'VARCHAR'
        order by 1, 2, column_index
        """,
        {"schemas": list(RELEASE_SCHEMAS)},
    ).fetchall()
    for schema, table, column in columns:
        name = quoted(column)
        found = audit.connection.execute(
            f"select count(*) from {quoted(schema)}.{quoted(table)} "
            f"where {name} like '%@%' and regexp_full_match({name}, $pattern)",
            {"pattern": EMAIL_PATTERN},
        ).fetchall()[0][0]
        if found:
            observed = f"column {column}, {found} rows"
            yield Finding("fail", f"{schema}.{table}", "email_address", observed)


def expectations_hold(audit: Audit) -> Iterator[Finding]:
    """What the gates recorded: a failed expectation is never shown as a good release."""
    for result in expectation_results(audit.connection):
        if result.failed:
            grave: Severity = "warn" if result.severity == "warn" else "fail"
            observed = f"{result.expectation}, {result.failed} times"
            yield Finding(grave, result.suite, "expectation_failed", observed)


@dataclass(frozen=True)
class ExpectationResult:
    """How often one expectation of a suite held and did not hold."""

    suite: str
    expectation: str
    severity: str
    passed: int
    failed: int


def expectation_results(connection: duckdb.DuckDBPyConnection) -> list[ExpectationResult]:
    """Results in the `governance.gate_…` tables, which may be absent; null counts as failed."""
    tables = connection.execute(
        """
        select table_name, list(column_name) from duckdb_columns()
        where database_name = current_database() and schema_name = 'governance'
          and starts_with(table_name, 'gate_')
        group by table_name order by table_name
        """
    ).fetchall()
    gates = [quoted(name) for name, columns in tables if set(columns) >= GATE_COLUMNS]
    if not gates:
        return []
    union = " union all ".join(
        "select suite, expectation || coalesce(' on ' || nullif(column_name, ''), '') as what, "
        "lower(severity) as severity, coalesce(success::boolean, false) as success "
        f"from governance.{gate}"
        for gate in gates
    )
    rows = connection.execute(
        "select suite, what, severity, count(*) filter (where success), "
        f"count(*) filter (where not success) from ({union}) group by all order by all"
    ).fetchall()
    return [ExpectationResult(*row) for row in rows]


CHECKS: tuple[Callable[[Audit], Iterator[Finding]], ...] = (
    required_relations,
    never_empty,
    rows_as_built,
    volumes,
    no_email_addresses,
    expectations_hold,
)

"""The audit of a candidate: each check has a fault that it finds."""

from __future__ import annotations

import duckdb

from usage_warehouse.errors import PublishError
from usage_warehouse.publish.audit import EVENTS, audit_release


def test_an_email_address_is_refused_whatever_its_class(build):
    error = build.write(name="jo@example.com").refused(PublishError, "email_address")
    assert "core.dim_users" in str(error)
    assert "jo@example.com" not in str(error)


def test_collapsed_volume_is_refused(build):
    build.publish()
    error = build.write(events=49).refused(PublishError, "volume_collapsed")
    assert error.exit_code == 5
    assert "100 rows before, 49 now" in str(error)
    report = build.publish(accept_smaller=True).report
    assert report["status"] == "degraded"
    assert "volume_collapsed" in report["reasons"][0]


def test_shrunk_volume_degrades(build):
    build.publish()
    assert build.write(events=95).publish().report["status"] == "ok"
    report = build.write(events=60).publish().report
    assert report["status"] == "degraded"
    assert report["anomalies"][0]["check"] == "volume_shrunk"


def test_a_mart_that_went_empty_is_refused(build):
    build.publish()
    build.change("delete from marts.funnel__steps")
    build.refused(PublishError, r"marts\.funnel__steps: relation_emptied \(3 rows before")


def test_a_release_without_events_is_refused(build):
    build.write(events=0).refused(PublishError, r"core\.fct_events: relation_empty")


def test_audit_sees_lost_rows_and_files(build):
    release = build.publish()
    rows = {EVENTS: 101, "core.dim_users": 3}
    (release.folder / "parquet" / "core" / "dim_users.parquet").unlink()
    found = audit_release(release.folder / "usage.duckdb", None, rows)
    assert [(f.severity, f.relation, f.check) for f in found] == [
        ("fail", "core.dim_users", "parquet_missing"),
        ("fail", EVENTS, "rows_differ"),
    ]


def test_audit_sees_what_the_interface_lacks(tmp_path):
    path = tmp_path / "usage.duckdb"
    duckdb.connect(str(path)).close()
    found = audit_release(path, tmp_path / "none.duckdb")
    assert ("core.fct_sessions", "relation_missing") in {(f.relation, f.check) for f in found}
    assert found[-1].check == "not_compared"


def test_failed_expectations(build):
    build.change("update governance.gate_marts set success = false, severity = 'warn'")
    report = build.publish().report
    assert report["status"] == "degraded"
    assert report["expectations"]["warn"]["failed"] == 1
    build.change("update governance.gate_marts set severity = 'fail'")
    build.refused(PublishError, "expectation_failed")

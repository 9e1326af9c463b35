"""Which builds may be published: whole, passed, and of this very database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from usage_warehouse.errors import GateError, PublishError


def test_a_missing_relation_is_refused(build):
    build.change("drop table core.dim_users")
    build.refused(GateError, r"lacks core\.dim_users")


@pytest.mark.parametrize("status", ["fail", "error", "skipped"])
def test_a_failed_build_is_refused(build, status):
    build.statuses = {"test.p.unique_events": status}
    error = build.artifacts().refused(GateError, "unique_events")
    assert error.exit_code == 4


def test_a_partial_build_is_refused(build):
    build.statuses = {"model.p.dim_users": None, "test.p.few_events": None}
    build.artifacts().refused(GateError, r"left out 1 model, 1 test \(dim_users, few_events\)")
    build.statuses = {}
    build.artifacts(command="compile").refused(GateError, "last dbt command was `dbt compile`")


def test_a_warning_degrades(build):
    build.statuses = {"test.p.few_events": "warn"}
    report = build.artifacts().publish().report
    assert report["status"] == "degraded"
    assert "few_events" in report["reasons"][0]
    assert report["tests"]["data_tests"]["warn"] == {"passed": 0, "failed": 1}


def test_an_interrupted_build_is_refused(build):
    manifest = build.root / "target" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["metadata"]["invocation_id"] = "run-2"
    manifest.write_text(json.dumps(content))
    assert build.publish()  # a later parse, which wrote no table
    later = time.time() + 5
    os.utime(build.settings.warehouse, (later, later))
    build.refused(GateError, "interrupted")


def test_a_database_changed_by_hand_is_refused(build):
    later = time.time() + 600
    os.utime(build.settings.warehouse, (later, later))
    build.refused(GateError, "by another program")


def test_a_build_killed_with_its_log_open_is_refused(build):
    script = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); "
        "c.execute('update core.dim_users set token = 9'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(build.settings.warehouse)], check=False)
    build.refused(GateError, "interrupted")


def test_another_database_than_the_recorded_build_is_refused(build):
    os.utime(build.settings.warehouse, (1_000_000_000, 1_000_000_000))
    build.refused(GateError, "older than the last build")


def test_missing_inputs(build):
    (build.root / "target" / "run_results.json").unlink()
    build.refused(GateError, r"run_results\.json is missing")
    build.settings.warehouse.unlink()
    build.refused(PublishError, "there is no build database")

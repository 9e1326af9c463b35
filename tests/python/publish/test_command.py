"""The commands: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from usage_warehouse.publish.command import publish_command, report_command, rollback_command

HOLDER = """
import sys, time
from pathlib import Path
from usage_warehouse.run.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print(flush=True)
    time.sleep(60)
"""


@pytest.fixture
def usage(build):
    """Runs the three commands on the build; returns typer's result."""
    app = typer.Typer()
    app.command("publish")(publish_command)
    app.command("rollback")(rollback_command)
    app.command("report")(report_command)
    environment = build.environment() | {"COLUMNS": "100"}
    return lambda *arguments: CliRunner().invoke(app, arguments, env=environment)


def test_publish_report_rollback(build, usage):
    assert usage("publish").exit_code == 0
    first = os.readlink(build.settings.releases / "current")
    result = usage("publish")
    second = os.readlink(build.settings.releases / "current")
    assert f"published {second} (ok, own data)" in result.stdout
    assert "marts.funnel__steps" in result.stdout
    assert f"{build.settings.releases}/current/usage.duckdb" in result.stdout
    back = usage("rollback").stdout
    assert f"{second} -> {first}" in back
    assert f"usage rollback --to {second}" in back
    report = json.loads(usage("report", "--json").stdout)
    assert report["release_id"] == first
    page = usage("report").stdout
    assert len(page.splitlines()) < 50
    for part in (first, "bad_time", "core.fct_events", "data tests 2 of 2 passed", "107"):
        assert part in page


@pytest.mark.parametrize("folder", ["build", "releases"])
def test_busy(build, usage, folder):
    arguments = [sys.executable, "-c", HOLDER, str(build.root / folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        error = usage("publish").exception
        holder.kill()
    assert error.exit_code == 75
    assert str(holder.pid) in error.message
    assert usage("publish").exit_code == 0


def test_nothing_published_yet(usage):
    for command in ("report", "rollback"):
        error = usage(command).exception
        assert error.exit_code == 5
        assert "nothing is published" in error.message


def test_too_few_releases_to_keep(usage):
    assert usage("publish", "--keep", "1").exit_code == 2


def test_memory_limit_that_is_none(build, usage, monkeypatch):
    monkeypatch.setenv("USAGE_MEMORY", "lots")
    error = usage("publish").exception
    assert error.exit_code == 2
    assert "USAGE_MEMORY=lots" in error.message

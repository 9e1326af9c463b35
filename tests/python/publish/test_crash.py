"""Readers and killed publishers: at every moment `current` is one whole release."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import duckdb
import pytest

from usage_warehouse.publish.release_folder import ReleaseFolder

PUBLISHES = 50
SWAPS = 1000

READER = """
import json, sys, time
from pathlib import Path
import duckdb
current, stop = Path(sys.argv[1]), Path(sys.argv[2])
reads, seen = 0, set()
print("ready", flush=True)
while True:
    last = stop.exists()
    query = "select distinct token from (select token from core.dim_users union all "
    query += "select token from core.fct_events union all select token from marts.funnel__steps)"
    with duckdb.connect(str(current / "usage.duckdb"), read_only=True) as connection:
        tokens = connection.execute(query).fetchall()
    assert len(tokens) == 1, tokens
    folder = current.resolve()
    report = json.loads((folder / "run_report.json").read_text())
    assert report["release_id"] == folder.name
    reads, seen = reads + 1, seen | {tokens[0][0]}
    if last:
        break
    time.sleep(0.02)
print(json.dumps([reads, len(seen), max(seen)]))
"""

OPENER = """
import os, sys
print(flush=True)
while not os.path.exists(sys.argv[2]):
    for _ in range(200):
        os.close(os.open(sys.argv[1], os.O_RDONLY))
"""

KILLED = """
import importlib, os, signal, sys
from usage_warehouse.publish.command import publish_command
module, name, when, turn = sys.argv[1:]
owner = importlib.import_module(module)
original, calls = getattr(owner, name), 0
def patched(*arguments, **named):
    global calls
    calls += 1
    if when == "before" and calls == int(turn):
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*arguments, **named)
    if when == "after" and calls == int(turn):
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(owner, name, patched)
publish_command(keep=2)
"""
PACKAGE = "usage_warehouse.publish"


def set_token(build, token):
    tables = ("intermediate.events", "core.dim_users", "marts.funnel__steps")
    build.change(*(f"update {table} set token = {token}" for table in tables)).artifacts()


def token_of(build, run="current"):
    """The one token that all relations of a release share."""
    folder = build.settings.releases / run
    with duckdb.connect(str(folder / "usage.duckdb"), read_only=True) as connection:
        tokens = connection.execute(
            "select token from core.dim_users union select token from core.fct_events "
            "union select token from marts.funnel__steps"
        ).fetchall()
    assert len(tokens) == 1
    files = folder / "parquet" / "marts" / "funnel__steps.parquet"
    assert duckdb.sql(f"select distinct token from '{files}'").fetchall() == tokens
    assert json.loads((folder / "run_report.json").read_text())["status"] == "ok"
    return tokens[0][0]


def test_readers_see_a_whole_release_during_fifty_publishes(build):
    build.publish()
    stop = build.root / "stop"
    arguments = [str(build.settings.releases / "current"), str(stop)]
    with subprocess.Popen(
        [sys.executable, "-c", READER, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as reader:
        try:
            assert reader.stdout.readline() == "ready\n"
            for token in range(2, PUBLISHES + 2):
                set_token(build, token)
                build.publish(keep=2)
        finally:
            stop.touch()
        output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    reads, different, newest = json.loads(output)
    assert newest == PUBLISHES + 1
    assert reads >= different > PUBLISHES // 5


def test_a_swap_leaves_no_gap(twice_published, tmp_path):
    shutil.copytree(twice_published.root / "releases", tmp_path / "releases", symlinks=True)
    folder = ReleaseFolder(tmp_path / "releases")
    arguments = [str(folder.path / "current" / "run_report.json"), str(tmp_path / "stop")]
    with subprocess.Popen(
        [sys.executable, "-c", OPENER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as reader:
        try:
            reader.stdout.readline()
            for _ in range(SWAPS // 2):
                for run_id in folder.run_ids():
                    folder.point_to(run_id)
        finally:
            (tmp_path / "stop").touch()
        _, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors


@pytest.fixture(scope="module")
def twice_published(new_build, tmp_path_factory):
    """A build published with token 1, then with token 2."""
    build = new_build(tmp_path_factory.mktemp("twice"))
    for token in (1, 2):
        set_token(build, token)
        build.publish(keep=2)
    return build


@pytest.mark.parametrize(
    ("module", "name", "when", "turn", "survivor"),
    [
        (f"{PACKAGE}.candidate", "_copy_relation", "before", 1, 2),
        (f"{PACKAGE}.candidate", "_copy_relation", "after", 9, 2),
        (f"{PACKAGE}.write_audit_publish", "audit_release", "before", 1, 2),
        (f"{PACKAGE}.write_audit_publish", "write_report", "after", 1, 2),
        (f"{PACKAGE}.release_folder", "sync", "before", 7, 2),
        ("os", "rename", "before", 1, 2),
        ("os", "rename", "after", 1, 2),
        ("os", "symlink", "after", 1, 2),
        ("os", "replace", "before", 1, 2),
        ("os", "replace", "after", 1, 3),
        ("os", "rename", "after", 2, 3),
        ("shutil", "rmtree", "before", 2, 3),
    ],
)
def test_a_killed_publisher_leaves_one_whole_release(
    twice_published, tmp_path, module, name, when, turn, survivor
):
    shutil.copytree(twice_published.root, tmp_path, symlinks=True, dirs_exist_ok=True)
    build = replace(twice_published, root=tmp_path)
    set_token(build, 3)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, module, name, when, str(turn)],
        env=build.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    folder = ReleaseFolder(build.settings.releases)
    assert token_of(build) == survivor
    for run_id in folder.run_ids():
        token_of(build, run_id)
    # The next publish needs no help and leaves nothing behind.
    set_token(build, 4)
    build.publish(keep=2)
    assert token_of(build) == 4
    entries = {path.name for path in build.settings.releases.iterdir()}
    assert entries == {".usage.lock", "current", *folder.run_ids()}
    assert not list(build.root.rglob("*.wal"))

"""A server of one's own: the programs are found, it ends with its block, a lack has a remedy."""

from __future__ import annotations

import contextlib
import os

import pytest

from usage_warehouse.ducklake import postgres
from usage_warehouse.errors import BadInvocation

PROGRAMS = ("initdb", "pg_ctl", "postgres")


def _programs(folder, script="exit 0"):
    folder.mkdir(parents=True)
    for name in PROGRAMS:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine without PostgreSQL, whose user is not root."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(postgres.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_no_server_is_told_with_its_remedy(bare):
    (bare / "versions" / "15" / "bin").mkdir(parents=True)
    with pytest.raises(BadInvocation, match="no server is installed") as caught:
        postgres.server_programs(bare / "versions")
    assert "apt-get install postgresql" in str(caught.value)


def test_the_newest_version_is_taken_by_number(bare):
    for version in ("9", "15", "17"):
        _programs(bare / "versions" / version / "bin")
    (bare / "versions" / "17" / "bin" / "postgres").unlink()
    _programs(bare / "versions" / "old" / "bin")
    assert postgres.server_programs(bare / "versions") == bare / "versions" / "15" / "bin"


def test_the_one_on_the_path_comes_first_whatever_the_link_says(bare, monkeypatch):
    _programs(bare / "versions" / "17" / "bin")
    chosen = _programs(bare / "chosen")
    (bare / "links").mkdir()
    (bare / "links" / "initdb").symlink_to(chosen / "initdb")
    monkeypatch.setenv("PATH", str(bare / "links"))
    assert postgres.server_programs(bare / "versions") == chosen


def test_the_server_ends_with_its_block_whatever_happens(bare, monkeypatch):
    _programs(bare / "bin", f'echo "${{0##*/}} $*" >> {bare}/calls')
    monkeypatch.setattr(postgres, "server_programs", lambda: bare / "bin")
    with contextlib.suppress(ZeroDivisionError), postgres.temporary_server() as catalog:
        folder = dict(word.split("=") for word in catalog.split())["host"]
        assert os.path.isdir(folder)
        raise ZeroDivisionError
    assert not os.path.exists(folder)
    calls = (bare / "calls").read_text(encoding="utf-8").splitlines()
    assert [call.split()[0] for call in calls] == ["initdb", "pg_ctl", "pg_ctl"]
    assert calls[1].endswith("start")
    assert "listen_addresses=''" in calls[1]
    assert calls[2].endswith("stop")


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(bare, monkeypatch):
    script = 'case "$*" in *start) echo "no room" >&2; exit 1 ;; esac'
    monkeypatch.setattr(postgres, "server_programs", lambda: _programs(bare / "bin", script))
    with pytest.raises(BadInvocation, match="pg_ctl: no room"), postgres.temporary_server():
        pass
    assert not list(bare.glob("usage_pg_*"))

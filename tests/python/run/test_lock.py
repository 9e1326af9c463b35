"""The run lock: one holder, named to the others, and never held by the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from usage_warehouse.errors import Busy, PublishError
from usage_warehouse.run.lock import LOCK_NAME, run_lock

HOLDER = """
import sys, time
from pathlib import Path
from usage_warehouse.run.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of tmp_path."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_second_taker_is_told_at_once_who_holds_it(tmp_path, holder):
    began = time.monotonic()
    with pytest.raises(Busy, match=f"process {holder.pid}") as caught, run_lock(tmp_path):
        pass
    assert time.monotonic() - began < 1
    assert caught.value.exit_code == 75


def test_a_killed_holder_blocks_nobody(tmp_path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert (tmp_path / LOCK_NAME).read_text() == f"{holder.pid}\n"
    with run_lock(tmp_path):
        assert (tmp_path / LOCK_NAME).read_text() == f"{os.getpid()}\n"


def test_reentrant_in_one_process_and_given_back_once(tmp_path):
    probe = [sys.executable, "-c", HOLDER.replace("60", "0"), str(tmp_path)]
    with run_lock(tmp_path):
        with run_lock(tmp_path):
            pass
        blocked = subprocess.run(probe, capture_output=True, text=True, check=False)
        assert "Busy" in blocked.stderr
        assert str(os.getpid()) in blocked.stderr
    assert subprocess.run(probe, capture_output=True, text=True, check=False).returncode == 0


def test_given_back_after_an_error(tmp_path):
    with pytest.raises(RuntimeError), run_lock(tmp_path):
        raise RuntimeError
    with run_lock(tmp_path):
        pass


def test_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "build"
    with pytest.raises(PublishError, match="cannot write the lock file"), run_lock(folder):
        pass

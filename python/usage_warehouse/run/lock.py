"""One writer at a time: a lock that no dead process can hold.

The lock is `flock` on a small file. The kernel drops it when its holder ends, however it
ends, so a file left behind by a killed run blocks nobody; the process id inside is only there
to tell the next one whom to wait for. The file itself stays: removing it would let two
processes lock two different files of one name.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from usage_warehouse.errors import Busy, PublishError

LOCK_NAME = ".usage.lock"


@dataclass
class _Held:
    descriptor: int
    owner: int
    depth: int


_held: dict[Path, _Held] = {}


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder` (made if absent) for the length of the `with` block.

    Re-entrant within one process: a build that publishes at its end takes the lock twice and
    gives it back once. Raises Busy at once, naming the holder's process id, when another
    process has it, and PublishError when the folder cannot be written.
    """
    key = folder.resolve() / LOCK_NAME
    held = _held.get(key)
    if held is None or held.owner != os.getpid():  # a forked child does not hold it
        held = _held[key] = _Held(_take(key), os.getpid(), 0)
    held.depth += 1
    try:
        yield
    finally:
        held.depth -= 1
        if held.depth == 0:
            del _held[key]
            os.close(held.descriptor)


def _take(path: Path) -> int:
    """Lock `path` and write this process's id into it; returns the open descriptor."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise PublishError(
            f"cannot write the lock file {path}: {error.strerror}",
            "make the folder writable, or name another in USAGE_BUILD or USAGE_RELEASES",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
        os.close(descriptor)
        raise Busy(
            f"another build or publish is at work (process {holder}, lock {path})",
            "wait until it ends, or name another folder in USAGE_BUILD",
        ) from error
    except OSError as error:
        os.close(descriptor)
        raise PublishError(
            f"cannot lock {path}: {error.strerror}", "put the folder on a local disk with room"
        ) from error
    return descriptor

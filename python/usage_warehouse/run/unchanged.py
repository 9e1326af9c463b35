"""Whether a build has anything to do: what it reads, and what the last one left, as a stamp.

A stamp is a digest of all that a build depends on: files of raw by their state on the disk (as
`make` and `rsync` look at them, and the time at which the file system last changed them, which
nobody can set), definitions and code by content, variables, the environment's settings, versions
of all that is installed. It is taken before a build reads anything and kept when its release is
current; so what arrives in between, a build that failed, a database that somebody else wrote to,
and a release that was rolled back all lead to a whole build.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from usage_warehouse.definitions.defaults import DEFAULT_SEEDS
from usage_warehouse.publish.release_folder import DATABASE, REPORT, ReleaseFolder
from usage_warehouse.settings import PROJECT_ROOT, Settings

STAMP = "built.json"
_CODE = ("models", "macros", "python", "tests/generic", "tests/singular", "requirements")
_SETTINGS = ("USAGE_", "DBT_")


def stamp_inputs(settings: Settings) -> str:
    """A digest of all that a build with these settings reads and depends on."""
    digest = hashlib.sha256()
    for part in _parts(settings):
        digest.update(json.dumps(part).encode() + b"\n")
    return digest.hexdigest()


def is_unchanged(settings: Settings, stamp: str) -> bool:
    """Whether the current release and the build database are those that `stamp` was built to."""
    try:
        kept = json.loads((settings.build / STAMP).read_text(encoding="utf-8"))
        return bool(kept == {"inputs": stamp, "outputs": _outputs(settings)})
    except (OSError, ValueError):
        return False


def keep_stamp(settings: Settings, stamp: str) -> None:
    """Remember that the build of `stamp` is published as it stands now."""
    content = json.dumps({"inputs": stamp, "outputs": _outputs(settings)})
    fresh = settings.build / f"{STAMP}.new"
    fresh.write_text(content + "\n", encoding="utf-8")
    fresh.replace(settings.build / STAMP)


def _outputs(settings: Settings) -> list[object]:
    release = settings.releases / (ReleaseFolder(settings.releases).current() or "none")
    files = (settings.warehouse, release / DATABASE, release / REPORT)
    return [release.name, *([str(path.resolve()), *_state(path)] for path in files)]


def _parts(settings: Settings) -> Iterator[object]:
    yield platform.python_version()
    yield sorted([found.name, found.version] for found in importlib.metadata.distributions())
    yield sorted([name, text] for name, text in os.environ.items() if name.startswith(_SETTINGS))
    yield dict(settings.variables)
    yield [str(settings.raw.resolve()), settings.target]
    for path in _files(settings.raw):
        yield [str(path.relative_to(settings.raw)), *_state(path)]
    for folder in (settings.seeds, DEFAULT_SEEDS):
        yield from _contents(folder, folder.glob("*.csv"))
    for name in _CODE:
        yield from _contents(PROJECT_ROOT, _files(PROJECT_ROOT / name))
    yield from _contents(PROJECT_ROOT, PROJECT_ROOT.glob("*.yml"))


def _contents(root: Path, files: Iterator[Path]) -> Iterator[object]:
    for path in sorted(files):
        yield [str(path.relative_to(root)), hashlib.sha256(path.read_bytes()).hexdigest()]


def _files(folder: Path) -> Iterator[Path]:
    """All files under a folder, in order, but those that Python compiles."""
    for parent, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(parent) / name for name in sorted(names))


def _state(path: Path) -> list[int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return []
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]

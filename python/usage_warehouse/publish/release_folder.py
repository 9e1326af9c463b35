"""The folder of releases: which there are, which is current, and the swap between them.

    releases/
      current -> 000012-9f86d081884c     a relative link, replaced in one step
      000012-9f86d081884c/               a whole, audited release; never written again
      .candidate-…                       a release being written; the next publish removes it

A reader opens `current/usage.duckdb`. Renaming a link over another is atomic, so the reader
gets the old release or the new one, never part of both, and a release that it has open keeps
its bytes even when the release is pruned.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from usage_warehouse.errors import PublishError

CURRENT = "current"
DATABASE = "usage.duckdb"
REPORT = "run_report.json"
_RUN_ID = re.compile(r"(\d{6,})-[0-9a-f]{12}")
_SCRATCH = ".candidate-"


@dataclass(frozen=True)
class ReleaseFolder:
    """The releases under `path`."""

    path: Path

    def run_ids(self) -> list[str]:
        """All whole releases, oldest first."""
        if not self.path.is_dir():
            return []
        found = (entry.name for entry in self.path.iterdir() if _RUN_ID.fullmatch(entry.name))
        return sorted(found, key=_sequence)

    def current(self) -> str | None:
        """The release that readers see; None before the first publish.

        Raises PublishError when `current` is not this project's link.
        """
        link = self.path / CURRENT
        if not os.path.lexists(link):
            return None
        name = os.readlink(link) if link.is_symlink() else ""
        if not _RUN_ID.fullmatch(name):
            raise PublishError(
                f"{link} is not a link to a release",
                "move it away: publish makes this link itself",
            )
        return name

    def next_sequence(self) -> int:
        """One more than the highest number in use."""
        return max((_sequence(run_id) for run_id in self.run_ids()), default=0) + 1

    def candidate(self) -> Path:
        """A new, empty folder to write the next release in."""
        folder = self.path / f"{_SCRATCH}{self.next_sequence():06d}-{os.getpid()}"
        folder.mkdir(parents=True)
        return folder

    def clean(self) -> None:
        """Remove what killed publishers left behind."""
        for entry in self.path.glob(f"{_SCRATCH}*"):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def install(self, candidate: Path, run_id: str) -> Path:
        """Give a finished candidate its name, once all its bytes are on the disk."""
        sync_tree(candidate)
        release = self.path / run_id
        os.rename(candidate, release)
        sync(self.path)
        return release

    def point_to(self, run_id: str) -> None:
        """Make `run_id` the release that readers see, in one atomic step."""
        temporary = self.path / f"{_SCRATCH}link-{os.getpid()}"
        temporary.unlink(missing_ok=True)
        os.symlink(run_id, temporary)
        os.replace(temporary, self.path / CURRENT)
        sync(self.path)

    def prune(self, keep: int) -> list[str]:
        """Remove all but the newest `keep` releases; the current one always stays.

        A release loses its name before its files, so that none is ever half there. What
        cannot be removed now is left to the `clean` of the next publish, which says why.
        """
        current = self.current()
        removed = [run_id for run_id in self.run_ids()[:-keep] if run_id != current]
        for run_id in removed:
            condemned = self.path / f"{_SCRATCH}pruned-{run_id}"
            os.rename(self.path / run_id, condemned)
            shutil.rmtree(condemned, ignore_errors=True)
        return removed

    def rollback_target(self, run_id: str | None) -> str:
        """The release to go back to: the named one, else the one before the current.

        Raises PublishError when there is none, naming what there is.
        """
        known = self.run_ids()
        listed = ", ".join(known) or "none"
        current = self.current()
        if run_id is None:
            if current is None:
                raise PublishError(f"nothing is published in {self.path}", "run `usage publish`")
            earlier = [known_id for known_id in known if _sequence(known_id) < _sequence(current)]
            if not earlier:
                raise PublishError(
                    f"no release is older than {current} (releases: {listed})",
                    "name another with --to",
                )
            run_id = earlier[-1]
        if run_id not in known:
            raise PublishError(f"no release {run_id} in {self.path}", f"releases: {listed}")
        for name in (DATABASE, REPORT):
            if not (self.path / run_id / name).is_file():
                raise PublishError(f"release {run_id} has no {name}", f"releases: {listed}")
        return run_id


def run_id_of(sequence: int, content_digest: str) -> str:
    """`000012-9f86d081884c`: which release it is, and what is in it."""
    return f"{sequence:06d}-{content_digest[:12]}"


def sync(path: Path) -> None:
    """Force one file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Force every file and folder under `folder`, and the folder itself, to the disk."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync(Path(parent) / name)
        sync(Path(parent))


def _sequence(run_id: str) -> int:
    return int(run_id.split("-", 1)[0])

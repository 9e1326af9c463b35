"""Write, audit, publish: from a passed build to the release that readers see.

The order is what makes it safe. The candidate is written under a name that no reader looks
at, audited as the files it will be read from, forced to the disk, and only then made current
by one atomic rename. Killed at any point, the process leaves the old release or the new one.
(The pattern is known as write-audit-publish, WAP.)
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from usage_warehouse.errors import PublishError
from usage_warehouse.fingerprint import quoted
from usage_warehouse.publish.audit import VOLUME_CHECKS, Finding, audit_release
from usage_warehouse.publish.build_record import BuildRecord, check_build, read_build_record
from usage_warehouse.publish.candidate import (
    BUILD,
    Resources,
    open_build,
    refuse_personal_columns,
    write_candidate,
)
from usage_warehouse.publish.release_folder import (
    DATABASE,
    REPORT,
    ReleaseFolder,
    run_id_of,
)
from usage_warehouse.publish.run_report import (
    build_report,
    content_digest,
    read_report,
    write_report,
)
from usage_warehouse.run.lock import run_lock
from usage_warehouse.settings import Settings

# The sample generator leaves the list of its planted facts beside the tables it makes.
SAMPLE_MARK = "truth.json"


@dataclass(frozen=True)
class PublishOptions:
    """How to publish: dbt's target folder, releases to keep, and what is tolerated."""

    target: Path = Path("target")
    keep: int = 5
    accept_smaller: bool = False
    memory: str = "2GB"


@dataclass(frozen=True)
class Release:
    """A published release, with the one that it replaced and those that were removed."""

    run_id: str
    folder: Path
    report: dict[str, Any]
    previous: str | None = None
    pruned: list[str] = field(default_factory=list)


def publish_release(
    settings: Settings,
    options: PublishOptions | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Release:
    """Publish the build database of `settings`; readers see it when this returns.

    Raises PublishError (nothing to publish, personal columns, audit failed, disk), GateError
    (the build did not pass or is not whole) and Busy; the last good release then stays.
    """
    options = options or PublishOptions()
    if not settings.warehouse.is_file():
        raise PublishError(
            f"there is no build database {settings.warehouse}",
            "run `make build` or `dbt build`, or check USAGE_BUILD",
        )
    folder = ReleaseFolder(settings.releases)
    with run_lock(settings.build), run_lock(settings.releases), _disk_errors(settings.releases):
        resources = Resources(options.memory, settings.build / "tmp")
        with open_build(settings.warehouse, resources) as connection:
            record = read_build_record(options.target)
            check_build(record, settings.warehouse)
            refuse_personal_columns(record.released)
            folder.clean()
            previous = folder.current()
            candidate = folder.candidate()
            try:
                run_id, report = _write_and_audit(
                    connection, candidate, record, folder, settings, options, progress
                )
                progress("making it current")
                release = folder.install(candidate, run_id)
            finally:
                shutil.rmtree(candidate, ignore_errors=True)
        folder.point_to(run_id)
        return Release(run_id, release, report, previous, folder.prune(options.keep))


def rollback(settings: Settings, run_id: str | None = None) -> tuple[str | None, str]:
    """Make an earlier (or the named) release current; returns the ids before and after.

    Takes only the lock of the releases, so it works while a build is running.
    Raises PublishError when there is no such release and Busy during a publish.
    """
    folder = ReleaseFolder(settings.releases)
    if not settings.releases.is_dir():
        raise PublishError(f"nothing is published in {settings.releases}", "run `usage publish`")
    with run_lock(settings.releases), _disk_errors(settings.releases):
        before = folder.current()
        after = folder.rollback_target(run_id)
        folder.point_to(after)
    return before, after


def current_report(settings: Settings) -> dict[str, Any]:
    """The run report of the release that readers see. Raises PublishError when there is none."""
    folder = ReleaseFolder(settings.releases)
    current = folder.current()
    if current is None:
        raise PublishError(
            f"nothing is published in {settings.releases}", "run `make build` or `usage publish`"
        )
    return read_report(folder.path / current / REPORT)


def release_label(settings: Settings) -> str:
    """`sample` when the raw folder is the generated company, else `own`."""
    return "sample" if (settings.raw / SAMPLE_MARK).is_file() else "own"


def _write_and_audit(
    connection: duckdb.DuckDBPyConnection,
    candidate: Path,
    record: BuildRecord,
    folder: ReleaseFolder,
    settings: Settings,
    options: PublishOptions,
    progress: Callable[[str], None],
) -> tuple[str, dict[str, Any]]:
    """Fill the candidate and audit it; returns its run id and report."""
    released = write_candidate(connection, candidate, record.released, progress)
    built_rows = {}
    for model in record.released:
        name = f"{quoted(model.schema)}.{quoted(model.name)}"
        rows = connection.execute(f"select count(*) from {BUILD}.{name}").fetchall()
        built_rows[model.relation] = rows[0][0]
    progress("auditing the candidate")
    label = release_label(settings)
    previous = comparable_release(folder, label)
    findings = tolerated(
        audit_release(candidate / DATABASE, previous, built_rows), options.accept_smaller
    )
    refuse_failures(findings)
    run_id = run_id_of(folder.next_sequence(), content_digest(released))
    report = build_report(
        connection,
        record,
        released,
        findings,
        release_id=run_id,
        label=label,
        published_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z",
    )
    write_report(report, candidate / REPORT)
    return run_id, report


def comparable_release(folder: ReleaseFolder, label: str) -> Path | None:
    """The database to compare volumes with: the current release, if it tells the same story.

    Going from the sample company to one's own data is no collapse.
    """
    current = folder.current()
    if current is None:
        return None
    try:
        same = json.loads((folder.path / current / REPORT).read_text("utf-8"))["label"] == label
    except (OSError, ValueError, KeyError, TypeError):
        same = True  # a release whose report is lost is still worth comparing with
    return folder.path / current / DATABASE if same else None


def tolerated(findings: list[Finding], accept_smaller: bool) -> list[Finding]:
    """With `accept_smaller`, failures of volume become warnings, which stay in the report."""
    if not accept_smaller:
        return findings
    return [
        Finding("warn", f.relation, f.check, f.observed) if f.check in VOLUME_CHECKS else f
        for f in findings
    ]


def refuse_failures(findings: list[Finding]) -> None:
    """Raise PublishError listing the findings of severity `fail`, if any."""
    failures = [finding for finding in findings if finding.severity == "fail"]
    if not failures:
        return
    listed = "\n".join(f"  - {finding}" for finding in failures)
    smaller = any(finding.check in VOLUME_CHECKS for finding in failures)
    raise PublishError(
        f"the candidate failed its audit; the last release stays current:\n{listed}",
        "mend the cause and build again"
        + (
            "; if the data is meant to be smaller: `usage publish --accept-smaller`"
            if smaller
            else ""
        ),
    )


@contextmanager
def _disk_errors(releases: Path) -> Iterator[None]:
    """Turn what a disk refuses into one message that says what to do."""
    try:
        yield
    except OSError as error:
        fixes = {
            errno.ENOSPC: "free some space on that disk",
            errno.EDQUOT: "free some space within the quota",
        }
        where = error.filename or releases
        raise PublishError(
            f"cannot write the release: {error.strerror or error} ({os.fspath(where)})",
            fixes.get(error.errno or 0, "make the folder writable, or set USAGE_RELEASES"),
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise PublishError(
            f"not enough memory or temporary space to write the release: {error}",
            "raise USAGE_MEMORY (for example 4GB), or free some space on the disk",
        ) from error
    except duckdb.Error as error:
        raise PublishError(
            f"cannot write the release: {error}",
            f"check that {releases} is writable and its disk has room, then publish again",
        ) from error

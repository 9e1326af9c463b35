"""`usage publish`, `usage rollback` and `usage report`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from usage_warehouse.errors import BadInvocation
from usage_warehouse.publish.render import render_release, render_report
from usage_warehouse.publish.write_audit_publish import (
    PublishOptions,
    current_report,
    publish_release,
    rollback,
)
from usage_warehouse.settings import DEFAULT_TARGET, load_settings


def publish_options(keep: int = 5, accept_smaller: bool = False) -> PublishOptions:
    """Options of a publish, with dbt's target folder and the memory limit of the environment."""
    return PublishOptions(
        target=Path(os.environ.get("DBT_TARGET_PATH") or "target"),
        keep=keep,
        accept_smaller=accept_smaller,
        memory=os.environ.get("USAGE_MEMORY") or "2GB",
    )


def publish_command(
    keep: Annotated[
        int, typer.Option(min=2, help="Releases to keep; the current one always stays.")
    ] = 5,
    accept_smaller: Annotated[
        bool,
        typer.Option(
            "--accept-smaller",
            help="Publish although volumes collapsed since the last release; it is then degraded.",
        ),
    ] = False,
) -> None:
    """Publish the last build: copy, audit, then swap `releases/current` in one step.

    Reads the build database (USAGE_BUILD) and dbt's record of the build (DBT_TARGET_PATH);
    writes a new folder in USAGE_RELEASES with usage.duckdb, Parquet files and run_report.json.
    A build that failed or is not whole is never published: exit 4. A candidate that fails its
    audit, or a disk that refuses: exit 5. Another build or publish at work: exit 75. In every
    case the last good release stays.
    """
    settings = load_settings()
    if settings.target != DEFAULT_TARGET:
        raise BadInvocation(
            f"nothing is published from target {settings.target}: its relations are what is read",
            f"unset USAGE_TARGET, or use {DEFAULT_TARGET}",
        )
    with Console(stderr=True).status("publishing") as status:
        release = publish_release(
            settings,
            publish_options(keep, accept_smaller),
            lambda step: status.update(f"publishing: {step}"),
        )
    Console().print(render_release(release, settings.releases), crop=False)


def rollback_command(
    to: Annotated[
        str | None, typer.Option("--to", metavar="RUN", help="Release to go to, by its folder.")
    ] = None,
) -> None:
    """Make an earlier release current again (by default the one before), in one step.

    Nothing is removed: `usage rollback --to RUN` goes forward in the same way.
    """
    settings = load_settings()
    before, after = rollback(settings, to)
    print(f"{settings.releases / 'current'}: {before or 'nothing'} -> {after}")
    if before is not None and before != after:
        print(f"to undo: usage rollback --to {before}")


def report_command(
    as_json: Annotated[
        bool, typer.Option("--json", help="The run report itself (run_report.json).")
    ] = False,
) -> None:
    """Show what the current release is made of, and how it was checked."""
    report = current_report(load_settings())
    if as_json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        Console().print(render_report(report), crop=False)

"""`usage build` and `usage check`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from usage_warehouse.definitions.check import require_good_definitions
from usage_warehouse.definitions.defaults import complete_definitions
from usage_warehouse.publish.release_folder import ReleaseFolder
from usage_warehouse.raw.contract import check_raw, check_variables
from usage_warehouse.run.lock import run_lock
from usage_warehouse.run.unchanged import is_unchanged, keep_stamp, stamp_inputs
from usage_warehouse.settings import DEFAULT_TARGET, Settings, load_settings


def build_command(
    anew: Annotated[
        bool, typer.Option("--anew", help="Build and publish even where nothing has changed.")
    ] = False,
) -> None:
    """Build the marts from the raw data and publish them; the sample company if there is none.

    Where raw, definitions, settings and code are those of the current release, there is nothing
    to do and it stays. Reads USAGE_RAW (default data/raw; if that folder is absent or empty and
    not named, the sample company is made there first), USAGE_VARS, USAGE_SEEDS, USAGE_BUILD and
    USAGE_RELEASES. USAGE_TARGET names another engine (spark, ducklake), where the relations
    themselves are what is read: nothing is published. Exit codes: 2 usage, 3 raw contract,
    4 gate or test, 5 publish, 75 busy.
    """
    from usage_warehouse.run.dbt_build import run_dbt_build
    from usage_warehouse.spark.session import require_engine

    settings = load_settings()
    if settings.target == "spark":
        require_engine()
    check_variables(settings.variables)
    require_good_definitions(settings.seeds)
    with run_lock(settings.build):
        complete_definitions(settings)
        make_sample_if_needed(settings)
        stamp = stamp_inputs(settings)
        if not anew and is_unchanged(settings, stamp):
            current = ReleaseFolder(settings.releases).current()
            print(
                f"nothing new: {settings.releases / 'current'} ({current}) is built from this raw"
                " data, these definitions and this code (build all the same: usage build --anew)"
            )
            return
        check_raw(settings)
        with _progress() as progress:
            task = progress.add_task("dbt build", total=None)
            run_dbt_build(
                settings,
                lambda done, total, name: progress.update(
                    task, completed=done, total=total, description=f"dbt build  {name[:48]:48}"
                ),
            )
            progress.update(task, description="dbt build")
            is_published = settings.target == DEFAULT_TARGET
            outcome: RenderableType = f"built on {settings.target}, where its relations are read"
            if is_published:
                outcome = _publish(settings, progress)
                keep_stamp(settings, stamp)
    Console().print(outcome, crop=False)


def _publish(settings: Settings, progress: Progress) -> RenderableType:
    """Publish what was built; returns what to say of the release."""
    from usage_warehouse.publish.command import publish_options
    from usage_warehouse.publish.render import render_release
    from usage_warehouse.publish.write_audit_publish import publish_release

    task = progress.add_task("publish", total=1)
    release = publish_release(
        settings,
        publish_options(),
        lambda step: progress.update(task, description=f"publish  {step}"),
    )
    progress.update(task, completed=1, description="publish")
    return render_release(release, settings.releases)


def check_command() -> None:
    """Check variables, definitions and raw data without building anything."""
    settings = load_settings()
    check_variables(settings.variables)
    require_good_definitions(settings.seeds)
    summary = check_raw(settings)
    print(f"variables, definitions in {settings.seeds} and raw data in {settings.raw} are fine")
    if summary is not None:
        print(summary)


def make_sample_if_needed(settings: Settings) -> None:
    """Make the sample company where no raw folder is named and the default one is empty."""
    if settings.raw_is_named or (settings.raw.is_dir() and any(settings.raw.iterdir())):
        return
    from usage_warehouse.sample.command import make_with_progress
    from usage_warehouse.sample.options import SampleOptions

    print(f"no raw data in {settings.raw}: making the sample company there")
    make_with_progress(SampleOptions(), settings.raw)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )

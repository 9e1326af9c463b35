"""`usage sample`: make the sample company."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from usage_warehouse.errors import BadInvocation
from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions
from usage_warehouse.settings import load_settings


def sample_command(
    accounts: Annotated[int, typer.Option(help="Customer accounts.")] = 300,
    days: Annotated[int, typer.Option(help="Days of usage, the end date included.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    end_date: Annotated[str, typer.Option(help="Last day of usage, YYYY-MM-DD.")] = "2026-06-30",
    out: Annotated[
        Path | None, typer.Option(help="Empty folder for the raw data (default: USAGE_RAW).")
    ] = None,
    as_files: Annotated[
        Path | None,
        typer.Option(help="Also write the lines as .jsonl.gz files here, for `usage land events`."),
    ] = None,
    events: Annotated[
        int | None, typer.Option(help="About how many messages (default: by accounts and days).")
    ] = None,
) -> None:
    """Make a seeded sample company with planted faults, as raw data.

    Writes Parquet in the layout of the raw contract and truth.json, the exact counts of
    what was planted: duplicates, late and malformed messages, robots, internal users and
    more. About a million messages by default.

    A small one in a second: `usage sample --accounts 12 --days 60 --out /tmp/small`

    As lines to practise landing with: `usage sample --out /tmp/raw --as-files /tmp/lines`
    """
    options = SampleOptions(accounts, days, seed, _date(end_date), events)
    folder = out or load_settings().raw
    make_with_progress(options, folder, as_files)


def make_with_progress(
    options: SampleOptions, folder: Path, as_files: Path | None = None
) -> dict[str, object]:
    """`make_sample` with a progress bar, and what was made in two lines; returns the truth."""
    began = perf_counter()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def show(label: str, done: int, total: int) -> None:
            if label not in tasks:
                tasks[label] = bar.add_task(label, total=total)
            bar.update(tasks[label], completed=done, total=total)

        truth = make_sample(options, folder, show, as_files)
    files = [path for path in folder.rglob("*.parquet") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    seconds = perf_counter() - began
    lines = truth["lines"]["total"]
    typer.echo(
        f"{lines:,} messages of {truth['users']:,} users in {truth['accounts']:,} accounts: "
        f"{len(files)} files, {size:.0f} MB in {folder} ({seconds:.1f} s)"
    )
    typer.echo(f"what was planted: {folder / 'truth.json'}")
    return truth


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInvocation(
            f"--end-date {text!r} is not a date", "write it like 2026-06-30"
        ) from error

"""`usage land`: bring files of your own into the raw folder."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.events import LandOptions, LandResult, land_events
from usage_warehouse.land.mapping import parse_map
from usage_warehouse.land.table_rows import LOADERS
from usage_warehouse.land.tables import land_table
from usage_warehouse.land.vendors import find_vendor
from usage_warehouse.settings import load_settings

MOST_FILES = 30

land_app = typer.Typer(
    help="Bring files of your own into the raw folder, every line accounted for.",
    no_args_is_help=True,
)


@land_app.callback()
def land() -> None:
    """Bring files of your own into the raw folder, every line accounted for."""


@land_app.command("events")
def events_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="JSON lines in the shape of Segment or RudderStack messages, or CSV with a "
            "header, plain, gzip or zstd; or Parquet.",
        ),
    ],
    map_: Annotated[
        str,
        typer.Option(
            "--map",
            help="For CSV and Parquet: contract_column=file_column pairs, for instance "
            "user_id=customer,event=action,timestamp=time. Columns with the contract's own names "
            "need none; columns that are not mapped become properties.",
        ),
    ] = "",
    loaded_at: Annotated[
        str,
        typer.Option(
            help="Load time of these rows, ISO 8601 (no offset = UTC). Default: now. "
            "Give it when history must look as if it had been loaded then."
        ),
    ] = "",
    source: Annotated[
        str, typer.Option(help="Name of the tracker, by which lines are accounted for.")
    ] = "events",
    raw: Annotated[
        Path | None, typer.Option(help="Raw folder. Default: USAGE_RAW, else data/raw.")
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="auto (by name, else content), json or csv.")
    ] = "auto",
    from_: Annotated[
        str,
        typer.Option(
            "--from", help="Whose export the files are: amplitude, mixpanel, posthog or snowplow."
        ),
    ] = "",
    group: Annotated[
        str,
        typer.Option(help="With --from: the kind of group that is the account, such as company."),
    ] = "",
    time_zone: Annotated[
        str,
        typer.Option(help="With --from mixpanel: the project's time zone, which its times are in."),
    ] = "UTC",
) -> None:
    """Land files of events: good lines become messages, bad ones rejects with a reason.

    Landing the same content twice changes nothing; a changed file is a new load.

    Example: usage land events shop.csv.gz --map user_id=customer,event=action,timestamp=time
    Example: usage land events export/*.json.gz --from amplitude --group company
    """
    vendor = find_vendor(from_, group, time_zone)
    if vendor and map_:
        raise BadInvocation("--map is for files without a vendor", "leave it out beside --from")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", source):
        raise BadInvocation(
            f"--source {source!r} is not a name", "use letters, digits, dots, dashes, underscores"
        )
    with _progress() as progress:
        task = progress.add_task("reading", total=None)
        results = land_events(
            files,
            raw if raw is not None else load_settings().raw,
            parse_map(map_),
            parse_load_time(loaded_at) if loaded_at else datetime.now(UTC).replace(microsecond=0),
            source,
            LandOptions(format=format_, vendor=vendor),
            lambda file, done, total: progress.update(
                task, description=file, completed=done, total=total
            ),
        )
    print(render(results))
    for result in results:
        for warning in result.warnings:
            print(f"warning: {warning}", file=sys.stderr)


@land_app.command("table")
def table_command(
    table: Annotated[
        str, typer.Argument(metavar="SOURCE.TABLE", help="For instance billing.subscription.")
    ],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV, JSON (lines, an array, an object), Parquet."),
    ],
    from_: Annotated[
        str,
        typer.Option("--from", help="Whose names the columns have: fivetran, airbyte or dlt."),
    ] = "",
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="The files hold every object there is: what raw has and they lack is deleted.",
        ),
    ] = False,
    loaded_at: Annotated[
        str, typer.Option(help="Load time of rows that bring none, ISO 8601. Default: now.")
    ] = "",
    raw: Annotated[
        Path | None, typer.Option(help="Raw folder. Default: USAGE_RAW, else data/raw.")
    ] = None,
) -> None:
    """Land a table of billing, CRM or support: rows that say something new become versions.

    Columns are found by name, in the vendor's or a loader's spelling. Landing the same file twice
    appends nothing.

    Example: usage land table billing.subscription subscription.csv --from fivetran
    """
    if from_ and from_ not in LOADERS:
        raise BadInvocation(f"--from {from_} is not known", f"use one of {', '.join(LOADERS)}")
    result = land_table(
        table,
        files,
        raw if raw is not None else load_settings().raw,
        parse_load_time(loaded_at) if loaded_at else datetime.now(UTC).replace(microsecond=0),
        loader=from_,
        is_full=full,
    )
    print(
        f"{result.table}: {result.read:,} rows read, {result.appended:,} new versions,"
        f" {result.unchanged:,} unchanged, {result.deleted:,} deleted"
    )
    if result.ignored:
        print(f"columns that the contract does not have: {', '.join(result.ignored)}")


def parse_load_time(text: str) -> datetime:
    """Read ISO 8601, without offset as UTC. Raises BadInvocation for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadInvocation(
            f"--loaded-at {text!r} is not an ISO 8601 time", "write it like 2026-01-31T08:00:00Z"
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def render(results: list[LandResult]) -> str:
    """The account as a small table: lines = landed + rejected, per file and in all.

    Of many files, those of which there is nothing to say share one row.
    """
    rows = [("file", "lines", "landed", "rejected", "")]
    plain = [result for result in results if not _note(result)]
    is_long = len(results) > MOST_FILES and len(plain) > 1
    rows += [
        _row(result.file, [result], note)
        for result in results
        if (note := _note(result)) or not is_long
    ]
    if is_long:
        rows.append(_row(f"{len(plain)} files without a reject", plain))
    if len(results) > 1:
        rows.append(_row("landed now", [r for r in results if r.state == "landed"]))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(row[i].rjust(widths[i]) for i in (1, 2, 3)), row[4]]
        ).rstrip()
        for row in rows
    )


def _row(name: str, results: list[LandResult], note: str = "") -> tuple[str, ...]:
    counts = (
        sum(result.lines for result in results),
        sum(result.landed for result in results),
        sum(sum(result.rejected.values()) for result in results),
    )
    return (name, *(f"{count:,}" for count in counts), note)


def _note(result: LandResult) -> str:
    if result.state == "already_landed":
        return "already landed, nothing changed"
    if result.state == "empty":
        return "0 lines, nothing to land"
    return ", ".join(f"{reason} {count:,}" for reason, count in result.rejected.items())


def _progress() -> Progress:
    """A progress bar on the error stream, silent where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )

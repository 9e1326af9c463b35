"""`usage bench`: measure the way of an event at several sizes."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from usage_warehouse.bench.chart import write_chart
from usage_warehouse.bench.copies import MESSAGES, make_base, make_copies
from usage_warehouse.bench.scale import Scale, as_json, measure_scale
from usage_warehouse.errors import EXIT_GATE

PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "pyarrow")


def bench_command(
    copies: Annotated[
        list[int] | None,
        typer.Option(help="Copies of the sample company of a million messages; repeat it."),
    ] = None,
    folder: Annotated[Path, typer.Option(help="Where data, databases and results go.")] = Path(
        "target/bench"
    ),
    messages: Annotated[
        int, typer.Option(help="Messages of the company that is copied.", min=20_000)
    ] = MESSAGES,
    memory: Annotated[str, typer.Option(help="Memory limit of the database.")] = "3GB",
    peers: Annotated[bool, typer.Option(help="Measure other ways to sessions as well.")] = True,
    prove: Annotated[
        bool, typer.Option(help="Compare every relation with a full refresh at the end.")
    ] = False,
) -> None:
    """Measure the way of an event: full build, a new day, nothing new, beside a floor and peers.

    Writes results.json and chart.svg to the folder; ratios count, seconds are this machine's. Ten
    million messages cost some five minutes on two cores, and about 1 GB of disk. Exit code 4 where
    the outcomes of lines are not those planted, or a full refresh makes something else.

    Example: usage bench --copies 1 --copies 10 --copies 20
    """
    console = Console(stderr=True)
    # dbt works in the project's folder, whatever the caller's is
    folder = folder.resolve()
    with console.status("the company to copy"):
        base = make_base(folder / f"sample_{messages}", messages)
    truth = json.loads((base / "truth.json").read_text("utf-8"))["lines"]["by_outcome"]
    scales = []
    for count in copies or [1, 10, 20]:
        place = folder / f"copies_{count}"
        with console.status(f"{count} copies") as status:
            made = make_copies(base, place, count)
            scales.append(
                measure_scale(
                    made,
                    truth,
                    place,
                    memory,
                    peers,
                    prove,
                    lambda what, count=count: status.update(f"{count} copies: {what}"),
                )
            )
        results = {"machine": _machine(), "memory_limit": memory, "scales": [*map(as_json, scales)]}
        (folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    print_table(scales)
    drawn = write_chart(scales, folder / "chart.svg")
    typer.echo(f"results: {folder / 'results.json'}")
    typer.echo(f"chart: {drawn}" if drawn else "chart: not drawn, matplotlib is not installed")
    if not all(scale.is_right for scale in scales):
        raise typer.Exit(EXIT_GATE)


def print_table(scales: Sequence[Scale]) -> None:
    """The results as a person reads them: a row per size and step."""
    table = Table(title="the way of an event", title_justify="left")
    columns = ("messages", "step", "models s", "around s", "× floor", "of full", "peak GB")
    for name in columns:
        table.add_column(name, justify="left" if name == "step" else "right")
    for scale in scales:
        full = scale.steps["full build"].event_path_seconds
        label = f"{scale.messages:,}"
        peak = f"{scale.floor_peak_bytes / 1e9:.1f}"
        table.add_row(label, "floor", f"{scale.floor_seconds:.1f}", "", "1.0", "", peak)
        for name, step in scale.steps.items():
            seconds = step.event_path_seconds
            table.add_row(
                label,
                name,
                f"{seconds:.1f}",
                f"{step.overhead_seconds:.1f}",
                f"{seconds / scale.floor_seconds:.1f}",
                f"{seconds / full:.1%}",
                f"{step.peak_bytes / 1e9:.1f}",
            )
        for name, peer in scale.peers.items():
            told = peer if isinstance(peer, str) else f"{peer['sessions_seconds']:.1f}"
            table.add_row(label, f"{name}: sessions alone", told, "", "", "", "")
    Console().print(table)
    for scale in scales:
        exact = "as planted" if scale.outcomes_are_exact else "NOT as planted"
        equal = {None: "not compared", True: "equal", False: "DIFFERENT"}[scale.equals_full_refresh]
        Console().print(
            f"{scale.messages:,}: outcomes of lines {exact}; increments and full refresh {equal}"
        )


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }

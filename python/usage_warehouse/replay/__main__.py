"""`python -m usage_warehouse.replay`: prove that increments equal a full refresh."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from usage_warehouse.errors import EXIT_GATE, run_command
from usage_warehouse.replay.compare import Difference
from usage_warehouse.replay.pack import Pack
from usage_warehouse.replay.replay import Outcome, draw_companies, replay_pack
from usage_warehouse.replay.runner import scratch
from usage_warehouse.replay.shrink import failing_prefixes, shrink, suspects, write_case

# Where failing cases go when no folder is named; git ignores it.
FAILING = Path("target/replay")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Replayed:
    """A pack of the run, the seed that draws it again, and how it came out."""

    seed: int
    pack: Pack
    empty_plan: bool
    outcome: Outcome


@app.command()
def main(
    histories: Annotated[int, typer.Option(help="Histories in a pack.", min=1, max=999)] = 20,
    steps: Annotated[int, typer.Option(help="Load steps of a pack.", min=1, max=14)] = 4,
    seed: Annotated[int, typer.Option(help="Seed of the first pack; the next adds 1.", min=0)] = 1,
    packs: Annotated[int, typer.Option(help="Packs, one after the other.", min=1)] = 1,
    threads: Annotated[int, typer.Option(help="Threads of each build.", min=1)] = 2,
    keep: Annotated[
        Path | None, typer.Option(help="Folder that keeps the databases and failing cases.")
    ] = None,
) -> None:
    """Load random histories step by step and compare every relation with a full refresh.

    Each pack lays its histories side by side into one raw folder and costs a build for every
    step and one full refresh. A history that differs is cut out, shrunk and written to
    `case_SEED_HISTORY` in KEEP, else in target/replay. Exit code 4 when anything differs.
    """
    failed = False
    with scratch(keep) as root:
        done = []
        for number in range(packs):
            done.append(_replay(histories, steps, seed + number, threads, root))
            if done[-1].outcome.differences:
                failed = True
                _report(done[-1], root, threads, kept=keep is not None)
        Console().print(_table(done))
    if failed:
        raise typer.Exit(EXIT_GATE)


def _replay(histories: int, steps: int, seed: int, threads: int, root: Path) -> Replayed:
    pack = draw_companies(histories, steps, seed)
    # Without a tracking plan everything is planned: every fifth pack is replayed so.
    empty_plan = seed % 5 == 0
    with Console(stderr=True).status(f"pack {seed}") as status:
        outcome = replay_pack(
            pack,
            root,
            empty_plan=empty_plan,
            threads=threads,
            progress=lambda text: status.update(f"pack {seed}: {text}"),
        )
    return Replayed(seed, pack, empty_plan, outcome)


def _report(replayed: Replayed, root: Path, threads: int, *, kept: bool) -> None:
    """Print the differences, cut the first failing history out and shrink it."""
    for difference in replayed.outcome.differences:
        Console().print(str(difference), markup=False, highlight=False, soft_wrap=True)
    found: list[Difference] = []

    def failing(pack: Pack) -> set[str]:
        found[:] = replay_pack(
            pack, root, empty_plan=replayed.empty_plan, threads=threads
        ).differences
        return failing_prefixes(pack, found)

    with Console(stderr=True).status("cutting out what fails") as status:
        prefixes = suspects(replayed.pack, replayed.outcome.differences, failing)
        if not prefixes:
            Console().print("  no part of the pack differs by itself; see the whole pack")
            return
        try:
            case = shrink(replayed.pack, prefixes[0], failing, status.update)
        except LookupError as error:
            Console().print(f"  {error}; see the whole pack")
            return
    folder = (root if kept else FAILING) / f"case_{replayed.seed}_{prefixes[0]}"
    table = write_case(case, folder, empty_plan=replayed.empty_plan)
    rows = len(case.histories[0].messages)
    Console().print(f"  {prefixes[0]} fails alone with {rows} rows: {table}", soft_wrap=True)


def _table(done: list[Replayed]) -> Table:
    table = Table(title="increments against a full refresh", title_justify="left")
    columns = ("pack", "histories", "rows", "steps", "increments s", "full refresh s", "differing")
    for name in columns:
        table.add_column(name, justify="right")
    for one in done:
        rows = sum(len(history.messages) for history in one.pack.histories)
        table.add_row(
            str(one.seed),
            str(len(one.pack.histories)),
            str(rows),
            str(one.pack.steps),
            f"{min(one.outcome.increment_seconds):.1f}–{max(one.outcome.increment_seconds):.1f}",
            f"{one.outcome.refresh_seconds:.1f}",
            str(len(one.outcome.differences)),
        )
    return table


if __name__ == "__main__":
    run_command(app)

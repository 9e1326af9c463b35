"""One pack: a build after every load step, then a full refresh, then the comparison."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from usage_warehouse.replay.compare import Difference, compare
from usage_warehouse.replay.pack import (
    Pack,
    draw_pack,
    with_business,
    write_definitions,
    write_step,
)
from usage_warehouse.replay.runner import Workplace, build, refresh
from usage_warehouse.replay.vendors import with_vendors

# Called with the build database after the build of each step; for planting faults.
AfterStep = Callable[[Path, int], None]


@dataclass(frozen=True)
class Outcome:
    """Seconds of each incremental build and of the full refresh, and what differs."""

    increment_seconds: tuple[float, ...]
    refresh_seconds: float
    differences: tuple[Difference, ...]


def draw_companies(histories: int, steps: int, seed: int) -> Pack:
    """Random histories with all that a company has: several trackers, billing, CRM, support."""
    return with_vendors(with_business(draw_pack(histories, steps, seed), seed), seed)


def replay_pack(
    pack: Pack,
    root: Path,
    *,
    empty_plan: bool = False,
    threads: int = 2,
    after_step: AfterStep | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Build `pack` step by step in `root` (emptied first) and hold it against a full refresh.

    Afterwards the two databases stand in `root/increments` and `root/build`.
    Raises BuildFailed when a build does not pass.
    """
    for name in ("raw", "seeds", "build", "increments"):
        shutil.rmtree(root / name, ignore_errors=True)
    workplace = Workplace(root, root / "raw", root / "seeds", threads=threads)
    actors = [row for history in pack.histories for row in history.internal_actors]
    write_definitions(workplace.seeds, actors, empty_plan=empty_plan)
    seconds = []
    for step in range(1, pack.steps + 1):
        progress(f"step {step} of {pack.steps}: {pack.arriving_at(step)} files")
        write_step(pack, step, workplace.raw)
        seconds.append(build(workplace))
        if after_step is not None:
            after_step(workplace.database, step)
    progress("full refresh")
    increments = workplace.put_aside("increments")
    refresh_seconds = refresh(workplace)
    progress("comparison")
    found = compare(increments, workplace.database)
    return Outcome(tuple(seconds), refresh_seconds, tuple(found))

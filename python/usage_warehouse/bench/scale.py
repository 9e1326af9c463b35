"""All that is measured at one size: floor, full build, a new day, nothing new, peers."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from usage_warehouse.bench.copies import Copies
from usage_warehouse.bench.measure import Run, run, run_dbt
from usage_warehouse.replay.compare import compare

# The way of an event: raw files to facts, sessions, people, the aggregate and the accounts kept.
EVENT_PATH = (
    *("+fct_events", "+fct_sessions", "+dim_users", "+int_events__daily"),
    *("+bridge_account_users", "+event_conservation", "+event_exclusions"),
    *("+quarantined_events", "+tracking_plan_events"),
)
_OTHERS_OFF = json.dumps({f"using_{name}": False for name in ("billing", "crm", "support")})
_ARGUMENTS = (
    *("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
    *("--vars", _OTHERS_OFF, "--select", *EVENT_PATH),
)
PEERS = ("window_sql", "clickhouse")
Report = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """A build: seconds in all, of the event path, of dbt around it; peak memory."""

    seconds: float
    event_path_seconds: float
    overhead_seconds: float
    gates_seconds: float
    peak_bytes: int
    stages: Mapping[str, float]
    heaviest: Mapping[str, float]


@dataclass
class Scale:
    """The results of one size, as they are written to JSON."""

    copies: int
    messages: int
    floor_seconds: float = 0.0
    floor_peak_bytes: int = 0
    steps: dict[str, Step] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    outcomes_are_exact: bool = False
    equals_full_refresh: bool | None = None
    peers: dict[str, Mapping[str, float] | str] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether what was built is what was planted and, where compared, what a refresh makes."""
        return self.outcomes_are_exact and self.equals_full_refresh is not False


def measure_scale(
    copies: Copies,
    truth: Mapping[str, int],
    folder: Path,
    memory: str,
    peers: bool,
    prove: bool,
    report: Report,
) -> Scale:
    """Measure one size; `truth` holds the outcomes of the lines of one copy.

    Raises GateError when a build fails.
    """
    scale = Scale(copies.count, copies.messages)
    build = folder / "build"
    environment = {
        "USAGE_RAW": str(copies.raw),
        "USAGE_BUILD": str(build),
        "USAGE_SEEDS": "seeds",
        "USAGE_THREADS": "1",  # so that seconds of models add up
        "USAGE_MEMORY": memory,
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    build.mkdir(parents=True, exist_ok=True)
    report("floor")
    floor = run(_module("floor", copies.raw, folder / "floor.duckdb", memory), {})
    scale.floor_seconds, scale.floor_peak_bytes = float(floor.output), floor.peak_bytes

    def step(name: str) -> None:
        report(name)
        made = run_dbt(_ARGUMENTS, folder / "target", environment)
        scale.steps[name] = _step(made)

    step("full build")
    step("nothing new")
    copies.land(copies.on_time)
    step("new day, on time")
    copies.land(copies.late_mix)
    step("new day, late mix")
    scale.outcomes_are_exact = _outcomes(build / "warehouse.duckdb") == {
        outcome: count * copies.count for outcome, count in truth.items()
    }
    if prove:
        report("full refresh to compare with")
        environment["USAGE_BUILD"] = str(folder / "refreshed")
        (folder / "refreshed").mkdir(exist_ok=True)
        run_dbt([*_ARGUMENTS, "--full-refresh"], folder / "target", environment)
        pair = (build / "warehouse.duckdb", folder / "refreshed" / "warehouse.duckdb")
        scale.equals_full_refresh = not compare(*pair)
    for name in PEERS if peers else ():
        report(name)
        scale.peers[name] = _peer(name, copies.raw, folder)
    scale.ratios = _ratios(scale)
    return scale


def _step(made: Run) -> Step:
    heaviest = sorted(made.models.items(), key=lambda item: -item[1])[:12]
    gates = made.stages.get("gates", 0.0)
    around = made.seconds - made.event_path - gates
    return Step(
        made.seconds,
        made.event_path,
        around,
        gates,
        made.peak_bytes,
        {name: seconds for name, seconds in made.stages.items() if name != "gates"},
        dict(heaviest),
    )


def _ratios(scale: Scale) -> dict[str, float]:
    full = scale.steps["full build"].event_path_seconds
    new_days = ("new day, on time", "new day, late mix")
    return {
        "full build / floor": full / scale.floor_seconds,
        **{
            f"{name} / full build": scale.steps[name].event_path_seconds / full for name in new_days
        },
    }


def _outcomes(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select outcome, sum(row_count) from governance.event_conservation group by outcome"
        ).fetchall()
    return {outcome: int(count) for outcome, count in rows}


def _peer(name: str, raw: Path, folder: Path) -> Mapping[str, float] | str:
    if name == "clickhouse" and importlib.util.find_spec("chdb") is None:
        return "not installed: make bench"
    made = run(_module("peers", name, raw, folder), {})
    return {**json.loads(made.output.splitlines()[-1]), "peak_bytes": made.peak_bytes}


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"usage_warehouse.bench.{name}", *map(str, arguments)]


def as_json(scale: Scale) -> dict[str, object]:
    """The scale as plain values."""
    return asdict(scale)

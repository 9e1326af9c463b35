"""`python -m usage_warehouse.spark`: the same models on two engines, and no value that differs.

Exit codes: 0 no difference, 2 no Java or no PySpark, 3 raw files that Spark does not read, 4 a
build that did not pass or a difference.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from usage_warehouse.engine.compare import Comparison, print_comparisons
from usage_warehouse.engine.macro_cases import CASES, Failure
from usage_warehouse.errors import EXIT_GATE, BadInvocation, GateError, run_command
from usage_warehouse.replay.pack import draw_pack
from usage_warehouse.run.command import make_sample_if_needed
from usage_warehouse.sample.make import make_sample
from usage_warehouse.sample.options import SampleOptions
from usage_warehouse.settings import PROJECT_ROOT, load_settings
from usage_warehouse.spark.both_engines import (
    Company,
    broken_macros,
    build_both,
    compare_builds,
    empty,
    executor_count,
)
from usage_warehouse.spark.cost import measure
from usage_warehouse.spark.replay import EVENT_PATH, replay_on_spark
from usage_warehouse.spark.session import current_session, require_engine, shared_catalogue
from usage_warehouse.spark.work import work_done

FOLDER = PROJECT_ROOT / "target" / "spark"
# A cluster on one machine has two workers (profiles.yml); one of them would prove nothing.
LEAST_EXECUTORS = 2
app = typer.Typer(pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True)
Accounts = Annotated[
    int | None, typer.Option(help="Make a sample of so many accounts; else USAGE_RAW.")
]
Days = Annotated[int, typer.Option(help="Days of that sample.")]
Select = Annotated[
    list[str] | None, typer.Option(help="Build these models and their ancestors, not all.")
]


@app.command()
def check() -> None:
    """Say whether PySpark and Java are there."""
    require_engine()
    print("PySpark and Java are there")


@app.command()
def compare(
    accounts: Accounts = None,
    days: Days = 45,
    select: Select = None,
    tests: Annotated[bool, typer.Option(help="Run all tests on Spark too.")] = True,
    folder: Annotated[Path, typer.Option(help="Where to work; what is there goes.")] = FOLDER,
) -> None:
    """Build a company on DuckDB and on Spark, with all tests, and compare every value.

    The company is that of USAGE_RAW (the default sample if there is none).
    """
    began = perf_counter()
    _require_own_catalogue()
    company = Company(
        folder.absolute(),
        _raw(accounts, days, folder),
        _seeds(),
        load_settings().variables,
        _selection(select),
        tests,
    )
    empty(company)
    build_both(company, _report)
    _report_cluster()
    compared_at = perf_counter()
    broken = broken_macros()
    compared = compare_builds(company)
    _report("comparison", perf_counter() - compared_at)
    _conclude(compared, broken, began)


@app.command()
def replay(
    histories: Annotated[int, typer.Option(help="Histories in the pack.", min=1, max=999)] = 20,
    steps: Annotated[int, typer.Option(help="Load steps.", min=2, max=14)] = 2,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pack.", min=0)] = 1,
    select: Select = None,
    folder: Annotated[Path, typer.Option(help="Where to work; what is there goes.")] = (
        FOLDER / "replay"
    ),
) -> None:
    """Build random histories on Spark load by load, and compare with a full refresh on DuckDB."""
    began = perf_counter()
    _require_own_catalogue()
    pack = draw_pack(histories, steps, seed)
    compared, written = replay_on_spark(pack, folder.absolute(), select or EVENT_PATH, _report)
    print("\nincremental table and step: partitions kept, written, dropped")
    for one in written:
        counts = f"{one.kept:>5} {one.written:>5} {one.dropped:>5}"
        print(f"{one.relation:36} {one.step:>3} {counts}")
    _conclude(compared, None, began)


@app.command()
def cost(
    accounts: Accounts = None,
    days: Days = 45,
    folder: Annotated[Path, typer.Option(help="Where to work; what is there goes.")] = (
        FOLDER / "cost"
    ),
) -> None:
    """Say what a full build, one more file and nothing new cost: bytes and processor time."""
    _require_own_catalogue()
    raw = _raw(accounts, days, folder / "sample")
    found = measure(raw, folder.absolute() / "build", _report)
    for name, count, work in found:
        print(f"{name}, {count:,} new messages: {work}")


def _require_own_catalogue() -> None:
    """Raise BadInvocation where a sample could be built over a company's tables."""
    require_engine()
    name = shared_catalogue()
    if name:
        raise BadInvocation(f"{name} names tables that others use too", f"unset {name} for this")


def _report_cluster() -> None:
    """Say what the build cost and on how many executors; raises GateError for too few."""
    print(f"  {work_done(current_session())}")
    executors = executor_count()
    print(f"  {executors} executor processes beside the driver")
    if executors < LEAST_EXECUTORS:
        raise GateError(f"Spark ran on {executors} executors", "see USAGE_SPARK_MASTER")


def _raw(accounts: int | None, days: int, folder: Path) -> Path:
    """The raw folder to build from, as it is spelt: a sample made for it, or the settings'."""
    if accounts is None:
        settings = load_settings()
        make_sample_if_needed(settings)
        return settings.raw
    raw = folder / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    make_sample(SampleOptions(accounts, days), raw)
    return raw


def _seeds() -> Path:
    return (PROJECT_ROOT / load_settings().seeds).absolute()


def _selection(select: Sequence[str] | None) -> tuple[str, ...]:
    """The models with their ancestors, and the tests that look at nothing else."""
    if not select:
        return ()
    tests = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    return (*tests, "--select", *(f"+{name}" for name in select))


def _report(what: str, seconds: float) -> None:
    print(f"  {seconds:6.1f} s  {what}", flush=True)


def _conclude(
    compared: Sequence[Comparison], broken: Sequence[Failure] | None, began: float
) -> None:
    """Print what was found, and end with EXIT_GATE where something differs."""
    print()
    print_comparisons(compared, "DuckDB", "Spark")
    for failure in broken or ():
        print(f"macro {failure.case}\n    must be {failure.case.expected}, is {failure.found}")
    count = sum(comparison.count for comparison in compared)
    macros = f", {len(broken)} in {len(CASES)} values of macros" if broken is not None else ""
    seconds = perf_counter() - began
    print(f"\n{count:,} differences in {len(compared)} relations{macros} ({seconds:.0f} s)")
    if count or broken:
        raise typer.Exit(EXIT_GATE)


if __name__ == "__main__":
    run_command(app)

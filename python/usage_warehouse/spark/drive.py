"""One process that builds the warehouse on Spark: dbt and the Python models take turns.

dbt opens the session, loads the seeds and runs the SQL models; between its runs the raw tables
are declared and the Python models are called in that same session, in the order of dbt's own
graph. The data tests of every Python model run as soon as it is written: a gate whose test did
not run is a failure, since a gate that nobody looked at guards nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from usage_warehouse.errors import GateError, UsageWarehouseError
from usage_warehouse.raw.declared import read_contract
from usage_warehouse.settings import PROJECT_ROOT
from usage_warehouse.spark.dbt_session import Dbt, failure, short
from usage_warehouse.spark.graph import Node, Step, steps_of, with_ancestors
from usage_warehouse.spark.python_models import run_python_model
from usage_warehouse.spark.raw_tables import create_raw_tables
from usage_warehouse.spark.session import current_session, environment, output_to, spark_home

Report = Callable[[str, float], None]


@dataclass(frozen=True)
class SparkBuild:
    """Folders (absolute) and variables of a build on Spark; `build` gets a folder `spark`."""

    raw: Path
    build: Path
    seeds: Path = PROJECT_ROOT / "seeds"
    variables: Mapping[str, object] = field(default_factory=dict)
    java_options: str = ""

    @property
    def home(self) -> Path:
        """The folder of the session: its tables, its metastore and its log."""
        return self.build / "spark"


@dataclass(frozen=True)
class Built:
    """A warehouse that stands on Spark, while its session lasts."""

    session: Any
    nodes: Mapping[str, Node]
    manifest: Any


@contextmanager
def spark_build(
    options: SparkBuild, report: Report, wanted: Iterable[str] | None = None
) -> Iterator[Built]:
    """Build the models `wanted` and their ancestors (None = all); yields what was built.

    `report` is told of each step and its seconds. The session ends with the block. Raises
    GateError for a model that failed or a test that did not pass, naming it, and
    RawContractError for raw files that Spark cannot read.
    """
    given = {
        "USAGE_RAW": str(options.raw),
        "USAGE_BUILD": str(options.build),
        "USAGE_SEEDS": str(options.seeds),
    }
    with (
        environment(given),
        _folder(PROJECT_ROOT),
        spark_home(options.home, options.java_options) as log,
    ):
        dbt = Dbt(options.build, options.variables, log)
        nodes = nodes_of(dbt.manifest)
        chosen = nodes if wanted is None else with_ancestors(nodes, wanted)
        for step in steps_of(chosen):
            began = perf_counter()
            _run_step(step, dbt, chosen, options)
            report(_label(step), perf_counter() - began)
        yield Built(current_session(), chosen, dbt.manifest)


def nodes_of(manifest: Any) -> dict[str, Node]:
    """The seeds and models of dbt's manifest by name."""
    names = {
        unique_id: node.name
        for unique_id, node in manifest.nodes.items()
        if str(node.resource_type) in ("seed", "model")
    }
    return {
        name: _node(manifest.nodes[unique_id], names) for unique_id, name in sorted(names.items())
    }


def _node(node: Any, names: Mapping[str, str]) -> Node:
    if str(node.resource_type) == "seed":
        return Node(node.name, "seed", node.schema, frozenset())
    parents = frozenset(names[parent] for parent in node.depends_on.nodes if parent in names)
    return Node(node.name, str(node.language), node.schema, parents)


def _label(step: Step) -> str:
    what = {"seed": "seeds", "sql": "SQL models", "python": "Python models"}[step.kind]
    return f"{what}: {step.names[0] if len(step.names) == 1 else len(step.names)}"


def _run_step(step: Step, dbt: Dbt, nodes: Mapping[str, Node], options: SparkBuild) -> None:
    if step.kind == "seed":
        dbt.run("seed", step.names)
        create_raw_tables(current_session(), options.raw, read_contract())
    elif step.kind == "sql":
        dbt.run("run", step.names)
    else:
        for name in step.names:
            _run_python(name, dbt, nodes)
        _test(step.names, dbt)


def _run_python(name: str, dbt: Dbt, nodes: Mapping[str, Node]) -> None:
    model = next(node for node in dbt.manifest.nodes.values() if node.name == name)
    relations = {other: node.relation for other, node in nodes.items()}
    try:
        with output_to(dbt.log):
            run_python_model(
                current_session(),
                PROJECT_ROOT / model.original_file_path,
                nodes[name].relation,
                relations,
                model.config.meta,
            )
    except UsageWarehouseError:
        raise
    except Exception as error:
        raise failure([f"{name}: {type(error).__name__}: {short(str(error))}"], dbt) from error


def _test(names: Iterable[str], dbt: Dbt) -> None:
    """Run the data tests of Python models; every test of theirs must really have run."""
    names = set(names)
    expected = {
        node.unique_id: node.name
        for node in dbt.manifest.nodes.values()
        if str(node.resource_type) == "test"
        and {parent.rsplit(".", 1)[-1] for parent in node.depends_on.nodes} <= names
    }
    tested = {dbt.manifest.nodes[test].attached_node for test in expected}
    untested = names - {str(model).rsplit(".", 1)[-1] for model in tested}
    if any(name.startswith("gate_") for name in untested):
        raise GateError(
            f"no data test looks at {', '.join(sorted(untested))}",
            "give the gate its test in the YAML beside it",
        )
    if not expected:
        return
    selection = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    try:
        ran = dbt.run("test", [*sorted(names), *selection])
    except GateError as error:
        raise GateError("\n".join([error.message, *_closed(names)]), error.fix) from error
    missed = [name for unique_id, name in expected.items() if unique_id not in ran]
    if missed:
        raise GateError(f"tests that did not run: {', '.join(sorted(missed))}")


def _closed(names: Iterable[str]) -> list[str]:
    """What the closed gates among some models observed."""
    gates = [name for name in names if name.startswith("gate_")]
    lines = []
    for gate in sorted(set(gates) - {"gate_definitions"}):
        rows = current_session().sql(
            "select suite, expectation, column_name, observed, reason"
            f" from governance.{gate} where severity = 'fail' and not success"
        )
        lines += [
            f"  expectation: {row.suite}: {row.expectation} {row.column_name or ''}:"
            f" {row.observed} ({row.reason})"
            for row in rows.collect()
        ]
    return lines


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Work in a folder meanwhile: profiles.yml names files from the project's own."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)

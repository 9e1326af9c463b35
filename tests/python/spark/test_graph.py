"""The turns that dbt and the Python models take."""

from __future__ import annotations

from usage_warehouse.spark.graph import Node, Step, steps_of, with_ancestors


def _graph(**nodes):
    return {
        name: Node(name, kind, "core", frozenset(parents.split()))
        for name, (kind, parents) in nodes.items()
    }


GRAPH = _graph(
    plan=("seed", ""),
    units=("python", ""),
    raw=("sql", ""),
    profile=("sql", "raw units"),
    gate=("python", "profile"),
    cleaned=("sql", "plan"),
    staged=("sql", "gate cleaned"),
    marts=("sql", "staged"),
    aside=("sql", "cleaned"),
)


def test_each_step_stands_on_those_before_it():
    built: set[str] = set()
    for step in steps_of(GRAPH):
        within = set(step.names) if step.kind == "sql" else set()
        for name in step.names:
            assert GRAPH[name].kind == step.kind
            assert GRAPH[name].parents <= built | within
        built |= set(step.names)
    assert built == set(GRAPH)


def test_as_few_turns_as_the_graph_allows():
    assert steps_of(GRAPH) == [
        Step("seed", ("plan",)),
        Step("sql", ("raw", "cleaned", "aside")),
        Step("python", ("units",)),
        Step("sql", ("profile",)),
        Step("python", ("gate",)),
        Step("sql", ("staged", "marts")),
    ]


def test_the_ancestors_of_what_is_wanted():
    assert set(with_ancestors(GRAPH, ["aside"])) == {"plan", "cleaned", "aside"}
    assert set(with_ancestors(GRAPH, ["gate"])) == {"raw", "units", "profile", "gate"}
    assert with_ancestors(GRAPH, ["marts", "aside"]) == GRAPH

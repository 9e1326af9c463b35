"""The project's own generic data tests: silent on a good relation, loud on every bad one.

Each is rendered from its file and run in DuckDB on relations made by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import duckdb
import jinja2
import pytest

BLOCK = re.compile(
    r"{%-?\s*test\s+(?P<name>\w+)\((?P<names>[^)]*)\)\s*-?%}(?P<body>.*){%-?\s*endtest\s*-?%}",
    re.DOTALL,
)
JINJA = jinja2.Environment(undefined=jinja2.StrictUndefined)
# Queries in the tests name their own order of nulls, or they would differ between engines.
NULL_ORDERS = ["nulls_first", "nulls_last"]

# The gates' own test stands with the gates, in test_expectations_gates.py.
ELSEWHERE = {"gate_is_open"}

INTERVALS = "select * from (values {}) as v(key, valid_from, valid_to)"
SEGMENTS = "select * from (values {}) as v(grain, dimension, day, users, dormant)"
PLANS = "('user', 'plan', 1, 2, 1), ('user', 'plan', 1, 1, 0)"
REGIONS = "('user', 'region', 1, 3, 1)"
ROWS = "select * from (values {}) as v(a, b)"


@dataclass(frozen=True)
class Case:
    """One generic test with relations that it must pass and that it must not.

    `others` are the relations that it reads beside its own, by name.
    """

    good: dict[str, str]
    bad: dict[str, str]
    arguments: dict[str, object] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


CASES = {
    "one_row": Case(
        good={"one": "select 1 as a"},
        bad={"none": "select 1 as a where false", "two": "select 1 as a union all select 1"},
    ),
    "holds": Case(
        arguments={"condition": "a <= b or a = 9"},
        good={
            "the limit": ROWS.format("(1, 1), (1, 2), (9, 1)"),
            "no rows": f"{ROWS.format('(1, 1)')} where false",
        },
        bad={
            "past the limit": ROWS.format("(1, 1), (2, 1)"),
            "null counts as broken": ROWS.format("(1, 1), (1, null)"),
        },
    ),
    "unique_combination": Case(
        arguments={"columns": ["a", "b"]},
        good={
            "one column repeats": ROWS.format("(1, 1), (1, 2), (2, 1)"),
            "one null each": ROWS.format("(1, null), (null, 1), (null, null)"),
        },
        bad={
            "repeated": ROWS.format("(1, 1), (1, 2), (1, 1)"),
            "nulls are equal": ROWS.format("(1, null), (1, null)"),
        },
    ),
    "complete": Case(
        arguments={"columns": ["a", "b"]},
        good={"whole": ROWS.format("(1, 1)"), "no rows": f"{ROWS.format('(1, 1)')} where false"},
        bad={
            "first column": ROWS.format("(1, 1), (null, 1)"),
            "last column": ROWS.format("(1, null), (1, 1)"),
        },
    ),
    "segments_add_up": Case(
        arguments={
            "to": "whole",
            "keys": ["day"],
            "measures": ["users", "dormant"],
            "of_model": "grain = 'user'",
            "of_whole": "day < 9",
        },
        others={
            "whole": "select * from (values (1, 3, 1), (2, 0, null), (9, 7, 7))"
            " as v(day, users, dormant)",
            "stg_definitions__segments": "select unnest(['plan', 'region']) as dimension",
        },
        good={
            "to the whole": SEGMENTS.format(f"{PLANS}, {REGIONS}"),
            "a null for a null": SEGMENTS.format(
                f"{PLANS}, {REGIONS}, ('user', 'plan', 2, 0, null)"
            ),
            "zeros without a row": SEGMENTS.format(f"{PLANS}, {REGIONS}"),
            "another grain is left out": SEGMENTS.format(
                f"{PLANS}, {REGIONS}, ('account', 'plan', 1, 5, 5)"
            ),
        },
        bad={
            "one is missing": SEGMENTS.format(f"{PLANS}, ('user', 'region', 1, 2, 1)"),
            "one too many": SEGMENTS.format(f"{PLANS}, {REGIONS}, ('user', 'plan', 1, 1, 0)"),
            "a dimension is missing": SEGMENTS.format(PLANS),
            "another measure": SEGMENTS.format(f"{PLANS}, ('user', 'region', 1, 3, 0)"),
            "where the whole is zero": SEGMENTS.format(
                f"{PLANS}, {REGIONS}, ('user', 'plan', 2, 1, null)"
            ),
        },
    ),
    "no_overlapping_intervals": Case(
        arguments={"key": "key"},
        good={
            "adjacent": INTERVALS.format("(1, 10, 20), (1, 20, 30), (1, 30, null)"),
            "with gaps": INTERVALS.format("(1, 10, 11), (1, 20, 30)"),
            "for all time": INTERVALS.format("(1, null, null), (2, null, null)"),
            "from the beginning": INTERVALS.format("(1, null, 10), (1, 10, null)"),
            "without length": INTERVALS.format("(1, 10, 10), (1, 10, 20)"),
            "without length, then open": INTERVALS.format("(1, 10, null), (1, 10, 10)"),
            "another key": INTERVALS.format("(1, 10, 20), (2, 15, 25)"),
        },
        bad={
            "by one": INTERVALS.format("(1, 10, 21), (1, 20, 30)"),
            "inside": INTERVALS.format("(1, 10, 40), (1, 20, 30)"),
            "twice": INTERVALS.format("(1, 10, 20), (1, 10, 20)"),
            "not the neighbour": INTERVALS.format("(1, 10, 40), (1, 11, 11), (1, 20, 30)"),
            "open before another": INTERVALS.format("(1, 10, null), (1, 20, 30)"),
            "two open": INTERVALS.format("(1, 10, null), (1, 20, null)"),
            "two from the beginning": INTERVALS.format("(1, null, 10), (1, null, 20)"),
            "two for all time": INTERVALS.format("(1, null, null), (1, null, null)"),
            "backwards": INTERVALS.format("(1, 20, 10)"),
        },
    ),
}
GOOD = [(name, about) for name, case in CASES.items() for about in case.good]
BAD = [(name, about) for name, case in CASES.items() for about in case.bad]


def failing_rows(root, name: str, relation: str, null_order: str) -> int:
    """The number of rows that a generic test returns on a relation."""
    text = (root / f"tests/generic/{name}.sql").read_text(encoding="utf-8")
    block = BLOCK.search(text)
    assert block is not None
    assert block["name"] == name
    case = CASES[name]
    names = {part.partition("=")[0].strip() for part in block["names"].split(",")}
    assert names == {"model", *case.arguments}
    sql = JINJA.from_string(block["body"])
    compiled = sql.render(model="relation", ref=lambda name: name, **case.arguments)
    with duckdb.connect() as connection:
        connection.execute(f"set default_null_order = '{null_order}'")
        for table, query in {**case.others, "relation": relation}.items():
            connection.execute(f"create table {table} as {query}")
        return len(connection.execute(compiled).fetchall())


def test_every_generic_test_is_tested(project_root):
    files = {file.stem for file in (project_root / "tests/generic").glob("*.sql")}
    assert files == {*CASES, *ELSEWHERE}


@pytest.mark.parametrize("null_order", NULL_ORDERS)
@pytest.mark.parametrize(("name", "about"), GOOD)
def test_it_passes_a_good_relation(project_root, name, about, null_order):
    assert failing_rows(project_root, name, CASES[name].good[about], null_order) == 0


@pytest.mark.parametrize("null_order", NULL_ORDERS)
@pytest.mark.parametrize(("name", "about"), BAD)
def test_it_fails_a_bad_relation(project_root, name, about, null_order):
    assert failing_rows(project_root, name, CASES[name].bad[about], null_order) > 0

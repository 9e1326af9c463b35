"""The comparison of two builds: what is the same passes, each kind of difference is named."""

from __future__ import annotations

import duckdb
import pytest

from usage_warehouse.engine.compare import (
    EXAMPLES,
    Difference,
    compare_relation,
    declared_keys,
    describe,
    missing_relation,
)

ROWS = """
    select * from (values
        ('s1', 'd1', 3, 0.5::double, timestamp '2026-01-01 10:00:00', date '2026-01-01', true),
        ('s2', 'd1', 1, null, null, null, null),
        ('s3', 'd2', 7, 1e12::double, timestamp '2026-01-02 00:00:00.000001', null, false)
    ) as t(session_id, device_id, event_count, share, started_at, day, is_long)
"""


@pytest.fixture
def compare():
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")

    def run(left, right, key=("session_id",)):
        sides = [describe(connection, f"({sql})") for sql in (left, right)]
        return compare_relation(connection, "core.fct_sessions", *sides, key)

    return run


def _changed(column, value, where="session_id = 's1'"):
    changed = f"case when {where} then {value} else {column} end as {column}"
    return f"select * replace ({changed}) from ({ROWS})"


@pytest.mark.parametrize("key", [("session_id",), ()])
def test_order_and_widths_and_zones_are_no_content(compare, key):
    other = (
        "select * replace (event_count::bigint as event_count, day::date as day,"
        f" started_at::timestamptz as started_at) from ({ROWS}) order by session_id desc"
    )
    found = compare(ROWS, other, key)
    assert (found.rows, found.count, found.examples) == (3, 0, ())


@pytest.mark.parametrize(
    ("column", "value", "left", "right"),
    [
        ("device_id", "'d1 '", "d1", "d1 "),
        ("device_id", "null", "d1", "null"),
        ("event_count", "4", "3", "4"),
        ("share", "0.500001", "0.5", "0.500001"),
        ("share", "null", "0.5", "null"),
        ("share", "'NaN'::double", "0.5", "nan"),
        ("share", "'Infinity'::double", "0.5", "inf"),
        (
            "started_at",
            "timestamp '2026-01-01 10:00:00.000001'",
            "2026-01-01 10:00:00",
            "2026-01-01 10:00:00.000001",
        ),
        ("day", "date '2026-01-02'", "2026-01-01", "2026-01-02"),
        ("is_long", "false", "true", "false"),
    ],
)
def test_a_value_is_named_with_its_key_and_column(compare, column, value, left, right):
    found = compare(ROWS, _changed(column, value))
    assert found.count == 1
    assert found.examples == (
        Difference("core.fct_sessions", "session_id=s1", column, left, right),
    )


def test_doubles_may_differ_by_a_billionth_of_their_size(compare):
    assert compare(ROWS, _changed("share", "0.5 + 1e-10")).count == 0
    near = _changed("share", "1e12 + 100", "session_id = 's3'")
    far = _changed("share", "1e12 + 10000", "session_id = 's3'")
    assert (compare(ROWS, near).count, compare(ROWS, far).count) == (0, 1)


@pytest.mark.parametrize("key", [("session_id",), ()])
def test_rows_too_many_and_too_few(compare, key):
    fewer, twice = f"{ROWS} limit 2", f"{ROWS} union all ({ROWS} limit 1)"
    assert compare(ROWS, fewer, key).count == 1
    assert compare(ROWS, fewer, key).examples[0].right == "(no row)"
    assert compare(ROWS, twice, key).count == 1
    assert compare(ROWS, twice, key).examples[0].left == "(no row)"
    assert compare(fewer, f"{ROWS} limit 0", key).count == 2


def test_without_a_key_a_changed_row_is_one_missing_and_one_more(compare):
    found = compare(ROWS, _changed("device_id", "'d9'"), ())
    assert found.count == 2
    assert {example.column for example in found.examples} == {"(row)"}
    (only,) = compare(ROWS, _changed("share", "0.6"), ()).examples
    assert (only.column, only.left, only.right) == ("share", "0.5", "0.6")


def test_columns_that_are_missing_or_of_another_kind(compare):
    text = "select * replace (event_count::varchar as event_count) from"
    assert [e.column for e in compare(ROWS, f"{text} ({ROWS})").examples] == ["event_count"]
    lacking = compare(ROWS, f"select * exclude (day) from ({ROWS})")
    assert [(e.column, e.right) for e in lacking.examples] == [("day", "(none)")]


def test_keys_of_an_engine_are_left_out(compare):
    left = f"select *, hash(session_id) as session_key from ({ROWS})"
    right = f"select *, md5_number(session_id) as session_key from ({ROWS})"
    assert compare(left, right).count == 0
    assert compare(left, right, ("session_key",)).count == 0


def test_many_differences_are_counted_and_some_are_shown(compare):
    many = "select i as session_id, i as n from range(1000) r(i)"
    found = compare(many, "select i as session_id, i + 1 as n from range(1000) r(i)")
    assert (found.count, len(found.examples)) == (1000, EXAMPLES)


def test_empty_relations_are_the_same(compare):
    assert compare(f"{ROWS} limit 0", f"{ROWS} limit 0").count == 0


def test_a_relation_that_one_build_lacks_is_a_difference():
    (left,) = missing_relation("marts.a", in_left=True).examples
    (right,) = missing_relation("marts.a", in_left=False).examples
    assert (left.left, left.right) == ("present", "(no relation)")
    assert (right.left, right.right) == ("(no relation)", "present")
    assert missing_relation("marts.a", in_left=True).count == 1


def test_keys_come_from_what_the_yaml_declares():
    def model(name, **columns):
        named = {
            column: {"name": column, "constraints": [{"type": kind} for kind in kinds]}
            for column, kinds in columns.items()
        }
        return {"name": name, "columns": named}

    def test_of(model, name, **kwargs):
        metadata = {"name": name, "kwargs": kwargs}
        return {"name": name, "test_metadata": metadata, "attached_node": f"model.x.{model}"}

    nodes = [
        model("a", id=["not_null", "primary_key"]),
        model("b", x=[]),
        test_of("a", "unique", column_name="other"),
        test_of("b", "not_null", column_name="x"),
        test_of("c", "unique_combination", columns=["p", "q"]),
        test_of("d", "unique", column_name="k"),
    ]
    manifest = {"nodes": dict(enumerate(nodes))}
    assert declared_keys(manifest) == {"a": ("id",), "c": ("p", "q"), "d": ("k",)}

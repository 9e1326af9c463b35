"""The order-free fingerprint: what it sees, what it must not see, and that it is defined."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from usage_warehouse.fingerprint import Fingerprint, fingerprint

BASE = "select * from (values (1, 'a', null), (2, null, 0.5::double), (2, null, 0.5::double))"


def of(query: str, **settings: str) -> Fingerprint:
    with duckdb.connect() as connection:
        for name, value in settings.items():
            connection.execute(f"set {name} = '{value}'")
        return fingerprint(connection, f"({query})")


def by_hand(*texts: str) -> str:
    """The documented method, in Python: sums of both halves of the MD5 of each text."""
    halves = [hashlib.md5(text.encode()).digest() for text in texts]
    lower = sum(int.from_bytes(half[8:], "little") for half in halves) % 2**64
    upper = sum(int.from_bytes(half[:8], "little") for half in halves) % 2**64
    return f"{lower:016x}{upper:016x}"


def test_it_is_what_the_documentation_says():
    query = (
        "select 1 as B, 'é;' as a, null::int as c, true as d, date '2026-01-31' as e, "
        "1.50::decimal(5, 2) as f, timestamp '1970-01-01 00:00:01' as g, -0.0::double as h, "
        "'x'::blob as i, [1, null] as j, null::varchar as k"
    )
    text = "é;|1|~|true|2026-01-31|1.50|1000000|0.0|78|[1,null]|~|2|8|~"
    names = "a|b|c|d|e|f|g|h|i|j|k"
    assert of(query) == Fingerprint(1, by_hand(text, names))
    assert of(f"{query} union all {query}") == Fingerprint(2, by_hand(text, text, names))


@pytest.mark.parametrize(
    "same",
    [
        f"from ({BASE}) order by col0 desc",
        f"select col2, col0, col1 from ({BASE})",
        f"select col0::smallint as COL0, col1, col2 from ({BASE})",
    ],
)
def test_order_of_rows_and_columns_and_width_of_integers_do_not_matter(same):
    assert of(same) == of(BASE)


@pytest.mark.parametrize(
    "other",
    [
        f"select distinct * from ({BASE})",
        f"from ({BASE}) union all select 1, 'a', null",
        f"select col0, coalesce(col1, '') as col1, col2 from ({BASE})",
        f"select col0 as other, col1, col2 from ({BASE})",
        "select * from (values (1, null, null), (2, 'a', 0.5::double), (2, null, 0.5::double))",
    ],
)
def test_repeated_rows_nulls_names_and_moved_values_are_seen(other):
    assert of(other) != of(BASE)


def test_no_value_can_imitate_a_separator():
    assert of("select 'x|y' as a, 'z' as b") != of("select 'x' as a, 'y|z' as b")
    assert of("select '~' as a, 'x' as b") != of("select null::varchar as a, 'x' as b")
    assert of("select 'a' as a, '1|1' as b") != of("select 'a|1' as a, '1' as b")


def test_session_time_zone_and_threads_do_not_matter():
    query = "select i, timestamptz '2026-03-01 00:00:00+02' as at from range(300000) t(i)"
    assert of(query, TimeZone="Asia/Tokyo", threads="1") == of(query, TimeZone="UTC", threads="2")


def test_empty_and_excluded_columns():
    assert of("select 1 as a where false") == Fingerprint(0, by_hand("a"))
    with duckdb.connect() as connection:
        left = fingerprint(connection, "(select 1 as a, 2 as b)", exclude=["B"])
        assert left == fingerprint(connection, "(select 1 as a)")
        assert fingerprint(connection, "(select 1 as a)", exclude=["a"]).rows == 1

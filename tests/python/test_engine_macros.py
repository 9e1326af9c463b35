"""Every macro of macros/engine/ has both engines, and means on DuckDB what its cases say.

The same cases are evaluated on Spark by `make spark`.
"""

from __future__ import annotations

import re
from dataclasses import replace

import duckdb
import pytest

from usage_warehouse.engine.duckdb_plugin import pseudonym_key
from usage_warehouse.engine.macro_cases import CASES, Case, failures
from usage_warehouse.engine.render_macros import ENGINES, macro_renderer

# What takes part in a build and is no value: the comparison of the builds sees it fail.
SEEN_IN_BUILDS = {
    "append_rows",
    "assert_threads",
    "declare_raw_tables",
    "discard_rows",
    "has_constraints",
    "partition_column",
    "raw_columns_found",
    "raw_file_path",
    "raw_file_row",
    "raw_table_is_there",
    "replace_rows",
    "replace_tables",
    "settled_rows",
}
CALLED = sorted({case.macro for case in CASES})


@pytest.fixture(scope="module")
def query():
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set default_null_order = 'nulls_first_on_asc_last_on_desc'")
    escaped = pseudonym_key().replace("'", "''")
    connection.execute(f"set variable usage_pseudonym_key = '{escaped}'")
    return lambda sql: connection.execute(sql).fetchall()


def _dispatched(project_root) -> dict[str, set[str]]:
    """Macros that have a version per engine, and the engines that they have one for."""
    found: dict[str, set[str]] = {}
    for path in (project_root / "macros").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        for engine, name in re.findall(r"{%-? macro (duckdb|spark)__(\w+)\(", text):
            if f"dispatch('{name}', 'usage_warehouse')" in _all_macros(project_root):
                found.setdefault(name, set()).add(engine)
    return found


def _all_macros(project_root) -> str:
    return "\n".join(p.read_text("utf-8") for p in (project_root / "macros").rglob("*.sql"))


@pytest.mark.parametrize("macro", CALLED)
def test_it_means_on_duckdb_what_its_cases_say(macro, query):
    cases = [case for case in CASES if case.macro == macro]
    broken = failures(cases, macro_renderer("duckdb"), query)
    assert [f"{failure.case} is {failure.found}" for failure in broken] == []


def test_every_macro_has_both_engines_and_cases(project_root):
    dispatched = _dispatched(project_root)
    assert {name for name, engines in dispatched.items() if engines != set(ENGINES)} == set()
    assert set(dispatched) - SEEN_IN_BUILDS <= set(CALLED)
    assert set(dispatched) >= SEEN_IN_BUILDS
    for engine in ENGINES:
        render = macro_renderer(engine)
        assert all(render(case.sql) for case in CASES)


@pytest.mark.parametrize(
    ("macro", "right", "wrong"),
    [
        ("add_seconds", "to_seconds", "to_minutes"),
        ("parse_timestamp", "regexp_full_match", "regexp_matches"),
        ("is_json_object", "'NaN|nfinity|", "'"),
        ("sorted_list", "order by v)", "order by v desc)"),
        ("canonical_json", "replace(node.type, 'UBIGINT', 'BIGINT')", "''"),
        ("last_known", " ignore nulls", ""),
    ],
)
def test_a_broken_macro_is_found_by_its_name(macro, right, wrong, query):
    render = macro_renderer("duckdb")
    broken = failures(CASES, lambda text: render(text).replace(right, wrong), query)
    assert macro in {failure.case.macro for failure in broken}


def test_a_case_that_expects_another_value_fails(query):
    case = next(case for case in CASES if case.macro == "hash_text")
    (failure,) = failures([replace(case, expected="'abc'"), case], macro_renderer("duckdb"), query)
    assert failure.case.expected == "'abc'"
    assert len(failure.found) == 64


def test_a_failure_shows_null(query):
    case = Case("none", "nullif(x, 'a')", "'b'", {"x": "'a'"})
    (failure,) = failures([case], macro_renderer("duckdb"), query)
    assert failure.found == "null"


def test_exposures_name_the_events_that_they_read(query):
    exposures = [
        {"name": "weekly", "config": {"meta": {"events": ["page", "it's"]}}},
        {"name": "board", "meta": {"events": ["page"]}},
        {"name": "other", "config": {"meta": {}}},
    ]
    render = macro_renderer("duckdb")
    rows = query(render(f"{{{{ exposed_events({exposures!r}) }}}}"))
    assert sorted(rows) == [
        ("it's", "exposure", "weekly"),
        ("page", "exposure", "board"),
        ("page", "exposure", "weekly"),
    ]
    assert query(render("{{ exposed_events([]) }}")) == []

"""The gate: the SQL of its data test, and what it holds when a source is switched off."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pandas as pd
import pytest

from usage_warehouse.expectations import gates
from usage_warehouse.expectations.business import ROWS_COLUMNS
from usage_warehouse.expectations.check import RESULT_COLUMNS
from usage_warehouse.expectations.frames import rows_frame


def test_a_source_that_is_off_leaves_an_open_gate() -> None:
    assert gates.is_off("False")
    assert gates.is_off(False)
    assert not gates.is_off(True)
    assert not gates.is_off(None)
    results = gates.switched_off("core")
    assert tuple(results.columns) == RESULT_COLUMNS
    assert results["success"].tolist() == [True]
    assert results["severity"].tolist() == ["warn"]


def test_sources_that_are_not_there_add_no_result() -> None:
    conservation = pd.DataFrame(columns=["source", "table_name", "outcome", "row_count"])
    nothing = gates.business_rows_results(conservation)
    assert nothing.empty
    assert gates.coverage_results(pd.DataFrame(columns=["source"])).empty
    one = gates.switched_off("feed")
    assert gates.together(one, nothing).equals(one)


def test_rows_are_counted_by_table_whatever_the_reason() -> None:
    rows = [
        ("billing", "price", "accepted", 150),
        ("billing", "price", "accepted", 30),
        ("billing", "price", "duplicate", 10),
        ("billing", "price", "corrected", 2),
        ("billing", "price", "missing_key", 5),
        ("billing", "price", "bad_time", 3),
        ("crm", "account", "missing_key", 100),
    ]
    frame = pd.DataFrame(rows, columns=["source", "table_name", "outcome", "row_count"])
    counted = rows_frame(frame)
    assert tuple(counted.columns) == ROWS_COLUMNS
    assert counted.to_numpy().tolist() == [
        ["billing", "price", 200, 180, 10, 2, 8, 0.04],
        ["crm", "account", 100, 0, 0, 0, 100, 1.0],
    ]
    results = gates.business_rows_results(frame)
    assert results.loc[~results["success"], "expectation"].tolist() == [
        "refused_rows_are_the_minority"
    ]


# The gate is a data test on the result table: its SQL, on tables that are open and closed.
GATE_ROWS = {
    "open": ([("fail", True), ("warn", True)], 0),
    "a warning": ([("fail", True), ("warn", False)], 0),
    "a failure": ([("fail", False), ("fail", True), ("fail", False)], 2),
    "no verdict": ([("fail", None)], 1),
    "no severity": ([(None, False)], 1),
    "no results": ([], 1),
}


@pytest.mark.parametrize("case", GATE_ROWS)
def test_gate_is_open_counts_what_closes_it(case: str, project_root: Path) -> None:
    rows, closed = GATE_ROWS[case]
    text = (project_root / "tests/generic/gate_is_open.sql").read_text(encoding="utf-8")
    body = text[text.index("%}", text.index("{% test")) + 2 : text.index("{% endtest %}")]
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    query = environment.from_string(body).render(model="gate", execute=False)
    with duckdb.connect() as connection:
        connection.execute(
            "create table gate (suite varchar, expectation varchar, severity varchar, "
            "success boolean, observed varchar, reason varchar)"
        )
        for severity, success in rows:
            connection.execute(
                "insert into gate values ('s', 'e', $1, $2, 'o', 'r')", [severity, success]
            )
        assert len(connection.execute(query).fetchall()) == closed

"""The gate: the SQL of its data test, and what it holds when a source is switched off."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pytest

from usage_warehouse.expectations import gates
from usage_warehouse.expectations.check import RESULT_COLUMNS


def test_a_source_that_is_off_leaves_an_open_gate() -> None:
    assert gates.is_off("False")
    assert gates.is_off(False)
    assert not gates.is_off(True)
    assert not gates.is_off(None)
    results = gates.switched_off("core")
    assert tuple(results.columns) == RESULT_COLUMNS
    assert results["success"].tolist() == [True]
    assert results["severity"].tolist() == ["warn"]


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

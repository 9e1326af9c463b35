"""The order in which Spark is told: where a run may be cut off, nothing must be claimed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import Environment, StrictUndefined

CHANGED = [("2026-01-05",), (None,), ("2026-01-06",)]


class _Relation(str):
    """A relation by its name."""

    def incorporate(self, path):
        return _Relation(f"staging.{path['identifier']}")

    @property
    def identifier(self):
        return self.split(".")[-1]


@pytest.fixture
def spark(project_root):
    """Renders a macro call as Spark would; `told` is every statement in its order."""
    told: list[str] = []

    def run_query(sql):
        told.append(" ".join(str(sql).split()))
        rows = CHANGED if "signed_hash" in sql else []
        filled = ["2026-01-05"] if "select distinct" in sql else []
        column = SimpleNamespace(values=lambda: filled)
        return SimpleNamespace(rows=rows, columns=[column])

    jinja = Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined)
    config = {"partition_by": "event_date", "materialized": "incremental"}
    jinja.globals |= {
        "run_query": run_query,
        "return": lambda value: value,
        "adapter": SimpleNamespace(dispatch=None),
        "config": SimpleNamespace(get=config.get, require=config.get),
        "forget_ledger": lambda *parts: told.append("forget the ledger"),
        "dbt": SimpleNamespace(spark__create_table_as=lambda *a: f"create {a[1]}: {a[2]}"),
    }
    names = ("replace_rows", "replace_tables", "create_table_as")
    text = "".join((project_root / f"macros/engine/{n}.sql").read_text("utf-8") for n in names)
    # What a macro gives by return() is a value to dbt, and text to Jinja.
    text = text.replace("{{ return(scratch) }}", "{{ scratch }}")
    module = jinja.from_string(text).make_module()
    jinja.globals |= {name: value for name, value in vars(module).items() if callable(value)}

    def render(call):
        told.append(" ".join(jinja.from_string("{{ " + call + " }}").render(r=_Relation).split()))
        return told

    return render


def test_tables_of_a_ledger_go_together_and_come_in_their_order(spark):
    told = spark("spark__replace_tables({'ledger.consumed': 'q1', 'ledger.fingerprint': 'q2'})")
    assert told == [
        "drop table if exists ledger.consumed",
        "drop table if exists ledger.fingerprint",
        "create table ledger.consumed using parquet as q1",
        "create table ledger.fingerprint using parquet as q2",
        "",
    ]


def test_a_full_build_forgets_its_ledger_and_what_was_left_behind(spark):
    told = spark("spark__create_table_as(false, r('staging.m'), 'select 1')")
    assert told[:3] == [
        "forget the ledger",
        "drop table if exists staging.m__new_rows",
        "drop table if exists staging.m__overwriting",
    ]
    assert told[3].startswith("create staging.m: select /*+ rebalance(event_date) */ * from (")
    assert "as divided" in told[3]


def test_the_temporary_view_of_an_increment_forgets_nothing(spark):
    assert spark("spark__create_table_as(true, r('m__tmp'), 'select 1')") == [
        "create m__tmp: select 1"
    ]


def test_an_increment_forgets_its_ledger_before_it_writes(spark):
    told = spark(
        "spark__replace_rows(r('staging.m'), 'staging.m__new_rows', ['a', 'event_date'], 'gone')"
    )
    place = told.index("forget the ledger")
    writes = [line for line in told if line.startswith(("alter table", "insert overwrite"))]
    assert [told.index(line) > place for line in writes] == [True] * 3
    # All days that differ are written, those without a row are dropped; null is a day too.
    assert [line for line in writes if line.startswith("alter")] == [
        "alter table staging.m drop if exists partition (event_date = null)",
        "alter table staging.m drop if exists partition (event_date = date '2026-01-06')",
    ]
    (staged,) = [line for line in told if "union all select" in line and "create table" in line]
    within = "(event_date in (date '2026-01-05', date '2026-01-06') or event_date is null)"
    assert staged.count(within) == 2
    assert "and not coalesce(gone, false)" in staged
    assert told[-1] == "drop table staging.m__new_rows"

"""Tables as a loader delivers them and objects as Stripe gives them: all of it means the same."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import Place

from usage_warehouse.land.tables import land_table

FIXTURES = Path(__file__).parents[1] / "fixtures"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = sorted(path.stem.replace("__", ".") for path in (FIXTURES / "fivetran").glob("*.csv"))
# table → the staging model, and columns of it → the loader's columns of the same meaning
MEANING = {
    "billing.charge": ("stg_billing__charges", {"amount_minor": "amount", "status": "status"}),
    "billing.coupon": ("stg_billing__coupons", {"duration": "duration", "currency": "currency"}),
    "billing.customer": ("stg_billing__customers", {"currency": "currency"}),
    "billing.invoice": (
        "stg_billing__invoices",
        {"amount_due_minor": "amount_due", "customer_id": "customer_id", "status": "status"},
    ),
    "billing.price": (
        "stg_billing__prices",
        {
            "unit_amount": "unit_amount",
            "recurring_interval": "recurring_interval",
            "product_id": "product_id",
        },
    ),
    "billing.refund": ("stg_billing__refunds", {"amount_minor": "amount"}),
    "billing.subscription": (
        "stg_billing__subscriptions",
        {"customer_id": "customer_id", "status": "status"},
    ),
    "billing.subscription_item": (
        "stg_billing__subscription_items",
        {"subscription_id": "subscription_id", "quantity": "quantity"},
    ),
    "crm.account": ("stg_crm__accounts", {"account_name": "name", "owner_id": "owner_id"}),
    "crm.opportunity": (
        "stg_crm__opportunities",
        {"stage_name": "stage_name", "crm_account_id": "account_id"},
    ),
    "support.organization": ("stg_support__organizations", {"organization_name": "name"}),
    "support.ticket": ("stg_support__tickets", {"status": "status", "priority": "priority"}),
}


def _file(table: str) -> Path:
    return FIXTURES / "fivetran" / f"{table.replace('.', '__')}.csv"


def delivered(table: str) -> list[dict[str, str]]:
    """The rows of a table as the loader delivers them."""
    with _file(table).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def query(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[tuple]]:
    """A function that asks a build of the staging of all these tables."""
    place = Place(tmp_path_factory.mktemp("loader"))
    for table in TABLES:
        land_table(table, [_file(table)], place.raw, loader="fivetran", loaded_at=NOW)
    (place.root / "build").mkdir()
    built = place.run(
        *("dbt", "build", "--exclude-resource-type", "unit_test"),
        *("--select", "+source_conservation", "+models/staging/billing", "+models/staging/crm"),
        *("+models/staging/support", "--vars", '{"using_events": false}'),
        *("--indirect-selection", "cautious"),
    )
    assert "Completed successfully" in built.stdout, built.stdout
    with place.warehouse() as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def test_every_delivered_row_is_a_version(query) -> None:
    found = {
        f"{source}.{table}": int(count)
        for source, table, count in query(
            "select source, table_name, sum(row_count) from governance.source_conservation"
            " where outcome = 'accepted' group by all"
        )
    }
    assert found == {table: len(delivered(table)) for table in TABLES}
    refused = query(
        "select * from governance.source_conservation where outcome not in ('accepted')"
    )
    assert refused == []


@pytest.mark.parametrize("table", MEANING)
def test_staging_says_what_was_delivered(query, table: str) -> None:
    model, columns = MEANING[table]
    names = ", ".join(f"cast({ours} as varchar)" for ours in columns)
    found = sorted(query(f"select {names} from staging.{model}"), key=repr)
    expected = sorted(
        (tuple(row[theirs] or None for theirs in columns.values()) for row in delivered(table)),
        key=repr,
    )
    assert [tuple(map(_plain, row)) for row in found] == [
        tuple(map(_plain, row)) for row in expected
    ]


def _plain(value: str | None) -> str | float | None:
    """Numbers whatever their spelling; texts in lower case."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return value and value.lower()


def test_stripes_objects_of_today_land_with_what_they_nest(tmp_path: Path) -> None:
    objects = json.loads((FIXTURES / "stripe/objects.json").read_text(encoding="utf-8"))
    landed = {}
    for table, content in objects.items():
        if table == "deleted_customer":
            continue
        path = tmp_path / f"{table}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        result = land_table(f"billing.{table}", [path], tmp_path / "raw", loaded_at=NOW)
        assert (result.read, result.appended) == (1, 1)
        landed[table] = _landed(tmp_path / "raw", table)
    item, price = landed["subscription_item"], landed["price"]
    assert item["price_id"] == price["id"] == objects["price"]["id"]
    assert item["current_period_end"] == "2000-12-08 15:02:53.000000"
    assert (price["recurring_interval"], price["recurring_interval_count"]) == ("month", "1")
    assert price["transform_quantity_round"] == "down"
    # What moved below `parent` is found there.
    assert landed["invoice"]["subscription_id"] == "subscription"
    assert landed["charge"]["amount"] == "100"
    assert landed["coupon"]["percent_off"] == "25.5"


def test_a_file_of_two_interfaces_is_read_row_by_row(tmp_path: Path) -> None:
    """Older objects name the subscription themselves, newer ones below `parent`."""
    older = {"id": "a", "customer": "c", "subscription": "old", "deleted": True}
    newer = {
        "id": "b",
        "customer": "c",
        "parent": {"subscription_details": {"subscription": "new"}},
    }
    path = tmp_path / "invoices.json"
    path.write_text(json.dumps([older, newer]), encoding="utf-8")
    land_table("billing.invoice", [path], tmp_path / "raw", loaded_at=NOW)
    (file,) = (tmp_path / "raw/billing/invoice").rglob("*.parquet")
    rows = {row["id"]: row["subscription_id"] for row in pq.read_table(file).to_pylist()}
    assert rows == {"a": "old", "b": "new"}


def _landed(raw: Path, table: str) -> dict:
    (path,) = (raw / "billing" / table).rglob("*.parquet")
    (row,) = pq.read_table(path).to_pylist()
    return row

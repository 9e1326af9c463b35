"""Tables of versions are landed by column name, and only where they say something new."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.land.tables import TableResult, land_table
from usage_warehouse.raw.load_units import raw_files

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
CSV = "id,customer_id,status,updated_at\ns1,c1,active,2026-01-01\ns2,c2,active,2026-01-02\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def land(
    raw: Path, text: str | bytes, table: str, name: str = "file.csv", **options
) -> TableResult:
    path = raw.parent / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    options.setdefault("loaded_at", NOON)
    return land_table(table, [path], raw, **options)


def rows(raw: Path, table: str) -> list[dict]:
    files = raw_files(raw, *table.split("."))
    found = [row for path in files for row in pq.read_table(path).to_pylist()]
    return sorted(found, key=lambda row: (row["_loaded_at"], str(row["id"])))


def test_landing_twice_changes_nothing(raw: Path) -> None:
    first = land(raw, CSV, "billing.subscription")
    files = raw_files(raw, "billing", "subscription")
    again = land(raw, CSV, "billing.subscription", loaded_at=LATER)
    assert (first.read, first.appended, first.unchanged) == (2, 2, 0)
    assert (again.read, again.appended, again.unchanged, again.path) == (2, 0, 2, None)
    assert raw_files(raw, "billing", "subscription") == files


def test_a_changed_row_is_a_version_and_the_old_one_stays(raw: Path) -> None:
    land(raw, CSV, "billing.subscription")
    changed = CSV.replace("s1,c1,active,2026-01-01", "s1,c1,past_due,2026-02-01")
    result = land(raw, changed, "billing.subscription", loaded_at=LATER)
    assert (result.appended, result.unchanged) == (1, 1)
    found = rows(raw, "billing.subscription")
    assert [(r["id"], r["status"]) for r in found] == [
        ("s1", "active"),
        ("s2", "active"),
        ("s1", "past_due"),
    ]


def test_without_a_valid_time_a_return_to_the_first_state_is_new(raw: Path) -> None:
    header = "id,name\n"
    for day, name, appended in ((1, "a", 1), (2, "b", 1), (3, "a", 1), (4, "a", 0)):
        at = datetime(2026, 3, day, tzinfo=UTC)
        assert (
            land(raw, f"{header}c,{name}\n", "billing.customer", loaded_at=at).appended == appended
        )


def test_a_late_version_lands_whatever_came_after_it(raw: Path) -> None:
    land(raw, CSV, "billing.subscription")
    late = "id,customer_id,status,updated_at\ns1,c1,trialing,2025-12-01\n"
    assert land(raw, late, "billing.subscription", loaded_at=LATER).appended == 1
    assert land(raw, late, "billing.subscription", loaded_at=LATER).appended == 0


def test_a_correction_lands_and_its_return_too(raw: Path) -> None:
    header = "id,customer_id,status,updated_at\n"
    for day, status, appended in ((1, "active", 1), (2, "paused", 1), (3, "active", 1)):
        text = f"{header}s1,c1,{status},2026-01-01\n"
        at = datetime(2026, 3, day, tzinfo=UTC)
        assert land(raw, text, "billing.subscription", loaded_at=at).appended == appended


def test_a_full_extract_tells_deletions_once(raw: Path) -> None:
    land(raw, CSV, "billing.subscription")
    rest = CSV.replace("s2,c2,active,2026-01-02\n", "")
    gone = land(raw, rest, "billing.subscription", loaded_at=LATER, is_full=True)
    assert (gone.appended, gone.deleted) == (0, 1)
    assert land(raw, rest, "billing.subscription", loaded_at=LATER, is_full=True).deleted == 0
    last = rows(raw, "billing.subscription")[-1]
    assert (last["id"], last["_deleted"], last["updated_at"]) == ("s2", "true", None)
    assert land(raw, CSV, "billing.subscription", loaded_at=LATER).appended == 0


def test_names_are_matched_without_case_and_underscores(raw: Path) -> None:
    text = "Id,OwnerId,LastModifiedDate,Product_Account_Id__c,Unknown\n1,u,2026-01-01,acme,x\n"
    result = land(raw, text, "crm.account")
    assert result.ignored == ("Unknown",)
    (row,) = rows(raw, "crm.account")
    assert (row["owner_id"], row["product_account_id"]) == ("u", "acme")
    assert row["last_modified_date"] == "2026-01-01 00:00:00.000000"


def test_fivetrans_columns(raw: Path) -> None:
    text = (
        "id,_fivetran_synced,amount,interval,interval_count,usage_type,currency,is_deleted\n"
        "plan_1,2021-03-15 14:21:13,150000,month,1,licensed,usd,FALSE\n"
    )
    land(raw, text, "billing.price", loader="fivetran")
    (row,) = rows(raw, "billing.price")
    assert (row["unit_amount"], row["recurring_interval"], row["_deleted"]) == (
        "150000",
        "month",
        "false",
    )
    assert row["_loaded_at"] == datetime(2021, 3, 15, 14, 21, 13, tzinfo=UTC)


def test_airbytes_columns(raw: Path) -> None:
    text = (
        "id,_airbyte_extracted_at,product,currency,recurring,_ab_cdc_deleted_at\n"
        'p,2026-01-01T00:00:00Z,prod,usd,"{""interval"":""year"",""interval_count"":1}",2026-01-02\n'
    )
    land(raw, text, "billing.price", loader="airbyte")
    (row,) = rows(raw, "billing.price")
    assert (row["product_id"], row["recurring_interval"], row["recurring_interval_count"]) == (
        "prod",
        "year",
        "1",
    )
    assert row["_deleted"] == "true"


def test_dlts_columns(raw: Path) -> None:
    item = {
        "id": "p",
        "currency": "usd",
        "recurring__interval": "week",
        "_dlt_load_id": "1767225600.5",
    }
    land(raw, json.dumps(item), "billing.price", "file.jsonl", loader="dlt")
    (row,) = rows(raw, "billing.price")
    assert row["recurring_interval"] == "week"
    assert row["_loaded_at"] == datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)


def test_stripes_own_objects(raw: Path) -> None:
    item = {
        "id": "si",
        "subscription": "sub",
        "price": {"id": "price", "recurring": {"interval": "month"}},
        "quantity": 2,
        "created": 1_767_225_600,
        "current_period_end": 1_769_904_000,
    }
    land(raw, json.dumps([item]), "billing.subscription_item", "file.json")
    (row,) = rows(raw, "billing.subscription_item")
    assert (row["subscription_id"], row["price_id"], row["quantity"]) == ("sub", "price", "2")
    assert row["current_period_end"] == "2026-02-01 00:00:00.000000"


def test_parquet_with_nested_columns_and_own_types(raw: Path) -> None:
    path = raw.parent / "file.parquet"
    table = pa.table(
        {
            "id": [1.0],
            "status": ["open"],
            "created_at": [NOON],
            "updated_at": [None],
            "x": [{"a": 1}],
        }
    )
    pq.write_table(table, path)
    assert land_table("support.ticket", [path], raw, NOON).ignored == ("x", "x_a")
    (row,) = rows(raw, "support.ticket")
    assert (row["id"], row["created_at"]) == ("1", "2026-03-01 12:00:00.000000")


def test_a_byte_order_mark_gzip_crlf_and_quoted_json(raw: Path) -> None:
    text = '\ufeffid,metadata\r\nc,"{""account_id"": ""a,b""}"\r\n'
    land(raw, gzip.compress(text.encode()), "billing.customer", "file.csv.gz")
    (row,) = rows(raw, "billing.customer")
    assert json.loads(row["metadata"]) == {"account_id": "a,b"}


def test_what_cannot_be_read_is_kept_as_it_is_written(raw: Path) -> None:
    land(raw, "id,currency,unit_amount,created\np,usd,ten,tomorrow\n", "billing.price")
    (row,) = rows(raw, "billing.price")
    assert (row["unit_amount"], row["created"]) == ("ten", "tomorrow")


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("id,name\n", "file.csv", None),
        ("name\nx\n", "file.csv", "the required column id is missing"),
        ("id,name\nc,a,b\n", "file.csv", "row 2: it has 3 fields, the header 2"),
        ('id,name\nc,"a\n', "file.csv", "it is no CSV"),
        ("id,id\nc,d\n", "file.csv", "the header has id more than once"),
        ('{"id": 1}\n{"id": \n', "file.jsonl", "it is no JSON"),
        ("[1]", "file.json", "row 1: it is no object"),
        ("no parquet", "file.parquet", "not readable as Parquet"),
        (b"id,name\nc,\xff\n", "file.csv", "cannot be read as text"),
    ],
)
def test_a_file_that_cannot_be_read_lands_nothing(
    raw: Path, text: str | bytes, name: str, problem: str | None
) -> None:
    if problem is None:
        assert land(raw, text, "billing.customer", name).appended == 0
    else:
        with pytest.raises(RawContractError, match=problem):
            land(raw, text, "billing.customer", name)
    assert not raw.exists()


def test_unknown_tables_and_files_are_told(raw: Path) -> None:
    with pytest.raises(BadInvocation, match="no table of versions 'billing"):
        land(raw, CSV, "billing.invoices")
    with pytest.raises(BadInvocation, match="no table of versions 'events"):
        land(raw, CSV, "events.messages")
    with pytest.raises(BadInvocation, match="there is no file"):
        land_table("billing.customer", [raw / "none.csv"], raw, NOON)

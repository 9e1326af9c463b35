"""A thousand random histories of subscriptions: the marts and the oracle agree to the unit.

More of them on demand: MRR_HISTORIES=20000 MRR_SEED=5 pytest tests/python/test_mrr_oracle.py
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction

import duckdb
import pytest
from billing_rows import Row, build_revenue, write_billing
from commands import Place
from mrr_histories import AS_OF, BEGIN, catalog, pack
from mrr_oracle import Oracle, Rules

COUNT = int(os.environ.get("MRR_HISTORIES", "1000"))
SEED = int(os.environ.get("MRR_SEED", "1"))
# Load times of the two loads: up to a day, and from it on.
LOADS = (BEGIN, BEGIN + timedelta(days=275), BEGIN + timedelta(days=9999))
Amounts = dict[tuple[str, str, str], int]


def months() -> list[tuple[str, datetime]]:
    """Every month to the horizon, and the moment at which it is measured."""
    found, at = [], BEGIN
    while at <= AS_OF:
        following = (at + timedelta(days=32)).replace(day=1)
        found.append((f"{at:%Y-%m-%d}", min(following - timedelta(microseconds=1), AS_OF)))
        at = following
    return found


def worked_out(raw: dict[str, list[Row]], rules: Rules | None = None) -> Amounts:
    """(customer, currency, month) → MRR above nothing, as the oracle says."""
    oracle = Oracle(raw, AS_OF, rules)
    found: Amounts = defaultdict(int)
    for subscription, customer in oracle.subscriptions().items():
        for month, at in months():
            for currency, amount in oracle.mrr(subscription, at).items():
                if amount:
                    found[customer, currency, month] += amount
    return dict(found)


@pytest.fixture(scope="module")
def raw() -> dict[str, list[Row]]:
    """All histories together."""
    return pack(COUNT, SEED)[0]


@pytest.fixture(scope="module")
def expected(raw: dict[str, list[Row]]) -> Amounts:
    """What the oracle says of them."""
    return worked_out(raw)


@pytest.fixture(scope="module")
def warehouse(raw: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory):
    """Two loads of all of them: late and corrected versions meet what was built before."""
    place = Place(tmp_path_factory.mktemp("histories"))
    for number, (first, last) in enumerate(itertools.pairwise(LOADS)):
        loaded = {
            table: [row for row in rows if first <= row["_loaded_at"] < last]
            for table, rows in raw.items()
        }
        assert sum(map(len, loaded.values())) > COUNT
        write_billing(loaded, place.raw, f"load_{number}")
        build_revenue(place, AS_OF)
    with place.warehouse() as connection:
        yield connection


def test_every_month_of_every_history_agrees(
    raw: dict[str, list[Row]], expected: Amounts, warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = warehouse.execute(
        """
        select account_id, currency, cast(month as varchar), mrr_minor
        from marts.revenue__account_months where mrr_minor > 0
        """
    ).fetchall()
    found = {(a.removeprefix("billing:"), c, m): amount for a, c, m, amount in rows}
    wrong = sorted(
        key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)
    )
    shown = _small(raw, wrong[0], found, expected) if wrong else ""
    assert not wrong, f"{len(wrong)} of {len(expected)} months differ; the first:\n{shown}"
    assert len({key[0] for key in expected}) > 0.5 * COUNT


def test_rows_run_without_gaps_and_say_what_moved(
    expected: Amounts, warehouse: duckdb.DuckDBPyConnection
) -> None:
    names = [month for month, _ in months()]
    rows = warehouse.execute(
        """
        select account_id, currency, cast(month as varchar), movement_type, movement_minor
        from marts.revenue__account_months
        """
    ).fetchall()
    found = {(a.removeprefix("billing:"), c, m): (kind, by) for a, c, m, kind, by in rows}
    wanted = {}
    for customer, currency in {key[:2] for key in expected}:
        first = min(m for c, cur, m in expected if (c, cur) == (customer, currency))
        previous, has_paid = 0, False
        for month in names[names.index(first) :]:
            now = expected.get((customer, currency, month), 0)
            wanted[customer, currency, month] = (_kind(previous, now, has_paid), now - previous)
            previous, has_paid = now, has_paid or now > 0
    assert found == wanted


def _kind(previous: int, now: int, has_paid: bool) -> str:
    if previous == now:
        return "none"
    if previous == 0:
        return "reactivation" if has_paid else "new"
    if now == 0:
        return "churn"
    return "expansion" if now > previous else "contraction"


def _small(raw: dict[str, list[Row]], key: tuple, found: Amounts, expected: Amounts) -> str:
    """The raw rows of one customer, and what both say of it."""
    customer = key[0]
    lines = [f"{key}: marts {found.get(key)}, oracle {expected.get(key)}"]
    for table, rows in raw.items():
        if table in catalog():
            continue
        own = [r for r in rows if r["id"].startswith(customer)]
        for row in sorted(own, key=lambda r: (r["id"], str(r["updated_at"]), r["_loaded_at"])):
            told = {name: str(value) for name, value in row.items() if value is not None}
            lines.append(f"{table}: {told}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "broken",
    [
        Rules(week_factor=Fraction(4)),
        Rules(paying=("active",)),
        Rules(paying=("active", "past_due", "trialing")),
        Rules(once_counts=True),
        Rules(half_even=True),
        Rules(trial_ends=False),
        Rules(ends_early=False),
        Rules(flat_at_zero=False),
    ],
    ids=lambda rules: str(rules)[:60],
)
def test_a_broken_rule_is_noticed(broken: Rules, expected: Amounts) -> None:
    some = pack(min(COUNT, 200), SEED)[0]
    customers = {row["id"] for row in some["customer"]}
    kept = {key: amount for key, amount in expected.items() if key[0] in customers}
    assert worked_out(some, broken) != kept

"""Random histories of subscriptions: a customer each, in one raw folder, under own prefixes."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta

from billing_rows import Row

BEGIN = datetime(2024, 1, 1)
AS_OF = datetime(2025, 3, 20, 9, 30)
LAST_LOAD = datetime(2025, 6, 1, 2)
DAYS = (AS_OF - BEGIN).days
CURRENCIES = ("usd", "eur", "jpy", "kwd")
TIERS = [
    {"up_to": 5, "unit_amount": 700, "flat_amount": 2_500},
    {"up_to": 10, "unit_amount": 650, "flat_amount": 130},
    {"up_to": None, "unit_amount_decimal": "599.25"},
]


def catalog() -> dict[str, list[Row]]:
    """Prices of every kind in every currency, and coupons of every kind."""
    prices: list[Row] = []
    kinds: dict[str, Row] = {
        "month": {"recurring_interval": "month", "unit_amount": 1_999},
        "quarter": {
            "recurring_interval": "month",
            "recurring_interval_count": 3,
            "unit_amount": 5_000,
        },
        "year": {"recurring_interval": "year", "unit_amount": 17_990},
        "week": {"recurring_interval": "week", "unit_amount": 333},
        "day": {"recurring_interval": "day", "unit_amount_decimal": "12.345678"},
        "package": {
            "recurring_interval": "month",
            "unit_amount": 501,
            "transform_quantity_divide_by": 4,
            "transform_quantity_round": "up",
        },
        "down": {
            "recurring_interval": "month",
            "unit_amount": 502,
            "transform_quantity_divide_by": 3,
            "transform_quantity_round": "down",
        },
        "graduated": {"recurring_interval": "month", "tiers_mode": "graduated"},
        "volume": {"recurring_interval": "year", "tiers_mode": "volume"},
        "metered": {
            "recurring_interval": "month",
            "unit_amount": 9,
            "recurring_usage_type": "metered",
        },
        "once": {"unit_amount": 9_999, "type": "one_time"},
        "custom": {"recurring_interval": "month"},
    }
    for currency in CURRENCIES:
        for kind, columns in kinds.items():
            scheme = {}
            if "tiers_mode" in columns:
                scheme = {"billing_scheme": "tiered", "tiers": json.dumps(TIERS)}
            prices.append({"id": f"{kind}_{currency}", "currency": currency, **columns, **scheme})
    coupons: list[Row] = [
        {"id": "half", "percent_off": "50", "duration": "forever"},
        {"id": "third", "percent_off": "33.3", "duration": "forever"},
        {"id": "welcome", "percent_off": "20", "duration": "repeating", "duration_in_months": 3},
        {"id": "first", "percent_off": "70", "duration": "once"},
        {"id": "off", "amount_off": 1_001, "currency": "usd", "duration": "forever"},
        {"id": "off_eur", "amount_off": 77, "currency": "eur", "duration": "forever"},
    ]
    at = {"_loaded_at": BEGIN, "updated_at": None}
    return {
        "price": [{**price, **at} for price in prices],
        "coupon": [{"currency": None, "amount_off": None, **c, **at} for c in coupons],
    }


class History:
    """The rows of one customer."""

    def __init__(self, number: int, seed: int) -> None:
        self._random = random.Random(f"{seed}/{number}")
        self.customer = f"c{number:05d}"
        self.rows: dict[str, list[Row]] = {}
        self._write()

    def _moment(self, first: datetime = BEGIN) -> datetime:
        """A moment from `first` on; often midnight, the end of a month, or exactly another."""
        pick = self._random
        room = max((AS_OF - first).days + 40, 1)
        at = first + timedelta(days=pick.randrange(room))
        kind = pick.random()
        if kind < 0.25:
            return at.replace(day=1, hour=0, minute=0, second=0)
        if kind < 0.35:
            return datetime(2024, 2, 29, 12) if first < datetime(2024, 2, 29) else at
        return at + timedelta(seconds=pick.randrange(86_400))

    def _add(self, table: str, updated_at: datetime | None, **columns: object) -> None:
        """A row; loaded soon, late, or twice; corrected at times."""
        pick = self._random
        at = updated_at or self._moment()
        delay = timedelta(days=pick.choice((0, 0, 0, 1, 30)), seconds=1 + pick.randrange(10**5))
        row = {"updated_at": updated_at, "_loaded_at": min(at + delay, LAST_LOAD), **columns}
        rows = self.rows.setdefault(table, [])
        taken = {(r["id"], r["updated_at"], r["_loaded_at"]) for r in rows}
        while (row["id"], row["updated_at"], row["_loaded_at"]) in taken:
            row["_loaded_at"] += timedelta(seconds=1)
        rows.append(row)
        if updated_at and pick.random() < 0.1:
            later = row["_loaded_at"] + timedelta(days=2, seconds=len(rows))
            fixed = {**row, "_loaded_at": later}
            if table == "subscription_item" and pick.random() < 0.5:
                fixed["quantity"] = (row.get("quantity") or 1) + 3
            rows.append(fixed)

    def _write(self) -> None:
        pick = self._random
        self._add("customer", BEGIN if pick.random() < 0.9 else None, id=self.customer)
        if pick.random() < 0.05:
            self._add("customer", self._moment(), id=self.customer, _deleted=True)
        currency = pick.choice(CURRENCIES)
        for number in range(pick.choice((1, 1, 1, 2, 3))):
            if pick.random() < 0.15:
                currency = pick.choice(CURRENCIES)
            self._subscription(f"{self.customer}s{number}", currency)
        if pick.random() < 0.2:
            self._discount("customer", None, None, currency)

    def _subscription(self, id_: str, currency: str) -> None:
        pick = self._random
        start = self._moment()
        keeps_history = pick.random() < 0.8
        base: Row = {
            "id": id_,
            "customer_id": self.customer,
            "start_date": start if pick.random() < 0.8 else None,
            "created": start + timedelta(days=pick.choice((0, 0, 0, 9))),
            "livemode": pick.choice((None, True, True, True, False)),
        }
        if pick.random() < 0.3:
            base["trial_start"] = pick.choice((start, start, None))
            base["trial_end"] = start + timedelta(days=14)
        items = [f"{id_}i{n}" for n in range(pick.choice((1, 1, 2, 3)))]
        at = start + timedelta(days=pick.choice((0, 0, 0, 3, 40)))
        for number, item in enumerate(items):
            self._item(item, id_, currency, at, keeps_history, number)
        for _ in range(pick.randrange(1, 6) if keeps_history else 1):
            self._add(
                "subscription", at if keeps_history else None, **base, **self._state(start, at)
            )
            at = max(at, self._moment(at)) + timedelta(seconds=1)
        if pick.random() < 0.08:
            self._add("subscription", at, **base, status=None, _deleted=True)
        if pick.random() < 0.35:
            self._discount("subscription", id_, None, currency)
        if pick.random() < 0.15:
            self._discount("item", id_, items[0], currency)

    def _state(self, start: datetime, at: datetime) -> Row:
        pick = self._random
        statuses = ("active",) * 8 + ("trialing", "past_due", "unpaid", "incomplete", "canceled")
        status = pick.choice(statuses)
        row: Row = {"status": status, "cancel_at_period_end": pick.random() < 0.15}
        if pick.random() < 0.1:
            row["cancel_at"] = self._moment(start)
        if pick.random() < 0.1:
            row["pause_collection_behavior"] = "void"
        if status == "canceled":
            row["canceled_at"] = at
            row["ended_at"] = pick.choice((at, at - timedelta(days=5), None))
        if pick.random() < 0.3:
            row["current_period_end"] = self._moment(start)
        return row

    def _item(
        self, id_: str, subscription: str, currency: str, at: datetime, keeps: bool, number: int
    ) -> None:
        pick = self._random
        kinds = (
            "month",
            "year",
            "quarter",
            "week",
            "day",
            "package",
            "down",
            "graduated",
            "volume",
        )
        kind = (
            pick.choice(kinds)
            if pick.random() < 0.9
            else pick.choice(("metered", "once", "custom"))
        )
        created = pick.choice((at, at, None))
        if number and pick.random() < 0.5:
            at = self._moment(at)
            created = pick.choice((at, None))
        for step in range(pick.randrange(1, 4) if keeps else 1):
            quantity = pick.choice((None, 0, 1, 2, 5, 6, 10, 11, 37))
            if step and pick.random() < 0.3:
                kind = pick.choice(kinds)
            self._add(
                "subscription_item",
                at if keeps else None,
                id=id_,
                subscription_id=subscription,
                price_id=f"{kind}_{currency}",
                quantity=quantity,
                created=created,
                current_period_end=self._moment(at) if pick.random() < 0.7 else None,
            )
            at = max(at, self._moment(at)) + timedelta(seconds=1)
        if pick.random() < 0.1:
            self._add(
                "subscription_item",
                at,
                id=id_,
                subscription_id=subscription,
                price_id=f"{kind}_{currency}",
                _deleted=True,
            )

    def _discount(
        self, scope: str, subscription: str | None, item: str | None, currency: str
    ) -> None:
        pick = self._random
        coupon = pick.choice(("half", "third", "welcome", "first", "off", "off_eur"))
        start = self._moment()
        self._add(
            "subscription_discount",
            start,
            id=f"{subscription or self.customer}{scope}",
            customer_id=self.customer,
            subscription_id=subscription,
            subscription_item_id=item,
            coupon_id=coupon,
            start=start,
            end=pick.choice((None, None, start + timedelta(days=100))),
        )


def pack(count: int, seed: int) -> tuple[dict[str, list[Row]], list[History]]:
    """The raw rows of many histories together, by table of billing, and the histories."""
    histories = [History(number, seed) for number in range(count)]
    together = catalog()
    for history in histories:
        for table, rows in history.rows.items():
            together.setdefault(table, []).extend(rows)
    return together, histories

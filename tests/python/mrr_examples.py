"""Published examples as raw rows of billing: each in a currency of its own, so none meets another.

Months of the examples lie so that the horizon is the end of the longest one, a table of cohorts.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from billing_rows import Row

AS_OF = datetime(2022, 11, 1)
JANUARY, FEBRUARY, MARCH = (datetime(2022, month, 10) for month in (1, 2, 3))
FIXTURE = Path(__file__).parents[1] / "fixtures/mrr/mrr_worked_examples.json"
EXAMPLES = {
    example["id"]: example
    for example in json.loads(FIXTURE.read_text(encoding="utf-8"))["examples"]
}
# example → the currency in which it is told
CURRENCIES = {
    "chartmogul-syncalytics": "usd",
    "chartmogul-churn-rates": "eur",
    "chartmogul-net-daily": "gbp",
    "stripe-mrr-sum": "chf",
    "stripe-annual": "sek",
    "stripe-coupon-rules": "nok",
    "nrr-grr-1": "dkk",
    "nrr-grr-2": "pln",
    "quick-ratio-1": "czk",
    "quick-ratio-2": "aud",
    "quick-ratio-3": "cad",
    "grr-wrong-on-the-web": "nzd",
    "grr-cohorts-weighted": "inr",
    "interval-normalisation-conventions": "brl",
}


class Books:
    """Raw rows of billing that grow example by example."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def _add(self, table: str, **columns: object) -> None:
        self.rows[table].append({"_loaded_at": AS_OF, **columns})

    def price(self, name: str, currency: str, unit_amount: int, interval: str, **more: str) -> str:
        """A price per unit; returns its id."""
        id_ = f"{name}_{currency}"
        self._add(
            "price",
            id=id_,
            currency=currency,
            unit_amount=unit_amount,
            recurring_interval=interval,
            **more,
        )
        return id_

    def subscribe(self, account: str, price: str, *quantities: tuple[datetime, int]) -> str:
        """A subscription with a quantity from each moment on; 0 ends it. Returns its id."""
        subscription = f"sub_{account}_{len(self.rows['subscription'])}"
        start, quantity = quantities[0]
        item = {"id": f"si_{subscription}", "subscription_id": subscription, "price_id": price}
        self._add("subscription_item", **item, quantity=quantity, updated_at=start)
        base = {"id": subscription, "customer_id": account, "start_date": start, "created": start}
        self._add("subscription", **base, status="active", updated_at=start)
        for at, later in quantities[1:]:
            if later:
                self._add("subscription_item", **item, quantity=later, updated_at=at)
            else:
                self._add("subscription", **base, status="canceled", ended_at=at, updated_at=at)
        if account not in {row["id"] for row in self.rows["customer"]}:
            self._add("customer", id=account, updated_at=start)
        return subscription

    def discount(self, subscription: str, duration: str, months: int | None = None) -> None:
        """Half off a subscription from its first example month on."""
        coupon = f"half_{duration}"
        self._add(
            "coupon", id=coupon, percent_off="50", duration=duration, duration_in_months=months
        )
        self._add(
            "subscription_discount",
            id=f"di_{subscription}",
            coupon_id=coupon,
            subscription_id=subscription,
            start=JANUARY,
        )


def flows(books: Books, example: str) -> None:
    """A month of movements, in whole units: what stood before, and what changed in February."""
    currency = CURRENCIES[example]
    told = EXAMPLES[example]["inputs"]
    unit = books.price("unit", currency, 100, "month")
    start = told.get("start_mrr", 0)
    lost, less, more = (told.get(key, 0) for key in ("churn", "contraction", "expansion"))
    kept = max(start - lost - less, 0)
    if lost:
        books.subscribe(f"{example}-lost", unit, (JANUARY, lost), (FEBRUARY, 0))
    if less:
        books.subscribe(f"{example}-less", unit, (JANUARY, 1 + less), (FEBRUARY, 1))
    if more or kept:
        first = max(kept - (1 if less else 0), 1)
        books.subscribe(f"{example}-more", unit, (JANUARY, first), (FEBRUARY, first + more))
    if told.get("new"):
        books.subscribe(f"{example}-new", unit, (FEBRUARY, told["new"]))


def syncalytics(books: Books) -> None:
    """A yearly Gold plan, a monthly Silver one beside it, an end, a return."""
    plans = EXAMPLES["chartmogul-syncalytics"]["plans"]
    gold_year = books.price("gold_year", "usd", plans["Gold"]["year"] * 100, "year")
    gold_month = books.price("gold_month", "usd", plans["Gold"]["month"] * 100, "month")
    silver = books.price("silver_month", "usd", plans["Silver"]["month"] * 100, "month")
    begin, end = datetime(2021, 1, 10), datetime(2022, 1, 10)
    books.subscribe("syncalytics", gold_year, (begin, 4), (end, 0))
    books.subscribe("syncalytics", silver, (datetime(2021, 2, 10), 2), (datetime(2021, 3, 10), 0))
    books.subscribe("syncalytics", gold_month, (datetime(2022, 4, 10), 3))


def coupon_rules(books: Books) -> None:
    """A customer of 100 a month for each rule, with the rule's name."""
    unit = books.price("unit", "nok", 10_000, "month")
    metered = books.price("metered", "nok", 10_000, "month", recurring_usage_type="metered")
    for duration, months in (("forever", None), ("repeating", 3), ("once", None)):
        books.discount(books.subscribe(duration, unit, (JANUARY, 1)), duration, months)
    books.subscribe("metered", metered, (JANUARY, 1))
    for status in ("trialing", "unpaid", "past_due", "active"):
        subscription = books.subscribe(status, unit, (JANUARY, 1))
        told = next(row for row in books.rows["subscription"] if row["id"] == subscription)
        told["status"] = status


def cohorts(books: Books) -> None:
    """An account per monthly cohort, which pays the table's share of its first month."""
    unit = books.price("unit", "inr", 1, "month")
    for month, (amount, *percents) in EXAMPLES["grr-cohorts-weighted"]["cohorts"].items():
        year, number = map(int, month.split("-"))
        moments = [
            datetime(year + (number - 1 + later) // 12, (number - 1 + later) % 12 + 1, 10)
            for later in range(len(percents))
        ]
        paid = [(amount * percent + 50) // 100 for percent in percents]
        books.subscribe(f"cohort-{month}", unit, *zip(moments, paid, strict=True))


def all_examples() -> dict[str, list[Row]]:
    """The raw rows of all examples together, by table of billing."""
    books = Books()
    syncalytics(books)
    coupon_rules(books)
    cohorts(books)
    names = ("chartmogul-churn-rates", "nrr-grr-1", "nrr-grr-2", "grr-wrong-on-the-web")
    for example in (*names, "quick-ratio-1", "quick-ratio-2", "quick-ratio-3"):
        flows(books, example)

    net = EXAMPLES["chartmogul-net-daily"]["inputs"]
    unit = books.price("unit", "gbp", 100, "month")
    grown = net["end_of_day"] - net["new_business_that_day"]
    books.subscribe("grown", unit, (JANUARY, net["start_of_day"]), (FEBRUARY, grown))
    books.subscribe("new", unit, (FEBRUARY, net["new_business_that_day"]))

    for told in EXAMPLES["stripe-mrr-sum"]["inputs"]:
        price = books.price(told["interval"], "chf", told["price"] * 100, told["interval"])
        for number in range(told["subscribers"]):
            books.subscribe(f"{told['interval']}-{number}", price, (JANUARY, 1))
    told = EXAMPLES["stripe-annual"]["inputs"]
    annual = books.price("annual", "sek", told["price"] * 100, told["interval"])
    books.subscribe("annual", annual, (JANUARY, 1))
    for interval in ("day", "week"):
        price = books.price(interval, "brl", 12_00, interval)
        books.subscribe(f"every-{interval}", price, (JANUARY, 1))
    return dict(books.rows)

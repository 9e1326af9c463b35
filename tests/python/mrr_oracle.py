"""Monthly recurring revenue worked out again: moment by moment, from raw rows, in fractions.

It follows metrics and rulings and shares nothing with the models: no intervals are cut and joined;
for every moment asked for, the versions in force are looked up and priced.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from billing_rows import Row


@dataclass(frozen=True)
class Rules:
    """The rules that a test may break on purpose, to see that the comparison notices."""

    week_factor: Fraction = Fraction(52, 12)
    paying: tuple[str, ...] = ("active", "past_due")
    once_counts: bool = False
    half_even: bool = False
    trial_ends: bool = True
    ends_early: bool = True
    flat_at_zero: bool = True


@dataclass
class Versions:
    """The versions of the objects of one table, in order; corrections have been made."""

    by_id: dict[str, list[Row]] = field(default_factory=dict)
    _newest: dict[tuple[str, datetime], Row | None] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: list[Row]) -> Versions:
        """Sort rows by valid time and load; of equal valid times the last loaded stays."""
        grouped: dict[str, dict[datetime, Row]] = defaultdict(dict)
        for row in sorted(rows, key=lambda r: (_valid(r), r["_loaded_at"])):
            grouped[row["id"]][_valid(row)] = {**row, "valid": _valid(row)}
        return cls({id_: [v[at] for at in sorted(v)] for id_, v in grouped.items()})

    def known(self, id_: str, as_of: datetime) -> list[Row]:
        """What is known at the horizon: versions by then, and always the first."""
        found = self.by_id.get(id_, [])
        return [v for n, v in enumerate(found) if n == 0 or v["valid"] <= as_of]

    def newest(self, id_: str, as_of: datetime) -> Row | None:
        """The newest known version that is no deletion, with `deleted_at`."""
        if (id_, as_of) not in self._newest:
            self._newest[id_, as_of] = self._newest_of(id_, as_of)
        return self._newest[id_, as_of]

    def _newest_of(self, id_: str, as_of: datetime) -> Row | None:
        versions = self.known(id_, as_of)
        if not versions:
            return None
        kept = [v for v in versions if not v.get("_deleted")] or versions
        last = versions[-1]
        is_gone = last.get("_deleted") and last["valid"] <= as_of
        return {**kept[-1], "deleted_at": last["valid"] if is_gone else None}


def _valid(row: Row) -> datetime:
    return row.get("updated_at") or row["_loaded_at"]


class Oracle:
    """MRR of subscriptions at moments, from the rows of the raw tables by name."""

    def __init__(self, raw: dict[str, list[Row]], as_of: datetime, rules: Rules | None = None):
        self._as_of = as_of
        self._rules = rules or Rules()
        self._tables = {name: Versions.of(rows) for name, rows in raw.items()}
        self._items = self._grouped("subscription_item", "subscription_id")
        self._customers = self._customer_of_each()
        self._discounts = [
            discount
            for id_ in self._table("subscription_discount").by_id
            if (discount := self._table("subscription_discount").newest(id_, as_of))
        ]

    def _table(self, name: str) -> Versions:
        return self._tables.get(name, Versions())

    def _grouped(self, table: str, parent: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id_, versions in self._table(table).by_id.items():
            found[versions[0][parent]].append(id_)
        return found

    def subscriptions(self) -> dict[str, str]:
        """Subscription → customer, of those that are no test."""
        return self._customers

    def _customer_of_each(self) -> dict[str, str]:
        found = {}
        for id_ in self._table("subscription").by_id:
            newest = self._table("subscription").newest(id_, self._as_of)
            if newest.get("livemode") is not False:
                found[id_] = newest["customer_id"]
        return found

    def mrr(self, subscription: str, at: datetime) -> dict[str, int]:
        """Currency → MRR of a subscription at a moment, in minor units."""
        if self._status(subscription, at) not in self._rules.paying:
            return {}
        priced = {}
        for item in self._items[subscription]:
            found = self._item_at(item, subscription, at)
            price = self._price(found["price_id"]) if found else None
            if price and price.get("recurring_interval") and not _is_metered(price):
                priced[item] = (price, self._amount(price, found.get("quantity")))
        known = {item: pair for item, pair in priced.items() if pair[1] is not None}
        left = self._discounted(subscription, known, at)
        total: dict[str, int] = defaultdict(int)
        for item, (price, _) in known.items():
            total[price["currency"]] += self._round(left[item] * self._factor(price))
        return dict(total)

    def _status(self, id_: str, at: datetime) -> str:
        versions = self._table("subscription").known(id_, self._as_of)
        newest = self._table("subscription").newest(id_, self._as_of)
        start = newest.get("start_date") or newest.get("created") or versions[0]["valid"]
        if at >= self._end(newest):
            return "ended"
        number = sum(v["valid"] <= at for v in versions) - 1
        version = versions[max(number, 0)]
        if at >= self._announced(id_, versions, max(number, 0), start):
            return "ended"
        trial_end = version.get("trial_end")
        if number < 0:
            if at < start or version["status"] in ("incomplete", "incomplete_expired"):
                return "not yet"
            trial_start = version.get("trial_start") or start
            return "trialing" if trial_end and trial_start <= at < trial_end else "active"
        if version.get("_deleted"):
            return "deleted"
        if version["status"] == "trialing":
            is_over = self._rules.trial_ends and trial_end and at >= trial_end
            return "active" if is_over else "trialing"
        if version.get("pause_collection_behavior") and version["status"] in ("active", "past_due"):
            return "paused"
        return version["status"]

    def _end(self, newest: Row) -> datetime:
        customer = self._table("customer").newest(newest["customer_id"], self._as_of)
        ends = [newest.get("ended_at"), newest["deleted_at"], customer and customer["deleted_at"]]
        if newest["status"] == "canceled" and not newest.get("ended_at"):
            ends += [newest.get("cancel_at"), newest["valid"]]
            if not newest.get("cancel_at_period_end"):
                ends.append(newest.get("canceled_at"))
        return min([end for end in ends if end] or [datetime.max])

    def _announced(self, id_: str, versions: list[Row], number: int, start: datetime) -> datetime:
        """When the version says that it is going to end."""
        version = versions[number]
        ends = [version.get("cancel_at")]
        if version.get("cancel_at_period_end"):
            told = self._table("subscription").by_id[id_]
            after = told.index(version) + 1
            following = told[after]["valid"] if after < len(told) else datetime.max
            ends.append(
                self._period_end(id_, version["valid"], following, start)
                or version.get("current_period_end")
            )
        ends = [end for end in ends if end]
        return min(ends) if self._rules.ends_early and ends else datetime.max

    def _period_end(
        self, subscription: str, begin: datetime, end: datetime, start: datetime
    ) -> datetime | None:
        """The last period end of items between two moments."""
        found = []
        for item in self._items[subscription]:
            versions = self._table("subscription_item").known(item, self._as_of)
            told = self._table("subscription_item").by_id[item]
            reach = self._reach(item, subscription, start)
            spans = [(reach, versions[0]["valid"], versions[0])]
            for version in versions:
                after = told.index(version) + 1
                until = told[after]["valid"] if after < len(told) else datetime.max
                if not version.get("_deleted"):
                    spans.append((version["valid"], until, version))
            for since, until, version in spans:
                if since < until and since < end and begin < until:
                    found.append(version.get("current_period_end"))
        return max([moment for moment in found if moment], default=None)

    def _reach(self, item: str, subscription: str, start: datetime) -> datetime:
        """Since when an item is taken to have been there."""

        def known_from(id_: str) -> datetime:
            first = self._table("subscription_item").by_id[id_][0]
            return min(first["valid"], first.get("created") or first["valid"])

        own = known_from(item)
        first = min(known_from(other) for other in self._items[subscription])
        return min(start, own) if own == first else own

    def _item_at(self, item: str, subscription: str, at: datetime) -> Row | None:
        versions = self._table("subscription_item").known(item, self._as_of)
        number = sum(v["valid"] <= at for v in versions) - 1
        if number < 0:
            newest = self._table("subscription").newest(subscription, self._as_of)
            first = self._table("subscription").by_id[subscription][0]["valid"]
            start = newest.get("start_date") or newest.get("created") or first
            return versions[0] if at >= self._reach(item, subscription, start) else None
        return None if versions[number].get("_deleted") else versions[number]

    def _price(self, id_: str) -> Row | None:
        return self._table("price").newest(id_, self._as_of)

    def _factor(self, price: Row) -> Fraction:
        factors = {
            "month": Fraction(1),
            "year": Fraction(1, 12),
            "week": self._rules.week_factor,
            "day": Fraction(365, 12),
        }
        return factors[price["recurring_interval"]] / (price.get("recurring_interval_count") or 1)

    def _amount(self, price: Row, quantity: int | None) -> Fraction | None:
        """What a period costs; None where the price does not say."""
        units = 1 if quantity is None else quantity
        size = price.get("transform_quantity_divide_by") or 1
        if size > 1:
            is_down = price.get("transform_quantity_round") == "down"
            units = units // size if is_down else -(-units // size)
        if price.get("billing_scheme") != "tiered":
            unit = price.get("unit_amount_decimal") or price.get("unit_amount")
            return None if unit is None else Fraction(str(unit)) * units
        tiers = json.loads(price["tiers"])
        above, total, is_reached = 0, Fraction(0), False
        for number, tier in enumerate(tiers):
            up_to = tier["up_to"] if isinstance(tier["up_to"], int) else None
            unit = Fraction(str(tier.get("unit_amount_decimal") or tier.get("unit_amount") or 0))
            flat = Fraction(tier.get("flat_amount") or 0)
            enters = units > above or (number == 0 and self._rules.flat_at_zero)
            within = up_to is None or units <= up_to
            if price.get("tiers_mode") == "graduated" and enters:
                top = units if up_to is None else min(units, up_to)
                total, is_reached = total + flat + unit * (top - min(above, units)), True
            elif price.get("tiers_mode") != "graduated" and enters and within:
                total, is_reached = total + flat + unit * units, True
            above = up_to if up_to is not None else above
        return total if is_reached else None

    def _discounted(
        self, subscription: str, priced: dict[str, tuple[Row, Fraction]], at: datetime
    ) -> dict[str, Fraction]:
        customer = self._customers.get(subscription)
        running = [d for d in self._discounts if self._runs(d, at)]
        own = [d for d in running if d.get("subscription_id") == subscription]
        whole = [d for d in own if not d.get("subscription_item_id")]
        if not whole:
            whole = [
                d
                for d in running
                if d.get("customer_id") == customer
                and not d.get("subscription_id")
                and not d.get("subscription_item_id")
            ]
        left = {}
        for item, (price, amount) in priced.items():
            mine = [d for d in running if d.get("subscription_item_id") == item]
            for discount in whole + mine:
                percent = self._coupon(discount).get("percent_off")
                if percent is not None:
                    amount *= 1 - Fraction(str(percent)) / 100
            amount = max(amount - sum(self._off(d, price) for d in mine), Fraction(0))
            left[item] = amount
        if not priced:
            return left
        price = next(iter(priced.values()))[0]
        return _spread(left, sum(self._off(d, price) for d in whole))

    def _coupon(self, discount: Row) -> Row:
        return self._table("coupon").newest(discount["coupon_id"], self._as_of)

    def _off(self, discount: Row, price: Row) -> int:
        coupon = self._coupon(discount)
        if coupon.get("percent_off") is not None or not coupon.get("amount_off"):
            return 0
        return coupon["amount_off"] if coupon["currency"] in (None, price["currency"]) else 0

    def _runs(self, discount: Row, at: datetime) -> bool:
        coupon = self._coupon(discount)
        if coupon is None or (coupon["duration"] == "once" and not self._rules.once_counts):
            return False
        ends = [discount.get("end"), discount["deleted_at"]]
        if coupon["duration"] == "repeating":
            ends.append(_months_after(discount["start"], coupon["duration_in_months"]))
        return discount["start"] <= at < min([end for end in ends if end] or [datetime.max])

    def _round(self, amount: Fraction) -> int:
        if self._rules.half_even:
            return round(amount)
        return int(amount + Fraction(1, 2))


def _is_metered(price: Row) -> bool:
    return price.get("recurring_usage_type") == "metered"


def _spread(amounts: dict[str, Fraction], off: int) -> dict[str, Fraction]:
    """Take an amount off in proportion, whole units by the largest remainder, ties by id."""
    total = sum(amounts.values())
    if not off:
        return amounts
    if off >= total:
        return dict.fromkeys(amounts, Fraction(0))
    exact = {item: off * amount / total for item, amount in amounts.items()}
    units = {item: int(share) for item, share in exact.items()}
    order = sorted(amounts, key=lambda item: (units[item] - exact[item], item))
    for item in order[: off - sum(units.values())]:
        units[item] += 1
    return {item: max(amount - units[item], Fraction(0)) for item, amount in amounts.items()}


def _months_after(moment: datetime, months: int) -> datetime:
    number = moment.year * 12 + moment.month - 1 + months
    day = moment.day
    while True:
        try:
            return moment.replace(year=number // 12, month=number % 12 + 1, day=day)
        except ValueError:
            day -= 1

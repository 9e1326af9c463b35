"""The lives of subscriptions: what happens to them, as versions and as the planned truth.

A life is a list of phases, each with a status, items and a flag of pause, from one moment to the
next; the versions that billing tells are written beside it, and the expected revenue is worked
out from the phases and never from the versions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from usage_warehouse.sample.business.catalog import INTERVALS, Coupon
from usage_warehouse.sample.business.log import Log, vendor_id
from usage_warehouse.sample.options import DAY, HOUR

TRIAL_DAYS = 14
RETRY_DAYS = (3, 5, 7)
GIVE_UP_DAYS = 14


@dataclass
class Item:
    """An item of a subscription: price and quantity."""

    id: str
    price: str
    quantity: int
    created: int


@dataclass(frozen=True)
class Phase:
    """What a subscription is from a moment on: its status and its items (id, price, quantity)."""

    at: int
    status: str
    items: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Discount:
    """A coupon in use: on an item, a subscription or a customer."""

    coupon: Coupon
    item: str | None
    subscription: str | None
    start: int
    end: int | None


@dataclass
class Life:
    """One subscription: who has it, its phases, coupons, and how it ended."""

    id: str
    customer: str
    account: str
    currency: str
    interval: str
    start: int
    trial_end: int | None = None
    is_live: bool = True
    phases: list[Phase] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    ended_at: int | None = None
    reason: str | None = None
    trial_outcome: str | None = None


def add_interval(at: int, interval: str, count: int = 1) -> int:
    """The moment so many billing periods later; month ends are kept within the month."""
    unit, per, _, _ = INTERVALS[interval]
    if unit == "week":
        return at + 7 * DAY * per * count
    months = (12 if unit == "year" else 1) * per * count
    return add_months(at, months)


def add_months(at: int, months: int) -> int:
    """The moment some calendar months later; the 31st becomes the last day of a shorter month."""
    moment = datetime.fromtimestamp(at // 1_000_000, UTC)
    number = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(number, 12)
    day = moment.day
    while True:
        try:
            shifted = moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1
        else:
            return int(shifted.timestamp()) * 1_000_000 + at % 1_000_000


class Simulator:
    """Writes one subscription's versions while it lives through it."""

    def __init__(self, life: Life, items: list[Item], log: Log) -> None:
        self.life = life
        self.items = items
        self._log = log
        self.status = "active"
        self.period_start = life.start
        self.period_end = life.start
        self.at_period_end = False
        self.cancel_at: int | None = None
        self.canceled_at: int | None = None
        self.pause: str | None = None
        # until then a failed payment is retried, and nothing else happens
        self.busy_until = life.start

    def tell(self, at: int, **changes: object) -> None:
        """A version of the subscription, and its phase."""
        for name, value in changes.items():
            setattr(self, name, value)
        life = self.life
        status = "paused" if self.pause and self.status in ("active", "past_due") else self.status
        self._phase(at, status)
        self._log.add(
            "billing.subscription",
            at,
            id=life.id,
            customer_id=life.customer,
            status=self.status,
            created=life.start,
            start_date=life.start,
            trial_start=life.start if life.trial_end else None,
            trial_end=life.trial_end,
            cancel_at=self.cancel_at,
            cancel_at_period_end=self.at_period_end,
            canceled_at=self.canceled_at,
            ended_at=life.ended_at,
            pause_collection_behavior=self.pause,
            cancellation_details_reason=life.reason,
            livemode=life.is_live,
            metadata="{}",
        )

    def tell_items(self, at: int) -> None:
        """A version of every item, with the period it is in, and the phase."""
        for item in self.items:
            self._log.add(
                "billing.subscription_item",
                at,
                id=item.id,
                subscription_id=self.life.id,
                price_id=item.price,
                quantity=item.quantity,
                created=item.created,
                current_period_start=self.period_start,
                current_period_end=self.period_end,
            )
        if self.life.phases:
            self._phase(at, self.life.phases[-1].status)

    def drop_item(self, at: int, item: Item) -> None:
        """An add-on is taken off: its version says that it is deleted."""
        self.items.remove(item)
        self._log.add(
            "billing.subscription_item",
            at,
            id=item.id,
            subscription_id=self.life.id,
            price_id=item.price,
            quantity=item.quantity,
            created=item.created,
            _deleted=True,
        )
        self._phase(at, self.life.phases[-1].status)

    def end(self, at: int, reason: str) -> None:
        """It is over: canceled."""
        self.life.ended_at = at
        self.life.reason = reason
        self.tell(at, status="canceled", canceled_at=self.canceled_at or at, pause=None)

    def _phase(self, at: int, status: str) -> None:
        items = tuple((item.id, item.price, item.quantity) for item in self.items)
        self.life.phases.append(Phase(at, status, items))

    def put_coupon(self, coupon: Coupon, scope: str, at: int, end: int | None = None) -> None:
        """A coupon from a moment on, on the first item, the subscription or the customer."""
        life = self.life
        item = self.items[0].id if scope == "item" else None
        subscription = life.id if scope != "customer" else None
        self._log.add(
            "billing.subscription_discount",
            at,
            id=vendor_id("di_", life.id, coupon.id),
            subscription_id=subscription,
            customer_id=life.customer,
            subscription_item_id=item,
            coupon_id=coupon.id,
            start=at,
            end=end,
        )
        life.discounts.append(Discount(coupon, item, subscription, at, end))


def rename_price(price: str, plan: str) -> str:
    """The price of another plan in the same interval and currency."""
    _, _, interval, currency = price.split("_")
    return f"price_{plan}_{interval}_{currency}"


def to_minute(at: float) -> int:
    """A moment to the whole second."""
    return int(at) // 1_000_000 * 1_000_000


def business_hour(at: int, rng: np.random.Generator) -> int:
    """A moment within working hours of the day of `at`."""
    return to_minute(at // DAY * DAY + (8 + 9 * rng.random()) * HOUR)

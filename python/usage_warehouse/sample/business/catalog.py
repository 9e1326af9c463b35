"""What the sample company sells: products, prices, coupons; and what they cost a month, exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction

from usage_warehouse.sample.business.log import Log

CURRENCIES = ("usd", "eur", "jpy")
# What a seat costs a month, in minor units.
_SEAT = {
    "starter": {"usd": 900, "eur": 850, "jpy": 1_300},
    "team": {"usd": 1_900, "eur": 1_790, "jpy": 2_800},
    "business": {"usd": 3_900, "eur": 3_690, "jpy": 5_800},
    "enterprise": {"usd": 5_900, "eur": 5_590, "jpy": 8_800},
}
PLANS = tuple(_SEAT)
INTERVALS = {
    "month": ("month", 1, Fraction(1), Fraction(1)),
    "quarter": ("month", 3, Fraction(3), Fraction(1, 3)),
    "year": ("year", 1, Fraction(10), Fraction(1, 12)),
    "week": ("week", 1, Fraction(12, 52), Fraction(52, 12)),
}


@dataclass(frozen=True)
class Price:
    """A price: amount per unit or tiers (up_to or None, per unit, flat), per package of units."""

    id: str
    product: str
    currency: str
    interval: str = "month"
    unit: int | None = None
    tiers: tuple[tuple[int | None, int, int], ...] = ()
    mode: str = ""
    package: int = 1
    is_metered: bool = False

    def period_amount(self, quantity: int) -> Fraction:
        """What a period costs, minor units, before coupons."""
        billed = -(-quantity // self.package)
        if not self.tiers:
            return Fraction((self.unit or 0) * billed)
        above, total = 0, Fraction(0)
        for number, (up_to, unit, flat) in enumerate(self.tiers):
            reached = billed > above or number == 0
            top = billed if up_to is None else min(billed, up_to)
            if self.mode == "graduated" and reached:
                total += flat + unit * max(top - above, 0)
            elif self.mode == "volume" and reached and (up_to is None or billed <= up_to):
                total += flat + unit * billed
            above = up_to if up_to is not None else above
        return total


@dataclass(frozen=True)
class Coupon:
    """A coupon: percent, or amount in minor units of a currency; months of a repeating one."""

    id: str
    percent: Fraction | None = None
    amount: int | None = None
    currency: str = ""
    duration: str = "forever"
    months: int | None = None


@dataclass(frozen=True)
class Catalog:
    """All prices by id, and all coupons."""

    prices: dict[str, Price] = field(default_factory=dict)
    coupons: dict[str, Coupon] = field(default_factory=dict)


def make_catalog() -> Catalog:
    """Plans per seat in four intervals and three currencies, an add-on of each kind, coupons."""
    catalog = Catalog()
    for currency in CURRENCIES:
        for plan, amounts in _SEAT.items():
            for interval, (_, _, factor, _) in INTERVALS.items():
                _add(
                    catalog,
                    _plan_price(plan, interval, currency, round(amounts[currency] * factor)),
                )
        is_yen = currency == "jpy"
        pack = 2_250 if is_yen else 1_500
        _add(
            catalog,
            Price(f"price_insights_{currency}", "insights", currency, unit=pack, package=10),
        )
        flat_and_over = ((100, 0, 3_000 if is_yen else 2_000), (None, 15, 0))
        by_use = ((1_000, 0, 0), (None, 2, 0))
        for name, tiers in (("storage", flat_and_over), ("runs", by_use)):
            _add(
                catalog,
                Price(
                    f"price_{name}_{currency}",
                    name,
                    currency,
                    tiers=tiers,
                    mode="graduated",
                    is_metered=name == "runs",
                ),
            )
    for coupon in (
        Coupon("WELCOME20", percent=Fraction(20), duration="repeating", months=3),
        Coupon("PARTNER10", percent=Fraction(10)),
        Coupon("PILOT333", percent=Fraction(333, 10)),
        Coupon("FIRST50", percent=Fraction(50), duration="once"),
        *(Coupon(f"LOYAL_{c.upper()}", amount=700, currency=c) for c in CURRENCIES),
    ):
        catalog.coupons[coupon.id] = coupon
    return catalog


def _plan_price(plan: str, interval: str, currency: str, seat: int) -> Price:
    """A plan's price per seat: graduated for enterprise, by volume for business by the year."""
    id_ = f"price_{plan}_{interval}_{currency}"
    if plan == "enterprise":
        tiers = ((50, seat, 0), (200, seat * 9 // 10, 0), (None, seat * 3 // 4, 0))
        return Price(id_, plan, currency, interval, tiers=tiers, mode="graduated")
    if plan == "business" and interval == "year":
        tiers = ((20, seat, 0), (None, seat * 9 // 10, 0))
        return Price(id_, plan, currency, interval, tiers=tiers, mode="volume")
    return Price(id_, plan, currency, interval, unit=seat)


def _add(catalog: Catalog, price: Price) -> None:
    catalog.prices[price.id] = price


def log_catalog(catalog: Catalog, log: Log, at: int) -> None:
    """The catalogue as products, prices and coupons, all made at one moment."""
    products = dict.fromkeys(price.product for price in catalog.prices.values())
    for name in products:
        log.add("billing.product", at, id=f"prod_{name}", name=name.title(), active=True)
    for price in catalog.prices.values():
        interval, count, _, _ = INTERVALS[price.interval]
        tiers = [
            {"up_to": up_to, "unit_amount": unit, "flat_amount": flat or None}
            for up_to, unit, flat in price.tiers
        ]
        log.add(
            "billing.price",
            at,
            id=price.id,
            product_id=f"prod_{price.product}",
            currency=price.currency,
            type="recurring",
            unit_amount=price.unit,
            billing_scheme="tiered" if tiers else "per_unit",
            tiers_mode=price.mode or None,
            tiers=json.dumps(tiers) if tiers else None,
            recurring_interval=interval,
            recurring_interval_count=count,
            recurring_usage_type="metered" if price.is_metered else "licensed",
            transform_quantity_divide_by=price.package if price.package > 1 else None,
            transform_quantity_round="up" if price.package > 1 else None,
            created=at,
        )
    for coupon in catalog.coupons.values():
        log.add(
            "billing.coupon",
            at,
            id=coupon.id,
            percent_off=None if coupon.percent is None else str(float(coupon.percent)),
            amount_off=coupon.amount,
            currency=coupon.currency or None,
            duration=coupon.duration,
            duration_in_months=coupon.months,
        )


def half_away(amount: Fraction) -> int:
    """Rounded to a whole minor unit, half away from zero (amounts are not negative)."""
    return int(amount + Fraction(1, 2))


def monthly(price: Price, period_amount: Fraction) -> int:
    """A period's amount as a month's, rounded once."""
    return half_away(period_amount * INTERVALS[price.interval][3])

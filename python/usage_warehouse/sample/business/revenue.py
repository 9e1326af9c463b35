"""The expected revenue, from what was planned: exact, and by no way that the models go."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction

from usage_warehouse.sample.business.catalog import Catalog, monthly
from usage_warehouse.sample.business.subscriptions import Discount, Life, add_months
from usage_warehouse.sample.options import NEVER, SampleOptions

PAYING = ("active", "past_due")


def month_ends(options: SampleOptions, first: int) -> list[tuple[str, int]]:
    """(month, moment at which it is measured) from the month of `first` to the last load."""
    start = datetime.fromtimestamp(first // 1_000_000, UTC)
    at = int(datetime(start.year, start.month, 1, tzinfo=UTC).timestamp()) * 1_000_000
    months = []
    while at <= options.last_load:
        following = add_months(at, 1)
        name = datetime.fromtimestamp(at // 1_000_000, UTC).strftime("%Y-%m-01")
        months.append((name, min(following - 1, options.last_load)))
        at = following
    return months


def expected_revenue(
    lives: list[Life], catalog: Catalog, options: SampleOptions
) -> dict[str, dict[str, dict[str, int]]]:
    """By account, currency and month: MRR in minor units, where it is above nothing."""
    found: dict = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    customers: dict[str, list[Discount]] = defaultdict(list)
    for life in lives:
        whole = [d for d in life.discounts if d.subscription is None and d.item is None]
        customers[life.customer] += whole
    for life in lives:
        if not life.is_live or not life.phases:
            continue
        for month, at in month_ends(options, life.start):
            amount = _at(life, at, customers[life.customer], catalog)
            if amount:
                found[life.account][life.currency][month] += amount
    return {a: {c: dict(m) for c, m in cs.items()} for a, cs in found.items()}


def _at(life: Life, at: int, of_customer: list[Discount], catalog: Catalog) -> int:
    """MRR of a subscription at a moment."""
    if at >= (life.ended_at or NEVER):
        return 0
    number = bisect_right(life.phases, at, key=lambda phase: phase.at)
    if number == 0 or life.phases[number - 1].status not in PAYING:
        return 0
    phase = life.phases[number - 1]
    own = [d for d in life.discounts if (d.subscription or d.item) and _runs(d, at)]
    whole = [d for d in own if d.item is None]
    if not whole:
        whole = [d for d in of_customer if _runs(d, at)]
    amounts = {}
    for item, price_id, quantity in phase.items:
        price = catalog.prices[price_id]
        if price.is_metered:
            continue
        amount = price.period_amount(quantity)
        for discount in whole + [d for d in own if d.item == item]:
            if discount.coupon.percent is not None:
                amount *= 1 - discount.coupon.percent / 100
        for discount in own:
            if discount.item == item and discount.coupon.amount:
                amount = max(amount - discount.coupon.amount, Fraction(0))
        amounts[item] = (price, amount)
    off = sum(
        d.coupon.amount for d in whole if d.coupon.amount and d.coupon.currency == life.currency
    )
    left = _spread({item: amount for item, (_, amount) in amounts.items()}, off)
    return sum(monthly(price, left[item]) for item, (price, _) in amounts.items())


def _runs(discount: Discount, at: int) -> bool:
    """Whether a coupon reduces what recurs at a moment."""
    coupon = discount.coupon
    if coupon.duration == "once" or at < discount.start or at >= (discount.end or NEVER):
        return False
    return coupon.duration != "repeating" or at < add_months(discount.start, coupon.months or 0)


def _spread(amounts: dict[str, Fraction], off: int) -> dict[str, Fraction]:
    """Take an amount off in proportion, whole units by the largest remainder, ties by id."""
    total = sum(amounts.values())
    if off <= 0:
        return amounts
    if off >= total:
        return dict.fromkeys(amounts, Fraction(0))
    exact = {item: off * amount / total for item, amount in amounts.items()}
    whole = {item: int(share) for item, share in exact.items()}
    rest = off - sum(whole.values())
    for item in sorted(amounts, key=lambda i: (whole[i] - exact[i], i))[:rest]:
        whole[item] += 1
    return {item: max(amount - whole[item], Fraction(0)) for item, amount in amounts.items()}

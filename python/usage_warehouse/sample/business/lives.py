"""All customers of the sample company and the lives of their subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from usage_warehouse.sample.business.catalog import PLANS, Catalog
from usage_warehouse.sample.business.invoices import Billing
from usage_warehouse.sample.business.log import Log, vendor_id
from usage_warehouse.sample.business.subscriptions import (
    TRIAL_DAYS,
    Item,
    Life,
    Simulator,
    add_interval,
    business_hour,
    rename_price,
    to_minute,
)
from usage_warehouse.sample.options import DAY, HOUR, NEVER, SampleOptions, stream
from usage_warehouse.sample.product import FREE_MAIL_DOMAIN

Account = Any  # a row of the accounts frame
Action = Callable[[int], bool]
LONGEST_HISTORY_DAYS = 36 * 30
_CURRENCY_OF_REGION = {"na": "usd", "latam": "usd", "emea": "eur", "apac": "jpy"}
_INTERVALS = (("month", 0.62), ("year", 0.24), ("quarter", 0.09), ("week", 0.05))


@dataclass(frozen=True)
class Customer:
    """A billing customer, whose it is, and by what it can be found: id, domain or none."""

    id: str
    account: str
    evidence: str


@dataclass(frozen=True)
class World:
    """What a simulation needs: the catalogue, the log, random numbers, and where things go."""

    catalog: Catalog
    log: Log
    options: SampleOptions
    rng: np.random.Generator
    billing: Billing
    business: Business


@dataclass
class Business:
    """What was made: customers, lives of subscriptions, invoices whose payment failed."""

    customers: list[Customer]
    lives: list[Life]
    dunning: dict[str, str]


def make_lives(
    accounts: pd.DataFrame, catalog: Catalog, log: Log, options: SampleOptions
) -> Business:
    """Simulate every paying account; writes the versions of all billing tables to the log."""
    rng = stream(options, "billing")
    business = Business([], [], {})
    billing = Billing(catalog, log, options, stream(options, "invoices"), business.dunning)
    paying = accounts[(accounts["plan"] != "free") & ~accounts["is_internal"]]
    world = World(catalog, log, options, rng, billing, business)
    for number, account in enumerate(paying.itertuples(index=False)):
        _live(account, number, world)
    return business


def _live(account: Account, number: int, world: World) -> None:
    """One account: its customer, its subscriptions one after the other."""
    options, rng, business = world.options, world.rng, world.business
    earliest = options.end - LONGEST_HISTORY_DAYS * DAY
    created = to_minute(max(account.created_at, earliest + int(20 * DAY * rng.random())))
    currency = _CURRENCY_OF_REGION[account.region]
    if currency == "jpy" and rng.random() < 0.5:
        currency = "usd"
    customer = _customer(account, "first", currency, created, number, world)
    draw = rng.random(8)
    stays = account.churned_at < options.end and draw[0] < 0.12  # declines, and goes on paying
    leaves_at = NEVER if stays else account.churned_at
    switches = number % 60 == 7 and leaves_at == NEVER
    switch_at = business_hour(created + (options.end - created) // 2, rng) if switches else NEVER
    life = _subscription(account, customer, currency, created, world)
    business.lives.append(life.life)
    end = min(leaves_at, switch_at)
    _run(life, end, leaves_at == NEVER, world)
    if switches:
        if life.life.ended_at is None:
            life.end(switch_at, "cancellation_requested")
        other = "eur" if currency == "usd" else "usd"
        second = _customer(account, "second", other, switch_at, number, world)
        _again(account, second, other, switch_at, world)
    elif account.reactivated_at < options.end and life.life.ended_at is not None:
        start = to_minute(max(account.reactivated_at, life.life.ended_at + 40 * DAY))
        _again(account, customer, currency, start, world)
    if number % 35 == 3 and life.life.ended_at is None:
        at = business_hour(created + (options.end - created) // 3, rng)
        extra = _addon_life(account, customer, currency, at, world)
        business.lives.append(extra.life)
        _run(extra, NEVER, True, world)
    if number % 50 == 11:
        test = _addon_life(account, customer, currency, created, world, is_live=False)
        test.tell(created)
        test.tell_items(created)
    if number % 90 == 45 and life.life.ended_at is None:
        _delete_customer(customer, world)


def _customer(
    account: Account, which: str, currency: str, at: int, number: int, world: World
) -> Customer:
    """A billing customer of an account, found by an id, by its domain or by nothing."""
    named, mailed = world.rng.random(2)
    evidence = "explicit_id" if named < 0.72 else "domain"
    domain = account.domain
    if number % 70 == 20:
        evidence, domain = "none", FREE_MAIL_DOMAIN
    customer = Customer(vendor_id("cus_", account.account_id, which), account.account_id, evidence)
    metadata = f'{{"account_id":"{account.account_id}"}}' if evidence == "explicit_id" else "{}"
    world.log.add(
        "billing.customer",
        at,
        id=customer.id,
        email=f"billing@{domain}" if mailed < 0.9 or evidence != "explicit_id" else None,
        name=account.name,
        created=at,
        currency=currency,
        delinquent=False,
        address_country={"na": "US", "latam": "BR", "emea": "DE", "apac": "JP"}[account.region],
        metadata=metadata,
    )
    world.business.customers.append(customer)
    return customer


def _delete_customer(customer: Customer, world: World) -> None:
    """Billing deletes a customer: what is paid for ends with it."""
    rng = world.rng
    at = business_hour(world.options.end - int((20 + 60 * rng.random()) * DAY), rng)
    lives = [life for life in world.business.lives if life.customer == customer.id]
    if any(life.start >= at or (life.ended_at or NEVER) < NEVER for life in lives):
        return
    world.log.add("billing.customer", at, id=customer.id, created=at, _deleted=True)
    for life in lives:
        life.ended_at, life.reason = at, "customer_deleted"


def _subscription(
    account: Account, customer: Customer, currency: str, start: int, world: World
) -> Simulator:
    """A plan per seat, perhaps with add-ons, a trial and a coupon."""
    draw = world.rng.random(9)
    interval = _pick(_INTERVALS, draw[0])
    plan = account.plan
    seats = max(1, round(account.seats * (0.8 + 0.6 * draw[1])))
    id_ = vendor_id("sub_", account.account_id, start)
    life = Life(id_, customer.id, account.account_id, currency, interval, start)
    if draw[2] < 0.45:
        life.trial_end = start + TRIAL_DAYS * DAY
    items = [Item(_item_id(id_, 1), f"price_{plan}_{interval}_{currency}", seats, start)]
    addon = "insights" if draw[3] < 0.2 else "storage" if draw[3] < 0.3 else ""
    if addon:
        quantity = 1 + round(draw[4] * (180 if addon == "storage" else 30))
        items.append(Item(_item_id(id_, 2), f"price_{addon}_{currency}", quantity, start))
    if draw[5] < 0.15:
        items.append(Item(_item_id(id_, 3), f"price_runs_{currency}", 1, start))
    simulator = Simulator(life, items, world.log)
    first = life.trial_end or start
    simulator.period_end = first if life.trial_end else add_interval(start, interval)
    simulator.tell_items(start)
    simulator.tell(start, status="trialing" if life.trial_end else "active")
    if draw[6] < 0.28:
        names = ["WELCOME20", "PARTNER10", "PILOT333", "FIRST50", f"LOYAL_{currency.upper()}"]
        coupon = world.catalog.coupons[names[int(draw[7] * len(names))]]
        scope = "item" if draw[8] < 0.2 else "customer" if draw[8] < 0.4 else "subscription"
        simulator.put_coupon(coupon, scope, start)
    if not life.trial_end:
        world.billing.bill(simulator, start)
    return simulator


def _again(account, customer, currency, start, world) -> None:  # noqa: ANN001
    """A new subscription of a known account, to the end of the period."""
    if start >= world.options.end:
        return
    life = _subscription(account, customer, currency, start, world)
    world.business.lives.append(life.life)
    _run(life, NEVER, True, world)


def _addon_life(
    account: Account,
    customer: Customer,
    currency: str,
    at: int,
    world: World,
    is_live: bool = True,
) -> Simulator:
    """A subscription of an add-on alone, monthly."""
    kind = "extra" if is_live else "test"
    id_ = vendor_id("sub_", account.account_id, kind)
    life = Life(id_, customer.id, account.account_id, currency, "month", at, is_live=is_live)
    item = Item(_item_id(id_, 1), f"price_insights_{currency}", 12, at)
    simulator = Simulator(life, [item], world.log)
    simulator.period_end = add_interval(at, "month")
    if is_live:
        simulator.tell_items(at)
        simulator.tell(at, status="active")
    return simulator


def _run(life: Simulator, leaves_at: int, is_loyal: bool, world: World) -> None:
    """Live through period after period until it ends or the sample's period is over."""
    options, rng, billing = world.options, world.rng, world.billing
    at = life.life.trial_end or life.life.start
    if life.life.trial_end:
        if at >= options.end:
            life.life.trial_outcome = "pending"
            return
        if rng.random() < 0.18 or leaves_at < at:
            life.life.trial_outcome = "expired"
            life.end(at, "cancellation_requested")
            return
        life.life.trial_outcome = "converted"
        life.period_start, life.period_end = at, add_interval(at, life.life.interval)
        life.tell_items(at)
        life.tell(at, status="active")
        billing.bill(life, at)
    anchor, count = at, 1
    while True:
        period_end = add_interval(anchor, life.life.interval, count)
        for event_at, event in _events(life, period_end, is_loyal, leaves_at, rng):
            if event_at >= options.end or not event(event_at):
                return
        if period_end >= options.end:
            return
        if life.at_period_end:
            life.end(period_end, "cancellation_requested")
            return
        life.period_start, life.period_end = (
            period_end,
            add_interval(anchor, life.life.interval, count + 1),
        )
        life.tell_items(period_end)
        count += 1
        if not life.pause and not billing.bill(life, period_end, may_fail=True):
            return


def _events(
    life: Simulator, period_end: int, is_loyal: bool, leaves_at: int, rng: np.random.Generator
) -> Iterator[tuple[int, Action]]:
    """What happens within a period, in order: (moment, what to do); False ends the life."""
    length = (period_end - life.period_start) / DAY
    seldom = length / 365
    planned: list[tuple[int, Action]] = []

    def on_some_day(share: float, action: Action) -> None:
        if rng.random() < share:
            day = life.period_start + int((0.1 + 0.8 * rng.random()) * length) * DAY
            at = business_hour(day, rng)
            if life.period_start < at < period_end:
                planned.append((at, action))

    on_some_day(min(0.9, 1.6 * seldom), lambda at: _change_seats(life, at, rng))
    on_some_day(0.18 * seldom, lambda at: _change_plan(life, at, rng))
    on_some_day(0.12 * seldom, lambda at: _drop_addon(life, at))
    if is_loyal:
        on_some_day(0.08 * seldom, lambda at: _pause(life, at))
        on_some_day(0.05 * seldom, lambda at: _think_twice(life, at, period_end))
    if life.pause:
        planned.append((to_minute(life.period_start + 4 * HOUR), lambda at: _resume(life, at)))
    if leaves_at < period_end and not life.at_period_end:
        at = to_minute(max(leaves_at, life.period_start + HOUR))
        if rng.random() < 0.2:
            planned.append((at, lambda moment: _leave_now(life, moment)))
        else:
            planned.append((at, lambda moment: _leave_at_end(life, moment)))
    planned.sort(key=lambda pair: pair[0])
    last = 0
    for at, action in planned:
        at = max(at, last + 1_000_000, life.busy_until)
        last = at
        if at < period_end:
            yield at, action


def _change_seats(life: Simulator, at: int, rng: np.random.Generator) -> bool:
    item = life.items[0]
    change = round(item.quantity * (0.35 * rng.random() - 0.1)) or 1
    item.quantity = max(1, item.quantity + change)
    life.tell_items(at)
    return True


def _change_plan(life: Simulator, at: int, rng: np.random.Generator) -> bool:
    item = life.items[0]
    plan = item.price.split("_")[1]
    if plan not in PLANS:
        return True
    step = 1 if rng.random() < 0.7 else -1
    other = PLANS[min(max(PLANS.index(plan) + step, 0), len(PLANS) - 1)]
    item.price = rename_price(item.price, other)
    life.tell_items(at)
    return True


def _drop_addon(life: Simulator, at: int) -> bool:
    if len(life.items) > 1 and "_runs_" not in life.items[1].price:
        life.drop_item(at, life.items[1])
    return True


def _pause(life: Simulator, at: int) -> bool:
    if life.pause is None:
        life.tell(at, pause="void")
    return True


def _resume(life: Simulator, at: int) -> bool:
    life.tell(at, pause=None)
    return True


def _think_twice(life: Simulator, at: int, period_end: int) -> bool:
    """Announce the end, and take it back."""
    back = at + DAY
    if back < period_end and not life.pause:
        life.tell(at, at_period_end=True, canceled_at=at)
        life.tell(back, at_period_end=False, canceled_at=None)
    return True


def _leave_now(life: Simulator, at: int) -> bool:
    life.end(at, "cancellation_requested")
    return False


def _leave_at_end(life: Simulator, at: int) -> bool:
    life.tell(at, at_period_end=True, canceled_at=at)
    return True


def _item_id(subscription: str, number: int) -> str:
    return f"{subscription}_{number}".replace("sub_", "si_")


def _pick(choices: tuple[tuple[str, float], ...], draw: float) -> str:
    for name, share in choices:
        draw -= share
        if draw < 0:
            return name
    return choices[-1][0]

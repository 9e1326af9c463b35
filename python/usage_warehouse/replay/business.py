"""Versions of billing, CRM and support objects of a history's accounts, delivered as they come.

Every object has a few versions; each is loaded soon, late, in another file than its load time
says, twice, or corrected: the same moment told again with other values. Some versions do not say
since when they are true, and some objects end as deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from usage_warehouse.raw.declared import RawContract, read_contract
from usage_warehouse.replay.rows import (
    ALWAYS,
    DAY,
    FIRST,
    HOUR,
    SECOND,
    SECOND_EDITION,
    Draw,
    Message,
    Slot,
)
from usage_warehouse.replay.timeline import LENGTH, START, Cast

STATUSES = ("active", "active", "active", "trialing", "past_due", "unpaid", "canceled")


@dataclass(frozen=True)
class Thing:
    """An object of one raw table: what all its versions say, and what each draws anew."""

    table: str
    stays: dict[str, object]
    changes: dict[str, Sequence[object]] = field(default_factory=dict)


@cache
def business_tables() -> dict[str, RawContract]:
    """The raw tables of versions that things are drawn for, by `source/table`."""
    return {f"{table.source}/{table.table}": table for table in read_contract() if table.key}


def draw_business(cast: Cast, slots: tuple[Slot, ...], draw: Draw) -> tuple[Message, ...]:
    """Raw rows of what billing, CRM and support know of the accounts of a history."""
    things = [*_catalog(cast.prefix, draw)]
    for account in cast.accounts:
        if draw.chance(0.8):
            things += [*_billing(cast.prefix, account, draw)]
        if draw.chance(0.8):
            things += [*_crm(cast, account, draw)]
        if draw.chance(0.6):
            things += [*_support(cast, account, draw)]
    return tuple(row for thing in things for row in _versions(thing, slots, draw))


def _catalog(prefix: str, draw: Draw) -> Iterator[Thing]:
    yield Thing("billing/product", {"id": f"{prefix}-plan"}, {"name": ("Team", "Team", "Pro")})
    for interval in ("month", "year"):
        price = {
            "id": f"{prefix}-{interval}ly",
            "product_id": f"{prefix}-plan",
            "currency": draw.pick(("usd", "eur")),
            "recurring_interval": interval,
        }
        yield Thing("billing/price", price, {"unit_amount": (1_000, 1_000, 1_999)})
    coupon = {"id": f"{prefix}-off", "percent_off": "25", "duration": "forever"}
    yield Thing("billing/coupon", coupon)


def _billing(prefix: str, account: str, draw: Draw) -> Iterator[Thing]:
    customer, paper = f"{account}-c", f"{account}-in"
    subscription, item = f"{account}-s", f"{account}-i"
    known = json.dumps({"account_id": account})
    at = _moment(draw)
    yield Thing(
        "billing/customer",
        {"id": customer, "created": START, "currency": "usd"},
        {
            "metadata": (known, known, "{}", None),
            "email": (f"pay@{account}.example", None),
            "delinquent": (False, True, None),
        },
    )
    yield Thing(
        "billing/subscription",
        {"id": subscription, "customer_id": customer, "created": at, "start_date": at},
        {
            "status": STATUSES,
            "cancel_at": (None, None, at + 20 * DAY),
            "cancel_at_period_end": (False, False, True),
            "ended_at": (None, None, None, at + 15 * DAY),
            "trial_end": (None, at + 7 * DAY),
        },
    )
    yield Thing(
        "billing/subscription_item",
        {"id": item, "subscription_id": subscription, "created": at},
        {
            "price_id": (f"{prefix}-monthly", f"{prefix}-monthly", f"{prefix}-yearly"),
            "quantity": (1, 2, 5, None),
        },
    )
    discount = {"id": f"{account}-di", "subscription_id": subscription, "customer_id": customer}
    if draw.chance(0.4):
        changes = {"end": (None, at + 12 * DAY)}
        stays = {**discount, "coupon_id": f"{prefix}-off", "start": at}
        yield Thing("billing/subscription_discount", stays, changes)
    for number in range(draw.whole(0, 2)):
        yield from _papers(f"{paper}{number}", customer, subscription, draw)


def _papers(paper: str, customer: str, subscription: str, draw: Draw) -> Iterator[Thing]:
    at, amount = _moment(draw), draw.whole(100, 5_000)
    money = {"amount": amount, "currency": "usd", "created": at}
    yield Thing(
        "billing/invoice",
        {
            "id": paper,
            "customer_id": customer,
            "subscription_id": subscription,
            "currency": "usd",
            "created": at,
            "amount_due": amount,
            "total": amount,
            "status_transitions_finalized_at": at,
        },
        {
            "status": ("open", "paid", "paid", "uncollectible", "void"),
            "amount_paid": (0, amount),
            "attempt_count": (0, 1, 2),
            "status_transitions_paid_at": (None, at + DAY),
        },
    )
    line = {"id": f"{paper}-l", "invoice_id": paper, "subscription_id": subscription}
    period = {"period_start": at, "period_end": at + 30 * DAY}
    yield Thing(
        "billing/invoice_line_item", {**line, "currency": "usd", "amount": amount, **period}
    )
    charge = {"id": f"{paper}-ch", "customer_id": customer, "invoice_id": paper, **money}
    yield Thing("billing/charge", charge, {"status": ("succeeded", "failed", "pending")})
    if draw.chance(0.3):
        refund = {"id": f"{paper}-re", "charge_id": f"{paper}-ch", **money}
        yield Thing("billing/refund", refund, {"status": ("succeeded", "pending")})
    if draw.chance(0.3):
        note = {"id": f"{paper}-cn", "invoice_id": paper, **money}
        yield Thing("billing/credit_note", note, {"status": ("issued", "void")})


def _crm(cast: Cast, account: str, draw: Draw) -> Iterator[Thing]:
    company, owner = f"{account}-co", f"{cast.prefix}-owner"
    at = _moment(draw)
    yield Thing("crm/user", {"id": owner}, {"is_active": (True, True, False)})
    yield Thing(
        "crm/account",
        {"id": company, "created_date": at},
        {
            "product_account_id": (account, account, None, draw.pick(cast.accounts)),
            "website": (f"https://www.{account}.example/", None),
            "industry": ("Retail", "Energy"),
            "billing_country": ("DE", "US", None),
            "number_of_employees": (5, 50, 500),
            "owner_id": (owner, None),
        },
    )
    contact = {"id": f"{account}-p", "account_id": company}
    yield Thing("crm/contact", contact, {"email": (f"{draw.pick(cast.users)}@{account}.example",)})
    yield Thing(
        "crm/opportunity",
        {"id": f"{account}-o", "account_id": company, "created_date": at, "owner_id": owner},
        {
            "type": ("New Business", "Renewal"),
            "stage_name": ("Qualification", "Proposal", "Closed Won", "Closed Lost"),
            "amount": ("1000", "2500.50", None),
            "is_closed": (False, True),
            "is_won": (False, True),
            "close_date": (at + 10 * DAY, at + 30 * DAY),
        },
    )


def _support(cast: Cast, account: str, draw: Draw) -> Iterator[Thing]:
    organization, person = f"{account}-z", f"{account}-zu"
    yield Thing(
        "support/organization",
        {"id": organization},
        {"external_id": (account, None), "domain_names": (f'["{account}.example"]', None)},
    )
    user = {"id": person, "email": f"{draw.pick(cast.users)}@{account}.example"}
    yield Thing("support/user", user, {"organization_id": (organization, None)})
    for number in range(draw.whole(1, 3)):
        at, ticket = _moment(draw), f"{account}-t{number}"
        yield Thing(
            "support/ticket",
            {"id": ticket, "requester_id": person, "created_at": at},
            {
                "organization_id": (organization, organization, None),
                "status": ("new", "open", "pending", "solved", "closed"),
                "priority": ("normal", "urgent"),
                "solved_at": (None, at + 5 * HOUR),
            },
        )
        if draw.chance(0.3):
            rating = {"id": f"{ticket}-r", "ticket_id": ticket, "created_at": at + DAY}
            yield Thing("support/satisfaction_rating", rating, {"score": ("good", "bad")})


def _moment(draw: Draw) -> int:
    return START + draw.whole(0, LENGTH // SECOND) * SECOND


def _versions(thing: Thing, slots: tuple[Slot, ...], draw: Draw) -> Iterator[Message]:
    valid_at = business_tables()[thing.table].valid_at
    at = _moment(draw)
    says_since = draw.chance(0.85)
    for number in range(draw.whole(1, 4) if thing.changes else 1):
        values = {name: draw.pick(choice) for name, choice in thing.changes.items()}
        if number and draw.chance(0.08):
            values["_deleted"] = True
        version = {**thing.stays, **values, valid_at: at if says_since else None}
        soon = [slot for slot in slots if slot.loaded_at >= at] or [slots[-1]]
        loaded_at = draw.pick(soon).loaded_at if draw.chance(0.3) else soon[0].loaded_at
        yield _row(thing.table, version, loaded_at, slots, draw)
        if draw.chance(0.15):
            again = {name: draw.pick(choice) for name, choice in thing.changes.items()}
            corrected = version if draw.chance(0.4) else {**version, **again}
            yield _row(thing.table, corrected, draw.pick(soon).loaded_at, slots, draw)
        # Versions of one moment are told apart by what they say.
        at += draw.pick((0, draw.whole(1, 12 * DAY // SECOND) * SECOND), (1, 9))


def _row(
    table: str, version: dict[str, object], loaded_at: int, slots: tuple[Slot, ...], draw: Draw
) -> Message:
    on_time = [slot for slot in slots if slot.loaded_at == loaded_at]
    slot = draw.pick(slots if draw.chance(0.15) else on_time)
    edition = ALWAYS
    if slot.changes is not None:
        edition = draw.pick((ALWAYS, FIRST, SECOND_EDITION))
    return Message(slot.name, {**version, "_loaded_at": loaded_at}, edition, table)

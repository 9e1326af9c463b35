"""The CRM of the sample company: accounts, contacts, owners, opportunities, and their disorder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from usage_warehouse.sample.business.lives import Account, Business
from usage_warehouse.sample.business.log import Log, vendor_id
from usage_warehouse.sample.business.subscriptions import Life, add_interval, business_hour
from usage_warehouse.sample.options import DAY, NEVER, SampleOptions, stream

OWNERS = 8
_STAGES = ("Prospecting", "Discovery", "Proposal", "Negotiation")
_EVIDENCE = ("explicit_id", "domain")


@dataclass(frozen=True)
class Party:
    """A party of a source, the product account that it really is (or None), and the evidence.

    evidence: explicit_id, domain, merged (into another party), none (a company that is no
    customer, or nothing that could tell), conflicting (its domains are those of two accounts).
    """

    source: str
    id: str
    account: str | None
    evidence: str


def make_crm(
    accounts: pd.DataFrame, business: Business, log: Log, options: SampleOptions
) -> list[Party]:
    """Write the versions of all CRM tables; returns its accounts as parties."""
    rng = stream(options, "crm")
    first = int(min(accounts["created_at"].min(), options.start)) - 60 * DAY
    for number in range(OWNERS):
        log.add(
            "crm.user",
            first,
            id=_owner(number),
            name=f"Owner {number + 1}",
            email=f"owner{number + 1}@tasklight.example",
            is_active=number > 0,
        )
    lives: dict[str, list[Life]] = {}
    for life in business.lives:
        lives.setdefault(life.account, []).append(life)
    parties: list[Party] = []
    customers = accounts[~accounts["is_internal"]]
    domains = customers["domain"].tolist()
    for number, account in enumerate(customers.itertuples(index=False)):
        if rng.random() < 0.06:
            continue
        parties.append(_account(account, number, domains, parties, log, options, rng))
        own = lives.get(account.account_id, [])
        _opportunities(parties[-1].id, own, log, options, rng)
        if number % 45 == 9:
            parties.append(_duplicate(account, parties[-1].id, log, options, rng))
    for number in range(max(2, len(customers) // 12)):
        parties.append(_prospect(number, log, options, rng))
    return parties


def _owner(number: int) -> str:
    return vendor_id("005", "owner", number)


def _account(
    account: Account,
    number: int,
    domains: list[str],
    parties: list[Party],
    log: Log,
    options: SampleOptions,
    rng: np.random.Generator,
) -> Party:
    """An account of the CRM with its contacts and changes."""
    id_ = vendor_id("001", account.account_id)
    named, site, *_ = draw = rng.random(6)
    evidence = _EVIDENCE[0] if named < 0.6 else _EVIDENCE[1]
    website = f"https://www.{account.domain}" if site < 0.85 else None
    if number % 80 == 30 and number > 0:
        # the website of one customer and the people of another
        evidence, website = "conflicting", f"https://{domains[number - 1]}"
    columns = {
        "id": id_,
        "name": account.name,
        "website": website,
        "industry": account.industry,
        "type": "Customer",
        "billing_country": account.region.upper(),
        "number_of_employees": int(account.employees),
        "owner_id": _owner(int(draw[2] * OWNERS)),
        "parent_id": parties[0].id if number % 40 == 25 and parties else None,
        "created_date": account.created_at - 20 * DAY,
        "product_account_id": account.account_id if evidence == "explicit_id" else None,
    }
    log.add("crm.account", account.created_at - 20 * DAY, **columns)
    people = 2 + int(draw[3] * 3)
    for person in range(people):
        domain = account.domain if person or draw[4] > 0.1 else "freemail.example"
        log.add(
            "crm.contact",
            account.created_at,
            id=vendor_id("003", account.account_id, person),
            account_id=id_,
            email=f"contact{person}@{domain}",
            title="Manager",
            created_date=account.created_at,
        )
    span = options.end - account.created_at
    for share, change in ((0.25, "owner"), (0.2, "employees")):
        if rng.random() < share and span > 40 * DAY:
            at = business_hour(account.created_at + int(span * (0.2 + 0.7 * rng.random())), rng)
            if change == "owner":
                columns["owner_id"] = _owner(int(rng.random() * OWNERS))
            else:
                columns["number_of_employees"] = round(columns["number_of_employees"] * 1.6)
            log.add("crm.account", at, **columns)
    return Party("crm", id_, account.account_id, evidence)


def _duplicate(
    account: Account, master: str, log: Log, options: SampleOptions, rng: np.random.Generator
) -> Party:
    """An account entered twice, and merged later: deleted, with a pointer to the one that stays."""
    id_ = vendor_id("001", account.account_id, "again")
    at = business_hour(account.created_at + 30 * DAY, rng)
    columns = {"id": id_, "name": account.name, "created_date": at, "type": "Customer"}
    log.add("crm.account", at, **columns)
    log.add("crm.account", at + 20 * DAY, **columns, master_record_id=master, _deleted=True)
    is_merged = at + 20 * DAY < options.end
    return Party("crm", id_, account.account_id, "merged" if is_merged else "none")


def _prospect(number: int, log: Log, options: SampleOptions, rng: np.random.Generator) -> Party:
    """A company that sales talks to and that is no customer."""
    id_ = vendor_id("001", "prospect", number)
    at = business_hour(options.start + int((options.end - options.start) * 0.9 * rng.random()), rng)
    log.add(
        "crm.account",
        at,
        id=id_,
        name=f"Prospect {number + 1}",
        website=f"prospect-{number + 1}.example",
        type="Prospect",
        number_of_employees=int(rng.integers(5, 900)),
        owner_id=_owner(int(rng.random() * OWNERS)),
        created_date=at,
    )
    _sale(id_, vendor_id("006", id_), "New Business", at, rng.random() * 50_000, None, log, rng)
    return Party("crm", id_, None, "none")


def _opportunities(
    crm_id: str, lives: list[Life], log: Log, options: SampleOptions, rng: np.random.Generator
) -> None:
    """The sale that made it a customer, and a renewal for every year that it paid ahead."""
    for life in lives:
        won = life.phases[-1].status != "trialing" or life.trial_outcome == "converted"
        id_ = vendor_id("006", life.id, "new")
        amount = 1_000 + rng.random() * 9_000
        _sale(
            crm_id, id_, "New Business", life.start - 15 * DAY, amount, (life.start, won), log, rng
        )
        if life.interval != "year":
            continue
        due = add_interval(life.start, "year")
        while due < options.end + 180 * DAY:
            ended = life.ended_at or NEVER
            if ended < due - 120 * DAY:
                break
            outcome = None if due >= options.end else (due, ended > due)
            _sale(
                crm_id,
                vendor_id("006", life.id, due),
                "Renewal",
                due - 110 * DAY,
                amount,
                outcome,
                log,
                rng,
                due,
            )
            due = add_interval(due, "year")


def _sale(
    crm_id: str,
    id_: str,
    kind: str,
    at: int,
    amount: float,
    outcome: tuple[int, bool] | None,
    log: Log,
    rng: np.random.Generator,
    due: int | None = None,
) -> None:
    """An opportunity through its stages; outcome = (when, won) or None while it is open."""
    at = at // 1_000_000 * 1_000_000
    close = due or (outcome[0] if outcome else at + 60 * DAY)
    columns = {
        "id": id_,
        "account_id": crm_id,
        "name": kind,
        "type": kind,
        "amount": f"{amount:.2f}",
        "close_date": close // DAY * DAY,
        "created_date": at,
        "owner_id": _owner(int(rng.random() * OWNERS)),
    }
    reached = len(_STAGES) if outcome else 1 + int(rng.random() * len(_STAGES))
    step = max((close - at) // (len(_STAGES) + 1), DAY // 4)
    for number in range(reached):
        moment = at + number * step
        if outcome and moment >= outcome[0]:
            break
        log.add(
            "crm.opportunity",
            moment,
            **columns,
            stage_name=_STAGES[number],
            is_won=False,
            is_closed=False,
        )
    if outcome:
        name = "Closed Won" if outcome[1] else "Closed Lost"
        log.add(
            "crm.opportunity",
            outcome[0],
            **columns,
            stage_name=name,
            is_won=outcome[1],
            is_closed=True,
        )

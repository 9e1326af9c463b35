"""The support of the sample company: organisations, people, tickets, ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.business.crm import Party
from usage_warehouse.sample.business.lives import Account
from usage_warehouse.sample.business.log import Log
from usage_warehouse.sample.business.subscriptions import business_hour
from usage_warehouse.sample.options import DAY, HOUR, MINUTE, SampleOptions, stream

TICKETS_PER_SEAT_YEAR = 0.5
BEFORE_CHURN_DAYS = 45


def make_support(accounts: pd.DataFrame, log: Log, options: SampleOptions) -> list[Party]:
    """Write the versions of all support tables; returns its organisations as parties."""
    rng = stream(options, "support")
    parties: list[Party] = []
    customers = accounts[~accounts["is_internal"]]
    for number, account in enumerate(customers.itertuples(index=False)):
        if rng.random() < 0.15:
            continue
        parties.append(_organization(account, number, log, options, rng))
        _tickets(account, parties[-1].id, number, log, options, rng)
    for number in range(max(1, len(customers) // 60)):
        id_ = str(900_000_000 + number)
        domain = f"stranger-{number + 1}.example"
        log.add(
            "support.organization", options.start, id=id_, name=f"Stranger {number + 1}",
            domain_names=f'["{domain}"]',
        )  # fmt: skip
        parties.append(Party("support", id_, None, "none"))
        _ticket(id_, f"{id_}1", f"{id_}01", options.start + 5 * DAY, log, rng)
    return parties


def _organization(
    account: Account, number: int, log: Log, options: SampleOptions, rng: np.random.Generator
) -> Party:
    """An organisation with two people who ask."""
    id_ = str(370_000_000 + number)
    named, listed = rng.random(2)
    evidence = "explicit_id" if named < 0.5 else "domain"
    at = max(account.created_at, options.start - 400 * DAY)
    log.add(
        "support.organization",
        at,
        id=id_,
        name=account.name,
        external_id=account.account_id if evidence == "explicit_id" else None,
        domain_names=f'["{account.domain}"]' if listed < 0.9 or evidence == "domain" else "[]",
    )
    for person in range(2):
        log.add(
            "support.user", at, id=f"{id_}{person + 1}", email=f"person{person}@{account.domain}",
            organization_id=id_, role="end-user",
        )  # fmt: skip
    return Party("support", id_, account.account_id, evidence)


def _tickets(
    account: Account,
    organization: str,
    number: int,
    log: Log,
    options: SampleOptions,
    rng: np.random.Generator,
) -> None:
    """Tickets over the account's life, more of them before it leaves."""
    begin = max(account.created_at, options.start)
    end = min(account.churned_at, options.end)
    if end - begin < DAY:
        return
    years = (end - begin) / (365 * DAY)
    count = int(rng.poisson(account.seats * TICKETS_PER_SEAT_YEAR * years))
    days = rng.random(count) * (end - begin)
    if account.churned_at < options.end:
        more = int(rng.poisson(1.5 + account.seats / 20))
        days = np.append(
            days, (end - begin) - rng.random(more) * min(BEFORE_CHURN_DAYS * DAY, end - begin)
        )
    for serial, after in enumerate(sorted(days.tolist())):
        at = business_hour(begin + int(after), rng)
        ticket = f"{1_000_000 + number}{serial:04d}"
        _ticket(
            organization, f"{organization}{1 + serial % 2}", ticket, at, log, rng, serial % 6 == 5
        )


def _ticket(
    organization: str,
    person: str,
    id_: str,
    at: int,
    log: Log,
    rng: np.random.Generator,
    is_without: bool = False,
) -> None:
    """A ticket from new to closed; some are opened again, some never solved."""
    draw = rng.random(6)
    columns = {
        "id": id_,
        "organization_id": None if is_without else organization,
        "requester_id": person,
        "priority": ("low", "normal", "high", "urgent")[int(draw[0] * 4)],
        "type": ("question", "incident", "problem")[int(draw[1] * 3)],
        "subject": "How do I do this?",
        "created_at": at,
    }
    log.add("support.ticket", at, **columns, status="new")
    opened = at + int((5 + 240 * draw[2]) * MINUTE)
    log.add("support.ticket", opened, **columns, status="open")
    if draw[3] < 0.03:
        return
    solved = opened + int(rng.exponential(20) * HOUR)
    log.add("support.ticket", solved, **columns, status="solved", solved_at=solved)
    if draw[4] < 0.08:
        again = solved + int((1 + 20 * draw[5]) * HOUR)
        log.add("support.ticket", again, **columns, status="open")
        solved = again + int(rng.exponential(15) * HOUR)
        log.add("support.ticket", solved, **columns, status="solved", solved_at=solved)
    log.add("support.ticket", solved + 4 * DAY, **columns, status="closed", solved_at=solved)
    if draw[5] < 0.35:
        score = "good" if rng.random() < 0.82 else "bad"
        log.add(
            "support.satisfaction_rating", solved + HOUR, id=f"{id_}9", ticket_id=id_, score=score,
            created_at=solved + HOUR,
        )  # fmt: skip

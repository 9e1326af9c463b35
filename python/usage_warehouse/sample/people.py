"""The people of the accounts: who they are, how much they use the product, and until when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.accounts import pick
from usage_warehouse.sample.options import DAY, HOUR, NEVER, SampleOptions, stream
from usage_warehouse.sample.product import (
    FREE_MAIL_DOMAIN,
    INTERNAL_EMAIL_DOMAINS,
    INTERNAL_USER_ID,
    PERSONAS,
)

TITLES = ("Head of Operations", "Project Manager", "Data Analyst", "Consultant")
ROLES = ("admin", "member", "member", "viewer")
_PERSONA_SHARES = np.array([[0.10, 0.48, 0.20, 0.22]])
_PROPENSITY = np.array([0.40, 0.36, 0.28, 0.12])
_ADOPTS_POWER_SHARE = np.array([0.75, 0.35, 0.60, 0.05])
_JOIN_LAG_DAYS = 75
_FREE_MAIL_SHARE = 0.03
_STAFF_SHARE = 0.006
_TWO_ACCOUNTS_SHARE = 0.02


def make_people(accounts: pd.DataFrame, options: SampleOptions) -> pd.DataFrame:
    """One row per person, ordered by account and time of sign-up; the last is the monitor.

    Columns: user_id, email, name, role, title, persona (code of PERSONAS), account and
    second_account (row numbers of `accounts`, -1 = none), second_from, keeps_both,
    created_at, churned_at, reactivated_at, power_from (times, NEVER = not), is_owner,
    is_activated, propensity (0..1, use on a weekday), is_internal.
    """
    rng = stream(options, "people")
    account = np.repeat(np.arange(len(accounts)), accounts["seats"])
    firsts = np.cumsum(accounts["seats"].to_numpy()) - accounts["seats"].to_numpy()
    is_owner = np.zeros(len(account), bool)
    is_owner[firsts] = True

    lag = rng.exponential(_JOIN_LAG_DAYS * DAY, len(account)).astype(np.int64)
    founded = accounts["created_at"].to_numpy()[account]
    joined = (founded + lag) // DAY * DAY
    weekday = (joined // DAY + 3) % 7
    joined += np.where((weekday > 4) & (rng.random(len(account)) < 0.85), 7 - weekday, 0) * DAY
    joined += ((8 + 9 * rng.random(len(account))) * HOUR).astype(np.int64)
    joined -= accounts["utc_offset"].to_numpy()[account]
    created = np.where(is_owner, founded, np.maximum(joined, founded + HOUR))
    exists = (created < options.end - HOUR) & (created < accounts["churned_at"].to_numpy()[account])
    exists |= is_owner
    order = np.lexsort((created[exists], account[exists]))
    account, created, is_owner = (a[exists][order] for a in (account, created, is_owner))

    count = len(account)
    persona = np.where(is_owner, 0, pick(rng, _PERSONA_SHARES, np.zeros(count, np.int64)))
    number = np.arange(1, count + 1)
    people = pd.DataFrame(
        {
            "user_id": [f"user_{n:06d}" for n in number],
            "name": [f"User {n}" for n in number],
            "role": np.where(is_owner, "owner", np.array(ROLES)[persona]),
            "title": np.array(TITLES)[persona],
            "persona": persona,
            "account": account,
            "created_at": created.astype(np.int64),
            "is_owner": is_owner,
        }
    )
    people = _with_habits(people, rng)
    people = _with_second_account(people, accounts, options, rng)
    people = _with_mail(people, accounts, rng)
    return pd.concat([people, _monitor(options)], ignore_index=True)


def _with_habits(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add activation, adoption, propensity, churn and reactivation."""
    count = len(people)
    persona = people["persona"].to_numpy()
    created = people["created_at"].to_numpy()
    propensity = _PROPENSITY[persona] * rng.gamma(4.0, 0.25, count)
    churned = created + ((10 + rng.exponential(450, count)) * DAY).astype(np.int64)
    reactivated = churned + ((20 + rng.exponential(45, count)) * DAY).astype(np.int64)
    reactivated[rng.random(count) >= 0.3] = NEVER
    power_from = created + (rng.exponential(25, count) * DAY).astype(np.int64)
    power_from[rng.random(count) >= _ADOPTS_POWER_SHARE[persona]] = NEVER
    return people.assign(
        is_activated=rng.random(count) < np.where(people["is_owner"], 0.72, 0.60),
        propensity=np.clip(propensity, 0.02, 0.95),
        churned_at=churned,
        reactivated_at=reactivated,
        power_from=power_from,
    )


def _with_second_account(
    people: pd.DataFrame, accounts: pd.DataFrame, options: SampleOptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Let a share of the people move to, or also work for, another customer account."""
    count = len(people)
    other = rng.integers(max(1, options.accounts), size=count)
    is_demo = accounts["is_internal"].to_numpy()[people["account"]]
    has_second = (rng.random(count) < _TWO_ACCOUNTS_SHARE) & (other != people["account"])
    has_second &= ~is_demo & ~people["is_owner"].to_numpy()
    since = np.maximum(people["created_at"].to_numpy(), options.start)
    since += (rng.random(count) * (options.end - since)).astype(np.int64)
    return people.assign(
        second_account=np.where(has_second, other, -1),
        second_from=np.where(has_second, since, NEVER),
        keeps_both=rng.random(count) < 0.5,
    )


def _with_mail(
    people: pd.DataFrame, accounts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Add e-mail addresses; a few people are the vendor's staff inside customer accounts."""
    count = len(people)
    domain = accounts["domain"].to_numpy()[people["account"]].astype(object)
    domain[rng.random(count) < _FREE_MAIL_SHARE] = FREE_MAIL_DOMAIN
    eligible = np.flatnonzero(
        ~people["is_owner"].to_numpy() & ~accounts["is_internal"].to_numpy()[people["account"]]
    )
    wanted = min(len(eligible), max(2, round(_STAFF_SHARE * count)))
    staff = rng.choice(eligible, size=wanted, replace=False)
    domain[staff[0::2]] = INTERNAL_EMAIL_DOMAINS[0]
    domain[staff[1::2]] = INTERNAL_EMAIL_DOMAINS[1]
    local = people["name"].str.replace(" ", "").str.lower()
    return people.assign(
        email=local + "@" + pd.Series(domain, dtype="str"),
        is_internal=np.isin(np.arange(count), staff),
    )


def _monitor(options: SampleOptions) -> pd.DataFrame:
    """The synthetic user that checks the product all day, inside the first account."""
    return pd.DataFrame(
        {
            "user_id": [INTERNAL_USER_ID],
            "name": ["Monitor"],
            "role": ["viewer"],
            "title": ["Synthetic monitoring"],
            "persona": [PERSONAS.index("viewer")],
            "account": [0],
            "created_at": [options.start - 300 * DAY],
            "is_owner": [False],
            "is_activated": [True],
            "propensity": [0.95],
            "churned_at": [NEVER],
            "reactivated_at": [NEVER],
            "power_from": [NEVER],
            "second_account": [-1],
            "second_from": [NEVER],
            "keeps_both": [False],
            "email": ["monitor@monitoring.example"],
            "is_internal": [True],
        }
    )

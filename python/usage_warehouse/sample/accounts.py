"""The customer accounts: the frame that every source of the sample company hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usage_warehouse.sample.options import DAY, HOUR, NEVER, SampleOptions, stream
from usage_warehouse.sample.product import INTERNAL_ACCOUNT_ID

SEGMENTS = ("smb", "mid_market", "enterprise")
PLANS = ("free", "starter", "team", "business", "enterprise")
REGIONS = ("na", "emea", "apac", "latam")
INDUSTRIES = ("software", "agency", "manufacturing", "health", "finance", "education", "retail")
UTC_OFFSET_HOURS = np.array([-6, 1, 8, -3])
NAMES = ("Acme", "Borealis", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor")

_SEGMENT_SHARES = (0.58, 0.30, 0.12)
_EMPLOYEES_MEDIAN = np.array([25, 220, 1_800])
_SEATS_MEDIAN = np.array([5, 14, 42])
_PLAN_SHARES = np.array(
    [
        [0.34, 0.36, 0.22, 0.08, 0.00],
        [0.08, 0.17, 0.40, 0.30, 0.05],
        [0.00, 0.03, 0.15, 0.37, 0.45],
    ]
)
_CHURNS_PER_YEAR = np.array([0.50, 0.30, 0.18, 0.12, 0.07])
_REACTIVATED_SHARE = 0.2
_FOUNDED_BEFORE_SHARE = 0.45


def pick(rng: np.random.Generator, shares: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """A column number per entry of `rows`, drawn by that row of the (row, column) shares."""
    bounds = np.cumsum(shares, axis=1)
    bounds /= bounds[:, -1:]
    flat = (bounds + np.arange(len(bounds))[:, None]).ravel()
    drawn = np.searchsorted(flat, rng.random(len(rows)) + rows, side="right")
    return np.minimum(drawn - rows * shares.shape[1], shares.shape[1] - 1)


def make_accounts(options: SampleOptions) -> pd.DataFrame:
    """One row per account; the last is the internal demo account.

    Columns: account_id, name, domain, plan, region, industry, segment (texts), employees,
    seats (the people it will have had), utc_offset (microseconds), created_at, churned_at
    and reactivated_at (NEVER where it did not happen), is_internal.
    """
    rng = stream(options, "accounts")
    count = options.accounts
    segment = rng.choice(len(SEGMENTS), size=count, p=_SEGMENT_SHARES)
    employees = np.exp(rng.normal(np.log(_EMPLOYEES_MEDIAN[segment]), 0.6))
    employees = np.clip(employees.round(), 3, 20_000).astype(np.int64)
    seats = np.exp(rng.normal(np.log(_SEATS_MEDIAN[segment]), 0.6))
    seats = np.minimum(np.clip(seats.round(), 1, 400).astype(np.int64), employees)
    plan = pick(rng, _PLAN_SHARES, segment)
    region = rng.choice(len(REGIONS), size=count, p=(0.42, 0.34, 0.15, 0.09))
    industry = rng.integers(len(INDUSTRIES), size=count)

    is_old = rng.random(count) < _FOUNDED_BEFORE_SHARE
    before = options.start - (rng.exponential(300, count) + 1) * DAY
    during = options.start + rng.random(count) ** 0.9 * (options.end - options.start - DAY)
    created = np.where(is_old, before, during) // DAY * DAY
    created = (created + (8 + 10 * rng.random(count)) * HOUR).astype(np.int64)
    life_days = 21 + rng.exponential(365 / _CHURNS_PER_YEAR[plan])
    churned = np.maximum(created, options.start) + (life_days * DAY).astype(np.int64)
    away_days = 45 + rng.exponential(40, count)
    reactivated = churned + (away_days * DAY).astype(np.int64)
    reactivated[rng.random(count) >= _REACTIVATED_SHARE] = NEVER

    number = np.arange(1, count + 1)
    name = [NAMES[n % len(NAMES)] for n in number]
    customers = pd.DataFrame(
        {
            "account_id": [f"acct_{n:05d}" for n in number],
            "name": [f"{word} {n}" for word, n in zip(name, number, strict=True)],
            "domain": [f"{word.lower()}-{n}.example" for word, n in zip(name, number, strict=True)],
            "plan": np.array(PLANS)[plan],
            "region": np.array(REGIONS)[region],
            "industry": np.array(INDUSTRIES)[industry],
            "segment": np.array(SEGMENTS)[segment],
            "employees": employees,
            "seats": seats,
            "utc_offset": UTC_OFFSET_HOURS[region] * HOUR,
            "created_at": created,
            "churned_at": churned,
            "reactivated_at": reactivated,
            "is_internal": False,
        }
    )
    return pd.concat([customers, _demo_account(options)], ignore_index=True)


def _demo_account(options: SampleOptions) -> pd.DataFrame:
    """The account in which the vendor's own people show the product."""
    return pd.DataFrame(
        {
            "account_id": [INTERNAL_ACCOUNT_ID],
            "name": ["Demo workspace"],
            "domain": ["demo-workspace.example"],
            "plan": ["business"],
            "region": ["emea"],
            "industry": ["software"],
            "segment": ["smb"],
            "employees": [20],
            "seats": [4],
            "utc_offset": [HOUR],
            "created_at": [options.start - 400 * DAY],
            "churned_at": [NEVER],
            "reactivated_at": [NEVER],
            "is_internal": [True],
        }
    )

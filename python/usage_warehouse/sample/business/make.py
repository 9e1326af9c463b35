"""Make the business side: write its tables, return what was planted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from usage_warehouse.sample.business.catalog import log_catalog, make_catalog
from usage_warehouse.sample.business.crm import Party, make_crm
from usage_warehouse.sample.business.lives import LONGEST_HISTORY_DAYS, make_lives
from usage_warehouse.sample.business.log import Log
from usage_warehouse.sample.business.revenue import expected_revenue
from usage_warehouse.sample.business.support import make_support
from usage_warehouse.sample.options import DAY, SampleOptions

SOURCES = ("billing", "crm", "support")


def make_business(
    accounts: pd.DataFrame, options: SampleOptions, folder: Path
) -> dict[str, object]:
    """Write billing, crm and support below `folder`; returns their part of the truth.

    rows     source.table → outcome → number of raw rows
    parties  per party: source, id, account (null = no customer), evidence
    revenue  account → currency → month → MRR in minor units, where it is above nothing
    endings  subscription → reason, of those that ended
    trials   subscription → converted, expired or pending
    dunning  invoice → recovered, lost or pending
    """
    log = Log(options)
    catalog = make_catalog()
    log_catalog(catalog, log, options.end - (LONGEST_HISTORY_DAYS + 60) * DAY)
    business = make_lives(accounts, catalog, log, options)
    parties = [Party("billing", c.id, c.account, c.evidence) for c in business.customers]
    parties += make_crm(accounts, business, log, options)
    parties += make_support(accounts, log, options)
    live = [life for life in business.lives if life.is_live]
    return {
        "rows": log.write(folder),
        "parties": [
            {"source": p.source, "id": p.id, "account": p.account, "evidence": p.evidence}
            for p in parties
        ],
        "revenue": expected_revenue(business.lives, catalog, options),
        "endings": {life.id: life.reason for life in live if life.ended_at is not None},
        "trials": {life.id: life.trial_outcome for life in live if life.trial_end is not None},
        "dunning": dict(sorted(business.dunning.items())),
    }

"""Definition files of money and accounts: mistakes are found where they stand, and only those."""

from __future__ import annotations

import pytest
from definition_files import assert_the_one_finding

# What is put for what in which file, and the one finding: its row, its column and words of it.
FAULTS = [
    ("fx_rates", "eur,2025", "euro,2025", 2, "currency", "'euro' is not a currency"),
    ("fx_rates", "2025-02-01", "2025-02-30", 3, "rate_date", "not a date"),
    ("fx_rates", "1.05", "1,05", 3, "", "4 fields, and the header has 3"),
    ("fx_rates", "1.05", "0.000", 3, "rate_to_reporting", "0.000 is zero"),
    ("fx_rates", "1.05", "-1.05", 3, "rate_to_reporting", "not a number"),
    ("fx_rates", "1.05", "1e3", 3, "rate_to_reporting", "not a number"),
    ("fx_rates", "1.05", "", 3, "rate_to_reporting", "the cell is empty"),
    ("fx_rates", "EUR,2025-02", "EUR,2025-01", 3, "rate_date", "stands in row 2 already"),
    ("currencies", "jpy,1", "jpy,10000000", 4, "minor_units", "use one of 1, 10, 100"),
    ("currencies", "kwd", "USD", 5, "currency", "'usd' stands in row 2 already"),
    ("free_mail_domains", "mail.example", "@mail.example", 2, "domain", "not an e-mail domain"),
    ("public_suffixes", "co.uk", "*.uk", 2, "suffix", "not an e-mail domain"),
    ("account_matches", "billing,", "stripe,", 4, "source", "use one of billing, crm, support"),
    ("account_matches", "no_match", "never", 3, "decision", "use one of match, no_match"),
    ("account_matches", "c1,a2,", "c1,a1,", 3, "source_id", "stands in row 2 already"),
    ("account_matches", "a2,no_match", "a2,match", 3, "account_id", "matched with 'a1' in row 2"),
    ("account_matches", "billing,c1,a1", "billing,,a1", 4, "source_id", "the cell is empty"),
    ("segments", "plan,acc", "our plan,acc", 2, "dimension", "'our plan' is not a name"),
    ("segments", "Size", "All", 3, "dimension", "as a whole or by week"),
    ("segments", "Size", "Plan", 3, "dimension", "stands in row 2 already"),
    ("segments", "plan,accounts", "plan,account", 2, "relation", "use one of accounts, users"),
    ("segments", ",plan", ",plans", 2, "column_name", "dim_accounts has no column 'plans'"),
    ("segments", ",plan", ",account_name", 2, "column_name", "names a single account or person"),
    ("health_weights", "payment", "payments", 3, "component", "unknown component 'payments'"),
    ("health_weights", "payment", "Usage_Trend", 3, "component", "stands in row 2 already"),
    ("health_weights", "0.5,", "0,", 3, "weight", "0 is zero"),
    ("health_weights", "30,0", "thirty,0", 3, "zero_at", "not a number"),
    ("health_weights", "30,0", "30,30.0", 3, "full_at", "zero_at and full_at are both 30.0"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_where_it_stands_and_nothing_else(tmp_path, fault):
    assert_the_one_finding(tmp_path, *fault)

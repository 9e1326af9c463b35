"""Suites `rows` and `coverage`: billing, CRM and support beside the product.

rows      a row per source and table (governance.source_conservation, summed over days)
coverage  a row per source and measure (governance.account_match_coverage)

Where none of these sources is on there is nothing to judge, and neither suite is run.
"""

from __future__ import annotations

from usage_warehouse.expectations.check import BETWEEN, Check, frame_checks

ROWS_COLUMNS = (
    "source",
    "table_name",
    "row_count",
    "accepted_count",
    "duplicate_count",
    "corrected_count",
    "quarantined_count",
    "quarantined_share",
)
COVERAGE_COLUMNS = (
    "source",
    "measure",
    "source_count",
    "party_count",
    "total",
    "matched",
    "with_events",
    "matched_share",
)
LOOK_ROWS = "See governance.quarantined_rows for each of them with its reason."
LOOK_MATCHES = (
    "See governance.account_match_review for what to decide, seeds/account_matches.csv for"
    " decisions and account_id_keys for the keys that hold the product's ids."
)

ROWS: tuple[Check, ...] = (
    *frame_checks(
        columns=ROWS_COLUMNS,
        key="row_count",
        unit="raw tables",
        empty="Raw has no row of billing, CRM or support although one of them is on.",
    ),
    Check(
        name="refused_rows_are_the_minority",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.5},
        only_where="row_count >= 100",
        says=(
            "{failed} of {judged} raw tables have more than half of their rows quarantined"
            " (up to {high:.1%})"
        ),
        reason=(
            "A hundred rows most of which cannot be read are a wrong mapping, and revenue or"
            f" accounts would be missing for it (bound of 2026-11-26). {LOOK_ROWS}"
        ),
        fault="a table of 100 rows with 60 quarantined",
    ),
    Check(
        name="refused_rows_are_few",
        expectation=BETWEEN,
        column="quarantined_share",
        arguments={"max_value": 0.05},
        severity="warn",
        only_where="row_count >= 100 and quarantined_share <= 0.5",
        says=(
            "{failed} of {judged} raw tables have more than 5 % of their rows quarantined"
            " (up to {high:.1%})"
        ),
        reason=(
            "Rows of a ledger are rarely broken: a twentieth is a loader to look at (bound of"
            f" 2026-11-26; the sample has 1 % at most). {LOOK_ROWS}"
        ),
        fault="a table of 100 rows with 10 quarantined",
    ),
)

COVERAGE: tuple[Check, ...] = (
    *frame_checks(
        columns=COVERAGE_COLUMNS,
        key="party_count",
        unit="measures of matching",
        empty="No party of any source was found although one of them is on.",
    ),
    Check(
        name="most_is_matched",
        expectation=BETWEEN,
        column="matched_share",
        arguments={"min_value": 0.5},
        severity="warn",
        only_where="source_count >= 2 and party_count >= 20",
        says=(
            "{failed} of {judged} measures (parties, MRR, usage, tickets) belong for the most"
            " part to accounts that no other source knows (down to {low:.1%})"
        ),
        reason=(
            "Health, and every number that sets usage beside money, is about the matched part"
            f" alone (bound of 2026-11-26; the sample has 90 %). {LOOK_MATCHES}"
        ),
        fault="20 customers, a third of whose MRR is matched",
    ),
    Check(
        name="matched_is_part_of_all",
        expectation=BETWEEN,
        column="matched_share",
        arguments={"min_value": 0, "max_value": 1},
        says="shares of what is matched from {low:.3f} to {high:.3f}",
        reason="What is matched is a part of what there is (2026-11-26). Null is none, and right.",
        fault="more matched than there is",
    ),
)

"""Singular tests of money: a company of three accounts and two currencies, and its faults."""

from __future__ import annotations

from singular_case import Case, values

BRIDGE = (
    "dimension, dimension_value, currency, month, is_open, start_minor, new_minor, churn_minor, "
    "end_minor, customer_count"
)
NOTHING = "0 as reactivation_minor, 0 as expansion_minor, 0 as contraction_minor"
MONTHS = values(
    BRIDGE,
    "('', '', 'usd', date '2025-12-01', false, 0, 40, 0, 40, 1)",
    "('', '', 'usd', date '2026-01-01', false, 40, 60, 0, 100, 2)",
    "('', '', 'usd', date '2026-02-01', true, 100, 0, 40, 60, 1)",
    "('', '', 'eur', date '2026-01-01', false, 0, 7, 0, 7, 1)",
)
SEGMENTS = values(
    BRIDGE,
    "('plan', 'pro', 'usd', date '2025-12-01', false, 0, 40, 0, 40, 1)",
    "('plan', 'pro', 'usd', date '2026-01-01', false, 40, 60, 0, 100, 2)",
    "('plan', 'pro', 'usd', date '2026-02-01', true, 100, 0, 40, 60, 1)",
    "('plan', 'team', 'eur', date '2026-01-01', false, 0, 7, 0, 7, 1)",
    "('segment', 'small', 'usd', date '2025-12-01', false, 0, 40, 0, 40, 1)",
    "('segment', 'small', 'usd', date '2026-01-01', false, 40, 0, 0, 40, 1)",
    "('segment', 'large', 'usd', date '2026-01-01', false, 0, 60, 0, 60, 1)",
    "('segment', 'small', 'usd', date '2026-02-01', true, 40, 0, 40, 0, 0)",
    "('segment', 'large', 'usd', date '2026-02-01', true, 60, 0, 0, 60, 1)",
    "('segment', 'unknown', 'eur', date '2026-01-01', false, 0, 7, 0, 7, 1)",
)
MONEY = {
    "int_calendar__revenue_months": values(
        "month, measured_at",
        "(date '2025-12-01', timestamp '2025-12-31 23:59:59.999999')",
        "(date '2026-01-01', timestamp '2026-01-31 23:59:59.999999')",
        "(date '2026-02-01', timestamp '2026-02-10')",
    ),
    "fct_mrr_intervals": values(
        "currency, mrr_minor, valid_from, valid_to",
        "('usd', 40, timestamp '2025-12-31 23:59:59.999999', timestamp '2026-02-10')",
        "('usd', 60, timestamp '2026-01-03', null)",
        "('eur', 7, timestamp '2026-01-31', timestamp '2026-02-01')",
        "('usd', 999, timestamp '2026-01-05', timestamp '2026-01-06')",
    ),
    "revenue__account_months": values(
        "account_id, month, currency, mrr_minor",
        "('a', date '2025-12-01', 'usd', 40)",
        "('a', date '2026-01-01', 'usd', 40)",
        "('a', date '2026-02-01', 'usd', 0)",
        "('b', date '2026-01-01', 'usd', 60)",
        "('b', date '2026-02-01', 'usd', 60)",
        "('c', date '2026-01-01', 'eur', 7)",
    ),
    "revenue__months": f"select *, {NOTHING} from ({MONTHS}) as m",
    "revenue__segment_months": f"select *, {NOTHING} from ({SEGMENTS}) as s",
    "revenue__cohort_months": values(
        "currency, cohort_month, period_number, is_open, mrr_minor",
        "('usd', date '2025-12-01', 0, false, 40)",
        "('usd', date '2025-12-01', 1, false, 40)",
        "('usd', date '2025-12-01', 2, true, null)",
        "('usd', date '2026-01-01', 0, false, 60)",
        "('usd', date '2026-01-01', 1, true, null)",
        "('eur', date '2026-01-01', 0, false, 7)",
    ),
}
MONEY_CASES = {
    "mrr_adds_up_at_every_level": Case(
        relations=MONEY,
        faults={
            "an item is worth another unit": "update fct_mrr_intervals set mrr_minor = 41 "
            "where mrr_minor = 40",
            "an item ends when the month is measured": "update fct_mrr_intervals "
            "set valid_to = timestamp '2026-01-31 23:59:59.999999' where mrr_minor = 60",
            "an item of no account": "delete from revenue__account_months where account_id = 'c'",
            "an account is counted twice": "insert into revenue__account_months "
            "select * from revenue__account_months where account_id = 'a'",
            "a month is another sum": "update revenue__months set end_minor = 99 "
            "where end_minor = 100",
            "a month is missing": "delete from revenue__months where is_open",
            "a segment is missing": "delete from revenue__segment_months "
            "where dimension_value = 'pro'",
            "a dimension lacks a month": "delete from revenue__segment_months "
            "where dimension = 'plan' and month = date '2026-02-01'",
            "a segment's start is another": "update revenue__segment_months "
            "set start_minor = 1 where dimension_value = 'small'",
            "new is lost on the way": "update revenue__segment_months set new_minor = 0",
            "churn is lost on the way": "update revenue__segment_months set churn_minor = 0",
            "a customer is in two segments": "update revenue__segment_months "
            "set customer_count = 2 where dimension_value = 'pro'",
            "a cohort pays more": "update revenue__cohort_months set mrr_minor = 90 "
            "where mrr_minor = 60",
            "a cohort is missing": "delete from revenue__cohort_months where currency = 'eur'",
        },
    ),
}

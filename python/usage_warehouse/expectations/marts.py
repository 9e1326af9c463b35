"""Suite `marts`: volumes and key figures of the marts against the core, one row of measures.

The same suite judges the build database and the files of a candidate release, where no dbt
test runs: figures are shares, and what the marts count adds up to what core holds.
"""

from __future__ import annotations

from usage_warehouse.expectations.check import BETWEEN, Check, frame_checks

MARTS_COLUMNS = (
    "active_user_count",
    "active_account_count",
    "signed_up_user_count",
    "signed_up_account_count",
    "engagement_day_count",
    "lowest_stickiness",
    "highest_stickiness",
    "monthly_active_users",
    "earlier_monthly_active_users",
    "monthly_active_users_ratio",
    "lifecycle_user_gap",
    "lifecycle_account_gap",
    "cohort_user_gap",
    "cohort_account_gap",
    "activation_user_gap",
    "activation_account_gap",
    "lowest_activation_rate",
    "highest_activation_rate",
    "lowest_conversion",
    "highest_conversion",
)


def _share(column: str, bound: str, subject: str, fault: str) -> Check:
    return Check(
        name=f"{column}_is_a_share",
        expectation=BETWEEN,
        column=column,
        arguments={bound: 0 if bound == "min_value" else 1},
        says=f"{column.replace('_', ' ')} is {{{column}:.3f}}",
        reason=f"{subject} is a share of people, 0 to 1 (2026-11-22). Null is none, and is right.",
        fault=fault,
    )


def _gap(column: str, what: str, fault: str) -> Check:
    return Check(
        name=f"{column}_is_zero",
        expectation=BETWEEN,
        column=column,
        arguments={"min_value": 0, "max_value": 0},
        says=f"{what}: {{{column}}} too many or too few",
        reason="The marts count whom the core counts: exactly, whatever the size (2026-11-22).",
        fault=fault,
    )


MARTS: tuple[Check, ...] = (
    *frame_checks(
        columns=MARTS_COLUMNS,
        key="active_user_count",
        unit="rows of the marts profile",
        empty="The profile of the marts has one row; mend it.",
        rows={"min_value": 1, "max_value": 1},
    ),
    Check(
        name="engagement_has_days",
        expectation=BETWEEN,
        column="engagement_day_count",
        arguments={"min_value": 1},
        only_where="active_user_count > 0",
        says="{engagement_day_count} days of engagement for {active_user_count} active users",
        reason="Active users are active on a day (2026-11-22).",
        fault="marts.engagement__days empty",
    ),
    _share("lowest_stickiness", "min_value", "Stickiness", "a stickiness of -0.1"),
    _share("highest_stickiness", "max_value", "Stickiness", "a stickiness of 1.2"),
    _share("lowest_activation_rate", "min_value", "The activation rate", "a rate of -0.1"),
    _share("highest_activation_rate", "max_value", "The activation rate", "a rate of 1.2"),
    _share("lowest_conversion", "min_value", "A funnel's conversion", "a conversion of -0.1"),
    _share("highest_conversion", "max_value", "A funnel's conversion", "a conversion of 1.2"),
    _gap("lifecycle_user_gap", "new users of the lifecycle", "a user who is new twice"),
    _gap("lifecycle_account_gap", "new accounts of the lifecycle", "an account never new"),
    _gap("cohort_user_gap", "users in cohorts", "a user in no cohort"),
    _gap("cohort_account_gap", "accounts in cohorts", "an account in two cohorts"),
    _gap("activation_user_gap", "users judged by activation rules", "a user under no rule"),
    _gap("activation_account_gap", "accounts judged by activation rules", "an account twice"),
    Check(
        name="monthly_active_users_have_not_collapsed",
        expectation=BETWEEN,
        column="monthly_active_users_ratio",
        arguments={"min_value": 0.5},
        severity="warn",
        only_where="earlier_monthly_active_users >= 50",
        says=(
            "{monthly_active_users} monthly active users on the last complete day, after"
            " {earlier_monthly_active_users} four weeks before"
        ),
        reason=(
            "Business software does not lose half of its people in four weeks: look for a feed"
            " that stopped or an id that changed before believing it (bound of 2026-11-22)."
        ),
        fault="100 monthly active users after 300",
    ),
)

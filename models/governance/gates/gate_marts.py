"""The expectations on the marts: a short shell around the suite that audits releases too."""


def model(dbt, session):
    from usage_warehouse.engine.frames import to_pandas
    from usage_warehouse.expectations.gates import (
        coverage_results,
        is_off,
        marts_results,
        switched_off,
        together,
    )

    dbt.config(materialized="table")
    dbt.ref("fct_events")
    dbt.ref("dim_users")
    dbt.ref("dim_accounts")
    dbt.ref("activation__rules")
    dbt.ref("activation__users")
    dbt.ref("activation__accounts")
    dbt.ref("cohort__user_periods")
    dbt.ref("cohort__account_periods")
    dbt.ref("engagement__days")
    dbt.ref("engagement__lifecycle_periods")
    dbt.ref("funnel__steps")
    coverage = coverage_results(to_pandas(dbt.ref("account_match_coverage")))
    if is_off(dbt.config.meta_get("using_events")):
        return together(switched_off("marts"), coverage)
    clock = to_pandas(dbt.ref("int_clock__horizons"))
    return together(marts_results(session, clock["as_of_at"].iloc[0]), coverage)

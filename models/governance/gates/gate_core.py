"""The expectations on the conformed core: a short shell around the suite."""


def model(dbt, session):
    from usage_warehouse.expectations.gates import core_results, is_off, switched_off

    dbt.config(materialized="table")
    dbt.ref("fct_events")
    dbt.ref("fct_sessions")
    dbt.ref("dim_users")
    dbt.ref("dim_accounts")
    if is_off(dbt.config.meta_get("using_events")):
        return switched_off("core")
    return core_results(session)

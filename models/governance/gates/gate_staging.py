"""The expectations on what staging made of the lines: a short shell around the suites."""


def model(dbt, session):
    from usage_warehouse.engine.frames import to_pandas
    from usage_warehouse.expectations.gates import is_off, staging_results, switched_off

    dbt.config(materialized="table")
    dbt.ref("stg_events__messages")
    dbt.ref("stg_definitions__tracking_plan")
    if is_off(dbt.config.meta_get("using_events")):
        return switched_off("feed")
    return staging_results(to_pandas(dbt.ref("profile_load_days")), session)

"""The expectations on what staging made of the lines: a short shell around the suites."""


def model(dbt, session):
    from usage_warehouse.engine.frames import to_pandas
    from usage_warehouse.expectations.gates import (
        business_rows_results,
        is_off,
        staging_results,
        switched_off,
        together,
    )

    dbt.config(materialized="table")
    dbt.ref("stg_events__messages")
    dbt.ref("stg_definitions__tracking_plan")
    rows = business_rows_results(to_pandas(dbt.ref("source_conservation")))
    if is_off(dbt.config.meta_get("using_events")):
        return together(switched_off("feed"), rows)
    return together(staging_results(to_pandas(dbt.ref("profile_load_days")), session), rows)
